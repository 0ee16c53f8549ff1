"""Texts as a person publishes them: Markdown that other programs read like the page, and HTML."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest
from lxml import html

from db.catalogue import Catalogue
from db.citation.markdown import escaped
from db.model.item import Item
from db.model.text_marks import Block, Mark, MarkKind, blocks_of, read_text, words_alone
from ingest.exporting.markdown import markdown

PANDOC = shutil.which("pandoc")


@pytest.fixture(scope="module")
def surveyed(story: Any) -> Item:
    """The demonstration's article with a table, a list, a quotation and a note, as a run archived it."""
    with Catalogue.open(story.first.layout.catalogue, read_only=True) as catalogue:
        items = catalogue.items(catalogue.all_item_ids())
        return next(one for one in items if any(mark.kind is MarkKind.ROW for mark in one.edition.marks))


def test_an_edition_keeps_the_kind_of_each_paragraph(surveyed: Item) -> None:
    kinds = {one.mark.kind for one in blocks_of(surveyed.edition.text, surveyed.edition.marks)}
    wanted = {MarkKind.HEADING, MarkKind.ITEM, MarkKind.QUOTATION, MarkKind.HEAD_ROW, MarkKind.ROW, MarkKind.NOTE}
    assert wanted <= kinds


def test_show_prints_a_text_for_publication(story: Any, creditline: Any, surveyed: Item) -> None:
    ended = creditline("-C", story.first.layout.directory, "show", surveyed.id, "--markdown")
    assert ended.code == 0
    assert surveyed.edition.title is not None
    assert ended.out.startswith(f"# {surveyed.edition.title.value}\n\n*")
    for line in ("## ", "-   ", "> ", "| ", "[^1]: "):
        assert f"\n{line}" in ended.out
    assert ended.out.count("[^1]") == 2
    assert ended.out.rstrip().splitlines()[-1].startswith("> ")
    assert "may it be published" not in ended.err


@pytest.mark.real
@pytest.mark.skipif(PANDOC is None, reason="pandoc is not installed")
def test_pandoc_reads_the_structure_back(story: Any, creditline: Any, surveyed: Item) -> None:
    told = creditline("-C", story.first.layout.directory, "show", surveyed.id, "--markdown").out
    assert PANDOC is not None
    ran = subprocess.run([PANDOC, "-f", "gfm", "-t", "json"], input=told, capture_output=True, text=True, check=True)
    found = [block["t"] for block in json.loads(ran.stdout)["blocks"]]
    held = blocks_of(surveyed.edition.text, surveyed.edition.marks)
    kinds = [one.mark.kind for one in held]
    assert found.count("Header") == 1 + kinds.count(MarkKind.HEADING)
    assert found.count("Table") == 1
    assert found.count("BulletList") == 1
    assert found.count("BlockQuote") == 2  # the quotation, and the credit line
    assert '"t":"Note"' in ran.stdout
    [table] = [block for block in json.loads(ran.stdout)["blocks"] if block["t"] == "Table"]
    assert len(table["c"][4][0][3]) == kinds.count(MarkKind.ROW)


def test_every_text_of_an_export_keeps_its_own_notes(story: Any, creditline: Any, surveyed: Item) -> None:
    out = creditline("-C", story.first.layout.directory, "export", "markdown", "--all").out
    labels = [line.partition(":")[0] for line in out.splitlines() if line.startswith("[^")]
    assert labels
    assert len(set(labels)) == len(labels)


def test_html_shows_lists_tables_and_quotations_as_such(story: Any, creditline: Any, surveyed: Item) -> None:
    page = html.fromstring(creditline("-C", story.first.layout.directory, "export", "html", surveyed.id).out.encode())
    [article] = page.iter("article")
    held = blocks_of(surveyed.edition.text, surveyed.edition.marks)
    shown = {tag: [words for e in article.iter(tag) if (words := e.text_content())] for tag in ("h2", "td", "th")}
    assert shown["h2"] == [one.words for one in held if one.mark.kind is MarkKind.HEADING]
    assert shown["td"] == [cell for one in held if one.mark.kind is MarkKind.ROW for cell in one.cells]
    assert shown["th"] == [cell for one in held if one.mark.kind is MarkKind.HEAD_ROW for cell in one.cells]


