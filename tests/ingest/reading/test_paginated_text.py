"""A text with links to its further parts is recognised by the block of these links."""

from __future__ import annotations

import pytest

from archive.http.exchange import Entity
from ingest.reading.page.page import open_page
from ingest.reading.text import paginated_text

URL = "https://institute.example/amber-road-reopens/"
LINKS = '1 <a href="2/">2</a>'


def within(block: str) -> bool:
    body = f"<div><p>Nobody knows: the road reopens.</p>{block}</div><p class='page-links'>Pages: {LINKS}</p>"
    page = open_page(Entity(URL, f"<body>{body}</body>".encode(), "text/html"), URL)
    assert page is not None
    return paginated_text.within(page.body[0])


@pytest.mark.parametrize(
    ("query", "number"), [("2", 2), ("99", 99), ("100", 1), ("", 1), ("x", 1), ("%C2%B2", 1), ("9" * 5000, 1)]
)
def test_a_small_number_in_the_query_is_the_number_of_a_part(query: str, number: int) -> None:
    assert paginated_text.number(f"{URL}?page={query}") == number


@pytest.mark.parametrize(
    "block",
    [
        f'<div class="page-links">{LINKS}</div>',
        f'<p><span id="articlePagination">{LINKS}</span></p>',
        f'<nav class="a postNav-Links">{LINKS}</nav>',
        f'<ul data-testid="MULTIPAGE"><li>{LINKS}</li></ul>',
        f"<p>Pages: {LINKS}</p>",
        f"<div>\n\t сТорінки : {LINKS}</div>",
        f"<p><span>ſeiten:</span> {LINKS}</p>",
    ],
)
def test_a_block_of_part_links_is_recognised_by_class_or_label(block: str) -> None:
    assert within(block)


@pytest.mark.parametrize(
    "block",
    [
        "",
        f'<div class="navigation page">{LINKS}</div>',
        f'<h4 class="page-links">{LINKS}</h4>',
        f"<p><b>Pages: {LINKS}</b></p>",
        f"<p>Pages {LINKS}: </p>",
        f"<p>Pages: {LINKS} {'and much more ' * 30}</p>",
    ],
)
def test_a_similar_block_is_no_block_of_part_links(block: str) -> None:
    assert not within(block)


def test_a_block_of_part_links_outside_the_element_does_not_count() -> None:
    body = f"<div><p>Nobody knows.</p><div><p>The road reopens.</p></div></div><p class='page-links'>{LINKS}</p>"
    page = open_page(Entity(URL, f"<body>{body}</body>".encode(), "text/html"), URL)
    assert page is not None
    assert not paginated_text.within(page.body[0][1])
    assert paginated_text.within(page.body)
