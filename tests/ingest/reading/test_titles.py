"""Titles: the headline that the page shows, complete, and without the words around it."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from db.model.item import Reading

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
SHOWN = "The Amber Road Reopens to Trade After Eleven Years"


def title(reading: Reading) -> str:
    assert reading.title is not None
    return reading.title.value


def head(name: str, og: str | None = None) -> str:
    return f'<title>{name}</title><meta property="og:title" content="{og or name}">'


@pytest.mark.parametrize(
    "stated", ["Amber Road Is Open Again: What Trade Expects", "Why Trade Waits for the Amber Road"]
)
def test_the_shown_headline_wins_over_the_title_for_search_engines(
    make_page: PageMaker, read_page: Read, stated: str
) -> None:
    assert title(read_page(make_page(head=head(stated), top=f"<h1>{SHOWN}</h1>"))) == SHOWN


def test_a_heading_unlike_the_stated_title_is_not_used(make_page: PageMaker, read_page: Read) -> None:
    page = make_page(head=head(SHOWN), top="<h1>Our people and their work in the regions</h1>")
    assert title(read_page(page)) == SHOWN


def test_the_sign_of_a_link_to_a_heading_is_not_part_of_it(make_page: PageMaker, read_page: Read) -> None:
    linked = f'<h1>{SHOWN}<a class="headerlink" href="#road" title="Link to this heading">#</a></h1>'
    assert title(read_page(make_page(head=head(SHOWN), top=linked))) == SHOWN
    language = "Why the harbour counts its ships in C#"
    assert title(read_page(make_page(head=head(language), top=f"<h1>{language}</h1>"))) == language


ASKED = "Who shall pay for the amber road and its eleven bridges?"


def test_a_shown_sentence_wins_over_a_title_that_only_search_engines_see(make_page: PageMaker, read_page: Read) -> None:
    assert title(read_page(make_page(head=head("Bridges: Our Levy Calculator"), top=f"<h1>{ASKED}</h1>"))) == ASKED


@pytest.mark.parametrize(
    ("heading", "below"),
    [
        ("Fair trade and open roads for the whole amber country", f"<h2>{SHOWN}</h2>"),
        ("Our newest reports on roads, rivers and the amber trade:", ""),
        ("Amber road open +++ Carters wait +++ Ice on the bridges", ""),
    ],
)
def test_a_slogan_a_lead_and_a_ticker_are_no_headline(
    make_page: PageMaker, read_page: Read, heading: str, below: str
) -> None:
    name = "Amber Road Reopens: Trade After Eleven Years"
    assert title(read_page(make_page(head=head(name), top=f"<h1>{heading}</h1>{below}"))) == name


def test_a_marked_kicker_is_no_part_of_a_heading_that_is_marked_as_headline(
    make_page: PageMaker, read_page: Read
) -> None:
    top = f'<h1 itemprop="headline"><span class="kicker">Roads in winter</span> <span>{SHOWN}</span></h1>'
    page = make_page(head=head(f"After the ice: {SHOWN}"), top=top)
    assert title(read_page(page)) == SHOWN


def test_a_subheading_contained_in_the_title_is_not_the_headline(make_page: PageMaker, read_page: Read) -> None:
    body = "<h2>Trade after eleven years</h2>" + "<p>The carters wait for the ice to go, and it does not go.</p>" * 8
    name = "The amber road: trade after eleven years of repair"
    assert title(read_page(make_page(head=head(name), top=f"<h1>{SHOWN}</h1>", body=body))) == SHOWN


def test_the_second_heading_is_used_if_the_first_names_something_else(make_page: PageMaker, read_page: Read) -> None:
    top = f"<h1>Centre for Roads</h1><h2>{SHOWN}</h2>"
    assert title(read_page(make_page(head=f"<title>{SHOWN}</title>", top=top))) == SHOWN


def test_a_headline_longer_than_the_stated_title_is_kept_whole(make_page: PageMaker, read_page: Read) -> None:
    name = "The Amber Road Reopens to Trade"
    assert title(read_page(make_page(head=head(name), top=f"<h1>{SHOWN}</h1>"))) == SHOWN


def test_a_separate_line_in_the_heading_is_not_part_of_the_title(make_page: PageMaker, read_page: Read) -> None:
    top = f"<h1><span>Roads and rivers</span> <span>{SHOWN}</span></h1>"
    assert title(read_page(make_page(head=head(SHOWN), top=top))) == SHOWN


def test_the_stated_title_has_the_space_that_a_heading_of_joined_lines_lacks(
    make_page: PageMaker, read_page: Read
) -> None:
    name = f"“It begins soon”: {SHOWN}"
    top = f"<h1><span>“It begins soon”</span><span>{SHOWN}</span></h1>"
    assert title(read_page(make_page(head=head(name), top=top))) == name


def test_the_stated_title_wins_over_a_heading_of_joined_lines(make_page: PageMaker, read_page: Read) -> None:
    top = "<h1><span>The Amber Road</span><span>Trade After Eleven Years of Repair</span></h1>"
    assert title(read_page(make_page(head=head("Amber Road Trade: What to Expect"), top=top))) == (
        "Amber Road Trade: What to Expect"
    )


def test_a_meta_headline_is_used(make_page: PageMaker, read_page: Read) -> None:
    metas = f'{head(f"{SHOWN}-Roads|Centre")}<meta name="headline" content="{SHOWN}">'
    assert title(read_page(make_page(head=metas, top=""))) == SHOWN


@pytest.mark.parametrize("name", ["article:category", "og:section", "section", "category"])
def test_a_section_is_read_from_several_meta_names(make_page: PageMaker, read_page: Read, name: str) -> None:
    reading = read_page(make_page(head=f'<title>x</title><meta name="{name}" content="Energy Security">'))
    assert reading.section is not None
    assert reading.section.value == "Energy Security"


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("The Amber Road Reopens - Amber Institute", "Amber Institute"),
        ("amberinstitute.example | The Amber Road Reopens", "amberinstitute.example"),
        ("The Amber Road Reopens - Roads and Bridges", None),
        ("Amber Institute", None),
    ],
)
def test_an_unstated_site_name_is_read_from_title_and_host(
    make_page: PageMaker, read_page: Read, title: str, named: str | None
) -> None:
    read = read_page(make_page(head=f"<title>{title}</title>"), url="https://www.amberinstitute.example/road/")
    assert (read.site_name.value if read.site_name else None) == named


@pytest.mark.parametrize(
    "path",
    [
        f"<nav><ol><li><a href='/'>Home</a></li><li><h1>{SHOWN}</h1></li></ol></nav>",
        f'<div class="breadcrumbs"><a href="/">Home</a> <h1>{SHOWN}</h1></div>',
    ],
    ids=["a menu", "breadcrumbs"],
)
def test_the_last_breadcrumb_is_not_the_headline(make_page: PageMaker, read_page: Read, path: str) -> None:
    shown = "Amber Road Is Open: What the Towns Expect"
    assert title(read_page(make_page(head=head(SHOWN), top=f"{path}<h2>{shown}</h2>"))) == shown
    assert title(read_page(make_page(head=head(SHOWN), top=path))) == SHOWN


def test_a_marked_kicker_in_the_heading_is_not_part_of_the_title(make_page: PageMaker, read_page: Read) -> None:
    top = f'<h1><span class="article-title__overline">Roads</span><span class="off">-</span> <span>{SHOWN}</span></h1>'
    assert title(read_page(make_page(head=head(f"In the north: {SHOWN}"), top=top))) == SHOWN
    assert title(read_page(make_page(head=head(f"Roads: {SHOWN}"), top=top.replace(">-<", ">:<")))) == f"Roads: {SHOWN}"


def test_a_site_name_equal_to_the_title_is_ignored(make_page: PageMaker, read_page: Read) -> None:
    metas = f'<title>{SHOWN}</title><meta property="og:site_name" content="{SHOWN}">'
    reading = read_page(make_page(head=metas, top=f"<h1>{SHOWN}</h1>"))
    assert title(reading) == SHOWN
    assert reading.site_name is None


def test_a_headline_keeps_its_kicker_if_data_and_title_have_both(make_page: PageMaker, read_page: Read) -> None:
    long = f"In the north: {SHOWN}"
    data = f'<script type="application/ld+json">{{"@type": "Article", "headline": "{long}"}}</script>'
    name = f"<title>{long}, Daily of the Institute</title>{data}"
    assert title(read_page(make_page(head=name, top=f"<h1>{SHOWN}</h1>"))) == long
    told = f'{name}<meta property="og:title" content="{SHOWN}">'
    assert title(read_page(make_page(head=told, top=f"<h1>{SHOWN}</h1>"))) == SHOWN


def test_an_unmarked_kicker_is_left_out_if_the_head_also_states_the_headline_without_it(
    make_page: PageMaker, read_page: Read
) -> None:
    whole = f"In the north: {SHOWN}"
    data = f'<script type="application/ld+json">{{"@type": "Article", "headline": "{whole}"}}</script>'
    kicked = f"<h1><span>In the north</span> <span>{SHOWN}</span></h1>"
    assert title(read_page(make_page(head=f"{head(whole, SHOWN)}{data}", top=kicked))) == SHOWN
    # `title` alone states the headline of another text, or a part of this one.
    assert title(read_page(make_page(head=f"{head(f'{SHOWN} | Roads', whole)}{data}", top=kicked))) != SHOWN


def test_a_host_name_before_a_title_is_removed(make_page: PageMaker, read_page: Read) -> None:
    assert title(read_page(make_page(head=f"<title>institute.example {SHOWN}</title>", top=""))) == SHOWN


def test_separators_at_the_ends_of_a_title_are_removed(make_page: PageMaker, read_page: Read) -> None:
    first = head("institute.example - The Amber Road Reopens")
    assert title(read_page(make_page(head=first, top=""))) == "The Amber Road Reopens"
    assert title(read_page(make_page(head=head("The Amber Road Reopens -"), top=""))) == "The Amber Road Reopens"
    cold = head("institute.example -40 degrees at the port")
    assert title(read_page(make_page(head=cold, top=""))) == "-40 degrees at the port"
    # A dash before a quoted remark belongs to the headline.
    said = "- Trade will grow on the Amber Road"
    assert title(read_page(make_page(head=head(said), top=f"<h1>{said}</h1>"))) == said


@pytest.mark.parametrize("below", ['<span class="subtitle">{}</span>', "<br><small>{}</small>"])
def test_a_marked_subtitle_in_the_heading_is_not_part_of_the_title(
    make_page: PageMaker, read_page: Read, below: str
) -> None:
    said = "Who pays for the journey along the border"
    top = f"<h1>{SHOWN}{below.format(said)}</h1>"
    assert title(read_page(make_page(head=f"<title>{SHOWN} | Example Institute</title>", top=top))) == SHOWN
    both = f"<title>{SHOWN} {said}</title>"
    assert title(read_page(make_page(head=both, top=top.replace("<span", " <span")))) == f"{SHOWN} {said}"


def test_a_permalink_sign_is_not_part_of_the_title(make_page: PageMaker, read_page: Read) -> None:
    top = f'<h1>{SHOWN}<a href="#top">¶</a></h1>'
    assert title(read_page(make_page(head=f"<title>{SHOWN}</title>", top=top))) == SHOWN
    assert title(read_page(make_page(head="<title>What is new in C#</title>", top="<h1>What is new in C#</h1>"))) == (
        "What is new in C#"
    )


def test_a_url_slug_is_no_title(make_page: PageMaker, read_page: Read) -> None:
    told = '<title>Road test 2018</title><meta property="og:title" content="amber-road-test-2018">'
    assert title(read_page(make_page(head=told, top=f"<h1>{SHOWN}</h1>"))) == SHOWN


def test_a_double_escaped_title_is_read_correctly(make_page: PageMaker, read_page: Read) -> None:
    told = head("Amber &amp;amp; Salt: the Road&amp;#8217;s Return")
    assert title(read_page(make_page(head=told, top=""))) == "Amber & Salt: the Road’s Return"
    assert title(read_page(make_page(head=head("Amber &amp; Salt; who pays"), top=""))) == "Amber & Salt; who pays"
    shown = make_page(head=f"<title>{SHOWN} &amp; More</title>", top=f"<h1>{SHOWN} &amp;#x26; More</h1>")
    assert title(read_page(shown)) == f"{SHOWN} & More"


@pytest.mark.parametrize("section", ["Aktuelles", "Press releases", "News detail", "Policy Briefs"])
def test_a_marked_headline_below_a_section_heading_is_used(make_page: PageMaker, read_page: Read, section: str) -> None:
    name = f"<title>{section} - Example Institute</title>"
    top = f'<h1>{section}</h1><h2 class="news-title">{SHOWN}</h2>'
    assert title(read_page(make_page(head=name, top=top))) == SHOWN
    assert title(read_page(make_page(head=name, top=top.replace("news-title", "dates")))) == section


@pytest.mark.parametrize("called", ["entry-title", "post-title entry-title"])
def test_a_marked_third_heading_below_the_name_of_a_blog_is_the_headline(
    make_page: PageMaker, read_page: Read, called: str
) -> None:
    top = f'<h1>Notes of a Road Clerk</h1><h3 class="{called}">{SHOWN}</h3>'
    for name in (SHOWN, f"{SHOWN} | Example Institute"):
        assert title(read_page(make_page(head=f"<title>{name}</title>", top=top))) == SHOWN
    other = "Why Carters Wait for Ice on the Bridges"
    listed = f'{top}<h3 class="entry-title">{other}</h3>'
    several = read_page(make_page(head=f"<title>{other}</title>", top=listed))
    assert title(several) == "Notes of a Road Clerk"
    unmarked = read_page(make_page(head=f"<title>{SHOWN}</title>", top=top.replace(called, "dates")))
    assert title(unmarked) == "Notes of a Road Clerk"


def test_a_section_between_bars_is_not_part_of_the_title(make_page: PageMaker, read_page: Read) -> None:
    name = f'<title>{SHOWN} | Publications | Example Institute</title><meta property="og:site_name" content="{{}}">'
    assert title(read_page(make_page(head=name.format("Example Institute"), top=""))) == SHOWN


def test_an_article_with_breadcrumb_in_its_class_is_no_breadcrumb(make_page: PageMaker, read_page: Read) -> None:
    top = f"<h1>{SHOWN}</h1><h2>“The road is open to trade,” says the harbour master of the river port</h2>"
    page = make_page(head=head(SHOWN), top=top).replace("<article>", '<article class="text url-breadcrumb">')
    assert title(read_page(page)) == SHOWN


@pytest.mark.parametrize(
    "link",
    ["<a href='/'>Baltic Policy Centre</a>", "<a href='/en/'><img src='l.png' alt='Baltic Policy Centre logo'></a>"],
)
@pytest.mark.parametrize("name", ["{} - Baltic Policy Centre", "{} | Baltic Policy Centre"])
def test_the_words_of_a_home_link_are_the_sites_name(
    make_page: PageMaker, read_page: Read, name: str, link: str
) -> None:
    page = make_page(head=f"<title>{name.format(SHOWN)}</title>", top="")
    assert title(read_page(page.replace("<nav>", f"<nav>{link}"))) == SHOWN
    elsewhere = link.replace("'/'", "'/about'").replace("'/en/'", "'/en/about'")
    assert title(read_page(page.replace("<nav>", f"<nav>{elsewhere}"))) == name.format(SHOWN)


def test_an_invalid_link_does_not_break_the_search_for_the_site_name(make_page: PageMaker, read_page: Read) -> None:
    page = make_page(
        head=head(f"{SHOWN} | Warsaw Ferry"), body=f'<a href="http://[broken">Warsaw Ferry</a><h1>{SHOWN}</h1>'
    )
    assert title(read_page(page)) == SHOWN


def test_a_headline_that_begins_with_the_sites_name_is_kept_whole(make_page: PageMaker, read_page: Read) -> None:
    name = f"Example Institute: {SHOWN}"
    assert title(read_page(make_page(head=head(name), top=f"<h1>{name}</h1>"))) == name


@pytest.mark.parametrize(
    ("named", "end"),
    [
        ("ECAR", "European Council on Amber Relations | ECAR"),
        ("European Council on Amber Relations", "ECAR"),
        ("European Council on Amber Relations", "European Council on Amber Relations"),
    ],
)
def test_a_sites_initials_count_as_its_name(make_page: PageMaker, read_page: Read, named: str, end: str) -> None:
    told = f'<title>{SHOWN} – {end}</title><meta property="og:site_name" content="{named}">'
    assert title(read_page(make_page(head=told, top=""))) == SHOWN
    other = told.replace("ECAR", "EU").replace("European Council on Amber Relations", "Trade and Roads")
    assert title(read_page(make_page(head=other.replace("og:site_name", "og:x"), top=""))) != SHOWN


def test_the_part_of_a_title_that_the_page_shows_is_the_headline(make_page: PageMaker, read_page: Read) -> None:
    def read(name: str, top: str) -> str:
        return title(read_page(make_page(head=f"<title>{name}</title>", top=top)))

    assert read(f"{SHOWN} - RoadForum", f"<strong>{SHOWN}</strong>") == SHOWN
    assert read(f"Player | {SHOWN} | RoadForum", f"<div>{SHOWN}</div>") == SHOWN
    assert read(f"{SHOWN} - RoadForum", "<div>RoadForum</div>") == f"{SHOWN} - RoadForum"
    assert read(f"{SHOWN} - On stones", f"<div>{SHOWN} - On stones</div><b>{SHOWN}</b>") == f"{SHOWN} - On stones"
    named = "Roads reopen to trade - Baltic Policy Centre"
    assert read(named, "<b>Baltic Policy Centre</b>") == named
    assert read(named, "<b>Baltic Policy Centre</b><p>Roads reopen to trade</p>") == "Roads reopen to trade"


@pytest.mark.slow
def test_a_title_of_many_dashes_is_read_in_bounded_time(make_page: PageMaker, read_page: Read) -> None:
    before = time.process_time()
    read_page(make_page(head=f"<title>{'a - ' * 16_000}</title>", top=""))
    assert time.process_time() - before < 1


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Bay Notes: Who pays for the ferry", "Who pays for the ferry"),
        ("나룻배 비용은 누가 내는가 - 만일보", "나룻배 비용은 누가 내는가"),
    ],
)
def test_a_small_heading_is_the_headline_if_it_is_part_of_the_title(
    make_page: PageMaker, read_page: Read, name: str, shown: str
) -> None:
    assert title(read_page(make_page(head=f"<title>{name}</title>", top=f'<h3 class="head">{shown}</h3>'))) == shown


def test_the_author_in_the_head_may_be_the_beginning_of_the_sites_name(make_page: PageMaker, read_page: Read) -> None:
    head = '<title>Amber Carters Riverport - The Road Is Open</title><meta name="author" content="Amber Carters">'
    found = read_page(make_page(head=head, top="<p>The Road Is Open</p>"))
    assert title(found) == "The Road Is Open"


def test_a_page_may_have_its_title_where_the_front_page_names_the_site(make_page: PageMaker, read_page: Read) -> None:
    head = '<title>Our House | Port Institute</title><meta property="og:title" content="{}">'
    head += '<meta property="og:site_name" content="Port Institute">'
    top = '<h1 id="site-title">{}</h1>'
    assert title(read_page(make_page(head=head.format("Our House"), top=top.format("Our House")))) == "Our House"
    named = read_page(make_page(head=head.format("Our House"), top=top.format("Port Institute") + "<h2>Our House</h2>"))
    assert title(named) == "Our House"


def test_a_description_below_the_text_is_no_standfirst(make_page: PageMaker, read_page: Read) -> None:
    said = "<div class='card-description'>The institute asks what a port costs those who live beside it</div>"
    long = f"<p>{'The quay is empty and the price is the same. ' * 3}</p>"
    body = f"{long}{long}"
    assert read_page(make_page(body=body, bottom=said)).subtitle is None
    above = read_page(make_page(body=said + body, bottom="")).subtitle
    assert above is not None
    assert above.value.startswith("The institute asks")
