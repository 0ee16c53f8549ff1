"""Law 2: the tables are a function of the set of records, whatever their order."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.http.exchange import Ending, Truncation
from archive.warc.capture import Note, NoteKind
from db.catalogue import Catalogue
from db.identity import edition_id, item_id, url_key
from db.model.change import Entry
from db.model.item import PageKind, Partial, Rival, StatementPlace
from db.query.snapshot import compare

if TYPE_CHECKING:
    from tests.db.conftest import EntryBuilder

SITE, WORDS = "https://institute.example", "Texts are free."
PATHS = ("/a", "/b", "/old-a", "/pl/a", "/", "/terms", "/section/terms", "/robots.txt")
PLACES = {
    "/terms": StatementPlace.TERMS_PAGE,
    "/section/terms": StatementPlace.TERMS_PAGE,
    "/robots.txt": StatementPlace.SITE_POLICY,
}
# Long enough to be compared: two of them are alike, the third is another text.
LONG = " ".join(f"word{number} of the report of last year" for number in range(60))
TEXTS = ("A port.", "A deep sea port.", LONG, f"{LONG} Mended.", LONG.replace("word", "thing").replace("report", "sum"))
SHORTLINKS = ((), (), (f"{SITE}/?p=1",), (f"{SITE}/?p=2",), (f"{SITE}/?p=2", f"{SITE}/a"))
PACES = (timedelta(minutes=1), timedelta(seconds=0.3), timedelta(0))
"""Time between captures: other programs give all fetches of one second the same date."""
CAPTURES: tuple[dict[str, Any], ...] = ({}, {"ending": Ending.UNPROVED}, {"truncated": Truncation.DISCONNECT})


@st.composite
def entries(draw: st.DrawFn, builder: EntryBuilder) -> list[Entry]:
    """A few captures of a small site: texts that change, move, vanish, are cut short, claim another's address, or take
    over the one that another left.
    """
    found = []
    pace = draw(st.sampled_from(PACES))
    for number in range(draw(st.integers(2, 8))):
        path = draw(st.sampled_from(PATHS))
        what = draw(st.sampled_from(("text", "text", "text", "redirect", "gone", "wall", "list")))
        if what == "redirect":
            found.append(builder.redirect(number, path, draw(st.sampled_from(PATHS))))
        elif what == "gone":
            found.append(builder.answer(number, path, 404))
        elif what in ("wall", "list"):
            kind = PageKind.CHALLENGE if what == "wall" else PageKind.LISTING
            found.append(builder.entry(number, path, kind=kind))
        else:
            found.append(_text(draw, builder, number, path))
    paced = (replace(one.capture, began=builder.at(0) + pace * number) for number, one in enumerate(found))
    return [replace(one, capture=capture) for one, capture in zip(found, paced, strict=True)]


def _text(draw: st.DrawFn, builder: EntryBuilder, number: int, path: str) -> Entry:
    capture = builder.capture(number, path, **draw(st.sampled_from(CAPTURES)))
    canonical = draw(st.sampled_from((None, None, *PATHS)))
    reading = builder.reading(
        capture,
        title=draw(st.sampled_from(("Anaklia", "Batumi"))),
        text=draw(st.sampled_from(TEXTS)),
        shortlinks=draw(st.sampled_from(SHORTLINKS)),
        canonical=None if canonical is None else f"https://institute.example{canonical}",
        partial=draw(st.sampled_from((None, None, None, Partial.TEASER))),
    )
    language = builder.words(capture, draw(st.sampled_from(("en", "pl"))))
    if draw(st.booleans()):
        rival = Rival(
            "title", "Poti", "meta og:title", builder.evidence(capture, "Poti"), "not in the heading", doubt=True
        )
        reading = replace(reading, rivals=(rival,))
    place = PLACES.get(path, StatementPlace.SITE_FOOTER)
    said = replace(builder.statement(capture, draw(st.sampled_from(("Texts are free.", "Ask us.")))), place=place)
    statements = draw(st.sampled_from(((), (said,))))
    kind = PageKind.OTHER if path == "/robots.txt" else reading.kind
    links = draw(st.sampled_from(((), (), (f"{SITE}/section/terms/",))))
    changed = replace(reading, kind=kind, language=language, statements=statements, terms_links=links)
    return Entry(capture, changed)


@st.composite
def decisions(draw: st.DrawFn, builder: EntryBuilder) -> list[Note]:
    """A few decisions and withholdings about addresses of the site and a statement; some are withdrawn."""
    found: list[Note] = []
    for number in range(draw(st.integers(0, 5))):
        item = item_id("institute", url_key(SITE + draw(st.sampled_from(PATHS))))
        edition = edition_id(item, builder.at(draw(st.integers(0, 8))))
        about: dict[str, Any] = {"item": item, "edition": edition, "by": "A. Nowak"}
        title, author = [{"value": "Anaklia port"}], [{"value": "Jan Kos", "role": "author", "kind": "person"}]
        body = draw(
            st.sampled_from(
                (
                    about | {"field": "title", "values": title},
                    about | {"field": "author", "values": author},
                    about | {"field": "tags", "values": title},
                    about | {"confirms": True, "field": "title"},
                    {"by": "A. Nowak", "publisher": "institute", "words": WORDS, "field": "terms", "values": []},
                    {"by": "A. Nowak", "undo": found[-1].id if found else "urn:uuid:none"},
                    {"item": item, "reason": "asked to"},
                    {"item": item, "lift": True},
                )
            )
        )
        kind = NoteKind.DECISION if "by" in body else NoteKind.WITHHOLDING
        found.append(builder.note(20 + number, kind, body))
    return found


def _add(builder: EntryBuilder, catalogue: Catalogue, found: list[Entry | Note]) -> None:
    known: list[Entry] = []
    for one in found:
        if isinstance(one, Note):
            catalogue.add_note(one)
        else:
            builder.add_in_any_order(catalogue, [one], known=known)


def _rows(builder: EntryBuilder, empty: Path, found: list[Entry | Note]) -> list[tuple[str, str]]:
    with (
        tempfile.TemporaryDirectory() as folder,
        Catalogue.open(Path(shutil.copyfile(empty, Path(folder) / "c.db"))) as catalogue,
    ):
        with catalogue.transaction():
            _add(builder, catalogue, found)
        assert catalogue.connection.execute("PRAGMA foreign_key_check").fetchall() == []
        unused = """SELECT count(*) FROM evidence WHERE id NOT IN (SELECT evidence FROM term UNION ALL
            SELECT evidence FROM tag UNION ALL SELECT evidence FROM attribution UNION ALL
            SELECT title_evidence FROM edition WHERE title_evidence IS NOT NULL UNION ALL
            SELECT published_evidence FROM edition WHERE published_evidence IS NOT NULL UNION ALL
            SELECT language_evidence FROM item WHERE language_evidence IS NOT NULL UNION ALL
            SELECT evidence FROM rival UNION ALL SELECT evidence FROM restated)"""
        assert catalogue.connection.execute(unused).fetchone() == (0,)
        _index_holds_what_the_items_say(catalogue)
        # Terms from other pages are in no row of the item, but still follow from the records.
        terms = [("terms", f"{item.id} {item.terms}") for item in catalogue.items(sorted(catalogue.all_item_ids()))]
        return [*catalogue.snapshot(), *terms]


def _index_holds_what_the_items_say(catalogue: Catalogue) -> None:
    catalogue.connection.execute("INSERT INTO search (search) VALUES ('integrity-check')")
    for item in catalogue.all_item_ids():
        catalogue._index.forget(item)
    catalogue._index.write()
    left = catalogue.connection.execute("SELECT count(*) FROM search WHERE search MATCH 'anaklia OR batumi OR port'")
    assert left.fetchone() == (0,)


@pytest.mark.slow
@given(st.data())
@settings(max_examples=30, deadline=None)
def test_order_of_records_does_not_change_the_catalogue(
    builder: EntryBuilder, empty_catalogue: Path, data: st.DataObject
) -> None:
    found: list[Entry | Note] = [*data.draw(entries(builder)), *data.draw(decisions(builder))]
    shuffled = data.draw(st.permutations(found))
    assert compare(_rows(builder, empty_catalogue, found), _rows(builder, empty_catalogue, list(shuffled))) == []


def test_redirects_of_many_addresses_to_one_page_are_recorded_under_their_own_and_its_address(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    with catalogue.transaction():
        for number in range(20):
            catalogue.add(builder.redirect(number, f"/old/{number}", "/publications"))
        # A page where redirects lead depends on all of them.
        catalogue.add(builder.entry(20, "/publications", kind=PageKind.LISTING))
    rows = catalogue.connection.execute("SELECT count(*) FROM capture_key GROUP BY capture ORDER BY min(began)")
    assert [row[0] for row in rows] == [2] * 20 + [21]


@pytest.mark.slow
def test_redirects_of_many_addresses_to_one_item_take_steps_and_rows_in_their_number(
    tmp_path: Path, empty_catalogue: Path, builder: EntryBuilder
) -> None:
    def cost(redirects: int) -> tuple[list[int], int]:
        """The steps of SQLite for the redirects, for the item seen again, and for an older capture of it; the rows."""
        counted: list[None] = []
        steps: list[int] = []
        known = [builder.entry(1, "/report")]
        with Catalogue.open(Path(shutil.copyfile(empty_catalogue, tmp_path / f"{redirects}.db"))) as catalogue:
            catalogue.add(known[0])
            catalogue.connection.set_progress_handler(lambda: counted.append(None), 100)
            moved = [builder.redirect(2 + number, f"/old/{number}", "/report") for number in range(redirects)]
            for added in (moved, [builder.entry(2 + redirects, "/report")], [builder.entry(0, "/report")]):
                with catalogue.transaction():
                    builder.add_in_any_order(catalogue, list(added), known=known)
                steps.append(len(counted) - sum(steps))
            (rows,) = catalogue.connection.execute("SELECT count(*) FROM capture_key").fetchone()
        return steps, rows

    (few, rows), (many, more_rows) = cost(10), cost(40)
    assert all(more < 5 * before for before, more in zip(few, many, strict=True)), (few, many)
    assert more_rows < 5 * rows


@pytest.mark.slow
def test_a_redirect_between_two_items_is_compared_again_if_one_of_them_took_in_a_third_before(
    builder: EntryBuilder, empty_catalogue: Path
) -> None:
    found: list[Entry | Note] = [
        builder.entry(1, "/b", text=TEXTS[2], canonical=f"{SITE}/a"),
        builder.entry(2, "/old", text=TEXTS[4]),
        builder.redirect(3, "/old", "/a"),  # one work by its title, which has its text and its place from now on
        builder.entry(4, "/c", title="Batumi", text=TEXTS[2]),
        builder.redirect(5, "/b", "/c"),
    ]
    in_order = _rows(builder, empty_catalogue, found)
    late = _rows(builder, empty_catalogue, [*found[:2], *found[3:], found[2]])
    assert compare(in_order, late) == []


def test_an_address_that_was_gone_before_its_item_was_seen_at_another_is_recorded_so_in_any_order(
    builder: EntryBuilder, empty_catalogue: Path
) -> None:
    found: list[Entry | Note] = [
        builder.entry(1, "/b", canonical=f"{SITE}/a"),
        builder.answer(2, "/b", 404),
        builder.entry(3, "/a"),
    ]
    late = _rows(builder, empty_catalogue, [found[0], found[2], found[1]])
    assert compare(_rows(builder, empty_catalogue, found), late) == []


def test_compare_names_the_rows_that_differ() -> None:
    one = [("item", "a"), ("item", "b"), ("tag", "c")]
    assert compare(one, [("item", "b"), ("tag", "d"), ("item", "a")]) == [
        ("-", "tag", "c"),
        ("+", "tag", "d"),
    ]
    assert compare(one, one) == []
