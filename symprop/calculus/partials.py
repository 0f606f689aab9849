r"""Local partials of one definition: what each reference in it contributes, by the rules that textbooks print.

For ``z[j] = Σ_k W[j,k] x[k] + b[j]`` the occurrences are ``(W[j,k], k, x[k])``, ``(x[k], k, W[j,k])`` and
``(b[j], -, 1)``: references as they stand, the sums that bind them, and the partial.  The derivative by
``W[p,q]`` is then ``Σ_k x[k] [j = p] [k = q]``, which :mod:`symprop.calculus.contract` turns into ``[j = p] x[q]``.

All occurrences come out of one pass, so a definition costs what it is long, however many references it has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from symprop.errors import InputError, InternalError
from symprop.model.build import negative, number, numeric_value, power, product, quotient, tidy, total
from symprop.model.expr import (
    ONE,
    Add,
    Apply,
    Div,
    Expr,
    Hadamard,
    Indicator,
    Mul,
    Neg,
    Number,
    Pow,
    Ref,
    Softmax,
    Sum,
)
from symprop.model.forms import derivative_form, partial_form
from symprop.model.functions import FUNCTIONS
from symprop.model.network import Definition, Function, Network, Range
from symprop.model.walk import fresh_index, rename_bound, substitute


@dataclass(frozen=True, slots=True)
class Occurrence:
    """``ref`` stands in the definition under ``binders``; ``partial`` is the derivative by this occurrence alone."""

    ref: Ref
    binders: tuple[Range, ...]
    partial: Expr


def local_partials(network: Network, definition: Definition) -> tuple[Occurrence, ...]:
    """Every occurrence of a quantity in *definition* with its local partial, in textbook form.

    Raises:
        InputError: a function of the definition has no derivative here (``sign`` of a comparison is constant and
            fine; a quantity inside a bracket is not differentiated).
    """
    letters = frozenset(r.index for r in definition.ranges)
    return tuple(_Pass(network, definition, textbook=True).visit(definition.expr, letters))


def under_sums(network: Network, expr: Expr, wrt: Ref) -> Expr | None:
    """``∂expr/∂wrt`` before any sum is worked out: ``Σ_l x[l]·[l = k]`` for ``∂/∂W[j,k] Σ_l W[j,l]·x[l]``.

    None where no sum over an index has *wrt* in it.
    """
    letters = frozenset(i.name for i in wrt.indices if isinstance(i, Ref))
    found = [o for o in _Pass(network, None, textbook=False).visit(expr, letters) if o.ref.name == wrt.name]
    if not any(o.binders for o in found):
        return None
    terms: list[Expr] = []
    for one in found:
        pairs = zip(one.ref.indices, wrt.indices, strict=True)
        body = product(one.partial, *(Indicator((a, b), ("=",)) for a, b in pairs if a != b))
        for binder in reversed(one.binders):
            body = Sum(body, binder.index, binder.lower, binder.upper)
        terms.append(body)
    return total(*terms)


def derivative(network: Network, expr: Expr, wrt: Ref, *, textbook: bool = True) -> Expr:
    """``∂expr/∂wrt`` where only *wrt* itself varies (no definition is expanded).

    *wrt* must not occur under a sum in *expr*; with ``textbook=False`` slopes stay ``σ'(z)``.
    """
    found = _Pass(network, None, textbook=textbook).visit(expr, frozenset())
    return total(*(o.partial for o in found if o.ref == wrt))


def slope(network: Network, application: Apply, output: Expr) -> Expr:
    """``f'(a)`` in textbook form: in terms of *output* = ``f(a)`` where that is customary, else of the argument.

    For an unknown function, or more primes than the table knows, this is ``f'(a)`` itself.
    """
    return _Pass(network, None, textbook=True).slope(application, output)


class _Pass:
    def __init__(self, network: Network, definition: Definition | None, *, textbook: bool) -> None:
        self.network = network
        self.definition = definition
        self.textbook = textbook

    def visit(self, expr: Expr, scope: frozenset[str]) -> Iterator[Occurrence]:
        """Occurrences in *expr*; *scope* holds the index letters in force, which no inner sum may reuse."""
        if isinstance(expr, Number):
            return
        if isinstance(expr, Ref):
            if expr.indices or expr.name not in scope:
                yield Occurrence(expr, (), ONE)
            return
        handler = _VISIT.get(type(expr))
        if handler is None:
            raise InputError("a derivative inside a definition cannot be differentiated again", expr.span)
        yield from handler(self, expr, scope)

    def visit_add(self, expr: Add, scope: frozenset[str]) -> Iterator[Occurrence]:
        for term in expr.terms:
            yield from self.visit(term, scope)

    def visit_neg(self, expr: Neg, scope: frozenset[str]) -> Iterator[Occurrence]:
        yield from _map(self.visit(expr.operand, scope), negative)

    def visit_mul(self, expr: Mul | Hadamard, scope: frozenset[str]) -> Iterator[Occurrence]:
        for position, factor in enumerate(expr.factors):
            before, after = expr.factors[:position], expr.factors[position + 1 :]
            yield from _times(before, self.visit(factor, scope), after)

    def visit_div(self, expr: Div, scope: frozenset[str]) -> Iterator[Occurrence]:
        below = expr.denominator
        yield from _map(self.visit(expr.numerator, scope), lambda p: quotient(p, below))
        if numeric_value(below) is None:
            squared = power(below, number(2))
            yield from _map(self.visit(below, scope), lambda p: negative(quotient(product(expr.numerator, p), squared)))

    def visit_pow(self, expr: Pow, scope: frozenset[str]) -> Iterator[Occurrence]:
        base, exponent = expr.base, expr.exponent
        lowered = power(base, tidy(Add((exponent, Neg(ONE)))))
        yield from _times((exponent, lowered), self.visit(base, scope))
        if numeric_value(exponent) is None:
            yield from _times((expr, Apply("log", (base,))), self.visit(exponent, scope))

    def visit_apply(self, expr: Apply, scope: frozenset[str]) -> Iterator[Occurrence]:
        output = self._output(expr)
        if len(expr.arguments) == 1:
            (argument,) = expr.arguments
            found = list(self.visit(argument, scope))
            if found:
                outer = self.slope(expr, output) if self.textbook else _primed(expr)
                yield from _times((outer,), found)
            return
        entry = FUNCTIONS.get(expr.function)
        if entry is None or not entry.partials:
            raise InputError(f"the derivative of {expr.function} with several arguments is not known", expr.span)
        for position, argument in enumerate(expr.arguments):
            gate = partial_form(expr.function, expr.arguments, position)
            yield from _times((gate,), self.visit(argument, scope))

    def visit_sum(self, expr: Sum, scope: frozenset[str]) -> Iterator[Occurrence]:
        if expr.index in scope:
            renamed = rename_bound(expr, fresh_index(scope))
            assert isinstance(renamed, Sum)
            expr = renamed
        binder = Range(expr.index, expr.lower, expr.upper)
        for found in self.visit(expr.body, scope | {expr.index}):
            yield replace(found, binders=(binder, *found.binders))

    def visit_softmax(self, expr: Softmax, scope: frozenset[str]) -> Iterator[Occurrence]:
        """``∂s_j/∂v_k = s_j ([j = k] - s_k)``."""
        if expr.index and expr.index in scope:
            renamed = rename_bound(expr, fresh_index(scope))
            assert isinstance(renamed, Softmax)
            expr = renamed
        here = self._component(expr, expr.at)
        if not expr.index:
            place = numeric_value(expr.at)
            for number_, argument in enumerate(expr.arguments, start=1):
                other = self._component(expr, number(number_))
                outer = product(here, total(ONE, negative(here))) if number_ == place else negative(product(here, other))
                yield from _times((outer,), self.visit(argument, scope))
            return
        assert expr.lower is not None
        assert expr.upper is not None
        k = Ref(expr.index)
        outer = product(here, Add((Indicator((expr.at, k), ("=",)), negative(self._component(expr, k)))))
        binder = Range(expr.index, expr.lower, expr.upper)
        for found in self.visit(expr.arguments[0], scope | {expr.index}):
            yield Occurrence(found.ref, (binder, *found.binders), product(outer, found.partial))

    def visit_constant(self, _expr: Expr, _scope: frozenset[str]) -> Iterator[Occurrence]:
        return iter(())

    def _output(self, expr: Apply) -> Expr:
        """The name of ``f(a)`` if it is a definition's whole right side, else ``f(a)`` itself."""
        if self.definition is not None and expr == self.definition.expr:
            return self.definition.ref
        return expr

    def _component(self, expr: Softmax, at: Expr) -> Expr:
        """Component *at* of the same softmax, by name where a definition has it."""
        wanted = replace(expr, at=at)
        own = self.definition
        if own is not None and own.expr == expr and isinstance(expr.at, Ref) and expr.at in own.indices:
            return substitute(own.ref, {expr.at: at})
        for other in self.network.definitions if not expr.index else ():
            if other.expr == wanted:
                return other.ref
        return wanted

    def slope(self, expr: Apply, output: Expr) -> Expr:
        (argument,) = expr.arguments
        entry = FUNCTIONS.get(expr.function)
        declared = self.network.functions.get(expr.function)
        if declared is not None and declared.body is not None:
            return _declared_slope(self.network, declared, expr.primes + 1, argument)
        if declared is not None or entry is None:
            return _primed(expr)
        if expr.primes == 0:
            return tidy(derivative_form(expr.function, argument, output))
        # Higher slopes: differentiate the textbook form of the first one.
        x = Ref("x")
        form: Expr = derivative_form(expr.function, x, Apply(expr.function, (x,), spelling=expr.spelling))
        for _ in range(expr.primes):
            form = derivative(self.network, form, x)
        return substitute(form, {x: argument})


