"""Entries of feeds and REST answers: what each says about a text, and that its bytes say it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from archive.evidence.locate import words_at
from archive.http.exchange import Entity
from db.model.item import EntryField, Origin, Witness
from ingest.reading.feeds.entries import entries

URL = "https://institute.example/list"
POST = {
    "id": 7,
    "type": "post",
    "date": "2023-04-24T09:30:00",
    "modified": "2023-05-02T10:00:00",
    "modified_gmt": "2023-05-02T08:00:00",
    "link": "https://institute.example/amber/",
    "guid": {"rendered": "https://institute.example/?p=1667"},
    "title": {"rendered": "The Amber Road &#8211; reopened <em>at last</em>"},
    "content": {"rendered": "<p>One.</p>\n<p><!--nextpage--></p>\n<p>Two.</p>"},
    "meta": {"footnotes": "", "house_byline": "Łucja Żak i Jan Kos"},
    "_embedded": {
        "author": [{"id": 2, "name": "Anna Nowak", "description": "Anna Nowak writes here."}],
        "replies": [[{"author_name": "Reader"}]],
        "wp:term": [
            [{"name": "Reports", "taxonomy": "category"}, {"name": "Uncategorized", "taxonomy": "category"}],
            [{"name": 'C++ &amp; "quotes"', "taxonomy": "post_tag"}, {"name": "łódź/port", "taxonomy": "post_tag"}],
            [{"name": "en", "taxonomy": "language"}],
        ],
    },
}


def read(body: str | bytes, media_type: str, *, charset: str | None = "utf-8") -> tuple[Witness, ...]:
    """Read a list, and check that the bytes of every claim say its words."""
    data = body.encode() if isinstance(body, str) else body
    found = entries(Entity(URL, data, media_type, charset), "urn:list")
    assert found is not None
    for one in found:
        assert one.capture == "urn:list"
        for said in one.said:
            assert said.evidence.capture == "urn:list"
            assert said.evidence.decoding is not None
            assert words_at(data, said.evidence.ranges, said.evidence.decoding) == said.evidence.words
    return found


def values(witness: Witness) -> dict[EntryField, list[str]]:
    return {says: [one.value for one in witness.of(says)] for says in EntryField if witness.of(says)}


@pytest.mark.parametrize("ascii_only", [True, False], ids=["escaped", "utf-8"])
def test_a_rest_post_is_read_with_the_bytes_of_each_claim(ascii_only: bool) -> None:
    body = json.dumps([{"type": "attachment", "link": URL}, POST], ensure_ascii=ascii_only).replace("/", "\\/")
    (post,) = read(body, "application/json")
    assert (post.origin, post.position, post.url, post.parts) == (Origin.REST, 1, "https://institute.example/amber/", 2)
    assert values(post) == {
        EntryField.TITLE: ["The Amber Road – reopened at last"],
        EntryField.PUBLISHED: ["2023-04-24T09:30:00"],
        EntryField.MODIFIED: ["2023-05-02T10:00:00"],
        EntryField.CHANGED: ["2023-05-02T08:00:00"],
        EntryField.AUTHOR: ["Łucja Żak", "Jan Kos"],
        EntryField.ACCOUNT: ["Anna Nowak"],
        EntryField.SECTION: ["Reports"],
        EntryField.TAG: ['C++ & "quotes"', "łódź/port"],
        EntryField.NUMBER: ["https://institute.example/?p=1667"],
    }


def test_evidence_points_to_the_field_and_not_to_earlier_words() -> None:
    post = POST | {"content": {"rendered": "<p>Anna Nowak met łódź/port.</p>"}}
    body = json.dumps([post])
    (witness,) = read(body, "application/json")
    ((start, _),) = witness.of(EntryField.ACCOUNT)[0].evidence.ranges
    assert body[:start].endswith('"name": "')


def test_rest_translations_become_urls_from_numbers_and_links() -> None:
    german = "https://institute.example/de/bernstein/"
    polish = POST | {"id": 8, "lang": "pl", "link": "https://institute.example/pl/bursztyn/"}
    english = POST | {
        "translations": {"en": 7, "pl": 8, "fr": 9, "it": None},
        "wpml_translations": [{"locale": "de_AT", "id": 10, "href": german}, {"locale": "es_ES"}],
    }
    first, second = read(json.dumps([english, polish | {"translations": "none"}]), "application/json")
    assert [(one.field, one.value) for one in first.of(EntryField.TRANSLATION)] == [
        ("REST translations.pl", "https://institute.example/pl/bursztyn/"),
        ("REST wpml_translations.de-AT", german),
    ]
    assert second.of(EntryField.TRANSLATION) == ()


def test_a_single_post_is_read_as_a_list_of_one() -> None:
    (post,) = read(json.dumps(POST), "application/json")
    assert post.position == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"coauthors": [{"display_name": "Łucja Żak"}, {"display_name": "Jan Kos"}]},
        {"authors": [{"name": "Łucja Żak", "slug": "z"}, {"name": "Jan Kos", "slug": "k"}]},
        {"acf": {"guest_author": ["Łucja Żak", "Jan Kos"]}},
        {"acf": {"autor": [{"ID": 3, "post_title": "Łucja Żak"}, {"ID": 4, "post_title": "Jan Kos"}]}},
        {"byline": "Łucja Żak and Jan Kos"},
        {"yoast_head_json": {"author": "Łucja Żak, Jan Kos"}},
    ],
    ids=["co-authors", "authors", "acf", "acf posts", "byline", "yoast"],
)
def test_author_fields_of_plugins_are_read(fields: dict[str, object]) -> None:
    (post,) = read(json.dumps([POST | {"meta": {}} | fields]), "application/json")
    assert values(post)[EntryField.AUTHOR] == ["Łucja Żak", "Jan Kos"]


def test_a_yoast_author_that_repeats_the_account_is_ignored() -> None:
    (post,) = read(json.dumps([POST | {"meta": {}, "yoast_head_json": {"author": "Anna Nowak"}}]), "application/json")
    assert post.of(EntryField.AUTHOR) == ()


RSS = """<?xml version="1.0" encoding="{charset}"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="urn:c"><channel><title>The House</title>
<link>https://institute.example</link>
<item><title>Ports &amp;amp; żeglarze</title><link>https://institute.example/ports/</link>
<dc:creator><![CDATA[Łucja Żak]]></dc:creator><pubDate>Sun, 23 Apr 2023 22:30:00 +0000</pubDate>
<category><![CDATA[C++ &amp; "quotes"]]></category><category>gaz</category>
<guid isPermaLink="false">https://institute.example/?p=667</guid>
<content:encoded><![CDATA[<p>Łucja Żak</p><title>No title</title>]]></content:encoded></item>
<item><title>By: Reader</title><link>https://institute.example/ports/#comment-3</link>
<dc:creator>Reader</dc:creator></item>
<item><title>Nowhere</title></item>
<item><title>Cut</title><link>https://institute.example/cut/"""


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-2"])
def test_rss_is_read_in_its_charset_without_comments_or_cut_off_items(charset: str) -> None:
    (item,) = read(RSS.format(charset=charset).encode(charset), "application/rss+xml", charset=None)
    assert (item.origin, item.position, item.url) == (Origin.FEED, 0, "https://institute.example/ports/")
    assert values(item) == {
        EntryField.TITLE: ["Ports & żeglarze"],
        EntryField.ACCOUNT: ["Łucja Żak"],
        EntryField.PUBLISHED: ["Sun, 23 Apr 2023 22:30:00 +0000"],
        EntryField.SUBJECT: ['C++ & "quotes"', "gaz"],
        EntryField.NUMBER: ["https://institute.example/?p=667"],
    }


