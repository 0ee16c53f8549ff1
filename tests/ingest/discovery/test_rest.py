"""How far a list of posts is followed: the last changed come first, and addresses may change without a post; and how
changed tags are noticed, which no list reports.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ingest.discovery.rest import (
    PER_PAGE,
    TAGS_BYTES,
    TAGS_PER_PAGE,
    is_by_number,
    least_recently_requested,
    may_have_news,
    next_page_number,
    numbers_retagged,
    posts_numbered,
    tags,
    tags_of_posts,
)


@pytest.mark.parametrize(
    ("why", "known", "news"),
    [
        ("an answer without entries ends the list", [], False),
        ("all stands as it stood", [True] * 50, False),
        ("behind a last entry that is news there may be more", [True] * 49 + [False], True),
        ("three posts changed", [False] * 3 + [True] * 47, False),
        ("half of the texts have other addresses, and the last has not", [False, True] * 25, True),
    ],
)
def test_a_list_is_followed_while_it_brings_news(why: str, known: list[bool], *, news: bool) -> None:
    assert may_have_news(known) is news, why


def test_after_news_the_next_page_follows_and_otherwise_the_first_missing_one() -> None:
    assert next_page_number(1, known=604, fresh=True) == 2
    assert next_page_number(1, known=604, fresh=False) == 13


def listed(*posts: tuple[int, list[int]], **more: Any) -> bytes:
    return json.dumps([{"id": number, "tags": one, "categories": [1], **more} for number, one in posts]).encode()


def test_posts_with_changed_tags_are_found_regardless_of_the_order_of_tags() -> None:
    before = listed((1, [7, 8]), (2, [7]), (3, []))
    assert numbers_retagged(before, listed((1, [8, 7]), (2, [7, 9]), (3, [8]))) == (2, 3)
    assert numbers_retagged(before, before) == ()


def test_a_post_in_another_category_counts_as_retagged() -> None:
    assert numbers_retagged(listed((1, [7])), b'[{"id": 1, "tags": [7], "categories": [2]}]') == (1,)


def test_a_post_that_moved_from_another_page_is_not_a_change() -> None:
    # Post 1 was deleted, so that post 4 moved up.
    assert numbers_retagged(listed((1, [7]), (2, [7]), (3, [7])), listed((2, [7]), (3, [7]), (4, [9]))) == ()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"{}",
        b'{"id": 1, "tags": [7]}',
        b"[" * 100_000,
        b"[1, null, [], {}]",
        b'[{"id": "1", "tags": [7]}]',
        listed((1, [7]), more=" " * TAGS_BYTES),
    ],
)
def test_an_invalid_list_of_tags_states_nothing(body: bytes) -> None:
    assert tags_of_posts(body) == {}


def test_tags_in_an_unknown_form_are_left_out() -> None:
    assert tags_of_posts(b'[{"id": 1, "tags": "7", "categories": [3, null, "4", {}]}, {"id": 2}]') == {
        1: frozenset({3}),
        2: frozenset(),
    }


@pytest.mark.parametrize("root", ["https://a.example/wp-json/", "https://a.example/?rest_route=/"])
def test_posts_are_requested_by_number_at_the_address_of_their_list(root: str) -> None:
    listed_at = tags(root)
    assert listed_at is not None
    assert not is_by_number(listed_at)
    urls = posts_numbered(f"{listed_at}&page=2", range(1, 1000))
    assert all(url.startswith(f"{root}wp/v2/posts") and is_by_number(url) for url in urls)
    # Everything that a page of the list of tags may name, and no more of a longer one.
    asked = [url[url.index("&include=") + 9 : url.index("&_embed")].split(",") for url in urls]
    assert [len(numbers) for numbers in asked] == [PER_PAGE, TAGS_PER_PAGE - PER_PAGE]
    assert [int(number) for numbers in asked for number in numbers] == list(range(1, TAGS_PER_PAGE + 1))
    assert posts_numbered(listed_at, ()) == ()


def test_pages_that_were_never_requested_come_first_then_the_oldest() -> None:
    asked = {number: datetime(2023, 4, day, tzinfo=UTC) for number, day in ((2, 24), (3, 23), (4, 25))}
    assert least_recently_requested({**asked, 5: None, 6: None}, 4) == (5, 6, 3, 2)
