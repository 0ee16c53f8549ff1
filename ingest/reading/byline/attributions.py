"""Attributions: who is to be credited, each with a role and the bytes that name them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

from archive.evidence.locate import Place
from db.model.item import AgentKind, Attribution, Role
from ingest.reading.byline import name_lists
from ingest.reading.byline.author_choice import Author
from ingest.reading.byline.line import Line
from ingest.reading.byline.line import text_with_bars as in_parts
from ingest.reading.candidate import Candidate, Field
from ingest.reading.page.evidence_locator import Locator
from ingest.reading.page.page import Page, fold, lowered
from ingest.reading.page.zones import Zones
from ingest.reading.vocabulary import pattern, pattern_of, phrases
from ingest.terms.agencies import agency

_LABELS = {
    Role.TRANSLATOR: (phrases("byline.translator_labels"), ()),
    Role.EDITOR: (phrases("byline.editor_labels"), phrases("byline.editor_nouns")),
    Role.PHOTOGRAPHER: (phrases("byline.photographer_labels"), phrases("byline.photographer_nouns")),
}
"""The labels of each role, and nouns that are labels before a colon only."""
_PATTERNS = {
    role: rf"{pattern_of(said)}|{pattern_of(nouns)}(?=\s*[:：])" if nouns else pattern_of(said)
    for role, (said, nouns) in _LABELS.items()
}
_LABEL = re.compile(
    "(?:^|[\\s|•·,;–(/-])(?:"
    + "|".join(f"(?P<{role.value}>{words})" for role, words in _PATTERNS.items())
    + r")\s*[:：]?\s+(?P<names>[^|•·\n]{3,120})",
    re.I,
)
# One line may name several roles ("Text: Anna Fox, Foto: Jörg Brandt"): the next label ends the names of this one.
_NEXT = re.compile(
    rf"[\s,;/–-]+(?:{pattern('byline.text_words', 'byline.author_nouns', 'byline.next_labels', 'dates.date_nouns')}|"
    rf"{'|'.join(_PATTERNS.values())})(?:\s*[:：]|\s).*$",
    re.I,
)
# How each label begins, in lower case, after a separator. This is a faster search than the labels themselves.
_BEGUN = re.compile(
    r"[\s|•·,;–(/-]"
    + pattern_of(re.split(r"[^\w.]", label)[0][:4] for said in _LABELS.values() for label in chain(*said))
)
BEFORE, AFTER, LONGEST = 30, 90, 220


def made(author: Author, page: Page, locator: Locator) -> Attribution | None:
    """Return *author* as an attribution, or None if no bytes of the page hold the name."""
    said, name = author.candidate, author.name
    if said.value != name or said.words != name:
        said = said._replace(value=name, words=name)
    # Look for the name alone; if that fails, for all the words of the witness, which contain the name.
    evidence = locator.of(said) or locator.of(author.candidate)
    if evidence is None:
        return None
    kind = AgentKind.ORGANISATION if author.organisation else AgentKind.PERSON
    url = page.absolute(author.candidate.url)
    return Attribution(author.name, evidence, kind=kind, url=url, identifier=author.candidate.identifier)


def contributors(page: Page, zones: Zones, locator: Locator) -> Iterator[Attribution]:
    """Yield the translators, editors and photographers that the page names near its headline."""
    seen: set[tuple[Role, str]] = set()
    # Only near the headline: further down, translators and photographers belong to other things.
    at = page.order[zones.headline] if zones.headline is not None else 0
    near = ((e, page.short.get(e, "")) for e in page.elements[max(0, at - BEFORE) : at + AFTER + 1])
    near_lines = [(element, words) for element, words in near if 8 <= len(words) <= LONGEST]
    all_lines = "\n".join([words for _, words in near_lines]).lower()
    for element, words in near_lines if _BEGUN.search(f"\n{all_lines}") else ():
        if not _label(words) or zones.foreign(element):
            continue
        for role, name in _named(in_parts(element) if len(element) else words):
            # A line and the block around it name the same person; one claim is enough.
            if (role, name) in seen:
                continue
            seen.add((role, name))
            said = Candidate(Field.AUTHOR, name, name, f"{role.value} named", Place.TEXT, element)
            if one := made(Author(name, False, said), page, locator):
                yield replace(one, role=role)


def _named(words: str) -> Iterator[tuple[Role, str]]:
    """Yield the persons that *words* name after labels, each with the role that the label states."""
    while found := _label(words):
        role = next(role for role in _LABELS if found[role.value])
        for name in name_lists.split(_NEXT.sub("", found["names"]), printed=True):
            if name.is_person:
                yield role, name.name
        # Go on from the start of the names, not from their end: the next label stands within what was taken for names.
        words = words[found.start("names") :]


def may_name(page: Page, headline: Any) -> bool:
    """Return whether the words near *headline* hold a label of contributors; if not, there are no contributors."""
    at = page.order[headline]
    near = slice(max(0, at - BEFORE), at + AFTER + 1)
    texts, tails = page.texts
    said = [*texts[near], *tails[near]]
    said[::2], said[1::2] = texts[near], tails[near]
    # A label within a long paragraph names nobody.
    short = [
        words if len(words) <= LONGEST or len(words.strip()) <= 2 * LONGEST else " \n " for words in filter(None, said)
    ]
    return _label(" ".join(short)) is not None


def _label(words: str) -> re.Match[str] | None:
    """Return the first label in *words*, with the names after it, or None."""
    for begun in _BEGUN.finditer(f" {lowered(words)}"):
        if found := _LABEL.match(words, max(0, begun.start() - 1)):
            return found
    return None


def with_agency_roles(attributions: Iterable[Attribution]) -> tuple[Attribution, ...]:
    """Return *attributions*; an agency that is named next to persons gets the role of an agency."""
    found = tuple(attributions)
    named = {one.name for one in found if agency(one.name)}
    # An agency that is named alone is the author, since nobody else is.
    if not named or not any(one.kind is AgentKind.PERSON and one.name not in named for one in found):
        return found
    return tuple(replace(one, role=Role.AGENCY) if one.name in named else one for one in found)


def with_pages(authors: Iterable[Author], lines: list[Line]) -> list[Author]:
    """Return *authors*, each with the page that a byline links the name to, if none is known yet."""
    urls = {fold(n.name): u for line in lines for n, u in zip(line.names, line.urls, strict=True) if u}
    found = []
    for author in authors:
        one = author.candidate
        found.append(replace(author, candidate=one._replace(url=one.url or urls.get(fold(author.name)))))
    return found
