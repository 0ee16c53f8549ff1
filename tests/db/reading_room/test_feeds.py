"""Feeds of any search, read by a feed reader and checked against the schema; sitemaps only of a room on the web."""

from __future__ import annotations

from typing import Any

import feedparser
import pytest
from lxml import etree
from starlette.testclient import TestClient

from archive.warc.capture import NoteKind
from db.catalogue import Catalogue

jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
WORDS = {"type": "string", "minLength": 1}
URL = {"type": "string", "format": "uri", "pattern": "^https?://"}
INSTANT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
# As https://jsonfeed.org/version/1.1 defines it.
JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": WORDS,
        "home_page_url": URL,
        "feed_url": URL,
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id"],
                "anyOf": [{"required": ["content_text"]}, {"required": ["content_html"]}],
                "properties": {
                    "id": WORDS,
                    "url": URL,
                    "external_url": URL,
                    "title": WORDS,
                    "content_text": {"type": "string"},
                    "date_published": INSTANT,
                    "date_modified": INSTANT,
                    "authors": {"type": "array", "items": {"type": "object", "required": ["name"]}},
                    "tags": {"type": "array", "items": WORDS},
                    "language": WORDS,
                },
                "patternProperties": {"^_": {"type": "object"}},
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}


def test_search_feed_is_valid_atom(one_room: TestClient) -> None:
    told = one_room.get("/feed.atom", params={"q": "cables"})
    assert told.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = feedparser.parse(told.content)
    assert not feed.bozo
    assert feed.feed.title == "The Archive: cables"
    (entry,) = feed.entries
    assert entry.title == "Cables"
    assert entry.author == "Łukasz Żak"
    assert [tag.term for tag in entry.tags] == ["Black Sea", "Łódź"]
    assert entry.summary == "Cables of the Baltic sea, and of the Black one."
    assert entry.published == "2023-04-24T00:00:00Z"
    assert {link.rel for link in entry.links} == {"alternate", "via"}
    assert entry.rights == "Texts may be republished with credit."


def test_feed_without_query_has_the_newest_items(one_room: TestClient) -> None:
    assert len(feedparser.parse(one_room.get("/feed.atom").content).entries) == 3
    assert len(one_room.get("/feed.json").json()["items"]) == 3


def test_json_feed_is_valid(one_room: TestClient) -> None:
    told = one_room.get("/feed.json", params={"q": "cables"})
    assert told.headers["content-type"] == "application/feed+json"
    jsonschema.validate(told.json(), JSON_FEED)
    assert told.json()["items"][0]["title"] == "Cables"


def test_feed_entry_keeps_its_id_and_an_unchanged_feed_gets_304(one_room: TestClient) -> None:
    ids = {one_room.get("/feed.json", params={"q": q}).json()["items"][0]["id"] for q in ("cables", "baltic")}
    assert len(ids) == 1
    first = one_room.get("/feed.atom")
    assert one_room.get("/feed.atom", headers={"If-None-Match": first.headers["etag"]}).status_code == 304


def test_feed_omits_withheld_items(articles: Catalogue, builder: Any, room: TestClient) -> None:
    item = articles.item("https://institute.example/anaklia")
    assert item is not None
    articles.add_note(builder.note(60, NoteKind.WITHHOLDING, {"reason": "by order"}, about=item.id))
    for path in ("/feed.atom", "/feed.json", "/feed.atom?q=georgia", "/feed.json?q=anaklia"):
        assert "naklia" not in room.get(path).text.replace("q=anaklia", "").replace(": anaklia", "")


def test_feed_is_well_formed_for_any_query(one_room: TestClient) -> None:
    for query in ("\x00", '"', "<b>&", "\U0001f600", "title:", "a" * 500, "\x0b]]>"):
        etree.fromstring(one_room.get("/feed.atom", params={"q": query}).content)
        jsonschema.validate(one_room.get("/feed.json", params={"q": query}).json(), JSON_FEED)


def test_only_a_public_room_has_a_sitemap(opened: Any) -> None:
    assert opened().get("/sitemap.xml").status_code == 404
    public = opened(public_url="https://archive.example")
    index = etree.fromstring(public.get("/sitemap.xml").content)
    assert [one.text for one in index.iter("{*}loc")] == ["https://archive.example/sitemap-1.xml"]
    listed = etree.fromstring(public.get("/sitemap-1.xml").content)
    assert len(list(listed.iter("{*}loc"))) == 3
    assert all((one.text or "").startswith("https://archive.example/items/institute-") for one in listed.iter("{*}loc"))
    assert public.get("/sitemap-x.xml").status_code == 404
