r"""A line to its pieces: several equations side by side, conditions beside them, words and numbers of equations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from symprop.check.document import Sign
from symprop.check.reading.items import Item, find_sign, matching, split
from symprop.check.reading.tables import CONDITIONS, CONNECTIVES, SIGNS

_TAG = re.compile(r"^[.…\s]*(?:(?:eqn?|equation)\.?\s*\(?|\()([0-9][\w.]*?)\)?[\s.)]*$", re.IGNORECASE)
_RANGE_KINDS = frozenset(("letter", "op", "dots", "number"))


@dataclass(slots=True)
class Piece:
    r"""One equation of a line, or something without a sign.

    ``fresh`` says that it begins a statement even where it begins with a sign (``\Rightarrow a = b``), ``noting`` that its last
    note may go on (``for i = 1, …, n``), ``claims`` that it holds a relation sign.
    """

    items: list[Item] = field(default_factory=list)
    fresh: bool = False
    words: list[str] = field(default_factory=list)
    tag: str = ""
    notes: list[list[Item]] = field(default_factory=list)
    noting: bool = False
    claims: bool = False


@dataclass(slots=True)
class _Chunk:
    """A stretch of a line, and the separator before it: ``""``, ``,``, ``space``, ``amp``, ``text``, ``note``, ``⇒``."""

    separator: str
    items: list[Item] = field(default_factory=list)


def pieces(line: Sequence[Item]) -> list[Piece]:
    """The pieces of *line*, in reading order."""
    found: list[Piece] = [Piece()]
    tag = ""
    for chunk in _chunks(_with_remarks(line)):
        words = [item.text for item in chunk.items if item.kind == "text"]
        tag = next((item.text for item in chunk.items if item.kind == "tag"), tag)
        chunk.items = [item for item in chunk.items if item.kind not in ("text", "tag")]
        if (
            chunk.separator in ("amp", "space")
            and len(chunk.items) == 1
            and chunk.items[0].side == "text"
            and chunk.items[0].plain
        ):
            words.append(chunk.items.pop().text)  # a remark of one word in a column of its own
        if chunk.items:
            _place(chunk, found)
        found[-1].words += words
    found = [piece for piece in found if piece.items or piece.words or piece.fresh]
    if found and not found[0].fresh and _is_run(found[0].items):  # `(j = 1, …, m)` on a line of its own
        found[0].notes.insert(0, found[0].items)
        found[0].items = []
    for piece in found:
        piece.tag = next((match[1] for word in piece.words if (match := _TAG.match(word.strip()))), "")
        _cut_note(piece)
    if found and tag:
        found[0].tag = tag
    return _with_ranges(found)


def _with_remarks(line: Sequence[Item]) -> list[Item]:
    """A column that begins with words and claims nothing is a remark, with the names that it mentions: ``by y through z``."""
    found: list[Item] = []
    column: list[Item] = []
    for item in [*line, Item("amp", "", 0, 0)]:
        if item.kind == "amp" and column:
            behind = all(other.kind in ("amp", "space") for other in found) and column[0].kind == "amp"
            found += _remark(column) if behind or any(other.kind == "sign" for other in found) else column
            column = []
        column.append(item)
    return found + column[:-1]


def _remark(column: Sequence[Item]) -> Sequence[Item]:
    said = [item for item in column if item.kind not in ("amp", "space")]
    if not said or said[0].kind != "text" or find_sign(column) is not None:
        return column
    first = said[0].text.lower().split()
    if first and first[0].strip("(,.") in CONNECTIVES:
        return column
    kept = [item for item in column if item.kind in ("amp", "tag")]
    words = " ".join(item.text for item in said if item.kind not in ("tag", "op"))
    return [*kept, Item("text", words, said[0].start, said[-1].end)]


def _chunks(line: Sequence[Item]) -> list[_Chunk]:
    pairs, _ = matching(line)
    splits = _has_other_signs(line, pairs)
    found = [_Chunk("")]
    place = 0
    while place < len(line):
        item = line[place]
        if item.kind == "open" and place in pairs:
            found[-1].items += line[place : pairs[place] + 1]
            place = pairs[place] + 1
            continue
        separator = _separator(line, place, splits=splits)
        if separator:
            found.append(_Chunk(separator))
        if not separator or item.kind == "text":
            found[-1].items.append(item)
        place += 1
    return found


def _has_other_signs(line: Sequence[Item], pairs: dict[int, int]) -> bool:
    """Is there more than implications in the line, so that these part statements?"""
    place = 0
    while place < len(line):
        item = line[place]
        if item.kind == "open" and place in pairs:
            place = pairs[place]
        elif item.kind == "sign" and SIGNS[item.text] not in (Sign.IMPLIES, Sign.MAPS):
            return True
        place += 1
    return False


def _separator(line: Sequence[Item], place: int, *, splits: bool) -> str:
    item = line[place]
    if item.kind == "text":
        said = item.text.lower().split()
        return "note" if said and said[0].strip("(,.") in CONDITIONS else "text"
    if item.kind == "space":
        return "space"
    if item.kind == "amp":
        beside = [line[p] for p in (place - 1, place + 1) if 0 <= p < len(line)]
        return "" if any(other.kind in ("sign", "op") for other in beside) else "amp"
    if item.kind == "forall":
        return "note"
    if item.is_op(",", ";"):
        return ","
    if item.kind == "sign" and SIGNS[item.text] is Sign.IMPLIES and splits:
        return "⇒"
    return ""


def _place(chunk: _Chunk, found: list[Piece]) -> None:
    """Put *chunk* where it belongs: behind the last piece, beside it as a note, or in a piece of its own."""
    last = found[-1]
    items = [item for item in chunk.items if item.kind != "amp"]
    if not items:
        return
    claims, claimed = find_sign(items) is not None, last.claims
    if chunk.separator == "⇒":
        found.append(Piece(items, fresh=True, claims=claims))
    elif chunk.separator == "note" and last.items:
        last.notes.append(items)
        last.noting = True
    elif last.noting and chunk.separator == "," and not claims:
        last.notes[-1] += [Item("op", ",", items[0].start, items[0].start), *items]
    elif not last.items or items[0].kind == "sign" or items[0].is_op("+", "·", "×", "*", "/", "⊙", "⊗"):
        last.items += items
        last.claims = claims or claimed
    elif chunk.separator == "," and not (claims and claimed):
        last.claims = claims or claimed
        last.items += [Item("op", ",", items[0].start, items[0].start), *items]
    elif chunk.separator in ("space", "amp") and not (claims and claimed):
        if chunk.separator == "space" and claimed and _is_note(items):
            last.notes.append(items)
        else:
            last.items += items
            last.claims = claims or claimed
    else:
        found.append(Piece(items, claims=claims))


def _is_note(items: Sequence[Item]) -> bool:
    """Is it one round bracket with a sign in it: ``(j = 1, …, m)``?"""
    pairs, _ = matching(items)
    if items[0].kind != "open" or items[0].text != "(" or pairs.get(0) != len(items) - 1:
        return False
    return find_sign(split(items[1:-1], (",", ";"))[0]) is not None


def _is_run(items: Sequence[Item]) -> bool:
    """Is it a condition on indices in a bracket: ``(j = 1, …, m, k = 1, …, n)``, ``(i = 1, 2)``, ``(j ≠ k)``?"""
    if len(items) < 3 or not _is_note(items):
        return False
    inner = items[1:-1]
    first, *more = split(inner, (",", ";"))
    if not all(item.kind in _RANGE_KINDS or item.kind == "sign" for item in inner):
        return False
    listed = bool(more) and all(item.kind in ("number", "dots") for item in more[0])
    return listed or SIGNS[first[find_sign(first) or 0].text] is Sign.OTHER


def _cut_note(piece: Piece) -> None:
    """A bracket with a sign in it that ends the piece is a condition, unless an operator or an indicator is before it."""
    while len(piece.items) > 2 and piece.items[-1].kind == "close":
        pairs, _ = matching(piece.items)
        begin = pairs.get(len(piece.items) - 1)
        if not begin or not piece.items[-1].plain or not _is_note(piece.items[begin:]):
            return
        before = piece.items[begin - 1]
        if before.kind in ("letter", "word") and before.end == piece.items[begin].start:  # `P(y = 1)`
            return
        if before.kind in ("op", "sign") or before.text in ("𝟙", "1", "I", "𝕀", "χ") or before.kind in ("open", "big"):
            return
        piece.notes.insert(0, piece.items[begin:])
        piece.items = piece.items[:begin]


def _with_ranges(found: list[Piece]) -> list[Piece]:
    """``j = 1, …, m`` and ``k ≠ j`` behind an equation are conditions of it."""
    kept: list[Piece] = []
    for piece in found:
        if kept and not piece.fresh and find_sign(kept[-1].items) is not None and _is_range(piece.items):
            kept[-1].notes.append(piece.items)
            kept[-1].words += piece.words
        else:
            kept.append(piece)
    return kept


def _is_range(items: Sequence[Item]) -> bool:
    place = find_sign(items)
    if place is None or not place or any(item.kind != "letter" and not item.is_op(",") for item in items[:place]):
        return False
    right = items[place + 1 :]
    sign = SIGNS[items[place].text]
    if sign is Sign.EQUALS:
        return any(item.kind == "dots" for item in right) and all(item.kind in _RANGE_KINDS for item in right)
    return sign is Sign.OTHER
