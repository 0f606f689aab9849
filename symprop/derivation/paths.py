"""The chain rule over the consumers of a quantity, as a line to print.

``Σ_c ∂E/∂c · ∂c/∂a`` holds with cut semantics only where *a* reaches *c* along no other way; there the line has
the partials by name.  Elsewhere (a skip, a recurrence) the local partial itself stands in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symprop.calculus.adjoints import Adjoint, Contribution
from symprop.calculus.backprop import Backprop
from symprop.derivation.step import Phrase
from symprop.derivation.verify import Verifier
from symprop.model.build import product, total
from symprop.model.expr import Expr, Indicator, Partial, Ref, Sum
from symprop.model.network import Range
from symprop.model.walk import free_names, fresh_index, mentions, walk

Symbol = Callable[[Ref], Expr]


def path_sum(backprop: Backprop, adjoint: Adjoint, symbol: Symbol) -> Expr:
    """The sum over the consumers, with ``symbol(c)`` for the adjoint of a consumer."""
    groups: dict[str, list[Contribution]] = {}
    for contribution in adjoint.contributions:
        groups.setdefault(contribution.consumer.name, []).append(contribution)
    return backprop.collected(total(*_seed(adjoint), *(_path(backprop, adjoint, group, symbol) for group in groups.values())))


def local_sum(backprop: Backprop, adjoint: Adjoint) -> Expr:
    """The same sum with all partials put in, sums and brackets as they come, before any is contracted."""
    spelled = (_spelled(c, backprop.refer(c.consumer)) for c in adjoint.contributions)
    return backprop.collected(total(*_seed(adjoint), *spelled))


def slopes(adjoint: Adjoint, verifier: Verifier) -> Phrase:
    """``∂y_q/∂z_j = y_q ([q = j] - y_j)`` for each consumer whose slope compares indices: why brackets stand in the sum.

    A reason is judged like a line: what does not hold as it stands (a second way to the same consumer) is not said.
    """
    pieces: list[str | Expr] = []
    for contribution in adjoint.contributions:
        slope = Partial(contribution.consumer, adjoint.quantity)
        ranges = (*adjoint.ranges, *contribution.binders)
        if has_equality(contribution.partial) and verifier.verdict(slope, contribution.partial, ranges).holds:
            pieces += ["; "] if pieces else []
            pieces += [slope, " = ", contribution.partial]
    return tuple(pieces)


def is_simple(contribution: Contribution) -> bool:
    """One entry of the consumer for each value of the sums: then ``∂c/∂a`` is the partial, entry by entry."""
    letters = {i.name for i in contribution.consumer.indices if isinstance(i, Ref)}
    bound = all(binder.index in letters for binder in contribution.binders)
    return bound and not contribution.conditions and not has_equality(contribution.partial)


def _seed(adjoint: Adjoint) -> tuple[Expr, ...]:
    return () if adjoint.seed is None else (adjoint.seed,)


def _path(backprop: Backprop, adjoint: Adjoint, group: Sequence[Contribution], symbol: Symbol) -> Expr:
    only = group[0]
    others = {c.consumer.name for c in adjoint.contributions} - {only.consumer.name}
    if len(group) == 1 and backprop.is_separate(adjoint, only):
        entries = _entries(only)
        if entries is not None:
            return _summed(product(symbol(only.consumer), Partial(only.consumer, adjoint.quantity)), entries)
    elif len(group) > 1 and not backprop.reaches(only.consumer.name, {*others, only.consumer.name}):
        binders = _all_entries(backprop, adjoint, only.consumer)
        consumer = Ref(only.consumer.name, tuple(Ref(b.index) for b in binders))
        return _summed(product(symbol(consumer), Partial(consumer, adjoint.quantity)), binders)
    return total(*(_spelled(c, symbol(c.consumer)) for c in group))


def _entries(contribution: Contribution) -> tuple[Range, ...] | None:
    """The sums that run over entries of the consumer; those within one entry belong to its partial.

    None where different values may mean the same entry, or where not every entry is meant: then no sum over entries
    says the same.
    """
    if contribution.conditions:
        return None
    within = {b.index for b in contribution.binders if not mentions(contribution.consumer, b.index)}
    entries = tuple(b for b in contribution.binders if b.index not in within)
    own = [free_names(i) & {b.index for b in entries} for i in contribution.consumer.indices]
    if any({b.index} not in own for b in entries):
        return None
    if any(mentions(bound, name) for b in entries for bound in (b.lower, b.upper) for name in within):
        return None
    return entries


def _spelled(contribution: Contribution, adjoint: Expr) -> Expr:
    return _summed(product(*contribution.conditions, adjoint, contribution.partial), contribution.binders)


def _summed(body: Expr, binders: Sequence[Range]) -> Expr:
    for binder in reversed(binders):
        body = Sum(body, binder.index, binder.lower, binder.upper)
    return body


def _all_entries(backprop: Backprop, adjoint: Adjoint, consumer: Ref) -> tuple[Range, ...]:
    taken = {r.index for r in adjoint.ranges} | {i.name for i in backprop.of.indices if isinstance(i, Ref)}
    taken |= set(backprop.network.leaves) | set(backprop.network.by_name)
    binders: list[Range] = []
    for axis in backprop.network.axes(consumer.name):
        letter = axis.index if axis.index not in taken else fresh_index(taken)
        taken.add(letter)
        binders.append(Range(letter, axis.lower, axis.upper))
    return tuple(binders)


def has_equality(expr: Expr) -> bool:
    """Is there a bracket ``[i = j]`` in *expr*?"""
    return any(isinstance(node, Indicator) and node.operators == ("=",) for node in walk(expr))
