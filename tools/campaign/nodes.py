"""Formulas as small trees of the campaign's own, and edits of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from fractions import Fraction


@dataclass(frozen=True)
class Node:
    """A formula."""


@dataclass(frozen=True)
class Num(Node):
    """A number; *text* is how it is written, where that matters."""

    value: Fraction
    text: str = ""


@dataclass(frozen=True)
class Ix(Node):
    """An index letter, or the name of a size."""

    letter: str


@dataclass(frozen=True)
class Q(Node):
    """A quantity with its indices; with fewer of them than it has, the array of its entries."""

    name: str
    indices: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Add(Node):
    """A sum; subtracted terms are :class:`Neg`."""

    terms: tuple[Node, ...]


@dataclass(frozen=True)
class Neg(Node):
    """``-x``."""

    operand: Node


@dataclass(frozen=True)
class Mul(Node):
    """A product of numbers, or one number times arrays."""

    factors: tuple[Node, ...]


@dataclass(frozen=True)
class Div(Node):
    """``a / b``."""

    above: Node
    below: Node


@dataclass(frozen=True)
class Pow(Node):
    """``x^n``."""

    base: Node
    exponent: int


@dataclass(frozen=True)
class Fn(Node):
    """A function, entry by entry, or its derivative."""

    name: str
    argument: Node
    primes: int = 0


@dataclass(frozen=True)
class Par(Node):
    """``∂of/∂wrt``, with *wrt* cut loose from its definition."""

    of: Q
    wrt: Q | Entry


@dataclass(frozen=True)
class Big(Node):
    """``Σ_{index=low}^{high} body``."""

    index: str
    low: Node
    high: Node
    body: Node


@dataclass(frozen=True)
class MatMul(Node):
    """A matrix product."""

    factors: tuple[Node, ...]


@dataclass(frozen=True)
class Had(Node):
    """A product entry by entry."""

    factors: tuple[Node, ...]


@dataclass(frozen=True)
class Tr(Node):
    """A transpose."""

    operand: Node


@dataclass(frozen=True)
class NormSq(Node):
    """``‖v‖²``."""

    operand: Node


@dataclass(frozen=True)
class Norm(Node):
    """``‖v‖``."""

    operand: Node


@dataclass(frozen=True)
class Diag(Node):
    """``diag(v)``."""

    operand: Node


@dataclass(frozen=True)
class Ones(Node):
    """A column of ones, as many as there are examples."""


@dataclass(frozen=True)
class Entry(Node):
    """An entry of an array."""

    of: Q
    at: tuple[Node, ...]


def children(node: Node) -> Iterator[tuple[str, int | None, Node]]:
    """The parts of a node: name of the field, place in it, part."""
    for part in fields(node):
        value = getattr(node, part.name)
        if isinstance(value, Node):
            yield part.name, None, value
        elif isinstance(value, tuple):
            for place, item in enumerate(value):
                if isinstance(item, Node):
                    yield part.name, place, item


def with_child(node: Node, name: str, place: int | None, new: Node) -> Node:
    """The node with one part exchanged."""
    if place is None:
        return replace(node, **{name: new})
    items = list(getattr(node, name))
    items[place] = new
    return replace(node, **{name: tuple(items)})


def everywhere(node: Node, edit: Callable[[Node], Iterator[Node]]) -> Iterator[Node]:
    """The node with *edit* made at one place, for every place and everything that *edit* offers there.

    Quantities within partials stay as they are, as do indices: edits of those replace the whole.
    """
    yield from edit(node)
    if isinstance(node, (Par, Q, Entry)):
        return
    for name, place, part in children(node):
        if name in {"low", "high"}:
            continue
        for new in everywhere(part, edit):
            yield with_child(node, name, place, new)


def substituted(node: Node, letter: str, new: Node) -> Node:
    """The node with an index letter replaced everywhere (bound letters of that name are renamed along)."""
    if node == Ix(letter):
        return new
    if isinstance(node, Big) and node.index == letter and isinstance(new, Ix):
        node = replace(node, index=new.letter)
    for name, place, part in list(children(node)):
        node = with_child(node, name, place, substituted(part, letter, new))
    return node
