"""Lines of a program as C statements: for one example, or for a few examples side by side ("lanes").

A network without arrays is straight-line code of local variables, and the loop over lanes goes round all of it.  With
arrays every quantity lives in a struct of fixed sizes, and each line has its own loops; the innermost one is over lanes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from symprop.codegen.c_layout import STEP, comment
from symprop.codegen.c_products import Outer, Rows, outer, outer_of, rows, rows_of
from symprop.codegen.c_rows import row_lines
from symprop.codegen.c_spell import CSpeller, Style
from symprop.codegen.program import Kind, Line, Program
from symprop.codegen.rows import row_function
from symprop.codegen.schedule import Guarded, Step, scheduled
from symprop.codegen.spell import ATOM, Frame, Text
from symprop.errors import InternalError
from symprop.model.expr import Add, Div, Expr, Indicator, Mul, Neg, Ref, Sum
from symprop.model.network import Range


class CLines:
    """Statements for the lines of a program.

    Args:
        program: after all passes.
        style: how quantities are reached.
        sizes: number or macro of every size.
        gradient: what happens to the value of a gradient's entry (an assignment or a sum).
    """

    def __init__(self, program: Program, style: Style, sizes: Mapping[str, str], gradient: Callable[[str, str], str]) -> None:
        self.program = program
        self.style = style
        self.sizes = sizes
        self.gradient = gradient
        self.needs: set[str] = set()
        self._before: list[str] = []
        self._indent = ""
        self._sums, self.guards = 0, list[str]()

    def straight(self, program: Program, indent: str, *, comments: bool = True) -> Iterator[str]:
        """Every line of a network without arrays as a local constant; updates assign."""
        speller = CSpeller(self, Frame(self.sizes))
        for line in program.lines:
            if comments:
                yield from self._comments(line, indent)
            value = speller.text(line.expr)
            if line.kind is Kind.UPDATE:
                yield f"{indent}{self.style.place(line.name)} = {value};"
            elif line.kind is Kind.GRADIENT:
                yield indent + self.gradient(line.name, value)
            else:
                yield f"{indent}const double {self.style.place(line.name)} = {value};"

    def looped(self, program: Program, indent: str) -> Iterator[str]:
        """Every line of a network with arrays, in loops."""
        for step in scheduled(program):
            yield from self._step(step, Frame(self.sizes), indent)

    def hoisted(self, expr: Sum, frame: Frame) -> str:
        """The variable that holds a sum; its loop is written before the statement in hand."""
        self._sums += 1
        name = f"sum_{self._sums}" if self._sums > 1 else "sum"
        bound = Range(expr.index, expr.lower, expr.upper)
        letter = self.style.identifier(expr.index)
        outer_before, outer_indent, guards = self._before, self._indent, self.guards
        self._before, self._indent, self.guards = [], outer_indent + STEP, []
        body = CSpeller(self, frame.with_letter(bound, letter)).text(expr.body)
        own = self._before
        self._before, self._indent, self.guards = outer_before, outer_indent, guards
        test = " && ".join((*guards, f"{letter} < {frame.count(bound)}"))
        self._before += [
            f"{outer_indent}double {name} = 0.0;",
            f"{outer_indent}for (long {letter} = 0; {test}; {letter}++) {{",
            *own,
            f"{outer_indent}{STEP}{name} += {body};",
            f"{outer_indent}}}",
        ]
        return name

    def _comments(self, line: Line, indent: str) -> Iterator[str]:
        if line.kind is not Kind.SHARED:
            yield from comment(line.equation, indent)
            yield from comment(line.note, indent)

    def _step(self, step: Step, frame: Frame, indent: str) -> Iterator[str]:
        if isinstance(step, Line):
            yield from self._comments(step, indent)
            yield from self._line(step, frame, indent)
        elif isinstance(step, Guarded):
            identifier, bound = frame.letters[step.own.index]
            low, high = frame.place(step.own.lower, bound), frame.place(step.own.upper, bound)
            yield f"{indent}if ({low} <= {identifier} && {identifier} <= {high}) {{"
            yield from self._step(step.step, frame, indent + STEP)
            yield f"{indent}}}"
        else:
            letter = self.style.identifier(step.bound.index)
            count = frame.count(step.bound)
            if step.descending:
                yield f"{indent}for (long {letter} = {count} - 1; {letter} >= 0; {letter}--) {{"
            else:
                yield f"{indent}for (long {letter} = 0; {letter} < {count}; {letter}++) {{"
            for inner in step.steps:
                yield from self._step(inner, frame.with_letter(step.bound, letter), indent + STEP)
            yield f"{indent}}}"

    def _line(self, line: Line, frame: Frame, indent: str) -> Iterator[str]:
        row = row_function(line.expr)
        vector = row is not None and isinstance(row.at, Ref) and row.at in line.indices
        closing: list[str] = []
        inner = frame
        product = None if row is not None else self._product(line, frame)
        if isinstance(product, Outer):
            yield from outer(self, line, product, frame, indent)
            return
        for bound in line.ranges:
            if (
                bound.index in frame.letters
                or (product is not None and bound is product.bound)
                or (vector and row is not None and row.at == Ref(bound.index))
            ):
                continue
            letter = self.style.identifier(bound.index)
            yield f"{indent}for (long {letter} = 0; {letter} < {inner.count(bound)}; {letter}++) {{"
            closing.append(f"{indent}}}")
            inner = inner.with_letter(bound, letter)
            indent += STEP
        if product is not None:
            yield from rows(self, line, product, inner, indent)
            yield from reversed(closing)
            return
        deeper = indent if closing else indent + STEP
        body = list(row_lines(self, line, row, inner, deeper) if row is not None else self._entry(line, inner, deeper))
        if closing:
            yield from body
        elif any(text.startswith((f"{deeper}double ", f"{deeper}const long ")) for text in body):
            yield from (f"{indent}{{", *body, f"{indent}}}")  # variables of this line alone
        else:
            yield from (text[len(STEP) :] for text in body)
        yield from reversed(closing)

    def _product(self, line: Line, frame: Frame) -> Rows | Outer | None:
        return rows_of(self, line, _outer_sum(line.expr), frame) or outer_of(self, line, frame)

    def _entry(self, line: Line, frame: Frame, indent: str) -> Iterator[str]:
        """One entry, for every lane."""
        varies = self.style.varies(line.name) or (line.kind is Kind.GRADIENT and bool(self.style.lane))
        if line.kind is Kind.GRADIENT and varies:
            target = self.gradient_place(line, frame)
            yield f"{indent}double entry = 0.0;"
            yield from self._over_lanes(line, frame, indent, "entry += {};")
            yield indent + self.gradient(target, "entry")
        elif varies and self.style.lane:
            yield from self._over_lanes(line, frame, indent, None)
        else:
            speller = CSpeller(self, frame)
            self.begin(indent)
            text = f"{speller.text(line.ref)} = {speller.text(line.expr)};"
            yield from self.taken()
            yield indent + text

    def gradient_place(self, line: Line, frame: Frame) -> str:
        """The entry of a gradient: a sum over the examples, so it has no lane."""
        plain = replace(self.style, lane="")
        lines = CLines(self.program, plain, self.sizes, self.gradient)
        return CSpeller(lines, frame).text(line.ref)

    def _over_lanes(self, line: Line, frame: Frame, indent: str, pattern: str | None) -> Iterator[str]:
        """The line for each lane.  A sum at the outside has the loop over lanes inmost, which compilers vectorise."""
        speller = CSpeller(self, frame)
        if pattern is None and self._lane_sums(line.expr):
            yield from self._lane_sum(line, frame, indent)
            return
        yield f"{indent}for (long lane = 0; lane < count; lane++) {{"
        self.begin(indent + STEP)
        value = speller.text(line.expr)
        text = f"{speller.text(line.ref)} = {value};" if pattern is None else pattern.format(value)
        yield from self.taken()
        yield indent + STEP + text
        yield f"{indent}}}"

    def _lane_sums(self, expr: Expr) -> bool:
        """Is *expr* a sum over an index with other terms or factors, that starts well as a loop of its own?"""
        return _outer_sum(expr) is not None

    def _lane_sum(self, line: Line, frame: Frame, indent: str) -> Iterator[str]:
        total = _outer_sum(line.expr)
        if total is None:
            raise InternalError("a line without a sum")
        bound = Range(total.index, total.lower, total.upper)
        letter = self.style.identifier(total.index)
        inner = CSpeller(self, frame.with_letter(bound, letter))
        yield f"{indent}double sums[LANES] = {{0.0}};".replace("LANES", self._lanes)
        yield f"{indent}for (long {letter} = 0; {letter} < {frame.count(bound)}; {letter}++) {{"
        yield f"{indent}{STEP}for (long lane = 0; lane < count; lane++) {{"
        self.begin(indent + STEP + STEP)
        body = inner.text(total.body)
        yield from self.taken()
        yield f"{indent}{STEP}{STEP}sums[lane] += {body};"
        yield f"{indent}{STEP}}}"
        yield f"{indent}}}"
        yield from self.summed(line, total, "sums[lane]", frame, indent)

    def summed(self, line: Line, total: Sum, place: str, frame: Frame, indent: str) -> Iterator[str]:
        """*line* for each lane, where the sum *total* in it has been computed and stands in *place*."""
        yield f"{indent}for (long lane = 0; lane < count; lane++) {{"
        self.begin(indent + STEP)
        value = _Summed(self, frame, total, place).text(line.expr)
        yield from self.taken()
        yield f"{indent}{STEP}{CSpeller(self, frame).text(line.ref)} = {value};"
        yield f"{indent}}}"

    @property
    def _lanes(self) -> str:
        return f"{self.style.prefix.upper()}_LANES"

    def begin(self, indent: str) -> None:
        """A statement at *indent* is about to be spelled."""
        self._before, self._indent, self._sums = [], indent, 0

    def taken(self) -> list[str]:
        """The statements that have to go before it."""
        taken, self._before = self._before, []
        return taken


class _Summed(CSpeller):
    """Spells a line whose outer sum has been computed."""

    def __init__(self, lines: CLines, frame: Frame, total: Sum, place: str) -> None:
        super().__init__(lines, frame)
        self.total = total
        self.place_of_total = place

    def sum(self, expr: Sum) -> Text:
        """The sum in hand is in a variable."""
        return (self.place_of_total, ATOM) if expr is self.total else super().sum(expr)


def _outer_sum(expr: Expr) -> Sum | None:
    """The sum in *expr* that no bracket guards and no other sum holds; the first, if there are several."""
    if isinstance(expr, Sum):
        return expr
    if isinstance(expr, Mul) and any(isinstance(f, Indicator) for f in expr.factors):
        return None
    parts: tuple[Expr, ...] = ()
    if isinstance(expr, Add):
        parts = expr.terms
    elif isinstance(expr, Mul):
        parts = expr.factors
    elif isinstance(expr, Neg):
        parts = (expr.operand,)
    elif isinstance(expr, Div):
        parts = (expr.numerator, expr.denominator)
    return next((found for part in parts if (found := _outer_sum(part)) is not None), None)
