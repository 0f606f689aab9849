"""The options of ``symprop derive`` about matrices: in which registers it is told, and how vectors and gradients lie there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import click

from symprop.cli.choices import TABLES, Key
from symprop.errors import InputError


def register_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """*command* with ``--register``, ``--vectors``, ``--layout`` and ``--size``."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def sizes_of(pairs: Iterable[str]) -> dict[str, int]:
    """The numbers of ``--size NAME=N``.

    Raises:
        InputError: one of them gives no size.
    """
    found: dict[str, int] = {}
    for pair in pairs:
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not equals or not value.isdecimal() or int(value) < 1:
            raise InputError(f"{pair!r} gives no size", hint="write it as in --size n=3")
        found[name] = int(value)
    return found


def _table(name: str) -> Callable[[], Iterable[str]]:
    def load() -> Iterable[str]:
        from symprop.derivation import registers

        return {"vectors": registers.VECTORS, "layout": registers.LAYOUTS}[name]

    return load


_OPTIONS: tuple[Callable[..., Any], ...] = (
    click.option(
        "--register",
        "registers",
        type=Key("register", TABLES["registers"].keys),
        multiple=True,
        help="matrix, index or scalar; several are told one after the other.  [default: as the network is written]",
    ),
    click.option("--vectors", type=Key("orientation", _table("vectors")), metavar="WAY", help="In matrices: columns or rows."),
    click.option(
        "--layout", type=Key("layout", _table("layout")), metavar="WAY", help="Of gradients in matrices: weights or jacobian."
    ),
    click.option("--size", "sizes", metavar="NAME=N", multiple=True, help="A number for a size, for --register scalar."),
)
