"""Pieces to statements: chains of sides, each read by itself, so that one that cannot be read costs no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from symprop.check.document import Formula, Setting, Side, Sign, Statement, Unread, Vocabulary
from symprop.check.reading.brackets import listed
from symprop.check.reading.builder import build
from symprop.check.reading.items import Item, Unreadable, find_sign, matching, split
from symprop.check.reading.lines import lines
from symprop.check.reading.parser import Context, parse
from symprop.check.reading.pieces import Piece, pieces
from symprop.check.reading.tables import SIGNS
from symprop.errors import Source
from symprop.model.expr import Expr
from symprop.model.written import Group

_MENTIONED = frozenset(("op", "sign", "partial", "nabla", "big", "open", "close", "bar", "dots", "forall"))
"""What a formula may be that only speaks of a sign."""
_EDGES = (",", ";", ".")


@dataclass(slots=True)
class _Chain:
    """A statement in the making."""

    sides: list[Side] = field(default_factory=list)
    signs: list[Sign] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    continues: bool = False
    tag: str = ""
    words: list[str] = field(default_factory=list)
    notes: list[Statement] = field(default_factory=list)

    def statement(self, formula: Formula) -> Statement:
        """What it came to."""
        words = " ".join(" ".join(self.words).split())
        return Statement(
            formula, tuple(self.sides), tuple(self.signs), tuple(self.places), self.continues, self.tag, words, tuple(self.notes)
        )


def unreadable(formula: Formula, message: str, start: int, end: int) -> tuple[Statement, ...]:
    """The one statement of a formula that cannot be read at all."""
    length = len(formula.text)
    start = min(start, max(length - 1, 0))
    problem = Unread(message, start, max(min(end, length), start))
    return (Statement(formula, (Side(0, length, formula.text.strip(), None, problem),)),)


def statements(formula: Formula, items: Sequence[Item], vocabulary: Vocabulary) -> tuple[Statement, ...]:
    """The statements of a formula, in reading order; one at least."""
    if len(items) == 1 and items[0].kind in _MENTIONED:
        return (Statement(formula, (), words=formula.text.strip()),)
    chains: list[_Chain] = []
    for line in lines(items, formula.environment):
        found = pieces(line)
        for piece in found:
            _add(formula, piece, vocabulary, chains)
    if not chains:
        return (Statement(formula, ()),)
    return tuple(chain.statement(formula) for chain in chains)


def _add(formula: Formula, piece: Piece, vocabulary: Vocabulary, chains: list[_Chain]) -> None:
    """Put *piece* behind the last chain where it begins with a sign, else into one of its own."""
    items = _unwrapped(_trimmed(piece.items))
    begins_with_sign = bool(items) and items[0].kind == "sign"
    if chains and (not items or (begins_with_sign and not piece.fresh)):
        chain = chains[-1]
    else:
        chain = _Chain(continues=begins_with_sign)
        chains.append(chain)
    _extend(formula, items, vocabulary, chain)
    chain.tag = chain.tag or piece.tag
    chain.words += piece.words
    for note in piece.notes:
        chain.notes += _note(formula, note, vocabulary)


def _note(formula: Formula, items: Sequence[Item], vocabulary: Vocabulary) -> list[Statement]:
    found: list[Statement] = []
    for part in _conditions(_unwrapped(_trimmed(items))):
        chain = _Chain()
        _extend(formula, part, vocabulary, chain)
        found += [chain.statement(formula)] if chain.sides else []
    return found


def _conditions(items: Sequence[Item]) -> list[list[Item]]:
    """The conditions in a row of them: ``j = 1, …, m, k = 1, …, n``."""
    found: list[list[Item]] = []
    for part in split(items, (",", ";")):
        if found and (find_sign(part) is None or find_sign(found[-1]) is None):
            comma = found[-1][-1].end if found[-1] else 0
            found[-1] += [Item("op", ",", comma, comma), *part]
        else:
            found.append(list(part))
    return found


def _trimmed(items: Sequence[Item]) -> list[Item]:
    """Without the punctuation and the room around it."""
    found = [item for item in items if item.kind not in ("amp", "space")]
    while found and found[-1].is_op(*_EDGES) and found[-1].plain:
        found.pop()
    while found and found[0].is_op(",", ";", "."):
        found.pop(0)
    return found


def _unwrapped(items: list[Item]) -> list[Item]:
    """``(a = b)`` is ``a = b``."""
    while len(items) > 2 and items[0].kind == "open" and items[-1].plain and find_sign(items) is None:
        pairs, _ = matching(items)
        if pairs.get(0) != len(items) - 1 or find_sign(items[1:-1]) is None:
            break
        items = items[1:-1]
    return items


def _extend(formula: Formula, items: Sequence[Item], vocabulary: Vocabulary, chain: _Chain) -> None:
    """Cut *items* at its signs and put sides and signs into *chain*."""
    pending: tuple[Sign, int] | None = None
    for sign, part in _cut(items):
        if sign is not None and pending is None:
            pending = (SIGNS[sign.text], sign.start)
        elif sign is not None and pending is not None and pending[0] is Sign.OTHER and SIGNS[sign.text] is Sign.EQUALS:
            pending = (Sign.DEFINES, pending[1])  # `: =` with a space
        shown = _trimmed(part)
        if not shown:
            continue
        if pending is not None and (chain.sides or chain.continues):
            chain.signs.append(pending[0])
            chain.places.append(pending[1])
        pending = None
        chain.sides.append(read_side(formula, shown, vocabulary))


def _cut(items: Sequence[Item]) -> list[tuple[Item | None, list[Item]]]:
    """The stretches between relation signs outside brackets, each with the sign before it."""
    pairs, _ = matching(items)
    found: list[tuple[Item | None, list[Item]]] = [(None, [])]
    place = 0
    while place < len(items):
        item = items[place]
        if item.kind == "open" and place in pairs:
            found[-1][1].extend(items[place : pairs[place] + 1])
            place = pairs[place]
        elif item.kind == "sign":
            found.append((item, []))
        else:
            found[-1][1].append(item)
        place += 1
    return found


# ---- one side --------------------------------------------------------------------------------------------------------------


def read_side(formula: Formula, items: Sequence[Item], vocabulary: Vocabulary) -> Side:
    """One side of a relation: what it means, or why that is not known and what one bracket more or less would make of it."""
    start, end = items[0].start, max(items[-1].end, items[0].start)
    latex = formula.text[start:end]
    try:
        return Side(start, end, latex, _expression(items, Context(vocabulary, formula)))
    except Unreadable as error:
        repaired, reading = _repaired(formula, latex, start, error, vocabulary)
        place = min(max(error.start, start), max(end - 1, start))
        return Side(start, end, latex, None, Unread(error.message, place, max(min(error.end, end), place), repaired, reading))


def _expression(items: Sequence[Item], context: Context) -> Expr:
    if len(split(items, (",", ";"))) == 1:
        return parse(items, context)
    return Group(tuple(parse(part, context) for part in listed(items) if part), "")


def _repaired(formula: Formula, latex: str, start: int, error: Unreadable, vocabulary: Vocabulary) -> tuple[str, Expr | None]:
    if error.bracket is None:
        return "", None
    what, place, bracket = error.bracket
    at = place - start
    text = latex[:at] + bracket + latex[error.end - start if what == "delete" else at :]
    try:
        items = build(text, bare=formula.setting is Setting.BARE)
        whole = Formula(Source(text, formula.source.name), text, tuple(range(len(text) + 1)), formula.setting)
        return text, _expression(items, Context(vocabulary, whole))
    except Unreadable:
        return "", None
