"""Recurrences: lines that need each other at shifted indices become a loop over that index.

Everything else is in an order in which each line can be computed for all its indices at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from symprop.calculus.contract import Known
from symprop.codegen.hoist import Scope, scope_of, scoped_children
from symprop.codegen.meaning import guarded, is_apart
from symprop.codegen.program import Line, Program, names_in
from symprop.errors import InputError
from symprop.model.affine import Affine, affine
from symprop.model.build import number as exact
from symprop.model.build import total
from symprop.model.expr import Expr, Indicator, Mul, Ref
from symprop.model.network import Range
from symprop.model.walk import fresh_index, substitute, transform, walk


@dataclass(frozen=True, slots=True)
class Guarded:
    """A step of a loop that is taken only where the loop's index is in ``own``, the step's own range."""

    own: Range
    step: Line | Loop


@dataclass(frozen=True, slots=True)
class Loop:
    """``steps`` for each value of the index, in ascending or descending order."""

    bound: Range
    descending: bool
    steps: tuple[Line | Loop | Guarded, ...]


Step = Line | Loop | Guarded


def scheduled(program: Program) -> tuple[Step, ...]:
    """The lines of *program* as steps; the same in the same order where there is no recurrence.

    Raises:
        InputError: a recurrence has no index along which it can be computed.
    """
    if not program.has_recurrence:
        return program.lines
    return tuple(_Scheduler(program).order(program.lines, frozenset()))


def lines_of(steps: Sequence[Step]) -> Iterator[Line]:
    """Every line in *steps*."""
    for step in steps:
        if isinstance(step, Line):
            yield step
        elif isinstance(step, Guarded):
            yield from lines_of((step.step,))
        else:
            yield from lines_of(step.steps)


class _Scheduler:
    def __init__(self, program: Program) -> None:
        self.program = program

    def order(self, lines: Sequence[Line], fixed: frozenset[str]) -> Iterator[Step]:
        """Steps for *lines*; what another one uses at a shifted *fixed* letter has been computed before."""
        by_name: dict[str, list[int]] = {}
        for number, line in enumerate(lines):
            by_name.setdefault(line.name, []).append(number)
        needs = [self._needs(lines, number, by_name, fixed) for number in range(len(lines))]
        for component in _components(needs):
            members = [lines[number] for number in sorted(component)]
            if len(component) == 1 and component[0] not in needs[component[0]]:
                yield members[0]
            else:
                yield self._loop(members, fixed)

    def _needs(self, lines: Sequence[Line], number: int, by_name: Mapping[str, list[int]], fixed: frozenset[str]) -> list[int]:
        line = lines[number]
        found: dict[int, None] = {}
        for node, scope in _refs(line.expr, scope_of(line)):
            for other in by_name.get(node.name, ()):
                if not self._is_earlier(line, node, lines[other], fixed) and not _are_apart(node, lines[other], scope):
                    found[other] = None
        return list(found)

    def _is_earlier(self, line: Line, ref: Ref, other: Line, fixed: frozenset[str]) -> bool:
        """Is *ref* to *other* a reference to an earlier round of an enclosing loop, or to another entry?"""
        for own, used in zip(other.indices, ref.indices, strict=True):
            if isinstance(own, Ref) and own.name in fixed:
                shift = _shift(used, own.name)
                if shift is not None and shift != 0:
                    return True
            elif not isinstance(own, Ref) and line is other:
                return False
        return False

    def _loop(self, lines: list[Line], fixed: frozenset[str]) -> Loop:
        together = frozenset(line.name for line in lines)
        lines = [_by_letters(line, together) for line in lines]
        for place in range(len(lines[0].indices)):
            places = _places(lines, lines[0].name, place)
            if places is None:
                continue
            made = self._along(lines, places, fixed)
            if made is not None:
                return made
        names = ", ".join(sorted({line.name for line in lines}))
        raise InputError(f"the recurrence of {names} has no index along which it could be computed")

    def _along(self, lines: list[Line], places: Mapping[str, int], fixed: frozenset[str]) -> Loop | None:
        letters = [line.indices[places[line.name]] for line in lines]
        if not all(isinstance(letter, Ref) and letter.name not in fixed for letter in letters):
            return None
        taken = {r.index for line in lines for r in line.ranges} | {n for line in lines for n in names_in(line.expr)}
        first = letters[0]
        assert isinstance(first, Ref)
        common = first.name if all(letter == first for letter in letters) else fresh_index({*taken, *fixed}, (first.name,))
        renamed = [_with_letter(line, places[line.name], common) for line in lines]
        shifts = [s for line in renamed for s in _shifts(line, places, common, {one.name for one in lines})]
        if any(s is None for s in shifts) or not shifts:
            return None
        known = [s for s in shifts if s is not None]
        if all(s <= 0 for s in known):
            descending = False
        elif all(s >= 0 for s in known):
            descending = True
        else:
            return None
        if not any(known):
            return None
        ranges = [next(r for r in line.ranges if r.index == common) for line in renamed]
        bound = _union(ranges)
        if bound is None:
            return None
        own = {line.ref: r for line, r in zip(renamed, ranges, strict=True)}
        steps = tuple(self._guarded(step, own, bound) for step in self.order(renamed, fixed | {common}))
        return Loop(bound, descending, steps)

    def _guarded(self, step: Step, own: Mapping[Ref, Range], bound: Range) -> Step:
        first = next(lines_of((step,)))
        mine = own[first.ref]
        same = (mine.lower, mine.upper) == (bound.lower, bound.upper)
        return step if same or isinstance(step, Guarded) else Guarded(mine, step)


def _places(lines: Sequence[Line], name: str, place: int) -> dict[str, int] | None:
    """At which of its indices each name of a recurrence carries the letter that *name* has at *place*."""
    places = {name: place}
    names = {line.name for line in lines}
    changed = True
    while changed:
        changed = False
        for line in lines:
            if line.name not in places or places[line.name] >= len(line.indices):
                continue
            letter = line.indices[places[line.name]]
            for node in walk(line.expr):
                if isinstance(node, Ref) and node.name in names and node.name not in places and isinstance(letter, Ref):
                    at = [p for p, index in enumerate(node.indices) if _shift(index, letter.name) is not None]
                    if not at:
                        return None
                    places[node.name] = at[0]
                    changed = True
    return places if places.keys() == names else None


def _refs(expr: Expr, scope: Scope) -> Iterator[tuple[Ref, Scope]]:
    """Every quantity in *expr*, with what is known of the letters there."""
    if isinstance(expr, Ref):
        yield expr, scope
    for child, inner in scoped_children(expr, guarded(scope, expr)):
        yield from _refs(child, inner)


def _are_apart(ref: Ref, other: Line, scope: Scope) -> bool:
    """Is *ref* known to be no entry that *other* makes?"""
    return any(is_apart(index, own, other, scope) for index, own in zip(ref.indices, other.indices, strict=True))


def _by_letters(line: Line, names: frozenset[str]) -> Line:
    """*line* with entries of *names* that a bracket singles out named by its letters: ``[t = 1] a[2]`` is ``[t = 1] a[t+1]``."""
    for place, index in enumerate(line.indices):
        if isinstance(index, Ref):
            line = _by_letter(line, index, place, names)
    return line


def _by_letter(line: Line, letter: Ref, place: int, names: frozenset[str]) -> Line:
    def visit(node: Expr) -> Expr | None:
        found = [value for factor in node.factors if (value := _value(factor, letter))] if isinstance(node, Mul) else []
        if not found or not isinstance(node, Mul):
            return None
        return Mul(tuple(transform(factor, lambda inner: shifted(inner, found[0])) for factor in node.factors))

    def shifted(node: Expr, value: Affine) -> Expr | None:
        if not isinstance(node, Ref) or node.name not in names or place >= len(node.indices):
            return None
        form = affine(node.indices[place])
        gap = None if form is None else form.plus(value, Fraction(-1))
        if gap is None or gap.coefficients:
            return None
        at = total(letter, exact(gap.constant)) if gap.constant else letter
        return Ref(node.name, (*node.indices[:place], at, *node.indices[place + 1 :]))

    return replace(line, expr=transform(line.expr, visit))


def _value(factor: Expr, letter: Ref) -> Affine | None:
    """What *letter* is where the bracket *factor* holds, if that is one value."""
    if not isinstance(factor, Indicator) or factor.operators != ("=",) or factor.operands[0] != letter:
        return None
    return affine(factor.operands[1])


def _with_letter(line: Line, place: int, letter: str) -> Line:
    old = line.indices[place]
    if old == Ref(letter):
        return line
    put: dict[Ref, Expr] = {Ref(old.name): Ref(letter)} if isinstance(old, Ref) else {}
    ranges = tuple(
        Range(letter if Ref(r.index) == old else r.index, substitute(r.lower, put), substitute(r.upper, put)) for r in line.ranges
    )
    return replace(line, expr=substitute(line.expr, put), indices=tuple(substitute(i, put) for i in line.indices), ranges=ranges)


def _shifts(line: Line, places: Mapping[str, int], letter: str, names: set[str]) -> Iterator[int | None]:
    for node in walk(line.expr):
        if isinstance(node, Ref) and node.name in names:
            yield _shift(node.indices[places[node.name]], letter)


def _shift(index: Expr, letter: str) -> int | None:
    """``c`` where *index* is ``letter + c``, else None."""
    form = affine(index)
    if form is None or dict(form.coefficients) != {letter: 1} or form.constant.denominator != 1:
        return None
    return int(form.constant)


def _union(ranges: Sequence[Range]) -> Range | None:
    lower = _extreme([r.lower for r in ranges], smallest=True)
    upper = _extreme([r.upper for r in ranges], smallest=False)
    return None if lower is None or upper is None else Range(ranges[0].index, lower, upper)


def _extreme(bounds: Sequence[Expr], *, smallest: bool) -> Expr | None:
    nothing = Known({})
    forms: list[tuple[Expr, Affine]] = []
    for bound in dict.fromkeys(bounds):
        form = affine(bound)
        if form is None:
            return None
        forms.append((bound, form))
    for bound, form in forms:
        if all(nothing.at_least(other, form) if smallest else nothing.at_least(form, other) for _, other in forms):
            return bound
    return None


def _components(needs: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Strongly connected components, each after what it needs; the order of the numbers where it is free.

    R. Tarjan, Depth-first search and linear graph algorithms (1972), without recursion.
    """
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    for root in range(len(needs)):
        if root in index:
            continue
        work = [(root, iter(needs[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, rest = work[-1]
            following = next(rest, None)
            if following is None:
                work.pop()
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[node])
                if low[node] == index[node]:
                    at = stack.index(node)
                    component = stack[at:]
                    del stack[at:]
                    on_stack.difference_update(component)
                    yield component
            elif following not in index:
                index[following] = low[following] = len(index)
                stack.append(following)
                on_stack.add(following)
                work.append((following, iter(needs[following])))
            elif following in on_stack:
                low[node] = min(low[node], index[following])
