"""Titles: the article's own headline, without the affixes of site and section.

Apart from the reader of pages, which takes the title and no part in choosing it.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from archive.evidence.locate import Place
from ingest.reading.author_choice import fold
from ingest.reading.candidate import Candidate, Field
from ingest.reading.metadata import heading as headings
from ingest.reading.metadata.site_names import initials
from ingest.reading.page.page import Page, plain
from ingest.reading.page.section_names import GENERIC
from ingest.reading.page.zones import Zones

_AFFIX = re.compile(r"\s+[-|–—·•»›«~/:]+\s+|\s*[|│｜ㅣ]+\s*|\s+::\s+|\s*»\s+(?=\S)|\s+—\s+")
_LAST_AFFIX = re.compile(r"\s+[-|–—·•»~]\s+|\s*[|│｜ㅣ]\s*")
_GENRES = """opinion opinions analysis editorial news blog podcast interview op ed comment commentary letters video
    meinung kommentar analyse gastbeitrag kolumne opinia komentarz analiza wywiad felieton opinión análisis tribune
    opinioni analisi analys ledare debatt"""
# What a publisher adds to a headline to say of what kind the text is.
_GENRE = frozenset(_GENRES.split()) | {"op ed"}
_FORMS = """report reports brief briefing policybrief policypaper workingpaper researchpaper factsheet paper article
    insight research statement event publication pressrelease pressemitteilung presseinformation studie bericht
    raport komunikat publikacja informe comunicado estudio communiqué rapport étude note pressmeddelande persbericht"""
# What it adds with a stroke to say in what form the text comes; without spaces, as some say two words.
_FORM = frozenset(_FORMS.split())
_NAMELESS = (
    "untitled,untitled document,unbenannt,bez tytułu,sans titre,react app,document,index,page,post,start,startseite"
)
# What a system states as a title where nobody wrote one.
_NO_HEADLINE = GENERIC | frozenset(f"{_NAMELESS},strona główna,accueil,inicio,homepage,welcome".split(","))
_HOST_FIRST = re.compile(r"([\w-]+(?:\.[\w-]+)*\.[a-z]{2,10})\s+(?=\S+\s\S)")
_PARTING = re.compile(r"[-–—|·•»:]+\s+")
_THREE_WORDS = re.compile(r"\s*(?:\S+\s+){2}\S")
_PARTED = re.compile(r"(?<=\w)\s+[-–—|·•]\s*$")
# A title in the form of an address, which some systems state where none was written.
_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+){2,}")
_STROKES = frozenset("/|│｜»")
_DATED = re.compile(r"^\(?\d{1,2}\.\s?\d{1,2}\.\s?(?:19|20)\d\d\)?\s*[-–—|:]+\s*(?=\S{2})")


def from_title(page: Page) -> Candidate | None:
    """Return what ``title`` says, or None."""
    if not page.title_text:
        return None
    said = page.title_text
    return Candidate(
        Field.TITLE,
        plain(html.unescape(said)) if "&" in said else said,
        " ".join(page.title_element.text_content().split()),
        "title element",
        Place.TEXT,
        page.title_element,
    )


@lru_cache(maxsize=4096)
def _flat(name: str) -> str:
    """Return the letters of *name* as a host has them: without their marks, and nothing between them."""
    # The stroke of ł is no mark that Unicode takes off, and hosts write it as l.
    kept = unicodedata.normalize("NFKD", fold(name).replace(" ", "").replace("ł", "l"))
    return kept if kept.isascii() else "".join(c for c in kept if not unicodedata.combining(c))


def site(page: Page) -> Candidate | None:
    """Return the part of ``title`` that names the site as its host does ("Amber Institute" of amberinstitute.example),
    or None.
    """
    parts = [part.strip() for part in _AFFIX.split(page.title_text or "")]
    hosts = {label for label in (page.host, *page.host.split(".")) if len(label) > 3}
    named = {_flat(host) for host in hosts}
    # Sites put their name last, and some of them first.
    part = next((p for p in (parts[-1], parts[0]) if len(parts) > 1 and _flat(p) in named), None)
    if part is None:
        return None
    return Candidate(Field.SITE, part, part, "title element", Place.TEXT, page.title_element)


@dataclass(frozen=True, slots=True)
class Affixes:
    """Folded names of the site and of the section, which a title may carry before or after the headline."""

    sites: frozenset[str]
    sections: frozenset[str] = frozenset()


def bare(title: str, affixes: Affixes) -> str:
    """Return *title* without a part at either end that names the site, its host or nothing else than they
    do; without a last part that names the section or the kind of text, and without a day before it.
    """
    title = _DATED.sub("", title)
    # Some pages begin their title with the host, as a bookmark would show it.
    if (host := _HOST_FIRST.match(title)) and names_site(host[1], affixes.sites):
        title = title[host.end() :]
        # A sign that stands right at a word is the headline's: "-40 degrees".
        title = title[parting.end() :] if (parting := _PARTING.match(title)) else title
    while parts := list(_AFFIX.finditer(title)):
        cut = _cut(title, parts, affixes)
        if cut is not None:
            title = title[:cut].strip()
        elif names_site(title[: parts[0].start()], affixes.sites):
            title = title[parts[0].end() :].strip()
        else:
            break
    # What a system puts between a headline and a name stays where the name is missing: "Rail travel -".
    return _PARTED.sub("", title)


def _cut(title: str, parts: list[re.Match[str]], affixes: Affixes) -> int | None:
    """Return where what follows the headline begins: the site's name, or a section; None where nothing does."""
    ends = [*(part.start() for part in parts[1:]), len(title)]
    long = _THREE_WORDS.match(title)
    for part, end in zip(parts, ends, strict=True):
        # In the midst of a title the site's name ends it only where what is left is long enough for a headline.
        whole = end == len(title) or (long is not None and long.end() <= part.start())
        if whole and names_site(title[part.end() : end], affixes.sites):
            return part.start()
    affix = list(_LAST_AFFIX.finditer(title))
    said = fold(title[affix[-1].end() :]) if affix else ""
    section = said in affixes.sections or said in _GENRE
    # After a stroke alone a section is taken for one in general words: after a dash they may be the headline's own.
    if affix and affix[-1][0].strip() in _STROKES:
        section = section or said in GENERIC or said.replace(" ", "") in _FORM
    # Of a headline of one or two words no section is cut: it may be what the page is called.
    return affix[-1].start() if section and len(title[: affix[-1].start()].split()) > 2 else None


