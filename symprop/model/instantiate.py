"""Index notation written out for given widths: ``z[j] = Σ_k W[j,k] x[k]`` as ``z_1 = W_11 x_1 + W_12 x_2``, …."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product as cartesian

from symprop.errors import InputError, InternalError
from symprop.model.affine import affine
from symprop.model.build import number, retidy, total
from symprop.model.expr import ONE, ZERO, Expr, Indicator, Number, Ref, Softmax, Sum
from symprop.model.network import Assumption, Definition, Leaf, Network, Range, Role
from symprop.model.walk import children, free_names, rebuild, substitute

MOST_DEFINITIONS = 20_000
"""Definitions above which nothing is written out."""

_COMPARE = {
    "=": lambda a, b: a == b,
    "≠": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "≤": lambda a, b: a <= b,
    "≥": lambda a, b: a >= b,
}


def write_out(network: Network, sizes: Mapping[str, int]) -> Network:
    """The scalar network that *network* is for these *sizes*: one definition and one name for each entry.

    ``W[1,2]`` becomes ``W_12``, or ``W_1_2`` where a size has two digits.

    Raises:
        InputError: a size is missing or not positive, or the result would be too long.
    """
    missing = [name for name in network.sizes if name not in sizes]
    if missing:
        raise InputError(f"the size {missing[0]} is not given")
    if any(sizes[name] < 1 for name in network.sizes):
        raise InputError("a size is a positive number")
    writer = Writer(network, sizes)
    leaves: dict[str, Leaf] = {}
    for leaf in network.leaves.values():
        if leaf.role is not Role.SIZE:
            for entry in writer.entries(Ref(leaf.name, tuple(Ref(a.index) for a in leaf.axes)), leaf.axes):
                leaves[entry] = Leaf(entry, leaf.role, (), leaf.reason, leaf.span)
    definitions: list[Definition] = []
    for definition in network.definitions:
        for letters in writer.instances(definition.ranges):
            name = writer.expr(definition.ref, letters)
            if not isinstance(name, Ref):
                raise InternalError("a left side is a name")
            definitions.append(Definition(name.name, writer.expr(definition.expr, letters), definition.role))
            if len(definitions) > MOST_DEFINITIONS:
                raise InputError(f"written out the network has more than {MOST_DEFINITIONS} definitions")
    assumptions = tuple(
        Assumption(writer.expr(a.left, letters), writer.expr(a.right, letters), a.text)
        for a in network.assumptions
        for letters in writer.instances(a.ranges)
    )
    return replace(
        network,
        leaves=leaves,
        definitions=_evaluable(definitions),
        assumptions=assumptions,
        values={k: v for k, v in network.values.items() if k in leaves},
        notes=(),
    )


class Writer:
    """Writes expressions of *network* out for given sizes."""

    def __init__(self, network: Network, sizes: Mapping[str, int]) -> None:
        self.network = network
        self.sizes = {name: Fraction(value) for name, value in sizes.items()}
        self.glue = "" if all(value < 10 for value in sizes.values()) else "_"

    def expr(self, expr: Expr, letters: Mapping[str, int]) -> Expr:
        """*expr* at these values of its free letters, sums added up, names of entries instead of indices."""
        put: dict[Ref, Expr] = {Ref(name): number(value) for name, value in letters.items()}
        return self._written(substitute(expr, put))

    def instances(self, ranges: tuple[Range, ...]) -> Iterator[dict[str, int]]:
        """Every assignment of the letters of *ranges*, the last one running fastest."""
        spans = [range(self.index(r.lower), self.index(r.upper) + 1) for r in ranges]
        for values in cartesian(*spans):
            yield {r.index: value for r, value in zip(ranges, values, strict=True)}

    def entries(self, ref: Ref, ranges: tuple[Range, ...]) -> Iterator[str]:
        """The names of all entries of *ref*."""
        for letters in self.instances(ranges):
            name = self.expr(ref, letters)
            if isinstance(name, Ref):
                yield name.name

    def index(self, expr: Expr) -> int:
        """The value of an index expression.

        Raises:
            InputError: it is no integer for these sizes.
        """
        form = affine(expr)
        if form is None or any(name not in self.sizes for name in form.coefficients):
            raise InputError("an index cannot be written out for these sizes", expr.span)
        value = form.constant + sum(weight * self.sizes[name] for name, weight in form.coefficients.items())
        if value.denominator != 1:
            raise InputError("an index is no whole number for these sizes", expr.span)
        return int(value)

    def _written(self, expr: Expr) -> Expr:
        if isinstance(expr, Ref):
            return self._name(expr)
        if isinstance(expr, Sum):
            values = range(self.index(expr.lower), self.index(expr.upper) + 1)
            return total(*(self._written(substitute(expr.body, {Ref(expr.index): number(value)})) for value in values))
        if isinstance(expr, Softmax) and expr.lower is not None and expr.upper is not None:
            first, last = self.index(expr.lower), self.index(expr.upper)
            parts = (substitute(expr.arguments[0], {Ref(expr.index): number(value)}) for value in range(first, last + 1))
            at = number(self.index(expr.at) - first + 1)
            return Softmax(tuple(self._written(part) for part in parts), "", None, None, at, span=expr.span)
        node = rebuild(expr, tuple(self._written(child) for child in children(expr)))
        if isinstance(node, Indicator):
            return _decided(node)
        # A bracket that came out 0 or 1 leaves its product.
        changed = retidy(node) if any(child in (ZERO, ONE) for child in children(node)) else None
        return node if changed is None else changed

    def _name(self, ref: Ref) -> Expr:
        if ref.indices:
            return Ref("_".join((ref.name, self.glue.join(str(self.index(i)) for i in ref.indices))))
        return number(self.sizes[ref.name]) if ref.name in self.sizes else ref


def _decided(bracket: Indicator) -> Expr:
    """The value of a bracket of numbers; other brackets stay."""
    values = [o.value for o in bracket.operands if isinstance(o, Number)]
    if len(values) != len(bracket.operands):
        return bracket
    links = zip(bracket.operators, values, values[1:], strict=False)
    return ONE if all(_COMPARE[op](a, b) for op, a, b in links) else ZERO


def _evaluable(definitions: list[Definition]) -> tuple[Definition, ...]:
    """In an order in which each can be computed (a recurrence comes out interleaved)."""
    by_name = {d.name: d for d in definitions}
    done: dict[str, Definition] = {}
    for first in definitions:
        stack = [first.name]
        while stack:
            name = stack[-1]
            waiting = [n for n in free_names(by_name[name].expr) if n in by_name and n not in done and n != name]
            if waiting:
                stack += sorted(waiting)
            else:
                done[stack.pop()] = by_name[name]
    return tuple(done.values())
