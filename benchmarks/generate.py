"""What generated code costs, beside code that people write by hand.

``python benchmarks/generate.py`` prints tables; ``--check`` exits with 1 when a promise is broken.  CPU time of this process,
contenders interleaved, medians of the ratios of the rounds.  It says whether ``OPENBLAS_CORETYPE`` was set.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"  # before NumPy loads: two shared cores give no trustworthy figure for threads

import dense  # noqa: E402
import numpy as np  # noqa: E402
import sympy as sp  # noqa: E402

from symprop.calculus.sympy_bridge import symbol, written_out  # noqa: E402
from symprop.codegen import compile_network  # noqa: E402
from symprop.codegen.native import FLAGS, compiler  # noqa: E402
from symprop.derivation import derive  # noqa: E402
from symprop.model.reader import read_network  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 9
SECONDS = 0.05

HAND_C = """\
#include <math.h>
static double sigmoid(double z) { return 1.0 / (1.0 + exp(-z)); }
void hand(double *w, const double *c, long steps, double rate) {
  const double i1 = c[0], i2 = c[1], t1 = c[2], t2 = c[3], b1 = c[4], b2 = c[5];
  double w1 = w[0], w2 = w[1], w3 = w[2], w4 = w[3], w5 = w[4], w6 = w[5], w7 = w[6], w8 = w[7];
  for (long n = 0; n < steps; n++) {
    const double h1 = sigmoid(w1 * i1 + w2 * i2 + b1), h2 = sigmoid(w3 * i1 + w4 * i2 + b1);
    const double o1 = sigmoid(w5 * h1 + w6 * h2 + b2), o2 = sigmoid(w7 * h1 + w8 * h2 + b2);
    const double d1 = (o1 - t1) * o1 * (1 - o1), d2 = (o2 - t2) * o2 * (1 - o2);
    const double e1 = (d1 * w5 + d2 * w7) * h1 * (1 - h1), e2 = (d1 * w6 + d2 * w8) * h2 * (1 - h2);
    w5 -= rate * d1 * h1; w6 -= rate * d1 * h2; w7 -= rate * d2 * h1; w8 -= rate * d2 * h2;
    w1 -= rate * e1 * i1; w2 -= rate * e1 * i2; w3 -= rate * e2 * i1; w4 -= rate * e2 * i2;
  }
  w[0] = w1; w[1] = w2; w[2] = w3; w[3] = w4; w[4] = w5; w[5] = w6; w[6] = w7; w[7] = w8;
}
"""

Work = Callable[[int], object]


@dataclass(frozen=True)
class Row:
    """One comparison: ours and the rival do so many steps when called; ``goal`` is the ratio that is promised."""

    label: str
    rival: str
    ours: Work
    other: Work
    goal: float


def cpu(work: Work, steps: int) -> float:
    """CPU seconds of *steps* steps."""
    start = time.process_time()
    work(steps)
    return time.process_time() - start


def steps_for(work: Work) -> int:
    """How many steps take about :data:`SECONDS`."""
    steps = 1
    while cpu(work, steps) < SECONDS / 4:
        steps *= 2
    return steps * 2


def measured(row: Row) -> tuple[float, float, float]:
    """Seconds a step of ours and of the rival, and the median of their ratios round by round."""
    mine, theirs = steps_for(row.ours), steps_for(row.other)
    rounds = []
    for number in range(ROUNDS):
        pair = [(cpu(row.ours, mine) / mine), 0.0] if number % 2 else [0.0, cpu(row.other, theirs) / theirs]
        pair = [pair[0] or cpu(row.ours, mine) / mine, pair[1] or cpu(row.other, theirs) / theirs]
        rounds.append(pair)
    middle = [statistics.median(column) for column in zip(*rounds, strict=True)]
    return middle[0], middle[1], statistics.median(other / mine_ for mine_, other in rounds)


def tutorial() -> Any:
    """The 2-2-2 network."""
    return read_network((ROOT / "examples" / "two-two-two.net").read_text(encoding="utf-8"))


def hand_numpy(steps: int) -> object:
    """One example a step, as one writes it with NumPy."""
    w1, w2 = np.array([[0.15, 0.2], [0.25, 0.3]]), np.array([[0.4, 0.45], [0.5, 0.55]])
    x, t = np.array([0.05, 0.1]), np.array([0.01, 0.99])
    for _ in range(steps):
        h = 1 / (1 + np.exp(-(w1 @ x + 0.35)))
        o = 1 / (1 + np.exp(-(w2 @ h + 0.6)))
        d = (o - t) * o * (1 - o)
        e = (w2.T @ d) * h * (1 - h)
        w2 -= 0.5 * np.outer(d, h)
        w1 -= 0.5 * np.outer(e, x)
    return w1


def hand_c() -> Work:
    """The loop in C that a person writes, with the same compiler and the same flags."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "hand.c"
        source.write_text(HAND_C, encoding="utf-8")
        subprocess.run([str(compiler()), *FLAGS, "-o", f"{folder}/hand.so", str(source), "-lm"], check=True)  # noqa: S603
        library = ctypes.CDLL(f"{folder}/hand.so")
    library.hand.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_long, ctypes.c_double)
    weights = np.array([0.15, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55])
    given = np.array([0.05, 0.1, 0.01, 0.99, 0.35, 0.6])
    return lambda steps: library.hand(weights.ctypes.data, given.ctypes.data, steps, 0.5) and weights


