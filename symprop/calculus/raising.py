r"""From indices to matrices: the matrix form of an expression, where it has one.

.. math:: \sum_k W_{jk} x_k \to W x, \quad \sum_j \delta_j W_{jk} \to W^\top \delta, \quad \delta_j x_k \to \delta x^\top

Terms are contracted letter by letter over :class:`~symprop.calculus.strands.Strand`; what needs more than two letters at a
time, a shifted index or a part of an axis has no matrix form.  Whoever shows a form judges it first, by what
:mod:`symprop.model.lowering` makes of it: nothing here is trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from symprop.calculus.array_products import Contraction
from symprop.calculus.strands import NOWHERE, NoMatrixFormError, Piece, Strand, vector_ends
from symprop.model.build import numeric_value, total
from symprop.model.convention import COLUMNS, Convention
from symprop.model.expr import (
    ONE,
    Add,
    Apply,
    Div,
    Expr,
    Hadamard,
    Identity,
    Increment,
    Indicator,
    Mul,
    Neg,
    Number,
    Ones,
    Partial,
    Pow,
    Ref,
    Softmax,
    Sum,
)
from symprop.model.network import Range
from symprop.model.ranges import equal_bounds
from symprop.model.walk import free_names, fresh_index, rename_bound, walk

Axes = Callable[[str], tuple[Range, ...] | None]

SOFTMAX = "softmax"
"""The key of the function of a whole vector, which the table of functions of numbers does not have."""

_MOST_COPIES = 3  # of a base, that stand for its power


@dataclass
class Raising:
    """Matrix forms over the quantities whose axes are known.

    Args:
        axes: the ranges of a quantity's indices; None for a name that is no quantity.
        convention: how vectors and derivatives lie.
        families: how many first indices say which array is meant, for names of several (``W[l]``, ``h[t-1]``).
    """

    axes: Axes
    convention: Convention = COLUMNS
    families: Mapping[str, int] = field(default_factory=dict)
    scope: dict[str, Range] = field(init=False, default_factory=dict)

    def form(self, expr: Expr, ranges: Sequence[Range], ends: tuple[str, str] | None = None) -> Expr:
        """*expr*, whose free letters have *ranges*, in matrices.

        Args:
            expr: in indices.
            ranges: of the letters of the array (:meth:`array_ranges`), those of the rows before those of the columns.
            ends: letters of rows and columns where another direction is wanted, "" for the unit axis of a vector.

        Raises:
            NoMatrixFormError: it has none.
        """
        self.scope = {r.index: r for r in ranges}
        letters = [r.index for r in ranges if r.index in free_names(expr)]
        if len(letters) > 2:
            raise NoMatrixFormError("it has more than two indices")
        if ends is None:
            ends = self.direction(letters)
        return self._to(expr, ends)

    def ends(self, left: Expr, ranges: Sequence[Range]) -> tuple[str, str]:
        """In which direction *left*, a quantity or a derivative by one, is written."""
        self.scope = {r.index: r for r in ranges}
        strand = self.strand(left)
        return strand.start, strand.end

    def array_ranges(self, exprs: Sequence[Expr], ranges: Sequence[Range]) -> tuple[Range, ...]:
        """Those of *ranges* whose letters index the entries of arrays, rather than say which array of a family is meant.

        Raises:
            NoMatrixFormError: one letter does both.
        """
        leading: set[str] = set()
        trailing: set[str] = set()
        for ref in (node for expr in exprs for node in walk(expr) if isinstance(node, Ref)):
            lead = self.families.get(ref.name, 0)
            leading |= {name for index in ref.indices[:lead] for name in free_names(index)}
            trailing |= {name for index in ref.indices[lead:] for name in free_names(index)}
        if {r.index for r in ranges} & leading & trailing:
            raise NoMatrixFormError("an index of a family and of an entry at once")
        return tuple(r for r in ranges if r.index not in leading)

    def whole(self, ref: Ref) -> Ref:
        """The array that *ref* is an entry of."""
        return Ref(ref.name, ref.indices[: self.families.get(ref.name, 0)])

    def direction(self, letters: Sequence[str]) -> tuple[str, str]:
        """From rows to columns, for an array over *letters*."""
        if not letters:
            return NOWHERE, NOWHERE
        return vector_ends(letters[0], self.convention) if len(letters) == 1 else (letters[0], letters[1])

    # ------------------------------------------------------------------------------------------------- one array
    def _to(self, expr: Expr, ends: tuple[str, str]) -> Expr:
        """*expr* as an array of these letters; what lacks one of them is repeated along it."""
        strand = self.strand(expr)
        missing = {*ends} - {NOWHERE} - strand.letters
        if not strand.letters and missing:
            return strand.expr  # a number is added to every entry
        if missing:
            strand = self._repeated(strand, next(iter(missing)))
        return strand.leading(*ends).expr

    def _repeated(self, vector: Strand, letter: str) -> Strand:
        own = next(iter(vector.letters))
        return vector.leading(own, NOWHERE).times(self.ones(letter).leading(NOWHERE, letter))

    def ones(self, letter: str) -> Strand:
        """As many ones as *letter* has values."""
        return self._vector(Ones(self.scope[letter].upper), letter)

    def _vector(self, expr: Expr, letter: str) -> Strand:
        return Strand((), (Piece(expr, *vector_ends(letter, self.convention)),))

    def _array(self, expr: Expr, letters: Sequence[str]) -> Strand:
        return Strand((), (Piece(expr, *self.direction(letters)),)) if letters else Strand((expr,))

    def strand(self, expr: Expr) -> Strand:
        """*expr* as an array of its letters.

        Raises:
            NoMatrixFormError: it is none, or one of more than two letters.
        """
        raise_ = _RAISE.get(type(expr))
        if raise_ is None:
            raise NoMatrixFormError(f"no matrix form of {type(expr).__name__}")
        return raise_(self, expr)

    def _letters(self, exprs: Sequence[Expr]) -> list[str]:
        """The letters of the scope that stand free in *exprs*, in order: two at most."""
        found = list(dict.fromkeys(n for e in exprs for n in self.scope if n in free_names(e)))
        if len(found) > 2:
            raise NoMatrixFormError("a part has more than two indices")
        return sorted(found, key=list(self.scope).index)

    # ----------------------------------------------------------------------------------------------------- nodes
    def number(self, expr: Number) -> Strand:
        """A literal."""
        return Strand((expr,))

    def ref(self, expr: Ref) -> Strand:
        """A quantity taken as a whole, or a number with a name."""
        if not expr.indices:
            if expr.name in self.scope:
                raise NoMatrixFormError("an index is used as a number")
            return Strand((expr,))
        return self._array(self.whole(expr), self._own_letters(expr))

    def _own_letters(self, ref: Ref) -> list[str]:
        """The letters of a quantity that is taken as a whole."""
        axes = self.axes(ref.name)
        lead = self.families.get(ref.name, 0)
        if axes is None or len(axes) != len(ref.indices) or len(axes) - lead > 2:
            raise NoMatrixFormError(f"{ref.name} is no vector or matrix")
        if any(name in self.scope for index in ref.indices[:lead] for name in free_names(index)):
            raise NoMatrixFormError(f"{ref.name} is another array for each entry")
        letters: list[str] = []
        for axis, index in zip(axes[lead:], ref.indices[lead:], strict=True):
            own = self.scope.get(index.name) if isinstance(index, Ref) and not index.indices else None
            if own is None or own.index in letters or not equal_bounds((own.lower, own.upper), (axis.lower, axis.upper)):
                raise NoMatrixFormError(f"a part of {ref.name} is used")
            letters.append(own.index)
        return letters

    def partial(self, expr: Partial) -> Strand:
        """A derivative between two quantities of two letters at most."""
        if not isinstance(expr.of, Ref):
            raise NoMatrixFormError("the derivative of a formula")
        above = self._own_letters(expr.of) if expr.of.indices else []
        below = self._own_letters(expr.wrt) if expr.wrt.indices else []
        whole = Partial(self.whole(expr.of), self.whole(expr.wrt))
        if not above:
            strand = self._array(whole, below)
            if not (below and self.convention.jacobian):
                return strand
            return Strand((), (Piece(whole, strand.end, strand.start),))
        if not below:
            return self._array(whole, above)
        if len(above) > 1 or len(below) > 1:
            raise NoMatrixFormError("a derivative with more than two indices")
        # A derivative of one entry by the same entry is the diagonal of a Jacobian: its matrix leads from a letter to itself.
        return Strand((), (Piece(whole, above[0], below[0]),))

    def increment(self, expr: Increment) -> Strand:
        """The change of a weight."""
        return self._array(Increment(self.whole(expr.weight)), self._own_letters(expr.weight) if expr.weight.indices else [])

    def neg(self, expr: Neg) -> Strand:
        """A minus sign goes to the coefficient."""
        return self.strand(expr.operand).scaled(Neg(ONE))

    def add(self, expr: Add) -> Strand:
        """Terms of the same letters; what lacks one is repeated along it."""
        letters = self._letters(expr.terms)
        ends = self.direction(letters)
        made = total(*(self._to(term, ends) for term in expr.terms))
        return self._array(made, letters)

    def apply(self, expr: Apply) -> Strand:
        """A function of every entry."""
        letters = self._letters(expr.arguments)
        ends = self.direction(letters)
        arguments = tuple(self._to(argument, ends) for argument in expr.arguments)
        return self._array(Apply(expr.function, arguments, expr.primes, expr.spelling), letters)

    def div(self, expr: Div) -> Strand:
        """Over a number, or entry by entry."""
        below = self._letters([expr.denominator])
        if not below:
            under = self.strand(expr.denominator).expr
            if numeric_value(expr.numerator) is not None:
                return Strand((Div(expr.numerator, under),))
            return self.strand(expr.numerator).scaled(Div(ONE, under))
        letters = self._letters([expr.numerator, expr.denominator])
        if set(below) != set(letters):
            raise NoMatrixFormError("a division by an array of another shape")
        ends = self.direction(letters)
        return self._array(Div(self._to(expr.numerator, ends), self._to(expr.denominator, ends)), letters)

    def pow(self, expr: Pow) -> Strand:
        """Of a number; of an array a product with itself."""
        if not self._letters([expr.base, expr.exponent]):
            return Strand((Pow(self.strand(expr.base).expr, self.strand(expr.exponent).expr),))
        return Contraction(self, _copies(expr), ()).strand()

    def softmax(self, expr: Softmax) -> Strand:
        """A softmax of a whole vector, as a whole."""
        outer = self.scope
        if not isinstance(expr.at, Ref) or expr.at.name not in outer or expr.lower is None or expr.upper is None:
            raise NoMatrixFormError("one component of a softmax")
        at = outer[expr.at.name]
        if not equal_bounds((at.lower, at.upper), (expr.lower, expr.upper)):
            raise NoMatrixFormError("a part of a softmax")
        self.scope = {**outer, expr.index: Range(expr.index, expr.lower, expr.upper)}
        if self._letters(expr.arguments) != [expr.index]:
            raise NoMatrixFormError("a softmax for each of several vectors")
        inner = self._to(expr.arguments[0], self.direction([expr.index]))
        self.scope = outer
        return self._array(Apply(SOFTMAX, (inner,)), [at.index])

    def indicator(self, expr: Indicator) -> Strand:
        """``[j = k]`` is the identity; a bracket of arrays compares them entry by entry."""
        letters = [o.name for o in expr.operands if isinstance(o, Ref) and o.name in self.scope]
        if not letters:
            own = self._letters(expr.operands)
            operands = tuple(self._to(operand, self.direction(own)) for operand in expr.operands)
            return self._array(Indicator(operands, expr.operators), own)
        if expr.operators != ("=",) or len(letters) != 2 or letters[0] == letters[1]:
            raise NoMatrixFormError("a bracket")
        first, second = (self.scope[letter] for letter in letters)
        if not equal_bounds((first.lower, first.upper), (second.lower, second.upper)) or first.lower != ONE:
            raise NoMatrixFormError("a bracket")
        return Strand((), (Piece(Identity(first.upper), letters[0], letters[1]),))

    def sum(self, expr: Sum) -> Strand:
        """A sum over the arrays of a family stays one; a sum over entries is a product."""
        if not self._is_family_sum(expr):
            return self.product(expr)
        if expr.index in self.scope:
            expr = self._renamed(expr)
        letters = self._letters([expr.body])
        body = self._to(expr.body, self.direction(letters))
        return self._array(Sum(body, expr.index, expr.lower, expr.upper), letters)

    def _is_family_sum(self, expr: Sum) -> bool:
        refs = (node for node in walk(expr.body) if isinstance(node, Ref))
        return any(expr.index in free_names(index) for ref in refs for index in ref.indices[: self.families.get(ref.name, 0)])

    def product(self, expr: Expr) -> Strand:
        """A product under any number of sums."""
        summed: list[str] = []
        outer = self.scope
        factors: list[Expr] = []
        self._gather(expr, summed, factors)
        strand = Contraction(self, factors, summed).strand()
        self.scope = outer
        return strand

    def _gather(self, expr: Expr, summed: list[str], factors: list[Expr]) -> None:
        if isinstance(expr, Sum) and not self._is_family_sum(expr):
            if self._letters_in_bounds(expr):
                raise NoMatrixFormError("a sum whose range depends on an index")
            if expr.index in self.scope:
                expr = self._renamed(expr)
            self.scope = {**self.scope, expr.index: Range(expr.index, expr.lower, expr.upper)}
            summed.append(expr.index)
            self._gather(expr.body, summed, factors)
        elif isinstance(expr, Mul | Hadamard):
            for factor in expr.factors:
                self._gather(factor, summed, factors)
        elif isinstance(expr, Neg):
            factors.append(Neg(ONE))
            self._gather(expr.operand, summed, factors)
        elif isinstance(expr, Div) and not self._letters([expr.denominator]) and numeric_value(expr) is None:
            self._gather(expr.numerator, summed, factors)
            factors.append(Div(ONE, expr.denominator))
        elif isinstance(expr, Pow) and self._letters([expr]):
            factors += _copies(expr)
        else:
            factors.append(expr)

    def _renamed(self, expr: Sum) -> Sum:
        """The same sum over a letter that is not in force around it."""
        made = rename_bound(expr, fresh_index({*self.scope, *free_names(expr.body)}))
        return made if isinstance(made, Sum) else expr

    def _letters_in_bounds(self, expr: Sum) -> bool:
        return any(name in self.scope for end in (expr.lower, expr.upper) for name in free_names(end))


def _copies(expr: Pow) -> list[Expr]:
    """A base as often as its exponent says."""
    exponent = numeric_value(expr.exponent)
    if exponent is None or exponent.denominator != 1 or not 2 <= exponent <= _MOST_COPIES:
        raise NoMatrixFormError("a power of every entry")
    return [expr.base] * int(exponent)


_RAISE: Mapping[type[Expr], Callable[..., Strand]] = {
    Number: Raising.number,
    Ref: Raising.ref,
    Partial: Raising.partial,
    Increment: Raising.increment,
    Neg: Raising.neg,
    Add: Raising.add,
    Apply: Raising.apply,
    Div: Raising.div,
    Pow: Raising.pow,
    Softmax: Raising.softmax,
    Indicator: Raising.indicator,
    Mul: Raising.product,
    Hadamard: Raising.product,
    Sum: Raising.sum,
}
