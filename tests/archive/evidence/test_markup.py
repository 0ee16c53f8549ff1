"""What holds no text is what reading all of the entity tag by tag would find."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.evidence import markup
from archive.evidence.markup import Raws


def all_of(data: bytes) -> list[tuple[int, int]]:
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
def test_each_kind_holds_what_stands_in_it(opened: str, closed: str) -> None:
    data = f"<p>before{opened}within{closed} after".encode()
    raws = Raws(data)
    held = raws.at(data.index(b"within"))
    assert held is not None
    assert held[0] == data.index(opened.encode())
    assert raws.at(data.index(b"before")) is None
    assert (raws.at(data.index(b"after")) is None) == (closed != "</sc")


@pytest.mark.parametrize(
    "tag", ["span", "section", "strong", "nav", "i", "s", "scripts", "styled", "!-", "/script", "x"]
)
def test_what_only_begins_alike_holds_nothing(tag: str) -> None:
    data = f"<{tag}>within".encode()
    assert Raws(data).at(data.index(b"within")) is None


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
def test_it_is_the_same_in_whatever_order_places_are_asked_for(text: str, places: list[int]) -> None:
    data = text.encode()
    raws = Raws(data)
    for place in places:
        assert raws.at(place) == next((span for span in all_of(data) if span[0] <= place < span[1]), None)
