"""What a name stands for: the activation that defines it, also where several definitions make a quantity together.

Of ``h[0] = 0`` and ``h[t=1..T] = σ(a[t])``, ``h[t]`` is ``σ(a[t])`` wherever ``t`` is known not to be 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from symprop.calculus import contract
from symprop.codegen.hoist import Scope
from symprop.codegen.program import Kind, Line, Program
from symprop.model.affine import Affine, affine
from symprop.model.expr import Apply, Expr, Indicator, Mul, Ref, Softmax
from symprop.model.network import Range
from symprop.model.walk import substitute

ACTIVATIONS = frozenset(("sigmoid", "tanh"))
_UNIT = Affine({}, Fraction(1))
_TURNED = {"≤": "≥", "≥": "≤"}


@dataclass(frozen=True, slots=True)
class Known:
    """What names stand for.

    Args:
        lines: the definitions of each quantity that an activation defines somewhere.
        scope: the letters in force where it is asked.
    """

    lines: Mapping[str, tuple[Line, ...]]
    scope: Scope = field(default_factory=dict)

    @staticmethod
    def of(program: Program) -> Known:
        """What the definitions of *program* say."""
        groups = {name: tuple(group) for name, group in program.by_name.items()}
        return Known({name: group for name, group in groups.items() if any(map(_is_activation, group))})

    def within(self, scope: Scope) -> Known:
        """The same, asked where the letters of *scope* are in force."""
        return replace(self, scope=scope)

    def meaning(self, node: Expr) -> Expr:
        """The application that defines *node* where it is a name of one, else *node* itself."""
        if not isinstance(node, Ref):
            return node
        for line in self.lines.get(node.name, ()):
            put = _put(line, node.indices) if _is_activation(line) else None
            if put is not None and all(other is line or self._agrees(line, other, node) for other in self.lines[node.name]):
                return substitute(line.expr, put)
        return node

    def _agrees(self, line: Line, other: Line, node: Ref) -> bool:
        """Does *other* say the same as *line*, or is it about other entries than *node*?"""
        put = _put(line, other.indices)
        if put is not None and substitute(line.expr, put) == other.expr:
            return True
        return any(is_apart(index, own, other, self.scope) for index, own in zip(node.indices, other.indices, strict=True))


def is_apart(index: Expr, own: Expr, other: Line, scope: Scope) -> bool:
    """Is *index* known to be none of the values that *own*, an index of *other*, has, for all letters of *scope*?"""
    letters = {r.index: r for r in other.ranges}
    bound = letters.get(own.name) if isinstance(own, Ref) else None
    place = affine(index)
    low, high = (affine(own), affine(own)) if bound is None else (affine(bound.lower), affine(bound.upper))
    if place is None or low is None or high is None or not letters.keys().isdisjoint((*low.coefficients, *high.coefficients)):
        return False
    known = contract.Known(scope)
    return known.at_least(place, high.plus(_UNIT)) or known.at_least(low.plus(_UNIT, Fraction(-1)), place)


def guarded(scope: Scope, node: Expr) -> Scope:
    """*scope* inside of *node*: the brackets of a product say more of its letters (``[t ≥ 2] f(t)``)."""
    if not isinstance(node, Mul):
        return scope
    made = dict(scope)
    for bracket in node.factors:
        if isinstance(bracket, Indicator):
            for left, sign, right in zip(bracket.operands, bracket.operators, bracket.operands[1:], strict=False):
                _narrow(made, left, sign, right)
                _narrow(made, right, _TURNED.get(sign, sign), left)
    return made


def _narrow(scope: dict[str, Range], letter: Expr, sign: str, bound: Expr) -> None:
    own = scope.get(letter.name) if isinstance(letter, Ref) and not letter.indices else None
    if own is None or affine(bound) is None:
        return
    lower = bound if sign in ("≥", "=") else own.lower
    upper = bound if sign in ("≤", "=") else own.upper
    scope[own.index] = Range(own.index, lower, upper)


def _put(line: Line, indices: Sequence[Expr]) -> dict[Ref, Expr] | None:
    """What the letters of *line* are where its left side has *indices*; None where a fixed index differs."""
    letters = {r.index for r in line.ranges}
    put: dict[Ref, Expr] = {}
    for own, index in zip(line.indices, indices, strict=True):
        if isinstance(own, Ref) and own.name in letters:
            put[own] = index
        elif own != index:
            return None
    return put


def _is_activation(line: Line) -> bool:
    expr = line.expr
    named = isinstance(expr, Apply) and expr.function in ACTIVATIONS and not expr.primes
    return line.kind is Kind.FORWARD and (named or isinstance(expr, Softmax))
