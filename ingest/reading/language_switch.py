"""Language switch: the links by which a page leads to the same text in other languages, if its head names none.

Apart from `links.py`, which reads what a page states for machines: which of a page's links is a switch, and whether it
leads to the same text, is a question of its own.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

from archive.http.session_id import without_session
from ingest.reading.metadata.language import code_of
from ingest.reading.page.class_names import marks, whole_words
from ingest.reading.page.outline import squeeze
from ingest.reading.page.page import Page, visible
from ingest.reading.vocabulary import by_language, languages

_NAMES = {name: code for code, names in by_language("language.own_names").items() for name in names}
_CODES = frozenset(languages()) - {"international"}
_PATH_CODE = re.compile(r"[a-z]{2}(?:[-_][a-z]{2,4})?")
_SWITCH = whole_words(
    "langs?|languages?|locales?|translations?|wpml|polylang|pll|lng|sprachen?|langues?|idiomas?|jezyki?|języki?|"
    "lingue?",
    re.IGNORECASE,
)
_PARAMETER = re.compile(
    r"(?:set|site|page|tx|user|display|current)?[_-]?(?:langs?|languages?|lng|lg|ln|l|hl|locale|idioma|langue|sprache|jezyk|"
    r"lingua|ui|culture)(?:[_-]?(?:id|code|iso))?",
    re.IGNORECASE,
)
_FILE = re.compile(r"\.(?:pdf|docx?|epub|odt|zip)$", re.IGNORECASE)
_HEIGHT = 4
"""How far around a link the class names of a language switch are looked for."""
_LONGEST = 20
_SLUG_LONGER = 10
_DATE_DIGITS = 6
"""With at least this many digits, such as those of a day, equal digits in two paths identify a text."""


def translations(page: Page, own: str | None) -> tuple[tuple[str, str], ...]:
    """Return (language, URL) for each other language that a link of *page* names, if it leads to the same text.

    A switch often leads to the front page or a list in the other language. So the address has to have the form of the
    page's own, and to identify the same text or stand in what is marked as a switch. A language with two such addresses
    is left out.

    Args:
        own: the code of the page's own language, or None.
    """
    found: dict[str, dict[str, None]] = {}
    for link, href in page.links:
        if not href or href[0] == "#":
            continue
        code = _language(link)
        if code is None or code == own or len(visible(link)) > _LONGEST:
            continue
        url = page.absolute(href)
        if url is None or not page.same_site(url):
            continue
        url = without_session(url)
        if _is_counterpart(page.url, url, marked=_is_marked(link)):
            found.setdefault(code, {})[url] = None
    return tuple((code, url) for code, urls in found.items() if len(urls) == 1 for url in urls)


def _language(link: Any) -> str | None:
    if stated := link.get("hreflang"):
        return code_of(stated)
    if not len(link):  # as most links are
        return _called(link.text)
    # Not the outline of the page: a learned reader needs it for nothing else.
    if words := visible(link):
        return _called(words)
    picture = next(link.iter("img"), None)
    return None if picture is None else _called(picture.get("alt"))


@lru_cache(maxsize=4096)  # a site prints the same menus on every page
def _called(words: str | None) -> str | None:
    """Return the language that a link with these *words* is called after."""
    said = squeeze(words or "").strip(" \t\n|/·()[]›»").lower()
    return said if said in _CODES else _NAMES.get(said)


def _is_marked(link: Any) -> bool:
    if link.get("hreflang"):
        return True
    around = [link, *(above for above, _ in zip(link.iterancestors(), range(_HEIGHT), strict=False))]
    return any(_SWITCH[marks(element)] for element in around if element.tag != "body")


def _is_counterpart(here: str, there: str, *, marked: bool) -> bool:
    """Return whether *there* may be the address of the text at *here* in another language."""
    own, other = urlsplit(here), urlsplit(there)
    ours, theirs = _segments(own.path), _segments(other.path)
    if not ours or len(ours) != len(theirs) or _FILE.search(other.path):
        return False
    pairs = set(own.query.split("&")) ^ set(other.query.split("&"))
    if ours == theirs:
        return here != there and all(map(_selects_language, filter(None, pairs)))
    if pairs:
        return False
    # One script for each language, with the same number: clanek.asp?id=12 and article.asp?id=12.
    if marked and own.query and ours[:-1] == theirs[:-1] and any(map(str.isdigit, own.query)):
        return True
    last, digits = theirs[-1], "".join(re.findall(r"\d+", own.path))
    if ours[-1] == last:
        return len(last) > _SLUG_LONGER or any(map(str.isdigit, last))
    if len(digits) >= _DATE_DIGITS and digits == "".join(re.findall(r"\d+", other.path)):
        return True
    return marked and len(ours) > 1 and _tells(ours[-1]) and _tells(last)


def _selects_language(pair: str) -> bool:
    name, _, value = pair.partition("=")
    return _PARAMETER.fullmatch(name) is not None and code_of(value) in _CODES


def _tells(segment: str) -> bool:
    return len(segment) > _SLUG_LONGER and ("-" in segment or "_" in segment or any(map(str.isdigit, segment)))


def _segments(path: str) -> list[str]:
    """Return the parts of *path* without those that name a language."""
    parts = [(unquote(part), unquote(part).lower()) for part in path.split("/") if part]
    return [part for part, low in parts if not (low in _NAMES or (_PATH_CODE.fullmatch(low) and low[:2] in _CODES))]
