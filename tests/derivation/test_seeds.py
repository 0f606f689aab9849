"""Beside the documents: every displayed equation of their derivations is told in their profile, in their order, up to naming.

The lists are transcribed by hand. A line counts as told when two expressions of one chain are its sides, up to the order of
factors and terms; a line with several ``=`` needs all its sides in one chain; ``<-`` is the left side of an update. Slips of
the documents are put right. What is not told, and why:

* the chain rule in letters of its own (``dx/dy = dx/dz·dz/dy``): each use of it names the quantities instead;
* the lines with ``∂x/∂y`` for an outer function ``x = z²``: ``∂/∂z(z²)`` says the same without a second name, and nothing is
  differentiated by an expression such as ``t - w_o w_h i``;
* ``A_21 = φ(hh_1 φ(x_1 xh_1))`` on its own: it is a part of the line of ``Y`` that is written out next;
* the rule in general letters stands behind the equations it generalises, not before (``tests/derivation/test_general.py``);
* ``Σ_o δ_o w_ho`` for two outputs is written as the sum of two terms;
* a matrix of weights by which a norm is differentiated: the document's own line is not right.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import pytest

from symprop.cli.bundled import examples
from symprop.derivation import Derivation, derive
from symprop.model.build import tidy
from symprop.model.expr import Add, Expr, Increment, Mul, Neg
from symprop.model.reader import read_expression, read_network
from symprop.model.walk import children, rebuild
from symprop.render.profiles import settle

LINEAR = """
E = (t - r_o)²/2
∂E/∂w_o = ∂E/∂r_o·∂r_o/∂w_o
∂E/∂r_o = 2 (t - r_o)^(2 - 1)·(-1)/2 = -(t - r_o)
∂r_o/∂w_o = w_h i
∂E/∂w_o = -(t - r_o) w_h i
Δw_o = -η ∂E/∂w_o = η (t - r_o) w_h i
∂r_o/∂w_h = w_o i
∂E/∂w_h = -(t - r_o) w_o i
Δw_h = -η ∂E/∂w_h = η (t - r_o) w_o i
"""

SIGMOID_CHAIN = """
p_l = w_l i_l
o_l = σ(p_l)
p_r = w_r o_l
o_r = σ(p_r)
P = -½ (d - o_r)²
∂P/∂w_r = ∂P/∂o_r·∂o_r/∂w_r = ∂P/∂o_r·∂o_r/∂p_r·∂p_r/∂w_r
∂P/∂o_r = ∂/∂o_r(-½ (d - o_r)²) = -½·2 (d - o_r)^(2 - 1)·(-1) = d - o_r
∂o_r/∂p_r = ∂/∂p_r(1/(1 + exp(-p_r))) = ∂/∂p_r((1 + exp(-p_r))^(-1)) = -1·(1 + exp(-p_r))^(-2)·exp(-p_r)·(-1)
∂o_r/∂p_r = 1/(1 + exp(-p_r))·(exp(-p_r)/(1 + exp(-p_r))) = 1/(1 + exp(-p_r))·((1 + exp(-p_r) - 1)/(1 + exp(-p_r)))
∂o_r/∂p_r = 1/(1 + exp(-p_r))·((1 + exp(-p_r))/(1 + exp(-p_r)) - 1/(1 + exp(-p_r))) = o_r (1 - o_r)
∂p_r/∂w_r = ∂/∂w_r(w_r o_l) = o_l
∂P/∂w_r = (d - o_r) o_r (1 - o_r) o_l
∂P/∂w_l = ∂P/∂o_r·∂o_r/∂w_l = ∂P/∂o_r·∂o_r/∂p_r·∂p_r/∂w_l = ∂P/∂o_r·∂o_r/∂p_r·∂p_r/∂o_l·∂o_l/∂w_l
∂P/∂w_l = ∂P/∂o_r·∂o_r/∂p_r·∂p_r/∂o_l·∂o_l/∂p_l·∂p_l/∂w_l = (d - o_r) o_r (1 - o_r) w_r o_l (1 - o_l) i_l
∂P/∂w_r = (d - o_r) o_r (1 - o_r) o_l
∂P/∂w_l = (d - o_r) o_r (1 - o_r) w_r o_l (1 - o_l) i_l
δ_r = o_r (1 - o_r) (d - o_r)
δ_l = o_l (1 - o_l) w_r δ_r
∂P/∂w_r = o_l δ_r
∂P/∂w_l = i_l δ_l
Δw_r = α o_l δ_r
Δw_l = α i_l δ_l
"""

TWO_TWO_TWO = """
net_h1 = w_1 i_1 + w_2 i_2 + b_1
out_h1 = σ(net_h1)
net_o1 = w_5 out_h1 + w_6 out_h2 + b_2
out_o1 = σ(net_o1)
E_o1 = ½ (target_o1 - out_o1)²
E_total = E_o1 + E_o2
∂E_total/∂w_5 = ∂E_total/∂out_o1·∂out_o1/∂net_o1·∂net_o1/∂w_5
E_total = ½ (target_o1 - out_o1)² + ½ (target_o2 - out_o2)²
∂E_total/∂out_o1 = 2·½ (target_o1 - out_o1)^(2 - 1)·(-1) + 0 = -(target_o1 - out_o1)
out_o1 = 1/(1 + exp(-net_o1))
∂out_o1/∂net_o1 = out_o1 (1 - out_o1)
net_o1 = w_5 out_h1 + w_6 out_h2 + b_2
∂net_o1/∂w_5 = 1·out_h1 + 0 + 0 = out_h1
∂E_total/∂w_5 = ∂E_total/∂out_o1·∂out_o1/∂net_o1·∂net_o1/∂w_5 = -(target_o1 - out_o1) out_o1 (1 - out_o1) out_h1
δ_o1 = ∂E_total/∂net_o1 = -(target_o1 - out_o1) out_o1 (1 - out_o1)
∂E_total/∂w_5 = δ_o1 out_h1
Δw_5 = -η ∂E_total/∂w_5
Δw_6 = -η ∂E_total/∂w_6
Δw_7 = -η ∂E_total/∂w_7
Δw_8 = -η ∂E_total/∂w_8
∂E_total/∂w_1 = ∂E_total/∂out_h1·∂out_h1/∂net_h1·∂net_h1/∂w_1
∂E_total/∂out_h1 = ∂E_o1/∂out_h1 + ∂E_o2/∂out_h1
∂E_o1/∂net_o1 = ∂E_o1/∂out_o1·∂out_o1/∂net_o1
net_o1 = w_5 out_h1 + w_6 out_h2 + b_2
∂net_o1/∂out_h1 = w_5
∂E_o1/∂out_h1 = ∂E_o1/∂net_o1·∂net_o1/∂out_h1
∂E_o2/∂out_h1 = ∂E_o2/∂net_o2·∂net_o2/∂out_h1
out_h1 = 1/(1 + exp(-net_h1))
∂out_h1/∂net_h1 = out_h1 (1 - out_h1)
net_h1 = w_1 i_1 + w_2 i_2 + b_1
∂net_h1/∂w_1 = i_1
∂E_total/∂w_1 = ∂E_total/∂out_h1·∂out_h1/∂net_h1·∂net_h1/∂w_1
∂E_total/∂w_1 = (∂E_total/∂net_o1·∂net_o1/∂out_h1 + ∂E_total/∂net_o2·∂net_o2/∂out_h1)·∂out_h1/∂net_h1·∂net_h1/∂w_1
∂E_total/∂w_1 = (δ_o1 w_5 + δ_o2 w_7) out_h1 (1 - out_h1) i_1
∂E_total/∂w_1 = δ_h1 i_1
Δw_1 = -η ∂E_total/∂w_1
Δw_2 = -η ∂E_total/∂w_2
Δw_3 = -η ∂E_total/∂w_3
Δw_4 = -η ∂E_total/∂w_4
"""

SIGMOID_LAYERS = """
δ_r[j] = o_r[j] (1 - o_r[j]) (d[j] - o_r[j])
δ_l[i] = o_l[i] (1 - o_l[i]) Σ_j w[i,j] δ_r[j]
∂P/∂w[i,j] = o_l[i] δ_r[j]
∂P/∂v[k,i] = x[k] δ_l[i]
Δw[i,j] = α o_l[i] δ_r[j]
Δv[k,i] = α x[k] δ_l[i]
"""

EXPANDED = """
r_o = w_o w_h i
E = (t - r_o)²/2
E = (t - w_o w_h i)²/2
∂E/∂w_o = ∂/∂w_o((t - w_o w_h i)²/2) = ½ ∂/∂w_o((t - w_o w_h i)²)
z = t - w_o w_h i
½ ∂/∂w_o((t - w_o w_h i)²) = ½ ∂/∂z(z²)·∂z/∂w_o = ½·2 (t - w_o w_h i)·∂/∂w_o(t - w_o w_h i)
½ ∂/∂w_o((t - w_o w_h i)²) = (t - w_o w_h i)·∂/∂w_o(t - w_o w_h i) = (t - w_o w_h i)·(∂t/∂w_o - ∂/∂w_o(w_o w_h i))
½ ∂/∂w_o((t - w_o w_h i)²) = (t - w_o w_h i)·(0 - w_h i·∂w_o/∂w_o) = (t - w_o w_h i)·(-w_h i) = -(t - w_o w_h i) w_h i
∂E/∂w_o = -(t - w_o w_h i) w_h i
Δw_o = -η·∂E/∂w_o = η (t - w_o w_h i) w_h i
w_o <- w_o + η (t - w_o w_h i) w_h i
∂E/∂w_h = ∂/∂w_h((t - w_o w_h i)²/2) = ½ ∂/∂w_h((t - w_o w_h i)²)
½ ∂/∂w_h((t - w_o w_h i)²) = ½ ∂/∂z(z²)·∂z/∂w_h = ½·2 (t - w_o w_h i)·∂/∂w_h(t - w_o w_h i)
½ ∂/∂w_h((t - w_o w_h i)²) = (t - w_o w_h i)·∂/∂w_h(t - w_o w_h i) = (t - w_o w_h i)·(∂t/∂w_h - ∂/∂w_h(w_o w_h i))
½ ∂/∂w_h((t - w_o w_h i)²) = (t - w_o w_h i)·(0 - w_o i·∂w_h/∂w_h) = (t - w_o w_h i)·(-w_o i) = -(t - w_o w_h i) w_o i
∂E/∂w_h = -(t - w_o w_h i) w_o i
Δw_h = -η·∂E/∂w_h = η (t - w_o w_h i) w_o i
w_h <- w_h + η (t - w_o w_h i) w_o i
"""

PATHS = """
H_21 = hh_1 A_1
A_21 = φ(H_21)
H_22 = hh_2 A_1
A_22 = φ(H_22)
L = ½ (Y - T)²
Y = φ(A_21 hy_1 + A_22 hy_2)
Y = φ(hy_1 φ(hh_1 φ(x_1 xh_1)) + hy_2 φ(hh_2 φ(x_1 xh_1)))
∂L/∂xh_1 = ∂L/∂Y·(∂Y/∂A_21·∂A_21/∂A_1·∂A_1/∂xh_1 + ∂Y/∂A_22·∂A_22/∂A_1·∂A_1/∂xh_1)
∂L/∂Y = Y - T
∂Y/∂A_21 = φ'(Y_in) hy_1
∂Y/∂A_22 = φ'(Y_in) hy_2
∂A_21/∂A_1 = φ'(H_21) hh_1
∂A_22/∂A_1 = φ'(H_22) hh_2
∂A_1/∂xh_1 = φ'(H_1) x_1
∂L/∂xh_1 = (Y - T) (φ'(Y_in) hy_1 φ'(H_21) hh_1 φ'(H_1) x_1 + φ'(Y_in) hy_2 φ'(H_22) hh_2 φ'(H_1) x_1)
xh_1 <- xh_1 - η·∂L/∂xh_1
δ_in = φ'(Y_in) (Y - T)
δ_21 = φ'(H_21) hy_1 δ_in
δ_22 = φ'(H_22) hy_2 δ_in
δ_1 = φ'(H_1) (hh_1 δ_21 + hh_2 δ_22)
∂L/∂xh_1 = δ_1 x_1 = x_1 φ'(H_1) φ'(Y_in) (Y - T) (hh_1 φ'(H_21) hy_1 + hh_2 φ'(H_22) hy_2)
Δxh_1 = -η·∂L/∂xh_1 = -η δ_1 x_1
"""

PATHS_DOUBLED = """
∂L/∂xh_1 = ∂L/∂Y·(∂Y/∂A_21·∂A_21/∂A_1·∂A_1/∂xh_1 + ∂Y/∂A_22·∂A_22/∂A_1·∂A_1/∂xh_1)
∂L/∂Y = Y - T
∂Y/∂A_21 = 2 hy_1
∂Y/∂A_22 = 2 hy_2
∂A_21/∂A_1 = 2 hh_1
∂A_22/∂A_1 = 2 hh_2
∂A_1/∂xh_1 = 2 x_1
∂L/∂xh_1 = (Y - T) (8 hy_1 hh_1 x_1 + 8 hy_2 hh_2 x_1)
"""


def unordered(expr: Expr) -> object:
    """A form in which the order of terms and factors does not count, nor how a sign or a coefficient is placed."""
    made = tidy(rebuild(expr, tuple(children(expr))))
    return _frozen(made)


def _frozen(expr: Expr) -> object:
    if isinstance(expr, Neg):
        return ("-", _frozen(expr.operand))
    parts = [_frozen(child) for child in children(expr)]
    if isinstance(expr, Mul | Add):
        return (type(expr).__name__, frozenset(Counter(parts).items()))
    return (rebuild(expr, tuple(children(expr))), *parts) if not parts else (type(expr).__name__, _label(expr), *parts)


def _label(expr: Expr) -> object:
    return getattr(expr, "name", None) or getattr(expr, "function", None) or getattr(expr, "index", None)


def tell_position(derivation: Derivation, sides: list[object], start: int) -> int | None:
    """The first chain from *start* on that has all *sides* in this order."""
    for place, chain in enumerate(derivation.chains):
        if place < start:
            continue
        told = iter([unordered(chain.left), *(unordered(link.expr) for link in chain.links)])
        if all(side in told for side in sides):
            return place
    return None


@pytest.mark.parametrize(
    ("name", "profile", "equations"),
    [
        ("linear", "equation", EXPANDED),
        ("two-two-two", "tutorial", TWO_TWO_TWO),
        ("sigmoid-chain", "lecture", SIGMOID_CHAIN),
    ],
)
def test_every_displayed_equation_is_told_in_its_order(name: str, profile: str, equations: str) -> None:
    assert_told(told(name, profile), equations)


@pytest.mark.parametrize(
    ("name", "style", "equations"), [("linear", "chain", LINEAR), ("sigmoid-layers", "delta", SIGMOID_LAYERS)]
)
def test_what_other_parts_of_the_series_tell(name: str, style: str, equations: str) -> None:
    assert_told(told(name, "lecture", style=style, detail=2), equations)


@pytest.mark.parametrize(
    ("name", "equations", "detail"),
    [("two-paths-unknown", PATHS, 3), ("two-paths", PATHS_DOUBLED, 3), ("two-paths", PATHS_DOUBLED, 2)],
)
def test_the_paths_of_one_weight_are_told_in_their_order(name: str, equations: str, detail: int) -> None:
    assert_told(told(name, "story", wrt=("xh_1",), detail=detail), equations)


def test_the_sign_that_some_sources_extract() -> None:
    extracted = """
    δ_o1 = -∂E_total/∂net_o1 = (target_o1 - out_o1) out_o1 (1 - out_o1)
    ∂E_total/∂w_5 = -δ_o1 out_h1
    Δw_5 = -η·∂E_total/∂w_5 = η δ_o1 out_h1
    """
    assert_told(told("two-two-two", "tutorial", wrt=("w_5",), detail=2, delta_sign="extracted"), extracted)


def test_the_error_that_is_sometimes_turned_round() -> None:
    turned = """
    ∂E_total/∂out_o1 = 2·½ (target_o1 - out_o1)^(2 - 1)·(-1) + 0 = -(target_o1 - out_o1) = out_o1 - target_o1
    ∂E_total/∂w_5 = (out_o1 - target_o1) out_o1 (1 - out_o1) out_h1
    """
    assert_told(told("two-two-two", "tutorial", wrt=("w_5",), detail=2, residual="output-first"), turned)


def told(name: str, profile: str, wrt: Sequence[str] = (), **choices: object) -> Derivation:
    """An example in a profile; *choices* override what it says."""
    wanted = settle(profile, **choices)
    network = read_network(examples()[name].read_text("utf-8"))
    return derive(network, wrt=wrt, style=wanted.style, detail=wanted.detail, manner=wanted.manner)


def assert_told(derivation: Derivation, equations: str) -> None:
    short = {a.name: a for a in derivation.deltas.values()}
    ranges = tuple({r.index: r for chain in derivation.chains for r in chain.ranges}.values())
    start = 0
    missing: list[str] = []
    for line in map(str.strip, equations.strip().splitlines()):
        sides = [unordered(read_expression(s, derivation.network, short, ranges)) for s in re.split(" = | <- ", line)]
        place = tell_position(derivation, sides, start)
        if place is None:
            missing.append(line)
        else:
            start = place
    assert not missing


def test_increments_close_each_gradient() -> None:
    derivation = derive(read_network("r_o = w_o·w_h·i"))
    increments = [chain for chain in derivation.chains if isinstance(chain.left, Increment)]
    assert {chain.left.weight.name for chain in increments if isinstance(chain.left, Increment)} == {"w_o", "w_h"}
