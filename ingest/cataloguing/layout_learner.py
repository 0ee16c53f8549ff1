"""Learner: learns during a run where a publisher's fields stand, and has read again what was read without that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from archive.errors import CannotReplay, Damaged
from archive.http.exchange import Response
from archive.replay import read_back, source_of
from archive.warc.capture import Capture, NoteKind
from db import profiles
from db.model.item import Context, PageKind, Profile, Reading
from ingest.collection.collection import Collection
from ingest.reading.pool import Pending, ReaderPool

PAGES = 32
"""From so many of the newest articles a profile is learnt."""
LOOKED_AT = 64
"""On so many of the newest articles it is judged whether a profile still fits."""
MISFITS = 0.5
"""On more than this part of them it must not fit, to be learnt anew or dropped."""
MEMORY = 400 * 1024 * 1024
"""So many bytes may learning take: all its pages are held at once."""
LONGEST = 1024 * 1024
"""From a page of more bytes nothing is learnt."""
# Where nothing could be learnt, it is tried again when there are so many times as many articles.
_PATIENCE = 4


@dataclass(frozen=True, slots=True)
class _Job:
    """A learning that is under way."""

    publisher: str
    held: Profile | None
    result: Pending[Profile | None]


class Learner:
    """Watches what is read in one run; `step` is called between transactions and says what is to be read again."""

    def __init__(self, work: Collection, pool: ReaderPool) -> None:
        self._work, self._pool = work, pool
        self._seen: Counter[str] = Counter()
        # By capture, the newest of all publishers alone: a layout is learnt from what was read just before.
        self._lately: dict[str, Reading] = {}
        self._next: dict[str, int] = {}
        self._job: _Job | None = None
        self._began = False
        self._known: dict[str, bool] = {}

    @property
    def busy(self) -> bool:
        """Whether a learning is under way."""
        return self._job is not None

    def note_read(self, capture: Capture, reading: Reading | None) -> None:
        """Take note of a page that was read and catalogued."""
        if reading is None or reading.kind is not PageKind.ARTICLE:
            return
        self._seen[capture.publisher] += 1
        # What a layout or a feed had a part in says less than the page alone, from which is learnt.
        if reading.stamp.profile is None and not reading.heard:
            self._lately[capture.id] = reading
            if len(self._lately) > LOOKED_AT:
                del self._lately[next(iter(self._lately))]

    def allows(self, publisher: str, under_way: int) -> bool:
        """Say whether to begin to read one more page of *publisher*, of which *under_way* are being read.

        What is read just before something is learnt is read twice.
        """
        # While it is learnt where fields stand, every page that is read would be read again right after.
        if self._job is not None and self._job.publisher == publisher:
            return False
        if publisher not in self._known:
            held = profiles.digest(self._work.catalogue.connection, publisher)
            self._known[publisher] = held is not None
        wanting = self._next.get(publisher, PAGES) - self._seen[publisher]
        return self._known[publisher] or under_way < max(wanting, 1)

    def wait(self, seconds: float) -> None:
        """Wait until the learning that is under way has ended, or *seconds* have passed."""
        if self._job is not None:
            self._job.result.wait(seconds)

    def give_up(self) -> None:
        """End the learning that is under way: the next run begins it again."""
        if self._job is not None:
            self._job.result.cancel()
            self._job = None

    def ready(self) -> bool:
        """Say whether `step` has something to do that writes a record."""
        return not self._began or (self._job is not None and self._job.result.done())

    def step(self) -> list[Capture]:
        """Begin a learning that is due, record what was learnt; return the captures to be read again for it."""
        again: list[Capture] = []
        if not self._began:
            self._began = True
            for publisher in self._work.catalogue.publishers():
                again += self._otherwise(publisher.id)
        if self._job is not None and self._job.result.done():
            job, self._job = self._job, None
            again += self._settle(job)
        if self._job is None:
            self._begin()
        return again

    def _begin(self) -> None:
        for publisher, seen in self._seen.items():
            if seen >= self._next.get(publisher, PAGES):
                # Set before the outcome is known: while it fails it is tried ever less often.
                self._next[publisher] = seen * _PATIENCE
                connection = self._work.catalogue.connection
                held = profiles.in_force(connection, publisher)
                newest = profiles.recent(connection, publisher, LOOKED_AT, longest=LONGEST)
                misfits = sum(one.fitted is False for one in newest)
                # What is known is only looked at again, which costs a query and no reading.
                if held is not None:
                    self._next[publisher] = seen + PAGES
                if len(newest) >= PAGES and (held is None or misfits > MISFITS * len(newest)):
                    self._job = self._learning(publisher, held, [one.capture for one in newest[:PAGES]])
                    return

    def _learning(self, publisher: str, held: Profile | None, captures: Sequence[Capture]) -> _Job:
        pages = []
        for capture in captures:
            with suppress(CannotReplay, Damaged):  # verify tells of it; there are others to learn from
                pages.append(self._page(capture))
        lately = {one.id: self._lately.pop(one.id) for one in captures if one.id in self._lately}
        learning = self._pool.schedule(_learnt, (publisher, pages, lately), lambda _: None, memory=MEMORY)
        return _Job(publisher, held, learning)

    def _page(self, capture: Capture) -> tuple[Response, Context]:
        catalogue, warcs = self._work.catalogue, self._work.layout.warcs
        source = source_of(capture, catalogue.original)
        publisher = catalogue.publisher(capture.publisher)
        head, found = read_back(warcs, capture, catalogue.original)
        return found, Context(capture.url, source.id, head, publisher, day=source.began.date().isoformat())

    def _settle(self, job: _Job) -> list[Capture]:
        """Record what was learnt, or that what was in force fits no more."""
        found = job.result.result()
        if found is None and job.held is None:
            return []
        # The same profile again: a note would make every page of the publisher be read once more for nothing.
        if found is not None and job.held is not None and found.digest == job.held.digest:
            return []
        body: dict[str, object] = {"publisher": job.publisher}
        if found is None:
            body |= {"dropped": "the publisher's newest pages are laid out otherwise, and unlike each other"}
        else:
            body |= {"digest": found.digest, "layout": found.body, "pages": PAGES}
        self._work.note(NoteKind.PROFILE, body, about=None, publisher=job.publisher)
        # Looked up anew, for it may have been dropped.
        self._known.pop(job.publisher, None)
        return self._otherwise(job.publisher)

    def _otherwise(self, publisher: str) -> list[Capture]:
        from ingest.reading import stamp

        connection = self._work.catalogue.connection
        held = profiles.in_force(connection, publisher)
        current = str(stamp(held.digest if held else None))
        return profiles.read_otherwise(connection, publisher, current, str(stamp()))


def _learnt(publisher: str, pages: list[tuple[Response, Context]], lately: dict[str, Reading]) -> Profile | None:
    # In a reader process, which has the reader loaded; the process that asks need not load it.
    from ingest.reading.layout.layout import profile_of
    from ingest.reading.learning import learn

    layout = learn(((found.entity(), context) for found, context in pages), lately)
    return None if layout is None else profile_of(layout, publisher)
