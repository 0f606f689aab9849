"""Which lines of a document define what: the first ``name = expression``, functions, and the rule of updating."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from symprop.check.document import Sign
from symprop.check.theory import FunctionRule, Rule, UpdateRule
from symprop.check.trees import nodes
from symprop.check.understanding.lines import EQUALITIES, Line
from symprop.check.understanding.normalise import ungrouped
from symprop.check.understanding.updating import update_rule
from symprop.check.written_names import version
from symprop.model.expr import Add, Expr, Ref
from symprop.model.written import Big, Call, Derivative, Dots, Gradient

_LOCAL = re.compile(r"\b(here|let|where|now|set|put|call|denote|define|suppose|consider|take|if|for)\b", re.IGNORECASE)
"""Words with which a document binds a name for what follows, even one that it has used before."""

_SIGNS = EQUALITIES - {Sign.APPROXIMATES}


@dataclass(frozen=True, slots=True)
class Epoch:
    """From the statement of that number on, these definitions are in force."""

    start: int
    rules: tuple[Rule, ...]


@dataclass(slots=True)
class Definitions:
    """What was collected, in the order of the document.

    ``lines`` says for each statement whose first link defines something what that is, in a few words.
    """

    rules: list[Rule] = field(default_factory=list)
    functions: dict[str, FunctionRule] = field(default_factory=dict)
    update: UpdateRule | None = None
    lines: dict[int, str] = field(default_factory=dict)
    epochs: list[Epoch] = field(default_factory=list)


def collect(lines: list[Line], letters: frozenset[str], given: Mapping[str, object]) -> Definitions:
    """Go through a document once.

    Args:
        lines: its lines.
        letters: its index letters.
        given: names that are defined elsewhere (by a network), which no line defines anew.
    """
    found = Definitions()
    for line in lines:
        if len(line.exprs) < 2 or line.signs[0] not in _SIGNS | {Sign.ASSIGNS} or line.statement.continues:
            continue
        left, right = line.exprs[0], line.exprs[1]
        if left is None or right is None:
            continue
        _consider(found, line, ungrouped(left), right, letters, given)
    return found


def _consider(
    found: Definitions, line: Line, left: Expr, right: Expr, letters: frozenset[str], given: Mapping[str, object]
) -> None:
    place = line.sides[0]
    at = line.statement.formula.span(place.start, place.end)
    if found.update is None:
        found.update = update_rule(left, right, at.line)
        if found.update is not None:
            found.lines[line.number] = "how weights change"
            return
    if line.signs[0] is Sign.ASSIGNS:
        return
    if isinstance(left, Call):
        _function(found, line, left, right, at.line)
        return
    if not isinstance(left, Ref) or left.name in given or version(left.name) or is_assignment(left, right):
        return
    if is_numeric(right):
        if not _covered(found.rules, left):
            found.lines.setdefault(line.number, "a value")
        return
    if not is_usable(right) or len(left.indices) != len(set(left.indices)):
        found.lines.setdefault(line.number, "a scheme")
        return
    rule = Rule(left, right, tuple(sorted(_letters(left) & letters)), at.line, at)
    before = next((old for old in found.rules if old.ref == left), None)
    if before is None:
        if any(
            old.ref.name == left.name and len(old.ref.indices) == len(left.indices) and old.letters and not rule.letters
            for old in found.rules
        ):
            return  # a member of a family that is defined already: a claim
        found.rules.append(rule)
        found.lines[line.number] = "a definition"
    elif before.expr != right and not left.indices and _LOCAL.search(f"{line.statement.formula.before} {line.statement.words}"):
        if not found.epochs:
            found.epochs.append(Epoch(0, ()))
        found.lines[line.number] = "a new meaning"
        current = {old.ref: old for old in (found.epochs[-1].rules or ())}
        found.epochs.append(Epoch(line.number, (*(old for ref, old in current.items() if ref != left), rule)))


def _function(found: Definitions, line: Line, left: Call, right: Expr, number: int) -> None:
    parameters = [argument.name for argument in left.arguments if isinstance(argument, Ref) and not argument.indices]
    name = "_".join(
        [left.function.name, *(str(getattr(index, "value", getattr(index, "name", ""))) for index in left.function.indices)]
    )
    if left.primes or len(parameters) != len(left.arguments) or name in found.functions or not is_usable(right):
        return
    if any(isinstance(node, Call) and node.function == left.function for node in nodes(right)):
        return
    if any(isinstance(node, Derivative | Gradient) for node in nodes(right)):
        return
    found.functions[name] = FunctionRule(name, tuple(parameters), right, number)
    found.lines[line.number] = "a function"


def is_assignment(left: Expr, right: Expr) -> bool:
    """Whether the left side occurs in the right: ``w = w + Δw`` says what to do, not what is."""
    return any(node == left for node in nodes(right)) and isinstance(ungrouped(right), Add)


def is_numeric(expr: Expr) -> bool:
    """Whether it is made of numbers only."""
    return not any(isinstance(node, Ref | Call | Dots) and not _is_known_call(node) for node in nodes(expr))


def is_usable(expr: Expr) -> bool:
    """Whether it says what it means: no dots, no sum that leaves open over what."""
    return not any(isinstance(node, Dots) or (isinstance(node, Big) and not node.indices) for node in nodes(expr))


def _is_known_call(node: Expr) -> bool:
    from symprop.model.functions import lookup

    if isinstance(node, Call):
        return lookup(node.function.name) is not None
    return isinstance(node, Ref) and lookup(node.name) is not None


def _letters(ref: Ref) -> set[str]:
    return {node.name for index in ref.indices for node in nodes(index) if isinstance(node, Ref) and not node.indices}


def _covered(rules: list[Rule], left: Ref) -> bool:
    return any(rule.ref.name == left.name and len(rule.ref.indices) == len(left.indices) for rule in rules)
