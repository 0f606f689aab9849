"""C source laid out as ``clang-format`` leaves it in LLVM's style: 80 columns, two blanks a level.

Whoever writes a file writes each statement and each head of a block in one line, however long, and ``if (…) …;`` too;
:func:`laid_out` does the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from unicodedata import combining, east_asian_width

from symprop.codegen.c_breaks import WIDTH, broken
from symprop.codegen.c_lists import table
from symprop.codegen.c_tokens import tokens_of
from symprop.codegen.layout import one_line

STEP = "  "

_COMMENTED = re.compile(r"(\s*\S.*[;{]) (/\* .* \*/)")
_LIST = re.compile(r"(.* = )\{(.*?)(,?)\};")
_ENUM = re.compile(r"enum \{ (.*) \};")
_SHORT = re.compile(r"(\S.*\) )\{ (.*) \}")
_GUARD = re.compile(r"(?:if|for|while) \(")


def comment(text: str, indent: str = "") -> Iterator[str]:
    """*text* as comment lines; nothing for no text.  What would end the comment is taken apart."""
    if not text:
        return
    words = one_line(text).replace("*/", "* /").replace("/*", "/ *").split(" ")
    line = f"{indent}/*"
    for word in words:
        if _width(line) + 1 + _width(word) > WIDTH - 3 and line.strip() != "/*":
            yield line
            line = f"{indent} *"
        line += f" {word}"
    yield f"{line} */"


def _width(text: str) -> int:
    """Columns that *text* takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def laid_out(text: str) -> str:
    """The file *text*, formatted."""
    return "\n".join(_aligned(_merged(_formatted(text.split("\n")))))


def _formatted(lines: Iterable[str]) -> Iterator[str]:
    rest = iter(lines)
    for line in rest:
        if not line.strip():
            yield ""
        elif line.startswith("#"):
            yield from _directive(line)
        elif line.lstrip().startswith("/*"):
            yield from _until_closed(line, rest)
        else:
            yield from _with_comment(_whole(line, rest))


def _until_closed(line: str, rest: Iterator[str]) -> Iterator[str]:
    yield line
    while not line.endswith("*/"):
        line = next(rest)
        yield line


def _whole(line: str, rest: Iterator[str]) -> str:
    """*line* with those of *rest* that go on with it."""
    code = line.split(" /*", maxsplit=1)[0].rstrip()
    if code.endswith((";", "{", "}")) and code.count("(") == code.count(")"):
        return line
    return _whole(f"{line} {next(rest).lstrip()}", rest)


def _directive(line: str) -> Iterator[str]:
    words = line.split(" ", 2)
    if len(line) <= WIDTH or words[0] != "#define":
        yield line
    else:
        yield f"{' '.join(words[:2]):<{WIDTH - 1}}\\"
        yield STEP + words[2]


def _with_comment(line: str) -> Iterator[str]:
    """A line with a comment behind it, or below the comment where there is no room."""
    found = _COMMENTED.fullmatch(line)
    if found is None:
        yield from _code(line)
    elif _width(line) <= WIDTH:
        yield line
    else:
        indent = " " * (len(line) - len(line.lstrip()))
        yield from comment(found[2][3:-3], indent)
        yield from _code(found[1])


@lru_cache(maxsize=4096)
def _code(line: str) -> tuple[str, ...]:
    """One statement, head or list in lines.  The blocks of a file say many of them again."""
    code = line.lstrip()
    indent = line[: len(line) - len(code)]
    if found := _ENUM.fullmatch(code):
        return (line,) if len(line) <= WIDTH else (f"{indent}enum {{", *_items(found[1], indent), f"{indent}}};")
    if found := _LIST.fullmatch(code):
        return tuple(table(found[1], _split(found[2]), len(indent), open_end=bool(found[3])))
    if (found := _SHORT.fullmatch(code)) and len(line) > WIDTH:
        return (*_code(f"{found[1]}{{"), *_code(STEP + found[2]), "}")
    head, body = _guarded(code) if _GUARD.match(code) and not code.endswith("{") else (code, "")
    if body:
        return (*_code(indent + head), *_code(indent + STEP + body))
    return (line,) if len(line) <= WIDTH else tuple(broken(tokens_of(code), len(indent)))


def _items(text: str, indent: str) -> Iterator[str]:
    items = text.split(", ")
    yield from (f"{indent}{STEP}{item}," for item in items[:-1])
    yield f"{indent}{STEP}{items[-1]}"


def _split(text: str) -> list[str]:
    """The items of a list, which may be lists in braces."""
    return [item for item in re.split(r", (?![^{]*\})", text) if item]


def _guarded(code: str) -> tuple[str, str]:
    """``if (…)`` and what it guards; the head alone has nothing behind it."""
    depth = 0
    for place, c in enumerate(code):
        depth += (c == "(") - (c == ")")
        if c == ")" and not depth:
            return code[: place + 1], code[place + 2 :]
    return code, ""


def _merged(lines: Iterable[str]) -> Iterator[str]:
    """Functions of one statement in one line, where they fit."""
    rest = [*lines, "", ""]
    at = 0
    while at < len(rest) - 2:
        head, body, end = rest[at : at + 3]
        whole = f"{head} {body.lstrip()} {end}"
        is_function = head.endswith(") {") and head[:1].strip() != ""
        if is_function and end == "}" and body.endswith(";") and not _GUARD.match(body.lstrip()) and len(whole) <= WIDTH:
            yield whole
            at += 3
        else:
            yield head
            at += 1


def _aligned(lines: Iterable[str]) -> Iterator[str]:
    """Comments behind lines that follow each other begin in one column."""
    group: list[tuple[str, str]] = []
    least, most = 0, WIDTH
    for line in lines:
        found = _COMMENTED.fullmatch(line)
        if found is None:
            yield from _set(group, least)
            group = []
            yield line
            continue
        begin, end = len(found[1]) + 1, WIDTH - len(found[2])
        if group and (begin > most or end < least):
            yield from _set(group, least)
            group = []
        least, most = (max(least, begin), min(most, end)) if group else (begin, end)
        group.append((found[1], found[2]))
    yield from _set(group, least)


def _set(group: list[tuple[str, str]], column: int) -> Iterator[str]:
    return (f"{code:<{column}}{comment}" for code, comment in group)
