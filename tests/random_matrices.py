"""Random networks in the matrix register, each with the same computation in NumPy beside it.

Layers of any depth, vectors as columns or rows, one example or a batch, residual connections, tied weights, a given mask,
penalties, softmax with cross-entropy; the text and the computation are drawn together and share nothing else.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tests.autodiff import Var, leaf

Array = Any

FUNCTIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "σ": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sin": (np.sin, np.cos),
    "softplus": (lambda z: np.log1p(np.exp(z)), lambda z: 1 / (1 + np.exp(-z))),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(float)),
}


@dataclass
class Drawn:
    """A network in the notation, and how to compute it."""

    text: str
    run: Callable[[dict[str, int], int], tuple[Var, dict[str, Var]]]
    sizes: tuple[str, ...]


@dataclass
class Draw:
    """A network that is being drawn: lines of text and steps of the computation."""

    rng: random.Random
    rows: bool
    batch: bool
    inputs: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    constants: list[str] = field(default_factory=list)
    weights: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    penalties: list[str] = field(default_factory=list)
    steps: list[Callable[[dict[str, Var]], None]] = field(default_factory=list)
    shapes: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def declare(self, where: list[str], name: str, shape: tuple[str, ...]) -> str:
        """A leaf of that shape."""
        where.append(f"{name}[{','.join(shape)}]" if shape else name)
        self.shapes[name] = shape
        return name

    def activations(self, size: str) -> tuple[str, ...]:
        """The shape of a layer's activations."""
        if not self.batch:
            return (size,)
        return ("N", size) if self.rows else (size, "N")

    def product(self, weight: str, vector: str, turned: bool) -> tuple[str, Callable[[dict[str, Var]], Var]]:
        """The weight times the activations, in text and in numbers."""
        at = self.rng.random() < 0.3
        sign = " @ " if at else " "
        if self.rows:
            shown = f"{vector}{sign}{weight}{'ᵀ' if turned else ''}"
            return shown, lambda v: v[vector] @ (v[weight].T if turned else v[weight])
        shown = f"{weight}{'ᵀ' if turned else ''}{sign}{vector}"
        return shown, lambda v: (v[weight].T if turned else v[weight]) @ v[vector]


def random_matrices(seed: int) -> Drawn:
    """The network of that number, always the same."""
    rng = random.Random(f"matrices {seed}")
    d = Draw(rng, rows=rng.random() < 0.35, batch=rng.random() < 0.45)
    x = d.declare(d.inputs, rng.choice(("x", "x_0", "X")), d.activations("n_0"))
    depth = rng.randint(1, 4)
    size = "n_0"
    tied: tuple[str, str, str] | None = None
    for layer in range(1, depth + 1):
        x, size, tied = _layer(d, x, size, layer, tied)
    cost = _cost(d, x, size)
    declared = [f"convention {'rows' if d.rows else 'columns'}"] if d.rows or rng.random() < 0.3 else []
    kinds = (("inputs", d.inputs), ("targets", d.targets), ("constants", d.constants), ("weights", d.weights))
    declared += [f"{keyword} {' '.join(names)}" for keyword, names in kinds if names]
    text = "\n".join([*declared, "", *d.lines, "", cost])
    sizes = tuple(dict.fromkeys(size for shape in d.shapes.values() for size in shape))
    return Drawn(text, lambda sizes, point: _run(d, sizes, point), sizes)


def _layer(
    d: Draw, x: str, size: str, layer: int, tied: tuple[str, str, str] | None
) -> tuple[str, str, tuple[str, str, str] | None]:
    rng = d.rng
    turned = False
    if tied is not None and size == tied[2] and rng.random() < 0.5:
        weight, new, turned = tied[0], tied[1], True
        tied = None
    else:
        new = size if rng.random() < 0.25 else f"n_{layer}"
        weight = d.declare(d.weights, f"W_{layer}", (size, new) if d.rows else (new, size))
        tied = (weight, size, new)
    shown, made = d.product(weight, x, turned)
    if rng.random() < 0.5:
        shown, made = _biased(d, shown, made, new, layer)
    act = rng.choice((*FUNCTIONS, ""))
    h = f"h_{layer}"
    if act and rng.random() < 0.6:
        z = f"z_{layer}"
        d.lines += [f"{z} = {shown}", f"{h} = {act}({z})"]
        d.steps += [lambda v: v.update({z: made(v)}), lambda v: v.update({h: v[z].each(*FUNCTIONS[act])})]
    elif act:
        d.lines.append(f"{h} = {act}({shown})")
        d.steps.append(lambda v: v.update({h: made(v).each(*FUNCTIONS[act])}))
    else:
        d.lines.append(f"{h} = {shown}")
        d.steps.append(lambda v: v.update({h: made(v)}))
    if rng.random() < 0.25:
        d.penalties.append(weight)
    return (*_after(d, h, x, size, new, layer), tied)


