"""Lines of a program as Python statements on numbers and lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from symprop.codegen.layout import STEP, comment, statement
from symprop.codegen.naming import Namer
from symprop.codegen.program import Kind, Line, Program
from symprop.codegen.rows import RowFunction, row_function
from symprop.codegen.schedule import Guarded, Step, lines_of, scheduled
from symprop.codegen.spell import ATOM, CHOICE, POWER, Frame, Speller, Text
from symprop.model.expr import Apply, Expr, Indicator, Neg, Number, Pow, Ref, Softmax, Sum
from symprop.model.network import Range

HELPERS: Mapping[str, tuple[str, ...]] = {
    "softmax": (
        "def _softmax(values):",
        '    """Exponentials that sum to 1; the largest is taken out, so that none overflows."""',
        "    largest = max(values)",
        "    powers = [exp(value - largest) for value in values]",
        "    total = sum(powers)",
        "    return [power / total for power in powers]",
    ),
    "log_softmax": (
        "def _log_softmax(values):",
        '    """Logarithms of the softmax, without the softmax: right where it rounds to 0 or 1."""',
        "    largest = max(values)",
        "    total = _log_sum_exp([value - largest for value in values])",
        "    return [value - largest - total for value in values]",
    ),
    "log_sum_exp": (
        "def _log_sum_exp(values):",
        '    """Logarithm of the sum of exponentials; the largest is taken out of the sum."""',
        "    largest = max(values)",
        "    top = values.index(largest)",
        "    rest = (exp(v - largest) for k, v in enumerate(values) if k != top)",
        "    return largest + log1p(sum(rest))",
    ),
}
"""Functions of vectors; each is written where a network needs it."""

HELPER_IMPORTS: Mapping[str, tuple[str, ...]] = {
    "softmax": ("exp",),
    "log_softmax": ("exp", "log1p"),
    "log_sum_exp": ("exp", "log1p"),
}


class PythonSpeller(Speller):
    """Python: conditional expressions, ``sum`` over generators, functions of ``math``."""

    functions: Mapping[str, str] = {
        name: name
        for name in ("exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "erf", "erfc")
    } | {"arctan": "atan", "abs": "abs"}

    def __init__(self, writer: PythonLines, frame: Frame) -> None:
        super().__init__(writer.name, writer.program.axes, frame)
        self.writer = writer

    def power(self, expr: Pow) -> Text:
        """``base ** exponent``; real bases and exponents go through ``pow`` of ``math``, which refuses complex results."""
        exponent = expr.exponent
        whole = isinstance(exponent, Number) and exponent.value.denominator == 1
        if not whole:
            self.writer.used.add("pow")
            return f"pow({self.text(expr.base)}, {self.text(exponent)})", ATOM
        assert isinstance(exponent, Number)
        base = self.operand(expr.base, ATOM)
        sign = "**" if base.isidentifier() else " ** "
        return f"{base}{sign}{exponent.value.numerator}", POWER

    def apply(self, expr: Apply) -> Text:
        """A function of ``math``, or of a vector."""
        row = row_function(expr)
        if row is not None:
            return self.row(row)
        if expr.function in self.functions and expr.function != "abs":
            self.writer.used.add(self.functions[expr.function])
        return super().apply(expr)

    def row(self, row: RowFunction) -> Text:
        """A function of a vector, or a component of it."""
        text = self.vector(row)
        return (text if row.at is None else f"{text}[{self.frame.place(row.at, row.bound)}]"), ATOM

    def vector(self, row: RowFunction) -> str:
        """The whole vector."""
        self.writer.helpers.add(row.name)
        if row.name == "log_softmax":
            self.writer.helpers.add("log_sum_exp")
        self.writer.used.update(HELPER_IMPORTS[row.name])
        letter = self.writer.letter(row.bound.index)
        inner = PythonSpeller(self.writer, self.frame.with_letter(row.bound, letter))
        body, count = inner.text(row.body), self.frame.count(row.bound)
        whole = isinstance(row.body, Ref) and row.body.indices == (Ref(row.bound.index),)
        if whole and isinstance(row.body, Ref):
            axis = self.axes(row.body.name)[0]
            if (axis.lower, axis.upper) == (row.bound.lower, row.bound.upper):
                return f"_{row.name}({self.name(row.body.name)})"
        return f"_{row.name}([{body} for {letter} in range({count})])"

    def visit(self, expr: Expr) -> Text:
        """As everywhere; a softmax over an index is a component of a vector."""
        row = row_function(expr) if isinstance(expr, Softmax) else None
        return super().visit(expr) if row is None else self.row(row)

    def neg(self, expr: Neg) -> Text:
        """``-a``; of a maximum with a literal, the choice between both negatives."""
        inner = expr.operand
        if isinstance(inner, Apply) and inner.function == "max" and len(inner.arguments) == 2:
            value, bound = inner.arguments
            if isinstance(value, Ref) and isinstance(bound, Neg) and isinstance(bound.operand, Number):
                name = self.text(value)
                return f"{self.text(bound.operand)} if {name} < {self.text(bound)} else -{name}", CHOICE
        return super().neg(expr)

    def extreme(self, expr: Apply) -> Text:
        """A choice between two names or literals, so that no function is called; else Python's own function."""
        if len(expr.arguments) == 2 and all(_is_atom(argument) for argument in expr.arguments):
            a, b = (self.text(argument) for argument in expr.arguments)
            if isinstance(expr.arguments[0], Number | Neg):  # a NaN is in the name, and must come through
                a, b = b, a
            sign = "<" if expr.function == "max" else ">"
            return f"{b} if {a} {sign} {b} else {a}", CHOICE
        return f"{expr.function}({', '.join(self.text(argument) for argument in expr.arguments)})", ATOM

    def sum(self, expr: Sum) -> Text:
        """``sum(body for k in range(n))``, nested sums in one generator."""
        clauses, body, speller = list[str](), expr, self
        while True:
            bound = Range(body.index, body.lower, body.upper)
            letter = self.writer.letter(body.index)
            clauses.append(f"for {letter} in range({speller.frame.count(bound)})")
            speller = PythonSpeller(self.writer, speller.frame.with_letter(bound, letter))
            if not isinstance(body.body, Sum):
                break
            body = body.body
        return f"sum({speller.operand(body.body, CHOICE + 1)} {' '.join(clauses)})", ATOM

    def condition(self, expr: Indicator) -> str:
        """Comparisons chain in Python as they do on paper."""
        operands = [self.comparand(operand) for operand in expr.operands]
        signs = {"=": "==", "≠": "!=", "≤": "<=", "≥": ">="}
        rest = zip(expr.operators, operands[1:], strict=True)
        return operands[0] + "".join(f" {signs.get(op, op)} {operand}" for op, operand in rest)

    def conjunction(self, conditions: list[str]) -> str:
        """``a and b``."""
        return " and ".join(conditions)

    def choice(self, conditions: list[str], value: str) -> Text:
        """``value if condition else 0.0``."""
        return f"{value} if {self.conjunction(conditions)} else 0.0", CHOICE


