"""The table of profiles: the manner, the notation and the style of a document or a textbook under one name.

A profile is where one starts; each of its choices can be overridden on its own (:func:`settle`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import partial

from symprop.derivation.manner import PLAIN as PLAIN_MANNER
from symprop.derivation.manner import Manner
from symprop.errors import InputError
from symprop.render.notation import PLAIN as PLAIN_NOTATION
from symprop.render.notation import Notation


@dataclass(frozen=True, slots=True)
class Profile:
    """Whose manner it is (``source``), what is typical of it (``title``), and how it is told.

    ``style`` is a key of the styles and ``detail`` 1 to 3, ``registers`` are those in which arrays are told (empty: as the
    network is written): what is told where nothing else is asked for.
    """

    name: str
    title: str
    source: str = ""
    manner: Manner = PLAIN_MANNER
    notation: Notation = PLAIN_NOTATION
    style: str = "chain"
    detail: int = 2
    registers: tuple[str, ...] = ()


PLAIN = Profile("plain", "symprop's own: the author's residuals, factors side by side, w ← w + Δw")

_ENTRIES = (
    PLAIN,
    Profile(
        "equation",
        "the cost as one equation, differentiated rule by rule",
        "Neural net backpropagation using representative equation transformation, part I",
        Manner(residual="target-first"),
        Notation(product="dot", fraction="over"),
        "expanded",
        3,
    ),
    Profile(
        "story",
        "a sum over the paths, one colour for each layer; dL/dw, and w_new",
        "A short story about how a little neural network gets trained",
        Manner(residual="output-first"),
        Notation(product="star", derivative="d", update="new"),
        "paths",
        3,
    ),
    Profile(
        "tutorial",
        "every partial on its own, then the delta rule; factors with *, and w⁺",
        "Backpropagation tutorial for quiz 2",
        Manner(residual="target-first"),
        Notation(product="star", update="plus"),
        "chain",
        3,
    ),
    Profile(
        "layers",
        "layers of any width, the error as output minus target, a rate α",
        "Backpropagation: matrix form (2023)",
        Manner(residual="output-first", rate_name="α"),
        style="delta",
        registers=("matrix",),
    ),
    Profile(
        "lecture",
        "the chain rule row by row; factors with ×, a rate α, and w′",
        "Neural networks: derivation of the backpropagation weight-update formulas (MIT OpenCourseWare)",
        Manner(residual="target-first", rate_name="α"),
        Notation(product="times", update="prime"),
        "chain",
        3,
    ),
    Profile(
        "nielsen",
        "deltas from the output backwards, the error as output minus target, and w′",
        "M. A. Nielsen, Neural Networks and Deep Learning (Determination Press, 2015), chapter 2",
        Manner(residual="output-first"),
        Notation(update="prime"),
        "delta",
        registers=("matrix",),
    ),
    Profile(
        "mitchell",
        "deltas without the minus sign, δ = −∂E/∂net, so that Δw = η δ x",
        "T. M. Mitchell, Machine Learning (McGraw-Hill, 1997), section 4.5",
        Manner(residual="target-first", delta_sign="extracted"),
        style="delta",
    ),
)

PROFILES: Mapping[str, Profile] = {profile.name: profile for profile in _ENTRIES}
"""The profiles by name."""

MANNERS = tuple(field.name for field in fields(Manner))
NOTATIONS = tuple(field.name for field in fields(Notation))


def settle(profile: str | None = None, **choices: object) -> Profile:
    """The profile of that name (plain if None) with every choice in it that is not None put in.

    *choices* are the fields of :class:`Manner` and :class:`Notation`, and ``style`` and ``detail``.

    Raises:
        InputError: there is no such profile or no such choice.
    """
    if profile is not None and profile not in PROFILES:
        raise InputError(f"there is no profile {profile!r}", hint="the profiles are " + ", ".join(PROFILES))
    found = PLAIN if profile is None else PROFILES[profile]
    given = {name: value for name, value in choices.items() if value is not None}
    for name in given:
        if name not in (*MANNERS, *NOTATIONS, "style", "detail"):
            raise InputError(f"there is no choice of {name!r}", hint="choices are " + ", ".join((*MANNERS, *NOTATIONS)))
    manner = partial(replace, found.manner)(**{name: given.pop(name) for name in MANNERS if name in given})
    notation = partial(replace, found.notation)(**{name: given.pop(name) for name in NOTATIONS if name in given})
    return partial(replace, found, manner=manner, notation=notation)(**given)


def sample(profile: Profile) -> str:
    """What a profile makes of one sigmoid neuron, on one line."""
    from symprop.calculus.backprop import Backprop
    from symprop.derivation.naming import delta_names
    from symprop.model.expr import Expr, Ref
    from symprop.model.printer import to_text
    from symprop.model.reader import read_network
    from symprop.render.notation import PRODUCTS

    text = "z = w x; y = σ(z); inputs x; targets t; minimize E = ½ (t - y)²"
    network = profile.manner.with_rate(read_network(text))
    of = Ref("E")
    backprop = Backprop(network, of, ("w",), delta_names(network, of, profile.manner), profile.manner.orientation(network))

    def shown(expr: Expr) -> str:
        return to_text(expr, network, product=PRODUCTS[profile.notation.product].plain)

    delta, form = backprop.own("z", backprop.symbol(Ref("z"))), backprop.own("z", backprop.forms["z"].expr)
    d = "d" if profile.notation.derivative == "d" else "∂"
    return f"{shown(delta)} = {shown(form)},  {d}E/{d}w = {shown(backprop.forms['w'].expr)}"
