"""Which characters a text may hold, and which of them mean the same: one table per question.

Folding keeps the length of the text, so that spans in the folded text are spans in the author's.
"""

from __future__ import annotations

import re
import unicodedata

from symprop.errors import InputError, Source, Span

_SAME = {
    "−": "-", "‐": "-", "‑": "-", "–": "-", "·": "*", "⋅": "*", "×": "*", "∙": "*", "∗": "*", "•": "*",
    "÷": "/", "∕": "/", "⁄": "/", "’": "'", "′": "'", "ʹ": "'", "∑": "Σ", "∆": "Δ", "⩽": "≤", "≦": "≤", "⩾": "≥", "≧": "≥",
    "⨀": "⊙", "‥": "…", "∥": "‖", "⊤": "ᵀ",
}  # fmt: skip
"""Signs that authors use for one another."""

_COMPATIBLE = ("<font>", "<compat>", "<wide>", "<narrow>", "<noBreak>")
"""Kinds of compatibility in which a character is only another shape of the letter (superscripts are not)."""

_SUSPECT = re.compile(r"[^\x20-\x7e\n\t]")

SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ"
FRACTIONS = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5), "⅘": (4, 5),
    "⅙": (1, 6), "⅚": (5, 6), "⅐": (1, 7), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8), "⅑": (1, 9), "⅒": (1, 10),
}  # fmt: skip
PRIMES = {"'": 1, "″": 2, "‴": 3, "⁗": 4}


_INVISIBLE = {
    "Cc": "a control character",
    "Cf": "a format character",
    "Zl": "a line separator",
    "Zp": "a paragraph separator",
    "Cs": "a surrogate",
    "Co": "a private character",
    "Cn": "an unassigned character",
}
"""Categories of characters that are refused, with what they are called where they have no name."""


class _Fold(dict[int, str]):
    """A translation table that fills itself: the character that each code point is read as."""

    def __missing__(self, code: int) -> str:
        self[code] = result = _folded(chr(code))
        return result


def _folded(char: str) -> str:
    if char.isascii():
        return char
    if unicodedata.category(char) == "Zs":
        return " "
    char = _SAME.get(char, char)
    mapping = unicodedata.decomposition(char)
    if mapping and (not mapping.startswith("<") or mapping.startswith(_COMPATIBLE)):
        plain = unicodedata.normalize("NFKC", char)
        if len(plain) == 1:
            char = plain
    return _SAME.get(char, char)


_FOLD = _Fold()


def fold(text: str) -> str:
    """*text* with lookalikes replaced, of the same length: ``−`` is ``-``, ``µ`` is ``μ``, ``𝑤`` is ``w``."""
    return text if text.isascii() else text.translate(_FOLD)


def refuse_invisible(source: Source) -> None:
    """Refuse characters that one cannot see: they would let a text say another thing than it shows.

    Raises:
        InputError: a control, zero-width or bidirectional character, with its code point, name and place.
    """
    text = source.text
    for match in _SUSPECT.finditer(text):
        char, at = match[0], match.start()
        kind = unicodedata.category(char)
        if kind not in _INVISIBLE:
            continue
        if (char == "\r" and text[at + 1 : at + 2] == "\n") or (char == "\N{ZERO WIDTH NO-BREAK SPACE}" and at == 0):
            continue  # the end of a line in a file from Windows; a byte order mark
        name = unicodedata.name(char, _CONTROL_NAMES.get(char, _INVISIBLE[kind]))
        raise InputError(
            f"the character U+{ord(char):04X} ({name}) cannot be seen and is not allowed",
            Span(source, at, at + 1),
            "delete it",
        )


_CONTROL_NAMES = {"\0": "NUL", "\a": "BELL", "\b": "BACKSPACE", "\v": "VERTICAL TAB", "\f": "FORM FEED", "\r": "CARRIAGE RETURN",
                  "\x1b": "ESCAPE", "\x7f": "DELETE"}  # fmt: skip
