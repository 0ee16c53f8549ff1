"""Dates on a page that belong to other things than its text do not date it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db.model.item import Reading

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
H1 = "<h1>The Amber Road Reopens</h1>"
DATED = f'{H1}<p class="meta">24 April 2023</p>'


@pytest.fixture
def day(make_page: PageMaker, read_page: Read) -> Callable[..., str | None]:
    """Read the day of a page with these parts."""

    def of(**parts: str) -> str | None:
        found = read_page(make_page(**{"top": H1, "bottom": "", **parts})).published
        return found.value[:10] if found else None

    return of


@pytest.mark.parametrize(
    "below",
    [
        '<div class="grid"><div><a href="/x"><h3>Salt falls</h3></a><span class="date">1 May 2024</span></div></div>',
        '<div class="grid"><div><p class="date">1 May 2024</p><h3><a href="/x">Salt falls</a></h3></div></div>',
        '<div class="upcoming"><strong>12 May 2027</strong> Open day at the port</div>',
        "<p>Ann Doe was born on 24 April 1990 in Oak.</p>",
        "<p>Ministry of Works, Road report, accessed 24 April 2023.</p>",
        "<p>The privacy policy was last updated 1 May 2024.</p>",
        "<p>When: 12 May 2027, 10:00</p>",
        "<p>Date: 12 May 2022, 18:00–20:00</p>",
        "<p>Date: 12 May 2022, 6-8 pm</p>",
        '<div class="more"><div><span class="date">1 May 2024</span><a href="/a">Salt prices fall</a></div></div>',
        '<ul><li>1 May 2024 <a href="/a">Salt prices fall</a></li><li>2 May <a href="/b">A ferry runs</a></li></ul>',
        '<table><tr><td>1 May 2024</td><td><a href="/a">Salt prices fall</a></td></tr></table>',
        '<p><a href="/a">Salt prices fall</a><br>1 May 2024</p>',
        "<blockquote>We shall build.<br>Jan Lis, 3 March 2011</blockquote>",
        "<ol><li>Jan Lis, Salt of the earth, Gazette, 2 June 2018.</li></ol>",
        "<p>The road was closed to carts on 24 April 2010 for a year.</p>",
        "<p>[1] All prices are without tolls, as published April 2010.</p>",
        '<p>It paid.<a href="#n1">*</a></p><ol><li id="n1"><p>The clerk, published April 2010</p></li></ol>',
        '<p>It paid.<sup><a href="#n1">[1]</a></sup></p><div id="n1">1. Date: 24 April 2010, from the clerk</div>',
    ],
)
def test_a_date_of_something_else_after_the_text_does_not_date_it(below: str, day: Callable[..., str | None]) -> None:
    assert day(bottom=below) is None
    assert day(top=DATED, bottom=below) == "2023-04-24"


@pytest.mark.parametrize(
    "printed", ["2023-04-24 10:00-05:00", "24 April 2023, 10:15 - 5 min read", "24 April 2023 10:15, changed 11:20"]
)
def test_a_time_with_a_zone_or_other_numbers_is_no_event(printed: str, day: Callable[..., str | None]) -> None:
    assert day(top=f'{H1}<p class="meta">{printed}</p>') == "2023-04-24"


@pytest.mark.parametrize(
    "rows",
    [
        "<ul><li><a href='/a'>Salt prices fall</a>, 1 May 2024</li><li><a href='/b'>A ferry</a>, May 2022</li></ul>",
        "<div class='mini'><time>1 May 2024</time> <a href='/a'>Salt prices fall</a></div>"
        "<div class='mini'><time>2 May 2024</time> <a href='/b'>A ferry runs</a></div>",
        "<p>Recorded on 1 May 2024</p>",
    ],
)
def test_a_date_in_a_row_or_of_a_recording_does_not_date_a_short_text(
    rows: str, day: Callable[..., str | None]
) -> None:
    assert day(body=f"<p>Anna Fox writes on ports.</p>{rows}") is None


def test_a_paragraph_beside_another_with_a_link_and_a_year_is_no_row(day: Callable[..., str | None]) -> None:
    beside = "<p>In 2020 <a href='/ferry'>the ferry</a> was sold.</p>"
    assert day(top=f"{H1}<p>24 April 2023, for <a href='/dossier'>Salt and ports</a></p>{beside}") == "2023-04-24"


@pytest.mark.parametrize("topic", ["href='/topics/ports'", "href='/p' rel='tag'"])
def test_a_link_to_a_topic_beside_the_day_below_a_text_is_no_title_of_another(
    topic: str, day: Callable[..., str | None]
) -> None:
    line = f"<div class='post-meta'><span class='date'>24 April 2023</span> <a {topic}>Ports and ferries</a></div>"
    assert day(bottom=line) == "2023-04-24"


@pytest.mark.parametrize(
    "line",
    [
        "<ul><li>24 April 2023 in <a href='/topics/t'>Trade and ports</a></li><li><a href='#c'>3 notes</a></li></ul>",
        "<div class='row'><span>24 April 2023</span> <a href='/t'>Trade and ports</a></div>"
        "<div class='row'><a href='/who'>Anna Fox</a></div>",
    ],
)
def test_lines_below_the_headline_are_no_rows_of_a_list(line: str, day: Callable[..., str | None]) -> None:
    assert day(top=f"{H1}{line}") == "2023-04-24"


def test_the_day_of_an_event_is_no_day_of_publication(day: Callable[..., str | None]) -> None:
    data = '{"@type": "Event", "name": "The Amber Road Reopens", "startDate": "2024-05-01T17:30"}'
    stated = f'<title>x</title><script type="application/ld+json">{data}</script>'
    assert day(top=f"{H1}<p>1 May 2024</p>", head=stated) is None
    assert day(top=f"{H1}<p>24 April 2024</p>", head=stated) == "2024-04-24"


def test_a_date_in_a_top_bar_is_the_day_of_the_visit(day: Callable[..., str | None]) -> None:
    visit = '<div class="top-bar"><span class="date">Friday, 26 November 2026</span></div>'
    page = f"</article></main>{visit}<main><article>"
    assert day(top=f"{page}{H1}") is None
    assert day(top=f"{page}{DATED}") == "2023-04-24"


@pytest.mark.parametrize(
    "line",
    [
        '<div><h5><a href="/author/ann-doe">Ann Doe</a></h5><div class="pubdate">24 April 2023</div></div>',
        '<p class="date"><a href="/amber-road-reopens/">24 April 2023</a></p>',
        "<p>Posted by Ann Doe on 24 April 2023.</p>",
        "<p>Posted: [ 24 April 2023 10:00 ]</p>",
    ],
)
def test_a_date_line_next_to_the_headline_dates_the_text(line: str, day: Callable[..., str | None]) -> None:
    assert day(top=f"{H1}{line}") == "2023-04-24"


def test_a_box_around_the_headline_is_not_another_text(day: Callable[..., str | None]) -> None:
    top = f'<div>{H1}<p class="info">24 April 2023</p><h2><a href="/dossier">All on roads</a></h2></div>'
    assert day(top=top) == "2023-04-24"


@pytest.mark.parametrize(
    ("stamp", "read"), [("4/5/2023", "2023-04-05"), ("24/4/2023", "2023-04-24"), ("2023-04-05", "2023-04-05")]
)
def test_a_numeric_date_is_read_in_the_day_month_order_of_the_page(
    stamp: str, read: str, make_page: PageMaker, read_page: Read
) -> None:
    html = make_page(top=f'{H1}<time datetime="{stamp}">3 years ago</time>', bottom="", lang="en-US")
    found = read_page(html).published
    assert found is not None
    assert found.value == read


@pytest.mark.parametrize(
    "stamped",
    [
        '<amp-timeago datetime="2023-04-24T10:00:00Z">3 years ago</amp-timeago>',
        '<local-time datetime="2023-04-24T10:00:00Z">some time ago</local-time>',
        '<div class="date" content="2023-04-24">3 years ago</div>',
    ],
)
def test_the_timestamp_of_a_custom_element_is_read(stamped: str, day: Callable[..., str | None]) -> None:
    assert day(top=f"{H1}{stamped}") == "2023-04-24"


def test_a_reading_does_not_depend_on_the_day_it_is_made(day: Callable[..., str | None]) -> None:
    """A future date is read as it will be once it has passed."""
    far = "<p>Of roads there is much else to say.</p>" * 100
    assert day(top=f"{H1}{far}", bottom="<p>Stand 24.04.2035</p>") == "2035-04-24"


@pytest.mark.parametrize(
    "line",
    [
        '<div><h4><a href="/series/ports">The River Ports</a></h4><p>24 April 2023</p></div>',
        '<ul><li><a href="/people/ann-doe">Ann Doe</a> 24 April 2023</li><li>5 min</li></ul>',
        "<dl><dt>24 April 2023</dt></dl>",
        "<center>24 April 2023</center>",
    ],
)
def test_a_date_line_near_the_headline_counts_whatever_it_links_to(line: str, day: Callable[..., str | None]) -> None:
    assert day(top=f"{H1}{line}") == "2023-04-24"


def test_a_plain_date_near_the_headline_wins_over_a_marked_one_below(day: Callable[..., str | None]) -> None:
    below = '<div><span class="date">1 May 2024</span> Salt prices fall</div>'
    assert day(top=f"{H1}<p>24 April 2023</p>", bottom=below) == "2023-04-24"


def test_a_date_signed_at_the_end_dates_the_text(day: Callable[..., str | None]) -> None:
    assert day(bottom="<p>Warsaw, 24 April 2023</p>") == "2023-04-24"
    assert day(bottom="<p>Published on 24 April 2023 by the Example Institute.</p>") == "2023-04-24"


@pytest.mark.parametrize(
    "below",
    [
        "<p>Next review: 12 May 2029</p>",
        "<p>Review due 12 May 2029</p>",
        "<dl><dt>Next review date</dt><dd>12 May 2029</dd></dl>",
        "<p>Nächste Überprüfung: 12.05.2029</p>",
        "<p>Ważny do: 12 maja 2029</p>",
        "<p>Válido hasta el 12 de mayo de 2029</p>",
        "<p>Admission is free. Please register by 12 May 2029.</p>",
        "<p>Anmeldung bis zum 12. Mai 2029</p>",
        "<p>Zgłoszenia do 12 maja 2029</p>",
        "<p>Inscriptions avant le 12 mai 2029</p>",
        "<p>Inscripciones hasta el 12 de mayo de 2029</p>",
    ],
)
def test_dates_of_reviews_and_deadlines_do_not_date_the_text(day: Callable[..., str | None], below: str) -> None:
    assert day(top=f"{H1}{below}") is None
    assert day(top=f'{H1}<p class="meta">24 April 2023</p>{below}') == "2023-04-24"


STATED = '<title>The Amber Road Reopens</title><meta property="article:published_time" content="2029-05-12T08:00:00Z">'


@pytest.mark.parametrize(
    "parts",
    [
        {"head": STATED},
        {"top": f'{H1}<p class="date">12 May 2029</p>'},
        {"top": f'{H1}<p class="date">May 2029</p>'},
        {"head": STATED, "top": f'{H1}<p class="date">12 May 2029</p>'},
    ],
)
def test_a_date_after_the_capture_is_not_the_published_date(
    make_page: PageMaker, read_page: Read, parts: dict[str, str]
) -> None:
    page = make_page(**{"top": H1, "bottom": "", **parts})
    told = read_page(page).published
    assert told is not None
    assert told.value.startswith("2029-05")
    assert read_page(page, day="2026-11-28").published is None


def test_a_past_date_wins_over_a_date_after_the_capture(make_page: PageMaker, read_page: Read) -> None:
    page = make_page(head=STATED, top=DATED, bottom="")
    found = read_page(page, day="2026-11-28").published
    assert found is not None
    assert found.value == "2023-04-24"


def test_the_day_after_the_capture_counts_because_of_time_zones(make_page: PageMaker, read_page: Read) -> None:
    page = make_page(top=DATED, bottom="")
    assert read_page(page, day="2023-04-23").published is not None
    assert read_page(page, day="2023-04-22").published is None


def test_a_date_in_the_paragraph_of_the_whole_text_is_not_after_the_text(day: Callable[..., str | None]) -> None:
    line = '<table><tr><td>Published:</td><td>05.15.13, 22:47 / <a href="/home/3">Harbour News</a></td></tr></table>'
    long = "<span>" + "The towns along the road expect trade to return before the winter. " * 30 + "</span>"
    assert day(top=H1, body=f"<p><span>{line}{long}</span></p>") == "2013-05-15"
    # A date after the text in the same paragraph does not count: some pages never close their paragraph.
    listed = '<div><a href="/x">Salt prices fall</a> 1 May 2013</div>'
    assert day(top=H1, body=f"<p><span>{long}<i></i>{listed}</span></p>", bottom="") is None


@pytest.mark.parametrize(
    "below",
    [
        '<p class="meta">Published 10 May 2023 | Updated 1 May 2023</p>',
        "<p>Data last updated: 1 March 2023</p><p>Published: 10 May 2023</p>",
        '<p>The law as amended 1 March 2020</p><p class="date">10 May 2023</p>',
        "<p>The treaty, revised 3 May 2011, in practice</p><p>10 May 2023</p>",
    ],
)
def test_a_published_date_may_be_later_than_the_update_date(day: Callable[..., str | None], below: str) -> None:
    assert day(top=f"{H1}{below}") == "2023-05-10"


def test_a_version_in_the_headline_does_not_date_a_text_with_a_day(day: Callable[..., str | None]) -> None:
    header = "<header><h1>Harbour 1.6.10 Released</h1>{}</header>"
    assert day(top=header.format("24 April 2023")) == "2023-04-24"
    assert day(top=header.format("")) == "2010-06-01"  # on a page without another day, it may be one


def test_the_time_at_the_end_of_a_line_makes_it_no_sentence(day: Callable[..., str | None]) -> None:
    assert day(top=f"{H1}<p><b>By Anna Fox</b> | On the quay - April 24, 2023 at 10:04 a.m.</p>") == "2023-04-24"
    assert day(top=f"{H1}<p>The quay was closed on April 24, 2023 for a year.</p>") is None


@pytest.mark.parametrize(
    ("above", "dated"),
    [("<h4>Date</h4>", "2023-04-24"), ("<h4>Port news</h4>", None), ("<p>Date</p>", None), ("", None)],
)
def test_a_day_below_a_heading_that_calls_it_the_date_is_not_that_of_the_titles_beside_it(
    above: str, dated: str | None, day: Callable[..., str | None]
) -> None:
    others = "<h4>Related</h4><ul><li><a href='/a'>Salt prices fall</a><br>1 May 2022</li></ul>"
    assert day(bottom=f"<div class='rail'>{above}<p>24 April 2023</p>{others}</div>") == dated
    assert day(bottom=f"<div class='rail'>{above}<p>The port</p>{others}</div>") is None
