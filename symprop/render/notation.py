r"""How formulas are spelled where mathematics leaves the choice: the product's sign, fractions, derivatives, updates.

A :class:`Notation` changes no step: what two notations print has the same meaning, and the same trees behind it.  What
changes the steps themselves is :class:`~symprop.derivation.manner.Manner`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from symprop.errors import InputError


@dataclass(frozen=True, slots=True)
class Choice:
    """One way of spelling: what it looks like, in LaTeX and in a few words, and in text where text follows it."""

    latex: str
    text: str
    plain: str = ""


PRODUCTS: Mapping[str, Choice] = {
    "none": Choice(r"\,", "w x: factors side by side", "·"),
    "dot": Choice(r" \cdot ", "w · x", "·"),
    "times": Choice(r" \times ", "w × x", "×"),
    "star": Choice(" * ", "w * x", "*"),
}
"""What stands between factors.  Between derivatives and before digits there is always a sign."""

FRACTIONS: Mapping[str, Choice] = {
    "frac": Choice(r"\frac", r"\frac{a}{b}"),
    "over": Choice(r"\over", r"{a \over b}"),
}

DERIVATIVES: Mapping[str, Choice] = {
    "partial": Choice(r"\partial ", "∂E/∂w"),
    "d": Choice("d", "dE/dw"),
}

UPDATES: Mapping[str, Choice] = {
    "arrow": Choice("", "w ← w − η ∂E/∂w"),
    "plus": Choice("^+", "w⁺ = w − η ∂E/∂w"),
    "prime": Choice("'", "w′ = w − η ∂E/∂w"),
    "new": Choice(r"^{\mathrm{new}}", "w_new = w − η ∂E/∂w"),
}
"""How the new value of a weight is told from the old one."""

TABLES: Mapping[str, Mapping[str, Choice]] = {
    "product": PRODUCTS,
    "fraction": FRACTIONS,
    "derivative": DERIVATIVES,
    "update": UPDATES,
}
"""The choices, by the field of :class:`Notation`."""


@dataclass(frozen=True, slots=True)
class Notation:
    """Keys of :data:`PRODUCTS`, :data:`FRACTIONS`, :data:`DERIVATIVES` and :data:`UPDATES`.

    ``colour`` is whether formats that can give each layer a colour where a style tells layers apart.

    Raises:
        InputError: a table has no such key.
    """

    product: str = "none"
    fraction: str = "frac"
    derivative: str = "partial"
    update: str = "arrow"
    colour: bool = True

    def __post_init__(self) -> None:
        for name in (field.name for field in fields(self) if field.name in TABLES):
            key, table = getattr(self, name), TABLES[name]
            if key not in table:
                raise InputError(f"there is no notation of the {name} called {key!r}", hint="there are " + ", ".join(table))


PLAIN = Notation()
"""What is used where nothing else is asked for."""
