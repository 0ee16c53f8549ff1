"""Printed dates: the dates that a page shows to its visitors, and how surely they date this text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from functools import reduce
from itertools import islice
from operator import itemgetter
from typing import Any

from lxml import etree

from archive.evidence.locate import Place
from db.model.item import Precision
from ingest.reading.candidate import Candidate, Field
from ingest.reading.dates import date_parsing, other_dates
from ingest.reading.dates.calendars import month
from ingest.reading.dates.date_parsing import Stated
from ingest.reading.page.class_names import whole_words
from ingest.reading.page.once import remembered
from ingest.reading.page.outline import BLOCKS, SILENT, Row, squeeze
from ingest.reading.page.page import Page, plain, visible, words_before
from ingest.reading.page.zones import Zones
from ingest.reading.vocabulary import pattern, word_set

_CLASS = whole_words(
    r"date|time|timestamp|published|pubdate|publish\w*|posted\w*|entry-?date|post-?date|dateline|post-?meta(?:data)?|"
    f"meta|metadata|byline|info|created|article-?info|submitted|{pattern('dates.date_nouns')}"
)
_UPDATED_CLASS = whole_words(r"updated|modified|update|lastmod\w*")
_TAGNAMES = """time span p div li a abbr small em h2 h3 h4 h5 h6 td dd i b strong address header section font cite dt dl
    th label center u ins mark sub sup aside article date"""
_TAGS = frozenset(_TAGNAMES.split())
_AMERICAN_HOSTS = (".com", ".us", ".gov", ".edu", ".org")
_ONE_WAY = re.compile(
    r"(?<![\d/])(?:(1[3-9]|2\d|3[01])/(?:0?[1-9]|1[0-2])|(?:0?[1-9]|1[0-2])/(?:1[3-9]|2\d|3[01]))/(?:19|20)\d\d"
)
_COPYRIGHT = re.compile(rf"{pattern('text.rights_openings')}|©|\(c\)", re.I)
_NUMBERS = re.compile(r"(?<!\d)\d{1,2}[/-]\d{1,2}[/-]\d\d")
_PAIR = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/\d\d")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DIGIT = re.compile(r"\d")
# A year after a label, or a year alone.
_LAST_YEAR = re.compile(r"(?:^|[:：]\s*)((?:19|20)\d\d)$")
_DATE_CLASS = whole_words(rf"\w*date|{pattern('dates.date_nouns')}|published|pub-?date|year|time", re.I)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_LABELLING = frozenset({"h2", "h3", "h4", "h5", "h6", "dt", "th"})
_STROKE = re.compile(r"[,|·•–—]\s*$")
_PICTURE = re.compile(rf"{pattern('text.picture_labels')}(?!\w)", re.I)
_DATETIMES = etree.XPath("descendant-or-self::*/@datetime")
LONGEST_MONTH, ALONE, KIND = 80, 12, 30
"""How many characters may stand next to a month: few, or a kind of text ("Policy Brief") with a separator after it."""
LONGEST, LONGEST_LABELLED, LONGEST_STAMP, PARAGRAPH, OPENING = 200, 400, 60, 90, 60
_DATELINE_ENDS = re.compile(r"\s?(?:\)?\s?(?:[–—:-]|--)|\.|\))\s")
BEFORE, AFTER, HIGH = 60, 90, -25
_ISSUE = re.compile(rf"\b{pattern('dates.issue_nouns')}\s*{pattern('dates.of_issue')}?\s*[:,]?\s*$", re.I)
# The date of a printed issue is not the date of publication on the site, but it counts if there is no other.
_OF_ISSUE = re.compile(rf"\W*{pattern('dates.issue_nouns')}\b", re.I)
BESIDE_HEADLINE, BESIDE_UPDATE, FEW = 40, 12, 3
HEAD_BEFORE, HEAD_AFTER = -20, 20
"""How far from the headline a marked date may stand that counts whatever the block around it is called."""
_CLOCK_ENDS = re.compile(rf"\d\s*{pattern('dates.clock_words')}$", re.I)
_VERSION = re.compile(r"\d{1,2}\.\d{1,2}\.\d\d")
# What stands before a date.
_BEFORE_NUMBERS = re.compile(r"\D*")
_WEEKDAY = re.compile(r"[^\W\d_]{2,14}[.,]{1,2}\s*$")
_LABEL_WORDS = re.compile(r"(?:[^\W\d_]+\s+){0,3}[^\W\d_]+$")
# How many characters before a date are searched for its label, and how many of them for an update.
_REACH, _NEAR = 60, 34

_PUBLISHING = word_set("dates.published_labels")
_UPDATED = re.compile(rf"(?<![^\W\d_]){pattern('dates.updated_words')}")
_OTHER = re.compile(rf"(?<!\w){pattern('dates.other_labels')}$")
_OCCASIONS = word_set("dates.occasions")
_DATE_NOUNS = word_set("dates.date_nouns")
_POLICY = re.compile(rf"\b{pattern('dates.policies')}\b")
_LABEL_PREPOSITION = re.compile(rf"\s{pattern('dates.prepositions')}$")


class Kind(Enum):
    """What the words before a date say it is the date of."""

    PUBLISHED = "published"
    UPDATED = "updated"
    OTHER = "something else"


@dataclass(frozen=True, slots=True)
class Printed:
    """A date that the page shows.

    Attributes:
        rank: how surely it dates this text; 0 is best.
        distance: in elements after the headline; negative before it.
        updated: it is marked as the date of an update.
        labelled: a label says that it is the date of publication.
    """

    stated: Stated
    candidate: Candidate
    rank: int
    distance: int
    updated: bool
    labelled: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that may state dates, and where it stands.

    Attributes:
        words: the text of *element*, or of the line after it.
        distance: in elements after the headline; negative before it.
        us: the page writes the month before the day in numbers.
        said: the class names of the element, if these may mark a date.
    """

    zones: Zones
    element: Any
    words: str
    distance: int
    us: bool
    said: str = ""

    @property
    def is_near(self) -> bool:
        """Whether it stands near the headline, or where that would be."""
        return -BEFORE <= self.distance <= AFTER

    @property
    def is_below(self) -> bool:
        """Whether it stands below most of the text."""
        return self.zones.page.order[self.element] > self.zones.bulk

    @property
    def is_marked(self) -> bool:
        """Whether its tag or class names mark a date."""
        return _CLASS[self.said] or self.element.tag in ("time", "date")

    @property
    def is_of_update(self) -> bool:
        """Whether its class names mark the date of an update."""
        return _UPDATED_CLASS[self.said] and "published" not in self.said

    def dated(self, stated: Stated, rank: int, label: Kind | None) -> Printed:
        """Return the date that its words state, with what a *label* says that it is the date of."""
        said = Candidate(Field.PUBLISHED, stated.value, stated.words, "printed date", Place.TEXT, self.element)
        updated = label is Kind.UPDATED or self.is_of_update
        return Printed(stated, said, rank, self.distance, updated, label is Kind.PUBLISHED)


