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
def test_an_address_made_of_such_words_alone_is_that_of_a_terms_page(path: str) -> None:
    assert is_terms_address(f"https://institute.example{path}")


@pytest.mark.parametrize("path", PAGES.split())
def test_it_is_found_among_the_first_and_the_last_links_of_a_page(path: str) -> None:
    others = tuple(f"https://institute.example/{number}/" for number in range(200))
    url = f"https://institute.example{path}"
    assert naming_terms((url, *others)) == (url,)
    assert naming_terms((*others, f"{url}?lang=en")) == (f"{url}?lang=en",)
    assert naming_terms((*others[:100], url, *others[100:])) == ()


@pytest.mark.parametrize("path", OTHERS.split())
def test_an_address_that_holds_another_word_is_that_of_a_text(path: str) -> None:
    assert not is_terms_address(f"https://institute.example{path}")


@pytest.mark.parametrize(
    "title", ["Terms of Use", "Nota prawna | Instytut", "Условия использования материалов", "Copyright Policy – Centre"]
)
def test_a_title_tells_a_terms_page_whose_address_says_nothing(title: str) -> None:
    assert is_terms_page("https://institute.example/?page_id=12", ["Institute", title])


@pytest.mark.parametrize(
    "title",
    ["Te\u0301rminos de uso", "Copy\u00adright policy", "«Términos de uso»", "© Terms of use"],
)
def test_a_title_is_told_whatever_accents_and_signs_its_first_word_has(title: str) -> None:
    assert is_terms_page("https://institute.example/?p=12", [title])


@pytest.mark.parametrize("title", ["Copyright", "Rights", "In terms of trade", "Terms of surrender – Institute", ""])
def test_a_title_that_may_be_that_of_an_article_does_not(title: str) -> None:
    assert not is_terms_page("https://institute.example/?p=12", [title])


@pytest.mark.parametrize(
    "path", ["/%74erms", "/term%73/", "/%C2%ADterms", "/terms//?from=article", "/en/terms#an-article"]
)
def test_an_address_is_told_whatever_it_is_spelt_with_and_followed_by(path: str) -> None:
    assert is_terms_address(f"https://institute.example{path}")


def test_a_title_is_told_over_several_lines() -> None:
    assert is_terms_page("https://institute.example/?p=12", ["\n  \xa0Terms\n of use |\nInstitute "])
