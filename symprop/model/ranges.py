"""Over which values an index runs: the axes of a quantity, and the range that a formula implies for a letter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symprop.model.affine import Affine, affine, difference
from symprop.model.expr import Expr, Ref, Softmax
from symprop.model.network import Definition, Network, Range
from symprop.model.walk import INDEX_LETTERS, bound_index, children, walk

Bounds = tuple[Expr, Expr]


def axes_of(network: Network, name: str) -> tuple[Range, ...]:
    """The ranges of the indices of *name* as a whole; empty for scalars and unknown names.

    The pieces of several definitions are joined: ``h[0]`` and ``h[t]`` with t = 1..T give 0..T.  The suggested
    letters are those of the definition.
    """
    if name in network.leaves:
        return network.leaves[name].axes
    group = network.by_name.get(name, ())
    if not group:
        return ()
    axes = []
    for position in range(len(group[0].indices)):
        pieces = [piece(definition, position) for definition in group]
        joined = join(pieces)
        axes.append(Range(_letter(group, position), *(joined or (pieces[0][0], pieces[-1][1]))))
    return tuple(axes)


def piece(definition: Definition, position: int) -> Bounds:
    """The stretch of the axis *position* that *definition* covers: the range of its letter, or one fixed position."""
    index = definition.indices[position]
    own = _own_range(definition, position)
    return (own.lower, own.upper) if own else (index, index)


def join(pieces: Sequence[Bounds]) -> Bounds | None:
    """The union of stretches that follow one another without gap or overlap (equal ones count once), else None."""
    rest = list(dict.fromkeys(pieces))
    lower, upper = rest.pop(0)
    while rest:
        for candidate in rest:
            if difference(lower, candidate[1]) == 1:
                lower = candidate[0]
            elif difference(candidate[0], upper) == 1:
                upper = candidate[1]
            else:
                continue
            rest.remove(candidate)
            break
        else:
            return None
    return lower, upper


def equal_bounds(left: Bounds, right: Bounds) -> bool:
    """Are the two ranges the same, however their ends are written?"""
    return all(difference(a, b) == 0 for a, b in zip(left, right, strict=True))


def infer_range(body: Expr, index: str, network: Network, _context: Sequence[Range] = ()) -> Bounds | None:
    """The range that *body* implies for the free letter *index*: that of the axes which it indexes bare.

    Of a quantity with a fixed start (``h[0]``) and a general definition (``h[t]``) only the general one counts.
    The component of a softmax runs over the softmax.  None if nothing implies a range, or two uses imply
    different ones.
    """
    found: Bounds | None = None
    for bounds in _implied(body, index, network):
        if found is not None and not equal_bounds(found, bounds):
            return None
        found = found or bounds
    return found


def _implied(body: Expr, index: str, network: Network) -> Iterator[Bounds]:
    for name, position in bare_uses(body, index):
        bounds = general_axis(network, name, position)
        if bounds is not None:
            yield bounds
    for node in walk(body):
        if isinstance(node, Softmax) and node.at == Ref(index) and node.lower is not None and node.upper is not None:
            yield node.lower, node.upper


def general_axis(network: Network, name: str, position: int) -> Bounds | None:
    """The range of one axis of *name* without fixed positions (unless there are no others), None if unknown."""
    if name in network.leaves:
        axes = network.leaves[name].axes
        return (axes[position].lower, axes[position].upper) if position < len(axes) else None
    group = [d for d in network.by_name.get(name, ()) if position < len(d.indices)]
    general = [d for d in group if _own_range(d, position)]
    return join([piece(d, position) for d in general or group]) if group else None


def bare_uses(body: Expr, index: str) -> Iterator[tuple[str, int]]:
    """Name and axis of every place where *index*, free and alone, indexes a quantity."""
    wanted = Ref(index)
    stack = [body]
    while stack:
        node = stack.pop()
        if bound_index(node) == index:
            continue
        if isinstance(node, Ref):
            yield from ((node.name, position) for position, used in enumerate(node.indices) if used == wanted)
        stack.extend(reversed(children(node)))


def extremes(expr: Expr, ranges: Sequence[Range]) -> tuple[Affine, Affine] | None:
    """Smallest and largest value of an index expression over *ranges*, None if it is not linear.

    Ranges may depend on each other (``k = 1..j``), the later ones on the earlier ones.
    """
    combination = affine(expr)
    if combination is None:
        return None
    low = high = combination
    for own in reversed(ranges):
        lower, upper = affine(own.lower), affine(own.upper)
        if lower is None or upper is None:
            return None
        low = _at(low, own.index, lower, upper)
        high = _at(high, own.index, upper, lower)
    return low, high


def surely_negative(value: Affine) -> bool:
    """Is *value* below zero for all sizes, which are 1 at least?"""
    coefficients = value.coefficients.values()
    return all(c <= 0 for c in coefficients) and value.constant + sum(coefficients) < 0


def _at(value: Affine, index: str, if_positive: Affine, if_negative: Affine) -> Affine:
    factor = value.coefficients.get(index)
    if not factor:
        return value
    return value.without(index).plus(if_positive if factor > 0 else if_negative, factor)


def _own_range(definition: Definition, position: int) -> Range | None:
    index = definition.indices[position]
    if not isinstance(index, Ref) or index.indices:
        return None
    return next((r for r in definition.ranges if r.index == index.name), None)


def _letter(group: Sequence[Definition], position: int) -> str:
    own = (_own_range(definition, position) for definition in group)
    return next((r.index for r in own if r), INDEX_LETTERS[position % len(INDEX_LETTERS)])
