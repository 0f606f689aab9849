r"""The rules behind the equations, and which weights and deltas are cases of them.

.. math:: \Delta w_{ij} = -\eta\,\delta_j\,o_i, \qquad \delta_i = \varphi'(H_i) \sum_j w_{ij}\,\delta_j

A case is found in the structure of the network and carries its own equation, which is judged like any other line.
What does not fit (a tied weight, a weight in a strange place, a skip connection) is no case, and nothing is claimed for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from symprop.calculus.adjoints import Adjoint, Contribution
from symprop.calculus.backprop import direct
from symprop.derivation.step import Chain
from symprop.derivation.telling import Teller
from symprop.model.build import product, total
from symprop.model.expr import ONE, Apply, Expr, Increment, Partial, Ref, Sum
from symprop.model.network import Range, Role
from symprop.model.walk import mentions


@dataclass(frozen=True, slots=True)
class Term:
    """A hidden activation acts on the pre-activation ``into`` through ``weight``; ``binders`` where it acts on many."""

    weight: Ref
    into: Ref
    binders: tuple[Range, ...] = ()


@dataclass(frozen=True, slots=True)
class WeightCase:
    """``weight`` stands in the pre-activation ``into`` as the factor of ``other`` (1: it is added)."""

    weight: Ref
    other: Expr
    into: Ref
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class DeltaCase:
    """The pre-activation ``of`` has the slope ``primed``; its activation acts on the pre-activations of ``terms`` only.

    Without terms it is an output: ``activation`` acts on the cost.
    """

    of: Ref
    activation: Ref
    primed: Apply
    terms: tuple[Term, ...]
    ranges: tuple[Range, ...]


@dataclass(frozen=True)
class Families:
    """The cases of each rule in one derivation, and the equations that they are."""

    teller: Teller

    def weights(self) -> Iterator[WeightCase]:
        """The weights that stand once, as a factor or a term, in one pre-activation."""
        for name in self.teller.wrt:
            adjoint = self.teller.backprop.adjoints[name]
            found = direct(adjoint)
            if found is None or not self._is_weight(name) or found.consumer.name not in self.teller.backprop.deltas:
                continue
            is_factor = isinstance(found.partial, Ref) and not mentions(found.partial, name)
            if is_factor or found.partial == ONE:
                yield WeightCase(adjoint.quantity, found.partial, found.consumer, self.teller.ranges_of(name))

    def deltas(self) -> Iterator[DeltaCase]:
        """The pre-activations whose activation is passed on through weights alone, and those of the outputs."""
        backprop = self.teller.backprop
        for name, adjoint in backprop.adjoints.items():
            above = self._activation(adjoint) if name in backprop.deltas else None
            if above is None:
                continue
            (activation, primed), ranges = above, self.teller.ranges_of(name)
            consumers = backprop.adjoints.get(activation.name)
            if consumers is None or consumers.seed is not None:
                continue
            terms = [self._term(c) for c in consumers.contributions]
            found = tuple(term for term in terms if term is not None)
            if len(found) == len(terms):
                yield DeltaCase(adjoint.quantity, activation, primed, found, ranges)
            elif not any(c.consumer.name in backprop.deltas for c in consumers.contributions):
                yield DeltaCase(adjoint.quantity, activation, primed, (), ranges)

    def gradient(self, case: WeightCase) -> tuple[Expr, Expr]:
        """``Δw = -η·δ·o``, or ``∂y/∂w = δ·o`` where nothing is trained."""
        value = product(self._delta(case.into), case.other)
        if self.teller.is_trained(case.weight.name):
            return Increment(case.weight), self.teller.rated(value, case.weight.name)
        return Partial(self.teller.of, case.weight), value

    def delta(self, case: DeltaCase) -> tuple[Expr, Expr]:
        """``δ_1 = φ'(H_1)·(w_1·δ_2 + w_2·δ_3)``; ``δ = φ'(H)·∂E/∂o`` for an output."""
        backprop, name = self.teller.backprop, case.of.name
        passed = total(*map(self.passed, case.terms)) if case.terms else Partial(self.teller.of, case.activation)
        value = product(case.primed, backprop.collected(passed))
        return backprop.own(name, self._delta(case.of)), backprop.own(name, value)

    def passed(self, term: Term) -> Expr:
        """``w·δ``, summed."""
        body = product(term.weight, self._delta(term.into))
        for binder in reversed(term.binders):
            body = Sum(body, binder.index, binder.lower, binder.upper)
        return body

    def judged(self, equation: tuple[Expr, Expr], ranges: Iterable[Range]) -> Chain:
        """*equation* as a line; one that does not hold raises."""
        left, right = equation
        return self.teller.chain(left, tuple(ranges)).then(right, "general").chain

    def _delta(self, ref: Ref) -> Expr:
        return self.teller.backprop.symbol(ref)

    def _is_weight(self, name: str) -> bool:
        leaf = self.teller.network.leaves.get(name)
        return leaf is not None and leaf.role is Role.WEIGHT

    def _activation(self, adjoint: Adjoint) -> tuple[Ref, Apply] | None:
        """``a`` and ``φ'(H)`` for the pre-activation ``H`` of ``a = φ(H)``, if that is all it acts on."""
        found = direct(adjoint)
        if found is None or found.consumer == self.teller.of:
            return None
        group = self.teller.network.by_name[found.consumer.name]
        quantity = adjoint.quantity
        (definition,) = group if len(group) == 1 else (None,)
        if definition is None or not isinstance(definition.expr, Apply) or len(definition.expr.arguments) != 1:
            return None
        (argument,) = definition.expr.arguments
        if not isinstance(argument, Ref) or argument.name != quantity.name or argument.indices != definition.indices:
            return None
        if found.consumer.indices != quantity.indices:
            return None
        body = definition.expr
        return found.consumer, Apply(body.function, (quantity,), body.primes + 1, spelling=body.spelling)

    def _term(self, found: Contribution) -> Term | None:
        if found.conditions or found.consumer.name not in self.teller.backprop.deltas or not isinstance(found.partial, Ref):
            return None
        return Term(found.partial, found.consumer, found.binders)
