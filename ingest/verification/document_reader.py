"""Document reader for verification: read PDFs and the like in a separate process, which may die."""

from __future__ import annotations

from contextlib import ExitStack

from archive.http.exchange import Entity
from db.model.item import Context, Reading
from ingest.cataloguing.reader_pool import MEMORY, PATIENCE, Pending, ReaderPool
from ingest.documents.packed import Packed, kind_of, read_packed
from ingest.documents.pdf import Document, read_pdf

# More memory than usual: a document that the original reader could just read must not be too much here.
_MEMORY = 3 * MEMORY


class DocumentReader:
    """Read documents with three times the usual memory. The process starts with the first document."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._pool: ReaderPool | None = None

    def submit(self, entity: Entity, context: Context) -> Pending[Reading]:
        """Start reading *entity*."""
        return self._readers().submit(entity, context)

    def take_apart(self, body: bytes) -> Document:
        """Return the contents of the PDF *body*; *unread* is set if it is too large or crashes the reader."""
        return self._readers().schedule(read_pdf, (body,), lambda why: Document(unread=why)).result()

    def unpack(self, entity: Entity) -> Packed:
        """Return the contents of *entity*, an EPUB, DOCX or ODT; *unread* is set if it is too large."""
        kind = kind_of(entity) or ""
        return self._readers().schedule(read_packed, (entity.body, kind), lambda why: Packed(unread=why)).result()

    def close(self) -> None:
        """End the process."""
        self._open.close()
        self._pool = None

    def _readers(self) -> ReaderPool:
        if self._pool is None:
            self._pool = self._open.enter_context(ReaderPool(1, PATIENCE, memory=_MEMORY))
        return self._pool
