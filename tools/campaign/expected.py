"""Verdicts that were put down by hand, and where a report departs from them.

A table has one row for a relation: its line, for seeds the beginning of its right side, and letters for the verdicts that can
be defended, the best one first (``hu``: it holds, and leaving it undecided is no mistake).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from symprop.check.report import Finding, Outcome, Report

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENTS = ROOT / "tests" / "check" / "documents"
LETTERS = {
    "d": Outcome.DEFINES,
    "h": Outcome.HOLDS,
    "f": Outcome.FAILS,
    "u": Outcome.UNDECIDED,
    "r": Outcome.UNREAD,
    "s": Outcome.SKIPPED,
}
LOST = 2
"""Departures up to this severity are false verdicts, or relations that the report lacks."""
SIGN = re.compile(r"=|≈|←|∝|≡|\\(?:approx|leftarrow|gets|propto|equiv|xLeftrightarrow|Rightarrow)\b")
_SPACE = re.compile(r"\s+|&")


def seeds_folder() -> Path:
    """Where the seeds lie, if anywhere; they are not part of the repository."""
    return Path(os.environ.get("SYMPROP_SEEDS", ROOT.parent / "shared" / "seeds"))


@dataclass(frozen=True)
class Row:
    """What one relation deserves."""

    line: int
    verdicts: tuple[Outcome, ...]
    fragment: str = ""
    remark: str = ""

    @property
    def suggests(self) -> bool:
        """The finding must say what would be right."""
        return "SUGGESTS" in self.remark

    @property
    def kind(self) -> str:
        """The kinds of which the finding must name one if it names any, with commas, and `_` for spaces; "" for any."""
        found = next((word.removeprefix("kind=") for word in self.remark.split() if word.startswith("kind=")), "")
        return found.replace("_", " ")


@dataclass(frozen=True)
class Departure:
    """A relation that got another verdict than it deserves; ``finding`` is None where it is missing in the report."""

    row: Row
    finding: Finding | None
    why: str

    @property
    def severity(self) -> int:
        """0 a true one fails, 1 a false one holds, 2 it got lost, 3 unread, 4 undecided, 5 the rest."""
        if self.finding is None:
            return 2
        outcome = self.finding.outcome
        if outcome is Outcome.FAILS and Outcome.FAILS not in self.row.verdicts:
            return 0
        if outcome is Outcome.HOLDS and Outcome.HOLDS not in self.row.verdicts:
            return 1
        return {Outcome.UNREAD: 3, Outcome.UNDECIDED: 4}.get(outcome, 5)

    def __str__(self) -> str:
        best = "/".join(outcome.value for outcome in self.row.verdicts)
        if self.finding is None:
            return f"line {self.row.line}: no relation {self.row.fragment or '(any)'} in the report; expected {best}"
        said = f" ({self.finding.message})" if self.finding.message else ""
        return f"line {self.row.line}: {self.finding.latex!r} {self.finding.outcome.value}{said}; expected {best}{self.why}"


@dataclass(frozen=True)
class Comparison:
    """A report beside its table: how many rows there are, how many got their best verdict, and what is not acceptable."""

    rows: int
    best: int
    departures: tuple[Departure, ...]
    strays: tuple[Finding, ...]
    """Formulas without a row that got a verdict although they claim nothing."""


def _row(cells: Sequence[str], fragment: str, letters: str) -> Row:
    return Row(int(cells[0]), tuple(LETTERS[letter] for letter in letters), fragment, cells[-1])


def sidecar(path: Path) -> tuple[Row, ...]:
    """The rows of a table beside its document."""
    lines = path.read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.split("|")] for line in lines if line and not line.startswith("#")]
    return tuple(_row(row, "", row[1]) for row in cells)


@dataclass(frozen=True)
class Seed:
    """The table of one seed: rows as it is, and rows with its bundled network."""

    number: str
    network: str
    alone: tuple[Row, ...]
    informed: tuple[Row, ...]


def seeds(path: Path) -> Iterator[Seed]:
    """The tables of all seeds."""
    for part in re.split(r"^\[", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        heading, *lines = part.splitlines()
        number, _, network = heading.partition("] network=")
        # A formula may contain bars; the columns around it do not.
        cells = [line.split(" | ") for line in lines if line.strip()]
        rows = [
            ([row[0], row[-1].strip(" |")], " | ".join(row[1:-3]), row[-3].strip(), row[-2].strip(" |"))
            for row in map(_padded, cells)
        ]
        yield Seed(
            number,
            network.strip(),
            tuple(_row(ends, fragment, alone) for ends, fragment, alone, _ in rows),
            tuple(_row(ends, fragment, informed) for ends, fragment, _, informed in rows),
        )


def _padded(cells: list[str]) -> list[str]:
    """A row whose last column is empty ends in a bar that splitting leaves in the column before."""
    return [*cells[:-1], cells[-1].removesuffix(" |").strip(), ""] if cells[-1].endswith("|") else cells


def _squeezed(text: str) -> str:
    return _SPACE.sub("", text)


def _fits(row: Row, finding: Finding) -> bool:
    if finding.span.line != row.line:
        return False
    if row.fragment:
        return _squeezed(row.fragment) in _squeezed(finding.latex)
    return SIGN.search(finding.latex) is not None


def _why(row: Row, finding: Finding) -> str | None:
    """What is wrong with the finding: "" for its verdict alone, None for nothing."""
    if finding.outcome not in row.verdicts:
        return ""
    if row.kind and finding.kind and finding.kind not in row.kind.split(","):
        return f" as {row.kind}, not as {finding.kind}"
    if row.suggests and not (finding.suggestion or finding.message):
        return " and a suggestion"
    return None


def compare(rows: Sequence[Row], report: Report) -> Comparison:
    """Each row takes the first finding that fits it and that no row before has taken."""
    free = list(report.findings)
    departures: list[Departure] = []
    best = 0
    for row in rows:
        finding = next((finding for finding in free if _fits(row, finding)), None)
        if finding is None:
            departures.append(Departure(row, None, ""))
            continue
        free.remove(finding)
        why = _why(row, finding)
        if why is not None:
            departures.append(Departure(row, finding, why))
        best += why is None and finding.outcome is row.verdicts[0]
    claims = (Outcome.HOLDS, Outcome.FAILS, Outcome.DEFINES)
    strays = tuple(finding for finding in free if finding.outcome in claims)
    return Comparison(len(rows), best, tuple(sorted(departures, key=lambda departure: departure.severity)), strays)
