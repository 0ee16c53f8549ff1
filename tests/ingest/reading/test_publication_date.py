"""Publication dates: as precise as the page states, and on the day that its readers see."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db.model.item import Precision, Reading
from ingest.reading.dates import date_parsing

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
H1 = "<h1>The Amber Road Reopens</h1>"
TITLE = "<title>The Amber Road Reopens</title>"


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("24 April 2023", "2023-04-24"),
        ("April 24, 2023", "2023-04-24"),
        ("24th of April 2023", "2023-04-24"),
        ("25 lipca 2017", "2017-07-25"),
        ("25 lipiec 2017", "2017-07-25"),
        ("24. März 2023", "2023-03-24"),
        ("1er mars 2022", "2022-03-01"),
        ("3 de mayo de 2021", "2021-05-03"),
        ("5 maggio 2020", "2020-05-05"),
        ("7 de março de 2019", "2019-03-07"),
        ("8 augustus 2018", "2018-08-08"),
        ("9. srpna 2017", "2017-08-09"),
        ("10 листопада 2016", "2016-11-10"),
        ("11 ноября 2016", "2016-11-11"),
        ("24.04.2023", "2023-04-24"),
        ("24 abr 23 | 5h27", "2023-04-24"),
        ("发布时间：31/12/18", "2018-12-31"),
        ("2023-04-24", "2023-04-24"),
        ("2023年4月24日", "2023-04-24"),
        ("令和5年4月24日", "2023-04-24"),
        ("24. 4. 2023", "2023-04-24"),
        ("2023. 4. 24.", "2023-04-24"),
        ("24 IV 2023", "2023-04-24"),
        ("24.IV.2023", "2023-04-24"),
        ("2023. április 24.", "2023-04-24"),
        ("2023 m. balandžio 24 d.", "2023-04-24"),
        ("2023. gada 24. aprīlī", "2023-04-24"),
        ("24 Απριλίου 2023", "2023-04-24"),
        ("24 ΑΠΡΙΛΙΟΥ 2023", "2023-04-24"),
        ("24 pazdziernika 2023", "2023-10-24"),
        ("24 listopada 2023", "2023-11-24"),
        ("24. listopada 2023.", "2023-10-24"),
        ("24 أبريل 2023", "2023-04-24"),
        ("24 באפריל 2023", "2023-04-24"),
        ("24 tháng 4 năm 2023", "2023-04-24"),
        ("24 Tháng Tư, 2023", "2023-04-24"),
        ("Tháng Mười Một 24, 2023", "2023-11-24"),
        ("03 Dec 2025", "2025-12-03"),
        ("Apr242023", "2023-04-24"),
    ],
)
def test_a_printed_date_is_read_in_its_language(printed: str, day: str) -> None:
    assert [s.value for s in date_parsing.find(f"x {printed} y")] == [day]


@pytest.mark.parametrize("before", ["", "Date: ", "Opublikowano dnia: ", "No: ", "No ", "Vol. 3 "])
@pytest.mark.parametrize(
    "printed", ["26 September 2017", "4 lipca 2020", "1 września 1999", "12 VII 2021", "31 april 2020", "7 del 2020"]
)
def test_a_date_alone_on_a_line_is_read_as_in_a_longer_line(before: str, printed: str) -> None:
    assert [*date_parsing.find(before + printed)] == [*date_parsing.find(f"{before}{printed} |")]


@pytest.mark.parametrize(
    "printed", ["31 February 2023", "45.13.2023", "12 Monday 2020", "in 2023", "3.14159", "1-2-3", "24–26 April 2023"]
)
def test_a_string_that_is_no_date_is_not_read(printed: str) -> None:
    assert list(date_parsing.find(printed)) == []


@pytest.mark.parametrize(
    ("value", "read", "precision"),
    [
        ("2023", "2023", Precision.YEAR),
        ("2023-04", "2023-04", Precision.MONTH),
        ("April 2023", "2023-04", Precision.MONTH),
        ("2023/04/24", "2023-04-24", Precision.DAY),
        ("2023-04-24T10:00:00", "2023-04-24", Precision.DAY),
        ("2023-04-24T10:00:00+0200", "2023-04-24T10:00:00+02:00", Precision.INSTANT),
        ("2023-04-24T22:30:00Z", "2023-04-24T22:30:00+00:00", Precision.INSTANT),
    ],
)
def test_a_date_keeps_its_precision(value: str, read: str, precision: Precision) -> None:
    stated = date_parsing.read(value)
    assert stated is not None
    assert (stated.value, stated.precision) == (read, precision)


def test_a_year_does_not_become_the_first_of_january(make_page: PageMaker, read_page: Read) -> None:
    head = TITLE + '<meta name="citation_publication_date" content="2019">'
    reading = read_page(make_page(head=head, top=H1, bottom=""))
    assert reading.published is not None
    assert (reading.published.value, reading.published.precision) == ("2019", Precision.YEAR)
    assert reading.published.day is None


@pytest.mark.parametrize("label", ["Date", "Data", "Datum", "Fecha", "Дата"])
def test_a_labelled_year_near_the_headline_dates_the_text(make_page: PageMaker, read_page: Read, label: str) -> None:
    reading = read_page(make_page(head=TITLE, top=f"{H1}<p>{label}: 2019</p>", bottom=""))
    assert reading.published is not None
    assert (reading.published.value, reading.published.precision) == ("2019", Precision.YEAR)
    assert reading.published.evidence.words == "2019"


def test_the_printed_day_wins_over_a_utc_time_of_another_day(make_page: PageMaker, read_page: Read) -> None:
    head = TITLE + '<meta property="article:published_time" content="2023-04-23T22:30:00+00:00">'
    reading = read_page(make_page(head=head))
    assert reading.published is not None
    assert (reading.published.value, reading.published.precision) == ("2023-04-24", Precision.DAY)
    assert reading.published.evidence.words == "24 April 2023"
    assert any(r.field == "published" for r in reading.rivals)


def test_a_time_on_the_printed_day_is_kept_with_its_utc_offset(make_page: PageMaker, read_page: Read) -> None:
    head = TITLE + '<meta property="article:published_time" content="2023-04-24T10:00:00+02:00">'
    reading = read_page(make_page(head=head))
    assert reading.published is not None
    assert reading.published.value == "2023-04-24T10:00:00+02:00"


def test_a_polish_date_line_wins_over_dates_of_related_posts(make_page: PageMaker, read_page: Read) -> None:
    reading = read_page(make_page(head=TITLE, top=H1 + "<p>Data: 25 lipca 2017 Autor: Maria Zielona</p>", lang="pl"))
    assert reading.published is not None
    assert reading.published.value == "2017-07-25"


def test_dates_of_related_posts_do_not_date_the_text(make_page: PageMaker, read_page: Read) -> None:
    assert read_page(make_page(head=TITLE, top=H1)).published is None


def test_a_date_linked_to_another_text_does_not_date_this_one(make_page: PageMaker, read_page: Read) -> None:
    bottom = '<div class="next"><time datetime="2024-06-12"><a href="/other/">12 June 2024</a></time></div>'
    assert read_page(make_page(head=TITLE, top=H1, bottom=bottom)).published is None


def test_an_update_date_is_the_modified_date_only(make_page: PageMaker, read_page: Read) -> None:
    top = H1 + "<p>Published: 3 May 2021. Last updated: 9 June 2022</p>"
    reading = read_page(make_page(head=TITLE, top=top))
    assert reading.published is not None
    assert reading.modified is not None
    assert (reading.published.value, reading.modified.value) == ("2021-05-03", "2022-06-09")


@pytest.mark.parametrize(
    ("address", "day"),
    [
        ("/home/2017/7/12/road", "2017-07-12"),
        ("/news/20170712/road", "2017-07-12"),
        ("/news/12072017-road", "2017-07-12"),
    ],
)
def test_the_date_in_the_url_wins_over_a_later_date_in_the_head(
    make_page: PageMaker, read_page: Read, address: str, day: str
) -> None:
    head = f'{TITLE}<link rel="canonical" href="https://institute.example{address}">'
    head += '<meta property="article:published_time" content="2019-06-17T18:28:00+02:00">'
    reading = read_page(make_page(head=head, top=H1))
    assert reading.published is not None
    assert reading.published.value == day


def test_a_labelled_date_wins_over_a_new_timestamp_that_is_not_printed(make_page: PageMaker, read_page: Read) -> None:
    instant = "2025-11-29T12:28:31-05:00"
    head = f'{stated(instant)}<meta property="article:modified_time" content="{instant}">'
    line = "<p>Published: 13 August 2025</p>"
    assert published(read_page(make_page(head=head, top=f"{H1}{line}", bottom=""))) == "2025-08-13"
    both = f'{H1}<p><time datetime="2025-11-29">29 November 2025</time></p>{"<i></i>" * 40}{line}'
    assert published(read_page(make_page(head=head, top=both, bottom=""))) == instant


def test_a_nonstandard_meta_name_dates_a_text(make_page: PageMaker, read_page: Read) -> None:
    head = f'{TITLE}<meta name="published-time" content="2026-03-09"><meta name="published-date" content="2021-02-16">'
    reading = read_page(make_page(head=head, top=H1))
    assert reading.published is not None
    assert reading.published.value == "2021-02-16"
    bare = read_page(make_page(head=f'{TITLE}<meta name="published" content="July 17, 2025">', top=H1, bottom=""))
    assert bare.published is not None
    assert bare.published.value == "2025-07-17"


def test_the_footer_of_the_article_dates_it(make_page: PageMaker, read_page: Read) -> None:
    bottom = '<footer class="entry-footer"><time datetime="2025-08-12T11:15:06Z">August 12, 2025</time></footer>'
    reading = read_page(make_page(head=TITLE, top=H1, bottom=bottom))
    assert reading.published is not None
    assert reading.published.value == "2025-08-12T11:15:06+00:00"


def published(reading: Reading) -> str | None:
    return reading.published.value if reading.published is not None else None


def stated(instant: str) -> str:
    return f'{TITLE}<meta property="article:published_time" content="{instant}">'


@pytest.mark.parametrize(
    ("instant", "line", "value"),
    [
        ("2023-04-24T19:30:00+02:00", '<p class="date">25 April 2023</p>', "2023-04-24T19:30:00+02:00"),
        ("2023-04-24T19:30:00+02:00", "<p>Published: 25 April 2023</p>", "2023-04-25"),
        ("2023-04-24T00:00:00Z", '<p class="date">23 April 2023</p>', "2023-04-24T00:00:00+00:00"),
        ("2023-04-24T23:30:00Z", '<p class="date">25 April 2023</p>', "2023-04-25"),
    ],
    ids=["with its own offset", "against a label", "midnight", "in another zone"],
)
def test_a_printed_day_wins_over_a_time_that_leaves_the_day_open(
    make_page: PageMaker, read_page: Read, instant: str, line: str, value: str
) -> None:
    assert published(read_page(make_page(head=stated(instant), top=H1 + line, bottom=""))) == value


def test_the_url_gives_the_local_day_of_a_utc_time(make_page: PageMaker, read_page: Read) -> None:
    head = stated("2023-04-25T02:25:54+00:00")
    head += '<link rel="canonical" href="https://institute.example/2023/04/24/amber-road/">'
    assert published(read_page(make_page(head=head, top=H1, bottom=""))) == "2023-04-24"
    printed = f"{H1}<p>25 April 2023</p>"
    assert (published(read_page(make_page(head=head, top=printed, bottom=""))) or "")[:10] == "2023-04-25"
    later = printed.replace("25 April", "3 May")
    assert published(read_page(make_page(head=head, top=later, bottom=""))) == "2023-04-24"


@pytest.mark.parametrize("line", ["Aus der Ausgabe vom 26.04.2023", "May 8, 2023 Issue", "Wydanie z 26.04.2023"])
def test_the_date_of_a_print_issue_is_used_only_if_there_is_no_other(
    make_page: PageMaker, read_page: Read, line: str
) -> None:
    top = f'<p class="date">{line}</p>{H1}<p>24 April 2023</p>'
    assert published(read_page(make_page(head=TITLE, top=top, bottom=""))) == "2023-04-24"
    assert published(read_page(make_page(head=TITLE, top=f"<p>{line}</p>{H1}", bottom=""))) is not None


def test_a_date_far_above_the_headline_does_not_date_the_text(make_page: PageMaker, read_page: Read) -> None:
    menu = "".join(f"<li>Part {n}</li>" for n in range(30))
    page = f'<html><head>{TITLE}</head><body><div class="date">Tuesday, 14 January 2020</div><ul>{menu}</ul>'
    page += (
        f"<h1>The Amber Road Reopens</h1><p>Agency<br>13 January 2020, 22:11</p>{'<p>It snows on the road.</p>' * 9}"
    )
    assert published(read_page(page)) == "2020-01-13"


def test_a_date_right_above_the_headline_counts_whatever_its_class(make_page: PageMaker, read_page: Read) -> None:
    top = f'<div><h3 class="teaser-meta">02.01.2022</h3>{H1}</div><p>Treffen am 04.05.2022</p>'
    assert published(read_page(make_page(head=TITLE, top=top, bottom="", lang="de"))) == "2022-01-02"


@pytest.mark.parametrize(
    ("between", "day", "own", "read"),
    [
        ("", '<p class="date">24 April 2023</p>', "", "2023-04-24"),
        ("", "<p><time>24 April 2023</time></p>", "", "2023-04-24"),
        ("", "<p>24 April 2023</p>", "", "2023-05-03"),
        ("<i></i>" * 20, '<p class="date">24 April 2023</p>', "", "2023-05-03"),
        ("", '<p class="date">24 April 2023</p>', "<p>9 May 2023</p>", "2023-05-09"),
    ],
)
def test_a_marked_day_near_the_headline_counts_whatever_the_block_around_it_is_called(
    make_page: PageMaker, read_page: Read, between: str, day: str, own: str, read: str
) -> None:
    head = f'{TITLE}<link rel="canonical" href="https://institute.example/2023/05/03/amber">'
    below = f'{H1}<p>The road</p><div class="sidebar">{between}{day}</div>{own}'
    above = f'<div class="teaser">{day}{between}</div><p>The road</p>{H1}{own}'
    for top in (below, above):
        assert published(read_page(make_page(head=head, top=top, bottom=""))) == read


MARKED = '<div class="byline"><span>Anna Fox</span> <span class="updated">3 May 2023</span></div>'


@pytest.mark.parametrize(
    ("top", "read"),
    [
        # The words of neighbouring elements touch, so the line around them says nothing of an update.
        (f'<p class="date">24 April 2023</p>{H1}<div class="byline"><b>AF</b><i>Updated 3 May 2023</i></div>', "04-24"),
        (f'{H1}<div class="meta"><i class="updated">2023-05-03T09:00:00Z</i><i>24 April 2023</i></div>', "04-24"),
        # Some themes call the only day that of an update.
        (f"{H1}{MARKED}", "05-03"),
        (f"{H1}{MARKED}<p>Published: 2023</p>", "05-03"),
        (f"{H1}{MARKED}{'<i></i>' * 15}<p>24 April 2023</p>", "05-03"),
        (f"{H1}<p class='date'>Updated 9 May 2023</p>{MARKED}", "05-03"),
        (f'{H1}<div class="meta">24 April 2023 <i class="updated">3 May 2023</i></div><p>9 May 2023</p>', "04-24"),
        (f"{H1}<p>24 April 2023</p><div class='date'><b>3 May 2023</b></div>", "05-03"),
        (f'{H1}<p>Published 3 May 2023 <i class="updated">3 May 2023</i></p><p>24 April 2023</p>', "05-03"),
    ],
)
def test_the_narrowest_element_says_whether_its_day_is_that_of_an_update(
    make_page: PageMaker, read_page: Read, top: str, read: str
) -> None:
    assert published(read_page(make_page(head=TITLE, top=top, bottom=""))) == f"2023-{read}"


def test_a_time_element_shows_whether_the_month_comes_first(make_page: PageMaker, read_page: Read) -> None:
    for stated, day in (("2023-04-05", "2023-04-05"), ("2023-05-04", "2023-05-04")):
        line = f'<p>Published on <time datetime="{stated} 13:55:27 +01:00">05/04/2023</time></p>'
        assert published(read_page(make_page(head=TITLE, top=f"{H1}{line}", bottom="", lang="en-US"))) == day


@pytest.mark.parametrize(
    ("stated", "printed", "clear", "day"),
    [
        ("2023-05-05", "05/05/2023", "24/03/2023", "2023-04-05"),
        ("2023-07-09", "05/06/2023", "03/24/2023", "2023-05-04"),
        ("2023-05", "05/06/2023", "03/24/2023", "2023-05-04"),
    ],
)
def test_a_time_element_that_leaves_the_order_open_shows_nothing(
    make_page: PageMaker, read_page: Read, stated: str, printed: str, clear: str, day: str
) -> None:
    other = f'<aside><time datetime="{stated}">{printed}</time> <b>{clear}</b></aside>'
    top = f"{H1}<p>Published on 05/04/2023</p>"
    assert published(read_page(make_page(head=TITLE, top=top, bottom=other, lang="en-US"))) == day


def test_two_hyphens_end_the_day_with_which_a_text_begins(make_page: PageMaker, read_page: Read) -> None:
    body = f"<p>Feb. 23, 2015 -- The amber road has reopened{' after years of repair' * 9}.</p>"
    assert published(read_page(make_page(head=TITLE, top=H1, body=body, bottom=""))) == "2015-02-23"


def test_an_update_date_far_below_does_not_date_the_text(make_page: PageMaker, read_page: Read) -> None:
    rows = "".join(f"<div><p>Row {n}</p></div>" for n in range(60))
    bottom = f'{rows}<p class="date">Updated October 17, 2025</p>'
    assert published(read_page(make_page(head=TITLE, top=H1, bottom=bottom))) is None


@pytest.mark.parametrize(
    "side",
    [
        '<aside class="sidebar"><p>Published 15 November 2018</p><p>Published 3 May 2020</p></aside>',
        '<aside class="sidebar"><p>15 November 2018</p></aside>',
        '<aside class="sidebar"><p class="date">15 November 2018</p></aside>',
        '<aside class="sidebar"><p>Next meeting: 15 November 2018</p></aside>',
        "<footer><p>Published 15 November 2018</p></footer>",
        '<div class="comments"><p>Posted on 15 November 2018</p></div>',
    ],
)
def test_a_sidebar_that_dates_other_things_does_not_date_the_text(
    make_page: PageMaker, read_page: Read, side: str
) -> None:
    page = make_page(head=TITLE, top=H1, bottom="").replace("</article>", f"</article>{side}")
    assert read_page(page).published is None


def test_the_words_of_a_time_end_with_the_time() -> None:
    assert [said.words for said in date_parsing.find("2023-04-24 10:56:28 港口报")] == ["2023-04-24 10:56:28"]
    assert [said.value for said in date_parsing.find("2023-04-24T10:56:28 +02:00")] == ["2023-04-24T10:56:28+02:00"]


def test_a_two_digit_year_is_read_last_if_it_cannot_be_first() -> None:
    assert [said.value for said in date_parsing.find("港口 07-31-18")] == ["2018-07-31"]


@pytest.mark.parametrize(
    ("printed", "day"), [("Mon, 05/06/2024 - 10:31", "2024-05-06"), ("Wed, 05/06/2024", "2024-06-05")]
)
def test_the_day_of_the_week_settles_which_number_is_the_month(
    make_page: PageMaker, read_page: Read, printed: str, day: str
) -> None:
    for lang in ("en", "en-US"):
        page = make_page(head=TITLE, top=f'{H1}<div class="submitted">{printed}</div>', bottom="", lang=lang)
        found = read_page(page).published
        assert found is not None
        assert found.value[:10] == day


def test_a_long_note_under_the_text_that_begins_with_the_day_of_posting_dates_it(
    make_page: PageMaker, read_page: Read
) -> None:
    note = (
        "This entry was posted on Thursday, May 3rd, 2007 at 10:31 am and is filed under "
        '<a href="/category/roads" rel="category tag">Roads</a>. You can follow any responses through the '
        '<a href="/road/feed/">RSS 2.0</a> feed. Both comments and pings are currently closed.'
    )
    bottom = f'<p class="postmetadata alt"><small>{note}</small></p>'
    found = read_page(make_page(head=TITLE, top=H1, bottom=bottom)).published
    assert found is not None
    assert found.value == "2007-05-03"
