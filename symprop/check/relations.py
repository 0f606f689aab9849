"""The verdict on one relation: against the truth, and against what the document said before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from symprop.check.certificate import proves
from symprop.check.judge import Judge, Judgement
from symprop.check.mistakes.diagnoser import Diagnoser
from symprop.check.mistakes.diagnosis import Diagnosis
from symprop.check.report import Evidence, Finding, Outcome, sentence
from symprop.check.theory import Theory
from symprop.check.trees import nodes, parts
from symprop.check.understanding.definitions import covers, values_in
from symprop.check.written_names import shown
from symprop.errors import Span
from symprop.model.expr import Expr, Indicator, Number, Ref
from symprop.model.written import Call, Derivative, Gradient, ungrouped

_SURE = frozenset({"sign", "lost factor", "extra factor", "norm", "factor two", "exponent", "update", "rate"})
"""Mistakes that are ones whatever undefined names stand for: the repaired claim holds for all their values."""


_VAGUE = frozenset({"factor", "left side", "two mistakes"})
"""Mistakes that say little: another one that is found under an assumption is told instead."""


@dataclass(frozen=True, slots=True)
class Claim:
    """``left = right`` in a document.

    ``number`` is that of its statement; ``conditions`` say for which indices it is meant; ``conditional`` that there is a
    condition that is not understood.
    """

    left: Expr
    right: Expr
    span: Span
    latex: str
    number: int
    conditions: tuple[Indicator, ...] = ()
    conditional: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """A relation that failed, for those that follow from it."""

    claim: Claim
    line: int


class Relations:
    """Judges the claims of a document in order."""

    def __init__(self, diagnoser: Diagnoser) -> None:
        self._diagnoser = diagnoser
        self._judges: dict[int, Judge] = {}
        self._failures: list[Failure] = []
        self._variants: dict[tuple[int, object], Theory | None] = {}

    def judge(self, theory: Theory) -> Judge:
        """The judge over *theory*, whose worlds are shared by all claims."""
        key = id(theory)
        if key not in self._judges:
            self._judges[key] = Judge(theory)  # which keeps the theory, and so its key
        return self._judges[key]

    def finding(self, claim: Claim, theory: Theory, before: Callable[[], Theory]) -> Finding:
        """The verdict on a claim; *before* is the theory of what the document had said by then.

        What follows from the formulas above it holds, even where formulas below it say more than can be worked out.
        """
        found = self._finding(claim, theory)
        if found.outcome is Outcome.UNDECIDED:
            earlier = before()
            if len(earlier.rules) < len(theory.rules) and Judge(earlier).equal(claim.left, claim.right, claim.conditions).holds:
                return self._holds(claim)
        return found

    def _finding(self, claim: Claim, theory: Theory) -> Finding:
        if proves(claim.left, claim.right, theory):
            return self._holds(claim, proved=True)
        judgement = self.judge(theory).equal(claim.left, claim.right, claim.conditions)
        if judgement.holds:
            return self._holds(claim)
        if judgement.by_shape:
            clash = self._diagnoser.clash(claim.left, claim.right, self.judge(theory))
            return self._slip(claim, theory, self.judge(theory), judgement) or Finding(
                claim.span,
                claim.latex,
                Outcome.UNDECIDED,
                f"The shapes do not fit: {clash}" if clash else sentence(f"The shapes do not fit: {judgement.reason}"),
                kind="shape",
                code="SP302",
            )
        if judgement.holds is False and claim.conditional:
            return Finding(
                claim.span,
                claim.latex,
                Outcome.UNDECIDED,
                "It does not hold in general, and the condition beside it is not understood.",
            )
        if judgement.holds is False and self._by_families(claim, theory):
            return self._holds(claim)
        if judgement.holds is False:
            return self._under_assumption(claim, theory) or self._fails(claim, theory, self.judge(theory), judgement)
        if judgement.missing:
            return self._without(claim, theory, judgement)
        return Finding(claim.span, claim.latex, Outcome.UNDECIDED, sentence(judgement.reason))

    def forget(self, claim: Claim) -> None:
        """A claim turned out to be none."""
        self._failures = [failure for failure in self._failures if failure.claim is not claim]

    def _holds(self, claim: Claim, message: str = "", *, proved: bool = False) -> Finding:
        evidence = Evidence.PROVED if proved else Evidence.SAMPLED
        before = self._failures[-1] if self._failures else None
        follows = (
            before.line
            if before is not None and before.claim.right == claim.left and before.claim.span.source is claim.span.source
            else None
        )
        return Finding(claim.span, claim.latex, Outcome.HOLDS, message, evidence, follows_from=follows)

    def _slip(self, claim: Claim, theory: Theory, judge: Judge, judgement: Judgement) -> Finding | None:
        """The failure, where a small edit makes the claim hold: shapes that do not fit refute nothing without one."""
        diagnosis = self._diagnoser(claim.left, claim.right, judge, claim.number, claim.conditions)
        return None if diagnosis is None else self._failure(claim, theory, judgement, diagnosis)

    def _fails(self, claim: Claim, theory: Theory, judge: Judge, judgement: Judgement) -> Finding:
        diagnosis = self._diagnoser(claim.left, claim.right, judge, claim.number, claim.conditions)
        if diagnosis is None or diagnosis.kind in _VAGUE:
            diagnosis = self._diagnosis_with_labels(claim, theory) or diagnosis
        return self._failure(claim, theory, judgement, diagnosis)

    def _diagnosis_with_labels(self, claim: Claim, theory: Theory) -> Diagnosis | None:
        """The mistake in what was to hold for labels that add up to 1."""
        for name, across in _assumptions(theory):
            other = self._variant(theory, (name, across), adding_up(name, across=across))
            assert other is not None
            found = self._diagnoser(claim.left, claim.right, self.judge(other), claim.number, claim.conditions)
            if found is not None and found.kind not in _VAGUE:
                return found
        return None

    def _unclear(self, claim: Claim, diagnosis: Diagnosis) -> Finding:
        """What may be another spelling of a name, or a sign between columns left out, as many do: no mistake of mathematics."""
        return Finding(
            claim.span,
            claim.latex,
            Outcome.UNDECIDED,
            diagnosis.message,
            code="SP303",
            kind="redefined",
            suggestion=diagnosis.suggestion,
        )

    def _failure(self, claim: Claim, theory: Theory, judgement: Judgement, diagnosis: Diagnosis | None) -> Finding:
        if diagnosis is not None:
            alias = diagnosis.kind == "name" and isinstance(ungrouped(claim.left), Ref)
            if alias or (diagnosis.kind == "entry by entry" and judgement.by_shape):
                return self._unclear(claim, diagnosis)
        follows = self._follows(claim, theory)
        clash = self._diagnoser.clash(claim.left, claim.right, self.judge(theory))
        self._failures.append(Failure(claim, claim.span.line))
        values = f"At a random point the left side is {judgement.left} and the right side is {judgement.right}."
        message = sentence(judgement.reason) if judgement.by_shape else values
        if diagnosis is not None:
            message = f"{clash} {diagnosis.message}".strip()
        elif clash:
            message = clash
        return Finding(
            claim.span,
            claim.latex,
            Outcome.FAILS,
            message,
            code="" if diagnosis is None else diagnosis.code,
            kind="" if diagnosis is None else diagnosis.kind,
            counterexample=judgement.point or {"shapes": judgement.reason},
            left=judgement.left,
            right=judgement.right,
            follows_from=follows,
            suggestion="" if diagnosis is None else diagnosis.suggestion,
        )

    def _under_assumption(self, claim: Claim, theory: Theory) -> Finding | None:
        """Whether it holds for labels that add up to 1, which documents with a softmax take for granted."""
        for name, across in _assumptions(theory):
            if self._holds_in(claim, theory, (name, across), adding_up(name, across=across)):
                message = f"Holds if the entries of {shown(name)} add up to 1, as one-hot labels do."
                found = self._holds(claim, message)
                return replace(found, code="SP103", kind="assumption")
        return None

    def _by_families(self, claim: Claim, theory: Theory) -> bool:
        """Whether it holds where members that are also written out (``A_{21} = …`` beside ``A_{2i}``) are those of the family."""
        return self._holds_in(claim, theory, general, general)

    def _holds_in(self, claim: Claim, theory: Theory, key: object, make: Callable[[Theory], Theory | None]) -> bool:
        """Whether a claim holds in a variant of a theory."""
        other = self._variant(theory, key, make)
        return other is not None and self.judge(other).equal(claim.left, claim.right, claim.conditions).holds is True

    def _variant(self, theory: Theory, key: object, make: Callable[[Theory], Theory | None]) -> Theory | None:
        """A variant of a theory, made once: judges share the worlds of one theory."""
        if (id(theory), key) not in self._variants:
            self._variants[id(theory), key] = make(theory)
        return self._variants[id(theory), key]

    def _follows(self, claim: Claim, theory: Theory) -> int | None:
        """The line of an earlier failure with the same left side whose right side this one equals."""
        for failure in reversed(self._failures):
            if failure.claim.left == claim.left and self.judge(theory).equal(failure.claim.right, claim.right).holds:
                return failure.line
        return None

    def _without(self, claim: Claim, theory: Theory, judgement: Judgement) -> Finding:
        """A claim about names that nothing defines: what holds for all their values holds, whatever they are."""
        sides = (claim.left, claim.right)
        missing = undefined(sides, theory)
        if not _differentiated(sides, missing):
            free = self.judge(self._variant(theory, missing, lambda t: loosened(t, missing)) or theory)
            result = free.equal(claim.left, claim.right, claim.conditions)
            if result.holds or (result.holds is False and self._by_families(claim, free.theory)):
                return self._holds(claim)
            if (
                result.holds is False
                and not result.by_shape
                and (self._arguments_only(claim, missing, free, result) or self._is_firm(claim, free, result))
            ):
                return self._fails(claim, theory, free, result)
            slip = self._slip(claim, theory, free, result) if result.holds is False and not missing else None
            if slip is not None and (slip.kind in _SURE or _numbered(claim, theory)):
                return slip
            if slip is not None:
                self.forget(claim)
        warnings = _near(missing, theory)
        return Finding(
            claim.span,
            claim.latex,
            Outcome.UNDECIDED,
            sentence(judgement.reason),
            kind="undefined",
            code="SP301",
            warnings=warnings,
        )

    def _arguments_only(self, claim: Claim, missing: frozenset[str], judge: Judge, result: Judgement) -> bool:
        """Whether all that nothing defines and that matters are names that stand for arguments."""
        if result.where is None or not _arguments_only((claim.left, claim.right), missing):
            return False
        return {name for name, _ in judge.unknowns(claim.left, claim.right, result.where)} <= missing

    def _is_firm(self, claim: Claim, judge: Judge, result: Judgement) -> bool:
        """Whether a refutation stands whatever the undefined names are.

        It does if they have no influence, or if the claim itself speaks of them as the definitions do, and does not
        differentiate by them: then they are what is given, like inputs.  A claim that may have put something in their place is
        not refuted.
        """
        if result.where is None:
            return False
        world = judge.again(result.where)
        mentioned = {node for side in (claim.left, claim.right) for node in nodes(side) if isinstance(node, Ref)}
        by = {node.wrt for side in (claim.left, claim.right) for node in nodes(side) if isinstance(node, Derivative | Gradient)}
        letters = result.where.letters
        for name, atoms in judge.unknowns(claim.left, claim.right, result.where):
            refs = {ref for ref in mentioned if ref.name == name and world.indices(ref, letters) == atoms}
            if not refs or refs & by or not world.coverage.in_use(name, atoms):
                return False
        return True


def loosened(theory: Theory, missing: frozenset[str]) -> Theory:
    """The theory in which what nothing defines may have any value, the *missing* names too."""
    unused = dict.fromkeys(missing, ())
    return replace(theory, leaves=theory.leaves | missing, patterns={**theory.patterns, **unused}, loose=True)


def general(theory: Theory) -> Theory | None:
    """The theory without definitions of single members of families that are defined as a whole; None if there are none."""
    rules = {
        name: tuple(rule for rule in group if rule.letters or not any(old.letters and covers(old, rule.ref) for old in group))
        for name, group in theory.rules.items()
    }
    return None if rules == dict(theory.rules) else replace(theory, rules=rules)


def _labels(theory: Theory) -> set[str]:
    """Given quantities with entries that stand beside a logarithm in a definition."""
    found: set[str] = set()
    for group in theory.rules.values():
        for rule in group:
            if any(isinstance(node, Call) and node.function.name in ("log", "ln") for node in nodes(rule.expr)):
                found |= {node.name for node in nodes(rule.expr) if isinstance(node, Ref) and node.name in theory.leaves}
    return {name for name in found if theory.arity.get(name) or theory.ranks.get(name)}


def _assumptions(theory: Theory) -> list[tuple[str, bool]]:
    """Labels whose entries may add up to 1, and whether along the other one of two axes."""
    labels = sorted(_labels(theory))
    two = [name for name in labels if theory.arity.get(name, 0) > 1 or theory.ranks.get(name, 0) > 1]
    return [(name, False) for name in labels if name not in theory.simplex] + [
        (name, True) for name in two if name not in theory.across
    ]


def undefined(sides: Sequence[Expr], theory: Theory) -> frozenset[str]:
    """Names of quantities in *sides* that the theory does not know."""
    found: set[str] = set()
    for side in sides:
        found |= {
            name for name in _values(side) if not theory.known(name) and name not in theory.sizes | theory.letters | theory.lasts
        }
    return frozenset(found)


def _values(expr: Expr) -> set[str]:
    return {node.name for node in values_in(expr) if isinstance(node, Ref)}


def _differentiated(sides: Sequence[Expr], names: frozenset[str]) -> bool:
    """Whether a derivative of or by one of the names occurs whose numerator is no formula in it."""
    for side in sides:
        for node in nodes(side):
            if not isinstance(node, Derivative | Gradient):
                continue
            if isinstance(node.of, Ref) and (node.of.name in names or (isinstance(node.wrt, Ref) and node.wrt.name in names)):
                return True
            if isinstance(node.wrt, Ref) and node.wrt.name in names and node.wrt.name not in _values(node.of):
                return True
    return False


def _arguments_only(sides: Sequence[Expr], names: frozenset[str]) -> bool:
    """Whether the names stand for the argument of functions, as ``z`` does in ``σ'(z) = …``, or of what is differentiated."""

    def outside(expr: Expr) -> set[str]:
        if isinstance(expr, Ref):
            return {expr.name}
        if isinstance(expr, Call) or (isinstance(expr, Derivative) and isinstance(expr.wrt, Ref)):
            return set()
        return {name for part in parts(expr) for name in outside(part)}

    if not names:
        return False
    names -= {
        node.wrt.name for side in sides for node in nodes(side) if isinstance(node, Derivative) and isinstance(node.wrt, Ref)
    }
    functions = any(isinstance(node, Call | Derivative) for side in sides for node in nodes(side))
    return functions and all(not outside(side) & names for side in sides)


