"""How sure a yes is: what makes it confirmed, machine-readable or plain; unsure answers ask for a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from db.citation.credit_line import credit_line
from db.model.item import (
    Act,
    Answer,
    Confidence,
    Covers,
    Duty,
    Edition,
    Evidence,
    Grade,
    Item,
    ItemTerm,
    PageKind,
    Permission,
    Publisher,
    ReviewState,
    Statement,
    StatementPlace,
    Term,
    Use,
)
from db.model.terms import GRADED, UNNAMED, grade_of_rule
from db.terms.odrl import policy
from db.terms.verdict import license_of, verdict

SEEN = datetime(2026, 5, 1, tzinfo=UTC)
BY = "https://creativecommons.org/licenses/by/4.0/"
WHOLE = (Act.REPRODUCE, Act.DISTRIBUTE)


def stated(words: str, *terms: Term, decided: str | None = None) -> Statement:
    return Statement(words, StatementPlace.ITEM_PROSE, Evidence(words, ""), terms, decided=decided)


def granted(rule: str, named: str | None = None, at: str | None = None, words: str = "") -> Statement:
    duties = (Duty.ATTRIBUTE,)
    terms = [
        Term(Covers.TEXT, act, Permission.WITH_DUTIES, rule, duties, license_id=named, license_url=at) for act in WHOLE
    ]
    return stated(words or f"{rule} {named} {at}", *terms)


def confirmed(statement: Statement) -> Statement:
    return replace(statement, decided="urn:uuid:1")


LICENSED = granted("rel-license", "CC-BY-4.0", BY)
PLAIN = granted("grant")
READING = granted("ban-met-by-credit")
RESERVED = stated("reserved", Term(Covers.TEXT, Act.USE, Permission.ASK, "all-rights-reserved"))
SALE = stated("sale", Term(Covers.TEXT, Act.USE, Permission.ASK, "commercial-use-asked", noncommercial=True))
FREE = granted("rel-license", "CC-BY-NC-4.0", "https://creativecommons.org/licenses/by-nc/4.0/")
ALIKE = granted("cc-link", "CC-BY-SA-4.0", "https://creativecommons.org/licenses/by-sa/4.0/")
UNREAD = stated("unread")
NAMED = granted("named-license", "CC-BY-4.0")
KINDS = (LICENSED, PLAIN, READING, RESERVED, SALE, ALIKE, UNREAD, NAMED, FREE)


@pytest.mark.parametrize(
    ("statement", "grade"),
    [
        (LICENSED, Grade.MACHINE_READABLE),
        (granted("named-license", "CC-BY-4.0", BY), Grade.MACHINE_READABLE),
        (NAMED, Grade.PLAIN),
        (PLAIN, Grade.PLAIN),
        (READING, None),
        (granted("a rule that nobody graded"), None),
        (granted("rel-license"), None),
        (granted("rel-license", UNNAMED), None),
    ],
)
def test_grade_follows_the_rule_and_an_ungraded_yes_becomes_ask(statement: Statement, grade: Grade | None) -> None:
    found = verdict([statement])
    assert found.grade is grade
    assert found.answer is (Answer.ASK if grade is None else Answer.WITH_DUTIES)
    assert found.reading is (Answer.WITH_DUTIES if grade is None else None)
    assert found.to_confirm == (statement,)
    sure = verdict([confirmed(statement)])
    assert (sure.answer, sure.grade, sure.reading) == (Answer.WITH_DUTIES, Grade.CONFIRMED, None)
    assert (sure.confidence, sure.review) == (Confidence.HIGH, ReviewState.DECIDED)
    assert sure.to_confirm == ()


def test_reading_that_needs_a_person_shows_duties_and_names_no_license() -> None:
    found = verdict([READING])
    assert (found.answer, found.reading, found.duties) == (Answer.ASK, Answer.WITH_DUTIES, (Duty.ATTRIBUTE,))
    assert (found.confidence, found.review) == (Confidence.LOW, ReviewState.WANTED)
    assert [statement for statement, _ in found.because] == [READING, READING]
    assert license_of(verdict([granted("x", "CC-BY-4.0")]), "wi") is None


def test_surest_permitting_statement_gives_the_grade() -> None:
    assert verdict([READING, PLAIN]).grade is Grade.PLAIN
    assert verdict([PLAIN, LICENSED]).grade is Grade.MACHINE_READABLE
    assert verdict([PLAIN, LICENSED, confirmed(READING)]).grade is Grade.CONFIRMED


def test_next_to_unread_words_a_license_holds_and_prose_needs_a_person() -> None:
    assert verdict([LICENSED, UNREAD]).grade is Grade.MACHINE_READABLE
    assert verdict([PLAIN, UNREAD]).reading is Answer.WITH_DUTIES
    assert verdict([PLAIN, confirmed(UNREAD)]).grade is Grade.PLAIN
    assert verdict([confirmed(PLAIN), UNREAD]).grade is Grade.CONFIRMED


def test_different_licenses_conflict_and_versions_of_one_do_not() -> None:
    found = verdict([LICENSED, ALIKE])
    assert (found.answer, found.conflict, found.confidence) == (Answer.ASK, True, Confidence.LOW)
    older = granted("cc-rel", "CC-BY-3.0", "https://creativecommons.org/licenses/by/3.0/")
    assert verdict([LICENSED, older]).grade is Grade.MACHINE_READABLE


@pytest.mark.parametrize("permission", [confirmed(PLAIN), PLAIN], ids=["confirmed", "plain"])
def test_prohibition_still_wins_over_a_permission_and_confirming_it_would_not_help(permission: Statement) -> None:
    found = verdict([permission, RESERVED])
    assert (found.answer, found.conflict, found.reading, found.to_confirm) == (Answer.ASK, True, None, ())


@pytest.mark.slow
def test_only_a_yes_has_a_grade_and_only_an_ask_has_a_reading() -> None:
    for number in range(1, 4):
        for some_of in combinations((*KINDS, *map(confirmed, KINDS)), number):
            for use in Use:
                for commercial in (True, False):
                    found = verdict(some_of, use, commercial=commercial)
                    assert found.is_yes == (found.grade is not None)
                    assert found.reading is None or found.answer is Answer.ASK
                    if found.conflict:
                        assert found.confidence is Confidence.LOW


def test_permission_for_the_whole_covers_a_part_on_the_same_terms() -> None:
    for number in range(1, 4):
        for some_of in combinations(KINDS, number):
            for commercial in (True, False):
                whole, part = (verdict(some_of, use, commercial=commercial) for use in (Use.REPUBLISH, Use.EXCERPT))
                assert replace(part, use=Use.REPUBLISH) == whole or not whole.is_yes
                if whole.is_yes:
                    assert (part.answer, part.duties, part.grade) == (whole.answer, whole.duties, whole.grade)


def item(statements: tuple[Statement, ...]) -> Item:
    held = tuple(ItemTerm(one, SEEN, SEEN) for one in statements)
    edition = Edition("wi-1@20260501000000", "wi-1", 1, SEEN, SEEN, "", None, "A text.", (), None, ("urn:uuid:2",))
    url = "https://institute.example/a/"
    publisher = Publisher("wi", "https://institute.example/", ("institute.example",))
    return Item("wi-1", PageKind.ARTICLE, url, publisher, edition, 1, SEEN, SEEN, terms=held)


@given(some.lists(some.sampled_from((*KINDS, *map(confirmed, KINDS))), max_size=4, unique=True))
def test_credit_line_names_no_license_if_one_must_ask(statements: list[Statement]) -> None:
    for commercial in (None, True, False):
        line = credit_line(item(tuple(statements)), commercial=commercial)
        answers = [verdict(statements, commercial=sold).answer for sold in (True, False)]
        if commercial is not None:
            answers = [answers[0 if commercial else 1]]
        first = next((answer for answer in answers if answer is not Answer.NO), Answer.NO)
        assert ("under CC" in line.text) <= (first is Answer.WITH_DUTIES)
        assert line.text == line.line or first is Answer.WITH_DUTIES


def test_credit_line_names_no_license_if_sale_must_be_asked_for() -> None:
    assert "under CC-BY-4.0" in credit_line(item((LICENSED,))).text
    asked = item((LICENSED, SALE))
    assert credit_line(asked).text == credit_line(asked).line
    assert "under CC-BY-4.0" in credit_line(asked, commercial=False).text


def test_odrl_policy_demands_consent_for_unconfirmed_readings() -> None:
    def duties(statement: Statement) -> list[object]:
        rules = policy(item((statement,)))["permission"]
        assert isinstance(rules, list)
        return [duty["action"] for rule in rules for duty in rule["duty"]]

    assert duties(PLAIN) == ["attribute"] * 2
    assert duties(confirmed(READING)) == ["attribute"] * 2
    assert duties(READING) == ["obtainConsent"] * 2


def test_rule_makes_a_yes_machine_readable_or_plain_and_an_unknown_rule_makes_none() -> None:
    assert grade_of_rule("nobody's", None, None) is None
    assert set(GRADED.values()) == {Grade.MACHINE_READABLE, Grade.PLAIN}
