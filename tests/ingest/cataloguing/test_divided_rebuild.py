"""A catalogue made in parts and joined equals one made at once, whatever dies meanwhile."""

from __future__ import annotations

import os
import pickle
import random
import resource
import shutil
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from archive.errors import DiskFailed
from archive.http.exchange import Ending
from archive.store import warc_files
from archive.warc.capture import Capture, CaptureKind, Note, NoteKind, RecordRef
from db import union
from db.catalogue import Catalogue
from db.query.snapshot import compare
from db.schema.database import without_sync
from db.search.search import all_ids
from ingest.cataloguing.divided_rebuild import (
    divide,
    list_in_parallel,
    processes_here,
    rebuild_in_parts,
    useful_workers,
)
from ingest.cataloguing.rebuild import gather, mark_ends, rebuild
from ingest.cataloguing.rebuild_part import Part, PartFailed, make_in_process, make_part, write_records
from ingest.collection.collection import Layout, make, now, open_for_work
from ingest.reading import read
from ingest.settings.values import PublisherOptions, Settings
from ingest.verification.comparison import Here
from ingest.verification.document_reader import DocumentReader
from tests.sites.kept_pages import BEGAN, HTML, keep

PUBLISHERS = ("amber", "birch", "cedar")


def page(house: str, title: str, text: str, day: int = 20) -> bytes:
    return f"""<!DOCTYPE html><html lang="en"><head><title>{title} - {house}</title>
        <meta property="article:published_time" content="2023-04-{day}T09:00:00Z"><meta name="author" content="Ewa Lis">
        </head><body><article><h1>{title}</h1><p>By Ewa Lis</p>{f"<p>{text} It was said before. </p>" * 6}</article>
        <footer><p>All texts may be republished if {house} is credited.</p></footer></body></html>""".encode()


def feed(house: str) -> bytes:
    return f"""<?xml version="1.0"?><rss version="2.0"><channel><title>{house}</title><item><title>Of ports</title>
        <link>http://{house}.example/ports/</link><author>Jan Kos</author></item></channel></rss>""".encode()


