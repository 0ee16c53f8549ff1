"""References between records of different files, and files that are refused or differ from their finished state."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archive.fixity.expectation import Expectation, Whole
from archive.fixity.references import check_references
from archive.fixity.verifier import Examined, changed_since, examine, find_repacked_members, measure_file, verify_file
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


def examined(paths: list[Path]) -> list[Examined]:
    return [examine(path, Expectation()) for path in paths]


def rewrite(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.write_bytes(b"".join(pack(change(member.data)) for member in members(path)))


def test_revisit_agrees_with_its_original_in_another_file(two_files: list[Path]) -> None:
    assert list(check_references(one.references for one in examined(two_files))) == []


def test_revisit_with_another_payload_digest_than_its_original_is_found(two_files: list[Path]) -> None:
    revisit = next(member for member in members(two_files[1]) if b"WARC-Type: revisit" in member.data)
    named = revisit.data.split(b"WARC-Payload-Digest: ")[1].split(b"\r\n")[0]
    rewrite(two_files[1], lambda data: data.replace(named, OTHER.encode()))
    (finding,) = check_references(one.references for one in examined(two_files))
    assert (finding.file, finding.offset) == (two_files[1].name, revisit.offset)
    assert "another payload digest" in finding.what


def test_missing_original_is_a_finding_only_if_all_files_are_present(two_files: list[Path]) -> None:
    alone = examined(two_files[1:])
    assert list(check_references(one.references for one in alone)) == []
    (finding,) = check_references([one.references for one in alone], lambda _url, _date: [])
    assert "is not here" in finding.what
    foreign = [one.references.file for one in alone]
    assert list(check_references([one.references for one in alone], lambda _url, _date: [], foreign=foreign)) == []


def test_copied_file_repeats_every_id(two_files: list[Path]) -> None:
    copy = two_files[0].with_name("copy.warc.gz")
    copy.write_bytes(two_files[0].read_bytes())
    found = list(check_references(one.references for one in examined([two_files[0], copy])))
    assert {one.file for one in found} == {two_files[0].name, copy.name}
    assert len(found) == 2 * verify_file(copy).records
    # A file that was delivered twice is no fault of the collection.
    assert list(check_references([one.references for one in examined([two_files[0], copy])], foreign=[copy.name])) == []


def test_dangling_links_are_findings_only_if_all_files_are_examined(two_files: list[Path]) -> None:
    path = two_files[0]
    warcinfo, *rest = [member.data for member in members(path)]
    path.write_bytes(b"".join(map(pack, rest)))
    (one,) = examined([path])
    assert len(list(check_references([one.references]))) == len(rest)
    assert list(check_references([one.references], complete=False)) == []
    assert b"warcinfo" in warcinfo


@pytest.mark.parametrize("packed", [False, True])
def test_arc_file_is_reported_with_the_import_command(tmp_path: Path, packed: bool) -> None:
    data = b"filedesc://old.arc 0.0.0.0 20050101000000 text/plain 76\n1 0 Archive\n\n"
    path = tmp_path / "old.arc"
    path.write_bytes(pack(data) if packed else data)
    (finding,) = verify_file(path).findings
    assert "ARC file" in finding.what
    assert "creditline import" in finding.what


def test_unchanged_finished_file_is_sound(two_files: list[Path]) -> None:
    path = two_files[0]
    assert examine(path, Expectation(whole=measure_file(path))).findings == ()


def test_file_that_grew_after_it_was_finished_is_found(two_files: list[Path]) -> None:
    path = two_files[0]
    finished = measure_file(path)
    path.write_bytes(path.read_bytes() + two_files[1].read_bytes())
    (finding,) = examine(path, Expectation(whole=finished)).findings
    assert "is not as it was finished" in finding.what


def test_a_changed_byte_that_no_record_covers_is_found_at_its_member(two_files: list[Path]) -> None:
    path = two_files[0]
    finished, (_, second, *_) = measure_file(path), members(path)
    data = bytearray(path.read_bytes())
    data[second.offset + 9] ^= 1  # the system that packed it, in the head of the gzip member
    path.write_bytes(data)
    (finding,) = examine(path, Expectation(whole=finished)).findings
    assert (finding.offset, "where the record does not show it" in finding.what) == (second.offset, True)


def test_different_gzip_packer_blames_no_member(two_files: list[Path]) -> None:
    path = two_files[0]
    path.write_bytes(b"".join(gzip.compress(member.data, 9, mtime=0) for member in list(members(path))))
    assert list(find_repacked_members(path, path.name)) == []
    (finding,) = changed_since(path, path.name, Whole(path.stat().st_size, "0"), found=False)
    assert (finding.offset, finding.record_id) == (0, None)
