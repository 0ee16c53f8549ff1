"""A phrase list matches what one pattern of all its phrases matches, but compiles only a few of them."""

from __future__ import annotations

import pytest

from ingest.terms.phrase_list import PhraseList

WORDS = {"works": ["our texts", "articles", "essays"]}
PHRASES = [
    "<works> may .. be copied",
    "^ copy <works>",
    "copied by (members|staff) $",
    "member* only",
    "(all )?rights: none",
]


@pytest.mark.parametrize(
    "said",
    [
        "our texts may be copied",
        "articles may then freely be copied by anyone",
        "copy essays at will",
        "they are copied by staff.",
        "memberships only",
        "rights: none",
        "essays may, if you ask, be copied",
        "please copy essays",
        "copied by staff of ours",
        "a member and only",
        "remember only",
        "",
    ],
)
def test_a_phrase_list_matches_what_its_pattern_matches(said: str) -> None:
    listed = PhraseList(PHRASES, WORDS)
    assert listed.stands_in(said) == bool(listed.pattern.search(said))


def test_an_empty_phrase_list_matches_nothing() -> None:
    empty = PhraseList((), WORDS)
    assert not empty
    assert not empty.stands_in("our texts may be copied")
