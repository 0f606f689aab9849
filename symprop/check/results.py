"""What became of each of several documents: a report, or the reason why there is none; and the exit code of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symprop.check.report import Report
from symprop.errors import ExitCode, InputError, InternalError, Span


@dataclass(frozen=True, slots=True)
class Refused:
    """A document that was not judged.

    Args:
        file: its name.
        message: one sentence that says why.
        code: who must act: the user (``USAGE``) or we (``BUG``).
        span: where in the document, if it is about a place.
        hint: what to do about it.

    Raises:
        InternalError: a code that blames nobody.
    """

    file: str
    message: str
    code: ExitCode = ExitCode.USAGE
    span: Span | None = None
    hint: str = ""

    def __post_init__(self) -> None:
        if self.code not in (ExitCode.USAGE, ExitCode.BUG):
            raise InternalError(f"a document is not refused with the code {self.code!r}")

    @classmethod
    def by(cls, file: str, error: InputError) -> Refused:
        """The document *file*, refused because of *error*."""
        return cls(file, error.message, error.exit_code, error.span, error.hint)

    def explain(self) -> str:
        """The message with the line and a caret where it is about a place, else with the name of the file."""
        if self.span is None and self.file not in self.message:
            return InputError(f"{self.file}: {self.message}", hint=self.hint).explain()
        return InputError(self.message, self.span, self.hint).explain()


Result = Report | Refused

PRECEDENCE = (
    ExitCode.BUG,
    ExitCode.USAGE,
    ExitCode.FAILS,
    ExitCode.UNDECIDED,
    ExitCode.NOTHING_JUDGED,
    ExitCode.OK,
)
"""Of several documents, the first of these that applies to one of them is the exit code of all (fixed by contract)."""


def exit_code(results: Sequence[Result], *, strict: bool = False) -> ExitCode:
    """The exit code for all *results* together; that of nothing judged if there are none."""
    codes = {result.code if isinstance(result, Refused) else result.exit_code(strict=strict) for result in results}
    return next((code for code in PRECEDENCE if code in codes), ExitCode.NOTHING_JUDGED)
