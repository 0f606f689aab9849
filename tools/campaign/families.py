"""Networks with definitions and right claims: layers of any width, any depth, matrices, recurrence.

A :class:`Case` is a document to be: what it defines, what it claims, and worlds in which the oracle finds every value.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from tools.campaign.nodes import (
    Add,
    Big,
    Fn,
    Had,
    Ix,
    MatMul,
    Mul,
    Neg,
    Node,
    NormSq,
    Num,
    Par,
    Pow,
    Q,
    Tr,
)
from tools.campaign.oracle import Rule, ShapeError, World
from tools.campaign.printing import NOTATIONS, Notation

ONE, TWO = Num(Fraction(1)), Num(Fraction(2))
HALF = Num(Fraction(1, 2))
TOLERANCE = 1e-9
WORLDS = 3


@dataclass(frozen=True)
class Claim:
    """``left = right`` for all values of the letters in *ranges* (first and last value)."""

    left: Node
    right: Node
    ranges: Mapping[str, tuple[Node, Node]] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One network in one notation."""

    label: str
    notation: Notation
    names: Mapping[str, str]
    definitions: Sequence[tuple[Node, Node]]
    claims: Sequence[Claim]
    world: Callable[[int], World]
    intro: str = ""

    def differ(self, left: Node, right: Node, ranges: Mapping[str, tuple[Node, Node]]) -> bool:
        """Do both sides differ somewhere? Arrays that do not go together count as different."""
        return any(self._differ_at(self.world(seed), left, right, ranges) for seed in range(WORLDS))

    def _differ_at(self, world: World, left: Node, right: Node, ranges: Mapping[str, tuple[Node, Node]]) -> bool:
        spans = [range(world.index(low, {}), world.index(high, {}) + 1) for low, high in ranges.values()]
        for values in itertools.product(*spans):
            bound = dict(zip(ranges, values, strict=True))
            try:
                if not _close(world.value(left, bound), world.value(right, bound)):
                    return True
            except ShapeError:
                return True
        return False

    def sensible(self, node: Node, ranges: Mapping[str, tuple[Node, Node]]) -> bool:
        """All letters of *node* are bound, and every index that it uses exists."""
        try:
            world = self.world(0)
            bound = {letter: world.index(low, {}) for letter, (low, _) in ranges.items()}
            world.value(node, bound)
        except (KeyError, ZeroDivisionError, OverflowError, ValueError, AssertionError):
            return False
        except ShapeError:
            return True
        return True


def _close(a: object, b: object) -> bool:
    if isinstance(a, list) and isinstance(b, list):
        return (len(a), len(a[0])) == (len(b), len(b[0])) and all(
            _close(x, y) for p, q in zip(a, b, strict=True) for x, y in zip(p, q, strict=True)
        )
    if isinstance(a, list) or isinstance(b, list):
        return False
    assert isinstance(a, (int, float, complex))
    assert isinstance(b, (int, float, complex))
    return abs(a - b) <= TOLERANCE * (1 + abs(a) + abs(b))


def ix(letter: str, shift: int = 0) -> Node:
    """``j`` or ``j + 1``."""
    if not shift:
        return Ix(letter)
    return Add((Ix(letter), Num(Fraction(shift)) if shift > 0 else Neg(Num(Fraction(-shift)))))


def minus(a: Node, b: Node) -> Node:
    """``a - b``."""
    return Add((a, Neg(b)))


