"""The derivation as JSON, schema ``symprop.derivation/1`` (docs/json.md): for scripts, so it stays as it is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from symprop.derivation.step import Derivation, Gradient, Phrase, Step
from symprop.model.expr import Expr
from symprop.model.network import Network, Range, Role
from symprop.model.printer import network_text, to_text
from symprop.render.latex_math import to_latex

SCHEMA = "symprop.derivation/1"

Record = dict[str, object]


def json_page(derivation: Derivation) -> str:
    """*derivation* as a JSON text."""
    return json.dumps(record(derivation), ensure_ascii=False, indent=2) + "\n"


def record(derivation: Derivation) -> Record:
    """*derivation* as plain data; keys are the author's names."""
    spell = _Spelling(derivation.network)
    return {
        "schema": SCHEMA,
        "network": _network(derivation.network),
        "of": spell.text(derivation.of),
        "style": derivation.style,
        "detail": derivation.detail,
        "register": derivation.register,
        "gradients": {name: _gradient(gradient, spell) for name, gradient in derivation.gradients.items()},
        "deltas": _deltas(derivation, spell),
        "steps": [_step(step, spell) for step in derivation.steps],
        **_numbers(derivation),
    }


class _Spelling:
    """Expressions in the notation and in LaTeX, in the context of one network."""

    def __init__(self, network: Network) -> None:
        self.network = network

    def text(self, expr: Expr, ranges: Sequence[Range] = ()) -> str:
        return to_text(expr, self.network, ranges=ranges)

    def equation(self, left: Expr, right: Expr, ranges: Sequence[Range]) -> str:
        return f"{to_latex(left, network=self.network)} = {to_latex(right, network=self.network, ranges=ranges)}"

    def phrase(self, phrase: Phrase) -> str:
        return "".join(part if isinstance(part, str) else self.text(part) for part in phrase)

    def ranges(self, ranges: Sequence[Range]) -> Record:
        """``{"ranges": [...]}``, nothing for a scalar."""
        shown = [{"index": r.index, "lower": self.text(r.lower), "upper": self.text(r.upper)} for r in ranges]
        return {"ranges": shown} if shown else {}


_NAMED: Mapping[str, Role] = {
    "inputs": Role.INPUT,
    "targets": Role.TARGET,
    "weights": Role.WEIGHT,
    "constants": Role.CONSTANT,
    "sizes": Role.SIZE,
}


def _network(network: Network) -> Record:
    return {
        "name": network.name,
        "text": network_text(network),
        **{key: list(network.with_role(role)) for key, role in _NAMED.items()},
        "rate": network.rate,
        "cost": network.cost,
        "objective": network.objective.value,
        "assumptions": [assumption.text for assumption in network.assumptions],
        "notes": list(network.notes),
    }


def _gradient(gradient: Gradient, spell: _Spelling) -> Record:
    found: Record = {
        "delta_form": spell.text(gradient.delta_form, gradient.ranges),
        "expanded": spell.text(gradient.expanded, gradient.ranges),
        "latex": spell.equation(gradient.partial, gradient.delta_form, gradient.ranges),
    }
    if gradient.update is not None:
        found["update"] = f"{spell.text(gradient.quantity)} ← {spell.text(gradient.update, gradient.ranges)}"
    return found | spell.ranges(gradient.ranges)


def _deltas(derivation: Derivation, spell: _Spelling) -> Record:
    found: Record = {}
    for name, delta in derivation.deltas.items():
        entry: Record = {"name": delta.name, "meaning": spell.text(delta.meaning, delta.ranges)}
        form = derivation.delta_forms.get(name)
        if form is not None:
            entry |= {"delta_form": spell.text(form, delta.ranges), "latex": spell.equation(delta.ref, form, delta.ranges)}
        found[name] = entry | spell.ranges(delta.ranges)
    return found


def _numbers(derivation: Derivation) -> Record:
    """The values that the page prints; no key where no numbers were asked for."""
    if derivation.numbers is None:
        return {}
    kinds = {kind: dict(values) for kind, values in derivation.numbers.values.items()}
    return {"numbers": {"digits": derivation.numbers.digits, **kinds}}


def _step(step: Step, spell: _Spelling) -> Record:
    return {
        "rule": step.rule,
        "before": spell.text(step.before, step.ranges),
        "after": spell.text(step.after, step.ranges),
        "because": spell.phrase(step.because),
        "relation": step.relation,
        **({"ranges": []} | spell.ranges(step.ranges)),
        **({"number": step.number} if step.number else {}),
        "verdict": {"status": step.verdict.status.value, "evidence": step.verdict.evidence},
    }
