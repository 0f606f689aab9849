"""``--style chain``: one partial for each link, derived one by one, then put together.

For each weight: the chain rule, each row expanding one partial more; each partial; the product; the delta; the
update.  Where a quantity reaches the cost along several paths the chain stops, and the sum over its consumers is
told before.  Nothing is told twice: a partial that stands above is only used again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from symprop.calculus.adjoints import Adjoint, Contribution
from symprop.calculus.backprop import direct
from symprop.calculus.cancel import cancel
from symprop.derivation.local import tell_local
from symprop.derivation.parts import Parts
from symprop.derivation.step import Block, Prose, Section
from symprop.derivation.telling import ChainBuilder, Teller, listed, phrase
from symprop.model.build import factors_of, product, split, total
from symprop.model.expr import Expr, Partial, Ref, Sum
from symprop.model.network import Range
from symprop.model.walk import fresh_index, substitute

ROWS = 6
"""Links up to which every row of the growing chain is written."""


def tell_chain(teller: Teller) -> tuple[Section, ...]:
    """The sections of the style: the network, then one for each quantity."""
    return (teller.network_section(), *_Chain(teller).sections())


@dataclass
class _Route:
    """The links from *top* (``of``, or the quantity whose paths split) down to a quantity: nodes, top first."""

    nodes: tuple[Ref, ...]
    links: tuple[Contribution, ...]  # links[i] is nodes[i] by nodes[i + 1]

    @property
    def top(self) -> Ref:
        return self.nodes[0]


@dataclass
class _Chain:
    teller: Teller
    told: set[tuple[Expr, str]] = field(default_factory=set)
    parts: Parts = field(init=False)

    def __post_init__(self) -> None:
        self.parts = Parts.of(self.teller)

    def sections(self) -> list[Section]:
        """One section for each quantity of interest; what it needs first stands in front of it."""
        made: list[Section] = []
        for name in self.teller.wrt:
            blocks: list[Block] = []
            for needed in self._needs(name):
                blocks += self._told_once(needed)
            blocks += self._told_once(name)
            if self.teller.is_trained(name):
                blocks += self.teller.update_chains(name)
            made.append(Section(phrase("The gradient for {w}", w=self._ref(name)), tuple(blocks)))
        return made

    def _ref(self, name: str) -> Ref:
        return self.teller.backprop.adjoints[name].quantity

    def _needs(self, name: str) -> list[str]:
        """The quantities whose adjoint the telling of *name* cites, nearest to the cost first."""
        found: set[str] = set()
        stack = [name]
        while stack:
            top = self._route(stack.pop()).top
            if top.name == self.teller.of.name:
                continue
            for contribution in self.teller.backprop.adjoints[top.name].contributions:
                cited = contribution.consumer.name
                if cited not in found and cited in self.teller.backprop.adjoints:
                    found.add(cited)
                    stack.append(cited)
        return [other for other in self.teller.backprop.adjoints if other in found and other != name]

    def _told_once(self, name: str) -> list[Block]:
        key = (self.teller.of, name)
        if key in self.told:
            return []
        self.told.add(key)
        return self._tell(name)

    def _tell(self, name: str) -> list[Block]:
        """``∂E/∂name`` from its chain to its delta form."""
        route = self._route(name)
        blocks: list[Block] = []
        adjoint = self.teller.backprop.adjoints[name]
        head = self.teller.chain(self.teller.partial(name), self.teller.ranges_of(name))
        if route.top == adjoint.quantity:
            blocks += self._bundle(name)
        else:
            self._rows(head, route)
            if head.links:
                blocks.append(head.chain)
            if route.top != self.teller.of and not self._is_told(route.top.name):
                self.told.add((self.teller.of, route.top.name))
                blocks += self._bundle(route.top.name)
            for place, link in enumerate(route.links):
                blocks += self._link(route, place, link)
            blocks += self._together(route, head)
        return blocks + self._delta(name)

    def _is_told(self, name: str) -> bool:
        return (self.teller.of, name) in self.told

    def _route(self, name: str) -> _Route:
        nodes: list[Ref] = [self._ref(name)]
        links: list[Contribution] = []
        adjoints = self.teller.backprop.adjoints
        while nodes[0].name in adjoints:
            found = direct(adjoints[nodes[0].name])
            if found is None or (links and found.consumer.name in {n.name for n in nodes}):
                break
            at = adjoints[nodes[0].name].quantity
            put: dict[Ref, Expr] = {a: b for a, b in zip(at.indices, nodes[0].indices, strict=True) if isinstance(a, Ref)}
            consumer = substitute(found.consumer, put)
            assert isinstance(consumer, Ref)
            links.insert(0, Contribution(consumer, substitute(found.partial, put)))
            nodes.insert(0, consumer)
        if len(nodes) > 2 and nodes[0] == self.teller.of and self.parts.is_part(nodes[1].name):
            # The cost is the plain sum of its parts: a link of slope 1 that nobody writes.
            nodes.pop(1)
            links.pop(0)
        return _Route(tuple(nodes), tuple(links))

    def _rows(self, head: ChainBuilder, route: _Route) -> None:
        """Each row expands one partial more."""
        nodes = route.nodes if route.top == self.teller.of else (self.teller.of, *route.nodes)
        last = len(nodes) - 1
        steps = range(2, last + 1) if self.teller.detail > 1 and last <= ROWS else ((last,) if last > 1 else ())
        for row in steps:
            cut = [*nodes[:row], nodes[-1]]
            factors = [Partial(a, b) for a, b in pairwise(cut)]
            through = nodes[row - 1]
            head.then(product(*factors), "chain", phrase("{x} acts through {y}", x=nodes[-1], y=through))

    def _link(self, route: _Route, place: int, link: Contribution) -> Sequence[Block]:
        of, wrt = route.nodes[place], route.nodes[place + 1]
        key = (of, wrt.name)
        if key in self.told or (len(route.nodes) == 2 and of == self.teller.of and wrt.name in self.teller.backprop.deltas):
            return ()
        self.told.add(key)
        body = self.parts.body if of == self.teller.of and self.parts.body is not None else self._body(of)
        ranges = tuple(r for r in self.teller.ranges_of(route.nodes[-1].name) if _occurs(r.index, (of, wrt)))
        if body is None:
            return (self.teller.chain(Partial(of, wrt), ranges).then(link.partial, "differentiation").chain,)
        return tell_local(self.teller, of, body, wrt, link.partial, ranges)

    def _body(self, of: Ref) -> Expr | None:
        """The right side of the definition that *of* is an entry of."""
        group = self.teller.network.by_name[of.name]
        if len(group) != 1:
            return None
        put: dict[Ref, Expr] = {a: b for a, b in zip(group[0].indices, of.indices, strict=True) if isinstance(a, Ref)}
        return substitute(group[0].expr, put)

    def _together(self, route: _Route, head: ChainBuilder) -> list[Block]:
        """``[…]·[…]·[…]``, tidied."""
        chain = self.teller.chain(head.left, head.ranges)
        if len(head.links) > 0:
            chain.then(head.last, "chain")
        values = [link.partial for link in route.links]
        if route.top != self.teller.of:
            top = self.teller.backprop.refer(route.top)
            values = [*values, top] if isinstance(factors_of(split(top)[1][-1])[-1], Sum) else [top, *values]
        together = product(*values)
        alone = len(route.links) == 1 and route.top == self.teller.of
        if not alone:
            chain.then(together, "product")
        shorter = cancel(together, self.teller.network.assumptions)
        if shorter.expr != together:
            rule = "assumption" if shorter.assumptions else "cancellation"
            chain.then(shorter.expr, rule, tuple(a.text for a in shorter.assumptions))
        return [chain.chain] if chain.links and (len(chain.links) > 1 or not alone) else []

    def _delta(self, name: str) -> list[Block]:
        """The delta of a pre-activation is named; a weight's gradient is written with the delta of its consumer."""
        form = self.teller.backprop.forms[name].expr
        partial, ranges = self.teller.partial(name), self.teller.ranges_of(name)
        short = self.teller.backprop.deltas.get(name)
        if short is not None:
            symbol = self.teller.backprop.symbol(self._ref(name))
            chain = self.teller.chain(symbol, ranges).then(partial, "delta").then(form, "product")
            return [chain.chain]
        blocks: list[Block] = []
        adjoint = self.teller.backprop.adjoints[name]
        for consumer in dict.fromkeys(c.consumer.name for c in adjoint.contributions):
            if consumer in self.teller.backprop.deltas and not self._is_told(consumer):
                self.told.add((self.teller.of, consumer))
                blocks += self._delta(consumer)
        if len(adjoint.contributions) == 1:
            chain = self.teller.chain(partial, ranges).then(form, "gradient")
            blocks.append(chain.chain)
        return blocks

    def _bundle(self, name: str) -> list[Block]:
        """``∂E/∂a`` as the sum over the consumers of *a*."""
        adjoint = self.teller.backprop.adjoints[name]
        form = self.teller.backprop.forms[name]
        partial, ranges = self.teller.partial(name), self.teller.ranges_of(name)
        blocks: list[Block] = []
        consumers = list(dict.fromkeys(c.consumer for c in adjoint.contributions))
        groups = [[c for c in adjoint.contributions if c.consumer.name == n] for n in dict.fromkeys(c.name for c in consumers)]
        if self.teller.detail > 1 and len(consumers) > 1:
            blocks.append(Prose(phrase("{x} feeds ", x=adjoint.quantity) + listed([*consumers]) + (", so its effects add up:",)))
        split_up = self.parts.split(name)
        if split_up:
            blocks += self.parts.tell(name, split_up, self.told)
        else:
            for group in groups:
                blocks += self._consumer_link(adjoint, group)
        chain = self.teller.chain(partial, ranges)
        if not split_up:
            chain.then(total(*(self._path(adjoint, group) for group in groups)), "paths")
        chain.then(form.raw, "product" if not split_up else "citation")
        if form.expr != form.raw:
            chain.then(form.expr, "assumption" if form.assumptions else "cancellation", tuple(a.text for a in form.assumptions))
        if chain.links:
            blocks.append(chain.chain)
        return blocks

    def _consumer_link(self, adjoint: Adjoint, group: Sequence[Contribution]) -> Sequence[Block]:
        """``∂c/∂a`` for a consumer with one plain occurrence; the others are told by their sum alone."""
        only = group[0]
        if len(group) > 1 or not self._is_simple(only) or (only.consumer, adjoint.quantity.name) in self.told:
            return ()
        self.told.add((only.consumer, adjoint.quantity.name))
        body = self._body(only.consumer)
        ranges = (*adjoint.ranges, *only.binders)
        if body is None:
            return ()
        return tell_local(self.teller, only.consumer, body, adjoint.quantity, only.partial, ranges)

    def _is_simple(self, contribution: Contribution) -> bool:
        """One entry of the consumer for each value of the sums, and each entry counted: ``∂c/∂a`` is the partial."""
        letters = {i.name for i in contribution.consumer.indices if isinstance(i, Ref)}
        return (
            not contribution.conditions
            and all(b.index in letters for b in contribution.binders)
            and not (_has_bracket(contribution.partial))
        )

    def _path(self, adjoint: Adjoint, group: Sequence[Contribution]) -> Expr:
        """``Σ_c ∂E/∂c · ∂c/∂a``; over all entries of the consumer where the occurrences do not say which."""
        only = group[0]
        symbol = self.teller.backprop.symbol
        if len(group) == 1 and self._is_simple(only):
            body = product(_plain(symbol(only.consumer), self.teller.of, only.consumer), Partial(only.consumer, adjoint.quantity))
            for binder in reversed(only.binders):
                body = Sum(body, binder.index, binder.lower, binder.upper)
            return body
        taken = {r.index for r in self.teller.ranges_of(adjoint.quantity.name)} | set(self.teller.network.leaves)
        binders: list[Range] = []
        for axis in self.teller.network.axes(only.consumer.name):
            letter = axis.index if axis.index not in taken else fresh_index(taken)
            taken.add(letter)
            binders.append(Range(letter, axis.lower, axis.upper))
        consumer = Ref(only.consumer.name, tuple(Ref(b.index) for b in binders))
        body = product(_plain(symbol(consumer), self.teller.of, consumer), Partial(consumer, adjoint.quantity))
        for binder in reversed(binders):
            body = Sum(body, binder.index, binder.lower, binder.upper)
        return body


def _plain(symbol: Expr, of: Ref, ref: Ref) -> Expr:
    """In a sum over paths the partials are written as such, not by their deltas."""
    return symbol if ref.name == of.name else Partial(of, ref)


def _occurs(letter: str, refs: Sequence[Ref]) -> bool:
    return any(Ref(letter) in ref.indices or any(letter in _letters(i) for i in ref.indices) for ref in refs)


def _letters(expr: Expr) -> frozenset[str]:
    from symprop.model.walk import free_names

    return free_names(expr)


def _has_bracket(expr: Expr) -> bool:
    from symprop.model.expr import Indicator
    from symprop.model.walk import walk

    return any(isinstance(n, Indicator) and n.operators == ("=",) for n in walk(expr))
