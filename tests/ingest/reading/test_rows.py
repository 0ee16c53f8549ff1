"""Lists of texts are lists, whatever their elements, and a text with a list next to it is a text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db.model.item import PageKind, Reading
from ingest.reading.metadata import rows
from ingest.reading.text.alignment import letters

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
WHAT = (
    *("Salt prices fall again at the quay", "The amber road reopens in spring", "Carters ask for a second bridge"),
    *("What the harbour master counted", "Old tolls and who still pays them", "A crane that nobody ordered"),
    *("Boats that came and boats that went", "The stone from the other bank"),
)
TEASER = "Merchants of the town asked for their old place at the water, and were told to wait for it."
WHO = ("Anna Fox", "Jan Sowa", "Maria Lis", "Piotr Dąb")


def rows_of_all(row: str) -> str:
    return "".join(
        row.format(n=n, title=title, teaser=TEASER, day=f"{n + 3} May 2023", iso=f"2023-05-0{n + 1}", who=WHO[n % 4])
        for n, title in enumerate(WHAT)
    )


LAYOUTS = {
    "cards": "<div class='grid'>"
    + rows_of_all(
        "<div class='card'><a href='/t/{n}/'><img src='/{n}.jpg'></a><h3><a href='/t/{n}/'>{title}</a></h3>"
        "<span class='date'>{day}</span><p>{teaser}</p></div>"
    )
    + "</div>",
    "cards that are links": "<div class='tiles'>"
    + rows_of_all("<a class='tile' href='/t/{n}/'><h3>{title}</h3><p>{teaser}</p></a>")
    + "</div>",
    "teasers": rows_of_all(
        "<article class='teaser'><h2><a href='/t/{n}/'>{title}</a></h2><p>By {who} | {day}</p><p>{teaser}</p>"
        "<a href='/t/{n}/'>Read more</a></article>"
    ),
    "views": "<div class='view-content'>"
    + rows_of_all(
        "<div class='views-row views-row-{n}'><div class='views-field-title'><span class='field-content'>"
        "<a href='/t/{n}'>{title}</a></span></div><div class='views-field-created'>{day}</div>"
        "<div class='views-field-name'>{who}</div></div>"
    )
    + "</div>",
    "a table": "<table><tr><th>Date</th><th>Title</th><th>Author</th></tr>"
    + rows_of_all("<tr><td>{iso}</td><td><a href='/t/{n}'>{title}</a></td><td>{who}</td></tr>")
    + "</table>",
    "a list with dates": "<ul>" + rows_of_all("<li>{day} <a href='/t/{n}'>{title}</a></li>") + "</ul>",
    "a list with times": "<ol>"
    + rows_of_all("<li><time>{iso}</time> <a href='/t/{n}'>{title}</a> ({who})</li>")
    + "</ol>",
    "headings and paragraphs": rows_of_all("<h2><a href='/t/{n}'>{title}</a></h2><p>{teaser}</p>"),
    "a list of definitions": "<dl>" + rows_of_all("<dt>{day}</dt><dd><a href='/t/{n}'>{title}</a></dd>") + "</dl>",
    "an archive of a year": "<h2>2023</h2><ul>" + rows_of_all("<li><a href='/t/{n}'>{title}</a>, {day}</li>") + "</ul>",
    "rows of three": "".join(
        "<div class='row'>" + "".join(f"<div class='col'>{one}</div>" for one in three) + "</div>"
        for three in (
            [f"<h4><a href='/t/{n}'>{WHAT[n]}</a></h4><p>{n} May 2023</p>" for n in range(start, start + 4)]
            for start in (0, 4)
        )
    ),
    "media objects": rows_of_all(
        "<div class='media'><div class='left'><a href='/t/{n}'><img src='/{n}.jpg'></a></div><div class='media-body'>"
        "<div>{who}, {day}</div><div class='t'><a href='/t/{n}'>{title}</a></div><div>{teaser}</div></div></div>"
    ),
    "paragraphs": rows_of_all("<p><strong>{day}</strong> <a href='/t/{n}'>{title}</a><br>{teaser}</p>"),
    "a table in a form, with months": "<form><table>"
    + rows_of_all("<tr><td>{who}</td><td><a href='/t/{n}'>{title}</a></td><td>May 2023</td></tr>")
    + "</table></form>",
    "references": rows_of_all("<p>{who} (2023). <a href='/t/{n}'>{title}</a>. Salt, pp. {n}1-{n}9.</p>"),
    "publications of an author": "<p>Writes on ports and tolls.</p><h2>Publications</h2><ul class='pubs'>"
    + rows_of_all("<li class='pub'><h5><a href='/t/{n}'>{title}</a></h5><span>{day}</span></li>")
    + "</ul>",
}


def listing(body: str, head: str = "") -> str:
    menu = "<nav><a href='/'>Institute</a> <a href='/about/'>About us</a> <a href='/topics/'>Topics</a></nav>"
    return (
        f"<html><head><title>Texts on ports | Institute</title>{head}</head><body>{menu}<main><h1>Texts on ports</h1>"
        f"{body}<p><a href='?page=1'>Next</a></p></main><footer><p>&copy; Institute</p></footer></body></html>"
    )


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("stated", ["", "<meta property='og:type' content='article'>"], ids=["plain", "og:type"])
def test_a_list_in_any_layout_is_a_list(read_page: Read, name: str, stated: str) -> None:
    html = listing(LAYOUTS[name], stated)
    assert read_page(html, url="https://institute.example/ports/texts").kind is PageKind.LISTING


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_text_with_a_list_of_other_texts_below_is_an_article(
    make_page: PageMaker, read_page: Read, name: str
) -> None:
    """The foot of an article links to others, and nothing in its head says what it is."""
    html = make_page(bottom=f"<section>{LAYOUTS[name]}</section>").replace("single single-post postid-7", "")
    assert read_page(html, url="https://institute.example/amber-road-reopens/").kind is PageKind.ARTICLE


@pytest.mark.parametrize(
    "body",
    [
        "<ol>" + rows_of_all("<li>{title}. {teaser}</li>") + "</ol>",
        "<p>"
        + rows_of_all("{teaser} See <a href='/t/{n}'>{title}</a>. {teaser} {teaser} {teaser} {teaser}</p><p>")
        + "</p>",
        rows_of_all("<h2><a href='https://other.example/{n}'>{title}</a></h2><p>{teaser}</p>"),
    ],
    ids=["a list without links", "links in sentences", "texts of others"],
)
def test_entries_that_link_to_no_texts_of_the_site_are_no_list(read_page: Read, body: str) -> None:
    assert read_page(listing(body), url="https://institute.example/ports/texts").kind is not PageKind.LISTING


BARE = {
    "links alone": "<ul>" + rows_of_all("<li><a href='/t/{n}'>{title}</a></li>") + "</ul>",
    "numbered, with who wrote them": "<ol>" + rows_of_all("<li><a href='/t/{n}'>{title}</a>, {who}</li>") + "</ol>",
    "below a line that says what they are": "<p>All that we wrote on ports and tolls, the newest first.</p><ul>"
    + rows_of_all("<li><a href='/t/{n}'>{title}</a></li>")
    + "</ul>",
    "names": "<ul>" + "".join(f"<li><a href='/who/{n}'>Anna Fox {n}</a></li>" for n in range(30)) + "</ul>",
}


@pytest.mark.parametrize("name", BARE)
def test_a_bare_list_of_links_to_pages_of_the_site_is_a_list(read_page: Read, name: str) -> None:
    assert read_page(listing(BARE[name]), url="https://institute.example/ports/texts").kind is PageKind.LISTING


@pytest.mark.parametrize(
    "body",
    [
        "<ul>" + rows_of_all("<li><a href='https://other.example/{n}'>{title}</a></li>") + "</ul>",
        "<ul>" + rows_of_all("<li><a href='/t/{n}'>{title}</a>: {teaser}</li>") + "</ul>",
        "<p>" + "What to read first on the ports, and why these and no others. " * 12 + "</p>" + BARE["links alone"],
        "<ul>" + "".join(f"<li><a href='/t/{n}'>A text on ports, number {n}</a></li>" for n in range(4)) + "</ul>",
    ],
    ids=["links to others", "links with what they are", "links below a text", "four links"],
)
def test_links_that_are_the_pages_own_content_are_no_list(read_page: Read, body: str) -> None:
    assert read_page(listing(body), url="https://institute.example/ports/texts").kind is not PageKind.LISTING


LONG = TEASER * 8
DATED = "<div class='item'><div class='day'>{day}</div><a href='/t/{n}'>{title}</a><div>{teaser}</div></div>"


def test_a_list_with_long_teasers_is_a_list_if_each_entry_has_a_date_of_its_own(read_page: Read) -> None:
    url = "https://institute.example/ports/texts"
    assert read_page(listing(rows_of_all(DATED.replace("{teaser}", LONG))), url=url).kind is PageKind.LISTING
    undated = DATED.replace("<div class='day'>{day}</div>", "").replace("{teaser}", LONG)
    assert read_page(listing(rows_of_all(undated)), url=url).kind is not PageKind.LISTING
    stated = "<meta property='og:type' content='article'>"
    assert read_page(listing(rows_of_all(DATED.replace("{teaser}", LONG)), stated), url=url).kind is PageKind.ARTICLE


def test_a_list_in_a_script_without_spaces_is_a_list(read_page: Read) -> None:
    rows = "".join(
        f"<li><span>2024年3月{n}日</span><a href='/d?id={n}'>港湾の経済と穀物への課税{n}</a></li>" for n in range(1, 7)
    )
    url = "https://institute.example/research/"
    assert read_page(listing(f"<ul>{rows}</ul>").replace("Texts on ports", "研究"), url=url).kind is PageKind.LISTING


def entries(number: int, *, day: str = "<span>4 May 2023</span>") -> str:
    return "".join(
        f"<li class='teaser'><a href='/t/{n}'><h2>{title}</h2></a><p>{TEASER * 4}</p>{day}</li>"
        for n, title in enumerate(WHAT[:number])
    )


def test_the_last_page_of_a_list_is_a_list_even_with_one_entry(read_page: Read) -> None:
    pages = "<a href='/topics/ports?page=1'>1</a><a href='/topics/ports?page=2'>2</a>"
    url = "https://institute.example/topics/ports"
    last = listing(f"<ul>{entries(1)}</ul>{pages}")
    assert read_page(last, url=f"{url}?page=5").kind is PageKind.LISTING
    assert read_page(last, url=url).kind is not PageKind.LISTING
    typo = "tx_news_pi1%5BcurrentPage%5D="
    assert read_page(last.replace("page=", typo), url=f"{url}?{typo}5").kind is PageKind.LISTING
    alone = listing(f"<ul>{entries(1)}</ul>").replace("?page=1", "/next")
    assert read_page(alone, url=f"{url}?page=5").kind is not PageKind.LISTING
    bare = "<ul><li>4 May 2023 <a href='/t/1'>Salt prices fall again at the quay</a></li></ul>"
    assert read_page(listing(bare + pages), url=f"{url}?page=5").kind is PageKind.LISTING
    numbered = listing(bare + pages).replace("page=", "p=")
    assert read_page(numbered, url=f"{url}?p=5").kind is not PageKind.LISTING


@pytest.mark.parametrize(
    "path", ["blog/tag/salt/", "de/blog/category/salt", "notes/author/anna-fox/index.html", "blog/2023/"]
)
def test_the_only_text_with_a_tag_makes_a_list(read_page: Read, path: str) -> None:
    url = f"https://institute.example/{path}"
    entry = f"<div class='post'><h2 class='post-title'><a href='/t/1'>{WHAT[0]}</a></h2><p>4 May 2023</p>{TEASER}</div>"
    newest = f"<div class='sidebar'><ul><li><a href='/t/2'>{WHAT[1]}</a></li></ul></div>"
    assert read_page(listing(newest + entry), url=url).kind is PageKind.LISTING
    assert read_page(listing(newest + entry), url="https://institute.example/blog/salt/").kind is not PageKind.LISTING
    text = f"<p>4 May 2023</p><p>A clerk wrote: {LONG}</p><p>The mayor wrote: {LONG}</p>"
    assert read_page(listing(text + entry), url=url).kind is PageKind.ARTICLE


@pytest.mark.parametrize("path", ["blog/tag/salt/", "blog/language/english/"])
def test_an_archive_is_a_list_although_its_head_says_article(read_page: Read, path: str) -> None:
    head = "<meta property='og:type' content='article'>"
    entry = f"<article><h2><a href='/t/1'>{WHAT[0]}</a></h2><time>4 May 2023</time><p>{TEASER}</p></article>"
    assert read_page(listing(entry, head), url=f"https://institute.example/{path}").kind is PageKind.LISTING
    text = f"<p>A clerk wrote: {LONG}</p><p>The mayor wrote: {LONG}</p>"
    assert read_page(listing(text + entry, head), url=f"https://institute.example/{path}").kind is PageKind.ARTICLE
    assert read_page(listing(entry, head), url="https://institute.example/blog/salt/").kind is PageKind.ARTICLE


def test_an_entry_may_list_its_authors_and_tags(read_page: Read) -> None:
    filed = "<ul><li><a href='/by/7'>Anna Maria Fox-Lis</a></li><li><a href='/on/8'>Salt and other goods</a></li></ul>"
    entry = f"<div class='post'><h2><a href='/t/1'>{WHAT[0]}</a></h2><p>4 May 2023</p>{filed}<p>{TEASER}</p></div>"
    assert read_page(listing(entry), url="https://institute.example/blog/tag/salt/").kind is PageKind.LISTING


@pytest.mark.parametrize("path", ["blog/tag/salt/", "blog/archive/2023/5/", "notes/author/anna-fox/"])
def test_in_an_archive_a_heading_with_what_follows_it_is_an_entry(read_page: Read, path: str) -> None:
    url = f"https://institute.example/{path}"
    flat = f"<h2><a href='/t/1'>{WHAT[0]}</a></h2><h6>2 years ago</h6><p>{TEASER} {TEASER}</p><p>{TEASER} {TEASER}</p>"
    newest = f"<ul><li><a href='/t/2'>{WHAT[1]}</a></li></ul><p>All</p><p>Pages</p><p>Posts of the blog</p>"
    html = listing(f"<div class='row'><div>{flat}</div><div>{newest}</div></div>")
    assert read_page(html, url=url).kind is PageKind.LISTING
    assert read_page(html, url="https://institute.example/blog/salt/").kind is not PageKind.LISTING
    text = f"<p>4 May 2023</p><p>A clerk wrote: {LONG}</p><p>The mayor wrote: {LONG}</p>"
    assert read_page(listing(f"<div class='row'>{text}{flat}</div>"), url=url).kind is PageKind.ARTICLE


def test_the_second_page_of_a_text_with_one_text_below_is_no_list(read_page: Read) -> None:
    pages = "<a href='/ports?page=1'>1</a><a href='/ports?page=2'>2</a>"
    text = "".join(f"<p>{TEASER} They wrote {n} letters to the harbour master.</p>" for n in range(9))
    html = listing(f"<article><p>4 May 2023</p>{text}</article>{pages}<ul>{entries(1)}</ul>")
    assert read_page(html, url="https://institute.example/ports?page=2").kind is not PageKind.LISTING


def test_a_few_entries_that_are_all_of_the_text_are_a_list(read_page: Read) -> None:
    url = "https://institute.example/topics/ports"
    assert read_page(listing(f"<ul>{entries(3)}</ul>"), url=url).kind is PageKind.LISTING
    assert read_page(listing(f"<ul>{entries(3, day='')}</ul>"), url=url).kind is not PageKind.LISTING
    text = f"<p>4 May 2023</p><p>{LONG}</p><p>{LONG}</p>"
    assert read_page(listing(f"{text}<ul>{entries(3)}</ul>"), url=url).kind is PageKind.ARTICLE


def test_blocks_of_one_form_that_are_all_of_the_text_are_a_list(read_page: Read) -> None:
    url, row = "https://institute.example/topics/ports", "<div class='news'><h3><a href='/t/{n}'>{t}</a></h3>{d}</div>"
    said = f"<p>{TEASER}</p>"
    two = "".join(row.format(n=n, t=t, d=f"{said}<p>{n + 3} May 2023</p>") for n, t in enumerate(WHAT[:2]))
    assert read_page(listing(two), url=url).kind is PageKind.LISTING
    four = "".join(row.format(n=n, t=t, d=said) for n, t in enumerate(WHAT[:4]))
    assert read_page(listing(four), url=url).kind is PageKind.LISTING
    three = "".join(row.format(n=n, t=t, d=said) for n, t in enumerate(WHAT[:3]))
    assert read_page(listing(three), url=url).kind is not PageKind.LISTING


def test_data_about_several_entries_make_a_list_no_text(read_page: Read) -> None:
    url = "https://institute.example/notes"
    post = '{"@type": "BlogPosting", "headline": "%s", "datePublished": "2023-05-04", "url": "%s"}'
    for first, kind in ((f"{url}/0", PageKind.LISTING), (url, PageKind.ARTICLE)):
        posts = ", ".join(post % said for said in ((WHAT[0], first), (WHAT[1], f"{url}/1")))
        data = f'<script type="application/ld+json">{{"@type": "Blog", "blogPost": [{posts}]}}</script>'
        assert read_page(listing(LAYOUTS["teasers"], data), url=url).kind is kind


def test_the_data_of_a_web_page_make_a_list_no_text(read_page: Read) -> None:
    data = '<script type="application/ld+json">{"@type": "WebPage", "datePublished": "2016-04-05"}</script>'
    for layout in ("references", "teasers"):
        html = listing(LAYOUTS[layout], data)
        assert read_page(html, url="https://institute.example/ports/texts").kind is PageKind.LISTING


def test_a_list_of_short_korean_titles_by_number_is_a_list(read_page: Read) -> None:
    rows = "".join(f"<tr><td><a href='/board?no={n}'>물값은 누가 내는가 {n}</a></td></tr>" for n in range(1, 7))
    html = listing(f"<table>{rows}</table>").replace("Texts on ports", "칼럼")
    assert read_page(html, url="https://institute.example/board?of=7").kind is PageKind.LISTING


def test_a_year_at_the_end_of_a_sentence_is_no_number_of_an_entry() -> None:
    text = "It cost more than in 2010. None of them could say why the quay was dear."
    assert rows.mostly(text, letters(text))


def test_a_text_is_matched_against_a_long_list() -> None:
    entries = [f"{number * 7919} notices of the harbour" for number in range(1000)]
    text, listed = "\n\n".join(entries), "".join(map(letters, entries))
    assert rows.mostly(text, f"{'menu' * 2000}{listed}")
    assert rows.mostly("\n\n".join(reversed(entries[:400])), listed)
    assert not rows.mostly(f"{text}\n\n{'The quay was mended in the spring. ' * 2000}", listed)
