"""``symprop train`` as people and scripts use it."""

from __future__ import annotations

import csv
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from symprop.cli.progress import Progress
from symprop.codegen import BACKENDS
from symprop.model.reader import read_network
from symprop.training.data import block_of
from tests.conftest import Command

XOR = "x_1,x_2,t\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n"
LINE = "y = w x + b; minimize E = (t - y)²"
POINTS = "x,t\n1,2\n2,4\n3,6.5\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "xor.csv").write_text(XOR)
    (tmp_path / "d.csv").write_text(POINTS)
    return tmp_path


def weights(text: str) -> dict[str, float]:
    return {name: float(value) for name, value in re.findall(r"(\w+) = ([-\d.e+]+)(?:,|$)", text, re.MULTILINE)}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("update", "once", "often", "outputs"),
    [
        ("simultaneous", "0.291027774", "3.51018778e-05", ("0.0159136204", "0.984064274")),
        ("sequential", "0.291027924", "3.50847863e-05", ("0.0159121963", "0.984065734")),
    ],
)
def test_the_tutorial(command: Command, backend: str, update: str, once: str, often: str, outputs: tuple[str, str]) -> None:
    told = command("train", "two-two-two", "--epochs", "1", "--update", update, "--backend", backend).err
    assert f"trained: 1 epoch, E_total from 0.298371109 to {once}" in told
    told = command("train", "two-two-two", "--epochs", "10000", "--update", update, "--backend", backend, "--every", "2500").err
    assert f"to {often}" in told
    assert f"output: out_o1 from 0.75136507 to {outputs[0]}" in told
    assert f"output: out_o2 from 0.772928465 to {outputs[1]}" in told


def test_the_short_story(command: Command) -> None:
    outcome = command("train", "two-paths", "--epochs", "1", "--wrt", "xh₁")
    assert outcome.code == 0
    assert weights(outcome.out) == {"xh_1": 0.8, "hh_1": 0.75, "hh_2": 0.25, "hy_1": 0.25, "hy_2": 0.5}
    assert "output: Y from 10 to 4" in outcome.err


def test_results_and_messages_keep_apart(command: Command, folder: Path) -> None:
    outcome = command("train", "xor", "--data", "xor.csv", "--rate", "0.5", "--check-gradients")
    assert outcome.code == 0
    assert re.match(r"# XOR: trained weights\n# E = 0.0908344329\d+ after 1000 epochs\nvalues ", outcome.out)
    assert "read: 4 examples from xor.csv" in outcome.err
    assert "read: drawn at random with seed 0: u_11, u_12" in outcome.err
    assert "checked: the worst relative difference of 9 gradients" in outcome.err
    assert outcome.err.count("epoch 500 of 1000: E = ") == 1
    assert len(re.findall(r"^epoch ", outcome.err, re.MULTILINE)) == 10
    quiet = command("train", "xor", "--data", "xor.csv", "--rate", "0.5", "-q")
    assert (quiet.out, quiet.err) == (outcome.out, "")


def test_weights_go_on_from_a_file_and_into_networks(command: Command, folder: Path) -> None:
    options = ("--data", "xor.csv", "--rate", "0.5", "-q")
    whole = command("train", "xor", *options, "--epochs", "200").out
    assert command("train", "xor", *options, "--epochs", "80", "-o", "w.net").out == ""
    again = command("train", "xor", *options, "--epochs", "120", "--weights", "w.net", "-o", "w.net", "--force")
    assert again.code == 0, again.err
    assert weights((folder / "w.net").read_text()) == weights(whole)
    assert command("train", "xor", *options, "--epochs", "200", "--whole", "-o", "whole.net").code == 0
    read = read_network((folder / "whole.net").read_text())
    assert {name: block_of(value).values[0] for name, value in read.values.items()} == weights(whole)
    assert command("derive", "whole.net", "-q").code == 0


def test_a_log_and_a_curve(command: Command, folder: Path) -> None:
    outcome = command(
        "train", LINE, "--data", "d.csv", "--epochs", "20", "--every", "5", "--log", "l.csv", "--curve", "c.svg", "--plot"
    )
    assert outcome.code == 0
    rows = list(csv.reader((folder / "l.csv").read_text().splitlines()))
    assert [row[0] for row in rows] == ["epoch", "0", "5", "10", "15", "20"]
    costs = [float(row[1]) for row in rows[1:]]
    assert costs == sorted(costs, reverse=True)
    assert (folder / "c.svg").read_text().startswith("<svg ")
    assert "⠉" in outcome.err
    assert "│" in outcome.err


