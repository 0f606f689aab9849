"""Backend ``lambdify``: every result of a scalar network as a function that sympy has made."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, Sequence
from typing import Any

from symprop.calculus.lambdified import lambdified
from symprop.codegen.compiled import Bound, Compiled, Values
from symprop.codegen.examples import batch_size, refuse_batch
from symprop.codegen.program import UPDATED, Program
from symprop.codegen.views import gradients_alone
from symprop.errors import InputError

MEANING = "sympy.lambdify with shared terms; from Python only"


class LambdifyNetwork(Compiled):
    """A network of scalars that computes by ``sympy.lambdify(…, cse=True)``.

    ``functions`` holds what sympy has made, by what it returns: ``forward``, ``cost``, ``gradients``, ``update``; each takes
    its ``arguments`` by position.  A batch is computed example by example.

    Args:
        program: as the derivation has it (no passes: sympy shares terms itself).

    Raises:
        InputError: the network has indices, or its results are too long to be written out.
    """

    def __init__(self, program: Program, notes: tuple[str, ...] = ()) -> None:
        super().__init__(program, "lambdify", notes)
        if any(line.indices or program.axes(line.name) for line in program.lines):
            raise InputError("lambdify is for networks of scalars", hint="use the target numpy, or c")
        plain = gradients_alone(program)
        leaves = (*program.parameters, *program.constants, *program.inputs)
        self.arguments = {
            "forward": leaves,
            "cost": (*leaves, *program.targets),
            "gradients": (*leaves, *program.targets),
            "update": (*leaves, *program.targets, program.network.rate),
        }
        results: dict[str, tuple[Program, Sequence[str]]] = {
            "forward": (program, program.forward),
            "cost": (program, (program.cost,)),
            "gradients": (plain, tuple(plain.gradients.values())),
            "update": (program, tuple(name + UPDATED for name in program.parameters)),
        }
        self.functions = {
            what: lambdified(program.network, [(n.name, n.expr) for n in part.needed(names).lines], self.arguments[what], names)
            for what, (part, names) in results.items()
        }

    def forward(self, params: Values, inputs: Values) -> dict[str, Any]:
        """Every quantity that the inputs determine; of a batch, a list of each."""
        found = [self._call("forward", params, one) for one in self._examples(inputs)]
        columns = [list(column) for column in zip(*found, strict=True)]
        batch = batch_size(self.program, inputs)
        return {
            name: column if batch is not None else column[0] for name, column in zip(self.program.forward, columns, strict=True)
        }

    def cost(self, params: Values, inputs: Values, targets: Values) -> float:
        """The cost; of a batch, the mean."""
        return self._means("cost", params, inputs, targets)[0]

    def gradients(self, params: Values, inputs: Values, targets: Values) -> dict[str, Any]:
        """The derivative of the cost by each parameter; of a batch, the mean."""
        return dict(zip(self.program.parameters, self._means("gradients", params, inputs, targets), strict=True))

    def update(self, params: Values, inputs: Values, targets: Values, rate: float) -> dict[str, Any]:
        """The parameters after one update."""
        refuse_batch(self.program, {**inputs, **targets})
        return dict(zip(self.program.parameters, self._means("update", params, inputs, targets, rate), strict=True))

    def bind(self, params: MutableMapping[str, Any], inputs: Values, targets: Values) -> Bound:
        """The numbers in *params* are replaced after each call."""
        refuse_batch(self.program, {**inputs, **targets})
        return _Bound(self, params, inputs, targets)

    def _means(self, what: str, params: Values, inputs: Values, targets: Values, rate: float = 0.0) -> list[float]:
        found = [
            self._call(what, params, {**one, self.program.network.rate: rate}) for one in self._examples({**inputs, **targets})
        ]
        return [sum(column) / len(found) for column in zip(*found, strict=True)]

    def _call(self, what: str, params: Values, values: Values) -> Sequence[float]:
        given = {**self.constants, **params, **values}
        return self.functions[what](*(given[name] for name in self.arguments[what]))

    def _examples(self, values: Values) -> Iterator[Values]:
        size = batch_size(self.program, values)
        if size is None:
            yield values
            return
        batched = [name for name in (*self.inputs, *self.targets) if name in values]
        for number in range(size):
            yield {**values, **{name: values[name][number] for name in batched}}


class _Bound:
    def __init__(self, network: LambdifyNetwork, params: MutableMapping[str, Any], inputs: Values, targets: Values) -> None:
        self.network = network
        self.params = params
        self.examples = dict(inputs), dict(targets)

    def step(self, rate: float) -> None:
        self.run(1, rate)

    def run(self, steps: int, rate: float) -> None:
        for _ in range(steps):
            self.params.update(self.network.update(self.params, *self.examples, rate))

    def cost(self) -> float:
        return self.network.cost(self.params, *self.examples)
