"""Products of arrays that stand side by side: which factors multiply which, and what to say where they do not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from symprop.errors import InputError, Span
from symprop.model.convention import Convention
from symprop.model.expr import Expr, Hadamard, MatMul, Mul, Transpose
from symprop.model.layouts import Dims, Layout, dims, dims_text, from_dims, same_axes, same_axis, shape_text
from symprop.model.network import Range

LayoutOf = Callable[[Expr], Layout]


@dataclass(frozen=True, slots=True)
class Manner:
    """How products are read.

    ``strict``: vectors lie as the convention says.  Otherwise a vector that fits a matrix beside it only when it lies the
    other way is taken that way.  ``shown`` brings an expression to the form in which messages show it.
    """

    convention: Convention
    strict: bool = False
    shown: Callable[[Expr], Expr] = lambda expr: expr


@dataclass(frozen=True, slots=True)
class Run:
    """Factors that multiply one another from left to right, with the rows and columns of each.

    ``flexible``: a vector in it was turned to fit, so that it does not matter how the result lies.
    """

    factors: tuple[Expr, ...]
    dims: tuple[Dims, ...]
    manner: Manner
    flexible: bool = False

    @property
    def outer(self) -> Dims:
        """Rows and columns of the product."""
        return self.dims[0][0], self.dims[-1][1]

    @property
    def layout(self) -> Layout:
        """The layout of the product."""
        found = from_dims(*self.outer, self.manner.convention)
        return Layout(found.axes) if self.flexible else found

    @property
    def node(self) -> Expr:
        """The product as one node."""
        if len(self.factors) == 1:
            return self.factors[0]
        return MatMul(self.factors, span=joined(self.factors[0], self.factors[-1]))

    def with_factor(self, factor: Expr, layout: Layout) -> Run | None:
        """The run with one factor more, None if it does not fit."""
        convention = self.manner.convention
        own = dims(layout, convention)
        if fit(self.outer[1], own[0]):
            return Run((*self.factors, factor), (*self.dims, own), self.manner, self.flexible)
        if self.manner.strict:
            return None
        before = self.layout
        if len(layout.axes) == 2 and len(before.axes) == 1 and not before.turned and fit(before.axes[0], own[0]):
            return Run((self.node, factor), ((None, before.axes[0]), own), self.manner, True)
        if len(layout.axes) == 1 and not layout.turned and self.outer[1] is not None and fit(self.outer[1], layout.axes[0]):
            return Run((*self.factors, factor), (*self.dims, (layout.axes[0], None)), self.manner, True)
        return None


def fit(columns: Range | None, rows: Range | None) -> bool:
    """Can an array with these columns stand before one with these rows?"""
    if columns is None or rows is None:
        return columns is rows
    return same_axis(columns, rows)


def run_of(factors: tuple[Expr, ...], layout_of: LayoutOf, manner: Manner) -> Run:
    """The factors of a :class:`MatMul` as a run.

    Raises:
        InputError: they do not fit.
    """
    run: Run | None = None
    for factor in factors:
        layout = _array_layout(factor, layout_of, manner)
        if not layout.axes:
            raise _no_array(factor, manner)
        if run is None:
            run = Run((factor,), (dims(layout, manner.convention),), manner)
            continue
        longer = run.with_factor(factor, layout)
        if longer is None:
            raise _misfit(run, factor, layout, layout_of)
        run = longer
    assert run is not None
    return run


def grouped(mul: Mul, layout_of: LayoutOf, manner: Manner) -> Expr:
    """*mul* with arrays that stand side by side as :class:`MatMul`; numbers and at most one array are left beside it.

    ``½ λ W x`` becomes ``½ · λ · (W x)``; ``xᵀ x w`` becomes ``(xᵀ x) · w``.

    Raises:
        InputError: arrays that do not fit, a product sign between arrays, or ``@`` beside a number.
    """
    return _Grouping(mul, layout_of, manner).result()


class _Grouping:
    """Reads the factors of one product from left to right."""

    def __init__(self, mul: Mul, layout_of: LayoutOf, manner: Manner) -> None:
        self.mul, self.layout_of, self.manner = mul, layout_of, manner
        self.signs = mul.signs or ("",) * len(mul.factors)
        self.done: list[Expr] = []
        self.run: Run | None = None
        self.waiting: list[Expr] = []  # numbers behind the run, which belong to the array that follows, if one does

    def result(self) -> Expr:
        layouts = [_array_layout(factor, self.layout_of, self.manner) for factor in self.mul.factors]
        for position, (factor, layout) in enumerate(zip(self.mul.factors, layouts, strict=True)):
            if self.signs[position] == "@":
                self._check_arrays(position, layout)
            if layout.axes:
                self._array(factor, layout, self.signs[position])
            else:
                (self.done if self.run is None else self.waiting).append(factor)
        if sum(bool(layout.axes) for layout in layouts) < 2:
            return self.mul
        assert self.run is not None
        factors = (*self.done, self.run.node, *self.waiting)
        return factors[0] if len(factors) == 1 else Mul(factors, span=self.mul.span)

    def _check_arrays(self, position: int, layout: Layout) -> None:
        if not layout.axes:
            raise _no_array(self.mul.factors[position], self.manner)
        if self.run is None:
            raise _no_array(self.mul.factors[position - 1], self.manner)

    def _array(self, factor: Expr, layout: Layout, sign: str) -> None:
        if self.run is None:
            self.run = self._start(factor, layout)
            return
        number = not self.run.layout.axes
        if sign == "*" and not number:
            raise _product_sign(self.run.factors[-1], factor, self.manner)
        own = Mul((*self.waiting, factor), span=joined(self.waiting[0], factor)) if self.waiting else factor
        longer = self.run.with_factor(own, layout)
        if longer is None:
            if not number or sign == "@":
                raise _misfit(self.run, factor, layout, self.layout_of)
            self.done += [self.run.node, *self.waiting]
            longer = self._start(factor, layout)
        self.waiting = []
        self.run = longer

    def _start(self, factor: Expr, layout: Layout) -> Run:
        return Run((factor,), (dims(layout, self.manner.convention),), self.manner)


def joined(left: Expr, right: Expr) -> Span | None:
    """The stretch from one node to another, as far as they have places."""
    if left.span is None or right.span is None:
        return left.span or right.span
    return left.span.to(right.span)


def written(expr: Expr) -> str:
    """*expr* as messages show it."""
    from symprop.model.printer import to_text

    return to_text(expr)


def transposed(expr: Expr) -> Expr:
    """``exprᵀ``, or what it was before where it is transposed already."""
    return expr.operand if isinstance(expr, Transpose) else Transpose(expr, span=expr.span)


def _array_layout(factor: Expr, layout_of: LayoutOf, manner: Manner) -> Layout:
    layout = layout_of(factor)
    if len(layout.axes) > 2:
        raise InputError(
            f"`{written(manner.shown(factor))}` has {len(layout.axes)} axes, but the factors of a product have 2 at most",
            factor.span,
            "write this product with indices",
        )
    return layout


def _no_array(factor: Expr, manner: Manner) -> InputError:
    return InputError(
        f"`@` stands between arrays, but `{written(manner.shown(factor))}` is a number",
        factor.span,
        "write a product with a number with a space or `·`",
    )


def _product_sign(left: Expr, right: Expr, manner: Manner) -> InputError:
    one, other = (written(manner.shown(factor)) for factor in (left, right))
    return InputError(
        f"it is not clear which product of the arrays `{one}` and `{other}` is meant",
        joined(left, right),
        "write `@` or a space for the product of matrices, `⊙` for the product entry by entry",
    )


def _misfit(run: Run, factor: Expr, layout: Layout, layout_of: LayoutOf) -> InputError:
    convention, shown = run.manner.convention, run.manner.shown
    left = run.factors[-1]
    product = written(MatMul((shown(left), shown(factor))))
    return InputError(
        f"`{product}` multiplies {dims_text(run.dims[-1])} by {shape_text(layout, convention)}",
        joined(left, factor),
        _meant(tuple(_alternatives(run, factor, layout, layout_of))),
    )


def _meant(found: tuple[Expr, ...]) -> str:
    if not found:
        return "the columns of the left factor must be the rows of the right one"
    *front, last = (f"`{written(expr)}`" for expr in found)
    return f"did you mean {', '.join(front)} or {last}?" if front else f"did you mean {last}?"


def _alternatives(run: Run, factor: Expr, layout: Layout, layout_of: LayoutOf) -> Iterator[Expr]:
    """Products of the two factors that would fit: one of them transposed, else the other way round."""
    left, right = run.manner.shown(run.factors[-1]), run.manner.shown(factor)
    rows, columns = run.dims[-1]
    top, bottom = dims(layout, run.manner.convention)
    before = run.dims[-2][1] if len(run.dims) > 1 else columns
    found = False
    if fit(columns, bottom):
        found = True
        yield MatMul((left, transposed(right)))
    if fit(rows, top) and fit(before, columns):
        found = True
        yield MatMul((transposed(left), right))
    if len(layout.axes) == 1 and same_axes(layout_of(left).axes, layout.axes):
        yield Hadamard((left, right))
    elif not found and len(run.factors) == 1 and fit(bottom, rows):
        yield MatMul((right, left))
