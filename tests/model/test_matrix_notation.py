"""The matrix register: each way to write it means the same as the text in indices beside it."""

from __future__ import annotations

import pytest

from symprop.model.convention import Convention
from symprop.model.network import Network, Role
from symprop.model.printer import definition_text, network_text, to_text
from symprop.model.reader import read_expression, read_network

HEAD = """inputs x[n] X[n,N] c[p]
targets t[m] D[m,N]
weights W[m,n] V[p,m] M[m,m] b[m] v[m] a λ
"""

# what is written, what it means
SAME = [
    # products
    ("z = W x", "z[j] = Σ_k W[j,k] x[k]"),
    ("z = W @ x", "z[j] = Σ_k W[j,k] x[k]"),
    ("z = W @ x + b", "z[j] = Σ_k W[j,k] x[k] + b[j]"),
    ("z = b + W x", "z[j] = b[j] + Σ_k W[j,k] x[k]"),
    ("z = V W x", "z[j] = Σ_k Σ_l V[j,k] W[k,l] x[l]"),
    ("z = V (W x + b)", "z[j] = Σ_k V[j,k] (Σ_l W[k,l] x[l] + b[k])"),
    ("z = (V W) x", "z[j] = Σ_k (Σ_l V[j,l] W[l,k]) x[k]"),
    ("z = Wᵀ b", "z[j] = Σ_k W[k,j] b[k]"),
    ("z = W.T @ b", "z[j] = Σ_k W[k,j] b[k]"),
    ("z = W^T b", "z[j] = Σ_k W[k,j] b[k]"),
    ("z = W⊤ b", "z[j] = Σ_k W[k,j] b[k]"),
    ("z = (V W)ᵀ c", "z[j] = Σ_k (Σ_l V[k,l] W[l,j]) c[k]"),
    ("g = b xᵀ", "g[j,i] = b[j] x[i]"),
    ("y = bᵀ v", "y = Σ_j b[j] v[j]"),
    ("y = bᵀ M v", "y = Σ_j Σ_k b[j] M[j,k] v[k]"),
    ("y = b.T @ W @ x", "y = Σ_j Σ_k b[j] W[j,k] x[k]"),
    ("z = bᵀ v x", "z[j] = (Σ_k b[k] v[k]) x[j]"),
    ("Z = W X", "Z[j,i] = Σ_k W[j,k] X[k,i]"),
    ("Z = W X + b", "Z[j,i] = Σ_k W[j,k] X[k,i] + b[j]"),
    ("Z = W X + b ones(N)ᵀ", "Z[j,i] = Σ_k W[j,k] X[k,i] + b[j]"),
    ("g = D Xᵀ", "g[j,i] = Σ_k D[j,k] X[i,k]"),
    # numbers and arrays
    ("z = a W x", "z[j] = a Σ_k W[j,k] x[k]"),
    ("z = a·W x", "z[j] = a·Σ_k W[j,k] x[k]"),
    ("z = ½ a b", "z[j] = ½ a b[j]"),
    ("z = 2 W x/3", "z[j] = (2 Σ_k W[j,k] x[k])/3"),
    ("z = b/a", "z[j] = b[j]/a"),
    ("z = a/(1 + b)", "z[j] = a/(1 + b[j])"),
    ("z = b/v", "z[j] = b[j]/v[j]"),
    ("z = 1 - b", "z[j] = 1 - b[j]"),
    ("z = -b + a", "z[j] = -b[j] + a"),
    ("z = -(b - v)", "z[j] = -(b[j] - v[j])"),
    ("z = -W x", "z[j] = -Σ_k W[j,k] x[k]"),
    # entry by entry
    ("z = b ⊙ v", "z[j] = b[j] v[j]"),
    ("z = b .* v", "z[j] = b[j] v[j]"),
    ("z = (Vᵀ c) ⊙ σ'(b)", "z[j] = (Σ_k V[k,j] c[k]) σ'(b[j])"),
    ("z = Vᵀ c ⊙ σ'(b)", "z[j] = (Σ_k V[k,j] c[k]) σ'(b[j])"),
    ("z = b ⊙ v ⊙ (1 - v)", "z[j] = b[j] v[j] (1 - v[j])"),
    ("z = σ(W x)", "z[j] = σ(Σ_k W[j,k] x[k])"),
    ("z = log(b)", "z[j] = log(b[j])"),
    ("z = max(0, b)", "z[j] = max(0, b[j])"),
    ("z = max(b, v)", "z[j] = max(b[j], v[j])"),
    ("z = [b > 0] ⊙ v", "z[j] = [b[j] > 0] v[j]"),
    ("z = softmax(W x)", "z[j] = softmax(Σ_l W[k,l] x[l], k)[j]"),
    ("z = softmax(b)", "z[j] = softmax(b[k], k)[j]"),
    # whole arrays
    ("y = ‖b‖²", "y = Σ_j b[j]²"),
    ("y = ||b||^2", "y = Σ_j b[j]²"),
    ("y = ∥b∥²", "y = Σ_j b[j]²"),
    ("y = ‖b‖", "y = sqrt(Σ_j b[j]²)"),
    ("y = ‖W‖²", "y = Σ_j Σ_k W[j,k]²"),
    ("y = ½ ‖t − W x‖²", "y = ½ Σ_j (t[j] − Σ_k W[j,k] x[k])²"),
    ("y = ‖b‖² ‖v‖²", "y = (Σ_j b[j]²) Σ_j v[j]²"),
    ("y = ½ λ ‖W‖²", "y = ½ λ Σ_j Σ_k W[j,k]²"),
    ("y = sum(W)", "y = Σ_j Σ_k W[j,k]"),
    ("y = Σ (t ⊙ log(b))", "y = Σ_j t[j] log(b[j])"),
    ("y = -Σ t ⊙ log(b)", "y = -Σ_j t[j] log(b[j])"),
    ("y = -tᵀ log(b)", "y = -Σ_j t[j] log(b[j])"),
    ("y = mean(b)", "y = (Σ_j b[j])/m"),
    ("y = mean(W)", "y = (Σ_j Σ_k W[j,k])/(m n)"),
    ("y = 1/N ‖D − W X‖²", "y = 1/N Σ_j Σ_k (D[j,k] − Σ_l W[j,l] X[l,k])²"),
    # arrays that are always there
    ("z = b + ones(m)", "z[j] = b[j] + 1"),
    ("z = (M + a eye(m)) b", "z[j] = Σ_k (M[j,k] + a [j = k]) b[k]"),
    ("z = diag(b) W x", "z[j] = Σ_k b[j] W[j,k] x[k]"),
    ("z = M diag(b) v", "z[j] = Σ_k M[j,k] b[k] v[k]"),
    ("Z = W diag(x)", "Z[j,i] = W[j,i] x[i]"),
    # parts of families
    ("z = X[1] + X[2]", "z[j] = X[1,j] + X[2,j]"),
    ("y = Σ_i ‖D[i]‖²", "y = Σ_i Σ_j D[i,j]²"),
    ("q[i] = ‖D[i]‖²", "q[i] = Σ_j D[i,j]²"),
]


