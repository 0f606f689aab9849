"""Networks over positions: recurrence in time, and a filter that slides."""

from __future__ import annotations

import random

from tools.campaign.families import HALF, ONE, Case, Claim, ix, minus
from tools.campaign.nodes import Add, Big, Fn, Ix, Mul, Neg, Node, Par, Pow, Q
from tools.campaign.oracle import Rule, World
from tools.campaign.printing import NOTATIONS


def recurrence(dice: random.Random) -> Case:
    """A recurrent network with numbers for states."""
    notation = NOTATIONS[dice.choice(("plain", "stars", "times"))]
    function = dice.choice(("tanh", "sigmoid", "unknown"))
    state, inner, weight, read, out, cost = dice.choice((("h", "a", "u", "v", "y", "L"), ("s", "z", "w", "u", "o", "E")))
    names = {
        "h/1": state + "_{{{0}}}", "a/1": inner + "_{{{0}}}", "y/1": out + "_{{{0}}}", "cost": cost, "u": weight, "v": read,
        "c": "c", "x/1": "x_{{{0}}}", "t/1": "d_{{{0}}}", "δ/1": r"\delta_{{{0}}}",
    }  # fmt: skip
    last = Ix("T")

    def at(name: str, shift: int = 0) -> Q:
        return Q(name, (ix("t", shift),))

    cost_, u, v, c = Q("cost"), Q("u"), Q("v"), Q("c")
    rules = {
        "a": Rule(("t",), Add((Mul((u, at("h", -1))), Mul((v, at("x"))))), first=1),
        "h": Rule(("t",), Fn(function, at("a")), first=1),
        "y": Rule(("t",), Mul((c, at("h")))),
        "cost": Rule((), Mul((HALF, Big("t", ONE, last, Pow(minus(at("y"), at("t")), 2))))),
        "δ": Rule(("t",), Par(cost_, at("a"))),
    }
    definitions = [(at(name), rules[name].right) for name in ("a", "h", "y")]
    definitions += [(cost_, rules["cost"].right), (at("δ"), rules["δ"].right)]
    ts, inside = {"t": (ONE, last)}, {"t": (ONE, ix("T", -1))}
    residual = minus(at("y"), at("t"))
    claims = [
        Claim(Par(cost_, at("y")), residual, ts),
        Claim(Par(cost_, c), Big("t", ONE, last, Mul((residual, at("h")))), {}),
        Claim(Par(at("h"), at("a")), Fn(function, at("a"), 1), ts),
        Claim(Par(at("a"), at("h", -1)), u, ts),
        Claim(Par(cost_, u), Big("t", ONE, last, Mul((at("δ"), at("h", -1)))), {}),
        Claim(Par(cost_, v), Big("t", ONE, last, Mul((at("δ"), at("x")))), {}),
        Claim(at("δ"), Mul((Fn(function, at("a"), 1), Add((Mul((residual, c)), Mul((u, at("δ", 1))))))), inside),
        Claim(Par(cost_, at("h")), Add((Mul((residual, c)), Mul((at("δ", 1), u)))), inside),
        Claim(at("δ"), Mul((Par(cost_, at("h")), Fn(function, at("a"), 1))), ts),
        Claim(Q("δ", (last,)), Mul((minus(Q("y", (last,)), Q("t", (last,))), c, Fn(function, Q("a", (last,)), 1))), {}),
    ]
    return Case("recurrent", notation, names, definitions, claims, lambda seed: World(rules, {"T": 4}, {}, seed))


def convolution(dice: random.Random) -> Case:
    """A filter of r weights slides along a signal of length n."""
    notation = NOTATIONS[dice.choice(("plain", "article", "unicode"))]
    function = dice.choice(("tanh", "sigmoid", "unknown"))
    weight, source, out = dice.choice((("w", "x", "y"), ("k", "s", "o"), ("f", "x", "a")))
    names = {
        "z/1": "z_{{{0}}}", "y/1": out + "_{{{0}}}", "w/1": weight + "_{{{0}}}", "x/1": source + "_{{{0}}}", "t/1": "t_{{{0}}}",
        "b": "b", "cost": "E", "δ/1": r"\delta_{{{0}}}",
    }  # fmt: skip
    if weight == "k":
        names["w/1"] = "h_{{{0}}}"
    j, m, last = Ix("j"), Ix("m"), Add((Ix("n"), Neg(Ix("r")), ONE))
    z, y, t, cost, delta = Q("z", (j,)), Q("y", (j,)), Q("t", (j,)), Q("cost"), Q("δ", (j,))
    under = Q("x", (Add((j, m, Neg(ONE))),))
    weights = Q("w", (m,))
    rules = {
        "z": Rule(("j",), Add((Big("m", ONE, Ix("r"), Mul((weights, under))), Q("b")))),
        "y": Rule(("j",), Fn(function, z)),
        "cost": Rule((), Mul((HALF, Big("j", ONE, last, Pow(minus(y, t), 2))))),
        "δ": Rule(("j",), Par(cost, z)),
    }
    definitions: list[tuple[Node, Node]] = [(z, rules["z"].right), (y, rules["y"].right), (cost, rules["cost"].right)]
    definitions.append((delta, rules["δ"].right))
    js, ms = {"j": (ONE, last)}, {"m": (ONE, Ix("r"))}
    slope = Fn(function, z, 1)
    claims = [
        Claim(Par(cost, y), minus(y, t), js),
        Claim(Par(y, z), slope, js),
        Claim(delta, Mul((minus(y, t), slope)), js),
        Claim(Par(z, weights), under, {**js, **ms}),
        Claim(Par(cost, weights), Big("j", ONE, last, Mul((delta, under))), ms),
        Claim(Par(cost, weights), Big("j", ONE, last, Mul((minus(y, t), slope, under))), ms),
        Claim(Par(cost, Q("b")), Big("j", ONE, last, delta), {}),
        Claim(Par(cost, z), Mul((Par(cost, y), Par(y, z))), js),
    ]
    return Case("convolution", notation, names, definitions, claims, lambda seed: World(rules, {"n": 6, "r": 3}, {}, seed))
