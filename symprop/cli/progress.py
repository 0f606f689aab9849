"""How far a training has come: a bar that moves on a terminal, a few plain lines elsewhere."""

from __future__ import annotations

import os
import sys
import time
from types import TracebackType

from symprop.cli.terminal import is_terminal, say

_PAUSE = 0.1
_LINES = 10


def width_of_messages() -> int:
    """Columns of the terminal that shows messages; 80 where none does."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):
        return 80


class Progress:
    """Told of each epoch whose cost is known, it shows the cost on standard error.

    Args:
        epochs: how many there will be.
        quantity: the name of the cost.
        quiet: say nothing.
        ascii_only: draw the bar in ASCII.
    """

    def __init__(self, epochs: int, quantity: str, *, quiet: bool = False, ascii_only: bool = False) -> None:
        self.epochs = epochs
        self.quantity = quantity
        self.quiet = quiet
        self.moves = not quiet and is_terminal(sys.stderr)
        self.full, self.empty = ("#", ".") if ascii_only else ("━", "╌")
        self.begin = self.shown = time.monotonic()
        self.drawn = 0
        self.told = 0

    def __call__(self, epoch: int, cost: float) -> None:
        """The *cost* after *epoch* is known."""
        if self.moves:
            now = time.monotonic()
            if now - self.shown >= _PAUSE:
                self.shown = now
                self._draw(self._bar(epoch, cost, now - self.begin))
        elif not self.quiet and epoch and (share := epoch * _LINES // self.epochs) > self.told:
            self.told = share
            say(f"epoch {epoch} of {self.epochs}: {self.quantity} = {cost:.9g}")

    def __enter__(self) -> Progress:
        """Begin."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Take the bar away."""
        if self.drawn:
            self._draw("")
            self._write("\r")

    def _bar(self, epoch: int, cost: float, seconds: float) -> str:
        share = epoch / self.epochs
        left = f"  {_time(seconds / share - seconds)} left" if share else ""
        told = f" {share:4.0%}  {self.quantity} = {cost:.6g}{left}"
        room = width_of_messages() - len(told) - 2
        if room < 8:
            return f"{share:4.0%} {cost:.4g}"[: max(width_of_messages() - 1, 0)]
        length = min(room, 40)
        full = round(share * length)
        return self.full * full + self.empty * (length - full) + told

    def _draw(self, text: str) -> None:
        self._write("\r" + text + " " * (self.drawn - len(text)))
        self.drawn = len(text)

    def _write(self, text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except OSError:
            self.moves = False


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
