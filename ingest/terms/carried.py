"""What a machine-readable field says of reuse: an address, an SPDX identifier or words, as terms of the text."""

from __future__ import annotations

import re
from urllib.parse import unquote

from db.model.item import Covers, Term
from ingest.terms import licenses, rights_statements
from ingest.terms.creative_commons import CreativeCommons
from ingest.terms.named_licenses import named_in
from ingest.terms.prose import read_notice
from ingest.terms.vocabulary import vocabulary

_ADDRESS = re.compile(r"(?:https?:)?//\S+$")
_SPDX = re.compile(r"(?:SPDX-License-Identifier:\s*)?(?P<id>[A-Za-z][\w.+-]*-[\w.+-]+)$")


def terms_of(value: str, rule: str, covers: Covers = Covers.TEXT) -> tuple[Term, ...]:
    """The terms that a field's *value* states; () where it is no licence that we know and no wording understood."""
    said = value.strip()
    if _ADDRESS.match(said):
        found = licenses.at(said) or _spelled(said)
        return licenses.terms_of(found, covers, rule, said) if found else rights_statements.terms_at(said, covers, rule)
    spdx = _SPDX.match(said)
    known = licenses.of_spdx(spdx["id"]) if spdx else None
    return licenses.terms_of(known, covers, rule) if known else read_notice(said, None)


def _spelled(address: str) -> licenses.License | None:
    """The Creative Commons licence whose whole name an address spells, as an encyclopedia's page of its text does."""
    words = unquote(address.rstrip("/").rpartition("/")[2]).replace("_", " ")
    named = named_in(words, vocabulary()) if "commons" in words.lower() else None
    exact = named.license if named is not None and isinstance(named.license, CreativeCommons) else None
    return exact if exact is not None and exact.code and exact.number else None


def is_address(value: str) -> bool:
    """Whether a field holds an address rather than words."""
    return _ADDRESS.match(value.strip()) is not None
