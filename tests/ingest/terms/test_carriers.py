"""Machine-readable carriers of terms: addresses, rel=license, the Link header and JSON-LD."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html

from archive.evidence.locate import Source, words_at
from archive.http.exchange import Entity
from db.model.item import Context, Layer, Permission, StatementPlace
from ingest.reading import read
from ingest.terms import PageView, read_terms, read_wording
from ingest.terms.licenses import CreativeCommons, at, from_address

BY_SA = "https://creativecommons.org/licenses/by-sa/4.0/"


def view(body: str = "", *, head: bytes = b"", jsonld: Any = (), extra: str = "") -> PageView:
    entity = f"<html><head>{extra}</head><body>{body}</body></html>".encode()
    return PageView(
        "https://centre.example/a",
        html.fromstring(entity.decode()),
        Source(entity, "utf-8"),
        head=head,
        jsonld=jsonld,
    )


@pytest.mark.parametrize(
    ("address", "identifier"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),
        ("http://www.creativecommons.org/licenses/by-nc-nd/3.0/pl/deed.pl", "CC-BY-NC-ND-3.0-PL"),
        ("//creativecommons.org/licenses/by-sa/3.0/igo/", "CC-BY-SA-3.0-IGO"),
        ("https://creativecommons.org/licenses/by/4.0/legalcode.fr", "CC-BY-4.0"),
        ("https://creativecommons.org/licenses/by/4.0/deed.de", "CC-BY-4.0"),
        ("https://creativecommons.org/licences/nc-by-sa/2.5/ch/", "CC-BY-NC-SA-2.5-CH"),
        ("https://creativecommons.org/licenses/by/4.0/?ref=chooser-v1", "CC-BY-4.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/deed.en", "LicenseRef-PDM-1.0"),
        ("creativecommons.org/licenses/by/3.0/igo/", "CC-BY-3.0-IGO"),
        ("https://i.creativecommons.org/l/by-nc-nd/3.0/88x31.png", "CC-BY-NC-ND-3.0"),
        ("https://licensebuttons.net/l/by-sa/4.0/88x31.png", "CC-BY-SA-4.0"),
        ("https://licensebuttons.net/p/zero/1.0/88x31.png", "CC0-1.0"),
    ],
)
def test_a_license_url_names_the_license_with_its_version_and_port(address: str, identifier: str) -> None:
    named = from_address(address)
    assert named is not None
    assert named.license_id == identifier


@pytest.mark.parametrize(
    "address",
    [
        "https://creativecommons.org/",
        "https://creativecommons.org/licenses/sampling/1.0/",
        "https://example.org/by/4.0/",
        "/terms",
    ],
)
def test_other_urls_name_no_license(address: str) -> None:
    assert from_address(address) is None


def test_a_creative_commons_license_without_elements_has_no_version() -> None:
    assert CreativeCommons("").license_id == "CC-unspecified"


@pytest.mark.parametrize("rel", ["license", "License", "nofollow license", "license noopener nofollow"])
@pytest.mark.parametrize("tag", ["a", "link"])
def test_rel_license_counts_in_any_order_of_tokens(tag: str, rel: str) -> None:
    element = f'<{tag} rel="{rel}" href="{BY_SA}">{"x</a>" if tag == "a" else ""}'
    page = view(element if tag == "a" else "", extra=element if tag == "link" else "")
    (statement,) = read_terms(page)
    assert statement.words == BY_SA
    assert statement.place is StatementPlace.ITEM_CARRIER
    assert {term.license_id for term in statement.terms} == {"CC-BY-SA-4.0"}


@pytest.mark.parametrize("rel", ["license nofollow ugc", "UGC", "sponsored license"])
def test_a_licence_link_of_a_reader_or_advertiser_is_none_of_the_page(rel: str) -> None:
    assert read_terms(view(f'<p class="license"><a rel="{rel}" href="{BY_SA}">my terms</a></p>')) == ()


@pytest.mark.parametrize(
    "element",
    [
        '<a rel="license" href="/terms-of-use">Terms of use</a>',
        '<link rel="license" type="application/rsl+xml" href="https://centre.example/license.xml">',
        f'<link rel="license" type="application/rsl+xml" href="{BY_SA}">',
    ],
)
def test_a_rel_license_link_that_licenses_no_text_is_kept_unread(element: str) -> None:
    (statement,) = read_terms(view(element))
    assert statement.terms == ()


@pytest.mark.parametrize(
    ("address", "license_id"),
    [
        ("//wiki.example/wiki/Text_of_Creative_Commons_Attribution-ShareAlike_3.0_Unported_License", "CC-BY-SA-3.0"),
        ("https://wiki.example/creative_commons_attribution", None),
        ("https://wiki.example/creative-commons/", None),
    ],
)
def test_a_rel_license_url_that_spells_out_a_license_and_version_names_it(address: str, license_id: str | None) -> None:
    (statement,) = read_terms(view(f'<a rel="license" href="{address}">x</a>'))
    assert {term.license_id for term in statement.terms} == ({license_id} if license_id else set())


def test_a_rel_value_that_only_resembles_license_states_nothing() -> None:
    assert read_terms(view(f'<a rel="licensed" href="{BY_SA}">{"long words " * 20}</a>')) == ()


def test_the_link_header_is_read_with_evidence_in_the_head() -> None:
    head = (
        b"HTTP/1.1 200 OK\r\nLink: </style.css>; rel=preload; as=style,\r\n <" + BY_SA.encode() + b'>; title="a, b"; '
        b'rel="copyright license"\r\nContent-Type: text/html\r\n\r\n'
    )
    (statement,) = read_terms(view(head=head))
    assert statement.evidence.layer is Layer.HEAD
    assert statement.evidence.decoding is not None
    assert words_at(head, statement.evidence.ranges, statement.evidence.decoding) == BY_SA
    assert {term.license_id for term in statement.terms} == {"CC-BY-SA-4.0"}


def test_a_link_header_with_another_relation_is_no_license() -> None:
    head = b"HTTP/1.1 200 OK\r\nX-License: y\r\nLink: <" + BY_SA.encode() + b'>; rel="terms-of-service"\r\n\r\n'
    assert read_terms(view(head=head)) == ()


@pytest.mark.parametrize(
    "parameters",
    [
        'rel=license; anchor="https://other.example/"',
        'title="; rel=license"; rel=next',
        'title="\\"; rel=license"; rel=next',
        "rel=next; rel=license",
    ],
)
def test_a_link_header_about_another_page_or_with_license_only_in_a_title_is_no_license(parameters: str) -> None:
    head = f"HTTP/1.1 200 OK\r\nLink: <{BY_SA}>; {parameters}\r\n\r\n"
    assert read_terms(view(head=head.encode())) == ()


@pytest.mark.parametrize("value", [BY_SA, {"@type": "CreativeWork", "url": BY_SA}, [BY_SA]])
def test_json_ld_licenses_an_article_in_every_form_of_the_value(value: Any) -> None:
    script = f'<script type="application/ld+json">{{"@type": "NewsArticle", "license": "{BY_SA}"}}</script>'
    (statement,) = read_terms(view(script, jsonld=[{"@graph": [{"@type": ["NewsArticle"], "license": value}]}]))
    assert statement.words == BY_SA
    assert statement.place is StatementPlace.ITEM_CARRIER


def test_a_json_ld_license_of_an_image_does_not_cover_the_text() -> None:
    script = f'<script type="application/ld+json">{{"@type": "ImageObject", "license": "{BY_SA}"}}</script>'
    assert read_terms(view(script, jsonld=[{"@type": "ImageObject", "license": BY_SA}])) == ()


def test_a_badge_is_a_license_in_the_footer_but_not_in_a_figure() -> None:
    badge = f'<a href="{BY_SA}"><img src="badge.png" alt=""></a>'
    (statement,) = read_terms(view(f"<footer><p>{badge}</p></footer>"))
    assert statement.place is StatementPlace.SITE_FOOTER
    assert read_terms(view(f"<figure><img src=a.jpg>{badge}</figure>")) == ()


def test_a_badge_after_the_body_is_a_license_too() -> None:
    badge = f'<a href="{BY_SA}"><img src="badge.png" alt=""></a>'
    entity = Entity("https://centre.example/a", f"<body><p>The harbour.</p></body>{badge}</html>".encode(), "text/html")
    assert [one.words for one in read(entity, Context(entity.url)).statements] == [BY_SA]


@pytest.mark.parametrize(
    ("address", "license_id"),
    [
        ("https://spdx.org/licenses/etalab-2.0.html", "etalab-2.0"),
        ("https://spdx.org/licenses/CC-BY-SA-4.0", "CC-BY-SA-4.0"),
        ("https://spdx.org/licenses/", None),
        ("https://spdx.org/licenses/MIT.html", None),
    ],
)
def test_an_address_of_spdx_names_the_license_with_that_identifier(address: str, license_id: str | None) -> None:
    found = at(address)
    assert (found.license_id if found else None) == license_id


def footer(words: str) -> set[str | None]:
    page = view(f"<main><p>Text.</p></main><footer><p>{words}</p></footer>")
    terms = [term for statement in read_terms(page) for term in statement.terms]
    return {term.license_id for term in terms if term.permission is Permission.WITH_DUTIES}


def test_the_version_in_a_linked_address_is_that_of_the_license_named_beside_it() -> None:
    words = 'Innholdet er lisensiert under <a href="https://data.norge.no/nlod/no/2.0">NLOD</a>.'
    assert footer(words) == {"NLOD-2.0"}


def test_a_linked_license_of_symbols_is_none_of_the_texts() -> None:
    by = "https://creativecommons.org/licenses/by/3.0/"
    assert footer(f'Die Symbole stammen von Formwerk und stehen unter <a href="{by}">CC BY 3.0</a>.') == set()


@pytest.mark.parametrize(
    ("words", "license_id"),
    [
        ("Ces textes sont diffusés sous Licence Art Libre 1.3.", "LAL-1.3"),
        ("I testi di questo portale sono rilasciati con licenza IODL 2.0.", "IODL-2.0"),
    ],
)
def test_texts_are_permitted_under_a_license_that_is_no_creative_commons_one(words: str, license_id: str) -> None:
    given = {term.license_id for term in read_wording(words) if term.permission is Permission.WITH_DUTIES}
    assert given == {license_id}
