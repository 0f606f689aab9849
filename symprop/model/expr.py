"""The expression tree: immutable, in the author's order and spelling, with indices and source spans.

Nodes are dumb: they hold, compare and refuse nonsense.  Every operation lives in a module of its own
(:mod:`symprop.model.walk`, :mod:`symprop.model.build`, the evaluator, the printers, ...).

Two expressions are equal when they have the same structure; spans and spellings do not count.  There is no
canonical order and no evaluation: ``-(t - r)`` stays what the author wrote.

Index expressions (``t-1`` in ``h[t-1]``) are ordinary expressions made of :class:`Number`, :class:`Ref`,
:class:`Add`, :class:`Neg` and :class:`Mul`; index variables and sizes are :class:`Ref` without indices.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from fractions import Fraction

from symprop.errors import InternalError, Span

COMPARISONS = ("=", "<", ">", "≤", "≥", "≠")


@dataclass(frozen=True, eq=False)
class Expr:
    """Base of all nodes.  Structural equality; the hash is computed once, from the children's."""

    span: Span | None = field(default=None, kw_only=True, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((type(self).__name__, *self._key())))

    def _key(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in _compared(type(self)))

    def __hash__(self) -> int:
        return self._hash  # type: ignore[attr-defined, no-any-return]

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(self) is not type(other) or hash(self) != hash(other):
            return False
        return self._key() == other._key()

    def __bool__(self) -> bool:
        raise TypeError("an expression has no truth value; compare with `==` or judge it")


_COMPARED: dict[type, tuple[str, ...]] = {}


def _compared(node: type[Expr]) -> tuple[str, ...]:
    """Names of the fields that take part in equality (cached: this runs for every node made)."""
    names = _COMPARED.get(node)
    if names is None:
        names = _COMPARED[node] = tuple(f.name for f in fields(node) if f.compare)
    return names


@dataclass(frozen=True, eq=False)
class Number(Expr):
    """A non-negative exact literal: ``2``, ``0.15``.  Negative numbers are :class:`Neg`, ``½`` is ``Div(1, 2)``.

    ``spelling`` is the author's text (``0.10``), kept for printing.
    """

    value: Fraction
    spelling: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if self.value < 0:
            raise InternalError(f"a literal is not negative: {self.value}")
        super().__post_init__()


@dataclass(frozen=True, eq=False)
class Ref(Expr):
    """A named quantity, an index variable or a size: ``w_o``, ``W[j,k]``, ``h[t-1]``, ``n_0``."""

    name: str
    indices: tuple[Expr, ...] = ()


@dataclass(frozen=True, eq=False)
class Add(Expr):
    """``a + b - c``; a subtracted term is a :class:`Neg`.  Two terms at least."""

    terms: tuple[Expr, ...]

    def __post_init__(self) -> None:
        if len(self.terms) < 2:
            raise InternalError("Add needs two terms")
        super().__post_init__()


@dataclass(frozen=True, eq=False)
class Neg(Expr):
    """``-a``."""

    operand: Expr


@dataclass(frozen=True, eq=False)
class Mul(Expr):
    """``a·b·c`` in the author's order.  Two factors at least.

    ``signs`` holds what stood before each factor: ``*`` for a product sign, ``@``, or "" where they stand side by side; it
    is empty where nobody asked.
    """

    factors: tuple[Expr, ...]
    signs: tuple[str, ...] = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        if len(self.factors) < 2:
            raise InternalError("Mul needs two factors")
        super().__post_init__()


@dataclass(frozen=True, eq=False)
class Hadamard(Expr):
    """``a ⊙ b``: the product entry by entry; between scalars the same as :class:`Mul`."""

    factors: tuple[Expr, ...]

    def __post_init__(self) -> None:
        if len(self.factors) < 2:
            raise InternalError("Hadamard needs two factors")
        super().__post_init__()


@dataclass(frozen=True, eq=False)
class Div(Expr):
    """``numerator / denominator``."""

    numerator: Expr
    denominator: Expr


@dataclass(frozen=True, eq=False)
class Pow(Expr):
    """``base ^ exponent``."""

    base: Expr
    exponent: Expr


