"""Names as documents write them: how marks, changes and labels become parts of a name."""

from __future__ import annotations

from symprop.model.expr import Add, Expr, Neg, Number, Ref
from symprop.model.written import BRACKETED, SUPERSCRIPTED

CHANGE = "Δ"
"""Begins the name of the change of a quantity: ``Δw`` of ``w``."""
MARK = "|"
"""Stands between a name and the mark of its version: ``w|new``."""

LAYER = "·"
"""Stands between a name and the letters of its indices, where those say of which layer it is."""

ONES = "ones"
"""The name of a column of ones, of which there is one for each length."""

OLD = frozenset({"old", "alt", "prev", "before", "current"})
"""Marks of a quantity as it is before an update."""
NEW = frozenset({"+", "new", "'", "neu", "next", "after", "updated"})
"""Marks of a quantity after an update."""


def changed(name: str) -> str:
    """The name of the change of *name*."""
    return CHANGE + name


def marked(name: str, mark: str) -> str:
    """The name of a version of *name*."""
    return f"{name}{MARK}{mark}"


def base(name: str) -> str:
    """The quantity whose change or version *name* is; *name* itself if it is none."""
    plain = name.split(MARK, 1)[0]
    return plain.removeprefix(CHANGE) if _is_change(plain) else plain


def _is_change(name: str) -> bool:
    """Whether something follows the sign of a change: ``Δ`` and ``Δ^l`` are names like any other."""
    return name.startswith(CHANGE) and name.removeprefix(CHANGE) not in ("", SUPERSCRIPTED, BRACKETED)


def version(name: str) -> str:
    """``Δ`` for a change, the mark for a version, else ""."""
    if _is_change(name.split(MARK, 1)[0]):
        return CHANGE
    return name.split(MARK, 1)[1] if MARK in name else ""


def label_of(expr: Expr) -> str:
    """An index as the label that it is where nothing gives it a number: ``k+1``."""
    if isinstance(expr, Ref):
        return "_".join([expr.name, *map(label_of, expr.indices)])
    if isinstance(expr, Number):
        return str(expr.value)
    if isinstance(expr, Neg):
        return "-" + label_of(expr.operand)
    if isinstance(expr, Add):
        return "+".join(label_of(term) for term in expr.terms).replace("+-", "-")
    return type(expr).__name__


def shown(name: str) -> str:
    """*name* for a reader: without the signs that tell superscripts and brackets."""
    text = base(name).split(LAYER, 1)[0].removesuffix(SUPERSCRIPTED).removesuffix(BRACKETED)
    kind = version(name)
    return CHANGE + text if kind == CHANGE else text + (f" ({kind})" if kind else "")


def entry_text(name: str, atoms: tuple[int | str, ...]) -> str:
    """One entry for a reader: ``w^2_{31}`` is ``w^2_3,1``."""
    text = shown(name)
    if not atoms:
        return text
    if base(name).endswith(SUPERSCRIPTED):
        rest = "_" + ",".join(map(str, atoms[1:])) if atoms[1:] else ""
        return f"{text}^{atoms[0]}{rest}"
    if base(name).endswith(BRACKETED):
        rest = "_" + ",".join(map(str, atoms[1:])) if atoms[1:] else ""
        return f"{text}{rest}({atoms[0]})"
    return text + "_" + ",".join(map(str, atoms))
