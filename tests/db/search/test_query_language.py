"""The query language: what may be typed, what it finds, and the messages when nothing is found."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from archive.warc.capture import NoteKind
from db.catalogue import Catalogue
from db.model.change import Entry
from db.model.item import Attribution, Dated, PageKind, Partial, Precision, StatementPlace
from db.search.facet_counts import FEWER, FacetKind, facets, facets_of
from db.search.query import find_mistake, parse
from db.search.reuse import reuses
from db.search.search import COUNTED, RANKED, Page, Results, Sort, all_ids, count, page, search, sql
from db.search.suggestion import nearest, reasons, suggestions
from db.search.where import where

if TYPE_CHECKING:
    from tests.db.conftest import EntryBuilder, Filled


def _add(catalogue: Catalogue, builder: EntryBuilder, number: int, title: str, **said: str) -> None:
    capture = builder.capture(number, said.get("path", f"/{number}"))
    day, section = said.get("day", "2023-04-24"), said.get("section")
    words = said.get("terms")
    statements = (builder.statement(capture, words),) if words else ()
    reading = replace(
        builder.reading(capture, title=title, text=said.get("text", "Nothing more."), statements=statements),
        kind=PageKind(said.get("kind", "article")),
        published=Dated(day, Precision.DAY, builder.evidence(capture, day)) if day else None,
        attributions=tuple(
            Attribution(name, builder.evidence(capture, name)) for name in said.get("author", "Jan Kowal").split(";")
        ),
        language=builder.words(capture, said.get("language", "en")),
        section=builder.words(capture, section) if section else None,
        tags=tuple(builder.words(capture, tag) for tag in said.get("tags", "").split(";") if tag),
        partial=Partial(said["partial"]) if "partial" in said else None,
    )
    catalogue.add(Entry(capture, reading))


def _fill(catalogue: Catalogue, builder: EntryBuilder) -> None:
    """Add six items with sections, tags with signs, and terms; 1 is edited, 2 gone, 5 a page, 6 undated and partial."""
    with catalogue.transaction():
        _add(catalogue, builder, 1, "Ports", text="A seabed of old words.", section="Black Sea", tags="R&D;Sea/Ports")
        _add(
            catalogue,
            builder,
            2,
            "Grain",
            day="2021-03-01",
            section="Economy",
            tags="C++;Grain",
            terms="Free to all.",
        )
        _add(catalogue, builder, 3, "Łódź", day="2022-12-31", language="pl", tags="C", terms="Ask us first.")
        _add(
            catalogue,
            builder,
            4,
            "Tides",
            day="2022-01-01",
            author="Anna Nowak;Jan Kowal",
            terms="Free, with credit.",
        )
        _add(catalogue, builder, 5, "About us", kind="page", day="", tags="Economy & War")
        _add(catalogue, builder, 6, "Cables", day="", partial="teaser", kind="document", text="(a) f(x) grain.")
        _add(catalogue, builder, 11, "Ports", path="/1", text="New words.", section="Black Sea", tags="R&D;Sea/Ports")
        catalogue.add(builder.answer(12, "/2", 404))


@pytest.fixture
def shelf(catalogue: Catalogue, builder: EntryBuilder, filled: Filled) -> Catalogue:
    """A catalogue with these items, to be changed."""

    def fill() -> None:
        _fill(catalogue, builder)

    return filled(catalogue, fill)


@pytest.fixture(scope="module")
def items(standing: Callable[..., Catalogue], builder: EntryBuilder) -> Catalogue:
    """The same, for reading only."""
    return standing(partial(_fill, builder=builder))


def found_numbers(catalogue: Catalogue, text: str) -> set[int]:
    found = {int(item.url.rpartition("/")[2]) for item in catalogue.items(all_ids(catalogue.connection, text))}
    hits = search(catalogue.connection, text, limit=50)
    assert {int(item.url.rpartition("/")[2]) for item in catalogue.items(hit.item for hit in hits.hits)} == found
    assert (count(catalogue.connection, text), hits.total) == (len(found), len(found))
    return found


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("NOT ports", {2, 3, 4, 5, 6}),
        ("kind:article NOT ports", {2, 3, 4}),
        ("(ports OR grain) year:2021", {2}),
        ("(ports OR grain) -(title:grain)", {1, 6}),
        ("-(ports OR grain)", {3, 4, 5}),
        ("-(ports grain) kind:page", {5}),
        ("((ports) OR (title:tides author:nowak))", {1, 4}),
        ("ports OR (", {1}),
        (") ports", {1}),
        ("f(x)", {6}),
        ("(a)", {6}),
        ('tag:"R&D"', {1}),
        ("tag:R&D", {1}),
        ("tag:sea/ports", {1}),
        ("tag:ports", {1}),
        ("tag:C++", {2}),
        ("tag:C", {2, 3}),
        ("tag:=C", {3}),
        ("tag:=grain", {2}),
        ("tag:gra*", {2}),
        ('tag:="economy & war"', {5}),
        ("tag:econ*", {5}),
        ('section:"black sea"', {1}),
        ("section:sea", {1}),
        ("section:=sea", set()),
        ("section:econ* OR tag:econ*", {2, 5}),
        ("year:2022", {3, 4}),
        ("-year:2022 -kind:page", {1, 2, 6}),
        ("year:2021 OR year:2023", {1, 2}),
        ("(from:2022 to:2022) OR title:grain", {2, 3, 4}),
        ("kind:page", {5}),
        ("kind:document", {6}),
        ("is:gone", {2}),
        ("-is:gone kind:article", {1, 3, 4}),
        ("is:changed", {1}),
        ("is:partial", {6}),
        ("is:unread", set()),
        ("is:conflict", set()),
        ("is:document", {6}),
        ("is:gone OR is:changed", {1, 2}),
        ("reuse:yes", {2, 4}),
        ("reuse:ask", {3}),
        ("reuse:unknown", {1, 5, 6}),
        ("reuse:no", set()),
        ("reuse:yes -is:gone", {4}),
        ("-reuse:yes tag:c", {3}),
        ("reuse:ask OR reuse:yes", {2, 3, 4}),
        ("license:none", {1, 3, 5, 6}),
        ("license:LicenseRef-institute*", {2, 4}),
        ("https://institute.example/3", {3}),
        ("https://www.institute.example/3/?utm_source=x", {3}),
        ("https://elsewhere.example/3", set()),
        ("seabed", set()),
        ("seabed in:editions", {1}),
        ("seabed in:editions OR grain", {1, 2, 6}),
        ('"new words" in:editions', {1}),
        ("seabed in:editions year:2023 tag:ports -is:gone", {1}),
        ("seabed in:editions year:2021", set()),
    ],
)
def test_query_syntax_finds_the_expected_items(items: Catalogue, text: str, meant: set[int]) -> None:
    assert found_numbers(items, text) == meant


def test_pasted_item_or_edition_id_finds_its_item(items: Catalogue) -> None:
    (item,) = all_ids(items.connection, "title:grain")
    assert all_ids(items.connection, item) == [item]
    assert all_ids(items.connection, f"{item.upper()}@20230424100200") == [item]


def test_reuse_lookup_cost_does_not_grow_with_the_publisher(shelf: Catalogue, builder: EntryBuilder) -> None:
    def cost(asked: list[str] | None) -> int:
        steps = 0

        def step() -> int:
            nonlocal steps
            steps += 1
            return 0

        shelf.connection.set_progress_handler(step, 10)
        reuses(shelf.connection, asked)
        shelf.connection.set_progress_handler(None, 0)
        return steps

    # Its words were different before; replaced words are looked up on their own, not per item.
    with shelf.transaction():
        _add(shelf, builder, 13, "Tides", path="/4", day="2022-01-01", terms="Free to all.")
    shown = list(all_ids(shelf.connection, "tides OR grain OR ports"))
    before = cost(shown), cost(None)
    with shelf.transaction():
        for number in range(20, 50):
            _add(shelf, builder, number, f"Quay {number}", terms="Free to all.")
    after = cost(shown), cost(None)
    assert after[0] < 1.2 * before[0], (before, after)
    assert after[1] < 1.2 * before[1], (before, after)
    few, every = reuses(shelf.connection, shown), reuses(shelf.connection)
    digests = shelf.terms_digests(shown)
    publisher = next(iter(shelf.items(shown))).publisher.id
    for item in shown:
        assert few.of(publisher, "", item) == every.of(publisher, digests[item], item)


def test_hit_in_an_older_edition_names_it_and_shows_its_words(items: Catalogue) -> None:
    (hit,) = search(items.connection, "seabed in:editions").hits
    assert hit.edition == f"{hit.item}@20230424100100"
    assert hit.snippet.marked("«", "»") == "A «seabed» of old words."
    (hit,) = search(items.connection, '"new words" in:editions').hits
    assert hit.edition is None


def test_older_editions_of_a_withheld_item_are_not_found(shelf: Catalogue, builder: EntryBuilder) -> None:
    (item,) = all_ids(shelf.connection, "title:ports")
    shelf.add_note(builder.note(50, NoteKind.WITHHOLDING, {"item": item, "reason": "asked to"}))
    assert count(shelf.connection, "seabed in:editions") == 0
    assert search(shelf.connection, f"{item} in:editions").hits == ()
    shelf.add_note(builder.note(51, NoteKind.WITHHOLDING, {"item": item, "lift": True}))
    assert count(shelf.connection, "seabed in:editions") == 1


@pytest.mark.slow
def test_reuse_filter_gives_the_same_answer_as_the_verdict(
    catalogue: Catalogue, builder: EntryBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where a section's terms page permits only what lies there, and where words were replaced elsewhere."""
    from db.model.item import Answer, Use
    from db.terms.verdict import verdict

    entries = [
        builder.saying(1, "/review/essay"),
        builder.saying(2, "/news/item"),
        builder.terms_page(3, "Free to all.", path="/review/terms"),
        builder.saying(4, "/a", "Free to all."),
        builder.saying(5, "/b", "Free to all."),
        builder.saying(6, "/a", "Ask us first."),
        builder.saying(7, "/c", "Free to all.", place=StatementPlace.SITE_FOOTER),
    ]
    builder.add_in_any_order(catalogue, entries)
    said = {Answer.YES: "yes", Answer.WITH_DUTIES: "yes", Answer.ASK: "ask", Answer.NO: "no", Answer.UNKNOWN: "unknown"}
    for few in (2000, 0):
        # In any number: as a list, or looked up row by row.
        monkeypatch.setattr("db.search.where._FEW", few)
        for item in catalogue.items(catalogue.all_item_ids()):
            answer = said[verdict([held.statement for held in item.terms], Use.REPUBLISH).answer]
            for wanted in ("yes", "ask", "no", "unknown"):
                meets = wanted == answer
                for text in (
                    f"reuse:{wanted}",
                    f"reuse:{wanted} OR title:nowhere",
                    f"-(-reuse:{wanted} -title:nowhere)",
                ):
                    assert (item.id in all_ids(catalogue.connection, text)) is meets, (item.url, text)
                assert (item.id in all_ids(catalogue.connection, f"-reuse:{wanted}")) is not meets, (item.url, wanted)
            # A page of hits is looked up on its own, together or one by one.
            for shown in ([item.id], catalogue.all_item_ids()):
                assert reuses(catalogue.connection, shown).of(item.publisher.id, "", item.id).reuse == answer, item.url


