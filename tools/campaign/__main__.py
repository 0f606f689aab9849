"""``python -m tools.campaign mutants|matrix|documents|keystone|fuzz``: what judges the judge; exit code 1 when it was wrong."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor

from symprop.check.checker import check
from symprop.check.report import Outcome
from symprop.cli.bundled import examples
from symprop.model.reader import read_network
from tools.campaign import fuzz as fuzzing
from tools.campaign import keystone
from tools.campaign.documents import MATRICES, Tally, campaign
from tools.campaign.expected import DOCUMENTS, Comparison, compare, seeds, seeds_folder, sidecar

MOST_UNDECIDED = 0.02
MOST_UNDECIDED_ARRAYS = 0.05
"""The part of rewrites that may stay undecided."""


def mutants(arguments: argparse.Namespace) -> bool:
    """Wrong mutants and equivalent rewrites: none holds, none fails, few are undecided."""
    tally = campaign(check, mutants=arguments.mutants or 2000, rewrites=arguments.rewrites or 1000, seed=arguments.seed)
    return _told(tally, arguments, MOST_UNDECIDED)


def matrix(arguments: argparse.Namespace) -> bool:
    """The same for derivations by matrices."""
    tally = campaign(
        check, mutants=arguments.mutants or 1000, rewrites=arguments.rewrites or 500, seed=arguments.seed, work=MATRICES
    )
    return _told(tally, arguments, MOST_UNDECIDED_ARRAYS)


def _told(tally: Tally, arguments: argparse.Namespace, most: float) -> bool:
    print(tally.summary())
    for paper, placed, finding in tally.offences[: arguments.show]:
        said = f"{finding.message} {dict(finding.counterexample)} {finding.left} {finding.right}"
        print(f"\n── {paper.name}: {placed.kind}: {finding.outcome.value}: {said}\n{paper.alone(placed)}")
    for paper, finding in tally.broken[: arguments.show]:
        print(f"\n── {paper.name}: a definition fails: {finding.latex}: {finding.message}")
    for paper, error in tally.crashes:
        print(f"\n── {paper.name}: {error}")
    total = tally.count(wrong=False)
    open_ = tally.count(wrong=False, outcome=Outcome.UNDECIDED) + tally.count(wrong=False, outcome=Outcome.UNREAD)
    print(f"\n{len(tally.notations)} notations; {len(tally.offences)} false verdicts, {len(tally.broken)} definitions fail")
    wrong = tally.offences or tally.broken or tally.crashes
    return not wrong and open_ <= most * max(total, 1)


def _show(title: str, comparison: Comparison) -> bool:
    right = comparison.rows - len(comparison.departures)
    print(
        f"{title:36} {right:4} of {comparison.rows:4} acceptable, {comparison.best:4} the best, {len(comparison.strays)} strays"
    )
    for departure in comparison.departures:
        print(f"    {departure}")
    for stray in comparison.strays:
        print(f"    stray: line {stray.span.line}: {stray.latex!r} {stray.outcome.value}: {stray.message}")
    return not comparison.departures and all(stray.outcome is not Outcome.FAILS for stray in comparison.strays)


def documents(_: argparse.Namespace) -> bool:
    """The documents of the tests and the seeds beside their tables."""
    good = True
    for table in sorted(DOCUMENTS.glob("*.expected")):
        document = table.with_suffix("")
        good &= _show(document.name, compare(sidecar(table), check(document.read_text(encoding="utf-8"), document.name)))
    folder = seeds_folder()
    for seed in seeds(DOCUMENTS / "seeds.txt"):
        for path in sorted(folder.glob(f"{seed.number}_*")):
            text = path.read_text(encoding="utf-8")
            good &= _show(f"seed {seed.number}", compare(seed.alone, check(text, path.name)))
            if seed.network:
                network = read_network(examples()[seed.network].read_text(encoding="utf-8"), f"{seed.network}.net")
                good &= _show(
                    f"seed {seed.number} with {seed.network}", compare(seed.informed, check(text, path.name, (network,)))
                )
    return good


def whole_keystone(arguments: argparse.Namespace) -> bool:
    """Every page that derive prints is read back and holds."""
    pages = keystone.told() if arguments.profiles else keystone.pages()
    chosen = [page for page in pages if arguments.only in page.file][:: arguments.every]
    counts: Counter[str] = Counter()
    bad = 0
    with ProcessPoolExecutor(arguments.jobs) as pool:
        for result in pool.map(keystone.judge, chosen, chunksize=4):
            if result is None:
                continue
            counts["pages"] += 1
            counts["relations"] += result.relations
            counts["hold"] += result.held
            counts.update(finding.outcome.value for finding in result.bad)
            bad += bool(result.bad)
            for finding in result.bad[: arguments.show]:
                print(f"{result.page.file}:{finding.span.line}: {finding.outcome.value}: {finding.latex}\n    {finding.message}")
    print(f"{dict(counts)}, {bad} pages with something that does not hold")
    return not bad


def fuzz(arguments: argparse.Namespace) -> bool:
    """Broken documents end in a report or in one clear error."""
    sources = fuzzing.sources(DOCUMENTS)
    first, last = arguments.seed, arguments.seed + arguments.documents
    chunks = [range(start, min(start + 100, last)) for start in range(first, last, 100)]
    reports = errors = 0
    problems: list[fuzzing.Problem] = []
    slowest = megabytes = 0.0
    with ProcessPoolExecutor(arguments.jobs) as pool:
        for outcome in pool.map(fuzzing.fuzz, chunks, [sources] * len(chunks)):
            reports, errors = reports + outcome.reports, errors + outcome.errors
            slowest, megabytes = max(slowest, outcome.slowest), max(megabytes, outcome.megabytes)
            problems += outcome.problems
    for problem in problems[: arguments.show]:
        print(f"\n── document {problem.number} ({problem.name})\n{problem.what}")
    print(f"{reports} reports, {errors} errors, {len(problems)} problems; slowest {slowest:.1f} s, at most {megabytes:.0f} MB")
    return not problems


COMMANDS: Mapping[str, Callable[[argparse.Namespace], bool]] = {
    "mutants": mutants,
    "matrix": matrix,
    "documents": documents,
    "keystone": whole_keystone,
    "fuzz": fuzz,
}


def main() -> int:
    """Run one of the commands."""
    parser = argparse.ArgumentParser(prog="python -m tools.campaign", description="Judge the judge.")
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--mutants", type=int, default=0, help="how many wrong claims; the default is that of the command")
    parser.add_argument("--rewrites", type=int, default=0, help="how many rewrites; the default is that of the command")
    parser.add_argument("--documents", type=int, default=10_000, help="how many broken documents")
    parser.add_argument("--only", default="", help="pages whose name contains this")
    parser.add_argument("--profiles", action="store_true", help="pages in the manner of every profile")
    parser.add_argument("--every", type=int, default=1, help="each n-th page only")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=20, help="how many offences are shown whole")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    return 0 if COMMANDS[arguments.command](arguments) else 1


if __name__ == "__main__":
    sys.exit(main())
