"""PDFs are read page by page; an unreadable one says why, whatever its bytes are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.evidence.xmp import read_xmp
from archive.http.exchange import Entity
from ingest.documents.pdf import HYPHEN, evident, find, in_information, is_pdf, on_page, plain, read_pdf

PAGES = [["A report on grain", "Ada Berg"], ["The price of grain rose in spring and fell again in autumn."]]


def test_the_text_is_read_page_by_page_with_the_metadata(samples: Any) -> None:
    found = read_pdf(samples.pdf(PAGES, {"Title": "A report on grain", "Producer": "x"}))
    assert [plain(page) for page in found.pages] == ["A report on grain Ada Berg", PAGES[1][0]]
    assert found.info == {"Title": "A report on grain"}
    assert found.heading is not None
    assert found.pages[0][slice(*found.heading)].strip() == "A report on grain"


@pytest.mark.parametrize(
    ("line", "shown", "title"),
    [
        ("Drawing graphs with", "(Drawing graphs with) Tj /F1 18 Tf ( NEATO) Tj", "Drawing graphs with NEATO"),
        ("Figures for LTEX", "(Figures for L) Tj /F1 17 Tf (A) Tj /F1 24 Tf (TEX) Tj", "Figures for LATEX"),
        # A logo whose first letter is drawn: text in the next size is the title.
        ("symptote", None, "by nobody who is known here"),
        ("A plan", "(A plan) Tj /F1 8 Tf (1) Tj", "A plan"),
    ],
)
def test_a_title_is_whole_even_if_part_of_it_is_in_another_font(
    samples: Any, line: str, shown: str | None, title: str | None
) -> None:
    body = samples.pdf([[line, "by nobody who is known here"]])
    found = read_pdf(body.replace(f"({line}) Tj".encode(), shown.encode()) if shown else body)
    read = None if found.heading is None else plain(found.pages[0][slice(*found.heading)])
    assert read == title


def test_words_are_found_again_on_the_page_where_the_evidence_says(samples: Any) -> None:
    found = read_pdf(samples.pdf(PAGES, {"Title": "A report on grain"}))
    span = find(found.pages[1], "grain rose in spring")
    assert span is not None
    assert evident(found, on_page(2), (span,)) == "grain rose in spring"
    assert evident(found, in_information("Title"), ()) == "A report on grain"
    assert evident(found, on_page(3), (span,)) is None
    assert evident(found, "nowhere", ()) is None


def test_a_word_hyphenated_across_lines_is_one_word() -> None:
    page = f"the mini{HYPHEN}\r\nster of\r\nrivers"
    assert plain(page) == "the minister of rivers"
    assert find(page, "minister of rivers") == (4, len(page))


def test_an_unreadable_pdf_says_why(samples: Any) -> None:
    whole = samples.pdf(PAGES)
    assert read_pdf(samples.pdf(PAGES, locked=True)).unread == "encrypted: a password is asked for"
    assert read_pdf(samples.pdf([[""], [""]])).unread == "scanned: its 2 pages hold no text"
    assert str(read_pdf(b"%PDF-1.4\nnothing of the kind").unread).startswith("damaged: ")
    assert read_pdf(b"<html>").unread == "damaged: no header of a PDF"
    # A truncated file is read as far as possible, or says that it cannot be read.
    assert read_pdf(whole[: len(whole) // 2]).unread


@settings(max_examples=60)
@given(st.binary(max_size=200), st.integers(0, 1200))
def test_no_bytes_make_the_reader_raise(samples: Any, noise: bytes, at: int) -> None:
    body = samples.pdf(PAGES, xmp=samples.xmp(title="A report"))
    harmed = body[:at] + noise + body[at + len(noise) :]
    found = read_pdf(harmed)
    assert found.unread or found.pages
    read_xmp(harmed)


@pytest.mark.parametrize(
    ("kind", "body", "so"),
    [
        ("application/pdf", b"", True),
        ("application/octet-stream", b"\n%PDF-1.7", True),
        ("text/html", b"%PDF-1.7", False),
        ("", b"<html>", False),
    ],
)
def test_a_pdf_is_known_by_its_type_or_its_header(kind: str, body: bytes, *, so: bool) -> None:
    assert is_pdf(Entity("http://institute.example/x", body, kind)) is so


def test_xmp_is_read_from_the_last_packet_with_its_bytes_and_expands_nothing(samples: Any) -> None:
    body = b"%PDF-1.4\n" + samples.xmp(title="An old title").encode() + samples.xmp(title="A &amp; B").encode()
    [stated] = read_xmp(body)
    assert (stated.name, stated.value) == ("dc:title", "A & B")
    [(start, end)] = stated.passage.ranges
    assert body[start:end] == b"A &amp; B"
    bomb = samples.xmp(title="&x;").replace("<x:xmpmeta", '<!DOCTYPE a [<!ENTITY x "xx">]><x:xmpmeta')
    assert "xx" not in [one.value for one in read_xmp(bomb.encode())]
