"""Which network an argument means, and what is said when it means none."""

from __future__ import annotations

from pathlib import Path

import pytest

from symprop.cli.bundled import examples, title
from symprop.cli.networks import assign, find
from symprop.errors import InputError
from symprop.model.reader import read_network


def test_formulas_go_before_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "y = w x").write_text("z = v x")
    assert find("y = w x").text == "y = w x"
    assert find("# only\n# comments").text == "# only\n# comments"


def test_files_go_before_examples_and_folders_do_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find("linear").path == examples()["linear"]
    (tmp_path / "linear").mkdir()
    assert find("linear").path == examples()["linear"]
    (tmp_path / "xor").write_text("y = w x")
    assert find("xor").text == "y = w x"
    with pytest.raises(InputError, match="is a folder"):
        find(str(tmp_path))


def test_near_names_come_from_files_and_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "network.net").write_text("y = w x")
    for wrong, right in {"netwrok.net": "network.net", "sigmoid-chian": "sigmoid-chain", "lineer": "linear"}.items():
        with pytest.raises(InputError) as caught:
            find(wrong)
        assert right in caught.value.hint


@pytest.mark.parametrize("name", ["n" * 5000, "a\0b", "/nowhere/at/all.net", "", "\udcff"])
def test_names_that_no_file_can_have(name: str) -> None:
    with pytest.raises(InputError, match="no file"):
        find(name)


def test_every_example_says_what_it_is() -> None:
    assert len(examples()) >= 18
    for name, path in examples().items():
        about = title(path.read_text(encoding="utf-8"))
        assert ": " in about, name
        assert about.endswith("."), name


def test_values_of_the_command_line_win() -> None:
    network = read_network("y = w x + b\nvalues w = 1, η = 0.1")
    assert dict(assign([], network).values) == dict(network.values)
    given = assign(["w=2", " x = -0.5", "eta=0.3"], network)
    wanted = read_network("y = w x + b\nvalues w = 2, x = -0.5, η = 0.3")
    assert dict(given.values) == dict(wanted.values)
    assert given.notes == network.notes


@pytest.mark.parametrize("pair", ["w", "w=", "=2", "w=2\nb=3", "q=2", "w=often", "w=[1,2]", "y=3"])
def test_values_that_are_none(pair: str) -> None:
    with pytest.raises(InputError):
        assign([pair], read_network("y = w x + b"))
