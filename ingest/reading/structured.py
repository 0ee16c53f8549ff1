"""Structured data: what JSON-LD and microdata on a page say of the article."""

from __future__ import annotations

import html
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from archive.locate import Place
from ingest.reading.candidate import Candidate, Field
from ingest.reading.json_scripts import load
from ingest.reading.outline import squeeze
from ingest.reading.page import Page, plain

ARTICLE = re.compile(
    r"(?:Article|BlogPosting|Posting|Report|Review|Chapter|Book|ScholarlyWork|CreativeWork|"
    r"NewsItem|Recipe|Essay)$"
)
ORGANISATION = re.compile(r"(?:Organization|Organisation|Corporation|NGO|Company|Brand|WebSite)$")
_PAGE = re.compile(
    r"^(?:(?:Medical|Item|About|FAQ|QA)?(?:Web)?Page|VideoObject|PodcastEpisode|DigitalDocument|"
    r"PresentationDigitalDocument|Dataset|PublicationIssue|Thesis)$"
)
"""What may be dated and signed as an article is."""
NODES_AT_MOST = 5000
_HOLDING = (dict, list)
_MARKUP = re.compile(r"<[^<>]{1,400}>")
Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Graph:
    """The nodes of every JSON-LD block of a page, each with the script it stands in, and how to follow
    ``@id``.
    """

    nodes: tuple[tuple[Node, Any], ...]
    by_id: dict[str, Node]

    def follow(self, value: Any) -> Any:
        """Return the node that a bare ``{"@id": ...}`` names, or *value* as it is."""
        if isinstance(value, dict) and "@id" in value and "name" not in value:
            return self.by_id.get(str(value["@id"]), value)
        return value


def graph(page: Page) -> Graph:
    """Collect the nodes of every JSON-LD block of *page*, in document order; some sites put one into a ``meta``."""
    nodes: list[tuple[Node, Any]] = []
    by_id: dict[str, Node] = {}
    scripts = (s for s in page.tagged.get("script", ()) if "ld+json" in (s.get("type") or "").lower())
    blocks = [(script, script.text or "") for script in scripts]
    blocks += [(element, content) for name, content, element in page.metas if "ld+json" in name]
    for holder, text in blocks:
        for node in _walk(load(text)):
            nodes.append((node, holder))
            identity = node.get("@id")
            if isinstance(identity, str) and (len(node) > 1):
                known = by_id.get(identity)
                if known is None or ("name" in node and "name" not in known):
                    by_id[identity] = node
    return Graph(tuple(nodes), by_id)


def _walk(value: Any) -> Iterator[Node]:
    stack, budget = [value], NODES_AT_MOST
    while stack and budget:
        budget -= 1
        current = stack.pop()
        if isinstance(current, dict):
            yield current
            held = [value for value in current.values() if isinstance(value, _HOLDING)]
            stack += reversed(held)
        elif isinstance(current, list):
            stack += reversed(current)


def types(node: Node) -> tuple[str, ...]:
    """Return the names of the types of *node*, without their vocabulary."""
    named = node.get("@type", ())
    return tuple(map(_bare, map(str, named))) if isinstance(named, list) else (_bare(str(named)),)


@lru_cache(maxsize=1024)
def _bare(name: str) -> str:
    return name.rsplit("/", 1)[-1].rsplit(":", 1)[-1]


def is_article(node: Node) -> bool:
    """Say whether *node* describes a text by someone; what customers say of wares is none."""
    named = types(node)
    if "Review" in named and "headline" not in node:
        return False
    return any(map(names_article, named))


@lru_cache(maxsize=1024)
def names_article(name: str) -> bool:
    """Say whether a type of that name is one of texts."""
    return ARTICLE.search(name) is not None


def is_page(node: Node) -> bool:
    """Say whether *node* describes a page, or another work that one page presents."""
    return any(_PAGE.match(name) for name in types(node))


def main_node(page: Page, data: Graph) -> tuple[Node, Any] | None:
    """Choose the node that describes this page's article: one that names this URL or title before the first
    one.
    """
    articles = [
        (n, s) for n, s in data.nodes if ("headline" in n or "author" in n or "datePublished" in n) and is_article(n)
    ]
    if not articles:
        articles = [(n, s) for n, s in data.nodes if ("author" in n or "datePublished" in n) and is_page(n)]
    if len(articles) < 2:
        return articles[0] if articles else None
    return max(enumerate(articles), key=lambda pair: (_fit(page, pair[1][0]), -pair[0]))[1]


