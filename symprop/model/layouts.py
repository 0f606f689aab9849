"""How arrays lie: their axes, whether a vector is a column or a row, and which of them fit beside one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symprop.model.affine import difference
from symprop.model.convention import Convention
from symprop.model.expr import ONE
from symprop.model.network import Range
from symprop.model.ranges import equal_bounds

Dims = tuple[Range | None, Range | None]
"""Rows and columns; None is one row or one column, so that a number is ``(None, None)``."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The shape of an array: one range per axis, none for a number.

    A vector has one axis and lies as the convention says; ``turned`` says that this one lies the other way (``xᵀ``).
    """

    axes: tuple[Range, ...] = ()
    turned: bool = False


NUMBER = Layout()


def same_axis(left: Range, right: Range) -> bool:
    """Do the two axes have the same positions?"""
    return equal_bounds((left.lower, left.upper), (right.lower, right.upper))


def same_axes(left: Sequence[Range], right: Sequence[Range]) -> bool:
    """Do two arrays have the same axes in the same order?"""
    return len(left) == len(right) and all(same_axis(a, b) for a, b in zip(left, right, strict=True))


def dims(layout: Layout, convention: Convention) -> Dims:
    """The rows and columns of a number, a vector or a matrix."""
    if len(layout.axes) == 2:
        return layout.axes[0], layout.axes[1]
    if not layout.axes:
        return None, None
    return (None, layout.axes[0]) if is_row(layout, convention) else (layout.axes[0], None)


def is_row(layout: Layout, convention: Convention) -> bool:
    """Does this vector lie as a row?"""
    return layout.turned != convention.rows


def from_dims(rows: Range | None, columns: Range | None, convention: Convention) -> Layout:
    """The layout of an array with these rows and columns."""
    if rows is not None and columns is not None:
        return Layout((rows, columns))
    only = rows if rows is not None else columns
    if only is None:
        return NUMBER
    return Layout((only,), turned=(rows is None) != convention.rows)


def joint(layouts: Sequence[Layout], convention: Convention) -> Layout | None:
    """The layout of what arrays and numbers give entry by entry, None if they do not fit.

    Numbers fit everything; a vector fits a matrix along the one axis that has its size.
    """
    arrays = [layout for layout in layouts if layout.axes]
    if not arrays:
        return NUMBER
    largest = max(arrays, key=lambda layout: len(layout.axes))
    return largest if all(len(places(own, largest, convention)) == 1 for own in arrays) else None


def places(own: Layout, whole: Layout, convention: Convention) -> list[tuple[int, ...]]:
    """The ways in which the axes of *own* can be axes of *whole*, which has at least as many."""
    count = len(whole.axes)
    if not own.axes:
        return [()]
    if len(own.axes) == count:
        return [tuple(range(count))] if own.turned == whole.turned and same_axes(own.axes, whole.axes) else []
    if len(own.axes) != 1 or count != 2:
        return []
    axis = own.axes[0]
    # A vector that the author turned says itself along which axis it lies.
    wanted = (0, 1) if not own.turned else (1,) if is_row(own, convention) else (0,)
    return [(position,) for position in wanted if same_axis(axis, whole.axes[position])]


def size_text(axis: Range | None) -> str:
    """How many positions an axis has: ``n_1``, ``3``; ``0..T`` where it does not begin at 1."""
    from symprop.model.printer import to_text

    if axis is None:
        return "1"
    if axis.lower == ONE:
        return to_text(axis.upper).replace(" ", "")
    count = difference(axis.upper, axis.lower)
    return str(count + 1) if count is not None else f"{to_text(axis.lower)}..{to_text(axis.upper)}".replace(" ", "")


def dims_text(own: Dims) -> str:
    """``n_1 × n_0``."""
    return f"{size_text(own[0])} × {size_text(own[1])}"


def shape_text(layout: Layout, convention: Convention) -> str:
    """The sizes of an array as messages print them: ``n_1 × n_0``, a vector with its one row or column, ``2 × 3 × 4``."""
    if len(layout.axes) <= 2:
        return dims_text(dims(layout, convention))
    return " × ".join(map(size_text, layout.axes))


def described(layout: Layout) -> str:
    """What kind of thing it is, in words: ``a number``, ``a vector of n``, ``a matrix of n × m``."""
    if not layout.axes:
        return "a number"
    kind = {1: "a vector", 2: "a matrix"}.get(len(layout.axes), "an array")
    return f"{kind} of {' × '.join(map(size_text, layout.axes))}"


def turned(layout: Layout) -> Layout:
    """The layout of the transposed array."""
    if len(layout.axes) == 1:
        return Layout(layout.axes, not layout.turned)
    return Layout(layout.axes[::-1])


def letters_of(count: int, convention: Convention) -> tuple[str, ...]:
    """The letters that the axes of what is defined get, where they are free: j for components, i for examples beside them."""
    first = ("i", "j") if convention.rows and count > 1 else ("j", "i")
    return (*first, *("k", "l") * count)[:count]
