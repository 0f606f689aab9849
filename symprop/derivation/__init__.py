"""Derivations: steps, sections and the styles in which they are told."""

from symprop.derivation.derive import STYLES, Style, derive
from symprop.derivation.step import Derivation

__all__ = ["STYLES", "Derivation", "Style", "derive"]
