"""``symprop check``: documents in, a verdict on every relation out."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from symprop import __version__
from symprop.cli.choices import TABLES, Key
from symprop.cli.documents import STANDARD_INPUT, Found, are_several, find_documents
from symprop.cli.files import refuse_output, write_text
from symprop.cli.networks import find
from symprop.cli.terminal import BUG_LENGTH, columns, put, say, wants_color
from symprop.errors import ExitCode, InputError

if TYPE_CHECKING:
    from symprop.check.results import Refused, Result
    from symprop.cli.workers import Job
    from symprop.model.network import Network


EXAMPLES = """\b
Examples:
  symprop check notes.md
  symprop check chapters/ --format json -o report.json
  symprop check homework.tex --network network.net
  symprop check notes.md --explain
  pandoc page.html -t markdown | symprop check -

\b
Exit codes:
  0  every relation that was judged holds
  1  some relation fails
  2  a document cannot be read, or the usage is wrong
  3  with --strict: something is undecided or unread
  4  a bug of symprop's
  5  nothing was judged
Of several documents, the first that applies of 4, 2, 1, 3, 5, 0."""


@click.command(epilog=EXAMPLES)
@click.argument("documents", metavar="DOCUMENT...", nargs=-1, required=True)
@click.option(
    "--network",
    "networks",
    metavar="NETWORK",
    multiple=True,
    help="What the names mean, if not what the document says: formulas, a file or an example; may be repeated.",
)
@click.option(
    "--format",
    "form",
    type=Key("format", TABLES["reports"].keys),
    help="text, json, jsonl, sarif or github.  [default: by the suffix of -o, else text]",
)
@click.option("-a", "--all", "everything", is_flag=True, help="List the relations that are fine, too.")
@click.option("--explain", is_flag=True, help="Show how the document was read, and a block of declarations to correct it.")
@click.option("--strict", is_flag=True, help="Exit with 3 if something is undecided or unread.")
@click.option("--stdin-name", metavar="NAME", default=STANDARD_INPUT, help="The name of what `-` reads, like notes.tex.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to this file instead of standard output.")
@click.option("--force", is_flag=True, help="Let -o overwrite an existing file.")
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True, help="Colour in text."
)
def check(**options: Any) -> int:
    """Judge every relation in the DOCUMENTs: does it hold, and if not, where and why.

    A DOCUMENT is Markdown, LaTeX, a Jupyter notebook or plain text with formulas; a folder stands for all documents in it,
    `-` for standard input. What names mean is taken from the document's own definitions. The report goes to standard
    output or to -o, messages to standard error.
    """
    if options["output"] == Path("-"):  # as everywhere: standard output
        options["output"] = None
    return _check(Request(**options))


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks for; one field an option."""

    documents: tuple[str, ...]
    networks: tuple[str, ...]
    form: str | None
    everything: bool
    explain: bool
    strict: bool
    stdin_name: str
    output: Path | None
    force: bool
    color: str


def _check(request: Request) -> int:
    from symprop.check.results import exit_code

    form = request.form or _format(request.output)
    if "-" in request.documents and "-" in request.networks:
        raise click.UsageError("standard input is either a document or a network")
    networks, sources = _networks(request)
    documents = find_documents(request.documents, request.stdin_name)
    inputs = [*sources, *(document.path for document in documents if document.path)]
    if request.output:
        refuse_output(request.output, force=request.force, inputs=inputs)
    results = _judge(documents, networks)
    page = _page(request, form, results)
    if page and request.output:
        write_text(request.output, page, force=request.force, inputs=inputs)
    elif page:
        put(page)
    return exit_code(results, strict=request.strict)


def _networks(request: Request) -> tuple[list[Network], list[Path]]:
    """The networks that were given, and the files they come from."""
    from symprop.model.reader import read_network

    sources = [find(network) for network in request.networks]
    networks = [read_network(source.text, source.name) for source in sources]
    if request.explain:
        for note in (note for network in networks for note in network.notes):
            say(f"read: {note}", "cyan")
    return networks, [source.path for source in sources if source.path]


def _judge(documents: Sequence[Found], networks: Sequence[Network]) -> list[Result]:
    """A result for each of *documents*; what cannot be judged is told at once, the others go on."""
    from symprop.check.results import Refused
    from symprop.cli.workers import Limits, judge_all

    results: list[Result] = []
    for result in judge_all(_jobs(documents, networks), Limits()):
        if isinstance(result, Refused):
            _tell(result)
        results.append(result)
    return results


def _jobs(documents: Sequence[Found], networks: Sequence[Network]) -> Iterator[Job | Refused]:
    """The documents one after the other, read when their turn comes."""
    from symprop.check.results import Refused
    from symprop.cli.workers import Job

    for document in documents:
        try:
            yield document.refused or Job(document.read(), document.name, networks)
        except InputError as error:
            yield Refused.by(document.name, error)


def _tell(refused: Refused) -> None:
    if refused.code is ExitCode.BUG:
        say(f"bug: symprop failed on {refused.file}, not your input: {refused.message[:BUG_LENGTH]}", "red")
        say("Please report it with the document; SYMPROP_DEBUG=1 shows where it happened.")
    else:
        say(f"error: {refused.explain()}", "red")


def _page(request: Request, form: str, results: Sequence[Result]) -> str:
    from symprop.check.formats import Options, write

    options = Options(
        several=are_several(request.documents),
        everything=request.everything,
        explain=request.explain,
        width=None if request.output else columns(),
        color=request.output is None and wants_color(request.color, sys.stdout),
        version=__version__,
    )
    return write(results, form, options)


def _format(output: Path | None) -> str:
    """The format of the report: as the suffix of its file says, else text."""
    if output is None or not output.suffix:
        return "text"
    from symprop.check.formats import REPORT_FORMATS, format_of

    form = format_of(output)
    if form is None:
        suffixes = ", ".join(suffix for entry in REPORT_FORMATS.values() for suffix in entry.suffixes)
        raise InputError(f"no format has the suffix {output.suffix}", hint=f"choose one with --format, or one of {suffixes}")
    return form
