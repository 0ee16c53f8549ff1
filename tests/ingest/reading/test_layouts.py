"""Page layouts of content systems: date, title and tags are found where each system puts them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db.model.item import Precision, Reading

Read = Callable[..., Reading]
SITE, SHOWN = "Example Institute", "The Amber Road Reopens to Trade"
TEXT = "".join(
    f"<p>The amber road between the river port and quay {n} has reopened after years of repair, and the towns along it "
    "expect trade to return before the winter, when the ferry runs only as the ice allows it to run at all.</p>"
    for n in range(4)
)


def page(body: str, head: str = "", lang: str = "en", name: str = f"{SHOWN} | {SITE}") -> str:
    return f'<!DOCTYPE html><html lang="{lang}"><head><title>{name}</title>{head}</head><body>{body}</body></html>'


H1 = f"<h1>{SHOWN}</h1>"
DATED = {
    "a block theme": page(
        f'<main><h1 class="wp-block-post-title">{SHOWN}</h1><div class="wp-block-post-date">'
        f'<time datetime="2023-04-24T00:30:00+02:00">24 kwietnia, 2023</time></div><div>{TEXT}</div></main>',
        lang="pl-PL",
    ),
    "a node with RDFa": page(
        f'{H1}<div class="node"><span property="dc:date dc:created" content="2023-04-24T10:00:00+02:00">Submitted by '
        f"<span>editor</span> on Mon, 04/24/2023 - 10:00</span>{TEXT}</div>"
    ),
    "an article info": page(
        f'<div class="item-page">{H1}<dl class="article-info"><dt>Details</dt><dd class="published">'
        '<time datetime="2023-04-24T10:00:00+02:00">Veröffentlicht: 24. April 2023</time></dd><dd class="modified">'
        '<time datetime="2023-05-02T10:00:00+02:00">Zuletzt aktualisiert: 02. Mai 2023</time></dd></dl>'
        f"{TEXT}</div>",
        lang="de-de",
    ),
    "a footer below the headline": page(
        f'<div class="news"><div class="article"><div class="header">{H1}</div><div class="footer">'
        f'<time datetime="2023-04-24">24.04.2023</time></div>{TEXT}</div></div>',
        lang="de",
    ),
    "a table": page(
        f'<div id="content">{H1}<table><tr><th>Auteur</th><td>Anna Z.</td></tr><tr><th>Date de publication</th>'
        f"<td>24 avril 2023</td></tr></table>{TEXT}</div>",
        lang="fr",
    ),
    "a leaf of a calendar": page(
        '<main><div class="post-date"><span class="month">Apr</span><span class="day">24</span>'
        f'<span class="year">2023</span></div>{H1}{TEXT}</main>'
    ),
    "numbers with spaces": page(f'<main>{H1}<div class="info">24. 4. 2023</div>{TEXT}</main>', lang="cs"),
    "a place before the day": page(f"<main>{H1}<p>Warszawa, 24 kwietnia 2023 r.</p>{TEXT}</main>", lang="pl"),
    "the state of a script": page(
        f'<main>{H1}{TEXT}</main><script>{{"page":{{"publishedOn":"2023-04-24T08:00:00Z"}}}}</script>'
    ),
    "the layer of a tag manager": page(
        f'<main>{H1}{TEXT}</main><script>var layer = {{"pagePostDate":"April 24, 2023"}};</script>'
    ),
    "a meta as Java prints it": page(
        f"<main>{H1}{TEXT}</main>", head='<meta name="publicationDate" content="Mon Apr 24 10:15:00 CEST 2023">'
    ),
    "the page of an article in JSON-LD": page(
        f"<main>{H1}{TEXT}</main>",
        head='<script type="application/ld+json">{"@graph":[{"@type":"WebPage","datePublished":"2023-04-24"},'
        f'{{"@type":"Article","headline":"{SHOWN}"}}]}}</script>',
    ),
    "an address with the month's name": page(
        f"<main>{H1}{TEXT}</main>", head='<link rel="canonical" href="https://institute.example/world/2023/apr/24/x">'
    ),
    "a label in a side column": page(
        f'<main>{H1}{TEXT}<div class="sidebar"><h4>Published</h4><time datetime="2023-04-24">24 April 2023</time>'
        "<h4>Version</h4> 1.0</div></main>"
    ),
    "a label before an event": page(
        f'<main>{H1}<p class="event-date">Event: 5 June 2024</p><p>Published 24 April 2023</p>{TEXT}</main>'
    ),
}


@pytest.mark.parametrize("layout", DATED)
def test_the_date_is_read_in_each_layout(read_page: Read, layout: str) -> None:
    reading = read_page(DATED[layout])
    assert reading.title is not None
    assert reading.title.value == SHOWN
    assert reading.published is not None
    assert reading.published.value[:10] == "2023-04-24"


@pytest.mark.parametrize(
    ("line", "value", "precision"),
    [
        ('<p class="date">April 2023</p>', "2023-04", Precision.MONTH),
        ("<p>Policy Brief, kwiecień 2023</p>", "2023-04", Precision.MONTH),
        ("<p>Published: April 2023</p><p>Meeting on 5 June 2024</p>", "2023-04", Precision.MONTH),
        ('<p>Date: April 2023</p><time datetime="2023-04-24"></time>', "2023-04-24", Precision.DAY),
        ('<span class="year">2023</span>', "2023", Precision.YEAR),
    ],
)
def test_a_cover_date_keeps_its_precision(read_page: Read, line: str, value: str, precision: Precision) -> None:
    published = read_page(page(f"<main>{H1}{line}{TEXT}</main>")).published
    assert published is not None
    assert (published.value, published.precision) == (value, precision)


def test_the_month_in_the_url_is_the_last_resort(read_page: Read) -> None:
    head = '<link rel="canonical" href="https://institute.example/2023/04/amber-road/">'
    published = read_page(page(f"<main>{H1}{TEXT}</main>", head=head)).published
    assert published is not None
    assert (published.value, published.precision) == ("2023-04", Precision.MONTH)
    dated = read_page(page(f"<main>{H1}<p>Date: 3 May 2023</p>{TEXT}</main>", head=head)).published
    assert dated is not None
    assert dated.value == "2023-05-03"


@pytest.mark.parametrize(
    "line",
    [
        f"<footer>© 2025 {SITE}</footer>",
        f"<p>© {SITE}, 2 March 2025</p>",
        "<p>The conference is held on 24–26 April 2023</p>",
        "<p>Photo: The road to the port, April 2023</p>",
    ],
)
def test_a_date_of_something_else_is_not_the_published_date(read_page: Read, line: str) -> None:
    assert read_page(page(f"<main>{H1}{line}{TEXT}</main>")).published is None


@pytest.mark.parametrize(
    ("below", "beside"),
    [
        ("<p>24 April 2023</p>", '<div class="sidebar"><p>Published: 3 May 2019</p></div>'),
        ("", '<div class="sidebar"><p>3 May 2019</p></div>'),
        ("", '<div class="comments"><p>Published: 3 May 2019</p></div>'),
    ],
)
def test_a_day_in_a_side_column_counts_only_with_a_label_and_without_one_near_the_headline(
    read_page: Read, below: str, beside: str
) -> None:
    address = '<link rel="canonical" href="https://institute.example/2023/04/24/x">'
    body = f"<main>{H1}{below}<p>The road is open.</p>{beside}{TEXT}</main>"
    published = read_page(page(body, head=address)).published
    assert published is not None
    assert published.value == "2023-04-24"


@pytest.mark.parametrize(("lang", "other", "day"), [("en-US", "24/03/2023", "2023-04-05"), ("en-US", "", "2023-05-04")])
def test_another_date_on_the_page_shows_whether_the_month_comes_first(
    read_page: Read, lang: str, other: str, day: str
) -> None:
    body = f'<main>{H1}<span class="date">05/04/2023</span>{TEXT}</main><aside>Latest <span>{other}</span></aside>'
    published = read_page(page(body, lang=lang)).published
    assert published is not None
    assert published.value == day


def test_a_day_at_the_headline_is_none_of_a_side_column_whatever_its_class(read_page: Read) -> None:
    beside = '<div class="sidebar"><p>Published: 3 May 2019</p></div>'
    address = '<link rel="canonical" href="https://institute.example/2023/05/03/x">'
    top = f'{H1}<p class="related">24 April 2023</p><p>The road is open.</p>'
    published = read_page(page(f"<main>{top}{beside}{TEXT}</main>", head=address)).published
    assert published is not None
    assert published.value == "2023-04-24"


@pytest.mark.parametrize(
    ("opening", "day"),
    [
        ("Warsaw, 24 April 2023 – ", "2023-04-24"),
        ("24 April 2023 – ", "2023-04-24"),
        ("24.04.2023 ", "2023-04-24"),
        ("24 April 2023 was the day on which ", "2023-05-03"),
        ("As said on 24.04.2023 ", "2023-05-03"),
        ("Warsaw, 24.04.2023 and ", "2023-05-03"),
        ("As was said, 24 April 2023 – ", "2023-05-03"),
        ("Since Monday 24 April 2023 – ", "2023-05-03"),
    ],
)
def test_a_text_may_open_with_its_day(read_page: Read, opening: str, day: str) -> None:
    address = '<link rel="canonical" href="https://institute.example/2023/05/03/x">'
    published = read_page(page(f"<main>{H1}{TEXT.replace('<p>', f'<p>{opening}', 1)}</main>", head=address)).published
    assert published is not None
    assert published.value == day


TITLED = {
    "a kicker in the heading": f"<main><h1><span>Policy Brief</span><span>{SHOWN}</span></h1>{TEXT}</main>",
    "a line below in the heading": f"<main><h1>{SHOWN}<small>What the towns expect</small></h1>{TEXT}</main>",
    "the site's name as heading": f"<header><h1>{SITE}</h1></header><main><h2>{SHOWN}</h2>{TEXT}</main>",
    "a picture as heading": f'<header><h1><a href="/"><img></a></h1></header><main><h2>{SHOWN}</h2>{TEXT}</main>',
    "a section as heading": f"<main><h1>Publications</h1><h2>{SHOWN}</h2>{TEXT}</main>",
}


@pytest.mark.parametrize("layout", TITLED)
def test_the_title_is_read_in_each_layout(read_page: Read, layout: str) -> None:
    title = read_page(page(TITLED[layout])).title
    assert title is not None
    assert title.value == SHOWN


@pytest.mark.parametrize(
    "name",
    [f"{SITE} ~ {SHOWN}", f"{SHOWN} · {SITE} · Research", f"{SHOWN} • {SITE}"],
)
def test_a_title_without_a_heading_loses_its_affixes(read_page: Read, name: str) -> None:
    head = f'<meta property="og:site_name" content="{SITE}">'
    title = read_page(page(f"<main><div>{SHOWN}</div>{TEXT}</main>", head=head, name=name)).title
    assert title is not None
    assert title.value == SHOWN
