"""The table of formats.  Adding one is one entry here, and a folder of templates if it is made by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from symprop.derivation.step import Derivation
from symprop.errors import InputError
from symprop.render.notation import PLAIN, Notation


@dataclass(frozen=True, slots=True)
class Options:
    """What a caller may ask of a page; each format heeds what concerns it.

    Args:
        standalone: a complete file instead of a fragment.
        templates: a folder whose templates win over ours.
        width: columns of a text.
        color: ANSI styles in a text.
        ascii_only: nothing but ASCII in a text.
        notation: the spelling of products, fractions, derivatives and updates.  A text takes the sign of products from
            it and keeps to the notation that is read back in all else; JSON keeps to that altogether.
    """

    standalone: bool = False
    templates: Path | None = None
    width: int | None = None
    color: bool = False
    ascii_only: bool = False
    notation: Notation = PLAIN


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of text output: its name, what it is for, the suffixes of its files, and what writes it.

    ``standalone`` says whether it can be a complete file with a preamble of its own.
    """

    name: str
    text: str
    suffixes: tuple[str, ...]
    write: Callable[[Derivation, Options], str]
    standalone: bool = False


def render(
    derivation: Derivation,
    format: str,  # noqa: A002 -- the word of the command line and of the contract
    *,
    standalone: bool = False,
    templates: Path | None = None,
    width: int | None = None,
    color: bool = False,
    ascii_only: bool = False,
    notation: Notation = PLAIN,
) -> str:
    """*derivation* in *format* (a key of :data:`FORMATS`); the arguments are those of :class:`Options`.

    Raises:
        InputError: no such format, an option that the format does not have, or a broken template of the user's.
    """
    if format not in FORMATS:
        raise InputError(f"there is no format {format}", hint=f"the formats are {', '.join(FORMATS)}")
    entry = FORMATS[format]
    if standalone and not entry.standalone:
        able = ", ".join(name for name, other in FORMATS.items() if other.standalone)
        raise InputError(f"{format} has no standalone form", hint=f"standalone is for {able}")
    return entry.write(derivation, Options(standalone, templates, width, color, ascii_only, notation))


def format_of(path: Path | str) -> str | None:
    """The format that the suffix of *path* stands for, None if none does."""
    suffix = Path(path).suffix.lower()
    return next((name for name, entry in FORMATS.items() if suffix in entry.suffixes), None)


def _text(derivation: Derivation, options: Options) -> str:
    from symprop.render.text import text_page

    return text_page(
        derivation, width=options.width, color=options.color, ascii_only=options.ascii_only, notation=options.notation
    )


def _latex(derivation: Derivation, options: Options) -> str:
    from symprop.render.pages import LATEX, LATEX_STANDALONE, markup_page

    markup = LATEX_STANDALONE if options.standalone else LATEX
    return markup_page(derivation, markup, options.templates, options.notation)


def _markdown(derivation: Derivation, options: Options) -> str:
    from symprop.render.pages import MARKDOWN, markup_page

    return markup_page(derivation, MARKDOWN, options.templates, options.notation)


def _json(derivation: Derivation, _options: Options) -> str:
    from symprop.render.record import json_page

    return json_page(derivation)


FORMATS: Mapping[str, Format] = {
    entry.name: entry
    for entry in (
        Format("text", "for a terminal", (".txt",), _text),
        Format("latex", "to paste or compile", (".tex",), _latex, standalone=True),
        Format("markdown", "for GitHub and Jupyter", (".md", ".markdown"), _markdown),
        Format("json", "for programs", (".json",), _json),
    )
}
"""The formats by name."""
