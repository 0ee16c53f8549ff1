from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archive.warc.capture import NoteKind
from db.catalogue import Catalogue
from db.model.change import Entry
from db.model.item import Attribution, Dated, Precision
from db.schema.tables import TABLES
from db.search import hit as hits_of
from db.search.hit import Hit, further_hits
from db.search.query import find_mistake, parse
from db.search.reuse import _CLASSES
from db.search.search import Page, Results, all_ids, count, page, search
from db.search.snippet import snippet
from db.search.where import known

if TYPE_CHECKING:
    from tests.db.conftest import EntryBuilder, Filled


def _add(catalogue: Catalogue, builder: EntryBuilder, number: int, title: str, **fields: str) -> str:
    capture = builder.capture(number, f"/{number}")
    day, author = fields.get("day", "2023-04-24"), fields.get("author", "Łukasz Żak")
    reading = replace(
        builder.reading(capture, title=title, text=fields.get("text", "Nothing more.")),
        published=Dated(day, Precision.DAY, builder.evidence(capture, day)) if day else None,
        attributions=(Attribution(author, builder.evidence(capture, author)),),
        language=builder.words(capture, fields.get("language", "en")),
        tags=tuple(builder.words(capture, tag) for tag in fields.get("tags", "").split(";") if tag),
    )
    item = catalogue.add(Entry(capture, reading)).item
    assert item is not None
    return item


def _fill(catalogue: Catalogue, builder: EntryBuilder) -> None:
    """Add four items: 1 to 4, in order of their dates; the last has none."""
    with catalogue.transaction():
        _add(catalogue, builder, 1, "Elections in Georgia", day="2021-10-30", tags="Black Sea;Elections")
        text = "Wojna o energię. " * 30 + "Łódź i Rosja rozmawiają. Gazociąg zamiast rurociągów."
        _add(
            catalogue,
            builder,
            2,
            "Energetyka w Rosji",
            day="2022-02-04",
            language="pl",
            text=text,
            author="Anna Nowak",
        )
        _add(
            catalogue,
            builder,
            3,
            "A port on the Black Sea",
            text="Anaklia: a deep sea port. U.S. aid, C++ and NATO-Russia.",
        )
        _add(catalogue, builder, 4, "Undated", day="", text="Who votes in an election?", language="en-GB")


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


def found(catalogue: Catalogue, text: str) -> set[int]:
    """The numbers of the items that *text* finds."""
    hits = search(catalogue.connection, text).hits
    return {int(item.url.rpartition("/")[2]) for item in catalogue.items(hit.item for hit in hits)}


def test_words_are_found_in_all_forms_in_the_languages_that_are_held(shelf: Catalogue, builder: EntryBuilder) -> None:
    # Nothing German is held yet, so a German stem is not searched for.
    asked = known(shelf.connection, parse("Sanktionen port* -Wahl"))
    assert [atom.languages for atom in asked.atoms()] == [("en", "pl"), None]
    with shelf.transaction():
        german = _add(shelf, builder, 5, "Die Wahlen", language="de-AT", text="Neue Sanktionen gegen drei Städte.")
        russian = _add(shelf, builder, 6, "Санкции", language="ru", text="Война началась.")
    for query, item in (("Wahl", german), ("Stadt sanktion", german), ("санкциями войну", russian)):
        found = search(shelf.connection, query)
        assert [hit.item for hit in found.hits] == [item]
        assert count(shelf.connection, query) == 1
    assert search(shelf.connection, "Stadt").hits[0].snippet.marked("[", "]").endswith("drei [Städte].")
    # In quotation marks, only as typed.
    assert count(shelf.connection, "Städten") == 1
    assert count(shelf.connection, '"Städten"') == 0


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("lodz", {2}),
        ("ŁÓDŹ", {2}),
        ("lukasz", {1, 3, 4}),
        ("Rosją", {2}),
        ("rurociąg", {2}),
        ("gazociągów", {2}),
        ("election", {1, 4}),
        ("black sea", {1, 3}),
        ('"deep sea"', {3}),
        ('"sea deep"', set()),
        ("sea -anaklia", {1}),
        ("-sea", {2, 4}),
        ("georgia OR anaklia", {1, 3}),
        ("energ*", {2}),
        ("title:port", {3}),
        ("title:anaklia", set()),
        ("author:nowak", {2}),
        ('author:"anna nowak"', {2}),
        ("tag:elections", {1}),
        ('tag:"black sea"', {1}),
        ("lang:en", {1, 3, 4}),
        ("-lang:en", {2}),
        ("from:2022", {2, 3}),
        ("to:2022-02", {1, 2}),
        ("from:2022 to:2022", {2}),
        ("publisher:institute", {1, 2, 3, 4}),
        ("publisher:other", set()),
        ("U.S.", {3}),
        ("c++", {3}),
        ("NATO-Russia", {3}),
        ("AND", set()),
        ("", set()),
        ("...", set()),
        ("nonsense:port", set()),
        ('"black sea', {1, 3}),
        ("OR sea OR", {1, 3}),
        ("sea) OR (port", {1, 3}),
    ],
)
def test_query_finds_the_expected_items(items: Catalogue, text: str, numbers: set[int]) -> None:
    assert found(items, text) == numbers
    assert len(all_ids(items.connection, text)) == len(numbers)
    assert search(items.connection, text, limit=0).total == len(numbers)


