"""Tags: the subjects under which the publisher files the text, as printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from archive.locate import Place
from ingest.reading.candidate import Candidate, Field
from ingest.reading.judge import fold
from ingest.reading.page import Page, plain, visible
from ingest.reading.zones import Zones, marks, says

_LABEL = re.compile(
    r"^\W*(?:tags?|tagi|tematy|schlagw[oö]rt(?:er)?|schlagworte|themen|keywords?|słowa\s+kluczowe|"
    r"mots[- ]cl[ée]s|etiquetas|palabras\s+clave|étiquettes|trefwoorden|štítky|теги|мітки|topics|"
    r"filed\s+under)\s*[:：]\s*",
    re.I,
)
_CLASS = re.compile(
    r"(?:^|[\s_-])(?:tags?|tag-?links?|tag-?list|tags-?list|post-?tags|entry-?tags|article-?tags?|"
    r"tagcloud|keywords|topics|article-?topics)(?:$|[\s_-])",
    re.I,
)
_CLOUD = re.compile(r"tag-?cloud|widget", re.I)
_BLOCKS = frozenset({"p", "div", "span", "ul", "footer", "section", "dl", "li", "h4", "h5", "h6"})
_CATEGORY = re.compile(r"(?:^|[\s_-])(?:taxonomy-category|cat-?links|categories|post-categories)(?:$|[\s_-])", re.I)
_CATEGORY_PATH = re.compile(r"/(?:category|categories|kategoria|kategorie|categoria|categorie|rubrik)/", re.I)
_NUMBER = re.compile(r"\d{5,}")
MOST = 40


def candidates(page: Page, zones: Zones) -> dict[str, list[Candidate]]:
    """Return the tags that the page shows, by witness: ``rel=tag`` links, a labelled line, a block of tag
    links.
    """
    found: dict[str, list[Candidate]] = {"rel": [], "label": [], "class": []}
    for link in page.body.iter("a"):
        if "tag" in (link.get("rel") or "").lower().split() and not _category(link) and not zones.foreign(link):
            found["rel"] += one(link, "rel=tag")
    for element, words in page.short.items():
        if element.tag not in _BLOCKS:
            continue
        if (":" in words or "：" in words) and _LABEL.match(words):
            found["label"] += _listed(element, words, zones)
        elif says(_CLASS, said := zones.marks[element]) and not says(_CLOUD, said) and not zones.foreign(element):
            for link in element.iter("a"):
                found["class"] += one(link, "tag block")
    return found


def _category(link: Any) -> bool:
    """Say whether a link marked as a tag leads to a category: WordPress marks both alike."""
    parent = link.getparent()
    return (
        "category" in (link.get("rel") or "").lower().split()
        or says(_CATEGORY, marks(parent) if parent is not None else "")
        or bool(_CATEGORY_PATH.search(link.get("href") or ""))
    )


def one(link: Any, witness: str) -> Iterator[Candidate]:
    words = visible(link)
    value = plain(words).lstrip("#").strip(" ,;")
    if value and len(value) <= 80 and not _NUMBER.fullmatch(value):
        yield Candidate(Field.TAG, value, value, witness, Place.TEXT, link)


def _listed(element: Any, words: str, zones: Zones) -> Iterator[Candidate]:
    if zones.foreign(element):
        return
    links = [a for a in element.iter("a") if visible(a)]
    if links:
        for link in links:
            yield from one(link, "tag line")
        return
    for part in re.split(r"\s*[,;|•·]\s*", _LABEL.sub("", words)):
        value = part.strip(" .#")
        if value and len(value) <= 60:
            yield Candidate(Field.TAG, value, value, "tag line", Place.TEXT, element)


def choose(shown: dict[str, list[Candidate]], offered: list[Candidate]) -> list[Candidate]:
    """Choose the tags: what is shown as tags, else ``article:tag``, else JSON-LD keywords, else keyword
    metas; each once.
    """
    by_witness: dict[str, list[Candidate]] = {}
    for candidate in offered:
        by_witness.setdefault(candidate.witness, []).append(candidate)
    order = [
        shown["rel"],
        shown["label"],
        by_witness.get("meta article:tag", []),
        by_witness.get("JSON-LD keywords", []),
        shown["class"],
    ]
    order += [
        by_witness.get(f"meta {n}", [])
        for n in (
            "og:article:tag",
            "news_keywords",
            "parsely-tags",
            "sailthru.tags",
            "keywords",
            "dc.subject",
        )
    ]
    chosen = next((found for found in order if found), [])
    for found in order:
        if len(chosen) == 1 and len(found) > 1 and {fold(c.value) for c in chosen} < {fold(c.value) for c in found}:
            chosen = found
            break
    return each_once(chosen)


def each_once(chosen: list[Candidate]) -> list[Candidate]:
    """Return the tags without numbers, each once, at most MOST."""
    kept: dict[str, Candidate] = {}
    for candidate in chosen[:MOST]:
        if not _NUMBER.fullmatch(candidate.value):
            kept.setdefault(fold(candidate.value) or candidate.value, candidate)
    return list(kept.values())
