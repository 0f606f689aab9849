"""The table of backends, and the two ways in: ``generate`` for files, ``compile_network`` for use at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from symprop.codegen.build import program_of
from symprop.codegen.compiled import Compiled, ModuleNetwork
from symprop.codegen.passes import optimise
from symprop.codegen.program import Program
from symprop.errors import InputError
from symprop.model.network import Network

Sizes = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Request:
    """What a backend needs beside the program.

    Args:
        title: what the network is, in a line.
        name: the network's name; functions of C begin with it.
        sizes: numbers for sizes that arrays do not show, or that a target fixes.
        stem: the name of the files to be, without suffix; from the network's name if "".
        main: whether C gets a ``main`` that trains on a CSV file.
    """

    title: str = ""
    name: str = "network"
    sizes: Sizes | None = None
    stem: str = ""
    main: bool = False


@dataclass(frozen=True, slots=True)
class Backend:
    """One target.

    Args:
        name: its key.
        text: what it is, in a few words.
        suffix: of its file; "" where there is none.
        files: the text of each file by its suffix.
    """

    name: str
    text: str
    suffix: str
    files: Callable[[Program, Request], Mapping[str, str]]


def _python(program: Program, request: Request) -> Mapping[str, str]:
    from symprop.codegen.python import python_module

    return {".py": python_module(program, request.title, request.name)}


def _c(program: Program, request: Request) -> Mapping[str, str]:
    from symprop.codegen.c import c_files

    return c_files(program, request.title, request.name, request.sizes, main=request.main, stem=request.stem)


def _numpy(program: Program, request: Request) -> Mapping[str, str]:
    from symprop.codegen.numpy_module import numpy_module

    return {".py": numpy_module(program, request.title, request.name, request.sizes)}


def _lambdify(_program: Program, _request: Request) -> Mapping[str, str]:
    raise InputError("lambdify makes no file", hint="from Python: compile_network(network, 'lambdify')")


BACKENDS: Mapping[str, Backend] = {
    backend.name: backend
    for backend in (
        Backend("python", "straight-line Python on numbers, imports only math", ".py", _python),
        Backend("numpy", "NumPy for batches, in buffers that are allocated once", ".py", _numpy),
        Backend("c", "C99 for libm alone: step, batch and training loop; .c and .h", ".c", _c),
        Backend("lambdify", "functions by sympy.lambdify with shared terms, for scalars; from Python only", "", _lambdify),
    )
}
"""Every target by its name."""


def compile_network(
    network: Network,
    backend: str = "c",
    *,
    update: str = "simultaneous",
    sizes: Sizes | None = None,
    name: str = "network",
    say: Callable[[str], object] | None = None,
) -> Compiled:
    """*network*, ready to compute; see :mod:`symprop.codegen` for what one does with it.

    Without a C compiler the next best backend serves, *say* is told so, and so are ``notes`` of the result.

    Args:
        network: with a cost and weights.
        backend: a key of :data:`BACKENDS`.
        update: a key of :data:`symprop.codegen.build.UPDATES`.
        sizes: numbers for sizes that arrays do not show.
        name: what the network is called in generated code.
        say: is told what the user should know.

    Raises:
        InputError: there is no such backend or update, the network cannot be computed, or NumPy is asked for and missing.
    """
    found = backend_of(backend)
    plain = program_of(network, update=update)
    program = optimise(plain) if found.name != "lambdify" else plain
    notes: list[str] = []
    for candidate in (found.name, *_FALLBACKS.get(found.name, ())):
        try:
            return _COMPILERS[candidate](program, Request(network.name or name, name, sizes), tuple(notes))
        except _Unavailable as trouble:
            notes.append(f"{trouble}, so another backend serves in its place")
            if say is not None:
                say(notes[-1])
    raise InputError(f"{found.name} cannot be used here: {notes[-1]}")


def generate(
    network: Network,
    target: str,
    *,
    name: str = "network",
    update: str = "simultaneous",
    sizes: Sizes | None = None,
    stem: str = "",
    main: bool = False,
) -> Mapping[str, str]:
    """The source of *network* for *target*: the text of each file by its suffix.

    Raises:
        InputError: there is no such target or update, or the network cannot be computed.
    """
    found = backend_of(target)
    program = optimise(program_of(network, update=update))
    return found.files(program, Request(network.name or name, name, sizes, stem, main))


class _Unavailable(Exception):
    """A backend cannot serve here."""


def _compile_c(program: Program, request: Request, notes: tuple[str, ...]) -> Compiled:
    from symprop.codegen.native import NoCompilerError
    from symprop.codegen.native_network import NativeNetwork

    try:
        return NativeNetwork(program, request.name, request.sizes, notes)
    except NoCompilerError as trouble:
        raise _Unavailable(str(trouble)) from trouble


def _compile_python(program: Program, request: Request, notes: tuple[str, ...]) -> Compiled:
    source = _python(program, request)[".py"]
    return ModuleNetwork(program, "python", source, request.name, notes)


def _compile_numpy(program: Program, request: Request, notes: tuple[str, ...]) -> Compiled:
    from importlib.util import find_spec

    if find_spec("numpy") is None:
        raise _Unavailable("NumPy is not installed")
    return ModuleNetwork(program, "numpy", _numpy(program, request)[".py"], request.name, notes)


def _compile_lambdify(program: Program, _request: Request, notes: tuple[str, ...]) -> Compiled:
    from symprop.codegen.lambdify_network import LambdifyNetwork

    return LambdifyNetwork(program, notes)


_FALLBACKS: Mapping[str, tuple[str, ...]] = {"c": ("numpy", "python")}
"""What serves where a backend cannot, best first."""

_COMPILERS: Mapping[str, Callable[[Program, Request, tuple[str, ...]], Compiled]] = {
    "python": _compile_python,
    "numpy": _compile_numpy,
    "c": _compile_c,
    "lambdify": _compile_lambdify,
}


def backend_of(name: str) -> Backend:
    """The backend called *name*.

    Raises:
        InputError: there is none.
    """
    if name not in BACKENDS:
        raise InputError(f"there is no target {name!r}", hint="targets: " + ", ".join(BACKENDS))
    return BACKENDS[name]
