"""Publishers shared by several workers: every page once, never two at one host, and dead workers are replaced."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from archive.recovery import info_of
from db.catalogue import Catalogue
from db.instant import to_text
from db.schema.migrations import SCHEMA
from ingest.collection.collection import Layout, make
from ingest.collection.leases import FOLDER, ROUND, WORKER, crew_of, ledger_of
from ingest.collection.rows import WORKER_FIELD
from ingest.collection.run_lock import run_lock
from ingest.demo.server import serve
from ingest.demo.site import Response
from ingest.settings.values import FetchOptions, PublisherOptions, ReadOptions, Settings, StoreOptions

HTML = (("Content-Type", "text/html"),)
PAUSE, TEXTS = 0.3, 2
Command = Callable[..., Any]


class Houses:
    """Small publishers, told apart by the Host field, that note when each answer began and ended. Every tenth uses
    style sheets of a host that belongs to none.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, float, float]] = []

    def respond(self, method: str, path: str, headers: Mapping[str, str]) -> Response:
        assert method == "GET"
        began = time.monotonic()
        answer = self._answer(headers["host"], path)
        time.sleep(0.01)
        self.asked.append((headers["host"], path, began, time.monotonic()))
        return answer

    def _answer(self, host: str, path: str) -> Response:
        texts = [f"/text-{number}/" for number in range(TEXTS)]
        if path == "/shared.css":
            return Response(200, (("Content-Type", "text/css"),), b"p { margin: 0 }")
        if path == "/":
            links = "".join(f'<p><a href="{text}">{text}</a></p>' for text in texts)
            return Response(200, HTML, f"<html><title>House</title><body>{links}</body></html>".encode())
        if path not in texts:
            return Response(404, HTML, b"none")
        title = f"Harbour report {path[6:-1]} of {host}"
        told = "".join(
            f"<p>The harbour of {host} was dredged {n} times, and {path} says why it was.</p>" for n in range(5)
        )
        style = "<link rel=stylesheet href=http://styles.example/shared.css>" if host[2] == "0" else ""
        body = f"<!doctype html><html lang=en><title>{title}</title>{style}<main><h1>{title}</h1>{told}</main></html>"
        return Response(200, HTML, body.encode())

    def by_host(self) -> dict[str, list[tuple[float, float]]]:
        """Return, for each host, when its answers began and ended, in order."""
        times: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for host, _, began, ended in self.asked:
            times[host].append((began, ended))
        return {host: sorted(one) for host, one in times.items()}


@contextmanager
def shared(folder: Path, count: int) -> Iterator[tuple[Houses, Layout]]:
    """Serve *count* hosts, and yield the collection for them."""
    houses, layout = Houses(), Layout(folder / "collection")
    names = [f"h{number:02}" for number in range(count)]
    with serve(houses) as port:
        settings = Settings(
            connect=tuple((f"{name}.example", f"127.0.0.1:{port}") for name in (*names, "styles")),
            # With this deadline a worker counts as dead after seven and a half seconds.
            fetch=FetchOptions(delay=PAUSE, deadline=3.0),
            store=StoreOptions(batch=4, batch_seconds=0.2),
            read=ReadOptions(workers=1),
            publishers=tuple(PublisherOptions(f"http://{name}.example/", id=name) for name in names),
        )
        make(layout, settings)
        yield houses, layout


def texts(layout: Layout) -> Counter[str]:
    """Return how often each text is archived."""
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        rows = catalogue.connection.execute("SELECT url FROM capture WHERE url LIKE '%/text-%' AND status = 200")
        return Counter(row[0] for row in rows)


def owners(layout: Layout) -> dict[str, list[str]]:
    """Return, for each publisher, the workers that archived something of it, in order, by its files."""
    files = sorted(layout.warcs.glob("h*.warc.gz"))
    told = [(path.name.partition("-")[0], info_of(path)[WORKER_FIELD].partition(" ")[0]) for path in files]
    return {
        publisher: [worker for worker, _ in groupby(one[1] for one in files)]
        for publisher, files in ((name, list(files)) for name, files in groupby(told, key=lambda one: one[0]))
    }


def holders(layout: Layout) -> set[int]:
    """Return the process ids of workers that have a publisher at the moment."""
    return {int(name.rsplit("-", 2)[1]) for name, (_, held) in crew_of(layout.directory).workers.items() if held}


def sound(layout: Layout, creditline: Command) -> None:
    for words in (("verify", "--all"), ("rebuild", "--check")):
        ended = creditline("-C", layout.directory, *words)
        assert ended.code == Exit.DONE, ended.out + ended.err


