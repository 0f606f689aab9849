"""What an expression may not be, however well it is formed: too deep, astronomically large, no index."""

from __future__ import annotations

from fractions import Fraction

from symprop.errors import InputError
from symprop.model.affine import affine
from symprop.model.expr import Add, Div, Expr, Mul, Neg, Number, Pow, Ref
from symprop.model.reader.surface import nodes, parts

MAX_DEPTH = 250  # later passes recurse through the tree
MAX_EXPONENT = 1_000
_MAX_BITS = 4_000

_INDEX_NODES = (Number, Ref, Add, Neg, Mul)


def check(expr: Expr) -> None:
    """Refuse what later passes could not handle.

    Raises:
        InputError: too deep a tree, or too large a power of numbers.
    """
    _check_depth(expr)
    for node in nodes(expr):
        if isinstance(node, Pow):
            _check_power(node)


def _check_depth(expr: Expr) -> None:
    level = [expr]
    for _ in range(MAX_DEPTH):
        level = [part for node in level for part in parts(node)]
        if not level:
            return
    raise InputError("the expression is nested too deeply", expr.span, "name a part of it by a definition")


def check_index(expr: Expr) -> Expr:
    """*expr*, which must be a whole-number combination of letters and sizes.

    Raises:
        InputError: it is anything else.
    """
    combination = affine(expr) if all(isinstance(node, _INDEX_NODES) for node in nodes(expr)) else None
    if combination is None or any(value.denominator != 1 for value in (combination.constant, *combination.coefficients.values())):
        raise InputError(
            "an index is made of letters, sizes and whole numbers", expr.span, "write it like j, t-1, j+m or 2 j + 1"
        )
    return expr


def _check_power(node: Pow) -> None:
    exponent = _constant(node.exponent)
    if exponent is not None and abs(exponent) > MAX_EXPONENT:
        raise InputError(f"the exponent is larger than {MAX_EXPONENT:,}", node.exponent.span, "write the number itself")
    _constant(node)


def _constant(expr: Expr) -> Fraction | None:
    """The value of *expr* if it is made of literals alone, None if it is not (or has none)."""
    value: Fraction | None = None
    if isinstance(expr, Number):
        value = expr.value
    elif isinstance(expr, Neg):
        inner = _constant(expr.operand)
        value = None if inner is None else -inner
    elif isinstance(expr, Pow):
        value = _constant_power(expr)
    elif isinstance(expr, Div | Add | Mul):
        value = _combined(expr)
    if value is not None and max(value.numerator.bit_length(), value.denominator.bit_length()) > _MAX_BITS:
        raise InputError("the number is too large", expr.span)
    return value


def _combined(expr: Div | Add | Mul) -> Fraction | None:
    values = [_constant(part) for part in parts(expr)]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    if isinstance(expr, Div):
        return known[0] / known[1] if known[1] else None
    if isinstance(expr, Add):
        return sum(known, Fraction(0))
    product = Fraction(1)
    for value in known:
        product *= value
    return product


def _constant_power(expr: Pow) -> Fraction | None:
    base, exponent = _constant(expr.base), _constant(expr.exponent)
    if base is None or exponent is None or exponent.denominator != 1 or (not base and exponent < 0):
        return None
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if bits > 1 and bits * abs(exponent) > _MAX_BITS:
        raise InputError("the number is too large", expr.span)
    return base ** int(exponent)
