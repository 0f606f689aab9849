r"""Items to a tree: sums of products, by precedence; what names, brackets and big signs mean is in the modules beside.

Products bind tighter than ``⊙`` and ``⊗``, these tighter than ``+`` and ``-``.  A quotient takes one factor: ``1/2 x`` is
(1/2)·x.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from symprop.check.document import Formula, Vocabulary
from symprop.check.reading import bigs, brackets, derivatives, references
from symprop.check.reading.items import Item, Unreadable, matching
from symprop.check.reading.names import number
from symprop.check.reading.tables import words
from symprop.model.expr import Add, Div, Expr, Hadamard, Neg, Number, Ref
from symprop.model.written import Dots, Group, Outer, Product

MAX_DEPTH = 50
"""Deepest nesting of factors in factors that is read; each level takes a dozen frames of Python's stack."""
MAX_CHAIN = 20
"""Most quotients, outer products or minus signs in a row: each makes the tree deeper."""
PRODUCT_SIGNS: Mapping[str, str] = {"·": "·", "×": "×", "*": "*", ".": "·"}
"""Operators of products -> the sign in the tree."""
_STARTING = words(
    """letter word number open lbar fraction root group table big partial nabla dots derivative empty bad forall prime"""
)


@dataclass(slots=True)
class Context:
    """What all parts of one side share."""

    vocabulary: Vocabulary
    formula: Formula
    depth: int = field(default=0)


class Parser:
    """Reads one row of items; every method that reads moves ``at``."""

    def __init__(self, items: Sequence[Item], context: Context) -> None:
        self.items = items
        self.context = context
        self.vocabulary = context.vocabulary
        self.at = 0
        self.end = len(items)
        self.pairs, lonely = matching(items)
        for place in lonely:
            raise self._lonely(items[place])

    def _lonely(self, item: Item) -> Unreadable:
        if item.kind == "close":
            return Unreadable("a closing bracket without its opening one", item.start, item.end, ("delete", item.start, ""))
        closing = {"(": ")", "[": "]", "{": r"\}", "⟨": r"\rangle"}[item.text]
        return Unreadable(
            "an opening bracket without its closing one", item.start, item.end, ("insert", self.items[-1].end, closing)
        )

    # ---- moving ------------------------------------------------------------------------------------------------------------

    @property
    def item(self) -> Item | None:
        """The item to be read next."""
        return self.items[self.at] if self.at < self.end else None

    def peek(self, ahead: int = 1) -> Item | None:
        """The item *ahead* of the next one."""
        place = self.at + ahead
        return self.items[place] if place < self.end else None

    def fail(self, message: str, item: Item | None = None) -> Unreadable:
        """That *item* (else the next one, else the end) cannot be read."""
        item = item or self.item
        if item is not None:
            return Unreadable(item.text if item.kind == "bad" else message, item.start, item.end)
        last = self.items[self.end - 1].end if self.end else 0
        return Unreadable(message, max(last - 1, 0), last)

    def within(self, begin: int, end: int, read: Callable[[Parser], Expr]) -> Expr:
        """What *read* makes of the items ``[begin, end)``, all of them."""
        at, stop = self.at, self.end
        self.at, self.end = begin, end
        if begin >= end:
            raise self.fail("an empty bracket", self.items[begin - 1] if begin else None)
        result = read(self)
        if self.item is not None:
            raise self.fail("something that does not belong here")
        self.at, self.end = at, stop
        return result

    def sub(self, items: Sequence[Item]) -> Expr:
        """The expression that a part of an item holds."""
        return parse(items, self.context)

    # ---- precedence --------------------------------------------------------------------------------------------------------

    def expression(self) -> Expr:
        """A sum."""
        terms = [self.term()]
        while self.item is not None and self.item.is_op("+", "-"):
            terms.append(self.term())
        return terms[0] if len(terms) == 1 else Add(tuple(terms))

    def term(self) -> Expr:
        """One term with all the signs before it."""
        return self.signed(Parser.hadamard)

    def hadamard(self) -> Expr:
        """Products with ``⊙`` or ``⊗`` between them, left to right."""
        left = self.product()
        outer = 0
        while self.item is not None and (self.item.is_op("⊙", "⊗") or self._matlab()):
            sign = "⊙" if self.item.is_op(".") else self.item.text
            self.at += 2 if self.item.is_op(".") else 1
            right = self.signed(Parser.product)
            if sign == "⊗":
                left = Outer(left, right)
                outer += 1
                if outer > MAX_CHAIN:
                    raise self.fail("too many outer products in a row", self.items[self.at - 1])
            else:
                left = Hadamard((*(left.factors if isinstance(left, Hadamard) else (left,)), right))
        return left

    def _matlab(self) -> bool:
        following = self.peek()
        return bool(self.item and self.item.is_op(".") and following and following.is_op("*"))

    def signed(self, read: Callable[[Parser], Expr]) -> Expr:
        r"""What *read* reads, with the signs right before it (``\times -1``)."""
        negations = 0
        while self.item is not None and self.item.is_op("+", "-"):
            negations += self.item.text == "-"
            self.at += 1
            if negations > MAX_CHAIN:
                raise self.fail("too many signs in a row", self.items[self.at - 1])
        result = read(self)
        for _ in range(negations):
            result = Neg(result)
        return result

    def product(self) -> Expr:
        """Factors with signs, quotients, or nothing between them."""
        factors = [self.factor()]
        signs: list[str] = []
        quotients = 0
        while True:
            item = self.item
            if item is None or self._matlab():
                break
            if item.kind == "op" and item.text in PRODUCT_SIGNS:
                self.at += 1
                signs.append(PRODUCT_SIGNS[item.text])
                factors.append(self.signed(Parser.factor))
            elif item.is_op("/"):
                self.at += 1
                below = self.signed(Parser.factor)
                quotients += 1
                if quotients > MAX_CHAIN:
                    raise self.fail("too many quotients in a row", item)
                factors, signs = [Div(_product(factors, signs), below)], []
            elif self.starts_factor():
                if item.kind == "number" and self.items[self.at - 1].kind == "number":
                    raise self.fail("two numbers side by side", item)
                signs.append("")
                factors.append(self.factor())
            else:
                break
        return _product(factors, signs)

    def starts_factor(self) -> bool:
        """Can the next item begin a factor?"""
        item = self.item
        if item is None:
            return False
        return item.kind in _STARTING or (item.kind == "bar" and brackets.closing_bar(self) is not None)

    def factor(self) -> Expr:
        """One factor, with what stands behind it in scripts."""
        item = self.item
        if item is None:
            raise self.fail("something is missing at the end")
        read = _PRIMARY.get(item.kind)
        if read is None:
            raise self.fail(_MISSING.get(item.kind, "something is missing here"), item)
        self.context.depth += 1
        if self.context.depth > MAX_DEPTH:
            raise Unreadable("nested too deeply", item.start, item.end)
        result = read(self)
        self.context.depth -= 1
        if self.item is not None and brackets.is_evaluation(self.item):
            result = brackets.evaluated(self, result)
        return result

    def literal(self) -> Expr:
        """A number with what is raised on it."""
        indicator = brackets.indicator(self)
        if indicator is not None:
            return indicator
        item = self.items[self.at]
        self.at += 1
        return references.scripted(self, number(item), item)


