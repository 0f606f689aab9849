"""Backend ``c``: a C99 file and its header, for libm alone; sizes are fixed, names begin with the network's name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from symprop.codegen.c_arrays import ArraySource
from symprop.codegen.c_layout import comment, laid_out
from symprop.codegen.c_main import main_function
from symprop.codegen.c_names import CNames
from symprop.codegen.c_scalars import ScalarSource
from symprop.codegen.c_tables import TableSource
from symprop.codegen.program import Program

MOST_STRAIGHT = 48
"""Scalar weights up to which code is straight-line: gcc needs a second for them, but seven for twice as many."""


def c_files(
    program: Program, title: str, name: str, sizes: Mapping[str, int] | None, *, main: bool, stem: str = ""
) -> dict[str, str]:
    """The source, its header, and on request a program that trains on a CSV file.

    Raises:
        InputError: a size is not known.
    """
    names = CNames(program, title, name, sizes, stem)
    leaves = (*program.parameters, *program.constants, *program.inputs, *program.targets)
    has_arrays = any(program.axes(leaf) for leaf in leaves) or any(program.axes(line.name) for line in program.lines)
    is_long = len(program.parameters) > MOST_STRAIGHT
    source = ArraySource(names) if has_arrays else TableSource(names) if is_long else ScalarSource(names)
    files = {".c": source.text(), ".h": header(names)}
    if main:
        files["_main.c"] = main_function(names)
    return {suffix: laid_out(text) for suffix, text in files.items()}


def header(names: CNames) -> str:
    """Types and functions, as a user of the file sees them."""
    return "\n".join(_header(names)) + "\n"


def _header(names: CNames) -> Iterator[str]:
    p, up, program = names.prefix, names.upper, names.program
    yield from comment(f"{names.title}: forward, cost, gradients and training, made by symprop from {names.origin}.")
    yield f"#ifndef {up}_H"
    yield f"#define {up}_H"
    yield ""
    yield "#ifdef __cplusplus"
    yield 'extern "C" {'
    yield "#endif"
    yield ""
    for size, macro in names.macros.items():
        yield f"#define {macro} {names.sizes[size]}"
    if names.macros:
        yield ""
    yield from comment("The network and its examples. Updates change the parameters in place.")
    yield "typedef struct {"
    yield from _fields(names, program.parameters, "parameter", "double", pointer="double *")
    yield from _fields(names, program.constants, "constant", "double", pointer="const double *")
    yield from _fields(names, program.inputs, "input, for each example", "const double *", pointer="const double *")
    yield from _fields(names, program.targets, "target, for each example", "const double *", pointer="const double *")
    yield "  long examples;"
    yield f"  double rate; /* of {p}_again */"
    yield f"}} {p};"
    yield ""
    yield from comment("The derivative of the cost by each parameter.")
    yield "typedef struct {"
    yield from _fields(names, program.parameters, "", "double", pointer="double *")
    yield f"}} {p}_slopes;"
    yield ""
    yield from comment("Every quantity that the inputs determine, for each example; NULL where it is not wanted.")
    yield "typedef struct {"
    yield from _fields(names, program.forward, "", "double *", pointer="double *")
    yield f"}} {p}_values;"
    yield ""
    yield from comment("Parameters and constants as the network gives them, 0 where it does not; arrays must exist.")
    yield f"void {p}_initial({p} *net);"
    yield ""
    yield from comment(
        "Costs and gradients are means over the examples. All return 0, or 1 where memory is missing"
        + (", 2 where there is not exactly one example (sequential updates)." if program.sequential else ".")
    )
    yield f"int {p}_forward(const {p} *net, const {p}_values *values);"
    yield f"int {p}_cost(const {p} *net, double *cost);"
    yield f"int {p}_gradients(const {p} *net, const {p}_slopes *slopes);".replace(f"const {p}_slopes", f"{p}_slopes")
    yield f"int {p}_step({p} *net, double rate);"
    yield f"int {p}_run({p} *net, long steps, double rate);"
    yield f"int {p}_again({p} *net); /* a step with the rate of the network */"
    yield ""
    yield "#ifdef __cplusplus"
    yield "}"
    yield "#endif"
    yield ""
    yield "#endif"


def _fields(names: CNames, leaves: Iterable[str], role: str, plain: str, *, pointer: str) -> Iterator[str]:
    found = False
    for name in leaves:
        found = True
        dims = names.dimensions(name)
        kind = pointer if dims else plain
        note = ", ".join(part for part in (role, f"{dims}" if dims else "") if part)
        glue = "" if kind.endswith("*") else " "
        yield f"  {kind}{glue}{names.name(name)};" + (f" /* {note} */" if note else "")
    if not found and role == "":
        yield "  char nothing;"
