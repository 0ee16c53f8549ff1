"""Titles: choose the article's own headline, without the names of site and section; and find the line below it.

Apart from the page reader, which takes the title and has no part in choosing it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise, takewhile
from typing import Any
from urllib.parse import urlsplit

from archive.evidence.character_references import decode_references
from archive.evidence.locate import Place
from ingest.reading.candidate import Candidate, Field
from ingest.reading.dates import date_parsing
from ingest.reading.metadata.site_names import initials
from ingest.reading.page.class_names import ClassWords, marks, whole_words
from ingest.reading.page.page import Page, fold, plain, visible
from ingest.reading.page.zones import Zones
from ingest.reading.vocabulary import pattern, word_set

_AFFIX = re.compile(r"\s+[-|–—·•»›«~/:]+\s+|\s*[|│｜ㅣ]+\s*|\s+::\s+|\s*»\s+(?=\S)|\s+—\s+")
_ENDED = re.compile(r"[a-zà-öø-ÿ?!:.”“»\"]$")
_LAST_AFFIX = re.compile(r"\s+[-|–—·•»~]\s+|\s*[|│｜ㅣ]\s*")
_GENRE = word_set("metadata.genres")
_SECTIONS = word_set("page.sections")
_NO_HEADLINE = _SECTIONS | word_set("metadata.home_names") | word_set("metadata.placeholder_titles")
_HOST_FIRST = re.compile(r"([\w-]+(?:\.[\w-]+)*\.[a-z]{2,10})\s+(?=\S+\s\S)")
_SEPARATOR_AT_START = re.compile(r"[-–—|·•»:]+\s+")
_THREE_WORDS = re.compile(r"\s*(?:\S+\s+){2}\S")
_SEPARATOR_AT_END = re.compile(r"(?<=\w)\s+[-–—|·•]\s*$")
# A title in the form of an address, which some systems state if nobody wrote one.
_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+){2,}")
_HAN = re.compile(r"[\u3400-\u9fff]{2}")
_SUFFIX = re.compile(r"\s*[-–—_|]+\s*\S|\s+\S")
_STROKES = frozenset("/|│｜»")
_DATED = re.compile(r"^\(?\d{1,2}\.\s?\d{1,2}\.\s?(?:19|20)\d\d\)?\s*[-–—|:]+\s*(?=\S{2})")
_KICKER = whole_words(
    "kicker|over-?line|eyebrow|top-?line|roof-?line|over-?title|sur-?title|super-?headline|pre-?title|tagline|"
    f"{pattern('metadata.kicker_classes')}",
    re.I,
)
# Class names of an element that states the kind of a text.
_KIND = whole_words(
    "label|badge|category|content-?type|post-?type|section|pill|chip|tag|genre|format|"
    f"{pattern('metadata.topic_classes')}"
)
_HEADLINE = ClassWords(
    r"(?:^|\s)(?:title|headline|content-?heading|[\w-]*(?:entry|post|article|news|story|node|page)[_-]{0,2}"
    r"(?:title|heading|headline))(?:$|\s)"
)
_MAY_HEAD = frozenset({"h2", "h3", "h4", "h5", "div", "p", "td", "span", "strong"})
FEW, LONGEST = 8, 40
_LONG_WORD = re.compile(r"\w{5,}")
SEEN = 8
"""The beginning of a title has at least this many characters, since names of sections are shorter."""
SENTENCE = 7
"""A heading of fewer words may name a section or the site."""
# What some systems print after a heading as a link to it.
_PERMALINK = re.compile(r"\s*[¶🔗]$|\s+#$")
_BETWEEN = " :-–—|·•"
_LEDE = whole_words(
    "leads?|lede|leadin|dek|deck|teaser|intro|introduction|standfirst|stand-?first|summary|subtitle|sub-?title|"
    "subhead(?:line|ing)?|sub-?head|abstract|excerpt|strapline|tagline|article-?description|description|"
    f"{pattern('metadata.lede_classes')}"
)
_NOT_OF_LEDE = frozenset({"a", "figure", "figcaption", "aside", "nav", "footer", "form", "li"})
_LEDE_TAGS = frozenset({"p", "div", "h2", "h3", "section", "span"})
LEDE_SHORTEST, LEDE_LONGEST, REACH = 40, 700, 45
BEGUN = 2
"""After this many paragraphs, the text has begun."""


def from_title(page: Page) -> Candidate | None:
    """Return the text of the ``title`` element, or None."""
    if not page.title_text:
        return None
    said, element = page.title_text, page.title_element
    value = plain(decode_references(said)) if "&" in said else said
    return Candidate(Field.TITLE, value, " ".join(element.text_content().split()), "title element", Place.TEXT, element)


@lru_cache(maxsize=4096)
def _flat(name: str) -> str:
    """Return the letters of *name* in the form of a host: without accents and without spaces."""
    # Unicode does not decompose ł, which hosts write as l.
    kept = unicodedata.normalize("NFKD", fold(name).replace(" ", "").replace("ł", "l"))
    return kept if kept.isascii() else "".join(c for c in kept if not unicodedata.combining(c))


def site(page: Page) -> Candidate | None:
    """Return the part of ``title`` that equals the host ("Amber Institute" for amberinstitute.example), or None."""
    parts = [part.strip() for part in _AFFIX.split(page.title_text or "")]
    hosts = {label for label in (page.host, *page.host.split(".")) if len(label) > 3}
    named = {_flat(host) for host in hosts}
    # Sites put their name last, and some first.
    part = next((p for p in (parts[-1], parts[0]) if len(parts) > 1 and _flat(p) in named), None)
    if part is None:
        return None
    return Candidate(Field.SITE, part, part, "title element", Place.TEXT, page.title_element)


@dataclass(frozen=True, slots=True)
class Affixes:
    """Folded names of the site and the section, which may stand before or after the headline in a title."""

    sites: frozenset[str]
    sections: frozenset[str] = frozenset()


def bare(title: str, affixes: Affixes) -> str:
    """Return *title* without what surrounds the headline.

    This is a part at either end that names the site or its host, a last part that names the section or the genre, and a
    date before it.
    """
    title = _DATED.sub("", title)
    # Some titles begin with the host, as a bookmark would show it.
    if (host := _HOST_FIRST.match(title)) and names_site(host[1], affixes.sites):
        title = title[host.end() :]
        # A sign directly before a word is part of the headline: "-40 degrees".
        title = title[parting.end() :] if (parting := _SEPARATOR_AT_START.match(title)) else title
    while parts := list(_AFFIX.finditer(title)):
        cut = _cut(title, parts, affixes)
        if cut is not None:
            title = title[:cut].strip()
        elif names_site(title[: parts[0].start()], affixes.sites):
            title = title[parts[0].end() :].strip()
        else:
            break
    # If the name after the separator is missing, the separator alone is left: "Rail travel -".
    return _SEPARATOR_AT_END.sub("", title)


def _cut(title: str, parts: list[re.Match[str]], affixes: Affixes) -> int | None:
    """Return the offset of what follows the headline, the site's name or a section; None if nothing does."""
    ends = [*(part.start() for part in parts[1:]), len(title)]
    long = _THREE_WORDS.match(title)
    for part, end in zip(parts, ends, strict=True):
        # In the middle of a title, the site's name ends the headline only if what comes before is long enough for one.
        whole = end == len(title) or (long is not None and long.end() <= part.start())
        if whole and names_site(title[part.end() : end], affixes.sites):
            return part.start()
    affix = list(_LAST_AFFIX.finditer(title))
    said = fold(title[affix[-1].end() :]) if affix else ""
    section = said in affixes.sections or said in _GENRE
    # General words count as a section only after a stroke; after a dash they may be part of the headline.
    if affix and affix[-1][0].strip() in _STROKES:
        section = section or said in _SECTIONS
    # No section is cut from a headline of one or two words, because it may be the name of the page.
    return affix[-1].start() if section and len(title[: affix[-1].start()].split()) > 2 else None


