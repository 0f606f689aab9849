"""Names of quantities: which spellings mean the same quantity, and how a name is set in LaTeX."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Mapping
from functools import lru_cache
from itertools import chain, count

GREEK: Mapping[str, str] = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "vartheta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ",
    "omicron": "ο", "pi": "π", "varpi": "π", "rho": "ρ", "varrho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ",
    "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ",
    "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
"""Greek letters by their word."""

WORDS: Mapping[str, str] = {letter: word for word, letter in reversed(list(GREEK.items()))}
"""The word of each Greek letter (``ε`` is ``epsilon``)."""

_MARKS = r"\u0300-\u036f\u20d0-\u20ff"
_PART = re.compile(rf"((?:[^\W\d_][{_MARKS}]*)+)(.*)", re.DOTALL)
_SUBSCRIPTS = re.compile(r"[₀-₉ₐ-ₜᵢ-ᵪ]+")
_ROMAN_CAPITALS = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧ", "ABEZHIKMNOPTX", strict=True))  # Greek capitals that TeX has no command for
_ACCENTS: Mapping[str, str] = {
    "\N{COMBINING CIRCUMFLEX ACCENT}": "hat", "\N{COMBINING TILDE}": "tilde", "\N{COMBINING MACRON}": "bar",
    "\N{COMBINING OVERLINE}": "bar", "\N{COMBINING DOT ABOVE}": "dot", "\N{COMBINING DIAERESIS}": "ddot",
    "\N{COMBINING ACUTE ACCENT}": "acute", "\N{COMBINING GRAVE ACCENT}": "grave", "\N{COMBINING CARON}": "check",
    "\N{COMBINING BREVE}": "breve", "\N{COMBINING RIGHT ARROW ABOVE}": "vec",
}  # fmt: skip
_INDEX_RUN = re.compile(r"[i-np-r]+")  # `ijk` is three indices, `max` is a word


@lru_cache(maxsize=65536)
def normal(name: str) -> str:
    """The key under which *name* is looked up: names with equal keys are one quantity.

    Braces are dropped, lookalike letters folded (``µ``, ``ϵ``, mathematical alphabets), subscript characters
    written out (``w₁`` is ``w_1``), and Greek words that fill a part between underscores, or all of it up to its
    digits, become the letter: ``out_{h1}`` is ``out_h1``, ``delta_h1`` is ``δ_h1``, ``alpha1`` is ``α1``, but
    ``metal`` stays ``metal``.
    """
    name = name.replace("{", "").replace("}", "")
    name = _SUBSCRIPTS.sub(lambda run: "_" + unicodedata.normalize("NFKC", run[0]), name)
    return "_".join(_greek(part) for part in unicodedata.normalize("NFKC", name).split("_"))


def free_name(candidates: Iterable[str], taken: Container[str]) -> str:
    """The first of *candidates* (one at least) whose key is not *taken*, else the last of them with a number."""
    *_, last = wanted = tuple(candidates)
    numbered = (f"{last}_{number}" for number in count(1))
    return next(name for name in chain(wanted, numbered) if normal(name) not in taken)


def ascii_name(name: str) -> str:
    """*name* in ASCII where it has such a spelling with the same key: ``δ_o1`` is ``delta_o1``.

    Letters that have none (``é``) stay, as does a Greek letter inside a longer part (``δh``): the result always
    names the same quantity.
    """
    return "_".join(_word(part) for part in normal(name).split("_"))


@lru_cache(maxsize=65536)
def latex_name(name: str) -> str:
    r"""*name* as an author sets it: ``w_o``, ``w_{ij}``, ``x_1``, ``\mathit{out}_{h1}``, ``E_{\mathrm{total}}``."""
    head, subscripts = latex_name_parts(name)
    return with_subscript(head, ",".join(subscripts))


@lru_cache(maxsize=65536)
def latex_name_parts(name: str) -> tuple[str, tuple[str, ...]]:
    r"""The letter(s) of *name* and its subscripts, each in LaTeX: ``x1_in`` is ``x``, (``1``, ``\mathrm{in}``)."""
    first, *rest = [part for part in normal(name).split("_") if part] or [""]
    match = _PART.fullmatch(first)
    if match is None:
        return _letters(first, "mathrm") or r"\_", tuple(_subscript(part) for part in rest)
    head = _letters(match[1], "mathit")
    return head, tuple(_subscript(part) for part in (match[2], *rest) if part)


def with_subscript(head: str, subscript: str) -> str:
    """*head* with *subscript*, braced only where TeX needs it; "" is no subscript."""
    if not subscript:
        return head
    if len(subscript) == 1 or re.fullmatch(r"\\[A-Za-z]+", subscript):
        return f"{head}_{subscript}"
    return f"{head}_{{{subscript}}}"


def _greek(part: str) -> str:
    match = _PART.fullmatch(part)
    if match is None or match[1] not in GREEK or not all(c.isdigit() for c in match[2]):
        return part
    return GREEK[match[1]] + match[2]


def _word(part: str) -> str:
    match = _PART.fullmatch(part)
    if match is None or match[1] not in WORDS or not all(c.isdigit() for c in match[2]):
        return part
    return WORDS[match[1]] + match[2]


def _subscript(part: str) -> str:
    """One part after an underscore: letters that are indices or labels stay italic, a word stands upright."""
    pieces = re.findall(rf"(?:[^\W\d_][{_MARKS}]*)+|[\d\W]+", part)
    return _join([_letters(p, "mathrm" if len(p) > 2 and p[0].isalpha() and not _INDEX_RUN.fullmatch(p) else "") for p in pieces])


def _letters(run: str, font: str) -> str:
    """The letters of *run*; several of them in *font*, so that they read as one name and not as a product."""
    letters = [_letter(c) for c in _graphemes(run)]
    text = _join(letters)
    return rf"\{font}{{{text}}}" if font and len(letters) > 1 else text


def _join(pieces: list[str]) -> str:
    """Pieces side by side, with the space that ends a command before a letter."""
    text = ""
    for piece in pieces:
        text += " " + piece if re.search(r"\\[A-Za-z]+$", text) and piece[:1].isalpha() else piece
    return text


def _graphemes(run: str) -> list[str]:
    found: list[str] = []
    for c in unicodedata.normalize("NFD", run):
        if unicodedata.combining(c) and found:
            found[-1] += c
        else:
            found.append(c)
    return found


def _letter(grapheme: str) -> str:
    base, marks = grapheme[0], grapheme[1:]
    if base.isascii() and (base.isalnum() or base in "+-"):  # a subscript l+1 is a number that runs ahead
        text = base
    elif base == "ο":
        text = "o"
    elif base in WORDS:
        text = f"\\{WORDS[base]}"
    elif base == "ς":
        text = r"\varsigma"
    elif base in _ROMAN_CAPITALS:
        text = rf"\mathrm{{{_ROMAN_CAPITALS[base]}}}"
    else:  # pdfLaTeX's base fonts have no glyph for it, so its code point must do
        text = rf"\mathrm{{u{ord(base):04x}}}"
    for mark in marks:
        text = rf"\{_ACCENTS[mark]}{{{text}}}" if mark in _ACCENTS else text + rf"\mathrm{{u{ord(mark):04x}}}"
    return text
