"""Sizes: numbers that are given, or what the shapes of arrays say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from symprop.codegen.naming import Namer
from symprop.codegen.program import Program, names_in
from symprop.codegen.spell import affine_text
from symprop.errors import InputError
from symprop.model.affine import Affine, affine
from symprop.model.network import Role


def from_shapes(program: Program, names: Iterable[str]) -> dict[str, tuple[str, int, Affine]]:
    """How each size follows from the shapes of *names*: from which one, along which axis, and the form of its length.

    In order: a form may use sizes that come before it, and has one more unknown.
    """
    found: dict[str, tuple[str, int, Affine]] = {}
    pending = [(name, axis) for name in names for axis in range(len(program.axes(name)))]
    progress = True
    while progress:
        progress = False
        for name, axis in list(pending):
            length = _length(program, name, axis)
            unknown = [n for n in length.coefficients if n not in found] if length is not None else []
            if length is None or len(unknown) > 1:
                continue
            pending.remove((name, axis))
            if unknown:
                found[unknown[0]] = (name, axis, length)
                progress = True
    return found


def given_sizes(program: Program, sizes: Mapping[str, int] | None, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, int]:
    """Every size of the network as a number, from *sizes* and the *shapes* of leaves.

    Raises:
        InputError: one is missing, or two do not fit each other.
    """
    known = dict(sizes or {})
    unknown = [name for name in known if name not in program.network.sizes]
    if unknown:
        raise InputError(
            f"the network has no size {unknown[0]}", hint="its sizes: " + (", ".join(program.network.sizes) or "none")
        )
    for size, (name, axis, form) in from_shapes(program, shapes).items():
        rest = form.without(size)
        if any(n not in known for n in rest.coefficients):
            continue
        fixed = rest.constant + sum(w * known[n] for n, w in rest.coefficients.items())
        value = (shapes[name][axis] - fixed) / form.coefficients[size]
        if value.denominator != 1 or value < 1:
            raise InputError(f"{name} has {shapes[name][axis]} entries, which fits no size {size}")
        known.setdefault(size, int(value))
    for name, shape in shapes.items():
        _check(program, name, shape, known)
    missing = [name for name in program.network.sizes if name not in known]
    if missing:
        raise InputError(
            f"the size {missing[0]} is not known", hint=f"give it (--size {missing[0]}=3), or give values whose shapes show it"
        )
    return known


def shapes_of_values(program: Program) -> dict[str, tuple[int, ...]]:
    """The shapes of the values that the network gives."""
    found: dict[str, tuple[int, ...]] = {}
    for name, value in program.network.values.items():
        shape: tuple[int, ...] = ()
        inner = value
        while isinstance(inner, list | tuple) and inner:
            shape = (*shape, len(inner))
            inner = inner[0]
        if name in program.network.leaves and len(shape) == len(program.axes(name)):
            found[name] = shape
    return found


def _length(program: Program, name: str, axis: int) -> Affine | None:
    bound = program.axes(name)[axis]
    upper, lower = affine(bound.upper), affine(bound.lower)
    if upper is None or lower is None:
        return None
    form = upper.plus(lower, Fraction(-1))
    return Affine(form.coefficients, form.constant + 1)


def _check(program: Program, name: str, shape: tuple[int, ...], known: Mapping[str, int]) -> None:
    for axis, length in enumerate(shape):
        form = _length(program, name, axis)
        if form is None or any(n not in known for n in form.coefficients):
            continue
        expected = form.constant + sum(w * known[n] for n, w in form.coefficients.items())
        if expected != length:
            role = "weight" if program.network.leaves[name].role is Role.WEIGHT else "quantity"
            raise InputError(f"the {role} {name} has {length} entries where {expected} are needed")


def sizes_used(program: Program) -> list[str]:
    """The sizes that lines of *program* use, in ranges and in expressions."""
    found: set[str] = set()
    for line in program.lines:
        found |= names_in(line.expr)
        for bound in (*line.ranges, *program.axes(line.name)):
            found |= names_in(bound.lower) | names_in(bound.upper)
        for index in line.indices:
            found |= names_in(index)
    for name in list(found):
        if name in program.network.leaves:
            for axis in program.network.axes(name):
                found |= names_in(axis.lower)
    return [size for size in program.network.sizes if size in found]


def with_sources(program: Program, found: dict[str, tuple[str, int, Affine]]) -> list[str]:
    """The sizes in use and those from which they follow, in the order in which they can be told."""
    wanted = set(sizes_used(program))
    for size in reversed(list(found)):
        if size in wanted:
            wanted |= set(found[size][2].coefficients)
    return [size for size in found if size in wanted]


def solved(length: str, size: str, form: Affine, name: Namer) -> str:
    """*size* where ``form`` is *length*."""
    weight = form.coefficients[size]
    rest = form.without(size).scaled(-weight / abs(weight))
    named = Affine({name(n): w for n, w in rest.coefficients.items()}, rest.constant)
    text = length if weight > 0 else f"-{length}"
    tail = affine_text(named)
    if tail != "0":
        text += f" - {tail[1:]}" if tail.startswith("-") else f" + {tail}"
    magnitude = abs(weight)
    return text if magnitude == 1 else f"({text}) // {magnitude}" if " " in text else f"{text} // {magnitude}"
