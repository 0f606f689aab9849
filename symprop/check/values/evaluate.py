"""The value of each kind of expression that documents contain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from symprop.check.theory import Atom
from symprop.check.trees import nodes
from symprop.check.values import functions, products, slopes
from symprop.check.values.array import (
    Array,
    ShapeMismatch,
    Tensor,
    Value,
    collapsed,
    column,
    entrywise,
    flat,
    inner_product,
    transposed,
)
from symprop.check.values.atoms import Bindings, atom
from symprop.check.values.ranges import bindings
from symprop.check.written_names import label_of
from symprop.evaluation.kinks import HOLDS, comparison
from symprop.evaluation.tape import Node
from symprop.evaluation.trouble import OutOfRange, Unsupported
from symprop.model.expr import Add, Apply, Div, Expr, Hadamard, Indicator, Mul, Neg, Number, Pow, Ref
from symprop.model.written import (
    At,
    Big,
    Call,
    Cases,
    Component,
    Derivative,
    Dots,
    Gradient,
    Group,
    Kronecker,
    Norm,
    Outer,
    Product,
    Table,
    Transpose,
)

if TYPE_CHECKING:
    from symprop.check.values.world import World


def value(world: World, expr: Expr, bound: Bindings) -> Value:
    """The value of *expr*.

    Raises:
        Trouble: it has none here.
    """
    world.steps.spend()
    rule = _RULES.get(type(expr))
    if rule is None:
        raise Unsupported(f"what is written as a {type(expr).__name__.lower()}")
    return rule(world, expr, bound)


def number(world: World, expr: Expr, bound: Bindings) -> Node:
    """The value of what must be a number."""
    found = collapsed(value(world, expr, bound))
    if not isinstance(found, Node):
        raise ShapeMismatch(f"a {found.text} array where a number must stand")
    return found


def letters_in(expr: Expr) -> set[str]:
    """Names that stand alone in an index."""
    return {node.name for node in nodes(expr) if isinstance(node, Ref) and not node.indices}


def component(array: Array, at: Sequence[Atom]) -> Node:
    """An entry, counted from 1; a line has one index."""
    if not all(isinstance(place, int) for place in at):
        raise OutOfRange(f"an entry {', '.join(map(str, at))} of an array")
    places = [place for place in at if isinstance(place, int)]
    if len(places) == 1 and array.is_line:
        places = [places[0], 1] if array.columns == 1 else [1, places[0]]
    if len(places) != 2 or not (1 <= places[0] <= array.rows and 1 <= places[1] <= array.columns):
        raise OutOfRange(f"an entry {', '.join(map(str, at))} of a {array.text} array")
    return array.at(places[0] - 1, places[1] - 1)


def all_entries(world: World, ref: Ref) -> Iterator[Node]:
    """All entries of a quantity, whose open indices run over their places."""
    for letters in bindings(world, tuple(sorted(letters_in_ref(world, ref))), [ref], {}):
        found = value(world, ref, letters)
        yield from flat(found)


def letters_in_ref(world: World, ref: Ref) -> set[str]:
    """The index letters of a name."""
    return {name for index in ref.indices for name in letters_in(index)} & world.theory.letters


def _ref(world: World, expr: Ref, bound: Bindings) -> Value:
    if not expr.indices and expr.name in bound:
        inside = bound[expr.name]
        if isinstance(inside, Node | Array | Tensor):
            return inside
        if isinstance(inside, int):
            return world.constant(inside)
    return world.entry(expr.name, tuple(atom(index, bound, world.named) for index in expr.indices))


def _sum(world: World, expr: Add, bound: Bindings) -> Value:
    terms = [value(world, term, bound) for term in expr.terms]
    return entrywise(world.tape.add, terms, "a sum")


def _negative(world: World, expr: Neg, bound: Bindings) -> Value:
    operand = value(world, expr.operand, bound)
    return operand if operand is world.masked else entrywise(lambda n: world.tape.negative(n[0]), [operand], "a sign")


def _quotient(world: World, expr: Div, bound: Bindings) -> Value:
    above, below = value(world, expr.numerator, bound), collapsed(value(world, expr.denominator, bound))
    return entrywise(lambda pair: world.tape.divide(pair[0], pair[1]), [above, below], "a quotient")


def _power(world: World, expr: Pow, bound: Bindings) -> Value:
    base, exponent = collapsed(value(world, expr.base, bound)), number(world, expr.exponent, bound)
    if isinstance(base, Node):
        return world.tape.power(base, exponent)
    if isinstance(base, Tensor):
        raise Unsupported("a power of an array with three axes")
    if isinstance(expr.base, Norm):
        raise Unsupported("a norm of an array of numbers that is an array")
    if base.is_line and world.arith.integer(exponent.value) == 2:
        world.choices.add("square")
        if world.conventions.square:
            return inner_product(world.tape, base, base)
    return entrywise(lambda pair: world.tape.power(pair[0], pair[1]), [base, exponent], "a power")


def _call(world: World, expr: Call, bound: Bindings) -> Value:
    indices = [atom(index, bound, world.named) for index in expr.function.indices]
    name = "_".join([expr.function.name, *map(str, indices)])
    if not expr.arguments:
        raise Unsupported(f"{name} without its argument")
    arguments = [value(world, argument, bound) for argument in expr.arguments]
    return functions.apply(world, name, expr.function.name, arguments, expr.primes)


def _apply(world: World, expr: Apply, bound: Bindings) -> Value:
    return _call(world, Call(Ref(expr.function), expr.arguments, expr.primes), bound)


def _big(world: World, expr: Big, bound: Bindings) -> Value:
    terms = [value(world, expr.body, inside) for inside in bindings(world, expr.indices, [expr.body], bound, expr)]
    if expr.operator == "product":
        return entrywise(world.tape.multiply, terms, "a product") if terms else world.constant(1)
    if expr.operator in ("max", "min"):
        return functions.apply(world, expr.operator, expr.operator, terms, 0)
    kept = [term for term in terms if term is not world.masked]
    total: Value = entrywise(world.tape.add, kept, "a sum") if kept else world.constant(0)
    if expr.operator == "mean":
        if not terms:
            raise OutOfRange("a mean of nothing")
        return entrywise(lambda pair: world.tape.divide(pair[0], pair[1]), [total, world.constant(len(terms))], "a mean")
    return total


def _norm(world: World, expr: Norm, bound: Bindings) -> Value:
    operand = collapsed(value(world, expr.operand, bound))
    if isinstance(operand, Node):
        return functions.apply(world, "abs", "abs", [operand], 0)
    order = None if expr.order is None else world.arith.integer(number(world, expr.order, bound).value)
    if order == 1:
        return world.tape.add([_absolute(world, node) for node in operand.entries])
    if expr.order is not None and order != 2:
        raise Unsupported("a norm other than the first and the second")
    squares = world.tape.add([world.tape.multiply([node, node]) for node in operand.entries])
    return world.tape.power(squares, world.constant(_HALF))


def _absolute(world: World, node: Node) -> Node:
    found = functions.apply(world, "abs", "abs", [node], 0)
    assert isinstance(found, Node)
    return found


def _component(world: World, expr: Component, bound: Bindings) -> Value:
    whole = value(world, expr.operand, bound)
    at = [atom(index, bound, world.named) for index in expr.indices]
    if not isinstance(whole, Array):
        raise Unsupported("an entry of what is no array")
    return component(whole, at)


def _group(world: World, expr: Group, bound: Bindings) -> Value:
    if len(expr.items) == 1:
        return value(world, expr.items[0], bound)
    return column([number(world, item, bound) for item in expr.items])


def _cases(world: World, expr: Cases, bound: Bindings) -> Value:
    for branch, condition in expr.branches:
        if condition is None or truth(world, condition, bound):
            return value(world, branch, bound)
    raise Unsupported("no case applies")


def _indicator(world: World, expr: Indicator, bound: Bindings) -> Value:
    """A bracket is hidden where it is 0; ``[Z > 0]`` of an array is the array of the brackets of its entries."""
    if not all(_is_index(world, operand, bound) for operand in expr.operands):
        values = [collapsed(value(world, operand, bound)) for operand in expr.operands]
        shapes = {found.text for found in values if not isinstance(found, Node)}
        if len(shapes) == 1:  # numbers beside arrays of one shape: nothing else is repeated here
            return entrywise(lambda entries: _bracket(world, expr, entries), values, "a comparison")
    return world.constant(1) if truth(world, expr, bound) else world.masked


def _bracket(world: World, expr: Indicator, entries: Sequence[Node]) -> Node:
    holds, tie = comparison([entry.value for entry in entries], expr.operators, world.arith)
    world.observe(holds, tie)
    return world.constant(int(holds))


def truth(world: World, condition: Expr, bound: Bindings) -> bool:
    """Whether a condition holds.

    Raises:
        Trouble: it is no comparison, or a side has no value.
    """
    if isinstance(condition, Group) and len(condition.items) == 1:
        return truth(world, condition.items[0], bound)
    if isinstance(condition, Kronecker):
        return _same(world, condition.left, condition.right, bound)
    if not isinstance(condition, Indicator):
        raise Unsupported("a condition that is no comparison")
    if all(_is_index(world, operand, bound) for operand in condition.operands):
        atoms = [atom(operand, bound, world.named) for operand in condition.operands]
        return all(_compare(a, b, op) for (a, b), op in zip(pairwise(atoms), condition.operators, strict=True))
    values = [number(world, operand, bound).value for operand in condition.operands]
    holds, tie = comparison(values, condition.operators, world.arith)
    world.observe(holds, tie)
    return holds


def _compare(a: Atom, b: Atom, operator: str) -> bool:
    if isinstance(a, int) and isinstance(b, int):
        return HOLDS[operator]((a > b) - (a < b))
    if operator not in ("=", "≠"):
        raise Unsupported("a comparison of labels")
    return (a == b) == (operator == "=")


def _is_index(world: World, expr: Expr, bound: Bindings) -> bool:
    names = letters_in(expr)
    inside = all(isinstance(bound.get(name), int | str) or world.named(name) is not None for name in names)
    return inside and not any(isinstance(node, Ref) and node.indices for node in nodes(expr))


def _kronecker(world: World, expr: Kronecker, bound: Bindings) -> Value:
    return world.constant(1) if _same(world, expr.left, expr.right, bound) else world.masked


def _same(world: World, left: Expr, right: Expr, bound: Bindings) -> bool:
    return atom(left, bound, world.named) == atom(right, bound, world.named)


def _table(world: World, expr: Table, bound: Bindings) -> Value:
    entries = [number(world, entry, bound) for row in expr.rows for entry in row]
    return Array(len(expr.rows), len(expr.rows[0]), tuple(entries))


def _at(world: World, expr: At, bound: Bindings) -> Value:
    for name, given in expr.settings:
        here, there = number(world, name, bound), number(world, given, bound)
        if abs(here.value - there.value) > world.arith.tolerance * max(1, abs(there.value)):
            raise Unsupported(f"a value at a point where {label_of(name)} is something else")
    return value(world, expr.of, bound)


def _dots(_world: World, _expr: Dots, _bound: Bindings) -> Value:
    raise Unsupported("what the dots stand for")


def _derivative(world: World, expr: Derivative, bound: Bindings) -> Value:
    return slopes.derivative(world, expr, bound)


def _gradient(world: World, expr: Gradient, bound: Bindings) -> Value:
    return slopes.gradient(world, expr, bound)


_HALF = Fraction(1, 2)


def _number(world: World, expr: Number, _bound: Bindings) -> Value:
    return world.constant(expr.value)


def _transpose(world: World, expr: Transpose, bound: Bindings) -> Value:
    return transposed(value(world, expr.operand, bound))


_RULES: dict[type[Expr], Callable[..., Value]] = {
    Number: _number,
    Ref: _ref,
    Add: _sum,
    Neg: _negative,
    Mul: products.plain,
    Product: products.product,
    Hadamard: products.hadamard,
    Div: _quotient,
    Pow: _power,
    Apply: _apply,
    Call: _call,
    Big: _big,
    Norm: _norm,
    Outer: products.outer,
    Transpose: _transpose,
    Component: _component,
    Group: _group,
    Cases: _cases,
    Indicator: _indicator,
    Kronecker: _kronecker,
    Table: _table,
    At: _at,
    Dots: _dots,
    Derivative: _derivative,
    Gradient: _gradient,
}
