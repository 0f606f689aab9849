"""The entry point: runs a command and turns whatever happens into a message and an exit code.

Nothing here or in what it imports loads sympy: ``symprop --help`` answers at once.
"""

from __future__ import annotations

import os
import shlex
import signal
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from symprop import __version__
from symprop.cli.bundled import SUFFIX, examples
from symprop.cli.check import check
from symprop.cli.derive import derive
from symprop.cli.documents import SUFFIXES
from symprop.cli.generate import generate
from symprop.cli.listing import list_entries
from symprop.cli.terminal import BUG_LENGTH, ReaderGoneError, say, speak_utf8
from symprop.cli.train import train
from symprop.errors import ExitCode, InputError

EXAMPLES = """\b
Examples:
  symprop derive 'r_o = w_o·w_h·i'
  symprop derive two-two-two -o two-two-two.md
  symprop check notes.md
  symprop list examples"""


class _Commands(click.Group):
    """Whoever forgets the word ``derive`` or ``check`` is told so."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; a network in its place is most likely to be derived, a document to be checked."""
        first = args[0]
        if first not in self.commands and ("=" in first or Path(first).suffix == SUFFIX or first in examples()):
            raise InputError(f"there is no command {first!r}", hint=f"to derive it: symprop derive {shlex.quote(first)}")
        if first not in self.commands and first.lower().endswith(SUFFIXES):
            raise InputError(f"there is no command {first!r}", hint=f"to check it: symprop check {shlex.quote(first)}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Commands, invoke_without_command=True, epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def commands(context: click.Context) -> None:
    """Write a network as formulas; get a derivation of its gradients that was verified line by line.

    Or have a derivation judged that somebody wrote by hand.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


commands.add_command(check)
commands.add_command(derive)
commands.add_command(generate)
commands.add_command(list_entries)
commands.add_command(train)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code of the process (see :class:`symprop.errors.ExitCode`)."""
    speak_utf8()
    signal.signal(signal.SIGTERM, _terminated)
    try:
        return _run(arguments)
    except ReaderGoneError:
        return ExitCode.OK  # `symprop … | head` has what it wanted
    except InputError as error:
        say(f"error: {error.explain()}", "red")
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last line of defence: a user never sees a traceback unasked
        return _bug(error)


def _run(arguments: Sequence[str] | None) -> int:
    try:
        result = commands.main(arguments, prog_name="symprop", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return ExitCode.USAGE
    return result if isinstance(result, int) else ExitCode.OK


def _bug(error: Exception) -> int:
    if os.environ.get("SYMPROP_DEBUG"):
        traceback.print_exc()
    message = " ".join(str(error).split())
    shown = message if len(message) <= BUG_LENGTH else message[:BUG_LENGTH] + " …"
    say(f"bug: symprop failed, not your input. {type(error).__name__}: {shown}", "red")
    say("Please report it with the network and the command; SYMPROP_DEBUG=1 shows where it happened.")
    return ExitCode.BUG


def _terminated(number: int, _frame: FrameType | None) -> NoReturn:
    """Unwind on SIGTERM as on Ctrl-C, so that a half-written temporary file is removed."""
    sys.exit(128 + number)
