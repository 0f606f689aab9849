"""A derivation as a page: title, roles, sections of paragraphs and displays, every formula spelled once.

A :class:`Document` is plain data in the words of one format.  It knows nothing of lines and widths; laying out is
what comes after.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from symprop.derivation.step import Block, Chain, Derivation, Formula, Gradient, Layers, Link, Phrase, Prose, Section
from symprop.evaluation.verdict import Status
from symprop.model.expr import Expr, Partial, Ref
from symprop.model.network import Range, Role
from symprop.render.lists import listed, short
from symprop.render.roles import roles


@dataclass(frozen=True, slots=True)
class Speller:
    """How one format writes things.

    Args:
        layered: an expression in a display whose parts belong to layers.
        math: an expression in a display, for all free indices in the ranges.
        inline: an expression in a sentence, with what marks it as a formula.
        prose: words in a sentence, escaped.
        note: a phrase beside a display.
        condition: the ranges of free indices in a display.
        relation: the spelling of ``=``, ``≈`` and ``←``.
        updated: the left side of an update, already spelled, as the new value, and the relation behind it.
        members: whether ``inline`` takes a ``Member``, which says what shape a name has.
    """

    math: Callable[[Expr, Sequence[Range]], str]
    inline: Callable[[Expr], str]
    prose: Callable[[str], str]
    note: Callable[[Phrase], str]
    condition: Callable[[tuple[Range, ...]], str]
    relation: Callable[[str], str]
    updated: Callable[[str], tuple[str, str]]
    layered: Callable[[Expr, Sequence[Range], Layers], str] | None = None
    members: bool = False

    def display(self, expr: Expr, ranges: Sequence[Range], layers: Layers) -> str:
        """*expr* in a display, with its layers told apart where the format can."""
        if layers is None or self.layered is None:
            return self.math(expr, ranges)
        return self.layered(expr, ranges, layers)

    def phrase(self, phrase: Phrase) -> str:
        """A sentence with formulas in it; two formulas with nothing but ``=`` between them are one."""
        said = "".join(self.prose(part) if isinstance(part, str) else self.inline(part) for part in phrase)
        return _EQUATION.sub(" = ", said)


_EQUATION = re.compile(r"(?<!\\)\$[ ~\u00a0]\\?=[ ~\u00a0]\$")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One or two sentences."""

    text: str
    kind: str = "paragraph"


