"""Sitemaps: the bytes of a sitemap or sitemap index in, the pages and sitemaps that it names out. Pure."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from archive.errors import UrlRefused
from archive.http import content_coding
from archive.http.url import read_target
from ingest.discovery.feeds import read_feed
from ingest.discovery.listed import Listed, read_lastmod
from ingest.markup.tree import begun

URLS_LIMIT = 50_000
SIZE_LIMIT = 50 * 1024 * 1024
"""Bytes once gzip is undone: what the protocol allows (sitemaps.org 0.9)."""

_GZIP = b"\x1f\x8b"
# How often a file may be packed: some servers pack what lies there packed, and call that its form in the transfer.
_PACKED = 3
_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# What was turned into UTF-8 must not go on calling itself UTF-16.
_ENCODING = re.compile(rb"(?<=<\?xml version=.1\.0.)\s+encoding=[\"'][\w.-]+[\"']")
# Addresses with a bare & are a common fault, and libxml2 would drop the name behind it: x=1&y=2 becomes x=1=2.
_BARE_AMPERSAND = re.compile(rb"(?P<as_it_is><!\[CDATA\[.*?(?:\]\]>|\Z))|&(?!#?\w{1,20};)", re.S)
"""In a CDATA section an ampersand is one."""
_LAST_LOC = re.compile(rb"<(/?)(?:[\w.-]+:)?loc\b")
_ENTRY = re.compile(rb"<(?:[\w.-]+:)?(?:url|sitemap)\b")
_ROOTS = frozenset({"urlset", "sitemapindex"})
# How RSS and Atom begin, which the protocol takes for sitemaps too.
_FEED = re.compile(rb"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*+<(?:rss|feed|(?:rdf:)?RDF)(?=[\s>])", re.S)


@dataclass(frozen=True, slots=True)
class SitemapFound:
    """What a sitemap names.

    Attributes:
        pages: in the order of the file, hosts not judged.
        sitemaps: further sitemaps, for an index; the same file may be among them.
        notes: what was wrong, in words.
        beyond: what was left out because a bound was reached, in words, or None.
    """

    pages: tuple[Listed, ...] = ()
    sitemaps: tuple[Listed, ...] = ()
    notes: tuple[str, ...] = ()
    beyond: str | None = None


def read_sitemap(body: bytes, url: str) -> SitemapFound:
    """Read the entity *body* found at *url*: XML (urlset or index, also mixed or cut), RSS, Atom or
    text, plain or gzip.

    Never raises. No entity is expanded and nothing else is read. At most 50,000 URLs of 50 MB are taken; what
    a cut file still says is taken, but a URL that was cut itself is not.
    """
    body, notes, cut = _plain(body)
    text = _as_ascii(body).lstrip(_BOM + b" \t\r\n")
    more: tuple[str, ...] = ()
    # By its first element: the media type of both is application/xml, where it is one of XML at all.
    if _FEED.match(text):
        fed = read_feed(text, url)
        beyond = "; ".join(filter(None, (cut, fed.beyond))) or None
        said = fed.notes if fed.entries or fed.notes else ("a feed that lists nothing",)
        return SitemapFound(tuple(entry.listed for entry in fed.entries), (), (*notes, *said), beyond)
    if text.startswith(b"<"):
        kind, entries, more, left_out = _read_xml(text)
    else:
        kind, (entries, left_out) = "urlset", _read_lines(text)
    listed, odd = _absolute(entries, url)
    notes = (*notes, *more, *([f"{odd} entries are no web address"] if odd else []))
    beyond = "; ".join(filter(None, (cut, left_out))) or None
    if kind == "sitemapindex":
        return SitemapFound(sitemaps=listed, notes=notes, beyond=beyond)
    return SitemapFound(pages=listed, notes=notes, beyond=beyond)


_USUAL = ("sitemap_index.xml", "wp-sitemap.xml", "sitemap.xml")


def sitemap_candidates(site: str, named: tuple[str, ...] = (), folders: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return where the sitemaps of *site* may lie: those *named* in robots.txt, else the usual places.

    Beside them the usual places in each of *folders*, paths that end with a stroke: of a house that lies below one the
    robots.txt of its host knows nothing.
    """
    found = []
    for location in (*(named or (f"/{one}" for one in _USUAL)), *(f"{at}{one}" for at in folders for one in _USUAL)):
        try:
            found.append(read_target(location, site).url)
        except UrlRefused:
            continue
    return tuple(dict.fromkeys(found))


def _plain(body: bytes) -> tuple[bytes, tuple[str, ...], str | None]:
    """Return the file without gzip, what was wrong with that, and how it was cut, if it was."""
    notes: tuple[str, ...] = ()
    for _ in range(_PACKED):
        if not body.startswith(_GZIP):
            break
        # One byte more than is read tells a file that is too long from one that is just as long as allowed.
        body, more = content_coding.undo(body, ["gzip"], limit=SIZE_LIMIT + 1)
        notes += more
    if len(body) > SIZE_LIMIT:
        return body[:SIZE_LIMIT], notes, f"cut at {SIZE_LIMIT} bytes"
    return body, notes, None


