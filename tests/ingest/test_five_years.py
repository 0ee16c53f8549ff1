"""Five years of a collection on a simulated clock: whatever happens to sites, disks and programs, published ids
resolve, and citations of the first year verify in the fifth.
"""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

import pytest

from db.catalogue import Catalogue
from db.schema.migrations import SCHEMA
from ingest.collection.collection import Layout, make, open_for_work
from ingest.crawl.run import Order, Run
from ingest.crawl.run_setup import visiting
from ingest.demo.server import serve
from ingest.demo.site import Response
from ingest.settings.values import PublisherOptions, Settings

pytestmark = pytest.mark.slow
Command = Callable[..., Any]
PUBLISHERS, HALVES = 6, 10
_WORDS = (
    *("harbour", "budget", "council", "river", "railway", "energy", "pension", "school", "court", "election", "trade"),
    *("border", "research", "grain", "water", "steel", "forest", "island", "tariff", "archive", "treaty", "village"),
    *("bridge", "market", "winter", "summer", "minister", "deputy", "farmer", "engineer"),
)


class Driven:
    """A clock that a test sets; it never stands still, so that no two records share an instant."""

    def __init__(self, start: datetime) -> None:
        self._now, self._lock = start, Lock()

    def __call__(self) -> datetime:
        with self._lock:
            self._now += timedelta(milliseconds=7)
            return self._now

    def pass_by(self, days: int) -> None:
        with self._lock:
            self._now += timedelta(days=days)


@dataclass
class House:
    """A think tank over the years: it publishes, edits, removes, and moves to new addresses."""

    name: str
    chance: random.Random
    texts: dict[str, list[str]] = field(default_factory=dict)
    days: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    design: int = 0

    @property
    def host(self) -> str:
        return f"{self.name}.example"

    def publish(self, day: str) -> None:
        slug = "-".join(self.chance.sample(_WORDS, 3))
        self.texts[slug], self.days[slug] = self._prose(), day

    def edit(self) -> None:
        slug = self.chance.choice([one for one in self.texts if one not in self.gone])
        self.texts[slug][1] = self._prose()[1]

    def take_down(self) -> None:
        left = [one for one in self.texts if one not in self.gone]
        self.gone.add(left[0])

    def _prose(self) -> list[str]:
        return [
            " ".join(" ".join(self.chance.choices(_WORDS, k=12)).capitalize() + "." for _ in range(4)) for _ in range(4)
        ]

    def path(self, slug: str, design: int | None = None) -> str:
        folder = ("analysis", "texts", "publications")[self.design if design is None else design]
        return f"/{folder}/{slug}/"

    def respond(self, path: str) -> Response:
        slug = path.strip("/").rpartition("/")[2]
        listed = [one for one in self.texts if one not in self.gone]
        if path == "/":
            links = "".join(f'<li><a href="{self.path(one)}">{_title(one)}</a></li>' for one in listed)
            return _html(f"<html><head><title>{self.name}</title></head><body><ul>{links}</ul></body></html>")
        if slug not in self.texts:
            return Response(404, (("Content-Type", "text/html"),), b"<h1>Not found</h1>")
        if slug in self.gone:
            return Response(410, (("Content-Type", "text/html"),), b"<h1>Gone</h1>")
        if path != self.path(slug):
            return Response(301, (("Location", f"http://{self.host}{self.path(slug)}"),))
        told = "".join(f"<p>{one}</p>" for one in self.texts[slug])
        body = ("<article><h1>{0}</h1><p>By Ada Berg</p>{1}</article>", "<main><div><h1>{0}</h1>{1}</div></main>")
        return _html(
            f'<!doctype html><html lang="en"><head><title>{_title(slug)} | {self.name}</title>'
            f'<link rel="canonical" href="http://{self.host}{path}"><meta name="author" content="Ada Berg">'
            f'<meta property="og:type" content="article">'
            f'<meta property="article:published_time" content="{self.days[slug]}"></head>'
            f"<body>{body[self.design % 2].format(_title(slug), told)}"
            f"<footer>Texts may be republished if {self.name} is credited.</footer></body></html>"
        )


