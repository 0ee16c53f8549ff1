"""A record is overwritten in place: the file keeps its length and all other records, and other tools read it."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archive.errors import Damaged
from archive.fixity.conformity import check_record
from archive.warc.capture import RecordRef
from archive.warc.erasure import Gap, Order, gaps, has_content, tombstone, write
from archive.warc.member import members, pack
from archive.warc.reader import read_records
from archive.warc.record import to_bytes

ORDER = Order("II C 123/26, Sąd Okręgowy", datetime(2026, 11, 28, 12, tzinfo=UTC))


@given(length=st.integers(600, 200_000) | st.integers(65_400, 66_500), packed=st.booleans())
def test_tombstone_is_as_long_as_the_erased_record_and_valid(length: int, packed: bool) -> None:
    made = tombstone(Gap(RecordRef("a.warc.gz", 0, length), packed, ("urn:uuid:1", "urn:uuid:2")), ORDER)
    assert len(made) == length
    record = next(iter(ArchiveIterator(io.BytesIO(made), check_digests="raise")))
    assert record.rec_type == "metadata"
    said = record.content_stream().read().decode()
    assert said.startswith("2 records were erased on 2026-11-28 by order: II C 123/26")


@given(length=st.integers(0, 460), packed=st.booleans())
def test_tombstone_says_less_if_there_is_little_room(length: int, packed: bool) -> None:
    gap = Gap(RecordRef("a.warc.gz", 0, length), packed, ("urn:uuid:1",))
    try:
        made = tombstone(gap, ORDER)
    except ValueError:
        assert length < 260
        return
    assert len(made) == length
    (record,) = list(ArchiveIterator(io.BytesIO(made)))
    assert record.rec_type == "metadata"


_NOISE = hashlib.shake_256(b"noise").digest(600)
"""Bytes that do not compress."""


def _record(number: int, kind: str, *beside: tuple[str, str], block: bytes = _NOISE) -> bytes:
    fields = (
        ("WARC-Type", kind),
        ("WARC-Record-ID", f"<urn:uuid:{number:08d}-0000-4000-8000-000000000000>"),
        ("WARC-Date", "2026-01-01T00:00:00Z"),
        *beside,
        ("Content-Type", "application/http; msgtype=response"),
        ("Content-Length", str(len(block))),
    )
    return to_bytes(fields, block)


@pytest.mark.parametrize("name", ["a.warc.gz", "a.warc"])
def test_erasure_keeps_all_other_records_and_the_file_verifies(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    put: Callable[[bytes], bytes] = pack if name.endswith("gz") else bytes
    first = "<urn:uuid:00000002-0000-4000-8000-000000000000>"
    target = ("WARC-Target-URI", "https://institute.example/a")
    kept = [_record(1, "resource", target), _record(5, "resource", target)]
    secret = _record(2, "resource", target, block=b"the secret words " + _NOISE)
    # In files of other programs a request may come before its response, with another record in between.
    beside = [_record(one, "request", target, ("WARC-Concurrent-To", first)) for one in (3, 4)]
    path.write_bytes(b"".join(put(one) for one in (beside[0], kept[0], secret, beside[1], kept[1])))
    before = path.read_bytes()
    places = [(record.id, record.ref.offset) for record in read_records(path)]
    found = gaps(path, {places[2][1]})
    assert [len(gap.records) for gap in found] == [1, 2]
    assert all(has_content(path, gap) for gap in found)
    made = tmp_path / f"made-{name}"
    with made.open("wb") as file:
        write(path, found, ORDER, file)
    again = list(read_records(made))
    assert made.stat().st_size == len(before)
    assert [(one.id, one.ref.offset) for one in again if one.type == "resource"] == [places[1], places[4]]
    assert not any(b"secret" in member.data for member in members(made))
    stones = [check_record(one.data) for one in members(made) if b"erased on" in one.data]
    assert [stone.faults for stone in stones] == [(), ()]
    assert not any(has_content(made, gap) for gap in found)


def test_request_that_only_its_response_names_is_erased_too(tmp_path: Path) -> None:
    """wget writes the request first, and only the response says that the two belong together."""
    path = tmp_path / "a.warc.gz"
    target = ("WARC-Target-URI", "https://institute.example/secret")
    names = [("WARC-Concurrent-To", f"<urn:uuid:{one:08d}-0000-4000-8000-000000000000>") for one in (1, 4)]
    made = (
        _record(1, "request", target),
        _record(2, "response", target, *names),
        _record(3, "request", ("WARC-Target-URI", "https://institute.example/other")),
        _record(4, "response", ("WARC-Target-URI", "https://institute.example/a-capture-of-its-own")),
    )
    path.write_bytes(b"".join(map(pack, made)))
    ids = [record.id for record in read_records(path)]
    (found,) = gaps(path, {[record.ref.offset for record in read_records(path)][1]})
    assert list(found.records) == ids[:2]


def test_member_with_several_records_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(pack(_record(1, "resource") + _record(2, "resource")))
    with pytest.raises(Damaged):
        gaps(path, {0})