def visits(house: str) -> list[tuple[str, str, str, bytes]]:
    """Path, status with more head fields, media type and body of each answer of a publisher, in order."""
    return [
        ("/ports/", "200 OK", HTML, page(house, "Of ports", f"The port of {house} is deep.")),
        ("/feed/", "200 OK", "application/rss+xml", feed(house)),
        ("/old/", "301 Moved\r\nLocation: /ports/", HTML, b""),
        ("/ports/", "200 OK", HTML, page(house, "Of ports", f"The port of {house} was dredged.")),
        ("/cables/", "200 OK", HTML, page(house, "Of cables", f"A cable leaves {house}.", 21)),
        ("/cables/", "410 Gone", HTML, b""),
        ("/lists/", "200 OK", HTML, b"<html><body><ul><li><a href=/ports/>Of ports</a></li></ul></body></html>"),
    ]


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Three publishers with the same titles on the same days; one text withheld, one title set, one visit failed."""
    layout = Layout(tmp_path_factory.mktemp("parts") / "collection")
    settings = Settings(
        publishers=tuple(PublisherOptions(f"http://{house}.example/", id=house) for house in PUBLISHERS)
    )
    make(layout, settings)
    with open_for_work(layout, settings) as work:
        for number in range(7):
            for house in PUBLISHERS:
                path, status, kind, body = visits(house)[number]
                url, at = f"http://{house}.example{path}", BEGAN + timedelta(hours=number)
                keep(work, house, url, at, body, status=status, kind=kind)
        lost = {"reason": "dns", "detail": "no such host"}
        work.note(NoteKind.FAILURE, lost, about="http://birch.example/lost/", publisher="birch")
        with closing(DocumentReader()) as documents:
            rebuild(layout.warcs, work.catalogue, Here(read, documents), clock=now)
        shown = {item.url: item.id for item in work.catalogue.items(work.catalogue.all_item_ids())}
        hidden = {"item": shown["http://cedar.example/cables/"], "reason": "asked", "by": "Ewa", "lift": False}
        work.note(NoteKind.WITHHOLDING, hidden)
    return layout


def made_at_once(layout: Layout, path: Path) -> Path:
    with closing(DocumentReader()) as documents, Catalogue.open(path, create=True) as catalogue:
        rebuild(layout.warcs, catalogue, Here(read, documents), clock=now)
    return path


def part_of(layout: Layout, beside: Path, records: Sequence[Capture | Note], *, is_first: bool = False) -> Part:
    laid_down = write_records(records, beside / f"records-{len(list(beside.iterdir()))}")
    return Part(layout.warcs, beside, laid_down, {}, 20.0, now(), is_first)


def differences(one: Path, other: Path) -> list[tuple[str, str, str]]:
    with Catalogue.open(one, read_only=True) as first, Catalogue.open(other, read_only=True) as second:
        return compare(first.snapshot(), second.snapshot())


def test_a_new_catalogue_knows_every_file_to_its_end(layout: Layout, tmp_path: Path) -> None:
    with Catalogue.open(tmp_path / "new.db", create=True) as catalogue:
        mark_ends(catalogue, gather(layout.warcs))
        # Else each work would look again for records that have no row.
        assert catalogue.gapless_ends() == {path.name: path.stat().st_size for path in warc_files(layout.warcs)}


@pytest.mark.slow
def test_joined_parts_equal_a_catalogue_that_is_made_at_once(layout: Layout, tmp_path: Path) -> None:
    found, workers = gather(layout.warcs), 3
    parts = divide(found.ordered, workers)
    assert len(parts) == workers
    whole, once = tmp_path / "whole.db", made_at_once(layout, tmp_path / "once.db")
    paths = [tmp_path / f"part-{number}.db" for number in range(workers)]
    with closing(DocumentReader()) as documents:
        for path, part in zip(paths, parts, strict=True):
            make_part(part_of(layout, tmp_path, part, is_first=path is paths[0]), path, Here(read, documents))
    with Catalogue.open(paths[0].replace(whole)) as catalogue:
        union.join_parts(catalogue.connection, paths[1:])
        mark_ends(catalogue, found)
        assert catalogue.connection.execute("PRAGMA foreign_key_check").fetchall() == []
        with Catalogue.open(once, read_only=True) as other:
            # The index too, including older editions. The order within one day is not defined.
            for query in ("ports", "cable", "deep in:editions", "publisher:birch", "is:gone", "cedar"):
                assert sorted(all_ids(catalogue.connection, query)) == sorted(all_ids(other.connection, query)), query
            assert catalogue.gapless_ends() == other.gapless_ends()
            # In the order in which runs visit them.
            asked = "SELECT publisher, url, due, capture FROM visit ORDER BY publisher, id"
            due, before = (one.connection.execute(asked).fetchall() for one in (catalogue, other))
            assert due == before
        # Work goes on: an item is removed from the index by the words that were put in.
        item = all_ids(catalogue.connection, "publisher:amber ports")[0]
        catalogue.add_note(_withheld(found.ordered, item))
        assert item not in all_ids(catalogue.connection, "ports")
        catalogue.connection.execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 0)")
        catalogue.connection.execute("DELETE FROM withholding WHERE id = ?", (item,))
    with Catalogue.open(once) as other:
        other.add_note(_withheld(found.ordered, item))
        other.connection.execute("DELETE FROM withholding WHERE id = ?", (item,))
    assert differences(once, whole) == []


def _withheld(ordered: list[Capture | Note], item: str) -> Note:
    note = next(one for one in ordered if isinstance(one, Note) and one.kind is NoteKind.WITHHOLDING)
    return replace(note, id="urn:uuid:00000000-0000-4000-8000-000000000001", body={**note.body, "item": item})


def capture_of(publisher: str, url: str, length: int = 10, location: str | None = None) -> Capture:
    return Capture(
        *(f"urn:{publisher}:{url}", publisher, url, BEGAN, CaptureKind.RESPONSE, 200, "text/html"),
        *(RecordRef("a.warc.gz", 0, length), "sha256:", None, 0, Ending.LENGTH),
        location=location,
    )


def shares(records: list[Capture | Note], workers: int) -> list[list[str]]:
    return [sorted({one.publisher for one in part}) for part in divide(records, workers)]


def test_each_publisher_goes_whole_to_one_part_the_largest_first() -> None:
    records: list[Capture | Note] = [
        capture_of(name, f"http://{name}.example/", length) for name, length in (("a", 9), ("b", 5), ("c", 3), ("d", 1))
    ]
    assert shares(records, 2) == [["a"], ["b", "c", "d"]]
    assert shares(records, 9) == [["a"], ["b"], ["c"], ["d"]]
    assert shares([], 2) == []


def test_a_part_is_sent_to_its_process_without_its_records(layout: Layout, tmp_path: Path) -> None:
    """They travel in a file: a scheduler keeps all arguments in memory."""
    ordered = gather(layout.warcs).ordered
    few, many = (part_of(layout, tmp_path, records) for records in (ordered[:1], ordered))
    assert len(pickle.dumps(few)) == len(pickle.dumps(many))


def test_a_full_disk_is_reported_when_the_records_of_a_part_are_written(layout: Layout, tmp_path: Path) -> None:
    with pytest.raises(DiskFailed, match="nowhere"):
        write_records(gather(layout.warcs).ordered, tmp_path / "nowhere" / "records-0")


def test_publishers_with_a_host_in_common_stay_together(layout: Layout) -> None:
    records: list[Capture | Note] = [
        capture_of("a", "http://a.example/"),
        capture_of("b", "http://b.example/"),
        capture_of("c", "http://c.example/", location="http://b.example/x"),
        capture_of("d", "http://www.a.example/"),
    ]
    assert sorted(shares(records, 4)) == [["a", "d"], ["b", "c"]]
    note = next(one for one in gather(layout.warcs).ordered if isinstance(one, Note) and one.kind is NoteKind.SETTINGS)
    claimed = replace(note, body={"publishers": [{"id": "b", "url": "x", "hosts": ["b.example", "a.example"]}]})
    shared = next(part for part in divide([claimed, *records], 4) if len(part) > 3)
    assert shared == [claimed, *records]


def test_joining_parts_that_share_an_address_raises(layout: Layout, tmp_path: Path) -> None:
    (part, _) = divide(gather(layout.warcs).ordered, 2)
    paths = [tmp_path / "one.db", tmp_path / "two.db"]
    with closing(DocumentReader()) as documents, Catalogue.open(tmp_path / "whole.db", create=True) as whole:
        for path in paths:
            make_part(part_of(layout, tmp_path, part), path, Here(read, documents))
        with pytest.raises(sqlite3.IntegrityError):
            union.join_parts(whole.connection, paths)


def test_rows_are_inserted_after_the_rows_that_they_refer_to(tmp_path: Path) -> None:
    """Otherwise each row is looked for in all earlier rows that may point to it."""
    part, said = tmp_path / "part.db", list[str]()
    with Catalogue.open(part, create=True) as catalogue:
        union.as_part(catalogue.connection)
    with Catalogue.open(tmp_path / "whole.db", create=True) as catalogue:
        catalogue.connection.set_trace_callback(said.append)
        union.join_parts(catalogue.connection, [part])
        pointing = 'SELECT DISTINCT "table" FROM pragma_foreign_key_list(?)'
        filled = [one.partition("INTO main.")[2].split()[0] for one in said if one.startswith("INSERT")]
        assert {"capture", "item", "evidence", "visit"} < set(filled)
        for place, table in enumerate(filled):
            pointed = [row[0] for row in catalogue.connection.execute(pointing, (table,)) if row[0] != table]
            assert set(pointed) <= set(filled[:place]), table


def test_a_full_disk_is_reported_when_parts_are_joined(layout: Layout, tmp_path: Path) -> None:
    (part, _) = divide(gather(layout.warcs).ordered, 2)
    path, whole = tmp_path / "part.db", tmp_path / "whole.db"
    with closing(DocumentReader()) as documents:
        make_part(part_of(layout, tmp_path, part), path, Here(read, documents))
    with Catalogue.open(whole, create=True) as catalogue:
        without_sync(catalogue.connection)
        held = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, held[1]))
        try:
            with pytest.raises(DiskFailed, match=r"whole\.db"):
                union.join_parts(catalogue.connection, [path])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, held)


@pytest.fixture
def making() -> Callable[[], list[int]]:
    """Returns the ids of this process's part-making processes, except those that an earlier test left."""
    before = _working()
    return lambda: [one for one in _working() if one not in before]


