"""Permissions in quotations: what others say, and models for others, permit nothing here."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording


def permits(words: str) -> bool:
    return any(term.permission.value.startswith("permitted") for term in read_wording(words))


@pytest.mark.parametrize(
    "words",
    [
        "“You may republish our articles for free,” reads the notice that the magazine put on its site.",
        "“You may republish our articles. Please credit us,” reads the notice on its site.",
        "Sample notice for your website: “Our articles may be freely reproduced with attribution.”",
        "Musterformulierung: „Die Texte dieser Website dürfen mit Quellenangabe frei verwendet werden.“",
        "Paste this line at the end of your post: “This article may be republished under CC BY 4.0.”",
        "« Nos articles peuvent être reproduits librement », indique le site du magazine.",
        "«Nuestros artículos pueden reproducirse libremente», se lee en la web de la revista.",
        "„Nasze artykuły można swobodnie przedrukowywać” – czytamy na stronie magazynu.",
        "«Наши статьи можно свободно перепечатывать», — говорится на сайте журнала.",
        "»Vores artikler må frit gengives«, skriver avisen på sin hjemmeside.",
        "‘Onze artikelen mogen vrij worden overgenomen’, staat op de site van het blad.",
        "On its last page it states: 'Our texts may be reproduced with credit.'",
        "La pagina dice 'i nostri articoli possono essere riprodotti liberamente'.",
    ],
)
def test_a_permission_that_other_words_introduce_permits_nothing(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "“You may republish our articles for free.”",
        "You may republish our articles if you credit us with the words “Source: the Harbour Review online.”",
        "Der Text ist unter der Lizenz „Creative Commons Attribution/Share Alike“ verfügbar.",
        "Articles marked “free to read” and all others may be republished with credit to our authors.",
        "All articles of the '90s may be republished; please credit the authors' names.",
    ],
)
def test_a_quotation_next_to_the_permission_or_without_introduction_changes_nothing(words: str) -> None:
    assert permits(words)
