"""The notation's printer: expressions, definitions and whole networks as text that reads back as the same thing.

A bracket stands wherever the reader would otherwise build another tree, and where a person would hesitate
(``(a/b)·c``).  The level of a text is what it binds like; a place that needs more than that brackets it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from symprop.errors import InternalError
from symprop.model import matrix_printer
from symprop.model.expr import (
    ONE,
    Add,
    Apply,
    Div,
    Expr,
    Hadamard,
    Increment,
    Indicator,
    MatMul,
    Mul,
    Neg,
    Number,
    Partial,
    Pow,
    Ref,
    Softmax,
    Sum,
)
from symprop.model.functions import FUNCTIONS
from symprop.model.levels import ADD, ATOM, HADAMARD, LOOSE, OPEN, POWER, PRODUCT, QUOTIENT, UNIT, Text
from symprop.model.names import ascii_name, normal
from symprop.model.network import Definition, Leaf, Network, Objective, Range, Role

_FRACTIONS: Mapping[tuple[str, str] | None, str] = {
    ("1", "2"): "½",
    ("1", "3"): "⅓",
    ("2", "3"): "⅔",
    ("1", "4"): "¼",
    ("3", "4"): "¾",
}
_SUPERSCRIPTS = {"2": "²", "3": "³"}
_ASCII_COMPARISONS = {"≤": "<=", "≥": ">=", "≠": "!="}
_SPACED_FOLLOWER = re.compile(r"[^\d½⅓⅔¼¾.−-]")  # a literal and what follows need a sign between them before these
_DECLARED = (
    ("inputs", Role.INPUT),
    ("targets", Role.TARGET),
    ("constants", Role.CONSTANT),
    ("weights", Role.WEIGHT),
)
_WIDTH = 100


def to_text(
    expr: Expr,
    network: Network | None = None,
    *,
    ascii_only: bool = False,
    ranges: Sequence[Range] = (),
    product: str = "·",
) -> str:
    """*expr* in the notation; reading it in the context of *network* gives the same tree back.

    Ranges of bound indices are left out where *network* (and the free indices' *ranges*) give them.  With
    *ascii_only* nothing but ASCII is used, except for letters that have no ASCII spelling: ``diff(E, w)`` is
    ``∂E/∂w`` then, and ``change(w)`` is ``Δw``.  *product* is one of the signs ``·``, ``×`` and ``*``.
    """
    return _Printer(network, ascii_only, tuple(ranges), product).show(expr)


def number_text(number: Number) -> str:
    """The author's spelling, else an exact decimal where there is one, else a fraction."""
    if number.spelling:
        return number.spelling
    value = number.value
    return _decimal(value) or f"{value.numerator}/{value.denominator}"


def is_literal(expr: Expr) -> bool:
    """Is *expr* a literal, or a fraction of two?"""
    return isinstance(expr, Number) or (
        isinstance(expr, Div) and isinstance(expr.numerator, Number) and isinstance(expr.denominator, Number)
    )


def definition_text(definition: Definition, network: Network) -> str:
    """``name[indices] = expression``; a range stands at its index where the right side does not give it."""
    left = _left(definition, network)
    return f"{left} = {to_text(definition.expr, network, ranges=definition.ranges)}"


def written_text(definition: Definition, network: Network) -> str:
    """The definition as its author wrote it: ``z = W x + b`` where that was in matrices, else as :func:`definition_text`."""
    if definition.written is None:
        return definition_text(definition, network)
    indices = definition.indices[: len(definition.indices) - definition.whole]
    short = replace(definition, indices=indices, expr=definition.written)
    return f"{_left(short, network)} = {to_text(definition.written, network, ranges=definition.ranges)}"


def network_text(network: Network) -> str:
    """A whole network as a ``.net`` text that reads back as an equal network (up to reasons, notes and spans)."""
    blocks = [
        [f"# {line}" for line in network.name.splitlines()],
        [*_declarations(network), *_functions(network)],
        list(_definitions(network)),
        [_assumption(a.left, a.right, a.text, network) for a in network.assumptions],
        list(_values(network)),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


class _Printer:
    """Prints one expression; one method a node, each giving the text and what it binds like."""

    def __init__(self, network: Network | None, ascii_only: bool, ranges: tuple[Range, ...], product: str = "·") -> None:
        self.network = network
        self.ascii = ascii_only
        self.ranges = ranges
        self.minus, self.dot = ("-", "*") if ascii_only else ("−", product)

    @cached_property
    def taken(self) -> frozenset[str]:
        """Keys of the quantities of the network: they win over built-in functions of the same spelling."""
        if self.network is None:
            return frozenset()
        return frozenset(normal(name) for name in (*self.network.leaves, *self.network.by_name))

    def is_array(self, ref: Ref) -> bool:
        """Is this a whole array of the network?"""
        return self.network is not None and len(self.network.axes(ref.name)) > len(ref.indices)

    def show(self, expr: Expr, level: int = LOOSE) -> str:
        text, own = _PRINTERS[type(expr)](self, expr)
        return text if own >= level else f"({text})"

    def name(self, name: str) -> str:
        return ascii_name(name) if self.ascii else name

    def number(self, e: Number) -> Text:
        text = number_text(e)
        return text, QUOTIENT if "/" in text else ATOM

    def ref(self, e: Ref) -> Text:
        if not e.indices:
            return self.name(e.name), ATOM
        return f"{self.name(e.name)}[{','.join(map(self.index, e.indices))}]", ATOM

    def index(self, expr: Expr) -> str:
        """An index expression: set tight, as in ``h[t−1]``."""
        return self.show(expr).replace(f" {self.minus} ", self.minus).replace(" + ", "+")

    def add(self, e: Add) -> Text:
        text = self.show(e.terms[0], ADD if isinstance(e.terms[0], Neg) else HADAMARD)
        for term in e.terms[1:]:
            if isinstance(term, Neg):
                text += f" {self.minus} {self.show(term.operand, HADAMARD)}"
            else:
                text += f" + {self.show(term, HADAMARD)}"
        return text, ADD

    def neg(self, e: Neg) -> Text:
        return f"{self.minus}{self.show(e.operand, HADAMARD)}", ADD

    def mul(self, e: Mul) -> Text:
        *front, last = e.factors
        texts = [self.show(factor, UNIT) for factor in front]
        if isinstance(front[0], Div) and is_literal(front[0]):
            texts[0] = self.show(front[0], QUOTIENT)
        open_end = (isinstance(last, Sum) or _is_total(last)) and not self.ascii
        texts.append(self.show(last, OPEN if open_end else PRODUCT if isinstance(last, MatMul) else UNIT))
        text = texts[0]
        arrays = any(matrix_printer.is_matrix(self, factor) for factor in e.factors)  # no sign stands beside an array
        for position, (left, right) in enumerate(pairwise(texts)):
            after_number = position == 0 and is_literal(front[0]) and front[0] != ONE
            spaced = (after_number or (arrays and not left[-1].isdecimal())) and _SPACED_FOLLOWER.match(right)
            text += (" " if spaced else self.dot) + right
        return text, OPEN if open_end else PRODUCT

    def hadamard(self, e: Hadamard) -> Text:
        sign = ".*" if self.ascii else "⊙"
        # A product of matrices binds tighter, which is not seen in a row of letters.
        levels = (UNIT if isinstance(factor, MatMul) else PRODUCT for factor in e.factors)
        return f" {sign} ".join(self.show(f, level) for f, level in zip(e.factors, levels, strict=True)), HADAMARD

    def div(self, e: Div) -> Text:
        pair = None if self.ascii else _digit_pair(e)
        if pair in _FRACTIONS:
            return _FRACTIONS[pair], UNIT
        # A partial above a bar would read as a longer chain of slashes.
        above = self.show(e.numerator, POWER if isinstance(e.numerator, Partial) else PRODUCT)
        return f"{above}/{self.show(e.denominator, POWER)}", QUOTIENT

    def pow(self, e: Pow) -> Text:
        base = self.show(e.base, ATOM)
        exponent = number_text(e.exponent) if isinstance(e.exponent, Number) else ""
        if exponent in _SUPERSCRIPTS and not self.ascii:
            return base + _SUPERSCRIPTS[exponent], POWER
        if isinstance(e.exponent, Div) and is_literal(e.exponent):
            return f"{base}^({self.show(e.exponent.numerator)}/{self.show(e.exponent.denominator)})", POWER
        plain = isinstance(e.exponent, Ref) and not e.exponent.indices
        return f"{base}^{self.show(e.exponent, ATOM if exponent or plain else ATOM + 1)}", POWER

    def apply(self, e: Apply) -> Text:
        if _is_total(e) and not self.ascii:
            return matrix_printer.total(self, e)
        entry = FUNCTIONS.get(e.function)
        spellings = ("" if e.spelling == "Σ" else e.spelling, *(entry.spellings if entry else ()), e.function)
        free = [s for s in spellings if s and (entry is None or normal(s) not in self.taken)]
        arguments = ", ".join(self.show(argument) for argument in e.arguments)
        return f"{self.name(free[0] if free else e.function)}{chr(39) * e.primes}({arguments})", ATOM

    def softmax(self, e: Softmax) -> Text:
        arguments = [self.show(argument) for argument in e.arguments]
        if e.lower is not None and e.upper is not None:
            arguments.append(self.range_(e.index, e.lower, e.upper, e.arguments[0]))
        return f"softmax({', '.join(arguments)})[{self.index(e.at)}]", ATOM

    def sum(self, e: Sum) -> Text:
        bound = self.range_(e.index, e.lower, e.upper, e.body)
        if self.ascii:
            return f"sum({self.show(e.body)}, {bound})", ATOM
        bound = bound if len(bound) == 1 else f"{{{bound}}}"
        return f"Σ_{bound} {self.show(e.body, OPEN)}", OPEN

    def range_(self, index: str, lower: Expr, upper: Expr, body: Expr) -> str:
        name = self.name(index)
        if self.network is not None and _inferred(body, index, self.network, self.ranges) == (lower, upper):
            return name
        return f"{name}={self.index(lower)}..{self.index(upper)}"

    def indicator(self, e: Indicator) -> Text:
        text = self.show(e.operands[0], ADD)
        for operator, operand in zip(e.operators, e.operands[1:], strict=True):
            sign = _ASCII_COMPARISONS.get(operator, operator) if self.ascii else operator
            text += f" {sign} {self.show(operand, ADD)}"
        return f"[{text}]", ATOM

    def partial(self, e: Partial) -> Text:
        if self.ascii:
            return f"diff({self.show(e.of)}, {self.show(e.wrt)})", ATOM
        below = f"∂{self.show(e.wrt)}"
        if isinstance(e.of, Ref):
            return f"∂{self.show(e.of)}/{below}", UNIT
        return f"∂/{below}({self.show(e.of)})", UNIT

    def increment(self, e: Increment) -> Text:
        return (f"change({self.show(e.weight)})", ATOM) if self.ascii else (f"Δ{self.show(e.weight)}", UNIT)


_PRINTERS: dict[type[Expr], Callable[..., Text]] = {
    Number: _Printer.number,
    Ref: _Printer.ref,
    Add: _Printer.add,
    Neg: _Printer.neg,
    Mul: _Printer.mul,
    Hadamard: _Printer.hadamard,
    Div: _Printer.div,
    Pow: _Printer.pow,
    Apply: _Printer.apply,
    Softmax: _Printer.softmax,
    Sum: _Printer.sum,
    Indicator: _Printer.indicator,
    Partial: _Printer.partial,
    Increment: _Printer.increment,
    **matrix_printer.PRINTERS,
}


def _is_total(expr: Expr) -> bool:
    """Is this the sum of all entries of an array, with the sign Σ?"""
    return isinstance(expr, Apply) and expr.function == "sum" and expr.spelling == "Σ"


def _decimal(value: Fraction) -> str:
    """*value* as an exact decimal, "" if it has none."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return ""
    places = max(twos, fives)
    digits = str(value.numerator * 10**places // value.denominator).rjust(places + 1, "0")
    return digits if not places else f"{digits[:-places]}.{digits[-places:]}"


def _digit_pair(e: Div) -> tuple[str, str] | None:
    """Numerator and denominator as they are written, where both are literals."""
    if not isinstance(e.numerator, Number) or not isinstance(e.denominator, Number):
        return None
    return number_text(e.numerator), number_text(e.denominator)


def _inferred(body: Expr, index: str, network: Network, ranges: tuple[Range, ...]) -> tuple[Expr, Expr] | None:
    from symprop.model.ranges import infer_range

    return infer_range(body, index, network, ranges)


def _left(definition: Definition, network: Network) -> str:
    printer = _Printer(None, False, ())
    known = {r.index: r for r in definition.ranges}
    shown = []
    for index in definition.indices:
        text = printer.index(index)
        own = known.get(index.name) if isinstance(index, Ref) and not index.indices else None
        if own and _inferred(definition.expr, own.index, network, ()) != (own.lower, own.upper):
            text += f"={printer.index(own.lower)}..{printer.index(own.upper)}"
        shown.append(text)
    return f"{definition.name}[{','.join(shown)}]" if shown else definition.name


def _declarations(network: Network) -> Iterable[str]:
    for keyword, role in _DECLARED:
        leaves = [leaf for leaf in network.leaves.values() if leaf.role is role]
        if leaves:
            yield f"{keyword:<9} {' '.join(map(_declared, leaves))}"
    yield from matrix_printer.convention_lines(network)
    if network.rate != "η" or any(leaf.role is Role.RATE for leaf in network.leaves.values()):
        yield f"{'rate':<9} {network.rate}"


def _declared(leaf: Leaf) -> str:
    """A leaf with its sizes: ``W[n_1,n_0]``."""
    printer = _Printer(None, False, ())
    sizes = [
        printer.index(a.upper) if a.lower == ONE else f"{printer.index(a.lower)}..{printer.index(a.upper)}" for a in leaf.axes
    ]
    return f"{leaf.name}[{','.join(sizes)}]" if sizes else leaf.name


def _functions(network: Network) -> Iterable[str]:
    for function in network.functions.values():
        if function.body is None:
            yield f"function  {function.name}"
        else:
            yield f"function  {function.name}({function.parameter}) = {to_text(function.body)}"


def _definitions(network: Network) -> Iterable[str]:
    keyword = "minimize" if network.objective is Objective.MINIMIZE else "maximize"
    for position, definition in enumerate(network.definitions):
        # Only what stands before it may give a range here, so that reading in order finds the same.
        before = replace(network, definitions=network.definitions[:position], cost=None)
        line = f"{_left(definition, before)} = {to_text(definition.expr, before)}"
        if definition.written is not None:
            line = written_text(definition, before)
        yield f"{keyword} {line}" if definition.name == network.cost else line


def _assumption(left: Expr, right: Expr, text: str, network: Network) -> str:
    name, _, rest = text.partition(" is ")
    if rest == "one-hot":  # the words say more than the equation that they stand for
        return f"assume {name} one-hot"
    return f"assume {to_text(left, network)} = {to_text(right, network)}"


def _values(network: Network) -> Iterable[str]:
    """As many values on a line as fit."""
    line = ""
    for name, value in network.values.items():
        entry = f"{name} = {_value(value)}"
        if line and len(line) + len(entry) + 2 > _WIDTH:
            yield line
            line = ""
        line = f"{line}, {entry}" if line else f"values    {entry}"
    if line:
        yield line


def _value(value: object) -> str:
    if isinstance(value, Expr):
        return to_text(value)
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(_value, value))}]"
    raise InternalError(f"a value is a number or a list of values, not {value!r}")