_VISIT: dict[type[Expr], Callable[..., Iterator[Occurrence]]] = {
    Add: _Pass.visit_add,
    Neg: _Pass.visit_neg,
    Mul: _Pass.visit_mul,
    Hadamard: _Pass.visit_mul,
    Div: _Pass.visit_div,
    Pow: _Pass.visit_pow,
    Apply: _Pass.visit_apply,
    Sum: _Pass.visit_sum,
    Softmax: _Pass.visit_softmax,
    Indicator: _Pass.visit_constant,  # piecewise constant: its derivative is 0 where it has one
}


def _primed(expr: Apply) -> Apply:
    return replace(expr, primes=expr.primes + 1)


def _declared_slope(network: Network, function: Function, primes: int, argument: Expr) -> Expr:
    parameter = Ref(function.parameter)
    form = function.body
    if form is None:
        raise InternalError(f"{function.name} has no body")
    for _ in range(primes):
        form = derivative(network, form, parameter)
    return substitute(form, {parameter: argument})


def _times(before: Sequence[Expr], found: Iterable[Occurrence], after: Sequence[Expr] = ()) -> Iterator[Occurrence]:
    for one in found:
        yield Occurrence(one.ref, one.binders, product(*before, one.partial, *after))


def _map(found: Iterable[Occurrence], change: Callable[[Expr], Expr]) -> Iterator[Occurrence]:
    for one in found:
        yield Occurrence(one.ref, one.binders, change(one.partial))
