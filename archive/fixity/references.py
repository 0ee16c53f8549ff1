"""What records say about each other: ids must be unique, links must lead to a record, revisits must match.

Within one file and across the files of a collection. No I/O.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field

from archive.digest import same_digest
from archive.fixity.conformity import Checked
from archive.fixity.finding import Finding
from archive.warc.record import without_brackets

_ID = "WARC 1.1, WARC-Record-ID"
_REFERS = "WARC 1.1, WARC-Refers-To-Target-URI"


@dataclass(frozen=True, slots=True)
class Link:
    """A field of a record that names another record by its id."""

    offset: int
    record_id: str | None
    name: str
    target: str


@dataclass(frozen=True, slots=True)
class Repeat:
    """A revisit: where it is, and which capture it says it repeats; *payload* is its payload digest, "" if not
    named.
    """

    offset: int
    record_id: str | None
    url: str
    date: str
    payload: str


Original = Callable[[str, str], Iterable[str | None]]
"""Returns the payload digests of the captures of a URL at a date (as printed); None for a capture without one."""


@dataclass(slots=True)
class References:
    """What the records of one file say about themselves and each other, filled in record by record.

    Attributes:
        ids: for each id, the offset of its record.
        twice: offset and id of each record whose id an earlier record has too.
        links: links whose target had not been seen when they were read.
    """

    file: str
    ids: dict[str, int] = field(default_factory=dict)
    twice: list[tuple[int, str]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    repeats: list[Repeat] = field(default_factory=list)
    _responses: list[tuple[str, str, str]] = field(default_factory=list)
    _originals: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def add(self, offset: int, checked: Checked) -> None:
        """Add the record at *offset*."""
        own, ids, values, shape = checked.id, self.ids, checked.values, checked.shape
        # A repeated id is still one target: its first place counts, and the second is reported.
        if own is not None and ids.setdefault(own, offset) != offset:
            self.twice.append((offset, own))
        for at in shape.links:
            # Most links lead back to the record just before, which a plain slice is enough to see. The others
            # wait for `settle`.
            if values[at][1:-1] not in ids:
                self.links.append(Link(offset, own, shape.names[at], without_brackets(values[at])))
        kind = checked.get("warc-type").lower()
        if kind == "response":
            self._responses.append(
                (checked.get("warc-target-uri"), checked.get("warc-date"), checked.get("warc-payload-digest"))
            )
        elif kind == "revisit":
            url = without_brackets(checked.get("warc-refers-to-target-uri"))
            date, payload = checked.get("warc-refers-to-date"), checked.get("warc-payload-digest")
            if url and date:
                self.repeats.append(Repeat(offset, own, url, date, payload))

    def original(self, url: str, date: str) -> list[str | None]:
        """Return the payload digests of this file's responses from *url* at *date*, to the second."""
        while self._responses:  # indexed only when first needed
            uri, began, payload = self._responses.pop()
            # To the second, because some tools drop the fraction where a revisit names its original.
            self._originals.setdefault((without_brackets(uri), began[:19]), []).append(payload)
        return [named or None for named in self._originals.get((url, date[:19]), ())]

    def forget_responses(self) -> None:
        """Free what only `original` needs, if a catalogue is asked instead."""
        self._responses.clear()
        self._originals.clear()

    def settle(self) -> None:
        """Drop the links that lead to records of this file."""
        self.links = [link for link in self.links if link.target not in self.ids]


def check_references(
    files: Iterable[References],
    original: Original | None = None,
    *,
    complete: bool = True,
    foreign: Container[str] = (),
) -> Iterator[Finding]:
    """Yield ids that occur twice, links that lead nowhere, and revisits that do not match what they repeat.

    Args:
        original: looks up captures of the whole collection, so every revisit must find its original there. Without
            it, the original may be in a file that is not among *files*.
        complete: *files* are all files of the collection; otherwise a link may lead to a record in another file.
        foreign: names of imported files. What they link to or repeat may never have been handed over, and one of
            their records may have been handed over twice.
    """
    settled = list(files)
    everywhere = _first_places(settled)
    yield from _twice(settled, everywhere, foreign)
    for one in settled:
        for link in one.links:
            if complete and one.file not in foreign and link.target not in everywhere:
                lost = f"{link.name} names {link.target}, which is not here"
                yield Finding(one.file, link.offset, link.record_id, lost, "WARC 1.1, named fields")
    # Without a catalogue only these files can be asked.
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
    """Return, for each id, the number of the first file that holds it."""
    places: dict[str, int] = {}
    for number, one in enumerate(files):
        for own in one.ids:
            places.setdefault(own, number)
    return places


def _twice(files: list[References], places: dict[str, int], foreign: Container[str]) -> Iterator[Finding]:
    """Yield every record whose id another record has too."""
    shared: dict[str, list[tuple[str, int]]] = {}
    for one in files:
        for own, offset in one.ids.items():
            first = files[places[own]]
            # For imported files this is no fault: a file may be imported twice, or a record may come with two
            # exports.
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
        # Only a catalogue shows that it is missing everywhere, and imported files may come without the original.
        return lost if must_exist and ours else None
    known = [named for named in found if named]
    # Other programs differ in what they count as payload; the original's digest follows the standard.
    if ours and repeat.payload and known and all(same_digest(repeat.payload, named) is False for named in known):
        return f"the capture that it repeats, {repeat.url} of {repeat.date}, has another payload digest"
    return None
