"""Names for layers that the author nested: ``x_3 = f_3(W_3 f_2(W_2 x_1))`` as ``x_2 = f_2(W_2 x_1)``, ``x_3 = f_3(W_3 x_2)``.

Only what is written in matrices is taken apart: a layer inside it is one activation of a whole array.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from symprop.model.expr import Apply, Expr, Ref, Softmax, Sum, Transpose
from symprop.model.functions import FUNCTIONS
from symprop.model.layouts import letters_of
from symprop.model.lowering import Lowering
from symprop.model.names import free_name, normal
from symprop.model.network import Definition, Leaf, Network, Range, Role
from symprop.model.products import transposed
from symprop.model.walk import children, fresh_index, mentions, rebuild, walk

_NUMBERED = re.compile(r"(.+_)(\d+)")


def name_layers(network: Network) -> tuple[Network, tuple[Definition, ...]]:
    """*network* with a definition for every layer inside another definition, and the definitions that were made."""
    if not any(definition.written is not None for definition in network.definitions):
        return network, ()
    namer = _Namer(network)
    definitions = [part for definition in network.definitions for part in namer.apart(definition)]
    if not namer.made:
        return network, ()
    leaves = {name: _lettered(leaf, definitions) for name, leaf in network.leaves.items()}
    return replace(network, leaves=leaves, definitions=tuple(definitions)), tuple(namer.made)


def _lettered(leaf: Leaf, definitions: Sequence[Definition]) -> Leaf:
    """*leaf* with the letters that index it now: inside other layers it had to have others."""
    if not leaf.axes:
        return leaf
    for definition in definitions:
        for node in walk(definition.expr):
            if isinstance(node, Ref) and node.name == leaf.name and all(_is_letter(index) for index in node.indices):
                letters = [index.name for index in node.indices if isinstance(index, Ref)]
                axes = (replace(axis, index=letter) for axis, letter in zip(leaf.axes, letters, strict=True))
                return replace(leaf, axes=tuple(axes)) if len(set(letters)) == len(letters) else leaf
    return leaf


def _is_letter(index: Expr) -> bool:
    return isinstance(index, Ref) and not index.indices


@dataclass
class _Namer:
    network: Network
    made: list[Definition] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.names = [*self.network.leaves, *self.network.by_name, *self.network.functions]
        self.taken = {normal(name) for name in self.names}
        self.axes: dict[str, tuple[Range, ...]] = {}
        self.known: dict[Expr, Expr] = {}

    def apart(self, definition: Definition) -> list[Definition]:
        """*definition* behind the layers that it holds."""
        written = definition.written
        several = len(self.network.by_name[definition.name]) > 1  # h[0], h[t]: their layers would be families, too
        if written is None or several or definition.name == self.network.cost:
            return [definition]
        before = len(self.made)
        inner = self._inner(written)
        names = iter(self._names(definition.name, sum(layer not in self.known for layer in inner)))
        for layer in inner:
            if layer not in self.known:
                self._name(layer, next(names), definition)
        tree = self._put(written)
        if tree == written:
            return [definition]
        letters = definition.indices[len(definition.indices) - definition.whole :]
        lowered = self._lowering().entry(tree, letters)
        return [*self.made[before:], replace(definition, written=tree, expr=lowered)]

    def _lowering(self) -> Lowering:
        def axes(name: str) -> tuple[Range, ...]:
            return self.axes[name] if name in self.axes else self.network.axes(name)

        return Lowering(axes, self.network.convention, (*self.names, *self.axes))

    def _inner(self, written: Expr) -> list[Expr]:
        """The layers inside *written*, the innermost first."""
        found: dict[Expr, None] = {}
        stack = list(children(written))
        while stack:
            node = stack.pop(0)
            if isinstance(node, Sum | Softmax):
                continue  # what is in there may depend on its index
            if self._is_layer(node):
                found.pop(node, None)
                found[node] = None
            stack.extend(children(node))
        return list(reversed(found))

    def _is_layer(self, node: Expr) -> bool:
        """Is *node* an activation function of something that has no name, entry by entry?"""
        if not isinstance(node, Apply) or node.primes or isinstance(node.arguments[0], Ref):
            return False
        known = node.function in self.network.functions
        activation = known or (node.function in FUNCTIONS and FUNCTIONS[node.function].activation)
        return activation and bool(self._lowering().shape(node))

    def _names(self, name: str, count: int) -> list[str]:
        """Names for *count* layers inside *name*: those that count up to it, else h."""
        match = _NUMBERED.fullmatch(name)
        if match and int(match[2]) > count:
            numbers = range(int(match[2]) - count, int(match[2]))
            names = [f"{match[1]}{number}" for number in numbers]
            if not {normal(own) for own in names} & self.taken:
                return names
        return ["h"] if count == 1 else [f"h_{number}" for number in range(1, count + 1)]

    def _name(self, layer: Expr, wanted: str, definition: Definition) -> None:
        name = free_name((wanted,), self.taken)
        self.taken.add(normal(name))
        tree = self._put(layer, root=True)
        lowering = self._lowering()
        lies_across = lowering.layout(tree).turned  # σ(xᵀ): its name is a vector as all others are
        if lies_across:
            assert isinstance(tree, Apply)
            tree = replace(tree, arguments=tuple(map(transposed, tree.arguments)))
        own = [r for r in definition.ranges if mentions(tree, r.index)]
        outer = tuple(Ref(r.index) for r in own)
        used, letters, ranges = {*self.names, *self.axes, *(r.index for r in own)}, list[Expr](), list[Range]()
        axes = lowering.shape(tree)
        for axis, letter in zip(axes, letters_of(len(axes), self.network.convention), strict=True):
            index = fresh_index(used, (letter,))
            used.add(index)
            letters.append(Ref(index))
            ranges.append(Range(index, axis.lower, axis.upper))
        expr = lowering.entry(tree, letters)
        indices, whole = (*outer, *letters), len(letters)
        made = Definition(name, expr, Role.ACTIVATION, indices, (*own, *ranges), layer.span, tree, whole)
        self.made.append(made)
        self.axes[name] = (*own, *ranges)
        self.known[layer] = Transpose(Ref(name, outer)) if lies_across else Ref(name, outer)

    def _put(self, expr: Expr, root: bool = False) -> Expr:
        """*expr* with the layers that have a name by that name (*expr* itself is one where it is the *root*)."""
        if not root and expr in self.known:
            return self.known[expr]
        if isinstance(expr, Ref | Sum | Softmax):
            return expr
        return rebuild(expr, tuple(self._put(child) for child in children(expr)))
