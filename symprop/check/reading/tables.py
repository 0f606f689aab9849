"""What characters and commands mean: every spelling that people use, and what it stands for.

A meaning is a kind of :class:`~symprop.check.reading.items.Item` and its text.  What is in none of the tables is not known, and
the side of the relation that it stands in is unread.
"""

from __future__ import annotations

from collections.abc import Mapping

from symprop.check.document import Sign
from symprop.model.functions import FUNCTIONS
from symprop.model.names import GREEK


def words(text: str) -> frozenset[str]:
    """The words of *text* as a set."""
    return frozenset(text.split())


_SIGNS: Mapping[Sign, str] = {
    Sign.EQUALS: "= == simeq cong doteq stackeq",
    Sign.DEFINES: ":= =: ::= triangleq coloneqq coloneq defeq vcentcolon= ≜ ≔ ≝ eqqcolon Coloneqq",
    Sign.IDENTICAL: "equiv ≡",
    Sign.APPROXIMATES: "approx approxeq thickapprox ≈ ≃ ≅ ~=",
    Sign.ASSIGNS: "leftarrow gets ← longleftarrow <- Leftarrow ⟵ leftarrowtail",
    Sign.PROPORTIONAL: "propto varpropto ∝",
    Sign.IMPLIES: "Rightarrow implies Longrightarrow iff Leftrightarrow Longleftrightarrow therefore because => ⇒ ⇔ ⟹ ⟺ ∴ "
    "impliedby leadsto rightsquigarrow",
    Sign.MAPS: "to rightarrow longrightarrow mapsto longmapsto -> → ⟶ ↦ hookrightarrow leftrightarrow",
    Sign.OTHER: "< > lt gt le leq leqslant ge geq geqslant ne neq != <= >= ≤ ≥ ≠ in notin isin ∈ ∉ subset subseteq ⊂ ⊆ ll gg "
    "sim lessapprox gtrapprox lesssim gtrsim prec succ asymp ~ ≪ ≫ : colon ni perp setminus += -=",
}
SIGNS: Mapping[str, Sign] = {spelling: sign for sign, spellings in _SIGNS.items() for spelling in spellings.split()}
"""Every spelling of what stands between two sides."""

COMPARISONS: Mapping[str, str] = {
    "=": "=", "==": "=", "<": "<", "lt": "<", ">": ">", "gt": ">", "le": "≤", "leq": "≤", "leqslant": "≤", "≤": "≤", "<=": "≤",
    "ge": "≥", "geq": "≥", "geqslant": "≥", "≥": "≥", ">=": "≥", "ne": "≠", "neq": "≠", "≠": "≠", "!=": "≠",
}  # fmt: skip
"""Signs that an indicator or a condition may hold."""

MEMBER = frozenset({"in", "isin", "∈"})
"""Spellings of "is an element of"."""

_OPERATORS: Mapping[str, str] = {
    "+": "+", "-": "-", "−": "-", "–": "-", "‐": "-", "‑": "-", "minus": "-", "plus": "+", "pm": "±", "mp": "±", "±": "±",
    "cdot": "·", "·": "·", "⋅": "·", "∙": "·", "•": "·", "times": "×", "×": "×", "*": "*", "ast": "*", "∗": "*", ".": ".",
    "cdotp": "·", "centerdot": "·", "ldotp": ".",
    "/": "/", "div": "/", "÷": "/", "slash": "/", "odot": "⊙", "⊙": "⊙", "circ": "⊙", "∘": "⊙", "bigodot": "⊙", "bullet": "⊙",
    "otimes": "⊗", "⊗": "⊗", ",": ",", ";": ";", "!": "!",
}  # fmt: skip

