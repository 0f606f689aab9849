"""``--style delta``: the deltas from the cost backwards, then each gradient as delta times input.

In sums for layers of any width; each line is the recursion that a program would run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from symprop.calculus.adjoints import Adjoint, Contribution
from symprop.calculus.backprop import direct, ends_in_sum
from symprop.derivation.local import Told, tell_consumer, tell_local
from symprop.derivation.parts import Parts
from symprop.derivation.paths import has_equality, local_sum, path_sum, slopes
from symprop.derivation.step import Block, Chain, Prose, Section, Table
from symprop.derivation.telling import Teller, phrase
from symprop.model.build import product
from symprop.model.expr import Expr, Partial


def tell_delta(teller: Teller) -> tuple[Section, ...]:
    """The sections of the style: network, deltas, gradients, updates."""
    told = _Locals(teller)
    sections = [teller.network_section()]
    shared = [name for name in teller.backprop.adjoints if teller.backprop.has_name(name)]
    if shared:
        sections.append(_section(told, ("The deltas",), shared))
    title = "The gradients" if all(teller.is_trained(name) for name in teller.wrt) else "The derivatives"
    sections.append(_section(told, (title,), list(teller.wrt)))
    updates = [chain for name in teller.wrt if teller.is_trained(name) for chain in teller.update_chains(name)]
    if updates:
        sections.append(Section(("The updates",), (Table(tuple(updates)),)))
    return tuple(sections)


def _section(told: _Locals, title: tuple[str, ...], names: list[str]) -> Section:
    teller = told.teller
    blocks: list[Block] = []
    if title == ("The deltas",) and teller.detail > 1:
        what = "minus the derivative" if teller.backprop.extracts else "the derivative"
        blocks.append(Prose(phrase(f"A delta is {what} of {{e}} with respect to a pre-activation.", e=teller.of)))
    chains = [chain for name in names for chain in _blocks(told, name)]
    if teller.detail == 1:
        return Section(title, (*blocks, Table(tuple(c for c in chains if isinstance(c, Chain)))))
    return Section(title, (*blocks, *chains))


def _blocks(told: _Locals, name: str) -> Iterator[Block]:
    """``δ = ∂E/∂net = ∂E/∂out · ∂out/∂net = …``; between the chain rule and its result the links, at detail 3."""
    teller = told.teller
    backprop = teller.backprop
    adjoint, form = backprop.adjoints[name], backprop.forms[name]
    symbol, result = teller.own_line(name)
    chain = teller.chain(symbol, teller.ranges_of(name))
    yield from teller.order(name)
    if teller.detail > 1:
        chain.then(backprop.own(name, teller.partial(name)), "delta")
        paths = path_sum(backprop, adjoint, backprop.symbol)
        chain.then(backprop.own(name, paths), "paths" if _has_several(adjoint) else "chain")
        chain.then(backprop.own(name, _one_deeper(teller, adjoint, paths)), "paths")
    if teller.detail > 2 and (links := told.links(adjoint)):
        rows = chain.links[-1:]
        yield from [chain.chain] if rows else []
        yield from links
        chain = teller.chain(symbol, chain.ranges)
        for row in rows:
            chain.then(row.expr, row.rule)
    rule = teller.result_rule(name)
    spelled = local_sum(backprop, adjoint)
    if teller.detail > 1 and has_equality(spelled):
        chain.then(backprop.own(name, spelled), "substitution", slopes(adjoint, teller.verifier))
        rule = "contraction"
    if teller.detail > 1 and form.raw != form.expr:
        raw = backprop.own(name, form.raw)
        teller.shorten(chain.then(raw, rule), raw)
    yield chain.then(result, rule).chain


@dataclass
class _Locals:
    """The derivatives of single definitions, each told once, where it is needed first."""

    teller: Teller
    told: Told = field(default_factory=set)
    parts: Parts = field(init=False)

    def __post_init__(self) -> None:
        self.parts = Parts.of(self.teller)

    def links(self, adjoint: Adjoint) -> list[Block]:
        """Every link from *adjoint*'s quantity up to what has a name, nearest to the cost first."""
        blocks: list[Block] = []
        groups: dict[str, list[Contribution]] = {}
        for contribution in adjoint.contributions:
            groups.setdefault(contribution.consumer.name, []).append(contribution)
        for name, group in groups.items():
            above = self.teller.backprop.adjoints.get(name)
            if self.parts.is_part(name) and self.parts.body is not None and len(groups) == len(group) == 1:
                blocks += self._through_part(adjoint, group[0])
                continue
            if above is not None and not self.teller.backprop.has_name(name):
                blocks += self.links(above)
            blocks += tell_consumer(self.teller, adjoint, group, self.told)
        return blocks

    def _through_part(self, adjoint: Adjoint, only: Contribution) -> Sequence[Block]:
        """The cost is the plain sum of its parts, so it is differentiated as a whole."""
        key = (self.teller.of, adjoint.quantity.name)
        if key in self.told or self.parts.body is None or not only.is_plain:
            return ()
        self.told.add(key)
        return tell_local(self.teller, self.teller.of, self.parts.body, adjoint.quantity, only.partial, adjoint.ranges)


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
