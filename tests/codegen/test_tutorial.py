"""The numbers that the documents print, from every target."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from symprop.codegen import BACKENDS, compile_network
from symprop.codegen.compiled import Compiled
from symprop.codegen.native import compiler
from symprop.errors import InputError
from symprop.model.reader import read_network

UPDATED = (0.149780716, 0.199561432, 0.249751144, 0.299502287, 0.358916480, 0.408666186, 0.511301270, 0.561370121)
AFTER_ONE = {"simultaneous": 0.291027774, "sequential": 0.291027924}
OUTPUTS = {"simultaneous": (0.015913620, 0.984064274), "sequential": (0.015912196, 0.984065734)}


def compiled(example: str, backend: str, update: str, root: Path, **options: Any) -> Compiled:
    if backend in {"numpy", "c"}:
        pytest.importorskip("numpy")
    if backend == "c" and compiler() is None:
        pytest.skip("there is no C compiler")
    made = compile_network(read_network((root / "examples" / f"{example}.net").read_text()), backend, update=update, **options)
    assert made.backend == backend
    return made


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


@pytest.mark.parametrize("update", AFTER_ONE)
@pytest.mark.parametrize("backend", BACKENDS)
def test_two_two_two(backend: str, update: str, root: Path) -> None:
    network = compiled("two-two-two", backend, update, root)
    params, inputs, targets = network.initial()
    assert round(network.cost(params, inputs, targets), 9) == 0.298371109
    new = network.update(params, inputs, targets, 0.5)
    if update == "simultaneous":
        assert [round(float(new[f"w_{k}"]), 9) for k in range(1, 9)] == list(UPDATED)
    assert round(network.cost(new, inputs, targets), 9) == AFTER_ONE[update]
    bound = network.bind(params, inputs, targets)
    bound.step(0.5)
    assert round(bound.cost(), 9) == AFTER_ONE[update]
    assert {n: float(v) for n, v in bound.params.items()} == pytest.approx({n: float(v) for n, v in new.items()}, rel=1e-14)
    if backend == "lambdify":
        return  # 10,000 rounds of it take as long as all other tests
    bound.run(9_999, 0.5)
    outputs = network.forward(params, inputs)
    assert [round(float(outputs[n]), 9) for n in ("out_o1", "out_o2")] == list(OUTPUTS[update])
    if update == "simultaneous":
        assert f"{bound.cost():.7e}" == "3.5101878e-05"


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_short_story(backend: str, root: Path) -> None:
    """One update with rate 0.03 takes the weight from 2 to 0.8, and with it the output from 10 to 4."""
    network = compiled("two-paths", backend, "simultaneous", root)
    params, inputs, targets = network.initial()
    assert float(network.forward(params, inputs)["Y"]) == pytest.approx(10)
    new = network.update(params, inputs, targets, 0.03)
    assert float(new["xh_1"]) == pytest.approx(0.8)
    assert float(network.forward({**params, "xh_1": new["xh_1"]}, inputs)["Y"]) == pytest.approx(4)


@pytest.mark.parametrize("backend", BACKENDS)
def test_ascent(backend: str, root: Path) -> None:
    network = compiled("sigmoid-chain", backend, "simultaneous", root)
    params, inputs, targets = {"w_l": 0.4, "w_r": -0.3}, {"i_l": 0.8}, {"d": 0.9}
    before = network.cost(params, inputs, targets)
    bound = network.bind(dict(params), inputs, targets)
    bound.run(20, 0.5)
    assert bound.cost() > before


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_batch_is_the_mean_of_its_examples(backend: str, root: Path) -> None:
    network = compiled("two-two-two", backend, "simultaneous", root)
    params, _, _ = network.initial()
    rows = [(0.1 * k, 0.7 - 0.05 * k, 0.3, 0.02 * k) for k in range(19)]
    columns = dict(zip((*network.inputs, *network.targets), (list(c) for c in zip(*rows, strict=True)), strict=True))
    inputs = {n: columns[n] for n in network.inputs}
    targets = {n: columns[n] for n in network.targets}
    each = [
        network.cost(params, {n: v[k] for n, v in inputs.items()}, {n: v[k] for n, v in targets.items()})
        for k in range(len(rows))
    ]
    assert network.cost(params, inputs, targets) == pytest.approx(sum(each) / len(each), rel=1e-13)
    assert list(network.forward(params, inputs)["out_o1"]) == pytest.approx(
        [float(network.forward(params, {n: v[k] for n, v in inputs.items()})["out_o1"]) for k in range(len(rows))], rel=1e-14
    )


def test_without_a_compiler_another_backend_serves_and_says_so(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symprop.codegen.native.compiler", lambda: None)
    said: list[str] = []
    network = compile_network(read_network((root / "examples/two-two-two.net").read_text()), "c", say=said.append)
    assert network.backend in ("numpy", "python")
    assert said == list(network.notes)
    assert "no C compiler" in said[0]


def test_updates_happen_on_the_arrays_of_the_caller(root: Path) -> None:
    np = pytest.importorskip("numpy")
    network = compiled("sigmoid-layers", "c", "simultaneous", root)
    rng = np.random.default_rng(0)
    v, w = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
    before = v.copy()
    bound = network.bind({"v": v, "w": w}, {"x": rng.normal(size=(5, 3))}, {"d": rng.random((5, 2))})
    first = bound.cost()
    bound.run(100, 0.5)
    assert bound.cost() > first
    assert not np.array_equal(v, before)


def test_numpy_keeps_single_precision(root: Path) -> None:
    np = pytest.importorskip("numpy")
    network = compiled("sigmoid-layers", "numpy", "simultaneous", root)
    rng = np.random.default_rng(0)
    v, w = (rng.normal(size=shape).astype(np.float32) for shape in ((3, 4), (4, 2)))
    x, d = rng.normal(size=(5, 3)).astype(np.float32), rng.random((5, 2)).astype(np.float32)
    single = network.bind({"v": v, "w": w}, {"x": 1000 * x}, {"d": d})  # saturated: exp overflows floats at 89
    single.run(3, 0.5)
    assert v.dtype == np.float32
    assert np.isfinite(v).all()
    single = network.bind({"v": v, "w": w}, {"x": x}, {"d": d})
    double = network.bind({"v": v.astype(float), "w": w.astype(float)}, {"x": x.astype(float)}, {"d": d.astype(float)})
    for bound in (single, double):
        bound.run(20, 0.5)
    assert np.allclose(single.params["w"], double.params["w"], rtol=1e-4)


@pytest.mark.parametrize("backend", ["python", "numpy", "c", "lambdify"])
def test_sequential_updates_refuse_batches(backend: str, root: Path) -> None:
    network = compiled("linear", backend, "sequential", root)
    params = {"w_o": 0.5, "w_h": 0.25}

    def given(examples: int) -> tuple[dict[str, Any], dict[str, Any]]:
        return {"i": [1.0, 2.0][:examples]}, {"t": [3.0, 4.0][:examples]}

    for refused in (lambda: network.update(dict(params), *given(2), 0.1), lambda: network.bind(dict(params), *given(2))):
        with pytest.raises(InputError, match="sequential updates take one example at a time"):
            refused()
    assert network.cost(params, *given(2)) > 0  # nothing is updated here
    one = network.update(dict(params), *given(1), 0.1)
    bound = network.bind(dict(params), *given(1))
    bound.step(0.1)
    assert {name: float(value) for name, value in one.items()} == pytest.approx({n: float(v) for n, v in bound.params.items()})
