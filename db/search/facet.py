"""Facets: what filters ask of an item, as words of the index, so that one question to it narrows and finds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from db.search.words import PRIVATE, fold, words

_SIGN = PRIVATE
"""Begins every facet: no word does, as the fold takes it out of texts and queries."""
ANY = f"{_SIGN}a"
"""Every item has it."""
UNDATED = f"{_SIGN}u"
"""Items of which no day of publication is stated have it."""
_PUBLISHER, _LANGUAGE, _TAG = f"{_SIGN}p", f"{_SIGN}l", f"{_SIGN}t"
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


def tag(value: str) -> str:
    """Return the facet of items with a tag in which the words of *value* stand in that order, as a phrase."""
    # A word for each word, so that "foreign policy" is found by "policy" too.
    return " ".join(_word(_TAG, word) for word in words(fold(value)))


def facets(of: str, code: str | None, published: str, tags: Iterable[str]) -> str:
    """Return all facets of an item by the publisher *of*, in the language *code*."""
    return " ".join(_all(of, code or "", published, tags))


def _all(of: str, code: str, published: str, tags: Iterable[str]) -> Iterator[str]:
    yield ANY
    if not published:
        yield UNDATED
    yield publisher(of)
    parts = code.split("-")
    # pl-PL is Polish too: whoever filters by pl finds it.
    yield from (language("-".join(parts[:count])) for count in range(1, len(parts) + 1) if code)
    for value in tags:
        yield f"{_BETWEEN} {tag(value)}"
