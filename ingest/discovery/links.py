"""Outlinks: read the pages and further lists that a response names, whatever its format. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from archive.errors import Damaged
from archive.http.exchange import Response
from archive.replay import Stored
from ingest.discovery import json_api, rest
from ingest.discovery.feeds import read_feed
from ingest.discovery.hints import read_hints
from ingest.discovery.listed import Listed
from ingest.discovery.robots_txt import Robots
from ingest.discovery.sitemaps import read_sitemap

LISTS = frozenset({"home", "robots", "types", "json_api", "sitemap", "feed"})
"""The purposes of requests whose responses name pages or further lists."""


@dataclass(frozen=True, slots=True)
class Outlinks:
    """What a response names. Reader processes return this to the run.

    Attributes:
        pages: with the time of their last change, if stated.
        sitemaps, feeds: URLs of further lists; of a feed, its page with older entries.
        rest: the URL of the WordPress REST API, or None.
        kinds: the names of the kinds of text that the API lists.
        json_api: the URL of Drupal's interface, or of the lists that it names.
        beyond: why some of the names are missing here: the reader gave up, or a limit was reached; None if all are
            here.
    """

    pages: tuple[Listed, ...] = ()
    sitemaps: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    rest: str | None = None
    kinds: tuple[str, ...] = ()
    json_api: tuple[str, ...] = ()
    beyond: str | None = None


def given_up(reason: str) -> Outlinks:
    """Return the outlinks for a response that the reader could not read, with the *reason*."""
    return Outlinks(beyond=reason)


def read_names(answer: Response | Stored, purpose: str) -> Outlinks:
    """Return what *answer*, the response to a request with *purpose*, names. A stored one is read from its file."""
    try:
        answer = answer.response() if isinstance(answer, Stored) else answer
    except Damaged as error:
        return given_up(str(error))
    found = answer.entity()
    if purpose == "home":
        hints = read_hints(found)
        # The links in the body are not read here, because the home page is also read as a page.
        translated = tuple(Listed(url, language=language) for language, url in hints.translations)
        drupal = json_api.root(found.url) if (hints.generator or "").startswith("Drupal") else None
        return Outlinks(translated, feeds=hints.feeds, rest=hints.rest, json_api=(drupal,) if drupal else ())
    if purpose == "robots":
        return Outlinks(sitemaps=Robots.parse(found.body).sitemaps())
    if purpose == "types":
        return Outlinks(kinds=rest.kinds(found.body))
    if purpose == "json_api":
        listed_there, lists = json_api.pages(found.body, answer.url), json_api.further(found.body, answer.url)
        return Outlinks(listed_there, json_api=lists)
    if purpose == "sitemap":
        said = read_sitemap(found.body, answer.url)
        return Outlinks(said.pages, tuple(one.url for one in said.sitemaps), beyond=said.beyond)
    listed = read_feed(found.body, answer.url)
    older = (listed.older,) if listed.older else ()
    return Outlinks(tuple(entry.listed for entry in listed.entries), feeds=older, beyond=listed.beyond)
