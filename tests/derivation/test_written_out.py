"""The index register against the scalar register: written out for widths, both derivations are the same, proved."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from symprop.calculus.certificate import Certifier
from symprop.cli.bundled import examples
from symprop.derivation import Derivation, derive
from symprop.model.expr import Expr, Ref
from symprop.model.instantiate import Writer, write_out
from symprop.model.network import Network
from symprop.model.reader import read_network
from symprop.model.walk import substitute


def expanded_deltas(derivation: Derivation) -> dict[str, Expr]:
    """What each delta stands for, as a partial: the certifier writes it out."""
    return {short.name: short.meaning for short in derivation.deltas.values()}


@pytest.mark.parametrize(("name", "sizes"), [("sigmoid-layers", {"n_0": 2, "n_1": 3, "n_2": 2})])
def test_written_out_the_layers_have_the_scalar_derivation(name: str, sizes: Mapping[str, int]) -> None:
    network = read_network(examples()[name].read_text("utf-8"))
    compare(network, sizes)


def compare(network: Network, sizes: Mapping[str, int]) -> None:
    """Each entry of each gradient of the layers, written out, equals the gradient of the scalar network."""
    layers = derive(network, style="delta")
    scalar = derive(write_out(layers.network, sizes), style="delta")
    writer = Writer(layers.network, sizes)
    certifier = Certifier(scalar.network, {short.name: short for short in scalar.deltas.values()})
    compared = 0
    for gradient in layers.gradients.values():
        for letters in writer.instances(gradient.ranges):
            entry = writer.expr(gradient.quantity, letters)
            assert isinstance(entry, Ref)
            left = writer.expr(gradient.expanded, letters)
            right = scalar.gradients[entry.name]
            assert certifier.proves(left, right.expanded), (entry.name, left, right.expanded)
            compared += 1
    assert compared == len(scalar.gradients) > 0
    for pre_activation, form in layers.delta_forms.items():
        short = layers.deltas[pre_activation]
        for letters in writer.instances(short.ranges):
            quantity = writer.expr(substitute(Ref(pre_activation, short.ref.indices), {}), letters)
            assert isinstance(quantity, Ref)
            # δ_r[j] of the layers is δ_r_j, that of p_r_j, in the scalar derivation.
            names: dict[Ref, Expr] = {}
            for other, abbreviation in layers.deltas.items():
                for inner in writer.instances(abbreviation.ranges):
                    delta, meaning = (
                        writer.expr(abbreviation.ref, inner),
                        writer.expr(Ref(other, abbreviation.ref.indices), inner),
                    )
                    assert isinstance(delta, Ref)
                    assert isinstance(meaning, Ref)
                    names[delta] = scalar.deltas[meaning.name].ref
            assert certifier.proves(substitute(writer.expr(form, letters), names), scalar.delta_forms[quantity.name])
