"""Activations that the author wrote out: ``y = 1/(1 + exp(-z))`` is ``y = σ(z)``, and then its slope is ``y (1 - y)``.

A table of the ways in which people write them, matched as trees; only whole right sides are matched, and the page shows
the author's own form beside the name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from symprop.model.expr import Apply, Expr, Ref
from symprop.model.functions import FUNCTIONS
from symprop.model.names import normal
from symprop.model.network import Definition, Network, Role
from symprop.model.walk import children, substitute, walk

WRITTEN: Mapping[str, tuple[str, ...]] = {
    "sigmoid": (
        "1/(1 + exp(-x))",
        "1/(exp(-x) + 1)",
        "(1 + exp(-x))^(-1)",
        "exp(x)/(1 + exp(x))",
        "exp(x)/(exp(x) + 1)",
    ),
    "tanh": (
        "(exp(x) - exp(-x))/(exp(x) + exp(-x))",
        "sinh(x)/cosh(x)",
    ),
    "relu": ("max(0, x)", "max(x, 0)", "[x > 0] x", "x [x > 0]"),
    "softplus": ("log(1 + exp(x))", "log(exp(x) + 1)"),
    "swish": ("x σ(x)", "σ(x) x", "x/(1 + exp(-x))"),
}
"""Forms over ``x`` by the name of the function."""

Key = tuple[str, tuple[Expr, ...]]
"""A definition: its name and its indices."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A network with activations by name; ``forms`` holds the written form of each, over ``x``."""

    network: Network
    forms: Mapping[Key, Expr]


def recognise(network: Network) -> Recognised:
    """*network* with each definition that is an activation written out as that activation."""
    forms: dict[Key, Expr] = {}
    definitions: list[Definition] = []
    arguments: set[str] = set()
    for definition in network.definitions:
        found = None if definition.name == network.cost else _match_any(network, definition.expr)
        if found is None:
            definitions.append(definition)
            continue
        function, form, argument = found
        forms[definition.name, definition.indices] = form
        made = Apply(function, (argument,), spelling=_spelling(network, function), span=definition.expr.span)
        definitions.append(replace(definition, expr=made, role=Role.ACTIVATION, written=_written(network, definition, made)))
        if isinstance(argument, Ref):
            arguments.add(argument.name)
    if not forms:
        return Recognised(network, {})
    named = (_preactivation(d) if d.name in arguments and d.name != network.cost else d for d in definitions)
    return Recognised(replace(network, definitions=tuple(named)), forms)


def _written(network: Network, definition: Definition, made: Apply) -> Expr | None:
    """The activation in matrices, where the author wrote its form so."""
    found = None if definition.written is None else _match_any(network, definition.written)
    return replace(made, arguments=(found[2],), span=None) if found and found[0] == made.function else None


def _preactivation(definition: Definition) -> Definition:
    return replace(definition, role=Role.PREACTIVATION)


def _match_any(network: Network, expr: Expr) -> tuple[str, Expr, Expr] | None:
    for function, form in _forms():
        meant = {function, *(node.function for node in walk(form) if isinstance(node, Apply))}
        if meant.isdisjoint(network.functions):  # the author's exp is not that of the table
            argument = _match(form, expr)
            if argument is not None:
                return function, form, argument
    return None


@cache
def _forms() -> tuple[tuple[str, Expr], ...]:
    from symprop.model.reader import read_formula  # the reader takes its spellings from the table of functions

    return tuple((name, read_formula(text, ("x",))) for name, texts in WRITTEN.items() for text in texts)


def _match(form: Expr, expr: Expr) -> Expr | None:
    """What stands for ``x`` if *expr* is *form*; None if it is not."""
    found: list[Expr] = []
    _collect(form, expr, found)
    if not found or any(other != found[0] for other in found):
        return None
    return found[0] if substitute(form, {_X: found[0]}) == expr else None


_X = Ref("x")


def _collect(form: Expr, expr: Expr, found: list[Expr]) -> None:
    if form == _X:
        found.append(expr)
    elif type(form) is type(expr):
        for a, b in zip(children(form), children(expr), strict=False):
            _collect(a, b, found)


def _spelling(network: Network, function: str) -> str:
    """A spelling that is no quantity of the network."""
    taken = {normal(name) for name in (*network.leaves, *network.by_name, *network.functions)}
    spellings = FUNCTIONS[function].spellings
    return next((s for s in spellings if normal(s) not in taken), spellings[0])
