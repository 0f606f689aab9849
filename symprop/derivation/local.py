"""One link of a chain: ``∂net/∂w`` of a definition by a quantity that stands in it."""

from __future__ import annotations

from collections.abc import Sequence

from symprop.calculus.adjoints import Adjoint, Contribution
from symprop.calculus.elementary import elementary
from symprop.calculus.partials import under_sums
from symprop.calculus.signs import Residuals
from symprop.derivation.paths import has_equality, is_simple
from symprop.derivation.step import Block, Chain
from symprop.derivation.telling import Teller, phrase
from symprop.model.expr import Apply, Expr, Partial, Pow, Ref
from symprop.model.forms import definition_form, proof_forms
from symprop.model.functions import FUNCTIONS
from symprop.model.network import Range
from symprop.model.walk import free_names, size, substitute, walk

SHOWN_DEFINITION = 120
"""Nodes of a definition up to which it is repeated where it is differentiated."""


def tell_local(teller: Teller, of: Ref, body: Expr, wrt: Ref, result: Expr, ranges: Sequence[Range]) -> tuple[Block, ...]:
    """``of = body`` repeated and ``∂of/∂wrt = result`` derived, as fully as the detail asks for."""
    partial = Partial(of, wrt)
    chain = teller.chain(partial, ranges)
    if teller.detail == 1:
        return (chain.then(result, "differentiation").chain,)
    blocks: list[Block] = []
    if size(body) <= SHOWN_DEFINITION:
        blocks.append(_definition(teller, of, body, ranges))
    if isinstance(body, Apply) and body.arguments == (wrt,):
        primed = Apply(body.function, body.arguments, body.primes + 1, spelling=body.spelling)
        chain.then(primed, "slope")
        differentiated = False
        for place, line in enumerate(_proof(teller, body, of, wrt)):
            operator = any(isinstance(node, Partial) for node in walk(line))
            rule = "function" if place == 0 else "arithmetic" if operator or differentiated else "differentiation"
            differentiated = not operator
            chain.then(line, "textbook" if line == result else rule)
        declared = body.function in teller.network.functions
        return (*blocks, chain.then(result, "differentiation" if declared else "textbook").chain)
    raw = elementary(teller.network, body, wrt) if _is_worth_it(teller, body) else None
    if raw is not None and size(body) <= SHOWN_DEFINITION:
        chain.then(Partial(body, wrt), "substitution") if teller.detail >= 3 else None
        primes = any(isinstance(node, Apply) and node.primes for node in walk(raw))
        chain.then(raw, "differentiation").then(_as_written(teller, body, result), "textbook" if primes else "arithmetic")
        chain.then(result, "orientation")
    else:
        spelled = _spelled_sum(teller, body, wrt, ranges) if teller.detail >= 3 else None
        if spelled is not None:
            chain.then(spelled, "differentiation").then(result, "contraction")
        constant = phrase("all but {w} is constant here", w=wrt) if teller.detail >= 3 else ()
        chain.then(result, "differentiation", constant)
    return (*blocks, chain.chain)


def _as_written(teller: Teller, body: Expr, result: Expr) -> Expr:
    """*result* before its residuals were turned round."""
    return result if teller.backprop.orient is None else Residuals.of(teller.network).as_in(body, result)


Told = set[tuple[Expr, str]]
"""Links that stand on the page: the quantity, and the name of what it was differentiated by."""


def tell_consumer(teller: Teller, adjoint: Adjoint, found: Sequence[Contribution], told: Told) -> Sequence[Block]:
    """``∂c/∂a`` for a consumer *c* with one plain occurrence of *a*, once; nothing for the others.

    Those are told by their sum alone.
    """
    only, name = found[0], adjoint.quantity.name
    if len(found) > 1 or not is_simple(only) or not teller.backprop.is_separate(adjoint, only):
        return ()
    if (only.consumer, name) in told:
        return ()
    told.add((only.consumer, name))
    body = body_of(teller, only.consumer)
    if body is None:
        return ()
    return tell_local(teller, only.consumer, body, adjoint.quantity, only.partial, (*adjoint.ranges, *only.binders))


def body_of(teller: Teller, of: Ref) -> Expr | None:
    """The right side of the definition that *of* is an entry of; None where there are several."""
    group = teller.network.by_name[of.name]
    if len(group) != 1:
        return None
    put: dict[Ref, Expr] = {a: b for a, b in zip(group[0].indices, of.indices, strict=True) if isinstance(a, Ref)}
    return substitute(group[0].expr, put)


def _spelled_sum(teller: Teller, body: Expr, wrt: Ref, ranges: Sequence[Range]) -> Expr | None:
    """The derivative with its sums as they stand and brackets that pick a term; None where that says nothing more."""
    spelled = under_sums(teller.network, body, wrt) if size(body) <= SHOWN_DEFINITION else None
    if spelled is None or not has_equality(spelled):
        return None
    return spelled if teller.verifier.verdict(Partial(body, wrt), spelled, ranges).holds else None


def _definition(teller: Teller, of: Ref, body: Expr, ranges: Sequence[Range]) -> Chain:
    """``out = σ(net) = 1/(1 + exp(-net))``."""
    letters = free_names(of)  # of h[n-j+1] too
    used = tuple(r for r in ranges if r.index in letters)
    chain = teller.chain(of, used).then(body, "definition")
    if isinstance(body, Apply) and not body.primes and len(body.arguments) == 1:
        written = _written_out(teller, body)
        if written is not None:
            chain.then(written, "function")
    return chain.chain


def _proof(teller: Teller, body: Apply, of: Ref, wrt: Ref) -> tuple[Expr, ...]:
    """At detail 3, the first time: the lines by which a person derives the slope of a function of the table."""
    known = body.function in FUNCTIONS and body.function not in teller.network.functions
    if teller.detail < 3 or not known or body.primes or body.function in teller.proved:
        return ()
    teller.proved.add(body.function)
    return proof_forms(body.function, wrt, of)


def _written_out(teller: Teller, body: Apply) -> Expr | None:
    """The function by its definition, where it has one that says more."""
    declared = teller.network.functions.get(body.function)
    if declared is not None:
        return None if declared.body is None else substitute(declared.body, {Ref(declared.parameter): body.arguments[0]})
    entry = FUNCTIONS.get(body.function)
    return definition_form(body.function, body.arguments[0]) if entry is not None and entry.definition else None


def _is_worth_it(teller: Teller, body: Expr) -> bool:
    """The untidied line is shown where there is a power to lower, and everywhere at detail 3."""
    return teller.detail >= 3 or any(isinstance(node, Pow) for node in walk(body))
