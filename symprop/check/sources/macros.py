r"""Macros that a document defines: ``\newcommand``, ``\def``, ``\DeclareMathOperator``, ``\let`` and their kin.

Definitions are read, never run: what TeX would do with catcodes, conditionals or files does not happen.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from symprop.check.sources.placed import Placed

_NAME = re.compile(r"\s*(?:\{\s*(\\(?:[A-Za-z@]+|[^A-Za-z\s]))\s*\}|(\\(?:[A-Za-z@]+|[^A-Za-z\s])))")
_COUNT = re.compile(r"\s*\[\s*([0-9])\s*\]")
_DEFAULT = re.compile(r"\s*\[((?:[^\[\]{}]|\{[^{}]{0,1000}\}){0,1000})\]")
_PARAMETERS = re.compile(r"[^{}\n]{0,100}")
_PLAIN_PARAMETERS = re.compile(r"\s*(?:#[1-9])*\s*\Z")
_LET = re.compile(r"\s*=?\s*(\\(?:[A-Za-z@]+|[^A-Za-z\s])|[^\s\\{}])")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_BODY_ENDS = re.compile(r"\\(begin|end)\s*\{([A-Za-z]+\*?)\}")

LONGEST_BODY = 10_000  # characters; nothing that anybody writes by hand comes near
_MOST_UNREAD = 100  # definitions whose braces do not close; behind them none is looked for


@dataclass(frozen=True, slots=True)
class Macro:
    r"""What a command stands for.

    Args:
        body: replacement with ``#1`` … ``#9``.
        arguments: how many it takes.
        default: of its first argument, which then is optional and stands in square brackets; None if there is none.
        readable: False for a macro of a kind that is not expanded (delimited parameters): its use cannot be read.
        starred: whether a star behind the name belongs to it.
        final: the body is what it is, whatever its commands come to mean later (``\let``).
    """

    body: str
    arguments: int = 0
    default: str | None = None
    readable: bool = True
    starred: bool = False
    final: bool = False


@dataclass
class Macros:
    """All macros defined so far, by name without backslash, and the names that stand for an environment's ends."""

    table: dict[str, Macro] = field(default_factory=dict)
    openers: dict[str, str] = field(default_factory=dict)
    closers: dict[str, list[str]] = field(default_factory=dict)
    _unread: int = 0

    def define(self, name: str, macro: Macro) -> None:
        r"""Let ``\name`` stand for *macro* from here on."""
        self.table[name] = macro
        ends = _BODY_ENDS.fullmatch(macro.body.strip()) if macro.arguments == 0 else None
        self.openers.pop(name, None)
        if ends is not None and ends[1] == "begin":
            self.openers[name] = ends[2]
        elif ends is not None:
            self.closers.setdefault(ends[2], []).append(name)

    def read_definition(self, text: str, command: str, position: int) -> int | None:
        r"""Take in the definition whose ``\command`` ends at *position*; where it ends, None if it is none."""
        if text[position : position + 1] == "*":
            position += 1
        match = _NAME.match(text, position)
        if match is None or self._unread >= _MOST_UNREAD:
            return None
        name = (match[1] or match[2])[1:]
        end = _READERS[command](self, text, name, match.end())
        self._unread += end is None
        return end


def matching_brace(text: str, opening: int, limit: int = LONGEST_BODY) -> int | None:
    """The place of the brace that closes the one at *opening*; None if none does within *limit* characters."""
    depth = 0
    for match in _BRACE.finditer(text, opening, min(len(text), opening + limit)):
        depth += (match[0] == "{") - (match[0] == "}")
        if depth == 0:
            return match.start()
    return None


def _group(text: str, position: int) -> tuple[str, int] | None:
    """The ``{…}`` at *position* behind spaces: its inside, and the place behind it."""
    opening = _skip_spaces(text, position)
    if text[opening : opening + 1] != "{":
        return None
    closing = matching_brace(text, opening)
    return None if closing is None else (text[opening + 1 : closing], closing + 1)


