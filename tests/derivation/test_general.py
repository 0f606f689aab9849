"""The general rules: every case is an instance of what is printed, and what is no case is not claimed."""

from __future__ import annotations

import pytest

from symprop.cli.bundled import examples
from symprop.derivation import Derivation, derive
from symprop.derivation.patterns import block, generalise, numbers_in, varying
from symprop.derivation.step import Chain, Formula, Prose, Section, Table
from symprop.model.build import number
from symprop.model.expr import ONE, Apply, Expr, Mul, Ref
from symprop.model.network import Range
from symprop.model.printer import to_text
from symprop.model.reader import read_network
from symprop.render import FORMATS, render

TITLES = (("In general",), ("From layer to layer",))
DENSE = """
inputs x_1 x_2
targets t_1 t_2
weights u_11 u_12 u_21 u_22 v_11 v_12 v_21 v_22 b_1 b_2
z_1 = u_11 x_1 + u_12 x_2 + b_1
h_1 = σ(z_1)
z_2 = u_21 x_1 + u_22 x_2 + b_2
h_2 = σ(z_2)
q_1 = v_11 h_1 + v_12 h_2
y_1 = tanh(q_1)
q_2 = v_21 h_1 + v_22 h_2
y_2 = tanh(q_2)
minimize E = ½ (t_1 - y_1)² + ½ (t_2 - y_2)²
"""
LAYERS = """
inputs a_0[n_0]
targets t[n_3]
weights W_1[n_1,n_0] b_1[n_1] W_2[n_2,n_1] b_2[n_2] W_3[n_3,n_2] b_3[n_3]
z_1[j] = Σ_k W_1[j,k] a_0[k] + b_1[j]
a_1[j] = σ(z_1[j])
z_2[p] = Σ_j W_2[p,j] a_1[j] + b_2[p]
a_2[p] = σ(z_2[p])
z_3[q] = Σ_p W_3[q,p] a_2[p] + b_3[q]
a_3[q] = σ(z_3[q])
minimize E = ½ Σ_q (t[q] - a_3[q])²
"""


def general(derivation: Derivation) -> Section | None:
    return next((section for section in derivation.sections if section.title in TITLES), None)


def formulas(section: Section) -> list[str]:
    return [_text(b.chain) for b in section.blocks if isinstance(b, Formula)]


def cases(section: Section) -> list[str]:
    return [_text(chain) for b in section.blocks if isinstance(b, Table) for chain in b.chains]


def _text(chain: Chain) -> str:
    return f"{to_text(chain.left)} = {to_text(chain.links[-1].expr)}"


def told(text: str, style: str = "delta", **options: object) -> Section:
    section = general(derive(read_network(text), style=style, **options))  # type: ignore[arg-type]
    assert section is not None
    return section


@pytest.mark.parametrize("style", ["chain", "delta", "paths"])
def test_the_short_story_ends_in_its_two_rules(style: str) -> None:
    section = told(examples()["two-paths-unknown"].read_text("utf-8"), style)
    assert {"Δw_ij = −η·δ_j·o_i", "δ_i = φ'(H_i)·Σ_{j=1..N} w_ij·δ_j", "δ_j = φ'(H_j)·∂L/∂o_j"} <= set(formulas(section))
    assert {
        "δ_in = φ'(Y_in)·∂L/∂Y",
        "δ_21 = φ'(H_21)·hy_1·δ_in",
        "δ_1 = φ'(H_1)·(hh_1·δ_21 + hh_2·δ_22)",
        "Δxh_1 = −η·δ_1·x_1",
    } <= set(cases(section))


def test_the_rules_in_the_names_of_a_dense_network() -> None:
    section = told(DENSE)
    assert {
        "Δu_ji = −η·δ_z_j·x_i",
        "Δv_ji = −η·δ_q_j·h_i",
        "Δb_j = −η·δ_z_j",
        "δ_z_i = σ'(z_i)·Σ_{j=1..2} v_ji·δ_q_j",
        "δ_q_i = tanh'(q_i)·∂E/∂y_i",
    } <= set(formulas(section))
    assert "δ_i = σ'(H_i)·Σ_{j=1..N} w_ij·δ_j" in formulas(section)


