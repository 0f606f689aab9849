"""Going through trees: children, rebuilding, free names, substitution that respects bound indices.

A :class:`Sum` and an indexed :class:`Softmax` bind their ``index`` in their body (not in their bounds, nor in
the softmax's ``at``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from symprop.model.affine import affine
from symprop.model.expr import (
    Add,
    Apply,
    Diag,
    Div,
    Expr,
    Hadamard,
    Identity,
    Increment,
    Indicator,
    MatMul,
    Mul,
    Neg,
    Norm,
    Number,
    Ones,
    Partial,
    Pow,
    Ref,
    Softmax,
    Sum,
    Transpose,
)

INDEX_LETTERS = ("i", "j", "k", "l", "m", "p", "q", "r", "s", "a", "b", "c")
"""Letters for fresh indices, in order of preference."""


def children(expr: Expr) -> tuple[Expr, ...]:
    """The direct subexpressions, in reading order (index expressions and bounds included)."""
    return _CHILDREN[type(expr)](expr)


def rebuild(expr: Expr, parts: tuple[Expr, ...]) -> Expr:
    """The same node with *parts* in the place of its children; *expr* itself where nothing changed."""
    if all(new is old for new, old in zip(parts, children(expr), strict=True)):
        return expr
    return _REBUILD[type(expr)](expr, parts)


def walk(expr: Expr) -> Iterator[Expr]:
    """Every node, parents before children, left to right."""
    stack = [expr]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children(node)))


def size(expr: Expr) -> int:
    """Number of nodes."""
    return sum(1 for _ in walk(expr))


def bound_index(expr: Expr) -> str:
    """The index that this node binds in its body, or ""."""
    return expr.index if isinstance(expr, Sum | Softmax) else ""


def free_refs(expr: Expr) -> tuple[Ref, ...]:
    """The references that are not bound indices, each once, in reading order.

    A reference whose index expressions use a bound index is returned as it stands.
    """
    found: dict[Ref, None] = {}
    _collect(expr, frozenset(), found)
    return tuple(found)


def free_names(expr: Expr) -> frozenset[str]:
    """Names of everything that occurs free: quantities, sizes and free indices."""
    return frozenset(ref.name for ref in free_refs(expr))


def mentions(expr: Expr, name: str) -> bool:
    """Does *name* occur free in *expr*?"""
    return any(ref.name == name for ref in free_refs(expr))


def substitute(expr: Expr, mapping: Mapping[Ref, Expr]) -> Expr:
    """*expr* with each :class:`Ref` that is a key replaced; bound indices are renamed where they would capture.

    The quantity of a :class:`Partial` (``wrt``) and of an :class:`Increment` is replaced only by another
    :class:`Ref`; inside index expressions the mapping applies too, so ``{j: p}`` turns ``W[j,k]`` into ``W[p,k]``.
    """
    if not mapping:
        return expr
    return _substitute(expr, dict(mapping))


def transform(expr: Expr, change: Callable[[Expr], Expr | None]) -> Expr:
    """Rebuild bottom-up; *change* gets each node with its new children and returns another node, or None to keep it."""
    parts = tuple(transform(child, change) for child in children(expr))
    node = rebuild(expr, parts)
    changed = change(node)
    return node if changed is None else changed


def fresh_index(taken: Iterable[str], preferred: Iterable[str] = ()) -> str:
    """An index letter that is not in *taken*: one of *preferred*, else the first free common one."""
    used = set(taken)
    for letter in (*preferred, *INDEX_LETTERS):
        if letter not in used:
            return letter
    number = 1
    while f"i_{number}" in used:
        number += 1
    return f"i_{number}"


def rename_bound(expr: Sum | Softmax, index: str) -> Sum | Softmax:
    """The same sum or softmax with its bound index called *index* (which must not be free in the body)."""
    mapping: dict[Ref, Expr] = {Ref(expr.index): Ref(index)}
    if isinstance(expr, Sum):
        return replace(expr, body=substitute(expr.body, mapping), index=index)
    return replace(expr, arguments=tuple(substitute(a, mapping) for a in expr.arguments), index=index)


def _collect(expr: Expr, bound: frozenset[str], found: dict[Ref, None]) -> None:
    if isinstance(expr, Ref):
        if expr.indices or expr.name not in bound:
            found[expr] = None
        for position in expr.indices:
            _collect(position, bound, found)
        return
    index = bound_index(expr)
    inner = bound | {index} if index else bound
    for child, is_body in _with_scope(expr):
        _collect(child, inner if is_body else bound, found)


def _with_scope(expr: Expr) -> Iterator[tuple[Expr, bool]]:
    """Children, each with whether the node's bound index is in force there."""
    if isinstance(expr, Sum):
        yield expr.body, True
        yield expr.lower, False
        yield expr.upper, False
    elif isinstance(expr, Softmax):
        for argument in expr.arguments:
            yield argument, True
        if expr.lower is not None and expr.upper is not None:
            yield expr.lower, False
            yield expr.upper, False
        yield expr.at, False
    else:
        for child in children(expr):
            yield child, False


