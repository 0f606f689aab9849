"""What documents are taken to mean: small documents (``understanding.txt``) with the outcomes of their relations."""

from __future__ import annotations

from pathlib import Path

import pytest

from symprop.check.checker import check
from symprop.check.report import Outcome

SIGNS = {
    Outcome.DEFINES: "d",
    Outcome.HOLDS: "h",
    Outcome.FAILS: "f",
    Outcome.UNDECIDED: "u",
    Outcome.SKIPPED: "s",
    Outcome.UNREAD: "!",
}

TABLE = Path(__file__).with_name("understanding.txt")
CELL = r"$y = w x$, $E = \frac{1}{2}(t - y)^2$"


def rows() -> dict[str, tuple[str, str]]:
    """By title: the document and the outcomes of its relations."""
    _, *blocks = TABLE.read_text(encoding="utf-8").split("## ")
    found = {}
    for block in blocks:
        title, outcomes, document = block.split("\n", 2)
        found[title] = (document, outcomes)
    return found


ROWS = rows()


@pytest.mark.parametrize("row", ROWS)
def test_outcomes(row: str) -> None:
    document, expected = ROWS[row]
    report = check(document, "notes.md")
    found = "".join(SIGNS[finding.outcome] for finding in report.findings)
    assert found == expected, [(f.latex, f.outcome.value, f.message) for f in report.findings]


def test_what_follows_from_a_wrong_line_says_so() -> None:
    report = check(
        CELL + "\n\n" + r"$\frac{\partial E}{\partial w} = (t - y) x$" + "\n\n" + r"$\frac{\partial E}{\partial w} = t x - y x$",
        "notes.md",
    )
    assert [finding.follows_from for finding in report.findings] == [None, None, None, 3]


def test_a_failure_can_be_recomputed() -> None:
    found = check(CELL + r", $\frac{\partial E}{\partial w} = -(t - y)$", "notes.md").findings[-1]
    point = {name: float(value) for name, value in found.counterexample.items()}
    left = -(point["t"] - point["w"] * point["x"]) * point["x"]
    right = -(point["t"] - point["w"] * point["x"])
    assert float(found.left) == pytest.approx(left)
    assert float(found.right) == pytest.approx(right)


def test_a_near_name_is_suggested() -> None:
    found = check(CELL + r", $\frac{\partial E}{\partial Y} = Y - t$", "notes.md").findings[-1]
    assert found.outcome is Outcome.UNDECIDED
    assert any("is y meant?" in warning for warning in found.warnings)


def test_the_same_document_gives_the_same_report() -> None:
    document, _ = ROWS["indices the wrong way round"]
    assert check(document, "notes.md") == check(document, "notes.md")


def test_a_rule_that_goes_up_a_cost_is_odd() -> None:
    rule = check(CELL + r", $w_{new} = w + \eta \frac{\partial E}{\partial w}$", "notes.md").findings[-1]
    assert rule.outcome is Outcome.DEFINES
    assert "usual sign is minus" in rule.warnings[0]


@pytest.mark.parametrize(
    "document",
    [
        r"$E = \sum_{i=1}^{n/2} x_i$, $\frac{\partial E}{\partial x_1} = 1$",
        r"$\frac{2}{4} = \frac{1}{1 - 1}$, $2 + 3 = \log(-1)$",
    ],
)
def test_what_has_no_value_ends_as_undecided(document: str) -> None:
    report = check(document, "notes.md")
    assert Outcome.FAILS not in {finding.outcome for finding in report.findings}
