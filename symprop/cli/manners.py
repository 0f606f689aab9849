"""The options of ``symprop derive`` that say how people of one school write: ``--profile`` and what overrides it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import click

from symprop.cli.choices import TABLES, Key


def _manner(name: str) -> Callable[[], Iterable[str]]:
    def load() -> Iterable[str]:
        from symprop.derivation import manner

        return {"residual": manner.RESIDUALS, "delta sign": manner.DELTA_SIGNS, "choice of rates": manner.RATES}[name]

    return load


def _notation(name: str) -> Callable[[], Iterable[str]]:
    def load() -> Iterable[str]:
        from symprop.render import notation

        return notation.TABLES[name]

    return load


CHOICES: Mapping[str, click.ParamType[Any] | None] = {
    "residual": Key("residual", _manner("residual")),
    "delta_sign": Key("delta sign", _manner("delta sign")),
    "delta_name": None,
    "rate_name": None,
    "rates": Key("choice of rates", _manner("choice of rates")),
    **{name: Key(name, _notation(name)) for name in ("product", "fraction", "derivative", "update")},
}
"""The choices that can be overridden; a name is free."""

_HELP: Mapping[str, tuple[str, str]] = {
    "residual": ("WAY", "The error's way round: written, target-first or output-first."),
    "delta_sign": ("WHERE", "inside: δ = ∂E/∂z; extracted: δ = −∂E/∂z."),
    "delta_name": ("NAME", "What deltas are called.  [default: δ]"),
    "rate_name": ("NAME", "What the rate is called where the network does not say."),
    "rates": ("WHICH", "one: a rate for all weights; each: a rate η_w for each weight w."),
    "product": ("SIGN", "Between factors: none, dot, times or star."),
    "fraction": ("FORM", r"In LaTeX: frac (\frac{a}{b}) or over ({a \over b})."),
    "derivative": ("SIGN", "In LaTeX: partial (∂E/∂w) or d (dE/dw)."),
    "update": ("FORM", "In LaTeX: arrow (w ← …), plus (w⁺ = …), prime (w′ = …) or new."),
}


def telling_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """*command* with ``--profile`` and an option for each of :data:`CHOICES`."""
    for name, kind in reversed([*CHOICES.items()]):
        metavar, text = _HELP[name]
        command = click.option(f"--{name.replace('_', '-')}", type=kind, metavar=metavar, help=text)(command)
    names = Key("profile", TABLES["profiles"].keys)
    return click.option("--profile", type=names, metavar="NAME", help="Whose manner; `symprop list profiles` names them.")(
        command
    )
