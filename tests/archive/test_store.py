"""Archiving exchanges: what is written, when it is durable, and how files are named, rolled and locked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archive.digest import digest
from archive.disk import RealDisk
from archive.errors import BadHead
from archive.fixity.verifier import verify_file
from archive.http.exchange import Truncation
from archive.warc.capture import CaptureKind, NoteKind
from archive.warc.reader import read_record_at
from archive.warc.writer import FileName, read_name

if TYPE_CHECKING:
    from tests.archive.conftest import MakeExchange, OpenArchive

UNMODIFIED = b"HTTP/1.0 304 Not Modified\r\n\r\n"


def names(warcs: Path) -> list[str]:
    return sorted(path.name for path in warcs.iterdir())


def test_no_file_is_made_before_the_first_record(open_archive: OpenArchive, warcs: Path) -> None:
    with open_archive() as archive:
        archive.sync()
        assert names(warcs) == []
    assert names(warcs) == []


def test_file_is_named_open_while_written_and_renamed_when_done(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path
) -> None:
    with open_archive() as archive:
        capture = archive.keep("think", exchange())
        archive.sync()
        assert names(warcs) == ["think-20261125100000-00001.warc.gz.open"]
        assert archive.path(capture.ref.file).name == "think-20261125100000-00001.warc.gz.open"
        assert read_record_at(archive.path(capture.ref.file), capture.ref.offset).id == capture.id
    assert names(warcs) == ["think-20261125100000-00001.warc.gz"] == [capture.ref.file]
    assert archive.path(capture.ref.file) == warcs / capture.ref.file


def test_synced_records_are_in_the_file(open_archive: OpenArchive, exchange: MakeExchange) -> None:
    with open_archive() as archive:
        capture = archive.keep("think", exchange())
        archive.sync()
        assert archive.path(capture.ref.file).stat().st_size > capture.ref.offset + capture.ref.length


def test_each_publisher_has_files_of_its_own(open_archive: OpenArchive, exchange: MakeExchange, warcs: Path) -> None:
    with open_archive() as archive:
        archive.keep("think", exchange())
        archive.keep("tank", exchange())
        archive.note("collection", NoteKind.RUN, {})
    assert [name.rsplit("-", 2)[0] for name in names(warcs)] == ["collection", "tank", "think"]


def test_serials_are_unique_in_the_collection_and_rise(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path
) -> None:
    for _ in range(2):
        with open_archive() as first, open_archive() as second:
            first.keep("think", exchange())
            second.keep("think", exchange())
            second.keep("tank", exchange())
    serials = sorted(read.serial for read in map(read_name, names(warcs)) if read)
    assert serials == [1, 2, 3, 4, 5, 6]


def test_a_file_that_another_program_made_is_never_written_to(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path
) -> None:
    class Racing(RealDisk):
        """Another program takes the name between the check and the creation."""

        def create(self, path: Path) -> int:
            if "00001" in path.name:
                path.write_bytes(b"theirs")
            return super().create(path)

    with open_archive(disk=Racing()) as archive:
        capture = archive.keep("think", exchange())
    assert (warcs / "think-20261125100000-00001.warc.gz.open").read_bytes() == b"theirs"
    assert capture.ref.file == "think-20261125100000-00002.warc.gz"


def test_full_file_is_followed_by_the_next(open_archive: OpenArchive, exchange: MakeExchange, warcs: Path) -> None:
    with open_archive(roll_bytes=3000) as archive:
        kept = [archive.keep("think", exchange(path=f"/{at}")) for at in range(12)]
        assert sum(name.endswith(".open") for name in names(warcs)) == 1
    files = {capture.ref.file for capture in kept}
    assert len(files) > 2
    for file in files:
        report = verify_file(warcs / file)
        assert report.findings == ()
        assert (warcs / file).stat().st_size < 6000


@pytest.mark.parametrize("publisher", ["", "../think", "think tank", ".hidden", "a/b"])
def test_a_publisher_that_cannot_be_a_file_name_is_refused(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path, publisher: str
) -> None:
    with open_archive() as archive, pytest.raises(ValueError, match="publisher"):
        archive.keep(publisher, exchange())
    assert names(warcs) == []


def test_a_response_without_head_is_refused_and_nothing_is_kept(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path
) -> None:
    with open_archive() as archive, pytest.raises(BadHead):
        archive.keep("think", exchange(head=b"<html>"))
    assert names(warcs) == []


@pytest.mark.parametrize("path", ["/a b", "/ż", "/a\r\nWARC-Type: x"])
def test_url_that_is_invalid_in_a_header_field_is_refused(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path, path: str
) -> None:
    with open_archive() as archive, pytest.raises(ValueError, match="URL"):
        archive.keep("think", exchange(path=path))
    assert names(warcs) == []


def test_note_that_is_not_json_is_refused_and_not_kept(open_archive: OpenArchive, warcs: Path) -> None:
    with open_archive() as archive:
        with pytest.raises(TypeError):
            archive.note("think", NoteKind.RUN, {"set": {1}})
        note = archive.note("think", NoteKind.RUN, {"new": 1})
    assert note.body == {"new": 1}
    assert verify_file(warcs / note.ref.file).records == 2


def test_note_names_its_subject_in_the_body_and_not_as_target_uri(open_archive: OpenArchive, warcs: Path) -> None:
    with open_archive() as archive:
        url = archive.note("think", NoteKind.FAILURE, {}, about="http://think.example/a")
        item = archive.note("think", NoteKind.WITHHOLDING, {}, about="wi-7k3q9x2mab", previous=url.digest)
    record = read_record_at(warcs / url.ref.file, url.ref.offset)
    assert record.get("WARC-Target-URI") is None
    assert record.block == b'{"about":"http://think.example/a","body":{},"kind":"failure","previous":null}'
    assert item.previous == url.digest == digest(record.block)


# ── Response or revisit ──────────────────────────────────────────────────────────────────────────


def test_a_changed_payload_is_a_response(open_archive: OpenArchive, exchange: MakeExchange) -> None:
    with open_archive() as archive:
        first = archive.keep("think", exchange())
        archive.sync()
        assert archive.keep("think", exchange(b"new"), earlier=first).kind is CaptureKind.RESPONSE


def test_an_empty_payload_is_never_a_revisit(open_archive: OpenArchive, exchange: MakeExchange) -> None:
    with open_archive() as archive:
        first = archive.keep("think", exchange(b""))
        archive.sync()
        assert archive.keep("think", exchange(b""), earlier=first).kind is CaptureKind.RESPONSE


@pytest.mark.parametrize("cut", ["first", "second"])
def test_truncated_payload_is_never_a_revisit_nor_revisited(
    open_archive: OpenArchive, exchange: MakeExchange, cut: str
) -> None:
    with open_archive() as archive:
        first = archive.keep("think", exchange(truncated=Truncation.TIME if cut == "first" else None))
        archive.sync()
        second = exchange(truncated=Truncation.TIME if cut == "second" else None)
        assert archive.keep("think", second, earlier=first).kind is CaptureKind.RESPONSE


def test_revisit_refers_only_to_a_synced_capture(open_archive: OpenArchive, exchange: MakeExchange) -> None:
    with open_archive() as archive:
        first = archive.keep("think", exchange())
        assert archive.keep("think", exchange(), earlier=first).kind is CaptureKind.RESPONSE
        archive.sync()
        assert archive.keep("think", exchange(), earlier=first).kind is CaptureKind.REVISIT


def test_a_revisit_refers_to_the_original_and_never_to_a_revisit(
    open_archive: OpenArchive, exchange: MakeExchange
) -> None:
    with open_archive() as archive:
        first = archive.keep("think", exchange())
        archive.sync()
        second = archive.keep("think", exchange(minute=1), earlier=first)
        archive.sync()
        third = archive.keep("think", exchange(minute=2), earlier=second)
        fourth = archive.keep("think", exchange(b"", head=UNMODIFIED, minute=3), earlier=second)
        archive.sync()
        fifth = archive.keep("think", exchange(minute=4), earlier=fourth)
    for revisit in (second, third, fourth, fifth):
        assert (revisit.refers_to_url, revisit.refers_to_date) == (first.url, first.began)
        assert revisit.payload_digest == first.payload_digest


@pytest.mark.parametrize("what", ["another URL", "another publisher"])
def test_same_payload_at_another_url_or_publisher_is_kept_in_full(
    open_archive: OpenArchive, exchange: MakeExchange, what: str
) -> None:
    """One page can be exported, withdrawn or erased, and the others still have bytes of their own."""
    with open_archive() as archive:
        first = archive.keep("think", exchange())
        archive.sync()
        elsewhere = exchange(minute=1, path="/elsewhere" if what == "another URL" else "/rivers")
        second = archive.keep("tank" if what == "another publisher" else "think", elsewhere, earlier=first)
    assert second.kind is CaptureKind.RESPONSE
    assert second.payload_digest == first.payload_digest


def test_not_modified_without_a_known_original_is_kept_as_a_response(
    open_archive: OpenArchive, exchange: MakeExchange
) -> None:
    with open_archive() as archive:
        capture = archive.keep("think", exchange(b"", head=UNMODIFIED))
    assert (capture.kind, capture.status, capture.payload_digest) == (CaptureKind.RESPONSE, 304, None)


def test_a_304_keeps_the_validators_that_it_does_not_repeat(open_archive: OpenArchive, exchange: MakeExchange) -> None:
    with open_archive() as archive:
        first = archive.keep("think", exchange())
        archive.sync()
        second = archive.keep("think", exchange(b"", head=UNMODIFIED, minute=1), earlier=first)
    assert second.etag == first.etag == '"r1"'


def test_file_name_is_parsed_back() -> None:
    name = read_name("warsaw-institute-20261125100000-00012.warc.gz.open")
    assert name is not None
    assert (name.publisher, name.serial) == ("warsaw-institute", 12)
    assert str(FileName(name.publisher, name.opened, 123456)) == "warsaw-institute-20261125100000-123456.warc.gz"
    for other in ("think.warc.gz", "think-20261325100000-00001.warc.gz", "think-20261125100000-1.warc.gz"):
        assert read_name(other) is None
    assert re.fullmatch(r"[\w.-]+", str(name))
