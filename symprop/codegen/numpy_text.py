"""Array operations as NumPy source: as expressions, or step by step into buffers that exist already."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from symprop.codegen.contractions import ROWS, Sides, lying, sides, turned
from symprop.codegen.operations import Array
from symprop.codegen.spell import ADD, ATOM, COMPARE, OPPOSITE, POWER, PRODUCT, SIGN, Text
from symprop.codegen.stable import LIMIT

FUNCTIONS: Mapping[str, str] = {
    name: f"np.{name}"
    for name in ("exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arctan", "abs")
} | {"erf": "_erf", "erfc": "_erfc"}

UFUNCS: Mapping[str, str] = {
    "+": "np.add",
    "*": "np.multiply",
    "/": "np.divide",
    "**": "np.power",
    "max": "np.maximum",
    "min": "np.minimum",
}

_LEVELS: Mapping[str, tuple[int, int]] = {"+": (ADD, PRODUCT), "*": (PRODUCT, SIGN), "/": (PRODUCT, SIGN), "@": (PRODUCT, SIGN)}


@dataclass
class Writer:
    """Writes arrays; remembers the helpers that they use."""

    helpers: set[str] = field(default_factory=set)

    def text(self, array: Array) -> str:
        """*array* as an expression."""
        return self.visit(array)[0]

    def visit(self, array: Array) -> Text:
        """The expression, and what it binds like."""
        return _VISITS[array.kind](self, array)

    def aligned(self, part: Array, axes: tuple[str, ...], level: int) -> str:
        """*part* so that it fits an array with *axes* beside it."""
        text, own = self.visit(part)
        slots = _slots(part.axes, axes)
        if slots:
            return f"{text if own == ATOM else f'({text})'}[{slots}]"
        return text if own >= level else f"({text})"

    def leaf(self, array: Array) -> Text:
        """A name, or an expression that binds like one."""
        return array.text, ATOM

    def binary(self, array: Array) -> Text:
        """``a + b``."""
        a, b = array.parts
        own, right = _LEVELS.get(array.kind, (ADD, PRODUCT))
        return f"{self.aligned(a, array.axes, own)} {array.kind} {self.aligned(b, array.axes, right)}", own

    def minus(self, array: Array) -> Text:
        """``-a`` and ``a - b``."""
        if len(array.parts) == 2:
            return self.binary(array)
        text, level = self.visit(array.parts[0])
        return f"-{text if level >= SIGN else f'({text})'}", SIGN

    def power(self, array: Array) -> Text:
        """A square, or ``a**b``."""
        base, exponent = array.parts
        if exponent.kind == "number" and float(exponent.text) == 2.0:
            return f"np.square({self.text(base)})", ATOM
        if exponent.kind == "number" and float(exponent.text).is_integer():
            text = self.aligned(base, array.axes, ATOM)
            return f"{text}{'**' if text.isidentifier() else ' ** '}{int(float(exponent.text))}", POWER
        a, b = (self.aligned(part, array.axes, COMPARE) for part in array.parts)
        return f"np.power({a}, {b})", ATOM

    def call(self, array: Array) -> Text:
        """A function."""
        name = FUNCTIONS[array.text]
        if name.startswith("_"):
            self.helpers.add(array.text)
        return f"{name}({self.text(array.parts[0])})", ATOM

    def extreme(self, array: Array) -> Text:
        """``max`` and ``min``."""
        a, b = (self.aligned(part, array.axes, COMPARE) for part in array.parts)
        return f"{UFUNCS[array.kind]}({a}, {b})", ATOM

    def number(self, array: Array) -> Text:
        """A literal; the bound of an exponent has a name, because it depends on the numbers' type."""
        return ("limit" if float(array.text) == float(LIMIT.value) else array.text), ATOM

    def where(self, array: Array) -> Text:
        """A choice between a value and 0."""
        *conditions, value = array.parts
        return f"np.where({self.conditions(conditions, array.axes)}, {self.aligned(value, array.axes, COMPARE)}, 0.0)", ATOM

    def conditions(self, conditions: Sequence[Array], axes: tuple[str, ...]) -> str:
        """All of them hold."""
        if len(conditions) == 1:
            return self.aligned(conditions[0], axes, COMPARE)
        return " & ".join(f"({self.aligned(c, axes, COMPARE)})" for c in conditions)

    def compare(self, array: Array) -> Text:
        """``a > b``."""
        a, b = (self.aligned(part, array.axes, ADD) for part in array.parts)
        return f"{a} {OPPOSITE[array.text]} {b}", COMPARE

    def both(self, array: Array) -> Text:
        """``(a > b) & (b > c)``."""
        return " & ".join(f"({self.aligned(part, array.axes, COMPARE)})" for part in array.parts), ADD

    def sum(self, array: Array) -> Text:
        """A sum over axes of one array."""
        (part,) = array.parts
        text, axis = self.summed(array, self.text(part), part)
        return f"np.sum({text}{axis and f', axis={axis}'})", ATOM

    def summed(self, array: Array, text: str, part: Array) -> tuple[str, str]:
        """What a sum is of (*part*, which stands as *text*), and over which of its axes; "" for all."""
        made, axes = lying(text, part)
        text = made[1:-1] if part.kind == "*" and made != text else made
        over = array.text.split(",")
        if len(over) == len(axes):
            return text, ""
        if tuple(axis for axis in axes if axis not in over) != array.axes:
            text, axes = turned(text, Array("", axes), part.axes), part.axes
        places = sorted(axes.index(axis) for axis in over)
        return text, str(places[0]) if len(places) == 1 else f"({', '.join(map(str, places))})"

    def product(self, array: Array) -> Text:
        """A matrix product."""
        made = self.operands(array)
        text = f"{made.left} @ {made.right}"
        return (f"({text}){made.index}", ATOM) if made.index else (text, PRODUCT)

    def operands(self, array: Array) -> Sides:
        """The two sides of a matrix product, turned so that the summed axis is between them."""
        (left, own), (right, other) = (self.visit(part) for part in array.parts)
        made = sides(array, left if own == ATOM else f"({left})", right if other == ATOM else f"({right})")
        self.helpers |= {"rows"} if ROWS in made.left + made.right else set()
        return made

    def dot(self, array: Array) -> Text:
        """The sum of the products of all entries."""
        a, b = (self.text(part) for part in array.parts)
        return f"np.vdot({a}, {b})", ATOM

    def einsum(self, array: Array) -> Text:
        """A contraction that is no matrix product."""
        letters: dict[str, str] = {}
        for part in array.parts:
            for axis in part.axes:
                letters.setdefault(axis, chr(ord("a") + len(letters)))
        subscripts = ",".join("".join(letters[axis] for axis in part.axes) for part in array.parts)
        result = "".join(letters[axis] for axis in array.axes)
        parts = ", ".join(self.text(part) for part in array.parts)
        tail = ", optimize=True" if len(array.parts) > 2 else ""
        return f'np.einsum("{subscripts}->{result}", {parts}{tail})', ATOM

    def row(self, array: Array) -> Text:
        """A function of vectors along one axis."""
        name, letter = array.text.split(" ")
        (body,) = array.parts
        self.helpers |= {name, "log_sum_exp"} if name == "log_softmax" else {name}
        return f"_{name}({self.text(body)}, {body.axes.index(letter)})", ATOM


