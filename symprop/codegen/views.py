"""Parts of a program that one function of a target needs, in the form that suits it."""

from __future__ import annotations

from dataclasses import replace

from symprop.codegen.program import UPDATED, Kind, Line, Program, names_in
from symprop.model.expr import Add, Expr, Mul, Neg, Ref
from symprop.model.network import Objective
from symprop.model.walk import substitute, transform


def updates_alone(program: Program) -> Program:
    """*program* for updates with one example: a gradient that is a number stands in its update.

    Targets update weights in place, so a gradient that another weight is part of is computed before any update.
    """
    program = program.needed([line.name for line in program.lines if line.kind is Kind.UPDATE])
    weights = {gradient: name for name, gradient in program.gradients.items()}
    parameters = set(program.parameters)
    put: dict[Ref, Expr] = {}
    for line in program.lines:
        if line.kind is Kind.GRADIENT and not line.indices and names_in(line.expr) & parameters <= {weights[line.name]}:
            put[line.ref] = line.expr
    adjoints = {line.name for line in program.lines if line.kind is Kind.ADJOINT}
    lines: list[Line] = []
    for line in program.lines:
        if line.kind is Kind.UPDATE and not line.indices:
            here = {gradient: put[gradient] for gradient in (Ref(n) for n in names_in(line.expr)) if gradient in put}
            lines.append(replace(line, expr=_flat(substitute(line.expr, here), adjoints)))
        elif line.ref not in put:
            lines.append(line)
    return replace(program, lines=tuple(lines))


def gradients_alone(program: Program) -> Program:
    """*program* for all gradients at the same weights: nothing is updated."""
    plain = [line for line in program.lines if line.kind is not Kind.UPDATE]
    if program.sequential:
        plain = [replace(n, expr=transform(n.expr, _old), note="" if "updated" in n.note else n.note) for n in plain]
    return replace(program, lines=tuple(plain)).needed(program.gradients.values())


def ascends(program: Program) -> bool:
    """Is the cost a performance to maximize?"""
    return program.network.objective is Objective.MAXIMIZE


def used_names(program: Program) -> frozenset[str]:
    """Every name that the lines of *program* use."""
    return frozenset(name for line in program.lines for name in names_in(line.expr))


def _old(node: Expr) -> Expr | None:
    if isinstance(node, Ref) and node.name.endswith(UPDATED):
        return Ref(node.name.removesuffix(UPDATED), node.indices)
    return None


def _flat(expr: Expr, adjoints: set[str]) -> Expr:
    """``w − η (δ x)`` as ``w − η x δ``: the delta is known last, and all else is multiplied by then."""
    if not isinstance(expr, Add) or len(expr.terms) != 2:
        return expr
    weight, change = expr.terms
    negative = isinstance(change, Neg)
    inner = change.operand if isinstance(change, Neg) else change
    if not isinstance(inner, Mul):
        return expr
    factors: list[Expr] = []
    for factor in inner.factors:
        one = factor
        if isinstance(one, Neg):
            negative, one = not negative, one.operand
        factors += one.factors if isinstance(one, Mul) else [one]
    made = Mul(tuple(sorted(factors, key=lambda factor: isinstance(factor, Ref) and factor.name in adjoints)))
    return Add((weight, Neg(made) if negative else made))
