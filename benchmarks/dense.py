"""Dense layers of sigmoids, written in four ways, and what people write by hand for each with NumPy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

Work = Callable[[int], object]
RATE = 0.1


@dataclass(frozen=True)
class Manner:
    """One way to write layers.

    Args:
        title: how they are written, in a few words.
        text: the network for these sizes.
        rows: do examples lie in rows of the arrays?
        turned: are weights ``W[inputs,outputs]``?
        names: of the input and the target.
    """

    title: str
    text: Callable[[Sequence[int]], str]
    rows: bool
    turned: bool
    names: tuple[str, str]


def in_indices(sizes: Sequence[int]) -> str:
    """One example, in indices."""
    depth = range(1, len(sizes))
    lines = ["inputs x[n_0]", f"targets t[n_{len(sizes) - 1}]"]
    lines.append("weights " + " ".join(f"W_{k}[n_{k},n_{k - 1}] b_{k}[n_{k}]" for k in depth))
    for k in depth:
        before = "x" if k == 1 else f"a_{k - 1}"
        lines += [f"z_{k}[j] = Σ_k W_{k}[j,k] {before}[k] + b_{k}[j]", f"a_{k}[j] = σ(z_{k}[j])"]
    return "\n".join([*lines, f"minimize E = ½ Σ_j (t[j] - a_{len(sizes) - 1}[j])²"])


def in_matrices(sizes: Sequence[int]) -> str:
    """One example, in matrices."""
    depth = range(1, len(sizes))
    lines = ["inputs x[n_0]", f"targets t[n_{len(sizes) - 1}]"]
    lines.append("weights " + " ".join(f"W_{k}[n_{k},n_{k - 1}] b_{k}[n_{k}]" for k in depth))
    lines += [f"z_{k} = W_{k} {'x' if k == 1 else f'a_{k - 1}'} + b_{k}\na_{k} = σ(z_{k})" for k in depth]
    return "\n".join([*lines, f"minimize L = ½ ‖a_{len(sizes) - 1} - t‖²"])


def in_columns(sizes: Sequence[int]) -> str:
    """A batch in columns."""
    depth = range(1, len(sizes))
    lines = ["inputs X[n_0,N]", f"targets T[n_{len(sizes) - 1},N]"]
    lines.append("weights " + " ".join(f"W_{k}[n_{k},n_{k - 1}] b_{k}[n_{k}]" for k in depth))
    lines += [f"Z_{k} = W_{k} {'X' if k == 1 else f'A_{k - 1}'} + b_{k}\nA_{k} = σ(Z_{k})" for k in depth]
    return "\n".join([*lines, f"minimize L = 1/(2 N) ‖A_{len(sizes) - 1} - T‖²"])


def in_rows(sizes: Sequence[int]) -> str:
    """A batch in rows."""
    depth = range(1, len(sizes))
    lines = ["convention rows", "inputs X[N,n_0]", f"targets T[N,n_{len(sizes) - 1}]"]
    lines.append("weights " + " ".join(f"W_{k}[n_{k - 1},n_{k}] b_{k}[n_{k}]" for k in depth))
    lines += [f"Z_{k} = {'X' if k == 1 else f'A_{k - 1}'} W_{k} + b_{k}\nA_{k} = σ(Z_{k})" for k in depth]
    return "\n".join([*lines, f"minimize L = 1/(2 N) ‖A_{len(sizes) - 1} - T‖²"])


MANNERS = (
    Manner("in indices", in_indices, rows=True, turned=False, names=("x", "t")),
    Manner("in matrices", in_matrices, rows=True, turned=False, names=("x", "t")),
    Manner("batch in columns", in_columns, rows=False, turned=False, names=("X", "T")),
    Manner("batch in rows", in_rows, rows=True, turned=True, names=("X", "T")),
)


def drawn(manner: Manner, sizes: Sequence[int], batch: int, dtype: Any) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Weights, inputs and targets."""
    rng = np.random.default_rng(0)
    x, t = (rng.random((batch, size)).astype(dtype) for size in (sizes[0], sizes[-1]))
    if not manner.rows:
        x, t = np.ascontiguousarray(x.T), np.ascontiguousarray(t.T)
    params: dict[str, Any] = {}
    for k, (before, after) in enumerate(pairwise(sizes), start=1):
        weight = (rng.normal(size=(after, before)) / np.sqrt(before)).astype(dtype)
        params[f"W_{k}"] = np.ascontiguousarray(weight.T) if manner.turned else weight
        params[f"b_{k}"] = np.zeros(after, dtype)
    return params, {manner.names[0]: x}, {manner.names[1]: t}


def by_hand(manner: Manner, params: Mapping[str, Any], x: Any, t: Any, *, bias: bool = True) -> Work:
    """The training loop as one writes it, on copies of the weights."""
    depth = len(params) // 2
    ws = [params[f"W_{k}"].copy() for k in range(1, depth + 1)]
    bs = [params[f"b_{k}"].copy() for k in range(1, depth + 1)]
    loop = _columns if not manner.rows else _rows_turned if manner.turned else _rows
    return lambda steps: loop(steps, ws, bs, x, t, bias)


def _rows(steps: int, ws: list[Any], bs: list[Any], x: Any, t: Any, bias: bool) -> object:
    for _ in range(steps):
        values = [x]
        for w, b in zip(ws, bs, strict=True):
            values.append(1 / (1 + np.exp(-(values[-1] @ w.T + b))))
        d = (values[-1] - t) * values[-1] * (1 - values[-1])
        for k in range(len(ws) - 1, -1, -1):
            slope, down = d.T @ values[k], d
            if k:
                d = (d @ ws[k]) * values[k] * (1 - values[k])
            ws[k] -= RATE / len(x) * slope
            if bias:
                bs[k] -= RATE / len(x) * down.sum(0)
    return ws


def _rows_turned(steps: int, ws: list[Any], bs: list[Any], x: Any, t: Any, bias: bool) -> object:
    for _ in range(steps):
        values = [x]
        for w, b in zip(ws, bs, strict=True):
            values.append(1 / (1 + np.exp(-(values[-1] @ w + b))))
        d = (values[-1] - t) * values[-1] * (1 - values[-1])
        for k in range(len(ws) - 1, -1, -1):
            slope, down = values[k].T @ d, d
            if k:
                d = (d @ ws[k].T) * values[k] * (1 - values[k])
            ws[k] -= RATE / len(x) * slope
            if bias:
                bs[k] -= RATE / len(x) * down.sum(0)
    return ws


def _columns(steps: int, ws: list[Any], bs: list[Any], x: Any, t: Any, bias: bool) -> object:
    for _ in range(steps):
        values = [x]
        for w, b in zip(ws, bs, strict=True):
            values.append(1 / (1 + np.exp(-(w @ values[-1] + b[:, None]))))
        d = (values[-1] - t) * values[-1] * (1 - values[-1])
        for k in range(len(ws) - 1, -1, -1):
            slope, down = d @ values[k].T, d
            if k:
                d = (ws[k].T @ d) * values[k] * (1 - values[k])
            ws[k] -= RATE / x.shape[1] * slope
            if bias:
                bs[k] -= RATE / x.shape[1] * down.sum(1)
    return ws
