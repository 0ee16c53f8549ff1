"""A ledger gives each number once, whoever asks for it."""

from __future__ import annotations

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from archive.errors import DiskFailed
from ingest.collection.ledger import FolderLedger


@pytest.fixture
def ledger(tmp_path: Path) -> FolderLedger:
    return FolderLedger(tmp_path / "workers")


def test_each_number_is_given_only_once_to_many_concurrent_callers(ledger: FolderLedger) -> None:
    numbers = [number for number in range(1, 6) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(lambda number: ledger.add("host", "a.example:80", number, {}), numbers))
    assert sum(given) == 5
    newest = ledger.last("host", "a.example:80")
    assert newest is not None
    assert newest.number == 5


def test_a_late_caller_never_changes_an_entry(ledger: FolderLedger) -> None:
    assert ledger.add("host", "a", 1, {"who": "first"})
    assert not ledger.add("host", "a", 1, {"who": "late"})
    newest = ledger.last("host", "a")
    assert newest is not None
    assert newest.text("who") == "first"
    assert newest.text("number") is None


def test_an_entry_counts_when_the_retry_finds_its_own_link(
    ledger: FolderLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As over NFS: the server made the link, its answer was lost, and the second try finds the link."""
    link = os.link

    def twice(source: Path, target: Path) -> None:
        link(source, target)
        link(source, target)

    monkeypatch.setattr(os, "link", twice)
    assert ledger.add("host", "a", 1, {})


def test_an_entry_is_synced_before_it_gets_its_number(ledger: FolderLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    fsync, link = os.fsync, os.link

    def after(source: Path, target: Path) -> None:
        assert synced == [source.stat().st_ino]
        link(source, target)

    def noted(number: int) -> None:
        fsync(number)
        synced.append(os.fstat(number).st_ino)

    monkeypatch.setattr(os, "fsync", noted)
    monkeypatch.setattr(os, "link", after)
    assert ledger.add("host", "a", 1, {"by": "A"})
    assert synced


def test_names_are_returned_unchanged_and_old_entries_are_deleted(
    ledger: FolderLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.collection.ledger.KEPT", 5)
    names = ["127.0.0.1:8001", "[::1]", "żółw.example"]
    assert ledger.names("host") == []
    assert ledger.last("host", names[0]) is None
    assert ledger.entered("host", names[0]) is None
    for name in names:
        assert ledger.add("host", name, 1, {})
        assert ledger.entered("host", name) is not None
    assert ledger.names("host") == sorted(names)
    for number in range(2, 8):
        assert ledger.add("host", names[0], number, {})
    # The first two are outdated for everyone by now; a recent number is not given again.
    assert not ledger.add("host", names[0], 3, {})
    ledger.forget("host", names[0])
    assert ledger.last("host", names[0]) is None


def test_a_folder_that_cannot_be_used_raises(tmp_path: Path) -> None:
    (tmp_path / "workers").write_bytes(b"")
    ledger = FolderLedger(tmp_path / "workers")
    with pytest.raises(DiskFailed):
        ledger.add("host", "a", 1, {})
    # Nor does it appear empty: otherwise what others own would be free.
    for ask in (ledger.last, ledger.entered):
        with pytest.raises(DiskFailed):
            ask("host", "a")
    with pytest.raises(DiskFailed):
        ledger.names("host")


def test_files_that_a_desktop_leaves_in_the_folder_are_not_entries(ledger: FolderLedger, tmp_path: Path) -> None:
    assert ledger.add("worker", "w", 1, {})
    for folder in (tmp_path / "workers" / "worker", tmp_path / "workers" / "worker" / "w"):
        (folder / ".DS_Store").write_bytes(b"\0")
        (folder / ".nfs000000000000001").write_bytes(b"")
    assert ledger.names("worker") == ["w"]
    newest = ledger.last("worker", "w")
    assert newest is not None
    assert newest.number == 1


def test_an_entry_succeeds_even_if_old_entries_cannot_be_deleted(
    ledger: FolderLedger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker told otherwise would take its own sign of life for a report of its death."""
    monkeypatch.setattr("ingest.collection.ledger.KEPT", 2)
    assert ledger.add("worker", "w", 2, {})
    # A folder with this name cannot be unlinked.
    (tmp_path / "workers" / "worker" / "w" / "1.json").mkdir()
    assert ledger.add("worker", "w", 3, {})


def test_an_entry_counts_when_its_link_was_made_despite_an_error(
    ledger: FolderLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def made(source: Path, target: Path) -> None:
        link(source, target)
        raise OSError(errno.EIO, "the answer was lost")

    monkeypatch.setattr(os, "link", made)
    assert ledger.add("host", "a", 1, {})

    def refused(_source: Path, _target: Path) -> None:
        raise OSError(errno.EIO, "nothing was done")

    monkeypatch.setattr(os, "link", refused)
    with pytest.raises(DiskFailed):
        ledger.add("host", "a", 2, {})


def test_a_host_with_a_name_too_long_for_a_file_name_is_leased(ledger: FolderLedger) -> None:
    first, second = (f"{('a' * 60 + '.') * 4}{end}example:8080" for end in ("b", "c"))
    assert ledger.add("host", first, 1, {"who": "one"})
    assert not ledger.add("host", first, 1, {"who": "two"})
    assert ledger.last("host", second) is None


def test_an_entry_that_cannot_be_read_raises(ledger: FolderLedger, tmp_path: Path) -> None:
    assert ledger.add("host", "a", 1, {})
    (tmp_path / "workers" / "host" / "a" / "1.json").write_bytes(b"{")
    with pytest.raises(DiskFailed):
        ledger.last("host", "a")
