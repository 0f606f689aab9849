"""Every LaTeX page of the gallery compiles with plain pdflatex, and nothing runs off the page."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tools.gallery import OUTPUTS, Page, pages

WIDEST_OVERFLOW = 20.0  # points beyond the text; the margin is several times that

# TeX reads and writes any file by default; these settings keep it to its own folder.
CONFINED = {"openin_any": "p", "openout_any": "p", "shell_escape": "f", "max_print_line": "1000"}


def compile_latex(source: Path, folder: Path) -> str:
    """Run pdflatex on a copy of *source*; the log."""
    # A gate that did not run is not a pass: without pdflatex this fails instead of being left out.
    assert shutil.which("pdflatex"), "pdflatex is missing: install texlive-latex-base"
    shutil.copy(source, folder / "page.tex")
    done = subprocess.run(
        ["pdflatex", "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "page.tex"],  # noqa: S607 - wherever TeX is
        cwd=folder,
        env={**os.environ, **CONFINED},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )
    log = (folder / "page.log").read_text(encoding="latin-1")
    assert done.returncode == 0, "\n".join(line for line in log.splitlines() if line.startswith(("!", "l.")))
    assert (folder / "page.pdf").stat().st_size > 0
    return log


@pytest.mark.slow
@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_latex_page_compiles_and_fits(page: Page, tmp_path: Path) -> None:
    log = compile_latex(OUTPUTS / page.files["latex"], tmp_path)
    overfull = [float(width) for width in re.findall(r"Overfull \\hbox \(([\d.]+)pt too wide\)", log)]
    assert [width for width in overfull if width > WIDEST_OVERFLOW] == []
    assert "undefined" not in log.lower().replace("undefined on input line 0", ""), "an undefined reference or command"
    assert "Missing character" not in log
