"""Worked numbers of an indexed network: its arrays written out entry by entry, as one computes on paper.

The entries have names of their own while they are computed; what is printed says ``W[1,2]`` again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from symprop.calculus.adjoints import depends_on
from symprop.derivation.step import Block, Chain, Derivation, Link, Numbers, Phrase, Prose, Section, Table
from symprop.errors import InputError
from symprop.evaluation.figures import Figures
from symprop.model.affine import affine
from symprop.model.build import number
from symprop.model.expr import Add, Expr, Partial, Ref
from symprop.model.instantiate import Writer, write_out
from symprop.model.names import normal
from symprop.model.network import Abbreviation, Network
from symprop.model.printer import to_text
from symprop.model.rational import is_rational
from symprop.model.walk import transform

MOST_ROWS = 40
"""Definitions and weights, entry by entry, up to which each has a line of its own."""

SHOWN = 3
"""Entries of an array that are shown where there are more."""


@dataclass(frozen=True)
class Entries:
    """``network`` has one name for each entry; ``origin`` says which entry a name is."""

    network: Network
    origin: Mapping[str, Ref]

    def of(self, name: str) -> tuple[str, ...]:
        """The names of the entries of the array *name*, in order."""
        return tuple(entry for entry, ref in self.origin.items() if ref.name == name)

    def fits(self, root: str) -> bool:
        """Is the network small enough to be worked out line by line?"""
        below = depends_on(self.network, root)
        return sum(name in below for name in (*self.network.by_name, *self.network.leaves)) <= MOST_ROWS

    def named(self, expr: Expr, deltas: Mapping[str, Ref]) -> Expr:
        """*expr* with entries instead of names; *deltas* are the entries of the deltas."""

        def change(node: Expr) -> Expr | None:
            if not isinstance(node, Ref):
                return None
            return self.origin.get(node.name, deltas.get(node.name))

        return transform(expr, change)


def entries(network: Network, root: str) -> Entries:
    """*network* for the sizes that its values have.

    Raises:
        InputError: *root* has indices, the values leave a size open, or two entries would have one name.
    """
    if network.axes(root):
        raise InputError(f"worked numbers are for the derivatives of a single number, and {root} has indices")
    sizes = _sizes(network)
    writer = Writer(network, sizes)
    origin: dict[str, Ref] = {}
    values: dict[str, object] = {}
    taken: set[str] = set()
    for ref, entry, value in _all(network, writer):
        if normal(entry) in taken:
            raise InputError(f"two quantities would be called {entry} when they are written out", hint="rename one of them")
        taken.add(normal(entry))
        origin[entry] = ref
        if value is not None:
            values[entry] = value
    flat = write_out(network, sizes)
    definitions = tuple(replace(d, expr=transform(d.expr, _spliced)) for d in flat.definitions)
    return Entries(
        replace(flat, definitions=definitions, values=values), {name: ref for name, ref in origin.items() if ref.indices}
    )


def with_indices(told: Entries, numbers: Numbers, deltas: Mapping[str, Ref]) -> Numbers:
    """*numbers*, which name each entry, with the entries of arrays in their places."""
    sections = tuple(
        replace(section, blocks=tuple(_block(told, b, deltas) for b in section.blocks)) for section in numbers.sections
    )
    return replace(numbers, sections=sections)


def delta_entries(told: Entries, flat: Derivation, deltas: Mapping[str, Abbreviation]) -> dict[str, Ref]:
    """Which entry of which delta of the indexed derivation each delta of *flat* is."""
    found: dict[str, Ref] = {}
    for name, short in flat.deltas.items():
        origin = told.origin.get(name, Ref(name))
        if origin.name in deltas:
            found[short.name] = Ref(deltas[origin.name].name, origin.indices)
    return found


def in_short(told: Entries, derivation: Derivation, digits: int) -> Numbers:
    """The first entries of each array, forward and backward: the rest is too much for a page."""
    figures = Figures(told.network, {}, digits)
    root = derivation.of.name
    below = {*depends_on(derivation.network, root), root}
    forward = [name for name in derivation.network.by_name if name in below]
    gradients = list(derivation.gradients)
    values: dict[str, dict[str, str]] = {}
    sections = (
        Section(("In numbers",), (Prose(_extent(told, (*forward, *gradients), digits)),)),
        Section(("Forward pass",), (Table(tuple(_rows(told, figures, forward, values.setdefault("forward", {})))),), 2),
        Section(
            ("Gradients",), (Table(tuple(_rows(told, figures, gradients, values.setdefault("gradients", {}), Ref(root)))),), 2
        ),
    )
    return Numbers(digits, sections, values)


def _extent(told: Entries, names: tuple[str, ...], digits: int) -> Phrase:
    long = [name for name in dict.fromkeys(names) if len(told.of(name)) > SHOWN]
    pieces: list[str | Expr] = [f"Of each array the first {SHOWN} entries are shown: "]
    for place, name in enumerate(long):
        pieces += [", " if place else "", Ref(name), f" has {len(told.of(name))}"]
    return (*pieces, f". Values are rounded to {digits} decimals where they are printed, and nowhere else.")


def _rows(told: Entries, figures: Figures, names: list[str], values: dict[str, str], of: Ref | None = None) -> Iterator[Chain]:
    for name in names:
        for entry in (told.of(name) or (name,))[:SHOWN]:
            flat: Expr = Ref(entry) if of is None else Partial(of, Ref(entry))
            shown = figures.rounded(flat)
            exact = is_rational(flat, told.network) and figures.is_exact(flat, shown)
            left = told.named(flat, {})
            values[to_text(told.origin.get(entry, Ref(entry)))] = to_text(shown, ascii_only=True)
            yield Chain(left, (Link(shown, "value", (), figures.stands_for(shown, flat), "=" if exact else "≈"),))


def _sizes(network: Network) -> dict[str, int]:
    """The sizes that the values of arrays imply."""
    found: dict[str, int] = {}
    for leaf in network.leaves.values():
        value = network.values.get(leaf.name)
        for axis in leaf.axes:
            length = len(value) if isinstance(value, tuple) else 0
            value = value[0] if isinstance(value, tuple) and value else None
            low, high = affine(axis.lower), affine(axis.upper)
            if not length or low is None or high is None or low.coefficients or len(high.coefficients) != 1:
                continue
            ((size, factor),) = high.coefficients.items()
            found.setdefault(size, int((length - 1 + low.constant - high.constant) / factor))
    for size in network.sizes:
        value = network.values.get(size)
        if size not in found and isinstance(value, Expr | int):
            found[size] = int(to_text(value)) if isinstance(value, Expr) else value
        if size not in found:
            raise InputError(f"no value says how large {size} is, so there are no numbers to show")
    return found


def _all(network: Network, writer: Writer) -> Iterator[tuple[Ref, str, object]]:
    """Every entry of every quantity: what it is, its name written out, and its value."""
    for leaf in network.leaves.values():
        if leaf.name in network.sizes:
            continue
        given = iter(_flat(network.values[leaf.name]) if leaf.name in network.values else ())
        for letters in writer.instances(leaf.axes):
            ref = Ref(leaf.name, tuple(number(letters[axis.index]) for axis in leaf.axes))
            yield ref, _spelled(writer, ref), next(given, None)
    for definition in network.definitions:
        for letters in writer.instances(definition.ranges):
            put = writer.expr(definition.ref, letters)
            indices = tuple(number(writer.index(_at(i, letters))) for i in definition.indices)
            assert isinstance(put, Ref)
            yield Ref(definition.name, indices), put.name, None


def _spliced(node: Expr) -> Expr | None:
    """A sum that was written out needs no brackets among other terms."""
    if not isinstance(node, Add) or not any(isinstance(term, Add) for term in node.terms):
        return None
    return Add(tuple(part for term in node.terms for part in (term.terms if isinstance(term, Add) else (term,))))


def _at(index: Expr, letters: Mapping[str, int]) -> Expr:
    return transform(index, lambda node: number(letters[node.name]) if isinstance(node, Ref) and node.name in letters else None)


def _spelled(writer: Writer, ref: Ref) -> str:
    made = writer.expr(ref, {})
    assert isinstance(made, Ref)
    return made.name


def _flat(value: object) -> Iterator[object]:
    if not isinstance(value, tuple):
        yield value
        return
    for part in value:
        yield from _flat(part)


def _block(told: Entries, block: Block, deltas: Mapping[str, Ref]) -> Block:
    def named(expr: Expr) -> Expr:
        return told.named(expr, deltas)

    def phrased(text: Phrase) -> Phrase:
        return tuple(piece if isinstance(piece, str) else named(piece) for piece in text)

    def chained(chain: Chain) -> Chain:
        return Chain(named(chain.left), tuple(replace(link, expr=named(link.expr)) for link in chain.links))

    if isinstance(block, Prose):
        return Prose(phrased(block.text))
    if isinstance(block, Table):
        return Table(tuple(map(chained, block.chains)))
    return chained(block) if isinstance(block, Chain) else block
