"""Stable forms: what the derivation prints as ``y (1 − y)`` or ``log(1 − y)`` is computed without cancelling and overflow.

A table of rules; each gets a node and what its names mean, and returns another node of the same value with the reason, or
None.  The values are equal as real numbers, so that the passes' check applies to them as to all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from symprop.codegen.hoist import Scope, scope_of, scoped_children, with_children
from symprop.codegen.meaning import Known, guarded
from symprop.codegen.program import Line, Program
from symprop.model.build import product, total
from symprop.model.expr import ONE, TWO, Add, Apply, Div, Expr, Mul, Neg, Number, Pow, Ref, Softmax, Sum
from symprop.model.walk import free_refs, substitute

LIMIT = Number(Fraction(700))
"""``exp`` of this is a double, and of its negative not yet denormal; σ is constant to 1e-304 beyond."""


Rule = Callable[[Known, Expr], tuple[Expr, str] | None]


def stable(program: Program) -> Program:
    """*program* with every rule of the table applied wherever it can be."""
    known = Known.of(program)
    return replace(program, lines=tuple(_line(known, line) for line in program.lines))


def _line(known: Known, line: Line) -> Line:
    notes: dict[str, None] = {}

    def visit(node: Expr, scope: Scope) -> Expr:
        for rule in RULES:
            made = rule(known.within(scope), node)
            if made is not None:
                notes[made[1]] = None
                return visit(made[0], scope)
        parts = [visit(child, inner) for child, inner in scoped_children(node, guarded(scope, node))]
        return with_children(node, parts)

    expr = visit(line.expr, scope_of(line))
    if expr == line.expr:
        return line
    return replace(line, expr=expr, note="; ".join(filter(None, (line.note, *notes))))


def decay(z: Expr) -> Expr:
    """``exp(−z)`` bounded, so that it neither overflows nor makes ``σ(z)`` 0: what ``σ`` and ``1 − σ`` share."""
    return Apply("exp", (Neg(Apply("max", (z, Neg(LIMIT)))),))


def logistic(z: Expr) -> Expr:
    """``σ(z)``, right to the last digits for ``|z| ≤ 700``."""
    return Div(ONE, Add((ONE, decay(z))))


def _complement(known: Known, node: Expr) -> tuple[Expr, str] | None:
    """``1 − σ(z)`` is ``exp(−z) σ(z)``."""
    rest = _one_minus(node)
    meaning = None if rest is None else known.meaning(rest)
    if rest is None or not _is(meaning, "sigmoid"):
        return None
    assert isinstance(meaning, Apply)
    return Mul((decay(meaning.arguments[0]), rest)), "1 − σ(z) is computed as exp(−z)·σ(z), which does not cancel at large z"


def _slope(known: Known, node: Expr) -> tuple[Expr, str] | None:
    """``y (1 − y)`` among the factors of a product is one factor: what it multiplies is known last."""
    if not isinstance(node, Mul):
        return None
    for place, factor in enumerate(node.factors):
        rest = _one_minus(factor)
        if rest is None or rest not in node.factors or len(node.factors) == 2:
            continue
        made = _complement(known, factor)
        if made is not None:
            other = node.factors.index(rest)
            kept = [f for n, f in enumerate(node.factors) if n not in (place, other)]
            return Mul((*kept, Mul((rest, made[0])))), made[1]
    return None


def _tanh_slope(known: Known, node: Expr) -> tuple[Expr, str] | None:
    """``1 − tanh(z)²`` is ``4 e/(1 + e)²`` with ``e = exp(−2|z|)``.

    Near 0 the printed form would do; from |z| = 3 on it loses digits, at 19 it is 0.  ``1/cosh(z)²`` keeps them, but overflows.
    """
    rest = _one_minus(node)
    if not isinstance(rest, Pow) or rest.exponent != TWO:
        return None
    meaning = known.meaning(rest.base)
    if not isinstance(meaning, Apply) or not _is(meaning, "tanh"):
        return None
    power = Apply("exp", (Mul((Neg(TWO), Apply("abs", meaning.arguments))),))
    note = "1 − tanh(z)² is computed from exp(−2|z|), which does not cancel at large z"
    return Div(Mul((Number(Fraction(4)), power)), Pow(Add((ONE, power)), TWO)), note


def _log_of_logistic(known: Known, node: Expr) -> tuple[Expr, str] | None:
    """``log σ(z)`` is ``−softplus(−z)``, ``log(1 − σ(z))`` is ``−softplus(z)``."""
    if not isinstance(node, Apply) or node.function != "log" or node.primes:
        return None
    (argument,) = node.arguments
    rest = _one_minus(argument)
    for inner, sign in ((argument, -1), (rest, 1)):
        meaning = None if inner is None else known.meaning(inner)
        if isinstance(meaning, Apply) and _is(meaning, "sigmoid"):
            z = meaning.arguments[0]
            softplus = Apply("softplus", (z if sign > 0 else _negated(z),))
            return Neg(softplus), "log σ(z) is computed as −log(1 + exp(−z)), which stays finite where σ(z) rounds to 0 or 1"
    return None


def _log_of_softmax(known: Known, node: Expr) -> tuple[Expr, str] | None:
    """``log y_j`` is ``log softmax(z)_j``, which needs no softmax."""
    if not _is(node, "log") or not isinstance(node, Apply):
        return None
    meaning = known.meaning(node.arguments[0])
    if not isinstance(meaning, Softmax):
        return None
    note = "the logarithm of a softmax is computed from z, which stays finite where the softmax rounds to 0"
    if meaning.index:
        made = Apply("log", (meaning,))
        return None if made == node else (made, note)
    return _list_log_softmax(meaning), note


def _log_of_sum(_known: Known, node: Expr) -> tuple[Expr, str] | None:
    """``log(1 + exp(x))``, ``log(1 + x)``, ``log(exp(a) + exp(b))``."""
    if not _is(node, "log") or not isinstance(node, Apply) or not isinstance(node.arguments[0], Add):
        return None
    terms = node.arguments[0].terms
    powers = [term.arguments[0] for term in terms if isinstance(term, Apply) and _is(term, "exp")]
    if len(powers) == len(terms):
        note = "the largest exponent is taken out of the sum, so that exp does not overflow"
        return None if _are_shifted(powers) else (_log_sum_exp(powers), note)
    if ONE not in terms:
        return None
    rest = list(terms)
    rest.remove(ONE)
    if len(rest) == 1 and isinstance(rest[0], Apply) and _is(rest[0], "exp"):
        return Apply("softplus", rest[0].arguments), "log(1 + exp(x)) is computed so that exp does not overflow"
    return Apply("log1p", (total(*rest),)), "log(1 + x) keeps the digits of a small x"


def _exp_minus_one(_known: Known, node: Expr) -> tuple[Expr, str] | None:
    if not isinstance(node, Add) or len(node.terms) != 2 or Neg(ONE) not in node.terms:
        return None
    (term,) = [t for t in node.terms if t != Neg(ONE)] or [ONE]
    if not isinstance(term, Apply) or not _is(term, "exp"):
        return None
    return Apply("expm1", term.arguments), "exp(x) − 1 keeps the digits of a small x"


def _written_logistic(_known: Known, node: Expr) -> tuple[Expr, str] | None:
    """``1/(1 + exp(−x))`` and ``exp(x)/(1 + exp(x))``, wherever they stand."""
    if not isinstance(node, Div) or not isinstance(node.denominator, Add) or len(node.denominator.terms) != 2:
        return None
    if ONE not in node.denominator.terms:
        return None
    (other,) = [t for t in node.denominator.terms if t != ONE] or [ONE]
    if not isinstance(other, Apply) or not _is(other, "exp"):
        return None
    (x,) = other.arguments
    note = "computed as σ(x), which does not overflow"
    if node.numerator == ONE:
        return Apply("sigmoid", (_negated(x),)), note
    return (Apply("sigmoid", (x,)), note) if node.numerator == other else None


def _written_softmax(_known: Known, node: Expr) -> tuple[Expr, str] | None:
    """``exp(z_j)/Σ_k exp(z_k)``, also with further factors above."""
    if not isinstance(node, Div) or not isinstance(node.denominator, Sum) or not _is(node.denominator.body, "exp"):
        return None
    below = node.denominator
    assert isinstance(below.body, Apply)
    factors = list(node.numerator.factors) if isinstance(node.numerator, Mul) else [node.numerator]
    for place, factor in enumerate(factors):
        if not isinstance(factor, Apply) or not _is(factor, "exp"):
            continue
        at = _instance(below.body.arguments[0], below.index, factor.arguments[0])
        if at is not None:
            softmax = Softmax((below.body.arguments[0],), below.index, below.lower, below.upper, at)
            return product(*factors[:place], softmax, *factors[place + 1 :]), "computed as a softmax, which does not overflow"
    return None


def _list_softmax(_known: Known, node: Expr) -> tuple[Expr, str] | None:
    """A softmax of a list of scalars: exponentials of differences from the largest."""
    if not isinstance(node, Softmax) or node.index or not isinstance(node.at, Number):
        return None
    powers = _shifted_powers(node.arguments)
    note = "the largest argument is taken out of the softmax, so that exp does not overflow"
    return Div(powers[int(node.at.value) - 1], _sum(powers)), note


RULES: tuple[Rule, ...] = (
    _log_of_logistic,
    _log_of_softmax,
    _log_of_sum,
    _slope,
    _complement,
    _tanh_slope,
    _exp_minus_one,
    _written_softmax,
    _written_logistic,
    _list_softmax,
)
"""Tried in this order at every node, outer nodes first."""


_SHORT_LIST = 12
"""Lists up to which each logarithm of a softmax has a sum over the others of its own."""


def _list_log_softmax(softmax: Softmax) -> Expr:
    """``log softmax(a)_j = −softplus(log Σ_{i ≠ j} exp(a_i) − a_j)``, which keeps its digits where the softmax is nearly 1."""
    assert isinstance(softmax.at, Number)
    place = int(softmax.at.value) - 1
    own = softmax.arguments[place]
    others = (*softmax.arguments[:place], *softmax.arguments[place + 1 :])
    if not others or len(others) >= _SHORT_LIST:
        return Add((own, Neg(_log_sum_exp(softmax.arguments))))
    return Neg(Apply("softplus", (Add((_log_sum_exp(others), Neg(own))),)))


def _log_sum_exp(arguments: Sequence[Expr]) -> Expr:
    if len(arguments) == 1:
        return arguments[0]
    if len(arguments) == 2:
        apart = Apply("abs", (Add((arguments[0], Neg(arguments[1]))),))
        return Add((_largest(arguments), Apply("log1p", (Apply("exp", (Neg(apart),)),))))
    return Add((_largest(arguments), Apply("log", (_sum(_shifted_powers(arguments)),))))


def _largest(arguments: Sequence[Expr]) -> Expr:
    return Apply("max", tuple(arguments)) if len(arguments) > 1 else arguments[0]


def _shifted_powers(arguments: Sequence[Expr]) -> list[Expr]:
    largest = _largest(arguments)
    return [Apply("exp", (Add((argument, Neg(largest))),)) for argument in arguments]


def _are_shifted(arguments: Sequence[Expr]) -> bool:
    last = {argument.terms[-1] for argument in arguments if isinstance(argument, Add)}
    return len(last) == 1 and all(isinstance(a, Add) and isinstance(a.terms[-1], Neg) for a in arguments)


def _sum(terms: Sequence[Expr]) -> Expr:
    return Add(tuple(terms)) if len(terms) > 1 else terms[0]


def _one_minus(node: Expr) -> Expr | None:
    """``y`` of ``1 − y``, else None."""
    if isinstance(node, Add) and len(node.terms) == 2 and ONE in node.terms:
        (other,) = [t for t in node.terms if t != ONE] or [ONE]
        return other.operand if isinstance(other, Neg) else None
    return None


def _negated(expr: Expr) -> Expr:
    return expr.operand if isinstance(expr, Neg) else Neg(expr)


def _is(node: Expr | None, function: str) -> bool:
    return isinstance(node, Apply) and node.function == function and not node.primes


def _instance(pattern: Expr, index: str, expr: Expr) -> Expr | None:
    """The index at which *pattern* is *expr*, where it is a letter."""
    for ref in free_refs(expr):
        if not ref.indices and substitute(pattern, {Ref(index): ref}) == expr:
            return ref
    return None
