"""symprop: networks as formulas in, verified step-by-step derivations out."""

__version__ = "0.1.0"
