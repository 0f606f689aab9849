"""The block of what was inferred changes no verdict when it is pasted into the document."""

from __future__ import annotations

from pathlib import Path

import pytest

from symprop.check.checker import check
from symprop.check.report import Report

DOCUMENTS = sorted((Path(__file__).parents[1] / "documents").glob("*.md"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_verdicts_stay(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    report = check(text, path.name)
    pasted = check(f"{text}\n\n<!-- symprop\n{report.declaration}\n-->\n", path.name)
    assert verdicts(pasted) == verdicts(report)


def verdicts(report: Report) -> list[tuple[int, str, str]]:
    return [(finding.span.start, finding.latex, finding.outcome.value) for finding in report.findings]
