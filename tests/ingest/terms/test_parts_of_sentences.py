"""Parts of sentences: where clauses can be split, whom to ask, and the prescribed words of credit."""

from __future__ import annotations

import time

import pytest

from ingest.terms import read_wording
from ingest.terms.sentences import contact_in, credit_words_in, joints, sentences
from ingest.terms.terms_pages import names_terms


@pytest.mark.parametrize(
    ("sentence", "language", "parted"),
    [
        ("Texts may be copied, pictures may not", "en", [", "]),
        ("Texts may be copied but not sold", "en", [" but "]),
        ("Copy it; ask first", "en", ["; "]),
        ("Teksty a zdjęcia", "pl", [" a "]),
        ("Text a picture", "en", []),
        ("Testo e immagini", "it", [" e "]),
        ("Text e picture", "en", []),
        ("Copy, and ask", "en", [", and "]),
        ("One clause alone", "en", []),
    ],
)
def test_a_sentence_is_split_at_the_conjunctions_of_its_language(
    sentence: str, language: str, parted: list[str]
) -> None:
    assert [sentence[start:end] for start, end in joints(sentence, language)] == parted


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("All rights reserved. Ask us first.", 2),
        ("Contact Dr. Nowak of Port Watch Inc. for leave.", 1),
        ("See art. 25 of the act.", 1),
        ("Call no. 12 for leave. Thank you.", 2),
        ("Sorry, no. We sell reprints.", 2),
        ("Text | Imprint", 2),
        ("", 0),
        ("   ", 0),
    ],
)
def test_a_full_stop_after_an_abbreviation_does_not_end_the_sentence(words: str, count: int) -> None:
    assert len(sentences(words)) == count


@pytest.mark.parametrize(
    ("sentence", "contact"),
    [
        ("Write to rights@institute.example.", "rights@institute.example"),
        ("Write to rights [at] institute.example", "rights [at] institute.example"),
        ("Call +48 22 123 45 67, or write to us.", "+48 22 123 45 67"),
        ("Ask at https://institute.example/rights.", "https://institute.example/rights"),
        ("Write to a@b.example, see https://institute.example/rights", "a@b.example"),
        ("Call +48 22 123 45 67, see www.institute.example", "+48 22 123 45 67"),
        ("With permission of Port Watch.", "Port Watch"),
        ("Za zgodą Fundacji Morskiej.", "Fundacji Morskiej"),
        ("With permission.", None),
        ("Ask the editors.", None),
    ],
)
def test_the_contact_is_a_mail_address_or_else_a_phone_a_url_or_a_name(sentence: str, contact: str | None) -> None:
    assert contact_in(sentence) == contact


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ('Credit us as "Port Watch, Gdynia".', "Port Watch, Gdynia"),
        ("Podając „Źródło: Port Watch”.", "Źródło: Port Watch"),
        ("Use this line: Port Watch, Gdynia.", "Port Watch, Gdynia"),
        ("Credit: 'as it is': \"Port Watch\"", "Port Watch"),
        ("Credit the author.", None),
    ],
)
def test_a_prescribed_credit_is_in_quotation_marks_or_after_a_colon(sentence: str, words: str | None) -> None:
    assert credit_words_in(sentence) == words


@pytest.mark.parametrize(
    ("words", "by_itself", "among_links"),
    [
        ("Terms of use", True, True),
        ("Nota prawna", True, True),
        ("Copyright policy", True, True),
        ("Terms", False, True),
        ("Impressum", False, True),
        ("In terms of trade", False, False),
        ("Copyright wars", False, False),
        ("Rights", False, False),
        ("Human rights", False, False),
        ("", False, False),
        ("?!", False, False),
    ],
)
def test_a_link_names_terms_only_if_all_its_words_are_about_terms(
    words: str, by_itself: bool, among_links: bool
) -> None:
    assert names_terms(words) is by_itself
    assert names_terms(words, alone=True) is among_links


@pytest.mark.slow
def test_a_sentence_of_many_parts_is_read_in_bounded_time() -> None:
    before = time.process_time()
    read_wording(f"You may republish {'photos, ' * 500}with credit.")
    assert time.process_time() - before < 1


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("© European Union, 2023 Reproduction is authorised.", "© European Union, 2023"),
        (
            "© Quay News GmbH 2001 - 2024 Alle Rechte vorbehalten.",
            "© Quay News GmbH 2001 - 2024 Alle Rechte vorbehalten.",
        ),
        (
            "© Copyright 2024 Quay News Inc. All rights reserved.",
            "© Copyright 2024 Quay News Inc. All rights reserved.",
        ),
    ],
)
def test_a_copyright_line_keeps_its_holder_and_its_reserved_rights(words: str, first: str) -> None:
    begin, end = sentences(words)[0]
    assert words[begin:end] == first
