r"""Tokens to items: arguments are taken, scripts are hung on what they belong to, looks are dropped."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from symprop.check.reading.fonts import accented, plain_letter, styled, text_item
from symprop.check.reading.items import Item, Unreadable
from symprop.check.reading.lexer import MAX_TEXT, Token, tokenize
from symprop.check.reading.tables import (
    ACCENTS,
    ARGUMENTS_OF_ENVIRONMENTS,
    BOLD_TEXTS,
    DECLARED,
    DELIMITING,
    DERIVATIVES,
    DROPPED,
    FONTS,
    FRACTIONS,
    IGNORED,
    INFIX,
    LABELLED,
    LONG_ARROWS,
    MEANINGS,
    NARROW,
    PRIMES,
    REFERENCES,
    TEXTS,
    TRANSPARENT,
    VULGAR,
)

MAX_NESTING = 60
"""Deepest nesting of groups and brackets that is read."""

_SCRIPTABLE = frozenset(
    "letter word number close bar rbar lbar fraction root group table big partial nabla dots derivative prime sign".split()
)


def build(text: str, *, bare: bool = False) -> list[Item]:
    """The items of a formula.

    Raises:
        Unreadable: it is too long or too deep, or its braces or environments do not match.
    """
    if len(text) > MAX_TEXT:
        raise Unreadable("the formula is too long", 0, len(text))
    return _Builder(text, tokenize(text, bare=bare)).whole()


class _Builder:
    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text, self.tokens, self.at, self.depth = text, tokens, 0, 0

    def whole(self) -> list[Item]:
        items = self.sequence("")
        if self.at < len(self.tokens):
            stray = self.tokens[self.at]
            raise Unreadable(f"`{stray.text}` closes nothing", stray.start, stray.end, ("delete", stray.start, "}"))
        return items

    def sequence(self, closing: str, *, until: int | None = None) -> list[Item]:
        r"""Items up to ``}`` (*closing*), ``\end`` or the end; the closing token itself is not taken."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            token = self.tokens[min(self.at, len(self.tokens) - 1)]
            raise Unreadable("nested too deeply", token.start, token.end)
        items: list[Item] = []
        fonts: list[tuple[str, int]] = []
        spaced = False
        stop = len(self.tokens) if until is None else until
        while self.at < stop:
            token = self.tokens[self.at]
            if token.kind == "}" or (token.kind == "command" and token.text == "end"):
                break
            self.at += 1
            if token.kind == "command" and token.text in NARROW:
                spaced = True
                continue
            if token.kind == "command" and token.text in DECLARED:
                fonts.append((DECLARED[token.text], len(items)))
                continue
            if token.kind in ("_", "^", "prime"):
                self._script(items, token)
                continue
            fresh = self._items(token, items)
            if fresh:
                fresh[0].spaced = fresh[0].spaced or spaced
                spaced = False
                items += fresh
        for font, begin in reversed(fonts):
            items[begin:] = styled(items[begin:], font)
        self.depth -= 1
        return _with_fractions(items)

    def argument(self, token: Token) -> list[Item]:
        """The argument of the command *token*: a group, or one thing.

        Raises:
            Unreadable: there is none.
        """
        if self.at >= len(self.tokens) or self.tokens[self.at].kind == "}":
            raise Unreadable(f"`{_shown(token)}` without what it applies to", token.start, token.end)
        following = self.tokens[self.at]
        self.at += 1
        if following.kind == "{":
            items = self.sequence("}")
            self._close(following)
            return items
        if following.kind in ("_", "^"):
            raise Unreadable(f"`{_shown(token)}` without what it applies to", token.start, following.end)
        if following.kind == "prime":
            return [Item("prime", "'", following.start, following.end)] * PRIMES[following.text]
        if following.kind == "number" and token.kind == "command" and len(following.text) > 1:
            first = following._replace(text=following.text[0], end=following.start + 1)
            self.at -= 1
            self.tokens[self.at] = following._replace(text=following.text[1:], start=following.start + 1)
            return self._items(first, [])
        if following.kind == "command" and following.text in NARROW | IGNORED:
            return self.argument(token)
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise Unreadable("nested too deeply", following.start, following.end)
        found = self._items(following, [])
        self.depth -= 1
        return found

    def raw(self, token: Token) -> tuple[str, int, int, int]:
        """The text of a braced argument, the tokens within it, and where it ends."""
        if self.at < len(self.tokens) and self.tokens[self.at].kind == "{":
            opening = self.at
            depth = 0
            for place in range(opening, len(self.tokens)):
                depth += {"{": 1, "}": -1}.get(self.tokens[place].kind, 0)
                if not depth:
                    self.at = place + 1
                    return (
                        self.text[self.tokens[opening].end : self.tokens[place].start],
                        opening + 1,
                        place,
                        self.tokens[place].end,
                    )
        if self.at < len(self.tokens) and self.tokens[self.at].kind in ("letter", "number", "char"):
            only = self.tokens[self.at]
            self.at += 1
            return only.text, self.at - 1, self.at, only.end
        raise Unreadable(f"`{_shown(token)}` without what it applies to", token.start, token.end)

    def optional(self) -> str | None:
        """The text of an argument in square brackets, if one follows directly."""
        if (
            self.at >= len(self.tokens)
            or self.tokens[self.at].text != "["
            or self.tokens[self.at].start != self.tokens[self.at - 1].end
        ):
            return None
        for place in range(self.at, min(self.at + 40, len(self.tokens))):
            if self.tokens[place].text == "]":
                text = self.text[self.tokens[self.at].end : self.tokens[place].start]
                self.at = place + 1
                return text
        return None

    def _close(self, opening: Token) -> None:
        if self.at >= len(self.tokens) or self.tokens[self.at].kind != "}":
            raise Unreadable(
                "an opening brace without its closing one", opening.start, opening.end, ("insert", len(self.text), "}")
            )
        self.at += 1

    def _script(self, items: list[Item], token: Token) -> None:
        if not items or items[-1].kind not in _SCRIPTABLE or (items[-1].kind == "prime"):
            items.append(Item("empty", "", token.start, token.end))
        base = items[-1]
        if token.kind == "prime":
            base.primes += PRIMES[token.text]
            base.end = token.end
            return
        content = self.argument(token)
        base.end = self.tokens[self.at - 1].end
        primes = [item for item in content if item.kind == "prime"]
        if primes:
            base.primes += len(primes)
            content = [item for item in content if item.kind != "prime"]
            if not content:
                return
        if (base.sub if token.kind == "_" else base.sup) is not None:
            items.append(Item("bad", "a second script of the same kind on one name", token.start, base.end))
        elif token.kind == "_":
            base.sub = content
        else:
            base.sup = content

    def _items(self, token: Token, before: list[Item]) -> list[Item]:
        """What one token, with its arguments, makes."""
        if token.kind == "command":
            return self._command(token, before)
        if token.kind == "letter":
            if not token.text.isascii() and token.text in MEANINGS:
                return [Item(*MEANINGS[token.text], token.start, token.end)]
            name, array = plain_letter(token.text)
            return [Item("letter", name, token.start, token.end, array=array)]
        if token.kind == "number":
            return [Item("number", token.text.replace("{", "").replace("}", "").replace(",", ""), token.start, token.end)]
        if token.kind == "{":
            return self._group(token)
        if token.kind == "$":
            return []
        if token.text in VULGAR:
            above, below = VULGAR[token.text]
            parts = [Item("number", above, token.start, token.end)], [Item("number", below, token.start, token.end)]
            return [Item("fraction", "", token.start, token.end, parts)]
        if token.text == "√":
            return [Item("root", "", token.start, token.end, ([], []))]
        meaning = MEANINGS.get(token.text)
        if token.text == "}" or meaning is None:
            return [Item("bad", f"the character `{token.text}` is not known here", token.start, token.end)]
        return [Item(*meaning, token.start, token.end)]

    def _group(self, token: Token) -> list[Item]:
        """Braces group what carries scripts or holds ``\\over``; else they are not seen."""
        items = self.sequence("}")
        self._close(token)
        end = self.tokens[self.at - 1].end
        scripted = self.at < len(self.tokens) and self.tokens[self.at].kind in ("_", "^", "prime")
        if scripted and len(items) > 1:
            return [Item("group", "", token.start, end, (items,))]
        if scripted and len(items) == 1 and self._taken(items[0]):
            return [Item("group", "", token.start, end, (items,))]
        return _widened(items, token.start, end)

    def _taken(self, item: Item) -> bool:
        following = self.tokens[self.at].kind
        return item.kind not in _SCRIPTABLE or (
            item.sub is not None if following == "_" else item.sup is not None or item.primes > 0
        )

    def _command(self, token: Token, before: list[Item]) -> list[Item]:
        name = token.text
        if name in DELIMITING:
            return self._delimiter(token)
        if name in MEANINGS and name not in _HANDLERS and name not in FONTS:
            kind, text = MEANINGS[name]
            return [Item(kind, text, token.start, token.end)]
        if name in IGNORED:
            return []
        handler = _HANDLERS.get(name)
        if handler is None:
            return [Item("bad", f"the command `\\{name}` is not known", token.start, token.end)]
        return handler(self, token)

    def _delimiter(self, token: Token) -> list[Item]:
        if self.at >= len(self.tokens):
            return []
        following = self.tokens[self.at]
        if following.text in (".", "...") and token.text in ("left", "right"):
            self.at += 1
            if following.text == "...":  # `\left...` cannot be meant
                return [Item("dots", "…", following.start, following.end)]
            return self._null(token, following)
        side = DELIMITING[token.text]
        if following.text in ("<", ">"):
            self.at += 1
            return [Item("open" if following.text == "<" else "close", "⟨", token.start, following.end)]
        meaning = MEANINGS.get(following.text) if following.kind in ("command", "char") else None
        if meaning is None or meaning[0] not in ("open", "close", "bar", "lbar", "rbar"):
            return []
        self.at += 1
        kind = {"l": "lbar", "r": "rbar"}.get(side, "bar") if meaning[0] == "bar" else meaning[0]
        return [Item(kind, meaning[1], token.start, following.end, side=side)]

    def _null(self, token: Token, following: Token) -> list[Item]:
        """``\\right.`` may carry the scripts of an evaluation bar; elsewhere it is nothing."""
        scripted = self.at < len(self.tokens) and self.tokens[self.at].kind in ("_", "^")
        return [Item("rbar", "|", token.start, following.end)] if scripted and token.text == "right" else []

    # ---- commands with arguments ---------------------------------------------------------------------------------------------

    def fraction(self, token: Token) -> list[Item]:
        self.optional()
        above = self.argument(token)
        below = self.argument(token)
        return [Item("fraction", "", token.start, self.tokens[self.at - 1].end, (above, below))]

    def root(self, token: Token) -> list[Item]:
        degree = self.optional()
        body = self.argument(token)
        return [Item("root", "", token.start, self.tokens[self.at - 1].end, (build(degree) if degree else [], body))]

    def dropped(self, token: Token) -> list[Item]:
        self.optional()
        for _ in range(DROPPED[token.text]):
            self.raw(token)
        if token.text in ("kern", "hskip", "mkern", "vskip"):
            while self.at < len(self.tokens) and (
                self.tokens[self.at].kind == "number" or self.tokens[self.at].text in "-emxuptc"
            ):
                self.at += 1
            return []
        if token.text == "color" and self.at < len(self.tokens) and self.tokens[self.at].kind == "{":
            return self._shown(token)
        return []

    def transparent(self, token: Token) -> list[Item]:
        count, shown = TRANSPARENT[token.text]
        self.optional()
        for _ in range(shown):
            above = self._above(token)
            if above is not None and token.text == "underset":
                return self._under(token, above)
        items = self._shown(token)
        for _ in range(count - shown - 1):
            self.raw(token)
        label = LABELLED.get(token.text)
        if label and self.at < len(self.tokens) and self.tokens[self.at].kind == label:
            self.at += 1
            self.argument(token)
            if items:
                items[-1].end = self.tokens[self.at - 1].end
        return items

    def _above(self, token: Token) -> list[Item] | None:
        if token.text == "underset":
            return self.argument(token)
        self.raw(token)
        return None

    def _under(self, token: Token, below: list[Item]) -> list[Item]:
        items = self._shown(token)
        if len(items) == 1 and items[0].kind in ("big", "word") and items[0].sub is None:
            items[0].sub = below
        return items

    def _shown(self, token: Token) -> list[Item]:
        """The items of an argument in the place of the command and its argument."""
        items = self.argument(token)
        return _widened(items, token.start, self.tokens[self.at - 1].end)

    def texts(self, token: Token) -> list[Item]:
        raw, begin, stop, end = self.raw(token)
        if "$" not in raw:
            scripted = self.at < len(self.tokens) and self.tokens[self.at].kind in ("_", "^", "prime")
            item = text_item(raw, token.start, end, scripted=scripted)
            item.array = token.text == "textbf"
            return [item]
        return self._mixed(token, begin, stop, end)

    def _mixed(self, token: Token, begin: int, stop: int, end: int) -> list[Item]:
        """Text with formulas between dollars in it."""
        dollars = [place for place in range(begin, stop) if self.tokens[place].kind == "$"]
        dollars = dollars if len(dollars) % 2 == 0 else dollars[:-1]
        found: list[Item] = []
        last, after = begin, self.at
        for opening, closing in zip(dollars[::2], dollars[1::2], strict=True):
            found += self._prose(last, opening, token)
            self.at = opening + 1
            found += self.sequence("}", until=closing)
            last = closing + 1
        found += self._prose(last, stop, token)
        self.at = after
        return _widened(found, token.start, end)

    def _prose(self, begin: int, stop: int, token: Token) -> list[Item]:
        if begin >= stop:
            return []
        start, end = self.tokens[begin].start, self.tokens[stop - 1].end
        return [Item("text", self.text[start:end], start, end)]

    def font(self, token: Token) -> list[Item]:
        if token.text == "operatorname":
            self._star()
        items = styled(self._shown(token), FONTS[token.text])
        if len(items) == 1 and items[0].kind == "word" and self.at:
            raw = self.text[items[0].start : items[0].end]
            start, end = items[0].start, items[0].end
            word = text_item(items[0].text, start, end, scripted=True) if " " not in raw.strip() else items[0]
            word.sub, word.sup, word.primes = items[0].sub, items[0].sup, items[0].primes
            return [word]
        return items

    def _star(self) -> None:
        if self.at < len(self.tokens) and self.tokens[self.at].text == "*":
            self.at += 1

    def accent(self, token: Token) -> list[Item]:
        items = self._shown(token)
        try:
            return accented(items, ACCENTS[token.text], token.start, self.tokens[self.at - 1].end)
        except Unreadable as error:
            return [Item("bad", error.message, error.start, error.end)]

    def tag(self, token: Token) -> list[Item]:
        self._star()
        raw, _, _, end = self.raw(token)
        return [Item("tag", raw.strip("$ ()"), token.start, end)]

    def reference(self, token: Token) -> list[Item]:
        self.optional()
        raw, _, _, end = self.raw(token)
        return [Item("text", f"({raw})", token.start, end)]

    def derivative(self, token: Token) -> list[Item]:
        r"""``\pdv{E}{w}``, ``\dv[2]{E}{x}``, ``\dv{x}``."""
        self._star()
        order = self.optional()
        parts = [self.argument(token)]
        while len(parts) < 3 and self.at < len(self.tokens) and self.tokens[self.at].kind == "{":
            parts.append(self.argument(token))
        end = self.tokens[self.at - 1].end
        if order is not None:
            parts.insert(0, build(order))
        item = Item("derivative", DERIVATIVES[token.text] + ("^" if order is not None else ""), token.start, end, tuple(parts))
        return [item]

    def arrow(self, token: Token) -> list[Item]:
        self.optional()
        self.raw(token)
        return [Item("sign", LONG_ARROWS[token.text], token.start, self.tokens[self.at - 1].end)]

    def infix(self, token: Token) -> list[Item]:
        return [Item(token.text, "", token.start, token.end)]

    def environment(self, token: Token) -> list[Item]:
        name, _, _, end = self.raw(token)
        self.optional()
        for _ in range(ARGUMENTS_OF_ENVIRONMENTS.get(name, 0)):
            self.raw(token)
        items = self.sequence("end")
        if self.at >= len(self.tokens) or self.tokens[self.at].kind == "}":
            raise Unreadable(f"`\\begin{{{name}}}` without its end", token.start, end)
        closing = self.tokens[self.at]
        self.at += 1
        other, _, _, end = self.raw(closing)
        if other != name:
            raise Unreadable(f"`\\begin{{{name}}}` ends as `{other}`", closing.start, end)
        return [Item("table", name, token.start, end, (items,))]


