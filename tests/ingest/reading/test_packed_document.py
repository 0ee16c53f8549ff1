"""A packed document becomes an item: each value with the part or the metadata field that states it."""

from __future__ import annotations

from typing import Any

from archive.http.exchange import Entity
from db.model.item import Context, Layer, PageKind, Partial, Permission, Reading
from ingest.reading import read

URL = "http://institute.example/files/a"


def read_package(body: bytes, kind: str) -> Reading:
    return read(Entity(f"{URL}.{kind}", body, "application/octet-stream"), Context(url=f"{URL}.{kind}", capture="c"))


def test_a_books_own_metadata_are_used(samples: Any) -> None:
    stated = {"title": "The book of rivers", "creator": "Ada Berg", "date": "2022-05-01", "language": "en"}
    found = read_package(samples.epub([["Rivers", samples.RIGHTS, *samples.prose("north")]], **stated), "epub")
    assert found.kind is PageKind.DOCUMENT
    assert found.title is not None
    assert (found.title.value, found.title.evidence.layer) == ("The book of rivers", Layer.PACKAGE)
    assert str(found.title.evidence.basis).startswith("dc:title in OEBPS/book.opf, ")
    assert [credit.name for credit in found.attributions] == ["Ada Berg"]
    assert found.published is not None
    assert found.published.value == "2022-05-01"
    assert found.language is not None
    assert found.language.value == "en"
    [statement] = found.statements
    assert str(statement.evidence.basis).startswith("part 1 of OEBPS/c0.xhtml, ")
    assert Permission.WITH_DUTIES in {term.permission for term in statement.terms}


def test_word_processor_metadata_count_only_if_they_are_printed(samples: Any) -> None:
    told = ["A letter on grain", "By Jan Kowal", "3 June 2021", *samples.prose("grain")]
    for made in (samples.docx, samples.odt):
        found = read_package(made(told, title="final2.docx", creator="Jan Kowal"), made.__name__)
        assert found.title is not None
        assert (found.title.value, found.title.evidence.ranges) == ("A letter on grain", ((0, 17),))
        assert [credit.name for credit in found.attributions] == ["Jan Kowal"]
        assert found.published is not None
        assert (found.published.value, found.published.evidence.words) == ("2021-06-03", "3 June 2021")
        assert found.text.split("\n\n")[0] == "A letter on grain"
        # The person who saved the file is named in it too, but never printed.
        assert not read_package(made(told, creator="Office Clerk"), made.__name__).attributions


def test_an_unreadable_packed_document_is_unread_with_the_reason() -> None:
    found = read_package(b"PK\x03\x04 nothing", "docx")
    assert (found.kind, found.partial) == (PageKind.DOCUMENT, Partial.UNREAD)
    assert str(found.unread).startswith("damaged: ")
