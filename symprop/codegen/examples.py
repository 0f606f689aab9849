"""How many examples values hold: a batch has them along the first axis of every input and target."""

from __future__ import annotations

import array
from collections.abc import Mapping
from typing import Any

from symprop.codegen.program import Program
from symprop.errors import InputError

ONE_AT_A_TIME = "sequential updates take one example at a time"


def shape_of(value: Any) -> tuple[int, ...]:
    """The lengths along the axes of an array or of nested lists; ``()`` for a number."""
    if hasattr(value, "shape"):
        return tuple(value.shape)
    shape: tuple[int, ...] = ()
    while isinstance(value, list | tuple | array.array):
        shape = (*shape, len(value))
        if not len(value):
            break
        value = value[0]
    return shape


def batch_size(program: Program, values: Mapping[str, Any]) -> int | None:
    """The length of the batch that *values* are; None where they are one example that is no batch."""
    for name in (*program.inputs, *program.targets):
        if name in values:
            shape = shape_of(values[name])
            if len(shape) > len(program.axes(name)):
                return shape[0]
    return None


def refuse_batch(program: Program, values: Mapping[str, Any]) -> None:
    """See that an update of *program* can use *values*.

    Raises:
        InputError: updates are sequential, and these are several examples.
    """
    if program.sequential and (batch_size(program, values) or 1) > 1:
        raise InputError(ONE_AT_A_TIME, hint='give them one after the other, or use update="simultaneous"')