@dataclass(frozen=True, eq=False)
class Apply(Expr):
    """``f(a, …)``, or its derivative ``f'(a)`` with ``primes`` > 0 (one argument only).

    ``function`` is the key in :data:`symprop.model.functions.FUNCTIONS` or the name of a function that the
    network declares; ``spelling`` is what the author wrote (``σ`` for ``sigmoid``).
    """

    function: str
    arguments: tuple[Expr, ...]
    primes: int = 0
    spelling: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if not self.arguments or (self.primes and len(self.arguments) != 1):
            raise InternalError(f"{self.function}: {len(self.arguments)} arguments and {self.primes} primes")
        super().__post_init__()


@dataclass(frozen=True, eq=False)
class Softmax(Expr):
    """Component ``at`` of the softmax of a vector: ``exp(v_at) / Σ_k exp(v_k)``.

    The vector is ``arguments[0]`` over ``index`` = lower..upper (``softmax(z[k], k)[j]``), or, with ``index``
    empty, the list ``arguments`` (``softmax(z_1, z_2)[1]``), counted from 1; lower and upper are then None.
    """

    arguments: tuple[Expr, ...]
    index: str
    lower: Expr | None
    upper: Expr | None
    at: Expr

    def __post_init__(self) -> None:
        bound = bool(self.index)
        if bound != (self.lower is not None and self.upper is not None) or (bound and len(self.arguments) != 1):
            raise InternalError("a softmax is over one indexed argument with a range, or over a list")
        super().__post_init__()


@dataclass(frozen=True, eq=False)
class Sum(Expr):
    """``Σ_{index=lower..upper} body``; the bounds are index expressions and belong to the sum (both ends)."""

    body: Expr
    index: str
    lower: Expr
    upper: Expr


@dataclass(frozen=True, eq=False)
class Indicator(Expr):
    """Iverson bracket: 1 where the chain of comparisons holds, else 0: ``[z > 0]``, ``[1 ≤ p - m ≤ n]``, ``[i = j]``.

    One operator (of :data:`COMPARISONS`) fewer than operands.
    """

    operands: tuple[Expr, ...]
    operators: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.operands) != len(self.operators) + 1 or not set(self.operators) <= set(COMPARISONS):
            raise InternalError(f"malformed comparison {self.operators} of {len(self.operands)} operands")
        super().__post_init__()


@dataclass(frozen=True, eq=False)
class Partial(Expr):
    """``∂of/∂wrt`` with cut semantics: ``wrt`` is independent, all else expands through the definitions.

    ``of`` is a named quantity (``∂E/∂w``) or any expression (``∂/∂w (½ (t - r)²)``).
    """

    of: Expr
    wrt: Ref


@dataclass(frozen=True, eq=False)
class Increment(Expr):
    """``Δw``: the change of a weight in one update, ``-η ∂E/∂w`` (``+`` when the network maximizes)."""

    weight: Ref


@dataclass(frozen=True, eq=False)
class MatMul(Expr):
    """``A B c``: products of matrices and vectors, the last axis of one with the first of the next.  Two factors at least.

    This node and the five below are the matrix register: they stand in what authors write and in what is told, never in
    what is differentiated or evaluated; :mod:`symprop.model.lowering` says what each means in indices.
    """

    factors: tuple[Expr, ...]

    def __post_init__(self) -> None:
        if len(self.factors) < 2:
            raise InternalError("MatMul needs two factors")
        super().__post_init__()


@dataclass(frozen=True, eq=False)
class Transpose(Expr):
    """``Aᵀ``; of a vector: its other orientation."""

    operand: Expr


@dataclass(frozen=True, eq=False)
class Norm(Expr):
    """``‖v‖``: the square root of the sum of the squares of all entries (of a matrix: Frobenius)."""

    operand: Expr


@dataclass(frozen=True, eq=False)
class Ones(Expr):
    """``𝟏``: the vector of *size* ones."""

    size: Expr


@dataclass(frozen=True, eq=False)
class Identity(Expr):
    """``I``: the identity matrix of *size* rows."""

    size: Expr


@dataclass(frozen=True, eq=False)
class Diag(Expr):
    """``diag(v)``: the diagonal matrix of a vector's entries."""

    operand: Expr


ZERO = Number(Fraction(0))
ONE = Number(Fraction(1))
TWO = Number(Fraction(2))
