"""License names: find the licence that prose names, by code or name, in any language, and take the names out of prose.

Creative Commons names are put together from elements, version and port; ``licenses`` knows all others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from db.model.item import Covers, Term
from ingest.terms.folding import fold
from ingest.terms.licenses import (
    ADDRESS,
    CreativeCommons,
    License,
    OtherLicense,
    at,
    from_address,
    named,
    ordered,
    terms_of,
    without_names,
)
from ingest.terms.vocabulary import Vocabulary
from ingest.terms.word_lists import either, word_set

_COMMONS = rf"creative[\s-]*commons(?:{either('licenses.family ends')})?"
_CC = rf"(?<![\w-])(?:cc|{_COMMONS}(?:[\s-]+{either('licenses.license')})?)"
_CODE = re.compile(
    _CC + r"[\s:-]*(?:[1-4]\.[05][\s-]+)?(?P<code>by(?:[\s-]+(?:nc|nd|sa))*|(?:nc|nd|sa)[\s-]+by)(?![a-z])"
    r"[\s-]*v?(?P<number>[1-4][.,][0-9])?\.?"
    r"(?:[\s-]+(?P<port>igo|pl|de|at|ch|uk|us|fr|es|it|nl|au|nz|ca|br|pt|cz|ua|be|ie|dk|se|no|fi|hu|ro|gr|ee)(?!\w))?"
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

    def linked(self, address: str) -> Named:
        """Return the licence at *address* if it is this one or of its family, since the address has the version."""
        found, own = at(address), self.license
        if isinstance(own, CreativeCommons) or not isinstance(found, OtherLicense):
            return Named(found, address) if type(found) is type(own) and found is not None else self
        return Named(found, address) if found.license_id.startswith(own.license_id) else self

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


def all_named(sentence: str, book: Vocabulary) -> tuple[tuple[str, Named], ...]:
    """Return the Creative Commons licences of a sentence that names several, each with the words since the one before;
    () if it names fewer than two.

    Names in full count only where there is no code, because a code often repeats the name before it.
    """
    folded = fold(ADDRESS.sub(" ", sentence))
    codes = [*_CODE.finditer(folded), *_BARE.finditer(folded), *_ZERO.finditer(folded)]
    named = {
        code: CreativeCommons("zero", "1.0") if code.re is _ZERO else _by_code(code, folded, book) for code in codes
    } or {chain: _by_elements(chain.group(), folded[chain.end() :], book) for chain in _chain(book).finditer(folded)}
    found: dict[str, tuple[str, Named]] = {}
    end = 0
    for match in sorted(named, key=re.Match[str].start):
        own = named[match]
        if own.code:
            found.setdefault(own.code, (folded[end : match.start()], Named(own)))
            end = match.end()
    return tuple(found.values()) if len(found) > 1 else ()


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
    """Return folded words with "x" for the names of licences, whose parts have no meaning of their own."""
    folded = without_names(_UNSPACED.sub(" x ", folded))
    if "commons" not in folded and "cc" not in folded:
        return folded
    return " ".join(_chain(book).sub(" x ", folded).split())


@cache
def _chain(book: Vocabulary) -> re.Pattern[str]:
    element = "|".join(f"(?:{pattern.pattern})" for pattern in book.elements.values())
    # The longest first, because one country's name may begin another's.
    port = "|".join(map(re.escape, sorted(book.ports, key=len, reverse=True)))
    gap = r"[\s/,:.()\"'_«»„“”+-]*"
    one = (
        rf"(?:{element}|(?:by|nc|nd|sa)(?![a-z])|v?\d\.\d(?:[\s(-]+(?:{port})(?!\w))?"
        rf"|{either('licenses.beside')})"
    )
    kind = either("licenses.of type")
    word = rf"{either('licenses.license begins')}(?:{gap}{kind})?(?={gap}(?:{element}))"
    family = rf"(?<![\w-])(?:{_COMMONS}|cc(?![a-z])|cc0)"
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
