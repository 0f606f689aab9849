"""A tiny interpreter of networks at concrete sizes; it shares no code with the package's own evaluation.

Entries are computed on demand.  ``∂a/∂b`` is a central difference: entry *b* is pinned above and below its value
and *a* computed again, which is the cut semantics by construction.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import mpmath

from symprop.derivation import Derivation
from symprop.model.expr import (
    Add,
    Apply,
    Div,
    Expr,
    Hadamard,
    Indicator,
    Mul,
    Neg,
    Number,
    Partial,
    Pow,
    Ref,
    Softmax,
    Sum,
)
from symprop.model.network import Network

mp = mpmath.mp.clone()
mp.dps = 60
STEP = mp.mpf(10) ** -20

Entry = tuple[str, tuple[int, ...]]

FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "tanh": mp.tanh,
    "relu": lambda x: x if x > 0 else mp.mpf(0),
    "softplus": lambda x: mp.log(1 + mp.exp(x)),
    "swish": lambda x: x / (1 + mp.exp(-x)),
    "sin": mp.sin,
    "cos": mp.cos,
    "exp": mp.exp,
    "log": mp.log,
    "sqrt": mp.sqrt,
    "abs": abs,
    "sign": mp.sign,
    "linear": lambda x: x,
    "max": lambda *x: max(x),
    "min": lambda *x: min(x),
}
COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "≤": lambda a, b: a <= b,
    "≥": lambda a, b: a >= b,
    "≠": lambda a, b: a != b,
}


@dataclass
class Interpreter:
    """Values of *network* where each size and each entry of a leaf has the given number.

    ``forms`` gives further names their right sides (the deltas of a derivation); ``functions`` stand for unknown ones.
    """

    network: Network
    sizes: Mapping[str, int]
    leaf: Callable[[Entry], Any]
    forms: Mapping[str, tuple[Ref, Expr]] = field(default_factory=dict)
    functions: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    pinned: dict[Entry, Any] = field(default_factory=dict)
    known: dict[Any, Any] = field(default_factory=dict)

    def entry(self, name: str, at: tuple[int, ...], letters: Mapping[str, int] | None = None) -> Any:
        """The value of one entry of a quantity, a leaf or a delta."""
        key = (name, at)
        if key in self.pinned:
            return self.pinned[key]
        if key not in self.known:
            self.known[key] = self._computed(name, at, letters or {})
        return self.known[key]

    def _computed(self, name: str, at: tuple[int, ...], letters: Mapping[str, int]) -> Any:
        if name in self.forms:
            ref, form = self.forms[name]
            own = {i.name: v for i, v in zip(ref.indices, at, strict=True) if isinstance(i, Ref)}
            return self.value(form, {**letters, **own})
        for definition in self.network.by_name.get(name, ()):
            found = self._matched(definition, at)
            if found is not None:
                return self.value(definition.expr, found)
        if name in self.network.by_name:
            raise LookupError(f"{name}{list(at)} is not defined")
        return self.leaf((name, at))

    def _matched(self, definition: Any, at: tuple[int, ...]) -> dict[str, int] | None:
        ranges = {r.index: r for r in definition.ranges}
        letters: dict[str, int] = {}
        for index, place in zip(definition.indices, at, strict=True):
            if isinstance(index, Ref) and index.name in ranges:
                letters[index.name] = place
            elif self.integer(index, {}) != place:
                return None
        for letter, r in ranges.items():
            if not self.integer(r.lower, letters) <= letters[letter] <= self.integer(r.upper, letters):
                return None
        return letters

    def integer(self, expr: Expr, letters: Mapping[str, int]) -> int:
        """An index expression or a bound."""
        value = self.value(expr, letters)
        assert value == int(value), f"{expr} is no integer"
        return int(value)

    def value(self, expr: Expr, letters: Mapping[str, int]) -> Any:
        """The value of *expr*; free index letters have the values in *letters*."""
        return getattr(self, f"_{type(expr).__name__.lower()}")(expr, letters)

    def _number(self, expr: Number, _letters: Mapping[str, int]) -> Any:
        return mp.mpf(expr.value.numerator) / expr.value.denominator

    def _ref(self, expr: Ref, letters: Mapping[str, int]) -> Any:
        if not expr.indices and expr.name in letters:
            return mp.mpf(letters[expr.name])
        if not expr.indices and expr.name in self.sizes:
            return mp.mpf(self.sizes[expr.name])
        free = letters if expr.name in self.forms else None
        return self.entry(expr.name, tuple(self.integer(i, letters) for i in expr.indices), free)

    def _add(self, expr: Add, letters: Mapping[str, int]) -> Any:
        return mp.fsum(self.value(t, letters) for t in expr.terms)

    def _neg(self, expr: Neg, letters: Mapping[str, int]) -> Any:
        return -self.value(expr.operand, letters)

    def _mul(self, expr: Mul | Hadamard, letters: Mapping[str, int]) -> Any:
        if any(isinstance(f, Indicator) and not self.value(f, letters) for f in expr.factors):
            return mp.mpf(0)  # a bracket that is 0 guards entries beyond the border
        return mp.fprod(self.value(f, letters) for f in expr.factors)

    _hadamard = _mul

    def _div(self, expr: Div, letters: Mapping[str, int]) -> Any:
        return self.value(expr.numerator, letters) / self.value(expr.denominator, letters)

    def _pow(self, expr: Pow, letters: Mapping[str, int]) -> Any:
        exponent = self.value(expr.exponent, letters)
        return self.value(expr.base, letters) ** (int(exponent) if exponent == int(exponent) else exponent)

    def _indicator(self, expr: Indicator, letters: Mapping[str, int]) -> Any:
        parts = [self.value(o, letters) for o in expr.operands]
        pairs = zip(expr.operators, parts, parts[1:], strict=False)
        return mp.mpf(all(COMPARE[operator](a, b) for operator, a, b in pairs))

    def _sum(self, expr: Sum, letters: Mapping[str, int]) -> Any:
        places = range(self.integer(expr.lower, letters), self.integer(expr.upper, letters) + 1)
        return mp.fsum(self.value(expr.body, {**letters, expr.index: k}) for k in places)

    def _softmax(self, expr: Softmax, letters: Mapping[str, int]) -> Any:
        at = self.integer(expr.at, letters)
        if expr.index:
            assert expr.lower is not None
            assert expr.upper is not None
            places = range(self.integer(expr.lower, letters), self.integer(expr.upper, letters) + 1)
            powers = {k: mp.exp(self.value(expr.arguments[0], {**letters, expr.index: k})) for k in places}
        else:
            powers = {k: mp.exp(self.value(a, letters)) for k, a in enumerate(expr.arguments, start=1)}
        return powers[at] / mp.fsum(powers.values())

    def _apply(self, expr: Apply, letters: Mapping[str, int]) -> Any:
        arguments = [self.value(a, letters) for a in expr.arguments]
        function = self._function(expr.function)
        return mp.diff(function, arguments[0], expr.primes) if expr.primes else function(*arguments)

    def _function(self, name: str) -> Callable[..., Any]:
        declared = self.network.functions.get(name)
        if declared is None:
            return FUNCTIONS[name]
        body = declared.body
        if body is None:
            return self.functions[name]
        return lambda x: Interpreter(self.network, {declared.parameter: x}, self.leaf, functions=self.functions).value(body, {})

    def _partial(self, expr: Partial, letters: Mapping[str, int]) -> Any:
        at = tuple(self.integer(i, letters) for i in expr.wrt.indices)
        return self.difference(expr.of, (expr.wrt.name, at), letters)

    def difference(self, of: Expr, wrt: Entry, letters: Mapping[str, int]) -> Any:
        """``∂of/∂wrt`` by central differences, right to about 35 digits."""
        key = (of, wrt, tuple(sorted(letters.items())))
        if key not in self.known:
            middle = self.entry(*wrt)
            above = self._moved(of, wrt, middle + STEP, letters)
            self.known[key] = (above - self._moved(of, wrt, middle - STEP, letters)) / (2 * STEP)
        return self.known[key]

    def _moved(self, of: Expr, wrt: Entry, value: Any, letters: Mapping[str, int]) -> Any:
        moved = Interpreter(self.network, self.sizes, self.leaf, functions=self.functions, pinned={**self.pinned, wrt: value})
        return moved.value(of, letters)


def with_deltas(derivation: Derivation, plain: Interpreter) -> Interpreter:
    """*plain* that also knows the deltas of *derivation*, by their forms."""
    forms = {short.name: (derivation.deltas[name].ref, derivation.delta_forms[name]) for name, short in derivation.deltas.items()}
    return Interpreter(derivation.network, plain.sizes, plain.leaf, forms, plain.functions)


def instances(ranges: Any, at: Interpreter) -> Iterator[dict[str, int]]:
    """Every assignment of the free letters (ranges that depend on each other are not among the tests)."""
    spans = [range(at.integer(r.lower, {}), at.integer(r.upper, {}) + 1) for r in ranges]
    for places in itertools.product(*spans):
        yield {r.index: place for r, place in zip(ranges, places, strict=True)}
