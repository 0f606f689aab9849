"""Indices to matrices: what is written, in every convention, and that it means the same (by NumPy, without our lowering)."""

from __future__ import annotations

from itertools import product as cartesian

import numpy as np
import pytest
from strict_matrices import Strict
from tiny_interpreter import Entry, Interpreter, mp

from symprop.calculus.raising import Raising
from symprop.calculus.strands import NoMatrixFormError
from symprop.model.convention import Convention
from symprop.model.expr import Ref
from symprop.model.network import Range
from symprop.model.printer import to_text
from symprop.model.reader import read_expression, read_network

NETWORK = read_network("""
inputs x[n] u[n] y[m] v[m] X[n,N] Y[m,N] c
weights W[m,n] V[m,n] U[m,m] Q[n,m] w[n] b[m] s
function f
o_1 = Σ_k (x[k] u[k] + w[k]) + Σ_j y[j] v[j] b[j] + c s
o_2 = Σ_k Σ_r X[k,r] + Σ_j Σ_r Y[j,r] + Σ_j Σ_k (W[j,k] + V[j,k] + Q[k,j]) + Σ_j Σ_i U[i,j] f(b[i])
minimize E = (o_1 + o_2)²
""")

# formula; rows and columns of the result; in columns; in rows
CASES = [
    line.split(" | ")
    for line in """
Σ_k W[j,k] x[k] | j | W x | x Wᵀ
Σ_j v[j] W[j,k] | k | Wᵀ v | v W
Σ_k Q[k,j] x[k] | j | Qᵀ x | x Q
y[j] x[k] | jk | y xᵀ | yᵀ x
y[j] x[k] | kj | x yᵀ | xᵀ y
Σ_k x[k] u[k] |  | xᵀ u | x uᵀ
Σ_k x[k]² |  | ‖x‖² | ‖x‖²
½ Σ_j (y[j] - v[j])² |  | ½ ‖y − v‖² | ½ ‖y − v‖²
Σ_j Σ_k W[j,k]² |  | ‖W‖² | ‖W‖²
Σ_j Σ_k W[j,k] V[j,k] |  | ones(m)ᵀ (W ⊙ V) ones(n) | ones(m) (W ⊙ V) ones(n)ᵀ
Σ_j Σ_k v[j] W[j,k] x[k] |  | vᵀ W x | v W xᵀ
Σ_k Σ_j v[j] W[j,k] x[k] |  | vᵀ W x | v W xᵀ
Σ_k W[i,k] Q[k,j] | ij | W Q | W Q
Σ_k W[i,k] V[j,k] | ij | W Vᵀ | W Vᵀ
Σ_j W[j,k] V[j,p] | kp | Wᵀ V | Wᵀ V
Σ_k Σ_i W[j,k] Q[k,i] v[i] | j | W Q v | v Qᵀ Wᵀ
(Σ_j W[j,k] v[j]) tanh'(x[k]) | k | (Wᵀ v) ⊙ tanh'(x) | (v W) ⊙ tanh'(x)
tanh'(x[k]) Σ_j W[j,k] v[j] | k | (Wᵀ v) ⊙ tanh'(x) | (v W) ⊙ tanh'(x)
(y[j] - v[j]) f'(b[j]) | j | (y − v) ⊙ f'(b) | (y − v) ⊙ f'(b)
y[j] (1 - y[j]) | j | y ⊙ (1 − y) | y ⊙ (1 − y)
y[j]² | j | y ⊙ y | y ⊙ y
y[j]² v[j] | j | y ⊙ y ⊙ v | y ⊙ y ⊙ v
Σ_r Y[j,r] X[k,r] | jk | Y Xᵀ | Y Xᵀ
1/N Σ_r Y[j,r] X[k,r] | jk | (1/N) Y Xᵀ | (1/N) Y Xᵀ
Σ_r Y[j,r] | j | Y ones(N) | ones(N) Yᵀ
Σ_k W[j,k] X[k,r] + b[j] | jr | W X + b ones(N)ᵀ | W X + bᵀ ones(N)
(Σ_j W[j,k] Y[j,r]) tanh'(X[k,r]) | kr | (Wᵀ Y) ⊙ tanh'(X) | (Wᵀ Y) ⊙ tanh'(X)
½ Σ_j Σ_r (Y[j,r] - 1)² |  | ½ ‖Y − 1‖² | ½ ‖Y − 1‖²
c W[j,k] - s y[j] x[k] | jk | c·W − s y xᵀ | c·W − s yᵀ x
W[j,k] - s y[j] x[k]/N | jk | W − (s/N) y xᵀ | W − (s/N) yᵀ x
y[j] W[j,k] | jk | diag(y) W | diag(y) W
W[j,k] x[k] | jk | W diag(x) | W diag(x)
y[j] x[k] W[j,k] | jk | (y xᵀ) ⊙ W | (yᵀ x) ⊙ W
Σ_k W[i,k] x[k] Q[k,j] | ij | W diag(x) Q | W diag(x) Q
Σ_k x[k] u[k] w[k] |  | ones(n)ᵀ (x ⊙ u ⊙ w) | ones(n) (x ⊙ u ⊙ w)ᵀ
Σ_k W[j,k] | j | W ones(n) | ones(n) Wᵀ
Σ_i U[i,j] U[i,q] | jq | Uᵀ U | Uᵀ U
Σ_i U[i,j] y[i] | j | Uᵀ y | y U
Σ_i U[j,i] y[i] | j | U y | y Uᵀ
Σ_i U[j,i] y[i] + y[j] | j | U y + y | y Uᵀ + y
Σ_j v[j] ([j = i] - y[i]) | i | (eye(m) − y ones(m)ᵀ) v | v (eye(m) − yᵀ ones(m))ᵀ
log(y[j])·v[j]/c | j | (1/c)·(log(y) ⊙ v) | (1/c)·(log(y) ⊙ v)
y[j]/v[j] | j | y/v | y/v
1/(1 + exp(-y[j])) | j | 1/(1 + exp(−y)) | 1/(1 + exp(−y))
-(y[j] - v[j]) x[k] | jk | −(y − v) xᵀ | −(y − v)ᵀ x
Σ_j v[j] log(y[j]) |  | vᵀ log(y) | v log(y)ᵀ
Σ_k W[j,k] tanh(Σ_i Q[k,i] v[i]) | j | W tanh(Q v) | tanh(v Qᵀ) Wᵀ
softmax(b[q], q)[j] - y[j] | j | softmax(b) − y | softmax(b) − y
""".strip().split("\n")
]

