"""WARC files that other programs wrote: which of their records are captures, and what else they hold."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import ada_url

from archive.digest import normalize_digest
from archive.http.exchange import Ending, entity, has_complete_end
from archive.recovery import DamagedRange, records_and_damage
from archive.warc.capture import Capture, CaptureKind
from archive.warc.reader import answer_of, capture_of, concurrent_to, read_records
from archive.warc.record import Record, RecordType, without_brackets


@dataclass(frozen=True, slots=True)
class ForeignFile:
    """What an imported file holds.

    Attributes:
        records: how many records there are, of any type.
        software: the software that its first warcinfo record names, "" if none.
        captures: its http and https captures, in file order; they have no publisher yet.
        unresolved: for each revisit without an original in the same file that names no URL and date: the record id
            that it names, "" if none.
        left: how many records are not captures to be catalogued, by kind.
    """

    records: int
    software: str
    captures: tuple[Capture, ...]
    unresolved: Mapping[str, str]
    left: Mapping[str, int]


def read_foreign(path: Path, damage: list[DamagedRange] | None = None) -> ForeignFile:
    """Read the file at *path*, compressed or not.

    The result depends on the bytes alone. A revisit that does not name its original by URL and date (as in WARC 1.0 and
    with some tools) gets them from the record that it names, or from the earlier capture with the same payload digest.
    Answers to methods other than GET are not captures of their URL.

    With *damage*, reading continues after damaged places, and the stretches outside any whole record are appended to
    it.

    Raises:
        Damaged: without *damage*, at the first incomplete record.
        OSError: the file cannot be read.
    """
    seen = _Seen()
    for record in read_records(path) if damage is None else records_and_damage(path, 0, path.stat().st_size):
        if isinstance(record, Record):
            seen.take(record)
        elif damage is not None:
            damage.append(record)
    return seen.settle()


class _Seen:
    """What has been seen of a file so far."""

    def __init__(self) -> None:
        self.records = 0
        self.software = ""
        self.left: Counter[str] = Counter()
        self.captures: list[Capture] = []
        self._methods: dict[str, str] = {}
        self._beside: dict[str, tuple[str, ...]] = {}
        self._printed: dict[str, str] = {}
        self._named: dict[str, str] = {}

    def take(self, record: Record) -> None:
        """Take the next record of the file."""
        self.records += 1
        capture = capture_in(record)
        if capture is not None:
            self.captures.append(capture)
            self._beside[capture.id] = concurrent_to(record)
            self._printed[capture.id] = normalize_digest(record.get("WARC-Payload-Digest") or "")
            self._named[capture.id] = without_brackets(record.get("WARC-Refers-To") or "")
            return
        self.left[_what(record)] += 1
        if record.type == RecordType.REQUEST:
            # No method is longer, but a hostile block may have no space at all.
            method = record.block.partition(b" ")[0][:16].decode("latin-1").upper()
            # In some files the request names the response, in others the other way round.
            for one in (record.id, *concurrent_to(record)):
                self._methods[one] = method
        elif record.type == RecordType.WARCINFO and not self.software:
            self.software = _software(record)

    def settle(self) -> ForeignFile:
        """Return what the file holds, after all its records have been taken."""
        kept = [capture for capture in self.captures if self._method(capture) == "GET"]
        self.left["answer to another method than GET"] += len(self.captures) - len(kept)
        resolved = _Originals(kept, self._printed)
        captures = [resolved.of(capture, self._named[capture.id]) for capture in kept]
        unresolved = {
            capture.id: self._named[capture.id]
            for capture in captures
            if capture.kind is not CaptureKind.RESPONSE and capture.refers_to_date is None
        }
        return ForeignFile(self.records, self.software, tuple(captures), unresolved, +self.left)

    def _method(self, capture: Capture) -> str:
        named = (capture.id, *self._beside[capture.id])
        # A response without a request counts as an answer to GET.
        return next((self._methods[one] for one in named if one in self._methods), "GET")


class _Originals:
    """The responses of a file, indexed by what a revisit may say about its original."""

    def __init__(self, captures: Iterable[Capture], printed: Mapping[str, str]) -> None:
        self._printed = printed
        self._by_id: dict[str, Capture] = {}
        self._by_digest: dict[str, list[Capture]] = defaultdict(list)
        self._by_url: dict[str, list[Capture]] = defaultdict(list)
        for capture in captures:
            if capture.kind is CaptureKind.RESPONSE:
                self._by_id[capture.id] = capture
                self._by_url[capture.url].append(capture)
                # An empty payload identifies nothing: all redirects have the same one.
                if printed[capture.id] and capture.payload_length:
                    self._by_digest[printed[capture.id]].append(capture)

    def of(self, capture: Capture, named: str) -> Capture:
        """Return *capture* with URL and date of the capture it repeats, if that is found."""
        if capture.kind is CaptureKind.RESPONSE or (capture.refers_to_url and capture.refers_to_date):
            return capture
        found = self._by_id.get(named) or self._before(capture, self._same_payload(capture))
        if found is None:
            return capture
        return replace(capture, refers_to_url=found.url, refers_to_date=found.began)

    def _same_payload(self, capture: Capture) -> list[Capture]:
        digest = self._printed[capture.id]
        same = self._by_digest.get(digest, []) if digest else []
        # A 304 has no payload to digest; it confirms what its URL gave before.
        if not digest and capture.kind is CaptureKind.NOT_MODIFIED:
            same = self._by_url.get(capture.url, [])
        wanted = capture.refers_to_url or capture.url
        # The same payload at another URL is the second choice: WARC 1.0 had no field to name the URL.
        return [one for one in same if one.url == wanted] or same

    def _before(self, capture: Capture, same: list[Capture]) -> Capture | None:
        # A revisit repeats what existed before, by record order and not by the order in the file.
        earlier = [one for one in same if (one.began, one.id) < (capture.began, capture.id)]
        return max(earlier, key=lambda one: (one.began, one.id), default=None)


def capture_in(record: Record) -> Capture | None:
    """Return the http or https capture that *record* holds, judging by its bytes, or None."""
    capture = capture_of(record, ours=False)
    if capture is None or not capture.id or not _is_web(capture.url):
        return None
    if capture.kind is CaptureKind.RESPONSE and capture.ending is Ending.UNPROVED and capture.truncated is None:
        # A browser stores bodies decoded, under a head that still names codings and lengths. Only the end of the
        # body can prove it complete.
        found = entity(capture.url, answer_of(record))
        if not found.notes and has_complete_end(found.body, found.media_type):
            return replace(capture, ending=Ending.END_MARK)
    return capture


def _is_web(url: str) -> bool:
    if not url.lower().startswith(("http://", "https://")):
        return False
    try:
        # A URL without a host belongs to no publisher.
        return bool(ada_url.URL(url).host)
    except ValueError:
        return False


def _what(record: Record) -> str:
    """Say in a few words what a record is that is not a capture."""
    if record.type not in (RecordType.RESPONSE, RecordType.REVISIT):
        return record.type or "record without a type"
    return f"{record.type} that is no HTTP capture"


def _software(record: Record) -> str:
    for line in record.block.decode("utf-8", "replace").splitlines():
        name, _, value = line.partition(":")
        if name.strip().lower() == "software":
            # It gets shown and recorded, and anybody may have written it.
            return value.strip()[:200]
    return ""
