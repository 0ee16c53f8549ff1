"""Agencies: which names are those of a news agency."""

from __future__ import annotations

import pytest

from ingest.terms.agencies import agency


@pytest.mark.parametrize(
    "name",
    ["Thomson Reuters", "dpa-AFX", "Agence France-Presse", "the Associated  Press", "SDA", "dpa/wire", "Укринформ"],
)
def test_a_news_agency_is_known_by_its_name_and_by_that_of_its_branch(name: str) -> None:
    assert agency(name)


@pytest.mark.parametrize("name", ["Reutersville", "Ap Kowalski", "tts", "Bloomberg Philanthropies", ""])
def test_a_name_that_only_begins_as_an_agency_does_is_none(name: str) -> None:
    assert not agency(name)
