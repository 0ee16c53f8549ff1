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


def below(*cards: str) -> str:
    """A part of the page after a short text, with teasers as long as its own paragraphs."""
    teaser = (
        f"{'Merchants of the eastern quay asked once more for their old place at the water. ' * 2}Nothing came of it."
    )
    boxes = "".join(
        f'<div class="col"><div><h3><a href="/n{n}/">{one}</a></h3><p>{teaser}</p></div></div>'
        for n, one in enumerate(cards)
    )
    return f'<div class="box"><h2>Related</h2><div class="row">{boxes}</div></div>'


def test_long_teasers_below_a_heading_of_furniture_are_no_text(make_page: PageMaker, read_page: Read) -> None:
    cards = (
        "Grain From the East Comes Late",
        "A Second Bridge for the Old Town",
        "What the Pilots of the Bar Remember",
    )
    text = read_page(make_page(body=FIRST, bottom=below(*cards))).text
    assert "Merchants of the quay" in text
    assert "eastern quay" not in text


def test_posts_of_people_below_such_a_heading_stay(make_page: PageMaker, read_page: Read) -> None:
    text = read_page(make_page(body=FIRST, bottom=below("anna", "jan77", "the pilot"))).text
    assert "eastern quay" in text
