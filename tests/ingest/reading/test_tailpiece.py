"""A block that a publisher puts after a text is not part of it; words of the author are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db.model.item import Reading

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
RUNNING = [
    f"Merchants of street {n} asked for their old place at the water, and were told to wait. " * 3 for n in range(8)
]
PARAGRAPHS = "".join(f"<p>{words}</p>" for words in RUNNING)
HOUSE = "The Amber Institute watches over forty ports, and its letters are read in all of them."


@pytest.fixture
def last_lines(make_page: PageMaker, read_page: Read) -> Callable[[str, str], list[str]]:
    def read(text: str, behind: str) -> list[str]:
        body = f'<div class="kv-one">{text}</div>{behind}'
        return read_page(make_page(body=body, bottom="")).text.split("\n\n")[len(RUNNING) :]

    return read


LastLines = Callable[[str, str], list[str]]


@pytest.mark.parametrize("inside", [f"<p>{HOUSE}</p>", f"<h4>Forty ports</h4><div><p>{HOUSE}</p></div>"])
def test_a_short_block_after_the_text_is_not_part_of_it(last_lines: LastLines, inside: str) -> None:
    assert last_lines(PARAGRAPHS, f'<div class="kv-two">{inside}</div>') == []


def test_the_last_paragraph_inside_the_block_is_text(last_lines: LastLines) -> None:
    assert last_lines(f"{PARAGRAPHS}<p>{HOUSE}</p>", "") == [HOUSE]


def test_a_last_chapter_built_like_the_others_is_text(last_lines: LastLines) -> None:
    first = f'<div class="kv-two"><p>{RUNNING[0]}</p></div>'
    rest = "".join(f"<p>{words}</p>" for words in RUNNING[1:])
    assert last_lines(f"{first}{rest}", f'<div class="kv-two"><p>{HOUSE}</p></div>') == [HOUSE]


@pytest.mark.parametrize(
    "line",
    [
        "Correction: an earlier version of this text named another street, and its merchants wrote to us.",
        "[Sprostowanie] W pierwszej wersji tekstu podaliśmy inną nazwę ulicy, za co przepraszamy czytelników.",
        "*Korrektur vom 3. Mai: In einer früheren Fassung dieses Textes stand der Name einer anderen Straße.",
    ],
    ids=["en", "pl", "de"],
)
def test_a_correction_note_after_the_text_is_text(last_lines: LastLines, line: str) -> None:
    assert last_lines(PARAGRAPHS, f'<div class="kv-two"><p>{line}</p></div>') == [line]


def test_a_list_of_sources_after_the_text_is_text(last_lines: LastLines) -> None:
    source = "Rolls of the harbour master of the eastern quay, 1742, read at the archive of the province"
    assert last_lines(PARAGRAPHS, f'<div class="kv-two"><ul><li>{source}</li></ul></div>') == [f"- {source}"]


def test_a_long_block_after_the_text_is_its_last_part(last_lines: LastLines) -> None:
    assert last_lines(PARAGRAPHS, f'<div class="kv-two"><p>{HOUSE} {HOUSE} {HOUSE}</p></div>') != []


BOX = '<div class="kv-box"><p>Advertisement</p><p>A letter from the quay, every Friday at noon.</p></div>'


LONGER = "The ferry was built in a yard far up the river, and it took her crew nine days to bring her down to us. " * 7


def between(text: str, box: str) -> str:
    """Return *text* with *box* after its fourth paragraph."""
    first, *rest = text.split("</p>", 4)
    return "</p>".join([first, *rest[:3], box + rest[3]])


def test_what_stands_in_a_box_with_a_line_of_furniture_is_not_text(read_page: Read, make_page: PageMaker) -> None:
    body = f'<div class="kv-one">{between(PARAGRAPHS, BOX)}</div>'
    assert "every Friday" not in read_page(make_page(body=body, bottom="")).text


def test_a_box_with_a_link_that_looks_like_a_button_is_not_text(read_page: Read, make_page: PageMaker) -> None:
    link = '<a class="btn" href="/p/">Go</a>'
    box = f'<div class="kv-box"><h3>Ready for the sea?</h3><p>Our pilots take you out.</p>{link}</div>'
    body = f'<div class="kv-one">{between(PARAGRAPHS, box)}</div>'
    text = read_page(make_page(body=body, bottom="")).text
    assert "Our pilots" not in text
    assert "Ready for the sea?" not in text


@pytest.mark.parametrize("link", ['<a href="/p/">Go</a>', '<a class="btn" href="#more">More</a>'])
def test_a_box_with_another_link_is_text(read_page: Read, make_page: PageMaker, link: str) -> None:
    box = f'<div class="kv-box"><p>The pilots take ships of any size out to the sea.</p>{link}</div>'
    body = f'<div class="kv-one">{between(PARAGRAPHS, box)}</div>'
    assert "ships of any size" in read_page(make_page(body=body, bottom="")).text


@pytest.mark.parametrize(
    "box",
    [
        '<div class="kv-box"><p>The ferry in figures</p><p>It carries eleven cars, every Friday at noon.</p></div>',
        f'<div class="kv-one"><p>Advertisement</p><p>{RUNNING[0]}</p><p>It sails every Friday at noon.</p></div>',
        f'<div class="kv-box"><p>Advertisement</p><p>{LONGER}</p><p>It sails every Friday at noon.</p></div>',
    ],
    ids=["a box of the author", "a part of the text", "a large part"],
)
def test_other_boxes_in_a_text_are_text(read_page: Read, make_page: PageMaker, box: str) -> None:
    body = f'<div class="kv-one">{between(PARAGRAPHS, box)}</div>'
    assert "every Friday at noon" in read_page(make_page(body=body, bottom="")).text


def test_the_words_above_the_field_for_an_email_address_are_not_text(read_page: Read, make_page: PageMaker) -> None:
    asking = '<form><input type="email"><button>Go</button></form>'
    box = f'<div class="kv-one"><h3>Keep this page</h3><p>The master brings it to your door.</p>{asking}</div>'
    body = f'<div class="kv-one">{between(PARAGRAPHS, box)}</div>'
    text = read_page(make_page(body=body, bottom="")).text
    assert "to your door" not in text
    assert "Keep this page" not in text


def test_the_words_above_a_field_for_a_number_are_text(read_page: Read, make_page: PageMaker) -> None:
    asking = '<form><input type="number" name="tons"><button>Go</button></form>'
    box = f'<div class="kv-one"><h3>Reckon the toll</h3><p>A ton is a penny, and each mast two.</p>{asking}</div>'
    body = f'<div class="kv-one">{between(PARAGRAPHS, box)}</div>'
    assert "a penny, and each mast" in read_page(make_page(body=body, bottom="")).text