def test_atom_is_read_with_relative_urls_resolved() -> None:
    (entry,) = read(
        """<feed xmlns="http://www.w3.org/2005/Atom"><title>H</title><entry><title type="html">A port</title>
        <link rel="replies" href="/x"/><link href="/ports/"/><author><name>Anna Nowak</name></author>
        <published>2023-04-24T09:30:00+02:00</published><updated>2023-05-01T00:00:00Z</updated>
        <category term="gas" label="Gas"/></entry></feed>""",
        "application/atom+xml",
    )
    assert entry.url == "https://institute.example/ports/"
    assert values(entry) == {
        EntryField.TITLE: ["A port"],
        EntryField.PUBLISHED: ["2023-04-24T09:30:00+02:00"],
        EntryField.MODIFIED: ["2023-05-01T00:00:00Z"],
        EntryField.ACCOUNT: ["Anna Nowak"],
        EntryField.SUBJECT: ["Gas"],
    }


def test_json_feed_is_read() -> None:
    item = {
        "url": "https://institute.example/p/",
        "title": "A port",
        "authors": [{"name": "Anna Nowak"}],
        "tags": ["gas"],
    }
    body = {"version": "https://jsonfeed.org/version/1.1", "items": [item, {"title": "nowhere"}]}
    (entry,) = read(json.dumps(body), "application/feed+json")
    assert entry.origin is Origin.FEED
    assert values(entry) == {
        EntryField.TITLE: ["A port"],
        EntryField.ACCOUNT: ["Anna Nowak"],
        EntryField.SUBJECT: ["gas"],
    }


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Log in</body></html>",
        b'{"code":"rest_forbidden","message":"No.","data":{"status":401}}',
        b"[]",
        b'[{"id":1},"x",null,[[]]]',
        b'[{"title":{"rendered":"x"},"link":',
        b'<?xml version="1.0"?><urlset><url><loc>https://institute.example/</loc></url></urlset>',
        b"[" * 100_000,
    ],
    ids=["nothing", "html", "refused", "empty list", "odd", "cut", "sitemap", "deep"],
)
def test_a_body_without_entries_gives_no_witness_and_no_error(body: bytes) -> None:
    assert not entries(Entity(URL, body, "application/json", None), "urn:list")


