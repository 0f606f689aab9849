"""Mistakes that people make, as edits of a formula; whether one is wrong in its place the oracle says."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from tools.campaign.families import ONE, Case, Claim
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


def _at(edit: Edit, case: Case) -> Callable[[Node], Iterator[Node]]:
    return lambda node: edit(node, case)


def _without(items: Sequence[Node], place: int) -> tuple[Node, ...]:
    return (*items[:place], *items[place + 1 :])


def _sign(node: Node, _: Case) -> Iterator[Node]:
    if isinstance(node, Num) and node.text:
        text = node.text.removeprefix("-") if node.text.startswith("-") else f"-{node.text}"
        yield Num(-node.value, text)
        return
    if isinstance(node, Neg):
        yield node.operand
    if isinstance(node, Add):
        for place, term in enumerate(node.terms):
            flipped = term.operand if isinstance(term, Neg) else Neg(term)
            yield replace(node, terms=(*node.terms[:place], flipped, *node.terms[place + 1 :]))
    elif not isinstance(node, (Neg, Ix)):
        yield Neg(node)


def _lost_factor(node: Node, _: Case) -> Iterator[Node]:
    if isinstance(node, (Mul, MatMul, Had)):
        for place in range(len(node.factors)):
            rest = _without(node.factors, place)
            yield rest[0] if len(rest) == 1 else replace(node, factors=rest)


def _lost_term(node: Node, _: Case) -> Iterator[Node]:
    if isinstance(node, Add):
        for place in range(len(node.terms)):
            rest = _without(node.terms, place)
            yield rest[0] if len(rest) == 1 else Add(rest)


def _extra_factor(node: Node, _: Case) -> Iterator[Node]:
    if isinstance(node, Mul):
        for factor in node.factors:
            yield Mul((*node.factors, factor))


def _exponent(node: Node, _: Case) -> Iterator[Node]:
    if isinstance(node, Pow):
        yield replace(node, exponent=node.exponent + 1)
        yield node.base
    elif isinstance(node, Q):
        yield Pow(node, 2)


def _function_for_slope(node: Node, _: Case) -> Iterator[Node]:
    if isinstance(node, Fn) and node.name not in {"exp", "log"}:
        yield replace(node, primes=1 - node.primes)


def _argument(node: Node, case: Case) -> Iterator[Node]:
    """``σ'(a)`` for ``σ'(z)``: another quantity with the same indices."""
    if isinstance(node, Fn) and isinstance(node.argument, Q):
        for other in _alike(node.argument, case):
            yield replace(node, argument=other)


def _alike(quantity: Q, case: Case) -> list[Q]:
    counts = {name.partition("/")[::2] for name in case.names}
    names = sorted(name for name, count in counts if int(count or 0) == len(quantity.indices) and name != quantity.name)
    return [replace(quantity, name=name) for name in names if name not in {"cost", "η", "n"}]


def _swapped_name(node: Node, case: Case) -> Iterator[Node]:
    if isinstance(node, Q):
        yield from _alike(node, case)


def _index(node: Node, _: Case) -> Iterator[Node]:
    if isinstance(node, Q) and len(node.indices) > 1:
        first, *rest = node.indices[-2:]
        yield replace(node, indices=(*node.indices[:-2], *rest, first))
    if isinstance(node, Q) and node.indices:
        for letter in ("j", "k", "i"):
            if isinstance(node.indices[-1], Ix) and node.indices[-1].letter in "ijk" and node.indices[-1] != Ix(letter):
                yield replace(node, indices=(*node.indices[:-1], Ix(letter)))


def _layer(node: Node, _: Case) -> Iterator[Node]:
    """A layer or a step of time too far."""
    if isinstance(node, Q) and node.indices:
        first = node.indices[0]
        base = first.terms[0] if isinstance(first, Add) else first
        if base in {Ix("l"), Ix("t")}:
            for new in (base, Add((base, ONE)), Add((base, Neg(ONE)))):
                if new != first:
                    yield replace(node, indices=(new, *node.indices[1:]))


def _lost_sum(node: Node, _: Case) -> Iterator[Node]:
    if isinstance(node, Big):
        yield node.body
        for letter in ("j", "k", "t"):
            if letter != node.index:
                yield substituted(node.body, node.index, Ix(letter))


def _transpose(node: Node, _: Case) -> Iterator[Node]:
    if isinstance(node, Tr):
        yield node.operand
    if isinstance(node, MatMul):
        for place, factor in enumerate(node.factors):
            if isinstance(factor, Q):
                yield replace(node, factors=(*node.factors[:place], Tr(factor), *node.factors[place + 1 :]))


def _order(node: Node, _: Case) -> Iterator[Node]:
    if isinstance(node, MatMul):
        yield MatMul(tuple(reversed(node.factors)))


def _hadamard(node: Node, _: Case) -> Iterator[Node]:
    if isinstance(node, Had):
        yield MatMul(node.factors)
    if isinstance(node, MatMul):
        yield Had(node.factors)


def _number(node: Node, _: Case) -> Iterator[Node]:
    if isinstance(node, Num) and not node.text:
        yield Num(node.value * 2)
        yield Num(node.value + 1)
    elif isinstance(node, (Mul, Add)) and not isinstance(node, Num):
        yield Mul((Num(Fraction(2)), node))
        yield Mul((Num(Fraction(1, 2)), node))


def _digit(node: Node, _: Case) -> Iterator[Node]:
    """One digit of a printed number is another, or two change places."""
    if isinstance(node, Num) and "." in node.text:
        for place, digit in enumerate(node.text):
            if digit.isdigit():
                text = node.text[:place] + str((int(digit) + 4) % 10) + node.text[place + 1 :]
                yield Num(Fraction(text), text)
            if place and digit.isdigit() and node.text[place - 1].isdigit() and digit != node.text[place - 1]:
                text = node.text[: place - 1] + digit + node.text[place - 1] + node.text[place + 1 :]
                yield Num(Fraction(text), text)


def _upside_down(node: Node, _: Case) -> Iterator[Node]:
    if isinstance(node, Div):
        yield Div(node.below, node.above)
    if isinstance(node, Par) and isinstance(node.wrt, Q):
        yield Par(node.wrt, node.of)


def _chain(node: Node, case: Case) -> Iterator[Node]:
    """A link of the chain that is not the next one."""
    if isinstance(node, Par) and isinstance(node.wrt, Q):
        for of in _alike(node.of, case):
            yield replace(node, of=of)
        for wrt in _alike(node.wrt, case):
            yield replace(node, wrt=wrt)


MISTAKES: Mapping[str, Edit] = {
    "sign": _sign,
    "lost factor": _lost_factor,
    "lost term": _lost_term,
    "extra factor": _extra_factor,
    "exponent": _exponent,
    "function for slope": _function_for_slope,
    "argument": _argument,
    "swapped name": _swapped_name,
    "index": _index,
    "layer": _layer,
    "lost sum": _lost_sum,
    "transpose": _transpose,
    "order": _order,
    "hadamard": _hadamard,
    "number": _number,
    "digit": _digit,
    "upside down": _upside_down,
    "chain": _chain,
}
_UNITS = 3
"""Of the last printed digit: a smaller departure is rounding."""


def mutants(
    case: Case, dice: random.Random, most: int, mistakes: Mapping[str, Edit] = MISTAKES
) -> list[tuple[str, Claim, Claim]]:
    """At most *most* wrong claims: the mistake, the wrong claim, and the right one that it comes from.

    Kinds of mistakes are drawn evenly, so that the rare ones are seen.
    """
    found: list[tuple[str, Claim, Claim]] = []
    seen: set[tuple[Node, Node]] = set()
    for _ in range(4 * most):
        if len(found) == most:
            break
        kind = dice.choice(list(mistakes))
        for claim in dice.sample(list(case.claims), len(case.claims)):
            edits = list(everywhere(claim.right, _at(mistakes[kind], case)))
            wrong = dice.choice(edits) if edits else claim.right
            if edits and (claim.left, wrong) not in seen and _is_wrong(case, claim, wrong):
                seen.add((claim.left, wrong))
                found.append((kind, replace(claim, right=wrong), claim))
                break
    return found


def _is_wrong(case: Case, claim: Claim, wrong: Node) -> bool:
    if isinstance(wrong, Num) and isinstance(claim.right, Num) and wrong.text:
        unit = Fraction(1, 10 ** len(claim.right.text.partition(".")[2]))
        return abs(wrong.value - claim.right.value) >= _UNITS * unit
    return case.sensible(wrong, claim.ranges) and case.differ(claim.left, wrong, claim.ranges)
