"""From a reading to the theories that its relations are judged against."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from fractions import Fraction

from symprop.check.document import Reading
from symprop.check.theory import FunctionRule, Rule, Theory, with_rules
from symprop.check.trees import nodes, parts
from symprop.check.understanding.definitions import Definitions, collect, is_numeric, is_usable
from symprop.check.understanding.indices import indexing
from symprop.check.understanding.labels import counted_places, label_letters, whole_names
from symprop.check.understanding.lettered import lettered
from symprop.check.understanding.lines import Line, lines
from symprop.check.understanding.members import array_members, entry_letters
from symprop.check.understanding.ranks import Ranks
from symprop.check.understanding.shapes_said import ranks_said, rows_said, shapes_said, sizes_said
from symprop.check.understanding.spans import extents, running_letters
from symprop.check.values.ranges import NoRange, places
from symprop.check.values.world import World
from symprop.check.written_names import base, version
from symprop.evaluation.trouble import OutOfDomain, Trouble, UnknownName
from symprop.model.affine import affine
from symprop.model.expr import Expr, Hadamard, Ref
from symprop.model.functions import lookup
from symprop.model.written import Call, Derivative, Gradient, Transpose

Scheme = tuple[Expr, Expr]
"""Both sides of a formula that defines nothing by itself."""

_ROUNDS = 5
"""How often a document is gone through at most: what turns out to be a scheme makes room for other definitions."""

_COSTS = frozenset("CEJLPQℒℰ𝓛𝒥𝒞")
"""Letters that costs have when a document only names them."""


@dataclass
class Understanding:
    """What a document means.

    Args:
        lines: its statements in normal form.
        theories: (number of the first statement for which it is in force, theory), in order.
        defines: what a link defines, by the number of the statement and of the link.
        definitions: all that was collected.
        plain: the theory in which the first formula for a name is its definition, whether it can be worked out or not.
    """

    lines: Sequence[Line]
    theories: list[tuple[int, Theory]]
    defines: Mapping[tuple[int, int], str]
    definitions: Definitions
    plain: Theory | None = None

    def at(self, number: int) -> Theory:
        """The theory in force at a statement."""
        current = self.theories[0][1]
        for start, theory in self.theories:
            if start <= number:
                current = theory
        return current

    def rebind(self, number: int, rule: Rule | FunctionRule) -> None:
        """From a statement on, a name has another meaning."""
        theory = self.at(number)
        if isinstance(rule, FunctionRule):
            theory = replace(theory, functions={**theory.functions, rule.name: rule})
        else:
            group = tuple(old for old in theory.rules.get(rule.ref.name, ()) if old.ref != rule.ref)
            theory = replace(theory, rules={**theory.rules, rule.ref.name: (*group, rule)})
            own = _leaves(theory, [rule])
            theory = replace(theory, leaves=theory.leaves | own)
        self.theories.append((number, theory))

    def before(self, line: int, number: int) -> Theory:
        """The theory of what stands above a line."""
        theory = self.plain or self.at(number)
        rules = {name: tuple(rule for rule in group if rule.line < line) for name, group in theory.rules.items()}
        kept = {name: group for name, group in rules.items() if group}
        leaves = frozenset(
            name for group in kept.values() for rule in group for name in _quantities(rule.expr) if name not in kept
        )
        return replace(theory, rules=kept, leaves=theory.leaves | leaves, smooth={})


@dataclass(frozen=True)
class Given:
    """What is known from elsewhere: networks, declarations."""

    theory: Theory = field(default_factory=Theory)
    exprs: tuple[Expr, ...] = ()


def understand(reading: Reading, given: Given | None = None) -> Understanding:
    """Find out what a document's formulas mean.

    A family that no member of which can be worked out is a scheme: what later formulas say of its members defines them.
    """
    given = given or Given()
    schemes, own = frozenset[Scheme](), frozenset[str]()
    found = _understand(reading, given, schemes, own)
    plain = found.theories[0][1]
    kept: set[Expr] = set()
    for _ in range(_ROUNDS):
        theory = found.theories[0][1]
        dropped = _schemes(theory, _said_again(found) - kept)
        alternatives = {left for left, _ in schemes} & {left for left, _ in dropped}
        kept |= alternatives  # no formula for them can be worked out: the first one counts
        more = {pair for pair in dropped if pair[0] not in kept}, _own_versions(found)
        before = schemes, own
        schemes, own = frozenset({p for p in schemes if p[0] not in alternatives} | more[0]), own | more[1]
        if (schemes, own) == before:
            break
        found = _understand(reading, given, schemes, own)
    found.plain = plain
    return found


def _said_again(found: Understanding) -> frozenset[Expr]:
    """Names to which several formulas give a meaning, each another one."""
    said: dict[Expr, set[Expr]] = defaultdict(set)
    for line in found.lines:
        for link in line.links:
            left, right = line.exprs[link], line.exprs[link + 1]
            if isinstance(left, Ref) and right is not None and not is_numeric(right) and is_usable(right):
                said[left].add(right)
    return frozenset(left for left, rights in said.items() if len(rights) > 1)


def _own_versions(found: Understanding) -> frozenset[str]:
    """Changes and versions of quantities that no definition is made of."""
    theory = found.theories[0][1]
    lefts = {line.exprs[link] for line in found.lines for link in line.links}
    names = {left.name for left in lefts if isinstance(left, Ref) and version(left.name)}
    return frozenset(name for name in names if not theory.known(base(name)))


def _schemes(theory: Theory, said_again: Set[Expr]) -> frozenset[Scheme]:
    """Families without a member that has a value; formulas made of what nothing defines, where another one says the same name."""
    world = World(theory, "scheme", 3)
    found = set()
    stated = [rule for group in theory.rules.values() for rule in group if rule.line]
    failing = {rule.ref for rule in stated if not rule.letters and isinstance(_trouble(world, rule, 1), UnknownName | NoRange)}
    for rule in stated:
        if rule.ref in said_again & failing:
            if not any(node in failing for node in nodes(rule.expr)):  # the root of it, not what is made of that
                found.add((rule.ref, rule.expr))
        elif not any(node in failing & said_again for node in nodes(rule.expr)) and _never_has_value(world, rule):
            found.add((rule.ref, rule.expr))
    return frozenset(found)


def _never_has_value(world: World, rule: Rule) -> bool:
    """Whether a rule is a family of which no member can be worked out."""
    counts = range(1, world.depth + 1) if world.coverage.family_letters(rule.ref) else ()
    return bool(counts) and all(_trouble(world, rule, count) for count in counts)


def _trouble(world: World, rule: Rule, count: int) -> Trouble | None:
    """Why a definition has no value where layers and steps are *count*; None if it has one, if not at this point."""
    letters: dict[str, object] = dict.fromkeys(world.coverage.family_letters(rule.ref), count)
    try:
        for letter in rule.letters:
            letters.setdefault(letter, places(world, letter, [rule.ref], letters)[0])
        world.value(rule.ref, letters)
    except OutOfDomain:
        return None
    except Trouble as trouble:
        return trouble
    return None


def _understand(
    reading: Reading, given: Given, schemes: frozenset[Scheme], own: frozenset[str], wholes: frozenset[str] = frozenset()
) -> Understanding:
    """One reading; *wholes* are names that a reading before has found to be arrays, whose entries are not defined once more."""
    found = lettered(lines(reading, given.exprs)[0])
    exprs = [expr for line in found for expr in line.exprs if expr is not None]
    labelled = label_letters(found)
    entries = entry_letters([side for side in line.exprs if side is not None] for line in found)
    indices = indexing([*exprs, *given.exprs], labelled - entries, running_letters(found) | entries)
    arrays = reading.vocabulary.arrays - _tops(exprs)  # what is differentiated is a number
    definitions = collect(found, indices.letters, given.theory.rules, schemes, own, arrays | wholes)
    rules = [*(rule for group in given.theory.rules.values() for rule in group), *definitions.rules]
    indices = indices.by(
        indexing([side for rule in definitions.rules for side in (rule.ref, rule.expr)], labelled, indices.letters)
    )
    indices = indices.without(whole_names(rules, indices.arity, arrays | wholes) | array_members(exprs, rules, indices.arity))
    said = shapes_said(found)
    ranking = Ranks(arrays, indices.arity, ranks_said(said))
    ranks = ranking.learn(rules, exprs)
    if not wholes and ranks and any(isinstance(node, Hadamard | Transpose) for expr in exprs for node in nodes(expr)):
        return _understand(reading, given, schemes, own, frozenset(ranks))
    stars = ranking.stars(exprs)
    rows = rows_said(said) or ranking.rows([rule.expr for rule in rules])
    functions = {**_open(definitions, exprs), **definitions.functions, **given.theory.functions}
    cost = _cost(exprs, given.theory)
    stated = given.theory.rules.keys() | given.theory.leaves
    theory = Theory(
        rules=with_rules(rules),
        functions=functions,
        letters=indices.letters | given.theory.letters,
        lasts=indices.lasts | given.theory.lasts,
        ranks=ranks,
        side_by_side=not any(isinstance(node, Hadamard | Transpose) for expr in exprs for node in nodes(expr)),
        shapes=said,
        stars=stars,
        rows=rows,
        rows_of_ones=rows and ranking.rows_of_ones([rule.expr for rule in rules], exprs),
        arity={**indices.arity, **given.theory.arity},
        labels={**counted_places(definitions.rules, indices.families), **indices.labels, **given.theory.labels},
        families=given.theory.families | {slot for slot in indices.families if slot[0] not in stated},
        apart=given.theory.apart | {slot for slot in indices.apart if slot[0] not in stated},
        extents=given.theory.extents,
        sizes=indices.sizes
        | given.theory.sizes
        | sizes_said(said, indices.letters | indices.lasts | {r.ref.name for r in rules}),
        cost=cost,
        objective=given.theory.objective,
        update=given.theory.update or definitions.update,
        values=given.theory.values,
        weights=given.theory.weights,
        simplex=given.theory.simplex,
    )
    theory = replace(theory, leaves=given.theory.leaves | _leaves(theory, rules))
    theory = replace(theory, patterns={**_patterns(theory, rules), **given.theory.patterns})
    theory = replace(theory, smooth=_smooth(theory, exprs))
    runs, sizes = extents(found, {key for key, what in definitions.lines.items() if what == "a definition"}, theory)
    theory = replace(theory, extents={**runs, **theory.extents}, sizes=theory.sizes | sizes)
    return Understanding(found, [(0, theory)], definitions.lines, definitions)


def _open(definitions: Definitions, exprs: Iterable[Expr]) -> dict[str, FunctionRule]:
    """Functions that the document uses and leaves open; a word (``rowsum``) says what it does, and we do not know it."""
    called = {node.function.name for expr in exprs for node in nodes(expr) if isinstance(node, Call)}
    names = {name for name in called if lookup(name) is None and name not in definitions.functions}
    return {name: FunctionRule(name) for name in sorted(names) if len(name.rstrip("^()")) == 1}


def _cost(exprs: Iterable[Expr], given: Theory) -> Ref | None:
    if given.cost is not None:
        return given.cost
    tops = Counter(
        node.of for expr in exprs for node in nodes(expr) if isinstance(node, Derivative | Gradient) and isinstance(node.of, Ref)
    )
    return tops.most_common(1)[0][0] if tops else None


def _tops(exprs: Iterable[Expr]) -> frozenset[str]:
    """Names whose gradients are taken, and costs that are differentiated."""
    found = set()
    for node in (node for expr in exprs for node in nodes(expr)):
        of = node.of if isinstance(node, Derivative | Gradient) else None
        if isinstance(of, Ref) and (isinstance(node, Gradient) or of.name[:1] in _COSTS):
            found.add(of.name)
    return frozenset(found)


def _leaves(theory: Theory, rules: Iterable[Rule]) -> frozenset[str]:
    """Names of which definitions are made and which nothing defines."""
    sides = [(rule.expr, frozenset(rule.letters)) for rule in rules]
    sides += [(rule.body, frozenset(rule.parameters)) for rule in theory.functions.values() if rule.body is not None]
    if theory.update is not None:
        sides.append((theory.update.rate, frozenset()))
    found: set[str] = set()
    for expr, parameters in sides:
        found |= {name for name in _quantities(expr) if name not in parameters}
    return frozenset(name for name in found if name not in theory.rules and name not in theory.sizes | theory.functions.keys())


def _patterns(theory: Theory, rules: Iterable[Rule]) -> dict[str, tuple[Ref, ...]]:
    """How definitions index the names that they use."""
    sides = [rule.expr for rule in rules] + [rule.body for rule in theory.functions.values() if rule.body is not None]
    if theory.update is not None:
        sides.append(theory.update.rate)
    found: dict[str, dict[Ref, None]] = {}
    for node in (node for side in sides for node in nodes(side)):
        if isinstance(node, Ref) and (base(node.name) in theory.leaves or base(node.name) in theory.rules):
            found.setdefault(base(node.name), {})[Ref(base(node.name), node.indices)] = None
    return {name: tuple(refs) for name, refs in found.items()}


def _quantities(expr: Expr) -> set[str]:
    """Names that stand for values in *expr*, not in an index."""
    if isinstance(expr, Ref):
        return {expr.name, base(expr.name)} if version(expr.name) else {expr.name}
    found: set[str] = set()
    for part in parts(expr):
        named = isinstance(expr, Derivative | Gradient) and isinstance(part, Ref)  # what is only differentiated is not given
        if not named and not (isinstance(expr, Call) and part is expr.function):
            found |= _quantities(part)
    return found


def _smooth(theory: Theory, exprs: Sequence[Expr]) -> dict[str, tuple[Ref, ...]]:
    """Costs that are named and nowhere given: functions of the quantities that nothing else is made of."""
    if not theory.rules:
        return {}
    tops = {
        node.of.name
        for expr in exprs
        for node in nodes(expr)
        if isinstance(node, Derivative | Gradient) and isinstance(node.of, Ref) and not node.of.indices
    }
    named = {name for name in tops if name[:1] in _COSTS and not theory.known(name)}
    if not named or any(name[:1] in _COSTS and theory.defined(name) for name in tops):
        return {}
    refs = _ends_of_families(theory) or _unused(theory)
    return dict.fromkeys(named, refs) if refs else {}


def _ends_of_families(theory: Theory) -> tuple[Ref, ...]:
    """The last members of what goes from layer to layer: ``a^L`` where ``z^l`` is made of ``a^{l-1}``."""
    last = Ref(next(iter(sorted(theory.lasts)), "L"))
    found: dict[Ref, None] = {}
    for rule in (rule for group in theory.rules.values() for rule in group if not _slopes(rule.expr)):
        for node in (node for node in nodes(rule.expr) if isinstance(node, Ref)):
            slots = [slot for slot in range(len(node.indices)) if (node.name, slot) in theory.families]
            if slots and theory.defined(node.name) and _is_before(node.indices[slots[0]], rule.ref, theory):
                found[Ref(node.name, tuple(last if slot in slots else index for slot, index in enumerate(node.indices)))] = None
    return tuple(found)


def _is_before(index: Expr, ref: Ref, theory: Theory) -> bool:
    """Whether an index is one less than that of the left side."""
    counts = [at for slot, at in enumerate(ref.indices) if (ref.name, slot) in theory.families]
    here, there = affine(counts[0]) if counts else None, affine(index)
    if here is None or there is None:
        return False
    step = here.plus(there, Fraction(-1))
    return not step.coefficients and step.constant == 1


def _unused(theory: Theory) -> tuple[Ref, ...]:
    """Quantities that nothing else is made of."""
    used = {name for group in theory.rules.values() for rule in group for name in _quantities_but(rule.expr, rule.ref.name)}
    return tuple(group[0].ref for name, group in theory.rules.items() if name not in used and not _slopes(group[0].expr))


def _quantities_but(expr: Expr, own: str) -> set[str]:
    return _quantities(expr) - {own}


def _slopes(expr: Expr) -> bool:
    return any(isinstance(node, Derivative | Gradient) for node in nodes(expr))
