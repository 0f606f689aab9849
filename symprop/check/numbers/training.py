"""Values after some updates of the weights, all changed at once by the document's rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from symprop.check.numbers.reckoning import Reckoner, Unknown
from symprop.check.numbers.worlds import Quantity
from symprop.check.theory import Atom, Theory
from symprop.check.trees import nodes
from symprop.check.written_names import base, changed, version
from symprop.evaluation.context import Real, arithmetic
from symprop.model.expr import Expr, Number, Ref
from symprop.model.reader.vocabulary import WEIGHT_NAME
from symprop.model.written import Derivative, Gradient

_DIGITS = 40
MOST_UPDATES = 200
"""Updates that are made at most: each costs some milliseconds."""


def trained(exprs: Iterable[Expr]) -> frozenset[str]:
    """The names that a document updates, else those that are called like weights and by which it differentiates."""
    updated: set[str] = set()
    found: set[str] = set()
    for node in (node for expr in exprs for node in nodes(expr)):
        if isinstance(node, Derivative | Gradient) and isinstance(node.wrt, Ref):
            found.add(base(node.wrt.name))
        elif isinstance(node, Ref) and version(node.name):
            updated.add(base(node.name))
    return frozenset(updated or {name for name in found if WEIGHT_NAME.match(name)})


def after(theory: Theory, expr: Expr, updates: int, weights: frozenset[str]) -> Quantity | Unknown:
    """The value of *expr* after so many updates of all weights that have values.

    Args:
        theory: with values.
        expr: what is asked for.
        updates: how many.
        weights: names that are weights, where the theory does not say.

    Raises:
        Trouble: a value cannot be computed.
    """
    if updates and theory.update is None:
        return Unknown((), "how weights change is said neither by a rule nor by what is minimised")
    if updates > MOST_UPDATES:
        return Unknown((), f"more than {MOST_UPDATES} updates are not made")
    for _ in range(updates):
        advanced = _advanced(theory, weights)
        if isinstance(advanced, Unknown):
            return advanced
        theory = advanced
    return Reckoner(theory).value(expr)


def _advanced(theory: Theory, weights: frozenset[str]) -> Theory | Unknown:
    """The theory with the values of its weights after one update, in which all of them change at once."""
    reckoner = Reckoner(theory)
    values = dict(theory.values)
    for name, atoms in theory.values:
        if not _is_weight(theory, name, atoms, weights):
            continue
        change = reckoner.value(Ref(changed(name), tuple(_index(atom) for atom in atoms)))
        if isinstance(change, Unknown):
            return change
        values[name, atoms] += _fraction(change.value)
    return replace(theory, values=values)


def _is_weight(theory: Theory, name: str, atoms: tuple[Atom, ...], weights: frozenset[str]) -> bool:
    if not theory.weights:
        return name in weights if weights else WEIGHT_NAME.match(name) is not None
    return any(
        ref.name == name
        and len(ref.indices) == len(atoms)
        and all(
            index == _index(at) or (isinstance(index, Ref) and index.name in theory.letters)
            for index, at in zip(ref.indices, atoms, strict=True)
        )
        for ref in theory.weights
    )


def _index(at: Atom) -> Expr:
    return Number(Fraction(at)) if isinstance(at, int) else Ref(at)


def _fraction(value: Real) -> Fraction:
    """A real as an exact number of so many decimals."""
    scale = 10**_DIGITS
    return Fraction(int(arithmetic().mp.nint(value * scale)), scale)
