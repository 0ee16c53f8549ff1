"""Permissions of "quotation and reproduction", and such as make readers feel free."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields

QUOTED_AND_REPRODUCED = [
    "Quotation and reproduction of our texts are permitted if the source is named.",
    "Quotation and reproduction are permitted with a reference to the source.",
    "Citeren en overnemen is toegestaan met vermelding van de bron.",
    "La citation et la reproduction sont autorisées avec mention de la source.",
    "Sono consentite la citazione e la riproduzione con indicazione della fonte.",
    "São permitidas a citação e a reprodução com indicação da fonte.",
    "Zitate und Nachdruck sind mit Quellenangabe gestattet.",
    "Citace a přetisk jsou povoleny s uvedením zdroje.",
]
FREE = [
    "Het kopiëren en delen van onze artikelen is toegestaan met bronvermelding.",
    "Delen van onze artikelen is toegestaan.",
    "Eres libre de usar nuestros artículos siempre que cites al autor.",
    "Sentitevi liberi di ripubblicare i nostri articoli con un link all'originale.",
    "Sinta-se à vontade para republicar os nossos artigos com um link para o original.",
    "Voel je vrij om onze artikelen over te nemen met een link naar het origineel.",
    "Tento článek lze volně sdílet, pokud nebude změněn.",
]
NOT_PERMITTED = [
    "Quotation and reproduction require our permission.",
    "Short quotations and reproduction of one figure are permitted.",
    "Citeren is toegestaan, overnemen niet.",
    "Citeren van delen van de tekst is toegestaan.",
    "U mag delen van onze artikelen overnemen met bronvermelding.",
    "Delen van de tekst mogen worden geciteerd.",
    "Kleine delen van onze artikelen mag u overnemen.",
    "U mag delen uit onze teksten citeren.",
    "Citeren en overnemen is niet toegestaan.",
    "Zitate und Nachdruck nur mit Genehmigung.",
    "La citation et la reproduction de nos textes sont interdites.",
    "La citazione e la riproduzione richiedono il nostro consenso.",
    "Sentitevi liberi di contattarci.",
    "Sinta-se à vontade para comentar os nossos artigos.",
    "Voel je vrij om onze artikelen te becommentariëren.",
    "Eres libre de cancelar tu suscripción a nuestros artículos.",
]


@pytest.mark.parametrize("words", QUOTED_AND_REPRODUCED)
def test_quotation_and_reproduction_are_more_than_an_excerpt(words: str) -> None:
    assert reading_fields(read_wording(words))["scope"] == "full"


@pytest.mark.parametrize("words", FREE)
def test_readers_who_may_feel_free_to_republish_may_republish(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is True


@pytest.mark.parametrize("words", NOT_PERMITTED)
def test_neither_a_short_quotation_nor_another_freedom_permits_a_text(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is not True


@pytest.mark.parametrize(
    "words",
    ["Het is niet toegestaan delen van de teksten te kopiëren.", "Het overnemen van delen van teksten is verboden."],
)
def test_who_may_not_copy_parts_may_not_copy_the_whole(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is False
