"""Expressions: a Pratt parser.  What binds how is a table; one small method reads one construction.

Products, sums and ``⊙`` are gathered flat in one go, so that long ones cost linear time; what the author put into
brackets stays a node of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

from symprop.errors import InputError, Span
from symprop.model.expr import (
    COMPARISONS,
    Add,
    Apply,
    Div,
    Expr,
    Hadamard,
    Indicator,
    Mul,
    Neg,
    Number,
    Partial,
    Pow,
    Ref,
)
from symprop.model.reader.binders import read_sigma, read_softmax, read_sum
from symprop.model.reader.characters import FRACTIONS
from symprop.model.reader.checks import check, check_index
from symprop.model.reader.lexer import MAX_NESTING, NORM_END, TOTAL, Token
from symprop.model.reader.matrices import read_array, read_mean, read_norm, read_total, read_transpose
from symprop.model.reader.results import read_change, read_derivative, read_diff, read_increment
from symprop.model.reader.vocabulary import Vocabulary

LOOSE, SUM, HADAMARD, PRODUCT, POWER = 0, 10, 20, 30, 40
"""Binding powers; the operand on the right of an operator must bind tighter than the operator."""

MAX_CALLS = 2 * MAX_NESTING  # operands inside operands; four Python frames each at most


class Parser:
    """Reads expressions off a list of tokens.

    Args:
        tokens: of one statement, the last of kind ``end``.
        names: which names are functions.
        free: index letters that are in force around the expression.
    """

    def __init__(self, tokens: Sequence[Token], names: Vocabulary, free: Sequence[str] = ()) -> None:
        self.tokens = tokens
        self.names = names
        self.free = tuple(free)
        self.position = 0
        self.depth = 0

    # -------------------------------------------------------------------------------------------------- tokens
    @property
    def token(self) -> Token:
        """The token to be read next."""
        return self.tokens[self.position]

    @property
    def previous(self) -> Token:
        """The token read last."""
        return self.tokens[max(self.position - 1, 0)]

    def ahead(self, distance: int = 1) -> Token:
        """A token further on."""
        return self.tokens[min(self.position + distance, len(self.tokens) - 1)]

    def take(self) -> Token:
        """Read one token."""
        token = self.token
        if token.kind != "end":
            self.position += 1
        return token

    def accept(self, kind: str) -> Token | None:
        """Read one token if it is of *kind*."""
        return self.take() if self.token.kind == kind else None

    def expect(self, kind: str, context: str) -> Token:
        """Read one token, which must be of *kind*.

        Raises:
            InputError: it is another one.
        """
        if self.token.kind != kind:
            raise self.unexpected(f"expected {kind if kind == 'name' else f'`{kind}`'} {context}")
        return self.take()

    def unexpected(self, wanted: str, hint: str = "") -> InputError:
        """The message that the next token does not fit."""
        found = "the end" if self.token.kind == "end" else f"`{self.token.span.text}`"
        return InputError(f"{wanted}, but found {found}", self.token.span, hint)

    def finish(self) -> None:
        """Nothing may follow.

        Raises:
            InputError: something does.
        """
        if self.token.kind == "end":
            return
        if self.token.kind == "=":
            raise InputError("a second `=` in one statement", self.token.span, "write one definition per statement, ended by `;`")
        raise InputError(
            f"`{self.token.span.text}` cannot follow here", self.token.span, "one statement ends where its line ends, or at `;`"
        )

    def since(self, start: Token) -> Span:
        """The stretch from *start* to the token read last."""
        return start.span.to(self.previous.span)

    # --------------------------------------------------------------------------------------------- expressions
    def whole(self) -> Expr:
        """One expression up to the end of the tokens."""
        expr = self.expression()
        self.finish()
        check(expr)
        return expr

    def expression(self, minimum: int = LOOSE) -> Expr:
        """An expression whose operators all bind at least as tight as *minimum*."""
        self.depth += 1
        if self.depth > MAX_CALLS:
            raise InputError("the expression is nested too deeply", self.token.span, "name a part of it by a definition")
        start = self.token
        prefix = _PREFIX.get(start.kind)
        if prefix is None:
            raise self.unexpected("expected a formula", _MISSING_HINTS.get(start.kind, ""))
        left = prefix(self, minimum)
        while (infix := _INFIX.get(self.token.kind)) is not None and infix.power >= minimum:
            left = infix.read(self, left, start)
        self.depth -= 1
        return left

    def group(self) -> Expr:
        """``( expression )``."""
        self.expect("(", "here")
        inner = self.expression()
        if self.token.kind != ")":
            hint = "a product has one factor in each pair of brackets" if self.token.kind == "," else ""
            raise self.unexpected("expected an operator or `)`", hint)
        self.take()
        return inner

    def sum(self, left: Expr, start: Token) -> Expr:
        """``left + b - c …``, flat."""
        terms = [left]
        while self.token.kind in ("+", "-"):
            sign = self.take()
            term = self.expression(SUM + 1)
            terms.append(Neg(term, span=self.since(sign)) if sign.kind == "-" else term)
        return Add(tuple(terms), span=self.since(start))

    def hadamard(self, left: Expr, start: Token) -> Expr:
        """``left ⊙ b ⊙ …``, flat."""
        factors = [left]
        while self.accept("⊙"):
            factors.append(self.expression(HADAMARD + 1))
        return Hadamard(tuple(factors), span=self.since(start))

    def product(self, left: Expr, start: Token) -> Expr:
        """``left * b c @ d / e …``: one level, from left to right; factors side by side are one flat product."""
        factors, signs = [left], [""]
        while (kind := self.token.kind) in _PRODUCT_STARTS:
            if kind == "number" and self.previous.kind in ("number", "fraction"):
                raise InputError("two numbers stand side by side", self.token.span, "write `·` between them")
            if kind == "fraction" and self.previous.kind in ("number", "fraction"):
                raise InputError("a number before a fraction is ambiguous", self.token.span, "write 2.5 or 2·½")
            sign = self.take().kind if kind in _PRODUCT_SIGNS else ""
            factor = self.expression(PRODUCT + 1)
            if kind == "/":
                if isinstance(factor, Number) and not factor.value:
                    raise InputError("this divides by zero", factor.span)
                factors = [Div(self._joined(factors, signs, start), factor, span=self.since(start))]
                signs = [""]
            else:
                factors.append(factor)
                signs.append(sign)
        return self._joined(factors, signs, start)

    def power(self, left: Expr, start: Token) -> Expr:
        """``left ^ exponent`` or ``left²``."""
        self.check_whole(left, "power")
        sign = self.take()
        if sign.kind == "super":
            value: Expr = Number(Fraction(sign.text.lstrip("+-")), sign.text.lstrip("+-"), span=sign.span)
            exponent = Neg(value, span=sign.span) if sign.text.startswith("-") else value
        elif self.accept("{"):
            exponent = self.expression()
            self.expect("}", "after the exponent")
        else:
            exponent = self.expression(POWER)
        return Pow(left, exponent, span=self.since(start))

    def check_whole(self, left: Expr, sign: str) -> None:
        """A *sign* behind *left* must not seem to belong to a part of it.

        Raises:
            InputError: *left* is a derivative without brackets.
        """
        if isinstance(left, Partial) and self.previous.kind != ")":
            raise InputError(f"it is not clear what this {sign} belongs to", self.token.span, "put the derivative into brackets")

    def _joined(self, factors: list[Expr], signs: list[str], start: Token) -> Expr:
        if len(factors) == 1:
            return factors[0]
        return Mul(tuple(factors), tuple(signs) if any(signs) else (), span=self.since(start))

    # ------------------------------------------------------------------------------------------------ prefixes
    def negative(self, minimum: int) -> Expr:
        """``-a``: takes the whole product behind it at the head of a term, one power inside a product."""
        sign = self.take()
        operand = self.expression(max(minimum, SUM + 1))
        return Neg(operand, span=self.since(sign))

    def positive(self, minimum: int) -> Expr:
        """``+a`` is ``a``."""
        self.take()
        return self.expression(max(minimum, SUM + 1))

    def number(self, _minimum: int) -> Expr:
        """``0.15``."""
        return self.literal(self.take())

    def literal(self, token: Token) -> Number:
        """The number that *token* spells."""
        return Number(Fraction(token.text), token.text, span=token.span)

    def fraction(self, _minimum: int) -> Expr:
        """``½`` is ``1/2``."""
        token = self.take()
        above, below = FRACTIONS[token.text]
        return Div(Number(Fraction(above), str(above)), Number(Fraction(below), str(below)), span=token.span)

    def bracket(self, _minimum: int) -> Expr:
        """``( … )``."""
        return self.group()

    def indicator(self, _minimum: int) -> Expr:
        """``[a < b ≤ c]``."""
        start = self.take()
        operands, operators = [self.expression()], []
        while self.token.kind in COMPARISONS:
            operators.append(self.take().kind)
            operands.append(self.expression())
        self.expect("]", "here")
        if not operators:
            raise InputError(
                "square brackets hold a comparison or the indices of a name",
                self.since(start),
                "write round brackets for grouping, and indices right after a name",
            )
        return Indicator(tuple(operands), tuple(operators), span=self.since(start))

    def reference(self) -> Ref:
        """``name`` or ``name[index, …]``."""
        start = self.expect("name", "here")
        name = self.names.spell(start.text)
        if self.token.kind != "[" or self.holds_comparison():
            return Ref(name, span=start.span)
        return Ref(name, self.indices(), span=self.since(start))

    def indices(self) -> tuple[Expr, ...]:
        """``[index, …]``."""
        self.expect("[", "here")
        found = [self.index()]
        while self.accept(","):
            found.append(self.index())
        self.expect("]", "after the indices")
        return tuple(found)

    def index(self) -> Expr:
        """An index expression: letters, sizes and whole numbers.

        Raises:
            InputError: it is anything else.
        """
        return check_index(self.expression())

    def holds_comparison(self) -> bool:
        """Does the bracket that comes next hold a comparison, so that it is a factor and no index?"""
        depth, position = 0, self.position
        while True:
            kind = self.tokens[position].kind
            depth += (kind in "([{") - (kind in ")]}") if len(kind) == 1 else 0
            if depth == 0 or kind == "end":
                return False
            if depth == 1 and kind in COMPARISONS:
                return True
            position += 1

    def name(self, _minimum: int) -> Expr:
        """A quantity, or a function applied to its arguments."""
        start, following = self.token, self.ahead().kind
        if following == "primes":
            return self.application(self.names.function(start.text))
        if following != "(":
            if self.names.is_declared_function(start.text):
                raise InputError(f"the function `{start.text}` stands without its argument", start.span, f"write {start.text}(…)")
            return self.reference()
        if form := self.names.form(start.text):
            self.take()
            return _FORMS[form](self, start)
        if self.names.is_quantity(start.text):
            return self.reference()
        function = self.names.function(start.text)
        if function is None:
            raise self.names.unknown_function(start)
        return self.application(function)

    def application(self, function: str | None) -> Expr:
        """``f(a, …)`` or ``f'(a)``."""
        start = self.take()
        primes = self.accept("primes")
        if function is None:
            raise InputError(
                f"`{start.text}` has a prime but is no function", start.span, f"declare it with `function {start.text}`"
            )
        if self.token.kind != "(":
            raise self.unexpected(f"expected the argument of `{start.text}` in brackets")
        self.take()
        arguments = [self.expression()]
        while self.accept(","):
            arguments.append(self.expression())
        self.expect(")", "after the arguments")
        self._check_arity(function, arguments, start, primes)
        return Apply(function, tuple(arguments), len(primes.text) if primes else 0, start.text, span=self.since(start))

    def _check_arity(self, function: str, arguments: Sequence[Expr], start: Token, primes: Token | None) -> None:
        arity = self.names.arity(function)
        if primes is not None and arity != 1:
            raise InputError(f"`{start.text}` takes several arguments, so a prime says too little", primes.span)
        if (arity is None and len(arguments) < 2) or (arity is not None and len(arguments) != arity):
            wanted = "two or more arguments" if arity is None else "one argument" if arity == 1 else f"{arity} arguments"
            verb = "is" if len(arguments) == 1 else "are"
            raise InputError(f"`{start.text}` takes {wanted}, but {len(arguments)} {verb} given", self.since(start))

    def sigma(self, minimum: int) -> Expr:
        """``Σ_k …`` and ``Σ …`` take the product that follows."""
        if minimum >= POWER:
            raise InputError("a Σ in an exponent needs brackets", self.token.span, "write x^(Σ_k …)")
        return read_total(self, HADAMARD) if self.token.kind == TOTAL else read_sigma(self, HADAMARD)


