"""Lines of their own for parts of other lines: one line for all parts that are the same up to their index letters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from symprop.codegen.program import UPDATED, Kind, Line, Program
from symprop.model.expr import Add, Apply, Div, Expr, Hadamard, Mul, Neg, Pow, Ref, Softmax, Sum
from symprop.model.names import free_name, normal
from symprop.model.network import Range
from symprop.model.printer import to_text
from symprop.model.walk import children, free_refs, rebuild, substitute

Scope = Mapping[str, Range]
"""Index letters in force, with their ranges."""

Key = tuple[Expr, tuple[Range, ...]]

_STEMS: Mapping[type[Expr], str] = {
    Add: "sum",
    Mul: "product",
    Hadamard: "product",
    Div: "ratio",
    Pow: "power",
    Neg: "minus",
    Softmax: "softmax",
    Sum: "sum",
}


@dataclass
class Hoist:
    """Makes lines for parts, and remembers them.

    Args:
        program: whose names are taken.
    """

    program: Program
    lines: dict[Key, Line] = field(default_factory=dict)
    order: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _quantities: frozenset[str] = field(init=False)
    _taken: set[str] = field(init=False)

    def __post_init__(self) -> None:
        network = self.program.network
        self._quantities = frozenset({*network.leaves, *self.program.by_name})
        self._taken = {normal(n) for n in (*self._quantities, *network.functions)}

    def key(self, part: Expr, scope: Scope) -> Key:
        """*part* with its letters renamed in the order of their appearance, and their ranges; equal parts have equal keys.

        Parts over letters with other ranges have other keys, because the ranges are part of it.
        """
        letters = self.letters(part, scope)
        if not letters:
            return part, ()
        names = {Ref(letter): Ref(f"ι{number}") for number, letter in enumerate(letters)}
        ranges = tuple(_renamed(scope[letter], f"ι{number}", names) for number, letter in enumerate(letters))
        return substitute(part, names), ranges

    def letters(self, part: Expr, scope: Scope) -> tuple[str, ...]:
        """The letters in force that *part* uses, in the order of the scope."""
        used = {ref.name for ref in free_refs(part) if not ref.indices}
        return tuple(letter for letter in scope if letter in used)

    def refer(self, part: Expr, scope: Scope, note: str = "", stem: str = "") -> tuple[Ref, Line | None]:
        """What stands for *part*, and the line that computes it where it is new."""
        known = self.known(part, scope)
        if known is not None:
            return known, None
        own = tuple(scope[letter] for letter in self.letters(part, scope))
        ref = Ref(self._name(part, stem), tuple(Ref(r.index) for r in own))
        text = f"{to_text(ref)} = {to_text(part, self.program.network, ranges=own)}"
        line = Line(ref.name, part, Kind.SHARED, ref.indices, own, text, note)
        self.lines[self.key(part, scope)] = line
        return ref, line

    def known(self, part: Expr, scope: Scope) -> Ref | None:
        """What stands for *part* if a line computes it already."""
        line = self.lines.get(self.key(part, scope))
        if line is None:
            return None
        letters = self.letters(part, scope)
        own = [r.index for r in line.ranges]
        order = self.order.get(line.name, tuple(own))
        at = dict(zip(order, letters, strict=True))
        return Ref(line.name, tuple(Ref(at[i.name]) for i in line.indices if isinstance(i, Ref)))

    def remember(self, part: Expr, scope: Scope, line: Line) -> None:
        """*line* computes *part*, for each of its letters: whoever needs it later refers to it."""
        letters = self.letters(part, scope)
        if {Ref(letter) for letter in letters} == set(line.indices) and len(letters) == len(line.indices):
            self.lines.setdefault(self.key(part, scope), line)
            self.order[line.name] = letters

    def _name(self, part: Expr, stem: str) -> str:
        made = stem or (part.function if isinstance(part, Apply) else _STEMS.get(type(part), "part"))
        if isinstance(part, Add) and len(part.terms) == 2 and isinstance(part.terms[1], Neg):
            made = "difference"
        about = next((ref.name for ref in free_refs(part) if ref.name in self._quantities), "")
        about = about.replace(UPDATED, "_new")  # the mark of an updated weight is no part of other names
        name = free_name((f"{made}_{about}" if about else made,), self._taken)
        self._taken.add(normal(name))
        return name


def _renamed(range_: Range, letter: str, names: Mapping[Ref, Expr]) -> Range:
    return Range(letter, substitute(range_.lower, names), substitute(range_.upper, names))


def scope_of(line: Line) -> dict[str, Range]:
    """The letters of a line's left side."""
    return {r.index: r for r in line.ranges}


def inner_scope(node: Expr, scope: Scope) -> dict[str, Range]:
    """*scope* inside of a sum or a softmax."""
    if isinstance(node, Sum | Softmax) and node.index and node.lower is not None and node.upper is not None:
        return {**scope, node.index: Range(node.index, node.lower, node.upper)}
    return dict(scope)


def scoped_children(node: Expr, scope: Scope) -> Iterator[tuple[Expr, Scope]]:
    """Children that are values (no index expressions, no bounds), with the letters in force there."""
    if isinstance(node, Ref):
        return
    if isinstance(node, Sum):
        yield node.body, inner_scope(node, scope)
    elif isinstance(node, Softmax):
        for argument in node.arguments:
            yield argument, inner_scope(node, scope)
    else:
        for child in children(node):
            yield child, scope


def with_children(node: Expr, parts: Sequence[Expr]) -> Expr:
    """*node* with other values in place of those that :func:`scoped_children` gives."""
    if isinstance(node, Ref):
        return node
    rest = children(node)[len(parts) :] if isinstance(node, Sum | Softmax) else ()
    return rebuild(node, (*parts, *rest))
