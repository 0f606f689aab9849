"""From a network to its program: the definitions, then the adjoints of the calculus under the derivation's names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from symprop.calculus.adjoints import depends_on, generic, reference
from symprop.calculus.backprop import Backprop
from symprop.codegen.equations import Equations
from symprop.codegen.program import UPDATED, Kind, Line, Program, names_in
from symprop.derivation.naming import delta_names
from symprop.errors import InputError
from symprop.model.build import negative, product, total
from symprop.model.expr import ZERO, Apply, Expr, Partial, Ref
from symprop.model.network import Network, Objective, Range, Role
from symprop.model.preactivations import name_preactivations
from symprop.model.recognise import recognise
from symprop.model.shadowed import refuse_shadowed
from symprop.model.walk import transform, walk

UPDATES: Mapping[str, str] = {
    "simultaneous": "all gradients first, then all weights",
    "sequential": "each weight as soon as its gradient is known; what is derived after it uses the new weight",
}
"""Ways of updating, and what they mean."""


def program_of(network: Network, *, update: str = "simultaneous") -> Program:
    """The program of *network*, as the derivation has it: nothing shared, nothing rewritten.

    Raises:
        InputError: there is no such update, no cost or no weight; or a function is unknown.
    """
    if update not in UPDATES:
        raise InputError(f"there is no update {update!r}", hint="updates: " + ", ".join(UPDATES))
    refuse_shadowed(network)
    _refuse_unknown(network)
    network, _ = name_preactivations(recognise(network).network)
    if network.cost is None:
        raise InputError("the network has no cost", hint="add `minimize E = …`")
    weights = [leaf.name for leaf in network.leaves.values() if leaf.role is Role.WEIGHT]
    above = depends_on(network, network.cost)
    reached = [name for name in weights if name in above]
    if not reached:
        raise InputError("the cost depends on no weight, so there is nothing to train", hint="declare `weights …`")
    backward = _Backward(network, weights, reached)
    lines = [*_forward(network, backward.equations), *backward.lines()]
    program = Program(network, tuple(lines), {name: gradient_name(network, name) for name in weights})
    sequential = update == "sequential"
    return replace(program, lines=_updated(program, backward.equations, sequential=sequential), sequential=sequential)


def gradient_name(network: Network, name: str) -> str:
    """``∂E/∂name``: the name of the line that holds an adjoint which the derivation gives no letter."""
    return f"∂{network.cost}/∂{name}"


def _forward(network: Network, equations: Equations) -> Iterator[Line]:
    for definition in network.definitions:
        text = equations.text(definition.ref, definition.expr, definition.ranges)
        yield Line(definition.name, definition.expr, Kind.FORWARD, definition.indices, definition.ranges, text)


class _Backward:
    """Adjoints, nearest to the cost first, and gradients."""

    def __init__(self, network: Network, weights: list[str], reached: list[str]) -> None:
        self.network = network
        self.weights = weights
        assert network.cost is not None
        of = reference(network, network.cost)
        deltas = delta_names(network, of)
        self.backprop = Backprop(network, of, reached, deltas)
        self.equations = Equations(network, deltas)

    def lines(self) -> Iterator[Line]:
        backprop = self.backprop
        trained = set(self.weights)
        for name, adjoint in backprop.adjoints.items():
            quantity, form = adjoint.quantity, backprop.forms[name].expr
            if name in trained:
                yield self._line(Kind.GRADIENT, Partial(backprop.of, quantity), form, adjoint.ranges)
            elif backprop.has_name(name):
                yield self._line(Kind.ADJOINT, backprop.symbol(quantity), form, adjoint.ranges)
        for name in self.weights:
            if name not in backprop.adjoints:
                quantity, ranges = generic(self.network, name, set())
                yield self._line(Kind.GRADIENT, Partial(backprop.of, quantity), ZERO, ranges)

    def _line(self, kind: Kind, left: Expr, form: Expr, ranges: tuple[Range, ...]) -> Line:
        text = self.equations.text(left, form, ranges)
        ref = self._named(left)
        assert isinstance(ref, Ref)
        return Line(ref.name, transform(form, self._named) if _has_partial(form) else form, kind, ref.indices, ranges, text)

    def _named(self, node: Expr) -> Expr:
        if isinstance(node, Partial):
            return Ref(gradient_name(self.network, node.wrt.name), node.wrt.indices)
        return node


def _has_partial(expr: Expr) -> bool:
    return any(isinstance(node, Partial) for node in walk(expr))


def _updated(program: Program, equations: Equations, *, sequential: bool) -> tuple[Line, ...]:
    """The lines of *program* with an update for each weight: behind all, or each as early as it can be."""
    trained = {gradient: name for name, gradient in program.gradients.items()}
    gradients = [line for line in program.lines if line.kind is Kind.GRADIENT]
    updates = {line.name: _update(program, equations, line, trained[line.name]) for line in gradients}
    if not sequential:
        return (*program.lines, *updates.values())
    adjoints = [line for line in program.lines if line.kind is Kind.ADJOINT]
    place = {line.name: number for number, line in enumerate(adjoints, start=1)}
    ready: dict[int, list[Line]] = {}  # gradients by the number of adjoints that they need
    for line in gradients:
        ready.setdefault(max((place.get(name, 0) for name in names_in(line.expr)), default=0), []).append(line)
    made = [line for line in program.lines if line.kind is Kind.FORWARD]
    renamed: dict[str, str] = {}
    for number in range(len(adjoints) + 1):
        if number:
            made.append(_with_new_weights(adjoints[number - 1], renamed))
        here = ready.get(number, [])
        made += [_with_new_weights(line, renamed) for line in here]
        made += [updates[line.name] for line in here]
        renamed |= {trained[line.name]: updates[line.name].name for line in here}
    return tuple(made)


def _with_new_weights(line: Line, renamed: Mapping[str, str]) -> Line:
    def change(node: Expr) -> Expr | None:
        return Ref(renamed[node.name], node.indices) if isinstance(node, Ref) and node.name in renamed else None

    if renamed.keys().isdisjoint(names_in(line.expr)):
        return line
    return replace(line, expr=transform(line.expr, change), note="with the weights as they are updated by now")


def _update(program: Program, equations: Equations, gradient: Line, name: str) -> Line:
    network = program.network
    weight = Ref(name, gradient.indices)
    sign = negative if network.objective is Objective.MINIMIZE else product
    change = sign(product(Ref(network.rate), gradient.ref))
    shown = sign(product(Ref(network.rate), Partial(Ref(program.cost), weight)))
    text = equations.text(weight, total(weight, shown), gradient.ranges, "←")
    return Line(name + UPDATED, total(weight, change), Kind.UPDATE, gradient.indices, gradient.ranges, text)


def _refuse_unknown(network: Network) -> None:
    for definition in network.definitions:
        for node in walk(definition.expr):
            function = network.functions.get(node.function) if isinstance(node, Apply) else None
            if function is not None and function.body is None:
                raise InputError(
                    f"the function {function.name} is unknown, so it cannot be computed",
                    node.span,
                    f"say what it is: `function {function.name}(x) = …`",
                )
