"""Where a long line of C is broken: the cheapest way there is, so that ``clang-format`` (style LLVM) leaves it as it is.

A line that is too long has many ways to be broken.  Each break has a price: what it separates (``c_tokens.py``), a little
for the first one inside a bracket, very much for each column beyond the margin.  What is behind a break is aligned with
what it belongs to.  The cheapest way is found by Dijkstra's algorithm over what is left to be placed and where.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from symprop.codegen.c_tokens import ASSIGNMENT, COMMA, COMPARISONS, CONDITIONAL, RELATIONAL, Token

WIDTH = 80
CONTINUATION = 4
_EXCESS = 1_000_000
_FIRST = 15
"""Price of the first break inside of a bracket."""

_SHORT_TYPE = 6
"""There is no break behind a type that ends before this column."""

_MOST_STATES = 10_000
"""Ways that are looked at with all that is known of them; beyond, only where they stand counts."""


@dataclass(slots=True)
class _Level:
    """What is known of one bracket, or of one operand, while the line is placed."""

    indent: int
    last_space: int
    scattered: bool = False
    """Inside of it something has been broken: the next parameter, or the next operator, is on a new line too."""
    fixed: bool = False
    """Nothing in it may be broken."""
    fixed_operand: bool = False
    """The same, up to the next operator or comma."""
    wrapped: bool = True
    """The last operator was behind a break."""
    broken: bool = False
    question: int = 0
    call: int = 0
    subscripts: int = 0
    members: int = 0
    variable: int = 0

    def copy(self) -> _Level:
        made = (self.indent, self.last_space, self.scattered, self.fixed, self.fixed_operand, self.wrapped, self.broken)
        return _Level(*made, self.question, self.call, self.subscripts, self.members, self.variable)

    def key(self) -> tuple[object, ...]:
        shape = (self.indent, self.last_space, self.scattered, self.fixed, self.wrapped, self.broken)
        return (*shape, self.question, self.call, self.subscripts, self.members, self.variable)


class _State:
    """A line up to a token: the column, the levels, and the breaks so far."""

    __slots__ = ("column", "first", "levels", "line_level", "lowest", "next")

    def __init__(self, indent: int) -> None:
        self.column = self.first = indent
        self.next = 0
        self.levels = [_Level(indent, indent)]
        self.line_level = self.lowest = 0

    def copy(self) -> _State:
        made = _State.__new__(_State)
        made.column, made.first, made.next = self.column, self.first, self.next
        made.line_level, made.lowest = self.line_level, self.lowest
        made.levels = [level.copy() for level in self.levels]
        return made

    def key(self, *, full: bool) -> tuple[object, ...]:
        place = (self.next, self.column, self.line_level, self.lowest)
        return (*place, tuple(level.key() for level in self.levels)) if full else place


@dataclass(frozen=True, slots=True)
class _Way:
    """Where lines begin: the columns, by the number of the token."""

    columns: dict[int, int]
    before: _Way | None


def broken(tokens: Sequence[Token], indent: int) -> list[str]:
    """The lines of a statement that begins at column *indent*."""
    return _Search(tokens).lines(indent)


def _written(tokens: Sequence[Token], indent: int, way: _Way | None) -> list[str]:
    columns: dict[int, int] = {}
    while way is not None:
        columns |= way.columns
        way = way.before
    lines, line = [], " " * indent + tokens[0].text
    for number, token in enumerate(tokens[1:], start=1):
        if number in columns:
            lines.append(line)
            line = " " * columns[number] + token.text
        else:
            line += " " * token.space + token.text
    return [*lines, line]


class _Search:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens

    def lines(self, indent: int) -> list[str]:
        """The cheapest way; of two that cost the same, the one that breaks later."""
        start = _State(indent)
        self._passed(start, newline=False)
        self._bound(start)
        queue: list[tuple[int, int, _State, _Way | None]] = [(0, 0, start, None)]
        count = 1
        seen: set[tuple[object, ...]] = set()
        while queue:
            price, _, state, way = heappop(queue)
            if state.next == len(self.tokens):
                return _written(self.tokens, indent, way)
            key = state.key(full=count < _MOST_STATES)
            if key in seen:
                continue
            seen.add(key)
            for newline in (False, True):
                if self._can_break(state) if newline else not self._must_break(state):
                    made = state.copy()
                    cost, columns = self._placed(made, newline=newline)
                    heappush(queue, (price + cost, count, made, _Way(columns, way) if columns else way))
                    count += 1
        return _written(self.tokens, indent, None)

    # ------------------------------------------------------------------------------------------------ may it, must it
    def _can_break(self, state: _State) -> bool:
        token, before, level = self.tokens[state.next], self.tokens[state.next - 1], state.levels[-1]
        if before.opens and before.text != "{" and state.lowest < state.line_level and state.lowest < token.level:
            return False
        if token.role == "name" and state.column < _SHORT_TYPE:
            return False
        if level.fixed_operand and not token.is_binary and token.text != ",":
            return False
        return not level.fixed

    def _must_break(self, state: _State) -> bool:
        token, before, level = self.tokens[state.next], self.tokens[state.next - 1], state.levels[-1]
        follows = before.text in (",", ";") or (token.is_conditional and before.text != "?")
        if follows and level.scattered and token.text not in (")", "}"):
            return True
        column = self._column(state)
        if token.is_member:
            length = _length(self.tokens, token) if token.following is not None else 0
            if state.column + length > WIDTH and (state.column > column or token.level < state.line_level):
                return True
        if state.column <= column or not before.is_binary or token.price < 0:
            return False
        if before.precedence == ASSIGNMENT or not level.scattered:
            return False
        return self.tokens[state.next - 2].ends or before.precedence not in COMPARISONS

    # ------------------------------------------------------------------------------------------------ placing
    def _placed(self, state: _State, *, newline: bool) -> tuple[int, dict[int, int]]:
        """Places the next token and all behind it that cannot be parted from it: what that costs, and where lines begin."""
        number = state.next
        price, columns = 0, dict[int, int]()
        if newline:
            price = self._on_new_line(state)
            columns[number] = state.column
        else:
            self._on_this_line(state)
        price += self._passed(state, newline=newline)
        return price + self._bound(state), columns

    def _bound(self, state: _State) -> int:
        """Places what cannot be parted from what stands before it."""
        price = 0
        while state.next < len(self.tokens) and self.tokens[state.next].price < 0:
            self._on_this_line(state)
            price += self._passed(state, newline=False)
        return price

    def _on_this_line(self, state: _State) -> None:
        token, before, level = self.tokens[state.next], self.tokens[state.next - 1], state.levels[-1]
        if token.text == "=" and (self.tokens[0].text == "for" or token.level == 0) and not level.variable:
            level.variable = self._variable(state)
        if before.opens:
            level.indent = state.column + token.space
        if (before.is_binary or before.text in (",", ":")) and before.precedence not in (ASSIGNMENT, RELATIONAL):
            # The right operand is not broken unless there is a break before it, or it is one of two.
            two = before.place == 0 and before.following is None and before.text != ":"
            if (before.text == ":" and not level.wrapped) or (before.text != ":" and not two):
                level.fixed_operand = True
        state.column += token.space
        after_head = before.text == "(" and state.next > 1 and self.tokens[state.next - 2].text in ("for", "if")
        operand = before.is_binary and (before.precedence != ASSIGNMENT or token.begins)
        if after_head or before.text == "," or before.is_conditional or operand:
            level.last_space = state.column

    def _variable(self, state: _State) -> int:
        """Where the name begins that ``=`` gives a value, with the stars that are bound to it."""
        column = state.column
        for token in reversed(self.tokens[: state.next]):
            column -= len(token.text)
            if token.space:
                break
        return column

    def _on_new_line(self, state: _State) -> int:
        token, before, level = self.tokens[state.next], self.tokens[state.next - 1], state.levels[-1]
        price = token.price + (0 if level.broken else _FIRST)
        level.broken = True
        state.column = level.last_space = self._column(state)
        if token.is_member and not level.call:
            level.call = state.column
        if before.text in (",", ";") or before.is_binary:
            level.scattered = False
        if "?" in (token.text, before.text):
            level.scattered = True
        state.line_level = state.lowest = token.level
        for outer in state.levels[:-1]:
            outer.scattered = True
        separates = before.text in (",", ":", ";") or before.is_binary or before.opens
        if not separates and not token.is_binary:
            level.scattered = True
        return price

    def _column(self, state: _State) -> int:
        """Where the next token goes on a new line."""
        token, before, level = self.tokens[state.next], self.tokens[state.next - 1], state.levels[-1]
        further = max(level.last_space, level.indent) + CONTINUATION
        if token.is_member:
            return level.call or further
        if level.question and (token.text == ":" or before.is_conditional):
            return level.question
        if before.text == "," and level.variable:
            return level.variable
        if token.role == "name":
            return max(level.last_space, level.indent)
        if token.text == "[":
            return level.subscripts or further
        if before.text == "=" or token.role == "pointer":
            return further
        if before.text == ")" and not token.is_binary and token.text != ":":
            return further
        return level.indent + CONTINUATION if level.indent == state.first else level.indent

    def _passed(self, state: _State, *, newline: bool) -> int:
        """Goes past the next token, which has been placed; what is beyond the margin costs."""
        token, level = self.tokens[state.next], state.levels[-1]
        if token.is_binary or token.text == ",":
            level.fixed_operand = False
        if token.is_binary or (token.is_conditional and not self.tokens[state.next - 1].is_conditional):
            level.wrapped = newline
        if token.text == "[" and not level.subscripts:
            level.subscripts = state.column
        if token.text == "?":
            level.question = state.column
        if not token.opens and not token.closes and token.role != "pointer":
            state.lowest = min(state.lowest, token.level)
        if token.is_member:
            level.members = state.column if token.following is not None else 0
        self._open_operands(state, token)
        self._brackets(state, token)
        for _ in range(min(token.closed, len(state.levels) - 1)):
            variable = state.levels.pop().variable
            state.levels[-1].variable = variable
        state.column += len(token.text)
        state.next += 1
        return _EXCESS * max(0, state.column - WIDTH)

    def _open_operands(self, state: _State, token: Token) -> None:
        before = self.tokens[state.next - 1] if state.next else None
        flush = before is not None and (before.opens or before.text in (";", "return") or before.precedence == ASSIGNMENT)
        for precedence in reversed(token.opened):
            outer = state.levels[-1]
            level = outer.copy()
            level.broken, level.wrapped = False, True
            level.fixed = outer.fixed or outer.fixed_operand
            if before is None or before.text != "return" or precedence > 0:
                level.indent = max(state.column, outer.indent, outer.last_space)
            if precedence > 0:
                level.last_space = max(level.last_space, state.column)
            if precedence != CONDITIONAL and token.role != "unary":
                level.members = state.column
            if precedence == CONDITIONAL or (not flush and precedence > ASSIGNMENT):
                level.indent += CONTINUATION
            if (before is not None and not before.opens) or precedence != COMMA:
                level.scattered = False
            state.levels.append(level)
            flush = False

    def _brackets(self, state: _State, token: Token) -> None:
        if token.closes:
            if len(state.levels) > 1:
                state.levels.pop()
            after = self.tokens[state.next + 1].text if state.next + 1 < len(self.tokens) else "["
            if token.text == "]" and after != "[":
                state.levels[-1].subscripts = 0
        elif token.opens:
            outer = state.levels[-1]
            indent = CONTINUATION + (outer.last_space if token.text == "{" else max(outer.last_space, outer.members))
            state.levels.append(_Level(indent, outer.last_space, fixed=outer.fixed or outer.fixed_operand))


def _length(tokens: Sequence[Token], token: Token) -> int:
    """How many columns there are from *token* to the next operator of its operand."""
    begin = tokens.index(token)
    assert token.following is not None
    return sum(t.space + len(t.text) for t in tokens[begin + 1 : tokens.index(token.following) + 1])
