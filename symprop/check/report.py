"""What checking finds: one entry for every relation of a document, and a summary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from symprop.errors import ExitCode, InternalError, Span


class Outcome(Enum):
    """The verdict on a relation, fixed by contract."""

    DEFINES = "defines"  # first use of a name
    HOLDS = "holds"
    FAILS = "fails"
    UNDECIDED = "undecided"
    UNREAD = "unread"
    SKIPPED = "skipped"  # no claim


class Evidence(Enum):
    """On what a relation holds."""

    PROVED = "proved"
    SAMPLED = "sampled"


@dataclass(frozen=True, slots=True)
class Finding:
    """One entry of a report.

    Args:
        span: where the relation stands: from its left side for the first link of a chain, from its sign for the others.
        latex: the relation as written (left side, sign, right side).
        outcome: the verdict.
        message: one or two sentences; "" where nothing is to be said.
        evidence: on what it holds; None otherwise.
        code: ``SP…`` code of the mistake or remark, "" if none.
        kind: name of the mistake or remark (``sign``, ``rounding``, ``transpose``), "" if none.
        counterexample: names of leaves, sizes, indices and sampled functions -> value as text.
        left, right: the values of both sides there, as text.
        follows_from: line of a failing relation from which this one rightly follows.
        suggestion: LaTeX of what would be right.
        warnings: what is odd but not wrong ("y is not defined; did you mean Y?").

    Raises:
        InternalError: a failure without a counterexample, or evidence for something that does not hold.
    """

    span: Span
    latex: str
    outcome: Outcome
    message: str = ""
    evidence: Evidence | None = None
    code: str = ""
    kind: str = ""
    counterexample: Mapping[str, str] = field(default_factory=dict)
    left: str = ""
    right: str = ""
    follows_from: int | None = None
    suggestion: str = ""
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.outcome is Outcome.FAILS and not (self.counterexample or (self.left and self.right)):
            raise InternalError("a failure says where both sides differ")
        if (self.evidence is not None) != (self.outcome is Outcome.HOLDS):
            raise InternalError(f"evidence {self.evidence} for {self.outcome}")


@dataclass(frozen=True, slots=True)
class Report:
    """What is known about one document.

    ``inferred`` lists what the document was taken to mean, one sentence each (``--explain``); ``declaration`` is the same as a
    block that can be pasted into the document and corrected.
    """

    file: str
    findings: tuple[Finding, ...]
    warnings: tuple[str, ...] = ()
    inferred: tuple[str, ...] = ()
    declaration: str = ""

    def count(self, outcome: Outcome) -> int:
        """How many relations have that verdict."""
        return sum(finding.outcome is outcome for finding in self.findings)

    def exit_code(self, *, strict: bool = False) -> ExitCode:
        """The exit code of the command for this document (undecided counts only where *strict*)."""
        if self.count(Outcome.FAILS):
            return ExitCode.FAILS
        if strict and (self.count(Outcome.UNDECIDED) or self.count(Outcome.UNREAD)):
            return ExitCode.UNDECIDED
        return ExitCode.OK if self.count(Outcome.HOLDS) else ExitCode.NOTHING_JUDGED


def sentence(text: str) -> str:
    """A reason as a sentence: with a capital letter and a full stop."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".") if text else ""
