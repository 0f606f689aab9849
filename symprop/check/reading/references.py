r"""Names in expressions: references with their indices, marks and powers; application where the name is a function."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from symprop.check.reading.evidence import contains
from symprop.check.reading.items import Item, Unreadable, find_sign, split
from symprop.check.reading.names import Raised, Taken, atoms, is_index, layer_index, raised, take_name
from symprop.check.reading.tables import COMPARISONS, FUNCTION_NAMES, SUBSCRIPT_MARKS, WEAK_FUNCTIONS, words
from symprop.model.expr import Div, Expr, Number, Pow, Ref
from symprop.model.written import BRACKETED, SUPERSCRIPTED, Call, Change, Component, Kronecker, Marked, Product, Transpose

if TYPE_CHECKING:
    from symprop.check.reading.parser import Parser

_UNREAD = {
    "𝔼": "an expectation", "ℙ": "a probability", "⋆": "the sign ⋆ as an operation", "†": "the sign † as a name",
    "∅": "the empty set",
    "𝒪": "an order of magnitude",
}  # fmt: skip
_REACHING = words(
    """exp log tanh sin cos tan sinh cosh arctan erf sign relu sigmoid softplus det tr arcsin arccos sech cot sec csc lg"""
)
"""Functions that take what follows without a bracket: ``\\log p``."""


def name(parser: Parser) -> Expr:
    """What begins with a letter or a word."""
    item = parser.items[parser.at]
    if item.is_letter("Δ") and item.plain:
        return change(parser)
    taken = take_name(parser.items, parser.at, parser.vocabulary.words, parser.end)
    parser.at = taken.stop
    if taken.item.kind == "bad":
        raise parser.fail("", taken.item)
    if taken.name in _UNREAD:
        raise parser.fail(_UNREAD[taken.name], item)
    function = FUNCTION_NAMES.get(taken.name, "")
    if taken.name == "e" and taken.item.sup is not None and taken.item.sub is None and _is_euler(parser, taken.item):
        return _exponential(parser, taken.item)
    if function and (function not in WEAK_FUNCTIONS or _bracket_follows(parser)):
        return _known_function(parser, function, taken)
    return _named(parser, taken)


def change(parser: Parser) -> Expr:
    """``Δw`` where a name follows, else the letter Δ."""
    delta = parser.items[parser.at]
    following = parser.peek()
    parser.at += 1
    if following is None or following.kind not in ("letter", "word") or following.is_letter("Δ"):
        return _reference(parser, "Δ", delta, ())
    inner = name(parser)
    return Transpose(Change(inner.operand)) if isinstance(inner, Transpose) else Change(inner)


# ---- ordinary names --------------------------------------------------------------------------------------------------------


def _named(parser: Parser, taken: Taken) -> Expr:
    item, base = taken.item, taken.name
    if base == "δ" and parser.vocabulary.kronecker and item.sub is not None:
        left, right = atoms(item.sub)
        return scripted(parser, Kronecker(left, right), _without_sub(item))
    if base == "δ" and item.sub is not None and find_sign(item.sub) is not None:
        one, other = (atoms(part) for part in _sides(item.sub))
        return Kronecker(one[0], other[0])
    return _reference(parser, base, item, atoms([taken.digits], digitwise=_digitwise(parser, base)) if taken.digits else ())


def _without_sub(item: Item) -> Item:
    return Item(item.kind, item.text, item.start, item.end, sup=item.sup, primes=item.primes)


def _sides(items: Sequence[Item]) -> tuple[Sequence[Item], Sequence[Item]]:
    place = find_sign(items) or 0
    if COMPARISONS.get(items[place].text) != "=":
        raise Unreadable("an index that is none", items[place].start, items[place].end)
    return items[:place], items[place + 1 :]


def _digitwise(parser: Parser, base: str) -> bool:
    return base in parser.vocabulary.digitwise


def _reference(parser: Parser, base: str, item: Item, digits: tuple[Expr, ...]) -> Expr:
    """A name with its scripts, and its brackets where they belong to it."""
    lowered, mark = _subscript(parser, base, item)
    above = raised(item.sup) if item.sup is not None else Raised()
    indices = tuple(atom for group in above.indices for atom in atoms(group))
    power = above.bare
    if layer_index(base, above.bare, parser.vocabulary):
        indices, power = (*indices, *atoms(above.bare)), ()
    key = base + SUPERSCRIPTED if indices else base
    is_function = base in parser.vocabulary.functions
    is_indexed = base in parser.vocabulary.indexed and _bracket_follows(parser)
    brackets: tuple[Expr, ...] = ()
    closing = item
    if is_indexed:
        brackets, closing = _index_bracket(parser)
        key += BRACKETED
    span = parser.context.formula.span(item.start, closing.end)
    ref = Ref(key, (*indices, *brackets, *digits, *lowered), span=span)
    primes = item.primes + above.primes
    if is_function and ((_bracket_follows(parser) and not _is_factor(parser, base)) or primes):
        result = _call(parser, ref, primes)
    else:
        result = Marked(ref, "'" * primes) if primes else ref
    mark = above.mark or mark
    if mark:
        result = Marked(ref, mark) if result is ref else _refuse_mark(parser, item)
    return _finished(parser, result, above.transpose, power, closing if is_indexed else None)


def _is_factor(parser: Parser, base: str) -> bool:
    """Does the name stand by itself in the bracket behind it, so that both are factors: ``σ(1 - σ)``?"""
    return contains(parser.items[parser.at + 1 : parser.pairs[parser.at]], base)


def _refuse_mark(parser: Parser, item: Item) -> Expr:
    raise parser.fail("a mark on something that is no name", item)


def _finished(parser: Parser, result: Expr, transpose: bool, power: Sequence[Item], closing: Item | None) -> Expr:
    result = Transpose(result) if transpose else result
    _refuse_inverse(parser, power, None)
    result = Pow(result, parser.sub(power)) if power else result
    return scripted(parser, result, closing) if closing is not None else result


def _refuse_inverse(parser: Parser, power: Sequence[Item], item: Item | None) -> None:
    if len(power) == 2 and power[0].is_op("-") and power[1].text in ("T", "⊤"):
        raise parser.fail("an inverse and transpose in one", item or power[0])


def _subscript(parser: Parser, base: str, item: Item) -> tuple[tuple[Expr, ...], str]:
    """The indices in the subscript, and the mark that a whole subscript like ``new`` is."""
    if item.sub is None:
        return (), ""
    found = atoms(item.sub, digitwise=_digitwise(parser, base))
    last = found[-1] if found else None
    if isinstance(last, Ref) and last.name in SUBSCRIPT_MARKS and not last.indices:
        return found[:-1], last.name
    return found, ""


def _bracket_follows(parser: Parser) -> bool:
    item = parser.item
    return item is not None and item.kind == "open" and item.text in ("(", "[", "{")


def _index_bracket(parser: Parser) -> tuple[tuple[Expr, ...], Item]:
    begin, end = parser.at + 1, parser.pairs[parser.at]
    parser.at = end + 1
    return atoms(parser.items[begin:end]), parser.items[end]


# ---- functions -------------------------------------------------------------------------------------------------------------


def _call(parser: Parser, function: Ref, primes: int) -> Expr:
    if not _bracket_follows(parser) or _is_factor(parser, function.name):
        return Call(function, (), primes)
    arguments, closing = _arguments(parser)
    return scripted(parser, Call(function, arguments, primes), closing)


def _arguments(parser: Parser) -> tuple[tuple[Expr, ...], Item]:
    """The arguments in the brackets that follow."""
    begin, end = parser.at + 1, parser.pairs[parser.at]
    if begin == end:
        raise parser.fail("a function without its argument")
    parts = split(parser.items[begin:end], (",", ";"))
    if not all(parts):
        raise parser.fail("a comma without what it separates")
    parser.at = end + 1
    return tuple(parser.sub(part) for part in parts), parser.items[end]


def _known_function(parser: Parser, function: str, taken: Taken) -> Expr:
    r"""``\exp(x)``, ``\tanh^2 z``, ``\log p``, ``softmax(z)_j``, ``\max(0, x)``."""
    item = taken.item
    span = parser.context.formula.span(item.start, item.end)
    above = raised(item.sup, scalar=True) if item.sup is not None else Raised()
    if any(part.is_op("-") for part in above.bare):
        raise parser.fail("a function to a negative power: is it the inverse?", item)
    layers = bool(item.sup) and any(i.kind == "open" for i in item.sup or [])
    if layers or above.mark or above.transpose:
        raise parser.fail("a superscript on a function", item)
    lowered = atoms(item.sub) if item.sub is not None else ()
    primes = item.primes + above.primes
    base = lowered[0] if function == "log" and len(lowered) == 1 and isinstance(lowered[0], Number) else None
    ref = Ref(function, () if base is not None or function == "softmax" else lowered, span=span)
    if _bracket_follows(parser):
        arguments, closing = _arguments(parser)
    else:
        arguments, closing = _reach(parser, function, primes), None
    result: Expr = Call(ref, arguments, primes) if arguments or primes else ref
    if base is not None:
        result = Div(result, Call(Ref("log"), (base,)))
    if lowered and function == "softmax":
        result = Component(result, lowered)
    if above.bare:
        result = Pow(result, parser.sub(above.bare))
    return scripted(parser, result, closing) if closing is not None else result


def _reach(parser: Parser, function: str, primes: int) -> tuple[Expr, ...]:
    """What a function without a bracket applies to: the factor behind it, and those that follow it closely."""
    if not parser.starts_factor() or function not in _REACHING:
        if primes or function not in _REACHING or parser.item is None:
            return ()
        raise parser.fail(f"{function} without its argument")
    factors = [parser.factor()]
    while parser.item is not None and parser.item.kind in ("letter", "word", "fraction", "root", "number") and not _stops(parser):
        factors.append(parser.factor())
    return (factors[0] if len(factors) == 1 else Product(tuple(factors), ("",) * (len(factors) - 1)),)


def _stops(parser: Parser) -> bool:
    """Does the argument end before the next item: at some room, at a function, behind a bracket?"""
    item = parser.items[parser.at]
    if item.spaced or parser.items[parser.at - 1].kind in ("close", "rbar", "bar"):
        return True
    if item.kind == "number":
        return False
    return take_name(parser.items, parser.at, parser.vocabulary.words, parser.end).name in FUNCTION_NAMES


def _is_euler(parser: Parser, item: Item) -> bool:
    """Is ``e`` with this superscript a power of Euler's number?"""
    if not parser.vocabulary.euler or item.primes:
        return False
    above = raised(item.sup or [])
    named = "e" in parser.vocabulary.layered or "e" in parser.vocabulary.arrays
    return not (above.mark or (above.transpose and named) or (above.indices and not above.bare and named))


