"""Products whose factors do not fit: which ones, and what their sizes are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from symprop.check.judge import Judge
from symprop.check.mistakes.instances import instantiated
from symprop.check.mistakes.latex import Unprintable
from symprop.check.mistakes.sites import references, sites
from symprop.check.mistakes.spelling import Writer
from symprop.check.values.array import Array, ShapeMismatch, Tensor, collapsed
from symprop.check.values.dims import Axis
from symprop.check.values.shapes import Shapes
from symprop.check.values.world import World
from symprop.evaluation.tape import Node
from symprop.evaluation.trouble import Trouble
from symprop.model.expr import ONE, Expr, Number, Ref
from symprop.model.written import Product


def clash(left: Expr, right: Expr, judge: Judge, writer: Writer) -> str:
    r"""A sentence on the first product in ``left = right`` whose factors do not fit; "" if all fit.

    The sizes are called as the document calls them, else by a quantity that has as many entries, rows or columns.
    """
    world = judge.world(0)
    try:
        letters = next(iter(judge.instances(world, (left, right))), {})
    except Trouble:
        return ""
    products = [site.node for side in (right, left) for site in sites(side) if isinstance(site.node, Product)]
    for node in reversed(products):  # the innermost ones come last
        for place, sign in enumerate(node.signs):
            if sign in ("", "·"):
                before = node.factors[0] if not place else Product(node.factors[: place + 1], node.signs[:place])
                found = _between(world, before, node.factors[place + 1], letters)
                if found is not None:
                    names = _Sizes(world, letters, writer, (*references(left), *references(right)))
                    return _sentence(found, (before, node.factors[place + 1]), names, writer)
    return ""


def _between(world: World, left: Expr, right: Expr, letters: Mapping[str, object]) -> tuple[Array, Array] | None:
    """The values of two factors whose product there is not, though there are both of them."""
    try:
        a, b = (collapsed(world.value(side, letters)) for side in (left, right))
    except Trouble:
        return None
    if any(isinstance(side, Node | Tensor) for side in (a, b)):
        return None
    assert isinstance(a, Array)
    assert isinstance(b, Array)
    try:
        world.value(Product((left, right), ("",)), letters)
    except ShapeMismatch:
        return a, b
    except Trouble:
        return None
    return None


def _sentence(values: Sequence[Array], factors: Sequence[Expr], names: _Sizes, writer: Writer) -> str:
    try:
        product = writer.text(Product(tuple(factors), ("",)))
        sizes = [names.text(value, factor) for value, factor in zip(values, factors, strict=True)]
    except Unprintable:
        return ""
    return f"{product} multiplies {sizes[0]} by {sizes[1]}."


class _Sizes:
    """What the axes of a world are called."""

    def __init__(self, world: World, letters: Mapping[str, object], writer: Writer, claimed: Sequence[Ref]) -> None:
        self._world, self._letters, self._writer, self._claimed = world, letters, writer, claimed
        self._shapes = Shapes(world.theory, world.dims, world.depth)

    def text(self, value: Array, expr: Expr) -> str:
        """The size of a factor: ``n_1 × n_0``."""
        shape: tuple[Axis, Axis] = self._shapes.of(expr, self._letters) or value.shape
        return " × ".join("1" if size == 1 else self._axis(axis, size) for axis, size in zip(shape, value.shape, strict=True))

    def _axis(self, axis: Axis, size: int) -> str:
        wanted = self._world.dims.root(axis)
        for at, name in self._said():
            if name != ONE and self._world.dims.root(at) == wanted:
                return self._named(name)
        for size_name in sorted(self._world.theory.sizes):
            if self._world.dims.root(("size", size_name)) == wanted:
                return self._named(Ref(size_name))
        for word, ref, at in self._quantities():
            if self._world.dims.root(at) == wanted:
                return f"({word} of {self._writer.text(ref)})"
        return str(size)

    def _named(self, name: Expr) -> str:
        return str(name.value) if isinstance(name, Number) else self._writer.text(name)

    def _said(self) -> Iterator[tuple[Axis, Expr]]:
        """Axes with what the document says of them, also of the layers that the claim is about."""
        theory = self._world.theory
        for ref, said in theory.shapes.items():
            for mine in (ref, *(one for one in self._claimed if one.name == ref.name)):
                sizes = [instantiated(ref, size, tuple(theory.letters), mine) for size in said]
                shape = self._shapes.of(mine, self._letters)
                yield from (
                    (axis, size) for axis, size in zip(shape or (), sizes, strict=False) if axis != 1 and size is not None
                )

    def _quantities(self) -> list[tuple[str, Ref, Axis]]:
        """Axes by the lines that have them, and then by the matrices."""
        theory = self._world.theory
        refs = [ref for name in sorted(theory.leaves) for ref in theory.patterns.get(name, ()) if ref.name == name]
        refs += [rule.ref for group in theory.rules.values() for rule in group]
        refs += self._claimed
        found: list[tuple[str, Ref, Axis]] = []
        for ref in refs:
            shape = self._shapes.of(ref, self._letters)
            if shape is None:
                continue
            words = ("entries", "entries") if 1 in shape else ("rows", "columns")
            found += [(word, ref, axis) for word, axis in zip(words, shape, strict=True) if axis != 1]
        return sorted(found, key=lambda one: one[0] != "entries")
