"""Translations: the same work in other languages, found from either of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from db.model.item import Dated, Precision
from db.query.translations import Translation, translations

if TYPE_CHECKING:
    from db.catalogue import Catalogue
    from tests.db.conftest import EntryBuilder

ENGLISH, POLISH = "https://institute.example/amber-road-reopens/", "https://institute.example/pl/amber-road-reopens/"


def test_translation_is_found_from_both_sides_if_one_page_names_the_other(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    polish, german = "https://institute.example/pl/bursztyn", "https://institute.example/de/bernstein"
    catalogue.add(builder.entry(1, translations=(("pl", polish), ("de", german))))
    catalogue.add(builder.entry(2, "/pl/bursztyn", title="Bursztyn"))
    english, other = (catalogue.item(url) for url in ("https://institute.example/anaklia", polish))
    assert english is not None
    assert other is not None
    assert translations(catalogue.connection, english) == [
        Translation("pl", polish, other.id),
        Translation("de", german, None),
    ]
    assert translations(catalogue.connection, other) == [Translation("en", english.url, english.id)]


def translations_with(
    catalogue: Catalogue, builder: EntryBuilder, path: str = "/pl/amber-road-reopens/", **polish: Any
) -> list[Translation]:
    """Return the translations of an English text; the page at *path* does not mention them."""
    capture = builder.capture(2, path)
    fields = {"language": builder.words(capture, "pl"), "title": "Bursztyn", **polish}
    catalogue.add(builder.entry(1, "/amber-road-reopens/", title="Amber"))
    catalogue.add(builder.entry(2, path, **fields))
    held = catalogue.item(ENGLISH)
    assert held is not None
    return translations(catalogue.connection, held)


def test_same_slug_and_date_in_another_language_is_a_likely_translation(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    (found,) = translations_with(catalogue, builder)
    other = catalogue.item(POLISH)
    assert other is not None
    assert found == Translation("pl", POLISH, other.id, named=False)
    assert [(one.url, one.named) for one in translations(catalogue.connection, other)] == [(ENGLISH, False)]


@pytest.mark.parametrize("difference", ["day", "month only", "language", "slug", "longer slug"])
def test_other_slug_other_date_or_same_language_is_no_translation(
    catalogue: Catalogue, builder: EntryBuilder, difference: str
) -> None:
    capture = builder.capture(2)
    evidence = builder.evidence(capture, "April 2023")
    other: dict[str, dict[str, Any]] = {
        "day": {"published": Dated("2023-04-25", Precision.DAY, evidence)},
        "month only": {"published": Dated("2023-04", Precision.MONTH, evidence)},
        "language": {"language": builder.words(capture, "en-GB")},
        "slug": {"path": "/pl/bursztynowy-szlak/"},
        "longer slug": {"path": "/pl/the-amber-road-reopens/"},
    }
    assert translations_with(catalogue, builder, **other[difference]) == []


def test_short_common_slug_identifies_no_translation(catalogue: Catalogue, builder: EntryBuilder) -> None:
    catalogue.add(builder.entry(1, "/about/"))
    catalogue.add(builder.entry(2, "/pl/about/", language=builder.words(builder.capture(2), "pl"), title="O nas"))
    held = catalogue.item("https://institute.example/about/")
    assert held is not None
    assert translations(catalogue.connection, held) == []


def test_no_translation_is_guessed_in_a_language_that_the_page_names(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    named = "https://institute.example/pl/szlak"
    catalogue.add(builder.entry(1, "/amber-road-reopens/", title="Amber", translations=(("pl-PL", named),)))
    catalogue.add(
        builder.entry(2, "/pl/amber-road-reopens/", language=builder.words(builder.capture(2), "pl"), title="Bursztyn")
    )
    held = catalogue.item(ENGLISH)
    assert held is not None
    assert translations(catalogue.connection, held) == [Translation("pl-PL", named, None)]


def test_translation_lookup_cost_does_not_grow_with_the_collection(catalogue: Catalogue, builder: EntryBuilder) -> None:
    def cost() -> int:
        steps = 0

        def step() -> int:
            nonlocal steps
            steps += 1
            return 0

        held = catalogue.item(ENGLISH)
        assert held is not None
        catalogue.connection.set_progress_handler(step, 10)
        (found,) = translations(catalogue.connection, held)
        catalogue.connection.set_progress_handler(None, 0)
        assert found.url == POLISH
        return steps

    catalogue.add(builder.entry(1, "/amber-road-reopens/", title="Amber"))
    polish = builder.words(builder.capture(2), "pl")
    catalogue.add(builder.entry(2, "/pl/amber-road-reopens/", language=polish, title="Bursztyn"))
    before = cost()
    with catalogue.transaction():
        for number in range(3, 60):
            day = Dated(
                f"2022-01-{number % 28 + 1:02}", Precision.DAY, builder.evidence(builder.capture(number), "2022")
            )
            other = (("de", f"https://institute.example/de/{number}"),)
            catalogue.add(
                builder.entry(number, f"/text-{number}/", title=f"Text {number}", published=day, translations=other)
            )
    assert cost() < 1.3 * before
