"""Entry: what a feed, or a response of the WordPress REST API, states about each text that it lists.

The formats are RSS, RDF, Atom and JSON Feed, and lists of posts (wp/v2, with _embed). XML entities are not expanded.
Apart from `entries.py`, which locates the bytes of what is stated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Any

from archive.evidence.character_references import decode_references
from archive.http.charset import storable
from db.model.item import EntryField
from ingest.markup.json_scripts import stored
from ingest.reading.vocabulary import pattern

_ROOT = re.compile(r"<(?:rss|feed|rdf:RDF)[\s>]", re.I)
# An attribute value cannot hold a "<" (XML 1.0 section 3.1), so the search in an unclosed tag stops there.
_ENTRY = re.compile(r"<(item|entry)(?=[\s>])[^<>]*+>")
_CHILD = re.compile(r"<([\w:.-]+)((?:[^<>\"'/]|\"[^\"<]*+\"|'[^'<]*+'|/(?!>))*+)(/?)>")
_ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*(?:\"([^\"]*+)\"|'([^']*+)')")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.S)
_IN_BRACKETS = re.compile(r"^\S+@\S+\s*\(([^()]+)\)$")
_HEAD = 4000
LONGEST = 2_000_000
"""An entry with more characters than this is skipped."""
CHILDREN = 80

_SAYS = {
    "title": EntryField.TITLE,
    "pubDate": EntryField.PUBLISHED,
    "published": EntryField.PUBLISHED,
    "issued": EntryField.PUBLISHED,
    "dc:date": EntryField.PUBLISHED,
    "updated": EntryField.MODIFIED,
    "dc:creator": EntryField.ACCOUNT,
    "author": EntryField.ACCOUNT,
    "category": EntryField.SUBJECT,
    "dc:subject": EntryField.SUBJECT,
    "guid": EntryField.NUMBER,
}
# The name, the attributes, the content, the span of the content, and the span of the attributes.
_Child = tuple[str, dict[str, str], str, tuple[int, int], tuple[int, int]]
# Possessive quantifiers, so that an unpaired quotation mark costs linear time only.
_PAIR = re.compile(r'"([a-z_]++)"\s*+:\s*+"((?:[^"\\]|\\.)*+)"', re.S)
_BYLINE = re.compile(
    rf"(?:^|_)(?:byline|authors?|author_?names?|guest_?authors?|{pattern('byline.author_classes')})$", re.I
)
_TAGS = re.compile(r"tag|topic|keyword", re.I)
# What WordPress lists among its posts but is not a text.
_NO_TEXT = frozenset({"attachment", "comment", "wp_block", "nav_menu_item"})
_PAGE_BREAK = "<!--nextpage-->"
PARTS_AT_MOST = 30


@dataclass(frozen=True, slots=True)
class Stated:
    """A value as an entry states it, before its bytes are located.

    Attributes:
        raw: decoded once, as a parser of JSON or XML returns it.
        span: the characters of the source that hold it, possibly with others.
    """

    says: EntryField
    raw: str
    field: str
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry, before the bytes of its claims are located."""

    url: str
    stated: tuple[Stated, ...]
    parts: int = 1


