"""Offices: the words that tell a newsroom, an organisation, a job or an account from a person."""

from __future__ import annotations

import pytest

from ingest.reading.byline.offices import account, desk, jobs, login, organisation_word, without_jobs
from ingest.reading.metadata.tags import tag_of

PERSONS = ("Anna Nowak", "Jan Kowal", "José María Aznar", "Zofia Łęcka")


@pytest.mark.parametrize(
    "name", ["admin", "WordPressAdmin", "web-master", "user3", "editor12", "42", "", "_", "User Admin", "site admin"]
)
def test_a_technical_account_is_recognised_in_any_spelling(name: str) -> None:
    assert account(name)
    assert login(name)


@pytest.mark.parametrize(
    "name",
    [
        *("Administrador", "Administrateur", "Amministratore", "Administrátor", "Администратор", "Διαχειριστής"),
        *(
            "Ylläpito",
            "Rendszergazda",
            "管理人",
            "管理员",
            "최고관리자",
            "Quản trị viên",
            "مدير",
            "Gość",
            "Super Utilisateur",
        ),
    ],
)
def test_an_account_is_recognised_by_its_name_in_other_languages(name: str) -> None:
    assert account(name)


@pytest.mark.parametrize("name", ["Anna Gast", "Gość Niedzielny", "Auteur Wood", "山田管理", "Amministrazione"])
def test_a_longer_name_with_the_word_for_an_account_is_none(name: str) -> None:
    assert not account(name)


@pytest.mark.parametrize("name", ["anowak", "a.nowak", "anna_nowak", "j-kowal2"])
def test_one_lower_case_word_is_a_login_and_no_technical_account(name: str) -> None:
    assert login(name)
    assert not account(name)


@pytest.mark.parametrize("name", ["dpa", "pap", "Nowak", "anna nowak"])
def test_an_agency_or_a_name_is_no_login(name: str) -> None:
    assert not login(name)


@pytest.mark.parametrize(
    "name", ["Redakcja", "News Desk", "Editorial Team", "Staff Writer", "Rédaction", "Press Office"]
)
def test_a_newsroom_is_recognised(name: str) -> None:
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
def test_a_job_title_is_separated_from_the_name(name: str, named: tuple[str, ...], without: str) -> None:
    assert jobs(name) == named
    assert without_jobs(name) == without


@pytest.mark.parametrize(
    "name",
    [
        "Port Institute",
        "Fundacja Morska",
        "Ministry of Works",
        "Reuters",
        "Harbour House GmbH",
        "example.org",
        "Hafenfreunde e.V.",
    ],
)
def test_an_organisation_is_recognised_by_a_word_in_its_name(name: str) -> None:
    assert organisation_word(name)


@pytest.mark.parametrize("name", PERSONS)
def test_a_persons_name_is_no_account_newsroom_job_or_organisation(name: str) -> None:
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
def test_a_tag_is_separated_from_the_label_and_buttons_of_its_list(words: str, tag: str) -> None:
    assert tag_of(words) == tag


@pytest.mark.parametrize("name", ["Admin Nowak", "Nowak Admin", "Web Sowa"])
def test_two_words_are_a_technical_account_only_if_both_are_such_words(name: str) -> None:
    assert not account(name)


@pytest.mark.parametrize("name", ["Harbour Wire", "Port Newswire", "Grupa Nabrzeże", "Gruppe Hafen", "Groupe Quai"])
def test_a_wire_or_a_group_is_an_organisation(name: str) -> None:
    assert organisation_word(name)