@pytest.mark.parametrize(
    "text",
    [
        "reuse:yes OR ports",
        "-reuse:unknown OR lang:de",
        "(reuse:no is:gone) OR license:none OR ports",
        "note:nothing OR set:none OR is:conflict OR ports",
        "is:document OR (ports -is:document)",
    ],
)
def test_condition_met_by_all_or_no_items_is_answered_by_the_index(
    catalogue: Catalogue, builder: EntryBuilder, text: str
) -> None:
    with catalogue.transaction():
        _add(catalogue, builder, 1, "Ports", terms="Free to all.")
        _add(catalogue, builder, 2, "Grain", terms="Free to all.")
    found = where(catalogue.connection, parse(text))
    assert found is not None
    # One query to the index, and nothing looked up row by row.
    assert (found.table, found.condition, found.costly) == ("search", "search MATCH ?", False)


@pytest.mark.slow
def test_thousands_of_publishers_cause_no_error_in_the_index(catalogue: Catalogue, builder: EntryBuilder) -> None:
    _add(catalogue, builder, 1, "Ports", terms="Free to all.")
    with catalogue.transaction():
        for number in range(3000):
            catalogue.connection.execute(
                "INSERT INTO publisher (id, url, hosts) VALUES (?, 'http://x.example/', '[]')", (f"p{number}",)
            )
            catalogue.connection.execute(
                """INSERT INTO item (id, publisher, kind, url, first_seen, last_seen, latest, latest_key, field_digest,
                terms_digest) SELECT ?1, ?1, kind, url, first_seen, last_seen, latest, latest_key, '', ?2
                FROM item WHERE publisher NOT LIKE 'p%' LIMIT 1""",
                (f"p{number}", f"{number % 2}"),
            )
    assert count(catalogue.connection, "reuse:yes OR title:none") == 1
    assert count(catalogue.connection, "-reuse:unknown") == 1