def _working() -> list[int]:
    command = b"\0-m\0ingest.cataloguing.child_process\0"
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        # A process may end between the two checks.
        with suppress(OSError):
            above = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if above == os.getpid() and command in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
    return sorted(found)


@pytest.mark.slow
def test_processes_that_are_killed_are_restarted_and_the_catalogue_is_the_same(
    layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, making: Callable[[], list[int]]
) -> None:
    once = made_at_once(layout, tmp_path / "once.db")
    monkeypatch.setattr("ingest.cataloguing.rebuild_part.TRIES", 12)
    chance, killed, rounds = random.Random(), 0, 0  # noqa: S311 - any moment will do
    while killed < 10:
        done = threading.Event()
        victims: list[int] = []

        def kill(done: threading.Event = done, victims: list[int] = victims, left: int = 10 - killed) -> None:
            # Kills processes that make parts, one at a time, at moments before, during and after the work.
            while len(victims) < left and not done.wait(0.01):
                begun = making()
                if begun and not done.wait(chance.uniform(0, 1.5)) and begun[-1] in making():
                    with suppress(ProcessLookupError):
                        os.kill(begun[-1], signal.SIGKILL)
                        victims.append(begun[-1])

        hand = threading.Thread(target=kill)
        hand.start()
        made = tmp_path / f"whole-{rounds}.db"
        try:
            with processes_here(2) as hands:
                _, parts = rebuild_in_parts(layout.warcs, made, hands, clock=now)
        finally:
            # Otherwise it would go on for ever after a failed rebuild.
            done.set()
            hand.join()
        assert parts == 2
        assert differences(once, made) == []
        assert list(tmp_path.glob("part-*")) == list(tmp_path.glob("records-*")) == []
        killed, rounds = killed + len(victims), rounds + 1


