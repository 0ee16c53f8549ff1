"""Named works: in German, Polish, French and Spanish a permission is of a text of the house, or of nothing."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ingest.terms import read_wording
from ingest.terms.named_works import are_known
from ingest.terms.output import reading_fields

FORMS = {
    "de": (
        "Sie dürfen {} mit Quellenangabe kostenlos nachdrucken.",
        "Mit Quellenangabe dürfen {} kostenlos nachgedruckt werden.",
        "Jeder darf {} kopieren und weiterverbreiten, sofern die Quelle genannt wird.",
    ),
    "pl": (
        "Możesz bezpłatnie przedrukować {}, podając źródło.",
        "Wolno przedrukowywać {} bez pytania o zgodę, z podaniem źródła.",
        "Każdy może kopiować {} pod warunkiem podania źródła.",
    ),
    "fr": (
        "Vous pouvez reproduire gratuitement {}, à condition de citer la source.",
        "Chacun peut copier et rediffuser {} à condition de mentionner la source.",
        "Vous êtes libre de reproduire {} avec mention de la source.",
    ),
    "es": (
        "Puede reproducir gratuitamente {} siempre que cite la fuente.",
        "Cualquiera puede copiar y difundir {} siempre que se mencione la fuente.",
        "Permitimos a todos reproducir {} citando la fuente.",
    ),
}
THINGS = {
    "de": ("die Wappen", "unsere Eintrittskarten", "die Landkarten unserer Berichte", "die Vordrucke", "die Stempel"),
    "pl": ("herby", "nasze bilety", "mapy do naszych artykułów", "reguły gry", "pieczątki"),
    "fr": ("les blasons", "nos tarifs", "les cartes de nos articles", "les règles du jeu", "nos affiches"),
    "es": ("los escudos", "nuestras tarifas", "los mapas de nuestros artículos", "las reglas del juego", "los sellos"),
}
OTHERS = {
    "de": ("die Artikel unserer Partner", "Texte von Gastautoren", "die Beiträge anderer Anbieter", "Texte Dritter"),
    "pl": ("artykuły naszych partnerów", "teksty innych wydawców", "ich artykuły", "teksty naszych czytelników"),
    "fr": ("les articles de nos partenaires", "les contenus de tiers", "leurs articles", "les textes d'autres sites"),
    "es": ("los artículos de nuestros socios", "los contenidos de terceros", "los textos de autores invitados"),
}
TEXTS = {
    "de": ("unsere Artikel", "alle Texte", "unsere Analysen", "die Beiträge dieser Website"),
    "pl": ("nasze artykuły", "wszystkie teksty", "raporty instytutu", "artykuły naszych autorów"),
    "fr": ("nos articles", "tous les textes", "les rapports de l'institut", "les articles de nos auteurs"),
    "es": ("nuestros artículos", "todos los textos", "los informes del instituto", "nuestros análisis"),
}


def permits(words: str) -> bool:
    return reading_fields(read_wording(words))["permits_text_reuse"] is True


def said(works: Mapping[str, tuple[str, ...]], language: str) -> list[str]:
    return [form.format(work) for form in FORMS[language] for work in works[language]]


@pytest.mark.parametrize("language", FORMS)
def test_what_is_no_text_is_permitted_to_nobody(language: str) -> None:
    assert [words for words in said(THINGS, language) if permits(words)] == []


@pytest.mark.parametrize("language", FORMS)
def test_texts_of_others_are_permitted_to_nobody(language: str) -> None:
    assert [words for words in said(OTHERS, language) if permits(words)] == []


@pytest.mark.parametrize("language", FORMS)
def test_texts_of_the_house_are_permitted(language: str) -> None:
    assert [words for words in said(TEXTS, language) if not permits(words)] == []


@pytest.mark.parametrize(
    "words",
    [
        "Nachdruck mit Quellenangabe gestattet.",
        "Sie dürfen unsere Kurzstudien kostenlos nachdrucken, wenn Sie die Quelle nennen.",
        "Die Länderberichte dürfen mit Quellenangabe frei vervielfältigt werden.",
        "Redaktionen können die Interviews kostenlos abdrucken. Bedingung: Nennung des Instituts als Quelle.",
        "Unsere Texte dürfen von Leser_innen frei kopiert werden, wenn der/die Autor*in genannt wird.",
        "Przedruk dozwolony z podaniem źródła.",
        "Publikacje Instytutu są bezpłatne i mogą być powielane z podaniem źródła.",
        "Reproduction autorisée à condition de citer la source.",
        "El Banco autoriza la reproducción de sus boletines siempre que se mencione la procedencia.",
    ],
)
def test_what_names_no_work_or_whose_it_is_elsewhere_is_permitted(words: str) -> None:
    assert permits(words)


@pytest.mark.parametrize(
    ("words", "language"),
    [("filmy i teksty mozna kopiowac", "pl"), ("les schemas et les textes peuvent etre reproduits", "fr")],
)
def test_a_text_that_is_named_beside_something_else_is_a_work(words: str, language: str) -> None:
    assert are_known(words, language, frozenset())
    assert not are_known(words.replace(" i teksty", "").replace(" et les textes", ""), language, frozenset())


GRANTS = (
    "Die Publikationen der Stiftung dürfen mit Quellenangabe frei nachgedruckt werden.",
    "Die Veröffentlichungen des Instituts dürfen bei Nennung der Quelle abgedruckt werden.",
    "Les publications de l'Institut peuvent être reproduites en citant la source.",
    "Unsere Texte dürfen ins Englische übersetzt und mit Quellenangabe verbreitet werden.",
    "Unsere Texte dürfen inklusive Fußnoten mit Quellenangabe verbreitet werden.",
    "Die Weitergabe dieses Dokuments ist mit Quellenangabe erlaubt.",
    "Nuestros textos pueden reproducirse en otros medios citando la fuente.",
    "Está permitida la reproducción en medios digitales e impresos de nuestros artículos citando la fuente.",
    "Puede reproducir en su web nuestros artículos citando la fuente.",
    "Nuestros artículos pueden compartirse gratis citando la fuente.",
    "Vous pouvez reproduire en ligne nos articles en citant la source.",
)
NO_GRANTS = (
    "Les publications de nos partenaires peuvent être reproduites en citant la source.",
    "Die Veröffentlichungen anderer Verlage dürfen mit Quellenangabe nachgedruckt werden.",
    "Die Veröffentlichung der Fahrpläne ist mit Quellenangabe gestattet.",
    "La publication des horaires est autorisée avec mention de la source.",
    "Puede reproducir en su web nuestras tarifas citando la fuente.",
    "Nuestros textos pueden reproducirse en clase citando la fuente.",
    "Nuestros textos pueden reproducirse en la intranet de los socios citando la fuente.",
    "Unsere Texte dürfen vor Ort mit Quellenangabe kopiert werden.",
    "Unsere Texte dürfen innerhalb von Schulen mit Quellenangabe nachgedruckt werden.",
    "Vous pouvez reproduire en ligne nos tarifs en citant la source.",
)


@pytest.mark.parametrize("words", GRANTS)
def test_publications_and_where_a_text_is_shown_are_no_object_that_is_unknown(words: str) -> None:
    assert permits(words)


@pytest.mark.parametrize("words", NO_GRANTS)
def test_what_is_no_text_stays_none_wherever_it_is_shown(words: str) -> None:
    assert not permits(words)
