r"""Telling prose from formulas: what a pair of dollars holds, where a paragraph ends, the words before a formula."""

from __future__ import annotations

import re

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
_FRESH = re.compile(r"\n[ \t\r>]*(?=\n)|\n[ \t>]*(?:[-*+•]|\d{1,3}[.)])[ \t]+|\n[ \t>]*#{1,6}[ \t]")
_DISPLAYED = "\1"  # where a display stood
_SENTENCE_END = re.compile(r"\x01[ \t\r]*\n\s*(?=[A-Z])|[.!?][)\"'”]?\s+(?=[A-Z\"“(]?[A-Z])")
_MARKUP = re.compile(r"\n[ \t]*>[ \t>]*|\\[A-Za-z]+\*?|<[^<>\n]{0,200}>|[{}~`\1]")


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
    if number:  # $5 and $x$, $5 - $3
        return bool(words) or not marked
    return (bool(words) and not marked) or stripped[-1] in "=(,:;+-*/"  # $HOME and $PATH, $a = $b


def starts_a_formula(rest: str) -> bool:
    """Whether a dollar that nothing closes was meant to open a formula; *rest* is what follows on its line."""
    return bool(rest) and not rest[0].isspace() and not rest[0].isdigit() and _STARTS_MATHEMATICS.match(rest) is not None


class Words:
    """The words that lead to each formula of a text; the passages of the text are told in order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._recent = "\n"
        self._done = 0

    def before(self, position: int, setting: Setting) -> str:
        """The words of the sentence that ends at *position*."""
        sentence = _last_sentence(self._up_to(position), setting)
        if not sentence.strip(" \1"):  # a fast way out for formula upon formula
            return ""
        words = " ".join(_MARKUP.sub(" ", sentence).split())
        return words if len(words) <= _WORDS else words[-_WORDS:].partition(" ")[2]

    def passed(self, passage: Passage) -> None:
        """What stands in *passage* is none of the words."""
        shown = passage.kind is Kind.FORMULA and passage.setting is not Setting.INLINE
        self._recent = self._up_to(passage.start) + (_DISPLAYED if shown else " ")
        self._done = max(self._done, passage.end)

    def _up_to(self, position: int) -> str:
        return (self._recent + self._text[max(self._done, position - _LOOK_BACK) : position])[-_LOOK_BACK:]


def _last_sentence(prose: str, setting: Setting) -> str:
    if prose.isspace():
        return ""
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
