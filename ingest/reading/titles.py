"""Titles: the article's own headline, without the affixes of site and section."""

from __future__ import annotations

import re

from archive.locate import Place
from ingest.reading.candidate import Candidate, Field
from ingest.reading.judge import fold
from ingest.reading.page import Page, plain, visible
from ingest.reading.zones import Zones

SEPARATOR = re.compile(r"\s+[|–—·•»«›:/~-]+\s+|\s*[|»›]\s*|\s+::\s+|:\s+|\s+[-–—]|\s*—\s*")
_AFFIX = re.compile(r"\s+[-|–—·•»›«~/]+\s+|\s*\|+\s*|\s+::\s+|\s*»\s*|\s+—\s+")


def headline(zones: Zones) -> Candidate | None:
    """Return what the headline element says, or None where the page has none."""
    if zones.headline is None:
        return None
    words = visible(zones.headline)
    return Candidate(Field.TITLE, plain(words), words, "h1", Place.TEXT, zones.headline) if words else None


def from_title(page: Page) -> Candidate | None:
    """Return what ``title`` says, or None."""
    if not page.title_text:
        return None
    return Candidate(
        Field.TITLE,
        page.title_text,
        " ".join(page.title_element.text_content().split()),
        "title element",
        Place.TEXT,
        page.title_element,
    )


def bare(title: str, sites: frozenset[str]) -> str:
    """Return *title* without a part at either end that names the site, its host or nothing else than they
    do.
    """
    while True:
        parts = list(_AFFIX.finditer(title))
        if not parts:
            return title
        first, last = parts[0], parts[-1]
        if names_site(title[last.end() :], sites):
            title = title[: last.start()].strip()
        elif names_site(title[: first.start()], sites):
            title = title[first.end() :].strip()
        else:
            return title


def names_site(part: str, sites: frozenset[str]) -> bool:
    """Say whether *part* is the site's name, or its host's."""
    said = fold(part)
    tight = said.replace(" ", "")
    return not said or any(
        said == s
        or tight == s.replace(" ", "")
        or (len(tight) > 3 and s.replace(" ", "").startswith(tight) and len(tight) * 2 > len(s))
        for s in sites
    )


def choose(
    offered: list[Candidate], heading: Candidate | None, title: Candidate | None, sites: frozenset[str]
) -> tuple[Candidate | None, list[Candidate]]:
    """Choose the title; return it with those that lost.

    Rules: the heading that ``title`` holds; else the structured title that heading or ``title`` agrees
    with; else the heading;
    else the structured one without affixes; else ``title`` without affixes. The site's name is never a title.

    Args:
        offered: structured titles, the most trusted first.
    """
    trimmed = [c for c in (_trim(c, sites) for c in offered) if c]
    head = heading if heading and not names_site(heading.value, sites) else None
    page_title = _trim(title, sites) if title else None
    said = fold(title.value) if title else ""
    ranked = _longer(head, page_title, trimmed) if head else []
    if head and said and len(fold(head.value)) > 3 and fold(head.value) in said:
        ranked.append(head)
    if head:
        ranked += [c for c in trimmed if fold(c.value) == fold(head.value)]
        if trimmed and _close(head.value, trimmed[0].value):
            ranked.append(head)
    ranked += [c for c in trimmed if said and fold(c.value) and fold(c.value) in said and len(fold(c.value)) > 8]
    ranked += [c for c in (*trimmed[:1], head, *trimmed[1:], page_title) if c]
    if not ranked:
        return None, []
    best = ranked[0]
    losers = {fold(c.value): c for c in (*trimmed, head, page_title) if c and fold(c.value) != fold(best.value)}
    return best, list(losers.values())


def _longer(head: Candidate, page_title: Candidate | None, trimmed: list[Candidate]) -> list[Candidate]:
    """Return the structured titles of which the heading holds but a part, or that it has a kicker before."""
    ranked: list[Candidate] = []
    whole, shown = fold(page_title.value) if page_title else "", fold(head.value)
    agreed = any(c.witness == "JSON-LD headline" and fold(c.value) == whole for c in trimmed)
    if whole and agreed and shown != whole and whole.endswith(shown):
        ranked += [c for c in trimmed if fold(c.value) == whole]
    if not any(fold(c.value) == shown for c in trimmed):
        ranked += [c for c in trimmed if _kicked(shown, fold(c.value))]
    return ranked


def _kicked(head: str, offered: str) -> bool:
    """Say whether the heading is the *offered* title with a kicker before or a line after it."""
    return (
        15 < len(offered) < len(head)
        and 5 * len(offered) > 2 * len(head)
        and (head.endswith(offered) or head.startswith(offered))
    )


def _close(one: str, other: str) -> bool:
    a, b = set(fold(one).split()), set(fold(other).split())
    return bool(a and b) and len(a & b) / min(len(a), len(b)) >= 0.75


def _trim(candidate: Candidate, sites: frozenset[str]) -> Candidate | None:
    value = bare(candidate.value, sites)
    if not value or names_site(value, sites):
        return None
    if value == candidate.value:
        return candidate
    return Candidate(candidate.field, value, value, candidate.witness, candidate.place, candidate.element)
