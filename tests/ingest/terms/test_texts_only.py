"""A permission for the texts only is one, and leaves the pictures out; a licence of texts is none of pictures."""

from __future__ import annotations

import pytest

from db.model.item import Covers
from ingest.terms import read_wording
from ingest.terms.output import reading_fields
from ingest.terms.pictures import without_only


def read(words: str) -> tuple[bool | None, bool]:
    """Return whether *words* permit reusing texts, and whether they leave pictures out."""
    said = reading_fields(read_wording(words))
    return said["permits_text_reuse"], said["images_excluded"]


@pytest.mark.parametrize(
    "words",
    [
        "You may republish the text only, with credit to us.",
        "You may republish the text only with credit.",
        "Only our texts may be republished, with credit.",
        "CC BY 4.0 applies to the text only.",
        "Seuls les textes peuvent être reproduits avec mention de la source.",
        "Nur Texte dürfen mit Quellenangabe übernommen werden.",
        "Sólo los textos pueden reproducirse citando la fuente.",
        "Solo i testi possono essere riprodotti citando la fonte.",
        "Alleen de teksten mogen met bronvermelding worden overgenomen.",
        "Apenas os textos podem ser reproduzidos com citação da fonte.",
        "Text: CC BY 4.0; photos: all rights reserved.",
        "Textes : CC BY 4.0 ; images : voir les crédits.",
    ],
)
def test_a_permission_for_the_texts_only_leaves_pictures_out(words: str) -> None:
    assert read(words) == (True, True)


@pytest.mark.parametrize(
    "words",
    [
        "Seuls les textes signés peuvent être reproduits avec mention de la source.",
        "Nur Texte mit Kürzel dürfen mit Quellenangabe übernommen werden.",
        "Nur Texte, die älter als ein Jahr sind, dürfen mit Quellenangabe übernommen werden.",
        "Only the text may be reproduced by subscribers, with credit.",
        "Seuls les textes peuvent être reproduits par nos abonnés, avec mention de la source.",
    ],
)
def test_what_permits_only_some_texts_or_only_some_people_permits_nothing(words: str) -> None:
    assert read(words)[0] is not True


@pytest.mark.parametrize(
    "words",
    [
        "Texts are licensed under CC BY 4.0; images as credited.",
        "Texts are licensed under CC BY 4.0; maps © their makers.",
        "Text CC BY 4.0; photographs: see the captions.",
        "Texts: CC BY 4.0; images: CC BY-NC 4.0.",
    ],
)
def test_a_licence_of_the_texts_is_none_of_the_pictures_behind_a_semicolon(words: str) -> None:
    said, terms = reading_fields(read_wording(words)), read_wording(words)
    assert (said["permits_text_reuse"], said["licence_id"]) == (True, "CC-BY-4.0")
    assert [term for term in terms if term.covers is Covers.IMAGES and term.license_id == "CC-BY-4.0"] == []


@pytest.mark.parametrize(
    "words",
    [
        "Photo by Jane Doe; CC BY 2.0",
        "Images: Jane Doe; CC BY-SA 4.0",
        "Cover image: Jane Doe; licensed under CC BY 4.0.",
        "Photograph by Jane Doe; it is available under CC BY 4.0.",
        "Image credits: agency; all CC BY 4.0.",
        "Data: CC BY 4.0; photographs © their makers.",
        "Texts: all rights reserved; images: CC BY 4.0.",
        "For two years our reports were published under CC BY; since May they are not.",
        "All content is CC BY 4.0; texts and photographs of agencies are not.",
        "Tekst opublikowano na licencji CC BY w serwisie Latarnia; publikujemy go za zgodą.",
    ],
)
def test_a_licence_beside_a_semicolon_is_not_that_of_texts_if_the_rest_says_so(words: str) -> None:
    assert read(words)[0] is not True


def test_only_stays_in_a_sentence_that_leaves_pictures_out_by_other_words() -> None:
    assert without_only("The texts, not the photographs, may only be copied by us.", "en") is None
    assert without_only("Not the photographs may only be copied.", "en") is None
    rest = without_only("You may copy the text only.", "en")
    assert rest is not None
    assert rest[0] == "You may copy the text."
