"""Reports as SARIF 2.1.0, which services that annotate source code read: one rule for each code, columns in characters."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from symprop.check.formats.places import place_of
from symprop.check.formats.remarks import Level, level, rule, whole_message
from symprop.check.formats.table import Options
from symprop.check.report import Finding, Outcome, Report
from symprop.check.results import Refused, Result
from symprop.errors import Span

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

Record = dict[str, object]

_PLAIN_RULES = {
    Outcome.FAILS.value: "A relation does not hold",
    Outcome.UNDECIDED.value: "A relation was not decided",
    Outcome.UNREAD.value: "A formula could not be read",
    "remark": "A relation holds, with a remark",
    "document": "A remark about the whole document",
}


def sarif_report(results: Sequence[Result], options: Options) -> str:
    """One run with a result for everything that is not plainly fine."""
    reports = [result for result in results if isinstance(result, Report)]
    told = [(report.file, finding) for report in reports for finding in report.findings if level(finding) is not Level.NONE]
    rules = _rules([finding for _, finding in told], general=any(report.warnings for report in reports))
    index = {entry["id"]: number for number, entry in enumerate(rules)}
    version = {"semanticVersion": options.version} if options.version else {}
    run: Record = {
        "tool": {"driver": {"name": "symprop", **version, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation([result for result in results if isinstance(result, Refused)])],
        "results": [
            *(_general(report.file, warning, index) for report in reports for warning in report.warnings),
            *(_result(file, finding, index) for file, finding in told),
        ],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _rules(findings: Sequence[Finding], *, general: bool) -> list[Record]:
    """The rules that *findings* name, in the order of their first use."""
    kinds = {rule(finding): finding.kind for finding in reversed(findings)}
    used = dict.fromkeys(["document"] * general + [rule(finding) for finding in findings])
    return [_rule(key, kinds.get(key, "")) for key in used]


def _rule(key: str, kind: str) -> Record:
    plain = _PLAIN_RULES.get(key)
    name = kind or key
    return {"id": key, "name": name, "shortDescription": {"text": plain or name}}


def _result(file: str, finding: Finding, index: dict[object, int]) -> Record:
    key = rule(finding)
    found: Record = {
        "ruleId": key,
        "ruleIndex": index[key],
        "level": level(finding).value,
        "message": {"text": whole_message(finding) or finding.outcome.value},
        "locations": [_location(file, finding.span)],
        "properties": {"verdict": finding.outcome.value, "latex": finding.latex},
    }
    return found


def _general(file: str, warning: str, index: dict[object, int]) -> Record:
    return {
        "ruleId": "document",
        "ruleIndex": index["document"],
        "level": Level.WARNING.value,
        "message": {"text": warning},
        "locations": [_location(file, None)],
    }


def _invocation(refused: Sequence[Refused]) -> Record:
    """Whether every document was judged, and why not."""
    notes = [
        {
            "level": Level.ERROR.value,
            "message": {"text": f"{result.message}. {result.hint}" if result.hint else result.message},
            "locations": [_location(result.file, result.span)],
        }
        for result in refused
    ]
    return {"executionSuccessful": not refused, "toolExecutionNotifications": notes}


def _location(file: str, span: Span | None) -> Record:
    physical: Record = {"artifactLocation": {"uri": _uri(file)}}
    if span is not None:
        place = place_of(span)
        physical["region"] = {
            "startLine": place.line,
            "startColumn": place.column,
            "endLine": place.end_line,
            "endColumn": place.end_column,
        }
    return {"physicalLocation": physical}


def _uri(file: str) -> str:
    """A relative reference stays relative, so that a service finds the file in its own checkout."""
    path = Path(file)
    if path.is_absolute():
        return path.as_uri()
    return quote(path.as_posix(), errors="replace")
