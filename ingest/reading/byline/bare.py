"""Bare bylines: persons named near the headline without a word such as "by". A portrait, bold type, or a common given
name next to a date shows that they are the authors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from ingest.reading.byline import given_names, marked, name_lists, names, offices
from ingest.reading.byline.line import text_with_bars
from ingest.reading.byline.names import Name
from ingest.reading.dates import date_parsing, other_dates
from ingest.reading.page.outline import BLOCKS
from ingest.reading.page.page import Page, plain, visible
from ingest.reading.page.zones import Zones
from ingest.reading.vocabulary import pattern, phrases
from ingest.terms.agencies import agency

LONGEST = 120
WITH_DEGREES = 240
"""How many characters a line may have if degrees follow the names; only lists of authors look like that."""
FAMILY = 4
"""If a family name of at least this many letters stands in the title, the text is about that person."""
BEFORE, AFTER = -12, 30
"""How many elements before or after the headline such a line may stand."""
HOUSE_LONGEST, SMALL = 60, 3
BROKEN = 8
"""Within this many elements below the headline, a line of small type between ``br`` elements may name the author."""
_TYPE = frozenset({"b", "em", "font", "i", "small", "span", "strong"})
ABOVE_TEXT = 120
"""The same, if the text has not begun yet and a date stands in the line."""
# "Fox, Sowa, and Reed": the comma before the last name is matched together with the word for "and".
_AND = pattern("byline.and_words", "byline.short_and_words")
_PARTS = re.compile(rf"\s*(?:,\s+{_AND}\s|\||•|·|,|;|/| – | — | - |\s{_AND}\s)\s*")
_FIGURES = re.compile(
    rf"\b(?:{pattern('text.reading_time_labels')}\s*:?\s*)?(?:ca\.\s*)?"
    rf"\d+(?:[.,]\d+)?\s*[- ]?{pattern('byline.counted_words')}\b"
    rf"(?:[ -]{pattern('text.reading_words')})?|\b\d{{1,2}}:\d\d(?:\s*{pattern('dates.clock_words')})?|"
    rf"{pattern('text.ages')}",
    re.I,
)
_KIND = re.compile(rf"(?:^|\s+){pattern('metadata.genres', 'metadata.forms')}$", re.I)
_AVATAR = re.compile(r"//[\w.]*gravatar\.com/avatar/|(?:^|\s)avatar(?:$|[\s-])")
"""The picture of an account: hosted by the service for such pictures, or with the class that systems give it."""
_OF_ACCOUNTS = re.compile(rf"\b{pattern('byline.interface_of_accounts')}\b", re.I)
"""Words of the user interface next to the picture of an account: "Edit Profile", "Guest User"."""
_DIGIT = re.compile(r"\d")
_MAIL = re.compile(r"\s*\(?\S+@\S+$")
_WIRE = re.compile(r"(?P<place>[^(),]{2,40})(?:,[^()]{2,20})?\((?P<name>[^()]{2,30})\)\s?[.:]?\s?[-–—]")
_NO_FAMILY = re.compile(rf"\b{pattern('byline.place_endings')}$", re.I)
_PICTURED = re.compile(
    rf"\b(?:{pattern('text.picture_labels', 'byline.photographer_nouns')}\s*[:：]|"
    rf"{pattern('byline.photographer_labels')})|\({pattern('byline.picture_sources', 'text.networks')}\b",
    re.I,
)
_CHAIR = re.compile(rf"^{pattern('byline.academic_titles')}\b", re.I)
# A Polish academic title may end with a full stop ("prof. ucz.") that does not end a sentence.
_CHAIRED = re.compile(rf"\bprof\.\s+{pattern('byline.title_parts')}\.$", re.I)
_DATE_END = re.compile(r"\d\.$")
_BRACKETS = re.compile(r"[(\[]\s*\|\s*[)\]]")
"""What is left of brackets around a date."""
_DEGREE = re.compile(
    r"^(?:[A-Z]{2,8}|[BM]\.?(?:Sc|Ed|Phil|Res|Eng)|[A-Z]\w{0,2}\.(?:[A-Z]\w{0,2}\.)+|Ph\.?\s?D\.?)(?:\s*\([^()]*\))?$"
)
_DEGREES = re.compile(
    rf"[^\W\d_]{{2}},\s+(?:{names.degree(phrases('byline.degrees'))}|"
    rf"{names.degree(phrases('byline.degrees_or_names'), '[.] ?')})(?!\w)"
)
"""A degree after a name; only degrees that cannot be an organisation, a place or an agency."""


# In a title, the author stands after one of these words; other persons in a title are its subject.
_BY = phrases("byline.by_words")


def people(page: Page, zones: Zones, element: Any, words: str, text: int = 0) -> tuple[Name, ...]:
    """Return the persons whom *element*, with its text *words*, names near the headline, or none if it may mean others.

    Args:
        text: how many elements after the headline the text begins.
    """
    words = _MAIL.sub("", words)
    longest = WITH_DEGREES if _DEGREES.search(words) else LONGEST
    if len(words) > longest or element.tag in ("h1", "h2", "h3", "time"):
        return ()
    if not _quoted(element) and (shown := _shown(page, zones, element, words, text)) is not None:
        return shown
    if not _is_by_headline(zones.distance(element), words, text) or not given_names.among(words):
        return ()
    pictured = element.find(".//figcaption") is not None or _PICTURED.search(words)
    if pictured or _is_sentence(words) or marked.of_topic(zones, element):
        return ()
    if _beside_title(page, element, words):
        return ()
    if _apart(page, element):
        return _dated(page, text_with_bars(element) if len(element) else words)
    beside = _behind_break(page, element) if 0 < zones.distance(element) <= BROKEN else None
    return () if beside is None or _quoted(element) else _dated(page, f"{words} | {beside}" if beside else words)


def _beside_title(page: Page, element: Any, words: str) -> bool:
    """Return whether *element*, without a date, stands in one block with the linked title of another text."""
    block = next((node for node in (element, *element.iterancestors()) if node.tag in BLOCKS), element)
    if block is element or block not in page.short or _undated(words) != words:
        return False
    link = other_dates.titled(page, block)
    return link is not None and not names.person(visible(link)) and other_dates.leads_to_another(page, link)


def _behind_break(page: Page, element: Any) -> str | None:
    """Return the day in the next line, or "", if *element* is a line of its own between ``br`` elements, or, with a
    date, between other blocks; else None.
    """
    words = page.short.get(element)
    while element.getparent().tag in _TYPE and page.short.get(element.getparent()) == words:
        element = element.getparent()
    before, after = element.getprevious(), element.getnext()
    if element.tag not in _TYPE or before is None or after is None or not {before.tag, after.tag} <= BLOCKS:
        return None
    if {before.tag, after.tag} != {"br"} and not any(c.isdigit() for c in visible(element)):
        return None
    if (before.tail or "").strip() or (element.tail or "").strip():
        return None
    line = plain(after.tail or "")
    return line if len(line) <= HOUSE_LONGEST and _undated(line) != line else ""


def wires(page: Page, zones: Zones) -> Iterator[tuple[Any, Name]]:
    """Yield agencies in brackets before the first sentence of a text: "MANILA, May 3 (AFP) -"."""
    for _, element, tag, words in page.rows:
        if tag == "p" and "(" in words[:50] and (wire := _WIRE.match(words[:90])) and agency(wire["name"]):
            # A sentence may begin so too, but not with capitals.
            named = all(word[0].isupper() for word in wire["place"].split() if len(word) > SMALL)
            if named and 0 < zones.distance(element) <= AFTER:
                yield element, Name(wire["name"], organisation=True)


def _undated(words: str) -> str:
    """Return *words* with bars in place of dates, times of day and reading times."""
    rest = _FIGURES.sub(" | ", words)
    for stated in date_parsing.find(rest) if _DIGIT.search(rest) else ():
        rest = rest.replace(stated.words, " | ")
    return rest


def _is_sentence(words: str) -> bool:
    """Return whether *words* are a sentence, or the source of a quotation ("— Anna Fox")."""
    if words.startswith(("—", "–", "-", "―")):
        return True
    # Degrees end with a full stop, and some dates.
    titled = _CHAIRED.search(words) or _DEGREE.match(words.rpartition(",")[2].strip()) or _DATE_END.search(words)
    return words.endswith((".", "!", "?")) and not titled


def _is_by_headline(distance: int, words: str, text: int) -> bool:
    # A row of share buttons can put dozens of elements between headline and byline. A date in the line still shows it.
    if AFTER < distance <= min(text, ABOVE_TEXT):
        return any(c.isdigit() for c in words)
    return BEFORE <= distance <= AFTER


def _shown(page: Page, zones: Zones, element: Any, words: str, text: int) -> tuple[Name, ...] | None:
    """Return the persons whom an office, a portrait, bold type or the picture of an account shows to be the authors.

    None if nothing of this kind is there.
    """
    distance = zones.distance(element)
    if 0 < distance <= min(text, AFTER) and (placed := names.affiliated(names.unbracketed(words))):
        return () if names.is_no_name(placed) else (Name(placed, organisation=False),)
    by_headline = _is_by_headline(distance, words, text)
    if _marked(page, element, words, by_headline) and not marked.of_topic(zones, element):
        return name_lists.split(_barred(element, words), printed=True)
    # Above the headline stands the account of the visitor, and below the text those of people who liked it.
    if 0 < distance <= min(text or AFTER, AFTER):
        return _beside_avatar(zones, element, words) or None
    return None


def _barred(element: Any, words: str) -> str:
    """Return the *words* of *element* with slashes between its lines, and with spaces around those that it prints."""
    return (text_with_bars(element).replace(" | ", "/") if len(element) else words).replace("/", " / ")


def _beside_avatar(zones: Zones, element: Any, words: str) -> tuple[Name, ...]:
    """Return the one person named next to the picture of an account in the same line: "[face] Anna Fox in Roads"."""
    # The links of such a line lead to topics, so only its class says whether the whole line lists topics.
    if sum(map(_is_avatar, element.iter("img"))) != 1 or marked.TOPIC[zones.marks[element]]:
        return ()
    listed = name_lists.split(words, printed=True)
    if len(listed) != 1 or not shaped(listed[0].name):
        return ()
    name = listed[0].name
    # After another word, a common given name is an address to somebody: "Hello Jane", "Ask Anna".
    none = given_names.among(name) or _OF_ACCOUNTS.search(name)
    return listed if given_names.known(name) or not none else ()


def _is_avatar(picture: Any) -> bool:
    # Not by its alternative text: "Avatar" is also a film.
    return any(_AVATAR.search(value) for name, value in picture.items() if name not in ("alt", "title"))


def _marked(page: Page, element: Any, words: str, by_headline: bool) -> bool:
    """Return whether *words* are only names and the page marks them as authors.

    It does so with a portrait near the headline that has the same name, or with a paragraph in bold.
    """
    named = _barred(element, words).split(" / ")
    # Buttons in capitals ("SUBSCRIBE NOW") look like names and are bold too.
    if len(words) > 40 * len(named) or words.isupper():
        return False
    if not all(names.person(one.strip()) for one in named) or names.organisation(words):
        return False
    parent = element.getparent()
    for block in (parent, parent.getparent() if parent is not None else None):
        # Cards of other texts, far above the headline, may show the same words as title and picture ("Summit Week").
        pictures = list(block.iter("img"))[:3] if by_headline and block is not None else ()
        if any(plain(i.get("alt") or "").casefold() == words.casefold() for i in pictures):
            return not any(_is_subject(page, one.strip()) for one in named)
    inner = next((c for c in element if isinstance(c.tag, str)), None)
    return (
        element.tag == "p"
        and inner is not None
        and inner.tag in ("strong", "b", "em", "i")
        and page.short.get(inner) == words
        and all(given_names.known(one.strip()) or len(one.split()) == 2 for one in named)
        and not _heads_list(element)
    )


def _heads_list(element: Any) -> bool:
    """Return whether a list follows *element*: "Key Takeaways" is in bold too."""
    behind = element.getnext()
    return behind is not None and behind.tag in ("ul", "ol")


def _dated(page: Page, words: str) -> tuple[Name, ...]:
    """Return the persons of a line that holds little else: at most a date, a reading time and a word or two."""
    rest = _undated(words)
    dated = rest != words
    parts = [_KIND.sub("", part.rstrip()) for part in _PARTS.split(_BRACKETS.sub(" | ", rest))]
    parts = [part for part in parts if part.strip(" .,:()")]
    # The date may stand in brackets, or the name: "Anna Fox (3 May 2024)", "(Anna Fox) 3 May 2024".
    if dated and parts:
        parts[0] = names.unbracketed(parts[0])
    parts = [part for part in parts if not _DEGREE.match(part)]
    found = _named(page, parts, dated)
    others = [part for part in _others(parts, found) if dated or not _office(part)]
    if not found or len(others) > (2 if dated else 0):
        return ()
    # Several names behind a word for people are a list of the staff: "Our experts", "Speakers".
    if not dated and len(found) > 1 and parts[0] not in found:
        return ()
    # With more words, the line says something about somebody.
    if any(len(part.split()) > 3 for part in others):
        return ()
    listed = (names.tidy(part) for part in found)
    return tuple(Name(name, organisation=False) for name in dict.fromkeys(listed))


def _named(page: Page, parts: list[str], dated: bool) -> list[str]:
    """Return the *parts* of a line that are names of this text's authors.

    If the line has a date or a reading time and no office, one known given name is enough for all its names.
    """
    able = [part for part in parts if _of_this(page, part, dated)]
    known = {part for part in parts if given_names.known(names.tidy(part))}
    # "Harbour Lead/Port Engineer" behind a name is one office, and no further person.
    dated = dated and not any(map(_office, parts))
    if dated and any(shaped(names.tidy(part), dated) for part in known):
        return able
    # A list of names and nothing else, most of them known.
    return [part for part in able if part in known or len(able) == len(parts) < 2 * len(known)]


def _others(parts: list[str], found: list[str]) -> Iterator[str]:
    """Yield the *parts* that are not among the names *found*, without words of the user interface after a name."""
    named = False
    for before, part in zip(["", *parts], parts, strict=False):
        named = named or part in found
        # Behind an office stands where it is held.
        if part not in found and not (named and (_office(before) or not name_lists.split(part, printed=True))):
            yield part


def _office(part: str) -> bool:
    return bool(offices.jobs(part) or _CHAIR.match(part)) or offices.organisation_word(part)


def _of_this(page: Page, part: str, dated: bool) -> bool:
    """Return whether *part* is the name of a person whom the text is not about."""
    name = names.tidy(part)
    return shaped(name, dated) and not names.is_no_name(name) and not _is_subject(page, name)


def _is_subject(page: Page, name: str) -> bool:
    """Return whether the title of the page names a person, and not as the author."""
    # Interviews and obituaries print their subject with a portrait or a date, just as other texts print the author.
    family, title = name.rsplit(maxsplit=1)[-1].casefold(), page.title_text.casefold()
    return len(family) >= FAMILY and family in title and not any(f" {by} {name.casefold()}" in title for by in _BY)


def shaped(words: str, dated: bool = False) -> bool:
    """Return whether *words* look like a person's name, and not like another thing with a given name in it.

    Args:
        dated: a date stands in the same line; without it, words in capitals are a button or a section.
    """
    return (
        len(words) <= 40
        and _NO_FAMILY.search(words) is None
        and names.person(words)
        and not names.organisation(words)
        and not (words.isupper() and not (dated and given_names.known(words)))
    )


def _apart(page: Page, element: Any) -> bool:
    """Return whether the block around *element* is a line of its own, and not part of a text, a list or a quotation."""
    block = element
    # Old pages print names directly in the body, in no block.
    while block.tag not in BLOCKS and block.getparent() is not None:
        block = block.getparent()
    words = page.short.get(block)
    if words is None or len(words) > (WITH_DEGREES if words == page.short[element] else LONGEST):
        return False
    # Without a date, a list is a menu or the staff, and a block with more words than the name is a sentence.
    dated = any(c.isdigit() for c in words) or (block.tag == "li" and _beside_day(page, block))
    if not dated and (block.tag in ("li", "ul", "ol", "dl") or words != page.short[element]):
        return False
    return not _quoted(element)


def _beside_day(page: Page, item: Any) -> bool:
    """Return whether the item of a list before or after *item* is a day and nothing else."""
    beside = (page.short.get(one, "") for one in (item.getprevious(), item.getnext()) if one is not None)
    return any(line and not _undated(line).strip(" |") for line in beside)


def _quoted(element: Any) -> bool:
    """Return whether *element* stands in a quotation or a picture, or in a table row with a heading, as facts do."""
    around = (element, *islice(element.iterancestors(), 4))
    if any(node.tag in ("blockquote", "q", "figure", "figcaption") for node in around):
        return True
    cell = next((node for node in around[:3] if node.tag == "td"), None)
    return cell is not None and cell.getparent().find("th") is not None
