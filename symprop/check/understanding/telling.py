"""What a document was taken to mean, one sentence for each thing: so that its author can see it and correct it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sized

from symprop.check.theory import Theory
from symprop.check.understanding.theories import Understanding
from symprop.check.written_names import label_of, shown
from symprop.model.expr import Ref
from symprop.model.network import Objective

_SHAPES = {1: ("a column", "columns"), 2: ("a matrix", "matrices")}


def told(understanding: Understanding) -> tuple[str, ...]:
    """The inferences of a document, in the order in which one would explain them."""
    return tuple(_sentences(understanding.theories[0][1]))


def _sentences(theory: Theory) -> Iterator[str]:
    for name, rules in sorted(theory.rules.items()):
        lines = sorted({rule.line for rule in rules if rule.line})
        if lines:
            yield f"{shown(name)} is defined in line{_s(lines)} {_listed(map(str, lines))}."
    for name, function in sorted(theory.functions.items()):
        where = "defined elsewhere" if function.body is not None else "left open: any smooth one"
        where = f"defined in line {function.line}" if function.line else where
        yield f"{name} is a function, {where}."
    given = sorted({shown(name) for name in theory.leaves})
    if given:
        yield f"{_listed(given)} {_are(given)} given: definitions are made of {_them(given)}, and nothing defines {_them(given)}."
    yield from _arrays(theory)
    yield from _indices(theory)
    for name, refs in sorted(theory.smooth.items()):
        yield f"{name} is only named: it is taken for some smooth function of {_listed(label_of(ref) for ref in refs)}."
    if theory.cost is not None:
        what = "maximised" if theory.objective is Objective.MAXIMIZE else "differentiated most"
        yield f"{_entry(theory.cost)} is what is {what}."
    if theory.update is not None:
        sign = "added" if theory.update.sign > 0 else "subtracted"
        where = f" (line {theory.update.line})" if theory.update.line else ""
        yield f"In an update the rate times the gradient is {sign}{where}."


def _arrays(theory: Theory) -> Iterator[str]:
    for rank, (one, many) in _SHAPES.items():
        names = sorted(shown(name) for name, found in theory.ranks.items() if found == rank)
        if names:
            yield f"{_listed(names)} {_are(names)} {one if len(names) == 1 else many}."
    if theory.rows:
        yield "Lines of numbers are rows: a matrix stands to their right."


def _indices(theory: Theory) -> Iterator[str]:
    counting = {name for name, _ in theory.families}
    letters = sorted(theory.letters)
    if letters:
        yield f"{_listed(letters)} {_are(letters)} index letter{_s(letters)}; other letters in subscripts are labels."
    if counting:
        names = sorted({shown(name) for name in counting})
        last = f", the last of which is {_listed(sorted(theory.lasts))}" if theory.lasts else ""
        yield f"{_listed(names)} {'has' if len(names) == 1 else 'have'} an index that counts layers or steps{last}."
    sizes = sorted(theory.sizes)
    if sizes:
        yield f"{_listed(sizes)} {_are(sizes)} number{_s(sizes)} of things."


def _entry(ref: Ref) -> str:
    return shown(ref.name) + ("_" + ",".join(map(label_of, ref.indices)) if ref.indices else "")


def _listed(words: Iterable[str]) -> str:
    *first, last = list(words)
    return f"{', '.join(first)} and {last}" if first else last


def _s(items: Sized) -> str:
    return "" if len(items) == 1 else "s"


def _are(items: list[str]) -> str:
    return "is" if len(items) == 1 else "are"


def _them(items: list[str]) -> str:
    return "it" if len(items) == 1 else "them"
