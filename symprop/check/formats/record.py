"""Reports as JSON, schema ``symprop.report/1`` (docs/check.md): for scripts, so it stays as it is."""

from __future__ import annotations

import json
from collections.abc import Sequence

from symprop.check.formats.places import place_of
from symprop.check.formats.table import Options
from symprop.check.report import Finding, Outcome, Report
from symprop.check.results import Refused, Result

SCHEMA = "symprop.report/1"

Record = dict[str, object]


def json_report(results: Sequence[Result], options: Options) -> str:
    """One object, or a list where several documents were asked for."""
    records = [record(result, explain=options.explain) for result in results]
    page = records if options.several or len(records) != 1 else records[0]
    return json.dumps(page, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def json_lines(results: Sequence[Result], options: Options) -> str:
    """One object a line."""
    lines = (json.dumps(record(result, explain=options.explain), ensure_ascii=False, allow_nan=False) for result in results)
    return "".join(f"{line}\n" for line in lines)


def record(result: Result, *, explain: bool = False) -> Record:
    """*result* as plain data; a document that was not judged has the key ``error`` and no relations."""
    if isinstance(result, Refused):
        return {"schema": SCHEMA, "file": result.file, "error": _error(result), "relations": [], "summary": _summary(None)}
    found: Record = {
        "schema": SCHEMA,
        "file": result.file,
        "relations": [_relation(finding) for finding in result.findings],
        "summary": _summary(result),
        "warnings": list(result.warnings),
    }
    if explain:
        found |= {"inferred": list(result.inferred), "declaration": result.declaration}
    return found


def _relation(finding: Finding) -> Record:
    place = place_of(finding.span)
    return {
        "line": place.line,
        "column": place.column,
        "latex": finding.latex,
        "verdict": finding.outcome.value,
        "evidence": finding.evidence.value if finding.evidence else None,
        "message": finding.message,
        "code": finding.code or None,
        "kind": finding.kind or None,
        "counterexample": {name: value_of(text) for name, text in finding.counterexample.items()},
        "left": value_of(finding.left),
        "right": value_of(finding.right),
        "follows_from": finding.follows_from,
        "suggestion": finding.suggestion or None,
        "warnings": list(finding.warnings),
    }


def _summary(report: Report | None) -> Record:
    order = (Outcome.HOLDS, Outcome.FAILS, Outcome.DEFINES, Outcome.UNDECIDED, Outcome.UNREAD, Outcome.SKIPPED)
    return {outcome.value: report.count(outcome) if report else 0 for outcome in order}


def _error(refused: Refused) -> Record:
    place = place_of(refused.span) if refused.span else None
    return {
        "message": refused.message,
        "hint": refused.hint or None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "exit_code": int(refused.code),
    }


def value_of(text: str) -> object:
    """*text* as the number or (nested) list of numbers that it spells, else as it is; None for ""."""
    try:
        value = json.loads(text.replace("−", "-"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        return text or None
    return value if _is_numeric(value) else text


def _refuse(name: str) -> object:
    raise ValueError(name)


def _is_numeric(value: object) -> bool:
    if isinstance(value, list):
        return all(map(_is_numeric, value))
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, float) and abs(value) < float("inf"))
