"""The notation's reader: text to :class:`~symprop.model.network.Network` and :class:`~symprop.model.expr.Expr`.

The whole notation is written down in ``docs/notation.md``.  Text never reaches an evaluator of Python.
"""

from symprop.model.reader.expression import read_expression, read_formula, read_matrices
from symprop.model.reader.network import read_network

__all__ = ["read_expression", "read_formula", "read_matrices", "read_network"]
