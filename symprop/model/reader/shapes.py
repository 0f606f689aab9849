"""Which shape every name has: declared, or found out from what defines it, in whatever order the definitions stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from symprop.errors import InputError, Span
from symprop.model.convention import Convention
from symprop.model.expr import Add, Apply, Diag, Expr, Hadamard, Identity, Mul, Neg, Norm, Ones, Ref, Transpose
from symprop.model.layouts import NUMBER, Layout, same_axes
from symprop.model.meanings import WHOLE
from symprop.model.names import normal
from symprop.model.network import Range
from symprop.model.ranges import join
from symprop.model.reader.axes import sizes_of
from symprop.model.reader.open_lowering import SUPERSCRIPT, UNKNOWN, OpenLowering, UndeterminedError
from symprop.model.reader.outline import Outline, RawDefinition
from symprop.model.reader.surface import Open, bodies, nodes, parts
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
                for name in [name for name in _among_arrays(node, self._layout) if name in found]:
                    word = "weights" if WEIGHT_NAME.match(normal(name)) else "inputs"
                    hint = f"declare it, as in `{word} {name}[m,n]`, or `{word} {name}` for one number"
                    raise InputError(f"the shape of `{name}` is not known", self.free[name], hint)
        self.known.update((name, self.outer[name]) for name in found)
        return self._waiting_for(found)

    def _recurrences(self) -> list[str]:
        """What is left goes in circles: a name in one has the one shape with which its definitions agree."""
        left = next((name for name in self.needs if name not in self.known and name not in self.errors), None)
        seen: list[str] = []
        while left is not None and left not in seen and left not in self.errors:
            seen.append(left)
            left = min(self.needs[left])
        if left is None or left in self.errors:
            return []
        circle = seen[seen.index(left) :]
        self._enter(left, self._agreeing(left, circle))
        return self._waiting_for([left])

    def _agreeing(self, name: str, circle: Sequence[str]) -> Axes:
        """The axes that no index on the left side has, by trying: () for a number, else one axis of an array in the circle.

        Raises:
            InputError: none agrees, or several do; or nothing that goes back along an index leads around the circle.
        """
        bodies_ = [definition.body for other in circle for definition in self.groups[other]]
        arrays = [node for body in bodies_ for node in values(body) if (self._layout(node) or NUMBER).axes]
        if not arrays or self._agrees(name, ()):
            return ()
        tried = {axis: self._agrees(name, (axis,)) for node in arrays for axis in (self._layout(node) or NUMBER).axes}
        found = [axis for axis, agrees in tried.items() if agrees]
        if len(found) == 1:
            return (found[0],)
        span = self.groups[name][0].name_span
        if not any(definition.indices for other in circle for definition in self.groups[other]):
            raise InputError(f"the definitions go in a circle: {' → '.join((*circle, name))}", span, _NO_CIRCLE)
        raise InputError(
            f"the shape of `{name}` is not known", span, f"let its first definition say it, as in `{name}[0] = ones(n)`"
        )

    def _agrees(self, name: str, inner: Axes) -> bool:
        """Do the definitions of *name* give what they are given, if it has these axes?"""
        group = self.groups[name]
        known = {**self.known, name: (*(UNKNOWN,) * len(group[0].indices), *inner)}
        low = OpenLowering(known.get, self.convention, strict=self.strict)
        try:
            layouts = [low.layout(definition.body) for definition in group]
        except (InputError, UndeterminedError):
            return False
        arrays = [layout.axes for layout in layouts if layout.axes]  # h[0] = 0 may begin a recurrence of vectors
        return all(same_axes(axes, inner) for axes in arrays) and bool(arrays) == bool(inner)

    def _waiting_for(self, names: Iterable[str]) -> list[str]:
        return sorted({user for name in names for user in self.waiting.pop(name, ()) if user not in self.known})


_NO_CIRCLE = "a definition uses only what can be computed before it"


def _operands(node: Expr) -> tuple[Expr, ...]:
    return parts(node)


def _among_arrays(node: Expr, layout_of: Callable[[Expr], Layout | None]) -> list[str]:
    """Names that stand where an array must or may stand: beside arrays, before ᵀ, in a norm."""
    if isinstance(node, Transpose | Norm | Diag) or (isinstance(node, Apply) and node.function == "softmax"):
        among = parts(node)
    elif isinstance(node, Mul | Add | Hadamard):
        layouts = [layout_of(part) for part in parts(node)]
        arrays = any(layout is not None and layout.axes for layout in layouts)
        among = parts(node) if arrays or (isinstance(node, Mul) and "@" in node.signs) else ()
    else:
        return []
    return [part.name for part in among if isinstance(part, Ref)]