def _as_ascii(body: bytes) -> bytes:
    """Turn UTF-16 into UTF-8, so that marks can be looked for as bytes; anything else is that already."""
    if not body.startswith(_UTF16):
        return body
    return _ENCODING.sub(b"", body.decode("utf-16", "replace").encode(), count=1)


# loc, lastmod and language, as they stand there.
_Entry = tuple[str, str | None, str | None]


_Found = tuple[str, list[_Entry], tuple[str, ...], str | None]


def _read_xml(text: bytes) -> _Found:
    """Return the local name of the root, (loc, lastmod) of each entry, notes, and what was left out."""
    # Before the parse: a recovering parser closes an element that the cut left open, and half a URL looks like one.
    mended = _without_cut_loc(_BARE_AMPERSAND.sub(lambda found: found["as_it_is"] or b"&amp;", text))
    events = etree.iterparse(
        io.BytesIO(mended),
        events=("start", "end"),
        # What stands before a fault is as good as in a sound file.
        recover=True,
        # No entity is expanded: a few nested ones make a gigabyte, and external ones read files.
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    root = ""
    entries: list[_Entry] = []
    others: list[_Entry] = []
    try:
        for event, element in events:
            name = _local(element)
            if not root:
                root = name
                # At the first element: of an HTML page that is sent for a sitemap nothing more is parsed.
                if root not in _ROOTS:
                    return root, [], (f"no sitemap: its root is <{root[:40]}>",), None
            if event == "end" and name in ("url", "sitemap"):
                entries.extend(_entry(element))
                others.extend(_translations(element) if len(others) < URLS_LIMIT else ())
            if event == "end" and _is_child_of_root(element):
                _forget(element)
            if len(entries) >= URLS_LIMIT:
                rest = len(_ENTRY.findall(mended)) - URLS_LIMIT
                left_out = f"{rest} entries beyond {URLS_LIMIT} left out" if rest > 0 else None
                return root, entries + others, (), left_out
    except etree.XMLSyntaxError as error:
        return root, entries + others, (f"not sound XML: {str(error)[:120]}",), None
    return root, entries + others, () if root else ("no sitemap: no element could be read",), _beyond(others)


def _beyond(others: list[_Entry]) -> str | None:
    # A sitemap that names each page in forty languages would name two million addresses.
    return f"translations beyond {URLS_LIMIT} left out" if len(others) >= URLS_LIMIT else None


def _is_child_of_root(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and parent.getparent() is None


def _local(element: etree._Element) -> str:
    # No QName: it refuses the names that a broken file can hold.
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _entry(element: etree._Element) -> Iterator[_Entry]:
    # Backwards, so that of two the first one counts.
    said = {_local(child): _words(child) for child in reversed(element)}
    if said.get("loc"):
        yield said["loc"] or "", said.get("lastmod"), None


def _translations(element: etree._Element) -> Iterator[_Entry]:
    """Yield the same page in other languages, as ``xhtml:link rel="alternate" hreflang`` names it: it may be named
    nowhere else."""
    for child in element:
        if _local(child) == "link" and "alternate" in (child.get("rel") or "").lower().split():
            location, language = (child.get("href") or "").strip(), (child.get("hreflang") or "").strip().lower()
            if location and language:
                yield location, None, None if language == "x-default" else language


def _words(element: etree._Element) -> str | None:
    # A child is an entity that was not expanded: what stands around it is no whole value.
    return None if len(element) else (begun(element) or "").strip()


def _forget(element: etree._Element) -> None:
    """Let go of what was read: the tree of a file of 50 MB would take many times that."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _without_cut_loc(text: bytes) -> bytes:
    # A URL of more bytes would not be asked for anyway.
    tail = max(0, len(text) - 8192)
    marks = list(_LAST_LOC.finditer(text, tail))
    return text[: marks[-1].start()] if marks and not marks[-1][1] else text


def _read_lines(text: bytes) -> tuple[list[_Entry], str | None]:
    *lines, rest = [*text.decode("utf-8", "replace").split("\n", URLS_LIMIT), ""][: URLS_LIMIT + 1]
    if len(lines) < URLS_LIMIT:
        lines, rest = [*lines, rest], ""
    words = (line.strip() for line in lines)
    found: list[_Entry] = [
        (word, None, None)
        for word in words
        if word.lower().startswith(("http://", "https://")) and not re.search(r"\s", word)
    ]
    return found, f"lines beyond {URLS_LIMIT} left out" if rest.strip() else None


def _absolute(entries: list[_Entry], base: str) -> tuple[tuple[Listed, ...], int]:
    found: dict[str, Listed] = {}
    odd = 0
    for location, lastmod, language in entries:
        try:
            url = read_target(location, base).url
        except UrlRefused:
            odd += 1
            continue
        one, known = Listed(url, read_lastmod(lastmod), language), found.get(url)
        # A page that is named by its own entry and by those of its translations: each says what the others do not.
        if known is not None:
            one = Listed(url, known.lastmod or one.lastmod, known.language or one.language)
        found[url] = one
    return tuple(found.values()), odd
