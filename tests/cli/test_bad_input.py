"""Bad input is answered by one message with the place, exit code 2, within seconds, and never by a traceback."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from tests.conftest import Command, Outcome

LIMIT = 5.0  # seconds

BAD_FORMULAS = {
    "bracket not closed": "y = w (x + 1",
    "bracket not opened": "y = w x + 1)",
    "brackets crossed": "y = w [x + 1)",
    "unknown function": "y = frobnicate(w x)",
    "unknown function, near name": "y = sigmoyd(w x)",
    "nothing to the right": "y = ",
    "undefined cost": "y = w x\nminimize E",
    "defined twice": "y = w x\ny = v x\nz = y",
    "true cycle": "a = w b\nb = w a",
    "cycle with itself": "h = tanh(w h)",
    "cycle through indices": "inputs x[T]\nweights u w\nh[t] = u x[t] + w h[t]",
    "wrong number of indices": "inputs x[n]\nweights W[m,n]\nz[j] = Σ_k W[j] x[k]",
    "index without a range": "y = W[j,k] x",
    "power tower": "y = w 9**9**9**9",
    "huge power": "y = w 10^1000000000",
    "deep brackets": "y = " + "(" * 5000 + "w x" + ")" * 5000,
    "deep brackets, not closed": "y = " + "(" * 5000,
    "deep signs": "y = " + "-" * 5000 + "w x",
    "deep powers": "y = " + "^".join(["w"] * 5000),
    "deep functions": "y = " + "σ(" * 5000 + "w x" + ")" * 5000,
    "zero-width character": "y = w\u200b x",
    "right-to-left override": "y = w \u202ex",
    "NUL": "y = w \0 x",
    "lone surrogate": "y = w \udcff x",
    "code": "__import__('os').system('touch owned') = 1",
    "code on the right": "y = __import__('os').system('touch owned')",
    "attribute": "y = w.__class__.__mro__",
    "string": 'y = w "x"',
    "only an equals sign": "=",
    "two equals signs": "y = w x = 3",
    "two operators": "y = w */ x",
    "number run into name": "y = 2..3 w",
    "no definition": "inputs x\nweights w = ",
    "sum without index": "y = Σ w x",
    "value for nothing": "y = w x\nvalues q = 3",
}


def refused(outcome: Outcome) -> None:
    """Assert that the user was told, and nothing else happened."""
    assert outcome.code == 2, outcome.err
    assert outcome.out == ""
    assert "Traceback" not in outcome.err
    assert "error: " in outcome.err
    assert len(outcome.err) < 2000


@pytest.mark.parametrize("formulas", BAD_FORMULAS.values(), ids=BAD_FORMULAS)
def test_bad_formulas(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, formulas: str) -> None:
    monkeypatch.chdir(tmp_path)
    start = time.monotonic()
    outcome = command("derive", formulas)
    assert time.monotonic() - start < LIMIT
    refused(outcome)
    place = re.search(r"error: [^\n]*?:(\d+):(\d+): ", outcome.err)
    assert place, outcome.err
    assert re.search(r"^ *\^+$", outcome.err, re.MULTILINE), outcome.err
    assert 1 <= int(place[1]) <= formulas.count("\n") + 1
    assert list(tmp_path.iterdir()) == []


BAD_FILES = {
    "empty": (b"", "empty"),
    "blank lines": (b"\n\n", "empty"),
    "10 MB": (b"y = w x\n" * 1_250_000, "longer"),
    "no text": (b"\x89PNG\r\n\x1a\n\0\0", "UTF-8"),
    "NUL": (b"y = w x\0", "NUL"),
    "only a comment": (b"# nothing here\n", "no definition|nothing|empty|no formula"),
}


@pytest.mark.parametrize(("data", "message"), BAD_FILES.values(), ids=BAD_FILES)
def test_bad_files(command: Command, tmp_path: Path, data: bytes, message: str) -> None:
    file = tmp_path / "bad.net"
    file.write_bytes(data)
    start = time.monotonic()
    outcome = command("derive", str(file))
    assert time.monotonic() - start < LIMIT
    refused(outcome)
    assert re.search(message, outcome.err), outcome.err


def test_folders_and_missing_files(command: Command, tmp_path: Path) -> None:
    refused(command("derive", str(tmp_path)))
    (tmp_path / "network.net").write_text("y = w x")
    outcome = command("derive", str(tmp_path / "netwerk.net"))
    refused(outcome)
    assert "network.net" in outcome.err


BAD_OPTIONS = {
    "unknown style": (["--style", "chian"], "chain"),
    "unknown format": (["--format", "latx"], "latex"),
    "unknown suffix": (["-o", "page.xyz"], ".xyz"),
    "unknown quantity": (["--of", "r_x"], "r_x"),
    "unknown weight": (["--wrt", "w_x"], "w_x"),
    "detail": (["--detail", "7"], "7"),
    "value without name": (["--set", "0.3"], "0.3"),
    "value for an unknown name": (["--set", "q=0.3"], "q"),
    "value that is none": (["--set", "w_o=often"], "often"),
    "missing folder": (["-o", "nowhere/page.tex"], "nowhere"),
    "templates that are none": (["--templates", "nowhere"], "nowhere"),
    "layers beside a network": (["--layers", "2-2"], "either"),
    "bias without layers": (["--bias"], "--layers"),
}


@pytest.mark.parametrize(("options", "message"), BAD_OPTIONS.values(), ids=BAD_OPTIONS)
def test_bad_options(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], message: str) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = command("derive", "r_o = w_o w_h i", *options)
    assert outcome.code == 2
    assert outcome.out == ""
    assert "Traceback" not in outcome.err
    assert message in outcome.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("layers", ["", "2", "2-0-1", "2-x y-1", "2--1", "-", "9" * 400, "1000-1000-1000"])
def test_bad_layers(command: Command, layers: str) -> None:
    refused(command("derive", "--layers", layers))


@pytest.mark.parametrize("network", ["y = w x", "linear", "mine.net"])
def test_a_network_without_the_word_derive(command: Command, network: str) -> None:
    outcome = command(network)
    refused(outcome)
    assert "symprop derive" in outcome.err


def test_a_wrong_value_is_shown_as_it_was_written(command: Command) -> None:
    outcome = command("derive", "y = w x", "-q", "--set", "x=3", "--set", "w=often")
    refused(outcome)
    assert "<--set>:1:5: " in outcome.err
    assert "    w = often\n        ^^^^^\n" in outcome.err


def test_a_page_that_cannot_stand_alone_is_refused_before_the_work(command: Command) -> None:
    outcome = command("derive", "y = w x", "--format", "json", "--standalone")
    refused(outcome)
    assert "read: " not in outcome.err
