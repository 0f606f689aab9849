"""The table of functions: name, spellings, definition, derivative in textbook form, and how one derives it.

Adding a function is one entry here; the reader, the printers, the calculus and the tests take it from the table.
All formulas are texts in symprop's own notation, parsed on demand by :mod:`symprop.model.forms`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from symprop.model.names import normal


@dataclass(frozen=True, slots=True)
class FunctionEntry:
    """One function of the table.

    Args:
        name: the key, and ``Apply.function``.
        spellings: what may be written in its place; the first is how text prints it.
        text: what the function is, in a few words.
        latex: its operator in LaTeX.
        derivative: over ``x`` and ``y = f(x)``, in the form a textbook prints; "" where ``partials`` has it.
        definition: over ``x`` (for ``arity`` None over ``x_1`` and ``x_2``); "" for a primitive.
        arity: number of arguments; None for two or more.
        activation: whether its argument is a pre-activation.
        kinks: arguments at which the derivative is a convention.
        proof: lines, each equal to the one before, from d/dx of the definition to the derivative.
        reference: where a reader finds the formula.
        partials: for ``arity`` None, the derivative by an argument is a product over the other arguments: of
            ``partials[0]`` for those that stand after it, ``partials[1]`` for those before it, with ``x`` the
            argument and ``y`` the other one.
    """

    name: str
    spellings: tuple[str, ...]
    text: str
    latex: str
    derivative: str
    definition: str = ""
    arity: int | None = 1
    activation: bool = False
    kinks: tuple[str, ...] = ()
    proof: tuple[str, ...] = ()
    reference: str = ""
    partials: tuple[str, ...] = ()


_PRML = "C. M. Bishop, Pattern Recognition and Machine Learning (2006), "
_DLMF = "NIST Digital Library of Mathematical Functions, "

_ENTRIES = (
    FunctionEntry(
        name="linear",
        spellings=("linear", "identity"),
        text="identity, the activation of a linear neuron",
        latex=r"\operatorname{linear}",
        definition="x",
        derivative="1",
        activation=True,
        proof=("∂/∂x(x)", "1"),
        reference="any textbook of calculus",
    ),
    FunctionEntry(
        name="sigmoid",
        spellings=("σ", "sigmoid", "logistic"),
        text="logistic sigmoid",
        latex=r"\sigma",
        definition="1/(1 + exp(-x))",
        derivative="y (1 - y)",
        activation=True,
        proof=(
            "∂/∂x(1/(1 + exp(-x)))",
            "∂/∂x((1 + exp(-x))^(-1))",
            "-1·(1 + exp(-x))^(-2)·exp(-x)·(-1)",
            "1/(1 + exp(-x))·(exp(-x)/(1 + exp(-x)))",
            "1/(1 + exp(-x))·((1 + exp(-x) - 1)/(1 + exp(-x)))",
            "1/(1 + exp(-x))·((1 + exp(-x))/(1 + exp(-x)) - 1/(1 + exp(-x)))",
            "y (1 - y)",
        ),
        reference=_PRML + "eq. (4.59) and (4.88)",
    ),
    FunctionEntry(
        name="tanh",
        spellings=("tanh",),
        text="hyperbolic tangent",
        latex=r"\tanh",
        definition="(exp(x) - exp(-x))/(exp(x) + exp(-x))",
        derivative="1 - y²",
        activation=True,
        proof=(
            "∂/∂x((exp(x) - exp(-x))/(exp(x) + exp(-x)))",
            "((exp(x) + exp(-x)) (exp(x) + exp(-x)) - (exp(x) - exp(-x)) (exp(x) - exp(-x)))/(exp(x) + exp(-x))²",
            "1 - ((exp(x) - exp(-x))/(exp(x) + exp(-x)))²",
            "1 - y²",
        ),
        reference=_PRML + "eq. (5.59) and (5.60)",
    ),
    FunctionEntry(
        name="relu",
        spellings=("relu", "ReLU"),
        text="rectified linear unit",
        latex=r"\operatorname{ReLU}",
        definition="max(0, x)",
        derivative="[x > 0]",
        activation=True,
        kinks=("0",),
        proof=("∂/∂x(max(0, x))", "[x > 0]"),
        reference="X. Glorot, A. Bordes, Y. Bengio, Deep Sparse Rectifier Neural Networks (AISTATS 2011)",
    ),
    FunctionEntry(
        name="leaky_relu",
        spellings=("leaky_relu", "leakyrelu", "LeakyReLU", "lrelu"),
        text="leaky rectified linear unit, slope 0.01 below zero",
        latex=r"\operatorname{LeakyReLU}",
        definition="max(0.01 x, x)",
        derivative="[x > 0] + 0.01 [x ≤ 0]",
        activation=True,
        kinks=("0",),
        proof=("∂/∂x(max(0.01 x, x))", "[x > 0] + 0.01 [x ≤ 0]"),
        reference="A. L. Maas, A. Y. Hannun, A. Y. Ng, Rectifier Nonlinearities Improve Neural Network Acoustic Models (2013)",
    ),
    FunctionEntry(
        name="elu",
        spellings=("elu", "ELU"),
        text="exponential linear unit with α = 1",
        latex=r"\operatorname{ELU}",
        definition="[x > 0] x + [x ≤ 0] (exp(x) - 1)",
        derivative="[x > 0] + [x ≤ 0] (y + 1)",
        activation=True,
        proof=(
            "∂/∂x([x > 0] x + [x ≤ 0] (exp(x) - 1))",
            "[x > 0] + [x ≤ 0] exp(x)",
            "[x > 0] + [x ≤ 0] (y + 1)",
        ),
        reference="D.-A. Clevert, T. Unterthiner, S. Hochreiter, Fast and Accurate Deep Network Learning by Exponential "
        "Linear Units (ICLR 2016)",
    ),
    FunctionEntry(
        name="softplus",
        spellings=("softplus",),
        text="smooth rectifier",
        latex=r"\operatorname{softplus}",
        definition="log(1 + exp(x))",
        derivative="σ(x)",
        activation=True,
        proof=("∂/∂x(log(1 + exp(x)))", "exp(x)/(1 + exp(x))", "1/(1 + exp(-x))", "σ(x)"),
        reference="C. Dugas et al., Incorporating Second-Order Functional Knowledge for Better Option Pricing (NIPS 2000)",
    ),
    FunctionEntry(
        name="swish",
        spellings=("swish", "silu", "SiLU"),
        text="argument times its sigmoid (SiLU)",
        latex=r"\operatorname{swish}",
        definition="x σ(x)",
        derivative="y + σ(x) (1 - y)",
        activation=True,
        proof=("∂/∂x(x σ(x))", "σ(x) + x σ(x) (1 - σ(x))", "x σ(x) + σ(x) (1 - x σ(x))", "y + σ(x) (1 - y)"),
        reference="P. Ramachandran, B. Zoph, Q. V. Le, Searching for Activation Functions (arXiv:1710.05941, 2017)",
    ),
    FunctionEntry(
        name="gelu",
        spellings=("gelu", "GELU"),
        text="Gaussian error linear unit",
        latex=r"\operatorname{GELU}",
        definition="x normcdf(x)",
        derivative="normcdf(x) + x normpdf(x)",
        activation=True,
        proof=("∂/∂x(x normcdf(x))", "normcdf(x) + x normpdf(x)"),
        reference="D. Hendrycks, K. Gimpel, Gaussian Error Linear Units (arXiv:1606.08415, 2016)",
    ),
    FunctionEntry(
        name="step",
        spellings=("step", "heaviside"),
        text="threshold, 1 above zero and 0 else",
        latex=r"\operatorname{step}",
        definition="[x > 0]",
        derivative="0",
        activation=True,
        kinks=("0",),
        proof=("∂/∂x([x > 0])", "0"),
        reference="any textbook on perceptrons",
    ),
    FunctionEntry(
        name="sin",
        spellings=("sin",),
        text="sine",
        latex=r"\sin",
        derivative="cos(x)",
        activation=True,
        reference=_DLMF + "section 4.20; V. Sitzmann et al., Implicit Neural Representations with Periodic Activation "
        "Functions (NeurIPS 2020)",
    ),
    FunctionEntry(
        name="exp",
        spellings=("exp",),
        text="exponential",
        latex=r"\exp",
        derivative="y",
        activation=True,
        reference=_DLMF + "section 4.7",
    ),
    FunctionEntry(
        name="cos",
        spellings=("cos",),
        text="cosine",
        latex=r"\cos",
        derivative="-sin(x)",
        reference=_DLMF + "section 4.20",
    ),
    FunctionEntry(
        name="tan",
        spellings=("tan",),
        text="tangent",
        latex=r"\tan",
        definition="sin(x)/cos(x)",
        derivative="1 + y²",
        proof=("∂/∂x(sin(x)/cos(x))", "(cos(x) cos(x) + sin(x) sin(x))/cos(x)²", "1 + (sin(x)/cos(x))²", "1 + y²"),
        reference=_DLMF + "section 4.20",
    ),
    FunctionEntry(
        name="sinh",
        spellings=("sinh",),
        text="hyperbolic sine",
        latex=r"\sinh",
        definition="(exp(x) - exp(-x))/2",
        derivative="cosh(x)",
        proof=("∂/∂x((exp(x) - exp(-x))/2)", "(exp(x) + exp(-x))/2", "cosh(x)"),
        reference=_DLMF + "section 4.34",
    ),
    FunctionEntry(
        name="cosh",
        spellings=("cosh",),
        text="hyperbolic cosine",
        latex=r"\cosh",
        definition="(exp(x) + exp(-x))/2",
        derivative="sinh(x)",
        proof=("∂/∂x((exp(x) + exp(-x))/2)", "(exp(x) - exp(-x))/2", "sinh(x)"),
        reference=_DLMF + "section 4.34",
    ),
    FunctionEntry(
        name="arctan",
        spellings=("arctan", "atan"),
        text="inverse tangent",
        latex=r"\arctan",
        derivative="1/(1 + x²)",
        reference=_DLMF + "section 4.24(ii)",
    ),
    FunctionEntry(
        name="log",
        spellings=("log", "ln"),
        text="natural logarithm",
        latex=r"\log",
        derivative="1/x",
        reference=_DLMF + "section 4.7",
    ),
    FunctionEntry(
        name="sqrt",
        spellings=("sqrt",),
        text="square root",
        latex=r"\sqrt",
        derivative="1/(2 y)",
        reference="any textbook of calculus",
    ),
    FunctionEntry(
        name="abs",
        spellings=("abs",),
        text="absolute value",
        latex=r"\operatorname{abs}",
        definition="max(x, -x)",
        derivative="sign(x)",
        kinks=("0",),
        proof=("∂/∂x(max(x, -x))", "[x > 0] - [x < 0]", "sign(x)"),
        reference="any textbook of calculus",
    ),
    FunctionEntry(
        name="sign",
        spellings=("sign", "sgn"),
        text="sign, 0 at zero",
        latex=r"\operatorname{sign}",
        definition="[x > 0] - [x < 0]",
        derivative="0",
        kinks=("0",),
        proof=("∂/∂x([x > 0] - [x < 0])", "0"),
        reference="any textbook of calculus",
    ),
    FunctionEntry(
        name="erf",
        spellings=("erf",),
        text="error function",
        latex=r"\operatorname{erf}",
        definition="2 normcdf(sqrt(2) x) - 1",
        derivative="2 sqrt(2) normpdf(sqrt(2) x)",
        proof=("∂/∂x(2 normcdf(sqrt(2) x) - 1)", "2 sqrt(2) normpdf(sqrt(2) x)"),
        reference=_DLMF + "sections 7.1 and 7.10",
    ),
    FunctionEntry(
        name="normcdf",
        spellings=("normcdf",),
        text="distribution function of the standard normal distribution",
        latex=r"\Phi",
        derivative="normpdf(x)",
        reference="any textbook of probability",
    ),
    FunctionEntry(
        name="normpdf",
        spellings=("normpdf",),
        text="density of the standard normal distribution",
        latex=r"\varphi",
        derivative="-x y",
        reference="any textbook of probability",
    ),
    FunctionEntry(
        name="max",
        spellings=("max",),
        text="largest argument",
        latex=r"\max",
        derivative="",
        arity=None,
        partials=("[x ≥ y]", "[x > y]"),
        reference="any textbook of convex analysis; of equal arguments the first counts",
    ),
    FunctionEntry(
        name="min",
        spellings=("min",),
        text="smallest argument",
        latex=r"\min",
        derivative="",
        arity=None,
        partials=("[x ≤ y]", "[x < y]"),
        reference="any textbook of convex analysis; of equal arguments the first counts",
    ),
)

FUNCTIONS: Mapping[str, FunctionEntry] = {entry.name: entry for entry in _ENTRIES}
"""Every function of the table by its name."""

SOFTMAX = FunctionEntry(
    name="softmax",
    spellings=("softmax",),
    text="exponentials, normalised to sum 1; one component is softmax(z[k], k)[j]",
    latex=r"\operatorname{softmax}",
    definition="exp(z[j])/Σ_k exp(z[k])",
    derivative="y[j] ([j = k] - y[k])",
    arity=None,
    activation=True,
    reference=_PRML + "eq. (4.104) and (4.106)",
)
"""For listings only: softmax is a node of the tree, since it takes a vector and names a component."""

_BY_SPELLING = {normal(spelling): entry for entry in _ENTRIES for spelling in (entry.name, *entry.spellings)}


def lookup(spelling: str) -> FunctionEntry | None:
    """The function that *spelling* names (``σ``, ``sigma``, ``sigmoid``), None if there is none."""
    return _BY_SPELLING.get(normal(spelling))


def activation_functions() -> tuple[FunctionEntry, ...]:
    """The activation functions in the order of the table, softmax at the end."""
    return (*(entry for entry in _ENTRIES if entry.activation), SOFTMAX)
