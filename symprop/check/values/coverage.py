"""Which definition covers an entry, and which entries a document gives without one."""

from __future__ import annotations

from collections.abc import Sequence

from symprop.check.theory import Atom, Rule, Theory
from symprop.check.values.atoms import Named, atom, match
from symprop.check.values.evaluate import letters_in
from symprop.check.written_names import entry_text
from symprop.evaluation.trouble import OutOfRange, Trouble, UnknownName
from symprop.model.expr import Ref

Atoms = tuple[Atom, ...]


class Coverage:
    """Looks up entries in a theory; what is asked for often is kept by name.

    Args:
        theory: the theory.
        depth: the number of the last layer or step.
        named: what names stand for in indices.
    """

    def __init__(self, theory: Theory, depth: int, named: Named) -> None:
        self._theory = theory
        self._depth = depth
        self._named = named
        self._rules: dict[str, tuple[dict[Atoms, Rule], list[Rule]]] = {}
        self._used: dict[str, tuple[set[Atoms], list[Ref]]] = {}
        self._open: dict[tuple[str, int], int] = {}

    def rule(self, name: str, atoms: Atoms) -> tuple[Rule | None, dict[str, Atom]]:
        """The most special definition that covers an entry, and what its letters are there."""
        exact, general = self._rules_of(name)
        if atoms in exact:
            return exact[atoms], {}
        best: tuple[Rule | None, dict[str, Atom]] = (None, {})
        for rule in general:
            if len(rule.ref.indices) != len(atoms) or (best[0] is not None and len(best[0].letters) <= len(rule.letters)):
                continue
            letters = match(rule.ref.indices, atoms, rule.letters, self._named)
            if letters is not None and self._covers(rule, letters):
                best = (rule, letters)
        return best

    def family_letters(self, ref: Ref) -> frozenset[str]:
        """The letters of *ref* that count layers or steps."""
        found: set[str] = set()
        for place, index in enumerate(ref.indices):
            if (ref.name, place) in self._theory.families:
                found |= letters_in(index)
        return frozenset(found)

    def open_axes(self, name: str, atoms: Atoms) -> int:
        """How many axes an entry leaves open, if definitions speak of entries that begin like it."""
        key = (name, len(atoms))
        if key not in self._open:
            self._open[key] = self._theory.open_axes(*key)
        missing = self._open[key]
        return missing if missing and self._begins(name, atoms, missing) else 0

    def in_use(self, name: str, atoms: Atoms) -> bool:
        """Whether definitions use a name with such indices."""
        if name not in self._theory.patterns:
            return name in self._theory.leaves
        exact, general = self._patterns_of(name)
        return atoms in exact or any(self._matches(ref, atoms) for ref in general)

    def unknown(self, name: str, atoms: Atoms) -> Trouble | None:
        """Why an entry may not have just any value; None if the document gives it."""
        text = f"nothing defines {entry_text(name, atoms)}"
        if not self._theory.known(name):
            return UnknownName(text)
        if not self._theory.defined(name):
            return None if self.in_use(name, atoms) else UnknownName(text)
        if self._below(name, atoms):
            return None
        counted = any((name, place) in self._theory.families for place in range(len(atoms)))
        return OutOfRange(text) if counted else UnknownName(text)

    def _rules_of(self, name: str) -> tuple[dict[Atoms, Rule], list[Rule]]:
        """Definitions of single entries by their indices, and all others."""
        if name not in self._rules:
            exact: dict[Atoms, Rule] = {}
            general = []
            for rule in self._theory.rules.get(name, ()):
                if rule.letters:
                    general.append(rule)
                else:
                    exact.setdefault(self._atoms(rule.ref), rule)
            self._rules[name] = exact, general
        return self._rules[name]

    def _patterns_of(self, name: str) -> tuple[set[Atoms], list[Ref]]:
        if name not in self._used:
            exact: set[Atoms] = set()
            general = []
            for ref in self._theory.patterns.get(name, ()):
                if self._letters(ref):
                    general.append(ref)
                else:
                    exact.add(self._atoms(ref))
            self._used[name] = exact, general
        return self._used[name]

    def _letters(self, ref: Ref) -> tuple[str, ...]:
        return tuple(sorted({name for index in ref.indices for name in letters_in(index)} & self._theory.letters))

    def _atoms(self, ref: Ref) -> Atoms:
        return tuple(atom(index, {}, self._named) for index in ref.indices)

    def _matches(self, ref: Ref, atoms: Atoms) -> bool:
        return len(ref.indices) == len(atoms) and match(ref.indices, atoms, self._letters(ref), self._named) is not None

    def _covers(self, rule: Rule, letters: dict[str, Atom]) -> bool:
        """Layers and steps of a family are counted from 1; what stands before is given."""
        counting = self.family_letters(rule.ref)
        counts = [value for letter, value in letters.items() if letter in counting]
        return all(isinstance(count, int) and 1 <= count <= self._depth for count in counts)

    def _begins(self, name: str, atoms: Atoms, missing: int) -> bool:
        """Whether *atoms* are the first indices of entries that definitions speak of."""
        for ref in (*(rule.ref for rule in self._theory.rules.get(name, ())), *self._theory.patterns.get(name, ())):
            rest = ref.indices[len(atoms) :]
            if len(rest) != missing or not all(isinstance(index, Ref) and index.name in self._theory.letters for index in rest):
                continue
            if match(ref.indices[: len(atoms)], atoms, self._letters(ref), self._named) is not None:
                return True
        return False

    def _below(self, name: str, atoms: Atoms) -> bool:
        """Whether an entry stands before the first that is defined: the input layer ``x_0``, the state at the start."""
        if name in self._theory.leaves:
            return True
        rules = [rule for rule in self._theory.rules.get(name, ()) if len(rule.ref.indices) == len(atoms)]
        if rules and self._is_first(rules, atoms) and self.in_use(name, atoms):
            return True
        for rule in rules:
            letters = match(rule.ref.indices, atoms, rule.letters, self._named)
            counts = [letters[x] for x in self.family_letters(rule.ref) if letters and x in letters]
            if any(isinstance(count, int) and count < 1 for count in counts):
                return True
        return False

    def _is_first(self, rules: Sequence[Rule], atoms: Atoms) -> bool:
        """Whether numbers come before those of all definitions."""
        defined = [self._atoms(rule.ref) for rule in rules if not rule.letters]
        numbers = [at for at in atoms if isinstance(at, int)]
        ordered = [[at for at in found if isinstance(at, int)] for found in defined]
        return (
            bool(atoms and defined) and len(numbers) == len(atoms) and all(len(o) == len(atoms) and numbers < o for o in ordered)
        )
