"""Networks as matrices: layers in a row, columns or rows, one example or a batch, and the derivation that is right for each."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np

from tools.campaign.arrays import Arrays, Grid
from tools.campaign.families import HALF, ONE, TWO, Case, Claim, ix, minus
from tools.campaign.nodes import (
    Add,
    Big,
    Diag,
    Div,
    Entry,
    Fn,
    Had,
    Ix,
    MatMul,
    Mul,
    Neg,
    Node,
    NormSq,
    Num,
    Ones,
    Par,
    Q,
    Tr,
    children,
)
from tools.campaign.oracle import Rule, ShapeError, World
from tools.campaign.styles import style_for

TOLERANCE = 1e-9
Ranges: TypeAlias = Mapping[str, tuple[Node, Node]]
LAYOUTS = ("gradient", "denominator", "numerator")
N = Ix("N")
COST = Q("cost")


@dataclass(frozen=True)
class Plan:
    """What a network is like; with *depth* 0 it has any number of layers, told for layer l."""

    depth: int
    rows: bool
    batch: bool
    mean: bool
    function: str
    output: str
    bias: bool
    ones: bool
    penalty: bool
    residual: bool
    deltas: bool

    @property
    def square(self) -> bool:
        """All layers have one width."""
        return self.residual


@dataclass(frozen=True)
class MatrixCase(Case):
    """A case whose values are arrays: compared at layers of different widths and at layers of one width."""

    plan: Plan | None = None
    rules: Mapping[str, Rule] | None = None

    def differ(self, left: Node, right: Node, ranges: Ranges) -> bool:
        """Do both sides differ somewhere, by every layout of Jacobians?"""
        layouts = LAYOUTS if _has_jacobian(left, self) or _has_jacobian(right, self) else LAYOUTS[:1]
        return all(self._differ(left, right, ranges, layout) for layout in layouts)

    def _differ(self, left: Node, right: Node, ranges: Ranges, layout: str) -> bool:
        for equal, seed in ((False, 0), (False, 1), (True, 2)):
            world = self.arrays(seed, equal=equal, layout=layout)
            for bound in _places(world, list(ranges.items()), {}):
                try:
                    if not _close(world.value(left, bound), world.value(right, bound), lying=layout == "numerator"):
                        return True
                except ShapeError:
                    return True
        return False

    def sensible(self, node: Node, ranges: Ranges) -> bool:
        """All letters of *node* are bound, and every quantity that it uses exists."""
        world = self.arrays(0, equal=True)
        try:
            for bound in _places(world, list(ranges.items()), {}):
                world.value(node, bound)
        except (KeyError, ValueError, ZeroDivisionError, TypeError):
            return False
        except ShapeError:
            return True
        return True

    def arrays(self, seed: int, *, equal: bool, layout: str = LAYOUTS[0]) -> Arrays:
        """A world of the oracle: layers of different widths, or all of one."""
        assert self.plan is not None
        assert self.rules is not None
        return _arrays(self.plan, tuple(self.rules.items()), seed, equal, layout)


def _has_jacobian(node: Node, case: MatrixCase) -> bool:
    if isinstance(node, Par) and node.of != COST:
        return True
    return any(_has_jacobian(part, case) for _, _, part in children(node))


def _places(world: Arrays, ranges: Sequence[tuple[str, tuple[Node, Node]]], bound: Mapping[str, int]) -> Iterator[dict[str, int]]:
    if not ranges:
        yield dict(bound)
        return
    (letter, (low, high)), *rest = ranges
    for place in range(world.index(low, bound), world.index(high, bound) + 1):
        yield from _places(world, rest, {**bound, letter: place})


def _close(a: Grid, b: Grid, *, lying: bool) -> bool:
    a, b = (x.reshape(()) if x.size == 1 else x for x in (a, b))
    if lying and a.ndim and a.shape == b.shape[::-1] and 1 in a.shape:
        b = b.T
    if a.shape != b.shape:
        return False
    return bool(np.all(np.abs(a - b) <= TOLERANCE * (1 + np.abs(a) + np.abs(b))))


@lru_cache(maxsize=64)
def _arrays(plan: Plan, rules: tuple[tuple[str, Rule], ...], seed: int, equal: bool, layout: str) -> Arrays:
    depth = plan.depth or 3
    widths = [3] * (depth + 1) if equal else [4] * (depth + 1) if plan.square else [3, 4, 2, 5, 6][: depth + 1]
    batch = 3 if equal else 7

    def shape(name: str, indices: tuple[int, ...]) -> tuple[int, int] | None:
        if name.endswith("_"):  # of one example of several
            place = depth if name == "t_" else 0
            return (1, widths[place]) if plan.rows else (widths[place], 1)
        letter, layer = name[0], indices[0] if indices else int(name[1:] or 0)
        if layer > depth:
            raise KeyError(name)
        if letter == "W":
            ends = widths[layer], widths[layer - 1]
            return ends[::-1] if plan.rows else ends
        if letter == "λ":
            return None
        long = batch if plan.batch and letter != "b" else 1
        place = {"t": depth, "x": 0}.get(letter, layer)
        return (long, widths[place]) if plan.rows else (widths[place], long)

    sizes = {"N": batch, "L": depth}
    axis = 1 if plan.rows else 0
    shares = {"t": axis} if plan.output == "softmax" else {}
    return Arrays(dict(rules), shape, sizes, lambda layer: widths[layer], seed, shares, axis, layout)


class Stack:
    """The formulas of one plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.last: Node = Num(ONE.value * plan.depth) if plan.depth else Ix("L")

    def weight(self, layer: Node) -> Q:
        return of_layer("W", layer)

    def bias(self, layer: Node) -> Q:
        return of_layer("b", layer)

    def pre(self, layer: Node) -> Q:
        return of_layer("z", layer)

    def act(self, layer: Node) -> Q:
        if _is_linear(self, layer):
            return self.pre(layer)
        return Q("x") if isinstance(layer, Num) and not layer.value else of_layer("a", layer)

    def below(self, layer: Node) -> Q:
        return self.act(shifted(layer, -1))

    def delta(self, layer: Node) -> Node:
        return of_layer("δ", layer) if self.plan.deltas else Par(COST, self.pre(layer))

    def slope(self, layer: Node) -> Fn:
        return Fn(self.plan.function, self.pre(layer), 1)

    def product(self, *factors: Node) -> Node:
        """Factors in the order of columns; with rows it is the other one."""
        return MatMul(tuple(reversed(factors)) if self.plan.rows else factors)

    def weighted(self, layer: Node) -> Node:
        found = self.product(self.weight(layer), self.below(layer))
        if not self.plan.bias:
            return found
        bias: Node = self.bias(layer)
        if self.plan.batch and self.plan.ones:
            bias = MatMul((Ones(), bias)) if self.plan.rows else MatMul((bias, Tr(Ones())))
        return Add((found, bias))

    def activated(self, layer: Node) -> Node:
        if layer == self.last and self.plan.output == "softmax":
            return Fn("softmax", self.pre(layer))
        found = Fn(self.plan.function, self.pre(layer))
        return Add((self.below(layer), found)) if self.plan.residual else found

    @property
    def out(self) -> Q:
        return self.act(self.last)

    def cost(self) -> Node:
        """The loss as it is written."""
        if self.plan.output == "softmax":
            if self.plan.batch:
                entry = Mul((Entry(Q("t"), self.at("n", "k")), Fn("log", Entry(self.out, self.at("n", "k")))))
                total: Node = Big("n", ONE, N, Big("k", ONE, Q("n", (self.last,)), entry))
                found: Node = Neg(Mul((Div(ONE, N), total)) if self.plan.mean else total)
            else:
                found = Neg(self.product(Tr(Q("t")), Fn("log", self.out)))
                if self.plan.rows:
                    found = Neg(MatMul((Fn("log", self.out), Tr(Q("t")))))
        else:
            square = NormSq(minus(self.out, Q("t")))
            found = Mul((Div(ONE, Mul((TWO, N))), square)) if self.plan.batch and self.plan.mean else Mul((HALF, square))
        if not self.plan.penalty:
            return found
        layers = [Num(ONE.value * k) for k in range(1, self.plan.depth + 1)]
        squares = [NormSq(self.weight(layer)) for layer in layers]
        return Add((found, Mul((Div(Q("λ"), TWO), squares[0] if len(squares) == 1 else Add(tuple(squares))))))

    def at(self, example: str, place: str) -> tuple[Node, ...]:
        """The place of an entry of an example."""
        return (Ix(example), Ix(place)) if self.plan.rows else (Ix(place), Ix(example))

    def scaled(self, node: Node) -> Node:
        """With the factor of a mean."""
        return Mul((Div(ONE, N), node)) if self.plan.batch and self.plan.mean else node

    def residual(self) -> Node:
        return minus(self.out, Q("t"))

    def top(self) -> Node:
        """The derivative by the last pre-activation."""
        if self.plan.output != "activated":
            return self.scaled(self.residual())
        return self.scaled(Had((self.residual(), self.slope(self.last))))

    def back(self, layer: Node) -> Node:
        """What comes back from the layer above."""
        above = shifted(layer, 1)
        return self.product(Tr(self.weight(above)), self.delta(above))

    def inner(self, layer: Node) -> Node:
        """The derivative by a pre-activation below the last."""
        if self.plan.residual:
            return Had((Par(COST, self.act(layer)), self.slope(layer)))
        return Had((self.back(layer), self.slope(layer)))

    def by_weight(self, layer: Node, delta: Node) -> Node:
        found = self.product(delta, Tr(self.below(layer)))
        return Add((found, Mul((Q("λ"), self.weight(layer))))) if self.plan.penalty else found

    def by_bias(self, delta: Node) -> Node:
        if not self.plan.batch:
            return delta
        return MatMul((Tr(Ones()), delta)) if self.plan.rows else MatMul((delta, Ones()))


