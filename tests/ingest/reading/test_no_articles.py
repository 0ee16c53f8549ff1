"""What stands beside the articles of a site is no article, although it has a day or is called one in its head."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db.model.item import EntryClaim, EntryField, Evidence, Layer, Origin, PageKind, Reading, Witness

Read = Callable[..., Reading]
PROSE = "The office keeps the ledgers of the quay and lends them to everybody who asks for them with a clean hand. "
ABOUT = f"<p>{PROSE}</p><p>{PROSE}{PROSE}</p><p>It stands beside the salt market, and its door is open all week.</p>"
DATA = (
    '<script type="application/ld+json">{"@context": "https://schema.org", "@type": "Article", "headline": "The '
    'Office of Ledgers", "author": {"@type": "Person", "name": "Anna Fox"}, "datePublished": '
    '"2024-03-05T08:00:00.000Z", "dateModified": "2025-05-06T08:00:00.000Z"}</script>'
)


def page(body: str, head: str = "") -> str:
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>The Office of Ledgers</title>{head}</head><body>'
        f"<nav><a href='/'>Quay Institute</a></nav><main><h1>The Office of Ledgers</h1>{body}</main>"
        "<footer><p>&copy; Quay Institute</p></footer></body></html>"
    )


@pytest.mark.parametrize("line", ["Last updated: 12 May 2024", "This page was last modified on 12 May 2024"])
def test_the_day_of_the_last_change_alone_makes_no_article(read_page: Read, line: str) -> None:
    reading = read_page(page(f"{ABOUT}<p>{line}</p>"))
    assert reading.modified is not None
    assert reading.kind is PageKind.PAGE
    signed = read_page(page(f"<p>By Anna Fox</p>{ABOUT}<p>{line}</p>"))
    assert signed.kind is PageKind.ARTICLE


@pytest.mark.parametrize(
    "entries",
    [
        ("14 May 2024: Night ferries after the flood, Town Hall", "3 October 2023: What the weir remembers, Old Mill"),
        ("The Price of Calm Water, 2 June 2022", "A Ledger of Small Quays, 17 October 2019"),
        (
            "Tide Courier, 13 March 2024: The empty quay",
            "<time datetime='2023-09-06'>6 Sept. 2023</time>, Radio Tide: Who owns the fog?",
        ),
    ],
)
def test_the_days_in_a_list_of_what_was_when_do_not_date_the_page(read_page: Read, entries: tuple[str, ...]) -> None:
    reading = read_page(page(f"{ABOUT}<h2>So far</h2><ul>{''.join(f'<li>{said}</li>' for said in entries)}</ul>"))
    assert reading.published is None
    assert reading.kind is PageKind.PAGE


def test_lines_below_a_headline_that_are_a_list_date_the_page(read_page: Read) -> None:
    lines = "<ul><li>Published on Friday, 3 May 2024</li><li>Last updated on Monday, 6 May 2024</li></ul>"
    reading = read_page(page(f"{lines}{ABOUT}"))
    assert reading.published is not None
    assert reading.published.value == "2024-05-03"
    assert reading.kind is PageKind.ARTICLE


def entry(title: str, day: str, sign: str = "") -> str:
    return f"<h2><a href='/t/{len(title)}/'>{title}</a>{sign}</h2><p><em>{day}, Anna Fox</em></p><p>{PROSE * 4}</p>"


@pytest.mark.parametrize("sign", ["", "<a href='#it'>¶</a>", " <a href='#it' aria-label='Link to it'>\u200b</a>"])
def test_the_days_below_linked_headings_are_those_of_other_texts(read_page: Read, sign: str) -> None:
    texts = entry("Salt prices fall again", "3 May 2024", sign) + entry("The amber road reopens", "9 June 2024", sign)
    reading = read_page(page(texts), url="https://institute.example/whole/")
    assert reading.published is None
    assert reading.kind is not PageKind.ARTICLE
    alone = read_page(page(entry("The amber road reopens", "9 June 2024")))
    assert alone.published is not None


def website(body: str) -> str:
    return page(body, f'<meta property="og:type" content="website">{DATA}')


def test_a_page_of_the_website_that_only_its_data_call_an_article_is_none(read_page: Read) -> None:
    assert read_page(website(ABOUT)).kind is PageKind.PAGE
    # Another day on the page is not the one that the data state.
    assert read_page(website(f"{ABOUT}<p>Last updated: 12 May 2021</p>")).kind is PageKind.PAGE


@pytest.mark.parametrize("shown", ["<p>Anna Fox</p>", "<time>5 March 2024</time>", "<p>Updated 6 May 2025</p>"])
def test_data_that_the_page_repeats_to_its_readers_make_it_an_article(read_page: Read, shown: str) -> None:
    assert read_page(website(f"{shown}{ABOUT}")).kind is PageKind.ARTICLE


def test_a_page_of_the_website_that_a_feed_dates_is_an_article(read_page: Read) -> None:
    stated = Evidence("2024-03-05", "urn:test:2", Layer.ENTITY)
    said = EntryClaim(EntryField.PUBLISHED, "2024-03-05T08:00:00+00:00", "feed published", stated)
    named = Witness("urn:test:2", 0, Origin.FEED, "https://institute.example/amber-road-reopens/", (said,))
    assert read_page(website(ABOUT), witnesses=(named,)).kind is PageKind.ARTICLE


def test_an_index_in_a_file_is_a_list(read_page: Read) -> None:
    links = "".join(f"<p>{n} May <a href='/t/{n}/'>Text {n}</a></p>" for n in range(1, 5))
    assert read_page(page(links), url="https://institute.example/archive.html").kind is PageKind.LISTING
