"""What can go wrong, and who must act: the user (``InputError``) or us (``InternalError``).

Every error of the user's making is one sentence with a place; :meth:`InputError.explain` shows the line and a
caret.  Nothing in the library catches an :class:`InternalError`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of the command, fixed by contract."""

    OK = 0
    FAILS = 1
    USAGE = 2
    UNDECIDED = 3
    BUG = 4
    NOTHING_JUDGED = 5
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Source:
    """A text and the name under which messages speak of it."""

    text: str
    name: str = "<network>"


@dataclass(frozen=True, slots=True)
class Span:
    """The half-open stretch ``[start, end)`` of characters of *source*."""

    source: Source
    start: int
    end: int

    @property
    def line(self) -> int:
        """1-based line of the first character."""
        return self.source.text.count("\n", 0, self.start) + 1

    @property
    def column(self) -> int:
        """1-based column of the first character, counted in characters."""
        return self.start - (self.source.text.rfind("\n", 0, self.start) + 1) + 1

    @property
    def text(self) -> str:
        """The characters themselves."""
        return self.source.text[self.start : self.end]

    def to(self, other: Span) -> Span:
        """The stretch from the start of this span to the end of *other*."""
        return Span(self.source, min(self.start, other.start), max(self.end, other.end))


class SympropError(Exception):
    """Base of all errors that symprop raises on purpose."""

    exit_code: ExitCode = ExitCode.BUG


class InputError(SympropError):
    """The input cannot be used as it is; the user must act.

    Args:
        message: one sentence that says what is wrong, without a place.
        span: where, if the input is a text.
        hint: what to do about it, as one sentence.
    """

    exit_code = ExitCode.USAGE

    def __init__(self, message: str, span: Span | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.span = span
        self.hint = hint

    def __str__(self) -> str:
        place = f"{self.span.source.name}:{self.span.line}:{self.span.column}: " if self.span else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.message}{hint}"

    def explain(self, width: int = 79) -> str:
        """The message, the line it is about, and a caret under the place.

        Long lines are cut around the place so that the caret stays visible in *width* columns.
        """
        lines = [f"{self.span.source.name}:{self.span.line}:{self.span.column}: {self.message}"] if self.span else [self.message]
        if self.span:
            lines += _frame(self.span, width)
        if self.hint:
            lines.append(f"hint: {self.hint}")
        return "\n".join(lines)


class InternalError(SympropError):
    """A promise that symprop made to itself is broken: our bug, never the user's."""

    exit_code = ExitCode.BUG


def _frame(span: Span, width: int) -> list[str]:
    text = span.source.text
    begin = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.start)
    line = text[begin : end if end >= 0 else len(text)].rstrip("\r")
    room = max(width - 4, 20)
    offset = span.start - begin
    cut = max(0, min(offset - room // 2, len(line) - room))
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line[cut : cut + room])
    length = max(1, min(span.end - span.start, len(line) - offset, room - (offset - cut)))
    return [f"    {shown}", "    " + " " * (offset - cut) + "^" * length]
