"""Training some of the weights: the others are constants for the time being."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from symprop.errors import InputError
from symprop.model.names import normal
from symprop.model.network import Network, Role
from symprop.training.blocks import Block
from symprop.training.data import block_of
from symprop.training.nearness import meant


def held(network: Network, chosen: Iterable[str], given: Mapping[str, Block]) -> tuple[Network, dict[str, Block]]:
    """*network* with all weights but the *chosen* ones as constants, and the values of these.

    Args:
        network: all of whose weights are trained.
        chosen: names in any spelling; none for all weights.
        given: values that win over those of the network.

    Raises:
        InputError: a name is no weight's, or a weight that stays as it is has no value.
    """
    wanted = [_weight(network, name) for name in chosen]
    if not wanted:
        return network, {}
    leaves, values, kept = dict(network.leaves), dict(network.values), dict[str, Block]()
    for name, leaf in network.leaves.items():
        if leaf.role is not Role.WEIGHT or name in wanted:
            continue
        if name in given:
            values[name] = given[name].nested()
        elif name not in values:
            raise InputError(
                f"the weight {name} is not trained, so it needs a value", hint=f"--set {name}=0.5, or --weights FILE"
            )
        leaves[name] = replace(leaf, role=Role.CONSTANT)
        kept[name] = block_of(values[name])
    return replace(network, leaves=leaves, values=values), kept


def _weight(network: Network, name: str) -> str:
    weights = {normal(leaf.name): leaf.name for leaf in network.leaves.values() if leaf.role is Role.WEIGHT}
    if normal(name) in weights:
        return weights[normal(name)]
    names = list(weights.values())
    raise InputError(f"the network has no weight {name!r}", hint=f"{meant(name, names)}weights: {', '.join(names[:20])}")