def _title(slug: str) -> str:
    return f"Of {slug.replace('-', ', ')}"


def _html(text: str) -> Response:
    return Response(200, (("Content-Type", "text/html; charset=utf-8"),), text.encode())


class Web:
    """All publishers behind one port."""

    def __init__(self) -> None:
        # The same five years each time.
        self.houses = [House(f"house{number}", random.Random(number)) for number in range(PUBLISHERS)]  # noqa: S311

    def respond(self, method: str, path: str, headers: Mapping[str, str]) -> Response:
        assert method == "GET"
        named = {house.host: house for house in self.houses}
        return named[headers["host"]].respond(path)


@dataclass
class Archive:
    """The collection under test, its copy, and everything that was shown or exported."""

    layout: Layout
    copy: Path
    settings: Settings
    clock: Driven
    readers: Any
    shown: set[str] = field(default_factory=set)
    sizes: list[tuple[int, int]] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)

    def visit(self) -> None:
        """Do one run, and note what is shown afterwards, and its size and time."""
        began = time.process_time()
        with open_for_work(self.layout, self.settings, clock=self.clock) as work:
            self.starts.append(time.process_time() - began)
            with visiting(work, readers=self.readers) as (pipeline, queues):
                Run(work, pipeline, queues, Quiet(), lambda: False).go(Order(whole=True))
            assert self.layout.catalogue.with_name("catalogue.db-wal").stat().st_size < 8_000_000
        with Catalogue.open(self.layout.catalogue, read_only=True) as catalogue:
            ids = catalogue.all_item_ids()
            self.shown.update(ids)
            self.shown.update(one.id for item in ids for one in catalogue.editions(item))
            (pages,) = catalogue.connection.execute("PRAGMA page_count").fetchone()
            (kept,) = catalogue.connection.execute("SELECT count(*) FROM edition").fetchone()
            self.sizes.append((pages * 4096, kept))


class Quiet:
    """Receives all pages of a run, and prints nothing."""

    def __getattr__(self, _name: str) -> Callable[..., None]:
        return lambda *_, **__: None


@contextmanager
def archive(folder: Path, readers: Any) -> Iterator[tuple[Archive, Web]]:
    web = Web()
    with serve(web) as port:
        settings = Settings(
            connect=tuple((house.host, f"127.0.0.1:{port}") for house in web.houses),
            publishers=tuple(
                PublisherOptions(f"http://{house.host}/", id=house.name, name=house.name.capitalize())
                for house in web.houses
            ),
        )
        layout = Layout(folder / "collection")
        make(layout, settings)
        yield Archive(layout, folder / "copy", settings, Driven(datetime(2021, 1, 4, tzinfo=UTC)), readers), web


def live(web: Web, half: int, day: datetime) -> None:
    """What the publishers do in half a year."""
    for number, house in enumerate(web.houses):
        for _ in range(3 if half == 0 else 1):
            house.publish(f"{day:%Y-%m-%d}")
        if half:
            house.edit()
        if half % 3 == 2:
            house.take_down()
        # Each moves to new addresses twice in the five years, not all in the same year.
        if half in (3 + number % 2, 7 + number % 2):
            house.design += 1


def handed_out(creditline: Command, collection: Archive, folder: Path) -> dict[str, Any]:
    """What is exported in the first year: citations, a proof, a checkpoint, a certificate."""
    at = collection.layout.directory
    cited = [json.loads(line) for line in creditline("-C", at, "--json", "cite", "--all").out.splitlines()]
    with Catalogue.open(collection.layout.catalogue, read_only=True) as catalogue:
        texts = [item for item in catalogue.items(catalogue.all_item_ids()) if item.edition.text.count(".") > 5]
        words = " ".join(texts[0].edition.text.split("\n\n")[1].split()[:9])
        editions = [one.id for item in texts for one in catalogue.editions(item.id)]
        gone = next(item.url for item in catalogue.items(catalogue.all_item_ids(), withheld=True) if item.gone)
    assert creditline("-C", at, "quote", words, "--proof", folder / "proof.json").code == 0
    day = f"{collection.clock():%Y-%m-%d}"
    absent = creditline("-C", at, "--json", "absent", gone, "--on", day)
    assert json.loads(absent.out)["state"] == "gone"
    (folder / "absent.json").write_text(absent.out)
    line = creditline("-C", at, "checkpoint").out.strip()
    return {"cited": cited, "editions": editions, "line": line}


