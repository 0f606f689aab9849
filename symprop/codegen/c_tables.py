"""C for many scalars: all values in arrays, with the network's names as positions, and sums of products by tables.

Straight-line code of thousands of weights takes a compiler minutes.  Here a weighted sum is a stretch of a table of pairs,
and so are all gradients that are products, so that code grows with the neurons and only tables grow with the weights.
"""

from __future__ import annotations

from collections.abc import Iterator

from symprop.codegen.c_layout import STEP, comment
from symprop.codegen.c_lines import CLines
from symprop.codegen.c_names import CNames
from symprop.codegen.c_spell import CSpeller, Style
from symprop.codegen.c_texts import LANES
from symprop.codegen.module import as_float
from symprop.codegen.program import UPDATED, Kind, Line, Program
from symprop.codegen.spell import Frame
from symprop.codegen.views import ascends, gradients_alone, used_names
from symprop.model.expr import Add, Expr, Mul, Ref
from symprop.model.walk import transform

FEWEST_PRODUCTS = 4
"""Products in a sum from which on they go into the table."""

_SUM = "sum of products"
_ONE = "the number 1"

_FUNCTIONS = """\
/* Adds up the products of weights and values in a stretch of the table. */
static void P_dot(const P_work *work, long from, long to, long count,
                  double *restrict sums) {
  for (long lane = 0; lane < UP_LANES; lane++) sums[lane] = 0.0;
  for (long k = from; k < to; k++) {
    const double weight = work->p[P_weights[k]];
    const double *value = work->v[P_values_of[k]];
    for (long lane = 0; lane < count; lane++) sums[lane] += weight * value[lane];
  }
}

/* Adds the product of two values, over all lanes, to a gradient. */
static void P_pair(P_work *work, long gradient, long left, long right, long count) {
  const double *a = work->v[left];
  const double *b = work->v[right];
  double total = 0.0;
  for (long lane = 0; lane < count; lane++) total += a[lane] * b[lane];
  work->g[gradient] += total;
}

static void P_load(const P *net, P_work *work) {
  memcpy(work->p, (const char *)net + offsetof(P, FIRST), sizeof work->p);
  for (long lane = 0; lane < UP_LANES; lane++) work->v[ONE][lane] = 1.0;
}

static void P_gradients_all(const P *net, P_work *work) {
  memset(work->g, 0, sizeof work->g);
  for (long n = 0; n < net->examples; n += UP_LANES) {
    const long rest = net->examples - n;
    P_gradients_block(net, n, rest < UP_LANES ? rest : UP_LANES, work, 0.0);
  }
}

int P_cost(const P *net, double *cost) {
  double total = 0.0;
  P_work *work = calloc(1, sizeof *work);
  if (!work) return 1;
  P_load(net, work);
  for (long n = 0; n < net->examples; n += UP_LANES) {
    const long rest = net->examples - n;
    const long count = rest < UP_LANES ? rest : UP_LANES;
    P_cost_block(net, n, count, work, 0.0);
    for (long lane = 0; lane < count; lane++) total += work->v[COST][lane];
  }
  *cost = total / (double)net->examples;
  free(work);
  return 0;
}

int P_gradients(const P *net, P_slopes *slopes) {
  P_work *work = calloc(1, sizeof *work);
  if (!work) return 1;
  P_load(net, work);
  P_gradients_all(net, work);
  for (long k = 0; k < COUNT; k++) work->g[k] /= (double)net->examples;
  memcpy((char *)slopes + offsetof(P_slopes, FIRST), work->g, sizeof work->g);
  free(work);
  return 0;
}

int P_run(P *net, long steps, double rate) {
  P_work *work;
GUARD
  work = calloc(1, sizeof *work);
  if (!work) return 1;
  P_load(net, work);
  for (long n = 0; n < steps; n++) {
STEPS
  }
  memcpy((char *)net + offsetof(P, FIRST), work->p, sizeof work->p);
  free(work);
  return 0;
}

int P_step(P *net, double rate) { return P_run(net, 1, rate); }

int P_again(P *net) { return P_run(net, 1, net->rate); }
"""

_STEPS = """\
    P_gradients_all(net, work);
    for (long k = 0; k < COUNT; k++) {
      work->p[k] SIGN rate / (double)net->examples * work->g[k];
    }"""

_STEPS_SEQUENTIAL = """\
    memset(work->g, 0, sizeof work->g);
    P_update_block(net, 0, 1, work, rate);"""


