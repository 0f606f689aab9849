"""Every pass leaves every value as it is, a pass that does not is found out, and what is left is little."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest
from random_indexed import random_indexed
from random_networks import random_network

from symprop.codegen import generate
from symprop.codegen.build import program_of
from symprop.codegen.passes import PASSES, Pass, optimise
from symprop.codegen.verify import refuse_difference
from symprop.errors import InputError, InternalError
from symprop.model.build import negative
from symprop.model.layers import layered
from symprop.model.reader import read_network

TEXTS = {f"scalar {seed}": random_network(seed, layers=3).text for seed in range(6)} | {
    f"indexed {seed}": random_indexed(seed).replace("function φ", "function φ(x) = sin(x) + x/5") for seed in range(6)
}


@pytest.mark.parametrize("update", ["simultaneous", "sequential"])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_each_pass_keeps_the_values(text: str, update: str) -> None:
    program = program_of(read_network(text), update=update)
    for one in PASSES:
        made = one.run(program)
        refuse_difference(program, made, one.name)
        program = made


def test_a_pass_that_changes_a_value_is_found_out() -> None:
    program = program_of(read_network(random_network(1).text))
    spoilt = Pass("wrong", "", lambda p: replace(p, lines=(*p.lines[:-1], replace(p.lines[-1], expr=negative(p.lines[-1].expr)))))
    with pytest.raises(InternalError, match="wrong changed"):
        optimise(program, (spoilt,))


def test_two_two_two_takes_few_operations(root: object) -> None:
    from pathlib import Path

    text = (Path(str(root)) / "examples/two-two-two.net").read_text()
    source = generate(read_network(text), "python")[".py"]
    body = source[source.index("def _gradients") :].split("return")[0]
    lines = [line for line in body.splitlines() if " = " in line and "#" not in line and "[" not in line]
    guard = re.compile(r"exp\(700\.0 if \w+ < -700\.0 else (-\w+)\)")
    code = guard.sub(r"exp(\1)", "\n".join(lines))
    assert len(re.findall(r" [+*-] ", code)) <= 60
    assert code.count("exp(") == 4


@pytest.mark.parametrize("target", ["python", "numpy"])
def test_source_for_layers_does_not_depend_on_their_widths(target: str) -> None:
    text = layered(["n_0", "n_1", "n_2"], bias=True)
    assert generate(read_network(text), target) == generate(read_network(text), target)
    sources = [generate(read_network(text), "c", sizes={"n_0": n, "n_1": n, "n_2": n}) for n in (3, 784)]
    assert sources[0][".c"] == sources[1][".c"]


def test_time_grows_with_the_weights_and_no_faster() -> None:
    def seconds(width: int) -> float:
        network = read_network(layered([width, width, width]))
        start = time.process_time()
        generate(network, "python")
        return time.process_time() - start

    seconds(2)
    small, large = seconds(8), seconds(24)  # 128 and 1,152 weights
    assert large < 9 * small * 3


def test_unknown_functions_have_no_code() -> None:
    with pytest.raises(InputError, match="unknown"):
        program_of(read_network("function φ\ny = φ(w x)"))


def test_there_must_be_something_to_train() -> None:
    with pytest.raises(InputError, match="no weight"):
        program_of(read_network("inputs x\ntargets t\nconstants c\ny = c x\nminimize E = (t - y)²"))
