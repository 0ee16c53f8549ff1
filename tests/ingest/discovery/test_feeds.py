"""What feeds list: complete, broken or hostile."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.discovery.feeds import FeedEntry, read_feed
from ingest.discovery.listed import Listed

HERE = "https://institute.example/feed/"
WHEN = datetime(2023, 4, 24, 8, 0, tzinfo=UTC)
RSS = (
    b'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
    b"<title>Institute</title><item><title>Water &amp; power</title><link>https://institute.example/a</link>"
    b"<dc:creator>anna</dc:creator><pubDate>Mon, 24 Apr 2023 10:00:00 +0200</pubDate></item></channel></rss>"
)


def test_rss_is_read_with_title_author_and_date() -> None:
    found = read_feed(RSS, HERE)
    assert found.title == "Institute"
    assert found.notes == ()
    [entry] = found.entries
    assert (entry.url, entry.title, entry.author) == ("https://institute.example/a", "Water & power", "anna")
    assert entry.published == WHEN
    assert entry.listed == Listed("https://institute.example/a", WHEN)


def test_atom_links_are_resolved_against_their_base() -> None:
    body = (
        b'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/b/"><title>t</title><entry><link href="ok"/>'
        b"<published>2023-04-20T00:00:00Z</published><updated>2023-04-24T08:00:00Z</updated></entry></feed>"
    )
    [entry] = read_feed(body, HERE).entries
    assert (entry.url, entry.listed.lastmod) == ("https://institute.example/b/ok", WHEN)


def test_a_json_feed_is_read() -> None:
    item = {
        "url": "/a",
        "title": "T",
        "date_published": "2023-04-24T10:00:00+02:00",
        "authors": [{"name": "Anna"}],
    }
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Institute",
        "items": [item, {"id": "x"}, 3],
    }
    found = read_feed(json.dumps(feed).encode(), HERE)
    assert found.entries == (FeedEntry("https://institute.example/a", "T", WHEN, None, "Anna"),)
    assert found.notes == ("1 entries without a web address",)


@pytest.mark.parametrize(
    "declared", [b'<!ENTITY x SYSTEM "file:///etc/passwd">', b'<!ENTITY y "ha"><!ENTITY x "&y;&y;">']
)
def test_no_entity_is_expanded(declared: bytes) -> None:
    body = RSS.replace(b"<rss", b"<!DOCTYPE rss [%s]><rss" % declared).replace(b"Water", b"Water &x;")
    [entry] = read_feed(body, HERE).entries
    assert entry.title is not None
    assert "ha" not in entry.title
    assert "root:" not in entry.title


def test_a_broken_feed_gives_the_entries_that_can_be_read() -> None:
    found = read_feed(RSS.replace(b"&amp;", b"& &nbsp;")[:-30], HERE)
    assert [entry.url for entry in found.entries] == ["https://institute.example/a"]
    assert found.notes[0].startswith("not sound")


def test_a_feed_that_is_a_file_name_does_not_open_the_file(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(RSS)
    assert read_feed(str(path).encode(), HERE).entries == ()


@pytest.mark.parametrize(
    "body", [b"", b"<!doctype html><p>x", b"{}", b'{"items": 3}', b"{", b"[" * 9000, b"http://a.example/"]
)
def test_bytes_that_are_not_a_feed_are_reported(body: bytes) -> None:
    found = read_feed(body, HERE)
    assert found.entries == ()
    assert found.notes


@given(st.binary(max_size=120), st.integers(0, 300))
@settings(max_examples=60, deadline=None)
def test_no_bytes_make_the_reader_raise(noise: bytes, at: int) -> None:
    read_feed(RSS[:at] + noise + RSS[at:], HERE)
    read_feed(b'{"version": "https://jsonfeed.org/version/1", "items": [' + noise, HERE)


def test_an_entry_leads_to_its_alternate_link_of_any_type() -> None:
    body = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><link rel="self" href="/api/1"/><link rel="alternate" '
        b'type="application/pdf" href="/paper.pdf"/></entry><entry><link rel="edit" href="/api/2"/></entry>'
        b'<entry><link type="text/plain" href="/note.txt"/><link type="text/html" href="/note"/></entry></feed>'
    )
    found = read_feed(body, HERE)
    assert [entry.url.rpartition("/")[2] for entry in found.entries] == ["paper.pdf", "note"]
    assert found.notes == ("1 entries without a web address",)


def channel(head: str, *, entries: str = "<item><link>https://institute.example/a</link></item>") -> bytes:
    atom = 'xmlns:atom="http://www.w3.org/2005/Atom"'
    return f'<rss version="2.0" {atom}><channel><title>T</title>{head}{entries}</channel></rss>'.encode()


WORDPRESS = "<generator>https://wordpress.org/?v=6.4.3</generator>"


@pytest.mark.parametrize(
    ("url", "body", "older"),
    [
        (HERE, channel('<atom:link rel="next" href="?page=2"/>'), f"{HERE}?page=2"),
        (HERE, channel('<atom:link rel="prev-archive" href="/2022.xml"/>'), "https://institute.example/2022.xml"),
        (HERE, channel(WORDPRESS), f"{HERE}?paged=2"),
        (f"{HERE}?lang=en&paged=9", channel(WORDPRESS), f"{HERE}?lang=en&paged=10"),
        (f"{HERE}?paged=x", channel(WORDPRESS), None),
        pytest.param(f"{HERE}?paged={'9' * 5000}", channel(WORDPRESS), None, id="thousands of digits"),
        (HERE, channel(WORDPRESS, entries=""), None),
        (HERE, channel("<generator>Hugo</generator>"), None),
        (HERE, channel('<atom:link rel="self" href="/feed/"/>'), None),
        (HERE, channel('<atom:link rel="next" href="http://[x"/>'), None),
        (
            HERE,
            json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [], "next_url": "?b=2"}).encode(),
            f"{HERE}?b=2",
        ),
    ],
)
def test_a_feed_says_where_its_older_entries_are(url: str, body: bytes, older: str | None) -> None:
    assert read_feed(body, url).older == older
