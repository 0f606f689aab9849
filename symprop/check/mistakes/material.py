"""What edits are made of: names, factors and terms that the definitions and the document's other formulas contain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

from symprop.check.mistakes.instances import instantiated
from symprop.check.mistakes.probe import Probe
from symprop.check.mistakes.sites import references, sites
from symprop.check.theory import Rule, Theory
from symprop.check.values.evaluate import letters_in
from symprop.model.expr import ONE, TWO, ZERO, Add, Div, Expr, Indicator, Neg, Number, Pow, Ref
from symprop.model.written import Call, Derivative, Gradient, Kronecker, Product

_MOST_BODIES = 30
_MOST_FACTORS = 90
PLAIN = frozenset(["abs", "sqrt", "exp", "log", "ln", "max", "min", "sign", "sin", "cos", "tan"])
"""Functions whose derivatives nobody writes with a prime."""
_SHARED = ("bodies", "stated", "names", "calls", "slopes", "factors", "here")

_SLOPES: Mapping[str, Callable[[Expr], Expr]] = {
    "sigmoid": lambda y: Product((y, Add((ONE, Neg(y)))), ("",)),
    "tanh": lambda y: Add((ONE, Neg(Pow(y, TWO)))),
}
"""Activation functions whose derivative people write by the activation."""


@dataclass(frozen=True)
class Material:
    """A claim that is wrong, and what it may be made right with.

    Args:
        left, right: its sides.
        theory: what the document defines.
        probe: where edits are tried.
        earlier: sides of the document's other formulas.
    """

    left: Expr
    right: Expr
    theory: Theory
    probe: Probe
    earlier: Sequence[Expr] = ()

    def after(self, right: Expr) -> Material:
        """The same for another right side, without working everything out again."""
        new = replace(self, right=right)
        new.__dict__.update({name: self.__dict__[name] for name in _SHARED if name in self.__dict__})
        return new

    @cached_property
    def bodies(self) -> tuple[tuple[Ref, Expr], ...]:
        """The definitions of the claim's quantities, and of those that these are made of, with the claim's indices."""
        found: dict[tuple[Ref, Expr], None] = {}
        waiting = [*references(self.left), *references(self.right)]
        seen = set(waiting)
        while waiting and len(found) < _MOST_BODIES:
            ref = waiting.pop(0)
            for rule in self.theory.rules.get(ref.name, ()):
                body = instantiated(rule.ref, rule.expr, rule.letters, ref)
                if body is None:
                    continue
                found.setdefault((ref, body))
                for inner in references(body):
                    if inner not in seen:
                        seen.add(inner)
                        waiting.append(inner)
        return tuple(found)

    @cached_property
    def stated(self) -> tuple[Expr, ...]:
        """All formulas that parts may be taken from: definitions first."""
        rules = [side for group in self.theory.rules.values() for rule in group for side in _sides(rule)]
        return tuple(dict.fromkeys([*(side for pair in self.bodies for side in pair), *rules, *self.earlier]))

    @cached_property
    def names(self) -> tuple[Ref, ...]:
        """The quantities that the document speaks of."""
        found: dict[Ref, None] = dict.fromkeys([*references(self.right), *references(self.left)])
        for expr in self.stated:
            found |= dict.fromkeys(references(expr))
        return tuple(found)

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """The applications of functions."""
        found: dict[Call, None] = {}
        for expr in (*self.stated, self.right):
            found |= dict.fromkeys(site.node for site in sites(expr) if isinstance(site.node, Call) and site.node.arguments)
        return tuple(found)

    @cached_property
    def slopes(self) -> tuple[Expr, ...]:
        """The derivatives of activation functions where they are used, as such and by the activation."""
        found: dict[Expr, None] = {}
        for call in self.calls:
            if len(call.arguments) == 1 and call.function.name not in PLAIN:
                found.setdefault(Call(call.function, call.arguments, max(call.primes, 1)))
        for ref, body in self.bodies:
            slope = _SLOPES.get(self.function(body))
            if slope is not None:
                found.setdefault(slope(ref))
            step = _step(body)
            if step is not None:
                found.setdefault(step)
        return tuple(found)

    @cached_property
    def factors(self) -> tuple[Expr, ...]:
        """What may be missing from a product, most likely first: derivatives of activations, names, the rest."""
        found: dict[Expr, None] = dict.fromkeys([*self.slopes, *self.names])
        places = [Ref(letter) for letter in sorted(self.probe.letters)]
        found |= dict.fromkeys(Kronecker(one, other) for one, other in combinations(places, 2))
        found |= dict.fromkeys(Div(ONE, Ref(name)) for name in sorted(self.theory.sizes))
        found |= dict.fromkeys(Ref(name) for name in sorted(self.theory.sizes))
        for expr in (self.right, *self.stated):
            for site in sites(expr):
                if isinstance(site.node, Derivative | Gradient | Add | Call | Pow) and site.node not in (self.left, self.right):
                    found.setdefault(site.node)
        return tuple(expr for expr in found if not _holds(expr, self.left))[:_MOST_FACTORS]

    @cached_property
    def here(self) -> tuple[Expr, ...]:
        """The factors that have a value where only the open indices of the claim are known."""
        return tuple(factor for factor in self.factors if self.closed(factor) and self.probe.value(factor) is not None)

    def closed(self, expr: Expr, bound: frozenset[str] = frozenset()) -> bool:
        """Whether all index letters of *expr* are known."""
        return free_letters(expr, self.theory) <= self.probe.letters | bound

    def function(self, body: Expr) -> str:
        """The known function whose value a definition is, also where it is written out as ``1/(1 + e^{-z})``."""
        if isinstance(body, Call) and not body.primes:
            return _KNOWN.get(body.function.name, body.function.name)
        if isinstance(body, Div) and body.numerator == ONE and isinstance(body.denominator, Add):
            terms = body.denominator.terms
            if len(terms) == 2 and ONE in terms and any(isinstance(t, Call) and t.function.name == "exp" for t in terms):
                return "sigmoid"
        return ""


def _step(body: Expr) -> Expr | None:
    """Where ``max(0, z)`` rises: ``[z > 0]``."""
    if isinstance(body, Call) and body.function.name in ("max", "relu") and 0 < len(body.arguments) < 3:
        others = [argument for argument in body.arguments if argument != ZERO]
        if len(others) == 1:
            return Indicator((others[0], ZERO), (">",))
    return None


_KNOWN = {"σ": "sigmoid"}


def free_letters(expr: Expr, theory: Theory) -> frozenset[str]:
    """The index letters of *expr* that nothing in it binds."""
    found: set[str] = set()
    for site in sites(expr):
        for ref in _own(site.node):
            found |= {letter for index in ref.indices for letter in letters_in(index) & theory.letters} - site.bound
    return frozenset(found)


def _own(node: Expr) -> Iterator[Ref]:
    if isinstance(node, Ref):
        yield node
    elif isinstance(node, Derivative | Gradient):
        yield from (part for part in (node.of, node.wrt) if isinstance(part, Ref))
    elif isinstance(node, Call):
        yield node.function


def _sides(rule: Rule) -> tuple[Expr, Expr]:
    return rule.ref, rule.expr


def _holds(expr: Expr, inner: Expr) -> bool:
    return any(site.node == inner for site in sites(expr)) and not isinstance(inner, Number)
