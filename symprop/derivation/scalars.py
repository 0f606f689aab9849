"""What the styles for scalar networks share: who they are for, and quantities written out in leaves."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.calculus.adjoints import depends_on
from symprop.derivation.telling import Teller
from symprop.errors import InputError
from symprop.model.expr import Expr, Ref
from symprop.model.walk import bound_index, free_names, size, substitute, walk

WRITTEN_OUT = 60
"""Nodes up to which a quantity is written out with everything substituted …"""

VARYING_OUT = 120
"""… and, where that is too long, with what varies: the rest keeps its names."""


def refuse_indexed(teller: Teller, style: str) -> None:
    """The style is for scalars.

    Raises:
        InputError: something below the differentiated quantity has indices or a sum over an index.
    """
    network = teller.network
    for name in (teller.of.name, *depends_on(network, teller.of.name)):
        definitions = network.by_name.get(name, ())
        sums = any(bound_index(node) for d in definitions for node in walk(d.expr))
        if network.axes(name) or sums:
            what = "a sum over an index" if sums else "indices"
            hint = "use --style chain or --style delta, which tell layers of any width"
            raise InputError(f"the style {style} is for networks of single numbers, and {name} has {what}", hint=hint)


def written_out(teller: Teller, name: str, keep: frozenset[str] = frozenset(), limit: int = WRITTEN_OUT) -> Iterator[Expr]:
    """The definition of *name*, then with what it uses put in, layer by layer, until only leaves and *keep* are left.

    It ends early where a line would have more than *limit* nodes: the last line then still has names of definitions.
    """
    network = teller.network
    current = network.by_name[name][0].expr
    while size(current) <= limit:
        yield current
        used = [used for used in free_names(current) if used in network.by_name and used not in keep]
        if not used:
            return
        current = substitute(current, {Ref(other): network.by_name[other][0].expr for other in used})
