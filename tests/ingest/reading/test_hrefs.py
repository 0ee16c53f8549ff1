"""Hrefs: where a link of a page leads, and which spellings of an address are the same."""

from __future__ import annotations

import pytest

from ingest.reading.page.hrefs import Rooted, bare, based, host_of, resolved

PAGE = "https://institute.example/essays/port/"


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("/a", "https://institute.example/a"),
        ("b", "https://institute.example/essays/port/b"),
        ("../c", "https://institute.example/essays/c"),
        ("?p=1", "https://institute.example/essays/port/?p=1"),
        ("#notes", "https://institute.example/essays/port/"),
        ("/a#notes", "https://institute.example/a"),
        ("//cdn.example/x", "https://cdn.example/x"),
        ("http://tank.example", "http://tank.example"),
        ("", None),
        ("mailto:a@b.example", None),
        ("tel:+48123", None),
        ("javascript:void(0)", None),
        ("data:text/plain,x", None),
        ("ftp://institute.example/x", None),
        ("http://", None),
        ("http://[::1/x", None),
    ],
)
def test_a_link_resolves_to_a_web_url_or_to_nothing(href: str, url: str | None) -> None:
    assert resolved(PAGE, href) == url


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("/a", "https://institute.example/a"),
        (" /a#b ", "https://institute.example/a"),
        ("https://tank.example/x?y", "https://tank.example/x?y"),
        ("https://tank.example:8080/x", "https://tank.example:8080/x"),
        ("//tank.example/x", None),
        ("b", None),
        ("", None),
        ("/a/../b", None),
        ("/a/./b", None),
        ("/a b", None),
        ("/a\\b", None),
        ("https://me@tank.example/", None),
        ("/.well-known/x", "https://institute.example/.well-known/x"),
    ],
)
def test_a_link_that_needs_only_the_origin_is_resolved_without_the_page(href: str, url: str | None) -> None:
    rooted = Rooted("https://institute.example")
    assert rooted[href] == url
    if url is not None:
        assert resolved(PAGE, href.strip()) == url


def test_resolved_links_are_cached_except_very_long_ones() -> None:
    rooted = Rooted("https://institute.example")
    long = "/" + "a" * Rooted.LONGEST
    for _ in range(2):
        assert rooted["/a#top"] == "https://institute.example/a"
        assert rooted["north/"] is None
        assert rooted[long] == f"https://institute.example{long}"
    assert list(rooted) == ["/a#top", "north/"]


def test_a_full_cache_is_emptied_and_reused() -> None:
    rooted = Rooted("https://institute.example")
    rooted.update(dict.fromkeys(map(str, range(Rooted.MOST))))
    assert rooted["/a"] == "https://institute.example/a"
    assert list(rooted) == ["/a"]


def test_a_page_opened_from_disk_has_no_origin() -> None:
    assert Rooted("file://")["/a"] is None


@pytest.mark.parametrize(
    ("stated", "base"),
    [
        ("", PAGE),
        (" /x/ ", "https://institute.example/x/"),
        ("https://cdn.example/", "https://cdn.example/"),
        ("http://[::1", PAGE),
    ],
)
def test_an_invalid_base_is_ignored(stated: str, base: str) -> None:
    assert based(PAGE, stated) == base


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.Institute.example:8080/a", "institute.example"),
        ("https://institute.example", "institute.example"),
        ("/a", ""),
        ("http://[::1", None),
    ],
)
def test_a_host_is_given_without_www_and_port(url: str, host: str | None) -> None:
    assert host_of(url) == host


def test_two_spellings_of_a_url_compare_as_equal() -> None:
    assert (
        bare("https://Institute.example/A/?x=1#y")
        == bare("https://institute.example/a")
        == "https://institute.example/a"
    )