_BEHIND = {
    "!": "a factorial", "±": "a sign of two values", "|": "a bar without its partner", "‖": "a bar without its partner",
    ",": "a list here",
}  # fmt: skip
_MISSING = {
    "op": "an operator without what it applies to",
    "sign": "a relation sign within an expression",
    "close": "a bracket closes too early",
}


def parse(items: Sequence[Item], context: Context) -> Expr:
    """The expression that *items* are.

    Raises:
        Unreadable: they are none, or their meaning is not clear.
    """
    shown = [item for item in items if item.kind not in ("space", "amp")]
    if not shown:
        raise Unreadable("something is missing", items[0].start if items else 0, items[-1].end if items else 0)
    parser = Parser(shown, context)
    result = parser.expression()
    if parser.item is not None:
        raise parser.fail(_BEHIND.get(parser.item.text, "something that does not belong here"))
    return result


def _product(factors: Sequence[Expr], signs: Sequence[str]) -> Expr:
    if len(factors) == 1:
        return factors[0]
    if len(factors) == 3 and isinstance(factors[0], Number) and isinstance(factors[1], Dots) and not any(signs):
        return Group(tuple(factors), "")  # `1 … n`
    words = [factor for factor in factors if isinstance(factor, Ref) and len(factor.name) > 3]
    if len(words) == len(factors) and not any(signs):  # a label, as in `Hidden Layer_1 = …`
        return Ref(" ".join(word.name for word in words), tuple(index for word in words for index in word.indices))
    return Product(tuple(factors), tuple(signs))


def _name(parser: Parser) -> Expr:
    """A letter or a word: a differential, an indicator, or a name."""
    item = parser.items[parser.at]
    if item.is_letter("d"):
        quotient = derivatives.total_quotient(parser)
        if quotient is not None:
            return quotient
    indicator = brackets.indicator(parser)
    return references.name(parser) if indicator is None else indicator


def _dots(parser: Parser) -> Expr:
    parser.at += 1
    return Dots()


def _bad(parser: Parser) -> Expr:
    item = parser.items[parser.at]
    if item.kind == "empty":
        raise parser.fail("a script without what it belongs to", item)
    raise parser.fail("something that is not read here", item)


_PRIMARY: Mapping[str, Callable[[Parser], Expr]] = {
    "letter": _name,
    "word": _name,
    "number": Parser.literal,
    "open": brackets.bracket,
    "bar": brackets.bars,
    "lbar": brackets.bars,
    "fraction": derivatives.fraction,
    "root": brackets.root,
    "group": brackets.group,
    "table": brackets.table,
    "big": bigs.big,
    "partial": derivatives.partial,
    "nabla": derivatives.nabla,
    "derivative": derivatives.package,
    "dots": _dots,
    "empty": _bad,
    "bad": _bad,
    "forall": _bad,
    "prime": _bad,
}
