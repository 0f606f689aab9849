r"""Letters in index places that say which quantity is meant, and run over nothing: ``w_r``, ``o_l``, ``\\delta_y``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from symprop.check.theory import Rule
from symprop.check.trees import nodes, parts
from symprop.check.understanding.lines import EQUALITIES, Line
from symprop.check.written_names import version
from symprop.model.expr import Add, Expr, Neg, Number, Ref
from symprop.model.written import BRACKETED, SUPERSCRIPTED, Big, Derivative, Dots, Gradient, ungrouped


def label_letters(lines: Iterable[Line]) -> frozenset[str]:
    r"""Letters that the document's definitions use as labels.

    A letter is one where it is a quantity with a definition of its own (``y = v h`` beside ``\\delta_y``), and where a first
    formula for a name has it on the right, with nothing that binds it and not on the left (``p_r = w_r o_l``).
    """
    found: set[str] = set()
    seen: set[Ref] = set()
    for line in lines:
        for link in list(line.links)[:1]:
            left, right = line.exprs[link], line.exprs[link + 1]
            left = None if left is None else ungrouped(left)
            if line.signs[link] not in EQUALITIES or not isinstance(left, Ref) or right is None or left in seen:
                continue
            seen.add(left)
            if not left.indices and _is_letter(left.name) and not _is_place(right):
                found.add(left.name)
            if left.indices and not _is_open(right):
                here, there = set(_index_letters(left)), set(_index_letters(right))
                found |= there - here
                found |= here if there - here else set()
    return frozenset(found)


def _is_letter(name: str) -> bool:
    return len(name) == 1 and name.islower()


def _is_place(expr: Expr) -> bool:
    """Whether it may be where an index is: numbers and plain letters, with plus and minus between them at most."""
    return all(
        isinstance(node, Number | Dots | Add | Neg) or (isinstance(node, Ref) and not node.indices) for node in nodes(expr)
    )


def _is_open(expr: Expr) -> bool:
    """Whether it leaves open which letters run, or speaks of more than values."""
    return any(
        isinstance(node, Dots | Derivative | Gradient) or (isinstance(node, Big) and not node.indices) for node in nodes(expr)
    )


def _index_letters(expr: Expr, bound: frozenset[str] = frozenset()) -> Iterator[str]:
    """Letters alone in index places, outside sums over them."""
    if isinstance(expr, Ref):
        for index in expr.indices:
            if isinstance(index, Ref) and not index.indices and _is_letter(index.name) and index.name not in bound:
                yield index.name
        return
    inner = bound | frozenset(expr.indices) if isinstance(expr, Big) else bound
    for part in parts(expr):
        yield from _index_letters(part, inner)


def whole_names(rules: Sequence[Rule], arity: Mapping[str, int], arrays: frozenset[str]) -> frozenset[str]:
    """Names that are whole in the definitions, though formulas of a general kind index them further (``w`` beside ``w_{ij}``).

    An array shows in its definitions, too: with it stand other names that have more indices elsewhere than there, it is set or
    transposed as one, or it is a capital.
    """
    shorter: list[set[str]] = []
    for rule in rules:
        refs = [node for side in (rule.ref, rule.expr) for node in nodes(side) if isinstance(node, Ref)]
        shorter.append({ref.name for ref in refs if len(ref.indices) < arity.get(ref.name, 0)})
    lonely = {name for names in shorter if len(names) == 1 for name in names}
    joined = {name for names in shorter if len(names) > 1 for name in names}
    return frozenset(
        name for name in lonely - joined - arrays if not name[:1].isupper() and not name.endswith((SUPERSCRIPTED, BRACKETED))
    )


def counted_places(rules: Sequence[Rule], families: Collection[tuple[str, int]]) -> dict[tuple[str, int], tuple[int, ...]]:
    """Places that the definitions visit by number only, several of them: over these a letter in claims runs (``z_1``, ``z_2``).

    For what is defined, left sides count; for the rest, how definitions use it.
    """
    defined = {rule.ref.name for rule in rules}
    refs = [rule.ref for rule in rules]
    stated = [rule.expr for rule in rules if not version(rule.ref.name)]
    refs += [node for expr in stated for node in nodes(expr) if isinstance(node, Ref) and node.name not in defined]
    numbers: dict[tuple[str, int], set[int]] = {}
    open_: set[tuple[str, int]] = set(families)
    for ref in refs:
        for slot, index in enumerate(ref.indices):
            if isinstance(index, Number) and index.value.denominator == 1:
                numbers.setdefault((ref.name, slot), set()).add(int(index.value))
            else:
                open_.add((ref.name, slot))
    return {slot: tuple(sorted(found)) for slot, found in numbers.items() if slot not in open_ and len(found) > 1}
