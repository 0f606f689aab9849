"""``symprop train``: a network and data in, trained weights out."""

from __future__ import annotations

import math
import signal
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from symprop.cli.choices import Key
from symprop.cli.files import Kind, decode, read_bytes, read_standard_input, read_text, refuse_output, write_text
from symprop.cli.interrupts import Interrupts
from symprop.cli.layers import Layers, layer_options, source_of
from symprop.cli.log import CostLog
from symprop.cli.networks import Text, assign
from symprop.cli.progress import Progress, width_of_messages
from symprop.cli.terminal import is_terminal, put, say
from symprop.errors import ExitCode, InputError

if TYPE_CHECKING:
    from symprop.codegen import Compiled
    from symprop.model.network import Network
    from symprop.training import Data, Record, Start, State, Trained
    from symprop.training.blocks import Block

DATA = Kind("table", 1_000_000_000, "train on a part of it, or save it as .npz", "its first line names the columns")
ARRAYS = Kind("table", 4_000_000_000, "train on a part of it")
WEIGHTS = Kind("file of weights", 200_000_000, "weights of one network are never that long", "write `values w_1 = 0.15`")
RATE = 0.1
"""The rate where neither the user nor the network says one."""

EXAMPLES = """\b
Examples:
  symprop train two-two-two --epochs 10000
  symprop train xor --data xor.csv --rate 0.5 -o weights.net --curve cost.svg
  symprop train xor --data xor.csv --weights weights.net -o better.net
  symprop train --layers 2-3-1 --bias --data xor.csv --log cost.csv
  symprop train net.net --data digits.npz --set n_1=30 --batch 32 --epochs 10

\b
Exit codes:
  0    trained
  1    --check-gradients found a difference, and nothing was trained
  2    the input or the usage is wrong, or training diverged
  130  Ctrl-C; the best weights so far are written"""


def _backends() -> Iterable[str]:
    from symprop.codegen import BACKENDS

    return BACKENDS


def _updates() -> Iterable[str]:
    from symprop.codegen.build import UPDATES

    return UPDATES


@click.command(epilog=EXAMPLES)
@click.argument("network", required=False)
@layer_options
@click.option("--data", metavar="FILE", help="CSV, TSV or NPZ with a column for each input and target; `-` is standard input.")
@click.option(
    "--set", "values", metavar="NAME=VALUE", multiple=True, help="A value for a name, also for a size; may be repeated."
)
@click.option(
    "--weights", type=click.Path(path_type=Path), metavar="FILE", help="Start from these weights, as -o has written them."
)
@click.option("--wrt", metavar="NAME", multiple=True, help="Train only this weight; may be repeated.  [default: every weight]")
@click.option("--epochs", type=click.IntRange(min=0), default=1000, show_default=True, help="How often to go through the data.")
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), help="[default: the network's own, else 0.1]")
@click.option("--batch", type=click.IntRange(min=1), help="Examples an update.  [default: all; 1 with --update sequential]")
@click.option("--update", type=Key("update", _updates), default="simultaneous", show_default=True,
              help="sequential: each weight as soon as its gradient is known.")  # fmt: skip
@click.option("--backend", type=Key("backend", _backends), default="c", show_default=True, help="What computes.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True,
              help="Of random weights, and of the order of examples in batches.")  # fmt: skip
@click.option("--check-gradients", "check", is_flag=True, help="Compare the gradients with central differences first.")
@click.option("--every", type=click.IntRange(min=1), help="Epochs from one cost to the next.  [default: 1/1000 of --epochs]")
@click.option("--keep", type=click.Choice(["last", "best"]), default="last", show_default=True,
              help="The weights to write: after the last epoch, or of the lowest cost (the highest performance).")  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the weights here instead of standard output.")
