"""Lists of names: only what counts on may be left out."""

from __future__ import annotations

import pytest

from symprop.derivation import derive
from symprop.model.expr import Ref
from symprop.model.reader import read_network
from symprop.render import render
from symprop.render.lists import listed

CASES = {
    "one": ("w", "w"),
    "two": ("w v", "w and v"),
    "three that count on are written out": ("w_1 w_2 w_3", "w_1, w_2 and w_3"),
    "a run": ("w_1 w_2 w_3 w_4", "w_1, …, w_4"),
    "a run and more": ("w_1 w_2 w_3 w_4 b", "w_1, …, w_4 and b"),
    "two runs": ("w_8 w_9 w_10 w_11 b_h1 b_h2 b_h3 b_h4", "w_8, …, w_11 and b_h1, …, b_h4"),
    "no run across stems": ("w_1 b_1 w_2 b_2 w_3", "w_1, b_1, w_2, b_2 and w_3"),
    "no run over a gap": ("u_11 u_12 u_21 u_22", "u_11, u_12, u_21 and u_22"),
    "too many": (" ".join("abcdefghijklm"), "a, b, c, d, e, f, … (13 in all)"),
}


@pytest.mark.parametrize(("names", "text"), CASES.values(), ids=CASES)
def test_listed(names: str, text: str) -> None:
    refs = [Ref(name) for name in names.split()]
    phrase = listed(refs, [(ref,) for ref in refs])
    assert "".join(part if isinstance(part, str) else part.name for part in phrase) == text  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("network", "wrt", "title"),
    [
        ("y = w_1 x_1 + w_2 x_2", (), "Derivation of ∂E/∂w_1 and ∂E/∂w_2"),
        ("y = w_1 a + w_2 c + w_3 d + w_4 f", (), "Derivation of ∂E/∂w_1, …, ∂E/∂w_4"),
        ("y = w_1 x + v_1 x² + u x³ + b", (), "Derivation of the gradients of E"),
        ("y = w_1 a + w_2 c + w_3 d + w_4 f", ("a", "c", "d", "f"), "Derivation of the derivatives of E"),
    ],
)
def test_titles(network: str, wrt: tuple[str, ...], title: str) -> None:
    page = render(derive(read_network(network), wrt=wrt, style="delta", detail=1), "text")
    assert page.splitlines()[0] == title
