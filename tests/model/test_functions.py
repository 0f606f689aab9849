"""The table of functions, and the forms made of it: whatever is in the table is tested by being there."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest

from symprop.errors import InternalError
from symprop.model.expr import Add, Apply, Div, Expr, Indicator, Mul, Neg, Number, Partial, Pow, Ref
from symprop.model.forms import definition_form, derivative_form, kink_forms, partial_form, proof_forms
from symprop.model.functions import FUNCTIONS, SOFTMAX, activation_functions, lookup
from symprop.model.names import normal

X, Y = Ref("x"), Ref("y")
POINTS = ("-1.7", "-0.6", "0.3", "0.9", "1.8")
UNARY = [entry for entry in FUNCTIONS.values() if entry.arity == 1]

PRIMITIVES = {
    "sin": mpmath.sin, "cos": mpmath.cos, "exp": mpmath.exp, "log": mpmath.log, "sqrt": mpmath.sqrt,
    "arctan": mpmath.atan, "normcdf": mpmath.ncdf, "normpdf": mpmath.npdf, "max": max, "min": min,
}  # fmt: skip
COMPARE = {"<": lambda a, b: a < b, ">": lambda a, b: a > b, "≤": lambda a, b: a <= b, "≥": lambda a, b: a >= b}


def value(expr: Expr, names: dict[str, mpmath.mpf]) -> mpmath.mpf:  # noqa: C901 (a table by pattern)
    """An evaluator for tests alone, so that the table is not judged by the code that it feeds."""

    def of(e: Expr) -> mpmath.mpf:
        return value(e, names)

    match expr:
        case Number(value=v):
            return mpmath.mpf(v.numerator) / v.denominator
        case Ref(name=name):
            return names[name]
        case Add(terms=terms):
            return mpmath.fsum(of(t) for t in terms)
        case Neg(operand=e):
            return -of(e)
        case Mul(factors=factors):
            return mpmath.fprod(of(f) for f in factors)
        case Div(numerator=a, denominator=b):
            return of(a) / of(b)
        case Pow(base=a, exponent=b):
            return of(a) ** of(b)
        case Indicator(operands=(a, b), operators=(operator,)):
            return mpmath.mpf(COMPARE[operator](of(a), of(b)))
        case Apply(function=f, arguments=arguments, primes=0):
            return call(f, *map(of, arguments))
        case Partial(of=inner, wrt=Ref(name=name)):
            return mpmath.diff(lambda v: value(inner, {**names, name: v}), names[name])
    raise AssertionError(expr)


def call(name: str, *arguments: mpmath.mpf) -> mpmath.mpf:
    definition = definition_form(name, X) if FUNCTIONS[name].arity == 1 else None
    if definition is None:
        return PRIMITIVES[name](*arguments)
    return value(definition, {"x": arguments[0]})


@pytest.fixture(autouse=True)
def precision():
    with mpmath.workdps(40):
        yield


def points(name: str) -> list[mpmath.mpf]:
    domain = [p for p in POINTS if name not in ("log", "sqrt") or not p.startswith("-")]
    return [mpmath.mpf(p) for p in domain]


def close(a: mpmath.mpf, b: mpmath.mpf) -> bool:
    return abs(a - b) < mpmath.mpf("1e-15") * (1 + abs(a) + abs(b))


@pytest.mark.parametrize("entry", UNARY, ids=lambda e: e.name)
def test_derivative_is_the_derivative_of_the_definition(entry):
    derivative = derivative_form(entry.name, X, Y)
    for x in points(entry.name):
        y = call(entry.name, x)
        assert close(value(derivative, {"x": x, "y": y}), mpmath.diff(lambda v: call(entry.name, v), x)), x


@pytest.mark.parametrize("entry", UNARY, ids=lambda e: e.name)
def test_every_line_of_a_proof_equals_the_derivative(entry):
    lines = proof_forms(entry.name, X, Y)
    assert (not lines) == (not entry.definition), "a definition has a proof, a primitive has none"
    derivative = derivative_form(entry.name, X, Y)
    for x in points(entry.name):
        names = {"x": x, "y": call(entry.name, x)}
        for line in lines:
            assert close(value(line, names), value(derivative, names)), (line, x)
    if lines:
        assert lines[-1] == derivative
        assert lines[0] == Partial(definition_form(entry.name, X), X)


@pytest.mark.parametrize("entry", UNARY, ids=lambda e: e.name)
def test_kinks_are_where_the_derivative_jumps(entry):
    for form in kink_forms(entry.name, (X,)):
        at = -value(form, {"x": mpmath.mpf(0)})
        assert value(form, {"x": at}) == 0
        for epsilon in ("1e-9", "-1e-9"):
            call(entry.name, at + mpmath.mpf(epsilon))
    jumps = {"relu", "leaky_relu", "step", "abs", "sign"}
    assert bool(entry.kinks) == (entry.name in jumps)


@pytest.mark.parametrize("name", ["max", "min"])
def test_partials_of_several_arguments(name):
    names = dict(zip("abc", map(mpmath.mpf, ("0.3", "-1.2", "1.7")), strict=True))
    arguments = tuple(map(Ref, names))
    for position, letter in enumerate(names):
        form = partial_form(name, arguments, position)
        slope = mpmath.diff(lambda v, at=letter: PRIMITIVES[name](*{**names, at: v}.values()), names[letter])
        assert close(value(form, names), slope)
    assert len(kink_forms(name, arguments)) == 3


@pytest.mark.parametrize("name", ["max", "min"])
def test_partials_share_out_a_tie_once(name):
    arguments = tuple(map(Ref, "abc"))
    tie = dict.fromkeys("abc", mpmath.mpf(1))
    assert [value(partial_form(name, arguments, k), tie) for k in range(3)] == [1, 0, 0]


def test_relu_and_its_definition_agree_on_the_convention_at_the_kink():
    zero = {"x": mpmath.mpf(0)}
    by_definition = partial_form("max", (Number(Fraction(0)), X), 1)
    assert value(by_definition, zero) == value(derivative_form("relu", X, Y), zero) == 0


def test_forms_take_any_argument():
    form = derivative_form("sigmoid", Ref("net_h1"), Ref("out_h1"))
    out = Ref("out_h1")
    assert form == Mul((out, Add((Number(Fraction(1)), Neg(out)))))
    assert definition_form("sin", X) is None


def test_forms_refuse_what_has_another_number_of_arguments():
    with pytest.raises(InternalError):
        derivative_form("max", X, Y)
    with pytest.raises(InternalError):
        partial_form("tanh", (X,), 0)
    with pytest.raises(InternalError):
        definition_form("nothing", X)


@pytest.mark.parametrize("entry", [*FUNCTIONS.values(), SOFTMAX], ids=lambda e: e.name)
def test_entries_are_complete(entry):
    assert entry.text
    assert entry.latex.startswith("\\")
    assert entry.reference
    assert entry.latex.count("{") == entry.latex.count("}")
    assert bool(entry.derivative) != bool(entry.partials)


def test_no_spelling_means_two_functions():
    spellings = [normal(s) for entry in (*FUNCTIONS.values(), SOFTMAX) for s in {entry.name, *entry.spellings}]
    assert len(spellings) == len(set(spellings))
    for entry in FUNCTIONS.values():
        assert all(lookup(spelling) is entry for spelling in (entry.name, *entry.spellings))


@pytest.mark.parametrize(("spelling", "name"), [("sigma", "sigmoid"), ("σ", "sigmoid"), ("ln", "log"), ("SiLU", "swish")])
def test_lookup(spelling, name):
    found = lookup(spelling)
    assert found is not None
    assert found.name == name


def test_activation_functions_of_the_contract():
    names = {entry.name for entry in activation_functions()}
    assert names >= {
        "linear",
        "sigmoid",
        "tanh",
        "relu",
        "leaky_relu",
        "elu",
        "softplus",
        "swish",
        "gelu",
        "sin",
        "exp",
        "softmax",
    }
    assert lookup("foo") is None
