"""Dublin Core and older ``meta`` elements about rights: a licence's address or SPDX identifier, or prose."""

from __future__ import annotations

from collections.abc import Iterator

from archive.evidence.locate import Place
from db.model.item import Statement, StatementPlace
from ingest.terms.carried import is_address, terms_of
from ingest.terms.page import PageView

RULE = "metadata"
NAMES = frozenset(
    {
        "dc.rights",
        "dc.rights.license",
        "dc.license",
        "dcterms.rights",
        "dcterms.license",
        "copyright",
        "rights",
        "license",
        "licence",
        "spdx-license-identifier",
    }
)


def statements(page: PageView) -> Iterator[Statement]:
    """A statement for each value that states terms; the address of an unknown licence is kept unread.

    A bare "© 2024 Example" states none, and neither do the fields for the holder of the rights.
    """
    for _, value, meta in page.metas(NAMES):
        terms = terms_of(value, RULE)
        evidence = page.evidence(value, Place.ATTRIBUTE, at=meta) if terms or is_address(value) else None
        if evidence is not None:
            yield Statement(evidence.words, StatementPlace.ITEM_CARRIER, evidence, terms)