def of_layer(letter: str, layer: Node) -> Q:
    """A quantity of a layer: with the number in its name, or an index."""
    return Q(f"{letter}{layer.value}") if isinstance(layer, Num) else Q(letter, (layer,))


def shifted(layer: Node, by: int) -> Node:
    """``l + 1``, or the number."""
    if isinstance(layer, Num):
        return Num(layer.value + by)
    return ix(layer.letter, by) if isinstance(layer, Ix) else layer


def plan_of(dice: random.Random) -> Plan:
    """A network; what does not go together is left out."""
    depth = dice.choice((0, 1, 2, 2, 3, 4))
    batch = dice.random() < 0.45
    residual = dice.random() < 0.15 and depth != 1
    output = dice.choice(("activated", "activated", "linear", "softmax")) if depth and not residual else "activated"
    return Plan(
        depth=depth,
        rows=dice.random() < 0.4,
        batch=batch,
        mean=dice.random() < 0.6,
        function=dice.choice(("sigmoid", "tanh", "relu", "unknown", "unknown")),
        output=output,
        bias=dice.random() < 0.6,
        ones=dice.random() < 0.6,
        penalty=depth > 0 and dice.random() < 0.15,
        residual=residual,
        deltas=dice.random() < 0.7,
    )


def stack(dice: random.Random) -> MatrixCase:
    """Layers one on the other, as matrices."""
    plan = plan_of(dice)
    made = Stack(plan)
    style = style_for(dice, depth=plan.depth, batch=plan.batch)
    layers: list[Node] = [Num(ONE.value * k) for k in range(1, plan.depth + 1)] or [Ix("l")]
    definitions: list[tuple[Node, Node]] = []
    for at in layers:
        definitions.append((made.pre(at), made.weighted(at)))
        if not _is_linear(made, at):
            definitions.append((made.act(at), made.activated(at)))
    definitions.append((COST, made.cost()))
    if plan.deltas:
        definitions += [(made.delta(at), Par(COST, made.pre(at))) for at in layers]
    rules = {
        left.name: Rule(tuple("l" for _ in left.indices), right, 1 if left.indices else None)
        for left, right in definitions
        if isinstance(left, Q)
    }
    shown = [_by_entries(made, left) if _is_softmax(right) else (left, right) for left, right in definitions]
    claims = [claim for at in layers for claim in _claims(made, at)] + list(_top(made))
    return MatrixCase(style.label, style.notation, style.names, shown, claims, _no_world, plan=plan, rules=rules)


