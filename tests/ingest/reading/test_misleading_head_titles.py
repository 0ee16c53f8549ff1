"""The title of a text whose page's head names the site or a section, or calls the text something else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db.model.item import Reading

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
SHOWN = "The Amber Road Reopens to Trade After Eleven Years"


def title(reading: Reading) -> str:
    assert reading.title is not None
    return reading.title.value


def head(name: str) -> str:
    return f'<title>{name}</title><meta property="og:title" content="{name}">'


SITE = '<title>Example Institute</title><meta property="og:site_name" content="Example Institute">'


@pytest.mark.parametrize(
    "headline",
    [
        f'<h2 class="title">{SHOWN}</h2>',
        f"<h2>{SHOWN}</h2>",
        f'<h3 class="entry-title">{SHOWN}</h3>',
        f'<div class="article-title">{SHOWN}</div>',
        f'<table><tr><td class="contentheading">{SHOWN}</td></tr></table>',
        f'<p class="title"><b>{SHOWN}</b></p>',
        f'<h2 class="post-title"><a href="/amber-road-reopens/">{SHOWN}</a></h2>',
    ],
)
def test_a_headline_is_read_if_the_head_names_only_the_site(
    make_page: PageMaker, read_page: Read, headline: str
) -> None:
    assert title(read_page(make_page(head=SITE, top=headline, body=TEXT))) == SHOWN


TEXT = (
    "<p>The carters wait for the ice to go, and it does not go before the spring is over and the ferries run.</p>" * 9
)


def test_a_heading_that_links_to_another_page_is_no_headline(make_page: PageMaker, read_page: Read) -> None:
    listed = f'<h2 class="entry-title"><a href="/other/">{SHOWN}</a></h2><ul><li><h2>{SHOWN}</h2></li></ul>'
    assert read_page(make_page(head=SITE, top=listed, body=TEXT)).title is None
    front = make_page(head=SITE, top=f"<h2>{SHOWN}</h2>", body=TEXT)
    assert read_page(front, url="https://institute.example/").title is None


@pytest.mark.parametrize("stated", ["Press releases", "Home", "News", "Untitled Document"])
def test_the_heading_wins_over_a_section_stated_as_the_title(
    make_page: PageMaker, read_page: Read, stated: str
) -> None:
    assert title(read_page(make_page(head=head(stated), top=f"<h1>{SHOWN}</h1>"))) == SHOWN
    assert title(read_page(make_page(head=head(stated), top=f"<h1>{stated}</h1>"))) == stated


@pytest.mark.parametrize(
    "kicker",
    [
        '<span class="badge badge-red">New</span> ',
        '<span class="content-type">Report</span><br>',
        '<span class="post-category">Trade</span>',
    ],
)
def test_a_marked_kind_of_text_is_not_part_of_the_title(make_page: PageMaker, read_page: Read, kicker: str) -> None:
    name = "Why the Carters Return to the Amber Road"
    page = make_page(head=head(name), top=f"<h1>{kicker}<span>{SHOWN}</span></h1>")
    assert title(read_page(page)) == SHOWN
    linked = '<h1><a href="/topics/nato">NATO</a> and the Amber Road Reopened to Trade</h1>'
    assert title(read_page(make_page(head=head(name), top=linked))) == "NATO and the Amber Road Reopened to Trade"


def test_a_heading_with_headline_and_home_link_names_no_site(make_page: PageMaker, read_page: Read) -> None:
    top = f'<div class="logo"><h1><span class="title">{SHOWN}</span><a href="/">Harbour Notes</a></h1></div>'
    page = make_page(head=f"<title>{SHOWN} » Local » Harbour Notes</title>", top=top, body=TEXT)
    assert title(read_page(page)).startswith(SHOWN)


@pytest.mark.parametrize("rest", ["2/", "page/3/", "amp/", "print", "comment-page-2/"])
def test_a_linked_headline_of_a_further_part_is_no_site_name(make_page: PageMaker, read_page: Read, rest: str) -> None:
    top = '<h1><a href="/amber-road/">The Amber Road Reopens</a></h1><p>24 April 2023</p><h2>Lessons of the port</h2>'
    found = read_page(make_page(top=top), url=f"https://institute.example/amber-road/{rest}")
    assert found.title is not None
    assert found.title.value == "The Amber Road Reopens"


@pytest.mark.parametrize(
    ("link", "behind", "title"),
    [
        ("/amber-road-reopens/", "The Road", "The Road"),
        ("/salt/", "The Road", "River Notes"),
        ("/amber-road-reopens/", "A Road", "River Notes"),
    ],
)
def test_an_old_blog_names_itself_first_and_links_the_headline_below_to_its_page(
    read_page: Read, link: str, behind: str, title: str
) -> None:
    head = f"<head><meta charset='utf-8'><title>River Notes &raquo; Archive &raquo; {behind}</title></head>"
    post = f"<h2><a href='{link}'>The Road</a></h2>{'<p>Trade returns to the towns along it.</p>' * 30}"
    found = read_page(f"<html>{head}<body><h1>River Notes</h1><div>{post}</div></body></html>").title
    assert found is not None
    assert found.value == title
