"""Names: the pages and further lists that an answer names, whatever its form. Pure."""

from __future__ import annotations

from archive.exchange import Response
from ingest.discovery import rest
from ingest.discovery.feeds import read_feed
from ingest.discovery.hints import read_hints
from ingest.discovery.naming import Named
from ingest.discovery.sitemaps import read_sitemap
from ingest.robots import Robots


def read_names(answer: Response, purpose: str) -> Named:
    """Return what *answer*, which was asked for with *purpose*, names."""
    found = answer.entity()
    if purpose == "home":
        hints = read_hints(found)
        return Named(feeds=hints.feeds, rest=hints.rest)
    if purpose == "robots":
        return Named(sitemaps=Robots.parse(found.body).sitemaps())
    if purpose == "types":
        return Named(kinds=rest.kinds(found.body))
    if purpose == "sitemap":
        said = read_sitemap(found.body, answer.url)
        return Named(said.pages, tuple(one.url for one in said.sitemaps), beyond=said.beyond)
    listed = read_feed(found.body, answer.url)
    return Named(tuple(entry.listed for entry in listed.entries), beyond=listed.beyond)