def american(page: Page, words: str = "1/2/2000") -> bool:
    """Return whether the page writes the month before the day in numbers.

    A date on the page that can be read in only one way decides, else the declared language and the address. If *words*
    hold no such numbers, the answer is False without a search.
    """
    if not _NUMBERS.search(words):
        return False
    declared = (page.tree.get("lang") or next((c for c, _ in page.meta("og:locale")), "")).lower().replace("_", "-")
    # Sites with national editions state one language for all of them, and the country in the address.
    if "/en-gb/" in page.url.lower():
        return False
    if declared != "en-us" and not (declared in ("en", "") and page.host.endswith(_AMERICAN_HOSTS)):
        return False
    # One day that is clear decides for the whole page, because nobody mixes both orders on one page.
    for said in _DATETIMES(page.body):
        if (match := _PAIR.search(page.short.get(said.getparent(), ""))) and (stated := date_parsing.read(str(said))):
            first, second, day = int(match[1]), int(match[2]), stated.day
            if day is not None and first != second and {first, second} == {day.month, day.day}:
                return first == day.month
    for words in page.short.values():
        if "/" in words and (match := _ONE_WAY.search(words)):
            return match[1] is None
    return True


def printed(page: Page, zones: Zones) -> list[Printed]:
    """Return the dates shown outside foreign zones: labelled first, then marked ones near the headline, then others."""
    us, head = american(page), 0 if zones.headline is None else page.order[zones.headline]
    found: list[Printed] = []
    marked = set(zones.marked(_CLASS))
    stamps = _stamps(page, marked)
    rows: dict[Any, list[str]] = {}
    for place, element, tag, shown in _rows(page, stamps):
        distance = place - head
        # A short block around the rows of a list shows their dates too.
        words = reduce(lambda said, row: said.replace(row, " "), rows.get(element, ()), shown)
        longest = LONGEST if len(words) <= LONGEST or not _is_labelled(words[:_REACH]) else LONGEST_LABELLED
        if len(words) <= longest and (tag in _TAGS or "-" in tag):
            stamp = stamps.get(element)
            # Far from the headline, a date must be labelled or marked, because pages are full of numbers.
            able = -BEFORE <= distance <= AFTER or ":" in words or element in marked or _is_labelled(words[:_REACH])
            if stamp or (able and _DIGIT.search(words)):
                found += _shown(_Line(zones, element, words, zones.distance(element), us, zones.marks[element]), stamp)
                for around in islice(element.iterancestors(), other_dates.CARD if _of_a_row(page, element) else 0):
                    rows.setdefault(around, []).append(words)
        if tag == "p" and 0 < distance <= BESIDE_HEADLINE and len(words) > PARAGRAPH and _DIGIT.search(words[:OPENING]):
            found += _opened(_Line(zones, element, words, zones.distance(element), us))
    for element, words in _loose_lines(page, zones):
        found += _from_words(_Line(zones, element, words, zones.distance(element), us))
    found = [one for one in found if not _holds_update(one, found)]
    # Several days in columns beside the text are those of other texts.
    beside = [one for one in found if one.rank > 3 and zones.foreign(one.candidate.element)]
    if len({one.stated.value[:10] for one in beside}) > 1:
        found = [one for one in found if one not in beside]
    # The rank, how sure a place is, counts before the distance.
    return sorted(found, key=lambda p: (p.rank, abs(p.distance)))