def test_new_terms_page_changes_the_reuse_answer_for_all_items(catalogue: Catalogue, builder: EntryBuilder) -> None:
    for number in range(3):
        catalogue.add(builder.saying(number, f"/{number}"))
    assert count(catalogue.connection, "reuse:unknown") == 3
    catalogue.add(builder.terms_page(5, "Free to all."))
    assert count(catalogue.connection, "reuse:yes kind:article") == 3


@pytest.mark.parametrize(
    ("sort", "order"),
    [(Sort.NEW, [1, 3, 4, 2]), (Sort.OLD, [2, 4, 3, 1]), (Sort.TITLE, [2, 3, 1, 4])],
)
def test_hits_are_sorted_as_requested(items: Catalogue, sort: Sort, order: list[int]) -> None:
    query = parse("from:2021 kind:article")
    found = [page(items.connection, query, Page(sort=sort, limit=3, offset=at)).hits for at in (0, 3)]
    urls = [item.url for item in items.items(hit.item for hits in found for hit in hits)]
    assert [int(url.rpartition("/")[2]) for url in urls] == order


@pytest.mark.parametrize("text", ["kind:article OR kind:page OR kind:document", "in:editions -title:none"])
@pytest.mark.parametrize(("sort", "order"), [(Sort.NEW, [1, 3, 4, 2, 6, 5]), (Sort.OLD, [2, 4, 3, 1, 5, 6])])
def test_undated_hits_come_last_in_both_date_orders(
    items: Catalogue, monkeypatch: pytest.MonkeyPatch, text: str, sort: Sort, order: list[int]
) -> None:
    query = parse(text)

    def pages(size: int, ranked: int = RANKED) -> list[int]:
        hits = (page(items.connection, query, Page(size, at, sort, ranked)).hits for at in range(0, 9, size))
        urls = [item.url for item in items.items(hit.item for found in hits for hit in found)]
        return [int(url.rpartition("/")[2]) for url in urls]

    assert pages(9) == order
    for size in (1, 3, 4, 5):
        # Whether all hits are known, as usual, or only the newest.
        assert pages(size) == pages(size, 2) == order
    if sort is Sort.NEW:
        urls = [item.url for item in items.items(all_ids(items.connection, text))]
        assert [int(url.rpartition("/")[2]) for url in urls] == order
    asked = sql(items.connection, query, Page(sort=sort))
    if not query.editions:
        urls = [item.url for item in items.items(row[0] for row in items.connection.execute(asked).fetchall())]
        assert [int(url.rpartition("/")[2]) for url in urls] == order


