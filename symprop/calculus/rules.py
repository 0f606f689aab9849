"""The rules by which the lines of a derivation follow, by key: what each step names as its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """``statement`` is the formula in LaTeX; ``reference`` says where a reader finds it explained."""

    key: str
    name: str
    statement: str
    reference: str = ""


_GRIEWANK = "A. Griewank, A. Walther, Evaluating Derivatives, 2nd ed. (SIAM, 2008), section 3.2"
_RUMELHART = "D. E. Rumelhart, G. E. Hinton, R. J. Williams, Nature 323 (1986), 533-536"
_CALCULUS = "any textbook of calculus"

_ENTRIES = (
    Rule("definition", "definition", r"y = f(x)"),
    Rule("function", "definition of the function", r"\sigma(x) = \frac{1}{1 + e^{-x}}"),
    Rule("preactivation", "naming a pre-activation", r"a = f(\mathit{net}),\quad \mathit{net} = \sum_k w_k x_k + b"),
    Rule("substitution", "substitution", r"y = f(x),\ x = g(u) \;\Rightarrow\; y = f(g(u))"),
    Rule(
        "chain",
        "chain rule",
        r"\frac{\partial E}{\partial x} = \frac{\partial E}{\partial y} \cdot \frac{\partial y}{\partial x}",
        _CALCULUS,
    ),
    Rule(
        "paths",
        "chain rule over several paths",
        r"\frac{\partial E}{\partial x} = \sum_y \frac{\partial E}{\partial y} \cdot \frac{\partial y}{\partial x}",
        _GRIEWANK,
    ),
    Rule(
        "parts",
        "sum rule over the parts of the cost",
        r"E = \sum_k E_k \;\Rightarrow\; \frac{\partial E}{\partial x} = \sum_k \frac{\partial E_k}{\partial x}",
        _CALCULUS,
    ),
    Rule(
        "differentiation",
        "differentiation",
        r"\frac{\partial}{\partial x}\left(c\,u^n\right) = c\,n\,u^{n-1} \frac{\partial u}{\partial x}",
        _CALCULUS,
    ),
    Rule("arithmetic", "arithmetic", r"2 \cdot \frac{1}{2}\, u \cdot (-1) = -u"),
    Rule("slope", "derivative of the function", r"\frac{\partial f(a)}{\partial a} = f'(a)", _CALCULUS),
    Rule("textbook", "derivative in textbook form", r"\sigma'(a) = y\,(1 - y), \quad y = \sigma(a)"),
    Rule("product", "putting the partials together", r"\frac{\partial E}{\partial x} = [\,\cdot\,] \cdots [\,\cdot\,]"),
    Rule("citation", "already derived", r"\frac{\partial E}{\partial x} = \ldots"),
    Rule(
        "delta",
        "definition of a delta",
        r"\delta_j = \frac{\partial E}{\partial \mathit{net}_j}",
        _RUMELHART,
    ),
    Rule(
        "recursion",
        "recursion of the deltas",
        r"\delta_j = f'(\mathit{net}_j) \sum_q \delta_q\, w_{qj}",
        _RUMELHART,
    ),
    Rule(
        "gradient",
        "gradient = delta times input",
        r"\frac{\partial E}{\partial w_{jk}} = \delta_j\, x_k",
        _RUMELHART,
    ),
    Rule("cancellation", "cancelling the denominators", r"y \cdot \frac{t}{y} = t"),
    Rule("assumption", "an assumption of the network", r"\sum_k t_k = 1"),
    Rule("contraction", "contraction of a sum", r"\sum_j f(j)\,[j = p] = f(p)"),
    Rule("update", "update", r"w \leftarrow w - \eta\, \frac{\partial E}{\partial w}", _RUMELHART),
)

RULES: Mapping[str, Rule] = {rule.key: rule for rule in _ENTRIES}
"""Every rule that a step can name."""
