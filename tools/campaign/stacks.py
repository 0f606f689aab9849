"""Networks as matrices: layers in a row, columns or rows, one example or a batch, and the derivation that is right for each."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tools.campaign.families import HALF, ONE, TWO, Claim, ix, minus
from tools.campaign.matrix_case import COST, MatrixCase, Plan, Ranges
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
)
from tools.campaign.oracle import Rule, World
from tools.campaign.printing import Printer
from tools.campaign.styles import Style, style_for

N = Ix("N")


class Stack:
    """The formulas of one plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.last: Node = Num(ONE.value * plan.depth) if plan.depth else Ix("L")

    def weight(self, layer: Node) -> Q:
        """The weights of a layer."""
        return of_layer("W", layer)

    def bias(self, layer: Node) -> Q:
        """Its biases."""
        return of_layer("b", layer)

    def pre(self, layer: Node) -> Q:
        """What its activation is taken of."""
        return of_layer("z", layer)

    def act(self, layer: Node) -> Q:
        """What comes out of it; below the first is the input."""
        if _is_linear(self, layer):
            return self.pre(layer)
        return Q("x") if isinstance(layer, Num) and not layer.value else of_layer("a", layer)

    def below(self, layer: Node) -> Q:
        """What goes into it."""
        return self.act(shifted(layer, -1))

    def delta(self, layer: Node) -> Node:
        """The derivative by the pre-activation, by its name where it has one."""
        return of_layer("δ", layer) if self.plan.deltas else Par(COST, self.pre(layer))

    def slope(self, layer: Node) -> Fn:
        """The derivative of its activation."""
        return Fn(self.plan.function, self.pre(layer), 1)

    def product(self, *factors: Node) -> Node:
        """Factors in the order of columns; with rows it is the other one."""
        return MatMul(tuple(reversed(factors)) if self.plan.rows else factors)

    def weighted(self, layer: Node) -> Node:
        """The definition of the pre-activation."""
        found = self.product(self.weight(layer), self.below(layer))
        if not self.plan.bias:
            return found
        bias: Node = self.bias(layer)
        if self.plan.batch and self.plan.ones:
            bias = MatMul((Ones(), bias)) if self.plan.rows else MatMul((bias, Tr(Ones())))
        return Add((found, bias))

    def activated(self, layer: Node) -> Node:
        """The definition of the activation."""
        if layer == self.last and self.plan.output == "softmax":
            return Fn("softmax", self.pre(layer))
        found = Fn(self.plan.function, self.pre(layer))
        return Add((self.below(layer), found)) if self.plan.residual else found

    @property
    def out(self) -> Q:
        """The output of the network."""
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
        """What the output lacks."""
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
        """The derivative by the weights."""
        found = self.product(delta, Tr(self.below(layer)))
        return Add((found, Mul((Q("λ"), self.weight(layer))))) if self.plan.penalty else found

    def by_bias(self, delta: Node) -> Node:
        """The derivative by the biases."""
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
        square=residual or dice.random() < 0.15,
        stated=dice.random() < 0.3,
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
    intro = _stated(made, layers, style) if plan.stated else ""
    return MatrixCase(style.label, style.notation, style.names, shown, claims, _no_world, intro, plan, rules)


def _stated(made: Stack, layers: list[Node], style: Style) -> str:
    """The shapes of weights and biases, in words of the document."""
    printer = Printer(style.notation, style.names)
    found = []
    for layer in layers:
        here, under = ("n", "n") if made.plan.square else (printer.text(width(at)) for at in (layer, shifted(layer, -1)))
        rows, columns = (under, here) if made.plan.rows else (here, under)
        found.append(rf"${printer.text(made.weight(layer))} \in \mathbb{{R}}^{{{rows} \times {columns}}}$")
    return "The weights are " + ", ".join(found) + "."


def tied(dice: random.Random) -> MatrixCase:
    """Two layers with the same weights, the second time transposed: an autoencoder."""
    rows, function = dice.random() < 0.4, dice.choice(("sigmoid", "tanh", "unknown"))
    plan = Plan(1, rows=rows, batch=False, mean=False, function=function)
    made = Stack(plan)
    style = style_for(dice, depth=1, batch=False)
    W, x = Q("W1"), Q("x")
    z, a, r = Q("z1"), Q("a1"), Q("r")
    names = {**style.names, "W1": "W", "z1": "z", "a1": "h", "r": "r", "x": "x", "b1": "b", "δ1": r"\delta"}
    delta = Q("δ1")
    rules = {
        "z1": Rule((), Add((made.product(W, x), Q("b1")))),
        "a1": Rule((), Fn(function, z)),
        "r": Rule((), made.product(Tr(W), a)),
        "cost": Rule((), Mul((HALF, NormSq(minus(r, x))))),
        "δ1": Rule((), Par(COST, z)),
    }
    definitions: list[tuple[Node, Node]] = [(Q(name), rules[name].right) for name in ("z1", "a1", "r", "cost", "δ1")]
    residual, slope = minus(r, x), Fn(function, z, 1)
    back = made.product(W, residual)
    encoded, decoded = made.product(delta, Tr(x)), made.product(a, Tr(residual))
    claims = [
        Claim(Par(COST, r), residual),
        Claim(Par(COST, a), back),
        Claim(delta, Had((back, slope))),
        Claim(Par(COST, W), Add((encoded, decoded))),
        Claim(Par(COST, W), Add((made.product(Had((back, slope)), Tr(x)), decoded))),
        Claim(Par(COST, Q("b1")), delta),
        Claim(Par(COST, x), minus(made.product(Tr(W), delta), residual)),
    ]
    return MatrixCase("tied", style.notation, names, definitions, claims, _no_world, plan=plan, rules=rules)


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
    plan = Plan(1, rows=rows, batch=False, mean=mean, function=function)
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