REFUSED = [
    "W[1,2]",
    "y[1] x[k]",
    "Σ_{k=2..n} x[k]",
    "j·y[j]",
    "[j > 1] y[j]",
    "y[j]^4",
    "Y[j,r] X[k,r]",
    "U[j,j]",
]


def _range(letter: str, size: str) -> Range:
    return Range(letter, read_expression("1", NETWORK), Ref(size))


RANGES = {
    letter: _range(letter, size) for letter, size in (("i", "m"), ("j", "m"), ("k", "n"), ("p", "n"), ("q", "m"), ("r", "N"))
}
SIZES = {"n": 3, "m": 4, "N": 5}
SAME = {"n": 4, "m": 4, "N": 4}


def _axes(name: str) -> tuple[Range, ...] | None:
    return NETWORK.axes(name) if name in NETWORK.leaves or name in NETWORK.by_name else None


def _free(text: str) -> tuple[Range, ...]:
    bound = {text[at + 2 :].lstrip("{")[0] for at in range(len(text)) if text.startswith("Σ_", at)}
    found = dict.fromkeys(c for c in text if c in RANGES and c not in bound)
    return tuple(RANGES[letter] for letter in found if f"[{letter}" in text or f",{letter}]" in text or f"{letter}·" in text)


def _arrays(sizes: dict[str, int]) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(7)
    shapes = {name: [sizes[axis.upper.name] for axis in leaf.axes] for name, leaf in NETWORK.leaves.items()}  # type: ignore[attr-defined]
    return {name: rng.uniform(0.5, 1.5, shape) for name, shape in shapes.items()}


def _entries(text: str, letters: str, arrays: dict[str, np.ndarray], sizes: dict[str, int]) -> np.ndarray:
    """The formula in indices, entry by entry, by the interpreter of the tests."""
    ranges = tuple(RANGES[letter] for letter in letters)
    expr = read_expression(text, NETWORK, ranges=ranges)
    functions = {"f": lambda x: mp.sin(x) + x**2}
    interpreter = Interpreter(NETWORK, sizes, lambda entry: _entry(arrays, entry), functions=functions)
    spans = [range(1, sizes[r.upper.name] + 1) for r in ranges]  # type: ignore[attr-defined]
    found = [float(interpreter.value(expr, dict(zip(letters, at, strict=True)))) for at in cartesian(*spans)]
    return np.reshape(found, [len(span) for span in spans])


def _entry(arrays: dict[str, np.ndarray], entry: Entry) -> object:
    name, at = entry
    return mp.mpf(float(arrays[name][tuple(place - 1 for place in at)]))


@pytest.mark.parametrize("rows", [False, True], ids=["columns", "rows"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_written_and_right(case: list[str], rows: bool) -> None:
    text, letters = case[0].strip(), case[1].strip()
    ranges = tuple(RANGES[letter] for letter in letters)
    raising = Raising(_axes, Convention(rows=rows))
    form = raising.form(read_expression(text, NETWORK, ranges=ranges), ranges)
    assert to_text(form) == case[3 if rows else 2].strip()
    for sizes in (SIZES, SAME):
        arrays = _arrays(sizes)
        wanted = _entries(text, letters, arrays, sizes)
        strict = Strict(arrays, sizes, rows=rows)
        found = strict.value(form)
        assert np.shape(found) == np.shape(strict.vector(wanted) if letters else 0.0)
        np.testing.assert_allclose(found, strict.vector(wanted) if letters else wanted, rtol=1e-12)


@pytest.mark.parametrize("text", REFUSED)
def test_no_form_is_made_up(text: str) -> None:
    ranges = _free(text)
    with pytest.raises(NoMatrixFormError):
        Raising(_axes).form(read_expression(text, NETWORK, ranges=ranges), ranges)
