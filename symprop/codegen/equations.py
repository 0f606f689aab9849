"""The equation of the derivation that a line of a program computes, in the register in which the network is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from symprop.derivation.matrices import Matrices
from symprop.derivation.step import Chain, Link
from symprop.derivation.verify import Verifier
from symprop.evaluation.verdict import BY_DEFINITION
from symprop.model.expr import Expr, Softmax, Sum
from symprop.model.network import Abbreviation, Network, Range
from symprop.model.printer import to_text
from symprop.model.walk import walk


@dataclass
class Equations:
    """Equations of *network* as text; *deltas* by the name of their pre-activation."""

    network: Network
    deltas: Mapping[str, Abbreviation] = field(default_factory=dict)
    _matrices: Matrices | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        if any(definition.written is not None for definition in self.network.definitions):
            verifier = Verifier(self.network, {short.name: short for short in self.deltas.values()})
            self._matrices = Matrices(self.network, self.deltas, verifier)

    def text(self, left: Expr, right: Expr, ranges: Sequence[Range], relation: str = "=") -> str:
        """``left = right``: in matrices if the author wrote matrices and there is such a form, else in indices."""
        chain = Chain(left, (Link(right, "definition", (), BY_DEFINITION, relation),), tuple(ranges))
        if self._matrices is not None:
            chain = self._matrices.chain(chain)
        return f"{to_text(chain.left)} {relation} {self._side(chain.links[0].expr, chain.ranges)}"

    def _side(self, expr: Expr, ranges: tuple[Range, ...]) -> str:
        """*expr* as text.  Only sums need the network (their ranges may follow from it), and it costs its length each time."""
        has_sum = any(isinstance(node, Sum | Softmax) for node in walk(expr))
        return to_text(expr, self.network if has_sum else None, ranges=ranges)
