"""A search that would take too much processor time: it looks through fewer texts, and says which."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, repeat

import pytest

from db.catalogue import Catalogue
from db.model.change import Entry
from db.model.item import Dated, Precision
from db.schema.connection import Connection, bounded
from db.search.effort import WITHOUT_END, DateRange, Effort
from db.search.facet_counts import FacetKind, facets, facets_of
from db.search.query import parse
from db.search.search import Page, Results, Sort, page
from db.search.suggestion import reasons, suggestions
from tests.db.conftest import EntryBuilder

NOTHING = Effort(seconds=0.0, steps=1)
"""No step may take any time."""


def effort_that_stops(*ends: bool) -> Effort:
    """Return an effort whose first steps stop at once where *ends* says so; later steps never do."""

    def told() -> Iterator[float]:
        for number, end in enumerate(ends):
            # The clock is read at the start, and then for each check of the limit.
            yield 10.0 * number
            if end:
                yield from (10.0 * number + 9, 10.0 * number + 9)
        yield from repeat(10.0 * len(ends))

    clock = told()
    # A first step that must stop is checked after each instruction; otherwise checks are rare.
    return Effort(seconds=1.0, steps=1 if ends and ends[0] else 1_000_000, clock=lambda: next(clock))


@pytest.fixture
def years(catalogue: Catalogue, builder: EntryBuilder, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    """Items of 2019 to 2023, one a year, all with *ports*; two are looked through where all are too many."""
    monkeypatch.setattr("db.search.effort.NARROWER", (2,))
    with catalogue.transaction():
        for number in range(5):
            capture, day = builder.capture(number + 1, f"/{number}"), f"{2019 + number}-05-03"
            reading = builder.reading(capture, title=f"Ports {number}", text="Of ports and grain.")
            catalogue.add(
                Entry(capture, replace(reading, published=Dated(day, Precision.DAY, builder.evidence(capture, day))))
            )
    return catalogue


def found(catalogue: Catalogue, text: str, wanted: Page) -> tuple[Results, list[str]]:
    results = page(catalogue.connection, parse(text), wanted)
    return results, [(hit.published or "")[:4] for hit in results.hits]


def test_keyboard_interrupt_ends_a_search_and_is_not_taken_for_a_timeout() -> None:
    """Python raises Ctrl-C in whatever code runs, and here that is the check of the limit."""

    def broken_off() -> bool:
        raise KeyboardInterrupt

    connection = sqlite3.connect(":memory:", factory=Connection)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with pytest.raises(KeyboardInterrupt), Effort().limiting(connection), bounded(connection, broken_off):
        connection.execute(endless)
    # That ends the limit too: the next query is answered.
    with bounded(connection, lambda: False, steps=1):
        assert connection.execute("SELECT 1").fetchone() == (1,)
    connection.close()


@pytest.mark.parametrize(
    ("text", "sort", "meant"),
    [
        ("ports", Sort.RELEVANCE, ["2023", "2022"]),
        ("-war OR is:gone", Sort.NEW, ["2023", "2022"]),
        ("ports", Sort.OLD, ["2019", "2020"]),
        ("ports to:2021", Sort.RELEVANCE, ["2021", "2020"]),
        ("ports year:2021", Sort.NEW, ["2021"]),
        ("ports -from:2022", Sort.RELEVANCE, ["2021", "2020"]),
        ("ports -to:2020", Sort.OLD, ["2021", "2022"]),
        ("ports from:2020 to:2022", Sort.OLD, ["2020", "2021"]),
        ("ports in:editions", Sort.NEW, ["2023", "2022"]),
    ],
)
def test_slow_search_is_limited_to_fewer_texts(years: Catalogue, text: str, sort: Sort, meant: list[str]) -> None:
    results, shown = found(years, text, Page(sort=sort, effort=effort_that_stops(True)))
    assert shown == meant
    first, last = min(meant), max(meant)
    assert results.among is not None
    assert (results.among.first, results.among.last) == (f"{first}-05-03", f"{last}-05-03")
    assert (results.among.texts, results.total) == (len(meant), len(meant))


def test_search_that_is_too_slow_even_for_few_texts_claims_no_total(years: Catalogue) -> None:
    results, shown = found(years, "ports", Page(effort=NOTHING))
    assert shown == []
    assert (results.total, results.exact) == (0, False)
    assert results.among is not None
    assert results.among.texts == 0


@pytest.mark.parametrize("wanted", [Page(limit=-1, effort=NOTHING), Page(ranked=10**6, effort=NOTHING)])
def test_request_for_all_hits_searches_all_texts(years: Catalogue, wanted: Page) -> None:
    results, shown = found(years, "ports", wanted)
    assert (len(shown), results.total, results.exact, results.among) == (5, 5, True, None)


def test_hits_that_cannot_be_ranked_are_sorted_by_date(years: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    # Of the three steps of a search only the last takes too long.
    shares: list[float] = []
    spent = Effort.limiting

    def counted(self: Effort, connection: sqlite3.Connection, share: float = 1.0) -> object:
        shares.append(share)
        return spent(self if len(shares) < 3 else replace(self, seconds=0.0), connection, share)

    monkeypatch.setattr(Effort, "limiting", counted)
    # Without hits there is nothing to rank.
    nothing, _ = found(years, "zeppelin", Page(effort=Effort(seconds=60.0, steps=1)))
    assert (nothing.total, nothing.exact, nothing.is_hurried) == (0, True, False)
    shares.clear()
    results, shown = found(years, "ports", Page(effort=Effort(seconds=60.0, steps=1)))
    assert shown == ["2023", "2022", "2021", "2020", "2019"]
    assert (results.ranked, results.total, results.exact, results.among) == (0, 5, True, None)
    assert (results.unranked, results.is_hurried) == (True, True)


@pytest.mark.parametrize("text", ["ports", "ports in:editions"])
@pytest.mark.parametrize("sort", list(Sort))
def test_facets_are_counted_among_the_newest_whatever_the_sort_order(
    years: Catalogue, monkeypatch: pytest.MonkeyPatch, text: str, sort: Sort
) -> None:
    monkeypatch.setattr("db.search.facet_counts.RANKED", 2)
    monkeypatch.setattr("db.search.facet_counts.FEWER", 2)
    results, _ = found(years, text, Page(sort=sort))
    told = facets_of(years.connection, results, [FacetKind.YEAR])
    assert (told.counted, told.whole) == (2, False)
    assert {one.value for one in told.values[FacetKind.YEAR]} == {"2022", "2023"}


def test_search_of_the_fewest_texts_gets_the_largest_share_of_time(
    years: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.search.effort.NARROWER", (4, 2))
    given: list[float] = []
    spent = Effort.limiting

    def counted(self: Effort, connection: sqlite3.Connection, share: float = 1.0) -> object:
        given.append(share)
        # Too much for the first step among all texts, and also among fewer.
        return spent(self if len(given) > 2 else replace(self, seconds=0.0), connection, share)

    monkeypatch.setattr(Effort, "limiting", counted)
    results, shown = found(years, "ports", Page(effort=Effort(seconds=60.0, steps=1), sort=Sort.NEW))
    assert (shown, results.among and results.among.texts) == (["2023", "2022"], 2)
    assert given[1] < given[0] < given[2], given


def test_outer_time_limit_still_applies_during_a_search(years: Catalogue) -> None:
    with (
        pytest.raises(sqlite3.OperationalError) as stopped_by,
        bounded(years.connection, lambda: True, steps=1),
    ):
        found(years, "ports", Page(effort=Effort(seconds=60.0, steps=1)))
    assert stopped_by.value.sqlite_errorname == "SQLITE_INTERRUPT"
    # And it ends with its block.
    assert len(found(years, "ports", Page())[1]) == 5


def test_outer_limit_applies_again_after_an_inner_one_ends(years: Catalogue) -> None:
    end = chain([False] * 3, repeat(True))
    with bounded(years.connection, lambda: next(end), steps=1):
        with bounded(years.connection, lambda: False):
            pass
        with pytest.raises(sqlite3.OperationalError):
            years.connection.execute(
                "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n) SELECT max(n) FROM n"
            )


def test_facets_counted_among_fewer_texts_say_that_they_are_incomplete(years: Catalogue) -> None:
    kinds = [FacetKind.YEAR]
    told = facets(years.connection, "ports", kinds, effort=effort_that_stops(True))
    assert (told.counted, told.whole) == (2, False)
    assert {one.value for one in told.values[FacetKind.YEAR]} == {"2022", "2023"}
    none = facets(years.connection, "ports", kinds, effort=NOTHING)
    assert (none.counted, none.whole, none.values) == (0, False, {FacetKind.YEAR: ()})


def test_suggestions_stop_when_they_take_too_long(years: Catalogue) -> None:
    query = parse("portz grain")
    assert suggestions(years.connection, query)
    assert suggestions(years.connection, query, NOTHING) == ()
    assert reasons(years.connection, query, NOTHING) == ()


def test_stretch_is_exported_without_its_rows() -> None:
    assert DateRange(2, "2022-05-03", "2023-05-03", (1, 2)).as_json() == {
        "texts": 2,
        "first": "2022-05-03",
        "last": "2023-05-03",
    }


def test_search_without_a_limit_is_still_interrupted_by_its_page(years: Catalogue) -> None:
    count = """WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 10000)
        SELECT count(*) FROM number"""
    with (
        pytest.raises(sqlite3.OperationalError, match="interrupted"),
        bounded(years.connection, lambda: True, steps=100),
        WITHOUT_END.limiting(years.connection),
    ):
        years.connection.execute(count).fetchone()
