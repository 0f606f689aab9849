"""Where a network comes from: formulas, standard input, a file, an example, or a line of layer widths."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from symprop.cli.bundled import SUFFIX, examples, heading
from symprop.cli.choices import near
from symprop.cli.files import read_standard_input, read_text
from symprop.errors import InputError, Source, Span

if TYPE_CHECKING:
    from symprop.model.network import Network


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a network, the name messages give it, and the file it is from (None: not from a file)."""

    text: str
    name: str
    path: Path | None = None
    title: str = ""


def find(network: str) -> Text:
    """The network that an argument means: formulas, ``-``, a file, an example, in this order.

    Raises:
        InputError: nothing of the kind, with near names; or the file cannot be read.
    """
    if "=" in network or "\n" in network:
        return Text(network, "<network>")
    if network == "-":
        return Text(read_standard_input(), "<stdin>")
    bundled = examples()
    if os.path.exists(network) and not (network in bundled and Path(network).is_dir()):  # noqa: PTH110 - never raises
        return _file(Path(network), network)
    if network in bundled:
        return _file(bundled[network], bundled[network].name)
    advice = "a formula has an equals sign, and `symprop list examples` shows the examples"
    raise InputError(
        f"there is no file and no example {network!r}", hint=near(network, (*bundled, *_neighbours(network)), advice)
    )


def _file(path: Path, name: str) -> Text:
    text = read_text(path)
    return Text(text, name, path, heading(text) or path.stem)


def assign(values: Sequence[str], network: Network) -> Network:
    """*network* with ``NAME=VALUE`` pairs, which win over the values that its text gives.

    Raises:
        InputError: a pair is none, its name is no leaf, or its value has not the shape of the name.
    """
    if not values:
        return network
    from symprop.model.names import normal
    from symprop.model.printer import network_text
    from symprop.model.reader import read_network

    pairs = [_checked(pair) for pair in values]
    given = {normal(name) for name, _ in pairs}
    kept = {name: value for name, value in network.values.items() if normal(name) not in given}
    # The reader knows what may have which value; so the pairs become lines of the network without those they replace.
    lines = [network_text(replace(network, values=kept)), *(f"values {name} = {value}" for name, value in pairs)]
    text = "\n".join(lines)
    try:
        return replace(network, values=read_network(text, "<--set>").values)
    except InputError as error:
        raise _in_pair(error, text, pairs) from None


def _in_pair(error: InputError, text: str, pairs: Sequence[tuple[str, str]]) -> InputError:
    """*error*, which points into *text*, with the place in what the user wrote: the pair."""
    if error.span is None or error.span.line <= text.count("\n") + 1 - len(pairs):
        return error
    name, value = pairs[error.span.line - 2 - text.count("\n") + len(pairs)]
    line = f"values {name} = {value}"
    before = len("values ")
    start = max(error.span.column - 1 - before, 0)
    pair = Source(line[before:], "<--set>")
    span = Span(pair, start, min(start + max(error.span.end - error.span.start, 1), len(pair.text)))
    return InputError(error.message, span, error.hint)


def _checked(pair: str) -> tuple[str, str]:
    name, equals, value = (part.strip() for part in pair.partition("="))
    if not equals or not name or not value or "\n" in pair:
        raise InputError(f"{pair!r} gives no value to a name", hint="write it as in --set w_1=0.15")
    return name, value


def _neighbours(network: str) -> list[str]:
    """Files in the folder where *network* was looked for, named as the user would name them."""
    folder = Path(network).parent
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in islice(entries, 2000) if entry.is_file()]
    except (OSError, ValueError):
        return []
    return [str(folder / name) for name in names if name.endswith(SUFFIX) or Path(network).suffix]
