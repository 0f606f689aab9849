"""A network whose compiled C computes, on the caller's arrays."""

from __future__ import annotations

import array
import ctypes
from collections.abc import Callable, Mapping, MutableMapping
from itertools import pairwise
from math import prod
from typing import Any

from symprop.codegen.c import c_files
from symprop.codegen.c_names import CNames
from symprop.codegen.compiled import Compiled, Values
from symprop.codegen.examples import ONE_AT_A_TIME, refuse_batch, shape_of
from symprop.codegen.native import library
from symprop.codegen.program import Program
from symprop.codegen.sizes import given_sizes, shapes_of_values
from symprop.errors import InputError

_TROUBLE: Mapping[int, str] = {1: "there is not enough memory", 2: ONE_AT_A_TIME}


def _numpy() -> Any:
    """NumPy, or None: compiled networks do without it."""
    try:
        import numpy as np
    except ImportError:
        return None
    return np


class Library:
    """The compiled functions for given sizes, and the structs that they take."""

    def __init__(self, program: Program, name: str, sizes: Mapping[str, int]) -> None:
        self.names = CNames(program, "", name, sizes)
        files = c_files(program, "", name, sizes, main=False)
        loaded, locked = library(files, self.names.prefix)
        prefix = self.names.prefix
        self.net = self._struct("net", ("parameters", "constants", "inputs", "targets"), examples=True)
        self.slopes = self._struct("slopes", ("parameters",))
        self.values = self._struct("values", ("forward",))
        self.calls: dict[str, Callable[..., int]] = {}
        for call, kinds in {
            "step": (ctypes.c_double,),
            "run": (ctypes.c_long, ctypes.c_double),
            "cost": (ctypes.c_void_p,),
            "gradients": (ctypes.c_void_p,),
            "forward": (ctypes.c_void_p,),
        }.items():
            function = getattr(loaded, f"{prefix}_{call}")
            function.argtypes = (ctypes.c_void_p, *kinds)
            function.restype = ctypes.c_int
            self.calls[call] = function
        # The shortest way into C that Python has: the lock is kept, one argument, nothing comes back.
        self.again = getattr(locked, f"{prefix}_again")
        self.again.restype = None

    def shape(self, name: str) -> tuple[int, ...]:
        """The lengths of the axes of a quantity."""
        program = self.names.program
        numbers = {size: str(value) for size, value in self.names.sizes.items()}
        from symprop.codegen.spell import Frame

        return tuple(int(Frame(numbers).count(axis)) for axis in program.axes(name))

    def _struct(self, title: str, groups: tuple[str, ...], *, examples: bool = False) -> type[ctypes.Structure]:
        program, fields = self.names.program, list[tuple[str, Any]]()
        for group in groups:
            for name in getattr(program, group):
                plain = not program.axes(name) and group in ("parameters", "constants")
                fields.append((self.names.name(name), ctypes.c_double if plain else ctypes.c_void_p))
        fields += [("examples", ctypes.c_long), ("rate", ctypes.c_double)] if examples else []
        fields = fields or [("nothing", ctypes.c_char)]
        return type(title, (ctypes.Structure,), {"_fields_": fields})


