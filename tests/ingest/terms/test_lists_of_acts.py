"""Lists of acts: several acts permitted or banned in one sentence, and what only looks like one of them."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields


@pytest.mark.parametrize(
    "words",
    [
        "Reproduction, copying or any other use of our materials is permitted only with credit.",
        "Nachdruck, Vervielfältigung oder jede andere Nutzung unserer Texte ist nur mit Quellenangabe gestattet.",
        "La reproduction ou toute autre utilisation de nos textes est autorisée à condition de citer la source.",
        "Se permite la reproducción, copia o cualquier otro uso de los textos siempre que se cite la fuente.",
        "Перепечатка, копирование или любое иное использование материалов разрешается только со ссылкой на сайт.",
        "Передрук, копіювання або будь-яке інше використання матеріалів дозволяється лише з посиланням на сайт.",
    ],
)
def test_any_other_use_at_the_end_of_a_list_is_permitted_with_the_list(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is True


@pytest.mark.parametrize(
    "words",
    [
        "Reproduction or any other use of our texts is prohibited.",
        "Copying for private study is permitted, and any other use requires our permission.",
        "Nachdruck, Vervielfältigung oder jede andere Nutzung unserer Texte bedarf der Genehmigung.",
        "La reproduction ou toute autre utilisation de nos textes est interdite.",
        "Queda prohibida la reproducción o cualquier otro uso de los textos.",
        "Перепечатка или любое иное использование материалов запрещены.",
        "Przedruk, kopiowanie lub jakiekolwiek inne wykorzystanie tekstów jest zabronione.",
    ],
)
def test_any_other_use_at_the_end_of_a_list_is_banned_with_the_list(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is False


@pytest.mark.parametrize(
    "words",
    [
        "Цитирование и перепечатка наших статей разрешены со ссылкой на сайт.",
        "Цитування та передрук статей дозволено з посиланням на джерело.",
        "La citation et la reproduction de nos articles sont autorisées avec mention de la source.",
        "Citace a přetisk článků jsou povoleny s uvedením zdroje.",
    ],
)
def test_quoting_and_reprinting_together_is_more_than_an_excerpt(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is True


@pytest.mark.parametrize(
    "words",
    [
        "Цитирование и копирование отрывков до 300 знаков разрешено со ссылкой.",
        "Цитирование и перепечатка разрешены только с письменного согласия редакции.",
        "Citation et reproduction d'extraits autorisées avec mention de la source.",
        "La citation et la reproduction de nos articles sont soumises à autorisation.",
    ],
)
def test_quoting_next_to_reprinting_of_parts_permits_no_whole_text(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is False


@pytest.mark.parametrize(
    "words",
    [
        "Our texts may not be copied, distributed or used commercially.",
        "Unsere Texte dürfen nicht kopiert, verbreitet oder kommerziell genutzt werden.",
        "No se permite la reproducción o el uso comercial de los textos.",
        "Nos textes ne peuvent être reproduits ou utilisés à des fins commerciales.",
        "Os textos não podem ser copiados ou utilizados comercialmente.",
        "Teksty nie mogą być kopiowane ani wykorzystywane w celach komercyjnych.",
    ],
)
def test_a_ban_on_copying_or_commercial_use_bans_copying(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is False


def test_a_ban_on_commercial_copying_bans_nothing_else() -> None:
    for words in ("Our texts may not be used commercially.", "No se permite la explotación comercial de los textos."):
        said = reading_fields(read_wording(words))
        assert said["permits_text_reuse"] is None
        assert said["noncommercial"]


def test_not_republishing_everything_at_once_leaves_single_texts() -> None:
    said = reading_fields(
        read_wording("You can republish single articles, but you can't systematically republish all of our articles.")
    )
    assert said["permits_text_reuse"] is True
    also_asked = "You're welcome to link to us, but please don't republish our articles wholesale without asking."
    assert reading_fields(read_wording(also_asked))["permits_text_reuse"] is not True


def test_not_selling_a_text_on_its_own_is_no_limit_to_non_commercial_use() -> None:
    said = reading_fields(
        read_wording("You can republish our articles, but you can't edit our material or sell it separately.")
    )
    assert said["permits_text_reuse"] is True
    assert said["no_derivatives"]
    assert not said["noncommercial"]
    assert reading_fields(read_wording("Our articles may be reprinted, but not sold."))["noncommercial"]


def test_a_license_to_link_to_full_texts_requires_no_link() -> None:
    free = "Readers may read, copy, distribute, print, search or link to the full texts of our articles."
    assert not reading_fields(read_wording(free))["requires_link"]
    due = "Readers may copy and distribute our articles if they credit us and link to the full text."
    assert reading_fields(read_wording(due))["requires_link"]


@pytest.mark.parametrize(
    "words",
    ["Denne tekst må frit redistribueres.", "Texten får fritt vidarespridas.", "Teksten må frit videredistribueres."],
)
def test_redistribution_is_an_act_in_the_scandinavian_languages(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is True


@pytest.mark.parametrize(
    "words", ["Denne tekst må ikke redistribueres.", "Texten får inte vidarespridas.", "Bilder får vidarespridas."]
)
def test_redistribution_denied_or_of_pictures_permits_no_text(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is not True
