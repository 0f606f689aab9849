"""A document read with all that is known about it: declarations in its comments, and networks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from symprop.check.document import Document, Reading, Side, Statement
from symprop.check.given.declarations import Claim, Declared, Value, read_declarations, without_dummy
from symprop.check.given.networks import given, vocabulary
from symprop.check.given.spelling import Spelling, as_written
from symprop.check.reading import read
from symprop.check.reading.vocabulary import merged
from symprop.check.theory import Atom, Theory
from symprop.check.trees import nodes, transformed
from symprop.check.understanding.normalise import normaliser
from symprop.check.understanding.theories import Given
from symprop.check.values.atoms import atom
from symprop.model.expr import Expr, Number, Ref
from symprop.model.network import Network, Role


@dataclass(frozen=True, slots=True)
class Known:
    """A document, read.

    Args:
        reading: its statements; those of ``let`` and ``claim`` stand before and behind the document's own.
        given: what does not come from its formulas.
        lets: how many statements at the front are declarations.
        claims: the claims, for the last statements of the reading.
        declared: the declarations.
    """

    reading: Reading
    given: Given
    lets: int
    claims: tuple[Claim, ...]
    declared: Declared


def known(document: Document, networks: Sequence[Network] = ()) -> Known:
    """Read *document* with its declarations and with *networks*, which count more.

    Raises:
        InputError: a declaration cannot be read.
    """
    declared = read_declarations(document)
    own = [without_dummy(network) for network in declared.networks]
    every = [*networks, *own]
    reading = read(document, merged(vocabulary(every), declared.vocabulary))
    lets, claims = declared.definitions(reading.vocabulary), declared.claimed(reading.vocabulary)
    reading = replace(reading, statements=(*lets, *reading.statements, *(claim.statement for claim in claims)))
    reading = _renamed(reading, declared.equal_names(reading.vocabulary))
    found = given(every, reading)
    return Known(reading, replace(found, theory=_with(found.theory, declared, reading, own)), len(lets), claims, declared)


def _with(theory: Theory, declared: Declared, reading: Reading, networks: Sequence[Network]) -> Theory:
    """The theory with what was declared beside networks."""
    exprs = _exprs(reading.statements)
    normal = normaliser([*exprs, *(rule.ref for group in theory.rules.values() for rule in group)])
    spelling = Spelling(normal.split, reading.vocabulary.digitwise)
    values = {_key(value, spelling): value.number for value in declared.values}
    labels = dict(theory.labels)
    for node in (node for expr in exprs for node in nodes(normal(expr)) if isinstance(node, Ref)):
        for slot, index in enumerate(node.indices):
            if isinstance(index, Ref) and index.name in declared.ranges:
                labels[node.name, slot] = tuple(int(at) if at.isdigit() else at for at in declared.ranges[index.name])
    leaves = {
        as_written(leaf.name).name for network in networks for leaf in network.leaves.values() if leaf.role is not Role.SIZE
    }
    valued = {name for name, _ in values if not any(side == name for side in theory.rules)}
    return replace(
        theory,
        values={**values, **theory.values},
        labels=labels,
        letters=theory.letters | declared.ranges.keys(),
        ranks={**theory.ranks, **declared.ranks},
        simplex=theory.simplex | declared.simplex,
        leaves=theory.leaves | leaves | valued,
    )


def _key(value: Value, spelling: Spelling) -> tuple[str, tuple[Atom, ...]]:
    ref = as_written(value.name, tuple(Number(Fraction(at)) for at in value.at), spelling)
    return ref.name, tuple(atom(index, {}, lambda _name: None) for index in ref.indices)


def _exprs(statements: Iterable[Statement]) -> list[Expr]:
    return [side.expr for statement in statements for side in statement.sides if side.expr is not None]


def _renamed(reading: Reading, pairs: Sequence[Statement]) -> Reading:
    """The reading with the right name of each pair in the place of the left one; names alone keep their indices."""
    exact: dict[Expr, Expr] = {}
    names: dict[str, str] = {}
    for pair in pairs:
        left, right = pair.sides[0].expr, pair.sides[1].expr
        if isinstance(left, Ref) and isinstance(right, Ref) and not left.indices and not right.indices:
            names[left.name] = right.name
        elif left is not None and right is not None:
            exact[left] = right
    return (
        replace(reading, statements=tuple(_changed(statement, names, exact) for statement in reading.statements))
        if pairs
        else reading
    )


def _changed(statement: Statement, names: Mapping[str, str], exact: Mapping[Expr, Expr]) -> Statement:
    def one(node: Expr) -> Expr:
        if node in exact:
            return exact[node]
        return Ref(names[node.name], node.indices, span=node.span) if isinstance(node, Ref) and node.name in names else node

    def side(old: Side) -> Side:
        return old if old.expr is None else replace(old, expr=transformed(old.expr, one))

    return replace(statement, sides=tuple(map(side, statement.sides)))