def test_layers_of_any_width_repeat() -> None:
    section = told(LAYERS)
    assert formulas(section) == [
        "δ_l[p] = σ'(z_l[p])·Σ_{q=1..n_{l+1}} W_{l+1}[q,p]·δ_{l+1}[q]",
        "ΔW_l[q,p] = −η·δ_l[q]·a_{l-1}[p]",
        "Δb_l[q] = −η·δ_l[q]",
    ]


def test_what_is_no_case_is_not_claimed() -> None:
    text = "z = w w x + u x + v; y = σ(z); q = u y; r = σ(q); minimize E = ½ (t - r)² + s²"
    derivation = derive(read_network("weights w u v s; inputs x; targets t; " + text), style="delta")
    section = general(derivation)
    assert section is not None
    assert {left.split(" = ")[0] for left in cases(section)} == {"Δv", "δ_z", "δ_q"}
    (prose,) = (b.text for b in section.blocks if isinstance(b, Prose) and "no case" in str(b.text[-1]))
    assert {piece.name for piece in prose if isinstance(piece, Ref)} == {"w", "u", "s"}


def test_a_skip_connection_is_no_case() -> None:
    section = told(examples()["skip"].read_text("utf-8"))
    assert not [line for line in cases(section) if line.startswith(("δ_1", "δ_2"))]


@pytest.mark.parametrize("name", ["linear", "poisson-regression", "softmax-cross-entropy"])
def test_where_nothing_repeats_nothing_is_said(name: str) -> None:
    assert general(derive(read_network(examples()[name].read_text("utf-8")), style="delta")) is None


def test_a_line_in_letters_is_made_of_its_instances() -> None:
    def instance(i: object, j: object) -> Expr:
        return Mul((Ref(f"v_{j}{i}"), Apply("sigmoid", (Ref(f"z_{i}"),), 1), Ref(f"δ_q_{j}")))

    def following(t: int) -> Expr:
        return Mul((Ref("w"), Ref(f"δ_{t + 1}"), Ref(f"h_{t - 1}")))

    cases = [{"i": i, "j": j} for i in (1, 2, 3) for j in (1, 2)]
    assert generalise([instance(c["i"], c["j"]) for c in cases], cases, single=True) == instance("i", "j")
    assert block(cases) == (_range("i", 1, 3), _range("j", 1, 2))
    times = [{"t": t} for t in (2, 3, 4)]
    assert generalise([following(t) for t in (2, 3, 4)], times) == Mul((Ref("w"), Ref("δ_{t+1}"), Ref("h_{t-1}")))
    assert generalise([following(t + 5) for t in (2, 3, 4)], times) is None


def test_a_gap_or_a_diagonal_is_no_range() -> None:
    assert block([{"i": 1}, {"i": 3}]) is None
    assert block([{"i": 1, "j": 1}, {"i": 2, "j": 2}]) is None


def _range(letter: str, lower: int, upper: int) -> Range:
    return Range(letter, number(lower), number(upper))


def test_every_format_prints_the_section() -> None:
    derivation = derive(read_network(DENSE), style="delta")
    for form in FORMATS:
        page = render(derivation, form)
        assert form == "json" or "In general" in page


def test_a_rule_is_as_certain_as_the_weakest_of_its_cases() -> None:
    section = told(examples()["two-paths-unknown"].read_text("utf-8"))
    verdicts = [link.verdict for b in section.blocks if isinstance(b, Formula) for link in b.chain.links]
    assert all(verdict.holds for verdict in verdicts)


def test_numbers_in_names() -> None:
    assert numbers_in("net_h12") == ("net_h#", (12,))
    assert numbers_in("u_12", single=True) == ("u_##", (1, 2))
    assert varying(["H_21", "H_22"], single=True) == (1, 2)
    assert varying(["H_21", "A_22"]) is None
    assert varying(["u_12", "u_21"], single=True) is None


def test_formulas_of_different_shape_have_no_common_form() -> None:
    one, two = Ref("z_1"), Ref("z_2")
    assert generalise([one, two], [{"i": 1}, {"i": 2}]) == Ref("z_i")
    assert generalise([one, two], [{"i": 2}, {"i": 1}]) is None
    assert generalise([one, ONE], [{"i": 1}, {"i": 2}]) is None
