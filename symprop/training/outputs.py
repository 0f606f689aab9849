"""What a network gives out: the quantities that the cost compares with the targets."""

from __future__ import annotations

from symprop.codegen import Compiled
from symprop.model.network import Network
from symprop.model.walk import free_names
from symprop.training.blocks import Block
from symprop.training.data import Data, as_value
from symprop.training.initial import Weights

MOST = 12
"""More outputs than this are not shown one by one."""


def output_names(network: Network) -> tuple[str, ...]:
    """Defined quantities that targets do not change, and that stand in a definition which they do."""
    needy = {leaf.name for leaf in network.leaves.values() if leaf.role.value == "target"}
    used: list[str] = []
    for definition in network.definitions:
        names = free_names(definition.expr)
        if not needy.isdisjoint(names) or definition.name == network.cost:
            needy.add(definition.name)
            used += sorted(names)
    return tuple(name for name in network.by_name if name in used and name not in needy)


def outputs(compiled: Compiled, weights: Weights, data: Data) -> dict[str, list[float]]:
    """The outputs of a single example; none of a batch, and none where they are many."""
    if data.examples is not None:
        return {}
    inputs, _ = data.arrays(compiled)
    params = {name: as_value(block, compiled) for name, block in weights.items()}
    made = compiled.forward(params, inputs)
    found = {name: list(_numbers(made[name])) for name in output_names(compiled.program.network) if name in made}
    return found if sum(map(len, found.values())) <= MOST else {}


def _numbers(value: object) -> list[float]:
    return Block.taken(value, (_count(value),)).values.tolist()


def _count(value: object) -> int:
    if hasattr(value, "size"):
        return int(value.size)
    return sum(map(_count, value)) if isinstance(value, list | tuple) else 1
