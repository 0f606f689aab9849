r"""A derivation in the matrix register: each line of the index register brought to matrices, where it has a matrix form.

.. math:: \delta_j = \sigma'(z_j) \sum_q \delta_q W_{qj} \quad\to\quad \delta = (W^\top \delta') \odot \sigma'(z)

A form is shown only after its own meaning, which :mod:`symprop.model.lowering` works out from the matrices alone, was judged
equal to the line that it came from.  What has no form stays in indices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from symprop.calculus.raising import Raising
from symprop.calculus.strands import NOWHERE, NoMatrixFormError
from symprop.derivation.step import Block, Chain, Formula, Gradient, Link, Phrase, Prose, Section, Table
from symprop.derivation.verify import Verifier
from symprop.errors import InputError
from symprop.evaluation.verdict import Status, Verdict
from symprop.model.expr import Diag, Expr, Increment, Partial, Ref
from symprop.model.lowering import Lowering
from symprop.model.network import Abbreviation, Definition, Network, Range
from symprop.model.walk import bound_index, free_names, fresh_index, transform, walk

Ends = tuple[str, str]
"""The letters of rows and columns, "" for the unit axis of a vector."""


@dataclass
class Matrices:
    """Brings chains to matrices.

    Args:
        network: as it is told.
        deltas: the abbreviations of the telling.
        verifier: judges whether a form means what the line said.
        entrywise: keep, in front of each line that lost steps on the way, the line in indices.
    """

    network: Network
    deltas: Mapping[str, Abbreviation]
    verifier: Verifier
    entrywise: bool = False
    _raising: Raising = field(init=False)
    _lowering: Lowering = field(init=False)
    _named: dict[str, Abbreviation] = field(init=False)
    _letters: set[str] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        self._named = {short.name: short for short in self.deltas.values()}
        taken = {*self.network.leaves, *self.network.by_name, *self.network.functions, *self._named}
        self._raising = Raising(self.axes, self.network.convention, _families(self.network, self.deltas))
        self._lowering = Lowering(self.axes, self.network.convention, taken)

    def axes(self, name: str) -> tuple[Range, ...] | None:
        """The ranges of a quantity of the network, or of a delta; none of an index."""
        if name in self._named:
            return self._named[name].ranges
        if name in self.network.leaves or name in self.network.by_name:
            return self.network.axes(name)
        return () if name in self._letters else None

    # --------------------------------------------------------------------------------------------------- sections
    def section(self, section: Section) -> Section:
        """The same section in matrices."""
        blocks = tuple(made for block in section.blocks for made in self.block(block))
        return Section(self.phrase(section.title), blocks, section.level)

    def block(self, block: Block) -> Sequence[Block]:
        """One block, or two where the line in indices stays in front of its matrix form."""
        if isinstance(block, Prose):
            return (Prose(self.phrase(block.text)),)
        if isinstance(block, Table):
            return (Table(tuple(self.chain(chain) for chain in block.chains)),)
        if isinstance(block, Formula):
            return (block,)
        made, whole = self.raised(block)
        if made is None or (not whole and not self.entrywise):
            return (block,)
        if whole and (not self.entrywise or len(made.links) == len(block.links)):
            return (made,)
        last = made.links[-1]
        told = tuple(link for link in made.links if link is last or link.rule != "arithmetic")  # entry by entry it was told above
        return (block, replace(made, links=told))

    def phrase(self, phrase: Phrase) -> Phrase:
        """Prose that speaks of whole arrays, if all of it can."""
        made = tuple(part if isinstance(part, str) else self.spoken(part) for part in phrase)
        return phrase if any(isinstance(part, Expr) and self._speaks_of_entries(part) for part in made) else made

    def spoken(self, expr: Expr) -> Expr:
        """A formula in prose: in matrices if it is about whole arrays, else as it is."""
        if isinstance(expr, Ref | Partial | Increment):
            return transform(expr, lambda node: self._whole(node) if isinstance(node, Ref) else None)
        try:
            return self._raising.form(expr, ())
        except NoMatrixFormError:
            return expr

    def _speaks_of_entries(self, expr: Expr) -> bool:
        return any(isinstance(node, Ref) and node != self._raising.whole(node) for node in walk(expr))

    def _whole(self, ref: Ref) -> Expr:
        whole = self._raising.whole(ref)
        entry = ref.indices[len(whole.indices) :]
        letters = [index.name for index in entry if isinstance(index, Ref) and not index.indices]
        full = len(set(letters)) == len(entry) and not set(letters) & set(self.network.sizes)
        return whole if full and len(letters) <= 2 else ref

    # ----------------------------------------------------------------------------------------------------- chains
    def chain(self, chain: Chain) -> Chain:
        """*chain* in matrices; *chain* itself where its left or its right end has no matrix form."""
        made, whole = self.raised(chain)
        return made if made is not None and whole else chain

    def raised(self, chain: Chain) -> tuple[Chain | None, bool]:
        """The links of *chain* that have a matrix form, None if there is none; and whether the right end has one."""
        try:
            inner = self._raising.array_ranges([chain.left, *(link.expr for link in chain.links)], chain.ranges)
            ends = self._raising.ends(chain.left, inner)
            left = self.form(chain.left, inner, ends)
        except NoMatrixFormError:
            return None, False
        links: list[Link] = []
        made: Link | None = None
        for link in chain.links:
            made = self.link(link, chain, inner, ends)
            previous = links[-1].expr if links else left
            if made is not None and (made.expr != previous or made.relation != "="):
                links.append(made)
        outer = tuple(r for r in chain.ranges if r not in inner)
        return (Chain(left, tuple(links), outer) if links else None), made is not None

    def link(self, link: Link, chain: Chain, inner: Sequence[Range], ends: Ends) -> Link | None:
        """One link in matrices, None where it has no form that was judged equal."""
        own = self.written(link, chain)
        try:
            form = own if own is not None else self.form(link.expr, inner, ends)
        except NoMatrixFormError:
            return None
        verdict = self.judged(link.expr, form, chain.ranges, ends)
        if verdict.holds and is_diagonal(ends):
            verdict = self.off_diagonal(chain.left, form, chain.ranges, inner)
        if not verdict.holds:
            return None
        return Link(form, link.rule, self.phrase(link.because), _weaker(link.verdict, verdict), link.relation, None, link.number)

    def written(self, link: Link, chain: Chain) -> Expr | None:
        """What the author wrote in matrices, for the line of a definition."""
        if not isinstance(chain.left, Ref):
            return None
        group = self.network.by_name.get(chain.left.name, ())
        own: Definition | None = next((d for d in group if d.ref == chain.left and d.expr == link.expr), None)
        return own.written if own is not None else None

    def form(self, expr: Expr, ranges: Sequence[Range], ends: Ends) -> Expr:
        """*expr* in matrices; the derivative of a vector entry by entry is the diagonal of its Jacobian."""
        if not is_diagonal(ends):
            return self._raising.form(expr, ranges, ends)
        if isinstance(expr, Partial):
            return Partial(self._raising.whole(_ref(expr.of)), self._raising.whole(expr.wrt))
        if ends[0] not in free_names(expr):
            raise NoMatrixFormError("a diagonal of one number")
        return Diag(self._raising.form(expr, ranges))

    def judged(self, expr: Expr, form: Expr, ranges: Sequence[Range], ends: Ends) -> Verdict:
        """Does *form* mean *expr*?"""
        self._letters |= {r.index for r in ranges} | {bound_index(node) for node in walk(form)} - {""}
        try:
            meaning = self._lowering.entry(form, [Ref(letter) for letter in ends if letter != NOWHERE])
        except InputError as error:
            return Verdict(Status.UNDECIDED, str(error))
        return self.verifier.verdict(expr, meaning, ranges)

    def off_diagonal(self, left: Expr, form: Expr, ranges: Sequence[Range], inner: Sequence[Range]) -> Verdict:
        """Is the Jacobian *left*, told for its diagonal, the matrix *form* everywhere?"""
        (own,) = inner
        other = replace(own, index=fresh_index({*(r.index for r in ranges), *self.network.leaves, *self.network.by_name}))
        whole = self.form(left, inner, (own.index, own.index))
        letters = [Ref(own.index), Ref(other.index)]
        sides = (self._lowering.entry(side, letters) for side in (whole, form))
        return self.verifier.verdict(next(sides), next(sides), (*ranges, other))

    # ---------------------------------------------------------------------------------------------------- results
    def gradient(self, gradient: Gradient) -> Gradient:
        """A result in matrices, as far as it has a matrix form."""
        try:
            inner = self._raising.array_ranges([gradient.partial, gradient.delta_form], gradient.ranges)
            ends = self._raising.ends(gradient.partial, inner)
            own = self._raising.ends(gradient.quantity, inner)
            form = self.checked(gradient.delta_form, gradient.ranges, inner, ends)
            update = None if gradient.update is None else self.checked(gradient.update, gradient.ranges, inner, own)
            partial = self.form(gradient.partial, inner, ends)
        except NoMatrixFormError:
            return gradient

        def expanded() -> Expr:
            try:
                return self.checked(gradient.expanded, gradient.ranges, inner, ends)
            except NoMatrixFormError:
                return form  # with the deltas, as where a written-out gradient would be too long

        outer = tuple(r for r in gradient.ranges if r not in inner)
        return Gradient(self._raising.whole(gradient.quantity), partial, form, expanded, update, outer)

    def delta(self, short: Abbreviation, form: Expr) -> Expr:
        """What a delta equals, in matrices if it has a matrix form."""
        try:
            inner = self._raising.array_ranges([short.ref, form], short.ranges)
            return self.checked(form, short.ranges, inner, self._raising.ends(short.ref, inner))
        except NoMatrixFormError:
            return form

    def checked(self, expr: Expr, ranges: Sequence[Range], inner: Sequence[Range], ends: Ends) -> Expr:
        """The form of *expr*.

        Raises:
            NoMatrixFormError: it has none that was judged equal.
        """
        form = self.form(expr, inner, ends)
        if not self.judged(expr, form, ranges, ends).holds:
            raise NoMatrixFormError("the form does not mean the same")
        return form


def is_diagonal(ends: Ends) -> bool:
    """Is this the derivative of a vector by a vector, entry by entry?"""
    return ends[0] == ends[1] != NOWHERE


def _families(network: Network, deltas: Mapping[str, Abbreviation]) -> dict[str, int]:
    """The quantities of which the author writes one array for each value of an index, and how many such indices they have."""
    found: dict[str, int] = {}
    for definition in network.definitions:
        if definition.written is None:
            continue
        for node in (definition.ref, *walk(definition.written)):
            whole = definition.whole if node is definition.ref else 0
            count = len(node.indices) - whole if isinstance(node, Ref) else 0
            if isinstance(node, Ref) and 0 < count < len(network.axes(node.name)):
                found[node.name] = count
    return found | {short.name: found[name] for name, short in deltas.items() if name in found}


def _ref(expr: Expr) -> Ref:
    if not isinstance(expr, Ref):
        raise NoMatrixFormError("the derivative of a formula")
    return expr


def _weaker(one: Verdict, other: Verdict) -> Verdict:
    return one if other.status is Status.PROVED else Verdict(Status.SAMPLED, other.evidence)
