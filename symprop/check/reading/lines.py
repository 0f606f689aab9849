r"""A formula to its lines: environments are opened, and lines that belong together are joined.

A line break is no end where a bracket is open, where an operator ends the line before or begins the line behind, in ``multline``,
and where the line before ends with a sign.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symprop.check.reading.items import Item, find_sign
from symprop.check.reading.tables import CASES, MATRICES

_JOINING = ("+", "·", "×", "*", "/", "⊙", "⊗")
_OPEN_ENDS = (*_JOINING, "-")
_UNSEEN = frozenset(("amp", "space"))


def lines(items: Sequence[Item], environment: str = "") -> list[list[Item]]:
    """The lines of a formula; its cells are still parted by ``amp`` items.

    Args:
        items: the formula.
        environment: that it is the body of.
    """
    joined: list[list[Item]] = []
    balance = 0
    for segment in _segments(items):
        if joined and (
            _belongs(joined[-1], segment, balance) or (environment.startswith("multline") and not _begins_with_sign(segment))
        ):
            joined[-1] += [item for at, item in enumerate(segment) if item.kind not in _UNSEEN or at]
        else:
            joined.append(list(segment))
            balance = 0
        balance += sum((item.kind == "open") - (item.kind == "close") for item in segment)
    return [line for line in joined if any(item.kind not in _UNSEEN for item in line)]


def _segments(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Lines as they are broken, those of environments among them."""
    segment: list[Item] = []
    for item in items:
        if item.kind == "newline":
            yield segment
            segment = []
        elif item.kind == "table" and _holds_lines(
            item, alone=not any(i.kind not in (*_UNSEEN, "open", "text") for i in segment)
        ):
            before = [i for i in segment if i.kind not in _UNSEEN]
            inner = lines(item.parts[0], item.text)
            if len(before) == 1 and before[0].kind == "open":
                before = []
            if before and inner and before[-1].kind in ("sign", "op") and not _begins_with_sign(inner[0]):
                inner[0] = segment + inner[0]
            elif before:
                yield segment
            yield from inner[:-1]
            segment = inner[-1] if inner else []
        elif item.kind == "close" and item.text == "{" and not _opened(segment):
            continue
        else:
            segment.append(item)
    yield segment


def _opened(segment: Sequence[Item]) -> bool:
    return sum((i.kind == "open") - (i.kind == "close") for i in segment if i.text == "{") > 0


def _holds_lines(item: Item, *, alone: bool) -> bool:
    """Is the environment no value (a matrix, cases), but lines of relations?"""
    if item.text not in MATRICES and item.text not in CASES:
        return True
    return (alone or item.text in MATRICES) and any(find_sign(segment) is not None for segment in _broken(item.parts[0]))


def _broken(items: Sequence[Item]) -> Iterator[list[Item]]:
    segment: list[Item] = []
    for item in items:
        if item.kind in ("newline", "amp"):
            yield segment
            segment = []
        else:
            segment.append(item)
    yield segment


def _first(segment: Sequence[Item]) -> Item | None:
    return next((item for item in segment if item.kind not in _UNSEEN), None)


def _begins_with_sign(segment: Sequence[Item]) -> bool:
    first = _first(segment)
    return first is not None and first.kind == "sign"


def _belongs(before: Sequence[Item], segment: Sequence[Item], balance: int) -> bool:
    """Does *segment* go on with the expression that *before* has not ended?"""
    first = _first(segment)
    last = next((item for item in reversed(before) if item.kind not in (*_UNSEEN, "text", "tag")), None)
    if first is None or first.kind == "sign" or last is None:
        return False
    if last.is_op(*_OPEN_ENDS) or (last.kind == "sign" and find_sign(segment) is None):
        return True
    if first.is_op(*_JOINING) or first.kind == "close":
        return True
    if first.is_op("-"):
        return segment[0].kind == "amp" or find_sign(segment) is None
    closes = any(item.kind == "close" for item in segment)
    return balance > 0 and closes and (find_sign(segment) is None or _closes_first(segment))


def _closes_first(segment: Sequence[Item]) -> bool:
    """Does a bracket close before the first sign?"""
    depth = 0
    for item in segment:
        depth += (item.kind == "open") - (item.kind == "close")
        if depth < 0:
            return True
        if item.kind == "sign" and depth == 0:
            return False
    return False
