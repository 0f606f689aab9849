"""Documents of every kind that is read, to formulas with their places in the file."""

from symprop.check.sources.reading import read_document

__all__ = ["read_document"]
