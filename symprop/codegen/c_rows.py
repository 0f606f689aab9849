"""Softmax, its logarithm and the logarithm of a sum of exponentials, as C statements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from symprop.codegen.c_layout import STEP
from symprop.codegen.c_spell import CSpeller
from symprop.codegen.program import Line
from symprop.codegen.rows import RowFunction
from symprop.codegen.spell import ADD, Frame
from symprop.model.expr import Ref

if TYPE_CHECKING:
    from symprop.codegen.c_lines import CLines


def row_lines(lines: CLines, line: Line, row: RowFunction, frame: Frame, indent: str) -> Iterator[str]:
    """A softmax or its like: the largest entry, the sum of exponentials, the components."""
    lanes = lines.style.varies(line.name) and bool(lines.style.lane)
    deeper = indent
    if lanes:
        yield f"{indent}for (long lane = 0; lane < count; lane++) {{"
        deeper += STEP
    letter = lines.style.identifier(row.bound.index)
    inside = frame.with_letter(row.bound, letter)
    exp = lines.style.exponential
    opening = f"for (long {letter} = 0; {letter} < {frame.count(row.bound)}; {letter}++) {{"
    if not lanes:
        yield f"{indent}{{"
        deeper += STEP
    yield f"{deeper}double largest = -INFINITY, rest = 0.0;"
    yield f"{deeper}long top = 0;"
    yield f"{deeper}{opening}"
    yield from _of_body(lines, row, inside, deeper + STEP, "const double entry = {};")
    yield f"{deeper}{STEP}if (entry > largest) {{"
    yield f"{deeper}{STEP}{STEP}largest = entry;"
    yield f"{deeper}{STEP}{STEP}top = {letter};"
    yield f"{deeper}{STEP}}}"
    yield f"{deeper}}}"
    yield f"{deeper}{opening}"
    yield from _of_body(lines, row, inside, deeper + STEP, f"if ({letter} != top) rest += {exp}({{}} - largest);")
    yield f"{deeper}}}"
    yield from _components(lines, line, row, frame, deeper)
    yield f"{indent}}}"


def _components(lines: CLines, line: Line, row: RowFunction, frame: Frame, indent: str) -> Iterator[str]:
    exp = lines.style.exponential
    patterns = {
        "softmax": f"{exp}({{}} - largest) / (1.0 + rest)",
        "log_softmax": "{} - largest - log1p(rest)",
        "log_sum_exp": "largest + log1p(rest)",
    }
    pattern = patterns[row.name]
    if row.at is None:
        yield f"{indent}{CSpeller(lines, frame).text(line.ref)} = {pattern};"
        return
    bound = row.bound
    letter = lines.style.identifier(bound.index)
    inside = frame.with_letter(bound, letter)
    at = row.at
    if isinstance(at, Ref) and at in line.indices and at.name not in frame.letters:
        named = {r.index: r for r in line.ranges}[at.name]
        left = CSpeller(lines, frame.with_letter(named, letter)).text(line.ref)
        yield f"{indent}for (long {letter} = 0; {letter} < {frame.count(bound)}; {letter}++) {{"
        yield from _of_body(lines, row, inside, indent + STEP, f"{left} = {pattern};")
        yield f"{indent}}}"
        return
    left = CSpeller(lines, frame).text(line.ref)
    yield f"{indent}const long {letter} = {frame.place(at, bound)};"
    yield from _of_body(lines, row, inside, indent, f"{left} = {pattern};")


def _of_body(lines: CLines, row: RowFunction, frame: Frame, indent: str, pattern: str) -> Iterator[str]:
    lines.begin(indent)
    text, level = CSpeller(lines, frame).visit(row.body)
    yield from lines.taken()
    yield indent + pattern.format(text if level >= ADD else f"({text})")
