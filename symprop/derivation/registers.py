"""The registers in which one network can be told: matrices, indices, scalars; one after the other if several are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from symprop.derivation.general import tell_general
from symprop.derivation.matrices import Matrices
from symprop.derivation.step import Derivation, Prose, Section
from symprop.derivation.telling import Teller
from symprop.errors import InputError
from symprop.model.convention import Convention
from symprop.model.expr import Ref
from symprop.model.instantiate import Writer, write_out
from symprop.model.names import normal
from symprop.model.network import Network

REGISTERS: Mapping[str, str] = {
    "matrix": "whole vectors and matrices: W x, δ xᵀ",
    "index": "one entry for all: Σ_k W[j,k]·x[k]",
    "scalar": "every entry by a name of its own: W_11·x_1 + W_12·x_2",
}

VECTORS: Mapping[str, str] = {"columns": "z = W x, ∂E/∂W = δ xᵀ", "rows": "z = x W, ∂E/∂W = xᵀ δ"}

LAYOUTS: Mapping[str, str] = {
    "weights": "a gradient lies like its weight",
    "jacobian": "a gradient lies like the transposed weight, as a row of a Jacobian does",
}

_HEADINGS: Mapping[str, str] = {"matrix": "In matrices", "index": "In indices", "scalar": "Entry by entry"}


def chosen(registers: Sequence[str], network: Network) -> tuple[str, ...]:
    """What is told: what was asked for, each once; else matrices where the author wrote matrices, else indices.

    Raises:
        InputError: there is no such register.
    """
    for register in registers:
        if register not in REGISTERS:
            raise InputError(f"there is no register {register!r}", hint="registers: " + ", ".join(REGISTERS))
    by_default = "matrix" if any(d.written is not None for d in network.definitions) else "index"
    return tuple(dict.fromkeys(registers)) or (by_default,)


def with_convention(network: Network, vectors: str | None, layout: str | None) -> Network:
    """*network* with its vectors and its gradients the way round that is asked for (keys of the two tables; None: as it is).

    What the author wrote in matrices stands as written only while vectors lie as the author has them.

    Raises:
        InputError: there is no such way.
    """
    for what, key, table in (("orientation", vectors, VECTORS), ("layout", layout, LAYOUTS)):
        if key is not None and key not in table:
            raise InputError(f"there is no {what} {key!r}", hint="there are " + ", ".join(table))
    own = network.convention
    wanted = Convention(
        rows=own.rows if vectors is None else vectors == "rows", jacobian=own.jacobian if layout is None else layout == "jacobian"
    )
    if wanted == own:
        return network
    kept = network.definitions if wanted.rows == own.rows else tuple(replace(d, written=None) for d in network.definitions)
    return replace(network, convention=wanted, definitions=kept)


def in_scalars(network: Network, sizes: Mapping[str, int]) -> Network:
    """*network* with one name for each entry.

    Raises:
        InputError: a size is missing, unknown or not positive, or the result would be too long.
    """
    unknown = [name for name in sizes if name not in network.sizes]
    if unknown:
        raise InputError(f"the network has no size {unknown[0]}", hint="its sizes: " + (", ".join(network.sizes) or "none"))
    missing = [name for name in network.sizes if name not in sizes]
    if missing:
        raise InputError(f"the scalar register needs a number for the size {missing[0]}", hint=f"say --size {missing[0]}=2")
    return write_out(network, sizes)


def entry_names(network: Network, names: Sequence[str], sizes: Mapping[str, int]) -> tuple[str, ...]:
    """The names that :func:`in_scalars` gives to the entries of *names*."""
    writer = Writer(network, sizes)
    found: list[str] = []
    for name in names:
        own = {normal(known): known for known in (*network.leaves, *network.by_name)}.get(normal(name), name)
        axes = network.axes(own) if own in network.leaves or own in network.by_name else ()
        found += writer.entries(Ref(own, tuple(Ref(axis.index) for axis in axes)), axes) if axes else [own]
    return tuple(found)


def tell_in(register: str, teller: Teller, sections: Sequence[Section], *, general: bool) -> tuple[Section, ...]:
    """*sections*, which are told in indices, in *register*; with the general rules behind them if *general*."""
    if register == "matrix":
        matrices = _matrices(teller)
        teller.shown = matrices.chain
        sections = tuple(matrices.section(section) for section in sections)
    made = (*sections, *(tell_general(teller) if general else ()))
    teller.shown = None
    return made


def results_in(register: str, derivation: Derivation, teller: Teller) -> Derivation:
    """*derivation*, whose sections are told in *register*, with its results in the same."""
    if register != "matrix":
        return derivation
    matrices = _matrices(teller)
    return replace(
        derivation,
        gradients={name: matrices.gradient(gradient) for name, gradient in derivation.gradients.items()},
        delta_forms={name: matrices.delta(derivation.deltas[name], form) for name, form in derivation.delta_forms.items()},
        register=register,
    )


def _matrices(teller: Teller) -> Matrices:
    return Matrices(teller.network, teller.backprop.deltas, teller.verifier, entrywise=teller.detail > 2)


def under_heading(register: str, sections: Sequence[Section]) -> Iterator[Section]:
    """The same derivation once more, as a part of the page."""
    yield Section((_HEADINGS[register],), (Prose(("The same, " + REGISTERS[register].split(":")[0] + ".",)),))
    for section in sections:
        yield replace(section, level=section.level + 1)