def _is_linear(made: Stack, layer: Node) -> bool:
    return layer == made.last and made.plan.output == "linear"


def _is_softmax(right: Node) -> bool:
    return isinstance(right, Fn) and right.name == "softmax"


def _by_entries(made: Stack, out: Node) -> tuple[Node, Node]:
    """The softmax entry by entry; of one example it may stand as a word."""
    pre, entries = made.pre(made.last), width(made.last)
    assert isinstance(out, Q)
    if not made.plan.batch and made.plan.bias:
        return out, Fn("softmax", pre)
    here, there = (made.at("n", "k"), made.at("n", "j")) if made.plan.batch else ((Ix("k"),), (Ix("j"),))
    return Entry(out, here), Div(Fn("exp", Entry(pre, here)), Big("j", ONE, entries, Fn("exp", Entry(pre, there))))


def _no_world(_: int) -> World:
    raise TypeError("a case of arrays has worlds of its own")


def _top(made: Stack) -> Iterator[Claim]:
    """Claims about the output, and about the input."""
    plan, last = made.plan, made.last
    if plan.output in ("activated", "softmax") and plan.output != "softmax":
        yield Claim(Par(COST, made.out), made.scaled(made.residual()))
    yield Claim(made.delta(last), made.top())
    if plan.output == "activated":
        yield Claim(made.delta(last), Had((Par(COST, made.out), made.slope(last))))
    if plan.depth and not plan.residual:
        first: Node = Num(ONE.value)
        yield Claim(Par(COST, made.act(shifted(first, -1))), made.product(Tr(made.weight(first)), made.delta(first)))


