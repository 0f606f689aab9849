"""Arrays and their members: ``x_n`` beside ``x_n^T``, one column for each example; ``W_{jk}`` beside ``W``, an entry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from symprop.check.reading.tables import INDEX_LETTERS
from symprop.check.theory import Rule
from symprop.check.trees import nodes
from symprop.model.expr import Add, Expr, Hadamard, Neg, Ref
from symprop.model.written import BRACKETED, SUPERSCRIPTED, Big, Norm, Product, Transpose, ungrouped


def array_members(exprs: Iterable[Expr], rules: Iterable[Rule], arity: Mapping[str, int]) -> frozenset[str]:
    """Names that have an index letter and no entries behind it.

    One such name shows by a transpose, as a factor of ⊙, or in a norm beside a matrix; those that are indexed by the same
    bound letter, and whole in no definition, go with it: some of them are numbers, which their formulas say.
    """
    stated = list(_refs(side for rule in rules for side in (rule.ref, rule.expr)))
    every = [node for expr in exprs for node in nodes(expr)]
    defining = {ref.name for ref in stated}
    counts: dict[str, set[int]] = defaultdict(set)
    for ref in (*stated, *(node for node in every if isinstance(node, Ref) and node.name not in defining)):
        counts[ref.name].add(len(ref.indices))
    members = {name for name, count in arity.items() if counts[name] == {count} and _is_plain(name)}
    bound = {letter for node in every if isinstance(node, Big) for letter in node.indices}
    multiplied = {_last(ref) for node in every for ref in _multiplied(node)}
    shown = {ref for node in every for ref in _shown(node, multiplied) if ref.name in members}
    letters = {_last(ref) for ref in shown} & bound
    by_letter = {ref.name for ref in stated if _last(ref) in letters}
    doubtful = {ref.name for ref in stated if _last(ref) not in letters | {""}}
    return frozenset(members & by_letter - doubtful)


def entry_letters(relations: Iterable[Sequence[Expr]]) -> frozenset[str]:
    """Letters that say which entry of an array is meant, though no sum runs over them.

    They are behind a name that also stands without them: two of them behind a matrix, or one behind all the names of a relation
    (each the sides of one relation) that have an index there.
    """
    every = [sides for sides in relations if sides]
    if not any(isinstance(node, Transpose | Hadamard) for sides in every for side in sides for node in nodes(side)):
        return frozenset()  # no arrays, so no entries: `o_r` is a quantity of its own
    counts: dict[str, set[int]] = defaultdict(set)
    for ref in _refs(side for sides in every for side in sides):
        counts[ref.name].add(len(ref.indices))
    found: set[str] = set()
    for sides in every:
        inside: dict[str, set[str]] = defaultdict(set)
        for ref in _refs(sides):
            *_, before, last = ("", "", *map(_letter, ref.indices))
            if before and last and before != last and len(ref.indices) - 2 in counts[ref.name] and ref.name[:1].isupper():
                found |= {before, last}
            elif last:
                inside[last].add(ref.name if len(ref.indices) - 1 in counts[ref.name] else "")
        found |= {letter for letter, names in inside.items() if len(names) > 1 and "" not in names}
    return frozenset(found)


def _refs(exprs: Iterable[Expr]) -> Iterator[Ref]:
    return (node for expr in exprs for node in nodes(expr) if isinstance(node, Ref))


def _letter(index: Expr) -> str:
    """A small letter of those that indices have."""
    plain = isinstance(index, Ref) and not index.indices and index.name in INDEX_LETTERS
    return index.name if plain and isinstance(index, Ref) else ""


def _shown(node: Expr, multiplied: Set[str]) -> list[Ref]:
    """The names that *node* shows to be arrays."""
    parts: Sequence[Expr] = ()
    if isinstance(node, Transpose):
        parts = (node.operand,)
    elif isinstance(node, Hadamard):
        parts = node.factors
    elif isinstance(node, Norm):
        inside = ungrouped(node.operand)
        parts = inside.terms if isinstance(inside, Add) else (inside,)
    plain = [ungrouped(part.operand if isinstance(part, Neg) else part) for part in parts]
    found = [part for part in plain if isinstance(part, Ref) and part.indices]
    return [ref for ref in found if not isinstance(node, Norm) or _last(ref) in multiplied]


def _multiplied(node: Expr) -> Iterator[Ref]:
    """``x_n`` in ``W x_n``."""
    if isinstance(node, Product) and len(node.factors) == 2:
        refs = [factor for factor in node.factors if isinstance(factor, Ref)]
        if any(ref.name[:1].isupper() and not ref.indices for ref in refs):
            yield from (ref for ref in refs if ref.indices and ref.name[:1].islower())


def _last(ref: Ref) -> str:
    index = ref.indices[-1] if ref.indices else None
    return index.name if isinstance(index, Ref) and not index.indices else ""


def _is_plain(name: str) -> bool:
    return not name.endswith((SUPERSCRIPTED, BRACKETED))
