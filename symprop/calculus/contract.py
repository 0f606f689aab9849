r"""Contraction: sums against Iverson brackets are carried out, ranges are kept.

.. math:: \sum_{j=l}^{u} f(j)\,[j = p] = f(p)\,[l \le p \le u]

The condition is dropped only where the known range of the free indices implies it; at the borders of a shift
(``x[j+m]``, ``h[t-1]``) it stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from symprop.calculus.grouping import collect
from symprop.model.affine import Affine, affine
from symprop.model.build import negative, number, product, quotient, retidy, split, total
from symprop.model.expr import ONE, ZERO, Add, Div, Expr, Indicator, Neg, Ref, Softmax, Sum
from symprop.model.network import Range
from symprop.model.walk import children, mentions, rebuild, substitute


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the free indices: a range for each letter."""

    ranges: Mapping[str, Range]

    @staticmethod
    def of(ranges: Sequence[Range]) -> Known:
        """The ranges by letter."""
        return Known({r.index: r for r in ranges})

    @property
    def letters(self) -> frozenset[str]:
        """The free letters and the names in their bounds: what an index expression is made of."""
        bounds = (affine(bound) for r in self.ranges.values() for bound in (r.lower, r.upper))
        return frozenset(self.ranges).union(*(b.coefficients for b in bounds if b is not None))

    def also(self, bound: Range) -> Known:
        """With one more letter in force."""
        return Known({**self.ranges, bound.index: bound})

    def at_least(self, left: Affine, right: Affine) -> bool:
        """Is ``left >= right`` for every value of the known letters?  Sizes are at least 1."""
        gap = left.plus(right, Fraction(-1))
        for _ in range(8):
            letter = next((name for name in gap.coefficients if name in self.ranges), None)
            if letter is None:
                break
            weight = gap.coefficients[letter]
            bound = affine(self.ranges[letter].lower if weight > 0 else self.ranges[letter].upper)
            if bound is None or letter in bound.coefficients:
                return False
            gap = gap.without(letter).plus(bound, weight)
        else:
            return False  # letters bounded by letters without end: nothing is known
        if any(weight < 0 for weight in gap.coefficients.values()):
            return False
        return gap.constant + sum(gap.coefficients.values()) >= 0


def contract(expr: Expr, known: Known) -> Expr:
    """*expr* with every sum over an Iverson bracket carried out and tidied, bottom-up."""
    if isinstance(expr, Sum):
        bound = Range(expr.index, expr.lower, expr.upper)
        return sum_over(contract(expr.body, known.also(bound)), bound, known)
    if isinstance(expr, Softmax):
        return expr  # a function of a vector: nothing to contract inside
    if isinstance(expr, Indicator) and _implied(expr, known):
        return ONE
    node = rebuild(expr, tuple(contract(child, known) for child in children(expr)))
    changed = retidy(node)
    return node if changed is None else changed


def sum_over(body: Expr, bound: Range, known: Known) -> Expr:
    """``Σ_bound body``: contracted where an equality fixes the index, factors free of it in front of the sum."""
    index = bound.index
    sign, factors = split(body)
    if not sign:
        return ZERO
    for position, factor in enumerate(factors):
        rest = (*factors[:position], *factors[position + 1 :])
        if isinstance(factor, Indicator):
            solved = solve(factor, index)
            if solved is not None:
                put = {Ref(index): solved.expr}
                inside = condition(solved, bound, known)
                return _scaled(sign, product(*inside, *(substitute(f, put) for f in rest)))
        if isinstance(factor, Add) and _fixes(factor, index):
            parts = (sum_over(_insert(rest, position, term), bound, known) for term in factor.terms)
            return _scaled(sign, collect(total(*parts)))
    return _scaled(sign, _pulled(factors, bound, known))


def solve(bracket: Indicator, index: str) -> Affine | None:
    """The value of *index* that ``[… = …]`` forces, if the bracket is one linear equation with coefficient ±1 in it."""
    if bracket.operators != ("=",):
        return None
    left, right = affine(bracket.operands[0]), affine(bracket.operands[1])
    if left is None or right is None:
        return None
    gap = left.plus(right, Fraction(-1))
    weight = gap.coefficients.get(index, Fraction(0))
    return gap.without(index).scaled(-1 / weight) if abs(weight) == 1 else None


def condition(value: Affine, bound: Range, known: Known) -> tuple[Expr, ...]:
    """``[lower ≤ value ≤ upper]`` as far as it is not implied; nothing where it always holds."""
    lower, upper = affine(bound.lower), affine(bound.upper)
    above = lower is not None and known.at_least(value, lower)
    below = upper is not None and known.at_least(upper, value)
    if above and below:
        return ()
    if above:
        return (_isolated(value, "≤", bound.upper),)
    if below:
        return (_isolated(value, "≥", bound.lower),)
    return (Indicator((bound.lower, value.expr, bound.upper), ("≤", "≤")),)


def _implied(bracket: Indicator, known: Known) -> bool:
    """Does every comparison of index expressions hold throughout the known ranges?"""
    pairs = zip(bracket.operators, bracket.operands, bracket.operands[1:], strict=False)
    return all(
        (a := affine(left)) is not None
        and (b := affine(right)) is not None
        and set(a.coefficients) | set(b.coefficients) <= known.letters
        and ((op == "≤" and known.at_least(b, a)) or (op == "≥" and known.at_least(a, b)))
        for op, left, right in pairs
    )


def _isolated(value: Affine, operator: str, limit: Expr) -> Expr:
    """``[value ≤ limit]`` with the constant on the right: ``[t ≤ T - 1]``."""
    other = affine(limit)
    if other is None or not value.coefficients:
        return Indicator((value.expr, limit), (operator,))
    constant = Affine({}, value.constant)
    return Indicator((value.plus(constant, Fraction(-1)).expr, other.plus(constant, Fraction(-1)).expr), (operator,))


def _fixes(expr: Add, index: str) -> bool:
    return any(isinstance(f, Indicator) and solve(f, index) is not None for t in expr.terms for f in split(t)[1])


def _insert(rest: Sequence[Expr], position: int, term: Expr) -> Expr:
    return product(*rest[:position], term, *rest[position:])


def _scaled(coefficient: Fraction, expr: Expr) -> Expr:
    return product(number(coefficient), expr)


def _pulled(factors: Sequence[Expr], bound: Range, known: Known) -> Expr:
    """``Σ Π factors`` with what does not depend on the index in front (or below, for a quotient)."""
    outside: list[Expr] = []
    inside: list[Expr] = []
    below: list[Expr] = []
    for factor in factors:
        if not mentions(factor, bound.index):
            outside.append(factor)
        elif isinstance(factor, Div) and not mentions(factor.denominator, bound.index):
            inside.append(factor.numerator)
            below.append(factor.denominator)
        else:
            inside.append(factor)
    if not inside:
        return product(_count(bound, known), *outside)
    body = product(*inside)
    if isinstance(body, Neg):
        return negative(product(*outside, Sum(body.operand, bound.index, bound.lower, bound.upper)))
    made = product(*outside, Sum(body, bound.index, bound.lower, bound.upper))
    return quotient(made, product(*below)) if below else made


def _count(bound: Range, known: Known) -> Expr:
    """How many values *bound* has; ``Σ 1`` where it may be empty by more than one, as ``1..t-2`` is for t = 1."""
    lower, above = affine(bound.lower), affine(Add((bound.upper, ONE)))
    if lower is None or above is None or not known.at_least(above, lower):
        return Sum(ONE, bound.index, bound.lower, bound.upper)
    return above.plus(lower, Fraction(-1)).expr
