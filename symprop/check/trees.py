"""Going through the trees of documents, whose nodes are more than those of networks: by their fields, whatever they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace

from symprop.model.expr import Expr

_SLOTS: dict[type, tuple[str, ...]] = {}


def _slots(node: type[Expr]) -> tuple[str, ...]:
    """Names of the fields that hold the structure (cached: this runs for every node met)."""
    names = _SLOTS.get(node)
    if names is None:
        names = _SLOTS[node] = tuple(f.name for f in fields(node) if f.compare)
    return names


def parts(expr: Expr) -> Iterator[Expr]:
    """The direct subexpressions, in the order of the fields."""
    for name in _slots(type(expr)):
        yield from _within(getattr(expr, name))


def nodes(expr: Expr) -> Iterator[Expr]:
    """Every node, parents first, left to right."""
    stack = [expr]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(list(parts(node))))


def transformed(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The tree rebuilt from the leaves up, each node passed through *change*."""
    new: dict[str, object] = {}
    for name in _slots(type(expr)):
        value = getattr(expr, name)
        changed = _changed(value, change)
        if changed is not value:
            new[name] = changed
    return change(replace(expr, **new) if new else expr)  # type: ignore[arg-type]


def _within(value: object) -> Iterator[Expr]:
    if isinstance(value, Expr):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _within(item)


def _changed(value: object, change: Callable[[Expr], Expr]) -> object:
    if isinstance(value, Expr):
        return transformed(value, change)
    if isinstance(value, tuple):
        items = tuple(_changed(item, change) for item in value)
        return value if all(a is b for a, b in zip(items, value, strict=True)) else items
    return value
