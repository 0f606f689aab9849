"""``Σ A B`` as a product of matrices: which array is a matrix, a vector or a stack to the other, and how it is turned.

``np.matmul`` multiplies the last two axes of its arrays and goes through those in front as through a stack.  A sum over several
axes joins them into one before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from symprop.codegen.operations import Array

ROWS = "_rows"
"""The helper of generated code that makes a matrix of an array: the first axis of an order, and all others as one."""

_TURNED = re.compile(r"(.*)\.(?:T|transpose\(([\d, ]+)\))", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Plan:
    """How two arrays multiply.

    Args:
        row: the axis that only the left array has, "" where it is a vector.
        over: the axes that are summed.
        column: the axis that only the right array has, "" where it is a vector.
        rows: the length of ``row`` as text, where axes are joined.
        columns: the length of ``column``.
    """

    row: str
    over: tuple[str, ...]
    column: str
    rows: str = ""
    columns: str = ""

    @property
    def text(self) -> str:
        """What an :class:`Array` keeps of it."""
        return ";".join((self.row, " ".join(self.over), self.column, self.rows, self.columns))

    @staticmethod
    def of(text: str) -> Plan:
        """The plan that an :class:`Array` keeps."""
        row, over, column, rows, columns = text.split(";")
        return Plan(row, tuple(over.split(" ")), column, rows, columns)


def matrix_product(
    a: Array, b: Array, over: Sequence[str], result: tuple[str, ...], length: Callable[[str], str]
) -> Array | None:
    """``Σ_over a b`` with the axes *result* as one product; None where NumPy has none for it."""
    if not over or not set(over) <= set(a.axes) & set(b.axes):
        return None
    if not result:
        if len(over) > 1:
            return Array("vdot", (), "", (a, b))
        return Array("@", (), Plan("", tuple(over), "").text, (a, b))
    *stack, last = result
    if last in a.axes and last in b.axes:
        return None
    left, right = (a, b) if last in b.axes else (b, a)
    row, column = "", last
    if stack and stack[-1] in left.axes and stack[-1] not in right.axes:
        row = stack.pop()
    elif set(left.axes) == set(over):  # a vector: to the right of its matrices
        left, right, row, column = right, left, last, ""
    if not (_fits(left, stack, over) and _fits(right, stack, over)):
        return None
    joined = len(over) > 1
    plan = Plan(row, tuple(over), column, length(row) if row and joined else "", length(column) if column and joined else "")
    return Array("@", result, plan.text, (left, right))


def _fits(array: Array, stack: Sequence[str], over: Sequence[str]) -> bool:
    """Can *array* stand in a stack with these axes?  It lacks none behind one that it has, and is not copied for each matrix."""
    own = [axis for axis in stack if axis in array.axes]
    return own == list(stack[len(stack) - len(own) :]) and (not own or len(over) == 1)


@dataclass(frozen=True, slots=True)
class Sides:
    """The two sides of a product as text, and what the result is indexed with (a buffer: ``slot``) to have the wanted axes."""

    left: str
    right: str
    index: str = ""
    slot: str = ""


def sides(array: Array, left: str, right: str) -> Sides:
    """The parts of a product, which stand as *left* and *right*, turned so that the summed axis is between them."""
    plan = Plan.of(array.text)
    stack = [axis for axis in array.axes if axis not in (plan.row, plan.column)]
    a, b = array.parts
    stacked = any(axis in a.axes for axis in stack)
    first = _side(a, left, stack, plan.row, plan, plan.rows, summed_last=True)
    second = _side(b, right, stack, plan.column, plan, plan.columns, summed_last=False)
    if stacked and not plan.row:  # a vector for each matrix of a stack: a row of its own
        return Sides(f"{first}[..., None, :]", second, "[..., 0, :]", "[..., None, :]")
    return Sides(first, second)


def _side(part: Array, text: str, stack: Sequence[str], own: str, plan: Plan, length: str, *, summed_last: bool) -> str:
    front = tuple(axis for axis in stack if axis in part.axes)
    mine = (own,) if own else ()
    if len(plan.over) == 1:
        return turned(text, part, (*front, *mine, *plan.over) if summed_last else (*front, *plan.over, *mine))
    if not mine:
        return f"{turned(text, part, plan.over)}.reshape(-1)"
    base, axes = lying(text, part)
    if axes[: len(plan.over)] == plan.over:
        made = f"{turned(text, part, (*plan.over, *mine))}.reshape(-1, {length})"
        return f"{made}.T" if summed_last else made
    bare = base[1:-1] if part.kind != "leaf" and base[0] + base[-1] == "()" else base
    made = f"{ROWS}({bare}, {_order(axes, (*mine, *plan.over))})"
    return made if summed_last else f"{made}.T"


def turned(text: str, part: Array, axes: tuple[str, ...]) -> str:
    """*part*, which stands as *text*, with its *axes* in this order."""
    base, own = lying(text, part)
    return base if own == axes else base + transposed(own, axes)


def transposed(own: Sequence[str], axes: Sequence[str]) -> str:
    """What turns the axes *own* into *axes*."""
    return ".T" if len(own) == 2 else f".transpose{_order(own, axes)}"


def _order(own: Sequence[str], axes: Sequence[str]) -> str:
    return f"({', '.join(str(list(own).index(axis)) for axis in axes)})"


def lying(text: str, part: Array) -> tuple[str, tuple[str, ...]]:
    """*part*, which stands as *text*, as it lies in memory, with its axes there: a leaf, be it times a number, is not turned."""
    if part.kind == "*" and part.parts[0].kind == "leaf" and not part.parts[1].axes:
        leaf, number = part.parts
        base, axes = lying(leaf.text, leaf)
        return f"({base} * {number.text})", axes
    found = _TURNED.fullmatch(text) if part.kind == "leaf" else None
    if found is None:
        return text, part.axes
    places = [int(place) for place in found[2].split(",")] if found[2] else [1, 0]
    return found[1], tuple(part.axes[places.index(place)] for place in range(len(places)))
