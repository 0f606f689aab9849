"""The golden pages: what each format makes of the samples.  ``python -m tests.render.golden`` writes them anew."""

from __future__ import annotations

from pathlib import Path

from symprop.render import render
from tests.render.samples import layers, linear, long_lines

FOLDER = Path(__file__).parent / "golden"


def pages() -> dict[str, str]:
    """Name of the file -> its text."""
    made = {}
    for name, derivation in {"linear": linear(), "layers": layers()}.items():
        made[f"{name}.txt"] = render(derivation, "text")
        made[f"{name}.tex"] = render(derivation, "latex")
        made[f"{name}.md"] = render(derivation, "markdown")
        made[f"{name}.json"] = render(derivation, "json")
    made["layers-ascii.txt"] = render(layers(), "text", ascii_only=True)
    made["long.txt"] = render(long_lines(), "text", width=72)
    made["long-standalone.tex"] = render(long_lines(), "latex", standalone=True)
    made["long.md"] = render(long_lines(), "markdown")
    return made


if __name__ == "__main__":
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
