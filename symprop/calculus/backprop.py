r"""Delta forms: every adjoint written with the deltas of the pre-activations above it.

.. math:: \delta_j = \sigma'(z_j) \sum_q \delta_q W_{qj}, \qquad \frac{\partial E}{\partial W_{jk}} = \delta_j\, x_k

An adjoint that is neither a delta nor long and used twice is put in where it is needed; a long one that is
needed twice keeps its name ``∂E/∂s`` and gets a line of its own, so that nothing is written twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from symprop.calculus.adjoints import Adjoint, Contribution, accumulate, same_entry
from symprop.calculus.cancel import Cancelled, cancel
from symprop.calculus.contract import Known, contract, sum_over
from symprop.calculus.signs import collected, opposite
from symprop.model.build import product, split, total
from symprop.model.expr import ONE, Expr, Indicator, Neg, Partial, Ref, Sum
from symprop.model.network import Abbreviation, Assumption, Network, Range
from symprop.model.walk import children, rebuild, size, substitute, walk

INLINE_SIZE = 14
"""Nodes up to which an adjoint that several quantities need is written out in each of them."""

EXPANDED_SIZE = 2_000
"""Nodes up to which a gradient is written out in the network's own names …"""

EXPANDED_TOTAL = 100_000
"""… while all of them together have no more than these."""


@dataclass(frozen=True, slots=True)
class Form:
    """``raw`` is the product of the partials; ``expr`` the same after cancelling, with the assumptions used for it."""

    raw: Expr
    expr: Expr
    assumptions: tuple[Assumption, ...] = ()


