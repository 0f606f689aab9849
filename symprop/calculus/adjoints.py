r"""Reverse accumulation over named definitions.

.. math:: \bar x = \sum_{y \text{ uses } x} \bar y\, \frac{\partial y}{\partial x},\qquad \bar{of} = 1

Griewank and Walther, *Evaluating Derivatives* (2008), section 3.2.  Every quantity has one adjoint, written with
the adjoints of its consumers; nothing is expanded and nothing is derived twice, so the cost is linear in the
network.  With indices, one :class:`Adjoint` stands for all entries of a quantity, for widths of any size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from symprop.calculus.contract import Known, condition, solve
from symprop.calculus.partials import Occurrence, local_partials
from symprop.model.build import product, total
from symprop.model.expr import Expr, Indicator, Ref
from symprop.model.network import Definition, Network, Range
from symprop.model.walk import fresh_index, substitute


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one consumer passes back: ``Σ_binders adjoint(consumer) · partial · Π conditions``.

    ``consumer`` is the consumer's left side in the letters of the adjoint and of ``binders``.
    """

    consumer: Ref
    partial: Expr
    binders: tuple[Range, ...] = ()
    conditions: tuple[Expr, ...] = ()

    @property
    def is_plain(self) -> bool:
        """A single product, without sum or condition."""
        return not self.binders and not self.conditions


@dataclass(frozen=True, slots=True)
class Adjoint:
    """``∂of/∂quantity`` for all indices in ``ranges``, as the sum of what the consumers pass back.

    ``seed`` is the bracket ``[s = t]`` of a recurrence ``of[t]``, whose entries depend on each other; else None.
    """

    quantity: Ref
    ranges: tuple[Range, ...]
    contributions: tuple[Contribution, ...]
    seed: Expr | None = None


def accumulate(network: Network, of: str, wrt: Sequence[str] | None = None) -> dict[str, Adjoint]:
    """Adjoints of everything *of* depends on, consumers first.

    Args:
        network: the network.
        of: the name of the quantity that is differentiated; it is among the result only where its entries depend on each other.
        wrt: keep only what lies on a path to one of these names; None keeps all quantities and leaves.

    The first entry of a result for an indexed *of* uses its own letters as free indices.
    """
    needed = _between(network, of, wrt)
    # Of the definitions of one name all are read: h[0] and h[t] both consume.
    order = _reverse_order(network, of, needed)
    collected: dict[str, list[Contribution]] = {name: [] for name in needed}
    letters: dict[str, tuple[Ref, tuple[Range, ...]]] = {}
    reserved = {i.name for i in reference(network, of).indices if isinstance(i, Ref)}
    for name in order:
        for definition in network.by_name.get(name, ()):
            merged: dict[tuple[Ref, tuple[Range, ...]], list[Expr]] = {}
            for found in local_partials(network, definition):
                if found.ref.name in collected:
                    merged.setdefault((found.ref, found.binders), []).append(found.partial)
            for (ref, binders), partials in merged.items():
                if ref.name not in letters:
                    letters[ref.name] = generic(network, ref.name, reserved)
                found = Occurrence(ref, binders, total(*partials))
                made = transpose(found, definition, *letters[ref.name], reserved)
                if made is not None:
                    collected[ref.name].append(made)
    result: dict[str, Adjoint] = {}
    forward = {name: place for place, name in enumerate(network.by_name)}
    for name in [*order, *needed]:
        if (name != of or collected[of]) and name in collected and name not in result:
            quantity, ranges = letters.get(name) or generic(network, name, reserved)
            contributions = sorted(collected[name], key=lambda c: forward[c.consumer.name])
            seed = same_entry(quantity, reference(network, of)) if name == of else None
            result[name] = Adjoint(quantity, ranges, tuple(contributions), seed)
    return result


def same_entry(ref: Ref, of: Ref) -> Expr:
    """``∂of[t]/∂of[s]`` where entries do not depend on each other: ``[s = t]``, 1 for scalars."""
    return product(*(Indicator((a, b), ("=",)) for a, b in zip(ref.indices, of.indices, strict=True) if a != b))


def reference(network: Network, name: str) -> Ref:
    """*name* with its own index letters (those of its axes)."""
    return Ref(name, tuple(Ref(axis.index) for axis in network.axes(name)))


def generic(network: Network, name: str, reserved: set[str]) -> tuple[Ref, tuple[Range, ...]]:
    """*name* with distinct free letters, none of them *reserved*, and their ranges."""
    axes = network.axes(name)
    if not axes:  # of ten thousand scalars none needs to know the names of the others
        return Ref(name), ()
    taken = set(reserved) | set(network.leaves) | set(network.by_name)
    ranges: list[Range] = []
    for axis in axes:
        letter = axis.index if axis.index not in taken else fresh_index(taken)
        taken.add(letter)
        ranges.append(Range(letter, axis.lower, axis.upper))
    return Ref(name, tuple(Ref(r.index) for r in ranges)), tuple(ranges)


