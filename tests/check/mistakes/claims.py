"""Diagnoses of the claims of small documents."""

from __future__ import annotations

from dataclasses import dataclass

from symprop.check.judge import Judge, Judgement
from symprop.check.mistakes.diagnosis import Diagnosis, Surroundings, diagnose
from symprop.check.mistakes.spelling import Writer
from symprop.check.reading import read
from symprop.check.sources import read_document
from symprop.check.understanding.theories import understand


@dataclass(frozen=True)
class Judged:
    """The last relation of a document, and what is said of it."""

    judgement: Judgement
    diagnosis: Diagnosis | None


def last(text: str) -> Judged:
    """Judge and diagnose the last relation of *text*."""
    reading = read(read_document(text, "notes.md"))
    understanding = understand(reading)
    line = next(line for line in reversed(understanding.lines) if line.signs)
    left, right = line.meaning(len(line.signs) - 1), line.meaning(len(line.signs))
    assert left is not None, text
    assert right is not None, text
    judge = Judge(understanding.at(line.number))
    judgement = judge.equal(left, right)
    if judgement.holds:
        return Judged(judgement, None)
    stated = [expr for other in understanding.lines if other.number < line.number for expr in other.exprs if expr is not None]
    return Judged(judgement, diagnose(left, right, judge, Surroundings(tuple(dict.fromkeys(stated)), Writer(reading))))


def document(given: str, claim: str) -> str:
    """Definitions and a claim about them."""
    return f"{given}\n\n$$\n{claim}\n$$\n"
