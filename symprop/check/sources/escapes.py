r"""Undoing what Markdown asks of an author inside formulas: ``\_``, ``\*``, ``\\\\``, ``&amp;``, marks of quotes."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from html.entities import html5

from symprop.check.document import Setting
from symprop.check.sources.passages import Passage
from symprop.check.sources.placed import Edit, Placed

_PAIR = re.compile(
    r"\\\\\\\\|\\.|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});|\n[ \t]*(?:>[ \t]?)+|(?<=[ \t\n])%[^\n]*\n",
    re.DOTALL,
)
_DOUBLED_COMMAND = re.compile(
    r"(?<!\\)\\\\(?:d?frac|partial|sum|sigma|delta|Delta|phi|eta|alpha|theta|cdot|times|text|math[a-z]+|left|right|begin|end|nabla|odot)(?![a-z])"
)
_SINGLE_COMMAND = re.compile(r"(?<!\\)\\[A-Za-z]{2}")
_DOUBLED_PUNCTUATION = re.compile(r"(?<!\\)\\\\(?=[{},;!|%])")
_HAS_ROWS = re.compile(r"\\begin|\\substack|\\\\\s")

# What means the same in mathematics without its backslash; `\{`, `\|`, `\,` and their like mean something of their own.
_ESCAPED = frozenset("_*&^+-=<[]().'#~`\"")
# Inside doubled delimiters Markdown has taken the backslash of every mark of punctuation.
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


def unescaped(body: Placed, passage: Passage, *, quoted: bool) -> Placed:
    """The formula as its author meant it; *quoted* says that its lines begin with ``>``."""
    text = body.text
    if passage.doubled or ("\\\\" in text and _DOUBLED_COMMAND.search(text)):
        if _DOUBLED_COMMAND.search(text) and not _SINGLE_COMMAND.search(text):
            body = body.edited((match.start(), match.start() + 1, "") for match in re.finditer(r"\\\\", text))
        elif passage.doubled:
            return body.edited(_edits(text, quoted=quoted, marks=_PUNCTUATION))
    elif passage.setting is Setting.INLINE and "\\\\" in text and not _HAS_ROWS.search(text):
        body = body.edited((match.start(), match.start() + 1, "") for match in _DOUBLED_PUNCTUATION.finditer(text))
    return body.edited(_edits(body.text, quoted=quoted, marks=_ESCAPED))


def _edits(text: str, *, quoted: bool, marks: frozenset[str]) -> Iterator[Edit]:
    if not any(character in text for character in "\\&>%"):
        return
    for match in _PAIR.finditer(text):
        part, start, end = match[0], match.start(), match.end()
        if part[0] == "&":
            if part[1:] in html5 or part[1] == "#":
                yield start, end, html.unescape(part).replace("\N{NO-BREAK SPACE}", " ")
        elif part[0] == "\n":
            if quoted:
                yield start + 1, end, ""
        elif part[0] == "%":  # a comment of TeX; at the end of a formula there is none, and 50 % stays
            yield start, end - 1, ""
        elif part == "\\" * 4:
            yield start + 2, end, ""
        elif part[1] in marks and (part != "\\\\" or marks is _PUNCTUATION):
            yield start, start + 1, ""
