"""Feeds: the newest hits of any search as Atom (RFC 4287) and JSON Feed 1.1; and the sitemap of all items."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime
from urllib.parse import quote

from lxml import etree
from starlette.responses import Response

from archive.control_characters import in_xml
from db.citation.work import Work, instant, work
from db.model.item import Item
from db.query import harvest, held_items
from db.reading_room import answer
from db.reading_room.allowance import beginning
from db.reading_room.problem import Problem
from db.reading_room.visit import Visit, page
from db.search.search import newest_ids

NEWEST = 50
"""The number of entries in a feed."""
IN_SITEMAP = 10_000
"""The number of items in one sitemap; the index lists as many sitemaps as needed."""
ATOM, JSON_FEED, XML = "application/atom+xml; charset=utf-8", "application/feed+json", "application/xml; charset=utf-8"
_ATOM = "http://www.w3.org/2005/Atom"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_WHOLE_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def _found(visit: Visit) -> tuple[str, list[Item]]:
    query = visit.said("q")
    ids = newest_ids(visit.connection, query, NEWEST) if query else held_items.newest_ids(visit.connection, NEWEST)
    return query, list(held_items.by_ids(visit.connection, ids))


def _title(visit: Visit, query: str) -> str:
    name = visit.settings.name or "Creditline"
    return f"{name}: {query}" if query else name


def _id(item: Item) -> str:
    # Derive it from the item id, which never changes: the room may be read under several addresses, but the entry must
    # keep one id.
    return uuid.uuid5(uuid.NAMESPACE_URL, f"creditline:{item.id}").urn


def _summary(item: Item) -> str:
    """Return the beginning of the text; the whole text is only shown together with its terms."""
    return beginning(item.edition.text)


def _published(told: Work) -> str | None:
    # Feeds need a full date; leave out a bare month or year.
    return f"{told.date}T00:00:00Z" if _WHOLE_DAY.fullmatch(told.date) else None


def _search(visit: Visit, query: str) -> str:
    return visit.full(visit.url("/search", {"q": query}) if query else visit.url("/"))


def atom(visit: Visit) -> Response:
    """Return the newest hits of the query as Atom."""
    query, held = _found(visit)
    feed = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})
    itself = visit.full("/feed.atom") + (f"?q={quote(query, safe='', errors='replace')}" if query else "")
    _element(feed, "id", uuid.uuid5(uuid.NAMESPACE_URL, f"creditline-feed:{itself}").urn)
    _element(feed, "title", _title(visit, query))
    # Atom requires this even in a feed without entries (RFC 4287 section 4.1.1).
    _element(feed, "updated", instant(max((_changed(one) for one in held), default=datetime(1970, 1, 1, tzinfo=UTC))))
    _link(feed, "self", itself, "application/atom+xml")
    _link(feed, "alternate", _search(visit, query), "text/html")
    # An author of the feed, for entries without one: Atom requires an author for each (RFC 4287 section 4.1.2).
    _element(_element(feed, "author"), "name", visit.settings.name or "Creditline")
    _element(feed, "generator", "Creditline")
    for item in held:
        _entry(visit, feed, item)
    return answer.body_or_not_modified(visit, etree.tostring(feed, xml_declaration=True, encoding="UTF-8"), ATOM)


def _changed(item: Item) -> datetime:
    return item.edition.opened


def _entry(visit: Visit, feed: etree._Element, item: Item) -> None:
    told = work(item, visit.settings.name)
    entry = _element(feed, "entry")
    if told.language:
        entry.set("{http://www.w3.org/XML/1998/namespace}lang", told.language)
    _element(entry, "id", _id(item))
    _element(entry, "title", told.title)
    _element(entry, "updated", instant(_changed(item)))
    if published := _published(told):
        _element(entry, "published", published)
    for one in told.authors:
        _element(_element(entry, "author"), "name", one.printed)
    _link(entry, "alternate", visit.full(f"/items/{item.id}"), "text/html")
    # "via" is the publisher's page; "alternate" is the room's.
    _link(entry, "via", told.url, None)
    for tag in told.tags:
        _element(entry, "category").set("term", in_xml(tag))
    _element(entry, "summary", _summary(item))
    if told.rights:
        _element(entry, "rights", told.rights)


def _element(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    made = etree.SubElement(parent, f"{{{_ATOM}}}{name}")
    made.text = None if text is None else in_xml(text)
    return made


def _link(parent: etree._Element, relation: str, href: str, kind: str | None) -> None:
    made = _element(parent, "link")
    made.set("rel", relation)
    made.set("href", in_xml(href))
    if kind:
        made.set("type", kind)


def json_feed(visit: Visit) -> Response:
    """Return the newest hits of the query as JSON Feed."""
    query, held = _found(visit)
    itself = visit.full("/feed.json") + (f"?q={quote(query, safe='', errors='replace')}" if query else "")
    made = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(visit, query),
        "home_page_url": _search(visit, query),
        "feed_url": itself,
        "items": [_json_item(visit, one) for one in held],
    }
    return answer.json(visit, made, JSON_FEED)


def _json_item(visit: Visit, item: Item) -> dict[str, object]:
    told = work(item, visit.settings.name)
    said: dict[str, object | None] = {
        "id": _id(item),
        "url": visit.full(f"/items/{item.id}"),
        "external_url": told.url,
        "title": told.title,
        "content_text": _summary(item),
        "date_published": _published(told),
        "date_modified": instant(_changed(item)),
        "authors": [{"name": one.printed} for one in told.authors] or None,
        "tags": list(told.tags) or None,
        "language": told.language or None,
        # Names with an underscore are extensions; `about` says where they are described (JSON Feed 1.1).
        "_creditline": {
            "about": visit.full("/help"),
            "item": item.id,
            "edition": item.edition.id,
            "rights": told.rights,
        },
    }
    return {name: value for name, value in said.items() if value is not None}


# The sitemap: only for a room that is on the web.


def sitemap_index(visit: Visit) -> Response:
    """Return the index of the sitemaps of all items."""
    root = _public(visit)
    made = etree.Element(f"{{{_SITEMAP}}}sitemapindex", nsmap={None: _SITEMAP})
    for number in range(1, max(1, -(-harvest.count(visit.connection) // IN_SITEMAP)) + 1):
        _located(made, "sitemap", f"{root}/sitemap-{number}.xml", None)
    return answer.body_or_not_modified(visit, etree.tostring(made, xml_declaration=True, encoding="UTF-8"), XML)


def sitemap(visit: Visit) -> Response:
    """Return one sitemap: the pages of items, each with the day of its last change."""
    root = _public(visit)
    number = visit.part("number")
    # Accept only one way of writing each number: "/sitemap-01.xml" would be a second address of the same page.
    if not re.fullmatch(r"[1-9]\d{0,4}", number, re.ASCII):
        raise Problem(404)
    made = etree.Element(f"{{{_SITEMAP}}}urlset", nsmap={None: _SITEMAP})
    for entry in harvest.piece(visit.connection, (int(number) - 1) * IN_SITEMAP, IN_SITEMAP):
        _located(made, "url", f"{root}/items/{entry.item}", entry.changed)
    return answer.body_or_not_modified(visit, etree.tostring(made, xml_declaration=True, encoding="UTF-8"), XML)


def _public(visit: Visit) -> str:
    if visit.settings.public_url is None:
        raise Problem(404, "No sitemap", "A room that is not on the web has none: start it with --public-url.")
    return visit.settings.public_url.rstrip("/")


def _located(parent: etree._Element, name: str, url: str, changed: datetime | None) -> None:
    made = etree.SubElement(parent, f"{{{_SITEMAP}}}{name}")
    etree.SubElement(made, f"{{{_SITEMAP}}}loc").text = url
    if changed is not None:
        etree.SubElement(made, f"{{{_SITEMAP}}}lastmod").text = instant(changed)


ROUTES = (
    page("/feed.atom", atom),
    page("/feed.json", json_feed),
    page("/search.atom", atom),
    page("/sitemap.xml", sitemap_index),
    page("/sitemap-{number}.xml", sitemap),
)
