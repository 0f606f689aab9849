"""``--style chain``: one partial for each link, derived one by one, then put together.

For each weight: the chain rule, each row expanding one partial more; each partial; the product; the delta; the
update.  Where a quantity reaches the cost along several paths the chain stops, and the sum over its consumers is
told before.  Nothing is told twice: a partial that stands above is only used again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from symprop.calculus.adjoints import Contribution
from symprop.calculus.backprop import direct, ends_in_sum
from symprop.derivation.local import body_of, tell_consumer, tell_local
from symprop.derivation.parts import Parts
from symprop.derivation.paths import has_equality, local_sum, path_sum, slopes
from symprop.derivation.step import Block, Chain, Prose, Section, Table
from symprop.derivation.telling import ChainBuilder, Teller, listed, phrase
from symprop.model.build import product
from symprop.model.expr import Expr, Increment, Partial, Ref
from symprop.model.walk import free_names, substitute, walk

ROWS = 6
"""Links up to which every row of the growing chain is written."""

SAID = {
    "rule": "By the chain rule, the derivative of {e} with respect to {w} has one factor for each link between them:",
    "links": "The factors, one at a time:",
    "together": "All factors together:",
    "delta": "A delta is the derivative of {e} with respect to a pre-activation; all weights that feed it share it:",
    "extracted": "A delta is minus the derivative of {e} with respect to a pre-activation; all weights that feed it share it:",
    "minimize": "{e} falls fastest against its gradient, so each weight takes a step that way, scaled by the rate {r}:",
    "maximize": "{e} rises fastest along its gradient, so each weight takes a step that way, scaled by the rate {r}:",
}
"""What is done and why, said where it is done first."""


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
    told: set[tuple[Expr, str]] = field(default_factory=set)  # adjoints that stand on the page
    links: set[tuple[Expr, str]] = field(default_factory=set)  # partials of one link that do
    named: set[str] = field(default_factory=set)  # pre-activations whose delta was introduced
    reached: dict[str, Expr] = field(default_factory=dict)  # the product of the partials, where it was told
    said: set[str] = field(default_factory=set)  # sentences of SAID
    parts: Parts = field(init=False)

    def __post_init__(self) -> None:
        self.parts = Parts.of(self.teller)

    def sections(self) -> list[Section]:
        """One section for each quantity of interest; what it needs first stands in front of it."""
        made: list[Section] = []
        for name in self.teller.wrt:
            blocks: list[Block] = []
            for needed in self._needs(name):
                told = self._told_once(needed)
                if told and self.teller.detail > 1:
                    needs = "The derivative with respect to {x} is needed below."
                    blocks.append(Prose(phrase(needs, x=self._ref(needed))))
                    blocks += self.teller.order(needed)
                blocks += told
            blocks += self._told_once(name)
            if self.teller.is_trained(name):
                blocks += self._say(self.teller.network.objective.value, r=Ref(self.teller.network.rate_of(name)))
                blocks += self.teller.update_chains(name)
            title = "The gradient for {w}" if self.teller.is_trained(name) else "The derivative with respect to {w}"
            made.append(Section(phrase(title, w=self._ref(name)), tuple(blocks)))
        if self.teller.detail > 1 and len(self.teller.wrt) > 1:
            made.append(self._summary())
        return made

    def _summary(self) -> Section:
        """Side by side: each gradient, the deltas, the gradients with them, the changes of the weights."""
        teller, backprop = self.teller, self.teller.backprop
        rows: list[tuple[Expr, Expr, str, str]] = [
            (teller.partial(name), self.reached[name], name, "product") for name in teller.wrt
        ]
        rows += [(*teller.own_line(name), name, "recursion") for name in backprop.adjoints if name in self.named]
        rows += [
            (teller.partial(name), backprop.forms[name].expr, name, "gradient")
            for name in teller.wrt
            if backprop.forms[name].expr != self.reached[name]
        ]
        rows += [
            (Increment(self._ref(name)), teller.change(name), name, "update") for name in teller.wrt if teller.is_trained(name)
        ]
        chains = (teller.chain(left, teller.ranges_of(n)).then(right, rule).chain for left, right, n, rule in rows)
        return Section(("All together",), (Table(tuple(chain for chain in chains if chain.links)),))

    def _ref(self, name: str) -> Ref:
        return self.teller.backprop.adjoints[name].quantity

    def _needs(self, name: str) -> list[str]:
        """The quantities whose adjoint the telling of *name* cites, nearest to the cost first."""
        found: set[str] = set()
        stack = [name]
        while stack:
            top = self._route(stack.pop()).top
            if top == self.teller.of:
                continue
            for contribution in self.teller.backprop.adjoints[top.name].contributions:
                cited = contribution.consumer.name
                if cited not in found and cited in self.teller.backprop.adjoints:
                    found.add(cited)
                    stack.append(cited)
        return [o for o in self.teller.backprop.adjoints if o in found and o != name and o not in self.named]

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
        if route.top == adjoint.quantity:
            self.reached[name] = self.teller.backprop.forms[name].expr
            return self._bundle(name) + self._delta(name, self.reached[name])
        head = self.teller.chain(self.teller.partial(name), self.teller.ranges_of(name))
        self._rows(head, route)
        if route.top != self.teller.of and not self._is_told(route.top.name):
            self.told.add((self.teller.of, route.top.name))
            blocks += self._bundle(route.top.name)
        for place, link in enumerate(route.links):
            blocks += self._link(route, place, link)
        if route.top != self.teller.of:
            blocks += self._deltas_in(self.teller.backprop.refer(route.top))
        if blocks and head.links:
            direct_way = route.top == self.teller.of and len(route.links) > 1
            first = self._say("rule", w=self._ref(name)) if direct_way else []
            blocks = [*first, head.chain, *(self._say("links") if first else []), *blocks]
            blocks += self._say("together") if first else []
            together = self._together(route, self.teller.chain(head.left, head.ranges).then(head.last, "chain"))
        else:  # every partial stands above already: the chain goes straight on to their product
            together = self._together(route, head)
        self.reached[name] = together.last if together.links else route.links[0].partial
        if len(together.links) > 0:
            blocks.append(together.chain)
        return blocks + self._delta(name, self.reached[name])

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
            if found.consumer.name not in adjoints and found.consumer != self.teller.of:
                break  # another entry of an indexed quantity: the bracket that compares the two is told by the sum
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
        if key in self.links:
            return ()
        self.links.add(key)
        written_out = self.parts.body is not None and of == self.teller.of and not self.parts.is_part(wrt.name)
        body = self.parts.body if written_out else body_of(self.teller, of)
        ranges = tuple(r for r in self.teller.ranges_of(route.nodes[-1].name) if _occurs(r.index, (of, wrt)))
        if body is None:
            return (self.teller.chain(Partial(of, wrt), ranges).then(link.partial, "differentiation").chain,)
        return tell_local(self.teller, of, body, wrt, link.partial, ranges)

    def _together(self, route: _Route, head: ChainBuilder) -> ChainBuilder:
        """``[…]·[…]·[…]``, tidied."""
        values = [link.partial for link in route.links]
        if route.top != self.teller.of:
            top = self.teller.backprop.refer(route.top)
            values = [*values, top] if ends_in_sum(top) else [top, *values]
        elif len(values) == 1:
            return head  # one link: its partial is the result, and was told
        if route.top != self.teller.of and self.teller.detail > 1:
            bundle = self.teller.backprop.adjoints[route.top.name]
            if route.top == bundle.quantity:  # the same letters, so the sum can stand as it was told
                paths = path_sum(self.teller.backprop, bundle, self._plain_symbol)
                head.then(product(paths, *(Partial(a, b) for a, b in pairwise(route.nodes))), "paths")
        together = product(*values)
        head.then(together, "product")
        return self.teller.shorten(head, together)

    def _delta(self, name: str, reached: Expr) -> list[Block]:
        """The delta of a pre-activation is named; a gradient is written with the delta of its consumer."""
        form = self.teller.backprop.forms[name].expr
        partial, ranges = self.teller.partial(name), self.teller.ranges_of(name)
        if name in self.named:
            return []
        if name in self.teller.backprop.deltas:
            return [*self._deltas_in(form), *self._introduced(name)]
        blocks = self._deltas_in(form)
        if form not in (reached, partial):
            blocks.append(self.teller.chain(partial, ranges).then(form, self.teller.result_rule(name)).chain)
        return blocks

    def _deltas_in(self, form: Expr) -> list[Block]:
        """The deltas that *form* speaks of and that were not named yet, nearest to the cost first."""
        blocks: list[Block] = []
        for node in walk(form):
            name = self.teller.backprop.by_delta.get(node.name, "") if isinstance(node, Ref) else ""
            if name and name not in self.named:
                self.named.add(name)  # before its own form is read: a recurrence speaks of itself
                blocks += [*self._deltas_in(self.teller.backprop.forms[name].expr), *self._introduced(name)]
        return blocks

    def _say(self, key: str, **formulas: Expr) -> list[Block]:
        """A sentence of :data:`SAID`, the first time; detail 1 is without."""
        if self.teller.detail == 1 or key in self.said:
            return []
        self.said.add(key)
        return [Prose(phrase(SAID[key], e=self.teller.of, **formulas))]

    def _introduced(self, name: str) -> list[Block]:
        """``δ = ∂E/∂net = …``, and what a delta is."""
        self.named.add(name)
        return [*self._say("extracted" if self.teller.backprop.extracts else "delta"), self._named(name)]

    def _named(self, name: str) -> Chain:
        """``δ = ∂E/∂net = …``."""
        symbol, form = self.teller.own_line(name)
        meaning = self.teller.backprop.own(name, self.teller.partial(name))
        chain = self.teller.chain(symbol, self.teller.ranges_of(name)).then(meaning, "delta")
        return chain.then(form, self.teller.result_rule(name)).chain

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
            blocks += self.parts.tell(name, split_up, self.links)
        else:
            for group in groups:
                blocks += tell_consumer(self.teller, adjoint, group, self.links)
        chain = self.teller.chain(partial, ranges)
        if not split_up:
            chain.then(path_sum(self.teller.backprop, adjoint, self._plain_symbol), "paths")
            spelled = local_sum(self.teller.backprop, adjoint)
            if self.teller.detail > 1 and has_equality(spelled):
                chain.then(spelled, "substitution", slopes(adjoint, self.teller.verifier)).then(form.raw, "contraction")
        if not split_up or form.expr != form.raw:
            chain.then(form.raw, "citation" if split_up else "product")
        if form.expr != form.raw:
            self.teller.shorten(chain, form.raw)
        if chain.links:
            blocks.append(chain.chain)
        return blocks

    def _plain_symbol(self, ref: Ref) -> Expr:
        """In a sum over paths the partials are written as such, not by their deltas."""
        return self.teller.backprop.symbol(ref) if ref.name == self.teller.of.name else Partial(self.teller.of, ref)


def _occurs(letter: str, refs: Sequence[Ref]) -> bool:
    return any(Ref(letter) in ref.indices or any(letter in free_names(i) for i in ref.indices) for ref in refs)