def test_facets_count_the_hits_and_narrow_to_them(items: Catalogue) -> None:
    found = facets(items.connection, "", list(FacetKind))
    assert (found.counted, found.whole) == (6, True)
    said = {kind: {one.value: one.count for one in values} for kind, values in found.values.items()}
    assert said[FacetKind.AUTHOR] == {"Jan Kowal": 6, "Anna Nowak": 1}
    assert said[FacetKind.YEAR] == {"2022": 2, "2021": 1, "2023": 1}
    assert said[FacetKind.REUSE] == {"unknown": 3, "yes": 2, "ask": 1}
    assert said[FacetKind.SECTION] == {"Black Sea": 1, "Economy": 1}
    for values in found.values.values():
        for one in values:
            assert count(items.connection, one.query) == one.count, one
    part = facets(items.connection, "-kind:page", [FacetKind.KIND], counted=4)
    assert (part.counted, part.whole) == (4, False)


@pytest.mark.parametrize("text", ["is:changed", "is:changed port", "-is:changed kind:article", "is:changed OR is:gone"])
def test_changed_filter_gives_the_same_result_among_few_and_all_texts(items: Catalogue, text: str) -> None:
    found = []
    for among in (None, (0, 1 << 62)):
        asked = where(items.connection, parse(text), among=among)
        assert asked is not None
        found.append(set(items.connection.execute(asked.rows(), asked.values).fetchall()))
    assert found[0] == found[1] != set()


