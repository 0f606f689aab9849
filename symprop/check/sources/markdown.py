r"""Formulas of Markdown and of plain text: every delimiter that is in use, and none within code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from symprop.check.document import Setting
from symprop.check.sources.delimiters import Delimiters
from symprop.check.sources.environments import FORMULAS, SHAPES
from symprop.check.sources.macros import DEFINERS, Macros
from symprop.check.sources.passages import Kind, Passage, hidden

_TOKEN = re.compile(
    rf"""
      (?P<fence>^[ \t>]*(?:(?:[-*+]|\d{{1,9}}[.)])[ \t]+)?(?:`{{3,}}|~{{3,}})[^\n`]*$)
    | (?P<comment><!--)
    | (?P<script><script\s{{1,9}}type=["']?math/tex[^>\n]{{0,99}}>)
    | (?P<element><(?:script|style|pre|code)\b[^>\n]{{0,200}}>)
    | (?P<doubled>\\\\[(\[])
    | (?P<bracket>\\[(\[])
    | (?P<stray>\\[)\]])
    | (?P<environment>\\begin\s?\{{(?P<name>[A-Za-z]+\*?)\}})
    | (?P<definition>\\(?P<definer>{DEFINERS})(?![A-Za-z]))
    | (?P<escape>\\.)
    | (?P<dollars>\$\$)
    | (?P<ticked>\$`)
    | (?P<dollar>\$)
    | (?P<code>`+)
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
_FENCE = re.compile(r"(?P<lead>[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?)(?P<marks>`+|~+)[ \t]*(?P<language>[\w.+-]*)")
_LONGEST_FENCE = 16  # longer runs of marks are taken to be of this length
_COMMENT_END = re.compile(r"-->")
_DECLARATION = re.compile(r"<!--\s*symprop(?=[\s:-])[ \t]*:?")
_TICKED_END = re.compile(r"`\$")
_ELEMENT_ENDS = {name: re.compile(rf"</{name}\s{{0,9}}>", re.IGNORECASE) for name in ("script", "style", "pre", "code")}
_ELEMENT_NAME = re.compile(r"<([a-z]+)")
_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(?:[^\n]*:[^\n]*\n)")
_FRONT_MATTER_END = re.compile(r"^(?:---|\.\.\.)[ \t\r]*$", re.MULTILINE)
_LONGEST_FRONT_MATTER = 20_000
_TICKS = re.compile(r"`+")
_BLANK_LINE = re.compile(r"\n[ \t\r>]*\n")

Step = tuple[Passage | None, int]
"""What was found, and where to go on."""


class MarkdownScanner:
    """Goes through a text once; *macros* grows by the definitions that stand in it."""

    def __init__(self, text: str, macros: Macros) -> None:
        self.text = text
        self.macros = macros
        self._delimiters = Delimiters(text, macros.closers)
        self._searcher = self._delimiters.searcher
        self._opened = False  # has there been a `\(`?
        self._low = 0  # end of the passage before
        self._code_absent: dict[int, int] = {}  # length of a run of ticks -> up to where no other run has it

    def passages(self) -> Iterator[Passage]:
        """All passages, in order."""
        position = self._front_matter()
        if position:
            yield hidden(0, position)
        while (match := _TOKEN.search(self.text, position)) is not None:
            self._low = position
            passage, position = _HANDLERS[_group_of(match)](self, match)
            if passage is not None:
                yield passage

    def _front_matter(self) -> int:
        if not _FRONT_MATTER.match(self.text):
            return 0
        end = _FRONT_MATTER_END.search(self.text, 4, _LONGEST_FRONT_MATTER)
        return end.end() if end else 0

    def fence(self, match: re.Match[str]) -> Step:
        """A block between lines of ticks or tildes: code, or a formula where its language is mathematics."""
        opening = _FENCE.match(self.text, match.start())
        assert opening is not None
        mark, length = opening["marks"][0], min(len(opening["marks"]), _LONGEST_FENCE)
        closing = self._searcher.next(_fence_end(mark, length), match.end())
        mathematics = opening["language"].lower() == "math"
        if closing is None:
            if not mathematics:  # nothing is code that is never closed
                return None, match.end()
            end = self._searcher.paragraph_end(match.end())
            return _display(match.start(), end, match.end(), end, "the block of mathematics is not closed"), end
        if mathematics:
            return _display(match.start(), closing.end(), match.end(), closing.start()), closing.end()
        return hidden(match.start(), closing.end()), closing.end()

    def comment(self, match: re.Match[str]) -> Step:
        """A comment of HTML: nothing, or a block of declarations."""
        end = self._searcher.next(_COMMENT_END, match.end())
        declaration = _DECLARATION.match(self.text, match.start())
        if declaration is not None:
            first = declaration.end()
            stop = end.start() if end else self._searcher.paragraph_end(first)
            problem = "" if end else "the comment is not closed"
            return Passage(
                Kind.DECLARATION, match.start(), end.end() if end else stop, first, stop, problem=problem
            ), end.end() if end else stop
        return (hidden(match.start(), end.end()), end.end()) if end else (None, match.end())

    def script(self, match: re.Match[str]) -> Step:
        """MathJax's own element for a formula."""
        end = self._searcher.next(_ELEMENT_ENDS["script"], match.end())
        if end is None:
            return None, match.end()
        setting = Setting.DISPLAY if "display" in match[0] else Setting.INLINE
        return Passage(Kind.FORMULA, match.start(), end.end(), match.end(), end.start(), setting), end.end()

    def element(self, match: re.Match[str]) -> Step:
        """Code set in HTML."""
        name = _ELEMENT_NAME.match(match[0])
        assert name is not None
        end = self._searcher.next(_ELEMENT_ENDS[name[1]], match.end())
        return (hidden(match.start(), end.end()), end.end()) if end else (None, match.end())

    def doubled(self, match: re.Match[str]) -> Step:
        r"""``\\(`` and ``\\[``, as Markdown makes its authors write; ``\\[2pt]`` is none."""
        if self.text[match.end() : match.end() + 1].isdigit() and match[0][-1] == "[":
            return None, match.end()
        passage = self._delimiters.bracket(match.start(), doubled=True)
        return passage, passage.end

    def bracket(self, match: re.Match[str]) -> Step:
        r"""``\(`` and ``\[``."""
        self._opened = True
        passage = self._delimiters.bracket(match.start())
        return passage, passage.end

    def stray(self, match: re.Match[str]) -> Step:
        r"""``\)`` without ``\(``: a slip where the document uses them, else a bracket that Markdown escapes."""
        return (self._delimiters.stray(match.start(), self._low) if self._opened else None), match.end()

    def environment(self, match: re.Match[str]) -> Step:
        r"""``\begin{align}`` outside of any delimiters."""
        name = match["name"]
        find = self._delimiters.environment if name in FORMULAS else self._delimiters.shape if name in SHAPES else None
        if find is None:
            return None, match.end()
        passage = find(match.start(), match.end(), name)
        return passage, passage.end

    def definition(self, match: re.Match[str]) -> Step:
        """A macro is defined."""
        end = self.macros.read_definition(self.text, match["definer"], match.end())
        if end is None:
            return None, match.end()
        return Passage(Kind.DEFINITION, match.start(), end, match.start(), end), end

    def escape(self, match: re.Match[str]) -> Step:
        """A backslash takes the meaning of what follows."""
        return None, match.end()

    def dollars(self, match: re.Match[str]) -> Step:
        """``$$``."""
        passage = self._delimiters.dollars(match.start())
        return passage, passage.end if passage else match.end()

    def ticked(self, match: re.Match[str]) -> Step:
        """GitHub's dollar and tick."""
        end = self._searcher.next(_TICKED_END, match.end())
        if end is None or end.start() > self._searcher.paragraph_end(match.end()):
            return None, match.start() + 1
        return Passage(Kind.FORMULA, match.start(), end.end(), match.end(), end.start()), end.end()

    def dollar(self, match: re.Match[str]) -> Step:
        """``$``."""
        passage = self._delimiters.dollar(match.start())
        return passage, passage.end if passage else match.end()

    def code(self, match: re.Match[str]) -> Step:
        """Code within a line, up to as many ticks as opened it; ``'quoted'`` words are none."""
        length, start = len(match[0]), match.end()
        limit = self._searcher.paragraph_end(start)
        if self._code_absent.get(length, 0) >= limit or length > _LONGEST_FENCE:
            return None, start
        for ticks in _TICKS.finditer(self.text, start, limit):
            if len(ticks[0]) == length:
                if "'" in self.text[start : ticks.start()] and self.text[ticks.end() : ticks.end() + 1].isalnum():
                    return None, start
                return hidden(match.start(), ticks.end()), ticks.end()
        self._code_absent[length] = limit
        return None, start


def _display(start: int, end: int, first: int, last: int, problem: str = "") -> Passage:
    return Passage(Kind.FORMULA, start, end, first, last, Setting.DISPLAY, problem=problem)


def _group_of(match: re.Match[str]) -> str:
    return next(name for name in _HANDLERS if match[name] is not None)


_FENCE_ENDS: dict[tuple[str, int], re.Pattern[str]] = {
    (mark, length): re.compile(rf"^[ \t>]*{mark}{{{length},}}[ \t\r]*$", re.MULTILINE)
    for mark in "`~"
    for length in range(3, _LONGEST_FENCE + 1)
}


def _fence_end(mark: str, length: int) -> re.Pattern[str]:
    return _FENCE_ENDS[mark, length]


_HANDLERS: dict[str, Callable[[MarkdownScanner, re.Match[str]], Step]] = {
    "fence": MarkdownScanner.fence,
    "comment": MarkdownScanner.comment,
    "script": MarkdownScanner.script,
    "element": MarkdownScanner.element,
    "doubled": MarkdownScanner.doubled,
    "bracket": MarkdownScanner.bracket,
    "stray": MarkdownScanner.stray,
    "environment": MarkdownScanner.environment,
    "definition": MarkdownScanner.definition,
    "escape": MarkdownScanner.escape,
    "dollars": MarkdownScanner.dollars,
    "ticked": MarkdownScanner.ticked,
    "dollar": MarkdownScanner.dollar,
    "code": MarkdownScanner.code,
}
