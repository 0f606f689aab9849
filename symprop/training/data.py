"""What a network learns from: values of its inputs and targets, from a table, from arrays, or its own."""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from symprop.codegen import Compiled
from symprop.errors import InputError, Source
from symprop.model.expr import Expr
from symprop.model.names import normal
from symprop.model.network import Network, Role
from symprop.training.blocks import Block
from symprop.training.columns import Match, header_for, match_columns, unused
from symprop.training.npz import read_npz
from symprop.training.table import Table

Arrays = dict[str, Any]

_MOST_ENTRIES = 100_000


@dataclass(frozen=True)
class Data:
    """Examples.

    Args:
        inputs: the values of each input; of a batch, with the examples along the first axis.
        targets: likewise.
        examples: how many there are; None for a single example without an axis of its own.
        notes: how the data were understood, a sentence each.
        name: what messages call them.
        lines: the line of each example, if they are from a text.
    """

    inputs: Mapping[str, Block]
    targets: Mapping[str, Block]
    examples: int | None = None
    notes: tuple[str, ...] = ()
    name: str = ""
    lines: Sequence[int] = field(default=(), repr=False)

    @property
    def blocks(self) -> dict[str, Block]:
        """Inputs and targets."""
        return {**self.inputs, **self.targets}

    def place(self, example: int) -> str:
        """Where an example (counted from 0) is from."""
        return f"line {self.lines[example]} of {self.name}" if self.lines else f"example {example + 1} of {self.name}"

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shapes of inputs and targets, without the axis of examples."""
        return {name: block.shape if self.examples is None else block.shape[1:] for name, block in self.blocks.items()}

    def arrays(self, compiled: Compiled) -> tuple[Arrays, Arrays]:
        """Inputs and targets as the backend takes them."""
        inputs = {name: as_value(block, compiled) for name, block in self.inputs.items()}
        return inputs, {name: as_value(block, compiled) for name, block in self.targets.items()}


def as_value(block: Block, compiled: Compiled) -> Any:
    """*block* as the backend takes it."""
    if not block.shape:
        return block.values[0]
    return block.as_array() if takes_arrays(compiled) else compiled.array(block.nested())


def takes_arrays(compiled: Compiled) -> bool:
    """Does the backend compute on NumPy arrays?"""
    return hasattr(compiled.array([0.0]), "dtype")


def own_values(network: Network) -> Data:
    """The one example that the network gives itself.

    Raises:
        InputError: an input or a target has no value.
    """
    found: dict[Role, dict[str, Block]] = {Role.INPUT: {}, Role.TARGET: {}}
    for leaf in network.leaves.values():
        if leaf.role in found:
            if leaf.name not in network.values:
                raise InputError(
                    f"the {leaf.role.value} {leaf.name} has no value",
                    leaf.span,
                    "train on a table with --data FILE, or give it a value with --set",
                )
            found[leaf.role][leaf.name] = block_of(network.values[leaf.name])
    return Data(found[Role.INPUT], found[Role.TARGET], name="the network's own values")


def block_of(value: object) -> Block:
    """A value of a network as numbers."""
    from symprop.codegen.module import as_float

    shape: list[int] = []
    flat: list[Any] = [value]
    while flat and isinstance(flat[0], list | tuple):
        shape.append(len(flat[0]))
        flat = [entry for row in flat for entry in row]
    return Block.of((as_float(entry) if isinstance(entry, Expr) else float(entry) for entry in flat), shape)


def from_table(network: Network, text: str, name: str) -> Data:
    """The data in a table of numbers with a header.

    Raises:
        InputError: it cannot be used; says which line and column, and why.
    """
    _refuse_without_leaves(network, name)
    table = Table(Source(text, name), header_for(network))
    matches = match_columns(network, table.names, table.span)
    columns = [column for match in matches for column in match.columns]
    numbers, lines = table.rows(columns)
    width, start, blocks = len(columns), 0, {}
    for match in matches:
        blocks[match.name] = Block(_stretch(numbers, width, start, len(match.columns)), (len(lines), *match.shape))
        start += len(match.columns)
    return _data(network, blocks, len(lines), _notes(matches, table.names), name, lines)


def from_npz(network: Network, data: bytes, name: str) -> Data:
    """The data in a file of arrays: one for each quantity, examples along the first axis, or one for each column of a table.

    Raises:
        InputError: it cannot be used; says which array, and why.
    """
    _refuse_without_leaves(network, name)
    arrays = read_npz(data, name)
    leaves = [leaf for role in (Role.INPUT, Role.TARGET) for leaf in network.leaves.values() if leaf.role is role]
    keys = {normal(array_name): array_name for array_name in arrays}
    blocks = {
        leaf.name: arrays[keys[normal(leaf.name)]]
        for leaf in leaves
        if normal(leaf.name) in keys and len(arrays[keys[normal(leaf.name)]].shape) == len(leaf.axes) + 1
    }
    notes: list[str] = []
    if len(blocks) < len(leaves):
        columns = _as_columns(arrays)
        matches = [m for m in match_columns(network, tuple(columns), lambda _: None) if m.name not in blocks]
        notes += _notes(matches, ())
        blocks |= {match.name: _joined([columns[tuple(columns)[c]] for c in match.columns], match) for match in matches}
    examples = {name: block.shape[0] for name, block in blocks.items()}
    first, count = next(iter(examples.items()))
    for other, length in examples.items():
        if length != count:
            raise InputError(f"{first} has {count} examples in {name}, and {other} {length}")
        if not blocks[other].is_finite:
            _refuse_infinite(other, blocks[other])
    if not count:
        raise InputError(f"{name} holds no examples")
    return _data(network, blocks, count, notes, name, ())


def _data(
    network: Network, blocks: Mapping[str, Block], count: int, notes: Sequence[str], name: str, lines: Sequence[int]
) -> Data:
    by_role = {
        role: {leaf.name: blocks[leaf.name] for leaf in network.leaves.values() if leaf.role is role}
        for role in (Role.INPUT, Role.TARGET)
    }
    rows = "one example" if count == 1 else f"{count} examples"
    return Data(by_role[Role.INPUT], by_role[Role.TARGET], count, (f"{rows} from {name}", *notes), name, lines)


def _notes(matches: Sequence[Match], names: Sequence[str]) -> list[str]:
    notes = [f"{m.name} is the column {names[m.columns[0]]}" for m in matches if m.loose and names]
    extra = unused(matches, names)
    if extra:
        notes.append(f"columns not used: {', '.join(extra[:10])}" + (", …" if len(extra) > 10 else ""))
    return notes


def _refuse_without_leaves(network: Network, name: str) -> None:
    if not any(leaf.role in (Role.INPUT, Role.TARGET) for leaf in network.leaves.values()):
        raise InputError(f"the network has no inputs and no targets, so {name} can teach it nothing", hint="leave --data out")


def _stretch(numbers: array[float], width: int, start: int, length: int) -> array[float]:
    """The columns from *start* on of a table in row-major order."""
    if length == width:
        return numbers
    if length == 1:
        return numbers[start::width]
    made = array("d")
    for at in range(start, len(numbers), width):
        made.extend(numbers[at : at + length])
    return made


def _as_columns(arrays: Mapping[str, Block]) -> dict[str, array[float]]:
    """Arrays of one or two axes, a column each, as in a table: ``x`` with two axes is ``x_1``, ``x_2``, …."""
    made: dict[str, array[float]] = {}
    for name, block in arrays.items():
        if len(block.shape) == 1:
            made[name] = block.values
        elif len(block.shape) == 2 and block.size <= _MOST_ENTRIES:
            made |= {f"{name}_{place + 1}": block.values[place :: block.size] for place in range(block.size)}
        else:
            made[name] = block.values  # named in messages
    return made


def _joined(columns: Sequence[array[float]], match: Match) -> Block:
    count = len(columns[0])
    if any(len(column) != count for column in columns):
        raise InputError(f"the columns of {match.name} have different lengths")
    made = array("d", bytes(8 * count * len(columns)))
    for place, column in enumerate(columns):
        made[place :: len(columns)] = column
    return Block(made, (count, *match.shape))


def _refuse_infinite(name: str, block: Block) -> None:
    place = next(place for place, value in enumerate(block.values) if not math.isfinite(value))
    example = place // max(block.size, 1) + 1
    raise InputError(
        f"{name} is {block.values[place]} in example {example}, and training needs finite numbers", hint="leave the example out"
    )
