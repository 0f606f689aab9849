"""A report as an HTML fragment, for notebooks: what is not plainly fine as a table, formulas set by the notebook."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from symprop.check.formats.excerpt import printable
from symprop.check.formats.places import place_of
from symprop.check.formats.remarks import WORDS, Level, counted, is_fine, level, whole_message
from symprop.check.report import Finding, Outcome, Report

_COLORS: Mapping[Level, str] = {Level.ERROR: "#b00020", Level.WARNING: "#9a6700", Level.NOTE: "#0b62a4", Level.NONE: "#1a7f37"}


def html_report(report: Report) -> str:
    """The summary, the warnings about the whole document, and a row for each finding worth telling."""
    rows = [_row(finding) for finding in report.findings if not is_fine(finding)]
    table = ["<table><tbody>", *rows, "</tbody></table>"] if rows else []
    warnings = [f"<p>{_verdict(Level.WARNING, '! warning')}: {_plain(warning)}</p>" for warning in report.warnings]
    head = f"<p><b>{_plain(report.file)}</b>: {_plain(counted(report) or 'no formula was found')}</p>"
    return "\n".join(["<div>", head, *warnings, *table, "</div>"])


def _row(finding: Finding) -> str:
    place = place_of(finding.span)
    verdict = _verdict(level(finding), f"{WORDS[finding.outcome].symbol} {finding.outcome.value}")
    said = _plain(whole_message(finding)).replace("\n", "<br>")
    cells = (f"{place.line}:{place.column}", verdict, _formula(finding), said)
    return "<tr>" + "".join(f'<td style="text-align:left">{cell}</td>' for cell in cells) + "</tr>"


def _verdict(grave: Level, words: str) -> str:
    return f'<b style="color:{_COLORS[grave]}">{_plain(words)}</b>'


def _formula(finding: Finding) -> str:
    """The formula, set; as it was typed where it could not be read, because the notebook would stumble over it as well."""
    if finding.outcome is Outcome.UNREAD:
        return f"<code>{_plain(finding.latex)}</code>"
    return rf"\({_plain(finding.latex)}\)"


def _plain(text: str) -> str:
    return escape("\n".join(printable(line) for line in text.split("\n")))
