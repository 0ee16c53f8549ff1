"""The part of a page that holds its text: found from the page alone if that is clear, else by the extractor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import trafilatura

from archive.http.exchange import Entity
from db.model.item import Reading
from ingest.reading.page.page import open_page
from ingest.reading.page.zones import Zones
from ingest.reading.text import blocks, furniture
from ingest.reading.text.region import Region

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
URL = "https://institute.example/amber-road-reopens/"
RUNNING = [
    f"Merchants of street {n} asked for their old place at the water, and were told to wait. " * 2 for n in range(6)
]
PARAGRAPHS = "".join(f"<p>{words}</p>" for words in RUNNING)


def region_of(html: str) -> Region:
    page = open_page(Entity(URL, html.encode(), "text/html"), URL)
    assert page is not None
    return Region(tuple(blocks.passages(page.body)), Zones(page))


def text_passages(region: Region) -> list[str]:
    return [one.words for one, held in zip(region.passages, region.held, strict=True) if held]


def long_passages(region: Region) -> list[str]:
    return [words for words in text_passages(region) if len(words) > 80]


def test_sibling_paragraphs_are_the_text_without_the_extractor(
    make_page: PageMaker, read_page: Read, extractor_calls: list[bool]
) -> None:
    html = make_page(body=PARAGRAPHS)
    assert region_of(html).clear
    assert read_page(html).text.split("\n\n") == [words.strip() for words in RUNNING]
    assert extractor_calls == []


def test_chinese_paragraphs_count_as_running_text_with_fewer_signs(
    make_page: PageMaker, read_page: Read, extractor_calls: list[bool]
) -> None:
    said = [
        f"第{n}条街的商人请求收回他们在水边的旧位置,港务长却没有地方可以给他们,只好请他们再等一等。" for n in range(12)
    ]
    html = make_page(body="".join(f"<p>{words}</p>" for words in said))
    assert max(map(len, said)) < 60
    assert region_of(html).clear
    assert read_page(html).text.split("\n\n") == said
    assert extractor_calls == []


def test_a_text_spread_over_boxes_is_read_without_the_extractor(
    make_page: PageMaker, read_page: Read, extractor_calls: list[bool]
) -> None:
    boxes = "".join(f'<div class="part{n}"><h3>Street {n}</h3><p>{words}</p></div>' for n, words in enumerate(RUNNING))
    html = make_page(body=boxes)
    assert region_of(html).clear
    text = read_page(html).text
    assert all(words.strip() in text for words in RUNNING)
    assert all(f"Street {n}" in text for n in range(len(RUNNING)))
    assert extractor_calls == []


def test_a_page_of_few_words_is_given_to_the_full_extractor(
    make_page: PageMaker, read_page: Read, extractor_calls: list[bool]
) -> None:
    html = make_page(body="<p>The quay is closed on Monday, and the ferry runs from the other bank until noon.</p>")
    assert not region_of(html).clear
    assert "the ferry runs from the other bank" in read_page(html).text
    assert extractor_calls == [False]


def test_links_and_few_words_in_boxes_are_not_text(make_page: PageMaker) -> None:
    beside = '<div>24 April</div><p><a href="/other/">Salt prices fall again, says the harbour master of Rybno</a></p>'
    region = region_of(make_page(body=beside + PARAGRAPHS, bottom=""))
    assert text_passages(region) == [words.strip() for words in RUNNING]


def test_a_sentence_of_mostly_links_is_text_unless_it_is_a_call_to_action(make_page: PageMaker) -> None:
    said = '<p>More of it is told in <a href="/salt/">the tale of the salt carriers</a>.</p>'
    called = '<p>Get it all here, <a href="/join/">join us today and read on your phone</a>!</p>'
    region = region_of(make_page(body=PARAGRAPHS + said + called, bottom=""))
    assert text_passages(region)[len(RUNNING) :] == ["More of it is told in the tale of the salt carriers."]


def test_in_a_list_only_links_to_other_sites_are_text(make_page: PageMaker) -> None:
    sources = '<ul><li><a href="https://salt.example/a">The salt book</a></li><li>{}</li></ul>'
    out = sources.format('<a href="https://toll.example/b">Tolls of the river</a>')
    both = sources.format('<a href="/b">Tolls of the river</a>')
    home = '<ul><li><a href="/a">Salt prices fall</a></li><li><a href="/b">A new ferry</a></li></ul>'
    wrapped = f"<div><div>{out}</div></div>"
    whole = ["The salt book", "Tolls of the river"]
    for listed, held in ((out, whole), (wrapped, whole), (both, whole[:1]), (home, [])):
        found = text_passages(region_of(make_page(body=PARAGRAPHS + listed + PARAGRAPHS, bottom="")))
        assert [words for words in found if len(words) < 80] == held, listed


def test_a_linked_list_item_is_text_among_items_that_are_text(make_page: PageMaker) -> None:
    items = '<li><a href="/ferry/">The ferry ran again</a></li><li>The quay was closed</li>'
    found = text_passages(region_of(make_page(body=f"{PARAGRAPHS}<ul>{items}</ul>{PARAGRAPHS}", bottom="")))
    assert [words for words in found if len(words) < 80] == ["The ferry ran again", "The quay was closed"]


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ('It is in <a href="https://salt.example/a">The salt book</a>', True),
        ('<a href="https://salt.example/a">https://salt.example/a</a>', True),
        ('<a href="https://shop.example/">Get our app here</a>', False),
        ('Read more: <a href="/other/">Salt prices fall again</a>', False),
    ],
)
def test_a_linked_paragraph_is_text_if_it_names_its_source(make_page: PageMaker, said: str, held: bool) -> None:
    region = region_of(make_page(body=f"{PARAGRAPHS}<p>{said}</p>{PARAGRAPHS}", bottom=""))
    assert (len(text_passages(region)) > 2 * len(RUNNING)) is held
    below = region_of(make_page(body=f"{PARAGRAPHS}<p>{said}</p>", bottom=""))
    assert len(text_passages(below)) == len(RUNNING)


def test_boxes_with_furniture_names_are_not_text(make_page: PageMaker) -> None:
    box = f'<div class="newsletter"><p>{"Join those who hear of us every week, on each day of it. " * 3}</p></div>'
    assert not any("Join those" in words for words in text_passages(region_of(make_page(body=PARAGRAPHS + box))))


def test_few_words_in_boxes_are_text_if_the_paragraphs_are_boxes(make_page: PageMaker) -> None:
    body = "".join(f"<div>{words}</div>" for words in RUNNING) + "<div>That is all.</div>"
    assert text_passages(region_of(make_page(body=body)))[-1] == "That is all."


def test_a_text_directly_in_the_body_is_not_clear() -> None:
    region = region_of(f"<html><body><header>Current</header>{PARAGRAPHS}</body></html>")
    assert region.prose > 500
    assert not region.clear
    assert region_of("<html><body><a href='/x'>Nothing</a></body></html>").top is None


FACTS = "The quay is 400 metres long, and was built of stone from the other bank in the year 1911."
SMALL = "Every year about this time the harbour master counts the boats that came and those that went."


@pytest.mark.parametrize(
    "name",
    [
        "factbox small",
        "info-box",
        "expandable-box",
        "testimonial t-slide",
        "lightbox",
        "swiper",
        "sign-in-group",
        "hidden",
    ],
)
def test_a_box_inside_a_text_is_not_part_of_it(make_page: PageMaker, name: str) -> None:
    box = f'<div class="{name}"><h2>In short</h2><p>{FACTS}</p><ul><li>Boats: 40</li></ul></div>'
    assert text_passages(region_of(make_page(body=PARAGRAPHS + box + PARAGRAPHS, bottom=""))) == [
        words.strip() for words in RUNNING * 2
    ]


@pytest.mark.parametrize("name", ["accordion-content hidden", "hidden md:block", "overflow-hidden"])
def test_content_hidden_until_a_click_or_on_small_screens_is_text(make_page: PageMaker, name: str) -> None:
    box = f'<div class="{name}"><p>{FACTS}</p></div>'
    assert FACTS in text_passages(region_of(make_page(body=PARAGRAPHS + box, bottom="")))


def test_words_below_a_picture_are_not_text(make_page: PageMaker) -> None:
    picture = f'<div class="contentimage wide"><div><img src="a.jpg" alt=""></div><p>{FACTS}</p></div>'
    assert FACTS not in text_passages(region_of(make_page(body=PARAGRAPHS + picture + PARAGRAPHS, bottom="")))


def test_in_a_figure_only_tables_and_quotations_are_text(make_page: PageMaker) -> None:
    figure = '<figure class="x7"><img src="a.jpg" alt="">{}</figure>'
    for inside, held in (
        (f"<div><p>{FACTS}</p></div>", False),
        (f"<blockquote><p>{FACTS}</p></blockquote>", True),
        (f"<table><tr><td>Length</td><td>{FACTS}</td></tr><tr><td>Boats</td><td>40</td></tr></table>", True),
    ):
        found = text_passages(region_of(make_page(body=PARAGRAPHS + figure.format(inside) + PARAGRAPHS, bottom="")))
        assert any(FACTS in words for words in found) is held, inside


def test_box_names_do_not_count_if_the_whole_text_is_in_such_boxes(make_page: PageMaker) -> None:
    boxes = "".join(f'<div class="info-box"><p>{words}</p></div>' for words in RUNNING)
    assert text_passages(region_of(make_page(body=boxes, bottom=""))) == [words.strip() for words in RUNNING]


def test_another_article_below_is_not_part_of_the_text() -> None:
    other = "".join(f"<p>{words.replace('Merchants', 'Painters')} They did not.</p>" for words in RUNNING * 2)
    html = (
        f'<html><body><main><article class="one"><h1>The amber road</h1><div>{PARAGRAPHS}</div></article><div>'
        f'<article class="two"><h1>Painters</h1><div>{other}</div></article></div></main></body></html>'
    )
    assert long_passages(region_of(html)) == [words.strip() for words in RUNNING]


def test_a_text_below_a_second_headline_is_not_part_of_the_text() -> None:
    other = "".join(f"<p>{words.replace('Merchants', 'Painters')} They did not.</p>" for words in RUNNING * 2)
    html = (
        f'<html><body><div><header><h1 class="post-title big">The amber road reopens</h1></header><div id="all">'
        f'<div class="story">{PARAGRAPHS}</div><div class="added"><h1 class="post-title">The painters of the quay</h1>'
        f'<div class="story">{other}</div></div></div></div></body></html>'
    )
    assert long_passages(region_of(html)) == [words.strip() for words in RUNNING]


def test_a_longer_slider_of_testimonials_is_not_the_text(make_page: PageMaker) -> None:
    said = "".join(f'<div class="slider s{n}"><p>{n}: {SMALL} {SMALL}</p></div>' for n in range(8))
    region = region_of(make_page(body=PARAGRAPHS + said, bottom=""))
    assert text_passages(region) == [words.strip() for words in RUNNING]


def test_words_after_the_article_are_not_part_of_it() -> None:
    more = f"<div><p>{SMALL}</p></div>"
    html = f"<html><body><div><article><h1>The amber road</h1>{PARAGRAPHS}</article>{more}</div></body></html>"
    assert SMALL not in text_passages(region_of(html))


def test_a_linked_question_with_its_answer_is_text(make_page: PageMaker) -> None:
    asked = f'<div class="faq"><div><a href="#a1">Who counts the boats?</a></div><div><p>{SMALL}</p></div></div>'
    assert text_passages(region_of(make_page(body=PARAGRAPHS + asked, bottom="")))[-2:] == [
        "Who counts the boats?",
        SMALL,
    ]


def test_the_label_of_a_list_is_text(make_page: PageMaker) -> None:
    listed = "<div><div>What we like</div><ul><li>It is dry</li><li>It is warm</li></ul></div>"
    assert text_passages(region_of(make_page(body=PARAGRAPHS + listed, bottom="")))[-3:] == [
        "What we like",
        "It is dry",
        "It is warm",
    ]


@pytest.mark.parametrize("element", ["aside", "button", 'form action="/"'])
def test_a_text_in_an_unclosed_aside_is_found(element: str) -> None:
    html = f"<html><body><{element}><main><h1>The amber road</h1><div>{PARAGRAPHS}</div></main></body></html>"
    assert long_passages(region_of(html)) == [words.strip() for words in RUNNING]


@pytest.mark.parametrize("element", ["aside", "form"])
def test_an_aside_with_few_of_the_paragraphs_is_skipped(make_page: PageMaker, element: str) -> None:
    beside = f"<{element}>{f'<p>{SMALL}</p>' * 3}</{element}>"
    assert SMALL not in text_passages(region_of(make_page(body=PARAGRAPHS + beside, bottom="")))


def test_a_large_page_with_its_words_in_one_place_needs_no_extractor(
    make_page: PageMaker, read_page: Read, extractor_calls: list[bool]
) -> None:
    menu = "<ul>" + "".join(f'<li><a href="/{n}/">Salt prices of year {n}</a></li>' for n in range(500)) + "</ul>"
    lines = f"<p>{FACTS}</p><p>{FACTS.replace('quay', 'crane')}</p><p>{SMALL}</p><p>That is all.</p>"
    html = make_page(body=lines, bottom=menu)
    region = region_of(html)
    assert (region.clear, region.most) == (False, True)
    assert "That is all." in read_page(html).text
    assert extractor_calls == []


def test_a_large_page_gets_only_the_quick_search(
    make_page: PageMaker, read_page: Read, extractor_calls: list[bool]
) -> None:
    menu = "<ul>" + "".join(f'<li><a href="/{n}/">Salt prices of year {n}</a></li>' for n in range(500)) + "</ul>"
    lines = "".join(f"<p>The crane of quay {n} was mended in spring, and holds.</p>" for n in range(30))
    read_page(make_page(body=f"{menu}{lines}", bottom=""))
    assert extractor_calls == [True]


def test_blocks_of_links_of_a_large_page_are_not_given_to_the_extractor(
    make_page: PageMaker, read_page: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    extract = trafilatura.bare_extraction

    def heard(tree: Any, **options: Any) -> Any:
        said.append(tree.text_content())
        return extract(tree, **options)

    monkeypatch.setattr(trafilatura, "bare_extraction", heard)
    menu = "<ul>" + "".join(f'<li><a href="/{n}/">Salt prices of year {n}</a></li>' for n in range(500)) + "</ul>"
    lines = "".join(f"<p>The crane of quay {n} was mended in spring, and holds.</p>" for n in range(30))
    text = read_page(make_page(body=f"{menu}{lines}", bottom="")).text
    assert said
    assert not any("Salt prices" in one for one in said)
    assert "The crane of quay 29 was mended in spring, and holds." in text


@pytest.mark.parametrize(
    "name",
    [
        *(
            "support-us",
            "donation",
            "wesprzyj",
            "spenden",
            "tag-links",
            "entry-tags",
            "article-tags",
            "post-tag",
            "cat-links",
        ),
        *(
            "share-bar",
            "sharedaddy",
            "social-links",
            "addtoany_share",
            "newsletter-box",
            "subscribe",
            "mailchimp",
            "sign-up",
        ),
        *(
            "cta",
            "call-to-action",
            "copyright",
            "reprint",
            "license",
            "terms-note",
            "byline",
            "author-box",
            "about-author",
        ),
        *(
            "nav-links",
            "page-links",
            "breadcrumb",
            "promo-1",
            "advert",
            "sponsored",
            "screen-reader-text",
            "screen-reader-only",
            "show-for-sr",
            "sr-only",
        ),
        *(
            "visually-hidden",
            "cookie-bar",
            "wp-block-query",
            "toc",
            "table-of-contents",
            "most-read",
            "trending",
            "readmore",
        ),
        *(
            "comments",
            "disqus_thread",
            "respond",
            "relacionados",
            "powiazane",
            "yarpp-list",
            "jp-relatedposts",
            "recommended",
        ),
        *("outbrain", "taboola", "sidebar", "x_related-posts", "post-meta", "speakers-sponsors"),
    ],
)
def test_furniture_is_recognised_by_its_class_names(name: str) -> None:
    assert furniture.named(f"box {name}")


def test_layout_columns_named_after_the_sidebar_are_not_furniture(make_page: PageMaker, read_page: Read) -> None:
    column = '<div class="sidebar-grid__container">{}</div>'
    pairs = [f"<p>{one}</p><p>{two}</p>" for one, two in zip(RUNNING[::2], RUNNING[1::2], strict=True)]
    text = read_page(make_page(body="".join(map(column.format, pairs)))).text
    assert all(words.strip() in text for words in RUNNING)


@pytest.mark.parametrize(
    "begin",
    [
        '<h2 id="the-latest-promotion">',
        '<p class="lead teaser">',
        '<p class="block-id-n1-ad-vl">',
        '<div class="border-secondary-700 bg-secondary"><p>',
        '<div class="cta-padding-top"><p>',
    ],
    ids=["id of a heading", "name of a paragraph", "number of a paragraph", "second color", "space above"],
)
def test_names_that_say_nothing_about_a_part_of_a_text_do_not_remove_it(
    make_page: PageMaker, read_page: Read, begin: str
) -> None:
    said = "What the harbour master told the merchants of the quay about the ferry and the ice of the last winter"
    part = f"{begin}{said}.</{'h2' if 'h2' in begin else 'p'}>{'</div>' if 'div' in begin else ''}"
    assert said in read_page(make_page(body=PARAGRAPHS + part + PARAGRAPHS.replace("street", "alley"))).text


def test_a_second_column_is_not_text(make_page: PageMaker, read_page: Read) -> None:
    column = f'<div class="column-secondary"><p>{RUNNING[0].replace("street", "alley")}</p></div>'
    assert "alley" not in read_page(make_page(body=PARAGRAPHS + column)).text


def test_an_unclosed_box_with_the_rest_of_the_text_is_text(make_page: PageMaker, read_page: Read) -> None:
    halves = "".join(f"<p>{words}</p>" for words in RUNNING[:3]), "".join(f"<p>{words}</p>" for words in RUNNING[3:])
    html = make_page(body=f'{halves[0]}<div class="cta float-left">{halves[1]}</div>')
    assert all(words.strip() in read_page(html).text for words in RUNNING)


def test_the_full_search_follows_if_the_quick_one_finds_almost_nothing(
    read_page: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The menu makes the page large; the text is directly in the body, so the extractor is called."""
    menu = "<ul>" + "".join(f'<li><a href="/{n}/">Salt of year {n}</a></li>' for n in range(700)) + "</ul>"
    extract = trafilatura.bare_extraction
    few = "Only these few words were found. " * 8

    def heard(tree: Any, **options: Any) -> Any:
        found: Any = extract(tree, **options)
        if options["fast"]:
            found.text = few
        return found

    monkeypatch.setattr(trafilatura, "bare_extraction", heard)
    html = f"<html><head><title>Amber</title></head><body>{menu}<h1>Amber road</h1>{PARAGRAPHS * 2}</body></html>"
    assert "told to wait" in read_page(html).text
