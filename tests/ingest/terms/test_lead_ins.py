"""Lead-ins: what the line above a list, or a heading on a page of terms, makes of a permission below it."""

from __future__ import annotations

import pytest
from lxml import html

from archive.evidence.locate import Source
from db.model.item import Answer
from db.terms.verdict import verdict
from ingest.terms import PageView, read_terms, read_wording
from ingest.terms.output import reading_fields
from ingest.terms.word_lists import packaged

GRANT = "republish our articles with credit to Veldhaus"
SENTENCE = "Our articles may be republished with credit to Veldhaus."


def permits(body: str, path: str = "terms-of-use/") -> bool:
    head = '<meta property="og:site_name" content="Veldhaus"><title>Veldhaus</title>'
    entity = f"<!doctype html><html><head>{head}</head><body><main>{body}</main></body></html>".encode()
    page = PageView(
        f"https://veldhaus.example/{path}", html.fromstring(entity.decode()), Source(entity, "utf-8"), "c-1"
    )
    return verdict(read_terms(page)).answer in (Answer.YES, Answer.WITH_DUTIES)


TAKES_BACK = [
    ("Under no circumstances are you allowed to", GRANT),
    ("With our written consent you may", GRANT),
    ("If you have a licence from us, you may", GRANT),
    ("Subscribers of the Gold plan are entitled to", GRANT),
    ("We are sorry. You have to ask us before you", GRANT),
    ("Examples of misuse", "You may republish our articles with credit."),
    (
        "Bitte fragen Sie. Nur mit unserer Zustimmung dürfen Sie",
        "Unsere Artikel dürfen mit Quellenangabe nachgedruckt werden.",
    ),
    ("Za naszą zgodą możesz", "Nasze artykuły można przedrukowywać z podaniem źródła."),
    ("Avec notre accord, vous pouvez", "Nos articles peuvent être reproduits en citant la source."),
    ("Solo los miembros pueden", "Nuestros artículos pueden reproducirse citando la fuente."),
]
LEAVES = [
    ("You may", GRANT),
    ("You are free to", GRANT),
    ("Please note", SENTENCE),
    ("Permitted uses", GRANT),
    ("Members and the public may", GRANT),
    ("Sie dürfen", "Unsere Artikel dürfen mit Quellenangabe nachgedruckt werden."),
    ("Możesz", "Nasze artykuły można przedrukowywać z podaniem źródła."),
]


@pytest.mark.parametrize(("lead", "item"), TAKES_BACK)
def test_an_item_permits_nothing_that_the_line_above_its_list_takes_back(lead: str, item: str) -> None:
    assert permits(f"<ul><li>{item}</li></ul>")
    assert not permits(f"<p>{lead}:</p><ul><li>{item}</li></ul>")


@pytest.mark.parametrize(("lead", "item"), LEAVES)
def test_an_item_permits_what_the_line_above_its_list_leaves(lead: str, item: str) -> None:
    assert permits(f"<p>{lead}:</p><ul><li>{item}</li></ul>")


@pytest.mark.parametrize(
    ("lead", "words"),
    [
        ("Add this line to your page", "This text is under CC BY 4.0."),
        ("Il suffit d'écrire à côté", "Ce texte est sous licence CC BY 4.0."),
        ("Wystarczy napisać obok", "Ten tekst jest dostępny na licencji CC BY 4.0."),
        ("Schreiben Sie unter Ihren Text", "Dieser Text steht unter CC BY 4.0."),
    ],
)
def test_what_the_reader_is_told_to_write_permits_nothing(lead: str, words: str) -> None:
    assert permits(f"<p>{words}</p>")
    assert not permits(f"<p>{lead}:</p><p>{words}</p>")
    assert permits(f"<p>{lead}.</p><p>{words}</p>")
    assert not permits(f"<p>{lead}: {words}</p>")


def test_a_credit_asked_for_in_the_line_above_leaves_the_permission() -> None:
    assert permits(f"<p>You may use our texts if you write where they are from:</p><p>{SENTENCE}</p>")
    assert permits("<p>Our texts are under CC BY 4.0, please add a link</p>")
    assert permits(f"<p>Write to us</p><p>{SENTENCE}</p>")


def test_nothing_below_the_heading_of_a_proposal_is_permitted() -> None:
    assert not permits(f"<h2>1. Proposed policy for those journals that are open to all readers</h2><p>{SENTENCE}</p>")
    assert permits(f"<h2>Our policy on texts that propose</h2><p>{SENTENCE}</p>")


