"""Names that a target has already, names that become one, and text that must not become code."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

from symprop.codegen import compile_network, generate
from symprop.codegen.naming import RESERVED, Namer, ascii_identifier
from symprop.codegen.native import compiler
from symprop.errors import InputError
from symprop.model.reader import read_network
from tests.codegen.agreement import Case, disagreements

CLASHING = (
    "lambda", "step", "int", "I", "double", "main", "rate", "net", "params", "inputs_", "np", "exp", "static",
    "gamma", "y0", "sum", "for_", "None_", "δ", "w⃗", "é", "x̂", "Ω_1", "α1", "self", "scale", "examples", "lane",
    "work", "limit", "dtype", "array", "count", "signal", "errno", "NULL", "EOF", "M_PI", "bool", "complex",
    "register", "volatile", "class", "new", "this", "type", "print", "values", "cost", "forward",
)  # fmt: skip


def text_with(names: tuple[str, ...]) -> str:
    terms = " + ".join(f"{name}·i_1" for name in names)
    return f"inputs i_1\ntargets t_1\nweights {' '.join(names)}\no = tanh({terms})\nminimize cost_of_it = (t_1 - o)²"


def is_read(name: str) -> bool:
    """Does the notation take this name?"""
    try:
        read_network(text_with((name,)))
    except InputError:
        return False
    return True


@pytest.mark.parametrize("backend", ["python", "numpy", "c", "lambdify"])
def test_every_clashing_name_works(backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if backend in {"numpy", "c"}:
        pytest.importorskip("numpy")
    if backend == "c" and compiler() is None:
        pytest.skip("there is no C compiler")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    names = tuple(dict.fromkeys(filter(is_read, CLASHING)))
    assert len(names) > 30
    network = read_network(text_with(names))
    case = Case(network, 1)
    assert not disagreements(case, compile_network(network, backend))


@pytest.mark.parametrize("target", RESERVED)
def test_identifiers_are_ascii_and_differ(target: str) -> None:
    name = Namer(target)
    wanted = (
        "δ_o1",
        "delta_o1",
        "δ_{o1}",
        "∂E/∂w",
        "dE_dw",
        "é",
        "e",
        "__x",
        "_x",
        "1a",
        "",
        "←",
        "int",
        "w",
        "w_",
        "if",
        "lambda",
    )
    made = [name(one) for one in wanted]
    assert len(set(made)) == len(made)
    for one in made:
        assert one.isascii()
        assert one.isidentifier()
        assert not one.startswith("_")
        assert one not in RESERVED[target]


def test_spelling() -> None:
    assert ascii_identifier("δ_o1") == "delta_o1"
    assert ascii_identifier("∂E_total/∂w_5") == "dE_total_dw_5"
    assert ascii_identifier("x̂") == "x"
    assert ascii_identifier("__x") == "v__x"


def test_a_title_cannot_leave_its_comment(tmp_path: Path) -> None:
    from dataclasses import replace

    bad = 'oops """ */ \n\r\u2028 import os; /* // \\'
    network = replace(read_network("r_o = w_o·w_h·i"), name=bad)
    source = generate(network, "python", name=bad)[".py"]
    module = ast.parse(source)
    assert not [node for node in ast.walk(module) if isinstance(node, ast.Import)]
    if compiler():
        files = generate(network, "c", name="oops")
        for suffix, text in files.items():
            (tmp_path / f"oops{suffix}").write_text(text, encoding="utf-8")
        done = subprocess.run(
            [
                str(compiler()),
                "-std=c99",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-c",
                str(tmp_path / "oops.c"),
                "-o",
                str(tmp_path / "o.o"),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr


def test_lambdify_sees_no_name_of_the_author() -> None:
    network = read_network("inputs i_1\ntargets t\nweights exec print\ny = exec·i_1 + print\nminimize E = (t - y)²")
    made = compile_network(network, "lambdify")
    for function in made.functions.values():  # type: ignore[attr-defined]
        assert set(function.__code__.co_varnames) <= {f"x{k}" for k in range(9)}
        assert "print" not in function.__code__.co_names
