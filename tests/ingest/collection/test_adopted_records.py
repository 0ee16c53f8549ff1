"""Records without a row, and damage: the next process to open adopts and reports them once, and leaves no mess."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from archive.disk import RealDisk
from archive.errors import DiskFailed, Exit
from archive.http.exchange import Ending, Exchange
from archive.warc.capture import Capture, NoteKind
from archive.warc.member import members
from archive.warc.reader import parse
from archive.warc.writer import locate_file
from db.catalogue import Catalogue
from db.frontier import Discovery
from db.schema.database import copy_catalogue, replace_contents
from ingest.collection import notes
from ingest.collection.collection import Layout, make, open_for_work
from ingest.collection.notes import Notary, open_for_notes
from ingest.collection.scratch import scratch
from ingest.settings.toml_file import render
from ingest.settings.values import PublisherOptions, Settings

Command = Callable[..., Any]
SETTINGS = Settings(publishers=(PublisherOptions(url="http://think.example/", id="think"),))
PAGE = b"<html><head><title>Rivers %d</title></head><body><article><p>%s</p></article></body></html>"


@dataclass
class FullAt(RealDisk):
    """A disk on which the *at*-th commit of a database finds no room."""

    at: int
    commits: int = 0

    def commit(self, commit: Callable[[], None]) -> None:
        self.commits += 1
        if self.commits == self.at:
            full = sqlite3.OperationalError(os.strerror(errno.ENOSPC))
            full.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise full
        commit()


def exchange(number: int) -> Exchange:
    body = PAGE % (number, b"Where the rivers meet, the borders were drawn anew in the spring. " * 20)
    answer = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    began = datetime(2026, 11, 25, number, tzinfo=UTC)
    return Exchange(f"http://think.example/{number}", began, b"GET / HTTP/1.0\r\n\r\n", answer, Ending.END_MARK)


@pytest.fixture(scope="module")
def four_pages(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """The path where the first test that needs it makes the collection of four pages."""
    return Layout(tmp_path_factory.mktemp("kept") / "collection")


@pytest.fixture
def layout(four_pages: Layout, tmp_path: Path, creditline: Command) -> Layout:
    """A copy of a collection of four pages, catalogued."""
    if not four_pages.directory.exists():
        make(four_pages, SETTINGS)
        with open_for_work(four_pages, SETTINGS) as work:
            for number in range(4):
                work.archive.keep("think", exchange(number))
        assert creditline("-C", four_pages.directory, "rebuild").code == Exit.DONE
    return Layout(Path(shutil.copytree(four_pages.directory, tmp_path / "collection")))


def ids(layout: Layout) -> set[str]:
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        rows = catalogue.connection.execute(
            "SELECT id FROM capture UNION SELECT id FROM failure UNION SELECT id FROM event WHERE file IS NOT NULL"
        )
        return {row[0] for row in rows}


def told(layout: Layout, kind: NoteKind) -> list[str]:
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        rows = catalogue.connection.execute("SELECT detail FROM event WHERE type = ? ORDER BY at, id", (kind,))
        return [row[0] for row in rows]


def files(layout: Layout) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in layout.warcs.iterdir()}


def sound(layout: Layout, creditline: Command) -> None:
    for words in (("verify", "--all"), ("rebuild", "--check")):
        ended = creditline("-C", layout.directory, *words)
        assert ended.code == Exit.DONE, ended.out + ended.err


def a_note_without_its_row(layout: Layout, disk: FullAt) -> str:
    before = set(files(layout))
    with pytest.raises(DiskFailed), open_for_notes(layout, disk=disk) as notary:
        notary.note(NoteKind.DECISION, {"reason": "the first"}, about="http://think.example/1")
    [file] = set(files(layout)) - before
    *_, last = members(layout.warcs / file)
    return parse(layout.warcs / file, last).id


WITHHOLD = ("withhold", "think-none", "--reason", "a letter", "--by", "jan")


@pytest.mark.slow
@pytest.mark.parametrize("words", [("verify", "--all"), ("rebuild", "--check"), WITHHOLD])
def test_the_next_command_adopts_a_note_without_a_row(
    layout: Layout, creditline: Command, words: tuple[str, ...]
) -> None:
    left = a_note_without_its_row(layout, FullAt(1))
    assert left not in ids(layout)
    # The item does not exist: only that the collection was opened counts.
    assert creditline("-C", layout.directory, *words).code == (Exit.USAGE if words is WITHHOLD else Exit.DONE)
    assert left in ids(layout)
    assert len(told(layout, NoteKind.RECOVERY)) == 1
    sound(layout, creditline)
    after = files(layout)
    with open_for_notes(layout), open_for_work(layout, SETTINGS):
        pass
    assert files(layout) == after


@pytest.mark.slow
def test_a_later_note_does_not_hide_a_note_without_a_row(layout: Layout, creditline: Command) -> None:
    with open_for_notes(layout, disk=FullAt(1)) as notary:
        with pytest.raises(DiskFailed):
            notary.note(NoteKind.DECISION, {"reason": "the first"}, about="http://think.example/1")
        notary.note(NoteKind.DECISION, {"reason": "the second"}, about="http://think.example/1")
    with open_for_notes(layout):
        pass
    assert len(told(layout, NoteKind.DECISION)) == 2
    sound(layout, creditline)


def killed(layout: Layout, tmp_path: Path) -> Layout:
    """Return a copy of the collection as a `kill -9` at this moment would leave it."""
    left = Layout(tmp_path / "killed")
    shutil.copytree(layout.directory, left.directory, ignore=shutil.ignore_patterns("catalogue.db*"))
    copy_catalogue(layout.catalogue, left.catalogue)
    return left


def test_a_note_written_during_an_uncommitted_batch_does_not_hide_the_batch(layout: Layout, tmp_path: Path) -> None:
    with open_for_work(layout, SETTINGS) as work:
        kept = [work.archive.keep("think", exchange(number)) for number in (5, 6)]
        work.note(NoteKind.PROFILE, {"publisher": "think", "dropped": "it fits no more"}, publisher="think")
        left = killed(layout, tmp_path)
        work.catalogue.add_captures(kept)
    with open_for_work(left, SETTINGS) as work:
        adopted = [one.url for one in work.recovered.adopted if isinstance(one, Capture)]
        assert adopted == [one.url for one in kept]
        assert len(work.recovered.adopted) == 2  # the note has its row
    assert {one.id for one in kept} <= ids(left)


def test_a_batch_that_is_committed_in_pieces_leaves_nothing_to_adopt(layout: Layout, tmp_path: Path) -> None:
    with open_for_work(layout, SETTINGS) as work:
        kept = [work.archive.keep("think", exchange(number)) for number in (5, 6, 7)]
        work.archive.sync()
        for part in (kept[1:2], kept[:1], kept[2:]):
            with work.catalogue.transaction():
                work.catalogue.add_captures(part)
                for file, end in work.archive.ends_with(part).items():
                    work.catalogue.mark_file_end(file, end)
                work.catalogue.after_commit(partial(work.archive.rows_committed, part))
        with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
            assert catalogue.gapless_ends()[kept[0].ref.file] == work.archive.path(kept[0].ref.file).stat().st_size


# ── Damage ───────────────────────────────────────────────────────────────────────────────────────────────────


def flip(path: Path, offset: int) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        was = file.read(1)
        file.seek(offset)
        file.write(bytes([was[0] ^ 0x10]))


def records_of(layout: Layout, kind: str) -> Iterator[tuple[Path, int, int]]:
    for path in sorted(layout.warcs.glob("think-*")):
        for member in members(path):
            if parse(path, member).type == kind:
                yield path, member.offset, member.length


def test_a_rebuild_reads_on_after_damage_and_lists_it(layout: Layout, creditline: Command) -> None:
    before = ids(layout)
    *_, (path, offset, length) = records_of(layout, "response")
    flip(path, offset + length // 2)
    ended = creditline("-C", layout.directory, "rebuild")
    assert ended.code == Exit.ATTENTION
    assert f"DAMAGE  {path.name}:{offset}+{length}" in ended.out
    lost = before - ids(layout)
    assert len(lost) == 1
    assert creditline("-C", layout.directory, "show", "http://think.example/0").code == Exit.DONE
    [event] = told(layout, NoteKind.RECOVERY)
    assert path.name in event


def test_damage_to_a_request_record_costs_the_catalogue_no_row(layout: Layout, creditline: Command) -> None:
    before = ids(layout)
    path, offset, length = next(records_of(layout, "request"))
    flip(path, offset + length // 2)
    assert creditline("-C", layout.directory, "rebuild").code == Exit.ATTENTION
    assert before <= ids(layout)
    assert creditline("-C", layout.directory, "rebuild", "--check").code == Exit.ATTENTION


def test_damage_is_recorded_once_however_often_the_collection_is_opened(layout: Layout, creditline: Command) -> None:
    path, _, _ = next(records_of(layout, "response"))
    with path.open("ab") as file:
        file.write(bytes(5000))
    with open_for_work(layout, SETTINGS) as work:
        assert [one.length for one in work.recovered.damaged] == [5000]
    after = files(layout)
    for _ in range(2):
        with open_for_work(layout, SETTINGS) as work, open_for_notes(layout):
            assert work.recovered.damaged == ()
    assert files(layout) == after
    assert len(told(layout, NoteKind.RECOVERY)) == 1
    for _ in range(2):
        assert creditline("-C", layout.directory, "rebuild").code == Exit.ATTENTION
    assert files(layout) == after
    assert len(told(layout, NoteKind.RECOVERY)) == 1


# ── Files being made ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_next_command_deletes_the_folder_of_a_killed_rebuild(layout: Layout, creditline: Command) -> None:
    child = os.fork()
    if child == 0:
        made = scratch(layout.directory)
        (made.__enter__() / "catalogue.db").write_bytes(b"half")
        os._exit(9)
    os.waitpid(child, 0)
    assert len(list(layout.directory.glob(".making-*"))) == 1
    with open_for_work(layout, SETTINGS):
        pass
    assert not list(layout.directory.glob(".making-*"))


def test_the_folder_of_a_running_command_is_left_alone(layout: Layout, creditline: Command) -> None:
    with scratch(layout.directory) as folder:
        assert creditline("-C", layout.directory, "rebuild", "--check").code == Exit.DONE
        assert list(layout.directory.glob(".making-*")) == [folder]
    assert not list(layout.directory.glob(".making-*"))


def test_a_rebuild_while_the_catalogue_is_open_leaves_it_sound(layout: Layout, creditline: Command) -> None:
    """A file renamed over the open one would share its log."""
    with Catalogue.open(layout.catalogue) as held:
        assert creditline("-C", layout.directory, "rebuild").code == Exit.DONE
        held.mark_file_end("a.warc.gz", 7)
        assert held.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with Catalogue.open(layout.catalogue, read_only=True) as again:
        assert again.gapless_ends()["a.warc.gz"] == 7


@pytest.mark.parametrize("how", [("rebuild",), ("rebuild", "--workers", "1"), ("erase",)])
def test_an_item_withheld_during_a_rebuild_is_withheld_in_the_new_catalogue(
    layout: Layout, creditline: Command, monkeypatch: pytest.MonkeyPatch, how: tuple[str, ...]
) -> None:
    with Catalogue.open(layout.catalogue, read_only=True) as held:
        first, second, *_ = (row[0] for row in held.connection.execute("SELECT id FROM item ORDER BY id"))

    seen = list[Any]()

    def put(made: Path, held: Path, *, catch_up: Callable[[], None]) -> None:
        # By now the new one has been made from the files as they were.
        with open_for_notes(layout) as notary:
            notary.note(NoteKind.WITHHOLDING, {"item": first, "reason": "by order", "by": "Ewa", "lift": False})
        replace_contents(made, held, catch_up=catch_up)
        with Catalogue.open(held, read_only=True) as shown:
            seen.append(shown.item(first))

    monkeypatch.setattr(notes, "replace_contents", put)
    more = (second, "--order", "II C 1", "--by", "Ewa") if how == ("erase",) else ()
    assert creditline("-C", layout.directory, *how, *more).code in (Exit.DONE, Exit.ATTENTION)
    assert seen == [None], "it was shown for a moment"
    with Catalogue.open(layout.catalogue, read_only=True) as held:
        assert held.item(first) is None
        assert held.tombstone(first) is not None


def test_a_torn_note_written_during_a_rebuild_is_cut_and_recorded(
    layout: Layout, creditline: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = told(layout, NoteKind.RECOVERY)

    def put(made: Path, held: Path, *, catch_up: Callable[[], None]) -> None:
        with open_for_notes(layout) as notary:
            notary.note(NoteKind.ANNOTATION, {"item": "think-0", "annotation": "tag", "value": "a", "by": "Ewa"})
        newest = max(layout.warcs.glob("collection-*"), key=lambda path: path.stat().st_mtime_ns)
        # As if it had begun another file and been killed.
        newest.with_name(f"{newest.name}.open").write_bytes(newest.read_bytes() + b"\x1f\x8b\x08\x00half")
        newest.unlink()
        replace_contents(made, held, catch_up=catch_up)

    monkeypatch.setattr(notes, "replace_contents", put)
    assert creditline("-C", layout.directory, "rebuild").code == Exit.DONE
    [new] = [one for one in told(layout, NoteKind.RECOVERY) if one not in before]
    assert (json.loads(new)["adopted"], len(json.loads(new)["cut"])) == ([], 1)
    sound(layout, creditline)


def test_no_other_process_writes_while_the_new_catalogue_catches_up(layout: Layout, tmp_path: Path) -> None:
    made = tmp_path / "made.db"
    copy_catalogue(layout.catalogue, made)

    def catch_up() -> None:
        with Catalogue.open(made) as catalogue:
            catalogue.mark_file_end("b.warc.gz", 9)
        with sqlite3.connect(layout.catalogue, timeout=0) as other, pytest.raises(sqlite3.OperationalError):
            other.execute("BEGIN IMMEDIATE")
        other.close()

    replace_contents(made, layout.catalogue, catch_up=catch_up)
    with Catalogue.open(layout.catalogue, read_only=True) as held:
        assert held.gapless_ends()["b.warc.gz"] == 9
        assert held.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_catalogue_that_is_no_longer_a_database_is_replaced(layout: Layout, tmp_path: Path) -> None:
    before = ids(layout)
    made = tmp_path / "made.db"
    copy_catalogue(layout.catalogue, made)
    layout.catalogue.write_bytes(b"not a database" * 999)
    replace_contents(made, layout.catalogue)
    assert ids(layout) == before


@pytest.mark.slow
def test_unread_captures_are_reported_but_not_as_differences(layout: Layout, creditline: Command) -> None:
    with open_for_work(layout, SETTINGS) as work:
        for number in (1, 9):  # a page that is held, and one that is unknown
            work.archive.keep("think", exchange(number))
    ended = creditline("-C", layout.directory, "rebuild", "--check")
    assert (ended.code, ended.out) == (Exit.ATTENTION, "")
    assert "2 captures kept and not read yet" in ended.err
    asked = creditline("-C", layout.directory, "--json", "rebuild", "--check")
    compared = json.loads(asked.out)
    assert (compared["differences"], compared["waiting"]) == (0, 2)


def test_an_unread_feed_makes_no_differences_in_its_pages(layout: Layout, creditline: Command) -> None:
    entry = b"<item><title>Borders drawn anew</title><link>http://think.example/2</link></item>"
    feed = b'<?xml version="1.0"?><rss version="2.0"><channel><title>Think</title>%s</channel></rss>' % entry
    answer = b"HTTP/1.0 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n" + feed
    with open_for_work(layout, SETTINGS) as work:
        work.archive.keep("think", replace(exchange(9), url="http://think.example/feed", response=answer))
    ended = creditline("-C", layout.directory, "rebuild", "--check")
    assert (ended.code, ended.out) == (Exit.ATTENTION, "")
    assert "1 capture kept and not read yet" in ended.err


def test_notes_written_during_a_rebuild_are_in_the_new_catalogue(
    layout: Layout, creditline: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Catalogue.open(layout.catalogue, read_only=True) as held:
        items = [row[0] for row in held.connection.execute("SELECT id FROM item ORDER BY id LIMIT 2")]

    def withhold(notary: Notary, item: str) -> None:
        notary.note(NoteKind.WITHHOLDING, {"item": item, "reason": "by order", "by": "Ewa", "lift": False})

    seen = list[Any]()

    def put(made: Path, held: Path, *, catch_up: Callable[[], None]) -> None:
        # One command withholds both, and the place changes in between.
        with open_for_notes(layout) as notary:
            withhold(notary, items[0])
            replace_contents(made, held, catch_up=catch_up)
            with Catalogue.open(held, read_only=True) as shown:
                seen.append(shown.item(items[0]))
            withhold(notary, items[1])

    monkeypatch.setattr(notes, "replace_contents", put)
    assert creditline("-C", layout.directory, "rebuild").code == Exit.DONE
    assert seen == [None], "it was shown for a moment"
    with Catalogue.open(layout.catalogue, read_only=True) as held:
        assert [held.item(item) for item in items] == [None, None]
    sound(layout, creditline)


@pytest.mark.slow
def test_captures_of_a_publisher_that_left_the_settings_are_read(creditline: Command, tmp_path: Path) -> None:
    """Otherwise it would end every run from then on."""
    layout, settings = Layout(tmp_path / "collection"), replace(SETTINGS, contact="archive@wi.example")
    make(layout, settings)
    with open_for_work(layout, settings) as work:
        work.frontier.seed([Discovery("http://think.example/1", "think")], now=datetime(2026, 11, 24, tzinfo=UTC))
        work.archive.keep("think", exchange(1))
    others = replace(settings, publishers=(PublisherOptions(url="http://other.example/", id="other"),))
    layout.settings.write_text(render(others), encoding="utf-8")
    ended = creditline("-C", layout.directory, "run", "--fold")
    assert ended.code == Exit.DONE, ended.err
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        assert catalogue.unread() == []


@pytest.mark.slow
@pytest.mark.damages_collection("the file of a page is damaged before the page is read")
def test_a_page_damaged_before_it_is_read_does_not_stop_the_others(creditline: Command, tmp_path: Path) -> None:
    layout, settings = Layout(tmp_path / "collection"), replace(SETTINGS, contact="archive@wi.example")
    make(layout, settings)
    with open_for_work(layout, settings) as work:
        lost, kept = work.archive.keep("think", exchange(1)), work.archive.keep("think", exchange(2))
    # Known, and not read yet, as where a run was killed between the two.
    with open_for_work(layout, settings) as work:
        assert [one.id for one in work.catalogue.unread()] == [lost.id, kept.id]
    with locate_file(layout.warcs, lost.ref.file).open("r+b") as file:
        file.seek(lost.ref.offset + lost.ref.length // 2)
        file.write(b"\0" * 20)
    ended = creditline("-C", layout.directory, "run", "--fold")
    assert ended.code == Exit.DONE, ended.err
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        assert catalogue.unread() == []
        rows = catalogue.connection.execute("SELECT unread FROM capture ORDER BY began").fetchall()
    assert ["damaged" in (why or "") for (why,) in rows] == [True, False]