class PythonLines:
    """Statements for lines; remembers what they use of ``math`` and of :data:`HELPERS`.

    Args:
        program: the whole program, whose names are given to *name*.
        name: identifiers.
        sizes: identifier or number of every size.
    """

    def __init__(self, program: Program, name: Namer, sizes: Mapping[str, str]) -> None:
        self.program = program
        self.name = name
        self.sizes = sizes
        self.used: set[str] = set()
        self.helpers: set[str] = set()

    def letter(self, letter: str) -> str:
        """The identifier of an index letter, which no quantity has."""
        key = f"index {letter}"
        if key not in self.name.given:
            self.name.given[key] = self.name.fresh(letter if letter.isascii() and letter.isidentifier() else "i")
        return self.name.given[key]

    def statements(self, program: Program, indent: str, *, comments: bool = True) -> Iterator[str]:
        """Every line of *program*, each below its equation."""
        steps = scheduled(program)
        self.piecewise = piecewise_names(program, steps)
        made: set[str] = set()
        for step in steps:
            for line in lines_of((step,)):
                if line.name in self.piecewise and line.name not in made:
                    made.add(line.name)
                    yield from statement(self.name(line.name), self._empty(line.name), indent)
            yield from self._step(step, Frame(self.sizes), indent, comments)

    def _step(self, step: Step, frame: Frame, indent: str, comments: bool) -> Iterator[str]:
        if isinstance(step, Line):
            yield from self._line(step, frame, indent, comments)
        elif isinstance(step, Guarded):
            identifier, bound = frame.letters[step.own.index]
            low, high = frame.place(step.own.lower, bound), frame.place(step.own.upper, bound)
            yield f"{indent}if {low} <= {identifier} <= {high}:"
            yield from self._step(step.step, frame, indent + STEP, comments)
        else:
            letter = self.letter(step.bound.index)
            values = f"range({frame.count(step.bound)})"
            yield f"{indent}for {letter} in {f'reversed({values})' if step.descending else values}:"
            for inner in step.steps:
                yield from self._step(inner, frame.with_letter(step.bound, letter), indent + STEP, comments)

    def _line(self, line: Line, frame: Frame, indent: str, comments: bool) -> Iterator[str]:
        if comments and line.kind is not Kind.SHARED:
            yield from comment(line.equation, indent)
            yield from comment(line.note, indent)
        if line.name in self.piecewise:
            yield from self._entries(line, frame, indent)
        else:
            yield from statement(self.name(line.name), self._whole(line, frame), indent)

    def _whole(self, line: Line, frame: Frame) -> str:
        """The right side as a number or as lists."""
        row = row_function(line.expr)
        inner, opened = frame, list[str]()
        letters = [index.name for index in line.indices if isinstance(index, Ref)]
        vector = row is not None and row.at is not None and bool(letters) and row.at == Ref(letters[-1])
        for letter in letters[:-1] if vector else letters:
            bound = next(r for r in line.ranges if r.index == letter)
            identifier = self.letter(letter)
            opened.append(f" for {identifier} in range({inner.count(bound)})]")
            inner = inner.with_letter(bound, identifier)
        speller = PythonSpeller(self, inner)
        body = speller.vector(row) if vector and row is not None else speller.text(line.expr)
        return "[" * len(opened) + body + "".join(reversed(opened))

    def _entries(self, line: Line, frame: Frame, indent: str) -> Iterator[str]:
        """Assignments to the entries of a list that exists."""
        inner = frame
        for bound in line.ranges:
            if bound.index in frame.letters:
                continue
            letter = self.letter(bound.index)
            yield f"{indent}for {letter} in range({inner.count(bound)}):"
            inner = inner.with_letter(bound, letter)
            indent += STEP
        speller = PythonSpeller(self, inner)
        yield from statement(speller.text(line.ref), speller.text(line.expr), indent)

    def _empty(self, name: str) -> str:
        """Lists of zeros in the shape of *name*."""
        frame = Frame(self.sizes)
        counts = [frame.count(axis) for axis in self.program.axes(name)]
        made = f"[0.0] * {_grouped(counts[-1])}"
        for count in reversed(counts[:-1]):
            made = f"[{made} for _ in range({count})]"
        return made


def _grouped(count: str) -> str:
    return f"({count})" if " " in count else count


def _is_atom(expr: Expr) -> bool:
    inner = expr.operand if isinstance(expr, Neg) else expr
    return isinstance(inner, Ref | Number)


def piecewise_names(program: Program, steps: Sequence[Step]) -> set[str]:
    """Names whose entries come one by one: in a loop, or from several lines."""
    found = {name for name, group in program.by_name.items() if len(group) > 1}
    for step in steps:
        if not isinstance(step, Line):
            found |= {line.name for line in lines_of((step,))}
        elif not all(isinstance(i, Ref) and i.name in {r.index for r in step.ranges} for i in step.indices):
            found.add(step.name)
    return {name for name in found if program.axes(name)}
