"""Files of weights: ``values`` in the notation of networks, each number with all its digits."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symprop.errors import InputError, Source, Span
from symprop.model.names import normal
from symprop.model.network import Network, Role
from symprop.training.blocks import Block
from symprop.training.data import block_of
from symprop.training.nearness import meant

_WIDTH = 100
_TOKEN = re.compile(
    r"(?P<blank>[ \t\r\n]+|\#[^\n]*)"
    r"|(?P<number>[-+−]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"
    r"|(?P<mark>[\[\],;=])"
    r"|(?P<name>[^\s\[\],;=#]+)"
)


def weights_text(weights: Mapping[str, Block], comments: tuple[str, ...] = ()) -> str:
    """The weights as ``values`` that :func:`read_weights` and the reader of networks read back to the last bit."""
    lines = [f"# {comment}" for comment in comments]
    row = ""
    for name, block in weights.items():
        if block.shape:
            lines += [row] if row else []
            row = ""
            lines += _array_lines(f"values {name} = ", block)
            continue
        entry = f"{name} = {block.values[0]!r}"
        if row and len(row) + len(entry) + 2 > _WIDTH:
            lines.append(row)
            row = ""
        row = f"{row}, {entry}" if row else f"values {entry}"
    return "\n".join([*lines, *([row] if row else [])]) + "\n"


def _array_lines(head: str, block: Block) -> Iterator[str]:
    """A vector in lines as wide as fit, a matrix with each row on lines of its own."""
    open_, close = "[" * len(block.shape), "]" * len(block.shape)
    length, rows = block.shape[-1], len(block.values) // max(block.shape[-1], 1)
    line = head + open_
    for number in range(rows):
        for place, value in enumerate(block.values[number * length : (number + 1) * length]):
            text = repr(value) + ("," if place < length - 1 else "")
            if place and len(line) + len(text) + 1 > _WIDTH:
                yield line
                line = " " * 4 + text
            else:
                line += (" " if place else "") + text
        if number < rows - 1:
            ends = sum((number + 1) % step == 0 for step in _steps(block.shape[1:-1]))
            yield line + "]" * (ends + 1) + ","
            line = " " * 4 + "[" * (ends + 1)
    yield line + close


def _steps(lengths: tuple[int, ...]) -> list[int]:
    """After how many rows each axis between the first and the last one begins anew."""
    steps, step = [], 1
    for length in reversed(lengths):
        step *= length
        steps.append(step)
    return steps


def read_weights(network: Network, text: str, name: str) -> dict[str, Block]:
    """The weights in a file of ``values``, or in a whole network with values.

    Raises:
        InputError: the text cannot be read, a name is none of the network's, or a value has not the axes of its weight.
    """
    source = Source(text, name)
    entries = _entries(source) if _is_values(text) else _of_network(source)
    weights = {normal(leaf.name): leaf for leaf in network.leaves.values() if leaf.role is Role.WEIGHT}
    others = {normal(other) for other in network.leaves}
    found: dict[str, Block] = {}
    for entry in entries:
        leaf = weights.get(normal(entry.name))
        if leaf is None:
            if normal(entry.name) in others or not entry.strict:
                continue
            names = [weight.name for weight in weights.values()]
            hint = f"{meant(entry.name, names)}weights: {', '.join(names[:20])}"
            raise InputError(f"the network has no weight {entry.name}", entry.span, hint)
        if len(entry.block.shape) != len(leaf.axes):
            wanted = f"a list nested {len(leaf.axes)} deep" if leaf.axes else "one number"
            raise InputError(f"the value of {leaf.name} is {wanted}", entry.span)
        if leaf.name in found:
            raise InputError(f"{leaf.name} has two values", entry.span)
        found[leaf.name] = entry.block
    if not found:
        raise InputError(f"{name} holds no weight of the network", hint="write `values w_1 = 0.15, w_2 = 0.2`")
    return found


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    block: Block
    span: Span | None
    strict: bool = True


def _is_values(text: str) -> bool:
    """Is this a file of values alone, which may be too long for the reader of networks?"""
    lines = (line.strip() for line in text.splitlines())
    return next((re.match(r"values\b(?!\s*=)", line) for line in lines if line and not line.startswith("#")), None) is not None


def _of_network(source: Source) -> Iterator[_Entry]:
    from symprop.model.reader import read_network

    for name, value in read_network(source.text, source.name).values.items():
        yield _Entry(name, block_of(value), None, strict=False)


def _entries(source: Source) -> Iterator[_Entry]:
    tokens = _tokens(source)
    for kind, text, place in tokens:
        if text in (",", ";") or (kind == "name" and text == "values"):
            continue
        if kind != "name":
            raise InputError(f"a name is expected here, not {text!r}", Span(source, place, place + len(text)))
        equals = next(tokens, ("", "", len(source.text)))
        if equals[1] != "=":
            raise InputError(f"{text} needs `=` and a value", Span(source, place, place + len(text)))
        yield _Entry(text, _value(source, tokens, place + len(text)), Span(source, place, place + len(text)))


def _tokens(source: Source) -> Iterator[tuple[str, str, int]]:
    for match in _TOKEN.finditer(source.text):
        if match.lastgroup != "blank" and match.lastgroup is not None:
            yield match.lastgroup, match[0], match.start()


def _value(source: Source, tokens: Iterator[tuple[str, str, int]], place: int) -> Block:
    """A number, or lists in lists of equal lengths."""
    nest = _Nest()
    for kind, text, start in tokens:
        here = Span(source, start, start + len(text))
        place = start
        if kind == "number":
            nest.number(float(text.replace("−", "-")), here)
        elif text == "[":
            nest.open(here)
        elif text == "]" and nest.counts:
            nest.close(here)
        elif text != "," or not nest.counts:
            raise InputError(f"a number is expected here, not {text!r}", here)
        if not nest.counts:
            return Block(nest.numbers, tuple(nest.lengths))
    raise InputError("this value has no end", Span(source, place, place + 1), "close its brackets")


class _Nest:
    """Lists in lists while they are read; the length of each axis is that of the first list along it."""

    def __init__(self) -> None:
        self.numbers = array("d")
        self.lengths: list[int] = []  # 0 where no list along the axis has been closed
        self.counts: list[int] = []  # entries so far of each list that is open

    def open(self, here: Span) -> None:
        if len(self.counts) == len(self.lengths):
            if self.numbers:
                raise InputError("the rows of this value are nested unlike", here)
            self.lengths.append(0)
        self.counts.append(0)

    def number(self, value: float, here: Span) -> None:
        if len(self.counts) != len(self.lengths):
            raise InputError("the rows of this value are nested unlike", here)
        self.numbers.append(value)
        self._count()

    def close(self, here: Span) -> None:
        count = self.counts.pop()
        if not count:
            raise InputError("this list is empty", here)
        if self.lengths[len(self.counts)] not in (0, count):
            raise InputError("the rows of this value have different lengths", here)
        self.lengths[len(self.counts)] = count
        self._count()

    def _count(self) -> None:
        if self.counts:
            self.counts[-1] += 1
