r"""Blanking what TeX does not typeset: comments, verbatim text, all behind ``\end{document}``; and the declarations in comments.

A masked text is as long as the text, so places in one are places in the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from symprop.check.sources.environments import VERBATIM

_UNSEEN = re.compile(
    r"""
      (?P<verb>\\(?:verb|lstinline)\*?(?P<mark>[^A-Za-z\s*{\[])[^\n]{0,1000}?(?P=mark))
    | (?P<link>\\(?:url|href|path|includegraphics|input|include|bibliography)\s{0,9}(?:\[[^\]\n]{0,200}\])?\{[^{}\n]{0,1000}\})
    | (?P<block>\\begin\s{0,9}\{(?P<name>[A-Za-z]+\*?)\})
    | (?P<end>\\end\s{0,9}\{document\}(?s:.)*)
    | \\(?P<iffalse>iffalse)(?![A-Za-z])
    | (?P<escape>\\(?s:.))
    | (?P<comment>%[^\n]*)
    """,
    re.VERBOSE,
)
_ENDS = {name: re.compile(rf"\\end\s{{0,9}}\{{{re.escape(name)}\}}") for name in VERBATIM}
_ENDS["iffalse"] = re.compile(r"\\fi(?![A-Za-z])")
_MARK = re.compile(r"%+!\s*symprop(?![A-Za-z])[ \t]*:?")
_NEXT_LINE = re.compile(r"\r?\n[ \t]*(%+!?)([^\n]*)")


@dataclass(frozen=True, slots=True)
class Masked:
    """The text with blanks for what is not seen, and the stretches of the declarations, line by line, for each block."""

    text: str
    declarations: tuple[tuple[tuple[int, int], ...], ...]


def masked(text: str) -> Masked:
    """Blank the comments and the verbatim text of a LaTeX document."""
    pieces: list[str] = []
    blocks: list[tuple[tuple[int, int], ...]] = []
    absent: set[str] = set()
    done = position = 0
    while (match := _UNSEEN.search(text, position)) is not None:
        start, end = match.span()
        name = match["name"] or match["iffalse"]
        if match["escape"] is not None or (name is not None and name not in _ENDS):
            position = end
            continue
        if name is not None:
            closing = None if name in absent else _ENDS[name].search(text, end)
            if closing is None:
                absent.add(name)
                position = end
                continue
            end = closing.end()
        elif match["comment"] is not None and _MARK.match(text, start):
            block = _declaration(text, start, end)
            blocks.append(block)
            end = block[-1][1]
        pieces += [text[done:start], blanks(text[start:end])]
        done = position = end
    return Masked("".join([*pieces, text[done:]]), tuple(blocks))


def blanks(text: str) -> str:
    """Spaces in place of all characters except ends of lines."""
    return "\n".join(" " * len(line) for line in text.split("\n"))


def _declaration(text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The lines of a block: marked ones (``%!``), and where the first holds nothing but the mark, comments of any kind."""
    mark = _MARK.match(text, start)
    assert mark is not None
    lines = [(mark.end(), end)]
    bare = not text[mark.end() : end].strip()
    while (match := _NEXT_LINE.match(text, end)) is not None:
        again = _MARK.match(text, match.start(1))
        if not (bare or match[1].endswith("!")):
            break
        end = match.end()
        lines.append((again.end() if again else match.start(2), end))
    return tuple(lines)