@pytest.fixture(scope="module")
def varied(
    empty_catalogue: Path, builder: EntryBuilder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Catalogue]:
    """Twenty-four items in three languages whose dates are partial, complete or missing."""
    path = Path(shutil.copyfile(empty_catalogue, tmp_path_factory.mktemp("varied") / "catalogue.db"))
    with Catalogue.open(path, create=True) as catalogue:
        catalogue.connection.execute("PRAGMA synchronous = OFF")
        with catalogue.transaction():
            for number in range(24):
                day = _DAYS[number % len(_DAYS)]
                tags = ("Black Sea", "Black;Sea", "Łódź", "")[number % 4]
                language = ("en", "pl", "en-GB")[number % 3]
                text = "Ports of the sea." if number % 2 else "A war."
                _add(catalogue, builder, number, f"Number {number}", day=day, tags=tags, language=language, text=text)
        yield catalogue


_DAYS = (
    "2021",
    "2021-01",
    "2021-01-01",
    "",
    "2021-01-31",
    "2021-12",
    "2021-12-31",
    "2022",
    "2022-01-01T08:00:00+02:00",
)
_ASKED = st.sampled_from(
    [
        *(f"{kind}:{day[:10]}" for kind in ("from", "to") for day in (*_DAYS, "2020-02-29", "9999-12-31") if day),
        *(f"lang:{code}" for code in ("en", "EN-gb", "en-G", "pl", "e")),
        *(f'tag:"{tag}"' for tag in ("black sea", "sea", "lodz", "sea black", "ack", "none")),
        "publisher:institute",
        "publisher:inst",
        "sea",
        "ports",
        "war",
        "po*",
    ]
)


def _matches(number: int, asked: str) -> bool:
    """Whether item *number* matches *asked*, worked out without the index."""
    field, _, value = asked.replace('"', "").partition(":")
    day, tags = _DAYS[number % len(_DAYS)], (("black sea",), ("black", "sea"), ("lodz",), ())[number % 4]
    language = ("en", "pl", "en-gb")[number % 3]
    if field == "from":
        return day >= value
    if field == "to":
        return bool(day) and day[: len(value)] <= value
    if field == "lang":
        return f"{language}-".startswith(f"{value.lower()}-")
    if field == "tag":
        return any(f" {value} " in f" {tag} " for tag in tags)
    if field == "publisher":
        return value == "institute"
    said = "number ports of the sea" if number % 2 else "number a war"
    words = {*f"{said} {number} {' '.join(tags)}".split()}
    return any(word.startswith(asked[:-1]) for word in words) if asked.endswith("*") else asked in words


@given(st.lists(st.tuples(_ASKED, st.booleans()), min_size=1, max_size=4))
@example([("from:2021-01-01", False), ("to:2021-01", False)])
@example([("from:2021-01", True), ("sea", False)])
@settings(max_examples=150, deadline=None)
def test_filters_and_words_find_the_items_that_meet_all_of_them(
    varied: Catalogue, asked: list[tuple[str, bool]]
) -> None:
    text = " ".join(f"-{one}" if negated else one for one, negated in asked)
    meant = {number for number in range(24) if all(_matches(number, one) is not negated for one, negated in asked)}
    assert _numbers(varied, text) == meant
    assert search(varied.connection, text, limit=0).total == len(meant)
    assert len(all_ids(varied.connection, text)) == len(meant)


