"""Random networks in the index register: layers, gates, norms, attention, convolution, recurrence, odd costs.

Every vector that a layer makes has an axis of its own size name; letters are drawn anew for each line, so that the
same ones come again and again in other meanings.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

LETTERS = ("i", "j", "k", "l", "m", "p", "q")
ACTS = ("σ", "tanh", "sin", "softplus", "swish", "g", "φ")


@dataclass
class Draw:
    """A network that is being drawn."""

    rng: random.Random
    inputs: list[str] = field(default_factory=lambda: ["x[n]"])
    weights: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    vectors: list[tuple[str, str]] = field(default_factory=lambda: [("x", "n")])  # name and size
    penalties: list[str] = field(default_factory=list)
    count: int = 0

    def letters(self, number: int) -> list[str]:
        """Distinct letters; few different ones, so that they are used again."""
        return self.rng.sample(LETTERS[: max(3, number)] if self.rng.random() < 0.7 else LETTERS, number)

    def name(self, stem: str) -> str:
        """A new name."""
        self.count += 1
        return f"{stem}_{self.count}"

    def weight(self, shape: str = "") -> str:
        """A new weight."""
        made = self.name("w")
        self.weights.append(made + shape)
        return made

    def vector(self) -> tuple[str, str]:
        """One of the last vectors."""
        return self.rng.choice(self.vectors[-2:])

    def add(self, name: str, size: str) -> None:
        """Make a vector known."""
        self.vectors.append((name, size))


def dense(d: Draw) -> None:
    """``z[j] = Σ_k W[j,k] x[k] + b[j]``, also transposed, also without a name for the pre-activation."""
    (x, n), size = d.vector(), f"n_{d.count}"
    j, k = d.letters(2)
    transposed = d.rng.random() < 0.4
    w = d.weight(f"[{n},{size}]" if transposed else f"[{size},{n}]")
    total = f"Σ_{k} {w}[{k},{j}] {x}[{k}]" if transposed else f"Σ_{k} {w}[{j},{k}] {x}[{k}]"
    if d.rng.random() < 0.5:
        total += f" + {d.weight(f'[{size}]')}[{j}]"
    d.penalties.append(f"Σ_p Σ_q {w}[p,q]²")
    act, h = d.rng.choice(ACTS), d.name("h")
    if d.rng.random() < 0.5:
        z = d.name("z")
        i = d.letters(1)[0]
        d.lines += [f"{z}[{j}] = {total}", f"{h}[{i}] = {act}({z}[{i}])"]
    else:
        d.lines.append(f"{h}[{j}] = {act}({total})")
    d.add(h, size)


def tied(d: Draw) -> None:
    """A matrix used as it is and transposed, in two layers or in one."""
    x, n = d.vector()
    j, k = d.letters(2)
    if d.rng.random() < 0.5:
        w, y = d.weight(f"[{n},{n}]"), d.name("y")
        d.lines.append(f"{y}[{j}] = Σ_{k} {w}[{j},{k}] {w}[{k},{j}] {x}[{k}] + {w}[{j},{j}]")
        d.add(y, n)
        return
    size = f"n_{d.count}"
    w, h, y = d.weight(f"[{size},{n}]"), d.name("h"), d.name("y")
    d.lines += [f"{h}[{j}] = tanh(Σ_{k} {w}[{j},{k}] {x}[{k}])", f"{y}[{j}] = Σ_{k} {w}[{k},{j}] {h}[{k}]"]
    d.add(y, n)


def gate(d: Draw) -> None:
    """``σ(u[j] x[j])·x[j]``."""
    (x, n), y = d.vector(), d.name("y")
    u = d.weight(f"[{n}]")
    (j,) = d.letters(1)
    d.lines.append(f"{y}[{j}] = σ({u}[{j}] {x}[{j}])·{x}[{j}]")
    d.add(y, n)


def norm(d: Draw) -> None:
    """``x[j]/(1 + Σ_k x[k]²)``, with the sum as a quantity or in place; or a mean taken away."""
    (x, n), y = d.vector(), d.name("y")
    j, k = d.letters(2)
    roll = d.rng.random()
    if roll < 0.35:
        s = d.name("s")
        d.lines += [f"{s} = Σ_{j} {x}[{j}]²", f"{y}[{j}] = {x}[{j}]/(1 + {s})"]
    elif roll < 0.7:
        d.lines.append(f"{y}[{j}] = {x}[{j}]/(2 + Σ_{k} {x}[{k}]²)")
    else:
        d.lines.append(f"{y}[{j}] = {x}[{j}] - 1/{n} Σ_{k} {x}[{k}]")
    d.add(y, n)


def attention(d: Draw) -> None:
    """A softmax of scores, named or not, and what it weighs."""
    (x, n), a, y = d.vector(), d.name("a"), d.name("y")
    w = d.weight(f"[{n},{n}]")
    i, j, k = d.letters(3)
    if d.rng.random() < 0.5:
        s = d.name("s")
        d.lines += [f"{s}[{j}] = Σ_{k} {w}[{j},{k}] {x}[{k}]", f"{a}[{j}] = softmax({s}[{k}], {k})[{j}]"]
    else:
        d.lines.append(f"{a}[{j}] = softmax(Σ_{k} {w}[{i},{k}] {x}[{k}], {i})[{j}]")
    d.lines.append(f"{y}[{j}] = {a}[{j}] {x}[{j}]" if d.rng.random() < 0.5 else f"{y}[{j}] = {a}[{j}] + {x}[{j}]")
    d.add(y, n)


def skip(d: Draw) -> None:
    """``y[j] = x[j] + tanh(u x[j])``."""
    (x, n), y, u = d.vector(), d.name("y"), d.weight()
    (j,) = d.letters(1)
    d.lines.append(f"{y}[{j}] = {x}[{j}] + tanh({u} {x}[{j}])")
    d.add(y, n)


def convolution(d: Draw) -> None:
    """A filter of two entries over a vector with a border, written out or as a sum, with a window or without."""
    (x, n), y, w = d.vector(), d.name("y"), d.weight("[2]")
    j, k = d.letters(2)
    roll = d.rng.random()
    if roll < 0.4:
        d.lines.append(f"{y}[{j}=1..{n}-1] = Σ_{k} {w}[{k}] {x}[{j}+{k}-1]")
    elif roll < 0.7:
        d.lines.append(f"{y}[{j}=1..{n}-1] = {w}[1] {x}[{j}] + {w}[2] {x}[{j}+1]²")
    else:
        d.lines.append(f"{y}[{j}=1..{n}-1] = {w}[1] {x}[{n}-{j}+1] · {x}[{j}] + {w}[2]")
    d.lines.append(f"{y}s = Σ_{k} {y}[{k}] {k}")
    made = d.name("y")
    d.lines.append(f"{made}[{j}=1..{n}] = sin({y}s {x}[{j}]) + {w}[1]")
    d.add(made, n)


def recurrence(d: Draw) -> None:
    """Along the vector, from the front or from the back, with or without a pre-activation to name."""
    (x, n), h, u, w = d.vector(), d.name("h"), d.weight(), d.weight()
    (t,) = d.letters(1)
    roll = d.rng.random()
    if roll < 0.35:
        d.lines += [f"{h}[0] = 0", f"{h}[{t}=1..{n}] = tanh({u} {x}[{t}] + {w} {h}[{t}-1])"]
    elif roll < 0.6:
        d.lines += [f"{h}[0] = {u}", f"{h}[{t}=1..{n}] = {w} {h}[{t}-1] {x}[{t}] + {x}[{t}]²"]
    elif roll < 0.8:
        d.lines += [f"{h}[{n}+1] = 1", f"{h}[{t}=1..{n}] = σ({u} {x}[{t}] - {w} {h}[{t}+1])"]
    else:
        d.lines += [
            f"{h}[0] = 0",
            f"{h}[1] = {u} {x}[1]",
            f"{h}[{t}=2..{n}] = sin({w} {h}[{t}-1] + {x}[{t}]) + {h}[{t}-2]",
        ]
    y = d.name("y")
    d.lines.append(f"{y}[{t}=1..{n}] = {h}[{t}] + {u}")
    d.add(y, n)


def triangle(d: Draw) -> None:
    """A sum up to the index of the left side; empty at the border in one spelling."""
    (x, n), y = d.vector(), d.name("y")
    w = d.weight(f"[{n}]")
    j, k = d.letters(2)
    upper = d.rng.choice((j, f"{j}-1"))
    d.lines.append(f"{y}[{j}=1..{n}] = Σ_{{{k}=1..{upper}}} {w}[{k}] {x}[{k}] + {x}[{j}]")
    d.add(y, n)


def products(d: Draw) -> None:
    """Products and quotients of sums, the index as a value, fixed entries."""
    (x, n), y = d.vector(), d.name("y")
    w = d.weight(f"[{n}]")
    j, k = d.letters(2)
    roll = d.rng.random()
    if roll < 0.3:
        d.lines.append(f"{y}[{j}=1..{n}] = (Σ_{k} {w}[{k}] {x}[{k}])(Σ_{k} {x}[{k}]) {x}[{j}]")
    elif roll < 0.6:
        d.lines.append(f"{y}[{j}=1..{n}] = {w}[1] {x}[{j}] + sin({j} {w}[{n}]) + {x}[1]")
    else:
        d.lines.append(f"{y}[{j}=1..{n}] = (Σ_{k} {k} {w}[{k}] {x}[{k}])²/(3 + Σ_{k} {w}[{k}]²) + {x}[{j}]")
    d.add(y, n)


BLOCKS = (dense, dense, tied, gate, norm, attention, skip, convolution, recurrence, triangle, products)


def random_indexed(seed: int, blocks: int = 3) -> str:
    """The text of a network; the functions ``g`` (declared) and ``φ`` (unknown) occur."""
    d = Draw(random.Random(f"indexed {seed}"))
    for _ in range(d.rng.randint(1, blocks)):
        d.rng.choice(BLOCKS)(d)
    y, size = d.vectors[-1]
    j, k = d.letters(2)
    costs = (
        f"½ Σ_{j} (t[{j}] - {y}[{j}])²",
        f"1/{size} Σ_{k} (t[{k}] - σ({y}[{k}]))²",
        f"Σ_{j} Σ_{k} t[{j}] {y}[{j}] {y}[{k}]",
        f"log(Σ_{j} exp({y}[{j}])) - Σ_{j} t[{j}] {y}[{j}]",
        f"-Σ_{j} t[{j}] log(softmax({y}[{k}], {k})[{j}])",
    )
    cost = d.rng.choice(costs)
    cost += f" + {d.weight()}²"  # a weight right in the cost, so that there is always one that it depends on
    if d.penalties and d.rng.random() < 0.4:
        cost += " + λ/2 " + d.penalties[-1]
    head = [
        "inputs " + " ".join(d.inputs),
        f"targets t[{size}]",
        "constants λ",
        "weights " + " ".join(d.weights),
        "function g(u) = u³ + u",
        "function φ",
    ]
    return "\n".join([*head, *d.lines, f"minimize E = {cost}", ""])
