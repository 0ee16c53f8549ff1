"""The roles of a statement, with the words that show them, the roles that it lacks, and the grade of each carrier."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from lxml import html

from archive.evidence.locate import Source
from db.model.item import (
    Act,
    Answer,
    Covers,
    Evidence,
    Grade,
    Permission,
    Statement,
    StatementPlace,
    Term,
    Use,
)
from db.model.terms import GRADED
from db.terms.verdict import verdict
from ingest.terms import PageView, read_terms, read_wording
from ingest.terms.output import RolesRead, roles_in, roles_of
from ingest.terms.vocabulary import vocabulary

GRANTED = (Permission.PERMITTED, Permission.WITH_DUTIES)
BY = "https://creativecommons.org/licenses/by/4.0/"
PERMIT = "All texts published by the Harbour Institute may be reprinted on the condition that the source is credited."


def only_roles(words: str) -> RolesRead:
    (found,) = roles_in(words)
    return found


def test_each_role_of_a_permission_is_shown_by_its_words() -> None:
    found = only_roles(PERMIT)
    assert (found.rule, found.missing) == ("grant", ())
    assert "All texts" in found.grantor
    assert found.addressee == ("everyone: nobody is singled out",)
    assert (found.object, found.act) == (("texts",), ("reprinted",))
    assert "on the condition" in found.limits


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        ("Members may reprint our articles.", "barred by some people “Members may”"),
        ("Content that you post may be used and distributed by us.", "“you post”"),
        ("Our podcasts may be reprinted with credit.", "“podcasts” is none of the publisher's texts"),
        ("Subscribe to the letter of our institute.", "act: no words that are known say it"),
    ],
)
def test_a_statement_that_is_no_permission_says_what_it_lacks(words: str, missing: str) -> None:
    lacking = [told for found in roles_in(words) for told in found.missing]
    assert any(missing in told for told in lacking), lacking
    assert not any(term.permission in GRANTED for found in roles_in(words) for term in found.terms)


@pytest.mark.parametrize("words", [PERMIT, "Przedruk tekstów wymaga zgody redakcji.", "All rights reserved.", "x", ""])
def test_the_roles_hold_exactly_the_terms_that_are_read(words: str) -> None:
    assert {term for found in roles_in(words) for term in found.terms} == set(read_wording(words))


def test_a_carriers_roles_follow_from_its_place() -> None:
    [statement] = [one for one in read(f'<footer><a rel="license" href="{BY}">CC</a></footer>') if one.words == BY]
    (found,) = roles_of(statement)
    assert found.grantor == ("the publisher: it stands in the page's own part",)
    assert (found.object, found.missing) == (("text",), ())
    assert "reproduce" in found.act
    assert set(found.limits) == {"attribute", "notice"}


def read(body: str, *, head: bytes = b"", extra: str = "", jsonld: Any = ()) -> Any:
    entity = f"<html><head>{extra}</head><body><article><p>A text.</p></article>{body}</body></html>".encode()
    tree, source = html.fromstring(entity.decode()), Source(entity, "utf-8")
    return read_terms(PageView("https://centre.example/a", tree, source, head=head, jsonld=jsonld))


@pytest.mark.parametrize(
    "page",
    [
        {"body": f'<footer><a rel="license" href="{BY}">CC BY 4.0</a></footer>'},
        {"body": f'<footer><a href="{BY}">CC BY 4.0</a></footer>'},
        {"body": "", "head": f'HTTP/1.1 200 OK\r\nLink: <{BY}>; rel="license"\r\n\r\n'.encode()},
        {"body": "", "extra": f'<meta name="DC.rights" content="{BY}">'},
        {"body": f'<p>Our texts are published under <a href="{BY}">CC BY 4.0</a>.</p>'},
    ],
    ids=["rel", "badge", "head", "meta", "sentence"],
)
def test_a_license_given_by_url_is_machine_readable_in_every_carrier(page: dict[str, Any]) -> None:
    body = page.pop("body")
    granted = [term for one in read(body, **page) for term in one.terms if term.permission in GRANTED]
    assert granted
    assert {term.grade for term in granted} == {Grade.MACHINE_READABLE}


def test_every_permitting_rule_is_graded_or_listed_as_left_to_a_person() -> None:
    permitting = {rule.name for rule in vocabulary().rules if rule.permission in GRANTED}
    left_to_a_person = {"ban-met-by-credit", "nothing-need-be-asked"}
    assert permitting - GRADED.keys() == left_to_a_person


def test_a_license_of_an_unknown_object_grants_nothing() -> None:
    terms = read_wording("My poem may be found under CC BY 4.0")
    assert [term.permission for term in terms] == [Permission.UNSTATED]
    assert verdict([as_statement(terms)], Use.EXCERPT).answer is Answer.UNKNOWN


def as_statement(terms: tuple[Term, ...]) -> Statement:
    return Statement("words", StatementPlace.ITEM_PROSE, Evidence("words", ""), terms)


def assert_granted_without_a_grade(terms: tuple[Term, ...]) -> None:
    granted = [term for term in terms if term.permission in GRANTED]
    assert granted
    assert {term.grade for term in granted} == {None}


@pytest.mark.parametrize(
    "words",
    [
        "Would you like to reprint this article? Gladly, as long as you credit us.",
        "Can our articles be reprinted? Yes, with credit to the source.",
    ],
)
def test_a_permission_that_answers_a_question_is_left_to_a_person(words: str) -> None:
    terms = read_wording(words)
    assert_granted_without_a_grade(terms)
    assert verdict([as_statement(terms)], Use.EXCERPT).answer is Answer.ASK


def test_a_term_set_by_a_person_is_not_read_as_a_carrier() -> None:
    set_term = Term(Covers.TEXT, Act.USE, Permission.ASK, "urn:uuid:1")
    (found,) = roles_of(replace(as_statement((set_term,)), words=PERMIT, decided="urn:uuid:1"))
    assert found.rule == "grant"


def test_a_ban_that_is_lifted_by_credit_is_left_to_a_person() -> None:
    terms = read_wording("Reproduction without citing the source is prohibited.")
    assert_granted_without_a_grade(terms)
    assert verdict([as_statement(terms)], Use.EXCERPT).answer is Answer.ASK


@pytest.mark.parametrize(
    ("words", "permits"),
    [
        ("Subscribers and everyone else may republish our articles with credit.", True),
        ("Abonnent:innen und alle anderen dürfen unsere Artikel nachdrucken.", True),
        ("Members and all others who pay may republish our articles with credit.", False),
        ("Mitglieder und alle anderen Kunden dürfen unsere Artikel nachdrucken.", False),
        ("Staff and everybody else in the institute may republish our articles with credit.", False),
    ],
)
def test_some_people_and_everyone_else_means_everybody(words: str, permits: bool) -> None:
    granted = [term for term in read_wording(words) if term.permission in GRANTED]
    assert bool(granted) is permits
