"""Documents in which the letter of an index names the layer: ``net_j = Σ_i w_ij x_i`` and ``net_k = Σ_j w_jk o_j``.

There ``net_j`` and ``net_k`` are two quantities, and ``w_ij`` and ``w_jk`` two matrices.  Their letters become part of the name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from symprop.check.trees import nodes, transformed
from symprop.check.understanding.lines import Line
from symprop.check.written_names import LAYER, MARK
from symprop.model.expr import Expr, Ref
from symprop.model.written import BRACKETED, SUPERSCRIPTED, Big


def lettered(lines: Sequence[Line]) -> list[Line]:
    """The lines, with letters in the names where they name layers; the same lines elsewhere."""
    if not _names_layers(lines):
        return list(lines)
    return [replace(line, exprs=_all(line.exprs), repaired=_all(line.repaired)) for line in lines]


def _all(exprs: Sequence[Expr | None]) -> tuple[Expr | None, ...]:
    return tuple(None if expr is None else transformed(expr, _tagged) for expr in exprs)


def _names_layers(lines: Sequence[Line]) -> bool:
    """Whether one name is defined with two letters, one of which the other definition sums over."""
    heads: dict[str, dict[str, Expr]] = defaultdict(dict)
    for line in lines:
        left, right = (*line.exprs[:2], None, None)[:2]
        if isinstance(left, Ref) and right is not None and len(left.indices) == 1:
            letter = _letter(left.indices[0])
            if letter:
                heads[left.name].setdefault(letter, right)
    for name, defined in heads.items():
        for right in defined.values():
            bound = {letter for node in nodes(right) if isinstance(node, Big) for letter in node.indices}
            inside = {node.name for node in nodes(right) if isinstance(node, Ref)}
            if bound & defined.keys() and name not in inside:
                return True
    return False


def _letter(index: Expr) -> str:
    single = isinstance(index, Ref) and not index.indices and len(index.name) == 1 and index.name.islower()
    return index.name if single and isinstance(index, Ref) else ""


def _tagged(expr: Expr) -> Expr:
    if not isinstance(expr, Ref) or not expr.indices or expr.name.endswith((SUPERSCRIPTED, BRACKETED)):
        return expr
    letters = [_letter(index) for index in expr.indices]
    if not all(letters):
        return expr
    name, mark, kind = expr.name.partition(MARK)
    return Ref(f"{name}{LAYER}{''.join(letters)}{mark}{kind}", expr.indices, span=expr.span)
