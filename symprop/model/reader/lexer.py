"""Text to tokens: names, numbers, signs, each with its place; brackets are paired here once and for all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from symprop.errors import InputError, Source, Span
from symprop.model.reader.characters import FRACTIONS, PRIMES, SUBSCRIPTS, SUPERSCRIPTS, fold, refuse_invisible

MAX_TEXT = 2_000_000
MAX_TOKENS = 200_000
MAX_DIGITS = 1_000
MAX_NESTING = 100

_NOT_LETTERS = "".join(("⁰¹²³⁴⁵⁶⁷⁸⁹ⁱⁿᵀ", SUBSCRIPTS, *FRACTIONS, "Σ∂"))
_MARKS = r"[\u0300-\u036f\u20d0-\u20ff]*"
_LETTER = rf"(?![{_NOT_LETTERS}\d_])\w{_MARKS}"
_INNER = rf"(?:(?![{_NOT_LETTERS}])\w{_MARKS})"
_NAME = rf"{_LETTER}(?:_\{{{_INNER}+\}}|{_INNER}|[{SUBSCRIPTS}])*"
_EXPONENT = r"(?:[eE][+-]?[0-9]+)?"

_TOKEN = re.compile(
    rf"""(?P<space>[ \t\r\ufeff]+|\#[^\n]*)
    |(?P<newline>\n)
    |(?P<increment>Δ(?=(?![{_NOT_LETTERS}\d_])\w))
    |(?P<name>{_NAME}|(?<=Σ)[{SUBSCRIPTS}]+)
    |(?P<number>[0-9]+(?:\.[0-9]+)?{_EXPONENT}|\.[0-9]+{_EXPONENT})
    |(?P<fraction>[{"".join(FRACTIONS)}])
    |(?P<super>[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)
    |(?P<primes>[{"".join(PRIMES)}]+)
    |(?P<transpose>ᵀ|\.T\b)
    |(?P<norm>‖|\|\|)
    |(?P<sum>Σ_?)
    |(?P<op>\*\*|<=|>=|!=|==|\.\.\.?|\.\*|[-+*/^@⊙()\[\]{{}},;=<>≤≥≠∂…])
    """,
    re.VERBOSE,
)

_SUBSCRIPT_RUN = re.compile(f"[{SUBSCRIPTS}]+")
_NAME_CHARACTERS = "_0123456789"

_SPELLED = {"**": "^", "<=": "≤", ">=": "≥", "!=": "≠", "==": "=", "...": "..", "…": "..", ".*": "⊙"}
_PAIRS = {"(": ")", "[": "]", "{": "}", "‖": "‖"}
_CLOSING = {close: open_ for open_, close in _PAIRS.items() if close != open_}

NORM_END = "‖ closing"
TOTAL = "Σ without index"

_BRACES_HINT = "write w_{ij}, or w[i,j] for indices"
_CHARACTER_HINTS = {
    "_": "a name starts with a letter",
    ".": "write a product with a space, `*` or `·`",
    "\\": "formulas are written as in the notation, not in LaTeX",
    "$": "formulas are written as in the notation, not in LaTeX",
    "|": "write abs(x) for an absolute value, ‖v‖ or ||v|| for a norm",
    ":": "a definition is written `name = expression`",
    '"': "names and numbers stand without quotes",
    "%": "a comment starts with #",
    "!": "unequal is written ≠ or !=",
}


class Token(NamedTuple):
    """One token.  ``kind`` is name, number, fraction, super, primes, newline, end, or the sign itself.

    A ``‖`` that closes a norm is of kind ``NORM_END``, a ``Σ`` without an index of kind ``TOTAL``.
    """

    kind: str
    text: str
    span: Span


def tokenize(source: Source) -> list[Token]:
    """The tokens of *source*, ended by a token ``end``; brackets are known to be paired.

    Raises:
        InputError: too large, an invisible or unexpected character, or a bracket without its partner.
    """
    if len(source.text) > MAX_TEXT:
        place = Span(source, MAX_TEXT, MAX_TEXT + 1)
        raise InputError(f"the text is too large: {len(source.text):,} characters of at most {MAX_TEXT:,}", place)
    refuse_invisible(source)
    text = fold(source.text)
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _unexpected(source, text, position)
        if match.lastgroup != "space":
            tokens.append(_token(match, Span(source, position, match.end())))
            if len(tokens) > MAX_TOKENS:
                raise InputError(f"the text is too large: more than {MAX_TOKENS:,} tokens", tokens[-1].span)
        position = match.end()
    tokens.append(Token("end", "", Span(source, len(text.rstrip()), len(text.rstrip()))))
    _pair(tokens)
    return tokens


def _token(match: re.Match[str], span: Span) -> Token:
    group = match.lastgroup or ""
    kind, text = _MAKERS[group](match[0], span)
    return Token(kind, text, span)


def _name(text: str, span: Span) -> tuple[str, str]:
    return "name", _plain_name(text, span)


def _number(text: str, span: Span) -> tuple[str, str]:
    digits, _, exponent = text.lower().partition("e")
    shift = int(exponent or "0") if len(exponent) < 10 else MAX_DIGITS + 1
    if len(digits) > MAX_DIGITS or abs(shift) > MAX_DIGITS:
        raise InputError(f"the number is too long: more than {MAX_DIGITS:,} digits", span)
    return "number", text


def _sum(text: str, span: Span) -> tuple[str, str]:
    following = span.source.text[span.end : span.end + 1]
    indexed = text.endswith("_") or (following and following in SUBSCRIPTS)
    return "Σ" if indexed else TOTAL, text


def _operator(text: str, span: Span) -> tuple[str, str]:
    if text == "**" and span.text != "**":
        raise InputError("two product signs follow one another", span, "write `**` or `^` for a power")
    return _SPELLED.get(text, text), text


def _plain_name(text: str, span: Span) -> str:
    """The name without braces around subscripts and with subscript characters written out."""
    name = _SUBSCRIPT_RUN.sub(lambda run: "_" + unicodedata.normalize("NFKC", run[0]), text).lstrip("_")
    name = unicodedata.normalize("NFC", name.replace("{", "").replace("}", ""))
    if not name.isascii() and not all(c.isalpha() or c in _NAME_CHARACTERS or unicodedata.combining(c) for c in name):
        raise InputError(f"`{text}` is not a name", span, "a name is made of letters, digits and underscores")
    if name.endswith("_") and span.source.text.startswith("{", span.end):
        raise InputError("a subscript in braces holds letters, digits and underscores", span, _BRACES_HINT)
    if name.endswith("_") or "__" in name:
        raise InputError(f"a subscript is missing in the name `{name}`", span, "write w_1, w_{ij} or w[i,j]")
    return name


_MAKERS: dict[str, Callable[[str, Span], tuple[str, str]]] = {
    "newline": lambda text, _: ("newline", text),
    "increment": lambda text, _: ("Δ", text),
    "name": _name,
    "number": _number,
    "fraction": lambda text, _: ("fraction", text),
    "super": lambda text, _: ("super", text.translate(SUPERSCRIPTS)),
    "primes": lambda text, _: ("primes", "'" * sum(PRIMES[c] for c in text)),
    "transpose": lambda text, _: ("ᵀ", text),
    "norm": lambda text, _: ("‖", text),
    "sum": _sum,
    "op": _operator,
}


def _unexpected(source: Source, text: str, position: int) -> InputError:
    char = text[position]
    span = Span(source, position, position + 1)
    before = text[position - 1 : position]
    if char == "_" and (before.isalnum() or before == "}"):
        return InputError("a subscript in braces holds letters, digits and underscores", span, _BRACES_HINT)
    name = "" if char.isascii() else f" ({unicodedata.name(char, 'no name')})"
    if text.startswith("__", position):
        return InputError("a name does not start with an underscore", span, _CHARACTER_HINTS["_"])
    return InputError(f"the character `{char}`{name} is not part of the notation", span, _CHARACTER_HINTS.get(char, ""))


def _pair(tokens: list[Token]) -> None:
    """Refuse brackets that have no partner; the caret is at the one that is alone.

    Of two ``‖`` with nothing open between them, the second closes what the first opens.
    """
    stack: list[Token] = []
    for position, token in enumerate(tokens):
        if token.kind == "‖" and stack and stack[-1].kind == "‖":
            stack.pop()
            tokens[position] = token._replace(kind=NORM_END)
        elif token.kind in _PAIRS:
            stack.append(token)
            if len(stack) > MAX_NESTING:
                raise InputError(f"the brackets are nested too deeply: more than {MAX_NESTING} levels", token.span)
        elif token.kind in _CLOSING:
            if not stack:
                raise InputError(f"`{token.kind}` closes nothing", token.span, "delete it, or add the opening bracket")
            opening = stack.pop()
            if opening.kind == "‖":
                raise _never_closed(opening)
            if _PAIRS[opening.kind] != token.kind:
                raise InputError(
                    f"`{opening.kind}` is closed by `{token.kind}` in line {token.span.line}, column {token.span.column}",
                    opening.span,
                    f"write `{_PAIRS[opening.kind]}` there",
                )
        elif stack and (token.kind in (";", "end") or (token.kind == "newline" and stack[-1].kind == "‖")):
            raise _never_closed(stack[-1])


def _never_closed(opening: Token) -> InputError:
    partner = opening.text if opening.kind == "‖" else _PAIRS[opening.kind]  # ‖ may be written ||
    return InputError(f"`{opening.text}` is never closed", opening.span, f"add `{partner}`")
