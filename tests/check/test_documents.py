"""Verdicts that were put down by hand: documents in many notations with planted mistakes, and the seeds where they are found."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from symprop.check.checker import check
from symprop.check.report import Evidence, Finding, Outcome, Report
from symprop.cli.bundled import examples
from symprop.errors import Source, Span
from symprop.model.network import Network
from symprop.model.reader import read_network
from tools.campaign.expected import DOCUMENTS, LOST, SIGN, Comparison, Row, Seed, compare, seeds, seeds_folder, sidecar

TABLES = sorted(DOCUMENTS.glob("*.expected"))
SEEDS = tuple(seeds(DOCUMENTS / "seeds.txt"))
SHORT: Mapping[str, str] = {
    "001 with two-paths": "the general figure has other members of the same names",
    "002 with sigmoid-chain": "a second name for what the network calls otherwise",
}
"""Documents of which not every relation gets the verdict it deserves yet, and what is missing."""


def marked(table: Mapping[str, str], name: str, *values: object) -> object:
    marks = [pytest.mark.xfail(reason=table[name], strict=False)] if name in table else []
    return pytest.param(*values, marks=marks, id=name)


@cache
def document(table: Path) -> Comparison:
    path = table.with_suffix("")
    return compare(sidecar(table), check(path.read_text(encoding="utf-8"), path.name))


@cache
def seed_document(seed: Seed, informed: bool) -> Comparison:
    paths = sorted(seeds_folder().glob(f"{seed.number}_*")) if seeds_folder().is_dir() else []
    if not paths:
        pytest.skip("the seeds are not here; SYMPROP_SEEDS names their folder")
    networks: tuple[Network, ...] = ()
    if informed:
        networks = (read_network(examples()[seed.network].read_text(encoding="utf-8"), f"{seed.network}.net"),)
    return compare(
        seed.informed if informed else seed.alone, check(paths[0].read_text(encoding="utf-8"), paths[0].name, networks)
    )


def nothing_false(comparison: Comparison) -> None:
    """No true relation fails, no false one holds, none is lost."""
    assert [str(departure) for departure in comparison.departures if departure.severity <= LOST] == []
    assert [stray.latex for stray in comparison.strays if stray.outcome is Outcome.FAILS] == []


def all_as_expected(comparison: Comparison) -> None:
    assert [str(departure) for departure in comparison.departures] == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.stem)
def test_nothing_false_in_a_document(table: Path) -> None:
    nothing_false(document(table))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.stem)
def test_document(table: Path) -> None:
    all_as_expected(document(table))


CASES = {
    f"{seed.number} with {seed.network}" if informed else seed.number: (seed, informed)
    for seed in SEEDS
    for informed in (False, True)
    if seed.network or not informed
}


@pytest.mark.parametrize(("seed", "informed"), CASES.values(), ids=CASES)
def test_nothing_false_in_a_seed(seed: Seed, informed: bool) -> None:
    nothing_false(seed_document(seed, informed))


@pytest.mark.parametrize(("seed", "informed"), [marked(SHORT, name, *case) for name, case in CASES.items()])
def test_seed(seed: Seed, informed: bool) -> None:
    all_as_expected(seed_document(seed, informed))


def test_tables_are_well_formed() -> None:
    assert sum(len(seed.alone) for seed in SEEDS) == 255
    assert len(TABLES) >= 12
    for table in TABLES:
        lines = table.with_suffix("").read_text(encoding="utf-8").splitlines()
        assert all(SIGN.search(lines[row.line - 1]) for row in sidecar(table)), table.name


def finding(latex: str, outcome: Outcome, line: int) -> Finding:
    span = Span(Source("\n" * 10), line - 1, line)
    values = {"left": "1", "right": "2"} if outcome is Outcome.FAILS else {}
    return Finding(span, latex, outcome, evidence=Evidence.SAMPLED if outcome is Outcome.HOLDS else None, **values)


def test_a_departure_is_noticed() -> None:
    rows = (
        Row(2, (Outcome.HOLDS,)),
        Row(3, (Outcome.FAILS,)),
        Row(4, (Outcome.HOLDS, Outcome.UNDECIDED), "b c"),
        Row(5, (Outcome.HOLDS,)),
    )
    report = Report(
        "x",
        (
            finding("a", Outcome.SKIPPED, 2),
            finding("a = b", Outcome.FAILS, 2),
            finding("a = b", Outcome.HOLDS, 3),
            finding("a = b  c", Outcome.UNDECIDED, 4),
            finding("a = d", Outcome.FAILS, 4),
        ),
    )
    comparison = compare(rows, report)
    assert [departure.severity for departure in comparison.departures] == [0, 1, 2]
    assert [stray.latex for stray in comparison.strays] == ["a = d"]
    assert comparison.best == 0
