"""SARIF and workflow commands: what services that annotate source code require of them."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote

from symprop.check.formats import Options, write
from symprop.check.report import Outcome, Report
from tests.check.formats.reports import CRASHED, EMPTY, FINE, GARBLED, MISSING, REPORT, finding

ALL = (REPORT, FINE, EMPTY, MISSING, CRASHED, GARBLED)


def sarif(*results: Any) -> Any:
    return json.loads(write(results, "sarif", Options(version="1.2.3")))


def test_sarif_has_what_the_standard_requires() -> None:
    log = sarif(*ALL)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"]) == ("symprop", "1.2.3")
    rules = [rule["id"] for rule in driver["rules"]]
    assert len(set(rules)) == len(rules)
    assert run["columnKind"] == "unicodeCodePoints"
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("none", "note", "warning", "error")
        assert result["message"]["text"]
        (location,) = result["locations"]
        region = location["physicalLocation"].get("region")
        assert region is None or (region["startLine"], region["startColumn"]) < (region["endLine"], region["endColumn"])


def test_sarif_tells_what_is_not_plainly_fine() -> None:
    (run,) = sarif(REPORT)["runs"]
    assert [(r["ruleId"], r["level"]) for r in run["results"]] == [
        ("document", "warning"),
        ("SP201", "error"),
        ("undecided", "warning"),
        ("unread", "warning"),
        ("SP301", "note"),
    ]
    names = {rule["id"]: rule["name"] for rule in run["tool"]["driver"]["rules"]}
    assert (names["SP201"], names["SP301"]) == ("sign", "rounding")
    assert run["results"][1]["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 5,
        "startColumn": 1,
        "endLine": 6,
        "endColumn": 16,
    }
    assert "The left side is -1.23457, the right side is 1.23457 at w_o = 0.7" in run["results"][1]["message"]["text"]


def test_sarif_says_which_documents_were_not_judged() -> None:
    (run,) = sarif(*ALL)["runs"]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert len(invocation["toolExecutionNotifications"]) == 3
    assert sarif(FINE)["runs"][0]["invocations"][0]["executionSuccessful"] is True


def test_sarif_names_files_as_references() -> None:
    for name in ("a b/ä#%?.md", "/tmp/a b.md", "<stdin>"):  # noqa: S108 - a name, not a file
        report = Report(name, (finding("E", Outcome.UNREAD),))
        uri = sarif(report)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"[\w%./:\-~]+", uri, re.ASCII)
        assert unquote(uri.removeprefix("file://")) == name


COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")


def test_workflow_commands() -> None:
    lines = write(ALL, "github").splitlines()
    found = [COMMAND.fullmatch(line) for line in lines]
    assert all(found)
    assert [match[1] for match in found if match] == [
        "warning",
        "error",
        "warning",
        "warning",
        "notice",
        "error",
        "error",
        "error",
    ]
    assert lines[1].startswith("::error file=notes.md,line=5,col=1,title=SP201 sign::The sign is wrong.%0AThe left side is")
    assert lines[3].startswith("::warning file=notes.md,line=9,col=12,endLine=9,endColumn=28,title=unread::")
    assert write([FINE], "github") == ""


def test_workflow_commands_cannot_be_broken_out_of() -> None:
    evil = "100%\n::error::x, y: z\r"
    report = Report(evil, (finding("E", Outcome.UNREAD, message=evil, kind=evil),), (evil,))
    for line in write([report], "github").splitlines():
        match = COMMAND.fullmatch(line)
        assert match
        assert "100%25%0A%3A%3Aerror%3A%3Ax%2C y%3A z%0D" in match[2]
        assert match[3].startswith("100%25%0A::error::x, y: z%0D")
