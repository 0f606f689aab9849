"""Where two expressions differ: ``f(a·b + c)`` and ``f(a·d + c)`` are equal if ``b`` and ``d`` are.

A line of a derivation changes one place of the line before; a proof needs to look at that place only.
"""

from __future__ import annotations

from symprop.model.expr import ONE, ZERO, Add, Apply, Div, Expr, Mul, Neg, Pow
from symprop.model.walk import children


def narrowed(left: Expr, right: Expr) -> tuple[Expr, Expr]:
    """Smaller sides whose equality implies that of *left* and *right*; the two themselves where there are none.

    A derivative stays whole: what is equal by a definition is not so where the defined name is cut.
    """
    while left != right:
        pair = _inside(left, right)
        if pair is None:
            break
        left, right = pair
    return left, right


def _inside(left: Expr, right: Expr) -> tuple[Expr, Expr] | None:
    if type(left) is not type(right):
        return None
    if isinstance(left, Add | Mul):
        return _between_equal_ends(left, right)
    alike = (
        isinstance(left, Apply) and isinstance(right, Apply) and (left.function, left.primes) == (right.function, right.primes)
    )
    if not alike and not isinstance(left, Neg | Div | Pow):
        return None
    pairs = list(zip(children(left), children(right), strict=False))
    changed = [pair for pair in pairs if pair[0] != pair[1]]
    return changed[0] if len(changed) == 1 and len(children(left)) == len(children(right)) else None


def _between_equal_ends(left: Expr, right: Expr) -> tuple[Expr, Expr] | None:
    ours, theirs = children(left), children(right)
    shorter = min(len(ours), len(theirs))
    start = next((n for n in range(shorter) if ours[n] != theirs[n]), shorter)
    end = next((n for n in range(shorter - start) if ours[-1 - n] != theirs[-1 - n]), shorter - start)
    if not start and not end:
        return None
    rest = slice(start, -end or None)
    return _joined(type(left), ours[rest]), _joined(type(left), theirs[rest])


def _joined(kind: type[Expr], parts: tuple[Expr, ...]) -> Expr:
    if len(parts) == 1:
        return parts[0]
    if kind is Add:
        return Add(parts) if parts else ZERO
    return Mul(parts) if parts else ONE
