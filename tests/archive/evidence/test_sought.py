"""Many words are found at once, as one after the other would be, whatever stretches are searched."""

from __future__ import annotations

import itertools
import re
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.evidence.markup import Sought

WORDS = [b"ab", b"bca", b"c", b"aaa", b"bb"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([b"a", b"b", b"c", b"-"]), max_size=60).map(b"".join), st.integers(3, 70))
def test_what_is_found_does_not_hang_on_the_stretch(data: bytes, stretch: int) -> None:
    found = list(Sought(WORDS, stretch).find(data))
    assert found == list(Sought(WORDS, len(data) + 3).find(data))
    assert all(data[start:end] == WORDS[word] for word, start, end in found)
    assert bool(found) == bool(re.search(b"|".join(WORDS), data))
    assert all(one[2] <= other[1] for one, other in itertools.pairwise(found))


def test_a_word_that_no_stretch_can_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than the 2 bytes"):
        Sought(WORDS, 2)


def test_a_page_of_nothing_but_words_takes_little_memory() -> None:
    words, stretch = 20_000, 1024
    tracemalloc.start()
    assert sum(1 for _ in Sought([b"<s"], stretch).find(b"<s" * words)) == words
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 10 * words  # to list them all takes ten times as much
