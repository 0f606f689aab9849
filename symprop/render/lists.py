"""Names in a sentence: ``a, b and c``; of a long run such as ``w_1, …, w_8`` the two ends say all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from symprop.derivation.step import Phrase
from symprop.model.expr import Ref

RUN = 4
"""Names that count on from each other are a run from this length on; a shorter one is written out."""

_MOST_PIECES = 12
"""A list of more pieces than this is cut, and says how many there are."""

_NUMBERED = re.compile(r"(.*?)(0|[1-9][0-9]{0,8})")


def listed(refs: Sequence[Ref], shown: Sequence[Phrase]) -> Phrase:
    """The items *shown* as a list; *refs* are the names behind them, which tell what is a run.

    Only names that count on are left out, so that whoever reads the ends knows what stands between them.
    """
    items: list[Phrase] = []
    for begin, end in _runs(refs):
        items += [(*shown[begin], ", …, ", *shown[end - 1])] if end - begin >= RUN else shown[begin:end]
    if len(items) > _MOST_PIECES:
        return _joined([*items[: _MOST_PIECES // 2], (f"… ({len(refs):,} in all)",)], last=", ")
    return _joined(items, last=" and ")


def short(refs: Sequence[Ref]) -> bool:
    """Whether a list of *refs* is short enough for a heading."""
    return sum(2 if end - begin >= RUN else end - begin for begin, end in _runs(refs)) < RUN


def _joined(items: Sequence[Phrase], last: str) -> Phrase:
    phrase: Phrase = ()
    for i, item in enumerate(items):
        phrase += (*(() if i == 0 else (last,) if i == len(items) - 1 else (", ",)), *item)
    return phrase


def _runs(refs: Sequence[Ref]) -> list[tuple[int, int]]:
    """Where the stretches begin and end in which each name counts on from the one before."""
    cuts = [0, *(i + 1 for i, (a, b) in enumerate(pairwise(refs)) if not _counts_on(a, b)), len(refs)]
    return [(begin, end) for begin, end in pairwise(cuts) if begin < end]


def _counts_on(before: Ref, after: Ref) -> bool:
    one, two = _NUMBERED.fullmatch(before.name), _NUMBERED.fullmatch(after.name)
    if one is None or two is None or before.indices != after.indices:
        return False
    return one[1] == two[1] and int(two[2]) == int(one[2]) + 1
