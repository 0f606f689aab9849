"""Formulas of plain texts that use no delimiters: whole lines that can be nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symprop.check.document import Setting
from symprop.check.sources.passages import Kind, Passage

_LINE = re.compile(r"[^\n]+")
_LONGEST = 500
_LEFT = re.compile(
    r"[ \t]*(?:[∂d∇Δ]?[^\W\d][\w^{},'’+()\[\]]{0,40}(?:\s?/\s?[∂d][^\W\d][\w^{},'’]{0,40})?)[ \t]*(?:=|:=|≈|←)[ \t]*(?=\S)"
)
_PLAIN_WORD = re.compile(r"(?<![\w\\{_^])[^\W\d_]{3,}(?![\w(])")
_KNOWN = frozenset(
    [
        "exp",
        "log",
        "sin",
        "cos",
        "tan",
        "tanh",
        "sigmoid",
        "relu",
        "softmax",
        "max",
        "min",
        "sqrt",
        "sum",
        "alpha",
        "beta",
        "gamma",
        "delta",
        "eta",
        "theta",
        "phi",
        "sigma",
    ]
)
_FOREIGN = re.compile(r"[;\"`@$%&?!#\\]|==|//|\.\s|:(?!=)|[.,]\s*$")


def bare_lines(text: str) -> Iterator[Passage]:
    """Lines that read ``name = …`` and hold no word, no punctuation of prose and none of a programming language."""
    for line in _LINE.finditer(text):
        content = line[0].rstrip()
        if len(content) > _LONGEST or _FOREIGN.search(content) or not _LEFT.match(content):
            continue
        words = {word for word in _PLAIN_WORD.findall(content) if word.lower() not in _KNOWN and len(word) > 3}
        if words:
            continue
        first = line.start() + len(content) - len(content.lstrip())
        end = line.start() + len(content)
        yield Passage(Kind.FORMULA, first, end, first, end, Setting.BARE)
