r"""Products of arrays under sums, contracted letter by letter to one strand.

.. math:: \sum_k \sum_l A_{jk} B_{kl} v_l \to A B v, \qquad \sum_k u_k v_k \to u^\top v
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from symprop.calculus.strands import NOWHERE, NoMatrixFormError, Piece, Strand, hadamard, norm_squared
from symprop.model.expr import ONE, Diag, Expr
from symprop.model.network import Range


class Arrays(Protocol):
    """What a contraction needs of its surroundings."""

    @property
    def scope(self) -> Mapping[str, Range]:
        """The letters in force and their ranges."""

    def strand(self, expr: Expr) -> Strand:
        """One factor."""

    def ones(self, letter: str) -> Strand:
        """As many ones as *letter* has values."""

    def direction(self, letters: Sequence[str]) -> tuple[str, str]:
        """From rows to columns, for an array over *letters*."""


class Contraction:
    """A product of arrays under sums, on its way to one strand."""

    def __init__(self, raising: Arrays, factors: Sequence[Expr], summed: Sequence[str]) -> None:
        self.raising = raising
        strands = [raising.strand(factor) for factor in factors]
        self.coefficient: list[Expr] = [c for s in strands for c in s.coefficient]
        self.arrays = [Strand((), s.pieces) for s in strands if s.pieces]
        self.summed = list(summed)

    def strand(self) -> Strand:
        """The whole product."""
        while self.summed:
            self.merge()
            letter = min(self.summed, key=self.effort)  # the first of the easiest
            self.eliminate(letter)
            self.summed.remove(letter)
        self.merge()
        made = self.combined()
        return made.scaled(*self.coefficient)

    def at(self, letter: str) -> list[Strand]:
        """The arrays that have *letter*."""
        return [s for s in self.arrays if letter in s.letters]

    def effort(self, letter: str) -> int:
        """How hard it is to sum over *letter* now: products with vectors come first, then products of two matrices."""
        found = self.at(letter)
        if len(found) > 2:
            return 2
        return int(len(found) == 2 and all(len(s.letters) == 2 for s in found))

    def merge(self) -> None:
        """Arrays over the same letters become one, entry by entry, unless they are just about to be summed."""
        groups: dict[frozenset[str], list[Strand]] = {}
        for strand in self.arrays:
            groups.setdefault(strand.letters, []).append(strand)
        merged: list[Strand] = []
        for letters, group in groups.items():
            inner = len(letters) == 1 and next(iter(letters)) in self.summed and self.at(next(iter(letters))) == group
            both = len(letters) == 2 and letters <= set(self.summed) and all(self.at(k) == group for k in letters)
            merged += group if len(group) == 1 or ((inner or both) and len(group) == 2) else [self.entrywise(group)]
        self.arrays = merged

    def entrywise(self, group: Sequence[Strand]) -> Strand:
        """``a ⊙ b ⊙ …``; a Jacobian that leads from a letter to itself multiplies the rest as a matrix."""
        jacobians = [s for s in group if s.start == s.end]
        rest = [s for s in group if s.start != s.end]
        if not rest:
            raise NoMatrixFormError("the diagonal of a Jacobian")
        ends = self.raising.direction(sorted(rest[0].letters, key=list(self.raising.scope).index))
        if jacobians:
            letter = jacobians[0].start
            made = self.entrywise(rest).leading(letter, NOWHERE) if len(rest) > 1 else rest[0].leading(letter, NOWHERE)
            for jacobian in jacobians:
                made = jacobian.reversed.times(made)
            return made
        if len(rest) == 1:
            return rest[0]
        return Strand((), (Piece(hadamard([s.leading(*ends).array for s in rest]), *ends),))

    def eliminate(self, letter: str) -> None:
        """Sum over *letter*."""
        found = self.at(letter)
        rest = [s for s in self.arrays if s not in found]
        if not found:
            bounds = self.raising.scope[letter]
            if bounds.lower != ONE:
                raise NoMatrixFormError("a sum over nothing")
            self.coefficient.append(bounds.upper)
            return
        if len(found) == 2 and found[0].letters == found[1].letters and len(found[0].letters) == 2:
            self.frobenius(found, rest, letter)
            return
        if any(s.start == s.end for s in found):
            found = [self.entrywise(found)]
        vectors = [s for s in found if len(s.letters) == 1]
        matrices = [s for s in found if len(s.letters) == 2]
        if len(matrices) > 2 or (len(matrices) == 2 and matrices[0].letters == matrices[1].letters):
            raise NoMatrixFormError("an index that more than two factors share")
        self.arrays = rest
        self.add(self.contracted(letter, vectors, matrices))

    def contracted(self, letter: str, vectors: list[Strand], matrices: list[Strand]) -> Strand:
        """The product of what has *letter*, summed over it."""
        if not matrices:
            if len(vectors) == 1:
                ones = self.raising.ones(letter)
                return ones.leading(NOWHERE, letter).times(vectors[0].leading(letter, NOWHERE)).upright
            one, other = vectors
            if one.array == other.array:
                return Strand((norm_squared(one.leading(*self.raising.direction([letter])).array),))
            return one.leading(NOWHERE, letter).times(other.leading(letter, NOWHERE)).upright
        first = _ending(matrices[0], letter)
        if len(matrices) == 1:
            vector = self.entrywise(vectors) if len(vectors) > 1 else (vectors or [self.raising.ones(letter)])[0]
            return first.times(vector.leading(letter, NOWHERE))
        second = _ending(matrices[1], letter).reversed
        if not vectors:
            return first.times(second)
        between = Diag(self.entrywise(vectors).array)
        return first.times(Strand((), (Piece(between, letter, letter),))).times(second)

    def frobenius(self, found: Sequence[Strand], rest: list[Strand], letter: str) -> None:
        """``Σ_j Σ_k A[j,k] B[j,k]``: a norm, or the sum of the entries of ``A ⊙ B``."""
        other = next(iter(found[0].letters - {letter}))
        if found[0].array == found[1].array and other in self.summed:
            self.arrays = rest
            self.summed.remove(other)
            self.coefficient.append(norm_squared(found[0].array))
            return
        self.arrays = [*rest, self.entrywise(found)]
        self.eliminate(letter)

    def add(self, strand: Strand) -> None:
        """One more array; a number joins the coefficient."""
        if not strand.pieces:
            self.coefficient += strand.coefficient
        elif not strand.letters:
            self.coefficient.append(strand.array)
        else:
            self.arrays.append(strand)

    def combined(self) -> Strand:
        """What is left when nothing is summed any more: one array, or an outer product, or a matrix with scaled rows."""
        letters = frozenset(k for s in self.arrays for k in s.letters)
        if len(letters) > 2:
            raise NoMatrixFormError("it has more than two indices")
        if len(self.arrays) <= 1:
            return self.arrays[0] if self.arrays else Strand()
        matrix = next((s for s in self.arrays if len(s.letters) == 2), None)
        vectors = [s for s in self.arrays if len(s.letters) == 1]
        if any(s.start == s.end for s in self.arrays):
            raise NoMatrixFormError("the diagonal of a Jacobian")
        if len(vectors) == 2:
            one, other = ((s, next(iter(s.letters))) for s in vectors)
            outer = one[0].leading(one[1], NOWHERE).times(other[0].leading(NOWHERE, other[1]))
            return outer if matrix is None else self.entrywise([outer, matrix])
        if matrix is None:
            raise NoMatrixFormError("arrays that do not combine")
        letter = next(iter(vectors[0].letters))
        scaling = Strand((), (Piece(Diag(vectors[0].leading(*self.raising.direction([letter])).array), letter, letter),))
        return scaling.times(matrix) if matrix.start == letter else matrix.times(scaling)


def _ending(strand: Strand, letter: str) -> Strand:
    return strand if strand.end == letter else strand.reversed
