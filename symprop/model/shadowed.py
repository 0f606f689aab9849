"""Functions of the table whose formulas speak of a name that the network declares for a function of its own.

With ``function exp(x) = 2 x`` the formula ``σ(x) = 1/(1 + exp(-x))`` would mean something else: no line with it can be told.
"""

from __future__ import annotations

from collections.abc import Iterator

from symprop.errors import InputError
from symprop.model.build import numeric_value
from symprop.model.expr import Apply, Expr, Pow, Ref
from symprop.model.forms import definition_form, derivative_form, partial_form
from symprop.model.functions import FUNCTIONS
from symprop.model.network import Network
from symprop.model.walk import walk


def refuse_shadowed(network: Network) -> None:
    """Refuse a network that needs a function of the table under a name that it declares itself.

    Raises:
        InputError: it does; says which function needs which.
    """
    own = network.functions.keys() & FUNCTIONS.keys()
    if not own:
        return
    for definition in network.definitions:
        for node in walk(definition.expr):
            for used, needed in _needs(node):
                if used not in network.functions and needed in own:
                    raise InputError(
                        f"the derivation needs the {needed} of {used}, and the network declares a function {needed} of its own",
                        node.span,
                        hint="give your function another name",
                    )


def _needs(node: Expr) -> Iterator[tuple[str, str]]:
    """What is used and each function that its formulas speak of, those of their formulas included."""
    if isinstance(node, Pow) and numeric_value(node.exponent) is None:
        yield "a power", "log"
    if not isinstance(node, Apply) or node.function not in FUNCTIONS:
        return
    found: set[str] = set()
    stack = [node.function]
    while stack:
        for name in _spoken_of(stack.pop()):
            if name not in found:
                found.add(name)
                stack.append(name)
                yield node.function, name


def _spoken_of(name: str) -> list[str]:
    """Functions in the definition and in the derivative of a function of the table, in order."""
    entry, x, y = FUNCTIONS[name], Ref("x"), Ref("y")
    definition = definition_form(name, x)
    forms = [] if definition is None else [definition]
    forms += [partial_form(name, (x, y), place) for place in (0, 1)] if entry.partials else [derivative_form(name, x, y)]
    return [node.function for form in forms for node in walk(form) if isinstance(node, Apply)]
