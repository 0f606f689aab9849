"""What the matrix register means in indices: the shape of an array, and its entry at given positions.

``W x`` is ``Σ_k W[j,k] x[k]`` at the position ``j``, ``‖v‖²`` is ``Σ_j v[j]²``, ``σ(z)`` is ``σ(z[j])``.  The reader lowers what
authors write by it, and what is told in matrices is verified by it; what each node means stands in
:mod:`symprop.model.meanings`.

Where two arrays stand side by side in a :class:`Mul`, they multiply as matrices do (:mod:`symprop.model.products`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from symprop.errors import InputError
from symprop.model.convention import Convention
from symprop.model.expr import Expr, MatMul, Mul, Ref, Softmax, Sum
from symprop.model.layouts import Layout, described, joint, places
from symprop.model.meanings import MEANINGS, SUM_LETTERS, Letters, Meaning
from symprop.model.misfits import not_together
from symprop.model.network import Range
from symprop.model.products import Manner, Run, grouped, run_of, written
from symprop.model.walk import bound_index, children, fresh_index, rebuild

AxesOf = Callable[[str], tuple[Range, ...] | None]


class Lowering:
    """Arrays as entries.

    Args:
        axes: the axes of a quantity by its name, () for a number, None for a name that means nothing.
        convention: how vectors and derivatives lie.
        taken: names that a fresh index must not have.
        strict: refuse vectors that fit only when they lie against the convention.
    """

    meanings: Mapping[type[Expr], Meaning] = MEANINGS
    sum_node: Callable[..., Expr] = Sum
    softmax_node: Callable[..., Expr] = Softmax

    def __init__(self, axes: AxesOf, convention: Convention, taken: Iterable[str] = (), *, strict: bool = False) -> None:
        self.axes = axes
        self.convention = convention
        self.taken = frozenset(taken)
        self.manner = Manner(convention, strict, self.shown)
        self._layouts: dict[Expr, Layout] = {}
        self._runs: dict[Expr, Run] = {}

    # --------------------------------------------------------------------------------------------------- questions
    def shape(self, expr: Expr) -> tuple[Range, ...]:
        """The axes of the array that *expr* is: () for a number, one for a vector, two for a matrix.

        Raises:
            InputError: what stands together does not fit, or a name means nothing.
        """
        return self.layout(expr).axes

    def layout(self, expr: Expr) -> Layout:
        """The axes of *expr*, and whether it is a vector that lies against the convention (``xᵀ``).

        Raises:
            InputError: as :meth:`shape`.
        """
        known = self._layouts.get(expr)
        if known is None:
            known = self._layouts[expr] = self.meanings[type(expr)].layout(self, expr)
        return known

    def entry(self, expr: Expr, letters: Sequence[Expr], avoid: Iterable[str] = ()) -> Expr:
        """The entry of *expr* at the positions *letters*, one for each axis, in indices; fresh letters are none of *avoid*.

        Raises:
            InputError: as :meth:`shape`.
        """
        self.layout(expr)
        used = {*self.taken, *avoid}
        for part in (expr, *letters):
            for node in self.nodes(part):
                used.add(node.name if isinstance(node, Ref) else self.bound(node))
        return self.at(expr, tuple(letters), frozenset(used))

    def arranged(self, expr: Expr) -> Expr:
        """*expr* with arrays that stand side by side as :class:`MatMul`, which is how the register is told.

        Raises:
            InputError: as :meth:`shape`.
        """
        if isinstance(expr, Ref):
            return expr
        return self.grouped(rebuild(expr, tuple(self.arranged(child) for child in children(expr))))

    # -------------------------------------------------------------------------------------------------- for meanings
    def shown(self, expr: Expr) -> Expr:
        """*expr* as messages show it."""
        return self.arranged(expr)

    def at(self, expr: Expr, letters: Letters, used: frozenset[str]) -> Expr:
        """:meth:`entry`, where *used* are the names that a fresh letter must not have."""
        return self.meanings[type(expr)].entry(self, expr, letters, used)

    def nodes(self, expr: Expr) -> Iterator[Expr]:
        """Every node of *expr*."""
        stack = [expr]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(self.parts(node))

    def parts(self, expr: Expr) -> tuple[Expr, ...]:
        """The direct subexpressions of *expr*."""
        return children(expr)

    def bound(self, expr: Expr) -> str:
        """The index that this node binds, or ""."""
        return bound_index(expr)

    def grouped(self, expr: Expr) -> Expr:
        """*expr* with the arrays among its own factors as :class:`MatMul`.

        Raises:
            InputError: as :meth:`shape`.
        """
        return grouped(expr, self.layout, self.manner) if isinstance(expr, Mul) else expr

    def run(self, expr: MatMul) -> Run:
        """The factors of *expr* with the rows and columns of each.

        Raises:
            InputError: they do not fit.
        """
        known = self._runs.get(expr)
        if known is None:
            known = self._runs[expr] = run_of(expr.factors, self.layout, self.manner)
        return known

    def together(self, expr: Expr, parts: Sequence[Expr]) -> Layout:
        """The layout of what *parts* of *expr* give entry by entry.

        Raises:
            InputError: their shapes do not fit.
        """
        layouts = [self.layout(part) for part in parts]
        found = joint(layouts, self.convention)
        if found is None:
            raise not_together(expr, [self.shown(part) for part in parts], layouts, self.convention)
        return found

    def each(self, expr: Expr, parts: Sequence[Expr], letters: Letters, used: frozenset[str]) -> tuple[Expr, ...]:
        """The entries of *parts* that make up one entry of *expr*."""
        whole = self.layout(expr)
        found = []
        for part in parts:
            (own,) = places(self.layout(part), whole, self.convention)
            found.append(self.at(part, tuple(letters[position] for position in own), used))
        return tuple(found)

    def total(
        self, array: Expr, used: frozenset[str], of: Callable[[Expr], Expr] = lambda entry: entry
    ) -> tuple[Expr, tuple[Range, ...]]:
        """One entry of *array*, as a function *of* it, and the ranges over which all entries are met."""
        ranges, letters = [], list[Expr]()
        for axis in self.layout(array).axes:
            letter = fresh_index(used, SUM_LETTERS)
            used |= {letter}
            ranges.append(Range(letter, axis.lower, axis.upper))
            letters.append(Ref(letter))
        return of(self.at(array, tuple(letters), used)), tuple(ranges)

    def number(self, expr: Expr, what: str, hint: str = "") -> None:
        """*expr* must be a number.

        Raises:
            InputError: it is an array; the message says that *what* is a number.
        """
        found = self.layout(expr)
        if found.axes:
            raise InputError(f"{what} is a number, but `{written(self.shown(expr))}` is {described(found)}", expr.span, hint)

    def array(self, expr: Expr, message: str, hint: str, axes: int = 0) -> Layout:
        """The layout of *expr*, which must be an array (of as many *axes*, if that is not 0).

        Raises:
            InputError: it is not; with *message* and *hint*.
        """
        found = self.layout(expr)
        if not found.axes or (axes and len(found.axes) != axes):
            raise InputError(f"{message}, but `{written(self.shown(expr))}` is {described(found)}", expr.span, hint)
        return found
