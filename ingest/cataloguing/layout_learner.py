"""Layout learner: learn during a run where a publisher puts its fields, and have earlier pages read again with that."""

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
from ingest.cataloguing.reader_pool import Pending, ReaderPool
from ingest.collection.collection import Collection
from ingest.reading import stamp

PAGES = 32
"""A profile is learnt from this many of the newest articles."""
LOOKED_AT = 64
"""Whether a profile still fits is judged by this many of the newest articles."""
MISFITS = 0.5
"""If the profile does not fit more than this share of them, it is learnt again or dropped."""
MEMORY = 400 * 1024 * 1024
"""The memory in bytes that learning may take; it holds all its pages at once."""
LONGEST = 1024 * 1024
"""Pages with more bytes than this are not used for learning."""
# If nothing could be learnt, try again when there are this many times as many articles.
_PATIENCE = 4


@dataclass(frozen=True, slots=True)
class _Job:
    """A profile being learnt; *held* is the profile in force until now."""

    publisher: str
    held: Profile | None
    result: Pending[Profile | None]


class Learner:
    """Learn profiles from the pages read in one run.

    The pipeline calls `step` between transactions; it returns the captures to be read again.
    """

    def __init__(self, work: Collection, pool: ReaderPool) -> None:
        self._work, self._pool = work, pool
        self._seen: Counter[str] = Counter()
        # The last readings, by capture id, of all publishers together: a layout is learnt from pages read just before.
        self._lately: dict[str, Reading] = {}
        self._next: dict[str, int] = {}
        self._job: _Job | None = None
        self._began = False
        self._known: dict[str, bool] = {}
        self._renews = False
        self._by_older: dict[str, bool] = {}

    @property
    def busy(self) -> bool:
        """Whether a profile is being learnt."""
        return self._job is not None

    def renew(self) -> None:
        """From now on, learn again what another version of the reader learnt, of each publisher with an article read.

        It may put a field where that reader saw it and this one would not. All pages that this reader read by it are
        then read again, so a command that visits a single page does not ask for this.
        """
        self._renews = True

    def note_read(self, capture: Capture, reading: Reading | None) -> None:
        """Note that a page was read and catalogued."""
        if reading is None or reading.kind is not PageKind.ARTICLE:
            return
        self._seen[capture.publisher] += 1
        # Learn only from readings of the page alone, without a profile or a feed.
        if reading.stamp.profile is None and not reading.heard:
            self._lately[capture.id] = reading
            if len(self._lately) > LOOKED_AT:
                del self._lately[next(iter(self._lately))]

    def allows(self, publisher: str, under_way: int) -> bool:
        """Return whether to start reading one more page of *publisher* while *under_way* pages are being read.

        Holding pages back avoids reading them twice: before and after a profile is learnt.
        """
        # While a profile is being learnt, every page read now would have to be read again with it.
        if self._job is not None and self._job.publisher == publisher:
            return False
        if publisher not in self._known:
            held = profiles.digest(self._work.catalogue.connection, publisher)
            self._known[publisher] = held is not None
        wanting = self._next.get(publisher, PAGES) - self._seen[publisher]
        return self._known[publisher] or under_way < max(wanting, 1)

    def wait(self, seconds: float) -> None:
        """Wait until the profile being learnt is ready, for at most *seconds*."""
        if self._job is not None:
            self._job.result.wait(seconds)

    def give_up(self) -> None:
        """Stop learning; the next run starts again."""
        if self._job is not None:
            self._job.result.cancel()
            self._job = None

    def ready(self) -> bool:
        """Return whether the next `step` may write a record."""
        return not self._began or (self._job is not None and self._job.result.done())

    def step(self) -> list[Capture]:
        """Record the profile that was learnt and start learning one that is due; return the captures to read again."""
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
        """Start learning for the first publisher that has enough new articles and no profile that fits."""
        for publisher, seen in self._seen.items():
            if seen >= self._next.get(publisher, 1 if self._is_by_older(publisher) else PAGES):
                # Set before the outcome is known: after each failure it is tried less often.
                self._next[publisher] = seen * _PATIENCE
                connection = self._work.catalogue.connection
                held = profiles.in_force(connection, publisher)
                newest = profiles.recent(connection, publisher, LOOKED_AT, longest=LONGEST)
                misfits = sum(one.fitted is False for one in newest)
                # If there is a profile, check it more often: this takes only a query.
                if held is not None:
                    self._next[publisher] = seen + PAGES
                fits = held is not None and misfits <= MISFITS * len(newest) and not self._is_by_older(publisher)
                if len(newest) >= PAGES and not fits:
                    self._job = self._learning(publisher, held, [one.capture for one in newest[:PAGES]])
                    return

    def _is_by_older(self, publisher: str) -> bool:
        """Return whether to renew the profile of *publisher*, because another version of the reader learnt it."""
        if not self._renews:
            return False
        if publisher not in self._by_older:
            connection = self._work.catalogue.connection
            held = profiles.digest(connection, publisher) is not None
            self._by_older[publisher] = held and profiles.learnt_by(connection, publisher) != str(stamp())
        return self._by_older[publisher]

    def _learning(self, publisher: str, held: Profile | None, captures: Sequence[Capture]) -> _Job:
        pages = []
        for capture in captures:
            with suppress(CannotReplay, Damaged):  # `verify` reports it; learn from the other pages
                pages.append(self._page(capture))
        lately = {one.id: self._lately.pop(one.id) for one in captures if one.id in self._lately}
        # If the reader process fails, for example because the machine is busy, the profile in force stays.
        learning = self._pool.schedule(_learnt, (publisher, pages, lately), lambda _: held, memory=MEMORY)
        return _Job(publisher, held, learning)

    def _page(self, capture: Capture) -> tuple[Response, Context]:
        catalogue, warcs = self._work.catalogue, self._work.layout.warcs
        source = source_of(capture, catalogue.original)
        publisher = catalogue.publisher(capture.publisher)
        head, found = read_back(warcs, capture, catalogue.original)
        return found, Context(capture.url, source.id, head, publisher, day=source.began.date().isoformat())

    def _settle(self, job: _Job) -> list[Capture]:
        """Record the profile that was learnt, or that the one in force no longer fits."""
        found = job.result.result()
        if found is job.held:
            return []
        # The same profile again, by the same reader: there is nothing to record.
        again = found is not None and job.held is not None and found.digest == job.held.digest
        if again and not self._is_by_older(job.publisher):
            return []
        body: dict[str, object] = {"publisher": job.publisher}
        if found is None:
            body |= {"dropped": "the publisher's newest pages are laid out otherwise, and unlike each other"}
        else:
            body |= {"digest": found.digest, "layout": found.body, "pages": PAGES, "reader": str(stamp())}
        self._work.note(NoteKind.PROFILE, body, about=None, publisher=job.publisher)
        # Forget whether there is a profile, because it may have been dropped, and who learnt it.
        self._known.pop(job.publisher, None)
        self._by_older.pop(job.publisher, None)
        return self._otherwise(job.publisher)

    def _otherwise(self, publisher: str) -> list[Capture]:
        connection = self._work.catalogue.connection
        held = profiles.in_force(connection, publisher)
        current = str(stamp(held.digest if held else None))
        return profiles.read_with_other_profile(connection, publisher, current, str(stamp()))


def _learnt(publisher: str, pages: list[tuple[Response, Context]], lately: dict[str, Reading]) -> Profile | None:
    # Runs in a reader process, which has the reader loaded; the run's own process need not load it.
    from ingest.reading.layout.layout import profile_of
    from ingest.reading.learning import learn

    layout = learn(((found.entity(), context) for found, context in pages), lately)
    return None if layout is None else profile_of(layout, publisher)
