"""What deriving costs, beside naive sympy on the same networks.

``python benchmarks/derive.py`` prints its tables; ``--check`` exits with 1 when a promise of the README beside this
file is broken. CPU time of this process, contenders interleaved, medians over the rounds.
"""

from __future__ import annotations

import argparse
import gc
import math
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import sympy
from dense import in_matrices
from sympy.core.cache import clear_cache

from symprop.calculus.adjoints import reference
from symprop.calculus.backprop import Backprop
from symprop.calculus.sympy_bridge import symbol, to_sympy
from symprop.derivation import derive
from symprop.derivation.naming import delta_names
from symprop.model.layers import layered
from symprop.model.network import Network, Role
from symprop.model.preactivations import name_preactivations
from symprop.model.reader import read_network

WIDE = [(n, n, n) for n in (2, 4, 7, 13, 22, 40, 70)]
DEEP = [(8,) * (depth + 1) for depth in (2, 4, 8, 16, 40, 80, 156)]
LAYERS = (4, 8, 16, 32, 64)
WIDTHS = (2, 10, 100, 1000, 10**6)
MOST_EXPONENT = 1.1
MOST_SPREAD = 1.5
NAIVE_PATIENCE = 10.0  # seconds that one run of a contender may be expected to take
VERIFIED_PATIENCE = 20.0
GROWTH = 8.0  # how much slower the next network is expected to be


@dataclass
class Row:
    """Times of every contender on one network, a list with one entry a round."""

    label: str
    weights: int
    network: Network
    derive: list[float] = field(default_factory=list)
    verified: list[float] = field(default_factory=list)
    naive: list[float] = field(default_factory=list)
    tell: Callable[[Network], object] | None = None  # in place of :func:`told_and_verified`
    is_told: bool = True  # values at large sizes that are numbers take their time
    layers: int = 0  # what the time is compared with, where it is not the number of weights


def timed(work: Callable[[Network], object], network: Network) -> float:
    """CPU seconds of *work* on a copy of *network* that has cached nothing yet."""
    fresh = replace(network)
    clear_cache()
    gc.collect()
    gc.disable()  # as timeit does: a collection belongs to whoever left the garbage
    try:
        start = time.process_time()
        work(fresh)
        return time.process_time() - start
    finally:
        gc.enable()


def deltas_and_gradients(network: Network) -> object:
    """Every delta and every gradient in delta form: the computation that all telling rests on."""
    named, _ = name_preactivations(network)
    of = reference(named, named.cost or "")
    return Backprop(named, of, named.with_role(Role.WEIGHT), delta_names(named, of)).forms


def told_and_verified(network: Network) -> object:
    """The derivation as the command makes it: told, and every step judged."""
    return derive(network, style="delta", detail=1)


def naive_gradients(expressions: Sequence[tuple[sympy.Symbol, sympy.Expr]], weights: Sequence[sympy.Symbol]) -> object:
    """Put every definition into the next, then differentiate the cost by each weight."""
    known: dict[sympy.Symbol, sympy.Expr] = {}
    for name, expression in expressions:
        known[name] = expression.xreplace(known)
    cost = known[expressions[-1][0]]
    return [cost.diff(weight) for weight in weights]


def naive(network: Network) -> Callable[[Network], object]:
    """The naive contender for *network*; writing the network in sympy is not counted."""
    expressions = [(symbol(d.name), to_sympy(d.expr, network)) for d in network.definitions]
    weights = [symbol(name) for name in network.with_role(Role.WEIGHT)]
    return lambda _: naive_gradients(expressions, weights)


def layers(sizes: tuple[int, ...]) -> Row:
    """A sigmoid network of these sizes, every weight a scalar."""
    label = "-".join(map(str, sizes)) if len(sizes) < 5 else f"{sizes[0]} wide, {len(sizes) - 1} deep"
    network = read_network(layered(sizes), label)
    return Row(label, len(network.with_role(Role.WEIGHT)), network)


def indexed(width: int) -> Row:
    """Two sigmoid layers in the index register, *width* neurons each."""
    text = f"""
        inputs x[{width}]
        targets t[{width}]
        weights V[{width},{width}] W[{width},{width}]
        z[j] = Σ_k V[j,k] x[k]
        h[j] = σ(z[j])
        u[p] = Σ_j W[p,j] h[j]
        y[p] = σ(u[p])
        minimize E = ½ Σ_p (t[p] - y[p])²
    """
    return Row(f"{width:,} wide", 2 * width * width, read_network(text))


def told_in_matrices(network: Network) -> object:
    """The derivation in the matrix register: told in indices, each step judged, brought to matrices, and judged again."""
    return derive(network, style="delta", detail=1, registers=("matrix",))


def matrices(depth: int) -> Row:
    """Layers of any width, written and told in matrices."""
    network = read_network(in_matrices([1] * (depth + 1)))
    return Row(f"{depth} layers", 2 * depth, network, tell=told_in_matrices, layers=depth)


