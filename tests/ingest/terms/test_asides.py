"""Asides: what pictures, data or commercial use cost, or may be permitted, takes no permission of the texts away."""

from __future__ import annotations

import pytest

from db.model.item import Covers, Permission, Term
from ingest.terms import read_wording
from ingest.terms.output import reading_fields


def permits(words: str) -> bool:
    return reading_fields(read_wording(words))["permits_text_reuse"] is True


def withheld(words: str) -> list[Term]:
    return [term for term in read_wording(words) if term.permission is Permission.ASK]


@pytest.mark.parametrize(
    "words",
    [
        "Essays may be reprinted with credit; drawings cost a fee.",
        "Essays may be reprinted by anyone who names the author, but a fee of 15 dollars is charged for each photo.",
        "Photographs cost a fee; our essays may be republished with credit.",
        "Our essays may be reprinted with credit; the use of pictures may be granted in single cases.",
        "Unsere Beiträge dürfen mit Quellenangabe nachgedruckt werden, für Abbildungen wird ein Entgelt erhoben.",
        "Nos articles peuvent être repris en citant la source ; les images sont payantes.",
        "Nuestros ensayos pueden reproducirse citando la fuente, pero las ilustraciones son de pago.",
        "I nostri saggi possono essere ripresi citando la fonte; per le immagini è dovuta una tariffa.",
        "Nasze eseje można przedrukowywać z podaniem źródła, ale za ilustracje pobieramy opłatę.",
        "Naše články lze přetisknout s uvedením zdroje; za obrázky účtujeme poplatek.",
        "Наши статьи можно перепечатывать со ссылкой на источник; за иллюстрации взимается плата.",
        "Våra texter får återges om källan anges, men för bilder tar vi ut en avgift.",
    ],
)
def test_a_fee_for_pictures_leaves_the_texts_permitted_and_the_pictures_not(words: str) -> None:
    assert permits(words)
    assert [term.covers for term in withheld(words)] == [Covers.IMAGES]


@pytest.mark.parametrize(
    "words",
    [
        "Essays may be reprinted with credit; commercial use may be granted on request.",
        "Essays may be reprinted with credit. Commercial use may be granted on request.",
        "Beiträge dürfen mit Quellenangabe nachgedruckt werden; kommerzielle Nutzung kann erlaubt werden.",
        "Nasze eseje można przedrukowywać z podaniem źródła; użycie komercyjne może zostać dozwolone na prośbę.",
    ],
)
def test_leave_for_commercial_use_that_may_be_given_leaves_all_other_use_permitted(words: str) -> None:
    read = reading_fields(read_wording(words))
    assert (read["permits_text_reuse"], read["noncommercial"]) == (True, True)


def test_translations_that_may_be_permitted_leave_the_texts_permitted() -> None:
    assert permits("Essays may be reprinted with credit; translations may be allowed on request.")


@pytest.mark.parametrize(
    "words",
    [
        "Essays may be reprinted with credit; the fee includes drawings.",
        "Essays may be reprinted with credit; the fee is 15 dollars and drawings are free.",
        "Essays may be reprinted with credit; for drawings and reprints we charge a fee.",
        "Essays may be reprinted with credit; drawings cost a fee too.",
        "Essays may be reprinted with credit, on payment of the fee for drawings.",
        "Essays may be reprinted with credit, provided that, for drawings, a fee is paid.",
        "Essays may be reprinted with credit; drawings cost 15 dollars, anything else ten dollars.",
        "You may copy our essays; drawings are free, essays cost 15 dollars.",
        "Essays may be reprinted with credit; drawings cost a fee, reprints double.",
        "Essays may be reprinted with credit; drawings cost a fee, words do not come free either.",
        "Essays may be reprinted with credit; photo editors pay a fee.",
        "Essays may be reprinted with credit, but a fee is charged for sites that show drawings.",
        "Essays may be reprinted with credit; data-driven use costs a fee.",
        "Drawings may be reprinted with credit; essays cost a fee.",
        "Drawings cost a fee, and essays may be reprinted for one too.",
        "Essays may be reprinted with credit; commercial and other use may be granted on request.",
        "Essays may be reprinted with credit; a fee depends on the print run.",
        "Unsere Beiträge dürfen mit Quellenangabe nachgedruckt werden; das Entgelt umfasst die Abbildungen.",
        "Unsere Beiträge dürfen nachgedruckt werden, gegen ein Entgelt für die Abbildungen.",
        "Nos articles peuvent être repris en citant la source ; les images aussi sont payantes.",
        "Nuestros ensayos pueden reproducirse citando la fuente; la tarifa incluye las ilustraciones.",
        "Nasze eseje można przedrukowywać z podaniem źródła; za ilustracje również pobieramy opłatę.",
    ],
)
def test_a_fee_that_may_be_for_the_texts_as_well_takes_the_permission_away(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "Essays may be reprinted with credit. For every essay we charge a fee of 15 dollars.",
        "Essays may be reprinted with credit. The fee depends on the print run.",
        "Наши статьи можно перепечатывать со ссылкой на источник; за каждую статью взимается плата.",
        "Наши статьи можно перепечатывать со ссылкой на источник; за иллюстрации тоже взимается плата.",
        "Unsere Beiträge dürfen mit Quellenangabe nachgedruckt werden. Pro Beitrag fällt ein Honorar von 20 Euro an.",
    ],
)
def test_a_fee_for_the_texts_in_the_next_sentence_takes_the_permission_away(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "Essays may be reprinted with credit. Printed yearbooks cost 15 dollars.",
        "Essays may be reprinted with credit. For every donation we are grateful, pay what you like.",
    ],
)
def test_what_else_is_sold_takes_no_permission_away(words: str) -> None:
    assert permits(words)