@click.option("--whole", is_flag=True, help="Write the whole network, with the weights as its values.")
@click.option("--log", type=click.Path(path_type=Path), metavar="FILE", help="Write the costs as CSV, each as it is known.")
@click.option("--curve", type=click.Path(path_type=Path), metavar="FILE", help="Write the cost curve as SVG.")
@click.option("--plot/--no-plot", default=None, help="Show the cost curve as text.  [default: on a terminal]")
@click.option("--force", is_flag=True, help="Let -o, --log and --curve overwrite existing files.")
@click.option("--ascii", "ascii_only", is_flag=True, help="Bar and curve in plain ASCII.")
@click.option("-q", "--quiet", is_flag=True, help="Only errors and warnings on standard error.")
def train(**options: Any) -> int:
    """Train NETWORK: go through the data, and move the weights along (or, to maximize, against) its gradients.

    NETWORK is formulas, `-` for standard input, a file, or the name of an example. Without --data it learns its own values.
    The weights go to standard output or to -o, as `values` that --weights and networks read; progress goes to standard error.
    Weights without a value are drawn at random.
    """
    if options["output"] == Path("-"):  # as everywhere: standard output
        options["output"] = None
    return _train(Request(**options))


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks for; one field an option."""

    network: str | None
    layers: str | None
    activation: str | None
    bias: bool
    cost: str | None
    data: str | None
    values: tuple[str, ...]
    weights: Path | None
    wrt: tuple[str, ...]
    epochs: int
    rate: float | None
    batch: int | None
    update: str
    backend: str
    seed: int
    check: bool
    every: int | None
    keep: str
    output: Path | None
    whole: bool
    log: Path | None
    curve: Path | None
    plot: bool | None
    force: bool
    ascii_only: bool
    quiet: bool

    def tell(self, message: str, style: str | None = None) -> None:
        """A message that -q leaves out."""
        if not self.quiet:
            say(message, style)


def _train(request: Request) -> int:
    from symprop.training import Ending, Plan, train

    if request.data == "-" and request.network == "-":
        raise click.UsageError("standard input is either the network or the data")
    source = source_of(request.network, Layers(request.layers, request.activation, request.bias, request.cost))
    inputs = [path for path in (source.path, Path(request.data) if request.data not in (None, "-") else None) if path]
    _refuse_outputs(request, inputs)
    ready = _prepared(request, source)
    rate = _rate(request, ready.network)
    if request.check and not _gradients_agree(request, ready):
        return ExitCode.FAILS
    plan = Plan(request.epochs, rate, request.batch, request.seed, request.every)
    progress = Progress(plan.epochs, ready.compiled.program.cost, quiet=request.quiet, ascii_only=request.ascii_only)
    with Interrupts() as interrupts, progress, CostLog(request.log, force=request.force, inputs=inputs) as log:

        def watch(record: Record) -> None:
            progress(record.epoch, record.cost)
            log(record.epoch, record.cost)

        trained = train(
            ready.compiled,
            ready.begin.weights,
            ready.data,
            plan,
            watch,
            lambda: interrupts.asked,
        )
    kept = trained.last if trained.ending is Ending.DONE and request.keep == "last" else trained.best
    _tell(request, ready, trained)
    _write(request, ready, trained, kept, inputs)
    log.refuse_incomplete()
    return _ending(request, trained, kept, rate, interrupts.number)


# -------------------------------------------------------------------------------------------------------------- before
def _refuse_outputs(request: Request, inputs: list[Path]) -> None:
    targets = [path for path in (request.output, request.log, request.curve) if path]
    for place, path in enumerate(targets):
        refuse_output(path, force=request.force, inputs=inputs)
        if any(path.resolve() == other.resolve() for other in targets[:place]):
            raise InputError(f"two results cannot be written to {path}", hint="name another file")


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that a training needs: ``held`` are weights that it leaves as they are."""

    network: Network
    held: Mapping[str, Block]
    data: Data
    compiled: Compiled
    begin: Start


def _prepared(request: Request, source: Text) -> Prepared:
    from symprop.codegen import compile_network
    from symprop.codegen.build import program_of
    from symprop.model.reader import read_network
    from symprop.training import check_assumptions, held, read_weights, start

    network = replace(read_network(source.text, source.name), name=source.title)
    for note in network.notes:
        request.tell(f"read: {note}", "cyan")
    network = assign(request.values, network)
    data = _data(request, network)
    for note in data.notes:
        request.tell(f"read: {note}", "cyan")
    given = read_weights(network, read_text(request.weights, WEIGHTS), str(request.weights)) if request.weights else {}
    network_now, kept = held(network, request.wrt, given)
    given = {name: block for name, block in given.items() if name not in kept}
    begin = start(program_of(network_now, update=request.update), data, given, request.seed)
    compiled = compile_network(
        network_now,
        request.backend,
        update=request.update,
        sizes=begin.sizes,
        say=lambda text: say(f"note: {text}", "yellow"),
    )
    for note in check_assumptions(network, data, begin.sizes):
        say(f"note: {note}", "yellow")
    if begin.drawn:
        names = ", ".join(begin.drawn[:10]) + (", …" if len(begin.drawn) > 10 else "")
        request.tell(f"read: drawn at random with seed {request.seed}: {names}", "cyan")
    return Prepared(network, kept, data, compiled, begin)


def _data(request: Request, network: Network) -> Data:
    from symprop.training import from_npz, from_table, own_values

    if request.data is None:
        return own_values(network)
    if request.data == "-":
        return from_table(network, read_standard_input(DATA), "<stdin>")
    path = Path(request.data)
    content = read_bytes(path, ARRAYS)
    if content.startswith(b"PK\x03\x04"):
        return from_npz(network, content, str(path))
    return from_table(network, decode(content, str(path), DATA), str(path))