def test_the_log_grows_while_training_goes_on_and_outlives_a_kill(folder: Path) -> None:
    log = folder / "l.csv"
    words = ["train", LINE, "--data", "d.csv", "--rate", "0.01", "--epochs", "1000000000000", "--every", "1000", "--log", "l.csv"]
    with subprocess.Popen([sys.executable, "-m", "symprop", *words, "-q"], cwd=folder) as training:
        until = time.monotonic() + 60
        while time.monotonic() < until and not (log.exists() and log.read_text().count("\n") > 20):
            time.sleep(0.05)
        grown = log.read_text()
        training.kill()
    assert grown.startswith("epoch,cost\n0,")
    assert log.read_text().startswith(grown)
    rows = list(csv.reader(log.read_text().splitlines()))
    assert len(rows) > 20
    assert all(float(row[1]) >= 0 for row in rows[1:])


def test_a_log_is_not_overwritten_unasked(command: Command, folder: Path) -> None:
    (folder / "l.csv").write_text("mine\n")
    options = ("train", LINE, "--data", "d.csv", "--epochs", "3", "--log", "l.csv", "-q")
    outcome = command(*options)
    assert outcome.code == 2
    assert outcome.err.startswith("error: l.csv exists already and is not overwritten")
    assert (folder / "l.csv").read_text() == "mine\n"
    assert command(*options, "--force").code == 0
    assert (folder / "l.csv").read_text().startswith("epoch,cost\n0,")
    assert command("train", LINE, "--data", "d.csv", "--set", "w=x", "--log", "new.csv", "-q").code == 2
    assert not (folder / "new.csv").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
def test_a_full_disk_is_told_when_the_weights_are_written(command: Command, folder: Path) -> None:
    outcome = command("train", LINE, "--data", "d.csv", "--epochs", "3", "--log", "/dev/full", "-o", "w.net", "-q")
    assert outcome.code == 2
    assert outcome.err.startswith("error: the log /dev/full is not complete: ")
    assert "w" in weights((folder / "w.net").read_text())


def test_layers_in_the_place_of_a_network(command: Command, folder: Path) -> None:
    text = command("derive", "--layers", "2-3-1", "--activation", "tanh", "--bias", "--print-network", "-q").out
    (folder / "layers.net").write_text(text)
    names = re.search(r"inputs +(\w+) (\w+)\ntargets +(\w+)", text)
    assert names is not None
    (folder / "layers.csv").write_text(",".join(names.groups()) + "\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n")
    options = ("--data", "layers.csv", "--epochs", "20", "-q")
    outcome = command("train", "--layers", "2-3-1", "--activation", "tanh", "--bias", *options)
    assert outcome.code == 0, outcome.err
    assert weights(outcome.out) == weights(command("train", "layers.net", *options).out)
    assert command("train", "--layers", "2-1", "xor", *options).code == 2
    assert command("train", *options).code == 2
    assert "go with --layers" in command("train", "xor", "--bias", *options).err
    assert command("train", "--layers", "2-x", *options).code == 2
    assert command("train", "--layers", "2-1", "--activation", "nothing", *options).code == 2


def test_ascii_is_ascii(command: Command, folder: Path) -> None:
    outcome = command("train", "y = w x", "--data", "d.csv", "--plot", "--ascii", "--rate", "0.1")
    assert outcome.code == 0
    assert "*" in outcome.err
    assert "\N{BOX DRAWINGS LIGHT VERTICAL}" not in outcome.err


def test_ascent_for_a_performance(command: Command, folder: Path) -> None:
    down = command("train", LINE, "--data", "d.csv", "--rate", "0.05")
    up = command("train", "y = w x + b; maximize P = -(t - y)²", "--data", "d.csv", "--rate", "0.05")
    assert weights(down.out)["w"] == weights(up.out)["w"]
    assert "P from -3.92853732 to -0.0138888889" in up.err


def test_the_rate_is_the_users_the_networks_or_a_word(command: Command, folder: Path) -> None:
    slow = command("train", LINE + "; values η = 0.001", "--data", "d.csv", "--epochs", "3")
    assert slow.out == command("train", LINE, "--data", "d.csv", "--epochs", "3", "--rate", "0.001").out
    assert "read: η = 0.1 (neither" in command("train", LINE, "--data", "d.csv", "--epochs", "3").err
    for rate in ("0", "-1", "nan", "inf", "x"):
        assert command("train", LINE, "--data", "d.csv", "--rate", rate).code == 2
    assert "above 0" in command("train", LINE + "; values η = -1", "--data", "d.csv").err