@pytest.mark.slow
def test_records_listed_by_several_processes_keep_the_order_of_files_and_damage(layout: Layout, tmp_path: Path) -> None:
    copied, beside = Path(shutil.copytree(layout.warcs, tmp_path / "warcs")), tmp_path / "beside"
    beside.mkdir()
    [first], [last] = copied.glob("amber-*"), copied.glob("cedar-*")
    # Each record of the first once more, in a file listed later: the first counts.
    (copied / first.name.replace("amber", "dogwood")).write_bytes(first.read_bytes())
    whole = last.read_bytes()
    last.write_bytes(whole[:-300] + bytes(100) + whole[-200:])
    with processes_here(2) as hands:
        found = gather(copied, partial(list_in_parallel, hands, 2, beside))
    assert len(found.damage) == 1
    assert found == gather(copied)
    assert list(beside.iterdir()) == []


@pytest.mark.parametrize(("count", "ready"), [(1, 0), (2, 2), (64, 3)])
def test_no_more_processes_start_than_there_can_be_parts(layout: Layout, count: int, ready: int) -> None:
    assert useful_workers(layout.warcs, count) == ready


@pytest.mark.slow
def test_processes_end_when_their_rebuild_is_interrupted(
    layout: Layout, tmp_path: Path, making: Callable[[], list[int]]
) -> None:
    shares = divide(gather(layout.warcs).ordered, 2)
    parts = [part_of(layout, tmp_path, one) for one in shares]
    with suppress(KeyboardInterrupt), processes_here(2) as hands:
        for part in parts:
            hands.executor.submit(hands.make, part)
        while len(making()) < len(parts):
            time.sleep(0.01)
        raise KeyboardInterrupt
    assert making() == []


@pytest.mark.slow
def test_a_process_that_lists_records_ends_when_the_rebuild_is_interrupted(
    layout: Layout, tmp_path: Path, making: Callable[[], list[int]]
) -> None:
    with suppress(KeyboardInterrupt), processes_here(2) as hands:
        begun = hands.executor.submit(hands.listed, sorted(layout.warcs.iterdir()), tmp_path)
        while not (at_it := making()):
            time.sleep(0.01)
        os.kill(at_it[0], signal.SIGSTOP)  # like a process whose disk does not answer
        # If the program waits for it all the same, the test should fail and not hang.
        late = threading.Timer(60, os.kill, (at_it[0], signal.SIGCONT))
        late.start()
        raise KeyboardInterrupt
    late.cancel()
    assert begun.result() is None
    assert making() == []


@pytest.mark.slow
def test_a_part_whose_process_dies_each_time_fails_after_three_tries(layout: Layout, tmp_path: Path) -> None:
    (share, _) = divide(gather(layout.warcs).ordered, 2)
    nonsense: Any = None
    with pytest.raises(PartFailed, match="3 times"):
        make_in_process(part_of(layout, tmp_path, [*share, nonsense]))
    assert list(tmp_path.glob("part-*")) == []


@pytest.mark.slow
def test_a_full_disk_ends_a_divided_rebuild_at_once_and_is_reported(
    layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = resource.getrlimit(resource.RLIMIT_FSIZE)

    monkeypatch.setattr("ingest.cataloguing.rebuild_part.TRIES", 1_000)
    # The processes that make the parts inherit the limit.
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, held[1]))
    try:
        with pytest.raises(DiskFailed, match=r"part-.*catalogue\.db"), processes_here(2) as hands:
            rebuild_in_parts(layout.warcs, tmp_path / "whole.db", hands, clock=now)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, held)
