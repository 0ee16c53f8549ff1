"""Press releases: a permission for these, for speeches or yearly reports alone waits for a person."""

from __future__ import annotations

import pytest

from db.model.item import Evidence, Statement, StatementPlace, Use
from db.terms.verdict import in_words, verdict
from ingest.terms import read_wording
from ingest.terms.folding import fold
from ingest.terms.output import reading_fields
from ingest.terms.press_releases import is_of_press_releases


def answer(words: str) -> str:
    """Return what an item under *words* may be used for, as an editor reads it."""
    stated = Statement(words, StatementPlace.TERMS_PAGE, Evidence("", ""), read_wording(words), None, None)
    return in_words(verdict([stated], Use.REPUBLISH))


@pytest.mark.parametrize(
    "words",
    [
        "You may reprint our press releases.",
        "Reproduction of our press releases is permitted.",
        "No permission is needed to reprint our press releases.",
        "The press releases on this site may be reproduced without permission.",
        "You may reprint our speeches.",
        "You may copy our annual report.",
        "Vous pouvez reproduire nos communiqués de presse.",
        "Można przedrukowywać nasze komunikaty prasowe.",
        "Puede reproducir nuestros comunicados de prensa.",
        "Potete riprodurre i nostri comunicati stampa.",
        "Os nossos comunicados de imprensa podem ser reproduzidos.",
        "U mag onze persberichten overnemen.",
        "Můžete přetiskovat naše tiskové zprávy.",
        "Вы можете перепечатывать наши пресс-релизы.",
    ],
)
def test_press_releases_are_a_few_of_the_texts(words: str) -> None:
    assert answer(words) == "ask [read as: yes]"
    assert reading_fields(read_wording(words))["permits_text_reuse"] is True


@pytest.mark.parametrize(
    "words",
    [
        "You may reprint our articles and press releases.",
        "You may reprint the texts of our press releases and our articles.",
        "You may reprint our reports.",
        "Potete riprodurre i nostri articoli e comunicati stampa.",
    ],
)
def test_beside_other_texts_they_are_only_named(words: str) -> None:
    assert answer(words) == "yes"


NAMED = [
    ("naše výroční zprávy", "cs"),
    ("unsere Medieninformationen", "de"),
    ("unsere Jahresberichte", "de"),
    ("unsere Reden", "de"),
    ("τα δελτία τύπου", "el"),
    ("our fact sheets, abstracts and a speech", "en"),
    ("nuestros informes anuales", "es"),
    ("nos discours et rapports annuels", "fr"),
    ("le relazioni annuali", "it"),
    ("nasze raporty roczne", "pl"),
    ("comunicatele de presă", "ro"),
    ("наши речи", "ru"),
    ("våra pressmeddelanden", "scandinavian"),
    ("vores pressemeddelelser", "scandinavian"),
    ("наші прес-релізи", "uk"),
]


@pytest.mark.parametrize(("words", "language"), NAMED)
def test_they_are_known_in_other_languages(words: str, language: str) -> None:
    assert is_of_press_releases(fold(words), language)
