"""Searching forward in a text again and again without ever paying twice for the same stretch."""

from __future__ import annotations

import re

from symprop.check.sources.prose import PARAGRAPH_END


class Searcher:
    """Remembers what was found last, so that many searches from growing positions take one pass together.

    Positions asked for a pattern may fall, but then the search is paid for again.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._found: dict[re.Pattern[str], tuple[int, re.Match[str] | None]] = {}
        self._dollars = (0, 0, 0)  # of [start, end): how many

    def next(self, pattern: re.Pattern[str], position: int) -> re.Match[str] | None:
        """The first match at or behind *position*."""
        asked, match = self._found.get(pattern, (-1, None))
        if asked < 0 or position < asked or (match is not None and match.start() < position):
            match = pattern.search(self.text, position)
            self._found[pattern] = position, match
        return match

    def paragraph_end(self, position: int) -> int:
        """Where the paragraph ends that holds *position*."""
        match = self.next(PARAGRAPH_END, position)
        return match.start() if match else len(self.text)

    def line_end(self, position: int) -> int:
        """Where the line ends that holds *position*."""
        match = self.next(_LINE_END, position)
        return match.start() if match else len(self.text)

    def dollars_to_paragraph_end(self, position: int) -> int:
        """How many dollars the paragraph still has from *position* on."""
        start, end, count = self._dollars
        paragraph = self.paragraph_end(position)
        if end == paragraph and start <= position:
            count -= self.text.count("$", start, position)
        else:
            count = self.text.count("$", position, paragraph)
        self._dollars = position, paragraph, count
        return count


_LINE_END = re.compile(r"\r?\n|\Z")
