"""A pattern made of many words matches exactly these words, the longest first."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from ingest.reading.page.any_of import any_of

WORDS = st.lists(st.text("abc._", min_size=1, max_size=5), min_size=1, max_size=8)


@given(WORDS, st.text("abc._", max_size=12))
def test_the_longest_matching_word_is_found(words: list[str], text: str) -> None:
    pattern = re.compile(any_of(words))
    for at in range(len(text)):
        longest = max((word for word in words if text.startswith(word, at)), key=len, default=None)
        found = pattern.match(text, at)
        assert (found[0] if found else None) == longest
