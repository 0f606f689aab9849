"""A network as what a document is judged against: its definitions, leaves, sizes, values and rule of updating."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from symprop.check.document import Reading, Vocabulary
from symprop.check.given.spelling import Spelling, as_written, is_word, label_count, number
from symprop.check.given.translate import Translator
from symprop.check.theory import Atom, FunctionRule, Rule, Theory, UpdateRule, with_rules
from symprop.check.trees import nodes
from symprop.check.understanding.normalise import normaliser
from symprop.check.understanding.theories import Given
from symprop.check.values.atoms import atom
from symprop.check.written_names import base
from symprop.errors import InternalError
from symprop.model.expr import Add, Expr, Neg, Number, Ref, Sum
from symprop.model.network import Assumption, Network, Objective, Range, Role
from symprop.model.walk import walk
from symprop.model.written import BRACKETED, SUPERSCRIPTED

Extents = dict[tuple[str, tuple[object, ...]], tuple[Expr, Expr]]


def vocabulary(networks: Iterable[Network]) -> Vocabulary:
    """What a reader must know of the names of *networks*."""
    words: set[str] = set()
    functions: set[str] = set()
    for network in networks:
        names = {*network.leaves, *network.by_name}
        words |= {as_written(name).name for name in names if is_word(name) and as_written(name).name.isalpha()}
        functions |= {as_written(name).name for name in network.functions}
    return Vocabulary(words=frozenset(words), functions=frozenset(functions))


def given(networks: Sequence[Network], reading: Reading | None = None) -> Given:
    """What *networks* together say, in the spellings of the document that *reading* is of."""
    sides = () if reading is None else tuple(side for statement in reading.statements for side in statement.sides)
    written = [side.expr for side in sides if side.expr is not None]
    digitwise = frozenset() if reading is None else reading.vocabulary.digitwise
    theory = Theory()
    for network in networks:
        theory = united(theory, from_network(network, written, digitwise))
    rules = [rule for group in theory.rules.values() for rule in group]
    exprs = [expr for rule in rules for expr in (rule.ref, rule.expr)]
    exprs += [ref for group in theory.patterns.values() for ref in group]
    return Given(theory, tuple(exprs))


def from_network(network: Network, written: Sequence[Expr] = (), digitwise: frozenset[str] = frozenset()) -> Theory:
    """A network as a theory; names take the form that they have in the expressions *written* of a document.

    Args:
        network: the network.
        written: what the document writes.
        digitwise: names whose digits are an index each there.
    """
    return _Made(network, written, digitwise).theory()


def united(first: Theory, second: Theory) -> Theory:
    """Both together; what *first* defines, counts."""
    rules = [rule for theory in (second, first) for group in theory.rules.values() for rule in group]
    merged = with_rules({rule.ref: rule for rule in rules}.values())
    cost = first if first.cost is not None else second
    return Theory(
        rules=merged,
        functions={**second.functions, **first.functions},
        letters=first.letters | second.letters,
        lasts=first.lasts | second.lasts,
        arity={name: max(first.arity.get(name, 0), second.arity.get(name, 0)) for name in {**first.arity, **second.arity}},
        labels={**second.labels, **first.labels},
        families=first.families | second.families,
        apart=first.apart | second.apart,
        sizes=(first.sizes | second.sizes) - first.lasts - second.lasts,
        cost=cost.cost,
        objective=cost.objective,
        update=first.update or second.update,
        leaves=first.leaves | second.leaves,
        patterns={
            name: tuple(dict.fromkeys((*first.patterns.get(name, ()), *second.patterns.get(name, ()))))
            for name in {**first.patterns, **second.patterns}
        },
        values={**second.values, **first.values},
        weights=tuple(dict.fromkeys((*first.weights, *second.weights))),
        simplex=first.simplex | second.simplex,
        extents={**second.extents, **first.extents},
    )


class _Made:
    """One network on its way to a theory."""

    def __init__(self, network: Network, written: Sequence[Expr], digitwise: frozenset[str]) -> None:
        self.network = network
        self.letters = _bound(network)
        self.steps = frozenset(_steps(network))
        sizes = frozenset(network.sizes)
        self.lasts = frozenset(r.upper.name for r in self._ranges() if r.index in self.steps and isinstance(r.upper, Ref))
        self.sizes = sizes - self.lasts
        self.spelling = Spelling(normaliser([*written, *self._own(Spelling(digitwise=digitwise))]).split, digitwise)
        self.translate = Translator(sizes, self.spelling, dict(_marked(network, written, self.spelling)))

    def theory(self) -> Theory:
        """The theory."""
        network, translate = self.network, self.translate
        leaves = {name: leaf for name, leaf in network.leaves.items() if leaf.role is not Role.SIZE}
        patterns = {name: self._entry(name, leaf.axes) for name, leaf in leaves.items()}
        rules = [self._rule(definition.ref, definition.expr, definition.ranges) for definition in network.definitions]
        cost = None if network.cost is None else translate.ref(Ref(network.cost))
        sign = -1 if network.objective is Objective.MINIMIZE else 1
        refs = [*(rule.ref for rule in rules), *patterns.values()]
        self.letters |= {letter for rule in rules for letter in rule.letters}
        return Theory(
            rules=with_rules(rules),
            functions={self._function(name): self._function_rule(name) for name in network.functions},
            letters=frozenset(self.letters - self.lasts),
            lasts=self.lasts,
            arity={ref.name: max(len(other.indices) for other in refs if other.name == ref.name) for ref in refs},
            labels=self._labels(),
            families=frozenset(
                (ref.name, slot)
                for ref in refs
                for slot, index in enumerate(ref.indices)
                if isinstance(index, Ref) and index.name in self.steps
            ),
            apart=frozenset(self._apart()),
            sizes=self.sizes,
            cost=cost,
            objective=network.objective,
            update=None if cost is None else UpdateRule(sign, translate.ref(Ref(network.rate)), cost),
            leaves=frozenset(ref.name for ref in patterns.values()),
            patterns=_grouped(patterns.values()),
            values=dict(self._values()),
            weights=tuple(patterns[name] for name, leaf in leaves.items() if leaf.role is Role.WEIGHT),
            simplex=frozenset(name for fact in network.assumptions if (name := self._simplex(fact))),
            extents=self._extents(),
        )

    def _entry(self, name: str, axes: Sequence[Range]) -> Ref:
        """Any entry of a quantity: its indices are letters, each another one."""
        letters: list[str] = []
        for own in axes:
            letter = own.index
            while letter in letters:
                letter += "'"
            letters.append(letter)
        self.letters |= set(letters)
        return self.translate.ref(Ref(name, tuple(map(Ref, letters))), frozenset(letters))

    def _rule(self, ref: Ref, expr: Expr, ranges: Sequence[Range]) -> Rule:
        letters = _letters(ranges)
        return Rule(self.translate.ref(ref, letters), self.translate(expr, letters), tuple(sorted(letters)))

    def _function(self, name: str) -> str:
        ref = as_written(name)
        return "_".join([ref.name, *(str(atom(index, {}, lambda _name: None)) for index in ref.indices)])

    def _function_rule(self, name: str) -> FunctionRule:
        function = self.network.functions[name]
        body = None if function.body is None else self.translate(function.body, frozenset({function.parameter}))
        return FunctionRule(self._function(name), (function.parameter,), body)

    def _ranges(self) -> Iterator[Range]:
        for leaf in self.network.leaves.values():
            yield from leaf.axes
        for definition in self.network.definitions:
            yield from definition.ranges

    def _own(self, spelling: Spelling) -> Iterator[Expr]:
        """References with their indices, for what they say of names."""
        for name in (*self.network.leaves, *self.network.by_name):
            axes = self.network.axes(name) if name in self.network.by_name else self.network.leaves[name].axes
            if name not in self.network.sizes and axes:
                yield as_written(name, tuple(Ref(r.index) for r in axes), spelling)

    def _quantities(self) -> Iterator[tuple[Ref, int, tuple[Range, ...]]]:
        """Any entry of each quantity, how many of its indices are parts of its name, and the ranges of the others."""
        network = self.network
        for name in (*network.leaves, *network.by_name):
            if name not in network.sizes:
                axes = network.axes(name) if name in network.by_name else network.leaves[name].axes
                yield self._entry(name, axes), label_count(name, self.spelling), axes

    def _apart(self) -> Iterator[tuple[str, int]]:
        """Labels before indices: what stands behind them has sizes of its own."""
        for ref, count, axes in self._quantities():
            yield from ((ref.name, slot) for slot in range(count if axes else 0))

    def _labels(self) -> dict[tuple[str, int], tuple[Atom, ...]]:
        """Numbers in names (``h_1``, ``h_2``): a letter in their place runs over them."""
        found: dict[tuple[str, int], set[int]] = {}
        for ref, count, _ in self._quantities():
            for slot in range(count):
                place = number(ref.indices[slot])
                if place is not None:
                    found.setdefault((ref.name, slot), set()).add(place)
        return {slot: tuple(sorted(places)) for slot, places in found.items()}

    def _extents(self) -> Extents:
        """Over what each index runs."""
        found: Extents = {}
        for ref, count, axes in self._quantities():
            fixed: tuple[Atom, ...] = tuple(atom(index, {}, lambda _name: None) for index in ref.indices[:count])
            for place, own in enumerate(axes):
                if own.index not in self.steps:
                    found[ref.name, (*fixed, *("*",) * place)] = self.translate(own.lower), self.translate(own.upper)
        return found

    def _values(self) -> Iterator[tuple[tuple[str, tuple[Atom, ...]], Fraction]]:
        for name, value in self.network.values.items():
            axes = self.network.leaves[name].axes if name in self.network.leaves else ()
            starts = [number(own.lower) if number(own.lower) is not None else 1 for own in axes]
            for at, literal in _entries(value, [start or 0 for start in starts]):
                ref = self.translate.ref(Ref(name, tuple(Number(Fraction(place)) for place in at)))
                yield (ref.name, tuple(atom(index, {}, lambda _name: None) for index in ref.indices)), literal

    def _simplex(self, fact: Assumption) -> str:
        """The name whose entries the assumption says add up to 1, "" if it says something else."""
        left, right = fact.left, fact.right
        if isinstance(left, Sum) and isinstance(left.body, Ref) and right == Number(Fraction(1)):
            return self.translate.ref(left.body, frozenset({left.index})).name
        return ""


def _steps(network: Network) -> Iterator[str]:
    """Index letters at which recurrent definitions use one another shifted: steps of time."""
    needed = {name: frozenset(_needed(network, name)) for name in network.by_name}
    recurrent = {name for name in needed if name in _reached(needed, name)}
    for definition in network.definitions:
        if definition.name not in recurrent:
            continue
        letters = _letters(definition.ranges)
        for node in walk(definition.expr):
            for index in node.indices if isinstance(node, Ref) and node.name in recurrent else ():
                if isinstance(index, Add):
                    yield from (term.name for term in index.terms if isinstance(term, Ref) and term.name in letters)


def _needed(network: Network, name: str) -> Iterator[str]:
    for definition in network.by_name[name]:
        yield from (node.name for node in walk(definition.expr) if isinstance(node, Ref) and node.name in network.by_name)


def _reached(needed: Mapping[str, frozenset[str]], name: str) -> frozenset[str]:
    """All that a definition is made of, directly or not."""
    found: set[str] = set()
    waiting = list(needed[name])
    while waiting:
        other = waiting.pop()
        if other not in found:
            found.add(other)
            waiting += needed[other]
    return frozenset(found)


def _marked(network: Network, written: Sequence[Expr], spelling: Spelling) -> Iterator[tuple[str, str]]:
    """Names whose first index the document writes as a superscript or in brackets: ``a`` as ``a^``."""
    used: set[tuple[str, int]] = set()
    for expr in written:
        used |= {(base(node.name), len(node.indices)) for node in nodes(expr) if isinstance(node, Ref)}
    for name in (*network.leaves, *network.by_name):
        if name in network.sizes:
            continue
        axes = network.axes(name) if name in network.by_name else network.leaves[name].axes
        ref = as_written(name, tuple(Ref(r.index) for r in axes), spelling)
        for mark in (SUPERSCRIPTED, BRACKETED):
            if ref.indices and (ref.name, len(ref.indices)) not in used and (ref.name + mark, len(ref.indices)) in used:
                yield ref.name, ref.name + mark


def _letters(ranges: Iterable[Range]) -> frozenset[str]:
    return frozenset(own.index for own in ranges)


def _bound(network: Network) -> set[str]:
    return {node.index for definition in network.definitions for node in walk(definition.expr) if isinstance(node, Sum)}


def _grouped(refs: Iterable[Ref]) -> dict[str, tuple[Ref, ...]]:
    found: dict[str, list[Ref]] = {}
    for ref in refs:
        found.setdefault(ref.name, []).append(ref)
    return {name: tuple(group) for name, group in found.items()}


def _entries(value: object, starts: Sequence[int], at: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Fraction]]:
    if isinstance(value, tuple):
        for place, inner in enumerate(value):
            yield from _entries(inner, starts[1:], (*at, place + starts[0]))
    elif isinstance(value, Neg) and isinstance(value.operand, Number):
        yield at, -value.operand.value
    elif isinstance(value, Number):
        yield at, value.value
    elif isinstance(value, int | Fraction):
        yield at, Fraction(value)
    else:
        raise InternalError(f"a value that is no number: {value}")