def test_tag_facet_with_quotation_marks_narrows_to_its_item(catalogue: Catalogue, builder: EntryBuilder) -> None:
    capture = builder.capture(1)
    catalogue.add(builder.entry(1, tags=(builder.words(capture, 'The "new" ports'),)))
    (one,) = facets(catalogue.connection, "", [FacetKind.TAG]).values[FacetKind.TAG]
    assert one.value == 'The "new" ports'
    assert count(catalogue.connection, one.query) == 1


def test_facets_of_many_hits_count_fewer_and_say_so(items: Catalogue) -> None:
    (row,) = items.connection.execute("SELECT min(rowid) FROM search_doc").fetchone()
    for total, counted, whole in ((RANKED, RANKED, True), (RANKED + 1, FEWER, False)):
        found = Results(parse("port"), total, RANKED, (), begun=[row] * total)
        told = facets_of(items.connection, found, [FacetKind.KIND])
        assert (told.counted, told.whole) == (counted, whole)


def test_sql_of_a_query_gives_the_same_hits_in_any_program(items: Catalogue, tmp_path: object) -> None:
    path = items.connection.execute("PRAGMA database_list").fetchone()[2]
    other = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        for text in ("ports OR grain", "it's", "tag:c++ reuse:yes", "seabed in:editions", "year:2022 -is:gone", "..."):
            rows = other.execute(sql(items.connection, parse(text), Page(limit=-1))).fetchall()
            assert [row[0] for row in rows] == all_ids(items.connection, text)
    finally:
        other.close()


@pytest.mark.parametrize(
    ("text", "meant", "why"),
    [
        ("tihdes", "tides", "“tides”"),
        ("tiddes", "tides", "“tides”"),
        ("tidse", "tides", "“tides”"),
        ("author:nowka tides", "author:nowak tides", "“nowak”"),
        ("grain lang:pl", "grain", "without lang:pl"),
        ("seabed", "seabed in:editions", "in older editions"),
        ("autor:nowak", "author:nowak", "author: for autor:"),
        ("by:nowak tides", "author:nowak tides", "author: for by:"),
        ('"nowak anna"', "nowak anna", "the words in any order"),
        ("2022-12-31", "from:2022-12-31 to:2022-12-31", "published then"),
        ("2022-12", "from:2022-12 to:2022-12", "published then"),
    ],
)
def test_query_without_hits_gets_suggestions_that_have_hits(items: Catalogue, text: str, meant: str, why: str) -> None:
    told = {one.query: one for one in suggestions(items.connection, parse(text))}
    assert why in told[meant].why
    assert told[meant].total == count(items.connection, meant) > 0


def test_words_of_a_script_without_spaces_are_said_to_be_found_only_where_they_begin(
    shelf: Catalogue, builder: EntryBuilder
) -> None:
    with shelf.transaction():
        _add(shelf, builder, 60, "数字丝绸之路", language="zh")
    for said, meant in (("数字", "数字*"), ("title:数字", "title:数字*"), ("数字 kowal", "数字* kowal")):
        (one,) = suggestions(shelf.connection, parse(said))[:1]
        assert (one.query, one.total, one.why) == (meant, 1, "what begins like this")
    for said in ("丝绸", "丝绸*", "ก", "ລ", "က", "ក", "か", "カ"):
        (why,) = reasons(shelf.connection, parse(said))
        assert why.why.startswith("in this script only beginnings are found"), said
        assert suggestions(shelf.connection, parse(said)) == ()
    for said in ("항구", "порт", "مرفأ", "ko"):
        (why,) = reasons(shelf.connection, parse(said))
        assert why.why == "no item has the word"
        assert suggestions(shelf.connection, parse(said)) == ()


def test_query_without_hits_names_the_part_that_finds_nothing(items: Catalogue) -> None:
    told = {one.part: one.why for one in reasons(items.connection, parse("zeppelin grain is:conflict"))}
    assert told == {
        "zeppelin": "no item has the word",
        "is:conflict": "no item is one of which two sources say different things",
    }
    (one,) = reasons(items.connection, parse("grain lang:pl"))
    assert one.why == "each part finds something, but no item has all of them"
    assert nearest(items.connection, parse("cat").atoms()[0]) is None
    # Of so long a word all variants would fill the memory.
    assert nearest(items.connection, parse("x" * 100_000).atoms()[0]) is None


