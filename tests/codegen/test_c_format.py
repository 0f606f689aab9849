"""Generated C is as ``clang-format`` leaves it in LLVM's style, which nothing of it is needed for at run time."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from random_indexed import random_indexed
from random_networks import random_network

from symprop.codegen import generate
from symprop.codegen.c_layout import laid_out
from symprop.evaluation.sizes import random_sizes
from symprop.model.layers import layered, parse_layers
from symprop.model.reader import read_network

ROOT = Path(__file__).parents[2]
UNKNOWN = ("function φ\n", "function φ(x) = sin(1.3 x) + 0.2 x\n")
COMMAND = ("--style=LLVM", "--dry-run", "--Werror")


def formatter() -> str:
    found = shutil.which("clang-format", path=str(Path(sys.executable).parent)) or shutil.which("clang-format")
    if found is None:
        pytest.skip("clang-format is not installed")
    return found


def files_of(name: str, text: str) -> Iterator[tuple[str, str]]:
    """Every file of a network in both orders of updating."""
    network = read_network(text)
    sizes = random_sizes(network, 2, "c")
    for update in ("simultaneous", "sequential"):
        files = generate(network, "c", name=name, update=update, sizes=sizes, main=True)
        yield from ((f"{name}-{update}{suffix}", source) for suffix, source in files.items())


def refuse_differences(files: Mapping[str, str], folder: Path) -> None:
    for name, source in files.items():
        (folder / name).write_text(source, encoding="utf-8")
    done = subprocess.run([formatter(), *COMMAND, *files], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


def _is_computable(text: str) -> bool:
    """No target can compute an unknown function."""
    return all(function.body is not None for function in read_network(text).functions.values())


def test_examples(tmp_path: Path) -> None:
    examples = [path for path in sorted((ROOT / "examples").glob("*.net")) if _is_computable(path.read_text(encoding="utf-8"))]
    refuse_differences(dict(f for p in examples for f in files_of(p.stem, p.read_text(encoding="utf-8"))), tmp_path)


def test_gallery(tmp_path: Path) -> None:
    shown = [path for path in sorted((ROOT / "outputs" / "code").iterdir()) if path.suffix in (".c", ".h")]
    assert shown
    refuse_differences({path.name: path.read_text(encoding="utf-8") for path in shown}, tmp_path)


@pytest.mark.slow
def test_random_networks(tmp_path: Path) -> None:
    indexed = {f"indexed-{seed}": random_indexed(seed).replace(*UNKNOWN) for seed in range(8)}
    scalar = {f"scalar-{seed}": random_network(seed, layers=4).text for seed in range(5)}
    refuse_differences(dict(f for name, text in (indexed | scalar).items() for f in files_of(name, text)), tmp_path)


@pytest.mark.parametrize("widths", ["5-8-6", "12-9-3-4"])
def test_tables_of_many_weights(widths: str, tmp_path: Path) -> None:
    refuse_differences(dict(files_of("wide", layered(parse_layers(widths)))), tmp_path)


LINES = (
    "f(a, condition_that_is_long_enough ? value_that_is_long_enough : another_value, b + c * (d - e));",
    "x = (first_factor_of_a_product + 1.0) * (second_factor_of_a_product - 2.0) / (third_factor + fourth_factor);",
    "y = a_function_with_a_name(another_function(the_first_argument, the_second_argument), -the_third_argument * 2.0);",
    "work->a_quantity[row][column_of_it][lane] = net->a_weight * (work->another[row - 1][column_of_it + 1][lane] - 1.0);",
    "z = first + second <= third * fourth && fifth < sixth ? (seventh_and_eighth + ninth) * tenth_and_eleventh : 0.0;",
    "total_of_it += -(one_of_the_terms_of_a_sum + another_of_the_terms_of_a_sum) + (double)(number_of_columns + 1) / 2.0;",
    "static const double values[] = {0.1, -0.25, 0.123456789, 4.0, 1e-05, 0.1, -0.25, 0.123456789, 4.0, 1e-05, 7.0, 8.0};",
    "static const double some_longer_values[] = {0.1234567890123, 0.1234567890123, 0.1234567890123, 0.12345678};",
    "for (long letter = 0; letter < A_VERY_LONG_NAME_OF_A_SIZE + 1 && another < A_VERY_LONG_NAME; letter++) total += x[letter];",
    "if (values->a_quantity_of_the_network) memcpy(values->a_quantity_of_the_network + n, work->v[a_quantity], size);",
    "double (*weights)[A_VERY_LONG_NAME_OF_A_SIZE] = (double (*)[A_VERY_LONG_NAME_OF_A_SIZE])net->weights_of_it;",
    "const long count = remaining_examples < A_VERY_LONG_NAME_OF_LANES ? remaining_examples : A_VERY_LONG_NAME_OF_LANES;",
)  # fmt: skip


def test_long_lines(tmp_path: Path) -> None:
    inner = "".join(f"  {line}\n" for line in LINES)
    text = f"void f(network *net) {{\n{inner}  return;\n}}\n"
    refuse_differences({"lines.c": laid_out(text)}, tmp_path)


def test_what_fits_is_joined_and_what_does_not_is_parted() -> None:
    assert laid_out("int f(int x) {\n  return x;\n}\n") == "int f(int x) { return x; }\n"
    long = f"int {'f' * 60}(int x) {{ return x; }}\n"
    assert laid_out(long) == f"int {'f' * 60}(int x) {{\n  return x;\n}}\n"
    assert laid_out("if (x) for (;;) f();") == "if (x)\n  for (;;)\n    f();"
    assert laid_out("int a; /* b */\nlong abc; /* c */") == "int a;    /* b */\nlong abc; /* c */"


def test_brackets_too_deep_for_a_search_stay_one_line() -> None:
    text = f"{'f(' * 400}x{')' * 400};"
    assert laid_out(text) == text
