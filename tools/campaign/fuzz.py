"""Broken documents: each ends in a report or in one clear error, soon, and in little memory."""

from __future__ import annotations

import random
import resource
import signal
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from symprop.check.checker import check
from symprop.errors import InputError
from tools.campaign.keystone import Page

PATIENCE = 60
"""Seconds after which a document counts as one that hangs."""
MEMORY = 512
"""Megabytes."""
TOKENS = (
    *"{}()[]^_&$%\\=+-*/'\"|~#!,.;:<>\n\t 0123456789abxyzEWσ∂∑·’−½ᵀ\u200b\ufeff\x00\ud800",
    *(
        r"\frac",
        r"\partial",
        r"\sum_",
        r"\left(",
        r"\right)",
        r"\begin{align}",
        r"\end{align}",
        r"\\",
        "$$",
        r"\[",
        r"\]",
        r"\(",
        r"\)",
    ),
    *(r"\newcommand{\a}{\a\a}", r"\def\b#1{#1#1}", r"\b", r"\over", r"\text{", r"\color{red}", r"\sqrt", r"\prod_{i=1}^{99999}"),
    *(
        "^{99999999}",
        "1e999",
        "9" * 400,
        "e^{e^{e^{99}}}",
        r"\frac{1}{0}",
        "```",
        "<!-- symprop",
        "-->",
        "%!symprop",
        r"\input{x}",
    ),
    *(
        r"\begin{cases}",
        r"\begin{pmatrix}",
        r"\verb|",
        r"\tag{",
        "w_{",
        "^{(l)}",
        "''''",
        r"\nabla",
        r"\Delta",
        "&=",
        r"\mathbf{",
        "::",
        "‖",
    ),
)


@dataclass(frozen=True)
class Problem:
    """A document that ended otherwise."""

    number: int
    what: str
    name: str
    text: str


@dataclass(frozen=True)
class Outcome:
    """What a stretch of documents came to."""

    reports: int
    errors: int
    problems: tuple[Problem, ...]
    slowest: float
    megabytes: float


def _span(dice: random.Random, text: str, longest: int) -> tuple[int, int]:
    start = dice.randrange(len(text) + 1)
    return start, min(len(text), start + dice.randrange(1, longest))


def _deleted(dice: random.Random, text: str) -> str:
    start, end = _span(dice, text, 30)
    return text[:start] + text[end:]


def _inserted(dice: random.Random, text: str) -> str:
    start, _ = _span(dice, text, 2)
    token: str = dice.choice(TOKENS)
    return text[:start] + token + text[start:]


def _repeated(dice: random.Random, text: str) -> str:
    start, end = _span(dice, text, 25)
    times: int = dice.choice((2, 3, 10, 200))
    return text[:start] + text[start:end] * times + text[end:]


def _nested(dice: random.Random, text: str) -> str:
    start, end = _span(dice, text, 20)
    opening, closing = dice.choice(
        (("(", ")"), ("{", "}"), (r"\frac{", "}{2}"), (r"\sqrt{", "}"), ("^{", "}"), ("_{", "}"), ("-", ""))
    )
    depth = dice.choice((3, 50, 3000))
    return text[:start] + opening * depth + text[start:end] + closing * depth + text[end:]


def _moved(dice: random.Random, text: str) -> str:
    start, end = _span(dice, text, 60)
    piece, rest = text[start:end], text[:start] + text[end:]
    target = dice.randrange(len(rest) + 1)
    return rest[:target] + piece + rest[target:]


def _bytes(dice: random.Random, text: str) -> str:
    data = bytearray(text.encode("utf-8", "surrogatepass"))
    for _ in range(dice.choice((1, 5, 50))):
        if data:
            data[dice.randrange(len(data))] = dice.randrange(256)
    return data.decode("utf-8", "replace")


def _lines(dice: random.Random, text: str) -> str:
    lines = text.splitlines(keepends=True)
    dice.shuffle(lines)
    return "".join(lines[: dice.randrange(1, len(lines) + 1)]) if lines else text


def _cut(dice: random.Random, text: str) -> str:
    return text[: dice.randrange(len(text) + 1)]


EDITS: Sequence[Callable[[random.Random, str], str]] = (_deleted, _inserted, _repeated, _nested, _moved, _bytes, _lines, _cut)


def broken(number: int, sources: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """The document of that number: name and text."""
    dice = random.Random(f"fuzz/{number}")  # noqa: S311 -- numbers that guard nothing
    name, text = sources[number % len(sources)]
    for _ in range(dice.choice((1, 1, 2, 4))):
        text = dice.choice(EDITS)(dice, text)
    return name, text


def sources(folder: Path) -> list[tuple[str, str]]:
    """What is broken: the documents of a folder, and pages that the tool writes itself."""
    found = [
        (path.name, path.read_text(encoding="utf-8"))
        for path in sorted(folder.iterdir())
        if path.suffix in {".md", ".tex", ".txt", ".ipynb"}
    ]
    pages = [Page("linear", style, 2, form) for style in ("chain", "delta") for form in ("markdown", "latex")]
    return found + [(page.file, page.text()) for page in pages]


@contextmanager
def _patience() -> Iterator[None]:
    def ring(*_: object) -> None:
        raise TimeoutError(f"more than {PATIENCE} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def fuzz(numbers: Sequence[int], documents: Sequence[tuple[str, str]]) -> Outcome:
    """Check the broken documents of these numbers."""
    reports = errors = 0
    slowest = 0.0
    problems = []
    for number in numbers:
        name, text = broken(number, documents)
        start = time.monotonic()
        try:
            with _patience():
                check(text, name)
            reports += 1
        except InputError:
            errors += 1
        except BaseException:  # noqa: BLE001 -- whatever it is, it is the finding
            problems.append(Problem(number, traceback.format_exc(limit=-3), name, text))
        slowest = max(slowest, time.monotonic() - start)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if megabytes > MEMORY:
        problems.append(Problem(numbers[0], f"{megabytes:.0f} MB in documents {numbers[0]} to {numbers[-1]}", "", ""))
    return Outcome(reports, errors, tuple(problems), slowest, megabytes)
