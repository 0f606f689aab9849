"""``--style delta``: the deltas from the cost backwards, then each gradient as delta times input.

In sums for layers of any width; each line is the recursion that a program would run.
"""

from __future__ import annotations

from symprop.calculus.adjoints import Adjoint
from symprop.calculus.backprop import direct, ends_in_sum
from symprop.derivation.paths import has_equality, local_sum, path_sum, slopes
from symprop.derivation.step import Block, Chain, Prose, Section, Table
from symprop.derivation.telling import Teller, phrase
from symprop.model.build import product
from symprop.model.expr import Expr, Partial


def tell_delta(teller: Teller) -> tuple[Section, ...]:
    """The sections of the style: network, deltas, gradients, updates."""
    sections = [teller.network_section()]
    shared = [name for name in teller.backprop.adjoints if teller.backprop.has_name(name)]
    if shared:
        sections.append(_section(teller, ("The deltas",), shared))
    title = "The gradients" if all(teller.is_trained(name) for name in teller.wrt) else "The derivatives"
    sections.append(_section(teller, (title,), list(teller.wrt)))
    updates = [chain for name in teller.wrt if teller.is_trained(name) for chain in teller.update_chains(name)]
    if updates:
        sections.append(Section(("The updates",), (Table(tuple(updates)),)))
    return tuple(sections)


def _section(teller: Teller, title: tuple[str, ...], names: list[str]) -> Section:
    chains = [_chain(teller, name) for name in names]
    blocks: list[Block] = []
    if title == ("The deltas",) and teller.detail > 1:
        blocks.append(Prose(phrase("A delta is the derivative of {e} with respect to a pre-activation.", e=teller.of)))
    blocks += [Table(tuple(chains))] if teller.detail == 1 else chains
    return Section(title, tuple(blocks))


def _chain(teller: Teller, name: str) -> Chain:
    """``δ = ∂E/∂net = ∂E/∂out · ∂out/∂net = …``."""
    backprop = teller.backprop
    adjoint, form = backprop.adjoints[name], backprop.forms[name]
    partial = teller.partial(name)
    symbol = backprop.symbol(adjoint.quantity)
    chain = teller.chain(symbol, teller.ranges_of(name))
    if teller.detail > 1:
        chain.then(partial, "delta")
        chain.then(path_sum(backprop, adjoint, backprop.symbol), "paths" if _has_several(adjoint) else "chain")
        chain.then(_one_deeper(teller, adjoint, chain.last), "paths")
    rule = teller.result_rule(name)
    spelled = local_sum(backprop, adjoint)
    if teller.detail > 1 and has_equality(spelled):
        chain.then(spelled, "substitution", slopes(adjoint, teller.verifier))
        rule = "contraction"
    if teller.detail > 1 and form.raw != form.expr:
        teller.shorten(chain.then(form.raw, rule), form.raw)
    return chain.then(form.expr, rule).chain


def _has_several(adjoint: Adjoint) -> bool:
    """Does the quantity act along more than one way?"""
    return len(adjoint.contributions) > 1 or any(c.binders for c in adjoint.contributions)


def _one_deeper(teller: Teller, adjoint: Adjoint, told: Expr) -> Expr:
    """The chain rule with the adjoint of an activation as the sum over what it feeds: ``(Σ_j δ_j ∂z_j/∂a)·∂a/∂net``."""
    backprop = teller.backprop
    only = direct(adjoint)
    above = None if only is None else backprop.adjoints.get(only.consumer.name)
    if only is None or above is None or backprop.has_name(only.consumer.name) or _leads_to_no_delta(teller, above):
        return told
    paths = backprop.at(only.consumer, path_sum(backprop, above, backprop.symbol))
    link = Partial(only.consumer, adjoint.quantity)
    return product(link, paths) if ends_in_sum(paths) else product(paths, link)


def _leads_to_no_delta(teller: Teller, adjoint: Adjoint) -> bool:
    only = direct(adjoint)
    return only is not None and not teller.backprop.has_name(only.consumer.name)