def names_site(part: str, sites: frozenset[str]) -> bool:
    """Say whether *part* is the site's name, or its host's."""
    said = fold(part)
    tight = said.replace(" ", "")
    short = initials(said)
    return not said or any(
        said == s
        or s in short
        # Either side may be the short one: "BIA" for the Blue Isle Academy, and the other way about.
        or (len(said) > 2 and said in initials(s))
        or _flat(said) == s
        or tight == s.replace(" ", "")
        # A name that is cut short, by less than half: sites leave out what is their legal form or their country.
        or (len(tight) > 3 and s.replace(" ", "").startswith(tight) and len(tight) * 2 > len(s))
        for s in sites
    )


def choose(offered: list[Candidate], zones: Zones, affixes: Affixes) -> tuple[Candidate | None, list[Candidate]]:
    """Choose the title; return it with those that lost.

    Rules: the heading that ``title`` holds, or that shares a third of its words with the first structured title; else
    the structured title that ``title`` holds; else the first structured one; else the heading; else ``title``; else
    what the page only marks as a headline. All are without affixes; the site's name is never a title, and what names a
    section of it is the last.

    Args:
        offered: structured titles, the most trusted first.
    """
    heading, title = headings.headline(zones), from_title(zones.page)
    # The last words of an address are no title, though some systems state them as one.
    stated = [c for c in (_trim(c, affixes) for c in offered if not _SLUG.fullmatch(c.value)) if c]
    trimmed = [c for c in stated if fold(c.value) not in _NO_HEADLINE]
    said = fold(title.value) if title else ""
    head = _trim(headings.alone(heading, {fold(c.value) for c in trimmed}, said), affixes) if heading else None
    page_title = _trim(title, affixes) if title else None
    # "Home" or "News" stay, as the last: a page of which nothing else is known still has to be called something.
    if page_title and fold(page_title.value) in _NO_HEADLINE:
        stated, page_title = [*stated, page_title], None
    ranked = _longer(head, page_title, trimmed) if head else []
    # Two witnesses that agree, one of which readers see.
    if head and title and len(fold(head.value)) > 3 and fold(head.value) in said:
        ranked.append(head)
    if head:
        # The stated form goes before: it is whole where the heading is broken over lines.
        ranked += [c for c in trimmed if fold(c.value) == fold(head.value)]
        if trimmed and not _glued(head) and any(_close(head.value, c.value) for c in (trimmed[0], page_title) if c):
            ranked.append(head)
    # A short one stands in "title" by chance.
    ranked += [c for c in trimmed if said and fold(c.value) and fold(c.value) in said and len(fold(c.value)) > 8]
    ranked += [c for c in (*trimmed[:1], head, *trimmed[1:], page_title) if c]
    ranked = ranked or [c for c in (headings.marked(zones), *stated) if c]
    if not ranked:
        return None, []
    # Capitals are how a page looks; how the words are written is known from where they stand in small letters.
    best = next((c for c in (*trimmed, *_parts(page_title)) if _in_small_letters(c, ranked[0])), ranked[0])
    losers = {fold(c.value): c for c in (*trimmed, head, page_title) if c and fold(c.value) != fold(best.value)}
    return best, list(losers.values())


