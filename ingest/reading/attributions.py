"""Attributions: those who are to be credited, each with the part they had and the bytes that name them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from archive.evidence.locate import Place
from db.model.item import AgentKind, Attribution, Role
from ingest.reading.author_choice import Author, fold
from ingest.reading.byline import names
from ingest.reading.byline.line import Line
from ingest.reading.byline.line import parted as in_parts
from ingest.reading.candidate import Candidate, Field
from ingest.reading.evidence_locator import Locator
from ingest.reading.page.page import Page
from ingest.reading.page.zones import Zones
from ingest.terms.agencies import agency

_LABELS = {
    Role.TRANSLATOR: r"translat(?:ed|ion)(?:\s+from\s+(?:the\s+)?\w+)?(?:\s+by)?|tłumacz(?:enie|yła?)|tłum\.|przekład|"
    r"przełożyła?|übersetz(?:t|ung)(?:\s+aus\s+dem\s+\w+)?(?:\s+von)?|traduit\s+(?:de\s+l['’]?\s?\w+\s+)?par|traduction|"
    r"traducid[oa]\s+por|traducción|traduzione(?:\s+di)?|tradotto\s+da|vertaling|překlad|přeložila?|переклад|перевод",
    Role.EDITOR: r"edited\s+by|redakcja(?:\s+naukowa)?(?=\s*[:：])|redaktor(?:\s+naukowy)?(?=\s*[:：])|"
    r"herausgegeben\s+von|hrsg\.(?:\s+von)?|"
    r"redaktion(?=\s*[:：])|édité\s+par|editado\s+por|editor(?=\s*[:：])",
    Role.PHOTOGRAPHER: r"photos?(?:graphs?|graphy)?(?:\s+by|(?=\s*[:：]))|fotos?(?:grafie)?(?:\s+von|(?=\s*[:：]))|"
    r"fot\.|zdjęci[ae](?=\s*[:：])|bilder?(?:\s+von|(?=\s*[:：]))|фото(?=\s*[:：])",
}
_LABEL = re.compile(
    "(?:^|[\\s|•·,;–(/-])(?:"
    + "|".join(f"(?P<{role.value}>{words})" for role, words in _LABELS.items())
    + r")\s*[:：]?\s+(?P<names>[^|•·\n]{3,120})",
    re.I,
)
# Several parts stand in one line ("Text: Anna Fox, Foto: Jörg Brandt"): the next label ends the names of this one.
_NEXT = re.compile(
    r"[\s,;/–-]+(?:texte?|text[oi]|tekst|words|by|autor\w*|authors?|date|data|datum|"
    + "|".join(_LABELS.values())
    + r")(?:\s*[:：]|\s).*$",
    re.I,
)
# How every label begins, in lower case, behind what parts it from the words before: quicker to look for.
_BEGUN = re.compile(
    r"[\s|•·,;–(/-](?:t(?:ransl|łum|rad[uo])|p(?:rze[kł]|hoto|ře(?:kl|lož))|fot[o.]|edit(?:ed|or|ado)|h(?:erausg|rsg)|"
    r"redak|zdję|bild|übers|édité|vertal|пере[кв]|фото)"
)
BEFORE, AFTER, LONGEST = 30, 90, 220


def made(author: Author, page: Page, locator: Locator) -> Attribution | None:
    """Return *author* as an attribution, or None where no bytes of the page hold the name."""
    said, name = author.candidate, author.name
    if said.value != name or said.words != name:
        said = said._replace(value=name, words=name)
    # By the name alone where it stands so; else by all that the witness says, of which the name is a part.
    evidence = locator.of(said) or locator.of(author.candidate)
    if evidence is None:
        return None
    kind = AgentKind.ORGANISATION if author.organisation else AgentKind.PERSON
    url = page.absolute(author.candidate.url)
    return Attribution(author.name, evidence, kind=kind, url=url, identifier=author.candidate.identifier)


def contributors(page: Page, zones: Zones, locator: Locator) -> Iterator[Attribution]:
    """Yield who translated, edited or took photographs, as the page says by its headline."""
    seen: set[tuple[Role, str]] = set()
    # Near the headline alone: further down, translators and photographers are those of other things.
    at = page.order[zones.headline] if zones.headline is not None else 0
    near = ((e, page.short.get(e, "")) for e in page.elements[max(0, at - BEFORE) : at + AFTER + 1])
    held = [(element, words) for element, words in near if 8 <= len(words) <= LONGEST]
    told = "\n".join([words for _, words in held]).lower()
    for element, words in held if _BEGUN.search(f"\n{told}") else ():
        if not _label(words) or zones.foreign(element):
            continue
        for role, name in _named(in_parts(element) if len(element) else words):
            # A line and the block round it say the same, and one claim is enough.
            if (role, name) in seen:
                continue
            seen.add((role, name))
            said = Candidate(Field.AUTHOR, name, name, f"{role.value} named", Place.TEXT, element)
            if one := made(Author(name, False, said), page, locator):
                yield replace(one, role=role)


def _named(words: str) -> Iterator[tuple[Role, str]]:
    """Yield the persons whom *words* name behind labels, each with the part that the label gives them."""
    while found := _label(words):
        role = next(role for role in _LABELS if found[role.value])
        for name in names.split(_NEXT.sub("", found["names"]), printed=True):
            if names.person(name.name) and not name.organisation:
                yield role, name.name
        # From the names on, not behind them: the next label stands among what was taken for names.
        words = words[found.start("names") :]


def may_name(page: Page, headline: Any) -> bool:
    """Say whether the words by *headline* hold a label that contributors stand behind; if not, there are none."""
    at = page.elements.index(headline)
    near = slice(max(0, at - BEFORE), at + AFTER + 1)
    texts, tails = page.texts
    said = [*texts[near], *tails[near]]
    said[::2], said[1::2] = texts[near], tails[near]
    # Behind a label that stands in a whole paragraph nobody is sought.
    short = [
        words if len(words) <= LONGEST or len(words.strip()) <= 2 * LONGEST else " \n " for words in filter(None, said)
    ]
    return _label(" ".join(short)) is not None


def _label(words: str) -> re.Match[str] | None:
    """Return the first label in *words*, with the names behind it, or None."""
    lowered = words.replace("\u0130", "i").lower()  # as long as before: the one letter that would grow is set apart
    for begun in _BEGUN.finditer(f" {lowered}"):
        if found := _LABEL.match(words, max(0, begun.start() - 1)):
            return found
    return None


def parted(attributions: Iterable[Attribution]) -> tuple[Attribution, ...]:
    """Return *attributions* with an agency named beside persons in the part of an agency."""
    found = tuple(attributions)
    named = {one.name for one in found if agency(one.name)}
    # An agency that stands alone is the author: nobody else wrote the text.
    if not named or not any(one.kind is AgentKind.PERSON and one.name not in named for one in found):
        return found
    return tuple(replace(one, role=Role.AGENCY) if one.name in named else one for one in found)


def with_pages(authors: Iterable[Author], lines: list[Line], page: Page) -> list[Author]:
    """Return *authors*, each with the page and the ORCID that a byline links the name to, where none is known yet."""
    urls = {fold(n.name): u for line in lines for n, u in zip(line.names, line.urls, strict=True) if u}
    found = []
    for author in authors:
        one = author.candidate
        url = one.url or urls.get(fold(author.name))
        found.append(
            replace(author, candidate=one._replace(url=url, identifier=one.identifier or _orcid(page, author)))
        )
    return found


def _orcid(page: Page, author: Author) -> str | None:
    """Return the ORCID that stands beside the name, in the smallest block that holds both."""
    for link in page.orcids:
        for block in (link, *list(link.iterancestors())[:3]):
            words = page.short.get(block, "")
            if author.name in words:
                return str(link.get("href")).strip()
            if block is not link and len(words) > LONGEST:
                break
    return None
