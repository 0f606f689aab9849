"""Index expressions as operations on whole arrays: what NumPy is told.

Every letter of a line is an axis, and the examples of a batch are one more, in front.  Arrays have their axes in the order
of the line: examples, the letters of the left side, then those of sums.  A sum of products of two arrays is a matrix
product where it can be one (:mod:`symprop.codegen.contractions`), else an ``einsum``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from symprop.codegen.contractions import matrix_product, transposed
from symprop.codegen.operations import EXAMPLES, Array
from symprop.codegen.positions import Positions
from symprop.codegen.program import names_in
from symprop.codegen.rows import row_function
from symprop.codegen.spell import affine_text
from symprop.errors import InputError, InternalError
from symprop.model.affine import affine
from symprop.model.expr import Add, Apply, Div, Expr, Indicator, Mul, Neg, Number, Pow, Ref, Softmax, Sum
from symprop.model.network import Range
from symprop.model.ranges import extremes
from symprop.model.walk import free_names, fresh_index, rename_bound, substitute


@dataclass
class Lowering(Positions):
    """Lowers the expressions of one line."""

    def lower(self, expr: Expr) -> Array:
        """*expr* as an array over the letters that it uses."""
        rule = _RULES.get(type(expr))
        if rule is None:
            raise InternalError(f"no array for {type(expr).__name__}")
        return rule(self, expr)

    def mean(self, expr: Expr) -> Array:
        """The sum of *expr* over the examples where it differs between them, times the scale that makes it a mean."""
        if isinstance(expr, Add):
            return self.join("+", [self.mean(term) for term in expr.terms])
        if isinstance(expr, Neg):
            return self.of("-", (self.mean(expr.operand),))
        if isinstance(expr, Mul) and any(isinstance(f, Neg) for f in expr.factors):
            made = Mul(tuple(f.operand if isinstance(f, Neg) else f for f in expr.factors))
            negative = sum(isinstance(f, Neg) for f in expr.factors) % 2
            return self.of("-", (self.mean(made),)) if negative else self.mean(made)
        if isinstance(expr, Sum):
            return self.total(expr, (EXAMPLES,))
        if isinstance(expr, Div) and not self._differs(expr.denominator) and self._differs_everywhere(expr.numerator):
            return self.of("/", (self.mean(expr.numerator), self.lower(expr.denominator)))
        alone = self._only_differing(expr)
        if alone is not None:  # what is the same for all examples multiplies their sum
            assert isinstance(expr, Mul)
            return self.product([*(array for f in expr.factors if f is not alone for array in self.factors(f)), self.mean(alone)])
        factors = self.factors(expr)
        if not any(EXAMPLES in factor.axes for factor in factors):
            return self.product(factors)
        return self.contract([*factors, *self._scales()], (EXAMPLES,))

    def _differs(self, expr: Expr) -> bool:
        return any(self.varies(name) for name in names_in(expr))

    def _only_differing(self, expr: Expr) -> Expr | None:
        """The one factor that differs between the examples, if it is made of others."""
        if not isinstance(expr, Mul) or any(isinstance(f, Indicator) for f in expr.factors):
            return None
        found = [f for f in expr.factors if self._differs(f)]
        fits = len(found) == 1 and isinstance(found[0], Sum | Div | Add | Mul) and self._differs_everywhere(found[0])
        return found[0] if fits else None

    def _differs_everywhere(self, expr: Expr) -> bool:
        """Does every term differ between the examples?  The sum of one that does not is that many times the term."""
        if isinstance(expr, Add):
            return all(self._differs_everywhere(term) for term in expr.terms)
        if isinstance(expr, Neg):
            return self._differs_everywhere(expr.operand)
        return self._differs_everywhere(expr.numerator) if isinstance(expr, Div) else self._differs(expr)

    def _scales(self) -> list[Array]:
        return [Array("leaf", (), self.scale)] if self.scale else []

    def order(self, axes: set[str]) -> tuple[str, ...]:
        """*axes* in the order of the line."""
        known = (EXAMPLES, *self.letters, *self.extra)
        return tuple(axis for axis in known if axis in axes)

    def of(self, kind: str, parts: Sequence[Array], text: str = "") -> Array:
        """An operation entry by entry."""
        return Array(kind, self.order({axis for part in parts for axis in part.axes}), text, tuple(parts))

    def join(self, kind: str, parts: Sequence[Array]) -> Array:
        """Parts with an operator between them, from the left."""
        made = parts[0]
        for part in parts[1:]:
            if kind == "+" and part.kind == "-" and len(part.parts) == 1:
                made = self.of("-", (made, part.parts[0]))
            else:
                made = self.of(kind, (made, part))
        return made

    def product(self, factors: Sequence[Array]) -> Array:
        """The product of arrays, the smaller ones first, so that large ones are gone through once."""
        ordered = sorted(factors, key=lambda factor: len(factor.axes))
        return self.join("*", ordered) if len(ordered) > 1 else ordered[0]

    def factors(self, expr: Expr) -> list[Array]:
        """The factors of a product as arrays; what brackets guard is one of them."""
        if isinstance(expr, Mul) and not any(isinstance(f, Indicator) for f in expr.factors):
            return [array for factor in expr.factors for array in self.factors(factor)]
        return [self.lower(expr)]

    def total(self, expr: Sum, over: tuple[str, ...] = ()) -> Array:
        """A sum, or nested ones, as one contraction; ``over`` the examples too, if it is a gradient's."""
        body: Expr = expr
        inner: list[str] = []
        guards: list[Expr] = []
        while isinstance(body, Sum):
            if body.index in self.letters or body.index in self.seen or body.index in self.frame.letters:
                taken = {*self.letters, *self.seen, *self.frame.letters, *free_names(body.body), *self.frame.names}
                renamed = rename_bound(body, fresh_index(taken))
                assert isinstance(renamed, Sum)
                body = renamed
            bound = Range(body.index, body.lower, body.upper)
            wide = self._rectangular(bound)
            if wide != bound:
                guards.append(Indicator((bound.lower, Ref(bound.index), bound.upper), ("≤", "≤")))
            self.extra[bound.index] = self.seen[bound.index] = wide
            inner.append(bound.index)
            body = body.body
        body = Mul((*guards, body)) if guards else body
        factors = self.factors(body)
        if over:
            factors += self._scales() if any(EXAMPLES in f.axes for f in factors) else []
        made = self.contract(factors, (*over, *inner))
        for letter in inner:
            del self.extra[letter]
        return made

    def contract(self, factors: list[Array], over: tuple[str, ...]) -> Array:
        """``Σ_over Π factors``."""
        signs = [f for f in factors if f.kind == "-" and len(f.parts) == 1]
        factors = [f.parts[0] if f in signs else f for f in factors]
        used = {axis for factor in factors for axis in factor.axes}
        repeats = [axis for axis in over if axis not in used and axis != EXAMPLES]
        outside = [f for f in factors if not set(f.axes) & set(over)]
        inside = [f for f in factors if set(f.axes) & set(over)]
        scale = [f for f in outside if f.text and f.text == self.scale]
        outside = [f for f in outside if f not in scale] + [self._count(axis) for axis in repeats]
        if inside:
            made = self._contracted(self._merged(inside, scale), tuple(axis for axis in over if axis in used))
            outside.append(made)
        elif scale:
            outside += scale
        made = self.product(outside)
        return self.of("-", (made,)) if len(signs) % 2 else made

    def _count(self, axis: str) -> Array:
        return Array("leaf", (), f"({self.frame.count(self.extra[axis])})")

    def _merged(self, factors: list[Array], scale: list[Array]) -> list[Array]:
        """At most two arrays where that costs no larger one than there are; *scale* goes into the first."""
        made = list(factors)
        changed = True
        while changed and len(made) > 1:
            changed = False
            for a in made:
                host = next((b for b in made if b is not a and set(a.axes) <= set(b.axes)), None)
                if host is not None and (len(made) > 2 or set(a.axes) == set(host.axes)):
                    made = [f for f in made if f is not a and f is not host]
                    made.insert(0, self.of("*", (a, host)))
                    changed = True
                    break
        if scale:
            place = next((n for n, f in enumerate(made) if EXAMPLES in f.axes), 0)
            made[place] = self.of("*", (made[place], scale[0]))
        return made

    def _contracted(self, factors: list[Array], over: tuple[str, ...]) -> Array:
        factors, over = self._chained(factors, over)
        if len(factors) == 2:  # what only one of them has is summed there before
            alone = [[axis for axis in over if axis in a.axes and axis not in b.axes] for a, b in (factors, factors[::-1])]
            factors = [self._summed(factor, axes) for factor, axes in zip(factors, alone, strict=True)]
            over = tuple(axis for axis in over if all(axis in factor.axes for factor in factors))
            if not over:
                return self.product(factors)
        axes = {axis for factor in factors for axis in factor.axes} - set(over)
        result = self.order(axes)
        if len(factors) == 1:
            return self._summed(factors[0], over)
        made = matrix_product(factors[0], factors[1], over, result, self._length) if len(factors) == 2 else None
        return made or Array("einsum", result, "", tuple(factors))

    def _chained(self, factors: list[Array], over: tuple[str, ...]) -> tuple[list[Array], tuple[str, ...]]:
        """Three factors and more with products taken, two by two, where that makes no array with more axes."""
        while len(factors) > 2:
            for a, b in combinations(factors, 2):
                rest = [f for f in factors if f is not a and f is not b]
                both = tuple(axis for axis in over if axis in a.axes and axis in b.axes and not any(axis in f.axes for f in rest))
                result = self.order({*a.axes, *b.axes} - {*both})
                made = matrix_product(a, b, both, result, self._length)
                if made is not None and len(result) <= max(len(a.axes), len(b.axes)):
                    factors, over = [made, *rest], tuple(axis for axis in over if axis not in both)
                    break
            else:
                break
        return factors, over

    def _summed(self, factor: Array, over: Sequence[str]) -> Array:
        if not over:
            return factor
        return Array("sum", tuple(axis for axis in factor.axes if axis not in over), ",".join(over), (factor,))

    def _length(self, axis: str) -> str:
        return EXAMPLES if axis == EXAMPLES else self.frame.count(self.range_of(axis))

    def _rectangular(self, bound: Range) -> Range:
        """*bound* with ends that depend on no letter of an array: as far out as they ever come."""
        letters = [*self.letters.values(), *self.extra.values()]
        own = {r.index for r in letters}
        if not (free_names(bound.lower) | free_names(bound.upper)) & own:
            return bound
        low, high = extremes(bound.lower, letters), extremes(bound.upper, letters)
        if low is None or high is None:
            raise InputError("the range of a sum is not linear in its letters", bound.upper.span)
        return Range(bound.index, low[0].expr, high[1].expr)

    def ref(self, expr: Ref) -> Array:
        """A quantity, or a letter or a size as a number."""
        if not expr.indices:
            if expr.name in self.letters or expr.name in self.extra:
                bound = self.range_of(expr.name)
                begin, count = self.frame.value(bound.lower), self.frame.count(bound)
                end = affine_text(self.frame.form(bound.lower).plus(self.frame.length(bound)))
                return Array(
                    "leaf", (expr.name,), f"np.arange({end})" if begin == "0" else f"np.arange({begin}, {end})" if count else ""
                )
            if expr.name in self.frame.letters or expr.name in self.frame.names:
                text = self.frame.value(expr)
                return Array("leaf", (), text if text.isidentifier() or text.isdigit() else f"({text})")
            return Array("leaf", (EXAMPLES,) if self.varies(expr.name) else (), self.name(expr.name))
        return self._entry(expr)

    def _entry(self, expr: Ref) -> Array:
        front = [EXAMPLES] if self.varies(expr.name) else []
        axes = self.axes(expr.name)
        used = [self.array_letters(index) for index in expr.indices]
        flat = [letter for letters in used for letter in letters]
        plain = len(set(flat)) == len(flat) and all(
            self.slice(index, axis) is not None for index, axis in zip(expr.indices, axes, strict=True)
        )
        if not plain:
            return self._gathered(expr, axes, front, self.order(set(flat)))
        places = [self.slice(index, axis) or "" for index, axis in zip(expr.indices, axes, strict=True)]
        text = self.name(expr.name)
        if any(place != ":" for place in places):
            while places and places[-1] == ":":
                places.pop()
            text += f"[{', '.join([*([':'] if front else []), *places])}]"
        own = (*front, *flat)
        wanted = self.order(set(own))
        if wanted != own:
            text += transposed(own, wanted)
        return Array("leaf", wanted, text)

    def _gathered(self, expr: Ref, axes: Sequence[Range], front: list[str], letters: tuple[str, ...]) -> Array:
        """Entries picked by arrays of positions; a position that only a bracket keeps out is moved to the border."""
        places = []
        for index, axis in zip(expr.indices, axes, strict=True):
            text = self.position(index, axis, letters)
            if self.array_letters(index) and not self.is_inside(index, axis):
                text = f"np.clip({text}, 0, {affine_text(self.last_place(axis))})"
            elif not self.array_letters(index):
                text = self.kept_inside(index, axis)
            places.append(text)
        text = f"{self.name(expr.name)}[{', '.join([*([':'] if front else []), *places])}]"
        return Array("leaf", (*front, *letters), text)

    def guarded(self, expr: Mul) -> Array:
        """A product with brackets: 0 where they do not hold, whatever the other factors are there."""
        brackets = [f for f in expr.factors if isinstance(f, Indicator)]
        rest = [f for f in expr.factors if not isinstance(f, Indicator)]
        value = self.product([a for f in rest for a in self.factors(f)]) if rest else Array("leaf", (), "1.0")
        return self.of("where", [*(self.condition(b) for b in brackets), value])

    def condition(self, bracket: Indicator) -> Array:
        """A bracket as an array of truth values."""
        parts = []
        for left, op, right in zip(bracket.operands, bracket.operators, bracket.operands[1:], strict=False):
            parts.append(self.of("compare", (self.comparand(left), self.comparand(right)), op))
        return parts[0] if len(parts) == 1 else self.of("and", parts)

    def comparand(self, operand: Expr) -> Array:
        """One side of a comparison; index expressions are whole numbers."""
        form = affine(operand)
        known = {*self.letters, *self.extra, *self.frame.letters, *self.frame.names}
        if form is None or not form.coefficients or not form.coefficients.keys() <= known:
            return self.lower(operand)
        letters = self.order(set(self.array_letters(operand)))
        text = self.position(operand, None, letters)
        return Array("leaf", letters, text if text.isidentifier() or text.isdigit() else f"({text})")

    def row(self, expr: Expr) -> Array | None:
        """A function of a vector; its components are along the letter that names them."""
        row = row_function(expr)
        if row is None:
            return None
        if row.at is None:
            if row.bound.index in self.letters or row.bound.index in self.extra:
                letter = fresh_index({*self.letters, *self.extra, *free_names(row.body)})
                row = replace(
                    row, body=substitute(row.body, {Ref(row.bound.index): Ref(letter)}), bound=replace(row.bound, index=letter)
                )
            self.extra[row.bound.index] = self.seen[row.bound.index] = row.bound
            whole = self._full(self.lower(row.body), row.bound.index)
            del self.extra[row.bound.index]
            axes = tuple(axis for axis in whole.axes if axis != row.bound.index)
            return Array("row", axes, f"{row.name} {row.bound.index}", (whole,))
        if not isinstance(row.at, Ref) or row.at.name not in self.letters:
            raise InternalError("a softmax has a line of its own")
        whole = self._full(self.lower(substitute(row.body, {Ref(row.bound.index): row.at})), row.at.name)
        return Array("row", whole.axes, f"{row.name} {row.at.name}", (whole,))

    def _full(self, body: Array, letter: str) -> Array:
        """*body*, which need not use its letter."""
        if letter in body.axes:
            return body
        zeros = Array("leaf", (letter,), f"np.zeros({self.frame.count(self.range_of(letter))})")
        return self.of("+", (body, zeros))


