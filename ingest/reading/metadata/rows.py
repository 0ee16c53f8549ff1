"""Rows: the entries of a list of texts in any form: cards, teasers, table rows, items with a date, headings.

Apart from `kinds.py`, which counts them: what makes a row is a question of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ingest.reading.dates import date_parsing
from ingest.reading.page.page import Page, plain, visible
from ingest.reading.text.alignment import letters
from ingest.reading.text.completing import classes

FEWEST = 5
"""The fewest entries of a list."""
TITLE_WORDS, TITLE_SHORTEST = 3, 15
"""A link with fewer words or characters leads to a section and not to a text."""
TEASER = 450
"""The most characters of an entry with its teaser, on average over the list."""
OUTSIDE = 280
"""A page with at least this many characters outside its list is a text with a list."""
PROSE = 80
HEIGHT = 6
NEAR, SOUGHT = 2000, 500
"""How far after the last entry the next one is looked for, and how many times elsewhere."""
_MENU = frozenset({"nav", "footer", "form", "select", "button", "noscript", "template", "dialog", "aside"})
_HEADINGS = frozenset({"h2", "h3", "h4", "h5"})
_NUMBER = re.compile(r"\d+")
_ITEM = re.compile(r"\d+\.\s")

Key = tuple[Any, ...]


def list_letters(page: Page) -> str:
    """Return the letters of the lists of texts on *page*; "" if it holds none.

    A list has five or more entries of the same form. Each leads to another page of the site, by a link with enough
    words for a title. Most of them stand in a heading or next to a date.
    """
    links = [link for link, href in page.links if _leads_to_text(page, link, href)]
    if len(links) < FEWEST:
        return ""
    held: dict[Any, set[str]] = {}
    for link in links:
        # Count addresses, not links: the picture, the title and "read more" of a card lead to the same text.
        for element in _around(link):
            held.setdefault(element, set()).add(link.get("href"))
    groups: dict[Key, dict[Any, Any]] = {}
    for link in links:
        entry = _entry(link, held)
        # Entries of the same form are one list, even if its parts stand in different places.
        groups.setdefault(_key(entry), {}).setdefault(entry, link)
    return "".join(letters(visible(holder)) for group in groups.values() for holder in _listing(group))


def link_list_letters(page: Page) -> str:
    """Return the letters of the lists on *page* whose entries hold little more than a link within the site.

    Returns "" if no list has five or more such entries.
    """
    held: dict[Any, int] = {}
    for link, href in page.links:
        entry = next((above for above in _around(link) if above.tag == "li"), None)
        if entry is not None and entry.getparent() is not None and _says_link(page, entry, link, href):
            held[entry.getparent()] = held.get(entry.getparent(), 0) + 1
    lists = [holder for holder, count in held.items() if count >= FEWEST and 3 * count >= 2 * len(holder)]
    return "".join(letters(visible(holder)) for holder in lists)


def _says_link(page: Page, entry: Any, link: Any, href: str) -> bool:
    words, said = page.short.get(link, ""), page.short.get(entry, "")
    if not words or not href or href[0] == "#" or len(said) > 2 * len(words):
        return False
    target = page.absolute(href)
    if target is None or not page.same_site(target) or page.is_here(href):
        return False
    return not any(above.tag in _MENU for above in link.iterancestors())


def mostly(text: str, listed: str) -> bool:
    """Return whether at most a fifth of the letters of *text* is outside the lists."""
    said = [letters(_ITEM.sub("", one)) for one in text.split("\n\n")]
    allowed, at, sought = sum(map(len, said)) // 5, 0, 0
    for one in said:
        # The text has the entries in order, so look ahead first: searching all of a long list each time takes minutes.
        found = listed.find(one, at, at + NEAR + len(one))
        if found < 0 and sought < SOUGHT:
            found, sought = listed.find(one), sought + 1
        at = at if found < 0 else found + len(one)
        allowed -= len(one) if found < 0 else 0
    return allowed >= 0 and any(said)


def outside(text: str, listed: str) -> int:
    """Return how many characters of running text in *text* are outside the lists."""
    return sum(len(one) for one in text.split("\n\n") if len(one) >= PROSE and letters(one)[:60] not in listed)


def _leads_to_text(page: Page, link: Any, href: str) -> bool:
    words = page.short.get(link, "")
    # Titles are longer than the labels of menus and buttons.
    if len(words) < TITLE_SHORTEST or words.count(" ") + 1 < TITLE_WORDS or not href or href[0] == "#":
        return False
    target = page.absolute(href)
    if target is None or not page.same_site(target) or page.is_here(href):
        return False
    # Large menus name articles too.
    return not any(above.tag in _MENU for above in link.iterancestors())


def _around(link: Any) -> Iterator[Any]:
    for height, element in enumerate(link.iterancestors()):
        if height == HEIGHT or element.tag == "body":
            return
        yield element


def _entry(link: Any, held: dict[Any, set[str]]) -> Any:
    """Return the largest element around *link* that leads to no other text."""
    entry = link
    for element in _around(link):
        if len(held[element]) > 1:
            break
        entry = element
    return entry


def _key(entry: Any) -> Key:
    """Return the form of an entry: the tags and the class names of the entry and its parent."""
    holder = entry.getparent()
    names = [frozenset(_NUMBER.sub("", one) for one in classes(e)) for e in (holder, entry)]
    return (holder.tag, entry.tag, names[0])


def _listing(group: dict[Any, Any]) -> set[Any]:
    """Return the elements that hold the entries of *group* if they are a list of texts, else an empty set."""
    if len(group) < FEWEST:
        return set()
    holders = {entry.getparent() for entry in group}
    size = sum(len(plain(visible(holder))) for holder in holders)
    # Longer than teasers: these are the chapters of one text.
    if size > TEASER * len(group):
        return set()
    marked = sum(_is_headed(entry, link) or _is_dated(entry) for entry, link in group.items())
    # In a list, some entries may lack a date or a heading; links in running text almost always lack both.
    return holders if 3 * marked >= 2 * len(group) else set()


def _is_headed(entry: Any, link: Any) -> bool:
    if any(element.tag in _HEADINGS for element in link.iter()):
        return True
    for element in link.iterancestors():
        if element.tag in _HEADINGS:
            return True
        if element is entry:
            return False
    return False


def _is_dated(entry: Any) -> bool:
    following = entry.getnext()
    for element in (entry, following):
        if element is None or not isinstance(element.tag, str):
            continue
        if next(element.iter("time"), None) is not None:
            return True
        words = plain(visible(element))
        if (
            len(words) <= TEASER
            and any(c.isdigit() for c in words)
            and next(date_parsing.find(words), None) is not None
        ):
            return True
    return False
