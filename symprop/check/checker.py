"""The whole way from a document to its report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from symprop.check.document import Formula, Sign, Statement
from symprop.check.given import declarations
from symprop.check.given.knowing import Known, known
from symprop.check.given.writing import declaration
from symprop.check.mistakes.diagnoser import Diagnoser
from symprop.check.numbers.judging import Numbers
from symprop.check.numbers.verdict import NumericVerdict
from symprop.check.relations import Claim, Relations
from symprop.check.report import Evidence, Finding, Outcome, Report, sentence
from symprop.check.sources import read_document
from symprop.check.theory import FunctionRule, Rule, Theory
from symprop.check.trees import nodes
from symprop.check.understanding.definitions import binds_anew, function_of, is_assignment, is_numeric, rule_of
from symprop.check.understanding.lines import EQUALITIES, Line
from symprop.check.understanding.spans import run_of
from symprop.check.understanding.telling import told
from symprop.check.understanding.theories import Understanding, understand
from symprop.check.written_names import shown
from symprop.errors import Span
from symprop.evaluation.trouble import Trouble
from symprop.model.expr import Expr, Indicator, Neg, Number, Ref
from symprop.model.network import Network, Objective
from symprop.model.written import Call, Derivative, Gradient, Table, ungrouped

_MINIMISED = frozenset("CEJLℒℰ")
"""Letters of what is made small: costs, errors, losses."""

_SLIPS = frozenset(
    {
        "sign", "orientation", "factor two", "exponent", "prime", "argument", "order of indices", "index", "layer", "transpose",
        "order of a product", "entry by entry", "sum", "index of a sum", "range of a sum", "lost factor", "extra factor",
        "activation",
    }
)  # fmt: skip
"""Mistakes by which a second formula for a name is a slip; all others may be another meaning of the name."""

_UNCLAIMED = {
    Sign.ASSIGNS: "An assignment.",
    Sign.PROPORTIONAL: "A proportion is not judged.",
    Sign.IMPLIES: "An implication.",
    Sign.MAPS: "A mapping.",
    Sign.OTHER: "No equality.",
    Sign.APPROXIMATES: "An approximation is not judged.",
}
"""What is said of relations that claim no equality."""


def check(text: str, name: str, networks: Sequence[Network] = ()) -> Report:
    """Judge every relation of a document.

    Args:
        text: the document.
        name: its name, whose suffix says what it is written in.
        networks: networks that are the truth.

    Raises:
        InputError: the document cannot be read at all.
    """
    knowledge = known(read_document(text, name), networks)
    understanding = understand(knowledge.reading, knowledge.given)
    findings = Checker(understanding, knowledge).findings()
    found = tuple(sorted(findings, key=lambda finding: finding.span.start))
    inferred = told(understanding)
    return Report(name, found, inferred=inferred, declaration=declaration(knowledge.reading, understanding))


class Checker:
    """Goes through the lines of a document in order."""

    def __init__(self, understanding: Understanding, knowledge: Known) -> None:
        self._understanding = understanding
        self._knowledge = knowledge
        self._relations = Relations(Diagnoser(knowledge.reading, understanding.lines))
        self._numbers = Numbers(understanding)

    def findings(self) -> Iterator[Finding]:
        """One for every relation, one for every formula without any, one for every claim that is declared."""
        lines = self._understanding.lines
        claims = dict(zip(range(len(lines) - len(self._knowledge.claims), len(lines)), self._knowledge.claims, strict=True))
        for line in lines:
            if line.number in claims:
                yield self._declared(line, claims[line.number])
            elif line.number >= self._knowledge.lets:
                yield from self._line(line)
            with suppress(Trouble, RecursionError):
                self._numbers.learn(line)

    def _declared(self, line: Line, claim: declarations.Claim) -> Finding:
        """The verdict on what a declaration claims, perhaps after some updates."""
        latex = f"{line.sides[0].latex} = {line.sides[1].latex}"
        left, right = line.exprs
        if left is None or right is None:
            return Finding(claim.span, latex, Outcome.UNREAD, "The claim cannot be read.")
        late = self._numbers.after_updates(left, right, claim.updates)
        if claim.updates or late.holds is not None:
            return _numeric(claim.span, latex, late)
        verdict = self._numbers.judge(line, 0)
        if verdict is not None:
            return _numeric(claim.span, latex, verdict)
        return self._judged(Claim(left, right, claim.span, latex, line.number), line)

    def _line(self, line: Line) -> Iterator[Finding]:
        formula = line.statement.formula
        if formula.problem:
            yield Finding(_span(formula, 0, len(formula.text)), formula.text, Outcome.UNREAD, formula.problem)
        elif not line.signs:
            yield from self._mention(line)
        else:
            for link in line.links:
                yield self._guarded(line, link)

    def _guarded(self, line: Line, link: int) -> Finding:
        """The finding of a link; what cannot be evaluated leaves it undecided, and the rest of the document goes on."""
        try:
            return self._link(line, link)
        except (Trouble, RecursionError) as trouble:
            span, latex = self._place(line, link)
            reason = str(trouble) if isinstance(trouble, Trouble) else "the formula is nested too deeply"
            return Finding(span, latex, Outcome.UNDECIDED, sentence(reason))

    def _mention(self, line: Line) -> Iterator[Finding]:
        formula = line.statement.formula
        side = line.statement.sides[0] if line.statement.sides else None
        start, end = (0, len(formula.text)) if side is None else (side.start, side.end)
        latex = formula.text if side is None else side.latex
        if side is not None and side.unread is not None:
            yield Finding(_span(formula, start, end), latex, Outcome.UNREAD, sentence(side.unread.message))
        else:
            yield Finding(_span(formula, start, end), latex, Outcome.SKIPPED)

    def _link(self, line: Line, link: int) -> Finding:
        span, latex = self._place(line, link)
        a, b = line.meaning(link), line.exprs[link + 1]
        if a is None or b is None:
            return self._unread(line, link, span, latex)
        defines = (line.number, link) in self._understanding.defines
        verdict = None if a is not line.exprs[link] else self._numbers.judge(line, link)
        if verdict is not None and verdict.holds is not None:
            return _numeric(span, latex, verdict)
        if defines:
            message = sentence(self._understanding.defines[line.number, link])
            return Finding(span, latex, Outcome.DEFINES, message, warnings=self._unusual(span))
        if line.signs[link] not in EQUALITIES or line.signs[link] is Sign.APPROXIMATES:
            return Finding(span, latex, Outcome.SKIPPED, _UNCLAIMED[line.signs[link]])
        if is_assignment(a, b):
            return Finding(span, latex, Outcome.SKIPPED, _UNCLAIMED[Sign.ASSIGNS])
        conditions, conditional = self._conditions(line)
        if conditions is None:
            return Finding(span, latex, Outcome.SKIPPED, "A condition on indices.")
        claim = Claim(a, b, span, latex, line.number, conditions, conditional)
        found = self._judged(claim, line)
        if verdict is None and found.outcome is Outcome.FAILS:
            verdict = self._numbers.substituted(line, link)
        if verdict is None and found.outcome is Outcome.FAILS and _is_about_values(a, b):
            verdict = NumericVerdict(None, message="The document does not give the values that it takes.")
        if (
            verdict is not None and found.outcome is not Outcome.HOLDS
        ):  # for all values it need not hold, for those of the document it may
            self._relations.forget(claim)
            return _numeric(span, latex, verdict)
        doubtful = found.outcome is Outcome.UNDECIDED and found.kind == "undefined" and not is_numeric(b)
        return self._rebound(claim, line, found) if found.outcome is Outcome.FAILS or doubtful else found

    def _unusual(self, span: Span) -> tuple[str, ...]:
        """What is odd about a rule of updating: it goes up the gradient of what is called a cost."""
        theory = self._understanding.theories[0][1]
        rule = theory.update
        if rule is None or rule.sign < 0 or rule.line != span.line or theory.objective is Objective.MAXIMIZE:
            return ()
        cost = rule.cost.name if isinstance(rule.cost, Ref) else ""
        if cost[:1] not in _MINIMISED:
            return ()
        return (f"This goes up the gradient of {shown(cost)}, which makes it larger; the usual sign is minus.",)

    def _place(self, line: Line, link: int) -> tuple[Span, str]:
        """Where a link stands, and its LaTeX."""
        left, right = line.sides[link], line.sides[link + 1]
        first = link == 0 and not line.statement.continues
        place = line.statement.places[link] if link < len(line.statement.places) else right.start
        span = _span(line.statement.formula, left.start if first else place, right.end)
        return span, f"{left.latex} {line.signs[link].value} {right.latex}"

    def _conditions(self, line: Line) -> tuple[tuple[Indicator, ...] | None, bool]:
        """The conditions on indices beside a line, and whether there are others; None if the line is such a condition itself."""
        letters = self._understanding.at(line.number).letters
        if _on_indices(line.statement, letters) is not None and len(line.signs) == 1:
            return None, False
        beside = list(line.statement.notes)
        for other in self._understanding.lines[line.number + 1 :]:
            if other.statement.formula is not line.statement.formula or _on_indices(other.statement, letters) is None:
                break
            beside.append(other.statement)
        runs = [run_of(note) for note in beside]
        found = [_on_indices(note, letters) for note, run in zip(beside, runs, strict=True) if note.signs and run is None]
        found += [run.condition() if run.is_plain else None for run in runs if run is not None and not run.is_whole]
        return tuple(one for one in found if one is not None), None in found

    def _rebound(self, claim: Claim, line: Line, found: Finding) -> Finding:
        """What contradicts the meaning of a name, and is no slip, gives it another one from here on."""
        theory = self._understanding.at(line.number)
        left, simple = ungrouped(claim.left), isinstance(ungrouped(claim.right), Ref | Table)
        slip = found.kind in _SLIPS
        rule: Rule | FunctionRule | None = None
        if isinstance(left, Ref):
            old = next((old.line for old in theory.rules.get(left.name, ()) if old.ref == left), None)
            # what the first formula is made of is not said: the next one counts
            open_ = found.outcome is Outcome.UNDECIDED and not self._names_slope(left, theory)
            anew = binds_anew(line)
            if old is not None and (
                (open_ and old) or (simple and anew) or ((isinstance(ungrouped(claim.right), Table) or anew) and not slip)
            ):
                rule = rule_of(left, claim.right, theory.letters, claim.span.line)
        elif isinstance(left, Call) and not slip and len(left.function.name) == 1:
            rule = function_of(left, claim.right, claim.span.line)
            old = theory.functions[rule.name].line if rule is not None and rule.name in theory.functions else 0
        if rule is None and isinstance(left, Call) and _is_open(left, theory):
            self._relations.forget(claim)
            return Finding(
                claim.span, claim.latex, Outcome.UNDECIDED, "It may be true of a function that the document leaves open."
            )
        if rule is None:
            return found
        self._relations.forget(claim)
        self._understanding.rebind(line.number, rule)
        warning = f"Another meaning than in line {old}." if old else "Another meaning than the usual one."
        return Finding(
            claim.span, claim.latex, Outcome.DEFINES, "A new meaning.", code="SP303", kind="redefined", warnings=(warning,)
        )

    def _names_slope(self, ref: Ref, theory: Theory) -> bool:
        """Whether a name stands for a derivative that can be worked out: what is said of it later is a claim."""
        rules = [rule for rule in theory.rules.get(ref.name, ()) if rule.ref == ref]
        slope = any(isinstance(ungrouped(rule.expr), Derivative | Gradient) for rule in rules)
        return slope and self._relations.judge(theory).has_value(ref)

    def _judged(self, claim: Claim, line: Line) -> Finding:
        understanding = self._understanding
        return self._relations.finding(
            claim, understanding.at(line.number), lambda: understanding.before(claim.span.line, line.number)
        )

    def _unread(self, line: Line, link: int, span: Span, latex: str) -> Finding:
        unread = next(side.unread for side in (line.sides[link + 1], line.sides[link]) if side.unread is not None)
        a, b = line.meaning(link), line.meaning(link + 1)
        message, suggestion = sentence(unread.message), ""
        if a is not None and b is not None:
            found = self._judged(Claim(a, b, span, latex, line.number), line)
            if found.outcome is Outcome.HOLDS:
                message, suggestion = f"{message} With {unread.repaired} it holds.", unread.repaired
        return Finding(span, latex, Outcome.UNREAD, message, code="SP101", kind="syntax", suggestion=suggestion)


def _is_open(call: Call, theory: Theory) -> bool:
    """Whether a function is applied of which nothing is known."""
    rule = theory.functions.get(call.function.name)
    return rule is not None and rule.body is None and not call.primes


def _on_indices(statement: Statement, letters: frozenset[str]) -> Indicator | None:
    """The condition ``i = j`` or ``i ≠ j`` that a statement is; None for all others."""
    sides = [side.expr for side in statement.sides]
    if len(sides) != 2 or not all(isinstance(side, Ref) and side.name in letters and not side.indices for side in sides):
        return None
    written = statement.formula.text[statement.places[0] :] if statement.places else ""
    unequal = written.startswith(("\\ne", "≠", "\\not"))
    if statement.signs[0] is not Sign.EQUALS and not unequal:
        return None
    return Indicator(tuple(side for side in sides if side is not None), ("≠" if unequal else "=",))


def _is_about_values(left: Expr, right: Expr) -> bool:
    """Whether an equality with a number can only be meant for certain values: ``Y - T = 8``, but not ``∂b/∂b = 1``."""
    for formula, number in ((left, right), (right, left)):
        if is_numeric(number) and not is_numeric(formula):
            whole = isinstance(ungrouped(number), Number | Neg)
            return not (whole and any(isinstance(node, Derivative | Gradient | Call) for node in nodes(formula)))
    return False


def _numeric(span: Span, latex: str, verdict: NumericVerdict) -> Finding:
    """The finding of a link with numbers."""
    message = verdict.message
    if verdict.holds:
        code = "SP102" if verdict.kind else ""
        evidence = Evidence.PROVED if verdict.proved else Evidence.SAMPLED
        return Finding(span, latex, Outcome.HOLDS, message, evidence, code, verdict.kind, follows_from=verdict.follows_from)
    if verdict.holds is False:
        return Finding(
            span,
            latex,
            Outcome.FAILS,
            message,
            counterexample={"left": verdict.left, "right": verdict.right},
            left=verdict.left,
            right=verdict.right,
            follows_from=verdict.follows_from,
        )
    return Finding(
        span,
        latex,
        Outcome.UNDECIDED,
        message,
        code="SP301" if verdict.missing else "",
        kind="undefined" if verdict.missing else "",
    )


def _span(formula: Formula, start: int, end: int) -> Span:
    return formula.span(start, max(start, end))
