"""Which pages are terms pages, and which only mention the subject."""

from __future__ import annotations

import pytest

from ingest.terms.terms_pages import is_terms_address, is_terms_page, naming_terms

PAGES = """/terms /terms-of-use /en/about/terms-and-conditions/ /copyright-notice.html /republish-our-articles /reprints
/legal /legal-notice /rights-and-permissions /attribution-policy /use-of-site-materials/
/want-to-republish-a-post/ /termsofuse /copyright.shtml
/nota-prawna /pl/zasady-korzystania/ /regulamin-serwisu /prawa-autorskie
/impressum /nutzungsbedingungen /mentions-legales /droits-d-auteur /aviso-legal /note-legali /colofon"""
OTHERS = """/in-terms-of-trade /terms-of-trade /copyright-wars /conditions-for-peace /human-rights /legal-rights
/2023/05/copyright /tag/copyright /category/legal/ /licence-to-kill /rules-of-the-game /privacy-policy /about /
/general-conditions
/rights-policy /use-of-force /content-policy
/a/b/c/d/terms"""


@pytest.mark.parametrize("path", PAGES.split())
def test_a_url_made_of_terms_words_only_is_a_terms_page(path: str) -> None:
    assert is_terms_address(f"https://institute.example{path}")


@pytest.mark.parametrize("path", PAGES.split())
def test_a_terms_page_is_found_among_the_first_and_last_links(path: str) -> None:
    others = tuple(f"https://institute.example/{number}/" for number in range(200))
    url = f"https://institute.example{path}"
    assert naming_terms((url, *others)) == (url,)
    assert naming_terms((*others, f"{url}?lang=en")) == (f"{url}?lang=en",)
    assert naming_terms((*others[:100], url, *others[100:])) == ()


@pytest.mark.parametrize("path", OTHERS.split())
def test_a_url_with_another_word_is_no_terms_page(path: str) -> None:
    assert not is_terms_address(f"https://institute.example{path}")


@pytest.mark.parametrize(
    "title", ["Terms of Use", "Nota prawna | Instytut", "Условия использования материалов", "Copyright Policy – Centre"]
)
def test_a_title_identifies_a_terms_page_with_a_neutral_url(title: str) -> None:
    assert is_terms_page("https://institute.example/?page_id=12", ["Institute", title])


@pytest.mark.parametrize(
    "title",
    ["Te\u0301rminos de uso", "Copy\u00adright policy", "«Términos de uso»", "© Terms of use"],
)
def test_a_terms_title_is_recognised_with_accents_and_signs(title: str) -> None:
    assert is_terms_page("https://institute.example/?p=12", [title])


@pytest.mark.parametrize("title", ["Copyright", "Rights", "In terms of trade", "Terms of surrender – Institute", ""])
def test_a_title_that_could_be_an_articles_is_no_terms_page(title: str) -> None:
    assert not is_terms_page("https://institute.example/?p=12", [title])


@pytest.mark.parametrize(
    "path", ["/%74erms", "/term%73/", "/%C2%ADterms", "/terms//?from=article", "/en/terms#an-article"]
)
def test_a_terms_url_is_recognised_in_any_encoding_and_with_a_query(path: str) -> None:
    assert is_terms_address(f"https://institute.example{path}")


def test_a_terms_title_is_recognised_over_several_lines() -> None:
    assert is_terms_page("https://institute.example/?p=12", ["\n  \xa0Terms\n of use |\nInstitute "])
