"""Deriving a network in matrices is deriving the same network with indices; nested layers get names."""

from __future__ import annotations

import pytest

from symprop.cli.bundled import examples
from symprop.derivation import derive
from symprop.model.expr import Expr, Ref, Sum
from symprop.model.network import Network, Role
from symprop.model.preactivations import name_preactivations
from symprop.model.printer import to_text
from symprop.model.reader import read_network
from symprop.model.recognise import recognise
from symprop.model.walk import rename_bound, substitute, transform, walk

# declarations, in matrices, in indices
PAIRS = {
    "one layer": (
        "inputs x[n]; targets t[m]; weights W[m,n] b[m]",
        "z = W x + b; y = σ(z); minimize E = ½ ‖t − y‖²",
        "z[j] = Σ_k W[j,k] x[k] + b[j]; y[j] = σ(z[j]); minimize E = ½ Σ_j (t[j] − y[j])²",
    ),
    "softmax with cross-entropy": (
        "inputs x[n]; targets t[m]; weights W[m,n] b[m]; assume t one-hot",
        "z = W x + b; y = softmax(z); minimize E = −tᵀ log(y)",
        "z[j] = Σ_k W[j,k] x[k] + b[j]; y[j] = softmax(z[k], k)[j]; minimize E = −Σ_j t[j] log(y[j])",
    ),
    "logistic regression with L2": (
        "inputs x[n]; targets t; weights w[n] b; constants λ",
        "z = wᵀ x + b; y = σ(z); minimize E = −(t log(y) + (1 − t) log(1 − y)) + ½ λ ‖w‖²",
        "z = Σ_j w[j] x[j] + b; y = σ(z); minimize E = −(t log(y) + (1 − t) log(1 − y)) + ½ λ Σ_j w[j]²",
    ),
    "residual connection": (
        "inputs x[n]; targets t[n]; weights U[m,n] V[n,m]",
        "z = U x; g = tanh(z); y = x + V g; minimize E = ½ ‖t − y‖²",
        "z[j] = Σ_k U[j,k] x[k]; g[j] = tanh(z[j]); y[j] = x[j] + Σ_k V[j,k] g[k]; minimize E = ½ Σ_j (t[j] − y[j])²",
    ),
    "tied weights": (
        "inputs x[n]; weights W[m,n]",
        "z = W x; h = σ(z); r = Wᵀ h; minimize E = ½ ‖x − r‖²",
        "z[j] = Σ_k W[j,k] x[k]; h[j] = σ(z[j]); r[j] = Σ_k W[k,j] h[k]; minimize E = ½ Σ_j (x[j] − r[j])²",
    ),
    "dropout with a given mask": (
        "inputs x[n]; constants mask[m]; targets t; weights W[m,n] v[m]",
        "z = W x; h = relu(z); d = mask ⊙ h; y = vᵀ d; minimize E = ½ (t − y)²",
        "z[j] = Σ_k W[j,k] x[k]; h[j] = relu(z[j]); d[j] = mask[j] h[j]; y = Σ_j v[j] d[j]; minimize E = ½ (t − y)²",
    ),
    "a batch in columns": (
        "inputs X[n,N]; targets Y[m,N]; weights W[m,n] b[m]",
        "Z = W X + b; O = σ(Z); minimize L = 1/N ‖O − Y‖²",
        "Z[j,i] = Σ_k W[j,k] X[k,i] + b[j]; O[j,i] = σ(Z[j,i]); minimize L = 1/N Σ_j Σ_k (O[j,k] − Y[j,k])²",
    ),
    "a batch in rows": (
        "inputs X[N,n]; targets Y[N,m]; weights W[n,m] b[m]; convention rows",
        "Z = X W + b; O = σ(Z); minimize L = 1/N ‖O − Y‖²",
        "Z[i,j] = Σ_k X[i,k] W[k,j] + b[j]; O[i,j] = σ(Z[i,j]); minimize L = 1/N Σ_j Σ_k (O[j,k] − Y[j,k])²",
    ),
    "a batch as a family": (
        "inputs x[N,n]; targets y[N,m]; weights W[m,n] b[m]",
        "z[i] = W x[i] + b; o[i] = σ(z[i]); minimize L = ½ Σ_i ‖o[i] − y[i]‖²",
        "z[i,j] = Σ_k W[j,k] x[i,k] + b[j]; o[i,j] = σ(z[i,j]); minimize L = ½ Σ_i Σ_j (o[i,j] − y[i,j])²",
    ),
    "a recurrence": (
        "inputs x[T,n]; targets d[m]; weights U[m,m] W[m,n]; constants c[m]",
        "h[0] = c; z[t] = U h[t-1] + W x[t]; h[t] = tanh(z[t]); minimize E = ½ ‖d − h[T]‖²",
        "h[0,j] = c[j]; z[t,j] = Σ_k U[j,k] h[t-1,k] + Σ_k W[j,k] x[t,k]; h[t,j] = tanh(z[t,j]); minimize E = ½ Σ_j (d[j] − h[T,j])²",  # noqa: E501
    ),
}


