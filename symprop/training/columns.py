"""Which column of a table is which quantity: by name, in any spelling.

A quantity with indices takes ``x_1, x_2, …``, ``x[1]``, ``x1`` or ``x₁``; one with two takes ``x[1,2]``, ``x_1_2`` or ``x_12``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import prod

from symprop.errors import InputError, Span
from symprop.model.affine import affine
from symprop.model.expr import Expr
from symprop.model.names import normal
from symprop.model.network import Network, Range, Role
from symprop.training.nearness import meant

Reading = tuple[str, tuple[int, ...]]
Place = Callable[[int | None], Span | None]
"""Where a column is named (None: where all are), if they stand in a text."""

_BRACKETS = re.compile(r"(.+?)((?:\s*\[[\d\s,]+\])+)\s*")
_DIGITS = re.compile(r"\d+")
_RUN = re.compile(r"([^\d_]+)(\d+)")
_SQUEEZED = re.compile(r"[\s_\[\](){}]")


@dataclass(frozen=True, slots=True)
class Match:
    """The columns of one quantity, in row-major order, and the lengths of its axes."""

    name: str
    columns: tuple[int, ...]
    shape: tuple[int, ...] = ()
    loose: bool = False


def match_columns(network: Network, names: Sequence[str], place: Place) -> tuple[Match, ...]:
    """The columns of every input and target, inputs first.

    Raises:
        InputError: one has none, or two; entries are missing or too many.
    """
    leaves = [leaf for role in (Role.INPUT, Role.TARGET) for leaf in network.leaves.values() if leaf.role is role]
    matcher = _Matcher(names, place)
    found: dict[str, Match] = {}
    for leaf in sorted(leaves, key=lambda leaf: len(leaf.axes)):  # `x_1` is the quantity of this name before an entry of x
        found[leaf.name] = matcher.indexed(leaf.name, leaf.axes) if leaf.axes else matcher.scalar(leaf.name, leaf.role)
    return tuple(found[leaf.name] for leaf in leaves)


def unused(matches: Iterable[Match], names: Sequence[str]) -> list[str]:
    """The columns that nothing needs."""
    used = {column for match in matches for column in match.columns}
    return [name for column, name in enumerate(names) if column not in used]


def header_for(network: Network) -> list[str]:
    """A header that would do, for messages."""
    made = []
    for role in (Role.INPUT, Role.TARGET):
        for leaf in network.leaves.values():
            if leaf.role is role:
                made += [f"{leaf.name}_1", f"{leaf.name}_2", "…"] if len(leaf.axes) == 1 else [leaf.name]
    return made


class _Matcher:
    def __init__(self, names: Sequence[str], place: Place) -> None:
        self.names = names
        self.place = place
        self.readings = [_readings(name) for name in names]
        self.taken: set[int] = set()

    def scalar(self, name: str, role: Role) -> Match:
        found = self._with((normal(name), ()))
        loose = False
        if not found:
            wanted = _SQUEEZED.sub("", normal(name))
            found = [c for c, n in enumerate(self.names) if c not in self.taken and _SQUEEZED.sub("", normal(n)) == wanted]
            loose = bool(found)
        if not found:
            raise self._missing(name, role.value)
        return Match(name, (self._only(found, name),), (), loose)

    def indexed(self, name: str, axes: tuple[Range, ...]) -> Match:
        key = normal(name)
        entries: dict[tuple[int, ...], list[int]] = {}
        for column, readings in enumerate(self.readings):
            for stem, indices in readings:
                if stem == key and len(indices) == len(axes) and column not in self.taken:
                    entries.setdefault(indices, []).append(column)
                    break
        if not entries:
            whole = self._with((key, ()))
            if len(whole) == 1 and all(_constant(axis.upper) in (None, _constant(axis.lower)) for axis in axes):
                return Match(name, (self._only(whole, name),), (1,) * len(axes))
            raise self._missing(name + "[…]", "column", f"{name}_1, {name}_2, …" if len(axes) == 1 else f"{name}[1,1], …")
        bounds = [self._bounds(name, axes, axis, entries) for axis in range(len(axes))]
        columns = []
        for indices in _grid(bounds):
            if indices not in entries:
                entry = f"{name}[{','.join(map(str, indices))}]"
                raise InputError(f"there is no column for {entry}", self.place(None), f"the entries of {name} go from "
                                 f"{' and '.join(f'{low} to {high}' for low, high in bounds)}")  # fmt: skip
            columns.append(self._only(entries[indices], name))
        shape = tuple(high - low + 1 for low, high in bounds)
        assert prod(shape) == len(columns)
        return Match(name, tuple(columns), shape)

    def _bounds(
        self, name: str, axes: tuple[Range, ...], axis: int, entries: dict[tuple[int, ...], list[int]]
    ) -> tuple[int, int]:
        """The first and the last index along an axis: as the network says, else as far as there are columns."""
        seen = [indices[axis] for indices in entries]
        low, high = _constant(axes[axis].lower), _constant(axes[axis].upper)
        low = min(seen) if low is None else low
        high = max(seen) if high is None else high
        for indices, columns in entries.items():
            if not low <= indices[axis] <= high:
                entry = f"{name}[{','.join(map(str, indices))}]"
                raise InputError(f"{entry} is not in the network", self.place(columns[0]), f"the indices of {name} go from {low} "
                                 f"to {high}")  # fmt: skip
        return low, high

    def _with(self, reading: Reading) -> list[int]:
        return [c for c, readings in enumerate(self.readings) if readings[0] == reading and c not in self.taken]

    def _only(self, columns: Sequence[int], name: str) -> int:
        if len(columns) > 1:
            first, second = (self.names[c] for c in columns[:2])
            raise InputError(f"two columns are {name}: {first} and {second}", self.place(columns[1]), "rename one of them")
        self.taken.add(columns[0])
        return columns[0]

    def _missing(self, name: str, role: str, wanted: str = "") -> InputError:
        what = f"there is no column for the {role} {name}" if role != "column" else f"there is no column for {name}"
        listed = ", ".join(self.names[:10]) + (", …" if len(self.names) > 10 else "")
        advice = meant(name, self.names) or (f"name them {wanted}; " if wanted else "")
        return InputError(what, self.place(None), f"{advice}columns: {listed}")


def _readings(name: str) -> list[Reading]:
    """What a column may be called, the plain name first."""
    key = normal(name.strip())
    found: list[Reading] = [(key, ())]
    match = _BRACKETS.fullmatch(name)
    if match:
        found.append((normal(match[1].strip()), tuple(int(n) for n in _DIGITS.findall(match[2]))))
    head, *rest = key.split("_")
    indices: tuple[int, ...] = ()
    for place in range(len(rest), 0, -1):
        parts = rest[place - 1].replace(" ", "").split(",")
        if not all(part.isdecimal() for part in parts):
            break
        indices = (*(int(part) for part in parts), *indices)
        stem = "_".join((head, *rest[: place - 1]))
        found.append((stem, indices))
        if place == len(rest) and len(parts) == 1 and len(parts[0]) > 1:
            found.append((stem, tuple(int(digit) for digit in parts[0])))  # x_12 is x[1,2] where two indices are wanted
    run = _RUN.fullmatch(key)
    if run:
        found.append((run[1], (int(run[2]),)))
    return found


def _grid(bounds: Sequence[tuple[int, int]]) -> Iterator[tuple[int, ...]]:
    """All index tuples, the last one fastest; one after the other, for a wild number in a name can mean billions."""
    if not bounds:
        yield ()
        return
    low, high = bounds[0]
    for first in range(low, high + 1):
        for rest in _grid(bounds[1:]):
            yield (first, *rest)


def _constant(bound: Expr) -> int | None:
    form = affine(bound)
    return int(form.constant) if form is not None and not form.coefficients else None
