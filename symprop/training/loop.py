"""The training loop: updates, the cost at regular epochs, and the best weights that were seen.

It ends after the last epoch, when it is asked to stop, or when costs or weights are no longer finite numbers.
"""

from __future__ import annotations

import math
import random
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from symprop.codegen import Compiled
from symprop.codegen.compiled import Bound
from symprop.errors import InputError
from symprop.model.network import Network, Objective
from symprop.training.blocks import Block
from symprop.training.data import Arrays, Data, as_value, takes_arrays
from symprop.training.initial import Weights

RECORDS = 1000
"""The cost is worked out about so often in a training, unless every how many epochs is said."""

_PIECE = 0.05
"""So many seconds may pass between two looks at whether somebody wants to stop."""

_NOT_FINITE = (OverflowError, ZeroDivisionError, ValueError)
"""What pure Python raises where floating point goes to infinity or nan."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train.

    Args:
        epochs: how often all examples are gone through.
        rate: of the updates.
        batch: examples an update; None for all of them.
        seed: of the order of the examples, which changes every epoch where a batch is not all of them.
        every: after how many epochs the cost is worked out; None for about :data:`RECORDS` times in all.
    """

    epochs: int
    rate: float
    batch: int | None = None
    seed: int = 0
    every: int | None = None

    @property
    def pace(self) -> int:
        """After how many epochs the cost is worked out."""
        return self.every or max(1, self.epochs // RECORDS)


@dataclass(frozen=True, slots=True)
class Record:
    """The cost after an epoch (before the first one: 0), over all examples."""

    epoch: int
    cost: float


class Ending(Enum):
    """How a training ended."""

    DONE = "done"
    STOPPED = "stopped"
    DIVERGED = "diverged"


@dataclass(frozen=True, slots=True)
class State:
    """Weights and their cost after an epoch."""

    record: Record
    weights: Weights


@dataclass(frozen=True, slots=True)
class Trained:
    """What training has made.

    Args:
        records: the costs, in order; all are finite.
        best: the state with the best cost of all that were recorded.
        last: the state at the end; where training diverged, the last one with finite numbers.
        ending: how it ended.
        epoch: the epoch in which it ended.
    """

    records: tuple[Record, ...]
    best: State
    last: State
    ending: Ending
    epoch: int


def train(
    compiled: Compiled,
    weights: Weights,
    data: Data,
    plan: Plan,
    watch: Callable[[Record], object] = lambda _: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Trained:
    """Train *compiled* from *weights* on *data*.

    Args:
        compiled: the network.
        weights: to begin with; they are not changed.
        data: what to learn.
        plan: how.
        watch: is told each record.
        stopped: is asked often whether to stop.

    Raises:
        InputError: the cost is not finite before the first update, or the batch does not suit the data.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # NumPy's word for what is told as divergence here
        return _Training(compiled, weights, data, plan, watch, stopped).run()


class _Training:
    def __init__(
        self,
        compiled: Compiled,
        weights: Weights,
        data: Data,
        plan: Plan,
        watch: Callable[[Record], object],
        stopped: Callable[[], bool],
    ) -> None:
        self.compiled = compiled
        self.data = data
        self.plan = plan
        self.watch = watch
        self.stopped = stopped
        self.shapes = {name: block.shape for name, block in weights.items()}
        self.params: dict[str, Any] = {name: as_value(block, compiled) for name, block in weights.items()}
        self.inputs, self.targets = data.arrays(compiled)
        self.better = _better(compiled.program.network)
        self.batch = _batch(compiled, data, plan)
        self.records: list[Record] = []
        self.epoch = 0

    def run(self) -> Trained:
        first = self._state(self._cost())
        if first is None:
            raise self._hopeless()
        self.best = self.last = first
        self._note(first)
        updates = self._minibatches() if self.batch is not None else self._whole()
        ending = Ending.DONE
        while self.epoch < self.plan.epochs and ending is Ending.DONE:
            goal = min(self.plan.epochs, (self.epoch // self.plan.pace + 1) * self.plan.pace)
            try:
                asked = self._advance(updates, goal)
                state = self._state(self._cost())
            except _NOT_FINITE:
                asked, state = False, None
            if state is None:
                ending = Ending.DIVERGED
                break
            self._note(state)
            ending = Ending.STOPPED if asked else Ending.DONE
        return Trained(tuple(self.records), self.best, self.last, ending, self.epoch)

    def _advance(self, updates: Callable[[int], bool], goal: int) -> bool:
        """Train up to the epoch *goal*; whether somebody asked to stop before it."""
        piece = 1
        while self.epoch < goal:
            if self.stopped():
                return True
            length = min(piece, goal - self.epoch)
            begin = time.perf_counter()
            if not updates(length):
                return True
            self.epoch += length
            if time.perf_counter() - begin < _PIECE:
                piece *= 2
        return self.stopped()

    # ----------------------------------------------------------------------------------------------------- updates
    def _whole(self) -> Callable[[int], bool]:
        bound = self.compiled.bind(self.params, self.inputs, self.targets)

        def run(epochs: int) -> bool:
            bound.run(epochs, self.plan.rate)
            return True

        return run

    def _minibatches(self) -> Callable[[int], bool]:
        assert self.batch is not None
        assert self.data.examples is not None
        batches = _Batches(self.compiled, self.params, self._values, self.inputs, self.targets)
        order, generator = list(range(self.data.examples)), random.Random(self.plan.seed)  # noqa: S311 - no secrets here
        size = self.batch

        def run(epochs: int) -> bool:
            for _ in range(epochs):
                generator.shuffle(order)
                for count, start in enumerate(range(0, len(order), size)):
                    if count % 64 == 63 and self.stopped():
                        return False
                    batches.bound(order[start : start + size]).step(self.plan.rate)
            return True

        return run

    # ------------------------------------------------------------------------------------------------------ states
    def _cost(self) -> float:
        try:
            return self.compiled.cost(self._values(), self.inputs, self.targets)
        except _NOT_FINITE:
            return math.nan

    def _values(self) -> dict[str, Any]:
        """The weights as a backend takes them; compiled C without NumPy has put flat buffers in the place of lists."""
        if takes_arrays(self.compiled):
            return self.params
        return {
            name: as_value(Block.taken(value, self.shapes[name]), self.compiled) if hasattr(value, "tobytes") else value
            for name, value in self.params.items()
        }

    def _state(self, cost: float) -> State | None:
        """The state now, None if it is not finite."""
        weights = {name: Block.taken(self.params[name], shape) for name, shape in self.shapes.items()}
        if not math.isfinite(cost) or not all(block.is_finite for block in weights.values()):
            return None
        return State(Record(self.epoch, cost), weights)

    def _note(self, state: State) -> None:
        self.last = state
        if self.better(state.record.cost, self.best.record.cost):
            self.best = state
        if not self.records or self.records[-1].epoch != state.record.epoch:
            self.records.append(state.record)
            self.watch(state.record)

    def _hopeless(self) -> InputError:
        """Why the cost before the first update is no number: the first example whose own is none."""
        cost, advice = self._cost(), "try other weights (--seed) or look at the logarithms and quotients of the network"
        where = ""
        for example in range(min(self.data.examples or 0, 100_000)):
            one = [{n: v[example : example + 1] for n, v in group.items()} for group in (self.inputs, self.targets)]
            try:
                value = self.compiled.cost(self._values(), *one)
            except _NOT_FINITE:
                value = math.nan
            if not math.isfinite(value):
                where = f" in {self.data.place(example)}"
                break
        return InputError(f"before the first update the cost is {cost}{where}", None, advice)


class _Batches:
    """Bound copies of the examples of a batch.

    Arrays are bound once and filled anew, because binding takes longer than a small step; lists are bound each time, because
    a backend may have copied them.
    """

    def __init__(self, compiled: Compiled, params: Arrays, values: Callable[[], Arrays], inputs: Arrays, targets: Arrays) -> None:
        self.compiled = compiled
        self.params = params
        self.values = values
        self.groups = (inputs, targets)
        self.arrays = takes_arrays(compiled)
        self.now: Bound | None = None
        self.kept: tuple[Arrays, Arrays] = ({}, {})
        self.size = -1

    def bound(self, chosen: list[int]) -> Bound:
        """The network bound to these examples; ``params`` go on from where they are."""
        if self.now is None or not self.arrays or len(chosen) != self.size:
            kept = [{name: self._rows(value, chosen) for name, value in group.items()} for group in self.groups]
            self.kept, self.size = (kept[0], kept[1]), len(chosen)
            self.params.update(self.values())
            self.now = self.compiled.bind(self.params, *self.kept)
            return self.now
        for group, kept_group in zip(self.groups, self.kept, strict=True):
            for name, value in group.items():
                kept_group[name][:] = self._rows(value, chosen)
        return self.now

    def _rows(self, value: Any, chosen: list[int]) -> Any:
        return value[chosen] if self.arrays else [value[example] for example in chosen]


def _batch(compiled: Compiled, data: Data, plan: Plan) -> int | None:
    """Examples an update; None for all at once, bound as they are."""
    if data.examples is None:
        if plan.batch not in (None, 1):
            raise InputError("the network's own values are one example, so there are no batches", hint="leave --batch out")
        return None
    if compiled.program.sequential:
        if plan.batch not in (None, 1):
            raise InputError("sequential updates take one example at a time", hint="--batch 1, or --update simultaneous")
        return 1
    return None if plan.batch is None or plan.batch >= data.examples else plan.batch


def _better(network: Network) -> Callable[[float, float], bool]:
    if network.objective is Objective.MAXIMIZE:
        return lambda new, old: new > old
    return lambda new, old: new < old
