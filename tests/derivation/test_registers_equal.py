"""The three registers of one network are the same derivation: proved by sympy, written out for widths that all differ.

What a result in matrices means is worked out by the lowering and written out entry by entry; the same is done with the result in
indices; both are expanded as polynomials in the entries (and in what functions give there).  The scalar register is derived anew.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import sympy

from symprop.calculus.certificate import Certifier
from symprop.calculus.sympy_bridge import to_sympy
from symprop.cli.bundled import examples
from symprop.derivation import Derivation, derive
from symprop.model.expr import Expr, Partial, Ref
from symprop.model.instantiate import Writer, write_out
from symprop.model.lowering import Lowering
from symprop.model.network import Range
from symprop.model.reader import read_network
from symprop.model.walk import transform

SIZES = {
    "sigmoid-layers": ({"n_0": 2, "n_1": 3, "n_2": 1}, {"n_0": 1, "n_1": 2, "n_2": 3}),
    "matrix": ({"n_0": 2, "n_1": 3, "n_2": 1, "n_3": 2}, {"n_0": 1, "n_1": 2, "n_2": 3, "n_3": 2}),
    "matrix-sigmoid": ({"n_0": 2, "n_1": 3, "n_2": 1, "n_3": 2}, {"n_0": 3, "n_1": 1, "n_2": 2, "n_3": 1}),
    "matrix-batch": ({"n_0": 2, "n_1": 3, "n_2": 1, "N": 2},),
    "rows": ({"n_0": 1, "n_1": 2, "n_2": 1, "N": 3},),
    "autoencoder-tied": ({"n": 2, "m": 3}, {"n": 3, "m": 1}),
    "softmax-cross-entropy": ({"n": 2, "m": 3}, {"n": 3, "m": 2}),
}
CASES = [(name, sizes) for name, several in SIZES.items() for sizes in several]


@pytest.mark.parametrize(("name", "sizes"), CASES, ids=str)
def test_matrices_are_the_indices_written_out(name: str, sizes: Mapping[str, int]) -> None:
    text = examples()[name].read_text("utf-8")
    matrix, index = (derive(read_network(text), style="delta", registers=(register,)) for register in ("matrix", "index"))
    writer = Writer(index.network, sizes)
    lowering = Lowering(lambda own: axes(index, own), index.network.convention, index.network.leaves)
    compared = 0
    for own, gradient in index.gradients.items():
        letters = [Ref(r.index) for r in gradient.ranges]
        compared += equal(writer, lowering.entry(matrix.gradients[own].delta_form, letters), gradient.delta_form, gradient.ranges)
    for own, short in index.deltas.items():
        meant = lowering.entry(matrix.delta_forms[own], [Ref(letter) for letter in short.indices])
        compared += equal(writer, meant, index.delta_forms[own], short.ranges)
    assert compared >= len(index.gradients) + len(index.deltas)


@pytest.mark.parametrize(("name", "sizes"), [("matrix-sigmoid", {"n_0": 2, "n_1": 1, "n_2": 2, "n_3": 1})])
def test_scalars_are_the_matrices_derived_anew(name: str, sizes: Mapping[str, int]) -> None:
    layers = derive(read_network(examples()[name].read_text("utf-8")), style="delta", registers=("index",))
    scalar = derive(write_out(layers.network, sizes), style="delta")
    writer = Writer(layers.network, sizes)
    certifier = Certifier(scalar.network, {short.name: short for short in scalar.deltas.values()})
    for gradient in layers.gradients.values():
        for letters in writer.instances(gradient.ranges):
            entry = writer.expr(gradient.quantity, letters)
            assert isinstance(entry, Ref)
            assert certifier.proves(writer.expr(gradient.expanded, letters), scalar.gradients[entry.name].expanded)


def axes(derivation: Derivation, name: str) -> tuple[Range, ...] | None:
    """Those of a quantity or of a delta."""
    deltas = {short.name: short.ranges for short in derivation.deltas.values()}
    network = derivation.network
    if name in deltas:
        return deltas[name]
    return network.axes(name) if name in network.leaves or name in network.by_name else None


def equal(writer: Writer, left: Expr, right: Expr, ranges: tuple[Range, ...]) -> int:
    """Prove that both are the same in each entry; how many entries."""
    count = 0
    for letters in writer.instances(ranges):
        sides = [to_sympy(transform(writer.expr(side, letters), _named)) for side in (left, right)]
        assert sympy.expand(sides[0] - sides[1]) == 0, (letters, sides)
        count += 1
    return count


def _named(node: Expr) -> Expr | None:
    """A derivative that a line cites, as a name."""
    if not isinstance(node, Partial):
        return None
    assert isinstance(node.of, Ref)
    return Ref(f"d{node.of.name}_d{node.wrt.name}")
