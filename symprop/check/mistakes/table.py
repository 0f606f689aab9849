"""The mistakes that are known by name: what each one is, a small example, and the rule that it breaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mistake:
    r"""A mistake that people make when they derive by hand.

    Args:
        code: its number, which never changes.
        kind: its name.
        sentence: what is said of a relation in which it is found; ``{what}`` and ``{instead}`` are LaTeX of what was written or
            is missing, and of what should stand there.
        given: definitions of a small example.
        wrong: a relation with the mistake.
        right: its right side without the mistake.
        reference: the rule that it breaks.
    """

    code: str
    kind: str
    sentence: str
    given: str
    wrong: str
    right: str
    reference: str


_CELL = r"$z = w x + b$, $y = \sigma(z)$, $E = \frac{1}{2}(y - t)^2$"
_CHAIN = r"$h = u x$, $y = v h$, $E = \frac{1}{2}(y - t)^2$"
_INDEX = (
    r"$z_j = \sum_k w_{jk} x_k$, $h_j = \sigma(z_j)$, $r_i = \sum_j v_{ij} h_j$, $y_i = \sigma(r_i)$, "
    r"$E = \frac{1}{2} \sum_i (y_i - t_i)^2$"
)
_LAYERS = r"$z^l_j = \sum_k w^l_{jk} a^{l-1}_k + b^l_j$, $a^l_j = \sigma(z^l_j)$, $C = \frac{1}{2} \sum_j (a^L_j - y_j)^2$"
_ARRAYS = (
    r"$\mathbf{z} = \mathbf{W} \mathbf{x}$, $\mathbf{h} = \sigma(\mathbf{z})$, $\mathbf{y} = \mathbf{V} \mathbf{h}$, "
    r"$E = \frac{1}{2} \| \mathbf{y} - \mathbf{t} \|^2$"
)
_BATCH = r"$y_i = w x_i$, $J = \frac{1}{2m} \sum_{i=1}^{m} (y_i - t_i)^2$"

_ENTRIES = (
    Mistake(
        "SP201", "sign", "The sign of {what} is wrong.", r"$y = w x$, $E = \frac{1}{2}(t - y)^2$",
        r"\frac{\partial E}{\partial w} = (t - y) x", "-(t - y) x", "(−u)' = −u': the inner derivative of t − y is −1",
    ),
    Mistake(
        "SP203", "orientation", "The difference {what} stands the wrong way round.", _CELL,
        r"\frac{\partial E}{\partial w} = (t - y) \sigma'(z) x", r"(y - t) \sigma'(z) x", "½(y − t)² has the derivative y − t",
    ),
    Mistake(
        "SP204", "update", "The update has the wrong sign.", r"$y = w x$, $E = \frac{1}{2}(y - t)^2$, "
        r"$\Delta w = -\eta \frac{\partial E}{\partial w}$", r"\Delta w = \eta (y - t) x", r"-\eta (y - t) x",
        "a cost is reduced against its gradient: w − η ∂E/∂w",
    ),
    Mistake(
        "SP205", "rate", "The rate {what} is missing.", r"$y = w x$, $E = \frac{1}{2}(y - t)^2$, "
        r"$\Delta w = -\eta \frac{\partial E}{\partial w}$", r"\Delta w = -(y - t) x", r"-\eta (y - t) x",
        "the step is the rate times the gradient",
    ),
    Mistake(
        "SP206", "lost factor", "The factor {what} is missing.", _CELL, r"\frac{\partial E}{\partial w} = (y - t) x",
        r"(y - t) \sigma'(z) x", "the chain rule: each function on the way gives its derivative as a factor",
    ),
    Mistake(
        "SP207", "extra factor", "The factor {what} is too much.", _CELL, r"\frac{\partial E}{\partial b} = (y - t) \sigma'(z) x",
        r"(y - t) \sigma'(z)", "the chain rule: a sum passes the derivative on to its terms unchanged",
    ),
    Mistake(
        "SP208", "factor two", "A factor of {what} is missing.", _CELL,
        r"\frac{\partial E}{\partial w} = 2 (y - t) \sigma'(z) x", r"(y - t) \sigma'(z) x", "(½ u²)' = u u', (u²)' = 2 u u'",
    ),
    Mistake(
        "SP209", "exponent", "The exponent of {what} is wrong.", _CELL,
        r"\frac{\partial E}{\partial w} = (y - t)^2 \sigma'(z) x", r"(y - t) \sigma'(z) x", "uⁿ has the derivative n uⁿ⁻¹ u'",
    ),
    Mistake(
        "SP210", "prime", "It must be {instead}, not {what}.", _CELL,
        r"\frac{\partial E}{\partial w} = (y - t) \sigma(z) x", r"(y - t) \sigma'(z) x",
        "the derivative of a function where its derivative is due, the function itself elsewhere",
    ),
    Mistake(
        "SP211", "argument", "{what} must be taken at the argument of {instead}.", _CELL,
        r"\frac{\partial E}{\partial w} = (y - t) \sigma'(y) x", r"(y - t) \sigma'(z) x",
        "the derivative is taken where the function was: at the pre-activation",
    ),
    Mistake(
        "SP212", "derivative of an activation", "{what} is not the derivative; that is {instead}.", _CELL,
        r"\frac{\partial E}{\partial w} = (y - t) (1 - y^2) x", r"(y - t) y (1 - y) x", "σ' = σ (1 − σ), tanh' = 1 − tanh²",
    ),
    Mistake(
        "SP232", "activation", "{what} must be {instead}.", r"$z = w x$, $h = \sigma(z)$, $y = v h + b$", r"y = v w x + b",
        r"v \sigma(w x) + b", "a layer's output is the activation of its weighted sum",
    ),
    Mistake(
        "SP213", "order of indices", "The indices of {what} are in the wrong order: it is {instead}.", _INDEX,
        r"\frac{\partial E}{\partial h_j} = \sum_i (y_i - t_i) \sigma'(r_i) v_{ji}", r"\sum_i (y_i - t_i) \sigma'(r_i) v_{ij}",
        "the way back through a layer sums over the other index",
    ),
    Mistake(
        "SP214", "index", "{what} must be {instead}.",
        r"$z_1 = w_1 x_1 + w_2 x_2$, $z_2 = w_3 x_1 + w_4 x_2$, $y_1 = \sigma(z_1)$, $y_2 = \sigma(z_2)$, "
        r"$E = \frac{1}{2}(y_1 - t_1)^2 + \frac{1}{2}(y_2 - t_2)^2$",
        r"\frac{\partial E}{\partial w_2} = (y_1 - t_1) \sigma'(z_1) x_1", r"(y_1 - t_1) \sigma'(z_1) x_2",
        "a weight's derivative has the input of that weight",
    ),
    Mistake(
        "SP215", "layer", "{what} belongs to another layer than {instead}, which is meant.", _LAYERS,
        r"\frac{\partial C}{\partial w^l_{jk}} = a^l_k \frac{\partial C}{\partial z^l_j}",
        r"a^{l-1}_k \frac{\partial C}{\partial z^l_j}", "a layer's weights have the layer before as their input",
    ),
    Mistake(
        "SP216", "name", "{what} must be {instead}.", _CHAIN, r"\frac{\partial E}{\partial u} = (y - t) u x",
        "(y - t) v x", "the derivative of a product is the other factor",
    ),
    Mistake(
        "SP217", "transpose", "{what} must be {instead}.", _ARRAYS,
        r"\frac{\partial E}{\partial \mathbf{h}} = \mathbf{V} (\mathbf{y} - \mathbf{t})",
        r"\mathbf{V}^T (\mathbf{y} - \mathbf{t})", "the way back through a matrix is its transpose",
    ),
    Mistake(
        "SP218", "order of a product", "The factors of {what} stand in the wrong order.", _ARRAYS,
        r"\frac{\partial E}{\partial \mathbf{h}} = (\mathbf{y} - \mathbf{t}) \mathbf{V}^T",
        r"\mathbf{V}^T (\mathbf{y} - \mathbf{t})", "matrices do not commute",
    ),
    Mistake(
        "SP219", "entry by entry", "The product must be {instead}.", _ARRAYS,
        r"\frac{\partial E}{\partial \mathbf{h}} = \mathbf{V}^T \odot (\mathbf{y} - \mathbf{t})",
        r"\mathbf{V}^T (\mathbf{y} - \mathbf{t})",
        "a matrix is multiplied as a matrix; an activation's derivative is multiplied entry by entry (⊙)",
    ),
    Mistake(
        "SP220", "outer product", "The outer product {instead} is due.", _ARRAYS,
        r"\frac{\partial E}{\partial \mathbf{V}} = (\mathbf{y} - \mathbf{t}) \mathbf{h}",
        r"(\mathbf{y} - \mathbf{t}) \mathbf{h}^T", "a matrix's derivative is delta times input transposed",
    ),
    Mistake(
        "SP221", "norm", "The norm {what} stands for the residual {instead}.", _ARRAYS,
        r"\frac{\partial E}{\partial \mathbf{y}} = \| \mathbf{y} - \mathbf{t} \|", r"\mathbf{y} - \mathbf{t}",
        "½‖u‖² has the derivative u, a vector",
    ),
    Mistake(
        "SP222", "sum", "It must be {instead}.", _INDEX,
        r"\frac{\partial E}{\partial h_j} = (y_i - t_i) \sigma'(r_i) v_{ij}", r"\sum_i (y_i - t_i) \sigma'(r_i) v_{ij}",
        "the chain rule adds up all ways on which a quantity acts",
    ),
    Mistake(
        "SP223", "index of a sum", "The sum runs over the wrong index: it is {instead}.",
        r"$z_j = \sum_k w_{jk} x_k$, $E = \frac{1}{2} \sum_j (z_j - t_j)^2$",
        r"\frac{\partial E}{\partial x_k} = \sum_k w_{jk} (z_j - t_j)", r"\sum_j w_{jk} (z_j - t_j)",
        "the sum runs over what is not on the left side",
    ),
    Mistake(
        "SP231", "range of a sum", "The sum has the wrong range: it is {instead}.",
        r"$z = \sum_{i=1}^{n} w_i x_i$, $E = \frac{1}{2} (z - t)^2$",
        r"\frac{\partial E}{\partial t} = t - \sum_{i=1}^{n-1} w_i x_i", r"t - \sum_{i=1}^{n} w_i x_i",
        "the sum runs over all places of its index",
    ),
    Mistake(
        "SP224", "chain rule", "The chain rule goes on with {instead}.", _CHAIN,
        r"\frac{\partial E}{\partial u} = \frac{\partial E}{\partial y} \frac{\partial y}{\partial h}",
        r"\frac{\partial E}{\partial y} \frac{\partial y}{\partial h} \frac{\partial h}{\partial u}",
        "each link begins where the one before ends, the last ends at the quantity on the left",
    ),
    Mistake(
        "SP225", "batch", "The factor {what} of the mean is missing.", _BATCH,
        r"\frac{\partial J}{\partial w} = \sum_{i=1}^{m} (y_i - t_i) x_i", r"\frac{1}{m} \sum_{i=1}^{m} (y_i - t_i) x_i",
        "a mean passes its factor 1/m on to the derivative",
    ),
    Mistake(
        "SP226", "lost term", "The term {what} is missing.", r"$z = w x + v s + b$, $y = \sigma(z)$", "z = w x + b",
        "w x + b + v s",
        "a definition is put in with all its terms",
    ),
    Mistake(
        "SP227", "extra term", "The term {what} is too much.", r"$z = w x + b$, $y = \sigma(z)$",
        r"\frac{\partial y}{\partial w} = \sigma'(z) (x + b)", r"\sigma'(z) x", "what does not depend on it has the derivative 0",
    ),
    Mistake(
        "SP228", "factor", "{what} must be {instead}.", _CHAIN,
        r"\frac{\partial E}{\partial v} = E h", r"(y - t) h", "the cost's derivative, not the cost, begins the chain",
    ),
    Mistake(
        "SP233", "upside down", "The quotient {what} is upside down.", r"$y = w x$, $E = t \log y$",
        r"\frac{\partial E}{\partial y} = \frac{y}{t}", r"\frac{t}{y}", "log' u = 1/u",
    ),
    Mistake(
        "SP229", "left side", "The right side is that of {instead}.", _CHAIN,
        r"\frac{\partial E}{\partial u} = (y - t) h", "", "one derivative stands where another was worked out",
    ),
    Mistake(
        "SP230", "two mistakes", "{what} {instead}", _CELL,
        r"\frac{\partial E}{\partial w} = 2 (y - t) \sigma(z) x", r"(y - t) \sigma'(z) x", "as for each of them alone",
    ),
)  # fmt: skip

MISTAKES: Mapping[str, Mistake] = {entry.code: entry for entry in sorted(_ENTRIES, key=lambda entry: entry.code)}
"""All of them by code."""

CODES: Mapping[str, str] = {entry.kind: entry.code for entry in _ENTRIES}
"""Their codes by kind."""