def damage_and_mend(creditline: Command, collection: Archive) -> None:
    largest = max(collection.layout.warcs.glob("house*.warc.gz"), key=lambda path: path.stat().st_size)
    data = bytearray(largest.read_bytes())
    data[len(data) // 2] ^= 0xFF
    largest.write_bytes(data)
    at = collection.layout.directory
    assert creditline("-C", at, "verify", largest).code == 4
    assert creditline("-C", at, "verify", "--copy", collection.copy, "--repair").code == 0


def lose_and_restore(creditline: Command, collection: Archive) -> None:
    shutil.rmtree(collection.layout.directory)
    collection.layout = Layout(collection.layout.directory.with_name("restored"))
    assert creditline("restore", collection.copy, collection.layout.directory).code == 0


def upgrade(creditline: Command, collection: Archive) -> None:
    """Take the catalogue back to an older program's, and upgrade it."""
    with closing(sqlite3.connect(collection.layout.catalogue)) as connection:
        connection.execute(f"DELETE FROM _sqlite_migrations WHERE name LIKE '{SCHEMA:04}%'")
        connection.execute(f"PRAGMA user_version = {SCHEMA - 1}")
        connection.commit()
    at = collection.layout.directory
    assert creditline("-C", at, "upgrade", "--backup", collection.copy).code == 3
    assert creditline("-C", at, "rebuild", "--older").code == 0


def test_after_five_years_every_id_resolves_and_every_citation_verifies(
    creditline: Command, readers: Any, tmp_path: Path
) -> None:
    with archive(tmp_path, readers) as (collection, web):
        out: dict[str, Any] = {}
        for half in range(HALVES):
            live(web, half, collection.clock())
            collection.visit()
            at = collection.layout.directory
            if half == 2:  # the first text was taken down
                out = handed_out(creditline, collection, tmp_path)
            assert creditline("-C", at, "backup", collection.copy).code == 0
            if half == 4:
                damage_and_mend(creditline, collection)
            if half == 6:
                lose_and_restore(creditline, collection)
            if half == 8:
                upgrade(creditline, collection)
            collection.clock.pass_by(182)
    at = collection.layout.directory
    with Catalogue.open(collection.layout.catalogue, read_only=True) as catalogue:
        lost = [one for one in sorted(collection.shown) if catalogue.item(one, withheld=True) is None]
        years = {one.opened.year for item in catalogue.all_item_ids() for one in catalogue.editions(item)}
    assert lost == []
    assert len(collection.shown) > PUBLISHERS * 20
    assert years == {2021, 2022, 2023, 2024, 2025}
    # Exports of the first year: each edition down to its bytes, the proof, the certificate, and the line.
    assert creditline("-C", at, "verify", *out["editions"]).code == 0
    cited = {one["id"] for one in out["cited"]}
    assert cited <= {one.replace("@", "-") for one in collection.shown} | collection.shown
    for name in ("proof.json", "absent.json"):
        told = creditline("-C", at, "verify", tmp_path / name)
        assert told.code == 0, told.out
    assert creditline("-C", at, "verify", "--checkpoint", out["line"]).code == 0
    assert creditline("-C", at, "verify", "--all", "--jobs", "1").code == 0
    assert creditline("-C", at, "rebuild", "--check").code == 0
    # Bounded: an archived edition takes no more room at the end than at first, and opening takes no longer.
    (first, few), (last, many) = collection.sizes[1], collection.sizes[-1]
    assert many > 3 * few
    assert last / many < 1.2 * first / few
    assert collection.starts[-1] < 3 * max(collection.starts[0], 0.05)
