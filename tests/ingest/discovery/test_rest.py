"""How far a list of posts is followed: what changed last comes first, and addresses may change without a post."""

from __future__ import annotations

import pytest

from ingest.discovery.rest import brings_news, following


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
def test_a_list_is_followed_where(why: str, known: list[bool], *, news: bool) -> None:
    assert brings_news(known) is news, why


def test_behind_news_comes_the_next_answer_and_else_what_an_earlier_run_did_not_come_to() -> None:
    assert following(1, known=604, fresh=True) == 2
    assert following(1, known=604, fresh=False) == 13
