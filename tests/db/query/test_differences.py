"""What changed between two editions, by meaning and word by word."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.model.item import Attribution, Dated, Edition, Evidence, Precision, Words
from db.query.differences import ChangeKind, Op, between, runs

HELD = Evidence("", "urn:uuid:1")
TEXT = "The ports are open.\n\nThe harbour board asked the ministry for 4 cranes in May."
FIRST = Edition(
    id="ex-0123456789@20240101000000",
    item="ex-0123456789",
    number=1,
    opened=datetime(2024, 1, 1, tzinfo=UTC),
    last_seen=datetime(2024, 1, 2, tzinfo=UTC),
    stamp="one",
    title=Words("The ports", HELD),
    text=TEXT,
    attributions=(Attribution("Jan Kos", HELD),),
    published=Dated("2024-01-01", Precision.DAY, HELD),
    captures=(),
)


def kinds(**changes: object) -> list[str]:
    return list(between(FIRST, replace(FIRST, **changes)).kinds)  # type: ignore[arg-type]  # fields of an edition


@pytest.mark.parametrize(
    ("was", "now", "kind"),
    [
        ("asked the ministry", "asked the minstry", ChangeKind.TYPO),
        ("asked", "Asked,", ChangeKind.TYPO),
        ("harbour board", "harbourboard", ChangeKind.TYPO),
        ("4 cranes", "40 cranes", ChangeKind.TEXT),
        ("are open", "are not open", ChangeKind.TEXT),
        ("asked", "ordered", ChangeKind.TEXT),
        ("May", "June", ChangeKind.TEXT),
        ("are open", "aren't open", ChangeKind.TEXT),
        ("open", "unopen", ChangeKind.TEXT),
        ("board", "boards", ChangeKind.TYPO),
    ],
    ids=[
        "letters",
        "marks",
        "a space",
        "a number",
        "a negation",
        "another word",
        "a month",
        "a short negation",
        "a prefix",
        "a plural",
    ],
)
def test_typo_is_distinguished_from_a_change_of_meaning(was: str, now: str, kind: ChangeKind) -> None:
    assert was in TEXT
    assert kinds(text=TEXT.replace(was, now)) == [kind]


def test_changed_fields_are_classified_and_several_may_apply() -> None:
    assert kinds(title=Words("The harbours", HELD)) == ["headline"]
    assert kinds(attributions=()) == ["author"]
    assert kinds(published=None) == ["date"]
    assert kinds(title=None, text=TEXT.replace("open", "closed")) == ["headline", "text"]
    assert kinds(stamp="two") == []


def test_added_and_removed_words_are_listed_by_paragraph() -> None:
    found = between(FIRST, replace(FIRST, text=TEXT.replace("asked", "begged and begged") + "\n\nNothing came."))
    assert (found.added, found.removed) == (5, 1)
    first, second = found.passages
    assert (first.number, second.number) == (2, 3)
    changed = [(run.op, run.words.strip()) for run in first.runs if run.op is not Op.SAME]
    assert changed == [(Op.REMOVED, "asked"), (Op.ADDED, "begged and begged")]
    assert [(run.op, run.words) for run in second.runs] == [(Op.ADDED, "Nothing came.")]


@given(st.text(alphabet="ab \n", max_size=60), st.text(alphabet="ab \n", max_size=60))
def test_runs_reproduce_both_texts(one: str, other: str) -> None:
    found = list(runs(one, other))
    before = " ".join(run.words for run in found if run.op is not Op.ADDED)
    after = " ".join(run.words for run in found if run.op is not Op.REMOVED)
    assert before.split() == one.split()
    assert after.split() == other.split()


def test_a_huge_text_is_compared_in_bounded_time() -> None:
    begun = time.process_time()
    one = "\n\n".join(f"word{n} " * 30 for n in range(4000)) + "\n\n" + "x y " * 60_000
    found = between(replace(FIRST, text=one), replace(FIRST, text=one.replace("word7 ", "ward7 ") + "z"))
    assert len(found.passages) == 2
    assert time.process_time() - begun < 20
