"""One sentence on each decision that the author did not write down, and on each that he did."""

from __future__ import annotations

from collections.abc import Sequence

from symprop.model.network import Leaf, Network, Objective, Role
from symprop.model.reader.default_cost import DefaultCost
from symprop.model.reader.roles import names_in

_PLURALS = (
    (Role.INPUT, "inputs"),
    (Role.TARGET, "targets"),
    (Role.CONSTANT, "constants"),
    (Role.WEIGHT, "weights"),
    (Role.SIZE, "sizes"),
)


def notes_on(
    network: Network, made_up: DefaultCost | None, implied_cost: str | None, shadowed: Sequence[str], convention: str
) -> tuple[str, ...]:
    """How the text was read, one sentence each; *convention* says why that of the network holds, "" if it does not matter."""
    from symprop.model.printer import written_text

    notes = []
    for role, plural in _PLURALS:
        reasons: dict[str, list[str]] = {}
        for leaf in network.leaves.values():
            if leaf.role is role:
                reasons.setdefault(leaf.reason, []).append(_shown(leaf))
        notes += [f"{plural}: {', '.join(names)} ({reason})" for reason, names in reasons.items()]
    unknown = [function.name for function in network.functions.values() if function.body is None]
    if unknown:
        notes.append(f"functions: {', '.join(unknown)} (declared, unknown)")
    if convention:
        notes.append(f"vectors: {'rows' if network.convention.rows else 'columns'} ({convention})")
        notes += ["gradients: transposed, as rows of a Jacobian are (stated)"] * network.convention.jacobian
    notes += [f"{name} is a quantity here, not the function of that name" for name in shadowed]
    if made_up:
        text = written_text(made_up.definition, network)
        verb = "is what" if len(made_up.outputs) == 1 else "are what"
        notes.append(f"cost: {text} (none was given; {', '.join(made_up.outputs)} {verb} nothing else uses)")
    elif implied_cost:
        notes.append(f"cost: {implied_cost} (nothing uses it, and its name is that of a cost)")
    elif network.cost:
        word = "cost" if network.objective is Objective.MINIMIZE else "performance"
        notes.append(f"{word}: {network.cost} (declared)")
    rate = network.leaves[network.rate]
    notes.append(f"rate: {rate.name} ({rate.reason})")
    return (*notes, *_unused(network))


def _shown(leaf: Leaf) -> str:
    return leaf.name


def _unused(network: Network) -> list[str]:
    used: set[str] = set()
    for definition in network.definitions:
        used |= names_in(definition.expr)
    for assumption in network.assumptions:
        used |= names_in(assumption.left) | names_in(assumption.right)
    quiet = (Role.SIZE, Role.RATE)
    return [
        f"{n} is declared, but nothing uses it" for n, leaf in network.leaves.items() if leaf.role not in quiet and n not in used
    ]
