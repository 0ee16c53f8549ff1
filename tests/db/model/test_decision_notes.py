"""Decisions as notes: what a person typed, what is written, and what is read back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from archive.warc.capture import Note, NoteKind, RecordRef
from db.errors import BadDecision
from db.model.claim import AgentKind, Precision, Role
from db.model.decision import (
    DecidedValue,
    DecisionField,
    DecisionKind,
    precision_of,
    read_note,
    term_body,
    term_of,
    value_body,
    value_of,
)
from db.model.terms import Act, Covers, Duty, Permission, Term

MADE = datetime(2024, 1, 2, tzinfo=UTC)
ABOUT = {"by": "Halina", "item": "wi-0123456789", "edition": "wi-0123456789@20230424100000"}


def note(**body: Any) -> Note:
    ref = RecordRef("wi-1.warc.gz", 0, 1)
    return Note("urn:uuid:1", "wi", MADE, NoteKind.DECISION, None, None, body, ref, "sha256:0")


@pytest.mark.parametrize(
    ("said", "precision"),
    [
        ("2023", Precision.YEAR),
        ("2023-04", Precision.MONTH),
        ("2023-04-24", Precision.DAY),
        ("2024-02-29", Precision.DAY),
        ("2023-04-24T10:00Z", Precision.INSTANT),
        ("2023-04-24T10:00:00Z", Precision.INSTANT),
        ("2023-04-24T10:00:00+02:00", Precision.INSTANT),
        ("2023-04-24T10:00+02:00", Precision.INSTANT),
    ],
)
def test_a_date_is_as_precise_as_it_was_typed(said: str, precision: Precision) -> None:
    assert precision_of(said) is precision
    assert value_of(DecisionField.PUBLISHED, said) == DecidedValue(said, precision=precision)


# An hour without a time zone may fall on another day, so it is refused.
@pytest.mark.parametrize(
    "said",
    [
        "",
        "23",
        "24.4.2023",
        "24.04.2023",
        "yesterday",
        "2023-13",
        "2023-02-30",
        "2023-02-29",
        "2023-04-24T10:00",
        "2023-04-24 10:00Z",
        "0000",
    ],
)
def test_invalid_date_is_refused(said: str) -> None:
    with pytest.raises(BadDecision) as refused:
        precision_of(said)
    assert "write it as" in refused.value.hint


@pytest.mark.parametrize(("said", "is_code"), [("pl", True), ("pt-BR", True), ("sr-Latn-RS", True), ("Polish", False)])
def test_language_must_be_a_language_code(said: str, is_code: bool) -> None:
    if is_code:
        assert value_of(DecisionField.LANGUAGE, said) == DecidedValue(said)
        return
    with pytest.raises(BadDecision, match="language code") as refused:
        value_of(DecisionField.LANGUAGE, said)
    assert "write it as" in refused.value.hint


@pytest.mark.parametrize("field", list(DecisionField))
def test_empty_value_is_refused_for_every_field(field: DecisionField) -> None:
    with pytest.raises(BadDecision, match="says nothing"):
        value_of(field, " \n")


@pytest.mark.parametrize("field", [DecisionField.AUTHOR, DecisionField.TAGS])
def test_several_people_or_tags_in_one_value_are_refused(field: DecisionField) -> None:
    with pytest.raises(BadDecision, match="is more than one value") as refused:
        value_of(field, "Anna Nowak; Jan Kowal")
    assert '--set "Anna Nowak" --set "Jan Kowal"' in refused.value.hint
    assert value_of(DecisionField.TITLE, "War; Peace").value == "War; Peace"
    assert value_of(field, "a;b").value == "a;b"


@pytest.mark.parametrize(
    ("said", "name", "role", "kind"),
    [
        ("Anna  Nowak", "Anna Nowak", Role.AUTHOR, AgentKind.PERSON),
        ("translator: Anna Nowak", "Anna Nowak", Role.TRANSLATOR, AgentKind.PERSON),
        ("Organisation: Port Watch", "Port Watch", Role.AUTHOR, AgentKind.ORGANISATION),
        ("translator organisation: Port Watch", "Port Watch", Role.TRANSLATOR, AgentKind.ORGANISATION),
        ("Ports: a watch", "Ports: a watch", Role.AUTHOR, AgentKind.PERSON),
        ("translator:", "translator:", Role.AUTHOR, AgentKind.PERSON),
        (": Anna", ": Anna", Role.AUTHOR, AgentKind.PERSON),
    ],
)
def test_author_is_a_person_unless_role_or_kind_is_typed(said: str, name: str, role: Role, kind: AgentKind) -> None:
    assert value_of(DecisionField.AUTHOR, said) == DecidedValue(name, role, kind)


@pytest.mark.parametrize(
    "value",
    [
        DecidedValue("Harbour"),
        DecidedValue("Anna Nowak", Role.TRANSLATOR, AgentKind.PERSON),
        DecidedValue("2023-04", precision=Precision.MONTH),
    ],
)
def test_value_is_read_back_from_its_note(value: DecidedValue) -> None:
    found = read_note(note(**ABOUT, field="title", values=[value_body(value)]))
    assert found is not None
    assert found.values == (value,)


def test_note_omits_fields_that_a_value_lacks() -> None:
    assert value_body(DecidedValue("Harbour")) == {"value": "Harbour"}


def test_term_is_read_back_with_the_decision_as_its_rule() -> None:
    term = Term(
        Covers.TEXT,
        Act.DISTRIBUTE,
        Permission.WITH_DUTIES,
        "person",
        (Duty.ATTRIBUTE, Duty.LINK),
        noncommercial=True,
        license_id="CC-BY-4.0",
        credit_words="Port Watch",
    )
    assert term_of(term_body(term), "person") == term


def test_note_omits_fields_that_a_term_lacks() -> None:
    plain = Term(Covers.TEXT, Act.DISTRIBUTE, Permission.PERMITTED, "person")
    assert term_body(plain) == {"covers": "text", "act": "distribute", "permission": "permitted"}
    assert term_of(term_body(plain), "person") == plain


@pytest.mark.parametrize(
    "body",
    [
        {"act": "distribute", "permission": "permitted"},
        {"covers": "text", "act": "sing", "permission": "permitted"},
        {"covers": "text", "act": "distribute", "permission": "permitted", "duties": "attribute"},
    ],
)
def test_incomplete_or_invalid_term_is_refused(body: dict[str, object]) -> None:
    with pytest.raises((KeyError, ValueError, TypeError)):
        term_of(body, "person")


def test_undo_names_only_the_decision_that_it_undoes() -> None:
    found = read_note(note(by="Halina", undo="urn:uuid:2", because="a slip"))
    assert found is not None
    assert (found.kind, found.undoes, found.because, found.made) == (DecisionKind.UNDO, "urn:uuid:2", "a slip", MADE)


def test_a_confirmation_sets_no_values() -> None:
    found = read_note(note(**ABOUT, field="title", confirms=True))
    assert found is not None
    assert (found.kind, found.field, found.values) == (DecisionKind.CONFIRM, DecisionField.TITLE, ())


def test_decision_without_values_states_that_the_field_is_empty() -> None:
    found = read_note(note(**ABOUT, field="author"))
    assert found is not None
    assert (found.kind, found.values) == (DecisionKind.SET, ())


def test_decision_on_words_applies_to_a_publisher_and_no_item() -> None:
    body = term_body(Term(Covers.TEXT, Act.DISTRIBUTE, Permission.PERMITTED, ""))
    found = read_note(note(by="Halina", publisher="wi", words="You may quote us.", values=[body]))
    assert found is not None
    assert (found.publisher, found.words, found.item) == ("wi", "You may quote us.", None)
    assert [(term.act, term.rule) for term in found.terms] == [(Act.DISTRIBUTE, "urn:uuid:1")]


def test_reading_of_words_can_be_confirmed_unchanged() -> None:
    found = read_note(note(by="Halina", publisher="wi", words="You may quote us.", confirms=True))
    assert found is not None
    assert (found.kind, found.field, found.terms) == (DecisionKind.CONFIRM, DecisionField.TERMS, ())


def test_moves_are_pairs_of_urls_with_their_pattern() -> None:
    moved = [["https://a.example/1", "https://b.example/1"]]
    found = read_note(note(by="Halina", publisher="wi", moved=moved, pattern="a to b"))
    assert found is not None
    assert found.moved == (("https://a.example/1", "https://b.example/1"),)
    assert (found.field, found.values[0].value) == (DecisionField.ADDRESS, "a to b")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"field": "title"},
        {**ABOUT, "field": "colour", "values": []},
        {**ABOUT, "field": "partial", "values": [{"value": "x"}]},
        {**ABOUT, "field": "title", "values": "Harbour"},
        {**ABOUT, "field": "title", "values": ["Harbour"]},
        {**ABOUT, "field": "author", "values": [{"value": "A", "role": "king"}]},
        {"by": "Halina", "publisher": "wi", "moved": "a to b", "pattern": "p"},
        {"by": "Halina", "publisher": "wi", "moved": [["a"]], "pattern": "p"},
        {"by": "Halina", "words": "w", "values": []},
    ],
)
def test_note_with_unknown_or_missing_fields_is_no_decision(body: dict[str, Any]) -> None:
    assert read_note(note(**body)) is None
