"""What a document's formulas show of its names: where each stands, what brackets and scripts follow, what is said about it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from symprop.check.reading.items import Item, matching, split
from symprop.check.reading.names import letter_run, raised, take_name
from symprop.check.reading.tables import FUNCTION_LETTERS, words

_FACTORS = words("letter word number open fraction root group")
_TIMES = ("·", "×", "*", ".", "/")


def rows(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """*items* and everything that stands on a line of its own within them; scripts are none."""
    stack: list[Sequence[Item]] = [items]
    while stack:
        row = stack.pop()
        yield row
        for item in row:
            if item.kind == "fraction" and is_differential(item):
                stack += [part[1:] for part in item.parts]
            else:
                stack += item.parts
            if item.kind == "big" and item.sup:
                stack.append(item.sup)


def scripts(items: Sequence[Item]) -> Iterator[Item]:
    """Every item with a script, wherever it stands."""
    stack: list[Sequence[Item]] = [items]
    while stack:
        for item in stack.pop():
            stack += item.parts
            if item.sub is not None or item.sup is not None:
                yield item
                stack += [script for script in (item.sub, item.sup) if script is not None]


def is_differential(item: Item) -> bool:
    """Is the fraction ``dE/dw``: do both its parts begin with a d, and does something follow below?"""
    above, below = item.parts
    return bool(above and below) and _is_d(above, alone=True) and _is_d(below, alone=False)


def _is_d(part: Sequence[Item], *, alone: bool) -> bool:
    first = part[0]
    if not first.is_letter("d") or first.sub is not None or first.primes:
        return False
    if first.sup is not None and not (len(first.sup) == 1 and first.sup[0].kind == "number"):
        return False
    return alone if len(part) == 1 else part[1].kind in _FACTORS or part[1].kind in ("partial", "nabla", "big", "bar", "lbar")


@dataclass(slots=True)
class Evidence:
    """All that the formulas show of one name."""

    brackets: list[Sequence[Item]] = field(default_factory=list)  # what stands in brackets directly behind it
    applied: list[bool] = field(default_factory=list)  # for each of them: does it look like an application, not like a product?
    defined: list[Sequence[Item]] = field(default_factory=list)  # such brackets, where the name with them is a whole left side
    primed: bool = False  # with a prime, before a bracket
    marked: bool = False  # with a prime, elsewhere
    bare: int = 0  # how often without a bracket behind it
    assigned: bool = False  # a whole left side without a bracket
    array: bool = False
    factor: bool = False  # next to another factor
    raised: list[tuple[Item, ...]] = field(default_factory=list)  # bare superscripts
    seated: list[bool] = field(default_factory=list)  # for each of them: is there a subscript behind it (`z^2_j`, not `z_j^2`)?
    lowered: list[list[Item]] = field(default_factory=list)
    scripted: int = 0


class Witnesses:
    """The evidence for every name of some formulas, once it is known which runs of letters are words."""

    def __init__(self, formulas: Iterable[Sequence[Item]], words: frozenset[str]) -> None:
        self.names: defaultdict[str, Evidence] = defaultdict(Evidence)
        self.bound: set[str] = set()
        self.words = words
        for items in formulas:
            for row in rows(items):
                self._row(row)
            for item in scripts(items):
                if item.kind == "big":
                    self.bound |= {inner.text for inner in item.sub or [] if inner.kind == "letter"}

    def _row(self, row: Sequence[Item]) -> None:
        pairs, _ = matching(row)
        at = 0
        while at < len(row):
            if row[at].kind not in ("letter", "word"):
                at += 1
                continue
            taken = take_name(row, at, self.words)
            self._occurrence(row, at, taken.stop, taken.name, taken.item, pairs)
            at = taken.stop

    def _occurrence(self, row: Sequence[Item], at: int, stop: int, name: str, item: Item, pairs: dict[int, int]) -> None:
        found = self.names[name]
        before = row[at - 1] if at else None
        after = row[stop] if stop < len(row) else None
        called = after is not None and after.kind == "open" and after.text == "(" and stop in pairs and not _nabla(row, at)
        end = pairs[stop] + 1 if called else stop
        left = (before is None or before.kind in ("newline", "amp", "space", "text")) and _is_sign(row, end)
        if called:
            inner = row[stop + 1 : pairs[stop]]
            found.brackets.append(inner)
            found.applied.append(plain_names(inner) and row[pairs[stop]].plain and not row[stop].spaced)
            found.primed = found.primed or item.primes > 0
            if left:
                found.defined.append(inner)
        else:
            found.bare += 1
            found.assigned = found.assigned or (left and not item.primes)
            found.marked = found.marked or item.primes > 0
        found.array = found.array or item.array or _hadamard(before) or _hadamard(after)
        found.factor = found.factor or _beside(before) or _beside(after)
        if item.sub is not None:
            found.lowered.append(item.sub)
        if item.sup is not None:
            above = raised(item.sup)
            found.array = found.array or above.transpose
            found.scripted += bool(above.indices)
            if above.bare:
                found.raised.append(above.bare)
                found.seated.append(bool(item.sub and item.sup[0].start < item.sub[0].start))


def _nabla(row: Sequence[Item], at: int) -> bool:
    return at > 0 and row[at - 1].kind == "nabla" and row[at - 1].sub is None


def _is_sign(row: Sequence[Item], place: int) -> bool:
    while place < len(row) and row[place].kind in ("amp", "space"):
        place += 1
    return place < len(row) and row[place].kind == "sign" and row[place].text not in ("<", ">", ":", "in", "∈", "to")


def _hadamard(item: Item | None) -> bool:
    return item is not None and item.is_op("⊙", "⊗")


def _beside(item: Item | None) -> bool:
    return item is not None and (item.kind in _FACTORS or item.is_op(*_TIMES))


# ---- runs of letters -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Runs:
    """Runs of letters side by side, with how often each has a subscript, and the letters that stand alone."""

    lowered: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    apart: set[str] = field(default_factory=set)
    fonted: set[str] = field(default_factory=set)


def runs(formulas: Iterable[Sequence[Item]]) -> Runs:
    """The runs of letters in all formulas, scripts aside."""
    found = Runs()
    for items in formulas:
        for row in rows(items):
            at = 0
            while at < len(row):
                run = letter_run(row, at)
                if row[at].kind == "word" and (row[at].side != "text" or not row[at].plain):
                    found.fonted.add(row[at].text)
                if len(run) == 1:
                    found.apart.add(run)
                elif run:
                    found.seen[run] += 1
                    found.lowered[run] += row[at + len(run) - 1].sub is not None
                at += max(len(run), 1)
    return found


def plain_names(inner: Sequence[Item]) -> bool:
    """Are there only names in the bracket, with commas between them?"""
    parts = split(inner, (",", ";"))
    return all(part and all(item.kind in ("letter", "word", "dots") for item in part) and len(part) == 1 for part in parts)


def contains(inner: Sequence[Item], name: str) -> bool:
    """Does *name* stand in the bracket itself, and not before a bracket of its own (``y(1 - y)``, but not ``f(f(x))``)?"""
    behind = [*inner, None][1:]
    return any(
        item.text == name and item.kind in ("letter", "word") and not (after is not None and after.kind == "open")
        for item, after in zip(inner, behind, strict=True)
    )


def is_function_letter(name: str) -> bool:
    """Is it a letter that people use for functions?"""
    return name in FUNCTION_LETTERS
