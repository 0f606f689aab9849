"""What fonts and accents do to names: most are looks, a few make another letter, several upright letters are one word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace

from symprop.check.reading.items import Item, Unreadable
from symprop.check.reading.tables import FUNCTION_NAMES, PROSE
from symprop.model.names import normal

_NAME = re.compile(r"[^\W\d_]+[0-9]*")
_COMMAND = re.compile(r"\\[A-Za-z]+\s*|[{}$~&]|\\.")


def styled(items: list[Item], font: str) -> list[Item]:
    """*items* in *font*: ``word``, ``bold``, ``script``, ``double``, ``fraktur`` or "" (as they are)."""
    return _FONTS[font](items) if font else items


def _word(items: list[Item]) -> list[Item]:
    """Letters side by side are one word."""
    found: list[Item] = []
    for item in items:
        last = found[-1] if found else None
        if (
            last
            and item.kind in ("letter", "number")
            and last.kind in ("letter", "word")
            and last.plain
            and _latin(last)
            and item.start == last.end
        ):
            text = last.text + item.text
            if _latin(item) or (item.kind == "number" and item.text.isdigit() and len(last.text) > 1):
                found[-1] = replace(item, kind="word", text=text, start=last.start, spaced=last.spaced)
                continue
        found.append(item)
    return found


def _latin(item: Item) -> bool:
    return item.text.isalpha() and unicodedata.normalize("NFD", item.text)[0].isascii()


def _bold(items: list[Item]) -> list[Item]:
    for item in items:
        item.array = item.array or item.kind in ("letter", "word", "number")
    return items


def _lettered(style: str) -> Callable[[list[Item]], list[Item]]:
    def change(items: list[Item]) -> list[Item]:
        for item in items:
            if item.kind == "letter" and len(item.text) == 1 and item.text.isascii():
                item.text = _styled_letter(item.text, style)
            elif style == "DOUBLE-STRUCK" and item.kind == "number" and item.text == "1":
                item.kind, item.text = "letter", "𝟙"
        return items

    return change


def _styled_letter(letter: str, style: str) -> str:
    case = "CAPITAL" if letter.isupper() else "SMALL"
    for name in (
        f"MATHEMATICAL {style} {case} {letter.upper()}",
        f"{style} {case} {letter.upper()}",
        f"BLACK-LETTER {case} {letter}",
    ):
        try:
            return unicodedata.lookup(name)
        except KeyError:
            continue
    return letter


_FONTS: Mapping[str, Callable[[list[Item]], list[Item]]] = {
    "word": _word,
    "text": lambda items: items,
    "bold": _bold,
    "script": _lettered("SCRIPT"),
    "double": _lettered("DOUBLE-STRUCK"),
    "fraktur": _lettered("FRAKTUR"),
}


def accented(items: list[Item], mark: str, start: int, end: int) -> list[Item]:
    """*items* under an accent: *mark* becomes part of the one name among them, "" says that it is a vector.

    Raises:
        Unreadable: the accent stands over several names.
    """
    if not mark:
        return _bold(items)
    if len(items) != 1 or items[0].kind not in ("letter", "word"):
        raise Unreadable("an accent over more than one name", start, end)
    items[0].text = normal(items[0].text + mark)
    return items


def plain_letter(text: str) -> tuple[str, bool]:
    """A letter as it was typed -> its name, and whether its shape says "array" (``𝐖``)."""
    if text in _KEPT:
        return text, False
    name = unicodedata.name(text[0], "")
    if name.startswith("MATHEMATICAL") and ("SCRIPT" in name or "DOUBLE" in name or "FRAKTUR" in name):
        return text, False
    return normal(text), name.startswith("MATHEMATICAL") and "BOLD" in name


_KEPT = frozenset("ℒℓℰℋℱℬℛℐℳℝℕℤℚℂℙ𝔼𝟙")


def text_item(raw: str, start: int, end: int, *, scripted: bool) -> Item:
    """The content of a text command: a name where it is one word that is no word of prose, else prose."""
    clean = " ".join(_COMMAND.sub(lambda m: " " if m[0] in ("~", "\\ ", "\\,", "\\;") else "", raw).split("\n"))
    word = clean.strip()
    if scripted and _NAME.fullmatch(word):
        return Item("word" if len(word) > 1 else "letter", _known(word), start, end)
    if clean != word and word not in FUNCTION_NAMES:
        return Item("text", clean, start, end)
    if _NAME.fullmatch(word) and word.lower() not in PROSE and word not in PROSE:
        return Item("word" if len(word) > 1 else "letter", _known(word), start, end, side="text")
    return Item("text", clean, start, end)


def _known(word: str) -> str:
    r"""The word itself: ``\text{xi}`` is no Greek letter."""
    return unicodedata.normalize("NFKC", word)
