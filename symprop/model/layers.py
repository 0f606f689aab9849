"""The builder of layered networks: it merely writes the notation.

Whole-number sizes give a definition for each neuron, a size with a name gives one definition for each layer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from itertools import pairwise

from symprop.errors import InputError
from symprop.model.costs import cost_text, cost_text_indexed, lookup_cost
from symprop.model.functions import SOFTMAX, FunctionEntry, activation_functions, lookup
from symprop.model.names import normal

MOST_WEIGHTS = 20_000
"""Beyond this a derivation with a line for each weight helps nobody."""

_SIZE = re.compile(r"[1-9][0-9]{0,8}")
_NAME = re.compile(r"[^\W\d_]\w*")
_DASHES = str.maketrans({"−": "-", "–": "-", "‐": "-", "‑": "-", "—": "-"})
_HINT = "write sizes joined by '-', like 2-3-1 or n_0-n_1-n_2"


def parse_layers(text: str) -> list[int | str]:
    """Sizes of the layers from ``2-3-1`` or ``n_0-n_1-n_2``, the input first.

    Raises:
        InputError: not such a list, fewer than two layers, or too many weights.
    """
    sizes: list[int | str] = []
    for part in text.translate(_DASHES).split("-"):
        size = part.strip()
        if _SIZE.fullmatch(size):
            sizes.append(int(size))
        elif _NAME.fullmatch(size):
            sizes.append(size)
        else:
            raise InputError(f"'{size[:40]}' is no size of a layer in '{text[:40]}'", hint=_HINT)
    _check(sizes)
    return sizes


def layered(
    sizes: Sequence[int | str],
    activation: str = "sigmoid",
    output_activation: str | None = None,
    bias: bool = False,
    cost: str = "squared-error",
) -> str:
    """A layered network as a ``.net`` text.

    Args:
        sizes: of the input and of each layer: numbers, or names where the width is to stay symbolic.
        activation: one function for all layers, or one for each, separated by commas.
        output_activation: the function of the last layer, where it differs.
        bias: whether each neuron adds a bias.
        cost: a key of :data:`symprop.model.costs.COSTS`.

    Raises:
        InputError: sizes, a function or the cost cannot be used.
    """
    _check(sizes)
    functions = _functions(activation, output_activation, len(sizes) - 1)
    lookup_cost(cost)
    numbers = [size for size in sizes if isinstance(size, int)]
    if len(numbers) == len(sizes):
        return _scalar(numbers, functions, bias, cost)
    return _indexed([str(size) for size in sizes], functions, bias, cost)


def _check(sizes: Sequence[int | str]) -> None:
    if len(sizes) < 2:
        raise InputError("a network needs an input and at least one layer", hint=_HINT)
    for size in sizes:
        if isinstance(size, int) and size < 1:
            raise InputError(f"a layer has at least one neuron, not {size}", hint=_HINT)
    numbers = [size for size in sizes if isinstance(size, int)]
    weights = sum(before * after for before, after in pairwise(numbers))
    if len(numbers) == len(sizes) and weights > MOST_WEIGHTS:
        raise InputError(
            f"these layers have {weights:,} weights, and at most {MOST_WEIGHTS:,} are written out",
            hint="give the sizes names, like n_0-n_1-n_2, to derive for layers of any width",
        )


def _functions(activation: str, output_activation: str | None, layers: int) -> list[FunctionEntry]:
    names = [name.strip() for name in activation.split(",")]
    own = layers if output_activation is None else layers - 1
    if len(names) == 1:
        names *= own
    if len(names) != own:
        raise InputError(
            f"{len(names)} activation functions do not fit {own} layers",
            hint="name one for all layers, or one for each layer after the input",
        )
    return [_function(name) for name in (*names, *([] if output_activation is None else [output_activation.strip()]))]


def _function(name: str) -> FunctionEntry:
    entry = SOFTMAX if normal(name) in SOFTMAX.spellings else lookup(name)
    if entry is None or (entry.arity != 1 and entry is not SOFTMAX):
        known = [e.name for e in activation_functions()]
        near = get_close_matches(name.lower(), known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"use one of: {', '.join(known)}"
        raise InputError(f"no activation function is called '{name[:40]}'", hint=hint)
    return entry


def _scalar(sizes: Sequence[int], functions: Sequence[FunctionEntry], bias: bool, cost: str) -> str:
    """``net_h1 = w_1 i_1 + w_2 i_2 + b_h1``, ``out_h1 = σ(net_h1)``, … with the weights numbered in order."""
    layers = _neurons(sizes)
    values = [f"i_{number}" for number in range(1, sizes[0] + 1)]
    targets = [f"t_{number}" for number in range(1, sizes[-1] + 1)]
    inputs, weights, lines = list(values), list[str](), list[str]()
    for neurons, function in zip(layers, functions, strict=True):
        nets, outs = [f"net_{n}" for n in neurons], [f"out_{n}" for n in neurons]
        pairs: list[list[str]] = []
        for position, neuron in enumerate(neurons):
            own = [f"w_{len(weights) + k + 1}" for k in range(len(values))]
            weights += own
            terms = [f"{weight} {value}" for weight, value in zip(own, values, strict=True)]
            terms += [f"b_{neuron}"] if bias else []
            net = " + ".join(terms)
            pairs.append(_neuron(net, nets, outs, position, function))
        # A softmax needs the pre-activations of the whole layer first.
        rows = zip(*pairs, strict=True) if function is SOFTMAX else pairs
        lines += [line for row in rows for line in row]
        values = outs
    biases = [f"b_{neuron}" for neurons in layers for neuron in neurons] if bias else []
    head = [f"inputs   {' '.join(inputs)}", f"targets  {' '.join(targets)}", f"weights  {' '.join(weights + biases)}"]
    return "\n".join([*head, "", *lines, "", cost_text(cost, values, targets)]) + "\n"


def _neurons(sizes: Sequence[int]) -> list[list[str]]:
    """Names of the neurons of each layer after the input: h1 h2 …, with several hidden layers h1_1 …, then o1 …."""
    hidden = len(sizes) - 2
    marks = ["h"] if hidden == 1 else [f"h{layer}_" for layer in range(1, hidden + 1)]
    return [[f"{mark}{number}" for number in range(1, size + 1)] for mark, size in zip([*marks, "o"], sizes[1:], strict=True)]


def _neuron(net: str, nets: Sequence[str], outs: Sequence[str], position: int, function: FunctionEntry) -> list[str]:
    if function.name == "linear":  # the weighted sum is the output: no name is needed in between
        return [f"{outs[position]} = {net}"]
    if function is SOFTMAX:
        applied = f"softmax({', '.join(nets)})[{position + 1}]"
    else:
        applied = f"{function.spellings[0]}({nets[position]})"
    return [f"{nets[position]} = {net}", f"{outs[position]} = {applied}"]


def _indexed(sizes: Sequence[str], functions: Sequence[FunctionEntry], bias: bool, cost: str) -> str:
    """``z_1[j] = Σ_k W_1[j,k] x[k] + b_1[j]``, ``a_1[j] = σ(z_1[j])``, …, with ``y`` the last layer."""
    single = len(sizes) == 2
    value, weights, lines = "x", list[str](), list[str]()
    used = {"x", "y", "t", "j", "k", lookup_cost(cost).letter}
    for layer, (before, after) in enumerate(pairwise(sizes), start=1):
        mark = "" if single else f"_{layer}"
        output = "y" if layer == len(sizes) - 1 else f"a{mark}"
        used |= {f"W{mark}", f"b{mark}", f"z{mark}", output}
        weights.append(f"W{mark}[{after},{before}]" + (f" b{mark}[{after}]" if bias else ""))
        net = f"Σ_k W{mark}[j,k] {value}[k]" + (f" + b{mark}[j]" if bias else "")
        lines += _layer(net, f"z{mark}", output, functions[layer - 1])
        value = output
    for size in sizes:
        if normal(size) in used:
            raise InputError(f"the size '{size}' is also the name of a quantity of the network", hint=_HINT)
    head = [f"inputs   x[{sizes[0]}]", f"targets  t[{sizes[-1]}]", f"weights  {' '.join(weights)}"]
    return "\n".join([*head, "", *lines, "", cost_text_indexed(cost, "y", "t", "j", sizes[-1])]) + "\n"


def _layer(net: str, preactivation: str, output: str, function: FunctionEntry) -> list[str]:
    if function.name == "linear":
        return [f"{output}[j] = {net}"]
    applied = f"{preactivation}[k], k)[j]" if function is SOFTMAX else f"{preactivation}[j])"
    return [f"{preactivation}[j] = {net}", f"{output}[j] = {function.spellings[0]}({applied}"]
