"""Identifiers of licences: those of the SPDX list as they stand, a ``LicenseRef`` for what the list does not have."""

from __future__ import annotations

import hashlib
import re

from db.model import Answer, Verdict

UNNAMED = "CC-unspecified"
"""A Creative Commons licence of which nothing says which."""

_CREATIVE_COMMONS = re.compile(r"CC-(?P<code>BY(?:-NC)?(?:-ND|-SA)?)(?P<number>-\d\.\d)?(?P<port>-[A-Z]+)?")
_PORTED = re.compile(
    r"CC-BY-(?:2\.5-AU|3\.0-(?:AT|AU|DE|IGO|NL|US)|NC-3\.0-DE|NC-ND-3\.0-(?:DE|IGO)|NC-SA-2\.0-(?:DE|FR|UK)"
    r"|NC-SA-3\.0-(?:DE|IGO)|ND-3\.0-DE|SA-2\.0-UK|SA-2\.1-JP|SA-3\.0-(?:AT|DE|IGO))"
)
"""The national versions that the SPDX list has."""


def spdx(license_id: str) -> str:
    """Return *license_id* where the SPDX list has it, else as a ``LicenseRef`` (SPDX 2.3, clause 10.1).

    Only Creative Commons licences are named beside the list: without a number, and in national versions.
    """
    named = _CREATIVE_COMMONS.fullmatch(license_id)
    listed = named is None or (named["number"] and (named["port"] is None or _PORTED.fullmatch(license_id)))
    if listed and license_id != UNNAMED:
        return license_id
    return f"LicenseRef-{license_id}"


def address_of(license_id: str) -> str | None:
    """Return the address of a Creative Commons licence that is named with its number, or None."""
    named = _CREATIVE_COMMONS.fullmatch(license_id)
    if named is None or not named["number"]:
        return {"CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/"}.get(license_id)
    port = f"{named['port'][1:].lower()}/" if named["port"] else ""
    return f"https://creativecommons.org/licenses/{named['code'].lower()}/{named['number'][1:]}/{port}"


def license_of(found: Verdict, publisher: str) -> str | None:
    """Return the identifier of what permits a use: the licence named, else one for the publisher's own words.

    None where nothing permits it.
    """
    if found.license_id is not None:
        return spdx(found.license_id)
    if found.answer not in (Answer.YES, Answer.WITH_DUTIES):
        return None
    words = found.because[0][0].words
    return f"LicenseRef-{publisher}-{hashlib.sha256(words.encode()).hexdigest()[:8]}"
