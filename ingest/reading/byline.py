"""Byline: who wrote the text, as the page shows it to its readers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from archive.locate import Place
from ingest.reading import dates, names, roles
from ingest.reading.page import Page, plain, visible
from ingest.reading.zones import Zones, marks, says

LABELS = (
    r"(?:authors?|author\(s\)|autor(?:ka|zy|stwo|in|en|innen|es|as|i|e)?|autor/in|by|written\s+by|"
    r"words\s+by|story\s+by|text(?:o|e)?|tekst|oprac\.?|opracowa(?:ł|ła|nie|li)|napisa(?:ł|ła)|"
    r"von|ein\s+\w+\s+von|par|por|di|door|af|av|auteurs?|autore|autori|auteur\(s\)|autoři|"
    r"napsal(?:a|i)?|автор(?:и|ы|ка)?|текст|yazan|verfasser(?:in)?|redacteur|scritto\s+da|"
    r"escrito\s+por|écrit\s+par)"
)
_COLON = re.compile(rf"(?:^|[\s|•·(–-])({LABELS})\s*[:：]\s*(?P<names>[^:：|•·\n]{{3,160}})", re.I)
_LEADING = re.compile(
    r"^(?:by|von|par|por|di|door|af|av|text|tekst|words by|written by|ein(?:e)? \w+ von|"
    r"(?:erstellt|verfasst|geschrieben|aufgezeichnet) von|(?:recueilli|écrit) par|propos recueillis par|escrito por|"
    r"(?:kommentar|analyse|interview|gastbeitrag|essay|bericht|kolumne|"
    r"reportage) von)\s+(?P<names>\S.{2,140})$",
    re.I,
)
_CLASS = re.compile(
    r"(?:^|[\s_-])(?:by-?line\w*|authors?|autor(?:en|es|zy|in|e|i)?|auteurs?|autore|writers?|"
    r"writtenby|written-by|posted-by|username|submitted|contributors?|author-?names?|autor-?name|"
    r"c-author|article-?author\w*|post-?author\w*|entry-?author\w*|news-?author|story-?author|"
    r"author-?link|fn)(?:$|[\s_-])",
    re.I,
)
_NAME_CLASS = re.compile(
    r"(?:^|[\s_-])(?:name|author-?name|fn|display-?name|byline-?name|autor-?name|author-?link)(?:$|[\s_-])",
    re.I,
)
_NOT_CLASS = re.compile(
    r"(?:^|[\s_-])(?:comment\w*|image|img|avatar|photo|picture|social|date|time|bio|description|"
    r"desc|thumb\w*|follow|share|role|job|position|counter|count|link-?list|articles|posts|"
    r"more)(?:$|[\s_-])",
    re.I,
)
_DATE_LABEL = re.compile(
    r"\s+(?:date|data|datum|fecha|дата|opublikowano|published|updated|tags?|tagi|category|"
    r"kategoria|photo|foto|zdjęcia?|fot\.?|bild|source|źródło|quelle)\s*[:：].*$",
    re.I,
)
SOUGHT = frozenset(
    {
        "p",
        "aside",
        "ul",
        "label",
        "div",
        "span",
        "li",
        "a",
        "address",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "em",
        "strong",
        "b",
        "i",
        "td",
        "dd",
        "small",
        "header",
        "cite",
        "section",
        "time",
        "font",
        "figcaption",
    }
)
_DIGIT = re.compile(r"\d")
LONGEST = 220
MARKED_LONGEST = 400
MARKED_REACH = 420
REACH_BEFORE, REACH_AFTER = 120, 260


@dataclass(frozen=True, slots=True)
class Line:
    """One byline: its names in order, each with the element that holds it; how it was known; how far from
    the headline.
    """

    names: tuple[names.Name, ...]
    holders: tuple[Any, ...]
    urls: tuple[str | None, ...]
    how: str
    distance: int
    bio: bool
    words: str
    place: Place = Place.TEXT


def lines(page: Page, zones: Zones) -> list[Line]:
    """Return the bylines of *page* outside foreign zones, the labelled ones first, then by trust and
    nearness.
    """
    found = [line for line in _lines(page, zones) if line.names]
    trust = {"label": 0, "rel": 1, "class": 2, "lead": 3, "bare": 4}
    return sorted(found, key=lambda line: (line.bio, trust[line.how], len(line.words) > 120, abs(line.distance)))


def _lines(page: Page, zones: Zones) -> Iterator[Line]:
    for element, words in page.short.items():
        if not 2 <= len(words) <= MARKED_LONGEST or element.tag not in SOUGHT:
            continue
        distance = zones.distance(element)
        is_rel = "author" in (element.get("rel") or "").lower()
        by_class = abs(distance) <= MARKED_REACH and _is_marked(page, zones, element, words)
        close = -REACH_BEFORE <= distance <= REACH_AFTER
        if not (is_rel or by_class or close or ":" in words or "：" in words) or (len(words) < 3 and not by_class):
            continue
        if zones.foreign(element) and not (is_rel and not zones.commented(element)):
            continue
        line = _line(page, zones, element, is_rel=is_rel, by_class=by_class, close=close)
        if line is not None and not roles.other_role(element) and not roles.ROLE_FIRST.match(words):
            yield line


def _is_marked(page: Page, zones: Zones, element: Any, words: str) -> bool:
    """Say whether class names or an address mark *element* as one that names an author."""
    said = zones.marks[element]
    return (says(_CLASS, said) and not says(_NOT_CLASS, said)) or (
        element.tag == "a" and _leads_to_author(page, element, words)
    )


def _leads_to_author(page: Page, link: Any, words: str) -> bool:
    """Say whether *link* leads from a person's name to an author's page, and is no part of running text."""
    if not roles.AUTHOR_PAGE.search(link.get("href") or ""):
        return False
    parent = link.getparent()
    around = page.short.get(parent, "") if parent is not None else ""
    return (names.person(names.tidy(names.strip_label(words))) and len(around) <= 160) or len(around) == len(words)


def _line(page: Page, zones: Zones, element: Any, *, is_rel: bool, by_class: bool, close: bool) -> Line | None:
    words = page.short[element]
    if len(words) > LONGEST and not by_class:
        return None
    distance, bio = zones.distance(element), zones.bio(element) or zones.foreign(element)
    label, good = labelled(words)
    if good and _plausible_label(label, good, close):
        return _made(page, element, good, "label", distance, bio, words)
    if is_rel or (by_class and (len(words) <= 160 or _holders(element) != [element])):
        return _by_class(page, element, words, distance, bio, "rel" if is_rel else "class")
    lead = _LEADING.match(_undated(words)) if close else None
    if lead:
        found = names.split(lead["names"], printed=True)
        if found and names.person(found[0].name):
            people = tuple(n for n in found if names.person(n.name) or n.organisation)
            return _made(page, element, people, "lead", distance, bio, words)
    if close and -30 < distance < 60 and _bare(page, element, words):
        return _made(page, element, (names.Name(words, organisation=False),), "bare", distance, bio, words)
    return None


def labelled(words: str) -> tuple[str, tuple[names.Name, ...]]:
    """Return the label in *words* that says who wrote the text ("Author:"), and the names after it; "" and none
    where there is no such label.
    """
    found = _COLON.search(words) if ":" in words or "：" in words else None
    if found is None:
        return "", ()
    listed = names.split(_DATE_LABEL.sub("", found["names"]), printed=True)
    good = (n for n in listed if names.person(n.name) or n.organisation or (len(listed) == 1 and len(n.name) < 50))
    return found[1], tuple(good)


def _undated(words: str) -> str:
    """Return *words* without a date at their start."""
    if not _DIGIT.search(words[:24]):
        return words
    first = next(dates.find(words[:40]), None)
    return words.split(first.words, 1)[1].lstrip(" ,|·•–-") if first and words.startswith(first.words) else words


def _bare(page: Page, element: Any, words: str) -> bool:
    """Say whether *element* is a name alone that the page marks as one: by a portrait with that name, or in
    bold by itself.
    """
    if not names.person(words) or len(words) > 40 or names.organisation(words) or words.isupper():
        return False
    parent = element.getparent()
    for block in (parent, parent.getparent() if parent is not None else None):
        if block is not None and any(
            plain(i.get("alt") or "").casefold() == words.casefold() for i in list(block.iter("img"))[:3]
        ):
            return True
    inner = next((c for c in element if isinstance(c.tag, str)), None)
    return (
        element.tag == "p"
        and inner is not None
        and inner.tag in ("strong", "b", "em", "i")
        and page.short.get(inner) == words
    )


def _plausible_label(label: str, found: tuple[names.Name, ...], close: bool) -> bool:
    strong = re.match(r"(?i)autor|author|автор|oprac|written|napisa|verfass|auteur|napsal|yazan", label)
    return bool(strong) or (close and all(names.person(n.name) for n in found))


def _by_class(page: Page, element: Any, words: str, distance: int, bio: bool, how: str) -> Line | None:
    holders = [element] if how == "rel" else _holders(element)
    found: list[tuple[names.Name, Any, str | None]] = []
    for holder in holders:
        for name in names.split(visible(holder), printed=True):
            if name.name.casefold() not in (known.name.casefold() for known, _, _ in found) and len(name.name) <= 60:
                found.append((name, holder, page.absolute(holder.get("href"))))
    if not found:
        return None
    if any(names.person(n.name) for n, _, _ in found):
        found = [f for f in found if names.person(f[0].name) or f[0].organisation]
    return Line(
        tuple(f[0] for f in found),
        tuple(f[1] for f in found),
        tuple(f[2] for f in found),
        how,
        distance,
        bio,
        words,
    )


def _holders(element: Any) -> list[Any]:
    """Return the elements inside a byline that hold one name each: marked names, else links; else the
    byline itself.
    """
    marked = [
        e
        for e in element.iterdescendants()
        if isinstance(e.tag, str) and says(_NAME_CLASS, marks(e)) and 0 < len(visible(e)) < 60
    ]
    leaves = [e for e in marked if not any(d in marked for d in e.iterdescendants())]
    if leaves:
        return leaves
    links = [
        a
        for a in element.iter("a")
        if 0 < len(visible(a)) < 60 and names.person(names.tidy(names.strip_label(visible(a))))
    ]
    text = visible(element)
    listed = names.split(text, printed=True)
    people = [n for n in listed if names.person(n.name)]
    return links if links and len(links) >= len(people) else [element]


def _made(
    page: Page, element: Any, found: tuple[names.Name, ...], how: str, distance: int, bio: bool, words: str
) -> Line:
    links = {plain(visible(a)).casefold(): page.absolute(a.get("href")) for a in element.iter("a")}
    urls = tuple(links.get(n.name.casefold()) for n in found)
    return Line(found, (element,) * len(found), urls, how, distance, bio, words)