@pytest.mark.parametrize(
    "body",
    [
        "<div>With our <b>consent you may:</b><ul><li>{}</li></ul></div>",
        "<div>With our consent you <i>really</i> may:<ul><li>{}</li></ul></div>",
        "<ul><li>With our consent you may: <ul><li>{}</li></ul></li></ul>",
        "<p>Read:</p>With our consent you may:<br><ol><li><p>{}</p></li></ol>",
        "<p>With our consent you may:</p><ul><li>In print: <ul><li>{}</li></ul></li></ul>",
        "<p>With our consent you may:</p><!-- a list --><ul><li>{}</li></ul>",
    ],
)
def test_the_line_above_a_list_is_found_in_whatever_it_stands(body: str) -> None:
    assert not permits(body.format(GRANT))
    assert permits(body.replace("With our ", "").replace("consent you", "You").replace("In print: ", "").format(GRANT))


def test_only_a_line_that_ends_with_a_colon_leads_in_a_list() -> None:
    assert permits(f"<p>With our consent you may copy pictures.</p><ul><li>{SENTENCE}</li></ul>")
    assert permits(f"<p>With our consent you may copy these: maps. And more:</p><ul><li>{SENTENCE}</li></ul>")


@pytest.mark.parametrize(
    ("heading", "item"),
    [
        ("Not allowed", "Anybody may republish our articles with credit."),
        ("Uses that need our permission", SENTENCE),
        ("Example of a notice", SENTENCE),
        ("Only our members may", GRANT),
    ],
)
def test_a_heading_that_bans_limits_or_announces_a_model_takes_back_what_is_below_it(heading: str, item: str) -> None:
    body = f"<h3>{heading}</h3><ul><li>{item}</li></ul>"
    assert not permits(body)
    assert permits(f"<h3>Reuse</h3><ul><li>{item}</li></ul>")
    assert permits(body, "2026/a-text/"), "elsewhere than on a page of terms, headings are about anything"


@pytest.mark.parametrize("heading", ["Permissions", "2. Use License", "Terms and conditions", "What is not allowed?"])
def test_a_heading_that_only_makes_a_sentence_unread_takes_nothing_back(heading: str) -> None:
    assert permits(f"<h3>{heading}</h3><p>{SENTENCE}</p>")


def test_everybody_named_in_the_item_is_not_limited_to_the_people_of_the_lead_in() -> None:
    assert permits("<p>Media partners:</p><ul><li>Anyone may republish our articles with credit.</li></ul>")
    assert not permits("<p>Media partners:</p><ul><li>Our articles may be republished with credit.</li></ul>")


def test_an_item_behind_a_cross_permits_nothing() -> None:
    assert permits(f"<ul><li>You may {GRANT}</li></ul>")
    assert not permits(f"<ul><li>❌ You may {GRANT}</li></ul>")


@pytest.mark.parametrize("language", sorted(packaged("reach/lead_ins")))
def test_the_plain_permission_of_each_language_is_read(language: str) -> None:
    (plain,) = packaged("reach/lead_ins")[language]["sentence"]
    assert reading_fields(read_wording(plain))["permits_text_reuse"] is True


@pytest.mark.parametrize(
    "heading",
    [
        "Don'ts",
        "Old terms (no longer valid)",
        "Previous policy",
        "What other sites say",
        "Frühere Fassung",
        "Poprzednia wersja",
        "Anciennes conditions",
        "Condiciones anteriores",
        "Precedenti condizioni",
        "Oude voorwaarden",
        "Předchozí podmínky",
        "Прежние правила",
        "Попередні умови",
        "Tidigare villkor",
    ],
)
def test_below_a_heading_for_the_past_for_others_or_for_bans_nothing_is_permitted(heading: str) -> None:
    assert permits(f"<h2>Terms</h2><p>{SENTENCE}</p>")
    assert not permits(f"<h2>{heading}</h2><p>{SENTENCE}</p>")


@pytest.mark.parametrize("heading", ["Do's and don'ts", "Dos & don'ts", "Terms of use, version 2", "Our articles"])
def test_other_headings_of_terms_take_nothing_back(heading: str) -> None:
    assert permits(f"<h2>{heading}</h2><p>{SENTENCE}</p>")
