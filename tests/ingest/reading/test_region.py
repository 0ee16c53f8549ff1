"""Where the text of a page stands: told from the page alone where that is plain, asked for elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import trafilatura
from lxml import html as markup

from archive.exchange import Entity
from db.model import Reading
from ingest.reading import blocks, furniture
from ingest.reading.page import open_page
from ingest.reading.region import Region
from ingest.reading.zones import Zones

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


def told(region: Region) -> list[str]:
    return [one.words for one, held in zip(region.passages, region.held, strict=True) if held]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each request to the extractor was for its quick search alone, in order."""
    requests: list[bool] = []
    extract = trafilatura.bare_extraction

    def heard(tree: Any, **options: Any) -> Any:
        requests.append(options["fast"])
        return extract(tree, **options)

    monkeypatch.setattr(trafilatura, "bare_extraction", heard)
    return requests


def test_paragraphs_side_by_side_are_plain_and_no_extractor_is_asked(
    make_page: PageMaker, read_page: Read, asked: list[bool]
) -> None:
    html = make_page(body=PARAGRAPHS)
    assert region_of(html).plain
    assert read_page(html).text.split("\n\n") == [words.strip() for words in RUNNING]
    assert asked == []


def test_a_text_that_is_parted_over_boxes_is_asked_for_by_itself(
    make_page: PageMaker, read_page: Read, asked: list[bool]
) -> None:
    boxes = "".join(f'<div class="box{n}"><h3>Street {n}</h3><p>{words}</p></div>' for n, words in enumerate(RUNNING))
    html = make_page(body=boxes)
    region = region_of(html)
    assert (region.clear, region.plain) == (True, False)
    text = read_page(html).text
    assert all(words.strip() in text for words in RUNNING)
    assert asked == [True]


def test_a_page_of_few_words_is_asked_for_whole(make_page: PageMaker, read_page: Read, asked: list[bool]) -> None:
    html = make_page(body="<p>The quay is closed on Monday, and the ferry runs from the other bank until noon.</p>")
    assert not region_of(html).clear
    assert "the ferry runs from the other bank" in read_page(html).text
    assert asked == [False]


def test_links_and_small_words_in_boxes_are_no_text(make_page: PageMaker) -> None:
    beside = '<div>24 April</div><p><a href="/other/">Salt prices fall again, says the harbour master of Rybno</a></p>'
    region = region_of(make_page(body=beside + PARAGRAPHS, bottom=""))
    assert told(region) == [words.strip() for words in RUNNING]


def test_a_sentence_that_is_mostly_links_is_text_unless_it_calls_out(make_page: PageMaker) -> None:
    said = '<p>More of it is told in <a href="/salt/">the tale of the salt carriers</a>.</p>'
    called = '<p>Get it all here, <a href="/join/">join us today and read on your phone</a>!</p>'
    region = region_of(make_page(body=PARAGRAPHS + said + called, bottom=""))
    assert told(region)[len(RUNNING) :] == ["More of it is told in the tale of the salt carriers."]


def test_boxes_that_their_names_call_furniture_are_no_text(make_page: PageMaker) -> None:
    box = f'<div class="newsletter"><p>{"Join those who hear of us every week, on each day of it. " * 3}</p></div>'
    assert not any("Join those" in words for words in told(region_of(make_page(body=PARAGRAPHS + box))))


def test_where_paragraphs_are_boxes_small_words_in_boxes_are_text(make_page: PageMaker) -> None:
    body = "".join(f"<div>{words}</div>" for words in RUNNING) + "<div>That is all.</div>"
    assert told(region_of(make_page(body=body)))[-1] == "That is all."


def test_a_text_that_is_no_more_than_the_whole_body_is_not_clear() -> None:
    region = region_of(f"<html><body><header>Current</header>{PARAGRAPHS}</body></html>")
    assert region.prose > 500
    assert not region.clear
    assert region_of("<html><body><a href='/x'>Nothing</a></body></html>").top is None


def test_a_very_long_running_text_is_plain_wherever_it_stands(make_page: PageMaker) -> None:
    boxes = "".join(f'<div id="part{n}"><h3>Part {n}</h3><p>{RUNNING[n % 6] * 5}</p></div>' for n in range(50))
    region = region_of(make_page(body=boxes))
    assert region.prose > 40_000
    assert region.plain


def test_of_a_large_page_what_holds_but_links_is_not_asked_for(
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
            "teaser",
            "advert",
            "sponsored",
            "screen-reader-text",
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
def test_furniture_is_known_by_its_class_names(name: str) -> None:
    assert furniture.by_name(markup.Element("div", {"class": f"box {name}"}))
