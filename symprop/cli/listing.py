"""``symprop list``: the tables, one entry a line."""

from __future__ import annotations

from collections.abc import Mapping

import click

from symprop.cli.choices import TABLES, Key
from symprop.cli.terminal import put


@click.command("list")
@click.argument("table", type=Key("table", TABLES.keys), required=False, metavar="[" + "|".join(TABLES) + "]")
def list_entries(table: str | None) -> None:
    """List what symprop knows: activation functions, costs, rules, formats, mistakes, examples, styles, profiles and more.

    Without a name, list the tables themselves.
    """
    put(aligned(TABLES[table].rows() if table else dict.fromkeys(TABLES, ())))


def aligned(rows: Mapping[str, tuple[str, ...]]) -> str:
    """The rows as lines in columns, the key first; the last column is as long as it likes."""
    lines = [(key, *cells) for key, cells in rows.items()]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines)
