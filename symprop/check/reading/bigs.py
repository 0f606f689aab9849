r"""Big signs: sums, products, maxima and minima, with whatever people write below and above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from symprop.check.reading.items import Item, Unreadable, find_sign, split
from symprop.check.reading.names import atoms, index_letter, letter_run
from symprop.check.reading.references import scripted
from symprop.check.reading.tables import COMPARISONS, MEMBER
from symprop.model.expr import Expr, Ref
from symprop.model.written import Big, Call, Dots, Group

if TYPE_CHECKING:
    from symprop.check.reading.parser import Parser


@dataclass(frozen=True, slots=True)
class _Range:
    """What stands below a big sign."""

    indices: tuple[str, ...] = ()
    lower: Expr | None = None
    upper: Expr | None = None
    over: Expr | None = None
    excluded: Expr | None = None


def big(parser: Parser) -> Expr:
    """A sum, product, maximum or minimum; its body is the following product."""
    item = parser.items[parser.at]
    parser.at += 1
    if item.text in ("max", "min") and item.sub is None and parser.item is not None:
        return _choice(parser, item)
    if item.primes:
        raise parser.fail("a prime on a big sign", item)
    found = _below(parser, item.sub or [])
    if item.sup:
        if found.upper is not None:
            raise parser.fail("a big sign with two upper bounds", item)
        found = replace(found, upper=parser.sub(item.sup))
    if parser.item is None or not (parser.starts_factor() or parser.item.is_op("-", "+")):
        raise parser.fail(f"a {_NAMES[item.text]} of nothing", item)
    body = parser.signed(type(parser).hadamard)
    return Big(item.text, body, found.indices, found.lower, found.upper, found.over, found.excluded)


_NAMES = {"sum": "sum", "product": "product", "max": "maximum", "min": "minimum"}


def _choice(parser: Parser, item: Item) -> Expr:
    r"""``\max(0, x)``, ``\max\{0, x\}``."""
    opening = parser.item
    if opening is None or opening.kind != "open" or item.sup is not None or item.primes:
        raise parser.fail(f"a {_NAMES[item.text]} without what is compared", item)
    begin, end = parser.at + 1, parser.pairs[parser.at]
    parts = split(parser.items[begin:end], (",", ";"))
    parser.at = end + 1
    span = parser.context.formula.span(item.start, item.end)
    call = Call(Ref(item.text, span=span), tuple(parser.sub(part) for part in parts))
    return scripted(parser, call, parser.items[end])


def _below(parser: Parser, items: Sequence[Item]) -> _Range:
    """The range that stands below: bounds, an index alone, a set, conditions."""
    # the lines of a \substack are conditions like those between commas
    commas = [Item("op", ",", item.start, item.end) if item.kind == "newline" else item for item in items]
    shown = [item for item in commas if item.kind not in ("space", "amp")]
    if not shown:
        return _Range()
    found = _Range()
    pending: list[str] = []
    for part in split(shown, (",", ";")):
        if not part or all(item.kind == "text" for item in part):
            continue
        place = find_sign(part)
        if place is None:
            pending += _letters(parser, part)
        else:
            found = _condition(parser, part, place, pending, found)
            pending = []
    if pending and not found.indices and len(pending) == 1 and len(pending[0]) > 1 and "'" not in pending[0]:
        return _Range(over=Ref(pending[0]))
    return replace(found, indices=(*found.indices, *pending))


def _letters(parser: Parser, part: Sequence[Item]) -> list[str]:
    """The index letters of ``i``, ``ij``, ``(i``; a word is the name of a set."""
    part = [item for item in part if item.kind not in ("open", "close")]
    run = letter_run(part, 0) if part else ""
    if len(part) == 1 and part[0].kind in ("word", "text"):
        return [part[0].text.strip()]
    if len(run) > 2 and len(run) == len(part):
        return [run]
    if not all(item.kind == "letter" and item.sub is None and item.sup is None for item in part):
        raise parser.fail("a range that is not read here", part[0] if part else None)
    return [index_letter(item) for item in part]


def _condition(parser: Parser, part: Sequence[Item], place: int, pending: list[str], found: _Range) -> _Range:
    left, sign, right = list(part[:place]), part[place], list(part[place + 1 :])
    if not right:
        raise parser.fail("a range without its end", sign)
    if sign.text in MEMBER:
        letters = [*pending, *(_letters(parser, left) if left else [])]
        return replace(found, indices=(*found.indices, *letters), over=_set(parser, right))
    comparison = COMPARISONS.get(sign.text)
    second = find_sign(right)
    if comparison == "=" and second is None:
        letters = [*pending, *_letters(parser, left)]
        lower, upper = _bounds(parser, right)
        if upper is not None:
            found = replace(found, upper=upper)
        return replace(found, indices=(*found.indices, *letters), lower=lower)
    if comparison == "≠" and second is None:
        names = set(found.indices) | set(pending)
        own = _letters(parser, left)
        if own[0] in names or not names:
            indices = (
                found.indices if own[0] in found.indices else (*found.indices, *pending, *([] if own[0] in pending else own))
            )
            return replace(found, indices=indices, excluded=_index(parser, right))
        return replace(found, indices=(*found.indices, *pending), excluded=_index(parser, left))
    if comparison == "≤" and second is not None and COMPARISONS.get(right[second].text) == "≤":
        letters = [*pending, *_letters(parser, right[:second])]
        return replace(
            found, indices=(*found.indices, *letters), lower=_index(parser, left), upper=_index(parser, right[second + 1 :])
        )
    raise parser.fail("a range that is not read here", sign)


def _bounds(parser: Parser, items: Sequence[Item]) -> tuple[Expr, Expr | None]:
    r"""``1`` or ``1 \dots n`` behind the equals sign."""
    dots = next((place for place, item in enumerate(items) if item.kind == "dots"), None)
    if dots is None:
        return _index(parser, items), None
    return _index(parser, items[:dots]), _index(parser, items[dots + 1 :])


def _index(parser: Parser, items: Sequence[Item]) -> Expr:
    found = atoms([item for item in items if not item.is_op(",", ".")])
    return found[0] if len(found) == 1 else parser.sub(items)


def _set(parser: Parser, items: Sequence[Item]) -> Expr:
    r"""``Batch``, ``\{o1, o2\}``, ``S_j``."""
    if items[0].kind == "open" and items[-1].kind == "close":
        parts = split(items[1:-1], (",", ";"))
        return Group(tuple(_element(part) for part in parts if part), items[0].text)
    run = letter_run(items, 0)
    return Ref(run) if len(run) == len(items) > 1 else parser.sub(items)


def _element(items: Sequence[Item]) -> Expr:
    found = atoms(items)
    if len(found) == 1:
        return found[0]
    first = found[0] if found else None
    if isinstance(first, Ref) and not first.indices:
        return Ref(first.name, found[1:])
    if isinstance(first, Dots) or first is None:
        raise Unreadable("an element of a set that is not read here", items[0].start, items[-1].end)
    return Group(found, "")
