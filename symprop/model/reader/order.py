"""In which order definitions can be evaluated; circles among them are refused unless they move along an index."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from symprop.errors import InputError, Span
from symprop.model.affine import affine
from symprop.model.expr import Expr, Ref, Softmax, Sum
from symprop.model.network import Definition, Range
from symprop.model.ranges import extremes, piece, surely_negative
from symprop.model.walk import children


@dataclass(frozen=True)
class Use:
    """Definition number ``user`` uses definition number ``used`` as ``ref``."""

    user: int
    used: int
    ref: Ref


def uses_in(expr: Expr, ranges: tuple[Range, ...]) -> Iterator[tuple[Ref, tuple[Range, ...]]]:
    """Every reference in *expr*, with the ranges of the letters in force there."""
    if isinstance(expr, Ref):
        yield expr, ranges
    inner = ranges
    if isinstance(expr, Sum | Softmax) and expr.lower is not None and expr.upper is not None:
        inner = (*ranges, Range(expr.index, expr.lower, expr.upper))
    for child in children(expr):
        yield from uses_in(child, inner)


def in_order(definitions: Sequence[Definition]) -> tuple[Definition, ...]:
    """*definitions*, each after those that it needs; the author's order where that is such an order.

    Raises:
        InputError: a circle, with the names in it.
    """
    uses = _all_uses(definitions)
    groups = components(len(definitions), ((use.user, use.used) for use in uses))
    group_of = {number: position for position, group in enumerate(groups) for number in group}
    inside: dict[int, list[Use]] = {}
    for use in uses:
        if group_of[use.user] == group_of[use.used]:
            inside.setdefault(group_of[use.user], []).append(use)
    recurrent: set[Use] = set()
    for circle in inside.values():
        recurrent |= _recurrence(definitions, circle)
    edges = {(use.user, use.used) for use in uses if use not in recurrent}
    return tuple(definitions[number] for number in _sorted(len(definitions), edges))


def _all_uses(definitions: Sequence[Definition]) -> list[Use]:
    by_name: dict[str, list[int]] = {}
    for number, definition in enumerate(definitions):
        by_name.setdefault(definition.name, []).append(number)
    found: dict[Use, None] = {}
    for number, definition in enumerate(definitions):
        for ref, ranges in uses_in(definition.expr, definition.ranges):
            for used in by_name.get(ref.name, ()):
                if _may_meet(ref, ranges, definitions[used]):
                    found[Use(number, used, ref)] = None
    return list(found)


def _may_meet(ref: Ref, ranges: tuple[Range, ...], definition: Definition) -> bool:
    """Can *ref* mean an entry that *definition* defines?"""
    for position, index in enumerate(ref.indices):
        lower, upper = piece(definition, position)
        reach, low, high = extremes(index, ranges), affine(lower), affine(upper)
        if reach is None or low is None or high is None:
            continue
        if surely_negative(reach[1].plus(low, Fraction(-1))) or surely_negative(high.plus(reach[0], Fraction(-1))):
            return False
    return True


def components(count: int, edges: Iterable[tuple[int, int]]) -> list[set[int]]:
    """The strongly connected components of a graph on ``0 … count-1`` (Kosaraju, without recursion)."""
    forward: list[list[int]] = [[] for _ in range(count)]
    backward: list[list[int]] = [[] for _ in range(count)]
    for start, end in edges:
        forward[start].append(end)
        backward[end].append(start)
    finished: list[int] = []
    seen = [False] * count
    for root in range(count):
        _visit(root, forward, seen, finished)
    seen = [False] * count
    found = []
    for root in reversed(finished):
        component: list[int] = []
        _visit(root, backward, seen, component)
        if component:
            found.append(set(component))
    return found


def _visit(root: int, following: list[list[int]], seen: list[bool], finished: list[int]) -> None:
    """Go through what *root* leads to, depth first; *finished* gets each new node after all that it leads to."""
    if seen[root]:
        return
    seen[root] = True
    work = [(root, iter(following[root]))]
    while work:
        node, rest = work[-1]
        for end in rest:
            if not seen[end]:
                seen[end] = True
                work.append((end, iter(following[end])))
                break
        else:
            work.pop()
            finished.append(node)


def _recurrence(definitions: Sequence[Definition], inside: Sequence[Use]) -> set[Use]:
    """The uses in a circle that go back along one axis; without them it must be none.

    Raises:
        InputError: it is a true circle.
    """
    axes = min(len(definitions[use.user].indices) for use in inside)
    for axis in range(axes):
        shifts = [_shift(definitions[use.user], use.ref, axis) for use in inside]
        known = [shift for shift in shifts if shift is not None]
        one_way = all(shift <= 0 for shift in known) or all(shift >= 0 for shift in known)
        if len(known) < len(shifts) or not one_way:
            continue
        level = [(use.user, use.used) for use, shift in zip(inside, known, strict=True) if shift == 0]
        if _has_no_circle(len(definitions), level):
            return {use for use, shift in zip(inside, known, strict=True) if shift != 0}
    raise _circle(definitions, inside)


def _shift(user: Definition, ref: Ref, axis: int) -> int | None:
    """By how much *ref* differs along *axis* from the entry that is being defined."""
    own, used = affine(user.indices[axis]), affine(ref.indices[axis])
    if own is None or used is None:
        return None
    gap = used.plus(own, Fraction(-1))
    return None if gap.coefficients else int(gap.constant)


def _has_no_circle(count: int, edges: Sequence[tuple[int, int]]) -> bool:
    return all(start != end for start, end in edges) and all(len(part) == 1 for part in components(count, edges))


def _circle(definitions: Sequence[Definition], inside: Sequence[Use]) -> InputError:
    """The message for a circle: the shortest one through its first definition."""
    following: dict[int, list[int]] = {}
    for use in inside:
        following.setdefault(use.user, []).append(use.used)
    start = min(following)
    came_from: dict[int, int] = {}
    queue = [start]
    for node in queue:
        for end in following.get(node, ()):
            if end not in came_from:
                came_from[end] = node
                queue.append(end)
    names = [definitions[start].name]
    node = came_from[start]
    while node != start:
        names.append(definitions[node].name)
        node = came_from[node]
    names.append(definitions[start].name)
    indexed = any(definitions[use.user].indices for use in inside)
    hint = (
        "a recurrence goes back along one index, as in h[t] = … h[t-1]"
        if indexed
        else "a definition uses only what can be computed before it"
    )
    return InputError(f"the definitions go in a circle: {' → '.join(reversed(names))}", name_span(definitions[start]), hint)


def name_span(definition: Definition) -> Span | None:
    """Where the name on the left side stands."""
    span = definition.span
    return None if span is None else Span(span.source, span.start, span.start + len(definition.name))


def _sorted(count: int, edges: Iterable[tuple[int, int]]) -> list[int]:
    """Topological order that prefers small numbers; an edge leads from a user to what it uses."""
    needs = dict.fromkeys(range(count), 0)
    users: Mapping[int, list[int]] = {number: [] for number in range(count)}
    for user, used in edges:
        needs[user] += 1
        users[used].append(user)
    ready = [number for number in range(count) if not needs[number]]
    order = []
    while ready:
        number = heapq.heappop(ready)
        order.append(number)
        for user in users[number]:
            needs[user] -= 1
            if not needs[user]:
                heapq.heappush(ready, user)
    return order
