"""Constructions that bind an index: ``Σ_k …``, ``sum(…, k)`` and ``softmax(…, k)[j]``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from symprop.errors import InputError
from symprop.model.expr import ONE, Apply, Expr, Ref
from symprop.model.reader.lexer import Token
from symprop.model.reader.surface import ANY_INDEX, OpenSoftmax, OpenSum, nodes

if TYPE_CHECKING:
    from symprop.model.reader.parser import Parser


@dataclass(frozen=True, slots=True)
class Binder:
    """``k`` or ``k = lower..upper``."""

    index: str
    lower: Expr | None
    upper: Expr | None


def read_sigma(parser: Parser, minimum: int) -> Expr:
    """``Σ_k``, ``Σ_{k=1..n}``, ``Σ_{k=1}^{n}``, ``Σ_{j,k}`` and the product that follows."""
    start = parser.take()
    binders = [_binder(parser)] if not parser.accept("{") else _braced(parser)
    if parser.token.kind in ("^", "super"):
        binders[-1] = _with_upper(parser, binders[-1])
    return _nested(parser, parser.expression(minimum), binders, start)


def read_sum(parser: Parser, start: Token) -> Expr:
    """``sum(body, k)``, ``sum(body, k=1..n)``, ``sum(body, j, k)``, ``sum(array)``; the name is read already."""
    parser.expect("(", "here")
    body = parser.expression()
    if parser.accept(")"):
        return Apply("sum", (body,), spelling=start.text, span=parser.since(start))
    if parser.token.kind != ",":
        raise parser.unexpected("expected the index of the sum", "write sum(x[k], k), or sum(x[k], k=1..n)")
    binders = []
    while parser.accept(","):
        binders.append(_binder(parser))
    parser.expect(")", "after the sum")
    return _nested(parser, body, binders, start)


def read_softmax(parser: Parser, start: Token) -> Expr:
    """``softmax(z[k], k)[j]``, ``softmax(z)[j]``, ``softmax(z[j])`` and ``softmax(z_1, z_2)[1]``."""
    parser.expect("(", "here")
    arguments, binder = [parser.expression()], None
    while parser.accept(","):
        if parser.token.kind == "name" and parser.ahead().kind == "=":
            binder = _binder(parser)
            break
        arguments.append(parser.expression())
    parser.expect(")", "after the arguments")
    if binder is None and len(arguments) == 2 and (index := _index_of(arguments[1], arguments[0])):
        arguments.pop()
        binder = Binder(index, None, None)
    at = _component(parser)
    if binder is not None and len(arguments) > 1:
        raise InputError("a softmax is over one argument with an index, or over a list without", parser.since(start))
    if at is None:
        return _implicit(parser, arguments, binder, start)
    if binder is not None:
        return OpenSoftmax(tuple(arguments), binder.index, binder.lower, binder.upper, at, span=parser.since(start))
    only = arguments[0]
    if len(arguments) == 1 and isinstance(only, Ref) and not only.indices:
        vector = Ref(only.name, (Ref(ANY_INDEX, span=only.span),), span=only.span)
        return OpenSoftmax((vector,), ANY_INDEX, None, None, at, True, span=parser.since(start))
    if len(arguments) == 1:
        raise InputError("this softmax does not say over which index", parser.since(start), "write softmax(z[k], k)[j]")
    return OpenSoftmax(tuple(arguments), "", None, None, at, span=parser.since(start))


def _implicit(parser: Parser, arguments: list[Expr], binder: Binder | None, start: Token) -> Expr:
    """``softmax(z[j])`` with one free letter ``j``: its component ``j``; ``softmax(z)`` without: of the whole vector."""
    letters = [letter for letter in parser.free if any(node == Ref(letter) for a in arguments for node in nodes(a))]
    if len(arguments) == 1 and binder is None and len(letters) != 1:
        return Apply("softmax", tuple(arguments), spelling=start.text, span=parser.since(start))
    if len(arguments) > 1 or binder is not None:
        raise InputError(
            "a softmax has several components, and this one does not say which is meant",
            parser.since(start),
            "write softmax(z[k], k)[j] or softmax(z_1, z_2)[1]",
        )
    return OpenSoftmax(tuple(arguments), letters[0], None, None, Ref(letters[0]), True, span=parser.since(start))


def _component(parser: Parser) -> Expr | None:
    if parser.token.kind != "[" or parser.holds_comparison():
        return None
    opening = parser.token
    found = parser.indices()
    if len(found) != 1:
        raise InputError("a component of a softmax has one index", parser.since(opening))
    return found[0]


def _index_of(candidate: Expr, body: Expr) -> str:
    """The name of *candidate* if it is a bare name that stands in an index inside *body*, else ""."""
    if not isinstance(candidate, Ref) or candidate.indices:
        return ""
    positions = (index for ref in nodes(body) if isinstance(ref, Ref) for index in ref.indices)
    return candidate.name if any(node == candidate for index in positions for node in nodes(index)) else ""


def _binder(parser: Parser) -> Binder:
    name = parser.expect("name", "as the index")
    index = parser.names.spell(name.text)
    if not parser.accept("="):
        return Binder(index, None, None)
    lower = parser.index()
    if not parser.accept(".."):
        return Binder(index, lower, None)
    return Binder(index, lower, parser.index())


def _braced(parser: Parser) -> list[Binder]:
    binders = [_binder(parser)]
    while parser.accept(","):
        binders.append(_binder(parser))
    parser.expect("}", "after the index of Σ")
    return binders


def _with_upper(parser: Parser, binder: Binder) -> Binder:
    """``…^{n}``: the upper end above the sign."""
    sign = parser.take()
    if binder.upper is not None:
        raise InputError("this Σ has two upper ends", sign.span)
    if sign.kind == "super":
        raise InputError("write the upper end of a Σ as ^n or in its braces", sign.span, "write Σ_{k=1..n}")
    if parser.accept("{"):
        upper = parser.index()
        parser.expect("}", "after the upper end of Σ")
    elif parser.token.kind in ("name", "number"):
        token = parser.take()
        upper = Ref(parser.names.spell(token.text), span=token.span) if token.kind == "name" else parser.literal(token)
    else:
        raise parser.unexpected("expected the upper end of Σ")
    return Binder(binder.index, ONE if binder.lower is None else binder.lower, upper)


def _nested(parser: Parser, body: Expr, binders: list[Binder], start: Token) -> Expr:
    """One sum per binder, the first outermost."""
    for binder in reversed(binders):
        if (binder.lower is None) != (binder.upper is None):
            raise InputError(f"the range of `{binder.index}` has no upper end", parser.since(start), f"write {binder.index}=1..n")
        body = OpenSum(body, binder.index, binder.lower, binder.upper, span=parser.since(start))
    return body
