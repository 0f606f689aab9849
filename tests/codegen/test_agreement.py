"""Every target against the program at 50 digits, on random networks; and with central differences.

``SYMPROP_NETWORKS=200`` draws so many of each kind; ``python -m tools.generated`` is the whole campaign.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from random_indexed import random_indexed
from random_networks import random_network

from symprop.codegen import BACKENDS, compile_network, generate
from symprop.codegen.native import compiler
from symprop.evaluation.trouble import Trouble
from symprop.model.layers import layered
from symprop.model.reader import read_network
from tests.codegen.agreement import Case, compare, compare_slopes, disagreements, load
from tools.generated import SCALARS_ONLY, judge

NETWORKS = int(os.environ.get("SYMPROP_NETWORKS", "12"))
UNKNOWN = ("function φ", "function φ(x) = sin(1.3 x) + 0.2 x")  # none may stay unknown
DRAWS = {
    "scalar": lambda seed: random_network(seed, layers=4).text,
    "indexed": lambda seed: random_indexed(seed).replace(*UNKNOWN),
}


@pytest.mark.parametrize("kind", DRAWS)
@pytest.mark.parametrize("target", ["python", "numpy", "c", "lambdify"])
def test_random_networks(target: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if target in ("numpy", "c"):
        pytest.importorskip("numpy")
    if target == "c" and compiler() is None:
        pytest.skip("there is no C compiler")
    if (target, kind) == ("lambdify", "indexed"):
        pytest.skip("lambdify is for scalars")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    few = max(2, NETWORKS // 4) if target in ("c", "lambdify") else NETWORKS  # a compiler takes its time
    for seed in range(few):
        update = "sequential" if seed % 2 else "simultaneous"
        examples = 0 if update == "sequential" else (0, 1, 3)[seed % 3]
        case = Case(read_network(DRAWS[kind](seed)), seed, update=update, examples=examples)
        try:
            if target in ("python", "numpy"):
                path = tmp_path / f"network_{seed}.py"
                path.write_text(generate(case.network, target, update=update)[".py"], encoding="utf-8")
                found = disagreements(case, load(path))
            else:
                network = compile_network(case.network, target, update=update, sizes=case.sizes)
                assert network.backend == target
                found = disagreements(case, network)
        except Trouble:
            continue  # the network has no value there that 50 digits could hold
        assert not found, (seed, found[:2])


@pytest.mark.parametrize("kind", DRAWS)
def test_gradients_are_central_differences(kind: str, tmp_path: Path) -> None:
    for seed in range(4):
        case = Case(read_network(DRAWS[kind](seed)), seed, examples=2)
        path = tmp_path / f"network_{seed}.py"
        path.write_text(generate(case.network, "python")[".py"], encoding="utf-8")
        try:
            compared = compare_slopes(case, load(path))
        except Trouble:
            continue  # as above
        assert compared
        assert not [str(one) for one in compared if not one.agrees], seed


def test_a_wrong_digit_shows(tmp_path: Path) -> None:
    case = Case(read_network(DRAWS["scalar"](1)), 1, examples=2)
    path = tmp_path / "network.py"
    path.write_text(generate(case.network, "python")[".py"], encoding="utf-8")
    module = load(path)
    right = module.gradients
    module.gradients = lambda *given: {name: value * (1 + 1e-10) for name, value in right(*given).items()}
    assert {one.name.split()[0] for one in compare(case, module) if not one.agrees} >= {"gradient"}
    assert any(not one.agrees for one in compare_slopes(case, module))


@pytest.mark.parametrize(("number", "sanitize"), [(4, False), (5, True)])
def test_the_campaign(number: int, sanitize: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numpy")
    if compiler() is None:
        pytest.skip("there is no C compiler")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    finding = judge(number, sanitize=sanitize)
    assert not finding.complaints
    assert set(finding.tallies) == set(BACKENDS) - (SCALARS_ONLY if number % 2 else set())
    assert all(tally.values and tally.slopes for tally in finding.tallies.values())


@pytest.mark.slow
@pytest.mark.parametrize("update", ["simultaneous", "sequential"])
def test_many_scalars_in_c(update: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From about fifty weights on C goes by tables, since compilers choke on thousands of straight lines."""
    pytest.importorskip("numpy")
    if compiler() is None:
        pytest.skip("there is no C compiler")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    case = Case(read_network(layered([6, 7, 5], bias=True)), 1, update=update, examples=0 if update == "sequential" else 19)
    network = compile_network(case.network, "c", update=update)
    assert network.backend == "c"
    assert not disagreements(case, network)


STARTED = {
    "one function": "h[1] = σ(u x[1])\nh[t=2..T] = σ(u x[t] + w h[t-1])\ny = v h[T]",
    "another function at the start": "h[1] = σ(u x[1])\nh[t=2..T] = tanh(u x[t] + w h[t-1])\ny = v Σ_{t=1..T} h[t]",
    "two starts": "h[1] = tanh(u x[1])\nh[2] = σ(u x[2])\nh[t=3..T] = tanh(u x[t] + w h[t-1] + u h[t-2])\ny = v h[T]",
}


@pytest.mark.parametrize("backend", ["python", "numpy", "c"])
@pytest.mark.parametrize("what", STARTED)
def test_recurrences_with_a_start_of_their_own(what: str, backend: str) -> None:
    text = f"inputs x[1..T]\ntargets d\nweights u w v\n{STARTED[what]}\nminimize E = ½ (d - y)²"
    for seed, size in enumerate((4, 6)):
        case = Case(read_network(text), seed, {"T": size})
        assert not disagreements(case, compile_network(case.network, backend, sizes=case.sizes))