_FORMS: dict[str, Callable[[Parser, Token], Expr]] = {
    "sum": read_sum,
    "softmax": read_softmax,
    "diff": read_diff,
    "change": read_change,
    "mean": read_mean,
    **dict.fromkeys(("ones", "eye", "diag"), read_array),
}


class _Infix(NamedTuple):
    power: int
    read: Callable[[Parser, Expr, Token], Expr]


_PREFIX: dict[str, Callable[[Parser, int], Expr]] = {
    "name": Parser.name,
    "number": Parser.number,
    "fraction": Parser.fraction,
    "(": Parser.bracket,
    "[": Parser.indicator,
    "Σ": Parser.sigma,
    TOTAL: Parser.sigma,
    "‖": read_norm,
    "∂": read_derivative,
    "Δ": read_increment,
    "-": Parser.negative,
    "+": Parser.positive,
}
_PRODUCT_SIGNS = ("*", "/", "@")
_PRODUCT_STARTS = (*_PRODUCT_SIGNS, "name", "number", "fraction", "(", "[", "Σ", TOTAL, "‖", "∂", "Δ")
_INFIX: dict[str, _Infix] = {
    "+": _Infix(SUM, Parser.sum),
    "-": _Infix(SUM, Parser.sum),
    "⊙": _Infix(HADAMARD, Parser.hadamard),
    "^": _Infix(POWER, Parser.power),
    "super": _Infix(POWER, Parser.power),
    "ᵀ": _Infix(POWER, read_transpose),
    **dict.fromkeys(_PRODUCT_STARTS, _Infix(PRODUCT, Parser.product)),
}
_MISSING_HINTS = {
    "primes": "a prime belongs to a function, as in σ'(z)",
    "super": "a power needs a base",
    "ᵀ": "it stands behind what is transposed",
    NORM_END: "a norm is written ‖v‖",
    "{": "braces stand only in subscripts and exponents",
    "=": "a definition is written `name = expression`",
}