class Pairs:
    """Where strings stand in one JSON object, by the key before them."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text, self._whole = text, (start, end)
        self._spans: dict[tuple[str, str], tuple[int, int]] = {}
        for pair in _PAIR.finditer(text, start, end):
            # Longer strings are rendered texts, and no claim is made of them.
            if len(pair[2]) < 1000:
                self._spans.setdefault((pair[1], _string(pair[2])), pair.span(2))

    def stated(self, says: EntryField, value: Any, field: str, name: str) -> Iterator[Stated]:
        """Yield *value* as stated after the key *name*, else anywhere in the object, if it is a non-empty string."""
        if isinstance(value, str) and value.strip():
            yield Stated(says, value, field, self._spans.get((name, value), self._whole))


def _string(escaped: str) -> str:
    if "\\" in escaped:
        with suppress(ValueError):
            escaped = str(json.loads(f'"{escaped}"', strict=False))
    return storable(escaped)


# ── Feeds ─────────────────────────────────────────────────────────────────────────────────────────────


def in_xml(text: str) -> list[Listed | None] | None:
    """Return the entries of the feed *text*, with None for an entry without an address; None if it is not a feed."""
    if not _ROOT.search(text, 0, _HEAD):
        return None
    found: list[Listed | None] = []
    at = 0
    # Searched tag by tag, without a parser: a cut or broken feed still has whole entries, and no entity is expanded.
    while opening := _ENTRY.search(text, at):
        closing = text.find(f"</{opening[1]}>", opening.end())
        if closing < 0:
            break  # the entry is cut off, so what it would say is unknown
        at = closing
        if closing - opening.end() <= LONGEST:
            found.append(_entry(list(_children(text, opening.end(), closing))))
    return found


def _children(text: str, start: int, end: int) -> Iterator[_Child]:
    at, budget = start, CHILDREN
    while budget and (tag := _CHILD.search(text, at, end)):
        budget -= 1
        at = tag.end()
        attributes = {one[1]: decode_references(one[2] or one[3] or "") for one in _ATTRIBUTE.finditer(tag[2])}
        if tag[3]:
            yield tag[1], attributes, "", (at, at), tag.span(2)
            continue
        closing = text.find(f"</{tag[1]}>", at, end)
        if closing >= 0:
            yield tag[1], attributes, text[at:closing], (at, closing), tag.span(2)
            at = closing + len(tag[1]) + 3


def _entry(children: list[_Child]) -> Listed | None:
    url = _link(children)
    if url is None:
        return None
    stated: list[Stated] = []
    for name, attributes, content, span, beside in children:
        says = _SAYS.get(name)
        if says is None:
            continue
        # Atom names a category in an attribute, and a form for people in another (RFC 4287 section 4.2.2).
        if name == "category" and "term" in attributes:
            key = "label" if attributes.get("label") else "term"
            stated.append(Stated(says, attributes[key], "feed category", beside))
        # Atom's author is a person construct (RFC 4287 section 3.2).
        elif name == "author" and "<name>" in content:
            begins = content.index("<name>") + len("<name>")
            ends = content.find("</name>", begins)
            if ends > 0:
                where = span[0] + begins, span[0] + ends
                stated.append(Stated(says, _words(content[begins:ends]), "feed author", where))
        elif words := _words(content):
            # RSS 2.0 has an e-mail address here, with the name in brackets after it.
            bracketed = _IN_BRACKETS.match(words) if name == "author" else None
            stated.append(Stated(says, bracketed[1] if bracketed else words, f"feed {name}", span))
    return Listed(url, tuple(stated))


def _link(children: list[_Child]) -> str | None:
    links = [(attributes, content) for name, attributes, content, _, _ in children if name == "link"]
    for attributes, content in links:
        # In Atom, a link without a relation leads to the text itself (RFC 4287 section 4.2.7.2).
        if attributes.get("rel", "alternate") == "alternate" and (said := attributes.get("href") or _words(content)):
            return said
    # A guid is an address unless it says otherwise (RSS 2.0).
    guids = (c for name, attributes, c, _, _ in children if name == "guid" and attributes.get("isPermaLink") != "false")
    return next((said for c in guids if (said := _words(c)).startswith("http")), None)


def _words(content: str) -> str:
    """Return the text of an element, with its character references decoded once."""
    if "<![CDATA[" in content:
        return _CDATA.sub(lambda found: found[1], content).strip()
    return decode_references(content).strip()


def in_json(text: str) -> list[Listed | None] | None:
    """Return the entries of the JSON Feed *text*, with None for one without an address; None if it is no JSON Feed."""
    try:
        data = stored(json.loads(text.removeprefix("\ufeff"), strict=False), text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or "jsonfeed.org" not in str(data.get("version")):
        return None
    items = data.get("items")
    pairs = Pairs(text, 0, len(text))
    return [_item(one, pairs) for one in items] if isinstance(items, list) else None


def _item(item: Any, pairs: Pairs) -> Listed | None:
    url = item.get("url") if isinstance(item, dict) else None
    if not isinstance(url, str):
        return None
    stated = [
        *pairs.stated(EntryField.TITLE, item.get("title"), "feed title", "title"),
        *pairs.stated(EntryField.PUBLISHED, item.get("date_published"), "feed date_published", "date_published"),
        *pairs.stated(EntryField.MODIFIED, item.get("date_modified"), "feed date_modified", "date_modified"),
    ]
    # JSON Feed 1.0 had one author; 1.1 has a list.
    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    for one in _objects(authors):
        stated += pairs.stated(EntryField.ACCOUNT, one.get("name"), "feed authors", "name")
    for tag in item.get("tags") if isinstance(item.get("tags"), list) else ():
        stated += pairs.stated(EntryField.SUBJECT, tag, "feed tags", "tags")
    return Listed(url, tuple(stated))


# ── Responses of the WordPress REST API ───────────────────────────────────────────────────────────────


Links = Mapping[int, tuple[str, Pairs]]
"""The address of each post of a response, by its number, with the pairs that state it."""


def in_rest(text: str) -> list[Listed | None] | None:
    """Return the posts of the response *text*, with None for one that is no text; None if it is no list of posts."""
    posts = [(value, Pairs(text, start, end)) for value, start, end in _values(text)]
    links = {
        value["id"]: (value["link"], pairs)
        for value, pairs in posts
        if isinstance(value, dict) and isinstance(value.get("id"), int) and isinstance(value.get("link"), str)
    }
    found = [_post(value, pairs, links) for value, pairs in posts]
    return found if any(one is not None for one in found) else None


def _values(text: str) -> Iterator[tuple[Any, int, int]]:
    """Yield each value of the JSON list, or the single object, with its start and end in *text*."""
    decoder = json.JSONDecoder(strict=False)
    at = re.compile(r"\ufeff?\s*").match(text).end()  # type: ignore[union-attr]  # the pattern also matches nothing
    many = text.startswith("[", at)
    at += many
    following = re.compile(r"[\s,]*")
    while True:
        at = following.match(text, at).end()  # type: ignore[union-attr]  # the pattern also matches nothing
        try:
            # Value by value: a truncated response still gives the posts before the cut.
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        yield stored(value, text[at:end]), at, end
        at = end
        if not many:
            return


def _post(value: Any, pairs: Pairs, links: Links) -> Listed | None:
    if not isinstance(value, dict) or str(value.get("type")) in _NO_TEXT:
        return None
    title, link = value.get("title"), value.get("link")
    if not isinstance(link, str) or not isinstance(title, dict) or "rendered" not in title:
        return None
    content = value.get("content")
    text = content.get("rendered") if isinstance(content, dict) else None
    parts = 1 + text.count(_PAGE_BREAK) if isinstance(text, str) else 1
    stated = (*_stated(value, pairs), *_translations(value, pairs, links))
    return Listed(link, stated, min(parts, PARTS_AT_MOST))


def _stated(post: Mapping[str, Any], pairs: Pairs) -> Iterator[Stated]:
    yield from pairs.stated(EntryField.TITLE, post["title"].get("rendered"), "REST title", "rendered")
    guid = post.get("guid")
    if isinstance(guid, dict):
        yield from pairs.stated(EntryField.NUMBER, guid.get("rendered"), "REST guid", "rendered")
    yield from pairs.stated(EntryField.PUBLISHED, post.get("date"), "REST date", "date")
    yield from pairs.stated(EntryField.MODIFIED, post.get("modified"), "REST modified", "modified")
    yield from pairs.stated(EntryField.CHANGED, post.get("modified_gmt"), "REST modified_gmt", "modified_gmt")
    yield from _byline(post, pairs)
    embedded = post.get("_embedded")
    if isinstance(embedded, dict):
        users = [user.get("name") for user in _objects(embedded.get("author"))]
        for name in users:
            yield from pairs.stated(EntryField.ACCOUNT, name, "REST author", "name")
        yield from _terms(embedded, pairs)
        head = post.get("yoast_head_json")
        author = head.get("author") if isinstance(head, dict) else None
        if author not in users:  # usually it repeats the account; a plug-in for authors may have changed it
            yield from pairs.stated(EntryField.AUTHOR, author, "REST yoast_head_json.author", "author")


def _translations(post: Mapping[str, Any], pairs: Pairs, links: Links) -> Iterator[Stated]:
    """Yield the addresses of the same text in other languages.

    Polylang lists post numbers by language; the address is known if the response holds that post too. WPML lists
    addresses with their locale.
    """
    numbers = post.get("translations")
    for code, number in numbers.items() if isinstance(numbers, dict) else ():
        link, theirs = links.get(number, (None, pairs)) if isinstance(number, int) else (None, pairs)
        if link != post["link"]:
            yield from theirs.stated(EntryField.TRANSLATION, link, f"REST translations.{code}", "link")
    for one in _objects(post.get("wpml_translations")):
        code = str(one.get("locale") or "").replace("_", "-")
        yield from pairs.stated(EntryField.TRANSLATION, one.get("href"), f"REST wpml_translations.{code}", "href")


def _byline(post: Mapping[str, Any], pairs: Pairs) -> Iterator[Stated]:
    """Yield the names in the fields that plug-ins and themes keep for authors."""
    for key in ("coauthors", "authors"):
        for one in _objects(post.get(key)):
            yield from _named(one, pairs, f"REST {key}")
    for holder in ("meta", "acf"):
        fields = post.get(holder)
        for key, value in fields.items() if isinstance(fields, dict) else ():
            if _BYLINE.search(key):
                for said in value if isinstance(value, list) else [value]:
                    if isinstance(said, dict):
                        yield from _named(said, pairs, f"REST {holder}.{key}")
                    yield from pairs.stated(EntryField.AUTHOR, said, f"REST {holder}.{key}", key)
    yield from pairs.stated(EntryField.AUTHOR, post.get("byline"), "REST byline", "byline")


def _named(one: Mapping[str, Any], pairs: Pairs, field: str) -> Iterator[Stated]:
    name = next((n for n in ("display_name", "name", "post_title") if isinstance(one.get(n), str)), "name")
    yield from pairs.stated(EntryField.AUTHOR, one.get(name), field, name)


def _terms(embedded: Mapping[str, Any], pairs: Pairs) -> Iterator[Stated]:
    listed = embedded.get("wp:term")
    for one in chain.from_iterable(map(_objects, listed if isinstance(listed, list) else ())):
        taxonomy = str(one.get("taxonomy"))
        says = EntryField.SECTION if taxonomy == "category" else EntryField.TAG if _TAGS.search(taxonomy) else None
        if says is not None:
            yield from pairs.stated(says, one.get("name"), f"REST {taxonomy}", "name")


def _objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
