"""A cost that is the plain sum of named parts: ``E_total = E_o1 + E_o2``.

The derivative by a quantity that reaches each part by a way of its own is then told part by part, as people do:
``∂E_total/∂h = ∂E_o1/∂h + ∂E_o2/∂h``, and ``∂E_o1/∂h = ∂E_o1/∂net_o1 · ∂net_o1/∂h``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from symprop.calculus.adjoints import Contribution
from symprop.calculus.backprop import direct, is_unit
from symprop.derivation.local import tell_local
from symprop.derivation.step import Block
from symprop.derivation.telling import Teller, phrase
from symprop.model.build import product, total
from symprop.model.expr import Expr, Partial, Ref
from symprop.model.walk import substitute


@dataclass(frozen=True)
class Parts:
    """The parts of the cost, and the cost written out (``body``) where it has parts."""

    teller: Teller
    names: frozenset[str]
    body: Expr | None

    @staticmethod
    def of(teller: Teller) -> Parts:
        """Find the parts: scalar definitions that the cost only adds up."""
        network, of = teller.network, teller.of
        group = network.by_name.get(of.name, ())
        names = frozenset(
            name
            for name, adjoint in teller.backprop.adjoints.items()
            if not adjoint.ranges
            and name in network.by_name
            and (found := direct(adjoint)) is not None
            and found.consumer == of
            and is_unit(found)
        )
        if not names or len(group) != 1:
            return Parts(teller, frozenset(), None)
        put: dict[Ref, Expr] = {Ref(name): network.by_name[name][0].expr for name in names}
        return Parts(teller, names, substitute(group[0].expr, put))

    def is_part(self, name: str) -> bool:
        """Is *name* a quantity that the cost only adds up?"""
        return name in self.names

    def split(self, name: str) -> Mapping[str, Contribution]:
        """For each part that *name* reaches the consumer that leads there; empty if the ways are not separate."""
        if len(self.names) < 2:
            return {}
        adjoints = self.teller.backprop.adjoints
        found: dict[str, Contribution] = {}
        for contribution in adjoints[name].contributions:
            part = self._only_part(contribution.consumer.name)
            if part is None or part in found or not contribution.is_plain:
                return {}
            found[part] = contribution
        return found if len(found) > 1 else {}

    def tell(self, name: str, ways: Mapping[str, Contribution], told: set[tuple[Expr, str]]) -> list[Block]:
        """The sum rule, then each part's own chain."""
        quantity = self.teller.backprop.adjoints[name].quantity
        partial = Partial(self.teller.of, quantity)
        sides = [Partial(Ref(part), quantity) for part in ways]
        because = phrase("the cost is the sum of its parts")
        blocks: list[Block] = [self.teller.chain(partial).then(total(*sides), "parts", because).chain]
        for part, way in ways.items():
            blocks += self._tell_part(Ref(part), way, quantity, told)
        blocks.append(
            self.teller.chain(partial).then(total(*sides), "parts").then(self.teller.backprop.forms[name].raw, "citation").chain
        )
        return blocks

    def _tell_part(self, part: Ref, way: Contribution, quantity: Ref, told: set[tuple[Expr, str]]) -> list[Block]:
        consumer = way.consumer
        whole, own = Partial(self.teller.of, consumer), Partial(part, consumer)
        symbol = self.teller.backprop.symbol(consumer)
        blocks: list[Block] = []
        if (part, consumer.name) not in told and consumer.name != part.name:
            told.add((part, consumer.name))
            only = phrase("only {e} depends on {x}", e=part, x=consumer)
            chain = self.teller.chain(own)
            route = direct(self.teller.backprop.adjoints[consumer.name])
            if self.teller.detail > 1 and route is not None and route.consumer != part:
                chain.then(product(Partial(part, route.consumer), Partial(route.consumer, consumer)), "chain")
            chain.then(whole, "parts", only) if symbol != whole else None
            blocks.append(chain.then(symbol, "citation").chain)
        if (consumer, quantity.name) not in told and consumer.name != part.name:
            told.add((consumer, quantity.name))
            body = self.teller.network.by_name[consumer.name][0].expr
            blocks += tell_local(self.teller, consumer, body, quantity, way.partial, ())
        chain = self.teller.chain(Partial(part, quantity))
        if consumer.name != part.name:
            chain.then(product(own, Partial(consumer, quantity)), "chain")
        blocks.append(chain.then(product(self.teller.backprop.refer(consumer), way.partial), "product").chain)
        return blocks

    def _only_part(self, name: str) -> str | None:
        """The only part that *name* reaches."""
        reached: set[str] = set()
        stack, seen = [name], {name}
        while stack:
            one = stack.pop()
            if one in self.names:
                reached.add(one)
                continue
            adjoint = self.teller.backprop.adjoints.get(one)
            for contribution in adjoint.contributions if adjoint else ():
                if contribution.consumer.name not in seen:
                    seen.add(contribution.consumer.name)
                    stack.append(contribution.consumer.name)
                if contribution.consumer == self.teller.of and one not in self.names:
                    return None
        return next(iter(reached)) if len(reached) == 1 else None
