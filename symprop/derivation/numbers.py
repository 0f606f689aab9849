"""Worked numbers: ``symbol = formula = numbers = value`` for all that a derivation told, then an update with them.

Computed values are rounded in print only.  ``=`` stands where the printed arithmetic holds exactly, ``≈`` where
something was rounded.  Every literal is judged against the value to many digits, which comes from evaluating the
definitions (derivatives by dual numbers) and not from the formulas of the derivation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from symprop.calculus.adjoints import depends_on
from symprop.derivation.step import Block, Chain, Derivation, Link, Numbers, Phrase, Prose, Section, Table
from symprop.derivation.telling import MOST_LISTED, Teller
from symprop.errors import InputError
from symprop.evaluation.figures import Figures
from symprop.evaluation.verdict import BY_DEFINITION, Verdict
from symprop.model.build import negative, number, product, total
from symprop.model.expr import Expr, Partial, Ref
from symprop.model.network import Network, Objective, Role
from symprop.model.printer import to_text
from symprop.model.rational import is_rational
from symprop.model.walk import children, rebuild, walk

DIGITS = 9
"""Decimals of a computed value, if nothing else is asked for."""
MOST_DIGITS = 30
_EXAMPLES = ("0.5", "[0.5, 1]", "[[0.5, 1], [2, 3]]")
"""What values look like, by the number of axes."""
_TIE = "\u00a0"
"""A space at which no line is broken."""
_FACTORED = frozenset({"chain", "parts", "paths"})
"""Rules of lines that are products and sums of partials; their numbers are what a reader multiplies."""


def refuse_without_values(network: Network, root: str, digits: int) -> None:
    """Say before a long derivation that there can be no numbers.

    Raises:
        InputError: the network has unknown functions, a leaf has no value, or *digits* makes no sense.
    """
    if not 0 <= digits <= MOST_DIGITS:
        raise InputError(f"digits is between 0 and {MOST_DIGITS}, not {digits}")
    unknown = [f.name for f in network.functions.values() if f.body is None]
    if unknown:
        hint = f"say what it is, as in `function {unknown[0]}(x) = 2 x`"
        raise InputError(f"the function {unknown[0]} is unknown, so nothing that it gives has a number", hint=hint)
    missing = [name for name in _leaves(network, root) if name not in network.values]
    if missing:
        names = ", ".join(missing[:-1]) + " and " + missing[-1] + " have" if len(missing) > 1 else missing[0] + " has"
        value = _EXAMPLES[min(len(network.leaves[missing[0]].axes), len(_EXAMPLES) - 1)]
        quote = "'" if "[" in value else ""
        hint = f"write `values {missing[0]} = {value}` in the network, or give --set {quote}{missing[0]}={value}{quote}"
        raise InputError(f"{names} no value, so there are no numbers to show", hint=hint)


def work_out(
    teller: Teller, derivation: Derivation, digits: int = DIGITS, entry: Callable[[Expr], Expr] | None = None
) -> Numbers:
    """The sections "In numbers" of *derivation*, which *teller* told; *entry* says how a quantity is listed.

    Raises:
        InputError: something has no value at these numbers.
        InternalError: a printed value is not what it stands for.
    """
    return _Desk(teller, derivation, digits, entry or (lambda quantity: quantity)).numbers()


def _leaves(network: Network, root: str) -> tuple[str, ...]:
    """What must have a value: the leaves that *root* depends on, and the rate where it is the cost that is trained."""
    below = depends_on(network, root)
    kept = [name for name, leaf in network.leaves.items() if name in below and leaf.role not in (Role.RATE, Role.SIZE)]
    trained = root == network.cost and any(network.leaves[name].role is Role.WEIGHT for name in kept)
    rates = (network.rate_of(name) for name in kept if network.leaves[name].role is Role.WEIGHT)
    return (*kept, *(dict.fromkeys(rates) if trained else ()))


@dataclass
class _Sheet:
    """Figures with what was printed for each quantity, and which of them without rounding (``exact``)."""

    network: Network
    figures: Figures
    shown: dict[Expr, Expr] = field(default_factory=dict)
    exact: set[Expr] = field(default_factory=set)

    def note(self, quantity: Expr, value: Expr, exact: bool) -> None:
        """*value* is what is printed for *quantity* from now on."""
        self.shown[quantity] = value
        if exact:
            self.exact.add(quantity)

    def can_show(self, form: Expr) -> bool:
        """Was every partial in *form* worked out?"""
        return all(node in self.shown for node in walk(form) if isinstance(node, Partial))

    def work(self, quantity: Expr, told: Link) -> tuple[Link, ...]:
        """*told*, whose formula is *quantity*, with its numbers and its value behind it; nothing is written twice."""
        form, value = told.expr, self._value(quantity, told.expr)
        links = [told]
        inserted = tuple(_atoms(form, self.shown))
        relation = "=" if all(node in self.exact for node in inserted) else "≈"
        numbers = self._numeric(form)
        if numbers not in (form, value) and form not in self.shown:
            links.append(Link(numbers, "numbers", (), self._verdict(quantity, form, inserted), relation))
        if not (is_rational(form, self.network) and self.figures.is_exact(quantity, value)):
            relation = "≈"
        if value != links[-1].expr:
            links.append(Link(value, "value", (), self.figures.stands_for(value, quantity), relation))
        return tuple(links)

    def _value(self, quantity: Expr, form: Expr) -> Expr:
        """What is printed for the value; given data keeps the author's spelling."""
        return self.shown[form] if form in self.exact else self.figures.rounded(quantity)

    def _verdict(self, quantity: Expr, form: Expr, inserted: Sequence[Expr]) -> Verdict:
        """The formula has the value of *quantity*, and each literal in it is what it stands for."""
        verdicts = [self.figures.same(quantity, form)]
        verdicts += [self.figures.stands_for(self.shown[node], node) for node in inserted]
        return next((verdict for verdict in verdicts if not verdict.holds), verdicts[-1])

    def _numeric(self, expr: Expr) -> Expr:
        if expr in self.shown:
            return self.shown[expr]
        return rebuild(expr, tuple(self._numeric(child) for child in children(expr)))


