"""Decisions of people are shown everywhere, leave editions unchanged, and can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from archive.warc.capture import Note, NoteKind
from db.catalogue import Catalogue
from db.decisions import decisions
from db.decisions.overlay import describe_term
from db.model.decision import DecisionField, read_note
from db.model.item import (
    Act,
    AgentKind,
    Answer,
    Covers,
    Duty,
    Grade,
    Item,
    Layer,
    Partial,
    Permission,
    Precision,
    Rival,
    Role,
    Term,
    Use,
)
from db.query import review_queue, wordings
from db.query.review_queue import ReviewReason
from db.query.wordings import State
from db.search.search import all_ids, search
from db.terms.verdict import verdict

if TYPE_CHECKING:
    from tests.db.conftest import EntryBuilder

URL = "https://institute.example/anaklia"
WORDS = "Texts may be republished with credit."


def shown_item(catalogue: Catalogue, at: Any = None) -> Item:
    item = catalogue.item(URL, at=at)
    assert item is not None
    return item


def decision_body(catalogue: Catalogue, **body: object) -> dict[str, object]:
    item = shown_item(catalogue)
    return {"item": item.id, "edition": item.edition.id, "by": "Anna Nowak", **body}


@pytest.fixture
def decide(catalogue: Catalogue, builder: EntryBuilder) -> Any:
    """A function that records a decision: ``decide(minute, field=..., values=[...])``."""

    def add(number: int, /, **body: object) -> Note:
        note = builder.note(number, NoteKind.DECISION, decision_body(catalogue, **body))
        catalogue.add_note(note)
        return note

    return add


@pytest.fixture
def one_item(catalogue: Catalogue, builder: EntryBuilder) -> Catalogue:
    catalogue.add(builder.entry(1))
    return catalogue


def test_decided_values_are_shown_cited_searchable_and_in_the_views(one_item: Catalogue, decide: Any) -> None:
    decide(5, field="title", values=[{"value": "The port of Anaklia"}])
    decide(6, field="author", values=[{"value": "Maria Ossowska", "role": "author", "kind": "person"}])
    decide(7, field="published", values=[{"value": "2023-05", "precision": "month"}])
    decide(8, field="tags", values=[{"value": "Ports"}, {"value": "Łeba"}])
    decide(9, field="language", values=[{"value": "pl"}])
    item = shown_item(one_item)
    assert item.edition.title is not None
    assert item.edition.title.value == "The port of Anaklia"
    assert [credit.name for credit in item.edition.attributions] == ["Maria Ossowska"]
    assert item.edition.published is not None
    assert (item.edition.published.value, item.edition.published.precision) == ("2023-05", Precision.MONTH)
    assert [tag.value for tag in item.tags] == ["Ports", "Łeba"]
    row = one_item.connection.execute(
        "SELECT title, authors, published, tags, language, credit_line FROM items"
    ).fetchone()
    assert row[:5] == ("The port of Anaklia", "Maria Ossowska", "2023-05", "Ports; Łeba", "pl")
    assert "Maria Ossowska, „The port of Anaklia”" in row[5]
    assert all_ids(one_item.connection, "author:ossowska") == [item.id]
    assert all_ids(one_item.connection, "tag:leba lang:pl") == [item.id]
    assert all_ids(one_item.connection, "author:zak") == []
    (hit,) = search(one_item.connection, "port").hits
    assert (hit.title, hit.authors, hit.published) == ("The port of Anaklia", ("Maria Ossowska",), "2023-05")


def test_decided_value_names_its_record_and_person(one_item: Catalogue, decide: Any) -> None:
    note = decide(5, field="title", values=[{"value": "The port of Anaklia"}], because="the heading is cut")
    item = shown_item(one_item)
    assert item.edition.title is not None
    evidence = item.edition.title.evidence
    assert (evidence.layer, evidence.capture, evidence.ranges) == (Layer.PERSON, note.id, ())
    assert "Anna Nowak" in str(evidence.basis)
    (made,) = item.decisions
    assert (made.was, made.values, made.because) == (("Anaklia",), ("The port of Anaklia",), "the heading is cut")


def test_decision_leaves_the_edition_unchanged(one_item: Catalogue, decide: Any) -> None:
    before = one_item.editions(URL)
    decide(5, field="title", values=[{"value": "The port of Anaklia"}])
    assert one_item.editions(URL) == before
    assert one_item.connection.execute("SELECT title FROM editions").fetchall() == [("Anaklia",)]


def test_newest_decision_wins_and_undoing_it_restores_the_previous_one(
    one_item: Catalogue, decide: Any, builder: EntryBuilder
) -> None:
    decide(5, field="title", values=[{"value": "First"}])
    second = decide(6, field="title", values=[{"value": "Second"}])
    assert shown_item(one_item).edition.title.value == "Second"  # type: ignore[union-attr]  # a title was set
    one_item.add_note(builder.note(7, NoteKind.DECISION, {"undo": second.id, "by": "Anna Nowak"}))
    assert shown_item(one_item).edition.title.value == "First"  # type: ignore[union-attr]  # a title was set
    assert all_ids(one_item.connection, "title:second") == []
    assert decisions.is_undone(one_item.connection, second.id)


def test_person_can_decide_that_a_field_is_not_stated(one_item: Catalogue, decide: Any) -> None:
    for number, field in enumerate(("author", "title", "published", "language", "tags")):
        decide(5 + number, field=field, values=[])
    shown = shown_item(one_item)
    assert (shown.edition.attributions, shown.tags) == ((), ())
    assert (shown.edition.title, shown.edition.published, shown.language) == (None, None, None)
    seen = "SELECT authors, title, published, language, tags FROM items"
    assert one_item.connection.execute(seen).fetchone() == (None,) * 5


def test_decision_on_authors_keeps_credits_of_other_roles(
    catalogue: Catalogue, decide: Any, builder: EntryBuilder
) -> None:
    entry = builder.entry(1)
    assert entry.reading is not None
    (author,) = entry.reading.attributions
    translator = replace(author, name="Jan Kos", role=Role.TRANSLATOR)
    catalogue.add(replace(entry, reading=replace(entry.reading, attributions=(author, translator))))
    decide(5, field="author", values=[{"value": "Port Watch", "role": "author", "kind": "organisation"}])
    credits_ = [(one.name, one.role, one.kind) for one in shown_item(catalogue).edition.attributions]
    assert credits_ == [
        ("Port Watch", Role.AUTHOR, AgentKind.ORGANISATION),
        ("Jan Kos", Role.TRANSLATOR, AgentKind.PERSON),
    ]


def test_decision_holds_while_the_page_states_the_same_value(
    one_item: Catalogue, decide: Any, builder: EntryBuilder
) -> None:
    decide(5, field="author", values=[{"value": "Maria Ossowska", "role": "author"}])
    one_item.add(builder.entry(6, text="Another text."))
    assert [one.name for one in shown_item(one_item).edition.attributions] == ["Maria Ossowska"]
    renamed = builder.capture(7)
    bylined = builder.reading(renamed, text="Another text.", attributions=())
    one_item.add(replace(builder.entry(7), capture=renamed, reading=bylined))
    assert shown_item(one_item).edition.attributions == (), "the publisher took the byline away"
    assert [one.name for one in shown_item(one_item, builder.at(6)).edition.attributions] == ["Maria Ossowska"]


def test_decision_follows_an_item_that_is_merged_into_another(
    one_item: Catalogue, decide: Any, builder: EntryBuilder
) -> None:
    one_item.add(builder.entry(2, "/moved", title="Batumi"))
    decide(5, field="title", values=[{"value": "The port of Anaklia"}])
    one_item.add(builder.redirect(6, "/anaklia", "/moved"))
    one_item.add(builder.entry(7, "/moved", title="Anaklia"))
    moved = one_item.item("https://institute.example/moved")
    assert moved is not None
    assert shown_item(one_item).edition.title.value == "The port of Anaklia"  # type: ignore[union-attr]  # a title was set


@pytest.mark.parametrize(
    "body",
    [
        {"field": "weather", "values": []},
        {"field": "author", "values": "Jan Kos"},
        {"field": "author", "values": [{"name": "Jan Kos"}]},
        {"field": "partial", "values": [{"value": "whole"}]},
        {},
    ],
    ids=[
        "an unknown field",
        "values that are no list",
        "a value without its key",
        "a field that cannot be set",
        "no field",
    ],
)
def test_unknown_decision_note_changes_nothing_but_is_kept_as_event(
    one_item: Catalogue, decide: Any, body: dict[str, object]
) -> None:
    before = shown_item(one_item)
    note = decide(5, **body)
    assert read_note(note) is None
    assert shown_item(one_item) == before
    assert one_item.connection.execute("SELECT count(*) FROM event WHERE type = 'decision'").fetchone() == (1,)


@pytest.mark.parametrize("kind", ["set", "confirm"])
def test_view_omits_words_that_a_person_decided_say_nothing_about_reuse(
    catalogue: Catalogue, decide: Any, builder: EntryBuilder, kind: str
) -> None:
    """A person may decide that they say nothing, or accept that no rule understands them."""
    rights, said = "All rights are with us.", "Texts may be republished with credit."
    entry = builder.saying(1, "/anaklia", rights, said)
    assert entry.reading is not None
    if kind == "confirm":
        unread, other = entry.reading.statements
        entry = replace(entry, reading=replace(entry.reading, statements=(replace(unread, terms=()), other)))
    catalogue.add(entry)
    terms = builder.terms_page(2, "All of this is ours.")
    catalogue.add(terms)
    shown = "SELECT terms_words FROM items WHERE url LIKE '%/anaklia'"
    before = f"{rights}; {said}; All of this is ours."
    assert catalogue.connection.execute(shown).fetchone() == (before,)
    about: dict[str, Any] = {"publisher": "institute", "field": "terms", "item": None, "edition": None}
    made_of: dict[str, Any] = {"confirms": True} if kind == "confirm" else {"values": []}
    first = decide(5, words=rights, **about, **made_of)
    decide(6, words="All of this is ours.", **(about | {"values": []}))
    assert catalogue.connection.execute(shown).fetchone() == (said,)
    item = catalogue.item("https://institute.example/anaklia")
    assert item is not None
    assert [one.statement.words for one in item.terms if not one.statement.is_silent] == [said]
    read_as = {"covers": "text", "act": "use", "permission": "ask"}
    if kind == "set":
        decide(7, words=rights, **(about | {"values": [read_as]}))
        assert catalogue.connection.execute(shown).fetchone() == (f"{rights}; {said}",)
    catalogue.add_note(builder.note(8, NoteKind.DECISION, {"undo": first.id, "by": "Anna Nowak"}))
    assert catalogue.connection.execute(shown).fetchone() == (f"{rights}; {said}",)


# ── What a person should look at ────────────────────────────────────────────────────────────────────────────


def entry_with_doubt(builder: EntryBuilder, number: int, **reading: Any) -> Any:
    capture = builder.capture(number)
    rival = Rival("author", "Redakcja", "meta author", builder.evidence(capture, "Redakcja"), "a desk", doubt=True)
    plain = Rival("title", "Anaklia!", "meta og:title", builder.evidence(capture, "Anaklia!"), "an affix")
    return builder.entry(number, rivals=(rival, plain), **reading)


def test_review_asks_about_doubtful_rivals_only(catalogue: Catalogue, builder: EntryBuilder) -> None:
    catalogue.add(entry_with_doubt(builder, 1))
    (one,) = review_queue.items(catalogue.connection)
    (question,) = one.questions
    assert (question.why, question.field, question.shown) == (ReviewReason.DOUBT, DecisionField.AUTHOR, ("Łukasz Żak",))
    assert [rival.value for rival in question.rivals] == ["Redakcja"]


def test_question_shows_only_the_doubtful_rivals_of_its_field(catalogue: Catalogue, builder: EntryBuilder) -> None:
    capture = builder.capture(1)
    rivals = tuple(
        Rival(field, value, "meta", builder.evidence(capture, value), "another", doubt=doubt)
        for field, value, doubt in (
            ("author", "Redakcja", True),
            ("author", "Anna", False),
            ("title", "Poti", True),
            ("published", "2023-04-25", False),
        )
    )
    catalogue.add(builder.entry(1, rivals=rivals))
    (one,) = review_queue.items(catalogue.connection)
    assert [(question.field, [rival.value for rival in question.rivals]) for question in one.questions] == [
        (DecisionField.TITLE, ["Poti"]),
        (DecisionField.AUTHOR, ["Redakcja"]),
    ]


@pytest.mark.parametrize(
    ("term", "said"),
    [
        (Term(Covers.TEXT, Act.REPRODUCE, Permission.PERMITTED, "r"), "text: reproduce: permitted"),
        (
            Term(Covers.TEXT, Act.USE, Permission.WITH_DUTIES, "r", (Duty.ATTRIBUTE, Duty.LINK), noncommercial=True),
            "text: use: permitted with duties (attribute, link), non-commercial only",
        ),
    ],
    ids=["no duties", "duties"],
)
def test_a_term_is_described_in_a_few_words(term: Term, said: str) -> None:
    assert describe_term(term) == said


def test_review_asks_about_missing_author_missing_date_and_partial_text(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    catalogue.add(builder.entry(1, attributions=(), published=None, partial=Partial.TEASER))
    (one,) = review_queue.items(catalogue.connection)
    assert [(question.why, question.field) for question in one.questions] == [
        (ReviewReason.MISSING, DecisionField.AUTHOR),
        (ReviewReason.MISSING, DecisionField.PUBLISHED),
        (ReviewReason.PARTIAL, DecisionField.PARTIAL),
    ]
    assert [found.item.id for found in review_queue.items(catalogue.connection, why=ReviewReason.PARTIAL)] == [
        one.item.id
    ]
    assert list(review_queue.items(catalogue.connection, publisher="other")) == []


def test_confirmed_item_leaves_the_review_until_its_page_says_something_else(
    catalogue: Catalogue, builder: EntryBuilder, decide: Any
) -> None:
    catalogue.add(entry_with_doubt(builder, 1))
    for minute, field in enumerate(review_queue.asked_of(catalogue.connection, shown_item(catalogue).id)):
        decide(minute + 2, confirms=True, field=field.value)
    assert list(review_queue.items(catalogue.connection)) == []
    assert shown_item(catalogue).decisions[0].confirms
    catalogue.add(entry_with_doubt(builder, 6, text="Another text."))
    assert list(review_queue.items(catalogue.connection)) == [], "the byline reads the same"
    catalogue.add(builder.entry(7, attributions=()))
    assert [one.questions[0].why for one in review_queue.items(catalogue.connection)] == [ReviewReason.MISSING]


def test_confirmation_does_not_undo_a_decided_value(one_item: Catalogue, decide: Any) -> None:
    decide(5, field="title", values=[{"value": "The port of Anaklia"}])
    decide(6, confirms=True, field="title")
    assert shown_item(one_item).edition.title.value == "The port of Anaklia"  # type: ignore[union-attr]  # a title was set


# ── Statements ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def unread_words(catalogue: Catalogue, builder: EntryBuilder) -> Catalogue:
    """Two items whose words on reuse no rule understands."""
    for number, path in ((1, "/anaklia"), (2, "/batumi")):
        capture = builder.capture(number, path)
        statement = replace(builder.statement(capture), terms=())
        catalogue.add(builder.entry(number, path, statements=(statement,)))
    return catalogue


def decision_on_words(*terms: Mapping[str, object], **body: object) -> dict[str, object]:
    return {"publisher": "institute", "words": WORDS, "field": "terms", "values": list(terms), "by": "A. Nowak", **body}


def test_decision_on_a_statement_applies_to_every_item_that_prints_it(
    unread_words: Catalogue, builder: EntryBuilder
) -> None:
    (asked,) = review_queue.statements(unread_words.connection)
    assert (asked.words, asked.items) == (WORDS, 2)
    assert review_queue.statement(unread_words.connection, asked.id) == ("institute", WORDS)
    grants: list[dict[str, object]] = [
        {"covers": "text", "act": act, "permission": "permitted with duties", "duties": ["attribute"]}
        for act in ("reproduce", "distribute")
    ]
    unread_words.add_note(builder.note(5, NoteKind.DECISION, decision_on_words(*grants)))
    for item in unread_words.items(unread_words.all_item_ids()):
        answer = verdict([held.statement for held in item.terms], Use.REPUBLISH)
        assert answer.answer is Answer.WITH_DUTIES
        assert [builder.by for builder in item.decisions] == ["A. Nowak"]
    assert review_queue.statements(unread_words.connection) == []
    (record,) = unread_words.statements()
    assert record.decided is not None
    assert [term.act for term in record.statement.terms] == ["reproduce", "distribute"]


def test_statement_confirmed_as_silent_leaves_review_and_permits_nothing(
    unread_words: Catalogue, builder: EntryBuilder
) -> None:
    unread_words.add_note(builder.note(5, NoteKind.DECISION, decision_on_words(confirms=True)))
    assert review_queue.statements(unread_words.connection) == []
    (answer,) = {
        verdict([held.statement for held in item.terms], Use.REPUBLISH).answer
        for item in unread_words.items(unread_words.all_item_ids())
    }
    assert answer is Answer.UNKNOWN


# ── How sure a yes is, in SQL ───────────────────────────────────────────────────────────────────────────────

CREDITED = {"covers": "text", "act": "use", "permission": "permitted with duties", "duties": ["attribute"]}
ASKED = {"covers": "text", "act": "use", "permission": "ask"}


@pytest.mark.parametrize(
    ("rule", "licence", "at", "grade"),
    [
        ("grant", None, None, "plain"),
        ("named-license", "CC-BY-4.0", None, "plain"),
        ("named-license", "CC-BY-4.0", "https://x", "machine-readable"),
        ("rel-license", "CC-BY-4.0", "https://x", "machine-readable"),
        ("rel-license", None, None, None),
        ("rel-license", "CC-unspecified", None, None),
        ("ban-met-by-credit", None, None, None),
    ],
)
def test_terms_view_gives_the_same_grade_as_the_verdict(
    catalogue: Catalogue, builder: EntryBuilder, rule: str, licence: str | None, at: str | None, grade: str | None
) -> None:
    words = "Free for all."
    statement = builder.statement(builder.capture(1), words)
    term = replace(statement.terms[0], rule=rule, license_id=licence, license_url=at)
    catalogue.add(builder.entry(1, statements=(replace(statement, terms=(term,)),)))

    def told() -> tuple[str | None, str | None]:
        (row,) = catalogue.connection.execute("SELECT grade FROM terms").fetchall()
        item = catalogue.item("https://institute.example/anaklia")
        assert item is not None
        found = verdict([held.statement for held in item.terms])
        return row[0], found.grade and found.grade.value

    assert told() == (grade, grade)
    body = CREDITED | {name: value for name, value in (("license_id", licence), ("license_url", at)) if value}
    confirmed = builder.note(5, NoteKind.DECISION, decision_on_words(body, words=words, confirms=True))
    catalogue.add_note(confirmed)
    assert told() == ("confirmed", "confirmed")
    catalogue.add_note(builder.note(6, NoteKind.DECISION, decision_on_words(ASKED, words=words)))
    assert told() == (None, None)
    catalogue.add_note(builder.note(7, NoteKind.DECISION, decision_on_words(CREDITED, words=words)))
    assert told() == ("confirmed", "confirmed")


def test_confirmation_of_a_different_reading_confirms_nothing(catalogue: Catalogue, builder: EntryBuilder) -> None:
    words = "Free for all."
    catalogue.add(builder.entry(1, statements=(builder.statement(builder.capture(1), words),)))
    for minute, seen in ((5, ()), (6, (ASKED,)), (7, ({**CREDITED, "duties": ["link"]},))):
        catalogue.add_note(
            builder.note(minute, NoteKind.DECISION, decision_on_words(*seen, words=words, confirms=True))
        )
        item = catalogue.item("https://institute.example/anaklia")
        assert item is not None
        assert (item.decisions, item.terms[0].statement.decided) == ((), None)
    (wording,) = wordings.of_publishers(catalogue.connection)
    assert (wording.state(), wordings.waiting(catalogue.connection)) == (State.WAITS, 1)
    (lapsed, *_) = wordings.lapsed(catalogue.connection)
    assert (lapsed.words, lapsed.ended, lapsed.allowed) == (words, None, True)


def test_confirmed_statement_returns_to_review_if_no_rule_understands_it_now(
    unread_words: Catalogue, builder: EntryBuilder
) -> None:
    unread_words.add_note(builder.note(5, NoteKind.DECISION, decision_on_words(CREDITED, confirms=True)))
    assert [one.words for one in review_queue.statements(unread_words.connection)] == [WORDS]
    (wording,) = wordings.of_publishers(unread_words.connection)
    assert (wording.state(), wording.items, wordings.waiting(unread_words.connection)) == (State.UNREAD, 2, 0)


def test_confirmation_lapses_when_the_publisher_changes_the_words(catalogue: Catalogue, builder: EntryBuilder) -> None:
    words = "Free for all."
    catalogue.add(builder.entry(1, statements=(builder.statement(builder.capture(1), words),)))
    catalogue.add_note(builder.note(2, NoteKind.DECISION, decision_on_words(CREDITED, words=words, confirms=True)))
    assert (wordings.lapsed(catalogue.connection), wordings.waiting(catalogue.connection)) == ([], 0)
    catalogue.add(builder.entry(3, statements=(builder.statement(builder.capture(3), "Free for all, with credit."),)))
    (lapsed,) = wordings.lapsed(catalogue.connection)
    assert (lapsed.words, lapsed.by, lapsed.allowed) == (words, "A. Nowak", True)
    assert lapsed.ended == builder.capture(3).began
    (wording,) = wordings.of_publishers(catalogue.connection)
    assert (wording.first.statement.words, wording.state()) == ("Free for all, with credit.", State.WAITS)
    assert wordings.waiting(catalogue.connection) == 1
    item = catalogue.item("https://institute.example/anaklia")
    assert item is not None
    assert verdict([held.statement for held in item.terms]).grade is Grade.PLAIN
