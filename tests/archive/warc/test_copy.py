"""Excerpts: records copied byte for byte, with the records that belong to them, from our files and from others."""

from __future__ import annotations

from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archive.errors import Damaged
from archive.warc.copy import Copied, Placing, opening, records_at, records_except
from archive.warc.member import pack
from archive.warc.reader import read_records
from tests.archive.conftest import START

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from tests.archive.conftest import MakeExchange, OpenArchive


def kinds(copied: Iterator[Copied]) -> list[tuple[str, str]]:
    return [(one.record.type, one.record.id[-1]) for one in copied]


def write_foreign(path: Path, *records: tuple[str, str, str], packed: bool = True) -> list[int]:
    """Write records (type, id, id of a concurrent record) as another program would; return their offsets."""
    offsets, data = [], b""
    for kind, name, concurrent in records:
        head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:x:{name}>\r\nWARC-Date: 2020-01-01T00:00:00Z\r\n"
        head += f"WARC-Concurrent-To: <urn:x:{concurrent}>\r\n" if concurrent else ""
        head += "WARC-Target-URI: http://other.example/\r\n" if kind != "warcinfo" else ""
        record = head.encode() + b"Content-Type: text/plain\r\nContent-Length: 2\r\n\r\nok\r\n\r\n"
        offsets.append(len(data))
        data += pack(record) if packed else record
    path.write_bytes(data)
    return offsets


WGET = (
    ("warcinfo", "0", ""),
    ("request", "1", ""),
    ("response", "2", "1"),
    ("request", "3", ""),
    ("request", "4", ""),
    ("response", "5", "4"),
    ("response", "6", "3"),
    ("resource", "7", ""),
)
"""As wget writes: the request first, named by the response. Here two are interleaved."""


def test_capture_is_copied_with_its_companions_and_the_warcinfo(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path
) -> None:
    with open_archive() as archive:
        archive.keep("think", exchange(path="/a"))
        wanted = archive.keep("think", exchange(path="/b", interim=b"HTTP/1.1 103 Early Hints\r\n\r\n"))
        archive.keep("think", exchange(path="/c"))
    path = warcs / wanted.ref.file
    copied = list(records_at(path, {wanted.ref.offset}))
    assert [one.record.type for one in copied] == ["warcinfo", "response", "request", "metadata"]
    assert {one.record.get("WARC-Target-URI") for one in copied[1:3]} == {"http://think.example/b"}
    data = path.read_bytes()
    for one in copied:
        assert one.member == data[one.record.ref.offset :][: one.record.ref.length]


@pytest.mark.parametrize("packed", [True, False], ids=["gzip", "plain"])
def test_companions_are_found_before_and_after_in_foreign_files(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / "imported-20260101000000-00001.warc.gz"
    offsets = write_foreign(path, *WGET, packed=packed)
    assert kinds(records_at(path, {offsets[6]})) == [("warcinfo", "0"), ("request", "3"), ("response", "6")]
    assert kinds(records_at(path, {offsets[5]})) == [("warcinfo", "0"), ("request", "4"), ("response", "5")]


def test_plain_record_stays_the_same_when_packed(tmp_path: Path) -> None:
    path = tmp_path / "plain.warc"
    write_foreign(path, *WGET[:3], packed=False)
    copied = list(records_except(path, set()))
    (tmp_path / "packed.warc.gz").write_bytes(b"".join(one.member for one in copied))
    again = list(read_records(tmp_path / "packed.warc.gz"))
    assert [(one.fields, one.block) for one in again] == [(one.record.fields, one.record.block) for one in copied]


def test_all_but_a_capture_omits_its_companions_and_keeps_unknown_records(tmp_path: Path) -> None:
    path = tmp_path / "wget.warc.gz"
    offsets = write_foreign(path, *WGET)
    left = kinds(records_except(path, {offsets[2]}))
    assert sorted(name for _, name in left) == ["0", "3", "4", "5", "6", "7"]


def test_open_file_is_read_up_to_its_durable_end(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path
) -> None:
    with open_archive() as archive:
        first = archive.keep("think", exchange(path="/a"))
        archive.keep("think", exchange(path="/b"))
    final = warcs / first.ref.file
    torn = final.with_name(final.name + ".open")
    torn.write_bytes(final.read_bytes()[:-20])
    end = first.ref.offset + first.ref.length
    found = [one.record.type for one in records_except(torn, set(), end=end)]
    assert found == ["warcinfo", "response", "request"]
    assert [one.record.type for one in records_at(torn, {first.ref.offset})] == found
    with pytest.raises(Damaged):
        list(records_except(torn, set()))


def test_altered_record_is_not_handed_on(open_archive: OpenArchive, exchange: MakeExchange, warcs: Path) -> None:
    with open_archive() as archive:
        capture = archive.keep("think", exchange())
    path = warcs / capture.ref.file
    block = next(one for one in read_records(path) if one.id == capture.id).block
    changed = path.read_bytes()[: capture.ref.offset]
    record = "".join(
        f"{name}: {value}\r\n" for name, value in next(one for one in read_records(path) if one.id == capture.id).fields
    )
    changed += pack(b"WARC/1.1\r\n" + record.encode() + b"\r\n" + block.replace(b"sea", b"SEA") + b"\r\n\r\n")
    path.write_bytes(changed)
    with pytest.raises(Damaged, match="does not agree"):
        list(records_at(path, {capture.ref.offset}))


def test_copies_fill_files_of_a_size_each_with_its_own_warcinfo(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path, tmp_path: Path
) -> None:
    with open_archive() as archive:
        captures = [archive.keep("think", exchange(path=f"/{number}")) for number in range(3)]
    source = warcs / captures[0].ref.file
    files: list[BytesIO] = []

    @contextmanager
    def begin(number: int) -> Iterator[tuple[str, BinaryIO]]:
        files.append(BytesIO())
        yield f"part-{number}.warc.gz", files[-1]

    placing = Placing(begin, lambda name: opening("urn:uuid:1", name, START, {"software": "x"}), roll_bytes=1)
    placed = [one.record for one in placing.put(records_except(source, set()))]
    assert (placing.records, placing.files, len(files)) == (7, 7, 7)
    for record, file in zip(placed, files, strict=True):
        (tmp_path / record.ref.file).write_bytes(file.getvalue())
        own, copied = read_records(tmp_path / record.ref.file)
        assert (own.type, own.get("WARC-Filename")) == ("warcinfo", record.ref.file)
        assert (copied.id, copied.ref) == (record.id, record.ref)