def _holds_update(one: Printed, found: list[Printed]) -> bool:
    """Return whether *one* is around an element that says of its day, less openly, that something was changed then.

    Another day has to stand beside it, because some themes call the only day that of an update.
    """
    day, around = one.stated.value[:10], one.candidate.element
    same = (p for p in found if p.updated and p.stated.value[:10] == day)
    inner = [p.distance for p in same if around in p.candidate.element.iterancestors()]
    others = [p.distance for p in found if p.stated.day and p.stated.value[:10] != day and not p.updated]
    return not one.labelled and any(abs(at - other) <= BESIDE_UPDATE for at in inner for other in others)


@remembered(4096)  # each block around a line begins with the same words
def _is_labelled(words: str) -> bool:
    """Return whether a line begins with a label of publication and a date, with no colon: "Published 3 May 2024"."""
    return _DIGIT.search(words) is not None and kind(lead(words)) is Kind.PUBLISHED


def _of_a_row(page: Page, element: Any) -> bool:
    link = other_dates.listed(page, element)
    return link is not None and other_dates.leads_to_another(page, link)


def _rows(page: Page, stamps: dict[Any, str]) -> tuple[Row, ...]:
    """Return the elements with any text, and those without text but with a stamp, the last first."""
    silent = [(page.order[element], element, element.tag, "") for element in stamps if page.short.get(element) == ""]
    return tuple(sorted((*page.rows, *silent), key=itemgetter(0), reverse=True)) if silent else page.rows


