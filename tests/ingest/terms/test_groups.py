"""Permissions for groups: schools are not the public, newspapers may be, and a person decides."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields
from ingest.terms.word_lists import WORDINGS, packaged


def rules(words: str) -> set[str]:
    return {term.rule for term in read_wording(words) if term.permission.value.startswith("permitted")}


@pytest.mark.parametrize(
    "words",
    [
        "Any non-profit organisation may republish our articles with credit.",
        "Teachers can photocopy and hand out our articles.",
        "Our articles are free for charities to republish with attribution.",
        "All schools may freely reproduce our texts.",
        "Gemeinnützige Organisationen dürfen unsere Artikel mit Quellenangabe nachdrucken.",
        "Les associations à but non lucratif peuvent reproduire nos articles en citant la source.",
        "Las organizaciones sin ánimo de lucro pueden reproducir nuestros artículos citando la fuente.",
        "Organizacje pozarządowe mogą bezpłatnie przedrukowywać nasze artykuły z podaniem źródła.",
        "Le organizzazioni senza scopo di lucro possono riprodurre i nostri articoli citando la fonte.",
        "As organizações sem fins lucrativos podem republicar nossos artigos com crédito.",
        "Neziskové organizace mohou naše články přetiskovat s uvedením zdroje.",
        "Некоммерческие организации могут перепечатывать наши материалы со ссылкой на источник.",
        "Nonprofit szervezetek szabadon átvehetik cikkeinket a forrás megjelölésével.",
        "Ideelle organisasjoner kan gjengi våre artikler med kildehenvisning.",
    ],
)
def test_a_permission_for_a_group_is_none_for_the_public(words: str) -> None:
    assert rules(words) == set()


@pytest.mark.parametrize(
    "words",
    [
        "Newspapers may republish our articles with credit.",
        "Non-profit organisations and newsrooms may republish our articles with credit.",
        "Redaktionen dürfen unsere Texte mit Quellenangabe nachdrucken.",
        "Los periodistas pueden reproducir nuestros artículos citando la fuente.",
        "Redakcje mogą przedrukowywać nasze artykuły z podaniem źródła.",
    ],
)
def test_a_permission_for_those_who_publish_waits_for_a_person(words: str) -> None:
    assert rules(words) == {"grant-in-context"}


@pytest.mark.parametrize(
    "words",
    [
        "Schools, charities and anyone else may reproduce our articles with credit.",
        "Our articles may be reproduced by newspapers and individuals, provided that we are credited.",
        "You may republish our articles in newspapers as long as you credit us.",
        "Our publications may be reproduced with acknowledgement.",
        "Our articles may be copied for non-profit purposes with credit.",
        "Schulen, Vereine und alle anderen dürfen unsere Texte mit Quellenangabe nachdrucken.",
        "Nasze artykuły mogą być przedrukowywane przez szkoły i wszystkich chętnych z podaniem źródła.",
    ],
)
def test_a_group_next_to_the_public_or_in_another_place_limits_nobody(words: str) -> None:
    assert rules(words) == {"grant"}


@pytest.mark.parametrize(
    "words",
    [
        "You can republish our articles but can't sell them.",
        "Our articles may be freely reproduced but not sold.",
        "Unsere Artikel dürfen frei nachgedruckt, aber nicht verkauft werden.",
        "Vous pouvez republier nos articles gratuitement, mais vous ne pouvez pas les vendre.",
        "Puede republicar nuestros artículos gratis, pero no puede venderlos.",
        "Nasze artykuły można swobodnie kopiować, ale nie wolno ich sprzedawać.",
        "U mag onze artikelen gratis herpubliceren, maar niet verkopen.",
        "Вы можете перепечатывать наши статьи, но не можете их продавать.",
        "Du må gerne genudgive vores tekster, men ikke sælge dem.",
    ],
)
def test_texts_that_may_be_passed_on_but_not_sold_are_permitted_without_commerce(words: str) -> None:
    fields = reading_fields(read_wording(words))
    assert fields["permits_text_reuse"] is True
    assert fields["noncommercial"]


def test_every_language_whose_permissions_are_read_has_words_for_groups() -> None:
    assert {path.stem for path in (WORDINGS / "frames").glob("*.toml")} <= packaged("reach/groups").keys()