def test_what_diverges_is_told_and_the_best_weights_are_kept(command: Command, folder: Path) -> None:
    outcome = command("train", LINE, "--data", "d.csv", "--rate", "0.5", "-o", "w.net", "--log", "l.csv")
    assert outcome.code == 2
    assert "error: training diverged after epoch 234: the rate 0.5 is too large" in outcome.err
    assert "try --rate 0.05; the best weights, of epoch 0, are in w.net" in outcome.err
    assert weights((folder / "w.net").read_text())["b"] == 0
    assert (folder / "l.csv").read_text().count("\n") > 100


def test_worse_is_not_called_better(command: Command, folder: Path) -> None:
    outcome = command("train", LINE, "--data", "d.csv", "--rate", "0.5", "--epochs", "5")
    assert outcome.code == 0
    assert "warning: E has not become better" in outcome.err
    assert "can be kept with --keep best" in outcome.err
    kept = command("train", LINE, "--data", "d.csv", "--rate", "0.5", "--epochs", "5", "--keep", "best")
    assert "after 0 epochs" in kept.out


TROUBLE = {
    "no data": (["xor"], "the input x_1 has no value"),
    "no file": (["xor", "--data", "none.csv"], "there is no file none.csv"),
    "a folder": (["xor", "--data", "."], "is a folder"),
    "other columns": (["xor", "--data", "d.csv"], "no column for the input x_1"),
    "two inputs": (["-", "--data", "-"], "standard input is either"),
    "no size": (["relu-mlp", "--data", "xor.csv"], "--set n_1=3"),
    "a size": (["inputs x[n]; targets t; weights w[n,m]; y = Σ_k Σ_j w[k,j] x[k]", "--data", "xor.csv"], "--set m=3"),
    "batch of own": (["two-two-two", "--batch", "4"], "leave --batch out"),
    "batch of sequential": (["xor", "--data", "xor.csv", "--update", "sequential", "--batch", "4"], "one example at a time"),
    "backend": (["two-two-two", "--backend", "pyton"], "did you mean python"),
    "update": (["two-two-two", "--update", "simultanous"], "did you mean simultaneous"),
    "no weights": (["y = 2 x", "--data", "d.csv"], "no weight"),
    "unknown function": (["function f\ny = f(w x)", "--data", "d.csv"], "unknown"),
    "weights": (["two-two-two", "--weights", "xor.csv"], "xor.csv"),
    "the same file": (["two-two-two", "-o", "a", "--log", "a"], "two results"),
    "not its data": (["xor", "--data", "xor.csv", "-o", "xor.csv", "--force"], "the input itself"),
    "exists": (["xor", "--data", "xor.csv", "--log", "d.csv"], "--force overwrites it"),
}


@pytest.mark.parametrize(("arguments", "message"), TROUBLE.values(), ids=TROUBLE)
def test_what_cannot_be_done_is_said(command: Command, folder: Path, arguments: list[str], message: str) -> None:
    outcome = command("train", *arguments)
    assert (outcome.code, outcome.out) == (2, ""), outcome.err
    assert message in outcome.err
    assert (folder / "xor.csv").read_text() == XOR


def test_the_place_in_the_data_is_shown(command: Command, folder: Path) -> None:
    (folder / "bad.csv").write_text("x,t\n1,2\n2,red\n")
    outcome = command("train", LINE, "--data", "bad.csv")
    assert "error: bad.csv:3:3: the value of t is 'red', which is no number\n    2,red\n      ^^^\n" in outcome.err


def test_bytes_that_people_save(command: Command, folder: Path) -> None:
    plain = command("train", LINE, "--data", "d.csv", "-q").out
    for content in ("\ufeff" + POINTS, POINTS.replace("\n", "\r\n"), POINTS.replace(",", ";"), POINTS.replace(",", "\t")):
        (folder / "e.csv").write_bytes(content.encode())
        assert command("train", LINE, "--data", "e.csv", "-q").out == plain
    (folder / "e.csv").write_bytes(POINTS.encode("utf-16"))
    assert "UTF-8" in command("train", LINE, "--data", "e.csv").err


