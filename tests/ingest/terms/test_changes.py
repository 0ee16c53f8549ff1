"""Changes: a ban on changing a text bans only changes, and a ban of everything says nothing about them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from db.model.item import Act, Permission
from ingest.terms import read_wording
from ingest.terms.output import reading_fields

OWN = Path(__file__).with_name("own") / "changes.jsonl"
ROWS = [json.loads(line) for line in OWN.read_text(encoding="utf-8").splitlines()]
AT_LEAST = 95
"""%: most rows were written before anyone saw how they are read. The figure may rise, never fall."""


@pytest.mark.slow
def test_changes_are_barred_only_where_the_statement_says_so_of_the_text() -> None:
    said = [row for row in ROWS if reading_fields(read_wording(row["text"]))["no_derivatives"]]
    hit = sum(row["barred"] for row in said)
    assert 100 * hit / len(said) >= AT_LEAST
    assert 100 * hit / sum(row["barred"] for row in ROWS) >= AT_LEAST


@pytest.mark.parametrize(
    "words",
    [
        "You can republish our articles, but you can't edit them.",
        "Nasze teksty można przedrukowywać z podaniem źródła, ale nie wolno ich zmieniać.",
        "Puede reproducir nuestros artículos citando la fuente, pero no puede modificarlos.",
    ],
)
def test_a_ban_on_changes_after_a_permission_leaves_the_permission(words: str) -> None:
    terms = read_wording(words)
    given = {term.act for term in terms if term.permission in (Permission.PERMITTED, Permission.WITH_DUTIES)}
    assert {Act.REPRODUCE, Act.DISTRIBUTE} <= given
    assert {term.act for term in terms if term.permission is Permission.PROHIBITED} == {Act.ADAPT}


def test_a_ban_on_changes_after_another_ban_leaves_that_ban() -> None:
    assert (
        reading_fields(read_wording("You may not copy our articles, and you may not alter them."))["permits_text_reuse"]
        is False
    )


WITHOUT_CUTS = (
    "Unsere Artikel dürfen mit Quellenangabe und ohne Kürzungen oder Änderungen nachgedruckt werden.",
    "Unsere Texte dürfen ohne Änderungen und mit Nennung der Quelle abgedruckt werden.",
    "Nos articles peuvent être reproduits sans coupures ni modifications, avec mention de la source.",
    "Nasze teksty można przedrukowywać z podaniem źródła i z zachowaniem integralności tekstu.",
    "La reproduction de nos textes est autorisée sous réserve du respect de leur intégrité, avec mention de la source.",
    "È possibile riprodurre i testi a condizione che venga citata la fonte e che ne venga garantita l'integrità.",
    "É permitida a reprodução desde que citada a fonte e mantida a integridade do texto.",
    "You may copy our texts with a link as long as edits and changes are not made to them.",
)


@pytest.mark.parametrize("words", WITHOUT_CUTS)
def test_a_permission_to_reprint_without_cuts_bars_changes(words: str) -> None:
    reading = reading_fields(read_wording(words))
    assert (reading["permits_text_reuse"], reading["no_derivatives"]) == (True, True)


def test_a_ban_on_posing_as_official_leaves_the_permission() -> None:
    words = "The texts may be reproduced with credit. The reproduction must not be represented as an official version."
    reading = reading_fields(read_wording(words))
    assert (reading["permits_text_reuse"], reading["no_derivatives"]) == (True, False)


@pytest.mark.parametrize(
    "words",
    [
        "You may not translate, abridge or adapt our articles without written permission.",
        "Stories may not be edited without our prior approval.",
        "It may be freely copied, but only for personal use, without alteration.",
        "Eine Bearbeitung der Texte bedarf der vorherigen Zustimmung der Redaktion.",
    ],
)
def test_changes_that_need_permission_are_barred(words: str) -> None:
    assert reading_fields(read_wording(words))["no_derivatives"] is True
    assert reading_fields(read_wording(words))["permits_text_reuse"] is not True
