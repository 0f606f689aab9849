"""What all styles share: verified chains, phrases, the network's own lines, the updates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from string import Formatter

from symprop.calculus.adjoints import depends_on
from symprop.calculus.backprop import Backprop
from symprop.calculus.cancel import cancel
from symprop.derivation.step import Block, Chain, Layers, Link, Phrase, Prose, Section, Table
from symprop.derivation.verify import Verifier
from symprop.model.build import negative, product, total
from symprop.model.expr import Add, Apply, Expr, Increment, Indicator, Mul, Neg, Partial, Ref, Sum
from symprop.model.network import Assumption, Definition, Network, Objective, Range, Role
from symprop.model.walk import substitute, walk

MOST_LISTED = 5
"""Formulas up to which prose names each."""


def phrase(text: str, /, **formulas: Expr) -> Phrase:
    """*text* with each ``{name}`` replaced by a formula: ``phrase("through {y}", y=Ref("o"))``."""
    pieces: list[str | Expr] = []
    for literal, name, _, _ in Formatter().parse(text):
        if literal:
            pieces.append(literal)
        if name is not None:
            pieces.append(formulas[name])
    return tuple(pieces)


def facts(assumptions: Sequence[Assumption]) -> Phrase:
    """``Σ_k t[k] = 1``, several of them separated by semicolons."""
    pieces: list[str | Expr] = []
    for place, assumption in enumerate(assumptions):
        pieces += ["; "] if place else []
        pieces += [assumption.left, " = ", assumption.right]
    return tuple(pieces)


def listed(formulas: Sequence[Expr]) -> Phrase:
    """``a``, ``a and b``, ``a, b and c``; ``a, …, z`` for many."""
    if len(formulas) > MOST_LISTED:
        return (formulas[0], ", …, ", formulas[-1])
    pieces: list[str | Expr] = []
    for place, formula in enumerate(formulas):
        if place:
            pieces.append(" and " if place == len(formulas) - 1 else ", ")
        pieces.append(formula)
    return tuple(pieces)


@dataclass
class ChainBuilder:
    """Collects ``left = … = …``; each link is judged against what stands before it."""

    verifier: Verifier
    left: Expr
    ranges: tuple[Range, ...] = ()
    links: list[Link] = field(default_factory=list)
    layers: Layers = None

    @property
    def last(self) -> Expr:
        """The right end so far."""
        return self.links[-1].expr if self.links else self.left

    def then(self, expr: Expr, rule: str, because: Phrase = (), layers: Layers = None) -> ChainBuilder:
        """One link more, unless it would repeat the last expression.

        Raises:
            InternalError: the link does not hold.
        """
        if expr != self.last:
            verdict = self.verifier.verdict(self.last, expr, self.ranges)
            self.links.append(Link(expr, rule, because, verdict, layers=layers))
        return self

    def numbered(self, number: int) -> ChainBuilder:
        """The equation that the last link completes gets a *number*; without a link there is none to number."""
        if self.links:
            self.links[-1] = replace(self.links[-1], number=number)
        return self

    @property
    def chain(self) -> Chain:
        """What was collected."""
        return Chain(self.left, tuple(self.links), self.ranges, self.layers)


@dataclass
class Teller:
    """The state of one telling.

    Args:
        network: with named pre-activations; ``made`` are the definitions that were added for them.
        written: activations that the author wrote out, by definition: the form over ``x``.
        backprop: adjoints and delta forms.
        verifier: the gate.
        wrt: the quantities whose derivative is told, nearest to the cost first.
        detail: 1 results, 2 steps, 3 elementary steps.
    """

    network: Network
    made: tuple[Definition, ...]
    written: Mapping[tuple[str, tuple[Expr, ...]], Expr]
    backprop: Backprop
    verifier: Verifier
    wrt: tuple[str, ...]
    detail: int
    proved: set[str] = field(default_factory=set)  # functions whose slope was derived, at detail 3
    shown: Callable[[Chain], Chain] | None = None  # how the register in hand writes a line; None: in indices

    @property
    def of(self) -> Ref:
        """The quantity that is differentiated."""
        return self.backprop.of

    @property
    def trains(self) -> bool:
        """Is this about the cost, so that updates follow?"""
        return self.network.cost == self.of.name

    def chain(self, left: Expr, ranges: Sequence[Range] = (), layers: Layers = None) -> ChainBuilder:
        """Begin a verified chain."""
        return ChainBuilder(self.verifier, left, tuple(ranges), layers=layers)

    def ranges_of(self, name: str) -> tuple[Range, ...]:
        """The free ranges in the telling of the adjoint of *name*, those of an indexed *of* included."""
        return self.backprop.ranges_of(self.backprop.adjoints[name])

    def partial(self, name: str) -> Partial:
        """``∂of/∂name`` with the generic letters."""
        return Partial(self.of, self.backprop.adjoints[name].quantity)

    def own_line(self, name: str) -> tuple[Expr, Expr]:
        """Left and right side of the line that says what the delta (or else the adjoint) of *name* is."""
        backprop = self.backprop
        sides = (backprop.symbol(backprop.adjoints[name].quantity), backprop.forms[name].expr)
        return backprop.own(name, sides[0]), backprop.own(name, sides[1])

    def order(self, name: str) -> tuple[Prose, ...]:
        """In a recurrence: which delta is computed before the one that is told; nothing elsewhere."""
        backprop = self.backprop
        form, short = backprop.forms[name].expr, backprop.deltas.get(name)
        own = () if short is None else tuple(n for n in walk(form) if isinstance(n, Ref) and n.name == short.name)
        if not own or short is None or self.detail == 1:
            return ()
        symbol = Ref(short.name, (*self.of.indices, *backprop.adjoints[name].quantity.indices))
        text = "{s} stands for {p}, and {o} for the same at another index: that one is computed before."
        said = phrase(text, s=symbol, p=backprop.own(name, self.partial(name)), o=own[0])
        bracket = any(isinstance(node, Indicator) for node in walk(form))
        return (Prose((*said, *((" The bracket is 0 where there is none.",) if bracket else ()))),)

    def shorten(self, chain: ChainBuilder, raw: Expr) -> ChainBuilder:
        """*raw* without its denominators, then with what the network assumes, then with its residuals turned round.

        No link where nothing of this applies.
        """
        chain.then(cancel(raw).expr, "cancellation")
        if self.network.assumptions:
            final = cancel(raw, self.network.assumptions)
            chain.then(final.expr, "assumption", facts(final.assumptions))
        return chain.then(self.backprop.oriented(chain.last), "orientation")

    def result_rule(self, name: str) -> str:
        """The rule by which the form of the adjoint of *name* comes about."""
        form = self.backprop.forms[name].expr
        deltas = sum(isinstance(node, Ref) and node.name in self.backprop.by_delta for node in walk(form))
        if deltas and name in self.backprop.deltas:
            return "recursion"
        body = form
        while isinstance(body, Neg | Sum):
            body = body.operand if isinstance(body, Neg) else body.body
        leaf = self.network.leaves.get(name)
        is_weight = leaf is not None and leaf.role is Role.WEIGHT
        plain = isinstance(body, Mul) and len(body.factors) == 2 and all(isinstance(f, Ref) for f in body.factors)
        return "gradient" if deltas == 1 and is_weight and plain else "product"

    def network_section(self) -> Section:
        """The definitions as they were read, and what was named."""
        blocks: list[Block] = []
        made = {(d.name, d.indices) for d in self.made if d.role is Role.PREACTIVATION}
        below = depends_on(self.network, self.of.name)
        if self.made:
            blocks.append(Prose(self._named()))
        chains = [
            self._definition(d, "preactivation" if (d.name, d.indices) in made else "definition")
            for d in self.network.definitions
            if d.name == self.of.name or d.name in below
        ]
        blocks.append(Table(tuple(chains)))
        return Section(("The network",), tuple(blocks))

    def _named(self) -> Phrase:
        """Which pre-activations, and which layers inside others, were given names."""
        groups = [unique([d.ref for d in self.made if d.role is role]) for role in (Role.PREACTIVATION, Role.ACTIVATION)]
        words = (("pre-activation", "pre-activations"), ("activation", "activations"))
        pieces: list[str | Expr] = []
        for refs, (one, several) in zip(groups, words, strict=True):
            if refs:
                pieces += [f"{' and the' if pieces else 'The'} {one if len(refs) == 1 else several} ", *listed(refs)]
        return (*pieces, " is given a name of its own." if sum(map(len, groups)) == 1 else " are given names of their own.")

    def _definition(self, definition: Definition, rule: str) -> Chain:
        """The line of one definition; an activation that was written out stands in both forms."""
        chain = self.chain(definition.ref, definition.ranges)
        form = self.written.get((definition.name, definition.indices))
        if form is None or not isinstance(definition.expr, Apply):
            return chain.then(definition.expr, rule).chain
        own = substitute(form, {Ref("x"): definition.expr.arguments[0]})
        return chain.then(own, rule).then(definition.expr, "function").chain

    def update_chains(self, name: str, gradient: Expr | None = None, source: Phrase = ()) -> tuple[Chain, ...]:
        """``Δw = -η ∂E/∂w = …`` and ``w ← w + Δw`` written out, with the delta form unless another *gradient* is given.

        *source* says where the gradient is told.
        """
        weight = self.backprop.adjoints[name].quantity
        ranges = self.ranges_of(name)
        change = self.change(name) if gradient is None else self.rated(gradient, name)
        sign = phrase("against the gradient")
        if self.network.objective is Objective.MAXIMIZE:
            sign = phrase("along the gradient")
        delta = self.chain(Increment(weight), ranges)
        delta.then(self.rated(self.partial(name), name), "update", sign).then(change, "substitution", source)
        verdict = self.verifier.verdict(Increment(weight), change, ranges)
        arrow = Link(total(weight, change), "update", (), verdict, "←")
        assign = Chain(weight, (arrow,), ranges)
        return (assign,) if self.detail == 1 else (delta.chain, assign)

    def change(self, name: str) -> Expr:
        """``-η ∂E/∂w`` with the delta form put in (``+η`` when maximizing)."""
        return self.rated(self.backprop.forms[name].expr, name)

    def is_trained(self, name: str) -> bool:
        """Is *name* a weight of a network whose cost is differentiated?"""
        leaf = self.network.leaves.get(name)
        return self.trains and leaf is not None and leaf.role is Role.WEIGHT

    def rated(self, gradient: Expr, weight: str) -> Expr:
        """``-η`` times *gradient* of *weight* (``+η`` when maximizing)."""
        rate = Ref(self.network.rate_of(weight))
        if self.network.objective is Objective.MAXIMIZE:
            return product(rate, gradient)
        if isinstance(gradient, Add) and isinstance(gradient.terms[0], Neg):
            return product(rate, total(*(negative(term) for term in gradient.terms)))
        return negative(product(rate, gradient))


def unique(formulas: Sequence[Expr]) -> list[Expr]:
    """Each once, in order."""
    return list(dict.fromkeys(formulas))
