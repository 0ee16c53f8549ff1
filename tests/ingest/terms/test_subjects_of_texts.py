"""The subject of a publisher's texts does not limit a permission, and a place or another's text is no subject."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording
from ingest.terms.clause_reader import plain
from ingest.terms.output import reading_fields

FORMS = {
    "Our articles on {} may be republished with credit to the source.": (
        "tax law",
        "open source software",
        "the Supreme Court",
        "privacy",
        "cookies",
        "trademarks",
        "the treaty",
    ),
    "You may reprint our reports about {} free of charge, provided you name the source.": (
        "privacy",
        "data protection",
    ),
    "Unsere Artikel über {} dürfen mit Quellenangabe nachgedruckt werden.": ("Datenschutz", "freie Software"),
    "Nasze artykuły na temat {} można przedrukowywać z podaniem źródła.": ("ochrony danych", "ustaw"),
    "Nos articles sur {} peuvent être republiés en citant la source.": ("la protection des données", "la loi"),
    "Nuestros artículos sobre {} pueden reproducirse citando la fuente.": ("protección de datos", "la ley"),
    "I nostri articoli su {} possono essere riprodotti citando la fonte.": ("protezione dei dati", "software libero"),
    "Os nossos artigos sobre {} podem ser reproduzidos, desde que citada a fonte.": ("proteção de dados", "a lei"),
    "Onze artikelen over {} mogen met bronvermelding worden overgenomen.": ("open source software", "de wet"),
    "Naše články o {} můžete přetisknout s uvedením zdroje.": ("zákonech", "ochraně údajů"),
    "Наши статьи о {} можно перепечатывать со ссылкой на источник.": ("законах", "защите данных"),
    "Наші статті про {} можна передруковувати з посиланням на джерело.": ("закони", "захист даних"),
}


def permits(words: str) -> bool:
    return reading_fields(read_wording(words))["permits_text_reuse"] is True


@pytest.mark.parametrize("form", FORMS)
def test_the_publishers_texts_are_permitted_on_any_subject(form: str) -> None:
    assert [topic for topic in FORMS[form] if not permits(form.format(topic))] == []


@pytest.mark.parametrize(
    "words",
    [
        "Our articles on our partners' sites may be republished with credit.",
        "Our articles on Facebook may be shared with credit to the source.",
        "Our photos on climate change may be republished with credit to the source.",
        "Our data on migration may be reused with credit.",
        "Our articles on tax by guest authors may be republished with credit.",
        "Our policy on copyright may be republished.",
        "Unsere Fotos über das Klima dürfen mit Quellenangabe nachgedruckt werden.",
        "Nos articles sur les sites de nos partenaires peuvent être republiés en citant la source.",
        "Potete condividere i nostri articoli su Facebook.",
        "Nasze zdjęcia o klimacie można przedrukowywać z podaniem źródła.",
        "Наши фотографии о климате можно использовать со ссылкой на источник.",
    ],
)
def test_a_place_a_picture_or_anothers_text_is_no_subject(words: str) -> None:
    assert not permits(words)


def test_an_infinitive_is_not_a_subject() -> None:
    words = "sie haben keine erlaubnis, unsere artikel zu vervielfaltigen."
    assert plain(words) == words


def test_a_subject_ends_where_the_permission_begins() -> None:
    assert plain("Our articles on the law of the sea may be reprinted.") == "our articles may be reprinted."


@pytest.mark.parametrize(
    "text",
    [
        "Przedruk naszych artykułów o podatkach dozwolony pod warunkiem podania źródła.",
        "Reprinting of our articles on tax law permitted with credit.",
        "Nachdruck unserer Artikel über Steuerrecht gestattet mit Quellenangabe.",
        "Riproduzione dei nostri articoli sul fisco consentita con citazione della fonte.",
        "Перепечатка наших статей о налогах разрешена при указании источника.",
    ],
)
def test_words_about_permission_are_not_part_of_the_subject(text: str) -> None:
    assert permits(text)


@pytest.mark.parametrize(
    "text",
    [
        "W razie przedruku naszych tekstów prosimy o podanie źródła.",
        "Při přetištění našich článků prosíme o uvedení zdroje.",
        "При перепечатке наших статей просим о ссылке на источник.",
    ],
)
def test_a_request_to_those_who_reprint_is_not_a_subject(text: str) -> None:
    assert reading_fields(read_wording(text))["requires_credit"] is True


@pytest.mark.parametrize(
    "text",
    [
        "Feel free to reprint our articles on payment of a fee.",
        "You may republish our articles on application to the editor.",
        "Our articles on climate may be republished after registration with credit.",
        "Sie dürfen unsere Artikel über das Klima gegen Gebühr nachdrucken.",
        "Unsere Artikel über das Klima dürfen nach Anmeldung mit Quellenangabe nachgedruckt werden.",
        "Można przedrukować nasze teksty o ile redakcja wyrazi zgodę.",
        "Nasze artykuły o klimacie można przedrukowywać po rejestracji z podaniem źródła.",
        "Vous pouvez reproduire nos articles sur demande écrite.",
        "Nos articles sur le climat peuvent être reproduits contre paiement en citant la source.",
        "Puede reproducir nuestros artículos sobre pedido escrito.",
        "Nuestros artículos sobre el clima pueden reproducirse previo pago citando la fuente.",
        "Pode reproduzir os nossos artigos sobre pedido escrito à redação.",
        "Pode republicar os nossos artigos sobre economia após registo.",
        "Potete riprodurre i nostri articoli su autorizzazione scritta della redazione.",
        "Potete riprodurre i nostri articoli sul clima dopo la registrazione.",
        "Onze artikelen over klimaat mogen tegen betaling met bronvermelding worden overgenomen.",
        "Můžete přetiskovat naše články o klimatu za poplatek.",
        "Наши статьи о климате можно перепечатывать после регистрации с указанием источника.",
        "Наші статті про клімат можна передруковувати після реєстрації із зазначенням джерела.",
    ],
)
def test_a_condition_after_the_texts_is_not_a_subject(text: str) -> None:
    assert not permits(text)


@pytest.mark.parametrize(
    "text",
    [
        "Our reports on payments law may be republished with credit.",
        "I nostri articoli sulle leggi elettorali possono essere ripubblicati citando la fonte.",
        "Pode reproduzir os nossos relatórios sobre o governo, desde que cite a fonte.",
        "Můžete přebírat naše zprávy o vládě, pokud uvedete zdroj.",
        "Вы можете перепечатывать наши доклады о правительстве при указании источника.",
        "Nasze artykuły o ustawach można przedrukowywać z podaniem źródła.",
    ],
)
def test_a_subject_that_sounds_like_a_condition_stays_a_subject(text: str) -> None:
    assert permits(text)


def test_comments_of_readers_are_not_the_publishers() -> None:
    assert permits("Kommentare der Nutzer stehen unter CC BY-SA 4.0.") is not True
    assert permits("Kommentare der Stiftung stehen unter CC BY-SA 4.0.") is True