def _slots(own: tuple[str, ...], axes: tuple[str, ...]) -> str:
    """What to index with so that axes which are missing behind the first one are there with length 1; "" for nothing."""
    if not own:
        return ""
    behind = axes[axes.index(own[0]) :]
    if behind == own:
        return ""
    return ", ".join(":" if axis in own else "None" for axis in behind)


_VISITS: Mapping[str, Callable[[Writer, Array], Text]] = {
    "leaf": Writer.leaf,
    "number": Writer.number,
    "+": Writer.binary,
    "*": Writer.binary,
    "/": Writer.binary,
    "-": Writer.minus,
    "**": Writer.power,
    "call": Writer.call,
    "max": Writer.extreme,
    "min": Writer.extreme,
    "where": Writer.where,
    "compare": Writer.compare,
    "and": Writer.both,
    "sum": Writer.sum,
    "@": Writer.product,
    "vdot": Writer.dot,
    "einsum": Writer.einsum,
    "row": Writer.row,
}


@dataclass
class Buffered:
    """Writes an array step by step into buffers.

    Args:
        writer: for what is an expression after all.
        buffer: the name of another buffer for these axes.
    """

    writer: Writer
    buffer: Callable[[tuple[str, ...]], str]

    def into(self, target: str, array: Array) -> Iterator[str]:
        """Statements that leave *array* in *target*, which has its shape."""
        if array.kind in UFUNCS or (array.kind == "-" and len(array.parts) == 2) or array.kind == "call":
            yield from self._elementwise(target, array)
        elif array.kind == "-":
            value = yield from self._operand(array.parts[0], array.axes, target)
            yield f"np.negative({value}, out={target})"
        elif array.kind == "where" and array.parts[-1].axes == array.axes:
            yield from self._guarded(target, array)
        elif array.kind == "einsum" and array.axes:
            values = yield from self._operands(array)
            yield self.writer.text(replace(array, parts=tuple(values)))[:-1] + f", out={target})"
        elif array.kind == "@" and array.axes:
            yield from self._product(target, array)
        elif array.kind == "sum" and array.axes:
            (part,) = array.parts
            value = yield from self._operand(part, part.axes, "")
            text, axis = self.writer.summed(array, value, Array("leaf", part.axes))
            yield f"np.add.reduce({text}, axis={axis}, out={target})"
        else:
            yield f"{target}[...] = {self.writer.text(array)}"

    def _elementwise(self, target: str, array: Array) -> Iterator[str]:
        name = "np.subtract" if array.kind == "-" else FUNCTIONS[array.text] if array.kind == "call" else UFUNCS[array.kind]
        if name.startswith("_"):
            yield f"{target}[...] = {self.writer.text(array)}"
            return
        if array.kind == "**" and array.parts[1].kind == "number" and float(array.parts[1].text) == 2.0:
            value = yield from self._operand(array.parts[0], array.axes, target)
            yield f"np.square({value}, out={target})"
            return
        values: list[str] = []
        free = target
        for part in array.parts:
            mine = free if part.axes == array.axes and _is_work(part) else ""
            value = yield from self._operand(part, array.axes, mine)
            if mine:
                free = ""
            values.append(value)
        yield f"{name}({', '.join(values)}, out={target})"

    def _guarded(self, target: str, array: Array) -> Iterator[str]:
        """The value, then 0 where the condition fails: a NaN in the condition fails it."""
        *conditions, value = array.parts
        if _is_work(value):
            yield from self.into(target, value)
        else:
            yield f"np.copyto({target}, {self.writer.aligned(value, array.axes, COMPARE)})"
        yield f"np.copyto({target}, 0.0, where=~({self.writer.conditions(conditions, array.axes)}))"

    def _product(self, target: str, array: Array) -> Iterator[str]:
        values = yield from self._operands(array)
        made = self.writer.operands(replace(array, parts=tuple(values)))
        yield f"np.matmul({made.left}, {made.right}, out={target}{made.slot})"

    def _operands(self, array: Array) -> Generator[str, None, list[Array]]:
        """Statements for the parts of a contraction, each with its own axes; returns them as leaves."""
        leaves = []
        for part in array.parts:
            value = yield from self._operand(part, part.axes, "")
            leaves.append(Array("leaf", part.axes, value))
        return leaves

    def _operand(self, part: Array, axes: tuple[str, ...], target: str) -> Generator[str, None, str]:
        """Statements for *part*; returns the expression that it then is."""
        if not _is_work(part) or not part.axes:
            text = self.writer.aligned(part, axes, COMPARE)
            return text
        place = target or self.buffer(part.axes)
        yield from self.into(place, part)
        return self.writer.aligned(Array("leaf", part.axes, place), axes, COMPARE)


def _is_work(array: Array) -> bool:
    return array.kind not in ("leaf", "number")
