"""Sums that are missing, too many, or run over the wrong index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from symprop.check.mistakes.edit import Edit
from symprop.check.mistakes.instances import shifted
from symprop.check.mistakes.material import Material, free_letters
from symprop.check.mistakes.sites import multiplied, product, references, sites, with_references
from symprop.model.expr import Add, Expr, Neg, Ref
from symprop.model.written import Big, Product

_MOST_PLACES = 4


def sums(material: Material) -> Iterator[Edit]:
    """A sum over the wrong index, one that is missing, one too many, one that takes in too little."""
    yield from _indices(material)
    right, theory = material.right, material.theory
    loose = sorted(free_letters(right, theory) - free_letters(material.left, theory))
    for site in sites(right):
        if site.parent is None or isinstance(site.parent, Add | Neg):
            for letters in _choices(sorted(free_letters(site.node, theory) & set(loose))):
                for new in _summed(site.node, letters):
                    yield Edit("sum", site.rebuild(new), site.node, new)
    yield from _apart(material)
    for site in sites(right):
        if isinstance(site.node, Big) and site.node.operator == "sum":
            yield Edit("sum", site.rebuild(site.node.body), site.node, site.node.body)
        if isinstance(site.node, Product):
            yield from (Edit("sum", site.rebuild(new), site.node, new) for new in _taken_in(site.node))


def _apart(material: Material) -> Iterator[Edit]:
    """A sum that was lost because its index has the letter of the left side: ``w_kk δ_k`` for ``Σ_j w_jk δ_j``."""
    for site in sites(material.right):
        if site.parent is not None and not isinstance(site.parent, Add | Neg):
            continue
        for letter in sorted(free_letters(site.node, material.theory) & material.probe.letters):
            places = [
                (ref.name, slot)
                for ref in references(site.node)
                for slot, index in enumerate(ref.indices)
                if index == Ref(letter) and (ref.name, slot) not in material.theory.families
            ]
            fresh = _fresh(places, material)
            if fresh is None:
                continue
            for some in _some(places[:_MOST_PLACES]):
                body = with_references(site.node, lambda ref, a=letter, b=fresh, c=some: _moved(ref, a, b, c))  # type: ignore[misc]
                new = Big("sum", body, (fresh,))
                yield Edit("sum", site.rebuild(new), site.node, new)


def _some(places: Sequence[tuple[str, int]]) -> Iterator[tuple[tuple[str, int], ...]]:
    for size in range(1, len(places) + 1):
        yield from combinations(places, size)


def _fresh(places: Sequence[tuple[str, int]], material: Material) -> str | None:
    """A letter that the document has in one of these places, and the claim has not."""
    taken = material.probe.letters | free_letters(material.right, material.theory)
    used = [ref.indices[slot] for ref in material.names for name, slot in places if ref.name == name and slot < len(ref.indices)]
    letters = [index.name for index in used if isinstance(index, Ref) and index.name in material.theory.letters]
    return next((letter for letter in [*letters, *sorted(material.theory.letters)] if letter not in taken), None)


def _moved(ref: Ref, letter: str, fresh: str, places: Sequence[tuple[str, int]]) -> Ref:
    indices = tuple(
        Ref(fresh) if index == Ref(letter) and (ref.name, slot) in places else index for slot, index in enumerate(ref.indices)
    )
    return ref if indices == ref.indices else Ref(ref.name, indices)


def bounds(material: Material) -> Iterator[Edit]:
    """A sum that begins or ends one too early or too late, or where another sum ends."""
    bigs = [inner.node for expr in material.stated for inner in sites(expr) if isinstance(inner.node, Big)]
    ends = dict.fromkeys(big.upper for big in bigs if big.upper is not None)
    for site in sites(material.right):
        node = site.node
        if not isinstance(node, Big) or node.lower is None or node.upper is None:
            continue
        upper, lower = node.upper, node.lower
        found = [replace(node, upper=end) for end in (shifted(upper, 1), shifted(upper, -1), *ends) if end != upper]
        found += [replace(node, lower=begin) for begin in (shifted(lower, -1), shifted(lower, 1))]
        for new in found:
            yield Edit("range of a sum", site.rebuild(new), node, new)


def _choices(letters: Sequence[str]) -> Iterator[tuple[str, ...]]:
    if len(letters) > 1:
        yield tuple(letters)
    yield from ((letter,) for letter in letters)


def _indices(material: Material) -> Iterator[Edit]:
    for site in sites(material.right):
        node = site.node
        if not isinstance(node, Big) or len(node.indices) != 1 or node.operator != "sum":
            continue
        for letter in sorted(free_letters(node.body, material.theory) - set(node.indices)):
            new = Big(node.operator, node.body, (letter,))
            yield Edit("index of a sum", site.rebuild(new), node, new)
            if node.lower is not None:
                yield Edit(
                    "index of a sum", site.rebuild(replace(node, indices=(letter,))), node, replace(node, indices=(letter,))
                )


def _summed(expr: Expr, letters: tuple[str, ...]) -> Iterator[Expr]:
    """The sum over all of *expr*, signs in front of it."""
    if isinstance(expr, Neg):
        yield from (Neg(inner) for inner in _summed(expr.operand, letters))
    elif not isinstance(expr, Add):
        yield Big("sum", expr, letters)


def _taken_in(expr: Product) -> Iterator[Expr]:
    """Factors around a sum, taken into it: ``δ_q Σ_q W_{qj}``."""
    for place, factor in enumerate(expr.factors):
        if isinstance(factor, Big):
            rest = [*expr.factors[:place], *expr.factors[place + 1 :]]
            body = factor.body
            for item in rest:
                body = multiplied(body, item)
            yield replace(factor, body=body)
            for taken in range(len(rest)):
                others = [*rest[:taken], *rest[taken + 1 :]]
                inner = replace(factor, body=multiplied(factor.body, rest[taken]))
                yield product([*others, inner], [""] * len(others))
