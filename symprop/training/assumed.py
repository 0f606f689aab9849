"""Data against the assumptions of the network: gradients that use one are wrong for an example that breaks it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from symprop.errors import InputError
from symprop.evaluation.evaluate import evaluate
from symprop.evaluation.indices import instances
from symprop.model.network import Assumption, Network, Role
from symprop.model.walk import free_names
from symprop.training.data import Data

TOLERANCE = 1e-6
"""Data are rounded: thirds with seven digits sum to one well enough."""

_DIGITS = 15
_DATA = frozenset({Role.INPUT, Role.TARGET, Role.CONSTANT, Role.SIZE})


def check_assumptions(network: Network, data: Data, sizes: Mapping[str, int]) -> tuple[str, ...]:
    """Notes on assumptions that data cannot show, because they are about weights or what is computed.

    Raises:
        InputError: an example breaks an assumption; says which one.
    """
    notes = []
    for assumption in network.assumptions:
        letters = {own.index for own in assumption.ranges}
        names = (free_names(assumption.left) | free_names(assumption.right)) - letters
        if all(name in network.leaves and network.leaves[name].role in _DATA for name in names):
            _check(network, assumption, data, sizes)
        else:
            notes.append(f"the gradients may use the assumption {assumption.text}, which training does not keep up")
    return tuple(notes)


def _check(network: Network, assumption: Assumption, data: Data, sizes: Mapping[str, int]) -> None:
    seen: dict[str, int] = {}
    for example, values in enumerate(_examples(assumption, data)):
        key = repr(values)
        if seen.setdefault(key, example) != example:
            continue  # one-hot targets repeat themselves
        for letters in instances(assumption.ranges, sizes):
            left, right = (
                float(evaluate(network, side, values, sizes, letters=letters, digits=_DIGITS))
                for side in (assumption.left, assumption.right)
            )
            if not abs(left - right) <= TOLERANCE * max(1.0, abs(left), abs(right)):
                place = data.place(example) if data.examples is not None else data.name
                raise InputError(
                    f"{place} breaks the assumption {assumption.text}: {left:.6g} is not {right:.6g}",
                    hint="correct the data, or take the assumption out of the network",
                )


def _examples(assumption: Assumption, data: Data) -> Iterator[dict[str, Any]]:
    """The values of each example, of the quantities that the assumption names."""
    names = free_names(assumption.left) | free_names(assumption.right)
    nested = {name: block.nested() for name, block in data.blocks.items() if name in names}
    if data.examples is None:
        yield nested
        return
    for example in range(data.examples):
        yield {name: value[example] for name, value in nested.items()}
