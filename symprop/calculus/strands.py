"""Arrays on their way from indices to matrices: an array with the letters of its axes, and products of such.

A :class:`Strand` is a product of matrices that leads from one letter to another: ``W[j,k] x[k]`` is ``W`` from j to k, then
``x`` from k to nowhere.  Read backwards it is the transposed product, so one rule covers every way in which a transpose
comes about.  A convention decides only at the end in which direction a vector is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from symprop.errors import InternalError
from symprop.model.build import negative, product
from symprop.model.convention import Convention
from symprop.model.expr import ONE, TWO, Diag, Div, Expr, Hadamard, Identity, MatMul, Mul, Neg, Norm, Number, Pow, Transpose


class NoMatrixFormError(Exception):
    """The expression has no matrix form; the text says why."""


NOWHERE = ""
"""The open end of a vector: its unit axis."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One factor of a strand: *expr*, or its transpose, from the letter *start* to the letter *end*."""

    expr: Expr
    start: str
    end: str
    turned: bool = False

    @property
    def reversed(self) -> Piece:
        """The transposed factor."""
        return Piece(self.expr, self.end, self.start, not self.turned)

    @property
    def shown(self) -> Expr:
        """As it is written."""
        if not self.turned or isinstance(self.expr, Identity | Diag):
            return self.expr
        return self.expr.operand if isinstance(self.expr, Transpose) else Transpose(self.expr)


@dataclass(frozen=True, slots=True)
class Strand:
    """A product of pieces, each beginning where the one before it ends; a lone piece is any array.

    ``coefficient`` holds the scalar factors; a strand without pieces is a number.
    """

    coefficient: tuple[Expr, ...] = ()
    pieces: tuple[Piece, ...] = ()

    @property
    def start(self) -> str:
        """Letter of the rows."""
        return self.pieces[0].start if self.pieces else NOWHERE

    @property
    def end(self) -> str:
        """Letter of the columns."""
        return self.pieces[-1].end if self.pieces else NOWHERE

    @property
    def letters(self) -> frozenset[str]:
        """The letters that are free in it."""
        return frozenset({self.start, self.end} - {NOWHERE})

    @property
    def reversed(self) -> Strand:
        """The transposed product."""
        return replace(self, pieces=tuple(piece.reversed for piece in reversed(self.pieces)))

    @property
    def upright(self) -> Strand:
        """Of a number, which is its own transpose: the way round that has fewer transposes."""
        other = self.reversed
        return other if sum(p.turned for p in other.pieces) < sum(p.turned for p in self.pieces) else self

    def times(self, other: Strand) -> Strand:
        """The product, which contracts the letter that both share in the middle.

        Raises:
            InternalError: *other* does not begin where this one ends.
        """
        if self.end != other.start:
            raise InternalError(f"a product of {self.end!r} and {other.start!r}")
        return Strand((*self.coefficient, *other.coefficient), (*self.pieces, *other.pieces))

    def scaled(self, *factors: Expr) -> Strand:
        """The same with more scalar factors."""
        return replace(self, coefficient=(*factors, *self.coefficient))

    def leading(self, start: str, end: str) -> Strand:
        """The strand in the direction from *start* to *end*."""
        if (self.start, self.end) == (start, end):
            return self
        if (self.end, self.start) == (start, end):
            return self.reversed
        raise InternalError(f"no array from {start!r} to {end!r}")

    @property
    def array(self) -> Expr:
        """What is written, without the coefficient."""
        told = [piece for piece in self.pieces if not isinstance(piece.expr, Identity)]  # I A is A
        shown = [piece.shown for piece in told or self.pieces[:1]]
        factors = [f for s in shown for f in (s.factors if isinstance(s, MatMul) else (s,))]
        return factors[0] if len(factors) == 1 else MatMul(tuple(factors))

    @property
    def expr(self) -> Expr:
        """What is written."""
        return scaled(self.coefficient, self.array) if self.pieces else product(*self.coefficient)


def scaled(coefficient: Sequence[Expr], array: Expr) -> Expr:
    """Scalar factors in front of an array, their sign in front of all."""
    number = product(*coefficient)
    if isinstance(number, Neg):
        return negative(_before(number.operand, array)) if number.operand != ONE else Neg(array)
    return _before(number, array)


def _before(number: Expr, array: Expr) -> Expr:
    if number == ONE:
        return array
    if isinstance(number, Div) and not isinstance(number.numerator, Number) and isinstance(number.denominator, Number):
        return Div(_before(number.numerator, array), number.denominator)
    return Mul((*(number.factors if isinstance(number, Mul) else (number,)), array))


def vector_ends(letter: str, convention: Convention) -> tuple[str, str]:
    """In which direction a vector over *letter* is written: a column leads from its letter, a row to it."""
    return (NOWHERE, letter) if convention.rows else (letter, NOWHERE)


def norm_squared(array: Expr) -> Expr:
    """``‖array‖²``."""
    return Pow(Norm(array), TWO)


def hadamard(arrays: Sequence[Expr]) -> Expr:
    """``a ⊙ b ⊙ …``, flat; what is a product of matrices first, as books write it."""
    flat = [f for a in arrays for f in (a.factors if isinstance(a, Hadamard) else (a,))]
    ordered = sorted(flat, key=lambda a: not isinstance(a, MatMul))
    return ordered[0] if len(ordered) == 1 else Hadamard(tuple(ordered))
