"""Reports as workflow commands: lines that make a GitHub workflow annotate the changed files of a pull request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symprop.check.formats.places import place_of
from symprop.check.formats.remarks import Level, level, whole_message
from symprop.check.report import Finding, Report
from symprop.check.results import Refused, Result
from symprop.errors import Span

_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def github_report(results: Sequence[Result]) -> str:
    """A command for everything that is not plainly fine, one a line; "" if everything is."""
    lines: list[str] = []
    for result in results:
        if isinstance(result, Refused):
            lines.append(_command("error", {"file": result.file, **_place(result.span), "title": "not judged"}, result.message))
        else:
            lines += _report(result)
    return "".join(f"{line}\n" for line in lines)


def _report(report: Report) -> list[str]:
    general = [_command("warning", {"file": report.file}, warning) for warning in report.warnings]
    return general + [_finding(report.file, f) for f in report.findings if level(f) is not Level.NONE]


def _finding(file: str, finding: Finding) -> str:
    title = " ".join(part for part in (finding.code, finding.kind or finding.outcome.value) if part)
    where = {"file": file, **_place(finding.span), "title": title}
    return _command(_COMMANDS[level(finding)], where, whole_message(finding) or finding.outcome.value)


def _place(span: Span | None) -> Mapping[str, str]:
    """The end only within one line: GitHub refuses columns in places of several lines, and where it begins counts."""
    if span is None:
        return {}
    place = place_of(span)
    start = {"line": str(place.line), "col": str(place.column)}
    if place.end_line > place.line:
        return start
    return {**start, "endLine": str(place.end_line), "endColumn": str(place.end_column)}


def _command(name: str, properties: Mapping[str, str], message: str) -> str:
    listed = ",".join(f"{key}={_escaped(value, _IN_PROPERTIES)}" for key, value in properties.items())
    return f"::{name} {listed}::{_escaped(message, _IN_MESSAGES)}"


# What would end a command, or a property of it, is written as GitHub's own tools write it.
_IN_MESSAGES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTIES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def _escaped(text: str, table: Mapping[int, str]) -> str:
    return text.translate(table)
