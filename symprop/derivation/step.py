"""How a derivation is told: sections of prose and of chains ``left = a = b = …``, each link verified.

A refuted link cannot be recorded: :class:`Link` refuses it when it is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from symprop.errors import InputError, InternalError
from symprop.evaluation.verdict import Status, Verdict
from symprop.model.expr import Expr, Ref
from symprop.model.network import Abbreviation, Network, Range

Phrase = tuple[str | Expr, ...]
"""Prose with formulas in it: plain text pieces and expressions, rendered by the format."""

Layers: TypeAlias = "int | tuple[Layers, ...] | None"
"""The layer that an expression belongs to, 0 at the cost; a tuple says it of each part, None of nothing."""


@dataclass(frozen=True, slots=True)
class Link:
    """``… = expr`` by ``rule`` (a key of the table of rules); ``because`` says why, "" where nothing is to say.

    ``number`` is that of the equation on the page, by which later lines cite it; 0 where none does.

    Raises:
        InternalError: the equality was refuted.
        InputError: it could not be judged (the network has no value at any point that was tried).
    """

    expr: Expr
    rule: str
    because: Phrase
    verdict: Verdict
    relation: str = "="  # "←" in an update, "≈" where a number was rounded
    layers: Layers = None
    number: int = 0

    def __post_init__(self) -> None:
        if self.verdict.status is Status.UNDECIDED:
            raise InputError(f"a step cannot be verified, so it is not shown: {self.verdict.evidence}")
        if not self.verdict.holds:
            raise InternalError(f"rule {self.rule} gave a step that does not hold: {self.verdict}")


@dataclass(frozen=True, slots=True)
class Chain:
    """``left = links[0] = links[1] = …``, for all free indices in ``ranges``; ``layers`` are those of ``left``."""

    left: Expr
    links: tuple[Link, ...]
    ranges: tuple[Range, ...] = ()
    layers: Layers = None


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph of one or two sentences."""

    text: Phrase


@dataclass(frozen=True, slots=True)
class Table:
    """Chains that are shown as one aligned display (all definitions, all updates)."""

    chains: tuple[Chain, ...]


@dataclass(frozen=True, slots=True)
class Formula:
    """A rule in letters that stand for the network's own names.

    It is no step: the lines that it stands for are, and the verdict of its links is the weakest of theirs.
    """

    chain: Chain


Block = Prose | Chain | Table | Formula


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it.  ``level`` 1 is the page's own sections, 2 a part of one."""

    title: Phrase
    blocks: tuple[Block, ...]
    level: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """``before = after`` by ``rule``: one link, seen on its own."""

    rule: str
    before: Expr
    after: Expr
    because: Phrase
    verdict: Verdict
    relation: str = "="
    ranges: tuple[Range, ...] = ()
    number: int = 0


@dataclass(frozen=True, slots=True)
class Gradient:
    """The result for one quantity: ``∂of/∂quantity`` in delta form and written out, and the update it gives.

    ``delta_form`` uses the deltas, ``expanded`` only the network's own names (as far as a size limit allows; made
    and judged when it is asked for); ``update`` is the new value of a weight, None where nothing is trained.
    """

    quantity: Ref
    partial: Expr
    delta_form: Expr
    expand: Callable[[], Expr] = field(repr=False, compare=False)
    update: Expr | None
    ranges: tuple[Range, ...] = ()

    @property
    def expanded(self) -> Expr:
        """The gradient in the network's own names."""
        return self.expand()


@dataclass(frozen=True, slots=True)
class Numbers:
    """The worked numbers of a derivation, told after it.

    ``values`` holds what is printed, by kind ("forward", "gradients", …) and by name; computed values have ``digits``
    decimals at most.
    """

    digits: int
    sections: tuple[Section, ...]
    values: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Derivation:
    """A told and verified derivation of ``∂of/∂…`` for the quantities in ``gradients``.

    ``network`` is the network as it was told (with pre-activations named); ``deltas`` maps the name of each
    pre-activation to its abbreviation ``δ_…``; ``delta_forms`` holds what each delta equals; ``numbers`` are there if
    they were asked for.  ``register`` says whether its lines speak of entries (``index``) or of whole arrays (``matrix``).
    """

    network: Network
    of: Ref
    style: str
    detail: int
    sections: tuple[Section, ...]
    gradients: Mapping[str, Gradient]
    deltas: Mapping[str, Abbreviation] = field(default_factory=dict)
    delta_forms: Mapping[str, Expr] = field(default_factory=dict)
    numbers: Numbers | None = None
    register: str = "index"

    @property
    def chains(self) -> Iterator[Chain]:
        """Every chain in the order of telling."""
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, Chain):
                    yield block
                elif isinstance(block, Table):
                    yield from block.chains

    @property
    def steps(self) -> Iterator[Step]:
        """Every link as a step of its own."""
        for chain in self.chains:
            before = chain.left
            for link in chain.links:
                yield Step(link.rule, before, link.expr, link.because, link.verdict, link.relation, chain.ranges, link.number)
                before = link.expr

    def result(self, name: str) -> Expr:
        """The delta form of the gradient of *name*.

        Raises:
            KeyError: the derivation is not about *name*.
        """
        return self.gradients[name].delta_form

    def count(self, status: Status) -> int:
        """How many steps were judged so."""
        return sum(step.verdict.status is status for step in self.steps)
