"""Profiles: every one is verified, read back and compiled in a sample of all there is; each is spelled as its source is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import pytest

from symprop import Network
from symprop.cli.bundled import examples
from symprop.derivation import STYLES, derive
from symprop.derivation.manner import DELTA_SIGNS, RESIDUALS, Manner
from symprop.errors import InputError
from symprop.model.expr import Neg, Ref
from symprop.model.printer import to_text
from symprop.model.reader import read_expression, read_network
from symprop.render import render
from symprop.render.notation import TABLES, Notation
from symprop.render.profiles import PROFILES, sample, settle
from tests.conftest import ROOT, Command
from tools.profiles import Telling, batches, problems, tellings, walk

SAMPLE = [telling for place, telling in enumerate(tellings()) if place % 89 == 5]
NEURON = "z = w x; y = σ(z); inputs x; targets t; minimize E = ½ (t - y)²"


@pytest.fixture(scope="module")
def walked() -> dict[Telling, tuple[str, list[str]]]:
    return {telling: (latex, wrong) for telling, latex, wrong in map(walk, SAMPLE)}


def test_a_sample_of_all_tellings_is_verified_and_read_back(walked: dict[Telling, tuple[str, list[str]]]) -> None:
    assert {telling.profile for telling in SAMPLE} == set(PROFILES)
    assert {telling.style for telling in SAMPLE} == set(STYLES)
    assert {telling: wrong for telling, (_, wrong) in walked.items() if wrong} == {}
    assert sum(bool(latex) for latex, _ in walked.values()) > len(SAMPLE) / 2


def test_its_latex_compiles_and_fits(walked: dict[Telling, tuple[str, list[str]]], tmp_path: Path) -> None:
    assert [problems(batch, tmp_path) for batch in batches(latex for latex, _ in walked.values())] == [[]]


@pytest.mark.slow
@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_tells_its_own_way(profile: str, tmp_path: Path) -> None:
    """Its own style and detail, over the examples of single numbers (for layers of any width, where it tells those)."""
    entry = PROFILES[profile]
    names = ("linear", "sigmoid-chain", "two-paths-unknown") if entry.style != "delta" else ("sigmoid-layers", "relu-mlp", "xor")
    told = [walk(Telling(name, profile, entry.style, entry.detail)) for name in names]
    assert [wrong for _, _, wrong in told] == [[]] * len(names)
    assert problems([latex for _, latex, _ in told], tmp_path) == []


# ------------------------------------------------------------------------------------------------ as their sources spell it

SPELLED: list[tuple[str, str, str, Sequence[str]]] = [
    ("equation", "linear", "w_o", (
        r"E &= {(t - r_o)^2 \over 2}",
        r"{\partial E \over \partial w_o} &= {\partial \over \partial w_o}\left({(t - w_o \cdot w_h \cdot i)^2 \over 2}\right)",
        r"{1 \over 2} \cdot {\partial \over \partial w_o}((t - w_o \cdot w_h \cdot i)^2)",
        r"-(t - w_o \cdot w_h \cdot i) \cdot w_h \cdot i",
        r"\Delta w_o &= -\eta \cdot {\partial E \over \partial w_o}",
        r"\eta \cdot (t - w_o \cdot w_h \cdot i) \cdot w_h \cdot i",
    )),
    ("story", "two-paths-unknown", "xh_1", (
        r"\textcolor{layerA}{\frac{dL}{dY}} * \left(\textcolor{layerB}{\frac{dY}{dA_{21}}} * \textcolor{layerC}",
        r"\textcolor{layerB}{\frac{dY}{dA_{21}}} &= ",
        r"\textcolor{layerB}{\phi'(Y_{in}) * \mathit{hy}_1}",
        r"\textcolor{layerA}{(Y - T)} * (\textcolor{layerB}{\phi'(Y_{in}) * \mathit{hy}_1} * ",
        r"\mathit{xh}_1^{\mathrm{new}} &= \mathit{xh}_1 - \eta * \frac{dL}{d\mathit{xh}_1}",
    )),
    ("tutorial", "two-two-two", "w_5", (
        r"\mathit{net}_{h1} &= w_1 * i_1 + w_2 * i_2 + b_1",
        r"* \frac{\partial\mathit{out}_{o1}}{\partial\mathit{net}_{o1}} * \frac{\partial\mathit{net}_{o1}}{\partial w_5}",
        r"&= -(\mathit{target}_{o1} - \mathit{out}_{o1}) * \mathit{out}_{o1}(1 - \mathit{out}_{o1}) * \mathit{out}_{h1}",
        r"\delta_{o1} &= \frac{\partial E_{\mathrm{total}}}{\partial\mathit{net}_{o1}}",
        r"&= \delta_{o1} * \mathit{out}_{h1}",
        r"w_5^+ &= w_5 - \eta * \delta_{o1} * \mathit{out}_{h1}",
    )),
    ("layers", "tanh-regression", "W", (
        r"&= y - t",
        r"(V^{\top} \, \delta_y) \odot",
        r"W &\leftarrow W - \alpha\,\delta_z \, x^{\top}",
    )),
    ("lecture", "sigmoid-chain", "w_l", (
        r"\frac{\partial P}{\partial w_l} &= \frac{\partial P}{\partial o_r} \times \frac{\partial o_r}{\partial w_l}",
        r"\times \frac{\partial o_l}{\partial p_l} \times \frac{\partial p_l}{\partial w_l}",
        r"(d - o_r) \times o_r(1 - o_r) \times w_r \times o_l(1 - o_l) \times i_l",
        r"w_l' &= w_l + \alpha \times \delta_l \times i_l",
    )),
    ("nielsen", "sigmoid-layers", "v", (r"o_r - d", r"v' &= v + \alpha\,x \, \delta_l^{\top}")),
    ("mitchell", "two-two-two", "w_5", (
        r"\delta_{o1} &= -\frac{\partial E_{\mathrm{total}}}{\partial\mathit{net}_{o1}}",
        r"(\mathit{target}_{o1} - \mathit{out}_{o1})\,\mathit{out}_{o1}(1 - \mathit{out}_{o1})",
        r"\Delta w_5 &= -\eta \cdot \frac{\partial E_{\mathrm{total}}}{\partial w_5}",
        r"\eta\,\delta_{o1}\,\mathit{out}_{h1}",
    )),
]  # fmt: skip


@pytest.mark.parametrize(("profile", "example", "wrt", "parts"), SPELLED, ids=[one[0] for one in SPELLED])
def test_the_latex_is_spelled_as_the_source_spells_it(profile: str, example: str, wrt: str, parts: Sequence[str]) -> None:
    page = Network.read(examples()[example].read_text(encoding="utf-8")).derive(wrt=wrt, profile=profile).to("latex")
    at = 0
    for part in parts:
        assert part in page[at:]
        at = page.index(part, at)


def test_every_seed_and_two_textbooks_have_a_profile() -> None:
    assert {name for name in PROFILES if name != "plain"} == {name for name, *_ in SPELLED}


def test_the_document_says_whose_manner_each_profile_is() -> None:
    page = (ROOT / "docs" / "profiles.md").read_text(encoding="utf-8")
    for name, entry in PROFILES.items():
        (row,) = [line for line in page.splitlines() if line.startswith(f"| `{name}` |")]
        assert entry.source in row


# ------------------------------------------------------------------------------------------------ the choices one by one


def test_notation_changes_no_step() -> None:
    """JSON has the steps, and keeps to the notation that is read back."""
    derivation = derive(read_network(NEURON))
    spelled = Notation("times", "over", "d", "plus")
    assert render(derivation, "json", notation=spelled) == render(derivation, "json")
    assert "(t − y)×y×(1 − y)" in render(derivation, "text", notation=spelled)


@pytest.mark.parametrize(
    ("residual", "sign", "delta", "gradient"),
    [
        ("written", "inside", "−(t − y)·y·(1 − y)", "δ·x"),
        ("target-first", "inside", "−(t − y)·y·(1 − y)", "δ·x"),
        ("output-first", "inside", "(y − t)·y·(1 − y)", "δ·x"),
        ("target-first", "extracted", "(t − y)·y·(1 − y)", "−δ·x"),
        ("output-first", "extracted", "−(y − t)·y·(1 − y)", "−δ·x"),
    ],
)
@pytest.mark.parametrize("style", ["chain", "delta", "paths"])
def test_residuals_and_signs(residual: str, sign: str, delta: str, gradient: str, style: str) -> None:
    derivation = derive(read_network(NEURON), style=style, manner=Manner(residual, sign))
    (short,) = derivation.deltas.values()
    assert isinstance(short.meaning, Neg) is (sign == "extracted")
    assert to_text(derivation.delta_forms["z"], derivation.network) == delta
    assert to_text(derivation.result("w"), derivation.network) == gradient
    assert to_text(derivation.gradients["w"].expanded, derivation.network).count("−") == (3 if residual != "output-first" else 2)


@pytest.mark.parametrize(
    ("text", "residual", "gradient"),
    [
        ("y = w x; targets t; minimize E = ½ (y - t)²", "target-first", "−(t − y)·x"),
        ("y = w x + b; targets t; minimize E = ½ (t - w x - b)²", "output-first", "(w·x + b − t)·x"),
        ("y = w x; targets t; maximize P = -½ (t - y)²", "output-first", "−(y − t)·x"),
        ("y = w x; targets t; minimize E = (t - y)^4", "output-first", "4 (y − t)³·x"),
        ("y = σ(w x); targets t; minimize E = -(t log(y) + (1 - t) log(1 - y))", "target-first", "δ_y·x"),
        ("y = w x; targets t; minimize E = abs(t - y)", "output-first", "−sign(t − y)·x"),
    ],
)
def test_what_a_residual_is(text: str, residual: str, gradient: str) -> None:
    derivation = derive(read_network(text), wrt="w", manner=Manner(residual))
    assert to_text(derivation.result("w"), derivation.network) == gradient


@pytest.mark.parametrize("name", ["Δ", "e", "err", "ε", "d"])
def test_deltas_by_another_name_are_read_back(name: str) -> None:
    network = read_network("p_1 = w x; h = σ(p_1); p_2 = v h; y = σ(p_2); targets t; minimize E = ½ (t - y)²")
    derivation = derive(network, style="delta", manner=Manner(delta_name=name))
    assert [short.name for short in derivation.deltas.values()] == [f"{name}_2", f"{name}_1"]
    short = {one.name: one for one in derivation.deltas.values()}
    text = to_text(derivation.result("w"), derivation.network)
    assert read_expression(text, derivation.network, short) == derivation.result("w")


def test_a_lone_delta_by_another_name_is_read_back() -> None:
    derivation = derive(read_network(NEURON), manner=Manner(delta_name="Δ"))
    (short,) = derivation.deltas.values()
    text = to_text(derivation.result("w"), derivation.network)
    assert read_expression(text, derivation.network, {short.name: short}) == derivation.result("w")


def test_a_taken_name_is_not_given_again() -> None:
    derivation = derive(read_network("z = w e; y = σ(z); targets t; minimize E = ½ (t - y)²"), manner=Manner(delta_name="e"))
    (short,) = derivation.deltas.values()
    assert Ref(short.name) not in (Ref("e"), Ref("E"))


def test_the_rate_is_named_only_where_the_author_does_not() -> None:
    assert derive(read_network("y = w x"), manner=Manner(rate_name="α")).network.rate == "α"
    assert derive(read_network("y = w x; rate β"), manner=Manner(rate_name="α")).network.rate == "β"
    assert derive(read_network("y = w α"), manner=Manner(rate_name="α")).network.rate != "α"
    assert derive(read_network("y = w x; values η = 0.1"), manner=Manner(rate_name="α")).network.rate == "η"


@pytest.mark.parametrize(
    "choice", [{"residual": "left"}, {"delta_sign": "outside"}, {"delta_name": "sin"}, {"delta_name": "a b"}]
)
def test_a_manner_that_there_is_not_is_refused(choice: dict[str, str]) -> None:
    with pytest.raises(InputError):
        Manner(**choice)


def test_choices_override_a_profile() -> None:
    told = settle("lecture", product="none", residual=None, delta_name="e", style="delta", colour=False)
    assert (told.notation.product, told.notation.update, told.notation.colour) == ("none", "prime", False)
    assert (told.manner.residual, told.manner.delta_name, told.style, told.detail) == ("target-first", "e", "delta", 3)
    with pytest.raises(InputError, match="no profile"):
        settle("lectures")
    with pytest.raises(InputError, match="no choice"):
        settle(colours="red")


def test_colours_stand_in_latex_alone_and_can_be_left_out() -> None:
    derivation = derive(read_network(NEURON), style="paths")
    page = render(derivation, "latex", standalone=True)
    assert r"\usepackage{color}" in page
    assert page.count(r"\definecolor{layerA}") == 1
    for other in (render(derivation, "latex", notation=Notation(colour=False)), render(derivation, "markdown")):
        assert "color" not in other
        assert "colour" not in other
    assert "color" not in render(derive(read_network(NEURON)), "latex")


# ------------------------------------------------------------------------------------------------ the command line


def test_options_override_a_profile(command: Command) -> None:
    options = ("--profile", "mitchell", "--format", "json", "-q", "--style", "chain", "--detail", "1", "--delta-name", "e")
    page = json.loads(command("derive", NEURON, *options).out)
    assert (page["style"], page["detail"]) == ("chain", 1)
    assert page["gradients"]["w"]["delta_form"] == "−e·x"
    assert page["deltas"]["z"]["meaning"] == "−∂E/∂z"


def test_help_and_lists_name_every_choice(command: Command) -> None:
    shown = command("derive", "--help").out
    for table in (RESIDUALS, DELTA_SIGNS, *TABLES.values()):
        assert all(key in shown for key in table)
    options = {option.name.replace("_", "-") for one in (Manner, Notation) for option in fields(one)} - {"colour"}
    assert all(f"--{name}" in shown for name in options)
    listed = command("list", "profiles").out
    assert all(sample(entry) in listed and entry.title in listed for entry in PROFILES.values())


@pytest.mark.parametrize("option", ["residual", "delta-sign", "product", "fraction", "derivative", "update", "profile"])
def test_an_unknown_choice_names_the_known_ones(command: Command, option: str) -> None:
    outcome = command("derive", NEURON, f"--{option}", "none such")
    assert outcome.code == 2
    assert "hint:" in outcome.err
