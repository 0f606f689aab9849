"""Small documents, and the formulas that stand in them with line and column."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symprop.check.document import Document, Formula, Setting
from symprop.check.sources import read_document
from symprop.errors import InputError

Shown = tuple[int, int, str]


def shown(formulas: tuple[Formula, ...]) -> list[Shown]:
    spans = [(formula.span(0, len(formula.text)), formula.text) for formula in formulas]
    return [(span.line, span.column, text) for span, text in spans]


MARKDOWN: dict[str, tuple[str, list[Shown]]] = {
    "inline": ("We have $a = b$\nand \\(c\\).", [(1, 10, "a = b"), (2, 7, "c")]),
    "display": ("$$\na = b\n$$\n\\[ c \\]", [(1, 3, "\na = b\n"), (4, 3, " c ")]),
    "display within a line": ("Our output, $$Y = X$$ is", [(1, 15, "Y = X")]),
    "money": ("costs $5 and $6, US$5 (or $7), $x=5$ vs $y$", [(1, 33, "x=5"), (1, 42, "y")]),
    "money in a list": ("- cost $5\n- cost $6\n- $x$", [(3, 4, "x")]),
    "shell": ("set $HOME and $PATH, then $x=2$", [(1, 28, "x=2")]),
    "percent and escaped dollar": ("50% of $x$ and \\$3 is $w = \\$4$", [(1, 9, "x"), (1, 24, "w = \\$4")]),
    "code": ("`$a$` ``$b`$`` $c$\n```\n$d$\n```\n~~~py\n$e$\n```\n~~~\n$f$", [(1, 17, "c"), (9, 2, "f")]),
    "code of HTML": ("<pre>$x$</pre> <code>$y$</code> $z$", [(1, 34, "z")]),
    "quotes of TeX": ("``so'' $x$ and ``so'' $y$", [(1, 9, "x"), (1, 24, "y")]),
    "block of mathematics": ("- ```math\n  a = b\n  ```\n", [(1, 10, "\n  a = b\n")]),
    "GitHub": ("$`a=b`$ is", [(1, 3, "a=b")]),
    "MathJax's element": ('<script type="math/tex; mode=display">a=b</script>', [(1, 39, "a=b")]),
    "quote": ("> $$\n> a = b\n> = c\n> $$\n> and $d$", [(1, 5, "\na = b\n= c\n"), (5, 8, "d")]),
    "environment": ("\\begin{align}\na &= b\n\\end{align}", [(1, 14, "\na &= b\n")]),
    "shape": ("so \\begin{cases} a\\end{cases}", [(1, 4, "\\begin{cases} a\\end{cases}")]),
    "escapes": ("$a\\_{1} \\* b$ $$a &= b \\\\\\\\ &lt; c &amp; d$$", [(1, 2, "a_{1} * b"), (1, 17, "a &= b \\\\ < c & d")]),
    "doubled backslashes": ("\\\\(a\\_1 = \\\\{b\\\\}\\\\) $\\\\frac{a}{b}$", [(1, 4, "a_1 = \\{b\\}"), (1, 24, "\\frac{a}{b}")]),
    "what backslashes keep": ("$a \\\\ \\{b\\} \\, \\|c\\|$", [(1, 2, "a \\\\ \\{b\\} \\, \\|c\\|")]),
    "dollars within text": (
        "$$\\colorbox{blue}{$x$}$$ $\\text{a $b$}$",
        [(1, 3, "\\colorbox{blue}{$x$}"), (1, 27, "\\text{a $b$}")],
    ),
    "front matter": ("---\ntitle: $x$\n---\n$y$", [(4, 2, "y")]),
    "neighbours": ("$x$$y$ and $$z$$", [(1, 2, "x"), (1, 5, "y"), (1, 14, "z")]),
    "macro": (
        "$$\\newcommand{\\pd}[2]{\\frac{\\partial #1}{\\partial #2}}$$ $\\pd Ew$",
        [(1, 59, "\\frac{\\partial E}{\\partial w}")],
    ),
    "comment of TeX": ("$$\n3 % three\n= 3\n$$ $50%$", [(1, 3, "\n3 \n= 3\n"), (4, 5, "50%")]),
    "ends of lines": ("a\r\n$$\r\nx\r\n$$\r\n", [(2, 3, "\r\nx\r\n")]),
    "byte order mark": ("\ufeff$x$", [(1, 2, "x")]),
    "no character": ("\0$x\0$\ud800", [(1, 3, "x\0")]),
}

LATEX: dict[str, tuple[str, list[Shown]]] = {
    "article": (
        "\\newcommand{\\E}{\\mathcal{E}} $no$\n\\begin{document}\n$\\E$\n\\end{document} $no$",
        [(3, 2, "\\mathcal{E}")],
    ),
    "comments": ("$a$ % $no$\n50\\% \\[ b % c \\]\n = d \\]", [(1, 2, "a"), (2, 8, " b   \n = d ")]),
    "verbatim": ("\\verb|$no$| \\begin{verbatim}\n$no$\n\\end{verbatim}\\url{a%20$b} $a$", [(3, 29, "a")]),
    "row breaks": ("\\[ a \\\\[2pt] b \\] \\$5 \\$6", [(1, 3, " a \\\\[2pt] b ")]),
    "argument": ("\\begin{alignat*}{2} a &= b\\end{alignat*}", [(1, 20, " a &= b")]),
    "inner environment": (
        "\\begin{equation}\\begin{split} a\\end{split}\\end{equation}",
        [(1, 17, "\\begin{split} a\\end{split}")],
    ),
    "macros for environments": ("\\def\\be{\\begin{equation}}\\def\\ee{\\end{equation}}\\be a = b\\ee", [(1, 52, " a = b")]),
    "optional argument": ("\\newcommand{\\v}[2][x]{#1_{#2}}$\\v{1} + \\v[y]2$", [(1, 32, "x_{1} + y_{2}")]),
    "operators": ("\\DeclareMathOperator*{\\relu}{ReLU}$\\relu x$", [(1, 36, "\\operatorname{ReLU} x")]),
    "let keeps the old meaning": (
        "\\let\\old\\frac\\renewcommand{\\frac}[2]{\\old{#2}{#1}}$\\frac ab$",
        [(1, 52, "\\frac{b}{a}")],
    ),
    "provided": ("\\def\\a{1}\\providecommand\\a{2}\\renewcommand{\\a}{3}$\\a$", [(1, 51, "3")]),
    "paired": ("\\DeclarePairedDelimiter{\\n}{\\|}{\\|}$\\n*{x}$", [(1, 37, "\\left\\| x \\right\\|")]),
    "letters keep apart": ("\\def\\p#1{\\partial#1}$\\p x$", [(1, 22, "\\partial x")]),
    "hidden": ("\\iffalse $no$ \\fi \\input{$no} $a$", [(1, 32, "a")]),
}


@pytest.mark.parametrize("name", MARKDOWN)
@pytest.mark.parametrize("suffix", [".md", ".txt", ""])
def test_markdown(name: str, suffix: str) -> None:
    text, expected = MARKDOWN[name]
    document = read_document(text, "a" + suffix)
    assert shown(document.formulas) == expected
    assert not any(formula.problem for formula in document.formulas)


@pytest.mark.parametrize("name", LATEX)
def test_latex(name: str) -> None:
    text, expected = LATEX[name]
    document = read_document(text, "a.tex")
    assert shown(document.formulas) == expected
    assert not any(formula.problem for formula in document.formulas)


@pytest.mark.parametrize(
    ("text", "problem", "expected"),
    [
        ("$x = 5 and so we have the result that $y$.", "the formula is not closed", ["x = 5 ", "y"]),
        ("so $x_1 = 5 and more\n\n$y$", "the formula is not closed", ["x_1 = 5 and more", "y"]),
        ("$$ a = b\n\nand then this is plain prose.\n\n$$\nc = d\n$$\n", "the display is not closed", [" a = b", "\nc = d\n"]),
        ("\\(a and \\(c\\)", "the formula is not closed", ["a and ", "c"]),
        ("\\(c\\) (d\\) x", "\\) without its \\(", ["c", "(d"]),
        ("\\[ a\n\n\\[ b \\]", "the display is not closed", [" a", " b "]),
        ("\\begin{align} a\n\n\\begin{align} b \\end{align}", "\\begin{align} without its \\end{align}", [" a", " b "]),
        ("```math\na = b\n\n$c$", "the block of mathematics is not closed", ["\na = b", "c"]),
        ("$\\def\\a{\\a x}\\a$ $b$", "the macro \\a expands without end", [" \\a", "b"]),
        ("\\def\\d#1/{#1}$\\d a/$", "the macro \\d takes its arguments in a way that is not understood", ["\\d a/"]),
        ("\\def\\p#1{#1}$\\p$", "the macro \\p lacks an argument", ["\\p"]),
    ],
)
def test_a_slip_costs_one_formula(text: str, problem: str, expected: list[str]) -> None:
    formulas = read_document(text, "a.md").formulas
    assert [formula.text for formula in formulas] == expected
    assert [formula.problem for formula in formulas if formula.problem] == [problem]


def test_a_bomb_of_macros_is_a_problem() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    bomb = "".join(f"\\def\\{a}{{\\{b}\\{b}}}" for a, b in pairwise(letters))
    for last in ("\\def\\z{x}", "\\def\\z{}"):
        formulas = read_document(f"{bomb}{last}$\\a$ $\\y$", "a.tex").formulas
        assert "too much" in formulas[0].problem
        assert not formulas[1].problem


def test_settings_and_environments() -> None:
    formulas = read_document("$a$ $$b$$ \\begin{align*}c\\end{align*} \\begin{math}d\\end{math}", "a.tex").formulas
    assert [formula.setting for formula in formulas] == [Setting.INLINE, Setting.DISPLAY, Setting.DISPLAY, Setting.INLINE]
    assert [formula.environment for formula in formulas] == ["", "", "align*", "math"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("An aside. We define $x$", "We define"),
        ("The error of $y$ is\n$$E$$", "The error of is"),
        ("The error is:\n\n$$E$$", "The error is:"),
        ("The error is.\n\n$$E$$", ""),
        ("$$a$$\nThe error is $E$", "The error is"),
        ("> - Its error\n> is $E$", "Its error is"),
    ],
)
def test_words_before(text: str, expected: str) -> None:
    assert read_document(text, "a.md").formulas[-1].before == expected


def test_declarations() -> None:
    document = read_document("$a$ <!-- symprop\nnames net\n--> <!-- else -->", "a.md")
    assert shown(document.declarations) == [(1, 17, "\nnames net\n")]
    document = read_document("%!symprop names net\n%! values w = 1\n% no more\n$a$", "a.tex")
    assert shown(document.declarations) == [(1, 11, "names net\n values w = 1")]
    document = read_document("%!symprop\n% names net\n% values w = 1\n$a$", "a.tex")
    assert shown(document.declarations) == [(1, 10, "\n names net\n values w = 1")]


def test_notebook() -> None:
    cells = [
        {"cell_type": "code", "source": ["$no$"], "outputs": []},
        {"cell_type": "markdown", "metadata": {"source": "$no$"}, "source": ["é $x$:\n", '$$\\frac{a}{b}\n = "c"$$ 𝔼 $y$']},
        {"source": "$\\d$", "cell_type": "markdown"},
    ]
    for ascii_only in (True, False):
        text = json.dumps({"cells": cells}, indent=1, ensure_ascii=ascii_only)
        formulas = read_document(text, "a.ipynb").formulas
        assert [formula.text for formula in formulas] == ["x", '\\frac{a}{b}\n = "c"', "y", "\\d"]
        for formula in formulas:
            span = formula.span(0, len(formula.text))
            last = "\\" if formula.text.endswith('"') else ""
            assert json.loads(f'"{span.text.removesuffix(last)}"') == formula.text.removesuffix('"')
            assert span.text in text.split("\n")[span.line - 1]
    assert read_document(text, "-").formulas == read_document(text, "-").formulas != ()


@pytest.mark.parametrize("text", ["", "[1]", "[" * 100_000, '{"cells": [}', '{"a": 1}', '"a'])
def test_no_notebook(text: str) -> None:
    with pytest.raises(InputError) as caught:
        read_document(text, "a.ipynb")
    assert caught.value.explain()


def test_bare_lines_of_a_text_without_delimiters() -> None:
    text = "The error:\nE = ½ (t − o)²\n∂E/∂o = −(t − o)\nThis line = prose without doubt\nx = 5; y = 3\n"
    assert [formula.text for formula in read_document(text, "a.txt").formulas] == ["E = ½ (t − o)²", "∂E/∂o = −(t − o)"]
    assert read_document(text + "$x$", "a.txt").formulas[0].text == "x"
    assert not read_document(text, "a.md").formulas


PIECES = st.sampled_from(
    [
        *(
            "$",
            "$$",
            "\\(",
            "\\)",
            "\\[",
            "\\]",
            "\\",
            "\\\\",
            "{",
            "}",
            "`",
            "``",
            "```",
            "~~~",
            "%",
            "&",
            "&lt;",
            ">",
            "<",
            "'",
            "5",
        ),
        *("<!--", "-->", "<!-- symprop ", "%!symprop ", " ", "\n", "\n\n", "\r\n", "\0", "é", "\ud800", "a", "=", "x_1", "word "),
        *("\\text{", "\\frac{", "\\begin{align}", "\\end{align}", "\\begin{cases}", "\\verb|", "\\iffalse", "\\end{document}"),
        *("\\newcommand{\\q}[1]{", "#1", "\\q", "\\def\\q", "\\let\\q"),
    ]
)


def well_placed(document: Document) -> None:
    for formula in (*document.formulas, *document.declarations):
        places = list(formula.places)
        assert len(places) == len(formula.text) + 1
        assert places == sorted(places)
        assert 0 <= places[0] <= places[-1] <= len(document.source.text)


@given(st.lists(PIECES, max_size=40).map("".join), st.sampled_from(["a.md", "a.tex", "a.txt"]))
def test_places_of_anything(text: str, name: str) -> None:
    document = read_document(text, name)
    well_placed(document)
    if not {"&", "q"} & set(text):  # nothing is expanded
        for formula in document.formulas:
            assert "".join(document.source.text[place] for place in formula.places[:-1]) == formula.text


@given(st.lists(PIECES, max_size=40).map("".join))
def test_places_in_notebooks(text: str) -> None:
    cell = {"cell_type": "markdown", "source": text}
    document = read_document(json.dumps({"cells": [cell]}), "a.ipynb")
    well_placed(document)
    assert [formula.text for formula in document.formulas] == [formula.text for formula in read_document(text, "a.md").formulas]


@pytest.mark.parametrize(
    "piece", ["$$\\text{\n\n", "$\\text{", "\\begin{align}", "\\def\\a{", "\\verb1", "`` ` ", "<!--", "\\iffalse "]
)
def test_long_documents_take_their_length(piece: str) -> None:
    # 200 kB within the limit of the whole suite: anything quadratic here takes minutes
    for name in ("a.md", "a.tex"):
        read_document(piece * (200_000 // len(piece)), name)
