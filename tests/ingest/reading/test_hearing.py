"""Hearing witnesses: what entries of feeds and REST answers add to a page, and what loses to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from archive.evidence.passage import Decoding, Place
from archive.http.exchange import Entity
from db.model.item import Context, Evidence, Origin, Publisher, Reading, Rival, Said, Says, Witness
from ingest.reading import read

if TYPE_CHECKING:
    from tests.ingest.reading.conftest import PageMaker

URL = "https://institute.example/amber-road-reopens/"
BYLINE = '<p class="byline">By {}</p>'


def said(says: Says, *values: str, field: str | None = None) -> list[Said]:
    decoding = Decoding("utf-8", Place.JSON)
    evidence = (Evidence(value, "urn:list", ranges=((0, 1),), decoding=decoding) for value in values)
    return [
        Said(says, value, field or f"REST {says.value}", where) for value, where in zip(values, evidence, strict=True)
    ]


def entry(*claims: list[Said], origin: Origin = Origin.REST, parts: int = 1) -> Witness:
    together = tuple(one for found in claims for one in found)
    return Witness("urn:list", 4, origin, URL, together, parts)


@pytest.fixture
def weigh(make_page: PageMaker) -> Callable[..., Reading]:
    """Read a page, with a byline or without, together with its witnesses."""

    def weighed(*witnesses: Witness, author: str | None = None, **page: str) -> Reading:
        top = "<h1>The Amber Road Reopens</h1>" + (BYLINE.format(author) if author else "")
        html = make_page(**{"top": top, "bottom": "", **page})
        publisher = Publisher("i", "https://institute.example/", ("institute.example",), "Institute")
        context = Context(URL, "urn:test:1", publisher=publisher, witnesses=witnesses)
        return read(Entity(URL, html.encode(), "text/html", "utf-8"), context)

    return weighed


def names(reading: Reading) -> list[str]:
    return [one.name for one in reading.attributions]


def lost(reading: Reading, field: str) -> list[Rival]:
    return [one for one in reading.rivals if one.field == field and one.evidence.capture == "urn:list"]


def test_without_witnesses_nothing_changes(weigh: Callable[..., Reading]) -> None:
    assert weigh(author="Anna Nowak").heard == ()


def test_a_date_that_the_page_does_not_state_is_that_of_rest(weigh: Callable[..., Reading]) -> None:
    feed = entry(said(Says.PUBLISHED, "Sun, 23 Apr 2023 22:30:00 +0000", field="feed pubDate"), origin=Origin.FEED)
    reading = weigh(feed, entry(said(Says.PUBLISHED, "2023-04-24T00:30:00", field="REST date")))
    assert reading.published is not None
    assert (reading.published.day, reading.published.evidence.capture) == ("2023-04-24", "urn:list")
    assert reading.heard == ("urn:list#4", "urn:list#4")


def test_a_zone_of_twenty_digits_costs_the_page_nothing(weigh: Callable[..., Reading]) -> None:
    stated = said(Says.PUBLISHED, "Sun, 23 Apr 2023 22:30:00 +99999999999999999", field="feed pubDate")
    reading = weigh(entry(stated, origin=Origin.FEED), entry(said(Says.ACCOUNT, "Anna Nowak")))
    assert (reading.unread, names(reading)) == (None, ["Anna Nowak"])


def test_an_account_is_named_where_the_page_names_nobody(weigh: Callable[..., Reading]) -> None:
    reading = weigh(entry(said(Says.ACCOUNT, "Anna Nowak")))
    assert names(reading) == ["Anna Nowak"]
    assert reading.attributions[0].evidence.capture == "urn:list"


@pytest.mark.parametrize("login", ["redakcja", "admin", "wp_user3"])
def test_a_login_is_never_credited_and_leaves_no_doubt(weigh: Callable[..., Reading], login: str) -> None:
    reading = weigh(entry(said(Says.ACCOUNT, login)))
    assert names(reading) == []
    assert [(one.value, one.doubt) for one in lost(reading, "author")] == [(login, False)]


def test_what_the_page_prints_is_believed_before_the_account(weigh: Callable[..., Reading]) -> None:
    reading = weigh(entry(said(Says.ACCOUNT, "Jan Kos")), author="Anna Nowak")
    assert names(reading) == ["Anna Nowak"]
    assert [(one.value, one.doubt) for one in lost(reading, "author")] == [("Jan Kos", False)]


def test_a_field_kept_for_authors_completes_those_of_the_page(weigh: Callable[..., Reading]) -> None:
    reading = weigh(entry(said(Says.AUTHOR, "Łucja Żak", "Anna Nowak")), author="Anna Nowak")
    assert names(reading) == ["Łucja Żak", "Anna Nowak"]
    assert [one.evidence.capture for one in reading.attributions] == ["urn:list", "urn:test:1"]


def test_a_field_kept_for_authors_stands_before_an_account_that_the_page_prints(weigh: Callable[..., Reading]) -> None:
    kept = said(Says.AUTHOR, "Łucja Żak"), said(Says.ACCOUNT, "Anna Nowak")
    assert names(weigh(entry(*kept), author="Anna Nowak")) == ["Łucja Żak"]


def test_of_two_that_are_at_odds_the_page_is_believed_and_a_person_shall_look(weigh: Callable[..., Reading]) -> None:
    reading = weigh(entry(said(Says.AUTHOR, "Łucja Żak")), author="Anna Nowak")
    assert names(reading) == ["Anna Nowak"]
    assert [(one.value, one.doubt) for one in lost(reading, "author")] == [("Łucja Żak", True)]


def test_the_headline_of_the_page_stands(weigh: Callable[..., Reading]) -> None:
    reading = weigh(entry(said(Says.TITLE, "Another headline")))
    assert reading.title is not None
    assert reading.title.evidence.capture == "urn:test:1"
    assert [one.value for one in lost(reading, "title")] == ["Another headline"]


def test_tags_are_those_that_rest_lists_and_subjects_of_a_feed_only_where_there_are_none(
    weigh: Callable[..., Reading],
) -> None:
    tagged = {"bottom": '<p>Tags: <a rel="tag" href="/t">“gas”</a></p>'}
    feed = entry(said(Says.SUBJECT, "Reports", "oil"), origin=Origin.FEED)
    assert [one.value for one in weigh(feed, **tagged).tags] == ["“gas”"]
    assert [one.value for one in weigh(feed, entry(said(Says.TAG, '"gas"')), **tagged).tags] == ['"gas"']
    assert [one.value for one in weigh(feed).tags] == ["Reports", "oil"]


def test_translations_that_rest_names_stand_beside_those_of_the_page(weigh: Callable[..., Reading]) -> None:
    head = '<title>x</title><link rel="alternate" hreflang="pl" href="/pl/bursztyn/">'
    rest = [
        *said(Says.TRANSLATION, "https://institute.example/pl/bursztyn/", field="REST translations.pl"),
        *said(Says.TRANSLATION, "https://institute.example/de/bernstein/", field="REST wpml_translations.de-AT"),
        *said(Says.TRANSLATION, URL.rstrip("/"), field="REST wpml_translations.en-US"),
    ]
    assert weigh(entry(rest), head=head).translations == (
        ("pl", "https://institute.example/pl/bursztyn/"),
        ("de-AT", "https://institute.example/de/bernstein/"),
    )


LD = """<script type="application/ld+json">
{{"@type":"Article","datePublished":"{}","headline":"The Amber Road Reopens"}}</script>"""


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("2023-04-23T22:30:00+00:00", "2023-04-24"),
        ("2023-04-23T22:30:00+02:00", "2023-04-23"),
        ("2023-04-23", "2023-04-23"),
    ],
    ids=["UTC", "with a zone", "a day"],
)
def test_rest_tells_the_day_where_the_site_is_of_a_moment_in_utc(
    weigh: Callable[..., Reading], stated: str, day: str
) -> None:
    witness = entry(said(Says.PUBLISHED, "2023-04-24T00:30:00", field="REST date"))
    reading = weigh(witness, head="<title>The Amber Road Reopens</title>" + LD.format(stated))
    assert reading.published is not None
    assert reading.published.day == day


def test_a_feed_gives_the_day_of_a_page_that_prints_that_of_its_last_change_alone(
    weigh: Callable[..., Reading],
) -> None:
    feed = entry(said(Says.PUBLISHED, "Mon, 24 Apr 2023 08:00:00 +0000", field="feed pubDate"), origin=Origin.FEED)
    top = "<h1>The Amber Road Reopens</h1><p>Last updated: 3 May 2024</p>"
    alone, heard = weigh(top=top), weigh(feed, top=top)
    assert alone.published is not None
    assert heard.published is not None
    assert heard.modified is not None
    assert (alone.published.day, heard.published.day, heard.modified.day) == ("2024-05-03", "2023-04-24", "2024-05-03")


def test_a_day_of_rest_that_is_far_from_that_of_the_page_is_a_doubt(weigh: Callable[..., Reading]) -> None:
    witness = entry(said(Says.PUBLISHED, "2023-05-24T00:30:00", field="REST date"))
    reading = weigh(witness, head="<title>The Amber Road Reopens</title>" + LD.format("2023-04-24"))
    assert reading.published is not None
    assert reading.published.day == "2023-04-24"
    assert [one.doubt for one in lost(reading, "published")] == [True]


def test_a_day_of_rest_stands_before_one_that_is_only_printed_somewhere(weigh: Callable[..., Reading]) -> None:
    comment = {"bottom": '<div id="comments"><p>Reader on 1 May 2025</p></div>'}
    witness = entry(said(Says.PUBLISHED, "2023-04-24T00:30:00", field="REST date"))
    reading = weigh(witness, **comment)
    assert reading.published is not None
    assert reading.published.day == "2023-04-24"


def test_a_title_of_rest_tells_the_headline_from_a_heading_that_is_none(weigh: Callable[..., Reading]) -> None:
    top = "<h1>From our archive</h1><p>The Amber Road Reopens</p>"
    page = {"head": "<title>The Amber Road Reopens ~ Lantern</title>", "top": top}
    reading = weigh(entry(said(Says.TITLE, "The Amber Road Reopens")), **page)
    assert reading.title is not None
    assert reading.title.value == "The Amber Road Reopens"