def two_layers(dice: random.Random) -> Case:
    """Two layers of any width in index notation."""
    notation = NOTATIONS[dice.choice(("plain", "cdot", "article", "unicode"))]
    function = dice.choice(("sigmoid", "tanh", "unknown"))
    inner, hidden, outer, cost = dice.choice((("z", "h", "y", "E"), ("u", "a", "s", "C"), ("q", "h", "r", "L")))
    first, second = dice.choice((("w", "v"), ("W", "V"), ("A", "B")))
    j, k, i = Ix("j"), Ix("k"), Ix("i")
    n, m, p = Ix("n"), Ix("m"), Ix("p")
    names = {
        "pre/1": inner + "_{0}", "act/1": hidden + "_{0}", "out/1": outer + "_{0}", "cost": cost, "x/1": "x_{0}", "b/1": "b_{0}",
        "w/2": first + "_{{{0}{1}}}", "v/2": second + "_{{{0}{1}}}", "t/1": "t_{0}", "δ/1": r"\delta_{0}",
    }  # fmt: skip
    pre, act, out, goal = Q("pre", (j,)), Q("act", (j,)), Q("out", (i,)), Q("cost")
    right = {
        "pre": Rule(("j",), Add((Big("k", ONE, n, Mul((Q("w", (j, k)), Q("x", (k,))))), Q("b", (j,))))),
        "act": Rule(("j",), Fn(function, pre)),
        "out": Rule(("i",), Big("j", ONE, m, Mul((Q("v", (i, j)), act)))),
        "cost": Rule((), Mul((HALF, Big("i", ONE, p, Pow(minus(out, Q("t", (i,))), 2))))),
        "δ": Rule(("j",), Par(goal, pre)),
    }
    definitions = [
        (pre, right["pre"].right), (act, right["act"].right), (out, right["out"].right), (goal, right["cost"].right),
        (Q("δ", (j,)), right["δ"].right),
    ]  # fmt: skip
    residual = minus(out, Q("t", (i,)))
    slope = Fn(function, pre, 1)
    back = Big("i", ONE, p, Mul((residual, Q("v", (i, j)))))
    js, ks, is_ = {"j": (ONE, m)}, {"k": (ONE, n)}, {"i": (ONE, p)}
    claims = [
        Claim(Par(goal, out), residual, is_),
        Claim(Par(goal, Q("v", (i, j))), Mul((residual, act)), {**is_, **js}),
        Claim(Par(goal, act), back, js),
        Claim(Par(act, pre), slope, js),
        Claim(Par(goal, pre), Mul((slope, back)), js),
        Claim(Par(goal, Q("w", (j, k))), Mul((Q("δ", (j,)), Q("x", (k,)))), {**js, **ks}),
        Claim(Par(goal, Q("w", (j, k))), Mul((slope, Q("x", (k,)), back)), {**js, **ks}),
        Claim(Par(goal, Q("b", (j,))), Q("δ", (j,)), js),
        Claim(Q("δ", (j,)), Mul((back, slope)), js),
        Claim(Par(goal, Q("x", (k,))), Big("j", ONE, m, Mul((Q("δ", (j,)), Q("w", (j, k))))), ks),
        Claim(Par(goal, Q("x", (k,))), Big("j", ONE, m, Mul((Par(goal, pre), Par(pre, Q("x", (k,)))))), ks),
    ]
    sizes = {"n": 3, "m": 4, "p": 2}
    return Case("index", notation, names, definitions, claims, lambda seed: World(right, sizes, {}, seed))


def any_depth(dice: random.Random) -> Case:
    """Layers of any number and width, with the layer as a superscript."""
    notation = NOTATIONS[dice.choice(("plain", "article"))]
    function = dice.choice(("sigmoid", "tanh", "unknown"))
    style = dice.choice(("^{{{0}}}_{{{1}}}", "^{{({0})}}_{{{1}}}", "_{{{1}}}^{{[{0}]}}"))
    weight, bias, activation, cost = dice.choice((("w", "b", "a", "C"), ("W", "b", "h", "J"), ("w", "b", "o", "E")))
    names = {
        "z/2": "z" + style, "a/2": activation + style, "b/2": bias + style, "δ/2": r"\delta" + style, "cost": cost,
        "t/1": "y_{0}",
        "w/3": weight + style.replace("{{{1}}}", "{{{1}{2}}}"),
    }  # fmt: skip
    j, k, last = Ix("j"), Ix("k"), Ix("L")

    def z(layer: Node, index: Node) -> Q:
        return Q("z", (layer, index))

    def act(layer: Node, index: Node) -> Q:
        return Q("a", (layer, index))

    here, below, above = ix("l"), ix("l", -1), ix("l", 1)
    width, under, over = Ix("n"), Ix("n"), Ix("n")
    goal = Q("cost")
    rules = {
        "z": Rule(("l", "j"), Add((Big("k", ONE, under, Mul((Q("w", (here, j, k)), act(below, k)))), Q("b", (here, j))))),
        "a": Rule(("l", "j"), Fn(function, z(here, j)), first=2),
        "cost": Rule((), Mul((HALF, Big("j", ONE, width, Pow(minus(Q("t", (j,)), act(last, j)), 2))))),
        "δ": Rule(("l", "j"), Par(goal, z(here, j))),
    }
    definitions = [
        (z(here, j), rules["z"].right), (act(here, j), rules["a"].right), (goal, rules["cost"].right),
        (Q("δ", (here, j)), rules["δ"].right),
    ]  # fmt: skip
    js, ks = {"j": (ONE, width)}, {"k": (ONE, under)}
    inner = {"l": (TWO, ix("L", -1))}
    layers = {"l": (TWO, last)}
    delta, slope = Q("δ", (here, j)), Fn(function, z(here, j), 1)
    onward = Big("k", ONE, over, Mul((Q("w", (above, k, j)), Q("δ", (above, k)))))
    residual = minus(act(last, j), Q("t", (j,)))
    claims = [
        Claim(Q("δ", (last, j)), Mul((Par(goal, act(last, j)), Fn(function, z(last, j), 1))), js),
        Claim(Q("δ", (last, j)), Mul((residual, Fn(function, z(last, j), 1))), js),
        Claim(Par(goal, act(last, j)), residual, js),
        Claim(delta, Mul((slope, onward)), {**inner, **js}),
        Claim(delta, Mul((onward, slope)), {**inner, **js}),
        Claim(Par(goal, act(here, j)), onward, {**inner, **js}),
        Claim(Par(goal, Q("w", (here, j, k))), Mul((delta, act(below, k))), {**layers, **js, **ks}),
        Claim(
            Par(goal, Q("w", (here, j, k))),
            Mul((Par(goal, z(here, j)), Par(z(here, j), Q("w", (here, j, k))))),
            {**layers, **js, **ks},
        ),
        Claim(Par(goal, Q("b", (here, j))), delta, {**layers, **js}),
        Claim(Par(act(here, j), z(here, j)), slope, {**layers, **js}),
        Claim(Par(z(above, k), act(here, j)), Q("w", (above, k, j)), {**inner, **js, **ks}),
    ]
    notation = replace(notation, sums=False)
    return Case("layers", notation, names, definitions, claims, lambda seed: World(rules, {"n": 3, "L": 4}, {}, seed))


