r"""Nodes that only documents contain: what people write by hand and a network's notation has no need of.

In a document a name is a :class:`~symprop.model.expr.Ref` whose indices are *atoms*, flattened in reading order:
``H_{2i}`` is ``Ref("H", (2, i))``, ``out_{h1}`` is ``Ref("out", (h, 1))``, ``w_{l_i \to r_j}`` is
``Ref("w", (l, i, →, r, j))``, ``E_{total}`` is ``Ref("E", (total,))``.  A letter among them is an index where something binds it
and a label elsewhere.  Superscripts that are indices come first and mark the name: ``w^{(l)}_{jk}`` is
``Ref("w^", (l, j, k))``; bracketed indices too: ``δ_j(k+1)`` is ``Ref("δ()", (k+1, j))``.  So a name with fewer indices than its
entries have is the array of them: ``δ^l`` holds all ``δ^l_j``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from symprop.errors import InternalError
from symprop.model.expr import Expr, Ref

SUPERSCRIPTED = "^"
"""Ends the name of a quantity whose first indices stand in its superscript."""
BRACKETED = "()"
"""Ends the name of a quantity whose first indices stand in brackets behind it."""


@dataclass(frozen=True, eq=False)
class Call(Expr):
    """``f_3(a, …)`` or ``f'(a)``: the function is a name with indices of its own (``f_l``); ``exp``, ``σ`` likewise.

    ``arguments`` is empty where a function stands alone with its primes (``f'``), as in ``f' ∘ z``.
    """

    function: Ref
    arguments: tuple[Expr, ...]
    primes: int = 0


@dataclass(frozen=True, eq=False)
class Derivative(Expr):
    """``∂of/∂wrt``, ``d of/d wrt``, of any expression by any expression; ``order`` times by the same."""

    of: Expr
    wrt: Expr
    order: int = 1


@dataclass(frozen=True, eq=False)
class Gradient(Expr):
    """``∇_wrt of``, shaped like *wrt*; None where the document does not say by what."""

    of: Expr
    wrt: Expr | None = None


@dataclass(frozen=True, eq=False)
class Change(Expr):
    """``Δw`` of any name: what an update adds."""

    of: Expr


@dataclass(frozen=True, eq=False)
class Marked(Expr):
    """A name with a mark that says which version is meant: ``w_5^+``, ``w'``, ``w_{new}``, ``x^{(old)}``, ``w^*``.

    ``mark`` is ``+``, ``'`` (one character a prime), ``new``, ``old``, ``*`` or the word as written.
    """

    of: Ref
    mark: str


@dataclass(frozen=True, eq=False)
class Big(Expr):
    """``Σ``, ``Π``, ``max`` or ``min`` over an index: with bounds, with a set (``over``), with an index alone, or with none.

    ``operator`` is ``sum``, ``product``, ``max``, ``min`` or ``mean``; ``indices`` the letters bound (several in
    ``Σ_{i,j}``; none in ``Σ (t - y)²``); ``over`` is what an index ranges over, where that is no pair of bounds (``Batch``,
    ``{o1, o2}``); ``excluded`` what a condition takes out (``k ≠ j``).
    """

    operator: str
    body: Expr
    indices: tuple[str, ...] = ()
    lower: Expr | None = None
    upper: Expr | None = None
    over: Expr | None = None
    excluded: Expr | None = None


@dataclass(frozen=True, eq=False)
class Transpose(Expr):
    """``Wᵀ``."""

    operand: Expr


@dataclass(frozen=True, eq=False)
class Norm(Expr):
    """``‖v‖`` (the Euclidean norm), ``‖v‖_1``, ``|x|`` of an array; ``order`` is None for the Euclidean one."""

    operand: Expr
    order: Expr | None = None


@dataclass(frozen=True, eq=False)
class Outer(Expr):
    """``a ⊗ b``."""

    left: Expr
    right: Expr


@dataclass(frozen=True, eq=False)
class Component(Expr):
    """``(W x)_j``, ``softmax(z)_j``: one entry of what stands in the brackets."""

    operand: Expr
    indices: tuple[Expr, ...]


@dataclass(frozen=True, eq=False)
class Group(Expr):
    """Brackets as written, where they may mean more than grouping: ``[ … ]`` as an indicator, ``(a, b)`` as a list."""

    items: tuple[Expr, ...]
    opening: str


@dataclass(frozen=True, eq=False)
class Cases(Expr):
    """``{ value if condition, … }``; the condition None is "otherwise"."""

    branches: tuple[tuple[Expr, Expr | None], ...]


@dataclass(frozen=True, eq=False)
class Table(Expr):
    """A matrix or a column written out: rows of entries."""

    rows: tuple[tuple[Expr, ...], ...]

    def __post_init__(self) -> None:
        if not self.rows or len({len(row) for row in self.rows}) != 1:
            raise InternalError("rows of a table have the same length")
        super().__post_init__()


@dataclass(frozen=True, eq=False)
class Dots(Expr):
    """``…`` between terms, factors or list entries."""


@dataclass(frozen=True, eq=False)
class At(Expr):
    """``of`` with names set to values: ``∂E/∂w |_{w=1}``."""

    of: Expr
    settings: tuple[tuple[Ref, Expr], ...]


@dataclass(frozen=True, eq=False)
class Kronecker(Expr):
    """``δ_{ij}`` where it is one: 1 where both are equal, else 0."""

    left: Expr
    right: Expr


@dataclass(frozen=True, eq=False)
class Product(Expr):
    """A product whose signs matter once its factors are arrays: ``W x`` (""), ``a · b`` ("·"), ``a × b`` ("×"), ``a * b`` ("*").

    One sign fewer than factors.  Between numbers all of them mean the same.
    """

    factors: tuple[Expr, ...]
    signs: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        if len(self.factors) < 2 or len(self.signs) != len(self.factors) - 1:
            raise InternalError("a product has one sign fewer than factors, and two factors at least")
        super().__post_init__()


def ungrouped(expr: Expr) -> Expr:
    """*expr* without the brackets around it."""
    while isinstance(expr, Group) and len(expr.items) == 1:
        expr = expr.items[0]
    return expr
