"""REST entries: what responses of the WordPress REST API (wp/v2, with _embed) state about each post."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from archive.http.charset import storable
from db.model.item import Says
from ingest.markup.json_scripts import stored
from ingest.reading.feeds.entry import Listed, Stated
from ingest.reading.vocabulary import pattern

# Possessive quantifiers, so that an unpaired quotation mark costs linear time only.
_PAIR = re.compile(r'"([a-z_]++)"\s*+:\s*+"((?:[^"\\]|\\.)*+)"', re.S)
_BYLINE = re.compile(
    rf"(?:^|_)(?:byline|authors?|author_?names?|guest_?authors?|{pattern('feeds.author_fields')})$", re.I
)
_TAGS = re.compile(r"tag|topic|keyword", re.I)
# What WordPress lists among its posts but is not a text.
_NO_TEXT = frozenset({"attachment", "comment", "wp_block", "nav_menu_item"})
_PAGE_BREAK = "<!--nextpage-->"
PARTS_AT_MOST = 30


def listed(text: str) -> list[Listed | None] | None:
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


class Pairs:
    """Where strings stand in one JSON object, by the key before them."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text, self._whole = text, (start, end)
        self._spans: dict[tuple[str, str], tuple[int, int]] = {}
        for pair in _PAIR.finditer(text, start, end):
            # Longer strings are rendered texts, and no claim is made of them.
            if len(pair[2]) < 1000:
                self._spans.setdefault((pair[1], _string(pair[2])), pair.span(2))

    def span(self, name: str, value: str) -> tuple[int, int]:
        """Return the span of *value* after the key *name*, or of the whole object if it is not found."""
        return self._spans.get((name, value), self._whole)

    def stated(self, says: Says, value: Any, field: str, name: str) -> Iterator[Stated]:
        """Yield *value* as stated, if it is a non-empty string."""
        if isinstance(value, str) and value.strip():
            yield Stated(says, value, field, self.span(name, value))


Links = Mapping[int, tuple[str, Pairs]]
"""The address of each post of a response, by its number, with the pairs that state it."""


def _string(escaped: str) -> str:
    if "\\" not in escaped:
        return storable(escaped)
    try:
        return storable(str(json.loads(f'"{escaped}"', strict=False)))
    except ValueError:
        return storable(escaped)


def _post(value: Any, pairs: Pairs, links: Links) -> Listed | None:
    if not isinstance(value, dict) or value.get("type") in _NO_TEXT:
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
    yield from pairs.stated(Says.TITLE, post["title"].get("rendered"), "REST title", "rendered")
    guid = post.get("guid")
    if isinstance(guid, dict):
        yield from pairs.stated(Says.NUMBER, guid.get("rendered"), "REST guid", "rendered")
    yield from pairs.stated(Says.PUBLISHED, post.get("date"), "REST date", "date")
    yield from pairs.stated(Says.MODIFIED, post.get("modified"), "REST modified", "modified")
    yield from pairs.stated(Says.CHANGED, post.get("modified_gmt"), "REST modified_gmt", "modified_gmt")
    yield from _byline(post, pairs)
    embedded = post.get("_embedded")
    if isinstance(embedded, dict):
        users = [user.get("name") for user in _objects(embedded.get("author"))]
        for name in users:
            yield from pairs.stated(Says.ACCOUNT, name, "REST author", "name")
        yield from _terms(embedded, pairs)
        head = post.get("yoast_head_json")
        author = head.get("author") if isinstance(head, dict) else None
        if author not in users:  # usually it repeats the account; a plug-in for authors may have changed it
            yield from pairs.stated(Says.AUTHOR, author, "REST yoast_head_json.author", "author")


def _translations(post: Mapping[str, Any], pairs: Pairs, links: Links) -> Iterator[Stated]:
    """Yield the addresses of the same text in other languages.

    Polylang lists post numbers by language; the address is known if the response holds that post too. WPML lists
    addresses with their locale.
    """
    numbers = post.get("translations")
    for code, number in numbers.items() if isinstance(numbers, dict) else ():
        link, theirs = links.get(number, (None, pairs)) if isinstance(number, int) else (None, pairs)
        if link != post["link"]:
            yield from theirs.stated(Says.TRANSLATION, link, f"REST translations.{code}", "link")
    for one in _objects(post.get("wpml_translations")):
        code = str(one.get("locale") or "").replace("_", "-")
        yield from pairs.stated(Says.TRANSLATION, one.get("href"), f"REST wpml_translations.{code}", "href")


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
                    yield from pairs.stated(Says.AUTHOR, said, f"REST {holder}.{key}", key)
    yield from pairs.stated(Says.AUTHOR, post.get("byline"), "REST byline", "byline")


def _named(one: Mapping[str, Any], pairs: Pairs, field: str) -> Iterator[Stated]:
    name = next((n for n in ("display_name", "name", "post_title") if isinstance(one.get(n), str)), "name")
    yield from pairs.stated(Says.AUTHOR, one.get(name), field, name)


def _terms(embedded: Mapping[str, Any], pairs: Pairs) -> Iterator[Stated]:
    groups = embedded.get("wp:term")
    terms = [one for group in groups if isinstance(group, list) for one in _objects(group)] if groups else []
    for one in terms:
        taxonomy = str(one.get("taxonomy"))
        says = Says.SECTION if taxonomy == "category" else Says.TAG if _TAGS.search(taxonomy) else None
        if says is not None:
            yield from pairs.stated(says, one.get("name"), f"REST {taxonomy}", "name")


def _objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