def matrices(dice: random.Random) -> Case:
    """Two layers as matrices."""
    notation = NOTATIONS[dice.choice(("plain", "article"))]
    function = dice.choice(("sigmoid", "tanh", "unknown"))
    if dice.random() < 0.5:
        names = {name: rf"\mathbf{{{letter}}}" for name, letter in zip("xzhyt", "xzhyt", strict=True)}
        names |= {"W": r"\mathbf{W}", "V": r"\mathbf{V}", "b": r"\mathbf{b}", "cost": "E", "δ": r"\boldsymbol{\delta}"}
    else:
        names = {
            "x": "x", "z": "z^{[1]}", "h": "a^{[1]}", "y": "z^{[2]}", "t": "y", "W": "W^{[1]}", "V": "W^{[2]}", "b": "b^{[1]}",
            "cost": "J", "δ": r"\delta^{[1]}",
        }  # fmt: skip
    x, z, h, y, t, W, V, b, cost, delta = (Q(name) for name in ("x", "z", "h", "y", "t", "W", "V", "b", "cost", "δ"))
    rules = {
        "z": Rule((), Add((MatMul((W, x)), b))),
        "h": Rule((), Fn(function, z)),
        "y": Rule((), MatMul((V, h))),
        "cost": Rule((), Mul((HALF, NormSq(minus(y, t))))),
        "δ": Rule((), Par(cost, z)),
    }
    shapes: dict[tuple[str, tuple[int, ...]], tuple[int, int]] = {
        ("x", ()): (3, 1),
        ("W", ()): (4, 3),
        ("b", ()): (4, 1),
        ("V", ()): (2, 4),
        ("t", ()): (2, 1),
    }
    residual, slope = minus(y, t), Fn(function, z, 1)
    back = MatMul((Tr(V), residual))
    claims = [
        Claim(Par(cost, y), residual),
        Claim(Par(cost, V), MatMul((residual, Tr(h)))),
        Claim(Par(cost, h), back),
        Claim(Par(cost, z), Had((back, slope))),
        Claim(delta, Had((back, slope))),
        Claim(Par(cost, W), MatMul((delta, Tr(x)))),
        Claim(Par(cost, b), delta),
        Claim(Par(cost, W), MatMul((Had((back, slope)), Tr(x)))),
        Claim(Par(cost, x), MatMul((Tr(W), delta))),
    ]
    definitions = [(Q(name), rules[name].right) for name in ("z", "h", "y", "cost", "δ")]
    return Case("matrix", notation, names, definitions, claims, lambda seed: World(rules, {}, shapes, seed))


def wrong_claims(case: Case) -> Iterator[Claim]:
    """Claims of a case that its own oracle refutes: mistakes of this file (the tests want none)."""
    for claim in case.claims:
        if case.differ(claim.left, claim.right, claim.ranges):
            yield claim