def test_a_broken_feed_gives_what_can_still_be_read() -> None:
    (item,) = read(
        "<rss><channel><item><title>A < B</title><link>https://institute.example/a/</link></item>", "text/xml"
    )
    assert item.url == "https://institute.example/a/"


@pytest.mark.parametrize(
    "body",
    [
        "<rss>" + "<item <item" * 100_000,
        "<rss><item>" + "<a '<b \"" * 150_000 + "</item>",
        "<rss><item>" + "<a>" * 300_000,
    ],
    ids=["entries", "quotes", "elements"],
)
def test_a_hostile_feed_is_read_in_bounded_time(body: str) -> None:
    begun = time.process_time()
    assert read(body, "text/xml") == ()
    assert time.process_time() - begun < 5


def _with_odd_values(value: Any) -> Iterator[Any]:
    """Yield *value* with each value inside it replaced by ones of other types."""
    yield from (None, True, 7, "word", ["word"], {"word": 7}, [[7]], {})
    parts = list(value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ())
    for key, part in parts:
        for odd in _with_odd_values(part):
            changed = value.copy()
            changed[key] = odd
            yield changed


def test_values_of_unexpected_types_never_stop_the_reading_of_a_list() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "authors": [{"name": "Jan Kos"}],
        "items": [{"id": "1", "url": URL, "title": "Amber", "authors": [{"name": "Jan Kos"}], "tags": ["ports"]}],
    }
    post = POST | {"translations": {"pl": 8}, "wpml_translations": [{"locale": "pl_PL", "href": URL}]}
    for odd in (*_with_odd_values([post]), *_with_odd_values(feed)):
        entries(Entity(URL, json.dumps(odd).encode(), "application/json", "utf-8"), "urn:list")
