"""Names for pre-activations that the author left inside an activation: ``h = σ(w x)`` as ``h = σ(net_h), net_h = w x``.

The delta rule speaks of them, so a derivation names them first, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from symprop.model.expr import Apply, Expr, Neg, Number, Ref, Softmax
from symprop.model.functions import FUNCTIONS
from symprop.model.inner_layers import name_layers
from symprop.model.names import free_name, normal
from symprop.model.network import Definition, Function, Network, Role


def name_preactivations(network: Network) -> tuple[Network, tuple[Definition, ...]]:
    """*network* with every definition ``y = f(expression)`` split in two, and the definitions that were made.

    Only whole right sides are split; an activation inside a larger expression stays as it is, unless it is a layer that is
    written in matrices (:mod:`symprop.model.inner_layers`).
    """
    network, layers = name_layers(network)
    inner = {layer.name for layer in layers}
    taken = {normal(name) for name in (*network.leaves, *network.by_name, *network.functions)}
    names: dict[str, str] = {}  # by the activation: the definitions of one name (h[0], h[t]) share that of their pre-activations
    short = _told_apart([d.name for d in network.definitions if _anonymous(network, d) is not None])
    made: list[Definition] = []
    definitions: list[Definition] = []
    for definition in network.definitions:
        argument = _anonymous(network, definition)
        if argument is None:
            definitions.append(definition)
            continue
        if definition.name not in names:
            names[definition.name] = free_name(_candidates(definition.name, short=short), taken)
            taken.add(normal(names[definition.name]))
        name = names[definition.name]
        before = replace(definition, name=name, expr=argument, role=Role.PREACTIVATION, written=_argument(definition))
        assert isinstance(definition.expr, Apply)
        after = replace(definition, expr=replace(definition.expr, arguments=(before.ref,)), role=Role.ACTIVATION)
        after = replace(after, written=_of_name(definition, before))
        made += [before, after] if definition.name in inner else [before]
        definitions += [before, after]
    return (replace(network, definitions=tuple(definitions)), tuple(made)) if made else (network, ())


def is_activation(expr: Expr, functions: Mapping[str, Function]) -> bool:
    """Is *expr* an activation function applied to something (a softmax, one of the declared *functions* included)?"""
    if isinstance(expr, Softmax):
        return True
    if not isinstance(expr, Apply) or expr.primes:
        return False
    return expr.function in functions or (expr.function in FUNCTIONS and FUNCTIONS[expr.function].activation)


def _anonymous(network: Network, definition: Definition) -> Expr | None:
    expr = definition.expr
    if definition.name == network.cost or isinstance(expr, Softmax) or not is_activation(expr, network.functions):
        return None
    assert isinstance(expr, Apply)
    argument = expr.arguments[0]
    inner = argument.operand if isinstance(argument, Neg) else argument
    return None if isinstance(argument, Ref) or isinstance(inner, Number) else argument


def _argument(definition: Definition) -> Expr | None:
    """What the activation in *definition* is applied to, as it was written in matrices."""
    written, expr = definition.written, definition.expr
    if not isinstance(written, Apply) or not isinstance(expr, Apply) or written.function != expr.function:
        return None
    return written.arguments[0]


def _of_name(definition: Definition, before: Definition) -> Expr | None:
    """The activation in *definition* applied to the name of its pre-activation, in matrices."""
    if before.written is None:
        return None
    assert isinstance(definition.written, Apply)
    outer = before.indices[: len(before.indices) - before.whole]
    return replace(definition.written, arguments=(Ref(before.name, outer),))


def _told_apart(activations: Sequence[str]) -> bool:
    """Do the subscripts of *activations* say which is which, so that ``x_1``, ``x_2`` have ``net_1``, ``net_2``?"""
    names = list(dict.fromkeys(activations))
    subscripts = [name.partition("_")[2] for name in names]
    return len(names) > 1 and all(subscripts) and len({normal(subscript) for subscript in subscripts}) == len(names)


def _candidates(name: str, *, short: bool) -> tuple[str, ...]:
    subscript = name.partition("_")[2]
    return (f"net_{subscript}", f"net_{name}") if short or name.startswith("out_") else (f"net_{name}",)
