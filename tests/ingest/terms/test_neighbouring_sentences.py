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


RULES = "<ul><li>Credit the author.</li><li>Please ask us first.</li></ul>"


@pytest.mark.parametrize(
    "body",
    [
        f"<ul><li>{GRANT}</li><li>Credit the author.</li><li>Please ask us first.</li></ul>",
        f"<ul><li>{GRANT}</li><li>Images may not be used.</li><li>Links</li><li>Please ask us first.</li></ul>",
        f"<p>{GRANT}</p><p>Please name the author.</p><p>Please ask us first.</p>",
        f"<p>{GRANT}</p><p>Please name the author and link to us. Please ask us first.</p>",
        f"<p>{GRANT}</p>{RULES}",
        f"<p>{GRANT}</p><p>Conditions:</p>{RULES}",
        f"<p>{GRANT} Our rules:</p>{RULES}",
        f"<p>{GRANT}</p><h3>Conditions</h3>{RULES}",
        f"<p>{GRANT}</p><h3>Our rules</h3>{RULES}",
        f"<ul><li>{GRANT}</li>{'<li>Credit the author.</li>' * 10}<li>Please ask us first.</li></ul>",
    ],
)
def test_a_limit_among_the_rules_behind_a_permission_is_shown_beside_it(body: str) -> None:
    found = verdict(statements(body), Use.REPUBLISH)
    assert (found.answer, found.reading) == (Answer.ASK, Answer.WITH_DUTIES)
    assert words(body)[-1] == "Please ask us first."


@pytest.mark.parametrize(
    ("grant", "heading", "limit"),
    [
        ("Naše články lze přetiskovat s uvedením zdroje.", "Podmínky", "Nejprve se nás zeptejte."),
        ("Unsere Artikel dürfen mit Quellenangabe nachgedruckt werden.", "Nutzungsbedingungen", "Nur für Schulen."),
        ("Nuestros artículos pueden reproducirse citando la fuente.", "Condiciones", "Solo para escuelas."),
        ("Nos articles peuvent être reproduits en citant la source.", "Nos règles", "Réservé aux membres."),
        ("I nostri articoli possono essere riprodotti citando la fonte.", "Condizioni", "Solo per le scuole."),
        ("Onze artikelen mogen met bronvermelding worden overgenomen.", "Voorwaarden", "Alleen voor scholen."),
        ("Nasze artykuły można przedrukowywać z podaniem źródła.", "Zasady", "Tylko dla szkół."),
        ("Os nossos artigos podem ser reproduzidos citando a fonte.", "Condições", "Apenas para escolas."),
        ("Наши статьи можно перепечатывать со ссылкой на источник.", "Правила", "Только для школ."),
        ("Наші статті можна передруковувати з посиланням на джерело.", "Умови", "Лише для шкіл."),
    ],
)
def test_a_limit_below_a_heading_of_conditions_is_found_in_other_languages(
    grant: str, heading: str, limit: str
) -> None:
    assert answer(f"<p>{grant}</p><h3>{heading}</h3><p>{limit}</p>") is Answer.ASK
    assert answer(f"<p>{grant}</p><h3>2024</h3><p>{limit}</p>") is Answer.WITH_DUTIES


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
        f"<p>{GRANT}</p><p>Images may not be used.</p><p>Please ask us first.</p>",
        # Below a heading.
        f"<p>{GRANT}</p><h2>This applies to members only</h2><p>We pay the fees.</p>",
        f"<section><p>{GRANT}</p></section><section><h2>Prices</h2><p>{LIMITS}</p></section>",
        f"<p>{GRANT}</p><p>We were founded in 1990.</p><ul><li>Please ask us first.</li></ul>",
        f"<p>{GRANT}</p><p>Contact</p><p>Please ask us first.</p>",
        f"<p>{GRANT}</p><h2>Events</h2><ul><li>Please ask us first.</li></ul>",
        f"<p>{GRANT} You may ask for our rules.</p>{RULES}",
        # Too far away for rules.
        f"<ul><li>{GRANT}</li>{'<li>Credit the author.</li>' * 12}<li>Please ask us first.</li></ul>",
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
