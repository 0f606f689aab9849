"""A whole network from its text: each step of reading in its order, and notes on how the text was understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from symprop.errors import InputError, Source, Span
from symprop.model.expr import ONE, Expr, Number, Ref
from symprop.model.functions import lookup
from symprop.model.names import normal
from symprop.model.network import Assumption, Definition, Leaf, Network, Objective, Range, Role
from symprop.model.ranges import join, piece
from symprop.model.reader.axes import Survey
from symprop.model.reader.default_cost import default_cost, named_like_a_cost, outputs
from symprop.model.reader.figures import check_values
from symprop.model.reader.lexer import tokenize
from symprop.model.reader.notes import notes_on
from symprop.model.reader.order import in_order, name_span
from symprop.model.reader.outline import Outline, RawAssumption, outline
from symprop.model.reader.reach import check_reach
from symprop.model.reader.registers import in_indices
from symprop.model.reader.resolve import Bounds, Resolver
from symprop.model.reader.roles import READINGS, cost_part, definition_roles, role_of, users_of
from symprop.model.reader.statements import split
from symprop.model.reader.surface import Open, OpenSum
from symprop.model.reader.vocabulary import Vocabulary, undefined
from symprop.model.walk import INDEX_LETTERS, fresh_index

_MAX_TITLE = 60


def read_network(text: str, name: str = "<network>") -> Network:
    """Read a network in the notation of ``docs/notation.md``.

    Args:
        text: statements, one a line or separated by ``;``.
        name: how messages speak of the text.

    Raises:
        InputError: the text is no network; the message says where and why.
    """
    source = Source(text, name)
    names = Vocabulary()
    found = outline(split(tokenize(source)), names)
    if not found.definitions:
        raise InputError("the network has no definition", Span(source, 0, 0), "write at least one, like y = w x")
    _refuse_double_names(found, names)
    return _Reading(found, names).network(_title(text))


class _Reading:
    """One network on its way from the outline to the finished thing."""

    def __init__(self, found: Outline, names: Vocabulary) -> None:
        self.lowered = in_indices(found, names.spelling.values())
        self.found = found = self.lowered.outline
        self.names = names
        self.survey = Survey(found)
        for definition in found.definitions:
            self.survey.definition(definition)
        self.assumptions = [self._one_hot(a) if a.one_hot is not None else a for a in found.assumptions]
        self.free = [self._survey_assumption(a) for a in self.assumptions]
        self.survey.close({normal(spelled) for spelled in names.spelling.values()})
        self.resolver = Resolver(self.survey.range_of, self._quantities())
        self.matrix_resolver = Resolver(self._range_of_twin, self._quantities())

    def network(self, title: str) -> Network:
        """The finished network."""
        definitions = in_order(self._definitions())
        _check_pieces(definitions)
        cost, objective = self._objective(definitions)
        roles = definition_roles(definitions, self.found.functions, cost)
        definitions = tuple(replace(d, role=roles[d.name]) for d in definitions)
        leaves = self._leaves(definitions, cost)
        convention = self.lowered.convention
        bare = Network(
            leaves, definitions, self.found.functions, cost, objective, self._rate(leaves), name=title, convention=convention
        )
        made_up = None if cost else default_cost(bare, self._taken(leaves))
        if made_up:
            leaves = {**leaves, **{leaf.name: leaf for leaf in made_up.targets}}
            definitions = (*definitions, made_up.definition)
            cost = made_up.definition.name
        rate = leaves.pop(bare.rate, Leaf(bare.rate, Role.RATE, (), "by default"))
        leaves[bare.rate] = rate  # the last one, declared or not
        finished = replace(bare, leaves=leaves, definitions=definitions, cost=cost, assumptions=self._facts())
        check_reach(finished)
        values = check_values(self.found.values, leaves, frozenset(finished.by_name))
        implied = cost if self.found.objective is None and not made_up else None
        notes = notes_on(finished, made_up, implied, self._shadowed(finished), self.lowered.reason)
        return replace(finished, values=values, notes=notes)

    def _quantities(self) -> set[str]:
        found = self.found
        return {*found.leaves, *found.functions, *self.survey.uses, *self.survey.sizes, *(d.name for d in found.definitions)}

    def _taken(self, leaves: Mapping[str, Leaf]) -> set[str]:
        return {normal(name) for name in (*leaves, *self._quantities(), *self.survey.letters, *self.names.spelling.values())}

    # ------------------------------------------------------------------------------------------------ definitions
    def _definitions(self) -> list[Definition]:
        made = []
        for raw in self.found.definitions:
            ranges = tuple(Range(letter, *bounds) for letter, bounds in self.survey.definition_ranges(raw).items())
            bound = frozenset(r.index for r in ranges)
            expr = self.resolver.resolve(raw.body, bound)
            written = None if raw.matrices is None else self.matrix_resolver.resolve(raw.matrices, bound)
            made.append(Definition(raw.name, expr, Role.QUANTITY, raw.indices, ranges, raw.span, written, raw.whole))
        return made

    def _range_of_twin(self, node: Open, resolved: tuple[Expr, ...]) -> Bounds:
        """The range of an index in what was written in matrices is that of the node in indices."""
        return self.survey.range_of(self.lowered.twins.get(id(node), node), resolved)

    def _objective(self, definitions: tuple[Definition, ...]) -> tuple[str | None, Objective]:
        defined = {definition.name: definition for definition in definitions}
        if self.found.objective is None:
            return named_like_a_cost(definitions, outputs(definitions)), Objective.MINIMIZE
        name, objective, span = self.found.objective
        if name not in defined:
            raise undefined(name, span, defined)
        if defined[name].indices:
            raise InputError("a cost is one number", span, "sum over its index")
        return name, objective

    # ----------------------------------------------------------------------------------------------------- leaves
    def _leaves(self, definitions: tuple[Definition, ...], cost: str | None) -> dict[str, Leaf]:
        leaves: dict[str, Leaf] = {}
        for declared in self.found.leaves.values():
            axes = tuple(self._axis(declared.name, p, bounds) for p, bounds in enumerate(declared.axes))
            leaves[declared.name] = Leaf(declared.name, declared.role, axes, "declared", declared.span)
        part, users = cost_part(definitions, cost), users_of(definitions)
        defined = {definition.name for definition in definitions}
        for name in self.survey.uses:
            if name in leaves or name in defined:
                continue
            role, reason = role_of(name, users.get(name, frozenset()), part)
            span = self.survey.uses[name]
            count = self.survey.counts[name]
            axes = tuple(self._axis(name, p, self.survey.axis_range(name, p, span)) for p in range(count))
            leaves[name] = Leaf(name, role, axes, reason, span)
        for name, size_span in self.survey.sizes.items():
            letter = self.survey.made_up.get(name)
            reason = f"made up for the index {letter}" if letter else "stands in a size or range"
            leaves[name] = Leaf(name, Role.SIZE, (), reason, size_span)
        return leaves

    def _axis(self, name: str, position: int, bounds: tuple[Expr, Expr]) -> Range:
        letter = self.survey.suggested_letter(name, position) or INDEX_LETTERS[position % len(INDEX_LETTERS)]
        return Range(letter, *bounds)

    def _rate(self, leaves: Mapping[str, Leaf]) -> str:
        """The declared rate, or a name that is free."""
        declared = [leaf.name for leaf in leaves.values() if leaf.role is Role.RATE]
        taken = self._taken(leaves)
        valued = [name for name in self.found.values if normal(name) == "η" and name not in leaves]
        return next(iter(declared + valued + [n for n in ("η", "α", "ε", "rate") if normal(n) not in taken]), "rate_0")

    # ------------------------------------------------------------------------------------------------ assumptions
    def _one_hot(self, assumption: RawAssumption) -> RawAssumption:
        ref = assumption.one_hot
        assert ref is not None
        letter = next(iter(self.survey.letters), None) or fresh_index(self.names.spelling.values(), ("k", "j"))
        entry = Ref(ref.name, (*ref.indices, Ref(letter)), span=ref.span)
        total = OpenSum(entry, letter, None, None, span=assumption.span)
        return replace(assumption, left=total, right=Number(ONE.value, "1"))

    def _survey_assumption(self, assumption: RawAssumption) -> dict[str, int]:
        sides = [side for side in (assumption.left, assumption.right) if side is not None]
        letters = self.survey.free_letters(sides)
        for side in sides:
            self.survey.visit(side, {letter: (position, None) for letter, position in letters.items()})
        return letters

    def _facts(self) -> tuple[Assumption, ...]:
        facts = []
        for assumption, letters in zip(self.assumptions, self.free, strict=True):
            assert assumption.left is not None
            assert assumption.right is not None
            ranges = tuple(Range(n, *self.survey.letter_range(p, n, assumption.span)) for n, p in letters.items())
            sides = [self.resolver.resolve(side, frozenset(letters)) for side in (assumption.left, assumption.right)]
            facts.append(Assumption(sides[0], sides[1], assumption.text, ranges))
        return tuple(facts)

    def _shadowed(self, network: Network) -> list[str]:
        """Quantities with the name of a built-in function that were neither declared nor defined."""
        return [name for name, leaf in network.leaves.items() if leaf.reason in READINGS and lookup(name)]


def _title(text: str) -> str:
    """The first line, if it is a comment: its part before a colon is the title of the network."""
    first = text.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}").partition("\n")[0].strip()
    title = first.lstrip("#").partition(":")[0].strip().rstrip(".")
    return title if first.startswith("#") and len(title) <= _MAX_TITLE else ""


def _refuse_double_names(found: Outline, names: Vocabulary) -> None:
    seen: dict[str, Span] = {}
    for definition in found.definitions:
        leaf = found.leaves.get(definition.name)
        if leaf is not None:
            raise InputError(
                f"`{leaf.name}` is declared as {leaf.role.value}, but defined here",
                definition.name_span,
                f"line {leaf.span.line} declares it",
            )
        if names.is_declared_function(definition.name):
            raise InputError(f"`{definition.name}` is declared as a function, but defined here", definition.name_span)
        before = seen.get(definition.name)
        if before is not None and not definition.indices:
            raise InputError(
                f"`{definition.name}` is defined twice", definition.name_span, f"line {before.line} defines it first"
            )
        seen.setdefault(definition.name, definition.name_span)


def _check_pieces(definitions: tuple[Definition, ...]) -> None:
    """Several definitions of one name must share out its axes without gap or overlap."""
    groups: dict[str, list[Definition]] = {}
    for definition in definitions:
        groups.setdefault(definition.name, []).append(definition)
    for name, group in groups.items():
        if len(group) == 1:
            continue
        pieces = [tuple(piece(d, p) for p in range(len(d.indices))) for d in group]
        if len(set(pieces)) < len(pieces):
            later = next(d for i, d in enumerate(group) if pieces[i] in pieces[:i])
            raise InputError(f"`{later.name}` is defined twice for the same indices", name_span(later), "use another name")
        split_axes = [p for p in range(len(group[0].indices)) if len({own[p] for own in pieces}) > 1]
        if len(split_axes) > 1 or join([own[split_axes[0]] for own in pieces]) is None:
            raise InputError(
                f"the definitions of `{name}` overlap or leave a gap",
                name_span(group[-1]),
                "they must follow one another along one index, like h[0] and h[t] with t = 1..T",
            )
