"""Licences: find a licence by its address, its SPDX id or its names in prose, and give the terms that it entails.

Creative Commons licences are recognised by the elements in their codes and names, with version and port. All others are
listed in ``wordings/licenses.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from db.model.item import Act, Covers, Duty, Permission, Term
from db.model.terms import UNNAMED
from ingest.terms.folding import fold
from ingest.terms.phrase_patterns import TOKEN, any_of
from ingest.terms.vocabulary import words_of
from ingest.terms.word_lists import either, packaged

ADDRESS = re.compile(
    r"(?:(?:https?:)?//|(?<![\w./=@-]))(?:(?:www\.)?creativecommons\.org|i\.creativecommons\.org|licensebuttons\.net)/"
    r"(?:(?:licen[sc]es|l)/(?P<code>[a-z]{2}(?:-[a-z]{2,4})*)(?![a-z0-9-])(?:/(?P<number>\d\.\d)(?:/(?P<port>igo|[a-z]{2})(?![a-z.]))?)?"
    r"|(?:publicdomain|p)/(?P<public>zero|mark)(?:/(?P<edition>\d\.\d))?)[^\s\"'<>()\[\]]*",
    re.IGNORECASE,
)
"""The address of a licence or public-domain tool, or of its badge, with or without a scheme. Groups name its parts."""

# The six licences of version 4.0. Older ones without credit (nd, nc, sa alone) were withdrawn, and are not recognised.
CODES = ("by", "by-sa", "by-nd", "by-nc", "by-nc-sa", "by-nc-nd")
UNNAMED_RULE = "which-license"
_ELEMENTS = frozenset({"BY", "NC", "ND", "SA"})


@dataclass(frozen=True, slots=True)
class CreativeCommons:
    """A Creative Commons licence, as exactly as it is named.

    Attributes:
        code: one of CODES, "zero", "mark", or "" if only the family is named.
        number: the version, such as "4.0", or None.
        port: "PL", "IGO" or None.
    """

    code: str
    number: str | None = None
    port: str | None = None

    @property
    def license_id(self) -> str:
        """The SPDX identifier, as far as the licence is named: ``CC-BY-3.0-PL``, ``CC-BY``, ``CC0-1.0``."""
        if self.code == "zero":
            return "CC0-1.0"
        if self.code == "mark":
            return "LicenseRef-PDM-1.0"
        if not self.code:
            return UNNAMED
        return "-".join(part for part in ("CC", self.code.upper(), self.number, self.port) if part)


def is_more_exact(license_id: str, other: str) -> bool:
    """Return whether *license_id* is the *other* one with a version or port: CC-BY-4.0 is CC-BY, CC-BY-NC is not."""
    rest = license_id.removeprefix(f"{other}-")
    return rest != license_id and rest.split("-", 1)[0] not in _ELEMENTS


def from_address(address: str) -> CreativeCommons | None:
    """Return the Creative Commons licence at *address*, or None if it is not the address of one."""
    # Only at its beginning: an address with another address in its query names no licence.
    match = ADDRESS.match(address.strip())
    if match is None:
        return None
    if match["public"]:
        # Each of the two tools has a single version.
        return CreativeCommons(match["public"].lower(), match["edition"] or "1.0")
    code = ordered(match["code"].lower().split("-"))
    if code is None:
        return None
    port = match["port"].upper() if match["port"] else None
    return CreativeCommons(code, match["number"], port)


def ordered(elements: list[str]) -> str | None:
    """Return the code with its elements in the usual order, or None if they are not a licence."""
    code = "-".join(element for element in ("by", "nc", "nd", "sa") if element in elements)
    return code if code in CODES and set(elements) <= {"by", "nc", "nd", "sa"} else None


def entailed_terms(named: CreativeCommons, covers: Covers, rule: str, url: str | None = None) -> tuple[Term, ...]:
    """Return the terms that the licence entails for what it *covers*.

    An unnamed member of the family permits what all of them do: whole, unaltered, non-commercial, with credit. Whether
    commercial use is permitted too has to be asked. Excerpts are the "in part" of every licence (4.0 section 2(a)(1));
    translations are adapted material.
    """
    acts = (Act.REPRODUCE, Act.DISTRIBUTE, Act.EXCERPT, Act.TRANSLATE, Act.ADAPT)
    if named.code in ("zero", "mark"):
        # A waiver or a mark creates no duties: giving credit is courtesy.
        return tuple(_term(covers, act, rule, (), named, url) for act in acts)
    terms = []
    for act in acts:
        # A translation is adapted material (4.0 section 1(a)), so ND and SA apply to it.
        adapts = act in (Act.TRANSLATE, Act.ADAPT)
        # Some licences of the family forbid adapting, so without the code it is unknown.
        if adapts and not named.code:
            continue
        # All but the two tools require credit and a notice of the licence (4.0, section 3(a)(1)).
        duties: tuple[Duty, ...] = (Duty.ATTRIBUTE, Duty.NOTICE)
        # A copy keeps its licence anyway; the duty matters only for adaptations.
        if adapts and "-sa" in named.code:
            duties = (*duties, Duty.SHARE_ALIKE)
        terms.append(_term(covers, act, rule, duties, named, url))
    if not named.code:
        terms.append(Term(covers, Act.USE, Permission.ASK, UNNAMED_RULE, noncommercial=True))
    return tuple(terms)


def _term(
    covers: Covers, act: Act, rule: str, duties: tuple[Duty, ...], named: CreativeCommons, url: str | None
) -> Term:
    # ND permits making an adaptation, but not sharing it; for a publisher that is a ban.
    forbidden = "-nd" in named.code and act in (Act.TRANSLATE, Act.ADAPT)
    permission = Permission.WITH_DUTIES if duties else Permission.PERMITTED
    return Term(
        covers,
        act,
        Permission.PROHIBITED if forbidden else permission,
        rule,
        duties=() if forbidden else duties,
        noncommercial=("-nc" in named.code or not named.code) and not forbidden,
        license_id=named.license_id,
        license_url=url,
    )


# A version after the name in prose: "4.0", "v. 4.0", "(wersja 4.0)"; a single digit only if no digit or point follows.
_VERSION = re.compile(rf"[\s,(-]*{either('licenses.version')}?\s*(\d\.\d|\d(?![\d.]))")
_SPDX_CC = re.compile(
    r"^cc-(?P<code>by(?:-(?:nc|nd|sa))*)-(?P<number>\d\.\d)(?:-(?P<port>[a-z]{2,3}))?$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class OtherLicense:
    """A licence outside the Creative Commons family.

    Attributes:
        license_id: the SPDX identifier, as far as it is known.
        duties: what it requires.
        data: it is a licence for data.
        domain: it is a statement that there is no copyright, and not a licence.
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
    addresses: tuple[str, ...]
    spdx: frozenset[str]
    versioned: bool


