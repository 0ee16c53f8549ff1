"""Which URLs are visited, and the one form in which each is known."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.crawl.scope import Scope, tidy

SITE = "https://institute.example"
SCOPE = Scope(hosts=("institute.example",))

PAGES = [
    "/", "/essay/", "/2011/11/11/essay", "/pl/esej-o-wodzie/", "/category/energy/page/7/", "/?p=123",
    "/a?page=2", "/essay.html", "/essay.php?id=7", "/topics/atom/essay", "/research/search-for-peace/",
    "/author/anna/", "/node?q=node/12", "/report?lang=pl&year=2020", "/feed-the-world",
    "/en/print/", "/print/2024/essay", "/print", "/news/4/printing", "/blueprint.aspx?id=4", "/news/fingerprint",
]  # fmt: skip
NO_PAGES = {
    "/image.JPG": "a file, not a page",
    "/style.css?ver=3": "a file, not a page",
    "/report.PDF": "a file of the kind pdf",
    "/data.zip": "a file, not a page",
    "/wp-admin/": "machinery of the site, not a page",
    "/wp-login.php?redirect_to=x": "machinery of the site, not a page",
    "/pl/wp-json/wp/v2/posts": "machinery of the site, not a page",
    "/xmlrpc.php": "machinery of the site, not a page",
    "/feed/": "machinery of the site, not a page",
    "/essay/feed": "machinery of the site, not a page",
    "/comments/feed/": "machinery of the site, not a page",
    "/essay/embed/": "machinery of the site, not a page",
    "/essay/?replytocom=5": "an action, not a page",
    "/essay/?share=facebook": "an action, not a page",
    "/?s=gas": "a search",
    "/search/gas/": "a search",
    "/calendar?7": "a calendar",
    "/x?-3": "a bare number for a query",
    "/?feed=rss2": "another form of a page",
    "/print.aspx?id=4&lang=cs": "another form of a page",
    "/print/1412": "another form of a page",
    "/news/1412/print/": "another form of a page",
    "/pl/esej/o-wodzie/drukuj": "another form of a page",
    "/SendToFriend.asp?id=4": "another form of a page",
    "/a/b/a/b/a/b/": "a path that repeats itself",
    "/category/energy/page/501/": "a listing beyond page 500",
    "/list?paged=99999999999999": "a listing beyond page 500",
    "/" + "x" * 2000: "a URL of more than 2000 characters",
    "/" + "/".join("abcdefghijklm"): "a path of more than 12 segments",
    "/shop?a=1&b=2&c=3&d=4&e=5": "more than 4 parameters",
}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_the_publisher_is_visited(path: str) -> None:
    assert SCOPE.admits(SITE + path).admitted


@pytest.mark.parametrize("path", NO_PAGES)
def test_urls_that_are_not_pages_are_not_visited_and_have_a_reason(path: str) -> None:
    decision = SCOPE.admits(SITE + path)
    assert (decision.admitted, decision.because) == (False, NO_PAGES[path])


@pytest.mark.parametrize(
    ("hosts", "url", "admitted"),
    [
        (("institute.example",), "http://www.institute.example/a", True),
        (("www.institute.example",), "http://INSTITUTE.example/a", True),
        (("institute.example",), "http://blog.institute.example/a", False),
        (("institute.example",), "http://institute.example.evil.example/a", False),
        (("institute.example",), "http://institute.example:8080/a", False),
        (("institute.example:8080",), "http://institute.example:8080/a", True),
        (("institute.example",), "ftp://institute.example/a", False),
        (("institute.example",), "http://user:pw@institute.example/a", False),
        (("institute.example",), "http://[", False),
    ],
)
def test_only_the_hosts_of_the_publisher_are_visited(hosts: tuple[str, ...], url: str, *, admitted: bool) -> None:
    assert Scope(hosts).admits(url).admitted is admitted


@pytest.mark.parametrize(
    ("hosts", "host", "kin"),
    [
        (("institute.example",), "blog.institute.example", True),
        (("www.institute.example",), "www.blog.institute.example", True),
        (("en.institute.example",), "pl.institute.example", True),
        (("en.institute.example",), "institute.example", True),
        (("institute.example:8080",), "blog.institute.example:8080", True),
        (("institute.example",), "institute.example", False),
        (("institute.example",), "another.example", False),
        (("institute.co.uk",), "another.co.uk", False),
        (("institute.org.pl",), "another.org.pl", False),
        (("127.0.0.1",), "10.0.0.1", False),
    ],
)
def test_a_subdomain_or_its_sister_belongs_to_the_same_publisher(
    hosts: tuple[str, ...], host: str, *, kin: bool
) -> None:
    assert Scope(hosts).is_kin(host) is kin


def test_include_and_exclude_are_prefixes_and_exclude_wins() -> None:
    scope = Scope(("institute.example",), include=("/pl/", "/książki/"), exclude=("/pl/sklep/",))
    wanted = {"/pl/esej": True, "/en/essay": False, "/pl/sklep/x": False, "/ksi%c4%85%c5%bcki/x": True}
    assert {path: scope.admits(SITE + path).admitted for path in wanted} == wanted


@pytest.mark.parametrize("name", ["report.pdf", "book.EPUB", "letter.docx", "brief.odt"])
def test_documents_are_visited_if_the_scope_says_so(name: str) -> None:
    assert Scope(("institute.example",), documents=True).admits(f"{SITE}/wp-content/uploads/{name}").admitted


TIDY = {
    "HTTPS://Institute.example:443/a/../b#part": "https://institute.example/b",
    "https://institute.example/a?utm_source=x&id=7&fbclid=z": "https://institute.example/a?id=7",
    "https://institute.example/a?b=2&a=1": "https://institute.example/a?b=2&a=1",
    "https://institute.example/a?": "https://institute.example/a",
    "https://institute.example/a?&&": "https://institute.example/a",
    "https://institute.example/%7euser/a%2fb/%c5%bc": "https://institute.example/~user/a%2Fb/%C5%BC",
    "https://institute.example/a b/ż": "https://institute.example/a%20b/%C5%BC",
    "https://institute.example/%zz%": "https://institute.example/%zz%",
    "//other.example/x": "https://other.example/x",
    " essay ": "https://institute.example/dir/essay",
    "?q": "https://institute.example/dir/?q",
    "/a?PHPSESSID=12ab&id=7": "https://institute.example/a?id=7",
    "/a;jsessionid=12ab/b": "https://institute.example/a/b",
    "/(S(lit3py55t21z5v55vlm25s55))/a": "https://institute.example/a",
    "/a?sid=d41d8cd98f00b204e9800998ecf8427e": "https://institute.example/a",
    "/a?sid=12": "https://institute.example/a?sid=12",
    "/a?sid=long-name-of-a-section": "https://institute.example/a?sid=long-name-of-a-section",
}


@pytest.mark.parametrize("url", TIDY)
def test_each_url_has_one_form(url: str) -> None:
    assert tidy(url, "https://institute.example/dir/") == TIDY[url]


@pytest.mark.parametrize("url", ["mailto:a@b.example", "javascript:void(0)", "tel:1", "data:text/html,x", "http://["])
def test_urls_that_are_never_requested_have_no_form(url: str) -> None:
    assert tidy(url, SITE) is None


@given(st.text(alphabet="abcA%7E2f/?&=#;. żó", max_size=40))
@settings(max_examples=200, deadline=None)
def test_tidying_twice_changes_nothing_and_a_decision_is_always_made(path: str) -> None:
    once = tidy(SITE + "/" + path)
    assert once is not None
    assert tidy(once) == once
    assert SCOPE.admits(once).because


@given(st.text(st.characters(exclude_characters="#?%;", exclude_categories=("Cs", "Cc", "Zs")), max_size=30))
@settings(deadline=None)
def test_tidying_a_tidy_url_returns_it_unchanged(path: str) -> None:
    # With a parameter to drop, every step is taken.
    assert tidy(f"{SITE}/{path}") == tidy(f"{SITE}/{path}?utm_source=x")
