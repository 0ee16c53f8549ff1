"""What sitemaps say: complete, broken or hostile."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.discovery.listed import Listed, read_instant, read_lastmod
from ingest.discovery.sitemaps import URLS_LIMIT, read_sitemap, sitemap_candidates

HERE = "https://institute.example/sitemap.xml"
A, B = "https://institute.example/a", "https://institute.example/b"
NAMESPACE = b' xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urlset(*locations: str, namespace: bytes = NAMESPACE) -> bytes:
    entries = b"".join(b"<url><loc>%s</loc></url>" % location.encode() for location in locations)
    return b'<?xml version="1.0" encoding="UTF-8"?><urlset%s>%s</urlset>' % (namespace, entries)


def pages(body: bytes) -> list[str]:
    return [page.url for page in read_sitemap(body, HERE).pages]


def test_pages_and_their_dates_are_read() -> None:
    body = urlset(A).replace(b"</loc>", b"</loc><lastmod>2023-04-24T12:00:00+02:00</lastmod>")
    assert read_sitemap(body, HERE).pages == (Listed(A, datetime(2023, 4, 24, 10, 0, 0, 999999, tzinfo=UTC)),)


def test_a_page_named_only_as_hreflang_alternate_is_read_with_its_language() -> None:
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{code}" href="{url}"/>'
        for code, url in (("en", A), ("x-default", A), ("PL", B))
    )
    body = (
        urlset(A)
        .replace(b"</url>", links.encode() + b"</url>")
        .replace(b"<urlset", b'<urlset xmlns:xhtml="http://www.w3.org/1999/xhtml"')
    )
    assert [(page.url, page.language) for page in read_sitemap(body, HERE).pages] == [(A, "en"), (B, "pl")]


def test_an_index_names_sitemaps_and_no_pages() -> None:
    body = urlset(A, HERE).replace(b"urlset", b"sitemapindex").replace(b"url>", b"sitemap>")
    found = read_sitemap(body, HERE)
    assert [one.url for one in found.sitemaps] == [A, HERE]
    assert (found.pages, found.notes) == ((), ())


def test_the_url_of_an_image_is_not_taken_for_that_of_its_page() -> None:
    images = b'<image:image xmlns:image="x"><image:loc>https://institute.example/i.png</image:loc></image:image>'
    assert pages(urlset(A).replace(b"</loc>", b"</loc>" + images)) == [A]


FORMS = {
    "gzip": gzip.compress(urlset(A, B)),
    "gzip in two members": gzip.compress(urlset(A, B)[:60]) + gzip.compress(urlset(A, B)[60:]),
    "no namespace": urlset(A, B, namespace=b""),
    "another namespace": urlset(A, B, namespace=b' xmlns="https://www.google.com/schemas/sitemap/0.84"'),
    "a prefix": re.sub(rb"<(/?)(?=[a-z])", rb"<\1s:", urlset(A, B)).replace(b"xmlns=", b"xmlns:s="),
    "bom and blank lines": b"\xef\xbb\xbf\n\n" + urlset(A, B),
    "utf-16": urlset(A, B).decode().replace("UTF-8", "UTF-16").encode("utf-16"),
    "white space": urlset(f"\n {A}\n", f"\t{B} "),
    "text": f"\ufeff{A}\r\n{B}\r\n".encode(),
    "text with other words": f"# our pages\n{A}\n\n{B}\nand more".encode(),
    "twice the same": urlset(A, B, A),
    "relative": urlset("/a", "b"),
    "cut within an entry": urlset(A, B) [: -len(b"</urlset>")] + b"<url><loc>https://institute.exa",
    "cut before the end": urlset(A, B)[: -len(b"</url></urlset>")],
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_every_sitemap_format_gives_its_pages(name: str) -> None:
    assert pages(FORMS[name]) == [A, B]


def test_a_bare_ampersand_is_repaired() -> None:
    assert pages(urlset(A + "?x=1&y=2", B + "?x=1&amp;y=2")) == [A + "?x=1&y=2", B + "?x=1&y=2"]


def test_urls_of_other_hosts_are_kept_and_urls_of_other_schemes_are_not() -> None:
    found = read_sitemap(urlset(A, "http://other.example/x", "file:///etc/passwd", "http://u:p@h.example/"), HERE)
    assert [page.url for page in found.pages] == [A, "http://other.example/x"]
    assert found.notes == ("2 entries are no web address",)


@pytest.mark.parametrize(
    "declared",
    [
        b'<!ENTITY x SYSTEM "file:///etc/passwd">',
        b'<!ENTITY x "evil">',
        b'<!ENTITY y "aaa"><!ENTITY x "&y;&y;&y;">',
    ],
)
def test_no_entity_is_expanded_and_half_a_url_does_not_count(declared: bytes) -> None:
    doctype = b"<!DOCTYPE urlset [%s]><urlset" % declared
    assert pages(urlset(A + "/&x;", B).replace(b"<urlset", doctype)) == [B]


@pytest.mark.slow
def test_the_number_of_urls_is_limited() -> None:
    found = read_sitemap(urlset(*(f"https://institute.example/{n}" for n in range(URLS_LIMIT + 10))), HERE)
    assert len(found.pages) == URLS_LIMIT
    assert found.beyond == f"10 entries beyond {URLS_LIMIT} left out"


@pytest.mark.parametrize(
    "body", [b"", b"<!doctype html><title>x</title><p>y", b"<rss version='2.0'></rss>", b"<", b"\x1f\x8bxx"]
)
def test_bytes_that_are_not_a_sitemap_are_reported(body: bytes) -> None:
    found = read_sitemap(body, HERE)
    assert (found.pages, found.sitemaps) == ((), ())
    assert found.notes or not body


@given(st.binary(max_size=300), st.integers(0, 120))
@settings(max_examples=150, deadline=None)
def test_no_bytes_make_the_reader_raise(noise: bytes, at: int) -> None:
    body = urlset(A, B)
    read_sitemap(body[:at] + noise + body[at:], HERE)
    read_sitemap(noise, HERE)


def test_the_sitemaps_of_robots_txt_come_before_the_usual_places() -> None:
    site = "https://institute.example/"
    assert sitemap_candidates(site, ("/s.xml", "http://[")) == (site + "s.xml",)
    assert sitemap_candidates(site) == (
        site + "sitemap_index.xml",
        site + "wp-sitemap.xml",
        site + "sitemap.xml",
    )
    of_folder = tuple(f"{site}house/{name}" for name in ("sitemap_index.xml", "wp-sitemap.xml", "sitemap.xml"))
    assert sitemap_candidates(site, ("/s.xml",), ("/house/",)) == (site + "s.xml", *of_folder)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2023", datetime(2023, 1, 1, tzinfo=UTC)),
        ("2023-04", datetime(2023, 4, 1, tzinfo=UTC)),
        ("2023-04-24", datetime(2023, 4, 24, tzinfo=UTC)),
        ("2023-04-24T10:00Z", datetime(2023, 4, 24, 10, tzinfo=UTC)),
        ("2023-04-24 10:00:05.123", datetime(2023, 4, 24, 10, 0, 5, tzinfo=UTC)),
        ("2023-04-24T10:00:00-05:00", datetime(2023, 4, 24, 15, tzinfo=UTC)),
        ("2023-13-45", None),
        ("0001-01-01T00:00:00+10:00", None),
        ("yesterday", None),
        (None, None),
    ],
)
def test_a_partial_date_is_read_as_far_as_it_goes(text: str | None, instant: datetime | None) -> None:
    assert read_instant(text) == instant


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2023", datetime(2023, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)),
        ("2024-02", datetime(2024, 2, 29, 23, 59, 59, 999999, tzinfo=UTC)),
        ("2023-04-24", datetime(2023, 4, 24, 23, 59, 59, 999999, tzinfo=UTC)),
        ("2023-04-24T10:00+02:00", datetime(2023, 4, 24, 8, 0, 59, 999999, tzinfo=UTC)),
        ("2023-04-24T10:00:05Z", datetime(2023, 4, 24, 10, 0, 5, 999999, tzinfo=UTC)),
        ("2023-04-24 10:00:05.123", datetime(2023, 4, 24, 10, 0, 5, 999999, tzinfo=UTC)),
        ("9999-12-31T23:59:59Z", datetime.max.replace(tzinfo=UTC)),
        ("yesterday", None),
    ],
)
def test_a_change_date_is_read_as_the_end_of_its_day_or_second(text: str, instant: datetime | None) -> None:
    assert read_lastmod(text) == instant


def test_a_cdata_section_is_unwrapped_once_and_holds_no_references() -> None:
    body = urlset(
        "<![CDATA[https://institute.example/?a=1&b=2]]>",
        "<![CDATA[https://institute.example/?c=1&amp;d=2]]>",
        "https://institute.example/?e=1&f=2",
        "https://institute.example/?g=1&amp;h=2",
    )
    asked = [page.partition("?")[2] for page in pages(body)]
    assert asked == ["a=1&b=2", "c=1&amp;d=2", "e=1&f=2", "g=1&h=2"]
    assert pages(body[: body.index(b"]]>")]) == []


@pytest.mark.parametrize(
    "body",
    [
        b'<?xml version="1.0"?><!-- made by hand --><rss version="2.0"><channel><title>t</title><item><link>'
        b"https://institute.example/a</link><pubDate>Mon, 24 Apr 2023 10:00:00 +0200</pubDate></item></channel></rss>",
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="/a"/><updated>2023-04-24T08:00:00Z</updated>'
        b"</entry></feed>",
    ],
)
def test_a_feed_is_accepted_as_a_sitemap(body: bytes) -> None:
    assert read_sitemap(body, HERE).pages == (Listed(A, datetime(2023, 4, 24, 8, 0, tzinfo=UTC)),)
    assert read_sitemap(gzip.compress(body), HERE).pages != ()


@pytest.mark.slow
def test_a_file_compressed_twice_is_read_and_a_bomb_stays_within_the_limit() -> None:
    assert pages(gzip.compress(gzip.compress(urlset(A, B)))) == [A, B]
    bomb = gzip.compress(gzip.compress(gzip.compress(urlset(A) + b" " * 60_000_000)))
    found = read_sitemap(bomb, HERE)
    assert found.beyond is not None
    assert len(bomb) < 10_000
