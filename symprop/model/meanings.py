"""What each node means among arrays: its layout, and its entry at given letters.  One table, read by ``Lowering``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from symprop.errors import InputError
from symprop.model.affine import Affine, affine
from symprop.model.expr import (
    ONE,
    TWO,
    Add,
    Apply,
    Diag,
    Div,
    Expr,
    Hadamard,
    Identity,
    Increment,
    Indicator,
    MatMul,
    Mul,
    Neg,
    Norm,
    Number,
    Ones,
    Partial,
    Pow,
    Ref,
    Softmax,
    Sum,
    Transpose,
)
from symprop.model.layouts import NUMBER, Layout, described, turned
from symprop.model.network import Range
from symprop.model.products import written
from symprop.model.walk import free_names, fresh_index, rename_bound

if TYPE_CHECKING:
    from symprop.model.lowering import Lowering

Letters = tuple[Expr, ...]

SUM_LETTERS = ("j", "k", "l", "i", "m", "p", "q", "r", "s")
"""Letters for the sums that a product or a norm is, in order of preference."""

WHOLE = ("sum", "mean", "softmax")
"""Functions of an array as a whole, by the name in :class:`Apply`."""


class Meaning(NamedTuple):
    """``layout(lowering, node)`` and ``entry(lowering, node, letters, used)``."""

    layout: Callable[[Lowering, Expr], Layout]
    entry: Callable[[Lowering, Expr, Letters, frozenset[str]], Expr]


def summed(low: Lowering, body: Expr, ranges: Sequence[Range]) -> Expr:
    """``Σ … body`` over *ranges*, the first outermost."""
    for own in reversed(ranges):
        body = low.sum_node(body, own.index, own.lower, own.upper, span=body.span)
    return body


def product(parts: Iterable[Expr]) -> Expr:
    """The product of *parts*, flat and without ones."""
    kept = [factor for part in parts for factor in (part.factors if isinstance(part, Mul) else (part,)) if factor != ONE]
    return ONE if not kept else kept[0] if len(kept) == 1 else Mul(tuple(kept))


# ------------------------------------------------------------------------------------------------------- plain nodes
def _number_layout(_low: Lowering, _e: Expr) -> Layout:
    return NUMBER


def _as_it_is(_low: Lowering, e: Expr, _letters: Letters, _used: frozenset[str]) -> Expr:
    return e


def _ref_layout(low: Lowering, e: Ref) -> Layout:
    axes = low.axes(e.name)
    if axes is None:
        raise InputError(f"the name `{e.name}` is not defined", e.span, "define or declare it")
    if len(e.indices) > len(axes):
        has = "no index" if not axes else "1 index" if len(axes) == 1 else f"{len(axes)} indices"
        raise InputError(f"`{e.name}` has {has}, but stands here with {len(e.indices)}", e.span)
    return Layout(axes[len(e.indices) :])


def _ref(_low: Lowering, e: Ref, letters: Letters, _used: frozenset[str]) -> Expr:
    return Ref(e.name, (*e.indices, *letters), span=e.span) if letters else e


def _neg(low: Lowering, e: Neg, letters: Letters, used: frozenset[str]) -> Expr:
    return Neg(low.at(e.operand, letters, used), span=e.span)


def _add(low: Lowering, e: Add, letters: Letters, used: frozenset[str]) -> Expr:
    return Add(low.each(e, e.terms, letters, used), span=e.span)


def _div(low: Lowering, e: Div, letters: Letters, used: frozenset[str]) -> Expr:
    above, below = low.each(e, (e.numerator, e.denominator), letters, used)
    return Div(above, below, span=e.span)


def _indicator(low: Lowering, e: Indicator, letters: Letters, used: frozenset[str]) -> Expr:
    return Indicator(low.each(e, e.operands, letters, used), e.operators, span=e.span)


def _pow_layout(low: Lowering, e: Pow) -> Layout:
    low.number(e.exponent, "an exponent")
    found = low.layout(e.base)
    if found.axes:
        base = low.shown(e.base)
        entries, total = written(Hadamard((base, base))), written(Pow(Norm(base), TWO))
        hint = f"write `{entries}` for the squares of its entries, `{total}` for their sum"
        raise InputError(f"`{written(base)}` is {described(found)}, which has no powers", e.span, hint)
    return NUMBER


def _pow(low: Lowering, e: Pow, _letters: Letters, used: frozenset[str]) -> Expr:
    if isinstance(e.base, Norm) and e.exponent == TWO:
        return _squares(low, e.base, used)
    return Pow(low.at(e.base, (), used), low.at(e.exponent, (), used), span=e.span)


# ---------------------------------------------------------------------------------------------------------- products
def _hadamard(low: Lowering, e: Hadamard, letters: Letters, used: frozenset[str]) -> Expr:
    parts = low.each(e, e.factors, letters, used)
    return product(parts) if letters else Hadamard(parts, span=e.span)


def _mul_layout(low: Lowering, e: Mul) -> Layout:
    found = low.grouped(e)
    if not isinstance(found, Mul):
        return low.layout(found)
    return next((own for own in map(low.layout, found.factors) if own.axes), NUMBER)


def _mul(low: Lowering, e: Mul, letters: Letters, used: frozenset[str]) -> Expr:
    found = low.grouped(e)
    if not isinstance(found, Mul):
        return low.at(found, letters, used)
    parts = tuple(low.at(factor, letters if low.layout(factor).axes else (), used) for factor in found.factors)
    return Mul(parts, found.signs, span=e.span)


def _matmul(low: Lowering, e: MatMul, letters: Letters, used: frozenset[str]) -> Expr:
    run = low.run(e)
    rows, columns = run.outer
    given = iter(letters)
    between: list[Expr | None] = [next(given) if rows is not None else None]
    sums: dict[str, Range] = {}
    for position, factor in enumerate(run.factors[:-1]):
        axis, before = run.dims[position][1], between[-1]
        if axis is None:
            between.append(None)
        elif isinstance(factor, Diag | Identity) and before is not None:
            between.append(before)  # both indices of a diagonal are one, so there is nothing to sum
        else:
            letter = fresh_index(used, SUM_LETTERS)
            used |= {letter}
            sums[letter] = Range(letter, axis.lower, axis.upper)
            between.append(Ref(letter))
    between.append(next(given) if columns is not None else None)
    last, end = between[-2], between[-1]
    if isinstance(run.factors[-1], Diag | Identity) and isinstance(last, Ref) and end is not None and last.name in sums:
        del sums[last.name]
        between = [end if letter == last else letter for letter in between]
    parts = []
    for position, factor in enumerate(run.factors):
        left, right = between[position], between[position + 1]
        parts.append(_factor(low, factor, tuple(letter for letter in (left, right) if letter is not None), used))
    return summed(low, product(parts), tuple(sums.values()))


def _factor(low: Lowering, factor: Expr, letters: Letters, used: frozenset[str]) -> Expr:
    """An entry of one factor of a product; of a diagonal only what stands on it, where both letters are one."""
    if isinstance(factor, Diag | Identity) and letters[0] == letters[1]:
        return low.at(factor.operand, letters[:1], used) if isinstance(factor, Diag) else ONE
    return low.at(factor, letters, used)


def _transpose_layout(low: Lowering, e: Transpose) -> Layout:
    found = low.array(e.operand, "what is transposed is an array", "leave the sign away")
    if len(found.axes) > 2:
        message = f"`{written(low.shown(e.operand))}` has {len(found.axes)} axes, so it cannot be transposed"
        raise InputError(message, e.span, "write it with indices")
    return turned(found)


def _transpose(low: Lowering, e: Transpose, letters: Letters, used: frozenset[str]) -> Expr:
    return low.at(e.operand, letters[::-1], used)


# ----------------------------------------------------------------------------------------------------- whole arrays
def _norm_layout(low: Lowering, e: Norm) -> Layout:
    low.array(e.operand, "a norm is of an array", "write abs(…) for an absolute value")
    return NUMBER


def _norm(low: Lowering, e: Norm, _letters: Letters, used: frozenset[str]) -> Expr:
    return Apply("sqrt", (_squares(low, e, used),), span=e.span)


def _squares(low: Lowering, e: Norm, used: frozenset[str]) -> Expr:
    return summed(low, *low.total(e.operand, used, lambda entry: Pow(entry, TWO, span=e.span)))


def _ones_layout(_low: Lowering, e: Ones) -> Layout:
    return Layout((Range("", ONE, e.size),))


def _ones(_low: Lowering, _e: Ones, _letters: Letters, _used: frozenset[str]) -> Expr:
    return ONE


def _identity_layout(_low: Lowering, e: Identity) -> Layout:
    return Layout((Range("", ONE, e.size), Range("", ONE, e.size)))


def _identity(_low: Lowering, e: Identity, letters: Letters, _used: frozenset[str]) -> Expr:
    return Indicator(letters, ("=",), span=e.span)


def _diag_layout(low: Lowering, e: Diag) -> Layout:
    found = low.array(e.operand, "a diagonal is made of a vector", "write diag(v)", 1)
    return Layout((found.axes[0], found.axes[0]))


def _diag(low: Lowering, e: Diag, letters: Letters, used: frozenset[str]) -> Expr:
    return product((Indicator(letters, ("=",), span=e.span), low.at(e.operand, letters[:1], used)))


def _apply_layout(low: Lowering, e: Apply) -> Layout:
    if e.function not in WHOLE:
        return low.together(e, e.arguments)
    only = e.arguments[0]
    if e.function == "softmax":
        if not low.layout(only).axes:
            raise InputError(
                "a softmax has several components, and this one does not say which is meant",
                e.span,
                "write softmax(z[k], k)[j] or softmax(z_1, z_2)[1]",
            )
        return low.array(only, "a softmax is of a vector", "write softmax(z[k], k)[j], which says over which index", 1)
    if e.spelling == "Σ" and not low.layout(only).axes:
        raise InputError("the sign Σ needs its index", e.span, "write Σ_k …, Σ_{k=1..n} … or sum(…, k)")
    low.array(only, f"a {e.function} without an index is over an array", f"write {_WITH_INDEX[e.function]}")
    return NUMBER


_WITH_INDEX = {"sum": "sum(x[k], k), or sum(x[k], k=1..n)", "mean": "Σ_k x[k]/n"}


def _apply(low: Lowering, e: Apply, letters: Letters, used: frozenset[str]) -> Expr:
    only = e.arguments[0]
    if e.function == "softmax":
        axis = low.layout(only).axes[0]
        letter = fresh_index(used, ("k", "q", "p", "l"))
        argument = low.at(only, (Ref(letter),), used | {letter})
        return low.softmax_node((argument,), letter, axis.lower, axis.upper, letters[0], span=e.span)
    if e.function in WHOLE:
        total = summed(low, *low.total(only, used))
        return total if e.function == "sum" else Div(total, product(map(_count, low.layout(only).axes)), span=e.span)
    return Apply(e.function, low.each(e, e.arguments, letters, used), e.primes, e.spelling, span=e.span)


def _count(axis: Range) -> Expr:
    """How many positions an axis has."""
    lower, upper = affine(axis.lower), affine(axis.upper)
    assert lower is not None
    assert upper is not None
    return upper.plus(lower, Fraction(-1)).plus(Affine({}, Fraction(1))).expr


# ---------------------------------------------------------------------------------------------------- bound indices
def _sum(low: Lowering, e: Sum, letters: Letters, used: frozenset[str]) -> Expr:
    if any(e.index in free_names(letter) for letter in letters):
        renamed = rename_bound(e, fresh_index(used, SUM_LETTERS))
        assert isinstance(renamed, Sum)
        e, used = renamed, used | {renamed.index}
    return Sum(low.at(e.body, letters, used), e.index, e.lower, e.upper, span=e.span)


def _softmax_layout(low: Lowering, e: Softmax) -> Layout:
    for argument in e.arguments:
        low.number(argument, "a component of a softmax", "write softmax(z[k], k)[j]")
    return NUMBER


def _softmax(low: Lowering, e: Softmax, _letters: Letters, used: frozenset[str]) -> Expr:
    arguments = tuple(low.at(argument, (), used) for argument in e.arguments)
    return Softmax(arguments, e.index, e.lower, e.upper, e.at, span=e.span)


# ------------------------------------------------------------------------------------------------------ derivatives
def _partial_layout(low: Lowering, e: Partial) -> Layout:
    of, wrt = low.layout(e.of), low.layout(e.wrt)
    if not of.axes:
        return turned(wrt) if low.convention.jacobian else wrt
    if not wrt.axes:
        return of
    if len(of.axes) > 1 or len(wrt.axes) > 1:
        raise InputError("this derivative has more than two axes", e.span, "write it with indices")
    return Layout((of.axes[0], wrt.axes[0]))


def _partial(low: Lowering, e: Partial, letters: Letters, used: frozenset[str]) -> Expr:
    count = len(low.layout(e.of).axes)
    below = letters[count:]
    if not count and low.convention.jacobian:
        below = below[::-1]
    wrt = low.at(e.wrt, below, used)
    assert isinstance(wrt, Ref)
    return Partial(low.at(e.of, letters[:count], used), wrt, span=e.span)


def _increment(low: Lowering, e: Increment, letters: Letters, used: frozenset[str]) -> Expr:
    weight = low.at(e.weight, letters, used)
    assert isinstance(weight, Ref)
    return Increment(weight, span=e.span)


def _like(*fields: str) -> Callable[..., Layout]:
    """The layout of a node whose parts, by the names of their *fields*, go together entry by entry."""

    def layout(low: Lowering, e: Expr) -> Layout:
        return low.together(e, [part for field in fields for part in _as_tuple(getattr(e, field))])

    return layout


def _as_tuple(value: Expr | tuple[Expr, ...]) -> Iterator[Expr]:
    yield from value if isinstance(value, tuple) else (value,)


_TABLE: Mapping[type[Expr], tuple[Callable[..., Layout], Callable[..., Expr]]] = {
    Number: (_number_layout, _as_it_is),
    Ref: (_ref_layout, _ref),
    Add: (_like("terms"), _add),
    Neg: (_like("operand"), _neg),
    Mul: (_mul_layout, _mul),
    Hadamard: (_like("factors"), _hadamard),
    Div: (_like("numerator", "denominator"), _div),
    Pow: (_pow_layout, _pow),
    Apply: (_apply_layout, _apply),
    Indicator: (_like("operands"), _indicator),
    Sum: (_like("body"), _sum),
    Softmax: (_softmax_layout, _softmax),
    Partial: (_partial_layout, _partial),
    Increment: (_like("weight"), _increment),
    MatMul: (lambda low, e: low.run(e).layout, _matmul),
    Transpose: (_transpose_layout, _transpose),
    Norm: (_norm_layout, _norm),
    Ones: (_ones_layout, _ones),
    Identity: (_identity_layout, _identity),
    Diag: (_diag_layout, _diag),
}

MEANINGS: Mapping[type[Expr], Meaning] = {node: Meaning(*both) for node, both in _TABLE.items()}
"""By node, what it means."""
