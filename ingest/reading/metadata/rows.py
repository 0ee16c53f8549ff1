"""Rows: the entries of a list of texts in any form: cards, teasers, table rows, items with a date, headings.

Apart from `kinds.py`, which counts them: what makes a row is a question of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, takewhile
from typing import Any
from urllib.parse import urlsplit

from ingest.reading.dates import date_parsing
from ingest.reading.page.class_names import whole_words
from ingest.reading.page.page import Page, plain, visible
from ingest.reading.text.alignment import letters
from ingest.reading.text.completing import classes
from ingest.reading.vocabulary import pattern

FEWEST = 5
"""The fewest entries of a list."""
TITLE_WORDS, TITLE_SHORTEST = 3, 15
"""A link with fewer words or characters leads to a section and not to a text."""
TEASER, LONG_TEASER = 450, 1000
"""The most characters of an entry with its teaser, on average over the list: the larger number if each entry has a date
in a line of its own."""
DATE_LINE = 60
"""The most characters of such a line."""
OUTSIDE = 280
"""A page with at least this many characters outside its list is a text with a list."""
PROSE = 80
HEIGHT, BESIDE = 6, 3
NEAR, SOUGHT = 2000, 500
"""How far after the last entry the next one is looked for, and how many times elsewhere."""
_MENU = frozenset({"nav", "footer", "select", "button", "noscript", "template", "dialog", "aside"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5"})
_NUMBER = re.compile(r"\d+")
_YEAR = re.compile(r"\((?:19|20)\d\d[a-z]?\)")
"""A year as in a list of references."""
_ITEM = re.compile(r"^\s*\d+\.\s", re.M)
# In scripts without spaces, a title is one word, and shorter; in Korean it is shorter.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_UNSPACED_SHORTEST = 8
_ENTRIES = frozenset({"li", "article", "tr", "section", "dd"})
_ENTRY_CLASS = whole_words("teaser|card|item|entry|row|post|result|node|hentry", re.I)
# Not `p`: in WordPress that is the number of a text.
# TYPO3 writes "tx_news_pi1[currentPage]", with or without escapes.
_PAGE_NUMBER = re.compile(
    r"(?:page|paged|pg|start|offset|limitstart|strona|seite|pagina|stranka|"
    r"tx_\w+(?:(?:\[|%5b).+)?(?:\[|%5b)(?:current)?page(?:\]|%5d))",
    re.I,
)

# Below any folder ("/blog/tag/salt"). Such an address may also be that of a text, so the entries decide.
_ARCHIVE = re.compile(
    r"/(?:(?:tags?|categor(?:y|ies)|authors?|languages?|"
    rf"{pattern('byline.author_classes', 'metadata.category_folders')})/[^/]+|(?:19|20)\d\d(?:/\d\d?)?)"
    r"(?:/page/\d+)?/?(?:index\.html)?$",
    re.I,
)

Key = tuple[Any, ...]


def list_letters(page: Page, *, teaser: int = TEASER) -> str:
    """Return the letters of the lists of texts on *page*; "" if it holds none.

    A list has five or more entries of the same form. Each leads to another page of the site, by a link with enough
    words for a title. Most of them stand in a heading or next to a date. If each has a date in a line of its own, an
    entry may be as long as *teaser*.
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
    return "".join(letters(visible(holder)) for group in groups.values() for holder in _listing(group, teaser))


def few_letters(page: Page) -> str:
    """Return the letters of a list on *page* with fewer entries than `list_letters` counts; "" if it holds none.

    Each entry has a link to another page of the site as its heading, and a date; of four or more, either is enough. One
    entry with either is enough on a further page of a list, and in an archive. There, a heading with what follows it is
    an entry too.
    """
    archive = is_archive(page)
    fewest = 1 if archive or is_further(page) else 2
    entries: dict[Any, int] = {}
    dates: dict[Any, bool] = {}
    for link, href in page.links:
        if not _leads_to_text(page, link, href):
            continue
        # The heading of an entry may have such a class name too ("entry-title").
        entry = next((e for e in _around(link) if e.tag not in _HEADINGS and _is_entry(e)), None)
        # Bootstrap calls a row of columns so, which may hold the whole page.
        if archive and (entry is None or "row" in classes(entry)):
            entry = next((e for e in _around(link) if e.tag in _HEADINGS), entry)
        if entry is not None:
            # Once for each entry, which may have thousands of links.
            dated = dates[entry] = dates[entry] if entry in dates else _has_date_line(entry)
            headed = _is_headed(entry, link)
            entries[entry] = max(entries.get(entry, 0), headed + dated)
    # Beside such a list, other lists may name the newest texts, and an entry may list its authors and tags.
    entries = {entry: count for entry, count in entries.items() if count} if archive else entries
    # An entry around others is no entry of its own.
    inner = [entry for entry in entries if not any(other in entries for other in entry.iterdescendants())]
    wanted = 1 if fewest == 1 or len(inner) >= FEWEST - 1 else 2
    if len(inner) < fewest or any(entries[entry] < wanted for entry in inner):
        return ""
    return "".join(letters(visible(part)) for entry in inner for part in _parts(entry))


