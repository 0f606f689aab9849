r"""Tokens to items: arguments are taken, scripts are hung on what they belong to, looks are dropped."""

from __future__ import annotations

from symprop.check.reading.commands import HANDLERS
from symprop.check.reading.fonts import plain_letter, styled
from symprop.check.reading.items import Item, Unreadable, widened
from symprop.check.reading.lexer import MAX_TEXT, Token, tokenize
from symprop.check.reading.tables import DECLARED, DELIMITING, FONTS, IGNORED, INFIX, MEANINGS, NARROW, PRIMES, VULGAR, words

MAX_NESTING = 60
"""Deepest nesting of groups and brackets that is read."""

_SCRIPTABLE = words(
    """letter word number close bar rbar lbar fraction root group table big partial nabla dots derivative prime sign"""
)


def build(text: str, *, bare: bool = False) -> list[Item]:
    """The items of a formula.

    Raises:
        Unreadable: it is too long or too deep, or its braces or environments do not match.
    """
    if len(text) > MAX_TEXT:
        raise Unreadable("the formula is too long", 0, len(text))
    return Builder(text, tokenize(text, bare=bare)).whole()


class Builder:
    """Reads the tokens of one formula; every method that reads moves ``at``."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text, self.tokens, self.at, self.depth = text, tokens, 0, 0

    def whole(self) -> list[Item]:
        """All items.

        Raises:
            Unreadable: braces or environments do not match.
        """
        items = self.sequence()
        if self.at < len(self.tokens):
            stray = self.tokens[self.at]
            raise Unreadable(f"`{stray.text}` closes nothing", stray.start, stray.end)
        return items

    def nested(self, text: str) -> list[Item]:
        """The items of an argument that was taken as text."""
        return build(text)

    def sequence(self, *, until: int | None = None) -> list[Item]:
        r"""Items up to ``}``, ``\end``, *until* or the end; what ends them is not taken."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            token = self.tokens[min(self.at, len(self.tokens) - 1)]
            raise Unreadable("nested too deeply", token.start, token.end)
        items: list[Item] = []
        fonts: list[tuple[str, int]] = []
        spaced, brackets = False, 0
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
            fresh = self._items(token)
            if fresh:
                brackets += (fresh[0].kind == "open") - (fresh[0].kind == "close")
                if brackets > MAX_NESTING:
                    raise Unreadable("nested too deeply", token.start, token.end)
                fresh[0].spaced = fresh[0].spaced or spaced
                spaced = False
                items += fresh
        for font, begin in reversed(fonts):
            items[begin:] = styled(items[begin:], font)
        self.depth -= 1
        return _with_fractions(_with_norms(items))

    def argument(self, token: Token) -> list[Item]:
        """The argument of the command *token*: a group, or one thing.

        Raises:
            Unreadable: there is none.
        """
        if self.at >= len(self.tokens) or self.tokens[self.at].kind == "}":
            raise Unreadable(f"`{_shown(token)}` without what it applies to", token.start, token.end)
        following = self.tokens[self.at]
        while following.kind == "command" and following.text in NARROW | IGNORED and self.at + 1 < len(self.tokens):
            self.at += 1
            following = self.tokens[self.at]
        self.at += 1
        if following.kind == "{":
            items = self.sequence()
            self._close(following)
            return items
        if following.kind in ("_", "^"):
            raise Unreadable(f"`{_shown(token)}` without what it applies to", token.start, following.end)
        if following.kind == "prime":
            return [Item("prime", "'", following.start, following.end)] * PRIMES[following.text]
        if following.kind == "number" and token.kind == "command" and following.text.isdigit() and len(following.text) > 1:
            first = following._replace(text=following.text[0], end=following.start + 1)
            self.at -= 1
            self.tokens[self.at] = following._replace(text=following.text[1:], start=following.start + 1)
            return self._items(first)
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise Unreadable("nested too deeply", following.start, following.end)
        found = self._items(following)
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
        if token.kind == "prime" and (not items or items[-1].kind == "prime"):
            items += [Item("prime", "'", token.start, token.end) for _ in range(PRIMES[token.text])]
            return
        if not items or items[-1].kind not in _SCRIPTABLE or items[-1].kind == "prime":
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

    def _items(self, token: Token) -> list[Item]:
        """What one token, with its arguments, makes."""
        if token.kind == "command":
            return self._command(token)
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
        r"""Braces group what carries scripts or holds ``\over``; else they are not seen."""
        items = self.sequence()
        self._close(token)
        end = self.tokens[self.at - 1].end
        scripted = self.at < len(self.tokens) and self.tokens[self.at].kind in ("_", "^", "prime")
        if scripted and len(items) > 1:
            return [Item("group", "", token.start, end, (items,))]
        if scripted and len(items) == 1 and self._taken(items[0]):
            return [Item("group", "", token.start, end, (items,))]
        return widened(items, token.start, end)

    def _taken(self, item: Item) -> bool:
        following = self.tokens[self.at].kind
        return item.kind not in _SCRIPTABLE or (
            item.sub is not None if following == "_" else item.sup is not None or item.primes > 0
        )

    def _command(self, token: Token) -> list[Item]:
        name = token.text
        if name in DELIMITING:
            return self._delimiter(token)
        if name in MEANINGS and name not in HANDLERS and name not in FONTS:
            kind, text = MEANINGS[name]
            return [Item(kind, text, token.start, token.end)]
        if name in IGNORED:
            return []
        handler = HANDLERS.get(name)
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
        r"""``\right.`` may carry the scripts of an evaluation bar; elsewhere it is nothing."""
        scripted = self.at < len(self.tokens) and self.tokens[self.at].kind in ("_", "^")
        return [Item("rbar", "|", token.start, following.end)] if scripted and token.text == "right" else []


def _with_norms(items: list[Item]) -> list[Item]:
    r"""Two single bars side by side are a double one: ``||v||``, ``\left|\left| v \right|\right|``."""
    found: list[Item] = []
    for item in items:
        last = found[-1] if found else None
        alike = last and last.kind == item.kind and item.kind in ("bar", "lbar", "rbar") and last.text == item.text == "|"
        if alike and last and last.plain and last.end == item.start:
            item.text, item.start = "‖", last.start
            found.pop()
        found.append(item)
    return found


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