def transpose(
    found: Occurrence, definition: Definition, quantity: Ref, ranges: tuple[Range, ...], reserved: set[str]
) -> Contribution | None:
    """What *definition* passes back to *quantity* through one occurrence; None if it is 0.

    The index equations ``occurrence index = letter of the quantity`` are solved for the definition's own letters
    first, then for the sums'; what is left stays a sum, what cannot be solved stays a bracket.
    """
    targets = [i.name for i in quantity.indices if isinstance(i, Ref)]
    bound = [*definition.ranges, *found.binders]
    temporary = {r.index: f"{r.index}′" for r in bound}  # a letter that the notation cannot write: never taken
    put: dict[Ref, Expr] = {Ref(old): Ref(new) for old, new in temporary.items()}
    open_ = [Range(temporary[r.index], substitute(r.lower, put), substitute(r.upper, put)) for r in bound]
    equations = [
        Indicator((Ref(target), substitute(index, put)), ("=",)) for index, target in zip(found.ref.indices, targets, strict=True)
    ]
    consumer, partial = substitute(definition.ref, put), substitute(found.partial, put)
    known = Known.of(ranges)
    conditions: list[Expr] = []
    pending = list(equations)
    progress = True
    while progress:
        progress = False
        for equation in pending:
            for candidate in open_:
                value = solve(equation, candidate.index)
                if value is None:
                    continue
                solved: dict[Ref, Expr] = {Ref(candidate.index): value.expr}
                pending.remove(equation)
                open_.remove(candidate)
                inner = known
                for other in open_:
                    inner = inner.also(other)
                conditions = [substitute(c, solved) for c in conditions]
                conditions += condition(value, candidate, inner)
                pending = [_put(e, solved) for e in pending]
                open_ = [Range(r.index, substitute(r.lower, solved), substitute(r.upper, solved)) for r in open_]
                consumer, partial = substitute(consumer, solved), substitute(partial, solved)
                progress = True
                break
            if progress:
                break
    for equation in pending:
        verdict = _truth(equation)
        if verdict is False:
            return None
        if verdict is None:
            conditions.append(equation)
    return _relettered(consumer, partial, open_, conditions, {v: k for k, v in temporary.items()}, {*targets, *reserved})


def _put(equation: Indicator, solved: Mapping[Ref, Expr]) -> Indicator:
    made = substitute(equation, solved)
    assert isinstance(made, Indicator)
    return made


def _truth(equation: Indicator) -> bool | None:
    """Whether an equation of index expressions holds always (True), never (False), or depends (None)."""
    from symprop.model.affine import difference

    gap = difference(*equation.operands)
    return None if gap is None else gap == 0


def _relettered(
    consumer: Ref | Expr,
    partial: Expr,
    binders: list[Range],
    conditions: list[Expr],
    original: Mapping[str, str],
    taken: set[str],
) -> Contribution:
    """Give what is still summed its author's letter back, or one that the solved sums left free."""
    used = set(taken)
    names: dict[Ref, Expr] = {}
    for binder in binders:
        letter = fresh_index(used, (original[binder.index], *original.values()))
        used.add(letter)
        names[Ref(binder.index)] = Ref(letter)
    renamed = substitute(consumer, names)
    assert isinstance(renamed, Ref)
    return Contribution(
        renamed,
        substitute(partial, names),
        tuple(Range(_name(names[Ref(b.index)]), substitute(b.lower, names), substitute(b.upper, names)) for b in binders),
        tuple(substitute(c, names) for c in conditions),
    )


def _name(expr: Expr) -> str:
    assert isinstance(expr, Ref)
    return expr.name


def uses(network: Network, name: str) -> frozenset[str]:
    """Names of the quantities that the definitions of *name* use."""
    from symprop.model.walk import free_names

    found: set[str] = set()
    for definition in network.by_name.get(name, ()):
        letters = {r.index for r in definition.ranges}
        found |= {n for n in free_names(definition.expr) - letters if n in network.by_name or n in network.leaves}
    return frozenset(found)


def depends_on(network: Network, root: str) -> frozenset[str]:
    """Names of everything that *root* depends on (itself only in a recurrence)."""
    found: set[str] = set()
    stack = list(uses(network, root))
    while stack:
        name = stack.pop()
        if name not in found:
            found.add(name)
            stack += uses(network, name)
    return frozenset(found)


def _between(network: Network, of: str, wrt: Sequence[str] | None) -> dict[str, None]:
    """Names on a path from *of* down to one of *wrt* (or to anything), *of* included."""
    below: dict[str, frozenset[str]] = {}
    stack = [of]
    while stack:
        name = stack.pop()
        if name not in below:
            below[name] = uses(network, name)
            stack += below[name]
    if wrt is None:
        return dict.fromkeys(sorted(below, key=lambda n: n != of))
    consumers: dict[str, set[str]] = {}
    for name, used in below.items():
        for one in used:
            consumers.setdefault(one, set()).add(name)
    reach: dict[str, None] = {}
    stack = [name for name in wrt if name in below]
    while stack:
        name = stack.pop()
        if name not in reach:
            reach[name] = None
            stack += consumers.get(name, ())  # those of *of* too: its entries may depend on each other
    return {of: None, **reach}


def _reverse_order(network: Network, of: str, needed: Mapping[str, None]) -> list[str]:
    """Names in *needed*, consumers first: by the longest way to *of*, the author's order within a layer.

    A recurrence has no longest way; what its definitions use at another index does not count.
    """
    forward = [name for name in network.by_name if name in needed]
    level: dict[str, int] = dict.fromkeys(needed, 0)
    for name in reversed(forward):
        for one in uses(network, name):
            if one in level and one not in (name, of):
                level[one] = max(level[one], level[name] + 1)
    author = {name: place for place, name in enumerate([*forward, *network.leaves])}
    order = sorted(level, key=lambda name: (level[name], author[name]))
    order.remove(of)
    return [of, *order]
