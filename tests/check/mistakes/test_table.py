"""Every mistake of the table is named where its example makes it, and what is suggested holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from symprop.check.mistakes.diagnosis import GENERATORS
from symprop.check.mistakes.table import CODES, MISTAKES
from tests.check.mistakes.claims import document, last

ENTRIES = tuple(MISTAKES.values())
PAGE = Path(__file__).parents[3] / "docs" / "mistakes.md"


@pytest.mark.parametrize("mistake", ENTRIES, ids=lambda mistake: mistake.kind)
def test_a_mistake_is_named_and_put_right(mistake) -> None:
    judged = last(document(mistake.given, mistake.wrong))
    assert not judged.judgement.holds
    assert judged.diagnosis is not None
    assert (judged.diagnosis.code, judged.diagnosis.kind) == (mistake.code, mistake.kind)
    assert judged.diagnosis.suggestion == mistake.right
    assert judged.diagnosis.message.endswith(".")


@pytest.mark.parametrize("mistake", [entry for entry in ENTRIES if entry.right], ids=lambda mistake: mistake.kind)
def test_what_is_right_holds(mistake) -> None:
    left = mistake.wrong.split(" = ", 1)[0]
    assert last(document(mistake.given, f"{left} = {mistake.right}")).judgement.holds


def test_codes_and_kinds_are_unique() -> None:
    assert len(CODES) == len(MISTAKES)
    assert all(re.fullmatch(r"SP2\d\d", code) for code in MISTAKES)
    assert len(set(GENERATORS)) == len(GENERATORS)


def page() -> str:
    """docs/mistakes.md as the table makes it."""
    lines = [
        "# Mistakes",
        "",
        "`symprop check` names the mistake in a relation that fails, and says what would be right, where one small change",
        "(or two) of one side makes it hold. What is suggested has been judged like the relation itself.",
        "`symprop list mistakes` prints the table.",
        "",
        r"Where factors of a product do not fit, the message begins with them: `\delta x multiplies n_1 × 1 by n_0 × 1.`",
        r"The sizes are called as the document states them (`W \in \mathbb{R}^{n_1 \times n_0}`), else by a quantity that",
        r"has as many entries: `(entries of b) × 1`.",
        "",
        "| code | mistake | wrong | right | because |",
        "|---|---|---|---|---|",
    ]
    for entry in ENTRIES:
        left, wrong = entry.wrong.split(" = ", 1)
        right = f"${entry.right}$" if entry.right else "another left side"
        lines.append(
            rf"| {entry.code} | {entry.kind} | ${left} = {wrong}$ | {right} | {entry.reference} |".replace(r"\|", r"\Vert")
        )
    lines += [
        "",
        "The examples are about these definitions:",
        "",
    ]
    for given in dict.fromkeys(entry.given for entry in ENTRIES):
        codes = ", ".join(entry.code for entry in ENTRIES if entry.given == given)
        lines.append(f"* {codes}: {given}")
    return "\n".join(lines) + "\n"


def test_the_page_is_what_the_table_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()
