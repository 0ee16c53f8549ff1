"""Rows: the entries of a list of texts, whatever its make: cards, teasers, table rows, items with a date, headings.

Apart from `kinds.py`, which counts them: what a row is, is a question of its own.
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
"""So many entries make a list."""
TITLE_WORDS, TITLE_SHORTEST = 3, 15
"""A link of fewer words or characters leads to a section, not to a text."""
TEASER = 450
"""So many characters an entry has at most, with its teaser; in the mean of all."""
OUTSIDE = 280
"""A page that says more beside its list is a text with a list."""
PROSE = 80
HEIGHT = 6
NEAR, SOUGHT = 2000, 500
"""So far behind the last entry the next is sought, and so often elsewhere."""
_MENU = frozenset({"nav", "footer", "form", "select", "button", "noscript", "template", "dialog", "aside"})
_HEADINGS = frozenset({"h2", "h3", "h4", "h5"})
_NUMBER = re.compile(r"\d+")
_ITEM = re.compile(r"\d+\.\s")

Key = tuple[Any, ...]


def told(page: Page) -> str:
    """Return the letters of the lists of texts that *page* holds; "" where it holds none.

    A list has five entries and more of one make. Each leads to another page of the site by words long enough for a
    title; most stand in a heading or beside a day.
    """
    links = [link for link, href in page.links if _leads_to_text(page, link, href)]
    if len(links) < FEWEST:
        return ""
    held: dict[Any, set[str]] = {}
    for link in links:
        # By address, not by link: the picture, the title and "read more" of a card lead to one text.
        for element in _around(link):
            held.setdefault(element, set()).add(link.get("href"))
    groups: dict[Key, dict[Any, Any]] = {}
    for link in links:
        entry = _entry(link, held)
        # What is made alike is one list, wherever its parts stand on the page.
        groups.setdefault(_key(entry), {}).setdefault(entry, link)
    return "".join(letters(visible(holder)) for group in groups.values() for holder in _listing(group))


def bare(page: Page) -> str:
    """Return the letters of the lists of *page* whose entries say little but a link to another page of the site; ""
    where it holds none of five entries and more.
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
    """Say whether of ten letters of *text* at most two stand in none of the lists."""
    said = [letters(_ITEM.sub("", one)) for one in text.split("\n\n")]
    allowed, at, sought = sum(map(len, said)) // 5, 0, 0
    for one in said:
        # A text tells what is listed in its order: to look for each among all that a long page lists takes minutes.
        found = listed.find(one, at, at + NEAR + len(one))
        if found < 0 and sought < SOUGHT:
            found, sought = listed.find(one), sought + 1
        at = at if found < 0 else found + len(one)
        allowed -= len(one) if found < 0 else 0
    return allowed >= 0 and any(said)


def outside(text: str, listed: str) -> int:
    """Return how many characters of running text *text* has that stand in none of the lists."""
    return sum(len(one) for one in text.split("\n\n") if len(one) >= PROSE and letters(one)[:60] not in listed)


def _leads_to_text(page: Page, link: Any, href: str) -> bool:
    words = page.short.get(link, "")
    # Titles are longer than the labels of menus and buttons.
    if len(words) < TITLE_SHORTEST or words.count(" ") + 1 < TITLE_WORDS or not href or href[0] == "#":
        return False
    target = page.absolute(href)
    if target is None or not page.same_site(target) or page.is_here(href):
        return False
    # Large menus name articles, too.
    return not any(above.tag in _MENU for above in link.iterancestors())


def _around(link: Any) -> Iterator[Any]:
    for height, element in enumerate(link.iterancestors()):
        if height == HEIGHT or element.tag == "body":
            return
        yield element


def _entry(link: Any, held: dict[Any, set[str]]) -> Any:
    """Return the largest element round *link* that leads to no other text."""
    entry = link
    for element in _around(link):
        if len(held[element]) > 1:
            break
        entry = element
    return entry


def _key(entry: Any) -> Key:
    """Return of what make an entry is: what it and what holds it are called."""
    holder = entry.getparent()
    names = [frozenset(_NUMBER.sub("", one) for one in classes(e)) for e in (holder, entry)]
    return (holder.tag, entry.tag, names[0])


def _listing(group: dict[Any, Any]) -> set[Any]:
    """Return what holds the entries of *group*, where they make a list of texts; else nothing."""
    if len(group) < FEWEST:
        return set()
    holders = {entry.getparent() for entry in group}
    size = sum(len(plain(visible(holder))) for holder in holders)
    # Longer than teasers: they are the chapters of one text.
    if size > TEASER * len(group):
        return set()
    marked = sum(_is_headed(entry, link) or _is_dated(entry) for entry, link in group.items())
    # Some entries of a list lack a day or a heading; links in a running text lack nearly all.
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