def names_site(part: str, sites: frozenset[str]) -> bool:
    """Return whether *part* is the name of the site or of its host."""
    said = fold(part)
    tight = said.replace(" ", "")
    short = initials(said)
    return not said or any(
        said == s
        or s in short
        # Either side may be the short form: "BIA" for Blue Isle Academy, or the reverse.
        or (len(said) > 2 and said in initials(s))
        or _flat(said) == s
        # A shortened name, of more than half: sites leave out their legal form or country.
        or (len(tight) > 3 and s.replace(" ", "").startswith(tight) and len(tight) * 2 > len(s))
        for s in sites
    )


def choose(offered: list[Candidate], zones: Zones, affixes: Affixes) -> tuple[Candidate | None, list[Candidate]]:
    """Return the title and the candidates that lost.

    Rules, in order:

    1. The heading, if ``title`` contains it, or if it shares a third of its words with the first structured title.
    2. The first structured title.
    3. The heading.
    4. ``title``.
    5. What the page only marks as a headline.

    All are without affixes. The site's name is never a title, and the name of a section is the last choice.

    Args:
        offered: structured titles, the most trusted first.
    """
    heading, title = _headline(zones), from_title(zones.page)
    # The last words of an address are not a title, though some systems state them as one.
    stated = [c for c in (_trim(c, affixes) for c in offered if not _SLUG.fullmatch(c.value)) if c]
    trimmed = [c for c in stated if fold(c.value) not in _NO_HEADLINE]
    said = fold(title.value) if title else ""
    both = {fold(c.value) for c in trimmed if not c.witness.startswith("itemprop")}
    head = _trim(_alone(heading, both, said), affixes) if heading else None
    page_title = _trim(title, affixes) if title else None
    page_title = _seen_part(page_title, zones.page) if page_title else None
    # "Home" or "News" stay as a last choice, because every page needs some title.
    if page_title and fold(page_title.value) in _NO_HEADLINE:
        stated, page_title = [*stated, page_title], None
    ranked = _of_heading(head, page_title, trimmed, said) if head else []
    if head and not ranked and _alone_seen(head, [*trimmed, *([page_title] if page_title else ())], zones.page):
        ranked.append(head)
    ranked += [c for c in (*trimmed[:1], head, *trimmed[1:], page_title) if c]
    ranked = ranked or [c for c in (_marked(zones), *stated) if c]
    if not ranked:
        return None, []
    best = ranked[0]
    losers = {fold(c.value): c for c in (*trimmed, head, page_title) if c and fold(c.value) != fold(best.value)}
    return best, list(losers.values())


