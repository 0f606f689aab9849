r"""Putting in what macros stand for, within limits: a bomb of a document becomes a problem of one formula, not of the reader."""

from __future__ import annotations

import re

from symprop.check.sources.macros import Macro, Macros, matching_brace
from symprop.check.sources.placed import Builder, Placed

_COMMAND = re.compile(r"\\(?:[A-Za-z@]+|.)", re.DOTALL)
_PARAMETER = re.compile(r"#([1-9])")
_OPTIONAL = re.compile(r"\s{0,9}\[((?:[^\[\]{}]|\{[^{}]*\}){0,1000})\]")
_SINGLE = re.compile(r"\\(?:[A-Za-z@]+|.)|[^\s{}]", re.DOTALL)
_SPACES = re.compile(r"[ \t\r\n]*")

_DEEPEST = 40  # macros within macros
_LARGEST = 50_000  # characters that one formula may have passed through
_MOST_USES = 5_000  # in one formula
_ALL_USES = 200_000  # in one document
_ALL_CHARACTERS = 5_000_000


class _Refused(Exception):
    """Why a formula's macros cannot be expanded."""


class Expander:
    """Expands the formulas of one document; the work is counted for each of them, and over all."""

    def __init__(self, macros: Macros) -> None:
        self._macros = macros
        self._uses = self._characters = 0  # in the document
        self._uses_before = self._characters_before = 0  # before this formula

    def expanded(self, body: Placed) -> tuple[Placed, str]:
        """The formula without macros, and why that was not possible (then it is as it was)."""
        table = self._macros.table
        if not table or not any(match[0][1:] in table for match in _COMMAND.finditer(body.text)):
            return body, ""
        builder = Builder()
        self._uses_before, self._characters_before = self._uses, self._characters
        try:
            self._expand(body, builder, 0)
        except _Refused as refused:
            return body, str(refused)
        return builder.built(body.places[-1]), ""

    def _expand(self, body: Placed, builder: Builder, depth: int) -> None:
        text = body.text
        done = position = 0
        while (match := _COMMAND.search(text, position)) is not None:
            position = match.end()
            name = match[0][1:]
            macro = self._macros.table.get(name)
            if macro is None:
                continue
            builder.add_apart(body.cut(done, match.start()))
            self._refuse_too_much(name, macro, depth)
            replaced, done = _put_in(body, name, macro, match.start(), position)
            self._characters += len(replaced.text)
            if macro.final:
                builder.add_apart(replaced)
            else:
                self._expand(replaced, builder, depth + 1)
            position = done
        builder.add_apart(body.cut(done, len(text)))

    def _refuse_too_much(self, name: str, macro: Macro, depth: int) -> None:
        self._uses += 1
        if not macro.readable:
            raise _Refused(f"the macro \\{name} takes its arguments in a way that is not understood")
        if depth >= _DEEPEST:
            raise _Refused(f"the macro \\{name} expands without end")
        if self._characters - self._characters_before > _LARGEST or self._uses - self._uses_before > _MOST_USES:
            raise _Refused(f"the macro \\{name} expands to too much")
        if self._uses > _ALL_USES or self._characters > _ALL_CHARACTERS:
            raise _Refused("the macros of the document expand to too much")


def _put_in(body: Placed, name: str, macro: Macro, start: int, position: int) -> tuple[Placed, int]:
    """What the use at *start* stands for, and the place behind its arguments."""
    text = body.text
    if macro.starred and text[position : position + 1] == "*":
        position += 1
    arguments: list[Placed] = []
    if macro.default is not None:
        optional = _OPTIONAL.match(text, position)
        default = Placed(macro.default, [body.places[start]] * (len(macro.default) + 1))
        arguments.append(body.cut(optional.start(1), optional.end(1)) if optional else default)
        position = optional.end() if optional else position
    while len(arguments) < macro.arguments:
        argument, position = _argument(body, name, position)
        arguments.append(argument)
    builder = Builder()
    done = 0
    for match in _PARAMETER.finditer(macro.body):
        builder.add_apart(_at(macro.body[done : match.start()], body.places[start]))
        number = int(match[1])
        if number > len(arguments):
            raise _Refused(f"the macro \\{name} has no argument {number}")
        builder.add_apart(arguments[number - 1])
        done = match.end()
        if builder.size > _LARGEST:
            raise _Refused(f"the macro \\{name} expands to too much")
    builder.add_apart(_at(macro.body[done:], body.places[start]))
    return builder.built(body.places[position - 1]), position


def _argument(body: Placed, name: str, position: int) -> tuple[Placed, int]:
    text = body.text
    spaces = _SPACES.match(text, position)
    position = spaces.end() if spaces else position
    if text[position : position + 1] == "{":
        closing = matching_brace(text, position)
        if closing is None:
            raise _Refused(f"the argument of the macro \\{name} is not closed")
        return body.cut(position + 1, closing), closing + 1
    single = _SINGLE.match(text, position)
    if single is None:
        raise _Refused(f"the macro \\{name} lacks an argument")
    return body.cut(single.start(), single.end()), single.end()


def _at(text: str, place: int) -> Placed:
    return Placed(text, [place] * (len(text) + 1))
