"""Random expressions of the matrix register: what they mean in indices is what NumPy computes, and their text reads back."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Mapping
from itertools import pairwise, product

import numpy as np
import pytest

from symprop.model.convention import Convention
from symprop.model.expr import (
    ONE,
    TWO,
    Add,
    Apply,
    Diag,
    Div,
    Expr,
    Hadamard,
    Identity,
    Increment,
    Indicator,
    MatMul,
    Mul,
    Neg,
    Norm,
    Number,
    Ones,
    Partial,
    Pow,
    Ref,
    Softmax,
    Sum,
    Transpose,
)
from symprop.model.lowering import Lowering
from symprop.model.network import Network
from symprop.model.printer import to_text
from symprop.model.reader import read_matrices, read_network

SIZES = ("m", "n", "p", "q")
DIFFERENT = {"m": 2, "n": 3, "p": 4, "q": 5}
EQUAL = dict.fromkeys(SIZES, 3)
COUNT = 260

Kind = tuple[str, ...]
"""``()`` a number, ``("col", n)``, ``("row", n)``, ``("mat", m, n)``."""


def network(rows: bool) -> Network:
    vectors = " ".join(f"v_{s}[{s}] u_{s}[{s}]" for s in SIZES)
    matrices = " ".join(f"A_{a}{b}[{a},{b}] B_{a}{b}[{a},{b}]" for a, b in product(SIZES, SIZES))
    convention = "convention rows\n" if rows else "convention columns\n"
    return read_network(f"inputs {vectors} {matrices} c d\n{convention}minimize L = (c - d)²")


NETWORKS = {rows: network(rows) for rows in (False, True)}


class Maker:
    """Random expressions of a wanted kind."""

    def __init__(self, seed: int, rows: bool) -> None:
        self.random = random.Random(seed)
        self.rows = rows

    def make(self, kind: Kind, depth: int) -> Expr:
        return self.leaf(kind) if depth == 0 else self.random.choice(self.ways(kind))(kind, depth - 1)

    def leaf(self, kind: Kind) -> Expr:
        if not kind:
            return self.random.choice([Ref("c"), Ref("d"), Number(TWO.value)])
        if kind[0] == "mat":
            return Ref(f"{self.random.choice('AB')}_{kind[1]}{kind[2]}")
        plain = Ref(f"{self.random.choice('vu')}_{kind[1]}")
        return plain if (kind[0] == "row") == self.rows else Transpose(plain)

    def ways(self, kind: Kind) -> list[Callable[[Kind, int], Expr]]:
        every = [self.sum, self.scaled, self.quotient]
        if not kind:
            return [*every, self.inner, self.norm, self.squares, self.total]
        found = [*every, self.product, self.product, self.hadamard, self.function, self.transposed, self.greater]
        return [*found, self.diagonal] if kind[0] == "mat" else found

    def size(self) -> str:
        return self.random.choice(SIZES)

    def array(self) -> Kind:
        return self.random.choice([("col", self.size()), ("row", self.size()), ("mat", self.size(), self.size())])

    def sum(self, kind: Kind, depth: int) -> Expr:
        terms = [self.make(kind, depth) for _ in range(self.random.choice((2, 2, 3)))]
        if kind and self.random.random() < 0.3:
            terms.insert(0, ONE)
        if kind and kind[0] == "mat" and kind[1] != kind[2] and self.random.random() < 0.3:
            terms.append(Ref(f"v_{kind[2 if self.rows else 1]}"))  # broadcast along the axis whose size fits
        return Add(tuple(Neg(t) if place and self.random.random() < 0.5 else t for place, t in enumerate(terms)))

    def scaled(self, kind: Kind, depth: int) -> Expr:
        scalar, inner = self.make((), depth), self.make(kind, depth)
        factors = [*(scalar.factors if isinstance(scalar, Mul) else [scalar])]
        factors += inner.factors if isinstance(inner, Mul) else [inner]
        return Mul(tuple(factors))

    def quotient(self, kind: Kind, depth: int) -> Expr:
        return Div(self.make(kind, depth), Add((TWO, Apply("exp", (Apply("sin", (self.make((), depth),)),)))))

    def inner(self, _kind: Kind, depth: int) -> Expr:
        size = self.size()
        return MatMul((self.make(("row", size), depth), self.make(("col", size), depth)))

    def norm(self, _kind: Kind, depth: int) -> Expr:
        return Norm(self.make(self.array(), depth))

    def squares(self, _kind: Kind, depth: int) -> Expr:
        return Pow(Norm(self.make(self.array(), depth)), TWO)

    def total(self, _kind: Kind, depth: int) -> Expr:
        return Apply(self.random.choice(("sum", "mean")), (self.make(self.array(), depth),))

    def product(self, kind: Kind, depth: int) -> Expr:
        rows = kind[1] if kind[0] != "row" else None
        columns = kind[-1] if kind[0] != "col" else None
        between = [self.size() for _ in range(self.random.choice((1, 1, 2)))]
        if rows and columns and self.random.random() < 0.3:
            return MatMul((self.make(("col", rows), depth), self.make(("row", columns), depth)))
        ends = [rows, *between, columns]
        return MatMul(tuple(self.make(self.kind(a, b), depth) for a, b in pairwise(ends)))

    @staticmethod
    def kind(rows: str | None, columns: str | None) -> Kind:
        if rows and columns:
            return "mat", rows, columns
        return ("col", rows) if rows else ("row", str(columns))

    def hadamard(self, kind: Kind, depth: int) -> Expr:
        return Hadamard((self.make(kind, depth), self.make(kind, depth)))

    def function(self, kind: Kind, depth: int) -> Expr:
        name = self.random.choice(("sigmoid", "tanh", "sin", "softplus", "softmax"))
        if name == "softmax" and kind[0] == "mat":
            name = "tanh"
        return Apply(name, (self.make(kind, depth),))

    def transposed(self, kind: Kind, depth: int) -> Expr:
        other = {"col": "row", "row": "col", "mat": "mat"}[kind[0]]
        inner = self.make((other, *kind[:0:-1]), depth)
        return inner.operand if isinstance(inner, Transpose) else Transpose(inner)

    def greater(self, kind: Kind, depth: int) -> Expr:
        return Indicator((self.make(kind, depth), self.leaf(kind)), (">",))

    def diagonal(self, kind: Kind, depth: int) -> Expr:
        if kind[1] != kind[2]:
            return self.product(kind, depth)
        if self.random.random() < 0.5:
            return Identity(Ref(kind[1]))
        inner = Ones(Ref(kind[1])) if self.random.random() < 0.2 else self.make(("col", kind[1]), depth)
        return MatMul((Diag(inner), self.make(kind, depth)))


FUNCTIONS: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
    "sin": np.sin,
    "exp": np.exp,
    "softplus": lambda x: np.log(1 + np.exp(x)),
    "sqrt": np.sqrt,
    "softmax": lambda x: np.exp(x) / np.exp(x).sum(),
    "sum": lambda x: x.sum(keepdims=True),
    "mean": lambda x: x.mean(keepdims=True),
}


class Matrices:
    """NumPy's own view: everything is a matrix, vectors are columns or rows, numbers are 1 × 1."""

    def __init__(self, sizes: Mapping[str, int], values: Mapping[str, np.ndarray], rows: bool) -> None:
        self.sizes, self.values, self.rows = sizes, values, rows

    def __call__(self, e: Expr) -> np.ndarray:  # noqa: C901, PLR0912 - one line a node
        match e:
            case Number():
                return np.full((1, 1), float(e.value))
            case Ref():
                value = self.values[e.name]
                return value if value.ndim == 2 else value.reshape((1, -1) if self.rows and value.ndim else (-1, 1))
            case Add():
                return sum(map(self, e.terms[1:]), self(e.terms[0]))
            case Neg():
                return -self(e.operand)
            case Mul() | Hadamard():
                return math.prod(map(self, e.factors[1:]), start=self(e.factors[0]))
            case MatMul():
                found = self(e.factors[0])
                for factor in e.factors[1:]:
                    found = found @ self(factor)
                return found
            case Div():
                return self(e.numerator) / self(e.denominator)
            case Pow():
                return self(e.base) ** self(e.exponent)
            case Apply():
                return FUNCTIONS[e.function](self(e.arguments[0]))
            case Indicator():
                return (self(e.operands[0]) > self(e.operands[1])).astype(float)
            case Transpose():
                return self(e.operand).T
            case Norm():
                return np.sqrt((self(e.operand) ** 2).sum(keepdims=True))
            case Ones():
                return np.ones((self.sizes[to_text(e.size)], 1)).reshape((1, -1) if self.rows else (-1, 1))
            case Identity():
                return np.eye(self.sizes[to_text(e.size)])
            case Diag():
                return np.diag(self(e.operand).ravel())
        raise AssertionError(e)