def is_archive(page: Page) -> bool:
    """Return whether the address of *page* names a tag, a category, an author, a year or a month."""
    return _ARCHIVE.search(urlsplit(page.url).path) is not None


def _parts(entry: Any) -> Iterator[Any]:
    """Yield *entry*, and what follows it up to the next heading if it is one itself."""
    yield entry
    if entry.tag in _HEADINGS:
        yield from takewhile(lambda part: part.tag != entry.tag, entry.itersiblings())


def _is_entry(element: Any) -> bool:
    """Return whether *element* is an entry by its name, or stands beside one of its form with a linked heading."""
    if element.tag in _ENTRIES or _ENTRY_CLASS[element.get("class") or ""]:
        return True
    for before in (True, False):
        for other in islice(element.itersiblings(element.tag, preceding=before), BESIDE):
            headings = other.iter(*_HEADINGS) if other.get("class") == element.get("class") else ()
            if any(heading.find(".//a") is not None for heading in headings):
                return True
    return False


def is_further(page: Page) -> bool:
    """Return whether the address of *page* has the number of a page, and it links to other numbers of the same list."""
    place, number = _numbered(page.url)
    if number is None:
        return False
    others = {_numbered(target) for _, href in page.links if href and (target := page.absolute(href))}
    return any(one == place and at not in (None, number) for one, at in others)


def _numbered(url: str) -> tuple[str, str | None]:
    """Return *url* without the parameter that has the number of a page, and that number, or None."""
    place, _, query = url.partition("#")[0].partition("?")
    number, rest = None, []
    for pair in query.split("&") if query else ():
        name, _, value = pair.partition("=")
        if number is None and value.isdecimal() and _PAGE_NUMBER.fullmatch(name):
            number = value
        else:
            rest.append(pair)
    return "?".join(filter(None, (place, "&".join(sorted(rest))))), number


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
    return bool(words) and len(said) <= 2 * len(words) and _leads_on(page, link, href)


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
    # Titles are longer than the labels of menus and buttons.
    return _is_title(page.short.get(link, "")) and _leads_on(page, link, href)


def _leads_on(page: Page, link: Any, href: str) -> bool:
    """Return whether *link*, outside the menus, leads to another page of the site."""
    if not href or href[0] == "#":
        return False
    target = page.absolute(href)
    if target is None or not page.same_site(target) or _is_here(page, target):
        return False
    # Large menus name articles too.
    return not any(above.tag in _MENU for above in link.iterancestors())


def _is_here(page: Page, target: str) -> bool:
    """Return whether *target* is the address of *page*; many systems name a text only in the query."""
    return page.is_here(target) and target.partition("?")[2] in ("", page.url.partition("#")[0].partition("?")[2])


def _is_title(words: str) -> bool:
    if len(words) >= TITLE_SHORTEST and words.count(" ") + 1 >= TITLE_WORDS:
        return True
    return len(words) >= _UNSPACED_SHORTEST and len(_UNSPACED.findall(words)) >= _UNSPACED_SHORTEST


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


def _listing(group: dict[Any, Any], teaser: int) -> set[Any]:
    """Return the elements that hold the entries of *group* if they are a list of texts, else an empty set."""
    if len(group) < FEWEST:
        return set()
    holders = {entry.getparent() for entry in group}
    size = sum(len(plain(visible(holder))) for holder in holders)
    if size > TEASER * len(group):
        # Longer than teasers: these are the chapters of one text, which have no dates.
        return holders if size <= teaser * len(group) and all(map(_has_date_line, group)) else set()
    # A table of texts has a row for each, and perhaps only a year or a number beside the title.
    marked = sum(entry.tag == "tr" or _is_headed(entry, link) or _is_dated(entry) for entry, link in group.items())
    # In a list, some entries may lack a date or a heading; links in running text almost always lack both.
    return holders if 3 * marked >= 2 * len(group) else set()


def _has_date_line(entry: Any) -> bool:
    for element in entry.iter():
        if not isinstance(element.tag, str):
            continue
        words = plain(visible(element)) if len(element) < 4 else ""
        if len(words) > DATE_LINE or not any(c.isdigit() for c in words):
            continue
        if element.tag == "time" or next(date_parsing.find(words), None) is not None:
            return True
    return False


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
    for element in (entry, entry.getnext()):
        if element is None or not isinstance(element.tag, str):
            continue
        if next(element.iter("time"), None) is not None:
            return True
        words = plain(visible(element))
        if len(words) > TEASER or not any(map(str.isdigit, words)):
            continue
        if _YEAR.search(words) or next(date_parsing.find(words), None) is not None:
            return True
    return False
