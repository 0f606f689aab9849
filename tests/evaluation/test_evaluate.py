"""Values and derivatives against closed forms and central differences at 50 digits."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest

from symprop.errors import InputError
from symprop.evaluation.context import arithmetic
from symprop.evaluation.evaluate import evaluate
from symprop.evaluation.smooth import SmoothFunction
from symprop.model.expr import Partial, Ref
from symprop.model.network import Network
from symprop.model.reader import read_expression, read_network

MP = arithmetic().mp
FUNCTIONS = ["σ", "tanh", "relu", "leaky_relu", "elu", "softplus", "swish", "gelu", "sin", "exp", "arctan", "phi"]


def value(network: Network, text: str, leaves: Mapping[str, object] | None = None, **more: object) -> object:
    return evaluate(network, read_expression(text, network), leaves, **more)  # type: ignore[arg-type]


def test_closed_form() -> None:
    network = read_network("r_o = w_o·w_h·i; minimize E = ½ (t - r_o)²; targets t")
    leaves = {"w_o": "0.7", "w_h": 2, "i": -1.5, "t": "1.1"}
    assert abs(value(network, "r_o", leaves) + MP.mpf("2.1")) < 1e-45
    assert abs(value(network, "∂E/∂w_o", leaves) - MP.mpf("9.6")) < 1e-45


def test_the_networks_own_values_and_the_sizes_that_follow_from_them() -> None:
    network = read_network(
        """
        inputs x[n]; weights W[m,n]; z[j] = Σ_k W[j,k] x[k]; minimize E = Σ_j z[j]²
        values x = [1, 2, 3], W = [[1, 0, -1], [2, 0.5, 0]]
        """
    )
    assert value(network, "E") == 4 + 9
    assert value(network, "∂E/∂W[2,3]") == 2 * 3 * 3
    by_x = Partial(Ref("E"), Ref("x", (Ref("k"),)))
    assert evaluate(network, by_x, letters={"k": 1}) == 2 * -2 * 1 + 2 * 3 * 2
    assert value(network, "E", {"x": [0, 0, 1]}) == 1


@pytest.mark.parametrize(
    ("leaves", "message"),
    [
        ({}, "w has no value"),
        ({"w": [1, 2]}, "shape"),
        ({"w": 0}, "division by zero"),
    ],
)
def test_messages(leaves: dict[str, object], message: str) -> None:
    network = read_network("minimize E = 1/w")
    with pytest.raises(InputError, match=message):
        value(network, "E", leaves)


def test_unknown_functions_must_be_given() -> None:
    network = read_network("function phi; minimize E = phi(w)")
    with pytest.raises(InputError, match="unknown"):
        value(network, "E", {"w": 1})
    phi = SmoothFunction.sampled("phi")
    assert value(network, "∂E/∂w", {"w": 1}, functions={"phi": phi, "φ": phi}) == phi.derivative(1, MP.mpf(1), arithmetic())


def random_network(rng: random.Random) -> str:
    """Definitions that use anything before them: skips, ties, several paths, products, quotients, powers."""
    known = ["x_1", "x_2", "w_1", "w_2", "w_3"]
    lines = ["function phi"]
    for k in range(rng.randint(2, 7)):
        a, b, c = (rng.choice(known) for _ in range(3))
        f = rng.choice(FUNCTIONS)
        forms = [
            f"{f}({a} {b} - {c})",
            f"{a} {b} + w_1 {c}",
            f"({a} - {b})²/(2 + {c}²)",
            f"max({a}, {b} {c}, 0.1)",
            f"{a}^3 - {f}'({b})",
        ]
        forms.append(f"softmax({a}, {b}, {c})[2]")
        lines.append(f"q_{k} = {rng.choice(forms)}")
        known.append(f"q_{k}")
    lines.append("minimize E = " + " + ".join(f"{q}²" if q.startswith("q") else f"0.1 {q}" for q in known))
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(40))
def test_random_networks_against_central_differences(seed: int) -> None:
    rng = random.Random(seed)
    text = random_network(rng)
    network = read_network(text)
    leaves = {name: MP.mpf(rng.randint(-1500, 1500) + 0.5) / 1000 for name in ("x_1", "x_2", "w_1", "w_2", "w_3")}
    phi = SmoothFunction.sampled(str(seed))
    functions = {"phi": phi, "φ": phi}
    step = MP.mpf(10) ** -15
    for name, at in leaves.items():
        ahead, behind = (value(network, "E", {**leaves, name: at + h}, functions=functions) for h in (step, -step))
        expected = (ahead - behind) / (2 * step)  # type: ignore[operator]
        found = value(network, f"∂E/∂{name}", leaves, functions=functions)
        assert abs(found - expected) <= 1e-20 * (1 + abs(expected)), text  # type: ignore[operator]


INDEXED = """
inputs x[T] s[n] h_0; weights U[n,n] v[n] c[m]; targets d
h[0,j=1..n] = h_0 s[j]
h[t,j] = tanh(Σ_k U[j,k] h[t-1,k] + v[j] x[t])
y[p=1..n-m+1] = Σ_{q=1..m} c[q] h[T,p+q-1]
a[p] = softmax(y[q], q)[p]
minimize E = (d - Σ_{p=1..n-m+1} p a[p] y[p])²
"""


@pytest.mark.parametrize("entry", ["x[1]", "x[4]", "h_0", "U[1,3]", "U[3,1]", "v[2]", "c[1]", "c[2]", "s[3]", "d"])
def test_recurrence_convolution_softmax_against_central_differences(entry: str) -> None:
    network = read_network(INDEXED)
    rng = random.Random(entry)

    def draw(*shape: int) -> object:
        return [draw(*shape[1:]) for _ in range(shape[0])] if shape else MP.mpf(rng.randint(-900, 900)) / 1000

    leaves = {"x": draw(4), "s": draw(3), "h_0": draw(), "U": draw(3, 3), "v": draw(3), "c": draw(2), "d": draw()}
    name, _, indices = entry.rstrip("]").partition("[")
    at = [int(k) - 1 for k in indices.split(",")] if indices else []
    step = MP.mpf(10) ** -15

    def moved(by: object) -> dict[str, object]:
        def change(inner: object, rest: list[int]) -> object:
            if not rest:
                return inner + by  # type: ignore[operator]
            return [change(v, rest[1:]) if k == rest[0] else v for k, v in enumerate(inner)]  # type: ignore[arg-type, var-annotated]

        return {**leaves, name: change(leaves[name], at)}

    expected = (value(network, "E", moved(step)) - value(network, "E", moved(-step))) / (2 * step)  # type: ignore[operator]
    found = value(network, f"∂E/∂{entry}", leaves)
    assert abs(found - expected) <= 1e-22 * (1 + abs(expected))  # type: ignore[operator]


def test_cut_semantics() -> None:
    """What one differentiates by is independent: nothing flows around it, and an alias is another quantity."""
    network = read_network("a = w x; b = a; c = a b; minimize E = c²")
    leaves = {"w": 2, "x": 3}
    assert value(network, "∂c/∂a", leaves) == 12
    assert value(network, "∂c/∂b", leaves) == 6
    assert value(network, "∂b/∂a", leaves) == 1
    assert value(network, "∂a/∂b", leaves) == 0
    assert value(network, "∂c/∂c", leaves) == 1
    assert value(network, "∂/∂a(a² b)", leaves) == 2 * 36 + 36


def test_products_are_masked_before_they_are_read() -> None:
    network = read_network("inputs x[n]; minimize E = Σ_k x[k]")
    assert value(network, "[2 ≤ 1]·x[7]", {"x": [1, 2]}) == 0
    assert value(network, "x[7]·[2 ≤ 1]", {"x": [1, 2]}) == 0
    assert value(network, "x[7]·(-([2 ≤ 1]·x[8]))/x[9]", {"x": [1, 2]}) == 0
    assert value(network, "[1 < 2]·[2 < 3]", {"x": [1, 2]}) == 1
    with pytest.raises(InputError, match="does not exist"):
        value(network, "[2 ≥ 1]·x[7]", {"x": [1, 2]})


def test_empty_sums_are_zero() -> None:
    network = read_network("inputs x[n]; minimize E = Σ_k x[k]")
    assert value(network, "Σ_{k=3..2} x[k]", {"x": [1, 2]}) == 0


def test_more_digits() -> None:
    network = read_network("minimize E = exp(w)")
    assert abs(value(network, "E", {"w": 1}, digits=200) - arithmetic(200).mp.e) < arithmetic(200).mp.mpf(10) ** -198


def test_the_global_precision_is_left_alone() -> None:
    import mpmath

    network = read_network("minimize E = exp(w)")
    value(network, "E", {"w": 1}, digits=80)
    assert mpmath.mp.dps == 15
