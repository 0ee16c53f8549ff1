"""Conditions: a grant stands only where its condition is a duty or an act of the reader."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields
from ingest.terms.roles import are_understood, is_timed


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Our articles may be republished."),
        ("en", "If you republish our articles, name the author."),
        ("en", "Our articles may be republished if, and only if, you name the source."),
        ("en", "You may republish this, with a link to the original provided."),
        ("en", "Unless otherwise noted, our articles may be republished when credit is given."),
        ("en", "The author permits reproduction of this essay provided that his name and the date appear."),
        ("pl", "Teksty można przedrukowywać, o ile podano źródło."),
        ("de", "Der Nachdruck ist gestattet, sofern Autor und Quelle genannt werden."),
        ("xx", "If nobody knows the language, no condition is found."),
    ],
)
def test_a_condition_that_is_a_duty_or_an_act_of_the_reader_is_understood(language: str, sentence: str) -> None:
    assert are_understood(sentence, "grant", language)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Our articles may be republished with credit once the project is over."),
        ("en", "When the new site opens, our articles may be republished with credit."),
        ("en", "Our articles may be republished if credit is given and after the board has voted."),
        ("en", "Our articles may be republished with credit upon registration."),
        ("pl", "Teksty można przedrukowywać z podaniem źródła, o ile rada nie zgłosi sprzeciwu."),
        ("de", "Sobald das Projekt beendet ist, dürfen unsere Texte mit Quellenangabe nachgedruckt werden."),
    ],
)
def test_a_condition_that_is_no_duty_is_not_understood(language: str, sentence: str) -> None:
    assert not are_understood(sentence, "grant", language)


@pytest.mark.parametrize(
    "sentence",
    [
        "You may reprint this piece from two weeks after its publication, with a link to the original.",
        "Our articles may be republished 48 hours after publication with credit.",
        "Unsere Artikel dürfen ab zwei Wochen nach Erscheinen mit Quellenangabe nachgedruckt werden.",
        "Nasze teksty można przedrukować po 14 dniach od publikacji, z podaniem źródła.",
        "Nos articles peuvent être repris deux semaines après leur parution, avec mention de la source.",
        "Наши статьи можно перепечатывать через 30 дней после публикации со ссылкой на источник.",
    ],
)
def test_a_permission_that_starts_later_needs_a_person_to_confirm_it(sentence: str) -> None:
    assert is_timed(sentence)
    granted = [term for term in read_wording(sentence) if term.duties]
    assert granted
    assert {term.rule for term in granted} == {"grant-in-context"}


def test_a_permission_without_a_time_starts_at_once() -> None:
    assert not is_timed("Our articles may be republished with credit to the author.")


def test_a_license_that_starts_later_is_named_but_permits_nothing() -> None:
    terms = read_wording("Six months after publication our articles are available under CC BY 4.0.")
    assert {term.license_id for term in terms} == {"CC-BY-4.0"}
    assert {term.rule for term in terms if term.duties} == {"named-license"}
    assert all(term.permission.value == "not stated" for term in terms)


@pytest.mark.parametrize(
    "sentence",
    [
        "Die Texte dürfen nicht für kommerzielle Zwecke verwendet werden.",
        "Unsere Artikel dürfen nicht kommerziell genutzt werden.",
        "De teksten mogen niet voor commerciële doeleinden worden gebruikt.",
    ],
)
def test_a_ban_on_commercial_use_alone_states_nothing_about_other_use(sentence: str) -> None:
    told = reading_fields(read_wording(sentence))
    assert told["permits_text_reuse"] is None
    assert told["noncommercial"]


def test_a_permission_for_non_commercial_use_is_read() -> None:
    told = reading_fields(read_wording("Die Texte dürfen zu nicht kommerziellen Zwecken kopiert und verteilt werden."))
    assert told["permits_text_reuse"] is True
    assert told["noncommercial"]


@pytest.mark.parametrize(
    "sentence",
    [
        "None of the posts and articles on this site may be re-printed without express written permission.",
        "En ningún caso los textos y artículos pueden reproducirse sin autorización.",
        "In nessun caso i testi e gli articoli possono essere riprodotti senza autorizzazione.",
    ],
)
def test_a_ban_covers_every_work_that_it_names(sentence: str) -> None:
    assert reading_fields(read_wording(sentence))["permits_text_reuse"] is False


def test_a_permission_for_one_purpose_only_is_not_a_general_one() -> None:
    for_all = read_wording("Use of our articles is allowed with attribution.")
    assert reading_fields(for_all)["permits_text_reuse"] is True
    assert (
        reading_fields(read_wording("Use of our articles for training purposes is allowed with attribution."))[
            "permits_text_reuse"
        ]
        is not True
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "Photos along with the website's content may not be used.",
        "Neither photographs nor this website may be reproduced.",
        "No photograph or other part of this site may be copied without permission.",
        "Weder Fotos noch die Inhalte dieser Website dürfen kopiert werden.",
        "Les photos ainsi que le contenu du site ne peuvent être reproduits sans autorisation.",
        "Las fotos así como el contenido de este sitio no pueden reproducirse sin permiso.",
        "Foto's alsmede de inhoud van deze site mogen niet worden gekopieerd.",
    ],
)
def test_a_ban_that_names_texts_and_pictures_together_covers_the_texts(sentence: str) -> None:
    assert reading_fields(read_wording(sentence))["permits_text_reuse"] is False


@pytest.mark.parametrize(
    "sentence",
    [
        "Sie können unsere Texte gern übernehmen, solange Sie uns erwähnen.",
        "Unsere Meldungen dürfen nachgedruckt werden, sofern die Redaktion genannt wird.",
        "Our notes may be reprinted anywhere, provided that we are credited.",
        "Our notes may be reprinted anywhere, if our name is mentioned.",
        "Nuestros textos pueden reproducirse siempre que nos citan.",
        "Nuestros textos pueden reproducirse siempre que se cite al observatorio.",
        "Nos textes peuvent être repris, à condition que nous soyons mentionnés.",
        "Nasze teksty można przedrukowywać, o ile będziemy wskazani.",
        "I nostri testi possono essere ripresi, se ci menzionate.",
        "I nostri testi possono essere ripresi, purché siamo citati.",
        "Onze teksten mogen worden overgenomen, mits u ons vermeldt.",
        "Onze teksten mogen worden overgenomen, mits wij worden genoemd.",
        "Naše texty lze přetisknout, pokud nás citujete.",
        "Naše texty možno prevziať, ak nás uvediete.",
        "Os nossos textos podem ser republicados, desde que nos mencionem.",
        "Os nossos textos podem ser republicados, se formos citados.",
        "Våra texter får återpubliceras, om vi krediteras.",
        "Наши тексты можно перепечатывать, если вы упоминаете нас.",
        "Наши тексты можно перепечатывать, если мы указаны.",
        "Наші тексти можна передруковувати, якщо ви згадуєте нас.",
    ],
)
def test_to_name_us_is_a_duty_like_to_name_the_source(sentence: str) -> None:
    read = reading_fields(read_wording(sentence))
    assert (read["permits_text_reuse"], read["requires_credit"]) == (True, True)


@pytest.mark.parametrize(
    "sentence",
    [
        "Our articles may be reprinted if we are asked.",
        "Our articles may be reprinted if we are members of the same network.",
        "Unsere Artikel dürfen nachgedruckt werden, wenn wir zustimmen.",
        "Nos articles peuvent être repris si nous sommes d'accord.",
        "Nasze artykuły można przedrukowywać, jeśli wyrazimy zgodę.",
        "I nostri articoli possono essere ripresi se siamo d'accordo.",
    ],
)
def test_what_depends_on_us_in_another_way_is_no_permission(sentence: str) -> None:
    assert reading_fields(read_wording(sentence))["permits_text_reuse"] is not True
