"""All values of a network at one point: each quantity is computed once, as a node of a tape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction

from symprop.errors import InternalError
from symprop.evaluation import evaluator
from symprop.evaluation.context import Arithmetic, Real, arithmetic
from symprop.evaluation.gates import Gates
from symprop.evaluation.indices import Environment, instances, position, span
from symprop.evaluation.kinks import Observer
from symprop.evaluation.point import Key, Point
from symprop.evaluation.tape import Node, Tape
from symprop.evaluation.trouble import OutOfRange, Trouble, UnknownName, Unsupported
from symprop.model.expr import Expr
from symprop.model.network import Abbreviation, Definition, Leaf, Network, Role


class _Missing(Exception):
    """A defined entry is needed that has not been computed yet.

    Thrown to the one loop that computes entries, so that a chain of thousands of definitions, in any order, needs
    no deep recursion.
    """

    def __init__(self, key: Key) -> None:
        super().__init__()
        self.key = key


class Valuation:
    """Values and derivatives of expressions over *network* at *point*.

    Args:
        network: what names mean.
        point: what leaves are.
        abbreviations: further names; the mapping is read when a name is met, so it may grow.
        arith: the arithmetic.
        gates: shared by all valuations whose gates are compared.
    """

    def __init__(
        self,
        network: Network,
        point: Point,
        abbreviations: Mapping[str, Abbreviation] | None = None,
        arith: Arithmetic | None = None,
        gates: Gates | None = None,
    ) -> None:
        self.network = network
        self.point = point
        self.abbreviations = {} if abbreviations is None else abbreviations
        self.arith = arith or arithmetic()
        self.gates = gates or Gates(network)
        self.sizes = point.sizes
        self.tape = Tape(self.arith)
        self.masked = self.tape.constant(self.arith.zero)
        self.one = self.tape.constant(self.arith.one)
        self.read: list[Key] = []  # entries of leaves, in the order in which they were first needed
        self.on = 0  # gates seen open
        self.off = 0
        self.ties = 0  # how often a value or a derivative was a convention
        self._constants: dict[Fraction | int, Node] = {}
        self._nodes: dict[Key, Node] = {}
        self._failures: dict[Key, Trouble] = {}
        self._abbreviated: dict[tuple[Abbreviation, tuple[int, ...]], tuple[Node, int]] = {}
        self._shared: dict[tuple[Expr, tuple[tuple[str, object], ...]], tuple[Node, int]] = {}
        self._shapes: dict[str, tuple[range, ...]] = {}
        self._observer: Observer | None = None
        self._entries = dict(self._defined_entries())

    def value(self, expr: Expr, letters: Mapping[str, int] | None = None) -> Real:
        """The value of *expr* with free index letters bound.

        Raises:
            Trouble: it has none here.
        """
        return self.node(expr, letters).value

    def node(self, expr: Expr, letters: Mapping[str, int] | None = None) -> Node:
        """The node of *expr* with free index letters bound.

        Raises:
            Trouble: it has no value here.
        """
        env = {**self.sizes, **(letters or {})}
        while True:
            try:
                return self.evaluate(expr, env)
            except _Missing as missing:
                self._settle(missing.key)

    def prepare(self) -> Trouble | None:
        """Compute every entry of every definition; returns the first trouble met, if any."""
        for key in self._entries:
            if key not in self._nodes and key not in self._failures:
                self._settle(key)
        return next(iter(self._failures.values()), None)

    def evaluate(self, expr: Expr, env: Environment) -> Node:
        """The node of *expr*; for the parts of the evaluator only (others call :meth:`value`)."""
        try:
            return evaluator.evaluate(self, expr, env)
        except RecursionError:
            raise Unsupported("an expression that is nested too deeply") from None

    def constant(self, value: Fraction | int) -> Node:
        """The node of an exact number."""
        if value == 1:
            return self.one
        if value not in self._constants:
            self._constants[value] = self.tape.constant(self.arith.number(value))
        return self._constants[value]

    def shared(self, expr: Expr, env: Environment) -> Node:
        """The node of *expr*, computed once for the same bindings: its backward sweep serves many derivatives."""
        key = (expr, tuple(env.items()))
        if key not in self._shared:
            before = self.ties
            self._shared[key] = evaluator.evaluate(self, expr, env), self.ties - before
            return self._shared[key][0]
        return self._again(*self._shared[key])

    def is_quantity(self, name: str) -> bool:
        """Whether the network itself gives *name* a value."""
        return name in self.network.by_name or name in self.network.leaves or name == self.network.rate

    def entry(self, key: Key) -> Node:
        """The node of one entry of a named quantity.

        Raises:
            OutOfRange: it has no such entry with these sizes.
            UnknownName: the name means nothing.
        """
        node = self._nodes.get(key)
        if node is not None:
            return node
        if key in self._failures:
            failure = self._failures[key]
            raise type(failure)(*failure.args)
        name = key[0]
        if name in self.network.by_name:
            return self._defined(key)
        if name in self.network.leaves or name == self.network.rate:
            return self._leaf(key)
        if name in self.abbreviations:
            return self._abbreviation(self.abbreviations[name], key)
        raise UnknownName(f"{name} is not defined")

    def observer(self, site: Expr, *, tie_counts: bool = True) -> Observer:
        """Who is told about the gates of *site*; inside of a function's body, the place where it is applied.

        A tie between constants does not count: nothing is differentiated there.
        """
        if self._observer is not None:
            return self._observer
        ordinal = 0

        def observe(on: bool, tie: bool) -> None:
            nonlocal ordinal
            bit = self.gates.bit(site, ordinal)
            ordinal += 1
            if tie:
                self.ties += tie_counts
            elif on:
                self.on |= bit
            else:
                self.off |= bit

        return observe

    @contextmanager
    def inside(self, site: Expr) -> Iterator[None]:
        """While the body of a function is evaluated for *site*."""
        outer = self._observer
        self._observer = self.observer(site)
        try:
            yield
        finally:
            self._observer = outer

    def _defined(self, key: Key) -> Node:
        name, indices = key
        if key in self._entries:
            raise _Missing(key)
        expected = len(self.network.by_name[name][0].indices)
        if len(indices) != expected:
            raise Unsupported(f"{name} with {len(indices)} indices instead of {expected}")
        raise OutOfRange(f"{_spelled(key)} is not defined with these sizes")

    def _leaf(self, key: Key) -> Node:
        name, indices = key
        leaf = self.network.leaves.get(name) or Leaf(name, Role.RATE)
        if len(indices) != len(leaf.axes):
            raise Unsupported(f"{name} with {len(indices)} indices instead of {len(leaf.axes)}")
        if leaf.role is Role.SIZE:
            raise UnknownName(f"the size {name} has no value")
        if name not in self._shapes:
            self._shapes[name] = tuple(span(axis, self.sizes) for axis in leaf.axes)
        if not all(at in places for at, places in zip(indices, self._shapes[name], strict=True)):
            raise OutOfRange(f"{_spelled(key)} does not exist with these sizes")
        node = self.tape.variable(self.arith.number(self.point.leaf(key)))
        self.read.append(key)
        self._nodes[key] = node
        return node

    def _abbreviation(self, short: Abbreviation, key: Key) -> Node:
        name, indices = key
        if len(indices) != len(short.indices):
            raise Unsupported(f"{name} with {len(indices)} indices instead of {len(short.indices)}")
        known = (short, indices)  # not in _nodes: an abbreviation may be replaced by another of the same name
        if known not in self._abbreviated:
            env: dict[str, int] = {**self.sizes, **dict(zip(short.indices, indices, strict=True))}
            for one in short.ranges:
                if one.index in env and env[one.index] not in span(one, env):
                    raise OutOfRange(f"{_spelled(key)} does not exist with these sizes")
            before = self.ties
            self._abbreviated[known] = evaluator.evaluate(self, short.meaning, env), self.ties - before
            return self._abbreviated[known][0]
        return self._again(*self._abbreviated[known])

    def _again(self, node: Node, ties: int) -> Node:
        """A node that was computed before; who uses it stands on the same conventions."""
        self.ties += ties
        return node

    def _settle(self, key: Key) -> None:
        waiting = [key]
        pending = {key}
        while waiting:
            key = waiting[-1]
            definition, letters = self._entries[key]
            try:
                body = self.evaluate(definition.expr, {**self.sizes, **letters})
                self._nodes[key] = self.tape.alias(body)
            except _Missing as missing:
                if missing.key in pending:
                    raise InternalError(f"{_spelled(missing.key)} depends on itself") from None
                waiting.append(missing.key)
                pending.add(missing.key)
                continue
            except Trouble as trouble:
                self._failures[key] = trouble
            pending.discard(waiting.pop())

    def _defined_entries(self) -> Iterator[tuple[Key, tuple[Definition, dict[str, int]]]]:
        for definition in self.network.definitions:
            for letters in instances(definition.ranges, self.sizes):
                env = {**self.sizes, **letters}
                yield (definition.name, tuple(position(index, env) for index in definition.indices)), (definition, letters)


def _spelled(key: Key) -> str:
    name, indices = key
    return f"{name}[{','.join(map(str, indices))}]" if indices else name
