"""The formulas of the table of functions as trees, with an argument and an output put in their places."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from symprop.errors import InternalError
from symprop.model.expr import Add, Expr, Mul, Neg, Ref
from symprop.model.functions import FUNCTIONS, FunctionEntry
from symprop.model.walk import substitute

_X, _Y = Ref("x"), Ref("y")


def definition_form(name: str, argument: Expr) -> Expr | None:
    """``f(argument)`` written out by the definition of *name*; None for a primitive."""
    text = _entry(name).definition
    return substitute(_formula(text), {_X: argument}) if text else None


def derivative_form(name: str, argument: Expr, output: Expr) -> Expr:
    """``f'(argument)`` in textbook form, where *output* stands for ``f(argument)``.

    Raises:
        InternalError: *name* takes several arguments; see :func:`partial_form`.
    """
    text = _entry(name).derivative
    if not text:
        raise InternalError(f"{name} has several arguments, so it has partials and no derivative")
    return substitute(_formula(text), {_X: argument, _Y: output})


def partial_form(name: str, arguments: Sequence[Expr], position: int) -> Expr:
    """Derivative of ``name(arguments)`` by the argument at *position* (from 0).

    Raises:
        InternalError: *name* takes one argument; see :func:`derivative_form`.
    """
    entry = _entry(name)
    if not entry.partials:
        raise InternalError(f"{name} has one argument, so it has a derivative and no partials")
    after, before = (_formula(text) for text in entry.partials)
    own = arguments[position]
    factors = tuple(
        substitute(before if other < position else after, {_X: own, _Y: argument})
        for other, argument in enumerate(arguments)
        if other != position
    )
    return factors[0] if len(factors) == 1 else Mul(factors)


def kink_forms(name: str, arguments: Sequence[Expr]) -> tuple[Expr, ...]:
    """Expressions that are zero exactly where the derivative of ``name(arguments)`` is a convention."""
    entry = _entry(name)
    if entry.arity is None:
        pairs = [(a, b) for i, a in enumerate(arguments) for b in arguments[i + 1 :]]
        return tuple(Add((a, Neg(b))) for a, b in pairs)
    places = [_formula(text) for text in entry.kinks]
    return tuple(Add((arguments[0], Neg(place))) for place in places)


def proof_forms(name: str, argument: Ref, output: Expr) -> tuple[Expr, ...]:
    """The lines from ``∂/∂x(definition)`` to the textbook form, each equal to the one before; () for a primitive."""
    return tuple(substitute(_formula(text), {_X: argument, _Y: output}) for text in _entry(name).proof)


def _entry(name: str) -> FunctionEntry:
    if name not in FUNCTIONS:
        raise InternalError(f"no function {name} in the table")
    return FUNCTIONS[name]


@lru_cache(maxsize=1024)
def _formula(text: str) -> Expr:
    from symprop.model.reader import read_formula  # the reader takes its spellings from the table of functions

    return read_formula(text, ("x", "y"))
