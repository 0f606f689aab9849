"""The program that trains a generated C network on a CSV file whose header names the inputs and targets."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.codegen.c_layout import comment
from symprop.codegen.c_names import CNames

_TEXT = """\
#include "HEADER"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_LINE 65536

/* A column of the file: where its numbers go, and how far apart they are. */
typedef struct {
  const char *name;
  double *values;
  long stride;
} column;

static int fail(const char *file, long row, const char *what, const char *word) {
  fprintf(stderr, "%s:%ld: %s%s%s\\n", file, row, what, *word ? ": " : "", word);
  return 2;
}

/* Cuts the next field out of a line of comma-separated fields. */
static char *field(char **rest) {
  char *start = *rest;
  char *end;
  if (!start) return NULL;
  end = strchr(start, ',');
  *rest = end ? end + 1 : NULL;
  if (end) *end = '\\0';
  while (*start == ' ' || *start == '"') start++;
  end = start + strlen(start);
  while (end > start && strchr(" \\"\\r\\n", end[-1])) *--end = '\\0';
  return start;
}

DRAWN
static long rows_of(FILE *file, char *line) {
  long rows = -1;
  while (fgets(line, LONGEST_LINE, file)) {
    if (strspn(line, " \\r\\n") < strlen(line)) rows++;
  }
  rewind(file);
  return rows;
}

/* Reads the columns that the network needs; others are skipped. */
static int read_rows(const char *name, FILE *file, char *line, column *columns, int wanted) {
  int places[COLUMNS];
  int count = 0;
  long row = 1;
  long example = 0;
  char *rest = line;
  char *word;
  if (!fgets(line, LONGEST_LINE, file)) return fail(name, 1, "the file is empty", "");
  for (int k = 0; k < wanted; k++) places[k] = -1;
  while ((word = field(&rest)) != NULL) {
    for (int k = 0; k < wanted; k++) {
      if (!strcmp(word, columns[k].name)) places[k] = count;
    }
    count++;
  }
  for (int k = 0; k < wanted; k++) {
    if (places[k] < 0) return fail(name, 1, "there is no column", columns[k].name);
  }
  while (fgets(line, LONGEST_LINE, file)) {
    int place = 0;
    int found = 0;
    row++;
    if (strspn(line, " \\r\\n") == strlen(line)) continue;
    rest = line;
    while ((word = field(&rest)) != NULL) {
      for (int k = 0; k < wanted; k++) {
        if (places[k] == place) {
          char *end;
          const double value = strtod(word, &end);
          if (end == word || *end) return fail(name, row, "this is no number", word);
          if (!isfinite(value)) return fail(name, row, "this is not finite", word);
          columns[k].values[example * columns[k].stride] = value;
          found++;
        }
      }
      place++;
    }
    if (found != wanted) return fail(name, row, "a column is missing", "");
    example++;
  }
  return 0;
}

int main(int argc, char **argv) {
  PREFIX net = {0};
  FILE *file;
  char *line;
  double cost = 0.0;
  long steps;
  double rate;
  int code;
  if (argc != 4) {
    fprintf(stderr, "usage: %s data.csv steps rate\\n", argv[0]);
    return 2;
  }
  steps = strtol(argv[2], NULL, 10);
  rate = strtod(argv[3], NULL);
  file = fopen(argv[1], "r");
  line = malloc(LONGEST_LINE);
  if (!file || !line) {
    fprintf(stderr, "%s: %s\\n", argv[1], strerror(errno));
    return 2;
  }
  net.examples = rows_of(file, line);
  if (net.examples < 1) return fail(argv[1], 1, "there are no examples", "");
  {
ALLOCATED
    column columns[COLUMNS] = {FILLED,};
    code = read_rows(argv[1], file, line, columns, COLUMNS);
    fclose(file);
    if (code) return code;
  }
  PREFIX_initial(&net);
STARTED
  for (int part = 0; part <= 10; part++) {
    if (PREFIX_cost(&net, &cost)) return 1;
    fprintf(stderr, "%3d %%  cost %.9g\\n", 10 * part, cost);
    if (part < 10 && PREFIX_run(&net, steps * (part + 1) / 10 - steps * part / 10, rate)) return 1;
  }
PRINTED
  return 0;
}
"""


def main_function(names: CNames) -> str:
    """The text of the program; scalars are columns of their own name, arrays columns ``x[1]``, ``x[2]``, …."""
    allocated, filled = list[str](), list[str]()
    for name in names.program.parameters:
        if names.counts(name):
            allocated.append(_allocation(names, name, "double", names.entries(name)))
    for name in names.program.constants:
        if names.counts(name):
            allocated.append(_allocation(names, name, "double", names.entries(name)))
    for name in (*names.program.inputs, *names.program.targets):
        identifier = names.name(name)
        length = names.length(name)
        allocated.append(f"    double *{identifier} = calloc((size_t)net.examples * {length}, sizeof(double));")
        allocated.append(f"    net.{identifier} = {identifier};")
        for number, label in enumerate(names.labels(name)):
            filled.append(f'{{"{_escaped(label)}", {identifier} + {number}, {length}}}')
        allocated.append(f"    if (!{identifier}) return 1;")
    # C99 lets declarations stand among statements.
    text = _TEXT.replace("HEADER", names.header).replace("ALLOCATED", "\n".join(allocated)).replace("FILLED", ", ".join(filled))
    started = list(_started(names))
    text = text.replace("STARTED\n", "".join(f"{line}\n" for line in started)).replace("DRAWN\n", _DRAW if started else "")
    text = text.replace("COLUMNS", str(len(filled))).replace("PRINTED", "\n".join(_printed(names)))
    head = "\n".join(comment(f"Trains {names.origin} on a CSV file: data.csv steps rate; the weights go to standard output."))
    return f"{head}\n{text.replace('PREFIX', names.prefix)}"


def _allocation(names: CNames, name: str, kind: str, entries: str) -> str:
    identifier = names.name(name)
    return f"    net.{identifier} = calloc({entries}, sizeof({kind}));\n    if (!net.{identifier}) return 1;"


_DRAW = """\
/* Numbers between -0.5 and 0.5, the same in every run. */
static double draw(void) {
  static unsigned long state = 1;
  state = (state * 1103515245UL + 12345UL) & 0x7fffffffUL;
  return (double)state / 2147483648.0 - 0.5;
}

"""


def _started(names: CNames) -> Iterator[str]:
    """Where the network gives no value, weights start at small numbers."""
    for name in names.program.parameters:
        if name not in names.program.network.values:
            identifier = names.name(name)
            if names.counts(name):
                yield f"  for (long k = 0; k < {names.entries(name)}; k++) net.{identifier}[k] = draw();"
            else:
                yield f"  net.{identifier} = draw();"


def _printed(names: CNames) -> Iterator[str]:
    for name in names.program.parameters:
        identifier = names.name(name)
        if not names.counts(name):
            yield f'  printf("%s = %.17g\\n", "{_escaped(name)}", net.{identifier});'
            continue
        yield f'  printf("%s =", "{_escaped(name)}");'
        yield f'  for (long k = 0; k < {names.entries(name)}; k++) printf(" %.17g", net.{identifier}[k]);'
        yield '  printf("\\n");'


def _escaped(text: str) -> str:
    """*text* in a string of C."""

    def spelled(c: str) -> str:
        plain = c.isascii() and c.isprintable() and c not in '"\\?'
        return c if plain else "".join(f"\\{byte:03o}" for byte in c.encode())

    return "".join(map(spelled, text))
