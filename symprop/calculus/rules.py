"""The rules by which the lines of a derivation follow, by key: what each step names as its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """``statement`` is the formula as text; ``reference`` says where a reader finds it explained."""

    key: str
    name: str
    statement: str
    reference: str = ""


_GRIEWANK = "A. Griewank, A. Walther, Evaluating Derivatives, 2nd ed. (SIAM, 2008), section 3.2"
_RUMELHART = "D. E. Rumelhart, G. E. Hinton, R. J. Williams, Nature 323 (1986), 533-536"
_CALCULUS = "any textbook of calculus"

_ENTRIES = (
    Rule("definition", "definition", "y = f(x)"),
    Rule("function", "definition of the function", "σ(x) = 1/(1 + exp(−x))"),
    Rule("preactivation", "naming a pre-activation", "a = f(net), net = Σ_k w[k]·x[k] + b"),
    Rule("substitution", "substitution", "y = f(x), x = g(u): y = f(g(u))"),
    Rule("chain", "chain rule", "∂E/∂x = ∂E/∂y·∂y/∂x", _CALCULUS),
    Rule("paths", "chain rule over several paths", "∂E/∂x = Σ_y ∂E/∂y·∂y/∂x", _GRIEWANK),
    Rule("parts", "sum rule over the parts of the cost", "E = Σ_k E[k]: ∂E/∂x = Σ_k ∂E[k]/∂x", _CALCULUS),
    Rule("differentiation", "differentiation", "∂/∂x(c·u^n) = c·n·u^(n − 1)·∂u/∂x", _CALCULUS),
    Rule("arithmetic", "arithmetic", "2·½·u·(−1) = −u"),
    Rule("constant", "derivative of a constant", "∂c/∂x = 0", _CALCULUS),
    Rule("identity", "derivative of the variable", "∂x/∂x = 1", _CALCULUS),
    Rule("factor", "constant factor in front", "∂(c·u)/∂x = c·∂u/∂x", _CALCULUS),
    Rule("sum", "sum rule", "∂(u + v)/∂x = ∂u/∂x + ∂v/∂x", _CALCULUS),
    Rule("factors", "product rule", "∂(u·v)/∂x = ∂u/∂x·v + u·∂v/∂x", _CALCULUS),
    Rule("quotient", "quotient rule", "∂(u/v)/∂x = (∂u/∂x·v − u·∂v/∂x)/v²", _CALCULUS),
    Rule("power", "power rule", "∂x^n/∂x = n·x^(n − 1)", _CALCULUS),
    Rule("exponential", "power with a varying exponent", "∂(u^v)/∂x = u^v·∂(v·log u)/∂x", _CALCULUS),
    Rule("sign", "sign collected in front", "u·(−v) = −u·v"),
    Rule("orientation", "the difference turned round", "−(t − y) = y − t"),
    Rule("grouping", "common factors in front", "a·b + a·c = a·(b + c)"),
    Rule("slope", "derivative of the function", "∂f(a)/∂a = f'(a)", _CALCULUS),
    Rule("textbook", "derivative in textbook form", "σ'(a) = y·(1 − y), y = σ(a)"),
    Rule("product", "putting the partials together", "∂E/∂x = [∂E/∂y]·[∂y/∂x]"),
    Rule("citation", "as derived above", "∂E/∂x = …"),
    Rule("delta", "definition of a delta", "δ[j] = ∂E/∂net[j]", _RUMELHART),
    Rule("recursion", "recursion of the deltas", "δ[j] = f'(net[j])·Σ_q δ[q]·w[q,j]", _RUMELHART),
    Rule("gradient", "gradient = delta times input", "∂E/∂w[j,k] = δ[j]·x[k]", _RUMELHART),
    Rule("general", "a case of the general rule", "δ[j] = f'(net[j])·Σ_q w[q,j]·δ[q]", _RUMELHART),
    Rule("cancellation", "cancelling the denominators", "y·t/y = t"),
    Rule("assumption", "by assumption", "Σ_k t[k] = 1"),
    Rule("contraction", "the bracket keeps one term of the sum", "Σ_j f(j)·[j = p] = f(p)"),
    Rule("numbers", "putting the numbers in", "y = 2·x, x = 3: y = 2·3"),
    Rule("value", "working the number out", "2·3 = 6"),
    Rule("update", "update", "w ← w − η·∂E/∂w", _RUMELHART),
)

RULES: Mapping[str, Rule] = {rule.key: rule for rule in _ENTRIES}
"""Every rule that a step can name."""
