"""A catalogue made by the workers of a dask cluster equals one made here, even if a worker dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from archive.errors import Exit
from db.catalogue import Catalogue
from ingest.cataloguing.cluster_workers import NoCluster, workers_at
from ingest.collection.collection import Layout, make, open_for_work
from ingest.reading.version import stamp
from ingest.settings.values import PublisherOptions, Settings
from tests.sites.kept_pages import keep_small

pytestmark = pytest.mark.slow

PUBLISHERS = ("amber", "birch")


class Cluster:
    """A scheduler and three workers with one thread each, started as people do it, on loopback."""

    def __init__(self, folder: Path) -> None:
        told = folder / "scheduler.json"
        self._began = [self._begin("scheduler", "--port", "0", "--scheduler-file", told)]
        while not told.exists() or not told.read_text():
            time.sleep(0.05)
        self.address = str(json.loads(told.read_text())["address"])
        for number in range(3):
            local = folder / f"worker-{number}"
            given = (self.address, "--nthreads", "1", "--local-directory", local, "--no-nanny")
            self._began.append(self._begin("worker", *given))
        # Imported here: the import is slow, and the fast suite does not need it.
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:  # type: ignore[no-untyped-call]  # dask types it not
            client.wait_for_workers(3, timeout=300)

    def _begin(self, kind: str, *words: object) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", kind, "--host", "127.0.0.1", "--no-dashboard", *map(str, words)]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    @property
    def scheduler(self) -> subprocess.Popen[bytes]:
        return self._began[0]

    @property
    def workers(self) -> list[subprocess.Popen[bytes]]:
        return self._began[1:]

    def end_workers(self) -> None:
        """Kill the workers, and return when the scheduler has noticed."""
        from distributed import Client

        for process in self.workers:
            process.kill()
            process.wait()
        with Client(self.address, set_as_default=False) as client:  # type: ignore[no-untyped-call]  # dask types it not
            while client.scheduler_info()["workers"]:
                time.sleep(0.05)

    def end(self) -> None:
        for process in reversed(self._began):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    folder = tmp_path / "cluster"
    folder.mkdir()
    begun = Cluster(folder)
    yield begun
    begun.end()


@pytest.fixture
def layout(creditline: Callable[..., Any], tmp_path: Path) -> Layout:
    layout = Layout(tmp_path / "collection")
    settings = Settings(
        publishers=tuple(PublisherOptions(f"http://{house}.example/", id=house) for house in PUBLISHERS)
    )
    make(layout, settings)
    with open_for_work(layout, settings) as work:
        for number in range(6):
            for house in PUBLISHERS:
                keep_small(work, house, number)
    assert creditline("-C", layout.directory, "rebuild").code == Exit.DONE
    return layout


def test_a_rebuild_by_a_cluster_equals_a_local_rebuild(
    creditline: Callable[..., Any], layout: Layout, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The workers started in another folder.
    monkeypatch.chdir(layout.directory.parent)
    ended = creditline("-C", layout.directory.name, "rebuild", "--check", "--cluster", cluster.address)
    assert (ended.code, ended.out.split(":")[0]) == (Exit.DONE, "identical"), ended.err
    assert creditline("-C", layout.directory, "rebuild", "--cluster", cluster.address).code == Exit.DONE
    for older, told in (
        ("", "rebuilt in parts"),
        (f"AND url <> 'http://{PUBLISHERS[0]}.example/0/'", "the cluster read 11"),
    ):
        with Catalogue.open(layout.catalogue) as catalogue, catalogue.transaction():
            catalogue.connection.execute(
                f"UPDATE capture SET stamp = 'creditline 0.0.1' WHERE stamp IS NOT NULL {older}"
            )
        ended = creditline("-C", layout.directory, "rebuild", "--older", "--cluster", cluster.address)
        assert (ended.code, told in ended.err) == (Exit.DONE, True), ended.err
    # Faults are reported in the same words and the same order.
    [path] = layout.warcs.glob("amber-*")
    sound = path.read_bytes()
    path.write_bytes(sound[:2000] + bytes([sound[2000] ^ 1]) + sound[2001:])
    here = creditline("-C", layout.directory, "verify", "--all", "--json")
    there = creditline("-C", layout.directory, "verify", "--all", "--json", "--cluster", cluster.address)
    path.write_bytes(sound)
    assert (there.code, faults(there)) == (Exit.INTEGRITY, faults(here))
    assert faults(here)
    assert creditline("-C", layout.directory, "verify", "amber", "--cluster", cluster.address).code == Exit.USAGE
    # For a folder that a machine cannot even look at, the message says that the machine does not see it.
    nowhere = Path("/", "a" * 300)
    with pytest.raises(NoCluster, match="does not see"), workers_at(cluster.address, nowhere, stamp):
        pass
    # A cluster without workers cannot be used.
    cluster.end_workers()
    ended = creditline("-C", layout.directory, "rebuild", "--check", "--cluster", cluster.address)
    assert (ended.code, "no worker" in ended.err) == (Exit.USAGE, True), ended.err


def faults(ended: Any) -> list[Any]:
    return [one for one in map(json.loads, ended.out.splitlines()) if one["event"] == "fault"]


def test_other_workers_take_over_from_dead_ones_until_the_scheduler_is_lost(
    creditline: Callable[..., Any], layout: Layout, cluster: Cluster, tmp_path: Path
) -> None:
    with pytest.raises(NoCluster, match="does not see"), workers_at(cluster.address, tmp_path / "elsewhere", stamp):
        pass

    def makes_a_part() -> bool:
        return any(layout.directory.rglob("part-*/catalogue.db"))

    for words, told, has_work in (
        (("rebuild", "--check"), "identical", makes_a_part),
        (("verify", "--all"), "ok", lambda: True),
    ):
        alive = [one for one in cluster.workers if one.poll() is None]
        _kill_kept(alive)
        hand = Thread(target=_kill_at_work, args=(alive,), kwargs={"has_work": has_work})
        hand.start()
        ended = creditline("-C", layout.directory, *words, "--cluster", cluster.address)
        hand.join()
        assert sum(one.poll() is not None for one in alive) == 1
        assert (ended.code, ended.out.replace(":", " ").split()[0]) == (Exit.DONE, told), ended.err
    _kill_kept(cluster.workers)
    hand = Thread(target=_kill_at_work, args=(cluster.workers, cluster.scheduler))
    hand.start()
    ended = creditline("-C", layout.directory, "verify", "--all", "--cluster", cluster.address)
    hand.join()
    assert (ended.code, "Traceback" in ended.err) == (Exit.ATTENTION, False), ended.err
    assert f"the cluster at {cluster.address} was lost" in ended.err


def _kill_kept(workers: Sequence[subprocess.Popen[bytes]]) -> None:
    """Kill the processes that *workers* kept from earlier work, so that a new process shows when they are busy."""
    for child in {child for one in workers for child in _children(one.pid)}:
        os.kill(int(child), signal.SIGKILL)


def _kill_at_work(
    workers: Sequence[subprocess.Popen[bytes]],
    victim: subprocess.Popen[bytes] | None = None,
    has_work: Callable[[], bool] = lambda: True,
) -> None:
    """Kill *victim*, or the worker itself, as soon as a new child process shows that one of *workers* is busy.

    A process that already stood ready shows only by *has_work* that it was given something.
    """
    kept = {child for one in workers for child in _children(one.pid)}
    for _ in range(2_000):
        at_work = next((one for one in workers if _children(one.pid) - kept), None)
        if at_work is not None and has_work():
            victim = victim or at_work
            victim.kill()
            victim.wait()
            return
        time.sleep(0.02)


def _children(pid: int) -> set[str]:
    return {child for task in Path(f"/proc/{pid}/task").glob("*/children") for child in task.read_text().split()}


def test_an_address_without_a_cluster_and_workers_with_a_cluster_are_refused(
    creditline: Callable[..., Any], layout: Layout
) -> None:
    ended = creditline("-C", layout.directory, "rebuild", "--workers", "2", "--cluster", "tcp://127.0.0.1:9")
    assert ended.code == Exit.USAGE
    assert creditline("-C", layout.directory, "rebuild", "--cluster", "no address").code == Exit.USAGE


@pytest.mark.parametrize("address", ["", "nonsense", "tcp://scheduler.example", "http://scheduler.example/8786"])
def test_an_invalid_cluster_address_is_refused_at_once(tmp_path: Path, address: str) -> None:
    """Dask would make a client from it, and take a minute to close that."""
    with pytest.raises(NoCluster, match="not the address"), workers_at(address, tmp_path, stamp):
        pass
