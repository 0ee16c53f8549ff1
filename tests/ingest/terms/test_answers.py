"""Answers: a question and its answer in another element are one passage, with the words of both as evidence."""

from __future__ import annotations

import pytest
from lxml import html

from archive.evidence.locate import Source, words_at
from db.model.item import Answer, Statement, Use
from db.terms.verdict import verdict
from ingest.terms import PageView, read_terms

QUESTION, YES = "Can I republish your articles?", "Yes, with credit."
SHAPES = {
    "heading": "<h3>{}</h3><p>{}</p>",
    "heading around": "<div><h4><span>{}</span></h4></div><div><p>{}</p></div>",
    "term": "<dl><dt>{}</dt><dd>{}</dd></dl>",
    "summary": "<details><summary>{}</summary><p>{}</p></details>",
    "summary, then words": "<details><summary>{}</summary>{}</details>",
    "button in a heading": "<div><h3><button>{}</button></h3><div><p>{}</p></div></div>",
    "after a comment": "<h3>{}</h3><!-- answer --><hr><p>{}</p>",
}
PARAGRAPHS = {"paragraphs": "<p>{}</p><p>{}</p>", "in an item": "<ul><li><p>{}</p><p>{}</p></li></ul>"}


def statements(body: str, path: str = "terms-of-use/") -> tuple[tuple[Statement, ...], bytes]:
    entity = (
        '<!doctype html><html><head><meta property="og:site_name" content="Veldhaus"><title>Veldhaus</title></head>'
        f"<body><main><p>What people ask us.</p>{body}</main></body></html>"
    ).encode()
    page = PageView(
        f"https://veldhaus.example/{path}", html.fromstring(entity.decode()), Source(entity, "utf-8"), "c-1"
    )
    return read_terms(page), entity


def reading(body: str, path: str = "terms-of-use/") -> Answer:
    found = verdict(statements(body, path)[0], Use.REPUBLISH)
    return found.reading or found.answer


@pytest.mark.parametrize("shape", [*SHAPES.values(), *PARAGRAPHS.values()], ids=[*SHAPES, *PARAGRAPHS])
def test_a_question_and_its_answer_are_read_together(shape: str) -> None:
    (said,), entity = statements(shape.format(QUESTION, YES))
    assert said.words == f"{QUESTION} {YES}"
    assert said.evidence.decoding is not None
    assert words_at(entity, said.evidence.ranges, said.evidence.decoding) == said.words
    assert verdict([said], Use.REPUBLISH).reading is Answer.WITH_DUTIES


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_heading_that_asks_is_answered_on_any_page(shape: str) -> None:
    assert reading(shape.format(QUESTION, YES), "faq/") is Answer.WITH_DUTIES


@pytest.mark.parametrize("shape", PARAGRAPHS.values(), ids=PARAGRAPHS)
def test_a_paragraph_that_asks_is_answered_only_where_notices_stand(shape: str) -> None:
    assert reading(shape.format(QUESTION, YES), "2024/an-interview/") is Answer.UNKNOWN


@pytest.mark.parametrize(
    ("question", "answer", "read"),
    [
        ("May I use your articles?", "No.", Answer.NO),
        ("Can I reprint your articles?", "Please ask us first.", Answer.ASK),
        ("Do you charge for reprints of your articles?", "Yes.", Answer.UNKNOWN),
        ("Can authors republish their articles?", "Yes, with credit.", Answer.UNKNOWN),
        ("Can authors republish their articles?", "You may republish them with credit.", Answer.UNKNOWN),
        (QUESTION, "Can I use your photos?", Answer.UNKNOWN),
        (QUESTION, "The institute was founded in 1998. It has forty staff. Yes, with credit.", Answer.UNKNOWN),
        (
            "Why, after so many years in which nobody did so, is there still " + "not " * 40 + QUESTION,
            YES,
            Answer.UNKNOWN,
        ),
        ("Can members republish your articles?", "You may republish our articles with credit.", Answer.UNKNOWN),
    ],
)
def test_the_answer_says_what_it_says_to_its_question(question: str, answer: str, read: Answer) -> None:
    assert reading(f"<h3>{question}</h3><p>{answer}</p>") is read


def test_the_answer_stands_beside_its_question() -> None:
    assert reading(f"<h3>{QUESTION}</h3><hr><hr><hr><p>{YES}</p>") is Answer.UNKNOWN
    assert reading(f"<div><div><div><div><h3>{QUESTION}</h3></div></div></div></div><p>{YES}</p>") is Answer.UNKNOWN


def test_an_answer_that_needs_no_question_is_read_alone() -> None:
    body = "<h3>Can I reprint your articles?</h3><p>You may republish our articles with credit.</p>"
    assert [one.words for one in statements(body)[0]] == ["You may republish our articles with credit."]
    assert verdict(statements(body)[0], Use.REPUBLISH).answer is Answer.WITH_DUTIES


def test_the_licence_that_an_answer_links_to_counts() -> None:
    link = '<a href="https://creativecommons.org/licenses/by-nd/4.0/">Creative Commons licence</a>'
    (said,), _ = statements(f"<h3>{QUESTION}</h3><p>Yes, under a {link}.</p>")
    assert {term.license_id for term in said.terms} == {"CC-BY-ND-4.0"}


def test_what_a_question_takes_back_is_not_read_again_without_it() -> None:
    said, _ = statements(
        "<h3>Can members republish your articles?</h3><p>You may republish our articles with credit.</p>"
    )
    assert [(one.words.count("?"), one.terms) for one in said] == [(1, ())]


def test_only_questions_are_answered() -> None:
    said, _ = statements("<p>Our articles may be republished.</p><p>Reprinting requires our permission.</p>")
    assert [one.words for one in said] == [
        "Our articles may be republished.",
        "Reprinting requires our permission.",
    ]


def test_the_answer_is_the_first_two_sentences() -> None:
    more = "We are glad if you do, and so are our authors, who write for readers. " * 30
    (said,), _ = statements(f"<h3>{QUESTION}</h3><p>{YES} {more}</p>")
    assert said.words == f"{QUESTION} {YES}"


def test_a_block_without_words_asks_nothing() -> None:
    assert statements("<p><s>Can I republish your articles with credit?</s></p><p>Yes.</p>")[0] == ()
