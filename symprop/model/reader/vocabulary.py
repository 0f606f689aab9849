"""What a name is, as far as parsing needs to know: ``f(x)`` is an application or a product.

The author's names win over built-in ones, so the vocabulary is made from the whole text before any expression
is parsed.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from symprop.errors import InputError, Span
from symprop.model.functions import FUNCTIONS, lookup
from symprop.model.names import normal
from symprop.model.reader.lexer import Token

WEIGHT_NAME = re.compile(r"[wWvubθ](?![^\W\d_])")
"""Free names that are weights unless declared otherwise: these letters alone, or before a digit, ``_`` or ``[``."""

FORMS = ("sum", "softmax", "diff", "change", "mean", "ones", "eye", "diag")
"""Names with a syntax of their own."""


@dataclass
class Vocabulary:
    """Names seen so far, by their key (:func:`symprop.model.names.normal`)."""

    spelling: dict[str, str] = field(default_factory=dict)  # key -> the author's first spelling
    quantities: set[str] = field(default_factory=set)
    functions: dict[str, str] = field(default_factory=dict)  # key -> name of a declared function

    def spell(self, name: str) -> str:
        """The one spelling of *name* in this text: the first."""
        return self.spelling.setdefault(normal(name), name)

    def declare_function(self, name: str) -> str:
        """Make *name* a function of the author's own."""
        spelled = self.spell(name)
        self.functions[normal(name)] = spelled
        return spelled

    def add_quantity(self, name: str) -> str:
        """Make *name* a quantity, whatever function it might otherwise be."""
        self.quantities.add(normal(name))
        return self.spell(name)

    def survey(self, tokens: Sequence[Token]) -> None:
        """Learn from *tokens* of expressions: a name that stands without brackets behind it is a quantity."""
        for position, token in enumerate(tokens):
            if token.kind == "name":
                following = tokens[position + 1].kind if position + 1 < len(tokens) else "end"
                if following not in ("(", "primes") and normal(token.text) not in self.functions:
                    self.add_quantity(token.text)

    def is_quantity(self, name: str) -> bool:
        """Is ``name(…)`` a product?"""
        key = normal(name)
        return key not in self.functions and (key in self.quantities or WEIGHT_NAME.match(key) is not None)

    def is_declared_function(self, name: str) -> bool:
        """Is *name* a function that the author declared?"""
        return normal(name) in self.functions

    def form(self, name: str) -> str:
        """One of :data:`FORMS` if *name* is that and the author has not taken the name, else ""."""
        key = normal(name)
        return key if key in FORMS and key not in self.functions and key not in self.quantities else ""

    def function(self, name: str) -> str | None:
        """The function that *name* calls: a declared one, else a built-in one, by its key; None if it is none."""
        declared = self.functions.get(normal(name))
        if declared is not None:
            return declared
        entry = None if self.is_quantity(name) else lookup(name)
        return entry.name if entry else None

    def arity(self, function: str) -> int | None:
        """Number of arguments of *function*; None for two or more."""
        return 1 if function in self.functions.values() or function not in FUNCTIONS else FUNCTIONS[function].arity

    def unknown_function(self, token: Token) -> InputError:
        """The message for ``foo(…)`` where ``foo`` is nothing that is known."""
        spellings = [s for entry in FUNCTIONS.values() for s in entry.spellings]
        near = suggestion(token.text, [*self.functions.values(), *spellings, *FORMS])
        return InputError(
            f"`{token.text}` is neither a known function nor a quantity",
            token.span,
            f"{near}declare it with `function {token.text}`, or write {token.text}·(…) if a product is meant",
        )


def suggestion(name: str, known: Iterable[str]) -> str:
    """``did you mean …? `` with the nearest of *known*, or ""."""
    near = difflib.get_close_matches(name, list(known), 1, 0.6)
    return f"did you mean `{near[0]}`? Else " if near and near[0] != name else ""


def undefined(name: str, span: Span | None, known: Iterable[str]) -> InputError:
    """The message for a name that means nothing here."""
    near = difflib.get_close_matches(name, list(known), 1, 0.6)
    return InputError(f"the name `{name}` is not defined", span, f"did you mean `{near[0]}`?" if near else "define or declare it")
