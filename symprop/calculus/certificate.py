"""Exact certificates of equality, by sympy, for small scalar equations; a route of their own.

Each ``∂a/∂b`` is replaced by what ``sympy.diff`` makes of *a*, written out down to *b*; then all names are
written out down to the leaves, and the difference of both sides must be the zero of the field of fractions in
its exponentials and other atoms.  Nothing of the project's own calculus is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from math import prod
from typing import Any

import sympy as sp

from symprop.calculus.congruence import narrowed
from symprop.calculus.sympy_bridge import symbol, to_sympy
from symprop.errors import InputError
from symprop.model.expr import Apply, Expr, Increment, Indicator, Mul, Neg, Partial, Ref, Sum
from symprop.model.network import Abbreviation, Network, Objective
from symprop.model.walk import children, rebuild, size, walk

MOVING_LIMIT = 40
"""Quantities to write out above which no certificate is tried."""

SIZE_LIMIT = 180
"""Nodes of the written-out sides above which no certificate is tried: sampling then stands alone."""

NAMES_LIMIT = 600
"""Nodes of the two sides as they stand above which no identity in their names is looked for."""

FORM_LIMIT = 2000
"""Nodes of one quantity written out for sympy, where ``tanh(z)`` holds its argument four times."""

GAP_LIMIT = 6000
"""Nodes of a difference, derivatives taken, above which it is not brought to one denominator."""

TERMS_LIMIT = 5000
"""Terms above which a numerator is not expanded."""

SympyExpr = Any


class Certifier:
    """Proves equalities of scalar expressions over the definitions of *network*."""

    def __init__(self, network: Network, abbreviations: Mapping[str, Abbreviation]) -> None:
        self.network = network
        self.abbreviations = abbreviations
        self.scalar = {name: group[0].expr for name, group in network.by_name.items() if len(group) == 1 and not group[0].indices}
        self.arrays = {leaf.name for leaf in network.leaves.values() if leaf.axes}
        self.arrays |= {d.name for d in network.definitions if d.indices}
        self.consumers: dict[str, list[str]] = {}
        for definition in network.definitions:  # indexed ones too: a scalar may vary through them
            for used in dict.fromkeys(node.name for node in walk(definition.expr) if isinstance(node, Ref)):
                self.consumers.setdefault(used, []).append(definition.name)

    def proves(self, left: Expr, right: Expr) -> bool:
        """True if ``left = right`` was proved; False says nothing."""
        try:
            a, b = self._plain(left), self._plain(right)
        except _OutOfReach:
            return False
        return a == b or self._proves(*narrowed(a, b)) or self._proves(a, b)

    def _proves(self, left: Expr, right: Expr) -> bool:
        try:
            return left == right or self._equal_in_names(left, right) or self._equal_written_out(left, right)
        except (InputError, _OutOfReach, sp.PolynomialError, NotImplementedError, RecursionError):
            return False

    def _equal_in_names(self, left: Expr, right: Expr) -> bool:
        """Is the equation an identity already when every name and every partial is a variable of its own?"""
        if size(left) + size(right) > NAMES_LIMIT:
            return False
        atoms: dict[Expr, Ref] = {}
        a, b = _with_atoms(left, atoms), _with_atoms(right, atoms)
        return _vanishes(to_sympy(a, self.network) - to_sympy(b, self.network))

    def _equal_written_out(self, left: Expr, right: Expr) -> bool:
        """Is it one when what varies with a partial's denominator is written out, or, without partials, the definitions?"""
        partials = [node for side in (left, right) for node in walk(side) if isinstance(node, Partial)]
        if partials:
            return self._equal_down_to(self._above({node.wrt.name for node in partials}), left, right)
        names = frozenset(n.name for side in (left, right) for n in walk(side) if isinstance(n, Ref))
        # The definitions of what stands there (y for σ(z) in y (1 - y)), else everything below (E by its parts' parts).
        return self._equal_down_to(names, left, right) or self._equal_down_to(self._below(names), left, right)

    def _equal_down_to(self, moving: frozenset[str], left: Expr, right: Expr) -> bool:
        written = _Written(self.scalar, moving, self.network)
        if written.size(left) + written.size(right) > SIZE_LIMIT:
            return False
        return _vanishes(written.value(left) - written.value(right))

    def _below(self, names: frozenset[str]) -> frozenset[str]:
        """*names* and everything that they depend on.

        Raises:
            _OutOfReach: that is too much.
        """
        found = set(names)
        stack = list(names)
        while stack:
            body = self.scalar.get(stack.pop())
            for node in () if body is None else walk(body):
                if isinstance(node, Ref) and node.name not in found:
                    found.add(node.name)
                    stack.append(node.name)
            if len(found) > 2 * MOVING_LIMIT:
                raise _OutOfReach
        return frozenset(found)

    def _above(self, names: set[str]) -> frozenset[str]:
        """Everything that depends on one of *names*.

        Raises:
            _OutOfReach: too much does, or something with indices, which cannot be written out here.
        """
        found: set[str] = set()
        stack = list(names)
        while stack:
            for consumer in self.consumers.get(stack.pop(), ()):
                if consumer not in self.scalar:
                    raise _OutOfReach
                if consumer not in found:
                    found.add(consumer)
                    stack.append(consumer)
            if len(found) > MOVING_LIMIT:
                raise _OutOfReach
        return frozenset(found)

    def _plain(self, expr: Expr) -> Expr:
        """Abbreviations and increments by what they stand for; no indices, sums or brackets."""
        if isinstance(expr, Ref):
            if expr.indices or expr.name in self.arrays:
                raise _OutOfReach  # a whole array is no commuting variable
            short = self.abbreviations.get(expr.name)
            return expr if short is None else self._plain(short.meaning)
        if isinstance(expr, Increment):
            if self.network.cost is None:
                raise _OutOfReach
            change = Partial(Ref(self.network.cost), expr.weight)
            maximizes = self.network.objective is Objective.MAXIMIZE
            return Mul((Ref(self.network.rate_of(expr.weight.name)), change if maximizes else Neg(change)))
        if isinstance(expr, Sum | Indicator):
            raise _OutOfReach
        return rebuild(expr, tuple(self._plain(child) for child in children(expr)))