def _of_heading(head: Candidate, page_title: Candidate | None, trimmed: list[Candidate], said: str) -> list[Candidate]:
    """Return the titles that the heading confirms, and the heading if another witness confirms it, the best first.

    Args:
        trimmed: the structured titles.
        said: the folded ``title`` element.
    """
    ranked = _longer(head, page_title, trimmed)
    shown = fold(head.value)
    # Where the lines of the heading run together, the stated form has the space between them.
    glued, same = _glued(head), [c for c in trimmed if fold(c.value) == shown]
    # Two witnesses agree, and visitors see one of them.
    ranked += [*(same if glued else ()), *([head] if len(shown) > 3 and shown in said else ()), *same]
    if trimmed and not glued and any(_close(head.value, c.value) for c in (trimmed[0], page_title) if c):
        ranked.append(head)
    return ranked


def _alone_seen(head: Candidate, others: list[Candidate], page: Page) -> bool:
    """Return whether visitors see the heading alone, a sentence, and *others* are what search engines are told."""
    front = not urlsplit(page.url).path.strip("/")
    if front or _glued(head) or len(head.value.split()) < SENTENCE or head.value.endswith((":", "：")):
        return False
    described = (content for content, _ in page.meta("description", "og:description"))
    told = {word for said in (*(c.value for c in others), *described) for word in _LONG_WORD.findall(fold(said))}
    # Without a word in common, it is the slogan of the site; "+++" stands between the news of a ticker.
    if "++" in head.value or told.isdisjoint(_LONG_WORD.findall(fold(head.value))):
        return False
    # If a smaller heading is close to one of them, that is the headline.
    below = [set(fold(visible(one)).split()) for one in islice(page.body.iter("h2"), FEW)]
    wanted = [set(fold(c.value).split()) for c in others]
    repeated = any(2 * len(words & one) >= len(words) for words in wanted for one in below)
    return not repeated and not any(page.shows(c.value) for c in others)


