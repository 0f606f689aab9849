"""The table of the formats of reports.  Adding one is one entry here and one file beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from symprop.check.results import Result
from symprop.errors import InputError


@dataclass(frozen=True, slots=True)
class Options:
    """What a caller may ask of a format; each heeds what concerns it.

    Args:
        several: the result is a list even of one document (a folder was asked for, say).
        everything: text lists the relations that are fine, too.
        explain: what the document was taken to mean is part of it.
        width: columns of a text.
        color: ANSI styles in a text.
        version: of symprop, for formats that name the tool.
    """

    several: bool = False
    everything: bool = False
    explain: bool = False
    width: int | None = None
    color: bool = False
    version: str = ""


@dataclass(frozen=True, slots=True)
class ReportFormat:
    """A kind of report: its name, what it is for, the suffixes of its files, and what writes it."""

    name: str
    text: str
    suffixes: tuple[str, ...]
    write: Callable[[Sequence[Result], Options], str]


def write(results: Sequence[Result], format: str, options: Options | None = None) -> str:  # noqa: A002 -- the word of the contract
    """*results* in *format*, a key of :data:`REPORT_FORMATS`.

    Raises:
        InputError: no such format.
    """
    if format not in REPORT_FORMATS:
        raise InputError(f"there is no format {format}", hint=f"the formats of reports are {', '.join(REPORT_FORMATS)}")
    return REPORT_FORMATS[format].write(results, options or Options())


def format_of(path: Path | str) -> str | None:
    """The format that the suffix of *path* stands for, None if none does."""
    suffix = Path(path).suffix.lower()
    return next((name for name, entry in REPORT_FORMATS.items() if suffix in entry.suffixes), None)


def _text(results: Sequence[Result], options: Options) -> str:
    from symprop.check.formats.text import text_report

    return text_report(results, options)


def _json(results: Sequence[Result], options: Options) -> str:
    from symprop.check.formats.record import json_report

    return json_report(results, options)


def _json_lines(results: Sequence[Result], options: Options) -> str:
    from symprop.check.formats.record import json_lines

    return json_lines(results, options)


def _sarif(results: Sequence[Result], options: Options) -> str:
    from symprop.check.formats.sarif import sarif_report

    return sarif_report(results, options)


def _github(results: Sequence[Result], _options: Options) -> str:
    from symprop.check.formats.github import github_report

    return github_report(results)


REPORT_FORMATS: Mapping[str, ReportFormat] = {
    entry.name: entry
    for entry in (
        ReportFormat("text", "for a terminal", (".txt",), _text),
        ReportFormat("json", "for programs: an object, of several documents a list", (".json",), _json),
        ReportFormat("jsonl", "for programs: one object a line", (".jsonl",), _json_lines),
        ReportFormat("sarif", "for services that annotate code (SARIF 2.1.0)", (".sarif",), _sarif),
        ReportFormat("github", "workflow commands, which annotate a pull request", (), _github),
    )
}
"""The formats of reports by name."""
