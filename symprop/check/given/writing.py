"""What was inferred of a document, as a block of declarations that can be pasted into it and corrected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from symprop.check.document import Reading, Vocabulary
from symprop.check.theory import Theory
from symprop.check.trees import nodes
from symprop.check.understanding.theories import Understanding
from symprop.model.expr import Expr, Ref

_LISTS = (("names", "words"), ("functions", "functions"), ("indexed", "indexed"), ("layered", "layered"))
_RANKS = (("vectors", 1), ("matrices", 2))


def declaration(reading: Reading, understanding: Understanding) -> str:
    """The block, one declaration a line; "" where nothing was inferred."""
    theory = understanding.theories[0][1]
    exprs = [expr for line in understanding.lines for expr in line.exprs if expr is not None]
    return "\n".join([*_vocabulary(reading.vocabulary, exprs), *_ranks(theory), *_ranges(theory, exprs)])


def _vocabulary(vocabulary: Vocabulary, exprs: Iterable[Expr]) -> Iterator[str]:
    used = {node.name for expr in exprs for node in nodes(expr) if isinstance(node, Ref)}
    for word, kind in _LISTS:
        found: frozenset[str] = getattr(vocabulary, kind)
        names = sorted(name for name in found if kind != "words" or any(name in other for other in used))
        if names:
            yield f"{word} {' '.join(names)}"


def _ranks(theory: Theory) -> Iterator[str]:
    for word, rank in _RANKS:
        names = sorted(name for name, own in theory.ranks.items() if own == rank and name.isalnum())
        if names:
            yield f"{word} {' '.join(names)}"


def _ranges(theory: Theory, exprs: Iterable[Expr]) -> Iterator[str]:
    """What index letters run over, where it is not their axis alone; letters in one place run over the same."""
    found: dict[str, tuple[int | str, ...]] = {}
    together: dict[tuple[str, int], set[str]] = defaultdict(set)
    for node in (node for expr in exprs for node in nodes(expr) if isinstance(node, Ref)):
        for slot, index in enumerate(node.indices):
            if isinstance(index, Ref) and index.name in theory.letters:
                together[node.name, slot].add(index.name)
    for slot_of, letters in together.items():
        found |= {letter: found.get(letter, places) for letter in letters if (places := theory.labels.get(slot_of))}
    while more := {
        letter: found[other]
        for letters in together.values()
        for other in letters & found.keys()
        for letter in letters - found.keys()
    }:
        found |= more
    for letter, places in sorted(found.items()):
        yield f"range {letter} in {', '.join(map(str, places))}"
