"""The fragment for notebooks: every remark is in it, and nothing of a document becomes markup."""

from __future__ import annotations

from html.parser import HTMLParser

from symprop.check.formats.html import html_report
from symprop.check.report import Outcome, Report
from tests.check.formats.reports import EMPTY, REPORT, finding


class Tags(HTMLParser):
    """Collects tags, and checks that they are closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.add(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_what_is_not_fine_is_told() -> None:
    page = html_report(REPORT)
    assert page.count("<tr>") == 4
    for part in ("✗ fails", "The sign is wrong.", r"\(= 17 q\)", r"<code>\delta = ((t - r</code>", "E is defined twice", "5:1"):
        assert part in page
    assert Tags(page).open == []
    assert "no formula" in html_report(EMPTY)


def test_nothing_of_a_document_becomes_markup() -> None:
    evil = "<script>alert(1)</script>\n<img src=x onerror='y'>&\x1b"
    bad = finding("E", Outcome.UNREAD, latex=evil, message=evil, suggestion=evil, warnings=(evil,))
    tags = Tags(html_report(Report(evil, (bad,), (evil,))))
    assert tags.seen <= {"div", "p", "b", "table", "tbody", "tr", "td", "code", "br"}
    assert tags.open == []
