r"""Shapes that a document states: ``W_l \in \mathbb{R}^{n_l \times n_{l-1}}``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from symprop.check.document import Sign
from symprop.check.understanding.lines import Line
from symprop.model.expr import ONE, Expr, Number, Pow, Ref
from symprop.model.written import Group, Product, ungrouped

Said = Mapping[Ref, tuple[Expr, Expr]]
"""Rows and columns by name."""

_NUMBERS = "ℝ"


def shapes_said(lines: Iterable[Line]) -> dict[Ref, tuple[Expr, Expr]]:
    """The shapes that memberships in ``ℝ^{…}`` state; what is said twice counts as it was said first."""
    found: dict[Ref, tuple[Expr, Expr]] = {}
    for line in lines:
        *names, space = line.exprs or (None,)
        shape = None if space is None or Sign.OTHER not in line.signs else _shape(ungrouped(space))
        for name in names if shape is not None else ():
            listed = name.items if isinstance(name, Group) else (name,)
            for one in listed:
                if isinstance(one, Ref) and shape is not None:
                    found.setdefault(one, shape)
    return found


def _shape(space: Expr) -> tuple[Expr, Expr] | None:
    if not isinstance(space, Pow) or space.base != Ref(_NUMBERS):
        return None
    sizes = ungrouped(space.exponent)
    if isinstance(sizes, Product) and len(sizes.factors) == 2 and sizes.signs == ("×",):
        rows, columns = sizes.factors
    else:
        rows, columns = sizes, ONE
    return (rows, columns) if _is_size(rows) and _is_size(columns) else None


def _is_size(expr: Expr) -> bool:
    return isinstance(expr, Number | Ref)


def ranks_said(said: Said) -> dict[str, int]:
    """The ranks of the names of which a shape is stated."""
    return {ref.name: 1 if ONE in shape else 2 for ref, shape in said.items()}


def sizes_said(said: Said, taken: frozenset[str]) -> frozenset[str]:
    """Names of sizes that stand alone: as numbers they are that many; *taken* are names that mean something else."""
    sizes = {size.name for shape in said.values() for size in shape if isinstance(size, Ref) and not size.indices}
    return frozenset(sizes - taken)


def rows_said(said: Said) -> bool:
    """Whether lines are said to be rows, and none to be a column."""
    lines = [shape for shape in said.values() if ONE in shape]
    return any(rows == ONE for rows, _ in lines) and not any(columns == ONE for _, columns in lines)