class _Written:
    """Quantities written out, as far as they are *moving*: the others are variables of their own."""

    def __init__(self, scalar: Mapping[str, Expr], moving: frozenset[str], network: Network) -> None:
        self.bodies = {name: scalar[name] for name in scalar if name in moving}
        self.network = network
        self.forms: dict[tuple[str, str], SympyExpr] = {}
        self.sizes: dict[str, int] = {}
        for name in self.bodies:  # definitions come in evaluation order: one pass knows all sizes
            self.sizes[name] = min(SIZE_LIMIT + 1, self.size(self.bodies[name]))

    def size(self, expr: Expr) -> int:
        """Nodes of *expr* when it is written out."""
        return sum(1 + (self.sizes.get(node.name, 0) if isinstance(node, Ref) else 0) for node in walk(expr))

    def value(self, expr: Expr) -> SympyExpr:
        """*expr* written out, its partials taken by sympy."""
        put: dict[Ref, SympyExpr] = {}
        plain = self._without_partials(expr, put)
        made = to_sympy(plain, self.network)
        return made.xreplace({symbol(ref.name): form for ref, form in put.items()}).xreplace(self._below(plain, ""))

    def _without_partials(self, expr: Expr, put: dict[Ref, SympyExpr]) -> Expr:
        if isinstance(expr, Partial):
            stand_in = Ref(f"∂{len(put)}")
            put[stand_in] = self._partial(expr)
            return stand_in
        return rebuild(expr, tuple(self._without_partials(child, put) for child in children(expr)))

    def _partial(self, expr: Partial) -> SympyExpr:
        cut = expr.wrt.name
        of = to_sympy(expr.of, self.network)
        if expr.of != expr.wrt:
            of = of.xreplace(self._below(expr.of, cut))
        return sp.diff(of, symbol(cut)).xreplace({symbol(cut): self._form(cut, "")})

    def _below(self, expr: Expr, cut: str) -> dict[SympyExpr, SympyExpr]:
        names = {node.name for node in walk(expr) if isinstance(node, Ref)}
        return {symbol(name): self._form(name, cut) for name in names if name in self.bodies and name != cut}

    def _form(self, name: str, cut: str) -> SympyExpr:
        """The quantity down to the leaves and what does not move, or down to *cut*."""
        if name == cut or name not in self.bodies:
            return symbol(name)
        if (name, cut) not in self.forms:
            body = self.bodies[name]
            form = to_sympy(body, self.network).xreplace(self._below(body, cut))
            if _is_longer(form, FORM_LIMIT):
                raise _OutOfReach
            self.forms[name, cut] = form
        return self.forms[name, cut]


def _with_atoms(expr: Expr, atoms: dict[Expr, Ref]) -> Expr:
    """Each partial by a name; each argument with a function in it too, as exponentials of exponentials cost seconds."""
    if isinstance(expr, Partial):
        return atoms.setdefault(expr, Ref(f"∂{len(atoms)}"))
    if isinstance(expr, Apply):
        nested = [any(isinstance(node, Apply) for node in walk(argument)) for argument in expr.arguments]
        if any(nested):
            named = (
                atoms.setdefault(a, Ref(f"∂{len(atoms)}")) if deep else a for a, deep in zip(expr.arguments, nested, strict=True)
            )
            return rebuild(expr, tuple(named))
    return rebuild(expr, tuple(_with_atoms(child, atoms) for child in children(expr)))


class _OutOfReach(Exception):
    """No certificate is tried."""


def _vanishes(gap: SympyExpr) -> bool:
    if gap == 0:
        return True
    if _is_longer(gap, GAP_LIMIT):
        return False
    above, _ = sp.fraction(sp.together(gap))
    return _terms(above) <= TERMS_LIMIT and bool(sp.expand(above) == 0)


def _is_longer(expr: SympyExpr, limit: int) -> bool:
    """Has *expr* at least *limit* nodes, shared ones counted each time?"""
    return sum(1 for _ in islice(sp.preorder_traversal(expr), limit)) == limit


def _terms(expr: SympyExpr) -> int:
    """Terms that expanding would write down before any cancel; exponential in the depth of nested functions."""
    if isinstance(expr, sp.Add):
        return sum(map(_terms, expr.args))
    if isinstance(expr, sp.Mul):
        return prod(map(_terms, expr.args))
    if isinstance(expr, sp.Pow) and expr.exp.is_Integer and expr.exp > 0:
        return int(_terms(expr.base) ** min(int(expr.exp), TERMS_LIMIT))
    return 1
