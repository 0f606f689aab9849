"""Corrupted rules are caught: the judge shares nothing with the calculus that it judges."""

from __future__ import annotations

from dataclasses import replace

import pytest

from symprop.calculus import adjoints, contract, partials
from symprop.derivation import derive
from symprop.derivation.step import Link
from symprop.derivation.verify import Verifier
from symprop.errors import InputError, InternalError
from symprop.evaluation.verdict import BY_DEFINITION, Status, Verdict
from symprop.model import forms
from symprop.model.build import negative, product
from symprop.model.expr import ONE, Ref
from symprop.model.functions import FUNCTIONS
from symprop.model.reader import read_network
from symprop.model.walk import substitute

NEURON = "z = w x + b; y = {f}(z); minimize E = ½ (t - y)²"
LAYERS = """
inputs x[n]; targets t[m]; weights W[m,n]
z[j] = Σ_k W[j,k] x[k]; y[j] = σ(z[j])
minimize E = ½ Σ_j (t[j] - y[j])²
"""
RECURRENCE = "inputs x[T]; weights u v; h[0] = 0; h[t] = tanh(u h[t-1] + v x[t]); minimize E = h[T]²"


@pytest.mark.parametrize("style", ["chain", "delta"])
@pytest.mark.parametrize(
    ("function", "wrong"),
    [
        ("sigmoid", "y (1 + y)"),
        ("sigmoid", "x (1 - x)"),
        ("tanh", "1 - y"),
        ("relu", "[x < 0]"),
        ("softplus", "σ(-x)"),
        ("swish", "y + σ(x) (1 + y)"),
        ("gelu", "normcdf(x) - x normpdf(x)"),
        ("elu", "[x > 0] + y [x ≤ 0]"),
        ("sin", "-cos(x)"),
    ],
)
def test_a_wrong_derivative_in_the_table_cannot_be_told(
    function: str, wrong: str, style: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    corrupted = {**FUNCTIONS, function: replace(FUNCTIONS[function], derivative=wrong)}
    monkeypatch.setattr(forms, "FUNCTIONS", corrupted)
    with pytest.raises(InternalError):
        derive(read_network(NEURON.format(f=function)), style=style)


def test_the_right_table_can(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "FUNCTIONS", dict(FUNCTIONS))
    assert derive(read_network(NEURON.format(f="sigmoid"))).count(Status.PROVED)


def test_a_lost_sign_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partials, "negative", lambda expr: expr)
    with pytest.raises(InternalError):
        derive(read_network(NEURON.format(f="σ")))


def test_a_lost_factor_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partials, "product", lambda *factors: product(*factors[:1]))
    with pytest.raises(InternalError):
        derive(read_network(NEURON.format(f="σ")))


def test_a_contraction_that_forgets_its_range_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adjoints, "condition", lambda *_: ())
    with pytest.raises((InternalError, InputError)):
        derive(read_network(RECURRENCE), style="delta", detail=1)


def test_a_sum_that_is_dropped_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contract, "Sum", lambda body, *_: body)
    with pytest.raises((InternalError, InputError)):
        derive(read_network("inputs x[n]; weights w; y[k] = w x[k]; minimize E = ½ Σ_k y[k]²"), style="delta", detail=1)


def test_transposed_weights_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    original = adjoints.transpose

    def swapped(*arguments: object) -> object:
        made = original(*arguments)  # type: ignore[arg-type]
        if made is None or len(made.consumer.indices) != 1 or made.binders:
            return made
        return replace(made, partial=negative(made.partial))

    monkeypatch.setattr(adjoints, "transpose", swapped)
    with pytest.raises(InternalError):
        derive(read_network(LAYERS), style="delta")


@pytest.mark.parametrize(("status", "error"), [(Status.REFUTED, InternalError), (Status.UNDECIDED, InputError)])
def test_a_link_that_does_not_hold_cannot_be_made(status: Status, error: type[Exception]) -> None:
    with pytest.raises(error):
        Link(ONE, "chain", (), Verdict(status, "for a test"))


def test_a_link_that_holds_can() -> None:
    assert Link(Ref("w"), "chain", (), Verdict(Status.SAMPLED, "for a test")).relation == "="


def test_only_a_line_of_the_network_holds_by_definition() -> None:
    network = read_network(LAYERS)
    verifier = Verifier(network, {})
    (layer, activation, cost) = network.definitions
    for definition in (layer, activation, cost):
        assert verifier.verdict(definition.ref, definition.expr, definition.ranges) == BY_DEFINITION
    assert verifier.verdict(layer.ref, activation.expr, layer.ranges).status is Status.REFUTED
    other = substitute(layer.expr, {Ref("j"): Ref("p")})
    assert verifier.verdict(layer.ref, other, layer.ranges).status is not Status.PROVED
