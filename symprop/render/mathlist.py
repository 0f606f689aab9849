r"""The LaTeX of a formula seen as TeX sees it: a list of atoms with widths, and where a line may be broken.

The reader of a page sees lines, not trees, so lines are measured and broken on what is set.  Only the subset of
LaTeX that our printer writes is known; anything else counts as an ordinary symbol of average width.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from symprop.render.linebreak import DEEPER, PRODUCT, SUM

_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|\d+(?:\.\d+)?|\s+|.", re.DOTALL)

# Widths in em of Computer Modern; italic letters differ by a factor of three, so they are worth a table.
_LETTERS = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        (53, 43, 43, 52, 47, 49, 48, 58, 35, 41, 52, 30, 88, 60, 49, 50, 45, 45, 47, 36, 57, 49, 72, 57, 49, 47),
        strict=True,
    )
)
_SPACES = {r"\,": 0.167, r"\:": 0.222, r"\;": 0.278, r"\!": -0.167, r"\ ": 0.333, r"\quad": 1.0, r"\qquad": 2.0}
_SPACES |= {r"\thinspace": 0.167, r"\medspace": 0.222, r"\thickspace": 0.278}
_SUMS = {"+", "-", r"\pm", r"\mp"}
_PRODUCTS = {r"\cdot", r"\times", r"\odot", r"\ast", "*", "/"}
_RELATIONS = {"=", "<", ">", r"\le", r"\leq", r"\ge", r"\geq", r"\ne", r"\neq", r"\lt", r"\gt"}
_RELATIONS |= {r"\leftarrow", r"\gets", r"\to", r"\in", r"\approx"}
_OPENING = {"(", "[", r"\{", r"\lbrace", r"\lvert", r"\lVert"}
_CLOSING = {")", "]", r"\}", r"\rbrace", r"\rvert", r"\rVert"}
_SIZED = {r"\left": 0.85, r"\right": 0.85, r"\middle": 0.6, r"\bigl": 0.46, r"\bigr": 0.46, r"\Bigl": 0.6, r"\Bigr": 0.6}
_FRACTIONS = {r"\frac": 1.0, r"\dfrac": 1.0, r"\tfrac": 0.7}
_WORDS = {r"\text", r"\mathrm", r"\operatorname", r"\operatorname*", r"\mathit", r"\mathsf", r"\mathbf", r"\textit"}
_ONE_ARGUMENT = {r"\sqrt": 0.8, **dict.fromkeys((r"\hat", r"\bar", r"\vec", r"\tilde", r"\dot", r"\ddot", r"\check"), 0.0)}
_ONE_ARGUMENT |= dict.fromkeys((r"\acute", r"\grave", r"\breve", r"\overline", r"\boldsymbol", r"\mathcal", r"\mathbb"), 0.0)
_COLOURED = {r"\textcolor"}
_SCRIPTS = {"_", "^", "'"}
_SCRIPT, _SCRIPT_SPACE = 0.76, 0.05
_FUNCTIONS = {r"\log", r"\ln", r"\exp", r"\max", r"\min", r"\sin", r"\cos", r"\tan", r"\tanh", r"\sinh", r"\cosh", r"\sgn"}
_NOTHING = {r"\limits", r"\nolimits", r"\displaystyle", r"\textstyle", r"\scriptstyle"}


@dataclass(frozen=True, slots=True)
class Atom:
    """An unbreakable piece of a line.

    ``cost`` is the reluctance to break the line before it (None: never).  ``fence`` numbers the two brackets of a
    growing pair.  ``implied`` says that a product sign was left out before it.  A fraction keeps its two halves.
    """

    tex: str
    width: float
    cost: int | None = None
    fence: int | None = None
    implied: bool = False
    halves: tuple[str, str] | None = None
    kind: str = "ord"


def atoms(tex: str, functions: frozenset[str] = frozenset()) -> tuple[Atom, ...]:
    """The atoms of *tex*; their ``tex`` joined is *tex* again.

    *functions* are the symbols whose brackets hold an argument and not a factor: no line is broken before those.
    """
    return tuple(_Reader(tex, functions).row())


@lru_cache(maxsize=65536)  # names and partials recur all over a page
def width(tex: str) -> float:
    """How wide *tex* is in display style, in em."""
    return sum(atom.width for atom in atoms(tex))


class _Reader:
    """One pass over the tokens; brackets stay flat with a depth, so that a line may break inside them."""

    def __init__(self, tex: str, functions: frozenset[str]) -> None:
        self.functions = functions
        self.tokens = _TOKEN.findall(tex)
        self.at = 0
        self.fences = 0

    def row(self) -> list[Atom]:
        found: list[Atom] = []
        open_fences: list[int | None] = []
        space = ""
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.isspace() or token in _SPACES or token in _NOTHING:
                space += self._take()
                continue
            if token in _SCRIPTS and found:
                found[-1] = self._known(self._scripts(found[-1], space))
                space = ""
                continue
            atom = self._known(self._atom())
            before = found[-1] if found else None
            if atom.kind == "close" and open_fences:
                atom = replace(atom, fence=open_fences.pop())
            atom = self._placed(atom, before, space, len(open_fences))
            if atom.kind == "open":
                self.fences += 1
                fence = self.fences if atom.tex.lstrip().startswith(r"\left") else None
                atom = replace(atom, fence=fence)
                open_fences.append(fence)
            found.append(atom)
            space = ""
        if space and found:
            found[-1] = replace(found[-1], tex=found[-1].tex + space)
        return found

    def _placed(self, atom: Atom, before: Atom | None, space: str, depth: int) -> Atom:
        """*atom* with the space before it, the space around operators, and its break."""
        extra = sum(_SPACES[part] for part in _TOKEN.findall(space) if part in _SPACES)
        starts = before is None or before.kind in {"open", "sum", "product", "relation", "punct", "prefix"}
        if atom.kind in {"sum", "product"} and starts:
            return replace(atom, tex=space + atom.tex, width=atom.width + extra, kind="prefix")
        extra += {"sum": 0.444, "product": 0.444, "relation": 0.556, "punct": 0.167, "big": 0.334}.get(atom.kind, 0.0)
        cost: int | None = None
        implied = False
        if atom.kind in {"sum", "product"}:
            cost = (SUM if atom.kind == "sum" else PRODUCT) + DEEPER * depth
        elif not starts and before is not None and not _applies(before):
            implied = r"\," in space or atom.kind in {"big", "fraction", "open"}
            cost = PRODUCT + DEEPER * depth if implied else None
        return replace(atom, tex=space + atom.tex, width=atom.width + extra, cost=cost, implied=implied)

    def _known(self, atom: Atom) -> Atom:
        return replace(atom, kind="function") if self._symbol(atom) in self.functions else atom

    @staticmethod
    def _symbol(atom: Atom) -> str:
        """The atom's TeX without the space before it."""
        return re.sub(r"^(\s|\\[,:;! ])+", "", atom.tex)

    def _atom(self) -> Atom:
        token = self._take()
        if token in _SIZED:
            return Atom(token + (delimiter := self._take_solid()), _SIZED[token], kind=_side(token, delimiter))
        if token in _FRACTIONS:
            first, second = self._argument(), self._argument()
            wide = max(width(_inside(first)), width(_inside(second))) * _FRACTIONS[token] + 0.24
            return Atom(token + first + second, wide, halves=(_inside(first), _inside(second)), kind="fraction")
        if token in _WORDS:
            argument = self._argument()
            kind = "function" if token.startswith(r"\operatorname") else "ord"
            return Atom(token + argument, 0.5 * len(_inside(argument)), kind=kind)
        if token in _COLOURED:
            colour, argument = self._argument(), self._argument()
            return Atom(token + colour + argument, width(_inside(argument)), kind="fraction")  # a factor of its own
        if token in _ONE_ARGUMENT:
            argument = self._argument()
            return Atom(token + argument, width(_inside(argument)) + _ONE_ARGUMENT[token])
        if token.startswith("{"):
            self.at -= 1
            return self._braced(self._argument())
        return Atom(token, *_single(token))

    def _braced(self, group: str) -> Atom:
        r"""A group: ``{a \over b}`` is a fraction, anything else as wide as what is in it."""
        halves = _halves(_inside(group))
        if halves is None:
            return Atom(group, width(_inside(group)))
        return Atom(group, max(map(width, halves)) + 0.24, halves=halves, kind="fraction")

    def _scripts(self, base: Atom, space: str) -> Atom:
        r"""*base* with its scripts; those of ``\sum`` stand above and below, so they widen it less."""
        tex, wide = space, 0.0
        while self.at < len(self.tokens) and self.tokens[self.at] in _SCRIPTS:
            mark = self._take()
            if mark == "'":
                tex, wide = tex + mark, wide + 0.28
                continue
            argument = self._argument()
            tex, wide = tex + mark + argument, max(wide, _SCRIPT * width(_inside(argument)) + _SCRIPT_SPACE)
        total = max(base.width, wide + 0.167) if base.kind == "big" else base.width + wide
        return replace(base, tex=base.tex + tex, width=total)

    def _argument(self) -> str:
        """The next group with its braces, or the next single token."""
        token = self._take_solid()
        if token.strip() != "{":
            return token
        depth, parts = 1, [token]
        while depth and self.at < len(self.tokens):
            part = self._take()
            depth += {"{": 1, "}": -1}.get(part, 0)
            parts.append(part)
        return "".join(parts)

    def _take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else ""

    def _take_solid(self) -> str:
        """The next token that is not a blank, with the blanks before it."""
        token = self._take()
        return token + self._take() if token.isspace() else token