@pytest.mark.parametrize(
    ("blocks", "told"),
    [
        (
            [Block("A part", Mark(MarkKind.HEADING, 3)), Block("below", Mark(MarkKind.HEADING, 4))],
            "## A part\n\n### below",
        ),
        (
            [
                Block("one", Mark(MarkKind.ITEM, 1)),
                Block("in it", Mark(MarkKind.ITEM, 3)),
                Block("two", Mark(MarkKind.ITEM, 1)),
            ],
            "-   one\n    -   in it\n-   two",
        ),
        (
            [Block("first", Mark(MarkKind.ITEM, 1, "9")), Block("goes on", Mark(MarkKind.PARAGRAPH, 1))],
            "9.  first\n\n    goes on",
        ),
        ([Block("a", Mark(MarkKind.QUOTATION)), Block("b", Mark(MarkKind.QUOTATION))], "> a\n>\n> b"),
        (
            [Block("a | b", Mark(MarkKind.ROW, cells=(1, 1))), Block("c|d", Mark(MarkKind.ROW, cells=(3,)))],
            "|  |  |\n|---|---|\n| a | b |\n| c\\|d |  |",
        ),
        ([Block("x = `1`\n \ny", Mark(MarkKind.PREFORMATTED))], "```\nx = `1`\n \ny\n```"),
        ([Block("The quay. Photo: M", Mark(MarkKind.CAPTION))], "*The quay. Photo: M*"),
        (
            [
                Block("So1 it is", Mark(MarkKind.PARAGRAPH, refs=((2, 1, "1"),))),
                Block("Why", Mark(MarkKind.NOTE, 0, "1")),
            ],
            "So[^1] it is\n\n[^1]: Why",
        ),
        ([Block("Why", Mark(MarkKind.NOTE, 0, "1"))], "\\[1\\] Why"),
        ([Block("growth12 rose", Mark(MarkKind.PARAGRAPH, refs=((6, 2, "12"),)))], "growth\\[12\\] rose"),
    ],
    ids=[
        "headings",
        "nested",
        "numbered",
        "quotation",
        "table",
        "typed",
        "caption",
        "note",
        "note without a reference",
        "reference without a note",
    ],
)
def test_blocks_are_written_as_markdown(blocks: list[Block], told: str) -> None:
    assert markdown(blocks) == told


MARKS = (
    Mark(MarkKind.PARAGRAPH, refs=((6, 2, "12"), (13, 3, "3"))),
    Mark(MarkKind.ITEM, 1, "1", refs=((5, 1, "4"),)),
    Mark(MarkKind.NOTE, label="12"),
)


def test_a_note_reference_is_set_apart_from_the_word_before_it() -> None:
    text = "growth12 rose[3]so\n\n1. quays4\n\n[12] Why"
    assert read_text(text, MARKS) == "growth[12] rose[3]so\n\n1. quays[4]\n\n[12] Why"
    assert words_alone(text, MARKS) == "growth rose so\n\n1. quays\n\n[12] Why"
    assert read_text(text, MARKS[:1]) == words_alone(text, ()) == text, "marks that are not its own"


def test_note_references_are_set_apart_when_shown_searched_and_exported(
    story: Any, creditline: Any, surveyed: Item
) -> None:
    [(word, label), *_] = [
        (block.words[:first].split()[-1], label)
        for block in blocks_of(surveyed.edition.text, surveyed.edition.marks)
        for first, _, label in block.mark.refs
    ]
    folder = story.first.layout.directory
    shown = creditline("-C", folder, "show", surveyed.id, "--text").out
    assert f"{word}[{label}]" in shown
    for form in ("text", "html"):
        assert f"{word}[{label}]" in creditline("-C", folder, "export", form, surveyed.id).out
    plain = word.strip(".,;:!?”")
    found = creditline("-C", folder, "search", f"{plain}", "-n", "99").out
    assert surveyed.id in found
    assert f"{plain}{label}" not in found
    assert surveyed.id not in creditline("-C", folder, "search", "--ids", f"{plain}{label}").out


def test_characters_with_a_meaning_in_markdown_are_escaped() -> None:
    assert escaped("1. *a* <b> _c_ [d]\n# e\n- f") == "1\\. \\*a\\* \\<b\\> \\_c\\_ \\[d\\]\n\\# e\n\\- f"
