"""Random networks with three independent readings: the notation, mpmath numbers, sympy expressions.

Nothing here imports symprop: the activations are written down again, so a wrong entry of the table shows.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import mpmath
import sympy as sp

mp = mpmath.mp.clone()
mp.dps = 50


@dataclass(frozen=True)
class Act:
    """One activation function, thrice."""

    text: str
    number: Callable[[Any], Any]
    symbolic: Callable[[Any], Any]
    kinked: bool = False


def _elu(x: Any) -> Any:
    return x if x > 0 else mp.exp(x) - 1


ACTS: Mapping[str, Act] = {
    "sigmoid": Act("σ", lambda x: 1 / (1 + mp.exp(-x)), lambda x: 1 / (1 + sp.exp(-x))),
    "tanh": Act("tanh", mp.tanh, sp.tanh),
    "relu": Act("relu", lambda x: x if x > 0 else mp.mpf(0), lambda x: sp.Piecewise((x, x > 0), (0, True)), True),
    "leaky_relu": Act(
        "leaky_relu",
        lambda x: x if x > 0 else mp.mpf("0.01") * x,
        lambda x: sp.Piecewise((x, x > 0), (x / 100, True)),
        True,
    ),
    "elu": Act("elu", _elu, lambda x: sp.Piecewise((x, x > 0), (sp.exp(x) - 1, True)), True),
    "softplus": Act("softplus", lambda x: mp.log(1 + mp.exp(x)), lambda x: sp.log(1 + sp.exp(x))),
    "swish": Act("swish", lambda x: x / (1 + mp.exp(-x)), lambda x: x / (1 + sp.exp(-x))),
    "gelu": Act("gelu", lambda x: x * (1 + mp.erf(x / mp.sqrt(2))) / 2, lambda x: x * (1 + sp.erf(x / sp.sqrt(2))) / 2),
    "sin": Act("sin", mp.sin, sp.sin),
    "exp": Act("exp", mp.exp, sp.exp),
    "linear": Act("linear", lambda x: x, lambda x: x),
    "cube": Act("g", lambda x: x**3 + x, lambda x: x**3 + x),
}


@dataclass(frozen=True)
class Op:
    """``name = kind(arguments)``."""

    name: str
    kind: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class RandomNetwork:
    """The operations of one network, its leaves, and what is minimised."""

    seed: int
    inputs: tuple[str, ...]
    weights: tuple[str, ...]
    targets: tuple[str, ...]
    ops: tuple[Op, ...]
    outputs: tuple[str, ...]
    cost: str  # "squared", "mean", "penalty", "activation"

    @property
    def depth(self) -> int:
        """Longest chain of definitions."""
        depth: dict[str, int] = {}
        for op in self.ops:
            depth[op.name] = 1 + max((depth.get(a, 0) for a in op.arguments), default=0)
        return max(depth.values())

    @property
    def text(self) -> str:
        """In the notation."""
        lines = [
            "inputs " + " ".join(self.inputs),
            "targets " + " ".join(self.targets),
            "weights " + " ".join(self.weights),
            "function g(x) = x³ + x",
        ]
        lines += [f"{op.name} = {_TEXT[op.kind](op) if op.kind in _TEXT else _act_text(op)}" for op in self.ops]
        return "\n".join([*lines, f"minimize E = {_COST_TEXT[self.cost](self)}", ""])

    def values(self, at: Mapping[str, Any]) -> dict[str, Any]:
        """Every quantity in numbers of 50 digits."""
        return self._run(at, lambda kind, x: ACTS[kind].number(x))

    def symbolic_cost(self) -> Any:
        """The cost as one flat sympy expression of the leaves."""
        at = {n: sp.Symbol(n, real=True) for n in (*self.inputs, *self.weights, *self.targets)}
        return self._run(at, lambda kind, x: ACTS[kind].symbolic(x))["E"]

    def point(self, rng: random.Random) -> dict[str, Any]:
        """Random leaves, three decimals each."""
        names = (*self.inputs, *self.weights, *self.targets)
        return {n: mp.mpf(rng.choice((-1, 1)) * rng.randint(101, 1500)) / 1000 for n in names}

    def _run(self, at: Mapping[str, Any], act: Callable[[str, Any], Any]) -> dict[str, Any]:
        env = dict(at)
        for op in self.ops:
            values = [env[a] for a in op.arguments]
            if op.kind == "affine":
                env[op.name] = sum(w * x for w, x in zip(values[::2], values[1::2], strict=True))
            elif op.kind == "affine+":
                env[op.name] = sum(w * x for w, x in zip(values[:-1:2], values[1:-1:2], strict=True)) + values[-1]
            elif op.kind == "gate":
                env[op.name] = values[0] * values[1]
            elif op.kind == "skip":
                env[op.name] = values[0] + values[1]
            elif op.kind == "inside":
                env[op.name] = act("tanh", values[0] * values[1] - values[2])
            else:
                env[op.name] = act(op.kind, values[0])
        pairs = [(env[t], env[o]) for t, o in zip(self.targets, self.outputs, strict=True)]
        squares = sum((t - o) ** 2 for t, o in pairs)
        if self.cost == "squared":
            env["E"] = squares / 2
        elif self.cost == "mean":
            env["E"] = squares / len(pairs)
        elif self.cost == "penalty":
            env["E"] = squares / 2 + sum(env[w] ** 2 for w in self.weights) / 10
        else:
            env["E"] = sum((t - act("sigmoid", o)) ** 2 for t, o in pairs) / 2
        return env


def random_network(seed: int, *, layers: int = 3, smooth: bool = False) -> RandomNetwork:
    """A network of a few definitions: mixed activations, tied weights, skips, gates, several outputs."""
    rng = random.Random(seed)
    inputs = tuple(f"i_{k}" for k in range(1, rng.randint(1, 3) + 1))
    kinds = [k for k, a in ACTS.items() if not (smooth and a.kinked)]
    weights: list[str] = []
    ops: list[Op] = []
    pool = list(inputs)

    def weight() -> str:
        if weights and rng.random() < 0.15:
            return rng.choice(weights)  # tied
        weights.append(f"w_{len(weights) + 1}")
        return weights[-1]

    number = 0
    for _ in range(rng.randint(1, layers)):
        made: list[str] = []
        for _ in range(rng.randint(1, 2)):
            number += 1
            sources = rng.sample(pool, min(len(pool), rng.randint(1, 3)))
            arguments = [a for s in sources for a in (weight(), s)]
            net = f"net_{number}"
            bias = rng.random() < 0.4
            ops.append(Op(net, "affine+" if bias else "affine", (*arguments, *([weight()] if bias else []))))
            out = f"h_{number}"
            ops.append(Op(out, rng.choice(kinds), (net,)))
            made.append(out)
        roll = rng.random()
        if roll < 0.2:
            number += 1
            ops.append(Op(f"s_{number}", "skip", (made[-1], rng.choice(pool))))
            made.append(f"s_{number}")
        elif roll < 0.35 and len(made) > 1:
            number += 1
            ops.append(Op(f"g_{number}", "gate", (made[0], made[1])))
            made.append(f"g_{number}")
        elif roll < 0.45:
            number += 1
            ops.append(Op(f"y_{number}", "inside", (weight(), made[-1], rng.choice(pool))))
            made.append(f"y_{number}")
        pool = [*made, *(pool if rng.random() < 0.5 else [])]
    used = {a for op in ops for a in op.arguments}
    outputs = tuple(op.name for op in ops if op.name not in used)
    targets = tuple(f"t_{k}" for k in range(1, len(outputs) + 1))
    cost = rng.choice(("squared", "squared", "mean", "penalty", "activation"))
    return RandomNetwork(seed, inputs, tuple(weights), targets, tuple(ops), outputs, cost)


def _affine_text(op: Op) -> str:
    pairs = zip(op.arguments[::2], op.arguments[1::2], strict=False)
    terms = [f"{w} {x}" for w, x in pairs]
    if op.kind == "affine+":
        terms.append(op.arguments[-1])
    return " + ".join(terms)


def _act_text(op: Op) -> str:
    return f"{ACTS[op.kind].text}({op.arguments[0]})"


_TEXT: Mapping[str, Callable[[Op], str]] = {
    "affine": _affine_text,
    "affine+": _affine_text,
    "gate": lambda op: f"{op.arguments[0]} · {op.arguments[1]}",
    "skip": lambda op: f"{op.arguments[0]} + {op.arguments[1]}",
    "inside": lambda op: f"tanh({op.arguments[0]} {op.arguments[1]} - {op.arguments[2]})",
}


def _squares(network: RandomNetwork) -> str:
    return " + ".join(f"({t} - {o})²" for t, o in zip(network.targets, network.outputs, strict=True))


_COST_TEXT: Mapping[str, Callable[[RandomNetwork], str]] = {
    "squared": lambda n: " + ".join(f"½ ({t} - {o})²" for t, o in zip(n.targets, n.outputs, strict=True)),
    "mean": lambda n: f"({_squares(n)})/{len(n.outputs)}",
    "penalty": lambda n: f"({_squares(n)})/2 + ({' + '.join(f'{w}²' for w in n.weights)})/10",
    "activation": lambda n: " + ".join(f"½ ({t} - σ({o}))²" for t, o in zip(n.targets, n.outputs, strict=True)),
}