def _in_small_letters(offered: Candidate, chosen: Candidate) -> bool:
    """Say whether *offered* says in small letters what the *chosen* title says in capitals alone."""
    shouted = chosen.value.isupper() and not offered.value.isupper() and " " in chosen.value
    return shouted and offered.value.upper() == chosen.value


def _longer(head: Candidate, page_title: Candidate | None, trimmed: list[Candidate]) -> list[Candidate]:
    """Return the structured titles of which the heading holds but a part, or that it has a kicker before."""
    ranked: list[Candidate] = []
    whole, shown = fold(page_title.value) if page_title else "", fold(head.value)
    stated = {fold(c.value) for c in trimmed if not c.witness.startswith("itemprop")}
    if shown not in stated:
        long = {fold(c.value) for c in trimmed if c.witness == "JSON-LD headline"}
        ranked += [c for c in trimmed if fold(c.value) in long and _goes_on(fold(c.value), shown, whole)]
    # Where the heading runs a kicker into the headline, a title that parts them says the same better.
    ranked += [c for c in trimmed if fold(c.value) != shown and _tight(c.value) == _tight(head.value)]
    if shown not in stated:
        ranked += [c for c in (*trimmed, *_parts(page_title)) if _kicked(head, fold(c.value))]
    if head.value.endswith(":"):  # a heading that goes on in another element
        ranked += [c for c in trimmed if shown in fold(c.value) and fold(c.value) in whole]
    return ranked


def _goes_on(stated: str, shown: str, whole: str) -> bool:
    """Say whether the *stated* title is *shown* with a kicker before it, and ``title`` begins with both."""
    return stated != shown and stated.endswith(shown) and whole.startswith(stated)


def _parts(page_title: Candidate | None) -> list[Candidate]:
    """Return the parts of ``title`` between strokes: one may be the headline where the site's name is not known."""
    parts = _AFFIX.split(page_title.value) if page_title is not None else []
    return [page_title._replace(value=part, words=part) for part in parts if page_title is not None and part.strip()]


def _tight(title: str) -> str:
    return fold(title).replace(" ", "")


def _kicked(head: Candidate, offered: str) -> bool:
    """Say whether the heading is the *offered* title with a kicker before it or a line after it."""
    shown = fold(head.value)
    # Kicker and line below are shorter than a headline: what is under two fifths of the heading is one of them.
    if not 15 < len(offered) < len(shown) or 5 * len(offered) <= 2 * len(shown):
        return False
    if not (shown.endswith(offered) or shown.startswith(offered)):
        return False
    # Only where elements part them: a headline may well begin with the words of another title.
    runs = [fold(run) for run in head.element.itertext()]
    return any(offered in (_joined(runs[:cut]), _joined(runs[cut:])) for cut in range(1, len(runs)))


def _joined(runs: list[str]) -> str:
    return " ".join(run for run in runs if run)


def _glued(head: Candidate) -> bool:
    """Say whether the heading's lines stand in elements of their own with nothing between them ("RoadsWho pays")."""
    runs = list(head.element.itertext())
    # A small letter before a capital, as no word has them.
    met = ((one[-4:], other[:4]) for one, other in pairwise(runs) if one[-1:].islower() and other[:1].isupper())
    return any(f"{one}{other}" in head.words for one, other in met)


def _close(shown: str, stated: str) -> bool:
    """Say whether two titles share a third of their words: they speak of one text, each in a wording of its own."""
    a, b = set(fold(shown).split()), set(fold(stated).split())
    return bool(b) and (b <= a or (len(a & b) > 1 and 3 * len(a & b) >= min(len(a), len(b))))


def _trim(candidate: Candidate, affixes: Affixes) -> Candidate | None:
    value = bare(candidate.value, affixes)
    if not value or names_site(value, affixes.sites):
        return None
    if value == candidate.value:
        return candidate
    return candidate._replace(value=value, words=value)
