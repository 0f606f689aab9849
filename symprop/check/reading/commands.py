r"""Commands with arguments: what each makes of what stands behind it.  Adding one is one function, or one entry of a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from symprop.check.reading.fonts import accented, styled, text_item
from symprop.check.reading.items import Item, Unreadable, widened
from symprop.check.reading.lexer import Token
from symprop.check.reading.tables import (
    ACCENTS,
    ARGUMENTS_OF_ENVIRONMENTS,
    BOLD_TEXTS,
    DERIVATIVES,
    DROPPED,
    FONTS,
    FRACTIONS,
    INFIX,
    LABELLED,
    LONG_ARROWS,
    REFERENCES,
    TEXTS,
    TRANSPARENT,
)

if TYPE_CHECKING:
    from symprop.check.reading.builder import Builder


def _fraction(builder: Builder, token: Token) -> list[Item]:
    builder.optional()
    above = builder.argument(token)
    below = builder.argument(token)
    return [Item("fraction", "", token.start, builder.tokens[builder.at - 1].end, (above, below))]


def _root(builder: Builder, token: Token) -> list[Item]:
    degree = builder.optional()
    body = builder.argument(token)
    return [Item("root", "", token.start, builder.tokens[builder.at - 1].end, (builder.nested(degree) if degree else [], body))]


def _dropped(builder: Builder, token: Token) -> list[Item]:
    builder.optional()
    for _ in range(DROPPED[token.text]):
        builder.raw(token)
    if token.text in ("hspace", "mspace"):
        return [Item("space", "", token.start, builder.tokens[builder.at - 1].end)]
    if token.text in ("kern", "hskip", "mkern", "vskip"):
        while builder.at < len(builder.tokens) and (
            builder.tokens[builder.at].kind == "number" or builder.tokens[builder.at].text in "-emxuptc"
        ):
            builder.at += 1
        return []
    if token.text == "color" and builder.at < len(builder.tokens) and builder.tokens[builder.at].kind == "{":
        return _shown(builder, token)
    return []


def _transparent(builder: Builder, token: Token) -> list[Item]:
    count, shown = TRANSPARENT[token.text]
    builder.optional()
    for _ in range(shown):
        above = _above(builder, token)
        if above is not None and token.text == "underset":
            return _under(builder, token, above)
    items = _shown(builder, token)
    for _ in range(count - shown - 1):
        builder.raw(token)
    label = LABELLED.get(token.text)
    if label and builder.at < len(builder.tokens) and builder.tokens[builder.at].kind == label:
        builder.at += 1
        builder.argument(token)
        if items:
            items[-1].end = builder.tokens[builder.at - 1].end
    return items


def _above(builder: Builder, token: Token) -> list[Item] | None:
    if token.text == "underset":
        return builder.argument(token)
    builder.raw(token)
    return None


def _under(builder: Builder, token: Token, below: list[Item]) -> list[Item]:
    items = _shown(builder, token)
    if len(items) == 1 and items[0].kind in ("big", "word") and items[0].sub is None:
        items[0].sub = below
    return items


def _shown(builder: Builder, token: Token) -> list[Item]:
    """The items of an argument in the place of the command and its argument."""
    items = builder.argument(token)
    return widened(items, token.start, builder.tokens[builder.at - 1].end)


def _texts(builder: Builder, token: Token) -> list[Item]:
    raw, begin, stop, end = builder.raw(token)
    if "$" not in raw:
        scripted = builder.at < len(builder.tokens) and builder.tokens[builder.at].kind in ("_", "^", "prime")
        item = text_item(raw, token.start, end, scripted=scripted)
        item.array = token.text == "textbf"
        return [item]
    return _mixed(builder, token, begin, stop, end)


def _paragraph(builder: Builder, token: Token) -> list[Item]:
    r"""``\parbox[t]{15em}{remark}``: text, whatever it is."""
    builder.optional()
    builder.raw(token)
    item = _texts(builder, token)[0]
    item.kind, item.text = "text", f" {item.text} "
    return [item]


def _mixed(builder: Builder, token: Token, begin: int, stop: int, end: int) -> list[Item]:
    """Text with formulas between dollars in it."""
    dollars = [place for place in range(begin, stop) if builder.tokens[place].kind == "$"]
    dollars = dollars if len(dollars) % 2 == 0 else dollars[:-1]
    found: list[Item] = []
    last, after = begin, builder.at
    for opening, closing in zip(dollars[::2], dollars[1::2], strict=True):
        found += _prose(builder, last, opening)
        builder.at = opening + 1
        found += builder.sequence(until=closing)
        last = closing + 1
    found += _prose(builder, last, stop)
    builder.at = after
    return widened(found, token.start, end)


def _prose(builder: Builder, begin: int, stop: int) -> list[Item]:
    if begin >= stop:
        return []
    start, end = builder.tokens[begin].start, builder.tokens[stop - 1].end
    return [Item("text", builder.text[start:end], start, end)]


def _font(builder: Builder, token: Token) -> list[Item]:
    if token.text == "operatorname":
        _star(builder)
    items = styled(_shown(builder, token), FONTS[token.text])
    if len(items) == 1 and items[0].kind == "word" and builder.at:
        raw = builder.text[items[0].start : items[0].end]
        start, end = items[0].start, items[0].end
        word = text_item(items[0].text, start, end, scripted=True) if " " not in raw.strip() else items[0]
        word.sub, word.sup, word.primes = items[0].sub, items[0].sup, items[0].primes
        return [word]
    return items


def _star(builder: Builder) -> None:
    if builder.at < len(builder.tokens) and builder.tokens[builder.at].text == "*":
        builder.at += 1


def _accent(builder: Builder, token: Token) -> list[Item]:
    items = _shown(builder, token)
    try:
        return accented(items, ACCENTS[token.text], token.start, builder.tokens[builder.at - 1].end)
    except Unreadable as error:
        return [Item("bad", error.message, error.start, error.end)]


def _tag(builder: Builder, token: Token) -> list[Item]:
    _star(builder)
    raw, _, _, end = builder.raw(token)
    return [Item("tag", raw.strip("$ ()"), token.start, end)]


def _reference(builder: Builder, token: Token) -> list[Item]:
    builder.optional()
    raw, _, _, end = builder.raw(token)
    return [Item("text", f"({raw})", token.start, end)]


def _derivative(builder: Builder, token: Token) -> list[Item]:
    r"""``\pdv{E}{w}``, ``\dv[2]{E}{x}``, ``\dv{x}``."""
    _star(builder)
    order = builder.optional()
    parts = [builder.argument(token)]
    while len(parts) < 3 and builder.at < len(builder.tokens) and builder.tokens[builder.at].kind == "{":
        parts.append(builder.argument(token))
    end = builder.tokens[builder.at - 1].end
    if order is not None:
        parts.insert(0, builder.nested(order))
    item = Item("derivative", DERIVATIVES[token.text] + ("^" if order is not None else ""), token.start, end, tuple(parts))
    return [item]


def _arrow(builder: Builder, token: Token) -> list[Item]:
    builder.optional()
    builder.raw(token)
    return [Item("sign", LONG_ARROWS[token.text], token.start, builder.tokens[builder.at - 1].end)]


def _infix(_: Builder, token: Token) -> list[Item]:
    return [Item(token.text, "", token.start, token.end)]


def _environment(builder: Builder, token: Token) -> list[Item]:
    name, _, _, end = builder.raw(token)
    builder.optional()
    for _ in range(ARGUMENTS_OF_ENVIRONMENTS.get(name, 0)):
        builder.raw(token)
    items = builder.sequence()
    if builder.at >= len(builder.tokens) or builder.tokens[builder.at].kind == "}":
        raise Unreadable(f"`\\begin{{{name}}}` without its end", token.start, end)
    closing = builder.tokens[builder.at]
    builder.at += 1
    other, _, _, end = builder.raw(closing)
    if other != name:
        raise Unreadable(f"`\\begin{{{name}}}` ends as `{other}`", closing.start, end)
    return [Item("table", name, token.start, end, (items,))]


_Handler = Callable[["Builder", Token], list[Item]]
HANDLERS: Mapping[str, _Handler] = {
    **dict.fromkeys(FRACTIONS, _fraction),
    "sqrt": _root,
    **dict.fromkeys(DROPPED, _dropped),
    **dict.fromkeys(TRANSPARENT, _transparent),
    **dict.fromkeys(TEXTS, _texts),
    **dict.fromkeys(BOLD_TEXTS, _texts),
    **dict.fromkeys(FONTS, _font),
    **dict.fromkeys(ACCENTS, _accent),
    "tag": _tag,
    **dict.fromkeys(REFERENCES, _reference),
    **dict.fromkeys(DERIVATIVES, _derivative),
    **dict.fromkeys(INFIX, _infix),
    **dict.fromkeys(LONG_ARROWS, _arrow),
    "begin": _environment,
    "parbox": _paragraph,
}
"""Every command with arguments -> what makes its items."""