def _rate(request: Request, network: Network) -> float:
    from symprop.training.data import block_of

    if request.rate is not None:
        if not math.isfinite(request.rate):
            raise click.BadParameter("the rate is a finite number", param_hint="--rate")
        return request.rate
    if network.rate in network.values:
        rate = block_of(network.values[network.rate]).values[0]
        if rate <= 0:
            raise InputError(
                f"the rate {network.rate} is {rate:g}, and a rate is above 0", hint="maximize a performance to ascend"
            )
        return rate
    request.tell(f"read: {network.rate} = {RATE} (neither the network nor --rate says another)", "cyan")
    return RATE


def _gradients_agree(request: Request, ready: Prepared) -> bool:
    from symprop.training import compare_gradients

    worst = compare_gradients(ready.compiled, ready.begin.weights, ready.data, request.seed)
    told = f"the worst relative difference of {worst.compared} gradients from central differences is {worst.difference:.2g}"
    if worst.agrees:
        request.tell(f"checked: {told}" + (f" ({worst.entry})" if worst.entry else ""), "green")
        return True
    say(f"error: {told}, and nothing was trained", "red")
    say(f"{worst.entry}: gradient {worst.gradient:.9g}, central difference {worst.slope:.9g}")
    say("hint: at a kink (relu, abs, max) a gradient is a convention; start from other weights: --seed")
    return False


# --------------------------------------------------------------------------------------------------------------- after
def _tell(request: Request, ready: Prepared, trained: Trained) -> None:
    from symprop.training import Ending, outputs, plot

    first, last, best = trained.records[0], trained.last.record, trained.best.record
    cost = ready.compiled.program.cost
    shows = is_terminal(sys.stderr) if request.plot is None else request.plot
    if shows and not request.quiet and len(trained.records) > 1:
        drawn = plot(trained.records, cost, min(width_of_messages(), 100) - 1, ascii_only=request.ascii_only)
        if drawn:
            request.tell("\n" + drawn + "\n")
    request.tell(f"trained: {_epochs(last.epoch)}, {cost} from {first.cost:.9g} to {last.cost:.9g}", "green")
    before, after = (outputs(ready.compiled, weights, ready.data) for weights in (ready.begin.weights, trained.last.weights))
    for name, values in after.items():
        request.tell(f"output: {name} from {_numbers(before[name])} to {_numbers(values)}", "green")
    if best.cost != last.cost:
        kept = "is what is written" if request.keep == "best" else "can be kept with --keep best"
        done = trained.ending is Ending.DONE
        request.tell(f"best: {cost} was {best.cost:.9g} after epoch {best.epoch}" + (f", which {kept}" if done else ""), "green")
    if best.epoch == 0 and last.epoch:
        say(f"warning: {cost} has not become better; the rate may be too large", "yellow")


def _numbers(values: Iterable[float]) -> str:
    return ", ".join(f"{value:.9g}" for value in values)


def _write(request: Request, ready: Prepared, trained: Trained, kept: State, inputs: list[Path]) -> None:
    network = ready.network
    weights = {**kept.weights, **ready.held}
    result = _result(request, network, {name: weights[name] for name in network.leaves if name in weights}, kept.record)
    if request.output:
        write_text(request.output, result, force=request.force, inputs=inputs)
    if request.curve:
        from symprop.training import svg

        drawn = svg(trained.records, network.name, network.cost or "")
        write_text(request.curve, drawn, force=request.force, inputs=inputs)
    if not request.output:
        put(result)


def _result(request: Request, network: Network, weights: Mapping[str, Block], record: Record) -> str:
    from symprop.training import weights_text

    comment = f"{network.cost} = {record.cost!r} after {_epochs(record.epoch)}"
    if not request.whole:
        return weights_text(weights, (f"{network.name}: trained weights" if network.name else "Trained weights", comment))
    from symprop.model.printer import network_text

    values = {name: value for name, value in network.values.items() if name not in weights}
    return f"{network_text(replace(network, values=values)).rstrip()}\n\n{weights_text(weights, (comment,))}"


def _epochs(count: int) -> str:
    return f"{count} epoch" if count == 1 else f"{count} epochs"


def _ending(request: Request, trained: Trained, kept: State, rate: float, number: int) -> int:
    from symprop.training import Ending

    where = f"in {request.output}" if request.output else "on standard output"
    told = f"the best weights, of epoch {kept.record.epoch}, are {where}"
    if trained.ending is Ending.DIVERGED:
        raise InputError(
            f"training diverged after epoch {trained.epoch}: the rate {rate:g} is too large",
            hint=f"try --rate {rate / 10:g}; {told}",
        )
    if trained.ending is Ending.STOPPED:
        say(f"stopped: after epoch {trained.epoch}; {told}", "yellow")
        return ExitCode.INTERRUPTED if number == signal.SIGINT else 128 + number
    return ExitCode.OK
