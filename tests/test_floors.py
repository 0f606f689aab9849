"""Imports go down only: the contract holds, covers every room, and would notice a breach."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BREACHES = {
    "up": ("model/expr.py", "import symprop.render", "Imports go down only"),
    "click": ("render/__init__.py", "import click", "click lives in cli"),
    "jinja2": ("cli/main.py", "import jinja2", "jinja2 lives in render"),
    "sympy": ("evaluation/verdict.py", "import sympy", "sympy lives in calculus"),
    "mpmath": ("calculus/rules.py", "import mpmath", "mpmath lives in evaluation"),
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """The gate, run on the package in *folder*."""
    tool = Path(sys.executable).parent / "lint-imports"
    return subprocess.run([tool, "--no-cache"], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_contract_holds(root: Path) -> None:
    done = lint_imports(root)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("file", "line", "contract"), BREACHES.values(), ids=BREACHES)
def test_a_breach_is_noticed(root: Path, tmp_path: Path, file: str, line: str, contract: str) -> None:
    shutil.copytree(root / "symprop", tmp_path / "symprop", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "pyproject.toml", tmp_path)
    with (tmp_path / "symprop" / file).open("a", encoding="utf-8") as module:
        module.write(f"\n{line}\n")
    done = lint_imports(tmp_path)
    assert done.returncode != 0
    assert any(row.startswith(contract) and row.endswith("BROKEN") for row in done.stdout.splitlines()), done.stdout
