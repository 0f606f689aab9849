"""Names that a derivation introduces: one delta for each pre-activation.

``net_o1`` gives ``δ_o1`` and ``p_l`` gives ``δ_l``: what follows the stem of the pre-activation's name is the
neuron.  A lone ``z`` gives ``δ``.  Where that is ambiguous the whole name is the subscript: ``δ_z2``.
"""

from __future__ import annotations

import re
from collections import Counter

from symprop.calculus.adjoints import generic
from symprop.derivation.manner import PLAIN, Manner
from symprop.model.expr import Neg, Partial, Ref
from symprop.model.linear import linear_units
from symprop.model.names import free_name, normal
from symprop.model.network import Abbreviation, Network, Role


def delta_names(network: Network, of: Ref, manner: Manner = PLAIN) -> dict[str, Abbreviation]:
    """The delta of each pre-activation of *network*, by the pre-activation's name; *manner* has its letter and its sign."""
    quantities = [name for name in (*network.with_role(Role.PREACTIVATION), *linear_units(network)) if name != of.name]
    taken = {normal(name) for name in (*network.leaves, *network.by_name, *network.functions)}
    short = {name: _subscript(name) for name in quantities}
    if any(count > 1 for count in Counter(short.values()).values()):
        short = {name: name for name in quantities}
    if len(quantities) == 1 and not short[quantities[0]]:
        short = {quantities[0]: ""}
    elif any(not suffix for suffix in short.values()):
        short = {name: suffix or name for name, suffix in short.items()}
    letters = (manner.delta_name,) if normal(manner.delta_name) not in taken else (manner.delta_name, "Δ")
    result: dict[str, Abbreviation] = {}
    for name in quantities:
        suffixes = dict.fromkeys((short[name], name))
        made = free_name([f"{d}_{s}" if s else d for s in suffixes for d in letters], taken)
        taken.add(normal(made))
        result[name] = _abbreviation(network, of, name, made, manner)
    return result


def _abbreviation(network: Network, of: Ref, name: str, made: str, manner: Manner) -> Abbreviation:
    """A delta has the indices of its pre-activation, behind those of an indexed *of*."""
    ref, own = generic(network, name, {i.name for i in of.indices if isinstance(i, Ref)})
    ranges = (*network.axes(of.name), *own)
    partial = Partial(of, ref)
    meaning = Neg(partial) if manner.extracts_sign(network, of.name) else partial
    return Abbreviation(made, meaning, tuple(r.index for r in ranges), ranges)


def _subscript(name: str) -> str:
    if "_" in name:
        return name.split("_", 1)[1]
    found = re.fullmatch(r"\D+?(\d+)", name)
    return found[1] if found else ""
