"""Numbered equations of the style ``expanded``: each citation names an equation that stands above it on the page."""

from __future__ import annotations

import re

import pytest

from symprop.cli.bundled import examples
from symprop.derivation import Derivation, derive
from symprop.derivation.step import Chain, Prose, Table
from symprop.model.reader import read_network
from symprop.render import render

SCALAR = ("linear", "sigmoid-chain", "two-paths-unknown", "swish-gate")


def told(name: str, detail: int) -> Derivation:
    return derive(read_network(examples()[name].read_text("utf-8")), style="expanded", detail=detail)


def page(derivation: Derivation) -> list[tuple[list[int], int]]:
    """The page in its order: what each sentence and each line cites, and the number that the line gives."""
    found = []
    for section in derivation.sections:
        for block in section.blocks:
            if isinstance(block, Prose):
                found.append((cited(block.text), 0))
            chains = block.chains if isinstance(block, Table) else (block,) if isinstance(block, Chain) else ()
            found += [(cited(link.because), link.number) for chain in chains for link in chain.links]
    return found


def cited(phrase: tuple[object, ...]) -> list[int]:
    return [int(number) for part in phrase if isinstance(part, str) for number in re.findall(r"\((\d+)\)", part)]


@pytest.mark.parametrize("name", SCALAR)
@pytest.mark.parametrize("detail", [2, 3])
def test_a_citation_names_an_equation_above_it(name: str, detail: int) -> None:
    seen: list[int] = []
    citations = 0
    for citing, number in page(told(name, detail)):
        assert set(citing) <= set(seen)
        citations += len(citing)
        seen += [number] if number else []
    assert seen == list(range(1, len(seen) + 1))
    assert citations >= len(seen) // 2 > 0


def test_results_alone_cite_nothing() -> None:
    assert not any(number or citing for citing, number in page(told("linear", 1)))


def test_the_update_cites_the_gradient_and_the_gradient_its_derivation() -> None:
    steps = list(told("linear", 3).steps)
    numbers = {step.number: step for step in steps if step.number}
    assert [cited(step.because) for step in steps if step.rule == "citation" and step.because] == [[2, 4], [6]]
    update = next(step for step in steps if step.rule == "substitution" and cited(step.because) == [5])
    assert numbers[5].after == numbers[4].after
    assert update.after != numbers[5].after


def test_numbers_stand_in_every_format() -> None:
    derivation = told("linear", 3)
    assert r"\tag{2}" in render(derivation, "latex")
    assert r"&&\text{(2)}" in render(derivation, "markdown")
    assert "(2) constant factor in front" in render(derivation, "text")
    assert '"number": 2' in render(derivation, "json")


def test_worked_numbers_repeat_no_number() -> None:
    network = read_network("y = w x; minimize E = ½ (t - y)²; values w = 1, x = 2, t = 3, η = 0.1")
    derivation = derive(network, style="expanded", numbers=True)
    tags = re.findall(r"\\tag\{\d+\}", render(derivation, "latex"))
    assert tags
    assert len(tags) == len(set(tags))