def _biased(
    d: Draw, shown: str, made: Callable[[dict[str, Var]], Var], new: str, layer: int
) -> tuple[str, Callable[[dict[str, Var]], Var]]:
    b = d.declare(d.weights, f"b_{layer}", (new,))
    if d.batch and d.rng.random() < 0.5:
        ones = f"ones(N)ᵀ {b}" if d.rows else f"{b} ones(N)ᵀ"
        return f"{shown} + {ones}", lambda v: made(v) + v[b]
    return f"{shown} + {b}", lambda v: made(v) + v[b]


def _after(d: Draw, h: str, x: str, size: str, new: str, layer: int) -> tuple[str, str]:
    """A residual connection or a mask, now and then."""
    rng = d.rng
    if size == new and rng.random() < 0.6:
        y = f"r_{layer}"
        d.lines.append(f"{y} = {x} + {h}")
        d.steps.append(lambda v: v.update({y: v[x] + v[h]}))
        return y, new
    if rng.random() < 0.2:
        y, m = f"m_{layer}", d.declare(d.constants, f"mask_{layer}", d.activations(new))
        d.lines.append(f"{y} = {m} ⊙ {h}")
        d.steps.append(lambda v: v.update({y: v[m] * v[h]}))
        return y, new
    return h, new


def _cost(d: Draw, y: str, size: str) -> str:
    rng = d.rng
    d.declare(d.targets, "t", d.activations(size))
    kind = rng.choice(("squares", "squares", "mean", "entropy", "inner"))
    if kind == "entropy" and not d.batch:
        d.lines.append(f"p = softmax({y})")
        text = "-t log(p)ᵀ" if d.rows else "-tᵀ log(p)"
        text = rng.choice((text, "-sum(t ⊙ log(p))"))
        d.steps.append(lambda v: v.update({"E": -(v["t"] * v[y].softmax().each(np.log, lambda z: 1 / z)).total()}))
    elif kind == "mean":
        by = "N" if d.batch else size
        text = f"1/(2 {by}) ‖{y} - t‖²"
        d.steps.append(lambda v: v.update({"E": (v[y] - v["t"]) * (v[y] - v["t"])}))
        d.steps.append(lambda v: v.update({"E": v["E"].total() * leaf(0.5) * _reciprocal(v[f"size {by}"])}))
    elif kind == "inner" and not d.batch:
        text = f"sin({y} tᵀ)" if d.rows else f"sin(tᵀ {y})"
        d.steps.append(lambda v: v.update({"E": (v[y] * v["t"]).total().each(np.sin, np.cos)}))
    else:
        text = rng.choice((f"½ ‖{y} - t‖²", f"½ ‖t - {y}‖²"))
        d.steps.append(lambda v: v.update({"E": ((v[y] - v["t"]) * (v[y] - v["t"])).total() * leaf(0.5)}))
    for weight in dict.fromkeys(d.penalties):
        lam = "λ"
        if lam not in d.shapes:
            d.declare(d.constants, lam, ())
        text += f" + ½ λ ‖{weight}‖²"
        d.steps.append(lambda v, w=weight: v.update({"E": v["E"] + (v[w] * v[w]).total() * v["λ"] * leaf(0.5)}))
    return f"minimize E = {text}"


def _reciprocal(size: Var) -> Var:
    return leaf(1 / size.value)


def _run(d: Draw, sizes: dict[str, int], point: int) -> tuple[Var, dict[str, Var]]:
    """The cost and every quantity at a random point."""
    rng = np.random.default_rng(point)
    values: dict[str, Var] = {f"size {name}": leaf(size) for name, size in sizes.items()}
    for name, shape in d.shapes.items():
        drawn = rng.uniform(0.2, 1.2, [sizes[size] for size in shape]) * rng.choice((-1, 1), [sizes[size] for size in shape])
        array = np.abs(drawn) if name == "t" else drawn
        flat = array if len(shape) != 1 else (array[None, :] if d.rows else array[:, None])
        if len(shape) == 1 and d.batch and not d.rows:
            flat = array[:, None]
        values[name] = leaf(flat, name)
    for step in d.steps:
        step(values)
    return values["E"], values
