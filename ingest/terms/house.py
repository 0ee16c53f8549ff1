"""House: the names of the page's own publisher, and whether a sentence permits in somebody else's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from ingest.terms import owners
from ingest.terms.clause_reader import grants
from ingest.terms.folding import fold
from ingest.terms.page import PageView
from ingest.terms.prose import read_notice
from ingest.terms.sentences import sentences
from ingest.terms.word_lists import any_phrase, before, by_language, either, word_set

_TWO = 2
# Names are inflected: "Texty z Říčních zápisků" are texts of the "Říční zápisky".
_STEM = 4
_UPPER = "A-ZÀ-ÖØ-ÞĄĆĘŁŃŚŹŻČĎĚŇŘŠŤŮŽА-ЯІЇЄҐ"
_NAME = (
    rf"(?:[{_UPPER}][\w.&-]*)"
    rf"(?: (?:{either('sentences.in names')} ){{0,2}}[{_UPPER}0-9][\w.&-]*){{0,7}}"
)
_WORKS = rf"(?:\w+ ){{0,2}}{either('house.works')}(?!\w)"
_PERMITS = dict(by_language("house.permits"))
_ALLOWS = rf"(?:{either('house.adverbs')} )?{any_phrase(_PERMITS.pop('en'))}"
_ALLOWS_ELSEWHERE = any_phrase(chain.from_iterable(_PERMITS.values()))
_ARTICLE = f"{before('sentences.articles', capital=True)}?"
# A preposition introduces the topic of a text: "our articles on Russia's research".
_OBJECT = (
    rf"(?:^|[.;:!?,(] |(?<!\w)(?:re-?)?{either('house.acts')} (?:{either('house.some')} )?(?:of )?"
    rf"|{either('house.before of')} of )"
)
# The name of who permits stands at the beginning of the sentence; the name of whose works stands next to the works.
_PLACES = (
    re.compile(rf"^{_ARTICLE}(?P<name>{_NAME}) {_ALLOWS}(?!\w)"),
    # Without an article, a single capital at the beginning may belong to any noun, so two capitals are needed.
    re.compile(rf"^{_ARTICLE}(?P<name>[{_UPPER}][\w.&-]* {_NAME}) {_ALLOWS_ELSEWHERE}(?!\w)"),
    # "Except for Reuters' stories" excludes these, and says nothing about the publisher's own.
    re.compile(rf"{_OBJECT}(?!{before('house.except', capital=True)})(?:[Tt]he )?(?P<name>{_NAME})['’]s? {_WORKS}"),
    re.compile(
        rf"^(?:{before('house.every', capital=True)}|[{_UPPER}]\w+ (?=[{_UPPER}]))+(?P<name>{_NAME}) {_WORKS}"
        rf" {either('house.modals')}(?!\w)"
    ),
    re.compile(
        rf"^(?:\w+ ){{0,4}}?(?i:{either('house.kinds')}) (?:{either('house.made')} )?{either('house.by')}"
        rf" {before('sentences.articles')}?(?P<name>{_NAME})"
    ),
)
_GRANTORS, _BY_KIND = (0, 1), (3, 4)
"""The places for the name of who permits, and the places where the kind of works may stand like a name."""
# "Xx" stands for a name that was left out of the words.
_ITSELF = re.compile(rf"{either('house.itself')}|xx?")
_WHICH = re.compile(either("house.which"))
_HOUSES = re.compile(r"\w*Organization|CollegeOrUniversity|Corporation|NGO|WebSite")
_METAS = frozenset(
    {
        "publisher",
        "dc.publisher",
        "dcterms.publisher",
        "article.publisher",
        "copyright",
        "twitter.site",
        "apple-mobile-web-app-title",
    }
)
_HOME = re.compile(r"(?:https?://[^/]+)?/?(?:[a-z]{2}/?|index\.\w+)?")
_DIGRAPHS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_OURS = re.compile(rf"\b{either('holder.ours')}\b")
_LETTERS = re.compile(r"\w+")
_TITLE_SEPARATOR = re.compile(r" [-–—·:] | ?[|»•] ?")
_MARK = re.compile(r"©|\(c\)|copyright", re.IGNORECASE)
# A line of copyright is short; in a longer text somebody writes about copyright.
_LINE = 120


def names(page: PageView) -> tuple[str, ...]:
    """Return the folded names that the page gives to its own publisher, and its host."""
    # The publisher's own names and its address: a sentence about its own texts mostly contains one of them.
    said = _called(page)
    host = re.sub(r"^https?://(?:www\.)?", "", page.url).partition("/")[0]
    # The name may be written like the address, with or without its ending.
    every = [*said, host, host.rpartition(".")[0].rpartition(".")[2]]
    return tuple(dict.fromkeys(fold(name) for name in every if len(name) > _TWO))


def _called(page: PageView) -> list[str]:
    named = page.listed.named
    return [content for name in ("og:site_name", "application-name") for content, _ in named.get(name, ())]


def grants_for_another(words: str, page: PageView) -> bool:
    """Return whether *words* name who permits, or whose the texts are, and this is not the page's publisher."""
    named = _named(words)
    return bool(named) and not any(
        _is_known(name, names(page)) or _is_known(name, _told(page, words)) for name in named
    )


