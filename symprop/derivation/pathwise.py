r"""``--style paths``: the sum over all paths from a weight to the cost, then the same sum grouped into the recursion.

.. math:: \frac{\partial E}{\partial w} = \sum_{\text{paths}} \prod_{\text{links}} \frac{\partial y}{\partial x}

The slope of an activation and the weight before it are one link, as people draw it: ``∂A_2/∂A_1 = φ'(H_2)·w``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from symprop.calculus.adjoints import Contribution
from symprop.calculus.backprop import direct
from symprop.calculus.grouping import group
from symprop.derivation.layers import Layered, grouped, layered_product, layered_sum
from symprop.derivation.local import tell_local
from symprop.derivation.scalars import WRITTEN_OUT, refuse_indexed, written_out
from symprop.derivation.step import Block, Chain, Link, Phrase, Prose, Section, Table
from symprop.derivation.telling import Teller, listed, phrase
from symprop.errors import InputError
from symprop.model.build import product, tidy, total
from symprop.model.expr import Apply, Expr, Increment, Partial, Ref
from symprop.model.network import Role
from symprop.model.walk import free_names, size

MOST_PATHS = 64
"""Paths from one weight to the cost up to which they are told."""

LISTED_PATHS = 4
"""Paths up to which prose names the stations of each."""


def tell_paths(teller: Teller) -> tuple[Section, ...]:
    """The sections of the style: the network, one for each quantity, the recursion.

    Raises:
        InputError: the network has indices, or there are too many paths.
    """
    refuse_indexed(teller, "paths")
    return (teller.network_section(), *_Pathwise(teller).sections())


@dataclass(frozen=True, slots=True)
class _Edge:
    """One link of a path: ``∂head/∂tail = value``, through the pre-activation ``via`` where *head* is an activation.

    ``symbol`` is how the sum names it: the partial, or its value where the partial would count other ways too.
    ``layer`` is how many links lie above *head*, along the longest path.
    """

    head: Ref
    tail: Ref
    value: Expr
    symbol: Expr
    layer: int
    via: Ref | None = None
    parts: tuple[Expr, ...] = ()  # ∂head/∂via and ∂via/∂tail


_Path = tuple[_Edge, ...]  # nearest to the cost first

_COUNTS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}


@dataclass
class _Pathwise:
    teller: Teller
    paths: dict[str, list[_Path]] = field(default_factory=dict)
    told: set[tuple[Ref, Ref]] = field(default_factory=set)
    depths: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        counts: dict[str, int] = {}
        self.paths[self.teller.of.name] = [()]
        for name, adjoint in self.teller.backprop.adjoints.items():  # consumers come first
            edges = [self._edge(name, contribution) for contribution in adjoint.contributions]
            self.depths[name] = max((edge.layer + 1 for edge in edges), default=0)
            counts[name] = sum(counts.get(edge.head.name, 1) for edge in edges)
            if counts[name] <= MOST_PATHS:
                self.paths[name] = [(*path, edge) for edge in edges for path in self.paths[edge.head.name]]
            elif name in self.teller.wrt:
                message = f"{name} acts on {self.teller.of.name} along {counts[name]} paths; up to {MOST_PATHS} are told"
                raise InputError(message, hint="use --style chain or --style delta, which group the paths")

    def _edge(self, name: str, contribution: Contribution) -> _Edge:
        adjoint = self.teller.backprop.adjoints[name]
        tail, head, value = adjoint.quantity, contribution.consumer, contribution.partial
        separate = self.teller.backprop.is_separate(adjoint, contribution)
        above = self._activation(head)
        if above is None:
            return _Edge(head, tail, value, Partial(head, tail) if separate else value, self.depths.get(head.name, 0))
        both = product(above.partial, value)
        symbol = Partial(above.consumer, tail) if separate else both
        layer = self.depths.get(above.consumer.name, 0)
        return _Edge(above.consumer, tail, both, symbol, layer, head, (above.partial, value))

    def _activation(self, ref: Ref) -> Contribution | None:
        """What an activation passes back to its pre-activation *ref*; None if *ref* is anything else."""
        backprop = self.teller.backprop
        found = direct(backprop.adjoints[ref.name]) if ref.name in backprop.adjoints else None
        if found is None or self.teller.network.by_name[ref.name][0].role is not Role.PREACTIVATION:
            return None
        body = self.teller.network.by_name[found.consumer.name][0].expr
        return found if isinstance(body, Apply) and body.arguments == (ref,) else None

    # ── Sections ──────────────────────────────────────────────────────────────────────────────────────────────────

    def sections(self) -> Iterator[Section]:
        """The outputs written out, each derivative as the sum over its paths, then the recursion."""
        if self.teller.detail > 1:
            yield from self._written_out()
        shared = [name for name in self.teller.backprop.adjoints if self.teller.backprop.has_name(name)]
        for name in self.teller.wrt:
            title = "The gradient for {w}" if self.teller.is_trained(name) else "The derivative with respect to {w}"
            yield Section(phrase(title, w=Ref(name)), tuple(self._tell(name, not shared)))
        if shared:
            yield Section(("Grouped into a recursion",), tuple(self._recursion(shared)))

    def _written_out(self) -> Iterator[Section]:
        """What the differentiated quantity uses, with everything put in: there the paths can be seen."""
        network = self.teller.network
        chains: list[Chain] = []
        for name in network.by_name:
            if name not in free_names(network.by_name[self.teller.of.name][0].expr):
                continue
            lines = list(written_out(self.teller, name))
            if len(lines) > 1 and not free_names(lines[-1]) & network.by_name.keys():
                chain = self.teller.chain(Ref(name)).then(lines[0], "definition")
                for line in lines[1:] if self.teller.detail > 2 else lines[-1:]:
                    chain.then(line, "substitution")
                chains.append(chain.chain)
        if chains:
            yield Section(("Written out",), tuple(chains))

    def _tell(self, name: str, in_full: bool) -> Iterator[Block]:
        partial, paths = self.teller.partial(name), self.paths[name]
        if self.teller.detail > 1:
            if any(len(path) > 1 for path in paths):
                yield Prose(self._stations(name, paths))
            sums = self.teller.chain(partial)
            flat, flat_layers = _flat(paths)
            sums.then(flat, "paths" if len(paths) > 1 else "chain", layers=flat_layers)
            together, layers = _grouped(paths)
            yield from [sums.then(together, "grouping", layers=layers).chain] if flat != partial else []
            by_depth = zip_longest(*paths)  # all links that are equally far from the cost, then the next
            for edge in dict.fromkeys(edge for level in by_depth for edge in level if edge is not None):
                yield from self._link(edge)
        chain = self.teller.chain(partial)
        if self.teller.detail > 1:
            factored, layers = _grouped(paths)
            chain.then(factored, "paths" if len(paths) > 1 else "chain", layers=layers)
        if len(paths) > 1 or len(paths[0]) > 1 or self.teller.detail == 1:
            together, layers = _grouped(paths, values=True)
            yield self.teller.shorten(chain.then(together, "product", layers=layers), together).chain
        if not self.teller.is_trained(name):
            return
        if in_full:
            yield from self.teller.update_chains(name)
        else:
            yield self._update(name)

    def _update(self, name: str) -> Chain:
        """``w ← w - η ∂E/∂w``; the recursion says how it is computed."""
        weight = Ref(name)
        change = self.teller.rated(self.teller.partial(name), name)
        verdict = self.teller.verifier.verdict(Increment(weight), change)
        return Chain(weight, (Link(total(weight, change), "update", (), verdict, "←"),))

    def _stations(self, name: str, paths: Sequence[_Path]) -> Phrase:
        """``xh_1 acts on L along two paths: through A_1, A_21 and Y; through A_1, A_22 and Y``."""
        count = "one path" if len(paths) == 1 else f"{_COUNTS.get(len(paths), len(paths))} paths"
        pieces: list[str | Expr] = [*phrase("{w} acts on {e} along ", w=Ref(name), e=self.teller.of), count]
        if len(paths) <= LISTED_PATHS:
            for place, path in enumerate(paths):
                pieces += ["; " if place else ": "]
                stations = [edge.tail for edge in reversed(path[:-1])]
                pieces += ["through ", *listed(stations)] if stations else ["directly"]
        return (*pieces, ".")

    def _link(self, edge: _Edge) -> Iterator[Block]:
        """``∂head/∂tail`` derived, once."""
        if (edge.head, edge.tail) in self.told or not isinstance(edge.symbol, Partial):
            return
        self.told.add((edge.head, edge.tail))
        if edge.via is None:
            yield from (_of_layer(block, edge) for block in self._local(edge.head, edge.tail, edge.value))
            return
        if self.teller.detail > 2:
            for head, tail, value in zip((edge.head, edge.via), (edge.via, edge.tail), edge.parts, strict=True):
                if (head, tail) not in self.told:
                    self.told.add((head, tail))
                    yield from self._local(head, tail, value)
        chain = self.teller.chain(edge.symbol, layers=edge.layer)
        chain.then(product(Partial(edge.head, edge.via), Partial(edge.via, edge.tail)), "chain", layers=edge.layer)
        yield chain.then(edge.value, "product", layers=edge.layer).chain

    def _local(self, head: Ref, tail: Ref, value: Expr) -> tuple[Block, ...]:
        return tell_local(self.teller, head, self.teller.network.by_name[head.name][0].expr, tail, value, ())

    def _recursion(self, shared: Sequence[str]) -> Iterator[Block]:
        """The deltas from the cost backwards, and each derivative with them."""
        teller, backprop = self.teller, self.teller.backprop
        if teller.detail > 1:
            yield Prose(("What the paths have in common is computed once, from the cost backwards.",))
        for name in shared:
            symbol, form = teller.own_line(name)
            chain = teller.chain(symbol)
            chain.then(backprop.own(name, teller.partial(name)), "delta") if teller.detail > 1 else None
            yield chain.then(form, teller.result_rule(name)).chain
        for name in teller.wrt:
            chain = teller.chain(teller.partial(name)).then(backprop.forms[name].expr, teller.result_rule(name))
            if teller.detail > 1 and size(opened := backprop.expanded(name)) <= WRITTEN_OUT:
                chain.then(opened, "substitution").then(tidy(group(opened)), "grouping")
            yield from [chain.chain] if chain.links else []
        updates = [chain for name in teller.wrt if teller.is_trained(name) for chain in teller.update_chains(name)]
        yield from [Table(tuple(updates))] if updates else []


def _of_layer(block: Block, edge: _Edge) -> Block:
    """*block* as one of the layer of *edge*, if it is about its partial."""
    if not isinstance(block, Chain) or block.left != edge.symbol:
        return block
    return replace(block, layers=edge.layer, links=tuple(replace(link, layers=edge.layer) for link in block.links))


def _flat(paths: Sequence[_Path]) -> Layered:
    """``Σ_paths Π_links``, and the layer of each link."""
    return layered_sum([_product(path, values=False) for path in paths])


def _grouped(paths: Sequence[_Path], *, values: bool = False) -> Layered:
    """The same with the links that all paths begin with in front."""
    common = 0
    while all(len(path) > common and path[common] == paths[0][common] for path in paths):
        common += 1
    lead = _product(paths[0][:common], values)
    if len(paths) == 1:
        return lead
    return grouped(lead, layered_sum([_product(path[common:], values) for path in paths]))


def _product(path: _Path, values: bool) -> Layered:
    return layered_product([(edge.value if values else edge.symbol, edge.layer) for edge in path])
