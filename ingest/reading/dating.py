"""Dating: when the text was published and changed, weighed between structured data and what the page prints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from archive.locate import Place
from db.model import Precision
from ingest.reading import dates, late_witnesses
from ingest.reading.candidate import Candidate, Field
from ingest.reading.dates import Stated
from ingest.reading.page import Page, plain, visible
from ingest.reading.zones import Zones, marks, says

_PUBLISHED = re.compile(
    r"(?:^|[\s(|•·])(?:date|data(?:\s+publikacji|\s+dodania)?|datum|fecha|дата|dátum|publication\s+date|published(?:\s+(?:on|at|date))?|posted(?:\s+on)?|first\s+published|opublikowan[oey]|publikacja|dodano|"
    r"veröffentlicht(?:\s+am)?|erschienen(?:\s+am)?|stand|publié(?:e)?(?:\s+le)?|publicado(?:\s+(?:el|em))?|pubblicato(?:\s+il)?|gepubliceerd(?:\s+op)?|zveřejněno|publikováno|опубликовано|опубліковано|julkaistu|publisert|publiceret|publicerad)\s*[:：]?\s*$",
    re.I,
)
_UPDATED = re.compile(
    r"(?:updated|modified|last\s+(?:updated|modified|reviewed)|aktualizacja|aktualizowano|zaktualizowano|aktualisiert|geändert|mis\s+à\s+jour|actualizado|aggiornat[oa]|bijgewerkt|aktualizováno|обновлено|оновлено|päivitetty|oppdatert|opdateret|uppdaterad)[^.]{0,20}$",
    re.I,
)
_CLASS = re.compile(
    r"(?:^|[\s_-])(?:date|datum|data|time|timestamp|published|pubdate|publish\w*|posted\w*|entry-?date|post-?date|dateline|meta|byline|info|fecha|created|article-?info|submitted)(?:$|[\s_-])",
    re.I,
)
_UPDATED_CLASS = re.compile(r"(?:^|[\s_-])(?:updated|modified|update|lastmod\w*)(?:$|[\s_-])", re.I)
_URL_DAY = re.compile(r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/_-]|\b)")
_TAGS = frozenset(
    {
        "time",
        "span",
        "p",
        "div",
        "li",
        "a",
        "abbr",
        "small",
        "em",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "td",
        "dd",
        "i",
        "b",
        "strong",
        "relative-time",
        "address",
        "header",
        "section",
        "font",
        "cite",
    }
)
_DATE_ARCHIVE = re.compile(r"/(?:19|20)\d\d(?:/\d\d?){0,2}/?$|/date/")
_DIGIT = re.compile(r"\d")
LONGEST = 200
BEFORE, AFTER = 60, 90
BESIDE_HEADLINE = 40


@dataclass(frozen=True, slots=True)
class Printed:
    """A date that the page shows: what it states, where, and how sure we are that it dates this text."""

    stated: Stated
    candidate: Candidate
    rank: int
    distance: int
    updated: bool


def american(page: Page) -> bool:
    """Say whether the page writes month before day in numbers."""
    declared = (
        (page.tree.get("lang") or next((c for c, _ in page.meta("og:locale")), "")).lower().replace("_", "-")
    )
    return declared == "en-us" or (
        declared in ("en", "") and page.host.endswith((".com", ".us", ".gov", ".edu", ".org"))
    )


def printed(page: Page, zones: Zones) -> list[Printed]:
    """Return the dates shown outside foreign zones: labelled first, then marked ones by the headline, then others near it."""
    us, found = american(page), []
    seen: set[Any] = set()
    for element, words in page.short.items():
        if element.tag not in _TAGS or len(words) > LONGEST:
            continue
        if element.getparent() in seen:
            seen.add(element)
            continue
        shown = _shown(zones, element, words, us)
        if shown:
            seen.add(element)
            found += shown
    return sorted(found, key=lambda p: (p.rank, abs(p.distance)))


def _shown(zones: Zones, element: Any, words: str, us: bool) -> list[Printed]:
    stamp = element.get("datetime") or (element.get("title") if element.tag == "abbr" else None)
    if not stamp and not _DIGIT.search(words):
        return []
    said = marks(element)
    distance = zones.distance(element)
    if _elsewhere(zones.page, element):
        return []
    if not (stamp or says(_CLASS, said) or -BEFORE <= distance <= AFTER or ":" in words) or zones.foreign(
        element
    ):
        return []
    return [
        *_from_attribute(element, stamp, distance, said, words),
        *_from_words(element, words, distance, said, us, zones),
    ]


def _elsewhere(page: Page, element: Any) -> bool:
    """Say whether *element* is a link to another text, or holds nothing else: the date is that text's."""
    link = element if element.tag == "a" else next((a for a in element.iterancestors("a")), None)
    if link is None and len(element) == 1 and element[0].tag == "a" and not (element.text or "").strip():
        link = element[0]
    target = page.absolute(link.get("href")) if link is not None else None
    if target is None or _DATE_ARCHIVE.search(target):
        return False
    return target.split("?")[0].rstrip("/") != page.url.split("?")[0].split("#")[0].rstrip(
        "/"
    ) and page.same_site(target)


