r"""Telling prose from formulas: what a pair of dollars holds, where a paragraph ends, the words before a formula."""

from __future__ import annotations

import re
from collections.abc import Sequence

from symprop.check.document import Setting
from symprop.check.sources.passages import Kind, Passage

PARAGRAPH_END = re.compile(r"\n[ \t\r>]*(?=\n)|\Z")
"""A blank line; one that only holds quote marks is blank too."""

_WORD_RUN = re.compile(r"(?<![\\A-Za-z_^])(?:[A-Za-z][a-z’']+[,;:.]?[ \t]+(?:a[ \t]+)?){3,}[A-Za-z][a-z]+(?![\w(])")
_WORD = re.compile(r"(?<![\\A-Za-z{_^])[A-Za-z][A-Za-z]+")
_FORMULA_MARK = re.compile(r"[\\_^=+<>|∂Σ∑σδ·×]")
_STARTS_MATHEMATICS = re.compile(r"\S*\\[A-Za-z]|[^=\n$]{1,60}=|\{?[^\W\d_]'?\}?[_^]")

_LOOK_BACK = 400  # characters searched for words before a formula
_WORDS = 80  # characters of them that are kept
_FRESH = re.compile(r"\n[ \t\r>]*\n|\n[ \t>]*(?:[-*+•]|\d{1,3}[.)])[ \t]+|\n[ \t>]*#{1,6}[ \t]")
_SENTENCE_END = re.compile(r"[.!?][)\"'”]?\s+(?=[A-Z\"“(]?[A-Z])")
_MARKUP = re.compile(r"\\[A-Za-z]+\*?|<[^<>\n]{0,200}>|[{}~`]")


def first_prose(content: str) -> int | None:
    r"""Where a run of four words begins in what should be a formula, None if nowhere; words in braces do not count."""
    depth = done = 0
    for match in _WORD_RUN.finditer(content):
        depth += content.count("{", done, match.start()) - content.count("}", done, match.start())
        done = match.start()
        if depth <= 0:
            return match.start()
    return None


def is_no_formula(content: str, after: str) -> bool:
    """Whether ``$content$``, followed by the character *after*, is money or a shell's variable rather than a formula."""
    stripped = content.strip()
    if not stripped:
        return True
    number = content[0].isdigit()
    if number and after.isdigit():  # $5-$6
        return True
    words = _WORD.findall(content)
    marked = _FORMULA_MARK.search(content) is not None
    if content[0].isspace() or not content[-1].isspace():
        if number and words and not marked:  # ($5) and ($6)
            return len(words) > 1 or _closes_before_it_opens(content)
        return content[0].isspace() and content[-1].isspace() and len(words) > 1 and not marked
    if number:  # $5 and $x$
        return bool(words)
    return (bool(words) and not marked) or stripped[-1] in "=(,:;"  # $HOME and $PATH, $a = $b


def starts_a_formula(rest: str) -> bool:
    """Whether a dollar that nothing closes was meant to open a formula; *rest* is what follows on its line."""
    return bool(rest) and not rest[0].isspace() and not rest[0].isdigit() and _STARTS_MATHEMATICS.match(rest) is not None


def words_before(text: str, passages: Sequence[Passage], position: int, setting: Setting) -> str:
    """The words of the sentence that lead to *position*; *passages* are those before it, in order."""
    low = max(0, position - _LOOK_BACK)
    pieces: list[str] = []
    end = position
    for passage in reversed(passages):
        if passage.end <= low:
            break
        pieces.append(text[min(passage.end, end) : end])
        if passage.kind is Kind.FORMULA:
            pieces.append(" \0 ")
        end = min(end, passage.start)
    pieces.append(text[low : max(end, low)])
    sentence = _last_sentence("\n" + "".join(reversed(pieces)), setting)
    words = " ".join(_MARKUP.sub(" ", sentence).replace("\0", " ").split())
    return words if len(words) <= _WORDS else words[-_WORDS:].partition(" ")[2]


def _last_sentence(prose: str, setting: Setting) -> str:
    trimmed = prose.rstrip(" \t\r\n>")
    continues = setting is Setting.DISPLAY and trimmed.endswith((":", ","))
    if continues:
        prose = trimmed
    for pattern in (_FRESH, _SENTENCE_END):
        starts = [match.end() for match in pattern.finditer(prose)]
        prose = prose[starts[-1] :] if starts else prose
    return prose


def _closes_before_it_opens(content: str) -> bool:
    depth = 0
    for character in content:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return True
    return False
