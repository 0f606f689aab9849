"""The tape: derivatives, cuts, obstacles, and how much work a sweep does."""

from __future__ import annotations

import pytest

from symprop.evaluation.context import arithmetic
from symprop.evaluation.tape import Node, Tape, derivative
from symprop.evaluation.trouble import OutOfDomain, Unsupported

ARITH = arithmetic()


@pytest.fixture
def tape() -> Tape:
    return Tape(ARITH)


def number(value: str) -> object:
    return ARITH.mp.mpf(value)


def close(left: object, right: object) -> bool:
    return abs(left - right) < 1e-45  # type: ignore[operator]


def test_polynomial(tape: Tape) -> None:
    x, y = tape.variable(number("0.3")), tape.variable(number("-1.7"))
    f = tape.add([tape.multiply([x, x, y]), tape.negative(tape.divide(y, x)), tape.power(x, tape.constant(number("3")))])
    assert close(derivative(f, x, ARITH), 2 * x.value * y.value + y.value / x.value**2 + 3 * x.value**2)
    assert close(derivative(f, y, ARITH), x.value**2 - 1 / x.value)


def test_a_factor_zero_does_not_spoil_the_others(tape: Tape) -> None:
    x, y, z = (tape.variable(number(v)) for v in ("0", "2", "5"))
    f = tape.multiply([x, y, z])
    assert [derivative(f, n, ARITH) for n in (x, y, z)] == [10, 0, 0]


def test_real_power(tape: Tape) -> None:
    x, p = tape.variable(number("1.3")), tape.variable(number("0.7"))
    f = tape.power(x, p)
    assert close(derivative(f, x, ARITH), p.value * x.value ** (p.value - 1))
    assert close(derivative(f, p, ARITH), f.value * ARITH.mp.ln(x.value))


@pytest.mark.parametrize("exponent", [-3, -1, 0, 1, 2, 5])
def test_whole_powers_of_negative_numbers(tape: Tape, exponent: int) -> None:
    x = tape.variable(number("-1.4"))
    f = tape.power(x, tape.constant(ARITH.number(exponent)))
    assert close(f.value, x.value**exponent)
    assert close(derivative(f, x, ARITH), exponent * x.value ** (exponent - 1))


def test_an_alias_is_cut_without_what_it_stands_for(tape: Tape) -> None:
    x = tape.variable(number("3"))
    y = tape.alias(x)
    f = tape.multiply([x, y])
    assert derivative(f, y, ARITH) == 3
    assert derivative(f, x, ARITH) == 6


def test_what_comes_later_is_not_depended_on(tape: Tape) -> None:
    x = tape.variable(number("3"))
    f = tape.multiply([x, x])
    later = tape.multiply([f, x])
    assert derivative(f, later, ARITH) == 0
    assert derivative(f, tape.variable(number("1")), ARITH) == 0
    assert derivative(f, f, ARITH) == 1


def test_an_obstacle_refuses_every_time_and_only_in_the_way(tape: Tape) -> None:
    x, y = tape.variable(number("3")), tape.variable(number("2"))
    blocked = tape.blocked(number("7"), Unsupported("no"))
    f = tape.multiply([blocked, x, tape.multiply([y, y])])
    late = tape.variable(number("1"))
    assert derivative(f, late, ARITH) == 0
    for _ in range(2):
        with pytest.raises(Unsupported):
            derivative(f, y, ARITH)


def test_division_by_zero(tape: Tape) -> None:
    with pytest.raises(OutOfDomain):
        tape.divide(tape.variable(number("1")), tape.constant(number("0")))
    with pytest.raises(OutOfDomain):
        tape.power(tape.variable(number("-1")), tape.constant(number("0.5")))


def test_queries_in_any_order_agree_with_one_full_sweep(tape: Tape) -> None:
    """Sweeps rest and go on; what was asked before must not change what comes out."""

    def build() -> tuple[Node, list[Node]]:
        nodes = [tape.variable(ARITH.number(k + 2) / 7) for k in range(6)]
        for k in range(60):
            a, b = nodes[(k * 7) % len(nodes)], nodes[(k * k + 3) % len(nodes)]
            nodes.append(tape.alias(tape.add([tape.multiply([a, b]), tape.divide(a, tape.constant(ARITH.number(3)))])))
            nodes[-1].value = nodes[-1].value / 1
        return nodes[-1], nodes

    top, nodes = build()
    expected = [derivative(top, node, ARITH) for node in nodes]
    top, nodes = build()
    for k in [40, 3, 59, 0, 22, 61, 5, 64, 10, 2, 33]:
        assert derivative(top, nodes[k], ARITH) == expected[k]


def test_a_neighbour_costs_the_same_in_a_large_network(tape: Tape) -> None:
    x = tape.variable(number("0.5"))
    node = x
    for _ in range(20_000):
        node = tape.alias(tape.add([node, tape.constant(number("0.1"))]))
    last = tape.alias(tape.multiply([node, node]))
    assert close(derivative(last, node, ARITH), 2 * node.value)
    assert last.sweep is not None
    assert len(last.sweep._adjoints) < 10
