"""The name that somebody may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from symprop.model.names import ascii_name, normal


def meant(name: str, names: Iterable[str]) -> str:
    """``did you mean b? ``, with the one of *names* nearest to *name* in some spelling; "" if none is near."""
    spellings = {spelling: other for other in names for spelling in (ascii_name(other), normal(other))}
    for wanted in (normal(name), ascii_name(name)):
        if near := get_close_matches(wanted, list(spellings), 1, 0.5):
            return f"did you mean {spellings[near[0]]}? "
    return ""
