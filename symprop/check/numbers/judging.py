"""The judge of printed numbers: goes through a document line by line and remembers what was printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from symprop.check.document import Sign
from symprop.check.numbers.comparing import Comparison, compare, compare_expressions
from symprop.check.numbers.facts import Fact, Memory, entry, reader_number
from symprop.check.numbers.learning import Learner
from symprop.check.numbers.literals import Grade, Literal, decimals, literal
from symprop.check.numbers.reckoning import Reckoner, Unknown, listed, readings, subterms, with_facts
from symprop.check.numbers.substituting import substituted
from symprop.check.numbers.training import after, trained
from symprop.check.numbers.verdict import NumericVerdict
from symprop.check.numbers.worlds import Quantity
from symprop.check.report import sentence
from symprop.check.theory import Theory
from symprop.check.trees import nodes
from symprop.check.understanding.definitions import is_numeric
from symprop.check.understanding.lines import EQUALITIES, Line
from symprop.check.understanding.theories import Understanding
from symprop.check.values.world import Key
from symprop.check.written_names import version
from symprop.evaluation.trouble import Trouble
from symprop.model.expr import Expr, Ref
from symprop.model.written import Derivative, Gradient

_MOST_UPDATES = 3
"""So many updates are tried where a name is printed with another value than before."""


class Numbers:
    """Judges the numeric links of a document; lines are to be learnt in order, each after its links were judged.

    Args:
        understanding: what the document means.
    """

    def __init__(self, understanding: Understanding) -> None:
        self._understanding = understanding
        self._memory = Memory()
        self._theory: Theory | None = None
        self._exact: Reckoner | None = None
        self._printed: Reckoner | None = None
        self._weights = trained(expr for line in understanding.lines for expr in line.exprs if expr is not None)

    # ------------------------------------------------------------------ the two things that a checker asks for

    def judge(self, line: Line, link: int) -> NumericVerdict | None:
        """The verdict on a link of *line*; None if it is no link of numbers, or one that formulas alone decide."""
        left, right = line.exprs[link], line.exprs[link + 1]
        if left is None or right is None or line.signs[link] not in EQUALITIES:
            return None
        self._enter(line)
        try:
            return self._judged(left, right, approximate=line.signs[link] is Sign.APPROXIMATES)
        except Trouble as trouble:
            return NumericVerdict(None, message=sentence(str(trouble)))

    def _judged(self, left: Expr, right: Expr, *, approximate: bool) -> NumericVerdict | None:
        sides = [is_numeric(left), is_numeric(right)]
        if all(sides):
            return self._arithmetic(left, right, approximate=approximate)
        if not any(sides):
            return None
        formula, number = (right, left) if sides[0] else (left, right)
        if not self._speaks_of_numbers(number) or self._is_open(formula):
            return None
        found = self._formula(formula, number, approximate=approximate)
        return found if sides[1] or found is None else replace(found, left=found.right, right=found.left)

    def substituted(self, line: Line, link: int) -> NumericVerdict | None:
        """The verdict on a link of formulas that is no identity, if numbers stand in it for names that have those values.

        None if that is not so: then it is wrong.  Undecided if it may be so and values lack.
        """
        left, right = line.exprs[link], line.exprs[link + 1]
        if left is None or right is None or is_numeric(left) or is_numeric(right):
            return None
        self._enter(line)
        if self._is_open(left) or self._is_open(right):
            return None
        return substituted(left, right, self._valued(), self._memory)

    def learn(self, line: Line) -> None:
        """Remember what *line* prints."""
        if any(expr is None for expr in line.exprs) or not all(sign in EQUALITIES for sign in line.signs) or not line.signs:
            return
        self._enter(line)
        span = line.statement.formula.span(line.sides[-1].start, line.sides[-1].end)
        learner = Learner(self._memory, self._now, self._by_print, self.theory)
        given = self._memory.pins(self.theory, given=True)
        try:
            learnt = learner.learn([expr for expr in line.exprs if expr is not None], span.line)
        except Trouble:  # what cannot be worked out is not remembered
            return
        if learnt:
            self._printed = None
            self._exact = self._exact if self._memory.pins(self.theory, given=True) == given else None

    def after_updates(self, claimed: Expr, number: Expr, updates: int) -> NumericVerdict:
        """The verdict on ``claimed = number`` after so many updates by the document's rule."""
        theory = self._valued()
        printed = literal(number)
        if printed is None:
            return NumericVerdict(None, message="only a printed number can be claimed after updates")
        try:
            value = after(theory, claimed, updates, self._weights)
        except Trouble as trouble:
            return NumericVerdict(None, message=str(trouble))
        if isinstance(value, Unknown):
            return NumericVerdict(
                None, message=sentence(value.reason) if value.reason else listed(value.missing), missing=value.missing
            )
        return _verdict(compare([value], printed), [value], printed)

    # ------------------------------------------------------------------ numbers on both sides

    def _arithmetic(self, left: Expr, right: Expr, *, approximate: bool) -> NumericVerdict:
        candidates = list(self._memory.quantities())
        printed, other = literal(right), left
        flipped = printed is None and literal(left) is not None
        if flipped:
            printed, other = literal(left), right
        values = readings(self._now, other, candidates)
        if not values:
            result = self._now.value(other)
            reason = result.reason if isinstance(result, Unknown) else ""
            return NumericVerdict(None, message=reason or "it has no value")
        if printed is None:
            others = readings(self._now, right, candidates)
            if not others:
                return NumericVerdict(None, message="the right side has no value")
            return _expressions(compare_expressions(values, others, right, self._now), values, others)
        both = literal(other)
        if both is not None:
            coarser = max(both, printed, key=lambda side: side.unit) if both.unit and printed.unit else printed
            printed = replace(printed, unit=coarser.unit, digits=coarser.digits)
        found = compare(values, printed, approximate=approximate)
        verdict = replace(_verdict(found, values, printed), proved=found.grade is Grade.RIGHT)
        return replace(verdict, left=verdict.right, right=verdict.left) if flipped else verdict

    # ------------------------------------------------------------------ a formula and a number

    def _formula(self, formula: Expr, number: Expr, *, approximate: bool) -> NumericVerdict | None:
        value = self._now.value(formula)
        by_print = self._by_facts(formula)
        if isinstance(value, Quantity):
            found = self._compare(formula, value, number, self._now, approximate=approximate)
            if found.holds:
                return found
            return self._against_truth(formula, number, found, by_print, approximate=approximate)
        if isinstance(by_print, Quantity):
            found = self._compare(formula, by_print, number, self._by_print, approximate=approximate)
            if found.holds or not self._is_printed_again(formula, number):
                return found
            return _other_moment(self._memory.facts[formula])
        free = self._for_any(formula)
        if isinstance(free, Quantity):
            return self._compare(formula, free, number, self._now, approximate=approximate)
        if value.undefined and not isinstance(formula, Ref) and not decimals(number):
            return None  # an identity, or none, in names that only this line speaks of
        return self._by_formulas(formula, number, by_print, value, approximate=approximate)

    def _for_any(self, formula: Expr) -> Quantity | None:
        """The value of a formula in undefined names, if it is the same whatever they are: ``φ'(x)`` of ``φ(x) = 2x``."""
        found = list(nodes(formula))
        if any(isinstance(node, Derivative | Gradient) for node in found):
            return None
        names = {node.name for node in found if isinstance(node, Ref) and not self.theory.defined(node.name)}
        value = Reckoner(replace(self._valued(), leaves=self.theory.leaves | names, loose=True)).value(formula)
        return value if isinstance(value, Quantity) else None

    def _compare(self, formula: Expr, value: Quantity, number: Expr, reckoner: Reckoner, *, approximate: bool) -> NumericVerdict:
        printed = literal(number)
        if printed is not None:
            return _verdict(compare([value], printed, approximate=approximate), [value], printed)
        candidates = [*self._memory.quantities(), *subterms(reckoner, formula, self.theory)]
        values = readings(reckoner, number, candidates)
        if not values:
            return NumericVerdict(None, message="it has no value")
        return _expressions(compare_expressions([value], values, number, reckoner), [value], values)

    def _against_truth(
        self, formula: Expr, number: Expr, found: NumericVerdict, by_print: Quantity | Unknown, *, approximate: bool
    ) -> NumericVerdict:
        """A number that is not the value of its formula: it may be that of rounded operands, or of another moment."""
        if found.holds is None:
            return found
        if self._is_printed_again(formula, number) or (isinstance(formula, Ref) and formula in self._memory.facts):
            return self._later(formula, number) or _other_moment(self._memory.facts[formula])
        later = self._later(formula, number)
        if later is not None:
            return later
        if isinstance(by_print, Quantity):
            again = self._compare(formula, by_print, number, self._by_print, approximate=approximate)
            if again.holds:
                wrong = self._wrong_facts(formula)
                if not wrong:
                    return replace(again, kind="rounding", message="It is the value for the rounded numbers printed before.")
                return replace(found, follows_from=min(wrong))
        return found

    def _later(self, formula: Expr, number: Expr) -> NumericVerdict | None:
        """Whether the number is that of the formula after a few updates."""
        printed = literal(number)
        if self.theory.update is None or printed is None or printed.digits < _ENOUGH_DIGITS:
            return None
        for updates in range(1, _MOST_UPDATES + 1):
            found = self.after_updates(formula, number, updates)
            if found.holds and not found.kind:
                times = "one update" if updates == 1 else f"{updates} updates"
                return replace(found, message=f"It is the value after {times} by the document's rule.")
            if found.holds is None:
                return None
        return None

    def _wrong_facts(self, formula: Expr) -> list[int]:
        """Lines of wrong numbers that a value by printed facts rests on."""
        _, _, derivatives = with_facts(formula, self._memory)
        keys = self._by_print.used(formula)
        rested = [fact for about, fact in self._memory.facts.items() if about in derivatives or self._entry(about) in keys]
        return [fact.line for fact in rested if not fact.right]

    def _by_formulas(
        self, formula: Expr, number: Expr, by_print: Quantity | Unknown, exact: Quantity | Unknown, *, approximate: bool
    ) -> NumericVerdict:
        """By formulas that the document says are equal: they can confirm a number, but not refute it."""
        for equal in self._memory.formulas.get(formula, ()):
            value = self._by_facts(equal)
            if isinstance(value, Quantity):
                found = self._compare(equal, value, number, self._by_print, approximate=approximate)
                if found.holds:
                    return found
        unknown = by_print if isinstance(by_print, Unknown) else exact
        assert isinstance(unknown, Unknown)
        message = sentence(unknown.reason) if unknown.reason else listed(unknown.missing)
        return NumericVerdict(None, message=message, missing=unknown.missing)

    def _by_facts(self, formula: Expr) -> Quantity | Unknown:
        """The value by what was printed before: names first, then derivatives, too."""
        found = self._by_print.value(formula)
        if isinstance(found, Quantity):
            return found
        replaced, known, used = with_facts(formula, self._memory)
        return self._by_print.value(replaced, known) if used and replaced != Ref("#0") else found

    # ------------------------------------------------------------------ what is known

    @property
    def theory(self) -> Theory:
        """The theory in force."""
        assert self._theory is not None
        return self._theory

    @property
    def _now(self) -> Reckoner:
        """By the data alone: what is so to all digits."""
        if self._exact is None:
            self._exact = Reckoner(self._valued(), self._memory.pins(self.theory, given=True))
        return self._exact

    @property
    def _by_print(self) -> Reckoner:
        """By the data and all values printed before."""
        if self._printed is None:
            self._printed = Reckoner(self._valued(), self._memory.pins(self.theory))
        return self._printed

    def _valued(self) -> Theory:
        """The theory with the data of the document as values of leaves."""
        values: dict[Key, Fraction] = dict(self.theory.values)
        for about, fact in self._memory.facts.items():
            key = self._entry(about)
            if fact.given and fact.printed is not None and not fact.quantity.slack and key is not None:
                values.setdefault(key, fact.printed.value)
        return replace(self.theory, values=values)

    def _enter(self, line: Line) -> None:
        theory = self._understanding.at(line.number)
        if theory is not self._theory:
            self._theory, self._exact, self._printed = theory, None, None

    def _entry(self, about: Expr) -> Key | None:
        return entry(about, self.theory) if isinstance(about, Ref) else None

    def _speaks_of_numbers(self, number: Expr) -> bool:
        """Whether a formula may equal *number* for the values of the document, not for all values."""
        printed = literal(number)
        return bool(self._memory.facts or self.theory.values or (printed is not None and printed.digits >= _ENOUGH_DIGITS))

    def _is_open(self, formula: Expr) -> bool:
        """Whether an index letter is open: the claim is about all its places."""
        return any(
            isinstance(node, Ref) and any(isinstance(index, Ref) and index.name in self.theory.letters for index in node.indices)
            for node in nodes(formula)
        )

    def _is_printed_again(self, formula: Expr, number: Expr) -> bool:
        """Whether an earlier line gives *formula* another value: the document speaks of another moment."""
        fact, printed = self._memory.facts.get(formula), literal(number)
        if fact is None or not fact.right or (isinstance(formula, Ref) and version(formula.name)):
            return False
        return isinstance(formula, Ref) and (printed is None or fact.printed is None or fact.printed.value != printed.value)