def forms(network: Network) -> dict[str, str]:
    """Gradients by name, with letters that do not depend on how the network was written."""
    found = {}
    for name, gradient in derive(network, style="delta", registers=("index",)).gradients.items():
        letters = {index: Ref(f"free_{place}") for place, index in enumerate(gradient.quantity.indices) if isinstance(index, Ref)}
        form = substitute(gradient.delta_form, letters)
        bound = [node.index for node in walk(form) if isinstance(node, Sum)]
        for place, index in enumerate(dict.fromkeys(bound)):
            form = transform(form, lambda node, old=index, new=f"bound_{place}": _renamed(node, old, new))
        found[name] = to_text(form)
    return found


def _renamed(node: Expr, old: str, new: str) -> Expr | None:
    return rename_bound(node, new) if isinstance(node, Sum) and node.index == old else None


@pytest.mark.parametrize("name", PAIRS)
def test_the_derivation_is_that_of_the_network_in_indices(name: str) -> None:
    head, matrices, indices = PAIRS[name]
    one, other = (read_network(f"{head}; {body}") for body in (matrices, indices))
    assert one.definitions == other.definitions
    assert [d.role for d in one.definitions] == [d.role for d in other.definitions]
    for leaf in one.leaves.values():
        assert [(a.lower, a.upper) for a in leaf.axes] == [(a.lower, a.upper) for a in other.leaves[leaf.name].axes]
    assert forms(one) == forms(other)


LAYERS = """inputs x_0[n_0]
targets y[n_3]
weights W_1[n_1,n_0] W_2[n_2,n_1] W_3[n_3,n_2]
function f_1 f_2 f_3
"""
COST = "\nminimize L = ½ ‖x_3 − y‖²"


def test_nested_layers_are_those_that_are_named_one_by_one() -> None:
    nested = read_network(LAYERS + "x_3 = f_3(W_3 f_2(W_2 f_1(W_1 x_0)))" + COST)
    single = read_network(LAYERS + "x_1 = f_1(W_1 x_0); x_2 = f_2(W_2 x_1); x_3 = f_3(W_3 x_2)" + COST)
    one, made = name_preactivations(nested)
    other, _ = name_preactivations(single)
    assert one.definitions == other.definitions
    assert [d.name for d in made] == ["net_1", "x_1", "net_2", "x_2", "net_3"]
    assert [to_text(d.written) for d in one.definitions if d.written is not None] == [
        "W_1 x_0",
        "f_1(net_1)",
        "W_2 x_1",
        "f_2(net_2)",
        "W_3 x_2",
        "f_3(net_3)",
        "½ ‖x_3 − y‖²",
    ]
    assert forms(nested) == forms(single)


@pytest.mark.parametrize(
    ("formula", "names"),
    [
        ("y = V σ(W x + b)", ["net_h", "h"]),
        ("y = tanh(V σ(W x + b))", ["net_h", "h", "net_y"]),
        ("y = V σ(U σ(W x))", ["net_1", "h_1", "net_2", "h_2"]),
        ("y = x + V σ(W x) + V tanh(W x)", ["net_1", "h_1", "net_2", "h_2"]),
        ("y = V σ(W x) + V σ(W x)", ["net_h", "h"]),
        ("z = W x; y = V σ(z)", []),
        ("y = V sqrt(W x)", []),
    ],
)
def test_which_layers_get_names(formula: str, names: list[str]) -> None:
    head = "inputs x[n]; targets t[n]; weights W[m,n] U[m,m] V[n,m] b[m]; "
    network = read_network(f"{head}{formula}; minimize E = ½ ‖t − y‖²")
    named, made = name_preactivations(network)
    assert [d.name for d in made] == names
    assert all(d.written is not None for d in named.definitions)
    derive(network)


def test_an_activation_that_is_written_out_in_matrices_is_recognised() -> None:
    network = read_network("inputs x[n]; weights W[m,n]; z = W x; h = 1/(1 + exp(−z)); minimize E = ‖h‖²")
    known = recognise(network).network.by_name["h"][0]
    assert known.role is Role.ACTIVATION
    assert known.written is not None
    assert to_text(known.written) == "σ(z)"


@pytest.mark.parametrize("name", ["matrix", "matrix-sigmoid", "matrix-batch"])
def test_the_examples_are_in_matrices(name: str) -> None:
    network = read_network(examples()[name].read_text(encoding="utf-8"))
    assert all(definition.written is not None for definition in network.definitions)
