"""Facets: what filters ask of an item, as words of the index, so that one question to it narrows and finds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Protocol

from db.search.words import PRIVATE, fold, words

_SIGN = PRIVATE
"""Begins every facet: no word does, as the fold takes it out of texts and queries."""
ANY = f"{_SIGN}a"
"""Every item has it."""
NONE = f"{_SIGN}n"
"""No item has it."""
UNDATED = f"{_SIGN}u"
"""Items of which no day of publication is stated have it."""
_PUBLISHER, _LANGUAGE, _TAG = f"{_SIGN}p", f"{_SIGN}l", f"{_SIGN}t"
_TRANSLATION = f"{_SIGN}x"
_SECTION, _KIND, _WHOLE = f"{_SIGN}s", f"{_SIGN}k", "w"
_BETWEEN = f"{_SIGN}b"
"""Stands before every tag, so that no words are found across two."""


def _word(kind: str, value: str) -> str:
    """Return *value* as one word of the index, whatever characters are in it."""
    # In hexadecimal digits, since the tokenizer would cut a value at every sign, and fold its letters.
    return kind + value.encode("utf-8", "surrogatepass").hex()


def publisher(value: str) -> str:
    """Return the facet of a publisher's items, as a phrase."""
    return _word(_PUBLISHER, value.lower())


def language(code: str) -> str:
    """Return the facet of items in a language, or in one that is a kind of it, as a phrase."""
    return _word(_LANGUAGE, code.lower())


def kind(value: str) -> str:
    """Return the facet of articles, or of pages, as a phrase."""
    return _word(_KIND, value.lower())


def translation(url: str) -> str:
    """Return the facet of items that name *url* as the same work in another language, as a phrase."""
    # Of a digest: addresses are long, and whoever looks for one compares it in the few rows that are found.
    return _TRANSLATION + hashlib.blake2b(url.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def tag(value: str, *, exact: bool = False) -> str:
    """Return the facet of items with a tag in which the words of *value* stand in that order, as a phrase; of those
    with the very tag *value*, but for case and accents, where it is *exact*.
    """
    return _listed(_TAG, value, exact=exact)


def section(value: str, *, exact: bool = False) -> str:
    """Return the facet of items of a section in whose name *value* stands, or is it, as `tag` does it for tags."""
    return _listed(_SECTION, value, exact=exact)


def _listed(sign: str, value: str, *, exact: bool) -> str:
    folded = fold(value)
    if exact:
        return _word(sign + _WHOLE, " ".join(folded.split()))
    # A word for each word, so that "foreign policy" is found by "policy" too.
    return " ".join(_word(sign, word) for word in words(folded))


def facets(of: Described) -> str:
    """Return all facets of an item."""
    return " ".join(_all(of))


class Described(Protocol):
    """What facets are made of."""

    @property
    def publisher(self) -> str: ...
    @property
    def language(self) -> str | None: ...
    @property
    def published(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def section(self) -> str: ...
    @property
    def tags(self) -> tuple[str, ...]: ...
    @property
    def own_tags(self) -> tuple[str, ...]: ...
    @property
    def translations(self) -> tuple[str, ...]: ...


def _all(of: Described) -> Iterator[str]:
    yield ANY
    if not of.published:
        yield UNDATED
    yield publisher(of.publisher)
    yield kind(of.kind)
    code = of.language or ""
    parts = code.split("-")
    # pl-PL is Polish too: whoever filters by pl finds it.
    yield from (language("-".join(parts[:count])) for count in range(1, len(parts) + 1) if code)
    yield from map(translation, of.translations)
    # What stands between them keeps words from being found across two.
    if of.section:
        yield f"{_BETWEEN} {section(of.section)} {_BETWEEN} {section(of.section, exact=True)}"
    for value in (*of.tags, *of.own_tags):
        yield f"{_BETWEEN} {tag(value)} {_BETWEEN} {tag(value, exact=True)}"
