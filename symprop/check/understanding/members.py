"""Names with an index whose entries are arrays themselves: ``x_n`` beside ``x_n^T``, one column for each example."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from symprop.check.trees import nodes
from symprop.model.expr import Expr, Hadamard, Neg, Ref
from symprop.model.written import BRACKETED, SUPERSCRIPTED, Big, Transpose, ungrouped


def array_members(exprs: Iterable[Expr], arity: Mapping[str, int]) -> frozenset[str]:
    """Names that have an index letter and no entries behind it.

    One such name shows by a transpose, or as a factor of ⊙; those that are indexed by the same bound letter, and never whole,
    go with it: some of them are numbers, which their formulas say.
    """
    every = [node for expr in exprs for node in nodes(expr)]
    counts: dict[str, set[int]] = defaultdict(set)
    for node in every:
        if isinstance(node, Ref):
            counts[node.name].add(len(node.indices))
    members = {name for name, count in arity.items() if counts[name] == {count} and _is_plain(name)}
    bound = {letter for node in every if isinstance(node, Big) for letter in node.indices}
    shown = {ref for node in every for ref in _shown(node) if ref.name in members}
    if not shown:
        return frozenset()
    letters = {_last(ref) for ref in shown} & bound
    by_letter = {node.name for node in every if isinstance(node, Ref) and node.indices and _last(node) in letters}
    doubtful = {node.name for node in every if isinstance(node, Ref) and node.indices and _last(node) not in letters | {""}}
    return frozenset(members & by_letter - doubtful)


def _shown(node: Expr) -> list[Ref]:
    """The names that *node* shows to be arrays."""
    if isinstance(node, Transpose):
        parts = [ungrouped(node.operand)]
    elif isinstance(node, Hadamard):
        parts = [ungrouped(factor.operand if isinstance(factor, Neg) else factor) for factor in node.factors]
    else:
        parts = []
    return [part for part in parts if isinstance(part, Ref) and part.indices]


def _last(ref: Ref) -> str:
    index = ref.indices[-1]
    return index.name if isinstance(index, Ref) and not index.indices else ""


def _is_plain(name: str) -> bool:
    return not name.endswith((SUPERSCRIPTED, BRACKETED))
