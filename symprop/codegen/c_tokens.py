"""Tokens of a line of C, with what decides where it may be broken: brackets, operands of operators, prices of breaks.

The rules and the prices are those of ``clang-format`` in LLVM's style, for the C that we write; see ``c_breaks.py``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

_TOKEN = re.compile(
    r"""
    "(?:\\.|[^"\\])*" | '(?:\\.|[^'\\])*'
    | (?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\w*
    | \w+
    | <<= | >>= | -> | \+\+ | -- | <= | >= | == | != | && | \|\| | [-+*/%]= | << | >> | \S
    """,
    re.VERBOSE,
)

COMMA, ASSIGNMENT, CONDITIONAL, RELATIONAL = 1, 2, 3, 10
_UNARY, _MEMBER = 16, 17
_LEVELS = {
    ASSIGNMENT: ("=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>="),
    4: ("||",),
    5: ("&&",),
    6: ("|",),
    7: ("^",),
    8: ("&",),
    9: ("==", "!="),
    RELATIONAL: ("<", ">", "<=", ">="),
    12: ("<<", ">>"),
    13: ("+", "-"),
    14: ("*", "/", "%"),
}
_BINARY = {sign: level for level, signs in _LEVELS.items() for sign in signs}
COMPARISONS = (9, RELATIONAL)
_TYPES = frozenset(("const", "double", "long", "int", "char", "void", "size_t", "static", "unsigned"))
_HEADS = frozenset(("if", "for", "while", "return"))

_DEEPEST = 20
"""Brackets inside of each other in a line that is still looked through; a deeper one stays one line."""

_OPEN, _CLOSE = "([{", ")]}"


@dataclass(eq=False, slots=True)
class Token:
    """One token.

    Attributes:
        text: as it stands.
        space: 1 where a blank stands before it, else 0.
        precedence: of a binary operator, a comma, ``?`` and ``:``; -1 of anything else.
        level: how many brackets it is inside of.
        opened, closed: operands that begin (their operators' precedences, innermost first) and end here.
        place: the number of an operator among those of its operand; ``following`` is the next one.
        begins, ends: whether an operand of a binary operator begins or ends here.
        price: of a break before it; -1 where there can be none.
    """

    text: str
    space: int
    precedence: int = -1
    level: int = 0
    opened: list[int] = field(default_factory=list)
    closed: int = 0
    place: int = 0
    following: Token | None = None
    begins: bool = False
    ends: bool = False
    price: int = -1
    partner: Token | None = None
    role: str = ""

    @property
    def opens(self) -> bool:
        """Is it an opening bracket?"""
        return self.text in _OPEN

    @property
    def closes(self) -> bool:
        """Is it a closing bracket?"""
        return self.text in _CLOSE

    @property
    def is_conditional(self) -> bool:
        """Is it ``?`` or its ``:``?"""
        return self.text in ("?", ":")

    @property
    def is_binary(self) -> bool:
        """Is it a binary operator?  Commas and conditionals are none."""
        return self.role == "binary"

    @property
    def is_member(self) -> bool:
        """Is it ``.`` or ``->``?"""
        return self.text in (".", "->")


def tokens_of(text: str) -> list[Token]:
    """The tokens of a statement or of the head of a block, with everything that the search for breaks asks."""
    found: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        found.append(Token(match[0], int(match.start() > end and bool(found))))
        end = match.end()
    _roles(found)
    _brackets(found)
    if max(token.level for token in found) <= _DEEPEST:
        _Operands(found).parse()
        _prices(found)
    return found


def _roles(tokens: Sequence[Token]) -> None:
    """Our spelling tells what a sign is: binary operators have blanks on both sides, pointers and unary ones do not."""
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        text = token.text
        if text in _BINARY and token.space and after is not None and after.space:
            token.role, token.precedence = "binary", _BINARY[text]
        elif text in _BINARY or text in ("!", "++", "--"):
            token.role = "unary"
        elif text == ",":
            token.precedence = COMMA
        elif token.is_conditional:
            token.precedence = CONDITIONAL
    for before, token in pairwise(tokens):
        if token.text == "*" and token.role == "unary" and before.text.isidentifier():
            token.role = "pointer"
        if token.text in ("++", "--") and (before.closes or before.text.isidentifier()):
            token.role = "behind"


def _brackets(tokens: Sequence[Token]) -> None:
    """Pairs, levels, casts."""
    pending: list[Token] = []
    for number, token in enumerate(tokens):
        token.level = len(pending)
        if token.opens:
            pending.append(token)
        elif token.closes and pending:
            token.partner = pending.pop()
            token.partner.partner = token
        if token.text == "(" and tokens[number + 1].text in _TYPES and number and not tokens[number - 1].text.isidentifier():
            token.role = "cast"
    for token in tokens:
        if token.closes and token.partner is not None and token.partner.role == "cast":
            token.role = "cast"


class _Operands:
    """Finds the operands of all operators, as brackets would show them."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.inside: dict[int, set[int]] = {-1: {0, _MEMBER}}  # which precedences there are, by the place of the bracket
        pending = [-1]
        for place, token in enumerate(tokens):
            if token.opens:
                pending.append(place)
                self.inside[place] = {0, _MEMBER}
            elif token.closes and len(pending) > 1:
                pending.pop()
            elif token.role == "unary":
                self.inside[pending[-1]].add(_UNARY)
            elif token.precedence > 0:
                self.inside[pending[-1]].add(token.precedence)
        self.levels = sorted(self.inside[-1])

    @property
    def _current(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def _precedence(self) -> int:
        token = self._current
        if token is None:
            return -1
        if token.is_member:
            return _MEMBER
        return 0 if token.text == ";" else token.precedence

    def parse(self, precedence: int = 0) -> None:
        """Reads operands of operators that bind like *precedence* or tighter."""
        while self._current is not None and self._current.text == "return":
            self.at += 1
        level = next((level for level in self.levels if level >= precedence), None)
        if self._current is None or level is None:
            return
        if level == CONDITIONAL:
            self._conditional()
        elif level == _UNARY:
            self._unary()
        else:
            self._binary(level)

    def _binary(self, precedence: int) -> None:
        start, count = self.at, 0
        last: Token | None = None
        while True:
            self.parse(precedence + 1)
            token = self._current
            if token is None or self._ends(token, precedence):
                break
            if token.opens:
                self._scope()
                continue
            if self._precedence() == precedence:
                if last is not None:
                    last.following = token
                last, token.place = token, count
                count += 1
            self.at += 1
        if last is not None and (self._current is not None or precedence > 0):
            self._found(start, 0 if precedence == _MEMBER else precedence)

    def _ends(self, token: Token, precedence: int) -> bool:
        """Is *token* behind the last operand of operators of *precedence*?"""
        own = self._precedence()
        if (token.closes and token.partner is not None) or -1 < own < precedence:
            return True
        return own == CONDITIONAL and precedence == ASSIGNMENT and token.text == ":"

    def _scope(self) -> None:
        outer, self.levels = self.levels, sorted(self.inside[self.at])
        while self._current is not None and not self._current.closes:
            self.at += 1
            self.parse()
        self.at += 1
        self.levels = outer

    def _unary(self) -> None:
        signs = []
        while self._current is not None and self._current.role == "unary":
            signs.append(self.at)
            self.at += 1
        self.parse(_MEMBER)
        for sign in reversed(signs):
            self._found(sign, 0)

    def _conditional(self) -> None:
        start = self.at
        self.parse(CONDITIONAL + 1)
        for sign in "?:":
            if self._current is None or self._current.text != sign:
                return
            self.at += 1
            self.parse(ASSIGNMENT)
        self._found(start, CONDITIONAL)

    def _found(self, start: int, precedence: int) -> None:
        first = self.tokens[start]
        first.opened.append(precedence)
        first.begins = first.begins or precedence > 0
        if self._current is not None:
            last = self.tokens[self.at - 1]
            last.closed += 1
            last.ends = last.ends or precedence > 0


def _prices(tokens: Sequence[Token]) -> None:
    name = _function_name(tokens)
    strength = 1
    for number, right in enumerate(tokens):
        if right.opens:
            own = strength
            strength += 10 if right.text == "[" else 1
        elif right.closes:
            own = strength
            strength -= 10 if right.text == "]" else 1
        else:
            own = strength
        if not number:
            continue
        before = tokens[number - 2] if number > 1 else None
        price = 60 if right is name else _price(before, tokens[number - 1], right, tokens[0], declares=name is not None)
        right.price = -1 if price is None else price + 20 * own
        if right is name:
            right.role = "name"


def _function_name(tokens: Sequence[Token]) -> Token | None:
    """The name that a declaration of a function declares."""
    if tokens[0].text in _HEADS:
        return None
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if after.text == "(" and token.text.isidentifier():
            return token if before.text.isidentifier() or before.role == "pointer" else None
        if not token.text.isidentifier() and token.role != "pointer":
            return None
    return None


def _price(before: Token | None, left: Token, right: Token, first: Token, *, declares: bool) -> int | None:
    """The price of a break between *left* and *right*, brackets apart; None where there can be none."""
    if not _is_breakable(before, left, right):
        return None
    if left.text == ";":
        return 0
    if right.text == "[":
        return 200 if left.text == "]" else 500
    if right.role == "pointer":
        return 190
    if left.text == "=" and right.text == "{":
        return 160
    if left.role == "cast":
        return 100
    if right.is_member:
        return 150
    return _price_of_operand(before, left, right, first, declares=declares)


def _price_of_operand(before: Token | None, left: Token, right: Token, first: Token, *, declares: bool) -> int:
    if first.text == "for" and left.text == "=":
        return 4
    if left.text == "(" and declares:
        return 100
    if left.text == "(" and before is not None and before.text in ("for", "if"):
        return 1000
    if left.opens:
        return 19
    level = left.precedence if left.precedence > 0 else right.precedence
    return level if level > 0 else 3


def _is_breakable(before: Token | None, left: Token, right: Token) -> bool:
    if right.text in ("}", ")") or left.is_conditional or left.role in ("unary", "pointer"):
        return False
    if right.is_conditional or right.role == "pointer":
        return True
    if left.text == "(" and before is not None and (before.is_binary or before.role == "cast"):
        return False
    if left.is_binary or left.text in (",", ";", "{", "(") or right.is_member:
        return True
    return right.text == "[" or (left.text == ")" and right.text.isidentifier())
