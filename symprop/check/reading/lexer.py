r"""Text of a formula to tokens: commands, letters, numbers, primes, scripts, braces and signs, each with its place."""

from __future__ import annotations

import re
from typing import NamedTuple

from symprop.check.reading.tables import LOWERED, NOT_LETTERS, PRIMES, RAISED

MAX_TEXT = 100_000
"""Longest formula that is read."""

_DIGITS = r"[0-9]"
_MARKS = r"[\u0300-\u036f\u20d0-\u20ff]*"
_EXPONENT = rf"(?:[eE][+-]?{_DIGITS}+(?![0-9.]))?"
_TOKEN = re.compile(
    rf"""(?P<space>\s+|%[^\n]*|[\u200b\ufeff\u2060]+)
    |(?P<newline>\\\\(?:\*|\s*\[\s*-?[0-9.]+\s*(?:em|ex|pt|mm|cm|in|mu|sp|pc|px)\s*\])?)
    |(?P<command>\\(?:[A-Za-z]+|.|$))
    |(?P<number>{_DIGITS}{{1,3}}(?:\{{,\}}{_DIGITS}{{3}})+(?!{_DIGITS})(?:\.{_DIGITS}+)?
        |(?<![\[(,0-9])[1-9]{_DIGITS}{{0,2}}(?:,{_DIGITS}{{3}})+(?![0-9,])(?:\.{_DIGITS}+)?
        |{_DIGITS}+(?:\.{_DIGITS}+)?{_EXPONENT}
        |(?<![\w)\]}}])\.{_DIGITS}+{_EXPONENT})
    |(?P<prime>[{"".join(PRIMES)}])
    |(?P<raised>[{"".join(RAISED)}]+)
    |(?P<lowered>[{"".join(LOWERED)}]+)
    |(?P<letter>(?![{NOT_LETTERS}])[^\W\d_]{_MARKS})
    |(?P<sign>::=|[+-]=|:=|=:|==|=>|->|<-|<=|>=|!=|~=|\.\.\.?)
    |(?P<char>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_BARE_SCRIPT = re.compile(r"_((?:[^\W_]|[\u0300-\u036f])+)")
_STRUCTURE = frozenset("{}_^$")


class Token(NamedTuple):
    """One token.  ``kind`` is command, letter, number, prime, char, or the character itself for ``{ } _ ^ $``."""

    kind: str
    text: str
    start: int
    end: int


def tokenize(text: str, *, bare: bool = False) -> list[Token]:
    r"""The tokens of *text*; every character is in one, so nothing can be wrong here.

    Args:
        text: LaTeX, or what people type without it.
        bare: it stands in plain text, where a subscript goes on over letters and digits (``out_h1``).
    """
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        script = _BARE_SCRIPT.match(text, position) if bare and text[position] == "_" else None
        if script:
            tokens += [Token("_", "_", position, position + 1), Token("{", "{", position + 1, position + 1)]
            inner = tokenize(script[1])
            tokens += [Token(t.kind, t.text, t.start + position + 1, t.end + position + 1) for t in inner]
            position = script.end()
            tokens.append(Token("}", "}", position, position))
            continue
        match = _TOKEN.match(text, position)
        if match is None:  # pragma: no cover - the last alternative takes any character
            break
        tokens += _tokens(match)
        position = match.end()
    return tokens


def _tokens(match: re.Match[str]) -> list[Token]:
    kind, text, start, end = match.lastgroup or "", match[0], match.start(), match.end()
    if kind == "space":
        return []
    if kind == "newline":
        return [Token("command", "\\\\", start, end)]
    if kind == "command":
        return [Token("command", text[1:] if text != "\\|" else text, start, end)]
    if kind in ("raised", "lowered"):
        sign, plain = ("^", RAISED) if kind == "raised" else ("_", LOWERED)
        inner = tokenize("".join(plain[c] for c in text))
        group = [Token(t.kind, t.text, start + t.start, start + t.end) for t in inner]
        return [Token(sign, sign, start, start), Token("{", "{", start, start), *group, Token("}", "}", end, end)]
    if text in _STRUCTURE:
        return [Token(text, text, start, end)]
    return [Token("char" if kind == "sign" else kind, text, start, end)]
