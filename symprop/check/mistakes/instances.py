"""A definition with other indices in the place of its letters: of ``z_j = Σ_k w_jk x_k`` what it says of ``z_2``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from symprop.check.trees import transformed
from symprop.model.expr import Add, Expr, Neg, Number, Ref
from symprop.model.written import Product


def instantiated(pattern: Ref, body: Expr, letters: Sequence[str], ref: Ref) -> Expr | None:
    """*body* for *ref* instead of *pattern*; None where these are different quantities."""
    if pattern.name != ref.name or len(pattern.indices) != len(ref.indices):
        return None
    found: dict[str, Expr] = {}
    for index, actual in zip(pattern.indices, ref.indices, strict=True):
        if not _solve(index, actual, letters, found):
            return None
    if all(isinstance(value, Ref) and value.name == letter for letter, value in found.items()):
        return body
    return substituted(body, found)


def substituted(expr: Expr, values: Mapping[str, Expr]) -> Expr:
    """*expr* with other indices for letters."""

    def change(node: Expr) -> Expr:
        if isinstance(node, Ref) and not node.indices and node.name in values:
            return values[node.name]
        if isinstance(node, Ref) and node.indices:
            return Ref(node.name, tuple(map(_tidy, node.indices)))
        return node

    return transformed(expr, change)


def shifted(index: Expr, by: int) -> Expr:
    """An index some whole steps on: ``l+1``, ``l``, ``l-1``."""
    base, offset = _parts(index)
    total = offset + by
    if base is None:
        return Number(Fraction(total)) if total >= 0 else Neg(Number(Fraction(-total)))
    if total == 0:
        return base
    step = Number(Fraction(abs(total)))
    terms = base.terms if isinstance(base, Add) else (base,)
    return Add((*terms, step if total > 0 else Neg(step)))


def _solve(index: Expr, actual: Expr, letters: Sequence[str], found: dict[str, Expr]) -> bool:
    base, offset = _parts(index)
    if isinstance(base, Ref) and base.name in letters:
        value = shifted(actual, -offset) if offset else actual
        return found.setdefault(base.name, value) == value
    return index == actual


def _parts(index: Expr) -> tuple[Expr | None, int]:
    """What an index is counted from, and how far."""
    if isinstance(index, Number) and index.value.denominator == 1:
        return None, int(index.value)
    if isinstance(index, Add):
        others = [term for term in index.terms if _steps(term) is None]
        if others:
            rest = others[0] if len(others) == 1 else Add(tuple(others))
            return rest, sum(_steps(term) or 0 for term in index.terms)
    return index, 0


def _steps(term: Expr) -> int | None:
    if isinstance(term, Number) and term.value.denominator == 1:
        return int(term.value)
    if isinstance(term, Neg):
        inner = _steps(term.operand)
        return None if inner is None else -inner
    return None


def _tidy(index: Expr) -> Expr:
    """``(l+1)-1`` is ``l``."""
    if not isinstance(index, Add):
        return index
    terms: list[Expr] = []
    for term in index.terms:
        terms += term.terms if isinstance(term, Add) else (term,)
    if isinstance(index, Product) or terms == list(index.terms):
        return shifted(index, 0) if any(_steps(term) is not None for term in index.terms) else index
    return shifted(Add(tuple(terms)), 0)
