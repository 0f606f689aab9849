r"""Denominators that a slope cancels: ``y (1 - y) · (-t/y + (1 - t)/(1 - y))`` is ``y - t``.

Cross-entropies need this, nothing else does: an expression without a quantity in a denominator, and to which
no assumption of the network applies, comes back unchanged.  The polynomial is expanded only where that makes
the expression shorter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from symprop.model.build import number, numeric_value, power, product, quotient, split, total
from symprop.model.expr import Add, Div, Expr, Indicator, Mul, Neg, Pow, Softmax, Sum
from symprop.model.network import Assumption
from symprop.model.walk import children, free_names, fresh_index, rebuild, rename_bound, size, transform, walk

_LIMIT = 200
"""Monomials above which nothing is expanded: such a form would not be the one that is printed."""

Monomial = frozenset[tuple[Expr, int]]
Polynomial = dict[Monomial, Fraction]


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A shorter form and the assumptions that were used for it."""

    expr: Expr
    assumptions: tuple[Assumption, ...] = ()


def cancel(expr: Expr, assumptions: Sequence[Assumption] = ()) -> Cancelled:
    """The form without denominators, if there is a shorter one; else *expr* itself.

    Of a product only the factors that a denominator needs are multiplied in; the others stay factors.
    """
    needed, rest = _needed(expr)
    if needed and rest:
        inner = cancel(product(*needed), assumptions)
        if not _has_denominator(inner.expr):
            return Cancelled(product(inner.expr, *rest), inner.assumptions)
    open_ = distribute(expr) if _has_denominator(expr) else expr
    assumed, used = _assume(open_, assumptions)
    if not used and not _has_denominator(expr):
        return Cancelled(expr)
    if _has_denominator(assumed):
        return Cancelled(expr)
    polynomial = _expand(assumed)
    if polynomial is None:
        return Cancelled(expr)
    best = _written(polynomial)
    for assumption in assumptions:
        for reduced in _reduced(polynomial, assumption):
            if size(reduced) < size(best):
                best, used = reduced, (*used, assumption)
    candidates = [best, assumed] if used else [best]
    shortest = min(candidates, key=size)
    return Cancelled(shortest, tuple(dict.fromkeys(used))) if size(shortest) < size(expr) else Cancelled(expr)


def _needed(expr: Expr) -> tuple[list[Expr], list[Expr]]:
    """The factors of a product that hold a fraction or cancel with a denominator, and the others."""
    coefficient, factors = split(expr)
    below: set[Expr] = set()
    for factor in factors:
        for node in walk(factor):
            if isinstance(node, Div):
                below |= {f.base if isinstance(f, Pow) else f for f in split(node.denominator)[1]}
    needed = [f for f in factors if _has_denominator(f) or (f.base if isinstance(f, Pow) else f) in below]
    rest = [f for f in factors if f not in needed]
    return ([number(coefficient), *needed] if needed else []), rest


def distribute(expr: Expr) -> Expr:
    """*expr* with every product multiplied into those of its sums that contain a fraction."""
    node = rebuild(expr, tuple(distribute(child) for child in children(expr)))
    if isinstance(node, Add):
        return total(*node.terms)
    if not isinstance(node, Mul | Neg | Div):
        return node
    coefficient, factors = split(node)
    for position, factor in enumerate(factors):
        if isinstance(factor, Add) and _has_denominator(factor):
            others = (*factors[:position], *factors[position + 1 :])
            terms = (distribute(_over(coefficient, others, term)) for term in factor.terms)
            return total(*terms)
    return _over(coefficient, factors, None)


def same_up_to_letters(left: Expr, right: Expr) -> bool:
    """Equal apart from the names of bound indices."""
    return _canonical(left) == _canonical(right)


def _canonical(expr: Expr, depth: int = 0) -> Expr:
    node = expr
    if isinstance(node, Sum | Softmax) and node.index:
        node = rename_bound(node, fresh_index(free_names(node), (f"′{depth}",)))
        depth += 1
    return rebuild(node, tuple(_canonical(child, depth) for child in children(node)))


def _over(coefficient: Fraction, factors: Sequence[Expr], term: Expr | None) -> Expr:
    """The product of everything as one fraction, cancelled."""
    above: list[Expr] = [number(coefficient)]
    below: list[Expr] = []
    for factor in (*factors, *((term,) if term is not None else ())):
        weight, parts = split(factor)
        above.append(number(weight))
        for part in parts:
            if isinstance(part, Div):
                above.append(part.numerator)
                below.append(part.denominator)
            else:
                above.append(part)
    return quotient(product(*above), product(*below)) if below else product(*above)


def _has_denominator(expr: Expr) -> bool:
    return any(isinstance(node, Div) and numeric_value(node.denominator) is None for node in walk(expr))


