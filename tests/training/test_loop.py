"""The loop: the numbers of the tutorials, batches as by hand, and how a training ends."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import pytest

from symprop.codegen import BACKENDS, compile_network
from symprop.codegen.compiled import Compiled
from symprop.errors import InputError
from symprop.model.network import Network
from symprop.model.reader import read_network
from symprop.training import Data, Ending, Plan, Trained, from_table, own_values, start, train
from symprop.training.initial import Weights

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"
XOR = "x_1,x_2,t\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n"
LINE = "x,t\n1,2\n2,4\n3,6.5\n4,7\n5,11\n"


def example(name: str) -> Network:
    return read_network((EXAMPLES / f"{name}.net").read_text(encoding="utf-8"))


def line(kind: str = "minimize E = (t - y)²") -> Network:
    return read_network(f"y = w x + b; {kind}; values w = 0, b = 0")


def ready(network: Network, data: Data, backend: str = "c", update: str = "simultaneous") -> tuple[Compiled, Weights]:
    compiled = compile_network(network, backend, update=update)
    return compiled, start(compiled.program, data, {}, 0).weights


def own(name: str, backend: str, update: str, plan: Plan) -> tuple[Compiled, Trained]:
    network = example(name)
    data = own_values(network)
    compiled, weights = ready(network, data, backend, update)
    return compiled, train(compiled, weights, data, plan)


ROUNDS = [("simultaneous", 0.291027774, 3.5101878e-5), ("sequential", 0.291027924, 3.5084786e-5)]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(("update", "one", "many"), ROUNDS)
def test_the_tutorial_of_two_two_two(backend: str, update: str, one: float, many: float) -> None:
    _, trained = own("two-two-two", backend, update, Plan(1, 0.5))
    assert trained.last.record.cost == pytest.approx(one, abs=5e-10)
    rounds = 10_000 if backend != "numpy" else 200  # NumPy is not made for scalars
    _, trained = own("two-two-two", backend, update, Plan(rounds, 0.5))
    if rounds == 10_000:
        assert trained.last.record.cost == pytest.approx(many, rel=1e-7)
    assert trained.ending is Ending.DONE
    assert trained.best == trained.last
    assert len(trained.records) == min(rounds, 1000) + 1


def test_costs_are_recorded_at_a_pace() -> None:
    told: list[int] = []
    network = line()
    data = from_table(network, LINE, "d.csv")
    compiled, weights = ready(network, data)
    trained = train(compiled, weights, data, Plan(10, 0.01, every=4), lambda record: told.append(record.epoch))
    assert told == [record.epoch for record in trained.records] == [0, 4, 8, 10]


@pytest.mark.parametrize("update", ["simultaneous", "sequential"])
def test_two_halves_are_a_whole(update: str) -> None:
    network = example("two-two-two")
    data = own_values(network)
    compiled, weights = ready(network, data, "c", update)
    half = train(compiled, weights, data, Plan(50, 0.5)).last.weights
    assert train(compiled, half, data, Plan(50, 0.5)).last.weights == train(compiled, weights, data, Plan(100, 0.5)).last.weights


def by_hand(batch: int, epochs: int, seed: int, rate: float) -> tuple[float, float]:
    """``y = w x + b`` trained in plain Python."""
    rows = [tuple(map(float, row.split(","))) for row in LINE.split()[1:]]
    w = b = 0.0
    order, generator = list(range(len(rows))), random.Random(seed)
    for _ in range(epochs):
        if batch < len(rows):
            generator.shuffle(order)
        for begin in range(0, len(rows), batch):
            chosen = [rows[place] for place in order[begin : begin + batch]]
            dw = sum(2 * (w * x + b - t) * x for x, t in chosen) / len(chosen)
            db = sum(2 * (w * x + b - t) for x, t in chosen) / len(chosen)
            w, b = w - rate * dw, b - rate * db
    return w, b


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("batch", [1, 2, 3, 5, 7])
def test_batches_are_those_of_a_loop_by_hand(backend: str, batch: int) -> None:
    network = line()
    data = from_table(network, LINE, "d.csv")
    compiled, weights = ready(network, data, backend)
    last = train(compiled, weights, data, Plan(20, 0.01, batch, seed=3)).last.weights
    assert (last["w"].values[0], last["b"].values[0]) == pytest.approx(by_hand(batch, 20, 3, 0.01), rel=1e-12)
    assert weights["w"].values[0] == 0.0  # what was given stays


@pytest.mark.parametrize("backend", ["python", "numpy", "c"])
def test_batches_of_indexed_networks(backend: str) -> None:
    network = read_network(
        "inputs x[2]; targets t; weights W[n,2] v[n]; h[j] = tanh(Σ_k W[j,k] x[k]); y = Σ_j v[j] h[j]\n"
        "minimize E = (t - y)²; values W = [[0.1, 0.2], [-0.3, 0.4], [0.5, -0.6]], v = [0.3, 0.2, 0.1]"
    )
    data = from_table(network, XOR, "d.csv")
    compiled, weights = ready(network, data, backend)
    trained = train(compiled, weights, data, Plan(30, 0.1, 3))
    assert trained.last.record.cost == pytest.approx(_reference(network, data), rel=1e-12)
    assert trained.last.weights["W"].shape == (3, 2)


def _reference(network: Network, data: Data) -> float:
    compiled, weights = ready(network, data, "python")
    return train(compiled, weights, data, Plan(30, 0.1, 3)).last.record.cost


@pytest.mark.parametrize("backend", ["python", "c"])
def test_a_performance_rises(backend: str) -> None:
    network, mirrored = line("maximize P = -(t - y)²"), line()
    costs = []
    for one in (network, mirrored):
        data = from_table(one, LINE, "d.csv")
        trained = train(*ready(one, data, backend), data, Plan(100, 0.01))
        assert trained.best == trained.last
        costs.append(trained.last.record.cost)
    assert costs[0] == -costs[1]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("batch", [None, 2])
def test_what_diverges_ends_with_finite_weights(backend: str, batch: int | None) -> None:
    network = line()
    data = from_table(network, LINE, "d.csv")
    trained = train(*ready(network, data, backend), data, Plan(10_000, 1.0, batch, every=7))
    assert trained.ending is Ending.DIVERGED
    assert trained.best.record.epoch == 0
    assert all(math.isfinite(record.cost) for record in trained.records)
    assert all(block.is_finite for state in (trained.best, trained.last) for block in state.weights.values())


def test_the_best_is_kept_when_the_last_is_not() -> None:
    network = line()
    data = from_table(network, LINE, "d.csv")
    trained = train(*ready(network, data), data, Plan(4, 0.08, every=1))
    costs = [record.cost for record in trained.records]
    assert trained.best.record.cost == min(costs)


@pytest.mark.parametrize("batch", [None, 1])
def test_it_stops_when_asked(batch: int | None) -> None:
    network = line()
    data = from_table(network, LINE, "d.csv")
    answers = iter([False, False, False])
    trained = train(*ready(network, data), data, Plan(10**9, 0.001, batch), stopped=lambda: next(answers, True))
    assert trained.ending is Ending.STOPPED
    assert trained.epoch < 100
    assert trained.records[-1].epoch == trained.epoch
    assert trained.best.record.cost < trained.records[0].cost


def test_no_epoch_is_a_look_at_the_cost() -> None:
    _, trained = own("two-two-two", "c", "simultaneous", Plan(0, 0.5))
    assert [record.epoch for record in trained.records] == [0]
    assert trained.last.record.cost == pytest.approx(0.298371109, abs=5e-10)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_cost_that_is_no_number_is_told_with_its_line(backend: str) -> None:
    network = read_network("y = w x; minimize E = log(t) + y²; values w = 1")
    data = from_table(network, "x,t\n1,1\n\n1,0\n", "d.csv")
    with pytest.raises(InputError, match=r"line 4 of d\.csv"):
        train(*ready(network, data, backend), data, Plan(1, 0.1))


@pytest.mark.parametrize(
    ("plan", "update", "message"),
    [(Plan(1, 0.1, 2), "sequential", "one example at a time")],
)
def test_batches_that_cannot_be(plan: Plan, update: str, message: str) -> None:
    network = line()
    data = from_table(network, LINE, "d.csv")
    with pytest.raises(InputError, match=message):
        train(*ready(network, data, "c", update), data, plan)


def test_own_values_are_no_batch() -> None:
    with pytest.raises(InputError, match="one example"):
        own("two-two-two", "c", "simultaneous", Plan(1, 0.5, 8))
    with pytest.raises(InputError, match="the input x has no value"):
        own_values(line())


@pytest.mark.parametrize("backend", ["python", "numpy", "c"])
def test_sequential_updates_go_through_the_examples(backend: str) -> None:
    network = example("xor")
    data = from_table(network, XOR, "xor.csv")
    results: list[Any] = []
    for update in ("sequential", "simultaneous"):
        compiled, weights = ready(network, data, backend, update)
        results.append(train(compiled, weights, data, Plan(50, 0.001, 1)).last)
    assert results[0].weights != results[1].weights
    assert results[0].record.cost == pytest.approx(results[1].record.cost, rel=1e-3)