@dataclass(frozen=True, slots=True)
class Line:
    """``relation math`` with a note; ``left`` is filled on the first line of an equation only.

    ``number`` is that by which other lines cite it, 0 where none does.
    """

    left: str
    relation: str
    math: str
    note: str = ""
    condition: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Display:
    """Lines that share their alignment.  ``compact`` is a table, whose equations follow each other closely."""

    lines: tuple[Line, ...]
    compact: bool
    kind: str = "display"


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and what stands under it; level 1 is the page's own sections."""

    level: int
    title: str
    blocks: tuple[Paragraph | Display, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole page.  ``roles`` says what each name of the network is, ``closing`` how all of it was verified."""

    title: str
    roles: str
    parts: tuple[Part, ...]
    closing: str


def describe(derivation: Derivation, speller: Speller) -> Document:
    """The page that tells *derivation* in the words of *speller*."""
    return Document(
        title=speller.phrase(_title(derivation)),
        roles=speller.phrase((*roles(derivation, members=speller.members), *_colours(derivation, speller))),
        parts=tuple(_part(section, derivation.detail, speller) for section in (*derivation.sections, *_numbers(derivation))),
        closing=speller.phrase(_closing(derivation)),
    )


def rule_name(key: str) -> str:
    """The rule's name as people say it."""
    from symprop.calculus.rules import RULES  # sympy comes with it; whoever has a derivation has loaded it

    return RULES[key].name if key in RULES else key


def _numbers(derivation: Derivation) -> Sequence[Section]:
    return derivation.numbers.sections if derivation.numbers else ()


# ------------------------------------------------------------------------------------------------ sentences


def _title(derivation: Derivation) -> Phrase:
    network = derivation.network
    places = {name: place for place, name in enumerate((*network.leaves, *network.by_name))}
    gradients = sorted(derivation.gradients.values(), key=lambda gradient: places.get(gradient.quantity.name, len(places)))
    names = [gradient.quantity for gradient in gradients]
    if not gradients:
        return ("Derivation of ", derivation.of)
    if not short(names):
        trained = all(name.name in network.with_role(Role.WEIGHT) for name in names)
        return ("Derivation of the ", "gradients" if trained else "derivatives", " of ", derivation.of)
    return ("Derivation of ", *listed(names, [(_named(gradient, derivation.of),) for gradient in gradients]))


def _named(gradient: Gradient, of: Ref) -> Expr:
    return gradient.partial if isinstance(gradient.partial, Partial) else Partial(of, gradient.quantity)


def _closing(derivation: Derivation) -> Phrase:
    steps = _steps(derivation)
    if derivation.numbers is None:
        return steps
    return (*steps, " Every number was checked against a computation with many more digits.")


def _colours(derivation: Derivation, speller: Speller) -> Phrase:
    """What colours mean, where the page has any."""
    shown = speller.layered is not None and any(chain.layers is not None for chain in derivation.chains)
    return (" What belongs to one layer has one colour.",) if shown else ()


def _steps(derivation: Derivation) -> Phrase:
    proved, sampled = derivation.count(Status.PROVED), derivation.count(Status.SAMPLED)
    total = proved + sampled
    if not total:
        return ("Nothing was to be verified.",)
    every = "The one step was" if total == 1 else "Both steps were" if total == 2 else f"All {total} steps were"
    if not sampled:
        return (f"{every} verified, by proof.",)
    if not proved:
        return (f"{every} verified, by agreement at random points.",)
    return (f"{every} verified: {proved} proved, {sampled} by agreement at random points.",)


# ------------------------------------------------------------------------------------------------ displays


def _part(section: Section, detail: int, speller: Speller) -> Part:
    blocks = (_block(block, detail, speller) for block in section.blocks)
    shown = tuple(block for block in blocks if isinstance(block, Paragraph) or block.lines)
    return Part(section.level, speller.phrase(section.title), shown)


def _block(block: Block, detail: int, speller: Speller) -> Paragraph | Display:
    if isinstance(block, Prose):
        return Paragraph(speller.phrase(block.text))
    if isinstance(block, Chain):
        return Display(_lines(block, detail, speller, table=False), compact=False)
    if isinstance(block, Formula):
        return Display(_lines(block.chain, detail, speller, table=True), compact=False)
    equations = [_lines(chain, detail, speller, table=True) for chain in block.chains]
    lines = tuple(line for equation in equations for line in equation)
    return Display(_noted_once(lines), compact=all(len(equation) == 1 for equation in equations))


def _noted_once(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """A table says each reason where it first applies."""
    said: set[str] = set()
    kept = []
    for line in lines:
        kept.append(replace(line, note="") if line.note in said else line)
        said.add(line.note)
    return tuple(kept)


def _lines(chain: Chain, detail: int, speller: Speller, table: bool) -> tuple[Line, ...]:
    last = len(chain.links) - 1
    lines: list[Line] = []
    for i, link in enumerate(chain.links):
        relation, math = speller.relation(link.relation), speller.display(link.expr, chain.ranges, link.layers)
        condition = speller.condition(chain.ranges) if i == last and chain.ranges else ""
        if lines and link.rule == _VALUE:
            lines[-1] = replace(lines[-1], math=f"{lines[-1].math} {relation} {math}", condition=condition)
            continue
        left = "" if lines else speller.display(chain.left, chain.ranges, chain.layers)
        if link.relation == "←":
            left, relation = speller.updated(left)
        note = speller.note(_reason(link, detail, table, alone=last == 0))
        lines.append(Line(left, relation, math, note, condition, link.number))
    return tuple(lines)


_VALUE = "value"
"""The rule of a line's value, which stands on the line itself: ``0.5·0.25 = 0.125``."""

_SPEAKING = frozenset({"chain", "paths", "recursion", "gradient"})
"""Rules that an equation of one line names too; of a definition or an update the equation itself says what it is."""


def _reason(link: Link, detail: int, table: bool, alone: bool) -> Phrase:
    """What stands beside a line: the rule and why; detail 1 says nothing.

    A table names no rule: what it lists is said above it.
    """
    if detail <= 1:
        return ()
    if table or (alone and link.rule not in _SPEAKING):
        return link.because
    return (rule_name(link.rule), *((": ", *link.because) if link.because else ()))
