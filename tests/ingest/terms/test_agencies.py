"""Agencies: which names are those of a news agency."""

from __future__ import annotations

import pytest

from ingest.terms.agencies import agency


@pytest.mark.parametrize(
    "name",
    ["Thomson Reuters", "dpa-AFX", "Agence France-Presse", "the Associated  Press", "SDA", "dpa/wire", "Укринформ"],
)
def test_a_news_agency_is_recognised_by_its_name_or_that_of_a_branch(name: str) -> None:
    assert agency(name)


@pytest.mark.parametrize("name", ["Reutersville", "Ap Kowalski", "tts", "Bloomberg Philanthropies", ""])
def test_a_name_that_only_begins_like_an_agency_is_not_one(name: str) -> None:
    assert not agency(name)