def test_data_from_standard_input_and_arrays(process: Command, folder: Path) -> None:
    np = pytest.importorskip("numpy")
    plain = process("train", LINE, "--data", "-", "-q", stdin=POINTS.encode())
    assert plain.code == 0, plain.err
    np.savez(folder / "d.npz", x=[1, 2, 3], t=[2, 4, 6.5])
    assert process("train", LINE, "--data", "d.npz", "-q").out == plain.out


WITHOUT_NUMPY = """
import sys
sys.modules["numpy"] = None
from symprop.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("backend", ["python", "c"])
@pytest.mark.parametrize("options", [[], ["--batch", "3"], ["--update", "sequential"]])
def test_numpy_is_not_needed(command: Command, folder: Path, backend: str, options: list[str]) -> None:
    network = "inputs x[2]; targets t; weights W[3,2] v[3]; h[j] = tanh(Σ_k W[j,k] x[k]); y = Σ_j v[j] h[j]"
    arguments = ["train", network, "--data", "xor.csv", "--backend", backend, "--epochs", "20", "-q", *options]
    started = [sys.executable, "-c", WITHOUT_NUMPY, *arguments]
    done = subprocess.run(started, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == command(*arguments).out


def test_without_a_compiler_another_backend_serves(command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    network = "inputs x[n]; targets t; weights w[n]; y = Σ_k w[k] x[k]; minimize E = (t - y)²"
    compiled = command("train", network, "--data", "xor.csv", "--epochs", "5")
    monkeypatch.setattr("symprop.codegen.native.compiler", lambda: None)
    outcome = command("train", network, "--data", "xor.csv", "--epochs", "5")
    assert outcome.code == compiled.code == 0
    assert "note: there is no C compiler, so another backend serves" in outcome.err
    assert "note:" not in compiled.err


def test_data_are_held_against_assumptions(command: Command, folder: Path) -> None:
    (folder / "hot.csv").write_text("x_1,t_1,t_2\n1,0,1\n2,1,1\n")
    outcome = command("train", "softmax-cross-entropy", "--data", "hot.csv")
    assert outcome.code == 2
    assert "line 3 of hot.csv breaks the assumption" in outcome.err


def test_a_wrong_gradient_stops_it(command: Command, folder: Path) -> None:
    outcome = command("train", "y = relu(w); minimize E = y + x - t; values w = 0, x = 1, t = 0", "--check-gradients")
    assert (outcome.code, outcome.out) == (1, "")
    assert "and nothing was trained" in outcome.err
    assert "at a kink" in outcome.err


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("options", [[], ["--batch", "1"], ["--backend", "python"]])
def test_ctrl_c_keeps_the_best_weights(folder: Path, number: int, code: int, options: list[str]) -> None:
    command = [sys.executable, "-m", "symprop", "train", LINE, "--data", "d.csv", "--rate", "0.01", "--epochs", "1000000000"]
    started = [*command, "--every", "1000", "--seed", "1", "-o", "w.net", "--log", "l.csv", *options]
    with subprocess.Popen(started, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stderr is not None
        while b"seed" not in running.stderr.readline():
            pass
        time.sleep(1.0)
        running.send_signal(number)
        _, message = running.communicate(timeout=30)
    assert running.returncode == code, message
    assert b"stopped: after epoch" in message
    assert b"the best weights, of epoch" in message
    assert sorted(os.listdir(folder)) == ["d.csv", "l.csv", "w.net", "xor.csv"]  # noqa: PTH208 - hidden files count
    assert 2 < weights((folder / "w.net").read_text())["w"] < 2.5


def test_the_bar_moves_on_a_terminal_and_keeps_to_its_width(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("symprop.cli.progress.is_terminal", lambda _: True)
    monkeypatch.setattr("symprop.cli.progress._PAUSE", 0.0)
    for width in (10, 30, 60, 200):
        monkeypatch.setattr("symprop.cli.progress.width_of_messages", lambda width=width: width)
        with Progress(50, "E") as progress:
            for epoch in range(51):
                progress(epoch, 1 / (epoch + 1))
        shown = capsys.readouterr().err
        assert "\n" not in shown
        assert all(len(piece) < width for piece in shown.split("\r"))
        assert shown.endswith("\r")
        assert "100%" in shown


def test_a_reader_who_leaves_early_is_no_error(folder: Path) -> None:
    script = f"{sys.executable} -m symprop train two-two-two --epochs 10 2>/dev/null | true; exit ${{PIPESTATUS[0]}}"
    assert subprocess.run(["bash", "-c", script], timeout=60, check=False).returncode == 0  # noqa: S607 - wherever bash is
