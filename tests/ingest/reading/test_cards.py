"""A card that links to another text of the site is not part of the text around it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db.model.item import Reading

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
FIRST, SECOND = (
    f"<p>{'Merchants of the quay asked for their old place at the water, and were told to wait for it. ' * 4}{n}.</p>"
    for n in (1, 2)
)
CARD = "Grain From the East Comes Late"


@pytest.fixture
def text_around(make_page: PageMaker, read_page: Read) -> Callable[[str], str]:
    def read(between: str) -> str:
        return read_page(make_page(body=f"{FIRST * 2}{between}{SECOND * 2}", bottom="")).text

    return read


@pytest.mark.parametrize("within", [f"<h3>{CARD}</h3>", f"<header><h3>{CARD}</h3></header>"], ids=["bare", "header"])
def test_a_heading_inside_a_link_to_another_page_is_left_out_as_a_card(
    text_around: Callable[[str], str], within: str
) -> None:
    assert CARD not in text_around(f'<div><a href="/grain-from-the-east/">{within}</a></div>')


@pytest.mark.parametrize(
    "between",
    [
        f'<h3><a href="/grain-from-the-east/">{CARD}</a></h3>',
        f'<a href="https://shop.example/grain"><h3>{CARD}</h3></a>',
        f'<a href="#grain"><h3>{CARD}</h3></a>',
        f'<a id="grain" href="/amber-road-reopens/#grain"><h3>{CARD}</h3></a>',
        f'<a id="grain"><h3>{CARD}</h3></a>',
    ],
    ids=["link in the heading", "another site", "place of the page", "its own address", "no link"],
)
def test_a_heading_that_links_to_no_other_text_of_the_site_stays(
    text_around: Callable[[str], str], between: str
) -> None:
    assert f"\n\n{CARD}\n\n" in text_around(between)
