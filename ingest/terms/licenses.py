"""Licences: find a licence by its address, its SPDX id or its names in prose, and give the terms that it entails.

Creative Commons licences are recognised by the elements in their codes and names, with version and port. All others are
listed in ``wordings/licenses.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from db.model.item import Act, Covers, Duty, Permission, Term
from db.model.terms import UNNAMED
from ingest.terms.folding import fold
from ingest.terms.phrase_patterns import TOKEN, any_of
from ingest.terms.vocabulary import Vocabulary, words_of
from ingest.terms.word_lists import either, packaged, word_set

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


def named(folded: str) -> OtherLicense | None:
    """Return the licence that folded prose names, or None; of several names, the longest counts."""
    words = words_of(folded)
    if _first().isdisjoint(words) and not any(word.startswith(_begun()) for word in words):
        return None
    hits = [(match, known) for known in _known() if (match := known.names.search(folded))]
    if not hits:
        return None
    # One country's licence may contain the name of another's: the Canadian one contains that of the British one.
    match, known = max(hits, key=lambda hit: len(hit[0].group()))
    version = _VERSION.match(folded, match.end()) if known.versioned else None
    return _at(known, version.group(1) if version else None)


def at(address: str) -> License | None:
    """Return the licence of any family at *address*, or None."""
    named_there = from_address(address)
    if named_there is not None:
        return named_there
    # Addresses are printed with http, https or no scheme.
    plain = re.sub(r"^https?://(?:www\.)?", "", address.strip().lower())
    for known in _known():
        begun = next((one for one in known.addresses if plain.startswith(one)), None)
        if begun is not None:
            version = _IN_ADDRESS.match(plain, len(begun)) if known.versioned else None
            return _at(known, ".".join(filter(None, version.groups())) if version else None)
    return None


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


_CC = rf"(?<![\w-])(?:cc|creative[\s-]*commons(?:[\s-]+{either('licenses.license')})?)"
_CODE = re.compile(
    _CC + r"[\s:-]*(?:[1-4]\.[05][\s-]+)?(?P<code>by(?:[\s-]+(?:nc|nd|sa))*|(?:nc|nd|sa)[\s-]+by)(?![a-z])"
    r"[\s-]*v?(?P<number>[1-4][.,][0-9])?\.?"
    r"(?:[\s-]+(?P<port>igo|pl|de|at|ch|uk|us|fr|es|it|nl|au|nz|ca|br|pt|cz|ua|be|ie|dk|se|no|fi|hu|ro|gr)(?!\w))?"
)
# A code without the family's name; it counts only if the sentence names the family elsewhere.
_BARE = re.compile(
    r"(?<![\w-])(?P<code>by-(?:nc-sa|nc-nd|nc|sa|nd))[\s-]*v?(?P<number>[1-4]\.0)?(?:[\s-]+(?P<port>pl|de|at|ch|us|fr|es|it|nl))?(?!\w)"
)
_ZERO = re.compile(
    r"(?<![\w-])cc[\s-]?0(?![\w-]|\.\d)|(?<![\w-])cc0[\s-]1\.0|(?<![\w-])cc[\s-]zero(?!\w)|creative commons zero"
)
_MARK = re.compile(r"public domain mark")
_FAMILY = re.compile(rf"creative[\s-]*commons|(?<![\w-])cc(?:[\s-]+|-){either('licenses.family begins')}")
# Every name of a Creative Commons licence contains one of these.
_SIGNS = ("cc", "commons", "public domain", ".0", ".5")
# The port follows directly after the number, in brackets or not; a country farther away means something else.
_NEAR = 30
_POINTS = ".,;:)\"'“”„»«"
_NUMBER = re.compile(r"(?<![a-z0-9_.])v?\.?\s?([1-4])[.,](0|5)(?!\d|\.\d)")


@dataclass(frozen=True, slots=True)
class Named:
    """A licence that prose names, and its address if that is printed."""

    license: License
    address: str | None = None

    @property
    def exact(self) -> bool:
        """Return whether this names a single member of its family."""
        return not isinstance(self.license, CreativeCommons) or bool(self.license.code)

    def terms(self, covers: Covers, rule: str) -> tuple[Term, ...]:
        """Return the terms that it entails for what it *covers*."""
        return terms_of(self.license, covers, rule, self.address)


def named_in(sentence: str, book: Vocabulary) -> Named | None:
    """Return the licence that a sentence names, by its address, else its code, else its name; or None."""
    address = ADDRESS.search(sentence)
    found = from_address(address.group()) if address else None
    if found is not None and address is not None:
        return Named(found, address.group().rstrip(".,;:"))
    plain = fold(sentence)
    unspaced = _UNSPACED.search(plain)
    if unspaced is not None:
        return Named(_in_unspaced(unspaced.group()))
    # The search for elements is slow, and hardly any sentence names a licence.
    if not any(sign in plain for sign in _SIGNS):
        return _other(plain)
    # "CC-BY (NC/ND)", "CC_BY_NC": after these replacements, they all look the same.
    folded = plain.replace("(", " ").replace(")", " ").replace("/", "-").replace("_", "-")
    folded = " ".join(folded.split())
    family = _FAMILY.search(folded) or _short_family(book).search(folded)
    # The code first, because it is exact; the name may be spelled in a dozen languages.
    code = _CODE.search(folded) or (_BARE.search(folded) if family else None)
    if code is not None:
        return Named(_numbered(_by_code(code, folded, book), folded, book))
    if _ZERO.search(folded):
        return Named(CreativeCommons("zero", "1.0"))
    if _MARK.search(folded):
        return Named(CreativeCommons("mark", "1.0"))
    if family is not None:
        return Named(_by_name(folded, book))
    # The name of another family may contain an element: "Datenlizenz Deutschland Namensnennung 2.0".
    other = _other(plain)
    without_family = _elements_with_version(book).search(folded) if other is None else None
    if without_family is not None:
        return Named(_by_elements(without_family.group(), folded[without_family.end() :], book))
    return other


def _folded(*names: str) -> str:
    return "|".join(sorted(word_set(*names), key=lambda word: (-len(word), word)))


# The names of the elements in scripts without spaces.
_FAR_EAST = {
    "by": _folded("licenses.by"),
    "nc": _folded("licenses.nc"),
    "nd": _folded("licenses.nd"),
    "sa": _folded("licenses.sa"),
}
_UNSPACED = re.compile(
    rf"(?:(?:{_folded('licenses.creative')}) ?(?:{_folded('licenses.commons')})|{_folded('licenses.family')})"
    rf"(?:{'|'.join(_FAR_EAST.values())}|{_folded('licenses.license words')}|[\s()・/,\"“”「」《》-]|[1-4]\.[05])*"
)


def _in_unspaced(name: str) -> CreativeCommons:
    """Return the licence with this name in Chinese, Japanese or Korean."""
    elements = [element for element, words in _FAR_EAST.items() if re.search(words, name)]
    return CreativeCommons(ordered(elements) or "", _number(name) if elements else None)


def _other(folded: str) -> Named | None:
    other = named(folded)
    return Named(other) if other else None


@cache
def _short_family(book: Vocabulary) -> re.Pattern[str]:
    """Return the pattern of "CC Attribution", "CC-Namensnennung"."""
    return re.compile(rf"(?<![\w-])cc[\s-]+(?={book.elements['by'].pattern})")


def unlicensed(folded: str, book: Vocabulary) -> str:
    """Return folded words without the names of Creative Commons licences, whose parts have no meaning of their own."""
    folded = _UNSPACED.sub(" x ", folded)
    if "commons" not in folded and "cc" not in folded:
        return folded
    return " ".join(_chain(book).sub(" x ", folded).split())


@cache
def _chain(book: Vocabulary) -> re.Pattern[str]:
    element = "|".join(f"(?:{pattern.pattern})" for pattern in book.elements.values())
    # The longest first, because one country's name may begin another's.
    port = "|".join(map(re.escape, sorted(book.ports, key=len, reverse=True)))
    gap = r"[\s/,:.()\"'_«»„“”-]*"
    one = (
        rf"(?:{element}|(?:by|nc|nd|sa)(?![a-z])|v?\d\.\d(?:[\s(-]+(?:{port})(?!\w))?"
        rf"|{either('licenses.beside')})"
    )
    kind = either("licenses.of type")
    word = rf"{either('licenses.license begins')}(?:{gap}{kind})?(?={gap}(?:{element}))"
    family = r"(?<![\w-])(?:creative[\s-]*commons|cc(?![a-z])|cc0)"
    return re.compile(rf"(?:{one}{gap})*{family}(?:{gap}(?:{word}|{one}))*(?!\w)")


@cache
def _elements(book: Vocabulary) -> re.Pattern[str]:
    """Return the pattern of several elements in a row without the family: "the Attribution-NonCommercial version"."""
    element = "|".join(f"(?:{pattern.pattern})" for pattern in book.elements.values())
    return re.compile(rf"(?<!\w)(?:{book.elements['by'].pattern})(?:[\s,/-]*(?:{element}))+(?!\w)")


@cache
def _elements_with_version(book: Vocabulary) -> re.Pattern[str]:
    """Return the pattern of elements with a version and without the family: "Attribution-ShareAlike 3.0 Unported"."""
    element = "|".join(f"(?:{pattern.pattern})" for pattern in book.elements.values())
    by = book.elements["by"].pattern
    return re.compile(rf"(?<!\w)(?:{by})(?:[\s,-]*(?:{element}))*[\s,-]*v?[1-4]\.[05](?![\d.])")


def _by_code(match: re.Match[str], folded: str, book: Vocabulary) -> CreativeCommons:
    elements = re.split(r"[\s-]+", match["code"])
    # Only what follows directly: a number further on is a date or a clause.
    after = folded[match.end() : match.end() + _NEAR]
    if match["number"]:
        return CreativeCommons(
            ordered(elements) or "",
            match["number"].replace(",", "."),
            match["port"].upper() if match["port"] else _port(after, book),
        )
    return CreativeCommons(ordered(elements) or "", _number(after), _port(after, book) if _number(after) else None)


def _numbered(found: CreativeCommons, folded: str, book: Vocabulary) -> CreativeCommons:
    """Return a licence found by its code; if the code has no version, with the version in its name."""
    if found.number is not None:
        return found
    # "Attribution 4.0 International (CC BY)", "Creative Commons 4.0 BY-SA".
    full = _by_name(folded, book)
    if full.code == found.code and full.number is not None:
        return full
    before = _BEFORE.search(folded)
    return replace(found, number=before[1]) if before is not None else found


_BEFORE = re.compile(
    rf"(?<![\w-])(?:cc|creative[\s-]*commons)(?: {either('licenses.license')})?[\s-]+([1-4]\.[05])[\s-]+by(?![a-z])"
)


def _by_name(folded: str, book: Vocabulary) -> CreativeCommons:
    found = [*_chain(book).finditer(folded), *_elements(book).finditer(folded)]
    # A licence may be named twice, short and in full; the longest name has most elements.
    chain = max(found, key=lambda match: len(match.group()), default=None)
    return _by_elements(chain.group(), folded[chain.end() :], book) if chain else CreativeCommons("")


def _by_elements(name: str, after: str, book: Vocabulary) -> CreativeCommons:
    elements = [element for element, pattern in book.elements.items() if pattern.search(name)]
    # All six have the element for credit, but a short name may leave it out.
    code = ordered(sorted({"by", *elements})) if elements else None
    if code is None:
        return CreativeCommons("")
    near = name + after[:_NEAR]
    return CreativeCommons(code, _number(near), _port(near, book))


def _number(folded: str) -> str | None:
    match = _NUMBER.search(folded)
    return f"{match[1]}.{match[2]}" if match else None


def _port(words: str, book: Vocabulary) -> str | None:
    """Return the port named directly after a version: "3.0 Polska", "3.0 (Germany)", "2.0 de"."""
    match = _NUMBER.search(words)
    after = words[match.end() :].lstrip(" -,").split(" ") if match else words.lstrip(" -,").split(" ")
    # "New Zealand" before "New".
    for length in (2, 1):
        port = book.ports.get(" ".join(after[:length]).strip(_POINTS))
        if port is not None:
            return port
    return None
