"""How the matrix register is printed: ``W x``, ``Wᵀ``, ``‖v‖``, in ASCII ``W.T`` and ``||v||``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from symprop.errors import InputError
from symprop.model.convention import COLUMNS
from symprop.model.expr import Apply, Diag, Expr, Identity, MatMul, Norm, Ones, Ref, Transpose
from symprop.model.levels import ATOM, LOOSE, OPEN, POWER, PRODUCT, UNIT, Text
from symprop.model.network import Network
from symprop.model.walk import walk

_NODES = (MatMul, Transpose, Norm, Ones, Identity, Diag)


class Printer(Protocol):
    """What is needed of the printer of expressions."""

    ascii: bool

    def show(self, expr: Expr, level: int = LOOSE) -> str:
        """The text of *expr*, in brackets if it binds looser than *level*."""

    def index(self, expr: Expr) -> str:
        """An index expression."""

    def is_array(self, ref: Ref) -> bool:
        """Is this a whole array?"""


def is_matrix(printer: Printer, expr: Expr) -> bool:
    """Does *expr* speak of whole arrays?"""
    return any(isinstance(node, _NODES) or (isinstance(node, Ref) and printer.is_array(node)) for node in walk(expr))


def _matmul(printer: Printer, e: MatMul) -> Text:
    return " ".join(printer.show(factor, UNIT) for factor in e.factors), PRODUCT


def _transpose(printer: Printer, e: Transpose) -> Text:
    return printer.show(e.operand, ATOM) + (".T" if printer.ascii else "ᵀ"), POWER


def _norm(printer: Printer, e: Norm) -> Text:
    # A norm right inside a norm would close it.
    inner = printer.show(e.operand, ATOM + 1 if any(isinstance(node, Norm) for node in walk(e.operand)) else LOOSE)
    return (f"||{inner}||" if printer.ascii else f"‖{inner}‖"), ATOM


def total(printer: Printer, e: Apply) -> Text:
    """``Σ (…)``, the sum of all entries with the sign that the author chose."""
    return f"Σ {printer.show(e.arguments[0], ATOM + 1)}", OPEN


def convention_lines(network: Network) -> Iterator[str]:
    """The statement of the convention, where a reader would not find it without one."""
    convention = network.convention
    if convention != COLUMNS or not _fits_strictly(network):
        words = ("rows" if convention.rows else "columns", *["jacobian"] * convention.jacobian)
        yield f"convention {', '.join(words)}"


def _fits_strictly(network: Network) -> bool:
    """Does every vector lie as the convention says, so that a reader finds it by the products?"""
    from symprop.model.lowering import Lowering

    low = Lowering(network.axes, network.convention, strict=True)
    try:
        return all(not low.layout(d.written).turned for d in network.definitions if d.written is not None)
    except InputError:
        return False


PRINTERS: Mapping[type[Expr], Callable[..., Text]] = {
    MatMul: _matmul,
    Transpose: _transpose,
    Norm: _norm,
    Ones: lambda printer, e: (f"ones({printer.index(e.size)})", ATOM),
    Identity: lambda printer, e: (f"eye({printer.index(e.size)})", ATOM),
    Diag: lambda printer, e: (f"diag({printer.show(e.operand)})", ATOM),
}
"""By node, its text and what it binds like."""
