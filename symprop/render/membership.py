r"""Shapes as LaTeX states them, ``W_l \in \mathbb{R}^{n \times m}``: readers and ``symprop check`` learn the same from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from symprop.model.expr import ONE, Expr, Ref
from symprop.model.network import Leaf, Range


@dataclass(frozen=True, eq=False)
class Member(Expr):
    """A name and the sizes of its array; where it is one of a family, over what its letters run."""

    of: Ref
    sizes: tuple[Expr, ...]
    ranges: tuple[Range, ...] = ()


def member(leaf: Leaf, nodes: Iterable[Expr], *, rows: bool) -> Member | None:
    """What *leaf* is on a page made of *nodes*; None where that is no vector or matrix, or does not count from 1.

    Its axes are those that the page leaves open where it writes the name with the fewest indices.
    """
    refs = [node for node in nodes if isinstance(node, Ref) and node.name == leaf.name]
    count = min((len(ref.indices) for ref in refs), default=0)
    axes = leaf.axes[count:]
    if len(axes) not in (1, 2) or any(axis.lower != ONE for axis in axes):
        return None
    sizes = tuple(axis.upper for axis in axes)
    whole = [ref.indices for ref in refs if len(ref.indices) == count]
    letters = next((found for found in map(_letters, whole) if found is not None), None) if count else ()
    if letters is None:
        return None
    ranges = tuple(Range(letter, axis.lower, axis.upper) for letter, axis in zip(letters, leaf.axes, strict=False))
    return Member(Ref(leaf.name, tuple(map(Ref, letters))), (ONE, *sizes) if rows and len(sizes) == 1 else sizes, ranges)


def _letters(indices: tuple[Expr, ...]) -> tuple[str, ...] | None:
    """The letters that *indices* are; None if they are more, or the name of a last one (``W_L``)."""
    names = [index.name for index in indices if isinstance(index, Ref) and not index.indices and index.name.islower()]
    return tuple(names) if len(set(names)) == len(indices) else None