def read(text: str) -> Network:
    return read_network(HEAD + text + "\nminimize E = a²")


@pytest.mark.parametrize(("written", "meaning"), SAME)
def test_what_is_written_in_matrices_means_what_stands_in_indices(written: str, meaning: str) -> None:
    found, wanted = read(written).definitions[0], read(meaning).definitions[0]
    assert (found.name, found.expr, found.indices) == (wanted.name, wanted.expr, wanted.indices)
    assert [(r.index, r.lower, r.upper) for r in found.ranges] == [(r.index, r.lower, r.upper) for r in wanted.ranges]
    assert found.written is not None


@pytest.mark.parametrize(("written", "_meaning"), SAME)
def test_a_network_in_matrices_is_printed_in_matrices_and_reads_back(written: str, _meaning: str) -> None:
    network = read(written)
    text = network_text(network)
    again = read_network(text)
    assert again.definitions == network.definitions
    assert [d.written for d in again.definitions] == [d.written for d in network.definitions]
    assert network_text(again) == text


ROWS = [
    ("z = x W + b", "z[j] = Σ_k x[k] W[k,j] + b[j]"),
    ("z = x @ W", "z[j] = Σ_k x[k] W[k,j]"),
    ("y = b vᵀ", "y = Σ_j b[j] v[j]"),
    ("g = xᵀ b", "g[i,j] = x[i] b[j]"),
    ("z = v Wᵀ", "z[j] = Σ_k v[k] W[j,k]"),
    ("Z = X W + b", "Z[i,j] = Σ_k X[i,k] W[k,j] + b[j]"),
]


@pytest.mark.parametrize(("written", "meaning"), ROWS)
def test_vectors_as_rows(written: str, meaning: str) -> None:
    head = "inputs x[n] X[N,n]\nweights W[n,m] b[m] v[m] a\nconvention rows\n"
    found, wanted = (read_network(head + line + "\nminimize E = a²").definitions[0] for line in (written, meaning))
    assert (found.expr, found.indices) == (wanted.expr, wanted.indices)


@pytest.mark.parametrize(
    ("statement", "formula", "convention", "note"),
    [
        ("", "z = W x", Convention(), "vectors: columns (by default)"),
        ("", "z = x Wᵀ", Convention(rows=True), "vectors: rows (only so do the products fit)"),
        ("", "z = X Wᵀ", Convention(), "vectors: columns (by default)"),
        ("", "z = x Wᵀ; q = W x", Convention(), "vectors: columns (by default)"),
        ("convention rows", "z = x Wᵀ", Convention(rows=True), "vectors: rows (stated)"),
        ("convention columns", "z = x Wᵀ", Convention(), "vectors: columns (stated)"),
        ("convention jacobian", "z = W x", Convention(jacobian=True), "vectors: columns (stated)"),
        ("convention rows, jacobian", "z = x Wᵀ", Convention(True, True), "vectors: rows (stated)"),
        ("convention rows weights", "z = x Wᵀ", Convention(rows=True), "vectors: rows (stated)"),
    ],
)
def test_the_convention_is_stated_or_follows_from_the_products(
    statement: str, formula: str, convention: Convention, note: str
) -> None:
    network = read_network(f"inputs x[n] X[N,n]\nweights W[m,n]\n{statement}\n{formula}")
    assert network.convention == convention
    assert note in network.notes
    assert read_network(network_text(network)).convention == convention


