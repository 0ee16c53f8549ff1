"""Holder: find notes on another holder of the rights in a text: an agency, an earlier publisher, its author.

Apart from the package's entry point, which joins holders with carriers and prose.

Such a holder has to be asked, whatever the site permits for its own texts. The words of the note are the evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

from archive.evidence.locate import Place
from db.model.item import Act, Covers, Permission, Statement, StatementPlace, Term
from ingest.terms.agencies import NAMES, WITH_ANOTHER, agency
from ingest.terms.blocks import DATELINE, ReuseTexts, block_of, runs
from ingest.terms.folding import fold
from ingest.terms.house import names
from ingest.terms.page import PageView
from ingest.terms.phrase_patterns import pattern_of, spaced
from ingest.terms.places import Placement
from ingest.terms.sentences import contact_in, sentences
from ingest.terms.vocabulary import vocabulary
from ingest.terms.word_lists import either, packaged

RULE = "held-by-another"
_LONGEST = 400
_BYLINE = re.compile(
    rf"by-?line|author|source|agenc|writer|{either('holder.bylines')}|(?:^|[\s_-])fn(?:$|[\s_-])", re.IGNORECASE
)
_NAMED = rf"(?:{NAMES}){WITH_ANOTHER}"
_LABEL = either("holder.labels")
_SIGN = r"(?:© ?|\(c\) ?|copyright ?(?:© ?|\(c\) ?)?)"
_LABELLED = re.compile(
    rf"(?:{_LABEL} ?:? ?(?:the )?{_NAMED}|[(/] ?{_NAMED} ?[)/]|{_SIGN}(?:\d{{4}} )?(?:by )?(?:the )?{_NAMED})"
    r"[\s.|,;-]*(?:\d{4})?[\s.]*(?:all rights reserved)?\.?"
)
_DATELINE = re.compile(
    rf"(?:[\w'. -]+(?:, [\w'. -]+){{0,3}} ?)?[(\[] ?{_NAMED} ?[)\]] ?(?:[-:.]|$)|[\w'. ]+, {_NAMED} ?[-:]"
)
_PARTS = re.compile(rf"\s*(?:[,;/|&•·()]|\s{either('holder.joints')}\s)\s*")
_BY = re.compile(rf"^{either('prose.by')}\s+", re.IGNORECASE)
_PICTURED = re.compile(rf"(?<!\w){either('holder.pictures')}")
_OURS = re.compile(rf"(?<!\w){either('holder.ours')}(?!\w)")
_AUTHORS = frozenset({"author", "article.author", "dc.creator", "dcterms.creator", "source", "news_source"})
_CREDITED = ("author", "creator", "copyrightHolder", "sourceOrganization", "provider")
_CREDITING = frozenset(_CREDITED)
_MODAL = frozenset({"may", "may not", "banned", "not banned", "nothing", "ask", "nothing asked"})


def statements(page: PageView, spoken: ReuseTexts) -> Iterator[Statement]:
    """Yield a statement for each note that names another holder of the text, and for an agency that is credited."""
    # An agency that publishes its own texts on its own site is not another holder.
    publisher = names(page)
    found: set[str] = set()
    for element, words in spoken.of_holders(page.listed):
        block = block_of(element)
        said = _said(block, words, publisher)
        if said is None or said in found:
            continue
        placement = Placement(block)
        # A footer is about the whole site, and its agencies provide other texts too.
        if placement.foreign or placement.unshown or (placement.footer and not placement.article):
            continue
        found.add(said)
        yield from _statement(page, said, (Place.TEXT,), at=block)
    # The head and the JSON-LD are read only if the visible page names nobody.
    if not found:
        yield from _credited(page, publisher)


def _statement(page: PageView, said: str, places: tuple[Place, ...], **origin: Any) -> Iterator[Statement]:
    evidence = page.evidence(said, *places, **origin)
    if evidence is not None:
        # "Ask" and not "prohibited", because the holder may well agree; the words say who it is.
        term = Term(Covers.TEXT, Act.USE, Permission.ASK, RULE, contact=contact_in(said))
        place = StatementPlace.ITEM_PROSE if places == (Place.TEXT,) else StatementPlace.ITEM_CARRIER
        yield Statement(evidence.words, place, evidence, (term,))


def _said(block: Any, words: str, house: tuple[str, ...]) -> str | None:
    """Return the words of *block* that name another holder, or None; *words* is one text in it."""
    begins = fold(words[:DATELINE])
    if _DATELINE.match(begins) and not _own(begins, house) and _agency_in(begins):
        return " ".join(words.split())[: _end(" ".join(words.split()))].strip()
    # Run by run, because a block may hold a byline, a dateline and a note after each other.
    whole = runs(block)
    for run in whole:
        # A note is one or two sentences; a longer run tells a story.
        if len(run) > _LONGEST:
            continue
        folded = fold(run)
        if len(run) <= DATELINE and (_LABELLED.fullmatch(folded) or _in_byline(block, run)):
            # The agency may be credited only with the picture, and the publisher may be an agency.
            return None if _own(folded, house) or _PICTURED.search(folded) else run
        for span in sentences(run):
            sentence = run[slice(*span)]
            if _speaks(sentence, house):
                return sentence
    return None


def _agency_in(folded: str) -> bool:
    return re.search(rf"(?<!\w){_NAMED}(?!\w)", folded) is not None


def _end(words: str) -> int:
    """Return where the dateline at the beginning of *words* ends: after the agency's bracket, or before its dash."""
    found = re.match(r"[^()\[\]]*[(\[][^()\[\]]*[)\]]|[^–—-]*", words)
    return found.end() if found else len(words)


