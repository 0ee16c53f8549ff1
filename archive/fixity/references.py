"""What records say of each other: ids that must be their own, links that must lead somewhere, revisits that must agree.

Within one file and across the files of a collection. No I/O.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field

from archive.digest import same_digest
from archive.fixity.conformity import Checked
from archive.fixity.finding import Finding
from archive.warc.record import bare

_ID = "WARC 1.1, WARC-Record-ID"
_REFERS = "WARC 1.1, WARC-Refers-To-Target-URI"


@dataclass(frozen=True, slots=True)
class Link:
    """A field of a record that names another by its id."""

    offset: int
    record_id: str | None
    name: str
    target: str


@dataclass(frozen=True, slots=True)
class Repeat:
    """A revisit: where it lies, and the capture that it says it repeats; *payload* is its payload digest, if named."""

    offset: int
    record_id: str | None
    url: str
    date: str
    payload: str


Original = Callable[[str, str], Iterable[str | None]]
"""Returns the payload digests of the captures of a URL at a date (as printed), None for one that names none."""


@dataclass(slots=True)
class References:
    """What the records of one file say of themselves and of others; filled record by record.

    Attributes:
        ids: where the record with each id lies.
        twice: records with an id that another before them has: offset and id.
        links: those whose target had not been seen when they came.
    """

    file: str
    ids: dict[str, int] = field(default_factory=dict)
    twice: list[tuple[int, str]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    repeats: list[Repeat] = field(default_factory=list)
    _responses: list[tuple[str, str, str]] = field(default_factory=list)
    _originals: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def add(self, offset: int, checked: Checked) -> None:
        """Take note of the record at *offset*."""
        own, ids, values, shape = checked.id, self.ids, checked.values, checked.shape
        # An id that stands twice is still one target: the first place counts, and the second is told.
        if own is not None and ids.setdefault(own, offset) != offset:
            self.twice.append((offset, own))
        for at in shape.links:
            # Most links lead back to the record just before; a plain slice will do to see that. Others wait for
            # `settle`.
            if values[at][1:-1] not in ids:
                self.links.append(Link(offset, own, shape.names[at], bare(values[at])))
        kind = checked.get("warc-type").lower()
        if kind == "response":
            self._responses.append(
                (checked.get("warc-target-uri"), checked.get("warc-date"), checked.get("warc-payload-digest"))
            )
        elif kind == "revisit":
            url = bare(checked.get("warc-refers-to-target-uri"))
            date, payload = checked.get("warc-refers-to-date"), checked.get("warc-payload-digest")
            if url and date:
                self.repeats.append(Repeat(offset, own, url, date, payload))

    def original(self, url: str, date: str) -> list[str | None]:
        """Return the payload digests of the responses in this file from *url* at *date*, to the second."""
        while self._responses:  # put in order only once somebody asks
            uri, began, payload = self._responses.pop()
            # To the second: some writers drop the fraction where they name what a revisit repeats.
            self._originals.setdefault((bare(uri), began[:19]), []).append(payload)
        return [named or None for named in self._originals.get((url, date[:19]), ())]

    def forget_responses(self) -> None:
        """Let go of what only `original` needs, where a catalogue is asked instead."""
        self._responses.clear()
        self._originals.clear()

    def settle(self) -> None:
        """Forget the links that lead to records of this file."""
        self.links = [link for link in self.links if link.target not in self.ids]


def crossed(
    files: Iterable[References],
    original: Original | None = None,
    *,
    complete: bool = True,
    foreign: Container[str] = (),
) -> Iterator[Finding]:
    """Yield ids that stand twice, links that lead nowhere, and revisits that do not agree with what they repeat.

    Args:
        original: knows every capture of the collection, so that a revisit must find there what it repeats; without it,
            what it repeats may lie in files that are not at hand.
        complete: *files* are all that there are; else a link may lead to a record in another.
        foreign: names of files by others: what they link to and what their revisits repeat may never have been handed
            over, and a record may have been handed over twice.
    """
    settled = list(files)
    everywhere = _first_places(settled)
    yield from _twice(settled, everywhere, foreign)
    for one in settled:
        for link in one.links:
            if complete and one.file not in foreign and link.target not in everywhere:
                lost = f"{link.name} names {link.target}, which is not here"
                yield Finding(one.file, link.offset, link.record_id, lost, "WARC 1.1, named fields")
    # Without a catalogue the files at hand are all there is to ask.
    look_up = original or (lambda url, date: [found for one in settled for found in one.original(url, date)])
    for one in settled:
        for repeat in one.repeats:
            what = _disagreement(
                repeat,
                list(look_up(repeat.url, repeat.date)),
                must_exist=original is not None,
                ours=one.file not in foreign,
            )
            if what:
                yield Finding(one.file, repeat.offset, repeat.record_id, what, _REFERS)


def _first_places(files: list[References]) -> dict[str, int]:
    """Return the number of the file that holds each id first."""
    places: dict[str, int] = {}
    for number, one in enumerate(files):
        for own in one.ids:
            places.setdefault(own, number)
    return places


def _twice(files: list[References], places: dict[str, int], foreign: Container[str]) -> Iterator[Finding]:
    """Yield every record whose id another one has too."""
    shared: dict[str, list[tuple[str, int]]] = {}
    for one in files:
        for own, offset in one.ids.items():
            first = files[places[own]]
            # The same file may be imported twice, or a record come with two exports: for files of others that is no
            # fault.
            if first is not one and one.file not in foreign and first.file not in foreign:
                shared.setdefault(own, [(first.file, first.ids[own])]).append((one.file, offset))
        for offset, own in one.twice:
            shared.setdefault(own, [(one.file, one.ids[own])]).append((one.file, offset))
    for own, where in shared.items():
        for file, offset in where:
            yield Finding(file, offset, own, f"{len(where)} records have this WARC-Record-ID", _ID)


def _disagreement(repeat: Repeat, found: list[str | None], *, must_exist: bool, ours: bool) -> str | None:
    if not found:
        lost = f"the capture that it repeats is not here: {repeat.url} of {repeat.date}"
        # Only a catalogue knows that it is nowhere; and others may not have handed the original over.
        return lost if must_exist and ours else None
    known = [named for named in found if named]
    # What programs of others take for the payload differs; the digest of the original is of what it is by the standard.
    if ours and repeat.payload and known and all(same_digest(repeat.payload, named) is False for named in known):
        return f"the capture that it repeats, {repeat.url} of {repeat.date}, has another payload digest"
    return None
