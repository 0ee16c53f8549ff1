"""Witnesses: what entries of feeds and REST responses add to a page, and where the page wins over them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from archive.evidence.passage import Decoding, Place
from archive.http.exchange import Entity
from db.model.item import (
    Context,
    EntryClaim,
    EntryField,
    Evidence,
    Origin,
    PageKind,
    Publisher,
    Reading,
    Rival,
    Witness,
)
from ingest.reading import read

if TYPE_CHECKING:
    from tests.ingest.reading.conftest import PageMaker

URL = "https://institute.example/amber-road-reopens/"
BYLINE = '<p class="byline">By {}</p>'


def claims_of(says: EntryField, *values: str, field: str | None = None) -> list[EntryClaim]:
    decoding = Decoding("utf-8", Place.JSON)
    evidence = (Evidence(value, "urn:list", ranges=((0, 1),), decoding=decoding) for value in values)
    return [
        EntryClaim(says, value, field or f"REST {says.value}", where)
        for value, where in zip(values, evidence, strict=True)
    ]


def list_entry(*claims: list[EntryClaim], origin: Origin = Origin.REST, parts: int = 1) -> Witness:
    together = tuple(one for found in claims for one in found)
    return Witness("urn:list", 4, origin, URL, together, parts)


@pytest.fixture
def read_with(make_page: PageMaker) -> Callable[..., Reading]:
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


def rivals_from_witnesses(reading: Reading, field: str) -> list[Rival]:
    return [one for one in reading.rivals if one.field == field and one.evidence.capture == "urn:list"]


def test_without_witnesses_a_reading_lists_none(read_with: Callable[..., Reading]) -> None:
    assert read_with(author="Anna Nowak").heard == ()


def test_a_date_missing_on_the_page_is_taken_from_rest_before_the_feed(read_with: Callable[..., Reading]) -> None:
    feed = list_entry(
        claims_of(EntryField.PUBLISHED, "Sun, 23 Apr 2023 22:30:00 +0000", field="feed pubDate"), origin=Origin.FEED
    )
    reading = read_with(feed, list_entry(claims_of(EntryField.PUBLISHED, "2023-04-24T00:30:00", field="REST date")))
    assert reading.published is not None
    assert (reading.published.day, reading.published.evidence.capture) == ("2023-04-24", "urn:list")
    assert reading.heard == ("urn:list#4", "urn:list#4")


def test_an_absurd_time_zone_in_a_feed_does_not_break_the_reading(read_with: Callable[..., Reading]) -> None:
    stated = claims_of(EntryField.PUBLISHED, "Sun, 23 Apr 2023 22:30:00 +99999999999999999", field="feed pubDate")
    reading = read_with(list_entry(stated, origin=Origin.FEED), list_entry(claims_of(EntryField.ACCOUNT, "Anna Nowak")))
    assert (reading.unread, names(reading)) == (None, ["Anna Nowak"])


def test_the_account_is_credited_if_the_page_names_nobody(read_with: Callable[..., Reading]) -> None:
    reading = read_with(list_entry(claims_of(EntryField.ACCOUNT, "Anna Nowak")))
    assert names(reading) == ["Anna Nowak"]
    assert reading.attributions[0].evidence.capture == "urn:list"


@pytest.mark.parametrize("login", ["redakcja", "admin", "wp_user3"])
def test_a_login_is_never_credited_and_leaves_no_doubt(read_with: Callable[..., Reading], login: str) -> None:
    reading = read_with(list_entry(claims_of(EntryField.ACCOUNT, login)))
    assert names(reading) == []
    assert [(one.value, one.doubt) for one in rivals_from_witnesses(reading, "author")] == [(login, False)]


def test_a_printed_byline_wins_over_the_account(read_with: Callable[..., Reading]) -> None:
    reading = read_with(list_entry(claims_of(EntryField.ACCOUNT, "Jan Kos")), author="Anna Nowak")
    assert names(reading) == ["Anna Nowak"]
    assert [(one.value, one.doubt) for one in rivals_from_witnesses(reading, "author")] == [("Jan Kos", False)]


def test_an_author_field_of_rest_completes_the_pages_authors(read_with: Callable[..., Reading]) -> None:
    reading = read_with(list_entry(claims_of(EntryField.AUTHOR, "Łucja Żak", "Anna Nowak")), author="Anna Nowak")
    assert names(reading) == ["Łucja Żak", "Anna Nowak"]
    assert [one.evidence.capture for one in reading.attributions] == ["urn:list", "urn:test:1"]


def test_an_author_field_of_rest_wins_over_a_printed_account(read_with: Callable[..., Reading]) -> None:
    kept = claims_of(EntryField.AUTHOR, "Łucja Żak"), claims_of(EntryField.ACCOUNT, "Anna Nowak")
    assert names(read_with(list_entry(*kept), author="Anna Nowak")) == ["Łucja Żak"]


def test_if_page_and_rest_differ_the_page_wins_and_a_doubt_is_noted(read_with: Callable[..., Reading]) -> None:
    reading = read_with(list_entry(claims_of(EntryField.AUTHOR, "Łucja Żak")), author="Anna Nowak")
    assert names(reading) == ["Anna Nowak"]
    assert [(one.value, one.doubt) for one in rivals_from_witnesses(reading, "author")] == [("Łucja Żak", True)]


def test_the_pages_headline_wins_over_the_rest_title(read_with: Callable[..., Reading]) -> None:
    reading = read_with(list_entry(claims_of(EntryField.TITLE, "Another headline")))
    assert reading.title is not None
    assert reading.title.evidence.capture == "urn:test:1"
    assert [one.value for one in rivals_from_witnesses(reading, "title")] == ["Another headline"]


def test_rest_tags_win_and_feed_subjects_are_the_last_resort(
    read_with: Callable[..., Reading],
) -> None:
    tagged = {"bottom": '<p>Tags: <a rel="tag" href="/t">“gas”</a></p>'}
    feed = list_entry(claims_of(EntryField.SUBJECT, "Reports", "oil"), origin=Origin.FEED)
    assert [one.value for one in read_with(feed, **tagged).tags] == ["“gas”"]
    assert [one.value for one in read_with(feed, list_entry(claims_of(EntryField.TAG, '"gas"')), **tagged).tags] == [
        '"gas"'
    ]
    assert [one.value for one in read_with(feed).tags] == ["Reports", "oil"]


def test_rest_translations_are_added_to_those_of_the_page(read_with: Callable[..., Reading]) -> None:
    head = '<title>x</title><link rel="alternate" hreflang="pl" href="/pl/bursztyn/">'
    rest = [
        *claims_of(EntryField.TRANSLATION, "https://institute.example/pl/bursztyn/", field="REST translations.pl"),
        *claims_of(
            EntryField.TRANSLATION, "https://institute.example/de/bernstein/", field="REST wpml_translations.de-AT"
        ),
        *claims_of(EntryField.TRANSLATION, URL.rstrip("/"), field="REST wpml_translations.en-US"),
    ]
    assert read_with(list_entry(rest), head=head).translations == (
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
def test_rest_gives_the_local_day_of_a_utc_time(read_with: Callable[..., Reading], stated: str, day: str) -> None:
    witness = list_entry(claims_of(EntryField.PUBLISHED, "2023-04-24T00:30:00", field="REST date"))
    reading = read_with(witness, head="<title>The Amber Road Reopens</title>" + LD.format(stated))
    assert reading.published is not None
    assert reading.published.day == day


def test_a_feed_dates_a_page_that_prints_only_its_last_update(
    read_with: Callable[..., Reading],
) -> None:
    feed = list_entry(
        claims_of(EntryField.PUBLISHED, "Mon, 24 Apr 2023 08:00:00 +0000", field="feed pubDate"), origin=Origin.FEED
    )
    top = "<h1>The Amber Road Reopens</h1><p>Last updated: 3 May 2024</p>"
    alone, heard = read_with(top=top), read_with(feed, top=top)
    assert alone.published is not None
    assert heard.published is not None
    assert heard.modified is not None
    assert (alone.published.day, heard.published.day, heard.modified.day) == ("2024-05-03", "2023-04-24", "2024-05-03")


@pytest.mark.parametrize(("of_event", "kind"), [(False, PageKind.ARTICLE), (True, PageKind.PAGE)])
def test_a_page_that_a_feed_dates_is_an_article_unless_it_announces_an_event(
    make_page: PageMaker, of_event: bool, kind: PageKind
) -> None:
    feed = list_entry(claims_of(EntryField.PUBLISHED, "Mon, 24 Apr 2023 08:00:00 +0000"), origin=Origin.FEED)
    event = '<script type="application/ld+json">{"@type": "Event", "name": "The Amber Road Reopens"}</script>'
    html = make_page(top="<h1>The Amber Road Reopens</h1>", bottom=event if of_event else "")
    entity = Entity(URL, html.replace(' class="single single-post postid-7"', "").encode(), "text/html", "utf-8")
    heard = [read(entity, Context(URL, "urn:test:1", witnesses=witnesses)).kind for witnesses in ((), (feed,))]
    assert heard == [PageKind.PAGE, kind]


def test_a_rest_date_far_from_the_pages_date_is_a_doubt(read_with: Callable[..., Reading]) -> None:
    witness = list_entry(claims_of(EntryField.PUBLISHED, "2023-05-24T00:30:00", field="REST date"))
    reading = read_with(witness, head="<title>The Amber Road Reopens</title>" + LD.format("2023-04-24"))
    assert reading.published is not None
    assert reading.published.day == "2023-04-24"
    assert [one.doubt for one in rivals_from_witnesses(reading, "published")] == [True]


def test_a_rest_date_wins_over_a_date_printed_elsewhere(read_with: Callable[..., Reading]) -> None:
    comment = {"bottom": '<div id="comments"><p>Reader on 1 May 2025</p></div>'}
    witness = list_entry(claims_of(EntryField.PUBLISHED, "2023-04-24T00:30:00", field="REST date"))
    reading = read_with(witness, **comment)
    assert reading.published is not None
    assert reading.published.day == "2023-04-24"


def test_a_rest_title_shows_that_a_heading_is_not_the_headline(read_with: Callable[..., Reading]) -> None:
    top = "<h1>From our archive</h1><p>The Amber Road Reopens</p>"
    page = {"head": "<title>The Amber Road Reopens ~ Lantern</title>", "top": top}
    reading = read_with(list_entry(claims_of(EntryField.TITLE, "The Amber Road Reopens")), **page)
    assert reading.title is not None
    assert reading.title.value == "The Amber Road Reopens"
