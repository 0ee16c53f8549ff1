"""A list of the site's categories in a side column says nothing about the text beside it."""

from __future__ import annotations

import pytest

from archive.http.exchange import Entity
from db.model.item import Context
from ingest.demo.articles import load
from ingest.demo.site import Site
from ingest.reading import read


@pytest.mark.parametrize("path", ["/about/", "/terms-of-use/"])
def test_the_sites_list_of_categories_gives_a_page_no_tags(path: str) -> None:
    page = Site(load()).respond("GET", path, {})
    assert b"/category/commentary/" in page.body
    url = f"http://institute.example{path}"
    assert read(Entity(url, page.body, "text/html"), Context(url)).tags == ()