def _longer(head: Candidate, page_title: Candidate | None, trimmed: list[Candidate]) -> list[Candidate]:
    """Return the structured titles of which the heading is only a part, or to which it adds a kicker."""
    ranked: list[Candidate] = []
    whole, shown = fold(page_title.value) if page_title else "", fold(head.value)
    stated = {fold(c.value) for c in trimmed if not c.witness.startswith("itemprop")}
    if shown not in stated:
        long = {fold(c.value) for c in trimmed if c.witness == "JSON-LD headline"}
        # The stated title is the heading with a kicker before it, and ``title`` begins with both.
        ranked += [
            c for c in trimmed if (said := fold(c.value)) in long and said.endswith(shown) and whole.startswith(said)
        ]
    # If the heading runs a kicker into the headline, a title with a space between them is better.
    ranked += [c for c in trimmed if fold(c.value) != shown and _tight(c.value) == _tight(head.value)]
    parts = () if shown in stated else _parts(page_title)
    ranked += [c for c in (*trimmed, *parts) if _kicked(head, fold(c.value))]
    return ranked


def _parts(page_title: Candidate | None) -> list[Candidate]:
    """Return the parts of ``title`` between separators: one may be the headline if the site's name is unknown."""
    parts = _AFFIX.split(page_title.value) if page_title is not None else []
    return [page_title._replace(value=part, words=part) for part in parts if page_title is not None and part.strip()]


def _seen_part(title: Candidate, page: Page) -> Candidate:
    """Return the beginning of a *title* in Chinese characters that visitors see by itself, or the whole.

    What follows is the name of a section or the site, behind a sign or a space.
    """
    if not _HAN.search(title.value):
        return title
    seen = {words for words in page.short.values() if len(words) >= SEEN and title.value.startswith(words)}
    whole = [words for words in seen if words == title.value or _SUFFIX.match(title.value, len(words))]
    longest = max(whole, key=len, default=title.value)
    return title if longest == title.value else title._replace(value=longest, words=longest)


def _tight(title: str) -> str:
    return fold(title).replace(" ", "")


def _kicked(head: Candidate, offered: str) -> bool:
    """Return whether the heading is the *offered* title with a kicker before it or a line after it."""
    shown = fold(head.value)
    # Kickers and lines below are shorter than headlines: less than two fifths of the heading is not the headline.
    if not 15 < len(offered) < len(shown) or 5 * len(offered) <= 2 * len(shown):
        return False
    # Elements must separate the two, because a headline may begin with the words of another title.
    said = list(filter(None, map(fold, head.element.itertext())))
    return any(offered in (" ".join(said[:cut]), " ".join(said[cut:])) for cut in range(1, len(said)))


def _glued(head: Candidate) -> bool:
    """Return whether lines of the heading are separate elements with nothing between them ("RoadsWho pays")."""
    runs = list(head.element.itertext())
    # A small letter or the end of a sentence directly before a capital, as in no word.
    met = ((one[-4:], other[:4]) for one, other in pairwise(runs) if _ENDED.search(one) and other[:1].isupper())
    return any(f"{one}{other}" in head.words for one, other in met)


def _close(shown: str, stated: str) -> bool:
    """Return whether two titles share a third of their words: two wordings for the same text."""
    a, b = set(fold(shown).split()), set(fold(stated).split())
    return bool(b) and (b <= a or (len(a & b) > 1 and 3 * len(a & b) >= min(len(a), len(b))))


def _trim(candidate: Candidate, affixes: Affixes) -> Candidate | None:
    value = bare(candidate.value, affixes)
    if not value or names_site(value, affixes.sites):
        return None
    if value == candidate.value:
        return candidate
    return candidate._replace(value=value, words=value)


def _headline(zones: Zones) -> Candidate | None:
    """Return the text of the headline element, or None if the page has none."""
    if zones.headline is None:
        return None
    words = _PERMALINK.sub("", visible(zones.headline))
    # Sphinx writes the sign without a space before it, so that it may be part of a name ("C#").
    if words.endswith("#") and any(link.text == "#" for link in zones.headline.iter("a")):
        words = words[:-1].rstrip()
    value = plain(decode_references(words) if "&" in words else words)  # some systems escape an ampersand twice
    return Candidate(Field.TITLE, value, words, "h1", Place.TEXT, zones.headline) if words else None