class NativeNetwork(Compiled):
    """A network whose compiled C computes.

    Args:
        name: the network's name.
        sizes: those that arrays do not show.

    Raises:
        NoCompilerError: no library can be made here.
    """

    def __init__(self, program: Program, name: str, sizes: Mapping[str, int] | None, notes: tuple[str, ...] = ()) -> None:
        super().__init__(program, "c", notes)
        self.name = name
        self.sizes = dict(sizes or {})
        self._libraries: dict[tuple[int, ...], Library] = {}
        try:
            known = given_sizes(program, sizes, shapes_of_values(program))
        except InputError:
            return  # the arrays will show them
        self._library(known)

    def forward(self, params: Values, inputs: Values) -> dict[str, Any]:
        """Every quantity that the inputs determine; of a batch, with the examples along the first axis."""
        bound = NativeBound(self, dict(params), inputs, None, copies=True)
        library_ = bound.library
        values = library_.values()
        made = {}
        for name in self.program.forward:
            shape = library_.shape(name)
            out = array.array("d", bytes(8 * max(1, prod(shape) * bound.examples)))
            made[name] = (out, (bound.examples, *shape) if bound.is_batch else shape)
            setattr(values, library_.names.name(name), out.buffer_info()[0])
        bound.call("forward", ctypes.byref(values))
        return {name: _shaped(out, shape) for name, (out, shape) in made.items()}

    def cost(self, params: Values, inputs: Values, targets: Values) -> float:
        """The cost; of a batch, the mean."""
        return NativeBound(self, dict(params), inputs, targets, copies=True).cost()

    def gradients(self, params: Values, inputs: Values, targets: Values) -> dict[str, Any]:
        """The derivative of the cost by each parameter; of a batch, the mean."""
        bound = NativeBound(self, dict(params), inputs, targets, copies=True)
        slopes, made = bound.library.slopes(), {}
        for name in self.program.parameters:
            shape = bound.library.shape(name)
            if self.program.axes(name):
                out = array.array("d", bytes(8 * prod(shape)))
                made[name] = (out, shape)
                setattr(slopes, bound.library.names.name(name), out.buffer_info()[0])
        bound.call("gradients", ctypes.byref(slopes))
        return {
            name: _shaped(*made[name]) if name in made else getattr(slopes, bound.library.names.name(name))
            for name in self.program.parameters
        }

    def update(self, params: Values, inputs: Values, targets: Values, rate: float) -> dict[str, Any]:
        """The parameters after one update, in new arrays."""
        bound = NativeBound(self, dict(params), inputs, targets, copies=True)
        bound.step(rate)
        return {name: _plain(value) for name, value in bound.params.items()}

    def bind(self, params: MutableMapping[str, Any], inputs: Values, targets: Values) -> NativeBound:
        """The fast door: works on the arrays in *params*, and puts arrays in the place of numbers and lists."""
        return NativeBound(self, params, inputs, targets, copies=False)

    def array(self, value: Any) -> Any:
        """Lists as NumPy arrays, where there is NumPy."""
        numpy = _numpy()
        return value if numpy is None or not isinstance(value, list) else numpy.array(value, dtype=float)

    def library_for(self, shapes: Mapping[str, tuple[int, ...]]) -> Library:
        """The library for arrays of these shapes."""
        return self._library(given_sizes(self.program, self.sizes, shapes))

    def _library(self, sizes: Mapping[str, int]) -> Library:
        key = tuple(sizes[size] for size in self.program.network.sizes)
        if key not in self._libraries:
            self._libraries[key] = Library(self.program, self.name, sizes)
        return self._libraries[key]


class NativeBound:
    """A network at work in place; see :class:`symprop.codegen.compiled.Bound`."""

    def __init__(
        self, network: NativeNetwork, params: MutableMapping[str, Any], inputs: Values, targets: Values | None, *, copies: bool
    ) -> None:
        self.network = network
        self.params = params
        program = network.program
        given = {**network.constants, **inputs, **(targets or {})}
        first = next((n for n in (*program.inputs, *(program.targets if targets else ())) if n in given), None)
        self.is_batch = first is not None and len(shape_of(given[first])) > len(program.axes(first))
        self.examples = shape_of(given[first])[0] if self.is_batch and first is not None else 1
        if self.examples < 1:
            raise InputError("a batch has one example at least")
        if targets is not None and not copies:
            refuse_batch(program, given)
        self._keep: list[Any] = []
        every = (*program.parameters, *program.constants, *program.inputs, *(program.targets if targets is not None else ()))
        source = {**given, **{name: params.get(name) for name in program.parameters}}
        for name in every:
            if source.get(name) is None:
                raise InputError(f"{name} has no value")
        shapes = {name: self._own_shape(name, source[name]) for name in every if program.axes(name)}
        self.library = network.library_for(shapes)
        self.struct = self.library.net()
        self.struct.examples = self.examples
        for name in (*program.inputs, *(program.targets if targets is not None else ())):
            self._point(name, source[name], batched=True)
        for name in program.constants:
            self._place(name, source[name])
        for name in program.parameters:
            self._parameter(name, source[name], copies=copies)
        address = ctypes.addressof(self.struct)
        self._address = address
        plain = not program.sequential and not any(program.axes(name) for name in every)
        if plain:  # nothing can go wrong in the library: no check of what it returns
            self.step = _short_step(self.struct, self.library.again)  # type: ignore[method-assign, assignment]

    def step(self, rate: float) -> object:
        """One update."""
        return self.call("step", rate)

    def run(self, steps: int, rate: float) -> None:
        """So many updates; none for ``steps`` of 0."""
        self.call("run", steps, rate)

    def cost(self) -> float:
        """The cost of the weights as they are now."""
        made = ctypes.c_double()
        self.call("cost", ctypes.byref(made))
        return made.value

    def call(self, function: str, *arguments: Any) -> int:
        """A function of the library.

        Raises:
            InputError: it returns that it could not do it.
        """
        code = self.library.calls[function](self._address, *arguments)
        if code:
            raise InputError(_TROUBLE.get(code, f"the library returned {code}"))
        return code

    def _own_shape(self, name: str, value: Any) -> tuple[int, ...]:
        program = self.network.program
        shape = shape_of(value)
        batched = self.is_batch and name in (*program.inputs, *program.targets)
        own = shape[1:] if batched else shape
        if len(own) != len(program.axes(name)):
            raise InputError(f"{name} has {len(program.axes(name))} indices, and its value {len(own)}")
        return own

    def _point(self, name: str, value: Any, *, batched: bool) -> None:
        expected = ((self.examples,) if batched and self.is_batch else ()) + self.library.shape(name)
        if shape_of(value) != expected:
            raise InputError(f"the value of {name} has the shape {shape_of(value)}, not {expected}")
        buffer, address = _buffer(value)
        self._keep.append(buffer)
        setattr(self.struct, self.library.names.name(name), address)

    def _place(self, name: str, value: Any) -> None:
        if self.network.program.axes(name):
            self._point(name, value, batched=False)
        else:
            setattr(self.struct, self.library.names.name(name), float(value))

    def _parameter(self, name: str, value: Any, *, copies: bool) -> None:
        """Put a parameter where the library finds it, and into ``params`` what follows it."""
        field = self.library.names.name(name)
        if not self.network.program.axes(name):
            setattr(self.struct, field, float(value))
            self.params[name] = _view(self.struct, getattr(type(self.struct), field).offset)
            return
        shape = self.library.shape(name)
        if shape_of(value) != shape:
            raise InputError(f"the value of {name} has the shape {shape_of(value)}, not {shape}")
        if not copies and _in_place(value):
            buffer, address = _buffer(value)
        else:
            numpy = _numpy()
            own = array.array("d", _flat(value)) if numpy is None else numpy.array(value, dtype=float, order="C")
            if not copies and hasattr(value, "dtype"):
                raise InputError(f"{name} is updated in place, so its array must be writable, contiguous, and of float64")
            self.params[name] = own
            buffer, address = _buffer(own)
        self._keep.append(buffer)
        setattr(self.struct, field, address)


