"""Which documents are meant: files, whole folders, standard input; each once, in the order in which they were named."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from symprop.check.results import Refused
from symprop.cli.choices import near
from symprop.cli.files import DOCUMENT, read_standard_input, read_text
from symprop.errors import InputError

SUFFIXES = (".md", ".markdown", ".tex", ".ipynb", ".txt")
"""Files that are documents in a folder; a file named by itself may have any suffix."""

SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__"})
"""Folders full of other people's documents; hidden ones are skipped as well."""

STANDARD_INPUT = "<stdin>"


@dataclass(frozen=True, slots=True)
class Found:
    """A document that was asked for: its name in messages, its file (None: standard input), or why there is none."""

    name: str
    path: Path | None = None
    refused: Refused | None = None

    def read(self) -> str:
        """Its text.

        Raises:
            InputError: it cannot be read, is too long, or is no UTF-8 text.
        """
        return read_text(self.path, DOCUMENT) if self.path else read_standard_input(DOCUMENT, self.name)


def find_documents(arguments: Sequence[str], stdin_name: str = STANDARD_INPUT) -> list[Found]:
    """What *arguments* mean; a missing file and a folder without documents are refused in their place."""
    found: dict[object, Found] = {}
    for argument in arguments:
        for document in _documents(argument, stdin_name):
            found.setdefault(_identity(document), document)
    return list(found.values())


def are_several(arguments: Sequence[str]) -> bool:
    """Whether *arguments* ask for any number of documents, so that a script may expect a list."""
    return len(arguments) != 1 or os.path.isdir(arguments[0])  # noqa: PTH112 - never raises


def _documents(argument: str, stdin_name: str) -> Iterator[Found]:
    if argument == "-":
        yield Found(stdin_name)
    elif os.path.isdir(argument):  # noqa: PTH112 - never raises
        found = list(_in_folder(Path(argument)))
        yield from found
        if not found:
            message, hint = f"there is no document in {argument}", f"documents in folders end in {' '.join(SUFFIXES)}"
            yield _refused(argument, InputError(message, hint=hint))
    elif os.path.lexists(argument):
        yield Found(argument, Path(argument))
    else:
        yield _refused(argument, _missing(argument))


def _refused(argument: str, error: InputError) -> Found:
    return Found(argument, Path(argument), Refused.by(argument, error))


def _missing(argument: str) -> InputError:
    """There is no such file; names like it are suggested, and the right command for whoever gave a formula."""
    if "=" in argument or "\n" in argument or "$" in argument:
        shown = argument if len(argument) <= 60 else argument[:59] + "…"
        return InputError(f"there is no file {shown!r}", hint="to check a formula, pipe it in: echo '$…$' | symprop check -")
    return InputError(f"there is no file {argument}", hint=near(argument, _neighbours(argument), "name a file, a folder or -"))


def _in_folder(folder: Path) -> Iterator[Found]:
    """The documents in *folder* and below, sorted; links to folders are not followed, pipes and the like are no documents."""
    closed: list[OSError] = []
    for top, folders, files in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in SKIPPED_FOLDERS)
        for name in sorted(files):
            path = Path(top) / name
            if not name.startswith(".") and name.lower().endswith(SUFFIXES) and path.is_file():
                yield Found(str(path), path)
    for error in closed:  # what cannot be looked into may hold documents, so it is no success
        yield _refused(error.filename, InputError(f"cannot search {error.filename}: {error.strerror}"))


def _identity(document: Found) -> object:
    """What two names of the same document share."""
    if document.path is None:
        return STANDARD_INPUT
    try:
        return os.path.realpath(document.path)
    except (OSError, ValueError):
        return document.name


def _neighbours(argument: str) -> list[str]:
    """Documents and folders beside where *argument* was looked for, named as the user would name them."""
    folder = Path(argument).parent
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in islice(entries, 2000)]
    except (OSError, ValueError):
        return []
    return [str(folder / name) for name in names if not name.startswith(".")]
