"""The three streams: results to standard output, everything else to standard error, both in UTF-8."""

from __future__ import annotations

import io
import os
import shutil
import sys
from typing import TextIO

import click

from symprop.errors import InputError

BUG_LENGTH = 600
"""Characters of an internal error that are shown; two sides of a refuted step can be pages."""


class ReaderGoneError(Exception):
    """Whoever read our standard output has closed it; there is nothing left to say."""


def speak_utf8() -> None:
    """Make all streams UTF-8 whatever the locale says; what cannot be encoded on the way out is shown escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def put(text: str) -> None:
    """Print a result.

    Raises:
        ReaderGoneError: the reading end of the pipe is closed.
        InputError: standard output cannot be written (a full disk, say).
    """
    try:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_output()
        raise ReaderGoneError from None
    except OSError as error:
        _forget_output()
        raise InputError(f"cannot write to standard output: {error.strerror}") from error


def say(message: str, style: str | None = None) -> None:
    """Print a message for the person at the terminal; *style* is a colour for its first word.

    A message that nobody can receive is dropped: it must not spoil the exit code.
    """
    first, space, rest = message.partition(" ")
    if style and wants_color("auto", sys.stderr):
        first = click.style(first, fg=style, bold=True)
    try:
        sys.stderr.write(f"{first}{space}{rest}\n")
        sys.stderr.flush()
    except OSError:
        return


def is_terminal(stream: TextIO) -> bool:
    """Whether a person looks at *stream*."""
    return not stream.closed and stream.isatty()


def wants_color(choice: str, stream: TextIO) -> bool:
    """Decide on colour: ``always``, ``never``, or ``auto`` = on a capable terminal unless NO_COLOR is set."""
    if choice != "auto":
        return choice == "always"
    return is_terminal(stream) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def columns() -> int | None:
    """Width of the terminal that shows results; None where none does."""
    return shutil.get_terminal_size().columns if is_terminal(sys.stdout) else None


def _forget_output() -> None:
    """Point standard output at nothing, or the interpreter complains when it flushes on its way out."""
    try:
        number = sys.stdout.fileno()
    except (OSError, ValueError):
        return
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, number)
    os.close(nothing)
