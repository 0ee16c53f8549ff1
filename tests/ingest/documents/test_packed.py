"""EPUB, DOCX and ODT files are unpacked within limits; an unreadable one says why, whatever it contains."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.http.exchange import Entity
from ingest.documents import packed
from ingest.documents.packed import evident, in_part, in_statement, kind_of, read_packed

CONTAINER = '<container><rootfiles><rootfile full-path="b.opf"/></rootfiles></container>'
WORD = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'


def zipped(**members: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in members.items():
            file.writestr(name.replace("_", "/").replace("-", "."), text)
    return made.getvalue()


def word(body: str) -> bytes:
    return zipped(**{"word_document-xml": f"{WORD}{body}</w:document>"})


def test_a_book_is_read_chapter_by_chapter_with_its_metadata(samples: Any) -> None:
    book = samples.epub(
        [["Rivers", "Of&nbsp;the north."], ["Seas", "Of the south."]], title="A &amp; B", creator="Ada Berg"
    )
    found = read_packed(book, "epub")
    assert [part.lines for part in found.parts] == [("Rivers", "Of the north."), ("Seas", "Of the south.")]
    assert [part.member for part in found.parts] == ["OEBPS/c0.xhtml", "OEBPS/c1.xhtml"]
    assert found.parts[0].headings == {0}
    assert found.stated == {"dc:title": "A & B", "dc:creator": "Ada Berg"}
    assert found.unread is None


def test_words_are_found_again_where_the_evidence_says(samples: Any) -> None:
    found = read_packed(samples.docx(["A letter", "The price of grain rose."], creator="Ada Berg"), "docx")
    start = found.parts[0].text.index("grain")
    assert evident(found, in_part(1, "word/document.xml"), ((start, start + 5),)) == "grain"
    assert evident(found, in_statement("dc:creator", found.about), ()) == "Ada Berg"
    assert evident(found, in_part(2, "word/document.xml"), ((0, 5),)) is None
    assert evident(found, "nowhere", ()) is None


def test_deleted_words_are_not_part_of_a_paragraph() -> None:
    run = "<w:p><w:r><w:t>The price</w:t></w:r><w:del><w:r><w:delText> fell</w:delText></w:r></w:del></w:p>"
    assert read_packed(word(run), "docx").parts[0].lines == ("The price",)


@pytest.mark.parametrize(
    ("body", "kind", "why"),
    [
        (lambda: b"PK nothing", "docx", "damaged"),
        (lambda: zipped(mimetype="x"), "docx", "there is no word/document.xml"),
        (lambda: zipped(mimetype="x"), "epub", "damaged"),
        (lambda: word(""), "docx", "there is no text in it"),
        (lambda: word("<w:p>" * 100_000), "docx", "there is no text in it"),
        (lambda: zipped(**{f"m{number}": "" for number in range(5001)}), "odt", "more than 5000 files"),
        pytest.param(
            lambda: word("<w:p><w:r><w:t>" + "a" * 41_000_000 + "</w:t></w:r></w:p>"),
            "docx",
            "more than 40 MB",
            marks=pytest.mark.slow,
        ),
        (lambda: zipped(**{"META-INF_container-xml": CONTAINER}), "epub", "damaged"),
    ],
    ids=["no-zip", "no-text-file", "no-container", "empty", "deep", "entries", "bomb", "no-package"],
)
def test_an_unreadable_file_says_why(body: Callable[[], bytes], kind: str, why: str) -> None:
    assert why in str(read_packed(body(), kind).unread)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_member_with_a_compression_that_the_format_forbids_is_damaged(method: int) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as packing:
        packing.writestr("word/document.xml", "<w:p>The price of heat fell.</w:p>")
    whole = bytearray(made.getvalue())
    # A damaged LZMA stream raises an error that no other one does.
    whole[60] ^= 0xFF
    assert (read_packed(bytes(whole), "docx").unread or "").startswith("damaged: word/document.xml is packed")


def test_entities_are_not_expanded_and_nothing_is_fetched() -> None:
    laughs = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
    body = f"{laughs}{WORD}<w:p><w:r><w:t>So &b;&f; it is</w:t></w:r></w:p></w:document>"
    [part] = read_packed(zipped(**{"word_document-xml": body}), "docx").parts
    assert part.lines == ("So it is",)


def test_a_text_that_is_too_long_is_read_up_to_the_limit(samples: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "TEXT_LIMIT", 30)
    found = read_packed(samples.docx(["One of two", "The other of the two paragraphs"]), "docx")
    assert found.parts[0].lines == ("One of two",)
    assert found.unread == "only 30 characters of it"


@settings(max_examples=60)
@given(st.binary(max_size=200), st.integers(0, 900), st.sampled_from(["epub", "docx", "odt"]))
def test_no_bytes_make_the_reader_raise(samples: Any, noise: bytes, at: int, kind: str) -> None:
    made = {"epub": samples.epub([["A", "b"]]), "docx": samples.docx(["A", "b"]), "odt": samples.odt(["A", "b"])}[kind]
    found = read_packed(made[:at] + noise + made[at + len(noise) :], kind)
    assert found.unread or found.parts


@pytest.mark.parametrize(
    ("url", "media_type", "kind"),
    [
        ("http://institute.example/x", "application/epub+zip", "epub"),
        ("http://institute.example/a.docx?v=1", "application/octet-stream", "docx"),
        ("http://institute.example/a.odt", "text/html", None),
        ("http://institute.example/a.zip", "application/zip", None),
    ],
)
def test_the_format_is_known_by_the_media_type_or_the_url(url: str, media_type: str, kind: str | None) -> None:
    assert kind_of(Entity(url, b"PK\x03\x04", media_type)) == kind
    assert kind_of(Entity(url, b"<html>", media_type)) is None
