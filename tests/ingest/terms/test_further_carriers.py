"""Machine-readable carriers beyond rel=license: schema.org, meta elements, ccREL, mining signals and feeds."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html

from archive.evidence.locate import Source, words_at
from archive.http.exchange import Entity
from db.model.item import Act, Covers, Duty, Layer, Permission, Statement, Use
from db.terms.verdict import verdict
from ingest.terms import PageView, read_terms
from ingest.terms.license_links import terms_of
from ingest.terms.site_policy import read_feed_terms, read_policy

BY = "https://creativecommons.org/licenses/by/4.0/"
GRANTED = {Permission.PERMITTED, Permission.WITH_DUTIES}


def view(body: str = "", *, extra: str = "", head: bytes = b"", jsonld: Any = ()) -> PageView:
    entity = f"<html><head>{extra}</head><body>{body}</body></html>".encode()
    tree = html.fromstring(entity.decode())
    return PageView("https://centre.example/a", tree, Source(entity, "utf-8"), head=head, jsonld=jsonld)


def licensed(statements: tuple[Statement, ...]) -> set[str | None]:
    return {term.license_id for one in statements for term in one.terms}


@pytest.mark.parametrize(
    ("value", "identifier"),
    [
        (BY, "CC-BY-4.0"),
        ("CC-BY-SA-3.0-DE", "CC-BY-SA-3.0-DE"),
        ("SPDX-License-Identifier: CC-BY-NC-4.0", "CC-BY-NC-4.0"),
        ("OGL-UK-3.0", "OGL-UK-3.0"),
        ("https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/", "OGL-UK-3.0"),
        ("https://www.gnu.org/licenses/fdl-1.3.html", "GFDL"),
        ("https://www.gnu.org/copyleft/fdl.html", "GFDL"),
        ("https://www.govdata.de/dl-de/by-2-0", "DL-DE-BY-2.0"),
        ("https://opendatacommons.org/licenses/odbl/1-0/", "ODbL-1.0"),
        ("https://opendatacommons.org/licenses/pddl/1.0/", "PDDL-1.0"),
        ("https://data.norge.no/nlod/no/2.0", "NLOD-2.0"),
        ("https://github.com/etalab/licence-ouverte/blob/master/LO.md", "etalab"),
        ("http://www.nationalarchives.gov.uk/doc/open-government-licence/", "OGL-UK"),
        ("http://rightsstatements.org/vocab/InC-NC/1.0/", "LicenseRef-RightsStatements-InC-NC-1.0"),
        ("This work is licensed under CC BY-ND 4.0.", "CC-BY-ND-4.0"),
    ],
)
def test_a_field_names_its_license_by_address_identifier_or_words(value: str, identifier: str) -> None:
    assert {term.license_id for term in terms_of(value, "field")} == {identifier}


@pytest.mark.parametrize(
    "value",
    [
        "© 2024 Example Centre",
        "MIT",
        "Apache-2.0",
        "https://centre.example/terms",
        "http://rightsstatements.org/vocab/CNE/1.0/",
        "Example Centre",
    ],
)
def test_a_field_without_a_license_of_the_text_states_nothing(value: str) -> None:
    assert terms_of(value, "field") == ()


def test_the_rights_statement_in_copyright_means_ask() -> None:
    (term,) = terms_of("http://rightsstatements.org/vocab/InC/1.0/", "field")
    assert (term.act, term.permission) == (Act.USE, Permission.ASK)


@pytest.mark.parametrize("name", ["DC.rights", "dcterms.license", "copyright", "dcterms:license"])
def test_a_meta_element_licenses_the_page(name: str) -> None:
    page = view(extra=f'<meta name="{name}" content="{BY}">')
    (statement,) = read_terms(page)
    assert licensed((statement,)) == {"CC-BY-4.0"}
    assert statement.evidence.decoding is not None
    source: Any = page.source
    assert words_at(source.entity, statement.evidence.ranges, statement.evidence.decoding) == BY


def test_a_meta_element_that_only_claims_copyright_is_no_statement() -> None:
    assert read_terms(view(extra='<meta name="copyright" content="© 2024 Example Centre">')) == ()


def test_schema_org_states_credit_and_a_contact_but_permits_nothing() -> None:
    node = {
        "@type": "Article",
        "creditText": "Example Centre",
        "acquireLicensePage": "https://centre.example/ask",
        "copyrightNotice": "All rights reserved.",
        "copyrightHolder": "Example Centre",
        "isAccessibleForFree": True,
    }
    script = (
        '<script type="application/ld+json">{"@type": "Article", "creditText": "Example Centre", "acquireLicensePage": '
        '"https://centre.example/ask", "copyrightNotice": "All rights reserved."}</script>'
    )
    statements = read_terms(view(script, jsonld=[node]))
    terms = {term.rule: term for one in statements for term in one.terms}
    assert terms["credit-text"].credit_words == "Example Centre"
    assert terms["acquire-license"].contact == "https://centre.example/ask"
    assert terms["all-rights-reserved"].permission is Permission.ASK
    assert not [term for term in terms.values() if term.permission in GRANTED]


def test_microdata_licenses_an_article_and_not_its_image() -> None:
    link = f'<link itemprop="license" href="{BY}">'
    article = f'<div itemscope itemtype="https://schema.org/Article">{link}</div>'
    image = f'<div itemscope itemtype="https://schema.org/ImageObject">{link}</div>'
    assert licensed(read_terms(view(article))) == {"CC-BY-4.0"}
    assert read_terms(view(image)) == ()


def test_cc_rel_states_the_license_the_credit_and_a_contact_for_more() -> None:
    body = (
        f'<p><a rel="cc:license" href="{BY}">licence</a> <span property="cc:attributionName">A. Nowak</span> '
        '<a rel="cc:morePermissions" href="https://centre.example/ask">more</a></p>'
    )
    statements = read_terms(view(body))
    assert "CC-BY-4.0" in licensed(statements)
    terms = [term for one in statements for term in one.terms]
    assert {term.credit_words for term in terms if term.credit_words} == {"A. Nowak"}
    assert {term.contact for term in terms if term.contact} == {"https://centre.example/ask"}


def test_cc_rel_is_read_in_any_case_and_among_other_properties() -> None:
    body = f'<p><span property="dct:title">A</span> <a property="Schema:License" href="{BY}">licence</a></p>'
    assert licensed(read_terms(view(body))) == {"CC-BY-4.0"}


def test_cc_rel_about_a_picture_does_not_license_the_page() -> None:
    assert read_terms(view(f'<div about="/harbour.jpg"><a rel="cc:license" href="{BY}">licence</a></div>')) == ()


@pytest.mark.parametrize(
    ("extra", "head", "permission", "covers"),
    [
        ('<meta name="robots" content="index, noai">', b"", Permission.PROHIBITED, Covers.SITE),
        ('<meta name="robots" content="noimageai">', b"", Permission.PROHIBITED, Covers.IMAGES),
        ('<meta name="tdm-reservation" content="1">', b"", Permission.ASK, Covers.SITE),
        ('<meta name="tdm-reservation" content="0">', b"", Permission.PERMITTED, Covers.SITE),
        ("", b"HTTP/1.1 200 OK\r\nTDM-Reservation: 1\r\n\r\n", Permission.ASK, Covers.SITE),
        ("", b"HTTP/1.1 200 OK\r\nContent-Usage: train-ai=n\r\n\r\n", Permission.PROHIBITED, Covers.SITE),
        ("", b"HTTP/1.1 200 OK\r\nX-Robots-Tag: otherbot: noai\r\n\r\n", Permission.PROHIBITED, Covers.SITE),
        ('<meta name="robots" content="noarchive">', b"", Permission.UNSTATED, Covers.SITE),
    ],
)
def test_signals_to_crawlers_state_terms_for_mining_only(
    extra: str, head: bytes, permission: Permission, covers: Covers
) -> None:
    (statement,) = read_terms(view(extra=extra, head=head))
    (term,) = statement.terms
    assert (term.act, term.permission, term.covers) == (Act.MINE, permission, covers)
    assert statement.evidence.layer is (Layer.HEAD if head else Layer.ENTITY)
    assert verdict([statement], Use.REPUBLISH).because == ()


def test_other_robots_directives_are_no_terms() -> None:
    assert read_terms(view(extra='<meta name="robots" content="index, follow, max-snippet:-1">')) == ()


def test_an_rsl_license_in_a_link_header_is_kept_unread() -> None:
    head = b"HTTP/1.1 200 OK\r\nLink: <" + BY.encode() + b'>; rel="license"; type="application/rsl+xml"\r\n\r\n'
    (statement,) = read_terms(view(head=head))
    assert statement.terms == ()


RSS = (
    f'<?xml version="1.0"?><rss version="2.0" xmlns:cc="http://cyber.law.harvard.edu/rss/creativeCommonsRssModule.html">'
    f"<channel><title>News</title><cc:license>{BY}</cc:license>"
    f"<item><title>A</title><cc:license>https://creativecommons.org/licenses/by-nd/4.0/</cc:license></item>"
    f"</channel></rss>"
).encode()


@pytest.mark.parametrize(
    "body",
    [
        RSS,
        f'<feed xmlns="http://www.w3.org/2005/Atom"><link rel="license" href="{BY}"/></feed>'.encode(),
        f'<feed xmlns="http://www.w3.org/2005/Atom"><rights>{BY}</rights></feed>'.encode(),
    ],
)
def test_a_feed_license_covers_the_feed_and_not_the_texts_it_lists(body: bytes) -> None:
    (statement,) = read_feed_terms(Entity("https://centre.example/feed", body, "application/xml"), "capture-1")
    assert statement.words == BY
    assert {term.covers for term in statement.terms} == {Covers.DATA}
    assert {term.license_id for term in statement.terms} == {"CC-BY-4.0"}
    assert read_policy(Entity("https://centre.example/feed", body, "application/xml"), "capture-1") == (statement,)


@pytest.mark.parametrize("body", [b"", b"<rss", b"<html><rss></html>", b'<feed xmlns="x"><rights/></feed>'])
def test_a_broken_or_silent_feed_gives_no_statement(body: bytes) -> None:
    assert read_feed_terms(Entity("https://centre.example/feed", body, "application/xml"), "capture-1") == ()


def test_a_republish_box_is_read_even_in_a_modal() -> None:
    words = "Republish our articles for free, provided that you credit the Example Centre and link to the original."
    page = view(f'<div class="republication-tracker-tool-modal"><p>{words}</p></div>')
    (statement,) = read_terms(page)
    assert {duty for term in statement.terms for duty in term.duties} == {Duty.ATTRIBUTE, Duty.LINK}


@pytest.mark.parametrize(
    ("extra", "body"),
    [
        (f'<link rel="Alternate LICENSE" href="{BY}">', ""),
        (f'<meta name="DC:Rights" content="{BY}">', ""),
        ("", f'<p>Read <a property="CC:License" href="{BY}">on</a></p>'),
        (f'<link rel="stylesheet https://x.example/ DCT:License" href="{BY}">', ""),
        ("", f'<div itemscope itemtype="https://schema.org/Article"><link itemprop="url license" href="{BY}"></div>'),
        ('<meta name="Robots" content="index, NoAI">', ""),
        ('<meta name="googlebot" content="noimageai">', ""),
        ('<meta name="tdm-reservation" content="1">', ""),
    ],
)
def test_a_carrier_is_read_in_any_spelling_even_as_the_only_one(extra: str, body: str) -> None:
    ordinary = '<meta name="robots" content="index, follow"><link rel="https://api.w.org/ alternate" href="/api">'
    assert [one.terms != () for one in read_terms(view(body, extra=ordinary + extra))] == [True]
