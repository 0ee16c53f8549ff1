"""A page that redirects by itself names its target, and does not count as empty."""

from __future__ import annotations

import pytest

from archive.http.exchange import Entity
from db.model.item import Context, PageKind
from ingest.reading.links import besides_links, sent_on
from ingest.reading.page.source_tags import stated_base, tags_in
from ingest.reading.reader import read

HERE, THERE = "https://institute.example/old/1.html", "https://institute.example/posts/tides/"


@pytest.mark.parametrize(
    "meta",
    [
        f'<meta http-equiv="refresh" content="0; url={THERE}">',
        "<META CONTENT='0;URL=/posts/tides/' HTTP-EQUIV=Refresh>",
        """<meta http-equiv="refresh" content="0; url='../posts/tides/'" />""",
        '<meta http-equiv="refresh" content="3,/posts/tides/">',
    ],
)
def test_an_immediate_refresh_is_read_in_any_spelling(meta: str) -> None:
    assert sent_on(f"<html><head>{meta}</head></html>", HERE) == THERE


@pytest.mark.parametrize(
    "meta",
    [
        '<meta http-equiv="refresh" content="300; url=/posts/tides/">',
        '<meta http-equiv="refresh" content="0">',
        f'<meta http-equiv="refresh" content="0; url={HERE}">',
        '<meta http-equiv="refresh" content="0; url=javascript:alert(1)">',
        '<meta name="refresh" content="0; url=/posts/tides/">',
        "<meta " * 20_000,
    ],
)
def test_a_refresh_to_itself_or_after_minutes_is_ignored(meta: str) -> None:
    assert sent_on(meta, HERE) is None


def test_a_page_with_only_a_refresh_is_a_list_of_one_link() -> None:
    head = f'<head><title>{THERE}</title><meta http-equiv="refresh" content="0; url={THERE}"></head>'
    found = read(Entity(HERE, f"<!doctype html><html>{head}</html>".encode(), "text/html", "utf-8"), Context(HERE))
    assert (found.kind, found.links) == (PageKind.LISTING, (THERE,))


def test_a_please_wait_page_with_a_refresh_is_a_list_of_one_link() -> None:
    head = f'<meta http-equiv="refresh" content="1; url={THERE}">'
    body = f"<html><head>{head}</head><body><p>Please wait.</p></body></html>"
    found = read(Entity(HERE, body.encode(), "text/html", "utf-8"), Context(HERE))
    assert (found.kind, found.links, found.text) == (PageKind.LISTING, (THERE,), "")


def test_an_article_with_a_refresh_stays_an_article() -> None:
    told = "".join(f"<p>The tide of day {day} came late, and the boats lay dry until noon.</p>" for day in range(20))
    head = f'<meta property="og:type" content="article"><meta http-equiv="refresh" content="5; url={THERE}">'
    body = f"<html><head>{head}</head><body><article><h1>Tides of the river</h1>{told}</article></body></html>"
    found = read(Entity(HERE, body.encode(), "text/html", "utf-8"), Context(HERE))
    assert found.kind is PageKind.ARTICLE
    assert "day 19" in found.text


@pytest.mark.parametrize(
    "markup",
    [
        '<frameset><frame name="main" src="/posts/tides/"></frameset>',
        "<FRAME NAME=main SRC=../posts/tides/>",
        '<iframe width="100%" src="/posts/tides/"></iframe>',
        '<select><option value="">Choose</option><option selected value="/posts/tides/">Tides</option></select>',
        "<div class='card' onclick=\"window.location.href='/posts/tides/'\">Tides</div>",
        "<td onclick='location=\"/posts/tides/\"'>Tides</td>".replace('"', "&quot;"),
        '<article data-href="/posts/tides/">Tides</article>',
        '<base href="https://institute.example/posts/x/"><option value="../tides/">',
    ],
)
def test_targets_in_frames_options_and_scripts_are_listed(markup: str) -> None:
    base = stated_base(tags_in(markup.encode()), HERE)
    assert besides_links(markup, HERE, base) == (THERE,)


@pytest.mark.parametrize(
    "markup",
    [
        '<option value="2019-01">January</option><option value="12">News</option><option value="and/or">',
        '<iframe src="javascript:void(0)"></iframe><iframe src="about:blank">',
        """<a onclick="return false" data-href-kind="x">Tides</a>""",
        "<iframe " * 20_000,
        "<option value=" * 20_000,
        " onclick='" * 20_000,
    ],
)
def test_values_that_are_no_urls_are_ignored(markup: str) -> None:
    assert besides_links(markup, HERE, HERE) == ()


def test_a_frameset_is_a_list_of_its_frames() -> None:
    body = b'<html><frameset cols="20%,80%"><frame src="menu.html"><frame src="main.html"></frameset></html>'
    found = read(Entity(HERE, body, "text/html", "utf-8"), Context(HERE))
    assert found.kind is PageKind.LISTING
    assert found.links == ("https://institute.example/old/menu.html", "https://institute.example/old/main.html")


@pytest.mark.parametrize(
    ("shown", "kind"),
    [
        ("https://www.videos.example.com/embed/7", PageKind.EMPTY),
        ("/posts/tides/", PageKind.LISTING),
        ("https://texts.institute.example/tides/", PageKind.LISTING),
    ],
)
def test_an_empty_page_is_a_list_only_with_a_frame_of_its_own_site(shown: str, kind: PageKind) -> None:
    body = f"<!doctype html><html><head><title>Tides</title></head><body><iframe src='{shown}'></iframe></body></html>"
    assert read(Entity(HERE, body.encode(), "text/html", "utf-8"), Context(HERE)).kind is kind
