"""Paginated text: find the parts of a text that its publisher spread over several pages, and join them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

from archive.http.exchange import Entity
from db.model.item import Context, Reading, Witness
from db.model.text_marks import Block, blocks_of, text_of
from ingest.reading.page.class_names import marks, whole_words
from ingest.reading.page.page import Page, visible
from ingest.reading.page.zones import Zones
from ingest.reading.vocabulary import pattern

_BLOCK = whole_words(
    "page-?links|post-?page-?numbers|link-?pages|wp-?link-?pages|post-nav-links|multipage|article-?pagination|page-link"
)
_PAGE = pattern("document.page_nouns")
_LABEL = re.compile(rf"^\s*{_PAGE}\s*:", re.I)
_COUNTED = re.compile(rf"\W*{_PAGE}\s+\d{{1,2}}\s*(?:{pattern('document.of_pages')}|/)\s*(?P<count>\d{{1,2}})\b")
_HOLDING = frozenset({"p", "div", "nav", "span", "ul"})
MOST = 60


def number(url: str) -> int:
    """Return the number of the part in *url* (``/slug/2/``, ``?page=2``), or 1 if it names none."""
    parts = urlsplit(url)
    if match := re.search(r"/([1-9]\d?)/?$", parts.path):
        before = parts.path[: match.start()]
        # "/page/2" is a further page of a list of posts, and "/2024/5" is an archive by month.
        if before.strip("/") and not re.search(r"/page$|/\d{4}(?:/\d{1,2})?$", before):
            return int(match[1])
    query = parse_qs(parts.query).get("page", [""])[0]
    # A larger number is the number of a record. Not isdigit: "²" is a digit and not a number.
    return int(query) if query.isdecimal() and len(query) < 3 else 1


def _stem(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    path = re.sub(r"/[1-9]\d?/?$", "", parts.path) if number(url) > 1 else parts.path
    identity = parse_qs(parts.query)
    return (parts.hostname or "").removeprefix("www.") + path.rstrip("/"), (
        identity.get("p") or identity.get("page_id") or [""]
    )[0]


def find(page: Page, zones: Zones) -> tuple[tuple[str, ...], bool]:
    """Return the URLs of parts 2..n if this is part 1, and whether it is a later part itself.

    For a later part, the URLs are only that of the next part, if the head states one.

    Only links to the same address with a part number count: in a block of page links, next to a label for pages
    ("Pages:", "Page 1 of 3"), or stated in the head as the next page. Lists of posts that go on elsewhere are not
    parts. If the label says how many parts there are, parts without a link get an address of the same form.
    """
    linked: dict[int, str] = {}
    count = 0
    for block in _blocks(page, zones) if zones.headline is not None else ():
        counter = _COUNTED.match(page.short.get(block, "").lower())
        # With this many children it is the body of the page, not a block of page links.
        if len(block) > MOST:
            continue
        count = max(count, int(counter["count"]) if counter else 0)
        for link in block.iter("a"):
            url = page.absolute(link.get("href"))
            # A part keeps the address of the text. Numbers after another address belong to something else.
            if url and _stem(url) == _stem(page.url):
                linked.setdefault(number(url), url)
    next_one = following(page) if zones.headline is not None else None
    if next_one is not None:
        linked.setdefault(number(next_one), next_one)
    if number(page.url) > 1:
        return (next_one,) if next_one is not None else (), bool(linked)
    follow = sorted(n for n in linked if n > 1)
    if follow:
        form = linked[follow[0]]
        # "Page 1 of 7" may link only to the next page. The other addresses have the same form.
        follow = sorted({*follow, *range(2, count + 1)})
        linked = {n: _renumbered(form, n) for n in follow} | linked
    return tuple(linked[n] for n in follow), False


def _blocks(page: Page, zones: Zones) -> list[Any]:
    """Return the blocks with links to the parts of a text: found by class, by label or by a count of the parts."""
    found = {element for element in zones.marked(_BLOCK) if element.tag in _HOLDING}
    texts, _ = page.texts
    led = (
        e
        for e, tag, text in zip(page.elements, page.tags, texts, strict=True)
        if text and ":" in text and tag in _HOLDING
    )
    found.update(block for block in led if _labelled(block))
    found.update(e for _, e, tag, words in page.rows if tag in _HOLDING and _COUNTED.match(words.lower()))
    return sorted(found, key=page.order.__getitem__)


def following(page: Page) -> str | None:
    """Return what the head states as the next page of the same text, or None; a page before this one does not count."""
    for link, rel in page.relations:
        url = page.absolute(link.get("href")) if "next" in rel and "next" in rel.split() else None
        if url and not urlsplit(url).query and number(url) > number(page.url) and _stem(url) == _stem(page.url):
            return url
    return None


def _renumbered(url: str, number: int) -> str:
    """Return the address of part *number*, in the form of *url*, the address of another part."""
    parts = urlsplit(url)
    if "page=" in parts.query:
        return urlunsplit(parts._replace(query=re.sub(r"(^|&)page=\d+", rf"\g<1>page={number}", parts.query)))
    return urlunsplit(parts._replace(path=re.sub(r"/\d+(/?)$", rf"/{number}\g<1>", parts.path)))


def is_block(block: Any) -> bool:
    """Return whether *block* holds the links to the parts of a text: by its class, or by a label before them."""
    return _BLOCK[marks(block)] or _labelled(block)


def within(holder: Any) -> bool:
    """Return whether *holder* is or contains such a block."""
    return any(is_block(block) for block in holder.iter(*_HOLDING) if block.keys() or ":" in (block.text or ""))


def _labelled(block: Any) -> bool:
    before = block.text
    return bool(before and ":" in before and _LABEL.match(before)) and len(visible(block)) < 300


def joined(
    text: tuple[Block, ...], further: tuple[str, ...], context: Context, read: Callable[[Entity, Context], Reading]
) -> tuple[tuple[Block, ...], tuple[str, ...], bool]:
    """Return *text* joined with the parts at *further* that *context* holds, and with the parts that those name.

    With it come the addresses of all further parts, and whether one of them is not held.
    """
    held = {part.url.rstrip("/"): part for part in context.parts}
    pieces, whole, missing = [*text], text_of(text), False
    named = [*further]
    for url in named:  # the loop appends to this list
        part = held.get(url.rstrip("/"))
        if part is None:
            # Recorded, so that the edition says that parts are missing.
            missing = True
            continue
        entity = Entity(part.url, part.body, part.media_type, part.charset)
        read_part = read(entity, replace(context, url=part.url, capture=part.capture, head=b"", parts=(), witnesses=()))
        words = blocks_of(read_part.text, read_part.marks)
        if text_of(words) not in whole:  # some sites show the whole text under the address of every part
            pieces += words
        if url == named[-1] and len(named) < MOST:
            named += read_part.parts
    return tuple(pieces), tuple(named), missing


def stated(url: str, witnesses: Iterable[Witness]) -> tuple[str, ...]:
    """Return the addresses of the further parts of the text at *url*, if a witness states their number.

    The page itself may link to none of them, so the addresses are made in the form that WordPress uses.
    """
    count = max((one.parts for one in witnesses), default=1)
    if count < 2:
        return ()
    parts = urlsplit(url)
    identity = parse_qs(parts.query)
    if "p" in identity or "page_id" in identity:
        return tuple(urlunsplit(parts._replace(query=f"{parts.query}&page={n}")) for n in range(2, count + 1))
    stem, end = parts.path.rstrip("/"), "/" if parts.path.endswith("/") else ""
    return tuple(urlunsplit(parts._replace(path=f"{stem}/{n}{end}")) for n in range(2, count + 1))
