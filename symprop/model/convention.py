"""Conventions of the matrix register, which decide what a product of vectors is and how a derivative lies."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Convention:
    """How vectors and derivatives lie.

    ``rows``: vectors are rows (``z = x W + b``, ``∂E/∂W = xᵀ δ``); otherwise columns (``z = W x + b``, ``∂E/∂W = δ xᵀ``).
    ``jacobian``: the derivative of a number by an array lies like the transposed array, as a row of a Jacobian does
    (numerator layout); otherwise like the array itself.
    """

    rows: bool = False
    jacobian: bool = False


COLUMNS = Convention()
"""What holds where nothing is said: vectors are columns, derivatives lie like what they are by."""
