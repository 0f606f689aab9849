"""Small scalar networks, neuron by neuron, in the notations of several authors; with or without numbers."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from tools.campaign.families import HALF, ONE, Case, Claim, minus
from tools.campaign.nodes import Add, Div, Fn, Mul, Neg, Node, Num, Par, Pow, Q, children
from tools.campaign.oracle import Rule, World, number_of
from tools.campaign.printing import NOTATIONS

DIGITS = 7


@dataclass(frozen=True)
class Scheme:
    """How an author calls things: ``{}`` is the neuron's name."""

    pre: str
    out: str
    neurons: Sequence[str]
    inputs: Sequence[str]
    weight: str
    bias: str
    target: str
    cost: str
    maximise: bool = False


SCHEMES: Mapping[str, Sequence[Scheme]] = {
    "plain": (Scheme("z_{}", "a_{}", "123456", ("x_1", "x_2"), "w_{}", "c_{}", "y_{}", "C"),),
    "dots and over": (Scheme("s_{}", "r_{}", "ghpqmn", ("i", "j"), "w_{}", "b_{}", "t_{}", "E"),),
    "stars": (
        Scheme("net_{{h{}}}", "out_{{h{}}}", "123456", ("in_1", "in_2"), "w_{}", "b_{}", "target_{}", "E_{total}"),
        Scheme("pre_{}", "act_{}", "abcdef", ("inp_1", "inp_2"), "wt_{}", "bias_{}", "goal_{}", "Err"),
    ),
    "times": (Scheme("p_{}", "o_{}", "klmnrs", ("i_1", "i_2"), "w_{}", "b_{}", "d_{}", "P", maximise=True),),
    "cdot": (Scheme("u_{}", "h_{}", "123456", ("x", "v"), r"\theta_{}", r"\beta_{}", "y_{}", r"\mathcal{{L}}"),),
    "article": (Scheme("s_{}", "r_{}", "123456", ("x_1", "x_2"), "w_{}", "b_{}", "q_{}", "E"),),
    "unicode": (Scheme("z_{}", "y_{}", "123456", ("x_1", "x_2"), "w_{}", "b_{}", "t_{}", "E"),),
}


@dataclass(frozen=True)
class Neuron:
    """One neuron: what comes in with which weight, and its function ("" for none)."""

    pre: Q
    out: Q
    feeds: tuple[tuple[Q, Q], ...]  # weight, source
    bias: Q | None
    function: str

    @property
    def slope(self) -> Node | None:
        """``∂out/∂pre`` in textbook form."""
        forms = {
            "sigmoid": Mul((self.out, minus(ONE, self.out))),
            "tanh": minus(ONE, Pow(self.out, 2)),
        }
        return forms.get(self.function, Fn(self.function, self.pre, 1)) if self.function else None


@dataclass(frozen=True)
class Net:
    """Layers of neurons, a cost, and the spelling of every name."""

    layers: tuple[tuple[Neuron, ...], ...]
    names: Mapping[str, str]
    maximise: bool
    residual_first: bool  # (y - t) instead of (t - y)

    @property
    def outputs(self) -> tuple[Neuron, ...]:
        """The last layer."""
        return self.layers[-1]

    @property
    def cost(self) -> Node:
        """What is minimised or maximised."""
        terms = tuple(Mul((HALF, Pow(self._difference(neuron), 2))) for neuron in self.outputs)
        if self.maximise:
            return Neg(terms[0]) if len(terms) == 1 else Add(tuple(Neg(term) for term in terms))
        return terms[0] if len(terms) == 1 else Add(terms)

    def _difference(self, neuron: Neuron) -> Node:
        target = Q("t" + neuron.out.name)
        return minus(neuron.out, target) if self.residual_first else minus(target, neuron.out)

    def by_output(self, neuron: Neuron) -> Node:
        """``∂cost/∂out`` of an output neuron."""
        difference = self._difference(neuron)
        return Neg(difference) if self.maximise == self.residual_first else difference

    def successors(self, neuron: Neuron) -> list[tuple[Neuron, Q]]:
        """Who uses a neuron's output, and with which weight."""
        return [
            (other, weight) for layer in self.layers for other in layer for weight, source in other.feeds if source == neuron.out
        ]

    def adjoint(self, neuron: Neuron) -> Node:
        """``∂cost/∂out`` written out."""
        onward = [_product(self.delta(other), weight) for other, weight in self.successors(neuron)]
        if not onward:
            return self.by_output(neuron)
        return onward[0] if len(onward) == 1 else Add(tuple(onward))

    def delta(self, neuron: Neuron) -> Node:
        """``∂cost/∂pre`` written out."""
        slope = neuron.slope
        return self.adjoint(neuron) if slope is None else _product(self.adjoint(neuron), slope)


