"""Site names: what a site calls itself, and other names for it that titles may contain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from db.identity import is_front_page
from ingest.reading.byline import given_names
from ingest.reading.candidate import Candidate
from ingest.reading.page.page import Page, fold, visible
from ingest.reading.vocabulary import pattern, word_set

# Second levels under a country's domain, below which others register. The site's name stands before them.
_SECOND_LEVELS = frozenset({"co", "com", "org", "net", "gov", "gob", "gouv", "ac", "edu", "or", "ne"})
FEW = 3
_ENDS = re.compile(r"\s+[-|–—·•»«~:/]+\s+|\s*[|│｜ㅣ»]\s*|:\s+|_(?=[\u3400-\u9fff])")
_HAN = re.compile(r"[\u3400-\u9fff]{2,}")
_NOT_NAME = re.compile(rf"\b{pattern('metadata.front_link_words', 'metadata.home_names')}\b", re.I)
_MENUS = 40
_SMALL = word_set("metadata.small_words")


def stated(page: Page, offered: list[Candidate]) -> list[Candidate]:
    """Return the *offered* names of the site, without the title of this page, which some systems state for both."""
    if all(fold(c.value).count(" ") < FEW for c in offered):
        return offered  # so few words may be both
    title = fold(page.title_text)
    return [c for c in offered if fold(c.value) != title or len(title.split()) <= FEW or not _is_headed(page, title)]


def _is_headed(page: Page, title: str) -> bool:
    headings = (fold(visible(heading)) for heading in page.inside("h1"))
    return any(len(words.split()) > FEW and title.startswith(words) for words in headings)


def folded(page: Page, offered: list[Candidate], publisher: str | None) -> frozenset[str]:
    """Return the folded names of the site: the stated ones, the host's, the publisher's and ends of the title."""
    labels = page.host.split(".")
    registered = labels[-3:-2] if len(labels) > 2 and labels[-2] in _SECOND_LEVELS else labels[-2:-1]
    parts = [part for part in _ENDS.split(page.title_text or "") if part.strip()]
    ends = {fold(part): part for part in (parts[0], parts[-1])} if len(parts) > 1 else {}
    stated = (*(c.value for c in offered), page.host, *(registered or labels), publisher or "")
    return frozenset({fold(name) for name in (*stated, *_linked_to_front(page, ends), *_signing(page, ends))} - {""})


def _signing(page: Page, ends: dict[str, str]) -> Iterator[str]:
    """Yield an end of the title that the head states as the author too, if it is no person with a common given name."""
    for said, _ in page.meta("author"):
        name = fold(said)
        # The end may say more: "Carters of Amber Town" for the author "Carters of Amber".
        whole = [
            end for end in ends if end == name or (" " in name and end.startswith(f"{name} ")) or _begins(end, name)
        ]
        if whole and not given_names.among(said):
            yield from (ends[whole[0]], said)


def _begins(end: str, name: str) -> bool:
    """Return whether the *end* of a title is *name* and the name of a section, with no space between."""
    return _HAN.fullmatch(name) is not None and end.startswith(name)


def _linked_to_front(page: Page, ends: dict[str, str]) -> Iterator[str]:
    """Yield an end of the title if a link to the front page has the same words, as text or for its picture."""
    for link, href in islice(page.links, _MENUS) if ends else ():
        target = page.absolute(href) if href[:1] != "#" else None
        if target is None or not page.same_site(target) or not is_front_page(target):
            continue
        picture = next(link.iter("img"), None)
        for said in (visible(link), link.get("title"), picture.get("alt") if picture is not None else None):
            name = fold(_NOT_NAME.sub(" ", said or ""))
            if name in ends and " " in name.strip():
                yield ends[name]


@lru_cache(maxsize=4096)
def initials(name: str) -> frozenset[str]:
    """Return the initials of a folded *name* of at least three words, with and without those of its small words."""
    words = name.split()
    long = [word for word in words if word not in _SMALL]
    return frozenset("".join(word[0] for word in some) for some in (words, long) if len(some) > 2)
