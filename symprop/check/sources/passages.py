"""What a scan of a document finds: formulas, what must not be read, macros being defined, declarations."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from symprop.check.document import Setting


class Kind(Enum):
    """What a passage is."""

    FORMULA = "formula"
    HIDDEN = "hidden"  # code, comments: no prose and no formulas
    DEFINITION = "definition"  # of a macro
    DECLARATION = "declaration"  # a block that says how to read the document


@dataclass(frozen=True, slots=True)
class Passage:
    r"""The stretch ``[start, end)`` of a text with its delimiters, and ``[first, last)`` without.

    ``doubled`` says that the document escapes backslashes (``\\\\(``), as Markdown asks for.
    """

    kind: Kind
    start: int
    end: int
    first: int
    last: int
    setting: Setting = Setting.INLINE
    environment: str = ""
    problem: str = ""
    doubled: bool = False


def hidden(start: int, end: int) -> Passage:
    """A passage that holds neither prose nor formulas."""
    return Passage(Kind.HIDDEN, start, end, start, end)
