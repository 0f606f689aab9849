"""Arrays of nodes: every entry is a number on the tape, so derivatives by and of arrays are derivatives of numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from symprop.evaluation.tape import Node, Tape
from symprop.evaluation.trouble import Trouble


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


Value = Node | Array


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
    entries = tuple(value.at(i, j) for j in range(value.columns) for i in range(value.rows))
    return Array(value.columns, value.rows, entries)


def entrywise(operation: Callable[[Sequence[Node]], Node], values: Sequence[Value], word: str) -> Value:
    """An operation entry by entry; numbers, and lines beside matrices, are repeated as people mean it.

    Raises:
        ShapeMismatch: the shapes differ otherwise.
    """
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
    entries = [operation([_entry(value, i, j) for value in values]) for i in range(rows) for j in range(columns)]
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


def inner_product(tape: Tape, left: Array, right: Array) -> Node:
    """``a · b``: the sum of the products of entries."""
    if left.shape != right.shape:
        raise ShapeMismatch(f"an inner product of {left.text} and {right.text}")
    return tape.add([tape.multiply([a, b]) for a, b in zip(left.entries, right.entries, strict=True)])


def _broadcasts(array: Array) -> bool:
    return array.is_line


def _entry(value: Value, row: int, column: int) -> Node:
    if isinstance(value, Node):
        return value
    return value.at(row if value.rows > 1 else 0, column if value.columns > 1 else 0)
