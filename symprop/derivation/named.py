"""Equations of one kind in index letters: in the numbers of the network's own names, or from layer to layer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from symprop.derivation.patterns import Case, block, generalise, generalise_ranges, numbers_in, varying
from symprop.derivation.step import Chain, Link
from symprop.evaluation.verdict import Status, Verdict
from symprop.model.build import product, split
from symprop.model.expr import Add, Expr, Ref, Sum
from symprop.model.names import normal
from symprop.model.network import Range
from symprop.model.walk import children, rebuild, walk

FEWEST = 2
"""Equations from which on letters say it shorter."""


@dataclass(frozen=True, slots=True)
class Equation:
    """A line about ``own`` that mentions ``others``: a delta and those it is made of, a pre-activation and what enters it."""

    own: Ref
    others: tuple[Ref, ...]
    line: Chain

    @property
    def right(self) -> Expr:
        """What the line says."""
        return self.line.links[-1].expr


def in_names(equations: Sequence[Equation], letters: tuple[str, str], taken: Collection[str]) -> tuple[Chain, ...]:
    """The equations in index letters, as far as the numbers in their names allow it: one line for each family of names.

    The first of *letters* is for the quantity that a line is about, the second for the others.
    """
    groups: defaultdict[object, list[Equation]] = defaultdict(list)
    for equation in equations:
        groups[_kind(equation)].append(equation)
    known = {normal(name) for name in taken}
    found = (_in_names(group, letters) for group in groups.values())
    return tuple(line for line in found if line is not None and not _made_up(line) & known)


def over_layers(equations: Sequence[Equation], letter: str) -> Iterator[tuple[Chain, Sequence[Equation]]]:
    """The equations of indexed layers that differ in the number of the layer only, with those that they are."""
    groups: defaultdict[object, list[Equation]] = defaultdict(list)
    for equation in equations:
        groups[(_stems(equation.line.left)[0], len(equation.line.ranges))].append(equation)
    for group in groups.values():
        lettered = [_lettered(equation, group[0].line) for equation in group]
        whole = slice(0, len(group))
        for part in (whole, slice(0, -1), slice(1, None)):  # the first layer may have an input where others have activations
            line = _layered(lettered[part], letter)
            if line is not None:
                yield line, group[part]
                break


# ── In the numbers of names ───────────────────────────────────────────────────────────────────────────────────────


def _in_names(group: Sequence[Equation], letters: tuple[str, str]) -> Chain | None:
    for single in (False, True):
        summed = _summed(group, letters, single=single)
        if summed is not None:
            return summed
        for cases in _readings(group, letters, single=single):
            ranges = block(cases)
            left = generalise([e.line.left for e in group], cases, single=single)
            right = generalise([e.right for e in group], cases, single=single)
            if ranges is not None and left is not None and right is not None:
                return _line(left, right, ranges, group)
    return None


def _readings(group: Sequence[Equation], letters: tuple[str, str], *, single: bool) -> Iterator[Sequence[Case]]:
    """Which numbers the letters may be: that of the quantity itself and that of the one other, or either."""
    if len(group) < FEWEST:
        return
    first, second = letters
    own = varying([e.own.name for e in group], single=single)
    other = varying([e.others[0].name for e in group], single=single) if all(len(e.others) == 1 for e in group) else None
    if own is not None and other is not None:
        yield [{first: i, second: j} for i, j in zip(own, other, strict=True)]
    if own is not None:
        yield [{first: i} for i in own]
    if other is not None:
        yield [{second: j} for j in other]


def _summed(group: Sequence[Equation], letters: tuple[str, str], *, single: bool) -> Chain | None:
    """Several terms in each, told apart by the number of the other quantity: ``Σ_j``."""
    first, second = letters
    if any(len(e.others) < FEWEST for e in group):
        return None
    split_up = [_terms(e.right) for e in group]
    pairs = [(e, other) for e in group for other in e.others]
    bodies = [term for _, terms in split_up for term in terms]
    own = varying([e.own.name for e, _ in pairs], single=single)
    others = varying([other.name for _, other in pairs], single=single)
    if others is None or len(bodies) != len(pairs) or (own is None and len(group) > 1):
        return None
    cases: list[Case] = [{**({first: own[n]} if own else {}), second: j} for n, j in enumerate(others)]
    heads: list[Case] = [{first: own[n]} if own else {} for n in _starts(group)]
    ranges = block(cases)
    body = generalise(bodies, cases, single=single)
    left = generalise([e.line.left for e in group], heads, single=single)
    head = generalise([head for head, _ in split_up], heads, single=single)
    if ranges is None or body is None or left is None or head is None:
        return None
    *free, bound = ranges
    return _line(left, product(head, Sum(body, bound.index, bound.lower, bound.upper)), tuple(free), group)


def _starts(group: Sequence[Equation]) -> Iterator[int]:
    start = 0
    for equation in group:
        yield start
        start += len(equation.others)


def _terms(expr: Expr) -> tuple[Expr, tuple[Expr, ...]]:
    """``head·(a + b)`` as its head and its terms."""
    coefficient, factors = split(expr)
    if coefficient != 1 or not factors or not isinstance(factors[-1], Add):
        return expr, ()
    return product(*factors[:-1]), factors[-1].terms


def _kind(equation: Equation) -> object:
    return _stems(equation.line.left), len(equation.others), tuple(dict.fromkeys(_stems(other) for other in equation.others))


def _stems(expr: Expr) -> tuple[str, ...]:
    """The names in *expr* without their numbers."""
    return tuple(numbers_in(node.name)[0] for node in walk(expr) if isinstance(node, Ref))


def _made_up(line: Chain) -> set[str]:
    """The names in *line* that have a letter for a number."""
    letters = {r.index for r in line.ranges} | {n.index for n in walk(line.links[-1].expr) if isinstance(n, Sum)}
    names = {node.name for side in (line.left, line.links[-1].expr) for node in walk(side) if isinstance(node, Ref)}
    return {normal(name) for name in names if any(letter in name for letter in letters)} - {normal(letter) for letter in letters}


def _line(left: Expr, right: Expr, ranges: tuple[Range, ...], group: Sequence[Equation]) -> Chain:
    verdicts = [link.verdict for equation in group for link in equation.line.links]
    proved = all(verdict.status is Status.PROVED for verdict in verdicts)
    every = f"stands for {len(group)} lines, each of which was {'proved' if proved else 'judged'}"
    verdict = Verdict(Status.PROVED if proved else Status.SAMPLED, every)
    return Chain(left, (Link(right, "general", (), verdict),), ranges)


# ── From layer to layer ───────────────────────────────────────────────────────────────────────────────────────────


def _layered(group: Sequence[Equation], letter: str) -> Chain | None:
    if len(group) < FEWEST:
        return None
    own = varying([e.own.name for e in group])
    if own is None:
        return None
    cases = [{letter: number} for number in own]
    layers = block(cases)
    left = generalise([e.line.left for e in group], cases)
    right = generalise([e.right for e in group], cases)
    ranges = generalise_ranges([e.line.ranges for e in group], cases)
    if layers is None or left is None or right is None or ranges is None:
        return None
    return _line(left, right, (*layers, *ranges), group)


def _lettered(equation: Equation, model: Chain) -> Equation:
    """*equation* with the letters of *model*, free and bound ones, in the order in which they stand."""
    theirs, ours = _letters(equation.line), _letters(model)
    if len(theirs) != len(ours):
        return equation
    renamed: Mapping[str, str] = dict(zip(theirs, ours, strict=True))
    put: dict[Ref, Expr] = {Ref(old): Ref(new) for old, new in renamed.items()}
    line = equation.line
    links = tuple(replace(link, expr=_renamed(link.expr, put, renamed)) for link in line.links)
    ranges = tuple(replace(r, index=renamed[r.index]) for r in line.ranges)
    return replace(equation, line=Chain(_renamed(line.left, put, renamed), links, ranges))


def _letters(line: Chain) -> list[str]:
    bound = [node.index for node in walk(line.links[-1].expr) if isinstance(node, Sum)]
    return list(dict.fromkeys([*(r.index for r in line.ranges), *bound]))


def _renamed(expr: Expr, put: dict[Ref, Expr], renamed: Mapping[str, str]) -> Expr:
    """All letters at once: the sum's own letter first gets a name that nothing else has."""
    if not isinstance(expr, Sum):
        if isinstance(expr, Ref) and expr in put:
            return put[expr]
        return rebuild(expr, tuple(_renamed(child, put, renamed) for child in children(expr)))
    body, lower, upper = (_renamed(part, put, renamed) for part in (expr.body, expr.lower, expr.upper))
    return replace(expr, body=body, index=renamed.get(expr.index, expr.index), lower=lower, upper=upper)
