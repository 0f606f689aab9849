"""A judge for tests of the command: it holds what a document tells it to hold, and misbehaves when told to.

As a script it is ``symprop check`` with that judge.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import time
import types
from collections.abc import Callable, Mapping, Sequence

from symprop.check.report import Evidence, Finding, Outcome, Report
from symprop.errors import InputError, InternalError, Source, Span

NAME = "symprop.check.checker"


def _hang() -> None:
    time.sleep(1000)


def _refuse() -> None:
    raise InputError("this notebook is no JSON", Span(Source("REFUSE", "x.ipynb"), 0, 1), "save it again")


def _break() -> None:
    raise InternalError("a promise is broken")


MISBEHAVIOUR: Mapping[str, Callable[[], object]] = {
    "HANG": _hang,
    "SPIN": lambda: [None for _ in iter(int, 1)],
    "SEGV": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    "EXIT": lambda: os._exit(0),
    "FAT": lambda: [bytearray(2**20) for _ in range(10_000)],
    "REFUSE": _refuse,
    "BUG": _break,
}


def check(text: str, name: str, networks: Sequence[object] = ()) -> Report:
    """A finding for each ``holds``, ``fails``, … between dollars; any other word is skipped."""
    for word, misbehave in MISBEHAVIOUR.items():
        if word in text:
            misbehave()
    source, by_name = Source(text, name), {outcome.value: outcome for outcome in Outcome}
    found = []
    for match in re.finditer(r"\$(\w+)\$", text):
        outcome = by_name.get(match[1], Outcome.SKIPPED)
        evidence = Evidence.SAMPLED if outcome is Outcome.HOLDS else None
        wrong = {"counterexample": {"w": "0.5"}, "left": "1", "right": "2"} if outcome is Outcome.FAILS else {}
        found.append(Finding(Span(source, *match.span(1)), match[1], outcome, evidence=evidence, **wrong))  # type: ignore[arg-type]
    unpicklable = (lambda: 0,) if "LAMBDA" in text else ()
    return Report(name, tuple(found), inferred=(f"{len(networks)} networks", *unpicklable))  # type: ignore[arg-type]


def module() -> types.ModuleType:
    """What stands in for the real judge."""
    stub = types.ModuleType(NAME)
    stub.check = check  # type: ignore[attr-defined]
    return stub


if __name__ == "__main__":
    from symprop.cli.main import main

    sys.modules[NAME] = module()
    sys.exit(main(["check", *sys.argv[1:]]))
