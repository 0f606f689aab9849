"""Names of networks as documents write them: ``net_h1`` is ``net`` with the label ``h1``, ``w_5`` is ``w`` with the place 5."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from symprop.check.reading.builder import build
from symprop.check.reading.items import Unreadable
from symprop.check.reading.names import atoms
from symprop.check.understanding.normalise import joined
from symprop.model.expr import Expr, Number, Ref
from symprop.model.names import normal

_HEAD = re.compile(r"(\D+?)(\d+)")


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a document writes names.

    Args:
        split: names whose labels and numbers are indices of their own (``w_{i1}`` beside ``w_{ij}``).
        digitwise: names whose digits are an index each (``A_{21}`` is two places).
    """

    split: frozenset[str] = frozenset()
    digitwise: frozenset[str] = frozenset()

    def parts(self, name: str) -> tuple[str, tuple[Expr, ...]]:
        """The name and the indices with which a document writes what a network calls *name*."""
        head = _head(name)
        found = _indices(name, head in self.digitwise)
        return head, found if head in self.split or head in self.digitwise else joined(found)


USUAL = Spelling()


@lru_cache(maxsize=4096)
def _indices(name: str, digitwise: bool) -> tuple[Expr, ...]:
    """What stands in the subscripts, read as in a document."""
    found: list[Expr] = []
    for part in _parts(name)[1:]:
        try:
            found += atoms(build(part), digitwise=digitwise)
        except Unreadable:
            found.append(Ref(part))
    return tuple(found)


@lru_cache(maxsize=4096)
def _parts(name: str) -> tuple[str, ...]:
    first, *rest = [part for part in normal(name).split("_") if part] or [name]
    head = _HEAD.fullmatch(first)
    return (*head.groups(), *rest) if head is not None else (first, *rest)


def _head(name: str) -> str:
    return _parts(name)[0]


def as_written(name: str, indices: tuple[Expr, ...] = (), spelling: Spelling = USUAL) -> Ref:
    """The reference of a document to an entry of a network's quantity.

    Args:
        name: its name in the network.
        indices: its indices there.
        spelling: how the document writes names.
    """
    head, labels = spelling.parts(name)
    return Ref(head, (*labels, *indices))


def is_word(name: str) -> bool:
    """Whether the name begins with several letters that are one name."""
    return len(_head(name)) > 1


def label_count(name: str, spelling: Spelling) -> int:
    """How many indices of a document stand for parts of the name."""
    return len(spelling.parts(name)[1])


def number(value: Expr) -> int | None:
    """*value* as a place, None if it is none."""
    return int(value.value) if isinstance(value, Number) and value.value.denominator == 1 else None
