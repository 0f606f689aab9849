"""What checking costs: documents together after start-up, and the median relation.

``python benchmarks/check.py [FILE…]`` reads the documents of the tests and, where they are found, the five seeds; ``--check``
exits with 1 when a promise is broken: five documents as long as the seeds in 3 s, the median relation under 10 ms.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import time
from pathlib import Path

from symprop.check.checker import check
from symprop.check.report import Outcome

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ROOT / "tests" / "check" / "documents"
SEEDS = Path(os.environ.get("SYMPROP_SEEDS", ROOT.parent / "shared" / "seeds"))
MOST_SECONDS = 3.0
MOST_MILLISECONDS = 10.0
JUDGED = frozenset({Outcome.HOLDS, Outcome.FAILS, Outcome.UNDECIDED})


def paths(folder: Path) -> list[Path]:
    """The documents of a folder."""
    return sorted(
        path for path in folder.glob("*") if path.suffix in {".md", ".tex", ".txt", ".ipynb"} and path.name != "seeds.txt"
    )


def measure(path: Path, rounds: int) -> tuple[float, int]:
    """Median seconds for one document, and how many relations it has."""
    text = path.read_text(encoding="utf-8")
    seconds = []
    for _ in range(rounds):
        start = time.process_time()
        report = check(text, path.name)
        seconds.append(time.process_time() - start)
    return statistics.median(seconds), sum(finding.outcome in JUDGED for finding in report.findings)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What checking costs.")
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--check", action="store_true", help="exit with 1 when a promise is broken")
    arguments = parser.parse_args()
    start = time.process_time()
    check("$y = w x$, $y = x w$", "warm.md")
    first = time.process_time() - start
    print(f"Python {platform.python_version()}, {arguments.rounds} rounds; the first small document {first:.2f} s\n")
    print("| document | relations judged | s | ms per relation |\n|---|---:|---:|---:|")
    totals: dict[str, float] = {}
    rates = []
    chosen = arguments.files or [*paths(DOCUMENTS), *paths(SEEDS)]
    for path in chosen:
        seconds, relations = measure(path, arguments.rounds)
        group = "seeds" if path.parent == SEEDS else "documents"
        totals[group] = totals.get(group, 0.0) + seconds
        rates += [1000 * seconds / relations] * relations if relations else []
        print(f"| {path.name} | {relations} | {seconds:.2f} | {1000 * seconds / max(relations, 1):.1f} |")
    median = statistics.median(rates) if rates else 0.0
    print(
        f"\n{', '.join(f'{name} together {seconds:.2f} s' for name, seconds in totals.items())}; median relation {median:.1f} ms"
    )
    kept = totals.get("seeds", 0.0) <= MOST_SECONDS and median <= MOST_MILLISECONDS
    return 1 if arguments.check and not kept else 0


if __name__ == "__main__":
    sys.exit(main())
