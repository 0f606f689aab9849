"""Where in an array the entries lie that a line needs: slices where they will do, else arrays of positions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from symprop.calculus.contract import Known
from symprop.codegen.spell import Frame, affine_text
from symprop.errors import InputError, InternalError
from symprop.model.affine import Affine, affine
from symprop.model.expr import Expr
from symprop.model.network import Range
from symprop.model.walk import free_names


@dataclass
class Positions:
    """The letters in force in one line, and what indices over them mean.

    Args:
        name: the identifier of a quantity.
        axes: the axes of a quantity.
        varies: whether a quantity differs from example to example.
        frame: sizes, and letters of loops around the line.
        letters: the array letters of the line with their ranges, in order.
        scale: what a sum over the examples multiplies with, to be a mean; "" for nothing.
    """

    name: Callable[[str], str]
    axes: Callable[[str], tuple[Range, ...]]
    varies: Callable[[str], bool]
    frame: Frame
    letters: Mapping[str, Range]
    scale: str = "scale"
    extra: dict[str, Range] = field(default_factory=dict)
    seen: dict[str, Range] = field(default_factory=dict)

    def range_of(self, letter: str) -> Range:
        """The range of an array letter: of the line's own, or of a sum's in force."""
        return self.letters[letter] if letter in self.letters else self.extra[letter]

    def array_letters(self, index: Expr) -> list[str]:
        """The array letters that an index expression uses."""
        return [name for name in sorted(free_names(index)) if name in self.letters or name in self.extra]

    def slice(self, index: Expr, axis: Range) -> str | None:
        """One axis of a quantity as a position or a slice; None where only gathering does it."""
        letters = self.array_letters(index)
        form = affine(index)
        if form is None:
            return None
        if not letters:
            return self.kept_inside(index, axis)
        if len(letters) > 1 or form.coefficients[letters[0]] != 1:
            return None
        bound = self.range_of(letters[0])
        shift = form.without(letters[0])
        first = self._sum(shift, bound.lower)
        last = self._sum(shift, bound.upper)
        low, high = affine(axis.lower), affine(axis.upper)
        if low is None or high is None:
            return None
        known = Known.of([bound for _, bound in self.frame.letters.values()])
        if not (known.at_least(first, low) and known.at_least(high, last)):
            return None
        start = self._place(first.plus(low, Fraction(-1)))
        stop = last.plus(low, Fraction(-1))
        whole = start == "0" and high.plus(last, Fraction(-1)) == Affine({}, Fraction(0))
        if whole:
            return ":"
        end = self._place(Affine(stop.coefficients, stop.constant + 1))
        start = "" if start == "0" else start
        return f"{start} : {end}".lstrip() if " " in start + end else f"{start}:{end}"

    def _sum(self, form: Affine, other: Expr) -> Affine:
        more = affine(other)
        if more is None:
            raise InternalError("a range is linear")
        return form.plus(more)

    def _place(self, form: Affine) -> str:
        return affine_text(self.frame.form(form.expr))

    def kept_inside(self, index: Expr, axis: Range) -> str:
        """A position; where only a bracket keeps it inside, the border is taken instead."""
        text = self.frame.place(index, axis)
        known = Known.of([bound for _, bound in self.frame.letters.values()])
        form, low, high = affine(index), affine(axis.lower), affine(axis.upper)
        if form is None or low is None or high is None:
            return text
        text = text if known.at_least(high, form) else f"min({text}, {affine_text(self.last_place(axis))})"
        return text if known.at_least(form, low) else f"max({text}, 0)"

    def last_place(self, axis: Range) -> Affine:
        """The last position of an axis, counted from 0."""
        length = self.frame.length(axis)
        return Affine(length.coefficients, length.constant - 1)

    def is_inside(self, index: Expr, axis: Range) -> bool:
        """Does the index lie in the axis whatever its letters are?"""
        ranges = [*(self.range_of(n) for n in (*self.letters, *self.extra)), *(bound for _, bound in self.frame.letters.values())]
        known = Known.of(ranges)
        form, low, high = affine(index), affine(axis.lower), affine(axis.upper)
        return (
            form is not None and low is not None and high is not None and known.at_least(form, low) and known.at_least(high, form)
        )

    def position(self, index: Expr, axis: Range | None, letters: tuple[str, ...]) -> str:
        """An index expression over *letters* as an array of numbers, from 0 in *axis* if there is one."""
        form = affine(index)
        if form is None:
            raise InputError("an index that is not linear in the letters cannot be computed", index.span)
        mine = [name for name in form.coefficients if name in self.letters or name in self.extra]
        rest = form
        text = ""
        for name in mine:
            weight = form.coefficients[name]
            rest = rest.without(name)
            bound = self.range_of(name)
            rest = rest.plus(affine(bound.lower) or Affine({}, Fraction(0)), weight)
            one = f"np.arange({self.frame.count(bound)})"
            after = letters[letters.index(name) + 1 :]
            one += f"[:, {', '.join(['None'] * len(after))}]" if after else ""
            magnitude = abs(int(weight))
            one = one if magnitude == 1 else f"{magnitude} * {one}"
            text += f" {'-' if weight < 0 else '+'} {one}" if text else f"{'-' if weight < 0 else ''}{one}"
        if axis is not None:
            rest = rest.plus(affine(axis.lower) or Affine({}, Fraction(0)), Fraction(-1))
        tail = self._place(rest)
        if not text:
            return tail
        return text if tail == "0" else f"{text} - {tail[1:]}" if tail.startswith("-") else f"{text} + {tail}"
