"""Classifiers: logistic regression with a penalty, and softmax with cross-entropy."""

from __future__ import annotations

import random

from tools.campaign.families import ONE, TWO, Case, Claim, minus
from tools.campaign.nodes import Add, Big, Div, Fn, Ix, Mul, Neg, Node, Par, Pow, Q
from tools.campaign.oracle import Rule, World
from tools.campaign.printing import NOTATIONS


def logistic(dice: random.Random) -> Case:
    """Logistic regression with a penalty: one output, any number of inputs."""
    notation = NOTATIONS[dice.choice(("plain", "cdot", "article"))]
    names = {
        "z": "z",
        "p": dice.choice(("p", "y", "a")),
        "x/1": "x_{0}",
        "w/1": "w_{0}",
        "b": "b",
        "t": "t",
        "λ": r"\lambda",
        "cost": "L",
    }
    k, n = Ix("k"), Ix("n")
    z, p, t, cost = Q("z"), Q("p"), Q("t"), Q("cost")
    weight, source, rate = Q("w", (k,)), Q("x", (k,)), Q("λ")
    entropy = Add((Neg(Mul((t, Fn("log", p)))), Neg(Mul((minus(ONE, t), Fn("log", minus(ONE, p)))))))
    rules = {
        "z": Rule((), Add((Big("k", ONE, n, Mul((weight, source))), Q("b")))),
        "p": Rule((), Fn("sigmoid", z)),
        "cost": Rule((), Add((*entropy.terms, Mul((Div(rate, TWO), Big("k", ONE, n, Pow(weight, 2))))))),
    }
    definitions = [(Q(name), rules[name].right) for name in ("z", "p", "cost")]
    ks = {"k": (ONE, n)}
    claims = [
        Claim(Par(p, z), Mul((p, minus(ONE, p)))),
        Claim(Par(cost, p), Add((Neg(Div(t, p)), Div(minus(ONE, t), minus(ONE, p))))),
        Claim(Par(cost, p), Div(minus(p, t), Mul((p, minus(ONE, p))))),
        Claim(Par(cost, z), minus(p, t)),
        Claim(Par(cost, z), Mul((Par(cost, p), Par(p, z)))),
        Claim(Par(cost, weight), Add((Mul((minus(p, t), source)), Mul((rate, weight)))), ks),
        Claim(Par(cost, Q("b")), minus(p, t)),
    ]
    return Case("logistic", notation, names, definitions, claims, lambda seed: World(rules, {"n": 3}, {}, seed))


def softmax(dice: random.Random) -> Case:
    """Any number of classes; the labels add up to one, which the document says."""
    notation = NOTATIONS[dice.choice(("plain", "article", "unicode"))]
    score, share, label, cost_ = dice.choice((("z", "p", "t", "L"), ("s", "q", "y", "E"), ("o", "a", "y", "C")))
    names = {
        "z/1": score + "_{0}", "p/1": share + "_{0}", "t/1": label + "_{0}", "x/1": "x_{0}", "b/1": "b_{0}",
        "w/2": "W_{{{0}{1}}}", "cost": cost_,
    }  # fmt: skip
    i, j, k, n, m = Ix("i"), Ix("j"), Ix("k"), Ix("n"), Ix("m")
    cost = Q("cost")

    def at(name: str, index: Node) -> Q:
        return Q(name, (index,))

    rules = {
        "z": Rule(("j",), Add((Big("k", ONE, n, Mul((Q("w", (j, k)), at("x", k)))), at("b", j)))),
        "p": Rule(("j",), Div(Fn("exp", at("z", j)), Big("i", ONE, m, Fn("exp", at("z", i))))),
        "cost": Rule((), Neg(Big("j", ONE, m, Mul((at("t", j), Fn("log", at("p", j))))))),
    }
    definitions: list[tuple[Node, Node]] = [
        (at("z", j), rules["z"].right),
        (at("p", j), rules["p"].right),
        (cost, rules["cost"].right),
    ]
    definitions.append((Big("j", ONE, m, at("t", j)), ONE))
    js, ks = {"j": (ONE, m)}, {"k": (ONE, n)}
    residual = minus(at("p", j), at("t", j))
    claims = [
        Claim(Par(cost, at("p", j)), Neg(Div(at("t", j), at("p", j))), js),
        Claim(Par(at("p", j), at("z", j)), Mul((at("p", j), minus(ONE, at("p", j)))), js),
        Claim(Par(cost, at("z", j)), Big("i", ONE, m, Mul((Par(cost, at("p", i)), Par(at("p", i), at("z", j))))), js),
        Claim(Par(cost, at("z", j)), minus(Mul((at("p", j), Big("i", ONE, m, at("t", i)))), at("t", j)), js),
        Claim(Par(cost, at("z", j)), residual, js),
        Claim(Par(cost, Q("w", (j, k))), Mul((residual, at("x", k))), {**js, **ks}),
        Claim(Par(cost, at("b", j)), residual, js),
        Claim(Par(cost, at("x", k)), Big("j", ONE, m, Mul((residual, Q("w", (j, k))))), ks),
    ]
    sizes = {"n": 3, "m": 4}
    return Case("softmax", notation, names, definitions, claims, lambda seed: World(rules, sizes, {}, seed, shares={"t": 4}))
