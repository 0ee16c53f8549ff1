"""A page that consists of one part thousands of times is read in a time that grows with its length only."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from db.model.item import Reading

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
SENTENCES = "The port has been closed since the storms. Nobody says who will pay for it, or when. " * 4
LICENSE = '<a rel="license" href="https://creativecommons.org/licenses/by/4.0/">CC BY</a>'
PARTS = {
    "blocks beside the text": (
        3000,
        f"<p>{SENTENCES}#</p><div class='aside'><p># {SENTENCES[:120]} It says more.</p></div>",
    ),
    "headings of tags": (2000, "<h4>Tags</h4><a href='/tag/#'>toll #</a>"),
    "links in one section": (2000, "<p><a href='/text-#'>The port of number # opens again</a></p>"),
    "licences in one block": (1200, f"{LICENSE} # "),
    "abbreviations": (20_000, "Mr. Fox said e.g. "),
}


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
def test_one_part_thousands_of_times_is_read_in_bounded_time(make_page: PageMaker, read_page: Read, part: str) -> None:
    times, words = PARTS[part]
    parts = "".join(words.replace("#", str(number)) for number in range(times))
    page = make_page(body=f"<p>{SENTENCES * 9}</p><section>{parts}{LICENSE}</section>")
    read_page(make_page())  # the first page waits for the words of all languages
    began = time.process_time()
    read_page(page)
    assert time.process_time() - began < 4


@pytest.mark.slow
def test_an_element_that_names_thousands_of_authors_is_read_in_bounded_time(
    make_page: PageMaker, read_page: Read
) -> None:
    numbers = [f"{chr(97 + n // 676)}{chr(97 + n // 26 % 26)}{chr(97 + n % 26)}" for n in range(3000)]
    named = [*(f"Anna Qu{end}" for end in numbers[:1500]), *(f"Qu{end}" for end in numbers[1500:])]
    page = make_page(
        top="<h1>The Amber Road</h1>",
        head=f'<title>The Amber Road</title><meta name="author" content="{", ".join(named)}">',
    )
    read_page(make_page())  # the first page waits for the words of all languages
    began = time.process_time()
    assert len(read_page(page).attributions) > 1
    assert time.process_time() - began < 4
