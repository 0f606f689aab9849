"""Templates: where they lie, and the sandbox that fills them in.

A user's folder comes first.  A template sees the page's plain data and nothing else; the text of a network is data
in it, never a template.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from pathlib import Path

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from symprop.errors import InputError, InternalError, Source, Span

Syntax = Mapping[str, str]

TEX_SYNTAX: Syntax = {
    "block_start_string": r"\BLOCK{",
    "block_end_string": "}",
    "variable_start_string": r"\VAR{",
    "variable_end_string": "}",
    "comment_start_string": r"\#{",
    "comment_end_string": "}",
}
"""Braces mean something to TeX, so its templates have delimiters that look like commands."""

PLAIN_SYNTAX: Syntax = {}


def template_root() -> Path:
    """The folder of our own templates: packaged in a wheel, else beside the package in a checkout."""
    package = Path(__file__).resolve().parent.parent
    packaged = package / "templates"
    return packaged if packaged.is_dir() else package.parent / "templates"


def fill(template: str, data: Mapping[str, object], syntax: Syntax, folder: Path | None = None) -> str:
    """The *template* (a path below the folder of templates) filled with *data*.

    Raises:
        InputError: *folder* does not exist, or a template in it is broken; names the file and the line.
    """
    if folder is not None and not folder.is_dir():
        raise InputError(f"there is no template folder {folder}")
    environment = _environment(syntax, folder)
    try:
        return environment.get_template(template).render(data)
    except jinja2.TemplateSyntaxError as error:
        raise _blame(error, error.filename, error.lineno, folder) from error
    except (jinja2.TemplateError, ArithmeticError, LookupError, TypeError, ValueError, UnicodeError, RecursionError) as error:
        raise _blame(error, *_place(error, folder), folder) from error


def _environment(syntax: Syntax, folder: Path | None) -> jinja2.Environment:
    folders = [str(folder)] if folder is not None else []
    return ImmutableSandboxedEnvironment(
        loader=jinja2.FileSystemLoader([*folders, str(template_root())]),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # the data is spelled for its format already, and neither format is HTML
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        **syntax,
    )


def _place(error: BaseException, folder: Path | None) -> tuple[str | None, int]:
    """The innermost line of a template in the traceback."""
    roots = [str(root) for root in (folder, template_root()) if root is not None]
    found: tuple[str | None, int] = (None, 0)
    for frame in traceback.extract_tb(error.__traceback__):
        if any(frame.filename.startswith(root) for root in roots):
            found = (frame.filename, frame.lineno or 0)
    return found


def _blame(error: Exception, file: str | None, line: int, folder: Path | None) -> Exception:
    """Whose mistake it is: the user's in the user's folder, ours elsewhere."""
    what = str(error).splitlines()[0] if str(error) else type(error).__name__
    if folder is None or (file is not None and not Path(file).is_relative_to(folder)):
        return InternalError(f"template {file}, line {line}: {what}")
    if file is None:
        return InputError(f"the templates in {folder} cannot be used: {what}")
    return InputError(f"the template is broken: {what}", _span(Path(file), line))


def _span(file: Path, line: int) -> Span | None:
    text = file.read_text(encoding="utf-8", errors="replace")
    lines = text.splitlines(keepends=True)
    start = sum(len(part) for part in lines[: max(line - 1, 0)])
    shown = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    start += len(lines[line - 1]) - len(lines[line - 1].lstrip()) if shown else 0
    return Span(Source(text, str(file)), start, start + len(shown))
