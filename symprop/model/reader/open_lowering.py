"""The lowering of what the parser makes: sums and softmaxes whose ranges are not known yet, names whose shapes are not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from symprop.errors import InputError, Span
from symprop.model.convention import Convention
from symprop.model.expr import Apply, Expr, Pow, Ref, Transpose
from symprop.model.layouts import NUMBER, Layout, joint
from symprop.model.lowering import AxesOf, Lowering
from symprop.model.meanings import MEANINGS, Letters, Meaning
from symprop.model.network import Range
from symprop.model.reader.surface import Open, OpenSoftmax, OpenSum, parts
from symprop.model.walk import rebuild

UNKNOWN = Range("?", Ref("?"), Ref("?"))
"""An axis of which only later steps will know how long it is."""

SUPERSCRIPT = Ref("T")
"""The exponent of ``W^T``, where ``T`` is no name of its own."""


class UndeterminedError(Exception):
    """Nothing says yet which shape *name* has."""

    def __init__(self, name: str, span: Span | None) -> None:
        super().__init__(name)
        self.name = name
        self.span = span


class OpenLowering(Lowering):
    """Lowers right sides before ranges are known.

    Args:
        axes: as for :class:`Lowering`; None for a name whose shape is not known yet.
        convention: how vectors and derivatives lie.
        taken: names that a fresh index must not have.
        strict: as for :class:`Lowering`.
        superscript: whether ``W^T`` is the transposed ``W``.

    Attributes:
        twins: by the identity of an open node, the node that it became.
    """

    sum_node = OpenSum
    softmax_node = OpenSoftmax

    def __init__(
        self, axes: AxesOf, convention: Convention, taken: Iterable[str] = (), *, strict: bool = False, superscript: bool = False
    ) -> None:
        super().__init__(axes, convention, taken, strict=strict)
        self.superscript = superscript
        self.twins: dict[int, Open] = {}

    def parts(self, expr: Expr) -> tuple[Expr, ...]:
        """The direct subexpressions of *expr*, open or not."""
        return parts(expr)

    def bound(self, expr: Expr) -> str:
        """The index that this node binds, or ""."""
        return expr.index if isinstance(expr, Open) else super().bound(expr)

    def arranged(self, expr: Expr) -> Expr:
        """*expr* with arrays that stand side by side as ``MatMul``, ``W^T`` as ``Wᵀ`` and softmaxes of vectors as such."""
        if isinstance(expr, OpenSum):
            return replace(expr, body=self.arranged(expr.body))
        if isinstance(expr, OpenSoftmax):
            whole = self.whole_softmax(expr)
            return (
                self.arranged(whole) if whole is not None else replace(expr, arguments=tuple(map(self.arranged, expr.arguments)))
            )
        if isinstance(expr, Ref):
            return expr
        if isinstance(expr, Pow) and self.is_transposed(expr):
            return Transpose(self.arranged(expr.base), span=expr.span)
        return self.grouped(rebuild(expr, tuple(self.arranged(part) for part in parts(expr))))

    def shown(self, expr: Expr) -> Expr:
        """*expr* as messages show it: what has no ranges yet in the author's words."""
        return _in_words(self.arranged(expr))

    def together(self, expr: Expr, parts: Sequence[Expr]) -> Layout:
        """The layout of what *parts* give entry by entry; those that are not known yet are taken to fit the others.

        Raises:
            InputError: their shapes do not fit.
            UndeterminedError: nothing tells the shape.
        """
        known, missing = list[Layout](), None
        for part in parts:
            try:
                known.append(self.layout(part))
            except UndeterminedError as error:
                missing = error
        if missing is None:
            return super().together(expr, parts)
        found = joint(known, self.convention)
        if found is None or not found.axes:
            raise missing
        return found

    def is_transposed(self, e: Pow) -> bool:
        """Is this ``W^T``?"""
        return self.superscript and e.exponent == SUPERSCRIPT and bool(self.layout(e.base).axes)

    def whole_softmax(self, e: OpenSoftmax) -> Apply | None:
        """``softmax(V h[t])`` of a vector: its index was chosen for a number, so it is none of it."""
        only = e.arguments[0]
        if not e.chosen or e.at != Ref(e.index) or len(e.arguments) > 1 or not self.layout(only).axes:
            return None
        return Apply("softmax", (only,), spelling="softmax", span=e.span)


def _in_words(expr: Expr) -> Expr:
    """*expr* with the author's text in the place of open nodes, which no printer knows."""
    if isinstance(expr, Open):
        return Ref(f"({expr.span.text if expr.span else '…'})", span=expr.span)
    return expr if isinstance(expr, Ref) else rebuild(expr, tuple(map(_in_words, parts(expr))))


# ----------------------------------------------------------------------------------------------------------- meanings
def _ref_layout(low: OpenLowering, e: Ref) -> Layout:
    if low.axes(e.name) is None:
        raise UndeterminedError(e.name, e.span)
    found = MEANINGS[Ref].layout(low, e)
    if UNKNOWN in found.axes:
        raise InputError(
            f"the size of `{e.name}` is not known here", e.span, f"declare the sizes of what `{e.name}` is, or is made of"
        )
    return found


def _pow_layout(low: OpenLowering, e: Pow) -> Layout:
    if low.is_transposed(e):
        return low.layout(Transpose(e.base, span=e.span))
    return MEANINGS[Pow].layout(low, e)


def _sum_layout(low: OpenLowering, e: OpenSum) -> Layout:
    return low.layout(e.body)


def _sum(low: OpenLowering, e: OpenSum, letters: Letters, used: frozenset[str]) -> Expr:
    made = replace(e, body=low.at(e.body, letters, used))
    low.twins[id(e)] = made
    return made


def _softmax_layout(low: OpenLowering, e: OpenSoftmax) -> Layout:
    whole = low.whole_softmax(e)
    if whole is not None:
        return low.layout(whole)
    for argument in e.arguments:
        low.number(argument, "a component of a softmax", "write softmax(z[k], k)[j]")
    return NUMBER


def _softmax(low: OpenLowering, e: OpenSoftmax, _letters: Letters, used: frozenset[str]) -> Expr:
    made = replace(e, arguments=tuple(low.at(argument, (), used) for argument in e.arguments))
    low.twins[id(e)] = made
    return made


_OWN: dict[type[Expr], tuple[Callable[..., Layout], Callable[..., Expr]]] = {
    Ref: (_ref_layout, MEANINGS[Ref].entry),
    Pow: (_pow_layout, MEANINGS[Pow].entry),
    OpenSum: (_sum_layout, _sum),
    OpenSoftmax: (_softmax_layout, _softmax),
}
OpenLowering.meanings = {**MEANINGS, **{node: Meaning(*both) for node, both in _OWN.items()}}
