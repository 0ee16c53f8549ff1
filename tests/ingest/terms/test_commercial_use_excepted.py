"""A permission "except for commercial use" is for non-commercial use only, in every language that reads permissions."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields

EXCEPTED = [
    "Nachdruck unserer Texte ist, ausser für kommerzielle Nutzung, mit Quellenangabe gestattet.",
    "Передрук наших статей дозволено з посиланням на джерело, крім комерційних цілей.",
    "Передрук наших статей дозволено з посиланням на джерело, за винятком комерційного використання.",
    "Våra artiklar får återges med angivande av källa, utom för kommersiella ändamål.",
    "Våre artikler kan gjengis med kildehenvisning, unntatt til kommersielle formål.",
    "Vores artikler må gengives med kildeangivelse, undtagen til kommercielle formål.",
    "Cikkeink a forrás megjelölésével szabadon átvehetők, kivéve kereskedelmi célra.",
    "Articolele noastre pot fi preluate cu menționarea sursei, cu excepția scopurilor comerciale.",
    "Naše články možno preberať s uvedením zdroja, okrem komerčných účelov.",
    "Naši članci mogu se prenositi uz navođenje izvora, osim u komercijalne svrhe.",
    "Els nostres articles es poden reproduir citant la font, excepte per a finalitats comercials.",
    "Τα άρθρα μας μπορούν να αναδημοσιευθούν με αναφορά στην πηγή, εκτός από εμπορικούς σκοπούς.",
    "Yazılarımız kaynak gösterilerek yayımlanabilir, ticari amaçlar hariç.",
    "Artikkelimme saa julkaista uudelleen lähde mainiten, paitsi kaupallisiin tarkoituksiin.",
]
WITHHELD = [
    "Nulla può essere riprodotto senza il permesso dell'autore.",
    "Nulla dei nostri testi può essere riprodotto, nemmeno citando la fonte.",
    "Nada puede reproducirse sin permiso del autor.",
    "Toute reproduction du site est interdite, sauf acceptation écrite.",
    "Reproduction of these essays in any form is not legal without the consent of their author.",
]


@pytest.mark.parametrize("sentence", EXCEPTED)
def test_a_permission_that_excepts_commercial_use_is_non_commercial(sentence: str) -> None:
    read = reading_fields(read_wording(sentence))
    assert read["permits_text_reuse"] is True
    assert read["noncommercial"] is True


@pytest.mark.parametrize("spelled", ["ausschließlich", "ausschliesslich"])
def test_german_is_read_the_same_in_the_spelling_of_switzerland(spelled: str) -> None:
    read = reading_fields(read_wording(f"Unsere Texte sind {spelled} zum persönlichen Gebrauch bestimmt."))
    assert read["scope"] == "personal"


@pytest.mark.parametrize("sentence", WITHHELD)
def test_nothing_may_be_reproduced_where_nothing_is_said_to_be_allowed(sentence: str) -> None:
    assert reading_fields(read_wording(sentence))["permits_text_reuse"] is False