def _marked(zones: Zones) -> Candidate | None:
    """Return the first headline by class name, else the first h2 that leads to no other page, or None.

    This is for pages whose head names only the site. A front page has no such headline.
    """
    if not urlsplit(zones.page.url).path.strip("/"):
        return None
    # Any element with such a class: themes use div as often as h2.
    called = [e for e in zones.marked(_HEADLINE) if e.tag in _MAY_HEAD]
    called = [*sorted(called, key=zones.page.order.__getitem__), *islice(zones.page.body.iter("h2"), FEW)]
    for element in called:
        words = zones.page.short.get(element, "")
        # A link makes it the title of another text.
        if 2 <= len(words.split()) <= LONGEST and not zones.foreign(element) and not _leads_on(zones, element):
            return Candidate(Field.TITLE, plain(words), words, "marked headline", Place.TEXT, element)
    return None


def _leads_on(zones: Zones, element: Any) -> bool:
    """Return whether *element* holds or is a link to another page, or stands in a list or a menu."""
    links = [*element.iter("a"), *(above for above in element.iterancestors() if above.tag in ("a", "li", "nav"))]
    return any(link.tag != "a" or zones.page.absolute(link.get("href")) != zones.page.url for link in links)


def _alone(heading: Candidate, stated: set[str], whole: str) -> Candidate:
    """Return *heading* without a marked kicker at its beginning and a marked line at its end.

    It stays as it is if a title is *stated* with both.

    Args:
        stated: the folded titles that the head states.
        whole: the folded ``title`` element. A line below the headline belongs to the title if it stands there too.
    """
    full = fold(heading.value)
    if full in stated:
        return heading
    words = heading.words
    for element in heading.element.iterdescendants():
        marked = marks(element)
        kicker, below = _KICKER[marked], element.tag == "small" or _LEDE[marked]
        kicker = kicker or (full not in whole and _KIND[marked])
        said = visible(element) if kicker or below else ""
        if said and kicker and words.startswith(said) and len(words) > 2 * len(said):
            words = words[len(said) :].lstrip(_BETWEEN)
        elif said and below and words.endswith(said) and full not in whole:
            words = words[: -len(said)].rstrip(_BETWEEN)
    if words == heading.words or len(words.split()) < 2:
        return heading
    return heading._replace(value=plain(words), words=words)


def lede(page: Page, head: Any) -> Candidate | None:
    """Return the marked line below the headline, the element *head*, or None."""
    if head is None:
        return None
    near = set(islice((a for a in head.iterancestors() if a.tag not in ("body", "html")), 4))
    for element in _after(page, head):
        words = page.words(element)
        if not LEDE_SHORTEST <= len(words) <= LEDE_LONGEST or next(element.iter("a", "time"), None) is not None:
            continue
        above = takewhile(lambda a: a not in near, element.iterancestors())
        apart = any(a.tag in _NOT_OF_LEDE or a.tag == "body" for a in above)
        if not apart and next(date_parsing.find(words[-80:]), None) is None:
            return Candidate(Field.SUBTITLE, plain(words), words, "line below the headline", Place.TEXT, element)
    return None


def _after(page: Page, head: Any) -> list[Any]:
    """Return the elements after *head*, and outside it, whose class names mark such a line."""
    behind = page.order[head] + (len(list(head.iter())) if len(head) else 1)
    near = slice(behind, behind + REACH)
    held = zip(page.elements[near], page.tags[near], strict=True)
    found, told = [], 0
    for one, tag in held:
        # Most paragraphs have no attributes, so their class names need no look.
        if tag in _LEDE_TAGS and one.keys() and _LEDE[marks(one)]:
            found.append(one)
        told += tag == "p" and len(page.words(one)) >= 2 * LEDE_SHORTEST
        # Below the text, a description is that of its author or of the site.
        if told == BEGUN:
            break
    return found
