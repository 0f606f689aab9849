"""The cost where the author wrote none: half the squared error of everything that nothing else uses."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from symprop.errors import InputError
from symprop.model.expr import ONE, TWO, Add, Apply, Div, Expr, Mul, Neg, Norm, Pow, Ref, Sum
from symprop.model.lowering import Lowering
from symprop.model.names import normal
from symprop.model.network import Definition, Leaf, Network, Range, Role
from symprop.model.ranges import axes_of, general_axis
from symprop.model.reader.order import components
from symprop.model.reader.roles import names_in
from symprop.model.walk import fresh_index, walk

_COST_NAME = re.compile(r"(E|J|L|loss|cost|error)(?![^\W\d_])")
_COST_NAMES = ("E", "E_total", "E_cost", "cost")


@dataclass(frozen=True)
class DefaultCost:
    """A cost that was made up: its definition, the targets that it needs, and what was read how."""

    definition: Definition
    targets: tuple[Leaf, ...]
    outputs: tuple[str, ...]


def outputs(definitions: Sequence[Definition]) -> tuple[str, ...]:
    """Names of the definitions that nothing else uses, in order; of a circle of recurrences, the last one."""
    names = list(reversed(dict.fromkeys(d.name for d in reversed(definitions))))
    number = {name: position for position, name in enumerate(names)}
    edges = [(number[d.name], number[n]) for d in definitions for n in names_in(d.expr) if n in number]
    groups = components(len(names), edges)
    group_of = {member: position for position, group in enumerate(groups) for member in group}
    used = {group_of[end] for start, end in edges if group_of[start] != group_of[end]}
    found = [max(group) for position, group in enumerate(groups) if position not in used]
    return tuple(names[position] for position in sorted(found))


def named_like_a_cost(definitions: Sequence[Definition], found: Sequence[str]) -> str | None:
    """The only output, if it is a number that is named like a cost and looks like one; else None.

    What is made of other definitions does, and so does what holds a power, a function or a minus: ``E = w x`` does not.
    """
    if len(found) != 1 or not _COST_NAME.match(found[0]):
        return None
    own = [d for d in definitions if d.name == found[0]]
    if len(own) != 1 or own[0].indices:
        return None
    others = {d.name for d in definitions} - {found[0]}
    looks = any(isinstance(node, Pow | Apply | Neg) for node in walk(own[0].expr))
    return found[0] if looks or names_in(own[0].expr) & others else None


def default_cost(network: Network, taken: Collection[str]) -> DefaultCost:
    """``E = (t - y)²/2`` for the output ``y``, or the sum of such for several outputs.

    Args:
        network: without a cost.
        taken: keys of all names in use.

    Raises:
        InputError: targets are declared, but not one for each output.
    """
    found = outputs(network.definitions)
    axes = [_output_axes(network, name) for name in found]
    declared = network.with_role(Role.TARGET)
    targets = _declared_targets(network, declared, found, axes) if declared else _new_targets(found, axes, taken)
    name = next((n for n in _COST_NAMES if normal(n) not in taken), "E_0")
    new = () if declared else targets
    terms = [_term(network, target, output, own) for target, output, own in zip(targets, found, axes, strict=True)]
    expr = terms[0] if len(terms) == 1 else Add(tuple(terms))
    if not any(isinstance(node, Norm) for node in walk(expr)):
        return DefaultCost(Definition(name, expr, Role.COST), new, found)
    whole = {**{target.name: target.axes for target in targets}, **dict(zip(found, axes, strict=True))}
    lowering = Lowering(whole.get, network.convention, (*network.leaves, *network.by_name, *network.functions, *whole))
    return DefaultCost(Definition(name, lowering.entry(expr, ()), Role.COST, written=expr), new, found)


def _output_axes(network: Network, name: str) -> tuple[Range, ...]:
    axes = list[Range]()
    for position, axis in enumerate(axes_of(network, name)):
        lower, upper = general_axis(network, name, position) or (axis.lower, axis.upper)
        letter = fresh_index([own.index for own in axes], (axis.index,))  # fixed positions have no letter of their own
        axes.append(Range(letter, lower, upper))
    return tuple(axes)


def _term(network: Network, target: Leaf, output: str, axes: tuple[Range, ...]) -> Expr:
    """The part of one output, in the register in which it is defined."""
    if axes and all(d.written is not None and d.whole == len(axes) for d in network.by_name[output]):
        return Mul((Div(ONE, TWO), Pow(Norm(Add((Ref(target.name), Neg(Ref(output))))), TWO)))
    return _half_square(target, output, axes)


def _half_square(target: Leaf, output: str, axes: tuple[Range, ...]) -> Expr:
    indices = tuple(Ref(axis.index) for axis in axes)
    difference = Add((Ref(target.name, indices), Neg(Ref(output, indices))))
    term: Expr = Div(Pow(difference, TWO), TWO)
    for axis in reversed(axes):
        term = Sum(term, axis.index, axis.lower, axis.upper)
    return term


def _new_targets(found: Sequence[str], axes: Iterable[tuple[Range, ...]], taken: Collection[str]) -> tuple[Leaf, ...]:
    for stem in ("t", "target", "t_target"):
        names = [stem] if len(found) == 1 else [f"{stem}_{i}" for i in range(1, len(found) + 1)]
        if not {normal(name) for name in names} & set(taken):
            break
    reasons = [f"made up for the output {name}" for name in found]
    return tuple(Leaf(n, Role.TARGET, own, why) for n, own, why in zip(names, axes, reasons, strict=True))


def _declared_targets(
    network: Network, declared: Sequence[str], found: Sequence[str], axes: Sequence[tuple[Range, ...]]
) -> tuple[Leaf, ...]:
    leaves = tuple(network.leaves[name] for name in declared)
    if len(leaves) != len(found) or any(len(leaf.axes) != len(own) for leaf, own in zip(leaves, axes, strict=True)):
        raise InputError(
            f"the targets ({', '.join(declared)}) do not match the outputs ({', '.join(found)})",
            leaves[0].span,
            "say what is minimised, as in `minimize E = (t - y)²/2`",
        )
    return leaves
