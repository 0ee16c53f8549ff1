"""A PDF becomes an item: what its cover, imprint and metadata state, each with its page."""

from __future__ import annotations

import time
from typing import Any

import pytest

from archive.http.exchange import Entity
from db.model.item import Context, Layer, PageKind, Partial, Permission, Reading, StatementPlace
from ingest.reading import read
from ingest.reading.document.front_matter import dated_line, of_names, on_cover

URL = "http://institute.example/files/report.pdf"


def read_pdf(body: bytes) -> Reading:
    return read(Entity(URL, body, "application/pdf"), Context(url=URL, capture="c"))


def test_metadata_of_a_pdf_are_read_with_their_place(samples: Any) -> None:
    found = read_pdf(samples.report(samples.Article("/files/report.pdf", "A report on harbours")))
    assert found.kind is PageKind.DOCUMENT
    assert found.title is not None
    assert (found.title.value, found.title.evidence.layer) == ("A report on harbours", Layer.ENTITY)
    # The person who saved the file is named in it too, but never printed.
    assert [credit.name for credit in found.attributions] == ["Ada Berg", "Jan Kowal"]
    assert {str(credit.evidence.basis).partition(",")[0] for credit in found.attributions} == {"page 1"}
    assert found.published is not None
    assert (found.published.value, found.published.evidence.words) == ("2021-05-12", "12 May 2021")
    assert found.language is not None
    assert found.language.value == "en"
    assert [tag.value for tag in found.tags] == ["rivers", "harbours"]


def test_a_pdfs_text_has_page_marks_but_no_running_heads_or_page_numbers(samples: Any) -> None:
    found = read_pdf(samples.report(samples.Article("/files/report.pdf", "A report on harbours"), pages=5))
    paragraphs = found.text.split("\n\n")
    assert len(paragraphs) == len(found.marks)
    assert {mark.page for mark in found.marks} == set(range(1, 8))
    assert "Institute Report" not in found.text
    assert not any(paragraph.isdecimal() for paragraph in paragraphs)


def test_an_imprints_permission_is_the_documents_with_its_page(samples: Any) -> None:
    found = read_pdf(samples.report(samples.Article("/files/report.pdf", "A report on harbours")))
    [statement] = found.statements
    assert samples.RIGHTS in statement.words
    assert statement.place is StatementPlace.ITEM_PROSE
    assert str(statement.evidence.basis).startswith("page 2, ")
    assert Permission.WITH_DUTIES in {term.permission for term in statement.terms}


def test_a_cover_title_in_capitals_is_taken_as_spelt_in_the_metadata(samples: Any) -> None:
    found = read_pdf(samples.pdf([["GRAIN AND HARBOURS", "Ada Berg"]], {"Title": "Grain and Harbours"}))
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
def test_a_title_that_a_program_wrote_is_ignored(samples: Any, stated: str) -> None:
    found = read_pdf(samples.pdf([["Grain and harbours", "Ada Berg", stated]], {"Title": stated}))
    assert found.title is not None
    assert found.title.value == "Grain and harbours"


def test_without_a_printed_title_the_line_in_the_largest_type_is_used(samples: Any) -> None:
    body = samples.pdf([["Grain and harbours", "A report"], ["Text " * 30]], {"Title": "Microsoft Word - final2.docx"})
    found = read_pdf(body)
    assert found.title is not None
    assert found.title.value == "Grain and harbours"
    assert str(found.title.evidence.basis).startswith("page 1, ")


def test_an_unreadable_pdf_is_unread_with_the_reason(samples: Any) -> None:
    found = read_pdf(samples.pdf([["A secret report"]], locked=True))
    assert (found.kind, found.partial) == (PageKind.DOCUMENT, Partial.UNREAD)
    assert found.unread == "encrypted: a password is asked for"


def authors_of(samples: Any, *below: str, title: str = "Grain and harbours", **info: str) -> list[str]:
    return [credit.name for credit in read_pdf(samples.pdf([[title, *below]], info)).attributions]


@pytest.mark.parametrize(
    ("below", "named"),
    [
        (("Anna Berg", "May 2021"), ["Anna Berg"]),
        (("Ada Berg and Jan Kowal",), ["Ada Berg", "Jan Kowal"]),
        (("Maria Nowak, Edzer Pebesma & Jan Kowal",), ["Maria Nowak", "Edzer Pebesma", "Jan Kowal"]),
        (("Maria Nowak", "University of Harbours", "Jan Kowal", "Port Institute"), ["Maria Nowak", "Jan Kowal"]),
        (("Maria Nowak, University of Harbours", "Jan Kowal, Port Institute"), ["Maria Nowak", "Jan Kowal"]),
        (("Maria Nowak1", ", Jan Kowal2", "1", "University of Harbours"), ["Maria Nowak", "Jan Kowal"]),
        (("Maria Nowak* Jan Kowal†", "May 2021"), ["Maria Nowak", "Jan Kowal"]),
        (
            ("Maria Nowaka", "and Jan Kowalb", "aUniversity of Harbours", "bPort Institute"),
            ["Maria Nowak", "Jan Kowal"],
        ),
        (("by", "Maria Nowak"), ["Maria Nowak"]),
        (("Authors: Maria Nowak, Jan Kowal",), ["Maria Nowak", "Jan Kowal"]),
        (("Notes on trade by sea", "Version 2.1", "Maria Nowak", "Jan Kowal"), ["Maria Nowak", "Jan Kowal"]),
    ],
)
def test_names_on_their_own_lines_below_the_title_are_authors(
    samples: Any, below: tuple[str, ...], named: list[str]
) -> None:
    assert authors_of(samples, *below) == named


