"""What generated Python modules begin with: tables of names, constants, and ``initial``."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.codegen.layout import STEP, listed, one_line
from symprop.codegen.program import Program
from symprop.model.expr import Div, Neg, Number


def tables(program: Program) -> Iterator[str]:
    """``PARAMETERS``, ``INPUTS``, ``TARGETS`` and ``CONSTANTS``."""
    for title, names in (("PARAMETERS", program.parameters), ("INPUTS", program.inputs), ("TARGETS", program.targets)):
        yield from listed(f"{title} = (", [quoted(n) for n in names], ")", single=True)
    yield from listed("CONSTANTS = {", [f"{quoted(n)}: {value_text(program, n)}" for n in program.constants], "}")


def initial(program: Program) -> Iterator[str]:
    """The function ``initial``."""
    yield "def initial():"
    yield f'{STEP}"""Parameters, inputs and targets as the network gives them; None where it does not."""'
    for title, names in (("params", program.parameters), ("inputs", program.inputs), ("targets", program.targets)):
        items = [f"{quoted(n)}: {value_text(program, n)}" for n in names]
        yield from listed(f"{title} = {{", items, "}", STEP)
    yield f"{STEP}return params, inputs, targets"


def quoted(name: str) -> str:
    """*name* as a Python string."""
    return '"' + "".join(c if c.isprintable() and c not in '"\\' else f"\\u{ord(c):04x}" for c in name) + '"'


def docstring(text: str) -> str:
    """*text* where it can stand in a docstring."""
    return one_line(text).replace("\\", "/").replace('"', "'")


def value_text(program: Program, name: str) -> str:
    """The value that the network gives *name*, as a literal; None if it gives none."""
    value = program.network.values.get(name)
    return "None" if value is None else literal_text(value)


def literal_text(value: object) -> str:
    """A number or nested tuples of numbers as Python."""
    if isinstance(value, list | tuple):
        return "[" + ", ".join(literal_text(v) for v in value) + "]"
    return repr(as_float(value))


def as_float(value: object) -> float:
    """A literal of the network as a number."""
    if isinstance(value, Number):
        return float(value.value)
    if isinstance(value, Neg):
        return -as_float(value.operand)
    if isinstance(value, Div):
        return as_float(value.numerator) / as_float(value.denominator)
    return float(value)  # type: ignore[arg-type]
