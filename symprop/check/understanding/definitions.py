"""Which lines of a document define what: the first ``name = expression``, functions, and the rule of updating."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from symprop.check.document import Sign
from symprop.check.theory import FunctionRule, Rule, UpdateRule
from symprop.check.trees import nodes, parts
from symprop.check.understanding.lines import EQUALITIES, Line
from symprop.check.understanding.updating import update_rule
from symprop.check.written_names import label_of, version
from symprop.errors import Span
from symprop.model.expr import Add, Expr, Number, Ref
from symprop.model.functions import lookup
from symprop.model.written import BRACKETED, SUPERSCRIPTED, Big, Call, Derivative, Dots, Gradient, ungrouped

_LOCAL = re.compile(r"\b(here|let|where|set|call|denote|define|suppose|consider)\b", re.IGNORECASE)
"""Words with which a document binds a name for what follows, even one that it has used before."""

_SIGNS = EQUALITIES - {Sign.APPROXIMATES}


@dataclass(slots=True)
class Definitions:
    """What was collected, in the order of the document.

    ``lines`` says for each link (number of the statement, number of the link) that defines something what that is.
    """

    rules: list[Rule] = field(default_factory=list)
    functions: dict[str, FunctionRule] = field(default_factory=dict)
    update: UpdateRule | None = None
    schemes: frozenset[tuple[Expr, Expr]] = frozenset()
    own: frozenset[str] = frozenset()
    arrays: frozenset[str] = frozenset()
    functions_used: frozenset[str] = frozenset()
    lines: dict[tuple[int, int], str] = field(default_factory=dict)


def collect(
    lines: list[Line],
    letters: frozenset[str],
    given: Mapping[str, object],
    schemes: frozenset[tuple[Expr, Expr]] = frozenset(),
    own: frozenset[str] = frozenset(),
    arrays: frozenset[str] = frozenset(),
) -> Definitions:
    """Go through a document once.

    Args:
        lines: its lines.
        letters: its index letters.
        given: names that are defined elsewhere (by a network), which no line defines anew.
        schemes: (left side, right side) of what is stated in general and cannot be worked out.
        arrays: names of columns and matrices, of which an index is an entry.
        own: changes and versions of quantities that the document does not speak of otherwise: names like any other.
    """
    called = {
        node.function.name
        for line in lines
        for expr in line.exprs
        if expr is not None
        for node in nodes(expr)
        if isinstance(node, Call)
    }
    found = Definitions(schemes=schemes, own=own, arrays=arrays, functions_used=frozenset(called))
    for line in lines:
        for link in line.links:
            left, right = line.exprs[link], line.exprs[link + 1]
            if line.signs[link] in _SIGNS | {Sign.ASSIGNS} and left is not None and right is not None:
                _consider(found, Link(line, link, ungrouped(left), right), letters, given)
    return found


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a chain; ``left`` has no brackets around it."""

    line: Line
    number: int
    left: Expr
    right: Expr

    @property
    def key(self) -> tuple[int, int]:
        """The number of the statement, and of the link in it."""
        return self.line.number, self.number

    @property
    def span(self) -> Span:
        """Where its left side stands."""
        borrowed = self.number == 0 and self.line.statement.continues  # its left side stands in the statement before
        side = self.line.sides[1 if borrowed else self.number]
        return self.line.statement.formula.span(side.start, side.end)


def _consider(found: Definitions, link: Link, letters: frozenset[str], given: Mapping[str, object]) -> None:
    left, right = link.left, link.right
    if found.update is None:
        found.update = update_rule(left, right, link.span.line)
        if found.update is not None:
            found.lines[link.key] = "how weights change"
            return
    if link.line.signs[link.number] is Sign.ASSIGNS:
        return
    if (
        isinstance(left, Ref)
        and isinstance(right, Ref)
        and {left.name, right.name} <= letters
        and not left.indices + right.indices
    ):
        return  # `i = j`: a condition
    if isinstance(left, Call):
        _function(found, link, left)
    elif isinstance(left, Ref) and left.name not in given and _is_name(found, left) and not is_assignment(left, right):
        _quantity(found, link, rule_of(left, right, letters, link.span.line))


def _quantity(found: Definitions, link: Link, rule: Rule) -> None:
    left, right = rule.ref, rule.expr
    covering = [old for old in found.rules if covers(old, left, found.arrays)]
    if is_numeric(right):
        if not covering and link.number == 0:
            found.lines[link.key] = "a value"
    elif not is_usable(right) or (left, right) in found.schemes or _repeats(rule) or _names_function(found, right):
        found.lines[link.key] = "a scheme"
    elif _speaks_of_members(found.rules, rule) or _goes_on(found.rules, link):
        return
    elif (not covering or _begins_family(covering, rule)) and not _goes_round(found.rules, rule):
        found.rules.append(rule)
        found.lines[link.key] = "a definition"


