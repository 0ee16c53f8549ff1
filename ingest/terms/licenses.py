"""Licences besides Creative Commons, by their names, addresses and SPDX ids, and the terms they entail.

An address of RightsStatements.org names none: it says what is known of the rights, and may entail terms too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from db.model.item import Act, Covers, Duty, Permission, Term
from ingest.terms.creative_commons import CreativeCommons, entailed, from_address, ordered
from ingest.terms.phrases import TOKEN, any_of, fold
from ingest.terms.vocabulary import packaged, words_of

_VERSION = re.compile(r"[\s,(-]*(?:v|v\.|ver\.|version|wersja|w wersji)?\s*(\d\.\d|\d(?![\d.]))")
_SPDX_CC = re.compile(
    r"^cc-(?P<code>by(?:-(?:nc|nd|sa))*)-(?P<number>\d\.\d)(?:-(?P<port>[a-z]{2,3}))?$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class OtherLicense:
    """A licence that is not of the Creative Commons family.

    Attributes:
        license_id: SPDX identifier as far as it is known.
        domain: a statement that there is no copyright, and no licence.
    """

    license_id: str
    duties: tuple[Duty, ...]
    data: bool = False
    domain: bool = False


License = CreativeCommons | OtherLicense


@dataclass(frozen=True, slots=True)
class _Known:
    license: OtherLicense
    names: re.Pattern[str]
    address: str | None
    spdx: frozenset[str]
    versioned: bool


@cache
def _known() -> tuple[_Known, ...]:
    return tuple(_entry(row) for row in packaged("licenses")["license"])


_RUN = re.compile(r"(\w+)([*?]?)")


@cache
def _beginnings() -> frozenset[tuple[str, bool]]:
    """The words that names begin with, or their first letters, and whether others may follow."""
    names = (fold(name) for row in packaged("licenses")["license"] for name in row["names"])
    parts = (part for name in names for part in TOKEN.findall(name)[0].strip("()").split("|"))
    runs = (run for part in parts if (run := _RUN.match(part)))
    return frozenset((run[1][:-1] if run[2] == "?" else run[1], bool(run[2])) for run in runs)


@cache
def _first() -> frozenset[str]:
    return frozenset(word for word, goes_on in _beginnings() if not goes_on)


@cache
def _begun() -> tuple[str, ...]:
    return tuple(word for word, goes_on in _beginnings() if goes_on)


def _entry(row: Mapping[str, Any]) -> _Known:
    duties = tuple(map(Duty, row["duties"]))
    known = OtherLicense(row["id"], duties, row.get("data", False), row.get("domain", False))
    address = row.get("address")
    return _Known(
        known,
        any_of(row["names"]),
        address.partition("{}")[0] if address else None,
        frozenset(row.get("spdx", ())),
        not row.get("unversioned", False),
    )


def named(folded: str) -> OtherLicense | None:
    """The licence that folded prose calls by name; of several the longest name counts."""
    words = words_of(folded)
    if _first().isdisjoint(words) and not any(word.startswith(_begun()) for word in words):
        return None
    hits = [(match, known) for known in _known() if (match := known.names.search(folded))]
    if not hits:
        return None
    match, known = max(hits, key=lambda hit: len(hit[0].group()))
    version = _VERSION.match(folded, match.end()) if known.versioned else None
    return _at(known, version.group(1) if version else None)


def at(address: str) -> License | None:
    """The licence that an address names, of whatever family, or None."""
    named_there = from_address(address)
    if named_there is not None:
        return named_there
    plain = re.sub(r"^https?://(?:www\.)?", "", address.strip().lower())
    for known in _known():
        if known.address and plain.startswith(known.address):
            version = re.match(r"(\d(?:\.\d)?)", plain[len(known.address) :])
            return _at(known, version.group(1) if version else None)
    return None


def of_spdx(identifier: str) -> License | None:
    """The licence of an SPDX identifier, or None if it is none that we know as one for texts."""
    plain = identifier.strip()
    if plain.lower() == "cc0-1.0":
        return CreativeCommons("zero", "1.0")
    match = _SPDX_CC.match(plain)
    if match is not None and (code := ordered(match["code"].lower().split("-"))):
        return CreativeCommons(code, match["number"], match["port"].upper() if match["port"] else None)
    for known in _known():
        for spdx in known.spdx:
            if plain.lower() == spdx.lower():
                return OtherLicense(spdx, known.license.duties, known.license.data)
    return None


def _at(known: _Known, version: str | None) -> OtherLicense:
    if version is None:
        return known.license
    whole = version if "." in version else f"{version}.0"
    return OtherLicense(
        f"{known.license.license_id}-{whole}", known.license.duties, known.license.data, known.license.domain
    )


def terms_of(found: License, covers: Covers, rule: str, url: str | None = None) -> tuple[Term, ...]:
    """The terms that a licence entails for what it *covers*; all that are not Creative Commons let one adapt."""
    if isinstance(found, CreativeCommons):
        return entailed(found, covers, rule, url)
    terms = []
    for act in (Act.REPRODUCE, Act.DISTRIBUTE, Act.EXCERPT, Act.TRANSLATE, Act.ADAPT):
        duties = tuple(d for d in found.duties if d is not Duty.SHARE_ALIKE or act in (Act.TRANSLATE, Act.ADAPT))
        kept = Permission.WITH_DUTIES if duties else Permission.PERMITTED
        terms.append(Term(covers, act, kept, rule, duties=duties, license_id=found.license_id, license_url=url))
    return tuple(terms)


def prose_name(sentence: str) -> OtherLicense | None:
    """As ``named``, for words as they are printed."""
    return named(fold(sentence))


_RIGHTS_STATEMENT = re.compile(
    r"https?://(?:www\.)?rightsstatements\.org/(?:vocab|page)/(?P<code>[A-Za-z-]+)/(?P<number>\d\.\d)"
)
_ASKS = frozenset({"InC", "InC-OW-EU", "InC-EDU", "InC-RUU", "NoC-CR", "NoC-OKLR", "NoC-US"})
"""In copyright, or restricted otherwise: the holder of the rights, or who restricts them, has to be asked."""
_NONCOMMERCIAL = frozenset({"InC-NC", "NoC-NC"})


def statement_terms(address: str, covers: Covers, rule: str) -> tuple[Term, ...]:
    """The terms of the statement at *address*; none for an unknown one or one that leaves the rights open."""
    match = _RIGHTS_STATEMENT.match(address.strip())
    if match is None:
        return ()
    license_id = f"LicenseRef-RightsStatements-{match['code']}-{match['number']}"
    if match["code"] in _ASKS:
        return (Term(covers, Act.USE, Permission.ASK, rule, license_id=license_id, license_url=address),)
    if match["code"] in _NONCOMMERCIAL:
        return tuple(
            Term(
                covers,
                act,
                Permission.PERMITTED,
                rule,
                noncommercial=True,
                license_id=license_id,
                license_url=address,
            )
            for act in (Act.REPRODUCE, Act.DISTRIBUTE)
        )
    return ()
