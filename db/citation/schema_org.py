"""An item's terms in schema.org vocabulary: the licence of its text, if stated, and the credit to print."""

from __future__ import annotations

from db.citation.credit_line import credit_line
from db.model.item import Item, ItemTerm, PageKind, Role, Use
from db.terms.verdict import address_of, license_of, verdict

Node = dict[str, object]


def description(item: Item) -> Node:
    """Return *item* as a schema.org CreativeWork with ``license``, ``usageInfo`` and ``creditText``.

    ``license`` is present only if the whole text may be published, commercially or not; all statements are
    ``usageInfo``.
    """
    edition = item.edition
    node: Node = {
        "@context": "https://schema.org",
        "@type": "Article" if item.kind is PageKind.ARTICLE else "WebPage",
        "@id": item.url,
        "url": item.url,
        "identifier": edition.id,
        "name": edition.title.value if edition.title else item.url,
        "publisher": {
            "@type": "Organization",
            "name": item.publisher.name or item.publisher.id,
            "url": item.publisher.url,
        },
        "creditText": credit_line(item).text,
    }
    if item.language:
        node["inLanguage"] = item.language.value
    if edition.published:
        node["datePublished"] = edition.published.value
    authors = [one for one in edition.attributions if one.role is Role.AUTHOR]
    if authors:
        kinds = {"person": "Person", "organisation": "Organization"}
        node["author"] = [{"@type": kinds[one.kind], "name": one.name} for one in authors]
    if item.forms:
        node["encoding"] = [
            {"@type": "MediaObject", "contentUrl": form.url, "encodingFormat": form.format, "identifier": form.id}
            for form in item.forms
        ]
    if item.form_of:
        node["encodesCreativeWork"] = {"@id": item.form_of.url, "identifier": item.form_of.id}
    licensed = _license(item)
    if licensed:
        node["license"] = licensed
    if said := [held for held in item.terms if not held.statement.is_silent]:
        node["usageInfo"] = [_usage(held) for held in said]
    return node


def _license(item: Item) -> Node | str | None:
    statements = [held.statement for held in item.terms]
    # The wider permission first. A non-commercial licence says so itself.
    for commercial in (True, False):
        found = verdict(statements, Use.REPUBLISH, commercial=commercial)
        if found.is_yes:
            statement, term = found.because[0]
            address = term.license_url or address_of(term.license_id or "")
            if address:
                return address
            # Words without an address: a node that quotes them represents the licence.
            return {"@type": "CreativeWork", "name": license_of(found, item.publisher.id), "text": statement.words}
    return None


def _usage(held: ItemTerm) -> Node:
    return {
        "@type": "CreativeWork",
        "text": held.statement.words,
        "identifier": held.statement.evidence.capture,
        "temporalCoverage": f"{held.first_seen:%Y-%m-%d}/{held.last_confirmed:%Y-%m-%d}",
    }
