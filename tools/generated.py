"""``python -m tools.generated --count 200``: every target on random networks, beside the derivation at 50 digits.

Networks of scalars and of arrays in turn, one example or a batch, both orders of updating.  Each number that a target computes
is compared with the program at 50 digits, its gradients also with central differences of the cost; what counts is the difference
relative to the sum of absolute terms.  Every tenth network runs as C under the address and undefined-behaviour sanitizers.
The exit code is 1 when anything disagrees.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from symprop.codegen import BACKENDS, compile_network
from symprop.codegen.native import compiler
from symprop.evaluation.trouble import Trouble
from symprop.model.reader import read_network
from tests.codegen.agreement import TOLERANCE, Case, Compared, compare, compare_slopes
from tests.codegen.sanitized import run_sanitized
from tests.random_indexed import random_indexed
from tests.random_networks import random_network

SANITIZED_EVERY = 10
EXAMPLES = (0, 1, 3, 11)
"""How many examples networks are given in turn; 0 is one that is no batch."""

SCALARS_ONLY = frozenset({"lambdify"})

UNKNOWN = ("function φ\n", "function φ(x) = sin(1.3 x) + 0.2 x\n")
"""No target can compute an unknown function, so it becomes a known one."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What was found of one target, in one network or in many."""

    networks: int = 0
    values: int = 0
    slopes: int = 0
    worst_value: float = 0.0
    worst_slope: float = 0.0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.networks + other.networks,
            self.values + other.values,
            self.slopes + other.slopes,
            max(self.worst_value, other.worst_value),
            max(self.worst_slope, other.worst_slope),
        )

    def row(self, target: str) -> str:
        """A row of the table."""
        return f"| {target} | {self.networks} | {self.values} | {self.worst_value:.1e} | {self.slopes} | {self.worst_slope:.1e} |"


TABLE = """\
| target | networks | results compared | worst | central differences | worst |
|---|---:|---:|---:|---:|---:|"""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one network gave: a tally for each target, and everything that is wrong."""

    tallies: Mapping[str, Tally] = field(default_factory=dict)
    complaints: tuple[str, ...] = ()
    sanitized: bool = False
    without_value: bool = False


def judge(number: int, targets: Sequence[str] = tuple(BACKENDS), *, sanitize: bool = False) -> Finding:
    """One random network in each of *targets*; a result that is off, NaN or missing is a complaint."""
    kind = "indexed" if number % 2 else "scalar"
    text = random_indexed(number).replace(*UNKNOWN) if number % 2 else random_network(number, layers=4).text
    update = "sequential" if number // 2 % 4 == 3 else "simultaneous"
    examples = 0 if update == "sequential" else EXAMPLES[number // 2 % len(EXAMPLES)]
    case = Case(read_network(text), number, update=update, examples=examples)
    if not has_value(case):
        return Finding(without_value=True)
    tallies: dict[str, Tally] = {}
    complaints: list[str] = []
    for target in targets:
        if target in SCALARS_ONLY and kind != "scalar":
            continue
        network = compile_network(case.network, target, update=update, sizes=case.sizes)
        if network.backend != target:
            complaints += network.notes
            continue
        values, slopes = compare(case, network), compare_slopes(case, network)
        tallies[target] = Tally(1, len(values), len(slopes), _worst(values), _worst(slopes))
        complaints += [f"network {number} in {target}: {one}" for one in (*values, *slopes) if not one.agrees]
    if sanitize:
        with tempfile.TemporaryDirectory() as folder:
            said = run_sanitized(case.network, case.sizes, Path(folder), compiler() or "cc")
        complaints += [f"network {number} under sanitizers: {'the compiler has none' if said is None else said}"] * (said != "")
    return Finding(tallies, tuple(complaints), sanitize)


def has_value(case: Case) -> bool:
    """Is every quantity a number at the drawn point (no logarithm of a negative one, nothing that 50 digits cannot hold)?"""
    try:
        return bool(case.expected)
    except Trouble:
        return False


def _worst(compared: Iterable[Compared]) -> float:
    return max((one.distance for one in compared), default=0.0)


def _judge(request: tuple[int, Sequence[str], bool]) -> Finding:
    number, targets, sanitize = request
    return judge(number, targets, sanitize=sanitize)


def main(words: Sequence[str] | None = None) -> int:
    """Judge networks and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tools.generated", description="Judge generated code on random networks.")
    parser.add_argument("--count", type=int, default=200, help="how many networks")
    parser.add_argument("--seed", type=int, default=0, help="the first network's number")
    parser.add_argument("--targets", default=",".join(BACKENDS), help="with commas between them")
    parser.add_argument("--sanitize-every", type=int, default=SANITIZED_EVERY, help="each n-th network; 0 for none")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    asked = parser.parse_args(words)
    targets = asked.targets.split(",")
    every = asked.sanitize_every
    requests = [
        (number, targets, bool(every) and place % every == every - 1)
        for place, number in enumerate(range(asked.seed, asked.seed + asked.count))
    ]
    with tempfile.TemporaryDirectory() as cache:
        os.environ["XDG_CACHE_HOME"] = cache  # what is compiled here is of no use to anybody
        with ProcessPoolExecutor(asked.jobs) as pool:
            findings = list(pool.map(_judge, requests))
    complaints = [complaint for finding in findings for complaint in finding.complaints]
    print("\n".join(complaints[:20]) + "\n" * bool(complaints) + TABLE)
    for target in targets:
        print(sum((f.tallies[target] for f in findings if target in f.tallies), Tally()).row(target))
    missing = sum(finding.without_value for finding in findings)
    print(f"\n{len(findings)} networks from number {asked.seed} on, {missing} of them without a value at their point; ", end="")
    print(
        f"{sum(f.sanitized for f in findings)} under sanitizers; {len(complaints)} complaints; at most {TOLERANCE:.0e} is right"
    )
    return 1 if complaints or missing == len(findings) else 0


if __name__ == "__main__":
    sys.exit(main())