@lru_cache(maxsize=1024)  # a site prints the same notice on every page
def _named(words: str) -> tuple[str, ...]:
    """Return the names that *words* give to who permits or to the owner of the texts.

    Names that any publisher may use for itself are left out.
    """
    found: list[str] = []
    for number, place in enumerate(_PLACES):
        for match in place.finditer(words):
            start, end = next(span for span in sentences(words) if match.start("name") < span[1])
            # "The Institute of Mills lets everybody reprint our articles": the publisher names itself.
            if number in _GRANTORS and _OURS.search(fold(words[match.end() : end])):
                continue
            if not any(number not in _BY_KIND or not _WHICH.fullmatch(word) for word in _telling(match["name"])):
                continue
            terms = read_notice(words[start:end], None)
            # "Reuters' stories may not be republished" withholds them, and permits nothing in Reuters' name.
            if not terms or any(map(grants, terms)):
                found.append(match["name"])
    found += (name for name in owners.named(words) if any(map(_tells, _telling(name))))
    return tuple(dict.fromkeys(found))


def _tells(word: str) -> bool:
    """Return whether a word says whose works are meant, and not only which."""
    return _WHICH.fullmatch(word) is None


def _telling(name: str) -> Iterator[str]:
    """Yield the words of a name that tell a publisher from others."""
    return (word for word in _LETTERS.findall(fold(name)) if _ITSELF.fullmatch(word) is None)


def _is_known(name: str, house: tuple[str, ...]) -> bool:
    """Return whether *house*, the publisher's names, has a word of *name*, all its words in one, or its initials."""
    # Addresses have no umlauts: "boell.de" belongs to the "Böll-Stiftung".
    return any(_is_called(one, house) for one in dict.fromkeys((name, name.translate(_DIGRAPHS))))


def _is_called(name: str, house: tuple[str, ...]) -> bool:
    joined = " ".join(house)
    run = re.sub(r"\W", "", joined)
    words = _LETTERS.findall(fold(name))
    long = [word for word in words if len(word) > _TWO]
    known = any(len(word) > _TWO and word[: max(_STEM, len(word) - 3)] in run for word in _telling(name))
    known = known or "".join(words) in run
    # With or without the small words of the name: "DGAP" is the "Deutsche Gesellschaft für Auswärtige Politik".
    if known or any(len(one) > _TWO and one in _LETTERS.findall(joined) for one in _initials(long)):
        return True
    # In the other direction: "CEIP" is the "Carnegie Endowment for International Peace" in the title.
    said = (_LETTERS.findall(part) for one in house for part in _TITLE_SEPARATOR.split(one))
    return len(words) == 1 and any(words[0] in _initials(part) for part in said if len(part) > _TWO)


def _initials(words: list[str]) -> set[str]:
    """Return the initials of words, with and without the small ones."""
    long = [word for word in words if len(word) > _TWO]
    small = word_set("house.small")
    return {"".join(word[0] for word in kept) for kept in (long, [one for one in long if one not in small])}


def _told(page: PageView, words: str) -> tuple[str, ...]:
    """Return other texts that name the publisher: title, copyright lines, publisher metadata, links home.

    The line of copyright in *words* themselves names it only if the page's data do not.
    """
    titles = [element.text or "" for element in page.tagged("title")]
    data = [*(content for _, content, _ in page.metas(_METAS)), *_published(page), *_called(page)]
    lines = [text for said in page.listed.texts for text in said if text and len(text) <= _LINE and _MARK.search(text)]
    if data:
        lines = [line for line in lines if words not in line]
    return tuple(map(fold, [*titles, *lines, *data, *_homes(page)]))


def _homes(page: PageView) -> Iterator[str]:
    """Yield the words and picture texts of links to the front page of the same host."""
    host = page.url.partition("//")[2].partition("/")[0]
    for link, leads in page.listed.links:
        if _HOME.fullmatch(leads) and leads.partition("//")[2].partition("/")[0] in ("", host):
            yield from (words for words in (link.text_content(), *link.xpath(".//img/@alt")) if len(words) <= _LINE)


def _published(page: PageView) -> Iterator[str]:
    for node in page.jsonld:
        kinds = node.get("@type") if isinstance(node, dict) else None
        for one in (node.get("publisher"), node) if isinstance(node, dict) else ():
            is_house = one is not node or any(
                isinstance(kind, str) and _HOUSES.fullmatch(kind)
                for kind in (kinds if isinstance(kinds, list) else [kinds])
            )
            if is_house and isinstance(one, dict) and isinstance(one.get("name"), str):
                yield one["name"]