class TableSource:
    """The text of one file."""

    def __init__(self, names: CNames) -> None:
        self.names = names
        self.program = names.program
        self.parameters = frozenset(names.program.parameters)
        self.gradients = {line: name for name, line in names.program.gradients.items()}
        self.table: list[tuple[str, str]] = []
        self.pairs: list[tuple[str, str, str]] = []
        self.needs: set[str] = {"exp"}

    def text(self) -> str:
        """The whole file."""
        names, program = self.names, self.program
        p = names.prefix
        blocks = [
            *self._block("forward", program.needed(program.forward)),
            *self._block("cost", program.needed([program.cost])),
            *self._block("gradients", gradients_alone(program)),
            *(self._block("update", program) if program.sequential else ()),
        ]
        functions = _FUNCTIONS.replace("STEPS", _STEPS_SEQUENTIAL if program.sequential else _STEPS)
        functions = functions.replace("GUARD\n", "  if (net->examples != 1) return 2;\n" if program.sequential else "")
        first, rest = functions.split("static void P_gradients_all", 1)
        filled = {
            "SIGN": "+=" if ascends(program) else "-=",
            "FIRST": names.name(program.parameters[0]),
            "COUNT": str(len(program.parameters)),
            "COST": names.name(program.cost),
            "ONE": names.name(_ONE),
            "UP_LANES": f"{names.upper}_LANES",
            "P_": f"{p}_",
            "P ": f"{p} ",
            "(P,": f"({p},",
        }

        def fill(text: str) -> str:
            for key, value in filled.items():
                text = text.replace(key, value)
            return text

        after = fill("static void P_gradients_all" + rest).rstrip()
        body = "\n".join((*self._initial(), *self._tables(), fill(first).rstrip(), "", *blocks, *self._forward(), after))
        if f"{p}_exp(" not in body:
            self.needs.discard("exp")
        head = (
            f'#include "{names.header}"',
            "",
            "#include <math.h>",
            "#include <stddef.h>",
            "#include <stdint.h>",
            "#include <stdlib.h>",
            "#include <string.h>",
            "",
            f"#define {names.upper}_LANES {LANES}",
            "",
            *names.helpers(self.needs),
        )
        return "\n".join((*head, body)) + "\n"

    def _value_names(self) -> list[str]:
        lines = [n.name for n in self.program.lines if n.kind not in (Kind.GRADIENT, Kind.UPDATE)]
        return list(dict.fromkeys((_ONE, *self.program.inputs, *self.program.targets, *lines)))

    def _tables(self) -> Iterator[str]:
        p, up, program = self.names.prefix, self.names.upper, self.program
        yield from comment("Positions of the weights, and of everything else.")
        yield f"enum {{ {', '.join(map(self.names.name, program.parameters))} }};"
        yield f"enum {{ {', '.join(map(self.names.name, self._value_names()))} }};"
        yield ""
        yield "typedef struct {"
        yield f"  double p[{len(program.parameters)}]; /* weights */"
        yield f"  double g[{len(program.parameters)}]; /* sums of their gradients over the examples */"
        yield f"  double v[{len(self._value_names())}][{up}_LANES]; /* the rest, for some examples */"
        yield f"}} {p}_work;"
        yield ""
        yield from comment("Products of a weight and a value, stretch by stretch.")
        for column, title in enumerate(("weights", "values_of")):
            items = [self.names.name(pair[column]) for pair in self.table] or ["0"]
            yield f"static const int {p}_{title}[] = {{{', '.join(items)}}};"
        if self.pairs:
            yield from comment("Gradients that are products of two values.")
            for column, title in enumerate(("of", "left", "right")):
                items = [self.names.name(pair[column]) for pair in self.pairs]
                yield f"static const int {p}_{title}[] = {{{', '.join(items)}}};"
        yield ""

    def _place(self, name: str) -> str:
        if name == _SUM:
            return "sums"
        if name == self.program.network.rate:
            return "rate"
        name = name.removesuffix(UPDATED)
        if name in self.gradients:
            return f"work->g[{self.names.name(self.gradients[name])}]"
        if name in self.parameters:
            return f"work->p[{self.names.name(name)}]"
        if name in self.program.constants:
            return f"net->{self.names.name(name)}"
        return f"work->v[{self.names.name(name)}]"

    def _varies(self, name: str) -> bool:
        fixed = name in self.program.constants or name == self.program.network.rate or name in self.gradients
        return not fixed and name.removesuffix(UPDATED) not in self.parameters

    def _block(self, what: str, part: Program) -> Iterator[str]:
        p = self.names.prefix
        style = Style(self.names.prefix, self._place, self.names.letter, "[lane]", f"{p}_exp", self._varies)
        lines = CLines(self.program, style, {}, lambda place, value: f"{place} += {value};")
        lines.needs = self.needs
        speller = CSpeller(lines, Frame({}))
        yield f"static void {p}_{what}_block(const {p} *net, long first, long count, {p}_work *work, double rate) {{"
        yield f"  double sums[{self.names.upper}_LANES];"
        yield "  (void)rate;"
        yield "  (void)sums;"
        used = used_names(part)
        for name in (*self.program.inputs, *self.program.targets):
            if name in used:
                identifier = self.names.name(name)
                yield f"  memcpy(work->v[{identifier}], net->{identifier} + first, (size_t)count * sizeof(double));"
        pairs: list[Line] = []
        for line in part.lines:
            if line.kind is not Kind.SHARED:
                yield from comment(line.equation, STEP)
                yield from comment(line.note, STEP)
            if line.kind is Kind.GRADIENT and self._pair(line) and what != "update":
                pairs.append(line)
            else:
                yield from self._line(line, speller)
        if pairs:
            begin = len(self.pairs)
            self.pairs += [(self.gradients[line.name], *(self._pair(line) or ("", ""))) for line in pairs]
            yield f"  for (long k = {begin}; k < {len(self.pairs)}; k++) {{"
            yield f"    {p}_pair(work, {p}_of[k], {p}_left[k], {p}_right[k], count);"
            yield "  }"
        yield "}"
        yield ""

    def _line(self, line: Line, speller: CSpeller) -> Iterator[str]:
        p = self.names.prefix
        if line.kind is Kind.UPDATE:
            yield f"{STEP}{speller.text(Ref(line.name))} = {speller.text(line.expr)};"
            return
        pair = self._pair(line) if line.kind is Kind.GRADIENT else None
        if pair:
            left, right = (self.names.name(n) for n in pair)
            yield f"{STEP}{p}_pair(work, {self.names.name(self.gradients[line.name])}, {left}, {right}, count);"
            return
        expr, products = self._with_table(line.expr)
        if products:
            begin = len(self.table)
            self.table += products
            yield f"  {p}_dot(work, {begin}, {len(self.table)}, count, sums);"
        # All lanes, filled or not: a loop of fixed length needs no second version for what is left over.
        lanes = "count" if line.kind is Kind.GRADIENT else f"{self.names.upper}_LANES"
        yield f"  for (long lane = 0; lane < {lanes}; lane++) {{"
        sign = "+=" if line.kind is Kind.GRADIENT else "="
        yield f"{STEP}{STEP}{speller.text(Ref(line.name))} {sign} {speller.text(expr)};"
        yield "  }"

    def _pair(self, line: Line) -> tuple[str, str] | None:
        """Two values whose product a gradient is; the number 1 beside a value alone."""
        if isinstance(line.expr, Ref) and self._is_value(line.expr):
            return line.expr.name, _ONE
        if isinstance(line.expr, Mul) and len(line.expr.factors) == 2:
            a, b = line.expr.factors
            if isinstance(a, Ref) and isinstance(b, Ref) and self._is_value(a) and self._is_value(b):
                return a.name, b.name
        return None

    def _is_value(self, ref: Ref) -> bool:
        return self._varies(ref.name)

    def _with_table(self, expr: Expr) -> tuple[Expr, list[tuple[str, str]]]:
        """*expr* with its first long sum of products of weights and values replaced, and these products."""
        found: list[tuple[str, str]] = []

        def change(node: Expr) -> Expr | None:
            if found or not isinstance(node, Add):
                return None
            products = [(term, self._product(term)) for term in node.terms]
            pairs = [pair for _, pair in products if pair]
            if len(pairs) < FEWEST_PRODUCTS:
                return None
            found.extend(pairs)
            rest = tuple(term for term, pair in products if not pair)
            return Add((Ref(_SUM), *rest)) if rest else Ref(_SUM)

        made = transform(expr, change)
        return made, found

    def _product(self, term: Expr) -> tuple[str, str] | None:
        if not isinstance(term, Mul) or len(term.factors) != 2:
            return None
        a, b = term.factors
        if not isinstance(a, Ref) or not isinstance(b, Ref):
            return None
        for weight, value in ((a, b), (b, a)):
            if weight.name.removesuffix(UPDATED) in self.parameters and self._varies(value.name):
                return weight.name.removesuffix(UPDATED), value.name
        return None

    def _initial(self) -> Iterator[str]:
        p, program = self.names.prefix, self.program
        yield f"void {p}_initial({p} *net) {{"
        for name in (*program.parameters, *program.constants):
            value = program.network.values.get(name)
            yield f"  net->{self.names.name(name)} = {0.0 if value is None else as_float(value)!r};"
        yield "}"
        yield ""

    def _forward(self) -> Iterator[str]:
        p, up = self.names.prefix, self.names.upper
        yield f"int {p}_forward(const {p} *net, const {p}_values *values) {{"
        yield f"  {p}_work *work = calloc(1, sizeof *work);"
        yield "  if (!work) return 1;"
        yield f"  {p}_load(net, work);"
        yield f"  for (long n = 0; n < net->examples; n += {up}_LANES) {{"
        yield "    const long rest = net->examples - n;"
        yield f"    const long count = rest < {up}_LANES ? rest : {up}_LANES;"
        yield "    const size_t size = (size_t)count * sizeof(double);"
        yield f"    {p}_forward_block(net, n, count, work, 0.0);"
        for name in self.program.forward:
            identifier = self.names.name(name)
            yield f"    if (values->{identifier}) memcpy(values->{identifier} + n, work->v[{identifier}], size);"
        yield "  }"
        yield "  free(work);"
        yield "  return 0;"
        yield "}"
        yield ""
