"""The house: the names that a page gives to its own publisher, and whether a sentence grants in another's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ingest.terms.page import PageView
from ingest.terms.phrases import fold

_TWO = 2
# A name is inflected: "Texty z Říčních zápisků" are those of the "Říční zápisky".
_STEM = 4
_UPPER = "A-ZÀ-ÖØ-ÞĄĆĘŁŃŚŹŻČĎĚŇŘŠŤŮŽА-ЯІЇЄҐ"
_NAME = (
    rf"(?:[{_UPPER}][\w.&-]*)"
    r"(?: (?:(?:of|for|on|and|the|&|für|und|des|der|i|y|e|de|del|la|di|da|do|w|na|rzecz) ){0,2}"
    rf"[{_UPPER}0-9][\w.&-]*){{0,7}}"
)
# Nouns of texts as they stand behind a name: "Bellingcat's reports", "Guardian articles".
_WORKS = (
    r"(?:\w+ ){0,2}(?:analys[ei]s|articles?|books?|briefs?|content|contents|essays?|journalism|materials?|news|papers?"
    r"|pieces?|posts?|publications?|reports?|research|stories|story|texts?|works?|writings?)(?!\w)"
)
_ALLOWS = (
    r"(?:now |also |expressly |explicitly |generally |hereby |gladly )?(?:allows?|permits?|lets?|encourages?|invites?"
    r"|welcomes?|authori[sz]es?|grants?|gives?|offers?|makes?|publishes|releases|licenses|waives)"
)
_ALLOWS_ELSEWHERE = (
    r"(?:erlaubt|gestattet|genehmigt|begrüßt|lädt|gewährt|erteilt|stellt|veröffentlicht"
    r"|zezwala|pozwala|udostępnia|zgadza|zachęca|udziela|publikuje"
    r"|permet|autorise|encourage|invite|accorde|publie|met|permite|autoriza|invita|anima|concede|publica"
    r"|consente|permette|autorizza|pubblica|incentiva|convida|staat|geeft|nodigt|publiceert"
    r"|povoluje|dovoluje|umožňuje|zveřejňuje|souhlasí|разрешает|позволяет|дозволяє|заохочує|надає|публикует|публікує)"
)
_ARTICLE = r"(?:The |Die |Der |Das |La |Le |L['’]|El |Il |Lo |O |A |De |Het )?"
# Who grants, or whose the works are, by the place of the name: it begins the sentence, or stands behind the works.
_PLACES = (
    re.compile(rf"^{_ARTICLE}(?P<name>{_NAME}) {_ALLOWS}(?!\w)"),
    # Without an article before it, one capital at the beginning may be that of any noun: of a name, two stand there.
    re.compile(rf"^{_ARTICLE}(?P<name>[{_UPPER}][\w.&-]* {_NAME}) {_ALLOWS_ELSEWHERE}(?!\w)"),
    re.compile(rf"(?<!\w)(?:[Tt]he )?(?P<name>{_NAME})['’]s? {_WORKS}"),
    re.compile(
        rf"^(?:All |Any |The |[{_UPPER}]\w+ (?=[{_UPPER}]))+(?P<name>{_NAME}) {_WORKS} (?:may|can|is|are)(?!\w)"
    ),
    re.compile(
        r"^(?:\w+ ){0,4}?(?i:articles|content|contents|essays|materials?|news|papers|posts|publications|reports"
        r"|research|stories|texts|artykuły|teksty|materiały|publikacje|treści|textes|contenus|artículos|textos|contenidos"
        r"|publicaciones|articoli|testi|contenuti|artigos|conteúdos|artikelen|teksten|články|texty|статьи|тексты"
        r"|материалы|статті|тексти|матеріали)"
        r" (?:published |produced |written |supplied |provided )?"
        r"(?:by|of|from|od|z|du|de|del|di|da|do|van|door|из|от|з|від)"
        rf" (?:the |la |el |il |l['’]|de |het )?(?P<name>{_NAME})"
    ),
)
# What a house without a name calls itself; a name of such words alone is no other's.
_ITSELF = re.compile(
    r"(?:the|this|our|we|i|you|it|its|their|his|her|all|any|these|each|every|anyone|everyone|permission|free|readers?|users?"
    r"|authors?|editors?|publishers?|terms|policy|site|website|blog|portal|page|web|team|staff|board|office|company|project"
    r"|inst[iy]t\w*|istitut\w*|insz?tytu\w*|fonda\w+|founda\w+|funda\w+|stiftung\w*|cent\w*|zentr\w*|osrod\w*|observ\w+|osserv\w+"
    r"|reda[ckz]\w*|edit\w*|verlag\w*|review|journal|magazin\w*|revue|revista|rivista|forum|network|netzwerk|lab|council"
    r"|associa\w+|asocia\w+|verein\w*|stowarz\w+|societ\w*|gesellschaft|universi\w+|uniwersy\w+|initiative|think|tank"
    r"|group|bank|agen[ctz]\w*|authority|bureau|urz[ae]d\w*|amt|behorde|service|commission|department|ministry|museum"
    r"|library|archiv\w*|copyright|creative|commons|cc|by|of|for|and|on|de|la|del|di|da|der|des|und|fur|i|y|e|w|na"
    r"|today|yesterday|week|month|year|publications?|articles?|reports?|texts?|content|information|material\w*|xx?)"
)
_HOUSES = ("Organization", "NewsMediaOrganization", "WebSite")
_LETTERS = re.compile(r"\w+")
_MARK = "©"
# A line of copyright is short; in what is longer somebody tells of it.
_LINE = 120


def names(page: PageView) -> tuple[str, ...]:
    """The names that the page gives to its own house, folded, and that of its host."""
    named = page.listed.named
    # As the house calls itself, and as its address does: one of them is mostly in a sentence about its own texts.
    said = [content for name in ("og:site_name", "application-name") for content, _ in named.get(name, ())]
    host = re.sub(r"^https?://(?:www\.)?", "", page.url).partition("/")[0]
    # The name may be written as in the address, with its ending or without.
    every = [*said, host, host.rpartition(".")[0].rpartition(".")[2]]
    return tuple(dict.fromkeys(fold(name) for name in every if len(name) > _TWO))


def grants_for_another(words: str, page: PageView) -> bool:
    """Whether *words* say by name who permits, or whose the texts are, and the page does not call its house so."""
    named = _named(words)
    return bool(named) and not any(_is_known(name, names(page)) or _is_known(name, _told(page)) for name in named)


@lru_cache(maxsize=1024)  # a site prints the same notice on every page
def _named(words: str) -> tuple[str, ...]:
    """The names by which *words* say who grants or whose the texts are, without what any house may call itself."""
    found = (match["name"] for place in _PLACES for match in place.finditer(words))
    return tuple(name for name in found if any(True for _ in _telling(name)))


def _telling(name: str) -> Iterator[str]:
    """The words of a name by which one house differs from others."""
    return (word for word in _LETTERS.findall(fold(name)) if _ITSELF.fullmatch(word) is None)


def _is_known(name: str, house: tuple[str, ...]) -> bool:
    """Whether a *house* is called by a word of a name, by all its words in one, or by its initials."""
    joined = " ".join(house)
    run = re.sub(r"\W", "", joined)
    words = _LETTERS.findall(fold(name))
    initials = "".join(word[0] for word in words if len(word) > _TWO)
    known = any(len(word) > _TWO and word[: max(_STEM, len(word) - 3)] in run for word in _telling(name))
    known = known or "".join(words) in run
    return known or (len(initials) > _TWO and initials in _LETTERS.findall(joined))


def _told(page: PageView) -> tuple[str, ...]:
    """What else the page says of its house: its title, its lines of copyright, the publisher in its JSON-LD."""
    titles = [element.text or "" for element in page.tagged("title")]
    lines = [text for said in page.listed.texts for text in said if text and _MARK in text and len(text) <= _LINE]
    return tuple(map(fold, [*titles, *lines, *_published(page)]))


def _published(page: PageView) -> Iterator[str]:
    for node in page.jsonld:
        if not isinstance(node, dict):
            continue
        kind = node.get("@type")
        for one in (
            node.get("publisher"),
            node if kind in ("Organization", "NewsMediaOrganization", "WebSite") else None,
        ):
            if isinstance(one, dict) and isinstance(one.get("name"), str):
                yield one["name"]
