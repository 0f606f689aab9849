r"""Derivatives in all their spellings: ``\frac{\partial E}{\partial w}``, ``dE/dw``, ``\partial_w E``, ``\nabla_w E``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from symprop.check.reading import references
from symprop.check.reading.evidence import is_differential, plain_names
from symprop.check.reading.items import Item, find_sign, split
from symprop.check.reading.names import MAX_RUN
from symprop.model.expr import Div, Expr, Number, Ref
from symprop.model.written import Call, Derivative, Gradient

if TYPE_CHECKING:
    from symprop.check.reading.parser import Parser

MAX_ORDER = 9
"""Highest order of a derivative that is read."""


def fraction(parser: Parser) -> Expr:
    """A fraction: a derivative where both its parts begin with ∂ or d."""
    item = parser.items[parser.at]
    above, below = (_shown(part) for part in item.parts)
    parser.at += 1
    if not above or not below:
        raise parser.fail("a fraction without its numerator or denominator", item)
    partial = above[0].kind == "partial" and below[0].kind == "partial"
    if partial or is_differential(item):
        result = _quotient(parser, above, below, item)
        if len(above) > 1 and item.plain:
            result = _at_point(parser, result, item)
        return references.scripted(parser, result, item)
    if below[0].kind == "partial" and len(above) == 1 and above[0].kind == "number":
        raise parser.fail("a derivative without what is differentiated", item)
    return references.scripted(parser, Div(parser.sub(above), parser.sub(below)), item)


def _at_point(parser: Parser, result: Expr, item: Item) -> Expr:
    r"""``\frac{dg}{dy}(f(a))``: a name or value in brackets is the point, where g is a function.

    Raises:
        Unreadable: it is none, so that this may be a product, too.
    """
    opening = parser.item
    if opening is None or opening.kind != "open" or opening.text != "(" or opening.spaced:
        return result
    begin, end = parser.at + 1, parser.pairs[parser.at]
    inner = parser.items[begin:end]
    alone = len(inner) == 1 or (len(inner) > 3 and inner[1].kind == "open" and parser.pairs.get(begin + 1) == end - 1)
    if not alone or inner[0].kind not in ("letter", "word") or not parser.items[end].plain:
        return result
    of = result.of if isinstance(result, Derivative) and isinstance(result.wrt, Ref) else None
    if not isinstance(of, Ref) or of.name not in parser.vocabulary.functions:
        raise parser.fail("a derivative before a name in brackets: a product, or its value there?", item)
    assert isinstance(result, Derivative)
    parser.at = end + 1
    return Call(of, (parser.sub(inner),), result.order)


def _shown(items: Sequence[Item]) -> list[Item]:
    return [item for item in items if item.kind not in ("space", "amp")]


def _quotient(parser: Parser, above: list[Item], below: list[Item], item: Item) -> Expr:
    order = _order(parser, above[0])
    variables = _variables(parser, below, order)
    if len(variables) > MAX_ORDER:
        raise parser.fail("a derivative by too many names", item)
    if sum(times for _, times in variables) != order:
        if len(variables) != 1 or order != 1:
            raise parser.fail("a derivative whose orders above and below differ", item)
        variables = [(parser.sub(below[1:]), 1)]
    of = parser.sub(above[1:]) if len(above) > 1 else _operand(parser, item)
    for wrt, times in reversed(variables):
        of = Derivative(of, wrt, times)
    return of


def _order(parser: Parser, sign: Item) -> int:
    if sign.sub is not None or sign.primes:
        raise parser.fail("a derivative with a subscript in a fraction", sign)
    if sign.sup is None:
        return 1
    if len(sign.sup) == 1 and sign.sup[0].kind == "number" and sign.sup[0].text.isdigit() and 0 < int(sign.sup[0].text) < 10:
        return int(sign.sup[0].text)
    raise parser.fail("a derivative of an order that is no number", sign)


def _variables(parser: Parser, below: list[Item], order: int) -> list[tuple[Expr, int]]:
    """By what is differentiated, and how often: ``∂x ∂y``, ``∂x^2``."""
    partial = below[0].kind == "partial"
    parts: list[list[Item]] = []
    for item in below:
        if (item.kind == "partial") if partial else (not parts or (order > 1 and item.is_letter("d") and item.plain)):
            if item.sup is not None or item.sub is not None:
                raise parser.fail("a derivative by something that is no name", item)
            parts.append([])
        else:
            parts[-1].append(item)
    found: list[tuple[Expr, int]] = []
    for part in parts:
        times = _power(part)
        last = part[-1] if part else None
        if times > 1 and last is not None:
            raised, last.sup = last.sup, None
            found.append((parser.sub(part), times))
            last.sup = raised
        else:
            found.append((parser.sub(part), 1))
    return found


def _power(part: Sequence[Item]) -> int:
    above = part[-1].sup if part else None
    digit = above[0].text if above and len(above) == 1 and above[0].kind == "number" else ""
    return int(digit) if digit.isdigit() and 1 < int(digit) < 10 else 1


def _operand(parser: Parser, item: Item) -> Expr:
    r"""What ``\frac{d}{dx}`` applies to: the following product, or a bracket before a sign of a product or a derivative."""
    if parser.item is None or (not parser.starts_factor() and not parser.item.is_op("-", "·", "×", "*")):
        raise parser.fail("a derivative without what is differentiated", item)
    if parser.item.kind == "op" and parser.item.text != "-":
        raise parser.fail("a derivative without what is differentiated", item)
    if parser.item.kind == "open" and _is_closed_off(parser, parser.pairs[parser.at] + 1):
        return parser.factor()
    return parser.signed(type(parser).product)


def _is_closed_off(parser: Parser, place: int) -> bool:
    """Does the factor end at *place*, where the next is set off from it?"""
    following = parser.items[place] if place < parser.end else None
    if following is None:
        return False
    if following.kind == "fraction":
        above = _shown(following.parts[0])
        return bool(above) and (above[0].kind == "partial" or is_differential(following))
    return following.is_op("·", "×", "*")


# ---- written in one line ---------------------------------------------------------------------------------------------------


def partial(parser: Parser) -> Expr:
    r"""``\partial E/\partial w``, ``\partial_w E``."""
    sign = parser.items[parser.at]
    if sign.sub is not None:
        parser.at += 1
        wrt = parser.sub(sign.sub)
        return Derivative(_factor_behind(parser, sign), wrt)
    slash = _slash(parser, "partial")
    if slash is None:
        raise parser.fail("∂ without what it is divided by", sign)
    return _in_line(parser, slash)


def total_quotient(parser: Parser) -> Expr | None:
    """``dE/dw`` where a ``d`` begins both sides of a stroke, else None."""
    sign = parser.items[parser.at]
    if sign.sub is not None or sign.primes:
        return None
    slash = _slash(parser, "letter")
    if slash is None or slash + 2 >= parser.end:
        return None
    behind = parser.items[slash + 2]
    if behind.kind not in ("letter", "word", "open") or behind.start > parser.items[slash + 1].end + 1:
        return None
    return _in_line(parser, slash)


def _slash(parser: Parser, kind: str) -> int | None:
    """The place of the stroke behind the one factor that follows a ∂ or d, where another follows the stroke."""
    place = parser.at + 1
    first = parser.items[place] if place < parser.end else None
    if first is not None and not first.is_op("/"):
        if first.kind == "open":
            place = parser.pairs[place] + 1
        elif first.kind in ("letter", "word"):
            place += 1
            stop = min(place + MAX_RUN, parser.end)
            while place < stop and _continues(parser, place):
                place += 1
            if place < parser.end and parser.items[place].kind == "open":
                place = parser.pairs[place] + 1
        else:
            return None
    below = parser.items[place + 1] if place + 1 < parser.end else None
    if place >= parser.end or not parser.items[place].is_op("/") or below is None:
        return None
    return place if (below.kind == "partial" if kind == "partial" else below.is_letter("d") and below.plain) else None


def _continues(parser: Parser, place: int) -> bool:
    before = parser.items[place - 1]
    return (
        parser.items[place].kind == "letter"
        and before.kind == "letter"
        and before.plain
        and before.end == parser.items[place].start
    )


def _in_line(parser: Parser, slash: int) -> Expr:
    sign, below = parser.items[parser.at], parser.items[slash + 1]
    order = _order(parser, sign)
    of_items = parser.items[parser.at + 1 : slash]
    parser.at = slash + 2
    begin = parser.at
    wrt = parser.factor()
    if order > 1:
        times = _power(parser.items[begin : parser.at])
        if times != order or below.sup is not None:
            raise parser.fail("a derivative whose orders above and below differ", sign)
        wrt = getattr(wrt, "base", wrt)
    of = parser.sub(of_items) if of_items else _operand(parser, sign)
    return Derivative(of, wrt, order)


# ---- gradients -------------------------------------------------------------------------------------------------------------


def nabla(parser: Parser) -> Expr:
    r"""``\nabla_W E``, ``\nabla E``, ``\nabla L(w)``."""
    sign = parser.items[parser.at]
    parser.at += 1
    if sign.sup is not None or sign.primes:
        raise parser.fail("∇ with a superscript", sign)
    wrt = parser.sub(sign.sub) if sign.sub is not None else None
    if wrt is None:
        named = _of_names(parser)
        if named is not None:
            return named
    return Gradient(_factor_behind(parser, sign), wrt)


def _of_names(parser: Parser) -> Expr | None:
    """``L(w)`` behind a ∇: the derivative of L by w."""
    item, following = parser.item, parser.peek()
    if item is None or item.kind not in ("letter", "word") or following is None or following.kind != "open":
        return None
    inner = parser.items[parser.at + 2 : parser.pairs[parser.at + 1]]
    if len(split(inner, (",", ";"))) != 1 or find_sign(inner) is not None:
        return None
    argument = parser.sub(inner)
    if not isinstance(argument, Ref) or following.text != "(":
        return None
    of = parser.within(parser.at, parser.at + 1, type(parser).factor)
    closing = parser.items[parser.pairs[parser.at + 1]]
    parser.at = parser.pairs[parser.at + 1] + 1
    return references.scripted(parser, Gradient(of, argument), closing)


def _factor_behind(parser: Parser, sign: Item) -> Expr:
    """What ∇ or ∂_w applies to: a name, or the product that a number, a fraction or a sum begins."""
    item = parser.item
    if item is None or not parser.starts_factor():
        raise parser.fail("a derivative without what is differentiated", sign)
    if item.kind not in ("letter", "word"):
        return parser.factor() if item.kind in ("open", "bar", "lbar") else parser.product()
    result, following = parser.factor(), parser.item
    if isinstance(result, Ref) and following is not None and following.kind == "open" and following.text == "(":
        end = parser.pairs[parser.at]
        inner = parser.items[parser.at + 1 : end]
        if plain_names(inner):
            parser.at = end + 1
            result = Call(result, tuple(parser.sub(part) for part in split(inner, (",", ";"))))
    return result


# ---- packages --------------------------------------------------------------------------------------------------------------


def package(parser: Parser) -> Expr:
    r"""``\pdv{E}{w}``, ``\dv[2]{y}{x}``, ``\pdv{x}``: with one argument it is an operator."""
    item = parser.items[parser.at]
    parser.at += 1
    parts = list(item.parts)
    order = 1
    if item.text.endswith("^"):
        first = parser.sub(parts.pop(0))
        order = int(first.value) if isinstance(first, Number) and first.value.denominator == 1 else 0
        if not 0 < order < 10:
            raise parser.fail("a derivative of an order that is no number", item)
    variables = [parser.sub(part) for part in parts[1:] or parts]
    of = parser.sub(parts[0]) if len(parts) > 1 else _operand(parser, item)
    if order > 1 and len(variables) > 1:
        raise parser.fail("a derivative whose orders above and below differ", item)
    for wrt in reversed(variables):
        of = Derivative(of, wrt, order)
    return references.scripted(parser, of, item)
