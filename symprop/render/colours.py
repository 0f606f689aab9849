"""The colours of layers: dark enough for white paper, and apart for people who do not see red and green apart."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour by the name that a document defines it under; ``rgb`` are numbers from 0 to 255."""

    name: str
    rgb: tuple[int, int, int]


COLOURS = (
    Colour("layerA", (0, 96, 160)),  # blue
    Colour("layerB", (0, 120, 80)),  # green
    Colour("layerC", (200, 80, 0)),  # vermillion
    Colour("layerD", (150, 40, 110)),  # purple
    Colour("layerE", (110, 85, 0)),  # olive
)


def colour_of(layer: int) -> Colour:
    """The colour of a layer, 0 at the cost; after the last one they begin again."""
    return COLOURS[layer % len(COLOURS)]
