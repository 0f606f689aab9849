"""The generated code in the gallery: examples as files that compute and train, as ``symprop generate`` writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from symprop.cli.bundled import examples, heading, title
from symprop.codegen import BACKENDS, generate
from symprop.model.reader import read_network

FOLDER = "code"

HEADING = """
## Code

The same derivations as [generated code](../docs/generate.md): the same names, each line with the equation that it comes from, and
nothing of symprop needed to run it.

| file | what it is | command |
|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Listing:
    """One example written for one target.

    Args:
        example: its name.
        target: a key of the table of backends.
        stem: the name of the file without its suffix.
        update: in which order weights are updated.
        sizes: numbers for sizes that the target fixes.
        main: whether C gets a program that trains on a table.
    """

    example: str
    target: str
    stem: str
    update: str = "simultaneous"
    sizes: Mapping[str, int] = field(default_factory=dict)
    main: bool = False

    @property
    def name(self) -> str:
        """What it is called where something goes wrong with it."""
        return f"{self.stem} for {self.target}"

    @property
    def path(self) -> str:
        """The file that the row in the index is about, below ``outputs/``; a header and a ``main`` lie beside it."""
        return f"{FOLDER}/{self.stem}{BACKENDS[self.target].suffix}"

    @property
    def command(self) -> tuple[str, ...]:
        """What stands behind ``symprop`` to make the files anew."""
        sizes = (word for name, number in self.sizes.items() for word in ("--size", f"{name}={number}"))
        update = () if self.update == "simultaneous" else ("--update", self.update)
        main = ("--main",) if self.main else ()
        file = self.path.removeprefix(f"{FOLDER}/")
        return ("generate", self.example, "--target", self.target, *update, *sizes, *main, "-o", file)

    def render(self) -> dict[str, str]:
        """The text of every file, by path."""
        source = examples()[self.example].read_text(encoding="utf-8")
        network = replace(read_network(source, f"{self.example}.net"), name=heading(source))
        texts = generate(
            network, self.target, name=self.stem, stem=self.stem, update=self.update, sizes=self.sizes, main=self.main
        )
        return {f"{FOLDER}/{self.stem}{suffix}": text for suffix, text in texts.items()}

    def row(self) -> str:
        """Its line in the index."""
        about = title(examples()[self.example].read_text(encoding="utf-8")).replace("|", "\\|")
        return f"| [{self.command[-1]}]({self.path}) | {about} | `symprop {' '.join(self.command)}` |"


LISTINGS = (
    Listing("two-two-two", "python", "two_two_two"),
    Listing("two-two-two", "python", "two_two_two_sequential", update="sequential"),
    Listing("two-two-two", "c", "two-two-two", main=True),
    Listing("xor", "python", "xor"),
    Listing("recurrent-any-length", "python", "recurrent_any_length"),
    Listing("sigmoid-layers", "numpy", "sigmoid_layers"),
    Listing("sigmoid-layers", "c", "sigmoid-layers", sizes={"n_0": 784, "n_1": 30, "n_2": 10}),
    Listing("softmax-cross-entropy", "numpy", "softmax_cross_entropy"),
)
"""Every listing, in the order of the index: scalars and layers, each target that writes files, both orders of updating."""


def section() -> str:
    """The part of the front page that leads to them."""
    return HEADING + "".join(listing.row() + "\n" for listing in LISTINGS)
