"""``symprop generate``: a network in, source code out that computes and trains it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from symprop.cli.choices import TABLES, Key
from symprop.cli.files import refuse_output, write_text
from symprop.cli.layers import Layers, layer_options, source_of
from symprop.cli.networks import assign
from symprop.cli.registers import sizes_of
from symprop.cli.terminal import put, say
from symprop.errors import InputError


@click.command()
@click.argument("network", required=False)
@layer_options
@click.option("--target", type=Key("target", TABLES["backends"].keys), required=True, help="What it is written for.")
@click.option("--name", metavar="NAME", help="What names in C begin with.  [default: the file of -o, or of NETWORK]")
@click.option(
    "--update",
    type=click.Choice(["simultaneous", "sequential"]),
    default="simultaneous",
    show_default=True,
    help="All weights at once, or each as soon as its gradient is known.",
)
@click.option("--size", "sizes", metavar="NAME=N", multiple=True, help="A number for a size; C needs them all.")
@click.option("--set", "values", metavar="NAME=VALUE", multiple=True, help="A value for a name; may be repeated.")
@click.option("--main", is_flag=True, help="C: write a program, too, that trains on a CSV file.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write here; the other files of C go beside it.")
@click.option("--force", is_flag=True, help="Overwrite existing files.")
@click.option("-q", "--quiet", is_flag=True, help="Do not tell how the network was read.")
def generate(**options: Any) -> None:
    """Write NETWORK as source code that computes, trains and needs nothing of symprop.

    NETWORK is formulas, `-` for standard input, a file, or the name of an example. `symprop list backends` shows the targets.
    """
    if options["output"] == Path("-"):
        options["output"] = None
    _generate(Request(**options))


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks for; one field an option."""

    network: str | None
    layers: str | None
    activation: str | None
    bias: bool
    cost: str | None
    target: str
    name: str | None
    update: str
    sizes: tuple[str, ...]
    values: tuple[str, ...]
    main: bool
    output: Path | None
    force: bool
    quiet: bool


def _generate(request: Request) -> None:
    from symprop.codegen import generate as files_of
    from symprop.model.reader import read_network

    source = source_of(request.network, Layers(request.layers, request.activation, request.bias, request.cost))
    inputs = (source.path,) if source.path else ()
    if request.main and (request.target != "c" or request.output is None):
        raise InputError("--main goes with --target c and -o", hint="symprop generate NETWORK --target c --main -o network.c")
    if request.output:
        refuse_output(request.output, force=request.force, inputs=inputs)
    network = replace(read_network(source.text, source.name), name=source.title)
    for note in () if request.quiet else network.notes:
        say(f"read: {note}", "cyan")
    network = assign(request.values, network)
    stem = request.output.stem if request.output else ""
    name = request.name or stem or (source.path.stem if source.path else "network")
    files = files_of(
        network, request.target, name=name, stem=stem, update=request.update, sizes=sizes_of(request.sizes), main=request.main
    )
    if request.output is None:
        put(_whole(files).rstrip("\n"))
        return
    _write(request, request.output, files, inputs)


def _write(request: Request, output: Path, files: Mapping[str, str], inputs: tuple[Path, ...]) -> None:
    """Every file, the asked-for one under its own name; nothing is written where one of them may not be."""
    first = next(iter(files))
    places = {suffix: output if suffix == first else output.with_name(output.stem + suffix) for suffix in files}
    for place in places.values():
        refuse_output(place, force=request.force, inputs=inputs)
    for suffix, text in files.items():
        write_text(places[suffix], text, force=request.force, inputs=inputs)


def _whole(files: Mapping[str, str]) -> str:
    """One text: what stands in a header goes where it is included."""
    first, *_ = files
    text = files[first]
    if ".h" in files:
        include = text.split("\n", 1)[0]
        text = text.replace(include, files[".h"].rstrip("\n"), 1)
    return text
