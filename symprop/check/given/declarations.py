"""The declarations in a document's comments: what the reader must know, what is given, what is claimed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from fractions import Fraction

from symprop.check.document import Document, Formula, Sign, Statement, Vocabulary
from symprop.check.given.pieces import Piece, pieces
from symprop.check.given.spelling import as_written
from symprop.check.reading import read_formula
from symprop.check.reading.vocabulary import merged
from symprop.errors import InputError, Span
from symprop.model.names import normal
from symprop.model.network import Network
from symprop.model.reader import read_network

_NAME = re.compile(r"\\?[^\W\d]\w*(?:\{\w+\})?[*']*")
_NUMBER = re.compile(r"[-−]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?(?:/\d+)?")
_AFTER = re.compile(r"\s+after\s+(\d+|one|a)\s+updates?\s*$")
_ONE_HOT = re.compile(r"(\S+)\s+(?:is\s+)?one-hot")
_ADDS_UP = re.compile(r"(?:sum\(\s*(\w+)\s*\[[^\]]*\]\s*,\s*\w+\s*\)|[Σ∑]_\w+\s*(\w+)\s*\[[^\]]*\])\s*=\s*1")
_RANGE = re.compile(r"(\S+)\s+in\s+(.+)")
_NETWORK_WORDS = "inputs input targets target weights weight constants constant function rate minimize maximize".split()  # noqa: SIM905
_DUMMY = "declared_without_cost"


@dataclass(frozen=True, slots=True)
class Claim:
    """``left = right`` that prose says, perhaps of the values after so many updates; judged at its place in the comment."""

    statement: Statement
    span: Span
    updates: int = 0


@dataclass(frozen=True, slots=True)
class Value:
    """A number given for a name, as the network's notation writes it; ``at`` are places of an array's entry."""

    name: str
    at: tuple[int, ...]
    number: Fraction


@dataclass
class Declared:
    """All that the blocks of a document say.

    Args:
        vocabulary: names for the reader.
        networks: definitions, roles and functions in the notation of networks, block by block.
        ranks: 1 for columns, 2 for matrices.
        ranges: index letters and what they run over.
        same: spellings that mean another name.
        values: numbers.
        simplex: names whose entries add up to 1.
        lets: pieces that hold a definition, read once the document's names are known.
        claims: pieces that hold a claim.
    """

    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    networks: list[Network] = field(default_factory=list)
    ranks: dict[str, int] = field(default_factory=dict)
    ranges: dict[str, tuple[str, ...]] = field(default_factory=dict)
    same: list[Piece] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    simplex: set[str] = field(default_factory=set)
    lets: list[Piece] = field(default_factory=list)
    claims: list[Piece] = field(default_factory=list)

    def __bool__(self) -> bool:
        return (
            bool(
                self.networks or self.ranks or self.ranges or self.same or self.values or self.simplex or self.lets or self.claims
            )
            or self.vocabulary != Vocabulary()
        )

    def definitions(self, vocabulary: Vocabulary) -> tuple[Statement, ...]:
        """The definitions that begin with ``let``, read.

        Raises:
            InputError: one cannot be read, or defines nothing.
        """
        return tuple(_relation(piece, 0, len(piece.rest), vocabulary) for piece in self.lets)

    def equal_names(self, vocabulary: Vocabulary) -> tuple[Statement, ...]:
        """The pairs of spellings that mean the same.

        Raises:
            InputError: one cannot be read.
        """
        return tuple(_relation(piece, 0, len(piece.rest), vocabulary) for piece in self.same)

    def claimed(self, vocabulary: Vocabulary) -> tuple[Claim, ...]:
        """The claims, read.

        Raises:
            InputError: one cannot be read, or claims nothing.
        """
        return tuple(_claim(piece, vocabulary) for piece in self.claims)


def read_declarations(document: Document) -> Declared:
    """Read the blocks of declarations of *document*.

    Raises:
        InputError: something in them cannot be read; with its place in the document.
    """
    found = Declared()
    for block in document.declarations:
        if block.problem:
            raise InputError(block.problem, block.span(0, len(block.text)))
        rest: list[Piece] = []
        for piece in pieces(block):
            reader = _READERS.get(piece.keyword)
            if reader is None:
                rest.append(piece)
            else:
                reader(piece, found)
        if rest:
            found.networks.append(_network(block, rest))
    return found


def _network(block: Formula, statements: list[Piece]) -> Network:
    """The statements in the notation of networks; what is no such statement is blank, so that places stay."""
    for piece in statements:
        _known_word(piece)
    text = list("".join(c if c == "\n" else " " for c in block.text))
    for piece in statements:
        text[piece.start : piece.end] = block.text[piece.start : piece.end]
    goal = any(piece.keyword in ("minimize", "maximize") for piece in statements)
    try:
        return read_network("".join(text) + ("" if goal else f"\nminimize {_DUMMY} = 0"))
    except InputError as error:
        end = len(block.text)
        span = block.span(min(error.span.start, end), min(error.span.end, end)) if error.span else None
        raise InputError(error.message, span, error.hint) from None


def without_dummy(network: Network) -> Network:
    """*network* without the cost that was added so that it could be read."""
    if network.cost != _DUMMY:
        return network
    return replace(network, definitions=tuple(d for d in network.definitions if d.name != _DUMMY), cost=None)


def _known_word(piece: Piece) -> None:
    """A statement begins with a word that means something, or defines a name."""
    if piece.keyword in _NETWORK_WORDS or "=" in piece.block.text[piece.start : piece.end]:
        return
    near = get_close_matches(piece.keyword, [*_READERS, *_NETWORK_WORDS], n=1)
    hint = f"did you mean `{near[0]}`?" if near else f"a declaration begins with one of {', '.join(_READERS)}, or defines a name"
    raise InputError("this declares nothing", piece.whole(), hint)


# ------------------------------------------------------------------------------------------------ one reader for each word


def _listed(piece: Piece) -> list[str]:
    names = []
    for match in re.finditer(r"[^\s,]+", piece.rest):
        if not _NAME.fullmatch(match[0]):
            raise InputError(f"`{match[0]}` is no name", piece.span(match.start(), match.end()))
        names.append(as_written(normal(match[0].lstrip("\\"))).name)
    if not names:
        raise InputError(f"`{piece.keyword}` names nothing", piece.whole())
    return names


def _in_vocabulary(kind: str) -> Callable[[Piece, Declared], None]:
    def reader(piece: Piece, found: Declared) -> None:
        names = frozenset(_listed(piece))
        words = frozenset(name for name in names if len(name) > 1 and name.isalpha())
        sets = {"words": words, kind: words if kind == "words" else names}
        found.vocabulary = merged(found.vocabulary, Vocabulary(**sets))  # type: ignore[arg-type]

    return reader


def _ranked(rank: int) -> Callable[[Piece, Declared], None]:
    known = _in_vocabulary("arrays")

    def reader(piece: Piece, found: Declared) -> None:
        known(piece, found)
        found.ranks |= dict.fromkeys(_listed(piece), rank)

    return reader


def _kept(where: str) -> Callable[[Piece, Declared], None]:
    def reader(piece: Piece, found: Declared) -> None:
        if "=" not in piece.rest:
            raise InputError(f"`{piece.keyword}` needs an equality", piece.whole(), f"write `{piece.keyword} a = b`")
        getattr(found, where).append(piece)

    return reader


def _range(piece: Piece, found: Declared) -> None:
    match = _RANGE.fullmatch(piece.rest)
    if match is None:
        raise InputError("a range is `range o in o1, o2`", piece.whole())
    places = tuple(place for place in re.split(r"[\s,]+", match[2].strip("{} ")) if place)
    bounds = re.fullmatch(r"(\d{1,4})\s*\.\.\s*(\d{1,4})", match[2].strip())
    if bounds is not None:
        places = tuple(map(str, range(int(bounds[1]), int(bounds[2]) + 1)))
    found.ranges[normal(match[1])] = places


def _values(piece: Piece, found: Declared) -> None:
    text, place = piece.rest, 0
    if not text:
        raise InputError("`values` gives none", piece.whole())
    while place < len(text):
        match = re.compile(r"\s*([^\s=,]+)\s*=\s*").match(text, place)
        if match is None or not _NAME.fullmatch(match[1].lstrip("\\").replace("{", "").replace("}", "")):
            raise InputError("expected a name and its value", piece.span(place), "write `values w_1 = 0.15, w_2 = 0.2`")
        place = _value(piece, text, match.end(), normal(match[1].lstrip("\\")), (), found)
        comma = re.compile(r"\s*(?:,\s*|$)").match(text, place)
        if comma is None:
            raise InputError("expected a comma between values", piece.span(place))
        place = comma.end()


def _value(piece: Piece, text: str, place: int, name: str, at: tuple[int, ...], found: Declared) -> int:
    if text[place : place + 1] != "[":
        match = _NUMBER.match(text, place)
        if match is None:
            raise InputError("expected a number", piece.span(place, place + 1), "values are numbers or lists like [1, 2]")
        found.values.append(Value(name, at, _fraction(match[0], piece)))
        return match.end()
    place += 1
    for count in range(1, len(text) + 1):
        place = _value(piece, text, _skip(text, place), name, (*at, count), found)
        place = _skip(text, place)
        if text[place : place + 1] == "]":
            return place + 1
        if text[place : place + 1] != ",":
            break
        place += 1
    raise InputError("a list of values is not closed", piece.span(place))


def _skip(text: str, place: int) -> int:
    while text[place : place + 1].isspace():
        place += 1
    return place


def _fraction(text: str, piece: Piece) -> Fraction:
    try:
        return Fraction(text.replace("−", "-"))
    except (ValueError, ZeroDivisionError):
        raise InputError(f"`{text}` is no number", piece.whole()) from None


def _assume(piece: Piece, found: Declared) -> None:
    match = _ONE_HOT.fullmatch(piece.rest) or _ADDS_UP.fullmatch(piece.rest)
    if match is None:
        raise InputError(
            "this assumption is not understood", piece.whole(), "write `assume t one-hot` or `assume sum(t[k], k) = 1`"
        )
    found.simplex.add(as_written(normal(next(name for name in match.groups() if name).lstrip("\\"))).name)


_READERS: Mapping[str, Callable[[Piece, Declared], None]] = {
    "names": _in_vocabulary("words"),
    "functions": _in_vocabulary("functions"),
    "indexed": _in_vocabulary("indexed"),
    "layered": _in_vocabulary("layered"),
    "vectors": _ranked(1),
    "matrices": _ranked(2),
    "same": _kept("same"),
    "range": _range,
    "let": _kept("lets"),
    "values": _values,
    "claim": _kept("claims"),
    "assume": _assume,
}
"""The words that begin a declaration, beside those of networks."""


# ------------------------------------------------------------------------------------------------ with the document's names


def _claim(piece: Piece, vocabulary: Vocabulary) -> Claim:
    match = _AFTER.search(piece.rest.partition("=")[0])
    late = _AFTER.search(piece.rest)
    updates, start, stop = 0, 0, len(piece.rest)
    if late is not None:
        updates, stop = _count(late[1]), late.start()
    statement = (
        _relation(piece, start, stop, vocabulary)
        if match is None
        else _relation_without(piece, match.start(), match.end(), vocabulary)
    )
    return Claim(statement, piece.whole(), _count(match[1]) if match else updates)


def _count(text: str) -> int:
    return 1 if text in ("one", "a") else min(int(text), 10**9)


def _relation_without(piece: Piece, start: int, end: int, vocabulary: Vocabulary) -> Statement:
    """The relation around the words ``[start, end)``."""
    left, right = piece.formula(0, start), piece.formula(end, len(piece.rest))
    places = [*left.places[:-1], *right.places]
    return _read(replace(left, text=left.text + right.text, places=places), piece, vocabulary)


def _relation(piece: Piece, start: int, end: int, vocabulary: Vocabulary) -> Statement:
    return _read(piece.formula(start, end), piece, vocabulary)


def _read(formula: Formula, piece: Piece, vocabulary: Vocabulary) -> Statement:
    found = read_formula(formula, vocabulary)
    if len(found) != 1 or len(found[0].sides) != 2 or found[0].signs[0] not in (Sign.EQUALS, Sign.DEFINES, Sign.APPROXIMATES):
        raise InputError(f"`{piece.keyword}` needs one equality", piece.whole(), f"write `{piece.keyword} a = b`")
    for side in found[0].sides:
        if side.unread is not None:
            raise InputError(side.unread.message, formula.span(side.unread.start, side.unread.end))
    return found[0]
