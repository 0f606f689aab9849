"""What every statement says, one small reader per kind.  Nothing here knows ranges, or roles by default."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from symprop.errors import InputError, Span
from symprop.model.convention import Convention
from symprop.model.expr import ONE, Apply, Expr, Neg, Ref
from symprop.model.names import normal
from symprop.model.network import Function, Objective, Role
from symprop.model.reader.lexer import Token
from symprop.model.reader.parser import Parser
from symprop.model.reader.resolve import Resolver, no_range
from symprop.model.reader.statements import Statement
from symprop.model.reader.surface import is_array, nodes
from symprop.model.reader.vocabulary import Vocabulary
from symprop.model.walk import free_refs, walk

Bounds = tuple[Expr, Expr]


@dataclass(frozen=True)
class DeclaredLeaf:
    """``W[n_1,n_0]`` in a declaration, with the role that the declaration gives."""

    name: str
    role: Role
    axes: tuple[Bounds, ...]
    span: Span


@dataclass(frozen=True, eq=False)
class RawDefinition:
    """``name[indices] = body`` before ranges are known; ``written`` holds the ranges that the left side gives.

    ``matrices`` is the right side as it was written, where that was in matrices and ``body`` is what it means in indices;
    the last ``whole`` of the ``indices`` were added then.
    """

    name: str
    indices: tuple[Expr, ...]
    written: Mapping[str, Bounds]
    body: Expr
    span: Span
    name_span: Span
    matrices: Expr | None = None
    whole: int = 0


@dataclass(frozen=True)
class RawAssumption:
    """``left = right``, or that the vector ``one_hot`` is one-hot."""

    left: Expr | None
    right: Expr | None
    one_hot: Ref | None
    text: str
    span: Span


@dataclass
class Outline:
    """All that a text says, statement by statement."""

    leaves: dict[str, DeclaredLeaf] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    definitions: list[RawDefinition] = field(default_factory=list)
    assumptions: list[RawAssumption] = field(default_factory=list)
    values: dict[str, tuple[object, Span]] = field(default_factory=dict)
    objective: tuple[str, Objective, Span] | None = None
    convention: tuple[Convention, Span] | None = None


def outline(statements: Sequence[Statement], names: Vocabulary) -> Outline:
    """Read every statement; *names* learns all names before the first expression is parsed.

    Raises:
        InputError: whatever is wrong with one of them.
    """
    for statement in statements:
        if statement.keyword == "function":
            _introduce_functions(statement, names)
    for statement in statements:
        _learn(statement, names)
    found = Outline()
    for statement in statements:
        _READERS[statement.keyword](statement, Parser(statement.tokens, names), found)
    return found


def _introduce_functions(statement: Statement, names: Vocabulary) -> None:
    inside = 0
    for token in statement.tokens:
        if token.kind == "=":
            return
        inside += (token.kind == "(") - (token.kind == ")")
        if token.kind == "name" and not inside:
            if normal(token.text) in names.functions:
                raise InputError(f"the function `{token.text}` is declared twice", token.span)
            names.declare_function(token.text)


def _learn(statement: Statement, names: Vocabulary) -> None:
    tokens = statement.tokens
    if statement.keyword in ("function", "convention"):
        return
    if statement.keyword == "" or (statement.keyword in ("minimize", "maximize") and tokens[0].kind == "name"):
        names.add_quantity(tokens[0].text)
    if statement.keyword == "assume" and _one_hot(tokens):
        tokens = tokens[: _one_hot(tokens)]
    names.survey(tokens)


def _one_hot(tokens: Sequence[Token]) -> int:
    """Where ``one-hot`` begins at the end of *tokens*, 0 if they do not end so."""
    words = [token.text for token in tokens[:-1]]
    return len(words) - 3 if words[-3:] == ["one", "-", "hot"] and len(words) > 3 else 0


# ------------------------------------------------------------------------------------------------ one kind each
def _definition(_statement: Statement, parser: Parser, found: Outline) -> str:
    start = parser.expect("name", "on the left")
    name = parser.names.spell(start.text)
    indices: list[Expr] = []
    written: dict[str, Bounds] = {}
    if parser.accept("["):
        while True:
            index = parser.index()
            indices.append(index)
            if parser.accept("="):
                written[_letter(index)] = _range(parser)
            if not parser.accept(","):
                break
        parser.expect("]", "after the indices")
    name_span = parser.since(start)
    parser.expect("=", "after the left side")
    parser.free = tuple(index.name for index in indices if isinstance(index, Ref))
    body = parser.whole()
    found.definitions.append(RawDefinition(name, tuple(indices), written, body, parser.since(start), name_span))
    return name


def _letter(index: Expr) -> str:
    if not isinstance(index, Ref):
        raise InputError("only a letter has a range", index.span, "write z[j=1..n] = …")
    return index.name


def _range(parser: Parser) -> Bounds:
    lower = parser.index()
    parser.expect("..", "in the range")
    return lower, parser.index()


def _goal(objective: Objective) -> Callable[[Statement, Parser, Outline], None]:
    def read(statement: Statement, parser: Parser, found: Outline) -> None:
        if found.objective is not None:
            raise InputError(
                "a network has one cost",
                statement.span,
                f"line {found.objective[2].line} says what to {found.objective[1].value}",
            )
        if parser.token.kind != "name":
            raise parser.unexpected(f"expected a name after `{statement.head.text}`", f"write `{statement.head.text} E = …`")
        if len(statement.tokens) == 2:
            token = parser.take()
            found.objective = (parser.names.spell(token.text), objective, token.span)
            return
        name = _definition(statement, parser, found)
        if found.definitions[-1].indices:
            raise InputError("a cost is one number", found.definitions[-1].name_span, "sum over its index")
        found.objective = (name, objective, found.definitions[-1].name_span)

    return read


def _leaves(role: Role) -> Callable[[Statement, Parser, Outline], None]:
    def read(statement: Statement, parser: Parser, found: Outline) -> None:
        if parser.token.kind == "end":
            raise InputError(f"`{statement.head.text}` names nothing", statement.head.span)
        while parser.token.kind != "end":
            _declare(parser, role, found)
            parser.accept(",")

    return read


def _declare(parser: Parser, role: Role, found: Outline) -> str:
    if parser.token.kind == "=":
        raise InputError("a declaration gives no value", parser.token.span, "write `values w_1 = 0.15` for numbers")
    start = parser.expect("name", "in the declaration")
    name = parser.names.spell(start.text)
    axes: list[Bounds] = []
    if parser.accept("["):
        while True:
            first = parser.index()
            axes.append((first, parser.index()) if parser.accept("..") else (ONE, first))
            if not parser.accept(","):
                break
        parser.expect("]", "after the sizes")
    if name in found.leaves:
        before = found.leaves[name]
        raise InputError(f"`{name}` is declared twice", start.span, f"line {before.span.line} declares it as {before.role.value}")
    if normal(name) in parser.names.functions:
        raise InputError(f"`{name}` is declared as a function and as {role.value}", start.span)
    found.leaves[name] = DeclaredLeaf(name, role, tuple(axes), parser.since(start))
    return name


def _rate(_statement: Statement, parser: Parser, found: Outline) -> None:
    if any(leaf.role is Role.RATE for leaf in found.leaves.values()):
        raise InputError("a network has one rate", parser.token.span)
    name = _declare(parser, Role.RATE, found)
    if found.leaves[name].axes:
        raise InputError("the rate is one number", found.leaves[name].span)
    if parser.accept("="):
        start = parser.token
        found.values[name] = (_value(parser), parser.since(start))
    parser.finish()


def _function(statement: Statement, parser: Parser, found: Outline) -> None:
    if parser.token.kind == "end":
        raise InputError(f"`{statement.head.text}` names nothing", statement.head.span)
    while parser.token.kind != "end":
        start = parser.expect("name", "of a function")
        name = parser.names.spell(start.text)
        if parser.accept("("):
            found.functions[name] = _function_with_body(name, parser, found)
            return
        if parser.token.kind == "=":
            raise InputError("a function needs its argument", parser.token.span, f"write `function {name}(x) = …`")
        found.functions[name] = Function(name)
        parser.accept(",")


def _function_with_body(name: str, parser: Parser, found: Outline) -> Function:
    token = parser.expect("name", "as the argument of the function")
    if parser.token.kind == ",":
        raise InputError("a function of one's own has one argument", parser.token.span)
    parser.expect(")", "after the argument")
    if parser.token.kind == "end":
        return Function(name, token.text)
    parser.expect("=", "after the function")
    inner = Vocabulary(functions=dict(parser.names.functions))
    parameter = inner.add_quantity(token.text)
    body = formula(parser.tokens[parser.position :], inner, (parameter,))
    for node in walk(body):
        if isinstance(node, Apply) and inner.is_declared_function(node.function) and node.function not in found.functions:
            what = "uses itself" if node.function == name else f"uses `{node.function}`, which is declared only later"
            raise InputError(f"the function `{name}` {what}", node.span, "a function uses those that are declared before it")
    return Function(name, parameter, body)


def formula(tokens: Sequence[Token], names: Vocabulary, parameters: Sequence[str]) -> Expr:
    """A formula over *parameters* and known functions alone.

    Raises:
        InputError: anything else stands in it.
    """
    parsed = Parser(tokens, names).whole()
    for node in nodes(parsed):
        if is_array(node, {}):
            raise InputError("a function is of one number, so no array can stand in its formula", node.span)
    body = Resolver(no_range).resolve(parsed, frozenset())
    for ref in free_refs(body):
        if ref.name not in parameters or ref.indices:
            known = ", ".join(f"`{p}`" for p in parameters)
            raise InputError(f"`{ref.name}` cannot stand in this formula, which is over {known}", ref.span)
    return body


def _assume(statement: Statement, parser: Parser, found: Outline) -> None:
    if parser.token.kind == "end":
        raise InputError("`assume` says nothing", statement.head.span)
    position = _one_hot(statement.tokens)
    text = statement.tokens[0].span.to(statement.tokens[-2].span)
    if position:
        ref = parser.reference()
        if parser.position != position:
            raise InputError("only a name can be one-hot", text)
        found.assumptions.append(RawAssumption(None, None, ref, f"{ref.name} is one-hot", text))
        return
    left = parser.expression()
    parser.expect("=", "in the assumption")
    right = parser.whole()
    found.assumptions.append(RawAssumption(left, right, None, " ".join(text.text.split()), text))


def _values(statement: Statement, parser: Parser, found: Outline) -> None:
    if parser.token.kind == "end":
        raise InputError("`values` gives none", statement.head.span)
    while parser.token.kind != "end":
        start = parser.expect("name", "of a quantity")
        name = parser.names.spell(start.text)
        if parser.token.kind == "[":
            raise InputError(f"the values of `{name}` are given all at once", parser.token.span, f"write {name} = [1, 2, …]")
        parser.expect("=", "after the name")
        if name in found.values:
            raise InputError(f"`{name}` has two values", start.span)
        found.values[name] = (_value(parser), parser.since(start))
        if parser.token.kind != "end":
            parser.expect(",", "between values")


def _value(parser: Parser) -> object:
    """A literal, or a list of such."""
    if parser.accept("["):
        entries = [_value(parser)]
        while parser.accept(","):
            entries.append(_value(parser))
        parser.expect("]", "after the values")
        return tuple(entries)
    sign = parser.accept("-")
    if parser.token.kind != "number":
        raise parser.unexpected("expected a number", "values are numbers like 0.15 or lists like [1, 2]")
    value = parser.literal(parser.take())
    return Neg(value, span=parser.since(sign)) if sign else value


def _convention(statement: Statement, parser: Parser, found: Outline) -> None:
    if found.convention is not None:
        before = found.convention[1].line
        raise InputError("a network has one convention", statement.span, f"line {before} states it")
    said: dict[str, tuple[str, Token]] = {}
    while parser.token.kind != "end":
        token = parser.expect("name", "of a convention")
        field_ = _CONVENTIONS.get(token.text)
        if field_ is None:
            raise InputError(f"`{token.text}` is no convention", token.span, _CONVENTION_HINT)
        if field_[0] in said:
            raise InputError(f"`{said[field_[0]][1].text}` and `{token.text}` exclude each other", token.span, _CONVENTION_HINT)
        said[field_[0]] = (token.text, token)
        parser.accept(",")
    if not said:
        raise InputError("`convention` says nothing", statement.head.span, _CONVENTION_HINT)
    values = {_CONVENTIONS[word][0]: _CONVENTIONS[word][1] for word, _ in said.values()}
    found.convention = (Convention(**values), statement.span)


_CONVENTIONS: Mapping[str, tuple[str, bool]] = {
    "columns": ("rows", False),
    "rows": ("rows", True),
    "weights": ("jacobian", False),
    "jacobian": ("jacobian", True),
}
"""By word, the field of :class:`Convention` that it speaks of, and what it says."""
_CONVENTION_HINT = "write columns or rows for vectors, weights or jacobian for gradients, as in `convention rows, jacobian`"


_READERS: Mapping[str, Callable[[Statement, Parser, Outline], object]] = {
    "": _definition,
    "inputs": _leaves(Role.INPUT),
    "targets": _leaves(Role.TARGET),
    "constants": _leaves(Role.CONSTANT),
    "weights": _leaves(Role.WEIGHT),
    "rate": _rate,
    "function": _function,
    "minimize": _goal(Objective.MINIMIZE),
    "maximize": _goal(Objective.MAXIMIZE),
    "assume": _assume,
    "convention": _convention,
    "values": _values,
}
