"""Values of derived expressions in numbers, by an interpreter of the tests' own (the package's is under test too)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from random_networks import ACTS, mp

from symprop.derivation import Derivation
from symprop.model.expr import Add, Apply, Div, Expr, Hadamard, Indicator, Mul, Neg, Number, Pow, Ref

_EXTRA = {
    "log": mp.log,
    "normcdf": mp.ncdf,
    "normpdf": mp.npdf,
    "abs": abs,
    "sqrt": mp.sqrt,
    "cos": mp.cos,
}
_LINKS = {
    "=": lambda a, b: a == b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "≤": lambda a, b: a <= b,
    "≥": lambda a, b: a >= b,
    "≠": lambda a, b: a != b,
}


def value(expr: Expr, env: Mapping[str, Any]) -> Any:
    """The value of a scalar expression without partials."""
    return _VALUE[type(expr)](expr, env)


def _product(expr: Any, env: Mapping[str, Any]) -> Any:
    result = mp.mpf(1)
    for factor in expr.factors:
        result *= value(factor, env)
    return result


def _indicator(expr: Indicator, env: Mapping[str, Any]) -> Any:
    parts = [value(o, env) for o in expr.operands]
    return mp.mpf(all(_LINKS[op](a, b) for op, a, b in zip(expr.operators, parts, parts[1:], strict=False)))


def _apply(expr: Apply, env: Mapping[str, Any]) -> Any:
    assert not expr.primes
    name = "cube" if expr.function == "g" else expr.function
    function = ACTS[name].number if name in ACTS else _EXTRA[name]
    return function(*(value(a, env) for a in expr.arguments))


_VALUE: Mapping[type[Expr], Callable[[Any, Mapping[str, Any]], Any]] = {
    Number: lambda e, env: mp.mpf(e.value.numerator) / e.value.denominator,
    Ref: lambda e, env: env[e.name],
    Add: lambda e, env: sum(value(t, env) for t in e.terms),
    Neg: lambda e, env: -value(e.operand, env),
    Mul: _product,
    Hadamard: _product,
    Div: lambda e, env: value(e.numerator, env) / value(e.denominator, env),
    Pow: lambda e, env: value(e.base, env) ** value(e.exponent, env),
    Indicator: _indicator,
    Apply: _apply,
}


def gradient_values(derivation: Derivation, quantities: Mapping[str, Any]) -> dict[str, Any]:
    """The delta forms in numbers: deltas first, nearest to the cost first."""
    env = dict(quantities)
    for definition in derivation.network.definitions:  # pre-activations that were given a name
        env.setdefault(definition.name, None)
    for definition in derivation.network.definitions:
        if env[definition.name] is None:
            env[definition.name] = value(definition.expr, env)
    for name, short in derivation.deltas.items():
        env[short.name] = value(derivation.delta_forms[name], env)
    return {name: value(gradient.expanded, env) for name, gradient in derivation.gradients.items()} | {
        f"delta form of {name}": value(gradient.delta_form, env)
        for name, gradient in derivation.gradients.items()
        if not _has_partial(gradient.delta_form)
    }


def _has_partial(expr: Expr) -> bool:
    from symprop.model.expr import Partial
    from symprop.model.walk import walk

    return any(isinstance(node, Partial) for node in walk(expr))


def central_difference(network: Any, at: Mapping[str, Any], name: str) -> Any:
    """``(E(w + h) - E(w - h)) / 2h`` with h = 1e-15: right to about 28 digits."""
    h = mp.mpf(10) ** -15
    above = network.values({**at, name: at[name] + h})["E"]
    below = network.values({**at, name: at[name] - h})["E"]
    return (above - below) / (2 * h)
