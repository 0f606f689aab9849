"""Backend ``numpy``: a module of array operations, for batches; ``bind`` works in buffers that are allocated once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from symprop.codegen.examples import ONE_AT_A_TIME
from symprop.codegen.layout import STEP, listed
from symprop.codegen.module import docstring, initial, quoted, tables
from symprop.codegen.naming import Namer
from symprop.codegen.numpy_lines import NumpyLines
from symprop.codegen.operations import EXAMPLES
from symprop.codegen.program import Kind, Program
from symprop.codegen.sizes import from_shapes, sizes_used, solved, with_sources
from symprop.codegen.views import ascends, gradients_alone, used_names
from symprop.errors import InputError

HELPERS: Mapping[str, str] = {
    "rows": '''
def _rows(values, order):
    """A matrix: its rows along the first axis of *order*, all other axes joined into its columns."""
    return values.transpose(order).reshape(values.shape[order[0]], -1)
''',
    "softmax": '''
def _softmax(values, axis):
    """Exponentials that sum to 1; the largest is taken out, so that none overflows."""
    powers = np.exp(values - values.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)
''',
    "log_softmax": '''
def _log_softmax(values, axis):
    """Logarithms of the softmax, without the softmax: right where it rounds to 0 or 1."""
    shifted = values - values.max(axis=axis, keepdims=True)
    return shifted - np.expand_dims(_log_sum_exp(shifted, axis), axis)
''',
    "log_sum_exp": '''
def _log_sum_exp(values, axis):
    """Logarithm of the sum of exponentials; the largest is taken out of the sum."""
    top = np.expand_dims(values.argmax(axis=axis), axis)
    largest = np.take_along_axis(values, top, axis)
    powers = np.exp(values - largest)
    np.put_along_axis(powers, top, 0.0, axis)
    return largest.squeeze(axis) + np.log1p(powers.sum(axis=axis))
''',
    "erf": '''
def _erf(values):
    """The error function, which NumPy does not have."""
    return np.vectorize(math.erf, otypes=[np.result_type(values, np.float32)])(values)
''',
    "erfc": '''
def _erfc(values):
    """The complement of the error function, which NumPy does not have."""
    return np.vectorize(math.erfc, otypes=[np.result_type(values, np.float32)])(values)
''',
}

_COMMON = '''
def array(value):
    """Numbers or nested lists as an array of floats; arrays of floats as they are."""
    made = np.asarray(value)
    return made if made.dtype.kind == "f" else made.astype(float)


def _batched(values, names):
    """The named arrays with their examples along the first axis; and whether they came so."""
    arrays = {name: array(values[name]) for name in names}
    is_batch = any(value.ndim > _AXES[name] for name, value in arrays.items())
    if is_batch:
        return arrays, True
    return {name: value[None] for name, value in arrays.items()}, False


def _limit(dtype):
    """The largest argument of an exponential: exp(limit) is finite."""
    return 80.0 if dtype == np.float32 else 700.0
'''

_UPDATE = '''
def update(params, inputs, targets, rate):
    """The parameters after one step {way} the gradient."""
    slopes = gradients(params, inputs, targets)
    return {{name: array(params[name]) {sign} rate * slopes[name] for name in PARAMETERS}}
'''

_UPDATE_SEQUENTIAL = '''
def update(params, inputs, targets, rate):
    """The parameters after one step; each is updated as soon as its gradient is known."""
    params = {name: array(params[name]).copy() for name in PARAMETERS}
    bind(params, inputs, targets).step(rate)
    return params
'''

_BOUND = '''
class Bound:
    """The network at work on given arrays: updates change the parameters in place."""

    def __init__(self, params, inputs, targets, run):
        self.params = params
        self.run = run
        self._examples = inputs, targets

    def step(self, rate):
        """One update."""
        self.run(1, rate)

    def cost(self):
        """The cost of the parameters as they are now."""
        return float(cost(self.params, *self._examples))


def _own(params):
    """Arrays of floats in the place of numbers and lists, to be changed in place."""
    for name in PARAMETERS:
        value = params[name]
        if isinstance(value, np.ndarray):
            if value.dtype.kind != "f" or not value.flags.writeable:
                raise ValueError(f"{name} must be a writable array of floats")
        else:
            params[name] = np.array(value, dtype=float)
    return np.result_type(*(params[name] for name in PARAMETERS))
'''


def numpy_module(program: Program, title: str, origin: str, sizes: Mapping[str, int] | None = None) -> str:
    """The text of the module; *sizes* are those that no array shows.

    Raises:
        InputError: the size of an axis cannot be told from the arrays.
    """
    return _Module(program, title, origin, sizes or {}).text()


class _Module:
    def __init__(self, program: Program, title: str, origin: str, sizes: Mapping[str, int]) -> None:
        self.program = program
        self.title = title
        self.origin = origin
        self.name = Namer("numpy")
        self.name.given[program.network.rate] = "rate"
        for name in (*program.network.sizes, *program.parameters, *program.inputs, *program.targets, *program.constants):
            self.name(name)
        for line in program.lines:
            self.name(line.name)
        self.fixed = sizes
        texts = {size: str(sizes[size]) if size in sizes else self.name(size) for size in program.network.sizes}
        self.lines = NumpyLines(program, self.name, texts)

    def text(self) -> str:
        program = self.program
        body = [
            *self._forward(program.needed(program.forward)),
            *self._cost(program.needed([program.cost])),
            *self._gradients(gradients_alone(program)),
            *self._bind(),
        ]
        return "\n".join((*self._head(), *body)) + "\n"

    def _head(self) -> Iterator[str]:
        program = self.program
        helpers = self.lines.writer.helpers
        yield f'"""{docstring(self.title)}: forward, cost, gradients and update.'
        yield ""
        yield f"symprop made this from the network {docstring(self.origin)}; it needs NumPy, and nothing of symprop."
        yield "A batch has its examples along the first axis; costs and gradients are means over it."
        yield '"""'
        yield ""
        if helpers & {"erf", "erfc"}:
            yield "import math"
            yield ""
        yield "import numpy as np"
        yield ""
        yield from tables(program)
        items = [f"{quoted(n)}: {len(program.axes(n))}" for n in (*program.inputs, *program.targets)]
        yield from listed("_AXES = {", items, "}")
        yield from ("", "")
        yield from initial(program)
        yield ""
        yield from _COMMON.splitlines()
        for helper in HELPERS:
            if helper in helpers:
                yield from ("", *HELPERS[helper].splitlines())
        if program.sequential:
            yield from ("", *_UPDATE_SEQUENTIAL.splitlines())
        else:
            filled = _UPDATE.format(way="along" if ascends(program) else "against", sign="+" if ascends(program) else "-")
            yield from ("", *filled.splitlines())
        yield from ("", *_BOUND.splitlines())

    def _forward(self, part: Program) -> Iterator[str]:
        yield from ("", "", "def forward(params, inputs):")
        yield f'{STEP}"""Every quantity that the inputs determine."""'
        names = list(part.inputs)
        yield f"{STEP}arrays, is_batch = _batched(inputs, INPUTS)" if names else f"{STEP}is_batch = True"
        yield from self._opened(part, ("params", "inputs"), self.lines.fresh(part, STEP))
        varying = [n for n in part.forward if self.lines.varies(n)]
        fixed = [n for n in part.forward if not self.lines.varies(n)]
        yield from listed("results = {", [f"{quoted(n)}: {self.name(n)}" for n in varying], "}", STEP)
        yield f"{STEP}if not is_batch:"
        yield f"{STEP}{STEP}results = {{name: value[0] for name, value in results.items()}}"
        if fixed:
            yield from listed("return results | {", [f"{quoted(n)}: {self.name(n)}" for n in fixed], "}", STEP)
        else:
            yield f"{STEP}return results"

    def _cost(self, part: Program) -> Iterator[str]:
        yield from ("", "", "def cost(params, inputs, targets):")
        yield f'{STEP}"""The cost; of a batch, the mean over its examples."""'
        yield from self._given()
        yield from self._opened(part, ("params", "inputs", "targets"), self.lines.fresh(part, STEP))
        name = self.name(self.program.cost)
        yield f"{STEP}return {name}.mean()" if self.lines.varies(self.program.cost) else f"{STEP}return {name}"

    def _gradients(self, part: Program) -> Iterator[str]:
        yield from ("", "", "def gradients(params, inputs, targets):")
        yield f'{STEP}"""The derivative of the cost by each parameter; of a batch, the mean."""'
        yield from self._given()
        yield from self._opened(part, ("params", "inputs", "targets"), self.lines.fresh(part, STEP), scale="1.0")
        yield from listed("return {", [f"{quoted(n)}: {self.name(g)}" for n, g in part.gradients.items()], "}", STEP)

    def _given(self) -> Iterator[str]:
        if self.program.inputs or self.program.targets:
            yield f"{STEP}arrays, _ = _batched({{**inputs, **targets}}, (*INPUTS, *TARGETS))"

    def _opened(
        self, part: Program, sources: Sequence[str], body: Iterator[str], *, scale: str = "", dtype: str = ""
    ) -> Iterator[str]:
        """The quantities that *part* uses from the mappings, the sizes, and what the statements of *body* need."""
        self.lines.needs_type = False
        statements = list(body)
        whole = "\n".join(statements)
        names = [name for source in sources for name in getattr(part, "parameters" if source == "params" else source)]
        yield from self._quantities(part, names, bound=bool(dtype))
        yield from self._sizes(part, names)
        first = next((name for name in names if name not in part.parameters), None)
        count = f"len(arrays[{quoted(first)}])" if first else "1"
        if EXAMPLES in whole or dtype:
            yield f"{STEP}examples = {count}"
            count = EXAMPLES
        if scale and "scale" in whole:
            yield f"{STEP}scale = {scale} / {count}"
        if not dtype and ("limit" in whole or self.lines.needs_type):
            yield f"{STEP}dtype = np.result_type(*(array(params[name]) for name in PARAMETERS))"
        if "limit" in whole:
            yield f"{STEP}limit = _limit(dtype)"
        yield from statements

    def _quantities(self, part: Program, names: Sequence[str], *, bound: bool) -> Iterator[str]:
        """The leaves that *part* uses, out of the mappings."""
        used = used_names(part)
        for name in (*names, *part.constants):
            if name not in used and not self._shows_size(name, part):
                continue
            value = f"arrays[{quoted(name)}]"
            if name in part.parameters:
                value = f"params[{quoted(name)}]" if bound else f"array(params[{quoted(name)}])"
            elif name in part.constants:
                value = f"array(inputs.get({quoted(name)}, CONSTANTS[{quoted(name)}]))"
            yield f"{STEP}{self.name(name)} = {value}"

    def _bind(self) -> Iterator[str]:
        program = self.program
        part = program.needed([line.name for line in program.lines if line.kind is Kind.UPDATE])
        body = list(self.lines.refilled(part, STEP + STEP + STEP))
        yield from ("", "", "def bind(params, inputs, targets):")
        yield f'{STEP}"""The network on these arrays: its updates change params in place."""'
        yield f"{STEP}dtype = _own(params)"
        yield from self._given()
        if program.inputs or program.targets:
            yield f"{STEP}arrays = {{n: np.ascontiguousarray(a, dtype) for n, a in arrays.items()}}"
        opened = list(self._opened(part, ("params", "inputs", "targets"), iter(body), dtype="dtype"))
        yield from opened[: len(opened) - len(body)]
        if program.sequential:
            yield f"{STEP}if examples != 1:"
            yield f'{STEP}{STEP}raise ValueError("{ONE_AT_A_TIME}")'
        for name, shape in self.lines.buffers.items():
            yield f"{STEP}{name} = np.zeros({shape}, dtype)" if shape.startswith("(") else f"{STEP}{name} = {shape}"
        yield ""
        yield f"{STEP}def run(steps, rate):"
        yield f'{STEP}{STEP}"""So many updates, each with all examples."""'
        if "scale" in "\n".join(body):
            yield f"{STEP}{STEP}scale = rate / examples"
        yield f"{STEP}{STEP}for _ in range(steps):"
        yield from body
        yield ""
        yield f"{STEP}return Bound(params, inputs, targets, run)"

    def _sizes(self, part: Program, names: Sequence[str]) -> Iterator[str]:
        found = from_shapes(part, (*names, *part.constants))
        for size in sizes_used(part):
            if size not in found and size not in self.fixed:
                raise InputError(f"the size {size} cannot be told from the inputs and weights", hint=f"give it: --size {size}=3")
        for size in with_sources(part, found):
            if size in self.fixed:
                continue
            name, axis, form = found[size]
            place = axis + (1 if name in (*part.inputs, *part.targets) else 0)
            yield f"{STEP}{self.name(size)} = {solved(f'{self.name(name)}.shape[{place}]', size, form, self.name)}"

    def _shows_size(self, name: str, part: Program) -> bool:
        if not part.axes(name):
            return False
        everything = (*part.parameters, *part.inputs, *part.targets, *part.constants)
        return any(source == name for source, _, _ in from_shapes(part, everything).values())
