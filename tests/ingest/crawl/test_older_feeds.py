"""Further pages of a feed are requested only if nothing else lists the texts of a publisher, and only for news."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from db.catalogue import Catalogue
from db.model.coverage import Source
from ingest.crawl.older_feeds import PAGES, OlderFeeds

URL = "http://institute.example/feed/?paged=2"


def test_older_entries_are_requested_once_if_no_list_names_all_texts() -> None:
    feeds = OlderFeeds()
    feeds.hear("in", [Source.FEED, Source.ARCHIVE])
    feeds.offer("in", URL, 1)
    assert feeds.take("other") is None
    assert (feeds.take("in"), feeds.take("in")) == ((URL, 1), None)
    feeds.offer("in", URL, PAGES)
    assert feeds.take("in") is None


@pytest.mark.parametrize("source", [Source.SITEMAP, Source.REST])
def test_a_list_of_all_texts_makes_older_entries_needless(source: Source) -> None:
    feeds = OlderFeeds()
    feeds.offer("in", URL, 1)
    feeds.hear("in", [source])
    assert feeds.take("in") is None


def feed(texts: list[Any]) -> str:
    entries = "".join(f"<item><title>{one.title}</title><link>{one.url}</link></item>" for one in texts)
    return f'<rss version="2.0"><channel><generator>https://wordpress.org/?v=6.4</generator>{entries}</channel></rss>'


@pytest.mark.slow
@pytest.mark.parametrize("listed", [False, True], ids=["a feed alone", "a sitemap too"])
def test_texts_that_only_the_older_pages_of_a_feed_name_are_held(
    samples: Any, visited: Callable[..., Any], *, listed: bool
) -> None:
    texts = samples.articles(7)
    made = samples.Make(texts, {one.path: samples.article(one) for one in texts})
    announced = '<link rel="alternate" type="application/rss+xml" href="/feed/">'
    made.pages["/"] = samples.page("Institute", "<p>Texts on harbours and rivers.</p>", announced)
    for n, at in enumerate(range(0, len(texts), 3), start=1):
        made.pages["/feed/" if n == 1 else f"/feed/?paged={n}"] = feed(texts[at : at + 3])
    if listed:
        urls = "".join(f"<url><loc>{one.url}</loc></url>" for one in texts)
        made.pages["/sitemap.xml"] = f"<urlset>{urls}</urlset>"
    begun = visited(made)
    begun.again()
    with Catalogue.open(begun.layout.catalogue, read_only=True) as catalogue:
        held = {item.url for item in catalogue.items(catalogue.all_item_ids())}
    assert {one.url for one in texts} <= held
    assert begun.site.visits("paged=") == (0 if listed else 3)  # the last is 404
    begun.again()
    assert begun.site.visits("paged=") == 0
