r"""What a formula is made of once its spelling is gone: names, numbers, signs, brackets, fractions, each with its scripts.

Fonts, colours, sizes, spaces and braces that only group are resolved here; what a bracket or a script *means* is not, since that
takes the document's vocabulary.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field


class Unreadable(Exception):
    """Something cannot be read; ends the reading of one side, or of a formula whose braces do not match.

    ``bracket`` says what one edit would repair it: ``("delete", place)`` or ``("insert", place, bracket)``.
    """

    def __init__(self, message: str, start: int, end: int, bracket: tuple[str, int, str] | None = None) -> None:
        super().__init__(message)
        self.message, self.start, self.end, self.bracket = message, start, end, bracket


@dataclass(slots=True)
class Item:
    r"""One thing in a row.

    Args:
        kind: ``letter``, ``word``, ``number``, ``text``, ``op``, ``sign``, ``open``, ``close``, ``bar``, ``lbar``, ``rbar``,
            ``big``,
            ``partial``, ``nabla``, ``dots``, ``fraction``, ``root``, ``group``, ``table``, ``derivative``, ``space``, ``amp``,
            ``newline``, ``forall``, ``prime``, ``tag``, ``empty`` (scripts on nothing), or ``bad``.
        text: its name, sign or spelling; why it cannot be read where it is ``bad``.
        start: where it begins in the formula.
        end: where it ends, scripts included.
        parts: what it holds: numerator and denominator, degree and body, the content of a group or of an environment.
        sub: its subscript.
        sup: its superscript, without primes.
        primes: how many primes it has.
        array: it is set in bold or under an arrow.
        spaced: some room stands before it.
        side: ``l`` or ``r`` where ``\left``, ``\right`` say which bracket it is.
    """

    kind: str
    text: str
    start: int
    end: int
    parts: tuple[list[Item], ...] = ()
    sub: list[Item] | None = None
    sup: list[Item] | None = None
    primes: int = 0
    array: bool = False
    spaced: bool = False
    side: str = field(default="")

    @property
    def plain(self) -> bool:
        """Has it neither scripts nor primes?"""
        return self.sub is None and self.sup is None and not self.primes

    def is_op(self, *texts: str) -> bool:
        """Is it one of these operators?"""
        return self.kind == "op" and self.text in texts

    def is_letter(self, text: str) -> bool:
        """Is it this letter?"""
        return self.kind == "letter" and self.text == text


def matching(items: Sequence[Item]) -> tuple[dict[int, int], list[int]]:
    """Which bracket belongs to which, both ways, and those that have no partner.

    A bracket of another kind closes one only where both are round or square and an interval stands between them (``[0, 1)``).
    """
    pairs: dict[int, int] = {}
    lonely: list[int] = []
    stack: list[int] = []
    open_: Counter[str] = Counter()
    for place, item in enumerate(items):
        if item.kind == "open":
            stack.append(place)
            open_[item.text] += 1
        elif item.kind == "close":
            while stack and open_[item.text] and not _fits(items, stack[-1], place):
                open_[items[stack[-1]].text] -= 1
                lonely.append(stack.pop())
            if stack and _fits(items, stack[-1], place):
                opening = stack.pop()
                open_[items[opening].text] -= 1
                pairs[opening], pairs[place] = place, opening
            else:
                lonely.append(place)
    return pairs, sorted(lonely + stack)


def _fits(items: Sequence[Item], opening: int, closing: int) -> bool:
    one, other = items[opening].text, items[closing].text
    return one == other or (
        {one, other} == {"(", "["} and closing - opening < 12 and any(i.is_op(",") for i in items[opening:closing])
    )


def split(items: Sequence[Item], separators: Sequence[str]) -> list[list[Item]]:
    """The stretches between operators *separators* outside brackets."""
    pairs, _ = matching(items)
    found: list[list[Item]] = [[]]
    place = 0
    while place < len(items):
        item = items[place]
        if item.kind == "open" and place in pairs:
            found[-1] += items[place : pairs[place] + 1]
            place = pairs[place]
        elif item.kind == "op" and item.text in separators:
            found.append([])
        else:
            found[-1].append(item)
        place += 1
    return found


def find_sign(items: Sequence[Item]) -> int | None:
    """The place of the first relation sign outside brackets."""
    pairs, _ = matching(items)
    place = 0
    while place < len(items):
        if items[place].kind == "sign":
            return place
        place = pairs[place] if items[place].kind == "open" and place in pairs else place
        place += 1
    return None


def letters_of(items: Sequence[Item]) -> str:
    """The letters and words of *items* in a row, "" if anything else is among them."""
    if all(item.kind in ("letter", "word", "text") and item.plain for item in items):
        return "".join(item.text for item in items).strip()
    return ""


def widened(items: list[Item], start: int, end: int) -> list[Item]:
    """*items* in the place of braces that are not seen: first and last cover them, so that text cut there stays balanced."""
    if items:
        items[0].start = min(items[0].start, start)
        items[-1].end = max(items[-1].end, end)
    return items
