"""Whether a formula is arithmetic alone, so that numbers with finitely many digits give an exact value."""

from __future__ import annotations

from symprop.model.build import numeric_value
from symprop.model.expr import Apply, Expr, Pow, Ref, Softmax
from symprop.model.forms import definition_form
from symprop.model.functions import FUNCTIONS
from symprop.model.network import Network
from symprop.model.walk import children

_CHOICES = frozenset({"abs", "max", "min", "sign", "step"})
"""Functions without a definition that only choose."""


def is_rational(expr: Expr, network: Network) -> bool:
    """Is *expr* made of names and literals by ``+ − · /``, whole powers and functions that are so made?"""
    if isinstance(expr, Softmax):
        return False
    if isinstance(expr, Pow):
        exponent = numeric_value(expr.exponent)
        if exponent is None or exponent.denominator != 1:
            return False
    if isinstance(expr, Apply) and not _is_rational_function(expr.function, network):
        return False
    return all(is_rational(child, network) for child in children(expr))


def _is_rational_function(name: str, network: Network) -> bool:
    if name in network.functions:
        body = network.functions[name].body
    else:
        body = definition_form(name, Ref("x")) if name in FUNCTIONS and FUNCTIONS[name].arity == 1 else None
    return name in _CHOICES if body is None else is_rational(body, network)
