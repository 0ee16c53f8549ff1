"""Offices: the words that tell a newsroom, an organisation, a job or an account from a person."""

from __future__ import annotations

import pytest

from ingest.reading.byline.offices import account, desk, jobs, login, organisation_word, without_jobs
from ingest.reading.metadata.tag_words import tag_of

PERSONS = ("Anna Nowak", "Jan Kowal", "José María Aznar", "Zofia Łęcka")


@pytest.mark.parametrize(
    "name", ["admin", "WordPressAdmin", "web-master", "user3", "editor12", "42", "", "_", "User Admin", "site admin"]
)
def test_an_account_that_nobody_writes_under_is_one_however_it_is_spelt(name: str) -> None:
    assert account(name)
    assert login(name)


@pytest.mark.parametrize("name", ["anowak", "a.nowak", "anna_nowak", "j-kowal2"])
def test_one_word_in_lower_case_is_a_login_and_no_account(name: str) -> None:
    assert login(name)
    assert not account(name)


@pytest.mark.parametrize("name", ["dpa", "pap", "Nowak", "anna nowak"])
def test_an_agency_and_a_name_are_no_login(name: str) -> None:
    assert not login(name)


@pytest.mark.parametrize(
    "name", ["Redakcja", "News Desk", "Editorial Team", "Staff Writer", "Rédaction", "Press Office"]
)
def test_a_newsroom_is_no_person(name: str) -> None:
    assert desk(name)


@pytest.mark.parametrize(
    ("name", "named", "without"),
    [
        ("Anna Nowak, Senior Fellow", ("Senior", "Fellow"), "Anna Nowak"),
        ("Chefredakteurin Eva Berg", ("Chefredakteurin",), "Eva Berg"),
        ("Analityk Jan Kowal", ("Analityk",), "Jan Kowal"),
        ("Jan Kowal", (), "Jan Kowal"),
    ],
)
def test_the_job_is_told_from_who_has_it(name: str, named: tuple[str, ...], without: str) -> None:
    assert jobs(name) == named
    assert without_jobs(name) == without


@pytest.mark.parametrize(
    "name", ["Port Institute", "Fundacja Morska", "Ministry of Works", "Reuters", "Harbour House GmbH", "example.org"]
)
def test_an_organisation_has_a_word_of_its_kind_in_its_name(name: str) -> None:
    assert organisation_word(name)


@pytest.mark.parametrize("name", PERSONS)
def test_a_person_is_none_of_these(name: str) -> None:
    assert not any(told(name) for told in (account, login, desk, jobs, organisation_word))
    assert without_jobs(name) == name


# ── Tags ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("words", "tag"),
    [
        ("#Ports", "Ports"),
        (" energy, ", "energy"),
        ("Trade (12)", "Trade"),
        ("Trade [12 articles]", "Trade"),
        ("Trade (2024 review)", "Trade (2024 review)"),
        ("Tags:", ""),
        ("Schlagwörter", ""),
        ("Show more", ""),
        ("+3 more", ""),
        ("Mehr anzeigen", ""),
        ("123456", ""),
        ("1989", "1989"),
        ("x" * 81, ""),
        ("", ""),
    ],
)
def test_a_tag_is_told_from_the_label_and_the_buttons_of_its_list(words: str, tag: str) -> None:
    assert tag_of(words) == tag


@pytest.mark.parametrize("name", ["Admin Nowak", "Nowak Admin", "Web Sowa"])
def test_two_words_are_an_account_only_where_both_are_of_one(name: str) -> None:
    assert not account(name)


@pytest.mark.parametrize("name", ["Harbour Wire", "Port Newswire", "Grupa Nabrzeże", "Gruppe Hafen", "Groupe Quai"])
def test_a_wire_and_a_group_are_houses(name: str) -> None:
    assert organisation_word(name)
