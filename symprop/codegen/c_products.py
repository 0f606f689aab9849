"""Products of matrices as loops in blocks, for a few examples side by side.

``z_j = Σ_k W_jk x_k`` is computed for some ``j`` at once, so that each ``x_k`` is loaded once for all of them and the sums stay
in registers.  These rows are written one by one: gcc would unroll a loop over them first, and then not vectorise.

The sum over the examples in ``∂E/∂W_jk = δ_j x_k`` goes along ``k`` with the examples turned to the outside, so that compilers
need not reorder it to vectorise: for a block of ``k`` that stays in the nearest cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symprop.codegen.c_layout import STEP
from symprop.codegen.c_spell import CSpeller
from symprop.codegen.c_texts import LANES, ROWS
from symprop.codegen.program import Kind, Line, Program, names_in
from symprop.codegen.spell import Frame
from symprop.model.expr import Expr, Indicator, Mul, Neg, Softmax, Sum
from symprop.model.network import Range
from symprop.model.walk import free_names, walk

if TYPE_CHECKING:
    from symprop.codegen.c_lines import CLines


@dataclass(frozen=True, slots=True)
class Rows:
    """A line whose sum is computed for several values of its last letter at once.

    Args:
        total: the sum.
        bound: the range of the letter.
    """

    total: Sum
    bound: Range


@dataclass(frozen=True, slots=True)
class Outer:
    """A gradient that is a product of what has its last letter, and what has not.

    Args:
        left: the factors without the letter, as one.
        right: those with it.
        bound: the range of the letter.
        is_negative: has the product a minus in front of it?
    """

    left: Expr
    right: Expr
    bound: Range
    is_negative: bool


def lanes_of(program: Program) -> int:
    """How many examples are computed side by side: one where an example is a batch itself, with an axis that no weight has."""
    given = [{axis.upper for axis in program.axes(name)} for name in (*program.inputs, *program.targets)]
    weights = [{axis.upper for axis in program.axes(name)} for name in program.parameters]
    own = set[Expr]().union(*given).intersection(*given) - set[Expr]().union(*weights)
    return 1 if own and not program.has_recurrence and any(len(axes) > 1 for axes in weights) else LANES


def rows_of(lines: CLines, line: Line, total: Sum | None, frame: Frame) -> Rows | None:
    """How *line*, in which *total* stands, is computed in blocks of rows; None where it is not such a line."""
    if line.kind is Kind.GRADIENT or not (lines.style.lane and lines.style.varies(line.name)) or total is None:
        return None
    own = [bound for bound in line.ranges if bound.index not in frame.letters]
    if not own or not _is_plain(total.body):
        return None
    letter = own[-1].index
    used = names_in(total.body)
    if letter not in used or letter in free_names(total.lower) | free_names(total.upper):
        return None
    return Rows(total, own[-1])


def outer_of(lines: CLines, line: Line, frame: Frame) -> Outer | None:
    """How the gradient *line* is computed in blocks; None where it is no product of this kind."""
    own = [bound for bound in line.ranges if bound.index not in frame.letters]
    if line.kind is not Kind.GRADIENT or not lines.style.lane or len(own) < 2 or not _is_plain(line.expr):
        return None
    letter = own[-1].index
    factors, is_negative = _factors(line.expr)
    right = [factor for factor in factors if letter in names_in(factor)]
    left = [factor for factor in factors if letter not in names_in(factor)]
    others = {bound.index for bound in own[:-1]}
    fits = right and left and not any(names_in(factor) & others for factor in right)
    if not fits or not any(lines.style.varies(name) for factor in right for name in names_in(factor)):
        return None
    return Outer(_product(left), _product(right), own[-1], is_negative)


def rows(lines: CLines, line: Line, plan: Rows, frame: Frame, indent: str) -> Iterator[str]:
    """The line in blocks of rows; rows behind the last one are computed as the last one, and not kept."""
    bound, total = plan.bound, plan.total
    up = lines.style.prefix.upper()
    letter, inner = lines.style.identifier(bound.index), lines.style.identifier(total.index)
    count, summed = frame.count(bound), Range(total.index, total.lower, total.upper)
    each = [lines.style.identifier(f"{letter}_{row}") for row in range(ROWS)]
    deep = indent + STEP
    yield f"{indent}for (long tile = 0; tile < {count}; tile += {up}_ROWS) {{"
    yield f"{deep}double sums[{up}_ROWS][{up}_LANES] = {{{{0.0}}}};"
    for row, name in enumerate(each):
        place = f"tile + {row}" if row else "tile"
        yield f"{deep}const long {name} = {place}{f' < {count} ? {place} : {_last(count)}' if row else ''};"
    yield f"{deep}for (long {inner} = 0; {inner} < {frame.count(summed)}; {inner}++) {{"
    yield f"{deep}{STEP}for (long lane = 0; lane < count; lane++) {{"
    for row, name in enumerate(each):
        body = CSpeller(lines, frame.with_letter(bound, name).with_letter(summed, inner))
        yield f"{deep}{STEP * 2}sums[{row}][lane] += {body.text(total.body)};"
    yield f"{deep}{STEP}}}"
    yield f"{deep}}}"
    here = frame.with_letter(bound, letter)
    yield f"{deep}for (long row = 0; row < {up}_ROWS && tile + row < {count}; row++) {{"
    yield f"{deep}{STEP}const long {letter} = tile + row;"
    yield from lines.summed(line, total, "sums[row][lane]", here, deep + STEP)
    yield f"{deep}}}"
    yield f"{indent}}}"


def outer(lines: CLines, line: Line, plan: Outer, frame: Frame, indent: str) -> Iterator[str]:
    """The gradient in blocks of columns."""
    up, bound = lines.style.prefix.upper(), plan.bound
    letter = lines.style.identifier(bound.index)
    here = frame.with_letter(bound, letter)
    count = frame.count(bound)
    yield f"{indent}for (long tile = 0; tile < {count}; tile += {up}_BLOCK) {{"
    deep = indent + STEP
    yield f"{deep}const long left = {count} - tile;" if count.isidentifier() else f"{deep}const long left = ({count}) - tile;"
    yield f"{deep}const long width = left < {up}_BLOCK ? left : {up}_BLOCK;"
    yield f"{deep}double turned[{up}_LANES][{up}_BLOCK];"
    yield f"{deep}for (long column = 0; column < width; column++) {{"
    yield f"{deep}{STEP}const long {letter} = tile + column;"
    yield f"{deep}{STEP}for (long lane = 0; lane < count; lane++) {{"
    yield f"{deep}{STEP * 2}turned[lane][column] = {CSpeller(lines, here).text(plan.right)};"
    yield f"{deep}{STEP}}}"
    yield f"{deep}}}"
    closing = [f"{indent}}}"]
    inside = here
    for other in (one for one in line.ranges if one.index not in frame.letters and one is not bound):
        name = lines.style.identifier(other.index)
        yield f"{deep}for (long {name} = 0; {name} < {inside.count(other)}; {name}++) {{"
        inside = inside.with_letter(other, name)
        closing.append(f"{deep}}}")
        deep += STEP
    sign = "-" if plan.is_negative else "+"
    yield f"{deep}for (long column = 0; column < width; column++) {{"
    yield f"{deep}{STEP}const long {letter} = tile + column;"
    yield f"{deep}{STEP}double entry = 0.0;"
    yield f"{deep}{STEP}for (long lane = 0; lane < count; lane++) {{"
    yield f"{deep}{STEP * 2}entry {sign}= {_bracketed(CSpeller(lines, inside).text(plan.left))} * turned[lane][column];"
    yield f"{deep}{STEP}}}"
    yield deep + STEP + lines.gradient(lines.gradient_place(line, inside), "entry")
    yield f"{deep}}}"
    yield from reversed(closing)


def _is_plain(expr: Expr) -> bool:
    """No sum and no bracket: one expression that needs no statements before it."""
    return not any(isinstance(node, Sum | Softmax | Indicator) for node in walk(expr))


def _factors(expr: Expr) -> tuple[list[Expr], bool]:
    if isinstance(expr, Neg):
        factors, is_negative = _factors(expr.operand)
        return factors, not is_negative
    if not isinstance(expr, Mul):
        return [expr], False
    found, negative = list[Expr](), False
    for factor in expr.factors:
        inner, sign = _factors(factor)
        found, negative = found + inner, negative != sign
    return found, negative


def _product(factors: list[Expr]) -> Expr:
    return Mul(tuple(factors)) if len(factors) > 1 else factors[0]


def _last(count: str) -> str:
    return str(int(count) - 1) if count.isdigit() else f"{count} - 1"


def _bracketed(text: str) -> str:
    return f"({text})" if " + " in text or " - " in text or " / " in text or "?" in text else text
