"""``derive``: a network in, a told and verified derivation out."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial as bind

from symprop.calculus.adjoints import depends_on, reference
from symprop.calculus.backprop import Backprop
from symprop.derivation.chain import tell_chain
from symprop.derivation.delta import tell_delta
from symprop.derivation.entries import Entries, delta_entries, entries, in_short, with_indices
from symprop.derivation.expanded import tell_expanded
from symprop.derivation.manner import PLAIN, Manner
from symprop.derivation.naming import delta_names
from symprop.derivation.numbers import DIGITS, refuse_without_values, work_out
from symprop.derivation.pathwise import tell_paths
from symprop.derivation.registers import chosen, entry_names, in_scalars, results_in, tell_in, under_heading, with_convention
from symprop.derivation.step import Derivation, Gradient, Numbers, Section
from symprop.derivation.telling import Teller
from symprop.derivation.verify import Verifier
from symprop.errors import InputError, InternalError
from symprop.model.build import total
from symprop.model.expr import Expr, Partial, Ref
from symprop.model.names import normal
from symprop.model.network import Definition, Network, Role
from symprop.model.preactivations import name_preactivations
from symprop.model.recognise import recognise
from symprop.model.shadowed import refuse_shadowed
from symprop.model.walk import substitute, transform, walk


@dataclass(frozen=True, slots=True)
class Style:
    """A way of telling: ``tell`` makes the sections; one that ``speaks_in_deltas`` ends in the rule that they follow."""

    name: str
    text: str
    tell: Callable[[Teller], tuple[Section, ...]]
    speaks_in_deltas: bool = True


STYLES: Mapping[str, Style] = {
    style.name: style
    for style in (
        Style("chain", "one partial for each link of the chain, each derived, then put together", tell_chain),
        Style("delta", "the deltas from the cost backwards; gradient = delta times input", tell_delta),
        Style("expanded", "the cost written out in full, then the rules of differentiation one at a time", tell_expanded, False),
        Style("paths", "the sum over all paths from a weight to the cost, then grouped into the recursion", tell_paths),
    )
}


def derive(
    network: Network,
    *,
    of: str | None = None,
    wrt: Sequence[str] | str = (),
    style: str = "chain",
    detail: int = 2,
    numbers: bool = False,
    digits: int = DIGITS,
    manner: Manner = PLAIN,
    registers: Sequence[str] = (),
    vectors: str | None = None,
    layout: str | None = None,
    sizes: Mapping[str, int] | None = None,
) -> Derivation:
    """Derive ``∂of/∂wrt`` and tell it.

    Args:
        network: what the author wrote.
        of: the quantity to differentiate, in any spelling; the cost if None.
        wrt: what to differentiate by, in any spelling; all weights if empty.
        style: a key of :data:`STYLES`.
        detail: 1 results only, 2 the steps, 3 the elementary steps.
        numbers: work the derivation out at the network's values, too.
        digits: decimals of what is computed then.
        manner: which way round residuals stand, what a delta means and is called.
        registers: keys of :data:`~symprop.derivation.registers.REGISTERS`, in which the same is told one after the other; if
            empty, matrices where the author wrote matrices, else indices.
        vectors: ``columns`` or ``rows``, where matrices are not to be as the author has them.
        layout: of gradients in matrices: ``weights`` or ``jacobian``.
        sizes: widths by name, for the scalar register.

    Raises:
        InputError: a name is unknown, *of* does not depend on any of *wrt*, there is nothing to derive, or *numbers* are
            asked for and a value is missing.
    """
    if style not in STYLES:
        raise InputError(f"there is no style {style!r}", hint="styles: " + ", ".join(STYLES))
    if detail not in (1, 2, 3):
        raise InputError(f"detail is 1, 2 or 3, not {detail}")
    refuse_shadowed(network)
    registers = chosen(registers or (("matrix",) if vectors or layout else ()), network)
    network = with_convention(manner.with_rate(network), vectors, layout)
    if registers == ("scalar",):
        wrt = entry_names(network, (wrt,) if isinstance(wrt, str) else wrt, sizes or {})
        network, registers = in_scalars(network, sizes or {}), ("index",)
    known = recognise(network)
    network, made = name_preactivations(known.network)
    root = _root(network, of)
    names = _targets(network, root, wrt)
    if numbers:
        refuse_without_values(network, root, digits)
    is_indexed = any(network.axes(name) for name in (root, *depends_on(network, root)))
    flat = entries(network, root) if numbers and is_indexed else None
    teller = _teller(network, root, names, manner, detail)
    teller.made, teller.written = made, known.forms
    derivation = _told(teller, style, registers)
    if "scalar" in registers:
        once_more = derive(network, of=of, wrt=wrt, style=style, detail=detail, manner=manner, registers=("scalar",), sizes=sizes)
        derivation = replace(derivation, sections=(*derivation.sections, *under_heading("scalar", once_more.sections)))
    if not numbers:
        return derivation
    return replace(derivation, numbers=_numbers(teller, derivation, digits, flat, manner))


def _teller(network: Network, root: str, names: Sequence[str], manner: Manner, detail: int) -> Teller:
    of = reference(network, root)
    deltas = delta_names(network, of, manner)
    backprop = Backprop(network, of, names, deltas, manner.orientation(network))
    verifier = Verifier(network, {deltas[name].name: deltas[name] for name in backprop.adjoints if name in deltas})
    ordered = tuple(name for name in backprop.adjoints if name in set(names))
    return Teller(network, (), {}, backprop, verifier, ordered, detail)


def _told(teller: Teller, style: str, registers: Sequence[str] = ("index",)) -> Derivation:
    backprop = teller.backprop
    first, *others = [register for register in registers if register != "scalar"]  # that is another network
    told, general = STYLES[style].tell(teller), STYLES[style].speaks_in_deltas
    sections = tell_in(first, teller, told, general=general)
    for other in others:
        sections += tuple(under_heading(other, tell_in(other, teller, told, general=general)))
    deltas = {name: backprop.deltas[name] for name in backprop.adjoints if name in backprop.deltas}  # nearest to the cost first
    derivation = Derivation(
        network=teller.network,  # a style may have named inner functions
        of=backprop.of,
        style=style,
        detail=teller.detail,
        sections=sections,
        gradients={name: _gradient(teller, name) for name in teller.wrt},
        deltas=deltas,
        delta_forms={name: backprop.own(name, backprop.forms[name].expr) for name in deltas},
    )
    return results_in(first, derivation, teller)


def _numbers(teller: Teller, derivation: Derivation, digits: int, flat: Entries | None, manner: Manner) -> Numbers:
    """The derivation in numbers; of an indexed network entry by entry, in the form of the delta rule."""
    if flat is None:
        return work_out(teller, derivation, digits)
    root = derivation.of.name
    if not flat.fits(root):
        return in_short(flat, derivation, digits)
    below = depends_on(flat.network, root)
    names = [entry for name in teller.wrt for entry in (flat.of(name) or (name,)) if entry in below]
    inner = _teller(flat.network, root, names, manner, teller.detail)
    told = _told(inner, "delta")
    deltas = delta_entries(flat, told, derivation.deltas)
    numbers = work_out(inner, told, digits, lambda quantity: flat.named(quantity, deltas))
    return with_indices(flat, numbers, deltas)


def find_name(network: Network, name: str) -> str:
    """The author's spelling of *name*.

    Raises:
        InputError: the network has no such quantity; near names are suggested.
    """
    spellings = {normal(known): known for known in (*network.leaves, *network.by_name)}
    found = spellings.get(normal(name))
    if found is None:
        near = difflib.get_close_matches(normal(name), spellings, n=3)
        hint = "did you mean " + " or ".join(spellings[n] for n in near) + "?" if near else ""
        raise InputError(f"the network has no quantity {name}", hint=hint or "it has " + ", ".join(spellings.values()))
    return found


def _root(network: Network, of: str | None) -> str:
    if of is not None:
        root = find_name(network, of)
        if root not in network.by_name:
            raise InputError(f"{root} is not defined by the network, so there is nothing to differentiate")
        return root
    if network.cost is None:
        raise InputError("the network has no cost", hint="add `minimize E = …`, or say `--of QUANTITY`")
    return network.cost


def _targets(network: Network, root: str, wrt: Sequence[str] | str) -> tuple[str, ...]:
    wrt = (wrt,) if isinstance(wrt, str) else wrt
    wanted = tuple(dict.fromkeys(find_name(network, name) for name in wrt)) or network.with_role(Role.WEIGHT)
    if not wanted:
        raise InputError("the network has no weights", hint="declare `weights …`, or say `--wrt NAME`")
    reached = depends_on(network, root)
    missing = [name for name in wanted if name not in reached]
    if root in wanted and missing == [root]:
        raise InputError(f"the derivative of {root} by itself is 1")
    if wrt and missing:
        raise InputError(f"{root} does not depend on {missing[0]}, so the derivative is 0")
    if len(missing) == len(wanted):
        raise InputError(f"{root} depends on none of the weights " + ", ".join(missing))
    return tuple(name for name in wanted if name in reached)


def _gradient(teller: Teller, name: str) -> Gradient:
    form = teller.backprop.forms[name].expr
    quantity = teller.backprop.adjoints[name].quantity
    update = total(quantity, teller.change(name)) if teller.is_trained(name) else None
    return Gradient(quantity, Partial(teller.of, quantity), form, bind(_expanded, teller, name), update, teller.ranges_of(name))


def without_made_names(expr: Expr, made: Sequence[Definition]) -> Expr:
    """*expr* with the pre-activations and layers that the derivation named written out again, as the author had them."""
    bodies: dict[str, list[Definition]] = {}
    for definition in made:
        bodies.setdefault(definition.name, []).append(definition)

    def change(node: Expr) -> Expr | None:
        if not isinstance(node, Ref) or len(bodies.get(node.name, ())) != 1:
            return None  # a name with several definitions (h[0], h[t]) stays: which one it is depends on the index
        (definition,) = bodies[node.name]
        letters = zip(definition.indices, node.indices, strict=True)
        return without_made_names(substitute(definition.expr, {a: b for a, b in letters if isinstance(a, Ref)}), made)

    if not made or any(isinstance(node, Partial) for node in walk(expr)):
        return expr  # a recurrence that has no end still speaks of ∂E/∂net
    return transform(expr, change)


def _expanded(teller: Teller, name: str) -> Expr:
    form = teller.backprop.forms[name].expr
    expanded = without_made_names(teller.backprop.expanded(name), teller.made)
    verdict = teller.verifier.judge.equal(form, expanded, teller.ranges_of(name))
    if not verdict.holds:
        raise InternalError(f"the gradient of {name} was written out wrongly: {verdict}")
    return expanded