def _substitute(expr: Expr, mapping: dict[Ref, Expr]) -> Expr:
    if isinstance(expr, Ref) and expr in mapping:
        return mapping[expr]
    if isinstance(expr, Number):
        return expr
    index = bound_index(expr)
    if index:
        return _substitute_scoped(expr, index, mapping)
    parts = tuple(_substitute(child, mapping) for child in children(expr))
    if isinstance(expr, Partial) and not isinstance(parts[1], Ref):
        parts = (parts[0], _substitute_indices(expr.wrt, mapping))
    if isinstance(expr, Increment) and not isinstance(parts[0], Ref):
        parts = (_substitute_indices(expr.weight, mapping),)
    node = rebuild(expr, parts)
    if isinstance(node, Ref) and node is not expr:
        node = _worked_out(node, mapping)
        return mapping.get(node, node)
    return node


def _worked_out(ref: Ref, mapping: dict[Ref, Expr]) -> Ref:
    """``h[n - (n - i + 1) + 1]`` as ``h[i]``; the author's spelling stays where letters were only renamed."""
    if all(isinstance(value, Ref) for value in mapping.values()):
        return ref
    values = [affine(index) for index in ref.indices]
    parts = (index if value is None else value.expr for index, value in zip(ref.indices, values, strict=True))
    return Ref(ref.name, tuple(parts), span=ref.span)


def _substitute_indices(ref: Ref, mapping: dict[Ref, Expr]) -> Ref:
    return Ref(ref.name, tuple(_substitute(i, mapping) for i in ref.indices))


def _substitute_scoped(expr: Expr, index: str, mapping: dict[Ref, Expr]) -> Expr:
    assert isinstance(expr, Sum | Softmax)
    inner = {key: value for key, value in mapping.items() if key != Ref(index)}
    body = expr.body if isinstance(expr, Sum) else expr.arguments[0]
    names = free_names(body)
    used = {key: value for key, value in inner.items() if key.name in names}
    arriving = {name for value in used.values() for name in free_names(value)}
    if index in arriving:
        renamed = rename_bound(expr, fresh_index(arriving | names | {index}))
        return _substitute_scoped(renamed, renamed.index, mapping)
    parts = tuple(_substitute(child, inner if is_body else mapping) for child, is_body in _with_scope(expr))
    return rebuild(expr, parts)


def _softmax_children(e: Softmax) -> tuple[Expr, ...]:
    bounds = (e.lower, e.upper) if e.lower is not None and e.upper is not None else ()
    return (*e.arguments, *bounds, e.at)


def _rebuild_softmax(e: Softmax, p: tuple[Expr, ...]) -> Expr:
    count = len(e.arguments)
    lower, upper = (p[count], p[count + 1]) if e.index else (None, None)
    return replace(e, arguments=p[:count], lower=lower, upper=upper, at=p[-1])


def _ref(expr: Expr) -> Ref:
    assert isinstance(expr, Ref)
    return expr


_CHILDREN: dict[type[Expr], Callable[..., tuple[Expr, ...]]] = {
    Number: lambda _e: (),
    Ref: lambda e: e.indices,
    Add: lambda e: e.terms,
    Neg: lambda e: (e.operand,),
    Mul: lambda e: e.factors,
    Hadamard: lambda e: e.factors,
    Div: lambda e: (e.numerator, e.denominator),
    Pow: lambda e: (e.base, e.exponent),
    Apply: lambda e: e.arguments,
    Softmax: _softmax_children,
    Sum: lambda e: (e.body, e.lower, e.upper),
    Indicator: lambda e: e.operands,
    Partial: lambda e: (e.of, e.wrt),
    Increment: lambda e: (e.weight,),
    MatMul: lambda e: e.factors,
    Transpose: lambda e: (e.operand,),
    Norm: lambda e: (e.operand,),
    Ones: lambda e: (e.size,),
    Identity: lambda e: (e.size,),
    Diag: lambda e: (e.operand,),
}

_REBUILD: dict[type[Expr], Callable[..., Expr]] = {
    Ref: lambda e, p: Ref(e.name, p, span=e.span),
    Add: lambda e, p: Add(p, span=e.span),
    Neg: lambda e, p: Neg(p[0], span=e.span),
    Mul: lambda e, p: Mul(p, e.signs, span=e.span),
    Hadamard: lambda e, p: Hadamard(p, span=e.span),
    Div: lambda e, p: Div(p[0], p[1], span=e.span),
    Pow: lambda e, p: Pow(p[0], p[1], span=e.span),
    Apply: lambda e, p: replace(e, arguments=p),
    Softmax: _rebuild_softmax,
    Sum: lambda e, p: replace(e, body=p[0], lower=p[1], upper=p[2]),
    Indicator: lambda e, p: replace(e, operands=p),
    Partial: lambda e, p: Partial(p[0], _ref(p[1]), span=e.span),
    Increment: lambda e, p: Increment(_ref(p[0]), span=e.span),
    MatMul: lambda e, p: MatMul(p, span=e.span),
    Transpose: lambda e, p: Transpose(p[0], span=e.span),
    Norm: lambda e, p: Norm(p[0], span=e.span),
    Ones: lambda e, p: Ones(p[0], span=e.span),
    Identity: lambda e, p: Identity(p[0], span=e.span),
    Diag: lambda e, p: Diag(p[0], span=e.span),
}
