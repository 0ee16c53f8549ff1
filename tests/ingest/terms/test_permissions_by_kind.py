"""Permissions by kind, and near-permissions by what they really are, in each language."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from db.model.item import Permission
from ingest.terms import read_wording
from ingest.terms.output import reading_fields

OWN = Path(__file__).with_name("own")
LANGUAGES = {"en", "pl", "de", "fr", "es", "it", "pt", "nl", "cs", "uk", "ru"}
FOUND = {
    "permits_text_reuse": 94,
    "requires_credit": 95,
    "requires_link": 100,
    "noncommercial": 96,
    "no_derivatives": 95,
    "share_alike": 100,
    "licence_id": 97,
}
"""% of the permissions with a value in this field that are read with that value: figures may rise, never fall."""


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (OWN / name).read_text(encoding="utf-8").splitlines()]


NEGATIVES = [*rows("negatives_by_kind.jsonl"), *rows("further_negatives.jsonl")]
GRANTS = rows("grants_by_kind.jsonl")
KINDS = sorted({row["kind"] for row in NEGATIVES})


def permits(row: dict[str, Any]) -> bool:
    told = reading_fields(read_wording(row["text"]))
    # A permission for some texts only does not cover any given text: the text has to say so itself.
    return told["permits_text_reuse"] is True and told["scope"] != "some-items"


# One test per kind: there are hundreds of rows, and each test has its own cost.
@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_no_other_kind_of_bargain_permits_the_publishers_texts(kind: str) -> None:
    assert [row["text"] for row in NEGATIVES if row["kind"] == kind and permits(row)] == []


def test_every_language_has_enough_examples_of_other_bargains() -> None:
    shares = Counter(row["language"] for row in NEGATIVES)
    assert shares.keys() == LANGUAGES
    assert len(NEGATIVES) >= 400
    assert min(shares.values()) >= 20
    assert len(KINDS) >= 20


@pytest.mark.slow
@pytest.mark.parametrize("field", FOUND)
def test_no_score_on_the_permissions_by_kind_falls(field: str) -> None:
    said = [row for row in GRANTS if field in row["reading"]]
    missed = [row["text"] for row in said if reading_fields(read_wording(row["text"]))[field] != row["reading"][field]]
    assert 100 * (len(said) - len(missed)) / len(said) >= FOUND[field], missed


def test_every_language_has_examples_of_permissions() -> None:
    assert {row["language"] for row in GRANTS} == LANGUAGES
    assert len(GRANTS) >= 200


@pytest.mark.parametrize(
    ("grant", "instead"),
    [
        ("Our articles may be reprinted with credit.", "According to the paper, its articles may be reprinted."),
        ("Our articles may be reprinted with credit.", "Our articles may be reprinted by members with credit."),
        ("You may copy our texts if you name the source.", "If the author agrees, you may copy the text with credit."),
        ("Our reports are licensed under CC BY 4.0.", "At the author's request a report is licensed under CC BY 4.0."),
        ("Unsere Texte dürfen frei kopiert werden.", "Mitglieder dürfen unsere Texte frei kopieren."),
        ("Nasze teksty można przedrukowywać z podaniem źródła.", "Jeśli autor się zgodzi, teksty można kopiować."),
        ("La republicación de nuestros artículos es bienvenida.", "Un comentario sobre la difusión es bienvenido."),
        ("La ripubblicazione dei nostri articoli è gradita.", "È gradita una mail prima di ripubblicare gli articoli."),
        ("Es steht Ihnen frei, unsere Texte zu kopieren.", "Es steht Ihnen frei, eine Lizenz für Texte zu kaufen."),
        ("Alle Texte auf diesem Blog: CC BY 3.0.", "Alle Texte mit dem Schlagwort: CC BY 3.0."),
        (
            "I release my copyright on all the articles on this site.",
            "I gave up my copyright in the articles to the journal.",
        ),
    ],
)
def test_changing_one_role_of_a_permission_removes_it(grant: str, instead: str) -> None:
    assert permits({"text": grant})
    assert not permits({"text": instead})


@pytest.mark.parametrize(
    "text",
    [
        "You own your stories, and you grant us a right to publish and quote extracts of them in part, with credit.",
        "No individual may republish extracts of more than ten articles a day.",
        "Le droit d'autoriser la reproduction de tout extrait de l'oeuvre appartient à l'auteur.",
    ],
)
def test_sentences_on_other_rights_permit_no_excerpt(text: str) -> None:
    assert reading_fields(read_wording(text))["scope"] != "excerpt"


@pytest.mark.parametrize(
    "words",
    [
        "The majority of works here are licensed under CC BY 4.0.",
        "Most of our articles may be republished with credit.",
        "Articles marked with a star can be republished free of charge.",
        "Die meisten unserer Texte dürfen mit Quellenangabe nachgedruckt werden.",
        "La plupart de nos articles sont publiés sous licence CC BY 4.0.",
    ],
)
def test_a_license_of_some_works_is_reported_but_permits_no_given_text(words: str) -> None:
    terms = read_wording(words)
    told = reading_fields(terms)
    assert (told["permits_text_reuse"], told["scope"]) == (True, "some-items")
    assert {term.permission for term in terms} == {Permission.UNSTATED}


@pytest.mark.parametrize(
    "words",
    [
        "Most of the photos are licensed under CC BY 2.0.",
        "Some of the comments are licensed under CC BY-SA.",
        "Many articles in other journals are licensed under CC BY 4.0.",
        "Some of the content you post may be used and distributed by us.",
    ],
)
def test_a_license_of_some_works_of_others_permits_no_text(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is not True


@pytest.mark.slow
@pytest.mark.parametrize("credit", ["© 2021 Verein Küste, CC BY-SA 4.0", "© 2019 Reef Institute. CC BY 4.0"])
def test_a_copyright_line_grants_a_license_but_a_picture_credit_does_not(credit: str) -> None:
    assert permits({"text": credit})
    assert not permits({"text": "Foto: " + credit})


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("Articles older than 2010 may be reproduced with credit.", "Articles may be reproduced with credit."),
        ("The report by the Ministry of Trade may be copied freely.", "This report may be copied freely."),
        ("The book may be copied with attribution to its author.", "The text may be copied, naming its author."),
        ("Raport Ministerstwa Handlu można kopiować z podaniem źródła.", "Raport można kopiować z podaniem źródła."),
        ("Das Buch von Karl Weber darf frei kopiert werden.", "Der Text von Karl Weber darf frei kopiert werden."),
        ("Доклад Министерства торговли можно копировать.", "Наш доклад можно копировать с указанием автора."),
    ],
)
def test_a_permission_for_anothers_work_or_old_articles_covers_no_text(theirs: str, ours: str) -> None:
    assert not permits({"text": theirs})
    assert permits({"text": ours})


@pytest.mark.parametrize(
    "text",
    [
        "The theme of this site is licensed under CC BY 4.0.",
        "Authors are encouraged to publish under CC BY 4.0.",
        "Einige Beiträge stehen unter CC BY 4.0.",
    ],
)
def test_a_license_of_something_else_is_named_but_permits_no_text(text: str) -> None:
    told = reading_fields(read_wording(text))
    assert told["licence_id"] == "CC-BY-4.0"
    assert told["permits_text_reuse"] is None


@pytest.mark.parametrize("text", ["Photo: Jan Kowal, CC BY 4.0", "What does CC BY 4.0 mean? It lets you copy works."])
def test_a_picture_credit_or_a_question_names_no_license(text: str) -> None:
    assert reading_fields(read_wording(text))["licence_id"] is None


@pytest.mark.parametrize(
    "text",
    [
        "The Institute permits the reproduction of its reports with credit.",
        "Instytut zezwala na przedruk swoich raportów z podaniem źródła.",
        "La Fondazione autorizza la riproduzione dei propri testi con indicazione della fonte.",
        "Інститут дозволяє передрук своїх статей із зазначенням джерела.",
    ],
)
def test_a_publisher_may_speak_of_itself_in_the_third_person(text: str) -> None:
    assert permits({"text": text})


def test_the_name_to_credit_is_not_another_owner_of_the_texts() -> None:
    assert permits({"text": "The report may be reproduced, provided that acknowledgement is given to the Agency."})
    assert not permits({"text": "Reports and agency material may be reproduced by members with credit."})


@pytest.mark.parametrize(
    "text",
    [
        "Any reproduction must be authorised in writing.",
        "Jede Vervielfältigung muss vorher genehmigt werden.",
        "Ogni riproduzione va autorizzata per iscritto.",
        "Toda reproducción debe ser autorizada por escrito.",
        "Любая перепечатка должна быть согласована с редакцией.",
    ],
)
def test_reproduction_that_must_be_authorised_is_not_permitted(text: str) -> None:
    assert reading_fields(read_wording(text))["permits_text_reuse"] is False


@pytest.mark.parametrize(
    "text",
    [
        "La reproduction n'est autorisée qu'avec mention de la source.",
        "Использование материалов сайта допускается только при наличии ссылки не ниже третьего абзаца.",
        "É permitida a reprodução parcial ou total desta obra, desde que citada a fonte.",
    ],
)
def test_only_with_credit_means_permitted_with_credit(text: str) -> None:
    told = reading_fields(read_wording(text))
    assert (told["permits_text_reuse"], told["requires_credit"]) == (True, True)


def test_a_phrase_does_not_match_across_a_semicolon() -> None:
    told = reading_fields(read_wording("Teksty można przedrukować z podaniem źródła; zgoda nie dotyczy zdjęć."))
    assert (told["permits_text_reuse"], told["permission_required"]) == (True, False)


def test_a_length_in_characters_limits_the_permission_to_excerpts() -> None:
    said = "Auszüge bis zu 1.000 Zeichen dürfen mit Quellenangabe übernommen werden."
    assert reading_fields(read_wording(said))["scope"] == "excerpt"
