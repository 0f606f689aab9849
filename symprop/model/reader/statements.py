"""Statements: where one ends, and what word begins it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from symprop.errors import InputError, Span
from symprop.model.reader.lexer import Token

_CONTINUES = frozenset(("+", "-", "*", "/", "^", "@", "⊙", ",", "=", "<", ">", "≤", "≥", "≠", ".."))
"""At the end of a line, these say that the statement goes on."""

KEYWORDS: Mapping[str, str] = {
    "input": "inputs", "inputs": "inputs", "target": "targets", "targets": "targets", "constant": "constants",
    "constants": "constants", "weight": "weights", "weights": "weights", "rate": "rate", "function": "function",
    "functions": "function", "minimize": "minimize", "minimise": "minimize", "maximize": "maximize",
    "maximise": "maximize", "assume": "assume", "value": "values", "values": "values", "convention": "convention",
}  # fmt: skip
"""Words that begin a declaration, by the kind of declaration."""


@dataclass(frozen=True)
class Statement:
    """Tokens of one statement without its keyword, ended by ``end``; ``keyword`` is "" for a definition."""

    keyword: str
    head: Token
    tokens: tuple[Token, ...]

    @property
    def span(self) -> Span:
        """The whole statement."""
        return self.head.span.to(self.tokens[-2].span if len(self.tokens) > 1 else self.head.span)


def split(tokens: Sequence[Token]) -> list[Statement]:
    """Cut the tokens of a text into statements.

    Raises:
        InputError: a statement that is neither a definition nor a declaration.
    """
    found: list[Statement] = []
    current: list[Token] = []
    depth = 0
    for token in tokens:
        if token.kind == "newline" and (depth or (current and current[-1].kind in _CONTINUES)):
            continue
        if token.kind in ("newline", ";", "end"):
            if current:
                end = current[-1].span
                current.append(Token("end", "", Span(end.source, end.end, end.end)))
                found.append(_statement(tuple(current)))
            current = []
            continue
        depth += (token.kind in ("(", "[", "{")) - (token.kind in (")", "]", "}"))
        current.append(token)
    return found


def _statement(tokens: tuple[Token, ...]) -> Statement:
    head = tokens[0]
    if head.kind == "name" and _is_definition(tokens):
        return Statement("", head, tokens)
    keyword = KEYWORDS.get(head.text) if head.kind == "name" else None
    if keyword is not None:
        return Statement(keyword, head, tokens[1:])
    raise _no_statement(tokens)


def _no_statement(tokens: tuple[Token, ...]) -> InputError:
    head = tokens[0]
    equals = any(token.kind == "=" for token in tokens)
    if head.kind == "name" and equals and tokens[1].kind == "(":
        return InputError(
            "the left side of a definition is a name",
            head.span.to(tokens[1].span),
            f"declare a function with `function {head.text}(x) = …`",
        )
    if head.kind in _CONTINUES:
        return InputError(f"a statement cannot begin with `{head.text}`", head.span, "end the line before with the sign to go on")
    if equals:
        return InputError("the left side of a definition is a name", head.span, "write `name = expression`")
    return InputError("this is neither a definition nor a declaration", head.span, "a definition is written `name = expression`")


def _is_definition(tokens: tuple[Token, ...]) -> bool:
    """``name =`` or ``name[…] =``."""
    position = 1
    if tokens[1].kind == "[":
        depth = 1
        while depth:
            position += 1
            depth += (tokens[position].kind == "[") - (tokens[position].kind == "]")
        position += 1
    return tokens[position].kind == "="