def _skip_spaces(text: str, position: int) -> int:
    while text[position : position + 1].isspace():
        position += 1
    return position


def _newcommand(macros: Macros, text: str, name: str, position: int, *, keep: bool = False) -> int | None:
    count = _COUNT.match(text, position)
    default = _DEFAULT.match(text, count.end()) if count else None
    position = default.end() if default else count.end() if count else position
    body = _group(text, position)
    if body is None:
        return None
    if not (keep and name in macros.table):
        macros.define(name, Macro(body[0], int(count[1]) if count else 0, default[1] if default else None))
    return body[1]


def _providecommand(macros: Macros, text: str, name: str, position: int) -> int | None:
    return _newcommand(macros, text, name, position, keep=True)


def _def(macros: Macros, text: str, name: str, position: int) -> int | None:
    parameters = _PARAMETERS.match(text, position)
    assert parameters is not None  # it matches nothing, too
    body = _group(text, parameters.end())
    if body is None:
        return None
    plain = _PLAIN_PARAMETERS.match(parameters[0]) is not None
    macros.define(name, Macro(body[0], parameters[0].count("#"), readable=plain))
    return body[1]


def _let(macros: Macros, text: str, name: str, position: int) -> int | None:
    target = _LET.match(text, position)
    if target is None:
        return None
    old = macros.table.get(target[1][1:]) if target[1].startswith("\\") else None
    if old is not None:
        macros.define(name, old)
    elif target[1] == "\\" + name:
        macros.table.pop(name, None)
    else:
        macros.define(name, Macro(target[1], final=True))
    return target.end()


def _operator(macros: Macros, text: str, name: str, position: int) -> int | None:
    body = _group(text, position)
    if body is None:
        return None
    macros.define(name, Macro(rf"\operatorname{{{body[0]}}}"))
    return body[1]


def _paired(macros: Macros, text: str, name: str, position: int) -> int | None:
    left = _group(text, position)
    right = _group(text, left[1]) if left else None
    if left is None or right is None:
        return None
    macros.define(name, Macro(rf"\left{left[0]} #1 \right{right[0]}", 1, starred=True))
    return right[1]


def _document_command(macros: Macros, text: str, name: str, position: int) -> int | None:
    arguments = _group(text, position)
    body = _group(text, arguments[1]) if arguments else None
    if arguments is None or body is None:
        return None
    kinds = arguments[0].split()
    macros.define(name, Macro(body[0], len(kinds), readable=all(kind == "m" for kind in kinds)))
    return body[1]


_READERS: dict[str, Callable[[Macros, str, str, int], int | None]] = {
    "newcommand": _newcommand,
    "renewcommand": _newcommand,
    "providecommand": _providecommand,
    "DeclareRobustCommand": _newcommand,
    "def": _def,
    "gdef": _def,
    "edef": _def,
    "xdef": _def,
    "let": _let,
    "DeclareMathOperator": _operator,
    "DeclarePairedDelimiter": _paired,
    "NewDocumentCommand": _document_command,
    "RenewDocumentCommand": _document_command,
    "DeclareDocumentCommand": _document_command,
}

DEFINERS = "|".join(sorted(_READERS, key=len, reverse=True))
"""Commands that define a macro, as alternatives of a regular expression."""

_DEFINITION = re.compile(rf"\\({DEFINERS})(?![A-Za-z])")


def without_definitions(body: Placed, macros: Macros) -> tuple[Placed, bool]:
    """A formula without the definitions in it, which are taken in; and whether there was one."""
    edits = []
    done = 0
    for match in _DEFINITION.finditer(body.text):
        if match.start() < done:  # within the body of another definition
            continue
        end = macros.read_definition(body.text, match[1], match.end())
        if end is not None:
            edits.append((match.start(), end, " "))
            done = end
    return body.edited(edits), bool(edits)