def test_a_convention_is_a_quantity_where_it_is_defined() -> None:
    assert read_network("convention = w x; y = convention").by_name["convention"]


def test_what_speaks_of_no_array_says_nothing_of_vectors() -> None:
    assert not any(note.startswith("vectors") for note in read_network("inputs x[n]; y = Σ_k w[k] x[k]").notes)


def test_definitions_may_stand_in_any_order_and_in_both_registers() -> None:
    network = read_network(
        """inputs x[n]
weights W[m,n] V[k,m] b[m]
minimize E = ½ ‖y − t‖²
y = V h
h[j] = σ(z[j])
z = W x + b"""
    )
    assert [(d.name, d.role) for d in network.definitions] == [
        ("z", Role.PREACTIVATION),
        ("h", Role.ACTIVATION),
        ("y", Role.QUANTITY),
        ("E", Role.COST),
    ]
    assert [d.written is None for d in network.definitions] == [False, True, False, False]
    assert [axis.upper for axis in network.leaves["t"].axes] == [axis.upper for axis in network.axes("y")]


def test_undeclared_names_take_the_shape_of_what_they_are_added_to() -> None:
    network = read_network("inputs x[n]\nweights W[m,n]\nz = W x + b\nminimize E = ½ ‖t − z‖² + ½ λ ‖W‖²")
    shapes = {name: [to_text(axis.upper) for axis in leaf.axes] for name, leaf in network.leaves.items()}
    assert (shapes["b"], shapes["t"], shapes["λ"]) == (["m"], ["m"], [])
    roles = {name: leaf.role for name, leaf in network.leaves.items()}
    assert (roles["b"], roles["t"]) == (Role.WEIGHT, Role.TARGET)


RECURRENT = """inputs x[T,n]
targets d[p]
weights U[m,m] W[m,n] V[p,m] b[m]
h[0] = 0
h[t] = tanh(U h[t-1] + W x[t] + b)
y = V h[T]
minimize E = ½ ‖d − y‖²
"""


def test_a_recurrence_over_vectors() -> None:
    network = read_network(RECURRENT)
    texts = [definition_text(definition, network) for definition in network.definitions]
    assert texts[:3] == [
        "h[0,j=1..m] = 0",
        "h[t,j] = tanh(Σ_k U[j,k]·h[t−1,k] + Σ_k W[j,k]·x[t,k] + b[j])",
        "y[j] = Σ_k V[j,k]·h[T,k]",
    ]
    assert [d.whole for d in network.definitions] == [1, 1, 1, 0]
    assert "h[t] = tanh(U h[t−1] + W x[t] + b)" in network_text(network)


def test_components_of_vectors_that_depend_on_each_other() -> None:
    network = read_network(
        """inputs x[T,n]
weights W[m,n] R[m,m]
c[0] = 0; h[0] = 0
c[t] = σ(W x[t]) ⊙ c[t-1] + tanh(R h[t-1])
h[t] = tanh(c[t])
y = h[T]"""
    )
    assert [len(network.axes(name)) for name in ("c", "h", "y")] == [2, 2, 1]


def test_a_batch_as_a_family_and_as_a_sum() -> None:
    network = read_network("inputs x[N,n]; weights W[m,n] b[m]; ŷ[i] = σ(W x[i] + b); minimize L = ½ Σ_i ‖ŷ[i] − y[i]‖²")
    assert definition_text(network.by_name["L"][0], network) == "L = ½ Σ_i Σ_j (ŷ[i,j] − y[i,j])²"
    assert [to_text(axis.upper) for axis in network.leaves["y"].axes] == ["N", "m"]
    assert network.leaves["y"].role is Role.TARGET


def test_the_default_cost_is_told_in_the_register_of_the_output() -> None:
    network = read_network("inputs x[n]; weights W[m,n]; y = W x")
    cost = network.by_name["E"][0]
    assert cost.written is not None
    assert to_text(cost.written) == "½ ‖t − y‖²"
    assert cost.expr == read_expression("½ Σ_j (t[j] − y[j])²", network)
    assert read_network(network_text(network)).definitions == network.definitions


def test_assumptions_may_speak_of_whole_arrays() -> None:
    network = read_network(HEAD + "y = softmax(W x)\nassume sum(t) = 1\nminimize E = −tᵀ log(y)")
    assert to_text(network.assumptions[0].left, network) == "Σ_j t[j]"


def test_a_power_with_a_quantity_named_like_the_sign_stays_a_power() -> None:
    assert read_network("inputs x T; y = x^T").by_name["y"][0].written is None
    assert read_network("y = x^T + T").leaves["T"].role is Role.INPUT


def test_names_of_arrays_are_still_free_for_quantities() -> None:
    network = read_network("y = w eye + ones(diag + 1) + mean·x + ones")
    assert {"eye", "diag", "ones", "mean"} <= set(network.leaves)
