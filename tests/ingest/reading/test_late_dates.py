"""Dates that only scripts or the address of a page state, and what only looks like such dates."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db.model.item import Reading

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
H1 = "<h1>The Amber Road Reopens</h1>"
TITLE = "<title>The Amber Road Reopens</title>"


@pytest.fixture
def day(make_page: PageMaker, read_page: Read) -> Callable[..., str | None]:
    """Read the day of a page with these parts."""

    def of(**parts: str) -> str | None:
        found = read_page(make_page(**{"head": TITLE, "top": H1, "bottom": "", **parts})).published
        return found.value[:10] if found else None

    return of


@pytest.mark.parametrize(
    "script",
    [
        'var article = {id: 4, publishedAt: "2023-04-24T10:00:00Z", title: "The Amber Road"};',
        'var pubDate = "2023-04-24 10:00:00";',
        'publishDate = "2023-04-24"',
        'x.published.publish_date = unpublished ? "" : y; z = {published:"2023-04-24"}',
        "dataLayer.push({'pagePublishDate': '2023-04-24', 'pageType': 'article'});",
        'window.digital = {"page": {"articleDate": "2023-04-24"}}',
    ],
)
def test_a_script_with_one_publication_date_dates_the_text(script: str, day: Callable[..., str | None]) -> None:
    assert day(bottom=f"<script>{script}</script>") == "2023-04-24"


@pytest.mark.parametrize(
    "script",
    [
        'var unpublishedAt = "2023-04-24T10:00:00Z";',
        'x = {"date": "2023-04-24"}',
        'a = {publishedAt: "2023-04-24"}; b = {publishedAt: "2024-05-01"};',
        'document.published = "2023-04-24"',
        'x = {"unpublishedAt": "2023-04-24"}',
        'x = "pubDate:1682330400";',
        'x = {publishedAt": "2023-04-24"}',
    ],
)
def test_a_script_that_dates_other_or_several_things_dates_no_text(script: str, day: Callable[..., str | None]) -> None:
    assert day(bottom=f"<script>{script}</script>") is None


@pytest.mark.parametrize("name", ["pub_date", "bt:pubDate", "og:regDate", "weibo: article:create_at", "issue_date"])
def test_less_common_meta_names_give_the_date(name: str, day: Callable[..., str | None]) -> None:
    assert day(head=f'{TITLE}<meta name="{name}" content="2023-04-24 10:00">') == "2023-04-24"
    assert day(head=f'{TITLE}<meta name="un{name}" content="2023-04-24 10:00">') is None


@pytest.mark.parametrize(
    "address",
    [
        "/press/20230424.html",
        "/news/2023/04/24.html",
        "/n1/2023/0424/c1-5.html",
        "/zhengce/202304/t20230424_5701.html",
        "/press-room/20230424IPR80101/amber-road",
        "/news/24-04-2023-amber-road",
        "/news/24-apr-2023/amber-road",
        "/news/amber-road-2023-04-24",
        "/news/amber-road-20230424.html",
        "/article?id=20230424001",
        "/hl?a=20230424-35097838-x",
    ],
)
def test_a_url_dates_a_page_that_prints_no_date(address: str, day: Callable[..., str | None]) -> None:
    assert day(head=f'{TITLE}<link rel="canonical" href="https://institute.example{address}">') == "2023-04-24"


@pytest.mark.parametrize(
    "address",
    ["/news/20231324-amber", "/article?id=20230424", "/n1/2023/0424-amber", "/x/amber-20230424567", "/a-24-2023"],
)
def test_a_stated_date_wins_over_a_likely_date_in_the_url(address: str, day: Callable[..., str | None]) -> None:
    head = f'{TITLE}<link rel="canonical" href="https://institute.example{address}">'
    assert day(head=head, top=f"{H1}<p>1 May 2023</p>") == "2023-05-01"


@pytest.mark.parametrize(
    "address", ["/news/20231324-amber", "/n1/2023/0424-amber", "/x/amber-20230424567", "/a-24-2023"]
)
def test_a_number_in_a_url_is_no_date(address: str, day: Callable[..., str | None]) -> None:
    assert day(head=f'{TITLE}<link rel="canonical" href="https://institute.example{address}">') is None


@pytest.mark.parametrize("created", ["2025-05-07T17:00:52+02:00", "2021-05-07"])
def test_a_date_printed_near_the_headline_wins_over_the_creation_date(
    created: str, day: Callable[..., str | None]
) -> None:
    head = f'{TITLE}<meta itemprop="dateCreated" content="{created}">'
    row = '<div><a href="/share">Share</a> <a href="/print">Print</a></div>'
    assert day(head=head, top=f'{H1}{row * 6}<div class="article-date">24 April 2023</div>') == "2023-04-24"
    assert day(head=head) == created[:10]
