"""Backend ``python``: a module of numbers and lists that imports nothing but ``math``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from symprop.codegen.examples import ONE_AT_A_TIME
from symprop.codegen.layout import STEP, listed
from symprop.codegen.module import docstring, initial, quoted, tables, value_text
from symprop.codegen.naming import Namer
from symprop.codegen.program import Program
from symprop.codegen.python_lines import HELPERS, PythonLines
from symprop.codegen.sizes import from_shapes, sizes_used, solved, with_sources
from symprop.codegen.views import ascends, gradients_alone, updates_alone, used_names
from symprop.errors import InputError

_BATCHES = '''
def _examples(inputs, targets):
    """The examples of a batch one by one, or the one example; and whether it is a batch."""
    given = {**inputs, **targets}
    values, depth = given[_FIRST], 0
    while hasattr(values, "__len__"):
        values, depth = values[0], depth + 1
    if depth == _DEPTH:
        return [(inputs, targets)], False
    return [
        (
            {**inputs, **{name: inputs[name][number] for name in INPUTS}},
            {name: targets[name][number] for name in TARGETS if name in targets},
        )
        for number in range(len(given[_FIRST]))
    ], True


def _mean(values):
    """The mean of numbers, or of lists entry by entry."""
    if isinstance(values[0], list):
        return [_mean(entries) for entries in zip(*values, strict=True)]
    return sum(values) / len(values)


def forward(params, inputs):
    """Every quantity that the inputs determine; of a batch, a list of each."""
    examples, is_batch = _examples(inputs, {})
    results = [_forward(params, one) for one, _ in examples]
    if not is_batch:
        return results[0]
    return {name: [result[name] for result in results] for name in results[0]}


def cost(params, inputs, targets):
    """The cost; of a batch, the mean over its examples."""
    examples, _ = _examples(inputs, targets)
    return _mean([_cost(params, *one) for one in examples])


def gradients(params, inputs, targets):
    """The derivative of the cost by each parameter; of a batch, the mean over its examples."""
    examples, _ = _examples(inputs, targets)
    results = [_gradients(params, *one) for one in examples]
    return {name: _mean([result[name] for result in results]) for name in PARAMETERS}
'''

_UPDATE_SIMULTANEOUS = '''
def update(params, inputs, targets, rate):
    """The parameters after one step {way} the gradient."""
    change = gradients(params, inputs, targets)
    return {{name: _moved(params[name], change[name], rate) for name in PARAMETERS}}


def _moved(value, slope, rate):
    if isinstance(slope, list):
        return [_moved(v, s, rate) for v, s in zip(value, slope, strict=True)]
    return value {sign} rate * slope
'''

_UPDATE_SEQUENTIAL = '''
def update(params, inputs, targets, rate):
    """The parameters after one step; each is updated as soon as its gradient is known."""
    return train(params, inputs, targets, rate, 1)
'''


def python_module(program: Program, title: str, origin: str) -> str:
    """The text of the module.

    Args:
        program: after all passes.
        title: what the network is, for the first line.
        origin: the name of the network.

    Raises:
        InputError: the size of an axis cannot be told from the arrays.
    """
    return _Module(program, title, origin).text()


class _Module:
    def __init__(self, program: Program, title: str, origin: str) -> None:
        self.program = program
        self.title = title
        self.origin = origin
        self.name = Namer("python")
        self.name.given[program.network.rate] = "rate"
        for size in program.network.sizes:
            self.name(size)
        for name in (*program.parameters, *program.inputs, *program.targets, *program.constants):
            self.name(name)
        for line in program.lines:
            self.name(line.name)
        self.lines = PythonLines(program, self.name, {size: self.name(size) for size in program.network.sizes})

    def text(self) -> str:
        program = self.program
        updates = updates_alone(program)
        body = [
            *self._function("_forward", ("params", "inputs"), program.needed(program.forward), program.forward),
            *self._function("_cost", ("params", "inputs", "targets"), program.needed([program.cost]), (program.cost,)),
            *self._gradients(),
            *self._step(updates),
            *self._train(updates),
        ]
        return "\n".join((*self._head(), *body)) + "\n"

    def _head(self) -> Iterator[str]:
        program = self.program
        yield f'"""{docstring(self.title)}: forward, cost, gradients and update.'
        yield ""
        yield f"symprop made this from the network {docstring(self.origin)}; it needs nothing of symprop."
        yield "A batch has its examples along the first axis; costs and gradients are means over it."
        yield '"""'
        yield ""
        if self.lines.used:
            yield from listed("from math import ", sorted(self.lines.used), "")
            yield ""
        yield from tables(program)
        yield ""
        yield ""
        yield from initial(program)
        first = (*program.inputs, *program.targets)
        yield from ("", "")
        yield f"_FIRST = {quoted(first[0]) if first else None}"
        yield f"_DEPTH = {len(program.axes(first[0])) if first else 0}"
        yield ""
        yield from _BATCHES.splitlines()
        for name in HELPERS:
            if name in self.lines.helpers:
                yield from ("", "", *HELPERS[name])
        minimize = not ascends(program)
        if program.sequential:
            yield from ("", *_UPDATE_SEQUENTIAL.splitlines())
        else:
            filled = _UPDATE_SIMULTANEOUS.format(way="against" if minimize else "along", sign="-" if minimize else "+")
            yield from ("", *filled.splitlines())

    def _function(self, name: str, arguments: tuple[str, ...], program: Program, results: Sequence[str]) -> Iterator[str]:
        yield from ("", "")
        yield f"def {name}({', '.join(arguments)}):"
        yield from self._unpacked(program, arguments)
        yield from self.lines.statements(program, STEP)
        if name == "_cost":
            yield f"{STEP}return {self.name(self.program.cost)}"
        else:
            yield from listed("return {", [f"{quoted(n)}: {self.name(n)}" for n in results], "}", STEP)

    def _gradients(self) -> Iterator[str]:
        plain = gradients_alone(self.program)
        yield from ("", "")
        yield "def _gradients(params, inputs, targets):"
        yield from self._unpacked(plain, ("params", "inputs", "targets"))
        yield from self.lines.statements(plain, STEP)
        yield from listed("return {", [f"{quoted(n)}: {self.name(g)}" for n, g in plain.gradients.items()], "}", STEP)

    def _step(self, updates: Program) -> Iterator[str]:
        program = self.program
        plain = [self.name(n) for n in (*program.parameters, *program.inputs, *program.targets)]
        values = [f"{self.name(n)}={value_text(program, n)}" for n in program.constants]
        yield from ("", "")
        yield from listed("def step(", [*plain, "rate", *values], "):")
        yield f'{STEP}"""The parameters after one update with one example, all by position."""'
        yield from self._sizes(updates, program.parameters, (*program.inputs, *program.targets))
        yield from self.lines.statements(updates, STEP)
        yield from self._result([self.name(n) for n in program.parameters])

    def _train(self, updates: Program) -> Iterator[str]:
        program = self.program
        yield from ("", "")
        yield "def train(params, inputs, targets, rate, steps):"
        yield f'{STEP}"""The parameters after so many updates, each with all examples."""'
        yield f"{STEP}examples, _ = _examples(inputs, targets)"
        yield f"{STEP}if len(examples) > 1:"
        if program.sequential:
            yield f'{STEP}{STEP}raise ValueError("{ONE_AT_A_TIME}")'
        else:
            yield f"{STEP}{STEP}for _ in range(steps):"
            yield f"{STEP}{STEP}{STEP}params = update(params, inputs, targets, rate)"
            yield f"{STEP}{STEP}return params"
        yield f"{STEP}((inputs, targets),) = examples"
        yield from self._unpacked(updates, ("params", "inputs", "targets"), every=True)
        yield f"{STEP}for _ in range(steps):"
        yield from self.lines.statements(updates, STEP + STEP, comments=False)
        yield from listed("return {", [f"{quoted(n)}: {self.name(n)}" for n in program.parameters], "}", STEP)

    def _result(self, names: list[str]) -> Iterator[str]:
        yield from listed("return (", names, ")", STEP, single=True) if len(names) != 1 else [f"{STEP}return ({names[0]},)"]

    def _unpacked(self, program: Program, arguments: Sequence[str], *, every: bool = False) -> Iterator[str]:
        """The quantities that *program* uses, from the mappings; and the sizes."""
        needed = used_names(program)
        sources = {"params": program.parameters, "inputs": program.inputs, "targets": program.targets}
        for argument in arguments:
            for name in sources[argument]:
                if name in needed or (every and argument == "params") or self._shows_size(name, program):
                    yield f"{STEP}{self.name(name)} = {argument}[{quoted(name)}]"
        for name in program.constants:
            if name in needed or self._shows_size(name, program):
                yield f"{STEP}{self.name(name)} = inputs.get({quoted(name)}, CONSTANTS[{quoted(name)}])"
        given = [n for argument in arguments for n in sources[argument]]
        yield from self._sizes(program, given, program.constants)

    def _sizes(self, program: Program, *groups: Iterable[str]) -> Iterator[str]:
        found = from_shapes(program, [name for group in groups for name in group])
        for size in sizes_used(program):
            if size not in found:
                raise InputError(
                    f"the size {size} cannot be told from the inputs and weights", hint="give it: --size " + size + "=3"
                )
        for size in with_sources(program, found):
            name, axis, form = found[size]
            length = f"len({self.name(name)}{'[0]' * axis})"
            yield f"{STEP}{self.name(size)} = {solved(length, size, form, self.name)}"

    def _shows_size(self, name: str, program: Program) -> bool:
        """Is *name* where a size that *program* uses is read off?"""
        if not program.axes(name):
            return False
        everything = (*program.parameters, *program.inputs, *program.targets, *program.constants)
        return any(source == name for source, _, _ in from_shapes(program, everything).values())
