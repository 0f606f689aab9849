"""The report for a person: places, carets, verdicts without colour, narrow terminals, hostile characters."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symprop.check.formats import Options, write
from symprop.check.formats.excerpt import columns, excerpt
from symprop.check.formats.remarks import short, short_pair
from symprop.check.report import Evidence, Finding, Outcome, Report
from symprop.errors import Source, Span
from tests.check.formats.reports import CRASHED, EMPTY, FINE, MISSING, REPORT, finding

ANSI = re.compile(r"\x1b\[[\d;]*m")

PAGE = r"""notes.md: ! warning: E is defined twice, on lines 2 and 9

notes.md:5:1: ✗ fails: The sign is wrong. [SP201 sign]
  5 │ \frac{\partial E}{\partial w_o}
    │ ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  6 │ = (t - r) w_h i
    │ ^^^^^^^^^^^^^^^
  with           w_o = 0.7, t = −1.25, W = [[1, 0.5], [2.25, 0]], φ = a random smooth function, n =
                 3
  left side      -1.23457
  right side     1.23457
  right would be -(t - r) w_h i

notes.md:7:1: ? undecided: q is not defined.
  7 │ = 17 q
    │ ^^^^^^
  warning        q is not defined; did you mean r?

notes.md:9:12: ! unread: a bracket is never closed
  9 │ We use 漢字 $\delta = ((t - r$ and $0.5 = 0.50$.
    │              ^^^^^^^^^^^^^^^^
  but            it follows rightly from line 5, which fails

notes.md:9:35: ✓ holds: Rounded. [SP301 rounding]
  9 │ We use 漢字 $\delta = ((t - r$ and $0.5 = 0.50$.
    │                                     ^^^^^^^^^^

hint: --explain shows how the document was read, and a block of declarations to paste into it and
  correct

notes.md: ✗ 2 hold (1 proved), 1 fails, 2 definitions, 1 undecided, 1 unread, 1 without a claim
"""


def test_the_page() -> None:
    assert write([REPORT], "text") == PAGE


def test_colour_changes_no_word() -> None:
    colored = write([REPORT], "text", Options(color=True))
    assert ANSI.search(colored)
    assert ANSI.sub("", colored) == PAGE


@pytest.mark.parametrize("width", [1, 30, 40, 60, 80, 200])
@pytest.mark.parametrize("everything", [False, True])
def test_nothing_is_wider_than_the_terminal(width: int, everything: bool) -> None:
    page = write([REPORT, FINE, MISSING], "text", Options(width=width, everything=everything, explain=True))
    assert max(map(columns, page.splitlines())) <= max(width, 30)
    assert "✗ fails" in page


def test_all_lists_the_fine_ones_too() -> None:
    page = write([REPORT], "text", Options(everything=True))
    assert "notes.md:2:6: ≔ defines  r = w_o w_h i\n" in page
    assert "notes.md:2:54: ✓ holds (proved)  E = (t-r)^2 / 2\n" in page
    assert "notes.md:9:8: – skipped  漢字\n" in page


def test_explaining() -> None:
    page = write([REPORT], "text", Options(explain=True))
    assert "notes.md was read like this:\n\n  * w_o and w_h are weights\n  * t is a target\n" in page
    assert "\n    weights w_o w_h\n    targets t\n" in page
    assert "hint:" not in page


SUMMARIES = {
    "fine": ([FINE], "fine.md: ✓ 1 holds (1 proved)\n"),
    "empty": ([EMPTY], "empty.md: ? no formula was found\n"),
    "nothing judged": (
        [Report("a.md", (finding("E", Outcome.SKIPPED),))],
        "a.md: ? nothing was judged: 1 without a claim\n",
    ),
    "refused": ([MISSING], ""),
    "several": (
        [FINE, MISSING, EMPTY, CRASHED],
        """fine.md: ✓ 1 holds (1 proved)
missing.md: ! was not judged
empty.md: ? no formula was found
crash.md: ! was not judged

4 documents: 1 holds (1 proved), 2 not judged
""",
    ),
}


@pytest.mark.parametrize(("results", "page"), SUMMARIES.values(), ids=SUMMARIES)
def test_summaries(results: list[Report], page: str) -> None:
    assert write(results, "text") == page


def test_a_long_line_is_cut_around_the_place() -> None:
    text = "a " * 100 + "WRONG = HERE" + " b" * 100
    start = text.index("WRONG")
    shown, marks = excerpt(Span(Source(text), start, start + 12), 50)
    assert columns(shown) <= 50
    assert [c for c, mark in zip(shown, marks, strict=False) if mark == "^"] == list("WRONG = HERE")
    assert shown[4] == shown[-1] == "…"


def test_a_place_longer_than_the_terminal_shows_its_beginning() -> None:
    text = "before " * 20 + "x + " * 100
    shown, marks = excerpt(Span(Source(text), 140, len(text)), 50)
    assert columns(shown) <= 50
    assert shown[marks.index("^")] == "x"
    assert columns(marks) <= columns(shown)


def test_a_formula_of_many_lines_shows_the_first() -> None:
    text = "\n".join("abcdefg")
    lines = excerpt(Span(Source(text), 0, len(text)), 50)
    assert [line.strip() for line in lines] == ["1 │ a", "│ ^", "2 │ b", "│ ^", "3 │ c", "│ ^", "│ …"]


@pytest.mark.parametrize("span", [(0, 0), (3, 3), (3, 4), (5, 5), (4, 9)])
def test_odd_places(span: tuple[int, int]) -> None:
    text = "abc\n\nefgh"
    assert excerpt(Span(Source(text), *span), 40)


def test_wide_and_combining_letters_keep_the_caret_in_place() -> None:
    text = "漢e\u0301\t漢 x = y"
    shown, marks = excerpt(Span(Source(text), text.index("x"), len(text)), 40)
    assert columns(shown[: shown.index("x")]) == columns(marks[: marks.index("^")])
    assert columns(shown) == columns(marks)


@given(st.text(max_size=120), st.integers(0, 120), st.integers(0, 120), st.integers(30, 60))
def test_any_place_in_any_text(text: str, start: int, length: int, width: int) -> None:
    start = min(start, len(text))
    lines = excerpt(Span(Source(text), start, min(start + length, len(text))), width)
    assert lines
    assert all(c.isprintable() for line in lines for c in line)
    assert max(map(columns, lines)) <= width
    assert "^" in lines[1]


def test_nothing_in_a_document_reaches_the_terminal_as_a_command() -> None:
    text = "$a\x1b[2J = \u202eb\x07$"
    bad = Finding(
        Span(Source(text), 1, len(text) - 1),
        text,
        Outcome.FAILS,
        text,
        counterexample={text: text},
        left=text,
        right="1",
        suggestion=text,
        warnings=(text,),
    )
    report = Report("a\x1b.md", (bad, finding("E", Outcome.SKIPPED)), (text,), (text,), text)
    page = write([report, report], "text", Options(everything=True, explain=True))
    assert all(c.isprintable() or c == "\n" for c in page)


def test_values_are_short_but_never_look_equal() -> None:
    assert short("[[0.123456789, 1], [-2.5, 1.00000000]]") == "[[0.123457, 1], [-2.5, 1]]"
    assert short_pair("1.00000000012", "1.0000000001") == ("1.00000000012", "1.0000000001")
    assert short_pair("1.0000001234", "1.0") == ("1.00000012", "1.0")
    assert short_pair("1.2345678901", "1.3") == ("1.23457", "1.3")
    assert short_pair("0.274811083508", "0.274811083") == ("0.274811083508", "0.274811083")
    assert short_pair("2", "2") == ("2", "2")
    tiny = "0." + "1" * 40
    assert short_pair(tiny + "1", tiny + "2") == (tiny + "1", tiny + "2")
    assert columns(short("x" * 500)) == 60


def test_a_warning_that_is_the_message_is_told_once() -> None:
    report = Report("a.md", (finding("E", Outcome.UNDECIDED, message="No E.", warnings=("No E.", "Near: F.")),))
    for form in ("text", "sarif", "github"):
        page = write([report], form)
        assert (page.count("No E."), page.count("Near: F.")) == (1, 1)


def test_values_are_not_told_twice() -> None:
    plain = {"counterexample": {"w": "1"}, "left": "1.5", "right": "2.5"}
    repeating = finding("E", Outcome.FAILS, message="Left is 1.5, right is 2.5.", **plain)
    named = finding("E", Outcome.FAILS, message="Left is 1.5, right is 2.5.", code="SP1", **plain)
    assert "fails: the two sides differ\n" in write([Report("a.md", (repeating,))], "text")
    assert "fails: Left is 1.5, right is 2.5. [SP1]\n" in write([Report("a.md", (named,))], "text")


def test_a_big_counterexample_is_counted() -> None:
    big = finding("E", Outcome.FAILS, counterexample={f"w_{k}": "1" for k in range(300)}, left="1", right="2")
    assert "and 292 more" in write([Report("a.md", (big,))], "text")


def test_a_reason_is_told_in_full_once() -> None:
    places = [finding(part, Outcome.UNDECIDED, message="q is not defined.") for part in ("r = w_o", "E = \\frac", "= 17 q")]
    report = Report("a.md", (*places, finding("E", Outcome.UNDECIDED, message="p is not defined.")))
    page = write([report], "text")
    assert len(re.findall(r"\^+\n", page)) == 1 + 1  # and one for the other reason
    assert page.count("is not defined.") == 4
    assert "^\n\na.md:2:26: ? undecided: q is not defined.\na.md:7:1: ? undecided: q is not defined.\n\na.md:" in page
    assert len(re.findall(r"\^+\n", write([report], "text", Options(everything=True)))) == 4


def test_ten_thousand_findings_are_quick() -> None:
    text = "$a = b$\n" * 10_000
    source = Source(text)
    found = tuple(
        Finding(Span(source, 8 * k + 1, 8 * k + 6), "a = b", Outcome.HOLDS, evidence=Evidence.SAMPLED) for k in range(10_000)
    )
    page = write([Report("long.md", found)], "text", Options(everything=True))
    assert "long.md:10000:2: ✓ holds" in page
