"""Operations on whole arrays, as a tree: what :mod:`symprop.codegen.arrays` makes and the NumPy target writes."""

from __future__ import annotations

from dataclasses import dataclass

EXAMPLES = "examples"
"""The axis of the examples of a batch."""


@dataclass(frozen=True, slots=True)
class Array:
    """``kind`` of ``parts``; ``text`` says what a leaf is, or which function, contraction or comparison is meant."""

    kind: str
    axes: tuple[str, ...]
    text: str = ""
    parts: tuple[Array, ...] = ()
