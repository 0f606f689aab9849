"""Names in targets: ASCII, nobody else's, no two alike; one table of what is taken for each target."""

from __future__ import annotations

import builtins
import keyword
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from symprop.codegen.program import UPDATED
from symprop.model.names import WORDS, ascii_name

_SIGNS: Mapping[str, str] = {"∂": "d", "/": "_", "′": "_prime", "'": "_prime", "−": "_", "ς": "sigma"}
_INNER = re.compile(r"[^0-9A-Za-z_]")

_C_KEYWORDS = (
    "auto", "bool", "break", "case", "char", "complex", "const", "constexpr", "continue", "default", "do", "double",
    "else", "enum", "extern", "false", "float", "for", "goto", "if", "imaginary", "inline", "int", "long", "main",
    "nullptr", "register", "restrict", "return", "short", "signed", "sizeof", "static", "static_assert", "struct",
    "switch", "thread_local", "true", "typedef", "typeof", "union", "unsigned", "void", "volatile", "while", "asm",
    "errno", "NULL", "EOF", "NAN", "INFINITY", "HUGE_VAL", "I", "complex_I", "linux", "unix", "i386", "BUFSIZ",
    "RAND_MAX", "M_E", "M_PI", "stdin", "stdout", "stderr", "and", "or", "not", "xor", "bitand", "bitor", "compl",
    "signal",
)  # fmt: skip

_CPP_KEYWORDS = (
    "alignas", "alignof", "and_eq", "catch", "char8_t", "char16_t", "char32_t", "class", "co_await", "co_return",
    "co_yield", "concept", "const_cast", "consteval", "constinit", "decltype", "delete", "dynamic_cast", "explicit",
    "export", "friend", "mutable", "namespace", "new", "noexcept", "not_eq", "operator", "or_eq", "private", "protected",
    "public", "reinterpret_cast", "requires", "static_cast", "template", "this", "throw", "try", "typeid", "typename",
    "using", "virtual", "xor_eq",
)  # fmt: skip

_C_LIBRARY = (
    "abort", "abs", "acos", "acosf", "acosh", "asin", "asinf", "asinh", "assert", "atan", "atan2", "atanh", "atof",
    "atoi", "atol", "bsearch", "calloc", "cbrt", "ceil", "clock", "copysign", "cos", "cosf", "cosh", "difftime", "div",
    "erf", "erfc", "exit", "exp", "exp2", "expf", "expm1", "fabs", "fabsf", "fclose", "fdim", "feof", "ferror", "fflush",
    "fgets", "floor", "fma", "fmax", "fmin", "fmod", "fopen", "fprintf", "fputs", "fread", "free", "frexp", "fscanf",
    "fseek", "ftell", "fwrite", "gamma", "getc", "getenv", "gets", "hypot", "ilogb", "index", "isfinite", "isinf",
    "isnan", "j0", "j1", "jn", "labs", "ldexp", "lgamma", "llround", "log", "log10", "log1p", "log2", "logb", "lrint",
    "lround", "malloc", "memcmp", "memcpy", "memmove", "memset", "modf", "nan", "nearbyint", "nextafter", "pow", "printf",
    "putchar", "puts", "qsort", "raise", "rand", "read", "realloc", "remainder", "remove", "remquo", "rename", "rewind",
    "rindex", "rint", "round", "scalb", "scanf", "sin", "sinf", "sinh", "size_t", "ptrdiff_t", "sprintf", "sqrt", "srand",
    "sscanf", "step", "strcat", "strchr", "strcmp", "strcpy", "strlen", "strtod", "strtol", "system", "tan", "tanf",
    "tanh", "tgamma", "time", "tolower", "toupper", "trunc", "write", "y0", "y1", "yn", "time_t", "wchar_t", "int8_t",
    "int16_t", "int32_t", "int64_t", "uint8_t", "uint16_t", "uint32_t", "uint64_t",
)  # fmt: skip

_PYTHON_OWN = (
    "math", "params", "inputs", "targets", "rate", "steps", "examples", "initial", "forward", "cost", "gradients",
    "update", "step", "train", "bind",
)  # fmt: skip
_NUMPY_OWN = (
    "np", "numpy", "dtype", "out", "size", "buffers", "self", "mean", "limit", "contextlib", "Bound", "array", "arrays",
    "is_batch", "results", "scale", "run", "math",
)  # fmt: skip

_C_OWN = (
    "net", "rate", "steps", "step_number", "examples", "lane", "count", "work", "first", "entry", "sums", "sum",
    "tile", "row", "column", "left", "width", "turned",
    "largest", "total", "slopes", "values", "n", "rest", "top", "k", "size", "p", "g", "v",
)  # fmt: skip

RESERVED: Mapping[str, frozenset[str]] = {
    "python": frozenset({*keyword.kwlist, *keyword.softkwlist, *dir(builtins), *dir(math), *_PYTHON_OWN}),
    "numpy": frozenset({*keyword.kwlist, *keyword.softkwlist, *dir(builtins), *_PYTHON_OWN, *_NUMPY_OWN}),
    "c": frozenset({*_C_KEYWORDS, *_CPP_KEYWORDS, *_C_LIBRARY, *_C_OWN}),
}
"""Names that nothing of a network may have, by target."""


def ascii_identifier(name: str) -> str:
    """*name* in letters, digits and underscores: ``δ_o1`` is ``delta_o1``, ``∂E/∂w`` is ``dE_dw``; never empty.

    Accents go, other letters become their code points, and leading underscores and digits get a letter in front of them.
    """
    plain = "".join(_SIGNS.get(c, c) for c in name.removesuffix(UPDATED))
    spelled = "".join(_letter(c) for c in unicodedata.normalize("NFKD", ascii_name(plain)))
    made = _INNER.sub("_", spelled)
    return made if made[:1].isalpha() else f"v{made}" if made else "v"


def _letter(c: str) -> str:
    if c.isascii():
        return c
    if c in WORDS or c in _SIGNS:
        return WORDS.get(c) or _SIGNS[c]
    return "" if unicodedata.combining(c) else f"u{ord(c):04x}"


@dataclass
class Namer:
    """Identifiers of one generated file, each given once.

    Args:
        target: a key of :data:`RESERVED`.
        more: further names that are taken in this file.
    """

    target: str
    more: Iterable[str] = ()
    given: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.taken = {*RESERVED[self.target], *self.more}

    def __call__(self, name: str) -> str:
        """The identifier of *name*; an updated weight has that of the weight, which it replaces."""
        name = name.removesuffix(UPDATED)
        if name not in self.given:
            self.given[name] = self.fresh(ascii_identifier(name))
        return self.given[name]

    def fresh(self, wanted: str) -> str:
        """An identifier that nobody has, as near to *wanted* as possible."""
        made = wanted
        if made in self.taken:
            made = f"{wanted}_"
        number = 2
        while made in self.taken:
            made = f"{wanted}_{number}"
            number += 1
        self.taken.add(made)
        return made
