"""All gates in one command: format, lint, types, imports, tests (which find a stale gallery); then a table of what held.

Run with the interpreter of the environment that has the ``dev`` extra: ``.venv/bin/python tools/check.py``.
Every gate runs, also after one has failed; the exit code is 1 when any failed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Gate:
    """One check: what it is called and the command that decides it."""

    name: str
    command: tuple[str, ...]
    shows_summary: bool = False  # print its last line where it holds too


GATES = (
    Gate("format", (str(BIN / "ruff"), "format", "--check", "--quiet", ".")),
    Gate("lint", (str(BIN / "ruff"), "check", "--quiet", ".")),
    Gate("types", (str(BIN / "mypy"),)),
    Gate("imports", (str(BIN / "lint-imports"), "--no-cache")),
    Gate("tests", (sys.executable, "-m", "pytest", "-q", "-n", "2"), shows_summary=True),
)


def passes(gate: Gate) -> bool:
    """Run *gate* in the checkout; its output is shown only where it fails."""
    environment = {**os.environ, "PYTHONUTF8": "1", "NO_COLOR": "1"}
    done = subprocess.run(gate.command, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode != 0:
        print(f"\n── {gate.name}: {' '.join(gate.command)}\n{done.stdout}{done.stderr}", flush=True)
    elif gate.shows_summary:
        print(done.stdout.rstrip().rpartition("\n")[2], flush=True)
    return done.returncode == 0


def main() -> int:
    """Run every gate and print the table."""
    rows = []
    for gate in GATES:
        start = time.monotonic()
        held = passes(gate)
        rows.append((gate.name, held, time.monotonic() - start))
        print(f"{gate.name:8} {'holds' if held else 'FAILS'} {rows[-1][2]:7.1f} s", flush=True)
    failed = [name for name, held, _ in rows if not held]
    print(f"\n{'failed: ' + ', '.join(failed) if failed else 'all gates hold'} in {sum(row[2] for row in rows):.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
