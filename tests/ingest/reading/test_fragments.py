"""A card with the same structure as an earlier one reads as if it had been parsed in full."""

from __future__ import annotations

import pytest

from ingest.reading.text import fragments
from ingest.reading.text.fragments import CARD, cast, fragment

FIRST = (
    b'<article id="post-12" class="card topic-sea"><a href="/pier/12/"><img src="/12.png" alt=""></a>\n'
    b'<h3 class="card-title"><a href="/pier/12/" rel="bookmark">Pier 12 opens</a></h3>'
    b'<time datetime="2023-04-12">12 April 2023</time><p>Pilots were asked what they make of the dues.</p></article>'
)


def parsed_fully(data: bytes) -> fragments.Fragment | None:
    return fragments._looked_at(data, CARD)


def test_cards_with_the_same_structure_share_one_mould() -> None:
    other = FIRST.replace(b"/pier/12/", "/molo/łódź/".encode()).replace(b"Pilots", "Żeglarze".encode())
    other = other.replace(b"post-12", b"post-7").replace(b"2023-04-12", b"2024-01-01")
    first, second = cast(FIRST), cast(other)
    assert first is not None
    assert second is not None
    assert first.mould == second.mould
    assert second.hrefs == ("/molo/łódź/", "/molo/łódź/")
    assert fragment(FIRST, CARD) is not None
    assert fragment(other, CARD) == parsed_fully(other)
    assert parsed_fully(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b"Pilots", b"Pilots &amp; guides"),
        (b"Pilots", b"Page: 2 of"),
        (b"Pilots", b"All rights reserved. Pilots"),
        (b"Pilots", b"Pilots\x01"),
        (b"Pilots", b"\xff"),
        (b"Pilots", b"<!-- Pilots --><b>They</b>"),
        (b"Pilots", b"<b>Pilots"),
        (b"Pilots", b"7 > 6 pilots"),
        (b"/12.png", b"/\xff.png"),
        (b"/pier/12/", b"/pier?a=1&amp;b=2"),
        (b"/pier/12/", b"/pier/\r\n"),
        (b'<a href="/pier/12/" ', b"<a href='/pier/12/' "),
        (b'<a href="/pier/12/" ', b"<a "),
        (b'<a href="/pier/12/" ', b'<a data-href="/x/" HREF="/pier/12/" '),
        (b'<a href="/pier/12/" ', b'<a href="/first/" href="/pier/12/" '),
        (b"topic-sea", b"topic-land"),
        (b"topic-sea", b"post-nav-links"),
        (b"h3", b"h1"),
        (b"<p>", b'<p itemprop="author">'),
    ],
)
def test_a_card_reads_the_same_with_and_without_a_known_mould(one: bytes, other: bytes) -> None:
    changed = FIRST.replace(one, other)
    assert changed != FIRST
    assert fragment(FIRST, CARD) == parsed_fully(FIRST)
    assert fragment(changed, CARD) == parsed_fully(changed)
    assert fragment(changed, CARD) == parsed_fully(changed)  # by now its own structure is known
