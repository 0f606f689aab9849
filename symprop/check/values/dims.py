"""Sizes of axes: which of them must be equal, and what they are in one sample."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import suppress
from hashlib import blake2b

from symprop.evaluation.trouble import OutOfDomain, Unsupported

Axis = Hashable
"""A key for an axis: of a quantity, of an index letter, or a named size; an int is a size itself."""

_SMALLEST, _CHOICES = 2, 4


class Dims:
    """Classes of equal axes (union-find); a class has one size, another one than its neighbours."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._parents: dict[Axis, Axis] = {}
        self._fixed: dict[Axis, int] = {}
        self._sizes: dict[Axis, int] = {}

    def same(self, a: Axis, b: Axis) -> bool:
        """Both axes have one size; False if they are known to differ."""
        a, b = self._root(a), self._root(b)
        if a == b:
            return True
        fixed = [self._known(axis) for axis in (a, b)]
        if fixed[0] is not None and fixed[1] is not None:
            return fixed[0] == fixed[1]
        if isinstance(a, int):
            a, b = b, a
        self._parents[a] = b
        known = fixed[0] if fixed[0] is not None else fixed[1]
        if known is not None and not isinstance(b, int):
            self._fixed[b] = known
        return True

    def size(self, axis: Axis) -> int:
        """The size of an axis in this sample: sizes are given in turn, so that few classes share one."""
        root = self._root(axis)
        known = self._known(root)
        if known is not None:
            return known
        if self._sizes.get(root, 1) < 1:
            raise OutOfDomain("no index is in its range")
        if root not in self._sizes:
            self._sizes[root] = _SMALLEST + self._drawn(repr(root)) % _CHOICES
        return self._sizes[root]

    def root(self, axis: Axis) -> Axis:
        """What all axes of one class have in common."""
        return self._root(axis)

    def enlarge(self, axis: Axis) -> None:
        """Make an axis longer by one."""
        root = self._root(axis)
        if self._known(root) is None:
            self._sizes[root] = self.size(root) + 1

    def settle(self, bound: Callable[[object], int]) -> None:
        """Give sizes to all classes known by now, in turn: neighbours differ, and no order of asking changes them.

        An axis over which a sum runs to ``n - r + 1`` has the size that *bound* works out from the other sizes.
        """
        start = self._drawn("")
        members: dict[Axis, list[Axis]] = {}
        for axis in list(self._parents):
            members.setdefault(self._root(axis), []).append(axis)
        derived = {}
        for place, (root, axes) in enumerate(members.items()):
            written = [axis for axis in (*axes, root) if isinstance(axis, tuple) and axis[0] == "expr"]
            if written:
                derived[root] = written[0]
            elif self._known(root) is None:
                self._sizes[root] = _SMALLEST + (start + place) % _CHOICES
        for root, axis in derived.items():
            if self._known(root) is None:
                with suppress(Unsupported):  # `n / 2`, where n is odd: an axis like any other
                    self._sizes[root] = bound(axis[1])

    def _drawn(self, text: str) -> int:
        return blake2b(f"{self._seed}|{text}".encode(), digest_size=2).digest()[0]

    def _known(self, root: Axis) -> int | None:
        return root if isinstance(root, int) else self._fixed.get(root)

    def _root(self, axis: Axis) -> Axis:
        seen = []
        while axis in self._parents:
            seen.append(axis)
            axis = self._parents[axis]
        for other in seen:
            self._parents[other] = axis
        return axis