_BRACKETS: Mapping[str, tuple[str, str]] = {
    "(": ("open", "("), "[": ("open", "["), ")": ("close", "("), "]": ("close", "["), "lbrace": ("open", "{"), "{": ("open", "{"),
    "rbrace": ("close", "{"), "}": ("close", "{"), "langle": ("open", "⟨"), "rangle": ("close", "⟨"), "⟨": ("open", "⟨"),
    "⟩": ("close", "⟨"), "lbrack": ("open", "["), "rbrack": ("close", "["), "lparen": ("open", "("), "rparen": ("close", "("),
    "|": ("bar", "|"), "vert": ("bar", "|"), "mid": ("bar", "|"), "\\|": ("bar", "‖"), "Vert": ("bar", "‖"), "‖": ("bar", "‖"),
    "∥": ("bar", "‖"), "parallel": ("bar", "‖"), "∣": ("bar", "|"), "lvert": ("lbar", "|"), "rvert": ("rbar", "|"),
    "lVert": ("lbar", "‖"), "rVert": ("rbar", "‖"),
}  # fmt: skip

_BIGS: Mapping[str, str] = {
    "sum": "sum", "∑": "sum", "prod": "product", "∏": "product", "max": "max", "min": "min", "sup": "max", "inf": "min",
}  # fmt: skip

_LETTERS: Mapping[str, str] = {
    **GREEK, "ell": "ℓ", "imath": "i", "jmath": "j", "infty": "∞", "∞": "∞", "varsigma": "σ", "aleph": "ℵ", "Re": "ℜ",
    "digamma": "ϝ",
    "top": "⊤", "⊤": "⊤", "intercal": "⊤", "ᵀ": "⊤", "star": "⋆", "dagger": "†", "ast ": "*", "euler": "e", "differentialD": "d",
    "hslash": "ħ", "hbar": "ħ", "emptyset": "∅", "R": "ℝ", "mathds1": "𝟙", "eth": "ð", "varkappa": "κ", "vartriangle": "Δ",
    "∆": "Δ",
    "triangle": "Δ",
}  # fmt: skip

_SPECIAL: Mapping[str, tuple[str, str]] = {
    "partial": ("partial", "∂"), "∂": ("partial", "∂"), "nabla": ("nabla", "∇"), "∇": ("nabla", "∇"),
    "ldots": ("dots", "…"), "cdots": ("dots", "…"), "dots": ("dots", "…"), "dotsc": ("dots", "…"), "dotsb": ("dots", "…"),
    "dotsm": ("dots", "…"), "vdots": ("dots", "…"), "ddots": ("dots", "…"), "…": ("dots", "…"), "...": ("dots", "…"),
    "..": ("dots", "…"),
    "⋯": ("dots", "…"), "hdots": ("dots", "…"), "mathellipsis": ("dots", "…"),
    "quad": ("space", ""), "qquad": ("space", ""), "hfill": ("space", ""), "&": ("amp", ""), "\\\\": ("newline", ""),
    "newline": ("newline", ""), "cr": ("newline", ""), "forall": ("forall", "∀"), "∀": ("forall", "∀"), "prime": ("prime", "'"),
    "d": ("letter", "d"), "dd": ("letter", "d"),
}  # fmt: skip

_COMMANDS_OF_FUNCTIONS = (
    "exp log ln tanh sinh cosh sin cos tan cot sec csc coth arctan arcsin arccos sech sgn sign relu ReLU softmax sigmoid lg det "
    "arg argmax argmin erf diag tr Tr rank trace softplus sigm Softmax atan"
)
FUNCTION_NAMES: Mapping[str, str] = {
    **{name: name for name in _COMMANDS_OF_FUNCTIONS.split()},
    **{s: e.name for e in FUNCTIONS.values() for s in e.spellings if len(s) > 1},
    "ln": "log", "sgn": "sign", "Softmax": "softmax", "Sigmoid": "sigmoid", "sigm": "sigmoid", "Tanh": "tanh", "Relu": "relu",
    "RELU": "relu", "rectifier": "relu", "Log": "log", "Exp": "exp", "Sign": "sign", "SoftMax": "softmax", "SOFTMAX": "softmax",
    "Softplus": "softplus", "Linear": "linear",
}  # fmt: skip
"""Functions known by their word -> the name under which the tree has them."""

