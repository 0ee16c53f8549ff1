"""Marks of a text: how paragraphs are printed, grouped, pointed to, and stored with their text."""

from __future__ import annotations

import json

import pytest

from db.model.spans import Span, SpanKind
from db.model.text_marks import (
    PLAIN,
    Block,
    Mark,
    MarkKind,
    blocks_of,
    bracketed,
    from_json,
    grouped,
    marks_of,
    page_at,
    read_text,
    text_of,
    to_json,
    words_alone,
)

ITEM = Mark(MarkKind.ITEM, level=1)
NUMBERED = Mark(MarkKind.ITEM, level=1, label="2")
NOTE = Mark(MarkKind.NOTE, label="7")
CAPTION = Mark(MarkKind.CAPTION)
ROW = Mark(MarkKind.ROW, cells=(3, 4))
HEAD_ROW = Mark(MarkKind.HEAD_ROW, cells=(3, 4))
POINTING = Block("Growth12 fell.3", Mark(MarkKind.PARAGRAPH, refs=((6, 2, "12"), (14, 1, "3"))))


@pytest.mark.parametrize(
    ("mark", "printed"),
    [
        (PLAIN, "Tea"),
        (ITEM, "- Tea"),
        (NUMBERED, "2. Tea"),
        (NOTE, "[7] Tea"),
        (Mark(MarkKind.NOTE), "Tea"),
        (Mark(MarkKind.HEADING, level=2), "Tea"),
    ],
)
def test_paragraph_is_printed_with_its_marker(mark: Mark, printed: str) -> None:
    assert Block("Tea", mark).printed == printed


def test_row_is_split_by_cell_lengths_and_not_by_the_separator() -> None:
    row = Block("a | b | c", Mark(MarkKind.ROW, cells=(5, 1)))
    assert row.cells == ("a | b", "c")
    assert Block("Tea").cells == ()


def test_cell_keeps_its_links_with_offsets_from_its_start() -> None:
    link = Span(6, 4, SpanKind.LINK, "/salt")
    row = Block("Tea | salt", Mark(MarkKind.ROW, cells=(3, 4), spans=(link,)))
    tea, salt = row.marked_cells
    assert tea.mark == PLAIN
    assert salt.mark.spans == (Span(0, 4, SpanKind.LINK, "/salt"),)


def test_note_pointer_is_printed_in_brackets() -> None:
    assert bracketed(POINTING).words == "Growth[12] fell.[3]"
    assert bracketed(POINTING).mark.refs == ()
    assert bracketed(Block("Tea")) == Block("Tea")


def test_note_pointer_is_not_searched() -> None:
    marks = marks_of([POINTING])
    assert read_text("Growth12 fell.3", marks) == "Growth[12] fell.[3]"
    assert words_alone("Growth12 fell.3", marks) == "Growth fell."


def test_note_pointer_between_two_words_becomes_a_space() -> None:
    block = Block("tea1salt", Mark(MarkKind.PARAGRAPH, refs=((3, 1, "1"),)))
    assert words_alone("tea1salt", (block.mark,)) == "tea salt"
    stop = Block("tea.1Salt", Mark(MarkKind.PARAGRAPH, refs=((4, 1, "1"),)))
    assert words_alone("tea.1Salt", (stop.mark,)) == "tea.Salt"


def test_text_without_pointers_is_read_and_searched_unchanged() -> None:
    assert read_text("- Tea", (ITEM,)) == words_alone("- Tea", (ITEM,)) == "- Tea"


def test_captions_are_stored_with_the_marks_and_keep_their_place() -> None:
    blocks = [Block("Tea"), Block("A crane", CAPTION), Block("Salt", ITEM)]
    text, marks = text_of(blocks), marks_of(blocks)
    assert text == "Tea\n\n- Salt"
    assert [mark.words for mark in marks] == [None, "A crane", None]
    assert [block.words for block in blocks_of(text, marks)] == ["Tea", "A crane", "Salt"]


@pytest.mark.parametrize(
    ("text", "mark", "words"),
    [
        ("- Tea", ITEM, "Tea"),
        ("2. Tea", NUMBERED, "Tea"),
        ("2) Tea", NUMBERED, "Tea"),
        ("[7] Tea", NOTE, "Tea"),
        ("Tea", ITEM, "Tea"),
        ("- Tea", PLAIN, "- Tea"),
        ("[7] Tea", Mark(MarkKind.NOTE), "[7] Tea"),
        ("- - Tea", ITEM, "- Tea"),
    ],
)
def test_list_marker_is_not_part_of_the_words(text: str, mark: Mark, words: str) -> None:
    assert [block.words for block in blocks_of(text, (mark,))] == [words]


def test_marks_of_another_text_are_ignored() -> None:
    assert blocks_of("Tea\n\nSalt", (ITEM,)) == (Block("Tea"), Block("Salt"))


def test_consecutive_blocks_of_a_kind_form_one_group() -> None:
    blocks = [
        Block("Tea", ITEM),
        Block("and how it grows", Mark(MarkKind.PARAGRAPH, level=1)),
        Block("Salt", ITEM),
        Block("After the list"),
        Block("a | b", HEAD_ROW),
        Block("1 | 2", ROW),
        Block("c | d", HEAD_ROW),
        Block("3 | 4", ROW),
        Block("Said", Mark(MarkKind.QUOTATION)),
        Block("and said", Mark(MarkKind.QUOTATION)),
    ]
    found = [(kind, len(group)) for kind, group in grouped(blocks)]
    assert found == [
        (MarkKind.ITEM, 3),
        (MarkKind.PARAGRAPH, 1),
        (MarkKind.ROW, 2),
        (MarkKind.ROW, 2),
        (MarkKind.QUOTATION, 2),
    ]


def test_page_of_a_position_is_the_page_of_its_paragraph() -> None:
    marks = (
        Mark(MarkKind.PARAGRAPH, page=1),
        Mark(MarkKind.CAPTION, words="x", page=9),
        Mark(MarkKind.PARAGRAPH, page=2),
    )
    text = "Tea\n\nSalt"
    assert page_at(text, marks, 0) == 1
    assert page_at(text, marks, text.index("Salt")) == 2
    assert page_at(text, (PLAIN, PLAIN), 0) is None
    assert page_at(text + "\n\nmore\n\nand more", marks, 14) is None


def test_marks_are_stored_briefly_and_read_back() -> None:
    marks = (
        PLAIN,
        Mark(MarkKind.HEADING, level=2),
        NOTE,
        ROW,
        POINTING.mark,
        Mark(MarkKind.CAPTION, words="A crane"),
        Mark(MarkKind.PARAGRAPH, page=3, spans=(Span(0, 3, SpanKind.LINK, "/a"), Span(4, 1, SpanKind.EMPHASIS))),
    )
    stored = to_json(marks)
    assert from_json(stored) == marks
    told = json.loads(stored)
    assert told[0] == "p"
    assert told[1] == {"is": "h", "level": 2}
    assert len(told[6]["spans"][1]) == 3
