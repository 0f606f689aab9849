"""Mistakes: which one makes a refuted claim wrong, and what would be right.

:func:`~symprop.check.mistakes.diagnosis.diagnose` tries small edits of the claim, one kind after the other, until the
edited claim holds by the judge that refuted it.  The kinds are the entries of :data:`~symprop.check.mistakes.table.MISTAKES`.
"""
