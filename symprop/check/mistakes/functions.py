"""σ for σ', σ' for σ, and derivatives taken at the wrong place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symprop.check.mistakes.edit import Edit
from symprop.check.mistakes.material import Material
from symprop.check.mistakes.sites import sites, with_references
from symprop.model.expr import Expr, Ref
from symprop.model.written import Call


def primes(material: Material) -> Iterator[Edit]:
    """A prime too many or too few; the activation for the derivative of its function."""
    for site in sites(material.right):
        if isinstance(site.node, Call) and site.node.arguments:
            for count in (1, 0) if site.node.primes != 1 else (0, 2):
                if count != site.node.primes:
                    new = replace(site.node, primes=count)
                    yield Edit("prime", site.rebuild(new), site.node, new)
        elif isinstance(site.node, Ref):
            for ref, body in material.bodies:
                if ref == site.node and isinstance(body, Call) and not body.primes:
                    slope = replace(body, primes=1)
                    yield Edit("prime", site.rebuild(slope), ref, slope)


def arguments(material: Material) -> Iterator[Edit]:
    """σ'(a) for σ'(z); a(1 - a) at another quantity."""
    bodies = dict(material.bodies)
    for site in sites(material.right):
        node = site.node
        if not isinstance(node, Call) or len(node.arguments) != 1:
            continue
        inner = bodies.get(node.arguments[0]) if isinstance(node.arguments[0], Ref) else None
        found: dict[Expr, None] = {}
        if isinstance(inner, Call) and len(inner.arguments) == 1:
            found.setdefault(inner.arguments[0])
        found |= dict.fromkeys(call.arguments[0] for call in material.calls if call.function.name == node.function.name)
        for argument in found:
            if argument != node.arguments[0]:
                new = replace(node, arguments=(argument,))
                yield Edit("argument", site.rebuild(new), node, new)
    for ref, body in material.bodies:
        if isinstance(body, Call) and len(body.arguments) == 1 and isinstance(body.arguments[0], Ref):
            argument = body.arguments[0]
            new_right = with_references(material.right, lambda name, a=argument, r=ref: r if name == a else name)  # type: ignore[misc]
            if new_right != material.right:
                yield Edit("name", new_right, argument, ref)
