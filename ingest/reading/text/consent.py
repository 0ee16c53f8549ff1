"""Consent: the dialogs that ask visitors whether they accept cookies, by what they say, or by the service that asks.

Apart from `furniture.py`, which knows boxes by their names and headings if they hold little of the page: a dialog with
all purposes and partners may hold more words than the article.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from itertools import takewhile
from typing import Any

from ingest.reading.page.class_names import whole_words
from ingest.reading.page.page import Page, visible
from ingest.reading.page.zones import Zones
from ingest.reading.vocabulary import pattern, word_set

MENTIONS, SPACED = 3, 300
"""A dialog names cookies at least this often, and on average once in this many characters."""
_COOKIE = word_set("text.cookie_words")
_CONTROLS = ("button", "input")
_SERVICE = whole_words(pattern("text.consent_services"))


def of_services(zones: Zones, guarded: Set[Any]) -> Iterator[Any]:
    """Yield the elements that bear the name of a service for such dialogs; none is *guarded*."""
    named = zones.marked(_SERVICE)
    yield from (element for element in named if element not in guarded)


def dialogs(page: Page, guarded: Set[Any]) -> Iterator[Any]:
    """Yield the elements that speak of little but cookies and have something to press; none is *guarded*.

    If the title of the page names cookies, they are what the page is about, and nothing is yielded.
    """
    called = [word for word in _COOKIE if word in page.short_text]
    title = page.title_text.lower()
    if sum(map(page.short_text.count, called)) < MENTIONS or any(word in title for word in called):
        return
    seen: set[Any] = set()
    for element, said in page.short.items():
        if element not in seen and any(map(said.lower().count, called)):
            dialog, size, mentions = None, 0, 0
            around = (element, *element.iterancestors())
            for box in takewhile(lambda one: one not in guarded and one.tag != "body" and one not in seen, around):
                words = visible(box).lower()
                more, named = len(words) - size, sum(map(words.count, called)) - mentions
                if dialog is not None and more > SPACED * (named + 1):
                    break  # this also holds something else
                size, mentions = len(words), mentions + named
                if size > SPACED * max(mentions, MENTIONS):
                    break
                seen.add(box)
                if mentions >= MENTIONS and next(box.iter(*_CONTROLS), None) is not None:
                    dialog = box
            if dialog is not None:
                yield dialog
