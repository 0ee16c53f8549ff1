"""References between records of different files, and files that are refused or differ from their finished state."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archive.fixity.expectation import Expectation, Whole
from archive.fixity.references import crossed
from archive.fixity.verifier import Examined, changed_since, examine, repacked_otherwise, verify_file, whole
from archive.warc.member import members, pack

if TYPE_CHECKING:
    from tests.archive.conftest import MakeExchange, OpenArchive

OTHER = "sha256:" + "b" * 64


@pytest.fixture
def two_files(open_archive: OpenArchive, exchange: MakeExchange, warcs: Path) -> list[Path]:
    """A file with a page, and one with its revisit."""
    with open_archive() as archive:
        first = archive.keep("think", exchange())
    with open_archive() as archive:
        archive.keep("think", exchange(minute=1), earlier=first)
    return sorted(warcs.iterdir())


def seen(paths: list[Path]) -> list[Examined]:
    return [examine(path, Expectation()) for path in paths]


def rewritten(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.write_bytes(b"".join(pack(change(member.data)) for member in members(path)))


def test_a_revisit_agrees_with_the_capture_that_it_repeats_in_another_file(two_files: list[Path]) -> None:
    assert list(crossed(one.references for one in seen(two_files))) == []


def test_a_revisit_that_names_another_payload_than_the_capture_has_is_found(two_files: list[Path]) -> None:
    revisit = next(member for member in members(two_files[1]) if b"WARC-Type: revisit" in member.data)
    named = revisit.data.split(b"WARC-Payload-Digest: ")[1].split(b"\r\n")[0]
    rewritten(two_files[1], lambda data: data.replace(named, OTHER.encode()))
    (finding,) = crossed(one.references for one in seen(two_files))
    assert (finding.file, finding.offset) == (two_files[1].name, revisit.offset)
    assert "another payload digest" in finding.what


def test_what_a_revisit_repeats_must_be_there_only_where_all_is_at_hand(two_files: list[Path]) -> None:
    alone = seen(two_files[1:])
    assert list(crossed(one.references for one in alone)) == []
    (finding,) = crossed([one.references for one in alone], lambda _url, _date: [])
    assert "is not here" in finding.what
    foreign = [one.references.file for one in alone]
    assert list(crossed([one.references for one in alone], lambda _url, _date: [], foreign=foreign)) == []


def test_a_copy_of_a_file_has_every_id_twice(two_files: list[Path]) -> None:
    copy = two_files[0].with_name("copy.warc.gz")
    copy.write_bytes(two_files[0].read_bytes())
    found = list(crossed(one.references for one in seen([two_files[0], copy])))
    assert {one.file for one in found} == {two_files[0].name, copy.name}
    assert len(found) == 2 * verify_file(copy).records
    # A file that was delivered twice is no fault of the collection.
    assert list(crossed([one.references for one in seen([two_files[0], copy])], foreign=[copy.name])) == []


def test_a_link_may_lead_to_a_file_that_is_not_looked_at(two_files: list[Path]) -> None:
    path = two_files[0]
    warcinfo, *rest = [member.data for member in members(path)]
    path.write_bytes(b"".join(map(pack, rest)))
    (one,) = seen([path])
    assert len(list(crossed([one.references]))) == len(rest)
    assert list(crossed([one.references], complete=False)) == []
    assert b"warcinfo" in warcinfo


@pytest.mark.parametrize("packed", [False, True])
def test_an_arc_file_is_told_with_what_to_do(tmp_path: Path, packed: bool) -> None:
    data = b"filedesc://old.arc 0.0.0.0 20050101000000 text/plain 76\n1 0 Archive\n\n"
    path = tmp_path / "old.arc"
    path.write_bytes(pack(data) if packed else data)
    (finding,) = verify_file(path).findings
    assert "ARC file" in finding.what
    assert "creditline import" in finding.what


def test_a_file_that_is_as_it_was_finished_is_sound(two_files: list[Path]) -> None:
    path = two_files[0]
    assert examine(path, Expectation(whole=whole(path))).findings == ()


def test_a_file_that_grew_since_it_was_finished_is_found(two_files: list[Path]) -> None:
    path = two_files[0]
    finished = whole(path)
    path.write_bytes(path.read_bytes() + two_files[1].read_bytes())
    (finding,) = examine(path, Expectation(whole=finished)).findings
    assert "is not as it was finished" in finding.what


def test_where_the_packer_is_another_no_member_is_blamed(two_files: list[Path]) -> None:
    path = two_files[0]
    path.write_bytes(b"".join(gzip.compress(member.data, 9, mtime=0) for member in list(members(path))))
    assert list(repacked_otherwise(path, path.name)) == []
    (finding,) = changed_since(path, path.name, Whole(path.stat().st_size, "0"), found=False)
    assert (finding.offset, finding.record_id) == (0, None)
