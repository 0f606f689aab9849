/* Trains two-two-two on a CSV file: data.csv steps rate; the weights go to
 * standard output. */
#include "two-two-two.h"

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

static int fail(const char *file, long row, const char *what,
                const char *word) {
  fprintf(stderr, "%s:%ld: %s%s%s\n", file, row, what, *word ? ": " : "", word);
  return 2;
}

/* Cuts the next field out of a line of comma-separated fields. */
static char *field(char **rest) {
  char *start = *rest;
  char *end;
  if (!start)
    return NULL;
  end = strchr(start, ',');
  *rest = end ? end + 1 : NULL;
  if (end)
    *end = '\0';
  while (*start == ' ' || *start == '"')
    start++;
  end = start + strlen(start);
  while (end > start && strchr(" \"\r\n", end[-1]))
    *--end = '\0';
  return start;
}

static long rows_of(FILE *file, char *line) {
  long rows = -1;
  while (fgets(line, LONGEST_LINE, file)) {
    if (strspn(line, " \r\n") < strlen(line))
      rows++;
  }
  rewind(file);
  return rows;
}

/* Reads the columns that the network needs; others are skipped. */
static int read_rows(const char *name, FILE *file, char *line, column *columns,
                     int wanted) {
  int places[4];
  int count = 0;
  long row = 1;
  long example = 0;
  char *rest = line;
  char *word;
  if (!fgets(line, LONGEST_LINE, file))
    return fail(name, 1, "the file is empty", "");
  for (int k = 0; k < wanted; k++)
    places[k] = -1;
  while ((word = field(&rest)) != NULL) {
    for (int k = 0; k < wanted; k++) {
      if (!strcmp(word, columns[k].name))
        places[k] = count;
    }
    count++;
  }
  for (int k = 0; k < wanted; k++) {
    if (places[k] < 0)
      return fail(name, 1, "there is no column", columns[k].name);
  }
  while (fgets(line, LONGEST_LINE, file)) {
    int place = 0;
    int found = 0;
    row++;
    if (strspn(line, " \r\n") == strlen(line))
      continue;
    rest = line;
    while ((word = field(&rest)) != NULL) {
      for (int k = 0; k < wanted; k++) {
        if (places[k] == place) {
          char *end;
          const double value = strtod(word, &end);
          if (end == word || *end)
            return fail(name, row, "this is no number", word);
          if (!isfinite(value))
            return fail(name, row, "this is not finite", word);
          columns[k].values[example * columns[k].stride] = value;
          found++;
        }
      }
      place++;
    }
    if (found != wanted)
      return fail(name, row, "a column is missing", "");
    example++;
  }
  return 0;
}

int main(int argc, char **argv) {
  two_two_two net = {0};
  FILE *file;
  char *line;
  double cost = 0.0;
  long steps;
  double rate;
  int code;
  if (argc != 4) {
    fprintf(stderr, "usage: %s data.csv steps rate\n", argv[0]);
    return 2;
  }
  steps = strtol(argv[2], NULL, 10);
  rate = strtod(argv[3], NULL);
  file = fopen(argv[1], "r");
  line = malloc(LONGEST_LINE);
  if (!file || !line) {
    fprintf(stderr, "%s: %s\n", argv[1], strerror(errno));
    return 2;
  }
  net.examples = rows_of(file, line);
  if (net.examples < 1)
    return fail(argv[1], 1, "there are no examples", "");
  {
    double *i_1 = calloc((size_t)net.examples * 1, sizeof(double));
    net.i_1 = i_1;
    if (!i_1)
      return 1;
    double *i_2 = calloc((size_t)net.examples * 1, sizeof(double));
    net.i_2 = i_2;
    if (!i_2)
      return 1;
    double *target_o1 = calloc((size_t)net.examples * 1, sizeof(double));
    net.target_o1 = target_o1;
    if (!target_o1)
      return 1;
    double *target_o2 = calloc((size_t)net.examples * 1, sizeof(double));
    net.target_o2 = target_o2;
    if (!target_o2)
      return 1;
    column columns[4] = {
        {"i_1", i_1 + 0, 1},
        {"i_2", i_2 + 0, 1},
        {"target_o1", target_o1 + 0, 1},
        {"target_o2", target_o2 + 0, 1},
    };
    code = read_rows(argv[1], file, line, columns, 4);
    fclose(file);
    if (code)
      return code;
  }
  two_two_two_initial(&net);
  for (int part = 0; part <= 10; part++) {
    if (two_two_two_cost(&net, &cost))
      return 1;
    fprintf(stderr, "%3d %%  cost %.9g\n", 10 * part, cost);
    if (part < 10 &&
        two_two_two_run(&net, steps * (part + 1) / 10 - steps * part / 10,
                        rate))
      return 1;
  }
  printf("%s = %.17g\n", "w_1", net.w_1);
  printf("%s = %.17g\n", "w_2", net.w_2);
  printf("%s = %.17g\n", "w_3", net.w_3);
  printf("%s = %.17g\n", "w_4", net.w_4);
  printf("%s = %.17g\n", "w_5", net.w_5);
  printf("%s = %.17g\n", "w_6", net.w_6);
  printf("%s = %.17g\n", "w_7", net.w_7);
  printf("%s = %.17g\n", "w_8", net.w_8);
  return 0;
}
