"""Who is who on a page: ``Inputs i_1 and i_2; target t; weights w_1, …, w_8; rate η; function φ(x) = 2 x``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from symprop.derivation.step import Chain, Derivation, Phrase
from symprop.model.expr import Apply, Expr, Indicator, Number, Ones, Ref
from symprop.model.network import Function, Leaf, Network, Range, Role
from symprop.model.walk import walk
from symprop.render.lists import listed
from symprop.render.membership import member

_ROLES: Mapping[Role, str] = {
    Role.INPUT: "input",
    Role.TARGET: "target",
    Role.WEIGHT: "weight",
    Role.CONSTANT: "constant",
    Role.RATE: "rate",
    Role.SIZE: "size",
}


def roles(derivation: Derivation, *, members: bool = False) -> Phrase:
    """What the names and the declared functions are; then what was assumed, and how a bracket is read, if there is one.

    With *members*, arrays of a page in matrices are said to be members of their spaces.
    """
    network = derivation.network
    nodes = _nodes(derivation.chains)
    sentences: list[Phrase] = []
    mentioned = None if derivation.of.name == network.cost else _names(nodes)
    parts = [
        *_leaves(network, mentioned, nodes if members and derivation.register == "matrix" else ()),
        *_functions(network, nodes),
    ]
    if parts:
        sentences.append(_sentence((*_joined(parts, "; "), ".")))
    if any(step.rule == "assumption" for step in derivation.steps):
        facts = _joined((a.left, " = ", a.right) for a in network.assumptions)
        sentences.append(("It is assumed that ", *facts, "."))
    bracket = next((node for node in nodes if isinstance(node, Indicator)), None)
    if bracket is not None:
        sentences.append(("A bracket such as ", bracket, " is 1 where it holds and 0 elsewhere."))
    return _joined((*sentences, *_arrays(derivation, nodes)), " ")


def _arrays(derivation: Derivation, nodes: list[Expr]) -> Iterable[Phrase]:
    """How arrays lie, and what the names of the matrix register are, as far as they are on the page."""
    network = derivation.network
    if derivation.register == "matrix" and any(len(axes) == 1 for axes in map(network.axes, (*network.leaves, *network.by_name))):
        lie = "like transposed weights" if network.convention.jacobian else "like the weights"
        yield (f"Vectors are {'rows' if network.convention.rows else 'columns'}, gradients lie {lie}.",)
    ones = next((node for node in nodes if isinstance(node, Ones)), None)
    if ones is not None:
        yield (ones, " is the vector of ", ones.size, " ones.")


def _nodes(chains: Iterable[Chain]) -> list[Expr]:
    """Everything that stands on the page."""
    trees: list[Expr] = []
    for chain in chains:
        trees += [chain.left, *(link.expr for link in chain.links)]
        trees += [bound for r in chain.ranges for bound in (r.lower, r.upper)]
    return [node for tree in trees for node in walk(tree)]


def _names(nodes: Iterable[Expr]) -> frozenset[str]:
    return frozenset(node.name for node in nodes if isinstance(node, Ref))


def _leaves(network: Network, mentioned: frozenset[str] | None, whole: Sequence[Expr]) -> list[Phrase]:
    """The leaves by role.  About a part of the network only those that are *mentioned*: the others have no say in it.

    *whole* is what the page holds, where it speaks of whole arrays.
    """
    kept = [leaf for leaf in network.leaves.values() if mentioned is None or leaf.name in mentioned]
    bounds = [bound for leaf in kept for axis in leaf.axes for bound in (axis.lower, axis.upper)]
    sizes = _names(node for bound in bounds for node in walk(bound))
    kept += [leaf for leaf in network.leaves.values() if leaf.name in sizes and leaf not in kept]
    parts: list[Phrase] = []
    for role, word in _ROLES.items():
        leaves = [leaf for leaf in kept if leaf.role is role]
        if role is Role.SIZE:  # these come in the order in which shapes mention them, which nobody chose
            leaves.sort(key=lambda leaf: (len(leaf.name), leaf.name))
        if leaves:
            parts.append((f"{word}s " if len(leaves) > 1 else f"{word} ", *_listed(leaves, whole, rows=network.convention.rows)))
    return parts


def _functions(network: Network, nodes: Iterable[Expr]) -> list[Phrase]:
    """The functions that the network declares and the page uses, with what they are."""
    used = {node.function for node in nodes if isinstance(node, Apply)}
    functions = [function for name, function in network.functions.items() if name in used]
    if not functions:
        return []
    word = "function " if len(functions) == 1 else "functions "
    return [(word, *_joined(_function(function) for function in functions))]


def _function(function: Function) -> Phrase:
    if function.body is None:
        return (Ref(function.name), " (unknown)")
    return (Apply(function.name, (Ref(function.parameter),)), " = ", function.body)


def _listed(leaves: list[Leaf], whole: Sequence[Expr], *, rows: bool) -> Phrase:
    """Each name with its shape."""
    # A run has one shape, or its ends would not tell what stands between them; a shape's place in `indices` tells runs apart.
    names = [Ref(leaf.name, tuple(axis.upper for axis in leaf.axes)) for leaf in leaves]
    return listed(names, [_shaped(leaf, whole, rows=rows) for leaf in leaves])


def _shaped(leaf: Leaf, whole: Sequence[Expr], *, rows: bool) -> Phrase:
    stated = member(leaf, whole, rows=rows) if whole and leaf.axes else None
    return (Ref(leaf.name), *_shape(leaf.axes)) if stated is None else (stated,)


def _shape(axes: tuple[Range, ...]) -> Phrase:
    """`` (n_1 × n_0)``; an axis that does not count from 1 shows both ends."""
    if not axes:
        return ()
    parts: list[str | Expr] = [" ("]
    for i, axis in enumerate(axes):
        first = isinstance(axis.lower, Number) and axis.lower.value == 1
        parts += [" × " if i else "", *(() if first else (axis.lower, "…")), axis.upper]
    return (*parts, ")")


def _joined(phrases: Iterable[Phrase], separator: str = ", ") -> Phrase:
    parts: list[str | Expr] = []
    for place, phrase in enumerate(phrases):
        parts += [separator] if place else []
        parts += phrase
    return tuple(parts)


def _sentence(phrase: Iterable[str | Expr]) -> Phrase:
    """With a capital letter, and without empty pieces."""
    first, *rest = [part for part in phrase if part != ""]
    return (first[:1].upper() + first[1:] if isinstance(first, str) else first, *rest)
