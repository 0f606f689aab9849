"""``symprop.report/1``: the keys and types that the contract names, for every report, and nothing that is no JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from symprop.check.formats import REPORT_FORMATS, Options, format_of, write
from symprop.check.formats.record import value_of
from symprop.check.report import Outcome, Report
from symprop.check.results import Result
from symprop.errors import InputError
from tests.check.formats.reports import CRASHED, EMPTY, FINE, GARBLED, MISSING, REPORT, TEXT

ALL: Sequence[Result] = (REPORT, FINE, EMPTY, MISSING, CRASHED, GARBLED)

NULL = type(None)
RELATION: Mapping[str, tuple[type, ...]] = {
    "line": (int,),
    "column": (int,),
    "latex": (str,),
    "verdict": (str,),
    "evidence": (str, NULL),
    "message": (str,),
    "code": (str, NULL),
    "kind": (str, NULL),
    "counterexample": (dict,),
    "left": (int, float, list, str, NULL),
    "right": (int, float, list, str, NULL),
    "follows_from": (int, NULL),
    "suggestion": (str, NULL),
    "warnings": (list,),
}
SUMMARY = ["holds", "fails", "defines", "undecided", "unread", "skipped"]


def assert_schema(page: Any) -> None:
    assert page["schema"] == "symprop.report/1"
    assert isinstance(page["file"], str)
    assert list(page["summary"]) == SUMMARY
    assert sum(page["summary"].values()) == len(page["relations"])
    for relation in page["relations"]:
        assert list(relation) == list(RELATION)
        for key, types in RELATION.items():
            assert isinstance(relation[key], types), key
        assert relation["verdict"] in SUMMARY
        assert (relation["evidence"] in ("proved", "sampled")) == (relation["verdict"] == "holds")
        assert relation["line"] >= 1
        assert relation["column"] >= 1


@pytest.mark.parametrize("result", ALL, ids=lambda result: result.file)
def test_one_document_is_an_object(result: Result) -> None:
    page = json.loads(write([result], "json"))
    assert_schema(page)
    assert page["file"] == result.file
    assert ("error" in page) == (not isinstance(result, Report))


def test_several_documents_are_a_list_or_a_line_each() -> None:
    listed = json.loads(write(ALL, "json"))
    lines = [json.loads(line) for line in write(ALL, "jsonl").splitlines()]
    assert listed == lines
    assert [page["file"] for page in listed] == [result.file for result in ALL]


def test_a_folder_gives_a_list_even_of_one_and_of_none() -> None:
    assert len(json.loads(write([FINE], "json", Options(several=True)))) == 1
    assert json.loads(write([], "json", Options(several=True))) == []


def test_the_relations_in_their_places() -> None:
    relations = json.loads(write([REPORT], "json"))["relations"]
    lines = TEXT.split("\n")
    assert [(r["line"], r["column"]) for r in relations][2:6] == [(2, 54), (5, 1), (7, 1), (9, 12)]
    assert lines[8][11:].startswith("\\delta")
    fails = relations[3]
    assert fails["latex"] == "\\frac{\\partial E}{\\partial w_o}\n= (t - r) w_h i"
    assert fails["counterexample"] == {
        "w_o": 0.7,
        "t": -1.25,
        "W": [[1, 0.5], [2.25, 0]],
        "φ": "a random smooth function",
        "n": 3,
    }
    assert (fails["left"], fails["right"]) == (-1.2345678901234567, 1.2345678901234567)
    assert (fails["code"], fails["kind"], fails["suggestion"]) == ("SP201", "sign", "-(t - r) w_h i")


def test_what_was_inferred_is_there_when_asked_for() -> None:
    plain, explained = (json.loads(write([REPORT], "json", Options(explain=explain))) for explain in (False, True))
    assert set(explained) - set(plain) == {"inferred", "declaration"}
    assert explained["declaration"] == REPORT.declaration


VALUES: Mapping[str, object] = {
    "0.7": 0.7,
    "−3": -3,
    "[1, [2, −0.5]]": [1, [2, -0.5]],
    "1e999": "1e999",
    "NaN": "NaN",
    "Infinity": "Infinity",
    "true": "true",
    '{"a": 1}': '{"a": 1}',
    "sin(t)": "sin(t)",
    "": None,
    "[" * 100_000: "[" * 100_000,
    "9" * 5000: "9" * 5000,
}


@pytest.mark.parametrize(("text", "value"), VALUES.items(), ids=range(len(VALUES)))
def test_values_are_numbers_where_json_has_them(text: str, value: object) -> None:
    assert value_of(text) == value


def test_formats_by_name_and_suffix() -> None:
    assert [format_of(f"x{suffix}") for entry in REPORT_FORMATS.values() for suffix in entry.suffixes] == [
        name for name, entry in REPORT_FORMATS.items() for _ in entry.suffixes
    ]
    assert format_of("x.pdf") is None
    with pytest.raises(InputError, match="no format"):
        write([FINE], "xml")


def test_every_outcome_is_in_the_example() -> None:
    assert {finding.outcome for finding in REPORT.findings} == set(Outcome)
