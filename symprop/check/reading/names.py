"""Where a name begins and ends in a row of items, and what stands in its scripts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from symprop.check.document import Vocabulary
from symprop.check.reading.items import Item, Unreadable, letters_of, matching, split
from symprop.check.reading.tables import (
    FUNCTION_NAMES,
    MARKS,
    NAME_WORDS,
    SUBSCRIPT_WORDS,
)
from symprop.model.expr import Add, Div, Expr, Neg, Number, Ref
from symprop.model.names import GREEK, normal
from symprop.model.written import Dots, Product

_MOST_DIGITS = 400
"""Longer numbers are none that a document computes with, and Python will not print them."""
MAX_RUN = 30
"""Longest run of letters that may be one word."""
_INDEX_RUN = re.compile(r"[i-np-t]+")  # `ijk` are three indices, `max` is a word
_ARROWS = frozenset(("to", "rightarrow", "→", "->", "longrightarrow", "mapsto"))
_TRANSPOSE = frozenset(("T", "⊤", "⊺"))


class Taken(NamedTuple):
    """A name in a row: its letters, the item that carries its scripts, the digits directly behind it, and where it stops."""

    name: str
    item: Item
    digits: Item | None
    stop: int


def take_name(items: Sequence[Item], at: int, words: frozenset[str], stop: int | None = None) -> Taken:
    """The name that begins at *at* (a letter or a word), before *stop*: as many letters as are known to be one word."""
    stop = len(items) if stop is None else stop
    first = items[at]
    run = letter_run(items, at, stop)
    length = _word_length(items, at, run, words) if len(run) > 1 else 1
    if length > 1:
        last = items[at + length - 1]
        name = normal(run[:length])
        return Taken(name, replace(last, start=first.start), None, at + length)
    following = items[at + 1] if at + 1 < stop else None
    short = first.kind == "letter" and first.end - first.start == 1 and first.text != "e"
    if (
        following
        and following.kind == "number"
        and short
        and first.plain
        and following.start == first.end
        and following.text.isdigit()
    ):
        return Taken(first.text, replace(following, start=first.start, array=first.array), following, at + 2)
    return Taken(first.text, first, None, at + 1)


def letter_run(items: Sequence[Item], at: int, stop: int | None = None) -> str:
    """The Latin letters that stand side by side from *at* on, before *stop*, without scripts but on the last."""
    found = ""
    for place in range(at, min(at + MAX_RUN, len(items) if stop is None else stop)):
        item = items[place]
        if item.kind != "letter" or not (item.text.isascii() and item.text.isalpha()):
            break
        if place > at and (item.start != items[place - 1].end or item.spaced):
            break
        found += item.text
        if not item.plain:
            break
    return found


def _word_length(items: Sequence[Item], at: int, run: str, words: frozenset[str]) -> int:
    alone = at == 0 or items[at - 1].kind != "letter" or items[at - 1].end != items[at].start
    if run in words or run in FUNCTION_NAMES or (alone and (run in NAME_WORDS or run in GREEK)):
        return len(run)
    return next((length for length in range(len(run) - 1, 1, -1) if run[:length] in words), 1)


# ---- subscripts and indices ------------------------------------------------------------------------------------------------


def number(item: Item) -> Number:
    """The literal of a number item.

    Raises:
        Unreadable: it has so many digits that it is none.
    """
    if len(item.text) > _MOST_DIGITS:
        raise Unreadable("a number with too many digits", item.start, item.end)
    return Number(Fraction(item.text), item.text)


def atoms(items: Sequence[Item], *, digitwise: bool = False) -> tuple[Expr, ...]:
    r"""The indices in a subscript or a bracket, flattened in reading order: ``l_i \to r_j`` is l, i, →, r, j.

    Args:
        items: what stands there.
        digitwise: every digit is an index of its own.

    Raises:
        Unreadable: something stands there that no index is made of.
    """
    found: list[Expr] = []
    for part in split(items, (",", ";")):
        found += _part(part, digitwise)
    return tuple(found)


def _part(items: Sequence[Item], digitwise: bool) -> list[Expr]:
    units = _units(items, digitwise)
    arithmetic = any(unit in ("+", "-") for unit in units)
    found: list[Expr] = []
    place = 0
    while place < len(units):
        unit = units[place]
        if isinstance(unit, Expr):
            _append(found, unit, arithmetic=arithmetic)
            place += 1
            continue
        right, place = _operand(units, place + 1, items)
        if unit == "/":
            found.append(Div(found.pop(), right) if found else right)
            continue
        term = Neg(right) if unit == "-" else right
        left = found.pop() if found else None
        found.append(term if left is None else Add((*(left.terms if isinstance(left, Add) else (left,)), term)))
    return found


def _append(found: list[Expr], unit: Expr, *, arithmetic: bool) -> None:
    if arithmetic and found and isinstance(found[-1], Number) and isinstance(unit, Ref):
        found.append(Product((found.pop(), unit), ("",)))
    else:
        found.append(unit)


def _operand(units: list[Expr | str], place: int, items: Sequence[Item]) -> tuple[Expr, int]:
    if place >= len(units) or isinstance(units[place], str):
        raise Unreadable("an index without its second term", items[0].start, items[-1].end)
    unit = units[place]
    following = units[place + 1] if place + 1 < len(units) else ""
    assert isinstance(unit, Expr)
    if isinstance(unit, Number) and isinstance(following, Ref):
        return Product((unit, following), ("",)), place + 2
    return unit, place + 1


def _units(items: Sequence[Item], digitwise: bool) -> list[Expr | str]:
    pairs, lonely = matching(items)
    if lonely:
        raise Unreadable("a bracket without its partner in an index", items[0].start, items[-1].end)
    found: list[Expr | str] = []
    place = 0
    while place < len(items):
        item = items[place]
        if item.kind == "open":
            found += atoms(items[place + 1 : pairs[place]], digitwise=digitwise)
            found += _scripts(items[pairs[place]], digitwise)
            place = pairs[place] + 1
        elif item.kind == "letter":
            run = letter_run(items, place)
            length = len(run) if _is_label(run) else 1
            place += length
            last = items[place - 1]
            found.append(Ref((run if length > 1 else item.text) + "'" * last.primes))
            found += _scripts(last, digitwise)
        else:
            found += _unit(item, digitwise, alone=len(items) == 1)
            found += _scripts(item, digitwise) if item.kind != "sign" else []
            place += 1
    return found


def _scripts(item: Item, digitwise: bool) -> tuple[Expr, ...]:
    if item.sup is not None:
        raise Unreadable("a superscript within an index", item.start, item.end)
    return atoms(item.sub, digitwise=digitwise) if item.sub is not None else ()


def _is_label(run: str) -> bool:
    return run in SUBSCRIPT_WORDS or (len(run) > 2 and not _INDEX_RUN.fullmatch(run))


def _unit(item: Item, digitwise: bool, *, alone: bool) -> list[Expr | str]:
    if item.kind == "number":
        return _digits(item, digitwise)
    if item.kind in ("word", "text"):
        return _label(" ".join(item.text.split()))
    if item.kind == "op" and item.text in "+-/":
        return [Ref(item.text)] if alone else [item.text]
    if item.kind == "op" and item.text in "·.*×":
        return [Ref(":")]
    if item.kind == "sign" and item.text in _ARROWS:
        return [Ref("→")]
    if item.kind == "sign" and item.text == ":":
        return [Ref(":")]
    if item.kind == "dots":
        return [Dots()]
    if item.kind == "space":
        return []
    raise Unreadable(item.text if item.kind == "bad" else "an index that is none", item.start, item.end)


def _label(word: str) -> list[Expr | str]:
    r"""A word in upright letters: ``\text{total}`` is one label, ``\text{hx}`` and ``\text{h1}`` are read like italics."""
    letters = word.rstrip("0123456789")
    number_ = word[len(letters) :]
    label = len(letters) > 2 or letters in SUBSCRIPT_WORDS or not letters.isalpha()
    found: list[Expr | str] = [Ref(letters)] if label and letters else [Ref(letter) for letter in letters]
    return [*found, *([Number(Fraction(int(number_)), number_)] if number_ and len(number_) < _MOST_DIGITS else [])]


def _digits(item: Item, digitwise: bool) -> list[Expr | str]:
    if item.text.isdigit() and (digitwise or (len(item.text) > 1 and item.text[0] == "0")):
        return [Number(Fraction(int(digit)), digit) for digit in item.text]
    return [number(item)]


def index_letter(item: Item) -> str:
    """The index variable that a letter with its primes is."""
    return item.text + "'" * item.primes


# ---- superscripts ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Raised:
    """What stands in a superscript: indices in brackets, a mark, a transpose, primes, and the rest: a power or an index."""

    indices: tuple[tuple[Item, ...], ...] = ()
    mark: str = ""
    transpose: bool = False
    primes: int = 0
    bare: tuple[Item, ...] = ()


def raised(items: Sequence[Item], *, scalar: bool = False) -> Raised:
    """The parts of a superscript.

    Args:
        items: what stands there.
        scalar: its base is no name, so that brackets in it only group.
    """
    items = [item for item in items if item.kind != "space"]
    mark = _mark(items)
    if mark:
        return Raised(mark=mark)
    pairs, _ = matching(items)
    found = Raised()
    place = 0
    while place < len(items):
        inner, after = (None, place) if scalar else _bracketed(items, place, pairs)
        if inner is not None:
            found = _with_bracket(found, inner, items[after - 1])
            place = after
            continue
        item = items[place]
        last = place == len(items) - 1
        if last and _is_transpose(item) and (not found.bare or _ends_index(found.bare)):
            found = replace(found, transpose=True)
        elif item.is_op(",") and (found.indices or found.bare) and _is_transpose(items[-1]):
            pass
        elif (found.indices and last and item.is_op("+", "*")) or (
            found.indices and last and (item.kind == "word" or _mark([item]))
        ):
            found = replace(found, mark=item.text)
        else:
            found = replace(found, bare=(*found.bare, item))
        place += 1
    return found


def _is_transpose(item: Item) -> bool:
    return item.kind in ("letter", "word") and item.text in _TRANSPOSE and item.plain


def _ends_index(bare: Sequence[Item]) -> bool:
    """Does a T behind *bare* say "transposed", as in ``W^{l T}``?"""
    return bare[-1].kind in ("letter", "number") and (len(bare) == 1 or bare[-2].kind == "op") and bare[0].text != "-"


def _mark(items: Sequence[Item]) -> str:
    if len(items) >= 3 and items[0].kind == "open" and items[-1].kind == "close" and items[-1].plain:
        inner = letters_of(items[1:-1])
        return inner if inner in MARKS or (len(inner) > 3 and not _INDEX_RUN.fullmatch(inner)) else ""
    word = letters_of(items)
    if word in MARKS:
        return word
    if len(items) == 1 and items[0].plain and (items[0].is_op("+", "-", "*") or items[0].text in ("⋆", "†")):
        return {"⋆": "*"}.get(items[0].text, items[0].text)
    return ""


def _bracketed(items: Sequence[Item], place: int, pairs: dict[int, int]) -> tuple[list[Item] | None, int]:
    item = items[place]
    if item.kind == "open" and place in pairs and items[pairs[place]].sub is None:  # `e^{(z)_k}`: no mere bracket
        inner = list(items[place + 1 : pairs[place]])
        numeric = all(i.kind in ("number", "op") for i in inner) and len(inner) > 1 and not any(i.is_op(",") for i in inner)
        return (None, place) if numeric and item.text == "(" else (inner, pairs[place] + 1)
    if item.kind == "sign" and item.text in ("<", "lt"):
        closing = next(
            (p for p in range(place + 1, len(items)) if items[p].kind == "sign" and items[p].text in (">", "gt")), None
        )
        if closing is not None:
            return list(items[place + 1 : closing]), closing + 1
    return None, place


def _with_bracket(found: Raised, inner: list[Item], closing: Item) -> Raised:
    word = letters_of(inner)
    if word in MARKS:
        return replace(found, mark=word)
    above = closing.sup or []
    transposed = found.transpose or (len(above) == 1 and _is_transpose(above[0]))
    return replace(found, indices=(*found.indices, tuple(inner)), transpose=transposed, primes=found.primes + closing.primes)


def is_index(items: Sequence[Item]) -> bool:
    """Can *items* be an index: a letter or a number, perhaps with a whole number more or less?"""
    if not items or items[0].kind not in ("letter", "number", "word") or items[0].sup is not None:
        return False
    rest = list(items[1:])
    while rest:
        if len(rest) < 2 or not rest[0].is_op("+", "-") or rest[1].kind not in ("number", "letter") or rest[1].sup is not None:
            return False
        rest = rest[2:]
    return True


def layer_index(name: str, bare: Sequence[Item], vocabulary: Vocabulary) -> bool:
    """Is what stands bare in the superscript of *name* an index (else it is a power)?"""
    if not bare:
        return False
    if any(item.is_op(",") for item in bare) or all(item.kind in ("word", "text") for item in bare):
        return True
    word = letters_of(bare)
    if len(word) > 2 and _is_label(word):
        return True
    if name not in vocabulary.layered:
        return False
    if all(item.kind == "number" for item in bare):
        return name in vocabulary.numbered
    return is_index(bare) or bool(word)
