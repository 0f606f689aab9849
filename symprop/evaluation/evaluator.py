"""Going through a tree: the value of each kind of expression as a node of the tape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from symprop.evaluation.application import apply
from symprop.evaluation.indices import Environment, position, rational
from symprop.evaluation.kinks import HOLDS, comparison
from symprop.evaluation.tape import Node, derivative
from symprop.evaluation.trouble import OutOfDomain, OutOfRange, Unsupported
from symprop.model.expr import (
    Add,
    Apply,
    Div,
    Expr,
    Hadamard,
    Increment,
    Indicator,
    Mul,
    Neg,
    Number,
    Partial,
    Pow,
    Ref,
    Softmax,
    Sum,
)
from symprop.model.network import Objective

if TYPE_CHECKING:
    from symprop.evaluation.valuation import Valuation

UPDATE_SIGN: Mapping[Objective, int] = {Objective.MINIMIZE: -1, Objective.MAXIMIZE: 1}


def evaluate(v: Valuation, expr: Expr, env: Environment) -> Node:
    """The node of *expr* under the bindings *env* (which hold the sizes too).

    Raises:
        Trouble: it has no value here.
    """
    return _RULES[type(expr)](v, expr, env)


def _ref(v: Valuation, expr: Ref, env: Environment) -> Node:
    if not expr.indices and expr.name in env:
        bound = env[expr.name]
        return bound if isinstance(bound, Node) else v.constant(bound)
    return v.entry((expr.name, tuple(position(index, env) for index in expr.indices)))


def _product(v: Valuation, expr: Mul | Hadamard, env: Environment) -> Node:
    """Brackets first: where one is 0, the product is, and the other factors need not exist (``[p < T] δ[p+1]``)."""
    nodes: list[Node] = []
    missing: OutOfRange | OutOfDomain | None = None
    for factor in sorted(expr.factors, key=_is_no_bracket):
        try:
            node = evaluate(v, factor, env)
        except (OutOfRange, OutOfDomain) as trouble:
            missing = trouble  # a later factor may mask it
            continue
        if node is v.masked:
            return node
        if node is not v.one:
            nodes.append(node)
    if missing is not None:
        raise missing
    return v.tape.multiply(nodes) if nodes else v.one


def _is_no_bracket(expr: Expr) -> bool:
    return not isinstance(expr, Indicator)


def _negative(v: Valuation, expr: Neg, env: Environment) -> Node:
    operand = evaluate(v, expr.operand, env)
    return operand if operand is v.masked else v.tape.negative(operand)


def _quotient(v: Valuation, expr: Div, env: Environment) -> Node:
    above = evaluate(v, expr.numerator, env)
    return above if above is v.masked else v.tape.divide(above, evaluate(v, expr.denominator, env))


def _total(v: Valuation, expr: Sum, env: Environment) -> Node:
    terms = []
    for at in range(position(expr.lower, env), position(expr.upper, env) + 1):
        term = evaluate(v, expr.body, {**env, expr.index: at})
        if term is not v.masked:
            terms.append(term)
    return v.tape.add(terms)


def _softmax(v: Valuation, expr: Softmax, env: Environment) -> Node:
    at = position(expr.at, env)
    if expr.lower is None or expr.upper is None:
        entries = {k: evaluate(v, argument, env) for k, argument in enumerate(expr.arguments, start=1)}
    else:
        places = range(position(expr.lower, env), position(expr.upper, env) + 1)
        entries = {k: evaluate(v, expr.arguments[0], {**env, expr.index: k}) for k in places}
    if at not in entries:
        raise OutOfRange(f"component {at} of a softmax of {len(entries)}")
    top = max(node.value for node in entries.values())
    exponentials = {}
    for k, node in entries.items():
        value = v.arith.mp.exp(v.arith.moderate(node.value - top))
        exponentials[k] = v.tape.node(value, ((node, value),))
    return v.tape.divide(exponentials[at], v.tape.add(list(exponentials.values())))


def _indicator(v: Valuation, expr: Indicator, env: Environment) -> Node:
    if v.gates.compares_indices(expr):
        exact = [rational(operand, env) for operand in expr.operands]
        signs = [(a > b) - (a < b) for a, b in pairwise(exact)]
        return v.one if all(HOLDS[op](s) for op, s in zip(expr.operators, signs, strict=True)) else v.masked
    operands = [evaluate(v, operand, env) for operand in expr.operands]
    holds, tie = comparison([operand.value for operand in operands], expr.operators, v.arith)
    v.observer(expr, tie_counts=any(operand.active for operand in operands))(holds, tie)
    return v.one if holds else v.masked


def _partial(v: Valuation, expr: Partial, env: Environment) -> Node:
    wrt = _cut(v, expr.wrt, env)
    of = evaluate(v, expr.of, env) if isinstance(expr.of, Ref) else v.shared(expr.of, env)
    return _slope(v, of, wrt)


def _increment(v: Valuation, expr: Increment, env: Environment) -> Node:
    network = v.network
    if network.cost is None:
        raise Unsupported("an update without a cost")
    slope = _slope(v, v.entry((network.cost, ())), _cut(v, expr.weight, env))
    rate = v.entry((network.rate_of(expr.weight.name), ()))
    return v.tape.multiply([v.constant(UPDATE_SIGN[network.objective]), rate, slope])


def _cut(v: Valuation, wrt: Ref, env: Environment) -> Node:
    node = _ref(v, wrt, env)
    if not node.active:
        raise Unsupported(f"a derivative by {wrt.name}, which is no quantity")
    if not v.is_quantity(wrt.name) and wrt.name not in env:
        raise Unsupported(f"a derivative by {wrt.name}, which is an abbreviation")
    return node


def _slope(v: Valuation, of: Node, wrt: Node) -> Node:
    return v.tape.blocked(derivative(of, wrt, v.arith), Unsupported("a derivative inside of what is differentiated"))


def _number(v: Valuation, expr: Number, _env: Environment) -> Node:
    return v.constant(expr.value)


def _sum_of_terms(v: Valuation, expr: Add, env: Environment) -> Node:
    return v.tape.add([evaluate(v, term, env) for term in expr.terms])


def _power(v: Valuation, expr: Pow, env: Environment) -> Node:
    return v.tape.power(evaluate(v, expr.base, env), evaluate(v, expr.exponent, env))


def _application(v: Valuation, expr: Apply, env: Environment) -> Node:
    return apply(v, expr, [evaluate(v, argument, env) for argument in expr.arguments])


_RULES: dict[type[Expr], Callable[..., Node]] = {
    Number: _number,
    Ref: _ref,
    Add: _sum_of_terms,
    Neg: _negative,
    Mul: _product,
    Hadamard: _product,
    Div: _quotient,
    Pow: _power,
    Apply: _application,
    Softmax: _softmax,
    Sum: _total,
    Indicator: _indicator,
    Partial: _partial,
    Increment: _increment,
}
