r"""What documents are taken to mean: each row is a small document with the outcomes of its relations, in order.

``d`` defines, ``h`` holds, ``f`` fails, ``u`` undecided, ``s`` skipped, ``!`` unread.  The documents are our own; the outcomes were
put down by hand.
"""

from __future__ import annotations

import pytest

from symprop.check.checker import check
from symprop.check.report import Outcome

SIGNS = {
    Outcome.DEFINES: "d",
    Outcome.HOLDS: "h",
    Outcome.FAILS: "f",
    Outcome.UNDECIDED: "u",
    Outcome.SKIPPED: "s",
    Outcome.UNREAD: "!",
}

CELL = r"$y = w x$, $E = \frac{1}{2}(t - y)^2$"
LAYERS = r"$z^l_j = \sum_k w^l_{jk} a^{l-1}_k + b^l_j$, $a^l_j = \sigma(z^l_j)$, $C = \frac12 \sum_j (y_j - a^L_j)^2$"
ARRAYS = r"$\mathbf{h} = \tanh(\mathbf{W} \mathbf{x})$, $\mathbf{y} = \mathbf{V} \mathbf{h}$, $E = \frac12 \|\mathbf{y} - \mathbf{t}\|^2$"

ROWS = {
    "right and wrong gradients": (CELL + r", $\frac{\partial E}{\partial w} = -(t - y) x = (t - y) x$", "ddhf"),
    "a name that nothing defines": (CELL + r", $\frac{\partial E}{\partial w} = 17 \frac{\partial E}{\partial q}$", "ddu"),
    "zero on both sides says nothing": (CELL + r", $v = u s$, $\frac{\partial E}{\partial s} = \frac{\partial v}{\partial x}$", "dddu"),
    "a derivative that is 0 and said to be": (CELL + r", $\frac{\partial t}{\partial w} = 0$", "ddh"),
    "an identity of a function": (r"$\sigma'(z) = \sigma(z)(1 - \sigma(z)) = \sigma(z)(1 + \sigma(z))$", "hf"),
    "an open function": (r"$a = \phi(w x)$, $\frac{\partial a}{\partial w} = \phi'(w x) x = \phi(w x) x$", "dhf"),
    "an open function of which anything may be true": (r"$f(x) = f(f(x - 1))$", "u"),
    "a known function is a claim": (r"$\tanh(z) = 2\sigma(2z) - 1 = 2\sigma(z) - 1$", "hf"),
    "a letter bound anew": (r"Let $y = w$. Then $\frac{\partial (w^2)}{\partial y} = 2 w$. Now let $y = x$: $\frac{\partial x^2}{\partial y} = 2 x$", "dhdh"),
    "a second formula that is a slip": (r"$y = w_1 x_1 + w_2 x_2 + b$, $y = w_1 x_1 - w_2 x_2 + b$", "df"),
    "a second formula that is the same": (r"$y = w (x + b)$, $y = w x + w b$", "dh"),
    "labels are no indices": (r"$y_o = w_o y_h$, $y_h = w_h x$, $\frac{\partial y_o}{\partial w_h} = w_o x$", "ddh"),
    "what nothing defines may be what was put in": (r"$y_o = w_o y_h$, $y_o = w_o (w_h x)$", "dd"),
    "layers": (LAYERS + r", $\delta^l_j = \frac{\partial C}{\partial z^l_j}$, $\delta^l_j = \sum_k w^{l+1}_{kj} \delta^{l+1}_k \sigma'(z^l_j)$", "ddddh"),
    "indices the wrong way round": (LAYERS + r", $\delta^l_j = \frac{\partial C}{\partial z^l_j}$, $\delta^l_j = \sum_k w^{l+1}_{jk} \delta^{l+1}_k \sigma'(z^l_j)$", "ddddf"),
    "entries and arrays of a family": (LAYERS + r", $\delta^l_j = \frac{\partial C}{\partial z^l_j}$, $\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)$", "ddddh"),
    "a lost transpose": (LAYERS + r", $\delta^l_j = \frac{\partial C}{\partial z^l_j}$, $\delta^l = (w^{l+1} \delta^{l+1}) \odot \sigma'(z^l)$", "ddddf"),
    "arrays": (ARRAYS + r", $\frac{\partial E}{\partial \mathbf{V}} = (\mathbf{y} - \mathbf{t}) \mathbf{h}^\top$", "dddh"),
    "an outer product the wrong way round": (ARRAYS + r", $\frac{\partial E}{\partial \mathbf{V}} = \mathbf{h} (\mathbf{y} - \mathbf{t})^\top$", "dddf"),
    "entries of arrays": (ARRAYS + r", $y_i = \sum_j V_{ij} h_j$, $y_i = \sum_j V_{ji} h_j$", "dddhf"),
    "lines that are rows": (r"$\mathbf{z} = \mathbf{x} \mathbf{W}$, $E = \frac12 \|\mathbf{z} - \mathbf{t}\|^2$, $\nabla_{\mathbf{W}} E = \mathbf{x}^\top (\mathbf{z} - \mathbf{t})$", "ddh"),
    "letters that name layers": (
        r"$net_j = \sum_i w_{ij} x_i$, $o_j = \phi(net_j)$, $net_k = \sum_j v_{jk} o_j$, $E = \frac12 \sum_k (net_k - t_k)^2$, "
        r"$\frac{\partial E}{\partial o_j} = \sum_k (net_k - t_k) v_{jk}$, $\frac{\partial E}{\partial w_{ij}} = x_i \phi'(net_j) \sum_k (net_k - t_k) v_{jk}$",
        "ddddhh",
    ),
    "steps in time": (
        r"$h_t = \tanh(u h_{t-1} + v x_t)$, $E = \frac12 \sum_{t=1}^{T} (h_t - d_t)^2$, "
        r"$\frac{\partial h_t}{\partial h_{t-1}} = u (1 - h_t^2)$, $\frac{\partial h_t}{\partial h_{t-1}} = u (1 - h_{t-1}^2)$",
        "ddhf",
    ),
    "shifted indices": (
        r"$z_j = \sum_{m=1}^{r} w_m x_{j+m-1}$, $E = \frac12 \sum_{j=1}^{n-r+1} (z_j - t_j)^2$, "
        r"$\frac{\partial E}{\partial w_m} = \sum_{j=1}^{n-r+1} (z_j - t_j) x_{j+m-1} = \sum_{j=1}^{n-r+1} (z_j - t_j) x_{j+m}$",
        "ddhf",
    ),
    "conditions on indices": (
        r"$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$, $\frac{\partial p_i}{\partial z_j} = p_i (1 - p_i), \quad i = j$, "
        r"$\frac{\partial p_i}{\partial z_j} = -p_i p_j, \quad i \neq j$, $\frac{\partial p_i}{\partial z_j} = -p_i p_j$",
        "dhshf",
    ),
    "labels that add up to 1": (
        r"$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$, $L = -\sum_i t_i \log p_i$, $\frac{\partial L}{\partial z_j} = p_j - t_j$, $\frac{\partial L}{\partial z_j} = t_j - p_j$",
        "ddhf",
    ),
    "a cost that is only named": (
        r"$z = w x$, $a = \sigma(z)$, $\frac{\partial C}{\partial z} = \frac{\partial C}{\partial a} \sigma'(z)$, $\frac{\partial C}{\partial z} = \frac{\partial C}{\partial a} \sigma(z)$",
        "ddhf",
    ),
    "a cost that nothing connects": (CELL + r", $\frac{\partial E}{\partial v} = -(t - y) s$", "ddu"),
    "updates": (CELL + r", $w_{new} = w - \eta \frac{\partial E}{\partial w}$, $w_{new} = w + \eta (t - y) x$, $\Delta w = -\eta (t - y) x$", "dddhf"),
    "an assignment claims nothing": (CELL + r", $w = w + \Delta w$", "dds"),
    "a bracket too many": (CELL + r", $\frac{\partial E}{\partial w} = -(t - y)) x = -(t - y) x$", "dd!h"),
    "a wrong line, and what follows from it": (CELL + r", $\frac{\partial E}{\partial w} = (t - y) x$, $\frac{\partial E}{\partial w} = t x - y x$", "ddff"),
    "numbers": (r"$0.4 \cdot 0.5 + 0.1 = 0.3$, $0.4 \cdot 0.5 + 0.1 = 0.31$, $\frac13 = 0.333$", "hfh"),
    "a value that the document does not give": (CELL + r", $t - y = 8$", "ddu"),
    "approximately": (r"$\sqrt{2} \approx 1.414$, $\sqrt{2} \approx 1.44$", "hf"),
    "dots are not guessed": (r"$y = w_1 x_1 + \dots + w_n x_n$, $\frac{\partial y}{\partial w_1} = x_1$", "du"),
    "a word that is no known function": (CELL + r", $\frac{\partial E}{\partial w} = \text{rowsum}(y)$", "ddu"),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_outcomes(row: str) -> None:
    document, expected = ROWS[row]
    report = check(document, "notes.md")
    found = "".join(SIGNS[finding.outcome] for finding in report.findings)
    assert found == expected, [(f.latex, f.outcome.value, f.message) for f in report.findings]


def test_what_follows_from_a_wrong_line_says_so() -> None:
    report = check(
        CELL + "\n\n" + r"$\frac{\partial E}{\partial w} = (t - y) x$" + "\n\n" + r"$\frac{\partial E}{\partial w} = t x - y x$",
        "notes.md",
    )
    assert [finding.follows_from for finding in report.findings] == [None, None, None, 3]


def test_a_failure_can_be_recomputed() -> None:
    found = check(CELL + r", $\frac{\partial E}{\partial w} = -(t - y)$", "notes.md").findings[-1]
    point = {name: float(value) for name, value in found.counterexample.items()}
    left = -(point["t"] - point["w"] * point["x"]) * point["x"]
    right = -(point["t"] - point["w"] * point["x"])
    assert float(found.left) == pytest.approx(left) and float(found.right) == pytest.approx(right)


def test_a_near_name_is_suggested() -> None:
    found = check(CELL + r", $\frac{\partial E}{\partial Y} = Y - t$", "notes.md").findings[-1]
    assert found.outcome is Outcome.UNDECIDED and any("is y meant?" in warning for warning in found.warnings)


def test_the_same_document_gives_the_same_report() -> None:
    document, _ = ROWS["indices the wrong way round"]
    assert check(document, "notes.md") == check(document, "notes.md")