def widths_in_matrices(width: int) -> Row:
    """Two layers in matrices, *width* neurons each."""
    text = in_matrices([1, 1, 1])
    for size in ("n_0", "n_1", "n_2"):
        text = text.replace(size, str(width))
    return Row(f"{width:,} wide", 2 * width * (width + 1), read_network(text), tell=told_in_matrices, is_told=width <= 10)


def measure(rows: Sequence[Row], rounds: int, *, beside_sympy: bool) -> None:
    """Fill the rows. A contender that takes longer than its patience is not run on larger networks."""
    naive_last = verified_last = 0.0
    contenders: dict[str, Callable[[Network], object]] = {}
    told: set[str] = set()
    for row in rows:  # the round that warms up: tables parse their formulas on first use
        timed(deltas_and_gradients, row.network)
        if row.is_told and verified_last < VERIFIED_PATIENCE / GROWTH:
            verified_last = timed(row.tell or told_and_verified, row.network)
            told.add(row.label)
        if beside_sympy and naive_last < NAIVE_PATIENCE / GROWTH:
            contenders[row.label] = naive(row.network)
            naive_last = timed(contenders[row.label], row.network)
    for _ in range(rounds):
        for row in rows:
            row.derive.append(timed(deltas_and_gradients, row.network))
            if row.label in told:
                row.verified.append(timed(row.tell or told_and_verified, row.network))
            if row.label in contenders:
                row.naive.append(timed(contenders[row.label], row.network))


def exponent(rows: Sequence[Row], times: Callable[[Row], Sequence[float]]) -> float:
    """Slope of log time over log weights (or layers), least squares over all rows that have a time."""
    points = [(math.log(row.layers or row.weights), math.log(statistics.median(times(row)))) for row in rows if times(row)]
    if len(points) < 2:
        return math.nan
    return statistics.linear_regression([x for x, _ in points], [y for _, y in points]).slope


def shown(times: Sequence[float]) -> str:
    """The median in milliseconds."""
    return f"{statistics.median(times) * 1e3:,.2f}" if times else "–"


def show(title: str, rows: Sequence[Row]) -> None:
    """Print a table in Markdown."""
    print(f"\n### {title}\n\n| network | weights | derive, ms | told and verified, ms | naive sympy, ms | naive / derive |")
    print("|---|---:|---:|---:|---:|---:|")
    for row in rows:
        ratios = row.naive and [slow / fast for slow, fast in zip(row.naive, row.derive, strict=True)]
        ratio = f"{statistics.median(ratios):,.0f}" if ratios else "–"
        print(f"| {row.label} | {row.weights:,} | {shown(row.derive)} | {shown(row.verified)} | {shown(row.naive)} | {ratio} |")


def show_exponents(rows: Sequence[Row]) -> float:
    """Print the exponents under a table; that of deriving is returned."""
    slope = exponent(rows, lambda row: row.derive)
    rest = exponent(rows, lambda row: row.verified), exponent(rows, lambda row: row.naive)
    print(f"| *exponent* | | {slope:.2f} | {rest[0]:.2f} | {rest[1]:.2f} | |".replace("nan", "–"))
    return slope


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What deriving costs, beside naive sympy.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--check", action="store_true", help="exit with 1 when a promise is broken")
    arguments = parser.parse_args()
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 20_000))  # for sympy, whose flattened networks are deep
    print(f"Python {platform.python_version()}, sympy {sympy.__version__}, {arguments.rounds} rounds, CPU time, medians")

    slopes = []
    for title, sizes in (("Wider: two layers of n neurons", WIDE), ("Deeper: layers of 8 neurons", DEEP)):
        rows = [layers(size) for size in sizes]
        measure(rows, arguments.rounds, beside_sympy=True)
        show(title, rows)
        slopes.append(show_exponents(rows))

    rows = [matrices(depth) for depth in LAYERS]
    measure(rows, arguments.rounds, beside_sympy=False)
    show("Matrix register: layers of any width (weights: matrices and biases)", rows)
    slopes.append(max(show_exponents(rows), exponent(rows, lambda row: row.verified)))

    spreads = []
    for title, kind in (("Index register", indexed), ("Matrix register", widths_in_matrices)):
        rows = [kind(width) for width in WIDTHS]
        measure(rows, arguments.rounds, beside_sympy=False)
        show(f"{title}: two layers of any width", rows)
        medians = [statistics.median(row.derive) for row in rows]
        spreads.append(max(medians) / min(medians))
        print(f"\nSlowest over fastest width: {spreads[-1]:.2f}")
    kept = max(slopes) <= MOST_EXPONENT and max(spreads) <= MOST_SPREAD
    return 1 if arguments.check and not kept else 0


if __name__ == "__main__":
    sys.exit(main())
