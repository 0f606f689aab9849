"""The committed gallery is what the tool makes today."""

from __future__ import annotations

import pytest

from tools.gallery import OUTPUTS, Page, index, pages, stray

HINT = "stale; run `.venv/bin/python tools/gallery.py`"


@pytest.mark.slow
@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_page_is_fresh(page: Page) -> None:
    for path, text in page.render().items():
        assert (OUTPUTS / path).read_text(encoding="utf-8") == text, f"{path} is {HINT}"


def test_the_index_is_fresh_and_nothing_lies_about() -> None:
    assert (OUTPUTS / "README.md").read_text(encoding="utf-8") == index(), HINT
    assert stray({"README.md", *(path for page in pages() for path in page.files.values())}) == []
