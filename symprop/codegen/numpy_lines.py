"""Lines of a program as NumPy statements: fresh arrays for reading, or buffers that are filled again and again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from symprop.codegen.arrays import Lowering
from symprop.codegen.layout import STEP, comment, expression, statement
from symprop.codegen.naming import Namer
from symprop.codegen.numpy_text import UFUNCS, Buffered, Writer
from symprop.codegen.operations import EXAMPLES, Array
from symprop.codegen.program import UPDATED, Kind, Line, Program, names_in
from symprop.codegen.python_lines import piecewise_names
from symprop.codegen.schedule import Guarded, Step, lines_of, scheduled
from symprop.codegen.seeds import RATE_PER_EXAMPLE, scaled_seeds
from symprop.codegen.spell import Frame
from symprop.codegen.views import ascends
from symprop.errors import InternalError
from symprop.model.expr import Ref
from symprop.model.network import Range


class NumpyLines:
    """Statements for the lines of one network.

    Args:
        program: the whole program.
        name: identifiers.
        sizes: identifier or number of every size.
    """

    def __init__(self, program: Program, name: Namer, sizes: Mapping[str, str]) -> None:
        self.program = program
        self.name = name
        self.frame = Frame(sizes)
        self.writer = Writer()
        self.buffers: dict[str, str] = {}  # name -> shape
        self.needs_type = False
        self._scale = "scale"
        self._gradients = frozenset(program.gradients.values())

    def varies(self, name: str) -> bool:
        """Does *name* have an axis of examples?"""
        return name in self.program.of_examples and name not in self._gradients

    def letter(self, letter: str) -> str:
        """The identifier of a loop's letter, which no quantity has."""
        key = f"index {letter}"
        if key not in self.name.given:
            self.name.given[key] = self.name.fresh(letter if letter.isascii() and letter.isidentifier() else "i")
        return self.name.given[key]

    def fresh(self, program: Program, indent: str) -> Iterator[str]:
        """Every line of *program* as an expression that makes a new array."""
        steps = scheduled(program)
        self.piecewise = piecewise_names(program, steps)
        made: set[str] = set()
        for step in steps:
            for line in lines_of((step,)):
                if line.name in self.piecewise and line.name not in made:
                    made.add(line.name)
                    self.needs_type = True
                    yield from statement(self.name(line.name), f"np.zeros({self.shape(line.name)}, dtype)", indent)
            yield from self._step(step, self.frame, indent, self._fresh_line)

    def refilled(self, program: Program, indent: str) -> Iterator[str]:
        """Every line of *program* into buffers; weights are updated in place."""
        self.name.given[RATE_PER_EXAMPLE] = "scale"
        scaled = scaled_seeds(program)
        self._scale = "" if scaled is not program else "scale"
        program = scaled
        steps = scheduled(program)
        self.piecewise = piecewise_names(program, steps)
        self._last = {name: number for number, line in enumerate(lines_of(steps)) for name in names_in(line.expr)}
        self._number = {line.ref: number for number, line in enumerate(lines_of(steps))}
        for line in program.lines:
            if line.name in self.piecewise:
                self.buffers[self.name(line.name)] = self.shape(line.name)
        for step in steps:
            yield from self._step(step, self.frame, indent, self._refilled_line)

    def shape(self, name: str) -> str:
        """The shape of a quantity as a tuple."""
        counts = [self.frame.count(axis) for axis in self.program.axes(name)]
        return _tuple([EXAMPLES] * self.varies(name) + counts)

    def _step(self, step: Step, frame: Frame, indent: str, line: Callable[[Line, Frame, str], Iterator[str]]) -> Iterator[str]:
        if isinstance(step, Line):
            if step.kind is not Kind.SHARED:
                yield from comment(step.equation, indent)
                yield from comment(step.note, indent)
            yield from line(step, frame, indent)
        elif isinstance(step, Guarded):
            identifier, bound = frame.letters[step.own.index]
            low, high = frame.place(step.own.lower, bound), frame.place(step.own.upper, bound)
            yield f"{indent}if {low} <= {identifier} <= {high}:"
            yield from self._step(step.step, frame, indent + STEP, line)
        else:
            letter = self.letter(step.bound.index)
            values = f"range({frame.count(step.bound)})"
            yield f"{indent}for {letter} in {f'reversed({values})' if step.descending else values}:"
            for inner in step.steps:
                yield from self._step(inner, frame.with_letter(step.bound, letter), indent + STEP, line)

    def _lowering(self, line: Line, frame: Frame) -> Lowering:
        letters: dict[str, Range] = {}
        for index in line.indices:
            if isinstance(index, Ref) and index.name not in frame.letters:
                bound = next((r for r in line.ranges if r.index == index.name), None)
                if bound is not None:
                    letters[index.name] = bound
        return Lowering(self.name, self.program.axes, self.varies, frame, letters, self._scale)

    def _value(self, line: Line, frame: Frame) -> Array:
        """The right side, with all axes that the left side has."""
        lowering = self._lowering(line, frame)
        self._ranges: Mapping[str, Range] = lowering.letters
        array = lowering.mean(line.expr) if line.kind is Kind.GRADIENT else lowering.lower(line.expr)
        self._ranges = {**lowering.letters, **lowering.seen}
        axes = (*([EXAMPLES] if self.varies(line.name) else []), *lowering.letters)
        if array.axes == axes:
            return array
        if not set(array.axes) <= set(axes):
            raise InternalError(f"{line.name} has the axes {array.axes}, not {axes}")
        counts = [EXAMPLES if axis == EXAMPLES else frame.count(lowering.letters[axis]) for axis in axes]
        self.needs_type = True
        return Array("+", axes, "", (Array("leaf", axes, f"np.zeros({_tuple(counts)}, dtype)"), array))

    def _target(self, line: Line, frame: Frame) -> str:
        """The entries of a quantity that a line assigns, where they are not all of them."""
        lowering = self._lowering(line, frame)
        axes = self.program.axes(line.name)
        places = [lowering.slice(index, axis) for index, axis in zip(line.indices, axes, strict=True)]
        front = [":"] if self.varies(line.name) else []
        return f"{self.name(line.name)}[{', '.join([*front, *(place or ':' for place in places)])}]"

    def _fresh_line(self, line: Line, frame: Frame, indent: str) -> Iterator[str]:
        value = self._value(line, frame)
        left = self._target(line, frame) if line.name in self.piecewise else self.name(line.name)
        text = self.writer.text(value)
        if line.name not in self.piecewise and value.kind == "leaf" and line.kind is not Kind.UPDATE and value.axes:
            text = f"{text}.copy()"  # results are the caller's: none may be a view of another
        yield from statement(left, text, indent)

    def _refilled_line(self, line: Line, frame: Frame, indent: str) -> Iterator[str]:
        if line.kind is Kind.UPDATE:
            yield from self._updated(line, indent)
            return
        value = self._value(line, frame)
        if line.name in self.piecewise:
            yield from statement(self._target(line, frame), self.writer.text(value), indent)
            return
        name = self.name(line.name)
        if not value.axes:
            yield from statement(name, self.writer.text(value), indent)
            return
        source = self._reusable(line, value)
        self.buffers[name] = source or self.shape(line.name)
        self._busy: set[str] = set()
        buffered = Buffered(self.writer, lambda axes: self._temporary(frame, axes))
        for text in buffered.into(name, value):
            yield from expression(text, indent)

    def _reusable(self, line: Line, value: Array) -> str:
        """A buffer that nobody needs after this line, and that the line's first operation reads: it may be written over."""
        first: Array | None = value
        following: Array | None = value
        while following is not None:  # as the statements are made: the first part that needs the line's own buffer
            first = following
            if first.kind not in UFUNCS and first.kind not in ("-", "call"):
                return ""
            following = next((p for p in first.parts if p.kind not in ("leaf", "number") and p.axes == value.axes), None)
        assert first is not None
        # a part or a transposition of it is read, too, and perhaps later
        leaves = [re.split(r"\W", leaf.text, maxsplit=1)[0] for leaf in _leaves(value)]
        for part in first.parts:
            last = [name for name in names_in(line.expr) if self.name.given.get(name) == part.text]
            alone = part.kind == "leaf" and part.axes == value.axes and leaves.count(part.text) == 1 and part.text in self.buffers
            if last and alone and self._last[last[0]] == self._number[line.ref] and last[0] not in self.piecewise:
                return part.text
        return ""

    def _temporary(self, frame: Frame, axes: tuple[str, ...]) -> str:
        """A buffer for a part of a line: one of this shape that the line does not use yet."""
        counts = [EXAMPLES if axis == EXAMPLES else frame.count(self._ranges[axis]) for axis in axes]
        shape = _tuple(counts)
        free = (
            name for name, own in self.buffers.items() if own == shape and name.startswith("work_") and name not in self._busy
        )
        name = next(free, "") or self.name.fresh(f"work_{sum(n.startswith('work_') for n in self.buffers) + 1}")
        self.buffers[name] = shape
        self._busy.add(name)
        return name

    def _updated(self, line: Line, indent: str) -> Iterator[str]:
        weight = line.name.removesuffix(UPDATED)
        gradient = self.name(self.program.gradients[weight])
        name = self.name(weight)
        function = "np.add" if ascends(self.program) else "np.subtract"
        yield from expression(f"{function}({name}, {gradient}, out={name})", indent)


def _tuple(counts: list[str]) -> str:
    return f"({', '.join(counts)}{',' if len(counts) == 1 else ''})"


def _leaves(array: Array) -> Iterator[Array]:
    if not array.parts:
        yield array
    for part in array.parts:
        yield from _leaves(part)