def _numbers(catalogue: Catalogue, text: str) -> set[int]:
    hits = search(catalogue.connection, text, limit=30, ranked=5).hits
    return {int((hit.title or "").removeprefix("Number ")) for hit in hits}


@pytest.mark.parametrize("words", ["", "sea", "se*", "sea OR war", "-war", "title:number"])
@pytest.mark.parametrize(
    "filters",
    ["", "lang:en", "-lang:en", "from:2021 to:2021", "-from:2021", "-to:2021", 'tag:"black sea"', "-tag:sea -lang:pl",
     "publisher:institute from:2021-01-02 tag:sea"],
)  # fmt: skip
def test_each_search_reads_the_index_once(varied: Catalogue, words: str, filters: str) -> None:
    asked: list[str] = []
    varied.connection.set_trace_callback(asked.append)
    search(varied.connection, f"{words} {filters}", ranked=2)
    all_ids(varied.connection, f"{words} {filters}")
    varied.connection.set_trace_callback(None)
    for statement in asked:
        if "MATCH" not in statement or statement.startswith("--"):
            continue
        plan = [row[3] for row in varied.connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
        passes = [step for step in plan if "VIRTUAL TABLE" in step]
        assert len(passes) == 1, plan
        # "=" stands for a pass over the index for one row.
        assert "=" not in passes[0].rpartition(":")[2], plan
        assert "CORRELATED" not in "".join(plan), plan


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ("autor:kowal ports", "there is no field autor:", "title:, author:, tag:, section:, publisher:, lang:"),
        ("RFC:9112", "there is no field RFC:", 'write "RFC 9112"'),
        ("ports from:yesterday", "from: takes a date, and 'yesterday' is none", "2023-04-24"),
        ("author: kowal", "nothing stands behind author:", "author:WORD, without a space"),
        ("ports From:", "nothing stands behind From:", 'or "from"'),
        ("-to:24.04.2023", "to: takes a date", "2023-04-24"),
        ("from:2023-13", "from: takes a date", "2023-04-24"),
        ("from:2015 to:2014", "from:2015 to:2014 ends before it begins", "write from:2014 to:2015"),
        ("to:2014-04 ports From:2014-05-01", "from:2014-05-01 to:2014-04 ends", "from:2014-04 to:2014-05-01"),
        ("from:2014-05-03 to:2014-05-02", "ends before it begins", "from:2014-05-02 to:2014-05-03"),
        ("ports OR (sea (from:2015 to:2014))", "from:2015 to:2014 ends before it begins", "from:2014 to:2015"),
        ("...", "nothing is looked for", "give a word"),
        ("", "nothing is looked for", "give a word"),
    ],
)
def test_misread_query_is_reported_with_a_hint(text: str, what: str, hint: str) -> None:
    told = find_mistake(text)
    assert told is not None
    assert (what in told.what, hint in told.hint) == (True, True), told


@pytest.mark.parametrize(
    "text",
    ["ports", "-sea", 'title:"deep sea"', "FROM:2023 to:2023-02-28", "from:2023-05 to:2023", "from:2023 to:2023",
     "from:2015 -to:2014", "-(from:2015 to:2014) ports", "from:2015 OR to:2014", "(from:2015 ports) OR (to:2014 sea)",
     "to:2015 from:2014", "https://institute.example/ports/", '"RFC:9112"',
     "Anaklia: a port", '"To: the port"', "lang:pl", "NATO-Russia"],
)  # fmt: skip
def test_valid_query_gets_no_complaint(text: str) -> None:
    assert find_mistake(text) is None


@pytest.fixture(scope="module")
def empty() -> Iterator[sqlite3.Connection]:
    """One empty index for all examples: opening a catalogue for each would take a minute."""
    connection = sqlite3.connect(":memory:")
    for statement in TABLES:
        connection.execute(statement)
    yield connection
    connection.close()


_SYNTAX = st.text("abŁ\"'*:-()^{}+., ORANDtitleauthorlangfrom20236\x00\ud800é\u0301", max_size=24)


@pytest.mark.slow
@given(st.lists(_SYNTAX | st.text(max_size=24), min_size=20, max_size=30))
@example(["title:", "tag:*", 'from:2023"', "a OR -b OR c" * 200, "-", '""', "lang:%", "author:-x"])
@settings(max_examples=85, deadline=None)
def test_any_text_is_a_valid_query(empty: sqlite3.Connection, texts: list[str]) -> None:
    for text in texts:
        assert search(empty, text).total == 0
        assert all_ids(empty, text) == []
        assert snippet(text, parse(text).atoms()).before is False


