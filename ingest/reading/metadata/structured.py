"""Structured data: what the JSON-LD, microdata and RDFa of a page say about the article."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from archive.evidence.character_references import decode_references
from archive.evidence.locate import Place
from db.identity import is_front_page
from ingest.reading.byline import names
from ingest.reading.candidate import Candidate, Field, Stated
from ingest.reading.page.nodes import Graph, Node, graph, types
from ingest.reading.page.outline import squeeze
from ingest.reading.page.page import Page, plain, visible

ARTICLE = re.compile(
    r"(?:Article|BlogPosting|Posting|Report|Review|Chapter|Book|ScholarlyWork|CreativeWork|"
    r"NewsItem|Recipe|Essay)$"
)
ORGANISATION = re.compile(r"(?:Organization|Organisation|Corporation|NGO|Company|Brand|WebSite)$")
# Other types that may have a date and an author as an article does.
_PAGE = re.compile(
    r"^(?:(?:Medical|Item|About|FAQ|QA)?(?:Web)?Page|VideoObject|PodcastEpisode|DigitalDocument|"
    r"PresentationDigitalDocument|Dataset|PublicationIssue|Thesis)$"
)
_MARKUP = re.compile(r"<[^<>]{1,400}>")
Path = tuple[str | int, ...]
"""The keys and indexes that lead from a node to a value."""


def is_article(node: Node) -> bool:
    """Return whether *node* describes a text by somebody; a customer's review of a product does not count."""
    named = types(node)
    if "Review" in named and "headline" not in node:
        return False
    return any(map(names_article, named))


@lru_cache(maxsize=1024)
def names_article(name: str) -> bool:
    """Return whether *name* is a type of text."""
    return ARTICLE.search(name) is not None


def is_page(node: Node) -> bool:
    """Return whether *node* describes a page, or another work that is presented on a page."""
    return any(_PAGE.match(name) for name in types(node))


def main_node(page: Page, data: Graph) -> tuple[Node, Any] | None:
    """Return the node for this page's article with its script: by its title, else the first one; or None."""
    articles = [
        (n, s)
        for n, s in data.nodes
        if ("headline" in n or "author" in n or "datePublished" in n) and is_article(n) and not _is_of_site(page, n)
    ]
    articles = [] if _are_listed(page, [n for n, _ in articles]) else articles
    if not articles:
        # Some plug-ins describe only the page, with its author and date.
        articles = [(n, s) for n, s in data.nodes if ("author" in n or "datePublished" in n) and is_page(n)]
    # Pages also carry the data of linked texts in the same form.
    return next((one for one in articles if _titled(page, one[0])), articles[0] if articles else None)


def _is_of_site(page: Page, node: Node) -> bool:
    """Return whether *node* describes the whole site: it has the address of the front page, and no day.

    Some themes call the site an article on every page that is none.
    """
    if "datePublished" in node or is_front_page(page.url):
        return False
    address = _address(node.get("mainEntityOfPage")) or _address(node.get("url"))
    return bool(address) and is_front_page(address) and page.same_site(address)


def _are_listed(page: Page, articles: list[Node]) -> bool:
    """Return whether *articles* are the entries of a list: each is at another address than *page* and any other."""
    at = {_address(node.get("mainEntityOfPage")) or _address(node.get("url")) for node in articles}
    elsewhere = all(one and page.same_site(one) and not page.is_here(one) for one in at)
    return len(at) > 1 and elsewhere and not any(_titled(page, node) for node in articles)


def _titled(page: Page, node: Node) -> bool:
    """Return whether the title of *page* has the headline of *node*."""
    title = page.title_text.casefold()
    headline = plain(decode_references(str(node.get("headline") or node.get("name") or ""))).casefold()
    # Either may be shortened or end with the site's name; forty characters are enough to tell texts apart.
    return bool(headline) and (headline[:40] in title or title.split(" | ")[0][:40] in headline)


