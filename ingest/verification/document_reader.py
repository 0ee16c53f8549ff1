"""The reader of documents while a collection is verified: in a process of its own, which is bounded and may die."""

from __future__ import annotations

from contextlib import ExitStack

from archive.http.exchange import Entity
from db.model.item import Context, Reading
from ingest.documents.packed import Packed, kind_of, read_packed
from ingest.documents.pdf import Document, read_pdf
from ingest.reading.pool import MEMORY, PATIENCE, Pending, ReaderPool

# What the live reader could bear just so must not be too much here.
_MEMORY = 3 * MEMORY


class DocumentReader:
    """Reads documents with three times the memory of a live reader; its process begins with the first of them."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._pool: ReaderPool | None = None

    def submit(self, entity: Entity, context: Context) -> Pending[Reading]:
        """Have *entity* read, as a live reader does."""
        return self._readers().submit(entity, context)

    def take_apart(self, body: bytes) -> Document:
        """Return what the PDF in *body* holds; one that is too much says so, and one that ends its reader."""
        return self._readers().schedule(read_pdf, (body,), lambda why: Document(unread=why)).result()

    def unpack(self, entity: Entity) -> Packed:
        """Return what *entity*, an EPUB or the like, holds; one that is too much says so."""
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
