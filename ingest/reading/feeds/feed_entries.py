"""Feed entries: what RSS, RDF, Atom and JSON Feed state about each text that they list. XML entities are not expanded.

Apart from `entries.py`, which finds out whether a list is a feed or a REST response and passes it on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from archive.evidence.character_references import decode_references
from db.model.item import Says
from ingest.markup.json_scripts import stored
from ingest.reading.feeds.entry import Listed, Stated
from ingest.reading.feeds.rest_entries import Pairs

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
    "title": Says.TITLE,
    "pubDate": Says.PUBLISHED,
    "published": Says.PUBLISHED,
    "issued": Says.PUBLISHED,
    "dc:date": Says.PUBLISHED,
    "updated": Says.MODIFIED,
    "dc:creator": Says.ACCOUNT,
    "author": Says.ACCOUNT,
    "category": Says.SUBJECT,
    "dc:subject": Says.SUBJECT,
    "guid": Says.NUMBER,
}
# The name, the attributes, the content, the span of the content, and the span of the attributes.
_Child = tuple[str, dict[str, str], str, tuple[int, int], tuple[int, int]]


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
        *pairs.stated(Says.TITLE, item.get("title"), "feed title", "title"),
        *pairs.stated(Says.PUBLISHED, item.get("date_published"), "feed date_published", "date_published"),
        *pairs.stated(Says.MODIFIED, item.get("date_modified"), "feed date_modified", "date_modified"),
    ]
    # JSON Feed 1.0 had one author; 1.1 has a list.
    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    for one in authors:
        if isinstance(one, dict):
            stated += pairs.stated(Says.ACCOUNT, one.get("name"), "feed authors", "name")
    for tag in item.get("tags") if isinstance(item.get("tags"), list) else ():
        stated += pairs.stated(Says.SUBJECT, tag, "feed tags", "tags")
    return Listed(url, tuple(stated))
