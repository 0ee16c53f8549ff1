"""Byline: find who wrote the text, as the page shows it to its visitors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from ingest.reading.byline import bare, given_names, labels, marked, name_lists, names, notes, offices, reporters
from ingest.reading.byline.line import Line, line_of, text_with_bars
from ingest.reading.dates import date_parsing, other_dates
from ingest.reading.page.hrefs import leads_to_topic
from ingest.reading.page.page import Page, plain, visible
from ingest.reading.page.zones import Zones
from ingest.reading.vocabulary import pattern

_LAST_WORD = re.compile(r"[\s,;/–-]*\S+[:：]$")
_OTHERS = "byline.next_labels", "dates.date_nouns", "byline.photographer_labels", "byline.photographer_nouns"
_DATE_LABEL = re.compile(rf"\s+{pattern(*_OTHERS)}\s*[:：＝=／・].*$", re.I)
_TAGS = """address aside dd div figcaption h2 h3 h4 h5 h6 header li ol p section td ul
    a b cite em font i label small span strong time author byline"""
SOUGHT = frozenset(_TAGS.split())
# These are not HTML elements, but some systems write them, and parsers keep unknown elements.
_OWN_TAGS = frozenset({"byline", "author"})
_POSTED = re.compile(
    rf"^(?:(?:{pattern('dates.posted_words')}\b(?:\s+{pattern('byline.place_words')}\s\S{{1,20}}(?:\s\S{{1,20}}){{0,3}}?(?=\s))?)?\s*"
    rf"(?:{pattern('dates.prepositions')}\b)?|"
    rf"{pattern('dates.published_labels')})\s*[:：]?\s*(?:{pattern('byline.day_words')}\b[.,]*)?\s*$",
    re.I,
)
"""What may stand before the date in a line that goes on with the author: "Posted on Friday,", "Posted in Ports on"."""
_YEAR_END = re.compile(rf"^\.?(?:\s*{pattern('byline.words_behind_years')}(?!\w))?")
"""What ends a date behind its year: "5 марта 2016 г."."""
_TIME = re.compile(
    rf"^[\s,]*(?:(?:{pattern('dates.at_words')}|[@-])\s+)?\d{{1,2}}[:.h]\d\d(?:\s*{pattern('dates.clock_words')})?"
    r"(?:\s+(?-i:[A-Z]{2,4})\b)?",
    re.I,
)
"""The time of day after a date."""
_HOST = re.compile(
    r"(?:www\.[\w-]+(?:\.[\w-]+)+|[\w-]{3,}(?:\.[\w-]+)*\.(?:com|org|net|eu|info|gov|edu|pl|de|fr|es|it|cz|ua|uk))$",
    re.I,
)
"""A site named by its host. It counts as author after a label."""
_DIGIT = re.compile(r"\d")
# A longer line is a paragraph. Lines marked by a class may be longer, because they also hold jobs, places and links.
LONGEST = 220
MARKED_LONGEST = 400
PEN_NAME_REACH = 60
SIGNED = 60
_WORKS = rf"{labels.KIND_BY}|{pattern('byline.author_works', 'byline.author_deeds', 'byline.author_works_of')}"
_BY_WORDS = pattern("byline.by_words")
_CLOSING = re.compile(
    rf"(?:(?<=[.!?…»”“\"])\s+(?:{_WORKS}|{_BY_WORDS})|\s{pattern('byline.writing_words')}|"
    rf"(?<=[.!?…»”“\"])\s+{pattern('byline.interviewing')}\s*:)\s+"
    r"(?P<names>[^\s,.!?:;()][^,!?:;()]{3,80}?)(?:,\s[^.!?]{3,160})?\.?$",
    re.I,
)
"""How the line below a headline ends that names the author: "... must change. By Anna Fox", "..., writes Jan Reed"."""
_POSTED_BY = re.compile(rf"{pattern('byline.author_deeds', 'byline.by_words')}\s", re.I)
"""Words that may stand before a pen name."""
NOUN_LONGEST = 120
DISTANT = 100
"""A byline farther from the headline than this may belong to a note, a recipe or another text."""
LISTED = 60
"""An author farther from the headline than this may belong to another text in a list."""
BARE_BEFORE, BARE_AFTER = 30, 60
STAFF = 10
REACH_BEFORE, REACH_AFTER = 120, 260


def lines(page: Page, zones: Zones) -> list[Line]:
    """Return the bylines of *page* outside foreign zones: labelled ones first, then by trust and nearness.

    If there is none near the headline, return what the page says about its author below the text.
    """
    head = "" if zones.headline is None else visible(zones.headline).casefold()
    found = [
        line
        for line in (*_lines(page, zones), *notes.headed(page, zones))
        if line.names and line.names[0].name.casefold() != head and not line.words.casefold().endswith(f"> {head}")
    ]
    found += (*_in_headline(page, zones), *reporters.lines(page, zones))
    for element, agency in bare.wires(page, zones):
        found.append(line_of(zones, element, (agency,), "house"))
    # So many names that are headings are a list of people.
    people = {line.names[0].name for line in found if _is_heading(line.holders[0])}
    if len(people) >= STAFF:
        found = [line for line in found if not _is_heading(line.holders[0])]
    # Only if nobody is named near the headline: boxes and notes below a text name its author on only half of the pages
    # (docs/reading.md has the figures).
    if all(line.bio or line.how == "house" for line in found):
        found += (*notes.boxes(page, zones), *notes.asides(page, zones), *notes.signed(page, zones))
    return sorted(found, key=lambda line: (_apart(line), _rank(line), len(line.words) > 120, abs(line.distance)))


def _in_headline(page: Page, zones: Zones) -> Iterator[Line]:
    """Yield the authors in the last line of the headline, if ``title`` does not have that line."""
    if zones.headline is None or zones.headline.find(".//br") is None:
        return
    above, _, last = (part.strip() for part in text_with_bars(zones.headline).rpartition("|"))
    led = labels.after_label(last)
    found = name_lists.split(led or last, printed=True) if above and last not in page.title_text else ()
    if found and all(n.is_person and (led or given_names.known(n.name)) for n in found):
        yield line_of(zones, zones.headline, found, "lead" if led else "bare")


def _is_heading(holder: Any) -> bool:
    """Return whether *holder* is, holds or is in a heading."""
    around = (*holder.iter("h2", "h3", "h4", "h5"), *islice(holder.iterancestors(), 2))
    return any(element.tag in ("h2", "h3", "h4", "h5") for element in around)


def _apart(line: Line) -> bool:
    """Return whether *line* stands in a block about its author, not near the headline after words such as "by"."""
    return line.bio and not (line.how in ("label", "lead") and abs(line.distance) <= PEN_NAME_REACH)


def _rank(line: Line) -> int:
    """Return the trust in *line*, best first. A line far from the headline comes after all marked lines near it."""
    if abs(line.distance) <= DISTANT:
        return _TRUST[line.how]
    return _TRUST["lead"] if line.how == "label" else max(_TRUST["about"], _TRUST[line.how])


# The lower, the better: marks that name the author come first. Bare names, boxes and notes may mean other people.
_TRUST = {"label": 0, "rel": 1, "class": 2, "lead": 3, "bare": 4, "about": 5, "note": 6, "signature": 7, "house": 8}


class _Seen(NamedTuple):
    """An element that may be a byline, and why.

    Attributes:
        words: the text of the element.
        distance: in elements after the headline; negative before it.
        is_rel: the element, or one around it, says that it leads to the author.
        by_class: class names or an address mark it as naming an author.
        close: it stands near the headline.
    """

    element: Any
    words: str
    distance: int
    is_rel: bool
    by_class: bool
    close: bool


def _lines(page: Page, zones: Zones) -> Iterator[Line]:
    text = marked.text_begins(page, zones)
    for seen in _sought(page, zones, text):
        line = _line(page, zones, seen, text)
        if line is None or labels.other_role(seen.element) or labels.ROLE_FIRST.match(seen.words):
            continue
        pictured = marked.pictured(zones, seen.element) and not labels.begins_with_deed(seen.words)
        of_others = pictured or marked.to_ask(zones, seen.element)
        apart = seen.distance < 0 or seen.distance > min(text, LISTED)
        of_others |= apart and marked.of_another(zones, seen.element)
        of_others |= seen.distance < 0 and _of_a_teaser(page, seen.element)
        # A link with rel=author refers to the article around it (HTML, link type "author"), whatever stands next to it.
        if seen.is_rel or not of_others:
            yield line


def _of_a_teaser(page: Page, element: Any) -> bool:
    """Return whether *element* stands in one item of a list with the linked title of another text."""
    link = other_dates.listed(page, element)
    return link is not None and not names.person(visible(link)) and other_dates.leads_to_another(page, link)


def _sought(page: Page, zones: Zones, text: int) -> Iterator[_Seen]:
    """Yield the elements that may be bylines, the last on the page first."""
    head = 0 if zones.headline is None else page.order[zones.headline]
    related, named = page.related, marked.named(zones)
    # A gallery of pictures may stand between the headline and the line above the text.
    reach = text if REACH_AFTER < text < marked.FAR else REACH_AFTER
    for place, element, tag, words in page.rows:
        if tag not in SOUGHT or not 2 <= len(words) <= MARKED_LONGEST:
            continue
        distance = place - head
        far = not -marked.FAR <= distance <= marked.FAR
        is_link = tag == "a"
        is_rel = is_link and ("author" in related.get(element, "") or marked.is_led(element))
        colon = ":" in words or "：" in words
        if far and not is_rel and not colon and tag not in _OWN_TAGS:
            continue  # true for most of a long page, so the slower questions are not asked
        # Directly at the headline, a byline counts even in a "sidebar": themes name blocks after columns.
        if zones.foreign(element):
            beside = _beside(distance, words, is_named=element in named)
            if not (beside or is_rel) or (marked.outside(element) if beside else zones.commented(element)):
                continue
        by_class = tag in _OWN_TAGS or (
            not far and (element in named or (is_link and marked.leads_to_author(page, zones, element, words)))
        )
        close = -REACH_BEFORE <= distance <= reach
        if by_class or (len(words) >= 3 and (is_rel or close or colon)):
            yield _Seen(element, words, distance, is_rel, by_class, close)


def _beside(distance: int, words: str, *, is_named: bool) -> bool:
    """Return whether an element directly at the headline is a byline, whatever the block around it is called."""
    return -marked.BESIDE <= distance <= marked.BESIDE and (
        is_named or (distance > 0 and bool(labels.after_label(words)))
    )


def _line(page: Page, zones: Zones, seen: _Seen, text: int) -> Line | None:
    element, words, distance = seen.element, seen.words, seen.distance
    if 0 < distance <= text and not seen.by_class and (closing := _closing(words)):
        return line_of(zones, element, closing, "lead")
    if len(words) > LONGEST and not seen.by_class:
        return None
    # From the surest sign to the weakest. The first sign that finds names is recorded as `how`, which sets the trust.
    found, how = _behind_label(seen), "label"
    if not found and (seen.is_rel or (seen.by_class and (len(words) <= 160 or marked.holders(element) != [element]))):
        return _by_class(page, zones, seen, "rel" if seen.is_rel else "class")
    if not found and seen.close:
        found, how = _near_headline(page, zones, seen, text)
    return line_of(zones, element, found, how) if found else None


def _behind_label(seen: _Seen) -> tuple[names.Name, ...]:
    """Return the names behind a label and a colon: "Author: Anna Fox"."""
    if ":" not in seen.words and "：" not in seen.words:
        return ()
    label, found = labelled(text_with_bars(seen.element) if len(seen.element) else seen.words)
    plausible = labels.strong(label) or (seen.close and all(names.person(n.name) for n in found))
    return found if found and plausible else ()


def _near_headline(page: Page, zones: Zones, seen: _Seen, text: int) -> tuple[tuple[names.Name, ...], str]:
    """Return the names that an unmarked line gives near the headline, and by which sign."""
    element, words, distance = seen.element, seen.words, seen.distance
    if element.tag == "address" and distance > 0:
        # HTML has `address` for the contact of an article (section 4.3.10). Many sites put a street into it.
        found = name_lists.split(text_with_bars(element) if len(element) else words, printed=True)
        if found and all(n.is_person for n in found):
            return found, "class"
    if found := _led(element, words):
        return found, "lead"
    if not -BARE_BEFORE < distance < max(BARE_AFTER, min(text, bare.ABOVE_TEXT)):
        return (), ""
    return bare.people(page, zones, element, words, text), "bare"


def _led(element: Any, words: str) -> tuple[names.Name, ...]:
    """Return the names in a line that begins with a word for "by": "By Anna Fox"."""
    line, words = words, names.unbracketed(_undated(words))
    if not labels.after_label(words):
        return _of_noun(words) if len(words) <= NOUN_LONGEST else ()
    lead = labels.after_label(names.unbracketed(_undated(text_with_bars(element))) if len(element) else words)
    found = name_lists.split(_DATE_LABEL.sub("", lead), printed=True) if lead else ()
    # "By the sea" and "Par avion" begin like a byline.
    if not found or not (
        names.person(found[0].name) or offices.desk(found[0].name) or _signs(element, line, words, found)
    ):
        return ()
    # "By Anna Fox in Roads, Tolls": links to topics stand in the same line.
    topics = {plain(visible(a)) for a in element.iter("a") if leads_to_topic(a)} if len(found) > 1 else ()
    able = (n for n in found if names.person(n.name) or n.organisation or offices.desk(n.name))
    return tuple(n for n in able if n.name not in topics)


def _closing(words: str) -> tuple[names.Name, ...]:
    """Return the names with which a line below the headline ends: "... has to change. By Anna Fox"."""
    said = _CLOSING.search(words)
    found = name_lists.split(said["names"], printed=True) if said is not None else ()
    able = found and all(n.is_person and given_names.known(n.name) for n in found)
    # With more words, the line says what somebody wrote elsewhere: "writes Anna Fox in The River".
    return found if said is not None and able and said["names"].endswith(found[-1].name) else ()


def _of_noun(words: str) -> tuple[names.Name, ...]:
    """Return the names after a noun without a colon, if nothing else stands there: "Autoren Ada Fox und Jan Sowa"."""
    behind = labels.after_noun(words)
    found = name_lists.split(behind, printed=True) if behind and given_names.among(behind) else ()
    known = any(given_names.known(n.name) for n in found) and all(names.person(n.name) for n in found)
    # The names must fill the line: "Author Anna Fox says that carters are content" is no byline.
    return found if known and sum(len(n.name) + 5 for n in found) >= len(behind) else ()


def _signs(element: Any, line: str, words: str, found: tuple[names.Name, ...]) -> bool:
    """Return whether a line is signed by one word, with a date ("Posted by David at 3 May 2024") or as a link."""
    one = found[0].name
    # A single word is a pen name only with a date or a link: "von heute" and "by train" are not signatures.
    sure = any(c.isdigit() for c in line) or any(visible(a).strip() == one for a in element.iter("a"))
    return (
        sure
        and one.isalpha()
        and len(words) <= SIGNED
        and labels.after_label(words).startswith(one)
        and _POSTED_BY.match(words) is not None
        and not any(leads_to_topic(a) for a in element.iter("a") if visible(a) == one)
    )


def labelled(words: str) -> tuple[str, tuple[names.Name, ...]]:
    """Return the label in *words* that announces the author ("Author:") and the names after it.

    Without such a label, return "" and no names.
    """
    label, behind = labels.before_colon(words)
    if not label:
        return "", ()
    if labels.strong(label) and (host := _HOST.match(behind.strip())):
        return label, (names.Name(host[0], organisation=True),)
    if noted := notes.noted(behind):
        return label, noted
    listed = name_lists.split(_LAST_WORD.sub("", _DATE_LABEL.sub("", behind)), printed=True)
    # After a label, a name of unknown shape counts too ("Author: mika"), if it is the only one.
    good = (n for n in listed if names.person(n.name) or n.organisation or (len(listed) == 1 and len(n.name) < 50))
    return label, tuple(good)


def _undated(words: str) -> str:
    """Return *words* without a date at their start and the words that lead to it: "Posted on 24 April 2023"."""
    if not _DIGIT.search(words[:40]):
        return words
    first = next(date_parsing.find(words[:60]), None)
    if first is None or not (words.startswith(first.words) or _POSTED.match(words.split(first.words, 1)[0])):
        return words
    behind = _YEAR_END.sub("", words.split(first.words, 1)[1])
    return _TIME.sub("", behind).lstrip(" ,|/·•–—-")


def _by_class(page: Page, zones: Zones, seen: _Seen, how: str) -> Line | None:
    element = seen.element
    found: list[tuple[names.Name, Any, str | None]] = []
    for holder in [element] if how == "rel" else marked.holders(element):
        # Translators stand in the marked block too, and themes mark them like names ("author-2").
        if holder is not element and labels.other_role(holder):
            continue
        for name in name_lists.split(text_with_bars(holder), printed=True):
            if name.name.casefold() not in (known.name.casefold() for known, _, _ in found) and len(name.name) <= 60:
                found.append((name, holder, page.absolute(holder.get("href"))))
    if not found:
        return None
    # Next to a person, anything that is neither a person nor an organisation is a place, a job or a button.
    if any(names.person(n.name) for n, _, _ in found):
        found = [f for f in found if names.person(f[0].name) or f[0].organisation]
    listed, held, urls = zip(*found, strict=True)
    bio = zones.bio(element) or zones.foreign(element)
    return Line(listed, held, urls, how, seen.distance, bio, seen.words)
