"""Generated C under the address and undefined-behaviour sanitizers: bound to random examples, every function is called."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from symprop.codegen import generate
from symprop.codegen.build import program_of
from symprop.codegen.c_names import CNames
from symprop.model.network import Network

FLAGS = ("-std=c99", "-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
EXAMPLES = 21  # whole groups of lanes, and a rest

DRIVER = """\
#include "network.h"
#include <stdio.h>
#include <stdlib.h>
int main(void) {
  network net = {0};
  network_slopes slopes = {0};
  double cost;
  FILL
  if (network_cost(&net, &cost) || network_gradients(&net, &slopes)) return 1;
  if (network_run(&net, 3, 0.01) || network_cost(&net, &cost)) return 1;
  printf("%g\\n", cost);
  FREE
  return 0;
}
"""


def run_sanitized(network: Network, sizes: Mapping[str, int], folder: Path, compiler: str) -> str | None:
    """What compiler and sanitizers complain of, "" if nothing; None where the compiler has no sanitizers."""
    for suffix, source in generate(network, "c", sizes=sizes).items():
        (folder / f"network{suffix}").write_text(source, encoding="utf-8")
    (folder / "driver.c").write_text(_driver(network, sizes), encoding="utf-8")
    build = [compiler, *FLAGS, "network.c", "driver.c", "-o", "driver", "-lm"]
    done = subprocess.run(build, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        return None if "sanitize" in done.stderr else done.stderr[:3000]
    done = subprocess.run([str(folder / "driver")], capture_output=True, text=True, check=False)
    return f"exit code {done.returncode}: {done.stderr[:3000]}" if done.returncode else ""


def _driver(network: Network, sizes: Mapping[str, int]) -> str:
    """A program that binds examples of random numbers and trains on them."""
    names = CNames(program_of(network), "", "network", sizes)
    fill, free = [f"net.examples = {EXAMPLES};"], []
    for name in (*names.program.parameters, *names.program.constants, *names.program.inputs, *names.program.targets):
        field, examples = names.name(name), name in (*names.program.inputs, *names.program.targets)
        if not names.program.axes(name) and not examples:
            fill.append(f"net.{field} = 0.3;")
            continue
        length = names.length(name) * (EXAMPLES if examples else 1)
        fill.append(f"double *{field}_ = malloc({length} * sizeof(double));")
        fill.append(f"for (long k = 0; k < {length}; k++) {field}_[k] = 0.1 + 0.8 * (double)rand() / RAND_MAX;")
        fill.append(f"net.{field} = {field}_;")
        free.append(f"free({field}_);")
        if name in names.program.parameters:
            fill.append(f"slopes.{field} = malloc({length} * sizeof(double));")
            free.append(f"free(slopes.{field});")
    return DRIVER.replace("FILL", "\n  ".join(fill)).replace("FREE", "\n  ".join(free))
