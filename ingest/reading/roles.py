"""Roles: tell an author's name from that of a reviewer, photographer or translator by the words and links around it."""

from __future__ import annotations

import re
from typing import Any

from ingest.reading.page.page import plain, visible
from ingest.reading.vocabulary import pattern, phrases, word_set

_OF_PEOPLE = word_set("byline.author_folders")
# Some systems put the word into the last part of the address: "/news/autor-anna-fox-100.html".
_AUTHOR_PAGE = re.compile(
    rf"/(?:{'|'.join(sorted(_OF_PEOPLE))})/[^/?#]+/?(?:[?#]|$)|[?&]author=|"
    rf"/{pattern('byline.author_address_words')}-[^/?#]+-[^/?#]+(?:[?#]|$)"
)
# A block of more characters than this is not the line around a name.
_BYLINE = 80
_LABEL = 40
"""A label by itself has no more characters than this."""
_LEADS = (*phrases("byline.by_words"), *phrases("byline.by_words_of_family"), ":", "：")
_BY = pattern("byline.by_words", "byline.by_words_of_family")
ROLE_FIRST = re.compile(rf"{pattern('byline.other_roles', 'byline.other_roles_by')}(?:\s+\w+)?\s*(?:{_BY}\b|:)", re.I)
_OTHER_ROLE = re.compile(rf"{pattern('byline.other_roles', 'byline.other_roles_before')}\s*{_BY}?\s*[:：]?\s*$", re.I)


def of_author(href: str | None) -> bool:
    """Return whether *href* leads to the page of one author."""
    if not href:
        return False
    href = href.lower()
    able = not _OF_PEOPLE.isdisjoint(href.split("/")) or "author=" in href or "/aut" in href
    return able and _AUTHOR_PAGE.search(href) is not None


def other_role(element: Any) -> bool:
    """Return whether the words before *element* give the name another role than author: "Reviewed by", "Foto:"."""
    before = _before(element)
    parent = element.getparent()
    # "Reviewed by" may stand before a wrapper of the name. Go up while the block is no longer than a byline.
    while not before.strip() and parent is not None and len(parent) <= 3 and len(visible(parent)) <= _BYLINE:
        before, parent = _before(parent), parent.getparent()
    role = _OTHER_ROLE.search(before[-60:])
    # A caption may end in such a word too: "Illustration by the Port / AP Photo". Then the text before it is long.
    return role is not None and (len(before) <= _LABEL or role[0].rstrip().endswith(_LEADS))


def _before(element: Any) -> str:
    """Return the text before *element*: of the nearest earlier sibling that has any, else of the parent."""
    for previous in element.itersiblings(preceding=True):
        if before := plain(f"{visible(previous)} {previous.tail or ''}"):
            return before
    parent = element.getparent()
    return (parent.text or "") if parent is not None else ""
