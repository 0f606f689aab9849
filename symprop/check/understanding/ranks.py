"""Which names are columns and which are matrices, from how they are set and what is done with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, pairwise, product
from typing import ClassVar

from symprop.check.theory import Rule
from symprop.check.trees import nodes, parts
from symprop.check.values.functions import DIAGONAL
from symprop.check.written_names import ONES, base
from symprop.model.expr import Add, Expr, Hadamard, Indicator, Mul, Neg, Number, Pow, Ref
from symprop.model.written import (
    BRACKETED,
    SUPERSCRIPTED,
    Big,
    Call,
    Component,
    Derivative,
    Gradient,
    Group,
    Kronecker,
    Norm,
    Outer,
    Product,
    Table,
    Transpose,
    ungrouped,
)

_MOST_ROUNDS = 12
_ARRAY_NODES = (Transpose, Hadamard, Outer, Table)


class Ranks:
    """Ranks of names (0 number, 1 column, 2 matrix), improved until nothing changes."""

    def __init__(self, arrays: Iterable[str], arity: Mapping[str, int], said: Mapping[str, int] | None = None) -> None:
        self._arity = arity
        self._hinted = frozenset(arrays)
        self._said = said or {}
        self.found: dict[str, int] = dict(self._said)

    def learn(self, rules: Iterable[Rule], exprs: Iterable[Expr]) -> dict[str, int]:
        """The ranks of all names that are no numbers."""
        rules = list(rules)
        every = [*(rule.expr for rule in rules), *exprs]
        self._start(chain(every, (rule.ref for rule in rules)))
        self._expected([rule.expr for rule in rules], rules)
        if not self.found and not any(isinstance(node, _ARRAY_NODES) for expr in every for node in nodes(expr)):
            return {}
        defined = {rule.ref.name for rule in rules}
        # what definitions are made of, they say themselves: a term of a claim may be wrong
        stated = defined | {node.name for rule in rules for node in nodes(rule.expr) if isinstance(node, Ref)}
        for _ in range(_MOST_ROUNDS):
            before = dict(self.found)
            self._follow(rules)
            for place, expr in enumerate(every):
                for node in nodes(expr):
                    self._promote(node, defined, defined if place < len(rules) else stated)
            for rule in rules:
                self._rows_given(rule, defined)
            if self.found == before:
                break
        for rule in rules:  # what is whole in definitions and has entries in claims only
            for node in nodes(rule.expr):
                if isinstance(node, Ref) and node.name not in defined and 0 < self.of_ref(node) < 3:
                    self.found.setdefault(node.name, self.of_ref(node))
        return dict(self.found)

    def _start(self, exprs: Iterable[Expr]) -> None:
        """What is set as an array, or treated as one by itself."""
        for expr in exprs:
            for node in nodes(expr):
                self._hint(node)
                if isinstance(node, Ref) and self._is_hinted(node.name) and self._is_whole(node):
                    self._set(node, _usual(node.name))

    def _is_whole(self, ref: Ref) -> bool:
        """Whether it has fewer indices than entries of it have."""
        arity = self._arity.get(ref.name, 0)
        return arity == 0 or len(ref.indices) < arity

    def _is_hinted(self, name: str) -> bool:
        return name in self._hinted or base(name).removesuffix(SUPERSCRIPTED).removesuffix(BRACKETED) in self._hinted

    def _follow(self, rules: Iterable[Rule]) -> None:
        """What is defined has the rank of its definition."""
        for rule in rules:
            rank = self.rank(rule.expr)
            if (
                rank
                and rule.ref.name not in self._said
                and len(rule.ref.indices) < (self._arity.get(rule.ref.name) or len(rule.ref.indices) + 1)
            ):
                self.found[rule.ref.name] = rank

    def rows(self, exprs: Iterable[Expr]) -> bool:
        """Whether definitions multiply lines from the left with matrices (``x W``), and never from the right."""
        left = right = 0
        every = [node for expr in exprs for node in nodes(expr)]
        for node in every:
            for a, b in pairwise(node.factors) if isinstance(node, Product | Mul) else ():
                left += self.rank(a) == 1 and self.rank(b) == 2 and not isinstance(a, Transpose) and not _is_ones(a)
                right += self.rank(a) == 2 and self.rank(b) == 1 and not isinstance(b, Transpose) and not _is_ones(b)
                left += _is_ones(a) and isinstance(a, Ref) and self.rank(b) == 1 and not isinstance(b, Transpose)
                right += _is_ones(b) and isinstance(b, Transpose) and self.rank(a) == 1 and not isinstance(a, Transpose)
        if not left + right:
            for rows, columns in (self._biases(node) for node in every if isinstance(node, Add)):
                left, right = left + rows, right + columns
        return left > 0 and right == 0

    def rows_of_ones(self, definitions: Iterable[Expr], exprs: Iterable[Expr]) -> bool:
        """Whether vectors of ones are rows, too: ``1 G`` and ``1^T b`` stand where columns have ``1^T G`` and ``1 b``.

        Definitions say so first; where these do not speak of ones, most claims do, for one of them may be wrong.
        """
        row, column = self._ones_lie(definitions)
        row, column = (row, column) if row + column else self._ones_lie(exprs)
        return row > column

    def _ones_lie(self, exprs: Iterable[Expr]) -> tuple[int, int]:
        """How often ones stand as a row must, and as a column must."""
        row = column = 0
        products = [node for expr in exprs for node in nodes(expr) if isinstance(node, Product | Mul)]
        for a, b in (pair for node in products for pair in pairwise(node.factors)):
            if _is_ones(a):
                as_row = isinstance(a, Ref) == (self.rank(b) == 2)
                row, column = row + as_row, column + (not as_row)
            column += _is_ones(b) and isinstance(b, Ref) and self.rank(a) == 2
        return row, column

    def _biases(self, node: Add) -> tuple[bool, bool]:
        """Whether a line is added to ``X W`` (rows) or ``W X`` (columns), as the weight is named like the line."""
        lines = [term for term in node.terms if isinstance(term, Ref) and self.rank(term) == 1]
        matrices = [term.factors for term in node.terms if isinstance(term, Product | Mul) and self.rank(term) == 2]
        for line, (first, *_, last) in product(lines, matrices):
            like = [isinstance(factor, Ref) and factor.indices == line.indices for factor in (first, last)]
            if line.indices and sum(like) == 1:
                return like[1], like[0]
        return False, False

    def stars(self, exprs: Iterable[Expr]) -> bool:
        """Whether ``*`` is ⊙: there are arrays on both sides of it, while other arrays are multiplied side by side."""
        starred = beside = False
        for node in (node for expr in exprs for node in nodes(expr) if isinstance(node, Product)):
            for (a, b), sign in zip(pairwise(node.factors), node.signs, strict=True):
                both = self.rank(a) > 0 and self.rank(b) > 0
                starred |= both and sign == "*"
                beside |= both and not sign
        return starred and beside

    def rank(self, expr: Expr) -> int:
        """The rank of an expression by what is known now."""
        rule = self._RULES.get(type(expr))
        return 0 if rule is None else rule(self, expr)

    def of_ref(self, ref: Ref) -> int:
        """The rank of a name with these indices: what is known of the name, or what its indices leave open."""
        if ref.name == ONES:
            return 1
        arity, count = self._arity.get(ref.name, 0), len(ref.indices)
        if 0 < arity <= count:
            return 0
        missing = arity - count
        return self.found.get(ref.name, missing if missing in (1, 2) else 0)

    def _expected(self, exprs: Iterable[Expr], rules: Iterable[Rule]) -> None:
        """What stands in a norm, or beside a column, is a column: so are the small letters of which it is made by matrices."""
        by_name = {rule.ref.name: rule for rule in rules}
        for node in (node for expr in exprs for node in nodes(expr)):
            inside = ungrouped(node.operand) if isinstance(node, Norm) else node
            terms = inside.terms if isinstance(inside, Add) else (inside,)
            norm = isinstance(node, Norm) and any(isinstance(_unsigned(term), Ref) for term in terms)
            if not (norm or isinstance(node, Add)) or max(map(self.rank, terms)) > 1:
                continue
            lines = [term for term in terms if self.rank(term)]
            if (lines and len(lines) < len(terms)) or (norm and not lines):
                found = self._made_of(Add(tuple(terms)) if len(terms) > 1 else terms[0], by_name, frozenset())
                if found is not None and any(rank == 2 for rank in found.values()):
                    for ref, rank in found.items():
                        self._set(ref, rank)

    def _made_of(self, expr: Expr, rules: Mapping[str, Rule], seen: frozenset[str]) -> dict[Ref, int] | None:
        """The ranks of what nothing defines, if *expr* is a column; None if it cannot be one."""
        expr = ungrouped(expr)
        if self.rank(expr) == 1 and not isinstance(expr, Add):
            return {}
        if isinstance(expr, Ref):
            if expr.name in rules and expr.name not in seen:
                return self._made_of(rules[expr.name].expr, rules, seen | {expr.name})
            return {expr: 1} if _usual(expr.name) == 1 and self._is_whole(expr) and _is_latin(expr.name) else None
        if isinstance(expr, Product | Mul) and len(expr.factors) == 2:
            matrix, line = sorted(expr.factors, key=lambda factor: not isinstance(factor, Ref) or _usual(factor.name) != 2)
            if not isinstance(matrix, Ref) or _usual(matrix.name) != 2 or matrix.name in rules:
                return None
            found = self._made_of(line, rules, seen)
            return None if found is None else {**found, matrix: 2}
        inner = expr.arguments if isinstance(expr, Call) else expr.terms if isinstance(expr, Add) else ()
        inner = (expr.operand,) if isinstance(expr, Neg) else inner
        parts = [self._made_of(part, rules, seen) for part in inner]
        if not parts or any(part is None for part in parts):
            return None
        return {ref: rank for part in parts if part is not None for ref, rank in part.items()}

    def _hint(self, node: Expr) -> None:
        if isinstance(node, Transpose) and isinstance(node.operand, Ref):
            self._set(node.operand, _usual(node.operand.name))
        elif isinstance(node, Gradient) and isinstance(node.wrt, Ref) and _usual(node.wrt.name) == 2:
            self._set(node.wrt, 2)

    def _promote(self, node: Expr, defined: set[str], settled: set[str]) -> None:
        """A name added to a column is one; a capital beside an array is a matrix; factors of ⊙ share their shape."""
        if isinstance(node, Add):
            rank = max(self.rank(term) for term in node.terms)
            for inner in map(_unsigned, node.terms):
                if rank and isinstance(inner, Ref) and inner.name not in settled:
                    self._set(inner, min(rank, _usual(inner.name)))
        elif isinstance(node, Hadamard):
            rank = max(self.rank(factor) for factor in node.factors)
            for factor in node.factors:
                if rank and isinstance(factor, Ref) and factor.name not in defined:
                    self._set(factor, rank)
        elif isinstance(node, Product | Mul):
            self._promote_factors(node.factors, settled)

    def _promote_factors(self, factors: Sequence[Expr], settled: set[str]) -> None:
        for place, (left, right) in enumerate(pairwise(factors), 2):
            if not (_is_ones(right) and any(map(self.rank, factors[place : place + 1]))):  # `η 1 G`: η is a number
                self._beside(left, right, settled)
            self._beside(right, left, settled)
            if self.rank(left) == 2 and isinstance(right, Ref) and right.name not in settled and _is_latin(right.name):
                self._set(right, _usual(right.name))

    def _beside(self, one: Expr, other: Expr, settled: set[str]) -> None:
        """A capital beside an array is a matrix; what stands beside a column of ones is what letters like it are."""
        if isinstance(one, Ref) and one.name not in settled:
            if self.rank(other) and _usual(one.name) == 2:
                self._set(one, 2)
            if _is_ones(other):
                self._set(one, _usual(one.name))

    def _rows_given(self, rule: Rule, defined: set[str]) -> None:
        """``z = x W + b``: what a matrix makes a small letter of is a line."""
        if _usual(rule.ref.name) == 2:
            return
        for node in nodes(rule.expr):
            if not isinstance(node, Product | Mul) or sum(self.rank(factor) > 0 for factor in node.factors) != 1:
                continue
            first, *_, last = node.factors
            if self.rank(last) == 2 and isinstance(first, Ref) and first.name not in defined and _is_latin(first.name):
                self._set(first, 1)

    def _set(self, ref: Ref, rank: int) -> None:
        if self._is_whole(ref) and ref.name not in self.found:
            missing = self._arity.get(ref.name, 0) - len(ref.indices)
            self.found[ref.name] = missing if missing in (1, 2) else rank

    def _product(self, expr: Product | Mul) -> int:
        total = self.rank(expr.factors[0])
        row = isinstance(expr.factors[0], Transpose) and total == 1
        for factor in expr.factors[1:]:
            right = self.rank(factor)
            is_row = isinstance(factor, Transpose) and right == 1
            if not total or not right:
                total, row = total or right, row or is_row
            elif row and right == 1 and not is_row:
                total, row = 0, False
            elif total == 1 and is_row:
                total, row = 2, False
            elif row and right == 2:
                total = 1
            else:
                total = min(total, right)
        return total

    def _most(self, expr: Expr) -> int:
        return max((self.rank(part) for part in parts(expr)), default=0)

    def _derivative(self, expr: Derivative | Gradient) -> int:
        of, wrt = self.rank(expr.of), 0 if expr.wrt is None else self.rank(expr.wrt)
        return wrt if not of else of if not wrt else 2

    _RULES: ClassVar[Mapping[type[Expr], Callable[..., int]]] = {
        Number: lambda _r, _e: 0,
        Norm: lambda _r, _e: 0,
        Component: lambda _r, _e: 0,
        Kronecker: lambda _r, _e: 0,
        Ref: of_ref,
        Add: _most,
        Neg: _most,
        Hadamard: _most,
        Indicator: _most,
        Group: lambda r, e: r.rank(e.items[0]) if len(e.items) == 1 else 1,
        Product: _product,
        Mul: _product,
        Pow: lambda r, e: r.rank(e.base),
        Call: lambda r, e: 2 if e.function.name == DIAGONAL else max((r.rank(a) for a in e.arguments), default=0),
        Big: lambda r, e: r.rank(e.body),
        Transpose: lambda r, e: r.rank(e.operand),
        Outer: lambda _r, _e: 2,
        Derivative: _derivative,
        Gradient: _derivative,
        Table: lambda _r, e: 1 if len(e.rows[0]) == 1 else 2,
    }


def _usual(name: str) -> int:
    """Capitals are matrices, small letters columns."""
    plain = base(name).removesuffix(SUPERSCRIPTED).removesuffix(BRACKETED)
    return 2 if plain[:1].isupper() else 1


def _unsigned(expr: Expr) -> Expr:
    return expr.operand if isinstance(expr, Neg) else expr


def _is_latin(name: str) -> bool:
    """Greek letters behind a matrix are numbers more often than columns."""
    return name[:1].isascii()


def _is_ones(expr: Expr) -> bool:
    inner = expr.operand if isinstance(expr, Transpose) else expr
    return isinstance(inner, Ref) and inner.name == ONES
