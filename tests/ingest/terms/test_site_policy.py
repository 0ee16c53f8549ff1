"""What robots.txt and tdmrep.json say about mining, with the bytes that hold it."""

from __future__ import annotations

import pytest

from archive.evidence.locate import words_at
from archive.http.exchange import Entity
from db.model.item import Act, Covers, Permission, Statement, StatementPlace, Use
from db.terms.verdict import verdict
from ingest.terms.site_policy import read_policy

ROBOTS = b"""# A preamble
User-Agent: *
Content-Signal: search=yes, ai-train=no # as agreed
Content-Usage: /open/ train-ai=y
Disallow: /private/

User-agent: nicebot
Content-Signal: ai-train=yes

License: https://institute.example/license.xml
"""
TDMREP = b"""[
  {"location": "/pictures/", "tdm-reservation": 0},
  {"location": "/", "tdm-reservation": 1, "tdm-policy": "https://institute.example/mining"}
]"""


def read(body: bytes, path: str = "/robots.txt") -> tuple[Statement, ...]:
    return read_policy(Entity(f"https://institute.example{path}", body, "text/plain", None), "capture-1")


def words_and_terms(statements: tuple[Statement, ...]) -> list[tuple[str, list[tuple[Act, Permission]]]]:
    return [(one.words, [(term.act, term.permission) for term in one.terms]) for one in statements]


def test_robots_txt_states_training_rules_and_where_to_get_a_license() -> None:
    assert words_and_terms(read(ROBOTS)) == [
        ("Content-Signal: search=yes, ai-train=no", [(Act.MINE, Permission.PROHIBITED)]),
        ("License: https://institute.example/license.xml", [(Act.MINE, Permission.ASK)]),
    ]


def test_tdmrep_json_states_whether_rights_are_reserved_for_the_whole_site() -> None:
    (statement,) = read(TDMREP, "/.well-known/tdmrep.json")
    assert words_and_terms((statement,)) == [('"tdm-reservation": 1', [(Act.MINE, Permission.ASK)])]
    assert statement.terms[0].license_url == "https://institute.example/mining"


@pytest.mark.parametrize(("body", "path"), [(ROBOTS, "/robots.txt"), (TDMREP, "/.well-known/tdmrep.json")])
def test_each_statement_is_proved_by_its_bytes(body: bytes, path: str) -> None:
    for statement in read(body, path):
        evidence = statement.evidence
        assert evidence.decoding is not None
        assert words_at(body, evidence.ranges, evidence.decoding) == statement.words
        assert statement.place is StatementPlace.SITE_POLICY


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b"User-agent: *\nDisallow:", "/robots.txt"),
        (b"User-agent: bad\nContent-Signal: ai-train=no", "/robots.txt"),
        (b"Content-Signal: search=no", "/robots.txt"),
        (b"not json", "/.well-known/tdmrep.json"),
        (b'{"location": "/"}', "/.well-known/tdmrep.json"),
        (b'[{"location": "/", "tdm-reservation": null}]', "/.well-known/tdmrep.json"),
        (ROBOTS, "/notes.txt"),
    ],
)
def test_other_files_and_lines_give_no_statement(body: bytes, path: str) -> None:
    assert read(body, path) == ()


def test_terms_on_mining_do_not_change_the_verdict() -> None:
    found = verdict(read(ROBOTS), Use.REPUBLISH, covers=Covers.TEXT)
    assert found == verdict([], Use.REPUBLISH, covers=Covers.TEXT)
