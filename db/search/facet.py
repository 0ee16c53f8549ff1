"""Facets: the values that filters ask for, as words in the index, so that one index query both filters and finds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Protocol

from db.search.words import PRIVATE, fold, words

_SIGN = PRIVATE
"""Begins every facet. No word begins with it, because folding removes it from texts and queries."""
ANY = f"{_SIGN}a"
"""Every item has it."""
NONE = f"{_SIGN}n"
"""No item has it."""
UNDATED = f"{_SIGN}u"
"""For items without a stated day of publication."""
_PUBLISHER, _LANGUAGE, _TAG = f"{_SIGN}p", f"{_SIGN}l", f"{_SIGN}t"
_TRANSLATION = f"{_SIGN}x"
_SECTION, _KIND, _WHOLE = f"{_SIGN}s", f"{_SIGN}k", "w"
_BETWEEN = f"{_SIGN}b"
"""Stands before every tag, so that a phrase never matches across two tags."""


def _word(kind: str, value: str) -> str:
    """Return *value* as one word for the index, whatever characters it contains."""
    # In hexadecimal, because the tokenizer would split a value at punctuation and fold its letters.
    return kind + value.encode("utf-8", "surrogatepass").hex()


def publisher(value: str) -> str:
    """Return the facet of a publisher's items, as a phrase."""
    return _word(_PUBLISHER, value.lower())


def language(code: str) -> str:
    """Return the facet of items in a language or one of its variants, as a phrase."""
    return _word(_LANGUAGE, code.lower())


def language_of(word: str) -> str:
    """Return the language whose facet *word* is."""
    return bytes.fromhex(word.removeprefix(_LANGUAGE)).decode("utf-8", "surrogatepass")


def kind(value: str) -> str:
    """Return the facet of articles, or of pages, as a phrase."""
    return _word(_KIND, value.lower())


def translation(url: str) -> str:
    """Return the facet of items that name *url* as a translation, as a phrase."""
    # A digest, because addresses are long; the few rows found are then compared exactly.
    return _TRANSLATION + hashlib.blake2b(url.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def tag(value: str, *, exact: bool = False) -> str:
    """Return the facet of items with a tag that contains the words of *value* in this order, as a phrase. If *exact*,
    the tag must equal *value*, ignoring case and accents.
    """
    return _listed(_TAG, value, exact=exact)


def section(value: str, *, exact: bool = False) -> str:
    """Return the facet of items in a section whose name contains (or, if *exact*, equals) *value*; see `tag`."""
    return _listed(_SECTION, value, exact=exact)


def _listed(sign: str, value: str, *, exact: bool) -> str:
    folded = fold(value)
    if exact:
        return _word(sign + _WHOLE, " ".join(folded.split()))
    # One index word per word, so that "policy" also finds "foreign policy".
    return " ".join(_word(sign, word) for word in words(folded))


def facets(of: Described) -> str:
    """Return all facets of an item."""
    return " ".join(_all(of))


class Described(Protocol):
    """The values from which facets are made."""

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
    # pl-PL is also pl, so a filter by pl finds it.
    yield from (language("-".join(parts[:count])) for count in range(1, len(parts) + 1) if code)
    yield from map(translation, of.translations)
    # The separators prevent matches across two values.
    if of.section:
        yield f"{_BETWEEN} {section(of.section)} {_BETWEEN} {section(of.section, exact=True)}"
    for value in (*of.tags, *of.own_tags):
        yield f"{_BETWEEN} {tag(value)} {_BETWEEN} {tag(value, exact=True)}"
