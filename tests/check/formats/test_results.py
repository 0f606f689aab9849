"""Exit codes of several documents, and documents that were not judged."""

from __future__ import annotations

import pytest

from symprop.check.report import Outcome, Report
from symprop.check.results import Refused, Result, exit_code
from symprop.errors import ExitCode, InputError, InternalError, Source, Span
from tests.check.formats.reports import CRASHED, EMPTY, FINE, GARBLED, MISSING, REPORT, finding

UNSURE = Report("unsure.md", (*FINE.findings, finding("E", Outcome.UNDECIDED)))

CODES: dict[str, tuple[list[Result], bool, int]] = {
    "nothing": ([], False, 5),
    "fine": ([FINE], False, 0),
    "fails": ([FINE, REPORT, EMPTY], True, 1),
    "empty": ([FINE, EMPTY], False, 5),
    "unsure": ([FINE, UNSURE], False, 0),
    "unsure, strictly": ([EMPTY, UNSURE], True, 3),
    "missing": ([REPORT, MISSING], False, 2),
    "bug": ([MISSING, REPORT, CRASHED, FINE], False, 4),
}


@pytest.mark.parametrize(("results", "strict", "code"), CODES.values(), ids=CODES)
def test_exit_codes(results: list[Result], strict: bool, code: int) -> None:
    assert exit_code(results, strict=strict) == code


def test_a_refusal_says_which_document_once() -> None:
    assert MISSING.explain() == "there is no file missing.md\nhint: did you mean notes.md?"
    assert CRASHED.explain() == "crash.md: ZeroDivisionError: 0"
    assert GARBLED.explain().startswith("bin.md:2:1: byte 0")


def test_a_refusal_keeps_what_the_error_said() -> None:
    span = Span(Source("a", "x.md"), 0, 1)
    refused = Refused.by("x.md", InputError("no", span, "yes"))
    assert (refused.code, refused.message, refused.span, refused.hint) == (ExitCode.USAGE, "no", span, "yes")
    with pytest.raises(InternalError):
        Refused("x.md", "no", ExitCode.OK)
