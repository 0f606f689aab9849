"""Names of networks as documents write them: ``net_h1`` is ``net`` with the label ``h1``, ``w_5`` is ``w`` with the place 5."""

from __future__ import annotations

import re
from functools import lru_cache

from symprop.check.reading.builder import build
from symprop.check.reading.items import Unreadable
from symprop.check.reading.names import atoms
from symprop.check.understanding.normalise import joined
from symprop.model.expr import Expr, Number, Ref
from symprop.model.names import normal

_HEAD = re.compile(r"(\D+?)(\d+)")


@lru_cache(maxsize=4096)
def spelled(name: str) -> tuple[str, tuple[Expr, ...]]:
    """The name and the indices with which a document writes what a network calls *name*, labels and numbers apart."""
    first, *rest = [part for part in normal(name).split("_") if part] or [name]
    head = _HEAD.fullmatch(first)
    indices: list[Expr] = []
    if head is not None:
        first, digits = head.groups()
        indices += _indices(digits)
    for part in rest:
        indices += _indices(part)
    return first, tuple(indices)


def _indices(part: str) -> tuple[Expr, ...]:
    """What stands in a subscript, read as in a document."""
    try:
        return atoms(build(part))
    except Unreadable:
        return (Ref(part),)


def as_written(name: str, indices: tuple[Expr, ...] = (), split: frozenset[str] = frozenset()) -> Ref:
    """The reference of a document to an entry of a network's quantity.

    Args:
        name: its name in the network.
        indices: its indices there.
        split: names whose labels and numbers are indices of their own in the document.
    """
    head, labels = spelled(name)
    return Ref(head, (*(labels if head in split else joined(labels)), *indices))


def is_word(name: str) -> bool:
    """Whether the name begins with several letters that are one name."""
    return len(spelled(name)[0]) > 1


def label_count(name: str, split: frozenset[str]) -> int:
    """How many indices of a document stand for parts of the name."""
    return len(as_written(name, (), split).indices)


def number(value: Expr) -> int | None:
    """*value* as a place, None if it is none."""
    return int(value.value) if isinstance(value, Number) and value.value.denominator == 1 else None
