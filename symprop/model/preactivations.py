"""Names for pre-activations that the author left inside an activation: ``h = σ(w x)`` as ``h = σ(net_h), net_h = w x``.

The delta rule speaks of them, so a derivation names them first, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from symprop.model.expr import Apply, Expr, Neg, Number, Ref, Softmax
from symprop.model.functions import FUNCTIONS
from symprop.model.names import normal
from symprop.model.network import Definition, Network, Role


def name_preactivations(network: Network) -> tuple[Network, tuple[Definition, ...]]:
    """*network* with every definition ``y = f(expression)`` split in two, and the definitions that were made.

    Only whole right sides are split; an activation inside a larger expression stays as it is.
    """
    taken = {normal(name) for name in (*network.leaves, *network.by_name, *network.functions)}
    made: list[Definition] = []
    definitions: list[Definition] = []
    for definition in network.definitions:
        argument = _anonymous(network, definition)
        if argument is None:
            definitions.append(definition)
            continue
        same = next((m for m in made if m.name == _known_name(made, definition.name)), None)
        name = same.name if same else _fresh(definition.name, taken)
        taken.add(normal(name))
        before = Definition(name, argument, Role.PREACTIVATION, definition.indices, definition.ranges, definition.span)
        assert isinstance(definition.expr, Apply)
        after = replace(definition, expr=replace(definition.expr, arguments=(before.ref,)), role=Role.ACTIVATION)
        made.append(before)
        definitions += [before, after]
    return (replace(network, definitions=tuple(definitions)), tuple(made)) if made else (network, ())


def is_activation(network: Network, expr: Expr) -> bool:
    """Is *expr* an activation function applied to something (a softmax, a declared or unknown function included)?"""
    if isinstance(expr, Softmax):
        return True
    if not isinstance(expr, Apply) or len(expr.arguments) != 1:
        return False
    if expr.function in network.functions:
        return True
    entry = FUNCTIONS.get(expr.function)
    return entry is not None and entry.activation


def _anonymous(network: Network, definition: Definition) -> Expr | None:
    expr = definition.expr
    if definition.name == network.cost or isinstance(expr, Softmax) or not is_activation(network, expr):
        return None
    assert isinstance(expr, Apply)
    argument = expr.arguments[0]
    inner = argument.operand if isinstance(argument, Neg) else argument
    return None if isinstance(argument, Ref) or isinstance(inner, Number) else argument


def _known_name(made: Iterable[Definition], name: str) -> str:
    """``net_h`` once more for the second definition of ``h`` (``h[0]``, ``h[t]``)."""
    wanted = _candidates(name)[0]
    return wanted if any(m.name == wanted for m in made) else ""


def _candidates(name: str) -> tuple[str, ...]:
    if name.startswith("out_"):
        return (f"net_{name[4:]}", f"net_{name}")
    return (f"net_{name}",)


def _fresh(name: str, taken: Iterable[str]) -> str:
    used = set(taken)
    for candidate in _candidates(name):
        if normal(candidate) not in used:
            return candidate
    number = 1
    while normal(f"net_{name}_{number}") in used:
        number += 1
    return f"net_{name}_{number}"
