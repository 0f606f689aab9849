"""One form for what documents write in several: marks and changes go into names, labels become one index."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from symprop.check.trees import nodes, transformed
from symprop.check.written_names import changed, marked
from symprop.model.expr import Expr, Number, Ref
from symprop.model.written import Call, Change, Derivative, Gradient, Marked


@dataclass(frozen=True, slots=True)
class Normaliser:
    """What must be known of a whole document to normalise one expression of it.

    ``split`` are names whose label and number are two indices (``w_{i1}`` beside ``w_{ij}``); ``stated_with_arguments`` are
    quantities that are sometimes written with what they depend on (``L(θ)`` beside ``∂L/∂w``).
    """

    split: frozenset[str]
    stated_with_arguments: frozenset[str]

    def __call__(self, expr: Expr) -> Expr:
        """The normal form."""
        return transformed(expr, self._one)

    def _one(self, expr: Expr) -> Expr:
        if isinstance(expr, Marked):
            return Ref(marked(expr.of.name, expr.mark), expr.of.indices, span=expr.span)
        if isinstance(expr, Change) and isinstance(expr.of, Ref):
            return Ref(changed(expr.of.name), expr.of.indices, span=expr.span)
        if isinstance(expr, Call) and not expr.primes and expr.function.name in self.stated_with_arguments:
            return expr.function
        if isinstance(expr, Ref) and expr.indices and expr.name not in self.split:
            return Ref(expr.name, joined(expr.indices), span=expr.span)
        return expr


def normaliser(exprs: Iterable[Expr]) -> Normaliser:
    """The normaliser of a document."""
    split: set[str] = set()
    called: set[str] = set()
    bare: set[str] = set()
    for expr in exprs:
        for node in nodes(expr):
            if isinstance(node, Ref) and _two_letters(node.indices):
                split.add(node.name)
            elif isinstance(node, Call) and not node.primes:
                called.add(node.function.name)
            elif isinstance(node, Derivative | Gradient) and isinstance(node.of, Ref):
                bare.add(node.of.name)
    return Normaliser(frozenset(split), frozenset(called & bare))


def _two_letters(indices: tuple[Expr, ...]) -> bool:
    letters = [isinstance(index, Ref) and not index.indices for index in indices]
    return any(a and b for a, b in pairwise(letters))


def joined(indices: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """``h, 1`` as the label ``h1``."""
    found: list[Expr] = []
    for index in indices:
        before = found[-1] if found else None
        if isinstance(index, Number) and isinstance(before, Ref) and not before.indices and before.name.isalpha():
            found[-1] = Ref(before.name + str(index.value), span=before.span)
        else:
            found.append(index)
    return tuple(found)