_ENOUGH_DIGITS = 3


def _verdict(found: Comparison, values: Sequence[Quantity], printed: Literal) -> NumericVerdict:
    left, right = reader_number(values[found.best].value), reader_number_of(printed)
    if found.grade is Grade.RIGHT:
        return NumericVerdict(True, left=left, right=right)
    if found.grade is Grade.ROUNDING:
        return NumericVerdict(True, "rounding", f"The value is {left}: its last digit is off by one.", left=left, right=right)
    if found.grade is Grade.WHOLE:
        return NumericVerdict(None, message=f"The value is {left}, which is {right} only if rounded.", left=left, right=right)
    return NumericVerdict(False, message=f"The value is {left}.", left=left, right=right)


def _expressions(found: Comparison, left: Sequence[Quantity], right: Sequence[Quantity]) -> NumericVerdict:
    texts = reader_number(left[0].value), reader_number(right[0].value)
    if found.grade is Grade.OFF:
        message = f"The left side is {texts[0]}, the right side {texts[1]}."
        return NumericVerdict(False, message=message, left=texts[0], right=texts[1])
    kind = "rounding" if found.grade is Grade.ROUNDING else ""
    return NumericVerdict(True, kind, "A number is off by one in its last digit." if kind else "", left=texts[0], right=texts[1])


def _other_moment(fact: Fact) -> NumericVerdict:
    return NumericVerdict(
        None, message=f"It is {reader_number(fact.quantity.value)} by line {fact.line}; of which moment this one is is not said."
    )


def reader_number_of(printed: Literal) -> str:
    """A printed number for a reader."""
    value = printed.value
    places = len(str(printed.unit.denominator)) - 1 if printed.unit else 0
    return f"{float(value):.{places}f}" if places < 16 else str(float(value))