def _goes_on(rules: list[Rule], link: Link) -> bool:
    """``∂z/∂x = W = V``: in the middle of a chain about a derivative, a name of which definitions are made is not defined."""
    first = link.line.exprs[0]
    if not link.number or first is None or not isinstance(ungrouped(first), Derivative | Gradient):
        return False
    return any(node == link.left for rule in rules for node in nodes(rule.expr))


def _repeats(rule: Rule) -> bool:
    """Whether a letter stands twice on the left (``w_{ii}``): that says something of the diagonal only."""
    letters = [index for index in rule.ref.indices if isinstance(index, Ref) and index.name in rule.letters]
    return len(letters) != len(set(letters))


def _begins_family(covering: list[Rule], rule: Rule) -> bool:
    """``a^1 = x`` beside ``a^l = σ(z^l)``: the first member is given, whatever the rule for the others says."""
    members = all(old.letters and old.ref != rule.ref for old in covering)
    return members and isinstance(ungrouped(rule.expr), Ref) and all(isinstance(index, Number) for index in rule.ref.indices[:1])


def _speaks_of_members(rules: list[Rule], rule: Rule) -> bool:
    r"""``\delta_i = …`` behind ``\delta_1 = ∂E/∂z_1`` and ``\delta_2 = ∂E/∂z_2`` says what these have in common: a claim."""
    if not rule.letters:
        return False
    old = [one for one in rules if one.ref.name == rule.ref.name and len(one.ref.indices) >= len(rule.ref.indices)]
    return sum(not one.letters and isinstance(ungrouped(one.expr), Derivative | Gradient) for one in old) > 1


def _is_name(found: Definitions, ref: Ref) -> bool:
    return not version(ref.name) or ref.name in found.own


def _names_function(found: Definitions, expr: Expr) -> bool:
    """Whether a function stands where a value must: ``f_2 d s (W x)`` is a slip, and defines nothing."""
    return any(isinstance(node, Ref) and node.name in found.functions_used for node in values_in(expr))


def covers(rule: Rule, ref: Ref, arrays: frozenset[str] = frozenset()) -> bool:
    """Whether a definition gives *ref* its meaning already: as the same entry, a member of a family, a part or the whole."""
    if rule.ref.name != ref.name:
        return False
    more, fewer = ref.indices[len(rule.ref.indices) :], rule.ref.indices[len(ref.indices) :]
    if not all(isinstance(index, Ref) and index.name in rule.letters for index in fewer):
        return False
    if more and not rule.ref.name.endswith((SUPERSCRIPTED, BRACKETED)) and rule.ref.name not in arrays:
        return False
    for index, other in zip(rule.ref.indices, ref.indices, strict=False):
        letters = {node.name for node in nodes(index) if isinstance(node, Ref)} & set(rule.letters)
        if not letters and index != other:
            return False
    return True


def rule_of(left: Ref, right: Expr, letters: frozenset[str], line: int) -> Rule:
    """The definition ``left = right``."""
    return Rule(left, right, tuple(sorted(_letters(left) & letters)), line)


def function_of(left: Call, right: Expr, line: int) -> FunctionRule | None:
    """The function that ``left = right`` defines; None if it defines none."""
    parameters = [argument.name for argument in left.arguments if isinstance(argument, Ref) and not argument.indices]
    if left.primes or len(parameters) != len(left.arguments) or not is_usable(right):
        return None
    if any(
        isinstance(node, Derivative | Gradient) or (isinstance(node, Call) and node.function == left.function)
        for node in nodes(right)
    ):
        return None
    return FunctionRule(label_of(left.function), tuple(parameters), right, line)


def binds_anew(line: Line) -> bool:
    """Whether the words around a formula bind its name for what follows."""
    return _LOCAL.search(line.words) is not None


def _function(found: Definitions, link: Link, left: Call) -> None:
    rule = function_of(left, link.right, link.span.line)
    if rule is None or rule.name in found.functions or (lookup(rule.name) is not None and len(rule.name) > 1):
        return  # what `tanh` is needs no saying: a claim
    found.functions[rule.name] = rule
    found.lines[link.key] = "a function"


def _goes_round(rules: list[Rule], rule: Rule) -> bool:
    """Whether a definition would be made of itself: ``x = z / w`` after ``z = w x`` is solved for x, not said of it."""
    waiting, seen = [rule.expr], set[Ref]()
    while waiting and not rule.letters:
        for node in values_in(waiting.pop()):
            if not isinstance(node, Ref) or node in seen:
                continue
            if node == rule.ref:
                return True
            seen.add(node)
            waiting += [old.expr for old in rules if old.ref == node]
    return False


def values_in(expr: Expr) -> Iterator[Expr]:
    """The nodes that stand for values: no functions, no indices."""
    yield expr
    if not isinstance(expr, Ref):
        for part in parts(expr):
            if not (isinstance(expr, Call) and part is expr.function):
                yield from values_in(part)


def is_assignment(left: Expr, right: Expr) -> bool:
    """Whether the left side occurs in the right: ``w = w + Δw`` says what to do, not what is."""
    return any(node == left for node in values_in(right)) and isinstance(ungrouped(right), Add)


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
