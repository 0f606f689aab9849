"""``python -m tools.matrices --count 200``: gradients of random matrix networks beside another autodiff.

Each network is derived and told in matrices; its lines are evaluated strictly as matrices, and its gradients also by the NumPy
target.  Both are compared, in float64, with reverse-mode differentiation that shares nothing with symprop, at two sets of sizes:
all different, and all equal.  A difference counts relative to the sum of the absolute terms.  The exit code is 1 when one is
above 1e-12.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from symprop.codegen import compile_network
from symprop.derivation import Derivation, derive
from symprop.model.expr import Expr, Partial, Ref
from symprop.model.network import Network, Role
from symprop.model.reader import read_network
from symprop.model.walk import walk
from tests.autodiff import Var, backward
from tests.random_matrices import random_matrices
from tests.strict_matrices import Strict

TOLERANCE = 1e-12
WAYS: tuple[dict[str, str], ...] = ({}, {"vectors": "rows"}, {"vectors": "columns", "layout": "jacobian"})
"""How networks are told in turn: as they are written, and in other conventions."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many gradients were compared, how many have no matrix form, the worst difference, and what is wrong."""

    told: int = 0
    generated: int = 0
    without_form: int = 0
    worst_told: float = 0.0
    worst_generated: float = 0.0
    complaints: tuple[str, ...] = ()

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.told + other.told,
            self.generated + other.generated,
            self.without_form + other.without_form,
            max(self.worst_told, other.worst_told),
            max(self.worst_generated, other.worst_generated),
            self.complaints + other.complaints,
        )


def judge(number: int) -> Tally:
    """One network, at two sets of sizes."""
    drawn = random_matrices(number)
    network = read_network(drawn.text)
    derivation = derive(network, style="delta", registers=("matrix",), **WAYS[number % len(WAYS)])  # type: ignore[arg-type]
    found = Tally()
    for sizes in ({name: 2 + place for place, name in enumerate(drawn.sizes)}, dict.fromkeys(drawn.sizes, 3)):
        cost, values = drawn.run(sizes, number)
        backward(cost)
        found += _told(number, derivation, sizes, values) + _generated(number, network, values)
    return found


def _told(number: int, derivation: Derivation, sizes: dict[str, int], values: dict[str, Var]) -> Tally:
    """The gradients that are printed, evaluated as matrices."""
    network = derivation.network
    arrays = {name: _flat(network, name, values[name].value) for name in network.leaves if name in values}
    strict = Strict(arrays, sizes, rows=network.convention.rows, derivatives=_slopes(derivation, values))
    lines = (chain for chain in derivation.chains if _is_definition(chain.left, network))
    defined = {chain.left.name: chain.links[-1].expr for chain in lines if isinstance(chain.left, Ref)}
    for name, expr in (*defined.items(), *_deltas(derivation).items()):
        if any(isinstance(node, Ref) and node.indices for node in walk(expr)):
            return Tally(without_form=len(derivation.gradients))
        arrays[name] = strict.value(expr)
    found = Tally()
    for name, gradient in derivation.gradients.items():
        if any(isinstance(node, Ref) and node.indices for node in walk(gradient.delta_form)):
            found += Tally(without_form=1)
            continue
        made = np.asarray(strict.value(gradient.delta_form))
        made = made.T if network.convention.jacobian else made
        made = made.reshape(values[name].slope.shape) if made.size == values[name].slope.size else made
        distance = _distance(made, values[name])
        wrong = (f"network {number}: ∂E/∂{name} as told is off by {distance:.1e}",) if not distance <= TOLERANCE else ()
        found += Tally(told=1, worst_told=distance, complaints=wrong)
    return found


def _slopes(derivation: Derivation, values: dict[str, Var]) -> dict[Expr, Any]:
    """The derivatives that lines speak of, as they lie by the convention."""
    network = derivation.network
    turned = network.convention.rows == network.convention.jacobian
    found: dict[Expr, Any] = {}
    for name in network.by_name:
        if name in values and name != network.cost:
            slope = _flat(network, name, values[name].slope)
            if len(network.axes(name)) == 1:
                slope = slope[:, None] if turned else slope[None, :]
            elif network.convention.jacobian and np.shape(slope):
                slope = slope.T
            found[Partial(derivation.of, Ref(name))] = slope
    return found


def _generated(number: int, network: Network, values: dict[str, Var]) -> Tally:
    """The gradients that the NumPy target computes."""
    compiled = compile_network(network, "numpy")
    given: dict[Role, dict[str, Any]] = {role: {} for role in (Role.WEIGHT, Role.INPUT, Role.TARGET, Role.CONSTANT)}
    for name, leaf in network.leaves.items():
        if leaf.role in given:
            given[leaf.role][name] = _flat(network, name, values[name].value)
    slopes = compiled.gradients(given[Role.WEIGHT], given[Role.INPUT] | given[Role.CONSTANT], given[Role.TARGET])
    found = Tally()
    for name, slope in slopes.items():
        distance = _distance(np.asarray(slope).reshape(values[name].slope.shape), values[name])
        wrong = (f"network {number}: ∂E/∂{name} as generated is off by {distance:.1e}",) if not distance <= TOLERANCE else ()
        found += Tally(generated=1, worst_generated=distance, complaints=wrong)
    return found


def _distance(made: Any, var: Var) -> float:
    if made.shape != np.shape(var.slope):
        return float("inf")
    with np.errstate(invalid="ignore", divide="ignore"):
        off = np.abs(made - var.slope) / np.where(var.slope_scale == 0, 1, var.slope_scale)
    return float(off.max())


def _flat(network: Network, name: str, value: Any) -> Any:
    """A vector with one axis, as names have it; a number as a number."""
    count = len(network.axes(name))
    return value if count == 2 else value.reshape(-1) if count == 1 else float(value)


def _is_definition(left: object, network: Network) -> bool:
    return isinstance(left, Ref) and left.name in network.by_name


def _deltas(derivation: Derivation) -> dict[str, Any]:
    return {short.name: derivation.delta_forms[name] for name, short in derivation.deltas.items()}


def _row(found: Tally, count: int) -> str:
    return (
        f"{count} networks: {found.told} gradients as told, worst {found.worst_told:.1e}; "
        f"{found.generated} as generated, worst {found.worst_generated:.1e}; {found.without_form} without a matrix form"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the campaign."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200, help="how many networks (default: 200)")
    parser.add_argument("--first", type=int, default=0, help="the number of the first (default: 0)")
    parser.add_argument("--workers", type=int, default=min(4, os.cpu_count() or 1))
    options = parser.parse_args(arguments)
    total = Tally()
    with ProcessPoolExecutor(options.workers) as pool:
        for found in pool.map(judge, range(options.first, options.first + options.count), chunksize=4):
            total += found
    print(_row(total, options.count))
    for complaint in total.complaints:
        print(complaint)
    return 1 if total.complaints else 0


if __name__ == "__main__":
    sys.exit(main())
