"""What every format says of a finding: how grave it is, its message in one piece, numbers in words, values in short."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from symprop.check.report import Evidence, Finding, Outcome, Report


class Level(Enum):
    """How grave a finding is for whoever wrote the document; the words are those of SARIF."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    NONE = "none"  # as it should be


@dataclass(frozen=True, slots=True)
class Words:
    """How an outcome is spoken of: its symbol, what is said where the judge gave no message, and how it is counted."""

    level: Level
    symbol: str
    default: str
    one: str
    many: str


WORDS: Mapping[Outcome, Words] = {
    Outcome.HOLDS: Words(Level.NONE, "✓", "", "holds", "hold"),
    Outcome.FAILS: Words(Level.ERROR, "✗", "the two sides differ", "fails", "fail"),
    Outcome.DEFINES: Words(Level.NONE, "≔", "", "definition", "definitions"),
    Outcome.UNDECIDED: Words(Level.NOTE, "?", "this was not decided", "undecided", "undecided"),
    Outcome.UNREAD: Words(Level.WARNING, "!", "this could not be read", "unread", "unread"),
    Outcome.SKIPPED: Words(Level.NONE, "–", "", "without a claim", "without a claim"),
}
"""The outcomes in the order in which a summary counts them."""


def level(finding: Finding) -> Level:
    """How grave *finding* is; what holds is a note where it has a remark with a name, a warning where there are warnings."""
    own = WORDS[finding.outcome].level
    if own is Level.ERROR:
        return own
    if finding.warnings:
        return Level.WARNING
    if own is Level.NONE and finding.outcome is not Outcome.SKIPPED and (finding.code or finding.kind):
        return Level.NOTE
    return own


def is_fine(finding: Finding) -> bool:
    """Whether there is nothing that a reader must be told."""
    return level(finding) is Level.NONE


def rule(finding: Finding) -> str:
    """The key under which services file the finding: the code of the mistake, else the outcome or ``remark``."""
    return finding.code or ("remark" if WORDS[finding.outcome].level is Level.NONE else finding.outcome.value)


def message(finding: Finding) -> str:
    """What is wrong: the judge's words, or the outcome's own where those only repeat the values, which are shown anyway."""
    undiagnosed = finding.outcome is Outcome.FAILS and not finding.code and not finding.kind
    repeats = undiagnosed and finding.left and finding.left in finding.message and finding.right in finding.message
    return WORDS[finding.outcome].default if repeats or not finding.message else finding.message


def warnings(finding: Finding) -> tuple[str, ...]:
    """The warnings that say more than the message does."""
    return tuple(warning for warning in finding.warnings if warning != finding.message)


def whole_message(finding: Finding) -> str:
    """All that is known of *finding* in a few lines of plain text, for formats with one field for it."""
    lines = [message(finding), *warnings(finding)]
    if finding.left and finding.right:
        left, right = short_pair(finding.left, finding.right)
        lines.append(f"The left side is {left}, the right side is {right}{_at(finding.counterexample)}.")
    if finding.suggestion:
        lines.append(f"Right would be: {finding.suggestion}")
    if finding.follows_from is not None:
        lines.append(f"It follows rightly from line {finding.follows_from}, which fails.")
    return "\n".join(line for line in lines if line)


def counted(report: Report) -> str:
    """``40 hold (31 proved), 1 fails, 7 definitions``; outcomes that do not occur are left out."""
    proved = sum(finding.evidence is Evidence.PROVED for finding in report.findings)
    return count_words({outcome: report.count(outcome) for outcome in Outcome}, proved)


def count_words(counts: Mapping[Outcome, int], proved: int = 0) -> str:
    """The *counts* in words, in the order of the table; *proved* of those that hold are certain."""
    found = []
    for outcome, words in WORDS.items():
        count = counts.get(outcome, 0)
        if count:
            surely = f" ({proved} proved)" if outcome is Outcome.HOLDS and proved else ""
            found.append(f"{count} {words.one if count == 1 else words.many}{surely}")
    return ", ".join(found)


MOST_VALUES = 8
"""Names whose values a message shows; a counterexample to a big network has hundreds."""


def values(counterexample: Mapping[str, str], most: int = MOST_VALUES) -> str:
    """``w = 0.7, x = -1.2``, in short; what is left out is counted."""
    known = [(name, value) for name, value in counterexample.items() if value]
    shown = [f"{name} = {short(value)}" for name, value in known[:most]]
    more = len(known) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _at(counterexample: Mapping[str, str]) -> str:
    point = values(counterexample)
    return f" at {point}" if point else ""


_NUMBER = re.compile(r"[+\-−]?\d+\.\d{7,}(?:e[+-]?\d+)?", re.IGNORECASE)
_LONGEST = 60


def short(value: str, digits: int = 6) -> str:
    """*value* with every long decimal in it rounded to so many significant digits, and clipped."""
    rounded = _NUMBER.sub(lambda found: f"{float(found[0].replace('−', '-')):.{digits}g}", value)
    return rounded if len(rounded) <= _LONGEST else rounded[: _LONGEST - 1] + "…"


def short_pair(left: str, right: str) -> tuple[str, str]:
    """Both values in short, with as many digits as it takes to tell them apart by more than the last one; else in full."""
    for digits in (6, 9, 12, 15):
        if not _alike(short(left, digits - 1), short(right, digits - 1)):
            return short(left, digits), short(right, digits)
    return left, right


def _alike(left: str, right: str) -> bool:
    """Whether a reader takes both for the same: ``1`` and ``1.0``."""
    try:
        return float(left) == float(right)
    except ValueError:
        return left == right
