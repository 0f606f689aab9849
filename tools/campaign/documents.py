"""Cases as documents, and what the judge says of each claim in them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from symprop.check.report import Finding, Outcome, Report
from tools.campaign.array_edits import ARRAY_MISTAKES, ARRAY_REWRITES, both_sides
from tools.campaign.classifiers import logistic, softmax
from tools.campaign.families import Case, Claim, any_depth, matrices, two_layers
from tools.campaign.mutations import MISTAKES, mutants
from tools.campaign.printing import Printer
from tools.campaign.rewrites import REWRITES, Edit, Whole, rewrites, unchanged
from tools.campaign.scalars import numbered, scalar
from tools.campaign.signals import convolution, recurrence
from tools.campaign.stacks import examples, stack, tied

Judge = Callable[[str, str], Report]
CASES: Mapping[str, Callable[[random.Random], Case]] = {
    "scalar": scalar,
    "index": two_layers,
    "layers": any_depth,
    "matrix": matrices,
    "recurrent": recurrence,
    "logistic": logistic,
    "numbers": numbered,
    "softmax": softmax,
    "convolution": convolution,
    "scalar again": scalar,
}


@dataclass(frozen=True)
class Workload:
    """Which networks a campaign is about, which mistakes are made in them, and how else they are told."""

    cases: Mapping[str, Callable[[random.Random], Case]]
    mistakes: Mapping[str, Edit]
    ways: Mapping[str, Edit]
    whole: Whole = unchanged


GENERAL = Workload(CASES, MISTAKES, REWRITES)
MATRICES = Workload(
    {"stack": stack, "examples": examples, "another": stack, "tied": tied, "a third": stack},
    ARRAY_MISTAKES,
    ARRAY_REWRITES,
    both_sides,
)
MOST_CRASHES = 20
CLAIMS = 8
"""Claims in one document; each stands alone, but all share what it defines."""


@dataclass(frozen=True)
class Placed:
    """A claim in a document."""

    line: int
    kind: str
    wrong: bool
    text: str


@dataclass(frozen=True)
class Paper:
    """A document and what it claims."""

    name: str
    label: str
    text: str
    claims: tuple[Placed, ...]

    def alone(self, placed: Placed) -> str:
        """The document without the other claims."""
        others = {claim.line for claim in self.claims} - {placed.line}
        lines = self.text.splitlines(keepends=True)
        return "".join(line for number, line in enumerate(lines, 1) if number not in others)


@dataclass
class Tally:
    """Outcomes by kind of mutant or rewrite, and every claim that got a verdict it must not get."""

    outcomes: Counter[tuple[bool, Outcome]] = field(default_factory=Counter)
    kinds: Counter[tuple[bool, str, Outcome]] = field(default_factory=Counter)
    labels: Counter[tuple[bool, str, Outcome]] = field(default_factory=Counter)
    offences: list[tuple[Paper, Placed, Finding]] = field(default_factory=list)
    broken: list[tuple[Paper, Finding]] = field(default_factory=list)
    crashes: list[tuple[Paper, str]] = field(default_factory=list)
    notations: set[str] = field(default_factory=set)

    def add(self, paper: Paper, report: Report) -> None:
        """Count one judged document."""
        self.notations.add(paper.label)
        claimed = {placed.line: placed for placed in paper.claims}
        last: dict[int, Finding] = {}
        for finding in report.findings:
            line = finding.span.line
            if line in claimed:
                last[line] = finding
            elif finding.outcome is Outcome.FAILS:
                self.broken.append((paper, finding))
        for line, placed in claimed.items():
            judged = last.get(line)
            outcome = judged.outcome if judged is not None else Outcome.SKIPPED
            self.outcomes[placed.wrong, outcome] += 1
            self.kinds[placed.wrong, placed.kind, outcome] += 1
            self.labels[placed.wrong, paper.label, outcome] += 1
            if judged is not None and outcome is (Outcome.HOLDS if placed.wrong else Outcome.FAILS):
                self.offences.append((paper, placed, judged))

    def count(self, *, wrong: bool, outcome: Outcome | None = None) -> int:
        """How many mutants (rewrites) got that verdict, or how many there are."""
        return sum(number for (kind, which), number in self.outcomes.items() if kind is wrong and outcome in {None, which})

    def summary(self) -> str:
        """A table of outcomes, whole, by notation and by kind."""
        order = (Outcome.FAILS, Outcome.HOLDS, Outcome.UNDECIDED, Outcome.UNREAD, Outcome.DEFINES, Outcome.SKIPPED)
        rows = [f"{'':34}" + "".join(f"{outcome.value:>10}" for outcome in order)]
        for wrong, title in ((True, "wrong mutants"), (False, "equivalent rewrites")):
            rows.append(f"{title:34}" + "".join(f"{self.outcomes[wrong, outcome]:10}" for outcome in order))
            for counter in (self.labels, self.kinds):
                kinds = sorted({kind for which, kind, _ in counter if which is wrong})
                rows += [
                    f"  {kind[:31]:32}" + "".join(f"{counter[wrong, kind, outcome]:10}" for outcome in order) for kind in kinds
                ]
        return "\n".join(rows)


def paper(case: Case, seed: int, claims: Sequence[tuple[str, bool, Claim, Claim | None]]) -> Paper:
    """A document that defines the network of *case* and makes these claims, some as the second link of a chain."""
    printer = Printer(case.notation, case.names)
    notation = case.notation
    lines = [*notation.preamble.splitlines(), "We look at the following network and its gradients.", ""]
    lines += [case.intro, ""] if case.intro else []
    for left, right in case.definitions:
        lines += [_formula(printer, left, right), ""]
    lines += ["From these definitions we derive:", ""]
    placed = []
    for place, (kind, wrong, claim, source) in enumerate(claims):
        chained = source is not None and (seed + place) % 5 == 0
        text = _formula(printer, claim.left, *([source.right] if source and chained else []), claim.right)
        lines.append(text)
        placed.append(Placed(len(lines), kind, wrong, text))
        lines.append("")
    lines += notation.closing.splitlines()
    name = f"{case.label}-{seed}{notation.suffix}"
    return Paper(name, f"{case.label} / {notation.label}", "\n".join(lines) + "\n", tuple(placed))


def _formula(printer: Printer, *sides: object) -> str:
    shown = " = ".join(printer.text(side) for side in sides)  # type: ignore[arg-type]
    return f"{printer.notation.before}{shown}{printer.notation.after}"


def papers(seed: int, *, wrong: bool, work: Workload = GENERAL) -> Iterator[Paper]:
    """Documents without end, of all families in turn, with mutants or with rewrites."""
    while True:
        for name in work.cases:
            dice = random.Random(f"{name}/{seed}")  # noqa: S311 -- numbers that guard nothing
            case = work.cases[name](dice)
            claims: list[tuple[str, bool, Claim, Claim | None]]
            if wrong:
                claims = [(kind, True, claim, source) for kind, claim, source in mutants(case, dice, CLAIMS, work.mistakes)]
            else:
                claims = [(kind, False, claim, None) for kind, claim in rewrites(case, dice, CLAIMS, work.ways, work.whole)]
                claims += [("as it is", False, claim, None) for claim in dice.sample(list(case.claims), min(3, len(case.claims)))]
            if claims:
                yield paper(case, seed, claims)
        seed += 1


def campaign(judge: Judge, *, mutants: int, rewrites: int, seed: int = 0, work: Workload = GENERAL) -> Tally:
    """Judge documents until so many mutants and rewrites have been judged."""
    tally = Tally()
    for wrong, most in ((True, mutants), (False, rewrites)):
        if not most:
            continue
        for document in papers(seed, wrong=wrong, work=work):
            try:
                tally.add(document, judge(document.text, document.name))
            except Exception as error:  # noqa: BLE001 -- a crash is a finding; the others go on
                tally.crashes.append((document, repr(error)))
            if tally.count(wrong=wrong) >= most or len(tally.crashes) > MOST_CRASHES:
                break
    return tally
