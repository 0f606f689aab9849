"""The committed gallery is what the tool makes today."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Command
from tools.gallery import OUTPUTS, Page, index, pages, stray
from tools.listings import LISTINGS, Listing

HINT = "stale; run `.venv/bin/python -m tools.gallery`"


@pytest.mark.slow
@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_page_is_fresh(page: Page) -> None:
    for path, text in page.render().items():
        assert (OUTPUTS / path).read_text(encoding="utf-8") == text, f"{path} is {HINT}"


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.name)
def test_every_listing_is_fresh(listing: Listing, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The committed file is what the command beside it in the index writes."""
    monkeypatch.chdir(tmp_path)
    assert command(*listing.command, "-q").code == 0
    files = listing.render()
    assert {path.name for path in tmp_path.iterdir()} == {Path(path).name for path in files}
    for path, text in files.items():
        assert (tmp_path / Path(path).name).read_text(encoding="utf-8") == text, path
        assert (OUTPUTS / path).read_text(encoding="utf-8") == text, f"{path} is {HINT}"


def test_the_index_is_fresh_and_nothing_lies_about() -> None:
    assert (OUTPUTS / "README.md").read_text(encoding="utf-8") == index(), HINT
    made = {path for page in pages() for path in page.files.values()} | {path for each in LISTINGS for path in each.render()}
    assert stray({"README.md", *made}) == []