def _product(*factors: Node) -> Node:
    flat: list[Node] = []
    negative = False
    for factor in factors:
        if isinstance(factor, Neg):
            negative = not negative
            factor = factor.operand  # noqa: PLW2901
        flat.extend(factor.factors if isinstance(factor, Mul) else (factor,))
    return Neg(Mul(tuple(flat))) if negative else Mul(tuple(flat))


def _neurons(dice: random.Random, scheme: Scheme, names: dict[str, str], function: str) -> tuple[tuple[Neuron, ...], ...]:
    sizes = [dice.choice((1, 1, 2)) for _ in range(dice.choice((1, 2, 2, 3)))]
    sources: list[Q] = []
    for place in range(dice.choice((1, 2))):
        names[f"x{place}"] = scheme.inputs[place]
        sources.append(Q(f"x{place}"))
    layers: list[tuple[Neuron, ...]] = []
    count = weights = 0
    labels = scheme.neurons
    for depth, size in enumerate(sizes):
        layer = []
        for _ in range(size):
            key = str(count)
            feeds = []
            for source in sources:
                names[f"w{weights}"] = scheme.weight.format(weights + 1)
                feeds.append((Q(f"w{weights}"), source))
                weights += 1
            names |= {"p" + key: scheme.pre.format(labels[count]), "o" + key: scheme.out.format(labels[count])}
            names["b" + key] = scheme.bias.format(labels[count])
            linear = depth == len(sizes) - 1 and dice.random() < 0.3
            pre, out = Q("p" + key), Q(("p" if linear else "o") + key)
            bias = Q("b" + key) if dice.random() < 0.5 else None
            layer.append(Neuron(pre, out, tuple(feeds), bias, "" if linear else function))
            names["t" + out.name] = scheme.target.format(labels[count])
            names["δ" + key] = rf"\delta_{{{labels[count]}}}"
            count += 1
        layers.append(tuple(layer))
        sources = [neuron.out for neuron in layer]
    return tuple(layers)


def _weighted(neuron: Neuron) -> Node:
    terms: list[Node] = [Mul((weight, source)) for weight, source in neuron.feeds]
    if neuron.bias is not None:
        terms.append(neuron.bias)
    return terms[0] if len(terms) == 1 else Add(tuple(terms))


def _activation(neuron: Neuron, *, written_out: bool) -> Node:
    if neuron.function == "sigmoid" and written_out:
        return Div(ONE, Add((ONE, Fn("exp", Neg(neuron.pre)))))
    return Fn(neuron.function, neuron.pre)


def scalar(dice: random.Random) -> Case:
    """One to three layers of one or two neurons."""
    notation = NOTATIONS[dice.choice(tuple(SCHEMES))]
    scheme = dice.choice(SCHEMES[notation.label])
    names = {"cost": scheme.cost.replace("{{", "{").replace("}}", "}"), "η": r"\eta"}
    function = dice.choice(("sigmoid", "sigmoid", "tanh", "unknown"))
    net = Net(_neurons(dice, scheme, names, function), names, scheme.maximise, dice.random() < 0.5)
    written_out = dice.random() < 0.5
    definitions: list[tuple[Node, Node]] = []
    for layer in net.layers:
        for neuron in layer:
            definitions.append((neuron.pre, _weighted(neuron)))
            if neuron.function:
                definitions.append((neuron.out, _activation(neuron, written_out=written_out)))
    definitions.append((Q("cost"), net.cost))
    deltas = dice.random() < 0.5
    if deltas:
        definitions += [(_delta(neuron), Par(Q("cost"), neuron.pre)) for layer in net.layers for neuron in layer]
    rules = {left.name: Rule((), right) for left, right in definitions if isinstance(left, Q)}
    claims = list(_claims(net, deltas=deltas))
    if notation.label == "times":  # d/d of a quantity that the author differentiates totally
        notation = replace(notation, partial=NOTATIONS["plain"].partial)
    return Case("scalar", notation, names, definitions, claims, lambda seed: World(rules, {}, {}, seed))


