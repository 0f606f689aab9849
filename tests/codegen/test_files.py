"""Generated files as such: formatted, free of warnings and of undefined behaviour, at home on the command line."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from random_indexed import random_indexed
from random_networks import random_network

from symprop.codegen import generate
from symprop.codegen.native import compiler
from symprop.evaluation.sizes import random_sizes
from symprop.model.reader import read_network
from tests.codegen.sanitized import run_sanitized

STRICT = ("-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror")
UNKNOWN = ("function φ\n", "function φ(x) = sin(1.3 x) + 0.2 x\n")
"""No target can compute an unknown function, so it becomes a known one."""

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.net"))


def ruff() -> str:
    found = shutil.which("ruff", path=str(Path(sys.executable).parent)) or shutil.which("ruff")
    if found is None:
        pytest.skip("ruff is not installed")
    return found


def needs_compiler() -> str:
    found = compiler()
    if found is None:
        pytest.skip("there is no C compiler")
    return found


def texts() -> dict[str, str]:
    """The examples that can be computed, and networks like those that somebody will write."""
    found = {path.stem: path.read_text(encoding="utf-8") for path in EXAMPLES}
    found = {name: text for name, text in found.items() if all(f.body is not None for f in read_network(text).functions.values())}
    return found | {f"random-{seed}": random_network(seed, layers=2).text for seed in range(4)}


@pytest.mark.parametrize("target", ["python", "numpy"])
def test_examples_are_formatted(target: str, tmp_path: Path) -> None:
    for name, text in texts().items():
        for update in ("simultaneous", "sequential"):
            source = generate(read_network(text), target, name=name, update=update)[".py"]
            (tmp_path / f"{name}_{update}.py".replace("-", "_")).write_text(source, encoding="utf-8")
    done = subprocess.run([ruff(), "format", "--isolated", "--check", str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.slow
def test_random_networks_are_formatted(tmp_path: Path) -> None:
    for seed in (1, 6, 10, 12, 17, 19, 33, 34, *range(60, 72)):  # the first of them were not
        network = read_network(random_indexed(seed).replace(*UNKNOWN))
        for target in ("python", "numpy"):
            source = generate(network, target, name=f"random_{seed}")[".py"]
            (tmp_path / f"random_{seed}_{target}.py").write_text(source, encoding="utf-8")
    done = subprocess.run([ruff(), "format", "--isolated", "--check", str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.slow
def test_c_is_free_of_warnings(tmp_path: Path) -> None:
    for name, text in texts().items():
        network = read_network(text)
        files = generate(network, "c", name=name, sizes=random_sizes(network, 2, "c"), main=True)
        stem = name.replace("-", "_")
        for suffix, source in files.items():
            (tmp_path / f"{stem}{suffix}").write_text(source, encoding="utf-8")
        command = [needs_compiler(), *STRICT, "-O1", f"{stem}.c", f"{stem}_main.c", "-o", stem, "-lm"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[:3000]


def test_the_word_of_a_language_is_no_type_of_a_file(tmp_path: Path) -> None:
    network = read_network((EXAMPLES[0].parent / "linear.net").read_text(encoding="utf-8"))
    for name in ("xor", "double", "class", "exp"):
        files = generate(network, "c", name=name, stem=name)
        assert f"int {name}_net_run({name}_net *net, long steps, double rate);" in files[".h"]
        for suffix, source in files.items():
            (tmp_path / f"{name}{suffix}").write_text(source, encoding="utf-8")
        command = [needs_compiler(), *STRICT, "-c", f"{name}.c"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[:3000]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 19])  # 19: a sum behind a bracket that keeps it from reading beyond its array
def test_c_under_sanitizers(seed: int, tmp_path: Path) -> None:
    network = read_network(random_indexed(seed).replace(*UNKNOWN))
    sizes = random_sizes(network, 2, "c")
    complaints = run_sanitized(network, sizes, tmp_path, needs_compiler())
    if complaints is None:
        pytest.skip("the compiler has no sanitizers here")
    assert not complaints


def test_the_command_writes_files(command: Callable[..., Any], tmp_path: Path) -> None:
    done = command("generate", "two-two-two", "--target", "c", "--main", "-o", str(tmp_path / "my net.c"))
    assert done.code == 0, done.err
    assert {path.name for path in tmp_path.iterdir()} == {"my net.c", "my net.h", "my net_main.c"}
    assert command("generate", "two-two-two", "--target", "c", "-o", str(tmp_path / "my net.c")).code == 2
    done = command("generate", "--layers", "2-3-1", "--bias", "--target", "python", "-q")
    assert done.code == 0
    assert "b_h1" in done.out
    done = command("generate", "linear", "--target", "python", "-q")
    assert done.code == 0
    assert done.err == ""
    assert done.out.startswith('"""Linear network')


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("two-paths-unknown", "--target", "numpy"), "the function φ is unknown"),
        (("sigmoid-layers", "--target", "c"), "the size n_0 is not known"),
        (("sigmoid-layers", "--target", "c", "--size", "n_9=3"), "no size n_9"),
        (("sigmoid-layers", "--target", "c", "--size", "n_0=0"), "gives no size"),
        (("linear", "--target", "rust"), "no target 'rust'"),
        (("linear", "--target", "lambdify"), "lambdify makes no file"),
        (("linear", "--target", "python", "--main"), "--main goes with"),
    ],
)
def test_what_cannot_be_generated_is_said(arguments: tuple[str, ...], message: str, command: Callable[..., Any]) -> None:
    done = command("generate", *arguments, "-q")
    assert done.code == 2
    assert message in done.err


def test_the_trainer_reads_a_csv_file(tmp_path: Path) -> None:
    network = read_network((EXAMPLES[0].parent / "two-two-two.net").read_text(encoding="utf-8"))
    for suffix, source in generate(network, "c", name="tutorial", main=True).items():
        (tmp_path / f"tutorial{suffix}").write_text(source, encoding="utf-8")
    build = [needs_compiler(), *STRICT, "-O1", "tutorial.c", "tutorial_main.c", "-o", "tutorial", "-lm"]
    subprocess.run(build, cwd=tmp_path, check=True)

    def train(rows: str, steps: int) -> subprocess.CompletedProcess[str]:
        (tmp_path / "data.csv").write_text(rows, encoding="utf-8")
        call = [str(tmp_path / "tutorial"), "data.csv", str(steps), "0.5"]
        return subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, check=False)

    done = train("target_o1,i_1,other,i_2,target_o2\n0.01,0.05,9,0.1,0.99\n", 10_000)
    assert done.returncode == 0
    assert "3.51018778e-05" in done.stderr
    done = train("target_o1,i_1,i_2,target_o2\n0.01,0.05,much,0.99\n", 1)
    assert done.returncode == 2
    assert "data.csv:2: this is no number: much" in done.stderr
