"""Reach: how far a section's terms page applies, judged by its address alone."""

from __future__ import annotations

import pytest

from db.terms.reach import folder_of, section_keys


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("https://institute.example/terms", None),
        ("https://institute.example/terms/", None),
        ("https://institute.example/en/terms/", None),
        ("https://institute.example/pt-br/terms/", None),
        ("https://institute.example/pl_PL/terms/", None),
        ("https://www.institute.example/review/terms/", "institute.example/review/"),
        ("https://institute.example/en/review/terms/", "institute.example/en/review/"),
        ("https://institute.example/a/b/terms?x=1", "institute.example/a/b/"),
        ("https://institute.example/eng/terms/", "institute.example/eng/"),
        ("https://institute.example/", None),
        ("no address", None),
    ],
)
def test_section_of_a_terms_page_is_read_from_its_url(url: str, folder: str | None) -> None:
    assert folder_of(url) == folder


def test_links_to_section_terms_are_stored_once_each() -> None:
    links = (
        "https://institute.example/review/terms/",
        "https://institute.example/terms/",
        "https://institute.example/blog/terms",
        "https://www.institute.example/review/terms",
    )
    assert section_keys(links) == " institute.example/blog/terms institute.example/review/terms "


def test_links_to_site_terms_are_not_stored() -> None:
    assert section_keys(("https://institute.example/terms/",)) == ""
    assert section_keys(()) == ""
