"""Meta: what the ``meta`` elements of a page say: Open Graph, article, Highwire, Dublin Core and plain names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import Any

from archive.evidence.character_references import decode_references
from archive.evidence.locate import Place
from ingest.reading.byline import labels
from ingest.reading.candidate import Candidate, Field, Stated
from ingest.reading.page.once import remembered
from ingest.reading.page.outline import squeeze
from ingest.reading.page.page import Page, plain
from ingest.reading.vocabulary import phrases

# In order of trust within a field: names for scholarly indexes come before names for cards in social networks.
_NAMES = {
    Field.TITLE: """citation_title headline og:title twitter:title dc.title dcterms.title parsely-title
        sailthru.title article:title eprints.title""",
    Field.AUTHOR: """citation_author citation_authors author article:author og:article:author dc.creator
        dcterms.creator dc.contributor.author parsely-author sailthru.author byl article:author_name authors
        article.author book:author bt:author creator dcsext.author cXenseParse:author shareaholic:article_author_name
        article-author vf:author rbauthors""",
    Field.PUBLISHED: """article:published_time og:article:published_time article:published og:published_time
        citation_publication_date citation_online_date citation_date datepublished publishdate publish_date
        publish-date pubdate parsely-pub-date sailthru.date dc.date.issued dcterms.issued dcterms.created
        dc.date.created dc.date dcterms.date date publication_date article.published article_date_original
        originalpublicationdate rnews:datepublished cxenseparse:recs:publishtime last-published published_at
        article:post_date og:pubdate created""",
    Field.MODIFIED: """article:modified_time og:updated_time og:article:modified_time datemodified last-modified
        dcterms.modified dc.date.modified revised""",
    Field.SITE: "og:site_name application-name apple-mobile-web-app-title citation_journal_title dc.publisher",
    Field.SECTION: """article:section og:article:section parsely-section og:section prism.section articlesection
        article.section article:category section content_category category""",
    Field.LANGUAGE: "og:locale content-language dc.language dcterms.language language",
}
_WITNESSES = {field: [(name.lower(), f"meta {name}") for name in names.split()] for field, names in _NAMES.items()}
_KNOWN = frozenset(name for names in _WITNESSES.values() for name, _ in names)
# Other spellings by publishers, reduced to letters; they are asked after the names above.
_SPELT_PUBLISHED = """published publicationdate publisheddate datetimepublished publisheddatetime firstpublished
    firstpublishedat articlepublished articlepublisheddate articlepublicationdate articledate postdate posteddate
    issued dateissued contentpublisheddate publicationtime publishedtime publishtime releasedate prismpublicationdate
    eprintsdate bepresscitationdate dcdatepublished dcdateavailable dctermsavailable dctermspublished
    firstpublishdate firstpublicationdate originalpublishdate isopublishdate publicationdatetime datepublication
    displaydate pagedate contentdate searchdate ogreleasedate bookreleasedate ogpublishdate ogpublicationdate
    datecreated creationdate createddate dctermscreated pubdate pubtime publishedat publishedon publishon dateposted
    timepublished articlepubdate articlepublishdate articlepublishtime articlepublishedat pagepublishdate
    pagepublisheddate btpubdate nrbipubdate shareaholicarticlepublishedtime wbpublished apubtime regdate ogregdate
    articleregdate sortdate issuedate articlecreated firstpublishedtime firstpublishtime firstcreatetime
    weiboarticlecreateat cgdate"""
_SPELT_MODIFIED = """modifieddate modifiedtime modifieddatetime updatedtime lastmodifieddate lastupdated updateddate
    dateupdated contentmodifieddate"""
_SPELT = {
    Field.PUBLISHED: (*_SPELT_PUBLISHED.split(), *phrases("metadata.published_names")),
    Field.MODIFIED: _SPELT_MODIFIED.split(),
}
_SPELLINGS = frozenset(chain(*_SPELT.values()))
_ADDRESS = re.compile(r"^(?:https?:)?//|^www\.|^@|facebook\.com/", re.I)
_SITE = re.compile(r"(?<=\s)https?://\S+")
_TAGS = ("article:tag", "og:article:tag")
# Cards with two labelled lines, which WordPress plug-ins fill with the author and the reading time.
_CARD, _CARDS = "meta twitter:data", {f"twitter:data{n}": f"twitter:label{n}" for n in "12"}
_KEYWORDS = (
    *("news_keywords", "parsely-tags", "sailthru.tags", "keywords", "dc.subject", "dcterms.subject"),
    *("citation_keywords", "article:tags", "tags"),
)
_OWN_TAGS = re.compile(r"(?:^|[a-z][.:_-])(?:tags|keywords|topics)$")
# Names that end like a name for tags, but belong to pictures, advertising or programs.
_NOT_OF_TEXT = re.compile(r"video|image|music|\bads?\b|adtag|dfp|gpt|google|subject-tag|parsing|hovercard")
# What is left of a character that was escaped twice.
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,8});", re.I)
# One keyword, which may contain such a character ("Amber &amp;amp; Salt").
_PART = re.compile(r"(?:&(?:#\d{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,8});|[^,;，、|])+", re.I)

_HAN = re.compile("[\u3400-\u9fff]")
_SIGNS = frozenset(",;，、|")
WORD = 12
"""A keyword in Chinese characters has at most this many; longer ones are parts of a sentence."""


_ALL = frozenset(Field)
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


_Plan = tuple[tuple[Field, str, str], ...]


def _plan(named: tuple[str, ...], fields: frozenset[Field], witnesses: frozenset[str]) -> _Plan:
    """Return which metas to read, each with its field and witness, in order of trust within a field."""
    held = frozenset(named)
    said = [(field, name, witness) for field, names in _WITNESSES.items() for name, witness in names if name in held]
    spelt = {name: _letters(name) for name in named if name not in _KNOWN and _letters(name) in _SPELLINGS}
    for field, spellings in _SPELT.items():
        said += [
            (field, name, f"meta {name}") for one in spellings for name, letters in spelt.items() if letters == one
        ]
    said += [(Field.AUTHOR, name, _CARD) for name in _CARDS if name in held]
    tags = [*filter(held.__contains__, (*_TAGS, *_KEYWORDS))]
    tags += [name for name in named if name not in tags and _names_tags(name)]
    said += [(Field.TAG, name, f"meta {name}") for name in tags]
    return tuple([one for one in said if one[0] in fields or one[2] in witnesses])


_known_plan = lru_cache(maxsize=1024)(_plan)  # a site has the same metas on every page
# Plans for names with more characters than this in all are not remembered.
_MANY = 4000


def candidates(page: Page, fields: frozenset[Field] = _ALL, witnesses: frozenset[str] = frozenset()) -> list[Candidate]:
    """Return what the metas of *page* offer for these *fields*, in order of trust within a field.

    What *witnesses* say is added, whatever its field.
    """
    named = page.named
    names = tuple(named)
    plan = (_known_plan if sum(map(len, names)) <= _MANY else _plan)(names, fields, witnesses)
    found: list[Candidate] = []
    for field, name, witness in plan:
        if field is Field.TAG:
            found += _tags(page, name)
            continue
        # The label of such a line must mean "written by".
        if witness == _CARD and not labels.alone(next((c for c, _ in page.meta(_CARDS[name])), "").strip()):
            continue
        for content, element in named[name]:
            words = squeeze(content)
            # Open Graph wants the address of a profile in article:author; an address is not a name.
            if not words or (field is Field.AUTHOR and (_ADDRESS.search(words) or _built(page, words))):
                continue
            value = words if words.isascii() else plain(words)
            # Escaped twice: the parser has undone the first.
            if "&" in words and _ENTITY.search(words):
                value = plain(decode_references(words))
            found.append(_candidate(field, value, words, witness, element))
    root = page.tree
    declared = (root.get("lang") or root.get(_XML_LANG) or root.get("xml:lang") or "").strip()
    if declared:
        found.append(_candidate(Field.LANGUAGE, declared, declared, "html lang", root))
    return found


def _built(page: Page, words: str) -> bool:
    """Return whether *words* name whoever built the site, with the address of another: "Fox - http://fox.example"."""
    site = _SITE.search(words)
    return site is not None and not page.same_site(site[0])


def _candidate(field: Field, value: str, words: str, witness: str, element: Any) -> Candidate:
    return Candidate(field, value, words, witness, Place.ATTRIBUTE, element, stated=Stated(element))


@remembered(4096)  # a site has the same metas on every page
def _letters(name: str) -> str:
    return "".join(c for c in name if c.isalpha())


def _tags(page: Page, name: str) -> Iterator[Candidate]:
    for content, element in page.meta(name):
        for part in _spaced(content) or _PART.findall(content):
            if words := squeeze(part):
                value = plain(decode_references(words)) if "&" in words else plain(words)
                yield _candidate(Field.TAG, value, words, f"meta {name}", element)


def _spaced(content: str) -> list[str]:
    """Return the keywords of *content* if they are in Chinese characters and only spaces separate them, else none."""
    words = content.split()
    if not _SIGNS.isdisjoint(content):
        return []
    return words if all(len(word) <= WORD and _HAN.search(word) for word in words) else []


@remembered(4096)
def _names_tags(name: str) -> bool:
    """Return whether *name*, a publisher's own, is one for tags ("classification-tags")."""
    return _OWN_TAGS.search(name) is not None and _NOT_OF_TEXT.search(name) is None
