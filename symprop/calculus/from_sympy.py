"""A network given as sympy expressions, as text of the notation: one reader serves both doors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from symprop.calculus.sympy_bridge import SympyExpr, from_sympy
from symprop.errors import InputError
from symprop.model.expr import Ref
from symprop.model.printer import to_text
from symprop.model.walk import walk


def notation_from_sympy(
    definitions: Mapping[Any, SympyExpr],
    *,
    cost: Any = None,
    maximize: bool = False,
    weights: Sequence[Any] = (),
    targets: Sequence[Any] = (),
    inputs: Sequence[Any] = (),
) -> str:
    """The notation of a network whose definitions are sympy expressions by name (or Symbol).

    Raises:
        InputError: an expression that the notation does not have, or a name that it cannot write.
    """
    lines: list[str] = []
    unknown: dict[str, None] = {}
    for keyword, names in (("inputs", inputs), ("targets", targets), ("weights", weights)):
        if names:
            lines.append(f"{keyword} " + " ".join(_name(n) for n in names))
    body: list[str] = []
    known = {_name(key) for key in definitions}
    if cost is not None and _name(cost) not in known:
        raise InputError(f"the cost {_name(cost)} is not among the definitions", hint="they are " + ", ".join(known))
    for key, value in definitions.items():
        name = _name(key)
        expr = from_sympy(value)
        for node in walk(expr):
            if isinstance(node, Ref):
                _name(node.name)
        unknown.update(dict.fromkeys(_unknown_functions(value)))
        keyword = ("maximize " if maximize else "minimize ") if cost is not None and name == _name(cost) else ""
        body.append(f"{keyword}{name} = {to_text(expr)}")
    lines += [f"function {name}" for name in unknown]
    return "\n".join([*lines, *body]) + "\n"


def _name(key: Any) -> str:
    name = str(key)
    if not name or not all(c.isalnum() or c in "_{}" for c in name) or name[0].isdigit():
        raise InputError(f"{name!r} cannot be a name in the notation", hint="names have letters, digits and underscores")
    return name


def _unknown_functions(value: SympyExpr) -> list[str]:
    from sympy.core.function import AppliedUndef

    if not hasattr(value, "atoms"):  # a plain number
        return []
    return sorted({type(f).__name__ for f in value.atoms(AppliedUndef)})
