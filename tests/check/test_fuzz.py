"""Broken documents end in a report or one clear error; what a document says is never compiled or executed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from symprop.check.report import Outcome
from tools.campaign.expected import LETTERS
from tools.campaign.fuzz import fuzz, sources

DOCUMENTS = Path(__file__).parent / "documents"
BROKEN = 50
PAGES = ("linear", "two-paths", "sigmoid-layers", "convolution", "recurrent-any-length", "softmax-cross-entropy")

WATCHED = r"""
import os, pathlib, sys
from symprop.check.checker import check

folder = pathlib.Path(sys.argv[1])
paths = [path for path in sorted(folder.iterdir()) if path.suffix in {".md", ".tex", ".txt"}]
texts = {path.name: path.read_text(encoding="utf-8") for path in paths}
for name, text in texts.items():  # what is imported late is imported now
    check(text, name)

def hook(event, arguments):
    if event in {"compile", "exec"} or event.startswith(("os.system", "subprocess", "socket")):
        os.write(1, f"{event} {arguments!r:.300}\n".encode())

sys.addaudithook(hook)
HOSTILE = r'''
$E = \operatorname{__import__}(os).system(x)$, $w = \text{exec}("1")$, $\lambda = eval(y)$, $x.__class__ = 1$
$$y = \sigma(w x), \quad \frac{\partial y}{\partial w} = y (1 - y) x = open(x)$$
'''
for name, text in {**texts, "hostile.md": HOSTILE}.items():
    check(text + "\n", name)
"""


@pytest.mark.slow
def test_broken_documents() -> None:
    outcome = fuzz(range(BROKEN), sources(DOCUMENTS))
    assert [(problem.number, problem.what) for problem in outcome.problems if problem.name] == []
    assert outcome.reports > BROKEN / 2


@pytest.mark.slow
def test_no_document_is_compiled_or_executed() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, DOCUMENTS],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""


def test_outcomes_have_letters() -> None:
    assert set(LETTERS.values()) == set(Outcome)
