"""Which axes of a theory's quantities have the same size, from how its definitions use them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from typing import ClassVar

from symprop.check.theory import Rule, Theory
from symprop.check.trees import nodes, parts
from symprop.check.values.atoms import atom
from symprop.check.values.dims import Axis, Dims
from symprop.check.values.functions import DIAGONAL
from symprop.check.written_names import ONES
from symprop.evaluation.trouble import Trouble
from symprop.model.expr import ONE, Add, Expr, Hadamard, Indicator, Mul, Neg, Number, Pow, Ref
from symprop.model.written import Big, Call, Derivative, Gradient, Group, Outer, Product, Table, Transpose

Scope = Mapping[str, object]
"""Index letters: a layer or step as an int, any other letter as the key of its axis."""

Shape = tuple[Axis, Axis] | None
"""Keys of rows and columns; None for a number."""


class Shapes:
    """Goes through all definitions, for every layer, and unites axes in *dims*."""

    def __init__(self, theory: Theory, dims: Dims, depth: int) -> None:
        self._theory = theory
        self._dims = dims
        self._depth = depth
        self._count = 0

    def unify(self, claim: tuple[Expr, Expr] | None = None) -> None:
        """Unite what the definitions make equal, and what a claim would, for every layer and step it may be about."""
        self._definitions()
        if claim is None:
            return
        letters = {
            node.name for side in claim for node in nodes(side) if isinstance(node, Ref) and node.name in self._theory.letters
        }
        counting = sorted(letter for letter in letters if any(self._counted(letter, side) for side in claim))
        for values in product(range(1, self._depth + 1), repeat=min(len(counting), 2)):
            scope: dict[str, object] = dict(zip(counting, values, strict=False))
            for letter in letters:
                scope.setdefault(letter, self._fresh(letter))
            self._entrywise([self._shape(side, scope) for side in claim])

    def _definitions(self) -> None:
        for (name, kept), (lower, upper) in self._theory.extents.items():
            size: Axis | None = int(upper.value) if isinstance(upper, Number) else None
            if isinstance(upper, Ref) and not upper.indices:
                size = ("size", upper.name)
            if size is not None and lower == ONE:
                self._dims.same(("axis", name, kept, len(kept)), size)
        for ref, sizes in self._theory.shapes.items():
            self._said(ref, sizes)
        for group in self._theory.rules.values():
            for rule in group:
                counting = [letter for letter in rule.letters if self._counts(letter, rule)]
                for values in product(range(1, self._depth + 1), repeat=len(counting)):
                    scope: dict[str, object] = dict(zip(counting, values, strict=True))
                    for letter in rule.letters:
                        scope.setdefault(letter, self._fresh(letter))
                    self._entrywise([self._shape(rule.ref, scope), self._shape(rule.expr, scope)])

    def _said(self, ref: Ref, sizes: tuple[Expr, Expr]) -> None:
        """Unite the axes of a name with the sizes that the document states, for every layer."""
        letters = sorted(
            {node.name for index in ref.indices for node in nodes(index) if isinstance(node, Ref)} & self._theory.letters
        )
        for values in product(range(1, self._depth + 1), repeat=len(letters[:1])):
            scope: dict[str, object] = dict(zip(letters, values, strict=False))
            shape = self._ref(ref, scope)
            for axis, size in zip(shape or (), sizes, strict=False):
                if axis != 1 and size != ONE:
                    self._dims.same(axis, self.named(size, scope))

    def named(self, size: Expr, scope: Scope) -> Axis:
        """The key of a size that the document names."""
        if isinstance(size, Number):
            return int(size.value)
        assert isinstance(size, Ref)
        if not size.indices and size.name in self._theory.sizes:
            return ("size", size.name)
        return ("said", size.name, *(self._place(index, scope) for index in size.indices))

    def of(self, expr: Expr, scope: Scope) -> Shape:
        """The axes of *expr*; None for a number."""
        return self._shape(expr, scope)

    def _counts(self, letter: str, rule: Rule) -> bool:
        """Whether a letter counts layers or steps, on the left or on the right side."""
        return self._counted(letter, rule.ref) or self._counted(letter, rule.expr)

    def _counted(self, letter: str, expr: Expr) -> bool:
        return any(
            (ref.name, slot) in self._theory.families and Ref(letter) in set(nodes(index))
            for ref in nodes(expr)
            if isinstance(ref, Ref)
            for slot, index in enumerate(ref.indices)
        )

    def _fresh(self, letter: str) -> Axis:
        self._count += 1
        return ("letter", letter, self._count)

    def _named(self, name: str) -> int | None:
        return self._depth if name in self._theory.lasts else None

    def _shape(self, expr: Expr, scope: Scope) -> Shape:
        rule = self._RULES.get(type(expr))
        if rule is not None:
            return rule(self, expr, scope)
        for part in parts(expr):
            self._shape(part, scope)
        return None

    def _ref(self, ref: Ref, scope: Scope) -> Shape:
        if ref.name == ONES and not self._theory.defined(ONES):
            return self._ones(ref)
        prefix: list[object] = []
        for slot, index in enumerate(ref.indices):
            key = scope.get(index.name) if isinstance(index, Ref) and not index.indices else None
            if key is not None and not isinstance(key, int):
                if (ref.name, slot) not in self._theory.families and (ref.name, slot) not in self._theory.labels:
                    self._dims.same(self._theory.axis(ref.name, prefix), key)
                prefix.append("*")
            else:
                prefix.append(self._place(index, scope))
        rank = self._theory.open_axes(ref.name, len(ref.indices)) or self._theory.rank(ref.name, len(ref.indices))
        if rank == 0:
            return None
        first = self._theory.axis(ref.name, prefix)
        if rank > 1:
            return first, self._theory.axis(ref.name, [*prefix, "*"])
        return (1, first) if self._theory.rows else (first, 1)

    def _ones(self, ref: Ref) -> Shape:
        names = [index.name for index in ref.indices if isinstance(index, Ref)]
        length: Axis = (ONES, *(atom(index, {}, self._named) for index in ref.indices))
        if len(names) == 1 and names[0] in self._theory.sizes:
            length = ("size", names[0])
        return (1, length) if self._theory.rows_of_ones else (length, 1)

    def _place(self, index: Expr, scope: Scope) -> object:
        try:
            return atom(index, {name: at for name, at in scope.items() if isinstance(at, int)}, self._named)
        except Trouble:
            return "*"

    def _entrywise(self, shapes: list[Shape]) -> Shape:
        arrays = [shape for shape in shapes if shape is not None]
        if not arrays:
            return None
        rows, columns = arrays[0]
        for other_rows, other_columns in arrays[1:]:
            rows, columns = self._unite(rows, other_rows), self._unite(columns, other_columns)
        return rows, columns

    def _unite(self, a: Axis, b: Axis) -> Axis:
        """One axis repeated along another stays as it is; the longer one counts."""
        if a == 1:
            return b
        if b != 1:
            self._dims.same(a, b)
        return a

    def _each(self, expr: Expr, scope: Scope) -> Shape:
        return self._entrywise([self._shape(part, scope) for part in parts(expr)])

    def _product(self, expr: Product | Mul, scope: Scope) -> Shape:
        total: Shape = None
        for factor in expr.factors:
            shape = self._shape(factor, scope)
            if total is None or shape is None:
                total = total or shape
                continue
            if (total[1] == 1) == (shape[0] == 1):
                self._dims.same(total[1], shape[0])
                total = (total[0], shape[1])
                if total == (1, 1):
                    total = None
            elif isinstance(expr, Product) and total[1] == shape[1] == 1:  # a product of columns: entry by entry, or inner
                self._dims.same(total[0], shape[0])
        return total

    def _big(self, expr: Big, scope: Scope) -> Shape:
        inner = dict(scope)
        for letter in expr.indices:
            key = inner[letter] = self._range(expr, letter)
            if isinstance(expr.upper, Ref) and not expr.upper.indices and expr.upper.name in self._theory.sizes:
                self._dims.same(key, ("size", expr.upper.name))
            elif (
                expr.upper is not None
                and len(expr.indices) == 1
                and expr.lower in (None, ONE)
                and self._counts_things(expr.upper)
            ):
                self._dims.same(key, ("expr", expr.upper))
        return self._shape(expr.body, inner)

    def _counts_things(self, bound: Expr) -> bool:
        """Whether a bound is made of numbers and named sizes (``n - r + 1``)."""
        names = [node for node in nodes(bound) if isinstance(node, Ref)]
        return all(not node.indices and node.name in self._theory.sizes for node in names)

    def _range(self, expr: Big, letter: str) -> object:
        return 1 if self._counted(letter, expr.body) else self._fresh(letter)

    def _transpose(self, expr: Transpose, scope: Scope) -> Shape:
        shape = self._shape(expr.operand, scope)
        return None if shape is None else (shape[1], shape[0])

    def _outer(self, expr: Outer, scope: Scope) -> Shape:
        left, right = self._shape(expr.left, scope), self._shape(expr.right, scope)
        return None if left is None or right is None else (left[0], right[0])

    def _call(self, expr: Call, scope: Scope) -> Shape:
        shape = self._entrywise([self._shape(argument, scope) for argument in expr.arguments])
        if expr.function.name == DIAGONAL and shape is not None and 1 in shape:
            longer = shape[1] if shape[0] == 1 else shape[0]
            return longer, longer
        return shape

    def _slope(self, expr: Derivative | Gradient, scope: Scope) -> Shape:
        of = self._shape(expr.of, scope)
        wrt = None if expr.wrt is None else self._shape(expr.wrt, scope)
        return wrt if of is None else of if wrt is None else (of[0], wrt[0])

    def _group(self, expr: Group, scope: Scope) -> Shape:
        shapes = [self._shape(item, scope) for item in expr.items]
        return shapes[0] if len(shapes) == 1 else (len(shapes), 1)

    def _table(self, expr: Table, scope: Scope) -> Shape:
        for row in expr.rows:
            for entry in row:
                self._shape(entry, scope)
        return len(expr.rows), len(expr.rows[0])

    def _power(self, expr: Pow, scope: Scope) -> Shape:
        self._shape(expr.exponent, scope)
        return self._shape(expr.base, scope)

    def _nothing(self, _expr: Expr, _scope: Scope) -> Shape:
        return None

    _RULES: ClassVar[Mapping[type[Expr], Callable[..., Shape]]] = {
        Number: _nothing,
        Ref: _ref,
        Add: _each,
        Neg: _each,
        Hadamard: _each,
        Indicator: _each,
        Mul: _product,
        Product: _product,
        Pow: _power,
        Big: _big,
        Transpose: _transpose,
        Outer: _outer,
        Call: _call,
        Derivative: _slope,
        Gradient: _slope,
        Group: _group,
        Table: _table,
    }
