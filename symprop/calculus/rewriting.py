r"""The rules of differentiation one at a time: ``∂/∂w (½ (t - w x)²)`` rewritten until no derivative is left open.

An open derivative is a node ``Partial(of=expression, wrt)``.  Each :class:`Move` is the whole expression after one more
rule; the outermost open derivative on the left goes first, so the trace is the computation.  An inner function gets
a name for the moment of the chain rule: ``∂(…)²/∂w = ∂z²/∂z · ∂z/∂w``, and is put back right after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from symprop.calculus.partials import derivative, slope
from symprop.errors import InputError
from symprop.model.build import power, tidy
from symprop.model.expr import ONE, TWO, ZERO, Add, Apply, Div, Expr, Hadamard, Indicator, Mul, Neg, Partial, Pow, Ref
from symprop.model.network import Network
from symprop.model.walk import children, free_refs, rebuild, substitute, transform, walk

Names = Callable[[Expr], Ref]
"""The name of an inner function."""


@dataclass(frozen=True, slots=True)
class Move:
    """``expr`` follows from the move before by ``rule``; ``detail`` is the least at which the line is worth showing.

    A chain rule has the name of the ``inner`` function and the ``outer`` one in terms of it.
    """

    expr: Expr
    rule: str
    detail: int = 2
    inner: Ref | None = None
    outer: Expr | None = None


def moves(network: Network, start: Partial, names: Names) -> Iterator[Move]:
    """The lines from *start* to the derivative, one rule each.

    Raises:
        InputError: there is a construct that has no rule here (a sum over an index, a function of several arguments
            whose derivative is not known).
    """
    current: Expr = start
    while (found := _open(current)) is not None:
        if _is_outer_of_chain(found):
            for move in _chained(network, current, found, names):
                yield move
                current = move.expr
            continue
        rule, change = _rule(found)
        value = change(network, found)
        current = _everywhere(current, change, value) if change in (_constant, _identity) else put(current, found, value)
        yield Move(current, rule, 3 if rule == "identity" else 2)
        if change in (_constant, _identity):
            for move in _settled(current):
                yield move
                current = move.expr


def derivatives_left(expr: Expr) -> list[Partial]:
    """The open derivatives in *expr*, each once; none while one of them is that of a constant, which goes at once."""
    found = list(dict.fromkeys(node for node in walk(expr) if isinstance(node, Partial)))
    return [] if any(_rule(node)[0] == "constant" for node in found) else found


def _open(expr: Expr) -> Partial | None:
    """The derivative that is next: of constants, which go at once, else the outermost one on the left."""
    found = [node for node in walk(expr) if isinstance(node, Partial)]
    return next((node for node in found if _rule(node)[0] == "constant"), found[0] if found else None)


# ── The table of rules: what an open derivative looks like, and its next form ─────────────────────────────────────


def _identity(_network: Network, _open: Partial) -> Expr:
    return ONE


def _constant(_network: Network, _open: Partial) -> Expr:
    return ZERO


def _sum(_network: Network, open_: Partial) -> Expr:
    assert isinstance(open_.of, Add)
    return Add(tuple(_signed(term, open_.wrt) for term in open_.of.terms))


def _signed(term: Expr, wrt: Ref) -> Expr:
    return Neg(Partial(term.operand, wrt)) if isinstance(term, Neg) else Partial(term, wrt)


def _negated(_network: Network, open_: Partial) -> Expr:
    assert isinstance(open_.of, Neg)
    return Neg(Partial(open_.of.operand, open_.wrt))


def _factor(_network: Network, open_: Partial) -> Expr:
    """Constant factors in front, in their order."""
    of, wrt = open_.of, open_.wrt
    if isinstance(of, Div):
        if _varies(of.denominator, wrt):
            return Mul((of.numerator, Partial(Div(ONE, of.denominator), wrt)))
        return Mul((Div(ONE, of.denominator), Partial(of.numerator, wrt)))
    assert isinstance(of, Mul | Hadamard)
    still = [factor for factor in of.factors if not _varies(factor, wrt)]
    moving = [factor for factor in of.factors if _varies(factor, wrt)]
    return Mul((*still, Partial(moving[0] if len(moving) == 1 else Mul(tuple(moving)), wrt)))


def _product(_network: Network, open_: Partial) -> Expr:
    of = open_.of
    assert isinstance(of, Mul | Hadamard)
    places = range(len(of.factors))
    return Add(tuple(Mul((*of.factors[:p], Partial(of.factors[p], open_.wrt), *of.factors[p + 1 :])) for p in places))


def _quotient(_network: Network, open_: Partial) -> Expr:
    of, wrt = open_.of, open_.wrt
    assert isinstance(of, Div)
    squared = Pow(of.denominator, TWO)
    if of.numerator == ONE:
        return Neg(Div(Partial(of.denominator, wrt), squared))
    above = Add((Mul((Partial(of.numerator, wrt), of.denominator)), Neg(Mul((of.numerator, Partial(of.denominator, wrt))))))
    return Div(above, squared)


def _power(_network: Network, open_: Partial) -> Expr:
    of = open_.of
    assert isinstance(of, Pow)
    return Mul((of.exponent, Pow(of.base, Add((of.exponent, Neg(ONE))))))


def _exponential(_network: Network, open_: Partial) -> Expr:
    """``∂(u^v) = u^v·∂(v·log u)``."""
    of = open_.of
    assert isinstance(of, Pow)
    return Mul((of, Partial(Mul((of.exponent, Apply("log", (of.base,)))), open_.wrt)))


def _slope(_network: Network, open_: Partial) -> Expr:
    of = open_.of
    assert isinstance(of, Apply)
    return Apply(of.function, of.arguments, of.primes + 1, spelling=of.spelling)


def _at_once(network: Network, open_: Partial) -> Expr:
    if any(node.indices for node in free_refs(open_.of)):
        raise InputError("the rules of differentiation are told one at a time for scalars only", open_.of.span)
    return derivative(network, open_.of, open_.wrt)


Change = Callable[[Network, Partial], Expr]
_RULES: tuple[tuple[str, Callable[[Partial], bool], Change], ...] = (
    ("identity", lambda d: d.of == d.wrt, _identity),
    ("constant", lambda d: isinstance(d.of, Indicator) or not _varies(d.of, d.wrt), _constant),
    ("sum", lambda d: isinstance(d.of, Add), _sum),
    ("factor", lambda d: isinstance(d.of, Neg), _negated),
    ("factor", lambda d: _has_constant_factor(d.of, d.wrt), _factor),
    ("factors", lambda d: isinstance(d.of, Mul | Hadamard), _product),
    ("quotient", lambda d: isinstance(d.of, Div), _quotient),
    ("power", lambda d: isinstance(d.of, Pow) and not _varies(d.of.exponent, d.wrt), _power),
    ("exponential", lambda d: isinstance(d.of, Pow), _exponential),
    ("slope", lambda d: isinstance(d.of, Apply) and len(d.of.arguments) == 1, _slope),
    ("differentiation", lambda d: isinstance(d.of, Expr), _at_once),
)
"""The first that fits is the rule."""


def _rule(open_: Partial) -> tuple[str, Change]:
    return next((key, change) for key, fits, change in _RULES if fits(open_))


def _varies(expr: Expr, wrt: Ref) -> bool:
    return wrt in free_refs(expr)


def _has_constant_factor(of: Expr, wrt: Ref) -> bool:
    if isinstance(of, Div):
        return not _varies(of.denominator, wrt) or (of.numerator != ONE and not _varies(of.numerator, wrt))
    return isinstance(of, Mul | Hadamard) and not all(_varies(factor, wrt) for factor in of.factors)


# ── The chain rule ────────────────────────────────────────────────────────────────────────────────────────────────


def _inner(of: Expr) -> Expr:
    return of.base if isinstance(of, Pow) else children(of)[0]


def _is_outer_of_chain(open_: Partial) -> bool:
    """Is this a power or a function of something that is not the variable itself?"""
    return open_.of != open_.wrt and _rule(open_)[0] in ("power", "slope")


def _chained(network: Network, current: Expr, open_: Partial, names: Names) -> Iterator[Move]:
    """``∂f(inner)/∂w = ∂f(z)/∂z·∂z/∂w``, the outer derivative worked out, then the inner function put back."""
    inner, wrt = _inner(open_.of), open_.wrt
    composed = inner != wrt
    name = names(tidy(inner)) if composed else wrt
    outer = rebuild(open_.of, (name, *children(open_.of)[1:]))
    first = Partial(outer, name)
    if composed:
        current = put(current, open_, Mul((first, Partial(name, wrt))))
        yield Move(current, "chain", 2, name, outer)
    rule, change = _rule(first)
    yield Move(put(current, first, change(network, first)), rule, 3)
    current = put(current, first, _worked_out(network, outer))
    yield Move(current, "arithmetic" if rule == "power" else "textbook")
    if composed:
        current = substitute(current, {name: inner})
        yield Move(current, "substitution")
    yield Move(tidy(current), "arithmetic")


def _worked_out(network: Network, outer: Expr) -> Expr:
    """The derivative of ``z^n`` or ``f(z)`` by ``z`` as people leave it."""
    if isinstance(outer, Pow):
        return Mul((outer.exponent, power(outer.base, tidy(Add((outer.exponent, Neg(ONE)))))))
    assert isinstance(outer, Apply)
    return slope(network, outer, outer)


# ── Between the rules ─────────────────────────────────────────────────────────────────────────────────────────────


def _everywhere(expr: Expr, change: Change, value: Expr) -> Expr:
    """All derivatives of constants, or of the variable itself, at once."""
    for node in list(walk(expr)):
        if isinstance(node, Partial) and _rule(node)[1] is change:
            expr = put(expr, node, value)
    return expr


def _settled(expr: Expr) -> Iterator[Move]:
    """What is worked out is tidied: first zeros and ones go, then the sign is collected in front."""
    dropped = transform(expr, lambda node: None if _open(node) is not None else _without_units(node))
    if dropped != expr:
        yield Move(dropped, "arithmetic", 3)
    tidied = _tidy_closed(dropped)
    if tidied != dropped:
        yield Move(tidied, "sign" if _has_sign(dropped) else "arithmetic")


def _tidy_closed(expr: Expr) -> Expr:
    if _open(expr) is None:
        return tidy(expr)
    return expr if isinstance(expr, Partial) else rebuild(expr, tuple(_tidy_closed(child) for child in children(expr)))


def _without_units(node: Expr) -> Expr | None:
    if isinstance(node, Add):
        terms = tuple(term for term in node.terms if term not in (ZERO, Neg(ZERO)))
        return ZERO if not terms else terms[0] if len(terms) == 1 else Add(terms)
    if isinstance(node, Mul):
        factors = tuple(factor for factor in node.factors if factor != ONE)
        if ZERO in factors:
            return ZERO
        return ONE if not factors else factors[0] if len(factors) == 1 else Mul(factors)
    return None


def _has_sign(expr: Expr) -> bool:
    return any(isinstance(node, Mul) and any(isinstance(factor, Neg) for factor in node.factors) for node in walk(expr))


def put(expr: Expr, old: Expr, new: Expr) -> Expr:
    """*expr* with *new* for *old*; a product put into a product, or a sum into a sum, needs no brackets."""
    if expr == old:
        return new
    parts = [put(child, old, new) for child in children(expr)]
    kind = type(expr)
    if kind in (Mul, Add):
        spliced: list[Expr] = []
        for before, after in zip(children(expr), parts, strict=True):
            spliced += children(after) if after is not before and type(after) is kind and before == old else [after]
        return expr if spliced == list(children(expr)) else Mul(tuple(spliced)) if kind is Mul else Add(tuple(spliced))
    return rebuild(expr, tuple(parts))