@cache
def _known() -> tuple[_Known, ...]:
    return tuple(_entry(row) for row in packaged("licenses")["license"])


_RUN = re.compile(r"(\w+)([*?]?)")


@cache
def _beginnings() -> frozenset[tuple[str, bool]]:
    """Return the first words of names, or their first letters, and whether more letters may follow."""
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
    return _Known(
        known,
        any_of(row["names"]),
        tuple(row.get("addresses", ())),
        # Several, because SPDX has an id for each version and variant of some licences.
        frozenset(row.get("spdx", ())),
        not row.get("unversioned", False),
    )


def _may_name(folded: str) -> bool:
    """Return whether folded words hold a word with which the name of such a licence begins: a quick test."""
    words = words_of(folded)
    return not _first().isdisjoint(words) or any(word.startswith(_begun()) for word in words)


def named(folded: str) -> OtherLicense | None:
    """Return the licence that folded prose names, or None; of several names, the longest counts."""
    if not _may_name(folded):
        return None
    hits = [(match, known) for known in _known() if (match := known.names.search(folded))]
    if not hits:
        return None
    # One country's licence may contain the name of another's: the Canadian one contains that of the British one.
    match, known = max(hits, key=lambda hit: len(hit[0].group()))
    version = _VERSION.match(folded, match.end()) if known.versioned else None
    return _at(known, version.group(1) if version else None)


