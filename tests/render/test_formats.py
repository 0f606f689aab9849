"""The table of formats, and what each makes of small derivations, beside pages that a person has read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from symprop.errors import InputError
from symprop.render import FORMATS, format_of, render
from tests.render.golden import FOLDER, pages
from tests.render.samples import layers, linear, long_lines

PAGES = pages()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_the_golden_one(name: str) -> None:
    assert PAGES[name] == (FOLDER / name).read_text(encoding="utf-8"), "python -m tests.render.golden writes it anew"


def test_no_golden_page_lies_about() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(PAGES)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("sample", [linear, layers, long_lines])
def test_every_format_writes_every_sample(format_: str, sample: object) -> None:
    text = render(sample(), format_)  # type: ignore[operator]
    assert text.endswith("\n")
    assert text == render(sample(), format_)  # type: ignore[operator]


def test_suffixes_name_one_format_each() -> None:
    suffixes = [suffix for entry in FORMATS.values() for suffix in entry.suffixes]
    assert len(suffixes) == len(set(suffixes))
    assert format_of("out/derivation.TEX") == "latex"
    assert format_of(Path("a.b.markdown")) == "markdown"
    assert format_of("derivation.pdf") is None
    assert format_of("tex") is None


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(InputError, match="text, latex, markdown, json"):
        render(linear(), "html")


def test_only_latex_stands_alone() -> None:
    with pytest.raises(InputError, match="standalone is for latex"):
        render(linear(), "markdown", standalone=True)


def test_detail_1_gives_no_reasons() -> None:
    for format_ in ("text", "latex", "markdown"):
        assert "chain rule" in render(long_lines(detail=2), format_)
        assert "chain rule" not in render(long_lines(detail=1), format_)


def test_the_record_holds_the_contract() -> None:
    record = json.loads(render(linear(), "json"))
    assert list(record) == ["schema", "network", "of", "style", "detail", "register", "gradients", "deltas", "steps"]
    assert record["schema"] == "symprop.derivation/1"
    assert record["gradients"]["w_o"] == {
        "delta_form": "−(t − r_o)·w_h·i",
        "expanded": "−(t − w_o·w_h·i)·w_h·i",
        "latex": r"\frac{\partial E}{\partial w_o} = -(t - r_o)\,w_h\,i",
        "update": "w_o ← w_o + η·(t − r_o)·w_h·i",
    }
    assert set(record["steps"][0]) == {"rule", "before", "after", "because", "relation", "ranges", "verdict"}
    assert {step["verdict"]["status"] for step in record["steps"]} == {"proved", "sampled"}
    assert record["network"]["inputs"] == ["i"]
    assert record["network"]["objective"] == "minimize"


def test_the_record_of_indexed_results_has_ranges() -> None:
    record = json.loads(render(layers(), "json"))
    assert record["deltas"]["z"]["name"] == "δ"
    assert record["deltas"]["z"]["ranges"] == [{"index": "j", "lower": "1", "upper": "n_1"}]
    assert [r["index"] for r in record["gradients"]["W"]["ranges"]] == ["j", "k"]