def _claims(made: Stack, layer: Node) -> Iterator[Claim]:
    """Claims about one layer, or about layer l."""
    plan = made.plan
    everywhere = {"l": (ONE, Ix("L"))} if isinstance(layer, Ix) else {}
    inside = {"l": (ONE, ix("L", -1))} if isinstance(layer, Ix) else {}
    delta = made.delta(layer)
    yield Claim(Par(COST, made.weight(layer)), made.by_weight(layer, delta), everywhere)
    if plan.bias:
        yield Claim(Par(COST, made.bias(layer)), made.by_bias(delta), everywhere)
    if isinstance(layer, Ix) or layer != made.last:
        yield from _below(made, layer, inside)
        if isinstance(layer, Num) and not plan.residual:
            yield Claim(Par(COST, made.weight(layer)), made.by_weight(layer, made.inner(layer)), everywhere)
    else:
        yield Claim(Par(COST, made.weight(layer)), made.by_weight(layer, made.top()), everywhere)
    if not plan.batch:
        yield from _one_example(made, layer, everywhere)


def _below(made: Stack, layer: Node, inside: Ranges) -> Iterator[Claim]:
    yield Claim(made.delta(layer), made.inner(layer), inside)
    back = made.back(layer)
    through = Add((Par(COST, made.act(shifted(layer, 1))), back)) if made.plan.residual else back
    yield Claim(Par(COST, made.act(layer)), through, inside)


def _one_example(made: Stack, layer: Node, everywhere: Ranges) -> Iterator[Claim]:
    """Jacobians, and entries of what is told in arrays elsewhere."""
    plan, delta = made.plan, made.delta(layer)
    j, k = Ix("j"), Ix("k")
    if not plan.residual and not (layer == made.last and plan.output != "activated"):
        yield Claim(Par(made.act(layer), made.pre(layer)), Diag(made.slope(layer)), everywhere)
    through = Tr(made.weight(layer)) if plan.rows else made.weight(layer)
    yield Claim(Par(made.pre(layer), made.below(layer)), through, everywhere)
    if plan.deltas and not plan.penalty:
        assert isinstance(delta, Q)
        here, under = (ONE, width(layer)), (ONE, width(shifted(layer, -1)))
        ranges = {**everywhere, "j": here, "k": under}
        places = (k, j) if plan.rows else (j, k)
        right = Mul((Entry(delta, (j,)), Entry(made.below(layer), (k,))))
        yield Claim(Par(COST, Entry(made.weight(layer), places)), right, ranges)


def width(layer: Node) -> Node:
    """How many entries a layer has."""
    return Q("n", (layer,))


def examples(dice: random.Random) -> MatrixCase:
    """One layer, and a loss that adds up examples one by one."""
    rows, mean, function = dice.random() < 0.3, dice.random() < 0.6, dice.choice(("sigmoid", "tanh", "unknown"))
    plan = Plan(1, rows, False, mean, function, "activated", True, False, False, False, False)
    made = Stack(plan)
    style = style_for(dice, depth=1, batch=False)
    i = Ix("n")
    x, z, a, t = (Q(f"{name}_", (i,)) for name in "xzat")
    names = {**style.names, "x_/1": "x_{{{0}}}", "z_/1": "z_{{{0}}}", "a_/1": "a_{{{0}}}", "t_/1": "t_{{{0}}}"}
    W, b, cost = Q("W1"), Q("b1"), COST
    names |= {"W1": "W", "b1": "b"}

    def total(body: Node) -> Node:
        found = Big("n", ONE, N, body)
        return Mul((Div(ONE, N), found)) if mean else found

    rules = {
        "z_": Rule(("n",), Add((made.product(W, x), b))),
        "a_": Rule(("n",), Fn(function, z)),
        "cost": Rule((), total(Mul((HALF, NormSq(minus(a, t)))))),
    }
    definitions: list[tuple[Node, Node]] = [(z, rules["z_"].right), (a, rules["a_"].right), (cost, rules["cost"].right)]
    each = {"n": (ONE, N)}
    delta = Had((minus(a, t), Fn(function, z, 1)))
    one = Mul((Div(ONE, N), delta)) if mean else delta
    claims = [
        Claim(Par(cost, a), Mul((Div(ONE, N), minus(a, t))) if mean else minus(a, t), each),
        Claim(Par(cost, z), one, each),
        Claim(Par(cost, z), Had((Par(cost, a), Fn(function, z, 1))), each),
        Claim(Par(cost, W), Big("n", ONE, N, made.product(Par(cost, z), Tr(x))), {}),
        Claim(Par(cost, W), total(made.product(delta, Tr(x))), {}),
        Claim(Par(cost, b), Big("n", ONE, N, Par(cost, z)), {}),
        Claim(Par(cost, b), total(delta), {}),
        Claim(Par(cost, x), made.product(Tr(W), Par(cost, z)), each),
    ]
    return MatrixCase("examples", style.notation, names, definitions, claims, _no_world, plan=plan, rules=rules)
