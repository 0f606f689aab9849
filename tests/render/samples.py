"""Small derivations made by hand, so that the formats are tested without the engine that derives."""

from __future__ import annotations

from fractions import Fraction

from symprop.derivation.step import Chain, Derivation, Gradient, Link, Prose, Section, Table
from symprop.evaluation.verdict import PROVED_IDENTICAL, Status, Verdict
from symprop.model.expr import ONE, TWO, Add, Apply, Div, Expr, Increment, Mul, Neg, Number, Partial, Pow, Ref, Sum
from symprop.model.network import Abbreviation, Definition, Leaf, Network, Objective, Range, Role

SAMPLED = Verdict(Status.SAMPLED, "agreed at 4 points")
HALF = Div(ONE, TWO)


def ref(name: str, *indices: str) -> Ref:
    return Ref(name, tuple(Ref(i) for i in indices))


def refs(names: str) -> list[Ref]:
    return [Ref(name) for name in names.split()]


def leaf(name: str, role: Role, *axes: Range) -> Leaf:
    return Leaf(name, role, axes)


def axis(index: str, size: str) -> Range:
    return Range(index, ONE, Ref(size))


def link(expr: Expr, rule: str, *because: str | Expr, verdict: Verdict = PROVED_IDENTICAL, relation: str = "=") -> Link:
    return Link(expr, rule, because, verdict, relation)


def linear() -> Derivation:
    """The linear network of one weight per layer, told in the style `chain`."""
    w_o, w_h, i, t, r_o, e, eta = refs("w_o w_h i t r_o E η")
    network = Network(
        leaves={
            "i": leaf("i", Role.INPUT),
            "t": leaf("t", Role.TARGET),
            "w_o": leaf("w_o", Role.WEIGHT),
            "w_h": leaf("w_h", Role.WEIGHT),
            "η": leaf("η", Role.RATE),
        },
        definitions=(
            Definition("r_o", Mul((w_o, w_h, i)), Role.ACTIVATION),
            Definition("E", Mul((HALF, Pow(Add((t, Neg(r_o))), TWO))), Role.COST),
        ),
        cost="E",
        notes=("t is a target: only the cost uses it",),
    )
    error = Add((t, Neg(r_o)))
    by_output = Partial(e, r_o)
    sections = (
        Section(
            ("The network",),
            (
                Table(
                    (
                        Chain(r_o, (link(Mul((w_o, w_h, i)), "definition"),)),
                        Chain(e, (link(Mul((HALF, Pow(error, TWO))), "definition"),)),
                    )
                ),
            ),
        ),
        Section(
            ("The gradient of ", e, " by ", w_o),
            (
                Prose(("The weight ", w_o, " acts on ", e, " through ", r_o, " only.")),
                Chain(
                    Partial(e, w_o),
                    (
                        link(Mul((by_output, Partial(r_o, w_o))), "chain", w_o, " acts through ", r_o),
                        link(Mul((Neg(error), Partial(r_o, w_o))), "citation", verdict=SAMPLED),
                        link(Mul((Neg(error), w_h, i)), "differentiation", verdict=SAMPLED),
                        link(Neg(Mul((error, w_h, i))), "arithmetic", "the sign comes to the front"),
                    ),
                ),
            ),
        ),
        Section(
            ("The update",),
            (
                Chain(Increment(w_o), (link(Mul((eta, error, w_h, i)), "update"),)),
                Table((Chain(w_o, (link(Add((w_o, Mul((eta, error, w_h, i)))), "update", relation="←"),)),)),
            ),
        ),
    )
    gradient = Gradient(
        w_o,
        Partial(e, w_o),
        Neg(Mul((error, w_h, i))),
        lambda: Neg(Mul((Add((t, Neg(Mul((w_o, w_h, i))))), w_h, i))),
        Add((w_o, Mul((eta, error, w_h, i)))),
    )
    return Derivation(network, e, "chain", 2, sections, {"w_o": gradient})