def _opened(line: _Line) -> Iterator[Printed]:
    """Yield the day in the dateline of a press release: "Berlin, 24 April 2023 –"."""
    stated = next(date_parsing.find(line.words[:OPENING]), None)
    if stated is None or line.zones.foreign(line.element):
        return
    before, _, behind = line.words.partition(stated.words)
    place = before.strip(" ,(")
    from_place = not place or (before.rstrip()[-1:] in ",(" and place.istitle())
    if from_place and (_DATELINE_ENDS.match(behind) or not (place or stated.words.strip("0123456789./"))):
        yield line.dated(stated, 3, None)


def _stamps(page: Page, marked: set[Any]) -> dict[Any, str]:
    """Return the dates that attributes of elements state.

    These are ``datetime`` on any element, the titles of abbreviations, and values with a year: the title or content of
    elements with a date class, and the titles of links to the page itself.
    """
    # A link with a fragment leads to a comment.
    linked = ((a, said) for a, href in page.links if href and "#" not in href and (said := a.get("title")))
    titled = ((element, element.get("title") or element.get("content")) for element in marked)
    found = {element: said for element, said in titled if said and _has_year(said)}
    found |= {link: said for link, said in linked if _has_year(said) and page.is_here(link.get("href"))}
    found |= {element: element.get("title") or "" for element in page.tagged["abbr"]}
    return found | {said.getparent(): str(said) for said in _DATETIMES(page.body) if said}


def _has_year(title: str) -> bool:
    return len(title) <= LONGEST_STAMP and _YEAR.search(title) is not None


def _shown(line: _Line, stamp: str | None) -> list[Printed]:
    """Return the dates in a line and in its *stamp*, unless they date something else."""
    zones, element, headline = line.zones, line.element, line.zones.headline
    # Directly before or after the headline, a date counts whatever the class around it says.
    beside = headline is not None and (element.getnext() is headline or element.getprevious() is headline)
    outside = zones.foreign(element) and not beside
    if outside and zones.commented(element):
        return []
    if not _is_headed(element) and any(theirs(zones, element) for theirs in other_dates.STRANGERS):
        return []
    found = [*_from_attribute(line, stamp), *_from_words(line), *_less_exactly(line)]
    # The column beside a report often says when it was published, and themes name the line of its date after anything.
    able = line.is_marked and HEAD_BEFORE <= line.distance <= HEAD_AFTER and not line.is_below
    return [replace(one, rank=max(one.rank, 4)) for one in found if one.labelled or able] if outside else found


def _is_headed(element: Any) -> bool:
    """Return whether a heading or term right before *element* is a label of publication."""
    above = element.getprevious()
    return above is not None and above.tag in _LABELLING and kind(visible(above)) is Kind.PUBLISHED


def _from_attribute(line: _Line, stamp: str | None) -> Iterator[Printed]:
    stated = date_parsing.read(stamp, american=line.us) if stamp else None
    if stamp is None or stated is None:
        return
    labels = kind(words_before(line.element)[-_REACH:]), kind(lead(line.words[:60]))
    if Kind.OTHER in labels or (labels == (None, None) and other_dates.of_a_list(line.zones, line.element)):
        return
    labelled = Kind.PUBLISHED in labels
    # HTML5 once had the attribute `pubdate`, and some pages still use it.
    sure = labelled or line.element.get("pubdate") is not None or "published" in line.said
    # Far from the headline it is two ranks lower, behind everything printed near the headline.
    rank = (1 if sure else 2) + (0 if line.is_near else 2)
    updated = Kind.UPDATED in labels or line.is_of_update
    candidate = Candidate(Field.PUBLISHED, stated.value, plain(stamp), "time element", Place.ATTRIBUTE, line.element)
    yield Printed(stated, candidate, rank, line.distance, updated, labelled)


