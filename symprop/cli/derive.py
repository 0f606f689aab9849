"""``symprop derive``: a network in, its verified derivation out."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from symprop.cli.choices import TABLES, Key
from symprop.cli.files import refuse_output, write_text
from symprop.cli.layers import Layers, layer_options, source_of
from symprop.cli.manners import CHOICES, telling_options
from symprop.cli.networks import Text, assign
from symprop.cli.registers import register_options, sizes_of
from symprop.cli.terminal import columns, is_terminal, put, say, wants_color
from symprop.errors import InputError

if TYPE_CHECKING:
    from symprop.model.network import Network


@click.command()
@click.argument("network", required=False)
@layer_options
@click.option("--print-network", is_flag=True, help="Print the network's formulas and derive nothing.")
@click.option("--of", metavar="QUANTITY", help="What is differentiated.  [default: the cost]")
@click.option("--wrt", metavar="NAME", multiple=True, help="By what; may be repeated.  [default: every weight]")
@click.option("--style", type=Key("style", TABLES["styles"].keys), help="How it is told.  [default: chain]")
@click.option("--detail", type=click.IntRange(1, 3), help="1: results, 2: steps, 3: every step.  [default: 2]")
@register_options
@telling_options
@click.option("--numbers", is_flag=True, help="Work it out with the network's values, up to one update of the weights.")
@click.option("--digits", metavar="N", type=click.IntRange(0, 30), help="Decimals of --numbers.  [default: 9]")
@click.option("--set", "values", metavar="NAME=VALUE", multiple=True, help="A value for a name; may be repeated.")
@click.option(
    "--format",
    "form",
    type=Key("format", TABLES["formats"].keys),
    help="[default: by the suffix of -o; else text, or LaTeX in a pipe]",
)
@click.option("--standalone", is_flag=True, help="A whole document instead of a fragment.")
@click.option("--templates", type=click.Path(path_type=Path), help="A folder whose templates go before symprop's own.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to this file instead of standard output.")
@click.option("--force", is_flag=True, help="Let -o overwrite an existing file.")
@click.option("--ascii", "ascii_only", is_flag=True, help="Text in plain ASCII.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colour in text, and of the layers in LaTeX.",
)
@click.option("-q", "--quiet", is_flag=True, help="Do not tell how the network was read.")
def derive(**options: Any) -> None:
    """Derive the gradients of NETWORK, step by step, each step verified.

    NETWORK is formulas (`symprop derive 'y = w x'`), `-` for standard input, a file, or the name of an example.
    Results go to standard output or to -o; how the network was read is told on standard error.

    A profile is the manner of a document or a textbook (`symprop list profiles`), and each of its choices can be overridden.
    LaTeX and Markdown follow all of them; text, which is read back, follows all but --fraction, --derivative and --update.
    """
    if options["output"] == Path("-"):  # as everywhere: standard output
        options["output"] = None
    choices = {name: options.pop(name) for name in CHOICES}
    _derive(Request(**options, choices=choices))


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks for; one field an option."""

    network: str | None
    layers: str | None
    activation: str | None
    bias: bool
    cost: str | None
    print_network: bool
    of: str | None
    wrt: tuple[str, ...]
    style: str | None
    detail: int | None
    profile: str | None
    numbers: bool
    digits: int | None
    values: tuple[str, ...]
    form: str | None
    standalone: bool
    templates: Path | None
    output: Path | None
    force: bool
    ascii_only: bool
    color: str
    quiet: bool
    registers: tuple[str, ...]
    vectors: str | None
    layout: str | None
    sizes: tuple[str, ...]
    choices: Mapping[str, str | None]


def _derive(request: Request) -> None:
    from symprop.model.printer import network_text

    if request.digits is not None and not request.numbers:
        raise click.UsageError("--digits goes with --numbers")

    source = source_of(request.network, Layers(request.layers, request.activation, request.bias, request.cost))
    inputs = (source.path,) if source.path else ()
    form = "" if request.print_network else request.form or _format(request.output)
    if request.standalone:
        _check_standalone(form)
    if request.output:
        refuse_output(request.output, force=request.force, inputs=inputs)
    network = _network(request, source)
    result = network_text(network) if request.print_network else _derivation(request, form, network)
    if request.output:
        write_text(request.output, result, force=request.force, inputs=inputs)
    else:
        put(result)


def _network(request: Request, source: Text) -> Network:
    from symprop.model.reader import read_network

    network = replace(read_network(source.text, source.name), name=source.title)
    for note in () if request.quiet else network.notes:
        say(f"read: {note}", "cyan")
    return assign(request.values, _with_rate(request, network))


def _with_rate(request: Request, network: Network) -> Network:
    """*network*, whose rate already has the name that the profile gives it where a --set speaks of that name."""
    from symprop.model.names import normal
    from symprop.render.profiles import settle

    names = {normal(pair.partition("=")[0].strip()) for pair in request.values}
    manner = settle(request.profile, **request.choices).manner if names else None
    return manner.with_rate(network) if manner and normal(manner.rate_name) in names else network


def _derivation(request: Request, form: str, network: Network) -> str:
    from symprop.derivation import derive as derivation_of
    from symprop.render import render
    from symprop.render.profiles import settle

    colour = False if request.color == "never" else None
    told = settle(request.profile, style=request.style, detail=request.detail, colour=colour, **request.choices)
    derivation = derivation_of(
        network,
        of=request.of,
        wrt=request.wrt,
        style=told.style,
        detail=told.detail,
        manner=told.manner,
        numbers=request.numbers,
        registers=request.registers or told.registers,
        vectors=request.vectors,
        layout=request.layout,
        sizes=sizes_of(request.sizes),
        **({} if request.digits is None else {"digits": request.digits}),
    )
    return render(
        derivation,
        form,
        standalone=request.standalone,
        templates=request.templates,
        width=None if request.output else columns(),
        color=request.output is None and wants_color(request.color, sys.stdout),
        ascii_only=request.ascii_only,
        notation=told.notation,
    )


def _check_standalone(form: str) -> None:
    """Say before a long derivation, not after it, that a format has no standalone form."""
    from symprop.render import FORMATS

    if form in FORMATS and not FORMATS[form].standalone:
        able = ", ".join(name for name, entry in FORMATS.items() if entry.standalone)
        raise InputError(f"{form} has no standalone form", hint=f"standalone is for {able}")


def _format(output: Path | None) -> str:
    """The format of the output: as its suffix says, text for a terminal, else LaTeX."""
    if output is None:
        return "text" if is_terminal(sys.stdout) else "latex"
    if not output.suffix:
        return "latex"
    from symprop.render import FORMATS, format_of

    form = format_of(output)
    if form is None:
        suffixes = ", ".join(suffix for entry in FORMATS.values() for suffix in entry.suffixes)
        raise InputError(f"no format has the suffix {output.suffix}", hint=f"choose one with --format, or one of {suffixes}")
    return form
