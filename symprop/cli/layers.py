"""A line of layer widths in NETWORK's place: the options of every command that takes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from symprop.cli.networks import Text, find

_OPTIONS = (
    click.option("--layers", metavar="WIDTHS", help="In place of NETWORK: a layered network, say 2-3-1."),
    click.option(
        "--activation", metavar="NAME", help="Activation function of --layers; one for all layers, or a comma-separated list."
    ),
    click.option("--bias", is_flag=True, help="Give the neurons of --layers a bias."),
    click.option("--cost", metavar="NAME", help="Cost of --layers."),
)


def layer_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """*command* with the options that describe a layered network."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class Layers:
    """What the options say: ``widths`` is None where they describe no network."""

    widths: str | None
    activation: str | None
    bias: bool
    cost: str | None


def source_of(network: str | None, layers: Layers) -> Text:
    """The network that NETWORK means, or the one that *layers* describe.

    Raises:
        UsageError: neither of them, both, or a layer's option without layers.
        InputError: there is no such network, width, activation or cost.
    """
    if (network is None) == (layers.widths is None):
        raise click.UsageError("give either NETWORK or --layers")
    if network is not None:
        if layers.activation or layers.bias or layers.cost:
            raise click.UsageError("--activation, --bias and --cost go with --layers")
        return find(network)
    from symprop.model.layers import layered, parse_layers

    text = layered(
        parse_layers(layers.widths or ""),
        activation=layers.activation or "sigmoid",
        bias=layers.bias,
        cost=layers.cost or "squared-error",
    )
    return Text(text, "<layers>")
