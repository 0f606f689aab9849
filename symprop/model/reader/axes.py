"""How far every index runs: from declared sizes, from written ranges, and from what an index letter indexes.

Where one letter indexes two things, their axes have the same range; that relation is collected from the whole
network first (:class:`Survey`), so that the order of statements does not matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from symprop.errors import InputError, Span
from symprop.model.expr import ONE, Expr, Identity, Increment, Ones, Partial, Ref
from symprop.model.names import normal
from symprop.model.ranges import equal_bounds, join
from symprop.model.reader.classes import Bounds, Class, Classes
from symprop.model.reader.outline import Outline, RawDefinition
from symprop.model.reader.resolve import unknown_range
from symprop.model.reader.surface import ANY_INDEX, Open, OpenSoftmax, bodies, nodes, outer_parts, parts

Scope = Mapping[str, tuple[int, Bounds | None]]
"""Index letters in force: the position of each, and the range that the author wrote for it, if any."""


class Survey:
    """All uses of names and indices in a network.

    After :meth:`close`, ``range_of`` gives the range of any open node, ``axes`` those of undeclared quantities,
    ``made_up`` the sizes that were invented.
    """

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.classes = Classes()
        self.sizes = sizes_of(outline)
        self.counts: dict[str, int] = {}
        self.scalars: dict[str, Span | None] = {}
        self.uses: dict[str, Span | None] = {}
        self.letters: dict[str, Span | None] = {}
        self.made_up: dict[str, str] = {}
        self._axis: dict[tuple[str, int], int] = {}
        self._open: dict[int, int] = {}
        self._definition_letters: dict[int, dict[str, int]] = {}
        self._declare()

    def _declare(self) -> None:
        for leaf in self.outline.leaves.values():
            self.counts[leaf.name] = len(leaf.axes)
            for position, bounds in enumerate(leaf.axes):
                self.classes.of(self.axis(leaf.name, position)).facts.append((leaf.name, bounds))
        for definition in self.outline.definitions:
            self._count(definition.name, len(definition.indices), definition.name_span)
        for definition in self.outline.definitions:
            self._left_side(definition)

    # ------------------------------------------------------------------------------------------------ collecting
    def axis(self, name: str, position: int) -> int:
        """The position that stands for one axis of *name*."""
        key = (name, position)
        if key not in self._axis:
            self._axis[key] = self.classes.new()
        return self._axis[key]

    def definition(self, definition: RawDefinition) -> None:
        """Collect the uses in a right side."""
        scope = {
            letter: (position, definition.written.get(letter))
            for letter, position in self._definition_letters[id(definition)].items()
        }
        self.visit(definition.body, scope)

    def free_letters(self, expressions: Sequence[Expr]) -> dict[str, int]:
        """Positions for the letters that stand free in *expressions* (of an assumption)."""
        found: dict[str, int] = {}
        for expression in expressions:
            bound = {node.index for node in nodes(expression) if isinstance(node, Open)}
            for ref in nodes(expression):
                for index in ref.indices if isinstance(ref, Ref) else ():
                    if isinstance(index, Ref) and index.name not in self.sizes and index.name not in bound:
                        found.setdefault(index.name, self._new_letter(index.name, index.span))
        return found

    def visit(self, expr: Expr, scope: Scope) -> None:
        """Collect the uses in *expr*."""
        if isinstance(expr, Open):
            self._visit_open(expr, scope)
            return
        if isinstance(expr, Partial | Increment):
            raise InputError("a derivative cannot stand in a network", expr.span, "it is what symprop derives")
        if isinstance(expr, Ref):
            self._visit_ref(expr, scope)
            return
        for part in parts(expr):
            self.visit(part, scope)

    def _visit_open(self, node: Open, scope: Scope) -> None:
        for part in outer_parts(node):
            self._visit_index(part, scope)
        inner = dict(scope)
        if node.index:
            chosen = isinstance(node, OpenSoftmax) and node.chosen
            if node.index in scope and not chosen:
                raise InputError(
                    f"the index `{node.index}` is bound already around this", node.span, "write another letter in one of them"
                )
            position = self._new_letter(node.index, node.span, chosen)
            self._open[id(node)] = position
            written = None if node.lower is None or node.upper is None else (node.lower, node.upper)
            inner[node.index] = (position, written)
            if isinstance(node, OpenSoftmax) and isinstance(node.at, Ref) and node.at.name in scope:
                self._component(node.at.name, position, written, scope)
        for body in bodies(node):
            self.visit(body, inner)

    def _visit_ref(self, ref: Ref, scope: Scope) -> None:
        if not ref.indices and (ref.name in scope or ref.name in self.sizes):
            return
        self._count(ref.name, len(ref.indices), ref.span)
        self.uses.setdefault(ref.name, ref.span)
        if not ref.indices:
            self.scalars.setdefault(ref.name, ref.span)
        for position, index in enumerate(ref.indices):
            self._visit_index(index, scope)
            axis = self.axis(ref.name, position)
            if not isinstance(index, Ref) or index.name not in scope:
                continue
            self._same_range(index.name, axis, scope)

    def _component(self, letter: str, position: int, written: Bounds | None, scope: Scope) -> None:
        """*letter* names the component of a softmax, so it has the range of the softmax."""
        if written is None:
            self._same_range(letter, position, scope)
        elif scope[letter][1] is None:
            self.classes.of(scope[letter][0]).facts.append(("softmax", written))

    def _same_range(self, letter: str, position: int, scope: Scope) -> None:
        """*letter* runs over *position*: over all of it, unless the author wrote a range of its own."""
        own, written = scope[letter]
        if written is None:
            self.classes.unite(own, position)
        elif all(ref.name in self.sizes for ref in _end_names([written])):  # not Σ_{k=1..j}
            self.classes.of(position).hints.append(written)
            self.classes.of(position).letters.append((letter, None))

    def _visit_index(self, index: Expr, scope: Scope) -> None:
        """Every name in an index expression is a letter in force or a size."""
        for node in nodes(index):
            if isinstance(node, Ref) and node.name not in scope and node.name not in self.sizes:
                raise InputError(
                    f"the index `{node.name}` is bound by nothing here",
                    node.span,
                    f"write Σ_{node.name} in front, or the index on the left side",
                )

    def _new_letter(self, letter: str, span: Span | None, chosen: bool = False) -> int:
        position = self.classes.new()
        if letter != ANY_INDEX:
            self.classes.of(position).letters.append((letter, span))
            if not chosen:
                self.letters.setdefault(letter, span)
        return position

    def _count(self, name: str, count: int, span: Span | None) -> None:
        known = self.counts.setdefault(name, count)
        if known == count:
            return
        has = "no index" if not known else "1 index" if known == 1 else f"{known} indices"
        written = "without any" if not count else f"with {count}"
        hint = f"declare its sizes, like {name}[{', '.join('nmpq'[:count])}]" if not known else "write one index for each axis"
        raise InputError(f"`{name}` has {has}, but stands here {written}", span, hint)

    def _left_side(self, definition: RawDefinition) -> None:
        letters: dict[str, int] = {}
        for position, index in enumerate(definition.indices):
            if isinstance(index, Ref) and index.name not in self.sizes:
                if index.name in letters:
                    raise InputError(f"the index `{index.name}` stands twice on the left side", index.span, "use another letter")
                letters[index.name] = self._left_letter(definition, position, index)
            elif any(isinstance(node, Ref) and node.name not in self.sizes for node in nodes(index)):
                raise InputError(
                    "on the left side, an index is one letter or a fixed position",
                    index.span,
                    "shift the indices on the right side instead, as in h[t] = … h[t-1]",
                )
        for ref in _end_names(definition.written.values()):
            if ref.name in letters:
                raise InputError("a range on the left side depends on an index", ref.span, "use sizes and numbers only")
        self._definition_letters[id(definition)] = letters

    def _left_letter(self, definition: RawDefinition, position: int, index: Ref) -> int:
        letter = self._new_letter(index.name, index.span)
        axis = self.axis(definition.name, position)
        written = definition.written.get(index.name)
        if written is None:
            self.classes.unite(letter, axis)
        elif self._general[definition.name, position] == 1:
            self.classes.of(axis).facts.append((definition.name, written))
        else:
            self.classes.of(axis).hints.append(written)
        return letter

    @cached_property
    def _general(self) -> Counter[tuple[str, int]]:
        """For each axis of each name, how many definitions have a letter there."""
        return Counter(
            (definition.name, position)
            for definition in self.outline.definitions
            for position, index in enumerate(definition.indices)
            if isinstance(index, Ref) and index.name not in self.sizes
        )

    # --------------------------------------------------------------------------------------------------- closing
    def close(self, taken: set[str]) -> None:
        """Settle every range.

        Args:
            taken: keys of names that an invented size must not have.

        Raises:
            InputError: two ranges for one index, or none.
        """
        self._refuse_double_meaning()
        defined = {definition.name for definition in self.outline.definitions}
        for (name, position), axis in self._axis.items():
            if name not in defined and name not in self.outline.leaves:
                self.classes.of(axis).leaves.append((name, position))
        for known in self.classes.all():
            known.range = self._settle(known, taken)

    def _refuse_double_meaning(self) -> None:
        defined = {d.name: d.name_span for d in self.outline.definitions}
        quantities = {**self.scalars, **defined, **{leaf.name: leaf.span for leaf in self.outline.leaves.values()}}
        quantities = {**self.uses, **quantities}
        for name, span in self.letters.items():
            if name in quantities:
                raise InputError(
                    f"`{name}` is an index in one place and a quantity in another",
                    quantities[name] or span,
                    "write another letter for the index",
                )
        for name, span in self.sizes.items():
            if name in defined or name in self.outline.leaves or self.counts.get(name):
                raise InputError(f"`{name}` is a size in one place and a quantity in another", span, "rename one of them")

    def _settle(self, known: Class, taken: set[str]) -> Bounds | None:
        if known.facts:
            source, bounds = known.facts[0]
            for other, found in known.facts[1:]:
                if not equal_bounds(bounds, found):
                    raise _conflict(known, (source, bounds), (other, found))
            return bounds
        if known.hints:
            return join(known.hints)
        if known.leaves and known.letters:
            return ONE, Ref(self._invent(known, taken))
        return None

    def _invent(self, known: Class, taken: set[str]) -> str:
        letter = known.letters[0][0]
        name, number = f"n_{letter}", 2
        while normal(name) in taken:
            name, number = f"n_{letter}{number}", number + 1
        taken.add(normal(name))
        self.sizes[name] = None
        self.made_up[name] = letter
        return name

    # --------------------------------------------------------------------------------------------------- results
    def range_of(self, node: Open, _bodies: tuple[Expr, ...] = ()) -> Bounds:
        """The range of the index of *node*.

        Raises:
            InputError: nothing gives it.
        """
        found = self.classes.of(self._open[id(node)]).range
        if found is None:
            raise unknown_range(node)
        return found

    def definition_ranges(self, definition: RawDefinition) -> dict[str, Bounds]:
        """The range of every letter on the left side.

        Raises:
            InputError: nothing gives one of them.
        """
        found = {}
        for letter, position in self._definition_letters[id(definition)].items():
            bounds = definition.written.get(letter) or self.classes.of(position).range
            if bounds is None:
                raise InputError(
                    f"nothing says how far the index `{letter}` runs",
                    definition.name_span,
                    f"write {definition.name}[{letter}=1..n] = …, or declare the size of what it indexes",
                )
            found[letter] = bounds
        return found

    def letter_range(self, position: int, letter: str, span: Span) -> Bounds:
        """The range of a free letter of an assumption.

        Raises:
            InputError: nothing gives it.
        """
        bounds = self.classes.of(position).range
        if bounds is None:
            raise InputError(f"nothing says how far the index `{letter}` runs", span, "declare the size of what it indexes")
        return bounds

    def axis_range(self, name: str, position: int, span: Span | None) -> Bounds:
        """The range of an axis of an undeclared quantity.

        Raises:
            InputError: nothing gives it.
        """
        bounds = self.classes.of(self.axis(name, position)).range
        if bounds is None:
            raise InputError(f"the size of `{name}` is not known", span, f"declare it, as in `inputs {name}[n]`")
        return bounds

    def suggested_letter(self, name: str, position: int) -> str | None:
        """The first letter that indexes this axis, or one that does so elsewhere."""
        axis = self._axis.get((name, position))
        letters = self.classes.of(axis).letters if axis is not None else []
        return letters[0][0] if letters else None


def sizes_of(outline: Outline) -> dict[str, Span | None]:
    """Names of sizes: they stand in declared sizes or in the ends of ranges, and are no letters there."""
    found: dict[str, Span | None] = {}
    for leaf in outline.leaves.values():
        found.update((ref.name, leaf.span) for ref in _end_names(leaf.axes))
    for definition in outline.definitions:
        left = {index.name for index in definition.indices if isinstance(index, Ref) and index.name not in found}
        found.update((ref.name, ref.span) for ref in _end_names(definition.written.values()) if ref.name not in left)
    for definition in outline.definitions:
        left = {index.name for index in definition.indices if isinstance(index, Ref) and index.name not in found}
        found.update((ref.name, ref.span) for ref in _inner_sizes(definition.body) if ref.name not in left)
    for assumption in outline.assumptions:
        for side in (assumption.left, assumption.right):
            found.update((ref.name, ref.span) for ref in (_inner_sizes(side) if side is not None else ()))
    return found


def _end_names(ranges: Iterable[Bounds]) -> Iterator[Ref]:
    return (node for bounds in ranges for end in bounds for node in nodes(end) if isinstance(node, Ref))


def _inner_sizes(body: Expr) -> list[Ref]:
    """The names in written ranges and sizes inside *body* that no sum or softmax in it binds."""
    opened = [node for node in nodes(body) if isinstance(node, Open)]
    bound = {node.index for node in opened}
    written = [(node.lower, node.upper) for node in opened if node.lower is not None and node.upper is not None]
    written += [(node.size, node.size) for node in nodes(body) if isinstance(node, Ones | Identity)]
    return [ref for ref in _end_names(written) if ref.name not in bound]


def _conflict(known: Class, one: tuple[str, Bounds], other: tuple[str, Bounds]) -> InputError:
    from symprop.model.printer import to_text

    said = " and ".join(f"{to_text(low)}..{to_text(high)} (`{name}`)" for name, (low, high) in (one, other))
    letter, span = known.letters[0] if known.letters else ("", None)
    return InputError(f"the index `{letter}` would run over {said}", span, "declare equal sizes, or write the range of the index")
