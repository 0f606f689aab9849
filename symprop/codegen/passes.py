"""The passes that make a program good code, in order; each is checked by evaluating the program before and after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from symprop.codegen.constants import constants_folded, signs_absorbed
from symprop.codegen.primitives import declared_functions_put_in, only_primitives
from symprop.codegen.program import Program
from symprop.codegen.rows import row_functions
from symprop.codegen.shared import shared_terms, single_uses
from symprop.codegen.stable import stable
from symprop.codegen.verify import refuse_difference

LARGE = 2_000
"""Lines above which all passes are checked at once, since evaluating takes longer than the passes themselves."""


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass: ``run`` returns a program with the same values."""

    name: str
    text: str
    run: Callable[[Program], Program]


PASSES: tuple[Pass, ...] = (
    Pass("functions", "declared functions and slopes are written out", declared_functions_put_in),
    Pass("stable forms", "what would overflow or cancel is computed otherwise", stable),
    Pass("vector functions", "a softmax or a log-sum-exp over an index gets a line of its own", row_functions),
    Pass("primitives", "functions are made of those that every target has", only_primitives),
    Pass("constants", "literals are worked out", constants_folded),
    Pass("signs", "a minus in front of a difference turns it round", signs_absorbed),
    Pass("shared terms", "what several lines need is computed once", shared_terms),
    Pass("single uses", "a scalar that one place needs is computed there", single_uses),
)
"""Every pass, in order.  Dead code goes when a backend asks for the lines that its outputs need."""


def optimise(program: Program, passes: tuple[Pass, ...] = PASSES) -> Program:
    """*program* after all *passes*.

    Raises:
        InternalError: a pass changed a value.
    """
    first, last = program, program
    for one in passes:
        made = one.run(last)
        if len(made.lines) <= LARGE and made != last:
            refuse_difference(last, made, one.name)
        last = made
    if len(last.lines) > LARGE:
        refuse_difference(first, last, "a pass")
    return last
