"""Bans in forms without "not": neither copied nor spread, and content that is for personal use."""

from __future__ import annotations

import pytest

from db.model.item import Permission
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
DENIED = (
    "Onze artikelen mogen evenmin worden overgenomen.",
    "Onze teksten mogen amper worden overgenomen.",
    "Os nossos artigos jamais podem ser reproduzidos.",
    "Vare sig texter eller bilder får återges.",
    "Teksterne må aldrig gengives frit.",
    "Artiklene kan aldri kopieres.",
    "Artikkelimme tuskin saa julkaista vapaasti.",
    "Cikkeink aligha közölhetők szabadon.",
    "Nici textele, nici imaginile pot fi preluate gratuit.",
)
PICTURES_DENIED_TOO = (
    "Ni los textos ni las imágenes pueden reproducirse.",
    "Né i testi né le immagini possono essere riprodotti.",
    "Нито текстовете, нито снимките могат да се препечатват свободно.",
    "Ni els textos ni les imatges es poden reproduir lliurement.",
    "Ni tekstovi ni slike mogu se slobodno prenositi.",
    "Ani texty, ani obrázky možno voľne preberať.",
    "Niti besedila niti slike se smejo prosto objavljati.",
)


@pytest.mark.parametrize("words", [*DENIED, *PICTURES_DENIED_TOO])
def test_a_denial_that_is_not_understood_permits_nothing(words: str) -> None:
    assert not any(term.permission in (Permission.PERMITTED, Permission.WITH_DUTIES) for term in read_wording(words))


@pytest.mark.parametrize("words", [*NEITHER, *FOR_PERSONS])
def test_a_ban_without_not_withholds_the_texts(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is False


def test_pictures_for_personal_use_withhold_no_texts() -> None:
    assert (
        reading_fields(read_wording("The images are intended for personal, non-commercial use."))["permits_text_reuse"]
        is None
    )