def _names_text(page: Page, node: Node) -> bool:
    """Return whether *node* says which text it describes; a template may call every page an article of somebody."""
    said = any(node.get(key) for key in ("headline", "name", "datePublished", "articleBody", "url", "@id"))
    return (said or bool(_address(node.get("mainEntityOfPage")))) and not _is_of_site(page, node)


def _address(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("@id") or value.get("url") or "")
    return value if isinstance(value, str) else ""


def _each(value: Any, *path: str | int) -> Iterator[tuple[Path, Any]]:
    """Yield each value in the list *value*, or *value* itself, with its path; *path* leads to *value*."""
    if isinstance(value, list):
        yield from (((*path, place), said) for place, said in enumerate(value))
    else:
        yield path, value


def _worded(said: Any, *keys: str) -> tuple[Any, Path]:
    """Return *said*, or the first non-empty value in it under one of *keys*, with the rest of the path."""
    if not isinstance(said, dict):
        return said, ()
    return next(((value, (key,)) for key in keys if (value := said.get(key))), (None, ()))


class Structured:
    """The JSON-LD of a page, read into candidates.

    Attributes:
        data: all nodes of the page.
        node: the main node, or None.
        script: the element that holds the main node.
        kinds: every type named on the page.
        free: the main node's ``isAccessibleForFree``, or None.
    """

    def __init__(self, page: Page) -> None:
        self.data = graph(page)
        chosen = main_node(page, self.data)
        self.node: Node | None = chosen[0] if chosen else None
        self.script: Any = chosen[1] if chosen else None
        nodes = [node for node, _ in self.data.nodes if "@type" in node]
        self.kinds = frozenset(
            [name for node in nodes for name in types(node) if not names_article(name) or _names_text(page, node)]
        )
        free = self.node.get("isAccessibleForFree") if self.node else None
        self.free = None if free is None else str(free).strip().lower() not in ("false", "no", "0")

    @property
    def body(self) -> str:
        """The text in the main node (``articleBody``), without markup; "" if there is none."""
        said = self.node.get("articleBody") if self.node else None
        return _MARKUP.sub("\n", decode_references(said)).strip() if isinstance(said, str) else ""

    def candidates(self, fields: Container[Field] = frozenset(Field)) -> list[Candidate]:
        """Return what the main node offers for each field, and the site's name.

        Titles, tags and dates of publication are included only if they are among *fields*.
        """
        found: list[Candidate] = []
        if self.node is not None:
            found += self._people(self.node, "author") or self._people(self.node, "creator")
            if Field.TITLE in fields:
                found += self._strings(Field.TITLE, "headline", "name")
            if Field.PUBLISHED in fields:
                found += self._strings(Field.PUBLISHED, "datePublished", "dateCreated", "uploadDate")
            found += self._strings(Field.MODIFIED, "dateModified")
            found += self._strings(Field.SUBTITLE, "alternativeHeadline")
            found += self._strings(Field.SECTION, "articleSection")
            found += self._strings(Field.LANGUAGE, "inLanguage")
            found += self._site(self.node, "JSON-LD publisher", "publisher")
        if Field.TAG in fields:
            found += self._keywords()
        # Most pages have no such node, and the set of kinds shows that without a loop.
        for node, _ in self.data.nodes if "WebSite" in self.kinds else ():
            if "WebSite" in types(node):
                found += self._site(node, "JSON-LD WebSite")
        return found

    def _say(self, field: Field, value: str, witness: str, node: Any, *path: str | int) -> Candidate:
        """Return *value*, which stands at the end of *path* in *node*, as a candidate."""
        words = squeeze(value)
        said = words if "&" not in words and words.isascii() else plain(decode_references(words))
        holder = self.data.holders.get(id(node), self.script)
        return Candidate(field, said, words, witness, Place.JSON, holder, stated=Stated(holder, node, path))

    def _strings(self, field: Field, *keys: str) -> list[Candidate]:
        found = []
        for key in keys:
            for path, said in _each(self.node.get(key) if self.node else None, key):
                text, end = _worded(said, "@value", "name")
                if isinstance(text, str) and text.strip():
                    found.append(self._say(field, text, f"JSON-LD {key}", self.node, *path, *end))
        return found

    def _keywords(self) -> Iterator[Candidate]:
        value = self.node.get("keywords") if self.node else None
        for path, said in _each(value, "keywords"):
            text, end = _worded(said, "name")
            if isinstance(text, str):
                # A list has one keyword per string, but some of these strings are lists again.
                for part in re.split(r"[,;，、|]", text) if not isinstance(value, list) or "," in text else [text]:
                    if part.strip():
                        yield self._say(Field.TAG, part, "JSON-LD keywords", self.node, *path, *end)

    def _site(self, node: Any, witness: str, *path: str) -> list[Candidate]:
        """Return the name of the site: that of *node*, or of what stands at the end of *path* in it."""
        value = node.get(path[0]) if path else node
        for at, said in islice(_each(value, *path), 1):
            held = self.data.follow(said)
            name, end = _worded(held, "name")
            if isinstance(name, str) and name.strip():
                where = (held, *end) if end else (node, *at)
                return [self._say(Field.SITE, name, witness, *where)]
        return []

    def _people(self, node: Node, key: str) -> list[Candidate]:
        found: list[Candidate] = []
        for at, said in _each(node.get(key), key):
            held = self.data.follow(said)
            if isinstance(held, dict):
                found += self._people(held, "@list") if isinstance(held.get("@list"), list) else self._person(held)
            # An address instead of a name says where the author's page is, not what the author is called.
            elif isinstance(held, str) and held.strip() and not held.startswith(("http://", "https://")):
                found.append(self._say(Field.AUTHOR, held, "JSON-LD author", node, *at))
        return found

    def _person(self, node: Node) -> list[Candidate]:
        kinds = types(node)
        # Without a type, the shape of the name decides later.
        organisation = True if any(map(ORGANISATION.search, kinds)) else (False if "Person" in kinds else None)
        url, same = node.get("url"), node.get("sameAs")
        known = [s for s in (same if isinstance(same, list) else [same]) if isinstance(s, str)]
        listed = _each(node.get("name"), "name")
        said = [self._name(node, at, name) for at, name in listed if isinstance(name, str) and name.strip()]
        address = url if isinstance(url, str) else None
        # An ORCID identifies one person under any name; other addresses are accounts.
        identifier = next((s for s in known if "orcid.org" in s), known[0]) if known else None
        return [one._replace(url=address, organisation=organisation, identifier=identifier) for one in said]

    def _name(self, node: Node, at: Path, name: str) -> Candidate:
        said = self._say(Field.AUTHOR, name, "JSON-LD author", node, *at)
        return said._replace(value=plain(_MARKUP.sub(" ", said.value))) if "<" in said.value else said


