"""Menus are read once and not parsed: a page says the same with and without them."""

from __future__ import annotations

import re

import pytest

from archive.evidence.locate import Source, words_at
from archive.http.exchange import Entity
from db.model.item import Context, Reading
from ingest.reading import links, read
from ingest.reading.layout.layout import Layout, profile_of
from ingest.reading.layout.shortened import open_short
from ingest.reading.learning import FEWEST, learn
from ingest.reading.page.nodes import graph
from ingest.reading.page.origins import Origins
from ingest.reading.page.page import Page, open_page

URL = "https://institute.example/quay/"
NOTHING = frozenset[str]()
ITEMS = "".join(
    f'<li id="item-{n}" class="menu-item item-of-topics"><a href="/topic/{n}/"><span>Topic {n}</span></a>\n</li>'
    for n in range(30)
)
MENU = f'<nav id="main" class="menu"><!-- of the theme --><ul class="menu-list">{ITEMS}</ul></nav>'
TEXT = "".join(
    f"<p>In harbour {{0}} the dues of berth {n} were counted anew, and report {{0}} tells who paid them in year {n}, "
    f"and who of the pilots of harbour {{0}} did not.</p>"
    for n in range(5)
)


def entity(body: str, url: str = URL) -> Entity:
    return Entity(
        url, f'<!doctype html><html lang="en"><title>Quay</title><body>{body}</body></html>'.encode(), "text/html"
    )


def short(body: str, sought: frozenset[str] = NOTHING) -> Page:
    page = open_short(entity(body), URL, sought)
    assert page is not None
    return page


def whole(body: str) -> Page:
    page = open_page(entity(body), URL)
    assert page is not None
    return page


def test_a_menu_is_not_parsed_but_its_links_are_listed() -> None:
    body = f'<a href="/first/">1</a>{MENU}<p>Words</p><a href="/last/">2</a>{MENU.replace("topic", "subject")}'
    page = short(body)
    assert len(page.left_out) == 2
    assert len(page.elements) == len(whole(body).elements) - 2 * (1 + 3 * 30)
    assert links.links(page) == links.links(whole(body))
    assert links.links(page)[1] == "https://institute.example/topic/0/"


def test_a_closing_tag_without_a_menu_is_ignored() -> None:
    page = short(f"</nav></nav><p>Words</p>{MENU}</nav><p>More</p>{MENU}</nav></nav>")
    assert len(page.left_out) == 2
    assert links.links(page) == links.links(whole(MENU))


@pytest.mark.parametrize(
    "beside", ["", '<map><area href="/berth/"></map>', "<noscript><a href='/berth/'>3</a></noscript>"]
)
def test_links_of_menus_keep_their_place_among_the_others(beside: str) -> None:
    other = MENU.replace("topic", "subject")
    body = f'{other}<a href="/first/">1</a>{beside}{MENU}{other}<a href="/topic/1/">2</a><a name="x">y</a>'
    page = short(body)
    assert len(page.left_out) == 3
    assert links.links(page) == links.links(whole(body))
    assert links.links(page)[30:31] == ("https://institute.example/first/",)


def test_relative_menu_links_are_resolved_for_each_page() -> None:
    body = (
        MENU.replace("/topic/7/", "../seven/").replace("/topic/8/", "#main").replace("/topic/9/", "mailto:a@b.example")
    )
    found = []
    for url in (URL, "https://institute.example/pier/north/"):
        page = open_short(entity(body, url), url, NOTHING)
        assert page is not None
        assert page.left_out
        found.append(links.links(page))
    assert found[0][7:9] == ("https://institute.example/seven/", URL)
    assert found[1][7:9] == ("https://institute.example/pier/seven/", "https://institute.example/pier/north/")
    assert {*found[0]} ^ {*found[1]} == {*found[0][7:9], *found[1][7:9]}


def test_an_element_is_located_after_a_menu_with_the_same_tag() -> None:
    twin = '<a href="/topic/7/">'
    page = short(f"{MENU}{MENU}<p>On {twin}Topic 7</a></p><nav>{twin}7</a></nav>{MENU}<p>{twin}Again</a></p>")
    data = page.entity.body
    origins = Origins(page, Source(data, "utf-8"), graph(page))
    spans = [span for link in page.tagged["a"] for span in [origins.tag(link)] if span is not None]
    places = [at.start() for at in re.finditer(re.escape(twin), data.decode())]
    assert [start for start, _ in spans] == [places[n] for n in (2, 3, 5)]
    menus = [next(origins.elements(element)) for element in page.tagged["nav"]]
    assert [data[slice(*span)].count(b"</a>") for span in menus] == [30, 30, 1, 30]


def test_line_numbers_after_a_menu_are_unchanged() -> None:
    menu = MENU.replace('id="main" ', 'id="main"\n')
    body = f"{menu}\n<p>Words</p>\n\n\n\n"
    one, other = ({e.tag: page.offset(e) for e in page.body.iter("p")} for page in (short(body), whole(body)))
    assert one == other


