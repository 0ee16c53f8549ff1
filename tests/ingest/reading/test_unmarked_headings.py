"""Pages that do not mark their headline, or that mark their text as something else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db.model.item import Reading
from ingest.reading.page import headlines

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
TEXT = "<p>" + "The towns along the road expect trade to return before the winter. " * 30 + "</p>"
MENU = "".join(f'<ul><li><a href="/m{n}">Part {n}</a></li></ul>' for n in range(60))
TITLE = "<title>The Amber Road Reopens - Example Forum</title>"


def page(body: str, title: str = TITLE) -> str:
    return f'<html lang="en"><head><meta charset="utf-8">{title}</head><body>{MENU}{body}</body></html>'


def test_an_element_equal_to_the_title_is_the_headline_without_headings(read_page: Read) -> None:
    reading = read_page(page(f"<table><tr><td><b>The Amber Road Reopens</b><br>24 April 2023</td></tr></table>{TEXT}"))
    assert reading.title is not None
    assert reading.title.value == "The Amber Road Reopens"
    assert reading.published is not None
    assert reading.published.value == "2023-04-24"


def test_a_form_around_the_whole_page_does_not_hide_its_date(read_page: Read) -> None:
    line = "<div>The Amber Road Reopens</div><div>Warsaw, 24 April 2023</div>"
    whole = read_page(page(f'<form id="aspnetForm" action="road.aspx">{line}{TEXT}</form>'))
    assert whole.published is not None
    assert whole.published.value == "2023-04-24"
    # A date in a form next to the text belongs to a search form.
    beside = read_page(page(f"<div>The Amber Road Reopens</div><form><div>24 April 2023</div></form>{TEXT}"))
    assert beside.published is None


def test_a_breadcrumb_or_a_small_part_of_the_title_is_no_headline(read_page: Read) -> None:
    title = "<title>The Road to the River Port and to the Sea Reopens at Last - All of the Press</title>"
    reading = read_page(page(f"<b>All of the Press</b><p>24 April 2023</p>{TEXT}", title))
    assert reading.title is not None
    assert reading.title.value.startswith("The Road to the River Port")
    crumb = '<div class="breadcrumb"><b>The Amber Road Reopens</b></div>'
    reading = read_page(page(f"{crumb}{MENU}<div>24 April 2023</div>{TEXT}"))
    assert reading.published is None


def test_a_loose_date_after_the_headline_is_read(read_page: Read) -> None:
    for loose in ("24 April 2023<br>", "<b>Published:</b> 24 April 2023 10:00<br>", "By Ann Doe<br>24.04.2023<br>"):
        reading = read_page(page(f"<div><h1>The Amber Road Reopens</h1>{loose}{TEXT}</div>"))
        assert reading.published is not None
        assert reading.published.value == "2023-04-24"


def test_a_loose_number_is_no_date(read_page: Read) -> None:
    assert read_page(page(f"<div><h1>The Amber Road Reopens</h1>24 bridges<br>{TEXT}</div>")).published is None


def test_bloggers_blog_widget_holds_the_text(read_page: Read) -> None:
    post = (
        '<h2 class="date-header"><span>Monday, April 24, 2023</span></h2><div class="post hentry">'
        f'<h3 class="post-title entry-title">The Amber Road Reopens</h3><div class="post-body">{TEXT}</div></div>'
    )
    list_ = '<div class="widget BlogArchive"><ul><li>2017 (9)</li></ul></div>'
    reading = read_page(page(f'<div class="widget Blog" id="Blog1">{post}</div>{list_}'))
    assert reading.published is not None
    assert reading.published.value == "2023-04-24"


def test_a_long_article_below_the_headline_is_the_text_despite_a_link(read_page: Read) -> None:
    first = '<h2><a href="/other/">Watch the bridges</a></h2>'
    aside = "<nav>" + "Much else there is to read here. " * 200 + "</nav>"
    told = f'<article>{first}<p class="date">24 April 2023</p>{TEXT}</article>'
    reading = read_page(page(f"<header><h1>The Amber Road Reopens</h1></header>{told}{aside}"))
    assert reading.published is not None
    assert reading.published.value == "2023-04-24"
    teaser = f'<article>{first}<p class="date">1 May 2024</p></article>'
    reading = read_page(page(f"<header><h1>The Amber Road Reopens</h1></header>{TEXT}{teaser}{aside}"))
    assert reading.published is None


@pytest.mark.parametrize("sign", ["_", "-", "__"])
def test_a_headline_without_spaces_is_separated_from_the_site_name(
    make_page: PageMaker, read_page: Read, sign: str
) -> None:
    shown = "琥珀之路十一年后重新开通"
    page = make_page(
        head=f"<title>{shown}{sign}财经频道{sign}港口网</title>", top=f"<div><p>{shown}</p></div>", lang="zh"
    )
    found = read_page(page)
    assert found.title is not None
    assert found.title.value == shown


@pytest.mark.parametrize("title", ["港-" * 100_000, f"港a{'-' * 200_000}b"], ids=["many dashes", "a row of dashes"])
def test_a_very_long_title_has_few_beginnings(title: str) -> None:
    assert sum(map(len, headlines.beginnings(title))) < 100_000


OLD = """<TABLE><TR><TD><A HREF="/">Example Forum</A></TD><TD><FONT SIZE="{size}"><B>{head}</B></FONT><BR>
<I>Anna Fox, Thomas Reed</I><BR>24.4.2023<BR><BR>{text}</TD></TR></TABLE>"""
SAME_EVERYWHERE = "<title>Example Forum</title>"


def old(size: str = "4", head: str = "The Road Reopens", before: str = "") -> str:
    body = before + OLD.format(size=size, head=head, text=TEXT.strip("</p>"))
    return f'<html lang="en"><head>{SAME_EVERYWHERE}</head><body>{body}</body></html>'


@pytest.mark.parametrize("size", ["4", "6", "+1"])
def test_what_stands_over_the_text_in_large_type_is_the_headline_of_an_old_page(read_page: Read, size: str) -> None:
    reading = read_page(old(size))
    assert reading.title is not None
    assert reading.title.value == "The Road Reopens"
    assert reading.published is not None
    assert reading.published.value == "2023-04-24"


@pytest.mark.parametrize(
    "page_of",
    [old("3"), old(before="<h3>News</h3>"), old(head='<a href="/x">The Road Reopens</a>')],
    ids=["type of the text", "a page with headings", "a link"],
)
def test_large_type_is_no_headline_if_the_page_has_headings_or_it_leads_on(read_page: Read, page_of: str) -> None:
    reading = read_page(page_of)
    assert reading.title is None or reading.title.value != "The Road Reopens"
