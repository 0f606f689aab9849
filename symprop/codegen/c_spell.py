"""Expressions in C, and how quantities are reached there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symprop.codegen.shared import whole_power
from symprop.codegen.spell import ATOM, CHOICE, Frame, Speller, Text
from symprop.codegen.stable import LIMIT
from symprop.model.expr import Apply, Expr, Neg, Number, Pow, Ref, Sum

if TYPE_CHECKING:
    from symprop.codegen.c_lines import CLines


@dataclass(frozen=True)
class Style:
    """How quantities are reached.

    Args:
        prefix: what file-level names begin with.
        place: the C expression of a name without its indices.
        identifier: of index letters.
        lane: the index of the lane behind a quantity of examples; "" where there are no lanes in arrays.
        exponential: the function for ``exp``.
        varies: whether a name differs from example to example.
    """

    prefix: str
    place: Callable[[str], str]
    identifier: Callable[[str], str]
    lane: str
    exponential: str
    varies: Callable[[str], bool]


class CSpeller(Speller):
    """C: ``?:``, functions of ``math.h``; a sum is a variable that statements before the expression have filled."""

    functions: Mapping[str, str] = {
        name: name for name in ("expm1", "log", "log1p", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "erf", "erfc")
    } | {"arctan": "atan", "abs": "fabs"}

    def __init__(self, lines: CLines, frame: Frame) -> None:
        super().__init__(lines.style.place, lines.program.axes, frame)
        self.lines = lines

    def ref(self, expr: Ref) -> Text:
        """A quantity; one of examples has its lane behind its indices."""
        text, level = super().ref(expr)
        if not expr.indices and (expr.name in self.frame.letters or expr.name in self.frame.names):
            return text, level
        return text + (self.lines.style.lane if self.lines.style.varies(expr.name) else ""), level

    def index_value(self, index: Expr) -> Text:
        """A letter or a size as a double: C would divide whole numbers otherwise."""
        text = self.frame.value(index)
        return f"(double){text if text.isidentifier() or text.isdigit() else f'({text})'}", ATOM

    def power(self, expr: Pow) -> Text:
        """A square, or ``pow``."""
        if whole_power(expr) == 2:
            self.lines.needs.add("square")
            return f"{self.lines.style.prefix}_square({self.text(expr.base)})", ATOM
        return f"pow({self.text(expr.base)}, {self.text(expr.exponent)})", ATOM

    def apply(self, expr: Apply) -> Text:
        """A function of ``math.h``."""
        if expr.function == "exp":
            bounded = _bounded(expr.arguments[0]) if self.lines.style.exponential == "exp" else None
            if bounded is not None:
                self.lines.needs.add("decay")
                return f"{self.lines.style.prefix}_decay({self.text(bounded)})", ATOM
            return f"{self.lines.style.exponential}({self.text(expr.arguments[0])})", ATOM
        return super().apply(expr)

    def extreme(self, expr: Apply) -> Text:
        """Calls of ``larger`` or ``smaller``, two by two; a NaN in the first argument comes through."""
        name = "larger" if expr.function == "max" else "smaller"
        self.lines.needs.add(name)
        texts = [self.text(argument) for argument in sorted(expr.arguments, key=_is_literal)]
        while len(texts) > 1:
            calls = zip(texts[::2], texts[1::2], strict=False)
            texts = [f"{self.lines.style.prefix}_{name}({a}, {b})" for a, b in calls] + texts[len(texts) & ~1 :]
        return texts[0], ATOM

    def sum(self, expr: Sum) -> Text:
        """A variable; the loop that fills it goes before the statement."""
        return self.lines.hoisted(expr, self.frame), ATOM

    def guarded(self, conditions: list[str], expr: Expr) -> Text:
        """Loops of sums do not run where a condition fails: they would read what does not exist."""
        outer, self.lines.guards = self.lines.guards, [*self.lines.guards, *conditions]
        made = self.visit(expr)
        self.lines.guards = outer
        return made

    def conjunction(self, conditions: list[str]) -> str:
        """``a && b``."""
        return " && ".join(conditions)

    def choice(self, conditions: list[str], value: str) -> Text:
        """``condition ? value : 0.0``."""
        return f"{self.conjunction(conditions)} ? {value} : 0.0", CHOICE


def _bounded(argument: Expr) -> Expr | None:
    """``z`` of ``−max(z, −700)``."""
    inner = argument.operand if isinstance(argument, Neg) else None
    if isinstance(inner, Apply) and inner.function == "max" and inner.arguments[1:] == (Neg(LIMIT),):
        return inner.arguments[0]
    return None


def _is_literal(expr: Expr) -> bool:
    return isinstance(expr.operand if isinstance(expr, Neg) else expr, Number)
