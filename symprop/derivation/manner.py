"""What authors do differently in the steps themselves: the way round of a residual, what a delta means, what names are made.

Each of these changes formulas, so it is the derivation that heeds it, and the lines are verified like any others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from symprop.calculus.signs import Residuals
from symprop.errors import InputError
from symprop.model.expr import Expr
from symprop.model.functions import FUNCTIONS
from symprop.model.names import normal
from symprop.model.network import Leaf, Network, Objective, Role

RESIDUALS: Mapping[str, str] = {
    "written": "as the cost has it",
    "target-first": "t − y",
    "output-first": "y − t",
}

DELTA_SIGNS: Mapping[str, str] = {
    "inside": "δ = ∂E/∂z",
    "extracted": "δ = −∂E/∂z, where E is minimized",
}

RATES: Mapping[str, str] = {
    "one": "w ← w − η·∂E/∂w",
    "each": "w ← w − η_w·∂E/∂w, a rate for each weight",
}

_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Manner:
    """How steps are taken where mathematics leaves the choice.

    Args:
        residual: a key of :data:`RESIDUALS`, the difference between a target and what the network makes of it.
        delta_sign: a key of :data:`DELTA_SIGNS`.
        delta_name: the letter or word that deltas begin with.
        rate_name: the name of the rate where the author gives it none; "" leaves it as it is.
        rates: a key of :data:`RATES`.

    Raises:
        InputError: there is no such choice, or a name cannot be one.
    """

    residual: str = "written"
    delta_sign: str = "inside"
    delta_name: str = "δ"
    rate_name: str = ""
    rates: str = "one"

    def __post_init__(self) -> None:
        for what, key, table in (
            ("residual", self.residual, RESIDUALS),
            ("delta sign", self.delta_sign, DELTA_SIGNS),
            ("choice of rates", self.rates, RATES),
        ):
            if key not in table:
                raise InputError(f"there is no {what} called {key!r}", hint="there are " + ", ".join(table))
        for what, name in (("delta", self.delta_name), ("rate", self.rate_name or "η")):
            if not _WORD.fullmatch(name) or _is_function(name):
                raise InputError(f"the {what} cannot be called {name!r}", hint="a name is a letter or a word: δ, e, err")

    def extracts_sign(self, network: Network, of: str) -> bool:
        """Is a delta minus the derivative of *of*?  Only a cost that is minimized brings a minus sign to extract."""
        falls = network.cost == of and network.objective is Objective.MINIMIZE
        return falls and self.delta_sign == "extracted"

    def orientation(self, network: Network) -> Callable[[Expr], Expr] | None:
        """What turns the residuals of a formula the way round that is wanted; None where they stay as they are written."""
        if self.residual == "written":
            return None
        return partial(Residuals.of(network).turned, target_first=self.residual == "target-first")

    def with_rate(self, network: Network) -> Network:
        """*network* with this manner's name of the rate, where the author has not named it and the name is free.

        Whoever gives the rate a value has named it.

        Raises:
            InputError: each weight is to have a rate of its own, and the name for one is taken.
        """
        network = self._named(network)
        return network if self.rates == "one" else _with_own_rates(network)

    def _named(self, network: Network) -> Network:
        leaf = network.leaves.get(network.rate)
        named = leaf is None or leaf.reason != "by default" or network.rate in network.values
        taken = {normal(name) for name in (*network.leaves, *network.by_name, *network.functions)}
        if not self.rate_name or leaf is None or named or normal(self.rate_name) in taken:
            return network
        leaves = {(self.rate_name if n == network.rate else n): other for n, other in network.leaves.items()}
        leaves[self.rate_name] = replace(leaf, name=self.rate_name)
        return replace(network, leaves=leaves, rate=self.rate_name)


def _with_own_rates(network: Network) -> Network:
    own = {weight: f"{network.rate}_{weight}" for weight in network.with_role(Role.WEIGHT)}
    taken = {normal(name) for name in (*network.leaves, *network.by_name, *network.functions)}
    clash = next((name for name in own.values() if normal(name) in taken), None)
    if clash is not None:
        raise InputError(f"the rate of a weight would be called {clash}, which the network uses already", hint="rename it")
    value = {name: network.values[network.rate] for name in own.values() if network.rate in network.values}
    leaves = {name: leaf for name, leaf in network.leaves.items() if name != network.rate}
    rates = {name: Leaf(name, Role.RATE, (), f"the rate of {weight}") for weight, name in own.items()}
    return replace(network, leaves={**leaves, **rates}, values={**network.values, **value}, rate_per_weight=True)


def _is_function(name: str) -> bool:
    spellings = {normal(spelling) for entry in FUNCTIONS.values() for spelling in (entry.name, *entry.spellings)}
    return normal(name) in spellings


PLAIN = Manner()
"""What is done where nothing else is asked for."""
