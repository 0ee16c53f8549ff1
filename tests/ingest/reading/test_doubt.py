"""Which contradictions between witnesses are a doubt, and why each rejected value lost."""

from __future__ import annotations

from typing import Any

import pytest

from db.model.item import (
    AgentKind,
    Attribution,
    Dated,
    Evidence,
    PageKind,
    Precision,
    Reading,
    Rival,
    Role,
    Stamp,
    Words,
)
from ingest.reading.doubt import weighed

SITES = frozenset({"port watch", "institute example"})


def evidence_of(words: str) -> Evidence:
    return Evidence(words, "urn:uuid:1", ranges=((0, len(words)),))


def reading(**fields: Any) -> Reading:
    known: dict[str, Any] = {
        "title": Words("The price of a quiet port", evidence_of("The price of a quiet port")),
        "attributions": (Attribution("Maria Ossowska", evidence_of("Maria Ossowska")),),
        "published": Dated("2023-04-24", Precision.DAY, evidence_of("24 April 2023")),
        "modified": Dated("2023-05-02", Precision.DAY, evidence_of("2 May 2023")),
    }
    return Reading(Stamp("1", "2", "3"), PageKind.ARTICLE, **(known | fields))


def only_rival(field: str, value: str, witness: str, **fields: Any) -> Rival:
    (found,) = weighed(reading(rivals=(Rival(field, value, witness, evidence_of(value)),), **fields), SITES)
    return found


@pytest.mark.parametrize(
    ("field", "value", "witness"),
    [
        ("author", "Jan Kos", "JSON-LD author"),
        ("author", "Jan Kos", "meta author"),
        ("title", "Harbour dues explained", "h1"),
        ("title", "Harbour dues explained", "meta og:title"),
        ("published", "2023-01-11", "meta article:published_time"),
    ],
)
def test_another_person_another_title_or_another_day_is_a_doubt(field: str, value: str, witness: str) -> None:
    found = only_rival(field, value, witness)
    assert found.doubt
    assert found.because


@pytest.mark.parametrize(
    ("field", "value", "witness", "because"),
    [
        ("author", "admin", "JSON-LD author", "an account"),
        ("author", "Port Watch", "meta author", "the site itself"),
        ("author", "M. Ossowska Maria", "meta author", "another form"),
        ("author", "Ossowska", "meta author", "not the shape"),
        ("author", "Jan Kos", "byline class", "believed before"),
        ("author", "Jan Kos", "itemprop author", "believed before"),
        ("title", "The price of a quiet port - Port Watch", "title element", "with more around it"),
        ("title", "A quiet port and its price", "meta og:title", "another wording"),
        ("title", "Harbour dues explained", "title element", "window"),
        ("published", "2023-05-02", "JSON-LD datePublished", "was changed"),
        ("published", "2023-04-23T22:30:00Z", "JSON-LD datePublished", "another time zone"),
        ("published", "2023-01-11", "JSON-LD dateCreated", "days apart"),
        ("published", "2023", "meta date", "less exactly"),
    ],
)
def test_a_rival_that_a_rule_rejects_is_no_doubt_and_has_a_reason(
    field: str, value: str, witness: str, because: str
) -> None:
    found = only_rival(field, value, witness)
    assert not found.doubt
    assert because in found.because


@pytest.mark.parametrize(
    ("value", "doubt"), [("03-09-2026", False), ("03/09/2026 8:00 AM", False), ("2026-09-03", True)]
)
def test_digits_that_can_be_the_chosen_day_are_no_doubt(value: str, *, doubt: bool) -> None:
    chosen = Dated("2026-03-09", Precision.DAY, evidence_of("March 9, 2026"))
    assert only_rival("published", value, "meta article:published_time", published=chosen).doubt is doubt


def test_a_rival_byline_is_a_doubt_if_no_person_is_credited() -> None:
    house = (Attribution("Port Watch Team", evidence_of("Port Watch Team"), kind=AgentKind.ORGANISATION),)
    assert only_rival("author", "Jan Kos", "byline lead", attributions=house).doubt
    assert not only_rival("author", "Jan Kos", "byline lead").doubt


def test_someone_credited_in_another_role_is_no_rival_author() -> None:
    credited = (
        Attribution("Maria Ossowska", evidence_of("Maria Ossowska")),
        Attribution("Jan Kos", evidence_of("Jan Kos"), role=Role.TRANSLATOR),
    )
    found = only_rival("author", "Jan Kos", "meta author", attributions=credited)
    assert not found.doubt