# The terms of schema.org, and behind them those that only Dublin Core has.
_OF_SCHEMA = {
    "author": Field.AUTHOR,
    "datepublished": Field.PUBLISHED,
    "datemodified": Field.MODIFIED,
    "headline": Field.TITLE,
    "keywords": Field.TAG,
}
_OF_BOTH = _OF_SCHEMA | {
    "creator": Field.AUTHOR,
    "issued": Field.PUBLISHED,
    "created": Field.PUBLISHED,
    "date": Field.PUBLISHED,
    "modified": Field.MODIFIED,
}


def microdata(page: Page) -> Iterator[Candidate]:
    """Yield what microdata and then RDFa in the body of *page* say about author, dates, headline and keywords."""
    if page.tree.find("body") is None:
        return
    for stated, witness in ((page.itemprops, "itemprop"), (page.properties, "RDFa")):
        for element, said in ((one.getparent(), one) for one in stated if page.in_body(one.getparent())):
            for prop in said.split():
                term = prop.lower() if witness == "itemprop" else _term(element, prop)
                field = (_OF_SCHEMA if witness == "itemprop" else _OF_BOTH).get(term.lower())
                if field is None or _foreign(element):
                    continue
                for holder in _named(element) if field is Field.AUTHOR else [element]:
                    found = _said(field, holder, f"{witness} {term}")
                    yield from found if field is not Field.TAG else (part for whole in found for part in _listed(whole))


