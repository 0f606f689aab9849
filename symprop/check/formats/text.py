"""The report for a person: what is not plainly fine, each with its line and the values that show it, and a summary."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence

from symprop.check.formats.excerpt import clip, columns, excerpt, printable
from symprop.check.formats.places import place_of
from symprop.check.formats.remarks import (
    WORDS,
    Level,
    count_words,
    counted,
    is_fine,
    level,
    message,
    short,
    short_pair,
    values,
    warnings,
)
from symprop.check.formats.table import Options
from symprop.check.report import Evidence, Finding, Outcome, Report
from symprop.check.results import Refused, Result

DEFAULT_WIDTH = 100
_NARROWEST = 30
_LABEL = 15
"""Columns of the labels before values (``right would be``)."""

_STYLES: Mapping[Level, str] = {Level.ERROR: "1;31", Level.WARNING: "1;33", Level.NOTE: "1;36", Level.NONE: "1;32"}

HINT = "hint: --explain shows how the document was read, and a block of declarations to paste into it and correct"


def text_report(results: Sequence[Result], options: Options) -> str:
    """*results* as a page for a terminal, "" if no document was judged."""
    page = _Page(max(options.width or DEFAULT_WIDTH, _NARROWEST), options)
    reports = [result for result in results if isinstance(result, Report)]
    if not reports:
        return ""
    blocks = [block for report in reports for block in page.findings(report)]
    if options.explain:
        blocks += [page.explanation(report) for report in reports]
    elif any(report.count(Outcome.UNDECIDED) or report.count(Outcome.UNREAD) for report in reports):
        blocks.append("\n".join(page.wrapped(HINT)))
    blocks.append("\n".join(page.summaries(results, reports)))
    return "\n\n".join(blocks) + "\n"


class _Page:
    def __init__(self, width: int, options: Options) -> None:
        self.width = width
        self.options = options

    def findings(self, report: Report) -> list[str]:
        """A block for each warning about the whole document and for each finding worth telling."""
        blocks = [
            "\n".join(self.headed(f"{report.file}:", Level.WARNING, "! warning", f": {warning}")) for warning in report.warnings
        ]
        brief: list[str] = []  # without blank lines between them
        told: set[tuple[str, ...]] = set()
        for finding in report.findings:
            if is_fine(finding):
                brief += [self.fine(report.file, finding)] if self.options.everything else []
            elif self.is_known(finding, told):
                brief += self.heading(report.file, finding)
            else:
                blocks += ["\n".join(brief), self.finding(report.file, finding)]
                brief = []
        return [block for block in (*blocks, "\n".join(brief)) if block]

    def is_known(self, finding: Finding, told: set[tuple[str, ...]]) -> bool:
        """Whether the reason was told in full before: one name without a definition leaves many relations undecided."""
        if self.options.everything or finding.outcome is not Outcome.UNDECIDED:
            return False
        reason = (finding.message, *finding.warnings)
        known = reason in told
        told.add(reason)
        return known

    def heading(self, file: str, finding: Finding) -> list[str]:
        """Where, the verdict, and why."""
        place = place_of(finding.span)
        said = message(finding)
        name = f" [{' '.join(part for part in (finding.code, finding.kind) if part)}]" if finding.code or finding.kind else ""
        rest = (f": {said}" if said else "") + name
        return self.headed(f"{file}:{place.line}:{place.column}:", level(finding), _verdict(finding), rest)

    def finding(self, file: str, finding: Finding) -> str:
        """The heading, the line itself, and all that is known."""
        lines = self.heading(file, finding)
        lines += [f"  {line}" for line in excerpt(finding.span, self.width - 2)]
        for label, value in _facts(finding):
            lines += self.labelled(label, value)
        return "\n".join(lines)

    def fine(self, file: str, finding: Finding) -> str:
        """One line for a relation that is as it should be."""
        place = place_of(finding.span)
        where, verdict = f"{printable(file)}:{place.line}:{place.column}: ", _verdict(finding)
        surely = " (proved)" if finding.evidence is Evidence.PROVED else ""
        why = f"  ({finding.message.removesuffix('.')})" if finding.outcome is Outcome.SKIPPED and finding.message else ""
        shown = clip(printable(f"{surely}  {finding.latex}{why}"), self.width - columns(where) - columns(verdict))
        return where + self.style(verdict, Level.NONE) + shown

    def explanation(self, report: Report) -> str:
        """What the document was taken to mean, and the block of declarations that says the same."""
        lines = [f"{printable(report.file)} was read like this:", ""]
        for sentence in report.inferred or ("nothing had to be inferred",):
            lines += textwrap.wrap(printable(sentence), self.width, initial_indent="  * ", subsequent_indent="    ")
        if report.declaration:
            lines += ["", *self.wrapped("The same as a block of declarations, to paste into the document and correct:"), ""]
            lines += [f"    {printable(line)}".rstrip() for line in report.declaration.strip("\n").split("\n")]
        return "\n".join(lines)

    def summaries(self, results: Sequence[Result], reports: Sequence[Report]) -> list[str]:
        """A line for each document, and one for all of several."""
        lines = [
            line
            for result in results
            for line in (self.summary(result) if isinstance(result, Report) else self.headed(f"{result.file}:", *_NOT_JUDGED))
        ]
        if len(results) == 1:
            return lines
        total = Counter(finding.outcome for report in reports for finding in report.findings)
        proved = sum(finding.evidence is Evidence.PROVED for report in reports for finding in report.findings)
        refused = sum(isinstance(result, Refused) for result in results)
        counts = [count_words(total, proved), f"{refused} not judged" if refused else ""]
        told = ", ".join(part for part in counts if part) or "no formula"
        return [*lines, "", *self.wrapped(f"{len(results)} documents: {told}")]

    def summary(self, report: Report) -> list[str]:
        """``notes.md: ✗ 40 hold, 1 fails``."""
        counts = counted(report)
        if not counts:
            return self.headed(f"{report.file}:", Level.NOTE, "?", " no formula was found")
        grave, symbol = _overall(report)
        judged = report.count(Outcome.HOLDS) + report.count(Outcome.FAILS)
        return self.headed(f"{report.file}:", grave, symbol, f" {counts}" if judged else f" nothing was judged: {counts}")

    def headed(self, where: str, grave: Level, verdict: str, rest: str) -> list[str]:
        """``where verdict rest``, wrapped; the verdict is in colour, and it is a word without colour as well."""
        where = printable(where)
        lines = self.wrapped(f"{where} {verdict}{printable(rest)}")
        head = f"{where} {verdict}"
        if lines and lines[0].startswith(head):
            lines[0] = where + " " + self.style(verdict, grave) + lines[0][len(head) :]
        return lines

    def labelled(self, label: str, value: str) -> list[str]:
        """``  label     value``, the value wrapped beside its label, or below it on a narrow terminal."""
        value, head = printable(value), f"  {label:<{_LABEL}}"
        if self.width < 3 * _LABEL:
            return [f"  {label}", *self.wrapped(value, "    ")]
        rest = " " * len(head)
        return textwrap.wrap(value, self.width, initial_indent=head, subsequent_indent=rest, break_on_hyphens=False) or [head]

    def wrapped(self, text: str, indent: str = "") -> list[str]:
        """*text* in lines; what belongs to the first is indented a little."""
        later = indent + "  "
        return textwrap.wrap(text, self.width, initial_indent=indent, subsequent_indent=later, break_on_hyphens=False)

    def style(self, text: str, grave: Level) -> str:
        return f"\x1b[{_STYLES[grave]}m{text}\x1b[0m" if self.options.color else text


_NOT_JUDGED = (Level.ERROR, "!", " was not judged")


def _verdict(finding: Finding) -> str:
    return f"{WORDS[finding.outcome].symbol} {finding.outcome.value}"


def _overall(report: Report) -> tuple[Level, str]:
    """The gravest outcome of a report that has any, and its symbol."""
    order = (Outcome.FAILS, Outcome.UNREAD, Outcome.UNDECIDED, Outcome.HOLDS)
    gravest = next((outcome for outcome in order if report.count(outcome)), Outcome.UNDECIDED)
    return WORDS[gravest].level, WORDS[gravest].symbol


def _facts(finding: Finding) -> list[tuple[str, str]]:
    """What stands under the line: labels and values."""
    facts = [("warning", warning) for warning in warnings(finding)]
    if point := values(finding.counterexample):
        facts.append(("with", point))
    if finding.left and finding.right:
        left, right = short_pair(finding.left, finding.right)
        facts += [("left side", left), ("right side", right)]
    elif finding.left or finding.right:
        facts.append(("value", short(finding.left or finding.right)))
    if finding.suggestion:
        facts.append(("right would be", finding.suggestion))
    if finding.follows_from is not None:
        facts.append(("but", f"it follows rightly from line {finding.follows_from}, which fails"))
    return facts
