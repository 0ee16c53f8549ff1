"""While a collection is verified, documents are read in a process that may run out of limits and may die."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from archive.http.exchange import Entity
from db.model.item import Context, PageKind
from ingest.documents import pdf
from ingest.verification.document_reader import DocumentReader

URL = "http://institute.example/files/report.pdf"
PAGES = [["A report on grain", "Ada Berg"], ["The price of grain rose in spring and fell again in autumn."]]


@pytest.fixture(scope="module")
def reader() -> Iterator[DocumentReader]:
    with closing(DocumentReader()) as reader:
        yield reader


@pytest.mark.slow
def test_a_document_is_read_the_same_in_another_process(samples: Any, reader: DocumentReader) -> None:
    body = samples.pdf(PAGES, {"Title": "A report on grain"})
    assert reader.take_apart(body) == pdf.read_pdf(body)
    reading = reader.submit(Entity(URL, body, "application/pdf"), Context(URL)).result()
    assert reading.kind is PageKind.DOCUMENT
    assert "rose in spring" in reading.text


@pytest.mark.slow
def test_a_document_that_crashes_its_reader_is_reported_and_the_next_is_read(
    samples: Any, reader: DocumentReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    for does, why in ((b"os.abort()", "the reader process ended with exit code"), (b"bytearray(1 << 30)", "of memory")):
        # Another program takes the place of the reader, so that the process does what a bad document could cause.
        monkeypatch.setattr("ingest.verification.document_reader.read_pdf", exec)
        assert why in str(reader.take_apart(b"import os; " + does).unread)
        monkeypatch.undo()
        assert reader.take_apart(samples.pdf(PAGES)).unread is None
