"""Every example is trained from a table of random numbers, alike by every backend, with gradients that agree with differences."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

from symprop.codegen import compile_network
from symprop.errors import InputError
from symprop.model.affine import affine
from symprop.model.expr import Expr, Number
from symprop.model.network import Network, Role
from symprop.model.reader import read_network
from symprop.training import Plan, check_assumptions, compare_gradients, from_table, own_sizes, own_values, start, train

EXAMPLES = sorted((Path(__file__).resolve().parent.parent.parent / "examples").glob("*.net"))
LENGTH = 3


def can_be_computed(path: Path) -> bool:
    """Does the example say what each of its functions is?"""
    functions = read_network(path.read_text(encoding="utf-8")).functions
    return all(function.body is not None for function in functions.values())


def settled(network: Network) -> Network:
    """With a number for every size and constant."""
    made = {name: Number(Fraction(LENGTH)) for name in network.sizes}
    made |= {name: Number(Fraction(1, 2)) for name in network.with_role(Role.CONSTANT)}
    return replace(network, values={**made, **network.values})


def bound(expr: Expr) -> int:
    form = affine(expr)
    assert form is not None
    return int(form.constant + LENGTH * sum(form.coefficients.values()))


def table(network: Network, examples: int) -> str:
    names = []
    for leaf in network.leaves.values():
        if leaf.role in (Role.INPUT, Role.TARGET):
            ranges = [range(bound(axis.lower), bound(axis.upper) + 1) for axis in leaf.axes]
            names += [leaf.name + (f"[{';'.join(map(str, at))}]" if at else "") for at in product(*ranges)]
    generator = random.Random(1)
    header = "\t".join(name.replace(";", ",") for name in names)
    rows = [[generator.uniform(0.1, 0.9) for _ in names] for _ in range(examples)]
    if network.assumptions:  # the example with one: its targets sum to one
        targets = [place for place, name in enumerate(names) if name.startswith("t[")]
        for row in rows:
            row[targets[-1]] = 1 - sum(row[place] for place in targets[:-1])
    return "\n".join([header, *("\t".join(map(repr, row)) for row in rows)])


@pytest.mark.parametrize("path", [p for p in EXAMPLES if can_be_computed(p)], ids=lambda path: path.stem)
@pytest.mark.parametrize("batch", [None, 2])
def test_an_example_is_trained_alike_by_every_backend(path: Path, batch: int | None) -> None:
    network = settled(read_network(path.read_text(encoding="utf-8")))
    data = from_table(network, table(network, 5), "random.tsv")
    ends = {}
    assert not check_assumptions(network, data, own_sizes(network))
    for backend in ("python", "numpy", "c"):
        compiled = compile_network(network, backend, sizes=own_sizes(network))
        weights = start(compiled.program, data, {}, 0).weights
        if batch is None:
            worst = compare_gradients(compiled, weights, data, 0)
            assert worst.difference < 1e-7, (backend, worst)
        ends[backend] = train(compiled, weights, data, Plan(4, 0.01, batch)).last
    for backend in ("numpy", "c"):
        assert ends[backend].record.cost == pytest.approx(ends["python"].record.cost, rel=1e-10)
        for name, block in ends[backend].weights.items():
            assert block.values.tolist() == pytest.approx(ends["python"].weights[name].values.tolist(), rel=1e-9, abs=1e-12)


def test_data_that_break_an_assumption_are_refused() -> None:
    path = next(path for path in EXAMPLES if path.stem == "softmax-cross-entropy")
    network = settled(read_network(path.read_text(encoding="utf-8")))
    rows = ["x_1,x_2,x_3,t_1,t_2,t_3", "1,2,3,0,1,0", "1,2,3,.3333333,.3333333,.3333333", "1,2,3,1,1,0"]
    data = from_table(network, "\n".join(rows), "d.csv")
    with pytest.raises(InputError, match=r"line 4 of d\.csv breaks the assumption .* = 1: 2 is not 1"):
        check_assumptions(network, data, own_sizes(network))
    check_assumptions(network, from_table(network, "\n".join(rows[:3]), "d.csv"), own_sizes(network))


def test_an_assumption_about_weights_is_told() -> None:
    network = read_network("y = w x; minimize E = (t - y)²; assume w = 2; values w = 2, x = 1, t = 1")
    (note,) = check_assumptions(network, own_values(network), {})
    assert "which training does not keep up" in note
