"""Which role a name has where nobody declared it, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from symprop.model.expr import Add, Apply, Div, Expr, Hadamard, Mul, Neg, Number, Ref, Softmax, Sum
from symprop.model.names import normal
from symprop.model.network import Definition, Function, Role
from symprop.model.preactivations import is_activation
from symprop.model.reader.vocabulary import WEIGHT_NAME
from symprop.model.walk import walk

STARTS_LIKE_A_WEIGHT = "by the letter: w, W, v, u, b and θ are weights"
ONLY_IN_THE_COST = "used by the cost alone"
THE_REST = "all other free names"
READINGS = (STARTS_LIKE_A_WEIGHT, ONLY_IN_THE_COST, THE_REST)
"""Reasons for the role of a name that the author did not declare."""


def role_of(name: str, users: frozenset[str], cost: frozenset[str]) -> tuple[Role, str]:
    """The default role of an undeclared free name, and the reason.

    Args:
        name: the name.
        users: names of the definitions that use it.
        cost: names of the definitions that make up the cost.
    """
    if WEIGHT_NAME.match(normal(name)):
        return Role.WEIGHT, STARTS_LIKE_A_WEIGHT
    if users and users <= cost:
        return Role.TARGET, ONLY_IN_THE_COST
    return Role.INPUT, THE_REST


def users_of(definitions: Sequence[Definition]) -> Mapping[str, frozenset[str]]:
    """By name, the definitions that use it."""
    users: dict[str, set[str]] = {}
    for definition in definitions:
        for name in names_in(definition.expr):
            users.setdefault(name, set()).add(definition.name)
    return {name: frozenset(found) for name, found in users.items()}


def names_in(expr: Expr) -> frozenset[str]:
    """Every name in *expr*."""
    return frozenset(node.name for node in walk(expr) if isinstance(node, Ref))


def cost_part(definitions: Sequence[Definition], cost: str | None) -> frozenset[str]:
    """The cost and the definitions that are merely its terms: ``E_1`` in ``E = E_1 + E_2``."""
    if cost is None:
        return frozenset()
    users = users_of(definitions)
    by_name: dict[str, list[Definition]] = {}
    for definition in definitions:
        by_name.setdefault(definition.name, []).append(definition)
    found = {cost}
    waiting = [cost]
    while waiting:
        for definition in by_name.get(waiting.pop(), ()):
            for name in _terms(definition.expr):
                if name in by_name and name not in found and users[name] <= found:
                    found.add(name)
                    waiting.append(name)
    return frozenset(found)


def _terms(expr: Expr) -> Iterator[str]:
    """Names that *expr* adds up, each perhaps times a number."""
    stack = [expr]
    while stack:
        node = stack.pop()
        if isinstance(node, Ref):
            yield node.name
        elif isinstance(node, Add):
            stack.extend(node.terms)
        elif isinstance(node, Neg):
            stack.append(node.operand)
        elif isinstance(node, Sum):
            stack.append(node.body)
        elif isinstance(node, Div):
            stack.append(node.numerator)
        elif isinstance(node, Mul | Hadamard):
            others = [factor for factor in node.factors if not _is_number(factor)]
            stack.extend(others if len(others) == 1 else ())


def _is_number(expr: Expr) -> bool:
    return all(isinstance(node, Number | Div | Neg) for node in walk(expr))


def definition_roles(definitions: Sequence[Definition], functions: Mapping[str, Function], cost: str | None) -> dict[str, Role]:
    """The role of every defined name."""
    defined = {definition.name for definition in definitions}
    roles = dict.fromkeys(defined, Role.QUANTITY)
    for definition in definitions:
        if is_activation(definition.expr, functions):
            roles[definition.name] = Role.ACTIVATION
    for definition in definitions:
        for node in walk(definition.expr):
            if is_activation(node, functions):
                arguments = node.arguments if isinstance(node, Apply | Softmax) else ()
                for argument in arguments:
                    if isinstance(argument, Ref) and argument.name in defined and argument.name != definition.name:
                        roles[argument.name] = Role.PREACTIVATION
    if cost is not None:
        roles[cost] = Role.COST
    return roles
