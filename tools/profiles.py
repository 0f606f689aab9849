"""Every example told in every profile, style and detail: each step verified, each text read back, all LaTeX compiled.

``python tools/profiles.py`` walks the whole product (a quarter of an hour); ``--every 23`` takes each 23rd of it, where a number
that has no factor 2 or 3 is a fair sample. The tests take such a sample too.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from symprop.cli.bundled import examples
from symprop.derivation import STYLES, Derivation, derive
from symprop.errors import InputError
from symprop.model.expr import Expr
from symprop.model.network import Range
from symprop.model.printer import to_text
from symprop.model.reader import read_expression, read_matrices, read_network
from symprop.render import FORMATS, render
from symprop.render.notation import PRODUCTS
from symprop.render.profiles import PROFILES

SCALAR_STYLES = frozenset({"expanded", "paths"})
WIDEST_OVERFLOW = 20.0  # points beyond the text
PAGES_PER_RUN = 40

PREAMBLE = r"""\documentclass[a4paper]{article}
\usepackage{amsmath}
\usepackage{amsfonts}
\usepackage{color}
\setlength{\parindent}{0pt}
\setlength{\emergencystretch}{3em}
\begin{document}
"""

# TeX reads and writes any file by default; these settings keep it to its own folder.
CONFINED = {"openin_any": "p", "openout_any": "p", "shell_escape": "f", "max_print_line": "1000"}


@dataclass(frozen=True, slots=True)
class Telling:
    """One example in one profile, style and detail."""

    example: str
    profile: str
    style: str
    detail: int

    def derive(self) -> Derivation | None:
        """The derivation; None where a style for scalars refuses the network, as it says it does.

        Raises:
            InputError: a style refused that has no reason to.
        """
        network, profile = read_network(examples()[self.example].read_text(encoding="utf-8")), PROFILES[self.profile]
        try:
            return derive(network, style=self.style, detail=self.detail, manner=profile.manner, registers=profile.registers)
        except InputError as error:
            if self.style in SCALAR_STYLES and "--style chain" in error.hint:
                return None
            raise

    def pages(self, derivation: Derivation) -> dict[str, str]:
        """*derivation* in every format, in the notation of the profile."""
        return {form: render(derivation, form, notation=PROFILES[self.profile].notation) for form in FORMATS}


def tellings() -> Iterator[Telling]:
    """The whole product, in the order of the tables."""
    yield from (Telling(*one) for one in product(examples(), PROFILES, STYLES, (1, 2, 3)))


def unread(derivation: Derivation, sign: str) -> Iterator[str]:
    """The texts that are not read back as the tree that they were printed from."""
    short = {delta.name: delta for delta in derivation.deltas.values()}
    read = read_matrices if derivation.register == "matrix" else read_expression
    for expr, ranges in dict.fromkeys(_sides(derivation)):
        text = to_text(expr, derivation.network, ranges=ranges, product=sign)
        if read(text, derivation.network, short, ranges) != expr:
            yield text


def _sides(derivation: Derivation) -> Iterator[tuple[Expr, tuple[Range, ...]]]:
    for step in derivation.steps:
        yield step.before, step.ranges
        yield step.after, step.ranges


def problems(fragments: Sequence[str], folder: Path) -> list[str]:
    """What pdflatex has against *fragments*, all of them in one document: errors, warnings, lines that run off the page."""
    text = PREAMBLE + "\n\\newpage\n".join(fragments) + "\\end{document}\n"
    (folder / "page.tex").write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "page.tex"],  # noqa: S607 - wherever TeX is
        cwd=folder,
        env={**os.environ, **CONFINED},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=300,
        check=False,
    )
    log = (folder / "page.log").read_text(encoding="latin-1")
    found = [line for line in log.splitlines() if line.startswith("!") or "Missing character" in line]
    wide = (float(width) for width in re.findall(r"Overfull \\hbox \(([\d.]+)pt too wide\)", log))
    return [
        *found,
        *(f"{width} pt too wide" for width in wide if width > WIDEST_OVERFLOW),
        *(["failed"] if done.returncode else []),
    ]


def walk(telling: Telling) -> tuple[Telling, str, list[str]]:
    """The LaTeX of a telling, and what is wrong with it."""
    try:
        derivation = telling.derive()
        if derivation is None:
            return telling, "", []
        signs = {PRODUCTS[PROFILES[telling.profile].notation.product].plain, "·"}
        wrong = [f"not read back: {text[:200]}" for sign in signs for text in unread(derivation, sign)]
        return telling, telling.pages(derivation)["latex"], wrong
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what this tool looks for
        return telling, "", [f"{type(error).__name__}: {str(error)[:300]}"]


def batches(texts: Iterable[str]) -> Iterator[list[str]]:
    """As many at once as pdflatex takes well."""
    kept = [text for text in texts if text]
    yield from (kept[start : start + PAGES_PER_RUN] for start in range(0, len(kept), PAGES_PER_RUN))


def main() -> int:
    """Walk the product and say what is wrong; exit with 1 if anything is."""
    parser = argparse.ArgumentParser(description="Tell every example in every profile, style and detail.")
    parser.add_argument("--every", type=int, default=1, help="take each n-th telling only")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes")
    given = parser.parse_args()
    chosen = [telling for place, telling in enumerate(tellings()) if place % given.every == 0]
    failures, latex = 0, []
    with ProcessPoolExecutor(given.jobs) as pool:
        for telling, page, wrong in pool.map(walk, chosen, chunksize=4):
            latex.append(page)
            failures += bool(wrong)
            for line in wrong:
                print(f"{telling}: {line}", flush=True)
    for batch in batches(latex):
        with tempfile.TemporaryDirectory() as folder:
            found = problems(batch, Path(folder))
            failures += bool(found)
            print(*found, sep="\n", end="\n" if found else "", flush=True)
    told = sum(map(bool, latex))
    print(f"{len(chosen)} tellings: {told} told, {len(chosen) - told} refused or failed, {failures} with a problem")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
