"""Reader: read one entity, with what is known about it, into one Reading. Pure: no clock, no network, no disk."""

from __future__ import annotations

import re
from dataclasses import replace

from lxml import etree

from archive.http.charset import charset_of, decode
from archive.http.exchange import Entity
from archive.http.url import read_target
from db.model.item import Context, EntryField, PageKind, Reading
from ingest.documents.packed import kind_of
from ingest.documents.pdf import is_pdf
from ingest.reading.document.document import read_document, read_packed_document
from ingest.reading.feeds import entries, witness_weighing
from ingest.reading.layout.learned import read_as_learnt
from ingest.reading.links import besides_links, sent_on
from ingest.reading.page import shortlinks
from ingest.reading.page.page import is_html, open_page
from ingest.reading.page.requisites import of_css, of_html
from ingest.reading.page.source_tags import stated_base, tags_in
from ingest.reading.page_reader import PageReader
from ingest.reading.version import stamp
from ingest.terms.site_policy import read_policy

_IS_FILE = re.compile(r"/[^/:?#]*\.(?:css|js|png|jpe?g|gif|webp|avif|ico|woff2?|ttf|otf|eot)(?:[?#]|$)", re.IGNORECASE)

# These kinds of page may lead on without links; an article leads on by its links.
_LEADING = frozenset({PageKind.LISTING, PageKind.PAGE, PageKind.EMPTY})
_WAIT = 250
"""A page that sends its visitor on and has fewer characters than this has no text of its own."""


def read(entity: Entity, context: Context) -> Reading:
    """Read *entity* into a Reading. The same entity and context always give the same reading.

    No content of a page makes this raise: for a page that cannot be read, the Reading says why.

    Raises:
        MemoryError: the page needs more memory than this process may take.
    """
    try:
        return witness_weighing.with_witnesses(_read(entity, context), context)
    except etree.XPathError as error:
        # All our expressions are valid, so libxml2 fails only for lack of memory, and lxml calls that "unknown error".
        # Blaming the page would make the reading depend on the memory of the machine.
        raise MemoryError from error


def _read(entity: Entity, context: Context) -> Reading:
    mark = stamp(context.profile.digest if context.profile else None)
    if not entity.body.strip():
        why = f"the entity cannot be decoded: {'; '.join(entity.notes)}" if entity.notes else "the entity is empty"
        return Reading(mark, PageKind.EMPTY, unread=why)
    if is_pdf(entity):
        return read_document(entity, context, mark)
    if packed := kind_of(entity):
        return read_packed_document(entity, packed, context, mark)
    if entity.media_type == "text/css":
        needed = of_css(_text(entity), entity.url)
        return Reading(mark, PageKind.OTHER, unread="a style sheet has no text", requisites=needed)
    if not is_html(entity):
        stated, listed = read_policy(entity, context.capture), entries.entries(entity, context.capture)
        if listed is not None:
            return Reading(mark, PageKind.LISTING, statements=stated, entries=listed)
        why = f"no reader for {entity.media_type or 'an entity that names no type'}"
        return Reading(mark, PageKind.OTHER, statements=stated, unread=why)
    if _IS_FILE.search(context.url):
        # The site answered with a page where an image or a style sheet should be.
        return Reading(mark, PageKind.MISSING)
    if context.profile is None:
        page = open_page(entity, context.url)
        found = PageReader(page, context, mark).reading(read) if page is not None else None
    else:
        found = read_as_learnt(entity, context, mark, context.profile, read)
    if found is None:
        return Reading(mark, PageKind.EMPTY, unread="there is no element in the entity")
    data = _in_utf8(entity)
    tags = tags_in(data)
    base = stated_base(tags, entity.url)
    if found.kind in _LEADING:
        found = _led_on(found, _text(entity), entity.url, base)
    listed_as = (said.value for one in context.witnesses for said in one.of(EntryField.NUMBER))
    known = (*shortlinks.of_page(tags, context.head, context.url), *shortlinks.of_entry(listed_as, context.url))
    return replace(found, requisites=of_html(data, tags, base), shortlinks=tuple(dict.fromkeys(known)))


def _led_on(found: Reading, text: str, url: str, base: str) -> Reading:
    """Add to *found* where its page leads other than by links. A page with nothing else becomes a list."""
    target = sent_on(text, url)
    ways = ((target,) if target else ()) + besides_links(text, url, base)
    if ways:
        found = replace(found, links=tuple(dict.fromkeys((*ways, *found.links))))
    # Static sites redirect like this, and frame sets start like this: the page is only a link, and nothing is wrong.
    # The frame must be of the same site: a player or counter of another site is on any page, also on a broken one.
    leads = target is not None or any(_site(way) == _site(url) for way in ways)
    if leads and found.kind is PageKind.EMPTY:
        return replace(found, kind=PageKind.LISTING, unread=None)
    if target and found.kind is PageKind.PAGE and len(found.text) < _WAIT:
        # "Please wait" is no text. What the page states on reuse still counts.
        return Reading(
            found.stamp, PageKind.LISTING, statements=found.statements, links=found.links, fitted=found.fitted
        )
    return found


def _site(url: str) -> str:
    return ".".join(read_target(url).host.split(".")[-2:])


def _text(entity: Entity) -> str:
    return decode(entity.body, charset_of(entity.body, entity.charset))


def _in_utf8(entity: Entity) -> bytes:
    """Return the bytes of *entity* in UTF-8; nearly all pages are, and need no decoding."""
    charset = charset_of(entity.body, entity.charset)
    return entity.body if charset == "utf-8" else _text(entity).encode("utf-8", "surrogatepass")
