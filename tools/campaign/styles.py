r"""How authors of matrix derivations spell: ``W_2``, ``W^{(2)}``, ``\mathbf{V}``, ``X^\top``, ``X^{[1]T}``, ``\circ``."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tools.campaign.printing import NOTATIONS, Notation

_LAYERS: Mapping[str, str] = {
    "below": "_{<0>}",
    "above": "^{<0>}",
    "round": "^{(<0>)}",
    "square": "^{[<0>]}",
}
"""Where the number of a layer stands."""

_LETTERS = (
    {"W": "W", "b": "b", "z": "z", "a": "a", "x": "x", "t": "y", "δ": r"\delta", "cost": "L"},
    {"W": "W", "b": "b", "z": "z", "a": "h", "x": "x", "t": "t", "δ": r"\delta", "cost": "E"},
    {"W": "A", "b": "b", "z": "u", "a": "x", "x": "x_{0}", "t": "y", "δ": r"\delta", "cost": "J"},
    {"W": r"\mathbf{W}", "b": r"\mathbf{b}", "z": r"\mathbf{z}", "a": r"\mathbf{a}", "x": r"\mathbf{x}", "t": r"\mathbf{y}",
     "δ": r"\boldsymbol{\delta}", "cost": "C"},
)  # fmt: skip
_BATCHES = (
    {"W": "W", "b": "b", "z": "Z", "a": "A", "x": "X", "t": "Y", "δ": r"\Delta", "cost": "J"},
    {"W": "W", "b": "b", "z": "Z", "a": "H", "x": "X", "t": "T", "δ": "D", "cost": "L"},
    {"W": r"\mathbf{W}", "b": r"\mathbf{b}", "z": r"\mathbf{Z}", "a": r"\mathbf{A}", "x": r"\mathbf{X}", "t": r"\mathbf{Y}",
     "δ": r"\mathbf{G}", "cost": "L"},
    {"W": "W", "b": "b", "z": "Z", "a": "A", "x": "X", "t": "Y", "δ": "dZ", "cost": "J"},
)  # fmt: skip
_SINGLE = ("W", "V", "U", "R")
_OTHERS: Mapping[str, str] = {"a": "hyos", "z": "zuvq", "b": "bcdr"}
"""Letters of the layers where each layer has its own, by what they stand for."""

_SIGNS = (r"\odot", r"\odot", r"\circ", "*")
_TRANSPOSES = ("^T", r"^\top", r"^{\mathsf{T}}", "^T")


@dataclass(frozen=True)
class Style:
    """A notation, and how it spells the names of one network."""

    label: str
    notation: Notation
    names: Mapping[str, str]


def style_for(dice: random.Random, *, depth: int, batch: bool) -> Style:
    """A style; with *depth* 0 the layer is a letter."""
    plain = NOTATIONS[dice.choice(("plain", "article"))]
    notation = replace(
        plain,
        transpose=dice.choice(_TRANSPOSES),
        hadamard=dice.choice(_SIGNS),
        joined=dice.random() < 0.4,
        dot=" ",
    )
    letters = dice.choice(_BATCHES if batch else _LETTERS)
    where = dice.choice(tuple(_LAYERS))
    own = 0 < depth <= 2 and not batch and letters["W"] == "W" and dice.random() < 0.4
    names = {"cost": letters["cost"], "λ": r"\lambda", "n/1": _format("n_{<0>}")}
    for kind in "xt":
        names |= _named(kind, "t" if own and kind == "t" else letters[kind], 0)
    for kind in "Wbzaδ":
        whole = letters[kind] + _LAYERS[where]
        if not depth:
            names |= _named(kind, whole, 1)
        for layer in range(1, depth + 1):
            names |= _named(f"{kind}{layer}", _own(kind, layer) if own else whole.replace("<0>", str(layer)), 0)
    label = f"{'batch, ' if batch else ''}{'own letters' if own else 'layers ' + where}"
    return Style(label, notation, names)


def _own(kind: str, layer: int) -> str:
    if kind == "W":
        return _SINGLE[layer - 1]
    return rf"\delta_{_OTHERS['z'][layer - 1]}" if kind == "δ" else _OTHERS[kind][layer - 1]


def _named(key: str, whole: str, count: int) -> dict[str, str]:
    """A name with so many indices, and its entries: behind a subscript the array stands in brackets."""
    inside = f"({whole})" if "_" in whole else whole
    places = "".join(f"<{place}>" for place in (count, count + 1))
    return {
        (f"{key}/{count}" if count else key): _format(whole) if count else whole,
        f"{key}@1": _format(f"{inside}_{{{places[:3]}}}"),
        f"{key}@2": _format(f"{inside}_{{{places}}}"),
    }


def _format(text: str) -> str:
    """The template of a name: ``<0>`` is an index, braces are LaTeX."""
    escaped = text.replace("{", "{{").replace("}", "}}")
    return escaped.replace("<", "{").replace(">", "}")