def _in_byline(block: Any, run: str) -> bool:
    """Return whether a short line names an agency as author or source, in an element named for that."""
    if not any(agency(part.strip(" .:")) for part in _PARTS.split(_BY.sub("", run))):
        return False
    # Two levels up: themes put a byline into one box, rarely into more.
    around = [block, *list(block.iterancestors())[:2], *block.iterdescendants()]
    return any(
        isinstance(one.tag, str)
        and _BYLINE.search(f"{one.get('class') or ''} {one.get('id') or ''} {one.get('rel') or ''}")
        for one in around
        if one.tag not in ("body", "html")
    )


@lru_cache(maxsize=4096)
def _speaks(sentence: str, house: tuple[str, ...]) -> bool:
    """Return whether a sentence says, as a note does, that the text is somebody else's; pictures do not count."""
    folded = fold(sentence)
    book = vocabulary()
    for language, signs in _signs():
        if not any(map(folded.__contains__, signs)):
            continue  # every note in that language contains one, and the frames are long
        first, other = _frames(language)
        # A publisher with somebody else's permission holds no rights itself, even if the note names the publisher. A
        # note on the first publication may mean the publisher itself.
        by_leave = other.search(folded) is not None
        if not by_leave and (first.search(folded) is None or _own(folded, house)):
            continue
        marks = book.marks(folded)
        return "images" not in marks and "caption" not in marks and _MODAL.isdisjoint(marks.keys() - {"ask"})
    return False


@cache
def _signs() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return each language with the signs of its notes."""
    held = packaged("reach/holders").items()
    return tuple((language, tuple(map(fold, said["triggers"]))) for language, said in held if language != "words")


@cache
def _frames(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the pattern of first publications in a language, and that of others' rights.

    The second matches notes on somebody's permission or an author's rights.
    """
    held = packaged("reach/holders")
    words, said = held["words"], held[language]

    def pattern(frames: list[str]) -> re.Pattern[str]:
        return spaced(tuple(pattern_of(fold(frame), words) for frame in frames))

    return pattern(said["first"]), pattern([*said["leave"], *said["rights"]])


def _own(folded: str, house: tuple[str, ...]) -> bool:
    """Return whether words name the page's own publisher, or say "our" of where a text was first published."""
    if _OURS.search(folded):
        return True
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", folded) for name in house)


def _credited(page: PageView, house: tuple[str, ...]) -> Iterator[Statement]:
    """Yield a statement for an agency that the page's head or JSON-LD credits with the text."""
    for _, value, meta in page.metas(_AUTHORS):
        if agency(value) and not _own(fold(value), house):
            yield from _statement(page, value, (Place.ATTRIBUTE,), at=meta)
            return
    # Anywhere in the graph: plug-ins often put the author next to the article and not into it.
    for node in page.jsonld:
        if not isinstance(node, dict) or _CREDITING.isdisjoint(node):
            continue  # true for most objects, and a page may have thousands
        for value in _names(node):
            if agency(value) and not _own(fold(value), house):
                yield from _statement(page, value, (Place.JSON,), node=node)
                return


def _names(node: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names that a JSON-LD object credits."""
    # In this order: the author comes before the provider of the page.
    for name in _CREDITED:
        said = node.get(name)
        if said is None:
            continue  # true for most, and a page may have thousands of objects
        for one in said if isinstance(said, list) else [said]:
            value: Any = one.get("name") if isinstance(one, dict) else one
            if isinstance(value, str):
                yield value.strip()