def _named(author: Any) -> list[Any]:
    """Return the elements that hold the names of *author*, not the name of the author's employer."""
    if author.get("itemprop") is None:
        return author.xpath(".//*[@property='name' or @property='schema:name' or @property='foaf:name']") or [author]
    held = [e for e in author.iterdescendants() if "name" in (e.get("itemprop") or "").split()]
    # An author's item may contain another item, such as an employer, which has a name too. A property belongs to the
    # nearest itemscope around it (HTML, microdata).
    own = [e for e in held if _scope(e) in (author, _scope(author))]
    if own or author.get("itemscope") is None:
        return own or [author]
    # In a box about the author without a marked name, take the first part that looks like a person's name.
    parts = author.iter("a", "h3", "h4", "h5", "span", "strong")
    first = next((part for part in parts if names.person(plain(visible(part)))), None)
    if first is None and any(c.isdigit() for c in visible(author)):
        # The digits are counts of posts, badges or points.
        first = next((a for a in author.iter("a") if visible(a)), None)
    return [first if first is not None else author]


def _scope(element: Any) -> Any:
    """Return the item that *element* is a property of."""
    return next((a for a in element.iterancestors() if a.get("itemscope") is not None), None)


_VOCABULARIES = frozenset(
    ["schema", "dc", "dcterms", "dct", "http://schema.org", "https://schema.org", "http://purl.org/dc/terms"]
)


def _term(element: Any, prop: str) -> str:
    """Return the term of schema.org or Dublin Core that *prop* names, in an RDFa ``property``; "" for any other."""
    # A term is a CURIE (dc:creator), a whole address, or bare below a vocab (RDFa Core 1.1, section 7.4).
    vocabulary, _, term = prop.rpartition("/" if "//" in prop else ":")
    below = "" if vocabulary else next(iter(element.xpath("ancestor-or-self::*[@vocab]/@vocab")), "")
    return term if "schema.org" in below or vocabulary.lower() in _VOCABULARIES else ""


def _said(field: Field, holder: Any, witness: str) -> Iterator[Candidate]:
    # If an element has the attribute, that is its value (HTML, microdata, values). Its visible text may be shortened or
    # reworded for people ("2 hours ago").
    for attribute in ("content", "datetime"):
        if value := (holder.get(attribute) or "").strip():
            said = Candidate(field, plain(value), squeeze(value), witness, Place.ATTRIBUTE, holder)
            yield said._replace(stated=Stated(holder))
            return
    words = visible(holder)
    if words and len(words) < 300:
        yield Candidate(field, plain(words), words, witness, Place.TEXT, holder, stated=Stated(holder))


def _listed(candidate: Candidate) -> Iterator[Candidate]:
    """Yield the values in *candidate*, which may be a list with commas or semicolons."""
    for part in re.split(r"[,;]", candidate.words):
        if part.strip():
            yield candidate._replace(value=plain(part), words=squeeze(part))


# Properties whose items, inside an article, have authors and dates of their own.
_NESTED = frozenset({"review", "publisher", "video", "isrelatedto", "image", "acceptedanswer", "suggestedanswer"})


def _foreign(element: Any) -> bool:
    """Return whether *element* belongs to an item inside the article, such as a comment, an answer or a video."""
    for ancestor in element.iterancestors():
        kind = ancestor.get("itemtype") or ancestor.get("typeof") or ""
        prop = (ancestor.get("itemprop") or "").lower()
        if "comment" in prop or "Comment" in kind or prop in _NESTED:
            return True
    return False
