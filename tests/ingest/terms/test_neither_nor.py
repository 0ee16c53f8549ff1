"""Bans in forms without "not": neither copied nor spread, and content that is for personal use."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields

NEITHER = (
    "Neither the texts nor the images may be copied or republished.",
    "Die Texte dürfen weder kopiert noch verbreitet werden.",
    "Teksty nie mogą być ani kopiowane, ani rozpowszechniane.",
    "Les textes ne peuvent être ni copiés ni diffusés.",
    "De teksten mogen noch gekopieerd noch verspreid worden.",
    "Тексты нельзя ни копировать, ни распространять.",
    "Texterna får varken kopieras eller spridas.",
    "Teksterne må hverken kopieres eller spredes.",
    "Tekstene kan verken kopieres eller spres.",
    "A szövegek sem másolhatók, sem terjeszthetők.",
    "You are not entitled to copy, distribute or publish the texts.",
)
FOR_PERSONS = (
    "The content is intended for personal, non-commercial use.",
    "Die Inhalte sind für den persönlichen, nicht kommerziellen Gebrauch bestimmt.",
    "Materiały są przeznaczone do osobistego, niekomercyjnego użytku.",
    "Les contenus sont destinés à un usage personnel et non commercial.",
    "Los contenidos están destinados al uso personal y no comercial.",
    "I contenuti sono destinati all'uso personale e non commerciale.",
    "Os conteúdos destinam-se ao uso pessoal e não comercial.",
    "De inhoud is bedoeld voor persoonlijk, niet-commercieel gebruik.",
    "Obsah je určen pro osobní, nekomerční použití.",
    "Innehållet är avsett för personligt, icke-kommersiellt bruk.",
)


@pytest.mark.parametrize("words", [*NEITHER, *FOR_PERSONS])
def test_a_ban_without_not_withholds_the_texts(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is False


def test_pictures_for_personal_use_withhold_no_texts() -> None:
    assert (
        reading_fields(read_wording("The images are intended for personal, non-commercial use."))["permits_text_reuse"]
        is None
    )