WEAK_FUNCTIONS = frozenset({"linear", "identity", "step", "rank", "trace", "arg", "Linear", "tr", "det", "diag"})
"""Words that are functions only where an argument in brackets follows."""

MEANINGS: Mapping[str, tuple[str, str]] = {
    **{name: ("word", name) for name in _COMMANDS_OF_FUNCTIONS.split()},
    **{letter: ("letter", meaning) for letter, meaning in _LETTERS.items()},
    **{spelling: ("sign", spelling) for spelling in SIGNS},
    **{spelling: ("op", meaning) for spelling, meaning in _OPERATORS.items()},
    **_BRACKETS,
    **{spelling: ("big", meaning) for spelling, meaning in _BIGS.items()},
    **_SPECIAL,
}
"""Every character and command that is an item by itself."""

NOT_LETTERS = "⁰¹²³⁴⁵⁶⁷⁸⁹ⁱⁿᵀ₀₁₂₃₄₅₆₇₈₉ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥ½⅓⅔¼¾⅛∂"
"""Characters that Python counts as word characters, but that are no letters here."""
RAISED: Mapping[str, str] = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁱⁿ", "0123456789+-in", strict=True))
LOWERED: Mapping[str, str] = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥ", "0123456789+-aeoxhklmnpstijruv", strict=True))
VULGAR: Mapping[str, tuple[str, str]] = {
    "½": ("1", "2"), "⅓": ("1", "3"), "⅔": ("2", "3"), "¼": ("1", "4"), "¾": ("3", "4"), "⅛": ("1", "8"),
}  # fmt: skip
"""Fractions that are one character."""
PRIMES: Mapping[str, int] = {"'": 1, "’": 1, "‘": 1, "′": 1, "´": 1, "ʹ": 1, "″": 2, "”": 2, "“": 2, "‴": 3}
"""Characters that are read as primes -> how many."""

IGNORED = words("""displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits nonumber notag small footnotesize
scriptsize tiny
    normalsize large Large LARGE huge Huge mathstrut strut noindent centering null relax hline hdashline allowbreak nobreak
    break protect par middle allowdisplaybreaks displaylimits mathopen mathclose mathpunct mathinner ensuremath bfseries
    itshape boldmath unboldmath bigl bigr Bigl Bigr biggl biggr Biggl Biggr big Big bigg Bigg bigm Bigm left right sl
    upshape rmfamily smallskip medskip nobreakspace""")
"""Commands without arguments that change nothing but the looks."""
NARROW = frozenset(
    [",", ";", ":", "!", ">", " ", "\n", "\t", "thinspace", "enspace", "space", "medspace", "thickspace", "negthinspace", "/"]
)
"""Commands that leave a little room; a little room is a hint, never a sign."""
DELIMITING: Mapping[str, str] = {
    "left": "l", "right": "r", "bigl": "l", "Bigl": "l", "biggl": "l", "Biggl": "l", "bigr": "r", "Bigr": "r", "biggr": "r",
    "Biggr": "r", "big": "", "Big": "", "bigg": "", "Bigg": "", "bigm": "", "Bigm": "", "middle": "",
}  # fmt: skip
"""Commands in front of a bracket -> which side they say it is."""

