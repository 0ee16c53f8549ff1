"""A permission for the texts only is one, and leaves the pictures out; a licence of texts is none of pictures."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields


def read(words: str) -> tuple[bool | None, bool]:
    """Return whether *words* permit reusing texts, and whether they leave pictures out."""
    said = reading_fields(read_wording(words))
    return said["permits_text_reuse"], said["images_excluded"]


@pytest.mark.parametrize(
    "words",
    [
        "You may republish the text only, with credit to us.",
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


@pytest.mark.parametrize("pictures", ["images as credited", "photographs: see the captions", "maps © their makers"])
def test_a_licence_of_the_texts_is_none_of_the_pictures_behind_a_semicolon(pictures: str) -> None:
    said = reading_fields(read_wording(f"Texts are licensed under CC BY 4.0; {pictures}."))
    assert (said["permits_text_reuse"], said["licence_id"]) == (True, "CC-BY-4.0")
    granted = [term for term in read_wording(f"Texts are licensed under CC BY 4.0; {pictures}.") if term.license_id]
    assert {term.covers.value for term in granted} == {"text"}


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
    ],
)
def test_a_licence_of_pictures_or_data_beside_a_semicolon_is_not_that_of_the_texts(words: str) -> None:
    assert read(words)[0] is not True