def _assume(expr: Expr, assumptions: Iterable[Assumption]) -> tuple[Expr, tuple[Assumption, ...]]:
    """Every sum that an assumption names, replaced by what it equals."""
    used: list[Assumption] = []

    def change(node: Expr) -> Expr | None:
        if isinstance(node, Sum):
            for assumption in assumptions:
                if same_up_to_letters(node, assumption.left):
                    used.append(assumption)
                    return assumption.right
        return None

    return transform(expr, change), tuple(used)


def _expand(expr: Expr) -> Polynomial | None:
    """*expr* as a polynomial in its atoms, in order of first appearance; None if it is too long."""
    value = numeric_value(expr)
    if value is not None:
        return {frozenset(): value} if value else {}
    handler = _EXPAND.get(type(expr))
    return {frozenset({(expr, 1)}): Fraction(1)} if handler is None else handler(expr)


def _expand_neg(expr: Neg) -> Polynomial | None:
    inner = _expand(expr.operand)
    return None if inner is None else {m: -c for m, c in inner.items()}


def _expand_add(expr: Add) -> Polynomial | None:
    result: Polynomial = {}
    for term in expr.terms:
        part = _expand(term)
        if part is None:
            return None
        for monomial, value in part.items():
            result[monomial] = result.get(monomial, Fraction(0)) + value
    return {m: c for m, c in result.items() if c} if len(result) <= _LIMIT else None


def _expand_mul(expr: Mul) -> Polynomial | None:
    result: Polynomial = {frozenset(): Fraction(1)}
    for factor in expr.factors:
        part = _expand(factor)
        if part is None or len(part) * len(result) > _LIMIT:
            return None
        result = _multiply(result, part)
    return result


def _expand_div(expr: Div) -> Polynomial | None:
    below = numeric_value(expr.denominator)
    inner = _expand(expr.numerator) if below else {frozenset({(expr, 1)}): Fraction(1)}
    return None if inner is None else {m: c / (below or 1) for m, c in inner.items()}


def _expand_pow(expr: Pow) -> Polynomial | None:
    value = numeric_value(expr.exponent)
    if value not in (2, 3):
        return {frozenset({(expr, 1)}): Fraction(1)}
    return _expand(Mul((expr.base,) * int(value or 0)))


_EXPAND: Mapping[type[Expr], Callable[..., Polynomial | None]] = {
    Neg: _expand_neg,
    Add: _expand_add,
    Mul: _expand_mul,
    Div: _expand_div,
    Pow: _expand_pow,
}


def _multiply(left: Polynomial, right: Polynomial) -> Polynomial:
    result: Polynomial = {}
    for a, x in left.items():
        for b, y in right.items():
            exponents = Counter(dict(a))
            idempotent = {atom for atom, _ in a if isinstance(atom, Indicator)}
            exponents.update({atom: e for atom, e in b if atom not in idempotent})
            key = frozenset(exponents.items())
            result[key] = result.get(key, Fraction(0)) + x * y
    return {m: c for m, c in result.items() if c}


def _written(polynomial: Polynomial) -> Expr:
    """As an expression: what all terms share behind the sum, positive terms first, else in order of first appearance."""
    atoms = {atom: place for place, atom in enumerate(a for m in polynomial for a, _ in sorted(m, key=_stable))}
    shared = frozenset.intersection(*(frozenset(a for a, _ in m) for m in polynomial)) if len(polynomial) > 1 else frozenset()
    terms = sorted(polynomial.items(), key=lambda item: item[1] < 0)
    inner = total(*(_monomial(c, [(a, e - (a in shared)) for a, e in m], atoms) for m, c in terms))
    return product(inner, *sorted(shared, key=lambda atom: atoms[atom]))


def _monomial(coefficient: Fraction, powers: Iterable[tuple[Expr, int]], atoms: Mapping[Expr, int]) -> Expr:
    ordered = sorted(powers, key=lambda pair: atoms[pair[0]])
    return product(number(coefficient), *(power(atom, number(exponent)) for atom, exponent in ordered))


def _stable(pair: tuple[Expr, int]) -> str:
    # A frozenset has no order of its own; the text of a node is the same in every run.
    return repr(pair[0])


def _reduced(polynomial: Polynomial, assumption: Assumption) -> Iterator[Expr]:
    """*polynomial* with each variable of a linear assumption eliminated in turn."""
    gap = _expand(total(assumption.left, Neg(assumption.right)))
    if gap is None or any(sum(e for _, e in m) > 1 for m in gap):
        return
    for chosen, weight in gap.items():
        if not chosen:
            continue
        ((atom, _),) = chosen
        rest = {m: -c / weight for m, c in gap.items() if m != chosen}
        result: Polynomial = {}
        for monomial, value in polynomial.items():
            exponents = dict(monomial)
            count = exponents.pop(atom, 0)
            part = {frozenset(exponents.items()): value}
            for _ in range(count):
                part = _multiply(part, rest)
            for m, c in part.items():
                result[m] = result.get(m, Fraction(0)) + c
        reduced = {m: c for m, c in result.items() if c}
        if len(reduced) <= len(polynomial):
            yield _written(reduced)
