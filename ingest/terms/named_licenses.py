"""Licences that prose names: Creative Commons by address, code or name, with version and port, and the others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from db.model.item import Covers, Term
from ingest.terms import licenses
from ingest.terms.creative_commons import ADDRESS, CreativeCommons, from_address, ordered
from ingest.terms.phrases import fold
from ingest.terms.vocabulary import Vocabulary

_CC = (
    r"(?<![\w-])(?:cc|creative[\s-]*commons(?:[\s-]+(?:licen[sc]e|lizenz|licencja|licencia|licenza|licentie|licence))?)"
)
_CODE = re.compile(
    _CC + r"[\s:-]*(?P<code>by(?:[\s-]+(?:nc|nd|sa))*|(?:nc|nd|sa)[\s-]+by)(?![a-z])"
    r"[\s-]*v?(?P<number>[1-4][.,][0-9])?\.?"
    r"(?:[\s-]+(?P<port>igo|pl|de|at|ch|uk|us|fr|es|it|nl|au|nz|ca|br|pt|cz|ua|be|ie|dk|se|no|fi|hu|ro|gr)(?!\w))?"
)
_BARE = re.compile(
    r"(?<![\w-])(?P<code>by-(?:nc-sa|nc-nd|nc|sa|nd))[\s-]*v?(?P<number>[1-4]\.0)?(?:[\s-]+(?P<port>pl|de|at|ch|us|fr|es|it|nl))?(?!\w)"
)
_ZERO = re.compile(
    r"(?<![\w-])cc[\s-]?0(?![\w-]|\.\d)|(?<![\w-])cc0[\s-]1\.0|(?<![\w-])cc[\s-]zero(?!\w)|creative commons zero"
)
_MARK = re.compile(r"public domain mark")
_FAMILY = re.compile(r"creative[\s-]*commons|(?<![\w-])cc(?:[\s-]+|-)(?:licen|lizenz)")
_SIGNS = ("cc", "commons", "public domain", ".0", ".5")
"""One of them is in every name of Creative Commons."""
_NEAR = 30
_POINTS = ".,;:)\"'“”„»«"
_NUMBER = re.compile(r"(?<![\w.])v?\.?\s?([1-4])[.,](0|5)(?!\d|\.\d)")


@dataclass(frozen=True, slots=True)
class Named:
    """A licence as prose names it, and its address where it is printed."""

    license: licenses.License
    address: str | None = None

    @property
    def exact(self) -> bool:
        """Whether it says which member of its family it is."""
        return not isinstance(self.license, CreativeCommons) or bool(self.license.code)

    def terms(self, covers: Covers, rule: str) -> tuple[Term, ...]:
        """What it entails for what it *covers*."""
        return licenses.terms_of(self.license, covers, rule, self.address)


def named_in(sentence: str, book: Vocabulary) -> Named | None:
    """The licence that a sentence names, by its address, else its code, else its name; or None."""
    address = ADDRESS.search(sentence)
    found = from_address(address.group()) if address else None
    if found is not None and address is not None:
        return Named(found, address.group().rstrip(".,;:"))
    plain = fold(sentence)
    if not any(sign in plain for sign in _SIGNS):
        return _other(plain)
    folded = plain.replace("(", " ").replace(")", " ").replace("/", "-").replace("_", "-")
    folded = " ".join(folded.split())
    family = _FAMILY.search(folded) or _short_family(book).search(folded)
    code = _CODE.search(folded) or (_BARE.search(folded) if family else None)
    if code is not None:
        return Named(_by_code(code, folded, book))
    if _ZERO.search(folded):
        return Named(CreativeCommons("zero", "1.0"))
    if _MARK.search(folded):
        return Named(CreativeCommons("mark", "1.0"))
    if family is not None:
        return Named(_by_name(folded, book))
    naked = _naked(book).search(folded)
    if naked is not None:
        return Named(_by_elements(naked.group(), folded[naked.end() :], book))
    return _other(plain)


def _other(folded: str) -> Named | None:
    other = licenses.named(folded)
    return Named(other) if other else None


@cache
def _short_family(book: Vocabulary) -> re.Pattern[str]:
    """ "CC Attribution", "CC-Namensnennung"."""
    return re.compile(rf"(?<![\w-])cc[\s-]+(?={book.elements['by'].pattern})")


def unlicensed(folded: str, book: Vocabulary) -> str:
    """Folded words without the names of Creative Commons licences, whose parts say nothing of their own."""
    if "commons" not in folded and "cc" not in folded:
        return folded
    return " ".join(_chain(book).sub(" x ", folded).split())


@cache
def _chain(book: Vocabulary) -> re.Pattern[str]:
    element = "|".join(f"(?:{pattern.pattern})" for pattern in book.elements.values())
    port = "|".join(map(re.escape, sorted(book.ports, key=len, reverse=True)))
    gap = r"[\s/,:.()\"'_«»„“”-]*"
    one = (
        rf"(?:{element}|(?:by|nc|nd|sa)(?![a-z])|v?\d\.\d(?:[\s(-]+(?:{port})(?!\w))?"
        r"|international|unported|only|and|und|et|sowie)"
    )
    word = rf"(?:lic|liz|лиц|ліц)\w*(?={gap}(?:{element}))"
    family = r"(?<![\w-])(?:creative[\s-]*commons|cc(?![a-z])|cc0)"
    return re.compile(rf"(?:{one}{gap})*{family}(?:{gap}(?:{word}|{one}))*(?!\w)")


@cache
def _elements(book: Vocabulary) -> re.Pattern[str]:
    """Several elements in a row, apart from the family's name: "the Attribution-NonCommercial version"."""
    element = "|".join(f"(?:{pattern.pattern})" for pattern in book.elements.values())
    return re.compile(rf"(?<!\w)(?:{book.elements['by'].pattern})(?:[\s,/-]*(?:{element}))+(?!\w)")