DROPPED: Mapping[str, int] = {
    "label": 1, "hspace": 1, "vspace": 1, "mspace": 1, "kern": 0, "hskip": 0, "mkern": 0, "phantom": 1, "hphantom": 1,
    "vphantom": 1,
    "color": 1, "cline": 1, "rule": 2, "index": 1, "nocite": 1, "bookmark": 1, "raisebox": 1, "setlength": 2, "renewcommand": 2,
    "arraycolsep": 0, "fontsize": 2, "displaybreak": 0, "pagebreak": 0, "vskip": 0,
}  # fmt: skip
"""Commands that are dropped with that many arguments."""
TRANSPARENT: Mapping[str, tuple[int, int]] = {
    "boxed": (1, 0), "fbox": (1, 0), "cancel": (1, 0), "bcancel": (1, 0), "xcancel": (1, 0), "textcolor": (2, 1),
    "colorbox": (2, 1),
    "fcolorbox": (3, 2), "mathcolor": (2, 1), "smash": (1, 0), "overset": (2, 1), "stackrel": (2, 1), "underset": (2, 1),
    "underbrace": (1, 0), "overbrace": (1, 0), "mathop": (1, 0), "mathrel": (1, 0), "mathbin": (1, 0), "mathord": (1, 0),
    "bbox": (1, 0), "class": (2, 1), "cssId": (2, 1), "href": (2, 1), "htmlClass": (2, 1), "highlight": (1, 0), "hl": (1, 0),
    "mathclap": (1, 0), "mathllap": (1, 0), "mathrlap": (1, 0), "underparen": (1, 0), "overparen": (1, 0), "Aboxed": (1, 0),
    "cancelto": (2, 1), "substack": (1, 0), "underbracket": (1, 0), "overbracket": (1, 0), "widecheck": (1, 0), "htmlId": (2, 1),
    "mathinner": (1, 0), "makebox": (1, 0), "framebox": (1, 0), "sout": (1, 0), "uline": (1, 0), "enclose": (2, 1),
    "style": (2, 1),
}  # fmt: skip
"""Commands that show one of their arguments as it is: how many they have, and which is shown."""
LABELLED: Mapping[str, str] = {
    "underbrace": "_", "overbrace": "^", "underparen": "_", "overparen": "^", "underbracket": "_", "overbracket": "^",
}  # fmt: skip
"""Commands whose script is a remark about what they hold."""

TEXTS = words("text textnormal textrm mbox hbox textsf texttt textup textmd intertext shortintertext")
"""Commands whose argument is text; one word in it may be a name."""
BOLD_TEXTS: Mapping[str, str] = {"textbf": "bold", "textit": "text", "emph": "text", "textsl": "text", "textsc": "text"}
FONTS: Mapping[str, str] = {
    "mathrm": "word", "mathit": "word", "mathsf": "word", "mathtt": "word", "mathnormal": "word", "operatorname": "word",
    "mathup": "word",
    "mathbf": "bold", "boldsymbol": "bold", "bm": "bold", "pmb": "bold", "bold": "bold", "mathbfit": "bold", "symbf": "bold",
    "vb": "bold",
    "mathcal": "script", "mathscr": "script", "mathbb": "double", "Bbb": "double", "mathds": "double", "mathbbm": "double",
    "mathfrak": "fraktur", "frak": "fraktur", "DeclareMathOperator": "word", "symup": "word", "rm": "word", "vectorbold": "bold",
}  # fmt: skip
"""Commands that set their argument in a font -> what the font does."""
DECLARED: Mapping[str, str] = {
    "rm": "word",
    "it": "word",
    "sf": "word",
    "tt": "word",
    "bf": "bold",
    "cal": "script",
    "frak": "fraktur",
}
"""Commands that set the rest of their group in a font."""
ACCENTS: Mapping[str, str] = {
    "hat": "\u0302", "widehat": "\u0302", "tilde": "\u0303", "widetilde": "\u0303", "bar": "\u0304", "overline": "\u0304",
    "dot": "\u0307",
    "ddot": "\u0308", "acute": "\u0301", "grave": "\u0300", "check": "\u030c", "breve": "\u0306", "mathring": "\u030a",
    "vec": "", "overrightarrow": "", "underline": "", "overleftarrow": "", "underbar": "", "vectorarrow": "", "va": "",
}  # fmt: skip
"""Accents -> the combining mark that stays part of the name; "" for those that only say "a vector"."""
FRACTIONS = words("frac dfrac tfrac cfrac sfrac nicefrac flatfrac")
INFIX = frozenset({"over", "atop", "choose", "above"})
DERIVATIVES: Mapping[str, str] = {
    "pdv": "∂", "pderiv": "∂", "diffp": "∂", "pd": "∂", "partialderivative": "∂", "dv": "d", "odv": "d", "diff": "d",
    "deriv": "d",
    "derivative": "d", "od": "d", "pdiff": "∂",
}  # fmt: skip
"""Commands of packages that set a derivative."""
LONG_ARROWS: Mapping[str, str] = {
    "xrightarrow": "to", "xleftarrow": "leftarrow", "xLeftrightarrow": "iff", "xRightarrow": "implies", "xmapsto": "to",
    "xLeftarrow": "impliedby", "xleftrightarrow": "to", "xlongequal": "=", "xhookrightarrow": "to",
}  # fmt: skip
"""Arrows that carry a remark -> what they are without it."""
REFERENCES = words("ref eqref cite cref Cref autoref footnote footnotemark footnotetext url citep citet")

