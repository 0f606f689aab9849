"""One expression, read in the context of a network, or a formula over a few names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from symprop.errors import InputError, Source
from symprop.model.expr import Expr, Increment, Partial, Ref, Softmax, Sum
from symprop.model.network import Abbreviation, Network, Range, Role
from symprop.model.ranges import bare_uses, infer_range
from symprop.model.reader.lexer import Token, tokenize
from symprop.model.reader.open_lowering import OpenLowering
from symprop.model.reader.outline import formula
from symprop.model.reader.parser import Parser
from symprop.model.reader.resolve import Bounds, Resolver, unknown_range
from symprop.model.reader.surface import Open, bodies, is_array, nodes
from symprop.model.reader.vocabulary import Vocabulary, undefined
from symprop.model.walk import bound_index, children

_NO_ABBREVIATIONS: Mapping[str, Abbreviation] = {}


def read_expression(
    text: str, network: Network, abbreviations: Mapping[str, Abbreviation] = _NO_ABBREVIATIONS, ranges: Sequence[Range] = ()
) -> Expr:
    """Read an expression over the names of *network* and the derived ones in *abbreviations*.

    A number that is made of whole arrays (``½ ‖t − y‖²``) is returned in indices.

    Args:
        text: the expression, in the notation of ``docs/notation.md``.
        network: what the names mean; they may be written in any spelling.
        abbreviations: names that a derivation has introduced.
        ranges: the index letters that stand free in the expression.

    Raises:
        InputError: the text is no expression, or uses what is not defined; or it is an array.
    """
    reader, expr = _parsed(text, network, abbreviations, ranges)
    bound = frozenset(r.index for r in ranges)
    if reader.speaks_of_arrays(expr):
        arranged = reader.lowering.arranged(expr)
        reader.lowering.number(arranged, "an expression in indices", "name an entry of it by its indices")
        expr = reader.lowering.entry(arranged, ())
    resolved = Resolver(reader.range_of, reader.known).resolve(expr, bound)
    reader.check(resolved, bound)
    return resolved


def read_matrices(
    text: str, network: Network, abbreviations: Mapping[str, Abbreviation] = _NO_ABBREVIATIONS, ranges: Sequence[Range] = ()
) -> Expr:
    """Read an expression over whole arrays, such as ``δ_1 x_0ᵀ`` or ``∂L/∂W_1``, and leave it in the matrix register.

    The arguments are those of :func:`read_expression`; an array stands without (its last) indices.

    Raises:
        InputError: the text is no expression, uses what is not defined, or puts arrays together that do not fit.
    """
    reader, expr = _parsed(text, network, abbreviations, ranges)
    bound = frozenset(r.index for r in ranges)
    arranged = reader.lowering.arranged(expr)
    count = len(reader.lowering.shape(arranged))
    letters = [Ref(f"{_FRESH}{position}") for position in range(count)]
    lowered = Resolver(reader.range_of, reader.known).resolve(reader.lowering.entry(arranged, letters), bound)
    reader.check(lowered, bound | {letter.name for letter in letters})
    return Resolver(reader.range_of_twin, reader.known).resolve(arranged, bound)


_FRESH = "entry_"


def _parsed(
    text: str, network: Network, abbreviations: Mapping[str, Abbreviation], ranges: Sequence[Range]
) -> tuple[_Reader, Expr]:
    """The expression as the parser makes it, and what its names mean."""
    tokens = _one_line(text)
    reader = _Reader(network, abbreviations, ranges)
    return reader, Parser(tokens, reader.vocabulary(tokens), [r.index for r in ranges]).whole()


def read_formula(text: str, parameters: Sequence[str]) -> Expr:
    """Read a formula over *parameters* and the built-in functions only.

    Raises:
        InputError: the text is no such formula.
    """
    names = Vocabulary()
    for parameter in parameters:
        names.add_quantity(parameter)
    return formula(_one_line(text, "<formula>"), names, parameters)


def _one_line(text: str, name: str = "<expression>") -> list[Token]:
    source = Source(text, name)
    tokens = [token for token in tokenize(source) if token.kind != "newline"]
    if len(tokens) == 1:
        raise InputError("there is no expression", tokens[0].span)
    return tokens


class _Reader:
    """What names mean in the context of a network."""

    def __init__(self, network: Network, abbreviations: Mapping[str, Abbreviation], ranges: Iterable[Range]) -> None:
        self.network = network
        self.abbreviations = abbreviations
        self.ranges = tuple(ranges)
        self.counts = {name: len(leaf.axes) for name, leaf in network.leaves.items()}
        self.counts |= {name: len(group[0].indices) for name, group in network.by_name.items()}
        self.counts |= {name: len(abbreviation.indices) for name, abbreviation in abbreviations.items()}
        self.counts.setdefault(network.rate, 0)
        self.known = frozenset((*self.counts, *network.functions))
        self.lowering = OpenLowering(self._axes, network.convention, self.known, superscript="T" not in self.counts)

    def _axes(self, name: str) -> tuple[Range, ...]:
        """The axes of a name; () for letters, and for names that mean nothing, which :meth:`check` refuses."""
        own = self.abbreviations.get(name)
        return self.network.axes(name) if own is None else own.ranges

    def speaks_of_arrays(self, expr: Expr) -> bool:
        """Does *expr* hold anything of the matrix register?"""
        return any(is_array(node, self.counts) for node in nodes(expr))

    def vocabulary(self, tokens: Sequence[Token]) -> Vocabulary:
        """The names of the network and of the text, for the parser."""
        names = Vocabulary()
        for name in self.network.functions:
            names.declare_function(name)
        for name in self.counts:
            names.add_quantity(name)
        for own in self.ranges:
            names.add_quantity(own.index)
        names.survey(tokens)
        return names

    def range_of(self, node: Open, bodies: tuple[Expr, ...]) -> Bounds:
        """What the network, or else an abbreviation, implies for the index of *node*."""
        found = infer_range(bodies[0], node.index, self.network, self.ranges)
        if found is not None:
            return found
        for name, position in bare_uses(bodies[0], node.index):
            own = self.abbreviations.get(name)
            if own is not None and position < len(own.ranges):
                return own.ranges[position].lower, own.ranges[position].upper
        raise unknown_range(node)

    def range_of_twin(self, node: Open, resolved: tuple[Expr, ...]) -> Bounds:
        """The range of an index in the matrix register: that of the node in indices that *node* became."""
        twin = self.lowering.twins.get(id(node), node)
        closed = Resolver(self.range_of, self.known)
        return self.range_of(twin, tuple(closed.resolve(body, frozenset({twin.index})) for body in bodies(twin)) or resolved)

    def check(self, expr: Expr, bound: frozenset[str]) -> None:
        """Every name must mean something here and have its number of indices."""
        if isinstance(expr, Ref):
            self._check_ref(expr, bound)
        if isinstance(expr, Partial | Increment):
            self._check_derived(expr)
        bodies = 1 if isinstance(expr, Sum) else len(expr.arguments) if isinstance(expr, Softmax) else 0  # they come first
        for position, child in enumerate(children(expr)):
            self.check(child, bound | {bound_index(expr)} if position < bodies else bound)

    def _check_ref(self, ref: Ref, bound: frozenset[str]) -> None:
        if not ref.indices and ref.name in bound:
            return
        if ref.name not in self.counts:
            raise undefined(ref.name, ref.span, self.counts)
        count = self.counts[ref.name]
        if len(ref.indices) != count:
            has = "no index" if not count else "1 index" if count == 1 else f"{count} indices"
            raise InputError(f"`{ref.name}` has {has}, but stands here with {len(ref.indices) or 'none'}", ref.span)

    def _check_derived(self, expr: Partial | Increment) -> None:
        if isinstance(expr, Increment):
            leaf = self.network.leaves.get(expr.weight.name)
            if leaf is None or leaf.role is not Role.WEIGHT:
                raise InputError(f"`{expr.weight.name}` is no weight, so it is not changed by an update", expr.span)
        elif expr.wrt.name not in self.network.leaves and expr.wrt.name not in self.network.by_name:
            raise undefined(expr.wrt.name, expr.wrt.span, self.counts)
