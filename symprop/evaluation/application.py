"""Applying a function to nodes: built-in ones by their definitions, declared ones by their bodies, unknown ones by samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from symprop.evaluation import jets
from symprop.evaluation.context import Real
from symprop.evaluation.formula import EXTREMES, Scope, function_jet, jet
from symprop.evaluation.jets import Jet
from symprop.evaluation.kinks import Observer, largest
from symprop.evaluation.tape import UNIT, Node
from symprop.evaluation.trouble import UnknownName, Unsupported
from symprop.model.expr import Apply, Ref
from symprop.model.network import Function

if TYPE_CHECKING:
    from symprop.evaluation.valuation import Valuation


def apply(v: Valuation, expr: Apply, arguments: Sequence[Node]) -> Node:
    """The node of ``f(a, …)`` or ``f'(a)``.

    Raises:
        Trouble: it has no value here.
    """
    declared = v.network.functions.get(expr.function)
    if declared is not None:
        return _declared(v, expr, declared, arguments)
    if expr.function in EXTREMES and not expr.primes:
        return _extreme(v, expr, arguments)
    return _smooth(v, expr, _one(expr, arguments))


def _declared(v: Valuation, expr: Apply, function: Function, arguments: Sequence[Node]) -> Node:
    if function.body is None:
        return _unknown(v, expr, arguments)
    argument = _one(expr, arguments)
    if expr.primes:
        return _smooth(v, expr, argument)
    # The body may use weights too, so it is evaluated on the tape, with the argument in the parameter's place.
    with v.inside(expr):
        return v.evaluate(function.body, {**v.sizes, function.parameter: argument})


def _one(expr: Apply, arguments: Sequence[Node]) -> Node:
    if len(arguments) != 1:
        raise Unsupported(f"{expr.function} of {len(arguments)} arguments")
    return arguments[0]


def _smooth(v: Valuation, expr: Apply, argument: Node) -> Node:
    """A function of one argument, or its derivative, by jets."""
    site = _Site(v, v.observer(expr, tie_counts=argument.active or expr.primes > 0))
    if not argument.active:
        return v.tape.constant(site.derivatives(expr.function, argument.value, expr.primes)[expr.primes])
    slopes = site.derivatives(expr.function, argument.value, expr.primes + 1)
    if site.uses_quantities:
        obstacle = Unsupported(f"a derivative of {expr.function}' by what {expr.function} depends on")
        return v.tape.blocked(slopes[expr.primes], obstacle)
    return v.tape.node(slopes[expr.primes], ((argument, slopes[expr.primes + 1]),))


def _unknown(v: Valuation, expr: Apply, arguments: Sequence[Node]) -> Node:
    """A sampled function; of several arguments: f of a fixed uneven combination of them and their product."""
    function = v.point.function(expr.function)
    if len(arguments) == 1:
        argument = arguments[0]
    else:
        weighted = [v.tape.multiply([v.constant(place), node]) for place, node in enumerate(arguments, start=1)]
        argument = v.tape.add([*weighted, v.tape.multiply(list(arguments))])
    value, slope = (function.derivative(expr.primes + more, argument.value, v.arith) for more in (0, 1))
    return v.tape.node(value, ((argument, slope),))


def _extreme(v: Valuation, expr: Apply, arguments: Sequence[Node]) -> Node:
    sign = EXTREMES[expr.function]
    best, tie = largest([sign * node.value for node in arguments], v.arith)
    chosen = arguments[best]
    v.observer(expr, tie_counts=any(node.active for node in arguments))(best == len(arguments) - 1, tie)
    return v.tape.node(chosen.value, ((chosen, UNIT),))


class _Site:
    """One application of a function by jets."""

    def __init__(self, v: Valuation, observe: Observer) -> None:
        self._v = v
        self._observe = observe
        self.uses_quantities = False

    def derivatives(self, name: str, at: Real, order: int) -> list[Real]:
        """The function's value and its derivatives up to *order* at a number."""
        start = jets.variable(at, order, self._v.arith)
        scope = Scope(self._v.arith, {"x": start}, self._observe, self._outer, self._known)
        result = function_jet(name, start, scope)
        return [jets.derivative(result, k) for k in range(order + 1)]

    def _outer(self, ref: Ref) -> Real:
        self.uses_quantities = True
        if not self._v.is_quantity(ref.name) and ref.name not in self._v.sizes:
            raise UnknownName(f"{ref.name} is not defined")
        return self._v.evaluate(ref, self._v.sizes).value

    def _known(self, name: str, inner: Jet) -> Jet | None:
        declared = self._v.network.functions.get(name)
        if declared is None:
            return None
        if declared.body is not None:
            scope = Scope(self._v.arith, {declared.parameter: inner}, self._observe, self._outer, self._known)
            return jet(declared.body, scope)
        sample = self._v.point.function(name)
        slopes = [sample.derivative(order, inner[0], self._v.arith) for order in range(len(inner))]
        return jets.substitute(jets.taylor(slopes), inner)