@pytest.mark.parametrize(
    "change",
    [
        ("<ul ", "<p><ul></ul></p><ul "),
        ("<ul ", "<!-- " + "<ul "),
        ("<ul ", "<table></table><ul "),
        ("</ul>", "</ul></ul>"),
        ("</a>", "</b></a>"),
        ('href="/topic/7/"', 'rel="license" href="/topic/7/"'),
        ('href="/topic/7/"', 'href="https://creativecommons.org/licenses/by/4.0/"'),
        ('class="menu-list"', 'itemprop="author"'),
        ('class="menu-list"', 'class="post-nav-links"'),
        ('class="menu"', 'class="breadcrumbs"'),
        ("<ul ", '<nav class="inner"></nav><ul '),
        ("Topic 7", "7 < 8"),
        ("Topic 7", "All texts of the institute may be republished on the condition that their origin is credited."),
    ],
    ids=lambda change: change[1][:30],
)
def test_a_menu_with_other_content_or_irregular_markup_is_parsed(change: tuple[str, str]) -> None:
    body = MENU.replace(*change)
    assert body != MENU
    page = short(body)
    assert not page.left_out
    assert len(page.elements) == len(whole(body).elements)


def test_a_menu_with_an_element_of_the_layout_is_parsed() -> None:
    assert not short(MENU, frozenset({"li.item-of-topics"})).left_out
    assert short(MENU, frozenset({"li.item-of-tags"})).left_out


@pytest.mark.parametrize(
    "holder",
    [
        "<script>x = '{}'</script>",
        "<!-- {} -->",
        "<p title='{}'>Words</p>",
        "<nav data-left-out='1'></nav><!-- {} -->",
    ],
)
def test_a_page_with_menu_markup_outside_elements_is_parsed_whole(holder: str) -> None:
    menu = MENU.replace("<!-- of the theme -->", "")
    page = short(holder.format(menu) + menu)
    assert not page.left_out
    assert len(page.elements) == len(whole(holder.format(menu) + menu).elements)


def article(number: int, menu: str = MENU, text: str = TEXT) -> Entity:
    day = f"2023-04-{number % 27 + 1:02}"
    head = f'<meta property="article:published_time" content="{day}T10:00:00+00:00">'
    body = (
        f'<header>{menu}</header><main><article><h1 class="entry-title">Dues of harbour {number}</h1>'
        f'<p class="byline">By <a rel="author" href="/author/">Renata Sikora</a></p>'
        f'<div class="entry-content">{text.format(number)}</div>'
        f'<p><a rel="tag" href="/tag/{number}/">harbour {number}</a></p></article></main><footer>{menu}'
        "<p>All texts published by the institute may be distributed provided that the source is credited.</p></footer>"
    )
    page = f'<!doctype html><html lang="en"><head><title>Dues of harbour {number}</title>{head}</head><body>{body}'
    return Entity(f"https://institute.example/{number}/", page.encode(), "text/html")


@pytest.fixture(scope="module")
def layout() -> Layout:
    found = learn((page, Context(page.url)) for page in map(article, range(FEWEST)))
    assert found is not None
    return found


def read_by(layout: Layout, page: Entity) -> Reading:
    return read(page, Context(page.url, profile=profile_of(layout, "ex")))


def test_a_layout_reads_a_page_the_same_without_its_menus(layout: Layout) -> None:
    page = article(77)
    opened = open_short(page, page.url, layout.steps)
    assert opened is not None
    assert len(opened.left_out) == 2
    learned, general = read_by(layout, page), read(page, Context(page.url))
    assert learned.fitted is True
    for name in ("title", "published", "attributions", "tags", "text", "marks", "links", "statements", "language"):
        assert getattr(learned, name) == getattr(general, name), name
    assert learned.statements
    found = [*(one.evidence for one in learned.attributions), *(one.evidence for one in learned.statements)]
    for evidence in (*found, *(tag.evidence for tag in learned.tags)):
        assert evidence is not None
        assert evidence.decoding is not None
        assert words_at(page.body, evidence.ranges, evidence.decoding) == evidence.words


def test_a_page_that_does_not_fit_is_read_with_its_menus(layout: Layout) -> None:
    page = article(77, text="<p>{0}</p>")
    learned, general = read_by(layout, page), read(page, Context(page.url))
    assert learned.fitted is False
    assert (learned.title, learned.text, learned.links) == (general.title, general.text, general.links)


def test_a_layout_finds_the_printed_date_if_the_stated_one_is_missing(layout: Layout) -> None:
    page = article(77)
    body = re.sub(rb'<meta property="article:published_time"[^>]*>', b"", page.body)
    printed = Entity(page.url, body.replace(b"</h1>", b"</h1><p>Published on 4 April 2023</p>"), "text/html")
    learned, general = read_by(layout, printed), read(printed, Context(page.url))
    assert learned.fitted is True
    assert learned.published == general.published
    assert general.published is not None
    assert general.published.value == "2023-04-04"
