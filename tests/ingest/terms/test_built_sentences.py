"""Permissions and denials built from parts, to check that no part hides the meaning of another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields

PERMITS = {
    "en": ("{works} may be {done} {how}{if_so}.", "{deed} of {works} is permitted {how}{if_so}."),
    "de": ("{works} dürfen {how} {done} werden{if_so}.",),
    "pl": ("{works} mogą być {done} {how}{if_so}.",),
    "es": ("{works} pueden ser {done} {how}{if_so}.",),
    "fr": ("{works} peuvent être {done} {how}{if_so}.",),
    "it": ("{works} possono essere {done} {how}{if_so}.",),
    "nl": ("{works} mogen {how} worden {done}{if_so}.",),
}
DENIES = {
    "en": (
        "{works} may not be {done} {how}{if_so}.",
        "None of {works} may be {done} {how}{if_so}.",
        "Under no circumstances may {works} be {done} {how}{if_so}.",
        "{deed} of {works} {how} requires our permission{if_so}.",
    ),
    "de": (
        "{works} dürfen {how} nicht {done} werden{if_so}.",
        "In keinem Fall dürfen {works} {how} {done} werden{if_so}.",
    ),
    "pl": ("{works} nie mogą być {done} {how}{if_so}.",),
    "es": ("{works} no pueden ser {done} {how}{if_so}.", "En ningún caso {works} pueden ser {done} {how}{if_so}."),
    "fr": ("{works} ne peuvent pas être {done} {how}{if_so}.",),
    "it": (
        "{works} non possono essere {done} {how}{if_so}.",
        "In nessun caso {works} possono essere {done} {how}{if_so}.",
    ),
    "nl": ("{works} mogen {how} niet worden {done}{if_so}.",),
}
WORKS = {
    "en": ("our articles", "our reports and briefs", "the articles on this site"),
    "de": ("unsere Artikel", "unsere Berichte und Studien"),
    "pl": ("nasze artykuły", "nasze raporty i analizy"),
    "es": ("nuestros artículos", "nuestros textos e informes"),
    "fr": ("nos articles", "nos textes et rapports"),
    "it": ("i nostri articoli", "i nostri testi e rapporti"),
    "nl": ("onze artikelen", "onze teksten en rapporten"),
}
DONE = {
    "en": (("republished", "Republication"), ("copied and distributed", "Copying and distribution")),
    "de": (("nachgedruckt", ""), ("kopiert und weitergegeben", "")),
    "pl": (("kopiowane", ""),),
    "es": (("reproducidos", ""), ("copiados", "")),
    "fr": (("reproduits", ""),),
    "it": (("riprodotti", ""),),
    "nl": (("overgenomen", ""), ("gekopieerd", "")),
}
HOW = {
    "en": ("", "in full", "without changes", "worldwide", "free of charge"),
    "de": ("", "unverändert", "ohne Änderungen"),
    "pl": ("", "bez zmian", "w całości"),
    "es": ("", "sin modificaciones", "íntegramente"),
    "fr": ("", "sans modification", "gratuitement"),
    "it": ("", "senza modifiche", "integralmente"),
    "nl": ("", "ongewijzigd", "volledig"),
}
IF_SO = {
    "en": (
        "",
        " with credit",
        ", provided the source is acknowledged",
        " with a link to our website",
        ", except for photos",
    ),
    "de": ("", ", sofern die Quelle genannt wird", ", solange auf uns verlinkt wird"),
    "pl": ("", " z podaniem źródła", ", z wyjątkiem zdjęć"),
    "es": ("", " citando la fuente", " con un enlace a nuestro sitio", ", excepto las fotos"),
    "fr": ("", " avec mention de la source", ", hors photos"),
    "it": ("", " citando la fonte", ", escluse le foto"),
    "nl": ("", " met bronvermelding", ", behalve foto's"),
}


def built_sentences(forms: tuple[str, ...], language: str) -> Iterator[str]:
    parts = (forms, WORKS[language], DONE[language], HOW[language], IF_SO[language])
    for form, works, (done, deed), how, if_so in product(*parts):
        said = " ".join(form.format(works=works, done=done, deed=deed, how=how, if_so=if_so).split())
        said = said.replace(" ,", ",").replace(" .", ".")
        yield said[0].upper() + said[1:]


def permits(sentence: str) -> bool:
    return reading_fields(read_wording(sentence))["permits_text_reuse"] is True


@pytest.mark.slow
@pytest.mark.parametrize("language", PERMITS)
def test_a_permission_is_read_with_any_manner_and_condition(language: str) -> None:
    assert [said for said in built_sentences(PERMITS[language], language) if not permits(said)] == []


@pytest.mark.slow
@pytest.mark.parametrize("language", DENIES)
def test_a_denial_permits_nothing_with_any_manner_and_condition(language: str) -> None:
    assert [said for said in built_sentences(DENIES[language], language) if permits(said)] == []