@pytest.mark.slow
def test_four_workers_visit_forty_publishers_once_although_two_are_killed(
    tmp_path: Path, creditline: Command, creditline_script: Path
) -> None:
    with shared(tmp_path, 40) as (houses, layout):
        run: list[str | Path] = [creditline_script, "-C", layout.directory, "run", "--worker"]
        workers = [
            subprocess.Popen([*run, tmp_path / f"worker-{n}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for n in range(4)
        ]
        killed: set[int] = set()
        for share in (0.2, 0.4):
            # One that has work: on a busy machine one may start so late that the others leave it nothing.
            found: list[subprocess.Popen[bytes]] = []
            while sum("/text-" in path for _, path, *_ in houses.asked) < share * 40 * TEXTS or not found:
                time.sleep(0.05)
                having = holders(layout) - killed
                found = [worker for worker in workers if worker.pid in having]
            doomed = found[0]
            doomed.kill()
            killed.add(doomed.pid)
        ended = Counter(worker.wait(600) for worker in workers)
        assert ended == {-signal.SIGKILL: 2, Exit.DONE: 2}
        before = len(houses.asked)
        assert creditline("-C", layout.directory, "run", "--fold").code == Exit.DONE
        assert len(houses.asked) == before
    # Work of a killed worker (a batch of four pages and its open requests) is requested again.
    asked = Counter((host, path) for host, path, *_ in houses.asked if "/text-" in path)
    assert set(asked.values()) <= {1, 2}
    assert texts(layout) == dict.fromkeys((f"http://{host}{path}" for host, path in asked), 1)
    assert len(asked) == 40 * TEXTS
    for host, times in houses.by_host().items():
        gaps = [later[0] - earlier[1] for earlier, later in pairwise(times)]
        assert min(gaps, default=PAUSE) > PAUSE - 0.02, host
    # One after another, and never back: the dead worker, and those that took over its work.
    kept = {int(worker.rsplit("-", 2)[1]) for one in owners(layout).values() for worker in one}
    assert kept - killed, "others went on with what the killed left"
    assert all(len(one) <= 3 for one in owners(layout).values())
    sound(layout, creditline)


@pytest.mark.slow
def test_an_ordinary_run_is_refused_while_workers_share_the_collection(tmp_path: Path, creditline: Command) -> None:
    with shared(tmp_path, 2) as (houses, layout):
        ledger_of(layout.directory).add(WORKER, "elsewhere", 1, {})
        refused = creditline("-C", layout.directory, "run")
        assert (refused.code, houses.asked) == (Exit.LOCKED, [])
        assert "elsewhere" in refused.err
        assert "run --fold" in refused.err
        # A dead worker is not reported twice, and no one waits for it.
        ledger_of(layout.directory).add(WORKER, "elsewhere", 2, {"dead": "another"})
        done = creditline("-C", layout.directory, "run", "--worker", tmp_path / "own")
        assert done.code == Exit.DONE, done.err
        assert not texts_known(layout)
        assert creditline("-C", layout.directory, "run", "--fold").code == Exit.DONE
        assert set(texts(layout).values()) == {1}
        told = json.loads(creditline("-C", layout.directory, "status", "--json").out)
        assert (told["round"]["done"], told["round"]["under_way"], told["workers"]) == (2, 0, {})
        assert "round " in creditline("-C", layout.directory, "status").out
        # A worker that never saw a publisher learns from its files what is not due yet.
        houses.asked.clear()
        assert creditline("-C", layout.directory, "run", "--worker", tmp_path / "new", "--due").code == Exit.DONE
        assert not [path for _, path, *_ in houses.asked if "/text-" in path or path == "/shared.css"]
        assert creditline("-C", layout.directory, "run", "--fold").code == Exit.DONE
        # A single-machine run continues from there: what workers visited is not due, and is not requested.
        houses.asked.clear()
        assert creditline("-C", layout.directory, "run", "--due").code == Exit.DONE
        assert not [path for _, path, *_ in houses.asked if "/text-" in path]
    assert sum("an earlier run was killed" in line for line in done.err.splitlines()) == 0
    sound(layout, creditline)


@pytest.mark.slow
def test_an_erased_page_is_requested_by_no_worker_and_held_by_none(tmp_path: Path, creditline: Command) -> None:
    erased, own = "http://h00.example/text-0/", tmp_path / "own"
    ordered = ("erase", erased, "--order", "II C 123/26", "--by", "Ewa")
    with shared(tmp_path, 1) as (houses, layout):
        for _ in range(2):
            ended = creditline("-C", layout.directory, "run", "--worker", own)
            assert ended.code == Exit.DONE, ended.err
            # As if the program had been updated since: a worker's own catalogue is brought up to date on the way.
            with closing(sqlite3.connect(own / "catalogue.db")) as connection:
                connection.execute(f"PRAGMA user_version = {SCHEMA - 1}")
        assert creditline("-C", layout.directory, "run", "--fold").code == Exit.DONE
        # What a worker writes at this moment would not be reached.
        ledger_of(layout.directory).add(WORKER, "elsewhere", 1, {})
        refused = creditline("-C", layout.directory, *ordered)
        assert (refused.code, "elsewhere" in refused.err) == (Exit.LOCKED, True)
        ledger_of(layout.directory).forget(WORKER, "elsewhere")
        # Its words also stand on the other page, which is reported.
        assert creditline("-C", layout.directory, *ordered).code == Exit.ATTENTION
        houses.asked.clear()
        assert creditline("-C", layout.directory, "run", "--worker", own).code == Exit.DONE
        assert {path for _, path, *_ in houses.asked if "/text-" in path} == {"/text-1/"}
        assert creditline("-C", layout.directory, "run", "--fold").code == Exit.DONE
    for place in (layout, Layout(layout.directory, own)):
        assert set(texts(place)) == {"http://h00.example/text-1/"}
    sound(layout, creditline)


@pytest.mark.slow
def test_a_page_is_visited_again_in_a_new_round_by_another_worker(tmp_path: Path, creditline: Command) -> None:
    with shared(tmp_path, 1) as (houses, layout):
        for worker in ("one", "other"):
            houses.asked.clear()
            assert creditline("-C", layout.directory, "run", "--worker", tmp_path / worker).code == Exit.DONE
            asked = Counter(path for _, path, *_ in houses.asked if "/text-" in path)
            assert asked == {"/text-0/": 1, "/text-1/": 1}, worker
        assert creditline("-C", layout.directory, "run", "--fold").code == Exit.DONE


@pytest.mark.slow
def test_workers_keep_the_budgets_of_publishers_and_report_what_is_left(tmp_path: Path, creditline: Command) -> None:
    with shared(tmp_path, 2) as (houses, layout):
        said = layout.settings.read_text()
        for name, budget in (("h00", "days = 0.5"), ("h01", "pages = 2")):
            said = said.replace(f'id = "{name}"\n', f'id = "{name}"\n{budget}\n')
        layout.settings.write_text(said)
        ledger_of(layout.directory).add(ROUND, ROUND, 1, {"started": to_text(datetime.now(UTC) - timedelta(days=1))})
        done = creditline("-C", layout.directory, "run", "--worker", tmp_path / "own")
        # As a single-machine run reports it; the home page is one of the two.
        assert done.code == Exit.LIMIT, done.err
        asked = Counter(host for host, path, *_ in houses.asked if "/text-" in path)
        assert asked == {"h00.example": TEXTS, "h01.example": 1}
        summary = json.loads(done.out.splitlines()[-1])
        assert (summary["left"], summary["budgets"]) == (1, {"h01": {"budget": "pages", "left": 1}})
        assert creditline("-C", layout.directory, "run", "--fold").code == Exit.DONE


@pytest.mark.slow
def test_a_worker_is_refused_during_an_ordinary_run_and_leaves_no_sign(tmp_path: Path, creditline: Command) -> None:
    with shared(tmp_path, 1) as (houses, layout):
        with run_lock(layout.directory, now=datetime(2026, 11, 29, tzinfo=UTC)):
            refused = creditline("-C", layout.directory, "run", "--worker", tmp_path / "own")
        assert (refused.code, houses.asked) == (Exit.LOCKED, [])
    assert ledger_of(layout.directory).names(WORKER) == []
    assert (layout.directory / FOLDER / WORKER).is_dir()  # it was seen before it looked


def texts_known(layout: Layout) -> bool:
    return layout.catalogue.exists() and bool(texts(layout))


@pytest.mark.parametrize(
    "words",
    [
        ("--worker", "w", "--fold"),
        ("--worker", "w", "--limit", "3"),
        ("--fold", "--dry-run"),
        ("--fold", "--due"),
        ("--fold", "--all"),
    ],
)
def test_flags_for_a_single_machine_are_refused_with_workers(
    tmp_path: Path, creditline: Command, words: tuple[str, ...]
) -> None:
    assert creditline("-C", tmp_path, "run", *words).code == Exit.USAGE


@pytest.mark.parametrize("where", ["here", "here/warcs", "here/own", "another"])
def test_a_worker_cannot_put_its_catalogue_into_a_collection(tmp_path: Path, creditline: Command, where: str) -> None:
    """It would write rows of its visits into the existing catalogue, or leave files among the records."""
    publisher = PublisherOptions("http://h00.example/")
    for name in ("here", "another"):
        make(Layout(tmp_path / name), Settings(contact="archive@wi.example", publishers=(publisher,)))
    before = sorted(tmp_path.rglob("*"))
    refused = creditline("-C", tmp_path / "here", "run", "--worker", tmp_path / where)
    assert refused.code == Exit.USAGE
    assert "a folder of this worker's own" in refused.err
    assert sorted(tmp_path.rglob("*")) == before


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path, creditline: Command) -> None:
    publisher = PublisherOptions("http://h00.example/")
    make(Layout(tmp_path / "here"), Settings(contact="archive@wi.example", publishers=(publisher,)))
    refused = creditline("-C", tmp_path / "here", "run", "--worker", "/proc/own")
    assert (refused.code, "/proc/own" in refused.err) == (Exit.DISK, True)
