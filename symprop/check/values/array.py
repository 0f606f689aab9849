"""Arrays of nodes: every entry is a number on the tape, so derivatives by and of arrays are derivatives of numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from symprop.evaluation.tape import Node, Tape
from symprop.evaluation.trouble import Trouble, Unsupported


class ShapeMismatch(Trouble):
    """Arrays of these shapes cannot be put together so."""


@dataclass(frozen=True, slots=True)
class Array:
    """A matrix of nodes, row by row; a column has one column, a row one row."""

    rows: int
    columns: int
    entries: tuple[Node, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.rows, self.columns

    @property
    def text(self) -> str:
        """The shape in words."""
        return f"{self.rows}×{self.columns}"

    def at(self, row: int, column: int) -> Node:
        """An entry, counted from 0."""
        return self.entries[row * self.columns + column]

    @property
    def is_line(self) -> bool:
        """Whether it is a column or a row."""
        return 1 in self.shape


@dataclass(frozen=True, slots=True)
class Tensor:
    """Derivatives of a line by a matrix: for each entry of the line (``slices``) a matrix of the shape of the other."""

    slices: tuple[Array, ...]

    @property
    def text(self) -> str:
        """The shape in words."""
        return f"{len(self.slices)}×{self.slices[0].text}"

    @property
    def entries(self) -> tuple[Node, ...]:
        """All entries."""
        return tuple(node for part in self.slices for node in part.entries)

    def each(self, operation: Callable[[Node], Node]) -> Tensor:
        """An operation on all entries."""
        return Tensor(tuple(Array(a.rows, a.columns, tuple(map(operation, a.entries))) for a in self.slices))


Value = Node | Array | Tensor


def flat(value: Value) -> tuple[Node, ...]:
    """All entries; a number is its own."""
    return (value,) if isinstance(value, Node) else value.entries


def each(value: Value, operation: Callable[[Node], Node]) -> Value:
    """An operation on every entry."""
    if isinstance(value, Node):
        return operation(value)
    if isinstance(value, Tensor):
        return value.each(operation)
    return Array(value.rows, value.columns, tuple(map(operation, value.entries)))


def column(entries: Sequence[Node]) -> Array:
    """A column vector."""
    return Array(len(entries), 1, tuple(entries))


def collapsed(value: Value) -> Value:
    """A one by one array as its number."""
    return value.entries[0] if isinstance(value, Array) and value.shape == (1, 1) else value


def transposed(value: Value) -> Value:
    """Rows become columns."""
    if isinstance(value, Node):
        return value
    if isinstance(value, Tensor):
        raise Unsupported("the transpose of an array with three axes")
    entries = tuple(value.at(i, j) for j in range(value.columns) for i in range(value.rows))
    return Array(value.columns, value.rows, entries)


def entrywise(operation: Callable[[Sequence[Node]], Node], values: Sequence[Value], word: str) -> Value:
    """An operation entry by entry; numbers, and lines beside matrices, are repeated as people mean it.

    Raises:
        ShapeMismatch: the shapes differ otherwise.
    """
    tensors = [value for value in values if isinstance(value, Tensor)]
    if tensors:
        return _on_tensor(operation, tensors, values, word)
    arrays = [value for value in values if isinstance(value, Array)]
    if not arrays:
        return operation([value for value in values if isinstance(value, Node)])
    rows, columns = max(a.rows for a in arrays), max(a.columns for a in arrays)
    for array in arrays:
        if (
            array.rows not in (1, rows)
            or array.columns not in (1, columns)
            or not (array.shape == (rows, columns) or _broadcasts(array))
        ):
            raise ShapeMismatch(f"{word} of {' and '.join(a.text for a in arrays)}")
    if not any(array.shape == (rows, columns) for array in arrays):
        raise ShapeMismatch(f"{word} of {' and '.join(a.text for a in arrays)}")
    entries = [
        operation([_entry(value, i, j) for value in values if not isinstance(value, Tensor)])
        for i in range(rows)
        for j in range(columns)
    ]
    return Array(rows, columns, tuple(entries))


def matrix_product(tape: Tape, left: Array, right: Array) -> Value:
    """``A B``.

    Raises:
        ShapeMismatch: the inner sizes differ.
    """
    if left.columns != right.rows:
        raise ShapeMismatch(f"a product of {left.text} and {right.text}")
    entries = [
        tape.add([tape.multiply([left.at(i, k), right.at(k, j)]) for k in range(left.columns)])
        for i in range(left.rows)
        for j in range(right.columns)
    ]
    return collapsed(Array(left.rows, right.columns, tuple(entries)))


def contracted(tape: Tape, line: Array, tensor: Tensor) -> Array:
    """A line times derivatives by a matrix: the sum over the entries of the line.

    Raises:
        ShapeMismatch: there are more or fewer of them.
    """
    if not line.is_line or len(line.entries) != len(tensor.slices):
        raise ShapeMismatch(f"a product of {line.text} and {tensor.text}")
    first = tensor.slices[0]
    entries = [
        tape.add([tape.multiply([a, part.entries[place]]) for a, part in zip(line.entries, tensor.slices, strict=True)])
        for place in range(len(first.entries))
    ]
    return Array(first.rows, first.columns, tuple(entries))


def inner_product(tape: Tape, left: Array, right: Array) -> Node:
    """``a · b``: the sum of the products of entries."""
    if left.shape != right.shape:
        raise ShapeMismatch(f"an inner product of {left.text} and {right.text}")
    return tape.add([tape.multiply([a, b]) for a, b in zip(left.entries, right.entries, strict=True)])


def _broadcasts(array: Array) -> bool:
    return array.is_line


def _on_tensor(
    operation: Callable[[Sequence[Node]], Node], tensors: Sequence[Tensor], values: Sequence[Value], word: str
) -> Tensor:
    """An operation on arrays with three axes: of one shape, or beside numbers."""
    if any(isinstance(value, Array) for value in values) or len({tensor.text for tensor in tensors}) > 1:
        raise ShapeMismatch(f"{word} of {' and '.join(v.text for v in values if not isinstance(v, Node))}")
    count = len(tensors[0].entries)
    flat = [
        operation([v.entries[k] if isinstance(v, Tensor) else v for v in values if not isinstance(v, Array)])
        for k in range(count)
    ]
    nodes = iter(flat)
    return tensors[0].each(lambda _: next(nodes))


def _entry(value: Node | Array, row: int, column: int) -> Node:
    if isinstance(value, Node):
        return value
    return value.at(row if value.rows > 1 else 0, column if value.columns > 1 else 0)