def without_names(folded: str) -> str:
    """Return folded words with "x" for the names of licences outside Creative Commons, and their versions."""
    if not _may_name(folded):
        return folded
    for known in _known():
        if not known.license.domain:
            folded = known.names.sub(" x ", folded)
    return " ".join(_BEHIND.sub("x", folded).split())


_BEHIND = re.compile(rf"(?<!\w)x(?:{_VERSION.pattern})?(?: x(?!\w))*")


def at(address: str) -> License | None:
    """Return the licence of any family at *address*, or None."""
    named_there = from_address(address)
    if named_there is not None:
        return named_there
    # Addresses are printed with http, https or no scheme.
    plain = re.sub(r"^https?://(?:www\.)?", "", address.strip().lower())
    if plain.startswith(_SPDX):
        return of_spdx(re.sub(r"\.(?:html|json)$|/$", "", plain.removeprefix(_SPDX)))
    for known in _known():
        begun = next((one for one in known.addresses if plain.startswith(one)), None)
        if begun is not None:
            version = _IN_ADDRESS.match(plain, len(begun)) if known.versioned else None
            return _at(known, ".".join(filter(None, version.groups())) if version else None)
    return None


_SPDX = "spdx.org/licenses/"
# The version in the address of a licence: "/version/3/", "-2-0", "/1.0/", "/no/2.0".
_IN_ADDRESS = re.compile(r"(?:/[a-z]{2}(?=/))?(?:/version)?[/-]?(\d)(?:[.-](\d))?(?![\d-])")


def of_spdx(identifier: str) -> License | None:
    """Return the licence with an SPDX identifier, or None if it is not known as a licence for texts."""
    # SPDX ids are case-insensitive (SPDX 2.3, annex D).
    plain = identifier.strip()
    # CC0 has no code of elements, unlike the others.
    if plain.lower() == "cc0-1.0":
        return CreativeCommons("zero", "1.0")
    match = _SPDX_CC.match(plain)
    if match is not None and (code := ordered(match["code"].lower().split("-"))):
        return CreativeCommons(code, match["number"], match["port"].upper() if match["port"] else None)
    for known in _known():
        for spdx in known.spdx:
            # In SPDX's own spelling, whatever the page's is, so that the id can be looked up.
            if plain.lower() == spdx.lower():
                return OtherLicense(spdx, known.license.duties, known.license.data)
    return None


def _at(known: _Known, version: str | None) -> OtherLicense:
    if version is None:
        return known.license
    # "Version 2" in prose is 2.0 in identifiers.
    whole = version if "." in version else f"{version}.0"
    return OtherLicense(
        f"{known.license.license_id}-{whole}", known.license.duties, known.license.data, known.license.domain
    )


def terms_of(found: License, covers: Covers, rule: str, url: str | None = None) -> tuple[Term, ...]:
    """Return the terms that a licence entails for what it *covers*; all outside Creative Commons permit adapting."""
    if isinstance(found, CreativeCommons):
        return entailed_terms(found, covers, rule, url)
    terms = []
    for act in (Act.REPRODUCE, Act.DISTRIBUTE, Act.EXCERPT, Act.TRANSLATE, Act.ADAPT):
        # As in Creative Commons, only adaptations must be under the same terms.
        duties = tuple(d for d in found.duties if d is not Duty.SHARE_ALIKE or act in (Act.TRANSLATE, Act.ADAPT))
        kept = Permission.WITH_DUTIES if duties else Permission.PERMITTED
        terms.append(Term(covers, act, kept, rule, duties=duties, license_id=found.license_id, license_url=url))
    return tuple(terms)