@pytest.mark.parametrize("slip", ["foo:bar", "is:odd", "reuse:maybe", "author:"])
def test_misread_part_is_given_no_second_reason(items: Catalogue, slip: str) -> None:
    assert find_mistake(slip) is not None
    assert reasons(items.connection, parse(slip)) == ()
    (one,) = reasons(items.connection, parse(f"zeppelin {slip}"))
    assert one.part == "zeppelin"


def test_reversed_period_is_not_said_to_have_parts_that_find_something(items: Catalogue) -> None:
    assert reasons(items.connection, parse("from:2022 to:2021")) == ()
    (one,) = reasons(items.connection, parse("from:2021 to:2022-02 lang:pl"))
    assert "each part finds something" in one.why


def test_pasted_id_or_url_is_reported_as_withheld_or_not_held(shelf: Catalogue, builder: EntryBuilder) -> None:
    (item,) = all_ids(shelf.connection, "title:tides")
    url = next(iter(shelf.items([item]))).url
    shelf.add_note(builder.note(50, NoteKind.WITHHOLDING, {"item": item, "reason": "asked to"}))
    for pasted, why in (
        (item, "the item is withheld"),
        (f"{item}@20240101000000", "the item is withheld"),
        (url, "the item is withheld"),
        ("https://elsewhere.example/page", "no item is held under this address"),
        (f"{item[:-10]}0000000000", "no item has this id"),
    ):
        (one,) = reasons(shelf.connection, parse(pasted))
        assert (one.part, one.why) == (pasted, why)


def test_annotations_are_found_and_can_be_removed(shelf: Catalogue, builder: EntryBuilder) -> None:
    (item,) = all_ids(shelf.connection, "title:tides")

    def note(number: int, kind: str, value: str, *, remove: bool = False) -> None:
        body = {"item": item, "annotation": kind, "value": value, "by": "Anna Nowak", "remove": remove}
        shelf.add_note(builder.note(number, NoteKind.ANNOTATION, body))

    note(50, "tag", "For the reader")
    note(51, "set", "Reader 2026")
    note(52, "note", "Ask the author about 100%_.")
    for text in ('tag:"for the reader"', 'set:"reader 2026"', "set:reader*", "note:author", "note:100%_"):
        assert all_ids(shelf.connection, text) == [item]
    for text in ("set:reader", "note:100x_", "set:%"):
        assert all_ids(shelf.connection, text) == []
    note(53, "tag", "For the reader", remove=True)
    note(54, "set", "Reader 2026", remove=True)
    assert count(shelf.connection, 'tag:"for the reader" OR set:reader*') == 0
    note(55, "set", "Reader 2026")
    assert count(shelf.connection, "set:reader*") == 1


def test_costly_count_stops_at_its_limit(items: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.search.search.COUNTED", 1)
    # So that rows are looked up one by one, as they are where a publisher has many items.
    monkeypatch.setattr("db.search.where._FEW", 0)
    results = search(items.connection, "reuse:yes")
    assert (results.total, results.exact, len(results.hits)) == (1, False, 2)
    assert COUNTED > 1000


@pytest.mark.slow
def test_random_queries_never_raise_and_are_fast(items: Catalogue) -> None:
    chance = random.Random(17)  # noqa: S311 - only for texts, the same each time
    pieces = [
        *'()"-*:=ŁłAZ\x00\ud800\ue000é\u0301 ',
        *("OR", "NOT", "AND", "in:editions", "is:", "gone", "year:20", "22", "tag:", "c++", "reuse:yes", "license:"),
        *("https://", "set:", "note:%", "from:2021", "title:", "ports"),
    ]

    def taken(text: str) -> float:
        began = time.process_time()
        search(items.connection, text, limit=3)
        return time.process_time() - began

    for _ in range(20_000):
        text = "".join(chance.choice(pieces) + chance.choice(("", " ")) for _ in range(chance.randrange(12)))
        # Garbage collection in between counts too, but not every time.
        assert any(taken(text) < 0.1 for _ in range(3)), text


def test_brackets_are_parsed_at_any_depth(items: Catalogue) -> None:
    deep: Callable[[int], str] = lambda depth: "(" * depth + "ports" + ")" * depth  # noqa: E731 - one line, used twice
    assert found_numbers(items, deep(5)) == {1}
    assert found_numbers(items, deep(5000)) == {1}
    assert found_numbers(items, "NOT " * 3 + "ports") == {2, 3, 4, 5, 6}
