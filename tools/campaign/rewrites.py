"""The same said otherwise: edits of a formula after which it means the same, as the oracle confirms."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from tools.campaign.families import HALF, ONE, TWO, Case, Claim, minus
from tools.campaign.nodes import (
    Add,
    Big,
    Div,
    Fn,
    Had,
    Ix,
    MatMul,
    Mul,
    Neg,
    Node,
    Num,
    Par,
    Pow,
    Q,
    Tr,
    everywhere,
    substituted,
)

Edit = Callable[[Node, Case], Iterator[Node]]


Whole = Callable[[Claim, str, Node, random.Random], tuple[Claim, str, Node]]
"""Changes both sides of a claim at once: the claim, the kinds so far, its new right side."""


def unchanged(claim: Claim, kind: str, new: Node, _dice: random.Random) -> tuple[Claim, str, Node]:
    """Both sides as they are."""
    return claim, kind, new


def _at(edit: Edit, case: Case) -> Callable[[Node], Iterator[Node]]:
    return lambda node: edit(node, case)


def _factors(node: Node, _: Case) -> Iterator[Node]:
    if isinstance(node, (Mul, Had)):
        yield replace(node, factors=tuple(reversed(node.factors)))
        yield replace(node, factors=(*node.factors[1:], node.factors[0]))


def _terms(node: Node, _: Case) -> Iterator[Node]:
    if isinstance(node, Add):
        yield Add(tuple(reversed(node.terms)))


def _signs(node: Node, _: Case) -> Iterator[Node]:
    """``-(a - b)`` is ``b - a``."""
    if isinstance(node, Neg) and isinstance(node.operand, Add):
        yield Add(tuple(reversed([term.operand if isinstance(term, Neg) else Neg(term) for term in node.operand.terms])))
    if isinstance(node, Add):
        yield Neg(Add(tuple(reversed([term.operand if isinstance(term, Neg) else Neg(term) for term in node.terms]))))
    if isinstance(node, Neg) and isinstance(node.operand, Mul):
        first, *rest = node.operand.factors
        yield Mul((Neg(first), *rest))


def _brackets(node: Node, _: Case) -> Iterator[Node]:
    if isinstance(node, Mul):
        for place, factor in enumerate(node.factors):
            if isinstance(factor, Add):
                before, after = node.factors[:place], node.factors[place + 1 :]
                yield Add(tuple(_signed(term, before, after) for term in factor.terms))


def _signed(term: Node, before: tuple[Node, ...], after: tuple[Node, ...]) -> Node:
    if isinstance(term, Neg):
        return Neg(Mul((*before, term.operand, *after)))
    return Mul((*before, term, *after))


def _slope(node: Node, _: Case) -> Iterator[Node]:
    """``σ' = σ(1 - σ)``, ``tanh' = 1 - tanh²``."""
    if isinstance(node, Fn) and node.primes and isinstance(node.argument, Q) and node.argument.indices:
        value = replace(node, primes=0)
        if node.name == "sigmoid":
            yield Mul((value, minus(ONE, value)))
        if node.name == "tanh":
            yield minus(ONE, Pow(value, 2))


def _definition(node: Node, case: Case) -> Iterator[Node]:
    """A name for what it stands for, where that is short."""
    if isinstance(node, Q):
        for left, right in case.definitions:
            if left == node and isinstance(right, (Fn, Q, Div)):
                yield right


def _name(node: Node, case: Case) -> Iterator[Node]:
    """``a_j`` for ``σ(z_j)``."""
    if isinstance(node, Fn):
        for left, right in case.definitions:
            if right == node:
                yield left


def _halves(node: Node, _: Case) -> Iterator[Node]:
    if isinstance(node, Mul) and HALF in node.factors:
        rest = list(node.factors)
        rest.remove(HALF)
        yield Div(rest[0] if len(rest) == 1 else Mul(tuple(rest)), TWO)
    elif isinstance(node, Mul):
        yield Mul((TWO, HALF, *node.factors))


def _neutral(node: Node, _: Case) -> Iterator[Node]:
    if isinstance(node, Mul):
        yield Mul((ONE, *node.factors))
    if isinstance(node, Add):
        yield Add((*node.terms, Num(Fraction(0))))


def _powers(node: Node, _: Case) -> Iterator[Node]:
    if isinstance(node, Pow) and node.exponent == 2:
        yield Mul((node.base, node.base))
    if isinstance(node, Add) and len(node.terms) == 2 and node.terms[0] == ONE and isinstance(node.terms[1], Neg):
        square = node.terms[1].operand
        if isinstance(square, Pow) and square.exponent == 2:
            yield Mul((minus(ONE, square.base), Add((ONE, square.base))))


def _sums(node: Node, _: Case) -> Iterator[Node]:
    """A factor in or out of a sum, a sum in two, another letter."""
    if isinstance(node, Mul) and isinstance(node.factors[-1], Big):
        big = node.factors[-1]
        yield replace(big, body=Mul((*node.factors[:-1], *(big.body.factors if isinstance(big.body, Mul) else (big.body,)))))
    if isinstance(node, Big) and isinstance(node.body, Mul):
        first = node.body.factors[0]
        if isinstance(first, Add):
            rest = node.body.factors[1:]
            yield Add(tuple(_summed(node, term, rest) for term in first.terms))
    if isinstance(node, Big):
        letter = "q" if node.index != "t" else "s"
        yield substituted(node, node.index, Ix(letter))


def _summed(big: Big, term: Node, rest: tuple[Node, ...]) -> Node:
    if isinstance(term, Neg):
        return Neg(replace(big, body=Mul((term.operand, *rest))))
    return replace(big, body=Mul((term, *rest)))


def _transposes(node: Node, _: Case) -> Iterator[Node]:
    if isinstance(node, MatMul) and len(node.factors) == 2:
        yield Tr(MatMul(tuple(Tr(factor) for factor in reversed(node.factors))))
        left, right = node.factors
        if isinstance(right, Add):
            yield Add(tuple(_array_term(left, term) for term in right.terms))


def _array_term(left: Node, term: Node) -> Node:
    return Neg(MatMul((left, term.operand))) if isinstance(term, Neg) else MatMul((left, term))


def _chain(node: Node, case: Case) -> Iterator[Node]:
    """``∂E/∂p`` by the activation of p, where only that uses it."""
    if isinstance(node, Par) and node.of == Q("cost"):
        for left, right in case.definitions:
            if isinstance(left, Q) and isinstance(right, Fn) and right.argument == node.wrt:
                yield Mul((Par(node.of, left), Par(left, node.wrt)))


ROUNDED = (4, 5, 6)


def _round(node: Node, _: Case) -> Iterator[Node]:
    """Fewer digits, rightly rounded; rounding twice would not be right."""
    if isinstance(node, Num) and len(node.text.partition(".")[2]) > ROUNDED[-1]:
        for digits in ROUNDED:
            text = f"{float(node.value):.{digits}f}"
            yield Num(Fraction(text), text)


REWRITES: Mapping[str, Edit] = {
    "order of factors": _factors,
    "order of terms": _terms,
    "signs": _signs,
    "brackets expanded": _brackets,
    "slope by its function": _slope,
    "name by its definition": _definition,
    "definition by its name": _name,
    "halves": _halves,
    "times one, plus zero": _neutral,
    "powers": _powers,
    "sums": _sums,
    "transposes": _transposes,
    "chain rule": _chain,
    "rounding": _round,
}


def rewrites(
    case: Case, dice: random.Random, most: int, ways: Mapping[str, Edit] = REWRITES, whole: Whole = unchanged
) -> list[tuple[str, Claim]]:
    """At most *most* claims that say a right one otherwise, some of them twice changed."""
    found: list[tuple[str, Claim]] = []
    seen: set[tuple[Node, Node]] = {(claim.left, claim.right) for claim in case.claims}
    for _ in range(6 * most):
        if len(found) == most:
            break
        claim = dice.choice(list(case.claims))
        kind, new = "", claim.right
        for _ in range(dice.choice((1, 1, 2))):
            this = dice.choice(list(ways))
            edits = list(everywhere(new, _at(ways[this], case)))
            if edits:
                kind, new = f"{kind}, {this}".strip(", "), dice.choice(edits)
        claim, kind, new = whole(claim, kind, new, dice)
        if (claim.left, new) in seen or not kind:
            continue
        seen.add((claim.left, new))
        if isinstance(new, Num) and new.text:
            if new.value != 0:
                found.append((kind, replace(claim, right=new)))
        elif case.sensible(new, claim.ranges) and not case.differ(claim.left, new, claim.ranges):
            found.append((kind, replace(claim, right=new)))
    return found