def _mul(lowering: Lowering, expr: Mul) -> Array:
    if any(isinstance(f, Indicator) for f in expr.factors):
        return lowering.guarded(expr)
    factors = [lowering.lower(f) for f in expr.factors]
    return lowering.join("*", factors)


def _apply(lowering: Lowering, expr: Apply) -> Array:
    row = lowering.row(expr)
    if row is not None:
        return row
    parts = [lowering.lower(argument) for argument in expr.arguments]
    if expr.function in ("max", "min"):
        made = parts[0]
        for part in parts[1:]:
            made = lowering.of(expr.function, (made, part))
        return made
    return lowering.of("call", parts, expr.function)


def _softmax(lowering: Lowering, expr: Softmax) -> Array:
    row = lowering.row(expr)
    if row is None:
        raise InternalError("a softmax of a list is made of exponentials")
    return row


def _negative(lowering: Lowering, expr: Neg) -> Array:
    return lowering.of("-", (lowering.lower(expr.operand),))


_RULES: Mapping[type[Expr], Callable[..., Array]] = {
    Number: lambda _l, e: Array("number", (), repr(float(e.value))),
    Ref: lambda l, e: l.ref(e),
    Add: lambda l, e: l.join("+", [l.lower(term) for term in e.terms]),
    Neg: _negative,
    Mul: _mul,
    Div: lambda l, e: l.of("/", (l.lower(e.numerator), l.lower(e.denominator))),
    Pow: lambda l, e: l.of("**", (l.lower(e.base), l.lower(e.exponent))),
    Apply: _apply,
    Softmax: _softmax,
    Sum: lambda l, e: l.total(e),
    Indicator: lambda l, e: l.guarded(Mul((e, e))),
}
