"""Formulas of LaTeX articles, and of fragments of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from symprop.check.sources.delimiters import Delimiters
from symprop.check.sources.environments import FORMULAS
from symprop.check.sources.macros import DEFINERS, Macros
from symprop.check.sources.passages import Kind, Passage, hidden

_TOKEN = re.compile(
    rf"""
      (?P<bracket>\\[(\[])
    | (?P<stray>\\[)\]])
    | (?P<environment>\\begin\s{{0,9}}\{{(?P<name>[A-Za-z]+\*?)\}})
    | (?P<definition>\\(?P<definer>{DEFINERS})(?![A-Za-z]))
    | (?P<macro>\\(?P<command>[A-Za-z@]+))
    | (?P<escape>\\.)
    | (?P<dollars>\$\$)
    | (?P<dollar>\$)
    """,
    re.VERBOSE | re.DOTALL,
)
_BODY = re.compile(r"\\begin\s{0,9}\{document\}")

Step = tuple[Passage | None, int]
"""What was found, and where to go on."""


class LatexScanner:
    """Goes through a masked text once; *macros* grows by the definitions that stand in it."""

    def __init__(self, text: str, macros: Macros) -> None:
        self.text = text
        self.macros = macros
        self._delimiters = Delimiters(text, macros.closers)
        self._low = 0  # end of the passage before

    def passages(self) -> Iterator[Passage]:
        """All passages, in order; of the preamble only the macros."""
        body = _BODY.search(self.text)
        position = 0
        if body is not None:
            position = self._preamble(body.start())
            yield hidden(0, body.end())
            position = max(position, body.end())
        while (match := _TOKEN.search(self.text, position)) is not None:
            self._low = position
            passage, position = _HANDLERS[_group_of(match)](self, match)
            if passage is not None:
                yield passage

    def _preamble(self, end: int) -> int:
        position = 0
        while (match := _TOKEN.search(self.text, position, end)) is not None:
            position = self.definition(match)[1] if match["definition"] else match.end()
        return position

    def bracket(self, match: re.Match[str]) -> Step:
        r"""``\(`` and ``\[``."""
        passage = self._delimiters.bracket(match.start())
        return passage, passage.end

    def stray(self, match: re.Match[str]) -> Step:
        r"""``\)`` without ``\(``."""
        return self._delimiters.stray(match.start(), self._low), match.end()

    def environment(self, match: re.Match[str]) -> Step:
        r"""``\begin{…}`` of a formula; of anything else, what stands in it is read as usual."""
        return self._begin(match["name"], match)

    def macro(self, match: re.Match[str]) -> Step:
        r"""A command: nothing, unless it stands for a ``\begin{…}``."""
        return self._begin(self.macros.openers.get(match["command"], ""), match)

    def _begin(self, name: str, match: re.Match[str]) -> Step:
        if name not in FORMULAS:
            return None, match.end()
        passage = self._delimiters.environment(match.start(), match.end(), name)
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

    def dollar(self, match: re.Match[str]) -> Step:
        """``$``."""
        passage = self._delimiters.dollar(match.start())
        return passage, passage.end if passage else match.end()


def _group_of(match: re.Match[str]) -> str:
    return next(name for name in _HANDLERS if match[name] is not None)


_HANDLERS: dict[str, Callable[[LatexScanner, re.Match[str]], Step]] = {
    "bracket": LatexScanner.bracket,
    "stray": LatexScanner.stray,
    "environment": LatexScanner.environment,
    "definition": LatexScanner.definition,
    "macro": LatexScanner.macro,
    "escape": LatexScanner.escape,
    "dollars": LatexScanner.dollars,
    "dollar": LatexScanner.dollar,
}