def _widened(items: list[Item], start: int, end: int) -> list[Item]:
    """*items* in the place of braces that are not seen: the first and the last cover them, so that text cut there stays balanced."""
    if items:
        items[0].start = min(items[0].start, start)
        items[-1].end = max(items[-1].end, end)
    return items


def _with_fractions(items: list[Item]) -> list[Item]:
    r"""``a \over b`` takes all that stands in its group; a relation sign, a row or a column ends it, too."""
    if not any(item.kind in INFIX for item in items):
        return items
    found: list[Item] = []
    run: list[Item] = []
    for item in [*items, Item("end", "", 0, 0)]:
        if item.kind in ("sign", "amp", "newline", "end", "tag", "text", "space"):
            found += _over(run)
            run = []
            if item.kind != "end":
                found.append(item)
        else:
            run.append(item)
    return found


def _over(run: list[Item]) -> list[Item]:
    places = [place for place, item in enumerate(run) if item.kind in INFIX]
    if not places:
        return run
    if len(places) > 1 or run[places[0]].kind != "over":
        return [Item("bad", "more than one fraction in one group", run[0].start, run[-1].end)]
    above, below = run[: places[0]], run[places[0] + 1 :]
    return [Item("fraction", "", run[0].start, run[-1].end, (above, below))]


def _shown(token: Token) -> str:
    return f"\\{token.text}" if token.kind == "command" else token.text


_Handler = Callable[[_Builder, Token], list[Item]]
_HANDLERS: Mapping[str, _Handler] = {
    **dict.fromkeys(FRACTIONS, _Builder.fraction),
    "sqrt": _Builder.root,
    **dict.fromkeys(DROPPED, _Builder.dropped),
    **dict.fromkeys(TRANSPARENT, _Builder.transparent),
    **dict.fromkeys(TEXTS, _Builder.texts),
    **dict.fromkeys(BOLD_TEXTS, _Builder.texts),
    **dict.fromkeys(FONTS, _Builder.font),
    **dict.fromkeys(ACCENTS, _Builder.accent),
    "tag": _Builder.tag,
    **dict.fromkeys(REFERENCES, _Builder.reference),
    **dict.fromkeys(DERIVATIVES, _Builder.derivative),
    **dict.fromkeys(INFIX, _Builder.infix),
    **dict.fromkeys(LONG_ARROWS, _Builder.arrow),
    "begin": _Builder.environment,
}
