"""Form: the name for a kind of file, by its type and by its file name."""

from __future__ import annotations

import pytest

from db.model.form import format_of

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("media_type", "url", "called"),
    [
        ("application/pdf", "https://institute.example/download", "PDF"),
        ("application/epub+zip", "https://institute.example/book", "EPUB"),
        (DOCX, "https://institute.example/a.pdf", "DOCX"),
        ("application/vnd.oasis.opendocument.text", "", "ODT"),
        ("application/octet-stream", "https://institute.example/a.pdf?download=1", "PDF"),
        ("", "https://institute.example/a.Epub", "EPUB"),
        ("application/octet-stream", "https://institute.example/a.exe", "file"),
        ("text/html", "https://institute.example/", "file"),
        ("application/octet-stream", "https://institute.example/get?file=a.pdf", "file"),
    ],
)
def test_file_is_named_by_its_media_type_or_else_by_its_extension(media_type: str, url: str, called: str) -> None:
    assert format_of(media_type, url) == called
