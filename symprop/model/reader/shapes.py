"""Which shape every name has: declared, or found out from what defines it, in whatever order the definitions stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from symprop.errors import InputError, Span
from symprop.model.convention import Convention
from symprop.model.expr import Add, Apply, Diag, Expr, Hadamard, Identity, Mul, Neg, Norm, Ones, Ref, Transpose
from symprop.model.layouts import Layout
from symprop.model.meanings import WHOLE
from symprop.model.names import normal
from symprop.model.network import Range
from symprop.model.ranges import join
from symprop.model.reader.axes import sizes_of
from symprop.model.reader.open_lowering import SUPERSCRIPT, UNKNOWN, OpenLowering, UndeterminedError
from symprop.model.reader.outline import Outline, RawDefinition
from symprop.model.reader.surface import Open, OpenSoftmax, bodies, nodes, parts
from symprop.model.reader.vocabulary import WEIGHT_NAME

Axes = tuple[Range, ...]


def values(expr: Expr) -> Iterator[Expr]:
    """Every node of *expr* that is a number or an array: none in indices, sizes and ranges."""
    stack = [expr]
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, Ref | Ones | Identity):
            stack.extend(reversed(bodies(node) if isinstance(node, Open) else parts(node)))


@dataclass
class Shapes:
    """The axes of all names of a text.

    ``known`` has those that were found so far; ``inner`` how many of the axes of a defined name have no index on its left
    side; ``fitting`` the definitions that are understood, ``errors`` what is wrong with others.
    """

    outline: Outline
    convention: Convention
    strict: bool = False
    known: dict[str, Axes] = field(default_factory=dict)
    inner: dict[str, Axes] = field(default_factory=dict)
    errors: dict[str, InputError] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sizes = sizes_of(self.outline)
        self.groups: dict[str, list[RawDefinition]] = {}
        for definition in self.outline.definitions:
            self.groups.setdefault(definition.name, []).append(definition)
        self.free = self._declared()
        self.waiting: dict[str, set[str]] = {}
        self.needs: dict[str, set[str]] = {}
        self.low = self.lowering()
        self._settle()

    def lowering(self, taken: Iterable[str] = ()) -> OpenLowering:
        """A lowering over what is known."""
        return OpenLowering(
            self.known.get, self.convention, taken, strict=self.strict, superscript=SUPERSCRIPT.name not in self._names
        )

    # ------------------------------------------------------------------------------------------------------- starting
    def _declared(self) -> dict[str, Span | None]:
        """Enter what is declared; the names that are neither declared nor defined, with how many indices they stand."""
        self.known.update(dict.fromkeys(self.sizes, ()))
        for leaf in self.outline.leaves.values():
            self.known[leaf.name] = tuple(Range("", *bounds) for bounds in leaf.axes)
        free: dict[str, Span | None] = {}
        self.outer: dict[str, Axes] = {}
        self._names = {*self.known, *self.groups}
        for expr in self._expressions():
            exponents = {id(node.exponent) for node in values(expr) if hasattr(node, "exponent")}
            for node in values(expr):
                if isinstance(node, Ref) and node.name not in self.known and node.name not in self.groups:
                    if id(node) not in exponents:
                        self._names.add(node.name)
                    free.setdefault(node.name, node.span)
                    outer = (UNKNOWN,) * len(node.indices)
                    self.outer[node.name] = max(outer, self.outer.get(node.name, ()), key=len)
        return free

    def _expressions(self) -> Iterator[Expr]:
        yield from (definition.body for definition in self.outline.definitions)
        for assumption in self.outline.assumptions:
            yield from (side for side in (assumption.left, assumption.right) if side is not None)

    # ------------------------------------------------------------------------------------------------------- settling
    def _settle(self) -> None:
        queue = list(self.groups)
        while queue:
            for name in queue:
                self._attempt(name)
            queue = self._push() or self._numbers() or self._recurrences()

    def _attempt(self, name: str) -> None:
        """Find the shape of *name*, and then of what waits for it."""
        todo = [name]
        while todo:
            current = todo.pop()
            if current in self.known or current in self.errors:
                continue
            found = self._layouts(current)
            if found is None:
                continue
            arrays = [layout.axes for layout in found if layout.axes]
            self._enter(current, max(arrays, key=len) if arrays else ())
            todo += sorted(self.waiting.pop(current, ()), reverse=True)

    def _layouts(self, name: str) -> list[Layout] | None:
        """The layouts of the right sides that define *name*; None if nothing tells them yet."""
        found, missing = [], set()
        for definition in self.groups[name]:
            try:
                found.append(self.low.layout(definition.body))
            except UndeterminedError as error:
                missing.add(error.name)
            except InputError as error:
                if not self.strict:
                    raise
                self.errors[name] = error
                return None
        if missing and not any(layout.axes for layout in found):
            self.needs[name] = missing
            for other in missing:
                self.waiting.setdefault(other, set()).add(name)
            return None
        return found

    def _enter(self, name: str, inner: Axes) -> None:
        self.inner[name] = inner
        self.known[name] = (*self._outer(name), *inner)

    def _outer(self, name: str) -> Axes:
        """The axes that have indices on the left side."""
        group = self.groups[name]
        found = []
        for position in range(len(group[0].indices)):
            pieces = [self._piece(definition, position) for definition in group if position < len(definition.indices)]
            known = [piece for piece in pieces if piece is not None]
            joined = join(known) if len(known) == len(pieces) else None
            found.append(Range("", *joined) if joined else UNKNOWN)
        return tuple(found)

    def _piece(self, definition: RawDefinition, position: int) -> tuple[Expr, Expr] | None:
        """The stretch of an axis that *definition* covers, None if it is not known here."""
        index = definition.indices[position]
        if not isinstance(index, Ref) or index.name in self.sizes:
            return index, index
        if index.name in definition.written:
            return definition.written[index.name]
        for node in nodes(definition.body):
            if isinstance(node, Ref) and index in node.indices:
                axes = self.known.get(node.name, ())
                own = node.indices.index(index)
                if own < len(axes) and axes[own] != UNKNOWN:
                    return axes[own].lower, axes[own].upper
        return None

    # ------------------------------------------------------------------------------------------- names without a word
    def _push(self) -> list[str]:
        """Undeclared names that are added to arrays have their shape; those to be tried again."""
        before = set(self.free) & set(self.known)
        for definition in self.outline.definitions:
            if definition.name in self.inner:
                self._fill([definition.body], Layout(self.inner[definition.name]))
            for node in values(definition.body):
                if isinstance(node, Add | Hadamard):
                    self._fill_from(_operands(node))
        found = (set(self.free) & set(self.known)) - before
        return self._waiting_for(found)

    def _fill_from(self, operands: Sequence[Expr]) -> None:
        """Give the shape of those operands that are known to the others."""
        known = [layout for layout in map(self._layout, operands) if layout is not None and layout.axes]
        if known and len(known) < len(operands):
            self._fill(operands, max(known, key=lambda layout: len(layout.axes)))

    def _layout(self, expr: Expr) -> Layout | None:
        try:
            return self.low.layout(expr)
        except UndeterminedError:
            return None
        except InputError:
            return None  # it is said where the definition itself is read

    def _fill(self, operands: Iterable[Expr], layout: Layout) -> None:
        for operand in operands:
            if isinstance(operand, Ref) and operand.name in self.free and operand.name not in self.known:
                # A weight beside a matrix may be that, or a vector: nothing tells.
                if len(layout.axes) == 1 or not WEIGHT_NAME.match(normal(operand.name)):
                    self.known[operand.name] = (*self.outer[operand.name], *layout.axes)
            elif isinstance(operand, Neg | Add | Hadamard) or (isinstance(operand, Apply) and operand.function not in WHOLE):
                self._fill(_operands(operand), layout)

    def _numbers(self) -> list[str]:
        """The other undeclared names are numbers, where they can be."""
        found = {name for name in self.free if name not in self.known}
        for expr in self._expressions():
            for node in values(expr):
                for name in found & _among_arrays(node, self._layout):
                    word = "weights" if WEIGHT_NAME.match(normal(name)) else "inputs"
                    hint = f"declare it, as in `{word} {name}[m,n]`, or `{word} {name}` for one number"
                    raise InputError(f"the shape of `{name}` is not known", self.free[name], hint)
        self.known.update((name, self.outer[name]) for name in found)
        return self._waiting_for(found)

    def _recurrences(self) -> list[str]:
        """What is left goes in circles: as no array takes part, one of the names in it is a number, which tells the others."""
        left = next((name for name in self.needs if name not in self.known and name not in self.errors), None)
        seen: list[str] = []
        while left is not None and left not in seen and left not in self.errors:
            seen.append(left)
            left = min(self.needs[left])
        if left is None or left in self.errors:
            return []
        self._enter(left, ())
        return self._waiting_for([left])

    def _waiting_for(self, names: Iterable[str]) -> list[str]:
        return sorted({user for name in names for user in self.waiting.pop(name, ()) if user not in self.known})


def _operands(node: Expr) -> tuple[Expr, ...]:
    return parts(node)


def _among_arrays(node: Expr, layout_of: object) -> set[str]:
    """Names that stand where an array must or may stand: in a product with arrays, before ᵀ, in a norm."""
    assert callable(layout_of)
    if isinstance(node, Transpose | Norm | Diag):
        return {node.operand.name} if isinstance(node.operand, Ref) else set()
    if isinstance(node, OpenSoftmax) or (isinstance(node, Apply) and node.function == "softmax"):
        return {a.name for a in node.arguments if isinstance(a, Ref)} if isinstance(node, Apply) else set()
    if not isinstance(node, Mul):
        return set()
    layouts = [layout_of(factor) for factor in node.factors]
    if "@" not in node.signs and not any(layout is not None and layout.axes for layout in layouts):
        return set()
    return {factor.name for factor in node.factors if isinstance(factor, Ref)}
