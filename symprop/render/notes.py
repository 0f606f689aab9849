r"""Reasons beside equations: how wide they are, and their rows in Markdown, where ``\text`` does not wrap."""

from __future__ import annotations

import re

from symprop.render.mathlist import width

_LETTER = 0.45  # of prose, in em
_SMALL = 0.82  # \footnotesize beside normal size


def tex_width(note: str) -> float:
    """Width of prose with formulas between dollars, in small print."""
    pieces = note.replace(r"\$", "S").split("$")
    words, formulas = pieces[0::2], pieces[1::2]
    letters = sum(len(re.sub(r"\\[A-Za-z]+|[{}]", "", part)) for part in words)
    return _SMALL * (_LETTER * letters + sum(map(width, formulas)))


def markdown_width(note: str) -> float:
    r"""Width of a formula with ``\\text`` in it, in small print."""
    return 0.9 * width(note)


def markdown_rows(note: str, room: float) -> list[str]:
    r"""*note* in rows of *room* em: ``\text`` does not wrap, so its words are packed into rows here."""
    words = [word for run in re.split(r"(\\text\{[^{}]*\})", note) if run for word in _words(run)]
    rows = [""]
    for word in words:
        if rows[-1] and markdown_width(rows[-1] + word) > room:
            rows.append("")
        rows[-1] += word
    return [joined(row) for row in rows]


def _words(run: str) -> list[str]:
    if not run.startswith(r"\text{"):
        return [run]
    return [rf"\text{{{word}}}" for word in re.findall(r"\S+\s*|\s+", run[6:-1])]


def joined(note: str) -> str:
    r"""Neighbouring ``\text`` as one; a formula never ends with a brace that opened a ``\text``."""
    return _NEIGHBOURS.sub(lambda run: rf"\text{{{''.join(_TEXT.findall(run[0]))}}}", note)


_TEXT = re.compile(r"\\text\{([^{}]*)\}")
_NEIGHBOURS = re.compile(r"(?:\\text\{[^{}]*\}){2,}")