def _numbered(claim: Claim, theory: Theory) -> bool:
    """Whether only entries are unknown that have no meaning but their number: ``w_3`` beside ``w_1``."""
    refs = {node for side in (claim.left, claim.right) for node in nodes(side) if isinstance(node, Ref)}
    unknown = [ref for ref in refs if ref.name in theory.leaves and ref not in theory.patterns.get(ref.name, ())]
    return all(isinstance(index, Number) for ref in unknown for index in ref.indices)


def _near(missing: frozenset[str], theory: Theory) -> tuple[str, ...]:
    known = [*theory.rules, *theory.leaves]
    found = []
    for name in sorted(missing):
        folded = {other.lower(): other for other in known if other != name}
        near = folded.get(name.lower()) or next(iter(get_close_matches(name, known, n=1, cutoff=0.75)), None)
        if near is not None:
            found.append(f"Nothing defines {shown(name)}; is {shown(near)} meant?")
        else:
            found.append(f"Nothing defines {shown(name)}.")
    return tuple(found)


def adding_up(name: str, *, across: bool) -> Callable[[Theory], Theory]:
    """The variant of a theory in which the entries of a name add up to 1."""
    more = frozenset({name})
    return lambda theory: replace(
        theory, simplex=theory.simplex | more, across=theory.across | more if across else theory.across - more
    )
