"""The gallery: what symprop makes of its examples, committed in ``outputs/`` and linked from the README.

``python -m tools.gallery`` writes it anew; with ``--check`` it only says what is stale, and exits with 1.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from symprop.cli.bundled import examples, heading, title
from symprop.derivation import Derivation, derive
from symprop.errors import SympropError
from symprop.model.reader import read_network
from symprop.render import FORMATS, render
from symprop.render.notation import Notation
from symprop.render.profiles import Profile, settle
from tools.listings import LISTINGS, Listing, section

OUTPUTS = Path(__file__).resolve().parent.parent / "outputs"
TEXT_WIDTH = 100
DEFAULT_STYLES = ("delta",)

STYLES: Mapping[str, tuple[str, ...]] = {
    "linear": ("chain", "expanded"),
    "two-paths": ("chain", "delta", "paths"),
    "two-paths-unknown": ("chain", "paths"),
    "sigmoid-chain": ("chain", "delta"),
    "two-two-two": ("chain", "delta"),
    "recurrent": ("delta", "chain"),
    "skip": ("chain",),
    "swish-gate": ("chain",),
    "xor": ("delta", "chain"),
}
"""Examples that are not told in deltas alone; the style named first has the plain file name."""

DETAILS: Mapping[tuple[str, str], int] = {("sigmoid-chain", "chain"): 3}
"""Pages that show the elementary steps too; the others have the usual detail."""

USUAL_DETAIL = 2

REGISTERS: Mapping[str, tuple[str, ...]] = {"sigmoid-layers": ("matrix",), "softmax-cross-entropy": ("matrix",)}
"""Examples with indices that have a page in other registers, too."""

NUMBERS: Mapping[str, tuple[str, tuple[str, ...]]] = {"two-paths": ("paths", ("xh_1",)), "two-two-two": ("chain", ())}
"""Examples that have a page with numbers: its style, and by what they are derived there (nothing: all weights)."""

PROFILED: Mapping[str, tuple[str, tuple[str, ...], bool]] = {
    "equation": ("linear", (), False),
    "story": ("two-paths-unknown", ("xh_1",), False),
    "tutorial": ("two-two-two", (), True),
    "layers": ("tanh-regression", (), False),
    "lecture": ("sigmoid-chain", (), False),
    "nielsen": ("relu-mlp", (), False),
    "mitchell": ("xor", (), False),
}
"""For each profile the example that shows it, by what that is derived (nothing: all weights), and whether in numbers."""

INTRODUCTION = """# Gallery

What symprop makes of its [examples](../examples): each page is the output of one command, and every step on it was
verified before it was printed. `symprop derive NAME --style STYLE -o FILE` makes the same page anew; to a page in numbers
belong `--numbers` and the `--wrt` that its row names, to one in another register its `--register`, to a page in a
[profile](../docs/profiles.md) its `--profile` alone.

| network | what it is | style | as LaTeX | as text |
|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Page:
    """One derivation of one example, and the files it is shown in."""

    example: str
    style: str
    name: str
    numbers: bool = False
    wrt: tuple[str, ...] = ()
    profile: str = "plain"
    registers: tuple[str, ...] = ()

    @property
    def told(self) -> Profile:
        """The profile with the style and the detail of the page."""
        if self.profile in PROFILED:
            return settle(self.profile)
        return settle(style=self.style, detail=DETAILS.get((self.example, self.style), USUAL_DETAIL))

    @property
    def manner(self) -> str:
        """Style, detail and the rest in words."""
        told = self.told
        detail = "" if told.detail == USUAL_DETAIL else f", detail {told.detail}"
        manner = f"profile {self.profile}" if self.profile in PROFILED else told.style + detail
        register = f", register {', '.join(self.registers)}" if self.registers else ""
        return manner + register + (", in numbers" if self.numbers else "") + "".join(f", by `{name}`" for name in self.wrt)

    @property
    def files(self) -> Mapping[str, str]:
        """Path below ``outputs/`` by format."""
        return {"markdown": f"{self.name}.md", "latex": f"latex/{self.name}.tex", "text": f"text/{self.name}.txt"}

    def render(self) -> dict[str, str]:
        """The text of every file of the page, by path."""
        source = examples()[self.example].read_text(encoding="utf-8")
        network = replace(read_network(source, f"{self.example}.net"), name=heading(source))
        told = self.told
        derivation = derive(
            network,
            style=told.style,
            detail=told.detail,
            wrt=self.wrt,
            numbers=self.numbers,
            manner=told.manner,
            registers=self.registers or told.registers,
        )
        return {path: page(derivation, form, told.notation) for form, path in self.files.items()}


