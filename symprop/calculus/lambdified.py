"""Functions of numbers by ``sympy.lambdify``, with shared terms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import erfc
from typing import Any

import sympy as sp

from symprop.calculus.sympy_bridge import symbol, to_sympy
from symprop.errors import InputError
from symprop.model.expr import Expr
from symprop.model.network import Network

MOST_OPERATIONS = 50_000
"""Written-out operations above which sympy would take longer than anybody waits."""

_ERFC: Any = sp.Function("one_minus_erf")  # sympy's own erfc turns erfc(−u) into 2 − erfc(u), which cancels


def lambdified(
    network: Network, definitions: Sequence[tuple[str, Expr]], arguments: Sequence[str], results: Sequence[str]
) -> Callable[..., Sequence[float]]:
    """A function of *arguments* by position that returns *results*, each written out down to the arguments.

    Args:
        network: whose declared functions are put in.
        definitions: scalars, each over the arguments and those before it.
        arguments: names of what is given.
        results: names among the definitions.

    Raises:
        InputError: written out, the results are too long.
    """
    # lambdify makes code of the names of symbols, so none of them is the author's.
    put: dict[Any, Any] = {symbol(name): sp.Symbol(f"x{number}", real=True) for number, name in enumerate(arguments)}
    values: dict[str, Any] = {}
    sizes: dict[Any, int] = {}
    for name, expr in definitions:
        plain = to_sympy(expr, network).replace(sp.Add, _without_cancelling)
        size = sum(sizes.get(s, 1) for s in plain.free_symbols) + int(plain.count_ops())
        if size > MOST_OPERATIONS:
            raise InputError(f"written out, {name} has more than {MOST_OPERATIONS:,} operations", hint="use another target")
        sizes[symbol(name)] = size
        values[name] = put[symbol(name)] = plain.xreplace(put)
    given, made = [put[symbol(name)] for name in arguments], [values[name] for name in results]
    return sp.lambdify(given, made, modules=[{"one_minus_erf": erfc}, "math"], cse=True)  # type: ignore[no-any-return]


def _without_cancelling(*terms: Any) -> Any:
    """The sum of *terms*; ``c + c erf(u)``, as in gelu, is ``c erfc(−u)``, which keeps its digits where both terms cancel."""
    made = sp.Add(*terms)
    constant, rest = made.as_coeff_Add()
    factor, inner = rest.as_coeff_Mul()
    if isinstance(inner, sp.erf) and constant != 0 and abs(factor) == abs(constant):
        return constant * _ERFC(-inner.args[0] if factor == constant else inner.args[0])
    return made
