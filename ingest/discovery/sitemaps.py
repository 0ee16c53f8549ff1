"""Sitemaps: read the pages and sitemaps named in a sitemap or sitemap index from its bytes. Pure."""

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
"""Bytes after decompression. Both limits are those of the protocol (sitemaps.org 0.9)."""

_GZIP = b"\x1f\x8b"
# How many layers of gzip are undone: some servers compress a file again that is compressed already.
_PACKED = 3
_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# The encoding in an XML declaration. It is removed after a conversion to UTF-8, because it would be wrong then.
_ENCODING = re.compile(rb"(?<=<\?xml version=.1\.0.)\s+encoding=[\"'][\w.-]+[\"']")
# A bare & in an address is a common mistake, and libxml2 would drop the name after it: x=1&y=2 becomes x=1=2.
_BARE_AMPERSAND = re.compile(rb"(?P<as_it_is><!\[CDATA\[.*?(?:\]\]>|\Z))|&(?!#?\w{1,20};)", re.S)
"""In a CDATA section a bare ampersand is correct and is kept as it is."""
_LAST_LOC = re.compile(rb"<(/?)(?:[\w.-]+:)?loc\b")
_ENTRY = re.compile(rb"<(?:[\w.-]+:)?(?:url|sitemap)\b")
_ROOTS = frozenset({"urlset", "sitemapindex"})
# The beginning of RSS and Atom feeds, which the protocol accepts as sitemaps too.
_FEED = re.compile(rb"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*+<(?:rss|feed|(?:rdf:)?RDF)(?=[\s>])", re.S)


@dataclass(frozen=True, slots=True)
class SitemapFound:
    """The contents of a sitemap.

    Attributes:
        pages: in the order of the file, of any host.
        sitemaps: further sitemaps, if the file is an index. The file may name itself.
        notes: what was wrong with the file, in words.
        beyond: what was left out because a limit was reached, in words, or None.
    """

    pages: tuple[Listed, ...] = ()
    sitemaps: tuple[Listed, ...] = ()
    notes: tuple[str, ...] = ()
    beyond: str | None = None


def read_sitemap(body: bytes, url: str) -> SitemapFound:
    """Read the sitemap *body* fetched from *url*: XML (urlset or index, also mixed or cut off), RSS, Atom or plain
    text, with or without gzip.

    Never raises. Entities are not expanded and no other file is read. At most 50,000 URLs and 50 MB are read. A file
    that is cut off is read up to the cut, except for a URL that is cut itself.
    """
    body, notes, cut = _unpacked(body)
    text = _as_ascii(body).lstrip(_BOM + b" \t\r\n")
    more: tuple[str, ...] = ()
    # Feeds are recognised by their first element, because both are sent as application/xml, or with a wrong type.
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


_USUAL_NAMES = ("sitemap_index.xml", "wp-sitemap.xml", "sitemap.xml")


