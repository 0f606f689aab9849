"""The command as people and scripts use it: streams, formats, exit codes, files."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import symprop
from symprop.cli.choices import TABLES
from symprop.errors import InternalError
from tests.conftest import Command

FORMULA = "r_o = w_o·w_h·i"


def test_the_version_and_help(command: Command) -> None:
    assert command("--version").out == f"symprop {symprop.__version__}\n"
    alone = command()
    assert (alone.code, alone.out) == (0, command("--help").out)
    assert "derive" in alone.out


def test_results_go_to_standard_output_and_all_else_to_standard_error(command: Command) -> None:
    outcome = command("derive", FORMULA)
    assert outcome.code == 0
    assert "\\partial E" in outcome.out  # LaTeX, since this is a pipe
    assert "read: " in outcome.err
    quiet = command("derive", FORMULA, "--quiet")
    assert (quiet.out, quiet.err) == (outcome.out, "")


@pytest.mark.parametrize("form", TABLES["formats"].keys())
def test_every_format_by_name_and_by_suffix(command: Command, tmp_path: Path, form: str) -> None:
    shown = command("derive", FORMULA, "--format", form, "-q").out
    assert shown
    for suffix in TABLES["formats"].rows()[form][1].split():
        file = tmp_path / f"page{suffix}"
        assert command("derive", FORMULA, "-q", "-o", str(file)).out == ""
        assert file.read_text(encoding="utf-8") == shown


@pytest.mark.parametrize("style", TABLES["styles"].keys())
@pytest.mark.parametrize("detail", ["1", "2", "3"])
def test_every_style_and_detail(command: Command, style: str, detail: str) -> None:
    outcome = command("derive", "two-paths", "--style", style, "--detail", detail, "--format", "json", "-q")
    assert outcome.code == 0, outcome.err
    page = json.loads(outcome.out)
    assert page["schema"] == "symprop.derivation/1"
    assert set(page["gradients"]) == {"xh_1", "hh_1", "hh_2", "hy_1", "hy_2"}


def test_files_are_kept_unless_forced(command: Command, tmp_path: Path) -> None:
    network, page = tmp_path / "n.net", tmp_path / "page.tex"
    network.write_text(FORMULA)
    page.write_text("mine")
    assert command("derive", str(network), "-o", str(page)).code == 2
    assert page.read_text() == "mine"
    assert command("derive", str(network), "-o", str(page), "--force").code == 0
    assert "\\partial" in page.read_text()
    assert command("derive", str(network), "-o", str(network), "--format", "latex", "--force").code == 2
    assert network.read_text() == FORMULA


def test_standard_input_is_a_network_too(process: Command) -> None:
    outcome = process("derive", "-", "-q", stdin=FORMULA.encode())
    assert outcome.code == 0, outcome.err
    assert outcome.out == process("derive", FORMULA, "-q").out


def test_a_layered_network_is_printed_and_read_back(command: Command, tmp_path: Path) -> None:
    layers = ["--layers", "2-2-1", "--activation", "tanh", "--bias"]
    text = command("derive", *layers, "--print-network").out
    assert "tanh(net_h1)" in text
    file = tmp_path / "layers.net"
    file.write_text(text)
    tell = ["-q", "--style", "delta", "--detail", "1", "--format", "json"]
    assert (
        json.loads(command("derive", str(file), *tell).out)["gradients"]
        == json.loads(command("derive", *layers, *tell).out)["gradients"]
    )


def test_output_is_utf8_in_any_locale(process: Command) -> None:
    outcome = process("derive", "r_o = w_o w_h i", "--format", "text", LC_ALL="C", PYTHONIOENCODING="latin-1", PYTHONUTF8="0")
    assert outcome.code == 0, outcome.err
    assert "∂E/∂w_o" in outcome.out


def test_ascii_is_ascii(command: Command) -> None:
    outcome = command("derive", FORMULA, "--format", "text", "--ascii", "-q")
    assert outcome.code == 0, outcome.err
    assert outcome.out.isascii()


def test_colour_is_asked_for_or_not_there(process: Command) -> None:
    assert "\x1b" not in process("derive", FORMULA, "--format", "text").out
    assert "\x1b" in process("derive", FORMULA, "--format", "text", "--color", "always").out


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_listed(command: Command, table: str) -> None:
    outcome = command("list", table)
    assert outcome.code == 0
    assert [line.split()[0] for line in outcome.out.splitlines()] == list(TABLES[table].keys())
    assert table in command("list").out.split()


@pytest.mark.parametrize(
    "error", [InternalError("a promise\nis broken " + "x" * 5000), ZeroDivisionError("0"), RecursionError("deep")]
)
def test_our_own_bug_is_one_message_and_code_4(command: Command, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("symprop.cli.derive.source_of", fail)
    outcome = command("derive", FORMULA)
    assert (outcome.code, outcome.out) == (4, "")
    assert outcome.err.startswith("bug: ")
    assert type(error).__name__ in outcome.err
    assert "Traceback" not in outcome.err
    assert len(outcome.err) < 1000
    monkeypatch.setenv("SYMPROP_DEBUG", "1")
    assert "Traceback" in command("derive", FORMULA).err


def test_ctrl_c_is_quiet_and_130(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("symprop.cli.derive.source_of", interrupt)
    outcome = command("derive", FORMULA)
    assert (outcome.code, outcome.out, outcome.err.strip()) == (130, "", "")


WAITING = """
import sys, time
import symprop.cli.networks
from symprop.cli.main import main
symprop.cli.networks.read_standard_input = lambda: (print(flush=True), time.sleep(60))
sys.exit(main(["derive", "-"]))
"""


def test_ctrl_c_while_waiting_for_input() -> None:
    with subprocess.Popen([sys.executable, "-c", WAITING], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as waiting:
        assert waiting.stdout is not None
        waiting.stdout.readline()
        waiting.send_signal(signal.SIGINT)
        _, message = waiting.communicate()
    assert (waiting.returncode, message.strip()) == (130, b"")


def test_a_reader_who_leaves_early_is_no_error() -> None:
    script = f"{sys.executable} -m symprop list examples | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, timeout=60, check=False)  # noqa: S607 - wherever bash is
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_full_disk_is_told() -> None:
    full = Path("/dev/full")
    assert full.exists(), "this test needs Linux"
    with full.open("w") as stream:
        done = subprocess.run([sys.executable, "-m", "symprop", "list"], stdout=stream, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: cannot write to standard output")


def test_a_dash_is_standard_output(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = command("derive", "y = w x", "-o", "-", "--format", "text")
    assert outcome.code == 0
    assert outcome.out.startswith("Derivation of ∂E/∂w\n")
    assert list(tmp_path.iterdir()) == []
