"""Mistakes that people make with matrices, and other ways to say the same; whether an edit is either, the oracle says."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from tools.campaign.families import ONE, Case, Claim
from tools.campaign.mutations import MISTAKES
from tools.campaign.nodes import (
    Add,
    Diag,
    Div,
    Fn,
    Had,
    Ix,
    MatMul,
    Mul,
    Neg,
    Node,
    Norm,
    NormSq,
    Num,
    Ones,
    Par,
    Q,
    Tr,
    children,
)
from tools.campaign.rewrites import REWRITES

Edit = Callable[[Node, Case], Iterator[Node]]


def _outer(node: Node, _: Case) -> Iterator[Node]:
    """``a δᵀ``, ``aᵀ δ``, ``δ a`` for ``δ aᵀ``."""
    if isinstance(node, MatMul) and len(node.factors) == 2:
        one, two = node.factors
        yield MatMul((_turned(two), _turned(one)))
        yield MatMul((_turned(one), _turned(two)))
        yield MatMul((_bare(one), _bare(two)))
        yield MatMul((two, one))


def _turned(node: Node) -> Node:
    return node.operand if isinstance(node, Tr) else Tr(node)


def _bare(node: Node) -> Node:
    return node.operand if isinstance(node, Tr) else node


def _transposed(node: Node, _: Case) -> Iterator[Node]:
    if isinstance(node, (Q, MatMul, Had, Par)):
        yield Tr(node)
    if isinstance(node, Tr):
        yield node.operand


def _norm(node: Node, _: Case) -> Iterator[Node]:
    """The norm of a residual for the residual."""
    if isinstance(node, Add):
        yield Norm(node)
        yield NormSq(node)


def _layer(node: Node, case: Case) -> Iterator[Node]:
    """The same quantity of another layer, where layers are told one by one."""
    if isinstance(node, Q) and node.name[-1:].isdigit():
        for other in (int(node.name[-1]) - 1, int(node.name[-1]) + 1):
            if f"{node.name[:-1]}{other}" in case.names:
                yield Q(f"{node.name[:-1]}{other}")


def _activation(node: Node, case: Case) -> Iterator[Node]:
    """``a`` for ``z`` and the reverse."""
    if isinstance(node, Q) and node.name[:1] in "az":
        other = ("z" if node.name[0] == "a" else "a") + node.name[1:]
        if not node.name[1:] or other in case.names:
            yield replace(node, name=other)


def _slope_lost(node: Node, _: Case) -> Iterator[Node]:
    if isinstance(node, Had) and any(isinstance(factor, Fn) for factor in node.factors):
        rest = tuple(factor for factor in node.factors if not isinstance(factor, Fn))
        yield rest[0] if len(rest) == 1 else Had(rest)
    if isinstance(node, Diag):
        yield node.operand


def _batch(node: Node, case: Case) -> Iterator[Node]:
    """The factor of a mean lost, doubled or too much, ones lost."""
    if isinstance(node, Mul) and isinstance(node.factors[0], Div) and node.factors[0] == Div(ONE, Ix("N")):
        yield node.factors[1] if len(node.factors) == 2 else Mul(node.factors[1:])
        yield Mul((node.factors[0], *node.factors))
    if isinstance(node, MatMul) and any(_bare(factor) == Ones() for factor in node.factors):
        rest = tuple(factor for factor in node.factors if _bare(factor) != Ones())
        yield rest[0] if len(rest) == 1 else MatMul(rest)
    elif isinstance(node, MatMul) and any(part == Ix("N") for _, right in case.definitions for part in _parts(right)):
        yield Mul((Div(ONE, Ix("N")), node))


def _parts(node: Node) -> Iterator[Node]:
    yield node
    for _, _, part in children(node):
        yield from _parts(part)


def _twice(node: Node, _: Case) -> Iterator[Node]:
    if isinstance(node, (MatMul, Had)):
        yield Mul((Num(Fraction(2)), node))
        yield Neg(node)


ARRAY_MISTAKES: Mapping[str, Edit] = {
    **{
        kind: MISTAKES[kind]
        for kind in (
            "sign", "lost factor", "lost term", "function for slope", "argument", "swapped name", "index", "layer", "transpose",
            "order", "hadamard", "number", "chain",
        )
    },
    "outer product": _outer,
    "transpose anywhere": _transposed,
    "norm": _norm,
    "layer by number": _layer,
    "activation for sum": _activation,
    "lost slope": _slope_lost,
    "batch": _batch,
    "factor": _twice,
}  # fmt: skip


# ------------------------------------------------------------------------------------------------ the same said otherwise


def _diagonals(node: Node, _: Case) -> Iterator[Node]:
    """``diag(f') u`` for ``u ⊙ f'`` of columns, ``u diag(f')`` of rows, and the reverse."""
    if isinstance(node, Had) and len(node.factors) == 2:
        for one, two in (node.factors, node.factors[::-1]):
            yield MatMul((Diag(two), one))
            yield MatMul((one, Diag(two)))


def _distributed(node: Node, _: Case) -> Iterator[Node]:
    """Sums in products, from both sides, and in products entry by entry."""
    if isinstance(node, (MatMul, Had)):
        for place, factor in enumerate(node.factors):
            if isinstance(factor, Add):
                before, after = node.factors[:place], node.factors[place + 1 :]
                terms = [
                    Neg(replace(node, factors=(*before, term.operand, *after)))
                    if isinstance(term, Neg)
                    else replace(node, factors=(*before, term, *after))
                    for term in factor.terms
                ]
                yield Add(tuple(terms))


def _reversed(node: Node, _: Case) -> Iterator[Node]:
    """``(AB)ᵀ = Bᵀ Aᵀ``, of any number of factors; the transpose of a transpose."""
    if isinstance(node, MatMul):
        yield Tr(MatMul(tuple(_turned(factor) for factor in reversed(node.factors))))
    if isinstance(node, Had):
        yield Tr(Had(tuple(_turned(factor) for factor in node.factors)))
    if isinstance(node, Tr) and isinstance(node.operand, MatMul):
        yield MatMul(tuple(_turned(factor) for factor in reversed(node.operand.factors)))


def _scalars(node: Node, _: Case) -> Iterator[Node]:
    """Numbers in another place of a product."""
    if isinstance(node, Mul) and len(node.factors) == 2 and isinstance(node.factors[1], (MatMul, Had)):
        number, arrays = node.factors
        assert isinstance(arrays, (MatMul, Had))
        first, *rest = arrays.factors
        yield replace(arrays, factors=(Mul((number, first)), *rest))
        if isinstance(number, Div) and number.above == ONE:
            yield Div(arrays, number.below)
    if isinstance(node, (MatMul, Had)):
        for place, factor in enumerate(node.factors):
            if isinstance(factor, Mul) and len(factor.factors) == 2:
                number, array = factor.factors
                yield Mul((number, replace(node, factors=(*node.factors[:place], array, *node.factors[place + 1 :]))))


def _grouped(node: Node, _: Case) -> Iterator[Node]:
    if isinstance(node, MatMul) and len(node.factors) > 2:
        yield MatMul((node.factors[0], MatMul(node.factors[1:])))


def _slopes(node: Node, case: Case) -> Iterator[Node]:
    """``σ(z) ⊙ (1 - σ(z))``, ``1 - a ⊙ a``."""
    if not isinstance(node, Fn) or not node.primes:
        return
    values: list[Node] = [replace(node, primes=0)]
    values += [left for left, right in case.definitions if right == values[0]]
    for value in values:
        if node.name == "sigmoid":
            yield Had((value, Add((ONE, Neg(value)))))
        if node.name == "tanh":
            yield Add((ONE, Neg(Had((value, value)))))


def _deltas(node: Node, case: Case) -> Iterator[Node]:
    """``∂E/∂z`` for ``δ``, and the reverse."""
    for left, right in case.definitions:
        if node == left and isinstance(right, Par):
            yield right
        if node == right and isinstance(right, Par):
            yield left


ARRAY_REWRITES: Mapping[str, Edit] = {
    **{
        kind: REWRITES[kind]
        for kind in ("order of factors", "order of terms", "signs", "definition by its name", "halves", "times one, plus zero")
    },
    "diagonal": _diagonals,
    "distributed": _distributed,
    "reversed": _reversed,
    "scalars moved": _scalars,
    "grouped": _grouped,
    "slope written out": _slopes,
    "delta": _deltas,
}


def both_sides(claim: Claim, kind: str, new: Node, dice: random.Random) -> tuple[Claim, str, Node]:
    """Both sides transposed, in some cases."""
    if dice.random() > 0.15 or not isinstance(claim.left, (Q, Par)):
        return claim, kind, new
    right: Node = Tr(new)
    if isinstance(new, MatMul):
        right = MatMul(tuple(_turned(factor) for factor in reversed(new.factors))) if dice.random() < 0.7 else Tr(new)
    elif isinstance(new, Tr):
        right = new.operand
    return replace(claim, left=Tr(claim.left)), f"{kind}, both sides transposed".strip(", "), right
