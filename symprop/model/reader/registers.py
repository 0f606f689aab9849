"""From the matrix register to the index register: every statement that speaks of whole arrays is lowered to indices.

What follows (ranges, order, roles, …) then sees a text in which the author wrote every index himself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from symprop.errors import InputError
from symprop.model.convention import COLUMNS, Convention
from symprop.model.expr import Expr, Ref
from symprop.model.layouts import Layout, described, letters_of, same_axes, shape_text
from symprop.model.meanings import SUM_LETTERS
from symprop.model.network import Role
from symprop.model.reader.axes import sizes_of
from symprop.model.reader.outline import Bounds, Outline, RawAssumption, RawDefinition
from symprop.model.reader.shapes import Axes, Shapes
from symprop.model.reader.surface import Open, is_array, nodes
from symprop.model.walk import fresh_index

_STATED, _DEFAULT, _FITTING = "stated", "by default", "only so do the products fit"


@dataclass(frozen=True)
class InIndices:
    """A text without whole arrays.

    ``twins`` gives, by the identity of an open node in ``matrices`` of a definition, the node that it became; ``reason`` why
    ``convention`` holds, "" where no statement speaks of whole arrays.
    """

    outline: Outline
    twins: Mapping[int, Open] = field(default_factory=dict)
    convention: Convention = COLUMNS
    reason: str = ""


def in_indices(found: Outline, names: Iterable[str]) -> InIndices:
    """*found* with every statement in indices; *names* are all names in the text.

    Raises:
        InputError: arrays that do not fit, or whose shape nothing tells.
    """
    stated = found.convention[0] if found.convention else None
    if not _speaks_of_arrays(found):
        return InIndices(found, convention=stated or COLUMNS, reason=_STATED if stated else "")
    convention = stated or _fitting(found)
    reason = _STATED if stated else _FITTING if convention.rows else _DEFAULT
    return _Rewriting(found, convention, names).result(reason)


def _speaks_of_arrays(found: Outline) -> bool:
    counts = {leaf.name: len(leaf.axes) for leaf in found.leaves.values()}
    counts.update((definition.name, len(definition.indices)) for definition in found.definitions)
    sides = [side for a in found.assumptions for side in (a.left, a.right) if side is not None]
    return any(is_array(node, counts) for expr in (*(d.body for d in found.definitions), *sides) for node in nodes(expr))


def _fitting(found: Outline) -> Convention:
    """Rows where more definitions fit so, else columns."""
    columns = _count_of_fitting(found, COLUMNS)
    if columns == len(found.definitions):
        return COLUMNS
    rows = Convention(rows=True)
    return rows if _count_of_fitting(found, rows) > columns else COLUMNS


def _count_of_fitting(found: Outline, convention: Convention) -> int:
    try:
        shapes = Shapes(found, convention, strict=True)
    except InputError:
        return 0
    low, count = shapes.lowering(), 0
    for definition in found.definitions:
        try:
            count += definition.name in shapes.known and not low.layout(definition.body).turned
        except InputError:
            continue
    return count


class _Rewriting:
    """One text on its way to indices."""

    def __init__(self, found: Outline, convention: Convention, names: Iterable[str]) -> None:
        self.found = found
        self.convention = convention
        self._check_sizes()
        self.shapes = Shapes(found, convention)
        self.sizes = sizes_of(found)
        self.letters = self._letters()
        self.low = self.shapes.lowering(set(names) - self.letters)
        self.counts = {name: len(axes) for name, axes in self.shapes.known.items()}

    def result(self, reason: str) -> InIndices:
        """The whole text."""
        for definition in self.found.definitions:
            self._check_indices(definition.body)
        definitions = [self._definition(definition) for definition in self.found.definitions]
        assumptions = [self._assumption(assumption) for assumption in self.found.assumptions]
        outline = replace(self.found, definitions=definitions, assumptions=assumptions)
        return InIndices(outline, self.low.twins, self.convention, reason)

    def _letters(self) -> set[str]:
        """The author's own index letters, which fresh ones may repeat elsewhere."""
        left = {i.name for d in self.found.definitions for i in d.indices if isinstance(i, Ref) and i.name not in self.sizes}
        inner = {n.index for d in self.found.definitions for n in nodes(d.body) if isinstance(n, Open)}
        return left | inner

    def _check_sizes(self) -> None:
        defined = {definition.name for definition in self.found.definitions}
        for name, span in sizes_of(self.found).items():
            if name in defined or name in self.found.leaves:
                raise InputError(f"`{name}` is a size in one place and a quantity in another", span, "rename one of them")

    def _check_indices(self, body: Expr) -> None:
        for node in nodes(body):
            for index in node.indices if isinstance(node, Ref) else ():
                for part in nodes(index):
                    axes = self.shapes.known.get(part.name, ()) if isinstance(part, Ref) else ()
                    if axes and isinstance(part, Ref) and part.name not in self.letters:
                        raise InputError(f"an index is a number, but `{part.name}` is {described(Layout(axes))}", part.span)

    def _definition(self, raw: RawDefinition) -> RawDefinition:
        inner = self.shapes.inner.get(raw.name, ())
        self._check_goal(raw, inner)
        if not inner and not any(is_array(node, self.counts) for node in nodes(raw.body)):
            return raw
        self._check_counts(raw.body)
        matrices = self.low.arranged(raw.body)
        self._check_shape(raw, self.low.layout(matrices), inner)
        used = set(self.low.taken) | {
            ref.name for node in (matrices, *raw.indices) for ref in nodes(node) if isinstance(ref, Ref)
        }
        used |= {node.index for node in nodes(matrices) if isinstance(node, Open)}
        letters, ranges = list[Expr](), dict[str, Bounds]()
        for axis, preferred in zip(inner, letters_of(len(inner), self.convention), strict=True):
            letter = fresh_index(used, (preferred, *SUM_LETTERS))
            used.add(letter)
            letters.append(Ref(letter, span=raw.name_span))
            ranges[letter] = (axis.lower, axis.upper)
        broadcast = not self.low.layout(matrices).axes  # h[0] = 0 for a vector h[t]
        body = self.low.entry(matrices, () if broadcast else letters, used)
        written_ = {**raw.written, **ranges}
        return replace(raw, indices=(*raw.indices, *letters), written=written_, body=body, matrices=matrices, whole=len(letters))

    def _check_counts(self, body: Expr) -> None:
        """Where rows of a weight are the only arrays, an index was forgotten: ``Σ_k W[j] x[k]``."""
        arrays = [node for node in nodes(body) if is_array(node, self.counts)]
        for node in arrays:
            if not isinstance(node, Ref) or not node.indices or not self._is_weight(node.name):
                return
        for node in arrays:
            assert isinstance(node, Ref)
            count, given = self.counts[node.name], len(node.indices)
            message = f"`{node.name}` has {count} indices, but stands here with {given}"
            raise InputError(message, node.span, "write one index for each axis")

    def _is_weight(self, name: str) -> bool:
        leaf = self.found.leaves.get(name)
        return leaf is not None and leaf.role is Role.WEIGHT

    def _check_goal(self, raw: RawDefinition, inner: Axes) -> None:
        if inner and self.found.objective is not None and self.found.objective[0] == raw.name and not raw.indices:
            said = described(Layout(inner))
            raise InputError(
                f"a cost is one number, but this is {said}", raw.body.span, "write ½ ‖…‖², or sum(…) for the sum of all entries"
            )

    def _check_shape(self, raw: RawDefinition, layout: Layout, inner: Axes) -> None:
        if layout.turned:
            lies, others = ("column", "rows") if self.convention.rows else ("row", "columns")
            hint = (
                "transpose the right side"
                if self.found.convention
                else f"transpose the right side, or state `convention {lies}s`"
            )
            raise InputError(f"`{raw.name}` would be a {lies}, but vectors are {others} here", raw.body.span, hint)
        if layout.axes and not same_axes(layout.axes, inner):
            here, there = (shape_text(own, self.convention) for own in (layout, Layout(inner)))
            raise InputError(f"`{raw.name}` is {here} here, but {there} in another place", raw.body.span, "give it one shape")

    def _assumption(self, raw: RawAssumption) -> RawAssumption:
        return replace(raw, left=self._side(raw.left), right=self._side(raw.right))

    def _side(self, side: Expr | None) -> Expr | None:
        if side is None or not any(is_array(node, self.counts) for node in nodes(side)):
            return side
        arranged = self.low.arranged(side)
        self.low.number(arranged, "what is assumed", "write it with indices")
        return self.low.entry(arranged, ())
