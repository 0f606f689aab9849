"""Documents that hang, grow or are interrupted: their processes are ended, and no process is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from symprop.check.report import Outcome, Report
from symprop.check.results import Refused
from symprop.cli.workers import Job, Limits, judge_all
from symprop.errors import ExitCode
from tests.cli import stub_judge


@pytest.fixture(autouse=True)
def stub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, stub_judge.NAME, stub_judge.module())


def children() -> set[int]:
    """The processes that this one has started and not yet buried."""
    return {int(number) for path in Path("/proc/self/task").glob("*/children") for number in path.read_text().split()}


def jobs(*texts: str) -> Iterator[Job]:
    return (Job(text, f"{number}.md") for number, text in enumerate(texts))


def test_the_order_is_that_of_the_documents() -> None:
    texts = ["$holds$ " * (20 - number) for number in range(20)]
    before = children()
    results = list(judge_all(jobs(*texts), Limits(), at_once=4))
    assert [result.count(Outcome.HOLDS) for result in results if isinstance(result, Report)] == list(range(20, 0, -1))
    assert children() == before


@pytest.mark.parametrize("text", ["HANG", "SPIN"])
def test_a_document_that_takes_too_long_is_ended(text: str) -> None:
    before, started = children(), time.monotonic()
    first, second, third = judge_all(jobs("$holds$", text, "$fails$"), Limits(seconds=1), at_once=2)
    assert isinstance(first, Report)
    assert isinstance(third, Report)
    assert isinstance(second, Refused)
    assert (second.code, second.message) == (ExitCode.USAGE, "judging it takes more than 1 s")
    assert time.monotonic() - started < 20
    assert children() == before


def test_a_long_document_has_more_time() -> None:
    limits = Limits()
    assert [limits.time_for("x" * length) for length in (0, 199_999, 200_000, 1_000_000)] == [60, 60, 120, 360]


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are Linux's")
def test_a_document_that_wants_all_memory_is_refused() -> None:
    (result,) = judge_all(jobs("FAT"), Limits(memory=300 * 2**20))
    assert isinstance(result, Refused)
    assert (result.code, result.message) == (ExitCode.USAGE, "judging it takes more than 300 MB of memory")


def test_whoever_stops_listening_leaves_nothing_running() -> None:
    before = children()
    results = judge_all(jobs("$holds$", "HANG", "HANG"), Limits(), at_once=3)
    assert isinstance(next(results), Report)
    assert len(children() - before) >= 2
    results.close()  # type: ignore[attr-defined]
    assert children() == before


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("to_all", [True, False], ids=["whole group", "one process"])
def test_signals_end_all_at_once_and_quietly(tmp_path: Path, number: int, code: int, to_all: bool) -> None:
    for name in "abcdef":
        (tmp_path / f"{name}.md").write_text("HANG")
    with subprocess.Popen(
        [sys.executable, stub_judge.__file__, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as running:
        deadline = time.monotonic() + 20
        while not (workers := _children_of(running.pid)) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert workers
        started = time.monotonic()
        if to_all:
            os.killpg(running.pid, number)
        else:
            running.send_signal(number)
        out, err = running.communicate(timeout=20)
    assert (running.returncode, out, err.strip()) == (code, b"", b"")
    assert time.monotonic() - started < 10
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)


def _children_of(process: int) -> set[int]:
    try:
        return {int(n) for path in Path(f"/proc/{process}/task").glob("*/children") for n in path.read_text().split()}
    except OSError:
        return set()


def test_a_reader_who_leaves_early_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("$holds$ " * 20_000)
    script = f"{sys.executable} {stub_judge.__file__} --all {tmp_path} | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, timeout=60, check=False)  # noqa: S607 - wherever bash is
    assert (done.returncode, done.stderr) == (0, b"")