def lambdified() -> Work:
    """All eight gradients by sympy, with shared terms, and the updates by hand."""
    network = tutorial()
    derivation = derive(network, style="delta", detail=1)
    names = [*derivation.gradients]
    leaves = [*names, "i_1", "i_2", "target_o1", "target_o2", "b_1", "b_2"]
    exprs = [written_out(derivation.network, g.expanded) for g in derivation.gradients.values()]
    function = sp.lambdify([symbol(n) for n in leaves], exprs, modules="math", cse=True)
    start = (0.4, 0.45, 0.5, 0.55, 0.15, 0.2, 0.25, 0.3)

    def run(steps: int) -> object:
        w = start
        for _ in range(steps):
            g = function(*w, 0.05, 0.1, 0.01, 0.99, 0.35, 0.6)
            w = tuple(a - 0.5 * b for a, b in zip(w, g, strict=True))
        return w

    return run


def small_rows() -> list[Row]:
    """The 2-2-2 network."""
    network, rows = tutorial(), list[Row]()
    c, python = compile_network(network, "c"), compile_network(network, "python")
    values = c.initial()
    bound = c.bind(*values)

    def by_steps(steps: int) -> object:
        step = bound.step
        for _ in range(steps):
            step(0.5)
        return None

    def positional(steps: int) -> object:
        params, inputs, targets = python.initial()
        step, w, rest = python.module.step, tuple(params.values()), (*inputs.values(), *targets.values(), 0.5)  # type: ignore[attr-defined]
        for _ in range(steps):
            w = step(*w, *rest)
        return w

    plain = python.bind(*python.initial())
    rows += [
        Row("C, loop inside", "hand-written scalar C", lambda n: bound.run(n, 0.5), hand_c(), 0.97),
        Row("C, loop inside", "hand-written NumPy", lambda n: bound.run(n, 0.5), hand_numpy, 200),
        Row("C, a call of `step` each", "hand-written NumPy", by_steps, hand_numpy, 60),
        Row("Python, loop inside", "hand-written NumPy", lambda n: plain.run(n, 0.5), hand_numpy, 15),
        Row("Python, positional `step`", "lambdify(cse, math)", positional, lambdified(), 1.1),
    ]
    for batch, goal in ((32, 15), (1024, 4)):
        rng = np.random.default_rng(1)
        x, t = rng.random((batch, 2)), rng.random((batch, 2))
        inputs = {"i_1": x[:, 0].copy(), "i_2": x[:, 1].copy()}
        targets = {"target_o1": t[:, 0].copy(), "target_o2": t[:, 1].copy()}
        many = c.bind(c.initial()[0], inputs, targets)
        hand = dense.by_hand(dense.MANNERS[0], dense.drawn(dense.MANNERS[0], (2, 2, 2), batch, float)[0], x, t, bias=False)
        rows.append(Row(f"C, batch of {batch}", "hand-written NumPy", lambda n, many=many: many.run(n, 0.5), hand, goal))  # type: ignore[misc]
    return rows