def _short_step(struct: Any, again: Callable[..., None]) -> Callable[[float], None]:
    """A step that costs little more than its arithmetic: the rate goes into the struct when it changes."""
    reference, last = ctypes.byref(struct), struct.rate

    def step(rate: float) -> None:
        nonlocal last
        if rate != last:
            struct.rate = last = rate
        again(reference)

    return step


def _flat(value: Any) -> list[float]:
    if isinstance(value, list | tuple | array.array) or (hasattr(value, "shape") and value.shape != ()):
        rows = [_flat(entry) for entry in value]
        if any(len(a) != len(b) for a, b in pairwise(rows)):
            raise InputError("the rows of an array have different lengths")
        return [entry for row in rows for entry in row]
    return [float(value)]


def _in_place(value: Any) -> bool:
    if isinstance(value, array.array):
        return value.typecode == "d"
    interface = getattr(value, "__array_interface__", None)
    if interface is None:
        return False
    native = interface["typestr"] in ("<f8", "=f8")
    return native and interface.get("strides") is None and not interface["data"][1]


def _buffer(value: Any) -> tuple[Any, int]:
    """Something that keeps the numbers alive, and where they are."""
    interface = getattr(value, "__array_interface__", None)
    if interface is not None and interface["typestr"] in ("<f8", "=f8") and interface.get("strides") is None:
        return value, int(interface["data"][0])
    own = value if isinstance(value, array.array) and value.typecode == "d" else array.array("d", _flat(value))
    return own, own.buffer_info()[0]


def _view(struct: ctypes.Structure, offset: int) -> Any:
    """The double at *offset* of *struct* as a 0-d array, or as a memory view of one entry without NumPy."""
    numpy = _numpy()
    if numpy is None:
        return memoryview(struct).cast("B")[offset : offset + 8].cast("d")
    return numpy.frombuffer(struct, dtype=float, count=1, offset=offset).reshape(())


def _plain(value: Any) -> Any:
    if isinstance(value, memoryview):
        return value[0]
    return float(value) if getattr(value, "shape", None) == () else value


def _shaped(out: array.array[float], shape: tuple[int, ...]) -> Any:
    numpy = _numpy()
    if not shape:
        return out[0]
    if numpy is not None:
        return numpy.frombuffer(out, dtype=float, count=prod(shape)).reshape(shape)
    rows: list[Any] = list(out[: prod(shape)])
    for length in reversed(shape[1:]):
        rows = [rows[start : start + length] for start in range(0, len(rows), length)]
    return rows