class Indices:
    """The index register, entry by entry."""

    def __init__(self, sizes: Mapping[str, int], values: Mapping[str, np.ndarray]) -> None:
        self.sizes, self.values = sizes, values

    def __call__(self, e: Expr, at: Mapping[str, int]) -> float:  # noqa: C901, PLR0912 - one line a node
        match e:
            case Number():
                return float(e.value)
            case Ref():
                if e.name in at:
                    return at[e.name]
                if e.name in self.sizes:
                    return self.sizes[e.name]
                return float(self.values[e.name][tuple(int(self(i, at)) - 1 for i in e.indices)])
            case Add():
                return sum(self(t, at) for t in e.terms)
            case Neg():
                return -self(e.operand, at)
            case Mul() | Hadamard():
                return math.prod(self(f, at) for f in e.factors)
            case Div():
                return self(e.numerator, at) / self(e.denominator, at)
            case Pow():
                return self(e.base, at) ** self(e.exponent, at)
            case Apply():
                return float(FUNCTIONS[e.function](np.float64(self(e.arguments[0], at))))
            case Indicator():
                left, right = (self(operand, at) for operand in e.operands)
                return float(left == right if e.operators == ("=",) else left > right)
            case Sum():
                return sum(self(e.body, {**at, e.index: i}) for i in self.over(e, at))
            case Softmax():
                (body,) = e.arguments
                terms = {i: math.exp(self(body, {**at, e.index: i})) for i in self.over(e, at)}
                return terms[int(self(e.at, at))] / sum(terms.values())
        raise AssertionError(e)

    def over(self, e: Sum | Softmax, at: Mapping[str, int]) -> range:
        assert e.lower is not None
        assert e.upper is not None
        return range(int(self(e.lower, at)), int(self(e.upper, at)) + 1)