def test_snippet_marks_the_original_words(items: Catalogue) -> None:
    (hit,) = search(items.connection, "lodz rosja").hits
    marked = hit.snippet.marked("<mark>", "</mark>")
    assert marked.startswith("…")
    assert "<mark>Łódź</mark> i <mark>Rosja</mark> rozmawiają." in marked
    (hit,) = search(items.connection, "rurociągami gazociągów").hits
    marked = hit.snippet.marked("<mark>", "</mark>")
    assert "<mark>Gazociąg</mark> zamiast <mark>rurociągów</mark>" in marked
    (hit,) = search(items.connection, '"deep sea port" anakl*').hits
    assert "<mark>Anaklia</mark>: a <mark>deep sea port</mark>" in hit.snippet.marked("<mark>", "</mark>")
    assert (hit.title, hit.authors, hit.published, hit.language) == (
        "A port on the Black Sea",
        ("Łukasz Żak",),
        "2023-04-24",
        "en",
    )


def test_title_match_ranks_before_a_text_match(catalogue: Catalogue, builder: EntryBuilder) -> None:
    _add(catalogue, builder, 1, "Ports")
    title = _add(catalogue, builder, 2, "Anaklia", day="2001-01-01")
    text = _add(catalogue, builder, 3, "Ports", text="Much about Anaklia and other ports of the sea.")
    assert [hit.item for hit in search(catalogue.connection, "anaklia").hits] == [title, text]


