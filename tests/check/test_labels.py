"""Letters that are labels, names beside formulas of a general kind, and words that say over what an index runs."""

from __future__ import annotations

import pytest

from symprop.check.checker import check


def verdicts(text: str) -> list[str]:
    return [finding.outcome.value for finding in check(text, "notes.md").findings if finding.outcome.value != "skipped"]


def last(text: str) -> str:
    return verdicts(text)[-1]


CHAIN = r"""
$p_l = w_l i_l$, $o_l = \sigma(p_l)$, $p_r = w_r o_l$, $o_r = \sigma(p_r)$, $P = -\frac{1}{2}(d - o_r)^2$,
$\delta_r = \frac{\partial P}{\partial p_r}$, $\delta_l = \frac{\partial P}{\partial p_l}$

In general $\delta_i = \sigma'(p_i) \sum_{j=1}^N w_{ij} \delta_j$.
"""


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        (r"$\delta_r = (d - o_r) o_r (1 - o_r)$", "holds"),
        (r"$\delta_l = \sigma'(p_l) w_r \delta_r$", "holds"),
        (r"$\delta_l = \sigma'(p_r) w_r \delta_r$", "fails"),
        (r"$\frac{\partial p_r}{\partial w_r} = o_r$", "fails"),
    ],
)
def test_letters_without_a_range_are_labels(claim: str, verdict: str) -> None:
    found = verdicts(CHAIN + claim)
    assert found[-1] == verdict
    assert found[:7] == ["defines"] * 7
    assert "fails" not in found[:-1]


GATE = r"""
$\mathit{net}_g = w_g x + b_g$, $g = \tanh(\mathit{net}_g)$, $u = w_u x + b_u$, $y = g u$, $E = \frac{1}{2}(t - y)^2$,
$\delta_u = \frac{\partial E}{\partial u}$
"""


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        (r"$\frac{\partial g}{\partial w_g} = (1 - g^2) x$", "holds"),
        (r"$\frac{\partial E}{\partial w_u} = \delta_u x$", "holds"),
        (r"$\frac{\partial E}{\partial w_u} = \delta_u u$", "fails"),
    ],
)
def test_a_label_may_be_a_quantity(claim: str, verdict: str) -> None:
    assert verdicts(GATE + claim) == ["defines"] * 6 + [verdict]


STEPS = r"""
$a_1 = u x_1 + w h_0$, $h_1 = \tanh(a_1)$, $a_2 = u x_2 + w h_1$, $h_2 = \tanh(a_2)$, $y = v h_2$, $E = \frac{1}{2}(d - y)^2$,
$\delta_y = \frac{\partial E}{\partial y}$, $\delta_2 = \frac{\partial E}{\partial a_2}$,
$\delta_1 = \frac{\partial E}{\partial a_1}$

In general $\delta_i = \tanh'(H_i) \sum_{j=1}^N w_{ij} \delta_j$.
"""


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        (r"$\delta_1 = \tanh'(a_1) w \delta_2$", "holds"),
        (r"$\frac{\partial y}{\partial v} = h_1$", "fails"),
        (r"$\frac{\partial E}{\partial w} = \delta_1 h_0 + \delta_2 h_1$", "holds"),
    ],
)
def test_general_rules_change_no_names(claim: str, verdict: str) -> None:
    found = verdicts(STEPS + claim)
    assert found[9:] == ["undecided", verdict]


SHIFTED = r"""
$$z_j = \sum_m w_m x_{j+m-1} + b \qquad (j = 1, \dots, n - r + 1)$$
$$E = \frac{1}{2} \sum_j (t_j - z_j)^2$$
$$\frac{\partial z_j}{\partial w_m} = x_{j+m-1} \qquad (m = 1, \dots, r,\ j = 1, \dots, n - r + 1)$$
"""


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        (r"\frac{\partial E}{\partial b} = -\sum_{j=1}^{n-r+1} (t_j - z_j)", "holds"),
        (r"\frac{\partial E}{\partial b} = -\sum_{j=1}^{n-r} (t_j - z_j)", "fails"),
        (r"\Delta w_m = -\eta \frac{\partial E}{\partial w_m}", "defines"),
    ],
)
def test_words_beside_a_definition_say_over_what_an_index_runs(claim: str, verdict: str) -> None:
    found = verdicts(SHIFTED + f"$${claim}$$")
    assert found == ["defines", "defines", "holds", verdict]


def test_a_claim_may_be_meant_for_some_places_only() -> None:
    text = r"$h_1 = w x_1$, $h_2 = w x_2$, $h_3 = v x_3$, $h_4 = v x_4$. "
    assert last(text + r"$\frac{\partial h_i}{\partial w} = x_i \quad (i = 1, 2)$") == "holds"
    assert last(text + r"$\frac{\partial h_i}{\partial w} = x_i \quad (i = 1, 2, 3)$") == "fails"


def test_remarks_in_a_column_are_words() -> None:
    text = r"""$$\begin{aligned} h &= v x \\ E &= \frac{1}{2}(t - w h)^2 \\
    \frac{\partial E}{\partial v} &= \frac{\partial E}{\partial h} \cdot \frac{\partial h}{\partial v}
    &&{\small \text{chain rule: }v\text{ acts through }h} \\
    &= -(t - w h) w x \\
    & \quad {\small \text{as }h\text{ is linear in }v} \\
    &= -w x (t - w h)
    \end{aligned}$$"""
    assert verdicts(text) == ["defines", "defines", "holds", "holds", "holds"]


def test_what_is_given_is_never_another_quantity() -> None:
    """Two given numbers may be equal by chance: a derivative by one is not one by the other."""
    text = r"""$a_j = \mathrm{ReLU}(z_j)$, $z_j = \sum_k W_{jk} x_k + b_j$, $y_q = \sum_j V_{qj} a_j + c_q$,
    $E = \frac{1}{2} \sum_q (t_q - y_q)^2$, $\frac{\partial E}{\partial V_{qj}} = -(t_q - y_q) a_j$"""
    assert last(text) == "holds"
