"""C source in lines of 80 characters, two spaces a level, broken at its loosest operators."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.codegen.layout import one_line

WIDTH = 80
STEP = "  "
_BREAKS = (", ", " ? ", " : ", " && ", " + ", " - ", " * ", " / ", " = ")


def comment(text: str, indent: str = "") -> Iterator[str]:
    """*text* as comment lines; nothing for no text.  What would end the comment is taken apart."""
    if not text:
        return
    words = one_line(text).replace("*/", "* /").replace("/*", "/ *").split(" ")
    line = f"{indent}/*"
    for word in words:
        if len(line) + 1 + len(word) > WIDTH - 3 and line.strip() != "/*":
            yield line
            line = f"{indent} *"
        line += f" {word}"
    yield f"{line} */"


def statement(text: str, indent: str = "") -> Iterator[str]:
    """*text*, which ends in ``;`` or ``{``, in as many lines as it needs; what follows the first is indented by four."""
    line, rest, margin = "", indent + text, indent + STEP + STEP
    while len(rest) > WIDTH:
        place = _place(rest, len(margin) if line else len(indent))
        if place <= 0:
            break
        line = rest[:place].rstrip()
        yield line
        rest = margin + rest[place:].lstrip()
    yield rest


def _place(text: str, begin: int) -> int:
    """The last place before the margin where a line may end, behind an operator or a comma; the outermost one wins."""
    best, depth_of_best, depth = 0, 10**6, 0
    for place in range(begin, min(len(text), WIDTH)):
        c = text[place]
        depth += (c in "([") - (c in ")]")
        for sign in _BREAKS:
            end = place + len(sign)
            if text.startswith(sign, place) and end - 1 <= WIDTH and depth <= depth_of_best and end < len(text):
                best, depth_of_best = end, depth
    return best
