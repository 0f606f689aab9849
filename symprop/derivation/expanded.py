"""``--style expanded``: the cost with everything substituted, then the rules of differentiation one at a time.

The page of a reader who knows derivatives but no backpropagation: no partial of a layer has a name here, only inner
functions do, for the moment of the chain rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from symprop.calculus.adjoints import depends_on
from symprop.calculus.rewriting import derivatives_left, moves, put
from symprop.derivation.scalars import VARYING_OUT, WRITTEN_OUT, refuse_indexed, written_out
from symprop.derivation.step import Block, Chain, Phrase, Prose, Section, Table
from symprop.derivation.telling import ChainBuilder, Teller, listed, phrase
from symprop.derivation.verify import Verifier
from symprop.errors import InputError
from symprop.model.build import tidy
from symprop.model.expr import Expr, Partial, Ref
from symprop.model.names import normal
from symprop.model.network import Definition, Network, Role
from symprop.model.preactivations import is_activation
from symprop.model.walk import free_names, size

LETTERS = ("z", "u", "s", "q")
"""Names of inner functions, in order of preference."""

SHORT_CHAIN = 2
"""Links of a chain up to which its result is seen at a glance."""

LONG_LINE = 40
"""Nodes of a line above which what is still to be differentiated is told on its own."""


def tell_expanded(teller: Teller) -> tuple[Section, ...]:
    """The sections of the style: the network, the cost written out, then one for each quantity.

    Raises:
        InputError: the network has indices, or the cost written out is too long to be read.
    """
    refuse_indexed(teller, "expanded")
    lines = {name: _lines(teller, name) for name in teller.wrt}
    inner = _inner_functions(teller, lines)
    _extend(teller, inner)
    return (teller.network_section(), *_Expanded(teller, lines, inner).sections())


def _lines(teller: Teller, name: str) -> tuple[Expr, ...]:
    """The differentiated quantity, written out further with each line, until nothing but leaves and *name* is left.

    Where that is too long, what does not depend on *name* is left too: it is a constant here.
    """
    network = teller.network
    constant = frozenset(other for other in network.by_name if name not in depends_on(network, other))
    for keep, limit in ((frozenset[str](), WRITTEN_OUT), (constant, VARYING_OUT)):
        lines = tuple(written_out(teller, teller.of.name, keep | {name}, limit))
        if lines and not _defined_in(teller, lines[-1]) - keep - {name}:
            return lines
    message = f"what depends on {name}, written out, has more than {VARYING_OUT} names, numbers and operations"
    raise InputError(message, hint="use --style chain or --style delta, which give the layers names")


def _defined_in(teller: Teller, expr: Expr) -> frozenset[str]:
    return free_names(expr) & teller.network.by_name.keys()


def _inner_functions(teller: Teller, lines: dict[str, tuple[Expr, ...]]) -> dict[Expr, Ref]:
    """A name for every inner function that the chain rule will meet: ``z``, or ``z_1``, ``z_2``, … in their order."""
    found: dict[Expr, Ref] = {}

    def collect(expr: Expr) -> Ref:
        return found.setdefault(expr, Ref(f"inner function {len(found)}"))  # no author can have this name

    for name, forms in lines.items():
        for _ in moves(teller.network, Partial(forms[-1], Ref(name)), collect):
            pass
    letter = _free_letter(teller.network, len(found))
    return {expr: Ref(letter if len(found) == 1 else f"{letter}_{n}") for n, expr in enumerate(found, start=1)}


def _free_letter(network: Network, wanted: int) -> str:
    taken = {normal(name) for name in (*network.leaves, *network.by_name, *network.functions, network.rate)}
    letters = (*LETTERS, *(LETTERS[0] * 2 + str(n) for n in range(len(taken) + 1)))
    return next(
        letter for letter in letters if not taken & {normal(letter), *(normal(f"{letter}_{n}") for n in range(1, wanted + 1))}
    )


def _extend(teller: Teller, inner: dict[Expr, Ref]) -> None:
    """The inner functions become definitions, so that lines with their names can be judged and read back."""
    functions = teller.network.functions
    roles = {expr: Role.ACTIVATION if is_activation(expr, functions) else Role.QUANTITY for expr in inner}
    made = tuple(Definition(ref.name, expr, roles[expr]) for expr, ref in inner.items())
    teller.network = replace(teller.network, definitions=(*teller.network.definitions, *made))
    teller.verifier = Verifier(teller.network, {short.name: short for short in teller.backprop.deltas.values()})


@dataclass
class _Expanded:
    teller: Teller
    lines: dict[str, tuple[Expr, ...]]
    inner: dict[Expr, Ref]
    introduced: dict[Ref, int] = field(default_factory=dict)  # the numbers of their equations
    written: dict[tuple[Expr, ...], int] = field(default_factory=dict)  # the number of the cost written out
    results: dict[str, Expr] = field(default_factory=dict)
    found: dict[Partial, Expr] = field(default_factory=dict)  # the derivatives that were told …
    told: dict[Partial, tuple[int, ...]] = field(default_factory=dict)  # … and the numbers of their equations
    count: int = 0  # of the equations that have a number

    def sections(self) -> Iterator[Section]:
        """The cost written out once where it is the same for all; then each derivative."""
        users: dict[tuple[Expr, ...], list[str]] = {}
        for name in self.teller.wrt:
            users.setdefault(self.lines[name], []).append(name)
        for name in self.teller.wrt:
            if name == users[self.lines[name]][0]:
                yield from self._written_out(self.lines[name], users[self.lines[name]])
            title = "The gradient for {w}" if self.teller.is_trained(name) else "The derivative with respect to {w}"
            yield Section(phrase(title, w=Ref(name)), tuple(self._tell(name)))
        if self.teller.detail > 1 and len(self.teller.wrt) > 1:
            yield self._summary()

    def _written_out(self, lines: tuple[Expr, ...], names: Sequence[str]) -> Iterator[Section]:
        if len(lines) < 2:
            return
        chain = self.teller.chain(self.teller.of).then(lines[0], "definition")
        for line in lines[1:] if self.teller.detail > 1 else lines[-1:]:
            chain.then(line, "substitution")
        self.written[lines] = self._number(chain)
        title = phrase("{e} written out", e=self.teller.of)
        constant = _defined_in(self.teller, lines[-1]) - set(names)
        if not constant:
            yield Section(title, (chain.chain,))
            return
        title = (*title, " for ", *listed([Ref(name) for name in names]))
        weights = "it" if len(names) == 1 else "them"
        keeps = Prose((f"What does not depend on {weights} is a constant here and keeps its name.",))
        yield Section(title, (*((keeps,) if self.teller.detail > 1 else ()), chain.chain))

    def _tell(self, name: str) -> Iterator[Block]:
        partial = self.teller.partial(name)
        start = Partial(self.lines[name][-1], Ref(name))
        before = replace(self, introduced=dict(self.introduced), found=dict(self.found), told=dict(self.told))
        source = _from(self.written.get(self.lines[name], 0))
        told = tuple(self._derived(self.teller.chain(partial).then(start, "substitution", source), start))
        result, numbers = self.found[start], self.told[start]
        self.results[name] = result
        if self.teller.detail > 1 and self._goes_like_another(name):
            self.introduced, self.found, self.told, self.count = before.introduced, before.found, before.told, before.count
            told, numbers = (), ()
            yield Prose(("The same steps give:",))
        elif self.teller.detail > 1:
            yield from told
        if told and _says(told[-1], partial, result) and self.teller.detail > 1:
            number = numbers[-1]
        else:
            rule = "citation" if self.teller.detail > 1 else "differentiation"
            chain = self.teller.chain(partial).then(result, rule, _from(*numbers))
            number = self._number(chain)
            yield chain.chain
        if self.teller.is_trained(name):
            short = size(result) <= LONG_LINE
            yield from self.teller.update_chains(name, result if short else partial, _from(number))

    def _goes_like_another(self, name: str) -> bool:
        """Does a long derivation stand on the page that differs in the weight only?  The highest detail repeats it."""
        first = next(other for other in self.teller.wrt if self.lines[other] == self.lines[name])
        long = bool(_defined_in(self.teller, self.lines[name][-1]) - {name})
        return long and name != first and self.teller.detail < 3

    def _derived(self, chain: ChainBuilder, start: Partial) -> Iterator[Block]:
        """The lines, with a break where an inner function is introduced, and where a line has become too long.

        What is left open in a long line is derived on its own, then put in.
        """
        numbers: list[int] = []
        held, last = "", "differentiation"  # a line that is not shown leaves its rule to the next one that is
        origin: Expr = chain.left
        current: Expr = start
        for move in moves(self.teller.network, start, self._name):
            current, last = move.expr, move.rule
            if current == chain.last:
                continue
            if move.detail > self.teller.detail:
                held = held or move.rule
            else:
                because: Phrase = ()
                if move.inner is not None and move.outer is not None:
                    if move.inner in self.introduced:
                        because = (*phrase("{z} ", z=move.inner), *_from(self.introduced[move.inner]))
                    else:
                        numbers.append(self._number(chain))
                        yield chain.chain
                        yield from self._introduce(move.inner, move.outer, numbers[-1])
                        chain = self.teller.chain(chain.last)
                chain.then(current, held or move.rule, because)
                held = ""
            left = self._left(current)
            if left:
                numbers.append(self._number(chain.then(current, held or last)))
                yield chain.chain
                yield from self._one_by_one(left)
                whole = current
                for derivative in left:
                    whole = put(whole, derivative, self.found[derivative])
                self.teller.verifier.verdict(current, whole)  # known from here on, so the shorter line below follows
                source = _from(*numbers, *(number for derivative in left for number in self.told[derivative]))
                chain, held, last = self.teller.chain(origin).then(whole, "citation", source), "", "arithmetic"
                numbers = []
                current = tidy(whole)
                break
        self.found[start] = current
        self.told[start] = (*numbers, self._number(chain.then(current, held or last)))
        yield chain.chain

    def _left(self, line: Expr) -> list[Partial]:
        """The derivatives that are told on their own: those in a long line in which all inner functions are put back."""
        if isinstance(line, Partial) or size(line) <= LONG_LINE or free_names(line) & {ref.name for ref in self.inner.values()}:
            return []
        return derivatives_left(line)

    def _one_by_one(self, left: Sequence[Partial]) -> Iterator[Block]:
        new = [derivative for derivative in left if derivative not in self.found]
        if new:
            one = "The derivative that is left:" if len(new) == 1 else "The derivatives that are left, one by one:"
            yield Prose((one,))
        for derivative in new:
            yield from self._derived(self.teller.chain(derivative), derivative)

    def _introduce(self, inner: Ref, outer: Expr, number: int) -> Iterator[Block]:
        """The inner function of the chain rule that is applied to the equation with this *number*."""
        rule = f"For the chain rule in ({number})" if number else "For the chain rule"
        yield Prose((f"{rule}, ", *phrase("{z} is the inner function, and {x} the outer one:", x=outer, z=inner)))
        chain = self.teller.chain(inner).then(self.teller.network.by_name[inner.name][0].expr, "definition")
        self.introduced[inner] = self._number(chain)
        yield chain.chain

    def _number(self, chain: ChainBuilder) -> int:
        """The next number for the equation at the end of *chain*; 0 at detail 1, which cites nothing."""
        if self.teller.detail == 1 or not chain.links:
            return 0
        if not chain.links[-1].number:
            self.count += 1
            chain.numbered(self.count)
        return chain.links[-1].number

    def _summary(self) -> Section:
        rows = [self.teller.chain(self.teller.partial(name)).then(form, "citation").chain for name, form in self.results.items()]
        return Section(("All together",), (Table(tuple(rows)),))

    def _name(self, expr: Expr) -> Ref:
        return self.inner[expr]


def _says(block: Block, partial: Expr, result: Expr) -> bool:
    """Does *block* say the result so briefly that a line for it alone would only repeat it?"""
    if not isinstance(block, Chain) or not 0 < len(block.links) <= SHORT_CHAIN:
        return False
    return block.left == partial and block.links[-1].expr == result


def _from(*numbers: int) -> Phrase:
    """``from (1), (2) and (4)``; nothing where no equation has a number."""
    cited = [f"({number})" for number in numbers if number]
    if not cited:
        return ()
    return (f"from {', '.join(cited[:-1])} and {cited[-1]}" if len(cited) > 1 else f"from {cited[0]}",)
