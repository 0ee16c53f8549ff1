"""Shortlinks: the address by number that a page, a feed or a REST interface states for a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.reading.page.shortlinks import MOST, of_entry, of_page
from ingest.reading.page.source_tags import tags_in

HERE = "https://institute.example/2023/04/anaklia/"
SITE = "https://institute.example"


@pytest.mark.parametrize(
    ("page", "number"),
    [
        ("<link rel='shortlink' href='https://institute.example/?p=667' />", "/?p=667"),
        ("<LINK HREF=/node/667 REL=shortlink>", "/node/667"),
        ('<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/667">', None),
        (f'<link rel="alternate" title="JSON" href="{SITE}/blog/wp-json/wp/v2/reports/667">', "/blog/?p=667"),
        (f'<link rel="icon" href="/shortlink.ico"><p>ł</p><link href="{SITE}/?p=667" rel="shortlink">', "/?p=667"),
        (f'<link rel="shortlink" title="{"ł" * 1950}" href="/?p=667">', "/?p=667"),
        (f'shortlink <link rel="shortlink" title="{"ł" * 4000}" href="/?p=667">', None),
        ('<body class="post-template single single-post postid-667 logged-out">', "/?p=667"),
        ('<body class="page page-id-12">', "/?p=12"),
        ('<body id="x" class="html not-front page-node page-node-667">', "/node/667"),
        ('<body class="home blog"><article class="postid-667">', None),
    ],
)
def test_a_page_gives_its_shortlink(page: str, number: str | None) -> None:
    assert of_page(tags_in(page.encode()), b"", HERE) == (() if number is None else (SITE + number,))


def test_the_link_header_gives_the_shortlink_if_the_page_does_not() -> None:
    head = (
        b'HTTP/1.1 200 OK\r\nLink: <https://institute.example/wp-json/>; rel="https://api.w.org/"\r\n'
        b"LINK: </x.css>; rel=preload; as=style, <https://institute.example/?p=667>; rel=shortlink\r\n\r\n"
    )
    assert of_page([], head, HERE) == (f"{SITE}/?p=667",)


@pytest.mark.parametrize("address", [f"{SITE}/", SITE, HERE, "javascript:void(0)", "/", ""])
def test_the_front_page_the_pages_own_url_and_non_urls_are_no_shortlink(address: str) -> None:
    assert of_page(tags_in(f'<link rel="shortlink" href="{address}">'.encode()), b"", HERE) == ()


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("https://institute.example/?p=667", f"{SITE}/?p=667"),
        ("667 at https://institute.example", f"{SITE}/node/667"),
        ("https://old.example/anaklia/", "https://old.example/anaklia/"),
        ("tag:institute.example,2023:667", None),
        ("5f2c0d3ab1", None),
        ("667", None),
        (HERE, None),
    ],
)
def test_a_feed_entry_gives_the_shortlink_of_its_text(said: str, number: str | None) -> None:
    assert of_entry([said], HERE) == (() if number is None else (number,))


@given(st.text(max_size=400), st.binary(max_size=200))
def test_any_page_gives_a_limited_number_of_shortlinks(text: str, head: bytes) -> None:
    stated = f'<link rel=shortlink href="{text}"><body class="{text} postid-1">'.encode()
    assert len(of_page(tags_in(stated * 3), b"Link: <" + head + b">; rel=shortlink\r\n", HERE)) <= MOST


def test_a_page_of_links_only_is_searched_in_bounded_time() -> None:
    for page in (b"<link " * 40_000, b"<link rel=" * 30_000, b"<body " * 40_000, b'<link a="' * 30_000):
        assert of_page(tags_in(page), b"Link: " + b"<" * 60_000, HERE) == ()
