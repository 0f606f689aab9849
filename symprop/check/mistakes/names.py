"""Names that are like the right one: other indices, the same in another order, another layer, another name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from symprop.check.mistakes.edit import Edit
from symprop.check.mistakes.instances import shifted
from symprop.check.mistakes.material import Material
from symprop.check.mistakes.sites import Site, references, sites, with_references
from symprop.check.written_names import LAYER
from symprop.model.expr import Expr, Ref
from symprop.model.written import Derivative, Gradient

_MOST_OTHERS = 40

Indices = tuple[Expr, ...]


def indices(material: Material) -> Iterator[Edit]:
    """Indices in another order, another layer, another index; one occurrence first, then all."""
    for ref in references(material.right):
        for kind, other in _near(ref, material):
            yield from exchanged(material.right, kind, ref, other)


def everywhere(material: Material) -> Iterator[Edit]:
    """One index for another wherever it stands: ``l+1`` for ``L`` in all layers."""
    refs = references(material.right)
    counts = dict.fromkeys(ref.indices[slot] for ref in refs for slot in _layers(ref, material))
    known = dict.fromkeys(ref.indices[slot] for ref in references(material.left) for slot in _layers(ref, material))
    for index in counts:
        for other in dict.fromkeys([new for one in (index, *known) for by in (0, 1, -1) for new in [shifted(one, by)]]):
            if other != index:
                right = with_references(material.right, lambda ref, a=index, b=other: _relayered(ref, a, b, material))  # type: ignore[misc]
                yield Edit("layer", right, index, other)


def _relayered(ref: Ref, index: Expr, other: Expr, material: Material) -> Ref:
    layers = _layers(ref, material)
    new = tuple(other if slot in layers and old == index else old for slot, old in enumerate(ref.indices))
    return ref if new == ref.indices else Ref(ref.name, new)


def others(material: Material) -> Iterator[Edit]:
    """Other names altogether, those with as many indices first."""
    for ref in references(material.right):
        near = {other for _, other in _near(ref, material)}
        wanted = [name for name in material.names if name != ref and name not in near]
        wanted.sort(key=lambda name: (len(name.indices) != len(ref.indices), name.name != ref.name))
        for other in wanted[:_MOST_OTHERS]:
            yield from exchanged(material.right, "name", ref, other)


def lefts(material: Material) -> Iterator[Edit]:
    """The left side is that of another quantity."""
    for ref in references(material.left):
        alike = [name for name in material.names if name != ref and name not in references(material.right)]
        for other in [*dict.fromkeys([*(near for _, near in _near(ref, material)), *alike])][:_MOST_OTHERS]:
            new = with_references(material.left, lambda found, ref=ref, other=other: other if found == ref else found)  # type: ignore[misc]
            if not _trivial(new):
                yield Edit("left side", material.right, material.left, new, left=new)


def exchanged(expr: Expr, kind: str, ref: Ref, other: Ref) -> Iterator[Edit]:
    """*other* for each occurrence of *ref*, then for all of them."""
    found = [site for site in sites(expr) if _places(site.node, ref)]
    for site in found:
        for new in _renamed(site, ref, other):
            if isinstance(new, Derivative):
                yield Edit("chain rule", site.rebuild(new), site.node, new)
            else:
                yield Edit(kind, site.rebuild(new), ref, other)
    if len(found) > 1:
        yield Edit(kind, with_references(expr, lambda name: other if name == ref else name), ref, other)


def _places(node: Expr, ref: Ref) -> bool:
    return node == ref or (isinstance(node, Derivative | Gradient) and ref in (node.of, node.wrt))


def _renamed(site: Site, ref: Ref, other: Ref) -> Iterator[Expr]:
    node = site.node
    if isinstance(node, Derivative):
        if node.wrt == ref and node.of != other:
            yield Derivative(node.of, other, node.order)
        if node.of == ref and node.wrt != other:
            yield Derivative(other, node.wrt, node.order)
    elif isinstance(node, Gradient):
        if node.wrt == ref:
            yield Gradient(node.of, other)
        if node.of == ref:
            yield Gradient(other, node.wrt)
    else:
        yield other


def _trivial(left: Expr) -> bool:
    return isinstance(left, Ref) or (isinstance(left, Derivative | Gradient) and left.of == left.wrt)


def _near(ref: Ref, material: Material) -> Iterator[tuple[str, Ref]]:
    """Quantities of the same name whose indices differ a little, each once."""
    seen = {ref.indices}
    for kind, indices in (*_permuted(ref, material), *_shifted(ref, material), *_others(ref, material)):
        if indices not in seen:
            seen.add(indices)
            yield kind, Ref(_lettered(ref.name, indices), indices)


def _lettered(name: str, indices: Indices) -> str:
    """The name with these indices, where their letters are part of it."""
    if LAYER not in name[1:]:
        return name
    head, rest = name.split(LAYER, 1)
    letters = "".join(index.name for index in indices if isinstance(index, Ref))
    return f"{head}{LAYER}{letters}{rest[len(indices) :]}"


def _layers(ref: Ref, material: Material) -> list[int]:
    return [slot for slot in range(len(ref.indices)) if (ref.name, slot) in material.theory.families]


def _permuted(ref: Ref, material: Material) -> Iterator[tuple[str, Indices]]:
    """Two indices exchanged."""
    free = [slot for slot in range(len(ref.indices)) if slot not in _layers(ref, material)]
    for one, two in combinations(free, 2):
        found = list(ref.indices)
        found[one], found[two] = found[two], found[one]
        yield "order of indices", tuple(found)


def _shifted(ref: Ref, material: Material) -> Iterator[tuple[str, Indices]]:
    """The layer before, the layer after."""
    for slot in _layers(ref, material):
        for by in (-1, 1):
            yield "layer", _with(ref.indices, slot, shifted(ref.indices[slot], by))


def _others(ref: Ref, material: Material) -> Iterator[tuple[str, Indices]]:
    """One index another one: as the document has it elsewhere, then any index of the claim."""
    alike = [name.indices for name in material.names if name.name == ref.name and len(name.indices) == len(ref.indices)]
    for indices in alike:
        if sum(a != b for a, b in zip(indices, ref.indices, strict=True)) == 1:
            yield "index", indices
    used = dict.fromkeys(index for name in [*references(material.right), *references(material.left)] for index in name.indices)
    for slot in range(len(ref.indices)):
        if slot not in _layers(ref, material):
            yield from (("index", _with(ref.indices, slot, index)) for index in used)


def _with(indices: Indices, slot: int, index: Expr) -> Indices:
    return (*indices[:slot], index, *indices[slot + 1 :])
