"""Identifiers of one generated C file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from itertools import product as cartesian
from math import prod

from symprop.codegen.c_texts import HELPERS, INLINE
from symprop.codegen.naming import RESERVED, Namer, ascii_identifier
from symprop.codegen.program import Program
from symprop.codegen.sizes import given_sizes, shapes_of_values
from symprop.codegen.spell import Frame

_MACROS = ("H", "LANES", "ROWS", "BLOCK", "INLINE")
"""What follows the prefix in macros that no size may have."""


class CNames:
    """Identifiers of one C file, and what both of its kinds share.

    Args:
        program: after all passes.
        title: what the network is.
        name: the network's name, from which the prefix comes.
        sizes: a number for every size.
        stem: the name of the files without suffix; from the network's name if "".
    """

    def __init__(self, program: Program, title: str, name: str, sizes: Mapping[str, int] | None, stem: str = "") -> None:
        self.program = program
        self.title = title
        self.origin = name
        word = ascii_identifier(name).lower().strip("_") or "network"
        # The prefix is also a type, so it must be nobody else's word.
        self.prefix = f"{word}_net" if word in RESERVED["c"] else word
        self.header = "".join(c for c in stem if c.isalnum() or c in "-_.") + ".h" if stem else f"{word}.h"
        self.upper = self.prefix.upper()
        self.sizes = given_sizes(program, sizes, shapes_of_values(program))
        self.name = Namer("c", (self.prefix,))
        self.name.given[program.network.rate] = "rate"
        for leaf in (*program.parameters, *program.constants, *program.inputs, *program.targets):
            self.name(leaf)
        for line in program.lines:
            self.name(line.name)
        self.macros = self._macros(program.network.sizes)
        self.frame = Frame(self.macros)

    def _macros(self, sizes: Iterable[str]) -> dict[str, str]:
        """A macro for each size; capitals make two sizes one (``n`` and ``N``), which then get numbers."""
        taken, found = {f"{self.upper}_{word}" for word in _MACROS}, dict[str, str]()
        for size in sizes:
            plain = f"{self.upper}_{ascii_identifier(size).upper()}"
            names = (plain if number == 1 else f"{plain}_{number}" for number in count(1))
            found[size] = next(name for name in names if name not in taken)
            taken.add(found[size])
        return found

    def letter(self, letter: str) -> str:
        """The identifier of an index letter, which no quantity has."""
        key = f"index {letter}"
        if key not in self.name.given:
            self.name.given[key] = self.name.fresh(letter if letter.isascii() and letter.isidentifier() else "i")
        return self.name.given[key]

    def counts(self, name: str) -> list[str]:
        """The lengths of the axes of a quantity."""
        return [self.frame.count(axis) for axis in self.program.axes(name)]

    def dimensions(self, name: str) -> str:
        """``[N][M]``: the axes of a quantity in a declaration."""
        return "".join(f"[{count}]" for count in self.counts(name))

    def length(self, name: str) -> int:
        """How many entries a quantity has, as a number."""
        return prod(self._lengths(name))

    def labels(self, name: str) -> list[str]:
        """A label for each entry of a quantity: ``x[1]``, ``x[2]``; its name for a scalar."""
        if not self.program.axes(name):
            return [name]
        frame = Frame({size: str(value) for size, value in self.sizes.items()})
        begins = [int(frame.value(axis.lower)) for axis in self.program.axes(name)]
        spans = (range(begin, begin + length) for begin, length in zip(begins, self._lengths(name), strict=True))
        return [f"{name}[{','.join(map(str, place))}]" for place in cartesian(*spans)]

    def _lengths(self, name: str) -> list[int]:
        frame = Frame({size: str(value) for size, value in self.sizes.items()})
        return [int(frame.count(axis)) for axis in self.program.axes(name)]

    def entries(self, name: str) -> str:
        """How many entries a quantity has."""
        counts = self.counts(name)
        return " * ".join(f"({count})" if " " in count and len(counts) > 1 else count for count in counts) or "1"

    def helpers(self, needs: Iterable[str]) -> Iterator[str]:
        """The texts of the helpers that are needed."""
        for key, text in HELPERS.items():
            if key in needs:
                yield text.replace("P_", f"{self.prefix}_")

    def inline(self) -> str:
        """The macro for functions that must be inlined."""
        return INLINE.replace("P_UPPER", self.upper)