def _from_words(line: _Line) -> Iterator[Printed]:
    """Yield the days in the words of a line, each judged by the words between it and the one before."""
    words, end = line.words, 0
    for stated in date_parsing.find(words, american=line.us):
        at = max(words.find(stated.words, end), end)
        before, end = words[end:at], at + len(stated.words)
        lead = before if before.strip() or words[:at].strip() else words_before(line.element)[-_REACH:]
        label = kind(lead)
        # The year of a copyright notice dates the site.
        if _COPYRIGHT.search(words[:at] or _beside(line.element, lead)) or label is Kind.OTHER:
            continue
        if label is None and other_dates.of_a_list(line.zones, line.element):
            continue
        labelled = label is Kind.PUBLISHED
        of_issue = bool(_ISSUE.search(lead) or _OF_ISSUE.match(words[end:]))
        rank = _rank(line, stated.words, labelled=labelled, of_issue=of_issue)
        if rank is not None:
            yield line.dated(stated, rank, label)


def _rank(line: _Line, day: str, *, labelled: bool, of_issue: bool) -> int | None:
    """Return how surely *day* in a line dates this text, 0 is best; None if nothing says that it does."""
    close = line.is_near and line.zones.headline is not None
    marked = line.is_marked
    if not (labelled or marked or (close and _stands_alone(line, day))):
        return None
    rank = (0 if labelled else 2 if marked else 3) if close else (4 if labelled else 5)
    if not labelled and _may_be_version(line.zones, line.element, day):
        rank = 5
    if of_issue or (line.is_below and not labelled):
        return max(rank, 4)
    container = line.zones.container
    if labelled or line.distance >= 0 or (container is not None and container in line.element.iterancestors()):
        return rank
    # In the site's head, it is mostly the day of the visit.
    if other_dates.of_the_visit(line.zones, line.element):
        return None
    return 5 if line.distance < HIGH else rank


def _stands_alone(line: _Line, day: str) -> bool:
    """Return whether a line holds little more than *day*, and no sentence with it."""
    # Near the headline, a place, a name and a section may stand in the same line.
    if len(line.words) - len(day) >= (90 if abs(line.distance) <= 12 else 60):
        return False
    # A date in a sentence is what the sentence is about, not when it was written.
    return line.element.tag in _HEADINGS or not _in_sentence(line.words, day, line.is_below)


def _may_be_version(zones: Zones, element: Any, day: str) -> bool:
    """Return whether *day* is a version in the headline rather than a day: "Harbour 1.6.10 released"."""
    around = zones.headline is not None and (element is zones.headline or element in zones.above)
    return around and _VERSION.fullmatch(day) is not None and day in visible(zones.headline)


def _in_sentence(words: str, day: str, below: bool) -> bool:
    """Return whether *day* stands in a sentence of *words*.

    *words* then end with a stop, with more than a few words before the day, and some after it. *below* the text, none
    need follow, because nobody signs a text like that.
    """
    before, _, behind = words.partition(day)
    if _CLOCK_ENDS.search(words):
        return False
    return words.endswith((".", "!", "?", "…")) and len(before.split()) >= FEW and (below or len(behind) > 1)


def _less_exactly(line: _Line) -> Iterator[Printed]:
    """Yield a month or a year alone, if a label or class near the headline marks it as the date, as in reports."""
    words, element = line.words, line.element
    if not line.is_near or len(words) > LONGEST_MONTH or element.tag in _HEADINGS:
        return
    stated = date_parsing.read_month(words)
    if stated is None and (match := _LAST_YEAR.search(words)):
        stated = Stated(match[1], Precision.YEAR, match[1])
    if stated is None or _in_sentence(words, stated.words, line.is_below):
        return
    # If the same words hold a day, it is read elsewhere.
    if next(date_parsing.find(words), None) is not None:
        return
    before = words[: words.find(stated.words)]
    label = kind(before if before.strip() else words_before(element)[-_REACH:])
    if label is Kind.OTHER:
        return
    labelled = label is Kind.PUBLISHED
    alone = len(words) - len(stated.words) < (KIND if _STROKE.search(before) and not _PICTURE.match(words) else ALONE)
    if not labelled and not (alone and (_DATE_CLASS[line.said] or stated.precision is Precision.MONTH)):
        return
    yield line.dated(stated, 0 if labelled else 3, label)


