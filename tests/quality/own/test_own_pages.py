"""The reader on our own pages: every trap, in six languages. A figure may rise and never fall."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from archive.evidence.locate import words_at
from archive.http.exchange import Entity
from db.model.item import Attribution, Context, Dated, Reading, Role
from ingest.reading.reader import read

if TYPE_CHECKING:
    from tests.quality.own.conftest import OwnPage

pytestmark = pytest.mark.slow

FLOORS = dict.fromkeys(("author", "title", "date", "tags", "language", "text", "clean"), 100.0)
"""Per cent of the pages that are right in a field."""

SAME_TEXT = 0.97
"""From this token F1 on a text counts as right: a caption or a subheading more or less."""

Read = list[tuple["OwnPage", Reading]]


@pytest.fixture(scope="module")
def readings(own_pages: list[OwnPage]) -> Read:
    return [(page, read(Entity(page.url, page.body, "text/html", None), Context(page.url))) for page in own_pages]


def tokens(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.casefold()))


def f1(one: str, other: str) -> float:
    """Return the token F1 of two texts, 0 to 1."""
    mine, theirs = tokens(one), tokens(other)
    both = (mine & theirs).total()
    return 2 * both / (mine.total() + theirs.total()) if both else 0.0


def authors(reading: Reading) -> tuple[str, ...]:
    return tuple(one.name for one in reading.attributions if one.role is Role.AUTHOR)


def day(reading: Reading) -> str:
    published = reading.published
    return "" if published is None else published.day or published.value


RIGHT: dict[str, Callable[[OwnPage, Reading], bool]] = {
    "author": lambda page, found: authors(found) == page.truth.authors,
    "title": lambda page, found: found.title is not None and found.title.value == page.truth.title,
    "date": lambda page, found: day(found) == page.truth.date,
    "tags": lambda page, found: {tag.value for tag in found.tags} == set(page.truth.tags),
    "language": lambda page, found: found.language is not None and found.language.value == page.truth.language,
    "text": lambda page, found: f1(found.text, page.truth.text) >= SAME_TEXT,
    "clean": lambda page, found: not any(words in found.text for words in page.truth.never),
}
SHOWN: dict[str, Callable[[OwnPage, Reading], tuple[object, object]]] = {
    "author": lambda page, found: (authors(found), page.truth.authors),
    "title": lambda page, found: (found.title and found.title.value, page.truth.title),
    "date": lambda page, found: (day(found), page.truth.date),
    "tags": lambda page, found: ([tag.value for tag in found.tags], list(page.truth.tags)),
    "language": lambda page, found: (found.language and found.language.value, page.truth.language),
    "text": lambda page, found: (round(f1(found.text, page.truth.text), 3), found.text),
    "clean": lambda page, found: ([words for words in page.truth.never if words in found.text], []),
}


def test_there_are_at_least_sixty_pages_in_six_languages(own_pages: list[OwnPage]) -> None:
    assert len(own_pages) >= 60
    assert len({page.truth.language for page in own_pages}) == 6
    assert len({page.body for page in own_pages}) == len(own_pages)


@pytest.mark.parametrize("field", FLOORS)
def test_each_field_is_right_on_as_many_pages_as_before(readings: Read, field: str) -> None:
    wrong = {page.name: SHOWN[field](page, found) for page, found in readings if not RIGHT[field](page, found)}
    figure = round(100 * (1 - len(wrong) / len(readings)), 1)
    told = "\n".join(f"{name}: got {got!r}, want {want!r}" for name, (got, want) in wrong.items())
    assert figure >= FLOORS[field], f"{field} {figure} %\n{told}"


def test_the_bytes_that_evidence_names_hold_the_words_of_the_claim(readings: Read) -> None:
    for page, found in readings:
        for claim in (found.title, found.published, *found.attributions, *found.tags):
            if claim is None:
                continue
            evidence = claim.evidence
            assert evidence.ranges, f"{page.name}: {claim}"
            assert evidence.decoding is not None, f"{page.name}: {claim}"
            assert words_at(page.body, evidence.ranges, evidence.decoding) == evidence.words, f"{page.name}: {claim}"
            # A date is written in another form.
            value = None if isinstance(claim, Dated) else claim.name if isinstance(claim, Attribution) else claim.value
            assert value is None or tokens(value) <= tokens(evidence.words), f"{page.name}: {claim}"
