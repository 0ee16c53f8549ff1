"""Licences that prose calls by name: a Creative Commons address, code or name with its version and port."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.terms.creative_commons import ADDRESS, CreativeCommons, from_address, ordered
from ingest.terms.vocabulary import Vocabulary, fold

_CODE = re.compile(
    r"(?<![\w-])(?:cc|creative commons(?: licen[sc]e)?)[\s-]*(?P<code>by(?:[\s-]+(?:nc|nd|sa))*)"
    r"(?:[\s-]+v?(?P<number>[1-4]\.0))?\.?"
    r"(?:[\s-]+(?P<port>igo|pl|de|at|ch|uk|us|fr|es|it|nl|au|nz|ca|br|pt|cz))?(?!\w)"
)
_ZERO = re.compile(r"(?<![\w-])cc[\s-]?0(?![\w-]|\.\d)|(?<![\w-])cc zero(?!\w)")
_FAMILY = re.compile(r"creative[\s-]*commons")
_NUMBER = re.compile(r"(?<![\w.])v?\.?([1-4]\.0)(?!\d)")


@dataclass(frozen=True, slots=True)
class Named:
    """A licence as prose names it, and its address where it is printed."""

    license: CreativeCommons
    address: str | None = None


def named_in(sentence: str, book: Vocabulary) -> Named | None:
    """The licence that a sentence names, by its address, else its code, else its name; or None."""
    address = ADDRESS.search(sentence)
    found = from_address(address.group()) if address else None
    if found is not None and address is not None:
        return Named(found, address.group().rstrip(".,;:"))
    folded = fold(sentence)
    code = _CODE.search(folded)
    if code is not None:
        elements = re.split(r"[\s-]+", code["code"])
        port = code["port"].upper() if code["port"] else _port(folded, book)
        number = code["number"] or _number(folded)
        return Named(CreativeCommons(ordered(elements) or "", number, port))
    if _ZERO.search(folded):
        return Named(CreativeCommons("zero", "1.0"))
    family = _FAMILY.search(folded)
    return Named(_by_name(folded, book)) if family else None


def _by_name(folded: str, book: Vocabulary) -> CreativeCommons:
    elements = [name for name, pattern in book.elements.items() if pattern.search(folded)]
    if not elements:
        return CreativeCommons("")
    code = ordered(["by", *elements])
    return CreativeCommons(code or "", _number(folded) if code else None, _port(folded, book) if code else None)


def _number(folded: str) -> str | None:
    match = _NUMBER.search(folded)
    return match.group(1) if match else None


def _port(folded: str, book: Vocabulary) -> str | None:
    return next((port for name, port in book.ports.items() if name in folded), None)