def _beside(element: Any, lead: str) -> str:
    """Return *lead*, the words before *element*, or "" if they fill the block before it, as a caption does."""
    before = element.getprevious()
    return "" if before is not None and before.tag in BLOCKS and not (before.tail or "").strip() else lead


# The most elements before and after the headline, and the most characters of such a line and of its label.
_BEFORE, _BEHIND, _LINE_LONGEST, _LABEL_LONGEST = 12, 30, 80, 40
_LABELS = frozenset({"b", "strong", "span", "em", "i", "label", "font", "dt", "small"})


def _loose_lines(page: Page, zones: Zones) -> Iterator[tuple[Any, str]]:
    """Yield short lines of text with a number that have no element of their own, near the headline.

    Each comes with the element that it stands in or after, and with the label before it, if any.
    """
    if zones.headline is None:
        return
    texts, tails = page.texts
    at = page.order[zones.headline]
    for place in range(max(0, at - _BEFORE), min(len(tails), at + _BEHIND)):
        element = page.elements[place]
        for words, holder in ((texts[place], element), (tails[place], element.getparent())):
            if words and _DIGIT.search(words) and holder is not None and holder not in page.short:
                line = squeeze(words)
                if len(line) > _LINE_LONGEST or holder.tag in SILENT or zones.foreign(holder):
                    continue
                is_labelled = words is tails[place] and element.tag in _LABELS
                label = squeeze(visible(element))[-_LABEL_LONGEST:] if is_labelled else ""
                yield element, f"{label} {line}".strip()


def lead(words: str) -> str:
    """Return the text in *words* before the first number or the month that belongs to it."""
    before = _BEFORE_NUMBERS.match(words)
    found = before[0].rstrip(" ,") if before else ""
    rest, _, last = found.rpartition(" ")
    # "Published May 3": the month belongs to the date, not to its label.
    return rest if month(last) else found


def kind(lead: str) -> Kind | None:
    """Return what *lead*, the words before a date, says it is the date of, or None if it says nothing.

    A word for an update may stand anywhere in the same sentence, after any earlier date. A label of publication must
    stand right before the date; only a colon and a weekday may come between.
    """
    tail = lead[-_REACH:].lower().rstrip()
    if not tail:
        return None
    # Words before an earlier year belong to that date: "Published 3 May 2020, updated 4 June 2023".
    if earlier := [year.end() for year in _YEAR.finditer(tail)]:
        tail = tail[earlier[-1] :]
    sentence = tail.rstrip(".").rpartition(".")[2][-_NEAR:]
    if _POLICY.search(sentence):
        return Kind.OTHER
    if _UPDATED.search(sentence):
        return Kind.UPDATED
    return _right_before(_WEEKDAY.sub("", tail).rstrip() or tail)


def _right_before(tail: str) -> Kind | None:
    label = tail.rstrip(" :：([")
    if _OTHER.search(_LABEL_PREPOSITION.sub("", label)):
        return Kind.OTHER
    found = _LABEL_WORDS.search(label)
    words = found[0].split() if found else []
    occasions = _OCCASIONS.intersection(words[-3:])
    # Many lines above a date end in "Review" or "start". They count only before a colon or next to a word for "date".
    called = words[-1] in occasions and tail.endswith((":", "：")) if words else False
    if called or (occasions and _DATE_NOUNS.intersection(words[-3:]) - occasions):
        return Kind.OTHER
    phrases = (" ".join(words[-count:]) for count in range(len(words), 0, -1))
    return Kind.PUBLISHED if any(phrase in _PUBLISHING for phrase in phrases) else None
