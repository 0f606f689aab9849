"""Derivations: steps, sections and the styles in which they are told."""
