"""Terms in words: rules in short, who read them, how old they are, and what follows for a use."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from db.model.decision import Decided, DecisionField
from db.model.item import Act, Covers, Duty, Evidence, ItemTerm, Layer, Permission, Statement, StatementPlace, Term
from db.terms.statements import StatementRecord
from ingest.cli.evidence_text import span
from ingest.cli.terms_text import (
    age_text,
    as_json,
    read_by,
    statement_lines,
    term_in_words,
    terms_in_words,
    terms_of,
    verdict_lines,
)
from ingest.progress import counted
from tests.db.citation.test_credit_line import granted, item

SEEN = datetime(2023, 4, 25, tzinfo=UTC)
WORDS = "You may reprint this."
GIVEN = Term(Covers.TEXT, Act.REPRODUCE, Permission.PERMITTED, "grant")


def held(*terms: Term, words: str = WORDS) -> ItemTerm:
    statement = Statement(words, StatementPlace.ITEM_PROSE, Evidence(words, "urn:uuid:1", ranges=((5, 9),)), terms)
    return ItemTerm(statement, SEEN, SEEN)


def where(_evidence: Evidence) -> str:
    return "urn:uuid:1"


@pytest.mark.parametrize(
    ("term", "said"),
    [
        (GIVEN, "text: reproduce: permitted"),
        (
            replace(GIVEN, permission=Permission.WITH_DUTIES, duties=(Duty.ATTRIBUTE, Duty.LINK)),
            "text: reproduce: permitted with duties (attribute, link)",
        ),
        (replace(GIVEN, license_id="CC-BY-4.0"), "text: reproduce: permitted [CC-BY-4.0]"),
        (replace(GIVEN, noncommercial=True), "text: reproduce: permitted, non-commercial only"),
        (replace(GIVEN, covers=Covers.IMAGES, permission=Permission.PROHIBITED), "images: reproduce: prohibited"),
    ],
)
def test_a_rule_is_printed_in_short(term: Term, said: str) -> None:
    assert term_in_words(term) == said


def test_rules_that_differ_only_in_the_act_share_a_line() -> None:
    both = [GIVEN, replace(GIVEN, act=Act.DISTRIBUTE)]
    assert terms_in_words(both) == ["text: reproduce, distribute: permitted"]
    other = replace(GIVEN, act=Act.ADAPT, permission=Permission.PROHIBITED)
    assert terms_in_words([*both, other]) == ["text: reproduce, distribute: permitted", "text: adapt: prohibited"]
    assert terms_in_words([]) == []


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (timedelta(hours=23), ""),
        (timedelta(days=1), " (1 day before)"),
        (timedelta(days=12, hours=5), " (12 days before)"),
        (timedelta(days=-3), ""),
    ],
)
def test_the_age_of_the_last_confirmation_is_printed(later: timedelta, said: str) -> None:
    assert age_text(SEEN, SEEN + later) == said


def test_counts_use_the_singular_for_one_and_the_plural_for_zero() -> None:
    assert [counted(number, "day") for number in (0, 1, 2)] == ["0 days", "1 day", "2 days"]


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        (Evidence("a", "c", ranges=((1, 4), (9, 12))), "bytes 1-4, 9-12"),
        (Evidence("a", "c", ranges=((1, 2), (3, 4), (5, 6), (7, 8))), "bytes 1-2, 3-4, 5-6"),
        (Evidence("a", "c", ranges=((1, 4),), layer=Layer.PDF, basis="page 3"), "page 3"),
        (Evidence("a", "c", basis="first capture"), "first capture"),
    ],
)
def test_evidence_is_printed_by_its_first_places_or_by_its_source(evidence: Evidence, said: str) -> None:
    assert span(evidence) == said


def test_silence_is_printed_as_no_licence() -> None:
    lines = terms_of(item(), where, (), SEEN)
    assert lines[0] == "China Hails Stronger Ties with Russia  (wi-7k3q9x2mab)"
    assert "Silence is not a licence." in lines[1]
    assert any(line.startswith("  text: republish: unknown") for line in lines)


def test_a_statement_is_printed_with_its_place_interval_and_rules() -> None:
    ended = replace(held(GIVEN), superseded=SEEN + timedelta(days=9))
    lines = terms_of(item(terms=(ended,)), where, (), SEEN + timedelta(days=2))
    assert lines[1:5] == [
        f"  “{WORDS}”",
        "    item prose, bytes 5-9 of urn:uuid:1",
        "    first seen 2023-04-25, last confirmed 2023-04-25 (2 days before), until 2023-05-04",
        "    text: reproduce: permitted",
    ]


def test_a_statement_that_adds_no_rule_comes_last_without_repeated_words() -> None:
    shown = held(GIVEN)
    lines = terms_of(item(terms=(shown,)), where, (shown, held(words="Ask us.")), SEEN)
    also = [line for line in lines if "with no further rule" in line]
    assert "the same words" in also[0]
    assert "“Ask us.”" in also[1]


def test_words_that_no_rule_understands_are_printed_with_the_review_command() -> None:
    unread = held()
    (line,) = read_by(item(terms=(unread,)), unread)
    assert "creditline review wi~" in line
    assert list(read_by(item(), held(GIVEN))) == []


@pytest.mark.parametrize(
    ("terms", "confirms", "said"),
    [
        ((GIVEN,), True, "    looked at by Halina on 2024-01-02"),
        ((GIVEN,), False, "    looked at by Halina on 2024-01-02; the rules read nothing"),
        ((), False, "    says nothing of reuse, looked at by Halina on 2024-01-02; the rules read nothing"),
    ],
)
def test_a_decision_is_printed_with_the_name_of_the_person(terms: tuple[Term, ...], confirms: bool, said: str) -> None:
    made = datetime(2024, 1, 2, tzinfo=UTC)
    decided = Decided(DecisionField.TERMS, (), (), "Halina", made, "urn:uuid:2", confirms=confirms, words=WORDS)
    assert list(read_by(replace(item(), decisions=(decided,)), held(*terms))) == [said]


def test_verdicts_for_non_commercial_uses_are_printed_only_if_they_differ() -> None:
    lines = verdict_lines(item(terms=(granted(Duty.ATTRIBUTE, noncommercial=True, credit_words="Port Watch"),)))
    assert lines[0].startswith("  text: republish: ")
    assert any(line.startswith("  text, non-commercial: republish: yes") for line in lines)
    assert "  credit asked for: Port Watch" in lines
    free = verdict_lines(item(terms=(granted(Duty.ATTRIBUTE),)))
    assert not any("non-commercial" in line for line in free)


def test_silence_is_printed_without_a_confidence() -> None:
    assert not any("confidence" in line or "grade" in line or "licence" in line for line in verdict_lines(item()))
    assert any(line.startswith("  confidence: ") for line in verdict_lines(item(terms=(granted(Duty.ATTRIBUTE),))))


def test_a_decision_that_nothing_is_stated_is_printed_but_silence_is_not() -> None:
    nothing = ItemTerm(replace(held().statement, decided="urn:uuid:2"), SEEN, SEEN)
    found = "  nothing is stated: a person found that the words here do not speak of reuse"
    assert found in verdict_lines(item(terms=(nothing,)))
    assert found not in verdict_lines(item())
    assert found not in verdict_lines(item(terms=(granted(Duty.ATTRIBUTE),)))


def test_a_permitting_sentence_waits_for_a_decision_a_linked_licence_does_not() -> None:
    sentence = verdict_lines(item(terms=(granted(Duty.ATTRIBUTE),)))
    assert any(line.startswith("  waits for one decision: creditline review ") for line in sentence)
    named = granted(Duty.ATTRIBUTE, named="CC-BY-4.0", at="https://creativecommons.org/licenses/by/4.0/")
    sure = verdict_lines(item(terms=(named,)))
    assert "  licence: CC-BY-4.0" in sure
    assert not any("waits for" in line for line in sure)


def test_a_non_commercial_licence_is_printed_if_no_other_applies() -> None:
    named = granted(Duty.ATTRIBUTE, noncommercial=True, named="CC-BY-NC-4.0", at="https://creativecommons.org/")
    assert "  licence: CC-BY-NC-4.0" in verdict_lines(item(terms=(named,)))


def test_an_item_without_a_title_is_called_by_its_id() -> None:
    untitled = replace(item(), edition=replace(item().edition, title=None))
    assert terms_of(untitled, where, (), SEEN)[0] == "wi-7k3q9x2mab  (wi-7k3q9x2mab)"


def test_the_publisher_is_to_be_asked_if_nobody_is_named() -> None:
    assert verdict_lines(item())[-1] == "  ask: Warsaw Institute"


def test_verdicts_in_json_cover_commercial_and_other_uses_of_text_and_images() -> None:
    told = as_json(item(terms=(granted(Duty.ATTRIBUTE),)))
    assert set(told) == {"id", "url", "terms", "verdicts", "noncommercial"}
    for side in ("verdicts", "noncommercial"):
        shown = told[side]
        assert isinstance(shown, dict)
        assert set(shown) == {"text", "images"}
        assert "license" in shown["text"]["republish"]


def test_a_statement_of_a_publisher_is_printed_with_its_number_of_items() -> None:
    record = StatementRecord("wi", held(GIVEN).statement, SEEN, SEEN + timedelta(days=3), None, 2)
    words, seen, read = statement_lines(record)
    assert words == f"“{WORDS}”"
    assert seen.endswith("item prose, 2 items, 2023-04-25 to 2023-04-28")
    assert read == "    text: reproduce: permitted"
    unread = replace(record, statement=held().statement, superseded=SEEN + timedelta(days=4))
    assert statement_lines(unread)[1].endswith(", until 2023-04-29")
    assert statement_lines(unread)[2] == "    not understood"
