"""Feeds: read the entries of an RSS, Atom or JSON feed from its bytes. Pure."""

from __future__ import annotations

import calendar
import io
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from archive.errors import UrlRefused
from archive.http.url import read_target
from ingest.discovery.listed import Listed, read_instant
from ingest.markup.json_scripts import stored

# A feed lists the newest texts. A larger file is an export, and feedparser would build all of it in memory.
SIZE_LIMIT = 10 * 1024 * 1024
ENTRIES_LIMIT = 5000
# Python refuses to read a number of thousands of digits.
_PAGE = re.compile(r"\d{1,9}")

# feedparser promises not to raise, but does: for a charset with a NUL, an invalid byte in the XML declaration, and
# markup that its lenient parser cannot handle.
_FEEDPARSER_FAULTS = (ValueError, LookupError, AttributeError, TypeError, AssertionError, RecursionError)


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One text as a feed lists it.

    Attributes:
        title, author: as printed, or None. The author in a feed is often a login name, so it is weak evidence.
        published, updated: aware datetimes in UTC, or None.
    """

    url: str
    title: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    author: str | None = None

    @property
    def listed(self) -> Listed:
        """The page and the time of its last change."""
        return Listed(self.url, self.updated or self.published)


@dataclass(frozen=True, slots=True)
class FeedFound:
    """The contents of a feed.

    Attributes:
        entries: in the order of the feed.
        notes: what was wrong with the feed, in words.
        beyond: what was left out because a limit was reached, in words, or None.
        older: the URL of the page of the feed with the next older entries, or None. It may not exist.
    """

    entries: tuple[FeedEntry, ...] = ()
    title: str | None = None
    notes: tuple[str, ...] = ()
    beyond: str | None = None
    older: str | None = None


def read_feed(body: bytes, url: str) -> FeedFound:
    """Read the feed *body* fetched from *url*: RSS 0.9x to 2.0, RDF, Atom or JSON Feed 1.x.

    Never raises and never fetches. Document type declarations are removed, so entities are not expanded. Entries
    without a web address are left out and counted in the notes.
    """
    cut = f"cut at {SIZE_LIMIT} bytes" if len(body) > SIZE_LIMIT else None
    # Cut a long feed instead of refusing it, because the newest entries come first.
    body = body[:SIZE_LIMIT]
    found = _read_json(body, url) if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else _read_xml(body, url)
    return replace(found, beyond="; ".join(filter(None, (cut, found.beyond))) or None)


def _without_doctype(body: bytes) -> bytes:
    """Return *body* without its document type declaration; if the declaration has no end, cut *body* there."""
    begins = body.find(b"<!DOCTYPE")
    if begins < 0:
        return body
    bracket, ends = body.find(b"[", begins), body.find(b">", begins)
    if 0 <= bracket < ends:
        ends = body.find(b">", body.find(b"]", bracket)) if body.find(b"]", bracket) > 0 else -1
    return body[:begins] + (body[ends + 1 :].replace(b"<!DOCTYPE", b"") if ends > 0 else b"")


def _read_xml(body: bytes, url: str) -> FeedFound:
    """Read RSS, RDF or Atom with feedparser."""
    # Imported here to save memory and time in the run's own process, which leaves the reading of feeds to others.
    import feedparser

    # Always pass a stream: feedparser tries bytes and text as a file name or URL first.
    stream = io.BytesIO(_without_doctype(body))
    # Always claim this type: feedparser reports feeds sent as text/html as broken, and decodes text/xml as ASCII.
    headers = {"content-location": url, "content-type": "application/xml"}
    try:
        parsed = feedparser.parse(stream, response_headers=headers, sanitize_html=False)
    except _FEEDPARSER_FAULTS as error:
        return FeedFound(notes=(f"not a readable feed: {str(error)[:120]}",))
    entries = [_xml_entry(raw, url) for raw in parsed.entries[:ENTRIES_LIMIT]]
    notes = [] if parsed.get("version") else ["no feed"]
    # Many feeds are not well-formed, but their entries can be read.
    if parsed.get("bozo") and parsed.get("version"):
        notes.append(f"not sound: {str(parsed.get('bozo_exception'))[:120]}")
    found = _feed_found(entries, _text(parsed.feed, "title"), notes, len(parsed.entries))
    return replace(found, older=_older(parsed.feed, url) if entries else None)


def _older(feed: Mapping[str, object], url: str) -> str | None:
    """Return where the older entries are: as the feed says (RFC 5005), or on the next page of WordPress's feed."""
    links = feed.get("links")
    for relation in ("next", "prev-archive"):
        for link in links if isinstance(links, list) else ():
            if isinstance(link, dict) and link.get("rel") == relation:
                return _resolved(_text(link, "href"), url)
    if "wordpress.org" not in (_text(feed, "generator") or ""):
        return None
    place, _, query = url.partition("?")
    pairs = [pair for pair in query.split("&") if pair]
    number = next((value for name, _, value in (pair.partition("=") for pair in pairs) if name == "paged"), "1")
    kept = [pair for pair in pairs if not pair.startswith("paged=")]
    return f"{place}?{'&'.join((*kept, f'paged={int(number) + 1}'))}" if _PAGE.fullmatch(number) else None


