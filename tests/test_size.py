"""Nothing grows past the size at which it can be read: files of code, and the formulas of a deep network."""

from __future__ import annotations

from pathlib import Path

import pytest

from symprop.derivation import derive
from symprop.model.reader import read_network
from symprop.render import render

LONGEST_FILE = 400
LONGEST_LATEX = 10_000  # bytes; sympy needs 323 kB for one gradient of the same network


@pytest.mark.parametrize("folder", ["symprop", "tools", "tests", "benchmarks"])
def test_one_file_one_idea(root: Path, folder: str) -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in (root / folder).rglob("*.py")}
    assert {str(path.relative_to(root)): length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def deep_network(width: int, depth: int) -> str:
    """A sigmoid network without bias, as a person would write it: one definition a layer and neuron."""
    lines = []
    before = [f"x_{k}" for k in range(1, width + 1)]
    for layer in range(1, depth + 1):
        after = [f"a_{layer}{j}" for j in range(1, width + 1)]
        for j, name in enumerate(after, start=1):
            weighted = " + ".join(f"w_{layer}{j}{k} {source}" for k, source in enumerate(before, start=1))
            lines.append(f"{name} = σ({weighted})")
        before = after
    error = " + ".join(f"½ (t_{j} - {name})²" for j, name in enumerate(before, start=1))
    return "\n".join([*lines, f"minimize E = {error}"])


def test_a_deep_network_stays_small_in_delta_style() -> None:
    derivation = derive(read_network(deep_network(width=2, depth=8)), style="delta", detail=1)
    assert len(derivation.gradients) == 32
    assert len(render(derivation, "latex").encode()) <= LONGEST_LATEX
