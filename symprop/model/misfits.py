"""Messages for arrays that do not go together: both shapes, and what was probably meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symprop.errors import InputError
from symprop.model.convention import Convention
from symprop.model.expr import Add, Div, Expr, Hadamard, Indicator, MatMul, Neg, Ones, Transpose
from symprop.model.layouts import Layout, places, shape_text, turned
from symprop.model.products import joined, transposed, written

_VERBS: Mapping[type[Expr], str] = {
    Add: "stand in one sum",
    Hadamard: "are multiplied entry by entry",
    Div: "are divided entry by entry",
    Indicator: "are compared",
}


def not_together(expr: Expr, parts: Sequence[Expr], layouts: Sequence[Layout], convention: Convention) -> InputError:
    """The message for *parts* of *expr* that do not go together entry by entry."""
    first = max(range(len(parts)), key=lambda position: len(layouts[position].axes))
    whole = layouts[first]
    other = next(p for p, own in enumerate(layouts) if own.axes and len(places(own, whole, convention)) != 1)
    if places(layouts[other], whole, convention):
        return _two_ways(parts[other], parts[first], whole, convention)
    one, two = sorted((first, other))
    parts = [part.operand if isinstance(part, Neg) else part for part in parts]
    shapes = [shape_text(layouts[position], convention) for position in (one, two)]
    turning = len(places(turned(layouts[other]), whole, convention)) == 1 and len(layouts[other].axes) == len(whole.axes)
    meant = transposed(parts[other])
    hint = f"did you mean `{written(meant)}`?" if turning and meant != parts[first] else ""
    return InputError(
        f"`{written(parts[one])}` and `{written(parts[two])}` {_VERBS.get(type(expr), 'stand entry by entry')}, "
        f"but the one is {shapes[0]} and the other {shapes[1]}",
        joined(parts[one], parts[two]),
        hint or "arrays go together entry by entry if they have the same shape",
    )


def _two_ways(vector: Expr, matrix: Expr, whole: Layout, convention: Convention) -> InputError:
    """A vector beside a square matrix: it may be the same column everywhere, or the same row."""
    ones = Ones(whole.axes[0].upper)
    if convention.rows:
        column, row = MatMul((Transpose(vector), ones)), MatMul((Transpose(ones), vector))
    else:
        column, row = MatMul((vector, Transpose(ones))), MatMul((ones, Transpose(vector)))
    return InputError(
        f"`{written(vector)}` fits the rows of `{written(matrix)}`, and its columns too",
        vector.span,
        f"write `{written(column)}` for equal columns, `{written(row)}` for equal rows",
    )
