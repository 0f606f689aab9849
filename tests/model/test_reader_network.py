"""How a whole text is read: statements, ranges, roles, the default cost, the order of definitions."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symprop.errors import InputError
from symprop.model.expr import Add, Div, Expr, Mul, Neg, Number, Pow, Ref, Sum
from symprop.model.network import Network, Objective, Range, Role
from symprop.model.printer import to_text
from symprop.model.ranges import axes_of, infer_range
from symprop.model.reader import read_network

ONE, TWO = Number(Fraction(1)), Number(Fraction(2))


def roles(network: Network) -> dict[str, str]:
    return {name: leaf.role.value for name, leaf in network.leaves.items() if leaf.role is not Role.RATE}


def shapes(network: Network) -> dict[str, str]:
    names = [*network.leaves, *network.by_name]
    return {
        name: ", ".join(f"{to_text(axis.lower)}..{to_text(axis.upper)}" for axis in network.axes(name))
        for name in names
        if network.axes(name)
    }


def order(network: Network) -> list[str]:
    return [to_text(definition.ref) for definition in network.definitions]


# -------------------------------------------------------------------------------------------------- roles and cost
def test_one_line_is_a_network() -> None:
    network = read_network("r_o = w_o·w_h·i")
    assert roles(network) == {"w_o": "weight", "w_h": "weight", "i": "input", "t": "target"}
    t, r_o = Ref("t"), Ref("r_o")
    assert network.by_name["r_o"][0].expr == Mul((Ref("w_o"), Ref("w_h"), Ref("i")))
    assert network.by_name["E"][0].expr == Div(Pow(Add((t, Neg(r_o))), TWO), TWO)
    assert (network.cost, network.objective, network.rate) == ("E", Objective.MINIMIZE, "η")
    assert network.notes == (
        "inputs: i (all other free names)",
        "targets: t (made up for the output r_o)",
        "weights: w_o, w_h (by the letter: w, W, v, u, b and θ are weights)",
        "cost: E = (t − r_o)²/2 (none was given; r_o is what nothing else uses)",
        "rate: η (by default)",
    )


def test_several_outputs_get_numbered_targets() -> None:
    network = read_network("h = w x; y_1 = w_1 h; y_2 = w_2 h")
    assert to_text(network.by_name["E"][0].expr) == "(t_1 − y_1)²/2 + (t_2 − y_2)²/2"
    assert network.with_role(Role.TARGET) == ("t_1", "t_2")


def test_an_indexed_output_is_summed_over() -> None:
    network = read_network("z[j] = Σ_k W[j,k] x[k] + b[j]; y[j] = σ(z[j])")
    assert to_text(network.by_name["E"][0].expr, network) == "Σ_j (t[j] − y[j])²/2"
    assert shapes(network) == {
        "W": "1..n_j, 1..n_k", "x": "1..n_k", "b": "1..n_j", "t": "1..n_j", "z": "1..n_j", "y": "1..n_j",
    }  # fmt: skip
    assert "sizes: n_j (made up for the index j)" in network.notes


def test_made_up_names_avoid_the_authors() -> None:
    network = read_network("E = w t; y = E t")
    assert network.cost == "E_total"
    assert network.with_role(Role.TARGET) == ("target",)
    assert to_text(network.by_name["E_total"][0].expr) == "(target − y)²/2"
    assert read_network("h[t] = w x[t]").with_role(Role.TARGET) == ("target",)
    assert "n_j2" in read_network("y[j] = w x[j] n_j").sizes


def test_declared_targets_are_used_by_the_default_cost() -> None:
    network = read_network("targets d; y = w x")
    assert to_text(network.by_name["E"][0].expr) == "(d − y)²/2"


def test_what_only_the_cost_uses_is_a_target() -> None:
    network = read_network("y = w x; E_1 = (d - y)²; minimize E = E_1/2 + λ w²")
    assert roles(network) == {"w": "weight", "x": "input", "d": "target", "λ": "target"}
    assert "targets: d, λ (used by the cost alone)" in network.notes


def test_declarations_win_over_letters() -> None:
    network = read_network("inputs w; constants b; weights x; y = w x + b; minimize E = (t - y)²")
    assert roles(network) == {"w": "input", "b": "constant", "x": "weight", "t": "target"}


@pytest.mark.parametrize(
    ("name", "role"),
    [("w", "weight"), ("W", "weight"), ("v_1", "weight"), ("u2", "weight"), ("b_o", "weight"), ("theta", "weight"),
     ("B", "input"), ("V", "input"), ("U_1", "input"), ("wx", "input"), ("bias", "input"), ("x", "input")],
)  # fmt: skip
def test_free_names_by_their_letter(name: str, role: str) -> None:
    assert roles(read_network(f"y = {name} q"))[name] == role


def test_a_definition_named_like_a_cost_is_the_cost() -> None:
    network = read_network("y = w x; E = ½ (t - y)²")
    assert network.cost == "E"
    assert roles(network)["t"] == "target"
    assert "cost: E (nothing uses it, and its name is that of a cost)" in network.notes
    assert read_network("E = w x").cost == "E_total"
    assert read_network("E = (t - w_o w_h i)^2 / 2").cost == "E"


def test_roles_of_definitions() -> None:
    network = read_network("function φ; z = w x; a = φ(z); s = a + tanh(q); q = u a; o[j] = softmax(r[k], k)[j]; r[j] = v[j] s")
    found = {name: group[0].role for name, group in network.by_name.items()}
    assert found == {
        "z": Role.PREACTIVATION, "a": Role.ACTIVATION, "s": Role.QUANTITY, "q": Role.PREACTIVATION, "o": Role.ACTIVATION,
        "r": Role.PREACTIVATION, "E": Role.COST,
    }  # fmt: skip


def test_maximize_and_rate() -> None:
    network = read_network("rate alpha = 0.5; y = w x; maximize P = -(d - y)²")
    assert (network.cost, network.objective, network.rate) == ("P", Objective.MAXIMIZE, "alpha")
    assert network.values == {"alpha": Number(Fraction(1, 2))}
    assert network.leaves["alpha"].role is Role.RATE


def test_minimize_names_a_definition() -> None:
    assert read_network("minimize C; y = w x; C = (t - y)²; z = C y").cost == "C"


# ----------------------------------------------------------------------------------------------------- statements
def test_statements_end_at_lines_and_semicolons_and_go_on_over_brackets_and_operators() -> None:
    network = read_network("# Title: more\nz = w x + # a comment\n  b; y = σ(\n  z\n)\nminimize E =\n ½ (t - y)²")
    assert network.name == "Title"
    assert order(network) == ["z", "y", "E"]


def test_keywords_are_names_where_a_definition_begins() -> None:
    network = read_network(
        "inputs x; rate = 3 x; inputs[j] = w[j] rate; weights = Σ_j inputs[j]; values values = 1; y = weights values"
    )
    assert order(network) == ["rate", "inputs[j]", "weights", "y", "E"]
    assert network.values == {"values": ONE}


def test_values_keep_their_spelling_and_shape() -> None:
    network = read_network(
        "weights W[2,m] b; y[j] = Σ_k W[j,k] x[k] + b\nvalues W = [[1, -2, 0.50],\n [4, 5, 6]], x = [1, 2, 3], b = 1e-3"
    )
    matrix = network.values["W"]
    assert isinstance(matrix, tuple)
    assert [[to_text(entry) for entry in row] for row in matrix] == [["1", "−2", "0.50"], ["4", "5", "6"]]


def test_assumptions() -> None:
    network = read_network("y[j] = w[j] x; targets t; assume w[1] = 1; minimize E = Σ_j t y[j]")
    assert [(to_text(a.left), to_text(a.right), a.text) for a in network.assumptions] == [("w[1]", "1", "w[1] = 1")]
    network = read_network(
        "targets t[m]; y[j] = w[j] x; minimize E = -Σ_j t[j] log(y[j]); assume t one-hot; assume sum(t[k], k) = 1"
    )
    left = Sum(Ref("t", (Ref("j"),)), "j", ONE, Ref("m"))
    assert [(a.left, a.right, a.text) for a in network.assumptions] == [
        (left, ONE, "t is one-hot"),
        (Sum(Ref("t", (Ref("k"),)), "k", ONE, Ref("m")), ONE, "sum(t[k], k) = 1"),
    ]
    free = read_network("inputs x[n,m]; y[i] = Σ_j W[i,j] x[i,j]; assume sum(x[p,q], q) = 1").assumptions[0]
    assert free.ranges == (Range("p", ONE, Ref("n")),)


def test_functions() -> None:
    network = read_network("function f(z) = 2 z; function g(x) = f(x)²; functions φ ψ; y = g(w) + φ(x) + ψ'(x)")
    assert {name: None if f.body is None else to_text(f.body) for name, f in network.functions.items()} == {
        "f": "2 z", "g": "f(x)²", "φ": None, "ψ": None,
    }  # fmt: skip
    assert "z" not in network.leaves
    assert "functions: φ, ψ (declared, unknown)" in network.notes


# --------------------------------------------------------------------------------------------------------- ranges
def test_ranges_follow_from_sizes_in_any_order_of_statements() -> None:
    network = read_network(
        "minimize E = Σ_j (t[j] - z[j])²; z[j] = Σ_m w[m] x[j+m-1]; inputs x[n]; targets t[n-r+1]; weights w[r]"
    )
    assert shapes(network) == {"x": "1..n", "t": "1..n − r + 1", "w": "1..r", "z": "1..n − r + 1"}


def test_written_ranges() -> None:
    network = read_network("inputs x[n]; z[j=2..n] = x[j] - x[j-1]; y = Σ_{j=2..n} z[j]; s = Σ_{k=1..3} v[k]")
    assert shapes(network) == {"x": "1..n", "z": "2..n", "v": "1..3"}
    assert shapes(read_network("inputs x[0..T]; y = Σ_t x[t]")) == {"x": "0..T"}


def test_a_sum_up_to_an_outer_index() -> None:
    network = read_network("inputs x[n]; s[j] = Σ_{k=1..j} x[k] x[j]")
    assert network.by_name["s"][0].ranges == (Range("j", ONE, Ref("n")),)


def test_recurrence() -> None:
    network = read_network("a[t] = u x[t] + w h[t-1]; h[t] = tanh(a[t]); h[0] = 0; y[t] = v h[t]; inputs x[T]")
    assert order(network) == ["h[0]", "a[t]", "h[t]", "y[t]", "E"]
    assert shapes(network)["h"] == "0..T"
    assert shapes(network)["y"] == "1..T"
    assert infer_range(Ref("h", (Ref("s"),)), "s", network) == (ONE, Ref("T"))
    assert axes_of(network, "h")[0].index == "t"


def test_recurrence_backwards_and_over_layers() -> None:
    assert order(read_network("inputs x[T]; g[t=1..T-1] = w g[t+1] + x[t]; g[T] = x[T]")) == ["g[T]", "g[t]", "E"]
    network = read_network("inputs x[n]; weights W[L,n,n]; a[0,j] = x[j]; a[l,j] = σ(Σ_k W[l,j,k] a[l-1,k])")
    assert shapes(network)["a"] == "0..L, 1..n"


def test_the_authors_order_is_kept_where_it_can_be_evaluated() -> None:
    assert order(read_network("c = w x; a = w c; b_1 = c a; y = a b_1"))[:4] == ["c", "a", "b_1", "y"]
    assert order(read_network("y = a c; c = w x; a = w c"))[:3] == ["c", "a", "y"]


def test_a_long_chain_of_definitions_is_read() -> None:
    lines = [f"a_{number} = tanh(w_{number} a_{number - 1})" for number in range(1, 2001)]
    assert len(read_network("\n".join(reversed(lines))).definitions) == 2001


# ----------------------------------------------------------------------------------------------- softmax, indicators
def test_softmax_without_an_index_gets_one() -> None:
    for text in ("softmax(z)[j]", "softmax(z[j])", "softmax(z[k], k)[j]"):
        network = read_network(f"inputs x[n]; z[j] = w x[j]; y[j] = {text}")
        assert to_text(network.by_name["y"][0].expr, network) == "softmax(z[k], k)[j]"
        assert shapes(network)["y"] == "1..n"


def test_an_index_may_leave_its_axis_beside_an_indicator() -> None:
    network = read_network("inputs x[n]; y[j] = x[j] + [j > 1] x[j-1]")
    assert shapes(network)["y"] == "1..n"


@pytest.mark.parametrize(
    "text",
    ["h[t]=tanh(u h[t+1] + x[t-1]); inputs x[n]; h[0] = 1", "a[t] = b[t-1]; b[t] = a[t+1] + x[t]"],
)
def test_what_goes_both_ways_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_network(text)


def test_line_ends_of_windows_and_a_byte_order_mark_are_read() -> None:
    assert order(read_network("\ufeffy = w x\r\nz = y\r\n")) == ["y", "z", "E"]


def test_exactness_of_numbers() -> None:
    expr: Expr = read_network("y = 0.1 x").definitions[0].expr
    assert expr == Mul((Number(Fraction(1, 10)), Ref("x")))
