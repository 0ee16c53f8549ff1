"""Ranges without text are the same as those found by reading the whole entity tag by tag."""

from __future__ import annotations

import itertools
import re
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.evidence import markup
from archive.evidence.markup import RawElements, WordAutomaton, tags_named


def all_raw_spans(data: bytes) -> list[tuple[int, int]]:
    return [raw.span() for raw in re.finditer(markup._RAWS, data)]


@pytest.mark.parametrize(
    ("opened", "closed"),
    [
        *(("<!--", "-->"), ("<script>", "</script>"), ("<STYLE>", "</style>"), ("<iFrame src=x>", "</IFRAME>")),
        *(
            ("<xmp>", "</xmp>"),
            ("<noembed>", "</noembed>"),
            ("<noframes>", "</noframes>"),
            ("<sCript a='>'>", "</sc"),
        ),
    ],
)
def test_raw_element_of_each_kind_holds_its_content(opened: str, closed: str) -> None:
    data = f"<p>before{opened}within{closed} after".encode()
    raws = RawElements(data)
    held = raws.at(data.index(b"within"))
    assert held is not None
    assert held[0] == data.index(opened.encode())
    assert raws.at(data.index(b"before")) is None
    assert (raws.at(data.index(b"after")) is None) == (closed != "</sc")


@pytest.mark.parametrize(
    "tag", ["span", "section", "strong", "nav", "i", "s", "scripts", "styled", "!-", "/script", "x"]
)
def test_tag_with_a_similar_name_holds_no_raw_content(tag: str) -> None:
    data = f"<{tag}>within".encode()
    assert RawElements(data).at(data.index(b"within")) is None


PIECES = [
    "<!--",
    "-->",
    "--!>",
    "<!-->",
    "<script>",
    "<script a='",
    "'",
    "</script>",
    "<ScRiPt ",
    "<style>",
    "</STYLE ",
]
PIECES += ["<xmp>", "</xmp>", "<span>", "<i", ">", "<", "</", "words", " ", "s", "<no", "frames", "<!doctype html>"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=24).map("".join), st.lists(st.integers(0, 120), max_size=8))
def test_raw_spans_do_not_depend_on_the_order_of_queries(text: str, places: list[int]) -> None:
    data = text.encode()
    raws = RawElements(data)
    for place in places:
        assert raws.at(place) == next((span for span in all_raw_spans(data) if span[0] <= place < span[1]), None)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=24).map("".join), st.sampled_from([b"<span", b"<script", b"<i"]))
def test_lowered_markup_shows_only_tags_outside_raw_content(text: str, tag: bytes) -> None:
    data = text.encode()
    every = list(tags_named(data.lower(), tag))
    shown = [at for at in every if not any(start < at < end for start, end in all_raw_spans(data))]
    assert list(tags_named(RawElements(data).lower_case_markup(), tag)) == shown
    assert list(tags_named(RawElements(data).lower_case_markup([(0, len(data))]), tag)) == []


# ── Many words at once ─────

WORDS = [b"ab", b"bca", b"c", b"aaa", b"bb"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([b"a", b"b", b"c", b"-"]), max_size=60).map(b"".join), st.integers(3, 70))
def test_matches_do_not_depend_on_the_search_window(data: bytes, stretch: int) -> None:
    found = list(WordAutomaton(WORDS, stretch).find(data))
    assert found == list(WordAutomaton(WORDS, len(data) + 3).find(data))
    assert all(data[start:end] == WORDS[word] for word, start, end in found)
    assert bool(found) == bool(re.search(b"|".join(WORDS), data))
    assert all(one[2] <= other[1] for one, other in itertools.pairwise(found))
    every = list(WordAutomaton(WORDS, stretch).find(data, overlapping=True))
    begun = ((number, at, at + len(word)) for number, word in enumerate(WORDS) for at in range(len(data)))
    assert sorted(every) == sorted(one for one in begun if data.startswith(WORDS[one[0]], one[1]))


def test_word_that_does_not_fit_the_search_window_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than the 2 bytes"):
        WordAutomaton(WORDS, 2)


def test_many_matches_take_little_memory() -> None:
    words, stretch = 20_000, 1024
    tracemalloc.start()
    assert sum(1 for _ in WordAutomaton([b"<s"], stretch).find(b"<s" * words)) == words
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 10 * words  # listing them all takes ten times as much
