"""The service verifies every few seconds while people review and withhold: no decision is lost.

CREDITLINE_BESIDE=600 runs this for ten minutes.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

import pytest

from archive.errors import Exit
from db.catalogue import Catalogue
from ingest.collection.collection import Layout, make
from ingest.demo.articles import load
from ingest.demo.server import serve
from ingest.demo.site import Site
from ingest.settings.values import PublisherOptions, ScheduleOptions, Settings

SECONDS = float(os.environ.get("CREDITLINE_BESIDE", "6"))
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600 + 3 * SECONDS)]
PATIENCE = 300.0
"""Seconds to wait for something that comes at once on an idle machine."""
ARTICLES = ("a-note-on-borrowed-maps", "three-questions-before-the-summit")


class Person(threading.Thread):
    """Makes one decision after another with the command until stopped; *done* is what the command reported."""

    def __init__(self, script: Path, layout: Layout, deeds: list[tuple[str, ...]], stopped: threading.Event) -> None:
        super().__init__()
        self._call = [str(script), "-C", str(layout.directory)]
        self._deeds, self._stopped = deeds, stopped
        self.done: list[str] = []
        self.wrong: list[str] = []

    def run(self) -> None:
        for number, deed in enumerate(cycle(self._deeds)):
            if self._stopped.is_set():
                return
            why = f"{self._deeds[0][0]} {number}"
            ended = subprocess.run([*self._call, *deed, why], capture_output=True, text=True, timeout=PATIENCE)
            if ended.returncode == Exit.DONE:
                self.done.append(why)
            else:
                self.wrong.append(f"{why}: {ended.returncode} {ended.stderr}")


@contextmanager
def service(script: Path, layout: Layout, log: Path) -> Iterator[None]:
    with log.open("wb") as told:
        process = subprocess.Popen([script, "-C", layout.directory, "start"], stdout=told, stderr=told)
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(PATIENCE)
    assert code == Exit.TERMINATED


def wait_for(layout: Layout, count: int) -> list[str]:
    """Return the ids of the items once there are *count*."""
    items: list[str] = []

    def there() -> bool:
        with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
            items[:] = catalogue.all_item_ids()
            return len(items) >= count and not catalogue.unread()

    wait_until(there)
    return items


def wait_until(so: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not so():
        assert time.monotonic() < until
        time.sleep(0.1)


def verified(log: Path) -> int:
    """Return how often the service has reported a verification."""
    return sum('"event":"fixity"' in line.replace(" ", "") for line in log.read_text().splitlines())


def test_decisions_made_while_the_service_verifies_are_all_kept(creditline_script: Path, tmp_path: Path) -> None:
    layout, log = Layout(tmp_path / "collection"), tmp_path / "log"
    with serve(Site(one for one in load() if one.slug in ARTICLES)) as port:
        settings = Settings(
            contact="archive@example.org",
            connect=(("institute.example", f"127.0.0.1:{port}"),),
            publishers=(PublisherOptions("http://institute.example/", id="bl"),),
            schedule=ScheduleOptions(discover=15.0, verify=2.0),
        )
        make(layout, settings)
        with service(creditline_script, layout, log):
            first, second, *_ = wait_for(layout, 2)
            stopped = threading.Event()
            reviewing = ("review", first, "--field", "title", "--set", "A Better Title", "--by", "Ada", "--because")
            withholding = ("withhold", second, "--by", "Jan", "--reason")
            lifting = ("withhold", second, "--lift", "--by", "Jan", "--reason")
            deeds: tuple[list[tuple[str, ...]], ...] = ([reviewing], [withholding, lifting])
            people = [Person(creditline_script, layout, one, stopped) for one in deeds]
            for person in people:
                person.start()
            time.sleep(SECONDS)
            # On a busy machine a single command may take longer.
            wait_until(lambda: verified(log) > 0 and all(person.done or person.wrong for person in people))
            stopped.set()
            for person in people:
                person.join()
        # A service stopped during a visit leaves pages that the next run reads.
        subprocess.run([creditline_script, "-C", layout.directory, "run"], capture_output=True, timeout=300)
    assert [person.wrong for person in people] == [[], []]
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        assert catalogue.connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        rows = catalogue.connection.execute("SELECT detail FROM event WHERE type IN ('decision', 'withholding')")
        held = {str(said.get("because") or said.get("reason")) for (row,) in rows for said in [json.loads(row)]}
    assert all(set(person.done) <= held for person in people)
    assert all(person.done for person in people)
    told = [line for line in log.read_text().splitlines() if line]
    assert verified(log)
    assert [line for line in told if '"failed": "' in line or "Traceback" in line] == []
    for words in (("verify", "--all"), ("rebuild", "--check")):
        ended = subprocess.run([creditline_script, "-C", layout.directory, *words], capture_output=True, timeout=300)
        assert ended.returncode == Exit.DONE, ended.stdout
    print(f"{[len(one.done) for one in people]} decisions beside {verified(log)} verifications")  # noqa: T201 - the counts are the result
