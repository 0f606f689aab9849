"""Networks in use from Python: one interface, whatever computes."""

from __future__ import annotations

import importlib.abc
import importlib.util
from collections.abc import Mapping, MutableMapping
from types import ModuleType
from typing import Any, Protocol

from symprop.codegen.examples import refuse_batch
from symprop.codegen.module import as_float
from symprop.codegen.program import Program
from symprop.errors import InputError

Values = Mapping[str, Any]
"""Numbers or arrays (nested lists do) by name."""


class Bound(Protocol):
    """A network at work on given arrays: updates change the parameters in place.

    ``params`` is the caller's mapping; ``step(rate)`` makes one update with all bound examples, ``run(steps, rate)`` many.
    """

    params: MutableMapping[str, Any]

    def step(self, rate: float) -> object:
        """One update."""
        ...

    def run(self, steps: int, rate: float) -> object:
        """So many updates."""
        ...

    def cost(self) -> float:
        """The cost of the weights as they are now; of a batch, the mean."""
        ...


class Compiled:
    """A network that computes; see :mod:`symprop.codegen` for the interface.

    Args:
        program: after all passes.
        backend: the one that serves.
        notes: what the user should know ("there is no C compiler, so NumPy serves").
    """

    def __init__(self, program: Program, backend: str, notes: tuple[str, ...] = ()) -> None:
        self.program = program
        self.backend = backend
        self.notes = notes

    @property
    def parameters(self) -> tuple[str, ...]:
        """The weights."""
        return self.program.parameters

    @property
    def inputs(self) -> tuple[str, ...]:
        """The inputs."""
        return self.program.inputs

    @property
    def targets(self) -> tuple[str, ...]:
        """The targets."""
        return self.program.targets

    @property
    def constants(self) -> dict[str, Any]:
        """What is known and not trained, by name; None where the network gives no value."""
        return self._values(self.program.constants)

    def initial(self) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
        """Parameters, inputs and targets as the network gives them; None where it does not."""
        program = self.program
        return self._values(program.parameters), self._values(program.inputs), self._values(program.targets)

    def forward(self, params: Values, inputs: Values) -> dict[str, Any]:
        """Every quantity that the inputs determine."""
        raise NotImplementedError

    def cost(self, params: Values, inputs: Values, targets: Values) -> float:
        """The cost; of a batch, the mean."""
        raise NotImplementedError

    def gradients(self, params: Values, inputs: Values, targets: Values) -> dict[str, Any]:
        """The derivative of the cost by each parameter; of a batch, the mean."""
        raise NotImplementedError

    def update(self, params: Values, inputs: Values, targets: Values, rate: float) -> dict[str, Any]:
        """The parameters after one update."""
        raise NotImplementedError

    def bind(self, params: MutableMapping[str, Any], inputs: Values, targets: Values) -> Bound:
        """The fast door: updates change *params* in place."""
        raise NotImplementedError

    def array(self, value: Any) -> Any:
        """*value* (nested lists) as what this backend takes for an array."""
        return value

    def _values(self, names: tuple[str, ...]) -> dict[str, Any]:
        given = self.program.network.values
        return {name: None if given.get(name) is None else self.array(_numbers(given[name])) for name in names}


class ModuleNetwork(Compiled):
    """A network whose generated Python module computes.

    Args:
        source: the text of the module.
        name: what tracebacks call it.
    """

    def __init__(self, program: Program, backend: str, source: str, name: str, notes: tuple[str, ...] = ()) -> None:
        super().__init__(program, backend, notes)
        self.module = load_source(source, name)

    def forward(self, params: Values, inputs: Values) -> dict[str, Any]:
        """As the module has it."""
        return dict(self.module.forward(params, inputs))

    def cost(self, params: Values, inputs: Values, targets: Values) -> float:
        """As the module has it."""
        return float(self.module.cost(params, inputs, targets))

    def gradients(self, params: Values, inputs: Values, targets: Values) -> dict[str, Any]:
        """As the module has it."""
        return dict(self.module.gradients(params, inputs, targets))

    def update(self, params: Values, inputs: Values, targets: Values, rate: float) -> dict[str, Any]:
        """As the module has it."""
        refuse_batch(self.program, {**inputs, **targets})
        return dict(self.module.update(params, inputs, targets, rate))

    def bind(self, params: MutableMapping[str, Any], inputs: Values, targets: Values) -> Bound:
        """NumPy's own ``bind``; in pure Python, the numbers in *params* are replaced after each call."""
        refuse_batch(self.program, {**inputs, **targets})
        if hasattr(self.module, "bind"):
            bound: Bound = self.module.bind(params, inputs, targets)
            return bound
        return _PythonBound(self, params, inputs, targets)

    def array(self, value: Any) -> Any:
        """Lists as NumPy arrays where NumPy computes."""
        return self.module.array(value) if hasattr(self.module, "array") else value


class _PythonBound:
    def __init__(self, network: ModuleNetwork, params: MutableMapping[str, Any], inputs: Values, targets: Values) -> None:
        self.network = network
        self.params = params
        self.inputs = dict(inputs)
        self.targets = dict(targets)

    def step(self, rate: float) -> None:
        self.run(1, rate)

    def run(self, steps: int, rate: float) -> None:
        self.params.update(self.network.module.train(self.params, self.inputs, self.targets, rate, steps))

    def cost(self) -> float:
        return self.network.cost(self.params, self.inputs, self.targets)


class _Source(importlib.abc.InspectLoader):
    """Loads a module from a text that this package has just written."""

    def __init__(self, text: str) -> None:
        self.text = text

    def get_source(self, fullname: str) -> str:  # noqa: ARG002 - the loader's signature
        """The text."""
        return self.text


def load_source(text: str, name: str) -> ModuleType:
    """The module that *text* is; it is not entered into ``sys.modules``."""
    spec = importlib.util.spec_from_loader(name, _Source(text))
    if spec is None or spec.loader is None:
        raise InputError(f"the module {name} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _numbers(value: object) -> Any:
    return [_numbers(entry) for entry in value] if isinstance(value, list | tuple) else as_float(value)
