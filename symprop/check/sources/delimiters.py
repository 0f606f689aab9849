r"""From an opening delimiter to its closing one, or to where an unclosed formula has to end.

One missing delimiter must cost one formula, not the rest of the document: an inline formula ends at a blank line, a display
where prose or the next opening delimiter begins.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from symprop.check.document import Setting
from symprop.check.sources.environments import ARGUMENTS, FORMULAS, TEXT_COMMANDS
from symprop.check.sources.passages import Kind, Passage
from symprop.check.sources.prose import PARAGRAPH_END, first_prose, is_no_formula, starts_a_formula
from symprop.check.sources.searching import Searcher

_NOT_CLOSED = {Setting.INLINE: "the formula is not closed", Setting.DISPLAY: "the display is not closed"}
_TOKEN = re.compile(r"\\(?:[A-Za-z]+|.)|[{}$]|\n[ \t\r>]*(?=\n)", re.DOTALL)
_ARGUMENT = re.compile(r"\s{0,9}(?:\[[^\[\]\n]{0,200}\]\s{0,9})?\{[^{}\n]{0,200}\}")
_NEAR = 80  # how far back a stray closing delimiter looks for its formula


def _brackets(pair: str, backslashes: str) -> re.Pattern[str]:
    single = len(backslashes) == 2  # written as a regular expression
    return re.compile(
        rf"(?<!\\)(?:\\\\)*{backslashes}([{re.escape(pair)}])" if single else rf"(?<!\\){backslashes}([{re.escape(pair)}])(?!\d)"
    )


_BRACKETS = {
    ("(", False): (_brackets("()", r"\\"), Setting.INLINE, ")"),
    ("[", False): (_brackets("[]", r"\\"), Setting.DISPLAY, "]"),
    ("(", True): (_brackets("()", r"\\\\"), Setting.INLINE, ")"),
    ("[", True): (_brackets("[]", r"\\\\"), Setting.DISPLAY, "]"),
}


class Delimiters:
    r"""Finds the ends of the formulas of one text; each method is given the place of an opening delimiter.

    Args:
        text: the document or a cell of it.
        closers: environment -> macros that stand for its ``\end{…}``; may grow while the text is read.
    """

    def __init__(self, text: str, closers: Mapping[str, list[str]] | None = None) -> None:
        self.text = text
        self.searcher = Searcher(text)
        self._closers = closers if closers is not None else {}
        self._flat_until = 0  # up to here the braces of texts do not balance: a dollar counts wherever it stands

    def dollar(self, start: int) -> Passage | None:
        """``$…$``; None where the dollar is money or stands alone."""
        first = start + 1
        last = self._closing_dollar(first, self.searcher.paragraph_end(first), "$")
        if last is None:
            content = self.text[first : self.searcher.line_end(first)]
            prose = first_prose(content)
            stop = first + (len(content) if prose is None else prose)
            return self._unclosed(start, first, stop, Setting.INLINE) if starts_a_formula(content) else None
        content = self.text[first:last]
        if is_no_formula(content, self.text[last + 1 : last + 2]):
            return None
        prose = first_prose(content)
        if prose is not None and ("\n" in content or self.searcher.dollars_to_paragraph_end(start) % 2):
            return self._unclosed(start, first, first + prose, Setting.INLINE) if starts_a_formula(content[:prose]) else None
        return _passage(start, last + 1, first, last, Setting.INLINE)

    def dollars(self, start: int) -> Passage | None:
        """``$$…$$``; None for dollars that hold nothing."""
        first = start + 2
        last = self._closing_dollar(first, len(self.text), "$$")
        if last is None:
            return self._unclosed(start, first, self.searcher.paragraph_end(first), Setting.DISPLAY)
        stop = self._where_prose_begins(first, last)
        if stop is not None:
            return self._unclosed(start, first, stop, Setting.DISPLAY)
        return _passage(start, last + 2, first, last, Setting.DISPLAY) if last > first else None

    def bracket(self, start: int, *, doubled: bool = False) -> Passage:
        r"""``\(…\)`` and ``\[…\]``, or the same with doubled backslashes."""
        first = start + (3 if doubled else 2)
        pattern, setting, closing = _BRACKETS[self.text[first - 1], doubled]
        limit = self.searcher.paragraph_end(first) if setting is Setting.INLINE else len(self.text)
        match = self.searcher.next(pattern, first)
        last = match.end() - (first - start) if match else len(self.text)
        if match is not None and last <= limit and match[1] == closing:
            stop = self._where_prose_begins(first, last) if setting is Setting.DISPLAY else None
            if stop is None:
                return _passage(start, match.end(), first, last, setting, doubled=doubled)
        else:
            end = self.searcher.line_end if setting is Setting.INLINE else self.searcher.paragraph_end
            stop = min(end(first), last)
        return self._unclosed(start, first, stop, setting)

    def stray(self, start: int, low: int) -> Passage:
        r"""``\)`` or ``\]`` that nothing opened: the formula is what stands before it without a space, from *low* on."""
        before = self.text[max(low, start - _NEAR) : start]
        first = start - len(before) + max(before.rfind(character) + 1 for character in " \t\n$")
        closing = self.text[start : start + 2]
        opening = {"\\)": "\\(", "\\]": "\\["}[closing]
        return _passage(first, start + 2, first, start, Setting.INLINE, problem=f"{closing} without its {opening}")

    def environment(self, start: int, first: int, name: str) -> Passage:
        r"""``\begin{name}…\end{name}``, where *first* is the place behind the opening."""
        for _ in range(ARGUMENTS.get(name, 0)):
            argument = _ARGUMENT.match(self.text, first)
            first = argument.end() if argument else first
        match, limit = self._end_of(name, first)
        if match is None:
            return _passage(
                start, limit, first, limit, FORMULAS[name], name, problem=f"\\begin{{{name}}} without its \\end{{{name}}}"
            )
        return _passage(start, match.end(), first, match.start(), FORMULAS[name], name)

    def shape(self, start: int, first: int, name: str) -> Passage:
        r"""An environment such as ``cases`` that stands alone: its ``\begin`` and ``\end`` belong to the formula."""
        match, limit = self._end_of(name, first, nests=True)
        if match is None:
            problem = f"\\begin{{{name}}} without its \\end{{{name}}}"
            return _passage(start, limit, start, limit, Setting.DISPLAY, problem=problem)
        return _passage(start, match.end(), start, match.end(), Setting.DISPLAY)

    def _end_of(self, name: str, first: int, *, nests: bool = False) -> tuple[re.Match[str] | None, int]:
        """The end of an environment; or None, and where it has to end then."""
        opening, closing = _ends_of(name, tuple(self._closers.get(name, ())))
        again, end = self.searcher.next(opening, first), self.searcher.next(closing, first)
        limit = min(self.searcher.paragraph_end(first), again.start() if again else len(self.text))
        if end is None or (again is not None and again.start() < end.start() and not nests):
            return None, limit
        return end, limit

    def _closing_dollar(self, first: int, limit: int, closing: str) -> int | None:
        r"""The next dollars outside ``\text{…}``; anywhere, where the braces of such texts do not balance."""
        groups: list[bool] = []  # of each open brace: does it hold text?
        texts = 0
        text_ahead = -1  # the place behind a command for text, whose brace follows
        for match in _TOKEN.finditer(self.text, first, limit):
            part, at = match[0], match.start()
            if part == "$":
                if (not texts or at < self._flat_until) and self.text.startswith(closing, at):
                    return at
            elif part == "{":
                groups.append(text_ahead >= 0 and not self.text[text_ahead:at].strip())
                texts += groups[-1]
            elif part == "}":
                was_text = bool(groups) and groups.pop()
                texts -= was_text
                text_ahead = match.end() if was_text else -1  # \colorbox{…}{…}
                continue
            elif part[0] == "\n" and texts:
                earlier = self._anywhere(first, at, closing)
                if earlier is not None:
                    return earlier
                groups, texts = [], 0
            text_ahead = match.end() if part[1:] in TEXT_COMMANDS else -1
        return self._anywhere(first, limit, closing) if texts else None

    def _anywhere(self, first: int, limit: int, closing: str) -> int | None:
        self._flat_until = max(self._flat_until, limit)
        for match in _TOKEN.finditer(self.text, first, limit):
            if match[0] == "$" and self.text.startswith(closing, match.start()):
                return match.start()
        return None

    def _where_prose_begins(self, first: int, last: int) -> int | None:
        """Where a display must have ended, because its text goes on as prose; None for one that is in order."""
        content = self.text[first:last]
        newline = content.find("\n")
        prose = first_prose(content[newline:]) if newline >= 0 else None
        if prose is None:
            return None
        prose += newline
        blanks = [match.start() for match in PARAGRAPH_END.finditer(content, 0, prose) if content[: match.start()].strip()]
        blanks = [blank for blank in blanks if blank < prose]
        if blanks:
            return first + blanks[0]
        alone = not content[:newline].strip() and not content[content.rfind("\n") :].strip(" \t\r\n>")
        return None if alone else first + max(content.rfind("\n", 0, prose), 0)

    def _unclosed(self, start: int, first: int, stop: int, setting: Setting) -> Passage:
        stop = max(first, stop)
        return _passage(start, stop, first, stop, setting, problem=_NOT_CLOSED[setting])


def _passage(
    start: int,
    end: int,
    first: int,
    last: int,
    setting: Setting,
    environment: str = "",
    problem: str = "",
    *,
    doubled: bool = False,
) -> Passage:
    return Passage(Kind.FORMULA, start, end, first, last, setting, environment, problem, doubled)


@cache
def _ends_of(name: str, aliases: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    escaped = re.escape(name)
    others = "".join(rf"|\\{re.escape(alias)}(?![A-Za-z@])" for alias in aliases)
    return re.compile(rf"\\begin\s{{0,9}}\{{{escaped}\}}"), re.compile(rf"\\end\s{{0,9}}\{{{escaped}\}}{others}")