def _from_attribute(
    element: Any, stamp: str | None, distance: int, said: str, words: str
) -> Iterator[Printed]:
    stated = dates.read(stamp) if stamp else None
    if stamp and stated:
        updated = (bool(_UPDATED_CLASS.search(said)) and "published" not in said) or bool(
            _UPDATED.search(words[:40])
        )
        before = _before(element)
        updated = updated or bool(_UPDATED.search(before))
        rank = (
            1 if element.get("pubdate") is not None or "published" in said or _PUBLISHED.search(before) else 2
        )
        candidate = Candidate(
            Field.PUBLISHED, stated.value, plain(stamp), "time element", Place.ATTRIBUTE, element
        )
        yield Printed(
            stated, candidate, rank + (2 if not -BEFORE <= distance <= AFTER else 0), distance, updated
        )


def _from_words(
    element: Any, words: str, distance: int, said: str, us: bool, zones: Zones
) -> Iterator[Printed]:
    close = zones.headline is not None and -BEFORE <= distance <= AFTER
    for stated in dates.find(words, american=us):
        before = words[: words.find(stated.words)]
        lead = before if before.strip() else _before(element)
        labelled = bool(_PUBLISHED.search(lead))
        updated = bool(_UPDATED.search(lead)) or bool(_UPDATED_CLASS.search(said) and "published" not in said)
        alone = len(words) - len(stated.words) < (90 if abs(distance) <= 12 else 60)
        marked = bool(said and _CLASS.search(said)) or element.tag == "time"
        if not (labelled or marked or (alone and close)):
            continue
        rank = 0 if labelled and close else 2 if marked and close else 3 if close else 4 if labelled else 5
        candidate = Candidate(
            Field.PUBLISHED, stated.value, stated.words, "printed date", Place.TEXT, element
        )
        yield Printed(stated, candidate, rank, distance, updated)


def _before(element: Any) -> str:
    """Return the words just before *element*: its sibling's tail or text, or its parent's text."""
    previous = element.getprevious()
    if previous is not None:
        return plain(
            (visible(previous)[-40:] if isinstance(previous.tag, str) else "") + " " + (previous.tail or "")
        )[-60:]
    parent = element.getparent()
    return plain(parent.text or "")[-60:] if parent is not None else ""


@dataclass(frozen=True, slots=True)
class Dating:
    """What was decided on one date: the date, the candidate whose words state it, and the losers."""

    stated: Stated | None
    candidate: Candidate | None
    rivals: tuple[Candidate, ...] = ()