@dataclass
class _Desk:
    """The state of one working out."""

    teller: Teller
    derivation: Derivation
    digits: int
    entry: Callable[[Expr], Expr]
    sheet: _Sheet = field(init=False)
    values: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sheet = _Sheet(self.network, self._figures(self.network))
        self._gradients = frozenset(gradient.partial for gradient in self.derivation.gradients.values())

    @property
    def network(self) -> Network:
        """The network with its values."""
        return self.teller.network

    @property
    def trained(self) -> tuple[str, ...]:
        """The weights that are updated."""
        return tuple(name for name in self.teller.wrt if self.teller.is_trained(name))

    def numbers(self) -> Numbers:
        """All sections, in the order in which one computes."""
        sections = [
            Section(("In numbers",), (Prose(self._given()),)),
            Section(("Forward pass",), (Table(tuple(self._forward(self.sheet, "forward"))),), 2),
            Section(("Backward pass",), (Table(tuple(self._backward())), *self._at_kink()), 2),
        ]
        if self.trained:
            updates = tuple(self._update(name) for name in self.trained)
            sections += [Section(("Updates",), (Table(updates),), 2), self._after(updates)]
        return Numbers(self.digits, tuple(sections), self.values)

    # -------------------------------------------------------------------------------------------- before the update

    def _given(self) -> Phrase:
        names = _leaves(self.network, self.teller.of.name)
        pieces: list[str | Expr] = ["Given is " if len(names) == 1 else "Given are "]
        for place, name in enumerate(names):
            value = self.network.values[name]
            given = value if isinstance(value, Expr) else number(Fraction(str(value)), decimal=True)
            self.sheet.note(Ref(name), given, exact=True)
            self._list("given", Ref(name), given)
            pieces += [] if place == 0 else [" and " if place == len(names) - 1 else ", "]
            pieces += [Ref(name), f"{_TIE}={_TIE}", given]
        unit = "decimal" if self.digits == 1 else "decimals"
        return (*pieces, f". Computed values are rounded to {self.digits} {unit} where they are printed, and nowhere else.")

    def _forward(self, sheet: _Sheet, kind: str) -> Iterator[Chain]:
        """Each definition on the way to what is differentiated, with the numbers of *sheet*."""
        below = {*depends_on(self.network, self.teller.of.name), self.teller.of.name}
        for definition in self.network.definitions:
            if definition.name in below:
                yield self._row(sheet, definition.ref, Link(definition.expr, "definition", (), BY_DEFINITION), kind)

    def _backward(self) -> Iterator[Chain]:
        """Each partial and delta that was told, once as partials put together and once as its result."""
        done: set[tuple[Expr, bool]] = set()
        for chain in self.derivation.chains:
            kind = self._kind(chain.left)
            link = self._line(chain) if kind else None
            if link is None or (chain.left, link.rule in _FACTORED) in done:
                continue
            done.add((chain.left, link.rule in _FACTORED))
            verdict = self.teller.verifier.verdict(chain.left, link.expr)
            yield self._row(self.sheet, chain.left, replace(link, verdict=verdict, because=(), number=0), kind)

    def _line(self, chain: Chain) -> Link | None:
        """The line that numbers are put into: the last one of partials that were all worked out, else the result."""
        known = [link for link in chain.links if self.sheet.can_show(link.expr)]
        factored = [link for link in known if link.rule in _FACTORED and any(isinstance(n, Partial) for n in walk(link.expr))]
        return factored[-1] if factored else known[-1] if known and known[-1] is chain.links[-1] else None

    def _kind(self, left: Expr) -> str:
        """Under which key the value of *left* is listed; "" for what is no partial and no delta."""
        if isinstance(left, Ref):
            return "deltas" if left.name in self.teller.backprop.by_delta else ""
        if not isinstance(left, Partial) or not isinstance(left.of, Ref):
            return ""
        return "gradients" if left in self._gradients else "partials"

    def _at_kink(self) -> Sequence[Prose]:
        kink = "These numbers lie on a kink, where there is no derivative; what is printed for it is a convention (relu'(0) = 0)."
        return (Prose((kink,)),) if self.sheet.figures.at_kink else ()

    # -------------------------------------------------------------------------------------------- the update

    def _update(self, name: str) -> Chain:
        """``w ← w − η·∂E/∂w = numbers = value``."""
        new = self._new(name)
        links = self.sheet.work(new, Link(new, "update", (), BY_DEFINITION, "←"))
        self._list("updated", Ref(name), links[-1].expr)
        return Chain(Ref(name), links)

    def _new(self, name: str) -> Expr:
        change = product(Ref(self.network.rate_of(name)), self.teller.partial(name))
        return total(Ref(name), change if self.network.objective is Objective.MAXIMIZE else negative(change))

    def _after(self, updates: Sequence[Chain]) -> Section:
        of, maximizes = self.teller.of, self.network.objective is Objective.MAXIMIZE
        sheet = _Sheet(self.network, self._updated(self.trained), dict(self.sheet.shown), set())
        sheet.exact = {node for node in self.sheet.exact if isinstance(node, Ref) and node.name in self.network.leaves}
        for chain in updates:
            sheet.exact.discard(chain.left)
            sheet.note(chain.left, chain.links[-1].expr, exact=chain.links[-1].relation == "=")
        rows = [Chain(row.left, row.links[-1:]) for row in self._forward(sheet, "after")]
        what = "performance" if maximizes else "cost"
        once = "the weight was" if len(updates) == 1 else "all weights were"
        blocks: list[Block] = [
            Prose((f"The forward pass again, after {once} updated once:",)),
            Table(tuple(rows)),
            Prose((f"The {what} ", of, *self._course(sheet.figures), ".")),
        ]
        if 1 < len(updates) <= MOST_LISTED:
            blocks += [Prose(self._alone(name)) for name in self.trained]
        return Section((f"The {what} before and after",), tuple(blocks), 2)

    def _course(self, after: Figures) -> Phrase:
        before, of = self.sheet.figures, self.teller.of
        if before.rounded(of) == after.rounded(of):
            unseen = "" if before.value(of) == after.value(of) else ", as far as it is printed"
            return (" stays ", before.rounded(of), unseen)
        falls = after.value(of) < before.value(of)
        return (" falls from " if falls else " rises from ", before.rounded(of), " to ", after.rounded(of))

    def _alone(self, name: str) -> Phrase:
        """What one update alone does: where all weights move at once, no single one shows its effect."""
        figures = self._updated((name,))
        used = {node for definition in self.network.by_name[self.teller.of.name] for node in walk(definition.expr)}
        pieces: list[str | Expr] = ["If ", Ref(name), " alone is updated, "]
        for definition in self.network.definitions:
            if definition.ref in used:
                pieces += [definition.ref, " becomes ", figures.rounded(definition.ref), " and "]
        return (*pieces, self.teller.of, " becomes ", figures.rounded(self.teller.of), ".")

    def _updated(self, names: Sequence[str]) -> Figures:
        """Figures with the full new values of these weights."""
        new = {name: self.sheet.figures.value(self._new(name)) for name in names}
        return self._figures(replace(self.network, values={**self.network.values, **new}))

    # -------------------------------------------------------------------------------------------- lines

    def _figures(self, network: Network) -> Figures:
        return Figures(network, {delta.name: delta for delta in self.derivation.deltas.values()}, self.digits)

    def _row(self, sheet: _Sheet, left: Expr, told: Link, kind: str) -> Chain:
        """``left = formula = numbers = value``."""
        links = sheet.work(left, replace(told, relation="="))
        sheet.note(left, links[-1].expr, exact=all(link.relation == "=" for link in links))
        self._list(kind, left, sheet.shown[left])
        return Chain(left, links)

    def _list(self, kind: str, quantity: Expr, value: Expr) -> None:
        if kind == "gradients" and isinstance(quantity, Partial):
            quantity = quantity.wrt  # as everywhere: a gradient goes by the name of its weight
        self.values.setdefault(kind, {})[to_text(self.entry(quantity), self.network)] = to_text(value, ascii_only=True)


def _atoms(form: Expr, shown: Mapping[Expr, Expr]) -> Iterator[Expr]:
    """What numbers are put in for, from left to right."""
    if form in shown:
        yield form
        return
    for child in children(form):
        yield from _atoms(child, shown)