def test_title_match_of_a_common_word_ranks_before_newer_items(
    catalogue: Catalogue, builder: EntryBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    title = _add(catalogue, builder, 1, "Anaklia", day="2001-01-01")
    newer = [_add(catalogue, builder, 2 + at, "Ports", text="Of Anaklia.", day=f"2020-01-0{3 - at}") for at in range(2)]
    monkeypatch.setattr("db.search.search.COMMON", 1)
    assert [hit.item for hit in search(catalogue.connection, "anaklia").hits] == [title, *newer]


def test_title_match_of_a_common_phrase_ranks_before_newer_items(
    catalogue: Catalogue, builder: EntryBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    title = _add(catalogue, builder, 1, "Port of Anaklia", day="2001-01-01")
    said = "The port of Anaklia. The port of Anaklia."
    newer = [
        _add(catalogue, builder, 2 + at, "Ports", text=said[at * 21 :], day=f"2020-01-0{3 - at}") for at in range(2)
    ]
    monkeypatch.setattr("db.search.search.COMMON", 1)
    asked: list[str] = []
    catalogue.connection.set_trace_callback(asked.append)
    hits = search(catalogue.connection, '"port of anaklia"').hits
    assert [hit.item for hit in hits] == [title, *newer]
    # Finding where such a phrase stands takes longest, so hits are not weighed by it.
    assert not any("bm25" in one for one in asked)


@pytest.mark.parametrize("text", ["ports", "sea OR war", "sea 3", "title:number", "po*", "number -war", "nothing sea"])
def test_common_words_lose_no_hit(varied: Catalogue, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    every = set(all_ids(varied.connection, text))
    for bound in ("COMMON", "COUNTED"):
        monkeypatch.setattr(f"db.search.search.{bound}", 1)
    whole = search(varied.connection, text, limit=100)
    assert {hit.item for hit in whole.hits} == every
    assert (whole.total, whole.exact) == (min(len(every), 1), len(every) <= 1)
    pages = [search(varied.connection, text, limit=1, offset=at).hits for at in range(len(every))]
    assert [hit.item for (hit,) in pages] == [hit.item for hit in whole.hits]


@pytest.mark.parametrize(
    "text", ["por*", "num* sea", "title:num*", "-por* num*", "(por* OR sea*) num*", "xyz*", "Łód*"]
)
def test_expanded_prefix_finds_the_same_as_an_unexpanded_one(varied: Catalogue, text: str) -> None:
    spelt = known(varied.connection, parse(text))
    assert any(atom.spelt for atom in spelt.atoms()) or text in ("xyz*", "Łód*")
    assert {hit.item for hit in search(varied.connection, text, limit=100).hits} == set(
        all_ids(varied.connection, text)
    )


def test_prefix_of_too_many_words_is_not_expanded(varied: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.search.where._MOST_SPELT", 0)
    assert known(varied.connection, parse("num*")) == parse("num*")
    # Nor one that the index lists itself, nor where no table can be made beside the catalogue.
    monkeypatch.undo()
    assert known(varied.connection, parse("nu*")) == parse("nu*")
    varied.connection.execute("PRAGMA query_only = ON")
    found = {hit.item for hit in search(varied.connection, "num*", limit=100).hits}
    every = set(all_ids(varied.connection, "num*"))
    varied.connection.execute("PRAGMA query_only = OFF")  # other tests use it too
    assert found == every


def test_result_pages_cover_every_hit_once_beyond_the_ranked_ones(
    items: Catalogue,
) -> None:
    text = "nothing OR port OR votes OR wojna"
    whole = search(items.connection, text, ranked=2)
    pages = [search(items.connection, text, limit=1, offset=at, ranked=2) for at in range(5)]
    assert (whole.total, whole.ranked) == (4, 2)
    assert [hit.item for page in pages for hit in page.hits] == [hit.item for hit in whole.hits]
    assert len({hit.item for hit in whole.hits}) == 4


def test_index_follows_a_changed_item(catalogue: Catalogue, builder: EntryBuilder) -> None:
    _add(catalogue, builder, 1, "Łódź")
    capture = builder.capture(9, "/1")
    catalogue.add(Entry(capture, builder.reading(capture, title="Gdańsk")))
    assert found(catalogue, "lodz") == {1}
    assert found(catalogue, "title:lodz") == set()
    assert found(catalogue, "title:gdansk") == {1}


def test_rolled_back_transaction_leaves_nothing_in_the_index(catalogue: Catalogue, builder: EntryBuilder) -> None:
    def fail() -> None:
        with catalogue.transaction():
            _add(catalogue, builder, 1, "Łódź")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    _add(catalogue, builder, 1, "Toruń")
    assert found(catalogue, "lodz") == set()
    assert found(catalogue, "torun") == {1}


def test_rolled_back_savepoint_leaves_only_the_other_changes_in_the_index(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    def fail() -> None:
        with catalogue.savepoint():
            _add(catalogue, builder, 2, "Łódź")
            raise RuntimeError

    with catalogue.transaction():
        _add(catalogue, builder, 1, "Poznań")
        with pytest.raises(RuntimeError):
            fail()
    words = "SELECT count(*) FROM search WHERE search MATCH ?"
    held = [catalogue.connection.execute(words, (word,)).fetchone()[0] for word in ("poznan", "lodz")]
    assert held == [1, 0]


def test_several_changes_in_one_transaction_index_only_the_last(catalogue: Catalogue, builder: EntryBuilder) -> None:
    _add(catalogue, builder, 1, "Łódź")
    with catalogue.transaction():
        for number, title in enumerate(("Gdańsk", "Łódź", "Toruń"), start=5):
            capture = builder.capture(number, "/1")
            catalogue.add(Entry(capture, builder.reading(capture, title=title)))
        _add(catalogue, builder, 2, "Poznań")
    assert [found(catalogue, f"title:{word}") for word in ("lodz", "gdansk", "torun")] == [set(), set(), {1}]
    assert found(catalogue, "poznan") == {2}
    # Nothing is left of the removed words: removing everything empties the index.
    with catalogue.transaction():
        for item in catalogue.all_item_ids():
            catalogue._index.forget(item)
    words = "title: lodz OR gdansk OR torun OR poznan"
    assert catalogue.connection.execute("SELECT count(*) FROM search WHERE search MATCH ?", (words,)).fetchone() == (0,)


def test_a_withheld_item_is_not_found(shelf: Catalogue, builder: EntryBuilder) -> None:
    (item,) = all_ids(shelf.connection, "anaklia")
    shelf.add_note(builder.note(50, NoteKind.WITHHOLDING, {"item": item, "reason": "asked to"}))
    assert found(shelf, "anaklia") == set()
    shelf.add_note(builder.note(51, NoteKind.WITHHOLDING, {"item": item, "lift": True}))
    assert found(shelf, "anaklia") == {3}


def test_index_with_an_older_fold_is_rebuilt(tmp_path: Path, builder: EntryBuilder) -> None:
    path = tmp_path / "catalogue.db"
    with Catalogue.open(path, create=True) as catalogue:
        _add(catalogue, builder, 1, "Łódź")
        catalogue.connection.execute("UPDATE search_setting SET value = 'older' WHERE name = 'fold'")
        catalogue.connection.execute("INSERT INTO search (search) VALUES ('delete-all')")
        assert found(catalogue, "lodz") == set()
    with Catalogue.open(path, create=True) as catalogue:
        assert found(catalogue, "lodz") == {1}


@given(
    st.one_of(
        st.text("abcxyz -._1é", max_size=80), st.lists(st.sampled_from(["a", "b", "ab", "c1", "x"])).map(" ".join)
    ),
    st.lists(
        st.sampled_from(["ab", "a*", "xyz", "abc", "c1", "bc*", '"a b"', '"a a"', '"ab c1 x"']), min_size=1, max_size=3
    ),
)
def test_snippet_of_ascii_text_marks_the_same_words_as_any_text(text: str, asked: list[str]) -> None:
    atoms = parse(" ".join(asked)).atoms()
    # A non-ASCII letter anywhere makes the text be searched word by word.
    plain, any_text = snippet(text, atoms), snippet(f"{text} ξ", atoms)
    assert [plain.text[start:end] for start, end in plain.marks] == [
        any_text.text[start:end] for start, end in any_text.marks
    ]


def test_distinct_terms_are_found_by_index_steps_without_a_full_scan(varied: Catalogue) -> None:
    plan = [row[3] for row in varied.connection.execute(f"EXPLAIN QUERY PLAN {_CLASSES}")]
    assert any("item_terms (publisher=? AND terms_digest>?)" in step for step in plan)
    assert any("item_terms (publisher>?)" in step for step in plan)
    found = varied.connection.execute(_CLASSES).fetchall()
    distinct = "SELECT DISTINCT publisher, terms_digest FROM item ORDER BY publisher, terms_digest"
    assert found == varied.connection.execute(distinct).fetchall()


def test_prefix_also_finds_words_of_older_editions(catalogue: Catalogue, builder: EntryBuilder) -> None:
    catalogue.add(builder.entry(1, "/changed", title="Ports", text="A ministerial word."))
    catalogue.add(builder.entry(2, "/changed", title="Ports", text="Another word that is said in place of the first."))
    catalogue.add(builder.entry(3, "/grain", title="Grain", text="The ministry speaks of grain."))
    for text, hits in (("minist*", 1), ("minist* in:editions", 2), ("ports -minist* in:editions", 1)):
        assert search(catalogue.connection, text).total == len(all_ids(catalogue.connection, text)) == hits, text


def test_number_of_expanded_prefixes_is_bounded(varied: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.search.where._LOOKED_UP", 4)
    asked: list[str] = []
    varied.connection.set_trace_callback(asked.append)
    known(varied.connection, parse("num* por* -sea* war* text* title*"))
    varied.connection.set_trace_callback(None)
    assert sum("FROM temp.search_words" in one for one in asked) == 4


def rest(catalogue: Catalogue, found: Results) -> Iterator[tuple[Hit, ...]]:
    return further_hits(catalogue.connection, found.behind, found.query, found.in_force)


def test_of_many_hits_only_the_first_texts_are_read_at_once_and_the_rest_in_the_same_order(
    catalogue: Catalogue, builder: EntryBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 8):
        _add(catalogue, builder, number, f"Ports {number}", day=f"2023-04-0{number}")
    whole = [hit.item for hit in search(catalogue.connection, "ports").hits]
    monkeypatch.setattr(hits_of, "HELD", 3)
    for text in ("ports", "ports in:editions"):
        found = page(catalogue.connection, parse(text), Page(limit=-1))
        assert (len(found.hits), found.shown) == (3, 7)
        batches = list(rest(catalogue, found))
        assert [len(one) for one in batches] == [3, 1]
        assert [hit.item for hits in (found.hits, *batches) for hit in hits] == whole


def test_hit_that_was_withheld_since_the_search_is_left_out_of_the_rest(
    catalogue: Catalogue, builder: EntryBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [_add(catalogue, builder, number, f"Ports {number}", day=f"2023-04-0{number}") for number in range(1, 5)]
    monkeypatch.setattr(hits_of, "HELD", 1)
    found = page(catalogue.connection, parse("ports"), Page(limit=-1))
    catalogue.add_note(builder.note(60, NoteKind.WITHHOLDING, {"reason": "by order"}, about=items[1]))
    assert [hit.item for hits in rest(catalogue, found) for hit in hits] == [items[2], items[0]]
