"""What starts light stays light, and nothing that runs code from a string comes near a user's text."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("sympy", "numpy", "mpmath", "jinja2")

LIGHT = {
    "import symprop": "import symprop",
    "--help": "from symprop.cli.main import main; main(['--help'])",
    "--version": "from symprop.cli.main import main; main(['--version'])",
    "no arguments": "from symprop.cli.main import main; main([])",
    "derive --help": "from symprop.cli.main import main; main(['derive', '--help'])",
    "check --help": "from symprop.cli.main import main; main(['check', '--help'])",
    "generate --help": "from symprop.cli.main import main; main(['generate', '--help'])",
    "train --help": "from symprop.cli.main import main; main(['train', '--help'])",
    "list examples": "from symprop.cli.main import main; main(['list', 'examples'])",
}


@pytest.mark.parametrize("code", LIGHT.values(), ids=LIGHT)
def test_starting_is_light(code: str) -> None:
    script = f"import sys\n{code}\nprint([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout.splitlines()[-1] == "[]"


BANNED = {"sympify", "parse_expr", "eval", "exec", "lambdify", "parse_latex", "__import__", "compile"}


def names_called(tree: ast.AST) -> set[str]:
    """The last part of everything that is called."""
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {
        function.id if isinstance(function, ast.Name) else function.attr
        for function in called
        if isinstance(function, (ast.Name, ast.Attribute))
    }


LAMBDIFY = "symprop/calculus/lambdified.py"
"""The one place that may call it: its symbols are ``x0``, ``x1``, … there, never the author's names."""


def test_nothing_runs_code_from_a_string(root: Path) -> None:
    allowed = {"compile"}  # re.compile, Network.compile
    for path in (root / "symprop").rglob("*.py"):
        own = {"lambdify"} if path == root / LAMBDIFY else set()
        assert not names_called(ast.parse(path.read_text(encoding="utf-8"))) & (BANNED - allowed - own), path