def dense_rows() -> list[Row]:
    """Layers, however they are written."""
    rows = []
    for manner in dense.MANNERS:
        for sizes in ((784, 30, 10), (784, 256, 256, 10)):
            network = compile_network(read_network(manner.text(sizes)), "numpy")
            for batch, goal in ((32, 1.05), (1024, 0.98)):
                for dtype in (np.float64, np.float32):
                    params, inputs, targets = dense.drawn(manner, sizes, batch, dtype)
                    hand = dense.by_hand(manner, params, *inputs.values(), *targets.values())
                    bound = network.bind(params, inputs, targets)
                    label = f"{manner.title}, {'-'.join(map(str, sizes))}, batch {batch}, {np.dtype(dtype).name}"
                    ours: Work = lambda n, bound=bound: bound.run(n, dense.RATE)  # type: ignore[misc]  # noqa: E731
                    rows.append(Row(label, "hand-written NumPy", ours, hand, goal))
    return rows


def c_rows() -> list[Row]:
    """C of our own, without a BLAS, beside NumPy with one: layers in matrices."""
    rows, manner, sizes = list[Row](), dense.MANNERS[1], (784, 30, 10)
    network = read_network(manner.text(sizes))
    c = compile_network(network, "c", sizes={f"n_{k}": size for k, size in enumerate(sizes)})
    numpy = compile_network(network, "numpy")
    for batch, goal in ((1, 1.0), (32, 0.7), (1024, 0.8)):
        drawn = [dense.drawn(manner, sizes, batch, float) for _ in range(2)]
        ours, other = c.bind(*drawn[0]), numpy.bind(*drawn[1])

        def work(n: int, bound: Any) -> object:
            return bound.run(n, dense.RATE)

        label = f"C, {'-'.join(map(str, sizes))}, batch {batch}, float64"
        rows.append(Row(label, "the NumPy target", partial(work, bound=ours), partial(work, bound=other), goal))
    return rows


def unit(seconds: float) -> str:
    """A time in the unit that suits it."""
    for scale, name in ((1e-9, "ns"), (1e-6, "µs"), (1e-3, "ms")):
        if seconds < 1000 * scale:
            return f"{seconds / scale:,.1f} {name}"
    return f"{seconds:.2f} s"


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Time generated code beside hand-written code.")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a promise is broken")
    parser.add_argument("--small", action="store_true", help="the 2-2-2 network only")
    options = parser.parse_args()
    coretype = os.environ.get("OPENBLAS_CORETYPE", "not set")
    print(f"Python {sys.version.split()[0]}, NumPy {np.__version__}, OPENBLAS_CORETYPE {coretype}, {ROUNDS} rounds, CPU time\n")
    broken = 0
    for title, rows in (("2-2-2", small_rows), ("Layers, NumPy", dense_rows), ("Layers, C", c_rows)):
        if options.small and rows is not small_rows:
            continue
        print(f"### {title}\n\n| ours | a step | rival | a step | rival / ours | promised |\n|---|---:|---|---:|---:|---:|")
        for row in rows():
            ours, other, ratio = measured(row)
            broken += ratio < row.goal
            print(f"| {row.label} | {unit(ours)} | {row.rival} | {unit(other)} | {ratio:.2f} | {row.goal} |", flush=True)
        print()
    return 1 if broken and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