def published(page: Page, zones: Zones, offered: list[Candidate], shown: list[Printed]) -> Dating:
    """Decide when the text was published.

    Rules: the first structured day; where the page prints, by its headline, a day next to it, the printed day wins, for a
    machine's instant may be in another zone than the reader's; without structured data the labelled, then the marked
    printed date nearest the headline; then the day in the address; a year or month alone stays one.
    """
    stated = [(s, c) for c in offered if (s := dates.read(c.words, american=american(page))) and _sane(s)]
    days = [pair for pair in stated if pair[0].day]
    fresh = [p for p in shown if not p.updated]
    if days:
        best, candidate = days[0]
        best, candidate = _local(best, candidate, fresh)
        return Dating(best, candidate, _losers(best, [c for _, c in days] + [p.candidate for p in fresh[:3]]))
    if first := next((p for p in fresh if p.rank <= 4 and p.stated.day), None):
        return Dating(first.stated, first.candidate, _losers(first.stated, [p.candidate for p in fresh[:4]]))
    if addressed := _from_address(page):
        return addressed
    if late := next(late_witnesses.in_scripts(page), None) or _by_htmldate(page, zones):
        return Dating(dates.read(late.value), late)
    if fresh:
        return Dating(fresh[0].stated, fresh[0].candidate)
    if stated:
        return Dating(stated[0][0], stated[0][1])
    return Dating(None, None)


def _local(best: Stated, candidate: Candidate, fresh: list[Printed]) -> tuple[Stated, Candidate]:
    """Return the day printed by the headline where it is earlier than the machine's, or next to it by a change of zone."""
    if best.day is None:
        return best, candidate
    by_headline = [p for p in fresh if p.rank <= 3 and abs(p.distance) <= BESIDE_HEADLINE and p.stated.day]
    if not by_headline or any(p.stated.day == best.day for p in by_headline):
        return best, candidate
    for shown in by_headline:
        if shown.candidate.place is not Place.TEXT or shown.stated.day is None:
            continue
        if (
            best.precision is Precision.INSTANT
            and dates.near(shown.stated.day, best.day)
            and _zone_explains(best, shown.stated)
        ):
            return shown.stated, shown.candidate
        if shown.rank <= 2 and abs(shown.distance) <= 12 and shown.stated.day < best.day:
            return shown.stated, shown.candidate
    return best, candidate


def _zone_explains(instant: Stated, shown: Stated) -> bool:
    """Say whether another zone can turn *instant* into the day that is shown (zones reach from -12 to +14 hours)."""
    hour = int(instant.value[11:13]) - (instant.offset or 0) / 60
    assert instant.day is not None
    later = shown.day is not None and shown.day > instant.day
    return hour + 14 >= 24 if later else hour - 12 < 0


def _by_htmldate(page: Page, zones: Zones) -> Candidate | None:
    found = late_witnesses.by_htmldate(page, american=american(page))
    if found is None or zones.foreign(found.element) or _elsewhere(page, found.element):
        return None
    return found


def _sane(stated: Stated) -> bool:
    return 1990 <= int(stated.value[:4]) <= 2100


def _from_address(page: Page) -> Dating | None:
    canonical = [
        (e, e.get("href")) for e in page.tree.iter("link") if "canonical" in (e.get("rel") or "").lower()
    ]
    canonical += [(e, c) for c, e in page.meta("og:url")]
    for element, href in canonical:
        if match := _URL_DAY.search(urlsplit(href or "").path):
            if stated := dates.read("-".join(match.groups())):
                words = match[0].strip("/")
                stated = replace(stated, words=words)
                return Dating(
                    stated,
                    Candidate(Field.PUBLISHED, stated.value, words, "address", Place.ATTRIBUTE, element),
                )
    return None


def _losers(best: Stated, others: list[Candidate]) -> tuple[Candidate, ...]:
    kept: dict[str, Candidate] = {}
    for candidate in others:
        stated = dates.read(candidate.words)
        if stated and stated.value[:10] != best.value[:10]:
            kept.setdefault(stated.value[:10], candidate)
    return tuple(kept.values())


def modified(offered: list[Candidate], shown: list[Printed]) -> Dating:
    """Decide when the text was last changed: structured data first, then a date printed as an update."""
    for candidate in offered:
        if (stated := dates.read(candidate.words)) and _sane(stated):
            return Dating(stated, candidate)
    for one in shown:
        if one.updated:
            return Dating(one.stated, one.candidate)
    return Dating(None, None)