def _delta(neuron: Neuron) -> Q:
    return Q("δ" + neuron.pre.name[1:])


def _claims(net: Net, *, deltas: bool) -> list[Claim]:
    cost = Q("cost")
    claims = [Claim(Par(cost, neuron.out), net.by_output(neuron)) for neuron in net.outputs]
    for layer in net.layers:
        for neuron in layer:
            if neuron.function:
                assert neuron.slope is not None
                claims.append(Claim(Par(neuron.out, neuron.pre), neuron.slope))
                claims.append(Claim(Par(cost, neuron.pre), net.delta(neuron)))
            claims += _claims_of_weights(net, neuron, deltas=deltas)
            onward = net.successors(neuron)
            if onward:
                terms = tuple(Mul((Par(cost, other.pre), Par(other.pre, neuron.out))) for other, _ in onward)
                claims.append(Claim(Par(cost, neuron.out), terms[0] if len(terms) == 1 else Add(terms)))
                if deltas:
                    sums = tuple(Mul((_delta(other), weight)) for other, weight in onward)
                    whole = sums[0] if len(sums) == 1 else Add(sums)
                    claims.append(Claim(Par(cost, neuron.out), whole))
    return claims


def _claims_of_weights(net: Net, neuron: Neuron, *, deltas: bool) -> list[Claim]:
    cost = Q("cost")
    claims = []
    for weight, source in neuron.feeds:
        claims.append(Claim(Par(cost, weight), _product(net.delta(neuron), source)))
        chain: list[Node] = [Par(cost, neuron.pre), Par(neuron.pre, weight)]
        if neuron.function:
            chain[:1] = [Par(cost, neuron.out), Par(neuron.out, neuron.pre)]
        claims.append(Claim(Par(cost, weight), Mul(tuple(chain))))
        claims.append(Claim(Par(neuron.pre, weight), source))
        if deltas:
            claims.append(Claim(Par(cost, weight), Mul((_delta(neuron), source))))
    return claims


def unknown(node: Node) -> bool:
    """Is there a function of which nothing is said?"""
    return (isinstance(node, Fn) and node.name == "unknown") or any(unknown(part) for _, _, part in children(node))


def numbered(dice: random.Random) -> Case:
    """A scalar network whose leaves have values; the claims end in printed numbers."""
    case = scalar(dice)
    while case.notation.label == "dots and over" or any(unknown(right) for _, right in case.definitions):
        case = scalar(dice)
    world = case.world(0)
    defined = {left.name for left, _ in case.definitions if isinstance(left, Q)}
    used = {node.name for _, right in case.definitions for node in _quantities(right)}
    given = {name: dice.choice((-1, 1)) * dice.randrange(5, 100) / 100 for name in sorted(used - defined)}
    values = [(Q(name), Num(Fraction(str(value)), f"{value}")) for name, value in given.items()]
    world = World(world.rules, {}, {}, 0, given)
    claims = []
    for left in [left for left, _ in case.definitions] + [claim.left for claim in case.claims]:
        number = number_of(world.value(left, {})).real
        if abs(number) > 1e-3 and not (isinstance(left, Q) and left.name.startswith("δ")):
            claims.append(Claim(left, Num(Fraction(f"{number:.{DIGITS}f}"), f"{number:.{DIGITS}f}")))
    definitions = [*values, *case.definitions]
    return replace(case, label="numbers", definitions=definitions, claims=claims, world=lambda _: world)


def _quantities(node: Node) -> list[Q]:
    found = [node] if isinstance(node, Q) else []
    for _, _, part in children(node):
        found += _quantities(part)
    return found
