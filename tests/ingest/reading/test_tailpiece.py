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
