"""Tell a derivation in a format: text, LaTeX, Markdown, JSON."""

from symprop.render.formats import FORMATS, Format, format_of, render

__all__ = ["FORMATS", "Format", "format_of", "render"]
