"""Statements of a whole page: where they are found, what proves them, and what is no statement."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree, html

from archive.evidence.locate import Source, words_at
from db.model.item import Act, Covers, Layer, Permission, Statement, StatementPlace
from ingest.terms import PageView, read_terms

SUBJECT = "All texts published by the Example Centre"
LINE = f"{SUBJECT} may be disseminated on the condition that their origin is credited."
IMAGES = "Images may not be used without permission."
BY = "https://creativecommons.org/licenses/by/4.0/"


def view(body: str, *, url: str = "https://centre.example/a-text", head: bytes = b"", jsonld: Any = ()) -> PageView:
    entity = f"<!doctype html><html><head><meta charset=utf-8></head><body>{body}</body></html>".encode()
    return PageView(
        url, html.fromstring(entity.decode()), Source(entity, "utf-8"), "capture-1", head=head, jsonld=jsonld
    )


def proved(page: PageView, statement: Statement) -> bool:
    source: Any = page.source
    evidence = statement.evidence
    assert evidence.decoding is not None
    entity = page.head if evidence.layer is Layer.HEAD else source.entity
    return words_at(entity, evidence.ranges, evidence.decoding) == statement.words


def article(*blocks: str) -> str:
    prose = "<p>The minister spoke of rights, of permission and of the distribution of power.</p>" * 3
    return f'<article class="post"><div class="entry-content">{prose}{"".join(blocks)}</div></article>'


@pytest.mark.parametrize(
    ("words", "permission"),
    [
        ("Want to reprint this essay? Go ahead, just credit us.", Permission.WITH_DUTIES),
        ("Would you like to reprint our essays? You may do so at no cost with credit.", Permission.WITH_DUTIES),
        ("Chcesz przedrukować ten esej? Proszę bardzo, wystarczy podać źródło.", Permission.WITH_DUTIES),
        ("May I reprint an essay? No.", Permission.PROHIBITED),
    ],
)
def test_a_question_is_part_of_the_statement_that_answers_it(words: str, permission: Permission) -> None:
    page = view(f"<footer><p>Write to us. {words} We are in Riga.</p></footer>")
    (statement,) = read_terms(page)
    assert statement.words == words
    assert {term.permission for term in statement.terms} == {permission}
    assert proved(page, statement)


def test_a_question_that_changes_nothing_is_no_part_of_a_statement() -> None:
    (statement,) = read_terms(view(f"<footer><p>Who reads our reports? {LINE}</p></footer>"))
    assert statement.words == LINE
    assert list(read_terms(view("<footer><p>Want to reprint this essay? We are in Riga.</p></footer>"))) == []


def test_neighbouring_sentences_about_terms_make_one_statement() -> None:
    page = view(article(f"<p><em>{LINE}</em>\n <strong>Images may not be used</strong> without permission.</p>"))
    (statement,) = read_terms(page)
    assert statement.words == f"{LINE} {IMAGES}"
    assert statement.place is StatementPlace.ITEM_PROSE
    assert statement.language == "en"
    assert statement.evidence.capture == "capture-1"
    assert proved(page, statement)
    assert {(term.covers, term.permission) for term in statement.terms} == {
        (Covers.TEXT, Permission.WITH_DUTIES),
        (Covers.IMAGES, Permission.ASK),
    }


@pytest.mark.parametrize("first", [True, False])
def test_a_notice_in_the_language_of_the_pages_start_or_end_is_read(first: bool) -> None:
    english = "<p>The minister spoke of the power of the state and of what it is to be in the house.</p>" * 60
    polish = "<p>Minister mówił o tym, że władza nie jest dana na zawsze i że się ją ma tylko od ludzi.</p>" * 30
    notice = "<p class='copyright'>Przedruk tekstów dozwolony pod warunkiem podania źródła.</p>"
    body = f"{polish}{notice}{english}" if first else f"{english}{polish}{notice}"
    assert [statement.language for statement in read_terms(view(body))] == ["pl"]


@pytest.mark.parametrize(
    "comment",
    [
        '<div itemprop="comment">{}</div>',
        '<div itemscope itemtype="https://schema.org/Comment">{}</div>',
        '<div itemscope itemtype="https://schema.org/UserComments">{}</div>',
        '<div typeof="schema:Comment">{}</div>',
        '<div class="itemComments">{}</div>',
        '<div class="styles_commentBody__a1">{}</div>',
        '<div data-comment-id="5">{}</div>',
        '<div role="comment">{}</div>',
        '<div aria-label="Comments">{}</div>',
        "<user-comment>{}</user-comment>",
        '<ol class="webmentions"><li>{}</li></ol>',
        '<div class="trackback">{}</div>',
        "<h3>2 thoughts on “Harbours”</h3><div>{}</div>",
        "<h3>One response</h3><div>{}</div>",
        "<h3>1 reply to “Harbours”</h3><div>{}</div>",
        "<h2>Guestbook</h2><div>{}</div>",
    ],
)
def test_a_comment_states_no_terms_however_it_is_marked(comment: str) -> None:
    named = '<a rel="license" href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>'
    granted = (
        f"<p>You may republish this article for free, with credit to the author. It is licensed under {named}.</p>"
    )
    assert read_terms(view(article(comment.format(granted)))) == ()
    assert read_terms(view(article(f'<div class="commentary">{granted}</div>'))) != ()


@pytest.mark.parametrize("struck", ["<p><del>{}</del></p>", "<del><p>{}</p></del>", "<p>Until May: <s>{}</s></p>"])
def test_words_that_are_struck_out_permit_nothing(struck: str) -> None:
    granted = "You may republish this article for free, with credit to the author."
    assert read_terms(view(article(struck.format(granted)))) == ()
    (stricter,) = read_terms(view(article(f"<p>{granted.replace('may', 'may <del>not</del>')}</p>")))
    assert "not republish" in stricter.words


def test_a_notice_after_a_comment_and_around_a_line_break_is_found() -> None:
    page = view(article(f"<div><!-- notice -->{LINE}<br>{IMAGES}</div>"))
    assert [statement.words for statement in read_terms(page)] == [f"{LINE} {IMAGES}"]


def test_a_polish_notice_is_found_with_its_character_references_decoded() -> None:
    page = view(
        article(
            "<p>Wszystkie teksty (bez zdj&#281;&#263;) publikowane przez "
            "Fundacj&#281; Przyk&#322;ad mog&#261; by&#263; "
            "rozpowszechniane pod warunkiem podania ich &#378;r&oacute;d&#322;a.</p>"
        )
    )
    (statement,) = read_terms(page)
    assert statement.words.endswith("pod warunkiem podania ich źródła.")
    assert statement.language == "pl"
    assert proved(page, statement)


@pytest.mark.parametrize(
    ("body", "url", "place"),
    [
        (f"<footer><p>{LINE}</p></footer>", "https://centre.example/a", StatementPlace.SITE_FOOTER),
        (
            f'<div role="contentinfo"><p>{LINE}</p></div>',
            "https://centre.example/a",
            StatementPlace.SITE_FOOTER,
        ),
        (f"<main><p>{LINE}</p></main>", "https://centre.example/terms-of-use", StatementPlace.TERMS_PAGE),
        (f"<main><p>{LINE}</p></main>", "https://centre.example/pl/nota-prawna/", StatementPlace.TERMS_PAGE),
        (f"{article()}<p>{LINE}</p>", "https://centre.example/a", StatementPlace.ITEM_PROSE),
        (
            f"<article><p>x</p><footer><p>{LINE}</p></footer></article>",
            "https://centre.example/a",
            StatementPlace.ITEM_PROSE,
        ),
    ],
)
def test_a_statements_place_follows_from_the_block_it_is_in(body: str, url: str, place: StatementPlace) -> None:
    (statement,) = read_terms(view(body, url=url))
    assert statement.place is place


def test_a_notice_that_no_rule_understands_is_kept_unread() -> None:
    words = "Some reprint fees apply to licensed republication under the scheme of 1998."
    (statement,) = read_terms(view(f'<p class="copyright">{words}</p>'))
    assert statement.words == words
    assert statement.terms == ()


@pytest.mark.parametrize(
    "words",
    [
        "Our podcast is powered and distributed by Castwell, with permission of its guests.",
        "Harbour Funds are distributed by Harbour Fund Distributors, which may pay for it, member FINRA.",
        "The Polish edition is published under licence from Harbour Press, which may end it at will.",
    ],
)
def test_sentences_about_other_distributed_things_are_no_statement(words: str) -> None:
    assert read_terms(view(f'<p class="copyright">{words}</p>')) == ()


@pytest.mark.parametrize(
    "body",
    [
        article(),
        article("<p>Human rights groups asked for permission to distribute leaflets, and were refused a license.</p>"),
        article(f"<blockquote><p>{LINE}</p></blockquote>"),
        article(f'<figure><img src="a.jpg"><figcaption>Harbour. <a href="{BY}">CC BY 4.0</a></figcaption></figure>'),
        article(
            f'<p>They chose a <a href="{BY}">Creative Commons '
            f"licence</a>, which the ministry had long opposed in vain "
            "while the newspapers went on printing what they liked, and "
            "the courts looked the other way for years.</p>"
        ),
        f'<div class="comments"><p>{LINE}</p></div>',
        "<footer><p>© 2023 Example Centre</p></footer>",
        "<footer><p>We use cookies and may share and distribute your data with third parties.</p></footer>",
        '<footer><a href="/terms">Terms of use</a> <a href="/privacy">Privacy</a></footer>',
        f"<script>var line = '{LINE}'</script><noscript>{LINE}</noscript>",
    ],
    ids=[
        "prose",
        "rights",
        "quotation",
        "caption",
        "link in prose",
        "comment",
        "bare sign",
        "cookies",
        "pointers",
        "script",
    ],
)
def test_words_that_only_resemble_terms_are_no_statement(body: str) -> None:
    assert read_terms(view(body)) == ()


def test_a_statement_without_evidence_is_dropped() -> None:
    page = view(article(f"<p>{LINE}</p>"))
    other = Source(b"<p>something else</p>", "utf-8")
    assert read_terms(PageView(page.url, page.tree, other)) == ()


def test_reading_leaves_the_tree_as_it_was() -> None:
    page = view(article(f"<p>{LINE} {IMAGES}</p>") + f'<footer><a rel="license" href="{BY}">CC</a></footer>')
    before = etree.tostring(page.tree)
    read_terms(page)
    assert etree.tostring(page.tree) == before


def test_a_link_in_a_notice_identifies_the_license_of_its_sentence() -> None:
    page = view(f'<footer><p>Content on this site is under a <a href="{BY}">Creative Commons License</a>.</p></footer>')
    (statement,) = read_terms(page)
    assert {term.license_id for term in statement.terms} == {"CC-BY-4.0"}
    assert {term.license_url for term in statement.terms} == {BY}
    assert Act.TRANSLATE in {term.act for term in statement.terms}


def test_a_reserving_footer_is_a_statement_next_to_the_articles_license() -> None:
    page = view(
        article(f'<p>This article is licensed under <a rel="license" href="{BY}">CC BY 4.0</a>.</p>')
        + "<footer><p>© 2023 Example Centre. All rights reserved.</p></footer>"
    )
    assert {statement.place for statement in read_terms(page)} == {
        StatementPlace.ITEM_PROSE,
        StatementPlace.ITEM_CARRIER,
        StatementPlace.SITE_FOOTER,
    }


@pytest.mark.parametrize(
    ("answer", "permission"),
    [("No.", Permission.PROHIBITED), ("Sorry, no.", Permission.PROHIBITED), ("Not without asking us.", Permission.ASK)],
)
def test_a_question_about_reuse_is_one_statement_with_its_answer(answer: str, permission: Permission) -> None:
    page = view(
        f"<main><p>Can I republish your articles? {answer} We write on rivers.</p></main>",
        url="https://centre.example/terms",
    )
    (statement,) = read_terms(page)
    assert statement.words == f"Can I republish your articles? {answer}"
    assert {term.permission for term in statement.terms} == {permission}
    assert proved(page, statement)


def test_no_before_a_number_means_number() -> None:
    page = view("<footer><p>Journal No. 12 of the Centre. All rights reserved.</p></footer>")
    assert [one.words for one in read_terms(page)] == ["All rights reserved."]


TURN = "For the photographs, turn to the agency."


def withheld(page: PageView) -> list[str]:
    return [one.words for one in read_terms(page) if any(term.covers is Covers.IMAGES for term in one.terms)]


def test_a_paragraph_beside_a_permission_leaves_pictures_out_with_its_own_words_as_evidence() -> None:
    body = f"<h1>Terms of use</h1><p>{LINE}</p><h2>Photographs</h2><p>{TURN}</p>"
    page = view(body, url="https://centre.example/terms")
    assert withheld(page) == [TURN]
    assert all(proved(page, statement) for statement in read_terms(page))


def test_an_entry_of_a_list_below_a_permission_leaves_pictures_out() -> None:
    body = f"<main><p>{LINE}</p><ul><li>Name the author.</li><li>{TURN}</li></ul></main>"
    assert withheld(view(article(body))) == [TURN]


@pytest.mark.parametrize(
    "body",
    [
        f"<h1>Terms of use</h1><p>We are glad of readers.</p><p>{TURN}</p>",
        f"<h1>Terms of use</h1><p>{LINE}</p><h2>Your content</h2><p>{TURN}</p>",
    ],
)
def test_whose_pictures_are_is_no_statement_without_a_permission_or_about_uploads(body: str) -> None:
    assert withheld(view(body, url="https://centre.example/terms")) == []


def test_a_paragraph_far_from_the_permission_in_an_article_leaves_nothing_out() -> None:
    body = f"{article(f'<p>{TURN}</p>')}<footer><p>{LINE}</p></footer>"
    assert withheld(view(body)) == []
