"""The table of backends, and the two ways in: ``generate`` for files, ``compile_network`` for use at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from symprop.codegen.build import program_of
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
        main: whether C gets a ``main`` that trains on a CSV file.
    """

    title: str = ""
    name: str = "network"
    sizes: Sizes | None = None
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


BACKENDS: Mapping[str, Backend] = {
    backend.name: backend
    for backend in (Backend("python", "straight-line Python on numbers, imports only math", ".py", _python),)
}
"""Every target by its name."""


class Compiled:
    """Placeholder."""


def compile_network(network: Network, backend: str = "c") -> Compiled:
    """Placeholder."""
    raise NotImplementedError


def generate(
    network: Network,
    target: str,
    *,
    name: str = "network",
    update: str = "simultaneous",
    sizes: Sizes | None = None,
    main: bool = False,
) -> Mapping[str, str]:
    """The source of *network* for *target*: the text of each file by its suffix.

    Raises:
        InputError: there is no such target or update, or the network cannot be computed.
    """
    found = backend_of(target)
    program = optimise(program_of(network, update=update))
    return found.files(program, Request(network.name or name, name, sizes, main))


def backend_of(name: str) -> Backend:
    """The backend called *name*.

    Raises:
        InputError: there is none.
    """
    if name not in BACKENDS:
        raise InputError(f"there is no target {name!r}", hint="targets: " + ", ".join(BACKENDS))
    return BACKENDS[name]
