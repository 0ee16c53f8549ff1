"""A PDF is read into an item: what its cover, imprint and metadata state, each with the page that says so."""

from __future__ import annotations

from typing import Any

import pytest

from archive.http.exchange import Entity
from db.model.item import Context, Layer, PageKind, Partial, Permission, Reading, StatementPlace
from ingest.reading import read

URL = "http://institute.example/files/report.pdf"


def read_of(body: bytes) -> Reading:
    return read(Entity(URL, body, "application/pdf"), Context(url=URL, capture="c"))


def test_title_authors_day_language_and_tags_are_read_with_the_place_that_states_them(makes: Any) -> None:
    found = read_of(makes.report(makes.Article("/files/report.pdf", "A report on harbours")))
    assert found.kind is PageKind.DOCUMENT
    assert found.title is not None
    assert (found.title.value, found.title.evidence.layer) == ("A report on harbours", Layer.ENTITY)
    # Who saved the file is named in it too, and printed nowhere.
    assert [credit.name for credit in found.attributions] == ["Ada Berg", "Jan Kowal"]
    assert {str(credit.evidence.basis).partition(",")[0] for credit in found.attributions} == {"page 1"}
    assert found.published is not None
    assert (found.published.value, found.published.evidence.words) == ("2021-05-12", "12 May 2021")
    assert found.language is not None
    assert found.language.value == "en"
    assert [tag.value for tag in found.tags] == ["rivers", "harbours"]


def test_the_text_knows_its_pages_and_has_no_running_heads_nor_page_numbers(makes: Any) -> None:
    found = read_of(makes.report(makes.Article("/files/report.pdf", "A report on harbours"), pages=5))
    paragraphs = found.text.split("\n\n")
    assert len(paragraphs) == len(found.marks)
    assert {mark.page for mark in found.marks} == set(range(1, 8))
    assert "Institute Report" not in found.text
    assert not any(paragraph.isdecimal() for paragraph in paragraphs)


def test_what_the_imprint_permits_is_the_document_s_own_with_the_page_that_says_so(makes: Any) -> None:
    found = read_of(makes.report(makes.Article("/files/report.pdf", "A report on harbours")))
    [statement] = found.statements
    assert makes.RIGHTS in statement.words
    assert statement.place is StatementPlace.ITEM_PROSE
    assert str(statement.evidence.basis).startswith("page 2, ")
    assert Permission.WITH_DUTIES in {term.permission for term in statement.terms}


def test_a_title_that_a_cover_prints_in_capitals_is_cited_as_it_is_stated(makes: Any) -> None:
    found = read_of(makes.pdf([["GRAIN AND HARBOURS", "Ada Berg"]], {"Title": "Grain and Harbours"}))
    assert found.title is not None
    assert found.title.value == "Grain and Harbours"


@pytest.mark.parametrize(
    "stated",
    [
        *(
            "Microsoft Word - grain.doc",
            "grain.indd",
            "(pixel.eps)",
            "Grain_final_v3",
            "2024-05-01",
            "PowerPoint Presentation",
        ),
        *("Layout 1", "Titel", "untitled", "full.dvi", "d41d8cd98f00b204e9800998ecf8427e"),
    ],
)
def test_what_programs_state_for_a_title_is_none(makes: Any, stated: str) -> None:
    found = read_of(makes.pdf([["Grain and harbours", "Ada Berg", stated]], {"Title": stated}))
    assert found.title is not None
    assert found.title.value == "Grain and harbours"


def test_without_a_title_that_is_printed_the_line_in_the_largest_type_is_it(makes: Any) -> None:
    body = makes.pdf([["Grain and harbours", "A report"], ["Text " * 30]], {"Title": "Microsoft Word - final2.docx"})
    found = read_of(body)
    assert found.title is not None
    assert found.title.value == "Grain and harbours"
    assert str(found.title.evidence.basis).startswith("page 1, ")


def test_one_that_cannot_be_read_is_unread_with_the_reason(makes: Any) -> None:
    found = read_of(makes.pdf([["A secret report"]], locked=True))
    assert (found.kind, found.partial) == (PageKind.DOCUMENT, Partial.UNREAD)
    assert found.unread == "encrypted: a password is asked for"
