r"""Tables of LaTeX's environments: which are formulas, which only shape one, which hold no formulas at all."""

from __future__ import annotations

from symprop.check.document import Setting

_DISPLAYS = [
    "equation",
    "align",
    "gather",
    "multline",
    "eqnarray",
    "flalign",
    "alignat",
    "xalignat",
    "xxalignat",
    "displaymath",
    "dmath",
    "dgroup",
    "darray",
    "IEEEeqnarray",
    "empheq",
    "subeqnarray",
    "mathpar",
]
FORMULAS = {
    **{name + star: Setting.DISPLAY for name in _DISPLAYS for star in ("", "*")},
    "math": Setting.INLINE,
}
"""Environments whose body is a formula."""

ARGUMENTS = {"alignat": 1, "alignat*": 1, "xalignat": 1, "xalignat*": 1, "IEEEeqnarray": 1, "IEEEeqnarray*": 1, "empheq": 1}
"""How many ``{…}`` follow ``\\begin{…}`` before the body starts."""

SHAPES = frozenset(
    [
        "aligned",
        "alignedat",
        "gathered",
        "split",
        "cases",
        "dcases",
        "rcases",
        "array",
        "matrix",
        "pmatrix",
        "bmatrix",
        "vmatrix",
        "Vmatrix",
        "Bmatrix",
        "smallmatrix",
    ]
)
"""Environments within formulas; Markdown's mathematics shows them without delimiters too, and their name carries meaning."""

VERBATIM = (
    "verbatim",
    "verbatim*",
    "Verbatim",
    "lstlisting",
    "minted",
    "alltt",
    "comment",
    "filecontents",
    "filecontents*",
    "tikzpicture",
)
"""Environments in which a dollar is a dollar."""

TEXT_COMMANDS = frozenset(
    [
        "text",
        "textnormal",
        "textrm",
        "textbf",
        "textit",
        "textsf",
        "texttt",
        "textsc",
        "textup",
        "textmd",
        "mbox",
        "hbox",
        "vbox",
        "fbox",
        "makebox",
        "framebox",
        "parbox",
        "colorbox",
        "fcolorbox",
        "textcolor",
        "intertext",
        "shortintertext",
        "tag",
        "footnote",
    ]
)
"""Commands in whose braces a dollar may open a formula within the formula."""