@cache
def _naked(book: Vocabulary) -> re.Pattern[str]:
    """Elements with a number and without the family's name: "the Attribution-ShareAlike 3.0 Unported licence"."""
    element = "|".join(f"(?:{pattern.pattern})" for pattern in book.elements.values())
    by = book.elements["by"].pattern
    return re.compile(rf"(?<!\w)(?:{by})(?:[\s,-]*(?:{element}))*[\s,-]*v?[1-4]\.[05](?![\d.])")


def _by_code(match: re.Match[str], folded: str, book: Vocabulary) -> CreativeCommons:
    elements = re.split(r"[\s-]+", match["code"])
    after = folded[match.end() : match.end() + _NEAR]
    if match["number"]:
        return CreativeCommons(
            ordered(elements) or "",
            match["number"].replace(",", "."),
            match["port"].upper() if match["port"] else _port(after, book),
        )
    return CreativeCommons(ordered(elements) or "", _number(after), _port(after, book) if _number(after) else None)


def _by_name(folded: str, book: Vocabulary) -> CreativeCommons:
    found = [*_chain(book).finditer(folded), *_elements(book).finditer(folded)]
    chain = max(found, key=lambda match: len(match.group()), default=None)
    return _by_elements(chain.group(), folded[chain.end() :], book) if chain else CreativeCommons("")


def _by_elements(name: str, after: str, book: Vocabulary) -> CreativeCommons:
    elements = [element for element, pattern in book.elements.items() if pattern.search(name)]
    code = ordered(sorted({"by", *elements})) if elements else None
    if code is None:
        return CreativeCommons("")
    near = name + after[:_NEAR]
    return CreativeCommons(code, _number(near), _port(near, book))


def _number(folded: str) -> str | None:
    match = _NUMBER.search(folded)
    return f"{match[1]}.{match[2]}" if match else None


def _port(words: str, book: Vocabulary) -> str | None:
    """The port named right after a number: "3.0 Polska", "3.0 (Germany)", "2.0 de"."""
    match = _NUMBER.search(words)
    after = words[match.end() :].lstrip(" -,").split(" ") if match else words.lstrip(" -,").split(" ")
    for length in (2, 1):
        port = book.ports.get(" ".join(after[:length]).strip(_POINTS))
        if port is not None:
            return port
    return None
