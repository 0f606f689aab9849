r"""The last section of a derivation: the rule that its gradients follow, and the one that its deltas follow.

.. math:: \Delta w_{ij} = -\eta\,\delta_j\,o_i, \qquad \delta_i = \varphi'(H_i) \sum_j w_{ij}\,\delta_j

Each rule is said in letters, then in the network's own names where their numbers allow it, then case by case.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from symprop.derivation.families import DeltaCase, Families, WeightCase
from symprop.derivation.named import Equation, in_names, over_layers
from symprop.derivation.step import Block, Chain, Formula, Link, Phrase, Prose, Section, Table
from symprop.derivation.telling import Teller, listed, phrase
from symprop.evaluation.verdict import Status, Verdict
from symprop.model.build import negative, product
from symprop.model.expr import ONE, Apply, Expr, Increment, Partial, Ref, Sum
from symprop.model.names import free_name, normal
from symprop.model.network import Role
from symprop.model.walk import fresh_index

FEWEST = 2
"""Cases from which on a rule is worth stating."""


def tell_general(teller: Teller) -> tuple[Section, ...]:
    """The section, or nothing where the network has no two weights, or no two layers, that follow one rule."""
    families = Families(teller)
    weights, deltas = tuple(families.weights()), tuple(families.deltas())
    if teller.detail == 1:
        return ()
    if any(case.ranges for case in weights) or any(case.ranges for case in deltas):
        blocks = tuple(_layers(families, weights, deltas))
        return (Section(("From layer to layer",), blocks),) if blocks else ()
    hidden = tuple(case for case in deltas if case.terms)
    factors = sum(case.other != ONE for case in weights)
    if max(factors, len(weights) - factors) < FEWEST and not hidden:
        return ()
    return (Section(("In general",), tuple(_General(teller, families, weights, deltas).blocks())),)


def _layers(families: Families, weights: Sequence[WeightCase], deltas: Sequence[DeltaCase]) -> Iterator[Block]:
    """What repeats from one layer to the next."""
    letter = fresh_index(_taken(families.teller), ("l", "m"))
    shown = families.teller.shown or (lambda line: line)
    groups = (
        [Equation(case.of, (), shown(families.judged(families.delta(case), case.ranges))) for case in deltas if case.terms],
        [Equation(case.into, (), shown(families.judged(families.gradient(case), case.ranges))) for case in weights],
    )
    deltas_repeat, weights_repeat = (list(over_layers(group, letter)) for group in groups)
    if not deltas_repeat:
        return
    told = deltas_repeat + weights_repeat
    yield Prose(phrase("The equations repeat from layer to layer; {l} is the number in their names.", l=Ref(letter)))
    for formula, cases in told:
        yield Formula(formula)
        yield Table(tuple(case.line for case in cases))


@dataclass
class _General:
    teller: Teller
    families: Families
    weights: tuple[WeightCase, ...]
    deltas: tuple[DeltaCase, ...]
    letters: tuple[str, str] = field(init=False)
    count: str = field(init=False)

    def __post_init__(self) -> None:
        taken = _taken(self.teller)
        first = fresh_index(taken, ("i",))
        self.letters = (first, fresh_index({*taken, first}, ("j",)))
        self.count = fresh_index({*taken, *self.letters}, ("N", "M", "n"))

    def blocks(self) -> Iterator[Block]:
        """Gradients, then deltas."""
        factors = [case for case in self.weights if case.other != ONE]
        added = [case for case in self.weights if case.other == ONE]
        if factors:
            yield Prose(self._about_weights())
            yield from self._weights(factors, self._factor(self._placed("o", 0)))
        if added:
            gradient = f"the gradient is {self._the_delta()} {{d}} itself{self._so()}:"
            yield Prose(
                phrase(
                    "For a weight {b} that is added in {h}, " + gradient, b=self._weight_added(), h=self._pre(1), d=self._delta(1)
                )
            )
            yield from self._weights(added, self._factor(ONE))
        if factors or added:
            yield from self._others()
        hidden = [case for case in self.deltas if case.terms]
        outputs = [case for case in self.deltas if not case.terms]
        if hidden:
            yield Prose(self._about_deltas(hidden))
            yield from self._deltas(hidden, self._recursion(hidden))
            yield from self._other_deltas()
        if hidden and outputs:
            yield Prose(phrase("At an output the derivative of {e} itself stands in the place of the sum:", e=self.teller.of))
            yield from self._deltas(outputs, self._output(outputs))

    # ── The rules in letters ──────────────────────────────────────────────────────────────────────────────────────

    def _about_weights(self) -> Phrase:
        gradient = f"the gradient is {self._the_delta()} of {{h}} times {{o}}{self._so()}:"
        text = "For a weight {w} that takes {o} into the pre-activation {h}, " + gradient
        return phrase(text, w=self._weight(), o=self._placed("o", 0), h=self._pre(1))

    def _so(self) -> str:
        return ", which gives the update" if self.teller.trains else ""

    def _the_delta(self) -> str:
        return "minus the delta" if self.teller.backprop.extracts else "the delta"

    def _about_deltas(self, hidden: Sequence[DeltaCase]) -> Phrase:
        text = "The activation of {h} acts on {n} pre-activations {k} through the weights {w}, and its delta collects theirs"
        found = phrase(text, h=self._pre(0), n=Ref(self.count), k=self._pre(1), w=self._weight())
        function = self._slope(hidden).function
        one = {case.primed.function for case in hidden} == {function}
        return (*found, ":" if one else "; ", *(() if one else (Ref(function), " is its activation function:")))

    def _factor(self, other: Expr) -> tuple[Expr, Expr]:
        weight = self._weight() if other != ONE else self._weight_added()
        value = product(self._signed(self._delta(1)), other)
        if self.teller.trains:
            return Increment(weight), self.teller.rated(value, weight.name)
        return Partial(self.teller.of, weight), value

    def _recursion(self, hidden: Sequence[DeltaCase]) -> tuple[Expr, Expr]:
        body = product(self._weight(), self._delta(1))
        return self._delta(0), product(self._slope(hidden), Sum(body, self.letters[1], ONE, Ref(self.count)))

    def _output(self, outputs: Sequence[DeltaCase]) -> tuple[Expr, Expr]:
        value = product(self._slope(outputs, 1), Partial(self.teller.of, self._placed("o", 1)))
        return self._delta(1), self._signed(value)

    # ── Formula, the same in names, cases ─────────────────────────────────────────────────────────────────────────

    def _weights(self, cases: Sequence[WeightCase], rule: tuple[Expr, Expr]) -> Iterator[Block]:
        others = [case.other for case in cases]
        lines = [self.families.judged(self.families.gradient(case), ()) for case in cases]
        found = [
            Equation(case.into, (other,) if isinstance(other, Ref) else (), line)
            for case, other, line in zip(cases, others, lines, strict=True)
        ]
        yield from self._told(rule, "gradient", found, self.letters[::-1])

    def _deltas(self, cases: Sequence[DeltaCase], rule: tuple[Expr, Expr]) -> Iterator[Block]:
        lines = [self.families.judged(self.families.delta(case), ()) for case in cases]
        found = [Equation(case.of, tuple(t.into for t in case.terms), line) for case, line in zip(cases, lines, strict=True)]
        yield from self._told(rule, "recursion", found, self.letters)

    def _told(self, rule: tuple[Expr, Expr], key: str, cases: Sequence[Equation], letters: tuple[str, str]) -> Iterator[Block]:
        left, right = rule
        lines = tuple(case.line for case in cases)
        yield Formula(Chain(left, (Link(right, key, (), weakest(lines)),)))
        named = [line for line in in_names(cases, letters, _taken(self.teller)) if (line.left, line.links[0].expr) != rule]
        if named:
            yield Prose(("In the names of this network:",))
            yield from (Formula(formula) for formula in named)
        yield Prose(("Case by case:" if len(lines) > 1 else "Here that is:",))
        yield Table(lines)

    def _others(self) -> Iterator[Block]:
        """The weights that are no case."""
        cases = {case.weight.name for case in self.weights}
        others = [Ref(name) for name in self.teller.wrt if self.teller.is_trained(name) and name not in cases]
        if others:
            ending = " is no case of it: it stands" if len(others) == 1 else " are no cases of it: they stand"
            yield Prose((*listed(others), ending + " in several places, or not as a factor in a pre-activation."))

    def _other_deltas(self) -> Iterator[Block]:
        """The deltas that are no case."""
        backprop, cases = self.teller.backprop, {case.of.name for case in self.deltas}
        activated = self.teller.network.with_role(Role.PREACTIVATION)  # a linear unit has no activation function
        others = [Ref(backprop.deltas[name].name) for name in backprop.adjoints if name in activated and name not in cases]
        if others:
            ending = (
                " is no case of it: its activation acts" if len(others) == 1 else " are no cases of it: their activations act"
            )
            yield Prose((*listed(others), ending + " in another way, too."))

    # ── The letters ───────────────────────────────────────────────────────────────────────────────────────────────

    def _weight(self) -> Ref:
        first, second = self.letters
        names = [case.weight.name for case in self.weights if case.other != ONE]
        names += [term.weight.name for case in self.deltas for term in case.terms]
        return self._letter(_stem(names, "w"), f"{first}{second}")

    def _weight_added(self) -> Ref:
        return self._letter(_stem([case.weight.name for case in self.weights if case.other == ONE], "b"), self.letters[1])

    def _pre(self, place: int) -> Ref:
        names = [case.into.name for case in self.weights] + [case.of.name for case in self.deltas]
        return self._letter(_stem(names, "H"), self.letters[place])

    def _placed(self, letter: str, place: int) -> Ref:
        return self._letter(letter, self.letters[place])

    def _delta(self, place: int) -> Ref:
        names = [short.name for short in self.teller.backprop.deltas.values()]
        return self._letter(_stem(names, "δ"), self.letters[place])

    def _signed(self, expr: Expr) -> Expr:
        """A delta as an adjoint and an adjoint as a delta: with a minus sign where that was extracted."""
        return negative(expr) if self.teller.backprop.extracts else expr

    def _letter(self, stem: str, index: str) -> Ref:
        return Ref(free_name([f"{stem}_{index}"], {normal(name) for name in _taken(self.teller)}))

    def _slope(self, cases: Sequence[DeltaCase], place: int = 0) -> Apply:
        """``σ'(H_i)`` where all have that function, else ``φ'(H_i)``."""
        primed = cases[0].primed
        if {case.primed.function for case in cases} == {primed.function}:
            return Apply(primed.function, (self._pre(place),), 1, spelling=primed.spelling)
        free = free_name(["φ", "ψ", "f"], {normal(name) for name in _taken(self.teller)})
        return Apply(free, (self._pre(place),), 1)


def weakest(lines: Sequence[Chain]) -> Verdict:
    """The verdict of a rule: proved if each of its cases is."""
    verdicts = [link.verdict for line in lines for link in line.links]
    proved = all(verdict.status is Status.PROVED for verdict in verdicts)
    status = Status.PROVED if proved else Status.SAMPLED
    every = f"each of its {len(lines)} cases" if len(lines) > 1 else "its one case"
    return Verdict(status, f"{every} was {'proved' if proved else 'judged'}")


def _stem(names: Sequence[str], otherwise: str) -> str:
    """What all *names* have before their subscript; *otherwise* where they differ."""
    stems = {name.split("_")[0].rstrip("0123456789") for name in names}
    return stems.pop() if len(stems) == 1 and "" not in stems else otherwise


def _taken(teller: Teller) -> set[str]:
    network = teller.network
    deltas = (short.name for short in teller.backprop.deltas.values())
    return {*network.leaves, *network.by_name, *network.functions, network.rate, *deltas}
