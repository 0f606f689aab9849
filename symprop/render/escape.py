"""Prose that reaches a markup language unchanged in meaning: each character that it would act on is escaped."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from symprop.model.names import WORDS

_TEX: Mapping[str, str] = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"$<$", ">": r"$>$", "|": r"$|$",
    "∂": r"$\partial$", "Σ": r"$\Sigma$", "∏": r"$\prod$", "·": r"$\cdot$", "×": r"$\times$", "⊙": r"$\odot$",
    "−": r"$-$", "±": r"$\pm$", "←": r"$\leftarrow$", "→": r"$\to$", "⇒": r"$\Rightarrow$", "≤": r"$\leq$", "≥": r"$\geq$",
    "≠": r"$\neq$", "≈": r"$\approx$", "∈": r"$\in$", "∞": r"$\infty$", "½": r"$\frac12$", "²": r"$^2$", "³": r"$^3$",
    "′": "$'$", "ᵀ": r"$^{\mathsf T}$", "…": r"\ldots{}", "–": "--", "—": "---", "‘": "`", "’": "'", "“": "``", "”": "''",
    "\N{NO-BREAK SPACE}": "~",
}  # fmt: skip

_LATIN = "ßæœøåłÆŒØÅŁ§"  # letters of OT1, the encoding of fonts that every LaTeX has

_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~])")
_LINE_START = re.compile(r"^(\s*)(\d+[.)]|[#+=-])", re.MULTILINE)


def tex(text: str) -> str:
    """*text* as LaTeX prose for plain pdflatex; a letter that its base fonts lack shows as its code point."""
    return "".join(_tex_character(c) for c in unicodedata.normalize("NFC", text))


def markdown(text: str) -> str:
    """*text* as Markdown prose: no emphasis, link, HTML, list, heading or formula comes about by accident."""
    escaped = _MARKDOWN.sub(r"\\\1", text.replace("&", "&amp;")).replace("$", "&#36;")
    return _LINE_START.sub(lambda m: m[1] + (f"{m[2][:-1]}\\{m[2][-1]}" if m[2][0].isdigit() else f"\\{m[2]}"), escaped)


def _tex_character(c: str) -> str:
    if c in _TEX:
        return _TEX[c]
    if c in WORDS:
        return rf"$\{WORDS[c]}$" if c != "ο" else "o"
    if c.isascii():
        return c if c.isprintable() or c.isspace() else ""
    base = unicodedata.normalize("NFD", c)[0]
    if c in _LATIN or (base.isascii() and base.isalpha()):  # an accented letter: LaTeX's default input encoding knows it
        return c
    return rf"\textsf{{u{ord(c):04x}}}" if c.isprintable() else ""
