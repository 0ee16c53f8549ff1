"""Several licences in one sentence: each for its own works; which one holds for the same works, a person has to say."""

from __future__ import annotations

import pytest

from db.model.item import Answer, Covers, Evidence, Permission, Statement, StatementPlace, Use, Verdict
from db.terms.verdict import verdict
from ingest.terms import read_wording
from ingest.terms.licenses import is_more_exact


def found(words: str, covers: Covers = Covers.TEXT, *, commercial: bool = True) -> Verdict:
    stated = Statement(words, StatementPlace.TERMS_PAGE, Evidence("", ""), read_wording(words))
    return verdict([stated], Use.REPUBLISH, covers=covers, commercial=commercial)


@pytest.mark.parametrize("commercial", [True, False])
@pytest.mark.parametrize(
    "words",
    [
        "Articles are published under CC BY 4.0, CC BY-NC 4.0 or CC BY-NC-ND 4.0.",
        "Our texts are available under CC BY 4.0 or CC BY-SA 4.0.",
        "Our articles are under a Creative Commons BY or BY-NC licence.",
        "Our texts are under CC BY 4.0 or CC0 1.0.",
        "Texte stehen unter CC BY 4.0 oder CC BY-SA 4.0.",
        "Artykuły są publikowane na licencji CC BY 4.0 lub CC BY-NC-ND 4.0.",
        "Los artículos se publican bajo licencia CC BY 4.0 o CC BY-NC 4.0.",
        "Vous pouvez choisir pour nos articles l'une des licences suivantes : CC BY, CC BY-NC.",
        "Our articles are licensed under a Creative Commons Attribution 4.0 licence, our reports under a Creative "
        "Commons Attribution-NonCommercial 4.0 licence.",
        "Our texts are published under CC BY 4.0. Our reports are published under CC BY-NC 4.0.",
        "Our texts are published under CC BY. Our reports are published under CC BY-NC 4.0.",
        "All our content is under CC BY 4.0; articles until 2015 are under CC BY-NC 3.0.",
    ],
)
def test_which_of_several_licences_holds_is_a_persons_to_say(words: str, commercial: bool) -> None:
    read = found(words, commercial=commercial)
    assert (read.answer, read.reading, read.conflict) == (Answer.ASK, Answer.WITH_DUTIES, True)


@pytest.mark.parametrize(
    ("words", "texts", "pictures"),
    [
        ("Texts are licensed under CC BY 4.0 and images under CC BY-NC 4.0.", "CC-BY-4.0", "CC-BY-NC-4.0"),
        ("Texts are licensed under CC BY-NC 4.0 and images under CC BY 4.0.", "CC-BY-NC-4.0", "CC-BY-4.0"),
        ("All content is licensed under CC BY 4.0, photographs under CC BY-NC 4.0.", "CC-BY-4.0", "CC-BY-NC-4.0"),
        ("All content is under CC BY 4.0. Photographs are under CC BY-NC 4.0.", "CC-BY-4.0", "CC-BY-NC-4.0"),
        (
            "Les textes sont publiés sous CC BY 4.0 et les images sous CC BY-NC 4.0.",
            "CC-BY-4.0",
            "CC-BY-NC-4.0",
        ),
        ("Alle Texte stehen unter CC BY 4.0, alle Bilder unter CC BY-NC 4.0.", "CC-BY-4.0", "CC-BY-NC-4.0"),
    ],
)
def test_pictures_have_the_licence_that_is_named_for_them(words: str, texts: str, pictures: str) -> None:
    for covers, license_id in ((Covers.TEXT, texts), (Covers.IMAGES, pictures)):
        sold, free = found(words, covers), found(words, covers, commercial=False)
        assert sold.answer is (Answer.NO if "NC" in license_id else Answer.WITH_DUTIES)
        assert (free.answer, free.license_id, free.conflict) == (Answer.WITH_DUTIES, license_id, False)


@pytest.mark.parametrize(
    ("words", "license_id"),
    [
        ("All texts on this site are under CC BY 4.0; data are under CC0.", "CC-BY-4.0"),
        ("The texts are available under a CC BY-ND 4.0 licence, the data under CC BY 4.0.", "CC-BY-ND-4.0"),
        # A code, or another version, of the same licence is no second one.
        ("Our articles are under a Creative Commons Attribution 4.0 International Licence (CC BY 4.0).", "CC-BY-4.0"),
        ("Our articles are under the Creative Commons Attribution licence (CC BY-NC 4.0).", "CC-BY-NC-4.0"),
        ("Our texts are under CC BY-SA 4.0, compatible with CC BY-SA 3.0.", "CC-BY-SA-4.0"),
        ("Our texts are under CC BY 4.0 (https://creativecommons.org/licenses/by-nc/4.0/).", "CC-BY-NC-4.0"),
        ("Our texts are under a Creative Commons licence, the Creative Commons Attribution 4.0 licence.", "CC-BY-4.0"),
        ("Our texts are under the BY-NC version of a Creative Commons licence (CC BY-NC).", "CC-BY-NC"),
    ],
)
def test_one_licence_named_twice_or_for_data_is_no_doubt(words: str, license_id: str) -> None:
    read = found(words, commercial=False)
    assert (read.answer, read.license_id, read.conflict) == (Answer.WITH_DUTIES, license_id, False)


def test_a_second_licence_of_texts_is_none_of_the_pictures() -> None:
    words = "Our texts are under CC BY 4.0 or CC BY-SA 4.0 and our pictures under CC BY-NC 4.0."
    pictures = found(words, Covers.IMAGES, commercial=False)
    assert (found(words).answer, pictures.license_id, pictures.conflict) == (Answer.ASK, "CC-BY-NC-4.0", False)


def test_works_named_behind_their_licences_are_not_told_apart() -> None:
    words = "Licence: CC BY 4.0 for texts and CC BY-NC 4.0 for images."
    assert found(words).answer is found(words, Covers.IMAGES).answer is Answer.ASK


@pytest.mark.parametrize(
    "words",
    [
        "This font is licensed under CC BY 4.0 or CC BY-NC-SA 4.0.",
        "Tagged articles: CC BY 4.0, CC BY-NC-SA 4.0",
        "Most of our articles are licensed under CC BY 4.0 or CC BY-NC-SA 4.0.",
        "Some of our articles are licensed under CC BY 4.0, some under CC BY-NC-SA 4.0.",
    ],
)
def test_licences_that_are_only_named_permit_nothing(words: str) -> None:
    terms = read_wording(words)
    assert {term.license_id for term in terms} == {"CC-BY-4.0", "CC-BY-NC-SA-4.0"}
    assert {term.permission for term in terms} == {Permission.UNSTATED}


@pytest.mark.parametrize(
    ("license_id", "other", "more"),
    [
        ("CC-BY-4.0", "CC-BY", True),
        ("CC-BY-3.0-PL", "CC-BY-3.0", True),
        ("CC-BY-NC-4.0", "CC-BY", False),
        ("CC-BY", "CC-BY", False),
        ("CC-BY-4.0", "CC-BY-NC", False),
    ],
)
def test_a_licence_with_more_elements_is_another_one(license_id: str, other: str, more: bool) -> None:
    assert is_more_exact(license_id, other) is more
