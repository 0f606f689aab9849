"""Judging equalities by numbers: values at random points, derivatives by a tape, verdicts with counterexamples.

Shares nothing with the symbolic calculus, so that an agreement of both means something.
"""
