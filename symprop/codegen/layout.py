"""Python source laid out as ``ruff format`` leaves it: what is too long is broken at its loosest delimiters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

WIDTH = 88
STEP = "    "

_DELIMITERS: tuple[tuple[str, ...], ...] = (
    (", ",),
    (" for ",),
    (" if ", " else "),
    (" and ",),
    (" == ", " != ", " <= ", " >= ", " < ", " > "),
    (" & ",),
    (" + ", " - "),
    (" * ", " / ", " @ "),
    ("**",),
)
"""Where a text may be broken, the loosest first."""

_LEADS = ("& ", "+ ", "- ", "* ", "/ ", "for ", "if ", "else ", "and ")
"""What a piece begins with when it was broken off."""

_OPEN, _CLOSE = "([{", ")]}"


def statement(left: str, value: str, indent: str = "") -> list[str]:
    """``left = value``, broken where it is too long; *left* may end in ``return`` instead of a name."""
    joint = " " if left == "return" else " = "
    whole = f"{indent}{left}{joint}{value}"
    if len(whole) <= WIDTH:
        return [whole]
    pieces = _split(value)
    if len(pieces) == 2 and pieces[1][:1] in "+-*/@" and (value[0] in _OPEN or value[-1] in ")}"):
        broken = _opened(f"{indent}{left}{joint}", value, indent)
        if broken:
            return broken
    start, end = _last_bracket(value)
    if start >= 0 and end == len(value) - 1 and not _split(value[:start]):
        head, body = value[: start + 1], value[start + 1 : end]
        return [f"{indent}{left}{joint}{head}", *inside(body, indent + STEP), f"{indent}{value[end]}"]
    return [f"{indent}{left}{joint}(", *inside(value, indent + STEP), f"{indent})"]


def inside(text: str, indent: str) -> list[str]:
    """*text*, which stands in brackets, in lines."""
    if len(indent) + len(text) <= WIDTH:
        return [indent + text]
    comma = "," if text.endswith(",") else ""
    body = text.removesuffix(",")
    lead = next((word for word in _LEADS if body.startswith(word)), "")
    body = body[len(lead) :]
    pieces = _split(body)
    if pieces:
        pieces = [lead + pieces[0], *pieces[1:-1], pieces[-1] + ("" if pieces[-1].endswith(",") else comma)]
        return [line for piece in pieces for line in inside(piece, indent)]
    start, end = _last_bracket(body)
    if start < 0 or end == start + 1:
        return [indent + text]
    return _opened(indent + lead, body + comma, indent) or [indent + text]


def _opened(head: str, value: str, indent: str) -> list[str]:
    """``(a + b) * f(c)`` broken inside of its brackets, from left to right; nothing where the first does not fit.

    A bracket stays closed where it fits together with everything up to the next one.
    """
    brackets = _brackets(value)
    begins = [*(start for start, _ in brackets), len(value) - 1]
    lines, line, at = [], head, 0
    for (start, end), following in zip(brackets, begins[1:], strict=True):
        if len(line) + following + 1 - at <= WIDTH:
            line, at = line + value[at : end + 1], end + 1
            continue
        line += value[at : start + 1]
        if len(line) > WIDTH:
            return []
        lines += [line, *inside(value[start + 1 : end], indent + STEP)]
        line, at = indent + value[end], end + 1
    line += value[at:]
    return [*lines, line] if len(line) <= WIDTH else []


def listed(head: str, items: Sequence[str], tail: str, indent: str = "", *, single: bool = False) -> list[str]:
    """``head item, item tail`` in one line, or an item a line; *single* asks for the comma that a tuple of one needs."""
    comma = "," if single and len(items) == 1 else ""
    whole = f"{indent}{head}{', '.join(items)}{comma}{tail}"
    if len(whole) <= WIDTH:
        return [whole]
    return [indent + head, *(f"{indent}{STEP}{item}," for item in items), indent + tail]


def comment(text: str, indent: str = "") -> list[str]:
    """*text* as a comment; nothing for no text."""
    return [f"{indent}# {line}".rstrip() for line in one_line(text).split("\n")] if text else []


def one_line(text: str) -> str:
    """*text* with everything that would end a comment made harmless."""
    return "".join(c if c.isprintable() else " " for c in text)


def _split(text: str) -> list[str]:
    """*text* at its loosest delimiters outside of all brackets; [] where there are none."""
    for group in _DELIMITERS:
        found = list(_places(text, group))
        if not found:
            continue
        pieces, start = [], 0
        for place, delimiter in found:
            if delimiter == ", ":
                pieces.append(text[start:place] + ",")
                start = place + 2
            else:
                pieces.append(text[start:place])
                start = place + 1 if delimiter[0] == " " else place
        last = text[start:]
        pieces.append(last + "," if found[-1][1] == ", " else last)
        return pieces
    return []


def _places(text: str, group: Iterable[str]) -> Iterable[tuple[int, str]]:
    depth = 0
    for place, c in enumerate(text):
        if c in _OPEN:
            depth += 1
        elif c in _CLOSE:
            depth -= 1
        elif not depth:
            for delimiter in group:
                if text.startswith(delimiter, place):
                    yield place, delimiter


def _brackets(text: str) -> list[tuple[int, int]]:
    """The outermost pairs of brackets."""
    depth, start, found = 0, -1, list[tuple[int, int]]()
    for place, c in enumerate(text):
        if c in _OPEN:
            if not depth:
                start = place
            depth += 1
        elif c in _CLOSE:
            depth -= 1
            if not depth:
                found.append((start, place))
    return found


def _last_bracket(text: str) -> tuple[int, int]:
    """The last outermost pair of brackets, a call's rather than the index behind it; (-1, -1) if there is none."""
    found = _brackets(text)
    if not found:
        return -1, -1
    if len(found) > 1 and text[found[-1][0]] == "[" and found[-2][1] == found[-1][0] - 1:
        return found[-2]
    return found[-1]


def expression(text: str, indent: str = "") -> list[str]:
    """A statement that is an expression: a call, or an assignment with ``[...]``."""
    if len(indent) + len(text) <= WIDTH:
        return [indent + text]
    if " = " in text and "[...]" in text:
        left, value = text.split(" = ", 1)
        return statement(left, value, indent)
    start, end = _last_bracket(text)
    return [indent + text[: start + 1], *inside(text[start + 1 : end], indent + STEP), indent + text[end:]]
