"""Neighbouring sentences: what stands before or behind a permission on a page and limits it is shown beside it."""

from __future__ import annotations

import pytest
from lxml import html

from archive.evidence.locate import Source
from db.model.item import Answer, Statement, Use
from db.terms.verdict import verdict
from ingest.terms import PageView, read_terms

GRANT = "Our articles may be republished with credit."
LIMITS = "This applies to members only."


def statements(body: str) -> tuple[Statement, ...]:
    entity = (
        "<!doctype html><html><head><title>Republishing</title></head>"
        f"<body><main><h1>Republishing</h1>{body}</main></body></html>"
    ).encode()
    url = "https://veldhaus.example/republishing/"
    return read_terms(PageView(url, html.fromstring(entity.decode()), Source(entity, "utf-8"), "c-1"))


def answer(body: str) -> Answer:
    return verdict(statements(body), Use.REPUBLISH).answer


def words(body: str) -> list[str]:
    return [statement.words for statement in statements(body)]


@pytest.mark.parametrize(
    ("limit", "begun"),
    [
        (LIMITS, ""),
        ("Please ask us first.", ""),
        ("Interviews are excluded.", ""),
        ("A licence is required.", "Please name the author. "),
    ],
)
def test_the_sentence_behind_a_permission_in_its_paragraph_belongs_to_its_statement(limit: str, begun: str) -> None:
    body = f"<p>{GRANT} {begun}{limit} We were founded in 1990.</p>"
    assert words(body) == [f"{GRANT} {begun}{limit}"]
    found = verdict(statements(body), Use.REPUBLISH)
    assert (found.answer, found.reading) == (Answer.ASK, Answer.WITH_DUTIES)


def test_the_sentence_before_a_permission_in_its_paragraph_belongs_to_its_statement() -> None:
    few = "Some articles are excluded. These texts may be republished with credit."
    assert words(f"<p>We were founded in 1990. {few}</p>") == [few]
    assert answer(f"<p>{few}</p>") is Answer.ASK


@pytest.mark.parametrize(
    "body",
    [
        "<p>{}</p><p>{}</p>",
        "<p>{}</p>\n<!-- --><hr><p>{} We were founded in 1990.</p>",
        "<ul><li>{}</li><li>{}</li></ul>",
        "<ul><li>We were founded in 1990.</li><li>{}</li></ul><p>{}</p>",
        "<div><div><p>{}</p></div></div><div><div>{}</div></div>",
        "<div>{}<p></p>{} We were founded in 1990.</div>",
        "<ul><li>{}</li><li>{}<p>We grow.</p>We were founded in 1990.</li></ul>",
    ],
)
@pytest.mark.parametrize("stop", [".", ""])
def test_a_limit_in_the_block_behind_a_permission_is_shown_beside_it(body: str, stop: str) -> None:
    grant, limits = GRANT.removesuffix(".") + stop, LIMITS.removesuffix(".") + stop
    page = body.format(grant, LIMITS if "1990" in body else limits)
    found = verdict(statements(page), Use.REPUBLISH)
    assert (found.answer, found.reading) == (Answer.ASK, Answer.WITH_DUTIES)
    assert words(page) == [grant, LIMITS if "1990" in body else limits]


def test_a_limit_in_the_block_before_a_permission_is_shown_beside_it() -> None:
    few, grant = "Press releases are exempt from this.", "These texts may be republished with credit."
    page = f"<p>We were founded in 1990. {few}</p><p>{grant}</p>"
    assert words(page) == [grant, few]
    assert answer(page) is Answer.ASK


@pytest.mark.parametrize(
    "body",
    [
        f"<p>{GRANT}</p><p>We were founded in 1990.</p>",
        f"<p>{GRANT}</p><p>This applies to all languages.</p>",
        # Not next to it.
        f"<p>{GRANT}</p><p>We were founded in 1990. {LIMITS}</p>",
        f"<p>{GRANT} We were founded in 1990.</p><p>{LIMITS}</p>",
        f"<p>{GRANT}</p><p>We were founded in 1990.</p><p>{LIMITS}</p>",
        # Below a heading.
        f"<p>{GRANT}</p><h2>This applies to members only</h2><p>We pay the fees.</p>",
        f"<section><p>{GRANT}</p></section><section><h2>Prices</h2><p>{LIMITS}</p></section>",
        # No sentence, or one that leads in.
        f"<p>{GRANT}</p><p>Prices</p>",
        f"<p>Write to us</p><p>{GRANT}</p>",
        "<p>Some articles are excluded.</p><p>We were founded in 1990. These texts may be republished with credit.</p>",
    ],
)
def test_what_does_not_limit_a_permission_or_is_not_next_to_it_leaves_it_whole(body: str) -> None:
    assert answer(body) is Answer.WITH_DUTIES


def test_a_limit_that_is_read_by_itself_is_told_once() -> None:
    page = f"<p>{GRANT}</p><p>You must ask us before you republish our articles.</p>"
    assert len(words(page)) == len(set(words(page))) == 2
    assert answer(page) is Answer.ASK


def test_one_limit_between_two_permissions_is_told_once() -> None:
    page = f"<p>{GRANT}</p><p>{LIMITS}</p><p>{GRANT}</p><p>{LIMITS}</p>"
    assert words(page) == [GRANT, LIMITS]


def test_a_permission_that_is_all_of_a_page_has_no_neighbour() -> None:
    entity = f"<html><head><title>Republishing</title></head><body>{GRANT}</body></html>"
    url = "https://veldhaus.example/republishing/"
    page = PageView(url, html.fromstring(entity), Source(entity.encode(), "utf-8"), "c-1")
    assert verdict(read_terms(page), Use.REPUBLISH).answer is Answer.WITH_DUTIES