def page(derivation: Derivation, form: str, notation: Notation) -> str:
    """One file: a page that is complete by itself, where the format has such."""
    text = render(derivation, form, standalone=FORMATS[form].standalone, width=TEXT_WIDTH, notation=notation)
    return text.rstrip("\n") + "\n"


def pages() -> tuple[Page, ...]:
    """Every page, in the order of the index."""
    return tuple(page for example in examples() for page in _pages(example))


def _pages(example: str) -> Iterator[Page]:
    styles = STYLES.get(example, DEFAULT_STYLES)
    for number, style in enumerate(styles):
        yield Page(example, style, f"{example}-{style}" if number else example)
    if example in REGISTERS:
        registers = REGISTERS[example]
        yield Page(example, "delta", f"{example}-in-{registers[0]}", registers=registers)
    if example in NUMBERS:
        style, wrt = NUMBERS[example]
        yield Page(example, style, f"{example}-numbers", numbers=True, wrt=wrt)
    for profile, (shown, wrt, numbers) in PROFILED.items():
        if shown == example:
            yield Page(example, settle(profile).style, f"{example}-as-{profile}", numbers, wrt, profile)


def index() -> str:
    """The front page."""
    rows = []
    for each in pages():
        about = title(examples()[each.example].read_text(encoding="utf-8")).replace("|", "\\|")
        files = each.files
        rows.append(
            f"| [{each.name}]({files['markdown']}) | {about} | {each.manner} | [tex]({files['latex']}) | [txt]({files['text']}) |"
        )
    return INTRODUCTION + "\n".join(rows) + "\n" + section()


def gallery() -> tuple[dict[str, str], list[str]]:
    """Text of every file by its path below ``outputs/``, and what went wrong with the pages that could not be made."""
    files, failures = {"README.md": index()}, []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        shown: tuple[Page | Listing, ...] = (*pages(), *LISTINGS)
        for made, future in [(each, pool.submit(each.render)) for each in shown]:
            try:
                files |= future.result()
            except SympropError as error:
                failures.append(f"{made.name}: {str(error)[:500]}")
    return files, failures


def stray(expected: set[str]) -> list[str]:
    """Files in ``outputs/`` that no page makes."""
    found = {str(path.relative_to(OUTPUTS)) for path in OUTPUTS.rglob("*") if path.is_file()}
    return sorted(found - expected)


def main() -> int:
    """Write the gallery, or check it."""
    parser = argparse.ArgumentParser(description="Regenerate the gallery in outputs/.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 when a file is stale")
    check = parser.parse_args().check
    files, failures = gallery()
    stale = []
    for path, text in files.items():
        target = OUTPUTS / path
        if target.is_file() and target.read_text(encoding="utf-8") == text:
            continue
        stale.append(path)
        if not check:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    superfluous = stray(set(files))
    for path in () if check else superfluous:
        (OUTPUTS / path).unlink()
    for path in stale + superfluous:
        print(("stale: " if check else "wrote: " if path in files else "removed: ") + path)
    for failure in failures:
        print("failed: " + failure)
    return 1 if failures or (check and (stale or superfluous)) else 0


if __name__ == "__main__":
    sys.exit(main())
