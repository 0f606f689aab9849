"""What derive prints, check reads: every example in every style, detail and format, and every relation of it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from symprop.check.checker import check
from symprop.check.report import Finding, Outcome
from symprop.cli.bundled import examples, heading
from symprop.derivation import STYLES, derive
from symprop.errors import InputError
from symprop.model.reader import read_network
from symprop.render import FORMATS, render
from symprop.render.profiles import PLAIN, PROFILES

SUFFIXES = {"markdown": ".md", "latex": ".tex"}
DETAILS = (1, 2, 3)
WELL = frozenset({Outcome.HOLDS, Outcome.DEFINES, Outcome.SKIPPED})


@dataclass(frozen=True)
class Page:
    """One derivation as a document."""

    example: str
    style: str
    detail: int
    form: str
    profile: str = PLAIN.name

    @property
    def file(self) -> str:
        """A name for messages, whose suffix says what it is."""
        manner = "" if self.profile == PLAIN.name else f"-{self.profile}"
        return f"{self.example}{manner}-{self.style}-{self.detail}{SUFFIXES[self.form]}"

    def text(self) -> str:
        """The page.

        Raises:
            InputError: the style does not tell such a network.
        """
        source = examples()[self.example].read_text(encoding="utf-8")
        network = replace(read_network(source, f"{self.example}.net"), name=heading(source))
        profile = PROFILES[self.profile]
        registers = profile.registers
        derivation = derive(network, style=self.style, detail=self.detail, manner=profile.manner, registers=registers)
        return render(derivation, self.form, standalone=FORMATS[self.form].standalone, notation=profile.notation)


@dataclass(frozen=True)
class Result:
    """What the judge says of a page; ``bad`` are relations that neither hold nor define."""

    page: Page
    relations: int
    held: int
    bad: tuple[Finding, ...]


def pages() -> Iterator[Page]:
    """Every page there is; some of them no style can tell."""
    for example in examples():
        for style in STYLES:
            for detail in DETAILS:
                for form in SUFFIXES:
                    yield Page(example, style, detail, form)


def told() -> Iterator[Page]:
    """Every example as every profile tells it, in that profile's own style and detail."""
    for example in examples():
        for profile in PROFILES.values():
            for form in SUFFIXES:
                if profile is not PLAIN:
                    yield Page(example, profile.style, profile.detail, form, profile.name)


def judge(page: Page) -> Result | None:
    """Check one page; None where the style does not tell this network."""
    try:
        text = page.text()
    except InputError:
        return None
    report = check(text, page.file)
    claims = [finding for finding in report.findings if finding.outcome is not Outcome.SKIPPED]
    bad = tuple(finding for finding in claims if finding.outcome not in WELL)
    return Result(page, len(claims), report.count(Outcome.HOLDS), bad)