MATRICES = words(
    """matrix pmatrix bmatrix Bmatrix smallmatrix array matrix* pmatrix* bmatrix* bsmallmatrix psmallmatrix vmatrix Vmatrix"""
)
CASES = words("cases dcases rcases cases* dcases* numcases")
ARGUMENTS_OF_ENVIRONMENTS: Mapping[str, int] = {
    "array": 1,
    "alignat": 1,
    "alignat*": 1,
    "alignedat": 1,
    "xalignat": 1,
    "tabular": 1,
}

PROSE = words("""and or where if otherwise else for with since from so let therefore hence then thus because by using when as
is are the
    of to we here also now that but note given such all every each any let's otherwise. if: else: iff end begin which this
    it be on or: i.e. e.g. const constant subject s.t. st w.r.t. wrt respectively resp example eq Eq equation let, not
    derivative chain rule recall""")
"""Words in text that are never names of quantities."""
CONDITIONS = words("for if when forall given every all unless whenever provided for: as subject such")
"""Words in text after which a condition follows."""
CONNECTIVES = words("and or with where so hence thus therefore then also likewise similarly but und oder mit wobei")
"""Words in text after which another formula follows that counts."""
OTHERWISE = words("otherwise else otherwise. else. elsewhere elsewhere. sonst")

MARKS = words("new old next prev previous updated current cur neu alt nova test train true pred init opt th nd rd")
"""Words in a superscript, or as a whole subscript where noted, that say which version of a quantity is meant."""
SUBSCRIPT_MARKS = words("new old next prev previous updated")
SUBSCRIPT_WORDS = words("in min lin hid vis out max new old tot sum mid tr te")
"""Runs of letters in a subscript that are words although they are short or look like indices."""
NAME_WORDS = words("""net out target input output inputs outputs loss cost error bias weight weights total hidden score scores
logit logits
    prob rate grad lr labels label pred truth Net Out act activation err Err Loss Cost Error Input Output Target MSE SSE RSS
    CE BCE NN KL np sum""")
"""Runs of letters that are one name wherever they stand alone."""

FUNCTION_LETTERS = words("f g φ ψ σ F G Φ Ψ ς")
"""Letters that are functions where a bracket follows and nothing speaks against it."""
LABEL_LETTERS = words("x h y o c f g z r u v s")
"""Letters that say in a superscript which part of a network is meant (``W^x``, ``W^h``), where several names carry them."""
INDEX_LETTERS = words("i j k l m n p q r s t τ ℓ")
"""Letters that are indices where they stand alone in brackets behind a name."""
FACTOR_LETTERS = words("δ η α ε λ γ μ ρ β w W u U v V θ b")
"""Letters that are factors even before a bracket that holds only a name."""
WEIGHT_LETTERS = words("w W u U v V θ a b A B")
"""Letters that begin a product rather than a word."""
