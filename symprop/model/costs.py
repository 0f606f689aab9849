"""The table of costs: what is minimised or maximised, as a text in symprop's own notation.

A cost is one term for each output, summed or averaged.  Adding a cost is one entry here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from symprop.errors import InputError, InternalError
from symprop.model.network import Objective


@dataclass(frozen=True, slots=True)
class Cost:
    """One cost of the table.

    Args:
        name: the key, as written on the command line.
        text: what it is, in a few words.
        term: what one output adds, over its value ``y`` and its target ``t``; a product or a bracket, with or
            without a minus in front (terms are joined with ``+`` and ``-``).
        reduce: ``sum`` or ``mean`` over the outputs.
        objective: what training does with it.
        letter: the name that it gets.
        one_hot: the targets are the probabilities of classes, so they sum to 1.
        reference: where a reader finds it.
    """

    name: str
    text: str
    term: str
    reduce: str = "sum"
    objective: Objective = Objective.MINIMIZE
    letter: str = "E"
    one_hot: bool = False
    reference: str = "any textbook of statistics"

    def __post_init__(self) -> None:
        if self.reduce not in ("sum", "mean"):
            raise InternalError(f"a cost is a sum or a mean over the outputs, not {self.reduce}")


_PRML = "C. M. Bishop, Pattern Recognition and Machine Learning (2006), "

_ENTRIES = (
    Cost("squared-error", "half the squared error, summed over the outputs", "½ (t - y)²", reference=_PRML + "eq. (5.11)"),
    Cost("sum-of-squares", "squared error without the half, summed", "(t - y)²"),
    Cost("mean-squared-error", "squared error, averaged over the outputs", "(t - y)²", reduce="mean"),
    Cost("absolute-error", "absolute error, summed", "abs(t - y)"),
    Cost(
        "binary-cross-entropy",
        "cross-entropy of independent yes/no outputs, summed",
        "-(t log(y) + (1 - t) log(1 - y))",
        reference=_PRML + "eq. (4.90)",
    ),
    Cost(
        "cross-entropy",
        "cross-entropy of one choice among classes (targets sum to 1)",
        "-t log(y)",
        one_hot=True,
        reference=_PRML + "eq. (4.108)",
    ),
    Cost(
        "performance",
        "minus half the squared error, to be maximised",
        "-½ (t - y)²",
        objective=Objective.MAXIMIZE,
        letter="P",
        reference="MIT 6.034, Neural Networks: Derivation of the Backpropagation Weight-Update Formulas",
    ),
)

COSTS: Mapping[str, Cost] = {cost.name: cost for cost in _ENTRIES}
"""Every cost of the table by its name."""

_ALIASES = {"mse": "mean-squared-error", "squared-error-mean": "mean-squared-error", "bce": "binary-cross-entropy"}
_VARIABLE = re.compile(r"(?<!\w)[ty](?!\w)")
_COEFFICIENT = re.compile(r"(-?(?:½ )?)(.+)", re.DOTALL)


def lookup_cost(name: str) -> Cost:
    """The cost called *name*.

    Raises:
        InputError: there is none.
    """
    key = name.strip().lower().replace("_", "-").replace(" ", "-")
    key = _ALIASES.get(key, key)
    if key not in COSTS:
        near = get_close_matches(key, [*COSTS, *_ALIASES], n=1)
        hint = f"did you mean {near[0]}?" if near else f"use one of: {', '.join(COSTS)}"
        raise InputError(f"no cost is called '{name[:40]}'", hint=hint)
    return COSTS[key]


def cost_text(name: str, outputs: Sequence[str], targets: Sequence[str]) -> str:
    """The lines of a network that declare the cost over scalar *outputs* and their *targets*.

    Raises:
        InputError: no such cost, no outputs, or not one target for each output.
    """
    cost = lookup_cost(name)
    if not outputs or len(outputs) != len(targets):
        raise InputError(f"a cost needs one target for each output, not {len(targets)} for {len(outputs)}")
    text = _put(cost.term, outputs[0], targets[0])
    for output, target in zip(outputs[1:], targets[1:], strict=True):
        term = _put(cost.term, output, target)
        text += f" - {term[1:]}" if term.startswith("-") else f" + {term}"
    if cost.reduce == "mean" and len(outputs) > 1:
        text = f"({text})/{len(outputs)}"
    assumption = f"\nassume {' + '.join(targets)} = 1" if cost.one_hot and len(targets) > 1 else ""
    return f"{_keyword(cost)} {cost.letter} = {text}{assumption}"


def cost_text_indexed(name: str, output: str, target: str, index: str, size: str = "n") -> str:
    """The lines that declare the cost over ``output[index]`` and ``target[index]``, index = 1..size.

    Raises:
        InputError: no such cost.
    """
    cost = lookup_cost(name)
    term = _put(cost.term, f"{output}[{index}]", f"{target}[{index}]")
    match = _COEFFICIENT.fullmatch(term)
    front, rest = (match[1], match[2]) if match else ("", term)
    text = f"{front}Σ_{index} {rest}"
    if cost.reduce == "mean":
        text = f"({text})/{size}"
    assumption = f"\nassume {target} one-hot" if cost.one_hot else ""
    return f"{_keyword(cost)} {cost.letter} = {text}{assumption}"


def _keyword(cost: Cost) -> str:
    return "maximize" if cost.objective is Objective.MAXIMIZE else "minimize"


def _put(term: str, output: str, target: str) -> str:
    return _VARIABLE.sub(lambda m: output if m[0] == "y" else target, term)
