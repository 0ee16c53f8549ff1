"""Which links of a page may lead to documents."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from db.fold.document_links import linked

_PAST = st.sampled_from(("", "/2023", "/A%20b"))
_FILES = st.sampled_from((".pdf", "/x.EPUB", "/x.docx", ".odt", "/download", "/Files/12", "/media/", "/bitstreams/1"))


@given(_PAST, _FILES, st.sampled_from(("", "?v=2", "#page=3")))
def test_link_that_looks_like_a_document_is_kept(past: str, file: str, behind: str) -> None:
    assert len(linked([f"https://institute.example/report{past}{file}{behind}"])) == 1


def test_link_to_a_page_is_not_taken_for_a_document() -> None:
    pages = ("/mediation/", "/filed", "/a?next=/media/x", "/profile/", "/pdfs/")

    assert linked(f"https://institute.example{page}" for page in pages) == ()
