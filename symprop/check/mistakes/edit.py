"""One edit of a claim."""

from __future__ import annotations

from dataclasses import dataclass

from symprop.model.expr import Expr


@dataclass(frozen=True, slots=True)
class Edit:
    """The right side (or the ``left`` one) as it would be without a mistake of some kind.

    ``what`` is the part that is wrong or missing, ``instead`` what should stand there.
    """

    kind: str
    right: Expr
    what: Expr | None = None
    instead: Expr | None = None
    left: Expr | None = None