@pytest.mark.parametrize(
    "below",
    [
        ("Edited by", "Maria Nowak"),
        ("Foreword", "Maria Nowak"),
        ("Photographs:", "Maria Nowak"),
        ("Abstract", "Maria Nowak"),
        ("Press contact", "Maria Nowak"),
        ("Board of Directors", "Maria Nowak"),
        ("In memoriam", "Maria Nowak"),
        ("In memory of", "Maria Nowak"),
        ("A conversation with", "Maria Nowak"),
        ("Hommage à", "Maria Nowak"),
        ("Dla", "Maria Nowak"),
        ("Applicant", "Maria Nowak"),
        ("Témoins :", "Maria Nowak"),
        ("Acknowledgements: we thank", "Maria Nowak"),
        ("1 Ports of the north", "Maria Nowak"),
        ("Maria Nowak opened the harbour in May",),
        ("Maria Harbour",),
        ("Ludwig-Maximilians University",),
        ("Port Institute", "12 Harbour Street"),
        ("Maria Nowaka", "Jan Kowalc", "a", "Port Institute", "b", "University of Harbours"),
    ],
)
def test_other_roles_and_subjects_on_a_cover_are_no_authors(samples: Any, below: tuple[str, ...]) -> None:
    title = "Maria Harbour and her ports" if below == ("Maria Harbour",) else "Grain and harbours"
    assert authors_of(samples, *below, title=title) == []


def test_a_name_above_the_title_is_the_author_if_none_is_below() -> None:
    assert on_cover(["Maria Nowak"], ["May 2021"], "Grain") == ["Maria Nowak"]
    assert on_cover(["Maria Nowak"], ["Jan Kowal"], "Grain") == ["Jan Kowal"]


def test_a_name_in_polish_acknowledgements_is_no_author() -> None:
    assert on_cover([], ["Podziękowania", "Maria Nowak"], "Grain") == []


def test_a_name_with_detached_accents_is_left_out() -> None:
    assert on_cover([], ["Jan Miskiewicz \u00b4"], "Grain") == []


def test_names_on_the_cover_win_over_shortened_ones_in_the_metadata(samples: Any) -> None:
    shown = ("Benjamin M. Kowal", "Maria Nowak", "Thanks to Ben Kowal")
    assert authors_of(samples, *shown, Author="Ben Kowal, Maria Nowak") == ["Benjamin M. Kowal", "Maria Nowak"]


def test_names_in_larger_type_than_the_title_are_authors_and_no_title(samples: Any) -> None:
    found = read_pdf(samples.pdf([["Maria Nowak", "Grain and harbours", "May 2021"]]))
    assert (found.title, [credit.name for credit in found.attributions]) == (None, ["Maria Nowak"])


def test_the_person_in_the_title_is_no_author(samples: Any) -> None:
    assert authors_of(samples, "A life for the harbour", title="Maria Nowak", Title="Maria Nowak") == []
    assert authors_of(samples, "Jan Kowal", title="Maria Nowak", Title="Maria Nowak") == ["Jan Kowal"]


def test_a_heading_with_thousands_of_spaces_is_read_quickly() -> None:
    begun = time.process_time()
    assert not of_names("Grain" + " " * 8000 + "and harbours")
    assert not of_names("Grain" + " " * 2000 + "and harbours")
    # It took over four seconds when each space could begin a joint.
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    ("lines", "day"),
    [
        (["Grain and harbours", "Warsaw, 24 April 2023", "Ada Berg", "12 May 2024"], "2023-04-24"),
        (["Policy Brief No. 12 | April 2023"], "2023-04"),
        (["Numéro 189, décembre 2018"], "2018-12"),
        (["aprile 2023"], "2023-04"),
        # A label of publication counts more than a date before it, and may have a line of its own.
        (["October 2023", "Grain and harbours", "Published: 6 November 2023"], "2023-11-06"),
        (["Received: 2 February 2023", "Revised: 17 February 2023", "Published: 6 March 2023"], "2023-03-06"),
        (["Received", "3 November 2014", "Accepted", "4 December 2014", "Published", "25 February 2015"], "2015-02-25"),
    ],
)
def test_a_cover_is_dated_by_a_label_or_a_line_of_its_own(lines: list[str], day: str) -> None:
    found = dated_line(lines)
    assert found is not None
    assert found.day.value == day


@pytest.mark.parametrize(
    "lines",
    [
        ["Payment date: 23 October 2024"],
        ["Payment Date 10/23/2024"],
        ["Expires 10/31/2022"],
        ["For the year ended 30 June 2014"],
        ["reflects progress until December 31, 2022,"],
        ["in the Yukon. They met in Victoria, May 2003"],
        ["12/31/2023 12/31/2022 12/31/2021"],
        ["2019 to March 2020"],
        ["06/01/2020 14.439,30"],
        ["2005-09-23 Katrina", "2005-10-02 Longwang"],
        ["Stan na 3 maja 2023"],
        ["Document généré le 6 déc. 2023"],
    ],
)
def test_a_date_in_a_sentence_a_table_or_under_another_label_does_not_date_a_cover(lines: list[str]) -> None:
    assert dated_line(lines) is None


@pytest.mark.parametrize("largest", ["Table of Contents", "24 April 2023", "https://institute.example/brief", "© 2023"])
def test_the_largest_type_of_a_cover_may_be_no_title(samples: Any, largest: str) -> None:
    found = read_pdf(samples.pdf([[largest, "Grain and harbours"]], {"Title": "Grain"}))
    assert found.title is not None
    assert found.title.value == "Grain"
