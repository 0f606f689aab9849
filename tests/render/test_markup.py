"""Prose and formulas reach LaTeX and Markdown unchanged in meaning, and LaTeX pages compile."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from symprop.derivation.step import Derivation, Prose, Section
from symprop.render import render
from symprop.render.escape import markdown, tex
from tests.render.samples import layers, linear, long_lines

NASTY = r"100 % of a_b & {c} #1 $x$ ~ ^ \input{/etc/passwd} <b>*bold*</b> [l](u) `code` |é ü ß δ_o1 ∂E/∂w Σ · → “q” 漢 ½²"


def with_prose(derivation: Derivation, text: str) -> Derivation:
    section = Section((text,), (Prose((text,)),))
    return replace(derivation, sections=(section, *derivation.sections))


def compile_page(text: str, folder: Path) -> str:
    """Compile with plain pdflatex, shut into *folder*; the log."""
    assert shutil.which("pdflatex"), "pdflatex is missing: install texlive-latex-base"
    (folder / "page.tex").write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "page.tex"],  # noqa: S607 - wherever TeX is
        cwd=folder,
        env={**os.environ, "openin_any": "p", "openout_any": "p", "max_print_line": "1000"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    log = (folder / "page.log").read_text(encoding="latin-1")
    assert done.returncode == 0, log[-3000:]
    return log


@pytest.mark.parametrize("standalone", [True, False], ids=["standalone", "fragment"])
@pytest.mark.parametrize("sample", [linear, layers, long_lines])
def test_a_latex_page_compiles_and_fits(sample: object, standalone: bool, tmp_path: Path) -> None:
    text = render(with_prose(sample(), NASTY), "latex", standalone=standalone)  # type: ignore[operator]
    if not standalone:
        assert "\\documentclass" not in text
        text = f"\\documentclass[a4paper]{{article}}\\usepackage{{amsmath}}\\begin{{document}}\n{text}\\end{{document}}\n"
    log = compile_page(text, tmp_path)
    # The nasty prose is one long word for TeX; what must fit are the displays.
    assert re.findall(r"Overfull .hbox \([\d.]+pt too wide\) detected", log) == []
    assert "Missing character" not in log


def test_latex_has_no_dollar_displays_and_balanced_environments() -> None:
    for sample in (linear, layers, long_lines):
        text = render(sample(), "latex")
        assert "$$" not in text
        assert text.count(r"\begin{align*}") == text.count(r"\end{align*}") > 0
        assert text.count("{") == text.count("}")


@pytest.mark.parametrize("text", [NASTY, "# no heading", "1. no list", "- no list", "=====", "a\n---\nb", "&amp; & &lt;"])
def test_markdown_prose_is_shown_as_written(text: str) -> None:
    html = MarkdownIt().render(markdown(text))
    shown = re.sub(r"</?p>|\n$", "", html.strip())
    assert not re.search(r"<(?!/?p>)", shown)
    entities = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&"))
    for entity, sign in entities:
        shown = shown.replace(entity, sign)
    assert shown == text


def test_markdown_survives_a_reader_that_knows_no_formulas() -> None:
    """GitHub lets Markdown act on a page before it sets formulas; nothing of a formula may be acted on."""
    for sample in (linear, layers, long_lines):
        text = render(sample(), "markdown")
        tokens = [t for token in MarkdownIt().parse(text) for t in (token.children or [token])]
        assert {token.type for token in tokens} <= {
            "heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "text", "softbreak", "text_special",
        }  # fmt: skip
        inline = re.findall(r"(?<!\$)\$([^$\n]+)\$(?!\$)", text)
        assert inline
        assert not [formula for formula in inline if re.search(r"\\[^A-Za-z]|[<>*]|[^\w\s\\]_", formula)]


def test_markdown_displays_stand_on_lines_of_their_own() -> None:
    lines = render(layers(), "markdown").splitlines()
    fences = [i for i, line in enumerate(lines) if "$$" in line]
    assert all(lines[i] == "$$" for i in fences)
    assert all(lines[i - 1] == "" for i in fences[0::2])
    assert all(lines[i + 1] == "" for i in fences[1::2])


def test_tex_prose_keeps_its_letters() -> None:
    assert tex("a_b & 5 %") == r"a\_b \& 5 \%"
    assert tex("Größe é") == "Größe é"
    assert tex("∂E by δ") == r"$\partial$E by $\delta$"
    assert tex("漢\x00") == r"\textsf{u6f22}"