@dataclass
class Backprop:
    """Adjoints of *of* and their delta forms.

    Args:
        network: with named pre-activations.
        of: the quantity that is differentiated, with its own letters.
        wrt: the names of interest.
        deltas: the deltas by the name of their pre-activation; one that means ``-∂E/∂net`` has the sign extracted.
        orient: turns the residuals in a partial the way round that is wanted.
    """

    network: Network
    of: Ref
    wrt: Sequence[str]
    deltas: Mapping[str, Abbreviation]
    orient: Callable[[Expr], Expr] | None = None
    adjoints: dict[str, Adjoint] = field(init=False)
    forms: dict[str, Form] = field(init=False, default_factory=dict)
    named: set[str] = field(init=False, default_factory=set)
    by_delta: dict[str, str] = field(init=False)
    extracts: bool = field(init=False, default=False)
    _uses: dict[str, frozenset[str]] = field(init=False, default_factory=dict)
    _spent: int = field(init=False, default=0)
    _expanded: dict[str, Expr] = field(init=False, default_factory=dict)
    _recurrent: dict[str, bool] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.by_delta = {short.name: name for name, short in self.deltas.items()}
        self.adjoints = self._oriented(accumulate(self.network, self.of.name, self.wrt))
        self.extracts = any(isinstance(short.meaning, Neg) for short in self.deltas.values())
        needs = Counter(c.consumer.name for a in self.adjoints.values() for c in a.contributions)
        if self.of.name in self.adjoints:  # a recurrence: the adjoint of an entry by another one has no other name
            self.named.add(self.of.name)
        for name, adjoint in self.adjoints.items():
            form = self._form(adjoint)
            self.forms[name] = form
            if needs[name] > 1 and size(form.expr) > INLINE_SIZE:
                self.named.add(name)

    def symbol(self, ref: Ref) -> Expr:
        """The adjoint of *ref* by its name: ``1``, ``δ_h[j]`` (``-δ_h[j]`` if the sign was extracted) or ``∂E/∂h[j]``."""
        if ref.name == self.of.name:
            return Partial(self.of, ref) if ref.name in self.adjoints else same_entry(ref, self.of)
        short = self.deltas.get(ref.name)
        if short is None:
            return Partial(self.of, ref)
        return self.own(ref.name, Ref(short.name, (*self.of.indices, *ref.indices)))

    def own(self, name: str, expr: Expr) -> Expr:
        """What the line of *name* says where *expr* is its adjoint: ``-expr`` if its delta has the sign extracted.

        Twice is once not at all, so this also turns a delta into the adjoint.
        """
        short = self.deltas.get(name)
        return opposite(expr) if short is not None and isinstance(short.meaning, Neg) else expr

    def collected(self, expr: Expr) -> Expr:
        """*expr* with a common sign in front, which extracted signs leave in sums."""
        return collected(expr) if self.extracts else expr

    def has_name(self, name: str) -> bool:
        """Is the adjoint of *name* referred to by a name, rather than put in?"""
        return name in self.deltas or name in self.named

    def refer(self, ref: Ref) -> Expr:
        """The adjoint of *ref* as other adjoints use it: by name, or put in."""
        if ref.name == self.of.name or self.has_name(ref.name):
            return self.symbol(ref)
        if ref.name not in self.forms:  # a recurrence without a pre-activation: it must speak of itself
            self.named.add(ref.name)
            return self.symbol(ref)
        return self.at(ref, self.forms[ref.name].expr)

    def at(self, ref: Ref, form: Expr) -> Expr:
        """*form*, which is written for the generic letters of the quantity, at the indices of *ref*."""
        letters = self.adjoints[ref.name].quantity.indices
        return substitute(form, {a: b for a, b in zip(letters, ref.indices, strict=True) if isinstance(a, Ref)})

    def ranges_of(self, adjoint: Adjoint) -> tuple[Range, ...]:
        """The ranges of the free letters, those of an indexed *of* among them."""
        return (*self.network.axes(self.of.name), *adjoint.ranges)

    def term(self, contribution: Contribution, adjoint: Expr, known: Known) -> Expr:
        """What one consumer passes back, with *adjoint* for the adjoint of the consumer."""
        partial = contribution.partial
        factors = (partial, adjoint) if ends_in_sum(adjoint) else (adjoint, partial)
        body = product(*contribution.conditions, *factors)
        for depth in range(len(contribution.binders), 0, -1):
            inner = known
            for binder in contribution.binders[: depth - 1]:
                inner = inner.also(binder)
            body = sum_over(body, contribution.binders[depth - 1], inner)
        return body

    def is_separate(self, adjoint: Adjoint, contribution: Contribution) -> bool:
        """Is ``∂consumer/∂quantity`` just the local partial of *contribution*?

        It is not where the quantity reaches the same consumer along another way too (a skip, a recurrence): the
        partial with cut semantics counts all ways, and would count them twice in a sum over consumers.
        """
        consumer = contribution.consumer.name
        others = [c for c in adjoint.contributions if c is not contribution]
        if any(c.consumer.name == consumer or consumer in self._above(c.consumer.name) for c in others):
            return False
        return contribution.is_plain or consumer not in self._above(consumer)

    def reaches(self, consumer: str, names: Iterable[str]) -> bool:
        """Does *consumer* depend on one of *names* (on itself: in a recurrence)?"""
        return any(consumer in self._above(name) for name in names)

    def _above(self, name: str) -> frozenset[str]:
        """Everything that depends on *name*, as far as it lies on the way to *of*."""
        if name not in self._uses:
            found: set[str] = set()
            stack = [name]
            while stack:
                adjoint = self.adjoints.get(stack.pop())
                for contribution in adjoint.contributions if adjoint else ():
                    if contribution.consumer.name not in found:
                        found.add(contribution.consumer.name)
                        stack.append(contribution.consumer.name)
            self._uses[name] = frozenset(found)
        return self._uses[name]

    def expanded(self, name: str) -> Expr:
        """The adjoint of *name* in the network's own names, as far as :data:`EXPANDED_SIZE` allows.

        What is too long keeps its delta; so does a recurrence, which has no end.
        """
        for other in self.forms:  # nearest to *of* first, so that what a form cites is known
            if other not in self._expanded:
                form = self.forms[other].expr
                self._expanded[other] = self._written_out(form, Known.of(self.ranges_of(self.adjoints[other])))
            if other == name:
                break
        return self._expanded[name]

    def _written_out(self, form: Expr, known: Known) -> Expr:
        # What would be too long is not even built: the sizes of what is put in are known.
        cited = [q for node in walk(form) if (q := self._quantity(node)) is not None and q.name in self._expanded]
        expected = size(form) + sum(size(self._expanded[quantity.name]) for quantity in cited)
        if not cited or expected > min(EXPANDED_SIZE, EXPANDED_TOTAL - self._spent):
            return form
        opened = contract(self._open(form), known)
        self._spent += size(opened)
        return opened

    def _form(self, adjoint: Adjoint) -> Form:
        known = Known.of(self.ranges_of(adjoint))
        terms = [self.term(c, self.refer(c.consumer), known) for c in adjoint.contributions]
        terms = terms if adjoint.seed is None else [adjoint.seed, *terms]
        raw = contract(total(*terms), known) if any(map(_has_bracket, terms)) else total(*terms)
        raw = self.collected(raw)
        shorter: Cancelled = cancel(raw, self.network.assumptions)
        return Form(raw, self.oriented(shorter.expr), shorter.assumptions)

    def oriented(self, expr: Expr) -> Expr:
        """*expr* with its residuals the way round that is wanted."""
        return expr if self.orient is None else self.orient(expr)

    def _oriented(self, adjoints: dict[str, Adjoint]) -> dict[str, Adjoint]:
        if self.orient is None:
            return adjoints
        turned = {
            name: tuple(replace(c, partial=self.oriented(c.partial)) for c in adjoint.contributions)
            for name, adjoint in adjoints.items()
        }
        return {name: replace(adjoint, contributions=turned[name]) for name, adjoint in adjoints.items()}

    def _open(self, expr: Expr) -> Expr:
        """Deltas and named adjoints replaced by what they are written out to."""
        quantity = self._quantity(expr)
        if quantity is not None and quantity.name in self._expanded and not self._recurs(quantity.name):
            opened = self.at(quantity, self._expanded[quantity.name])
            return self.own(quantity.name, opened) if isinstance(expr, Ref) else opened
        if isinstance(expr, Partial):
            return expr
        return rebuild(expr, tuple(self._open(child) for child in children(expr)))

    def _quantity(self, expr: Expr) -> Ref | None:
        if isinstance(expr, Partial) and expr.of == self.of and expr.wrt.name in self.forms:
            return expr.wrt
        if isinstance(expr, Ref):
            name = self.by_delta.get(expr.name, "")
            if name in self.forms:
                return Ref(name, expr.indices[len(self.of.indices) :])
        return None

    def _recurs(self, name: str) -> bool:
        """Does the adjoint of *name* lead back to itself?"""
        if name not in self._recurrent:
            self._recurrent[name] = self._leads_back(name)
        return self._recurrent[name]

    def _leads_back(self, name: str) -> bool:
        seen: set[str] = set()
        stack = [name]
        while stack:
            for node in walk(self.forms[stack.pop()].expr):
                other = self._quantity(node)
                if other is not None and other.name == name:
                    return True
                if other is not None and other.name not in seen:
                    seen.add(other.name)
                    stack.append(other.name)
        return False


def ends_in_sum(expr: Expr) -> bool:
    """Is the last factor a sum over an index?  Then a further factor stands better in front of it."""
    factors = split(expr)[1]
    return bool(factors) and isinstance(factors[-1], Sum)


def _has_bracket(expr: Expr) -> bool:
    return any(isinstance(node, Indicator) for node in walk(expr))


def direct(adjoint: Adjoint) -> Contribution | None:
    """The only consumer, if it passes back a plain product; None otherwise."""
    if adjoint.seed is None and len(adjoint.contributions) == 1 and adjoint.contributions[0].is_plain:
        return adjoint.contributions[0]
    return None


def is_unit(contribution: Contribution) -> bool:
    """Does the consumer just add the quantity up (partial 1)?"""
    return contribution.is_plain and contribution.partial == ONE
