"""One form for what documents write in several: marks and changes go into names, labels become one index."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from symprop.check.trees import nodes, parts, transformed
from symprop.check.written_names import changed, marked
from symprop.model.expr import Expr, Number, Ref
from symprop.model.functions import lookup
from symprop.model.written import Call, Change, Component, Derivative, Gradient, Marked, ungrouped


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
        if isinstance(expr, Component):
            whole = ungrouped(expr.operand)
            return Ref(whole.name, (*whole.indices, *expr.indices), span=expr.span) if isinstance(whole, Ref) else expr
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
    primed: set[str] = set()  # functions that are more than a way to write what a quantity depends on
    for whole in exprs:
        for node in nodes(whole):
            if isinstance(node, Ref):
                split |= {node.name} if _two_letters(node.indices) else set()
            elif isinstance(node, Call):
                plain = all(isinstance(argument, Ref) for argument in node.arguments)
                real = node.primes or lookup(node.function.name) or not plain
                (primed if real else called).add(node.function.name)
            elif isinstance(node, Derivative | Gradient) and isinstance(node.of, Ref):
                bare.add(node.of.name)
        bare |= _beside(whole)
    return Normaliser(frozenset(split), frozenset((called & bare) - primed))


def _beside(expr: Expr) -> set[str]:
    """Names that stand as values among others: ``y`` in ``y - a``."""
    found: set[str] = set()
    for node in nodes(expr):
        for part in parts(node):
            if isinstance(part, Ref) and not isinstance(node, Ref | Call | Marked | Change):
                found.add(part.name)
    return found


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
