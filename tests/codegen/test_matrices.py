"""Networks that are written in matrices: products of matrices in NumPy and nothing slower, and the right numbers everywhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from symprop.codegen import compile_network, generate
from symprop.codegen.native import compiler
from symprop.evaluation.trouble import Trouble
from symprop.model.reader import read_network
from tests.codegen.agreement import Case, disagreements, load
from tests.random_matrices import random_matrices

LAYERS = "weights W_1[n_1,n_0] b_1[n_1] W_2[n_2,n_1] b_2[n_2]\n"
NETWORKS = {
    "one example": f"""
        inputs x[n_0]; targets t[n_2]; {LAYERS}
        z_1 = W_1 x + b_1; a_1 = σ(z_1)
        z_2 = W_2 a_1 + b_2; a_2 = σ(z_2)
        minimize L = ½ ‖a_2 - t‖²""",
    "columns": f"""
        inputs X[n_0,N]; targets T[n_2,N]; {LAYERS}
        Z_1 = W_1 X + b_1; A_1 = σ(Z_1)
        Z_2 = W_2 A_1 + b_2; A_2 = σ(Z_2)
        minimize L = 1/(2 N) ‖A_2 - T‖²""",
    "rows": """
        convention rows
        inputs X[N,n_0]; targets T[N,n_2]
        weights W_1[n_0,n_1] b_1[n_1] W_2[n_1,n_2] b_2[n_2]
        Z_1 = X W_1 + b_1; A_1 = tanh(Z_1)
        Z_2 = A_1 W_2 + b_2; A_2 = σ(Z_2)
        minimize L = 1/(2 N) ‖A_2 - T‖²""",
    "residual": """
        inputs X[n,N]; targets T[n,N]; weights W[n,n] V[n,n]
        A = X + tanh(W X); B = A + V A
        minimize L = ½ ‖B - T‖²""",
    "tied": """
        inputs x[n]; weights W[m,n] b[m] c[n]
        h = σ(W x + b); y = Wᵀ h + c
        minimize L = ½ ‖y - x‖²""",
    "softmax": """
        inputs x[n]; targets t[m]; weights W[m,n] b[m]
        z = W x + b; p = softmax(z)
        minimize L = -tᵀ log(p)""",
    "mask": """
        inputs X[n,N]; targets T[m,N]; constants M[k,N]; weights W[k,n] V[m,k]
        A = M ⊙ relu(W X); Y = V A
        minimize L = 1/N ‖Y - T‖²""",
    "penalty": """
        inputs x[n]; targets t[m]; constants λ; weights W[m,n]
        y = σ(W x)
        minimize L = ½ ‖y - t‖² + ½ λ ‖W‖²""",
    "ridge regression": """
        inputs x[n]; targets t; constants λ; weights w[n] b
        y = wᵀ x + b
        minimize L = ½ (t - y)² + ½ λ ‖w‖²""",
    "a mean with a penalty": """
        inputs X[n,N]; targets T[m,N]; constants λ; weights W[m,n]
        Y = W X
        minimize L = 1/(2 N) (‖Y - T‖² + λ ‖W‖²)""",
    "what is read turned": """
        inputs X[n,N]; targets T[n,N]; constants M[n,n]; weights W[n,n]
        B = exp(X); C = sin(X)
        Z = (B + C) ⊙ (M B); Y = W Z
        minimize L = 1/(2 N) ‖Y - T‖²""",
    "a bilinear form": """
        inputs x[n] y[m]; targets t; weights W[n,m]
        s = σ(xᵀ W y)
        minimize L = ½ (s - t)²""",
    "a matrix for each example": """
        inputs A[m,n] x[n]; targets t[m]; weights c[n]
        y = A (c ⊙ x)
        minimize L = ½ ‖y - t‖²""",
    "a vector over a batch": """
        inputs X[n,N]; targets t[N]; weights w[n] b
        z = Xᵀ w + b; y = σ(z)
        minimize L = 1/(2 N) ‖y - t‖²""",
}
PRODUCTS = {"one example": 5, "columns": 5, "rows": 5, "residual": 5, "tied": 5, "softmax": 2, "mask": 5, "penalty": 2}
"""How many products of matrices one update takes: forward, back to all but the first layer, and one for each weight."""


def written(text: str) -> str:
    return "\n".join(line.strip() for line in text.replace(";", "\n").splitlines())


def case_of(text: str, seed: int, examples: int) -> Case:
    """Weights by drawing; targets that a logarithm or a probability may have are positive."""
    return Case(read_network(written(text)), seed, examples=examples, positive="softmax" in text)


def loops(source: str) -> list[str]:
    """All but the one that makes arrays of what ``bind`` is given."""
    found = [line.strip() for line in source.splitlines() if re.match(r"\s*for ", line)]
    return [line for line in found if line != "for name in PARAMETERS:"]


@pytest.mark.parametrize("kind", NETWORKS)
def test_products_are_products(kind: str) -> None:
    source = generate(read_network(written(NETWORKS[kind])), "numpy")[".py"]
    assert loops(source) == ["for _ in range(steps):"]
    assert "einsum" not in source.replace('np.einsum("ab,ab->a"', "")  # a product of two vectors for each example
    body = source[source.index("def run(") :]
    assert "[...] = " not in body.replace("p[...] = _softmax", "")
    assert body.count("np.matmul(") == PRODUCTS.get(kind, body.count("np.matmul("))


@pytest.mark.parametrize("rows", [False, True])
def test_gradients_of_a_batch_are_one_product_and_one_sum(rows: bool) -> None:
    source = generate(read_network(written(NETWORKS["rows" if rows else "columns"])), "numpy")[".py"]
    body = source[source.index("def run(") :]
    if rows:
        assert "np.matmul(X.reshape(-1, n_0).T, delta_1.reshape(-1, n_1), out=dL_dW_1)" in body
        assert "np.add.reduce(delta_1, axis=(0, 1), out=dL_db_1)" in body
    else:
        assert "np.matmul(_rows(delta_1, (1, 0, 2)), _rows(X, (1, 0, 2)).T, out=dL_dW_1)" in body
        assert "np.add.reduce(delta_1, axis=(0, 2), out=dL_db_1)" in body


@pytest.mark.parametrize("examples", [0, 3])
@pytest.mark.parametrize("kind", NETWORKS)
def test_numbers(kind: str, examples: int, tmp_path: Path) -> None:
    pytest.importorskip("numpy")
    case = case_of(NETWORKS[kind], 7, examples)
    for target in ("numpy", "python"):
        path = tmp_path / f"{target}_{examples}.py"
        path.write_text(generate(case.network, target)[".py"], encoding="utf-8")
        assert not disagreements(case, load(path)), target


@pytest.mark.parametrize("kind", ["columns", "mask", "a matrix for each example"])
def test_numbers_of_c(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if compiler() is None:
        pytest.skip("there is no C compiler")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    case = case_of(NETWORKS[kind], 7, 3)
    assert not disagreements(case, compile_network(case.network, "c", sizes=case.sizes))


def test_random_matrices(tmp_path: Path) -> None:
    pytest.importorskip("numpy")
    for seed in range(6):
        text = random_matrices(seed).text
        case = Case(read_network(text), seed, examples=(0, 1, 3)[seed % 3], positive="softmax" in text)
        source = generate(case.network, "numpy")[".py"]
        assert loops(source) == ["for _ in range(steps):"]
        assert "einsum" not in source, seed
        path = tmp_path / f"network_{seed}.py"
        path.write_text(source, encoding="utf-8")
        try:
            found = disagreements(case, load(path))
        except Trouble:
            continue  # no value there that 50 digits could hold
        assert not found, (seed, found[:2])


@pytest.mark.parametrize("kind", ["one example", "columns", "rows", "softmax"])
@pytest.mark.parametrize("width", [1, 4, 70])
def test_c_in_blocks_computes_what_numpy_does(kind: str, width: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer rows than a block has, just as many, and more; more columns than a block has; examples that fill lanes and do not."""
    np = pytest.importorskip("numpy")
    if compiler() is None:
        pytest.skip("there is no C compiler")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    network = read_network(written(NETWORKS[kind]))
    sizes = {name: width + place for place, name in enumerate(network.sizes)}
    ours, theirs = compile_network(network, "c", sizes=sizes), compile_network(network, "numpy")
    rng = np.random.default_rng(5)
    for examples in (1, 16, 37):

        def drawn(name: str, *front: int) -> object:
            return rng.uniform(0.2, 1.0, (*front, *(sizes[axis.upper.name] for axis in network.axes(name)))) / width

        params = {name: drawn(name) for name in ours.program.parameters}
        inputs = {name: drawn(name, examples) for name in ours.program.inputs}
        targets = {name: drawn(name, examples) for name in ours.program.targets}
        for name, slope in theirs.gradients(params, inputs, targets).items():
            np.testing.assert_allclose(ours.gradients(params, inputs, targets)[name], slope, rtol=1e-11, atol=1e-15)
        assert ours.cost(params, inputs, targets) == pytest.approx(float(theirs.cost(params, inputs, targets)), rel=1e-12)


def test_c_multiplies_in_blocks() -> None:
    sizes = {"n_0": 784, "n_1": 30, "n_2": 10}
    source = generate(read_network(written(NETWORKS["one example"])), "c", sizes=sizes)[".c"]
    assert "sums[3][lane] += W_1[j_3][k_] * work->x[k_][lane];" in source
    assert "* turned[lane][column];" in source
    assert "#define NETWORK_LANES 16" in source
    whole = generate(read_network(written(NETWORKS["columns"])), "c", sizes=sizes | {"N": 32})[".c"]
    assert "#define NETWORK_LANES 1\n" in whole  # the batch is one example


def test_sizes_of_c_have_macros_of_their_own() -> None:
    text = "inputs x[n]\ntargets t[N]\nweights W[N,n] V[N,h] U[h,N]\ny = W x + V U (W x)\nminimize E = ½ ‖y - t‖²"
    header = generate(read_network(text), "c", sizes={"n": 2, "N": 3, "h": 4})[".h"]
    assert re.findall(r"#define (NETWORK_\w+ \d)", header) == ["NETWORK_N 2", "NETWORK_N_2 3", "NETWORK_H_2 4"]
