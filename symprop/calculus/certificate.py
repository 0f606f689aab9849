"""Exact certificates of equality, by sympy, for small scalar equations; a route of their own.

Each ``∂a/∂b`` is replaced by what ``sympy.diff`` makes of *a*, written out down to *b*; then all names are
written out down to the leaves, and the difference of both sides must be the zero of the field of fractions in
its exponentials and other atoms.  Nothing of the project's own calculus is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp

from symprop.calculus.sympy_bridge import symbol, to_sympy
from symprop.errors import InputError
from symprop.model.expr import Expr, Increment, Indicator, Mul, Neg, Partial, Ref, Sum
from symprop.model.network import Abbreviation, Network, Objective
from symprop.model.walk import children, rebuild, walk

SIZE_LIMIT = 200
"""Nodes of the written-out sides above which no certificate is tried: sampling then stands alone."""

SympyExpr = Any


class Certifier:
    """Proves equalities of scalar expressions over the definitions of *network*."""

    def __init__(self, network: Network, abbreviations: Mapping[str, Abbreviation]) -> None:
        self.network = network
        self.abbreviations = abbreviations
        self.written: dict[tuple[str, str], SympyExpr] = {}
        self.partials: dict[tuple[Expr, str], SympyExpr] = {}
        self.scalar = {name: group[0].expr for name, group in network.by_name.items() if len(group) == 1 and not group[0].indices}
        # Definitions come in evaluation order, so one pass knows how long each is when written out.
        self.sizes: dict[str, int] = {}
        for name, body in self.scalar.items():
            parts = (1 + self.sizes.get(node.name, 0) if isinstance(node, Ref) else 1 for node in walk(body))
            self.sizes[name] = min(SIZE_LIMIT + 1, sum(parts))

    def proves(self, left: Expr, right: Expr) -> bool:
        """True if ``left = right`` was proved; False says nothing."""
        try:
            a, b = self._plain(left), self._plain(right)
            if a == b:
                return True
            if self._size(a) + self._size(b) > SIZE_LIMIT:
                return False
            return _vanishes(self._value(a) - self._value(b))
        except (InputError, _TooLong, sp.PolynomialError, NotImplementedError, RecursionError):
            return False

    def _plain(self, expr: Expr) -> Expr:
        """Abbreviations and increments by what they stand for; no indices, sums or brackets."""
        if isinstance(expr, Ref):
            if expr.indices:
                raise _TooLong
            short = self.abbreviations.get(expr.name)
            return expr if short is None else self._plain(short.meaning)
        if isinstance(expr, Increment):
            sign = self.network.objective is Objective.MAXIMIZE
            if self.network.cost is None:
                raise _TooLong
            change = Partial(Ref(self.network.cost), expr.weight)
            rate = Ref(self.network.rate)
            return Mul((rate, change if sign else Neg(change)))
        if isinstance(expr, Sum | Indicator):
            raise _TooLong
        return rebuild(expr, tuple(self._plain(child) for child in children(expr)))

    def _size(self, expr: Expr) -> int:
        """Nodes after writing everything out."""
        total = 0
        for node in walk(expr):
            total += 1
            if isinstance(node, Ref):
                total += self._depth_size(node.name)
            if total > SIZE_LIMIT:
                raise _TooLong
        return total

    def _depth_size(self, name: str) -> int:
        if name not in self.scalar and name in self.network.by_name:
            raise _TooLong
        return self.sizes.get(name, 0)

    def _value(self, expr: Expr) -> SympyExpr:
        """*expr* down to the leaves."""
        put: dict[Ref, SympyExpr] = {}
        plain = self._without_partials(expr, put)
        value = to_sympy(plain, self.network)
        return value.xreplace({symbol(ref.name): made for ref, made in put.items()}).xreplace(self._leaves(plain, ""))

    def _without_partials(self, expr: Expr, put: dict[Ref, SympyExpr]) -> Expr:
        if isinstance(expr, Partial):
            stand_in = Ref(f"∂{len(put)}")
            put[stand_in] = self._partial(expr)
            return stand_in
        return rebuild(expr, tuple(self._without_partials(child, put) for child in children(expr)))

    def _partial(self, expr: Partial) -> SympyExpr:
        key = (expr.of, expr.wrt.name)
        if key not in self.partials:
            name = expr.wrt.name
            of = to_sympy(expr.of, self.network)
            cut = of if expr.of == expr.wrt else of.xreplace(self._leaves(expr.of, name))
            slope = sp.diff(cut, symbol(name))
            self.partials[key] = slope.xreplace({symbol(name): self._written(name, "")})
        return self.partials[key]

    def _leaves(self, expr: Expr, cut: str) -> dict[SympyExpr, SympyExpr]:
        names = {node.name for node in walk(expr) if isinstance(node, Ref)}
        return {symbol(n): self._written(n, cut) for n in names if n in self.scalar and n != cut}

    def _written(self, name: str, cut: str) -> SympyExpr:
        """The quantity down to the leaves, or down to *cut*."""
        if name == cut or name not in self.scalar:
            return symbol(name)
        key = (name, cut)
        if key not in self.written:
            body = self.scalar[name]
            self.written[key] = to_sympy(body, self.network).xreplace(self._leaves(body, cut))
        return self.written[key]


class _TooLong(Exception):
    """No certificate is tried."""


def _vanishes(gap: SympyExpr) -> bool:
    if gap == 0:
        return True
    above, _ = sp.fraction(sp.together(gap))
    return bool(sp.expand(above) == 0) or bool(sp.cancel(gap) == 0)
