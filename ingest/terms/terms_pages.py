"""Terms pages: recognised by address or title alone, so that every machine with the page gives the same answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import chain
from urllib.parse import unquote, urlsplit

from ingest.terms.folding import fold
from ingest.terms.word_lists import word_set

# A word from each side of a pair together name a terms page.
_PAIRS = (
    ("pages.half", "pages.other half"),
    ("pages.using", "pages.matter"),
    ("pages.crediting", "pages.guidelines"),
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_ENDING = re.compile(r"\.(?:s?html?|php\d?|aspx?|jsp)$", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_TITLE_SEPARATOR = re.compile(r"\s[-–—|·»:]\s|\s?\|\s?")
# Deeper addresses belong to texts and files, whatever their last segment is.
_DEPTH = 4
# Sites link to their terms in the menu or, mostly, in the footer, which has more links.
_HEAD, _FOOT = 40, 60
# With more words it is a headline or a sentence.
_LONGEST = 9


@cache
def _known() -> frozenset[str]:
    return word_set("pages.naming", "pages.filling", *chain.from_iterable(_PAIRS))


@cache
def _alone() -> frozenset[str]:
    return _known() | word_set("pages.alone")


def _otherwise(words: str, known: frozenset[str]) -> bool:
    """Return whether the first of *words* is clearly not in *known*, a quick test for most titles and addresses."""
    # Only the first word, because this is called for the title and the links of every page.
    first = _WORD.search(words)
    if first is None:
        return words.isascii()
    start, end = first.span()
    word = first[0].lower()
    if not word.isascii():
        word = fold(word)
    # A neighbour outside ASCII may be an accent or hyphen that folds away, or a sign that folds to letters.
    return words[:start].isascii() and words[end : end + 1].isascii() and word.isalnum() and word not in known


def names_terms(words: str, *, alone: bool = False) -> bool:
    """Return whether *words* are the name of a terms page and nothing else: "Terms of use", "Nota prawna".

    Every word must be one that such names are made of, so "In terms of trade" and "Copyright wars" are not. With
    *alone*, a single word is enough if it is hardly the whole name of anything else.
    """
    if _otherwise(words, _alone() if alone else _known()):
        return False
    found = _WORD.findall(fold(words))
    if not found or len(found) > _LONGEST:
        return False
    if len(found) == 1:
        return alone and found[0] in word_set("pages.alone", "pages.naming")
    if not _known().issuperset(found):
        return False
    beside = any(all(not word_set(side).isdisjoint(found) for side in pair) for pair in _PAIRS)
    return beside or not word_set("pages.naming").isdisjoint(found)


def is_terms_address(url: str) -> bool:
    """Return whether the address is that of a terms page: ``/terms``, ``/en/copyright-notice/``, ``/nota-prawna``.

    Pages below a year, a tag or a category are articles about such matters.
    """
    if _plainly_none(url):
        return False
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return False
    parts = [part for part in path.lower().split("/") if part]
    if not parts or len(parts) > _DEPTH:
        return False
    last = _ENDING.sub("", parts[-1])
    if _otherwise(last, _alone()):
        return False
    sections = word_set("pages.sections")
    if any(part in sections or _YEAR.fullmatch(part) for part in parts[:-1]):
        return False
    return names_terms(last, alone=True)


def _plainly_none(url: str) -> bool:
    """Return whether the last segment of an address begins with a word that no name of terms has.

    Most do, and need no further parsing.
    """
    step = url.partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2]
    return "%" not in step and step.isprintable() and _otherwise(step, _alone())


def naming_terms(links: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of the first and last *links* of a page that lead to terms pages; sites put them there."""
    # Each link once, though in a short list it is among both the first and the last.
    edges = (*links[:_HEAD], *links[_HEAD:][-_FOOT:])
    return tuple(url for url in edges if _may_name(url) and is_terms_address(url))


@lru_cache(maxsize=8192)  # the first and last links of a page are those of the site's menus
def _may_name(url: str) -> bool:
    """Return whether the last segment of an address holds a word that names terms, a quick test that most fail."""
    step = url.partition("?")[0].rstrip("/").rpartition("/")[2].lower()
    if "%" in step:
        step = fold(unquote(step))
    return not _telling().isdisjoint(step.replace("_", "-").replace(".", "-").replace("+", "-").split("-"))


@cache
def _telling() -> frozenset[str]:
    return word_set("pages.alone", "pages.naming", *(one for one, _ in _PAIRS))


def is_terms_page(url: str, titles: Iterable[str]) -> bool:
    """Return whether a page is one of terms, by its address or by one of its *titles* without the site's name."""
    if is_terms_address(url):
        return True
    # Titles must say more than addresses: "Legal" alone may be the title of a section.
    known = _known()
    for title in titles:
        if not _otherwise(title, known) and names_terms(_TITLE_SEPARATOR.split(" ".join(title.split()), maxsplit=1)[0]):
            return True
    return False