def _exponential(parser: Parser, item: Item) -> Expr:
    exponent = parser.sub(item.sup or [])
    return Call(Ref("exp", span=parser.context.formula.span(item.start, item.end)), (exponent,))


# ---- scripts on what is no name --------------------------------------------------------------------------------------------


def scripted(parser: Parser, base: Expr, item: Item) -> Expr:
    """*base* with the scripts of *item*, the bracket or fraction that ends it.

    Raises:
        Unreadable: a prime or a mark on it.
    """
    result = base
    if item.primes:
        if not isinstance(base, Ref) or base.name.rstrip(SUPERSCRIPTED) not in parser.vocabulary.functions:
            raise parser.fail("a prime on something that is no name", item)
        result = Call(base, (), item.primes)
    if item.sub is not None:
        if len(item.sub) == 1 and item.sub[0].kind == "op":
            raise parser.fail("a subscript that is no index", item)
        result = Component(result, atoms(item.sub))
    if item.sup is None:
        return result
    above = raised(item.sup, scalar=True)
    if above.mark:
        raise parser.fail("a mark on something that is no name", item)
    result = Transpose(result) if above.transpose else result
    if not above.bare:
        return result
    _refuse_inverse(parser, above.bare, item)
    if len(above.bare) > 2 and above.bare[0].kind == "open" and not isinstance(base, Number) and is_index(above.bare[1:-1]):
        raise parser.fail("a superscript in brackets on something that is no name", item)
    return Pow(result, parser.sub(above.bare))
