"""The costs of a training as CSV, a line as soon as it is known: ``tail -f`` shows them, and a kill leaves what was written."""

from __future__ import annotations

from collections.abc import Iterable
from io import FileIO
from pathlib import Path
from types import TracebackType

from symprop.cli.files import begin_file, reason
from symprop.errors import InputError


class CostLog:
    """Writes a line for each record, whole and at once; the file begins with the first of them.

    Trouble with the file does not end a training: it is told when the weights are safe (:meth:`refuse_incomplete`).

    Args:
        path: the file; None writes nothing.
        force: whether it may take the place of another.
        inputs: files that it must not be.

    Raises:
        InputError: the file may not be written, when it is called for the first time.
    """

    def __init__(self, path: Path | None, *, force: bool, inputs: Iterable[Path]) -> None:
        self.path = path
        self.force = force
        self.inputs = tuple(inputs)
        self._file: FileIO | None = None
        self._trouble = ""

    def __enter__(self) -> CostLog:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._file is not None:
            self._file.close()

    def __call__(self, epoch: int, cost: float) -> None:
        """Write the cost after *epoch*."""
        if self.path is None or self._trouble:
            return
        if self._file is None:
            self._file = begin_file(self.path, force=self.force, inputs=self.inputs)
            self._put("epoch,cost\n")
        self._put(f"{epoch},{cost!r}\n")

    def refuse_incomplete(self) -> None:
        """Tell that a line could not be written.

        Raises:
            InputError: there was such a line.
        """
        if self._trouble:
            raise InputError(f"the log {self.path} is not complete: {self._trouble}")

    def _put(self, line: str) -> None:
        if self._file is None or self._trouble:
            return
        text = line.encode()
        try:
            if self._file.write(text) < len(text):
                self._trouble = "the last line is cut off"
        except OSError as error:
            self._trouble = reason(error)
