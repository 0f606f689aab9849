"""The Python door to checking: texts and files in, a report that shows itself out (the judge is a stub)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from symprop import Network, Report, check_document
from symprop.check.formats import REPORT_FORMATS
from symprop.check.report import Outcome
from symprop.errors import InputError
from tests.cli import stub_judge


@pytest.fixture(autouse=True)
def stub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, stub_judge.NAME, stub_judge.module())


def test_a_text() -> None:
    report = check_document("$holds$ and $fails$", networks=[Network.read("y = w x")])
    assert isinstance(report, Report)
    assert (report.count(Outcome.HOLDS), report.count(Outcome.FAILS)) == (1, 1)
    assert report.inferred == ("1 networks",)
    assert repr(report) == "<Report on <document>: 1 holds, 1 fails>"
    assert str(report).endswith("<document>: ✗ 1 holds, 1 fails\n")
    assert "✗ fails" in report._repr_html_()


@pytest.mark.parametrize("form", REPORT_FORMATS)
def test_every_format(form: str) -> None:
    assert check_document("$fails$").to(form)


def test_a_file(tmp_path: Path) -> None:
    file = tmp_path / "notes.md"
    file.write_bytes(b"\xef\xbb\xbf\r\n$holds$")
    page = json.loads(check_document(file).to("json", explain=True))
    assert page["file"] == str(file)
    assert (page["relations"][0]["line"], page["relations"][0]["column"]) == (2, 2)
    file.write_bytes(b"\xff")
    for path in (file, tmp_path, tmp_path / "none.md"):
        with pytest.raises(InputError, match="cannot read"):
            check_document(path)
