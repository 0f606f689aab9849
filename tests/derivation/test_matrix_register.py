"""The matrix register: every line of it, evaluated strictly as matrices by NumPy, equals its left side by central differences.

Two readings share nothing: lines are evaluated by ``strict_matrices`` (two-dimensional arrays, shapes must fit), what they are
about by ``tiny_interpreter`` (entries, no rule of differentiation).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product as cartesian
from typing import Any

import numpy as np
import pytest
from strict_matrices import Strict
from tiny_interpreter import Entry, Interpreter, mp

from symprop.cli.bundled import examples
from symprop.derivation import Derivation, derive
from symprop.derivation.manner import Manner
from symprop.derivation.step import Chain
from symprop.errors import InputError
from symprop.model.expr import Diag, Expr, Identity, Increment, MatMul, Norm, Ones, Partial, Ref, Sum, Transpose
from symprop.model.network import Network, Range
from symprop.model.reader import read_network
from symprop.model.walk import walk
from symprop.render import render

INDEXED = [name for name, path in examples().items() if "[" in path.read_text("utf-8")]
WAYS = [(vectors, layout) for vectors in ("columns", "rows") for layout in ("weights", "jacobian")]
DENSE = ["sigmoid-layers", "softmax-cross-entropy", "autoencoder-tied", "attention-scores", "logistic-regression", "l2"]
TOLERANCE = 1e-11


class Numbers:
    """Arrays of a told network at random values, for :class:`Strict`."""

    def __init__(self, derivation: Derivation, sizes: dict[str, int]) -> None:
        self.derivation = derivation
        self.network: Network = derivation.network
        self.sizes = sizes
        self.plain = Interpreter(self.network, sizes, self.leaf, functions={})

    def leaf(self, entry: Entry) -> Any:
        """A positive number; entries that are assumed to sum to one do."""
        name, at = entry
        assumed = [a for a in self.network.assumptions if isinstance(a.left, Sum) and getattr(a.left.body, "name", "") == name]
        if not assumed:
            return _positive(entry)
        count = self.plain.integer(assumed[0].left.upper, {})  # type: ignore[attr-defined]
        return _positive(entry) / sum(_positive((name, (*at[:-1], place))) for place in range(1, count + 1))

    def array(self, of: Expr, axes: tuple[Range, ...]) -> Any:
        """The values of *of*, whose free letters are those of *axes*."""
        spans = [range(self.plain.integer(r.lower, {}), self.plain.integer(r.upper, {}) + 1) for r in axes]
        letters = [r.index for r in axes]
        found = [float(self.plain.value(of, dict(zip(letters, at, strict=True)))) for at in cartesian(*spans)]
        return np.reshape(np.array(found), [len(span) for span in spans]) if axes else found[0]

    def names(self) -> dict[str, Any]:
        """Every quantity and every delta, as an array."""
        network = self.network
        found = {}
        for name in (*network.leaves, *network.by_name):
            if name in network.sizes or len(network.axes(name)) > 2:
                continue
            if name == network.rate:
                found[name] = 0.25
                continue
            axes = tuple(Range(f"a{place}", r.lower, r.upper) for place, r in enumerate(network.axes(name)))
            found[name] = self.array(Ref(name, tuple(Ref(r.index) for r in axes)), axes)
        for short in self.derivation.deltas.values():
            found[short.name] = self.array(short.meaning, short.ranges)
        return found

    def derivative(self, node: Partial | Increment) -> Any:
        """A derivative between whole arrays as it is written: rows of a Jacobian are those of what is differentiated."""
        network = self.network
        if isinstance(node, Increment):
            slope = self.derivative(Partial(Ref(network.cost or ""), node.weight))
            slope = slope.T if network.convention.jacobian and np.shape(slope) else slope
            return (-0.25 if network.objective.value == "minimize" else 0.25) * slope
        assert isinstance(node.of, Ref)
        above = tuple(Range(f"a{p}", r.lower, r.upper) for p, r in enumerate(network.axes(node.of.name)))
        below = tuple(Range(f"b{p}", r.lower, r.upper) for p, r in enumerate(network.axes(node.wrt.name)))
        of, wrt = (Ref(n, tuple(Ref(r.index) for r in own)) for n, own in ((node.of.name, above), (node.wrt.name, below)))
        found = self.array(Partial(of, wrt), (*above, *below))
        if above or not below:
            return found
        if len(below) == 1:
            column = network.convention.rows == network.convention.jacobian
            return found[:, None] if column else found[None, :]
        return found.T if network.convention.jacobian else found

    def strict(self, exprs: list[Expr]) -> Strict:
        """For these expressions."""
        nodes = {node for expr in exprs for node in walk(expr) if isinstance(node, Partial | Increment)}
        derivatives = {node: self.derivative(node) for node in nodes}
        return Strict(self.names(), self.sizes, rows=self.network.convention.rows, derivatives=derivatives)


def _positive(entry: Entry) -> Any:
    return mp.mpf(random.Random(str(entry)).randint(101, 1500)) / 1000


def in_matrices(chain: Chain, derivation: Derivation) -> bool:
    """Is the line about whole arrays?"""
    network = derivation.network
    axes = {name: len(network.axes(name)) for name in (*network.leaves, *network.by_name)}
    axes |= {short.name: len(short.ranges) for short in derivation.deltas.values()}
    nodes = [node for expr in (chain.left, *(link.expr for link in chain.links)) for node in walk(expr)]
    refs = [node for node in nodes if isinstance(node, Ref) and axes.get(node.name)]
    whole = any(isinstance(node, MatMul | Transpose | Norm | Ones | Identity | Diag) for node in nodes)
    return (whole or bool(refs)) and all(len(ref.indices) < axes[ref.name] for ref in refs)


def lines(derivation: Derivation) -> Iterator[Chain]:
    """What is told in matrices."""
    return (chain for chain in derivation.chains if in_matrices(chain, derivation))


def sizes_of(network: Network, start: int) -> dict[str, int]:
    """All different."""
    return {name: start + place for place, name in enumerate(network.sizes)}


def hold(derivation: Derivation, sizes: dict[str, int]) -> int:
    """Every line in matrices holds; how many there are."""
    chains = list(lines(derivation))
    told = [expr for chain in chains for expr in (chain.left, *(link.expr for link in chain.links))]
    strict = Numbers(derivation, sizes).strict(told)
    for chain in chains:
        for link in chain.links:
            left = strict.value(Ref(chain.left.name)) if isinstance(chain.left, Ref) else strict.value(chain.left)
            if link.relation == "←":
                left = left + strict.value(Increment(chain.left)) if isinstance(chain.left, Ref) else left
            right = strict.value(link.expr)
            assert np.shape(left) == np.shape(right), (chain.left, link.expr)
            np.testing.assert_allclose(right, left, rtol=TOLERANCE, atol=TOLERANCE, err_msg=str((chain.left, link.expr)))
    return len(chains)


@pytest.mark.parametrize(("vectors", "layout"), WAYS)
@pytest.mark.parametrize("name", DENSE)
def test_every_line_in_matrices_holds(name: str, vectors: str, layout: str) -> None:
    network = read_network(examples()[name].read_text("utf-8"))
    derivation = derive(network, style="delta", registers=("matrix",), vectors=vectors, layout=layout)
    count = hold(derivation, sizes_of(derivation.network, 2))
    assert count
    assert all(not node.indices for g in derivation.gradients.values() for node in walk(g.delta_form) if isinstance(node, Ref))


@pytest.mark.parametrize("name", DENSE)
def test_with_equal_widths_too(name: str) -> None:
    network = read_network(examples()[name].read_text("utf-8"))
    derivation = derive(network, style="chain", detail=3, registers=("matrix",))
    assert hold(derivation, dict.fromkeys(network.sizes, 3))


@pytest.mark.parametrize("name", INDEXED)
def test_what_has_no_matrix_form_stays_in_indices(name: str) -> None:
    network = read_network(examples()[name].read_text("utf-8"))
    index = derive(network, style="delta", registers=("index",))
    matrix = derive(network, style="delta", registers=("matrix",))
    assert sum(1 for _ in matrix.chains) == sum(1 for _ in index.chains)
    told = [*index.chains]
    assert all(chain in told or in_matrices(chain, matrix) or not chain.ranges for chain in matrix.chains)


def told(text: str, **choice: Any) -> list[str]:
    """The lines of a derivation, as text."""
    derivation = derive(read_network(text), style="delta", **choice)
    return [line.strip() for line in render(derivation, "text", width=200).splitlines()]


def test_a_layer_of_a_network_of_any_depth() -> None:
    lines = told("""
        inputs x[n]; targets y[n]; weights W[L,n,n] b[L,n]; function f
        a[0] = x
        z[l] = W[l] a[l-1] + b[l]
        a[l] = f(z[l])
        minimize C = ½ ‖a[L] - y‖²
    """)
    assert any(line.startswith("= ([l ≤ L − 1] W[l+1]ᵀ δ[l+1] + [l = L] (a[L] − y)) ⊙ f'(z[l])") for line in lines)
    assert any(line.startswith("∂C/∂W[l] = δ[l] a[l−1]ᵀ   (l = 1..L)") for line in lines)
    assert any(line.startswith("= δ[l]   (l = 1..L)") for line in lines)


def test_a_recurrence_of_vectors() -> None:
    lines = told("""
        inputs x[T,n]; targets d[T,p]; weights U[m,n] V[m,m] w[m] Q[p,m]
        h[0] = 0
        a[t] = U x[t] + V h[t-1] + w
        h[t] = tanh(a[t])
        y[t] = Q h[t]
        minimize E = ½ Σ_t ‖d[t] - y[t]‖²
    """)
    assert any(line.startswith("= ([t ≤ T − 1] Vᵀ δ_a[t+1] + Qᵀ δ_y[t]) ⊙ (1 − h[t] ⊙ h[t])") for line in lines)
    assert any(line.startswith("∂E/∂V = Σ_{t=1..T} δ_a[t] h[t−1]ᵀ") for line in lines)


def test_a_batch_and_its_examples_are_one_network() -> None:
    batch = told("""
        inputs X[n,N]; targets Y[m,N]; weights W[m,n] b[m]
        Z = W X + b; A = σ(Z)
        minimize L = 1/(2 N) ‖A - Y‖²
    """)
    examples_ = told("""
        inputs x[N,n]; targets y[N,m]; weights W[m,n] b[m]
        z[i] = W x[i] + b; a[i] = σ(z[i])
        minimize L = 1/(2 N) Σ_i ‖a[i] - y[i]‖²
    """)
    assert any(line.startswith("∂L/∂W = δ Xᵀ") for line in batch)
    assert any(line.startswith("∂L/∂b = δ ones(N)") for line in batch)
    assert any(line.startswith("∂L/∂W = Σ_i δ[i] x[i]ᵀ") for line in examples_)
    assert any(line.startswith("= Σ_{i=1..N} δ[i]") for line in examples_)


def test_each_layer_says_the_general_rule() -> None:
    lines = told("""
        inputs x_0[n_0]; targets y[n_3]; weights W_1[n_1,n_0] W_2[n_2,n_1] W_3[n_3,n_2]; function f_1 f_2 f_3
        x_3 = f_3(W_3 f_2(W_2 f_1(W_1 x_0)))
        minimize L = ½ ‖x_3 - y‖²
    """)
    assert "δ_l = (W_{l+1}ᵀ δ_{l+1}) ⊙ f_l'(net_l)   (l = 1..2)" in lines
    assert any(line.startswith("= (x_3 − y) ⊙ f_3'(net_3)") for line in lines)


def test_registers_stand_one_after_the_other() -> None:
    text = "inputs x[n]; targets t[m]; weights W[m,n]; y = W x; minimize E = ½ ‖y - t‖²"
    lines = told(text, registers=("matrix", "index", "scalar"), sizes={"n": 2, "m": 1})
    assert [line for line in lines if line in ("In indices", "Entry by entry")] == ["In indices", "Entry by entry"]
    assert any(line.startswith("∂E/∂W = (y − t) xᵀ") for line in lines)
    assert any("∂E/∂W[j,k]" in line for line in lines)
    assert any("∂E/∂W_12" in line for line in lines)


def test_each_weight_may_have_a_rate_of_its_own() -> None:
    text = "inputs x[n]; targets t[m]; weights W[m,n] b[m]; rate α; y = W x + b; minimize E = ½ ‖y - t‖²"
    lines = told(text, manner=Manner(rates="each"))
    assert any("W − α_W (y − t) xᵀ" in line for line in lines)
    assert any("b − α_b (y − t)" in line for line in lines)


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"registers": ("matrices",)}, "there is no register 'matrices'"),
        ({"vectors": "row"}, "there is no orientation 'row'"),
        ({"registers": ("scalar",)}, "the scalar register needs a number for the size n"),
        ({"registers": ("scalar",), "sizes": {"n": 2, "m": 1, "k": 3}}, "the network has no size k"),
    ],
)
def test_wrong_choices_are_refused_in_one_sentence(choice: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        told("inputs x[n]; targets t[m]; weights W[m,n]; y = W x; minimize E = ½ ‖y - t‖²", **choice)
