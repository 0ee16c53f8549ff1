"""Which words of a printed name are the family name, where these are not the last word alone."""

from __future__ import annotations

from typing import Any

import pytest

from db.citation import biblatex, csl, ris
from db.citation.work import person_name, work
from tests.db.citation.test_citation import bib_fields, by, item


def family_of(printed: str, language: str = "") -> str | None:
    split = person_name(by(printed), language)
    return split and split.family


@pytest.mark.parametrize(
    ("printed", "family"),
    [
        ("Nguyễn Văn An", "Nguyễn"),
        ("Lê Phương", "Lê"),
        ("Wang Huiyao", "Wang"),
        ("Xi Jinping", "Xi"),
        ("Moon Jae-in", "Moon"),
        ("Tsai Ing-wen", "Tsai"),
        ("NGUYEN Van An", "NGUYEN"),
    ],
)
def test_a_family_name_that_stands_first_is_known_by_its_letters(printed: str, family: str) -> None:
    assert family_of(printed) == family


@pytest.mark.parametrize(
    ("printed", "family"),
    [
        ("An Nguyễn", "Nguyễn"),
        ("Huiyao Wang", "Wang"),
        ("Han Kang", "Kang"),
        ("Kim Clijsters", "Clijsters"),
        ("Li Andersson", "Andersson"),
        ("Lee Anne", "Anne"),
        ("Le Corbusier", "Corbusier"),
        ("Do Carvalho", "Carvalho"),
        ("JRR Tolkien", "Tolkien"),
        ("JD Vance", "Vance"),
        ("ANNA NOWAK", "NOWAK"),
    ],
)
def test_a_given_name_that_resembles_a_family_name_stays_the_given_name(printed: str, family: str) -> None:
    assert family_of(printed) == family


def test_hungarian_names_are_turned_on_hungarian_pages_alone() -> None:
    assert family_of("Nagy-Kovács Éva", "hu") == "Nagy-Kovács"
    assert family_of("Kovács Anna Mária", "hu") == "Kovács"
    assert family_of("Daniel Hegedüs", "hu") == "Hegedüs"
    assert family_of("Viktor Orbán", "hu") == "Orbán"
    assert family_of("Thomas Viktor", "en") == "Viktor"


@pytest.mark.parametrize(
    ("printed", "language", "family"),
    [
        ("Gabriel García Márquez", "en", "García Márquez"),
        ("José Luis Rodríguez Zapatero", "es", "Rodríguez Zapatero"),
        ("José Ortega y Gasset", "de", "Ortega y Gasset"),
        ("María del Carmen Ruiz de la Prada", "es", "Ruiz de la Prada"),
        ("Mario Vargas Llosa", "es", "Vargas Llosa"),
        ("Gabriel GARCÍA MÁRQUEZ", "en", "GARCÍA MÁRQUEZ"),
        ("Ludwig VAN BEETHOVEN", "de", "VAN BEETHOVEN"),
        ("Joan Soler i Amigó", "ca", "Soler i Amigó"),
        # In Portuguese only the last one counts.
        ("Paulo Castro Silva", "pt", "Silva"),
        ("Ana Pérez Silva", "pt", "Silva"),
        ("Jorge Luis Borges", "es", "Borges"),
        ("María Inez Silva", "es", "Silva"),
        ("Ana Ruiz", "es", "Ruiz"),
    ],
)
def test_two_spanish_family_names_stay_together(printed: str, language: str, family: str) -> None:
    assert family_of(printed, language) == family


@pytest.mark.parametrize(
    ("printed", "family"),
    [
        ("Ursula K. Le Guin", "Le Guin"),
        ("Seán Ó Briain", "Ó Briain"),
        ("Eva St. Clair", "St. Clair"),
        ("Oscar De La Renta", "De La Renta"),
        ("Jan Van den Broeck", "Van den Broeck"),
        ("Maurice de La Tour", "La Tour"),
        ("Nguyen Van An", "An"),
        ("Anne Du Wang", "Wang"),
        ("Van Morrison", "Morrison"),
    ],
)
def test_a_particle_with_a_capital_is_a_part_of_the_family_name(printed: str, family: str) -> None:
    assert family_of(printed) == family


@pytest.mark.parametrize(
    ("printed", "particle"),
    [("Pieter van 't Hoff", "van 't"), ("Pieter van ’t Hoff", "van ’t"), ("Karl von und zu Berg", "von und zu")],
)
def test_several_particles_stay_together(printed: str, particle: str) -> None:
    split = person_name(by(printed))
    assert split is not None
    assert split.particle == particle


def test_particles_of_arabic_and_hebrew_names_are_known() -> None:
    assert person_name(by("דוד בן גוריון")) == ("גוריון", "דוד", "בן", "", False)
    assert person_name(by("محمد بن سلمان")) == ("سلمان", "محمد", "بن", "", False)


def test_a_reader_that_takes_the_last_word_for_the_family_name_gets_that_word_or_a_comma() -> None:
    told = [by("Nguyễn Văn An"), by("Anna Nowak"), by("Gabriel García Márquez"), by("Ursula von der Leyen")]
    assert [name.split_by_readers for name in work(item("T", *told)).authors] == [
        "Nguyễn, Văn An",
        "Anna Nowak",
        "Gabriel García Márquez",
        "Ursula von der Leyen",
    ]


def test_a_turned_name_keeps_its_order_in_print_and_its_parts_in_every_format() -> None:
    cited: Any = item("A Title", by("Nguyễn Văn An"))
    assert csl.one(cited)["author"] == [{"family": "Nguyễn", "given": "Văn An"}]
    assert bib_fields(biblatex.one(cited))["author"] == "Nguyễn, Văn An"
    assert "AU  - Nguyễn, Văn An\r\n" in ris.one(cited)
    assert [name.printed for name in work(cited).authors] == ["Nguyễn Văn An"]