def _resolved(location: str | None, base: str) -> str | None:
    try:
        return read_target(location, base).url if location else None
    except UrlRefused:
        return None


def _xml_entry(raw: Mapping[str, object], base: str) -> FeedEntry | None:
    return _feed_entry(
        base,
        _text(raw, "link") or _alternate_link(raw),
        title=_text(raw, "title"),
        dates=(_instant(raw, "published_parsed"), _instant(raw, "updated_parsed")),
        author=_text(raw, "author"),
    )


def _alternate_link(raw: Mapping[str, object]) -> str | None:
    """Return the alternate link of an entry that is not to HTML; feedparser ignores such links."""
    links = raw.get("links")
    listed = [link for link in links if isinstance(link, dict)] if isinstance(links, list) else []
    return next(
        (href for one in listed if one.get("rel", "alternate") == "alternate" and (href := _text(one, "href"))), None
    )


def _instant(raw: Mapping[str, object], name: str) -> datetime | None:
    """Return the date *name* of an entry as parsed by feedparser, in UTC; None if missing or out of range."""
    # Check that the date exists: otherwise feedparser returns the other date, with a warning.
    value = raw[name] if name in raw else None  # noqa: SIM401 - get() is the call that warns
    if not isinstance(value, time.struct_time):
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(value), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _read_json(body: bytes, url: str) -> FeedFound:
    """Read a JSON Feed (https://www.jsonfeed.org/version/1.1/)."""
    try:
        data = stored(json.loads(text := body.decode("utf-8-sig", "replace")), text)
    except (ValueError, RecursionError):
        return FeedFound(notes=("not sound JSON",))
    items = data.get("items")
    # Only the version distinguishes a JSON Feed from other JSON that has "items".
    if not isinstance(items, list) or "jsonfeed.org" not in str(data.get("version")):
        return FeedFound(notes=("no feed",))
    entries = [_json_entry(item, url) for item in items[:ENTRIES_LIMIT] if isinstance(item, dict)]
    found = _feed_found(entries, _text(data, "title"), [], len(items))
    return replace(found, older=_resolved(_text(data, "next_url"), url))


def _json_entry(item: Mapping[str, object], base: str) -> FeedEntry | None:
    """Return an item of a JSON Feed; None if it has no web address."""
    authors = item.get("authors")
    # Version 1.1 has `authors`, version 1.0 has `author`.
    first = authors[0] if isinstance(authors, list) and authors else item.get("author")
    return _feed_entry(
        base,
        _text(item, "url"),
        title=_text(item, "title"),
        dates=(read_instant(_text(item, "date_published")), read_instant(_text(item, "date_modified"))),
        author=_text(first, "name") if isinstance(first, dict) else None,
    )


def _feed_entry(
    base: str,
    location: str | None,
    *,
    title: str | None,
    dates: tuple[datetime | None, datetime | None],
    author: str | None,
) -> FeedEntry | None:
    """Return the entry at *location*; None if that is not a web address. *dates*: published and updated."""
    url = _resolved(location, base)
    return FeedEntry(url, title, dates[0], dates[1], author) if url else None


def _feed_found(entries: list[FeedEntry | None], title: str | None, notes: list[str], count: int) -> FeedFound:
    kept = tuple(entry for entry in entries if entry is not None)
    if len(kept) < len(entries):
        notes = [*notes, f"{len(entries) - len(kept)} entries without a web address"]
    beyond = f"{count - ENTRIES_LIMIT} entries beyond {ENTRIES_LIMIT} left out" if count > ENTRIES_LIMIT else None
    return FeedFound(kept, title, tuple(notes), beyond)


def _text(raw: Mapping[str, object], name: str) -> str | None:
    value = raw.get(name)
    return value.strip() or None if isinstance(value, str) else None
