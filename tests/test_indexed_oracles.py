"""Gradients of networks in the index register, against central differences of an interpreter of the tests' own.

Each derivation is told as well: a step that does not hold could not be made.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest
from random_indexed import random_indexed
from tiny_interpreter import Entry, Interpreter, instances, mp, with_deltas

from symprop.derivation import Derivation, derive
from symprop.errors import InputError
from symprop.evaluation.evaluate import evaluate
from symprop.model.network import Network, Range, Role
from symprop.model.reader import read_network

TELLINGS = tuple((style, detail) for style in ("delta", "chain") for detail in (1, 2, 3))
NETWORKS = 60
BATCH = 10
MOST_INSTANCES = 8
TOLERANCE = mp.mpf(10) ** -20


def leaf(entry: Entry) -> Any:
    """A number for each entry, always the same."""
    rng = random.Random(str(entry))
    return mp.mpf(rng.choice((-1, 1)) * rng.randint(101, 1500)) / 1000


def positive(entry: Entry) -> Any:
    """The same for networks that need positive numbers."""
    return abs(leaf(entry))


def unknown(x: Any) -> Any:
    """What stands for a function that the network leaves unknown."""
    return mp.sin(13 * x / 10) + x / 5


def nested(network: Network, at: Interpreter, name: str) -> Any:
    """The entries of a leaf as nested lists."""

    def build(axes: Sequence[Range], place: tuple[int, ...]) -> Any:
        if not axes:
            return at.leaf((name, place))
        span = range(at.integer(axes[0].lower, {}), at.integer(axes[0].upper, {}) + 1)
        return [build(axes[1:], (*place, k)) for k in span]

    return build(network.leaves[name].axes, ())


def agree(derivation: Derivation, plain: Interpreter) -> None:
    """Delta form and expanded form of each gradient equal central differences, in two evaluations."""
    network, full = derivation.network, with_deltas(derivation, plain)
    names = [n for n, found in network.leaves.items() if found.role not in (Role.SIZE, Role.RATE)]
    leaves = {name: nested(network, plain, name) for name in names}
    deltas = {short.name: short for short in derivation.deltas.values()}
    has_unknown = any(function.body is None for function in network.functions.values())
    for name, gradient in derivation.gradients.items():
        places = list(instances(gradient.ranges, plain))
        for letters in random.Random(name).sample(places, min(len(places), MOST_INSTANCES)):
            expected = plain.value(gradient.partial, letters)
            for form in (gradient.delta_form, gradient.expanded):
                found = [full.value(form, letters)]
                if not has_unknown:
                    value = evaluate(network, form, leaves, plain.sizes, letters=letters, abbreviations=deltas)
                    found.append(mp.mpf(str(value)))
                for value in found:
                    assert abs(value - expected) <= TOLERANCE * (1 + abs(expected)), (name, letters, value, expected)


def judged(text: str, tellings: Sequence[tuple[str, int]] = TELLINGS, *, number: Any = leaf, **choice: Any) -> None:
    """Tell the derivation in each of *tellings*, and compare its gradients with numbers."""
    network = read_network(text)
    sizes = {name: 2 + place % 4 for place, name in enumerate(network.sizes)} | choice.pop("sizes", {})
    told = [derive(network, style=style, detail=detail, **choice) for style, detail in tellings]
    derivation = told[0]
    agree(derivation, Interpreter(derivation.network, sizes, number, functions={"φ": unknown}))


@pytest.mark.parametrize("batch", range(NETWORKS // BATCH))
def test_random_indexed_networks(batch: int) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        judged(random_indexed(seed), (TELLINGS[seed % 3], TELLINGS[3 + seed % 3]))


LAYERS = """
inputs x[n]; targets t[p]; weights W[m,n] V[p,m]
z[j] = Σ_k W[j,k] x[k]; h[j] = tanh(z[j]); y[i] = Σ_k V[i,k] h[k]
minimize E = ½ Σ_j (t[j] - y[j])²
"""
RECURRENT = """
inputs x[T]; targets d[T]; weights u w v
h[0] = 0; a[t] = u x[t] + w h[t-1]; h[t] = tanh(a[t]); y[t] = v h[t]
minimize E = ½ Σ_t (d[t] - y[t])²
"""


@pytest.mark.parametrize(
    ("of", "wrt"), [("y", "x"), ("h", "z"), ("h", "x"), ("z", "W"), ("y", "W"), ("y", "V"), ("y", "h"), ("E", "h")]
)
def test_between_any_two_quantities_of_layers(of: str, wrt: str) -> None:
    judged(LAYERS, of=of, wrt=[wrt])


@pytest.mark.parametrize(
    ("of", "wrt"), [("h", "w"), ("h", "x"), ("h", "a"), ("y", "w"), ("y", "h"), ("a", "w"), ("a", "h"), ("E", "h"), ("E", "a")]
)
def test_between_any_two_quantities_of_a_recurrence(of: str, wrt: str) -> None:
    judged(RECURRENT, of=of, wrt=[wrt], sizes={"T": 4})


ODD = {
    "sum inside one entry": "inputs x[n]\ntargets t\nweights w[n] b\ny = Σ_k σ(w[k] x[k] + b)\nminimize E = ½ (t - y)²",
    "softmax in the cost": (
        "inputs x[n]; targets t[m]; weights W[m,n]\nE = -Σ_j t[j] log(softmax(Σ_k W[i,k] x[k], i)[j])\nminimize C = E"
    ),
    "query": (
        "inputs x[n] K[m,p] v[m]; targets t; weights W[p,n]\nq[k] = Σ_l W[k,l] x[l]\n"
        "a[j] = softmax(Σ_k q[k] K[i,k], i)[j]\ny = Σ_j a[j] v[j]\nminimize E = ½ (t - y)²"
    ),
    "reversal": (
        "inputs x[n]; targets t[n]; weights w[n]\nh[j] = tanh(w[j] x[j])\ny[j] = h[n-j+1] w[j]\nminimize E = ½ Σ_j (t[j] - y[j])²"
    ),
    "window": (
        "inputs x[n]; targets t; weights u[n+m] b\nh[j] = tanh(u[j])\n"
        "y = Σ_{i=1..n} Σ_{k=1..m} x[i] h[i+k] b\nminimize E = ½ (t - σ(y))²"
    ),
    "stride": (
        "inputs x[2 n]; targets t[n]; weights w[2] u[2 n]\na[i] = tanh(u[i] x[i])\n"
        "z[j] = Σ_m w[m] a[2 j + m - 2]\nminimize E = ½ Σ_j (t[j] - z[j])²"
    ),
    "families of layers": (
        "inputs x[n]; targets t[n]; weights W[L,n,n]\na[0,j] = x[j]\nz[l,j] = Σ_k W[l,j,k] a[l-1,k]\na[l,j] = tanh(z[l,j])\n"
        "minimize E = ½ Σ_j (t[j] - a[L,j])²"
    ),
    "two recurrences": (
        "inputs x[T]; targets d[T]; weights u w v s\nf[0] = 0; f[t] = tanh(u x[t] + w f[t-1])\n"
        "b[T+1] = 0; b[t=1..T] = tanh(s x[t] + w b[t+1])\ny[t] = v f[t] b[t]\nminimize E = ½ Σ_t (d[t] - y[t])²"
    ),
    "diagonal": "inputs x[n]; targets t; weights W[n,n]\ny = Σ_k W[k,k] x[k] + Σ_k W[k,1]\nminimize E = ½ (t - y)²",
    "names": (
        "inputs δ[n]; targets d[m]; weights W[m,n]; rate E\n"
        "δ_z[j] = Σ_k W[j,k] δ[k]\nz[j] = tanh(δ_z[j])\nminimize L = Σ_j (d[j] - z[j])²"
    ),
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_networks(text: str) -> None:
    judged(text)


def test_powers_with_weights_in_base_and_exponent() -> None:
    text = "inputs x[n]; targets t; weights w[n] a\ny = Σ_k (x[k]^w[k] + a^k + w[k]^(-2) + k^a)\nminimize E = ½ (t - y)²"
    judged(text, number=positive)


def test_constants_only() -> None:
    with pytest.raises(InputError, match="no weights"):
        derive(read_network("inputs x\ntargets t\nconstants c\ny = c x\nminimize E = (t - y)²"))
