"""What derive prints, check reads: a sample of the pages (``python -m tools.campaign keystone`` walks them all)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from symprop.check.report import Outcome
from symprop.cli.bundled import examples
from symprop.derivation import STYLES
from tools.campaign.keystone import SUFFIXES, Page, judge, told

MOST_UNDECIDED = 3
"""Rules in general terms on one page, which speak of weights that no network of that page has."""


def sample() -> Iterator[Page]:
    """One page of every example, each in another style and format, and some in the manner of profiles."""
    told_in = [style for style in STYLES if style != "expanded"]
    for number, example in enumerate(examples()):
        yield Page(example, told_in[number % len(told_in)], 2, list(SUFFIXES)[number // 2 % 2])
    yield Page("linear", "expanded", 2, "markdown")
    yield from [page for page in told() if page.style == "delta"][3::37]


@pytest.mark.parametrize("page", list(sample()), ids=lambda page: page.file)
def test_every_relation_of_a_page_holds(page: Page) -> None:
    result = judge(page)
    if result is None:
        pytest.skip("the style does not tell this network")
    undecided = [finding for finding in result.bad if finding.outcome is Outcome.UNDECIDED]
    assert [finding for finding in result.bad if finding not in undecided] == []
    assert len(undecided) <= MOST_UNDECIDED, undecided
    assert all(finding.message for finding in undecided)
    assert result.held > len(undecided)
