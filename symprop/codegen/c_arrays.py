"""C for networks with arrays: all quantities in a struct of fixed sizes, each line in loops, a few examples side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from symprop.codegen.c_layout import STEP, comment
from symprop.codegen.c_lines import CLines
from symprop.codegen.c_names import CNames
from symprop.codegen.c_products import lanes_of
from symprop.codegen.c_spell import Style
from symprop.codegen.c_texts import BLOCK, ROWS
from symprop.codegen.module import as_float
from symprop.codegen.program import UPDATED, Kind, Program
from symprop.codegen.views import gradients_alone, used_names

_BLOCKS = {"ROWS": ROWS, "BLOCK": BLOCK}


class ArraySource:
    """The text of one file."""

    def __init__(self, names: CNames) -> None:
        self.names = names
        self.program = names.program
        self.needs: set[str] = {"exp"}
        self.leaves = frozenset((*self.program.parameters, *self.program.constants))
        self.given = frozenset((*self.program.inputs, *self.program.targets))

    def text(self) -> str:
        """The whole file."""
        names, program = self.names, self.program
        cost = program.needed([program.cost])
        lines = program if program.sequential else gradients_alone(program)
        body = "\n".join(
            (
                *self._work(),
                *self._initial(),
                *self._block("forward", program.needed(program.forward)),
                *self._forward(),
                *self._block("cost", cost),
                *self._cost(),
                *self._block("gradients", gradients_alone(program)),
                *self._gradients(),
                *(self._block("update", lines) if program.sequential else self._update()),
                *self._run(),
            )
        )
        if f"{names.prefix}_exp(" not in body:
            self.needs.discard("exp")
        head = (
            f'#include "{names.header}"',
            "",
            "#include <math.h>",
            "#include <stdint.h>",
            "#include <stdlib.h>",
            "#include <string.h>",
            "",
            f"#define {names.upper}_LANES {lanes_of(program)}",
            *(f"#define {names.upper}_{what} {number}" for what, number in _BLOCKS.items() if f"{names.upper}_{what}" in body),
            "",
            names.inline(),
            *names.helpers(self.needs),
        )
        return "\n".join((*head, body)) + "\n"

    def _place(self, name: str) -> str:
        if name == self.program.network.rate:
            return "rate"
        name = name.removesuffix(UPDATED)
        identifier = self.names.name(name)
        if name in self.leaves:
            return identifier if self.program.axes(name) else f"net->{identifier}"
        return f"work->{identifier}"

    def _lines(self) -> CLines:
        varies = self.program.of_examples
        style = Style(
            self.names.prefix, self._place, self.names.letter, "[lane]", f"{self.names.prefix}_exp", lambda name: name in varies
        )
        gradients = set(self.program.gradients.values())
        style = replace(style, varies=lambda name: name in varies and name not in gradients)
        made = CLines(self.program, style, self.names.macros, lambda place, value: f"{place} += {value};")
        made.needs = self.needs
        return made

    def _work(self) -> Iterator[str]:
        p, up, program = self.names.prefix, self.names.upper, self.program
        yield from comment(
            "Everything that is computed, for as many examples as there are lanes; gradients are sums over the examples."
        )
        yield "typedef struct {"
        lanes = f"[{up}_LANES]"
        for name in (*program.inputs, *program.targets):
            yield f"  double {self.names.name(name)}{self.names.dimensions(name)}{lanes};"
        gradients = set(program.gradients.values())
        for name, group in program.by_name.items():
            if group[0].kind is Kind.UPDATE:
                continue
            varies = name in program.of_examples and name not in gradients
            yield f"  double {self.names.name(name)}{self.names.dimensions(name)}{lanes if varies else ''};"
        yield f"}} {p}_work;"
        yield ""

    def _initial(self) -> Iterator[str]:
        p, program = self.names.prefix, self.program
        yield f"void {p}_initial({p} *net) {{"
        for name in (*program.parameters, *program.constants):
            value = program.network.values.get(name)
            identifier = self.names.name(name)
            if not program.axes(name):
                yield f"  net->{identifier} = {0.0 if value is None else as_float(value)!r};"
            elif name in program.parameters:
                numbers = list(_flat(value)) if value is not None else []
                if numbers:
                    joined = ", ".join(map(repr, numbers))
                    yield "  {"
                    yield f"{STEP}{STEP}static const double values[] = {{{joined}}};"
                    yield f"    memcpy(net->{identifier}, values, sizeof values);"
                    yield "  }"
                else:
                    yield f"  memset(net->{identifier}, 0, sizeof(double) * {self.names.entries(name)});"
        yield "}"
        yield ""

    def _views(self, part: Program) -> Iterator[str]:
        """Arrays of the caller with their dimensions."""
        used = used_names(part)
        for name in (*self.program.parameters, *self.program.constants):
            counts = self.names.counts(name)
            if not counts or name not in used:
                continue
            identifier = self.names.name(name)
            const = "const " if name in self.program.constants else ""
            rest = "".join(f"[{count}]" for count in counts[1:])
            if rest:
                yield f"{STEP}{const}double (*{identifier}){rest} = ({const}double (*){rest})net->{identifier};"
            else:
                yield f"  {const}double *{identifier} = net->{identifier};"

    def _block(self, what: str, part: Program) -> Iterator[str]:
        p, up = self.names.prefix, self.names.upper
        rate = ", double rate" if what == "update" else ""
        const = "" if what == "update" else "const "
        yield f"{up}_INLINE void {p}_{what}_block({const}{p} *net, long first, long count, {p}_work *work{rate}) {{"
        yield from self._views(part)
        yield from self._loads(part)
        yield from self._lines().looped(part, STEP)
        yield "}"
        yield ""
        if what == "gradients":
            yield from self._all()

    def _all(self) -> Iterator[str]:
        p, up, what = self.names.prefix, self.names.upper, "gradients"
        yield f"static void {p}_{what}_all(const {p} *net, {p}_work *work) {{"
        yield "  long n = 0;"
        for name in self._sums():
            yield f"  memset(&work->{name}, 0, sizeof work->{name});"
        yield f"  for (; n + {up}_LANES <= net->examples; n += {up}_LANES) {{"
        yield f"    {p}_{what}_block(net, n, {up}_LANES, work);"
        yield "  }"
        yield f"  if (n < net->examples) {p}_{what}_block(net, n, net->examples - n, work);"
        yield "}"
        yield ""

    def _sums(self) -> list[str]:
        return [self.names.name(name) for name in self.program.gradients.values()]

    def _loads(self, part: Program) -> Iterator[str]:
        used = used_names(part)
        found = False
        for name in (*self.program.inputs, *self.program.targets):
            if name not in used:
                continue
            found = True
            yield from self._copied(name, "work->{0}{1}[lane] = net->{0}[{2}];")
        if not found:
            yield "  (void)first;"

    def _copied(self, name: str, pattern: str) -> Iterator[str]:
        identifier, counts = self.names.name(name), self.names.counts(name)
        letters = [f"n_{number}" for number in range(1, len(counts) + 1)]
        yield "  for (long lane = 0; lane < count; lane++) {"
        indent, offset = STEP + STEP, "first + lane"
        for letter, count in zip(letters, counts, strict=True):
            yield f"{indent}for (long {letter} = 0; {letter} < {count}; {letter}++) {{"
            indent += STEP
            offset = f"({offset}) * ({count}) + {letter}" if " " in count else f"({offset}) * {count} + {letter}"
        places = "".join(f"[{letter}]" for letter in letters)
        yield indent + pattern.format(identifier, places, offset)
        for number in range(len(counts), 0, -1):
            yield f"{STEP * (number + 1)}}}"
        yield "  }"

    def _begin(self) -> Iterator[str]:
        p = self.names.prefix
        yield f"  {p}_work *work = malloc(sizeof *work);"
        yield "  if (!work) return 1;"

    def _forward(self) -> Iterator[str]:
        p, up = self.names.prefix, self.names.upper
        yield f"int {p}_forward(const {p} *net, const {p}_values *values) {{"
        yield from self._begin()
        yield f"  for (long first = 0; first < net->examples; first += {up}_LANES) {{"
        yield "    const long rest = net->examples - first;"
        yield f"    const long count = rest < {up}_LANES ? rest : {up}_LANES;"
        yield f"    {p}_forward_block(net, first, count, work);"
        for name in self.program.forward:
            identifier = self.names.name(name)
            lane = "[lane]" if name in self.program.of_examples else ""
            yield f"    if (values->{identifier}) {{"
            for line in self._copied(name, "values->{0}[{2}] = work->{0}{1}" + lane + ";"):
                yield f"    {line}"
            yield "    }"
        yield "  }"
        yield "  free(work);"
        yield "  return 0;"
        yield "}"
        yield ""

    def _cost(self) -> Iterator[str]:
        p, up = self.names.prefix, self.names.upper
        identifier = self.names.name(self.program.cost)
        varies = self.program.cost in self.program.of_examples
        yield f"int {p}_cost(const {p} *net, double *cost) {{"
        yield "  double total = 0.0;"
        yield from self._begin()
        yield f"  for (long first = 0; first < net->examples; first += {up}_LANES) {{"
        yield "    const long rest = net->examples - first;"
        yield f"    const long count = rest < {up}_LANES ? rest : {up}_LANES;"
        yield f"    {p}_cost_block(net, first, count, work);"
        yield f"    for (long lane = 0; lane < count; lane++) total += work->{identifier}{'[lane]' if varies else ''};"
        yield "  }"
        yield "  *cost = total / (double)net->examples;"
        yield "  free(work);"
        yield "  return 0;"
        yield "}"
        yield ""

    def _gradients(self) -> Iterator[str]:
        p = self.names.prefix
        yield f"int {p}_gradients(const {p} *net, {p}_slopes *slopes) {{"
        yield "  const double n = (double)net->examples;"
        yield from self._begin()
        yield f"  {p}_gradients_all(net, work);"
        for name, gradient in self.program.gradients.items():
            identifier, source = self.names.name(name), self.names.name(gradient)
            if not self.program.axes(name):
                yield f"  slopes->{identifier} = work->{source} / n;"
                continue
            yield f"{STEP}for (long k = 0; k < {self.names.entries(name)}; k++) {{"
            yield f"    slopes->{identifier}[k] = ((const double *)work->{source})[k] / n;"
            yield "  }"
        yield "  free(work);"
        yield "  return 0;"
        yield "}"
        yield ""

    def _update(self) -> Iterator[str]:
        p, program = self.names.prefix, self.program
        part = replace(program, lines=tuple(line for line in program.lines if line.kind is Kind.UPDATE))
        yield from comment("Moves the parameters; rate is divided by the number of examples, since gradients are sums over them.")
        yield f"static void {p}_update({p} *net, const {p}_work *work, double rate) {{"
        yield from self._views(part)
        yield from self._lines().looped(part, STEP)
        yield "}"
        yield ""

    def _run(self) -> Iterator[str]:
        p, program = self.names.prefix, self.program
        yield f"int {p}_run({p} *net, long steps, double rate) {{"
        if program.sequential:
            yield f"  {p}_work *work;"
            yield "  if (net->examples != 1) return 2;"
            yield "  work = malloc(sizeof *work);"
            yield "  if (!work) return 1;"
        else:
            yield from self._begin()
        yield "  for (long n = 0; n < steps; n++) {"
        if program.sequential:
            for name in self._sums():
                yield f"    memset(&work->{name}, 0, sizeof work->{name});"
            yield f"    {p}_update_block(net, 0, 1, work, rate);"
        else:
            yield f"    {p}_gradients_all(net, work);"
            yield f"    {p}_update(net, work, rate / (double)net->examples);"
        yield "  }"
        yield "  free(work);"
        yield "  return 0;"
        yield "}"
        yield ""
        yield f"int {p}_step({p} *net, double rate) {{ return {p}_run(net, 1, rate); }}"
        yield ""
        yield f"int {p}_again({p} *net) {{ return {p}_run(net, 1, net->rate); }}"


def _flat(value: object) -> Iterable[float]:
    if isinstance(value, list | tuple):
        for entry in value:
            yield from _flat(entry)
    else:
        yield as_float(value)
