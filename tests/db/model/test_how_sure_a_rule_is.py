"""How sure a *yes* is, by the rule that read it and by what it names; and which statements decide a use."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from db.model.item import Act, Covers, Grade, Permission, Statement, StatementPlace, Term
from db.model.terms import UNNAMED, grade_of_rule

CC = "https://creativecommons.org/licenses/by/4.0/"


@pytest.mark.parametrize(
    ("rule", "license_id", "license_url", "grade"),
    [
        ("rel-license", "CC-BY-4.0", CC, Grade.MACHINE_READABLE),
        ("rel-license", None, "https://institute.example/licence", None),
        ("rel-license", UNNAMED, CC, None),
        ("named-license", "CC-BY-4.0", None, Grade.PLAIN),
        ("named-license", "CC-BY-4.0", CC, Grade.MACHINE_READABLE),
        ("named-license", None, CC, Grade.PLAIN),
        ("grant", None, None, Grade.PLAIN),
        ("grant", "CC-BY-4.0", CC, Grade.PLAIN),
        ("a ban that ends where credit is given", "CC-BY-4.0", CC, None),
    ],
)
def test_grade_depends_on_the_rule_and_the_license_it_names(
    rule: str, license_id: str | None, license_url: str | None, grade: Grade | None
) -> None:
    assert grade_of_rule(rule, license_id, license_url) is grade


def test_grade_reaches_itself_and_all_lower_grades() -> None:
    ranked = list(Grade)
    reached = [[one.reaches(least) for least in ranked] for one in ranked]
    assert reached == [[at <= least for least in range(len(ranked))] for at in range(len(ranked))]


@pytest.mark.parametrize(
    ("act", "place", "decided", "says"),
    [
        (Act.REPRODUCE, StatementPlace.TERMS_PAGE, None, True),
        (Act.MINE, StatementPlace.TERMS_PAGE, None, False),
        (Act.REPRODUCE, StatementPlace.SITE_POLICY, None, False),
        (None, StatementPlace.TERMS_PAGE, None, True),
        (None, StatementPlace.TERMS_PAGE, "urn:uuid:1", False),
    ],
)
def test_statement_for_machines_or_confirmed_as_silent_decides_no_use(
    builder: Any, act: Act | None, place: StatementPlace, decided: str | None, says: bool
) -> None:
    terms = () if act is None else (Term(Covers.TEXT, act, Permission.PERMITTED, "grant"),)
    statement: Statement = replace(builder.statement(builder.capture(1)), place=place, terms=terms, decided=decided)
    assert statement.has_a_say is says
    assert statement.is_unread is (act is None and decided is None)