def _applies(atom: Atom) -> bool:
    r"""Whether what follows *atom* is its argument: a function, or ``\frac{\partial}{\partial w}``."""
    return atom.kind == "function" or (atom.halves is not None and atom.halves[0] in _DIFFERENTIALS)


_DIFFERENTIALS = {r"\partial", "d", r"\mathrm{d}"}


def _halves(inside: str) -> tuple[str, str] | None:
    r"""What stands above and below an ``\over`` that is not in a group of its own."""
    depth = place = 0
    for part in _TOKEN.findall(inside):
        if part == r"\over" and not depth:
            return inside[:place].strip(), inside[place + len(part) :].strip()
        depth += {"{": 1, "}": -1}.get(part, 0)
        place += len(part)
    return None


def _inside(argument: str) -> str:
    bare = argument.strip()
    return bare[1:-1] if bare.startswith("{") and bare.endswith("}") else bare


def _side(command: str, delimiter: str) -> str:
    if command in {r"\left", r"\bigl", r"\Bigl"}:
        return "open"
    return "close" if command in {r"\right", r"\bigr", r"\Bigr"} else "ord" if delimiter != "/" else "product"


_KINDS = (
    (_SUMS, 0.778, "sum"),
    (_PRODUCTS, 0.4, "product"),
    (_RELATIONS, 0.778, "relation"),
    (_OPENING, 0.39, "open"),
    (_CLOSING, 0.39, "close"),
    ({r"\sum", r"\prod"}, 1.44, "big"),
    ({",", ";"}, 0.28, "punct"),
)


def _single(token: str) -> tuple[float, None, None, bool, None, str]:
    for tokens, wide, kind in _KINDS:
        if token in tokens:
            return wide, None, None, False, None, kind
    if token in _FUNCTIONS:
        return 0.5 * (len(token) - 1), None, None, False, None, "function"
    if token[0].isdigit():
        return 0.5 * len(token), None, None, False, None, "ord"
    return _LETTERS.get(token, 79 if token.isalpha() else 59) / 100, None, None, False, None, "ord"
