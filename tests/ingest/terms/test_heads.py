"""Heads: the work that an English clause permits, and to whom, whatever other nouns the clause has."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording
from ingest.terms.heads import is_of_known
from ingest.terms.output import reading_fields

TEXTS = ("our articles", "any of our reports", "the full text of this brief", "our columns and photographs", "it")
OTHERS = (
    "our logo",
    "the app",
    "the badge",
    "the link to this page",
    "the widget",
    "the code samples",
    "the newsletter sign-up form",
    "the toolkit's templates",
    "the slides of the speakers",
    "the membership directory",
    "the map tiles beside our articles",
    "works in the public domain",
    "cookies",
)
FORMS = (
    "You may {} free of charge, provided that you credit us.",
    "You are free to {} with attribution.",
    "Feel free to {}; please link back to us.",
    "We allow anyone to {} as long as the source is named.",
    "Permission is granted to {}, with attribution.",
)
ACTS = ("copy and distribute", "republish", "reproduce")


def permits(words: str) -> bool:
    return reading_fields(read_wording(words))["permits_text_reuse"] is True


@pytest.mark.parametrize("form", FORMS)
def test_a_permission_for_something_other_than_texts_covers_no_text(form: str) -> None:
    said = [form.format(f"{act} {other}") for act in ACTS for other in OTHERS]
    assert [words for words in said if permits(words)] == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("text", TEXTS[:3])
def test_a_permission_names_the_texts_by_any_word(form: str, text: str) -> None:
    assert permits(form.format(f"republish {text}"))


@pytest.mark.parametrize(
    "words",
    [
        "The link to our articles may be republished free of charge with credit to the source.",
        "The badge can be copied and distributed without permission, with credit.",
        "Reproduction of the badge is permitted with credit to the source.",
    ],
)
def test_a_permission_covers_the_head_noun_of_its_subject_only(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "who",
    ["the Institute", "Google", "the author", "member states", "syndication clients", "libraries that subscribe"],
)
def test_a_permission_for_someone_named_is_none_for_the_public(who: str) -> None:
    assert not permits(f"Our articles may be reproduced by {who} with credit to the author.")
    assert not permits(f"We allow {who} to republish our articles with attribution.")


@pytest.mark.parametrize("who", ["We", "The Institute", "Google", "A person named in an article"])
def test_what_the_publisher_itself_may_do_is_no_permission_for_the_public(who: str) -> None:
    assert not permits(f"{who} may copy and distribute our articles free of charge, provided the source is credited.")


@pytest.mark.parametrize("who", ["anyone", "any newspaper", "bloggers and editors", "other media", "other sites"])
def test_a_permission_for_any_part_of_the_public_counts(who: str) -> None:
    assert permits(f"Our articles may be reproduced by {who} with credit to the author.")


@pytest.mark.parametrize(
    "words",
    [
        "you may copy",
        "you may republish them",
        "parts or all of this report may be reproduced",
        "our articles on themes and maps may be republished",
        "reuse of legal and administrative documents is permitted",
        "anything you find here may be copied",
        "our content is free to republish",
    ],
)
def test_a_clause_that_names_a_text_or_no_object_has_a_known_object(words: str) -> None:
    assert is_of_known(words)