def values_for(sizes: Mapping[str, int], net: Network, seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    shapes = {name: tuple(sizes[to_text(axis.upper)] for axis in leaf.axes) for name, leaf in net.leaves.items()}
    return {name: rng.uniform(-1, 1, shape) for name, shape in shapes.items()}


def lowering_for(net: Network, *, strict: bool = True) -> Lowering:
    return Lowering(net.axes, net.convention, (*net.leaves, *net.by_name), strict=strict)


@pytest.mark.parametrize("rows", [False, True], ids=["columns", "rows"])
@pytest.mark.parametrize("seed", range(COUNT // 2))
def test_a_random_expression_means_what_numpy_computes(seed: int, rows: bool) -> None:
    net, maker = NETWORKS[rows], Maker(seed, rows)
    kind = [(), ("col", "n"), ("row", "m"), ("mat", "m", "n"), ("mat", "p", "p")][seed % 5]
    expr = maker.make(kind, 1 + seed % 3)
    low = lowering_for(net)
    axes = low.shape(expr)
    assert tuple(to_text(axis.upper) for axis in axes) == kind[1:]
    letters = [Ref(f"at_{position}") for position in range(len(axes))]
    entry = low.entry(expr, letters)
    for sizes in (DIFFERENT, EQUAL):
        values = values_for(sizes, net, seed)
        wanted = Matrices(sizes, values, rows)(expr)
        index = Indices(sizes, values)
        counts = [range(1, sizes[to_text(axis.upper)] + 1) for axis in axes]
        entries = [index(entry, {f"at_{i}": p for i, p in enumerate(place)}) for place in product(*counts)]
        np.testing.assert_allclose(entries, wanted.ravel(), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("rows", [False, True], ids=["columns", "rows"])
@pytest.mark.parametrize("seed", range(0, COUNT // 2, 2))
def test_a_random_expression_is_printed_and_read_back(seed: int, rows: bool) -> None:
    net, maker = NETWORKS[rows], Maker(seed, rows)
    kind = [(), ("col", "n"), ("row", "m"), ("mat", "m", "n"), ("mat", "p", "p")][seed % 5]
    expr = maker.make(kind, 1 + seed % 3)
    for ascii_only in (False, True):
        text = to_text(expr, net, ascii_only=ascii_only)
        assert read_matrices(text, net) == expr, text
        assert not re.search(r"[ABuv]_[mnpq]+ᵀ?·|·[ABuv]_", text), text


@pytest.mark.parametrize(
    ("text", "rows", "jacobian", "letters", "entry"),
    [
        ("∂L/∂A_mn", False, False, "ij", "∂L/∂A_mn[i,j]"),
        ("∂L/∂A_mn", False, True, "ij", "∂L/∂A_mn[j,i]"),
        ("∂L/∂v_n", False, True, "i", "∂L/∂v_n[i]"),
        ("∂v_n/∂c", False, False, "i", "∂v_n[i]/∂c"),
        ("∂v_m/∂u_n", True, True, "ij", "∂v_m[i]/∂u_n[j]"),
        ("ΔA_mn", False, False, "ij", "ΔA_mn[i,j]"),
    ],
)
def test_derivatives_lie_as_the_convention_says(text: str, rows: bool, jacobian: bool, letters: str, entry: str) -> None:
    net = network(rows)
    expr = Increment(Ref("A_mn")) if text.startswith("Δ") else read_matrices(text, net)
    low = Lowering(net.axes, Convention(rows, jacobian))
    assert to_text(low.entry(expr, [Ref(letter) for letter in letters])) == entry


def test_a_derivative_of_a_number_is_a_row_in_the_layout_of_jacobians() -> None:
    net = NETWORKS[False]
    expr = Partial(Ref("L"), Ref("v_n"))
    assert not Lowering(net.axes, Convention()).layout(expr).turned
    assert Lowering(net.axes, Convention(jacobian=True)).layout(expr).turned
    assert Lowering(net.axes, Convention(jacobian=True)).layout(MatMul((expr, Ref("v_n")))).axes == ()


def test_fresh_letters_clash_with_nothing() -> None:
    net = read_network("inputs j[n] k[m] x[n]\nweights W[m,n]\nz = W x; minimize E = ½ ‖z‖² + sum(j) + sum(k)")
    text = to_text(net.by_name["z"][0].expr)
    assert "[j" not in text.replace("W[", "").replace("x[", "")
    low = Lowering(net.axes, net.convention, (*net.leaves, *net.by_name))
    summed = Sum(Mul((Ref("x", (Ref("l"),)), MatMul((Ref("W"), Ref("x"))))), "l", ONE, Ref("n"))
    assert to_text(low.entry(summed, [Ref("l")])).count("Σ") == 2
    assert "Σ_{l" not in to_text(low.entry(summed, [Ref("l")]))
