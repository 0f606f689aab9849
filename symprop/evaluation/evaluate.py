"""The value of an expression at given numbers, to many digits: for tests, examples and the curious."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from symprop.errors import InputError
from symprop.evaluation.context import WORKING_DIGITS, Real, arithmetic
from symprop.evaluation.indices import position, rational
from symprop.evaluation.point import Key, KnownFunction, Point
from symprop.evaluation.trouble import Trouble
from symprop.evaluation.valuation import Valuation
from symprop.model.expr import ONE, Expr, Ref
from symprop.model.network import Abbreviation, Network


def evaluate(
    network: Network,
    expr: Expr,
    leaves: Mapping[str, object] | None = None,
    sizes: Mapping[str, int] | None = None,
    functions: Mapping[str, KnownFunction] | None = None,
    *,
    letters: Mapping[str, int] | None = None,
    abbreviations: Mapping[str, Abbreviation] | None = None,
    digits: int = WORKING_DIGITS,
) -> Real:
    """The value of *expr* over *network*.

    Args:
        network: what names mean; its own ``values`` stand in for leaves that are not given.
        expr: may contain partials and everything else that the notation has.
        leaves: numbers (int, Fraction, Decimal, float, a decimal as text, mpf) or nested sequences of them.
        sizes: by name; those that are lengths of given sequences follow from them.
        functions: what stands for unknown functions.
        letters: values of free index letters.
        abbreviations: further names.
        digits: how many to compute with.

    Raises:
        InputError: a value is missing or has the wrong shape, or the expression has no value there.
    """
    given = {**network.values, **(leaves or {})}
    known = functions or {}

    def draw(key: Key) -> object:
        if key[0] not in given:
            raise InputError(f"{key[0]} has no value", hint="give it one")
        return _entry(network, given[key[0]], key, point.sizes)

    def function(name: str) -> KnownFunction:
        if name not in known:
            raise InputError(f"the function {name} is unknown", hint="say what stands for it")
        return known[name]

    point = Point({**_sizes(network, given), **(sizes or {})}, draw, function)
    try:
        return Valuation(network, point, abbreviations, arithmetic(digits)).value(expr, letters)
    except Trouble as trouble:
        raise InputError(f"the expression has no value there: {trouble}", expr.span) from trouble


def _sizes(network: Network, given: Mapping[str, object]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, value in given.items():
        inner = value
        for axis in network.leaves[name].axes if name in network.leaves else ():
            if not isinstance(inner, list | tuple) or not inner:
                break
            if isinstance(axis.upper, Ref) and axis.lower == ONE:
                found.setdefault(axis.upper.name, len(inner))
            inner = inner[0]
    return found


def _entry(network: Network, value: object, key: Key, sizes: Mapping[str, int]) -> object:
    name, indices = key
    axes = network.leaves[name].axes if name in network.leaves else ()
    for axis, at in zip(axes, indices, strict=True):
        place = at - position(axis.lower, sizes)
        if not isinstance(value, list | tuple) or place >= len(value):
            raise InputError(f"the value of {name} has another shape than {name}")
        value = value[place]
    return _number(name, value)


def _number(name: str, value: object) -> object:
    if isinstance(value, Expr):
        return Fraction(rational(value, {}))
    if isinstance(value, int | Fraction | Decimal | float | str):
        return Fraction(value)
    if isinstance(value, list | tuple):
        raise InputError(f"the value of {name} has another shape than {name}")
    return value