def layers() -> Derivation:
    """Two layers of any width, told in the style `delta`: indices, sums and ranges."""
    n0, n1 = Ref("n_0"), Ref("n_1")
    z, h, w, x, p = ref("z", "j"), ref("h", "j"), ref("W", "j", "k"), ref("x", "k"), Ref("P")
    t = ref("t", "j")
    j, k = axis("j", "n_1"), axis("k", "n_0")
    delta = ref("δ", "j")
    network = Network(
        leaves={
            "x": leaf("x", Role.INPUT, k),
            "t": leaf("t", Role.TARGET, j),
            "W": leaf("W", Role.WEIGHT, j, k),
            "η": leaf("η", Role.RATE),
            "n_0": leaf("n_0", Role.SIZE),
            "n_1": leaf("n_1", Role.SIZE),
        },
        definitions=(
            Definition("z", Sum(Mul((w, x)), "k", ONE, n0), Role.PREACTIVATION, (Ref("j"),), (j,)),
            Definition("h", Apply("sigmoid", (z,), spelling="σ"), Role.ACTIVATION, (Ref("j"),), (j,)),
            Definition("P", Neg(Mul((HALF, Sum(Pow(Add((t, Neg(h))), TWO), "j", ONE, n1)))), Role.COST),
        ),
        cost="P",
        objective=Objective.MAXIMIZE,
    )
    form = Mul((h, Add((ONE, Neg(h))), Add((t, Neg(h)))))
    update = Add((w, Mul((Ref("η"), delta, x))))
    sections = (
        Section(
            ("Deltas",),
            (
                Prose(("The delta of a pre-activation is ", Partial(p, z), ": how ", p, " answers to a change of it.")),
                Chain(delta, (link(Partial(p, z), "delta"), link(form, "recursion", verdict=SAMPLED)), (j,)),
            ),
        ),
        Section(
            ("Gradients and updates",),
            (
                Table((Chain(Partial(p, w), (link(Mul((delta, x)), "gradient", verdict=SAMPLED),), (j, k)),)),
                Table((Chain(w, (link(update, "update", relation="←"),), (j, k)),)),
            ),
        ),
    )
    gradient = Gradient(w, Partial(p, w), Mul((delta, x)), lambda: Mul((form, x)), update, (j, k))
    abbreviation = Abbreviation("δ", Partial(p, z), ("j",), (j,))
    return Derivation(network, p, "delta", 2, sections, {"W": gradient}, {"z": abbreviation}, {"z": form})


def long_sum(terms: int, product: int = 3) -> Expr:
    """A sum that no page holds on one line, with a product of a bracket in it."""
    parts: list[Expr] = [Mul(tuple(Ref(f"w_{i}{k}") for k in range(product))) for i in range(terms)]
    bracket = Add(tuple(Neg(part) if i % 3 == 1 else part for i, part in enumerate(parts)))
    return Add((Ref("a"), Mul((Ref("out_h1"), Add((ONE, Neg(Ref("out_h1")))), bracket)), *parts[: terms // 2]))


def long_lines(detail: int = 2, terms: int = 14) -> Derivation:
    """Equations too long for a line: sums, products, a fraction with a long numerator, a long left side."""
    total, e = long_sum(terms), Ref("E")
    network = Network(leaves={}, definitions=(Definition("E", total, Role.COST),), cost="E", name="long & wide_net 100 %")
    product = Mul(tuple(Add((ONE, Neg(Ref(f"out_h{i}")))) for i in range(terms)))
    fraction = Div(total, Add((ONE, Apply("exp", (Neg(Ref("z")),)))))
    reason = ("because ", e, " depends on it through every one of the units of the layer above, each with a weight of its own")
    sections = (
        Section(
            ("Long lines",),
            (
                Chain(e, (link(total, "definition"), link(product, "chain", *reason), link(fraction, "arithmetic"))),
                Chain(Partial(total, Ref("w_11")), (link(Number(Fraction(3, 20), "0.15"), "arithmetic"),)),
                Table((Chain(Ref("w_11"), (link(Add((Ref("w_11"), Neg(total))), "update", relation="←"),)),)),
            ),
        ),
    )
    return Derivation(network, e, "chain", detail, sections, {})