def _fit(page: Page, node: Node) -> int:
    title = page.title_text.casefold()
    headline = plain(html.unescape(str(node.get("headline") or node.get("name") or ""))).casefold()
    fit = 4 if headline and (headline[:40] in title or title.split(" | ")[0][:40] in headline) else 0
    address = _address(node.get("mainEntityOfPage")) or _address(node.get("url")) or str(node.get("@id") or "")
    fit += 3 if address and _same_path(address, page.url) else 0
    return fit + (2 if node.get("author") else 0) + (1 if node.get("datePublished") else 0)


def _address(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("@id") or value.get("url") or "")
    return value if isinstance(value, str) else ""


def _same_path(one: str, other: str) -> bool:
    def key(url: str) -> str:
        return url.split("#")[0].split("?")[0].rstrip("/").rsplit("://", 1)[-1].removeprefix("www.")

    return bool(key(one)) and key(one) == key(other)


class Structured:
    """What the JSON-LD of a page says, as candidates.

    Attributes:
        node: the main node, or None.
        free: what ``isAccessibleForFree`` says of it, or None.
        kinds: every type named on the page.
    """

    def __init__(self, page: Page) -> None:
        self.data = graph(page)
        chosen = main_node(page, self.data)
        self.node: Node | None = chosen[0] if chosen else None
        self.script: Any = chosen[1] if chosen else None
        self.kinds = frozenset(name for node, _ in self.data.nodes for name in types(node))
        self.free = self._free()

    def _free(self) -> bool | None:
        said = self.node.get("isAccessibleForFree") if self.node else None
        if said is None:
            return None
        return str(said).strip().lower() not in ("false", "no", "0")

    @property
    def body(self) -> str:
        """The text that the main node states (``articleBody``), without markup; "" where it states none."""
        said = self.node.get("articleBody") if self.node else None
        return _MARKUP.sub("\n", html.unescape(said)).strip() if isinstance(said, str) else ""

    def candidates(self, fields: Container[Field] = frozenset(Field)) -> Iterator[Candidate]:
        """Yield what the main node offers for each field, and the site's own name; titles and tags only if these are
        among the *fields*.
        """
        if self.node is not None:
            for name in ("author", "creator"):
                found = list(self._people(self.node.get(name)))
                yield from found
                if found:
                    break
            if Field.TITLE in fields:
                yield from self._strings(Field.TITLE, "headline", "name")
            dated = list(self._strings(Field.PUBLISHED, "datePublished", "dateCreated", "uploadDate"))
            yield from dated or self._of_page()
            yield from self._strings(Field.MODIFIED, "dateModified")
            yield from self._strings(Field.SUBTITLE, "alternativeHeadline")
            yield from self._strings(Field.SECTION, "articleSection")
            yield from self._strings(Field.LANGUAGE, "inLanguage")
            yield from self._site(self.node.get("publisher"), "JSON-LD publisher")
        if Field.TAG in fields:
            yield from self._keywords()
        for node, script in self.data.nodes if "WebSite" in self.kinds else ():
            if "WebSite" in types(node):
                yield from self._site(node, "JSON-LD WebSite", script)

    def _say(self, field: Field, value: str, witness: str, element: Any = None) -> Candidate:
        words = squeeze(value)
        where = self.script if element is None else element
        return Candidate(field, plain(html.unescape(words)), words, witness, Place.JSON, where)

    def _strings(self, field: Field, *names: str) -> Iterator[Candidate]:
        for name in names:
            value = self.node.get(name) if self.node else None
            for said in value if isinstance(value, list) else [value]:
                text = said.get("@value") or said.get("name") if isinstance(said, dict) else said
                if isinstance(text, str) and text.strip():
                    yield self._say(field, text, f"JSON-LD {name}")
                elif isinstance(text, int) and field in (Field.PUBLISHED, Field.MODIFIED):  # as a clock counts
                    yield self._say(field, str(text), f"JSON-LD {name}")._replace(place=Place.PLAIN)

    def _of_page(self) -> Iterator[Candidate]:
        """Yield when the page was published that the article stands on, where the article itself states no date."""
        for node, script in self.data.nodes:
            said = node.get("datePublished")
            if is_page(node) and isinstance(said, str) and said.strip():
                yield self._say(Field.PUBLISHED, said, "JSON-LD page datePublished", script)

    def _keywords(self) -> Iterator[Candidate]:
        """Yield the keywords of the main node; or of the page that it stands on, or of a text without a headline."""
        held = [(self.node, self.script)] if self.node and self.node.get("keywords") else self._with_keywords()
        for node, script in held[:1]:
            value = node["keywords"]
            for said in value if isinstance(value, list) else [value]:
                text = said.get("name") if isinstance(said, dict) else said
                if isinstance(text, str):
                    for part in re.split(r"[,;，、|]", text) if not isinstance(value, list) or "," in text else [text]:
                        if part.strip():
                            yield self._say(Field.TAG, part, "JSON-LD keywords", script)

        yield from self._about()

    def _about(self) -> Iterator[Candidate]:
        """Yield the things that the main node says it is about, two at least: one is often the publisher."""
        about = self.node.get("about") if self.node else None
        named = [thing.get("name") for thing in about if isinstance(thing, dict)] if isinstance(about, list) else []
        for name in named if len(named) > 1 else ():
            if isinstance(name, str) and name.strip():
                yield self._say(Field.TAG, name, "JSON-LD about")

    def _with_keywords(self) -> list[tuple[Node, Any]]:
        held = [(node, script) for node, script in self.data.nodes if node.get("keywords")]
        return [
            (node, script)
            for node, script in held
            if any(name.endswith("Page") for name in types(node)) or (self.node is None and is_article(node))
        ]

    def _site(self, value: Any, witness: str, script: Any = None) -> Iterator[Candidate]:
        node = self.data.follow(value[0] if isinstance(value, list) and value else value)
        name = node.get("name") if isinstance(node, dict) else node
        if isinstance(name, str) and name.strip():
            yield self._say(Field.SITE, name, witness, script)

    def _people(self, value: Any) -> Iterator[Candidate]:
        for said in value if isinstance(value, list) else [value]:
            node = self.data.follow(said)
            if isinstance(node, dict) and isinstance(node.get("@list"), list):
                yield from self._people(node["@list"])
            elif isinstance(node, dict):
                yield from self._person(node)
            elif isinstance(node, str) and node.strip() and not node.startswith(("http://", "https://")):
                yield self._say(Field.AUTHOR, node, "JSON-LD author")

    def _person(self, node: Node) -> Iterator[Candidate]:
        names = node.get("name")
        kinds = types(node)
        organisation = True if any(ORGANISATION.search(k) for k in kinds) else (False if "Person" in kinds else None)
        url, same = node.get("url"), node.get("sameAs")
        known = [str(s) for s in (same if isinstance(same, list) else [same]) if isinstance(s, str)]
        told = names if isinstance(names, list) else [names]
        said = [self._name(name) for name in told if isinstance(name, str) and name.strip()]
        for one in said or self._in_halves(node):
            yield one._replace(
                url=url if isinstance(url, str) else None,
                organisation=organisation,
                identifier=next((s for s in known if "orcid.org" in s), known[0] if known else None),
            )

    def _name(self, name: str) -> Candidate:
        said = self._say(Field.AUTHOR, name, "JSON-LD author")
        return said._replace(value=plain(_MARKUP.sub(" ", said.value))) if "<" in said.value else said

    def _in_halves(self, node: Node) -> Iterator[Candidate]:
        """Yield a name that is stated in two halves, where these stand beside one another in the script."""
        given, family = str(node.get("givenName") or "").strip(), str(node.get("familyName") or "").strip()
        if not given or not family:
            return
        halves = (rf'"givenName"\s*:\s*"({re.escape(given)}"', rf'"familyName"\s*:\s*"{re.escape(family)})"')
        found = re.search(r"\s*,\s*".join(halves), self.script.text or "")
        if found:
            said = self._say(Field.AUTHOR, found[1], "JSON-LD author")
            yield said._replace(value=f"{given} {family}", place=Place.PLAIN)
