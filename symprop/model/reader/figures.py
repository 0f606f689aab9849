"""The numbers in ``values``: for leaves only, and in the shape of the leaf."""

from __future__ import annotations

from collections.abc import Mapping

from symprop.errors import InputError, Span
from symprop.model.affine import affine
from symprop.model.expr import Expr
from symprop.model.network import Leaf
from symprop.model.reader.vocabulary import undefined


def check_values(
    values: Mapping[str, tuple[object, Span]], leaves: Mapping[str, Leaf], defined: frozenset[str]
) -> dict[str, object]:
    """The values by name.

    Raises:
        InputError: a value for what has none of its own, or in another shape; sizes that contradict each other.
    """
    sizes: dict[str, tuple[int, str]] = {}
    for name, (value, span) in values.items():
        if name in defined:
            raise InputError(
                f"`{name}` is computed, so it has no value of its own", span, "give the values of what it is made of"
            )
        if name not in leaves:
            raise undefined(name, span, leaves)
        shape = _shape(value, span)
        leaf = leaves[name]
        if len(shape) != len(leaf.axes):
            wanted = f"a list nested {len(leaf.axes)} deep" if leaf.axes else "one number"
            raise InputError(f"the value of `{name}` is {wanted}", span)
        for length, axis in zip(shape, leaf.axes, strict=True):
            _check_length(length, axis.lower, axis.upper, name, span, sizes)
    return {name: value for name, (value, _) in values.items()}


def _shape(value: object, span: Span) -> tuple[int, ...]:
    if not isinstance(value, tuple):
        return ()
    shapes = {_shape(entry, span) for entry in value}
    if len(shapes) > 1:
        raise InputError("the rows of this value have different lengths", span)
    return (len(value), *shapes.pop())


def _check_length(length: int, lower: Expr, upper: Expr, name: str, span: Span, sizes: dict[str, tuple[int, str]]) -> None:
    low, high = affine(lower), affine(upper)
    if low is None or high is None:
        return
    count = high.plus(low.scaled(-low.constant.__class__(1))).coefficients
    wanted = high.constant - low.constant + 1
    if not count:
        if wanted != length:
            raise InputError(f"`{name}` has {wanted} entries along one axis, but {length} values stand here", span)
    elif len(count) == 1:
        size, factor = next(iter(count.items()))
        implied = (length - wanted) / factor
        known = sizes.setdefault(size, (int(implied), name))
        if implied.denominator != 1 or known[0] != implied:
            raise InputError(f"`{name}` says that {size} = {implied}, but `{known[1]}` says {known[0]}", span)
