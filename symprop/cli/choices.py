"""Options whose choices are the keys of a table that loads only when somebody has given the option."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import click

from symprop.errors import InputError


class Key(click.ParamType):  # type: ignore[type-arg]  # generic in new versions of click only
    """A key of the table that *load* returns.

    click's own ``Choice`` needs all choices before the first option is read, and so would import sympy to print
    a line of help.
    """

    def __init__(self, what: str, load: Callable[[], Iterable[str]]) -> None:
        self.name = what
        self.load = load

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ARG002 - click's signature
        """Take the key as it is in the table.

        Raises:
            InputError: no such key; the message names near ones.
        """
        keys = tuple(self.load())
        key = str(value).strip()
        if key in keys:
            return key
        raise InputError(f"there is no {self.name} {key!r}", hint=near(key, keys, f"the {self.name}s are {', '.join(keys)}"))


def near(word: str, words: Iterable[str], advice: str) -> str:
    """A hint: ``did you mean a or b?`` for the words like *word*, and *advice*."""
    found = get_close_matches(word, list(words), n=3, cutoff=0.6)
    return f"did you mean {' or '.join(found)}? {advice[:1].upper()}{advice[1:]}" if found else advice


@dataclass(frozen=True, slots=True)
class Table:
    """One of symprop's tables, as the command sees it: how its entries are called and how they are listed."""

    name: str
    rows: Callable[[], Mapping[str, tuple[str, ...]]]
    names: Callable[[], Iterable[str]] | None = None  # where they are known without the work of making the rows

    def keys(self) -> Iterable[str]:
        """The keys, in the order of the table."""
        return self.names() if self.names else self.rows().keys()


def _activations() -> Mapping[str, tuple[str, ...]]:
    from symprop.model.functions import activation_functions

    return {entry.name: (", ".join(entry.spellings), entry.text, entry.derivative) for entry in activation_functions()}


def _costs() -> Mapping[str, tuple[str, ...]]:
    from symprop.model.costs import COSTS

    return {key: (entry.text, entry.term) for key, entry in COSTS.items()}


def _rules() -> Mapping[str, tuple[str, ...]]:
    from symprop.calculus.rules import RULES

    return {key: (rule.name, rule.statement) for key, rule in RULES.items()}


def _formats() -> Mapping[str, tuple[str, ...]]:
    from symprop.render import FORMATS

    return {key: (entry.text, " ".join(entry.suffixes)) for key, entry in FORMATS.items()}


def _reports() -> Mapping[str, tuple[str, ...]]:
    from symprop.check.formats import REPORT_FORMATS

    return {key: (entry.text, " ".join(entry.suffixes)) for key, entry in REPORT_FORMATS.items()}


def _mistakes() -> Mapping[str, tuple[str, ...]]:
    from symprop.check.mistakes.table import MISTAKES

    return {code: (entry.kind, entry.reference) for code, entry in MISTAKES.items()}


def _styles() -> Mapping[str, tuple[str, ...]]:
    from symprop.derivation import STYLES

    return {key: (style.text,) for key, style in STYLES.items()}


def _profiles() -> Mapping[str, tuple[str, ...]]:
    from symprop.render.profiles import PROFILES, sample

    return {key: (f"{entry.style}, {entry.detail}", sample(entry), entry.title) for key, entry in PROFILES.items()}


def _profile_names() -> Iterable[str]:
    from symprop.render.profiles import PROFILES

    return PROFILES


def _registers() -> Mapping[str, tuple[str, ...]]:
    from symprop.derivation.registers import REGISTERS

    return {key: (text,) for key, text in REGISTERS.items()}


def _backends() -> Mapping[str, tuple[str, ...]]:
    from symprop.codegen import BACKENDS

    return {key: (backend.text,) for key, backend in BACKENDS.items()}


def _examples() -> Mapping[str, tuple[str, ...]]:
    from symprop.cli.bundled import examples, title

    return {name: (title(path.read_text(encoding="utf-8")),) for name, path in examples().items()}


TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        Table("activations", _activations),
        Table("costs", _costs),
        Table("rules", _rules),
        Table("formats", _formats),
        Table("reports", _reports),
        Table("mistakes", _mistakes),
        Table("backends", _backends),
        Table("examples", _examples),
        Table("styles", _styles),
        Table("registers", _registers),
        Table("profiles", _profiles, _profile_names),
    )
}
"""Every table that ``symprop list`` can show."""
