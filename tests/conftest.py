"""What all tests share: where things are, how the command is run, and how long hypothesis may think."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from symprop.cli.main import main

ROOT = Path(__file__).resolve().parent.parent

# Two shared cores make wall-clock deadlines flicker; the same examples each run make a failure repeatable.
settings.register_profile("symprop", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("symprop")


@dataclass(frozen=True)
class Outcome:
    """What a command did."""

    code: int
    out: str
    err: str


Command = Callable[..., Outcome]


@pytest.fixture
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run the command in this process; standard output is a pipe."""

    def run(*arguments: str) -> Outcome:
        capsys.readouterr()
        code = main(arguments)
        out, err = capsys.readouterr()
        return Outcome(code, out, err)

    monkeypatch.setenv("NO_COLOR", "1")
    return run


@pytest.fixture
def process() -> Command:
    """Run ``python -m symprop`` as a process of its own."""

    def run(*arguments: str, stdin: bytes = b"", **environment: str) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "symprop", *arguments],
            input=stdin,
            env={**os.environ, "NO_COLOR": "1", **environment},
            capture_output=True,
            timeout=120,
            check=False,
        )
        return Outcome(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))

    return run
