"""C for networks of scalars: local variables, straight-line; a batch goes lane by lane through one loop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from symprop.codegen.c_layout import STEP, comment
from symprop.codegen.c_lines import CLines
from symprop.codegen.c_names import CNames
from symprop.codegen.c_spell import Style
from symprop.codegen.c_texts import LANES
from symprop.codegen.module import as_float
from symprop.codegen.program import Kind, Program
from symprop.codegen.views import gradients_alone, updates_alone, used_names
from symprop.errors import InternalError


class ScalarSource:
    """The text of one file."""

    def __init__(self, names: CNames) -> None:
        self.names = names
        self.program = names.program
        self.needs: set[str] = {"exp"}

    def text(self) -> str:
        """The whole file."""
        names, program = self.names, self.program
        body = "\n".join(
            (
                *self._initial(),
                *self._forward(),
                *self._block("cost", program.needed([program.cost]), [program.cost]),
                *self._cost(),
                *self._block("gradients", gradients_alone(program), list(program.gradients.values())),
                *self._gradients(),
                *self._run_one(),
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
            "#include <string.h>",
            "",
            f"#define {names.upper}_LANES {LANES}",
            "",
            names.inline(),
            *names.helpers(self.needs),
        )
        return "\n".join((*head, body)) + "\n"

    def _lines(self, place: Callable[[str], str], gradient: Callable[[str, str], str], *, lanes: bool) -> CLines:
        exponential = f"{self.names.prefix}_exp" if lanes else "exp"
        style = Style(self.names.prefix, place, self.names.letter, "", exponential, lambda _name: False)
        made = CLines(self.program, style, {}, gradient)
        made.needs = self.needs
        return made

    def _initial(self) -> Iterator[str]:
        p, program = self.names.prefix, self.program
        yield f"void {p}_initial({p} *net) {{"
        for name in (*program.parameters, *program.constants):
            value = program.network.values.get(name)
            yield f"  net->{self.names.name(name)} = {0.0 if value is None else as_float(value)!r};"
        yield "}"
        yield ""

    def _loads(self, program: Program, example: str, indent: str) -> Iterator[str]:
        used = used_names(program)
        for name in (*self.program.inputs, *self.program.targets):
            if name in used:
                identifier = self.names.name(name)
                yield f"{indent}const double {identifier} = net->{identifier}[{example}];"

    def _constants(self, program: Program, indent: str, *, parameters: bool = True) -> Iterator[str]:
        used = used_names(program)
        for name in (*(self.program.parameters if parameters else ()), *self.program.constants):
            if name in used:
                identifier = self.names.name(name)
                yield f"{indent}const double {identifier} = net->{identifier};"

    def _forward(self) -> Iterator[str]:
        p = self.names.prefix
        part = self.program.needed(self.program.forward)
        yield f"int {p}_forward(const {p} *net, const {p}_values *values) {{"
        yield from self._constants(part, STEP)
        yield "  for (long n = 0; n < net->examples; n++) {"
        yield from self._loads(part, "n", STEP + STEP)
        yield from self._lines(self.names.name, _no_gradient, lanes=False).straight(part, STEP + STEP)
        for name in self.program.forward:
            identifier = self.names.name(name)
            yield f"{STEP}{STEP}if (values->{identifier}) values->{identifier}[n] = {identifier};"
        yield "  }"
        yield "  return 0;"
        yield "}"
        yield ""

    def _block(self, what: str, part: Program, results: list[str]) -> Iterator[str]:
        p, up = self.names.prefix, self.names.upper
        sums = {name: self._sum(name) for name in results}
        yield "typedef struct {"
        for identifier in sums.values():
            yield f"  double {identifier}[{up}_LANES];"
        yield f"}} {p}_{what}_sums;"
        yield ""
        yield from comment(f"Adds up the {what} of count examples from first on, each in its lane.")
        sums_of = f"{p}_{what}_sums *restrict sums"
        yield f"{up}_INLINE void {p}_{what}_block(const {p} *net, long first, long count, {sums_of}) {{"
        yield from self._constants(part, STEP)
        yield "  for (long lane = 0; lane < count; lane++) {"
        yield from self._loads(part, "first + lane", STEP + STEP)
        by_place = {self.names.name(name): identifier for name, identifier in sums.items()}
        lines = self._lines(
            self.names.name,
            lambda line, value: f"sums->{by_place[self.names.name(line)]}[lane] += {value};",
            lanes=True,
        )
        yield from lines.straight(part, STEP + STEP, comments=what == "gradients")
        if what == "cost":
            yield f"    sums->{sums[results[0]]}[lane] += {self.names.name(results[0])};"
        yield "  }"
        yield "}"
        yield ""
        yield from self._sums(what)

    def _sum(self, name: str) -> str:
        for weight, gradient in self.program.gradients.items():
            if gradient == name:
                return self.names.name(weight)
        return self.names.name(name)

    def _sums(self, what: str) -> Iterator[str]:
        p, up = self.names.prefix, self.names.upper
        yield f"static void {p}_{what}_all(const {p} *net, {p}_{what}_sums *sums) {{"
        yield "  long n = 0;"
        yield "  memset(sums, 0, sizeof *sums);"
        yield f"  for (; n + {up}_LANES <= net->examples; n += {up}_LANES) {{"
        yield f"    {p}_{what}_block(net, n, {up}_LANES, sums);"
        yield "  }"
        yield f"  {p}_{what}_block(net, n, net->examples - n, sums);"
        yield "}"
        yield ""

    def _cost(self) -> Iterator[str]:
        p = self.names.prefix
        cost = self._sum(self.program.cost)
        yield from self._total()
        yield f"int {p}_cost(const {p} *net, double *cost) {{"
        yield f"  {p}_cost_sums sums;"
        yield f"  {p}_cost_all(net, &sums);"
        yield f"  *cost = {p}_total(sums.{cost}) / (double)net->examples;"
        yield "  return 0;"
        yield "}"
        yield ""

    def _total(self) -> Iterator[str]:
        p, up = self.names.prefix, self.names.upper
        yield f"static inline double {p}_total(const double *lanes) {{"
        yield "  double total = 0.0;"
        yield f"  for (long lane = 0; lane < {up}_LANES; lane++) total += lanes[lane];"
        yield "  return total;"
        yield "}"
        yield ""

    def _gradients(self) -> Iterator[str]:
        p = self.names.prefix
        yield f"int {p}_gradients(const {p} *net, {p}_slopes *slopes) {{"
        yield f"  {p}_gradients_sums sums;"
        yield "  const double n = (double)net->examples;"
        yield f"  {p}_gradients_all(net, &sums);"
        for name in self.program.parameters:
            identifier = self.names.name(name)
            yield f"  slopes->{identifier} = {p}_total(sums.{identifier}) / n;"
        yield "  return 0;"
        yield "}"
        yield ""

    def _local(self, name: str, value: str) -> str:
        return f"const double {self.names.name(name)} = {value};"

    def _run_one(self) -> Iterator[str]:
        p = self.names.prefix
        part = updates_alone(self.program)
        yield from comment("Updates with one example: all weights stay in registers.")
        yield f"static void {p}_run_one({p} *net, long steps, double rate) {{"
        for name in self.program.parameters:
            identifier = self.names.name(name)
            yield f"  double {identifier} = net->{identifier};"
        yield from self._constants(part, STEP, parameters=False)
        yield from self._loads(part, "0", STEP)
        yield "  for (long n = 0; n < steps; n++) {"
        yield from self._lines(self.names.name, self._local, lanes=False).straight(part, STEP + STEP)
        yield "  }"
        for name in self.program.parameters:
            identifier = self.names.name(name)
            yield f"  net->{identifier} = {identifier};"
        yield "}"
        yield ""

    def _run(self) -> Iterator[str]:
        p, program = self.names.prefix, self.program
        yield f"int {p}_run({p} *net, long steps, double rate) {{"
        if program.sequential:
            yield "  if (net->examples != 1) return 2;"
            yield f"  {p}_run_one(net, steps, rate);"
        else:
            yield "  if (net->examples == 1) {"
            yield f"    {p}_run_one(net, steps, rate);"
            yield "    return 0;"
            yield "  }"
            yield "  for (long n = 0; n < steps; n++) {"
            yield f"    {p}_slopes slopes;"
            yield f"    {p}_gradients(net, &slopes);"
            gradients = {gradient: name for name, gradient in program.gradients.items()}

            def place(name: str) -> str:
                if name in gradients:
                    return f"slopes.{self.names.name(gradients[name])}"
                return "rate" if name == program.network.rate else f"net->{self.names.name(name)}"

            updates = replace(program, lines=tuple(line for line in program.lines if line.kind is Kind.UPDATE))
            yield from self._lines(place, _no_gradient, lanes=False).straight(updates, STEP + STEP, comments=False)
            yield "  }"
        yield "  return 0;"
        yield "}"
        yield ""
        yield f"int {p}_step({p} *net, double rate) {{ return {p}_run(net, 1, rate); }}"
        yield ""
        yield f"int {p}_again({p} *net) {{ return {p}_run(net, 1, net->rate); }}"


def _no_gradient(name: str, value: str) -> str:
    raise InternalError(f"{name} = {value} is no gradient of a batch")
