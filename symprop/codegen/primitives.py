"""The functions that targets have, and how all others are made of them.

``LOWERED`` gives each function of the table in terms of :data:`PRIMITIVES`, in a form that is right at large arguments too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache

from symprop.calculus.partials import slope
from symprop.codegen.program import Line, Program
from symprop.codegen.stable import logistic
from symprop.errors import InputError
from symprop.model.expr import Apply, Expr, Hadamard, Mul, Ref
from symprop.model.forms import definition_form
from symprop.model.functions import FUNCTIONS
from symprop.model.network import Function
from symprop.model.walk import substitute, transform

PRIMITIVES = frozenset({
    "exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arctan", "abs", "erf", "erfc", "max",
    "min",
})  # fmt: skip
"""What every backend can spell."""

LOWERED: Mapping[str, str] = {
    "linear": "x",
    "relu": "max(0, x)",
    "leaky_relu": "max(0.01 x, x)",
    "elu": "max(x, 0) + expm1(min(x, 0))",
    "softplus": "max(x, 0) + log1p(exp(-abs(x)))",
    "swish": "x σ(x)",
    "gelu": "½ x erfc(-0.70710678118654752440084436210484903928483593768847 x)",
    "normcdf": "½ erfc(-0.70710678118654752440084436210484903928483593768847 x)",
    "normpdf": "0.39894228040143267793994605993438186847585863116493 exp(-½ x²)",
    "sign": "[x > 0] - [x < 0]",
    "step": "[x > 0]",
}
"""Over ``x``; functions that are neither here nor primitive have a definition in the table."""

OWN_FUNCTIONS: Mapping[str, str] = {"expm1": "exp(x) - 1", "log1p": "log(1 + x)", "erfc": "1 - erf(x)"}
"""Primitives that the notation does not have, by what they are."""


def declared_functions_put_in(program: Program) -> Program:
    """*program* with every function that the network declares written out, and every slope ``f'`` as its formula."""
    return _each(program, lambda node: _declared(program, node))


def only_primitives(program: Program) -> Program:
    """*program* with every function made of :data:`PRIMITIVES`; ``⊙`` between entries is a product."""
    made = _each(program, _lowered)
    return replace(made, network=replace(made.network, functions=own_functions()))


def own_functions() -> Mapping[str, Function]:
    """:data:`OWN_FUNCTIONS` as functions that a network declares, for the evaluation of programs."""
    return {name: _forms()[name] for name in OWN_FUNCTIONS}


def _each(program: Program, change: Callable[[Expr], Expr | None]) -> Program:
    def line(one: Line) -> Line:
        expr = transform(one.expr, change)
        return one if expr is one.expr else replace(one, expr=expr)

    return replace(program, lines=tuple(map(line, program.lines)))


def _declared(program: Program, node: Expr) -> Expr | None:
    if not isinstance(node, Apply):
        return None
    function = program.network.functions.get(node.function)
    if function is None and not node.primes:
        return None
    if node.primes:
        lower = replace(node, primes=node.primes - 1)
        return transform(slope(program.network, lower, lower), lambda inner: _declared(program, inner))
    assert function is not None
    if function.body is None:
        raise InputError(f"the function {function.name} is unknown, so it cannot be computed", node.span)
    body = substitute(function.body, {Ref(function.parameter): node.arguments[0]})
    return transform(body, lambda inner: _declared(program, inner) if inner not in node.arguments else None)


def _lowered(node: Expr) -> Expr | None:
    if isinstance(node, Hadamard):
        return Mul(node.factors)
    if not isinstance(node, Apply) or node.function in PRIMITIVES:
        return None
    argument = node.arguments[0]
    if node.function == "sigmoid":
        return logistic(argument)
    form: Expr | None = None
    if node.function in LOWERED:
        form = _forms()[node.function].body
    elif node.function in FUNCTIONS:
        form = definition_form(node.function, Ref("x"))
    if form is None:
        raise InputError(f"no target knows the function {node.function}", node.span)
    form = substitute(form, {Ref("x"): argument})
    return transform(form, lambda inner: _lowered(inner) if inner is not argument else None)


@lru_cache(maxsize=1)
def _forms() -> Mapping[str, Function]:
    """Both tables, read as the functions of a network, so that forms may use each other."""
    from symprop.model.reader import read_network

    lines = (f"function {name}(x) = {text}" for name, text in {**OWN_FUNCTIONS, **LOWERED}.items())
    return read_network("\n".join((*lines, "o = w i")), "<primitives>").functions
