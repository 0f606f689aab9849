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
from symprop.model.functions import lookup
from symprop.model.written import BRACKETED, SUPERSCRIPTED, Big, Call, Derivative, Dots, Gradient

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
    elif isinstance(left, Ref) and left.name not in given and not version(left.name) and not is_assignment(left, right):
        _quantity(found, line, Rule(left, right, tuple(sorted(_letters(left) & letters)), at.line, at))


def _quantity(found: Definitions, line: Line, rule: Rule) -> None:
    left, right = rule.ref, rule.expr
    covering = [old for old in found.rules if covers(old, left)]
    if is_numeric(right):
        if not covering:
            found.lines[line.number] = "a value"
    elif not is_usable(right) or len(left.indices) != len(set(left.indices)):
        found.lines[line.number] = "a scheme"
    elif not covering:
        found.rules.append(rule)
        found.lines[line.number] = "a definition"
    elif all(old.expr != right for old in covering if old.ref == left) and _is_local(line):
        _anew(found, line, rule)


def covers(rule: Rule, ref: Ref) -> bool:
    """Whether a definition gives *ref* its meaning already: as the same entry, a member of a family, a part or the whole."""
    if rule.ref.name != ref.name:
        return False
    more, fewer = ref.indices[len(rule.ref.indices) :], rule.ref.indices[len(ref.indices) :]
    if not all(isinstance(index, Ref) and index.name in rule.letters for index in fewer):
        return False
    if more and not rule.ref.name.endswith((SUPERSCRIPTED, BRACKETED)):
        return False
    for index, other in zip(rule.ref.indices, ref.indices, strict=False):
        letters = {node.name for node in nodes(index) if isinstance(node, Ref)} & set(rule.letters)
        if not letters and index != other:
            return False
    return True


def _is_local(line: Line) -> bool:
    """Whether the words around a formula bind its name for what follows."""
    return _LOCAL.search(line.words) is not None


def _anew(found: Definitions, line: Line, rule: Rule) -> None:
    if rule.ref.indices:
        return
    before = found.epochs[-1].rules if found.epochs else ()
    if not found.epochs:
        found.epochs.append(Epoch(0, ()))
    found.lines[line.number] = "a new meaning"
    found.epochs.append(Epoch(line.number, (*(old for old in before if old.ref != rule.ref), rule)))


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
    if isinstance(node, Call):
        return lookup(node.function.name) is not None
    return isinstance(node, Ref) and lookup(node.name) is not None


def _letters(ref: Ref) -> set[str]:
    return {node.name for index in ref.indices for node in nodes(index) if isinstance(node, Ref) and not node.indices}
