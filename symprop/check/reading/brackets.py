r"""Brackets of all kinds: grouping, lists, indicators, norms, absolute values, values at a point, cases and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from symprop.check.reading.items import Item, Unreadable, find_sign, split
from symprop.check.reading.names import atoms, raised
from symprop.check.reading.references import scripted
from symprop.check.reading.tables import CASES, COMPARISONS, CONDITIONS, MATRICES, OTHERWISE
from symprop.check.written_names import ONES
from symprop.model.expr import ONE, Div, Expr, Indicator, Number, Pow, Ref
from symprop.model.written import At, Call, Cases, Group, Norm, Product, Table, Transpose

if TYPE_CHECKING:
    from symprop.check.reading.parser import Parser

_INDICATING = frozenset(("𝟙", "𝕀", "I", "χ", "1"))


def bracket(parser: Parser) -> Expr:
    """What stands in brackets, with the scripts of the closing one."""
    opening = parser.items[parser.at]
    end = parser.pairs[parser.at]
    if end >= parser.end:
        raise parser.fail("brackets that overlap", opening)
    begin = parser.at + 1
    inner = parser.items[begin:end]
    closing = parser.items[end]
    if opening.text == "{" and begin == end - 1 and inner[0].kind == "table":
        return _advance(parser, end, parser.sub(inner))
    if find_sign(inner) is not None:
        before = parser.items[parser.at - 1] if parser.at else None
        if opening.text == "(" and before is not None and before.kind in ("letter", "word") and before.end == opening.start:
            raise parser.fail("a condition behind a name", opening)
        result: Expr = _indicator(parser, inner)
    elif any(item.is_op(",", ";") for item in inner) and len(split(inner, (",", ";"))) > 1:
        items = tuple(parser.sub(part) for part in listed(inner))
        result = _inner_product(items, opening) if opening.text == "⟨" else Group(items, opening.text)
    else:
        if opening.text == "⟨":
            raise parser.fail("pointed brackets", opening)
        result = parser.within(begin, end, type(parser).expression)
    return scripted(parser, _advance(parser, end, result), closing)


def listed(items: Sequence[Item]) -> list[list[Item]]:
    """The entries between commas; dots are one even where a comma is missing (``x_1, …x_n``)."""
    found: list[list[Item]] = []
    for part in split(items, (",", ";")):
        cut = 1 if len(part) > 1 and part[0].kind == "dots" else 0
        found += [part[:cut], part[cut:]] if cut else [part]
    return found


def _advance(parser: Parser, end: int, result: Expr) -> Expr:
    parser.at = end + 1
    return result


def _inner_product(items: Sequence[Expr], opening: Item) -> Expr:
    if len(items) != 2:
        raise Unreadable("pointed brackets", opening.start, opening.end)
    return Product(tuple(items), ("·",))


def _indicator(parser: Parser, items: Sequence[Item]) -> Indicator:
    """``z > 0``, ``i = j``, ``1 ≤ k ≤ n`` as 1 or 0."""
    operands: list[Expr] = []
    operators: list[str] = []
    rest = list(items)
    while rest:
        place = find_sign(rest)
        if place is None:
            operands.append(parser.sub(rest))
            break
        sign = rest[place]
        comparison = COMPARISONS.get(sign.text)
        if comparison is None:
            raise parser.fail("a condition that is not read here", sign)
        operands.append(parser.sub(rest[:place]) if place else parser.sub([sign]))
        operators.append(comparison)
        rest = rest[place + 1 :]
        if not rest:
            raise parser.fail("a condition without its end", sign)
    return Indicator(tuple(operands), tuple(operators))


def indicator(parser: Parser) -> Expr | None:
    r"""``\mathbb{1}[z > 0]``, ``1_{i = j}``, ``\mathbf{1}``; None where the next item begins nothing of the kind."""
    item = parser.items[parser.at]
    if item.text not in _INDICATING:
        return None
    condition = item.sub
    if condition is not None:
        if len(condition) > 2 and condition[0].kind == "open" and condition[-1].kind == "close":
            condition = condition[1:-1]
        if find_sign(condition) is None:  # `\mathbf{1}_N`: so many ones
            return _ones(parser, item) if item.text == "1" and item.array and len(condition) == 1 else None
        parser.at += 1
        return _power(parser, _indicator(parser, condition), item)
    following = parser.peek()
    if following is not None and following.kind == "open" and item.plain and parser.at + 1 in parser.pairs:
        end = parser.pairs[parser.at + 1]
        inner = parser.items[parser.at + 2 : end]
        if find_sign(inner) is not None:
            parser.at = end + 1
            return scripted(parser, _indicator(parser, inner), parser.items[end])
    if item.text == "𝟙" or (item.text == "1" and item.array):
        return _ones(parser, item)
    return None


def _power(parser: Parser, base: Expr, item: Item) -> Expr:
    return Pow(base, parser.sub(item.sup)) if item.sup is not None else base


def _ones(parser: Parser, item: Item) -> Expr:
    """A bold 1: the number where it is a term of a sum, else the vector of ones."""
    before, after = parser.items[parser.at - 1] if parser.at else None, parser.peek()
    parser.at += 1
    if item.plain and all(side is None or side.is_op("+", "-") or side.kind in ("open", "close") for side in (before, after)):
        return ONE
    above = raised(item.sup) if item.sup is not None else None
    ones = Ref(ONES, atoms(item.sub) if item.sub is not None else ())
    if above is not None and (above.bare or above.indices or above.mark):
        raise parser.fail("a superscript on a bold 1", item)
    return Transpose(ones) if above is not None and above.transpose else ones


# ---- bars ------------------------------------------------------------------------------------------------------------------


def closing_bar(parser: Parser) -> int | None:
    """The place of the bar that closes the one to be read next."""
    opening = parser.items[parser.at]
    place, depth = parser.at + 1, 0
    if opening.kind == "bar" and is_evaluation(opening):
        return None
    while place < parser.end:
        item = parser.items[place]
        if item.kind == "open" and place in parser.pairs:
            place = parser.pairs[place]
        elif item.text == opening.text and item.kind == opening.kind == "lbar":
            depth += 1
        elif item.text == opening.text and (item.kind == "rbar" or item.kind == opening.kind == "bar"):
            if not depth:
                return place
            depth -= 1
        elif item.kind == "close":
            return None
        place += 1
    return None


def bars(parser: Parser) -> Expr:
    """``|x|`` and ``‖v‖``."""
    opening = parser.items[parser.at]
    end = closing_bar(parser)
    if end is None or end == parser.at + 1:
        raise parser.fail("a bar without its partner", opening)
    inner = parser.within(parser.at + 1, end, type(parser).expression)
    closing = parser.items[end]
    array = _names_array(parser.items[parser.at + 1 : end], parser.vocabulary.arrays)
    parser.at = end + 1
    if opening.text == "|" and not array:
        return scripted(parser, Call(Ref("abs"), (inner,)), closing)
    order = parser.sub(closing.sub) if closing.sub is not None else None
    return _power(parser, Norm(inner, None if _is_two(order) else order), closing)


def _names_array(items: Sequence[Item], arrays: frozenset[str]) -> bool:
    return any(item.text in arrays or any(_names_array(part, arrays) for part in item.parts) for item in items)


def _is_two(order: Expr | None) -> bool:
    return (
        order is None
        or (isinstance(order, Number) and order.value == 2)
        or (isinstance(order, Ref) and order.name in ("F", "Fro"))
    )


def is_evaluation(item: Item) -> bool:
    """Is it the bar of ``… |_{w = 1}``?"""
    return item.kind in ("bar", "rbar") and item.text == "|" and item.sub is not None and find_sign(item.sub) is not None


def evaluated(parser: Parser, of: Expr) -> Expr:
    """*of* with names set to values below a bar."""
    item = parser.items[parser.at]
    parser.at += 1
    settings: list[tuple[Ref, Expr]] = []
    for part in split(item.sub or [], (",", ";")):
        place = find_sign(part)
        name = parser.sub(part[:place]) if place else None
        if not isinstance(name, Ref) or place is None or COMPARISONS.get(part[place].text) != "=":
            raise parser.fail("a bar whose setting is not `name = value`", item)
        settings.append((name, parser.sub(part[place + 1 :])))
    return At(of, tuple(settings))


# ---- groups, roots, tables -------------------------------------------------------------------------------------------------


def group(parser: Parser) -> Expr:
    """Braces with a script: the script belongs to all of it, where that is one factor.

    Raises:
        Unreadable: it is a sum or a product, so that nobody can see what the script belongs to.
    """
    item = parser.items[parser.at]
    parser.at += 1
    inner = parser.sub(item.parts[0])
    if not isinstance(inner, (Norm, Call, Pow, Ref, Table, Group, Div)) and not _bracketed(item.parts[0]):
        raise parser.fail("a script on braces that are not seen: does it belong to all of it?", item)
    if isinstance(inner, Norm) and item.sub is not None:
        inner = Norm(inner.operand, None if _is_two(order := parser.sub(item.sub)) else order)
        return _power(parser, inner, item)
    if isinstance(inner, Ref) and not inner.indices and item.sub is not None:
        inner, item = Ref(inner.name, atoms(item.sub)), replace(item, sub=None)
    return scripted(parser, inner, item)


def _bracketed(items: Sequence[Item]) -> bool:
    return len(items) > 1 and items[0].kind == "open" and items[-1].kind == "close"


def root(parser: Parser) -> Expr:
    r"""``\sqrt{x}``, ``\sqrt[3]{x}``, ``√x``."""
    item = parser.items[parser.at]
    parser.at += 1
    degree, body = item.parts
    radicand = parser.sub(body) if body else parser.factor()
    result: Expr = Pow(radicand, Div(ONE, parser.sub(degree))) if degree else Call(Ref("sqrt"), (radicand,))
    return scripted(parser, result, item)


def table(parser: Parser) -> Expr:
    """Cases, or a matrix."""
    item = parser.items[parser.at]
    before = parser.items[parser.at - 1] if parser.at else None
    parser.at += 1
    rows = _rows(item.parts[0])
    braced = before is not None and before.kind == "open" and before.text == "{"
    if item.text in CASES or braced:
        return Cases(tuple(_branch(parser, row, item) for row in rows))
    if item.text not in MATRICES or item.text.lower().startswith("vmatrix"):
        raise parser.fail(f"`{item.text}` within a formula", item)
    if len({len(row) for row in rows}) != 1:
        raise parser.fail("a matrix whose rows differ in length", item)
    return scripted(parser, Table(tuple(tuple(parser.sub(cell) for cell in row) for row in rows)), item)


def _rows(items: Sequence[Item]) -> list[list[list[Item]]]:
    rows: list[list[list[Item]]] = [[[]]]
    for item in items:
        if item.kind == "newline":
            rows.append([[]])
        elif item.kind == "amp":
            rows[-1].append([])
        else:
            rows[-1][-1].append(item)
    return [row for row in rows if any(row)]


def _branch(parser: Parser, row: Sequence[Sequence[Item]], item: Item) -> tuple[Expr, Expr | None]:
    """``value & if condition``; without a column, the text or the comma parts them."""
    flat = [part for cell in row for part in cell]
    cut = len(row[0]) if len(row) > 1 else next((p for p, part in enumerate(flat) if part.kind == "text"), None)
    if cut is None:
        cut = next((p for p, part in enumerate(flat) if part.is_op(",")), len(flat))
    value = [part for part in flat[:cut] if part.kind not in ("text", "space")]
    while value and value[-1].is_op(",", ";", "."):
        value.pop()
    said = " ".join(part.text for part in flat[cut:] if part.kind == "text").lower().replace(",", " ").split()
    condition = [part for part in flat[cut:] if part.kind not in ("text", "space", "amp") and not _says(part)]
    while condition and condition[-1].is_op(",", ";", "."):
        condition.pop()
    while condition and condition[0].is_op(","):
        condition = condition[1:]
    if not condition:
        if said and not OTHERWISE & set(said):
            raise parser.fail("a condition in words", item)
        return parser.sub(value), None
    unknown = [
        word
        for word in said
        if word not in CONDITIONS and word not in ("and", "where", "with", "else", "otherwise", "elseif", ".")
    ]
    if find_sign(condition) is None or unknown:
        raise parser.fail("a condition that is not read here", item)
    return parser.sub(value), _indicator(parser, condition)


def _says(item: Item) -> bool:
    return item.kind == "word" and (item.text in CONDITIONS or item.text in OTHERWISE)