def sitemap_candidates(site: str, named: tuple[str, ...] = (), folders: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the URLs at which *site* may have sitemaps: those *named* in robots.txt, otherwise the usual ones.

    The usual ones in each of *folders* (paths that end with a slash) are added: a publisher that occupies only a folder
    is often unknown to the robots.txt of the host.
    """
    found = []
    for location in (
        *(named or (f"/{one}" for one in _USUAL_NAMES)),
        *(f"{at}{one}" for at in folders for one in _USUAL_NAMES),
    ):
        try:
            found.append(read_target(location, site).url)
        except UrlRefused:
            continue
    return tuple(dict.fromkeys(found))


def _unpacked(body: bytes) -> tuple[bytes, tuple[str, ...], str | None]:
    """Return the decompressed file, notes on what was wrong with the gzip, and how the file was cut, if it was."""
    notes: tuple[str, ...] = ()
    for _ in range(_PACKED):
        if not body.startswith(_GZIP):
            break
        # One byte more than the limit, to tell a file that is too long from one that is exactly as long as allowed.
        body, more = content_coding.decode_content(body, ["gzip"], limit=SIZE_LIMIT + 1)
        notes += more
    if len(body) > SIZE_LIMIT:
        return body[:SIZE_LIMIT], notes, f"cut at {SIZE_LIMIT} bytes"
    return body, notes, None


def _as_ascii(body: bytes) -> bytes:
    """Convert UTF-16 to UTF-8, so that tags can be searched as bytes; leave any other encoding as it is."""
    if not body.startswith(_UTF16):
        return body
    return _ENCODING.sub(b"", body.decode("utf-16", "replace").encode(), count=1)


# loc, lastmod and language, as in the file.
_Entry = tuple[str, str | None, str | None]
# The name of the root element, the entries, notes, and what was left out.
_Found = tuple[str, list[_Entry], tuple[str, ...], str | None]


def _read_xml(text: bytes) -> _Found:
    """Read the entries of an XML sitemap with a recovering, streaming parser."""
    # Remove a cut-off <loc> first: the recovering parser would close it, and half a URL would look like a whole one.
    mended = _without_cut_loc(_BARE_AMPERSAND.sub(lambda found: found["as_it_is"] or b"&amp;", text))
    events = etree.iterparse(
        io.BytesIO(mended),
        events=("start", "end"),
        # Everything before an error is as good as in a correct file.
        recover=True,
        # Expand no entities: a few nested ones make a gigabyte, and external ones read files.
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
            name = _local_name(element)
            if not root:
                root = name
                # Stop at the first element if the server sent an HTML page instead of a sitemap.
                if root not in _ROOTS:
                    return root, [], (f"no sitemap: its root is <{root[:40]}>",), None
            if event == "end" and name in ("url", "sitemap"):
                entries.extend(_entry(element))
                others.extend(_translations(element) if len(others) < URLS_LIMIT else ())
            if event == "end" and _is_child_of_root(element):
                _free(element)
            if len(entries) >= URLS_LIMIT:
                rest = len(_ENTRY.findall(mended)) - URLS_LIMIT
                left_out = f"{rest} entries beyond {URLS_LIMIT} left out" if rest > 0 else None
                return root, entries + others, (), left_out
    except etree.XMLSyntaxError as error:
        return root, entries + others, (f"not sound XML: {str(error)[:120]}",), None
    return (
        root,
        entries + others,
        () if root else ("no sitemap: no element could be read",),
        _translations_left_out(others),
    )


def _translations_left_out(others: list[_Entry]) -> str | None:
    # A sitemap with 50,000 pages in forty languages would name two million addresses.
    return f"translations beyond {URLS_LIMIT} left out" if len(others) >= URLS_LIMIT else None


def _is_child_of_root(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and parent.getparent() is None


def _local_name(element: etree._Element) -> str:
    # Not with etree.QName, which refuses names that a broken file can contain.
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _entry(element: etree._Element) -> Iterator[_Entry]:
    # In reverse, so that the first of two equal elements counts.
    said = {_local_name(child): _text_of(child) for child in reversed(element)}
    if said.get("loc"):
        yield said["loc"] or "", said.get("lastmod"), None


def _translations(element: etree._Element) -> Iterator[_Entry]:
    """Yield the translations of a page named in ``xhtml:link rel="alternate" hreflang``. They may be named nowhere
    else.
    """
    for child in element:
        if _local_name(child) == "link" and "alternate" in (child.get("rel") or "").lower().split():
            location, language = (child.get("href") or "").strip(), (child.get("hreflang") or "").strip().lower()
            if location and language:
                yield location, None, None if language == "x-default" else language


def _text_of(element: etree._Element) -> str | None:
    # A child is an entity that was not expanded, so the text around it is not the whole value.
    return None if len(element) else (begun(element) or "").strip()


def _free(element: etree._Element) -> None:
    """Free the memory of an element: the tree of a file of 50 MB would take many times that."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _without_cut_loc(text: bytes) -> bytes:
    # Look only at the end: a longer URL would not be requested anyway.
    tail = max(0, len(text) - 8192)
    marks = list(_LAST_LOC.finditer(text, tail))
    return text[: marks[-1].start()] if marks and not marks[-1][1] else text


def _read_lines(text: bytes) -> tuple[list[_Entry], str | None]:
    """Read a plain-text sitemap, one URL per line; return the entries and what was left out."""
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
    """Resolve the entries against *base*, each URL once; return them and the number of invalid addresses."""
    found: dict[str, Listed] = {}
    odd = 0
    for location, lastmod, language in entries:
        try:
            url = read_target(location, base).url
        except UrlRefused:
            odd += 1
            continue
        one, known = Listed(url, read_lastmod(lastmod), language), found.get(url)
        # A page may be named by its own entry and as a translation in others: combine what they say.
        if known is not None:
            one = Listed(url, known.lastmod or one.lastmod, known.language or one.language)
        found[url] = one
    return tuple(found.values()), odd
