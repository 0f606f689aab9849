"""Templates of the user's own, and the sandbox around them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from symprop.errors import InputError
from symprop.render import render
from symprop.render.templating import template_root
from tests.render.samples import linear


def write(folder: Path, text: str, name: str = "markdown/derivation.md.j2") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


def test_our_templates_are_found() -> None:
    assert (template_root() / "latex" / "derivation.tex.j2").is_file()


def test_a_users_template_wins(tmp_path: Path) -> None:
    write(tmp_path, "{{ title }} by {{ style }}, {{ parts | length }} parts\n")
    assert render(linear(), "markdown", templates=tmp_path) == "Derivation of $\\partial E/\\partial w_o$ by chain, 3 parts\n"
    assert render(linear(), "latex", templates=tmp_path) == render(linear(), "latex")


def test_a_users_fragment_is_used_in_our_standalone_page(tmp_path: Path) -> None:
    write(tmp_path, r"mine: \VAR{ title }" + "\n", "latex/derivation.tex.j2")
    page = render(linear(), "latex", standalone=True, templates=tmp_path)
    assert "\\begin{document}" in page
    assert "mine: Derivation" in page


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{{ title }}\n{{ titel }}\n", "'titel' is undefined"),
        ("{{ title }}\n{% if %}\n", "Expected an expression"),
        ("{{ title }}\n{{ 1 / 0 }}\n", "division by zero"),
        ("{{ title }}\n{{ title + 1 }}\n", "can only concatenate str"),
        ("{{ title }}\n{{ ''.__class__.__mro__ }}\n", "unsafe"),
        ("{{ title }}\n{{ title.format.__globals__ }}\n", "unsafe"),
        ("{{ title }}\n{% include 'nowhere.j2' %}\n", "nowhere.j2"),
    ],
)
def test_a_broken_template_is_the_users_and_has_a_place(tmp_path: Path, text: str, words: str) -> None:
    write(tmp_path, text)
    with pytest.raises(InputError, match=words) as caught:
        render(linear(), "markdown", templates=tmp_path)
    assert caught.value.span is not None
    assert caught.value.span.source.name.endswith("derivation.md.j2")
    assert caught.value.span.line == 2


def test_a_missing_folder_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no template folder"):
        render(linear(), "markdown", templates=tmp_path / "none")


def test_a_template_that_is_no_text(tmp_path: Path) -> None:
    write(tmp_path, "")
    (tmp_path / "markdown" / "derivation.md.j2").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(InputError):
        render(linear(), "markdown", templates=tmp_path)


def test_the_text_of_a_network_is_never_a_template() -> None:
    hostile = replace(linear(), network=replace(linear().network, name=r"{{ 7 * 7 }} \VAR{ 7 * 7 } %% x"))
    for format_ in ("latex", "markdown", "text"):
        assert "49" not in render(hostile, format_)
