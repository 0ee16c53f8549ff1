"""Reader: one entity and what is known beside it, read into one Reading. Pure: no clock, no network, no disk."""

from __future__ import annotations

from archive.http.exchange import Entity
from db.model.item import Context, PageKind, Reading
from ingest.documents.pdf import is_pdf
from ingest.reading import entries, hearing
from ingest.reading.document import read_document
from ingest.reading.learned import read_as_learnt
from ingest.reading.page import is_html, open_page
from ingest.reading.page_reader import PageReader
from ingest.reading.version import stamp
from ingest.terms.site_policy import read_policy


def read(entity: Entity, context: Context) -> Reading:
    """Read *entity* into a Reading; the same entity and context give the same reading.

    Never raises for what a page holds: a page that cannot be read is a Reading that says why.
    """
    return hearing.heard(_read(entity, context), context)


def _read(entity: Entity, context: Context) -> Reading:
    mark = stamp(context.profile.digest if context.profile else None)
    if not entity.body.strip():
        why = f"the entity cannot be decoded: {'; '.join(entity.notes)}" if entity.notes else "the entity is empty"
        return Reading(mark, PageKind.EMPTY, unread=why)
    if is_pdf(entity):
        return read_document(entity, context, mark)
    if not is_html(entity):
        stated, listed = read_policy(entity, context.capture), entries.entries(entity, context.capture)
        if listed is not None:
            return Reading(mark, PageKind.LISTING, statements=stated, entries=listed)
        why = f"no reader for {entity.media_type or 'an entity that names no type'}"
        return Reading(mark, PageKind.OTHER, statements=stated, unread=why)
    if context.profile is None:
        page = open_page(entity, context.url)
        found = PageReader(page, context, mark).reading(read) if page is not None else None
    else:
        found = read_as_learnt(entity, context, mark, context.profile, read)
    return found or Reading(mark, PageKind.EMPTY, unread="there is no element in the entity")
